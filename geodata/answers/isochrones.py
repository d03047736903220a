"""Isochrones: the links reached within limits, cut exactly where a limit is met, and areas drawn from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.answers.areas import LocalPlane, Shape, Shapes, area_km2, nested_areas
from geodata.answers.reach import Reach
from geodata.columns import Flags, Floats
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.routing.lines import part_of_line

BUFFER_M: Final = 150.0
SHORTEST: Final = 1e-9
"""Shares of a link below this are the noise of rounding, and no part of it."""


@dataclass(frozen=True, slots=True, eq=False)
class LinkParts:
    """Parts of links that bands add, one entry a part.

    Parameters
    ----------
    link
        int64[P].
    start, end
        Share of the link from its first node where the part begins and ends, float64[P].
    band
        Place of the smallest limit that reaches it, int64[P].
    """

    link: NDArray[np.int64]
    start: Floats
    end: Floats
    band: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Isochrones:
    """Nested areas within limits.

    Parameters
    ----------
    limits
        Rising limits, float64[B], in the unit of the objective.
    areas
        Everything within the buffer of links reached within each limit: multipolygons in degrees, holes kept.
    area_km2
        Geodesic area of each, float64[B].
    reached_m
        Length of link reached within each limit, both directions of a link counted once, float64[B], metres.
    parts
        The parts of links each band adds.
    lines
        Their lines in degrees, one a part.
    """

    limits: Floats
    areas: tuple[Shape, ...]
    area_km2: Floats
    reached_m: Floats
    parts: LinkParts
    lines: Shapes


def isochrones(
    reach: Reach, infrastructure: Infrastructure, limits: Sequence[float], buffer_m: float = BUFFER_M
) -> Isochrones:
    """Return what is reached within each limit.

    Parameters
    ----------
    reach
        A sweep from or to a position that goes at least as far as the largest limit.
    infrastructure
        What the links look like.
    limits
        Limits in the unit of the sweep's objective (seconds, metres, money or kg), above 0, in any order.
    buffer_m
        Distance from a reached link that counts as reached, metres.

    Raises
    ------
    ValueError
        If there is no limit, or one is not above 0.
    """
    rising = np.unique(np.asarray(limits, dtype=np.float64))
    if not rising.size or not rising[0] > 0 or not np.isfinite(rising[-1]):
        msg = f"Limits must be numbers above 0, got {list(limits)}."
        raise ValueError(msg)
    parts = link_parts(reach, rising)
    lines = part_lines(infrastructure, parts)
    length = (parts.end - parts.start) * infrastructure.links.length_m[parts.link]
    by_band = np.bincount(parts.band, weights=length, minlength=len(rising))
    points = infrastructure.lines.points(reach.position.link)
    plane = LocalPlane(float(points[0, 0]), float(points[0, 1]))
    bands = [lines[parts.band == band] for band in range(len(rising))]
    areas = nested_areas(bands, plane, buffer_m)
    return Isochrones(rising, areas, np.array([area_km2(area) for area in areas]), np.cumsum(by_band), parts, lines)


def link_parts(reach: Reach, limits: Floats) -> LinkParts:
    """Return the parts of links that each of some rising limits adds to those before it.

    A link reached from both ends may have a part at each; the link of the position has one around it.
    """
    own = reach.position.link
    weight = reach.of.key_weight.reshape(-1, 2)
    usable: Flags = np.asarray(np.isfinite(weight).any(axis=1))
    usable[own] = False
    head, tail = np.zeros(len(weight)), np.zeros(len(weight))
    found = []
    for band, limit in enumerate(limits.tolist()):
        more_head, more_tail = _driven(reach, limit)
        joined = usable & (more_head + more_tail >= 1.0)
        link = np.flatnonzero(joined)
        found.append((link, head[link], 1.0 - tail[link], band))
        for start, end in ((head, more_head), (1.0 - more_tail, 1.0 - tail)):
            link = np.flatnonzero(usable & ~joined & (end > start))
            found.append((link, start[link], end[link], band))
        head, tail = np.where(joined, 1.0, more_head), np.where(joined, 0.0, more_tail)
        usable &= ~joined
    found += _own_parts(reach, limits)
    link = np.concatenate([np.asarray(part[0], dtype=np.int64) for part in found])
    start, end = (np.concatenate([np.atleast_1d(part[place]) for part in found]) for place in (1, 2))
    band_of = np.concatenate([np.full(len(part[0]), part[3], dtype=np.int64) for part in found])
    kept = end - start > SHORTEST
    return LinkParts(link[kept], start[kept], end[kept], band_of[kept])


def _driven(reach: Reach, limit: float) -> tuple[Floats, Floats]:
    """Return the share of each link reached from its first node on, and up to its last node, float64[L] each."""
    weight = reach.of.key_weight
    left = limit - reach.near
    inside: Flags = left >= 0
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(inside, np.where(weight > 0, np.minimum(left / weight, 1.0), 1.0), 0.0)
    share = np.where(np.isfinite(weight), share, 0.0).reshape(-1, 2)
    along, against = share[:, 0], share[:, 1]
    return (against, along) if reach.to else (along, against)


def _own_parts(reach: Reach, limits: Floats) -> list[tuple[NDArray[np.int64], Floats, Floats, int]]:
    """Return the parts of the position's own link: from its ends, and around the position."""
    own = reach.position.link
    before: list[tuple[float, float]] = []
    found = []
    for band, limit in enumerate(limits.tolist()):
        head, tail = (share[own] for share in _driven(reach, limit))
        spans = [(0.0, float(head)), (1.0 - float(tail), 1.0)]
        for low, high, weight, at in reach.direct():
            share = limit / weight if weight > 0 else 1.0
            spans.append((max(low, at - share), min(high, at + share)))
        union = _union(spans)
        for start, end in _without(union, before):
            found.append((np.array([own]), np.array([start]), np.array([end]), band))
        before = union
    return found


def _union(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    joined: list[tuple[float, float]] = []
    for start, end in sorted(span for span in spans if span[1] > span[0]):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _without(spans: list[tuple[float, float]], taken: list[tuple[float, float]]) -> list[tuple[float, float]]:
    left = []
    for start, end in spans:
        at = start
        for low, high in taken:
            if high <= at or low >= end:
                continue
            if low > at:
                left.append((at, low))
            at = max(at, high)
        if at < end:
            left.append((at, end))
    return left


def part_lines(infrastructure: Infrastructure, parts: LinkParts) -> Shapes:
    """Return the line of each part in degrees; shares count along the length of the link's line."""
    lines: Shapes = np.empty(len(parts.link), dtype=np.object_)
    whole = (parts.start <= 0.0) & (parts.end >= 1.0)
    geometries = infrastructure.lines
    for group, rows in (("whole", np.flatnonzero(whole)), ("part", np.flatnonzero(~whole))):
        if group == "whole" and len(rows):
            link = parts.link[rows]
            counts = np.diff(geometries.offsets)[link]
            steps = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
            points = geometries.coordinates[np.repeat(geometries.offsets[:-1][link], counts) + steps]
            lines[rows] = shapely.linestrings(points, indices=np.repeat(np.arange(len(rows)), counts))
        elif group == "part":
            for row in rows.tolist():
                points = geometries.points(int(parts.link[row]))
                lines[row] = shapely.LineString(part_of_line(points, float(parts.start[row]), float(parts.end[row])))
    return lines
