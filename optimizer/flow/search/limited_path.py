"""The least-price path of one demand within its limits of time and length, exact at every call.

A path over a limit is made dearer by a price on hours and km until the bound this proves is close to the best path
known (G. Y. Handler, I. Zang, A Dual Algorithm for the Constrained Shortest Path Problem, Networks 10, 1980,
doi:10.1002/net.3230100403); labels, searched in the order of that bound, close what is left (``labels``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from optimizer.flow.problem import LIMIT_SLACK
from optimizer.flow.search import labels
from optimizer.flow.search.path_search import InterruptedSearchError

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDING: Final = 1e-12
"""Share of the price of all hours and km allowed by which a bound is lowered before anything is dropped for it."""

MOST_SWEEPS: Final = 12
"""Most prices of hours and km that are tried before labels are searched."""

CLOSE: Final = 1e-3
"""Share of the price within which a bound is close enough to search labels."""

HIGHEST_RATE: Final = 100.0
"""Most that all hours (or km) allowed may cost in the bound, in times the price of the dearest path known."""

MOST_PATHS: Final = 12
"""Paths of a demand kept to choose its prices of hours and km by."""

STEPS_AT_ONCE: Final = 5_000_000
"""Steps of the search for labels between two questions whether to stop: some hundredths of a second."""

ANY: Final = 1e-6
"""Price to beat when any path will do and none costs anything."""

FIRST_LABELS: Final = 1 << 14
"""Labels there is room for at first."""


class TooManyLabelsError(Exception):
    """A search needed more labels than it may keep; nothing of it is used."""


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """Least hours and km from every node to one destination, float64[N], and the arcs they start with, int32[N]."""

    time: NDArray[np.float64]
    length: NDArray[np.float64]
    by_time: NDArray[np.int32]
    by_length: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """What is asked of a ``LimitedPath``.

    Parameters
    ----------
    price
        VND per tonne of one pass of each arc, at least 0, float64[M].
    to_beat
        VND per tonne that a path must cost less than; may be inf.
    reach
        Least hours and km to the destination; inf may stand for what is over the limits.
    most_labels
        Labels that may be kept.
    interrupted
        Asked often, if given.
    """

    price: NDArray[np.float64]
    to_beat: float
    reach: Reach
    most_labels: int
    interrupted: Callable[[], bool] | None = None

    def ask(self) -> None:
        """Raise ``InterruptedSearchError`` when told to stop."""
        if self.interrupted is not None and self.interrupted():
            raise InterruptedSearchError


@dataclass(frozen=True, slots=True, eq=False)
class _Path:
    """Arcs in travel order, and hours and km in all."""

    arcs: NDArray[np.int32]
    time: float
    length: float


@dataclass(slots=True, eq=False)
class _Best:
    """Price to beat and the path that has it, None while it is not ours."""

    price: float
    path: _Path | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Bound:
    """What prices of an hour and a km (``rates``, float64[2]) prove: no path within the limits costs less than this.

    ``least``, ``towards`` and ``order`` are the sweep that proves it.
    """

    price: float
    rates: NDArray[np.float64]
    least: NDArray[np.float64]
    towards: NDArray[np.int32]
    order: NDArray[np.int32]


class LimitedPath:
    """Finds the least-price path of one demand at any prices; keeps paths from call to call.

    Parameters
    ----------
    graph
        Arcs the demand may use.
    time, length
        Hours and km of each arc, float64[M]; zeros where that limit is endless.
    origin, destination
        Nodes, not the same.
    limits
        Most hours and km; 0 where endless.
    """

    def __init__(
        self,
        graph: labels.Graph,
        time: NDArray[np.float64],
        length: NDArray[np.float64],
        ends: tuple[int, int],
        limits: tuple[float, float],
    ) -> None:
        self._graph, self._time, self._length = graph, time, length
        self._origin, self._destination = ends
        self._limits = np.array(limits) * (1 + LIMIT_SLACK)
        self._paths: list[_Path] = []
        self._possible: bool | None = None

    def cheapest(self, query: Query) -> tuple[float, NDArray[np.int32]] | None:
        """Return the price of the cheapest path within the limits and its arcs, None when none beats ``to_beat``.

        Raises
        ------
        InterruptedSearchError
            When told to stop.
        TooManyLabelsError
            When more labels are needed than may be kept.
        """
        if self._possible is None:
            self._possible = self._find_any(query)
        if not self._possible:
            return None
        best = self._run(query)
        return None if best.path is None else (best.price, best.path.arcs)

    def _find_any(self, query: Query) -> bool:
        """Return whether any path keeps the limits, and know one: the quickest, the shortest, or one free of price."""
        reach, origin = query.reach, self._origin
        if reach.time[origin] > self._limits[0] or reach.length[origin] > self._limits[1]:
            return False
        for towards in (reach.by_time, reach.by_length):
            self._keep(self._follow(towards, origin))
        if any(self._keeps_limits(path) for path in self._paths):
            return True
        free = replace(query, price=np.zeros(self._time.size), to_beat=ANY)
        return self._run(free, any_path=True).path is not None

    def _run(self, query: Query, *, any_path: bool = False) -> _Best:
        """Return the cheapest path, or any one where nothing costs anything."""
        best = _Best(query.to_beat)
        for path in self._paths:
            self._take(path, query, best)
        bound = self._raise_bound(query, best, any_path=any_path)
        if bound is not None:
            self._search_labels(query, best, bound, 0.0 if any_path else -np.inf)
        if len(self._paths) > MOST_PATHS:
            self._forget(query, bound)
        return best

    def _raise_bound(self, query: Query, best: _Best, *, any_path: bool) -> _Bound | None:
        """Return the best bound found, None when nothing can be cheaper than ``best``; add the paths met on the way."""
        viable = self._time + query.reach.time[self._graph.head] <= self._limits[0]
        viable &= self._length + query.reach.length[self._graph.head] <= self._limits[1]
        kept: _Bound | None = None
        for _ in range(MOST_SWEEPS):
            query.ask()
            rates, ceiling = self._choose_rates(query.price, any_path=any_path)
            weight = query.price + rates[0] * self._time + rates[1] * self._length
            weight[~viable] = np.inf
            allowance = float(rates @ self._limits)
            cutoff = (best.price + allowance) * (1 + ROUNDING)
            least, towards, order = labels.sweep(self._graph, weight, self._destination, cutoff)
            price = float(least[self._origin]) - allowance * (1 + ROUNDING)
            if price >= best.price:
                return None
            if kept is None or price > kept.price:
                kept = _Bound(price, rates, least, towards, order)
            path = self._follow(towards, self._origin)
            self._keep(path)
            self._take(path, query, best)
            if kept.price >= best.price or ceiling - kept.price <= CLOSE * abs(ceiling):
                break
        return kept

    def _choose_rates(self, price: NDArray[np.float64], *, any_path: bool) -> tuple[NDArray[np.float64], float]:
        """Return prices of an hour and a km that the known paths make best, float64[2], and the bound they hope for.

        Where nothing costs anything, the shares of all hours and km allowed are priced, together 1.
        """
        known = np.array([_sum_from_end(price[path.arcs]) for path in self._paths])
        used = np.array([(path.time, path.length) for path in self._paths])
        scale = float(known.max()) or 1.0
        priced = self._limits > 0
        most = np.where(priced, self._limits, 1.0)
        answer = linprog(
            [-1.0, 0.0, 0.0],
            A_ub=np.column_stack([np.ones(known.size), np.where(priced, 1 - used / most, 0.0)]),
            b_ub=known / scale,
            A_eq=[[0.0, 1.0, 1.0]] if any_path else None,
            b_eq=[1.0] if any_path else None,
            bounds=[(None, None), *((0.0, HIGHEST_RATE if one else 0.0) for one in priced)],
            method="highs-ds",
        )
        if answer.x is None:
            return np.zeros(2), np.inf
        return np.maximum(answer.x[1:], 0.0) * scale / most, float(answer.x[0]) * scale

    def _search_labels(self, query: Query, best: _Best, bound: _Bound, enough: float) -> None:
        """Lower ``best`` to the cheapest path of all, or to one of ``enough``."""
        graph, towards, order = self._graph, bound.towards, bound.order
        weights = labels.Weights(query.price, self._time, self._length)
        price, time, length = (labels.sum_along(graph, towards, order, values) for values in weights)
        to_go = labels.ToGo(bound.least, price, time, length, query.reach.time, query.reach.length)
        most_time, most_length = self._limits.tolist()
        per_h, per_km = bound.rates.tolist()
        rounding = (per_h * most_time + per_km * most_length) * ROUNDING
        limits = labels.Limits(most_time, most_length, per_h, per_km, rounding)
        task = labels.Task(graph, weights, to_go, limits)
        room = labels.empty_labels(min(FIRST_LABELS, query.most_labels))
        state = labels.begin(room, towards.size, self._origin, best.price, enough)
        while (outcome := labels.extend(task, state, STEPS_AT_ONCE)) != labels.DONE:
            query.ask()
            if outcome == labels.FULL:
                capacity = state.labels.node.size
                if capacity >= query.most_labels:
                    raise TooManyLabelsError
                wider = labels.grown_labels(state.labels, min(2 * capacity, query.most_labels))
                state = state._replace(labels=wider)
        last = int(state.counts[labels.BEST])
        if last >= 0:
            node = int(state.labels.node[last])
            best.path = self._measured([*labels.arcs_of(state, last), *self._follow(towards, node).arcs])
            best.price = float(state.best[0])
            self._keep(best.path)

    def _follow(self, towards: NDArray[np.int32], node: int) -> _Path:
        """Return the path of a sweep from a node to the destination."""
        arcs = []
        while node != self._destination:
            arcs.append(towards[node])
            node = int(self._graph.head[towards[node]])
        return self._measured(arcs)

    def _measured(self, arcs: list[np.int32]) -> _Path:
        """Return the path of the given arcs, its sums made from the end as in a sweep, so that they are the same."""
        chosen = np.array(arcs, dtype=np.int32)
        return _Path(chosen, _sum_from_end(self._time[chosen]), _sum_from_end(self._length[chosen]))

    def _keeps_limits(self, path: _Path) -> bool:
        """Return whether a path is within the limits."""
        return bool(path.time <= self._limits[0] and path.length <= self._limits[1])

    def _take(self, path: _Path, query: Query, best: _Best) -> None:
        """Let a path be the best if it is within the limits and cheaper."""
        price = _sum_from_end(query.price[path.arcs])
        if price < best.price and self._keeps_limits(path):
            best.price, best.path = price, path

    def _keep(self, path: _Path) -> None:
        """Keep a path if it is new."""
        if not any(np.array_equal(path.arcs, other.arcs) for other in self._paths):
            self._paths.append(path)

    def _forget(self, query: Query, bound: _Bound | None) -> None:
        """Keep only the paths that matter most at these prices, the cheapest within the limits among them."""
        rates = np.zeros(2) if bound is None else bound.rates
        price = np.array([_sum_from_end(query.price[path.arcs]) for path in self._paths])
        used = np.array([(path.time, path.length) for path in self._paths])
        fits = np.array([self._keeps_limits(path) for path in self._paths])
        worth = price + used @ rates
        if fits.any():
            worth[np.flatnonzero(fits)[np.argmin(price[fits])]] = -np.inf
        order = np.argsort(worth, kind="stable")[:MOST_PATHS]
        self._paths = [self._paths[place] for place in np.sort(order)]


def _sum_from_end(values: NDArray[np.float64]) -> float:
    """Return the sum, added up one by one from the last value."""
    return float(np.cumsum(values[::-1])[-1]) if values.size else 0.0
