"""Why demands stay unserved, from a problem and its plan alone: the one place that knows the reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from geodata.paths import LinkEnds, PathTrees, path_trees

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from optimizer.flow.plan import Plan
    from optimizer.flow.problem import Problem

    Indices = NDArray[np.int64]

Code = Literal[
    "no_connector",
    "no_service",
    "no_mode_chain",
    "no_path",
    "over_time_limit",
    "over_length_limit",
    "over_both_limits",
    "below_lot",
    "costs_more_than_penalty",
    "capacity_full",
    "plan_not_optimal",
]
"""Why a demand stays. Before solving: its place has no connector, its market no service, no chain of permitted modes
lies between (``no_path`` where neither places nor services are known), its limit of time or length, or both together,
are too tight, or it is below the least lots. After solving: its cheapest way costs more than the penalty, or named
capacities are full. ``plan_not_optimal``: the plan ended before its optimum was proven."""

SMALLEST_SHARE: Final = 1e-7
"""Share of a demand below which unserved tonnes are rounding of the solver."""

EQUAL_COST: Final = 1e-9
"""Relative difference within which a cost counts as equal to the penalty."""

ROUNDING: Final = 1e-9
"""Share by which a limit of time or length may be exceeded by rounding."""

FULL: Final = 1e-6
"""Share of what goes through a capacity that may be left when it counts as full."""

LARGEST_SEARCH: Final = 4_000_000
"""Distances held at once: starts x nodes."""

MOST_SEARCHED: Final = 60_000_000
"""Starts x nodes that are searched to name reasons; the demands named first go first."""


@dataclass(frozen=True, slots=True, eq=False)
class Blockage:
    """Why one demand stays.

    Parameters
    ----------
    code
        Kind of reason.
    capacities
        Full capacities on the way that needs the fewest of them enlarged.
    units_per_t
        Units of each of those capacities that one more tonne takes.
    route
        Links of that way in travel order; empty where none was searched.
    measure
        The least hours or km of any way where a limit is the reason; NaN for none.
    """

    code: Code
    capacities: tuple[int, ...] = ()
    units_per_t: tuple[float, ...] = ()
    route: tuple[int, ...] = ()
    measure: float = np.nan


@dataclass(frozen=True, slots=True, eq=False)
class Ends:
    """Which links and ends of demands have to do with places and markets, where that is known.

    Parameters
    ----------
    connector, service
        Links that join a place to the network, and services, bool[L].
    place_is_origin
        Whether the place (not the market) is the origin of a demand, bool[D].
    """

    connector: NDArray[np.bool_]
    service: NDArray[np.bool_]
    place_is_origin: NDArray[np.bool_]


def unserved_demands(problem: Problem, plan: Plan) -> Indices:
    """Return the demands that must move and are not carried in full, the most tonnes first, int64."""
    left = np.where(problem.optional, 0.0, plan.unserved_t_per_day)
    short = np.flatnonzero(left > SMALLEST_SHARE * problem.demand_t_per_day)
    return short[np.argsort(-left[short], kind="stable")]


def full_capacities(problem: Problem, plan: Plan) -> NDArray[np.bool_]:
    """Return of which capacities nothing is left, bool[R]; one of nothing is full."""
    flow = plan.flow_by_class(problem)
    taken = ((flow @ problem.capacity_members.maximum(0).T) * problem.use_per_t).sum(axis=0)
    used = plan.capacity_used(problem)
    residual = problem.residual_per_day()
    return np.asarray(residual - used <= FULL * np.maximum(residual, taken))


def find_blockages(problem: Problem, plan: Plan, demands: Indices, ends: Ends | None = None) -> dict[int, Blockage]:
    """Return the reason of each demand that is not carried in full.

    Of the ways that cost less than the penalty, the one with the fewest full capacities is told, of those the cheapest.
    What needs a search is searched for the demands named first, within ``MOST_SEARCHED``.

    Parameters
    ----------
    problem, plan
        The two belong together.
    demands
        Demands that are not carried in full.
    ends
        Tells an unreachable place from an unreachable market.
    """
    return _Search(problem, plan, ends).of(demands)


class _Search:
    """Finds reasons."""

    def __init__(self, problem: Problem, plan: Plan, known: Ends | None) -> None:
        self.problem, self.plan, self.known = problem, plan, known
        self.ends = LinkEnds(problem.link_ids, problem.link_from, problem.link_to, len(problem.node_ids))
        self.found: dict[int, Blockage] = {}

    def of(self, short: Indices) -> dict[int, Blockage]:
        """Return the reason of each demand."""
        problem, plan = self.problem, self.plan
        if plan.status == "stopped" and not plan.rounds:
            return dict.fromkeys(short.tolist(), Blockage("plan_not_optimal"))
        least, penalty = plan.least_cost_per_t[short], problem.penalty_per_t[short]
        dear = np.isfinite(least) & (least >= penalty * (1.0 - EQUAL_COST))
        self.found |= dict.fromkeys(short[dear].tolist(), Blockage("costs_more_than_penalty"))
        self._explain_unreachable(short[np.isinf(least)])
        self._explain_full(short[np.isfinite(least) & ~dear])
        return self.found

    def _explain_unreachable(self, demands: Indices) -> None:
        """Say of demands without a way which limit or lot stands in the way, or that nothing leads there."""
        problem = self.problem
        for demand in demands.tolist():
            self.found[demand] = Blockage(self._code_of_unreachable(demand))
        lot = problem.demand_t_per_day[demands] < problem.minimum_lot_t.max(initial=0.0)
        for k, mine, usable in self._alike(demands[lot | self._has_limits(demands)]):
            hours = self._distances(mine, problem.time_h[k], usable)
            km = self._distances(mine, problem.length_km, usable)
            for demand, time_h, length_km in zip(mine.tolist(), hours, km, strict=True):
                self._judge(demand, float(time_h), float(length_km))
            cut = mine[np.isinf(hours)]
            with_lots = self._distances(cut, problem.length_km, problem.allowed[k])
            self.found |= dict.fromkeys(cut[np.isfinite(with_lots)].tolist(), Blockage("below_lot"))

    def _code_of_unreachable(self, demand: int) -> Code:
        """Return why no path exists: the place's connector, the market's service, or what lies between."""
        known, problem = self.known, self.problem
        if known is None:
            return "no_path"
        leaving = problem.link_from == problem.demand_origin[demand]
        reaching = problem.link_to == problem.demand_destination[demand]
        at_place, at_market = (leaving, reaching) if known.place_is_origin[demand] else (reaching, leaving)
        if not (at_place & known.connector).any():
            return "no_connector"
        if not (at_market & known.service & problem.allowed[problem.demand_class[demand]]).any():
            return "no_service"
        return "no_mode_chain"

    def _judge(self, demand: int, hours: float, km: float) -> None:
        """Say which limit a demand breaks, if links lead there at all."""
        if np.isinf(hours):
            return
        if hours > self.problem.max_time_h[demand] * (1 + ROUNDING):
            self.found[demand] = Blockage("over_time_limit", measure=hours)
        elif km > self.problem.max_length_km[demand] * (1 + ROUNDING):
            self.found[demand] = Blockage("over_length_limit", measure=km)
        else:
            self.found[demand] = Blockage("over_both_limits")

    def _explain_full(self, demands: Indices) -> None:
        """Name the full capacities on the way that needs fewest of them enlarged and costs less than the penalty."""
        if not demands.size:
            return
        problem = self.problem
        self.found |= dict.fromkeys(demands.tolist(), Blockage(self._code_of(np.zeros(0, dtype=np.int64))))
        full = full_capacities(problem, self.plan)
        members = problem.capacity_members.maximum(0)
        cost = problem.cost_per_t()
        for k, mine, usable in self._alike(demands):
            takes = full & (problem.use_per_t[k] > 0)
            full_passes = np.asarray(takes.astype(np.float64) @ members)
            # A way within the penalty weighs less than the next whole number of full capacities.
            fewest = full_passes + cost[k] / (10.0 * float(problem.penalty_per_t[mine].max()))
            for weight in (fewest, cost[k], problem.time_h[k], problem.length_km):
                left = np.array([one for one in mine.tolist() if not self.found[one].route], dtype=np.int64)
                for trees, demand, row in self._trees(left, weight, usable):
                    route = trees.path(row, int(problem.demand_destination[demand]))
                    if self._will_do(demand, route, cost[k]):
                        passes = np.asarray(members[:, route].sum(axis=1)).ravel() * problem.use_per_t[k]
                        which = np.flatnonzero(full & (passes > 0))
                        blocking, units = tuple(which.tolist()), tuple(passes[which].tolist())
                        self.found[demand] = Blockage(self._code_of(which), blocking, units, tuple(route.tolist()))

    def _code_of(self, full: Indices) -> Code:
        """Return why a demand stays whose best way crosses these full capacities."""
        return "capacity_full" if full.size or self.plan.status == "optimal" else "plan_not_optimal"

    def _has_limits(self, demands: Indices) -> NDArray[np.bool_]:
        return np.isfinite(self.problem.max_time_h[demands]) | np.isfinite(self.problem.max_length_km[demands])

    def _will_do(self, demand: int, route: NDArray[np.integer[Any]], cost: NDArray[np.float64]) -> bool:
        """Return whether a way keeps the limits of a demand and costs less than its penalty."""
        problem, k = self.problem, self.problem.demand_class[demand]
        hours, km = problem.time_h[k, route].sum(), problem.length_km[route].sum()
        return bool(
            hours <= problem.max_time_h[demand] * (1 + ROUNDING)
            and km <= problem.max_length_km[demand] * (1 + ROUNDING)
            and cost[route].sum() < problem.penalty_per_t[demand]
        )

    def _alike(self, demands: Indices) -> Iterator[tuple[int, Indices, NDArray[np.bool_]]]:
        """Yield class, demands and usable links of demands alike in class and lots, as far as there is time."""
        problem = self.problem
        starts = max(1, MOST_SEARCHED // max(1, len(problem.node_ids)))
        origin = problem.demand_origin[demands]
        _, first = np.unique(origin, return_index=True)
        demands = demands[np.isin(origin, origin[np.sort(first)[:starts]])]
        lots = np.unique(np.append(problem.minimum_lot_t, 0.0))
        tier = np.searchsorted(lots, problem.demand_t_per_day[demands], side="right")
        k = problem.demand_class[demands]
        for one, largest in np.unique(np.stack([k, tier]), axis=1).T.tolist():
            usable = problem.allowed[one] & (problem.minimum_lot_t <= lots[largest - 1])
            yield one, demands[(k == one) & (tier == largest)], usable

    def _chunks(
        self, demands: Indices, weight: NDArray[np.float64], usable: NDArray[np.bool_]
    ) -> Iterator[tuple[PathTrees, Indices, Indices]]:
        """Yield least-weight trees with the positions of the demands they serve and their rows of the tree."""
        origin = self.problem.demand_origin[demands]
        origins = np.unique(origin)
        at_once = max(1, LARGEST_SEARCH // max(1, len(self.problem.node_ids)))
        for first in range(0, origins.size, at_once):
            some = origins[first : first + at_once]
            mine = np.flatnonzero(np.isin(origin, some))
            yield path_trees(self.ends, weight, some, usable), mine, np.searchsorted(some, origin[mine])

    def _trees(
        self, demands: Indices, weight: NDArray[np.float64], usable: NDArray[np.bool_]
    ) -> Iterator[tuple[PathTrees, int, int]]:
        """Yield, for each demand with a way, the trees, the demand and its row."""
        for trees, mine, rows in self._chunks(demands, weight, usable):
            for demand, row in zip(demands[mine].tolist(), rows.tolist(), strict=True):
                if np.isfinite(trees.impedance[row, self.problem.demand_destination[demand]]):
                    yield trees, demand, row

    def _distances(
        self, demands: Indices, weight: NDArray[np.float64], usable: NDArray[np.bool_]
    ) -> NDArray[np.float64]:
        """Return the least weight of a way of each demand, inf for none."""
        least = np.full(demands.size, np.inf)
        for trees, mine, rows in self._chunks(demands, weight, usable):
            least[mine] = trees.impedance[rows, self.problem.demand_destination[demands[mine]]]
        return least
