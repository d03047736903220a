"""Lines measured: geodesic lengths, and the place on a line nearest to a point."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.columns import Floats
from geodata.geodesy import geodesic_m
from geodata.infrastructure.build import select_lines
from geodata.network import Geometries

Places = NDArray[np.int64]


class OnLine(NamedTuple):
    """Places on lines: geodesic metres from the line's start, float64[n]; where they lie, degrees, float64[n, 2]."""

    position_m: Floats
    point: Floats


def along_m(lines: Geometries) -> Floats:
    """Return geodesic metres from the start of its line for every point, float64[P]."""
    points = lines.coordinates
    legs = np.zeros(len(points))
    if len(points) > 1:
        legs[1:] = geodesic_m(points[:-1, 0], points[:-1, 1], points[1:, 0], points[1:, 1])
    counts = np.diff(lines.offsets)
    starts = lines.offsets[:-1][counts > 0]
    legs[starts] = 0.0
    total = np.cumsum(legs)
    along: Floats = total - np.repeat(total[starts], counts[counts > 0])
    return along


def lengths_m(lines: Geometries) -> Floats:
    """Return the geodesic length of each line, metres, float64[G]; a line without points has 0."""
    points = lines.coordinates
    if len(points) < 2:  # noqa: PLR2004 - no leg
        return np.zeros(len(lines))
    legs = geodesic_m(points[:-1, 0], points[:-1, 1], points[1:, 0], points[1:, 1])
    owner = np.repeat(np.arange(len(lines)), np.diff(lines.offsets))
    inside = owner[1:] == owner[:-1]
    summed: Floats = np.bincount(owner[1:][inside], weights=legs[inside], minlength=len(lines)).astype(np.float64)
    return summed


def as_shapely(lines: Geometries) -> NDArray[np.object_]:
    """Return the lines as shapely lines in degrees; one of fewer than two points becomes an empty line."""
    counts = np.diff(lines.offsets)
    found = np.full(len(lines), shapely.LineString(), dtype=np.object_)
    drawn = np.flatnonzero(counts > 1)
    if len(drawn):
        kept = select_lines(lines, drawn)
        owner = np.repeat(np.arange(len(drawn)), np.diff(kept.offsets))
        found[drawn] = shapely.linestrings(kept.coordinates, indices=owner)
    return found


def nearest_on_lines(lines: Geometries, which: Places, points: Floats) -> OnLine:
    """Return the place on a line nearest to a point, pair by pair.

    Nearest is meant in a plane where a degree of longitude is shortened by the cosine of the point's latitude, which
    is right to about a part in a thousand within a few kilometres.

    Parameters
    ----------
    lines
        Lines to look on.
    which
        Index of the line of each pair, int64[n]; the line must have at least two points.
    points
        Longitude and latitude of each pair's point, float64[n, 2].
    """
    if len(which) == 0:
        return OnLine(np.empty(0), np.empty((0, 2)))
    taken = select_lines(lines, which)
    metres = along_m(taken)
    counts = np.diff(taken.offsets)
    pair = np.repeat(np.arange(len(which)), counts)
    starts = np.flatnonzero(pair[1:] == pair[:-1])
    owner = pair[starts]
    shrink = np.column_stack([np.cos(np.radians(points[:, 1])), np.ones(len(points))])[owner]
    begin, end = taken.coordinates[starts], taken.coordinates[starts + 1]
    course, reach = (end - begin) * shrink, (points[owner] - begin) * shrink
    squared = (course**2).sum(axis=1)
    share = np.clip((course * reach).sum(axis=1) / np.where(squared > 0, squared, 1.0), 0.0, 1.0)
    distance = ((reach - course * share[:, None]) ** 2).sum(axis=1)
    order = np.lexsort((starts, distance, owner))
    best = order[np.searchsorted(owner[order], np.arange(len(which)))]
    leg = starts[best]
    position = metres[leg] + share[best] * (metres[leg + 1] - metres[leg])
    return OnLine(position, begin[best] + share[best, None] * (end[best] - begin[best]))
