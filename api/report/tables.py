"""Tables of the report: a data frame and a list of columns become headings and cells in both languages."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from api.labels import scaled_label
from api.numbers import MISSING, number, percent, signed
from api.styles import MODE_NAMES, PLACE_NAMES
from supplychain.text import Text

if TYPE_CHECKING:
    import pandas as pd

YES: Final = Text(en="yes", vi="có")
NO: Final = Text(en="no", vi="không")


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
        Share of the cell filled with colour behind the text (0 to 1), None for no bar.
    """

    text: Text
    is_number: bool = False
    bar: float | None = None


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
    """

    anchor: str
    title: Text
    note: Text | None
    headings: tuple[Text, ...]
    rows: tuple[tuple[Cell, ...], ...]


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


def mode_name(value: object) -> Cell:
    """Show a mode by its name."""
    return Cell(MODE_NAMES[str(value)]) if str(value) in MODE_NAMES else plain(value)


def kind_name(value: object) -> Cell:
    """Show the kind of a place by its name."""
    return Cell(PLACE_NAMES[str(value)]) if str(value) in PLACE_NAMES else plain(value)


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of a frame a table shows.

    Parameters
    ----------
    formats
        Column and format, in order. A column named ``name`` stands for ``name_vi`` and ``name_en``; the same
        holds for any column that exists only with the two language endings.
    """

    formats: tuple[tuple[str, Format], ...]

    def headings(self) -> tuple[Text, ...]:
        """Return the column headings."""
        return tuple(scaled_label(column) for column, _ in self.formats)

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
    most: int | None = None,
) -> Table:
    """Return the table of a frame's first ``most`` rows (all by default), in the frame's order."""
    shown = frame if most is None else frame.head(most)
    rows = tuple(columns.cells(record) for record in shown.to_dict("records"))
    if most is not None and len(frame) > most:
        hidden = Text(
            en=f"The first {most} of {len(frame)} rows; all are in the tables beside this report.",
            vi=f"{most} dòng đầu trong {len(frame)} dòng; toàn bộ nằm trong các bảng kèm báo cáo.",
        )
        note = hidden if note is None else Text(en=f"{note.en} {hidden.en}", vi=f"{note.vi} {hidden.vi}")
    return Table(anchor, title, note, columns.headings(), rows)


def simple_table(
    anchor: str,
    title: Text,
    headings: Sequence[Text],
    rows: Sequence[Sequence[Cell]],
    note: Text | None = None,
) -> Table:
    """Return a table of ready cells."""
    return Table(anchor, title, note, tuple(headings), tuple(tuple(row) for row in rows))
