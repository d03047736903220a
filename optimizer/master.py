"""The restricted master: which share of each contested demand goes on which known path."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import linalg

from optimizer.columns import Paths
from optimizer.linear_program import (
    AT_LOWER,
    AT_UPPER,
    BASIC,
    FIXED,
    Basis,
    LinearProgram,
    solve_linear_program,
)
from optimizer.problem import Problem

NO_PATH = -1

MONEY, TIME, CARBON, PENALTY = range(4)


@dataclass(frozen=True, slots=True, eq=False)
class MasterResult:
    """Optimum over the known paths.

    Parameters
    ----------
    flow_t_per_day
        Flow of every known path, float64[P].
    capacity_price_parts
        Money, time, carbon and penalty saved by one more unit of each capacity, VND per unit, float64[4, R].
    """

    flow_t_per_day: NDArray[np.float64]
    capacity_price_parts: NDArray[np.float64]

    def capacity_price(self) -> NDArray[np.float64]:
        """Return what one more unit of each capacity saves, at least 0, float64[R]."""
        return np.maximum(self.capacity_price_parts.sum(axis=0), 0.0)


class RestrictedMaster:
    """A linear program over known paths that holds only the demands with something to decide.

    A demand starts *settled* on one path (or on none, unserved): its flow is taken off the capacities and it has
    neither row nor column. It becomes *contested* when a capacity on its path is short or pricing finds it
    something better. A contested demand with one path is one bounded column; a row comes with the second path.
    The last optimal basis is carried over, so each solve goes on where the one before ended. Columns are shares of
    their demand, costs are scaled to a mean of about one.
    """

    def __init__(self, problem: Problem, paths: Paths, settled_path: NDArray[np.int64]) -> None:
        self._problem = problem
        self.paths = paths
        demands = len(problem.demand_ids)
        self.settled_path = settled_path
        self.contested = np.zeros(demands, dtype=bool)
        self._has_row = np.zeros(demands, dtype=bool)
        self._path_status = np.full(paths.count, AT_LOWER, dtype=np.int8)
        self._unserved_status = np.full(demands, BASIC, dtype=np.int8)
        self._row_status = np.full(demands, FIXED, dtype=np.int8)
        self._capacity_status = np.full(len(problem.capacity_ids), BASIC, dtype=np.int8)
        mass = problem.demand_t_per_day
        worth = np.where(settled_path == NO_PATH, problem.penalty_per_t, 0.0)
        chosen = np.flatnonzero(settled_path != NO_PATH)
        worth[chosen] = paths.cost_per_t()[settled_path[chosen]]
        total, wanted = float(mass @ worth), int(np.count_nonzero(mass))
        self._cost_scale = total / wanted if total > 0 else 1.0
        self._typical_t = float(mass.sum()) / max(wanted, 1)

    def settled_flow(self) -> NDArray[np.float64]:
        """Return the flow of the settled demands on their paths, float64[P]."""
        flow = np.zeros(self.paths.count)
        settled = np.flatnonzero(~self.contested & (self.settled_path != NO_PATH))
        flow[self.settled_path[settled]] = self._problem.demand_t_per_day[settled]
        return flow

    def contest_short_capacities(self) -> None:
        """Make every demand contested whose path crosses a capacity that the settled flow exceeds."""
        flow = self.settled_flow()
        short = self.paths.use.T @ flow > self._problem.capacity_per_day
        crosses = self.paths.use @ short.astype(np.float64) > 0
        self.contest(np.unique(self.paths.demand[crosses & (flow > 0)]).astype(np.int64))

    def contest(self, demand: NDArray[np.int64]) -> None:
        """Make the demands contested, each starting from the path it is settled on."""
        fresh = demand[~self.contested[demand]]
        self.contested[fresh] = True
        on_path = fresh[self.settled_path[fresh] != NO_PATH]
        self._path_status[self.settled_path[on_path]] = AT_UPPER

    def add(self, paths: Paths) -> None:
        """Take over new paths; they start without flow."""
        self.paths = self.paths.joined(paths)
        added = np.full(paths.count, AT_LOWER, dtype=np.int8)
        self._path_status = np.concatenate([self._path_status, added])

    def solve(self, seed: int, time_limit_s: float | None) -> MasterResult | None:
        """Return the optimum over the known paths, or None when the time limit came first."""
        self._open_rows()
        columns = np.flatnonzero(self.contested[self.paths.demand])
        rows = np.flatnonzero(self._has_row)
        program, parts = self._build(columns, rows)
        if not columns.size:
            capacities = len(self._problem.capacity_ids)
            return MasterResult(self.settled_flow(), np.zeros((4, capacities)))
        basis = solve_linear_program(program, seed, time_limit_s)
        if basis is None:
            return None
        self._keep(basis, columns, rows)
        share, dual = _solve_basis(program, basis, parts)
        return self._result(columns, share, dual)

    def _open_rows(self) -> None:
        """Give a row to each contested demand that now has two paths, keeping the basis feasible."""
        known = np.bincount(self.paths.demand, minlength=self.contested.size)
        fresh = self.contested & ~self._has_row & (known >= 2)
        self._has_row |= fresh
        path = np.flatnonzero(fresh[self.paths.demand])
        full = path[self._path_status[path] == AT_UPPER]
        self._path_status[full] = BASIC
        self._unserved_status[fresh] = BASIC
        self._unserved_status[self.paths.demand[full]] = AT_LOWER

    def _capacity_scale(self) -> NDArray[np.float64]:
        """Return what each capacity row is divided by, above 0."""
        largest_use = self._problem.use_per_t.max(axis=0, initial=0.0) * self._typical_t
        scale = np.maximum(self._problem.capacity_per_day, largest_use)
        return np.where(scale > 0, scale, 1.0)

    def _build(
        self, columns: NDArray[np.int64], rows: NDArray[np.int64]
    ) -> tuple[LinearProgram, NDArray[np.float64]]:
        """Return the program and the cost parts of its columns (paths first, then unserved demands)."""
        problem, paths = self._problem, self.paths
        demand = paths.demand[columns]
        mass = problem.demand_t_per_day
        scale = self._capacity_scale()
        left = np.maximum(problem.capacity_per_day - paths.use.T @ self.settled_flow(), 0.0) / scale
        share_use = sparse.diags_array(1 / scale) @ (sparse.diags_array(mass[demand]) @ paths.use[columns]).T
        in_row = np.flatnonzero(self._has_row[demand])
        row_of = np.full(mass.size, NO_PATH)
        row_of[rows] = np.arange(rows.size)
        shares = sparse.csr_array(
            (np.ones(in_row.size), (row_of[demand[in_row]], in_row)), shape=(rows.size, columns.size)
        )
        nothing = sparse.csr_array((scale.size, rows.size))
        matrix = sparse.vstack(
            [sparse.hstack([share_use, nothing]), sparse.hstack([shares, sparse.eye_array(rows.size)])], format="csr"
        )
        matrix.sort_indices()
        parts = np.zeros((4, columns.size + rows.size))
        parts[:PENALTY, : columns.size] = paths.cost_parts[:, columns] * mass[demand]
        alone = ~self._has_row[demand]
        parts[PENALTY, : columns.size][alone] = -(problem.penalty_per_t * mass)[demand[alone]]
        parts[PENALTY, columns.size :] = (problem.penalty_per_t * mass)[rows]
        parts /= self._cost_scale
        return LinearProgram(
            cost=parts.sum(axis=0),
            upper=np.concatenate([np.where(alone, 1.0, np.inf), np.full(rows.size, np.inf)]),
            matrix=matrix,
            row_lower=np.concatenate([np.full(scale.size, -np.inf), np.ones(rows.size)]),
            row_upper=np.concatenate([left, np.ones(rows.size)]),
            column_status=np.concatenate([self._path_status[columns], self._unserved_status[rows]]),
            row_status=np.concatenate([self._capacity_status, self._row_status[rows]]),
        ), parts

    def _keep(self, basis: Basis, columns: NDArray[np.int64], rows: NDArray[np.int64]) -> None:
        """Remember the basis for the next solve."""
        capacities = self._capacity_status.size
        self._path_status[columns] = basis.column_status[: columns.size]
        self._unserved_status[rows] = basis.column_status[columns.size :]
        self._capacity_status = basis.row_status[:capacities]
        self._row_status[rows] = basis.row_status[capacities:]

    def _result(
        self, columns: NDArray[np.int64], share: NDArray[np.float64], dual: NDArray[np.float64]
    ) -> MasterResult:
        """Return flows made exactly feasible, and capacity prices in VND per unit."""
        problem, paths = self._problem, self.paths
        demand = paths.demand[columns]
        taken = np.clip(share[: columns.size], 0.0, 1.0)
        together = np.bincount(demand, weights=taken, minlength=self.contested.size)
        taken /= np.maximum(together, 1.0)[demand]
        flow = self.settled_flow()
        settled_use = paths.use.T @ flow
        flow[columns] = taken * problem.demand_t_per_day[demand]
        use = paths.use.T @ flow - settled_use
        left = np.maximum(problem.capacity_per_day - settled_use, 0.0)
        fits = np.ones(use.size)
        np.divide(left, use, out=fits, where=use > left)
        kept = np.ones(columns.size)
        crossing = paths.use[columns]
        np.minimum.at(kept, np.repeat(np.arange(columns.size), np.diff(crossing.indptr)), fits[crossing.indices])
        flow[columns] *= kept
        capacities = use.size
        price = -dual[:, :capacities] * self._cost_scale / self._capacity_scale()
        price[:, price.sum(axis=0) <= 0] = 0.0
        return MasterResult(flow, price)


def _solve_basis(
    program: LinearProgram, basis: Basis, parts: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the columns of the basic solution and the row duals of each cost part, solved afresh from the basis.

    The duals of cost part ``c`` solve ``B.T y_c = c_B``; being linear in the costs they sum to the duals.
    """
    rows, columns = program.matrix.shape
    value = np.where((basis.column_status == AT_UPPER) & np.isfinite(program.upper), program.upper, 0.0)
    at = np.where(basis.row_status == AT_LOWER, program.row_lower, program.row_upper)
    basic_column = np.flatnonzero(basis.column_status == BASIC)
    basic_row = np.flatnonzero(basis.row_status == BASIC)
    slack = sparse.csc_array(
        (np.full(basic_row.size, -1.0), (basic_row, np.arange(basic_row.size))), shape=(rows, basic_row.size)
    )
    matrix = sparse.hstack([program.matrix.tocsc()[:, basic_column], slack], format="csc")
    at[basic_row] = 0.0
    factor = linalg.splu(matrix)
    solution = factor.solve(at - program.matrix @ value)
    value[basic_column] = solution[: basic_column.size]
    basic_cost = np.zeros((parts.shape[0], rows))
    basic_cost[:, : basic_column.size] = parts[:, basic_column]
    dual = np.array([factor.solve(cost, trans="T") for cost in basic_cost])
    return value, dual
