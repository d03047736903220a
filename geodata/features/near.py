"""Boxes that hold whatever a condition can meet, so that the index of places is asked before the condition is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import shapely

from geodata.features.source import Filter, Wanted
from geodata.features.table import Box

FULL_TURN = 360.0


def rectangle(west: float, south: float, east: float, north: float) -> shapely.Geometry:
    """Return a box as a geometry: a line where it is as narrow as one, a point where it is one.

    A polygon without an area is none: it would meet nothing, though features stand on it.
    """
    if west == east and south == north:
        return shapely.Point(west, south)
    if west == east or south == north:
        return shapely.LineString([(west, south), (east, north)])
    return shapely.box(west, south, east, north)


def box_around(geometry: shapely.Geometry) -> Box:
    """Return a box that each part of a geometry meets; it crosses the date line where it is narrower so."""
    west, south, east, north = shapely.bounds(shapely.get_parts(geometry)).T
    found = Box(float(west.min()), float(south.min()), float(east.max()), float(north.max()))
    order = np.argsort(west, kind="stable")
    reached = np.maximum.accumulate(east[order])[:-1]
    following = west[order][1:]
    gaps = following - reached
    if not gaps.size or gaps.max() <= FULL_TURN - (found.east - found.west):
        return found
    widest = int(gaps.argmax())
    return found._replace(west=float(following[widest]), east=float(reached[widest]))


def near_of(condition: Filter | None) -> Box | None:
    """Return the box that the geometry of every feature that meets a condition meets; None where it tells of none."""
    found: Box | None = getattr(condition, "near", None)
    return found


def smallest(boxes: Iterable[Box | None]) -> Box | None:
    """Return the box of least area; None where there is none."""
    return min((box for box in boxes if box is not None), key=_area, default=None)


def _area(box: Box) -> float:
    width = box.east - box.west
    return (width if width >= 0 else width + FULL_TURN) * (box.north - box.south)


def points_wanted(wanted: Wanted) -> Wanted:
    """Return what is wanted of points, in a box that holds all of them where the filter tells of one.

    A point that meets two boxes lies in what they have in common, which is no more true of lines.
    """
    near = near_of(wanted.filter)
    if near is None:
        return wanted
    box = near if wanted.box is None else _common(wanted.box, near)
    return replace(wanted, box=box)


def _common(one: Box, other: Box) -> Box:
    """Return a box that holds all points that lie in two: what they have in common where that is a plain box."""
    if one.west > one.east or other.west > other.east:
        return one
    found = Box(*np.maximum(one[:2], other[:2]).tolist(), *np.minimum(one[2:], other[2:]).tolist())
    return one if found.west > found.east or found.south > found.north else found
