"""What a region's plan can hold: each thing by hand on the small pack, switched off and on, and a plan that ignores it.

Without anything more, 40 t of furniture a day (5 TEU) leave by the city port and 40 t by the deep port, and 20 t of
empty boxes (10 TEU) come from the depot at the city port. Per tonne of furniture:

- 16 t ride on a truck (2 TEU of 8 t), which runs half empty: 1.5 / 16 = 0.09375 trucks
- road_1 20 km, 0.5 h: (12,000 x 20 + 320,000 x 0.5 + 2,000 x 20) x 0.09375 = 41,250 VND; road_2 50 km, 1 h: 86,250 VND
- boarding 80,000 / 8, handling 50 USD of 2020 x 1.25 x 26,000 / 8 = 203,125, sea freight 800 x 26,000 / 8 = 2,600,000
- 520 VND an hour; 0.5 h + 24 h + 660 h by the city, an hour more by the deep port

so a tonne costs ``CITY`` or ``DEEP``, and 20,000,000 VND if it stays. An empty box (2 t) pays no way back:
(440,000 / 4) + 80,000 / 2 + 300,000 / 2 = 300,000 VND a tonne.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from flow_parts import plan_of
from planner_pack import BASE, Changes, planned, planner_pack, scenario_of, set_change
from tiny_pack import FAR, R2, frame_of

from optimizer.check import check_plan
from optimizer.flow.plan import Plan
from optimizer.flow.problem import Problem
from optimizer.scenarios.scenario import Scenario
from supplychain.pack import Pack

CITY = 41_250 + 10_000 + 203_125 + 2_600_000 + 520 * 684.5
ROAD_2 = 86_250 + 520
DEEP = CITY + ROAD_2
STAYS = 2e7 - DEEP
LEAST_T = 1e-3
EMPTY = 300_000
SAME = ("money", "time_cost", "carbon_cost", "penalty_cost", "emissions_kg_per_day", "objective")

RIVER: Changes = {"terminals": {"river": {"handling_cost_factor": 1.0, "background_teu_per_year": 0.0}}}
"""With the river port free and cheap the 40 t for the deep port go by barge, 9,175 VND a tonne under the truck:

400 t (50 TEU) ride on a barge: (160,000 x 60 + 800,000 x 5) x 1.25 / 400 = 42,500; boarding 20,000, lift 50,000 and
162,500 from barge to ship against 86,250 + 203,125 by truck; 11 h against 1."""
BY_RIVER = ROAD_2 + 203_125 - (42_500 + 20_000 + 50_000 + 162_500 + 520 * 11)

Rows = Mapping[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Feature:
    """A thing a plan can hold: the scenario that brings it, what it changes, and how a plan that ignores it is caught.

    Parameters
    ----------
    scenario
        The scenario.
    difference
        What the scenario adds to the objective, VND per day.
    kinds
        What the check finds wrong with the plan of the base under the scenario.
    base, added
        Changes and further rows of the pack, in both.
    tampered
        Makes the plan that ignores it of the problem and the base's plan; carries on as before where not given.
    """

    scenario: Scenario
    difference: float
    kinds: set[str]
    base: Changes = field(default_factory=dict)
    added: Rows = field(default_factory=dict)
    tampered: Callable[[Problem, Problem, Plan], Plan] | None = None


def with_rows(pack: Pack, added: Rows) -> Pack:
    """Return the pack with further rows."""
    tables = {name: pd.concat([pack.table(name), frame_of(name, rows)]) for name, rows in added.items()}
    return pack.with_tables({name: table.reset_index(drop=True) for name, table in tables.items()})


def flows_of(problem: Problem, plan: Plan) -> dict[tuple[str, ...], float]:
    """Return the tonnes of a plan by demand and links."""
    flows: dict[tuple[str, ...], float] = {}
    for path in np.flatnonzero(plan.path_t_per_day > LEAST_T):
        links = plan.path_links[plan.path_link_start[path] : plan.path_link_start[path + 1]]
        key = (problem.demand_ids[plan.path_demand[path]], *(problem.link_ids[link] for link in links))
        flows[key] = flows.get(key, 0.0) + float(plan.path_t_per_day[path])
    return flows


def as_before(problem: Problem, before: Problem, plan: Plan) -> Plan:
    """Return the flows of the base's plan, honestly counted."""
    return plan_of(problem, flows_of(before, plan))


