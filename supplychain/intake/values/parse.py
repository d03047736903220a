"""A cell as a value of its field."""

from __future__ import annotations

import re
from typing import Final

from supplychain.columns import ColumnDeclaration
from supplychain.intake.files.values import Cell
from supplychain.intake.values import messages
from supplychain.intake.values.dates import parse_date, parse_month, year_of
from supplychain.intake.values.numbers import parse_integer, parse_number
from supplychain.intake.values.positions import parse_degrees
from supplychain.intake.values.types import (
    DATE_COLUMNS_OF_MONTHS,
    UNDECIDED,
    CellProblem,
    Value,
    ValueOptions,
    add_note,
    shown,
)
from supplychain.intake.values.words import parse_boolean, parse_choice, parse_choices, parse_country
from supplychain.text import Text

IDENTIFIERS: Final = frozenset(
    {"tax_code", "lei", "gln", "hs_code", "vsic_code", "isic_code", "ward_code", "former_ward_code", "phone"}
    | {"contact_phone", "number"}
)
"""Text columns of codes: a number there may have lost zeros, and one in scientific form has lost digits."""

_SCIENTIFIC: Final = re.compile(r"\d([.,]\d+)?[eE]\+?\d+")
_WHOLE_WITH_POINT: Final = re.compile(r"(\d+)[.,]0+")
_LARGEST_EXACT: Final = 10**15


def parse_value(
    cell: Cell, declaration: ColumnDeclaration, options: ValueOptions = UNDECIDED, notes: list[Text] | None = None
) -> Value | CellProblem | None:
    """Return a cell as a value of a field, None for an empty cell, or why it cannot be one.

    Parameters
    ----------
    cell
        The cell as the file's reader gave it.
    declaration
        The field: kind, unit, choices.
    options
        What was decided for the whole column.
    notes
        Takes what was converted or assumed, for the user to see; may be None.

    Returns
    -------
    str, float, int, bool, datetime.date, CellProblem or None
        By the kind of the field. Limits, identifiers and references are not looked at here: they are checked with the
        whole record.
    """
    if cell.kind == "empty" or not cell.text:
        return None
    if cell.kind == "error":
        return CellProblem(messages.ERROR_CELL.format(value=shown(cell.text)))
    kind = declaration.kind
    if kind == "number":
        degrees = parse_degrees(cell.text) if declaration.unit == "degrees" and cell.kind == "text" else None
        return parse_number(cell, declaration, options, notes) if degrees is None else degrees
    if kind == "integer":
        year = year_of(cell, notes) if declaration.unit == "year" else None
        return parse_integer(cell, declaration, options, notes) if year is None else year
    return _word(cell, declaration, options, notes)


def _word(
    cell: Cell, declaration: ColumnDeclaration, options: ValueOptions, notes: list[Text] | None
) -> Value | CellProblem:
    if declaration.kind == "boolean":
        return parse_boolean(cell)
    if declaration.kind == "date":
        return parse_date(cell, options, notes)
    if declaration.choices:
        parse = parse_choices if declaration.kind == "list" else parse_choice
        return parse(cell.text, declaration, notes)
    return _text(cell, declaration, options, notes)


def _text(
    cell: Cell, declaration: ColumnDeclaration, options: ValueOptions, notes: list[Text] | None
) -> Value | CellProblem:
    name = declaration.name
    if name in DATE_COLUMNS_OF_MONTHS:
        return parse_month(cell, name, options, notes)
    if name == "country":
        return parse_country(cell.text, notes)
    if declaration.kind == "list":
        return _list(cell.text)
    if name in IDENTIFIERS:
        return _identifier(cell, notes)
    return cell.text


def _list(text: str) -> str | CellProblem:
    parts = [part.strip() for part in text.replace("\n", ";").split(";")]
    parts = [part for part in parts if part]
    if not parts or len(set(parts)) < len(parts):
        return CellProblem(messages.BAD_LIST.format(value=shown(text)))
    return ";".join(parts)


def _identifier(cell: Cell, notes: list[Text] | None) -> str | CellProblem:
    text = cell.text
    if _SCIENTIFIC.fullmatch(text) or (isinstance(cell.value, float) and abs(cell.value) >= _LARGEST_EXACT):
        return CellProblem(messages.SHORTENED.format(value=shown(text)))
    if found := _WHOLE_WITH_POINT.fullmatch(text):
        text = found[1]
        add_note(notes, messages.WAS_NUMBER)
    elif cell.kind == "number" and cell.number_format is None:
        add_note(notes, messages.WAS_NUMBER)
    return text
