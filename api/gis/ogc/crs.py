"""Coordinate reference systems as OGC API Features Part 2 has them: named by address, in the axis order of each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from api.service.problems import ServiceError
from geodata.columns import Floats
from geodata.features.table import Shapes
from geodata.gis.crs import Reprojection, read_crs, reprojection
from supplychain.text import Text

CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
"""WGS 84, longitude before latitude: what features are kept in, and what is answered where nothing else is asked."""
WGS_84: Final = "EPSG:4326"
_EPSG: Final = "http://www.opengis.net/def/crs/EPSG/0/"
_GEOGRAPHIC: Final = ("4326", "4756")
_PROJECTED: Final = (
    "3857", "32648", "32649", "3405", "3406",
    "9205", "9206", "9207", "9208", "5897", "9209", "9210", "9211", "9212", "9213", "9214", "9215", "9216", "5899",
    "5898", "9217", "9218",
)  # fmt: skip
OFFERED: Final = (CRS84, *(f"{_EPSG}{code}" for code in (*_GEOGRAPHIC, *_PROJECTED)))
"""WGS 84, web Mercator, UTM 48N and 49N, and VN-2000: geographic, UTM 48N and 49N, and every zone of 3°."""

_SPELLINGS: Final = re.compile(r"\[?EPSG:(\d{4,5})\]?|urn:ogc:def:crs:EPSG:[\d.]*:(\d{4,5})", re.IGNORECASE)
_DEGREES_DECIMALS: Final = 9
_METRES_DECIMALS: Final = 4
"""A tenth of a millimetre, as of degrees."""

UNKNOWN: Final = Text(
    en="{parameter} {crs} is not offered. Choose one that the collection lists under crs, such as {example}.",
    vi="{parameter} không nhận {crs}. Hãy chọn một hệ mà lớp dữ liệu liệt kê ở mục crs, ví dụ {example}.",
)
OUTSIDE: Final = Text(
    en="Feature {feature} lies where {crs} cannot be used. Choose another crs, or a smaller bbox.",
    vi="Đối tượng {feature} nằm ngoài phạm vi dùng được của {crs}. Hãy chọn crs khác, hoặc bbox nhỏ hơn.",
)


@dataclass(frozen=True, slots=True)
class NamedCrs:
    """A coordinate reference system that is offered.

    Parameters
    ----------
    uri
        Its address.
    code
        Its code, such as ``EPSG:9210``.
    way
        From it to WGS 84; None for WGS 84 itself.
    is_north_first
        Whether its first axis points north.
    is_geographic
        Whether its coordinates are degrees.
    """

    uri: str
    code: str
    way: Reprojection | None
    is_north_first: bool
    is_geographic: bool

    def to_wgs84(self, points: Floats) -> Floats:
        """Return points, axes as the CRS has them, as longitude and latitude; what cannot be is infinite."""
        eastward = points[:, ::-1] if self.is_north_first else points
        return eastward if self.way is None else self.way.to_wgs84(eastward)

    def from_wgs84(self, points: Floats) -> Floats:
        """Return longitude and latitude as points, axes as the CRS has them; what cannot be is infinite."""
        moved = points if self.way is None or not len(points) else self.way.from_wgs84(points)
        return moved[:, ::-1] if self.is_north_first else moved

    def told(self, points: Floats) -> Floats:
        """Return longitude and latitude as they are told in this CRS, to a tenth of a millimetre."""
        return np.round(self.from_wgs84(points), _DEGREES_DECIMALS if self.is_geographic else _METRES_DECIMALS)


def crs_named(text: str, parameter: str) -> NamedCrs:
    """Return a CRS that is offered, by its address, its code or its URN.

    Parameters
    ----------
    text
        What a request says.
    parameter
        Where it says so.

    Raises
    ------
    ServiceError
        If it is not offered.
    """
    found = _SPELLINGS.fullmatch(text.strip())
    uri = text.strip() if found is None else f"{_EPSG}{found.group(1) or found.group(2)}"
    if uri not in OFFERED:
        raise ServiceError(UNKNOWN.format(parameter=parameter, crs=text[:80], example=f"{_EPSG}9210"), "bad_request")
    return _made(uri)


@lru_cache(maxsize=len(OFFERED))
def _made(uri: str) -> NamedCrs:
    if uri == CRS84:
        return NamedCrs(uri, WGS_84, None, is_north_first=False, is_geographic=True)
    code = f"EPSG:{uri.rpartition('/')[2]}"
    crs, way = read_crs(code), reprojection(code)
    is_north_first = crs.axis_info[0].direction.lower() == "north"
    return NamedCrs(uri, code, way if way.steps else None, is_north_first, bool(crs.is_geographic))


def check_inside(shapes: Shapes, told: Floats, ids: object, crs: NamedCrs) -> None:
    """Refuse features that a CRS has no coordinates for.

    Parameters
    ----------
    shapes
        The features.
    told
        Their coordinates in the CRS.
    ids
        Ids of the features, by row.
    crs
        The CRS.

    Raises
    ------
    ServiceError
        If there is one; the first is named.
    """
    wrong = np.flatnonzero(np.isinf(told).any(axis=1))
    if wrong.size:
        row = int(np.searchsorted(shapes.point_offsets, wrong[0], side="right")) - 1
        raise ServiceError(OUTSIDE.format(feature=str(ids[row]), crs=crs.code), "bad_request")  # type: ignore[index]
