"""Which zone of VN-2000 a place belongs to: the provinces keep their cadastral maps in zones of 3° of their own."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, hypot, radians
from typing import Final

from geodata.features.table import Box
from supplychain.text import Text

AUTO: Final = "vn-2000"
"""What is written in place of a code for the zone that is proposed."""
FARTHEST_DEGREES: Final = 0.6
"""A place farther than this from every town of the table gets no proposal."""

PROPOSED: Final = Text(
    en="The VN-2000 zone of {provinces} is {crs} ({name}).", vi="Múi VN-2000 của {provinces} là {crs} ({name})."
)
NO_ZONE: Final = Text(
    en="No VN-2000 zone is known for this place. Name one by its code, such as EPSG:3405 (UTM 48N) or EPSG:9210.",
    vi="Chưa biết múi VN-2000 của nơi này. Hãy nêu mã, ví dụ EPSG:3405 (UTM 48N) hoặc EPSG:9210.",
)


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone of VN-2000.

    Parameters
    ----------
    crs
        Its code.
    name
        What it is called.
    provinces
        Provinces for which it is proposed.
    """

    crs: str
    name: str
    provinces: str


_NAMES: Final = {"EPSG:9210": "TM-3 105°45′", "EPSG:5899": "TM-3 107°45′"}
_TOWNS: Final[dict[tuple[str, str], tuple[tuple[float, float], ...]]] = {
    ("Bình Dương", "EPSG:9210"): (
        (106.65, 10.98), (106.70, 10.92), (106.77, 10.90), (106.60, 11.15), (106.80, 11.06), (106.79, 11.29),
        (106.37, 11.28), (106.63, 11.28), (106.87, 11.12),
    ),
    ("Long An", "EPSG:9210"): (
        (106.41, 10.54), (106.48, 10.64), (106.40, 10.88), (106.30, 10.89), (106.67, 10.60), (106.60, 10.50),
        (105.94, 10.78), (105.79, 10.89), (106.17, 10.66), (106.05, 10.61), (106.48, 10.45),
    ),
    ("TP. Hồ Chí Minh", "EPSG:9210"): (
        (106.70, 10.78), (106.76, 10.85), (106.80, 10.84), (106.49, 10.97), (106.59, 10.89), (106.58, 10.69),
        (106.74, 10.68), (106.60, 10.76), (106.95, 10.41),
    ),
    ("Đồng Nai", "EPSG:5899"): (
        (106.83, 10.95), (106.95, 10.79), (106.90, 10.72), (107.00, 10.95), (107.24, 10.93), (107.03, 11.10),
        (107.35, 11.20), (107.43, 11.27), (107.42, 10.92), (107.23, 10.80), (107.15, 10.97),
    ),
    ("Bà Rịa – Vũng Tàu", "EPSG:5899"): (
        (107.08, 10.35), (107.17, 10.50), (107.05, 10.59), (107.02, 10.53), (107.25, 10.65), (107.42, 10.56),
        (107.27, 10.49), (107.21, 10.48),
    ),
}  # fmt: skip
"""Longitude and latitude of the main towns by province, rounded to a kilometre, and the zone of the province."""


def proposed_zone(box: Box | None) -> Zone | None:
    """Return the zone in which the place in the middle of a box has its maps; None where it is not known.

    Parameters
    ----------
    box
        Box around features; None where there are none.
    """
    if box is None or box.west > box.east:
        return None
    east, north = (box.west + box.east) / 2, (box.south + box.north) / 2
    near = sorted((_away(town, east, north), key) for key, towns in _TOWNS.items() for town in towns)
    away, (province, crs) = near[0]
    if away > FARTHEST_DEGREES:
        return None
    inside = [
        name
        for (name, zone), towns in _TOWNS.items()
        if zone == crs and name != province and any(_holds(box, town) for town in towns)
    ]
    return Zone(crs, _NAMES[crs], ", ".join([province, *inside]))


def _away(town: tuple[float, float], east: float, north: float) -> float:
    return hypot((town[0] - east) * cos(radians(north)), town[1] - north)


def _holds(box: Box, town: tuple[float, float]) -> bool:
    return box.west <= town[0] <= box.east and box.south <= town[1] <= box.north
