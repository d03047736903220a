"""A region of two places, two overseas markets and three goods, small enough to work out by hand.

east: 100 ha × 50 % leased = 50 ha, mix `wood`;  west: zone of 150 ha, mix `mixed`
chairs go out (1,000 USD/t, 5 t/TEU, all boxed), boards and feed come in (500 and 250 USD/t)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from supplychain.models import REGISTRY_MODELS
from supplychain.pack import Pack, Region, declare
from supplychain.text import Text

REGION = Region("tiny", Text(en="Tiny", vi="Nhỏ"), "VND", 2025, 2024, "EPSG:4326", "Apache-2.0")

Rows = list[dict[str, Any]]

_BLANKS: Mapping[str, Any] = {"number": 0.0, "integer": 2000, "boolean": False}
_DECLARED = declare(REGISTRY_MODELS)


def _goods(commodity_id: str, size: str, t_per_teu: float, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {
        "commodity_id": commodity_id,
        "t_per_teu": t_per_teu,
        "container_share_export": 1.0,
        "container_share_import": 1.0,
        "container_share_domestic": 0.0,
        "box": "container",
        "container_size": size,
        "value_of_time_usd_per_t_h": 0.02,
        "modes": "road;sea",
        **more,
    }


def tiny_rows() -> dict[str, Rows]:
    """Return the rows of the small region, fresh each time, to be changed by a test."""
    return {
        "assumptions": [
            {"assumption_id": "working_days_per_year", "mid": 250.0, "kind": "value"},
            {"assumption_id": "peak_factor", "mid": 1.5, "kind": "value"},
            {"assumption_id": "unmet_penalty_vnd_per_t", "mid": 1e7, "kind": "value"},
            {"assumption_id": "unmet_penalty_value_share", "mid": 0.5, "kind": "value"},
            {"assumption_id": "empties_pooling_share", "mid": 0.5, "kind": "value"},
        ],
        "rates": [
            {"rate_id": "usd_2024", "kind": "deflator", "currency": "USD", "year": 2024, "value": 100.0},
            {"rate_id": "usd_2025", "kind": "deflator", "currency": "USD", "year": 2025, "value": 104.0},
            {"rate_id": "usd_vnd", "kind": "exchange", "currency": "USD", "year": 2025, "value": 25000.0},
        ],
        "commodities": [
            _goods("chairs", "40HC", 5.0, usd_per_t_export=1000.0),
            _goods("boards", "40HC", 10.0, usd_per_t_import=500.0),
            _goods("feed", "20", 10.0, usd_per_t_import=250.0, container_share_import=0.25),
            _goods("empty_container", "40HC", 2.0, value_of_time_usd_per_t_h=0.0),
        ],
        "industry_mixes": [
            {"mix_id": "wood", "commodity_id": "chairs", "out_weight": 3.0, "in_weight": 0.0},
            {"mix_id": "wood", "commodity_id": "boards", "out_weight": 0.0, "in_weight": 1.0},
            {"mix_id": "mixed", "commodity_id": "chairs", "out_weight": 1.0, "in_weight": 0.0},
            {"mix_id": "mixed", "commodity_id": "boards", "out_weight": 0.0, "in_weight": 1.0},
            {"mix_id": "mixed", "commodity_id": "feed", "out_weight": 0.0, "in_weight": 2.0},
        ],
        "parks": [
            _park("east", leased_pct=50.0, mix_id="wood"),
            _park("abroad", in_region=False, leased_pct=100.0, mix_id="wood"),
            _park("next_year", status="building", leased_pct=100.0, mix_id="wood"),
        ],
        "zones": [
            {"zone_id": "west", "in_region": True, "industrial_area_ha": 150.0, "mix_id": "mixed", "status": "open"}
        ],
        "markets": [
            {"market_id": "us", "kind": "overseas"},
            {"market_id": "japan", "kind": "overseas"},
            {"market_id": "depot", "kind": "empty_depot"},
        ],
        "trade": [
            _trade("chairs", "export", "us", value_musd=2.0),
            _trade("chairs", "export", "japan", value_musd=1.0),
            _trade("boards", "import", "us", value_musd=0.5),
            _trade("boards", "import", "japan", value_musd=0.5),
            _trade("feed", "import", "us", value_musd=0.5),
        ],
        "controls": [
            {"control_id": "all_exports", "direction": "export", "value_musd": 6.0},
            {"control_id": "all_imports", "direction": "import", "value_musd": 3.0},
            {"control_id": "feed_imports", "direction": "import", "commodity_id": "feed", "value_musd": 1.0},
        ],
    }


def tiny_pack(rows: dict[str, Rows] | None = None) -> Pack:
    """Return the rows as a pack; required columns a row leaves out are filled with something harmless."""
    rows = tiny_rows() if rows is None else rows
    return Pack.from_tables(REGION, {name: _frame(name, table) for name, table in rows.items()}, REGISTRY_MODELS)


def _park(park_id: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"park_id": park_id, "in_region": True, "area_ha": 100.0, "status": "open", **more}


def _trade(commodity_id: str, direction: str, market_id: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    trade_id = f"{direction}_{commodity_id}_{market_id}"
    return {
        "trade_id": trade_id,
        "commodity_id": commodity_id,
        "direction": direction,
        "market_id": market_id,
        **more,
    }


def _frame(name: str, rows: Rows) -> pd.DataFrame:
    frame = pd.DataFrame(rows)
    for number, column in enumerate(_DECLARED[name].columns):
        if column.name in frame.columns or not column.required:
            continue
        if number == 0:
            frame[column.name] = [f"{name}_{row}" for row in range(len(frame))]
        else:
            frame[column.name] = _BLANKS.get(column.kind, "x")
    return frame
