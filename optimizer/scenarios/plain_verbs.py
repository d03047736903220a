"""The verbs that need no knowledge of a problem's columns: rows of tables by name, and freight."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

from optimizer.scenarios.asked import Asked, Operation
from optimizer.scenarios.changes import rows_where
from optimizer.scenarios.fields import LARGEST_FACTOR
from optimizer.scenarios.scenario import AddedRow, Change
from optimizer.scenarios.units import Quantity
from supplychain.demand.changes import DemandChange
from supplychain.text import Text

PERCENT: Final = 100.0

NO_YEAR: Final = Text(
    en="grows to no year: write until: 2030, or the date: of the scenario.",
    vi="chưa có năm tính đến: hãy ghi until: 2030, hoặc date: của kịch bản.",
)
NO_REGION: Final = Text(
    en="grows from the base year of a region; write by: with a factor here.",
    vi="tăng trưởng tính từ năm gốc của vùng; ở đây hãy ghi by: với một hệ số.",
)
BEFORE_BASE: Final = Text(
    en="{year} lies before the base year {base} of the region.", vi="{year} trước năm gốc {base} của vùng."
)
TOO_MUCH: Final = Text(
    en="grows to more than a million times the freight of the base in {years} years; check rate and year.",
    vi="sau {years} năm vượt một triệu lần lượng hàng gốc; hãy xem lại tốc độ và năm.",
)
NO_EFFECT: Final = Text(en="adds nothing; write tonnes above 0.", vi="không thêm gì; hãy ghi số tấn lớn hơn 0.")


def say_table(asked: Asked) -> Iterable[Operation]:
    """Return the change of rows of any table; rows picked by columns are named by id where the tables are known."""
    change = asked.change
    table = str(asked.value("table"))
    ids: tuple[str, ...] = asked.value("ids") or ()
    where = asked.value("where") or ()
    line, character = change.place
    stated = Change(
        table,
        ids,
        where,
        asked.value("set") or (),
        asked.value("scale") or (),
        change.reason,
        line,
        character,
        asked.file,
    )
    if where and asked.pack is not None and not asked.tables.faults(stated):
        frame = asked.tables.table(table)
        rows = tuple(frame.loc[rows_where(frame, where), asked.tables.key(table)])
        return asked.alter(table, rows, set_values=stated.set_values, scale=stated.scale)
    return [stated]


def say_row(asked: Asked) -> Iterable[Operation]:
    """Return the new row of any table."""
    line, character = asked.change.place
    table, cells = str(asked.value("table")), asked.value("values") or ()
    return [AddedRow(table, cells, asked.change.reason, line, character, asked.file)]


def say_demand(asked: Asked) -> Iterable[Operation]:
    """Return freight multiplied, grown or added."""
    selected = {
        "place_ids": asked.ids("places"),
        "commodity_ids": asked.ids("commodities"),
        "market_ids": asked.ids("markets"),
        "directions": asked.ids("directions"),
        "forms": asked.ids("forms"),
    }
    factor = 1.0 if not asked.has("by") else float(asked.value("by"))
    if asked.has("growth"):
        factor *= _growth(asked)
    return [_demand(asked, factor, **selected)]


def say_factory(asked: Asked) -> Iterable[Operation]:
    """Return the freight of a new factory."""
    names = {"place": "places", "commodity": "commodities", "market": "markets"}
    for name, table in names.items():
        asked.known(name, table, asked.value(name))
    if not asked.value("add").value > 0:
        asked.refuse("add", NO_EFFECT)
    return [
        _demand(
            asked,
            1.0,
            place_ids=(asked.value("place"),),
            commodity_ids=(asked.value("commodity"),),
            market_ids=(asked.value("market"),),
            directions=(asked.value("direction"),),
            forms=(asked.value("form"),) if asked.has("form") else (),
        )
    ]


def _demand(asked: Asked, factor: float, **selected: tuple[str, ...]) -> DemandChange:
    added: Quantity | None = asked.value("add")
    line, character = asked.change.place
    return DemandChange(
        factor=factor,
        added_t_per_day=added.value if added is not None and added.per == "day" else 0.0,
        added_t_per_year=added.value if added is not None and added.per == "year" else 0.0,
        reason=asked.change.reason,
        file=asked.file,
        line=line,
        character=character,
        **selected,
    )


def _growth(asked: Asked) -> float:
    """Return what freight is multiplied with to grow by so many per cent a year since the base year."""
    year = asked.value("until") or (None if asked.day is None else asked.day.year)
    if asked.pack is None:
        asked.refuse("growth", NO_REGION)
    elif year is None:
        asked.refuse("growth", NO_YEAR)
    elif year < asked.pack.region.base_year:
        name = "until" if asked.has("until") else "growth"
        asked.refuse(name, BEFORE_BASE.format(year=year, base=asked.pack.region.base_year))
    else:
        rate: Quantity = asked.value("growth")
        years = year - asked.pack.region.base_year
        if years * math.log1p(rate.value / PERCENT) <= math.log(LARGEST_FACTOR):
            return float((1.0 + rate.value / PERCENT) ** years)
        asked.refuse("growth", TOO_MUCH.format(years=years))
    return 1.0


PLAIN_VERBS: Final = {"table": say_table, "row": say_row, "demand": say_demand, "factory": say_factory}
