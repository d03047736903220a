"""Points and courses as a scenario file states them."""

from __future__ import annotations

import math
from typing import Any, Final

from optimizer.scenarios.units import UnitError, shown
from supplychain.pack.cells import CellError, canonical_line, format_line
from supplychain.rules import is_swapped
from supplychain.text import Text

Point = tuple[float, float]
"""Longitude and latitude, degrees of WGS 84."""

_MAX_LATITUDE: Final = 90.0
_MAX_LONGITUDE: Final = 180.0

NO_POINT: Final = Text(
    en="must be a place such as {{lat: 10.91, lon: 106.72}}, got {value}.",
    vi="phải là vị trí như {{lat: 10.91, lon: 106.72}}, hiện là {value}.",
)
SWAPPED: Final = Text(
    en="lat {lat} and lon {lon} are swapped: a latitude lies between -90 and 90.",
    vi="lat {lat} và lon {lon} bị đổi chỗ: vĩ độ nằm giữa -90 và 90.",
)
NO_LINE: Final = Text(
    en="must be WKT, LINESTRING (lon lat, lon lat, …), or GeoJSON of type LineString, got {value}.",
    vi="phải là WKT, LINESTRING (kinh độ vĩ độ, …), hoặc GeoJSON loại LineString, hiện là {value}.",
)


def read_point(data: object) -> Point:
    """Return a mapping of ``lat`` and ``lon`` as a point.

    Raises
    ------
    UnitError
        If it is none, or the two are swapped.
    """
    if not isinstance(data, dict) or set(data) != {"lat", "lon"} or not all(_finite(part) for part in data.values()):
        raise UnitError(NO_POINT.format(value=shown(data)))
    lat, lon = float(data["lat"]), float(data["lon"])
    if is_swapped(lat, lon):
        raise UnitError(SWAPPED.format(lat=lat, lon=lon))
    if abs(lat) > _MAX_LATITUDE or abs(lon) > _MAX_LONGITUDE:
        raise UnitError(NO_POINT.format(value=shown(data)))
    return lon, lat


def read_line(data: object) -> tuple[Point, ...]:
    """Return WKT or GeoJSON as points, from the first to the last.

    Raises
    ------
    UnitError
        If it is no line of two points or more, in longitude and latitude.
    """
    if isinstance(data, dict):
        data = _geojson_as_wkt(data)
    if not isinstance(data, str):
        raise UnitError(NO_LINE.format(value=shown(data)))
    try:
        wkt = canonical_line(data)
    except CellError as error:
        raise UnitError(error.text) from error
    pairs = wkt.removeprefix("LINESTRING (").removesuffix(")").split(", ")
    lon_lat = [pair.split() for pair in pairs]
    return tuple((float(lon), float(lat)) for lon, lat in lon_lat)


def _geojson_as_wkt(data: dict[str, Any]) -> str:
    shape = data.get("geometry") if data.get("type") == "Feature" else data
    points = shape.get("coordinates") if isinstance(shape, dict) and shape.get("type") == "LineString" else None
    if not isinstance(points, list) or not points:
        raise UnitError(NO_LINE.format(value=shown(data)))
    for point in points:
        if not isinstance(point, list) or len(point) not in (2, 3) or not all(_finite(part) for part in point):
            raise UnitError(NO_LINE.format(value=shown(data)))
    return format_line([[float(point[0]), float(point[1])] for point in points])


def _finite(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < math.inf
