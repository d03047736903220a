"""Positions as people give them: degrees in any form, swapped, or metres of the Vietnamese grid VN-2000."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from supplychain.intake.files.values import Cell
from supplychain.intake.values.types import CellProblem, add_note, shown
from supplychain.text import Text

if TYPE_CHECKING:
    from pyproj import Transformer

VIETNAM_LAT: Final = (8.0, 24.0)
VIETNAM_LON: Final = (102.0, 118.0)
"""The mainland, the islands and the seas off them."""

NORTHINGS_M: Final = (880_000.0, 2_700_000.0)
EASTINGS_M: Final = (100_000.0, 900_000.0)
"""Metres of VN-2000 between 8 and 24 degrees north; the two ranges do not meet, so that axes cannot be mistaken."""

VN_2000: Final = (3405, 3406, 5896, 5897, 5898, 5899, *range(9205, 9219))
"""EPSG codes of VN-2000: UTM zones 48N and 49N, and TM-3 by central meridian."""

VN_2000_TO_WGS_84: Final = "urn:ogc:def:coordinateOperation:EPSG::6960"
WGS_84: Final = 4326
INSIDE_SHARE: Final = 0.99
LEAST_POINTS: Final = 3

_LIMIT_LAT: Final = 90.0
_LIMIT_LON: Final = 180.0
_FIGURE: Final = r"\d{1,2}(?:[.,]\d+)?"
_DEGREE_SIGN: Final = r"\s*(?:°|º|độ|do|deg|d)\s*"
_MINUTE_SIGN: Final = r"\s*(?:'|′|’|phút|phut|m)\s*"
_SECOND_SIGN: Final = r"\s*(?:\"|″|”|''|giây|giay|s)\s*"
_DEGREES: Final = re.compile(
    rf"(?P<sign>[+\-\u2212]?)(?P<d>\d{{1,3}}(?:[.,]\d+)?)"
    rf"(?:(?:{_DEGREE_SIGN}|\s+)(?P<m>{_FIGURE})(?:(?:{_MINUTE_SIGN}|\s+)(?P<s>{_FIGURE})(?:{_SECOND_SIGN})?"
    rf"|{_MINUTE_SIGN})?|{_DEGREE_SIGN})?\s*(?P<half>[nsewbđt])?"
)
_HALVES: Final = {"n": 1, "b": 1, "e": 1, "đ": 1, "s": -1, "w": -1, "t": -1}
"""North (bắc), east (đông), south, west (tây); "nam" has no letter of its own beside north."""
_METRES: Final = re.compile(r"\d{6,7}(?:[.,]\d+)?|\d{3}([. ,])\d{3}(?:[.,]\d+)?|\d[. ,]\d{3}[. ,]\d{3}(?:[.,]\d+)?")
_GOOGLE: Final = re.compile(r"@(-?\d+\.\d+),(-?\d+\.\d+)")
_PAIR_SPLITS: Final = (
    re.compile(r"\s*;\s*"),
    re.compile(r"(?<=[nsewbđ])\s*[,;]?\s+|,\s+", re.IGNORECASE),
    re.compile(r"\s*,\s*"),
    re.compile(r"\s+"),
)

SHORES_LAT: Final = (6.0, 24.0)
"""Latitudes between which Vietnam lies with its islands, Trường Sa in the south among them; longitudes as above."""

Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees."""


@dataclass(frozen=True, slots=True)
class Position:
    """A place in WGS 84, degrees."""

    lat: float
    lon: float


def parse_degrees(text: str) -> float | None:
    """Return degrees written with a decimal point or comma, or as degrees, minutes and seconds; None if they are none.

    North (N, B) and east (E, Đ) are positive.
    """
    found = _DEGREES.fullmatch(" ".join(text.casefold().split()))
    if found is None:
        return None
    minutes, seconds = _float(found["m"]), _float(found["s"])
    if minutes >= 60 or seconds >= 60 or (found["m"] and not found["d"].isdigit()):  # noqa: PLR2004 - sixty to the next
        return None
    degrees = _float(found["d"]) + minutes / 60 + seconds / 3600
    half = _HALVES.get(found["half"] or "n", 1)
    return degrees * half * (-1 if found["sign"] in {"-", "−"} else 1)


