"""Quantities and money of a scenario file in the units of a pack's rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import pandas as pd

from geodata.tables import WEEKS_PER_YEAR
from optimizer.scenarios.asked import Asked, Operation
from optimizer.scenarios.scenario import Value
from optimizer.scenarios.units import MINUTES_AN_HOUR, Quantity
from supplychain.errors import HinterlandError
from supplychain.prices import PriceBasis
from supplychain.text import Text

if TYPE_CHECKING:
    from supplychain.pack import Pack

HOURS_OF: Final = {"h": 1.0, "min": 1.0 / MINUTES_AN_HOUR, "days": 24.0}
KM_OF: Final = {"km": 1.0, "m": 0.001}
DAYS_A_WEEK: Final = 7.0
MONTHS_A_YEAR: Final = 12.0

NOTHING_THERE: Final = Text(
    en="none of the rows has a value of {columns} to multiply; set one instead.",
    vi="không dòng nào có giá trị {columns} để nhân; hãy đặt giá trị.",
)
NOT_FOR: Final = Text(
    en="{field} is not for {subject}; {fields} is.", vi="{field} không dùng cho {subject}; hãy dùng {fields}."
)


def region_of(asked: Asked) -> Pack:
    """Return the region of the tables."""
    assert asked.pack is not None  # noqa: S101 - the dialect of packs is given one
    return asked.pack


def per_period(asked: Asked, quantity: Quantity, period: str) -> float:
    """Return an amount per day, week or year in another of these; a day is a working day."""
    rows = asked.tables.table("assumptions").set_index("assumption_id")["mid"]
    in_a_year = {"day": float(rows.get("working_days_per_year", 300.0)), "week": WEEKS_PER_YEAR, "year": 1.0}
    return quantity.value * in_a_year[quantity.per] / in_a_year[period]


def calls_per_week(quantity: Quantity) -> float:
    """Return calls a week; a month is a twelfth of the year."""
    weekly = {"week": 1.0, "day": DAYS_A_WEEK, "month": MONTHS_A_YEAR / WEEKS_PER_YEAR}
    return quantity.value * weekly[quantity.per]


def money_of(asked: Asked, name: str, currency: str, year: int) -> float | None:
    """Return the money of a field in a currency and the prices of a year; None, with a finding, where no rate is."""
    pack, stated = region_of(asked), asked.value(name)
    from_year = asked.value("price_year") or pack.region.price_year
    if (stated.of, from_year) == (currency, year):
        return float(stated.value)
    try:
        basis = PriceBasis.from_pack(pack)
        return float(stated.value * basis.factor(stated.of, from_year) / basis.factor(currency, year))
    except HinterlandError as error:
        asked.refuse(name, error.text)
        return None


def set_money(asked: Asked, table: str, ids: Iterable[str], name: str, column: str) -> list[Operation]:
    """Return changes that set a column of money, in the currency and price year of each row; rows without get them."""
    stated = asked.value(name)
    year = asked.value("price_year") or region_of(asked).region.price_year
    groups: dict[tuple[str, int] | None, list[str]] = {}
    rows = asked.frame(table, tuple(ids))
    for row, currency, price_year in zip(rows.index, rows["currency"], rows["price_year"], strict=True):
        has = isinstance(currency, str) and not pd.isna(price_year)
        groups.setdefault((currency, int(price_year)) if has else None, []).append(str(row))
    operations: list[Operation] = []
    for basis, members in groups.items():
        if basis is None:
            operations += asked.set(table, members, **{column: stated.value, "currency": stated.of, "price_year": year})
            continue
        value = money_of(asked, name, *basis)
        operations += [] if value is None else asked.set(table, members, **{column: value})
    return operations


def scale_filled(
    asked: Asked, table: str, ids: Sequence[str], columns: Sequence[str], factor: float
) -> list[Operation]:
    """Return changes that multiply columns of the rows that have a value there; if none has, a finding is collected."""
    rows = asked.frame(table, ids)
    operations: list[Operation] = []
    for column in columns:
        filled = [str(row) for row in rows.index[rows[column].notna()]]
        operations += asked.scale(table, filled, **{column: factor})
    if not operations and ids:
        asked.refuse("by", NOTHING_THERE.format(columns=", ".join(columns)))
    return operations


def only_for(asked: Asked, fields: Mapping[str, Sequence[str]]) -> bool:
    """Return whether every field given is one of its subject; the others are findings.

    Parameters
    ----------
    asked
        The change.
    fields
        For each subject, the fields it takes.
    """
    subject = asked.subject()
    every = {name for names in fields.values() for name in names}
    own = fields.get(subject or "", ())
    strange = [name for name in every if asked.has(name) and name not in own]
    for name in sorted(strange):
        asked.refuse(name, NOT_FOR.format(field=name, subject=subject, fields=", ".join(own)))
    return not strange


def each(asked: Asked, table: str, values: Mapping[str, dict[str, Value]]) -> list[Operation]:
    """Return changes that set columns of rows to values of their own, rows with the same values together."""
    groups: dict[tuple[tuple[str, Value], ...], list[str]] = {}
    for row, cells in values.items():
        groups.setdefault(tuple(cells.items()), []).append(row)
    return [one for cells, rows in groups.items() for one in asked.alter(table, rows, set_values=cells)]


def set_assumption(asked: Asked, name: str, value: float) -> list[Operation]:
    """Return a change of an assumption's value; its range grows to hold it."""
    row = asked.frame("assumptions", (name,)).iloc[0]
    cells: dict[str, Value] = {"mid": value}
    if value < row["low"]:
        cells["low"] = value
    if value > row["high"]:
        cells["high"] = value
    return asked.set("assumptions", (name,), **cells)
