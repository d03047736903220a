"""Independent verification of a plan from its problem alone; shares no code with the solvers.

Everything is recomputed from the paths of the plan and the arrays of the problem with numpy only. Flows may exceed
demands and capacities by rounding, ``RELATIVE_TOLERANCE`` of their size, no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from optimizer.check_proof import can_move, prove_bound
from supplychain.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.flow.plan import Plan
    from optimizer.flow.problem import Problem

RELATIVE_TOLERANCE = 1e-9

PROOF_TOLERANCE = 1e-9
"""Share of the objective by which the bound worked out again may fall short of the stated one."""

Kind = Literal[
    "shape",
    "not_a_number",
    "negative",
    "index",
    "path",
    "mode",
    "demand",
    "capacity",
    "cost",
    "emissions",
    "objective",
    "bound",
    "gap",
    "shadow_price",
    "status",
]


@dataclass(frozen=True, slots=True)
class Violation:
    """One statement of a plan that does not hold.

    Parameters
    ----------
    kind
        What was checked.
    subject
        Id of the demand, capacity or link, or the name of the field.
    text
        What does not hold.
    """

    kind: Kind
    subject: str
    text: Text


def check_plan(problem: Problem, plan: Plan, *, prove: bool = True) -> tuple[Violation, ...]:
    """Return everything in ``plan`` that does not hold for ``problem``; an empty tuple for a sound plan.

    Parameters
    ----------
    problem, plan
        The plan and the problem it is said to answer.
    prove
        Also work out the bound again from the stated shadow prices, and that nothing can move where that is
        said: about the work of one pricing round of the solver on small networks, far more on large ones.
    """
    found: list[Violation] = []
    _check_shapes(problem, plan, found)
    if not found:
        _check_numbers(plan, found)
    if not found:
        _check_indices(problem, plan, found)
    if found:
        return tuple(found)
    _check_paths(problem, plan, found)
    _check_demands(problem, plan, found)
    _check_capacities(problem, plan, found)
    _check_costs(problem, plan, found)
    _check_proof(plan, found)
    _check_shadow_prices(problem, plan, found)
    _check_status(plan, found)
    if prove:
        _check_dual(problem, plan, found)
        if plan.status == "no_flow_possible" and can_move(problem):
            _add(found, "status", plan.status, "A demand that is wanted can move.", "Có hàng vận chuyển được.")
    return tuple(found)


def _differs(stated: float, right: float, scale: float) -> bool:
    """Return whether two numbers differ by more than rounding at the given scale."""
    return not abs(stated - right) <= RELATIVE_TOLERANCE * max(abs(stated), abs(right), scale)


def _add(found: list[Violation], kind: Kind, subject: str, en: str, vi: str) -> None:
    found.append(Violation(kind, subject, Text(en=en, vi=vi)))


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
    }
    for name, size in wanted.items():
        shape = getattr(plan, name).shape
        if shape != (size,):
            _add(found, "shape", name, f"{name} has shape {shape}, not ({size},).", f"{name} sai kích thước {shape}.")
    start = plan.path_link_start
    if not found and not (start[0] == 0 and start[-1] == plan.path_links.size and (np.diff(start) >= 0).all()):
        _add(
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
        finite = ~np.isnan(numbers) if name == "least_cost_per_t" else np.isfinite(numbers)
        if not finite.all():
            _add(found, "not_a_number", name, f"{name} is not finite.", f"{name} không phải số hữu hạn.")
        elif name not in _MAY_BE_NEGATIVE and (numbers < 0).any():
            lowest = float(numbers.min())
            _add(found, "negative", name, f"{name} holds {lowest}.", f"{name} có giá trị âm {lowest}.")


_MAY_BE_NEGATIVE = {"shadow_money", "shadow_time", "shadow_carbon", "shadow_penalty", "path_demand", "path_links"}


def _check_indices(problem: Problem, plan: Plan, found: list[Violation]) -> None:
    for name, limit in (("path_demand", len(problem.demand_ids)), ("path_links", len(problem.link_ids))):
        index = getattr(plan, name)
        if index.size and not 0 <= index.min() <= index.max() < limit:
            _add(found, "index", name, f"{name} leaves 0 to {limit - 1}.", f"{name} vượt khoảng 0 đến {limit - 1}.")


def _path_of_entry(plan: Plan) -> NDArray[np.int64]:
    """Return the path of every entry of ``path_links``."""
    return np.repeat(np.arange(plan.path_demand.size), np.diff(plan.path_link_start))


def _check_paths(problem: Problem, plan: Plan, found: list[Violation]) -> None:
    """Check that each path leads from origin to destination without a break, over allowed links only."""
    path = _path_of_entry(plan)
    tail, head = problem.link_from[plan.path_links], problem.link_to[plan.path_links]
    follows = path[1:] == path[:-1]
    torn = np.zeros(plan.path_demand.size, dtype=bool)
    torn[path[1:][follows & (tail[1:] != head[:-1])]] = True
    origin = problem.demand_origin[plan.path_demand]
    destination = problem.demand_destination[plan.path_demand]
    first, last = plan.path_link_start[:-1], plan.path_link_start[1:] - 1
    empty = last < first
    torn |= empty & (origin != destination)
    full = np.flatnonzero(~empty)
    torn[full] |= (tail[first[full]] != origin[full]) | (head[last[full]] != destination[full])
    for index in np.flatnonzero(torn):
        demand = problem.demand_ids[plan.path_demand[index]]
        _add(
            found,
            "path",
            demand,
            f"Path {index} of {demand} does not lead from its origin to its destination.",
            f"Tuyến {index} của {demand} không nối liền điểm đi và điểm đến.",
        )
    k = problem.demand_class[plan.path_demand[path]]
    for entry in np.flatnonzero(~problem.allowed[k, plan.path_links]):
        demand = problem.demand_ids[plan.path_demand[path[entry]]]
        link = problem.link_ids[plan.path_links[entry]]
        _add(
            found,
            "mode",
            demand,
            f"{demand} goes over {link}, which its class may not use.",
            f"{demand} đi qua {link} mà loại hàng này không được phép dùng.",
        )


def _served(problem: Problem, plan: Plan) -> NDArray[np.float64]:
    """Return the carried tonnes of each demand."""
    return np.bincount(plan.path_demand, weights=plan.path_t_per_day, minlength=len(problem.demand_ids)).astype(
        np.float64
    )


def _check_demands(problem: Problem, plan: Plan, found: list[Violation]) -> None:
    """Check that carried and unserved tonnes make up each demand."""
    wanted = problem.demand_t_per_day
    served = _served(problem, plan)
    wrong = np.abs(served + plan.unserved_t_per_day - wanted) > RELATIVE_TOLERANCE * wanted
    for index in np.flatnonzero(wrong):
        demand = problem.demand_ids[index]
        parts = f"{served[index]} + {plan.unserved_t_per_day[index]} t/day, {wanted[index]}"
        _add(
            found,
            "demand",
            demand,
            f"{demand}: carried + unserved are {parts} wanted.",
            f"{demand}: phần chở + phần không chở là {parts} cần chở.",
        )


def _flow(problem: Problem, plan: Plan) -> NDArray[np.float64]:
    """Return tonnes per day by class and link."""
    path = _path_of_entry(plan)
    flow = np.zeros(problem.allowed.shape)
    np.add.at(flow, (problem.demand_class[plan.path_demand[path]], plan.path_links), plan.path_t_per_day[path])
    return flow


def _check_capacities(problem: Problem, plan: Plan, found: list[Violation]) -> None:
    flow = _flow(problem, plan)
    members = problem.capacity_members.tocoo()
    used = np.zeros(len(problem.capacity_ids))
    for k, class_flow in enumerate(flow):
        passes = np.zeros(used.size)
        np.add.at(passes, members.row, members.data * class_flow[members.col])
        used += problem.use_per_t[k] * passes
    capacity = problem.residual_per_day()
    for index in np.flatnonzero(used > capacity * (1 + RELATIVE_TOLERANCE)):
        name = problem.capacity_ids[index]
        amounts = f"{used[index]} / {capacity[index]} {problem.capacity_unit[index]}"
        _add(
            found,
            "capacity",
            name,
            f"{name} is used beyond its capacity: {amounts} per day.",
            f"{name} bị dùng quá năng lực: {amounts} mỗi ngày.",
        )


def _check_costs(problem: Problem, plan: Plan, found: list[Violation]) -> None:
    """Recompute every part of the objective and the emissions."""
    flow = _flow(problem, plan)
    emissions = float((flow * problem.emissions_kg_per_t).sum())
    right = {
        "money": float((flow * problem.money_per_t).sum()),
        "time_cost": float((flow * problem.time_cost_per_t).sum()),
        "carbon_cost": problem.carbon_price_per_kg * emissions,
        "penalty_cost": float((problem.penalty_per_t * plan.unserved_t_per_day).sum()),
    }
    for name, value in right.items():
        stated = getattr(plan, name)
        if _differs(stated, value, 0.0):
            _add(found, "cost", name, f"{name} is {stated}, not {value}.", f"{name} là {stated}, đúng ra là {value}.")
    if _differs(plan.emissions_kg_per_day, emissions, 0.0):
        stated = plan.emissions_kg_per_day
        _add(
            found,
            "emissions",
            "emissions_kg_per_day",
            f"emissions_kg_per_day is {stated}, not {emissions}.",
            f"emissions_kg_per_day là {stated}, đúng ra là {emissions}.",
        )
    total = sum(right.values())
    if _differs(plan.objective, total, 0.0):
        _add(
            found,
            "objective",
            "objective",
            f"objective is {plan.objective}, its parts make {total}.",
            f"objective là {plan.objective}, tổng các phần là {total}.",
        )


def _check_proof(plan: Plan, found: list[Violation]) -> None:
    """Check that the bound is not above the objective and the gap is the distance between them."""
    if plan.bound > plan.objective * (1 + RELATIVE_TOLERANCE):
        _add(
            found,
            "bound",
            "bound",
            f"bound {plan.bound} is above the objective {plan.objective}.",
            f"Cận {plan.bound} lớn hơn mục tiêu {plan.objective}.",
        )
    gap = max(0.0, (plan.objective - plan.bound) / plan.objective) if plan.objective > 0 else 0.0
    if abs(plan.gap - gap) > max(1e-3 * gap, 1e-12):
        _add(found, "gap", "gap", f"gap is {plan.gap}, not {gap}.", f"gap là {plan.gap}, đúng ra là {gap}.")


def _check_dual(problem: Problem, plan: Plan, found: list[Violation]) -> None:
    """Check that the bound follows from the stated shadow prices."""
    dear = plan.demand_dual > problem.penalty_per_t * (1 + RELATIVE_TOLERANCE)
    for index in np.flatnonzero(dear):
        demand = problem.demand_ids[index]
        _add(
            found,
            "bound",
            demand,
            f"demand_dual of {demand} is above its penalty.",
            f"demand_dual của {demand} lớn hơn mức phạt.",
        )
    proven = prove_bound(problem, plan.shadow_price)
    if plan.bound > proven + PROOF_TOLERANCE * abs(plan.objective):
        _add(
            found,
            "bound",
            "shadow_price",
            f"The shadow prices prove {proven}, not the bound {plan.bound}.",
            f"Giá bóng chỉ chứng minh được {proven}, không phải cận {plan.bound}.",
        )


def _check_shadow_prices(problem: Problem, plan: Plan, found: list[Violation]) -> None:
    """Check that the parts of each shadow price sum to it."""
    parts = np.stack([plan.shadow_money, plan.shadow_time, plan.shadow_carbon, plan.shadow_penalty])
    total, size = parts.sum(axis=0), np.abs(parts).sum(axis=0)
    for index in np.flatnonzero(np.abs(total - plan.shadow_price) > 1e-6 * size):
        name = problem.capacity_ids[index]
        stated = plan.shadow_price[index]
        _add(
            found,
            "shadow_price",
            name,
            f"The shadow price of {name} is {stated}, its parts make {total[index]}.",
            f"Giá bóng của {name} là {stated}, tổng các phần là {total[index]}.",
        )


def _check_status(plan: Plan, found: list[Violation]) -> None:
    """Check that the status claims no more than the flows and the gap show."""
    moves = bool(plan.path_t_per_day.any())
    claims = {
        "optimal": moves and plan.gap <= plan.gap_tolerance,
        "feasible": True,
        "stopped": plan.reason in {"time_limit", "stopped_by_caller"},
        "no_flow_possible": not moves,
    }
    if claims.get(plan.status, False):
        return
    _add(
        found,
        "status",
        plan.status,
        f"status {plan.status!r} ({plan.reason}) is not what the flows and the gap {plan.gap} show.",
        f"Trạng thái {plan.status!r} ({plan.reason}) không khớp với luồng hàng và khoảng hở {plan.gap}.",
    )
