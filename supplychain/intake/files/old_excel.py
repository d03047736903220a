"""Old Excel workbooks (.xls, BIFF), read by python-calamine; a file holds at most 65,536 rows a sheet.

The reading is done by a child process (``old_excel_child``) with bounded memory: the compiled reader ends its process
on some broken files, and that must not be the user's or a server's.
"""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from supplychain.intake.files import messages
from supplychain.intake.files.archive import damaged
from supplychain.intake.files.cleaning import Cleaner
from supplychain.intake.files.number_formats import date_text, number_text
from supplychain.intake.files.values import EMPTY, MAXIMUM_COLUMNS, Cell, FileError, Notebook, RawRow
from supplychain.text import Text

LARGEST_FILE: Final = 256 << 20
CHILD: Final = Path(__file__).with_name("old_excel_child.py")
ENCRYPTED: Final = 4
"""Status with which the child says that a file is protected."""

_ERROR_WORDS: Final = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})


def _lines(path: Path, *arguments: str) -> Iterator[Any]:
    """Yield what the child writes, line by line.

    Raises
    ------
    FileError
        If the child cannot read the file, or ends on it.
    """
    if path.stat().st_size > LARGEST_FILE:
        raise FileError(messages.BOMB.format(file=path.name, reason=f"{path.stat().st_size:,} bytes"))
    command = [sys.executable, str(CHILD), str(path.resolve()), *arguments]
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, stdin=subprocess.DEVNULL) as child,  # noqa: S603 - our own script
    ):
        try:
            for line in child.stdout or ():
                yield json.loads(line)
            status = child.wait()
        finally:
            child.kill()
        if status == ENCRYPTED:
            raise FileError(messages.ENCRYPTED.format(file=path.name))
        if status != 0:
            errors.seek(0)
            said = errors.read(400).decode("utf-8", errors="replace").strip()
            raise damaged(path, said if said and status > 0 and "\n" not in said else "its records are broken")


def old_sheets(path: Path) -> list[tuple[str, bool]]:
    """Return the names of the sheets of an old Excel file in order and whether each is hidden.

    Raises
    ------
    FileError
        If the file is too large, protected or damaged.
    """
    return [(str(name), bool(hidden)) for names in _lines(path) for name, hidden in names]


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
        for line, values in enumerate(_lines(self._path, self._name), start=1):
            problems: list[Text] = []
            cells = [self._cell(value, line, problems) for value in values[:MAXIMUM_COLUMNS]]
            while cells and cells[-1] is EMPTY:
                cells.pop()
            if cells:
                yield RawRow(line, tuple(cells), problems=tuple(problems))

    def _cell(self, value: Any, line: int, problems: list[Text]) -> Cell:  # noqa: ANN401 - as JSON gives it
        if isinstance(value, bool):
            return Cell("TRUE" if value else "FALSE", "boolean", value)
        if isinstance(value, int | float):
            return Cell(number_text(float(value)), "number", float(value))
        if isinstance(value, dict):
            moment = dt.datetime.fromisoformat(value["date"])
            day = moment.date() if moment.time() == dt.time() else moment
            return Cell(date_text(day), "date", day)
        if value in _ERROR_WORDS:
            self._notes.tell_row("error_cells", messages.ERROR_CELL, self._name, line)
            return Cell(str(value), "error")
        text = self._cleaner.clean(str(value), self._name, line, problems)
        return Cell(text) if text else EMPTY
