"""Each verb of a scenario file changes exactly the cells meant, in the units of the table."""

from __future__ import annotations

from typing import Any

import pytest
from planner_pack import planner_pack
from scenario_parts import changed_cells, findings_of, resolved, scenario_pack

from optimizer.scenarios.changes import apply_changes
from optimizer.scenarios.verbs import VERBS
from supplychain.demand import DemandChange

L, T, S, C = "links", "terminals", "services", "commodities"
COST = ("low", "mid", "high")

CASES: list[tuple[str, dict[tuple[str, str, str], Any]]] = [
    ("- change: open\n  links: {mode: road, length_m: 50000}\n", {}),  # is open already: sets what it is
    ("- change: close\n  links: [road_2]", {(L, "road_2", "status"): "closed"}),
    ("- change: close\n  terminals: city", {(T, "city", "status"): "closed"}),
    ("- change: close\n  services: {kind: feeder}", {(S, "feeder", "status"): "closed"}),
    ("- change: close\n  places: [park_a]", {("parks", "park_a", "status"): "closed"}),
    (
        "- change: available\n  links: [road_1]\n  share: 0.5",
        {(L, "road_1", "capacity_per_day"): 2500.0, (L, "road_1", "background_per_day"): 1500.0},
    ),
    ("- change: speed\n  links: [road_1]\n  speed: 60 km/h", {(L, "road_1", "speed_kmh"): 60.0}),
    ("- change: speed\n  where: {link_id: road_2}\n  by: 0.5", {(L, "road_2", "speed_kmh"): 25.0}),
    ("- change: cost\n  links: [road_1]\n  toll: 2500 VND/km", {(L, "road_1", "toll_per_km"): 2500.0}),
    # 0.1 USD of 2020 is 0.125 USD of 2025 (deflator 100 → 125), at 26,000 VND.
    (
        "- change: cost\n  links: [road_1]\n  toll: 0.1 USD/km\n  price_year: 2020",
        {(L, "road_1", "toll_per_km"): 3250.0},
    ),
    (
        "- change: cost\n  links: [road_2]\n  toll: 1000 VND/km",
        {(L, "road_2", "toll_per_km"): 1000.0, (L, "road_2", "currency"): "VND", (L, "road_2", "price_year"): 2025},
    ),
    ("- change: cost\n  links: all\n  by: 2", {(L, "road_1", "toll_per_km"): 4000.0}),
    ("- change: cost\n  services: [feeder]\n  price: 700 USD/TEU", {(S, "feeder", "cost_per_teu"): 700.0}),
    (
        "- change: cost\n  services: [feeder]\n  by: 0.5",
        {(S, "feeder", "cost_per_teu"): 400.0, (S, "feeder", "resource_cost_per_teu"): 200.0},
    ),
    ("- change: cost\n  costs: [c4]\n  by: 0.5", {("costs", "c4", name): 80_000.0 for name in COST}),
    (
        "- change: cost\n  vehicles: [barge]\n  component: vehicle_hour\n  by: 2",
        {("costs", "c5", name): 1_600_000.0 for name in COST},
    ),
    (
        "- change: cost\n  costs: [c1]\n  cost: 15000 VND/vehicle-km",
        {("costs", "c1", name): 15_000.0 for name in COST},
    ),
    ("- change: capacity\n  links: [road_1]\n  capacity: 8000 pcu/day", {(L, "road_1", "capacity_per_day"): 8000.0}),
    # 52 weeks a year; a working day is a 300th of the year.
    (
        "- change: capacity\n  terminals: [city]\n  capacity: 100 TEU/week",
        {(T, "city", "capacity_teu_per_year"): 5200.0},
    ),
    (
        "- change: capacity\n  terminals: [city]\n  capacity: 10 TEU/day",
        {(T, "city", "capacity_teu_per_year"): 3000.0},
    ),
    ("- change: capacity\n  services: [mother]\n  by: 2", {(S, "mother", "capacity_teu_per_week"): 6000.0}),
    (
        "- change: capacity\n  links: [road_1]\n  capacity: unlimited",
        {(L, "road_1", "capacity_per_day"): None, (L, "road_1", "background_per_day"): None},
    ),
    ("- change: background\n  links: [road_1]\n  by: 0.5", {(L, "road_1", "background_per_day"): 1500.0}),
    (
        "- change: background\n  terminals: [port]\n  background: 260000 TEU/year",
        {(T, "port", "background_teu_per_year"): 260_000.0},
    ),
    (
        "- change: background\n  services: [mother]\n  background: 1500 TEU/week",
        {(S, "mother", "background_teu_per_week"): 1500.0},
    ),
    (
        "- change: handling\n  terminals: [river]\n  cost_by: 0.5\n  time_by: 2",
        {(T, "river", "handling_cost_factor"): 0.75, (T, "river", "handling_time_factor"): 2.0},
    ),
    (
        "- change: handling\n  transshipments: [h_truck_barge]\n  cost_by: 0.5\n  time: 90 min",
        {
            ("transshipments", "h_truck_barge", "cost_per_teu"): 200_000.0,
            ("transshipments", "h_truck_barge", "time_h"): 1.5,
        },
    ),
    (
        "- change: gate\n  terminals: [port]\n  hours: 06:30-22:00\n  trucks: 90 trucks/h",
        {
            (T, "port", "gate_open_h"): 6.5,
            (T, "port", "gate_close_h"): 22.0,
            (T, "port", "gate_trucks_per_h"): 90.0,
        },
    ),
    (
        "- change: calls\n  services: [mother]\n  calls: 4 calls/week",
        {(S, "mother", "calls_per_week"): 4.0, (S, "mother", "capacity_teu_per_week"): 6000.0},
    ),
    (
        "- change: calls\n  services: [mother]\n  by: 2\n  capacity: keep",
        {(S, "mother", "calls_per_week"): 4.0},
    ),
    (
        "- change: truck_ban\n  links: [road_2]\n  hours: 06:00-22:00\n  above: 10 t",
        {(L, "road_2", "ban_from_h"): 6.0, (L, "road_2", "ban_to_h"): 22.0, (L, "road_2", "ban_above_t"): 10.0},
    ),
    ("- change: weight_limit\n  links: [road_2]\n  weight: 30 t", {(L, "road_2", "max_weight_t"): 30.0}),
    ("- change: draft\n  links: [river_1]\n  depth: 3.5 m", {(L, "river_1", "depth_m"): 3.5}),
    ("- change: draft\n  terminals: [port]\n  depth: 16 m", {(T, "port", "draft_m"): 16.0}),
    ("- change: clearance\n  links: [river_1]\n  clearance: 7 m", {(L, "river_1", "clearance_m"): 7.0}),
    ("- change: vessel\n  links: [river_1]\n  vessel: 2200 t", {(L, "river_1", "max_vessel_t"): 2200.0}),
    (
        "- change: fee\n  terminals: [port]\n  per_teu: 250000 VND/TEU\n  waterway_share: 0.5",
        {(T, "port", "fee_per_teu"): 250_000.0, (T, "port", "fee_share_waterway"): 0.5},
    ),
    (
        "- change: modes\n  commodities: [furniture]\n  forbid: [road]",
        {(C, "furniture", "modes"): "inland_waterway;sea"},
    ),
    ("- change: modes\n  commodities: [furniture]\n  allow: [sea, road]", {(C, "furniture", "modes"): "road;sea"}),
    (
        "- change: vehicles\n  commodities: [furniture]\n  allow: [truck, barge]",
        {(C, "furniture", "vehicles"): "truck;barge"},
    ),
    (
        "- change: fleet\n  vehicles: [truck]\n  fleet: 120 vehicles\n  hours: 10 h/day",
        {("vehicles", "truck", "fleet"): 120.0, ("vehicles", "truck", "fleet_hours_per_day"): 10.0},
    ),
    (
        "- change: limit\n  commodities: [furniture]\n  time: 30 days\n  distance: 300 km",
        {(C, "furniture", "max_time_h"): 720.0, (C, "furniture", "max_distance_km"): 300.0},
    ),
    (
        "- change: penalty\n  commodities: [furniture]\n  penalty: 60000000 VND/t",
        {(C, "furniture", "unmet_penalty_vnd_per_t"): 6e7},
    ),
    (
        "- change: penalty\n  penalty: 30000000 VND/t",
        {("assumptions", "unmet_penalty_vnd_per_t", name): 3e7 for name in ("mid", "high")},
    ),
    ("- change: penalty\n  by: 2", {("assumptions", "unmet_penalty_vnd_per_t", name): 4e7 for name in COST}),
    (
        "- change: value_of_time\n  commodities: [furniture]\n  by: 1.5",
        {(C, "furniture", "value_of_time_usd_per_t_h"): 0.03},
    ),
    # 1,300 VND of 2025 is 0.05 USD of 2025; the base year 2024 has the same deflator.
    (
        "- change: value_of_time\n  commodities: [furniture]\n  value: 1300 VND/t/h",
        {(C, "furniture", "value_of_time_usd_per_t_h"): 0.05},
    ),
    (
        "- change: empties\n  pooling_share: 0.9",
        {("assumptions", "empties_pooling_share", name): 0.9 for name in ("mid", "high")},
    ),
    (
        "- change: table\n  table: assumptions\n  ids: [peak_factor]\n  set: {mid: 1.35}",
        {("assumptions", "peak_factor", "mid"): 1.35},
    ),
    (
        "- change: table\n  table: links\n  where: {mode: inland_waterway}\n  scale: {speed_kmh: 0.5}",
        {(L, "river_1", "speed_kmh"): 6.0},
    ),
]