def at_old_cost(problem: Problem, before: Problem, plan: Plan) -> Plan:
    """Return the flows of the base's plan, said to cost what they did."""
    stated = {name: getattr(plan, name) for name in SAME}
    return replace(as_before(problem, before, plan), **stated, gap=float(plan.objective > 0))


def nothing_stays(problem: Problem, before: Problem, plan: Plan) -> Plan:
    """Return half of the flows of the base's plan, said to be all."""
    return plan_of(problem, {key: tonnes / 2 for key, tonnes in flows_of(before, plan).items()}, stays=0.0)


FEATURES: dict[str, Feature] = {
    # 10 pcu x 75 % x 0.28125 pcu a tonne; each kind of capacity once.
    "link capacity in pcu": Feature(
        scenario_of(set_change("links", "road_2", capacity_per_day=5.625, capacity_unit="pcu")),
        20 * STAYS,
        {"capacity"},
    ),
    "terminal capacity in TEU": Feature(
        scenario_of(set_change("terminals", "city", capacity_teu_per_year=1200.0)), 8 * ROAD_2, {"capacity"}
    ),
    # 2 TEU a day of 300 days in 52 weeks leave 24 t of the 40.
    "service capacity": Feature(
        scenario_of(set_change("services", "mother", capacity_teu_per_week=2 * 300 / 52, background_teu_per_week=0.0)),
        24 * STAYS,
        {"capacity"},
    ),
    # 20 t of empties come on 5 trucks of 2 TEU, 40 t of furniture on 2.5; of 6.25 trucks 1.25 are left for 20 t.
    "gate capacity": Feature(
        scenario_of(set_change("terminals", "city", gate_trucks_per_h=6.25 / 24)), 20 * ROAD_2, {"capacity"}
    ),
    # The same 6.25 trucks an hour and day, in 12 hours: 3.125 trucks, with 37.5 % of the empties left.
    "gate hours": Feature(
        scenario_of(set_change("terminals", "city", gate_open_h=6.0, gate_close_h=18.0)),
        40 * 520 * 12**2 / 48,
        {"cost", "objective"},
        tampered=at_old_cost,
    ),
    # 40 t x 0.5 h and 40 t x 1.5 h x 0.09375 trucks, 20 t of empties x 0.5 h / 4 t: 10 vehicle-hours; 1.875 of them
    # gone are 1.875 / 0.140625 t of the far port.
    "fleet": Feature(
        scenario_of(set_change("vehicles", "truck", fleet=1.0, fleet_hours_per_day=8.125)),
        1.875 / 0.140625 * STAYS,
        {"capacity"},
    ),
    # 600 of 1,500 TEU a year are 2 of 5 TEU a day.
    "background traffic": Feature(
        scenario_of(set_change("terminals", "city", background_teu_per_year=600.0)), 16 * ROAD_2, {"capacity"}
    ),
    # A floor of 80 % leaves 4 of the 5 TEU; a plan that still counts 5 fills too much.
    "floor under background": Feature(
        scenario_of(
            set_change("terminals", "city", background_teu_per_year=600.0),
            set_change("assumptions", "background_floor_share", mid=0.8),
        ),
        8 * ROAD_2,
        {"capacity"},
        added={"assumptions": [{"assumption_id": "background_floor_share", "mid": 0.0, "kind": "value"}]},
    ),
    "penalty of a commodity": Feature(
        scenario_of(set_change("commodities", "furniture", unmet_penalty_vnd_per_t=1e6)),
        80 * 1e6 - 40 * (CITY + DEEP),
        {"demand"},
        tampered=nothing_stays,
    ),
    "modes of a commodity": Feature(
        scenario_of(set_change("commodities", "furniture", modes="road")),
        80 * 2e7 - 40 * (CITY + DEEP),
        {"mode"},
    ),
    "vehicles of a commodity": Feature(
        scenario_of(set_change("commodities", "furniture", vehicles="barge;ship")),
        80 * 2e7 - 40 * (CITY + DEEP),
        {"mode"},
    ),
    # One TEU on a van that costs what a truck does: twice the money of every road.
    "smaller vehicle of a commodity": Feature(
        scenario_of(set_change("commodities", "furniture", vehicles="van;ship")),
        40 * 41_250 + 40 * (41_250 + 86_250),
        {"cost", "emissions", "objective"},
        added={
            "vehicles": [
                {
                    "vehicle_id": "van",
                    "mode": "road",
                    "forms": "container",
                    "payload_t": 8.0,
                    "payload_teu": 1.0,
                    "pcu": 2.0,
                    "max_speed_kmh": 80.0,
                    "empty_return_share": 0.5,
                    "toll_factor": 1.0,
                    "fuel_id": "diesel",
                    "energy_full_per_km": 0.225,
                    "energy_empty_per_km": 0.15,
                    "default": False,
                }
            ],
            "costs": [
                {"cost_id": f"van_{component}", "vehicle_id": "van", "component": component, "unit": unit, "mid": mid}
                for component, unit, mid in (
                    ("distance", "vehicle-km", 12_000.0),
                    ("vehicle_hour", "vehicle-h", 320_000.0),
                    ("cargo_fee", "TEU", 80_000.0),
                )
            ],
        },
        tampered=at_old_cost,
    ),
    # Twice the value of an hour.
    "value of time": Feature(
        scenario_of(set_change("commodities", "furniture", value_of_time_usd_per_t_h=0.04)),
        40 * 520 * (684.5 + 685.5),
        {"cost", "objective"},
        tampered=at_old_cost,
    ),
    # Trucks burn (0.3 + 0.15 x 16 / 26 + 0.5 x 0.3) l/km laden and back, empties 0.3 + 0.15 x 4 / 26, of 3.2 kg a
    # litre; ships emit 12.5 g/tkm over 14,000 km; handling takes no energy. At 100 USD/t a kg costs 2,600 VND.
    "carbon price": Feature(
        scenario_of(carbon_usd=100.0),
        2600
        * (
            80 * 175.0
            + 3.2 * ((0.45 + 0.15 * 16 / 26) / 16 * (40 * 20 + 40 * 70) + (0.3 + 0.15 * 4 / 26) / 4 * 20 * 20)
        ),
        {"cost", "objective"},
        tampered=at_old_cost,
    ),
    "most hours": Feature(scenario_of(set_change("commodities", "furniture", max_time_h=685.0)), 40 * STAYS, {"time"}),
    "most kilometres": Feature(
        scenario_of(set_change("commodities", "furniture", max_distance_km=14_050.0)), 40 * STAYS, {"length"}
    ),
    "truck ban from 2.5 t all working day": Feature(
        scenario_of(set_change("links", "road_2", ban_from_h=6.0, ban_to_h=22.0, ban_above_t=2.5)), 40 * STAYS, {"mode"}
    ),
    # 6 of 24 hours: 9 of 12 pcu a day, 32 t.
    "truck ban for some hours": Feature(
        scenario_of(
            set_change(
                "links",
                "road_2",
                ban_from_h=6.0,
                ban_to_h=12.0,
                ban_above_t=2.5,
                capacity_per_day=12.0,
                capacity_unit="pcu",
            )
        ),
        8 * STAYS,
        {"capacity"},
    ),
    "weight limit": Feature(
        scenario_of(set_change("links", "road_2", max_weight_t=40.0)),
        40 * STAYS,
        {"mode"},
        base={"vehicles": {"truck": {"gross_t": 44.5}}},
    ),
    "draft at a berth": Feature(
        scenario_of(set_change("terminals", "city", draft_m=10.0)),
        40 * ROAD_2,
        {"mode"},
        base={"vehicles": {"ship": {"draft_m": 12.0}}, "terminals": {"port": {"draft_m": 16.0}}},
    ),
    "depth of a river": Feature(
        scenario_of(set_change("links", "river_1", depth_m=2.5)),
        40 * BY_RIVER,
        {"mode"},
        base={**RIVER, "vehicles": {"barge": {"draft_m": 3.0}}},
    ),
    "height of a bridge": Feature(
        scenario_of(set_change("links", "river_1", clearance_m=6.0)),
        40 * BY_RIVER,
        {"mode"},
        base={**RIVER, "vehicles": {"barge": {"air_draft_m": 7.0}}},
    ),
    # 350 t on a barge in place of 400: 13,600,000 x 1.25 x (1 / 350 - 1 / 400) more a tonne.
    "barge class": Feature(
        scenario_of(set_change("links", "river_1", max_vessel_t=350.0)),
        40 * 13_600_000 * 1.25 * (1 / 350 - 1 / 400),
        {"cost", "emissions", "objective"},
        base=RIVER,
        tampered=at_old_cost,
    ),
    # Laden boxes pay at the sea ship, empties nothing: 80,000 / 8 a tonne.
    "infrastructure fee": Feature(
        scenario_of(set_change("terminals", "city", fee_per_teu=80_000.0, currency="VND", price_year=2025)),
        40 * 10_000,
        {"cost", "objective"},
        tampered=at_old_cost,
    ),
    # 5 TEU more empties at their price: as many boxes leave laden.
    "exports": Feature(
        scenario_of(
            set_change("trade", "furniture_out", value_musd=36.0), set_change("controls", "exports", value_musd=36.0)
        ),
        40 * DEEP + 10 * EMPTY,
        {"demand"},
        tampered=nothing_stays,
    ),
    # 40 t come in by the deep port; their 5 boxes leave laden, so that 10 t fewer empties are fetched.
    "imports": Feature(
        scenario_of(
            set_change("trade", "furniture_in", value_musd=12.0), set_change("controls", "imports", value_musd=12.0)
        ),
        40 * DEEP - 10 * EMPTY,
        {"demand"},
        base={
            "commodities": {"furniture": {"usd_per_t_import": 1000.0}},
            "industry_mixes": {"wood_furniture": {"in_weight": 1.0}},
        },
        added={
            "trade": [
                {
                    "trade_id": "furniture_in",
                    "commodity_id": "furniture",
                    "direction": "import",
                    "market_id": "overseas",
                    "value_musd": 1e-9,
                }
            ],
            "controls": [{"control_id": "imports", "direction": "import", "value_musd": 1e-9}],
            "transshipments": [
                {
                    "transshipment_id": "h_ship_truck",
                    "terminal_kind": "seaport",
                    "from_mode": "sea",
                    "to_mode": "road",
                    "cost_per_teu": 50.0,
                    "resource_share": 0.5,
                    "time_h": 24.0,
                    "currency": "USD",
                    "price_year": 2020,
                }
            ],
        },
        tampered=nothing_stays,
    ),
    # 40 t outside containers at 26 t a truck, then 500,000 VND a tonne and 10 h by line haul from r2.
    "domestic freight in tonnes": Feature(
        scenario_of(
            set_change("trade", "furniture_home", mass_t_per_year=12_000.0),
            set_change("controls", "home", mass_t_per_year=12_000.0),
        ),
        40 * (440_000 * 1.5 / 26 + 500_000 + 520 * 10.5),
        {"demand"},
        base={"commodities": {"furniture": {"container_share_domestic": 0.0}}},
        added={
            "trade": [
                {
                    "trade_id": "furniture_home",
                    "commodity_id": "furniture",
                    "direction": "domestic_out",
                    "market_id": "north",
                    "mass_t_per_year": 1e-6,
                }
            ],
            "controls": [{"control_id": "home", "direction": "domestic_out", "mass_t_per_year": 1e-6}],
            "markets": [{"market_id": "north", "kind": "domestic", "lon": FAR[0], "lat": FAR[1]}],
            "services": [
                {
                    "service_id": "line_haul",
                    "kind": "road_line_haul",
                    "mode": "road",
                    "direction": "out",
                    "from_node_id": "r2",
                    "market_id": "north",
                    "vehicle_id": "truck",
                    "forms": "bulk",
                    "time_h": 10.0,
                    "distance_km": 500.0,
                    "cost_per_t": 500_000.0,
                }
            ],
        },
        tampered=nothing_stays,
    ),
    "empties": Feature(
        scenario_of(set_change("services", "depot_gate", cost_per_teu=600_000.0)),
        20 * 150_000,
        {"cost", "objective"},
        tampered=at_old_cost,
    ),
}
"""Each line of the first question, by its name."""


