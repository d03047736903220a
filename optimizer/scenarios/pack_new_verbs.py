"""The verbs that add junctions, links, terminals and services to the tables of a region pack."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

import numpy as np
import pandas as pd
import shapely

from geodata.geodesy import line_length_m
from optimizer.scenarios.asked import Asked, Operation
from optimizer.scenarios.lines import Point
from optimizer.scenarios.pack_network_verbs import STEMS, hours
from optimizer.scenarios.pack_values import KM_OF, calls_per_week, per_period, region_of
from optimizer.scenarios.scenario import Value
from supplychain.pack.cells import format_line
from supplychain.rules import LIST_SEPARATOR
from supplychain.text import Text

METRES_A_KM: Final = 1000.0
ACCURACY_M: Final = 100.0
"""How far off a position read from a plan may lie; what a scenario adds is never surveyed."""
FARTHEST_DEGREES: Final = 4.5
"""Some 500 km: farther from the region than this nothing of it is built."""
USUAL_SOURCE: Final = "own_estimate"
_ID: Final = re.compile(r"[a-z][a-z0-9_]*")

BAD_ID: Final = Text(
    en="must be an id of a–z, 0–9 and _, got {value}.", vi="phải là mã gồm a–z, 0–9 và _, hiện là {value}."
)
ID_TAKEN: Final = Text(en="the id {value} is taken: {table} has it.", vi="mã {value} đã dùng trong {table}.")
OFF_THE_MAP: Final = Text(
    en="lat {lat}, lon {lon} lies more than 500 km outside the region. Check signs and digits, and that the longitude "
    "stands first in WKT and GeoJSON.",
    vi="lat {lat}, lon {lon} nằm ngoài vùng hơn 500 km. Hãy kiểm tra dấu, chữ số và thứ tự kinh độ trước vĩ độ trong "
    "WKT, GeoJSON.",
)
NEEDED: Final = Text(en="needs {field}, or like: an existing one.", vi="cần {field}, hoặc like: một dòng có sẵn.")
NO_SOURCE: Final = Text(
    en="needs source: with an id of sources; the pack has no {usual}.",
    vi="cần source: là mã trong sources; gói không có {usual}.",
)
SAME_END: Final = Text(en="begins and ends at one junction.", vi="bắt đầu và kết thúc ở cùng một nút.")


def _add_node(asked: Asked) -> Iterable[Operation]:
    point: Point = asked.value("at")
    if not _is_new(asked) or not _is_near(asked, "at", point):
        return []
    return [_node(asked, asked.value("id"), asked.value("mode"), point, asked.value("name"))]


def _node(asked: Asked, node_id: str, mode: str, point: Point, name: str | None = None) -> Operation:
    return asked.add(
        "nodes",
        {
            "node_id": node_id,
            "name": name,
            "mode": mode,
            "lat": point[1],
            "lon": point[0],
            "position_accuracy_m": ACCURACY_M,
            "source": _source(asked),
            "confidence": "assumption",
        },
    )


def _add_link(asked: Asked) -> Iterable[Operation]:
    cells = _like(asked, "links", ("background_per_day", "opening_year", "name_vi", "geometry", "length_m"))
    mode = asked.value("mode") or cells.get("mode") or "road"
    ends, nodes = _ends(asked, str(mode))
    if not _is_new(asked) or len(ends) < len(ENDS):
        return []
    if ends[0][0] == ends[1][0]:
        asked.refuse("to_node", SAME_END)
    points = list(asked.value("geometry") or [end[1] for end in ends])
    if not _is_near(asked, "geometry", *points):
        return []
    own: dict[str, Value] = {
        "link_id": asked.value("id"),
        "road": asked.value("road") or asked.value("name") or asked.value("id"),
        "name_vi": asked.value("name"),
        "mode": str(mode),
        "from_node_id": ends[0][0],
        "to_node_id": ends[1][0],
        "link_class": asked.value("link_class"),
        "oneway": asked.value("oneway"),
        "geometry": format_line([[lon, lat] for lon, lat in points]),
        "length_m": _length_m(asked, points),
        "lanes": asked.value("lanes"),
        "speed_kmh": None if not asked.has("speed") else asked.value("speed").value,
    }
    own |= _toll(asked) | _link_capacity(asked)
    row = _finished(asked, "links", {"oneway": False} | cells, own)
    return [*nodes, row] if _has(asked, "links", row, {"speed_kmh": "speed", "link_class": "link_class"}) else []


ENDS: Final = ("from_node", "to_node")


def _ends(asked: Asked, mode: str) -> tuple[list[tuple[str, Point]], list[Operation]]:
    """Return id and place of both ends, and the junctions that are new."""
    nodes = asked.tables.table("nodes").set_index("node_id")
    ends: list[tuple[str, Point]] = []
    new: list[Operation] = []
    for name in ENDS:
        given = asked.value(name)
        if not isinstance(given, str):
            node_id = f"{asked.value('id')}_{name.removesuffix('_node')}"
            if _is_near(asked, name, given):
                ends.append((node_id, given))
                new.append(_node(asked, node_id, mode, given))
        elif asked.known(name, "nodes", given):
            ends.append((given, (float(nodes.loc[given, "lon"]), float(nodes.loc[given, "lat"]))))
    return ends, new


def _length_m(asked: Asked, points: list[Point]) -> float:
    if asked.has("length"):
        return float(asked.value("length").value * KM_OF[asked.value("length").unit] * METRES_A_KM)
    line = np.array([shapely.LineString(points)], dtype=object)
    return round(float(line_length_m(line)[0]), 1)


def _toll(asked: Asked) -> dict[str, Value]:
    if not asked.has("toll"):
        return {}
    year = asked.value("price_year") or region_of(asked).region.price_year
    return {"toll_per_km": asked.value("toll").value, "currency": asked.value("toll").of, "price_year": year}


def _link_capacity(asked: Asked) -> dict[str, Value]:
    cells: dict[str, Value] = {}
    if asked.has("capacity"):
        cells |= {"capacity_per_day": asked.value("capacity").value, "capacity_unit": asked.value("capacity").of}
    if asked.has("background"):
        cells["background_per_day"] = asked.value("background").value
        cells.setdefault("capacity_unit", asked.value("background").of)
    return cells


def _add_terminal(asked: Asked) -> Iterable[Operation]:
    left_out = (
        "background_teu_per_year",
        "background_t_per_year",
        "opening_year",
        "road_node_id",
        "rail_node_id",
        "waterway_node_id",
        "operator_id",
        "un_locode",
        "name_vi",
        "name_en",
    )
    cells = _like(asked, "terminals", left_out)
    point: Point = asked.value("at")
    if not _is_new(asked) or not _is_near(asked, "at", point):
        return []
    for name in ("road_node", "rail_node", "waterway_node"):
        if asked.has(name):
            asked.known(name, "nodes", asked.value(name))
    opening, closing = asked.value("hours") or (cells.get("gate_open_h", 0.0), cells.get("gate_close_h", 24.0))
    name = asked.value("name") or asked.value("id")
    own: dict[str, Value] = {
        "terminal_id": asked.value("id"),
        "kind": asked.value("kind"),
        "name_vi": name,
        "name_en": name,
        "modes": LIST_SEPARATOR.join(asked.value("modes") or ()) or None,
        "lat": point[1],
        "lon": point[0],
        "position_accuracy_m": ACCURACY_M,
        "road_node_id": asked.value("road_node"),
        "rail_node_id": asked.value("rail_node"),
        "waterway_node_id": asked.value("waterway_node"),
        "gate_open_h": opening,
        "gate_close_h": closing,
    }
    own |= _amounts(asked, "year")
    usual: dict[str, Value] = {"gateway_group": "other", "handling_cost_factor": 1.0, "handling_time_factor": 1.0}
    row = _finished(asked, "terminals", usual | cells, own)
    return [row] if _has(asked, "terminals", row, {"kind": "kind", "modes": "modes"}) else []


def _add_service(asked: Asked) -> Iterable[Operation]:
    left_out = ("background_teu_per_week", "background_t_per_week", "opening_year", "name_vi", "name_en")
    cells = _like(asked, "services", left_out)
    if not _is_new(asked):
        return []
    for name, table in SERVICE_ENDS.items():
        if asked.has(name):
            asked.known(name, table, asked.value(name))
    if asked.has("to_terminal") or asked.has("market"):
        cells |= {"to_terminal_id": None, "market_id": None}
    if asked.has("from_terminal"):
        cells["from_node_id"] = None
    name = asked.value("name") or asked.value("id")
    own: dict[str, Value] = {
        "service_id": asked.value("id"),
        "name_vi": name,
        "name_en": name,
        "kind": asked.value("kind"),
        "mode": asked.value("mode"),
        "direction": asked.value("direction"),
        "from_terminal_id": asked.value("from_terminal"),
        "to_terminal_id": asked.value("to_terminal"),
        "market_id": asked.value("market"),
        "vehicle_id": asked.value("vehicle"),
        "forms": LIST_SEPARATOR.join(asked.value("forms") or ()) or None,
        "calls_per_week": calls_per_week(asked.value("calls")) if asked.has("calls") else None,
        "cutoff_h": hours(asked.value("cutoff")) if asked.has("cutoff") else None,
        "time_h": hours(asked.value("time")) if asked.has("time") else None,
        "distance_km": _km(asked),
    }
    region = region_of(asked).region
    usual: dict[str, Value] = {
        "direction": "both",
        "cutoff_h": 0.0,
        "carrier_account": False,
        "currency": region.currency,
        "price_year": region.price_year,
    }
    if asked.has("price"):
        price = asked.value("price")
        own |= {f"cost_per_{STEMS[price.per]}": price.value, "currency": price.of}
        own["price_year"] = asked.value("price_year") or region.price_year
    own |= _amounts(asked, "week")
    row = _finished(asked, "services", usual | cells, own)
    needed = {"kind": "kind", "mode": "mode", "vehicle_id": "vehicle", "forms": "forms", "time_h": "time"}
    return [row] if _has(asked, "services", row, needed | {"distance_km": "distance"}) else []


SERVICE_ENDS: Final = {
    "from_terminal": "terminals",
    "to_terminal": "terminals",
    "market": "markets",
    "vehicle": "vehicles",
}


def _km(asked: Asked) -> float | None:
    return asked.value("distance").value * KM_OF[asked.value("distance").unit] if asked.has("distance") else None


def _amounts(asked: Asked, period: str) -> dict[str, Value]:
    cells: dict[str, Value] = {}
    for name in ("capacity", "background"):
        if asked.has(name):
            quantity = asked.value(name)
            cells[f"{name}_{STEMS[quantity.of]}_per_{period}"] = per_period(asked, quantity, period)
    return cells


def _like(asked: Asked, table: str, left_out: Iterable[str]) -> dict[str, Value]:
    """Return the columns of the row that the new one is like, but those that are its own."""
    row = asked.value("like")
    if row is None or not asked.known("like", table, row):
        return {}
    cells = asked.frame(table, (row,)).iloc[0]
    own = {*left_out, asked.tables.key(table), "status", "source", "confidence", "assumption_ids"}
    return {
        str(name): value.item() if hasattr(value, "item") else value
        for name, value in cells.items()
        if name not in own and not pd.isna(value)
    }


def _finished(asked: Asked, table: str, before: Mapping[str, Value], own: Mapping[str, Value]) -> Operation:
    """Return the new row: what it is like, then its own, then the columns set by name."""
    cells = dict(before) | {name: value for name, value in own.items() if value is not None}
    cells |= {
        "status": asked.value("status") or "open",
        "source": _source(asked),
        "confidence": "assumption",
    }
    return asked.add(table, cells | dict(asked.value("set") or ()))


def _has(asked: Asked, table: str, row: Operation, fields: Mapping[str, str]) -> bool:
    """Return whether a new row has what only the user knows; each that lacks is a finding."""
    cells = dict(getattr(row, "cells", ()))
    lacking = [field for column, field in fields.items() if cells.get(column) is None]
    for field in lacking:
        asked.refuse(None, NEEDED.format(field=field, table=table))
    return not lacking


def _source(asked: Asked) -> str | None:
    if asked.has("source"):
        return str(asked.value("source")) if asked.known("source", "sources", asked.value("source")) else None
    if USUAL_SOURCE in set(asked.tables.table("sources")["source_id"]):
        return USUAL_SOURCE
    asked.refuse(None, NO_SOURCE.format(usual=USUAL_SOURCE))
    return None


def _is_new(asked: Asked) -> bool:
    """Return whether the id is one, and no table of the pack has it; if not, a finding is collected."""
    new = asked.value("id")
    if not isinstance(new, str) or not _ID.fullmatch(new):
        asked.refuse("id", BAD_ID.format(value=new))
        return False
    for name, declaration in asked.tables.declarations.items():
        if declaration.storage == "csv" and (asked.tables.table(name)[declaration.key] == new).any():
            asked.refuse("id", ID_TAKEN.format(value=new, table=name))
            return False
    return True


def _is_near(asked: Asked, name: str, *points: Point) -> bool:
    """Return whether all points lie in the region or near it; if not, a finding about the first is collected."""
    places = pd.concat([region_of(asked).table(table)[["lon", "lat"]] for table in ("nodes", "parks", "terminals")])
    low, high = places.min() - FARTHEST_DEGREES, places.max() + FARTHEST_DEGREES
    west, east, south, north = low["lon"], high["lon"], low["lat"], high["lat"]
    for lon, lat in points:
        if not (west <= lon <= east and south <= lat <= north):
            asked.refuse(name or None, OFF_THE_MAP.format(lat=lat, lon=lon))
            return False
    return True


NEW_VERBS: Final[dict[str, Callable[[Asked], Iterable[Operation]]]] = {
    "add_node": _add_node,
    "add_link": _add_link,
    "add_terminal": _add_terminal,
    "add_service": _add_service,
}
