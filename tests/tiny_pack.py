"""A region of one park, one river port, one seaport and one market, small enough to work out by hand.

    park_a (r1) --20 km road-- r2 (river port, w1) ~~60 km river~~ w2 (seaport) == ship == overseas
                               r2 --50 km road-- r3 (seaport)

All positions of things that meet are the same, so connectors have no length.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from geodata.models import NETWORK_MODELS
from supplychain.demand import FreightClass
from supplychain.models import REGISTRY_MODELS
from supplychain.pack import Pack, Region, declare
from supplychain.text import Text

MODELS = (*REGISTRY_MODELS, *NETWORK_MODELS)
REGION = Region("tiny", Text(en="Tiny", vi="Nhỏ"), "VND", 2025, 2024, "EPSG:4326", "Apache-2.0")
BLANKS: Mapping[str, Any] = {"id": "x", "text": "x", "list": "container", "number": 0.0, "integer": 1, "boolean": False}
DECLARED = declare(MODELS)

FURNITURE = FreightClass(
    class_id="furniture:container",
    commodity_id="furniture",
    form="container",
    t_per_teu=8.0,
    value_of_time_vnd_per_t_h=1000.0,
    modes=frozenset({"road", "rail", "inland_waterway", "sea"}),
    unmet_penalty_vnd_per_t=1e7,
)
CEMENT = FreightClass(
    class_id="cement:bulk",
    commodity_id="cement",
    form="bulk",
    t_per_teu=None,
    value_of_time_vnd_per_t_h=100.0,
    modes=frozenset({"road", "inland_waterway", "sea"}),
    unmet_penalty_vnd_per_t=1e7,
)

R1, R2, R3, FAR = (106.70, 11.05), (106.70, 10.90), (106.95, 10.60), (-118.2, 33.7)

ROWS: dict[str, list[dict[str, Any]]] = {
    "assumptions": [
        {"assumption_id": "working_days_per_year", "mid": 300.0},
        {"assumption_id": "circuity_connector", "mid": 1.3},
        {"assumption_id": "connector_speed_kmh", "mid": 25.0},
    ],
    "rates": [
        {"rate_id": "usd_2020", "kind": "deflator", "currency": "USD", "year": 2020, "value": 100.0},
        {"rate_id": "usd_2025", "kind": "deflator", "currency": "USD", "year": 2025, "value": 125.0},
        {"rate_id": "usd_vnd", "kind": "exchange", "currency": "USD", "year": 2025, "value": 26000.0},
    ],
    "fuels": [
        {"fuel_id": "diesel", "unit": "l", "ttw_kgco2e_per_unit": 2.6, "wtt_kgco2e_per_unit": 0.6},
        {"fuel_id": "electricity", "unit": "kWh", "ttw_kgco2e_per_unit": 0.0, "wtt_kgco2e_per_unit": 0.7},
    ],
    "vehicles": [
        {
            "vehicle_id": "truck",
            "mode": "road",
            "forms": "container;bulk",
            "payload_t": 26.0,
            "payload_teu": 2.0,
            "pcu": 3.0,
            "max_speed_kmh": 80.0,
            "empty_return_share": 0.5,
            "toll_factor": 1.0,
            "fuel_id": "diesel",
            "energy_full_per_km": 0.45,
            "energy_empty_per_km": 0.30,
            "default": True,
        },
        {
            "vehicle_id": "barge",
            "mode": "inland_waterway",
            "forms": "container",
            "payload_t": 1000.0,
            "payload_teu": 50.0,
            "max_speed_kmh": 20.0,
            "empty_return_share": 0.25,
            "fuel_id": "diesel",
            "energy_full_per_km": 8.0,
            "energy_empty_per_km": 4.0,
            "default": True,
        },
        {
            "vehicle_id": "ship",
            "mode": "sea",
            "forms": "container",
            "payload_t": 100000.0,
            "payload_teu": 10000.0,
            "max_speed_kmh": 33.0,
            "ttw_g_per_tkm": 10.0,
            "wtt_g_per_tkm": 2.5,
        },
    ],
    "costs": [
        {
            "cost_id": "c1",
            "vehicle_id": "truck",
            "component": "distance",
            "unit": "vehicle-km",
            "mid": 12000.0,
            "resource_share": 0.6,
        },
        {
            "cost_id": "c2",
            "vehicle_id": "truck",
            "component": "vehicle_hour",
            "unit": "vehicle-h",
            "mid": 320000.0,
            "resource_share": 0.75,
        },
        {
            "cost_id": "c3",
            "vehicle_id": "truck",
            "component": "cargo_fee",
            "unit": "TEU",
            "mid": 80000.0,
            "resource_share": 0.5,
        },
        {
            "cost_id": "c4",
            "vehicle_id": "barge",
            "component": "distance",
            "unit": "vehicle-km",
            "mid": 160000.0,
            "resource_share": 0.8,
        },
        {
            "cost_id": "c5",
            "vehicle_id": "barge",
            "component": "vehicle_hour",
            "unit": "vehicle-h",
            "mid": 800000.0,
            "resource_share": 0.8,
        },
        {
            "cost_id": "c6",
            "vehicle_id": "barge",
            "component": "cargo_fee",
            "unit": "TEU",
            "mid": 160000.0,
            "resource_share": 1.0,
        },
    ],
    "transshipments": [
        {
            "transshipment_id": "h_truck_barge",
            "terminal_kind": "river_port",
            "from_mode": "road",
            "to_mode": "inland_waterway",
            "cost_per_teu": 400000.0,
            "resource_share": 0.8,
            "time_h": 6.0,
            "diesel_l_per_teu": 0.8,
            "kwh_per_teu": 8.0,
        },
        {
            "transshipment_id": "h_barge_ship",
            "terminal_kind": "seaport",
            "from_mode": "inland_waterway",
            "to_mode": "sea",
            "cost_per_teu": 40.0,
            "resource_share": 0.5,
            "time_h": 24.0,
            "kwh_per_teu": 16.0,
            "currency": "USD",
            "price_year": 2020,
        },
        {
            "transshipment_id": "h_truck_ship",
            "terminal_kind": "seaport",
            "from_mode": "road",
            "to_mode": "sea",
            "cost_per_teu": 50.0,
            "resource_share": 0.5,
            "time_h": 24.0,
            "currency": "USD",
            "price_year": 2020,
        },
    ],
    "parks": [{"park_id": "park_a", "lon": R1[0], "lat": R1[1], "road_node_id": "r1"}],
    "terminals": [
        {
            "terminal_id": "river",
            "kind": "river_port",
            "modes": "road;inland_waterway",
            "lon": R2[0],
            "lat": R2[1],
            "handling_cost_factor": 1.5,
            "handling_time_factor": 1.0,
            "capacity_teu_per_year": 30000.0,
            "background_teu_per_year": 36000.0,
        },
        {
            "terminal_id": "port",
            "kind": "seaport",
            "modes": "road;inland_waterway;sea",
            "lon": R3[0],
            "lat": R3[1],
            "handling_cost_factor": 1.0,
            "handling_time_factor": 1.0,
            "capacity_teu_per_year": 600000.0,
            "background_teu_per_year": 300000.0,
        },
    ],
    "markets": [{"market_id": "overseas", "lon": FAR[0], "lat": FAR[1]}],
    "services": [
        {
            "service_id": "mother",
            "kind": "mother_ship",
            "mode": "sea",
            "direction": "both",
            "from_terminal_id": "port",
            "market_id": "overseas",
            "vehicle_id": "ship",
            "calls_per_week": 2.0,
            "capacity_teu_per_week": 3000.0,
            "background_teu_per_week": 1000.0,
            "cutoff_h": 18.0,
            "time_h": 600.0,
            "distance_km": 14000.0,
            "cost_per_teu": 800.0,
            "resource_cost_per_teu": 400.0,
            "currency": "USD",
        }
    ],
    "nodes": [
        {"node_id": "r1", "mode": "road", "lon": R1[0], "lat": R1[1]},
        {"node_id": "r2", "mode": "road", "lon": R2[0], "lat": R2[1]},
        {"node_id": "r3", "mode": "road", "lon": R3[0], "lat": R3[1]},
        {"node_id": "w1", "mode": "inland_waterway", "lon": R2[0], "lat": R2[1]},
        {"node_id": "w2", "mode": "inland_waterway", "lon": R3[0], "lat": R3[1]},
    ],
    "links": [
        {
            "link_id": "road_1",
            "mode": "road",
            "from_node_id": "r1",
            "to_node_id": "r2",
            "link_class": "trunk",
            "geometry": f"LINESTRING ({R1[0]} {R1[1]}, {R2[0]} {R2[1]})",
            "length_m": 20000.0,
            "speed_kmh": 40.0,
            "toll_per_km": 2000.0,
            "capacity_per_day": 5000.0,
            "background_per_day": 3000.0,
            "capacity_unit": "pcu",
            "currency": "VND",
            "price_year": 2025,
        },
        {
            "link_id": "road_2",
            "mode": "road",
            "from_node_id": "r2",
            "to_node_id": "r3",
            "link_class": "trunk",
            "geometry": f"LINESTRING ({R2[0]} {R2[1]}, {R3[0]} {R3[1]})",
            "length_m": 50000.0,
            "speed_kmh": 50.0,
        },
        {
            "link_id": "river_1",
            "mode": "inland_waterway",
            "from_node_id": "w1",
            "to_node_id": "w2",
            "link_class": "waterway_II",
            "geometry": f"LINESTRING ({R2[0]} {R2[1]}, {R3[0]} {R3[1]})",
            "length_m": 60000.0,
            "speed_kmh": 12.0,
        },
    ],
}
DEFAULTS = {
    "gate_close_h": 24.0,
    "status": "open",
    "currency": "VND",
    "price_year": 2025,
    "unit": "",
    "low": 0.0,
    "high": 0.0,
}
NO_MONEY = {"links": ("currency", "price_year")}


def frame_of(table: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return rows as a table; required columns that a row leaves out get a neutral value."""
    blank: dict[str, Any] = {}
    for column in DECLARED[table].columns:
        if column.required:
            words = column.choices[0] if column.choices else BLANKS.get(column.kind, "x")
            blank[column.name] = DEFAULTS.get(column.name, words)
    return pd.DataFrame([blank | row for row in rows])


def tiny_pack(
    changes: Mapping[str, Mapping[str, Mapping[str, Any]]] | None = None, **more: list[dict[str, Any]]
) -> Pack:
    """Return the pack.

    Parameters
    ----------
    changes
        table → id → column → value.
    more
        Rows to append, by table.
    """
    tables = {}
    for table, rows in ROWS.items():
        key = DECLARED[table].key
        changed = [row | dict((changes or {}).get(table, {}).get(row[key], {})) for row in rows]
        tables[table] = frame_of(table, [*changed, *more.get(table, [])])
    for table in set(more) - set(ROWS):
        tables[table] = frame_of(table, more[table])
    return Pack.from_tables(REGION, tables, MODELS)
