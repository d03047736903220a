"""Coordinates of any CRS to WGS 84 degrees and back, by one named transformation for VN-2000."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from pyproj import CRS, Transformer
from pyproj.enums import TransformDirection
from pyproj.exceptions import CRSError, ProjError

from geodata.columns import Floats
from supplychain.errors import HinterlandError
from supplychain.text import Text, fold

WGS_84: Final = "EPSG:4326"
VN_2000_TO_WGS_84: Final = "urn:ogc:def:coordinateOperation:EPSG::6960"
"""VN-2000 to WGS 84 (2), the seven parameters of decision 05/2007/QĐ-BTNMT; latitude before longitude."""

UNKNOWN_CRS: Final = Text(
    en="There is no coordinate reference system {crs}. Write it as EPSG:4326 (WGS 84) or EPSG:9210 (VN-2000).",
    vi="Không có hệ tọa độ {crs}. Hãy viết như EPSG:4326 (WGS 84) hoặc EPSG:9210 (VN-2000).",
)
NO_TRANSFORMATION: Final = Text(
    en="No transformation from {crs} to WGS 84 is known. State the CRS by its EPSG code, such as EPSG:9210.",
    vi="Không có phép chuyển từ {crs} sang WGS 84. Hãy nêu hệ tọa độ bằng mã EPSG, ví dụ EPSG:9210.",
)


class CrsError(HinterlandError):
    """A coordinate reference system that is unknown or cannot be brought to WGS 84."""


@dataclass(frozen=True, slots=True)
class Reprojection:
    """The way from one CRS to WGS 84, longitude before latitude, and back.

    Parameters
    ----------
    steps
        Transformations in order, and whether each wants latitude first.
    """

    steps: tuple[tuple[Transformer, bool], ...]

    def to_wgs84(self, points: Floats) -> Floats:
        """Return points of the CRS as longitude and latitude, float64[n, 2]; what cannot be is infinite."""
        return self._run(points, self.steps, TransformDirection.FORWARD)

    def from_wgs84(self, points: Floats) -> Floats:
        """Return longitude and latitude as points of the CRS, float64[n, 2]; what cannot be is infinite."""
        found = self._run(points, self.steps[::-1], TransformDirection.INVERSE)
        if not any(latitude_first for _, latitude_first in self.steps):
            return found
        # Heights are dropped between the ellipsoids, so PROJ's way back misses the way there by 0.3 mm; once more
        # with that error taken off, it misses by less than a nanometre.
        missed = self.to_wgs84(found) - points
        return self._run(points - missed, self.steps[::-1], TransformDirection.INVERSE)

    @staticmethod
    def _run(points: Floats, steps: tuple[tuple[Transformer, bool], ...], direction: TransformDirection) -> Floats:
        first, second = np.asarray(points, dtype=np.float64).reshape(-1, 2).T
        for transformer, latitude_first in steps:
            if latitude_first:
                second, first = transformer.transform(second, first, direction=direction)
            else:
                first, second = transformer.transform(first, second, direction=direction)
        return np.column_stack((first, second))


def read_crs(text: str) -> CRS:
    """Return a CRS by its code, WKT or PROJ string; of a compound one the horizontal part.

    Raises
    ------
    CrsError
        If there is no such CRS.
    """
    try:
        crs = CRS.from_user_input(text)
    except CRSError as error:
        raise CrsError(UNKNOWN_CRS.format(crs=_short(text))) from error
    return crs.sub_crs_list[0] if crs.is_compound else crs


def reprojection(text: str) -> Reprojection:
    """Return the way from a CRS to WGS 84.

    A CRS on VN-2000 goes by EPSG:6960; one that states parameters of its own (``+towgs84``) goes by those; any other
    by the best transformation PROJ knows for it.

    Raises
    ------
    CrsError
        If there is no such CRS, or only a rough transformation of unknown accuracy.
    """
    crs = read_crs(text)
    try:
        if not crs.is_bound and _is_vn_2000(crs):
            steps = [(Transformer.from_pipeline(VN_2000_TO_WGS_84), True)]
            if not crs.is_geographic:
                steps.insert(0, (Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True), False))
        else:
            steps = []
            if not crs.equals(CRS.from_user_input(WGS_84), ignore_axis_order=True):
                steps = [(Transformer.from_crs(crs, WGS_84, always_xy=True, allow_ballpark=False), False)]
    except ProjError as error:
        raise CrsError(NO_TRANSFORMATION.format(crs=_short(crs.name or text))) from error
    return Reprojection(tuple(steps))


def crs_name(text: str) -> str:
    """Return a CRS as people write it: its code where it has one, else its name."""
    crs = read_crs(text)
    authority = crs.to_authority(min_confidence=70)
    return ":".join(authority) if authority else str(crs.name)


def _is_vn_2000(crs: CRS) -> bool:
    geodetic = crs.geodetic_crs
    if geodetic is None:
        return False
    # Files of ArcGIS name it GCS_VN-2000 or GCS_VN_2000, others Vietnam_2000.
    name = fold(geodetic.name).replace("_", "-").replace(" ", "-")
    return "vn-2000" in name or "vietnam-2000" in name


def _short(text: str) -> str:
    line = " ".join(str(text).split())
    return line if len(line) <= 80 else line[:77] + "…"  # noqa: PLR2004 - one line of a screen
