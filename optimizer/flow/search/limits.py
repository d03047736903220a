"""Limits of time and length on the paths of demands, kept exactly, on top of any other search."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from optimizer.flow.columns import IMPROVEMENT, Paths, build_paths
from optimizer.flow.problem import LIMIT_SLACK, Problem
from optimizer.flow.search import labels
from optimizer.flow.search.limited_path import LimitedPath, Query, Reach, TooManyLabelsError
from optimizer.flow.search.path_search import (
    CostClass,
    PathSearch,
    cost_classes,
    end_shift,
    link_price,
)
from supplychain.errors import HinterlandError
from supplychain.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_LABELS: Final = 4_000_000
"""Labels that one search may keep unless told otherwise: about 200 MB."""

REACH_BYTES: Final = 200_000_000
"""Memory for least hours and km to destinations; those not asked for longest are swept again."""


WHAT_PATHS_MAY: Final = ("allowed", "minimum_lot_t", "time_h", "length_km", "max_time_h", "max_length_km")
"""Fields of a problem that decide which paths keep the limits, beside ends and classes."""

TOO_MANY_LABELS: Final = Text(
    en="The cheapest path of demand {demand} within its limits of time and length cannot be found: more than {most:,} "
    "partial paths would have to be kept. Widen or drop one of its limits (max_time_h, max_length_km), or leave out "
    "parallel and short links of almost the same cost, time and length.",
    vi="Không tìm được đường rẻ nhất của nhu cầu {demand} trong giới hạn thời gian và chiều dài: phải giữ hơn {most:,} "
    "đoạn đường dở dang. Hãy nới hoặc bỏ một giới hạn của nhu cầu này (max_time_h, max_length_km), hoặc bỏ bớt các "
    "tuyến song song, các tuyến ngắn có chi phí, thời gian và chiều dài gần như nhau.",
)


class LabelLimitError(HinterlandError):
    """A demand's cheapest path within its limits cannot be found in the memory allowed; nothing was guessed."""


