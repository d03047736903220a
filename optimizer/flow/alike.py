"""Demands with the same choices at the same costs, taken together as one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse


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
    first_t, own_t
        Tonnes of its group that come before the demand of each ordered column, and of that demand, float64[N].
    """

    order: NDArray[np.int64]
    place: NDArray[np.int64]
    speaker: NDArray[np.int64]
    group: NDArray[np.int64]
    mass_t: NDArray[np.float64]
    begins: NDArray[np.int64]
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
            first_t=np.repeat(np.maximum(before, 0.0), size),
            own_t=np.repeat(own, size),
        )

    def spread(
        self, share: NDArray[np.float64], basic: NDArray[np.bool_]
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Return the shares of all columns, in their own order, from those of the group columns, and which are open.

        The tonnes of a group go on the base first and then on its columns one after the other, so that few of its
        demands are split. Columns of those are open, where the group's column is used or basic.
        """
        amount = np.clip(share, 0.0, 1.0) * self.mass_t[self.group]
        upto = np.cumsum(amount)
        begins = np.flatnonzero(np.diff(self.group, prepend=-1))
        size = np.diff(np.append(begins, self.group.size))
        within = upto - np.repeat((upto - amount)[begins], size)
        stays = np.maximum(self.mass_t - within[begins + size - 1], 0.0) if size.size else self.mass_t
        end = stays[self.group] + within
        start = end - amount
        low, high = self.first_t, self.first_t + self.own_t
        inside = np.minimum(high, end[self.place]) - np.maximum(low, start[self.place])
        in_use = (basic | (share > 0))[self.place]
        cut = in_use & (((start[self.place] >= low) & (start[self.place] < high)) | _inner(end[self.place], low, high))
        split = np.logical_or.reduceat(cut, self.begins) if self.begins.size else cut
        of_split = np.repeat(split, np.diff(np.append(self.begins, self.order.size)))
        spread, opened = np.empty(self.order.size), np.empty(self.order.size, dtype=bool)
        spread[self.order] = np.clip(inside / self.own_t, 0.0, 1.0)
        opened[self.order] = of_split & in_use
        return spread, opened


def _inner(point: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which points lie strictly between."""
    return (point > low) & (point < high)


def signatures(moved: sparse.csr_array, cost_per_t: NDArray[np.float64], smallest_cost: float) -> NDArray[np.uint64]:
    """Return a number for every row of uses and its cost, the same for the same, uint64[N].

    Costs are told apart from ``smallest_cost`` on, so that the rounding of sums over links does not matter. Numbers of
    64 bits mix all of them: that two differing ones agree is out of the question in practice.
    """
    weights = np.random.default_rng(0).random(moved.shape[1]) + 1.0
    use = np.ascontiguousarray(moved @ weights + 0.0).view(np.uint64)
    cost = np.round(cost_per_t / smallest_cost).astype(np.int64).view(np.uint64)
    return _mixed(_mixed(use) + cost)


def _mixed(number: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the numbers with their bits mixed (the finaliser of SplitMix64; G. L. Steele and others, 2014)."""
    number = (number ^ (number >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    number = (number ^ (number >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return number ^ (number >> np.uint64(31))
