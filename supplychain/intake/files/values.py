"""What a file of tables is to the rest of intake: sheets, columns, rows and cells, and what was noticed on the way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, NamedTuple

from supplychain.errors import Finding, HinterlandError
from supplychain.text import Text

FileKind = Literal["delimited", "xlsx", "ods", "xls", "parquet", "geopackage", "geojson"]

CellKind = Literal["empty", "text", "number", "date", "boolean", "error"]

RowRole = Literal["data", "total", "heading"]

CellValue = float | dt.date | bool | None

MAXIMUM_COLUMNS: Final = 1_000

LINES_SHOWN: Final = 20


class FileError(HinterlandError):
    """A file cannot be read as tables; nothing of it was taken over."""


class Cell(NamedTuple):
    """One cell as a reader of the file sees it.

    Parameters
    ----------
    text
        The shown text, in Unicode form NFC, without control characters and outer spaces; an error's word or a
        formula without a stored result where ``kind`` is ``error``.
    kind
        What the file says it is. Cells of CSV are ``text`` or ``empty``.
    value
        The number (float), date, date and time or truth value behind the text; None for text.
    number_format
        Format code of the cell where it decides how the number is shown; None otherwise.
    """

    text: str
    kind: CellKind = "text"
    value: CellValue = None
    number_format: str | None = None


EMPTY: Final = Cell("", "empty")


class RawRow(NamedTuple):
    """One row below the header.

    Parameters
    ----------
    line
        Line of the file (CSV) or row of the sheet, counted from 1 as an editor shows it.
    cells
        As many cells as the sheet has columns.
    role
        ``data``; ``total`` for a row of sums; ``heading`` for a line that only names the rows below it. Only ``data``
        rows are records.
    problems
        Why the row cannot be taken over as it stands; empty for a sound row.
    hidden
        Whether the row is hidden in the workbook.
    """

    line: int
    cells: tuple[Cell, ...]
    role: RowRole = "data"
    problems: tuple[Text, ...] = ()
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet.

    Parameters
    ----------
    index
        Position in ``RawRow.cells``, from 0.
    name
        Name that is unique in the sheet: the header, with `` (2)`` where it comes again, ``[F]`` where it is empty.
    header
        The header as written; headings of two lines joined with `` – ``.
    """

    index: int
    name: str
    header: str


@dataclass(frozen=True, slots=True)
class FileFinding:
    """Something noticed in a file that its owner should know.

    Parameters
    ----------
    code
        Stable word for the kind of finding, such as ``encoding`` or ``short_row``.
    text
        What was found and what was done about it.
    sheet
        Sheet it is about; None for the whole file.
    lines
        The first lines concerned, at most ``LINES_SHOWN``.
    count
        How many times it was met.
    """

    code: str
    text: Text
    sheet: str | None = None
    lines: tuple[int, ...] = ()
    count: int = 1

    def to_finding(self, file: str) -> Finding:
        """Return it in the form that all rooms report."""
        place = file if self.sheet is None else f"{file} ({self.sheet})"
        return Finding(file=place, row=self.lines[0] if self.lines else None, column=None, text=self._with_lines())

    def _with_lines(self) -> Text:
        if len(self.lines) <= 1 and self.count == 1:
            return self.text
        shown = ", ".join(map(str, self.lines)) + (" …" if self.count > len(self.lines) else "")
        return Text(
            en=f"{self.text.en} Lines: {shown} ({self.count} in all).",
            vi=f"{self.text.vi} Các dòng: {shown} (tổng cộng {self.count}).",
        )


class Notebook:
    """The findings of one file, each kept once with a count and its first lines."""

    def __init__(self) -> None:
        self._file: dict[tuple[str, str, str | None], _Entry] = {}
        self._rows: dict[str, dict[tuple[str, str, str | None], _Entry]] = {}

    def tell(self, code: str, text: Text, sheet: str | None = None) -> None:
        """Note something about the whole file or sheet."""
        self._file.setdefault((code, text.en, sheet), _Entry(code, text, sheet)).count = 1

    def tell_row(self, code: str, text: Text, sheet: str, line: int) -> None:
        """Note something about one row of a sheet."""
        entry = self._rows.setdefault(sheet, {}).setdefault((code, text.en, sheet), _Entry(code, text, sheet))
        entry.count += 1
        if len(entry.lines) < LINES_SHOWN:
            entry.lines.append(line)

    def restart(self, sheet: str) -> None:
        """Forget what was noted of the rows of a sheet, because they are being read again."""
        self._rows.pop(sheet, None)

    def findings(self) -> tuple[FileFinding, ...]:
        """Return everything noted so far, the whole file first."""
        entries = [*self._file.values(), *(entry for rows in self._rows.values() for entry in rows.values())]
        return tuple(FileFinding(e.code, e.text, e.sheet, tuple(e.lines), e.count) for e in entries)


@dataclass(slots=True)
class _Entry:
    code: str
    text: Text
    sheet: str | None
    lines: list[int] = field(default_factory=list)
    count: int = 0


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a person says about a file where the program should not decide itself.

    Parameters
    ----------
    encoding
        Name from ``supplychain.intake.encodings.ENCODINGS``; None decides on evidence.
    delimiter
        The character between cells; None decides on evidence.
    header_lines
        By sheet name, the line that holds the header; 0 for a sheet without one.
    """

    encoding: str | None = None
    delimiter: str | None = None
    header_lines: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a file; its rows are read anew each time ``rows`` is called, never all at once.

    Parameters
    ----------
    name
        Name of the sheet or layer; the file's name without ending for CSV and Parquet.
    columns
        The columns, in the order of the cells.
    header_lines
        First and last line of the header; None where the format keeps names apart from rows.
    hidden
        Whether the sheet is hidden in the workbook.
    crs
        Coordinate system the positions of a layer were given in; its ``lat`` and ``lon`` columns are WGS 84 already.
    """

    name: str
    columns: tuple[Column, ...]
    header_lines: tuple[int, int] | None
    read_rows: Callable[[], Iterator[RawRow]] = field(repr=False)
    hidden: bool = False
    crs: str | None = None

    def rows(self) -> Iterator[RawRow]:
        """Yield the rows below the header in order of the file; rows without any value are left out.

        Raises
        ------
        FileError
            If the file turns out to be damaged or beyond a limit on the way.
        """
        return self.read_rows()


@dataclass(frozen=True, slots=True)
class TableFile:
    """An opened file: what it is, its sheets, and what was noticed.

    Parameters
    ----------
    kind
        Format of the file.
    encoding
        Encoding of a delimited file or legacy font of a workbook's texts; None for plain Unicode formats.
    delimiter
        Character between the cells of a delimited file; None for the other formats.
    """

    path: Path
    kind: FileKind
    sheets: tuple[Sheet, ...]
    notebook: Notebook = field(repr=False)
    encoding: str | None = None
    delimiter: str | None = None

    @property
    def findings(self) -> tuple[FileFinding, ...]:
        """What was noticed so far; findings about rows are complete once the rows have been read."""
        return self.notebook.findings()

    def sheet(self, name: str) -> Sheet:
        """Return the sheet of this name.

        Raises
        ------
        FileError
            If the file has no such sheet.
        """
        for sheet in self.sheets:
            if sheet.name == name:
                return sheet
        names = ", ".join(sheet.name for sheet in self.sheets)
        raise FileError(
            Text(
                en=f"{self.path.name} has no sheet '{name}'. It has: {names}.",
                vi=f"Tệp {self.path.name} không có trang '{name}'. Tệp có: {names}.",
            )
        )
