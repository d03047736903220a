"""Sheets of XLSX workbooks, streamed with expat.

The well-kept readers do not give what intake needs: python-calamine hides number formats (so a tax code typed as a
number loses its zeros), hidden rows and error cells; openpyxl takes 20 CPU seconds for 100,000 rows of 20 columns where
this takes a quarter of it. What a format means is still openpyxl's to say.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Final

from supplychain.intake.files import messages
from supplychain.intake.files.archive import Archive, new_parser
from supplychain.intake.files.cleaning import Cleaner, is_clean
from supplychain.intake.files.number_formats import date_text, number_text, serial_date
from supplychain.intake.files.values import EMPTY, MAXIMUM_COLUMNS, Cell, FileError, Notebook, RawRow
from supplychain.intake.files.xlsx_parts import SheetPart, Style, Workbook, unescaped
from supplychain.text import Text

_NAMESPACES: Final = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
_NAMES: Final = {f"{space} {name}": name for space in _NAMESPACES for name in ("row", "c", "v", "t", "f", "rPh")}
"""The elements that matter, as expat names them, in both editions of the standard."""

_PLAIN: Final = Style("plain", "General")
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
LONGEST_CELL: Final = 131_072
_MOST_PIECES: Final = 64
"""Pieces of text that a block of the file may leave open; expat gives a piece for each line or 64 KB."""


class SheetReader:
    """Reads one sheet; ``rows`` may be called again and reads anew."""

    def __init__(self, archive: Archive, part: SheetPart, book: Workbook, cleaner: Cleaner, notes: Notebook) -> None:
        self._path = archive.path
        self._part, self._book, self._cleaner, self._notes = part, book, cleaner, notes

    def rows(self) -> Iterator[RawRow]:
        """Yield the rows of the sheet that have cells.

        Raises
        ------
        FileError
            If the sheet is damaged or too wide.
        """
        with Archive(self._path) as archive:
            handler = _Handler(self._part.name, self._path.name, self._book, self._cleaner, self._notes)
            parser = new_parser()
            parser.StartElementHandler = handler.start
            parser.EndElementHandler = handler.end
            parser.CharacterDataHandler = handler.pieces.append
            for _ in archive.parse_stepwise(self._part.part, parser):
                if len(handler.pieces) > _MOST_PIECES:
                    raise FileError(
                        messages.LONG_CELL.format(line=handler.line, file=self._path.name, limit=LONGEST_CELL)
                    )
                yield from handler.taken()


class _Handler:
    """Turns the events of a sheet's XML into rows."""

    def __init__(self, sheet: str, file: str, book: Workbook, cleaner: Cleaner, notes: Notebook) -> None:
        self._sheet, self._file, self._book, self._cleaner, self._notes = sheet, file, book, cleaner, notes
        self._takes_plain = not cleaner.looks_at_all
        self.pieces: list[str] = []
        self._rows: list[RawRow] = []
        self._cells: list[Cell] = []
        self.line = 0
        self._hidden = False
        self._attributes: Mapping[str, str] = {}
        self._value = ""
        self._formula: str | None = None
        self._phonetic = 0
        self._problems: list[Text] = []
        self._columns: dict[str, int] = {}
        self._texts: dict[str, Cell] = {}

    def taken(self) -> list[RawRow]:
        """Return the rows finished since the last call."""
        rows, self._rows = self._rows, []
        return rows

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Begin a row, a cell, its value, text or formula; ``pieces`` takes the text from here on."""
        name = _NAMES.get(tag)
        if name == "c":
            self._attributes = attributes
            self._value = ""
            self._formula = None
        elif name == "row":
            self._start_row(attributes)
        elif name == "rPh":
            self._phonetic += 1
        elif name is not None:
            self.pieces.clear()

    def end(self, tag: str) -> None:
        """Finish a row, a cell, or a part of one."""
        name = _NAMES.get(tag)
        if name == "c":
            self._end_cell()
        elif name in {"v", "t"}:
            if not self._phonetic:
                pieces = self.pieces
                self._value += pieces[0] if len(pieces) == 1 else "".join(pieces)
            self.pieces.clear()
            if len(self._value) > LONGEST_CELL:
                raise FileError(messages.LONG_CELL.format(line=self.line, file=self._file, limit=LONGEST_CELL))
        elif name == "row":
            if self._cells:
                cells, problems = tuple(self._cells), tuple(self._problems)
                self._rows.append(RawRow(self.line, cells, problems=problems, hidden=self._hidden))
        elif name == "f":
            self._formula = "".join(self.pieces)
        elif name == "rPh":
            self._phonetic -= 1

    def _start_row(self, attributes: Mapping[str, str]) -> None:
        number = attributes.get("r", "")
        self.line = int(number) if number.isdecimal() and len(number) <= 7 else self.line + 1  # noqa: PLR2004 - digits of the last row
        self._hidden = attributes.get("hidden") in {"1", "true"}
        self._cells, self._problems = [], []

    def _end_cell(self) -> None:
        attributes = self._attributes
        if not self._value and self._formula is None and "r" in attributes:
            return  # a cell that only has a look
        place = self._place(attributes.get("r"))
        cells = self._cells
        if place > len(cells):
            cells += [EMPTY] * (place - len(cells))
        cell = self._cell(attributes.get("t", "n"), attributes.get("s"))
        if place < len(cells):
            cells[place] = cell
        else:
            cells.append(cell)

    def _place(self, reference: str | None) -> int:
        if reference is None:
            place = len(self._cells)
        else:
            letters = reference.rstrip("0123456789")
            found = self._columns.get(letters)
            if found is None:
                found = self._columns[letters] = self._column(reference)
            place = found
        if place >= MAXIMUM_COLUMNS:
            where = f"{self._file} ({self._sheet}):{self.line}"
            raise FileError(messages.MANY_COLUMNS.format(place=where, count=place + 1, limit=MAXIMUM_COLUMNS))
        return place

    def _column(self, reference: str) -> int:
        found = _REFERENCE.fullmatch(reference.upper())
        if found is None:
            return len(self._cells)
        place = 0
        for letter in found.group(1):
            place = place * 26 + ord(letter) - ord("A") + 1
        return place - 1

    def _cell(self, kind: str, style: str | None) -> Cell:
        text = self._value
        if self._formula is not None:
            if not text:
                self._notes.tell_row("formula_without_result", messages.NO_RESULT, self._sheet, self.line)
                return Cell(f"={self._formula}", "error")
            self._notes.tell_row("formulas", messages.FORMULAS, self._sheet, self.line)
        if not text:
            return EMPTY
        if kind == "n":
            return self._number(text, style)
        if kind == "s":
            return self._texts.get(text) or self._shared(text)
        if kind == "inlineStr" and self._takes_plain and "_x" not in text and is_clean(text):
            bare = text.strip()
            return tuple.__new__(Cell, (bare, "text", None, None)) if bare else EMPTY
        return self._other(kind, text)

    def _shared(self, text: str) -> Cell:
        number = int(text) if text.isdecimal() and len(text) < 10 else -1  # noqa: PLR2004 - digits of a billion
        if not 0 <= number < len(self._book.texts):
            return Cell(f"#{text}", "error")
        whole = self._book.texts[number]
        if not (self._takes_plain and is_clean(whole)):
            return self._text(whole)
        bare = whole.strip()
        cell = self._texts[text] = Cell(bare) if bare else EMPTY
        return cell

    def _text(self, text: str) -> Cell:
        cleaned = self._cleaner.clean(text, self._sheet, self.line, self._problems)
        return Cell(cleaned) if cleaned else EMPTY

    def _other(self, kind: str, text: str) -> Cell:
        if kind == "b":
            truth = text.strip() in {"1", "true"}
            return Cell("TRUE" if truth else "FALSE", "boolean", truth)
        if kind == "e":
            self._notes.tell_row("error_cells", messages.ERROR_CELL, self._sheet, self.line)
            return Cell(text.strip(), "error")
        if kind == "d":
            return _iso_date(text.strip())
        return self._text(unescaped(text))

    def _number(self, text: str, style: str | None) -> Cell:
        try:
            value = float(text)
            look = self._book.styles[int(style)] if style is not None else _PLAIN
        except (ValueError, IndexError):
            return self._text(text)
        if look.kind == "date":
            moment = serial_date(value, from_1904=self._book.from_1904)
            if moment is not None:
                return Cell(date_text(moment), "date", moment, look.number_format)
        number_format = look.number_format if look.kind == "code" or "%" in look.number_format else None
        return tuple.__new__(Cell, (number_text(value, number_format), "number", value, number_format))


def _iso_date(text: str) -> Cell:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return Cell(text)
    day = moment.date() if moment.time() == dt.time() else moment
    return Cell(date_text(day), "date", day)
