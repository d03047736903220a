"""What a workbook is made of, whichever format it is written in: sheets of rows of cells, streamed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol

from supplychain.errors import HinterlandError
from supplychain.text import Text

LONGEST_CELL: Final = 32_767
"""Characters that a cell of a spreadsheet can hold."""

MOST_ROWS: Final = 1_048_576
"""Rows of a sheet, the header among them."""

SHEET_NAME_LENGTH: Final = 31

LISTS_SHEET: Final = "_lists"
"""Hidden sheet of words to choose from."""

LONG_CELL: Final = Text(
    en="A text of {length} characters in the sheet {sheet} does not fit a spreadsheet's cell, which holds {most}. "
    "Choose csv, parquet, gpkg or geojson.",
    vi="Một đoạn chữ dài {length} ký tự ở trang {sheet} không vừa ô của bảng tính (tối đa {most}). Hãy chọn csv, "
    "parquet, gpkg hoặc geojson.",
)
MANY_ROWS: Final = Text(
    en="The sheet {sheet} would have more than {most} rows, which no spreadsheet opens. Choose csv, parquet, gpkg or "
    "geojson.",
    vi="Trang {sheet} sẽ có hơn {most} dòng, không bảng tính nào mở được. Hãy chọn csv, parquet, gpkg hoặc geojson.",
)


class SheetLimitError(HinterlandError):
    """A spreadsheet cannot hold what should be written; nothing was cut off."""


class SheetCell(NamedTuple):
    """One cell to write.

    Parameters
    ----------
    value
        Text, number, truth or date; None leaves it empty. A text is always written as text, never as a formula.
    marked
        Whether it is filled with the colour of faulty cells.
    bold
        Whether it is a heading.
    note
        Comment on the cell.
    example
        Whether it is filled with the colour of examples.
    number_format
        How a number is shown, such as ``0000000000``; formats other than XLSX then hold it as that text.
    """

    value: str | float | dt.date | None
    marked: bool = False
    bold: bool = False
    note: str | None = None
    example: bool = False
    number_format: str | None = None


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """How a sheet looks beyond its cells.

    Parameters
    ----------
    name
        Name of the sheet.
    widths
        Width of each column in characters; none given: the program's own.
    choices
        By position of a column from 0, the words offered in it from the second row on.
    frozen_rows
        Rows at the top that stay in view.
    list_rows
        Rows below the header for which the words are offered.
    """

    name: str
    widths: Sequence[float] = ()
    choices: Mapping[int, Sequence[str]] = field(default_factory=dict)
    frozen_rows: int = 1
    list_rows: int = 2000


class SheetWriter(Protocol):
    """A workbook being written, sheet after sheet and row after row."""

    def begin_sheet(self, layout: SheetLayout) -> None:
        """Begin the next sheet."""

    def write_row(self, cells: Iterable[SheetCell]) -> None:
        """Write the next row of the sheet."""

    def close(self) -> None:
        """Finish the file."""

    def discard(self) -> None:
        """Let go of everything that is open; the file is not finished."""


@contextmanager
def finished(writer: SheetWriter) -> Iterator[SheetWriter]:
    """Give a writer whose file is finished when the block ends well, and let go of when it does not."""
    try:
        yield writer
        writer.close()
    except BaseException:
        with suppress(OSError, ValueError):  # what went wrong first is what is told
            writer.discard()
        raise


def check_cell(value: object, sheet: str) -> None:
    """Refuse a text that no spreadsheet's cell can hold.

    Raises
    ------
    SheetLimitError
        If it is too long.
    """
    if isinstance(value, str) and len(value) > LONGEST_CELL:
        raise SheetLimitError(LONG_CELL.format(length=len(value), sheet=sheet, most=LONGEST_CELL))


def check_row_number(row: int, sheet: str) -> None:
    """Refuse a row below the last one a spreadsheet shows.

    Raises
    ------
    SheetLimitError
        If there are too many.
    """
    if row > MOST_ROWS:
        raise SheetLimitError(MANY_ROWS.format(sheet=sheet, most=MOST_ROWS))
