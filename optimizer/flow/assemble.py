"""From flows on known paths to the frozen plan with an honest status."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import ortools
import scipy
from numpy.typing import NDArray

from optimizer.flow.columns import CARBON, MONEY, PENALTY, TIME, Paths, build_null_paths
from optimizer.flow.master import capacity_price
from optimizer.flow.plan import Plan, Reason, Status
from optimizer.flow.pricing import PathSearch
from optimizer.flow.problem import Problem


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """How a solve ended: the fields of the plan that are not flows."""

    reason: Reason
    bound: float
    gap_tolerance: float
    least_cost_per_t: NDArray[np.float64]
    price_parts: NDArray[np.float64]
    demand_dual: NDArray[np.float64]
    rounds: int
    seed: int


def relative_gap(objective: float, bound: float) -> float:
    """Return (objective - bound) / objective, at least 0; 0 when the objective is 0."""
    if objective <= 0:
        return 0.0
    return max(0.0, (objective - bound) / objective)


def build_plan(problem: Problem, paths: Paths | None, known_flow: NDArray[np.float64], outcome: Outcome) -> Plan:
    """Return the plan of the flows; without paths, the plan that carries nothing."""
    demands = len(problem.demand_ids)
    if paths is None or not known_flow.size:
        paths = build_null_paths(problem)
    flow = np.zeros(paths.count)
    flow[: known_flow.size] = known_flow
    used = demands + np.flatnonzero(flow[demands:] > 0)
    considered = paths.count - demands
    paths, flow = paths.selected(used), flow[used]
    wanted = problem.demand_t_per_day
    served = np.bincount(paths.demand, weights=flow, minlength=wanted.size)
    unserved = np.where(served >= wanted * (1 - 1e-15), 0.0, wanted - served)
    money, time_cost, carbon_cost, _ = (float((part * flow).sum()) for part in paths.cost_parts)
    penalty_cost = float((problem.penalty_per_t * unserved).sum())
    objective = money + time_cost + carbon_cost + penalty_cost
    bound = min(outcome.bound, objective)
    gap = relative_gap(objective, bound)
    status, reason = _judge(problem, outcome, gap, moves=bool(used.size))
    price = outcome.price_parts
    return Plan(
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
        emissions_kg_per_day=float((paths.emissions_kg_per_t * flow).sum()),
        path_demand=paths.demand,
        path_link_start=paths.link_start,
        path_links=paths.links,
        path_t_per_day=flow,
        unserved_t_per_day=unserved,
        least_cost_per_t=outcome.least_cost_per_t,
        shadow_price=capacity_price(price),
        shadow_money=price[MONEY].copy(),
        shadow_time=price[TIME].copy(),
        shadow_carbon=price[CARBON].copy(),
        shadow_penalty=price[PENALTY].copy(),
        demand_dual=outcome.demand_dual,
        rounds=outcome.rounds,
        columns=considered,
        seed=outcome.seed,
        versions=(("numpy", np.__version__), ("ortools", ortools.__version__), ("scipy", scipy.__version__)),
    )


def _judge(problem: Problem, outcome: Outcome, gap: float, *, moves: bool) -> tuple[Status, Reason]:
    """Return the status that may honestly be given, and why."""
    if not problem.demand_t_per_day.any():
        return "no_flow_possible", "zero_demand"
    if gap > outcome.gap_tolerance:
        interrupted = outcome.reason in {"time_limit", "stopped_by_caller"}
        return ("stopped" if interrupted else "feasible"), outcome.reason
    if moves:
        return "optimal", "gap_reached"
    if not np.isfinite(outcome.least_cost_per_t).any():
        return "no_flow_possible", "unreachable"
    if not _moves_without_closed(problem):
        return "no_flow_possible", "zero_capacity"
    return "feasible", "not_worth_moving"


def _moves_without_closed(problem: Problem) -> bool:
    """Return whether any demand has a path that crosses no capacity of zero."""
    closed_rows = (problem.residual_per_day() == 0).astype(float)
    closed = (problem.use_per_t * closed_rows) @ problem.capacity_members > 0
    open_problem = replace(problem, allowed=problem.allowed & ~closed)
    free = np.zeros(len(problem.capacity_ids))
    least, _ = PathSearch(open_problem).improve(free, np.zeros(len(problem.demand_ids)), bounded=False)
    return bool(np.isfinite(least).any())
