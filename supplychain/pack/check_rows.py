"""Checks within one table: cells against their declaration, and the rules between columns and rows."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pandas as pd
from pyproj import Geod

from supplychain.columns import ColumnDeclaration
from supplychain.errors import Finding
from supplychain.models.base import Needs, Rule, UniqueTogether
from supplychain.pack import messages
from supplychain.pack.cells import CellError, canonical_line, shown
from supplychain.pack.declaration import TableDeclaration
from supplychain.pack.findings import Place
from supplychain.pack.pack import Pack
from supplychain.rules import is_swapped, number_fault, row_faults, text_fault
from supplychain.text import Text

FARTHEST_KM: Final = 1500.0
"""Farther than this from the middle of the pack (median) a place is taken for a slip of the pen."""

_MAX_LATITUDE: Final = 90.0


def check_rows(pack: Pack, name: str, place: Place) -> Iterator[Finding]:
    """Yield what is wrong with the cells of a table and with the rules between its columns and rows."""
    declaration, frame = pack.declarations[name], pack.tables[name]
    if frame.empty:
        return
    yield from _cell_findings(pack, name, place)
    if declaration.has_position and not declaration.worldwide:
        yield from _far_positions(pack, name, place)
    for rule in declaration.rules:
        for index, column_name, text in _rule_faults(rule, frame, place, name):
            yield place.finding(name, index, column_name, text)


def _cell_findings(pack: Pack, name: str, place: Place) -> Iterator[Finding]:
    declaration, frame = pack.declarations[name], pack.tables[name]
    swapped = _swapped_positions(declaration, frame)
    for column in declaration.columns:
        is_position = column.name in ("lat", "lon")
        for index, value in enumerate(frame[column.name].tolist()):
            if place.is_told(name, index, column.name) or (is_position and index in swapped):
                continue
            text = _cell_fault(value, column, declaration)
            if text is not None:
                yield place.finding(name, index, column.name, text)
    for index in sorted(swapped):
        row = frame.iloc[index]
        yield place.finding(name, index, "lat", messages.SWAPPED.format(lat=row["lat"], lon=row["lon"]))


def is_empty(value: Any) -> bool:  # noqa: ANN401 - a cell of any kind
    """Return whether a cell of a DataFrame holds nothing."""
    return value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value))


def _cell_fault(value: Any, column: ColumnDeclaration, declaration: TableDeclaration) -> Text | None:  # noqa: ANN401
    if is_empty(value):
        return messages.EMPTY_CELL if column.required else None
    if column.kind == "boolean" or (declaration.storage == "yaml" and column.name == "text"):
        return None
    if column.kind in ("number", "integer"):
        return number_fault(float(value), column)
    if not isinstance(value, str):
        return messages.NOT_A_CHOICE.format(value=shown(value), choices=column.kind)
    return _line_fault(value) if column.kind == "line" else text_fault(value, column)


def _line_fault(value: str) -> Text | None:
    try:
        canonical_line(value)
    except CellError as error:
        return error.text
    return None


def _swapped_positions(declaration: TableDeclaration, frame: pd.DataFrame) -> set[int]:
    """Return rows whose latitude is none but would be a longitude, with a longitude that would be a latitude."""
    if not declaration.has_position:
        return set()
    pairs = zip(frame["lat"].tolist(), frame["lon"].tolist(), strict=True)
    return {index for index, (lat, lon) in enumerate(pairs) if is_swapped(lat, lon)}


def _far_positions(pack: Pack, name: str, place: Place) -> Iterator[Finding]:
    local = [
        pack.tables[table][["lat", "lon"]]
        for table, declaration in pack.declarations.items()
        if declaration.has_position and not declaration.worldwide
    ]
    every = pd.concat(local).dropna()
    every = every[(every["lat"].abs() <= _MAX_LATITUDE) & (every["lon"].abs() <= 2 * _MAX_LATITUDE)]
    frame = pack.tables[name]
    known = frame["lat"].abs().le(_MAX_LATITUDE) & frame["lon"].abs().le(2 * _MAX_LATITUDE)
    rows = np.flatnonzero(known.to_numpy())
    if not len(rows):
        return
    lat, lon = frame["lat"].to_numpy()[rows], frame["lon"].to_numpy()[rows]
    middle_lon, middle_lat = (np.full(len(rows), float(every[axis].median())) for axis in ("lon", "lat"))
    _azimuth, _back, metres = Geod(ellps="WGS84").inv(middle_lon, middle_lat, lon, lat)
    for index, row_lat, row_lon, metre in zip(rows.tolist(), lat, lon, metres, strict=True):
        if metre > 1000 * FARTHEST_KM and not place.is_told(name, index, "lat", "lon"):
            text = messages.FAR_AWAY.format(lat=row_lat, lon=row_lon, km=metre / 1000)
            yield place.finding(name, index, "lat", text)


Fault = tuple[int, str | None, Text]


def _rule_faults(rule: Rule, frame: pd.DataFrame, place: Place, name: str) -> Iterator[Fault]:
    columns = tuple({*rule.columns, *(rule.needed if isinstance(rule, Needs) else ())})
    cells = zip(*(frame[column].tolist() for column in columns), strict=True)
    rows = [
        (index, dict(zip(columns, values, strict=True)))
        for index, values in enumerate(cells)
        if not place.is_told(name, index, *columns)
    ]
    if isinstance(rule, UniqueTogether):
        yield from _unique_faults(rule, rows, place, name)
        return
    for index, row in rows:
        filled = {column: None if is_empty(row[column]) else row[column] for column in columns}
        yield from ((index, column, text) for column, text in row_faults(rule, filled))


def _unique_faults(
    rule: UniqueTogether, rows: list[tuple[int, dict[str, Any]]], place: Place, name: str
) -> Iterator[Fault]:
    first: dict[tuple[Any, ...], int] = {}
    for index, row in rows:
        key = tuple(None if is_empty(row[column]) else row[column] for column in rule.columns)
        if key in first:
            text = messages.NOT_UNIQUE.format(columns=", ".join(rule.columns), first=place.line(name, first[key]))
            yield index, None, text
        else:
            first[key] = index
