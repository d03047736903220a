"""One linear program in arrays, solved by GLOP through MathOpt from a given basis."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray
from ortools.glop import parameters_pb2 as glop_parameters
from ortools.math_opt import (
    callback_pb2,
    model_parameters_pb2,
    model_pb2,
    parameters_pb2,
    result_pb2,
    solution_pb2,
    sparse_containers_pb2,
)
from ortools.math_opt.core.python import solver
from scipy import sparse
from scipy.sparse import linalg

AT_LOWER: Final = solution_pb2.BASIS_STATUS_AT_LOWER_BOUND
AT_UPPER: Final = solution_pb2.BASIS_STATUS_AT_UPPER_BOUND
BASIC: Final = solution_pb2.BASIS_STATUS_BASIC


@dataclass(frozen=True, slots=True, eq=False)
class LinearProgram:
    """Minimise ``cost @ x`` with ``matrix @ x <= row_upper`` and ``0 <= x <= upper``, and a basis to start from.

    Parameters
    ----------
    cost, upper
        Per column, float64[N]; ``upper`` may be inf.
    matrix
        Sparse M x N.
    row_upper
        Per row, finite, float64[M].
    column_status, row_status
        AT_LOWER, AT_UPPER or BASIC, int8.
    row_lower
        Per row, -inf where there is none, float64[M]; no row has one when left out.
    """

    cost: NDArray[np.float64]
    upper: NDArray[np.float64]
    matrix: sparse.csr_array
    row_upper: NDArray[np.float64]
    column_status: NDArray[np.int8]
    row_status: NDArray[np.int8]
    row_lower: NDArray[np.float64] | None = None

    def rows_that_can_bind(self) -> NDArray[np.int64]:
        """Return the rows that some columns between 0 and 1 exceed, and those the basis holds tight."""
        row = np.repeat(np.arange(self.row_upper.size), np.diff(self.matrix.indptr))
        most = np.bincount(row, weights=np.maximum(self.matrix.data, 0.0), minlength=self.row_upper.size)
        return np.flatnonzero((most > self.row_upper) | (self.row_status != BASIC))

    def with_rows(self, rows: NDArray[np.int64]) -> Self:
        """Return the program with only the given rows."""
        return replace(
            self,
            matrix=self.matrix[rows],
            row_upper=self.row_upper[rows],
            row_status=self.row_status[rows],
            row_lower=None if self.row_lower is None else self.row_lower[rows],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Basis:
    """Optimal basis: the status of every column and row, int8."""

    column_status: NDArray[np.int8]
    row_status: NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way to run the simplex: from the given basis or from scratch, costs as they are or at most 1, tolerance."""

    from_basis: bool
    scaled: bool
    tolerance: float


ATTEMPTS: Final = (
    Attempt(from_basis=True, scaled=False, tolerance=1e-10),
    Attempt(from_basis=False, scaled=False, tolerance=1e-10),
    Attempt(from_basis=False, scaled=True, tolerance=1e-10),
    Attempt(from_basis=False, scaled=True, tolerance=1e-8),
)

LONGEST_S: Final = 1e8
"""Longest time limit the simplex is told, some three years."""


def solve_linear_program(program: LinearProgram, seed: int, time_limit_s: float | None) -> Basis | None:
    """Return an optimal basis, or None when the time limit came first or the numbers defeat the simplex.

    Should the simplex fail from the given basis it is run again from scratch with preprocessing, then with costs of at
    most 1, then with wider tolerances: whatever basis comes out is solved afresh and its plan proven elsewhere.

    The program goes to MathOpt as its message, not through its modelling layer: on programs of a few thousand
    columns that layer takes as long as the simplex itself (docs/decisions/master-solver.md).
    """
    most = float(np.abs(program.cost).max(initial=0.0)) or 1.0
    for attempt in ATTEMPTS if _is_basis(program) else ATTEMPTS[1:]:
        result = solver.solve(
            _to_model(replace(program, cost=program.cost / most) if attempt.scaled else program),
            parameters_pb2.SOLVER_TYPE_GLOP,
            parameters_pb2.SolverInitializerProto(),
            _to_parameters(seed, time_limit_s, attempt),
            _to_start(program) if attempt.from_basis else model_parameters_pb2.ModelSolveParametersProto(),
            None,
            callback_pb2.CallbackRegistrationProto(),
            None,
            None,
        )
        if result.termination.reason == result_pb2.TERMINATION_REASON_OPTIMAL:
            found = result.solutions[0].basis
            return Basis(_statuses(found.variable_status), _statuses(found.constraint_status))
        if result.termination.limit == result_pb2.LIMIT_TIME:
            break
    return None


