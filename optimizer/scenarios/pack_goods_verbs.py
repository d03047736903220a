"""The verbs that change commodities, vehicles and what freight may cost and take, in the tables of a region pack."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from optimizer.scenarios.asked import Asked, Operation
from optimizer.scenarios.fields import UNLIMITED
from optimizer.scenarios.pack_network_verbs import hours, limit_of
from optimizer.scenarios.pack_values import KM_OF, each, money_of, region_of, scale_filled, set_assumption
from optimizer.scenarios.scenario import Value
from supplychain.pack import split_list
from supplychain.rules import LIST_SEPARATOR
from supplychain.text import Text
from supplychain.vocabulary import MODES

PENALTY: Final = "unmet_penalty_vnd_per_t"
POOLING: Final = "empties_pooling_share"

NO_MODE_LEFT: Final = Text(
    en="no mode is left for {row}; it has {modes}.", vi="{row} không còn phương thức nào; hiện có {modes}."
)
NO_PENALTY: Final = Text(
    en="{row} has no penalty of its own to multiply; write penalty:, or leave commodities out to multiply the general "
    "one.",
    vi="{row} không có mức phạt riêng để nhân; hãy ghi penalty:, hoặc bỏ commodities để nhân mức phạt chung.",
)


def _modes(asked: Asked) -> Iterable[Operation]:
    ids = asked.ids("commodities")
    if asked.has("allow"):
        return asked.set("commodities", ids, modes=_joined(asked.value("allow")))
    values: dict[str, dict[str, Value]] = {}
    for row, cell in asked.frame("commodities", ids)["modes"].items():
        left = [mode for mode in split_list(cell) if mode not in asked.value("forbid")]
        if not left:
            asked.refuse("forbid", NO_MODE_LEFT.format(row=row, modes=cell))
        values[str(row)] = {"modes": _joined(left)}
    return each(asked, "commodities", values)


def _joined(modes: Iterable[str]) -> str:
    wanted = set(modes)
    return LIST_SEPARATOR.join(mode for mode in MODES if mode in wanted)


def _vehicles(asked: Asked) -> Iterable[Operation]:
    ids = asked.ids("commodities")
    if asked.value("lift"):
        return asked.set("commodities", ids, vehicles=None)
    allowed = asked.value("allow") or ()
    for vehicle in allowed:
        asked.known("allow", "vehicles", vehicle)
    return asked.set("commodities", ids, vehicles=LIST_SEPARATOR.join(allowed))


def _fleet(asked: Asked) -> Iterable[Operation]:
    ids = asked.ids("vehicles")
    if asked.has("by"):
        return scale_filled(asked, "vehicles", ids, ("fleet",), asked.value("by"))
    cells: dict[str, Value] = {}
    if asked.has("fleet"):
        cells["fleet"] = limit_of(asked.value("fleet"))
    if asked.has("hours"):
        cells["fleet_hours_per_day"] = asked.value("hours").value
    return asked.set("vehicles", ids, **cells)


def _limit(asked: Asked) -> Iterable[Operation]:
    cells: dict[str, Value] = {}
    if asked.has("time"):
        time = asked.value("time")
        cells["max_time_h"] = None if time == UNLIMITED else hours(time)
    if asked.has("distance"):
        distance = asked.value("distance")
        cells["max_distance_km"] = None if distance == UNLIMITED else distance.value * KM_OF[distance.unit]
    return asked.set("commodities", asked.ids("commodities"), **cells)


def _penalty(asked: Asked) -> Iterable[Operation]:
    region = region_of(asked).region
    money = money_of(asked, "penalty", region.currency, region.price_year) if asked.has("penalty") else None
    if asked.subject() is None:
        if asked.has("by"):
            return asked.scale("assumptions", (PENALTY,), **dict.fromkeys(("low", "mid", "high"), asked.value("by")))
        return [] if money is None else set_assumption(asked, PENALTY, money)
    ids = asked.ids("commodities")
    if money is not None:
        return asked.set("commodities", ids, unmet_penalty_vnd_per_t=money)
    rows = asked.frame("commodities", ids)
    for row in rows.index[rows[PENALTY].isna()]:
        asked.refuse("by", NO_PENALTY.format(row=row))
    return asked.scale("commodities", ids, unmet_penalty_vnd_per_t=asked.value("by") or 1.0)


def _value_of_time(asked: Asked) -> Iterable[Operation]:
    ids = asked.ids("commodities")
    if asked.has("by"):
        return asked.scale("commodities", ids, value_of_time_usd_per_t_h=asked.value("by"))
    money = money_of(asked, "value", "USD", region_of(asked).region.base_year)
    return [] if money is None else asked.set("commodities", ids, value_of_time_usd_per_t_h=money)


def _empties(asked: Asked) -> Iterable[Operation]:
    return set_assumption(asked, POOLING, float(asked.value("pooling_share")))


GOODS_VERBS: Final[dict[str, Callable[[Asked], Iterable[Operation]]]] = {
    "modes": _modes,
    "vehicles": _vehicles,
    "fleet": _fleet,
    "limit": _limit,
    "penalty": _penalty,
    "value_of_time": _value_of_time,
    "empties": _empties,
}