@pytest.mark.parametrize("name", FEATURES)
def test_it_changes_the_objective_as_worked_by_hand_and_the_check_rejects_a_plan_that_ignores_it(name: str) -> None:
    feature = FEATURES[name]
    pack = with_rows(planner_pack(feature.base), feature.added)
    case, plan = planned(pack, BASE)
    changed, new_plan = planned(pack, feature.scenario)
    assert plan.status == new_plan.status == "optimal"
    assert new_plan.objective - plan.objective == pytest.approx(feature.difference, rel=1e-6)
    assert check_plan(changed.problem, new_plan) == ()
    ignoring = (feature.tampered or as_before)(changed.problem, case.problem, plan)
    found = check_plan(changed.problem, ignoring, prove=False)
    assert {violation.kind for violation in found} == feature.kinds


def test_the_base_costs_what_the_docstring_says() -> None:
    _, plan = planned()
    assert plan.objective == pytest.approx(40 * CITY + 40 * DEEP + 20 * EMPTY)


def test_half_the_fee_is_paid_by_water() -> None:
    """80,000 VND a TEU of 8 t: 10,000 a tonne from the truck to the ship, 5,000 from the barge; else none."""
    fee = {"fee_per_teu": 80_000.0, "fee_share_waterway": 0.5, "currency": "VND", "price_year": 2025}
    case, _ = planned(planner_pack({"terminals": {"port": fee, "river": {}}}))
    links, cls = case.network.links, case.problem.class_ids.index("furniture:container")
    paid = dict(zip(links.link_id, case.impedance.fee[cls], strict=True))
    assert {link: money for link, money in paid.items() if money} == {
        "port~h_truck_ship": pytest.approx(10_000.0),
        "port~h_barge_ship": pytest.approx(5_000.0),
    }
    empties = case.problem.class_ids.index("empty_container:container")
    assert not case.impedance.fee[empties].any()
    resource = case.impedance.resource_cost[cls, links.link_id == "port~h_truck_ship"]
    assert resource == pytest.approx(203_125.0 / 2)


