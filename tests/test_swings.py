"""Swings: the plan again with one assumption at its low and at its high value."""

from __future__ import annotations

import pytest
from planner_pack import BASE, planned, planner_pack

from optimizer.results.indicators import indicators
from optimizer.results.swings import SwingOptions, assumption_swings, gateway_teu


def test_a_peak_of_half_as_much_again_costs_more_than_half_as_much_again() -> None:
    """At 1.5 the city still takes 5 TEU, so all 5 TEU more go by the deep port.

    By the path prices 117,625,000 VND for 5 TEU more by the deep port, and 3,000,000 for 5 empty TEU more (half at the
    depot, half by truck, whose way back is counted with the laden box).
    """
    table = assumption_swings(
        planner_pack(), BASE, options=SwingOptions(assumption_ids=("peak_factor", "split_spread_vnd_per_teu"))
    ).set_index("assumption_id")
    peak = table.loc["peak_factor"]
    assert peak["cost_low"] == 0.0
    assert peak["cost_high"] == pytest.approx(117_625_000 + 3_000_000)
    assert peak["cai_mep_points_high"] == pytest.approx(100 * (10 / 15 - 0.5))
    assert peak["rank"] == 1
    spread = table.loc["split_spread_vnd_per_teu"]
    assert spread["cost_swing"] == pytest.approx(0.0, abs=1e-3)
    assert bool(spread["evaluated"])


def test_no_time_evaluates_nothing_and_says_so() -> None:
    case, plan = planned()
    table = assumption_swings(case.pack, BASE, plan, options=SwingOptions(time_budget_s=0.0))
    changing = table[table["low"] != table["mid"]]
    assert not changing["evaluated"].any()
    assert changing["rank"].isna().all()


def test_worker_processes_give_the_same_answer() -> None:
    case, plan = planned()
    ids = ("peak_factor", "unmet_penalty_vnd_per_t")
    alone = assumption_swings(case.pack, BASE, plan, options=SwingOptions(assumption_ids=ids))
    together = assumption_swings(case.pack, BASE, plan, options=SwingOptions(assumption_ids=ids, processes=2))
    assert together["cost_high"].to_list() == pytest.approx(alone["cost_high"].to_list())


def test_gateways_of_a_swing_are_those_of_the_indicators() -> None:
    case, plan = planned()
    table = indicators(case, plan).by_gateway.set_index("gateway_group")["teu_per_day"]
    assert gateway_teu(case, plan) == pytest.approx(table[table > 0].to_dict())


def test_options_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match="processes"):
        SwingOptions(processes=0)
    with pytest.raises(ValueError, match="time_budget_s"):
        SwingOptions(time_budget_s=-1.0)
