"""Checks within one table: cells against their declaration, and the rules between columns and rows."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, Final

import numpy as np
import pandas as pd
from pyproj import Geod

from supplychain.columns import ColumnDeclaration
from supplychain.errors import Finding
from supplychain.models.base import (
    Ascending,
    AtLeastOne,
    Different,
    ExactlyOne,
    Needs,
    Rule,
    UniqueTogether,
)
from supplychain.pack import messages
from supplychain.pack.cells import CellError, canonical_line, shown
from supplychain.pack.declaration import TableDeclaration
from supplychain.pack.findings import Place
from supplychain.pack.pack import Pack, split_list
from supplychain.text import Text

FARTHEST_KM: Final = 1500.0
"""Farther than this from the middle of the pack (median) a place is taken for a slip of the pen."""

_ID: Final = re.compile(r"[a-z0-9][a-z0-9_]{0,79}")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FORMULA: Final = re.compile(r"[=@].*|[+-].*[(|!].*|#(REF|N/A|VALUE|NAME|DIV/0|NUM|NULL|SPILL|CALC)[!?]?", re.DOTALL)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
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
    if column.kind in ("number", "integer"):
        return _number_fault(float(value), column)
    if column.kind == "boolean":
        return None
    if not isinstance(value, str):
        return messages.NOT_A_CHOICE.format(value=shown(value), choices=column.kind)
    if declaration.storage == "yaml" and column.name == "text":
        return None
    return _text_fault(value, column)


def _number_fault(value: float, column: ColumnDeclaration) -> Text | None:
    if not math.isfinite(value):
        return messages.NOT_A_NUMBER.format(value=value)
    if column.minimum is not None and value < column.minimum:
        return messages.TOO_SMALL.format(value=_short(value), limit=_short(column.minimum))
    if column.maximum is not None and value > column.maximum:
        return messages.TOO_LARGE.format(value=_short(value), limit=_short(column.maximum))
    return None


def _short(value: Any) -> str:  # noqa: ANN401 - a number or a date
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _text_fault(value: str, column: ColumnDeclaration) -> Text | None:
    control = _CONTROL.search(value)
    if control:
        return messages.CONTROL_CHARACTER.format(code=ord(control.group()))
    if _FORMULA.fullmatch(value):
        return messages.FORMULA.format(value=shown(value))
    return _KIND_FAULTS.get(column.kind, _word_fault)(value, column)


def _id_fault(value: str, _column: ColumnDeclaration) -> Text | None:
    return None if _ID.fullmatch(value) else messages.BAD_ID.format(value=shown(value))


def _date_fault(value: str, _column: ColumnDeclaration) -> Text | None:
    return None if _is_date(value) else messages.NOT_A_DATE.format(value=shown(value))


def _line_fault(value: str, _column: ColumnDeclaration) -> Text | None:
    try:
        canonical_line(value)
    except CellError as error:
        return error.text
    return None


def _word_fault(value: str, column: ColumnDeclaration) -> Text | None:
    words = split_list(value) if column.kind == "list" else (value,)
    wrong = [word for word in words if column.choices and word not in column.choices]
    if not wrong:
        return None
    return messages.NOT_A_CHOICE.format(value=shown(wrong[0]), choices=", ".join(column.choices))


_KIND_FAULTS: Final = {"id": _id_fault, "date": _date_fault, "line": _line_fault}


def _is_date(value: str) -> bool:
    if not _DATE.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _swapped_positions(declaration: TableDeclaration, frame: pd.DataFrame) -> set[int]:
    """Return rows whose latitude is none but would be a longitude, with a longitude that would be a latitude."""
    if not declaration.has_position:
        return set()
    latitude, longitude = frame["lat"].abs(), frame["lon"].abs()
    swapped = (latitude > _MAX_LATITUDE) & (latitude <= 2 * _MAX_LATITUDE) & (longitude <= _MAX_LATITUDE)
    return set(np.flatnonzero(swapped.to_numpy()).tolist())


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
    columns = {*rule.columns, *(rule.needed if isinstance(rule, Needs) else ())}
    rows = [
        (index, dict(zip(frame.columns, values, strict=True)))
        for index, values in enumerate(frame.itertuples(index=False, name=None))
        if not place.is_told(name, index, *columns)
    ]
    if isinstance(rule, UniqueTogether):
        yield from _unique_faults(rule, rows, place, name)
        return
    for index, row in rows:
        yield from ((index, column, text) for column, text in _row_faults(rule, row))


def _row_faults(
    rule: ExactlyOne | AtLeastOne | Ascending | Needs | Different, row: dict[str, Any]
) -> Iterator[tuple[str | None, Text]]:
    filled = [column for column in rule.columns if not is_empty(row[column])]
    names = ", ".join(rule.columns)
    match rule:
        case ExactlyOne() if len(filled) != 1:
            yield None, messages.EXACTLY_ONE.format(columns=names, found=len(filled))
        case AtLeastOne() if not filled:
            yield None, messages.AT_LEAST_ONE.format(columns=names)
        case Different() if len(filled) > 1 and row[filled[0]] == row[filled[1]]:
            yield filled[0], messages.SAME.format(columns=names, value=shown(row[filled[0]]))
        case Needs() if filled:
            for column in rule.needed:
                if is_empty(row[column]):
                    yield column, messages.NEEDED.format(column=column, reason=filled[0])
        case Ascending():
            yield from _falls(filled, row)


def _falls(filled: Sequence[str], row: dict[str, Any]) -> Iterator[tuple[str, Text]]:
    for left, right in pairwise(filled):
        if row[left] > row[right]:
            values = {"left_value": _short(row[left]), "right_value": _short(row[right])}
            yield left, messages.NOT_ASCENDING.format(left=left, right=right, **values)


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
