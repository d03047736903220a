"""A pack with faulty cells made harmless, so that checks of other rooms can still run and all findings come at once."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

import pandas as pd

from supplychain.columns import ColumnDeclaration
from supplychain.pack.declaration import DTYPES
from supplychain.pack.pack import Pack

Cell = tuple[str, int, str | None]
"""Table, row from 0, and column (None for a fault of the whole row)."""

_POSITION: Final = ("lat", "lon")


def mend(pack: Pack, faults: Iterable[Cell]) -> tuple[Pack, frozenset[str]]:
    """Return the pack with harmless values in faulty cells, and the tables in which a fault could not be mended.

    An optional cell is emptied, a number is brought within its limits, a yes/no is no, free text is ``?``. Ids,
    references, words of a closed list, positions and courses cannot be mended without guessing.
    """
    by_table: dict[str, list[tuple[int, str | None]]] = {}
    for table, row, column in faults:
        by_table.setdefault(table, []).append((row, column))
    frames = dict(pack.tables)
    unsound = set()
    for table, cells in by_table.items():
        declared = {column.name: column for column in pack.declarations[table].columns}
        frames[table], whole = _mend_table(frames[table], cells, declared)
        if not whole:
            unsound.add(table)
    return replace(pack, tables=MappingProxyType(frames)), frozenset(unsound)


def _mend_table(
    frame: pd.DataFrame, cells: Iterable[tuple[int, str | None]], declared: Mapping[str, ColumnDeclaration]
) -> tuple[pd.DataFrame, bool]:
    whole = True
    columns = {name: frame[name].tolist() for name in declared}
    for row, name in cells:
        if name is None or not _is_mendable(declared[name]):
            whole = False
        else:
            columns[name][row] = _harmless(columns[name][row], declared[name])
    series = {}
    for name, values in columns.items():
        dtype = DTYPES[declared[name].kind]
        series[name] = pd.Series(values, dtype="object" if dtype == "bool" and None in values else dtype)
    return pd.DataFrame(series), whole


def _is_mendable(column: ColumnDeclaration) -> bool:
    if not column.required:
        return True
    if column.kind in ("number", "integer"):
        return column.name not in _POSITION
    return column.kind == "boolean" or (column.kind == "text" and not column.choices and not column.references)


def _harmless(value: Any, column: ColumnDeclaration) -> Any:  # noqa: ANN401 - a cell of any kind
    if not column.required:
        return None
    if column.kind == "boolean":
        return False
    if column.kind == "text":
        return "?"
    number = float(value) if isinstance(value, int | float) and math.isfinite(value) else 0.0
    low = -math.inf if column.minimum is None else column.minimum
    high = math.inf if column.maximum is None else column.maximum
    mended = min(max(number, low), high)
    return int(mended) if column.kind == "integer" else mended
