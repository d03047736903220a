"""Independent verification of a plan from its problem alone; shares no code with the solvers.

Everything is recomputed from the paths of the plan and the arrays of the problem with numpy only. Flows may exceed
demands and capacities by rounding, ``RELATIVE_TOLERANCE`` of their size, no more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.check_flows import check_capacities, check_costs, check_demands, check_paths, flow_by_class
from optimizer.check_limits import MOST_LABELS
from optimizer.check_proof import can_move, prove_bound
from optimizer.check_report import MOST_NAMED, RELATIVE_TOLERANCE, Kind, Violation, add

if TYPE_CHECKING:
    from optimizer.flow.plan import Plan
    from optimizer.flow.problem import Problem

__all__ = ["RELATIVE_TOLERANCE", "Kind", "Violation", "check_plan"]

PROOF_TOLERANCE = 1e-9
"""Share of the objective by which the bound worked out again may fall short of the stated one."""


def check_plan(problem: Problem, plan: Plan, *, prove: bool = True) -> tuple[Violation, ...]:
    """Return everything in ``plan`` that does not hold for ``problem``; an empty tuple for a sound plan.

    Parameters
    ----------
    problem, plan
        The plan and the problem it is said to answer.
    prove
        Also work out the bound again from the stated shadow prices, and that nothing can move where that is
        said: about the work of one pricing round of the solver on small networks, more on large ones. Where many
        demands have limits of time or length this may be given up, and is then reported as ``unproven``.
    """
    found: list[Violation] = []
    _check_shapes(problem, plan, found)
    if not found:
        _check_numbers(plan, found)
    if not found:
        _check_indices(problem, plan, found)
    if found:
        return tuple(found)
    check_paths(problem, plan, found)
    check_demands(problem, plan, found)
    flow = flow_by_class(problem, plan)
    check_capacities(problem, flow, found)
    check_costs(problem, plan, flow, found)
    _check_proof(plan, found)
    _check_shadow_prices(problem, plan, found)
    _check_status(problem, plan, found)
    if prove:
        _check_dual(problem, plan, found)
        if plan.status == "no_flow_possible" and can_move(problem):
            add(found, "status", plan.status, "A demand that is wanted can move.", "Có hàng vận chuyển được.")
    return tuple(found)


def _check_shapes(problem: Problem, plan: Plan, found: list[Violation]) -> None:
    paths = plan.path_demand.size
    demands, capacities = len(problem.demand_ids), len(problem.capacity_ids)
    wanted = {
        "path_demand": paths,
        "path_link_start": paths + 1,
        "path_t_per_day": paths,
        "unserved_t_per_day": demands,
        "least_cost_per_t": demands,
        "demand_dual": demands,
        "shadow_price": capacities,
        "shadow_money": capacities,
        "shadow_time": capacities,
        "shadow_carbon": capacities,
        "shadow_penalty": capacities,
        "shadow_from": capacities,
        "shadow_to": capacities,
    }
    for name, size in wanted.items():
        shape = getattr(plan, name).shape
        if shape != (size,):
            add(found, "shape", name, f"{name} has shape {shape}, not ({size},).", f"{name} sai kích thước {shape}.")
    start = plan.path_link_start
    if not found and not (start[0] == 0 and start[-1] == plan.path_links.size and (np.diff(start) >= 0).all()):
        add(
            found,
            "shape",
            "path_link_start",
            "path_link_start does not divide path_links into paths.",
            "path_link_start không chia đúng path_links thành các tuyến.",
        )


def _check_numbers(plan: Plan, found: list[Violation]) -> None:
    """Check that every number is a number and that amounts are not negative."""
    for name in plan.__slots__:
        value = getattr(plan, name)
        if not isinstance(value, float | np.ndarray):
            continue
        numbers = np.asarray(value)
        finite = ~np.isnan(numbers) if name in _MAY_BE_ENDLESS else np.isfinite(numbers)
        if not finite.all():
            add(found, "not_a_number", name, f"{name} is not finite.", f"{name} không phải số hữu hạn.")
        elif name not in _MAY_BE_NEGATIVE and (numbers < 0).any():
            lowest = float(numbers.min())
            add(found, "negative", name, f"{name} holds {lowest}.", f"{name} có giá trị âm {lowest}.")


_MAY_BE_ENDLESS = {"least_cost_per_t", "shadow_to"}

_MAY_BE_NEGATIVE = {
    "shadow_money",
    "shadow_time",
    "shadow_carbon",
    "shadow_penalty",
    "shadow_from",
    "demand_dual",
    "path_demand",
    "path_links",
}
"""A demand that fills a capacity in demand may cost less than nothing; prices may hold even below no capacity."""


def _check_indices(problem: Problem, plan: Plan, found: list[Violation]) -> None:
    for name, limit in (("path_demand", len(problem.demand_ids)), ("path_links", len(problem.link_ids))):
        index = getattr(plan, name)
        if index.size and not 0 <= index.min() <= index.max() < limit:
            add(found, "index", name, f"{name} leaves 0 to {limit - 1}.", f"{name} vượt khoảng 0 đến {limit - 1}.")


def _check_proof(plan: Plan, found: list[Violation]) -> None:
    """Check that the bound is not above the objective and the gap is the distance between them."""
    if plan.bound > plan.objective * (1 + RELATIVE_TOLERANCE):
        add(
            found,
            "bound",
            "bound",
            f"bound {plan.bound} is above the objective {plan.objective}.",
            f"Cận {plan.bound} lớn hơn mục tiêu {plan.objective}.",
        )
    gap = max(0.0, (plan.objective - plan.bound) / plan.objective) if plan.objective > 0 else 0.0
    if abs(plan.gap - gap) > max(1e-3 * gap, 1e-12):
        add(found, "gap", "gap", f"gap is {plan.gap}, not {gap}.", f"gap là {plan.gap}, đúng ra là {gap}.")


def _check_dual(problem: Problem, plan: Plan, found: list[Violation]) -> None:
    """Check that the bound follows from the stated shadow prices."""
    dear = plan.demand_dual > problem.penalty_per_t * (1 + RELATIVE_TOLERANCE)
    for index in np.flatnonzero(dear)[:MOST_NAMED]:
        demand = problem.demand_ids[index]
        add(
            found,
            "bound",
            demand,
            f"demand_dual of {demand} is above its penalty.",
            f"demand_dual của {demand} lớn hơn mức phạt.",
        )
    enough = plan.bound - PROOF_TOLERANCE * abs(plan.objective)
    proven = prove_bound(problem, plan.shadow_price, enough)
    if proven.per_day >= enough:
        return
    if proven.complete:
        add(
            found,
            "bound",
            "shadow_price",
            f"The shadow prices prove {proven.per_day}, not the bound {plan.bound}.",
            f"Giá bóng chỉ chứng minh được {proven.per_day}, không phải cận {plan.bound}.",
        )
    else:
        add(
            found,
            "unproven",
            "shadow_price",
            f"The bound {plan.bound} could be proven only up to {proven.per_day} within {MOST_LABELS} labels.",
            f"Chỉ chứng minh được cận {plan.bound} đến mức {proven.per_day} trong {MOST_LABELS} nhãn.",
        )


def _check_shadow_prices(problem: Problem, plan: Plan, found: list[Violation]) -> None:
    """Check that the parts of each shadow price sum to it, and that it holds at least where the capacity stands.

    A price is of no account where it is rounding beside the largest.
    """
    parts = np.stack([plan.shadow_money, plan.shadow_time, plan.shadow_carbon, plan.shadow_penalty])
    total, size = parts.sum(axis=0), np.abs(parts).sum(axis=0)
    noise = 1e-6 * size + 1e-12 * size.max(initial=0.0)
    for index in np.flatnonzero(np.abs(total - plan.shadow_price) > noise)[:MOST_NAMED]:
        name = problem.capacity_ids[index]
        stated = plan.shadow_price[index]
        add(
            found,
            "shadow_price",
            name,
            f"The shadow price of {name} is {stated}, its parts make {total[index]}.",
            f"Giá bóng của {name} là {stated}, tổng các phần là {total[index]}.",
        )
    left = problem.residual_per_day()
    room = RELATIVE_TOLERANCE * left
    for index in np.flatnonzero((plan.shadow_from > left + room) | (plan.shadow_to < left - room))[:MOST_NAMED]:
        name = problem.capacity_ids[index]
        stretch = f"{plan.shadow_from[index]} - {plan.shadow_to[index]}"
        add(
            found,
            "shadow_price",
            name,
            f"The range {stretch} of the shadow price of {name} leaves out the {left[index]} there are.",
            f"Khoảng {stretch} của giá bóng {name} không chứa mức hiện có {left[index]}.",
        )


def _check_status(problem: Problem, plan: Plan, found: list[Violation]) -> None:
    """Check that the status claims no more than the flows and the gap show.

    What only may move does not count: without any demand that must, nothing is wanted.
    """
    moves = bool(plan.path_t_per_day[~problem.optional[plan.path_demand]].any())
    claims = {
        "optimal": moves and plan.gap <= plan.gap_tolerance,
        "feasible": True,
        "stopped": plan.reason in {"time_limit", "stopped_by_caller"},
        "no_flow_possible": not moves,
    }
    if claims.get(plan.status, False):
        return
    add(
        found,
        "status",
        plan.status,
        f"status {plan.status!r} ({plan.reason}) is not what the flows and the gap {plan.gap} show.",
        f"Trạng thái {plan.status!r} ({plan.reason}) không khớp với luồng hàng và khoảng hở {plan.gap}.",
    )