@pytest.mark.parametrize(
    ("change", "cells"), CASES, ids=[case[0].split("\n")[0][10:] + str(i) for i, case in enumerate(CASES)]
)
def test_a_verb_changes_exactly_the_cells_meant(change: str, cells: dict[tuple[str, str, str], Any]) -> None:
    found = changed_cells(resolved(change))
    expected = {
        cell: value for cell, value in cells.items() if cell[2] not in ("currency", "price_year") or "road_2" in cell
    }
    found = {
        cell: value for cell, value in found.items() if cell[2] not in ("currency", "price_year") or "road_2" in cell
    }
    assert found == {
        cell: pytest.approx(value) if isinstance(value, float) else value for cell, value in expected.items()
    }


def test_a_lifted_ban_and_limits_leave_nothing() -> None:
    pack = apply_changes(
        scenario_pack(),
        resolved(
            "- change: truck_ban\n  links: [road_2]\n  hours: 06:00-22:00\n  above: 10 t",
            "- change: weight_limit\n  links: [road_2]\n  weight: 30 t",
            "- change: vehicles\n  commodities: [furniture]\n  allow: [truck, barge]",
        ),
    )
    lifted = resolved(
        "- change: truck_ban\n  links: [road_2]\n  lift: yes",
        "- change: weight_limit\n  links: [road_2]\n  weight: unlimited",
        "- change: vehicles\n  commodities: [furniture]\n  lift: yes",
        pack=pack,
    )
    assert apply_changes(pack, lifted) == scenario_pack()


