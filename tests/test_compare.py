"""Comparison: what differs between two plans and why."""

from __future__ import annotations

import pytest
from planner_pack import planned, planner_pack, scenario_of, set_change

from optimizer.results.compare import Outcome, compare
from optimizer.scenarios.scenario import Change


def outcome(*changes: Change) -> Outcome:
    return Outcome.of(*planned(planner_pack(), scenario_of(*changes)))


def test_a_plan_beside_itself_differs_in_nothing() -> None:
    base = outcome()
    found = compare(base, base)
    assert (found.totals["difference"] == 0).all()
    assert (found.gateways["points"] == 0).all()
    assert not found.moved
    assert "No gateway's share moves by a point" in found.explanation.en


def test_twice_the_city_port_moves_the_shares() -> None:
    """10 TEU a day instead of 5 take all furniture: 50 points, and 5 x 694,160 VND a day saved."""
    found = compare(outcome(), outcome(set_change("terminals", "city", capacity_teu_per_year=3000)))
    points = found.gateways.set_index("gateway_group")["points"]
    assert points.to_dict() == pytest.approx({"hcmc_ports": 50.0, "cai_mep": -50.0, "other": 0.0})
    assert found.moved
    totals = found.totals.set_index("quantity")
    assert totals.loc["generalised_cost_per_day", "difference"] == pytest.approx(-5 * 694_160)
    links = found.links.set_index("row_id")
    assert links.loc["road_2", "difference_t_per_day"] == pytest.approx(-40.0)
    assert "50.0 points" in found.explanation.en
    assert "50,0 điểm" in found.explanation.vi
    capacities = found.capacities.set_index("capacity_id")
    assert capacities.loc["terminal:city:TEU", "base_shadow_price"] == pytest.approx(694_160)


def test_a_what_if_that_moves_nothing_says_what_holds_the_shares() -> None:
    """A second road beside road_2, no faster: nothing moves, and the city port binds in both plans."""
    base = outcome(set_change("links", "road_2", status="open"))
    found = compare(base, outcome(set_change("links", "road_2", speed_kmh=55)))
    assert not found.moved
    assert "City port" in found.explanation.en
    assert "Cảng thành phố" in found.explanation.vi


def test_rows_a_scenario_opens_are_counted_in_the_explanation() -> None:
    base = outcome(set_change("links", "river_1", status="planned"))
    found = compare(base, outcome())
    assert "Of 1 rows it opens, 0 carry flow" in found.explanation.en


def test_differences_turn_sign_when_the_plans_change_places() -> None:
    one, two = outcome(), outcome(set_change("terminals", "city", capacity_teu_per_year=2000))
    there, back = compare(one, two), compare(two, one)
    assert there.totals["difference"].to_list() == pytest.approx((-back.totals["difference"]).to_list())
    assert there.gateways["points"].to_list() == pytest.approx((-back.gateways["points"]).to_list())
