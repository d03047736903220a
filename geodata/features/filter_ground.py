"""Spatial conditions of a filter: the shapes of features against a geometry that is written out."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import shapely

from geodata.columns import Floats
from geodata.features.cql2 import FilterError, Node
from geodata.features.filter_terms import AsTruths
from geodata.features.filter_words import (
    BAD_GEOMETRY,
    NO_GROUND,
    NORTH_FIRST,
    NOT_A_GEOMETRY,
    NOT_ON_EARTH,
    UPSIDE_DOWN,
    UPSIDE_DOWN_NORTH_FIRST,
    WRONG_WAY,
)
from geodata.features.near import box_around, rectangle
from geodata.features.table import Box, FeatureTable
from supplychain.text import Text

SPATIAL: Final = frozenset(
    ("s_intersects", "s_equals", "s_disjoint", "s_touches", "s_within", "s_overlaps", "s_crosses", "s_contains")
)
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


@dataclass(frozen=True, slots=True)
class Reference:
    """The coordinate reference system of the places of a filter.

    Parameters
    ----------
    to_wgs84
        Brings coordinates of it, float64[n, 2], axes as it has them, to longitude and latitude.
    is_north_first
        Whether its first axis points north.
    is_round
        Whether it goes around the earth in degrees, so that a box may cross the date line.
    """

    to_wgs84: ToWgs84 = as_they_are
    is_north_first: bool = False
    is_round: bool = True


WGS_84: Final = Reference()
"""Longitude before latitude."""


def is_ground(node: Node) -> bool:
    """Return whether a node names the geometry of a feature."""
    return isinstance(node, dict) and node.get("property") == GEOMETRY


def spatial(operator: str, one: Node, other: Node, of: Reference) -> AsTruths:
    """Return the condition that the geometry of a feature stands to another as an operator says.

    Parameters
    ----------
    operator
        Such as ``s_intersects``.
    one, other
        One of them names the geometry of features, the other is a geometry.
    of
        CRS of the latter.

    Raises
    ------
    FilterError
        If it is otherwise, or the geometry cannot be used.
    """
    if is_ground(one) == is_ground(other):
        raise FilterError(NO_GROUND.format(operator=operator.upper()))
    if is_ground(other):
        one, other, operator = other, one, _MIRRORED.get(operator, operator)
    ground = _geometry(other, of, operator)
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


def near_ground(operator: str, one: Node, other: Node, of: Reference) -> Box | None:
    """Return a box that the geometry of every feature meets of which ``spatial`` says true; None where there is none.

    All conditions but one say that the geometries meet, and then the feature meets the box around the other.
    """
    if operator == "s_disjoint":
        return None
    return box_around(_geometry(one if is_ground(other) else other, of, operator))


def _geometry(node: Node, of: Reference, operator: str) -> shapely.Geometry:
    if not isinstance(node, dict) or not ({"bbox", "type"} & set(node)):
        raise FilterError(NO_GROUND.format(operator=operator.upper()))
    drawn = _box(node["bbox"], of) if "bbox" in node else _drawn(node)
    if drawn.is_empty:
        raise _unusable(NOT_A_GEOMETRY)
    found = shapely.transform(drawn, of.to_wgs84)
    points = shapely.get_coordinates(found)
    least, most = points.min(axis=0), points.max(axis=0)
    if not np.isfinite(points).all() or (least < _WORLD[:2]).any() or (most > _WORLD[2:]).any():
        raise _unusable(NORTH_FIRST if of.is_north_first else NOT_ON_EARTH)
    if not shapely.is_valid(found):
        why = shapely.is_valid_reason(found)
        raise _unusable(Text(en=why, vi=why))
    return found


def _drawn(node: Node) -> shapely.Geometry:
    try:
        return shapely.force_2d(shapely.from_geojson(json.dumps(node, allow_nan=False)))
    except (shapely.GEOSException, ValueError) as error:
        raise _unusable(NOT_A_GEOMETRY) from error


def _box(corners: Node, of: Reference) -> shapely.Geometry:
    """Return a box, axes as its CRS has them; the two sides of it where it crosses the date line."""
    numbers = corners if isinstance(corners, list) else []
    is_number = [isinstance(one, int | float) and not isinstance(one, bool) and math.isfinite(one) for one in numbers]
    if len(numbers) not in (FLAT_BOX, HIGH_BOX) or not all(is_number):
        raise _unusable(NOT_A_GEOMETRY)
    half = len(numbers) // 2
    least, most = numbers[:2], numbers[half : half + 2]
    if of.is_north_first:
        least, most = least[::-1], most[::-1]
    (west, south), (east, north) = least, most
    if south > north:
        raise _unusable(UPSIDE_DOWN_NORTH_FIRST if of.is_north_first else UPSIDE_DOWN)
    if west <= east:
        drawn = rectangle(west, south, east, north)
    elif of.is_round:
        sides = [rectangle(west, south, _WORLD.east, north), rectangle(_WORLD.west, south, east, north)]
        is_plain = all(side.geom_type == "Polygon" for side in sides)
        drawn = shapely.multipolygons(sides) if is_plain else shapely.geometrycollections(sides)
    else:
        raise _unusable(WRONG_WAY)
    return shapely.transform(drawn, lambda points: points[:, ::-1]) if of.is_north_first else drawn


def _unusable(why: Text) -> FilterError:
    return FilterError(BAD_GEOMETRY.format(why=why))
