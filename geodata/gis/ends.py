"""Lines without nodes become a network: ends brought together, lines cut where others meet them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from geodata.columns import Flags, Floats, Indices
from geodata.geodesy import geodesic_m
from geodata.infrastructure.build import select_lines
from geodata.network import Geometries
from geodata.topology.measure import along_m

Places = NDArray[np.int64]

EARTH_RADIUS_M: Final = 6_371_008.8
APART_M: Final = 1e9
"""Modes are set so far apart that none meets another."""


@dataclass(frozen=True, slots=True)
class Connected:
    """Lines between nodes.

    Parameters
    ----------
    lines
        Pieces of the lines, in the order of the lines; each starts and ends exactly at its nodes.
    parent
        int64[n]; line each piece is of.
    from_node, to_node
        int32[n]; nodes the pieces start and end at.
    nodes
        float64[m, 2]; longitude and latitude of the nodes.
    moved_m
        float64[m]; how far the farthest end was moved to each node, metres.
    collapsed
        Lines left out because both ends came to lie on one node and nothing was left between.
    """

    lines: Geometries
    parent: Places
    from_node: Indices
    to_node: Indices
    nodes: Floats
    moved_m: Floats
    collapsed: Places


def space_m(points: Floats, group: Places) -> Floats:
    """Return points on the sphere in metres, groups far apart: float64[n, 4]."""
    lon, lat = np.radians(points[:, 0]), np.radians(points[:, 1])
    flat = np.cos(lat)
    ball = EARTH_RADIUS_M * np.column_stack((flat * np.cos(lon), flat * np.sin(lon), np.sin(lat)))
    return np.column_stack((ball, group * APART_M))


def connect(lines: Geometries, group: Places, snap_m: float, *, split: bool) -> Connected:
    """Return lines as pieces between nodes.

    Ends of one group nearer to each other than ``snap_m`` (also by way of others) share a node, which lies where the
    first of them does. With ``split`` a line is also cut at each of its points that another line (or the same once
    more) has too, and at its point nearest to an end of another line that lies within ``snap_m``. Apart from ends
    moved, the pieces of a line are as long as the line.

    Parameters
    ----------
    lines
        Lines of two points or more, WGS 84 degrees.
    group
        int64[n]; lines of different groups (modes) never meet.
    snap_m
        Distance within which ends are one, metres; 0: only ends at the same place.
    split
        Whether lines are cut at points they share.
    """
    starts, ends = lines.offsets[:-1], lines.offsets[1:] - 1
    own = np.empty(2 * len(lines), dtype=np.int64)
    own[0::2], own[1::2] = starts, ends
    points = lines.coordinates
    label, first = _clusters(points[own], np.repeat(group, 2), snap_m)
    node_of = np.full(len(points), -1, dtype=np.int64)
    node_of[own] = label
    nodes = points[own][first]
    if split:
        found, at = _near_ends(lines, group, nodes, np.repeat(group, 2)[first], snap_m, node_of)
        node_of[found] = at
        shared = _shared(lines, group, node_of)
        node_of[shared.point] = shared.label + len(nodes)
        nodes = np.concatenate([nodes, points[shared.first]])
    cut = node_of >= 0
    moved = points.copy()
    moved[cut] = nodes[node_of[cut]]
    distance = geodesic_m(points[cut, 0], points[cut, 1], moved[cut, 0], moved[cut, 1])
    moved_m = np.zeros(len(nodes))
    np.maximum.at(moved_m, node_of[cut], distance)
    return _pieces(lines, moved, node_of, nodes, moved_m)


def _clusters(points: Floats, group: Places, snap_m: float) -> tuple[Places, Places]:
    """Return the cluster of each point and the first point of each, clusters in the order of their first points."""
    count = len(points)
    pairs = cKDTree(space_m(points, group)).query_pairs(snap_m, output_type="ndarray") if count else np.empty((0, 2))
    pairs = pairs.astype(np.int64)
    joined = coo_array((np.ones(len(pairs), dtype=np.int8), (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    _, label = connected_components(joined, directed=False)
    _, first, inverse = np.unique(label, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank[inverse], first[order]


def _near_ends(
    lines: Geometries, group: Places, nodes: Floats, node_group: Places, snap_m: float, node_of: Places
) -> tuple[Places, Places]:
    """Return points within lines that lie at nodes made of ends, and those nodes."""
    owner = np.repeat(np.arange(len(lines)), np.diff(lines.offsets))
    inner = np.flatnonzero(node_of < 0)
    if len(inner) == 0 or len(nodes) == 0:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    tree = cKDTree(space_m(nodes, node_group))
    distance, found = tree.query(space_m(lines.coordinates[inner], group[owner[inner]]), distance_upper_bound=np.inf)
    near = distance <= snap_m
    point, node, distance = inner[near], found[near].astype(np.int64), distance[near]
    kept = ~_beside_own_end(lines, point, node, owner, node_of, snap_m)
    point, node, distance = point[kept], node[kept], distance[kept]
    # Of points in a row that lie at one node, only the nearest is cut at.
    follows = np.zeros(len(point), dtype=np.bool_)
    follows[1:] = (point[1:] == point[:-1] + 1) & (node[1:] == node[:-1]) & (owner[point[1:]] == owner[point[:-1]])
    run = np.cumsum(~follows)
    order = np.lexsort((point, distance, run))
    nearest = order[np.unique(run[order], return_index=True)[1]] if len(order) else order
    return point[nearest], node[nearest]


def _beside_own_end(
    lines: Geometries, point: Places, node: Places, owner: Places, node_of: Places, snap_m: float
) -> Flags:
    """Return which points lie at the node of an end of their own line, and along the line hardly farther."""
    along = along_m(lines)
    first, last = lines.offsets[:-1][owner[point]], lines.offsets[1:][owner[point]] - 1
    reach = 2 * snap_m
    at_start = (node_of[first] == node) & (along[point] <= reach)
    at_end = (node_of[last] == node) & (along[last] - along[point] <= reach)
    beside: Flags = at_start | at_end
    return beside


@dataclass(frozen=True, slots=True)
class _Shared:
    point: Places
    label: Places
    first: Places


def _shared(lines: Geometries, group: Places, node_of: Places) -> _Shared:
    """Return the points within lines that stand at one place more than once, numbered by place."""
    owner = np.repeat(np.arange(len(lines)), np.diff(lines.offsets))
    inner = np.flatnonzero(node_of < 0)
    keys = np.column_stack((group[owner[inner]], lines.coordinates[inner]))
    _, label, counts = np.unique(keys, axis=0, return_inverse=True, return_counts=True)
    label = label.reshape(-1)
    twice = counts[label] > 1
    point = inner[twice]
    _, first, renumbered = np.unique(label[twice], return_index=True, return_inverse=True)
    return _Shared(point, renumbered.reshape(-1), point[first])


def _pieces(lines: Geometries, points: Floats, node_of: Places, nodes: Floats, moved_m: Floats) -> Connected:
    """Cut lines at the points that have a node, and leave out pieces of which nothing is left."""
    owner = np.repeat(np.arange(len(lines)), np.diff(lines.offsets))
    cut = np.flatnonzero(node_of >= 0)
    same = owner[cut[1:]] == owner[cut[:-1]]
    start, end = cut[:-1][same], cut[1:][same]
    counts = end - start + 1
    offsets = np.concatenate([[0], np.cumsum(counts)])
    taken = np.repeat(start - offsets[:-1], counts) + np.arange(offsets[-1])
    parent = owner[start]
    pieces = Geometries(offsets, points[taken])
    whole = (node_of[start] != node_of[end]) | (counts > 2)  # noqa: PLR2004 - a line to its own start needs a third
    kept = np.flatnonzero(whole)
    used, renumbered = np.unique(np.concatenate([node_of[start][kept], node_of[end][kept]]), return_inverse=True)
    ends = renumbered.reshape(2, -1).astype(np.int32)
    gone = np.setdiff1d(parent, parent[kept])
    return Connected(select_lines(pieces, kept), parent[kept], ends[0], ends[1], nodes[used], moved_m[used], gone)
