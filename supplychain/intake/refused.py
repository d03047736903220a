"""Refused rows as a file like the one they came in, the faulty cells marked and each reason in both languages.

Corrected, the file is imported as it is: its two last columns are known and left out.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from supplychain.errors import HinterlandError
from supplychain.exports.cells import MARK, is_formula
from supplychain.exports.sheets import SheetCell, SheetLayout, SheetWriter, finished
from supplychain.exports.writing import refuse_existing, whole_file
from supplychain.intake.files import Cell, Column, Sheet, TableFile
from supplychain.intake.importing import digest_of, open_files
from supplychain.intake.legacy_writing import MARKS, NotHeldError, encode
from supplychain.intake.options import ImportOptions
from supplychain.intake.refused_layers import LAYER_WRITERS, Refused, reasons
from supplychain.intake.report import ImportReport, RefusedRow
from supplychain.intake.settled import SettledCells
from supplychain.intake.sheet_plans import ERROR_COLUMNS, plan_sheets, suggested_mapping
from supplychain.text import Text

FILE_CHANGED: Final = Text(
    en="{file} has changed since it was imported; its refused rows cannot be marked. Import it again.",
    vi="{file} đã thay đổi từ khi nhập nên không đánh dấu được các dòng bị từ chối. Hãy nhập lại.",
)
OTHER_ENCODING: Final = Text(
    en="{encoding} cannot hold every letter of the reasons: the refused rows were written in UTF-8.",
    vi="Bảng mã {encoding} không chứa đủ chữ của phần giải thích: các dòng bị từ chối được ghi bằng UTF-8.",
)
WRITTEN_AS_XLSX: Final = Text(
    en="Old .xls workbooks are not written: the refused rows stand in an .xlsx file.",
    vi="Không ghi được tệp .xls cũ: các dòng bị từ chối nằm trong tệp .xlsx.",
)
WIDTH: Final = 18.0
PORTION: Final = 1 << 20
"""Characters of delimited text that are held before they are written."""

REASON_WIDTH: Final = 60.0


def refused_path(path: Path) -> Path:
    """Return a free name beside a file for its refused rows."""
    ending = ".xlsx" if path.suffix.lower() == ".xls" else path.suffix
    name = path.with_name(f"{path.stem}-refused{ending}")
    number = 2
    while name.exists():
        name = path.with_name(f"{path.stem}-refused-{number}{ending}")
        number += 1
    return name


def write_refused(report: ImportReport, out: Path, options: ImportOptions) -> list[Text]:
    """Write the refused rows of an import in the format, sheets, columns and encoding of its file.

    Parameters
    ----------
    report
        The import; its file must be as it was.
    out
        File to write; it must not be there.
    options
        The options of the import.

    Returns
    -------
    list of Text
        What is otherwise than in the file.

    Raises
    ------
    HinterlandError
        If the file has changed since, or ``out`` is there.
    """
    refuse_existing(out)
    if digest_of(report.file) != report.sha256:
        raise HinterlandError(FILE_CHANGED.format(file=report.file.name))
    (file,) = open_files(report.file, options)
    rows = {(row.sheet, row.line): row for row in report.refused}
    with whole_file(out) as partial:
        if file.kind in LAYER_WRITERS:
            return LAYER_WRITERS[file.kind](file, rows, partial)
        plans = plan_sheets(file, options.mapping or suggested_mapping(file, options.target), options)
        settled = {plan.sheet.name: SettledCells(plan) for plan in plans}
        return _WRITERS[file.kind](_Refusal(file, rows, settled), partial)


@dataclass(frozen=True, slots=True)
class _Refusal:
    """A file, its refused rows, and how its cells are written so that each can be read alone."""

    file: TableFile
    rows: Refused
    settled: Mapping[str, SettledCells]

    @property
    def sheets(self) -> list[Sheet]:
        """The sheets that have refused rows."""
        names = {sheet for sheet, _line in self.rows}
        return [sheet for sheet in self.file.sheets if sheet.name in names]

    def refused_rows(self, sheet: Sheet) -> Iterator[tuple[list[tuple[int, Cell]], RefusedRow]]:
        """Yield position and cell of each column that is written, and why the row was refused."""
        settled = self.settled.get(sheet.name)
        for raw in sheet.rows():
            row = self.rows.get((sheet.name, raw.line))
            if row is None:
                continue
            cells = [(column.index, raw.cells[column.index]) for column in _kept(sheet)]
            yield [(at, settled.cell(at, cell) if settled else cell) for at, cell in cells], row


def _write_delimited(refusal: _Refusal, out: Path) -> list[Text]:
    encoding = refusal.file.encoding or "utf-8"
    told: list[Text] = []
    try:
        _write_encoded(refusal, encoding, out)
    except NotHeldError:
        told.append(OTHER_ENCODING.format(encoding=encoding))
        _write_encoded(refusal, "utf-8", out)
    return told


def _write_encoded(refusal: _Refusal, encoding: str, out: Path) -> None:
    with out.open("wb") as file:
        file.write(MARKS.get(encoding, b""))
        for text in _delimited(refusal):
            file.write(encode(text, encoding))


def _delimited(refusal: _Refusal) -> Iterator[str]:
    """Yield the text of the file a portion at a time: there may be a million refused rows."""
    sheet = refusal.file.sheets[0]
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=refusal.file.delimiter or ",")
    if sheet.header_lines is not None:
        writer.writerow([*(_unharmed(column.header) for column in _kept(sheet)), *ERROR_COLUMNS])
    for cells, row in refusal.refused_rows(sheet):
        writer.writerow([*(_plain(cell) for _at, cell in cells), *reasons(row)])
        if buffer.tell() > PORTION:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def _plain(cell: Cell) -> str:
    """Return the cell as it was, except that no spreadsheet takes it for a formula."""
    return _unharmed(cell.text)


def _unharmed(text: str) -> str:
    return f"{MARK}{text}" if is_formula(text) else text


def _kept(sheet: Sheet) -> list[Column]:
    """Return the columns of a sheet without the reasons of an earlier refusal."""
    return [column for column in sheet.columns if column.header.strip().casefold() not in ERROR_COLUMNS]


def _write_xlsx(refusal: _Refusal, out: Path) -> list[Text]:
    from supplychain.exports.xlsx import XlsxWriter  # noqa: PLC0415 - loads openpyxl

    with finished(XlsxWriter(out)) as writer:
        for sheet in refusal.sheets:
            _write_sheet(writer, refusal, sheet, keeps_formats=True)
    return [WRITTEN_AS_XLSX] if refusal.file.kind == "xls" else []


def _write_ods(refusal: _Refusal, out: Path) -> list[Text]:
    from supplychain.exports.ods import OdsWriter  # noqa: PLC0415 - beside its sister

    with finished(OdsWriter(out, [_layout(sheet) for sheet in refusal.sheets])) as writer:
        for sheet in refusal.sheets:
            _write_sheet(writer, refusal, sheet, keeps_formats=False)
    return []


def _layout(sheet: Sheet) -> SheetLayout:
    widths = [*(max(WIDTH, len(column.header)) for column in _kept(sheet)), REASON_WIDTH, REASON_WIDTH]
    return SheetLayout(sheet.name, [min(width, REASON_WIDTH) for width in widths])


def _write_sheet(writer: SheetWriter, refusal: _Refusal, sheet: Sheet, *, keeps_formats: bool) -> None:
    writer.begin_sheet(_layout(sheet))
    if sheet.header_lines is not None:
        headers = [*(column.header for column in _kept(sheet)), *ERROR_COLUMNS]
        writer.write_row(SheetCell(header or None, bold=True) for header in headers)
    for found, row in refusal.refused_rows(sheet):
        notes = _notes(row)
        cells = [_sheet_cell(cell, notes.get(at), keeps_formats=keeps_formats) for at, cell in found]
        whole = any(fault.cell is None for fault in row.faults)
        writer.write_row([*cells, *(SheetCell(text, marked=whole) for text in reasons(row))])


def _notes(row: RefusedRow) -> dict[int, str]:
    found: dict[int, list[str]] = {}
    for fault in row.faults:
        if fault.cell is not None:
            found.setdefault(fault.cell, []).extend((fault.text.vi, fault.text.en))
    return {position: "\n".join(texts) for position, texts in found.items()}


def _sheet_cell(cell: Cell, note: str | None, *, keeps_formats: bool) -> SheetCell:
    value = cell.value if cell.kind in ("number", "date", "boolean") and cell.value is not None else cell.text or None
    if cell.number_format and not keeps_formats:
        value = cell.text
    number_format = cell.number_format if keeps_formats and not isinstance(value, str) else None
    return SheetCell(value, marked=note is not None, note=note, number_format=number_format)


_WRITERS: Final[Mapping[str, Callable[[_Refusal, Path], list[Text]]]] = MappingProxyType(
    {"delimited": _write_delimited, "xlsx": _write_xlsx, "xls": _write_xlsx, "ods": _write_ods}
)
