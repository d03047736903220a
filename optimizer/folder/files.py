"""One CSV file of a folder as columns of cells; what cannot be read is a finding."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from optimizer.folder import messages
from optimizer.folder.cells import Cells, NumberCells, WordCells, shown
from optimizer.folder.columns import REMARK
from optimizer.folder.declaration import FlowColumn, FlowTable
from optimizer.folder.findings import FolderFindings
from supplychain.errors import Finding
from supplychain.pack import messages as pack_messages
from supplychain.pack.files import read_text
from supplychain.text import Text

_ROWS_AT_ONCE: Final = 32_768


@dataclass(frozen=True, slots=True)
class FileCells:
    """A CSV file as columns.

    Parameters
    ----------
    columns
        Cells of each declared column that stands in the header.
    rows
        Row of the spreadsheet of each row that is not blank (the header is row 1), int64[N].
    broken
        Rows with more or fewer cells than the header, bool[N]; they are filled up or cut.
    """

    columns: dict[str, NumberCells | WordCells]
    rows: NDArray[np.int64]
    broken: NDArray[np.bool_]


def hint(name: str, known: Sequence[str]) -> Text:
    """Return a question whether the nearest known name is meant; no text when none is near."""
    near = {one.casefold(): one for one in known}
    close = get_close_matches(name.casefold(), list(near), n=1)
    return pack_messages.DID_YOU_MEAN.format(name=near[close[0]]) if close else Text(en="", vi="")


def read_cells(path: Path, table: FlowTable, findings: FolderFindings) -> FileCells | None:
    """Return the cells of a CSV file; None after a finding that leaves nothing to go on with."""
    if not path.is_file():  # reading a pipe would never end
        findings.errors.add(table.file, None, None, messages.NO_FILE)
        return None
    told: list[Finding] = []
    text = read_text(path, table.file, told)
    for finding in told:
        findings.errors.add(finding.file, finding.row, finding.column, finding.text)
    if text is None:
        return None
    # Encoded again: a StringIO takes four bytes a character, which a file of a million rows makes felt.
    stream = io.TextIOWrapper(io.BytesIO(text.encode("utf-8")), encoding="utf-8", newline="")
    del text
    records = _Records(csv.reader(stream, strict=True))
    try:
        return _read_table(records, table, findings)
    except csv.Error as error:
        template = pack_messages.BAD_CSV.format(reason=error)
        if "field larger" in str(error):
            template = pack_messages.HUGE_CELL.format(limit=csv.field_size_limit())
        findings.errors.add(table.file, records.count + 1, None, template)
        return None


class _Records:
    """Counts the records of a CSV reader as a spreadsheet counts rows."""

    def __init__(self, reader: Iterator[list[str]]) -> None:
        self._reader = reader
        self.count = 0

    def __iter__(self) -> Iterator[list[str]]:
        for record in self._reader:
            self.count += 1
            yield record


def _read_table(records: _Records, table: FlowTable, findings: FolderFindings) -> FileCells | None:
    stream = iter(records)
    header = tuple(cell.strip() for cell in next((record for record in stream if any(record)), []))
    if not _check_header(header, records.count, table, findings):
        return None
    columns = {name: _cells_of(table.column(name)) for name in header if name in table.column_names}
    unnamed = {position: WordCells() for position, name in enumerate(header) if not name}
    takers: list[Cells | None] = [
        unnamed.get(position) if not name else columns.get(name) for position, name in enumerate(header)
    ]
    rows: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
    broken: list[NDArray[np.bool_]] = [np.empty(0, np.bool_)]
    while True:
        first = records.count + 1
        chunk = list(islice(stream, _ROWS_AT_ONCE))
        if not chunk:
            break
        numbers = np.arange(first, first + len(chunk))
        filled = [any(record) for record in chunk]
        if not all(filled):
            chunk = [record for record in chunk if any(record)]
            numbers = numbers[filled]
        rows.append(numbers)
        broken.append(_even_out(chunk, numbers, len(header), table, findings))
        for taker, cells in zip(takers, zip(*chunk, strict=True), strict=False):
            if taker is not None:
                taker.add(cells)
    for position, nameless in unnamed.items():
        if any(nameless.words()):
            findings.errors.add(table.file, 1, None, messages.UNNAMED_COLUMN.format(position=position + 1))
    return FileCells(columns, np.concatenate(rows), np.concatenate(broken))


def _cells_of(column: FlowColumn) -> NumberCells | WordCells:
    if column.kind == "number":
        return NumberCells(np.nan if column.default is None else float(column.default))
    return WordCells()


def _even_out(
    chunk: list[list[str]], rows: NDArray[np.int64], width: int, table: FlowTable, findings: FolderFindings
) -> NDArray[np.bool_]:
    """Fill up or cut the rows that are not as wide as the header, tell them, and return which they are."""
    broken = np.fromiter((len(record) != width for record in chunk), np.bool_, len(chunk))
    for position in np.flatnonzero(broken).tolist():
        record = chunk[position]
        text = messages.RAGGED_ROW.format(found=len(record), expected=width)
        findings.errors.add(table.file, int(rows[position]), None, text)
        chunk[position] = [*record, *([""] * (width - len(record)))][:width]
    return broken


def _check_header(header: Sequence[str], row: int, table: FlowTable, findings: FolderFindings) -> bool:
    """Tell what is wrong with the header; return whether the columns can be told apart."""
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        findings.errors.add(table.file, row, None, messages.SEMICOLONS if ";" in header[0] else messages.TABS)
        return False
    named = [name for name in header if name]
    repeated = [name for name in dict.fromkeys(named) if named.count(name) > 1]
    for name in repeated:
        findings.errors.add(table.file, row, None, pack_messages.DUPLICATE_HEADER.format(column=shown(name)))
    absent = [name for name in table.column_names if name not in header]
    for name in dict.fromkeys(named):
        if name not in table.column_names and name != REMARK:
            near = hint(name, absent)
            text = messages.UNKNOWN_COLUMN.format(column=shown(name), hint=near)
            findings.errors.add(table.file, row, None, text)
    for name in absent:
        if table.column(name).required:
            findings.errors.add(table.file, row, None, pack_messages.MISSING_COLUMN.format(column=name))
    return not repeated
