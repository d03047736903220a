"""What Bình Dương's vehicles cost and emit: worked by hand, and against figures that are published."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import supplychain

REGION = Path(supplychain.__file__).parent / "regions" / "binh_duong"


def rows(table: str) -> dict[str, dict[str, str]]:
    """Return the rows of a table of the pack by their key."""
    with (REGION / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        key = (reader.fieldnames or [""])[0]
        return {row[key]: row for row in reader}


VEHICLES = rows("vehicles")
FUELS = rows("fuels")
COSTS = rows("costs")


def cost(vehicle_id: str, component: str, level: str = "mid") -> float:
    """Return one cost of a vehicle in VND of 2025 per its unit."""
    row = COSTS[f"{vehicle_id}_{component}"]
    assert (row["currency"], row["price_year"]) == ("VND", "2025")
    return float(row[level])


def price_of_40_ft(vehicle_id: str, km: float, hours: float) -> float:
    """Return what one leg of a light 40 ft box (2 TEU) costs, VND of 2025, tolls and lifts apart."""
    vehicle = VEHICLES[vehicle_id]
    running = km * cost(vehicle_id, "distance") + hours * cost(vehicle_id, "vehicle_hour")
    of_a_box = 2 / float(vehicle["payload_teu"])
    return running * (1 + float(vehicle["empty_return_share"])) * of_a_box + 2 * cost(vehicle_id, "cargo_fee")


def test_a_40_ft_box_by_truck_from_vsip_1_to_cat_lai_costs_2_9_million() -> None:
    """26.4 km and 1 h: (17,000 × 26.4 + 400,000 × 1) × 1.95 + 2 × 600,000 = 1,655,160 + 1,200,000 VND.

    The estimate of the base year is 3.0 M VND a round trip (2.6–3.6).
    """
    price = price_of_40_ft("truck_container", 26.4, 1.0)
    assert price == pytest.approx(2_855_160)
    assert 2_600_000 <= price <= 3_600_000


def test_a_40_ft_box_by_truck_from_vsip_1_to_cai_mep_costs_5_7_million() -> None:
    """90 km and 2 h: (17,000 × 90 + 400,000 × 2) × 1.95 + 1,200,000 = 4,543,500 + 1,200,000 VND, tolls apart.

    The estimate of the base year is 5.5 M VND a round trip with tolls (4.8–6.5).
    """
    price = price_of_40_ft("truck_container", 90.0, 2.0)
    assert price == pytest.approx(5_743_500)
    assert 4_800_000 <= price <= 6_500_000


def test_a_40_ft_box_by_barge_from_thanh_phuoc_to_cai_mep_costs_1_3_million() -> None:
    """105 km at 11 km/h: (126,000 × 105 + 700,000 × 9.5455) × 1.3 × 2/72 + 2 × 290,000 = 719,038 + 580,000 VND.

    The estimate of the base year is 1.3 M VND (0.9–1.8), lifts apart.
    """
    price = price_of_40_ft("barge_container", 105.0, 105.0 / 11.0)
    assert price == pytest.approx(1_299_038, abs=1)


def test_a_40_ft_box_by_rail_from_song_than_to_yen_vien_costs_14_million() -> None:
    """1,720 km and 40 h: (64,000 × 1,720 + 1,800,000 × 40) × 1.35 × 2/40 + 2 × 850,000 = 13,990,400 VND.

    Forty hours: the container train Sóng Thần–Yên Viên (Container News, 2019); the estimate is 14 M VND (11–18).
    """
    assert price_of_40_ft("train_container", 1_720.0, 40.0) == pytest.approx(13_990_400)


def test_barge_with_lifts_and_a_local_truck_is_20_to_35_percent_under_the_truck() -> None:
    """1,299,038 + lifts 1,000,000 + truck of 8 km and 20 min 1,725,200 = 4,024,238 against 5,743,500: 30 % less."""
    by_barge = price_of_40_ft("barge_container", 105.0, 105.0 / 11.0) + 1_000_000
    by_barge += price_of_40_ft("truck_container", 8.0, 1 / 3)
    saving = 1 - by_barge / price_of_40_ft("truck_container", 90.0, 2.0)
    assert 0.20 <= saving <= 0.35


def test_a_truck_day_without_margin_costs_about_2_4_million() -> None:
    """400,000 VND/h × 0.67 resource share × 9 h = 2,412,000 VND, the truck day behind the road estimates."""
    share = float(COSTS["truck_container_vehicle_hour"]["resource_share"])
    assert cost("truck_container", "vehicle_hour") * share * 9 == pytest.approx(2_412_000)


def test_a_truck_spends_as_long_waiting_as_one_and_a_half_trips_a_day_leave() -> None:
    """1.5 round trips in a driver's day of 10 h (law) leave 6.7 h a trip; at 2 h on the road 4.7 h are waiting.

    The fee of 2 × 600,000 VND buys 3 h at 400,000 VND/h. Source of the trips: Thanh Niên, 2021.
    """
    hours = 2 * cost("truck_container", "cargo_fee") / cost("truck_container", "vehicle_hour")
    assert 3.0 <= hours <= 10 / 1.5 - 2


def test_fuel_of_trucks_is_the_published_one() -> None:
    """Articulated lorries: 0.448 l/km full, 0.311 l/km empty; diesel 2.63 kg CO2 a litre (Hansard, 2007-06-04)."""
    truck = VEHICLES["truck_container"]
    assert (float(truck["energy_full_per_km"]), float(truck["energy_empty_per_km"])) == (0.448, 0.311)
    assert float(FUELS["diesel"]["ttw_kgco2e_per_unit"]) == 2.63


def test_a_full_truck_with_its_empty_return_emits_what_defra_publishes() -> None:
    """(0.448 + 0.95 × 0.311) l/km × 2.63 kg/l ÷ 26 t = 75.2 g CO2e/tkm; DEFRA 2025, artic > 33 t: 77.03."""
    truck = VEHICLES["truck_container"]
    litres = float(truck["energy_full_per_km"])
    litres += float(truck["empty_return_share"]) * float(truck["energy_empty_per_km"])
    grams = litres * float(FUELS["diesel"]["ttw_kgco2e_per_unit"]) * 1000 / float(truck["payload_t"])
    assert grams == pytest.approx(75.2, abs=0.1)
    assert grams == pytest.approx(77.03, rel=0.05)


@pytest.mark.parametrize(
    ("vehicle_id", "ttw", "wtt"),
    [("train_container", 27.79, 6.91), ("ship_coastal", 16.12, 3.65), ("aircraft", 531.3, 135.16)],
)
def test_vehicles_without_fuel_use_have_the_published_factors(vehicle_id: str, ttw: float, wtt: float) -> None:
    """UK Government conversion factors 2025: rail freight, container ship average, long-haul air freight without RF."""
    vehicle = VEHICLES[vehicle_id]
    assert (float(vehicle["ttw_g_per_tkm"]), float(vehicle["wtt_g_per_tkm"])) == (ttw, wtt)


def test_the_average_container_ship_lies_between_mother_ship_and_feeder() -> None:
    """The average of 16.12 g/tkm (DEFRA 2025) is of all container ships; large ones emit less, small ones more."""
    mother, feeder = (float(VEHICLES[ship]["ttw_g_per_tkm"]) for ship in ("ship_mother", "ship_feeder"))
    assert mother < 16.12 < feeder


def test_a_barge_burns_a_quarter_of_a_truck_for_the_same_box() -> None:
    """Barge (6 + 0.3 × 4) / 72 = 0.100 l/TEU-km; truck (0.448 + 0.95 × 0.311) / 2 = 0.372: 27 %.

    Published: 10 l by barge against 45 l by truck for a 20 ft box (22 %), Hải Phòng newspaper, 2022.
    """

    def litres_per_teu_km(vehicle_id: str) -> float:
        vehicle = VEHICLES[vehicle_id]
        empty = float(vehicle["empty_return_share"]) * float(vehicle["energy_empty_per_km"])
        return (float(vehicle["energy_full_per_km"]) + empty) / float(vehicle["payload_teu"])

    ratio = litres_per_teu_km("barge_container") / litres_per_teu_km("truck_container")
    assert ratio == pytest.approx(0.269, abs=0.001)
    assert ratio == pytest.approx(10 / 45, abs=0.06)


def test_each_vehicle_hour_is_paid_once() -> None:
    """Running vehicles have one row by distance, one by running hour and one by leg, and no other; ships have none."""
    units = {"distance": {"vehicle-km"}, "vehicle_hour": {"vehicle-h"}, "cargo_fee": {"TEU", "t"}}
    for vehicle_id, vehicle in VEHICLES.items():
        own = [row for row in COSTS.values() if row["vehicle_id"] == vehicle_id]
        wanted = list(units) if vehicle["mode"] in {"road", "rail", "inland_waterway"} else []
        assert [row["component"] for row in own] == wanted
        assert all(row["unit"] in units[row["component"]] for row in own)


def test_costs_have_a_range_and_a_part_that_is_resource_cost() -> None:
    for row in COSTS.values():
        assert 0 < float(row["low"]) < float(row["mid"]) < float(row["high"]), row["cost_id"]
        assert 0 < float(row["resource_share"]) < 1, row["cost_id"]


def test_factors_on_the_costs_keep_every_range_above_zero_and_around_one() -> None:
    cells = [row["assumption_ids"] for row in [*COSTS.values(), *VEHICLES.values()]]
    named = {one for cell in cells for one in cell.split(";") if one}
    assumptions = rows("assumptions")
    for assumption_id in named:
        row = assumptions[assumption_id]
        assert row["kind"] == "factor"
        assert 0 < float(row["low"]) < 1 < float(row["high"])
        assert float(row["mid"]) == 1


def test_each_mode_and_form_on_free_links_has_one_default_vehicle() -> None:
    seen: dict[tuple[str, str], str] = {}
    for vehicle_id, vehicle in VEHICLES.items():
        for form in vehicle["forms"].split(";"):
            if vehicle["default"] == "yes":
                assert (vehicle["mode"], form) not in seen, vehicle_id
                seen[vehicle["mode"], form] = vehicle_id
    modes = ("road", "rail", "inland_waterway")
    assert set(seen) == {(mode, form) for mode in modes for form in ("container", "reefer", "bulk")}