def test_a_gate_that_is_shut_half_the_day_takes_half_the_trucks() -> None:
    """0.5 trucks an hour in 12 hours; freight waits 12 x 12 / 48 = 3 h on each way through it, and nowhere else."""
    changes = {"terminals": {"city": {"gate_trucks_per_h": 0.5, "gate_open_h": 18.0, "gate_close_h": 6.0}}}
    case, _ = planned(planner_pack(changes))
    gate = list(case.problem.capacity_ids).index("gate:city")
    assert case.problem.capacity_per_day[gate] == pytest.approx(6.0)
    links = case.network.links
    waits = dict(zip(links.link_id, links.wait_h, strict=True))
    assert {link for link, wait in waits.items() if wait == pytest.approx(3.0)} == {
        "city~h_truck_ship",
        "depot_gate>",
        "depot_gate<",
    }
    members = set(links.link_id[case.network.capacities.members(gate)])
    assert members == {"city~h_truck_ship", "depot_gate>", "depot_gate<"}


def test_the_river_is_nine_thousand_dong_a_tonne_cheaper_where_it_is_free() -> None:
    _, by_road = planned()
    _, by_river = planned(planner_pack(RIVER))
    assert pytest.approx(9_175.0) == BY_RIVER
    assert by_road.objective - by_river.objective == pytest.approx(40 * BY_RIVER)


def test_the_depot_stands_at_the_city_port() -> None:
    case, _ = planned()
    assert case.network.nodes.lon[case.network.node_index("depot")] == R2[0]