def parse_metres(cell: Cell) -> float | None:
    """Return metres of a grid, 100,000 or more; signs between thousands are left out. None if they are none."""
    if isinstance(cell.value, float):
        return cell.value
    text = cell.text.strip().removesuffix("m").strip()
    found = _METRES.fullmatch(text)
    if found is None:
        return None
    digits = re.split(r"[.,]", text)
    if text.replace(".", "").replace(",", "").replace(" ", "").isdigit() and len(digits[0]) >= 6:  # noqa: PLR2004 - no thousands parted
        return float(text.replace(",", "."))
    parts = re.split(r"[., ]", text)
    groups = 2 if len(parts[0]) == 3 else 3  # noqa: PLR2004 - digits before the first sign
    return float("".join(parts[:groups]) + ("." + parts[groups] if len(parts) > groups else ""))


def split_position(text: str) -> tuple[str, str] | None:
    """Return the two halves of a position in one cell ("11,05; 106,66", a map link), or None."""
    if found := _GOOGLE.search(text):
        return found[1], found[2]
    inner = text.strip().strip("()[]")
    for pattern in _PAIR_SPLITS:
        parts = [part for part in pattern.split(inner) if part]
        if len(parts) == 2 and all(parse_degrees(part) is not None or _METRES.fullmatch(part) for part in parts):  # noqa: PLR2004 - a pair
            return parts[0], parts[1]
    words = inner.split()
    if len(words) % 2 == 0 and len(words) > 2:  # noqa: PLR2004 - degrees, minutes, seconds apart
        half = len(words) // 2
        first, second = " ".join(words[:half]), " ".join(words[half:])
        if parse_degrees(first) is not None and parse_degrees(second) is not None:
            return first, second
    return None


def parse_position(
    first: Cell, second: Cell, crs: int | None = None, notes: list[Text] | None = None
) -> Position | CellProblem | None:
    """Return a place from its latitude (or one metre value) and longitude (or the other), None if both are empty.

    Parameters
    ----------
    first, second
        Latitude and longitude, or the two metres of a grid in either order.
    crs
        EPSG code of the grid; None for degrees WGS 84.
    notes
        Takes what was converted or put right.

    Returns
    -------
    Position or CellProblem or None
        A latitude that can only be a longitude of Vietnam beside a longitude that can only be a latitude is put right
        and told. Metres without a grid are a problem: eighteen grids of VN-2000 share the same figures.
    """
    if not first.text and not second.text:
        return None
    if not first.text or not second.text:
        return CellProblem(_HALF.format(value=shown(first.text or second.text)))
    a, b = parse_metres(first), parse_metres(second)
    if a is not None and b is not None and is_grid(a, b):
        return _from_grid(a, b, crs, notes)
    lat, lon = _degrees_of(first), _degrees_of(second)
    if lat is None or lon is None:
        return CellProblem(_NO_POSITION.format(value=shown(f"{first.text}; {second.text}")))
    if _within(lat, VIETNAM_LON) and _within(lon, VIETNAM_LAT):
        add_note(notes, _SWAPPED)
        lat, lon = lon, lat
    if lat == lon == 0 or not abs(lat) <= _LIMIT_LAT or not abs(lon) <= _LIMIT_LON:
        problem = _NOWHERE if lat == lon == 0 else _NO_POSITION
        return CellProblem(problem.format(value=shown(f"{first.text}; {second.text}")))
    if not (_within(lat, SHORES_LAT) and _within(lon, VIETNAM_LON)):
        add_note(notes, _ABROAD)
    return Position(lat, lon)


def _degrees_of(cell: Cell) -> float | None:
    return cell.value if isinstance(cell.value, float) else parse_degrees(cell.text)


def is_grid(a: float, b: float) -> bool:
    """Tell whether two figures are metres of VN-2000, in either order."""
    return (_within(a, NORTHINGS_M) and _within(b, EASTINGS_M)) or (_within(b, NORTHINGS_M) and _within(a, EASTINGS_M))


def _from_grid(a: float, b: float, crs: int | None, notes: list[Text] | None) -> Position | CellProblem:
    if crs is None:
        return CellProblem(_WHICH_GRID.format(value=f"{a:.0f}; {b:.0f}"))
    north, east = (a, b) if _within(a, NORTHINGS_M) else (b, a)
    lat, lon = to_wgs84([east], [north], crs)[0]
    if not (_within(lat, VIETNAM_LAT) and _within(lon, (100.0, 118.0))):
        return CellProblem(_OUTSIDE.format(value=f"{a:.0f}; {b:.0f}", crs=crs))
    add_note(notes, _CONVERTED.format(crs=crs))
    return Position(lat, lon)


