"""A document told on the console: its sentences and tables, without figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from api.documents.cells import cell_text, stand_line
from optimizer.explain.sentences import joined
from supplychain.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.console import Talk
    from api.documents.model import Cell, Column, Document, Section, Table

MOST_ROWS: Final = 25
"""Rows of a table that a person is shown; files and JSON hold all."""

PUT_ASIDE: Final = {
    "name": frozenset({"capacity_id"}),
    "used_per_day": frozenset({"left_per_day"}),
    "money": frozenset({"cost"}),
}
"""Columns the console leaves out where a table has another that says it more shortly."""

PARTS: Final = ("part_", "more_part_")
"""Beginnings of the keys of columns that split another; a wide table of the console goes without them."""

MOST_COLUMNS: Final = 12
SENTENCES: Final = ("why", "serves", "rows")
LONG: Final = 40

UNITS: Final = Text(en="In {unit}: {columns}.", vi="Tính bằng {unit}: {columns}.")

MORE_ROWS: Final = Text(
    en="{count} more rows: in a report (--report FILE) or with --json.",
    vi="Còn {count} dòng: xem trong báo cáo (--report FILE) hoặc bằng --json.",
)


def tell_document(document: Document, talk: Talk) -> None:
    """Print a document for a person; nothing when a program reads."""
    if talk.as_json:
        return
    talk.say(document.title)
    talk.say(stand_line(document.stand))
    for text in document.summary:
        talk.say(text)
    for section in document.sections:
        _tell_section(section, talk)


def _tell_section(section: Section, talk: Talk) -> None:
    if section.paragraphs or not section.tables:
        talk.say(section.title)
    for text in section.paragraphs:
        talk.say(text)
    for table in section.tables:
        _tell_table(table, talk)
    for part in section.sections:
        _tell_section(part, talk)


def _tell_table(table: Table, talk: Talk) -> None:
    """Print a table without columns that hold only zeros or that a reader of the console can do without."""
    keys = {column.key for column in table.columns}
    kept = [
        place
        for place, column in enumerate(table.columns)
        if not (keys & PUT_ASIDE.get(column.key, frozenset()))
        and not (column.key.startswith(PARTS) and len(keys) > MOST_COLUMNS)
        and (not column.is_number or any(row[place] for row in table.rows))
    ]
    shown = table.rows[: table.open_rows or MOST_ROWS]
    long = [place for place in kept if _is_long(table, place, talk)]
    kept = [place for place in kept if place not in long]
    rows = [[_said(table, row, place, talk) for place in kept] for row in shown]
    talk.table(table.title, [table.columns[place].label for place in kept], rows)
    units = _units([table.columns[place] for place in kept])
    if units is not None:
        talk.say(units)
    for number, row in enumerate(shown if long else (), 1):
        said = " ".join(_said(table, row, place, talk) for place in long)
        talk.say(Text(en=f"{number}. {said}", vi=f"{number}. {said}"))
    if len(table.rows) > len(rows):
        talk.say(MORE_ROWS.format(count=len(table.rows) - len(rows)))
    if table.note is not None:
        talk.say(table.note)


def _said(table: Table, row: Sequence[Cell], place: int, talk: Talk) -> str:
    return cell_text(row[place], table.columns[place]).of(talk.language)


def _is_long(table: Table, place: int, talk: Talk) -> bool:
    """Return whether a column holds sentences: they are told below the table, row by row."""
    column = table.columns[place]
    return column.key in SENTENCES and any(len(_said(table, row, place, talk)) > LONG for row in table.rows)


def _units(columns: list[Column]) -> Text | None:
    """Return which columns count in which unit; None where none has one."""
    by_unit: dict[str, tuple[Text, list[Text]]] = {}
    for column in columns:
        if column.is_number and column.unit.en:
            by_unit.setdefault(column.unit.en, (column.unit, []))[1].append(column.label)
    told = [UNITS.format(unit=unit, columns=joined(labels, COMMA)) for unit, labels in by_unit.values()]
    return joined(told, SPACE) if told else None


COMMA: Final = Text(en=", ", vi=", ")
SPACE: Final = Text(en=" ", vi=" ")
