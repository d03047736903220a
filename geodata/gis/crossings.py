"""Points put into lines where others cross or end at them, so that they can be cut there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.columns import Floats
from geodata.gis.ends import Places
from geodata.network import Geometries
from geodata.topology.measure import as_shapely
from geodata.topology.plane import plane_per_metre, to_degrees, to_plane

SAME_POINT_M = 1e-3
"""Nearer to a point of a line than this, that point itself is taken, metres."""


@dataclass(frozen=True, slots=True)
class _Planar:
    lines: Geometries
    shapes: NDArray[np.object_]
    tree: shapely.STRtree
    scale: Floats


def with_crossings(lines: Geometries, group: Places, snap_m: float) -> Geometries:
    """Return lines with a point more wherever a line of the same group crosses them or ends within ``snap_m``.

    Parameters
    ----------
    lines
        Lines of two points or more, WGS 84 degrees.
    group
        int64[n]; only lines of one group (mode and level) meet.
    snap_m
        Distance within which an end lies on a line, metres.
    """
    if len(lines) == 0:
        return lines
    plane = Geometries(lines.offsets, to_plane(lines.coordinates))
    shapes = as_shapely(plane)
    middle = lines.coordinates[lines.offsets[:-1]]
    planar = _Planar(plane, shapes, shapely.STRtree(shapes), plane_per_metre(middle[:, 1]))
    crossed, crossings = _crossings(planar, lines, group, snap_m)
    touched, ends = _ends_on_lines(planar, lines, group, snap_m)
    line = np.concatenate([crossed, touched])
    points = np.concatenate([crossings, ends])
    return _inserted(planar, lines, line, points)


def _crossings(planar: _Planar, lines: Geometries, group: Places, snap_m: float) -> tuple[Places, Floats]:
    """Return each line that another crosses, and where in degrees; both lines of a pair get exactly one point.

    Crossings nearer to an end of either line than ``snap_m`` are left to the joining of ends.
    """
    one, other = planar.tree.query(planar.shapes, predicate="intersects")
    pair = (one < other) & (group[one] == group[other])
    one, other = one[pair], other[pair]
    meets = shapely.intersection(planar.shapes[one], planar.shapes[other])
    points, which = shapely.get_coordinates(meets, return_index=True)
    one, other = one[which], other[which]
    reach = max(snap_m, SAME_POINT_M)
    kept = np.ones(len(points), dtype=np.bool_)
    for line in (one, other):
        for at in (lines.offsets[:-1][line], lines.offsets[1:][line] - 1):
            away = np.hypot(*(planar.lines.coordinates[at] - points).T)
            kept &= away > reach * planar.scale[line]
    one, other, points = one[kept], other[kept], points[kept]
    found = _at_vertices(planar, lines, points, one, other)
    return np.concatenate([one, other]), np.concatenate([found, found])


def _at_vertices(planar: _Planar, lines: Geometries, points: Floats, one: Places, other: Places) -> Floats:
    """Return points of the plane in degrees; where one of both lines has a point there already, exactly that."""
    found = to_degrees(points)
    for line in (other, one):
        for place, index in enumerate(line.tolist()):
            away = np.hypot(*(planar.lines.points(index) - points[place]).T)
            nearest = int(np.argmin(away))
            if away[nearest] <= SAME_POINT_M * planar.scale[index]:
                found[place] = lines.points(index)[nearest]
    return found


def _ends_on_lines(planar: _Planar, lines: Geometries, group: Places, snap_m: float) -> tuple[Places, Floats]:
    """Return each line that an end of another lies on, and that end in degrees."""
    at = np.concatenate([lines.offsets[:-1], lines.offsets[1:] - 1])
    owner = np.tile(np.arange(len(lines)), 2)
    reach = max(snap_m, SAME_POINT_M) * np.tile(planar.scale, 2)
    point, line = planar.tree.query(shapely.points(planar.lines.coordinates[at]), "dwithin", reach)
    other = (owner[point] != line) & (group[owner[point]] == group[line])
    point, line = point[other], line[other]
    kept = np.zeros(len(point), dtype=np.bool_)
    for place, (end, index) in enumerate(zip(at[point].tolist(), line.tolist(), strict=True)):
        vertices = planar.lines.points(index)
        away = np.hypot(*(vertices - planar.lines.coordinates[end]).T)
        kept[place] = away.min() > reach[point[place]]
    return line[kept], lines.coordinates[at[point[kept]]]


def _inserted(planar: _Planar, lines: Geometries, line: Places, points: Floats) -> Geometries:
    if len(line) == 0:
        return lines
    on_line = shapely.points(to_plane(points))
    position = shapely.line_locate_point(planar.shapes[line], on_line)
    legs = np.zeros(len(lines.coordinates))
    legs[1:] = np.hypot(*np.diff(planar.lines.coordinates, axis=0).T)
    legs[lines.offsets[:-1]] = 0.0
    total = np.cumsum(legs)
    along = total - np.repeat(total[lines.offsets[:-1]], np.diff(lines.offsets))
    owner = np.repeat(np.arange(len(lines)), np.diff(lines.offsets))
    owners = np.concatenate([owner, line])
    coordinates = np.concatenate([lines.coordinates, points])
    order = np.lexsort((np.concatenate([along, position]), owners))
    owners, coordinates = owners[order], coordinates[order]
    new = np.ones(len(owners), dtype=np.bool_)
    new[1:] = (owners[1:] != owners[:-1]) | (np.diff(coordinates, axis=0) != 0).any(axis=1)
    counts = np.bincount(owners[new], minlength=len(lines))
    return Geometries(np.concatenate([[0], np.cumsum(counts)]), coordinates[new])
