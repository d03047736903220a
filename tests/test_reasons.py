"""Reasons: every unserved tonne says why it stays, and what would carry it."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from planner_pack import planned, planner_pack, scenario_of, set_change

from optimizer.results.reasons import unserved
from optimizer.scenarios.scenario import Change

FURNITURE = "furniture_out:park_a:container"


def reasons(*changes: Change) -> pd.DataFrame:
    case, plan = planned(planner_pack(), scenario_of(*changes))
    return unserved(case, plan).set_index("demand_id")


def test_what_is_carried_has_no_reason() -> None:
    assert reasons().empty


def test_a_full_capacity_is_named_with_its_shadow_price_and_the_least_relaxation() -> None:
    """Without road_2 the city's 5 TEU are all there is: 40 t of 80 stay, and 5 TEU more would carry them.

    A TEU more saves 8 t x 20 M VND less what the way costs: 25,682,520 VND with its time.
    """
    row = reasons(set_change("links", "road_2", status="closed")).loc[FURNITURE]
    assert row["unserved_t_per_day"] == pytest.approx(40.0)
    assert row["reason"] == "capacity_full"
    assert row["blocking_capacity_ids"] == "terminal:city:TEU"
    assert "City port" in row["reason_en"]
    assert "Cảng thành phố" in row["reason_vi"]
    assert "134,317,480 VND/TEU" in row["reason_en"]
    assert "134.317.480 VND/TEU" in row["reason_vi"]
    assert "by 5.0 TEU a working day" in row["relaxation_en"]
    assert "5,0 TEU" in row["relaxation_vi"]


def test_the_route_with_the_fewest_full_capacities_is_taken() -> None:
    """With city and road full too, the way by road_1 and the city needs two capacities raised, not three."""
    row = reasons(
        set_change("links", "road_2", status="closed"),
        set_change("links", "road_1", capacity_per_day=3000),
    ).loc[FURNITURE]
    assert row["blocking_capacity_ids"].split(";")[0] == "link:road_1"
    assert "river" not in row["blocking_capacity_ids"]


def test_a_penalty_below_the_cost_is_the_reason_even_uncongested() -> None:
    """The cheapest way costs about 3.2 M VND a tonne; at a penalty of 3 M nothing is worth carrying."""
    row = reasons(set_change("assumptions", "unmet_penalty_vnd_per_t", mid=3e6)).loc[FURNITURE]
    assert row["reason"] == "costs_more_than_penalty"
    assert row["penalty_per_t"] == pytest.approx(3e6)
    assert row["least_cost_per_t"] == pytest.approx(3_210_315)
    assert "3,210,315 VND" in row["reason_en"]
    assert "210,315 VND" in row["relaxation_en"]


def test_no_connector() -> None:
    found = reasons(set_change("links", "road_1", status="closed"))
    assert set(found["reason"]) == {"no_connector"}
    assert found["unserved_t_per_day"].sum() == pytest.approx(100.0)


def test_no_chain_of_modes() -> None:
    """The deep port's ship takes furniture, but only the river leads there and furniture may not use it."""
    row = reasons(
        set_change("terminals", "city", status="closed"),
        set_change("links", "road_2", status="closed"),
        set_change("commodities", "furniture", modes="road;sea"),
    ).loc[FURNITURE]
    assert row["reason"] == "no_mode_chain"
    assert "Overseas" in row["reason_en"]


def test_no_service() -> None:
    row = reasons(
        set_change("services", "feeder", status="planned"), set_change("services", "mother", status="planned")
    ).loc[FURNITURE]
    assert row["reason"] == "no_service"
    assert "Overseas" in row["reason_en"]
    assert "Hải ngoại" in row["reason_vi"]


def test_a_service_that_does_not_take_the_form_is_no_service() -> None:
    row = reasons(
        set_change("services", "feeder", forms="reefer"), set_change("services", "mother", forms="reefer")
    ).loc[FURNITURE]
    assert row["reason"] == "no_service"


@settings(deadline=None, max_examples=10)
@example(city=1.3e-100, road=3016.0, status="closed")
@given(city=st.floats(0, 3000), road=st.floats(3000, 3100), status=st.sampled_from(["open", "closed"]))
def test_every_unserved_tonne_has_a_reason_in_both_languages(city: float, road: float, status: str) -> None:
    case, plan = planned(
        planner_pack(),
        scenario_of(
            set_change("terminals", "city", capacity_teu_per_year=city),
            set_change("links", "road_1", capacity_per_day=road),
            set_change("links", "road_2", status=status),
        ),
    )
    found = unserved(case, plan)
    assert found["unserved_t_per_day"].sum() == pytest.approx(plan.unserved_t_per_day.sum(), abs=1e-5)
    for column in ("reason_en", "reason_vi", "relaxation_en", "relaxation_vi"):
        assert found[column].str.len().gt(10).all()
    assert not found["reason"].eq("plan_not_optimal").any()
