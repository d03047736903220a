"""Shadow prices: by hand, between the derivatives found by solving again, and split into what is saved."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from flow_problems import build_two_route_problem, flow_problems
from hypothesis import HealthCheck, given, settings

from benchmarks.road_grid import GridSize, build_road_grid
from optimizer.flow.options import Pricing, SolveOptions
from optimizer.flow.plan import Plan
from optimizer.flow.problem import Problem
from optimizer.flow.solve import solve

PARTS = (
    ("shadow_money", "money"),
    ("shadow_time", "time_cost"),
    ("shadow_carbon", "carbon_cost"),
    ("shadow_penalty", "penalty_cost"),
)


def with_capacity(problem: Problem, row: int, capacity: float) -> Problem:
    """Return the problem with so much of a capacity left for the plan."""
    per_day, background = problem.capacity_per_day.copy(), problem.background_per_day.copy()
    per_day[row], background[row] = capacity, 0.0
    return replace(problem, capacity_per_day=per_day, background_per_day=background)


def check_parts(plan: Plan) -> None:
    parts = np.array([getattr(plan, part) for part, _ in PARTS])
    assert (plan.shadow_price >= 0).all()
    np.testing.assert_allclose(parts.sum(axis=0), plan.shadow_price, atol=1e-9 * np.abs(parts).max(initial=0.0))


def test_one_more_tonne_by_rail_by_hand() -> None:
    """It saves 3 - 1 money, 1 - 0.5 time and 1 - 0.5 carbon: 3 VND/day, nothing of it penalty."""
    plan = solve(build_two_route_problem())
    found = [plan.shadow_price, *(getattr(plan, part) for part, _ in PARTS)]
    np.testing.assert_allclose(np.concatenate(found), [3.0, 2.0, 0.5, 0.5, 0.0], atol=1e-12)
    assert not plan.penalty_driven()[0]


def test_a_penalty_driven_price_is_flagged_by_hand() -> None:
    """Without the road, one more tonne by rail saves the penalty of 20 and costs 1 + 0.5 + 0.5."""
    plan = solve(build_two_route_problem(allowed=[[True, False]]))
    found = [plan.shadow_price, *(getattr(plan, part) for part, _ in PARTS)]
    np.testing.assert_allclose(np.concatenate(found), [18.0, -1.0, -0.5, -0.5, 20.0], atol=1e-12)
    assert plan.penalty_driven()[0]


def test_a_capacity_that_is_not_short_is_worth_nothing() -> None:
    plan = solve(build_two_route_problem(capacity_per_day=[10.5]))
    assert plan.shadow_price == pytest.approx([0.0])


def test_a_price_per_vehicle_is_per_vehicle() -> None:
    """At 0.1 vehicles per tonne the same 6 t take 0.6 vehicles; one more vehicle saves ten times 3 VND."""
    plan = solve(build_two_route_problem(use_per_t=[[0.1]], capacity_per_day=[0.6]))
    assert plan.shadow_price == pytest.approx([30.0])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(flow_problems())
def test_it_lies_between_the_differences_found_by_solving_again(problem: Problem) -> None:
    """The least cost is convex in a capacity: a step back saves at least, a step on at most, the price per unit."""
    plan = solve(problem)
    check_parts(plan)
    typical = float(problem.capacity_per_day.mean()) if problem.capacity_ids else 0.0
    for row, capacity in enumerate(problem.residual_per_day()):
        step = 0.05 * (capacity or typical or 1.0)
        price = plan.shadow_price[row]
        noise = 1e-8 * plan.objective / step
        wider = solve(with_capacity(problem, row, capacity + step))
        assert (plan.objective - wider.objective) / step <= price + noise
        if capacity >= step:
            narrower = solve(with_capacity(problem, row, capacity - step))
            assert (narrower.objective - plan.objective) / step >= price - noise


def test_each_part_is_what_solving_again_saves_of_it() -> None:
    """Where a small step either way gives one price, money, time, carbon and penalty change by their parts."""
    problem = build_road_grid(GridSize(300, capacities=20, parks=10, ports=3, tightness=0.4))
    plan = solve(problem)
    check_parts(plan)
    smooth = 0
    for row in np.flatnonzero(plan.shadow_price > 0).tolist():
        capacity = problem.capacity_per_day[row]
        step = 1e-4 * capacity
        wider, narrower = (solve(with_capacity(problem, row, capacity + sign * step)) for sign in (1, -1))
        saved = [(plan.objective - wider.objective) / step, (narrower.objective - plan.objective) / step]
        if saved != pytest.approx([plan.shadow_price[row]] * 2, rel=1e-5):
            continue
        smooth += 1
        for part, name in PARTS:
            change = (getattr(narrower, name) - getattr(wider, name)) / (2 * step)
            assert getattr(plan, part)[row] == pytest.approx(change, rel=1e-3, abs=1e-4 * plan.shadow_price[row])
    assert smooth >= 5


def test_the_range_of_a_price_by_hand() -> None:
    """The train saves 3 VND a tonne from none at all up to the 10 t there are to carry; the penalty likewise."""
    plan = solve(build_two_route_problem())
    assert (plan.shadow_from[0], plan.shadow_to[0]) == pytest.approx((0.0, 10.0))
    free = solve(build_two_route_problem(capacity_per_day=[15.0]))
    assert (free.shadow_price[0], free.shadow_from[0], free.shadow_to[0]) == pytest.approx((0.0, 10.0, np.inf))


def test_without_a_proof_no_range_is_claimed() -> None:
    problem = build_road_grid(GridSize(1_000))
    plan = solve(problem, SolveOptions(max_rounds=2))
    assert plan.status == "feasible"
    assert (plan.shadow_from == problem.residual_per_day()).all()
    assert (plan.shadow_to == problem.residual_per_day()).all()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(flow_problems())
def test_a_price_holds_to_both_ends_of_its_range(problem: Problem) -> None:
    """Solved again at either end, the least cost has changed by the price times the difference."""
    plan = solve(problem)
    if plan.status != "optimal":
        return
    for row, left in enumerate(problem.residual_per_day()):
        assert plan.shadow_from[row] <= left * (1 + 1e-9)
        assert left <= plan.shadow_to[row] * (1 + 1e-9)
        for end in (plan.shadow_from[row], plan.shadow_to[row]):
            capacity = end if np.isfinite(end) else 2 * left + 1
            other = solve(with_capacity(problem, row, max(capacity, 0.0)))
            expected = plan.objective - plan.shadow_price[row] * (capacity - left)
            assert other.objective == pytest.approx(expected, abs=1e-7 * max(plan.objective, other.objective))


def test_beyond_its_range_a_price_changes() -> None:
    """On a net where nothing is degenerate a step beyond either end saves less, or costs more, than the price says."""
    problem = build_road_grid(GridSize(300, capacities=20, parks=10, ports=3, tightness=0.4))
    plan = solve(problem)
    changed = 0
    for row in np.flatnonzero(plan.shadow_price > 0).tolist():
        left = problem.capacity_per_day[row]
        for end, sign in ((plan.shadow_from[row], -1), (plan.shadow_to[row], 1)):
            capacity = end + sign * 0.2 * left
            if not 0 < capacity < np.inf:
                continue
            other = solve(with_capacity(problem, row, capacity))
            straight = plan.objective - plan.shadow_price[row] * (capacity - left)
            assert other.objective >= straight * (1 - 1e-9)
            changed += other.objective > straight * (1 + 1e-7)
    assert changed >= 5


@pytest.mark.parametrize("pricing", ["tables", "sweeps"])
def test_prices_of_contracted_networks_hold_to_both_ends_too(pricing: Pricing) -> None:
    problem = build_road_grid(GridSize(300, capacities=20, parks=10, ports=3, tightness=0.4))
    plan = solve(problem, SolveOptions(pricing=pricing))
    check_parts(plan)
    priced = np.flatnonzero(plan.shadow_price > 0).tolist()
    assert len(priced) >= 5
    for row in priced:
        left = problem.capacity_per_day[row]
        for end in (plan.shadow_from[row], plan.shadow_to[row]):
            other = solve(with_capacity(problem, row, end))
            expected = plan.objective - plan.shadow_price[row] * (end - left)
            assert other.objective == pytest.approx(expected, rel=1e-9)
