"""Paths as columns of the master: links, cost parts and capacity use per tonne, kept in flat arrays."""

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
    link_start, links
        Links of path ``p`` in travel order are ``links[link_start[p]:link_start[p + 1]]``; int64[P + 1], int32.
    cost_parts
        Money, value of time, carbon and penalty in VND per tonne, float64[4, P]; only a null path has a penalty.
    emissions_kg_per_t
        kg CO2e per tonne, float64[P].
    use
        Sparse P x R: units of each capacity per tonne.
    """

    demand: NDArray[np.int32]
    link_start: NDArray[np.int64]
    links: NDArray[np.int32]
    cost_parts: NDArray[np.float64]
    emissions_kg_per_t: NDArray[np.float64]
    use: sparse.csr_array

    @property
    def count(self) -> int:
        """Number of paths."""
        return int(self.demand.size)

    def cost_per_t(self) -> NDArray[np.float64]:
        """Return the generalised cost in VND per tonne, float64[P]."""
        return np.asarray(self.cost_parts.sum(axis=0))

    def price_per_t(self, capacity_price: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return cost plus what the capacities cost at ``capacity_price`` (VND per unit), float64[P]."""
        return np.asarray(self.cost_per_t() + self.use @ capacity_price)

    def joined(self, other: Self) -> Paths:
        """Return these paths followed by the others."""
        return Paths(
            demand=np.concatenate([self.demand, other.demand]),
            link_start=np.concatenate([self.link_start, self.link_start[-1] + other.link_start[1:]]),
            links=np.concatenate([self.links, other.links]),
            cost_parts=np.concatenate([self.cost_parts, other.cost_parts], axis=1),
            emissions_kg_per_t=np.concatenate([self.emissions_kg_per_t, other.emissions_kg_per_t]),
            use=sparse.vstack([self.use, other.use], format="csr"),
        )

    def selected(self, chosen: NDArray[np.int64]) -> Paths:
        """Return the chosen paths in the given order."""
        length = np.diff(self.link_start)[chosen]
        start = np.concatenate([[0], np.cumsum(length)])
        entry = np.arange(start[-1]) + np.repeat(self.link_start[chosen] - start[:-1], length)
        return Paths(
            demand=self.demand[chosen],
            link_start=start,
            links=self.links[entry],
            cost_parts=self.cost_parts[:, chosen],
            emissions_kg_per_t=self.emissions_kg_per_t[chosen],
            use=self.use[chosen],
        )


def build_paths(
    problem: Problem,
    demand: NDArray[np.int32],
    link_start: NDArray[np.int64],
    links: NDArray[np.int32],
) -> Paths:
    """Return the paths with their costs and capacity use summed over their links."""
    count = demand.size
    path = np.repeat(np.arange(count), np.diff(link_start))
    k = problem.demand_class[demand]
    cell = (k[path], links)

    def along(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(path, weights=values[cell], minlength=count).astype(np.float64)

    emissions = along(problem.emissions_kg_per_t)
    money, time_cost = along(problem.money_per_t), along(problem.time_cost_per_t)
    parts = [money, time_cost, problem.carbon_price_per_kg * emissions, np.zeros(count)]
    passes = sparse.csr_array((np.ones(links.size), links, link_start), shape=(count, len(problem.link_ids)))
    use = (passes @ problem.capacity_members.T).tocsr()
    use.sort_indices()
    row = np.repeat(np.arange(count), np.diff(use.indptr))
    use.data = use.data * problem.use_per_t[k[row], use.indices]
    use.eliminate_zeros()
    return Paths(demand.astype(np.int32), link_start, links.astype(np.int32), np.array(parts), emissions, use)


def build_null_paths(problem: Problem) -> Paths:
    """Return one path of no links per demand, in order: not being carried, which costs the penalty."""
    demands = len(problem.demand_ids)
    parts = np.zeros((4, demands))
    parts[PENALTY] = problem.penalty_per_t
    return Paths(
        demand=np.arange(demands, dtype=np.int32),
        link_start=np.zeros(demands + 1, dtype=np.int64),
        links=np.zeros(0, dtype=np.int32),
        cost_parts=parts,
        emissions_kg_per_t=np.zeros(demands),
        use=sparse.csr_array((demands, len(problem.capacity_ids))),
    )
