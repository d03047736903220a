"""Checks of services, handling and markets: modes, vehicles, prices, and a way for every trade row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from geodata.check.findings import FIRST_ROW, where
from geodata.columns import Flags
from geodata.tables import Table, numbers, texts
from supplychain.errors import Finding
from supplychain.pack import split_list
from supplychain.text import Text

if TYPE_CHECKING:
    from supplychain.pack import Pack

NOT_A_MODE = Text(
    en="Service {id} is of mode {mode}, which terminal {terminal} does not have. Add the mode to terminals.csv.",
    vi="Dịch vụ {id} thuộc phương thức {mode} mà đầu mối {terminal} không có. Hãy thêm phương thức vào terminals.csv.",
)
NODE_MODE = Text(
    en="Service {id} is of mode {mode}, its node {node} of mode {other}. Give both one mode.",
    vi="Dịch vụ {id} thuộc phương thức {mode} nhưng nút {node} thuộc {other}. Hãy dùng cùng một phương thức.",
)
VEHICLE_MODE = Text(
    en="Service {id} is of mode {mode}, its vehicle {vehicle} of mode {other}. Choose a vehicle of the mode.",
    vi="Dịch vụ {id} thuộc phương thức {mode} nhưng phương tiện {vehicle} thuộc {other}. Hãy chọn phương tiện phù hợp.",
)
NO_PRICE = Text(
    en="{id} takes {form} and has no price for it. Fill in {column}, or take {form} out of forms.",
    vi="{id} nhận hàng dạng {form} nhưng chưa có giá. Hãy điền {column} hoặc bỏ {form} khỏi forms.",
)
NO_SERVICE = Text(
    en="Trade row {id}: no open service carries {commodity} as {form} {way} {market}. Add a service or drop the row.",
    vi="Dòng thương mại {id}: chưa có dịch vụ nào đang mở chở {commodity} dạng {form} {way} {market}. "
    "Hãy thêm dịch vụ hoặc bỏ dòng này.",
)
WAYS = {"out": Text(en="to", vi="đi"), "in": Text(en="from", vi="về từ")}
SENSES = {"export": "out", "domestic_out": "out", "import": "in", "domestic_in": "in"}
SHARES = {"export": "export", "import": "import", "domestic_out": "domestic", "domestic_in": "domestic"}


def check_services(pack: Pack) -> list[Finding]:
    """Return what is wrong with services, handling rows and the ways to the markets that trade needs."""
    services = pack.table("services")
    findings = [*_modes(pack, services)]
    findings += _prices(services, "services", optional=True)
    findings += _prices(pack.table("transshipments"), "transshipments", optional=False)
    findings += _trade(pack, services)
    return findings


def _modes(pack: Pack, services: Table) -> Iterator[Finding]:
    mode = texts(services, "mode")
    terminals = pack.table("terminals")
    of_terminal = {
        key: set(split_list(cell))
        for key, cell in zip(texts(terminals, "terminal_id"), texts(terminals, "modes"), strict=True)
    }
    for column in ("from_terminal_id", "to_terminal_id"):
        ends = texts(services, column)
        off = [end in of_terminal and own not in of_terminal[end] for end, own in zip(ends, mode, strict=True)]
        wrong: Flags = np.array(off, dtype=np.bool_)
        yield from where(services, "services", wrong, column, NOT_A_MODE, {"mode": mode, "terminal": ends})
    for column, table, key, text, field in (
        ("from_node_id", "nodes", "node_id", NODE_MODE, "node"),
        ("vehicle_id", "vehicles", "vehicle_id", VEHICLE_MODE, "vehicle"),
    ):
        rows = pack.table(table)
        modes = dict(zip(texts(rows, key), texts(rows, "mode"), strict=True))
        ends = texts(services, column)
        other = np.array([modes.get(end, own) for end, own in zip(ends, mode, strict=True)], dtype=np.object_)
        yield from where(services, "services", other != mode, column, text, {field: ends, "other": other, "mode": mode})


def _prices(table: Table, name: str, *, optional: bool) -> Iterator[Finding]:
    """Boxes need a price per TEU or tonne, bulk one per tonne; a service without any uses its vehicle's costs."""
    per_teu, per_t = np.isnan(numbers(table, "cost_per_teu")), np.isnan(numbers(table, "cost_per_t"))
    none = per_teu & per_t
    for form, missing, column in (
        ("container", none, "cost_per_teu"),
        ("reefer", none, "cost_per_teu"),
        ("bulk", per_t, "cost_per_t"),
    ):
        takes = np.array([form in split_list(cell) for cell in texts(table, "forms")], dtype=np.bool_)
        wrong = takes & missing & (~none | (not optional))
        yield from where(table, name, wrong, column, NO_PRICE, {"form": form, "column": column})


def _trade(pack: Pack, services: Table) -> Iterator[Finding]:
    offers = _offers(services)
    commodities = pack.table("commodities").set_index("commodity_id")
    trade = pack.table("trade")
    for row, item in enumerate(trade.to_dict("records")):
        commodity, sense = str(item["commodity_id"]), SENSES[str(item["direction"])]
        if commodity not in commodities.index:
            continue
        goods = commodities.loc[commodity]
        share = float(goods[f"container_share_{SHARES[str(item['direction'])]}"])
        forms = [str(goods["box"])] * (share > 0) + ["bulk"] * (share < 1)
        for form in forms:
            modes, vehicles = set(split_list(goods["modes"])), set(split_list(goods["vehicles"]))
            found = any(
                mode in modes and (only is None or commodity in only) and (not vehicles or vehicle in vehicles)
                for mode, only, vehicle in offers.get((str(item["market_id"]), sense, form), [])
            )
            if not found:
                text = Text(
                    en=_sentence(item, form, sense, "en"),
                    vi=_sentence(item, form, sense, "vi"),
                )
                yield Finding("trade.csv", row + FIRST_ROW, "market_id", text)


def _sentence(item: dict[str, Any], form: str, sense: str, language: str) -> str:
    template, way = getattr(NO_SERVICE, language), getattr(WAYS[sense], language)
    return str(
        template.format(
            id=item["trade_id"], commodity=item["commodity_id"], form=form, way=way, market=item["market_id"]
        )
    )


def _offers(services: Table) -> dict[tuple[str, str, str], list[tuple[str, frozenset[str] | None, str]]]:
    """Return by market, sense and form: mode, commodities (None for all) and vehicle of the open services."""
    offers: dict[tuple[str, str, str], list[tuple[str, frozenset[str] | None, str]]] = {}
    for item in services[services["status"] == "open"].to_dict("records"):
        senses = ("out", "in") if item["direction"] == "both" else (str(item["direction"]),)
        only = frozenset(split_list(item["commodities"])) or None
        for sense in senses:
            for form in split_list(item["forms"]):
                offer = (str(item["mode"]), only, str(item["vehicle_id"]))
                offers.setdefault((str(item["market_id"]), sense, form), []).append(offer)
    return offers
