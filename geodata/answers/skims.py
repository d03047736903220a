"""Skims: time, distance, money and CO2e between places along paths that are least in one of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geodata.answers.places import Place
from geodata.answers.reach import Position, Reach, ReachGraph, best_end, sums_along
from geodata.columns import Flags, Floats
from geodata.routing.graph import RoutingGraph
from geodata.routing.hierarchy import Hierarchy
from geodata.routing.many_to_many import Along, many_to_many
from geodata.routing.snapping import reachable_links
from geodata.routing.sweep import Places
from supplychain.text import Text

VALUES: Final = ("time_s", "length_m", "cost", "co2e_kg")
OBJECTIVE_VALUES: Final = {"time": "time_s", "distance": "length_m", "cost": "cost", "co2e": "co2e_kg"}

REACHED, NO_ORIGIN, NO_DESTINATION, CANNOT_LEAVE, CANNOT_ENTER, NO_WAY = range(6)
REASONS: Final = (
    Text(en="", vi=""),
    Text(
        en="the origin is farther than the reach from any link this vehicle may use",
        vi="nơi đi nằm ngoài tầm với của mọi đoạn tuyến mà phương tiện này được dùng",
    ),
    Text(
        en="the destination is farther than the reach from any link this vehicle may use",
        vi="nơi đến nằm ngoài tầm với của mọi đoạn tuyến mà phương tiện này được dùng",
    ),
    Text(
        en="from the origin's link this vehicle cannot get to the main network",
        vi="từ đoạn tuyến tại nơi đi, phương tiện này không ra được mạng lưới chính",
    ),
    Text(
        en="the main network does not lead this vehicle to the destination's link",
        vi="mạng lưới chính không dẫn phương tiện này đến đoạn tuyến tại nơi đến",
    ),
    Text(en="no way joins the two for this vehicle", vi="không có đường nào nối hai nơi cho phương tiện này"),
)

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, eq=False)
class PlaceSkim:
    """Values along least paths between places.

    Parameters
    ----------
    amounts
        float64[O, D] by name of ``VALUES``; inf where no path leads.
    reason
        Why no path leads, index into ``REASONS``, int8[O, D]; 0 where one does.
    """

    amounts: dict[str, Floats]
    reason: NDArray[np.int8]

    @property
    def reached(self) -> Flags:
        """Which pairs have a path, bool[O, D]."""
        found: Flags = self.reason == REACHED
        return found

    def with_places(self, origins: Sequence[Place], destinations: Sequence[Place]) -> PlaceSkim:
        """Return the same with 0 from a place to the same place, be it tied to one link to leave and another to arrive.

        Parameters
        ----------
        origins, destinations
            The places of the rows and columns.
        """
        sides = [np.array([(one.lon, one.lat) for one in some]).reshape(-1, 2) for some in (origins, destinations)]
        same = (sides[0][:, None, :] == sides[1][None, :, :]).all(axis=2)
        same &= (self.reason != NO_ORIGIN) & (self.reason != NO_DESTINATION)
        amounts = {name: np.where(same, 0.0, table) for name, table in self.amounts.items()}
        return PlaceSkim(amounts, np.where(same, REACHED, self.reason).astype(np.int8))

    def turned(self) -> PlaceSkim:
        """Return the same with origins and destinations changed over: columns become rows."""
        return PlaceSkim({name: table.T for name, table in self.amounts.items()}, self.reason.T)


def skim_places(
    graph: RoutingGraph,
    objective: str,
    origins: Sequence[Position | None],
    destinations: Sequence[Position | None],
    progress: Progress | None = None,
) -> PlaceSkim:
    """Return the values between all origins and destinations along paths least in the objective.

    Parameters
    ----------
    graph
        The routing graph.
    objective
        time, distance, cost or co2e.
    origins, destinations
        Positions on the network; None for a place out of reach of it.
    progress
        Told after each sweep: how many are done, of how many.

    Notes
    -----
    One sweep runs from each origin, or to each destination where these are fewer. A place and itself are 0 apart. The
    way between a place and its link is in none of the values.
    """
    found = ReachGraph(graph, objective)
    shape = (len(origins), len(destinations))
    values = {name: np.full(shape, np.inf) for name in VALUES}
    backward = len(destinations) < len(origins)
    roots, others = (destinations, origins) if backward else (origins, destinations)
    for place, root in enumerate(roots):
        if root is not None:
            rows = _row(found, root, others, to=backward)
            for name in VALUES:
                target = values[name][:, place] if backward else values[name][place]
                target[:] = rows[name]
        if progress is not None:
            progress(place + 1, len(roots))
    return PlaceSkim(values, _reasons(graph, origins, destinations, np.isfinite(values["length_m"])))


def skim_prepared(
    graph: RoutingGraph,
    objective: str,
    hierarchy: Hierarchy,
    origins: Sequence[Position | None],
    destinations: Sequence[Position | None],
) -> PlaceSkim:
    """Return what ``skim_places`` returns, from a hierarchy: quicker for hundreds of places and more.

    Parameters
    ----------
    graph
        The routing graph.
    objective
        time, distance, cost or co2e.
    hierarchy
        The hierarchy of the graph's ``digraph`` for the same objective.
    origins, destinations
        Positions on the network; None for a place out of reach of it.
    """
    starts, start_share = _stands(graph, origins, to=False)
    ends, end_share = _stands(graph, destinations, to=True)
    weight = graph.weight(objective)
    along = {}
    for other, name in OBJECTIVE_VALUES.items():
        if other != objective:
            passed = graph.weight(other)
            edges = graph.turn_weight(other) + passed[graph.follow_arc]
            along[name] = Along(edges, start_share * passed[starts.vertex], -end_share * passed[ends.vertex])
    table = many_to_many(
        hierarchy,
        replace(starts, offset=start_share * weight[starts.vertex]),
        replace(ends, offset=-end_share * weight[ends.vertex]),
        along=along,
    )
    found = {OBJECTIVE_VALUES[objective]: table.distance, **table.along}
    amounts = {name: np.maximum(found[name], 0.0) for name in VALUES}
    return PlaceSkim(amounts, _reasons(graph, origins, destinations, np.isfinite(table.distance)))


def _stands(graph: RoutingGraph, positions: Sequence[Position | None], *, to: bool) -> tuple[Places, Floats]:
    """Return the arcs that places stand on, and the share of each that lies ahead of the place, float64."""
    reach = ReachGraph(graph)
    rows = [[] if one is None else reach.own_arcs(one, to=to) for one in positions]
    start = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    arcs = np.array([arc for row in rows for arc, _ in row], dtype=np.int32)
    ahead = np.array([1.0 - behind for row in rows for _, behind in row], dtype=np.float64)
    return Places(start, arcs, np.zeros(len(arcs))), ahead


def _row(graph: ReachGraph, root: Position, others: Sequence[Position | None], *, to: bool) -> dict[str, Floats]:
    reach = graph.reach(root, to=to)
    ends = [(np.inf, -1, 0.0) if other is None else best_end(reach, other) for other in others]
    least = np.array([end[0] for end in ends])
    arc, share = np.array([end[1] for end in ends], dtype=np.int64), np.array([end[2] for end in ends])
    rows = {}
    for objective, name in OBJECTIVE_VALUES.items():
        if objective == graph.objective:
            rows[name] = least
            continue
        passed, turned = graph.graph.weight(objective), graph.graph.turn_weight(objective)
        along = sums_along(reach, passed, turned)
        driven = share * passed[np.maximum(arc, 0)]
        inside = [
            0.0 if arc[place] >= 0 or other is None else share[place] * _own_weight(reach, other, passed)
            for place, other in enumerate(others)
        ]
        whole = np.where(arc >= 0, along[np.maximum(arc, 0)] + driven, inside)
        rows[name] = np.where(np.isfinite(least), whole, np.inf)
    return rows


def _own_weight(reach: Reach, other: Position, passed: Floats) -> float:
    """Return what a pass of the root's own link adds, in the direction between the root and another point of it."""
    ahead = other.fraction >= reach.position.fraction
    key = 2 * reach.position.link + int(ahead == reach.to)
    graph = reach.of.graph
    arc = int(graph.start_arc[key])
    if arc < 0:  # both are the same point of a one-way link
        arc = int(graph.start_arc[key ^ 1])
    return float(passed[arc]) if arc >= 0 else 0.0


def _reasons(
    graph: RoutingGraph,
    origins: Sequence[Position | None],
    destinations: Sequence[Position | None],
    reached: Flags,
) -> NDArray[np.int8]:
    reason = np.where(reached, REACHED, NO_WAY).astype(np.int8)
    if reached.all():
        return reason
    main = reachable_links(graph)
    for row, origin in enumerate(origins):
        if origin is not None and not main.leads_in[origin.link]:
            reason[row, ~reached[row]] = CANNOT_LEAVE
    for column, destination in enumerate(destinations):
        if destination is not None and not main.led_to[destination.link]:
            reason[~reached[:, column], column] = CANNOT_ENTER
    for column, destination in enumerate(destinations):
        if destination is None:
            reason[:, column] = NO_DESTINATION
    for row, origin in enumerate(origins):
        if origin is None:
            reason[row] = NO_ORIGIN
    return reason
