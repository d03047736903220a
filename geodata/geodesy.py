"""Distances on the ellipsoid and nearest points."""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod
from scipy.spatial import cKDTree

from geodata.columns import Floats, Indices

ELLIPSOID: Final = Geod(ellps="WGS84")


def geodesic_m(from_lon: Floats, from_lat: Floats, to_lon: Floats, to_lat: Floats) -> Floats:
    """Return geodesic distances on WGS 84, metres, element by element."""
    _, _, metres = ELLIPSOID.inv(from_lon, from_lat, to_lon, to_lat)
    return np.asarray(metres, dtype=np.float64)


def metres_per_degree(lat: Floats | float) -> tuple[Floats, Floats]:
    """Return the length of a degree of longitude and of latitude at a latitude on WGS 84, metres."""
    phi = np.radians(lat)
    squared = 1.0 - ELLIPSOID.es * np.sin(phi) ** 2
    across = ELLIPSOID.a / np.sqrt(squared)
    along = ELLIPSOID.a * (1.0 - ELLIPSOID.es) / squared**1.5
    return np.radians(across * np.cos(phi)), np.radians(along)


def line_length_m(lines: NDArray[np.object_]) -> Floats:
    """Return the geodesic length of lines in WGS 84 degrees, metres."""
    coordinates, owner = shapely.get_coordinates(lines, return_index=True)
    same = owner[1:] == owner[:-1]
    start, end = coordinates[:-1][same], coordinates[1:][same]
    legs = geodesic_m(start[:, 0], start[:, 1], end[:, 0], end[:, 1])
    lengths: Floats = np.bincount(owner[1:][same], weights=legs, minlength=len(lines)).astype(np.float64)
    return lengths


def nearest(points: Floats, candidates: Floats, most: int, reach_m: float) -> tuple[Indices, Indices, Floats]:
    """Return the nearest candidates of each point within reach.

    Parameters
    ----------
    points, candidates
        float64[n, 2]; longitude and latitude, WGS 84 degrees.
    most
        How many candidates a point gets at most.
    reach_m
        Geodesic distance beyond which none counts, metres.

    Returns
    -------
    tuple
        Point index, candidate index and geodesic distance in metres of each pair, by point, nearest first.
    """
    none = np.empty(0, dtype=np.int32)
    most = min(most, len(candidates))
    if most == 0 or len(points) == 0:
        return none, none, np.empty(0)
    _, found = cKDTree(_on_sphere(candidates)).query(_on_sphere(points), k=most)
    near = np.asarray(found, dtype=np.int32).reshape(len(points), most)
    point = np.repeat(np.arange(len(points), dtype=np.int32), most)
    candidate = near.reshape(-1)
    metres = geodesic_m(points[point, 0], points[point, 1], candidates[candidate, 0], candidates[candidate, 1])
    kept = metres <= reach_m
    order = np.lexsort((candidate[kept], metres[kept], point[kept]))
    return point[kept][order], candidate[kept][order], metres[kept][order]


def _on_sphere(points: Floats) -> Floats:
    lon, lat = np.radians(points[:, 0]), np.radians(points[:, 1])
    return np.column_stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)))
