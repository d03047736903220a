"""Capacity prices for very many demands: steps in boxes, in which only what may change sides is a column."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from optimizer.flow.alike import AlikeDemands, Spread, signatures
from optimizer.flow.columns import IMPROVEMENT, Paths
from optimizer.flow.linear_program import (
    AT_LOWER,
    AT_UPPER,
    BASIC,
    Basis,
    LinearProgram,
    solve_basis,
    solve_linear_program,
)
from optimizer.flow.options import Effort

SAMPLED = 10_000
"""Demands that stand for all of them in a first estimate of the prices."""

FIRST_WIDTH = 0.01
"""Least half-width of the first box, as a share of what carrying a tonne costs."""

WIDER, NARROWER = 3.0, 0.3
"""How the box of a capacity grows when its price ran into it, and shrinks at most when it did not."""

LEAST_WIDTH = 1e-6
"""Least half-width of a box, as a share of the first."""

MOST_WIDTHS = 1e3
"""A box reaches no further than this many times the widths asked for, however few paths change sides in it."""

LEAST_REACH = 1e-9
"""Paths that beat their base within so many widths are columns, however many they are."""

CANDIDATES = 24
"""Paths looked at for every column of a program: many demands are alike, and one speaks for them."""

TIE_DIGITS = 9
"""Digits after the point of numbers of widths that must agree to be the same."""

COLUMNS_PER_ROW = 2
"""Columns of a program at least for every capacity: with fewer, prices could hardly leave their walls."""

LEAST_RISE = 1e-3
"""A step must raise the value by this share of what is still open, or new paths are worth more than another."""

ENOUGH = 1e-4
"""Relative gap below which a sample tells nothing new."""

MOST_STEPS = 60
"""Steps before new paths are searched in any case."""

NUDGE = 1e-8
"""A trace of a capacity's scale."""

AT_WALL = 1e-9
"""A price within this share of the half-width of its wall stands at the wall."""


@dataclass(frozen=True, slots=True, eq=False)
class Box:
    """The best answer with every capacity price inside its box.

    Parameters
    ----------
    base
        Cheapest path of every demand at the middle of the box, int64[D].
    columns
        Paths that may be cheaper than their base somewhere in the box, int64[N].
    spread
        Their shares and which are basic; capacities may be exceeded where a price stands at its upper wall.
    row_status
        Status of each capacity's row, as of the program without box.
    price
        Best prices in the box, VND per unit, float64[R].
    width
        Half-widths to go on with, VND per unit, float64[R].
    settled
        Whether no price stands at a wall: then this is the optimum over all the paths.
    """

    base: NDArray[np.int64]
    columns: NDArray[np.int64]
    spread: Spread
    row_status: NDArray[np.int8]
    price: NDArray[np.float64]
    width: NDArray[np.float64]
    settled: bool


