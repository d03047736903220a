"""Itineraries: legs, handling, money, time and CO2e of every path, worked by hand on the planner's small region."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from planner_pack import planned, planner_pack, scenario_of, set_change

from optimizer.case import Case
from optimizer.flow.plan import Plan
from optimizer.results.itineraries import itineraries, itinerary_paths

FURNITURE = "furniture_out:park_a:container"


@pytest.fixture(scope="module")
def small() -> tuple[Case, Plan]:
    return planned()


def by_way(table: pd.DataFrame, terminal: str) -> pd.DataFrame:
    """Return the legs of the furniture path whose service leaves from a terminal."""
    service = table[(table["leg_kind"] == "service") & (table["terminal_id"] == terminal)]
    rows = table[table["path_id"].isin(service["path_id"]) & (table["demand_id"] == FURNITURE)]
    return rows.set_index("leg_kind")


def test_a_path_is_haulage_handling_and_service_in_travel_order(small: tuple[Case, Plan]) -> None:
    legs = by_way(itineraries(*small), "port")
    assert list(legs.index) == ["haul", "handling", "service"]
    assert list(legs["leg"]) == [1, 2, 3]
    assert list(legs["mode"]) == ["road", "sea", "sea"]
    assert list(legs["segment"]) == ["inland", "inland", "sea_air"]
    assert legs.loc["haul", "from_id"] == "park_a"
    assert legs.loc["service", "to_id"] == "overseas:arrival"
    assert legs.loc["service", "service_id"] == "mother"
    assert legs.loc["handling", "terminal_id"] == "port"
    # The ship's emissions are a factor per tonne-kilometre, so they are shared by mass.
    assert list(legs["teu_allocation"]) == ["TEU", "TEU", "t"]


def test_money_of_a_truck_leg_by_component(small: tuple[Case, Plan]) -> None:
    """5 TEU over 70 km in 1.5 h, 2 TEU a truck, half of the way back empty (x 1.5).

    Distance 12,000 x 70 x 1.5 / 2 x 5 = 3,150,000; hours 320,000 x 1.5 x 1.5 / 2 x 5 = 1,800,000; toll 2,000 x 20 km x
    1.5 / 2 x 5 = 150,000; fee of the leg 80,000 x 5 = 400,000. Resource cost 0.6, 0.75, 0 and 0.5 of these.
    """
    haul = by_way(itineraries(*small), "port").loc["haul"]
    assert haul["price_distance"] == pytest.approx(3_150_000)
    assert haul["price_vehicle_hour"] == pytest.approx(1_800_000)
    assert haul["price_toll"] == pytest.approx(150_000)
    assert haul["price_handling"] == pytest.approx(400_000)
    assert haul["price"] == pytest.approx(5_500_000)
    assert haul["resource_cost"] == pytest.approx(0.6 * 3_150_000 + 0.75 * 1_800_000 + 0.5 * 400_000)
    assert haul["distance_km"] == pytest.approx(70.0)
    assert haul["moving_time_h"] == pytest.approx(1.5)


def test_emissions_count_fuel_on_real_vehicle_km_with_the_empty_run_once(small: tuple[Case, Plan]) -> None:
    """5 TEU are 2.5 trucks of 16 t (load 16 of 26 t): 0.30 + 0.15 x 16 / 26 l/km laden, 0.30 l/km x 0.5 empty.

    Litres = 2.5 x 70 x (0.30 + 0.15 x 16 / 26 + 0.15); operation 2.6 kg a litre, provision 0.6.
    """
    haul = by_way(itineraries(*small), "port").loc["haul"]
    litres = 2.5 * 70.0 * (0.30 + 0.15 * 16.0 / 26.0 + 0.15)
    assert haul["vehicle_km"] == pytest.approx(2.5 * 70.0 * 1.5)
    assert haul["ttw_kg_co2e"] == pytest.approx(litres * 2.6)
    assert haul["wtt_kg_co2e"] == pytest.approx(litres * 0.6)
    assert haul["emissions_kg_co2e"] == pytest.approx(litres * 3.2)


def test_terminals_stand_in_the_emissions_of_a_barge_path() -> None:
    """10 TEU over the river port: 0.8 l and 8 kWh, then 16 kWh a TEU: 10 x 0.8 x 2.6 and 10 x (0.48 + 24 x 0.7)."""
    opened = scenario_of(
        set_change("terminals", "river", capacity_teu_per_year=1e6),
        set_change("terminals", "city", capacity_teu_per_year=0),
        set_change("links", "road_2", status="closed"),
    )
    legs = itineraries(*planned(planner_pack(), opened))
    legs = legs[legs["demand_id"] == FURNITURE]
    handling = legs[legs["leg_kind"] == "handling"]
    assert list(legs["mode"]) == ["road", "inland_waterway", "inland_waterway", "sea", "sea"]
    assert handling["ttw_kg_co2e"].sum() == pytest.approx(10 * 0.8 * 2.6)
    assert handling["wtt_kg_co2e"].sum() == pytest.approx(10 * (0.8 * 0.6 + 24 * 0.7))
    paths = itinerary_paths(*planned(planner_pack(), opened)).set_index("demand_id")
    assert paths.loc[FURNITURE, "mode_chain"] == "road>inland_waterway>sea"
    assert paths.loc[FURNITURE, "access_mode"] == "inland_waterway"
    assert paths.loc[FURNITURE, "main_inland_mode"] == "inland_waterway"


def test_paths_name_their_gateway_and_how_it_was_reached(small: tuple[Case, Plan]) -> None:
    paths = itinerary_paths(*small)
    furniture = paths[paths["demand_id"] == FURNITURE].set_index("gateway_id")
    assert set(furniture.index) == {"city", "port"}
    assert furniture.loc["city", "gateway_group"] == "hcmc_ports"
    assert furniture.loc["port", "gateway_service_id"] == "mother"
    assert (furniture["access_mode"] == "road").all()
    assert furniture["teu_per_day"].to_dict() == pytest.approx({"city": 5.0, "port": 5.0})
    empties = paths[paths["direction"] == "empty"]
    assert empties["t_per_day"].sum() == pytest.approx(20.0)
    assert empties["gateway_id"].isna().all()


def test_legs_add_up_to_the_plan(small: tuple[Case, Plan]) -> None:
    case, plan = small
    legs, paths = itineraries(case, plan), itinerary_paths(case, plan)
    assert legs["price"].sum() == pytest.approx(plan.money)
    assert legs["time_cost"].sum() == pytest.approx(plan.time_cost)
    assert legs["emissions_kg_co2e"].sum() == pytest.approx(plan.emissions_kg_per_day)
    assert paths["generalised_cost"].sum() == pytest.approx(plan.objective - plan.penalty_cost)
    assert np.allclose(paths.groupby("demand_id")["t_per_day"].sum().sort_index(), [20.0, 80.0])


def test_a_plan_without_flow_has_no_legs() -> None:
    closed = scenario_of(set_change("links", "road_1", status="closed"))
    case, plan = planned(planner_pack(), closed)
    assert plan.status == "no_flow_possible"
    assert itineraries(case, plan).empty
    assert itinerary_paths(case, plan).empty
