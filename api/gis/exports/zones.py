"""Which zone of VN-2000 a place belongs to: the provinces keep their cadastral maps in zones of 3° of their own."""

from __future__ import annotations

from collections import Counter
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
PROPOSED_CRS: Final = Text(
    en="The VN-2000 zone of this place is {crs}: add --crs {crs} for it.",
    vi="Múi VN-2000 của nơi này là {crs}: thêm --crs {crs} để dùng.",
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
    """Return the zone in which a place has its maps: that of most of the towns in it, or of the nearest town.

    Parameters
    ----------
    box
        Box around features; None where there are none.

    Returns
    -------
    Zone or None
        None where no town is near.
    """
    if box is None or box.west > box.east:
        return None
    east, north = (box.west + box.east) / 2, (box.south + box.north) / 2
    near = sorted((_away(town, east, north), key) for key, towns in _TOWNS.items() for town in towns)
    inside = Counter(key for key, towns in _TOWNS.items() for town in towns if _holds(box, town))
    if not inside:
        away, (province, crs) = near[0]
        return None if away > FARTHEST_DEGREES else Zone(crs, _NAMES[crs], province)
    towns_of = Counter[str]()
    for (_province, crs), towns in inside.items():
        towns_of[crs] += towns
    order = [crs for _away_from, (_province, crs) in near]
    chosen = max(towns_of, key=lambda crs: (towns_of[crs], -order.index(crs)))
    return Zone(
        chosen,
        _NAMES[chosen],
        ", ".join(province for province, crs in _TOWNS if (province, crs) in inside and crs == chosen),
    )


def _away(town: tuple[float, float], east: float, north: float) -> float:
    return hypot((town[0] - east) * cos(radians(north)), town[1] - north)


def _holds(box: Box, town: tuple[float, float]) -> bool:
    return box.west <= town[0] <= box.east and box.south <= town[1] <= box.north
