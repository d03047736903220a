"""Demands with the same choices at the same costs, taken together as one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

HALF = 0.5
"""A share above this of a demand that is not split is all of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """What the columns of the demands of groups take.

    Parameters
    ----------
    share
        Share of each column, float64[N].
    chosen
        Columns to be the base of their demands, at most one of each, bool[N].
    opened
        Columns that are basic beside the base, bool[N].
    """

    share: NDArray[np.float64]
    chosen: NDArray[np.bool_]
    opened: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class AlikeDemands:
    """Groups of demands whose columns cost and use the same beyond their bases, tonne for tonne.

    Round a scarce capacity leads the same way for very many demands, however different their ends: per tonne the way
    round costs all of them the same. One demand speaks for its group, with the tonnes of all.

    Parameters
    ----------
    order
        Columns by demand, those of alike demands in the same order, int64[N].
    place
        Place of each ordered column's equal among the group columns, int64[N].
    speaker
        Ordered columns that speak for their groups, int64[G]: the group columns.
    group
        Group of each group column, int64[G].
    mass_t
        Tonnes of each group.
    begins
        Where the columns of each demand begin in the order.
    by_group, group_of_demand
        Demands with columns, by group, and the group of each.
    first_t, own_t
        Tonnes of its group that come before the demand of each ordered column, and of that demand, float64[N].
    """

    order: NDArray[np.int64]
    place: NDArray[np.int64]
    speaker: NDArray[np.int64]
    group: NDArray[np.int64]
    mass_t: NDArray[np.float64]
    begins: NDArray[np.int64]
    by_group: NDArray[np.int64]
    group_of_demand: NDArray[np.int64]
    first_t: NDArray[np.float64]
    own_t: NDArray[np.float64]

    @classmethod
    def of(cls, demand: NDArray[np.int32], signature: NDArray[np.uint64], mass_t: NDArray[np.float64]) -> Self:
        """Return the groups of the demands of some columns (see ``signatures``); ``mass_t`` is of every demand."""
        order = np.lexsort((signature, demand))
        begins = np.flatnonzero(np.diff(demand[order], prepend=-1))
        size = np.diff(np.append(begins, order.size))
        together = np.add.reduceat(_mixed(signature[order]), begins) if order.size else np.zeros(0, dtype=np.uint64)
        _, speaks, group = np.unique(together, return_index=True, return_inverse=True)
        own = mass_t[demand[order[begins]]]
        by_group = np.argsort(group, kind="stable")
        upto = np.cumsum(own[by_group])
        mass = np.bincount(group, weights=own, minlength=speaks.size).astype(np.float64)
        before = np.empty(own.size)
        before[by_group] = upto - own[by_group] - np.repeat(np.cumsum(mass) - mass, np.bincount(group))
        group_size = size[speaks]
        group_begins = np.cumsum(group_size) - group_size
        slot = np.arange(order.size) - np.repeat(begins, size)
        return cls(
            order=order,
            place=np.repeat(group_begins[group], size) + slot,
            speaker=np.arange(group_size.sum()) + np.repeat(begins[speaks] - group_begins, group_size),
            group=np.repeat(np.arange(speaks.size), group_size),
            mass_t=mass,
            begins=begins,
            by_group=by_group,
            group_of_demand=group,
            first_t=np.repeat(np.maximum(before, 0.0), size),
            own_t=np.repeat(own, size),
        )

    def spread(self, share: NDArray[np.float64], basic: NDArray[np.bool_], base_basic: NDArray[np.bool_]) -> Spread:
        """Return the shares of all columns from those of the group columns.

        The tonnes of a group go on the base first and then on its columns one after the other, so that few of its
        demands are split: one where what is basic gives way to the next, as many as the basis of the groups has.

        Parameters
        ----------
        share, basic
            Share of each group column and whether it is basic, or takes all.
        base_basic
            Whether the base of each group is.
        """
        groups, columns = self.mass_t.size, self.order.size
        amount = np.clip(share, 0.0, 1.0) * self.mass_t[self.group]
        size = np.bincount(self.group, minlength=groups)
        begins = np.cumsum(size) - size
        upto = np.cumsum(amount)
        within = upto - np.repeat((upto - amount)[begins], size)
        end = np.maximum(self.mass_t - within[begins + size - 1], 0.0)[self.group] + within
        start = end - amount
        high = self.first_t + self.own_t
        inside = np.minimum(high, end[self.place]) - np.maximum(self.first_t, start[self.place])
        shares, opened, chosen = np.empty(columns), np.zeros(columns, dtype=bool), np.empty(columns, dtype=bool)
        ordered = np.clip(inside / self.own_t, 0.0, 1.0)
        shares[self.order], chosen[self.order] = ordered, ordered > HALF

        used = np.flatnonzero(basic)
        first = np.diff(self.group[used], prepend=-1) != 0
        cut = np.flatnonzero(~first | base_basic[self.group[used]])
        slot = used - begins[self.group[used]]
        before = np.where(first, -1, np.concatenate([[-1], slot[:-1]]))[cut]
        demand = self._demand_at(self.group[used[cut]], start[used[cut]])
        opened[self.order[self.begins[demand] + slot[cut]]] = True
        chosen[np.isin(self._demand_of_column(), demand)] = False
        leads = np.ones(cut.size, dtype=bool)
        leads[1:] = demand[1:] != demand[:-1]
        leads &= before >= 0
        chosen[self.order[self.begins[demand[leads]] + before[leads]]] = True
        return Spread(shares, chosen, opened)

    def _demand_at(self, group: NDArray[np.int64], tonnes: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return which demand, of those with columns, takes the tonne at each place in its group."""
        upto = np.cumsum(self.own_t[self.begins[self.by_group]])
        count = np.bincount(self.group_of_demand, minlength=self.mass_t.size)
        ends = np.cumsum(count)
        offset = np.concatenate([[0.0], upto])[ends - count]
        at = np.searchsorted(upto, offset[group] + tonnes, side="right")
        return np.asarray(self.by_group[np.clip(at, (ends - count)[group], ends[group] - 1)])

    def _demand_of_column(self) -> NDArray[np.int64]:
        """Return which demand, of those with columns, each column belongs to."""
        demand = np.empty(self.order.size, dtype=np.int64)
        size = np.diff(np.append(self.begins, self.order.size))
        demand[self.order] = np.repeat(np.arange(self.begins.size), size)
        return demand


def signatures(moved: sparse.csr_array, cost_per_t: NDArray[np.float64], smallest_cost: float) -> NDArray[np.uint64]:
    """Return a number for every row of uses and its cost, the same for the same, uint64[N].

    Costs are told apart from ``smallest_cost`` on, so that the rounding of sums over links does not matter. Numbers of
    64 bits mix all of them: that two differing ones agree is out of the question in practice.
    """
    weights = np.random.default_rng(0).random(moved.shape[1]) + 1.0
    use = np.ascontiguousarray(moved @ weights + 0.0).view(np.uint64)
    cost = (np.round(cost_per_t / smallest_cost) + 0.0).view(np.uint64)
    return _mixed(_mixed(use) + cost)


def _mixed(number: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the numbers with their bits mixed (the finaliser of SplitMix64; G. L. Steele and others, 2014)."""
    number = (number ^ (number >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    number = (number ^ (number >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return number ^ (number >> np.uint64(31))
