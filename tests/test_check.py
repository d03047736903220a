"""The independent check: sound plans pass, and every kind of tampering is named."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flow_parts import Plant, Sketch, add_plant, add_supply, plan_of
from flow_problems import build_two_route_problem, flow_problems
from hypothesis import HealthCheck, given, settings
from scipy import sparse

import optimizer.check
from benchmarks.edge_lp import solve_edge_lp
from benchmarks.road_grid import GridSize, build_road_grid
from optimizer.check import check_plan
from optimizer.check_proof import ProvenBound, can_move, prove_bound
from optimizer.flow.plan import Plan
from optimizer.flow.problem import Problem
from optimizer.flow.solve import solve

PROBLEM = build_two_route_problem()
PLAN = solve(PROBLEM)


def with_flows(rail: float, road: float, unserved: float) -> Plan:
    """Return the plan of the hand-worked problem with other flows and costs that agree with them."""
    plan = replace(
        PLAN,
        path_t_per_day=np.array([{0: rail, 1: road}[int(link)] for link in PLAN.path_links]),
        unserved_t_per_day=np.array([unserved]),
        money=rail + 3 * road,
        time_cost=0.5 * rail + road,
        carbon_cost=0.5 * rail + road,
        emissions_kg_per_day=0.5 * rail + road,
        penalty_cost=20 * unserved,
    )
    objective = plan.money + plan.time_cost + plan.carbon_cost + plan.penalty_cost
    return replace(plan, objective=objective, gap=max(0.0, (objective - plan.bound) / objective))


def changed(name: str, index: int, value: float) -> Plan:
    values = getattr(PLAN, name).copy()
    values[index] = value
    return replace(PLAN, **{name: values})


RAIL = int(np.flatnonzero(PLAN.path_links == 0)[0])

TAMPERED: dict[str, tuple[Callable[[], Plan], set[str]]] = {
    "more than the train takes": (lambda: with_flows(7, 3, 0), {"capacity"}),
    "more than is wanted": (lambda: with_flows(6, 5, 0), {"demand"}),
    "less than is wanted": (lambda: with_flows(6, 3, 0), {"demand"}),
    "a dearer plan called optimal": (lambda: with_flows(5, 5, 0), {"status"}),
    "negative flow": (lambda: with_flows(-1, 11, 0), {"negative"}),
    "negative unserved": (lambda: with_flows(6, 5, -1), {"negative"}),
    "a flow that is not a number": (lambda: changed("path_t_per_day", 0, np.nan), {"not_a_number"}),
    "an infinite price": (lambda: changed("shadow_price", 0, np.inf), {"not_a_number"}),
    "a least cost that is not a number": (lambda: changed("least_cost_per_t", 0, np.nan), {"not_a_number"}),
    "a link that is not there": (lambda: changed("path_links", 0, 2), {"index"}),
    "a demand that is not there": (lambda: changed("path_demand", 0, -1), {"index"}),
    "money": (lambda: replace(PLAN, money=17.0), {"cost"}),
    "time": (lambda: replace(PLAN, time_cost=6.0), {"cost"}),
    "carbon": (lambda: replace(PLAN, carbon_cost=6.0), {"cost"}),
    "penalty": (lambda: replace(PLAN, penalty_cost=1.0), {"cost"}),
    "emissions": (lambda: replace(PLAN, emissions_kg_per_day=6.0), {"emissions"}),
    "objective": (lambda: replace(PLAN, objective=31.0, bound=31.0), {"objective"}),
    "a bound above the objective": (lambda: replace(PLAN, bound=33.0), {"bound"}),
    "a gap that is too small": (lambda: replace(PLAN, bound=30.0), {"gap"}),
    "prices that prove less": (
        lambda: replace(PLAN, shadow_price=np.array([1.0]), shadow_money=np.array([0.0])),
        {"bound"},
    ),
    "prices that were raised": (
        lambda: replace(PLAN, shadow_price=np.array([4.0]), shadow_money=np.array([3.0])),
        {"bound"},
    ),
    "a range that leaves out what there is": (lambda: changed("shadow_to", 0, 5.9), {"shadow_price"}),
    "a range from above what there is": (lambda: changed("shadow_from", 0, 6.1), {"shadow_price"}),
    "a range that is not a number": (lambda: changed("shadow_to", 0, np.nan), {"not_a_number"}),
    "parts that do not make the price": (lambda: changed("shadow_money", 0, 1.0), {"shadow_price"}),
    "a dual above the penalty": (lambda: changed("demand_dual", 0, 21.0), {"bound"}),
    "no flow possible": (lambda: replace(PLAN, status="no_flow_possible"), {"status"}),
    "stopped by nobody": (lambda: replace(PLAN, status="stopped"), {"status"}),
    "an unknown status": (lambda: replace(PLAN, status="best"), {"status"}),  # type: ignore[arg-type]
    "a missing demand": (lambda: replace(PLAN, unserved_t_per_day=np.zeros(0)), {"shape"}),
    "links that belong to no path": (lambda: replace(PLAN, path_link_start=np.array([0, 1, 1])), {"shape"}),
}


def kinds(plan: Plan, **changes: Any) -> set[str]:  # noqa: ANN401 (fields of the problem)
    return {violation.kind for violation in check_plan(build_two_route_problem(**changes), plan)}


def test_a_sound_plan_passes() -> None:
    assert check_plan(PROBLEM, PLAN) == ()


@pytest.mark.parametrize("name", TAMPERED)
def test_tampering_is_named(name: str) -> None:
    build, expected = TAMPERED[name]
    assert expected <= kinds(build())


def test_a_plan_of_another_problem_is_refused() -> None:
    assert kinds(PLAN, allowed=[[False, True]]) >= {"mode"}
    assert kinds(PLAN, link_from=[0, 1]) >= {"path"}
    assert kinds(PLAN, link_to=[0, 1]) >= {"path"}
    assert kinds(PLAN, demand_origin=[1]) >= {"path"}
    assert kinds(PLAN, capacity_per_day=[5.0]) >= {"capacity"}
    assert kinds(PLAN, money_per_t=[[1.0, 4.0]]) >= {"cost", "objective"}


def test_a_torn_path_and_an_empty_path_are_refused() -> None:
    problem = build_two_route_problem(
        node_ids=("a", "b", "c"), link_from=[0, 1], link_to=[1, 2], demand_destination=[2]
    )
    plan = solve(problem)
    assert check_plan(problem, plan) == ()
    backwards = replace(plan, path_links=plan.path_links[::-1].copy())
    empty = replace(plan, path_links=np.zeros(0, dtype=np.int32), path_link_start=np.array([0, 0]))
    assert "path" in {violation.kind for violation in check_plan(problem, backwards)}
    assert "path" in {violation.kind for violation in check_plan(problem, empty)}


def test_nothing_moves_is_believed_only_when_nothing_can() -> None:
    nothing = replace(with_flows(0, 0, 10), status="no_flow_possible")
    assert kinds(nothing) == {"status"}
    assert kinds(replace(nothing, status="optimal")) == {"status"}
    honest = replace(nothing, status="feasible", reason="round_limit")
    assert kinds(honest) == set()


def test_a_violation_speaks_both_languages() -> None:
    violation = next(one for one in check_plan(PROBLEM, with_flows(7, 3, 0)) if one.kind == "capacity")
    assert violation.subject == "train"
    assert violation.text.en == "train is used beyond its capacity: 7.0 / 6.0 t per day."
    assert "quá năng lực" in violation.text.vi


def test_the_bound_from_any_prices_stays_below_the_optimum() -> None:
    problem = build_road_grid(GridSize(300, capacities=20, parks=10, ports=3))
    plan = solve(problem)
    assert prove_bound(problem, plan.shadow_price).per_day == pytest.approx(plan.objective, rel=1e-9)
    random = np.random.default_rng(0)
    for _ in range(5):
        prices = plan.shadow_price * random.uniform(0, 2, plan.shadow_price.size)
        assert prove_bound(problem, prices).per_day <= plan.objective * (1 + 1e-12)


ONLY_ROAD_IN_TIME = {"time_h": [[9.0, 4.0]], "max_time_h": [8.0]}


def test_limits_are_part_of_the_proof() -> None:
    """At no price 10 t cost 2 each by rail; within 8 h only the road is left, at 5. At a penalty of 4 they stay."""
    free = np.zeros(1)
    limited = build_two_route_problem(**ONLY_ROAD_IN_TIME)
    assert prove_bound(build_two_route_problem(), free) == ProvenBound(20.0, complete=True)
    assert prove_bound(limited, free) == ProvenBound(50.0, complete=True)
    assert prove_bound(limited, free, enough=20.0) == ProvenBound(20.0, complete=True)
    assert prove_bound(build_two_route_problem(**ONLY_ROAD_IN_TIME, penalty_per_t=[4.0]), free) == ProvenBound(
        40.0, complete=True
    )


def test_a_proof_given_up_says_so_and_still_proves_what_it_states() -> None:
    limited = build_two_route_problem(**ONLY_ROAD_IN_TIME)
    assert prove_bound(limited, np.zeros(1), most_labels=0) == ProvenBound(20.0, complete=False)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(flow_problems())
def test_without_capacities_the_bound_at_no_price_is_the_optimum(problem: Problem) -> None:
    capacities = len(problem.capacity_ids)
    free = replace(problem, capacity_members=sparse.csr_array((capacities, len(problem.link_ids))))
    proven = prove_bound(free, np.zeros(capacities))
    assert proven.complete
    assert proven.per_day == pytest.approx(solve_edge_lp(free).objective, rel=1e-7, abs=1e-300)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(flow_problems())
def test_something_can_move_just_where_the_most_that_moves_is_something(problem: Problem) -> None:
    """With a penalty of 1 on what must move and no other cost, the optimum is what cannot move."""
    free = np.zeros_like(problem.money_per_t)
    must = (~problem.optional).astype(float)
    wanted = float((must * problem.demand_t_per_day).sum())
    costless = replace(problem, money_per_t=free, time_cost_per_t=free, emissions_kg_per_t=free, penalty_per_t=must)
    stays = solve_edge_lp(costless).objective
    assert can_move(problem) == (wanted - stays > 1e-6 * wanted)


def steel_from_ore(ore: float) -> Problem:
    """Return a works that makes 1 t of steel of 1 t of ore, 10 t of steel wanted, and so much ore offered."""
    sketch = Sketch(("ore", "steel"))
    sketch.link("from mine", "mine", "works")
    sketch.link("to market", "works", "market")
    add_plant(sketch, "works", Plant("works", {"ore": 1}, {"steel": 1}, most=100))
    add_supply(sketch, "ore", "mine", "works in ore", ore, "ore")
    sketch.demand("steel", "works out steel", "market", 10, goods="steel")
    return sketch.build()


def test_a_capacity_of_nothing_has_room_once_a_path_fills_it() -> None:
    assert can_move(steel_from_ore(1))
    assert not can_move(steel_from_ore(0))


@pytest.mark.parametrize(("ore", "expected"), [(10.0, set()), (10 * (1 - 1e-10), set()), (9.99, {"capacity"})])
def test_rounding_is_judged_by_what_is_taken_not_by_what_is_left(ore: float, expected: set[str]) -> None:
    """10 t of steel take 10 t of ore; that leaves nothing, of which no share is a rounding error."""
    problem = steel_from_ore(10)
    flows: dict[tuple[str, ...], float] = {
        ("ore", "from mine", "works takes ore"): ore,
        ("works may run", "works activity"): 10.0,
        ("steel", "works gives steel", "to market"): 10.0,
    }
    assert {violation.kind for violation in check_plan(problem, plan_of(problem, flows))} == expected


def test_what_only_may_move_is_no_reason_to_say_that_anything_does() -> None:
    problem = steel_from_ore(10)
    plan = plan_of(problem, {("ore", "from mine", "works takes ore"): 10.0})
    assert check_plan(problem, plan) == ()
    boast = replace(plan, status="optimal", gap_tolerance=1.0)
    assert {violation.kind for violation in check_plan(problem, boast)} == {"status"}
    nothing_wanted = replace(problem, optional=np.ones(3, dtype=bool))
    nothing = replace(plan, status="no_flow_possible", reason="zero_demand")
    assert check_plan(nothing_wanted, nothing) == ()
    assert {violation.kind for violation in check_plan(problem, nothing)} == {"status"}


def test_it_shares_no_code_with_the_solvers() -> None:
    """Beyond types it imports only numpy, the standard library, the bilingual text, and its own modules."""
    modules = sorted(Path(str(optimizer.check.__file__)).parent.glob("check*.py"))
    allowed = {"__future__", "dataclasses", "heapq", "typing", "numpy", "supplychain.text"}
    allowed |= {f"optimizer.{module.stem}" for module in modules}
    for module in modules:
        tree = ast.parse(module.read_text(encoding="utf-8"))
        for node in tree.body:
            if isinstance(node, ast.Import):
                assert {alias.name for alias in node.names} <= allowed
            elif isinstance(node, ast.ImportFrom):
                assert node.module in allowed
