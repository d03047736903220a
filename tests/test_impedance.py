"""Impedance worked by hand, against a published figure, and the laws it keeps."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_pack import CEMENT, FURNITURE, tiny_pack

from geodata.assembly.network import build_network
from geodata.impedance.components import PARTS
from geodata.impedance.impedance import PRICE_PARTS, Impedance, build_impedance
from geodata.impedance.vehicles import CostLevel
from supplychain.demand import FreightClass
from supplychain.pack import Pack

BY_HAND = {
    # part: truck 20 km, truck-to-barge, barge 60 km (fee on boarding), barge-to-ship, ship
    "distance": (22_500.0, 0.0, 30_000.0, 0.0, 0.0),
    "vehicle_hour": (15_000.0, 0.0, 12_500.0, 0.0, 0.0),
    "toll": (3_750.0, 0.0, 0.0, 0.0, 0.0),
    "handling": (10_000.0, 75_000.0, 20_000.0, 162_500.0, 0.0),
    "freight_rate": (0.0, 0.0, 0.0, 0.0, 2_600_000.0),
    "price": (51_250.0, 75_000.0, 62_500.0, 162_500.0, 2_600_000.0),
    "resource_cost": (29_750.0, 60_000.0, 54_000.0, 81_250.0, 1_300_000.0),
    "moving_time_h": (0.5, 6.0, 5.0, 24.0, 600.0),
    "waiting_time_h": (0.0, 0.0, 0.0, 0.0, 60.0),
    "ttw_kg": (1.7625, 0.26, 2.574, 0.0, 140.0),
    "wtt_kg": (0.406730769, 0.76, 0.594, 1.4, 35.0),
    "vehicle_km": (1.875, 0.0, 0.1875, 0.0, 0.175),
}
STEPS = (
    ("park_a~r1>", "road_1>", "river:road~r2<"),
    ("river~h_truck_barge",),
    ("river:inland_waterway~w1>", "river_1>", "port:inland_waterway~w2<"),
    ("port~h_barge_ship",),
    ("mother>",),
)


def impedance_of(pack: Pack, *classes: FreightClass, level: CostLevel = "mid") -> Impedance:
    return build_impedance(pack, build_network(pack), classes or (FURNITURE,), level=level)


@pytest.mark.parametrize("part", BY_HAND)
def test_a_chain_of_truck_barge_and_ship_worked_by_hand(part: str) -> None:
    """Furniture, 8 t a TEU, from park_a by truck to the river port, by barge to the seaport, by ship overseas.

    Truck: min(26 t, 2 TEU × 8) = 16 t; 20 km at 40 km/h = 0.5 h; half an empty km a laden one, so × 1.5:
    distance 12,000 × 20 × 1.5 / 16 = 22,500; hours 320,000 × 0.5 × 1.5 / 16 = 15,000; toll 2,000 × 20 × 1.5 / 16
    = 3,750; fee of the leg 80,000 / 8 = 10,000; resource cost 0.6 × 22,500 + 0.75 × 15,000 + 0.5 × 10,000 = 29,750.
    Diesel laden 0.30 + 0.15 × 16 / 26 = 0.392308 l/km, empty 0.5 × 0.30: 0.542308 × 20 / 16 = 0.677885 l/t;
    × 2.6 = 1.7625 kg TTW, × 0.6 = 0.406731 kg WTT. Vehicle-km 20 × 1.5 / 16 = 1.875.
    Truck to barge: 400,000 × factor 1.5 / 8 = 75,000, of which 0.8 resources; 0.1 l and 1 kWh a tonne:
    0.26 kg TTW, 0.06 + 0.7 kg WTT (electricity has no TTW).
    Barge: min(1000, 50 × 8) = 400 t; 60 km at 12 km/h = 5 h; × 1.25: 160,000 × 60 × 1.25 / 400 = 30,000;
    800,000 × 5 × 1.25 / 400 = 12,500; fee 160,000 / 8 = 20,000; resources 0.8 × 42,500 + 20,000 = 54,000.
    Diesel 4 + 4 × 0.4 + 0.25 × 4 = 6.6 l/km × 60 / 400 = 0.99 l/t: 2.574 and 0.594 kg.
    Barge to ship: 40 USD of 2020 × 125/100 × 26,000 = 1.3 M VND of 2025 a TEU, / 8 = 162,500, half of it
    resources; 2 kWh a tonne: 1.4 kg WTT.
    Ship: 800 USD × 26,000 / 8 = 2.6 M; resources 400 USD; half of 168 / 2 h and 18 h cut-off = 60 h;
    14,000 km × 10 g = 140 kg TTW, × 2.5 g = 35 kg WTT; load 10,000 TEU × 8 = 80,000 t: 0.175 km a tonne.
    """
    impedance = impedance_of(tiny_pack())
    links = impedance.network
    values = getattr(impedance, part)[0]
    found = [sum(values[links.link_index(link)] for link in step) for step in STEPS]
    assert found == pytest.approx(BY_HAND[part], rel=1e-8)


def test_generalised_cost_is_money_and_time_and_carbon() -> None:
    """The chain above: 2,951,250 VND, 695.5 h × 1,000 VND, 182.757231 kg × 2,000 VND a kg."""
    impedance = impedance_of(tiny_pack())
    chain = [impedance.network.link_index(link) for step in STEPS for link in step]
    assert impedance.price[0, chain].sum() == pytest.approx(2_951_250.0)
    assert impedance.time_cost[0, chain].sum() == pytest.approx(695_500.0)
    assert impedance.emissions_kg[0, chain].sum() == pytest.approx(182.757230769)
    total = impedance.generalised_cost(carbon_price_per_kg=2000.0)[0, chain].sum()
    assert total == pytest.approx(2_951_250.0 + 695_500.0 + 365_514.461538)
    assert impedance.energy_per_t("diesel")[0, chain].sum() == pytest.approx(0.677884615 + 0.1 + 0.99)
    assert impedance.energy_per_t("electricity")[0, chain].sum() == pytest.approx(3.0)


def test_use_of_capacities_per_tonne() -> None:
    """A truck is 3 pcu and runs 1.5 km a laden km with 16 t: 0.28125 pcu; a TEU holds 8 t; bulk fills no TEU."""
    impedance = impedance_of(tiny_pack(), FURNITURE, CEMENT)
    ids = list(impedance.network.capacities.capacity_id)
    assert impedance.use_per_t[:, ids.index("link:road_1")] == pytest.approx([0.28125, 3 * 1.5 / 26])
    assert impedance.use_per_t[:, ids.index("terminal:port:TEU")] == pytest.approx([0.125, 0.0])


def test_ftot_quick_start_vehicle_miles_and_co2() -> None:
    """The quick start of FTOT (Freight and Fuel Transportation Optimization Tool, US DOT): 100 short tons, 134.8 miles.

    At 26 short tons a truck that is 518.4 vehicle-miles, and 717,558 g CO2 at 1,384 g a vehicle-mile.
    """
    short_ton_t, mile_km = 0.90718474, 1.609344
    truck: dict[str, Any] = {
        "payload_t": 26 * short_ton_t,
        "payload_teu": None,
        "empty_return_share": 0.0,
        "energy_full_per_km": 1.384 / mile_km,
        "energy_empty_per_km": 1.384 / mile_km,
    }
    changes: dict[str, Any] = {
        "vehicles": {"truck": truck},
        "fuels": {"diesel": {"ttw_kgco2e_per_unit": 1.0, "wtt_kgco2e_per_unit": 0.0}},
        "links": {"road_1": {"length_m": 134.8 * mile_km * 1000}},
    }
    impedance = impedance_of(tiny_pack(changes), CEMENT)
    link = impedance.network.link_index("road_1>")
    mass_t = 100 * short_ton_t
    assert impedance.vehicle_km[0, link] * mass_t / mile_km == pytest.approx(518.4, rel=2e-4)
    assert impedance.ttw_kg[0, link] * mass_t * 1000 == pytest.approx(717_558, rel=2e-5)


def test_parts_add_up_and_closed_links_are_zero() -> None:
    impedance = impedance_of(tiny_pack(), FURNITURE, CEMENT)
    assert impedance.price == pytest.approx(sum(getattr(impedance, part) for part in PRICE_PARTS))
    for part in PARTS:
        matrix = getattr(impedance, part)
        assert np.isfinite(matrix).all()
        assert (matrix >= 0).all()
        assert not matrix[~impedance.allowed].any()
        assert impedance.row(part, 1) == pytest.approx(matrix[1])
    assert (impedance.resource_cost <= impedance.price + 1e-9).all()


def allowed_links(impedance: Impedance, position: int = 0) -> set[str]:
    return set(impedance.network.links.link_id[impedance.allowed[position]])


def test_what_a_class_may_use() -> None:
    """Cement goes in bulk: no barge of the pack takes it, and handling and the ship take boxes only."""
    assert allowed_links(impedance_of(tiny_pack(), CEMENT)) == {
        *("road_1>", "road_1<", "road_2>", "road_2<", "park_a~r1>", "park_a~r1<"),
        *("river:road~r2>", "river:road~r2<", "port:road~r3>", "port:road~r3<"),
    }
    road_only = replace(FURNITURE, modes=frozenset({"road"}))
    assert not {"river_1>", "river~h_truck_barge", "mother>"} & allowed_links(impedance_of(tiny_pack(), road_only))
    for_shoes = tiny_pack({"services": {"mother": {"commodities": "footwear; toys"}}})
    assert "mother>" not in allowed_links(impedance_of(for_shoes))
    assert "mother>" in allowed_links(impedance_of(for_shoes, replace(FURNITURE, commodity_id="toys")))


def test_handling_without_a_price_for_the_form_is_closed() -> None:
    bulk = tiny_pack({"transshipments": {"h_truck_ship": {"forms": "container;bulk"}}})
    assert "port~h_truck_ship" not in allowed_links(impedance_of(bulk, CEMENT))
    priced = tiny_pack({"transshipments": {"h_truck_ship": {"forms": "container;bulk", "cost_per_t": 2.0}}})
    impedance = impedance_of(priced, CEMENT)
    link = impedance.network.link_index("port~h_truck_ship")
    assert impedance.handling[0, link] == pytest.approx(2.0 * 1.25 * 26000)


def test_boxes_pay_by_the_tonne_where_only_that_is_priced() -> None:
    """3 USD a tonne; energy by the tonne too."""
    row = {"cost_per_teu": None, "resource_cost_per_teu": None, "cost_per_t": 3.0}
    impedance = impedance_of(tiny_pack({"services": {"mother": row}}))
    link = impedance.network.link_index("mother>")
    assert impedance.freight_rate[0, link] == pytest.approx(78_000.0)
    assert impedance.resource_cost[0, link] == pytest.approx(78_000.0)


def test_on_the_carriers_account_the_shipper_pays_nothing() -> None:
    impedance = impedance_of(tiny_pack({"services": {"mother": {"carrier_account": True}}}))
    link = impedance.network.link_index("mother>")
    assert impedance.price[0, link] == 0.0
    assert impedance.resource_cost[0, link] == pytest.approx(1_300_000.0)
    assert impedance.ttw_kg[0, link] == pytest.approx(140.0)


def test_a_line_haul_without_a_price_costs_what_its_vehicle_costs() -> None:
    """300 km in 6 h by truck with 16 t: 12,000 × 300 × 1.5 / 16 = 337,500; 320,000 × 6 × 1.5 / 16 = 180,000.

    Outbound the fee of the leg was paid on leaving the place; inbound it is paid here, so that both ways cost the same.
    """
    haul = {
        "service_id": "haul",
        "kind": "road_line_haul",
        "mode": "road",
        "direction": "both",
        "from_node_id": "r2",
        "market_id": "overseas",
        "vehicle_id": "truck",
        "time_h": 6.0,
        "distance_km": 300.0,
    }
    impedance = impedance_of(tiny_pack(services=[haul]))
    network = impedance.network
    out = [network.link_index(link) for link in ("park_a~r1>", "road_1>", "haul>")]
    back = [network.link_index(link) for link in ("haul<", "road_1<", "park_a~r1<")]
    assert impedance.distance[0, out[2]] == pytest.approx(337_500.0)
    assert impedance.vehicle_hour[0, out[2]] == pytest.approx(180_000.0)
    assert impedance.handling[0, out].sum() == impedance.handling[0, back].sum() == pytest.approx(10_000.0)
    assert impedance.price[0, out].sum() == pytest.approx(impedance.price[0, back].sum())


def test_no_vehicle_runs_faster_than_it_can_or_carries_more_than_the_river_bears() -> None:
    """The barge's 20 km/h holds on a river of 60 km/h; where 100 t is the most, a tonne takes four times the barge."""
    fast = impedance_of(tiny_pack({"links": {"river_1": {"speed_kmh": 60.0}}}))
    assert fast.moving_time_h[0, fast.network.link_index("river_1>")] == pytest.approx(3.0)
    narrow = impedance_of(tiny_pack({"links": {"river_1": {"max_vessel_t": 100.0}}}))
    assert narrow.distance[0, narrow.network.link_index("river_1>")] == pytest.approx(120_000.0)