def _is_basis(program: LinearProgram) -> bool:
    """Return whether the given statuses are a basis: as many basic as there are rows, nothing at an endless bound."""
    basic = np.count_nonzero(program.column_status == BASIC) + np.count_nonzero(program.row_status == BASIC)
    endless = (program.column_status == AT_UPPER) & np.isinf(program.upper)
    return bool(basic == program.row_upper.size and not endless.any())


def _to_model(program: LinearProgram) -> model_pb2.ModelProto:
    """Return the program as a MathOpt message."""
    rows, columns = program.matrix.shape
    model = model_pb2.ModelProto()
    model.variables.ids.extend(range(columns))
    model.variables.lower_bounds.extend([0.0] * columns)
    model.variables.upper_bounds.extend(program.upper.tolist())
    model.variables.integers.extend([False] * columns)
    model.objective.linear_coefficients.ids.extend(range(columns))
    model.objective.linear_coefficients.values.extend(program.cost.tolist())
    model.linear_constraints.ids.extend(range(rows))
    model.linear_constraints.lower_bounds.extend(
        [-np.inf] * rows if program.row_lower is None else program.row_lower.tolist()
    )
    model.linear_constraints.upper_bounds.extend(program.row_upper.tolist())
    row = np.repeat(np.arange(rows), np.diff(program.matrix.indptr))
    model.linear_constraint_matrix.row_ids.extend(row.tolist())
    model.linear_constraint_matrix.column_ids.extend(program.matrix.indices.tolist())
    model.linear_constraint_matrix.coefficients.extend(program.matrix.data.tolist())
    return model


def _to_start(program: LinearProgram) -> model_parameters_pb2.ModelSolveParametersProto:
    """Return the starting basis as a MathOpt message."""
    start = model_parameters_pb2.ModelSolveParametersProto()
    for message, status in (
        (start.initial_basis.variable_status, program.column_status),
        (start.initial_basis.constraint_status, program.row_status),
    ):
        message.ids.extend(range(status.size))
        message.values.extend(status.tolist())
    return start


def _to_parameters(seed: int, time_limit_s: float | None, attempt: Attempt) -> parameters_pb2.SolveParametersProto:
    """Return the tolerances of an attempt and a dual simplex (measured faster here than primal)."""
    parameters = parameters_pb2.SolveParametersProto(
        random_seed=seed,
        glop=glop_parameters.GlopParameters(
            use_preprocessing=not attempt.from_basis,
            use_dual_simplex=True,
            primal_feasibility_tolerance=attempt.tolerance,
            dual_feasibility_tolerance=attempt.tolerance,
        ),
    )
    if time_limit_s is not None:
        parameters.time_limit.FromNanoseconds(int(min(time_limit_s, LONGEST_S) * 1e9))
    return parameters


def _statuses(vector: sparse_containers_pb2.SparseDoubleVectorProto) -> NDArray[np.int8]:
    """Return the statuses in the order of the ids."""
    return np.array(vector.values, dtype=np.int8)[np.argsort(np.array(vector.ids), kind="stable")]


def solve_basis(program: LinearProgram, basis: Basis) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Return the columns of the basic solution and the row duals, solved afresh; None when the basis is singular.

    Only rows that are tight matter: with B their basic columns, the duals solve ``B.T y = c_B``.
    """
    value = np.where(basis.column_status == AT_UPPER, program.upper, 0.0)
    basic = np.flatnonzero(basis.column_status == BASIC)
    tight = np.flatnonzero(basis.row_status != BASIC)
    dual = np.zeros(program.row_upper.size)
    if tight.size:
        bound_rows = program.matrix[tight]
        try:
            factor = linalg.splu(bound_rows[:, basic].tocsc())
        except RuntimeError:
            return None
        value[basic] = factor.solve(program.row_upper[tight] - bound_rows @ value)
        dual[tight] = factor.solve(program.cost[basic], trans="T")
    return value, dual
