"""Explaining a region's plan: what to open, whose tonnes pass a terminal, and back to the rows they come from."""

from __future__ import annotations

import numpy as np
import pytest
from planner_pack import planner_pack, scenario_of, set_change

from optimizer.explain.answer import DemandAnswer, Explainer
from optimizer.explain.find import find_nodes
from optimizer.explain.question import Question
from optimizer.explain.sentences import Sentences
from optimizer.explain.telling import Telling
from optimizer.explain.trace import trace_nodes
from optimizer.planner import Planner
from optimizer.results.flow_tables import throughput_by_terminal
from optimizer.results.itineraries import itineraries
from optimizer.results.subject import subject_of_case
from optimizer.scenarios.scenario import Change
from supplychain.pack import Pack

FURNITURE = "furniture_out:park_a:container"


def explainer(*changes: Change, pack: Pack | None = None) -> Explainer:
    planner = Planner(pack or planner_pack())
    planned = planner.plan(scenario_of(*changes))
    return Explainer(subject_of_case(planned.case, planned.plan), None, planner, planned.case)


def furniture(*changes: Change) -> tuple[Explainer, DemandAnswer]:
    asked = explainer(*changes)
    return asked, asked.answer(Question(demand=FURNITURE)).demands[0]


def test_without_services_the_one_that_is_planned_is_to_be_opened() -> None:
    """Both ships are put off: the feeder opens the way for 80 t, and its port must then take 5 TEU more."""
    asked, found = furniture(
        set_change("services", "feeder", status="planned"), set_change("services", "mother", status="planned")
    )
    assert found.blockage is not None
    assert found.blockage.code == "no_service"
    assert found.opening is not None
    assert [(one.table, one.row_id) for one in found.opening.openings] == [("services", "feeder")]
    assert found.opening.proved
    assert found.opening.left_before_t == pytest.approx(80.0)
    assert found.opening.then is not None
    assert [step.after for step in found.opening.then.steps] == pytest.approx([10.0])
    told = Telling(Sentences(asked.subject)).opening(found.opening)
    assert "open service" in told.en
    assert "mở dịch vụ" in told.vi


def test_a_mode_that_is_not_permitted_is_named_and_permitted() -> None:
    """Only the river leads to the deep port, and furniture may not use it: it is cut off by its modes."""
    _, found = furniture(
        set_change("terminals", "city", status="closed"),
        set_change("links", "road_2", status="closed"),
        set_change("commodities", "furniture", modes="road;sea"),
    )
    assert found.blockage is not None
    assert found.blockage.code == "no_mode_chain"
    assert {cut.rule.en for cut in found.cuts} == {"its modes do not include inland waterway"}
    assert found.opening is not None
    assert found.opening.proved
    assert found.opening.left_after_t == pytest.approx(0.0, abs=1e-6)


def test_where_two_rows_are_shut_both_are_needed() -> None:
    """With the first road shut and the only two ships planned, a road and a ship must open; neither serves alone."""
    _, found = furniture(
        set_change("links", "road_1", status="closed"),
        set_change("services", "feeder", status="planned"),
        set_change("services", "mother", status="planned"),
    )
    assert found.opening is not None
    assert {(one.table, one.row_id) for one in found.opening.openings} == {("links", "road_1"), ("services", "feeder")}
    assert found.opening.left_without_t == pytest.approx((80.0, 80.0))
    assert found.opening.proved


def test_where_nothing_in_the_pack_helps_that_is_said() -> None:
    _, found = furniture(
        set_change("services", "feeder", forms="reefer"), set_change("services", "mother", forms="reefer")
    )
    assert found.opening is not None
    assert (found.opening.openings, found.opening.proved) == ((), False)
    assert found.opening.note is not None
    assert "a new link" in found.opening.note.en
    assert any("does not take its form" in cut.rule.en for cut in found.cuts)


def test_a_full_port_is_enlarged_by_5_teu() -> None:
    """Without road_2 the city's 5 TEU are all there is: 40 t of 80 stay, and 10 TEU carry them all."""
    asked = explainer(set_change("links", "road_2", status="closed"))
    (found,) = asked.unserved()
    assert found.relaxation is not None
    assert found.relaxation.proved
    (step,) = found.relaxation.steps
    assert asked.subject.problem.capacity_ids[step.index] == "terminal:city:TEU"
    assert (step.before, step.after) == pytest.approx((5.0, 10.0))
    told = Telling(Sentences(asked.subject)).relaxation(found.relaxation)
    assert "City port +5 TEU a working day (5 → 10)" in told.en
    assert "Cảng thành phố +5 TEU mỗi ngày làm việc (5 → 10)" in told.vi
    assert "with 99 % of it 0.4 t" in told.en


def test_whose_tonnes_pass_a_terminal_is_its_throughput() -> None:
    asked = explainer()
    assert asked.case is not None
    handled = throughput_by_terminal(itineraries(asked.case, asked.subject.plan))["throughput_t_per_day"]
    for terminal in ("city", "port"):
        traced = trace_nodes(asked.subject, find_nodes(asked.subject, terminal))
        laden = traced.table[traced.table["direction"] == "export"]["t_per_day"].sum()
        assert laden == pytest.approx(handled[terminal])
        assert set(traced.table["trade_id"]) <= {"furniture_out", ""}


def test_a_demand_goes_back_to_its_rows() -> None:
    _, found = furniture()
    assert found.origin is not None
    rows = {row for step in found.origin.trace.steps for row in step.rows}
    assert {"trade:furniture_out", "parks:park_a", "commodities:furniture"} <= rows
    assert found.origin.trace.steps[-2].value == pytest.approx(found.wanted_t)
    assert "peak_factor" in set(found.origin.assumptions["assumption_id"])


def test_legs_of_the_region_add_up_to_its_itineraries() -> None:
    asked, found = furniture()
    assert asked.case is not None
    legs = itineraries(asked.case, asked.subject.plan)
    legs = legs[legs["demand_id"] == FURNITURE]
    assert sum(len(one.legs) for one in found.routes) == len(legs)
    price = sum(one.amounts.money * one.t_per_day for one in found.routes)
    assert price == pytest.approx(legs["price"].sum())
    emissions = sum(one.amounts.emissions_kg * one.t_per_day for one in found.routes)
    assert emissions == pytest.approx(legs["emissions_kg_co2e"].sum())


def test_the_whole_region_is_explained(region_pack: Pack) -> None:
    """Own routes of the largest demands cost their dual; no other chain costs less; every shadow price is full."""
    asked = explainer(pack=region_pack)
    subject = asked.subject
    largest = np.argsort(-subject.problem.demand_t_per_day)[:20]
    for demand in largest.tolist():
        found = asked.demand(demand)
        for one in found.routes:
            assert one.price_per_t == pytest.approx(found.dual_per_t, rel=1e-6)
        assert all(other.more_per_t >= -1e-6 * found.dual_per_t for other in found.alternatives)
    bindings = asked.answer(Question(prove=0)).bindings
    assert bindings
    for bound in bindings:
        assert bound.money + bound.time_cost + bound.carbon_cost + bound.penalty == pytest.approx(bound.price, rel=1e-6)
        assert bound.holds_from <= bound.left * (1 + 1e-9)
        assert bound.holds_to >= bound.left * (1 - 1e-9)
