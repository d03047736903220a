"""Indicators: totals, shares, tables and bottlenecks of a plan."""

from __future__ import annotations

import json
import math

import pytest
from planner_pack import planned, planner_pack, scenario_of, set_change

from optimizer.check import check_plan
from optimizer.results.indicators import indicators
from optimizer.results.known_figures import known_figures, price_of_40_ft, shortest_km
from optimizer.results.plan_document import plan_document
from supplychain.pack import Pack


def test_totals_by_hand() -> None:
    """5 TEU by the city (20 km of road), 5 by the deep port (70 km), 10 empties of 2 t in (20 km), ships 14,000 km."""
    case, plan = planned()
    totals = indicators(case, plan).totals
    assert totals["t_per_day"] == pytest.approx(100.0)
    assert totals["teu_per_day"] == pytest.approx(20.0)
    assert totals["unserved_t_per_day"] == 0.0
    assert totals["inland_tkm_per_day"] == pytest.approx(40 * 20 + 40 * 70 + 20 * 20)
    assert totals["sea_air_tkm_per_day"] == pytest.approx(80 * 14_000)
    assert totals["sea_air_cost_per_day"] == pytest.approx(10 * 800 * 26_000)
    assert totals["cost_per_day"] == pytest.approx(plan.money)
    assert totals["generalised_cost_per_day"] == pytest.approx(plan.objective)
    assert totals["gateway_share_hcmc_ports"] == pytest.approx(0.5)
    assert totals["gateway_share_cai_mep"] == pytest.approx(0.5)
    assert totals["mode_share_tkm_road"] == pytest.approx(1.0)
    parts = ("inland", "line_haul", "sea_air")
    for quantity in ("tkm", "cost", "resource_cost", "emissions_kg_co2e"):
        total = sum(totals[f"{part}_{quantity}_per_day"] for part in parts)
        assert total == pytest.approx(totals[f"{quantity}_per_day"])


def test_a_bottleneck_is_worth_the_way_round_it() -> None:
    """One more TEU by the city saves the 50 km to the deep port.

    (12,000 x 50 + 320,000 x 1 h) x 1.5 / 2 = 690,000, and 1 h of 8 t at 520 VND = 4,160. None of it is penalty.
    """
    case, plan = planned()
    (row,) = indicators(case, plan).bottlenecks.to_dict("records")
    assert row["capacity_id"] == "terminal:city:TEU"
    assert row["used_per_day"] == pytest.approx(5.0)
    assert row["shadow_money"] == pytest.approx(690_000)
    assert row["shadow_time"] == pytest.approx(4_160)
    assert row["shadow_price"] == pytest.approx(694_160)
    assert not row["penalty_driven"]


def test_a_bottleneck_that_leaves_freight_is_flagged() -> None:
    """With the road to the deep port closed, 5 TEU of 8 t stay at 20 M VND a tonne: the penalty drives the price.

    The river port, whose background is above its capacity, binds with nothing left for the plan.
    """
    case, plan = planned(planner_pack(), scenario_of(set_change("links", "road_2", status="closed")))
    bottlenecks = indicators(case, plan).bottlenecks.set_index("capacity_id")
    assert list(bottlenecks.index) == ["terminal:city:TEU", "terminal:river:TEU"]
    assert bottlenecks.loc["terminal:river:TEU", "residual_per_day"] == 0.0
    row = bottlenecks.loc["terminal:city:TEU"]
    assert row["penalty_driven"]
    assert row["shadow_penalty"] == pytest.approx(8 * 2e7)


def test_tables_name_their_rows_and_add_up() -> None:
    case, plan = planned()
    found = indicators(case, plan)
    park = found.by_park.set_index("place_id").loc["park_a"]
    assert park["t_out_per_day"] == pytest.approx(80.0)
    assert park["t_in_per_day"] == pytest.approx(20.0)
    assert park["share_cai_mep"] == pytest.approx(0.5)
    terminals = found.by_terminal.set_index("terminal_id")
    assert terminals.loc["city", "teu_per_day"] == pytest.approx(5.0)
    assert terminals.loc["port", "throughput_teu_per_day"] == pytest.approx(5.0)
    assert found.by_market["t_out_per_day"].sum() == pytest.approx(80.0)
    assert found.by_commodity["cost_per_day"].sum() == pytest.approx(plan.money)
    assert found.by_mode["cost_per_day"].sum() == pytest.approx(plan.money)
    assert found.by_gateway["teu_per_day"].sum() == pytest.approx(10.0)


def test_a_link_shows_its_load_and_how_full_it_is() -> None:
    """road_1: 80 t out in 5 trucks with half an empty run each, 7.5 vehicles; 5 of empties in, without a run back.

    Of 5,000 pcu a day 3,000 are background and 12.5 vehicles take 37.5.
    """
    case, plan = planned()
    links = indicators(case, plan).links.set_index("link_id")
    assert links.loc["road_1>", "t_per_day"] == pytest.approx(80.0)
    assert links.loc["road_1>", "vehicles_per_day"] == pytest.approx(7.5)
    assert links.loc["road_1<", "teu_per_day"] == pytest.approx(10.0)
    assert links.loc["road_1<", "utilisation"] == pytest.approx((3000 + 37.5) / 5000)


def test_known_figures_stand_beside_the_model() -> None:
    """Road from the park to the deep port 70 km; a 40 ft box (2 TEU) costs 2 x 1,100,000 VND."""
    case, plan = planned()
    table = known_figures(case, plan).set_index("item")
    assert table.loc["park_to_port", "model"] == pytest.approx(70.0)
    assert bool(table.loc["park_to_port", "within"])
    assert table.loc["share_cai_mep", "model"] == pytest.approx(50.0)
    assert math.isnan(shortest_km(case, "park_a", "port", "rail"))
    assert price_of_40_ft(case, "park_a", "port", "road") == pytest.approx(2_200_000)


def test_the_shipped_base_meets_the_known_prices_and_volumes(region_pack: Pack) -> None:
    case, plan = planned(region_pack)
    table = known_figures(case, plan).set_index("item")
    for item in (
        "laden_teu_out_per_year",
        "laden_teu_in_per_year",
        "freight_t_per_day",
        "net_empties_teu_per_year",
        "cost_truck_vsip1_cat_lai",
        "cost_truck_vsip1_cai_mep",
        "cost_barge_thanh_phuoc_cai_mep",
        "cost_rail_song_than_yen_vien",
        "share_hcmc_ports",
        "share_cai_mep",
        "share_other",
    ):
        assert bool(table.loc[item, "within"]), item


def test_the_plan_document_is_plain_and_whole() -> None:
    case, plan = planned()
    document = plan_document(case, plan, check_plan(case.problem, plan))
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert document["checked"]
    assert document["currency"] == "VND"
    assert document["price_year"] == 2025
    parts = document["objective"]
    assert parts["total"] == pytest.approx(parts["money"] + parts["value_of_time"] + parts["carbon"] + parts["penalty"])
    assert "optimum, not a forecast" in document["note"]["en"].lower()
    assert document["shares_by_gateway"] == pytest.approx({"hcmc_ports": 0.5, "cai_mep": 0.5, "other": 0.0})
    assert len(document["inputs_sha256"]) == 64
    changed, other = planned(planner_pack(), scenario_of(set_change("links", "road_2", speed_kmh=40)))
    assert plan_document(changed, other, ())["inputs_sha256"] != document["inputs_sha256"]
