"""A folder's tables while a scenario's changes are applied to them one after another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from optimizer.folder.columns import TABLES
from optimizer.scenarios.changes import Fault, Working
from optimizer.scenarios.scenario import AddedRow, Change
from supplychain.declaration import TableDeclaration
from supplychain.pack import split_list

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optimizer.folder.declaration import FlowColumn, FlowTable
    from optimizer.folder.tables import FlowSettings
    from optimizer.scenarios.scenario import Value


def _declare(table: FlowTable) -> TableDeclaration:
    """Return a table of a folder in the words of packs; one without an id has its first column in its place."""
    ids = [column.name for column in table.columns if column.kind == "id"]
    key = ids[0] if ids else table.columns[0].name
    return TableDeclaration(name=table.name, key=key, columns=table.columns, rules=(), meaning=table.meaning)


DECLARATIONS: Final[Mapping[str, TableDeclaration]] = {
    name: _declare(table) for name, table in TABLES.items() if name != "settings"
}
HAS_ID: Final = frozenset(
    name for name, table in TABLES.items() if any(column.kind == "id" for column in table.columns)
)
"""Tables whose rows have an id; the rows of others are told apart by several columns together."""


class FolderTables(Working):
    """The tables of a folder, as ``Working`` is those of a pack: lists are tuples, yes/no is a truth value.

    Parameters
    ----------
    tables
        The tables as read.
    settings
        The settings they are planned with.
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame], settings: FlowSettings) -> None:
        super().__init__(tables, DECLARATIONS)
        self.settings = settings
        self.touched: dict[tuple[str, int], Change | AddedRow] = {}

    def faults(self, change: Change | AddedRow) -> list[Fault]:
        """Return why a change does not fit these tables; empty when it does."""
        if isinstance(change, AddedRow) and change.table in DECLARATIONS and change.table not in HAS_ID:
            bare = {change.table: self.table(change.table).iloc[:0]}
            return Working(bare, DECLARATIONS).faults(change)
        return super().faults(change)

    def apply(self, change: Change | AddedRow) -> None:
        """Apply a change that fits, and keep which row it touched."""
        table = self.table(change.table)
        if isinstance(change, AddedRow):
            place = int(table.index.max()) + 1 if len(table) else 2
            row = _row(TABLES[change.table], dict(change.cells))
            added = pd.DataFrame([row], index=pd.Index([place], name="row")).astype(table.dtypes.to_dict())
            self.changed[change.table] = pd.concat([table, added]) if len(table) else added
            self.touched[change.table, place] = change
            return
        table = table.copy()
        mask = self.rows(change)
        for column, factor in change.scale:
            table[column] = table[column].where(~mask, table[column] * factor)
        for column, value in change.set_values:
            _set(table, TABLES[change.table].column(column), mask, value)
        self.changed[change.table] = table
        for place in table.index[mask]:
            self.touched[change.table, int(place)] = change


def _row(table: FlowTable, cells: Mapping[str, Value]) -> dict[str, Any]:
    return {column.name: _cell(column, cells.get(column.name)) for column in table.columns}


def _cell(column: FlowColumn, value: Value) -> Any:  # noqa: ANN401 - a cell of any kind
    """Return a value as the tables hold it; none is the column's default."""
    if column.kind == "list":
        return () if value is None else tuple(split_list(str(value)))
    if value is None:
        value = column.default
    if value is None:
        return pd.NA if column.dtype == "boolean" else (np.nan if column.kind == "number" else "")
    return value


def _set(table: pd.DataFrame, column: FlowColumn, mask: pd.Series, value: Value) -> None:
    cell = _cell(column, value) if value is not None or column.kind != "number" else np.nan
    if column.kind != "list":
        table.loc[mask, column.name] = cell
        return
    values = table[column.name].to_numpy(dtype=object, copy=True)
    for place in np.flatnonzero(mask.to_numpy()):
        values[place] = cell
    table[column.name] = values
