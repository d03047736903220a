"""Workbooks for Excel, streamed; a text is never a formula."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import WorkbookAlreadySaved
from openpyxl.worksheet.datavalidation import DataValidation

from supplychain.exports.cells import is_formula
from supplychain.exports.sheets import (
    LISTS_SHEET,
    SHEET_NAME_LENGTH,
    SheetCell,
    SheetLayout,
    check_cell,
    check_row_number,
)

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

FAULTY: Final = PatternFill("solid", fgColor="FFFFC7CE")
EXAMPLE: Final = PatternFill("solid", fgColor="FFEDEDED")
BOLD: Final = Font(bold=True)
AUTHOR: Final = "Hinterland"
NOTE_WIDTH_PX: Final = 320
NOTE_HEIGHT_PX: Final = 120
LONGEST_LIST: Final = 255
"""Characters of a list of words inside a cell rule; longer ones stand on a sheet of their own."""


class XlsxWriter:
    """An XLSX file being written.

    Parameters
    ----------
    path
        File to make; it is there when ``close`` has returned.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._book = Workbook(write_only=True)
        self._sheet: WriteOnlyWorksheet | None = None
        self._row = 0
        self._lists: list[tuple[str, ...]] = []

    def begin_sheet(self, layout: SheetLayout) -> None:
        """Begin the next sheet."""
        sheet: Any = self._book.create_sheet(layout.name[:SHEET_NAME_LENGTH])
        if layout.frozen_rows:
            sheet.freeze_panes = f"A{layout.frozen_rows + 1}"
        for position, width in enumerate(layout.widths, start=1):
            sheet.column_dimensions[get_column_letter(position)].width = width
        for position, words in layout.choices.items():
            letter = get_column_letter(position + 1)
            rule = DataValidation(type="list", formula1=self._list_formula(tuple(words)), allow_blank=True)
            rule.errorStyle = "warning"
            rule.add(f"{letter}2:{letter}{layout.list_rows + 1}")
            # A write-only sheet keeps no rules of its own; the writer takes them from this list all the same.
            sheet.data_validations.append(rule)
        self._sheet, self._row = sheet, 0

    def _list_formula(self, words: tuple[str, ...]) -> str:
        joined = ",".join(words)
        if len(joined) <= LONGEST_LIST and not any("," in word or '"' in word for word in words):
            return f'"{joined}"'
        if words not in self._lists:
            self._lists.append(words)
        letter = get_column_letter(self._lists.index(words) + 1)
        return f"{LISTS_SHEET}!${letter}$1:${letter}${len(words)}"

    def write_row(self, cells: Iterable[SheetCell]) -> None:
        """Write the next row of the sheet.

        Raises
        ------
        SheetLimitError
            If the row or a text does not fit a spreadsheet.
        """
        sheet = self._sheet
        if sheet is None:
            msg = "begin_sheet comes before write_row."
            raise RuntimeError(msg)
        self._row += 1
        check_row_number(self._row, str(sheet.title))
        sheet.append([_written(sheet, cell) for cell in cells])

    def close(self) -> None:
        """Finish the file."""
        if self._lists:
            sheet: Any = self._book.create_sheet(LISTS_SHEET)
            sheet.sheet_state = "hidden"
            for row in range(max(map(len, self._lists))):
                sheet.append([words[row] if row < len(words) else None for words in self._lists])
        self._book.save(self._path)

    def discard(self) -> None:
        """Let go of the temporary files of the sheets."""
        for sheet in self._book.worksheets:
            with suppress(WorkbookAlreadySaved, FileNotFoundError):
                sheet.close()
                sheet._writer.cleanup()  # type: ignore[attr-defined] # noqa: SLF001 - openpyxl cleans up when saving alone


def _written(sheet: WriteOnlyWorksheet, cell: SheetCell) -> object:
    value = cell.value
    plain = not (cell.marked or cell.bold or cell.note or cell.example or cell.number_format)
    if isinstance(value, float) and float(f"{value:.16g}") != value:
        # openpyxl writes sixteen digits; seventeen restore any number.
        written = WriteOnlyCell(sheet, value=repr(value))
        written.data_type = "n"
        return _dressed(written, cell)
    if plain and not (isinstance(value, str) and is_formula(value)):
        check_cell(value, str(sheet.title))
        # A string that cannot begin a formula is taken by openpyxl as text, "1E5" and "2025-01-01" too.
        if not isinstance(value, str) or not value.startswith("#"):
            return value
    check_cell(value, str(sheet.title))
    written = WriteOnlyCell(sheet, value=value)  # type: ignore[arg-type] # the stubs forget plain dates
    if isinstance(value, str):
        written.data_type = "s"
        written.quotePrefix = is_formula(value)
    return _dressed(written, cell)


def _dressed(written: Cell, cell: SheetCell) -> Cell:
    if cell.number_format:
        written.number_format = cell.number_format
    if cell.bold:
        written.font = BOLD
    if cell.marked or cell.example:
        written.fill = FAULTY if cell.marked else EXAMPLE
    if cell.note:
        written.comment = Comment(cell.note, AUTHOR, height=NOTE_HEIGHT_PX, width=NOTE_WIDTH_PX)
    return written
