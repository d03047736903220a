"""What a cell becomes: a value or a problem, and what a column as a whole says about how its cells are written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from supplychain.text import Text

Value = str | float | int | bool | dt.date

DecimalSign = Literal[".", ","]

DATE_COLUMNS_OF_MONTHS: Final = ("month", "first_month", "last_month")
"""Text columns that hold a month as YYYY-MM."""


@dataclass(frozen=True, slots=True)
class CellProblem:
    """Why a cell cannot be read as what its column holds, and what to write instead."""

    text: Text


@dataclass(frozen=True, slots=True)
class ValueOptions:
    """How the cells of one column are written, decided for the whole column or said by a person.

    Parameters
    ----------
    decimal
        Sign before the fraction of a number; None where it is not known, so that "1.234" is a problem.
    day_first
        Whether 05/03/2024 is the fifth of March; None where it is not known, so that such a date is a problem.
    unit
        Unit of numbers whose cells name none, as in a heading "Diện tích (m2)"; None for the field's own unit.
    crs
        EPSG code of positions; None for WGS 84 degrees.
    """

    decimal: DecimalSign | None = None
    day_first: bool | None = None
    unit: str | None = None
    crs: int | None = None


UNDECIDED: Final = ValueOptions()


def add_note(notes: list[Text] | None, text: Text) -> None:
    """Add what was converted to the notes of a row, if anybody keeps them."""
    if notes is not None and text not in notes:
        notes.append(text)


def shown(text: str, longest: int = 60) -> str:
    """Return a cell as it is quoted in a problem: on one line and not too long."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[:longest]}…"


def joined(texts: Sequence[Text], separator: str = "; ") -> Text:
    """Return several texts as one, in both languages."""
    return Text(en=separator.join(text.en for text in texts), vi=separator.join(text.vi for text in texts))