def test_growth_is_from_the_base_year_and_demand_is_selected() -> None:
    """6 % a year from 2024 to 2030 is 1.06^6 = 1.418519."""
    (change,) = resolved(
        "- change: demand\n  commodities: [furniture]\n  directions: export\n  growth: 6 %/year\n  until: 2030"
    ).demand_changes
    assert change.factor == pytest.approx(1.06**6)
    assert (change.commodity_ids, change.directions, change.place_ids) == (("furniture",), ("export",), ())
    (dated,) = resolved("- change: demand\n  growth: 6 %/year", more="date: 2026-05-01\n").demand_changes
    assert dated.factor == pytest.approx(1.06**2)
    (added,) = resolved(
        "- change: factory\n  place: park_a\n  commodity: furniture\n  market: overseas\n  direction: export\n"
        "  add: 12 t/day"
    ).demand_changes
    assert added.added_t_per_day == 12.0
    assert added.place_ids == ("park_a",)
    assert isinstance(added, DemandChange)


def test_a_new_link_makes_its_junctions_its_line_and_its_length() -> None:
    """One degree of latitude at the equator is 110,574 m; here 0.05 degrees at 10.9 N are 5,531 m."""
    scenario = resolved(
        "- change: add_link\n  id: bridge\n  from_node: r2\n  to_node: {lat: 10.95, lon: 106.70}\n  link_class: trunk\n"
        "  speed: 60 km/h\n  capacity: 20000 pcu/day\n  toll: 2000 VND/km\n  road: Cầu mới"
    )
    tables = apply_changes(scenario_pack(), scenario)
    node = tables.table("nodes").set_index("node_id").loc["bridge_to"]
    assert (node["lat"], node["lon"], node["mode"]) == (10.95, 106.70, "road")
    link = tables.table("links").set_index("link_id").loc["bridge"]
    assert link["geometry"] == "LINESTRING (106.7 10.9, 106.7 10.95)"
    assert link["length_m"] == pytest.approx(5531, abs=2)
    assert (link["from_node_id"], link["to_node_id"], link["status"]) == ("r2", "bridge_to", "open")
    assert (link["speed_kmh"], link["capacity_per_day"], link["capacity_unit"]) == (60.0, 20_000.0, "pcu")
    assert (link["toll_per_km"], link["currency"], link["price_year"]) == (2000.0, "VND", 2025)
    assert (link["source"], link["confidence"]) == ("own_estimate", "assumption")


