"""From flows on known paths to the frozen plan with an honest status."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import ortools
import scipy
from numpy.typing import NDArray

from optimizer.flow.columns import CARBON, MONEY, PENALTY, TIME, build_null_paths, cost_parts
from optimizer.flow.master import RestrictedMaster
from optimizer.flow.master_result import BasisState
from optimizer.flow.plan import Plan, Reason, Status
from optimizer.flow.prices import basic_columns, price_range, split_price
from optimizer.flow.problem import Problem
from optimizer.flow.search.path_search import PathSearch

SMALLEST_SHARE, WHOLE = 1e-14, 1e-13
"""A path with less than this share of its demand carries nothing; short of it by less, a demand is carried whole."""

ROUNDING = 1e-11
"""Parts of a shadow price below this share of all are rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """How a solve ended: the fields of the plan that are not flows, and the basis behind its prices.

    ``settled`` tells that the basis gave the plan itself, not only its proof.
    """

    reason: Reason
    bound: float
    gap_tolerance: float
    least_cost_per_t: NDArray[np.float64]
    price: NDArray[np.float64]
    state: BasisState | None
    settled: bool
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
    trace = SMALLEST_SHARE * problem.demand_t_per_day[paths.demand[demands:]]
    used = demands + np.flatnonzero(flow[demands:] > trace)
    considered = paths.count - demands
    chosen, flow = paths.selected(used), flow[used]
    link_start, links = np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.int32)
    if search is not None:
        link_start, links = search.unfold(chosen)
    parts, emissions = cost_parts(problem, chosen.demand, link_start, links)
    wanted = problem.demand_t_per_day
    served = np.bincount(chosen.demand, weights=flow, minlength=wanted.size)
    unserved = np.where(served >= wanted * (1 - WHOLE), 0.0, wanted - served)
    money, time_cost, carbon_cost = (float((part * flow).sum()) for part in parts)
    penalty_cost = float((problem.penalty_per_t * unserved).sum())
    objective = money + time_cost + carbon_cost + penalty_cost
    bound = _believable(problem, outcome, objective)
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


def _believable(problem: Problem, outcome: Outcome, objective: float) -> float:
    """Return the bound, at most the objective; 0 when it is above it by more than rounding and so proves nothing."""
    worth = float((problem.residual_per_day() * outcome.price).sum())
    size = worth + float((problem.penalty_per_t * problem.demand_t_per_day).sum())
    trusted = outcome.bound <= objective * (1 + 1e-9) + 1e-12 * size
    return min(outcome.bound, objective) if trusted else 0.0


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
    if priced.size and outcome.state is not None and outcome.settled:
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
    interrupted = outcome.reason in {"time_limit", "stopped_by_caller"}
    if gap > outcome.gap_tolerance or (interrupted and not outcome.rounds):
        return ("stopped" if interrupted else "feasible"), outcome.reason
    if moves:
        return "optimal", "gap_reached"
    if not np.isfinite(outcome.least_cost_per_t[wanted]).any():
        return "no_flow_possible", "unreachable"
    return "feasible", "not_worth_moving"
