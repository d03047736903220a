"""Parquet files and GIS layers, read in batches; their columns have names and types of their own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from supplychain.intake.files import messages
from supplychain.intake.files.archive import damaged
from supplychain.intake.files.cleaning import Cleaner
from supplychain.intake.files.number_formats import date_text, number_text
from supplychain.intake.files.values import EMPTY, MAXIMUM_COLUMNS, Cell, Column, FileError, Notebook, RawRow
from supplychain.text import Text

if TYPE_CHECKING:
    import pyarrow as pa

BATCH_ROWS: Final = 2_000
LARGEST_GROUP: Final = 2 << 30
"""Bytes that one group of rows may unpack to."""

_EXACT_INTEGER: Final = 2**53


def parquet_columns(path: Path) -> tuple[Column, ...]:
    """Return the columns of a Parquet file.

    Raises
    ------
    FileError
        If the file is damaged or has too many columns.
    """
    import pyarrow as pa  # noqa: PLC0415 - heavy, for this format alone
    import pyarrow.parquet as pq  # noqa: PLC0415 - as above

    try:
        schema = pq.read_schema(path)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise damaged(path, _first_line(error)) from error
    return named_columns(path, [field.name for field in schema])


def named_columns(path: Path, names: Sequence[str]) -> tuple[Column, ...]:
    """Return columns by their names, made unique."""
    if len(names) > MAXIMUM_COLUMNS:
        raise FileError(messages.MANY_COLUMNS.format(place=path.name, count=len(names), limit=MAXIMUM_COLUMNS))
    columns: list[Column] = []
    taken: set[str] = set()
    for index, name in enumerate(names):
        unique, number = name, 2
        while unique in taken:
            unique, number = f"{name} ({number})", number + 1
        taken.add(unique)
        columns.append(Column(index, unique, name))
    return tuple(columns)


class ParquetReader:
    """Reads the rows of a Parquet file; ``rows`` may be called again and reads anew."""

    def __init__(self, path: Path, sheet: str, cleaner: Cleaner, notes: Notebook) -> None:
        self._path, self._sheet, self._cleaner, self._notes = path, sheet, cleaner, notes

    def rows(self) -> Iterator[RawRow]:
        """Yield every row that has a value; rows count from 1.

        Raises
        ------
        FileError
            If the file is damaged, or one group of its rows unpacks beyond the limit.
        """
        import pyarrow as pa  # noqa: PLC0415 - as above
        import pyarrow.parquet as pq  # noqa: PLC0415 - as above

        self._notes.restart(self._sheet)
        line = 0
        try:
            with pq.ParquetFile(self._path, memory_map=False) as file:
                self._check_size(file.metadata)
                for batch in file.iter_batches(batch_size=BATCH_ROWS, use_threads=False):
                    yield from batch_rows(batch, line, self._sheet, self._cleaner)
                    line += batch.num_rows
        except (pa.ArrowException, OSError, ValueError) as error:
            raise damaged(self._path, _first_line(error)) from error

    def _check_size(self, metadata: Any) -> None:  # noqa: ANN401 - pyarrow ships no types
        for group in range(metadata.num_row_groups):
            # The sizes of single columns are not asked for: pyarrow ends the process over a damaged one.
            size = metadata.row_group(group).total_byte_size
            if size > LARGEST_GROUP:
                reason = f"{size:,} bytes in one group of rows"
                raise FileError(messages.BOMB.format(file=self._path.name, reason=reason))


def batch_rows(batch: pa.RecordBatch, before: int, sheet: str, cleaner: Cleaner) -> Iterator[RawRow]:
    """Yield the rows of one Arrow batch, numbered on from ``before``."""
    columns = [column.to_pylist() for column in batch.columns]
    for place in range(batch.num_rows):
        problems: list[Text] = []
        line = before + place + 1
        cells = tuple([value_cell(column[place], sheet, line, cleaner, problems) for column in columns])
        if problems or any(cell.text for cell in cells):
            yield RawRow(line, cells, problems=tuple(problems))


def value_cell(value: Any, sheet: str, line: int, cleaner: Cleaner, problems: list[Text]) -> Cell:  # noqa: ANN401 - any type of Arrow
    """Return a value of a typed column as a cell; NaN and None are empty."""
    if value is None or value != value:  # noqa: PLR0124 - NaN alone differs from itself
        return EMPTY
    if isinstance(value, bool):
        return Cell("TRUE" if value else "FALSE", "boolean", value)
    if isinstance(value, float | Decimal) or (isinstance(value, int) and abs(value) <= _EXACT_INTEGER):
        return Cell(number_text(float(value)), "number", float(value))
    if isinstance(value, dt.date):
        return _date(value)
    if isinstance(value, bytes):
        value = value.decode("utf-8", errors="replace")
    elif isinstance(value, list):
        value = ";".join(str(part) for part in value if part is not None)
    text = cleaner.clean(value if isinstance(value, str) else str(value), sheet, line, problems)
    return Cell(text) if text else EMPTY


def _date(value: dt.date) -> Cell:
    if isinstance(value, dt.datetime):
        value = value.replace(tzinfo=None)
        value = value.date() if value.time() == dt.time() else value
    return Cell(date_text(value), "date", value)


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0]
