"""The restricted master: its optimum is the same whether it takes all demands at once or a crowd in steps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from flow_problems import build_two_route_problem, flow_problems
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.road_grid import GridSize, build_road_grid
from optimizer.check import check_plan
from optimizer.flow.alike import AlikeDemands, signatures
from optimizer.flow.columns import build_null_paths
from optimizer.flow.master import RestrictedMaster
from optimizer.flow.master_result import MasterResult
from optimizer.flow.options import Effort, SolveOptions
from optimizer.flow.problem import Problem
from optimizer.flow.search.choose import choose_search
from optimizer.flow.solve import solve

MOST_ROUNDS = 300


def effort(bound: float = 0.0) -> Effort:
    """Return an effort with no limit but the optimum."""
    return Effort(0, lambda: None, lambda: False, bound, np.inf, np.inf)


def generate_columns(problem: Problem, most_columns: int) -> tuple[RestrictedMaster, MasterResult]:
    """Return the master and its result when no path is left that improves it."""
    search = choose_search(problem, "full", 1)
    demands = len(problem.demand_ids)
    _, cheapest = search.improve(np.zeros(len(problem.capacity_ids)), problem.penalty_per_t, bounded=False)
    base = np.arange(demands)
    base[cheapest.demand] = demands + np.arange(cheapest.count)
    master = RestrictedMaster(problem, build_null_paths(problem).joined(cheapest), base, most_columns)
    for _ in range(MOST_ROUNDS):
        result = master.solve(effort())
        assert result is not None
        _, better = search.improve(result.price, master.paths.least_price_per_t(result.price, demands))
        master.add(better)
        if not master.enter(result.price):
            return master, result
    pytest.fail("The master did not come to an end.")


def build_many_on_two_routes(mass: list[float], capacity: float = 6.0) -> Problem:
    """Return demands from a to b, all at 2 VND/t by a train of some tonnes or at 5 VND/t by road."""
    count = len(mass)
    return build_two_route_problem(
        capacity_per_day=[capacity],
        demand_ids=tuple(f"demand_{index}" for index in range(count)),
        demand_origin=[0] * count,
        demand_destination=[1] * count,
        demand_class=[0] * count,
        demand_t_per_day=mass,
        penalty_per_t=[20.0] * count,
    )


def test_alike_demands_share_a_train_as_worked_by_hand() -> None:
    """Six demands of 1 to 6 t, 21 t in all: 6 t by train for 12 VND, 15 t by road for 75; a tonne more saves 3 VND."""
    problem = build_many_on_two_routes([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    master, result = generate_columns(problem, most_columns=1)
    assert result.cost == pytest.approx(87.0, rel=1e-12)
    assert result.price == pytest.approx([3.0], rel=1e-12)
    flow = result.flow_t_per_day
    assert (master.paths.use.T @ flow)[0] == pytest.approx(6.0, rel=1e-12)
    assert np.bincount(master.paths.demand[flow > 0]).max() <= 2
    assert np.count_nonzero(np.bincount(master.paths.demand[flow > 0]) == 2) <= 1


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(problem=flow_problems(), most_columns=st.integers(1, 4))
def test_in_steps_it_comes_to_the_same_cost_as_at_once(problem: Problem, most_columns: int) -> None:
    _, at_once = generate_columns(problem, 10**9)
    master, result = generate_columns(problem, most_columns)
    assert master.settled
    size = max(at_once.cost, 1e-9 * float((problem.penalty_per_t * problem.demand_t_per_day).sum()))
    rounding = 1e-12 * float(problem.demand_t_per_day.sum() * problem.cost_per_t().max(initial=0.0))
    assert result.cost == pytest.approx(at_once.cost, rel=1e-9, abs=1e-9 * size + rounding)
    flow, left = result.flow_t_per_day, problem.residual_per_day()
    assert (flow >= 0).all()
    carried = np.bincount(master.paths.demand, weights=flow, minlength=len(problem.demand_ids))
    assert carried == pytest.approx(problem.demand_t_per_day, rel=1e-9)
    most_use = problem.use_per_t.max(axis=0, initial=0.0) * problem.demand_t_per_day.sum()
    assert (master.paths.use.T @ flow <= left + 1e-9 * np.maximum(left, most_use)).all()


@settings(max_examples=60, deadline=None)
@given(
    mass=st.lists(st.floats(0.1, 10.0), min_size=1, max_size=30),
    kinds=st.lists(st.integers(0, 3), min_size=30, max_size=30),
    share=st.lists(st.floats(0.0, 1.0), min_size=4, max_size=4),
)
def test_a_group_moves_the_same_tonnes_as_its_demands(mass: list[float], kinds: list[int], share: list[float]) -> None:
    """Demands of four kinds with two columns each; their shares add up to what the groups move, few are split."""
    tonnes, kind = np.array(mass), np.array(kinds[: len(mass)])
    demand = np.repeat(np.arange(tonnes.size, dtype=np.int32), 2)
    signature = (10 * kind[demand] + np.tile([1, 2], tonnes.size)).astype(np.uint64)
    alike = AlikeDemands.of(demand, signature, tonnes)
    assert alike.mass_t.sum() == pytest.approx(tonnes.sum())
    first = np.array(share)[alike.group]
    of_groups = np.where(np.arange(first.size) % 2 == 0, first, (1.0 - first) / 2)
    every = np.ones(of_groups.size, dtype=bool)
    spread = alike.spread(of_groups, every, np.ones(alike.mass_t.size, dtype=bool))
    shares, opened = spread.share, spread.opened
    for one in np.unique(signature):
        equal = signature[alike.order[alike.speaker]] == one
        moved = (alike.mass_t[alike.group] * of_groups)[equal].sum()
        assert (shares * tonnes[demand])[signature == one].sum() == pytest.approx(moved, abs=1e-9)
    whole = ~np.isin(demand, demand[opened])
    assert np.minimum(shares[whole], np.abs(1.0 - shares[whole])).max(initial=0.0) <= 1e-9
    assert np.count_nonzero(opened) == of_groups.size


def test_costs_that_differ_by_rounding_only_have_the_same_signature() -> None:
    problem = build_many_on_two_routes([1.0])
    moved = problem.capacity_members[:, [0, 0, 1]].T.tocsr()
    first, second, third = signatures(moved, np.array([0.1 + 0.2, 0.3, 0.3]), 1e-9)
    assert first == second != third


def test_a_crowd_is_planned_to_the_optimum() -> None:
    problem = build_road_grid(GridSize(300, capacities=20, parks=800, ports=20))
    plan = solve(problem)
    assert (plan.status, len(problem.demand_ids)) == ("optimal", 48_000)
    assert check_plan(problem, plan) == ()


@pytest.mark.parametrize("calls", [3, 6, 10, 15, 21])
def test_a_crowd_that_is_stopped_has_a_valid_plan(calls: int) -> None:
    problem = build_road_grid(GridSize(300, capacities=20, parks=800, ports=20))
    asked = iter(range(10**6))
    plan = solve(problem, stop=lambda: next(asked) >= calls)
    assert plan.status in {"stopped", "optimal"}
    assert check_plan(problem, plan) == ()


def test_a_loose_tolerance_ends_a_crowd_early_with_its_gap() -> None:
    problem = build_road_grid(GridSize(300, capacities=20, parks=800, ports=20))
    problem = replace(problem, capacity_per_day=0.9 * problem.capacity_per_day)
    plan = solve(problem, SolveOptions(gap_tolerance=1e-2))
    assert (plan.status, plan.gap <= 1e-2) == ("optimal", True)
    assert check_plan(problem, plan) == ()
