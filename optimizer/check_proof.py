"""What no plan can beat, worked out again from the prices a plan states, with numpy alone.

For any capacity prices of at least 0, every demand at its least price minus what the capacities are worth is a lower
bound on the cost of every plan (weak Lagrangian duality). Least prices come from Bellman–Ford rounds (R. Bellman, On
a Routing Problem, Quarterly of Applied Mathematics 16, 1958, doi:10.1090/qam/102435), not from the solver's search.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.flow.problem import Problem


def prove_bound(problem: Problem, capacity_price: NDArray[np.float64]) -> float:
    """Return the Lagrangian bound at the given prices (VND per unit, at least 0), VND per day."""
    price = problem.money_per_t + problem.time_cost_per_t
    price = price + problem.carbon_price_per_kg * problem.emissions_kg_per_t
    price = price + _passes(problem, problem.use_per_t * capacity_price)
    least = np.minimum(least_price_per_t(problem, price), problem.penalty_per_t)
    worth = (problem.residual_per_day() * capacity_price).sum()
    return float((problem.demand_t_per_day * least).sum() - worth)


def can_move(problem: Problem) -> bool:
    """Return whether any tonne that is wanted has a path that crosses no capacity of zero."""
    closed = _passes(problem, problem.use_per_t * (problem.residual_per_day() == 0)) > 0
    least = least_price_per_t(problem, np.where(closed, np.inf, 0.0))
    return bool((np.isfinite(least) & (problem.demand_t_per_day > 0)).any())


def _passes(problem: Problem, per_unit: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return, per class and link, the sum over capacities of members times ``per_unit`` (float64[K, R])."""
    members = problem.capacity_members.tocoo()
    total = np.zeros(problem.allowed.shape)
    for k, row in enumerate(per_unit):
        np.add.at(total[k], members.col, members.data * row[members.row])
    return total


def least_price_per_t(problem: Problem, price: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the price of each demand's cheapest path, inf where there is none; ``price`` is float64[K, L]."""
    least = np.full(len(problem.demand_ids), np.inf)
    for k, class_price in enumerate(price):
        demand = np.flatnonzero(problem.demand_class == k)
        if not demand.size:
            continue
        usable = np.flatnonzero(problem.allowed[k] & np.isfinite(class_price))
        tail, head = problem.link_from[usable], problem.link_to[usable]
        root, end = problem.demand_origin[demand], problem.demand_destination[demand]
        if np.unique(end).size < np.unique(root).size:
            tail, head, root, end = head, tail, end, root
        roots, row = np.unique(root, return_inverse=True)
        distance = _distances(len(problem.node_ids), roots, (tail, head), class_price[usable])
        least[demand] = distance[row, end]
    return least


def _distances(
    nodes: int,
    roots: NDArray[np.int32],
    ends: tuple[NDArray[np.int32], NDArray[np.int32]],
    price: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the least price from every root to every node, float64[roots, nodes]."""
    distance = np.full((roots.size, nodes), np.inf)
    distance[np.arange(roots.size), roots] = 0.0
    if not price.size:
        return distance
    order = np.argsort(ends[1], kind="stable")
    tail, price = ends[0][order], price[order]
    reached, start = np.unique(ends[1][order], return_index=True)
    for _ in range(nodes):
        through = np.minimum.reduceat(distance[:, tail] + price, start, axis=1)
        shorter = np.minimum(distance[:, reached], through)
        if (shorter == distance[:, reached]).all():
            break
        distance[:, reached] = shorter
    return distance
