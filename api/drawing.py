"""What every map picture shares: the projection, widths of lines and where labels have room."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

KM_PER_DEGREE: Final = 111.32
MAP_WIDTH: Final = 900.0
WIDEST_LINE_PX: Final = 14.0
NARROWEST_LINE_PX: Final = 0.8
LABEL_HEIGHT: Final = 15.0
LABEL_WIDTH: Final = 6.4
"""Size of a label's line and of one letter, in screen pixels."""


@dataclass(frozen=True, slots=True)
class Projection:
    """Equirectangular map, true to scale at the middle latitude.

    Parameters
    ----------
    west, south, east, north
        Bounds in degrees.
    """

    west: float
    south: float
    east: float
    north: float

    @property
    def _scale(self) -> float:
        return MAP_WIDTH / ((self.east - self.west) * self._shrink)

    @property
    def _shrink(self) -> float:
        return math.cos(math.radians((self.south + self.north) / 2))

    @property
    def height(self) -> float:
        """Height of the map in its own units; its width is ``MAP_WIDTH``."""
        return (self.north - self.south) * self._scale

    @property
    def km_per_unit(self) -> float:
        """Kilometres in one unit of the map."""
        return KM_PER_DEGREE / self._scale

    def to_map(self, lon: float, lat: float) -> tuple[float, float]:
        """Return x to the right and y downwards, in units of the map."""
        return (lon - self.west) * self._shrink * self._scale, (self.north - lat) * self._scale


def line_width_px(load: float, largest: float) -> float:
    """Return the width of a line: by the square root of the load, so that small flows stay visible."""
    if load < 1 or largest <= 0:
        return 0.0
    return max(NARROWEST_LINE_PX, WIDEST_LINE_PX * math.sqrt(load / largest))


class LabelRoom:
    """Where labels stand already on a map, so that no two cover each other.

    Parameters
    ----------
    height
        Height of the map in its units; its width is ``MAP_WIDTH``.
    units_per_px
        Units of the map in a screen pixel.
    """

    def __init__(self, height: float, units_per_px: float) -> None:
        self._height = height
        self._units_per_px = units_per_px
        self._taken: list[tuple[float, float, float, float]] = []

    def side_of(self, x: float, y: float, letters: int) -> str | None:
        """Return on which side of a point a label of so many letters has room, and take it; None where it has none."""
        width = (8 + LABEL_WIDTH * letters) * self._units_per_px
        half = LABEL_HEIGHT * self._units_per_px / 2
        for side, west in (("right", x), ("left", x - width)):
            box = (west, y - half, west + width, y + half)
            inside = box[0] >= 0 and box[2] <= MAP_WIDTH and box[1] >= 0 and box[3] <= self._height
            if inside and not any(_overlap(box, other) for other in self._taken):
                self._taken.append(box)
                return side
        return None


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
