"""Sections of what passes a link, a terminal or a capacity, and whose tonnes they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from api.documents.model import Column, Section, Table
from api.documents.units import T
from api.explain import words
from optimizer.explain.sentences import amount, per_period
from supplychain.text import Text

if TYPE_CHECKING:
    from api.documents.model import Cell
    from optimizer.explain.answer import CapacityAnswer
    from optimizer.explain.telling import Telling
    from optimizer.explain.trace import Traced

OPEN_ROWS: Final = 12
NOTHING: Final = Text(en="", vi="")


def trace_section(name: str, one: Traced, telling: Telling) -> Section:
    """Return whose tonnes pass something that is called by its id."""
    title = words.WHOSE.format(name=telling.sentences.name(name))
    if one.table.empty:
        return Section(title, (words.NOTHING_PASSES,))
    told = words.CARRIES.format(tonnes=amount(one.total_t_per_day), period=per_period(telling.subject))
    return Section(title, (told,), _tables(one, telling))


def capacity_section(one: CapacityAnswer, telling: Telling, table: Table) -> Section:
    """Return a capacity with its shadow price, what solving again says, and whose tonnes use it."""
    name = telling.sentences.capacity(one.binding.capacity)
    return Section(
        words.CAPACITY.format(name=name),
        (telling.one_more(one.more, one.binding),),
        (table, *(_tables(one.traced, telling) if len(one.traced.table) else ())),
    )


def _tables(one: Traced, telling: Telling) -> tuple[Table, ...]:
    found = []
    for key in one.keys:
        if key == "demand_id":
            continue
        sums = one.by(key)
        columns = (
            Column(key, words.NAME),
            Column("id", words.ID),
            Column("t_per_day", words.TONNES, T, 1, is_number=True),
            Column("share", words.SHARE, NOTHING, 1, is_number=True, look="share"),
        )
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (telling.sentences.name(str(value)), str(value), float(tonnes), float(share))
            for value, tonnes, share in sums.itertuples(index=False)
        )
        found.append(Table(words.BY[key], columns, rows, open_rows=OPEN_ROWS))
    return (*found, _paths(one, telling))


def _paths(one: Traced, telling: Telling) -> Table:
    columns = [
        Column("demand_id", words.ID),
        Column("goods", words.GOODS),
        Column("from", words.FROM),
        Column("to", words.TO),
        Column("chain", words.CHAIN),
        Column("t_per_day", words.TONNES, T, 1, is_number=True),
    ]
    has_trade = "trade_id" in one.table
    if has_trade:
        columns.append(Column("trade_id", words.TRADE_ROW))
    name = telling.sentences.name
    rows = []
    for row in one.table.to_dict("records"):
        cells: list[Cell] = [
            str(row["demand_id"]),
            name(str(row["commodity_id"])),
            name(str(row["origin_id"])),
            name(str(row["destination_id"])),
            str(row["mode_chain"]),
            float(row["t_per_day"]),
        ]
        rows.append(tuple([*cells, str(row["trade_id"])] if has_trade else cells))
    return Table(words.PATHS, tuple(columns), tuple(rows), open_rows=OPEN_ROWS)
