"""What every search for cheapest paths answers, and the classes of cost that demands fall into."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from optimizer.flow.columns import Paths
from optimizer.flow.problem import Problem


class InterruptedSearchError(Exception):
    """The search was told to stop; nothing of it is used."""


class PathSearch(Protocol):
    """Answers, for prices on capacities, the cheapest path of every demand."""

    def improve(
        self,
        capacity_price: NDArray[np.float64],
        known_price: NDArray[np.float64],
        *,
        bounded: bool = True,
        interrupted: Callable[[], bool] | None = None,
    ) -> tuple[NDArray[np.float64], Paths]:
        """Return the least price of every demand and a path for each demand it improves.

        Parameters
        ----------
        capacity_price
            VND per unit of each capacity, at least 0, float64[R].
        known_price
            Price per tonne each demand already has, float64[D].
        bounded
            Do not look beyond the known prices: dearer demands may then answer inf.
        interrupted
            Asked often.

        Returns
        -------
        tuple
            Least price, float64[D], inf where there is no path (demands of no tonnes answer inf too), and the
            improving paths.

        Raises
        ------
        InterruptedSearchError
            When ``interrupted`` answers yes.
        """
        ...

    def rebound(self, problem: Problem) -> PathSearch | None:
        """Return a search for a problem of the same shape that reuses what still holds, None when nothing does."""
        ...

    def unfold(self, paths: Paths) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Return where each path's links begin, int64[P + 1], and its links in travel order, int32."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class CostClass:
    """Demands that may use the same links at the same cost: of one class and on the same side of every minimum lot.

    Parameters
    ----------
    class_index
        Class.
    lot_t
        Links whose minimum lot is above this are closed to it, tonnes per day.
    demand
        Demands of some tonnes, int64.
    """

    class_index: int
    lot_t: float
    demand: NDArray[np.int64]

    def usable(self, problem: Problem) -> NDArray[np.bool_]:
        """Return which links its demands may use, bool[L]."""
        allowed = problem.allowed[self.class_index]
        if np.isinf(self.lot_t):
            return np.asarray(allowed)
        return np.asarray(allowed & (problem.minimum_lot_t <= self.lot_t))


def cost_classes(problem: Problem) -> list[CostClass]:
    """Return the cost classes of all demands that have tonnes, by class and lot."""
    found = []
    for k in range(len(problem.class_ids)):
        demand = np.flatnonzero((problem.demand_class == k) & (problem.demand_t_per_day > 0))
        lots = np.unique(problem.minimum_lot_t[problem.allowed[k]]) if problem.minimum_lot_t.any() else np.zeros(0)
        steps = np.append(lots[lots > 0], np.inf)
        tier = np.searchsorted(steps, problem.demand_t_per_day[demand], side="right")
        for one in np.unique(tier):
            lot = np.inf if one == steps.size - 1 else float(problem.demand_t_per_day[demand[tier == one]].max())
            found.append(CostClass(k, lot, demand[tier == one]))
    return found


def link_price(problem: Problem, k: int, capacity_price: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what the capacities add to the cost of one pass of each link for a class, VND per tonne, float64[L]."""
    return np.asarray(problem.capacity_members.T @ (problem.use_per_t[k] * capacity_price))


def end_shift(problem: Problem, links: NDArray[np.int32], price: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what to add at both ends of links so that no price is below 0, VND per tonne, float64[N].

    Prices are negative only on links that leave a node which none enters or enter a node which none leaves: every
    path from or to such a node has exactly one of its links, so adding the same to all of them changes no choice.

    Parameters
    ----------
    links
        Links that may be used.
    price
        Price of every link, VND per tonne, float64[L].
    """
    shift = np.zeros(len(problem.node_ids))
    giving = links[price[links] < 0]
    if giving.size:
        entered = np.bincount(problem.link_to, minlength=shift.size) > 0
        at_start = ~entered[problem.link_from[giving]]
        end = np.where(at_start, problem.link_from[giving], problem.link_to[giving])
        np.maximum.at(shift, end, -price[giving])
    return shift
