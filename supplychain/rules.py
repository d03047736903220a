"""What must hold in one row of a declared table: its values, and the rules between its columns.

Packs and the registry share these checks; both see a row as values by column name, a position as ``lat`` and ``lon``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

from supplychain import rule_messages as messages
from supplychain.columns import ColumnDeclaration
from supplychain.models.base import Ascending, AtLeastOne, Different, ExactlyOne, Needs
from supplychain.text import Text

RowRule = ExactlyOne | AtLeastOne | Ascending | Needs | Different
"""A rule that one row alone keeps or breaks."""

LIST_SEPARATOR: Final = ";"

_ID: Final = re.compile(r"[a-z0-9][a-z0-9_]{0,79}")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FORMULA: Final = re.compile(r"[=@].*|[+-].*[(|!].*|#(REF|N/A|VALUE|NAME|DIV/0|NUM|NULL|SPILL|CALC)[!?]?", re.DOTALL)
_TELEPHONE: Final = re.compile(r"\+[0-9][0-9 ().\-]*")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
_MAX_LATITUDE: Final = 90.0
_LEAST_WRITTEN_OUT: Final = 1e-9
"""Smaller numbers are shown with their power of ten."""
_SHOWN: Final = 60


def shown(cell: object) -> str:
    """Return a value as it is quoted in a finding: on one line and not too long."""
    text = " ".join(str(cell).split())
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def short(value: Any) -> str:  # noqa: ANN401 - a number or a date
    """Return a number or a date as a finding shows it."""
    if not isinstance(value, float):
        return str(value)
    text = f"{value:.15g}"
    return f"{Decimal(text):f}" if _LEAST_WRITTEN_OUT <= abs(value) < 1 else text


def split_list(cell: object) -> tuple[str, ...]:
    """Return the words of a list cell; none for an empty one."""
    if not isinstance(cell, str):
        return ()
    return tuple(word.strip() for word in cell.split(LIST_SEPARATOR) if word.strip())


def number_fault(value: float, column: ColumnDeclaration) -> Text | None:
    """Return what is wrong with a number, or None."""
    if not math.isfinite(value):
        return messages.NOT_A_NUMBER.format(value=value)
    if column.minimum is not None and value < column.minimum:
        return messages.TOO_SMALL.format(value=short(value), limit=short(column.minimum))
    if column.maximum is not None and value > column.maximum:
        return messages.TOO_LARGE.format(value=short(value), limit=short(column.maximum))
    return None


def text_fault(value: str, column: ColumnDeclaration) -> Text | None:
    """Return what is wrong with a text, id, list or date as written, or None."""
    control = _CONTROL.search(value)
    if control:
        return messages.CONTROL_CHARACTER.format(code=ord(control.group()))
    if value[:1] in "=@+-#" and _FORMULA.fullmatch(value) and not _TELEPHONE.fullmatch(value):
        return messages.FORMULA.format(value=shown(value))
    if column.kind == "id":
        return None if _ID.fullmatch(value) else messages.BAD_ID.format(value=shown(value))
    if column.kind == "date":
        return None if is_date(value) else messages.NOT_A_DATE.format(value=shown(value))
    return _word_fault(value, column)


def _word_fault(value: str, column: ColumnDeclaration) -> Text | None:
    if not column.choices:
        return None
    words = split_list(value) if column.kind == "list" else (value,)
    wrong = [word for word in words if word not in column.choices]
    if not wrong:
        return None
    return messages.NOT_A_CHOICE.format(value=shown(wrong[0]), choices=", ".join(column.choices))


def is_date(value: str) -> bool:
    """Return whether a text is an ISO date of the calendar."""
    if not _DATE.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def is_swapped(lat: float, lon: float) -> bool:
    """Return whether a latitude is none but would be a longitude, with a longitude that would be a latitude."""
    return _MAX_LATITUDE < abs(lat) <= 2 * _MAX_LATITUDE and abs(lon) <= _MAX_LATITUDE


def row_faults(rule: RowRule, row: Mapping[str, Any]) -> Iterator[tuple[str | None, Text]]:
    """Yield the column (None: the whole row) and what is wrong, where a row breaks a rule.

    Parameters
    ----------
    rule
        The rule.
    row
        Values by column name, None or absent where empty.
    """
    filled = [column for column in rule.columns if row.get(column) is not None]
    names = ", ".join(rule.columns)
    match rule:
        case ExactlyOne() if len(filled) != 1:
            yield None, messages.EXACTLY_ONE.format(columns=names, found=len(filled))
        case AtLeastOne() if not filled:
            yield None, messages.AT_LEAST_ONE.format(columns=names)
        case Different() if len(filled) > 1 and row[filled[0]] == row[filled[1]]:
            yield filled[0], messages.SAME.format(columns=names, value=shown(row[filled[0]]))
        case Needs() if filled:
            for column in rule.needed:
                if row.get(column) is None:
                    yield column, messages.NEEDED.format(column=column, reason=filled[0])
        case Ascending():
            yield from _falls(filled, row)


def _falls(filled: Sequence[str], row: Mapping[str, Any]) -> Iterator[tuple[str, Text]]:
    for left, right in pairwise(filled):
        if row[left] > row[right]:
            values = {"left_value": short(row[left]), "right_value": short(row[right])}
            yield left, messages.NOT_ASCENDING.format(left=left, right=right, **values)
