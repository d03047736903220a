"""How the verbs of a scenario are said in the tables of a folder of CSV files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from optimizer.folder.scenario_tables import HAS_ID
from optimizer.scenarios.asked import Asked, Dialect, Operation
from optimizer.scenarios.changes import rows_where
from optimizer.scenarios.fields import UNLIMITED
from optimizer.scenarios.pack_values import DAYS_A_WEEK, HOURS_OF, KM_OF, only_for
from optimizer.scenarios.plain_verbs import say_row, say_table
from optimizer.scenarios.scenario import Change
from optimizer.scenarios.units import Quantity
from supplychain.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import pandas as pd

DAYS_A_YEAR: Final = 365.0
CAPACITY_COLUMNS: Final = ("capacity_per_day", "background_per_day")
RATES: Final = {"tkm": "money_per_t_km", "vehicle-km": "money_per_vehicle_km"}
LIMITS: Final = {"time": ("max_time_h", HOURS_OF), "distance": ("max_length_km", KM_OF)}

NOT_CLOSED: Final = Text(
    en="link {row} is shut in no period; there is nothing to open.",
    vi="tuyến {row} không đóng trong kỳ nào; không có gì để mở.",
)
NO_LENGTH: Final = Text(
    en="link {row} has no length, so a speed says nothing; give its time with the verb table.",
    vi="tuyến {row} không có chiều dài nên tốc độ không có nghĩa; hãy đặt time_h bằng động từ table.",
)
OTHER_MONEY: Final = Text(
    en="is in {given}, but the money of this folder is {currency}; write it in {currency}.",
    vi="tính bằng {given}, nhưng thư mục này dùng {currency}; hãy ghi bằng {currency}.",
)
NO_PRICE_YEAR: Final = Text(
    en="of {given} cannot be turned into the prices of {year} here; write the value in prices of {year}.",
    vi="năm {given} không quy đổi được sang giá năm {year} ở đây; hãy ghi giá trị theo giá năm {year}.",
)
KM_PRICE: Final = Text(
    en="link {row} is of mode {mode}, which has prices per km; multiply those with vehicles: [{mode}].",
    vi="tuyến {row} thuộc phương thức {mode} có giá theo km; hãy nhân giá đó bằng vehicles: [{mode}].",
)
COUNTED_IN: Final = Text(
    en="{row} counts {unit}, not {given}; write it in {unit}, use by:, or the verb table.",
    vi="{row} đếm theo {unit}, không theo {given}; hãy ghi theo {unit}, dùng by:, hoặc động từ table.",
)
NEEDS_LIMIT: Final = Text(
    en="{row} has no capacity to take a share of; set one.", vi="{row} không có năng lực để lấy một phần; hãy đặt."
)
NO_UNLIMITED: Final = Text(
    en="a row of capacities.csv needs an amount; give a very large one.",
    vi="dòng của capacities.csv cần có số; hãy ghi một số rất lớn.",
)
NO_DEMAND: Final = Text(en="matches no row of demands.csv.", vi="không khớp dòng nào của demands.csv.")
NO_GROWTH: Final = Text(
    en="needs a base year, which a folder does not have; write by: with a factor.",
    vi="cần năm gốc mà thư mục không có; hãy ghi by: với một hệ số.",
)
NOTHING_TO_ADD_TO: Final = Text(
    en="the demands chosen are all 0 t; tonnes cannot be shared among them.",
    vi="các nhu cầu được chọn đều bằng 0 tấn; không chia được số tấn thêm.",
)


def _say_table(asked: Asked) -> Iterable[Operation]:
    """Return rows changed by name; of tables whose rows have no id, those that columns pick."""
    table = str(asked.value("table"))
    stated = list(say_table(asked))
    where = asked.value("where")
    if not where or table not in HAS_ID or asked.tables.faults(stated[0]):  # type: ignore[arg-type] # a change of rows
        return stated
    frame = asked.tables.table(table)
    rows = tuple(frame.loc[rows_where(frame, where), asked.tables.key(table)])
    return asked.alter(table, rows, set_values=asked.value("set") or (), scale=asked.value("scale") or ())


def _say_open(asked: Asked, *, is_open: bool) -> Iterable[Operation]:
    """Return links open or shut in every period; a capacity that is shut lets nothing pass."""
    found: list[Operation] = []
    for subject in ("terminals", "services"):
        ids = asked.rows(subject).get("capacities", ())
        if ids and is_open:
            asked.refuse(subject, NEEDS_LIMIT.format(row=ids[0]))
        found += asked.set("capacities", ids, capacity_per_day=0.0, background_per_day=0.0, floor_share=0.0)
    links = asked.rows("links").get("links", ())
    said = asked.tables.table("link_periods")
    mode_of = asked.tables.table("links").set_index("link_id")["mode"]
    for link in links:
        shut = said[((said["link_id"] == link) | (said["mode"] == mode_of[link])) & ~said["open"].astype(bool)]
        if is_open and shut.empty:
            asked.refuse("links", NOT_CLOSED.format(row=link))
            continue
        for period in asked.tables.table("periods")["period_id"]:
            if is_open and not (shut["period_id"] == period).any():
                continue
            own = said[(said["link_id"] == link) & (said["period_id"] == period)]
            if own.empty:
                found.append(asked.add("link_periods", {"period_id": period, "link_id": link, "open": is_open}))
            else:
                found.append(_where(asked, "link_periods", {"period_id": period, "link_id": link}, {"open": is_open}))
    return found


def _where(asked: Asked, table: str, where: Mapping[str, str], values: Mapping[str, bool]) -> Change:
    line, character = asked.change.place
    chosen = tuple((column, (value,)) for column, value in where.items())
    return Change(table, (), chosen, tuple(values.items()), (), asked.change.reason, line, character, asked.file)


def _say_available(asked: Asked) -> Iterable[Operation]:
    """Return a share of capacities, and of what others use of them."""
    found: list[Operation] = []
    for table, frame in _limited(asked):
        without = [row for row, given in zip(frame.index, frame["capacity_per_day"], strict=True) if np.isnan(given)]
        for row in without:
            asked.refuse(asked.subject(), NEEDS_LIMIT.format(row=row))
        factors = dict.fromkeys(CAPACITY_COLUMNS, float(asked.value("share")))
        found += asked.scale(table, frame.index, **factors)
    return found


def _limited(asked: Asked) -> list[tuple[str, pd.DataFrame]]:
    """Return the rows of links.csv or capacities.csv that a change is about."""
    return [
        (table, asked.frame(table, ids))
        for subject in ("links", "terminals", "services")
        for table, ids in asked.rows(subject).items()
    ]


def _say_speed(asked: Asked) -> Iterable[Operation]:
    """Return the hours of links at another speed."""
    found: list[Operation] = []
    speeds = asked.tables.table("modes").set_index("mode")["speed_kmh"]
    for row in asked.frame("links", asked.rows("links").get("links", ())).itertuples():
        link, length = str(row.link_id), float(row.length_km)
        if asked.has("speed"):
            if not length > 0:
                asked.refuse("speed", NO_LENGTH.format(row=link))
                continue
            hours = length / asked.value("speed").value
        else:
            now = float(row.time_h)
            hours = (length / float(speeds[row.mode]) if np.isnan(now) else now) / float(asked.value("by"))
        if np.isfinite(hours):
            found += asked.set("links", (link,), time_h=hours)
        else:
            asked.refuse("by" if asked.has("by") else "speed", NO_LENGTH.format(row=link))
    return found


def _say_cost(asked: Asked) -> Iterable[Operation]:
    """Return the price of a pass of links, or the prices per km of modes."""
    if not only_for(asked, {"links": ("price", "by", "price_year"), "vehicles": ("cost", "by", "price_year")}):
        return []
    links = asked.frame("links", asked.rows("links").get("links", ()))
    if asked.has("price"):
        value = _money(asked, "price")
        return [] if value is None else asked.set("links", links.index, money_per_t=value)
    if asked.has("cost"):
        value, column = _money(asked, "cost"), RATES.get(asked.value("cost").per)
        if column is None:
            asked.refuse(
                "cost", COUNTED_IN.format(row="modes.csv", unit="tkm, vehicle-km", given=asked.value("cost").per)
            )
            return []
        return [] if value is None else asked.set("modes", asked.rows("vehicles").get("modes", ()), **{column: value})
    factor = float(asked.value("by"))
    modes = asked.tables.table("modes").set_index("mode")
    for link, mode in zip(links.index, links["mode"], strict=True):
        if modes.loc[mode, list(RATES.values())].any():
            asked.refuse("links", KM_PRICE.format(row=link, mode=mode))
    rates = dict.fromkeys(RATES.values(), factor)
    found = asked.scale("links", links.index, money_per_t=factor)
    return found + asked.scale("modes", asked.rows("vehicles").get("modes", ()), **rates)


def _say_amount(asked: Asked, name: str) -> Iterable[Operation]:
    """Return another capacity, or another use of it by others."""
    column = f"{name}_per_day"
    stated = asked.value(name)
    found: list[Operation] = []
    for table, frame in _limited(asked):
        if asked.has("by"):
            without = [row for row, now in zip(frame.index, frame[column], strict=True) if np.isnan(now)]
            for row in without:
                asked.refuse("by", NEEDS_LIMIT.format(row=row))
            found += asked.scale(table, frame.index, **{column: float(asked.value("by"))})
            continue
        if stated == UNLIMITED:
            if table == "capacities":
                asked.refuse(name, NO_UNLIMITED)
            found += asked.alter(table, frame.index, set_values=((column, None),))
            continue
        unit_column = "unit" if table == "capacities" else "capacity_unit"
        for row, unit, limit in zip(frame.index, frame[unit_column], frame["capacity_per_day"], strict=True):
            if unit != stated.of and not (np.isnan(limit) and table == "links" and stated.of in ("t", "TEU")):
                asked.refuse(name, COUNTED_IN.format(row=row, unit=unit, given=stated.of))
                continue
            unit_now = {} if unit == stated.of else {unit_column: stated.of}
            found += asked.set(table, (str(row),), **{column: _per_day(stated), **unit_now})
    return found


def _per_day(stated: Quantity) -> float:
    """Return an amount a day; days of a folder are those of the calendar."""
    return float(stated.value) / {"day": 1.0, "week": DAYS_A_WEEK, "year": DAYS_A_YEAR}[stated.per]


def _money(asked: Asked, name: str) -> float | None:
    """Return money in that of the folder; None, with a finding, where it is another or of another year."""
    stated, settings = asked.value(name), asked.tables.settings  # type: ignore[attr-defined] # ``FolderTables``
    year = asked.value("price_year")
    if stated.of != settings.currency:
        asked.refuse(name, OTHER_MONEY.format(given=stated.of, currency=settings.currency))
        return None
    if year is not None and settings.price_year is not None and year != settings.price_year:
        asked.refuse("price_year", NO_PRICE_YEAR.format(given=year, year=settings.price_year))
        return None
    return float(stated.value)


def _demands(asked: Asked) -> pd.DataFrame:
    """Return the rows of demands.csv that a change is about, by id; every selection left out means all."""
    frame = asked.tables.table("demands").set_index("demand_id", drop=False)
    chosen = np.ones(len(frame), dtype=bool)
    classes = asked.rows("commodities").get("classes")
    if classes is not None:
        chosen &= frame["class_id"].isin(classes).to_numpy()
    for subject, column in (("places", "origins"), ("markets", "destinations")):
        if subject in asked.change.selections:
            ends = {row for rows in asked.rows(subject).values() for row in rows}  # type: ignore[arg-type] # as above
            chosen &= frame[column].map(lambda names, ends=ends: bool(ends & set(names))).to_numpy(dtype=bool)
    if not chosen.any():
        asked.refuse(None, NO_DEMAND)
    return frame[chosen]


def _say_demand(asked: Asked) -> Iterable[Operation]:
    """Return tonnes of demands multiplied or added; added tonnes are shared as the present ones are."""
    if asked.has("growth"):
        asked.refuse("growth", NO_GROWTH)
        return []
    frame = _demands(asked)
    factor = float(asked.value("by")) if asked.has("by") else 1.0
    if not asked.has("add"):
        return asked.scale("demands", frame.index, mass_t=factor)
    total = float(frame["mass_t"].sum())
    if not total > 0:
        asked.refuse("add", NOTHING_TO_ADD_TO)
        return []
    days = float(asked.tables.table("periods")["days"].sum())
    return asked.scale("demands", frame.index, mass_t=factor + _per_day(asked.value("add")) * days / total)


def _say_penalty(asked: Asked) -> Iterable[Operation]:
    """Return what a tonne that stays costs."""
    frame = _demands(asked)
    if asked.has("by"):
        return asked.scale("demands", frame.index, penalty_per_t=float(asked.value("by")))
    value = _money(asked, "penalty")
    return [] if value is None else asked.set("demands", frame.index, penalty_per_t=value)


def _say_limit(asked: Asked) -> Iterable[Operation]:
    """Return the longest time and distance of demands."""
    frame = _demands(asked)
    found: list[Operation] = []
    for name, (column, factors) in LIMITS.items():
        if not asked.has(name):
            continue
        stated = asked.value(name)
        value = None if stated == UNLIMITED else float(stated.value) * factors[stated.of]
        found += asked.alter("demands", frame.index, set_values=((column, value),))
    return found


def _say_value_of_time(asked: Asked) -> Iterable[Operation]:
    """Return what an hour costs a tonne."""
    classes: Sequence[str] = asked.rows("commodities").get("classes", ())
    if asked.has("by"):
        return asked.scale("classes", classes, value_of_time_per_t_h=float(asked.value("by")))
    value = _money(asked, "value")
    return [] if value is None else asked.set("classes", classes, value_of_time_per_t_h=value)


VERBS: Final[Mapping[str, Callable[[Asked], Iterable[Operation]]]] = {
    "open": lambda asked: _say_open(asked, is_open=True),
    "close": lambda asked: _say_open(asked, is_open=False),
    "available": _say_available,
    "speed": _say_speed,
    "cost": _say_cost,
    "capacity": lambda asked: _say_amount(asked, "capacity"),
    "background": lambda asked: _say_amount(asked, "background"),
    "demand": _say_demand,
    "penalty": _say_penalty,
    "limit": _say_limit,
    "value_of_time": _say_value_of_time,
    "table": _say_table,
    "row": say_row,
}
FOLDER_DIALECT: Final = Dialect(
    subjects={
        "links": ("links",),
        "terminals": ("capacities",),
        "services": ("capacities",),
        "places": ("nodes", "plants"),
        "markets": ("nodes",),
        "commodities": ("classes",),
        "vehicles": ("modes",),
    },
    words={},
    verbs=VERBS,
    title=Text(en="a folder of CSV files", vi="thư mục tệp CSV"),
)
"""Terminals and services are rows of capacities.csv, commodities classes, vehicles modes, places and markets nodes."""