def to_wgs84(eastings_m: Sequence[float], northings_m: Sequence[float], crs: int) -> list[tuple[float, float]]:
    """Return latitude and longitude (WGS 84, degrees) of metres in a grid of VN-2000, by the operation EPSG:6960.

    Raises
    ------
    ValueError
        If the code is not one of ``VN_2000``.
    """
    if crs not in VN_2000:
        msg = f"EPSG:{crs} is no grid of VN-2000; choose one of {', '.join(map(str, VN_2000))}."
        raise ValueError(msg)
    lon, lat = _to_geographic(crs).transform(list(eastings_m), list(northings_m))
    wgs_lat, wgs_lon = _datum().transform(lat, lon)
    return list(zip(wgs_lat, wgs_lon, strict=True))


@cache
def _to_geographic(crs: int) -> Transformer:
    from pyproj import CRS, Transformer  # noqa: PLC0415 - heavy, for grids alone

    grid = CRS.from_epsg(crs)
    return Transformer.from_crs(grid, grid.geodetic_crs, always_xy=True)


@cache
def _datum() -> Transformer:
    from pyproj import Transformer  # noqa: PLC0415 - as above

    return Transformer.from_pipeline(VN_2000_TO_WGS_84)


def find_grid(points: Sequence[tuple[float, float]], bounds: Bounds) -> int | None:
    """Return the one grid of VN-2000 that puts nearly all points inside a region, or None where none or several do.

    Parameters
    ----------
    points
        Pairs of metres in either order.
    bounds
        The region: west, south, east, north in degrees.
    """
    pairs = [(b, a) if _within(a, NORTHINGS_M) else (a, b) for a, b in points if is_grid(a, b)]
    if len(pairs) < LEAST_POINTS:
        return None
    west, south, east, north = bounds
    fitting = []
    for crs in VN_2000:
        places = to_wgs84([x for x, _ in pairs], [y for _, y in pairs], crs)
        inside = sum(1 for lat, lon in places if south <= lat <= north and west <= lon <= east)
        if inside >= INSIDE_SHARE * len(places):
            fitting.append(crs)
    return fitting[0] if len(fitting) == 1 else None


def _within(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]


def _float(text: str | None) -> float:
    return float(text.replace(",", ".")) if text else 0.0


_HALF: Final = Text(
    en="A position needs both its halves; only '{value}' is given.",
    vi="Tọa độ cần đủ hai thành phần; chỉ có '{value}'.",
)
_NOWHERE: Final = Text(
    en="0; 0 is what programs write where a position is not known. Leave both cells empty, or write the position.",
    vi="0; 0 là giá trị phần mềm ghi khi không rõ tọa độ. Hãy để trống cả hai ô, hoặc ghi tọa độ.",
)
_ABROAD: Final = Text(
    en="Positions lie outside Vietnam and its islands; they were taken as written. Look whether they are right.",
    vi="Có tọa độ nằm ngoài lãnh thổ và các đảo của Việt Nam; đã nhận như đã ghi. Hãy kiểm tra lại.",
)
_NO_POSITION: Final = Text(
    en="'{value}' is no position. Write latitude and longitude in degrees, such as 11.05 and 106.66.",
    vi="'{value}' không phải tọa độ. Hãy ghi vĩ độ và kinh độ theo độ, chẳng hạn 11.05 và 106.66.",
)
_SWAPPED: Final = Text(
    en="Latitude and longitude were swapped and were put right.", vi="Vĩ độ và kinh độ bị đổi chỗ và đã được sửa lại."
)
_WHICH_GRID: Final = Text(
    en="'{value}' are metres of VN-2000, and nothing says in which grid. Name it in the mapping, such as crs: 9210 "
    "(TM-3 105°45′), 5899 (107°45′) or 3405 (UTM 48N).",
    vi="'{value}' là mét theo VN-2000 nhưng không rõ múi chiếu nào. Hãy ghi trong tệp ánh xạ, chẳng hạn crs: 9210 "
    "(TM-3 105°45′), 5899 (107°45′) hoặc 3405 (UTM 48N).",
)
_OUTSIDE: Final = Text(
    en="'{value}' lies outside Vietnam in EPSG:{crs}. Check the figures and the grid.",
    vi="'{value}' nằm ngoài Việt Nam theo EPSG:{crs}. Hãy kiểm tra số liệu và múi chiếu.",
)
_CONVERTED: Final = Text(
    en="Metres of VN-2000 (EPSG:{crs}) were converted to WGS 84.",
    vi="Tọa độ mét VN-2000 (EPSG:{crs}) được đổi sang WGS 84.",
)