def test_cost_levels() -> None:
    pack = tiny_pack({"costs": {"c1": {"low": 6000.0, "high": 24000.0}}})
    levels = [impedance_of(pack, level="low"), impedance_of(pack), impedance_of(pack, level="high")]
    link = levels[0].network.link_index("road_1>")
    assert [item.distance[0, link] for item in levels] == pytest.approx([11_250.0, 22_500.0, 45_000.0])


def test_a_net_empty_pays_its_own_run_and_not_the_laden_box_s_return() -> None:
    """Two empty TEU of 2 t on one truck for 20 km: 20 / 4 = 5 vehicle-km a tonne; furniture pays 20 × 1.5 / 16."""
    empty = replace(FURNITURE, class_id="empty_container:container", commodity_id="empty_container", t_per_teu=2.0)
    found = impedance_of(tiny_pack(), empty, FURNITURE)
    link = found.network.link_index("road_1>")
    assert found.vehicle_km[0, link] == pytest.approx(5.0)
    assert found.vehicle_km[1, link] == pytest.approx(1.875)
    assert found.distance[0, link] / found.vehicle_km[0, link] == pytest.approx(22_500.0 / 1.875)


@settings(max_examples=10, deadline=None)
@given(st.floats(0.1, 1000.0), st.floats(1.0, 90.0))
def test_doubling_the_length_doubles_what_is_paid_by_distance_and_time(length_km: float, speed_kmh: float) -> None:
    def of(metres: float) -> Impedance:
        return impedance_of(tiny_pack({"links": {"road_1": {"length_m": metres, "speed_kmh": speed_kmh}}}))

    once, twice = of(length_km * 1000), of(length_km * 2000)
    link = once.network.link_index("road_1>")
    for part in ("price", "resource_cost", "moving_time_h", "ttw_kg", "wtt_kg", "vehicle_km"):
        assert getattr(twice, part)[0, link] == pytest.approx(2 * getattr(once, part)[0, link])


