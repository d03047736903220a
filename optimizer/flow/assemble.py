"""From flows on known paths to the frozen plan with an honest status."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import ortools
import scipy
from numpy.typing import NDArray

from optimizer.flow.columns import CARBON, MONEY, PENALTY, TIME, build_null_paths, cost_parts
from optimizer.flow.master import BasisState, RestrictedMaster
from optimizer.flow.plan import Plan, Reason, Status
from optimizer.flow.prices import basic_columns, price_range, split_price
from optimizer.flow.problem import Problem
from optimizer.flow.search.choose import choose_search
from optimizer.flow.search.path_search import PathSearch

ROUNDING = 1e-11
"""Parts of a shadow price below this share of all are rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """How a solve ended: the fields of the plan that are not flows, and the basis behind its prices."""

    reason: Reason
    bound: float
    gap_tolerance: float
    least_cost_per_t: NDArray[np.float64]
    price: NDArray[np.float64]
    state: BasisState | None
    demand_dual: NDArray[np.float64]
    rounds: int
    seed: int


def relative_gap(objective: float, bound: float) -> float:
    """Return (objective - bound) / objective, at least 0; 0 when the objective is 0, 1 when it is endless."""
    if objective <= 0:
        return 0.0
    if np.isinf(objective):
        return 1.0
    return max(0.0, (objective - bound) / objective)


def build_plan(
    problem: Problem,
    search: PathSearch | None,
    master: RestrictedMaster | None,
    known_flow: NDArray[np.float64],
    outcome: Outcome,
) -> Plan:
    """Return the plan of the flows on the master's paths; without them, the plan that carries nothing."""
    demands = len(problem.demand_ids)
    paths = master.paths if master is not None and known_flow.size else build_null_paths(problem)
    flow = np.zeros(paths.count)
    flow[: known_flow.size] = known_flow
    used = demands + np.flatnonzero(flow[demands:] > 0)
    considered = paths.count - demands
    chosen, flow = paths.selected(used), flow[used]
    link_start, links = np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.int32)
    if search is not None:
        link_start, links = search.unfold(chosen)
    parts, emissions = cost_parts(problem, chosen.demand, link_start, links)
    wanted = problem.demand_t_per_day
    served = np.bincount(chosen.demand, weights=flow, minlength=wanted.size)
    unserved = np.where(served >= wanted * (1 - 1e-15), 0.0, wanted - served)
    money, time_cost, carbon_cost = (float((part * flow).sum()) for part in parts)
    penalty_cost = float((problem.penalty_per_t * unserved).sum())
    objective = money + time_cost + carbon_cost + penalty_cost
    bound = min(outcome.bound, objective)
    gap = relative_gap(objective, bound)
    status, reason = _judge(problem, outcome, gap, chosen.demand)
    price = _price_parts(problem, search, master, outcome)
    plan = Plan(
        status=status,
        reason=reason,
        objective=objective,
        bound=bound,
        gap=gap,
        gap_tolerance=outcome.gap_tolerance,
        money=money,
        time_cost=time_cost,
        carbon_cost=carbon_cost,
        penalty_cost=penalty_cost,
        emissions_kg_per_day=float((emissions * flow).sum()),
        path_demand=chosen.demand,
        path_link_start=link_start,
        path_links=links,
        path_t_per_day=flow,
        unserved_t_per_day=unserved,
        least_cost_per_t=outcome.least_cost_per_t,
        shadow_price=outcome.price,
        shadow_money=price[MONEY],
        shadow_time=price[TIME],
        shadow_carbon=price[CARBON],
        shadow_penalty=price[PENALTY],
        shadow_from=problem.residual_per_day(),
        shadow_to=problem.residual_per_day(),
        demand_dual=outcome.demand_dual,
        rounds=outcome.rounds,
        columns=considered,
        seed=outcome.seed,
        versions=(("numpy", np.__version__), ("ortools", ortools.__version__), ("scipy", scipy.__version__)),
    )
    return _with_ranges(problem, plan, outcome)


