"""Apply a scenario's changes to the tables of a pack."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import pandas as pd

from optimizer.scenarios.nearest import nearest
from optimizer.scenarios.scenario import AddedRow, Change, Scenario, Value
from supplychain.columns import ColumnDeclaration
from supplychain.declaration import TableDeclaration
from supplychain.errors import Finding, FindingsError
from supplychain.pack import Pack, split_list
from supplychain.pack.pack import normalise_table
from supplychain.rules import number_fault
from supplychain.text import Text

NUMBER_KINDS = ("number", "integer")

NO_TABLE = Text(en="the pack has no table {table!r}{hint}.", vi="gói dữ liệu không có bảng {table!r}{hint}.")
NO_COLUMN = Text(en="table {table} has no column {column!r}{hint}.", vi="bảng {table} không có cột {column!r}{hint}.")
NO_ROW = Text(en="table {table} has no row {row!r}{hint}.", vi="bảng {table} không có dòng {row!r}{hint}.")
NO_MATCH = Text(en="matches no row.", vi="không khớp dòng nào.")
NOT_SCALED = Text(
    en="column {column} is not a number and cannot be scaled.",
    vi="cột {column} không phải là số nên không nhân hệ số được.",
)
FIXED_ID = Text(en="ids cannot be changed.", vi="không được đổi mã.")
REQUIRED = Text(en="{column} cannot be empty.", vi="{column} không được để trống.")
YES_NO = Text(en="{column} takes yes or no, not {value!r}.", vi="{column} nhận yes hoặc no, không nhận {value!r}.")
CHOICES = Text(en="{column} takes {choices}, not {value!r}.", vi="{column} chỉ nhận {choices}, không nhận {value!r}.")
NO_NUMBER = Text(en="{column} holds numbers; {value!r} is not one.", vi="{column} chứa số; {value!r} không phải số.")
TAKEN = Text(
    en="the id {row!r} is taken: table {table} has such a row.", vi="mã {row!r} đã có: bảng {table} có dòng này."
)
NEEDED = Text(en="a row of {table} needs {column}.", vi="dòng của bảng {table} cần có {column}.")
SUMMARY = Text(
    en="Scenario {scenario} does not fit the pack: {count} finding(s).",
    vi="Kịch bản {scenario} không khớp gói dữ liệu: {count} lỗi.",
)

Fault = tuple[str, Text]
"""Column or key, and what is wrong with it."""


class Working:
    """The tables of a pack while changes are applied to them one after another; the pack stays as it is.

    Parameters
    ----------
    tables
        The tables to begin with.
    declarations
        What they hold.
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame], declarations: Mapping[str, TableDeclaration]) -> None:
        self.declarations = declarations
        self.changed: dict[str, pd.DataFrame] = {}
        self._tables = tables

    @classmethod
    def of(cls, pack: Pack) -> Working:
        """Return the tables of a pack."""
        return cls(pack.tables, pack.declarations)

    def copy(self) -> Working:
        """Return tables that go their own way from here."""
        other = Working(self._tables, self.declarations)
        other.changed = dict(self.changed)
        return other

    def table(self, name: str) -> pd.DataFrame:
        """Return a table with the changes applied so far."""
        return self.changed.get(name, self._tables[name])

    def key(self, name: str) -> str:
        """Return the id column of a table."""
        return self.declarations[name].key

    def faults(self, change: Change | AddedRow) -> list[Fault]:
        """Return why a change does not fit these tables; empty when it does."""
        declaration = self.declarations.get(change.table)
        if declaration is None:
            hint = nearest(change.table, dict.fromkeys(self.declarations, ""))
            return [("table", NO_TABLE.format(table=change.table, hint=hint))]
        if isinstance(change, AddedRow):
            return _row_faults(declaration, change, set(self.table(change.table)[declaration.key]))
        faults = _column_faults(declaration, [name for name, _ in (*change.where, *change.set_values, *change.scale)])
        faults += self._id_faults(change)
        columns = {column.name: column for column in declaration.columns}
        faults += _scale_faults(columns, change) + _set_faults(columns, declaration.key, change.set_values)
        if not faults and not self.rows(change).any():
            faults.append(("where", NO_MATCH))
        return faults

    def apply(self, change: Change | AddedRow) -> None:
        """Apply a change that fits."""
        table = self.table(change.table)
        if isinstance(change, AddedRow):
            added = normalise_table(pd.DataFrame([dict(change.cells)]), self.declarations[change.table])
            self.changed[change.table] = pd.concat([table, added], ignore_index=True)
            return
        table = table.copy()
        mask = self.rows(change)
        for column, factor in change.scale:
            values = table[column].astype("float64")
            table[column] = values.where(~mask, values * factor)
        for column, value in change.set_values:
            table.loc[mask, column] = value
        self.changed[change.table] = table

    def rows(self, change: Change) -> pd.Series:
        """Return the boolean mask of the rows a change means."""
        table = self.table(change.table)
        if change.ids:
            return table[self.key(change.table)].isin(change.ids)
        return rows_where(table, change.where)

    def _id_faults(self, change: Change) -> list[Fault]:
        if not change.ids:
            return []
        keys = self.table(change.table)[self.key(change.table)].tolist()
        known = set(keys)
        return [
            ("ids", NO_ROW.format(table=change.table, row=row, hint=nearest(row, dict.fromkeys(keys, ""))))
            for row in change.ids
            if row not in known
        ]


