"""Ways cut into links: at junctions, ends, barriers, turn restrictions and the edge of the data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.columns import Flags, Floats
from geodata.geodesy import geodesic_m
from geodata.osm.options import OsmOptions

Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Points of ways that are links, in the direction the links are drawn.

    Parameters
    ----------
    way
        int64[P]; position of the way, rising.
    mode
        int8[P]; mode code of the way.
    node
        int64[P]; node id.
    lon, lat
        float64[P]; NaN or ±inf where the point cannot be used.
    """

    way: Places
    mode: NDArray[np.int8]
    node: Places
    lon: Floats
    lat: Floats

    def __len__(self) -> int:
        return len(self.node)

    def take(self, which: NDArray[np.int64] | Flags) -> Points:
        """Return some of the points."""
        return Points(self.way[which], self.mode[which], self.node[which], self.lon[which], self.lat[which])


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Links as runs of points.

    Parameters
    ----------
    points
        All points that are left.
    first, last
        int64[L]; positions of each link's first and last point.
    length_m
        float64[L]; geodesic.
    nodes
        int64[V]; ids of all nodes of the points, rising, each once.
    """

    points: Points
    first: Places
    last: Places
    length_m: Floats
    nodes: Places


@dataclass(frozen=True, slots=True, eq=False)
class Losses:
    """Ways that lost points, each as positions of ways and how many.

    Parameters
    ----------
    missing, impossible, outside, repeated
        Number of points by position of the way, int64[W]: without node, with an impossible place, beyond the area,
        named twice in a row.
    short
        bool[W]; ways of which nothing is left.
    edge
        int64; ids of the nodes beside the points lost, where ways are cut.
    """

    missing: Places
    impossible: Places
    outside: Places
    repeated: Places
    short: Flags
    edge: Places


def clean_points(points: Points, way_count: int, options: OsmOptions) -> tuple[Points, NDArray[np.int64], Losses]:
    """Return the points that can be used, the run each belongs to, and what was lost.

    Points without a node, with an impossible place or more than one step beyond the area break a way into runs.
    """
    repeated = np.zeros(len(points), dtype=np.bool_)
    repeated[1:] = (points.node[1:] == points.node[:-1]) & (points.way[1:] == points.way[:-1])
    again = _count(points.way[repeated], way_count)
    points = points.take(~repeated) if repeated.any() else points
    missing, impossible = np.isnan(points.lon), np.isinf(points.lon)
    usable = ~(missing | impossible)
    outside = usable & ~_inside(points, usable, options)
    usable &= ~outside
    new_run = np.ones(len(points), dtype=np.bool_)
    new_run[1:] = (points.way[1:] != points.way[:-1]) | ~usable[:-1]
    run: Places = np.cumsum(new_run).astype(np.int64)[usable]
    kept = points.take(usable)
    sizes = np.bincount(run) if run.size else np.zeros(1, dtype=np.int64)
    long = sizes[run] > 1
    left = _count(kept.way[long], way_count)
    losses = Losses(
        missing=_count(points.way[missing], way_count),
        impossible=_count(points.way[impossible], way_count),
        outside=_count(points.way[outside], way_count),
        repeated=again,
        short=(left == 0),
        edge=_edge_nodes(points, usable),
    )
    return kept.take(long), run[long], losses


def split(points: Points, run: NDArray[np.int64], cut: Places) -> Split:
    """Return the links: runs cut where a node is shared by ways of one mode, or used twice, or named in ``cut``.

    Parameters
    ----------
    points, run
        Points that can be used and the run each belongs to, from ``clean_points``.
    cut
        Ids of nodes to cut at in any case: barriers, locks, vias of turn restrictions.
    """
    if not len(points):
        none = np.empty(0, dtype=np.int64)
        return Split(points, none, none, np.empty(0), none)
    starts = np.ones(len(points), dtype=np.bool_)
    starts[1:] = run[1:] != run[:-1]
    ends = np.ones(len(points), dtype=np.bool_)
    ends[:-1] = starts[1:]
    nodes, place = np.unique(points.node, return_inverse=True)
    breaks = starts | ends
    for mode in np.unique(points.mode):
        of_mode = points.mode == mode
        breaks[of_mode] |= (np.bincount(place[of_mode], minlength=len(nodes)) > 1)[place[of_mode]]
    breaks |= is_among(nodes, cut)[place]
    at = np.flatnonzero(breaks)
    joined = ~ends[at[:-1]]
    first, last = at[:-1][joined], at[1:][joined]
    return Split(points, first, last, _lengths(points, starts, first), nodes)


def is_among(ids: Places, some: Places) -> Flags:
    """Return which of some rising ids, each there once, are among others."""
    found = np.zeros(len(ids), dtype=np.bool_)
    at = np.searchsorted(ids, some)
    inside = at < len(ids)
    at = at[inside]
    found[at[ids[at] == some[inside]]] = True
    return found


def line_offsets(found: Split) -> tuple[Places, Places]:
    """Return the offsets of the links' lines, and the position of the point that each point of the lines is."""
    counts = found.last - found.first + 1
    offsets = np.concatenate([[0], np.cumsum(counts)])
    return offsets, np.repeat(found.first - offsets[:-1], counts) + np.arange(offsets[-1])


def _count(ways: Places, way_count: int) -> Places:
    return np.bincount(ways, minlength=way_count)


def _edge_nodes(points: Points, usable: Flags) -> Places:
    """Return the nodes of usable points that follow or precede one that is lost on the same way."""
    same_way = points.way[1:] == points.way[:-1]
    edge = np.zeros(len(points), dtype=np.bool_)
    edge[1:] |= same_way & ~usable[:-1]
    edge[:-1] |= same_way & ~usable[1:]
    return np.unique(points.node[edge & usable])


def _inside(points: Points, usable: Flags, options: OsmOptions) -> Flags:
    """Return which points lie in the area asked for, or one step beyond on the same way."""
    if options.bounds is None and options.area is None:
        return usable
    inside = usable.copy()
    if options.bounds is not None:
        west, south, east, north = options.bounds
        inside &= (points.lon >= west) & (points.lon <= east) & (points.lat >= south) & (points.lat <= north)
    if options.area is not None:
        shapely.prepare(options.area)
        inside[inside] = shapely.intersects_xy(options.area, points.lon[inside], points.lat[inside])
    same_way = points.way[1:] == points.way[:-1]
    near = inside.copy()
    near[1:] |= inside[:-1] & same_way
    near[:-1] |= inside[1:] & same_way
    return near


def _lengths(points: Points, starts: Flags, first: Places) -> Floats:
    """Return the geodesic length of each link; steps between runs count nothing."""
    steps = geodesic_m(points.lon[:-1], points.lat[:-1], points.lon[1:], points.lat[1:])
    steps[starts[1:]] = 0.0
    if not first.size:
        return np.empty(0)
    # reduceat sums from each start to the next; between a link's last point and the next link's first lies no step
    # but one between runs, which counts nothing.
    lengths: Floats = np.add.reduceat(steps, first)
    return lengths
