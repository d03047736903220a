"""The same problem as one linear program over link flows, solved by HiGHS: the peer, and the tests' second opinion.

It shares nothing with the solver but the frozen problem. Flows are aggregated by destination and class, the most
compact node-arc form that keeps classes apart (M. S. Bazaraa, J. J. Jarvis, H. D. Sherali, Linear Programming and
Network Flows, 4th ed., 2010, chapter 12).
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from optimizer.flow.problem import Problem


@dataclass(frozen=True, slots=True, eq=False)
class EdgeResult:
    """Optimum of the edge linear program.

    Parameters
    ----------
    objective
        VND per day.
    emissions_kg_per_day
        kg CO2e per day of the carried flow.
    unserved_t_per_day
        Tonnes per day not carried, all demands together.
    columns, rows
        Size of the linear program.
    """

    objective: float
    emissions_kg_per_day: float
    unserved_t_per_day: float
    columns: int
    rows: int


def solve_edge_lp(problem: Problem, solver: str = "simplex") -> EdgeResult:
    """Return the optimum of the edge linear program.

    Raises
    ------
    RuntimeError
        When HiGHS does not prove an optimum.
    """
    demands, capacities = len(problem.demand_ids), len(problem.capacity_ids)
    if demands == 0:
        return EdgeResult(0.0, 0.0, 0.0, 0, 0)
    group_of = problem.demand_destination.astype(np.int64) * len(problem.class_ids) + problem.demand_class
    groups, group_index = np.unique(group_of, return_inverse=True)
    blocks = [_flow_block(problem, int(group)) for group in groups]
    emissions = np.concatenate([block[1] for block in blocks])
    cost = np.concatenate([*(block[0] for block in blocks), problem.penalty_per_t])
    unserved, wanted = _unserved_block(problem, group_index, len(groups))
    balance = sparse.hstack([sparse.block_diag([block[2] for block in blocks]), unserved])
    capacity = sparse.hstack([*(block[3] for block in blocks), sparse.csr_array((capacities, demands))])
    matrix = sparse.vstack([balance, capacity]).tocsc()
    upper = np.concatenate([wanted, problem.residual_per_day()])
    lower = np.where(np.arange(upper.size) < wanted.size, upper, -np.inf)
    column_upper = np.concatenate([np.full(emissions.size, np.inf), problem.demand_t_per_day])
    cost_scale, mass_scale = cost.max() or 1.0, problem.demand_t_per_day.max() or 1.0
    value, solution = _run_highs(
        cost / cost_scale, column_upper / mass_scale, matrix, (lower / mass_scale, upper / mass_scale), solver
    )
    solution *= mass_scale
    return EdgeResult(
        objective=float(value * cost_scale * mass_scale),
        emissions_kg_per_day=float(emissions @ solution[: emissions.size]),
        unserved_t_per_day=float(solution[emissions.size :].sum()),
        columns=matrix.shape[1],
        rows=matrix.shape[0],
    )


def _flow_block(
    problem: Problem, group: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], sparse.csr_array, sparse.csr_array]:
    """Return cost, emissions, node balance (without the destination row) and capacity use of one group."""
    destination, k = divmod(group, len(problem.class_ids))
    links = np.flatnonzero(problem.allowed[k])
    cost = (problem.money_per_t + problem.time_cost_per_t)[k, links]
    emissions = problem.emissions_kg_per_t[k, links]
    column = np.arange(links.size)
    shape = (len(problem.node_ids), links.size)
    ones = np.ones(links.size)
    leaving = sparse.csr_array((ones, (problem.link_from[links], column)), shape=shape)
    entering = sparse.csr_array((ones, (problem.link_to[links], column)), shape=shape)
    kept = np.delete(np.arange(shape[0]), destination)
    balance = (leaving - entering).tocsr()[kept]
    capacity = sparse.diags_array(problem.use_per_t[k]) @ problem.capacity_members[:, links]
    return cost + problem.carbon_price_per_kg * emissions, emissions, balance, capacity


def _unserved_block(
    problem: Problem, group_index: NDArray[np.int64], groups: int
) -> tuple[sparse.csr_array, NDArray[np.float64]]:
    """Return the columns of unserved demand in the balance rows, and the right-hand side of those rows."""
    nodes = len(problem.node_ids)
    moves = problem.demand_origin != problem.demand_destination
    origin = problem.demand_origin - (problem.demand_origin > problem.demand_destination)
    row = (group_index * (nodes - 1) + origin)[moves]
    demand = np.flatnonzero(moves)
    shape = (groups * (nodes - 1), len(problem.demand_ids))
    unserved = sparse.csr_array((np.ones(demand.size), (row, demand)), shape=shape)
    wanted = np.bincount(row, weights=problem.demand_t_per_day[moves], minlength=shape[0])
    return unserved, wanted.astype(np.float64)


def _run_highs(
    cost: NDArray[np.float64],
    column_upper: NDArray[np.float64],
    matrix: sparse.csc_array,
    row_bounds: tuple[NDArray[np.float64], NDArray[np.float64]],
    solver: str,
) -> tuple[float, NDArray[np.float64]]:
    """Return the proven optimum and its columns."""
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = matrix.shape
    model.col_cost_ = cost
    model.col_lower_ = np.zeros(cost.size)
    model.col_upper_ = column_upper
    model.row_lower_, model.row_upper_ = row_bounds
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = matrix.indptr
    model.a_matrix_.index_ = matrix.indices
    model.a_matrix_.value_ = matrix.data
    highs = highspy.Highs()
    for name, value in (("output_flag", False), ("solver", solver), ("threads", 1)):
        highs.setOptionValue(name, value)
    highs.passModel(model)
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        msg = f"HiGHS ended the edge linear program with {highs.getModelStatus()}."
        raise RuntimeError(msg)
    return float(highs.getInfo().objective_function_value), np.array(highs.getSolution().col_value)