def rows_where(table: pd.DataFrame, where: Iterable[tuple[str, tuple[Value, ...]]]) -> pd.Series:
    """Return the boolean mask of the rows whose columns have one of the values each."""
    mask = pd.Series(data=True, index=table.index)
    for column, values in where:
        matches = table[column].isin([value for value in values if value is not None])
        if None in values:
            matches |= table[column].isna()
        mask &= matches
    return mask


def check_scenario(pack: Pack, scenario: Scenario) -> tuple[Finding, ...]:
    """Return everything in the scenario that does not fit the pack.

    Unknown tables, columns and ids, changes that match no row, and values a column does not take.
    """
    return tuple(_apply_all(Working.of(pack), scenario))


def apply_changes(pack: Pack, scenario: Scenario) -> Pack:
    """Return the pack with the scenario's changes applied in order; the given pack stays as it is.

    Raises
    ------
    FindingsError
        With every finding of ``check_scenario``.
    """
    working = Working.of(pack)
    findings = list(_apply_all(working, scenario))
    if findings:
        raise FindingsError(SUMMARY.format(scenario=scenario.scenario_id, count=len(findings)), findings)
    return pack.with_tables(working.changed) if working.changed else pack


def _apply_all(working: Working, scenario: Scenario) -> Iterable[Finding]:
    for change in scenario.changes:
        faults = working.faults(change)
        for column, text in faults:
            yield Finding(change.file or scenario.file, change.line, column, text, change.character)
        if not faults:
            working.apply(change)


def _column_faults(declaration: TableDeclaration, named: Iterable[str]) -> list[Fault]:
    known = declaration.column_names
    return [
        (name, NO_COLUMN.format(table=declaration.name, column=name, hint=nearest(name, dict.fromkeys(known, ""))))
        for name in dict.fromkeys(named)
        if name not in known
    ]


def _row_faults(declaration: TableDeclaration, change: AddedRow, known: set[str]) -> list[Fault]:
    values = dict(change.cells)
    faults = _column_faults(declaration, values)
    faults += [
        (column.name, NEEDED.format(table=declaration.name, column=column.name))
        for column in declaration.columns
        if column.required and values.get(column.name) is None
    ]
    columns = {column.name: column for column in declaration.columns}
    faults += _set_faults(columns, "", [(name, value) for name, value in change.cells if value is not None])
    row = values.get(declaration.key)
    if row in known:
        faults.append((declaration.key, TAKEN.format(row=row, table=declaration.name)))
    return faults


def _scale_faults(columns: Mapping[str, ColumnDeclaration], change: Change) -> list[Fault]:
    return [
        (name, NOT_SCALED.format(column=name))
        for name, _ in change.scale
        if name in columns and columns[name].kind not in NUMBER_KINDS
    ]


def _set_faults(columns: Mapping[str, ColumnDeclaration], key: str, pairs: Iterable[tuple[str, Value]]) -> list[Fault]:
    faults = []
    for name, value in pairs:
        if name == key:
            faults.append((name, FIXED_ID))
        elif name in columns:
            fault = _value_fault(columns[name], value)
            if fault is not None:
                faults.append((name, fault))
    return faults


def _value_fault(column: ColumnDeclaration, value: Value) -> Text | None:
    """Return what is wrong with setting a column to a value."""
    if value is None:
        return REQUIRED.format(column=column.name) if column.required else None
    if column.kind in NUMBER_KINDS:
        return _number_fault(column, value)
    if column.kind == "boolean":
        return None if isinstance(value, bool) else YES_NO.format(column=column.name, value=value)
    words = split_list(value) if column.kind == "list" else (value,)
    if isinstance(value, str) and (not column.choices or all(word in column.choices for word in words)):
        return None
    return CHOICES.format(column=column.name, choices=", ".join(column.choices) or "text", value=value)


def _number_fault(column: ColumnDeclaration, value: Value) -> Text | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return NO_NUMBER.format(column=column.name, value=value)
    return number_fault(value, column)