def test_a_new_link_takes_geojson_and_the_columns_of_another() -> None:
    scenario = resolved(
        "- change: add_link\n  id: second\n  from_node: r1\n  to_node: r2\n  like: road_1\n  road: Đường song song\n"
        "  length: 21 km\n"
        "  geometry: {type: LineString, coordinates: [[106.70, 11.05], [106.72, 11.0], [106.70, 10.90]]}"
    )
    link = apply_changes(scenario_pack(), scenario).table("links").set_index("link_id").loc["second"]
    assert link["geometry"] == "LINESTRING (106.7 11.05, 106.72 11, 106.7 10.9)"
    assert (link["length_m"], link["speed_kmh"], link["capacity_per_day"]) == (21_000.0, 40.0, 5000.0)
    assert link.isna()["background_per_day"]


def test_new_terminals_and_services_are_like_others_but_for_what_is_said() -> None:
    scenario = resolved(
        "- change: add_terminal\n  id: icd_new\n  like: river\n  at: {lat: 10.9, lon: 106.7}\n"
        "  capacity: 1000 TEU/week\n  hours: 06:00-20:00",
        "- change: add_service\n  id: second_feeder\n  like: feeder\n  calls: 1 calls/day\n  cutoff: 2 h\n"
        "  price: 600 USD/TEU\n  from_terminal: city\n  market: overseas",
    )
    tables = apply_changes(scenario_pack(), scenario)
    terminal = tables.table("terminals").set_index("terminal_id").loc["icd_new"]
    assert (terminal["kind"], terminal["modes"], terminal["capacity_teu_per_year"]) == (
        "river_port",
        "road;inland_waterway",
        52_000.0,
    )
    assert (terminal["gate_open_h"], terminal["gate_close_h"], terminal["handling_cost_factor"]) == (6.0, 20.0, 1.5)
    assert terminal.isna()["background_teu_per_year"]
    service = tables.table("services").set_index("service_id").loc["second_feeder"]
    assert (service["calls_per_week"], service["cutoff_h"], service["cost_per_teu"]) == (7.0, 2.0, 600.0)
    assert (service["vehicle_id"], service["time_h"], service["currency"]) == ("ship", 600.0, "USD")


