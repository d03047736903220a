"""Cases: a scenario worked out on a pack, up to the flow problem."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from planner_pack import planned, planner_pack, scenario_of, set_change

from optimizer.case import build_case, build_problem
from optimizer.check import check_plan
from optimizer.scenarios.resolve import parse_scenario
from optimizer.scenarios.scenario import Scenario
from supplychain.pack import Pack


def test_the_problem_stands_in_the_order_of_demand_and_network() -> None:
    """80 t of furniture (10 TEU of 8 t) leave the park; 10 empty TEU of 2 t arrive from the depot."""
    case, _ = planned()
    problem = case.problem
    assert problem.link_ids == tuple(case.network.links.link_id)
    assert problem.demand_ids == tuple(case.demand.demand_id)
    wanted = dict(zip(problem.demand_ids, problem.demand_t_per_day, strict=True))
    assert wanted["furniture_out:park_a:container"] == pytest.approx(80.0)
    assert sum(wanted.values()) == pytest.approx(100.0)
    row = problem.demand_ids.index("furniture_out:park_a:container")
    assert problem.node_ids[problem.demand_origin[row]] == "park_a"
    assert problem.node_ids[problem.demand_destination[row]] == "overseas:arrival"
    assert problem.penalty_per_t[row] == 2e7


def test_cost_is_price_and_value_of_time_and_carbon() -> None:
    """0.02 USD/t·h in 2024 prices of a flat deflator at 26,000 VND is 520 VND; the ship takes 600 h and waits 60."""
    case = build_case(planner_pack(), scenario_of(carbon_usd=100.0))
    problem = case.problem
    assert problem.carbon_price_per_kg == pytest.approx(100.0 * 26_000.0 / 1000.0)
    cls = problem.class_ids.index("furniture:container")
    ship = problem.link_ids.index("feeder")
    assert problem.time_cost_per_t[cls, ship] == pytest.approx(520.0 * 660.0)
    assert problem.money_per_t[cls, ship] == pytest.approx(800.0 * 26_000.0 / 8.0)
    assert problem.emissions_kg_per_t[cls, ship] == pytest.approx(14_000.0 * 12.5 / 1000.0)
    with_carbon = problem.cost_per_t() - problem.money_per_t - problem.time_cost_per_t
    assert with_carbon[cls, ship] == pytest.approx(175.0 * 2600.0)


def test_changes_come_before_assumptions_and_demand() -> None:
    """A peak factor set to 1.5 makes 120 t of furniture of 80."""
    case = build_case(planner_pack(), scenario_of(set_change("assumptions", "peak_factor", mid=1.5)))
    assert case.demand.total(direction="export") == pytest.approx(120.0)


def test_rows_that_are_not_open_are_not_in_the_network() -> None:
    closed = build_case(planner_pack(), scenario_of(set_change("links", "road_2", status="planned")))
    assert not {"road_2>", "road_2<"} & set(closed.problem.link_ids)


def test_the_plan_of_a_case_passes_the_independent_check() -> None:
    case, plan = planned()
    assert plan.status == "optimal"
    assert check_plan(case.problem, plan) == ()


def test_the_shipped_base_is_served_with_a_proven_gap_and_bottlenecks(region_pack: Pack) -> None:
    folder_text = region_pack.table("scenarios").set_index("scenario_id").loc["base", "text"]
    base: Scenario = parse_scenario(str(folder_text), "base.yaml")
    case, plan = planned(region_pack, base)
    assert plan.status == "optimal"
    assert plan.gap <= 1e-6
    assert plan.unserved_t_per_day.sum() <= 0.01 * case.problem.demand_t_per_day.sum()
    binding = (plan.capacity_used(case.problem) >= case.problem.residual_per_day() * (1 - 1e-9)) & (
        plan.shadow_price > 0
    )
    assert np.count_nonzero(binding & (case.problem.residual_per_day() > 0)) >= 3
    assert check_plan(case.problem, plan, prove=False) == ()


def test_a_demand_without_its_node_is_refused() -> None:
    case, _ = planned()
    lost = replace(case.demand, destination_id=np.full(len(case.demand), "nowhere"))
    with pytest.raises(KeyError, match="nowhere"):
        build_problem(lost, case.network, case.impedance, 0.0)
