"""The same problem as one linear program over link flows, solved by HiGHS: the peer, and the tests' second opinion.

It shares nothing with the solver but the frozen problem. Flows are aggregated by destination, class and the lots within
reach, the most compact node-arc form that keeps them apart (M. S. Bazaraa, J. J. Jarvis, H. D. Sherali, Linear
Programming and Network Flows, 4th ed., 2010, chapter 12). Where a demand has a limit of time or length, its nodes are
copied for every whole hour and km already taken, which is exact and only for small networks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

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
        Tonnes per day not carried, all demands together that are not optional.
    columns, rows
        Size of the linear program.
    """

    objective: float
    emissions_kg_per_day: float
    unserved_t_per_day: float
    columns: int
    rows: int


MOST_STATES = 2_000_000
"""Copies of nodes in one group above which limits are refused as too fine for this method."""


def solve_edge_lp(problem: Problem, solver: str = "simplex") -> EdgeResult:
    """Return the optimum of the edge linear program.

    Raises
    ------
    ValueError
        When a demand has a limit of time or length and the hours or km of its links, or the limit, are not whole
        numbers, or too large to count.
    RuntimeError
        When HiGHS does not prove an optimum.
    """
    demands, capacities = len(problem.demand_ids), len(problem.capacity_ids)
    if demands == 0:
        return EdgeResult(0.0, 0.0, 0.0, 0, 0)
    groups, group_of = _group_demands(problem)
    blocks = [_flow_block(problem, group) for group in groups]
    emissions = np.concatenate([block.emissions for block in blocks])
    cost = np.concatenate([*(block.cost for block in blocks), problem.penalty_per_t])
    unserved, wanted = _unserved_block(problem, blocks, group_of)
    balance = sparse.hstack([sparse.block_diag([block.balance for block in blocks]), unserved])
    capacity = sparse.hstack([*(block.capacity for block in blocks), sparse.csr_array((capacities, demands))])
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
        unserved_t_per_day=float(solution[emissions.size :][~problem.optional].sum()),
        columns=matrix.shape[1],
        rows=matrix.shape[0],
    )


class _Group(NamedTuple):
    """Demands whose flows may be added up: they end at one node, see the same links, and have the same limits."""

    destination: int
    k: int
    largest_lot_t: float
    max_time_h: float
    max_length_km: float


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """Columns of one group, one for each way to pass a link, and its rows, one for each copy of each other node.

    ``row_of_node`` is the row of each node where nothing is taken yet, -1 at the destination.
    """

    cost: NDArray[np.float64]
    emissions: NDArray[np.float64]
    balance: sparse.csr_array
    capacity: sparse.csr_array
    row_of_node: NDArray[np.int64]


def _group_demands(problem: Problem) -> tuple[list[_Group], NDArray[np.int64]]:
    """Return the groups, and the group of each demand."""
    lots = np.concatenate([[-1.0], np.unique(problem.minimum_lot_t)])
    largest = lots[np.searchsorted(lots, problem.demand_t_per_day, side="right") - 1]
    columns = (
        problem.demand_destination,
        problem.demand_class,
        largest,
        problem.max_time_h,
        problem.max_length_km,
    )
    keys, group_of = np.unique(np.stack(columns, axis=1), axis=0, return_inverse=True)
    return [_Group(int(key[0]), int(key[1]), *map(float, key[2:])) for key in keys], group_of


def _flow_block(problem: Problem, group: _Group) -> _Block:
    """Return the columns and rows of one group."""
    k, nodes = group.k, len(problem.node_ids)
    links = np.flatnonzero(problem.allowed[k] & (problem.minimum_lot_t <= group.largest_lot_t))
    hours, most_h = _whole_steps(problem.time_h[k, links], group.max_time_h, nodes, "time_h")
    km, most_km = _whole_steps(problem.length_km[links], group.max_length_km, nodes, "length_km")
    levels = (most_h + 1) * (most_km + 1)
    if levels * nodes > MOST_STATES:
        msg = f"The limits of time and length make {levels} copies of {nodes} nodes; at most {MOST_STATES} are solved."
        raise ValueError(msg)
    taken_h, taken_km = np.divmod(np.arange(levels), most_km + 1)
    column, level = np.nonzero((hours[:, None] + taken_h <= most_h) & (km[:, None] + taken_km <= most_km))
    tail = level * nodes + problem.link_from[links[column]]
    head = (level + (hours * (most_km + 1) + km)[column]) * nodes + problem.link_to[links[column]]
    shape = (levels * nodes, column.size)
    index, ones = np.arange(column.size), np.ones(column.size)
    leaving = sparse.csr_array((ones, (tail, index)), shape=shape)
    entering = sparse.csr_array((ones, (head, index)), shape=shape)
    is_kept = np.arange(shape[0]) % nodes != group.destination
    use = sparse.diags_array(problem.use_per_t[k]) @ problem.capacity_members[:, links[column]]
    emissions = problem.emissions_kg_per_t[k, links]
    cost = (problem.money_per_t + problem.time_cost_per_t)[k, links] + problem.carbon_price_per_kg * emissions
    row_of_node = np.where(is_kept, np.cumsum(is_kept) - 1, -1)[:nodes]
    return _Block(cost[column], emissions[column], (leaving - entering).tocsr()[is_kept], use, row_of_node)


def _whole_steps(each: NDArray[np.float64], limit: float, nodes: int, name: str) -> tuple[NDArray[np.int64], int]:
    """Return what each link takes of a limit and the limit, in whole numbers; nothing of 0 where it cannot bind.

    It cannot bind where no path without a cycle reaches it.
    """
    if limit >= each.max(initial=0.0) * (nodes - 1):
        return np.zeros(each.size, dtype=np.int64), 0
    if not (float(limit).is_integer() and (each == np.rint(each)).all()):
        msg = f"The edge linear program needs {name} and its limits in whole numbers."
        raise ValueError(msg)
    return each.astype(np.int64), int(limit)


def _unserved_block(
    problem: Problem, blocks: list[_Block], group_of: NDArray[np.int64]
) -> tuple[sparse.csr_array, NDArray[np.float64]]:
    """Return the columns of unserved demand in the balance rows, and the right-hand side of those rows."""
    first_row = np.concatenate([[0], np.cumsum([block.balance.shape[0] for block in blocks])])
    demand = np.flatnonzero(problem.demand_origin != problem.demand_destination)
    origin = problem.demand_origin[demand]
    within = np.array([block.row_of_node for block in blocks])[group_of[demand], origin]
    row = first_row[group_of[demand]] + within
    shape = (int(first_row[-1]), len(problem.demand_ids))
    unserved = sparse.csr_array((np.ones(demand.size), (row, demand)), shape=shape)
    wanted = np.bincount(row, weights=problem.demand_t_per_day[demand], minlength=shape[0])
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
