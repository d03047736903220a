"""What issue 3 asks of the whole solver with every way of pricing: searches of all links, tables and sweeps."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import get_args

import numpy as np
import pytest
from flow_problems import flow_problems
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.edge_lp import solve_edge_lp
from benchmarks.road_grid import GridSize, build_road_grid
from optimizer.check import check_plan
from optimizer.flow.engine import FlowEngine
from optimizer.flow.options import Pricing, SolveOptions
from optimizer.flow.plan import Plan, StartPaths
from optimizer.flow.problem import Problem
from optimizer.flow.solve import solve

WAYS: tuple[Pricing, ...] = tuple(way for way in get_args(Pricing) if way != "auto")
CONTRACTED: tuple[Pricing, ...] = ("tables", "sweeps")

often = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def optimum(problem: Problem) -> object:
    """Return the optimum of the edge linear program, to 1e-6 of it or to rounding of what carrying nothing costs."""
    nothing = float((problem.penalty_per_t * problem.demand_t_per_day).sum())
    rounding = 1e-12 * float(problem.demand_t_per_day.sum() * problem.cost_per_t().max(initial=0.0))
    return pytest.approx(solve_edge_lp(problem).objective, rel=1e-6, abs=1e-14 * nothing + rounding)


def same_plan(first: Plan, second: Plan) -> bool:
    """Return whether two plans hold the same numbers to the last bit."""
    return all(np.array_equal(getattr(first, one.name), getattr(second, one.name)) for one in fields(Plan))


@often
@given(problem=flow_problems(), pricing=st.sampled_from(CONTRACTED), threads=st.sampled_from([1, 1, 2]))
def test_a_contracted_network_gives_the_optimum_of_the_edge_linear_program(
    problem: Problem, pricing: Pricing, threads: int
) -> None:
    """With plants, limits, lots, empties, periods, fleets, sets of places and background use."""
    plan = solve(problem, SolveOptions(pricing=pricing, threads=threads))
    assert plan.objective == optimum(problem)
    assert plan.gap <= 1e-9
    assert check_plan(problem, plan) == ()


@settings(often, max_examples=60)
@given(
    problem=flow_problems(),
    pricing=st.sampled_from(CONTRACTED),
    factors=st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.0]), min_size=3, max_size=3),
    seed=st.integers(0, 2**16),
)
def test_a_kept_contracted_network_finds_what_the_edge_linear_program_finds(
    problem: Problem, pricing: Pricing, factors: list[float], seed: int
) -> None:
    """Other tonnes, capacities and penalties, links closed and opened, one after the other in one engine."""
    random, engine, options = np.random.default_rng(seed), FlowEngine(), SolveOptions(pricing=pricing)
    engine.solve(problem, options)
    tonnes, capacity, penalty = factors
    for changes in (
        {"demand_t_per_day": problem.demand_t_per_day * random.choice([tonnes, 1.0], len(problem.demand_ids))},
        {"capacity_per_day": capacity * problem.capacity_per_day},
        {"penalty_per_t": penalty * problem.penalty_per_t},
        {"allowed": problem.allowed & (random.random(len(problem.link_ids)) < 0.8)},
        {"allowed": problem.allowed},
    ):
        problem = replace(problem, **changes)
        plan = engine.solve(problem, options)
        assert plan.objective == optimum(problem)
        assert check_plan(problem, plan) == ()


@pytest.mark.parametrize("pricing", WAYS)
def test_the_same_plan_for_one_seed_and_any_number_of_threads(pricing: Pricing) -> None:
    problem = build_road_grid(GridSize(1_000, capacities=40, parks=30, ports=4))
    first = solve(problem, SolveOptions(pricing=pricing))
    assert same_plan(first, solve(problem, SolveOptions(pricing=pricing)))
    assert same_plan(first, solve(problem, SolveOptions(pricing=pricing, threads=2)))


@pytest.mark.parametrize("pricing", WAYS)
@pytest.mark.parametrize("calls", [0, 1, 2, 4, 8, 16])
def test_stopped_at_any_point_it_is_a_valid_plan_with_its_gap(pricing: Pricing, calls: int) -> None:
    problem = build_road_grid(GridSize(600, capacities=40, parks=30, ports=4))
    asked = iter(range(10**6))
    plan = solve(problem, SolveOptions(pricing=pricing), stop=lambda: next(asked) >= calls)
    assert (plan.status, plan.reason) == ("stopped", "stopped_by_caller")
    assert plan.gap > 1e-9
    assert check_plan(problem, plan) == ()


@pytest.mark.parametrize("pricing", WAYS)
def test_paths_of_another_way_of_pricing_are_a_start(pricing: Pricing) -> None:
    problem = build_road_grid(GridSize(600, capacities=40, parks=30, ports=4))
    known = solve(problem, SolveOptions(pricing="full"))
    warm = solve(problem, SolveOptions(pricing=pricing), start_paths=StartPaths.from_plan(problem, known))
    assert warm.objective == pytest.approx(known.objective, rel=1e-9)
    assert check_plan(problem, warm) == ()
