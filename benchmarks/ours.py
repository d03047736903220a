"""Our side of the flow benchmarks: kernels compiled on a grid of a few links, then one solve told in plain numbers."""

from __future__ import annotations

from typing import Any, get_args

from benchmarks.road_grid import GridSize, build_road_grid
from optimizer.flow.options import Pricing, SolveOptions
from optimizer.flow.plan import Plan
from optimizer.flow.problem import Problem
from optimizer.flow.solve import solve

MOST_GAP = 1e-9


def warm_up() -> None:
    """Solve a tiny problem in every way, so that all kernels are compiled or read from the cache."""
    tiny = build_road_grid(GridSize(120, capacities=10, parks=6, ports=3))
    for pricing in get_args(Pricing):
        solve(tiny, SolveOptions(pricing=pricing))


def tell(problem: Problem, plan: Plan) -> dict[str, Any]:
    """Return a plan and the size of its problem in plain numbers."""
    return {
        "objective": plan.objective,
        "status": plan.status,
        "gap": plan.gap,
        "rounds": plan.rounds,
        "columns": plan.columns,
        "links": len(problem.link_ids),
        "demands": len(problem.demand_ids),
        "capacities": len(problem.capacity_ids),
        "binding_capacities": int((plan.shadow_price > 0).sum()),
    }


def solve_ours(problem: Problem) -> dict[str, Any]:
    """Return what the flow engine answers, started afresh."""
    return tell(problem, solve(problem))


def is_proven(answer: dict[str, Any]) -> bool:
    """Return whether the answer is optimal with the gap asked."""
    return bool(answer["status"] == "optimal" and answer["gap"] <= MOST_GAP)


def relative_difference(one: float, other: float) -> float:
    """Return how far two values are apart, as a share of the other."""
    return abs(one - other) / abs(other)
