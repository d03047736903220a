"""The graph a vehicle searches: its vertices are directed links (arcs), so that turn restrictions are exact."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geodata.columns import Flags, Floats, Indices
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.routing.access import (
    base_speed,
    build_access,
    fits_limits,
    holding_schedules,
    hour_groups,
    runs_on,
    shut_nodes,
    speed_at,
    toll_rate,
)
from geodata.routing.follow import (
    Arcs,
    Layers,
    Pairs,
    binding_turns,
    forbid_short_turns,
    make_arcs,
    make_layers,
    make_pairs,
    turn_time_s,
)
from geodata.routing.hours import NO_HOURS, OpenHours, SpeedCaps, WeekHours
from geodata.routing.sweep import Digraph
from geodata.routing.vehicle import HOURS_PER_WEEK, VehicleProfile
from geodata.routing.via_ways import NO_PAIR, remember_ways

OBJECTIVES: Final = ("time", "distance", "cost", "co2e")

KMH: Final = 3.6
"""km/h in one m/s."""

Closures = dict[tuple[int, int], list[int]]


@dataclass(frozen=True, eq=False)
class RoutingGraph:
    """Directed links as vertices of a search, and which may follow which.

    An arc appears more than once where a run must be remembered: a turn restriction by way is being driven, or the arc
    is for destinations only, when its first copy belongs to the run from the start and its second to that to the end.

    Parameters
    ----------
    profile
        The vehicle.
    hour
        Hour of the week it holds for; None: no condition by hours is applied.
    link_count
        Links of the infrastructure, used or not.
    arc_link, arc_along
        Link of each arc and whether it is run along its line, int32[A], bool[A].
    arc_tail, arc_head
        Node left and node reached, int32[A].
    follow_start, follow_arc
        Arc a may be followed by ``follow_arc[follow_start[a]:follow_start[a + 1]]``, int64[A + 1], int32[T].
    follow_time_s
        Time lost on that turn, s, float64[T].
    time_s, length_m, toll, cost, co2e_kg
        Of one whole pass of the arc, float64[A]: money and emissions of the vehicle with its empty share.
    start_arc
        Arc a route that starts on a link begins with, by key (2 × link, plus 1 against its line), int32[2 L]; -1: none.
    """

    profile: VehicleProfile
    hour: int | None
    link_count: int
    arc_link: Indices
    arc_along: Flags
    arc_tail: Indices
    arc_head: Indices
    follow_start: NDArray[np.int64]
    follow_arc: Indices
    follow_time_s: Floats
    time_s: Floats
    length_m: Floats
    toll: Floats
    cost: Floats
    co2e_kg: Floats
    start_arc: Indices

    def __len__(self) -> int:
        return len(self.arc_link)

    @cached_property
    def arc_key(self) -> NDArray[np.int64]:
        """Return 2 × link, plus 1 against its line, of each arc, int64[A]."""
        keys: NDArray[np.int64] = 2 * self.arc_link.astype(np.int64) + ~self.arc_along
        return keys

    @cached_property
    def _copies(self) -> tuple[NDArray[np.int64], Indices]:
        order = np.argsort(self.arc_key, kind="stable").astype(np.int32)
        start = np.zeros(2 * self.link_count + 1, dtype=np.int64)
        np.cumsum(np.bincount(self.arc_key, minlength=2 * self.link_count), out=start[1:])
        return start, order

    def end_arcs(self, key: int) -> Indices:
        """Return every arc a route that ends on a link may end with: all copies of that key (2 × link + against)."""
        start, order = self._copies
        return order[start[key] : start[key + 1]]

    def weight(self, objective: str) -> Floats:
        """Return what a whole pass of each arc adds to an objective, float64[A].

        Raises
        ------
        ValueError
            If the objective is not one of time, distance, cost, co2e.
        """
        columns = {"time": self.time_s, "distance": self.length_m, "cost": self.cost, "co2e": self.co2e_kg}
        if objective not in columns:
            msg = f"objective must be one of {', '.join(OBJECTIVES)}, got {objective!r}."
            raise ValueError(msg)
        return columns[objective]

    def turn_weight(self, objective: str) -> Floats:
        """Return what each turn adds to an objective, float64[T]: its time, the money of that time, or nothing."""
        if objective == "time":
            return self.follow_time_s
        if objective == "cost":
            return self.follow_time_s * (cost_per_second(self.profile) * (1.0 + self.profile.empty_share))
        self.weight(objective)
        return np.zeros(len(self.follow_arc))

    def digraph(self, objective: str) -> Digraph:
        """Return what may follow what, each step weighed by its turn and the whole pass it enters."""
        weight = self.turn_weight(objective) + self.weight(objective)[self.follow_arc]
        return Digraph(self.follow_start, self.follow_arc, weight)

    @cached_property
    def turns_cost(self) -> bool:
        """Return whether any turn takes time."""
        return bool(self.follow_time_s.any())

    @cached_property
    def _follow_keys(self) -> NDArray[np.int64]:
        return self.follow_from.astype(np.int64) * len(self) + self.follow_arc

    def follow_places(self, arcs: Indices) -> NDArray[np.int64]:
        """Return the entry of ``follow_arc`` for each step from one arc to the next, int64[n - 1]."""
        wanted = arcs[:-1].astype(np.int64) * len(self) + arcs[1:]
        places: NDArray[np.int64] = np.searchsorted(self._follow_keys, wanted)
        return places

    @cached_property
    def follow_from(self) -> Indices:
        """Return the arc each entry of ``follow_arc`` follows, int32[T]."""
        return np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.follow_start))


@dataclass(frozen=True, eq=False)
class TimedGraph(RoutingGraph):
    """A graph with the hours in which arcs and turns are open, and speeds by hour.

    ``time_s`` is at hour factor 1 and the limits that hold always. An arc that is closed at all hours is not there.

    Parameters
    ----------
    open_hours
        Sets of open windows of the week.
    arc_hours, follow_hours
        Number of the set of each arc and turn, int32[A], int32[T]; -1: always open.
    speed_kmh, cap_kmh
        Speed at factor 1 and highest speed allowed, float64[A].
    factors
        Factor on the speed by hour group and hour of the week, float64[groups, 168].
    arc_group
        Hour group of each arc, int8[A].
    caps, arc_caps
        Speed limits by hours, and the number of the set of each arc, int32[A]; -1: none.
    """

    open_hours: OpenHours
    arc_hours: Indices
    follow_hours: Indices
    speed_kmh: Floats
    cap_kmh: Floats
    factors: Floats
    arc_group: NDArray[np.int8]
    caps: SpeedCaps
    arc_caps: Indices


def cost_per_second(profile: VehicleProfile) -> float:
    """Return the money a second of running costs, its empty share not counted."""
    return profile.cost_per_hour / 3600.0


def build_graph(infrastructure: Infrastructure, profile: VehicleProfile, *, hour: int | None = None) -> RoutingGraph:
    """Return the graph of a vehicle without hours, or as it stands in one hour of the week.

    U-turns are allowed only where nothing else leads on: at dead ends, shut nodes and where restrictions leave nothing.

    Parameters
    ----------
    infrastructure
        Roads, railways or waterways.
    profile
        The vehicle.
    hour
        Hour of the week, 0 (Monday 00:00) to 167: conditions and turn restrictions that hold when it begins apply, and
        its speeds. None applies none that hold at some hours only, and speeds of factor 1.

    Raises
    ------
    ValueError
        If the hour is not one of the week, or a toll is in another currency than the profile's.
    """
    if hour is not None and not 0 <= hour < HOURS_PER_WEEK:
        msg = f"hour must be an hour of the week, 0 (Monday 00:00) to 167, got {hour}."
        raise ValueError(msg)
    access = build_access(infrastructure, profile, hour)
    holds = holding_schedules(infrastructure, hour)
    frame = _build_frame(infrastructure, profile, access.open, (holds, holds))
    speed = speed_at(access, infrastructure, profile, hour)
    values = _values(infrastructure, profile, frame, speed)
    return RoutingGraph(profile=profile, hour=hour, **values)


def build_timed_graph(infrastructure: Infrastructure, profile: VehicleProfile) -> TimedGraph:
    """Return the graph of a vehicle with the hours of all conditions and turn restrictions.

    Raises
    ------
    ValueError
        If a toll is in another currency than the profile's.
    """
    access = build_access(infrastructure, profile)
    week = WeekHours(infrastructure, profile)
    ever, hours = week.open_hours(access)
    ever &= runs_on(infrastructure, profile) & fits_limits(infrastructure, profile)
    ever &= np.minimum(base_speed(infrastructure, profile), access.cap_kmh) > 0
    all_schedules = np.ones(len(infrastructure.schedules) + 1, dtype=np.bool_)
    frame = _build_frame(infrastructure, profile, ever, (all_schedules, holding_schedules(infrastructure, None)))
    values = _values(infrastructure, profile, frame, speed_at(access, infrastructure, profile, None))
    caps, cap_number = week.speed_caps(access, profile.max_speed_kmh)
    key = frame.arcs.key[frame.layers.arc]
    link, way = key >> 1, key & 1
    return TimedGraph(
        profile=profile,
        hour=None,
        **values,
        arc_hours=hours[way, link],
        follow_hours=_follow_hours(frame, week),
        open_hours=week.table.table(),
        speed_kmh=access.speed_kmh[link],
        cap_kmh=access.cap_kmh[way, link],
        factors=profile.factors,
        arc_group=hour_groups(infrastructure)[link],
        caps=caps,
        arc_caps=cap_number[way, link],
    )


class Frame(NamedTuple):
    """What may follow what, before times and costs."""

    arcs: Arcs
    pairs: Pairs
    layers: Layers
    closures: Closures


def _build_frame(
    infrastructure: Infrastructure, profile: VehicleProfile, open_: Flags, schedules: tuple[Flags, Flags]
) -> Frame:
    considered, always = schedules
    arcs = make_arcs(infrastructure, open_)
    pairs = make_pairs(arcs, shut_nodes(infrastructure, profile))
    turns = binding_turns(infrastructure, profile, considered)
    banned = forbid_short_turns(infrastructure, arcs, pairs, turns.short, always)
    destination = (infrastructure.links.destination_only[arcs.key >> 1] & profile.kind_bit) != 0
    layers = make_layers(arcs, pairs, banned, destination)
    layers, closures = remember_ways(infrastructure, arcs, layers, turns.long, always)
    return Frame(arcs, pairs, layers, closures)


def _values(infrastructure: Infrastructure, profile: VehicleProfile, frame: Frame, speed: Floats) -> dict[str, Any]:
    arcs, layers = frame.arcs, frame.layers
    key = arcs.key[layers.arc]
    link, way = key >> 1, key & 1
    follow_start = np.searchsorted(layers.first, np.arange(len(layers.arc) + 1)).astype(np.int64)
    lost = turn_time_s(infrastructure, profile, arcs, layers.arc[layers.first], layers.arc[layers.second])
    length = infrastructure.links.length_m[link]
    time = length * KMH / speed[way, link]
    toll = toll_rate(infrastructure, profile)[link] * length / 1000.0
    running = profile.cost_per_km * length / 1000.0 + cost_per_second(profile) * time
    return {
        "link_count": len(infrastructure.links),
        "arc_link": link.astype(np.int32),
        "arc_along": way == 0,
        "arc_tail": arcs.tail[layers.arc],
        "arc_head": arcs.head[layers.arc],
        "follow_start": follow_start,
        "follow_arc": layers.second.astype(np.int32),
        "follow_time_s": lost,
        "time_s": time,
        "length_m": length,
        "toll": toll,
        "cost": (running + toll) * (1.0 + profile.empty_share),
        "co2e_kg": length / 1000.0 * sum(profile.emissions_kg_per_km()),
        "start_arc": arcs.of_key,
    }


def _follow_hours(frame: Frame, week: WeekHours) -> Indices:
    """Return the number of the set of hours in which each turn is open, int32[T]."""
    layers = frame.layers
    hours = np.full(len(layers.first), NO_HOURS, dtype=np.int32)
    timed = np.zeros(len(frame.pairs.first) + 1, dtype=np.bool_)
    timed[list(frame.pairs.closed)] = True
    timed[NO_PAIR] = False
    by_way = np.zeros(len(layers.first), dtype=np.bool_)
    if frame.closures:
        firsts = np.unique(np.array([first for first, _ in frame.closures]))
        by_way = np.isin(layers.first, firsts)
    for place in np.flatnonzero(timed[layers.pair] | by_way).tolist():
        ends = int(layers.first[place]), int(layers.second[place])
        schedules = [*frame.pairs.closed.get(int(layers.pair[place]), ()), *frame.closures.get(ends, ())]
        hours[place] = week.closed(schedules) if schedules else NO_HOURS
    return hours
