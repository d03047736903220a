"""Routes of one vehicle between two places: least time, distance, cost or CO2e, or the earliest arrival."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cached_property
from typing import Final

import numpy as np

from geodata.columns import Floats, Indices
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.routing.alternatives import AlternativeOptions, Weighed, alternative_paths
from geodata.routing.ends import (
    Ends,
    best_direct,
    check_local,
    end_shares,
    one_place,
    route_ends,
    turn_times,
    week_second,
)
from geodata.routing.errors import NoRouteError
from geodata.routing.graph import RoutingGraph, TimedGraph, build_graph, build_timed_graph
from geodata.routing.hierarchy import Hierarchy, build_hierarchy
from geodata.routing.hierarchy_paths import PathFinder
from geodata.routing.route import Route, Timing
from geodata.routing.search_arrays import Ask, Follow, Limits, TimedFollow, Windows
from geodata.routing.snapping import Role, Snap, SnapOptions, Snapper
from geodata.routing.vehicle import VehicleProfile
from geodata.routing.waits import make_waits

Place = Snap | tuple[float, float]

DAY_S: Final = 86_400.0

HORIZON_S: Final = 14 * DAY_S
"""A route with a time of departure arrives within two weeks or is not found."""


def end_roles(origin: object, destination: object) -> tuple[Role, Role]:
    """Return what two ends are to be tied to the network for; from a place to itself, one point for both."""
    return ("both", "both") if origin == destination else ("origin", "destination")


class Router:
    """Answers questions for routes of one vehicle; the graph is built once.

    Parameters
    ----------
    infrastructure
        Roads, railways or waterways.
    profile
        The vehicle.
    hour
        Hour of the week, 0 (Monday 00:00) to 167, whose conditions and speeds hold for routes without a time of
        departure; None: none that hold at some hours only.
    options
        How places are tied to the network.
    graph
        The graph, if it was built before for the same network, vehicle and hour.

    Raises
    ------
    ValueError
        If the graph is of another number of links, vehicle or hour.
    """

    def __init__(
        self,
        infrastructure: Infrastructure,
        profile: VehicleProfile,
        *,
        hour: int | None = None,
        options: SnapOptions | None = None,
        graph: RoutingGraph | None = None,
    ) -> None:
        self.infrastructure = infrastructure
        self.profile = profile
        self.hour = hour
        if graph is None:
            graph = build_graph(infrastructure, profile, hour=hour)
        made_for = (graph.link_count, graph.profile.profile_id, graph.hour)
        if made_for != (len(infrastructure.links), profile.profile_id, hour):
            msg = f"The graph was built for {made_for} (links, vehicle, hour); build it anew."
            raise ValueError(msg)
        self.graph = graph
        self.snapper = Snapper(infrastructure, self.graph, options)
        self._weights: dict[str, tuple[Floats, Floats]] = {}
        self._finders: dict[str, PathFinder] = {}

    @cached_property
    def timed(self) -> TimedGraph:
        """The graph with hours; built when first asked for."""
        return build_timed_graph(self.infrastructure, self.profile)

    def snap(self, lon: float, lat: float, reach_m: float | None = None, role: Role = "both") -> Snap:
        """Return the nearest point of the network the vehicle may start from or end on; see ``Snapper.snap``."""
        return self.snapper.snap(lon, lat, reach_m, role)

    def route(
        self, origin: Place, destination: Place, *, depart: dt.datetime | None = None, objective: str = "time"
    ) -> Route:
        """Return the best route between two places.

        Parameters
        ----------
        origin, destination
            Longitude and latitude, or points on the network.
        depart
            Local time of departure: the route is then the earliest arrival, with truck bans, turn restrictions and
            speeds by hour, waiting where that is sooner than going round. Without, nothing that holds at some hours
            only applies, but for those of the router's ``hour``.
        objective
            ``time``, ``distance``, ``cost`` or ``co2e``; with ``depart`` only ``time``.

        Raises
        ------
        OffNetworkError
            If a place is too far from the network.
        NoRouteError
            If no route leads there; the message tells what is in the way.
        ValueError
            If the objective is unknown, or not ``time`` beside a departure, if the departure names a time zone, or if
            the router has an hour of its own.
        """
        self.graph.weight(objective)
        if depart is None:
            roles = end_roles(origin, destination)
            return self._static(self._snapped(origin, roles[0]), self._snapped(destination, roles[1]), objective)
        if self.hour is not None:
            msg = "With a time of departure, leave out the hour of the router: hours are then those of the drive."
            raise ValueError(msg)
        if objective != "time":
            msg = f"With a time of departure the objective must be 'time', got {objective!r}; leave one of the two out."
            raise ValueError(msg)
        start, end = self._timed_ends(origin, destination)
        found = self._timed(start, end, depart, HORIZON_S)
        if found is None:
            raise self._no_route(start, end, depart)
        return found

    def alternatives(
        self,
        origin: Place,
        destination: Place,
        count: int = 3,
        *,
        objective: str = "time",
        options: AlternativeOptions | None = None,
    ) -> tuple[Route, ...]:
        """Return the best route and others that really differ, the best first: at most ``count``, fewer if there are.

        Each is valid and passes no node twice; see ``AlternativeOptions`` for how far it may stray and how much it may
        share with those before it.

        Raises
        ------
        OffNetworkError, NoRouteError, ValueError
            As ``route``, and if the count is not at least 1.
        """
        if count < 1:
            msg = f"count must be at least 1, got {count}."
            raise ValueError(msg)
        best = self.route(origin, destination, objective=objective)
        ends = route_ends(self.graph, best.origin, best.destination)
        weight, turn = self.weights(objective)
        seeds = ends.seeds, ends.seed_share * weight[ends.seeds]
        goals = ends.ends, -ends.left_share * weight[ends.ends]
        problem = Weighed(self.graph, weight, turn, seeds, goals)
        paths = alternative_paths(problem, best.arcs, count, options or AlternativeOptions())
        return tuple(self.make_route(path, best.origin, best.destination, objective) for _, path in paths)

    def latest_departure(self, origin: Place, destination: Place, arrive: dt.datetime) -> Route:
        """Return the route that sets out last, to the second, and arrives by a local time.

        Leaving later never arrives earlier, so the departure is found by halving the two weeks before.

        Raises
        ------
        NoRouteError
            If no departure within the two weeks before arrives in time.
        ValueError
            If the time names a zone.
        """
        check_local(arrive)
        start, end = self._timed_ends(origin, destination)
        low, high = -HORIZON_S, 0.0
        best = self._timed(start, end, arrive + dt.timedelta(seconds=low), HORIZON_S)
        if best is None:
            raise self._no_route(start, end, arrive + dt.timedelta(seconds=low))
        while high - low > 1.0:
            middle = float(np.floor((low + high) / 2.0))
            found = self._timed(start, end, arrive + dt.timedelta(seconds=middle), -middle)
            low, high, best = (low, middle, best) if found is None else (middle, high, found)
        return best

    def _snapped(self, place: Place, role: Role) -> Snap:
        return place if isinstance(place, Snap) else self.snapper.snap(place[0], place[1], role=role)

    def _timed_ends(self, origin: Place, destination: Place) -> tuple[Snap, Snap]:
        """Return the ends of a route with a time of departure: links count that are open at some hour."""
        places = zip((origin, destination), end_roles(origin, destination), strict=True)
        first, last = (
            place if isinstance(place, Snap) else self._timed_snapper.snap(place[0], place[1], role=role)
            for place, role in places
        )
        return first, last

    @cached_property
    def _timed_snapper(self) -> Snapper:
        return Snapper(self.infrastructure, self.timed, self.snapper.options)

    def weights(self, objective: str) -> tuple[Floats, Floats]:
        """Return what each arc and each turn adds to an objective, float64[A], float64[T]."""
        if objective not in self._weights:
            self._weights[objective] = self.graph.weight(objective), self.graph.turn_weight(objective)
        return self._weights[objective]

    def prepare(self, objective: str = "time", progress: Callable[[float], None] | None = None) -> None:
        """Prepare for many routes of an objective without a time of departure: each then takes about a millisecond.

        Parameters
        ----------
        objective
            ``time``, ``distance``, ``cost`` or ``co2e``.
        progress
            Told the share done, now and then; what it raises ends the preparation.
        """
        self.use(objective, build_hierarchy(self.graph.digraph(objective), progress))

    def use(self, objective: str, hierarchy: Hierarchy) -> None:
        """Answer for an objective from a hierarchy that was prepared before, of the ``digraph`` of this router's graph.

        Raises
        ------
        ValueError
            If it was made for another graph.
        """
        digraph = self.graph.digraph(objective)
        made_for = hierarchy.graph
        same = np.array_equal(made_for.start, digraph.start) and np.array_equal(made_for.head, digraph.head)
        if not same or not np.array_equal(made_for.weight, digraph.weight):
            msg = f"The hierarchy was made for another graph than that of {self.profile.profile_id!r}; prepare it anew."
            raise ValueError(msg)
        self._finders[objective] = PathFinder(hierarchy)

    def _static(self, origin: Snap, destination: Snap, objective: str) -> Route:
        ends = route_ends(self.graph, origin, destination)
        weight, turn = self.weights(objective)
        if objective in self._finders:
            seeds = one_place(ends.seeds, ends.seed_share * weight[ends.seeds])
            goals = one_place(ends.ends, -ends.left_share * weight[ends.ends])
            arcs = self._finders[objective].least_path(seeds, goals).vertices
        else:
            known, arcs = best_direct(ends, weight)
            path = self._least_path(ends, weight, turn, known)
            arcs = path if len(path) else arcs
        if not len(arcs):
            raise self._no_route(origin, destination)
        return self.make_route(arcs, origin, destination, objective)

    def _least_path(self, ends: Ends, weight: Floats, turn: Floats, known: float) -> Indices:
        """Return the arcs of the path that costs least, none where none costs less than what is known."""
        from geodata.routing.search_kernels import least_path  # noqa: PLC0415 - numba loads only when used

        graph = Follow(self.graph.follow_start, self.graph.follow_arc, turn, weight)
        seeds = ends.seeds, ends.seed_share * weight[ends.seeds]
        path: Indices = least_path(graph, seeds, (ends.ends, ends.end_share * weight[ends.ends]), known)[1]
        return path

    def make_route(self, arcs: Indices, origin: Snap, destination: Snap, objective: str) -> Route:
        """Return the route over some arcs between two points."""
        shares = end_shares(self.graph, arcs, origin, destination)
        turns = turn_times(self.graph, arcs)
        return Route(self.infrastructure, self.graph, origin, destination, arcs, shares, turns, objective)

    def _timed(self, origin: Snap, destination: Snap, depart: dt.datetime, within_s: float) -> Route | None:
        """Return the earliest arrival within some seconds, if there is any."""
        check_local(depart)
        # Most arrive within a day, and a day has few windows to look at.
        found = self._earliest(origin, destination, depart, min(within_s, DAY_S))
        return self._earliest(origin, destination, depart, within_s) if found is None and within_s > DAY_S else found

    def _earliest(self, origin: Snap, destination: Snap, depart: dt.datetime, within_s: float) -> Route | None:
        from geodata.routing.search_kernels import earliest_path  # noqa: PLC0415 - numba loads only when used

        graph = self.timed
        ends = route_ends(graph, origin, destination)
        depart_s = week_second(depart)
        horizon_s = float(np.nextafter(depart_s + within_s, np.inf))
        ask = Ask(ends.seeds, ends.seed_share, ends.direct, ends.ends, ends.end_share, depart_s, horizon_s)
        arrive_s, arcs, enter, leave = earliest_path(self._timed_follow, ask)
        if not len(arcs):
            return None
        turns = turn_times(graph, arcs)
        waits = make_waits(self.infrastructure, graph, (arcs, enter, leave, turns), depart, depart_s)
        arrive = depart + dt.timedelta(seconds=float(arrive_s) - depart_s)
        timing = Timing(depart, arrive, enter - depart_s, leave - depart_s, waits)
        shares = end_shares(graph, arcs, origin, destination)
        return Route(self.infrastructure, graph, origin, destination, arcs, shares, turns, "time", timing)

    @cached_property
    def _timed_follow(self) -> TimedFollow:
        graph = self.timed
        return TimedFollow(
            start=graph.follow_start,
            second=graph.follow_arc,
            turn_s=graph.follow_time_s,
            turn_hours=graph.follow_hours,
            length_m=graph.length_m,
            speed_kmh=graph.speed_kmh,
            cap_kmh=graph.cap_kmh,
            group=graph.arc_group,
            limits_of=graph.arc_caps,
            hours_of=graph.arc_hours,
            factors=graph.factors,
            limits=Limits(graph.caps.start, graph.caps.until_s, graph.caps.cap_kmh),
            windows=Windows(graph.open_hours.start, graph.open_hours.from_s, graph.open_hours.to_s),
        )

    def _no_route(self, origin: Snap, destination: Snap, depart: dt.datetime | None = None) -> NoRouteError:
        from geodata.routing.reasons import explain  # noqa: PLC0415 - only a failure needs it

        graph = self.graph if depart is None else self.timed
        return NoRouteError(explain(self.infrastructure, graph, (origin, destination), depart))
