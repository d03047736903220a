"""Paths as columns of the master: legs, cost and capacity use per tonne, kept in flat arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from optimizer.flow.problem import Problem

IMPROVEMENT = 1e-11
"""A path must beat another by this share of its price: below lies the rounding of a sum over links."""

MONEY, TIME, CARBON, PENALTY = range(4)
"""Rows of the cost parts."""


@dataclass(frozen=True, slots=True, eq=False)
class Paths:
    """P paths and what one tonne on each costs and uses.

    Parameters
    ----------
    demand
        Demand index, int32[P].
    leg_start, legs
        Legs of path ``p`` in travel order are ``legs[leg_start[p]:leg_start[p + 1]]``; int64[P + 1], int64 or
        int32. A leg below 0 is the link ``~leg``; others mean something to the search that found them, which unfolds
        them.
    cost_per_t
        Generalised cost in VND per tonne; of a path that is not carrying, its penalty, float64[P].
    use
        Sparse P x R: units of each capacity per tonne; less than 0 where the path gives.
    """

    demand: NDArray[np.int32]
    leg_start: NDArray[np.int64]
    legs: NDArray[np.int64] | NDArray[np.int32]
    cost_per_t: NDArray[np.float64]
    use: sparse.csr_array

    @property
    def count(self) -> int:
        """Number of paths."""
        return int(self.demand.size)

    @property
    def magnitude(self) -> sparse.csr_array:
        """What every path takes or gives, P x R; the use itself where nothing is given."""
        return self.use if not (self.use.data < 0).any() else abs(self.use)

    @property
    def takes(self) -> sparse.csr_array:
        """What every path takes, P x R; the use itself where nothing is given."""
        return self.use if not (self.use.data < 0).any() else self.use.maximum(0.0)

    def price_per_t(self, capacity_price: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return cost plus what the capacities cost at ``capacity_price`` (VND per unit), float64[P]."""
        return np.asarray(self.cost_per_t + self.use @ capacity_price)

    def least_price_per_t(self, capacity_price: NDArray[np.float64], demands: int) -> NDArray[np.float64]:
        """Return the least price of every demand, inf where it has no path, float64[D]."""
        least = np.full(demands, np.inf)
        np.minimum.at(least, self.demand, self.price_per_t(capacity_price))
        return least

    def rounding_per_t(self, capacity_price: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return by how much prices must differ to differ at all, VND per tonne, float64[P]."""
        return np.asarray(IMPROVEMENT * (self.cost_per_t + self.magnitude @ capacity_price))

    def joined(self, other: Self) -> Paths:
        """Return these paths followed by the others."""
        return Paths(
            demand=np.concatenate([self.demand, other.demand]),
            leg_start=np.concatenate([self.leg_start, self.leg_start[-1] + other.leg_start[1:]]),
            legs=np.concatenate([self.legs, other.legs]),
            cost_per_t=np.concatenate([self.cost_per_t, other.cost_per_t]),
            use=_stacked(self.use, other.use),
        )

    def selected(self, chosen: NDArray[np.int64]) -> Paths:
        """Return the chosen paths in the given order."""
        start, entry = select_rows(self.leg_start, chosen)
        return Paths(
            demand=self.demand[chosen],
            leg_start=start,
            legs=self.legs[entry],
            cost_per_t=self.cost_per_t[chosen],
            use=self.use[chosen],
        )


def select_rows(start: NDArray[np.int64], chosen: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where the chosen rows of a flat array begin once they stand alone, and which entries they hold.

    Parameters
    ----------
    start
        Row ``p`` holds the entries from ``start[p]`` to before ``start[p + 1]``.
    """
    length = np.diff(start)[chosen]
    begins = np.concatenate([[0], np.cumsum(length)])
    return begins, np.arange(begins[-1]) + np.repeat(start[chosen] - begins[:-1], length)


def _stacked(upper: sparse.csr_array, lower: sparse.csr_array) -> sparse.csr_array:
    """Return the rows of both, without the copies and checks of the general case."""
    return sparse.csr_array(
        (
            np.concatenate([upper.data, lower.data]),
            np.concatenate([upper.indices, lower.indices]),
            np.concatenate([upper.indptr, upper.indptr[-1] + lower.indptr[1:]]),
        ),
        shape=(upper.shape[0] + lower.shape[0], upper.shape[1]),
    )


def build_paths(
    problem: Problem,
    demand: NDArray[np.int32],
    link_start: NDArray[np.int64],
    links: NDArray[np.int32],
) -> Paths:
    """Return the paths over real links with their costs and capacity use summed over them."""
    count = demand.size
    k = problem.demand_class[demand]
    parts, _ = cost_parts(problem, demand, link_start, links)
    passes = sparse.csr_array((np.ones(links.size), links, link_start), shape=(count, len(problem.link_ids)))
    use = (passes @ problem.capacity_members.T).tocsr()
    use.sort_indices()
    row = np.repeat(np.arange(count), np.diff(use.indptr))
    use.data = use.data * problem.use_per_t[k[row], use.indices]
    use.eliminate_zeros()
    return Paths(demand.astype(np.int32), link_start, ~links, parts.sum(axis=0), use)


def cost_parts(
    problem: Problem,
    demand: NDArray[np.int32],
    link_start: NDArray[np.int64],
    links: NDArray[np.int32],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return money, value of time and carbon of paths over real links, and their emissions.

    Returns
    -------
    tuple
        VND per tonne, float64[3, P], and kg CO2e per tonne, float64[P].
    """
    path = np.repeat(np.arange(demand.size), np.diff(link_start))
    cell = (problem.demand_class[demand][path], links)

    def along(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(path, weights=values[cell], minlength=demand.size).astype(np.float64)

    emissions = along(problem.emissions_kg_per_t)
    carbon = problem.carbon_price_per_kg * emissions
    return np.array([along(problem.money_per_t), along(problem.time_cost_per_t), carbon]), emissions


def build_null_paths(problem: Problem) -> Paths:
    """Return one path of no legs per demand, in order: not being carried, which costs the penalty."""
    demands = len(problem.demand_ids)
    return Paths(
        demand=np.arange(demands, dtype=np.int32),
        leg_start=np.zeros(demands + 1, dtype=np.int64),
        legs=np.zeros(0, dtype=np.int32),
        cost_per_t=np.array(problem.penalty_per_t),
        use=sparse.csr_array((demands, len(problem.capacity_ids))),
    )