@settings(max_examples=10, deadline=None)
@given(st.floats(0.01, 0.99), st.sampled_from(["road_1", "river_1"]))
def test_a_link_split_in_two_changes_nothing(share: float, link_id: str) -> None:
    pack = tiny_pack()
    links = pack.table("links")
    whole = links[links["link_id"] == link_id].iloc[0].to_dict()
    middle = {"node_id": "middle", "mode": whole["mode"], "lon": 106.71, "lat": 10.9}
    first = whole | {"link_id": "first", "to_node_id": "middle", "length_m": whole["length_m"] * share}
    rest = whole | {"link_id": "rest", "from_node_id": "middle", "length_m": whole["length_m"] * (1 - share)}
    split = tiny_pack({"links": {link_id: {"status": "closed"}}}, nodes=[middle], links=[first, rest])
    before, after = impedance_of(pack), impedance_of(split)
    one = before.network.link_index(f"{link_id}>")
    two = [after.network.link_index("first>"), after.network.link_index("rest>")]
    for part in PARTS:
        assert getattr(after, part)[0, two].sum() == pytest.approx(getattr(before, part)[0, one])


def test_refusals() -> None:
    pack = tiny_pack()
    with pytest.raises(ValueError, match="'truck' needs fuel_id with energy_full_per_km"):
        impedance_of(tiny_pack({"vehicles": {"truck": {"energy_empty_per_km": None}}}))
    with pytest.raises(ValueError, match="payload of vehicle 'barge' must be above 0"):
        impedance_of(tiny_pack({"vehicles": {"barge": {"payload_t": 0.0}}}))
    with pytest.raises(ValueError, match="Both 'truck' and 'barge' are the default for container by road"):
        impedance_of(tiny_pack({"vehicles": {"barge": {"mode": "road"}}}))
    with pytest.raises(KeyError, match="no vehicle 'canoe'"):
        _ = impedance_of(tiny_pack({"services": {"mother": {"vehicle_id": "canoe"}}})).price
    with pytest.raises(ValueError, match="impedance part is one of"):
        impedance_of(pack).row("beauty", 0)
    with pytest.raises(ValueError, match="fuels table needs a row 'hydrogen'"):
        impedance_of(pack).energy_per_t("hydrogen")
    with pytest.raises(ValueError, match="read-only"):
        impedance_of(pack).price[0, 0] = 1.0
