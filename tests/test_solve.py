"""The flow engine: by hand, against the edge linear program, laws, published optima, honest statuses."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from flow_problems import build_two_route_problem, flow_problems, read_canad_without_fixed_charge
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import sparse

from benchmarks.edge_lp import solve_edge_lp
from benchmarks.road_grid import GridSize, build_road_grid
from optimizer.check import check_plan
from optimizer.flow.options import Progress, SolveOptions
from optimizer.flow.plan import Plan, StartPaths
from optimizer.flow.problem import Problem
from optimizer.flow.solve import solve

CANAD = Path(__file__).parents[2] / "shared" / "data" / "network_design"

often = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def is_close(first: float, second: float) -> bool:
    return first == pytest.approx(second, rel=1e-6, abs=1e-300)


def test_two_routes_by_hand() -> None:
    """6 t by rail at 2 and 4 t by road at 5 are 32 VND/day: money 6 + 12, time 3 + 4, carbon 3 + 4."""
    problem = build_two_route_problem()
    plan = solve(problem)
    assert (plan.status, plan.reason) == ("optimal", "gap_reached")
    assert plan.objective == pytest.approx(32.0)
    assert (plan.money, plan.time_cost, plan.carbon_cost) == pytest.approx((18.0, 7.0, 7.0))
    assert plan.penalty_cost == 0.0
    assert plan.emissions_kg_per_day == pytest.approx(7.0)
    flows = {problem.link_ids[plan.links_of_path(path)[0]]: plan.path_t_per_day[path] for path in range(2)}
    assert flows == pytest.approx({"rail": 6.0, "road": 4.0})
    assert plan.capacity_used(problem) == pytest.approx([6.0])
    assert plan.demand_dual == pytest.approx([5.0])
    assert plan.least_cost_per_t == pytest.approx([2.0])
    assert check_plan(problem, plan) == ()


@pytest.mark.parametrize(
    ("changes", "objective"),
    [
        ({}, 6 * 2.0 + 4 * 5.0),
        ({"carbon_price_per_kg": 0.0}, 6 * 1.5 + 4 * 4.0),
        ({"time_cost_per_t": [[0.0, 0.0]]}, 6 * 1.5 + 4 * 4.0),
        ({"carbon_price_per_kg": 0.0, "time_cost_per_t": [[0.0, 0.0]]}, 6 * 1.0 + 4 * 3.0),
        ({"carbon_price_per_kg": 100.0}, 10 * 20.0),
    ],
)
def test_value_of_time_and_price_of_carbon_by_hand(changes: dict[str, object], objective: float) -> None:
    """6 t by rail, 4 t by road; each weight adds its part, and at 100 VND/kg both ways cost more than the penalty."""
    problem = build_two_route_problem(**changes)
    plan = solve(problem)
    assert plan.objective == pytest.approx(objective)
    assert check_plan(problem, plan) == ()
    assert "cost" in {found.kind for found in check_plan(problem, replace(plan, money=plan.money + 1.0))}


def test_what_costs_more_than_its_penalty_stays() -> None:
    """At a penalty of 4 VND/t only the 6 t by rail at 2 are worth it: 12 + 4 x 4 = 28."""
    problem = build_two_route_problem(penalty_per_t=[4.0])
    plan = solve(problem)
    assert plan.objective == pytest.approx(28.0)
    assert plan.unserved_t_per_day == pytest.approx([4.0])


@often
@given(flow_problems())
def test_equals_the_edge_linear_program_and_passes_the_check(problem: Problem) -> None:
    plan = solve(problem)
    assert is_close(plan.objective, solve_edge_lp(problem).objective)
    assert plan.gap <= 1e-9
    assert check_plan(problem, plan) == ()


@often
@given(flow_problems(), st.floats(1.0, 3.0))
def test_more_capacity_never_costs_more(problem: Problem, factor: float) -> None:
    wider = replace(problem, capacity_per_day=factor * problem.capacity_per_day)
    before = solve(problem).objective
    assert solve(wider).objective <= before * (1 + 1e-9)


@often
@given(flow_problems(), st.floats(0.5, 5.0))
def test_a_higher_carbon_price_never_emits_more_unless_more_is_carried(problem: Problem, more: float) -> None:
    """With unserved demand barred by its penalty being out of reach, the freight carried stays the same.

    Each plan costs at least the other's at its own price, so emissions may rise by the two gaps over the difference in
    price and no more.
    """
    must = replace(problem, penalty_per_t=np.full(len(problem.demand_ids), 1e4 * _largest_cost(problem)))
    dearer = replace(must, carbon_price_per_kg=problem.carbon_price_per_kg + more)
    low, high = solve(must), solve(dearer)
    room = sum(plan.objective * (plan.gap + 1e-12) for plan in (low, high)) / more
    assert high.emissions_kg_per_day <= low.emissions_kg_per_day + room


@often
@given(
    flow_problems(), st.sampled_from(["background_per_day", "minimum_lot_t", "max_time_h", "max_length_km", "allowed"])
)
def test_lifting_a_restriction_never_costs_more(problem: Problem, name: str) -> None:
    lifted = {"allowed": np.ones_like(problem.allowed)} if name == "allowed" else {name: None}
    assert solve(replace(problem, **lifted)).objective <= solve(problem).objective * (1 + 1e-9)


def _largest_cost(problem: Problem) -> float:
    return float(problem.cost_per_t().max(initial=1e-6))


@often
@given(flow_problems(), st.data())
def test_a_closed_link_never_helps(problem: Problem, data: st.DataObject) -> None:
    if not problem.link_ids:
        return
    link = data.draw(st.integers(0, len(problem.link_ids) - 1))
    allowed = problem.allowed.copy()
    allowed[:, link] = False
    closed = solve(replace(problem, allowed=allowed)).objective
    assert closed >= solve(problem).objective * (1 - 1e-9)


@often
@given(flow_problems(), st.floats(0.0, 1.0), st.data())
def test_splitting_a_link_changes_nothing(problem: Problem, share: float, data: st.DataObject) -> None:
    if not problem.link_ids:
        return
    link = data.draw(st.integers(0, len(problem.link_ids) - 1))
    assert is_close(solve(_split(problem, link, share)).objective, solve(problem).objective)


def _split(problem: Problem, link: int, share: float) -> Problem:
    """Return the problem with a node in one link; the capacities stay on the half that may give."""

    def parted(values: np.ndarray) -> np.ndarray:
        halves = np.concatenate([values, (1 - share) * values[:, [link]]], axis=1)
        halves[:, link] *= share
        return halves

    node = len(problem.node_ids)
    link_to = np.append(problem.link_to, problem.link_to[link])
    link_to[link] = node
    whole = problem.capacity_members.toarray()
    gives_at_its_end = (whole[:, link] < 0).any() and bool((problem.link_to == problem.link_from[link]).any())
    members = np.concatenate([whole, np.zeros((len(whole), 1))], axis=1)
    if gives_at_its_end:
        members[:, [link, -1]] = members[:, [-1, link]]
    return replace(
        problem,
        node_ids=(*problem.node_ids, "middle"),
        link_ids=(*problem.link_ids, "second_half"),
        link_from=np.append(problem.link_from, node),
        link_to=link_to,
        allowed=np.concatenate([problem.allowed, problem.allowed[:, [link]]], axis=1),
        money_per_t=parted(problem.money_per_t),
        time_cost_per_t=parted(problem.time_cost_per_t),
        emissions_kg_per_t=parted(problem.emissions_kg_per_t),
        capacity_members=sparse.csr_array(members),
        minimum_lot_t=np.append(problem.minimum_lot_t, problem.minimum_lot_t[link]),
        time_h=parted(problem.time_h),
        length_km=parted(problem.length_km[None])[0],
    )


@often
@given(flow_problems(), st.sampled_from([1e-6, 1e3, 1e7]), st.sampled_from([1e-6, 1e3, 1e7]))
def test_scaling_units_scales_the_answer(problem: Problem, money: float, mass: float) -> None:
    scaled = replace(
        problem,
        money_per_t=money * problem.money_per_t,
        time_cost_per_t=money * problem.time_cost_per_t,
        carbon_price_per_kg=money * problem.carbon_price_per_kg,
        penalty_per_t=money * problem.penalty_per_t,
        capacity_per_day=mass * problem.capacity_per_day,
        background_per_day=mass * problem.background_per_day,
        minimum_lot_t=mass * problem.minimum_lot_t,
        demand_t_per_day=mass * problem.demand_t_per_day,
    )
    assert is_close(solve(scaled).objective, money * mass * solve(problem).objective)


@pytest.mark.shared_data
@pytest.mark.parametrize(("name", "optimum"), [("c33", 360477), ("r18.1", 437267), ("r18.3", 437267)])
def test_canad_without_fixed_charge(name: str, optimum: int) -> None:
    """Optima of three instances of the Canad C and R sets (T. G. Crainic, B. Gendron) without fixed charges."""
    path = CANAD / f"{name}.dow"
    if not path.exists():
        pytest.skip(f"{path.name} of the Canad set is not on this machine")
    problem = read_canad_without_fixed_charge(path)
    plan = solve(problem)
    assert plan.objective == pytest.approx(optimum, rel=1e-9)
    assert check_plan(problem, plan) == ()


def test_the_same_problem_gives_the_same_plan() -> None:
    problem = build_road_grid(GridSize(300, capacities=20, parks=10, ports=3))
    first, second = solve(problem), solve(problem)
    np.testing.assert_array_equal(first.path_links, second.path_links)
    np.testing.assert_array_equal(first.path_t_per_day, second.path_t_per_day)
    np.testing.assert_array_equal(first.shadow_price, second.shadow_price)


def test_progress_closes_the_gap_and_tells_each_round() -> None:
    seen: list[Progress] = []
    plan = solve(build_road_grid(GridSize(300, capacities=20, parks=10, ports=3)), progress=seen.append)
    assert [one.round for one in seen] == list(range(1, plan.rounds + 1))
    assert all(later.bound >= earlier.bound for earlier, later in itertools.pairwise(seen))
    assert all(one.bound <= plan.objective * (1 + 1e-12) for one in seen)
    assert seen[-1].gap <= 1e-9
    assert seen[-1].columns == plan.columns


def test_a_warm_start_finds_the_same_optimum_in_fewer_rounds() -> None:
    problem = build_road_grid(GridSize(600, capacities=40, parks=30, ports=4))
    start = StartPaths.from_plan(problem, solve(problem))
    wider = replace(problem, capacity_per_day=1.05 * problem.capacity_per_day)
    cold, warm = solve(wider), solve(wider, start_paths=start)
    assert is_close(warm.objective, cold.objective)
    assert warm.rounds < cold.rounds
    assert check_plan(wider, warm) == ()


def test_start_paths_that_no_longer_exist_are_passed_over() -> None:
    problem = build_two_route_problem(allowed=[[True, False]])
    start = StartPaths(
        demand_ids=("a_to_b", "a_to_b", "a_to_b", "gone", "a_to_b"),
        link_ids=(("road",), ("river",), ("rail", "rail"), ("rail",), ()),
    )
    assert solve(problem, start_paths=start).objective == pytest.approx(6 * 2 + 4 * 20)


def test_start_paths_must_name_a_demand_each() -> None:
    with pytest.raises(ValueError, match="names 1 paths, but link_ids 2"):
        StartPaths(("a_to_b",), (("rail",), ("road",)))


@pytest.mark.parametrize(
    ("changes", "status", "reason"),
    [
        ({"demand_t_per_day": [0.0]}, "no_flow_possible", "zero_demand"),
        ({"demand_destination": [0], "demand_origin": [1]}, "no_flow_possible", "unreachable"),
        ({"allowed": [[False, False]]}, "no_flow_possible", "unreachable"),
        ({"allowed": [[True, False]], "capacity_per_day": [0.0]}, "no_flow_possible", "zero_capacity"),
        ({"penalty_per_t": [1.0]}, "feasible", "not_worth_moving"),
        ({"money_per_t": [[0, 0]], "time_cost_per_t": [[0, 0]], "carbon_price_per_kg": 0}, "optimal", "gap_reached"),
        ({"demand_destination": [0]}, "optimal", "gap_reached"),
        ({"optional": [True]}, "no_flow_possible", "zero_demand"),
        ({"optional": [True], "penalty_per_t": [0.0]}, "no_flow_possible", "zero_demand"),
        ({"minimum_lot_t": [10.5, 10.5]}, "no_flow_possible", "unreachable"),
        ({"time_h": [[3.0, 2.0]], "max_time_h": [1.0]}, "no_flow_possible", "unreachable"),
        ({"background_per_day": [6.0], "allowed": [[True, False]]}, "no_flow_possible", "zero_capacity"),
        ({"capacity_per_day": [0.0]}, "optimal", "gap_reached"),
    ],
)
def test_the_status_is_honest(changes: dict[str, object], status: str, reason: str) -> None:
    problem = build_two_route_problem(**changes)
    plan = solve(problem)
    assert (plan.status, plan.reason) == (status, reason)
    that_must = ~problem.optional[plan.path_demand]
    assert (plan.path_t_per_day[that_must].sum() > 0) == (status == "optimal")
    assert check_plan(problem, plan) == ()


def test_no_demands_and_no_links_at_all() -> None:
    nothing = build_road_grid(GridSize(100, capacities=1, parks=1, ports=1))
    empty = replace(
        nothing,
        demand_ids=(),
        demand_origin=np.zeros(0, dtype=np.int32),
        demand_destination=np.zeros(0, dtype=np.int32),
        demand_class=np.zeros(0, dtype=np.int32),
        demand_t_per_day=np.zeros(0),
        penalty_per_t=np.zeros(0),
    )
    assert solve(empty).reason == "zero_demand"


def check_stopped(problem: Problem, plan: Plan, reason: str) -> None:
    assert (plan.status, plan.reason) == ("stopped", reason)
    assert plan.gap > 1e-9
    assert check_plan(problem, plan) == ()


@pytest.mark.parametrize("calls", [0, 1, 2, 5, 9])
def test_stopped_by_the_caller_it_returns_a_valid_plan_with_its_gap(calls: int) -> None:
    problem = build_road_grid(GridSize(600, capacities=40, parks=30, ports=4))
    asked = iter(range(10**6))
    plan = solve(problem, stop=lambda: next(asked) >= calls)
    check_stopped(problem, plan, "stopped_by_caller")


def test_out_of_time_it_returns_a_valid_plan_with_its_gap() -> None:
    problem = build_road_grid(GridSize(600, capacities=40, parks=30, ports=4))
    plan = solve(problem, SolveOptions(time_limit_s=0.0))
    check_stopped(problem, plan, "time_limit")
    assert plan.unserved_t_per_day.sum() == pytest.approx(problem.demand_t_per_day.sum())


def test_out_of_rounds_it_says_feasible_with_its_gap() -> None:
    problem = build_road_grid(GridSize(600, capacities=40, parks=30, ports=4))
    plan = solve(problem, SolveOptions(max_rounds=2))
    assert (plan.status, plan.reason, plan.rounds) == ("feasible", "round_limit", 2)
    assert plan.gap > 1e-9
    assert check_plan(problem, plan) == ()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"gap_tolerance": 0.0}, "gap_tolerance"),
        ({"time_limit_s": -1.0}, "time_limit_s"),
        ({"time_limit_s": float("nan")}, "time_limit_s"),
        ({"max_rounds": 0}, "max_rounds"),
        ({"seed": -1}, "seed"),
    ],
)
def test_options_are_checked(options: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SolveOptions(**options)  # type: ignore[arg-type]
