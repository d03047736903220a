"""What no plan can beat, worked out again from the prices a plan states, with numpy alone.

For any capacity prices of at least 0, every demand at its least price minus what the capacities are worth is a lower
bound on the cost of every plan (weak Lagrangian duality). Least prices come from ``check_search`` and
``check_limits``, not from the solver's search.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.check_limits import MOST_LABELS, LabelLimitError, LimitedSearch
from optimizer.check_search import groups, least_price_per_t

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.flow.problem import Problem


@dataclass(frozen=True, slots=True)
class ProvenBound:
    """What prices prove.

    Parameters
    ----------
    per_day
        No plan costs less than this, VND per day; at least 0, as no cost is negative.
    complete
        Whether it is all that the prices can prove. False when some demands with a limit of time or length count
        at their least price without it, because the exact one takes too long.
    """

    per_day: float
    complete: bool


def prove_bound(
    problem: Problem, capacity_price: NDArray[np.float64], enough: float = np.inf, most_labels: int = MOST_LABELS
) -> ProvenBound:
    """Return the Lagrangian bound at the given prices (VND per unit, at least 0, float64[R]).

    Limits of time and length are first left aside, which proves less but is quick; only if that proves less than
    ``enough`` (VND per day) are demands with limits priced exactly, with ``most_labels`` labels at most.
    """
    worth = float((problem.residual_per_day() * capacity_price).sum())
    tonnes, penalty = problem.demand_t_per_day, problem.penalty_per_t
    cost = np.zeros(tonnes.size)
    to_limit = []
    search = LimitedSearch(problem, most_labels)
    for group in groups(problem, lambda k: _price_of_class(problem, k, capacity_price)):
        least = np.minimum(least_price_per_t(problem, group), penalty[group.demand])
        cost[group.demand] = tonnes[group.demand] * least
        if search.has_limit(group.demand).any():
            to_limit.append((group, least))
    complete = True
    try:
        for group, least in to_limit:
            if cost.sum() - worth >= enough:
                break
            search.improve(group, least, penalty[group.demand])
            cost[group.demand] = tonnes[group.demand] * least
    except LabelLimitError:
        cost[group.demand] = tonnes[group.demand] * least
        complete = False
    return ProvenBound(max(float(cost.sum()) - worth, 0.0), complete)


def can_move(problem: Problem) -> bool:
    """Return whether any tonne that must move (not only may) has a path that crosses no capacity without room.

    A capacity of 0 has room when a path of any demand, itself with room, gives to it. Capacities that can only fill
    each other are taken to have none. False also when limits of time or length make the answer too long to find.
    """
    members = problem.capacity_members.tocoo()
    gives = members.data < 0
    closed = problem.residual_per_day() == 0
    fillable = np.unique(members.row[gives])
    fillable = fillable[closed[fillable]]
    try:
        while True:
            opened = [row for row in fillable if closed[row] and _can_fill(problem, closed, int(row))]
            if not opened:
                break
            closed[opened] = False
        return _any_below(problem, closed, ~problem.optional, np.zeros(len(problem.link_ids)), np.inf)
    except LabelLimitError:
        return False


def _can_fill(problem: Problem, closed: NDArray[np.bool_], row: int) -> bool:
    """Return whether a path that crosses no closed capacity gives to capacity ``row``."""
    members = problem.capacity_members.tocoo()
    giving = members.col[(members.row == row) & (members.data < 0)]
    price = np.zeros(len(problem.link_ids))
    price[giving] = -1.0
    classes = problem.use_per_t[problem.demand_class, row] > 0
    return _any_below(problem, closed, classes, price, 0.0)


def _any_below(
    problem: Problem, closed: NDArray[np.bool_], some: NDArray[np.bool_], price: NDArray[np.float64], below: float
) -> bool:
    """Return whether a demand among ``some`` has a path within its limits that costs less than ``below``."""
    search = LimitedSearch(problem)
    for group in groups(problem, lambda k: np.where(_crosses(problem, k, closed), np.inf, price)):
        least = least_price_per_t(problem, group)
        search.improve(group, least, np.full(least.size, below))
        if (some[group.demand] & (least < below)).any():
            return True
    return False


def _crosses(problem: Problem, k: int, closed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which links take from a closed capacity when class ``k`` passes."""
    members = problem.capacity_members.tocoo()
    takes = (members.data > 0) & closed[members.row] & (problem.use_per_t[k, members.row] > 0)
    crosses = np.zeros(len(problem.link_ids), dtype=bool)
    crosses[members.col[takes]] = True
    return crosses


def _price_of_class(problem: Problem, k: int, capacity_price: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what one tonne of a class pays for one pass of each link, prices of capacities included, float64[L]."""
    members = problem.capacity_members.tocoo()
    paid = members.data * (problem.use_per_t[k] * capacity_price)[members.row]
    passes = np.bincount(members.col, weights=paid, minlength=len(problem.link_ids))
    cost = problem.money_per_t[k] + problem.time_cost_per_t[k]
    return np.asarray(cost + problem.carbon_price_per_kg * problem.emissions_kg_per_t[k] + passes)
