"""The restricted master: which share of each contested demand goes on which known path."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from optimizer.flow.columns import Paths
from optimizer.flow.crowd import FIRST_WIDTH, Crowd
from optimizer.flow.linear_program import (
    AT_LOWER,
    AT_UPPER,
    BASIC,
    Basis,
    LinearProgram,
    solve_basis,
    solve_linear_program,
)
from optimizer.flow.master_result import BasisState, MasterResult
from optimizer.flow.options import Effort
from optimizer.flow.problem import Problem
from optimizer.flow.related import Related

SMALLEST_SHARE = 1e-13
"""Shares up to this are rounding."""

LEAST_FALL = 1e-12
"""Relative fall of the cost that counts as one."""

MOST_COLUMNS = 20_000
"""Paths let into the program at once; with more the demands are a crowd, whose prices are settled in boxes first."""

SLACK = 1e-12
"""Share of a capacity's scale by which trimmed flows may exceed it."""

MOST_TRIMS = 20
"""Rounds of trimming flows that exceed a capacity by rounding; more than one only where paths give to capacities."""

NEAR = 0.005
"""A path within this share of the base's price is let in with the ones that beat it: it saves rounds."""

EQUAL = 1e-9
"""Relative difference up to which prices of paths are the same."""


class RestrictedMaster:
    """A linear program over known paths that holds only what is still open.

    Every demand has a *base* path, which takes whatever its *alternatives* leave of it; not being carried is a path
    like any other. An alternative is a column between 0 and 1 that moves its share of the demand off the base; a
    demand has a row only when it has two alternatives or more. Demands without alternatives are constants. After
    each solve the largest basic path becomes the base and paths outside the basis leave; they come back when the
    capacity prices make them worth it (the generalised upper bounding of G. B. Dantzig and R. M. Van Slyke,
    1967, with the basis left to the solver). At most as many demands as there are
    capacities are split between paths, so the program stays small however many demands there are.
    """

    def __init__(
        self, problem: Problem, paths: Paths, base: NDArray[np.int64], most_columns: int = MOST_COLUMNS
    ) -> None:
        self._problem = problem
        self.paths = paths
        self.base = base
        self._most_columns = most_columns
        self._is_alternative = np.zeros(paths.count, dtype=bool)
        self._path_status = np.full(paths.count, AT_LOWER, dtype=np.int8)
        self._capacity_status = np.full(len(problem.capacity_ids), BASIC, dtype=np.int8)
        self._last_cost = np.inf
        self._crowded = False
        self.start_price = np.zeros(len(problem.capacity_ids))
        """Prices of capacities that the last solve came to, VND per unit, float64[R]."""
        self.settled = True
        """Whether the last solve came to the optimum over the known paths; a crowd may do with less."""
        self._wanted = problem.demand_t_per_day > 0
        mass = problem.demand_t_per_day
        self._left = problem.residual_per_day()
        total, wanted = float((mass * paths.cost_per_t[base]).sum()), int(np.count_nonzero(mass))
        if total <= 0:
            total = float((mass * problem.penalty_per_t).sum())
        self._cost_scale = total / wanted if total > 0 else 1.0
        most_use = problem.use_per_t.max(axis=0, initial=0.0)
        scale = np.maximum(self._left, most_use * float(mass.sum()) / max(wanted, 1))
        self._capacity_scale = np.where(scale > 0, scale, 1.0)
        cost_per_t = total / float(mass.sum()) if total > 0 else 1.0
        self._price_scale = cost_per_t / np.where(most_use > 0, most_use, 1.0)
        self._open_short_capacities()

    def _open_short_capacities(self) -> None:
        """Let every demand whose base crosses a capacity that the bases exceed choose not to be carried.

        Where paths give to capacities, taking some away may leave others short: so on until nothing is short.
        """
        demands = np.arange(self.base.size)
        takes = self.paths.takes
        may_stay = self.base == demands
        while True:
            flow = self._base_flow()
            flow[self.base[may_stay]] = 0.0
            short = self.paths.use.T @ flow > self._left
            takers = (takes @ short.astype(np.float64))[self.base] * self._problem.demand_t_per_day
            opened = (takers > 0) & ~may_stay
            if not opened.any():
                return
            may_stay |= opened
            self._crowded = bool(np.count_nonzero(may_stay) > self._most_columns)
            if self._crowded:
                return
            self._is_alternative[demands[opened]] = True

    def resumed(self, problem: Problem, paths: Paths, place: NDArray[np.int64], related: Related) -> RestrictedMaster:
        """Return a master for a related problem that starts from this one's bases and basis.

        Parameters
        ----------
        problem
            The new problem.
        paths
            Its paths.
        place
            Where each path of this master stands among them, -1 if it is gone.
        related
            Where demands and capacities of this master's problem stand in the new one.
        """
        base = np.arange(len(problem.demand_ids))
        moved = place[self.base]
        stays = np.flatnonzero((related.demand >= 0) & (moved >= 0))
        base[related.demand[stays]] = moved[stays]
        resumed = RestrictedMaster(problem, paths, base, self._most_columns)
        resumed._crowded |= self._crowded
        there = np.flatnonzero(related.capacity >= 0)
        resumed.start_price[related.capacity[there]] = self.start_price[there]
        kept = np.flatnonzero((place >= 0) & self._is_alternative)
        resumed._is_alternative[place[kept]] = True
        resumed._path_status[place[kept]] = self._path_status[kept]
        resumed._is_alternative[resumed.base] = False
        resumed._capacity_status[related.capacity[there]] = self._capacity_status[there]
        return resumed

    def essential(self) -> NDArray[np.int64]:
        """Return the paths by which the last solve's plan and prices come about: bases, the basis, and their equals."""
        price = self.paths.price_per_t(self.start_price)
        base = self.base[self.paths.demand]
        chosen = price <= price[base] * (1 + EQUAL)
        chosen |= self._is_alternative & (self._path_status != AT_LOWER)
        chosen[self.base] = True
        return np.flatnonzero(chosen)

    def _base_flow(self) -> NDArray[np.float64]:
        """Return the flow if every demand went on its base, float64[P]."""
        flow = np.zeros(self.paths.count)
        flow[self.base] = self._problem.demand_t_per_day
        return flow

    def _base_cost(self) -> float:
        """Return the cost if every demand went on its base, VND per day."""
        return float((self.paths.cost_per_t[self.base] * self._problem.demand_t_per_day).sum())

    def add(self, paths: Paths) -> None:
        """Take over new paths; the next solve uses those that are worth it."""
        self.paths = self.paths.joined(paths)
        self._is_alternative = np.concatenate([self._is_alternative, np.zeros(paths.count, dtype=bool)])
        added = np.full(paths.count, AT_LOWER, dtype=np.int8)
        self._path_status = np.concatenate([self._path_status, added])

    def cap_penalties(self, ceiling_per_t: NDArray[np.float64]) -> bool:
        """Let the next solve charge at most this for not being carried; return whether any penalty is capped."""
        penalty = self._problem.penalty_per_t
        charged = np.minimum(penalty, ceiling_per_t)
        if (charged != self.paths.cost_per_t[: penalty.size]).any():
            self._last_cost = np.inf
        self.paths.cost_per_t[: penalty.size] = charged
        return bool((ceiling_per_t < penalty).any())

    def enter(self, price_per_unit: NDArray[np.float64]) -> int:
        """Make paths that beat their base, or nearly do, alternatives; return how many beat it."""
        price, rounding = self.paths.price_per_t(price_per_unit), self.paths.rounding_per_t(price_per_unit)
        base = self.base[self.paths.demand]
        to_beat = price[base]
        outside = ~self._is_alternative & self._wanted[self.paths.demand]
        outside[self.base] = False
        better = np.count_nonzero(outside & (price < to_beat - np.maximum(rounding, rounding[base])))
        self.start_price = price_per_unit
        self._crowded = self._crowded or bool(better > self._most_columns)
        if self._crowded:
            return int(better) + int(not self.settled)
        entering = np.flatnonzero(outside & (price <= to_beat + NEAR * abs(to_beat)))
        if entering.size > self._most_columns:
            regret = ((price - to_beat) / abs(to_beat))[entering]
            entering = entering[np.argpartition(regret, self._most_columns)[: self._most_columns]]
        self._is_alternative[entering] = True
        self._path_status[entering] = AT_LOWER
        return int(better)

    def solve(self, effort: Effort) -> MasterResult | None:
        """Return the best flow over bases and alternatives, or None when the linear program was not solved.

        In a crowd it may be a good flow at good prices only, while new paths are worth more (see ``settled``).
        """
        if self._crowded:
            unsettled = self._settle(effort)
            if not self.settled:
                return unsettled
        columns = np.flatnonzero(self._is_alternative)
        if not columns.size:
            price = np.zeros(len(self._problem.capacity_ids))
            return MasterResult(self._base_flow(), self._base_cost(), price, None)
        program = self._build(columns)
        binding = program.rows_that_can_bind()
        part_basis = solve_linear_program(program.with_rows(binding), effort.seed, effort.time_left())
        if part_basis is None:
            return None
        row_status = np.full(program.row_upper.size, BASIC, dtype=np.int8)
        row_status[binding] = part_basis.row_status
        basis = Basis(part_basis.column_status, row_status)
        values = solve_basis(program, basis)
        if values is None:
            return None
        share, dual = values
        cost = self._base_cost() + self._cost_scale * float((program.cost * share).sum())
        demand = self.paths.demand[columns]
        mass = self._problem.demand_t_per_day[demand]
        state = BasisState(
            program, basis, columns, self.base[demand], mass, share, self._capacity_scale, self._cost_scale
        )
        result = MasterResult(self._flow(columns, share), cost, self._price(dual), state)
        # Paths are dropped only when the cost has fallen, so that no set of them can come round again.
        self._rebase(columns, share, basis, keep=cost >= self._last_cost * (1 - LEAST_FALL))
        self._last_cost = cost
        return result

    def _settle(self, effort: Effort) -> MasterResult | None:
        """Bring the prices of a crowd to the optimum, and bases and alternatives with them, or some way there.

        Returns the flow at the prices it came to; None when there is none, or none is needed since they are settled.
        """
        mass = self._problem.demand_t_per_day
        crowd = Crowd(mass, self._left, self.paths, (self._capacity_scale, self._cost_scale), self._most_columns)
        price = self.start_price
        if crowd.is_worth_sampling(price, effort):
            sample = crowd.sampled().settle(price, self._first_widths(price), effort)
            if sample is not None and crowd.value(sample.price) > crowd.value(price):
                price = sample.price
        box = crowd.settle(price, self._first_widths(price), effort)
        self.settled = box is not None and box.settled
        if box is None:
            return None
        self.base, self.start_price = box.base, box.price
        self._is_alternative[:] = False
        self._path_status[:] = AT_LOWER
        self._capacity_status[:] = BASIC
        if self.settled:
            chosen, opened = box.columns[box.spread.chosen], box.columns[box.spread.opened]
            self.base[self.paths.demand[chosen]] = chosen
            self._is_alternative[opened] = True
            self._path_status[opened] = BASIC
            self._capacity_status = box.row_status
            return None
        return MasterResult(self._flow(box.columns, box.spread.share), crowd.value(box.price), box.price, None)

    def _first_widths(self, price: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the proportions of the first box around prices, VND per unit, float64[R]."""
        return np.asarray(np.maximum(price, FIRST_WIDTH * self._price_scale))

    def _build(self, columns: NDArray[np.int64]) -> LinearProgram:
        """Return the program over the given alternatives."""
        problem, paths = self._problem, self.paths
        demand = paths.demand[columns]
        base = self.base[demand]
        mass = problem.demand_t_per_day
        count = np.bincount(demand, minlength=mass.size)
        rows = np.flatnonzero(count > 1)
        in_row = np.flatnonzero(count[demand] > 1)
        shares = sparse.csr_array(
            (np.ones(in_row.size), (np.searchsorted(rows, demand[in_row]), in_row)),
            shape=(rows.size, columns.size),
        )
        moved = sparse.diags_array(mass[demand]) @ (paths.use[columns] - paths.use[base])
        moved_use = sparse.diags_array(1 / self._capacity_scale) @ moved.T
        matrix = sparse.vstack([moved_use, shares], format="csr")
        matrix.sort_indices()
        left = (self._left - paths.use.T @ self._base_flow()) / self._capacity_scale
        # A path that took its demand whole holds the row tight that its demand has with a second alternative.
        whole = (self._path_status[columns] == AT_UPPER) & (count[demand] > 1)
        row_status = np.full(rows.size, BASIC, dtype=np.int8)
        row_status[np.searchsorted(rows, demand[whole])] = AT_UPPER
        return LinearProgram(
            cost=(paths.cost_per_t[columns] - paths.cost_per_t[base]) * mass[demand] / self._cost_scale,
            upper=np.where(count[demand] > 1, np.inf, 1.0),
            matrix=matrix,
            row_upper=np.concatenate([left, np.ones(rows.size)]),
            column_status=np.where(whole, BASIC, self._path_status[columns]).astype(np.int8),
            row_status=np.concatenate([self._capacity_status, row_status]),
        )

    def _rebase(self, columns: NDArray[np.int64], share: NDArray[np.float64], basis: Basis, *, keep: bool) -> None:
        """Make the largest basic path of each demand its base; without ``keep`` drop paths outside the basis."""
        demand = self.paths.demand[columns]
        capacities = self._capacity_status.size
        self._capacity_status = basis.row_status[:capacities]
        count = np.bincount(demand, minlength=self.base.size)
        base_basic = np.ones(self.base.size, dtype=bool)
        base_basic[np.flatnonzero(count > 1)] = basis.row_status[capacities:] == BASIC
        full = (basis.column_status == AT_UPPER) & (count[demand] == 1)
        base_basic[demand[full]] = False
        basic = (basis.column_status == BASIC) | full
        base_share = 1.0 - np.bincount(demand, weights=share, minlength=self.base.size)
        base_share[~base_basic] = -np.inf
        weight = np.where(basic, share, -np.inf)
        order = np.lexsort((-weight, demand))
        leader = order[np.flatnonzero(np.diff(demand[order], prepend=-1))]
        leader = leader[weight[leader] > base_share[demand[leader]]]
        self._is_alternative[columns] = basic | keep
        self._path_status[columns] = np.where(basic, BASIC, AT_LOWER)
        changed = demand[leader]
        former = self.base[changed]
        self._is_alternative[former] = base_basic[changed] | keep
        self._path_status[former] = np.where(base_basic[changed], BASIC, AT_LOWER)
        self.base[changed] = columns[leader]
        self._is_alternative[columns[leader]] = False

    def _flow(self, columns: NDArray[np.int64], share: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the flow of every path, made exactly feasible where the simplex left rounding."""
        problem, paths = self._problem, self.paths
        demand = paths.demand[columns]
        mass = problem.demand_t_per_day
        taken = np.where(share > SMALLEST_SHARE, np.minimum(share, 1.0), 0.0)
        together = np.bincount(demand, weights=taken, minlength=mass.size)
        taken /= np.maximum(together, 1.0)[demand]
        flow = self._base_flow()
        flow[self.base] *= np.maximum(1.0 - np.bincount(demand, weights=taken, minlength=mass.size), 0.0)
        flow[columns] = taken * mass[demand]
        return self._trimmed(flow)

    def _trimmed(self, flow: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the flow with whatever exceeds a capacity not carried."""
        paths, demands = self.paths, self.base.size
        use = paths.use.T @ flow
        if (use <= self._left).all():
            return flow
        takes = paths.takes
        taking = np.flatnonzero(np.diff(takes.indptr))
        for _ in range(MOST_TRIMS):
            taken_use = takes.T @ flow
            fits = np.ones(use.size)
            # What paths give (taken less used) comes on top of what is left.
            np.divide(self._left + (taken_use - use), taken_use, out=fits, where=use > self._left)
            kept = np.ones(paths.count)
            kept[taking] = np.minimum.reduceat(fits[takes.indices], takes.indptr[taking])
            cut = flow * (1.0 - kept)
            flow -= cut
            flow[:demands] += np.bincount(paths.demand, weights=cut, minlength=demands)
            use = paths.use.T @ flow
            if (use <= self._left).all():
                break
        if (use > self._left + SLACK * self._capacity_scale).any():
            flow = np.zeros(paths.count)
            flow[:demands] = self._problem.demand_t_per_day
        return flow

    def _price(self, dual: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the capacity prices in VND per unit, at least 0."""
        price = -dual[: self._capacity_scale.size] * self._cost_scale / self._capacity_scale
        return np.asarray(np.maximum(price, 0.0))
