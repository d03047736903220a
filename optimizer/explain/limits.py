"""The least raise of a demand's limit of time or length, or cut of lots, that leaves it a way worth its penalty."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from geodata.paths import LinkEnds, path_trees
from optimizer.explain.changes import alone
from optimizer.flow.solve import solve

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.explain.blockages import Blockage
    from optimizer.explain.changes import Changes
    from optimizer.flow.problem import Problem

WORTH: Final = 1.0 - 1e-9
"""Share of the penalty that a way may cost and still be worth going."""

SLACK: Final = 1e-9
"""Share by which a limit is raised beyond the way it is to let through, for the rounding of sums."""


def least_raise(problem: Problem, changes: Changes, blockage: Blockage) -> Changes:
    """Return the changes with the limit raised, or the lots cut, that keep the demand from any way.

    Parameters
    ----------
    problem
        The problem as it is.
    changes
        What is changed already.
    blockage
        Why the demand has no way: ``over_time_limit``, ``over_length_limit``, ``over_both_limits`` or ``below_lot``.
    """
    d = changes.demand
    now = changes.applied(problem)
    if blockage.code == "below_lot":
        lots = dict(changes.lots)
        for link, less in _lots(now, d).items():
            lots[link] = lots.get(link, 0.0) + less
        return replace(changes, lots=lots)
    options = []
    for kind in ("max_time_h", "max_length_km"):
        limit = float(getattr(now, kind)[d])
        needed, is_worth = _least(now, d, kind)
        if limit < needed < np.inf:
            share = needed / limit - 1.0 if limit > 0 else np.inf
            options.append((not is_worth, share, kind, needed - limit))
    if not options:  # both limits must go; the next thing in the way is then the other one
        more = _shortest(now, d) - float(now.max_time_h[d])
        return replace(changes, max_time_h=changes.max_time_h + max(more, 0.0) * (1.0 + SLACK))
    _, _, kind, more = min(options)
    return replace(changes, **{kind: getattr(changes, kind) + more * (1.0 + SLACK)})


def _least(problem: Problem, d: int, limit: str) -> tuple[float, bool]:
    """Return the least hours (or km) of a way within the other limit, and whether a way worth the penalty is meant.

    Where none is worth the penalty, any way is; inf where there is none.

    What is minimised stands in the place of money; what a way costs stands in the place of what is limited.
    """
    k = int(problem.demand_class[d])
    wanted = problem.time_h[k] if limit == "max_time_h" else problem.length_km
    cost = problem.cost_per_t()[k]
    nothing = np.zeros((1, cost.size))
    arrays: dict[str, NDArray[np.float64]] = {
        "money_per_t": wanted[None, :],
        "time_cost_per_t": nothing,
        "emissions_kg_per_t": nothing,
        "penalty_per_t": np.array([2.0 * float(wanted.sum()) + 1.0]),
    }
    worth = np.array([float(problem.penalty_per_t[d]) * WORTH])
    if limit == "max_time_h":
        within = arrays | {"time_h": cost[None, :], "max_time_h": worth}
    else:
        within = arrays | {"length_km": cost, "max_length_km": worth}
    least = float(solve(alone(problem, d, **within)).least_cost_per_t[0])
    if np.isfinite(least):
        return least, True
    free = arrays | {limit: np.array([np.inf])}
    return float(solve(alone(problem, d, **free)).least_cost_per_t[0]), False


def _shortest(problem: Problem, d: int) -> float:
    """Return the least hours of any way, however long."""
    k = int(problem.demand_class[d])
    usable = problem.allowed[k] & (problem.minimum_lot_t <= problem.demand_t_per_day[d])
    trees = path_trees(_ends(problem), problem.time_h[k], [int(problem.demand_origin[d])], usable)
    return float(trees.impedance[0, int(problem.demand_destination[d])])


def _lots(problem: Problem, d: int) -> dict[int, float]:
    """Return by how much lots must fall on the cheapest of the ways whose largest lot is least, tonnes by link."""
    k, mass = int(problem.demand_class[d]), float(problem.demand_t_per_day[d])
    origin, destination = int(problem.demand_origin[d]), int(problem.demand_destination[d])
    lots, cost, ends = problem.minimum_lot_t, problem.cost_per_t()[k], _ends(problem)
    sizes = np.unique(lots[lots > mass])
    low, high = 0, len(sizes) - 1
    while low < high:
        middle = (low + high) // 2
        trees = path_trees(ends, cost, [origin], problem.allowed[k] & (lots <= sizes[middle]))
        low, high = (low, middle) if np.isfinite(trees.impedance[0, destination]) else (middle + 1, high)
    trees = path_trees(ends, cost, [origin], problem.allowed[k] & (lots <= sizes[low]))
    route = trees.path(0, destination)
    return {int(link): float(lots[link] - mass * (1.0 - SLACK)) for link in np.unique(route) if lots[link] > mass}


def _ends(problem: Problem) -> LinkEnds:
    return LinkEnds(problem.link_ids, problem.link_from, problem.link_to, len(problem.node_ids))
