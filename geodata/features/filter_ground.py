"""Spatial conditions of a filter: the shapes of features against a geometry that is written out."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pyarrow as pa
import shapely

from geodata.columns import Floats
from geodata.features.cql2 import FilterError, Node
from geodata.features.filter_terms import AsTruths
from geodata.features.filter_words import BAD_GEOMETRY, NO_GROUND, NOT_A_GEOMETRY, NOT_ON_EARTH, UPSIDE_DOWN
from geodata.features.table import Box, FeatureTable
from supplychain.text import Text

ToWgs84 = Callable[[Floats], Floats]

GEOMETRY: Final = "geometry"
FLAT_BOX: Final = 4
HIGH_BOX: Final = 6
_WORLD: Final = Box(-180.0, -90.0, 180.0, 90.0)
_FROM_GROUND: Final[dict[str, Callable[..., Any]]] = {
    "s_intersects": shapely.intersects,
    "s_equals": shapely.equals,
    "s_disjoint": shapely.disjoint,
    "s_touches": shapely.touches,
    "s_within": shapely.contains,
    "s_overlaps": shapely.overlaps,
    "s_crosses": shapely.crosses,
    "s_contains": shapely.within,
}
"""How the ground stands to a feature that stands to it as named; only the first of the two can be prepared."""

_MIRRORED: Final = {"s_within": "s_contains", "s_contains": "s_within"}


def as_they_are(points: Floats) -> Floats:
    """Return longitudes and latitudes as they are."""
    return points


def is_ground(node: Node) -> bool:
    """Return whether a node names the geometry of a feature."""
    return isinstance(node, dict) and node.get("property") == GEOMETRY


def spatial(operator: str, one: Node, other: Node, to_wgs84: ToWgs84) -> AsTruths:
    """Return the condition that the geometry of a feature stands to another as an operator says.

    Parameters
    ----------
    operator
        Such as ``s_intersects``.
    one, other
        One of them names the geometry of features, the other is a geometry.
    to_wgs84
        Brings the coordinates of the latter to longitude and latitude.

    Raises
    ------
    FilterError
        If it is otherwise, or the geometry cannot be used.
    """
    if is_ground(one) == is_ground(other):
        raise FilterError(NO_GROUND.format(operator=operator.upper()))
    if is_ground(other):
        one, other, operator = other, one, _MIRRORED.get(operator, operator)
    ground = _geometry(other, to_wgs84, operator)
    shapely.prepare(ground)
    meets = _FROM_GROUND[operator]
    is_apart = operator == "s_disjoint"
    west, south, east, north = ground.bounds

    def told(table: FeatureTable) -> pa.Array:
        boxes = table.shapes.boxes()
        with np.errstate(invalid="ignore"):
            near = (boxes[:, 0] <= east) & (boxes[:, 2] >= west) & (boxes[:, 1] <= north) & (boxes[:, 3] >= south)
        found = np.full(len(table), is_apart)
        rows = np.flatnonzero(near)
        found[rows] = meets(ground, table.shapes.take(rows).to_shapely())
        return pa.array(found, mask=table.shapes.is_missing)

    return told


def _geometry(node: Node, to_wgs84: ToWgs84, operator: str) -> shapely.Geometry:
    if not isinstance(node, dict) or not ({"bbox", "type"} & set(node)):
        raise FilterError(NO_GROUND.format(operator=operator.upper()))
    found = _box(node["bbox"], to_wgs84) if "bbox" in node else _drawn(node, to_wgs84)
    if found.is_empty:
        raise _unusable(NOT_A_GEOMETRY)
    points = shapely.get_coordinates(found)
    least, most = points.min(axis=0), points.max(axis=0)
    if not np.isfinite(points).all() or (least < _WORLD[:2]).any() or (most > _WORLD[2:]).any():
        raise _unusable(NOT_ON_EARTH)
    if not shapely.is_valid(found):
        why = shapely.is_valid_reason(found)
        raise _unusable(Text(en=why, vi=why))
    return found


def _drawn(node: Node, to_wgs84: ToWgs84) -> shapely.Geometry:
    try:
        drawn = shapely.force_2d(shapely.from_geojson(json.dumps(node, allow_nan=False)))
    except (shapely.GEOSException, ValueError) as error:
        raise _unusable(NOT_A_GEOMETRY) from error
    return shapely.transform(drawn, to_wgs84)


def _box(corners: Node, to_wgs84: ToWgs84) -> shapely.Geometry:
    """Return a box, the two sides of it where it crosses the date line."""
    numbers = corners if isinstance(corners, list) else []
    is_number = [isinstance(one, int | float) and not isinstance(one, bool) and math.isfinite(one) for one in numbers]
    if len(numbers) not in (FLAT_BOX, HIGH_BOX) or not all(is_number):
        raise _unusable(NOT_A_GEOMETRY)
    half = len(numbers) // 2
    west, south, east, north = numbers[0], numbers[1], numbers[half], numbers[half + 1]
    if south > north:
        raise _unusable(UPSIDE_DOWN)
    if west <= east:
        return shapely.transform(shapely.box(west, south, east, north), to_wgs84)
    halves = [shapely.box(west, south, _WORLD.east, north), shapely.box(_WORLD.west, south, east, north)]
    return shapely.transform(shapely.multipolygons(halves), to_wgs84)


def _unusable(why: Text) -> FilterError:
    return FilterError(BAD_GEOMETRY.format(why=why))
