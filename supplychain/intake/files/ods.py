"""Sheets of ODS workbooks (OpenDocument 1.3), streamed with expat; a cell's shown text keeps its leading zeros."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from supplychain.intake.files import messages
from supplychain.intake.files.archive import Archive, local, new_parser
from supplychain.intake.files.cleaning import Cleaner
from supplychain.intake.files.number_formats import date_text, number_text
from supplychain.intake.files.values import EMPTY, MAXIMUM_COLUMNS, Cell, FileError, Notebook, RawRow
from supplychain.text import Text

CONTENT: Final = "content.xml"
MOST_REPEATED_ROWS: Final = 10_000
"""Rows a filled row may stand for; more is no list that somebody wrote."""

LONGEST_CELL: Final = 131_072
LAST_ROW: Final = 1_048_576
_CODE: Final = re.compile(r"0\d+|\d+([-. /]\d+)+")
_ERROR: Final = re.compile(r"#[A-Z/0!?]+|Err:\d+")
_BREAKS: Final = {"s": " ", "tab": "\t", "line-break": "\n"}


def sheet_names(archive: Archive) -> list[tuple[str, bool]]:
    """Return the names of the sheets in order and whether each is hidden.

    Raises
    ------
    FileError
        If the workbook is damaged or encrypted.
    """
    names: list[tuple[str, bool]] = []
    hidden_styles: set[str] = set()
    style = [""]

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        name, own = local(tag), {local(key): value for key, value in attributes.items()}
        if name == "style":
            style[0] = own.get("name", "")
        elif name == "table-properties" and own.get("display") == "false":
            hidden_styles.add(style[0])
        elif name == "table":
            names.append((own.get("name", ""), own.get("style-name", "") in hidden_styles))

    parser = new_parser()
    parser.StartElementHandler = start
    archive.parse(CONTENT, parser)
    return names


class OdsReader:
    """Reads one sheet; ``rows`` may be called again and reads anew."""

    def __init__(self, path: Path, place: int, name: str, cleaner: Cleaner, notes: Notebook) -> None:
        self._path, self._place, self._name, self._cleaner, self._notes = path, place, name, cleaner, notes

    def rows(self) -> Iterator[RawRow]:
        """Yield the rows of the sheet that have cells.

        Raises
        ------
        FileError
            If the sheet is damaged, too wide, or repeats a row beyond measure.
        """
        with Archive(self._path) as archive:
            handler = _Handler(self._path.name, self._name, self._place, self._cleaner, self._notes)
            parser = new_parser()
            parser.StartElementHandler = handler.start
            parser.EndElementHandler = handler.end
            parser.CharacterDataHandler = handler.data
            for _ in archive.parse_stepwise(CONTENT, parser):
                yield from handler.taken()
                if handler.is_done:
                    return


class _Handler:
    """Turns the events of ``content.xml`` into rows of one table."""

    def __init__(self, file: str, sheet: str, place: int, cleaner: Cleaner, notes: Notebook) -> None:
        self._file, self._sheet, self._wanted_table = file, sheet, place
        self._cleaner, self._notes = cleaner, notes
        self._table = -1
        self.line = 0
        self._repeat = 1
        self._hidden = False
        self._cells: list[Cell] = []
        self._rows: list[RawRow] = []
        self._attributes: dict[str, str] = {}
        self._paragraphs: list[list[str]] = []
        self._size = 0
        self._in_text = 0
        self._in_note = 0
        self._problems: list[Text] = []
        self.is_done = False

    def taken(self) -> list[RawRow]:
        """Return the rows finished since the last call."""
        rows, self._rows = self._rows, []
        return rows

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Begin a table, a row, a cell or a paragraph of it."""
        name = local(tag)
        if name == "table":
            self._table += 1
        if self._table != self._wanted_table or self.is_done:
            return
        if name in {"table-cell", "covered-table-cell"}:
            self._attributes = {local(key): value for key, value in attributes.items()}
            self._paragraphs, self._size = [], 0
        elif name == "table-row":
            own = {local(key): value for key, value in attributes.items()}
            self._repeat = _count(own.get("number-rows-repeated"))
            self._hidden = own.get("visibility", "visible") != "visible"
            self._cells, self._problems = [], []
        elif name == "annotation":
            self._in_note += 1
        elif name in {"p", "h"} and not self._in_note:
            self._in_text += 1
            self._paragraphs.append([])
        elif name in _BREAKS and self._in_text and not self._in_note:
            count = next((value for key, value in attributes.items() if local(key) == "c"), "1")
            self._paragraphs[-1].append(_BREAKS[name] * min(_count(count), 100))

    def end(self, tag: str) -> None:
        """Finish what began."""
        if self._table != self._wanted_table or self.is_done:
            return
        name = local(tag)
        if name in {"table-cell", "covered-table-cell"}:
            self._end_cell()
        elif name == "table-row":
            self._end_row()
        elif name == "annotation":
            self._in_note -= 1
        elif name in {"p", "h"} and not self._in_note:
            self._in_text -= 1
        elif name == "table":
            self.is_done = True

    def data(self, text: str) -> None:
        """Take text of a paragraph."""
        if self._in_text and not self._in_note and self._paragraphs:
            self._size += len(text)
            if self._size > LONGEST_CELL:
                raise FileError(messages.LONG_CELL.format(line=self.line + 1, file=self._file, limit=LONGEST_CELL))
            self._paragraphs[-1].append(text)

    def _end_row(self) -> None:
        first = self.line + 1
        self.line += self._repeat
        while self._cells and self._cells[-1] is EMPTY:
            self._cells.pop()
        if not self._cells:
            return
        if self._repeat > MOST_REPEATED_ROWS or self.line > LAST_ROW:
            raise FileError(messages.BOMB.format(file=self._file, reason=f"{self._sheet}:{first} × {self._repeat:,}"))
        cells, problems = tuple(self._cells), tuple(self._problems)
        for line in range(first, self.line + 1):
            self._rows.append(RawRow(line, cells, problems=problems, hidden=self._hidden))

    def _end_cell(self) -> None:
        repeat = _count(self._attributes.get("number-columns-repeated"))
        cell = self._cell()
        if cell is EMPTY:
            repeat = min(repeat, MAXIMUM_COLUMNS + 1 - len(self._cells))
        elif len(self._cells) + repeat > MAXIMUM_COLUMNS:
            place = f"{self._file} ({self._sheet}):{self.line + 1}"
            count = len(self._cells) + repeat
            raise FileError(messages.MANY_COLUMNS.format(place=place, count=count, limit=MAXIMUM_COLUMNS))
        self._cells += [cell] * max(repeat, 0)

    def _cell(self) -> Cell:
        own = self._attributes
        kind = own.get("value-type", "")
        shown = "\n".join("".join(paragraph) for paragraph in self._paragraphs)
        if "formula" in own:
            self._notes.tell_row("formulas", messages.FORMULAS, self._sheet, self.line + 1)
        if _ERROR.fullmatch(shown.strip()) and ("formula" in own or kind == "error"):
            self._notes.tell_row("error_cells", messages.ERROR_CELL, self._sheet, self.line + 1)
            return Cell(shown.strip(), "error")
        made = self._typed(kind, own, shown.strip())
        if made is not None:
            return made
        text = self._cleaner.clean(shown or own.get("string-value", ""), self._sheet, self.line + 1, self._problems)
        return Cell(text) if text else EMPTY

    @staticmethod
    def _typed(kind: str, own: Mapping[str, str], shown: str) -> Cell | None:
        """Return a number, a date or a truth value; None for text."""
        try:
            if kind in {"float", "currency", "percentage"}:
                value = float(own["value"])
                if _CODE.fullmatch(shown) and _digits(shown) == f"{value:.0f}".zfill(len(_digits(shown))):
                    return Cell(shown, "number", value, "0" * len(_digits(shown)))
                return Cell(number_text(value), "number", value, "0%" if kind == "percentage" else None)
            if kind == "date":
                moment = dt.datetime.fromisoformat(own["date-value"])
                day = moment.date() if moment.time() == dt.time() else moment
                return Cell(date_text(day), "date", day)
        except (KeyError, ValueError):
            return None
        if kind == "boolean":
            truth = own.get("boolean-value") == "true"
            return Cell("TRUE" if truth else "FALSE", "boolean", truth)
        return None


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _count(text: str | None) -> int:
    return int(text) if text is not None and text.isdecimal() and 0 < len(text) < 8 else 1  # noqa: PLR2004 - digits of the last row