def test_a_new_junction_and_a_new_row_of_any_table() -> None:
    scenario = resolved(
        "- change: add_node\n  id: gate\n  mode: road\n  at: {lat: 10.91, lon: 106.72}\n  name: Cổng",
        "- change: row\n  table: nodes\n  values: {node_id: other, mode: rail, lat: 10.9, lon: 106.7, "
        "position_accuracy_m: 50, source: own_estimate, confidence: assumption}",
    )
    nodes = apply_changes(scenario_pack(), scenario).table("nodes").set_index("node_id")
    assert (nodes.loc["gate", "lat"], nodes.loc["gate", "lon"], nodes.loc["gate", "name"]) == (10.91, 106.72, "Cổng")
    assert nodes.loc["other", "mode"] == "rail"
    assert len(nodes) == len(planner_pack().table("nodes")) + 2


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ("- change: close\n  links: [road_11]", "links", "did you mean road_1?"),
        ("- change: close\n  terminals: [City port]", "terminals", "did you mean city?"),
        ("- change: close\n  links: {rode: QL13}", "rode", "did you mean road?"),
        ("- change: close\n  links: {road: QL99}", "links", "matches no row"),
        ("- change: available\n  links: [road_2]\n  share: 0.5", "share", "has no capacity"),
        ("- change: cost\n  links: [road_2]\n  by: 2", "by", "none of the rows has a value"),
        ("- change: cost\n  links: [road_1]\n  price: 2 USD/TEU", "price", "price is not for links"),
        ("- change: cost\n  links: [road_1]\n  toll: 2 USD/km\n  price_year: 1999", "toll", "USD in 1999"),
        ("- change: cost\n  costs: [c1]\n  cost: 2 VND/TEU", "cost", "counted per vehicle-km"),
        ("- change: capacity\n  links: [road_1]\n  capacity: 9000 t/day", "capacity", "others use in pcu"),
        ("- change: capacity\n  terminals: [city]\n  capacity: 9 pcu/day", "capacity", "not limited in 'pcu'"),
        (
            "- change: capacity\n  links: [road_1]\n  capacity: 2000 pcu/day",
            "background_per_day",
            "above capacity_per_day",
        ),
        ("- change: background\n  links: [road_2]\n  background: 9 pcu/day", "background", "same unit"),
        ("- change: speed\n  links: [road_1]\n  by: 20", "speed_kmh", "above the most allowed"),
        ("- change: limit\n  commodities: [furniture]\n  time: 0 h", "max_time_h", "below the least allowed, 0.000001"),
        ("- change: limit\n  commodities: [furniture]\n  distance: 0 km", "max_distance_km", "least allowed, 0.000001"),
        ("- change: calls\n  services: [depot_gate]\n  by: 2", "by", "no calls a week"),
        ("- change: truck_ban\n  links: [road_2]\n  above: 10 t", "ban_from_h", "ban_above_t"),
        ("- change: modes\n  commodities: [furniture]\n  forbid: [road, inland_waterway, sea]", "forbid", "no mode"),
        ("- change: vehicles\n  commodities: [furniture]\n  allow: [truk]", "allow", "did you mean truck?"),
        ("- change: fleet\n  vehicles: [truck]\n  fleet: 9 vehicles", "fleet_hours_per_day", "fleet"),
        ("- change: penalty\n  commodities: [furniture]\n  by: 2", "by", "no penalty of its own"),
        ("- change: demand\n  commodities: [furniture]\n  directions: [import]\n  by: 2", None, "nothing to multiply"),
        ("- change: demand\n  directions: [exports]\n  by: 2", "directions", "did you mean export?"),
        ("- change: demand\n  growth: 6 %/year", "growth", "until: 2030"),
        ("- change: demand\n  growth: 6 %/year\n  until: 2020", "until", "before the base year"),
        (
            (
                "- change: factory\n  place: park_b\n  commodity: furniture\n  market: overseas\n  direction: export\n"
                "  add: 1 t/day"
            ),
            "place",
            "did you mean park_a?",
        ),
        ("- change: table\n  table: link\n  ids: [road_1]\n  set: {status: closed}", "table", "did you mean links?"),
        ("- change: table\n  table: links\n  ids: [road_1]\n  set: {sped: 3}", "sped", "no column 'sped'"),
        (
            "- change: add_node\n  id: r1\n  mode: road\n  at: {lat: 10.9, lon: 106.7}",
            "id",
            "is taken: nodes",
        ),
        (
            "- change: add_node\n  id: far\n  mode: road\n  at: {lat: 48.8, lon: 2.3}",
            "at",
            "outside the",
        ),
        (
            (
                "- change: add_link\n  id: x1\n  from_node: r1\n  to_node: r2\n  link_class: trunk\n  speed: 60 km/h\n"
                "  geometry: LINESTRING (106.7 11.05, 106.8 10.9)"
            ),
            "geometry",
            "from node r2",
        ),
        (
            "- change: add_link\n  id: x1\n  from_node: r1\n  to_node: w1\n  link_class: trunk\n  speed: 60 km/h",
            "to_node_id",
            "of mode inland_waterway",
        ),
        (
            (
                "- change: add_link\n  id: x1\n  from_node: r1\n  to_node: r3\n  link_class: trunk\n  speed: 60 km/h\n"
                "  capacity: 100 pcu/day\n  background: 200 pcu/day"
            ),
            "background_per_day",
            "above capacity_per_day",
        ),
        ("- change: add_link\n  id: x1\n  from_node: r1\n  to_node: r3", None, "needs speed"),
        (
            "- change: add_link\n  id: x1\n  from_node: r1\n  to_node: r3\n  link_class: highway\n  speed: 60 km/h",
            "link_class",
            "takes motorway",
        ),
        (
            "- change: add_service\n  id: x1\n  like: feeder\n  from_terminal: river\n  source: nobody",
            "source",
            "no source 'nobody'",
        ),
    ],
)
def test_what_does_not_fit_is_a_finding_at_its_place(change: str, field: str | None, words: str) -> None:
    findings = findings_of(change)
    assert any(words in finding.text.en and finding.column == field for finding in findings), findings
    for finding in findings:
        assert finding.file == "what_if.yaml"
        assert finding.row is not None
        assert finding.character is not None
        assert finding.text.vi


def test_every_verb_is_tried_here() -> None:
    tried = {change.split("\n")[0].removeprefix("- change: ") for change, _cells in CASES}
    tried |= {"demand", "factory", "add_node", "add_link", "add_terminal", "add_service", "row"}
    assert tried == set(VERBS)