class _Network:
    """Links that the demands of one cost class may use, and what is known of the way to their destinations."""

    def __init__(self, problem: Problem, one: CostClass) -> None:
        nodes, k = len(problem.node_ids), one.class_index
        links = np.flatnonzero(one.usable(problem) & (problem.link_from != problem.link_to))
        self.links = links[np.argsort(problem.link_to[links], kind="stable")].astype(np.int32)
        tail, head = problem.link_from[self.links], problem.link_to[self.links]
        self.graph = labels.Graph(
            enter=np.searchsorted(head, np.arange(nodes + 1)),
            tail=tail,
            head=head,
            leave=np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=nodes))]),
            leaving=np.argsort(tail, kind="stable").astype(np.int32),
        )
        self.time_h = problem.time_h[k, self.links]
        self.length_km = problem.length_km[self.links]
        self._demand, self._ends = one.demand, (problem.demand_origin, problem.demand_destination)
        self._most_h, self._most_km = problem.max_time_h, problem.max_length_km
        self._most_known = max(1, REACH_BYTES // (24 * max(nodes, 1)))
        self._known: dict[int, Reach] = {}

    def search(self, demand: int) -> LimitedPath:
        """Return the search for the path of one demand."""
        nothing = np.zeros(self.links.size)
        most_h, most_km = float(self._most_h[demand]), float(self._most_km[demand])
        return LimitedPath(
            self.graph,
            self.time_h if np.isfinite(most_h) else nothing,
            self.length_km if np.isfinite(most_km) else nothing,
            (int(self._ends[0][demand]), int(self._ends[1][demand])),
            (most_h if np.isfinite(most_h) else 0.0, most_km if np.isfinite(most_km) else 0.0),
        )

    def reach(self, demand: int) -> Reach:
        """Return the least hours and km to the destination of a demand, 0 where that limit is endless."""
        destination = int(self._ends[1][demand])
        known = self._known.pop(destination, None)
        if known is None:
            while len(self._known) >= self._most_known:
                del self._known[next(iter(self._known))]
            known = self._sweep(destination)
        self._known[destination] = known
        nothing = np.zeros(known.time.size)
        if np.isinf(self._most_h[demand]):
            return replace(known, time=nothing, by_time=known.by_length)
        if np.isinf(self._most_km[demand]):
            return replace(known, length=nothing, by_length=known.by_time)
        return known

    def _sweep(self, destination: int) -> Reach:
        """Return the least hours and km to a destination, as far as the limits of its demands go."""
        there = self._demand[self._ends[1][self._demand] == destination]

        def least(weight: NDArray[np.float64], limit: NDArray[np.float64]) -> labels.Sweep:
            finite = limit[there][np.isfinite(limit[there])]
            cutoff = float(finite.max()) * (1 + 2 * LIMIT_SLACK) if finite.size else -1.0
            return labels.sweep(self.graph, weight, destination, cutoff)

        time, length = least(self.time_h, self._most_h), least(self.length_km, self._most_km)
        return Reach(time[0], length[0], time[1], length[1])


@dataclass(frozen=True, slots=True, eq=False)
class _Round:
    """One call of ``improve``: prices in, least prices and paths out (demands, and the links of each)."""

    capacity_price: NDArray[np.float64]
    known_price: NDArray[np.float64]
    bounded: bool
    interrupted: Callable[[], bool] | None
    least: NDArray[np.float64]
    demand: list[int] = field(default_factory=list)
    links: list[NDArray[np.int32]] = field(default_factory=list)

    def paths(self, problem: Problem) -> Paths:
        """Return the paths found."""
        start = np.cumsum([0, *(links.size for links in self.links)])
        links = np.concatenate([np.zeros(0, dtype=np.int32), *self.links])
        return build_paths(problem, np.array(self.demand, dtype=np.int32), start, links)


class LimitedSearch:
    """Answers like the search it stands on, but with paths within the limits of each demand only.

    Where the other search's path keeps the limits, it is the answer; else the cheapest path within them is searched
    for. Demands without limits pass as they are.

    Parameters
    ----------
    problem
        Problem with limits.
    base
        Search that knows nothing of limits.
    most_labels
        Labels that the search for one path may keep, at least 1.
    """

    def __init__(self, problem: Problem, base: PathSearch, most_labels: int = MOST_LABELS) -> None:
        if most_labels < 1:
            msg = f"most_labels must be at least 1, got {most_labels}."
            raise ValueError(msg)
        self._problem, self._base, self._most_labels = problem, base, most_labels
        self._limited = np.isfinite(problem.max_time_h) | np.isfinite(problem.max_length_km)
        limited = [replace(one, demand=one.demand[self._limited[one.demand]]) for one in cost_classes(problem)]
        self._classes = [one for one in limited if one.demand.size]
        self._networks: dict[int, _Network] = {}
        self._searches: dict[int, LimitedPath] = {}

    def improve(
        self,
        capacity_price: NDArray[np.float64],
        known_price: NDArray[np.float64],
        *,
        bounded: bool = True,
        interrupted: Callable[[], bool] | None = None,
    ) -> tuple[NDArray[np.float64], Paths]:
        """Return the least prices and improving paths (see ``PathSearch``).

        Raises
        ------
        InterruptedSearchError
            When ``interrupted`` answers yes.
        LabelLimitError
            When the search for one path needs too much memory.
        """
        least, paths = self._base.improve(capacity_price, known_price, bounded=bounded, interrupted=interrupted)
        broken = self._breaks_limits(paths)
        asked = np.zeros(least.size, dtype=bool)
        asked[paths.demand[broken]] = True
        without_path = self._limited & (self._problem.demand_origin != self._problem.demand_destination)
        without_path[paths.demand] = False
        if bounded:
            least[without_path & (least >= known_price)] = np.inf
        else:
            asked |= without_path & np.isfinite(least)
        now = _Round(capacity_price, known_price, bounded, interrupted, least)
        for place, one in enumerate(self._classes):
            if asked[one.demand].any():
                self._search_class(now, place, one.demand[asked[one.demand]])
        if broken.any():
            paths = paths.selected(np.flatnonzero(~broken))
        return least, paths.joined(now.paths(self._problem)) if now.demand else paths

    def rebound(self, problem: Problem) -> LimitedSearch | None:
        """Return a search for a problem of the same shape (see ``PathSearch``), None when the other search has none."""
        base = self._base.rebound(problem)
        if base is None:
            return None
        search = LimitedSearch(problem, base, self._most_labels)
        if self._holds_for(search):
            search._networks, search._searches = self._networks, self._searches
        return search

    def _holds_for(self, other: LimitedSearch) -> bool:
        """Return whether the same demands may use the same links for as many hours and km in both problems."""
        ours, theirs = self._problem, other._problem
        return (
            all(np.array_equal(getattr(ours, name), getattr(theirs, name)) for name in WHAT_PATHS_MAY)
            and len(self._classes) == len(other._classes)
            and all(
                one.class_index == two.class_index and one.lot_t == two.lot_t and np.array_equal(one.demand, two.demand)
                for one, two in zip(self._classes, other._classes, strict=True)
            )
        )

    def unfold(self, paths: Paths) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Return the links of paths (see ``PathSearch``): the other search's, or links as they are."""
        return self._base.unfold(paths)

    def _breaks_limits(self, paths: Paths) -> NDArray[np.bool_]:
        """Return which paths are over a limit of their demand, bool[P]."""
        problem, breaks = self._problem, np.zeros(paths.count, dtype=bool)
        place = np.flatnonzero(self._limited[paths.demand])
        if not place.size:
            return breaks
        start, links = self._base.unfold(paths.selected(place))
        demand = paths.demand[place]
        path = np.repeat(np.arange(place.size), np.diff(start))
        time_h = np.bincount(path, problem.time_h[problem.demand_class[demand][path], links], place.size)
        length_km = np.bincount(path, problem.length_km[links], place.size)
        within = time_h <= problem.max_time_h[demand] * (1 + LIMIT_SLACK)
        within &= length_km <= problem.max_length_km[demand] * (1 + LIMIT_SLACK)
        breaks[place] = ~within
        return breaks

    def _search_class(self, now: _Round, place: int, asked: NDArray[np.int64]) -> None:
        """Answer demands of one cost class."""
        problem, one = self._problem, self._classes[place]
        if place not in self._networks:
            self._networks[place] = _Network(problem, one)
        network, k = self._networks[place], one.class_index
        price = problem.money_per_t[k] + problem.time_cost_per_t[k] + link_price(problem, k, now.capacity_price)
        if problem.carbon_price_per_kg:
            price += problem.carbon_price_per_kg * problem.emissions_kg_per_t[k]
        shift = end_shift(problem, network.links, price)
        price = price + shift[problem.link_from] + shift[problem.link_to]
        arc_price = np.maximum(price[network.links], 0.0)
        for demand in asked.tolist():
            shifted = float(shift[problem.demand_origin[demand]] + shift[problem.demand_destination[demand]])
            found = self._search_demand(now, network, demand, (arc_price, shifted))
            if found is None:
                now.least[demand] = np.inf
                continue
            now.least[demand] = found[0] - shifted
            if found[0] < (float(now.known_price[demand]) + shifted) * (1 - IMPROVEMENT):
                now.demand.append(demand)
                now.links.append(network.links[found[1]])

    def _search_demand(
        self, now: _Round, network: _Network, demand: int, price: tuple[NDArray[np.float64], float]
    ) -> tuple[float, NDArray[np.int32]] | None:
        """Return the price (with what ``end_shift`` adds) and arcs of the demand's cheapest path, None without one."""
        arc_price, shifted = price
        if demand not in self._searches:
            self._searches[demand] = network.search(demand)
        to_beat = float(now.known_price[demand]) + shifted if now.bounded else np.inf
        query = Query(arc_price, to_beat, network.reach(demand), self._most_labels, now.interrupted)
        try:
            return self._searches[demand].cheapest(query)
        except TooManyLabelsError as error:
            text = TOO_MANY_LABELS.format(demand=self._problem.demand_ids[demand], most=self._most_labels)
            raise LabelLimitError(text) from error
