"""The tables of a folder as DataFrames, and the checks that need one table alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from optimizer.folder import messages
from optimizer.folder.cells import NumberCells, WordCells, check_number, plain, shown, split_list, word_faults, yes_no
from optimizer.folder.declaration import FlowColumn, FlowTable
from optimizer.folder.files import FileCells
from optimizer.folder.findings import FolderFindings, RowFindings
from supplychain.errors import Finding
from supplychain.pack import messages as pack_messages
from supplychain.text import Text

_POLE: Final = 90.0

ONE_PERIOD: Final = "day"
"""Name of the period of a folder without periods."""


@dataclass(frozen=True, slots=True)
class FlowSettings:
    """Settings of a folder.

    Parameters
    ----------
    currency
        Money all prices are in.
    price_year
        Year of the prices; None where it is not said.
    carbon_price_per_t
        Money per tonne of CO2e.
    periods_repeat
        Whether the last period is followed by the first.
    """

    currency: str = "VND"
    price_year: int | None = None
    carbon_price_per_t: float = 0.0
    periods_repeat: bool = False


@dataclass(frozen=True, slots=True)
class FlowTables:
    """A folder as it was read and checked.

    Parameters
    ----------
    settings
        General settings.
    tables
        A DataFrame for each table of :data:`optimizer.folder.columns.TABLES` but ``settings``, with every declared
        column, whether the file has it or not. The index, ``row``, is the row of the spreadsheet (the header is 1).
        Text is ``str``, "" for none; numbers are float64, NaN for none; yes/no is bool (``link_classes.allowed`` is
        nullable); lists are tuples of text, () for none. ``periods`` has at least one row.
    notes
        What is doubtful but can be planned.
    """

    settings: FlowSettings
    tables: Mapping[str, pd.DataFrame]
    notes: tuple[Finding, ...] = ()


@dataclass(slots=True)
class TableReading:
    """One table while its folder is being checked.

    Parameters
    ----------
    table
        Its declaration.
    frame
        Its rows; faulty cells are NaN, "" or ().
    rows
        Makes findings about its rows.
    empty
        Where the cells of each number or list column were empty, bool[N]; columns left out are not there.
    lists
        For each list column the different lists and the position of each row's among them, int32[N].
    is_read
        Whether the file, if there must be one, could be read.
    """

    table: FlowTable
    frame: pd.DataFrame
    rows: RowFindings
    empty: dict[str, NDArray[np.bool_]] = field(default_factory=dict)
    lists: dict[str, tuple[list[tuple[str, ...]], NDArray[np.int32]]] = field(default_factory=dict)
    is_read: bool = True

    def is_empty(self, column: str) -> NDArray[np.bool_]:
        """Return where a number or list column was left empty or out, bool[N]."""
        empty = self.empty.get(column)
        return np.ones(len(self.frame), np.bool_) if empty is None else empty

    def numbers(self, column: str) -> NDArray[np.float64]:
        """Return a number column, float64[N]."""
        return np.asarray(self.frame[column].to_numpy(np.float64))

    def words(self, column: str) -> NDArray[np.object_]:
        """Return a text column, object[N]."""
        return np.asarray(self.frame[column].to_numpy(dtype=object))

    def is_any(self, column: str, values: pd.Index | list[str]) -> NDArray[np.bool_]:
        """Return where a text column holds one of the values, bool[N]."""
        return np.asarray(self.frame[column].isin(values).to_numpy(np.bool_))


def positions_of(reading: TableReading, key: str, values: pd.Series) -> NDArray[np.int64]:
    """Return the position of the first row that each value names, -1 where none does, int64[N]."""
    names = reading.frame[key]
    first = np.flatnonzero(~names.duplicated().to_numpy(np.bool_))
    found = pd.Index(names.iloc[first]).get_indexer(pd.Index(values))
    return np.asarray(np.append(first, [-1])[found], np.int64)


def no_rows(table: FlowTable, findings: FolderFindings, *, is_read: bool) -> TableReading:
    """Return a table without rows: its file is not there, or could not be read."""
    nothing = FileCells({}, np.empty(0, np.int64), np.empty(0, np.bool_))
    reading = build_table(table, nothing, findings)
    reading.is_read = is_read
    return reading


def build_table(table: FlowTable, cells: FileCells, findings: FolderFindings) -> TableReading:
    """Return a table from its cells, with everything told that is wrong in it alone."""
    rows = RowFindings(findings, table.file, cells.rows, cells.broken)
    index = pd.Index(cells.rows, name="row")
    reading = TableReading(table, pd.DataFrame(index=index), rows)
    series: dict[str, pd.Series] = {}
    swapped = _tell_swapped(cells, rows)
    for column in table.columns:
        given = cells.columns.pop(column.name, None)
        if isinstance(given, NumberCells):
            check_number(column, given, rows, but=swapped)
            series[column.name] = pd.Series(given.values(), index)
            reading.empty[column.name] = given.empty()
            if column.required:
                rows.tell(column.name, reading.empty[column.name], lambda _position: pack_messages.EMPTY_CELL)
        elif given is not None:
            series[column.name] = _build_words(column, given, reading)
        else:
            series[column.name] = _left_out(column, index)
            if column.kind == "list":
                reading.lists[column.name] = ([()], np.zeros(len(index), np.int32))
            reading.is_read = reading.is_read and not (column.required and len(index) > 0)
    reading.frame = pd.DataFrame(series, index=index)
    for column in table.columns:
        if column.kind == "id":
            _check_once(reading, (column.name,), column.name)
    if table.unique:
        _check_once(reading, table.unique, None)
    return reading


def _tell_swapped(cells: FileCells, rows: RowFindings) -> NDArray[np.bool_]:
    """Tell positions with longitude and latitude in each other's place, and return where they stand, bool[N]."""
    lon, lat = cells.columns.get("lon"), cells.columns.get("lat")
    if not (isinstance(lon, NumberCells) and isinstance(lat, NumberCells)):
        return np.zeros(len(cells.rows), np.bool_)
    x, y = lon.values(), lat.values()
    swapped = (np.abs(y) > _POLE) & (np.abs(y) <= 2 * _POLE) & (np.abs(x) <= _POLE)
    rows.tell("lat", swapped, lambda row: pack_messages.SWAPPED.format(lat=plain(y[row]), lon=plain(x[row])))
    return swapped


