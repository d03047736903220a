"""Which places lie within a circle on the ellipsoid of WGS 84, exactly and in arrays."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pyproj import Geod

MEAN_RADIUS_KM: Final = 6371.0088
"""Mean radius of the earth, IUGG (R1)."""

SPHERE_ERROR: Final = 0.01
"""The sphere's distances are within 0.6 % of those along the ellipsoid; nearer to the limit than 1 % is measured."""


@lru_cache(maxsize=1)
def _ellipsoid() -> Geod:
    from pyproj import Geod  # noqa: PLC0415 - only questions with a circle need it

    return Geod(ellps="WGS84")


def distances_km(
    lon: NDArray[np.float64], lat: NDArray[np.float64], middle: tuple[float, float]
) -> NDArray[np.float64]:
    """Return the geodesic distance in km of each place from a middle (longitude, latitude)."""
    count = len(lon)
    _, _, metres = _ellipsoid().inv(np.full(count, middle[0]), np.full(count, middle[1]), lon, lat)
    return np.asarray(metres, dtype=np.float64) / 1000.0


def within(
    lon: NDArray[np.float64], lat: NDArray[np.float64], middle: tuple[float, float], km: float
) -> NDArray[np.bool_]:
    """Return whether each place is at most so many km from a middle, along the ellipsoid.

    Parameters
    ----------
    lon, lat
        WGS 84 degrees; NaN is in no circle.
    middle
        Longitude and latitude.
    km
        Radius; a place exactly on the line is inside.

    Notes
    -----
    Most places are told by the distance on a sphere (haversine), which is off by less than 0.6 %; those nearer to
    the limit than that are measured with Karney's geodesics (doi:10.1007/s00190-012-0578-z).
    """
    rough = _haversine_km(lon, lat, middle)
    inside = rough <= km * (1 - SPHERE_ERROR)
    unsure = np.flatnonzero(~inside & (rough <= km * (1 + SPHERE_ERROR)))
    if len(unsure):
        inside[unsure] = distances_km(lon[unsure], lat[unsure], middle) <= km
    return inside


def _haversine_km(
    lon: NDArray[np.float64], lat: NDArray[np.float64], middle: tuple[float, float]
) -> NDArray[np.float64]:
    east, north = np.radians(middle[0]), np.radians(middle[1])
    lon_rad, lat_rad = np.radians(lon), np.radians(lat)
    half = np.sin((lat_rad - north) / 2) ** 2 + np.cos(lat_rad) * np.cos(north) * np.sin((lon_rad - east) / 2) ** 2
    distance: NDArray[np.float64] = 2 * MEAN_RADIUS_KM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))
    return distance
