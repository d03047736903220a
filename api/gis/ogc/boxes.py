"""Boxes of requests (``bbox``, ``bbox-crs``): read, refused where they are none, and brought to WGS 84."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from api.gis.ogc.crs import NamedCrs
from api.service.problems import ServiceError
from geodata.features.near import near_of, rectangle, smallest
from geodata.features.source import Filter
from geodata.features.table import Box, FeatureTable
from supplychain.plain_numbers import plain_number
from supplychain.text import Text

SIDES: Final = 4
SIDES_WITH_HEIGHTS: Final = 6
POINTS_A_SIDE: Final = 21
"""Points of a side that are brought to WGS 84, since a straight side is bent there."""
HALF_TURN: Final = 180.0
RIGHT_ANGLE: Final = 90.0

NOT_NUMBERS: Final = Text(
    en="bbox is four numbers with commas, least first, such as 106.5,10.8,106.9,11.2; got {box}.",
    vi="bbox gồm bốn số cách nhau bằng dấu phẩy, số nhỏ trước, ví dụ 106.5,10.8,106.9,11.2; nhận được {box}.",
)
UPSIDE_DOWN: Final = Text(
    en="bbox {box} is upside down: its south is north of its north. Exchange them.",
    vi="bbox {box} bị lộn ngược: cạnh nam nằm phía bắc của cạnh bắc. Hãy đổi chỗ hai số.",
)
WRONG_WAY: Final = Text(
    en="bbox {box} has its greater east before its smaller one, and {crs} does not go around the earth. Exchange them.",
    vi="bbox {box} có cạnh tây lớn hơn cạnh đông, mà {crs} không đi vòng quanh trái đất. Hãy đổi chỗ hai số.",
)
TOO_FAR: Final = Text(
    en="bbox {box} lies where {crs} cannot be used. Give a smaller one, or another bbox-crs.",
    vi="bbox {box} nằm ngoài phạm vi dùng được của {crs}. Hãy dùng khung nhỏ hơn, hoặc bbox-crs khác.",
)


@dataclass(frozen=True, slots=True)
class Inside:
    """A condition: the geometry meets a rectangle of a projected CRS, which is none of longitudes and latitudes.

    Parameters
    ----------
    crs
        The CRS.
    sides
        West, south, east and north in it.
    """

    crs: NamedCrs
    sides: tuple[float, float, float, float]

    @property
    def text(self) -> str:
        """The condition in one spelling."""
        return f"bbox {self.crs.code} {self.sides}"

    def holds(self, table: FeatureTable) -> NDArray[np.bool_]:
        """Return bool[N]: which features meet it."""
        places = table.shapes.to_shapely()
        way = self.crs.way
        moved = places if way is None else shapely.transform(places, way.from_wgs84)
        return np.asarray(shapely.intersects(moved, rectangle(*self.sides)), dtype=bool)


@dataclass(frozen=True, slots=True)
class Both:
    """A condition of several: a feature meets it that meets each.

    Parameters
    ----------
    conditions
        Them.
    """

    conditions: tuple[Filter, ...]

    @property
    def text(self) -> str:
        """The condition in one spelling."""
        return " AND ".join(f"({one.text})" for one in self.conditions)

    @property
    def conjuncts(self) -> tuple[object, ...]:
        """What each tells of the features that meet it."""
        return tuple(told for one in self.conditions for told in getattr(one, "conjuncts", ()))

    @property
    def near(self) -> Box | None:
        """The smallest box that one of them tells of."""
        return smallest(near_of(one) for one in self.conditions)

    def holds(self, table: FeatureTable) -> NDArray[np.bool_]:
        """Return bool[N]: which features meet it; a later condition is asked only about what meets the earlier."""
        rows = np.arange(len(table))
        for one in self.conditions:
            rows = rows[one.holds(table if len(rows) == len(table) else table.take(rows))]
        found = np.zeros(len(table), dtype=bool)
        found[rows] = True
        return found


def all_conditions(conditions: Sequence[Filter]) -> Filter | None:
    """Return conditions as one; None where there is none."""
    if not conditions:
        return None
    return conditions[0] if len(conditions) == 1 else Both(tuple(conditions))


def read_bbox(text: str, crs: NamedCrs) -> tuple[Box, Inside | None]:
    """Return the box of a request, and what has to be met besides where the box alone says too little.

    Parameters
    ----------
    text
        Four numbers, or six with heights, which no feature has; axes as the CRS has them.
    crs
        ``bbox-crs``.

    Raises
    ------
    ServiceError
        If it is no box, or one that is upside down.
    """
    sides = _sides(text, crs)
    west, south, east, north = sides
    if south > north:
        raise ServiceError(UPSIDE_DOWN.format(box=text[:100]), "bad_request")
    if crs.way is None:
        return _on_earth(*sides), None
    if west > east:
        raise ServiceError(WRONG_WAY.format(box=text[:100], crs=crs.code), "bad_request")
    steps = np.linspace(0.0, 1.0, POINTS_A_SIDE)
    across, up = west + steps * (east - west), south + steps * (north - south)
    level, upright = np.ones(POINTS_A_SIDE), np.ones(POINTS_A_SIDE)
    ring = np.vstack(
        [
            np.column_stack(pair)
            for pair in ((across, south * level), (across, north * level), (west * upright, up), (east * upright, up))
        ]
    )
    places = crs.way.to_wgs84(ring)
    if not np.isfinite(places).all():
        raise ServiceError(TOO_FAR.format(box=text[:100], crs=crs.code), "bad_request")
    # Between two points a side bends by less than its middle does between three: one more such bend holds it.
    margin = 1e-9 + float(np.abs(np.diff(places, 2, axis=0)).max(initial=0.0))
    least, most = places.min(axis=0) - margin, places.max(axis=0) + margin
    found = Box(
        max(float(least[0]), -HALF_TURN),
        max(float(least[1]), -RIGHT_ANGLE),
        min(float(most[0]), HALF_TURN),
        min(float(most[1]), RIGHT_ANGLE),
    )
    return found, Inside(crs, sides)


def _sides(text: str, crs: NamedCrs) -> tuple[float, float, float, float]:
    """Return west, south, east and north in the CRS."""
    try:
        numbers = [plain_number(part) for part in text.split(",")]
    except ValueError as error:
        raise ServiceError(NOT_NUMBERS.format(box=text[:100]), "bad_request") from error
    if len(numbers) not in (SIDES, SIDES_WITH_HEIGHTS) or not all(map(isfinite, numbers)):
        raise ServiceError(NOT_NUMBERS.format(box=text[:100]), "bad_request")
    half = len(numbers) // 2
    first, second = numbers[:2], numbers[half : half + 2]
    if crs.is_north_first:
        first, second = first[::-1], second[::-1]
    return first[0], first[1], second[0], second[1]


def _on_earth(west: float, south: float, east: float, north: float) -> Box:
    """Return a box of degrees with sides that are on the earth: maps that show it twice ask for more."""
    south, north = (min(max(side, -RIGHT_ANGLE), RIGHT_ANGLE) for side in (south, north))
    if -HALF_TURN <= west <= HALF_TURN and -HALF_TURN <= east <= HALF_TURN:
        return Box(west, south, east, north)
    if east - west >= 2 * HALF_TURN:
        return Box(-HALF_TURN, south, HALF_TURN, north)
    west, east = ((side + HALF_TURN) % (2 * HALF_TURN) - HALF_TURN for side in (west, east))
    return Box(west, south, east, north)
