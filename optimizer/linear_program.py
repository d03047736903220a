"""One linear program in arrays, solved by GLOP through MathOpt from a given basis."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from ortools.glop import parameters_pb2
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt
from scipy import sparse

AT_LOWER: Final = 0
AT_UPPER: Final = 1
BASIC: Final = 2
FIXED: Final = 3

_TO_MATHOPT: Final = {
    AT_LOWER: mathopt.BasisStatus.AT_LOWER_BOUND,
    AT_UPPER: mathopt.BasisStatus.AT_UPPER_BOUND,
    BASIC: mathopt.BasisStatus.BASIC,
    FIXED: mathopt.BasisStatus.FIXED_VALUE,
}
_FROM_MATHOPT: Final = {
    **{status: code for code, status in _TO_MATHOPT.items()},
    mathopt.BasisStatus.FREE: AT_LOWER,
}


@dataclass(frozen=True, slots=True, eq=False)
class LinearProgram:
    """Minimise ``cost @ x`` with ``row_lower <= matrix @ x <= row_upper`` and ``0 <= x <= upper``.

    Parameters
    ----------
    cost, upper
        Per column, float64[N]; ``upper`` may be inf.
    matrix
        Sparse M x N.
    row_lower, row_upper
        Per row, float64[M]; may be infinite.
    column_status, row_status
        Basis to start from, int8: AT_LOWER, AT_UPPER, BASIC or FIXED.
    """

    cost: NDArray[np.float64]
    upper: NDArray[np.float64]
    matrix: sparse.csr_array
    row_lower: NDArray[np.float64]
    row_upper: NDArray[np.float64]
    column_status: NDArray[np.int8]
    row_status: NDArray[np.int8]


@dataclass(frozen=True, slots=True, eq=False)
class Basis:
    """Optimal basis: the status of every column and row, int8."""

    column_status: NDArray[np.int8]
    row_status: NDArray[np.int8]


def solve_linear_program(program: LinearProgram, seed: int, time_limit_s: float | None) -> Basis | None:
    """Return an optimal basis, or None when the time limit came first."""
    proto = model_pb2.ModelProto()
    columns, rows = program.cost.size, program.row_upper.size
    proto.variables.ids.extend(range(columns))
    proto.variables.lower_bounds.extend([0.0] * columns)
    proto.variables.upper_bounds.extend(program.upper.tolist())
    proto.variables.integers.extend([False] * columns)
    used = np.flatnonzero(program.cost)
    proto.objective.linear_coefficients.ids.extend(used.tolist())
    proto.objective.linear_coefficients.values.extend(program.cost[used].tolist())
    proto.linear_constraints.ids.extend(range(rows))
    proto.linear_constraints.lower_bounds.extend(program.row_lower.tolist())
    proto.linear_constraints.upper_bounds.extend(program.row_upper.tolist())
    entries = program.matrix
    proto.linear_constraint_matrix.row_ids.extend(np.repeat(np.arange(rows), np.diff(entries.indptr)).tolist())
    proto.linear_constraint_matrix.column_ids.extend(entries.indices.tolist())
    proto.linear_constraint_matrix.coefficients.extend(entries.data.tolist())
    model = mathopt.Model.from_model_proto(proto)
    variables, constraints = list(model.variables()), list(model.linear_constraints())
    basis = mathopt.Basis(
        variable_status={
            variable: _TO_MATHOPT[code]
            for variable, code in zip(variables, program.column_status.tolist(), strict=True)
        },
        constraint_status={
            row: _TO_MATHOPT[code]
            for row, code in zip(constraints, program.row_status.tolist(), strict=True)
        },
    )
    result = mathopt.solve(
        model,
        mathopt.SolverType.GLOP,
        params=_parameters(seed, time_limit_s),
        model_params=mathopt.ModelSolveParameters(initial_basis=basis),
    )
    if result.termination.reason != mathopt.TerminationReason.OPTIMAL:
        return None
    found = result.solutions[0].basis
    return Basis(
        np.array([_FROM_MATHOPT[found.variable_status[variable]] for variable in variables], dtype=np.int8),
        np.array([_FROM_MATHOPT[found.constraint_status[row]] for row in constraints], dtype=np.int8),
    )


def _parameters(seed: int, time_limit_s: float | None) -> mathopt.SolveParameters:
    """Return tight tolerances and a primal simplex that goes on from the basis it is given."""
    glop = parameters_pb2.GlopParameters(
        use_preprocessing=False,
        use_dual_simplex=False,
        primal_feasibility_tolerance=1e-10,
        dual_feasibility_tolerance=1e-10,
    )
    return mathopt.SolveParameters(
        time_limit=None if time_limit_s is None else datetime.timedelta(seconds=max(time_limit_s, 0.0)),
        random_seed=seed,
        threads=None,
        glop=glop,
    )
