"""A region with a choice of two gateways, small enough to work out by hand: the tiny pack, with trade.

    park_a (r1) --20 km-- r2: city port (capacity 5 TEU a day), river port (full: nothing left of its capacity)
                          r2 --50 km road-- r3: deep port      river port ~~60 km~~ deep port

80 t of furniture a day (10 TEU of 8 t) go to the overseas market. The city's feeder costs the same as the deep port's
mother ship and the road to the deep port is longer, so 5 TEU leave by the city and, its terminal being full, 5 by the
deep port. As many boxes as leave laden come in empty from the depot at the city port: 10 TEU of 2 t.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tiny_pack import R2, ROWS, tiny_pack

from optimizer.case import Case, build_case, solve_case
from optimizer.flow.plan import Plan
from optimizer.scenarios.scenario import CarbonPrice, Change, Scenario
from supplychain.pack import Pack
from supplychain.text import Text

Changes = Mapping[str, Mapping[str, Mapping[str, Any]]]

BASE = Scenario("base", Text(en="Base", vi="Hiện trạng"), Text(en="As it is.", vi="Như hiện nay."))
REASON = Text(en="A test", vi="Thử nghiệm")

MORE: dict[str, list[dict[str, Any]]] = {
    "assumptions": [
        {"assumption_id": name, "low": low, "mid": mid, "high": high, "kind": "value", "name_en": name, "name_vi": name}
        for name, low, mid, high in (
            ("peak_factor", 1.0, 1.0, 1.5),
            ("unmet_penalty_vnd_per_t", 2e7, 2e7, 2e7),
            ("unmet_penalty_value_share", 0.0, 0.0, 0.0),
            ("empties_pooling_share", 0.0, 0.0, 0.0),
            ("split_spread_vnd_per_teu", 5e5, 1e6, 2e6),
        )
    ],
    "rates": [{"rate_id": "usd_2024", "kind": "deflator", "currency": "USD", "year": 2024, "value": 125.0}],
    "commodities": [
        {
            "commodity_id": "furniture",
            "usd_per_t_export": 1000.0,
            "t_per_teu": 8.0,
            "container_share_export": 1.0,
            "container_share_import": 1.0,
            "container_share_domestic": 1.0,
            "box": "container",
            "container_size": "40HC",
            "value_of_time_usd_per_t_h": 0.02,
            "modes": "road;inland_waterway;sea",
        },
        {
            "commodity_id": "empty_container",
            "t_per_teu": 2.0,
            "container_share_export": 1.0,
            "container_share_import": 1.0,
            "container_share_domestic": 1.0,
            "box": "container",
            "container_size": "40HC",
            "value_of_time_usd_per_t_h": 0.0,
            "modes": "road;inland_waterway",
        },
    ],
    "industry_mixes": [
        {"mix_row_id": "wood_furniture", "mix_id": "wood", "commodity_id": "furniture", "out_weight": 1.0},
    ],
    "trade": [
        {
            "trade_id": "furniture_out",
            "commodity_id": "furniture",
            "direction": "export",
            "market_id": "overseas",
            "value_musd": 24.0,
        }
    ],
    "controls": [{"control_id": "exports", "direction": "export", "value_musd": 24.0}],
    "terminals": [
        {
            "terminal_id": "city",
            "kind": "seaport",
            "gateway_group": "hcmc_ports",
            "modes": "road;sea",
            "lon": R2[0],
            "lat": R2[1],
            "name_en": "City port",
            "name_vi": "Cảng thành phố",
            "handling_cost_factor": 1.0,
            "handling_time_factor": 1.0,
            "capacity_teu_per_year": 1500.0,
            "background_teu_per_year": 0.0,
        }
    ],
    "markets": [{"market_id": "depot", "kind": "empty_depot", "lon": R2[0], "lat": R2[1]}],
    "services": [
        {
            "service_id": "feeder",
            "kind": "feeder",
            "mode": "sea",
            "direction": "out",
            "from_terminal_id": "city",
            "market_id": "overseas",
            "vehicle_id": "ship",
            "calls_per_week": 2.0,
            "cutoff_h": 18.0,
            "time_h": 600.0,
            "distance_km": 14000.0,
            "cost_per_teu": 800.0,
            "resource_cost_per_teu": 400.0,
            "currency": "USD",
        },
        {
            "service_id": "depot_gate",
            "kind": "empty_depot",
            "mode": "road",
            "direction": "both",
            "from_terminal_id": "city",
            "market_id": "depot",
            "vehicle_id": "truck",
            "cost_per_teu": 300000.0,
            "distance_km": 0.0,
        },
    ],
    "estimates": [
        {"estimate_id": name, "quantity": name, "item": f"{name} vi / {name} en", "central": central, "unit": "%"}
        for name, central in (
            ("share_hcmc_ports", 60.0),
            ("share_cai_mep", 40.0),
            ("share_other", 0.0),
            ("barge_share_cai_mep", 75.0),
        )
    ],
    "known_distances": [
        {
            "distance_id": "park_to_port",
            "from_id": "park_a",
            "to_id": "port",
            "mode": "road",
            "km_low": 68.0,
            "km": 70.0,
            "km_high": 72.0,
        }
    ],
}
CHANGES: dict[str, dict[str, dict[str, Any]]] = {
    "parks": {"park_a": {"in_region": True, "area_ha": 100.0, "leased_pct": 100.0, "mix_id": "wood"}},
    "terminals": {
        "river": {"gateway_group": "other", "name_en": "River port", "name_vi": "Cảng sông"},
        "port": {"gateway_group": "cai_mep", "name_en": "Deep port", "name_vi": "Cảng nước sâu"},
    },
    "markets": {"overseas": {"kind": "overseas", "name_en": "Overseas", "name_vi": "Hải ngoại"}},
}
"""Rows of the tiny pack that need more to make demand."""


def planner_pack(changes: Changes | None = None) -> Pack:
    """Return the pack; ``changes`` are table → id → column → value, for any of its rows."""
    merged = {table: {row: dict(values) for row, values in rows.items()} for table, rows in CHANGES.items()}
    more = {table: [dict(row) for row in rows] for table, rows in MORE.items()}
    for table, rows in (changes or {}).items():
        for row_id, values in rows.items():
            added = [row for row in more.get(table, []) if row_id in row.values()]
            if added:
                added[0].update(values)
            else:
                merged.setdefault(table, {}).setdefault(row_id, {}).update(values)
    known = set(ROWS)
    return tiny_pack({table: rows for table, rows in merged.items() if table in known}, **more)


def scenario_of(*changes: Change, carbon_usd: float = 0.0) -> Scenario:
    """Return a scenario of some changes."""
    price = CarbonPrice(carbon_usd, "USD", 2025)
    return Scenario("what_if", Text(en="What if", vi="Nếu như"), Text(en="A test.", vi="Thử."), price, changes)


def set_change(table: str, row_id: str, **values: Any) -> Change:  # noqa: ANN401
    """Return a change that sets columns of one row."""
    return Change(table, (row_id,), (), tuple(values.items()), (), REASON)


def planned(pack: Pack | None = None, scenario: Scenario = BASE) -> tuple[Case, Plan]:
    """Return a case and its plan."""
    case = build_case(pack or planner_pack(), scenario)
    return case, solve_case(case)
