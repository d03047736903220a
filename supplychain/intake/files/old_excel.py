"""Old Excel workbooks (.xls, BIFF), read by python-calamine; a file holds at most 65,536 rows a sheet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from supplychain.intake.files import messages
from supplychain.intake.files.archive import damaged
from supplychain.intake.files.cleaning import Cleaner
from supplychain.intake.files.number_formats import date_text, number_text
from supplychain.intake.files.values import EMPTY, Cell, FileError, Notebook, RawRow
from supplychain.text import Text

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

LARGEST_FILE: Final = 256 << 20
_ERROR_WORDS: Final = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})


def open_workbook(path: Path) -> CalamineWorkbook:
    """Return the workbook of an old Excel file.

    Raises
    ------
    FileError
        If the file is too large, protected or damaged.
    """
    import python_calamine as calamine  # noqa: PLC0415 - heavy, for old workbooks alone

    if path.stat().st_size > LARGEST_FILE:
        raise FileError(messages.BOMB.format(file=path.name, reason=f"{path.stat().st_size:,} bytes"))
    try:
        return calamine.CalamineWorkbook.from_path(path)
    except calamine.PasswordError as error:
        raise FileError(messages.ENCRYPTED.format(file=path.name)) from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise damaged(path, error) from error
    except BaseException as error:
        raise _panicked(path, error) from error


def old_sheets(path: Path) -> list[tuple[str, bool]]:
    """Return the names of the sheets of an old Excel file in order and whether each is hidden."""
    import python_calamine as calamine  # noqa: PLC0415 - as above

    workbook = open_workbook(path)
    shown = calamine.SheetVisibleEnum.Visible
    sheets = [
        (sheet.name, sheet.visible != shown)
        for sheet in workbook.sheets_metadata
        if sheet.typ == calamine.SheetTypeEnum.WorkSheet
    ]
    workbook.close()
    return sheets


def _panicked(path: Path, error: BaseException) -> BaseException:
    """Return a clear refusal for a panic inside the compiled reader, which comes as no ``Exception``; others as is."""
    return damaged(path, "its records are broken") if type(error).__name__ == "PanicException" else error


class OldExcelReader:
    """Reads one sheet; ``rows`` may be called again and reads anew."""

    def __init__(self, path: Path, name: str, cleaner: Cleaner, notes: Notebook) -> None:
        self._path, self._name, self._cleaner, self._notes = path, name, cleaner, notes

    def rows(self) -> Iterator[RawRow]:
        """Yield the rows of the sheet that have cells.

        Raises
        ------
        FileError
            If the sheet is damaged.
        """
        import python_calamine as calamine  # noqa: PLC0415 - as above

        workbook = open_workbook(self._path)
        try:
            table = workbook.get_sheet_by_name(self._name).to_python(skip_empty_area=False)
        except (calamine.CalamineError, OSError, ValueError) as error:
            raise damaged(self._path, error) from error
        except BaseException as error:
            raise _panicked(self._path, error) from error
        for line, values in enumerate(table, start=1):
            problems: list[Text] = []
            cells = [self._cell(value, line, problems) for value in values]
            while cells and cells[-1] is EMPTY:
                cells.pop()
            if cells:
                yield RawRow(line, tuple(cells), problems=tuple(problems))

    def _cell(self, value: Any, line: int, problems: list[Text]) -> Cell:  # noqa: ANN401 - as calamine gives it
        if isinstance(value, bool):
            return Cell("TRUE" if value else "FALSE", "boolean", value)
        if isinstance(value, int | float):
            return Cell(number_text(float(value)), "number", float(value))
        if isinstance(value, dt.datetime):
            value = value.date() if value.time() == dt.time() else value
        if isinstance(value, dt.date):
            return Cell(date_text(value), "date", value)
        if value in _ERROR_WORDS:
            self._notes.tell_row("error_cells", messages.ERROR_CELL, self._name, line)
            return Cell(str(value), "error")
        text = self._cleaner.clean(str(value), self._name, line, problems)
        return Cell(text) if text else EMPTY
