"""Exact amounts for orders that are decided: least orders first, then the cheapest up to every limit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from optimizer.sourcing.problem import CoverProblem


def allocate(problem: CoverProblem, orders: AbstractSet[tuple[int, int]]) -> tuple[tuple[float, ...], ...]:
    """Return units by source and month for the orders placed, at least cost for the most they can cover.

    Each order brings its minimum; what is left of the need goes to the cheapest orders, up to their capacity and the
    share of their firm. Both limits are nested sums, so taking the cheapest first is optimal (greedy on a polymatroid;
    Edmonds 1970, Submodular functions, matroids, and certain polyhedra).

    Parameters
    ----------
    problem
        The problem.
    orders
        Sources and months, by their places, in which an order is placed.
    """
    amounts = [[0.0] * len(problem.months) for _ in problem.sources]
    for month, need in enumerate(problem.need):
        placed = [at for at in range(len(problem.sources)) if (at, month) in orders]
        share = need if problem.most_share is None else problem.most_share * need
        of_firm: dict[str, float] = defaultdict(float)
        left = need
        for at in placed:
            source = problem.sources[at]
            amounts[at][month] = source.minimum_order
            of_firm[source.firm_id] += source.minimum_order
            left -= source.minimum_order
        for at in sorted(placed, key=lambda one: (problem.sources[one].unit_cost, problem.sources[one].source_id)):
            source = problem.sources[at]
            room = min(source.capacity[month] - amounts[at][month], share - of_firm[source.firm_id], left)
            if room > 0:
                amounts[at][month] += room
                of_firm[source.firm_id] += room
                left -= room
    return tuple(tuple(row) for row in amounts)
