"""How the cells of each column are written, decided on all of them together and never cell by cell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from supplychain.columns import ColumnDeclaration
from supplychain.intake.files.values import Cell
from supplychain.intake.values.dates import date_order
from supplychain.intake.values.types import DATE_COLUMNS_OF_MONTHS, DecimalSign, ValueOptions
from supplychain.intake.values.units import is_count
from supplychain.text import Text

MINORITY: Final = 0.02
ENOUGH_FOR_MAJORITY: Final = 20

_BODY: Final = re.compile(r"[+\-\u2212]?\s*(\d[\d.,]*[.,]\d+)")
_AMBIGUOUS: Final = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
_GROUPS: Final = re.compile(r"\d{1,3}([.,])\d{3}(?:\1\d{3})+")
_OTHER: Final[Mapping[str, DecimalSign]] = {".": ",", ",": "."}


@dataclass(slots=True)
class ColumnEvidence:
    """What the cells of one column have shown so far.

    Parameters
    ----------
    declaration
        The field they fill.
    """

    declaration: ColumnDeclaration
    _signs: dict[str, int] = field(default_factory=lambda: {".": 0, ",": 0})
    _open_numbers: int = 0
    _orders: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})

    @property
    def is_needed(self) -> bool:
        """Whether cells of this field can be written in more than one way."""
        kind = self.declaration.kind
        return kind in {"number", "integer", "date"} or self.declaration.name in DATE_COLUMNS_OF_MONTHS

    def add(self, cell: Cell) -> None:
        """Take a cell as evidence."""
        if cell.kind != "text":
            return
        if self.declaration.kind in {"number", "integer"}:
            self._add_number(cell.text)
        elif (order := date_order(cell.text)) is not None:
            self._orders[order] += 1

    def _add_number(self, text: str) -> None:
        found = _BODY.match(text)
        if found is None:
            return
        body = found[1]
        if _GROUPS.fullmatch(body):
            self._signs[_OTHER[next(sign for sign in body if sign in ".,")]] += 1
            return
        last = next(sign for sign in reversed(body) if sign in ".,")
        if not _AMBIGUOUS.fullmatch(body):
            self._signs[last] += 1
        elif self._is_whole:
            self._signs[_OTHER[last]] += 1
        elif self.declaration.unit == "degrees":
            self._signs[last] += 1
        else:
            self._open_numbers += 1

    @property
    def _is_whole(self) -> bool:
        return self.declaration.kind == "integer" or is_count(self.declaration.unit)

    @property
    def decimal(self) -> DecimalSign | None:
        """The decimal sign that the column itself shows."""
        return _sign(self._signs)

    @property
    def day_first(self) -> bool | None:
        """The order of day and month that the column itself shows."""
        return _majority(self._orders)

    @property
    def is_mixed(self) -> bool:
        """Whether the column is written in two ways."""
        return (self.decimal is None and sum(self._signs.values()) > 0) or (
            self.day_first is None and sum(self._orders.values()) > 0
        )

    @property
    def signs(self) -> Mapping[str, int]:
        """How many numbers show each decimal sign."""
        return self._signs

    @property
    def orders(self) -> Mapping[bool, int]:
        """How many dates show the day first (True) or the month (False)."""
        return self._orders

    @property
    def has_open_numbers(self) -> bool:
        """Whether numbers were met that may be read in two ways."""
        return self._open_numbers > 0


def _majority(counts: Mapping[bool, int]) -> bool | None:
    """Return what nearly all cells show: all of them, or 98 in a hundred of at least twenty."""
    total = sum(counts.values())
    if not total:
        return None
    best = counts[True] >= counts[False]
    rest = total - counts[best]
    return best if rest == 0 or (total >= ENOUGH_FOR_MAJORITY and rest <= MINORITY * total) else None


def _sign(counts: Mapping[str, int]) -> DecimalSign | None:
    comma = _majority({True: counts[","], False: counts["."]})
    return None if comma is None else "," if comma else "."


@dataclass(frozen=True, slots=True)
class Decided:
    """How a column is written and what to tell of it.

    Parameters
    ----------
    options
        What its cells are read with.
    note
        What was decided on less than the column's own evidence, or that it is mixed; None where all is plain.
    """

    options: ValueOptions
    note: Text | None = None


def decide_columns(evidence: Mapping[str, ColumnEvidence], said: Mapping[str, ValueOptions]) -> dict[str, Decided]:
    """Return how each column is written.

    Parameters
    ----------
    evidence
        By column, what all its cells have shown.
    said
        By column, what a person has said, which goes before evidence.

    Returns
    -------
    dict
        By column. A column whose numbers may be read in two ways follows the other columns of its sheet where these
        agree, and that is told; otherwise its sign stays open, and such a number is a problem.
    """
    sheet_signs = {sign: sum(one.signs[sign] for one in evidence.values()) for sign in ".,"}
    sheet_orders = {order: sum(one.orders[order] for one in evidence.values()) for order in (True, False)}
    sheet_decimal, sheet_day_first = _sign(sheet_signs), _majority(sheet_orders)
    decided = {}
    for name, one in evidence.items():
        options = said.get(name, ValueOptions())
        note = None
        if one.is_mixed and options.decimal is None and options.day_first is None:
            note = _MIXED.format(column=name)
        decimal = options.decimal or one.decimal
        if decimal is None and one.has_open_numbers and sheet_decimal is not None and not one.is_mixed:
            decimal = sheet_decimal
            note = _FOLLOWS.format(column=name, decimal=decimal)
        day_first = options.day_first if options.day_first is not None else one.day_first
        if day_first is None and not one.is_mixed:
            day_first = sheet_day_first
        decided[name] = Decided(replace(options, decimal=decimal, day_first=day_first), note)
    return decided


_MIXED: Final = Text(
    en="The column '{column}' is written in two ways (decimal signs or day and month); what may be read in both is a "
    "problem.",
    vi="Cột '{column}' được ghi theo hai cách (dấu thập phân hoặc thứ tự ngày tháng); ô đọc được theo cả hai cách bị "
    "báo lỗi.",
)
_FOLLOWS: Final = Text(
    en="Numbers of the column '{column}' may be read in two ways; '{decimal}' was taken as the decimal sign because "
    "the other columns use it.",
    vi="Số ở cột '{column}' có thể đọc theo hai cách; dấu '{decimal}' được lấy làm dấu thập phân vì các cột khác dùng "
    "như vậy.",
)
