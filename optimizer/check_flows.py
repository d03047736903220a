"""The flows of a plan against its problem: paths, limits, demands, capacities and costs, worked out again with numpy.

Paths are read in blocks, so that a plan of millions of link entries needs little memory beside one flow per class and
link.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.check_report import MOST_NAMED, RELATIVE_TOLERANCE, Kind, Violation, add, differs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from optimizer.flow.plan import Plan
    from optimizer.flow.problem import Problem

BLOCK_ENTRIES = 1_000_000
"""Link entries of paths looked at together, unless one path alone has more."""


class _Block:
    """Some paths of a plan: ``path`` and ``k`` are the path (counted from ``first``) and class of each link entry."""

    def __init__(self, problem: Problem, plan: Plan, first: int, last: int) -> None:
        start = plan.path_link_start[first : last + 1]
        self.first, self.count = first, last - first
        self.start = start - start[0]
        self.demand = plan.path_demand[first:last]
        self.tonnes = plan.path_t_per_day[first:last]
        self.links = plan.path_links[start[0] : start[-1]]
        self.path = np.repeat(np.arange(self.count), np.diff(start))
        self.k = problem.demand_class[self.demand][self.path]


def _blocks(problem: Problem, plan: Plan) -> Iterator[_Block]:
    """Yield the paths of the plan block by block."""
    start, first = plan.path_link_start, 0
    while first < plan.path_demand.size:
        last = int(np.searchsorted(start, start[first] + BLOCK_ENTRIES, side="right")) - 1
        last = min(max(last, first + 1), plan.path_demand.size)
        yield _Block(problem, plan, first, last)
        first = last


def check_paths(problem: Problem, plan: Plan, found: list[Violation]) -> None:
    """Check that each path leads from origin to destination over links its demand may use, within its limits."""
    for block in _blocks(problem, plan):
        _check_unbroken(problem, block, found)
        _check_may_use(problem, block, found)
        _check_limit(problem, block, "time", found)
        _check_limit(problem, block, "length", found)


def _check_unbroken(problem: Problem, block: _Block, found: list[Violation]) -> None:
    tail, head = problem.link_from[block.links], problem.link_to[block.links]
    follows = block.path[1:] == block.path[:-1]
    torn = np.zeros(block.count, dtype=bool)
    torn[block.path[1:][follows & (tail[1:] != head[:-1])]] = True
    origin, destination = problem.demand_origin[block.demand], problem.demand_destination[block.demand]
    first, last = block.start[:-1], block.start[1:] - 1
    empty = last < first
    torn |= empty & (origin != destination)
    full = np.flatnonzero(~empty)
    torn[full] |= (tail[first[full]] != origin[full]) | (head[last[full]] != destination[full])
    for index in np.flatnonzero(torn)[:MOST_NAMED]:
        demand = problem.demand_ids[block.demand[index]]
        add(
            found,
            "path",
            demand,
            f"Path {block.first + index} of {demand} does not lead from its origin to its destination.",
            f"Tuyến {block.first + index} của {demand} không nối liền điểm đi và điểm đến.",
        )


def _check_may_use(problem: Problem, block: _Block, found: list[Violation]) -> None:
    """Check that the class may use each link and that the demand is no smaller than the lot of each link."""
    for entry in np.flatnonzero(~problem.allowed[block.k, block.links])[:MOST_NAMED]:
        demand, link = _demand_and_link(problem, block, entry)
        add(
            found,
            "mode",
            demand,
            f"{demand} goes over {link}, which its class may not use.",
            f"{demand} đi qua {link} mà loại hàng này không được phép dùng.",
        )
    lot, wanted = problem.minimum_lot_t[block.links], problem.demand_t_per_day[block.demand][block.path]
    for entry in np.flatnonzero(wanted < lot)[:MOST_NAMED]:
        demand, link = _demand_and_link(problem, block, entry)
        add(
            found,
            "lot",
            demand,
            f"{demand} ({wanted[entry]} t) goes over {link}, which takes lots of at least {lot[entry]} t.",
            f"{demand} ({wanted[entry]} t) đi qua {link}, nơi chỉ nhận lô từ {lot[entry]} t.",
        )


def _demand_and_link(problem: Problem, block: _Block, entry: int) -> tuple[str, str]:
    """Return the ids of the demand and the link of an entry."""
    return problem.demand_ids[block.demand[block.path[entry]]], problem.link_ids[block.links[entry]]


def _check_limit(problem: Problem, block: _Block, kind: Kind, found: list[Violation]) -> None:
    """Check that no path takes more hours or km than its demand allows."""
    most = (problem.max_time_h if kind == "time" else problem.max_length_km)[block.demand]
    if not np.isfinite(most).any():
        return
    each = problem.time_h[block.k, block.links] if kind == "time" else problem.length_km[block.links]
    unit = "h" if kind == "time" else "km"
    taken = np.bincount(block.path, weights=each, minlength=block.count)
    for index in np.flatnonzero(taken > most * (1 + RELATIVE_TOLERANCE))[:MOST_NAMED]:
        demand = problem.demand_ids[block.demand[index]]
        add(
            found,
            kind,
            demand,
            f"Path {block.first + index} of {demand} takes {taken[index]} {unit}; at most {most[index]} are allowed.",
            f"Tuyến {block.first + index} của {demand} mất {taken[index]} {unit}; tối đa là {most[index]}.",
        )


def check_demands(problem: Problem, plan: Plan, found: list[Violation]) -> None:
    """Check that carried tonnes and those that stay make up each demand."""
    wanted = problem.demand_t_per_day
    served = np.bincount(plan.path_demand, weights=plan.path_t_per_day, minlength=wanted.size)
    wrong = np.abs(served + plan.unserved_t_per_day - wanted) > RELATIVE_TOLERANCE * wanted
    for index in np.flatnonzero(wrong)[:MOST_NAMED]:
        demand = problem.demand_ids[index]
        parts = f"{served[index]} + {plan.unserved_t_per_day[index]} t/day, {wanted[index]}"
        add(
            found,
            "demand",
            demand,
            f"{demand}: carried + unserved are {parts} wanted.",
            f"{demand}: phần chở + phần không chở là {parts} cần chở.",
        )


def flow_by_class(problem: Problem, plan: Plan) -> NDArray[np.float64]:
    """Return tonnes per day by class and link."""
    classes, links = problem.allowed.shape
    flow = np.zeros(classes * links)
    for block in _blocks(problem, plan):
        np.add.at(flow, block.k.astype(np.int64) * links + block.links, block.tonnes[block.path])
    return flow.reshape(classes, links)


def check_capacities(problem: Problem, flow: NDArray[np.float64], found: list[Violation]) -> None:
    """Check that no capacity is used beyond what is left of it and what is given to it.

    Rounding is judged against all that is taken and given, not against their difference, which may be nothing.
    """
    members = problem.capacity_members.tocoo()
    net, gross = np.zeros(len(problem.capacity_ids)), np.zeros(len(problem.capacity_ids))
    for k, class_flow in enumerate(flow):
        passes = members.data * class_flow[members.col]
        net += problem.use_per_t[k] * np.bincount(members.row, weights=passes, minlength=net.size)
        gross += problem.use_per_t[k] * np.bincount(members.row, weights=np.abs(passes), minlength=net.size)
    left = problem.residual_per_day()
    for index in np.flatnonzero(net > left + RELATIVE_TOLERANCE * np.maximum(left, gross))[:MOST_NAMED]:
        name = problem.capacity_ids[index]
        amounts = f"{net[index]} / {left[index]} {problem.capacity_unit[index]}"
        add(
            found,
            "capacity",
            name,
            f"{name} is used beyond its capacity: {amounts} per day.",
            f"{name} bị dùng quá năng lực: {amounts} mỗi ngày.",
        )


def check_costs(problem: Problem, plan: Plan, flow: NDArray[np.float64], found: list[Violation]) -> None:
    """Work out every part of the objective and the emissions again."""
    emissions = _total(flow, problem.emissions_kg_per_t)
    right = {
        "money": _total(flow, problem.money_per_t),
        "time_cost": _total(flow, problem.time_cost_per_t),
        "carbon_cost": problem.carbon_price_per_kg * emissions,
        "penalty_cost": float((problem.penalty_per_t * plan.unserved_t_per_day).sum()),
    }
    for name, value in right.items():
        stated = getattr(plan, name)
        if differs(stated, value):
            add(found, "cost", name, f"{name} is {stated}, not {value}.", f"{name} là {stated}, đúng ra là {value}.")
    if differs(plan.emissions_kg_per_day, emissions):
        stated = plan.emissions_kg_per_day
        add(
            found,
            "emissions",
            "emissions_kg_per_day",
            f"emissions_kg_per_day is {stated}, not {emissions}.",
            f"emissions_kg_per_day là {stated}, đúng ra là {emissions}.",
        )
    total = sum(right.values())
    if differs(plan.objective, total):
        add(
            found,
            "objective",
            "objective",
            f"objective is {plan.objective}, its parts make {total}.",
            f"objective là {plan.objective}, tổng các phần là {total}.",
        )


def _total(flow: NDArray[np.float64], per_t: NDArray[np.float64]) -> float:
    """Return the sum of flow times an amount per tonne, class by class to keep copies small."""
    return float(sum(np.dot(class_flow, amount) for class_flow, amount in zip(flow, per_t, strict=True)))