def _left_out(column: FlowColumn, index: pd.Index) -> pd.Series:
    """Return a column that the file does not have."""
    if column.kind == "list":
        return _objects([()], np.zeros(len(index), np.int32), index)
    value: object = column.default
    if column.kind in ("id", "text"):
        value = column.default or ""
    elif value is None:
        value = pd.NA if column.dtype == "boolean" else np.nan
    return pd.Series(value, index=index, dtype=column.dtype)


def _objects(values: list[tuple[str, ...]], codes: NDArray[np.int32], index: pd.Index) -> pd.Series:
    shared = np.empty(len(values), np.object_)
    shared[:] = values
    return pd.Series(shared[codes], index=index, dtype="object")


def _build_words(column: FlowColumn, cells: WordCells, reading: TableReading) -> pd.Series:
    words, codes = cells.words(), cells.codes()
    index = pd.Index(reading.rows.rows, name="row")
    is_empty = np.fromiter((not word for word in words), np.bool_, len(words))
    faults = word_faults(column, words)
    bad = np.zeros(len(words), np.bool_)
    bad[list(faults)] = True
    if column.required:
        reading.rows.tell(column.name, is_empty[codes], lambda _position: pack_messages.EMPTY_CELL)
    if faults:
        reading.rows.tell(column.name, bad[codes], lambda position: faults[int(codes[position])])
    if column.kind == "list":
        lists = [() if bad[code] or not word else split_list(word) for code, word in enumerate(words)]
        reading.lists[column.name] = (lists, codes)
        reading.empty[column.name] = is_empty[codes]
        return _objects(lists, codes, index)
    if column.kind == "boolean":
        values = [
            yes_no(word, default=column.default if column.default is None else bool(column.default)) for word in words
        ]
        chosen = pd.array(values, dtype="boolean")[codes]
        return pd.Series(chosen, index=index).astype(column.dtype)
    shared = np.empty(len(words), np.object_)
    default = column.default or ""
    shared[:] = ["" if bad[code] and column.kind != "id" else word or default for code, word in enumerate(words)]
    return pd.Series(shared[codes], index=index, dtype="str")


def _check_once(reading: TableReading, columns: tuple[str, ...], told: str | None) -> None:
    """Tell each row that names the same thing as a row before it."""
    frame = reading.frame
    if frame.empty or not reading.is_read:
        return
    named = frame[list(columns)]
    filled = (named != "").any(axis=1).to_numpy(np.bool_)
    again = named.duplicated().to_numpy(np.bool_) & filled
    if not again.any():
        return
    groups = named.groupby(list(columns), sort=False).ngroup().to_numpy()
    _groups, first = np.unique(groups, return_index=True)
    others = [name for name in frame.columns if name not in columns]

    def sentence(position: int) -> Text:
        before = int(first[groups[position]])
        row = int(reading.rows.rows[before])
        values = ", ".join(shown(value) for value in named.iloc[position] if value)
        names = ", ".join(columns)
        for other in others:
            one, two = frame[other].iloc[before], frame[other].iloc[position]
            if not (one is two or one == two or (pd.isna(one) and pd.isna(two))):
                return messages.CONTRADICTION.format(names=names, value=values, first=row, column=other)
        return messages.REPEATED.format(names=names, value=values, first=row)

    reading.rows.tell(told, again, sentence)


def freeze(readings: Mapping[str, TableReading]) -> Mapping[str, pd.DataFrame]:
    """Return the frames of all tables but the settings; without periods there is one of one day."""
    frames = {name: reading.frame for name, reading in readings.items() if name != "settings"}
    if frames["periods"].empty:
        index = pd.Index([0], name="row")
        frames["periods"] = pd.DataFrame(
            {"period_id": pd.Series([ONE_PERIOD], index, dtype="str"), "days": pd.Series([1.0], index)}
        )
    return MappingProxyType(frames)
