"""Tables of the report: a data frame and a list of columns become headings and cells in both languages."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from api.labels import scaled_label
from api.numbers import MISSING, number, percent, signed
from api.report.names import unit_name
from supplychain.text import Text

if TYPE_CHECKING:
    import pandas as pd

YES: Final = Text(en="yes", vi="có")
NO: Final = Text(en="no", vi="không")
FEW_ROWS: Final = 5
"""So few more rows are shown at once."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: what it says, and how.

    Parameters
    ----------
    text
        Its content in both languages.
    is_number
        True for right alignment.
    bar
        Length of the bar under the text, as a share of the cell (0 to 1); None for no bar.
    below
        A second, smaller line; None for nothing.
    """

    text: Text
    is_number: bool = False
    bar: float | None = None
    below: Text | None = None

    @property
    def is_nothing(self) -> bool:
        """True for a figure of zero, shown quietly."""
        return self.is_number and not any(mark in "123456789" for mark in self.text.en)


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the report.

    Parameters
    ----------
    anchor
        Id in the page.
    title
        Heading.
    note
        What the reader must know to read it; None for nothing.
    headings
        Column headings.
    rows
        Cells, row by row.
    open_rows
        Rows shown before the reader asks for the rest; None for all.
    """

    anchor: str
    title: Text
    note: Text | None
    headings: tuple[Text, ...]
    rows: tuple[tuple[Cell, ...], ...]
    open_rows: int | None = None

    @property
    def numeric(self) -> tuple[bool, ...]:
        """Whether each column holds numbers."""
        return tuple(any(row[column].is_number for row in self.rows) for column in range(len(self.headings)))

    @property
    def shown_rows(self) -> int:
        """Rows shown before the reader asks for the rest."""
        if self.open_rows is None or len(self.rows) <= self.open_rows + FEW_ROWS:
            return len(self.rows)
        return self.open_rows


Format = Callable[[object], Cell]


def _is_missing(value: object) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value)) or str(value) in {"nan", "<NA>"}


def plain(value: object) -> Cell:
    """Show a value as it is, in both languages."""
    return Cell(MISSING if _is_missing(value) else Text(en=str(value), vi=str(value)))


def digits(count: int, divisor: float = 1.0) -> Format:
    """Show numbers divided by ``divisor`` with ``count`` decimals."""

    def show(value: object) -> Cell:
        missing = _is_missing(value)
        return Cell(number(None if missing else float(str(value)) / divisor, count), is_number=True)

    return show


def difference(count: int, divisor: float = 1.0) -> Format:
    """Show numbers with their sign."""

    def show(value: object) -> Cell:
        missing = _is_missing(value)
        return Cell(signed(None if missing else float(str(value)) / divisor, count), is_number=True)

    return show


def share(value: object) -> Cell:
    """Show a share (0 to 1) as a percentage with a bar behind it."""
    if _is_missing(value):
        return Cell(MISSING, is_number=True)
    part = float(str(value))
    return Cell(percent(part), is_number=True, bar=min(max(part, 0.0), 1.0))


def yes_no(value: object) -> Cell:
    """Show a truth value; a dash when there is none."""
    if _is_missing(value):
        return Cell(MISSING)
    return Cell(YES if bool(value) else NO)


def named(names: Mapping[str, Text]) -> Format:
    """Show a key word or an id by its name; one without a name as it is."""

    def show(value: object) -> Cell:
        return Cell(names[str(value)]) if str(value) in names else plain(value)

    return show


def unit(value: object) -> Cell:
    """Show a unit in each language."""
    return plain(value) if _is_missing(value) else Cell(unit_name(str(value)))


def figure(value: object) -> Cell:
    """Show a number with as many decimals as its size asks for: about three figures that count."""
    if _is_missing(value):
        return Cell(MISSING, is_number=True)
    size = abs(float(str(value)))
    decimals = next((count for count, least in ((0, 100.0), (1, 10.0), (2, 0.1)) if size >= least), 3)
    return Cell(number(float(str(value)), 0 if size == 0 else decimals), is_number=True)


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of a frame a table shows.

    Parameters
    ----------
    formats
        Column and format, in order. A column named ``name`` stands for ``name_vi`` and ``name_en``; the same
        holds for any column that exists only with the two language endings.
    headed
        Headings that say more than the usual ones, by column.
    """

    formats: tuple[tuple[str, Format], ...]
    headed: Mapping[str, Text] = field(default_factory=dict)

    def headings(self) -> tuple[Text, ...]:
        """Return the column headings."""
        return tuple(self.headed.get(column) or scaled_label(column) for column, _ in self.formats)

    def cells(self, record: dict[str, object]) -> tuple[Cell, ...]:
        """Return the cells of one record."""
        return tuple(self._cell(record, column, show) for column, show in self.formats)

    def _cell(self, record: dict[str, object], column: str, show: Format) -> Cell:
        english, vietnamese = f"{column}_en", f"{column}_vi"
        if english in record and vietnamese in record:
            return Cell(Text(en=str(record[english]), vi=str(record[vietnamese])))
        return show(record[column])


def table(
    anchor: str,
    title: Text,
    frame: pd.DataFrame,
    columns: Columns,
    *,
    note: Text | None = None,
    open_rows: int | None = None,
) -> Table:
    """Return the table of a frame, in the frame's order; ``open_rows`` of them are shown at once."""
    rows = tuple(columns.cells(record) for record in frame.to_dict("records"))
    return Table(anchor, title, note, columns.headings(), rows, open_rows)