def _price_parts(
    problem: Problem, search: PathSearch | None, master: RestrictedMaster | None, outcome: Outcome
) -> NDArray[np.float64]:
    """Return money, time, carbon and penalty saved by one more unit of each capacity, VND per unit, float64[4, R].

    The penalty is what the others leave of the price: a plan that ended early may have been charged less than it.
    """
    state = outcome.state
    if state is None or search is None or master is None:
        parts = np.zeros((4, len(problem.capacity_ids)))
        parts[PENALTY] = outcome.price
        return parts
    basic = basic_columns(state)
    both = np.concatenate([state.column_path[basic], state.column_base[basic]])
    concerned, place = np.unique(both, return_inverse=True)
    paths = master.paths.selected(concerned)
    parts = np.zeros((4, concerned.size))
    parts[:PENALTY] = cost_parts(problem, paths.demand, *search.unfold(paths))[0]
    parts = split_price(state, parts[:, place[: basic.size]] - parts[:, place[basic.size :]])
    parts[:, outcome.price <= 0] = 0.0
    parts[PENALTY] = np.where(outcome.price > 0, outcome.price - parts[:PENALTY].sum(axis=0), 0.0)
    parts[np.abs(parts) < ROUNDING * np.abs(parts).sum(axis=0)] = 0.0
    return parts


def _with_ranges(problem: Problem, plan: Plan, outcome: Outcome) -> Plan:
    """Return the plan with the range of every shadow price, where the optimum is proven."""
    if plan.status != "optimal":
        return plan
    left, used = problem.residual_per_day(), plan.capacity_used(problem)
    free = plan.shadow_price <= 0
    lowest, highest = np.where(free, np.minimum(used, left), left), np.where(free, np.inf, left)
    priced = np.flatnonzero(~free)
    if priced.size and outcome.state is not None:
        fall, rise = price_range(outcome.state, priced)
        lowest[priced] = np.maximum(left[priced] - fall, 0.0)
        highest[priced] = left[priced] + rise
    return replace(plan, shadow_from=lowest, shadow_to=highest)


def _judge(problem: Problem, outcome: Outcome, gap: float, moved: NDArray[np.int32]) -> tuple[Status, Reason]:
    """Return the status that may honestly be given, and why; ``moved`` are the demands of all paths with flow."""
    wanted = ~problem.optional & (problem.demand_t_per_day > 0)
    if not wanted.any():
        return "no_flow_possible", "zero_demand"
    moves = bool(wanted[moved].any())
    if gap > outcome.gap_tolerance:
        interrupted = outcome.reason in {"time_limit", "stopped_by_caller"}
        return ("stopped" if interrupted else "feasible"), outcome.reason
    if moves:
        return "optimal", "gap_reached"
    if not np.isfinite(outcome.least_cost_per_t[wanted]).any():
        return "no_flow_possible", "unreachable"
    if not _moves_without_closed(problem):
        return "no_flow_possible", "zero_capacity"
    return "feasible", "not_worth_moving"


def _moves_without_closed(problem: Problem) -> bool:
    """Return whether any demand that is wanted has a path that crosses no capacity of zero which nothing gives to."""
    given = np.bincount(
        np.repeat(np.arange(len(problem.capacity_ids)), np.diff(problem.capacity_members.indptr)),
        weights=problem.capacity_members.data < 0,
        minlength=len(problem.capacity_ids),
    )
    closed_rows = ((problem.residual_per_day() == 0) & (given == 0)).astype(float)
    closed = (problem.use_per_t * closed_rows) @ problem.capacity_members > 0
    tonnes = np.where(problem.optional, 0.0, problem.demand_t_per_day)
    open_problem = replace(problem, allowed=problem.allowed & ~closed, demand_t_per_day=tonnes)
    free = np.zeros(len(problem.capacity_ids))
    least, _ = choose_search(open_problem, "auto", 1).improve(free, np.zeros(tonnes.size), bounded=False)
    return bool(np.isfinite(least).any())
