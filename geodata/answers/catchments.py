"""Catchments: which gateway serves which roads, places and areas best, and by how much."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geodata.answers.areas import LocalPlane, Shape, near_points, owned_areas
from geodata.answers.reach import Position, ReachGraph
from geodata.columns import Floats
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.routing.graph import RoutingGraph

SPACING_M: Final = 250.0
NEAR_ROAD_M: Final = 1000.0
NOBODY: Final = -1

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, eq=False)
class BestTwo:
    """The best and the second best gateway of some points.

    Parameters
    ----------
    best, second
        Index of the gateway, int64[P]; -1 where none is reached.
    best_value, second_value
        What it takes, float64[P]; inf where none is reached.
    """

    best: NDArray[np.int64]
    second: NDArray[np.int64]
    best_value: Floats
    second_value: Floats

    def rows(self, which: NDArray[np.int64]) -> BestTwo:
        """Return some of the points, in that order; -1 stands for a point that reaches none."""
        none = which < 0
        place = np.where(none, 0, which)
        parts = [np.append(part, [filler])[np.where(none, len(part), place)] for part, filler in self._filled()]
        return BestTwo(*parts)

    def _filled(self) -> list[tuple[NDArray[Any], float]]:
        return [(self.best, NOBODY), (self.second, NOBODY), (self.best_value, np.inf), (self.second_value, np.inf)]

    @property
    def margin(self) -> Floats:
        """What the second best takes more than the best, float64[P]; inf where only one is reached, NaN where none."""
        return np.where(self.best >= 0, self.second_value - np.where(self.best >= 0, self.best_value, 0.0), np.nan)


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Points spread along links that a vehicle may use.

    Parameters
    ----------
    link, fraction
        Link and share of its length, int64[P], float64[P]; those of a link follow each other.
    share
        Share of the link each stands for, float64[P].
    points
        Longitude and latitude, float64[P, 2].
    """

    link: NDArray[np.int64]
    fraction: Floats
    share: Floats
    points: Floats


def best_two(
    graph: RoutingGraph,
    objective: str,
    gateways: Sequence[Position | None],
    points: tuple[NDArray[np.int64], Floats],
    *,
    to: bool = True,
    progress: Progress | None = None,
) -> BestTwo:
    """Return the best two gateways of points on links, by one sweep a gateway.

    Parameters
    ----------
    graph
        The routing graph.
    objective
        time, distance, cost or co2e.
    gateways
        Positions of the gateways; None for one out of reach of the network.
    points
        Links and shares of their length.
    to
        True for freight that goes to the gateway, False for freight that comes from it.
    progress
        Told after each gateway: how many are done, of how many.
    """
    link, fraction = points
    count = len(link)
    best, second = (np.full(count, NOBODY, dtype=np.int64) for _ in range(2))
    best_value, second_value = (np.full(count, np.inf) for _ in range(2))
    found = ReachGraph(graph, objective)
    for place, gateway in enumerate(gateways):
        if gateway is not None:
            value = found.reach(gateway, to=to).value_at(link, fraction)
            first = value < best_value
            middle = ~first & (value < second_value)
            second = np.where(first, best, np.where(middle, place, second))
            second_value = np.where(first, best_value, np.where(middle, value, second_value))
            best, best_value = np.where(first, place, best), np.where(first, value, best_value)
        if progress is not None:
            progress(place + 1, len(gateways))
    return BestTwo(best, second, best_value, second_value)


def sample_links(infrastructure: Infrastructure, graph: RoutingGraph, spacing_m: float = SPACING_M) -> Samples:
    """Return points along every link the vehicle may use, at most ``spacing_m`` apart, in the middle of equal parts.

    Raises
    ------
    ValueError
        If the spacing is not above 0.
    """
    if not spacing_m > 0:
        msg = f"spacing_m must be above 0, got {spacing_m}."
        raise ValueError(msg)
    usable = np.flatnonzero(ReachGraph(graph).usable_links())
    counts = np.maximum(np.ceil(infrastructure.links.length_m[usable] / spacing_m), 1.0).astype(np.int64)
    link = np.repeat(usable, counts)
    step = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    share = 1.0 / np.repeat(counts, counts)
    fraction = (step + 0.5) * share
    return Samples(link, fraction, share, _points_on(infrastructure, link, fraction))


def _points_on(infrastructure: Infrastructure, link: NDArray[np.int64], fraction: Floats) -> Floats:
    """Return the point at a share of each link's line; shares count along the line in degrees scaled to the middle."""
    lines = infrastructure.lines
    xy = lines.coordinates
    scale = np.cos(np.radians(np.mean(xy[:, 1]))) if len(xy) else 1.0
    legs = np.hypot(np.diff(xy[:, 0]) * scale, np.diff(xy[:, 1]))
    along = np.concatenate([[0.0], np.cumsum(legs)])  # legs between lines are jumped over by the offsets below
    low, high = lines.offsets[link], lines.offsets[link + 1] - 1
    wanted = along[low] + fraction * (along[high] - along[low])
    place = np.clip(np.searchsorted(along, wanted, side="right") - 1, low, np.maximum(high - 1, low))
    after = np.minimum(place + 1, high)
    span = along[after] - along[place]
    part = np.divide(wanted - along[place], span, out=np.zeros(len(link)), where=span > 0)
    points: Floats = xy[place] + (xy[after] - xy[place]) * part[:, np.newaxis]
    return points


def catchment_areas(
    samples: Samples, owner: NDArray[np.int64], count: int, within: Shape | None = None, near_m: float = NEAR_ROAD_M
) -> tuple[Shape, ...]:
    """Return the area of each gateway: where the nearest road point is one it serves best.

    Parameters
    ----------
    samples
        Points along links.
    owner
        Gateway of each, int64[P]; -1 where none is reached: that land is nobody's.
    count
        Number of gateways.
    within
        What areas are cut to, in degrees; None for everything within ``near_m`` of a point that is served.
    near_m
        Distance from the road beyond which land belongs to nobody, metres.
    """
    if not len(samples.link):
        return tuple(near_empty() for _ in range(count))
    middle = samples.points.mean(axis=0)
    plane = LocalPlane(float(middle[0]), float(middle[1]))
    served = owner >= 0
    if within is None:
        within = near_points(samples.points[served], plane, near_m) if served.any() else near_empty()
    return owned_areas(samples.points, owner, count, plane, within)


def near_empty() -> Shape:
    """Return an area of nothing."""
    from shapely import MultiPolygon  # noqa: PLC0415 - the only shape made here

    return MultiPolygon()