class Crowd:
    """Very many demands and their known paths, of which few change sides when prices change little.

    The prices of the optimum over the paths maximise the Lagrangian dual. Inside a box around given prices only paths
    that beat the cheapest somewhere in the box matter, so the best prices inside come from a small linear program; the
    next box stands around them (R. E. Marsten, W. W. Hogan and J. W. Blankenship, The boxstep method for large-scale
    optimization, Operations Research 23, 1975). The dual never falls, and prices inside their box are optimal.

    Parameters
    ----------
    mass_t, left
        Tonnes of each demand and units left of each capacity.
    paths
        Known paths; among those of every demand one that takes nothing of any capacity.
    scales
        Units of each capacity per unit of its row, float64[R], and VND per day per unit of a program's cost.
    most_columns
        Columns of one program, about.
    """

    def __init__(
        self,
        mass_t: NDArray[np.float64],
        left: NDArray[np.float64],
        paths: Paths,
        scales: tuple[NDArray[np.float64], float],
        most_columns: int,
    ) -> None:
        self._mass, self._left, self._paths = mass_t, left, paths
        (self._scale, self._cost_scale), self._most = scales, max(most_columns, COLUMNS_PER_ROW * left.size)
        self._wanted = mass_t > 0

    def settle(self, price: NDArray[np.float64], width: NDArray[np.float64], effort: Effort) -> Box | None:
        """Return the last of a row of boxes from the given prices, None when a program was not solved in time."""
        reached, box, least_width = self.value(price), None, LEAST_WIDTH * width
        for _ in range(MOST_STEPS):
            if effort.interrupted():
                break
            following = self._step(price, width, effort.seed, effort.time_left())
            if following is None:
                break
            box, price, width = following, following.price, np.maximum(following.width, least_width)
            former, reached = reached, self.value(price)
            still_open = reached - effort.bound
            exactly = still_open <= effort.tolerance * abs(reached)
            if box.settled or (not exactly and reached - former < LEAST_RISE * still_open):
                break
        return box

    def sampled(self) -> Crowd:
        """Return a crowd of some demands that stand for all: one for every equal part of the tonnes, in their order."""
        upto = np.cumsum(self._mass)
        part = upto[-1] / SAMPLED
        times = np.bincount(np.searchsorted(upto, (np.arange(SAMPLED) + 0.5) * part), minlength=upto.size)
        place = np.cumsum(times > 0) - 1
        paths = self._paths.selected(np.flatnonzero(times[self._paths.demand]))
        paths = replace(paths, demand=place[paths.demand].astype(np.int32))
        return Crowd(part * times[times > 0], self._left, paths, (self._scale, self._cost_scale), self._most // 2)

    def is_worth_sampling(self, price: NDArray[np.float64], effort: Effort) -> bool:
        """Return whether there are many more demands than a sample's, and the prices are still far off."""
        many = np.count_nonzero(self._wanted) > 2 * SAMPLED
        return bool(many and effort.last_open > ENOUGH * abs(self.value(price)))

    def value(self, price: NDArray[np.float64]) -> float:
        """Return the Lagrangian dual over the known paths, VND per day."""
        least = self._paths.least_price_per_t(price, self._mass.size)
        return float((self._mass[self._wanted] * least[self._wanted]).sum() - (self._left * price).sum())

    def _step(
        self, price: NDArray[np.float64], width: NDArray[np.float64], seed: int, time_limit_s: float | None
    ) -> Box | None:
        """Return the best prices in a box of about these proportions around the prices."""
        paths = self._paths
        path_price = paths.price_per_t(price)
        base = cheapest_paths(paths, path_price, self._mass.size)
        regret = path_price - path_price[base[paths.demand]]
        told_apart = IMPROVEMENT * max(float(paths.cost_per_t.mean()), np.finfo(float).tiny)
        regret[regret < told_apart] = 0.0
        columns, moved, reach = self._columns(base, regret, width)
        above, below = reach * width, np.minimum(reach * width, price)
        cost_per_t = paths.cost_per_t[columns] - paths.cost_per_t[base[paths.demand[columns]]]
        alike = AlikeDemands.of(paths.demand[columns], signatures(moved, cost_per_t, told_apart), self._mass)
        speaking = alike.order[alike.speaker]
        use_left = self._left - self._base_use(base)
        program = self._program(alike, regret[columns[speaking]], moved[speaking], use_left, (above, below))
        basis = solve_linear_program(self._nudged(program), seed, time_limit_s)
        if basis is None:
            return None
        values = solve_basis(program, basis)
        if values is None:
            return None
        share, dual = values
        spread, row_status = self._spread(alike, basis, share)
        shift = np.clip(-dual[: price.size] * self._cost_scale / self._scale, -below, above)
        at_wall = (shift >= above * (1 - AT_WALL)) | ((shift <= -below * (1 - AT_WALL)) & (below < price))
        grown = np.where(at_wall, WIDER * above, np.maximum(np.abs(shift), NARROWER * above))
        return Box(
            base=base,
            columns=columns,
            spread=spread,
            row_status=row_status,
            price=np.maximum(price + shift, 0.0),
            width=grown,
            settled=not at_wall.any(),
        )

    def _nudged(self, program: LinearProgram) -> LinearProgram:
        """Return the program with a trace more of every capacity.

        A capacity that the bases use to the last unit would keep its price for no column's sake, which no basis of the
        program without box could state.
        """
        rows = self._left.size
        nudge = np.zeros(program.row_upper.size)
        nudge[:rows] = NUDGE * (1.0 + np.arange(rows) / rows)
        lower = None if program.row_lower is None else program.row_lower + nudge
        return replace(program, row_upper=program.row_upper + nudge, row_lower=lower)

    def _spread(self, alike: AlikeDemands, basis: Basis, share: NDArray[np.float64]) -> tuple[Spread, NDArray[np.int8]]:
        """Return what all columns take, and the status of the capacities' rows, from the basis of the groups."""
        groups, rows = alike.group.size, self._left.size
        status = basis.column_status[:groups]
        count = np.bincount(alike.group, minlength=alike.mass_t.size)
        several = count > 1
        base_basic = np.ones(count.size, dtype=bool)
        base_basic[several] = basis.row_status[rows:] == BASIC
        base_basic[alike.group[(status == AT_UPPER) & ~several[alike.group]]] = False
        spread = alike.spread(share[:groups], status != AT_LOWER, base_basic)
        beyond = (basis.column_status[groups:] == BASIC).reshape(2, rows).any(axis=0)
        row_status = np.where(beyond | (basis.row_status[:rows] == BASIC), BASIC, AT_UPPER)
        return spread, row_status.astype(np.int8)

    def _columns(
        self, base: NDArray[np.int64], regret: NDArray[np.float64], width: NDArray[np.float64]
    ) -> tuple[NDArray[np.int64], sparse.csr_array, float]:
        """Return the paths that may beat their base within so many widths, their use beyond it, and the widths."""
        paths = self._paths
        swing = paths.magnitude @ width
        swing += swing[base[paths.demand]]
        needed = np.full(paths.count, np.inf)
        np.divide(regret, swing, out=needed, where=(swing * MOST_WIDTHS > regret) & self._wanted[paths.demand])
        needed[base] = np.inf
        near = np.flatnonzero(needed < MOST_WIDTHS)
        reach = MOST_WIDTHS
        if near.size > CANDIDATES * self._most:
            reach = float(np.partition(needed[near], CANDIDATES * self._most)[CANDIDATES * self._most])
            reach = max(reach, LEAST_REACH)
            near = near[needed[near] <= reach]
        # What both use cancels: the first count of widths was too small for many, and too large for none.
        moved = paths.use[near] - paths.use[base[paths.demand[near]]]
        swing_moved = abs(moved) @ width
        exact = np.full(near.size, np.inf)
        matters = (swing_moved > AT_WALL * swing[near]) & (swing_moved * MOST_WIDTHS > regret[near])
        np.divide(regret[near], swing_moved, out=exact, where=matters)
        differing = np.unique(exact.round(TIE_DIGITS))
        if differing.size > self._most:
            reach = min(reach, max(float(differing[self._most]), LEAST_REACH))
        inside = np.flatnonzero(exact <= reach)
        return near[inside], moved[inside], reach

    def _base_use(self, base: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the units of each capacity used if every demand went on its base, float64[R]."""
        flow = np.zeros(self._paths.count)
        flow[base] = self._mass
        return np.asarray(self._paths.use.T @ flow)

    def _program(
        self,
        alike: AlikeDemands,
        regret: NDArray[np.float64],
        moved: sparse.csr_array,
        left: NDArray[np.float64],
        walls: tuple[NDArray[np.float64], NDArray[np.float64]],
    ) -> LinearProgram:
        """Return the program of a box around prices, costs counted from them.

        A capacity may stay unused at what its price may fall, and be exceeded at what it may rise; what is used, less
        what is exceeded, with what is unused, is what is left. The duals are the changes of the prices.

        Parameters
        ----------
        alike
            Groups of demands.
        regret, moved
            Price and use of each of their columns beyond the base.
        left
            Units the bases leave of each capacity.
        walls
            How much each price may rise and fall.
        """
        columns, rows = alike.group.size, self._left.size
        mass = alike.mass_t[alike.group]
        count = np.bincount(alike.group, minlength=alike.mass_t.size)
        several = count[alike.group] > 1
        of_split = np.flatnonzero(several)
        split = np.flatnonzero(count > 1)
        shares = sparse.csr_array(
            (np.ones(of_split.size), (np.searchsorted(split, alike.group[of_split]), of_split)),
            shape=(split.size, columns + 2 * rows),
        )
        use = sparse.diags_array(1 / self._scale) @ (sparse.diags_array(mass) @ moved).T
        unused = sparse.eye_array(rows)
        matrix = sparse.vstack([sparse.hstack([use, unused, -unused]), shares], format="csr")
        matrix.sort_indices()
        above, below = walls
        cost = np.concatenate([regret * mass, below * self._scale, above * self._scale])
        return LinearProgram(
            cost=cost / self._cost_scale,
            upper=np.concatenate([np.where(several, np.inf, 1.0), np.full(2 * rows, np.inf)]),
            matrix=matrix,
            row_upper=np.concatenate([left / self._scale, np.ones(split.size)]),
            column_status=np.full(columns + 2 * rows, AT_LOWER, dtype=np.int8),
            row_status=np.full(rows + split.size, BASIC, dtype=np.int8),
            row_lower=np.concatenate([left / self._scale, np.full(split.size, -np.inf)]),
        )


def cheapest_paths(paths: Paths, path_price: NDArray[np.float64], demands: int) -> NDArray[np.int64]:
    """Return a cheapest path of every demand, int64[D]."""
    least = np.full(demands, np.inf)
    np.minimum.at(least, paths.demand, path_price)
    cheapest = np.zeros(demands, dtype=np.int64)
    hits = np.flatnonzero(path_price == least[paths.demand])
    cheapest[paths.demand[hits]] = hits
    return cheapest
