"""Lines measured in metres: shares of a line, parts of it, and the point of a line nearest to a place."""

from __future__ import annotations

import numpy as np

from geodata.columns import Flags, Floats, Indices
from geodata.geodesy import metres_per_degree
from geodata.network import Geometries


def measures_m(points: Floats) -> Floats:
    """Return the distance from the first point along a line to each of its points, metres, float64[n]."""
    east, north = metres_per_degree((points[1:, 1] + points[:-1, 1]) / 2.0)
    steps = np.diff(points, axis=0)
    return np.concatenate([[0.0], np.cumsum(np.hypot(steps[:, 0] * east, steps[:, 1] * north))])


def part_of_line(points: Floats, low: float, high: float) -> Floats:
    """Return the part of a line between two shares of its length, float64[m, 2], m at least 2.

    Parameters
    ----------
    points
        float64[n, 2]; longitude and latitude.
    low, high
        Shares of the length, 0 ≤ low ≤ high ≤ 1.
    """
    if low <= 0.0 and high >= 1.0:
        return points
    measure = measures_m(points)
    ends = np.array([low, high]) * measure[-1]
    lon, lat = np.interp(ends, measure, points[:, 0]), np.interp(ends, measure, points[:, 1])
    inner = points[(measure > ends[0]) & (measure < ends[1])]
    return np.concatenate([[[lon[0], lat[0]]], inner, [[lon[1], lat[1]]]])


def joined(lines: Geometries, links: Indices, along: Flags) -> tuple[Floats, Indices]:
    """Return the points of links in the order and direction of travel, and the place of the link each belongs to.

    Parameters
    ----------
    lines
        Lines of the links.
    links, along
        Links in the order of travel, and whether each is run along its line.

    Returns
    -------
    tuple
        float64[P, 2] with the points where links meet twice, and int32[P].
    """
    low, high = lines.offsets[links], lines.offsets[links + np.int32(1)]
    counts = high - low
    ends = np.cumsum(counts)
    place = np.repeat(np.arange(len(links)), counts)
    step = np.arange(ends[-1]) - np.repeat(ends - counts, counts)
    index = np.where(along[place], low[place] + step, high[place] - 1 - step)
    return lines.coordinates[index], place.astype(np.int32)


def distances_m(lines: Geometries, links: Indices, lon: float, lat: float) -> Floats:
    """Return the distance from a place to each of some lines, metres, float64[K]; inf for a line without length.

    On a plane that touches the earth at the place: exact to a thousandth within some tens of kilometres.

    Parameters
    ----------
    lines
        Lines.
    links
        Which of them, int32[K].
    lon, lat
        The place, degrees.
    """
    if not len(links):
        return np.empty(0)
    points, place = joined(lines, links, np.ones(len(links), dtype=np.bool_))
    distance, _ = _to_segments(points, lon, lat)
    inside = place[1:] == place[:-1]
    nearest = np.full(len(links), np.inf)
    np.minimum.at(nearest, place[:-1][inside], distance[inside])
    return nearest


def nearest_share(points: Floats, lon: float, lat: float) -> float:
    """Return the share of a line's length, 0 to 1, at which it is nearest to a place."""
    distance, share = _to_segments(points, lon, lat)
    measure = measures_m(points)
    segment = int(np.argmin(distance))
    done = measure[segment] + share[segment] * (measure[segment + 1] - measure[segment])
    return float(min(done / measure[-1], 1.0)) if measure[-1] > 0.0 else 0.0


def _to_segments(points: Floats, lon: float, lat: float) -> tuple[Floats, Floats]:
    """Return the distance to each segment between consecutive points, metres, and the share of it that is nearest."""
    flat = (points - np.array([lon, lat])) * np.array(metres_per_degree(lat))
    start, step = flat[:-1], np.diff(flat, axis=0)
    squared = (step**2).sum(axis=1)
    share = np.clip(-(start * step).sum(axis=1) / np.where(squared > 0.0, squared, 1.0), 0.0, 1.0)
    nearest = start + share[:, None] * step
    return np.hypot(nearest[:, 0], nearest[:, 1]), share
