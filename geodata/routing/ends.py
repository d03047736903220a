"""Where a search begins and ends, and what parts of its first and last arcs are driven."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from geodata.columns import Floats, Indices
from geodata.routing.graph import RoutingGraph
from geodata.routing.hours import WEEK_S
from geodata.routing.snapping import Snap
from geodata.routing.sweep import Places

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2999


class Ends(NamedTuple):
    """Where a search begins and ends.

    Parameters
    ----------
    seeds, seed_share
        First arcs, int32, and the share of each that is driven, float64.
    ends, end_share
        Last arcs, int32, and the share of each up to the end, float64.
    left_share
        The share of each last arc behind the end, float64: where both ends are one point, equal to ``seed_share``.
    direct
        For each seed the place among ``ends`` where origin and destination lie on the same arc in the order of travel;
        -1 where they do not, int32.
    """

    seeds: Indices
    seed_share: Floats
    ends: Indices
    end_share: Floats
    left_share: Floats
    direct: Indices


def route_ends(graph: RoutingGraph, origin: Snap, destination: Snap) -> Ends:
    """Return where a search between two points begins and ends, both directions of travel considered."""
    seeds: list[int] = []
    seed_share: list[float] = []
    direct: list[int] = []
    ends: list[int] = []
    end_share: list[float] = []
    left_share: list[float] = []
    for way in (0, 1):
        rest = origin.fraction if way else 1.0 - origin.fraction
        done = 1.0 - destination.fraction if way else destination.fraction
        last = graph.end_arcs(2 * destination.link + way).tolist()
        first = int(graph.start_arc[2 * origin.link + way])
        if first >= 0:
            ahead = origin.link == destination.link and done >= 1.0 - rest
            direct.append(len(ends) + last.index(first) if ahead else -1)
            seeds.append(first)
            seed_share.append(rest)
        ends += last
        end_share += [done] * len(last)
        left_share += [destination.fraction if way else 1.0 - destination.fraction] * len(last)
    shares = np.array(seed_share), np.array(end_share), np.array(left_share)
    return Ends(_indices(seeds), shares[0], _indices(ends), shares[1], shares[2], _indices(direct))


def one_place(arcs: Indices, offset: Floats) -> Places:
    """Return one place that stands on some arcs."""
    return Places(np.array([0, len(arcs)]), arcs, offset)


def best_direct(ends: Ends, weight: Floats) -> tuple[float, Indices]:
    """Return the cost and the arc of the drive along one link, inf and no arc where there is none."""
    known, arc = np.inf, -1
    for seed, end in enumerate(ends.direct.tolist()):
        if end >= 0:
            part = ends.end_share[end] - (1.0 - ends.seed_share[seed])
            cost = float(part * weight[ends.seeds[seed]])
            if cost < known:
                known, arc = cost, int(ends.seeds[seed])
    return known, _indices([arc] if arc >= 0 else [])


def end_shares(graph: RoutingGraph, arcs: Indices, origin: Snap, destination: Snap) -> Floats:
    """Return the share of each arc that is driven, float64[n]."""
    shares = np.ones(len(arcs))
    start = 1.0 - origin.fraction if graph.arc_along[arcs[0]] else origin.fraction
    end = destination.fraction if graph.arc_along[arcs[-1]] else 1.0 - destination.fraction
    if len(arcs) == 1:
        shares[0] = max(end - (1.0 - start), 0.0)
        return shares
    shares[0], shares[-1] = start, end
    return shares


def turn_times(graph: RoutingGraph, arcs: Indices) -> Floats:
    """Return the time lost on the turn into each arc, s, float64[n]; 0 for the first."""
    times = np.zeros(len(arcs))
    if graph.turns_cost and len(arcs) > 1:
        times[1:] = graph.follow_time_s[graph.follow_places(arcs)]
    return times


def week_second(time: dt.datetime) -> float:
    """Return the seconds since Monday 00:00."""
    into_day = 3600.0 * time.hour + 60.0 * time.minute + time.second + time.microsecond / 1e6
    return (86_400.0 * time.weekday() + into_day) % WEEK_S


def check_local(time: dt.datetime) -> None:
    """Refuse a time with a zone, and one so far off that no calendar holds what follows it.

    Raises
    ------
    ValueError
        If it is one of these.
    """
    if not FIRST_YEAR <= time.year <= LAST_YEAR:
        msg = f"A time must lie in the years {FIRST_YEAR} to {LAST_YEAR}, got {time.isoformat()}."
        raise ValueError(msg)
    if time.tzinfo is not None:
        msg = f"Give the local time without a zone, got {time.isoformat()}."
        raise ValueError(msg)


def _indices(values: Sequence[int]) -> Indices:
    return np.array(values, dtype=np.int32)
