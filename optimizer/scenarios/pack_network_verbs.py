"""The verbs that change links, terminals and services, in the tables of a region pack."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from optimizer.scenarios.asked import Asked, Operation
from optimizer.scenarios.fields import UNLIMITED
from optimizer.scenarios.pack_values import (
    HOURS_OF,
    calls_per_week,
    each,
    money_of,
    only_for,
    per_period,
    scale_filled,
    set_money,
)
from optimizer.scenarios.scenario import Value
from optimizer.scenarios.units import Quantity, shown
from optimizer.scenarios.verb import Subject
from supplychain.text import Text

PERIODS: Final = {"links": "day", "terminals": "year", "services": "week"}
STEMS: Final = {"TEU": "teu", "t": "t"}

NO_CAPACITY: Final = Text(
    en="{row} has no capacity, so no part of it can be there; set a capacity.",
    vi="{row} không có giới hạn năng lực nên không thể lấy một phần; hãy đặt năng lực.",
)
NOT_COUNTED: Final = Text(
    en="{table} are not limited in {unit}; write {units}.", vi="{table} không giới hạn theo {unit}; hãy ghi {units}."
)
OTHER_UNIT: Final = Text(
    en="{row} counts what others use in {unit}; set its background in {wanted} in the same scenario first, or give the "
    "capacity in {unit}.",
    vi="{row} tính lượng sử dụng nền theo {unit}; hãy đặt background theo {wanted} trước, hoặc cho năng lực theo "
    "{unit}.",
)
COUNTED_IN: Final = Text(
    en="the capacity of {row} must be counted in the same unit ({unit}) as what others use.",
    vi="năng lực của {row} phải tính cùng đơn vị ({unit}) với lượng sử dụng nền.",
)
NO_CALLS: Final = Text(en="{row} has no calls a week to multiply.", vi="{row} không có số chuyến mỗi tuần để nhân.")
COST_UNIT: Final = Text(
    en="{row} is counted per {unit}; write the cost per {unit}.",
    vi="{row} tính theo {unit}; hãy ghi chi phí theo {unit}.",
)


def _capacity_columns(table: str, stem: str = "") -> tuple[str, ...]:
    if table == "links":
        return ("capacity_per_day",)
    stems = (stem,) if stem else tuple(STEMS.values())
    return tuple(f"capacity_{one}_per_{PERIODS[table]}" for one in stems)


def _background(columns: Iterable[str]) -> tuple[str, ...]:
    return tuple(column.replace("capacity", "background", 1) for column in columns)


def _status(status: str) -> Callable[[Asked], Iterable[Operation]]:
    def say(asked: Asked) -> Iterable[Operation]:
        return [
            one
            for subject in asked.change.selections
            for table, ids in asked.rows(subject).items()
            for one in asked.set(table, ids, status=status)
        ]

    return say


def _rows(asked: Asked) -> tuple[str, tuple[str, ...]]:
    """Return the one table a change is about, and the ids meant in it."""
    subject: Subject = asked.subject() or "links"
    return subject, asked.ids(subject)


def _available(asked: Asked) -> Iterable[Operation]:
    table, ids = _rows(asked)
    columns = _capacity_columns(table)
    rows = asked.frame(table, ids)
    for row in rows.index[rows[list(columns)].isna().all(axis=1)]:
        asked.refuse("share", NO_CAPACITY.format(row=row))
    share = float(asked.value("share"))
    operations: list[Operation] = []
    for column in (*columns, *_background(columns)):
        filled = [str(row) for row in rows.index[rows[column].notna()]]
        operations += asked.scale(table, filled, **{column: share})
    return operations


def _speed(asked: Asked) -> Iterable[Operation]:
    ids = asked.ids("links")
    if asked.has("by"):
        return asked.scale("links", ids, speed_kmh=asked.value("by"))
    return asked.set("links", ids, speed_kmh=asked.value("speed").value)


def _cost(asked: Asked) -> Iterable[Operation]:
    fields = {
        "links": ("toll", "by"),
        "services": ("price", "by"),
        "costs": ("cost", "by", "component"),
        "vehicles": ("by", "component"),
    }
    if not only_for(asked, fields):
        return []
    table, ids = _rows(asked)
    if table == "links":
        if asked.has("by"):
            return scale_filled(asked, "links", ids, ("toll_per_km",), asked.value("by"))
        return set_money(asked, "links", ids, "toll", "toll_per_km")
    if table == "services":
        if asked.has("by"):
            columns = ("cost_per_teu", "cost_per_t", "resource_cost_per_teu", "resource_cost_per_t")
            return scale_filled(asked, "services", ids, columns, asked.value("by"))
        return set_money(asked, "services", ids, "price", f"cost_per_{STEMS[asked.value('price').per]}")
    return _vehicle_costs(asked, table, ids)


def _vehicle_costs(asked: Asked, table: str, ids: tuple[str, ...]) -> Iterable[Operation]:
    costs = asked.tables.table("costs")
    meant = costs["vehicle_id"].isin(ids) if table == "vehicles" else costs["cost_id"].isin(ids)
    if asked.has("component"):
        meant &= costs["component"] == asked.value("component")
    rows = tuple(costs.loc[meant, "cost_id"])
    if asked.has("by"):
        return scale_filled(asked, "costs", rows, ("low", "mid", "high"), asked.value("by"))
    values: dict[str, dict[str, Value]] = {}
    for row, cells in asked.frame("costs", rows).iterrows():
        if asked.value("cost").per != cells["unit"]:
            asked.refuse("cost", COST_UNIT.format(row=row, unit=cells["unit"]))
            continue
        money = money_of(asked, "cost", str(cells["currency"]), int(cells["price_year"]))
        if money is not None:
            factor = money / cells["mid"] if cells["mid"] > 0 else 0.0
            low, high = (float(cells[name]) * factor if factor else money for name in ("low", "high"))
            values[str(row)] = {"low": min(low, money), "mid": money, "high": max(high, money)}
    return each(asked, "costs", values)


def _capacity(asked: Asked) -> Iterable[Operation]:
    table, ids = _rows(asked)
    if asked.has("by"):
        return scale_filled(asked, table, ids, _capacity_columns(table), asked.value("by"))
    quantity = asked.value("capacity")
    if quantity == UNLIMITED:
        columns = _capacity_columns(table)
        return asked.set(table, ids, **dict.fromkeys((*columns, *_background(columns))))
    if not _is_counted(asked, "capacity", table, quantity):
        return []
    value = per_period(asked, quantity, PERIODS[table])
    if table != "links":
        return asked.set(table, ids, **{_capacity_columns(table, STEMS[quantity.of])[0]: value})
    rows = asked.frame(table, ids)
    for row, unit, used in zip(rows.index, rows["capacity_unit"], rows["background_per_day"], strict=True):
        if isinstance(unit, str) and unit != quantity.of and used > 0:
            asked.refuse("capacity", OTHER_UNIT.format(row=row, unit=unit, wanted=quantity.of))
    return asked.set(table, ids, capacity_per_day=value, capacity_unit=quantity.of)


def _background_use(asked: Asked) -> Iterable[Operation]:
    table, ids = _rows(asked)
    if asked.has("by"):
        return scale_filled(asked, table, ids, _background(_capacity_columns(table)), asked.value("by"))
    quantity = asked.value("background")
    if not _is_counted(asked, "background", table, quantity):
        return []
    value = per_period(asked, quantity, PERIODS[table])
    column = _background(_capacity_columns(table, "" if table == "links" else STEMS[quantity.of]))[0]
    if table == "links":
        rows = asked.frame(table, ids)
        for row, unit in zip(rows.index, rows["capacity_unit"], strict=True):
            if unit != quantity.of:
                wanted = unit if isinstance(unit, str) else quantity.of
                asked.refuse("background", COUNTED_IN.format(row=row, unit=wanted))
    return asked.set(table, ids, **{column: value})


def _is_counted(asked: Asked, name: str, table: str, quantity: Quantity) -> bool:
    """Return whether a capacity of this unit fits a table; if not, a finding is collected."""
    fits = quantity.of in STEMS or table == "links"
    if not fits:
        asked.refuse(name, NOT_COUNTED.format(table=table, unit=shown(quantity.of), units="TEU/…, t/…"))
    return fits


def _handling(asked: Asked) -> Iterable[Operation]:
    fields = {"terminals": ("cost_by", "time_by"), "transshipments": ("cost_by", "time_by", "cost", "time")}
    if not only_for(asked, fields):
        return []
    table, ids = _rows(asked)
    operations: list[Operation] = []
    if table == "terminals":
        for name, column in (("cost_by", "handling_cost_factor"), ("time_by", "handling_time_factor")):
            if asked.has(name):
                operations += asked.scale(table, ids, **{column: asked.value(name)})
        return operations
    if asked.has("cost_by"):
        operations += scale_filled(asked, table, ids, ("cost_per_teu", "cost_per_t"), asked.value("cost_by"))
    if asked.has("time_by"):
        operations += asked.scale(table, ids, time_h=asked.value("time_by"))
    if asked.has("cost"):
        operations += set_money(asked, table, ids, "cost", f"cost_per_{STEMS[asked.value('cost').per]}")
    if asked.has("time"):
        operations += asked.set(table, ids, time_h=hours(asked.value("time")))
    return operations


def hours(quantity: Quantity) -> float:
    """Return a time in hours."""
    return quantity.value * HOURS_OF[quantity.unit]


def _gate(asked: Asked) -> Iterable[Operation]:
    cells: dict[str, Value] = {}
    if asked.has("hours"):
        cells["gate_open_h"], cells["gate_close_h"] = asked.value("hours")
    if asked.has("trucks"):
        cells["gate_trucks_per_h"] = limit_of(asked.value("trucks"))
    return asked.set("terminals", asked.ids("terminals"), **cells)


def limit_of(quantity: Quantity | str) -> float | None:
    """Return the number of a limit; None for ``unlimited``."""
    return None if isinstance(quantity, str) else quantity.value


def _calls(asked: Asked) -> Iterable[Operation]:
    ids = asked.ids("services")
    rows = asked.frame("services", ids)
    for row in rows.index[rows["calls_per_week"].isna()]:
        asked.refuse("by" if asked.has("by") else "calls", NO_CALLS.format(row=row))
    if asked.has("by"):
        factors = dict.fromkeys(ids, float(asked.value("by")))
        operations = asked.scale("services", ids, calls_per_week=asked.value("by"))
    else:
        calls = calls_per_week(asked.value("calls"))
        factors = {row: calls / now for row, now in rows["calls_per_week"].items() if now > 0}
        operations = asked.set("services", ids, calls_per_week=calls)
    if asked.value("capacity") == "keep":
        return operations
    for column in _capacity_columns("services"):
        groups: dict[float, list[str]] = {}
        for row in rows.index[rows[column].notna()]:
            groups.setdefault(factors.get(str(row), 1.0), []).append(str(row))
        for factor, members in groups.items():
            operations += asked.scale("services", members, **{column: factor})
    return operations


def _truck_ban(asked: Asked) -> Iterable[Operation]:
    ids = asked.ids("links")
    if asked.value("lift"):
        return asked.set("links", ids, ban_from_h=None, ban_to_h=None, ban_above_t=None)
    cells: dict[str, Value] = {}
    if asked.has("hours"):
        cells["ban_from_h"], cells["ban_to_h"] = asked.value("hours")
    if asked.has("above"):
        cells["ban_above_t"] = asked.value("above").value
    return asked.set("links", ids, **cells)


def _weight_limit(asked: Asked) -> Iterable[Operation]:
    value = None if asked.value("lift") else limit_of(asked.value("weight") or UNLIMITED)
    return asked.set("links", asked.ids("links"), max_weight_t=value)


def _limit(name: str, **columns: str) -> Callable[[Asked], Iterable[Operation]]:
    def say(asked: Asked) -> Iterable[Operation]:
        table, ids = _rows(asked)
        return asked.set(table, ids, **{columns[table]: limit_of(asked.value(name))})

    return say


def _fee(asked: Asked) -> Iterable[Operation]:
    ids = asked.ids("terminals")
    operations: list[Operation] = []
    for name, column in (("per_teu", "fee_per_teu"), ("per_t", "fee_per_t")):
        if asked.has(name):
            operations += set_money(asked, "terminals", ids, name, column)
    if asked.has("by"):
        operations += scale_filled(asked, "terminals", ids, ("fee_per_teu", "fee_per_t"), asked.value("by"))
    if asked.has("waterway_share"):
        operations += asked.set("terminals", ids, fee_share_waterway=asked.value("waterway_share"))
    return operations


NETWORK_VERBS: Final[dict[str, Callable[[Asked], Iterable[Operation]]]] = {
    "open": _status("open"),
    "close": _status("closed"),
    "available": _available,
    "speed": _speed,
    "cost": _cost,
    "capacity": _capacity,
    "background": _background_use,
    "handling": _handling,
    "gate": _gate,
    "calls": _calls,
    "truck_ban": _truck_ban,
    "weight_limit": _weight_limit,
    "draft": _limit("depth", links="depth_m", terminals="draft_m"),
    "clearance": _limit("clearance", links="clearance_m"),
    "vessel": _limit("vessel", links="max_vessel_t", terminals="max_vessel_t"),
    "fee": _fee,
}
