"""Apply a scenario's changes to the tables of a pack."""

from __future__ import annotations

import math

import pandas as pd

from optimizer.scenarios.fields import Value
from optimizer.scenarios.scenario import Change, Scenario
from supplychain.columns import ColumnDeclaration
from supplychain.errors import Finding, FindingsError
from supplychain.pack import Pack, split_list
from supplychain.text import Text

NUMBER_KINDS = ("number", "integer")


def check_scenario(pack: Pack, scenario: Scenario) -> tuple[Finding, ...]:
    """Return everything in the scenario that does not fit the pack.

    Unknown tables, columns and ids, changes that match no row, and values a column does not take.
    """
    findings: list[Finding] = []
    for change in scenario.changes:
        findings += _check_change(pack, change, scenario.file)
    return tuple(findings)


def apply_changes(pack: Pack, scenario: Scenario) -> Pack:
    """Return the pack with the scenario's changes applied in order; the given pack stays as it is.

    Raises
    ------
    FindingsError
        With every finding of ``check_scenario``.
    """
    findings = check_scenario(pack, scenario)
    if findings:
        text = Text(
            en="Scenario {scenario} does not fit the pack: {count} finding(s).",
            vi="Kịch bản {scenario} không khớp gói dữ liệu: {count} lỗi.",
        )
        raise FindingsError(text.format(scenario=scenario.scenario_id, count=len(findings)), findings)
    changed: dict[str, pd.DataFrame] = {}
    for change in scenario.changes:
        table = changed.get(change.table)
        table = pack.table(change.table) if table is None else table
        changed[change.table] = _apply_change(table, pack.declarations[change.table].key, change)
    return pack.with_tables(changed) if changed else pack


def _check_change(pack: Pack, change: Change, file: str) -> list[Finding]:
    declaration = pack.declarations.get(change.table)
    if declaration is None:
        text = Text(en="the pack has no table {table!r}.", vi="gói dữ liệu không có bảng {table!r}.")
        return [Finding(file, change.line, "table", text.format(table=change.table))]
    table = pack.table(change.table)
    faults = _column_faults(declaration.column_names, change)
    faults += _id_faults(table[declaration.key], change)
    columns = {column.name: column for column in declaration.columns}
    faults += _scale_faults(columns, change) + _set_faults(columns, declaration.key, change)
    if not faults and not _rows(table, declaration.key, change).any():
        faults.append(("where", Text(en="matches no row.", vi="không khớp dòng nào.")))
    return [Finding(file, change.line, column, text) for column, text in faults]


Fault = tuple[str, Text]


def _column_faults(known: tuple[str, ...], change: Change) -> list[Fault]:
    named = dict.fromkeys(column for column, _ in (*change.where, *change.set_values, *change.scale))
    text = Text(en="table {table} has no column {column!r}.", vi="bảng {table} không có cột {column!r}.")
    return [(name, text.format(table=change.table, column=name)) for name in named if name not in known]


def _id_faults(keys: pd.Series, change: Change) -> list[Fault]:
    known = set(keys)
    text = Text(en="table {table} has no row {row!r}.", vi="bảng {table} không có dòng {row!r}.")
    return [("ids", text.format(table=change.table, row=row)) for row in change.ids if row not in known]


def _scale_faults(columns: dict[str, ColumnDeclaration], change: Change) -> list[Fault]:
    text = Text(
        en="column {column} is not a number and cannot be scaled.",
        vi="cột {column} không phải là số nên không nhân hệ số được.",
    )
    return [
        (name, text.format(column=name))
        for name, _ in change.scale
        if name in columns and columns[name].kind not in NUMBER_KINDS
    ]


def _set_faults(columns: dict[str, ColumnDeclaration], key: str, change: Change) -> list[Fault]:
    faults = []
    for name, value in change.set_values:
        if name == key:
            faults.append((name, Text(en="ids cannot be changed.", vi="không được đổi mã.")))
        elif name in columns:
            fault = _value_fault(columns[name], value)
            if fault is not None:
                faults.append((name, fault))
    return faults


def _value_fault(column: ColumnDeclaration, value: Value) -> Text | None:
    """Return what is wrong with setting a column to a value."""
    if value is None:
        required = Text(en="{column} cannot be empty.", vi="{column} không được để trống.")
        return required.format(column=column.name) if column.required else None
    if column.kind in NUMBER_KINDS:
        return _number_fault(column, value)
    if column.kind == "boolean":
        wanted = Text(
            en="{column} takes yes or no, not {value!r}.", vi="{column} nhận yes hoặc no, không nhận {value!r}."
        )
        return None if isinstance(value, bool) else wanted.format(column=column.name, value=value)
    words = split_list(value) if column.kind == "list" else (value,)
    if isinstance(value, str) and (not column.choices or all(word in column.choices for word in words)):
        return None
    allowed = Text(
        en="{column} takes {choices}, not {value!r}.", vi="{column} chỉ nhận {choices}, không nhận {value!r}."
    )
    return allowed.format(column=column.name, choices=", ".join(column.choices) or "text", value=value)


def _number_fault(column: ColumnDeclaration, value: Value) -> Text | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        text = Text(en="{column} holds numbers; {value!r} is not one.", vi="{column} chứa số; {value!r} không phải số.")
        return text.format(column=column.name, value=value)
    low = -math.inf if column.minimum is None else column.minimum
    high = math.inf if column.maximum is None else column.maximum
    if low <= value <= high:
        return None
    text = Text(
        en="{column} must lie between {low} and {high}, got {value}.",
        vi="{column} phải nằm giữa {low} và {high}, hiện là {value}.",
    )
    return text.format(column=column.name, low=low, high=high, value=value)


def _rows(table: pd.DataFrame, key: str, change: Change) -> pd.Series:
    """Return the boolean mask of the rows a change means."""
    if change.ids:
        return table[key].isin(change.ids)
    mask = pd.Series(data=True, index=table.index)
    for column, values in change.where:
        matches = table[column].isin([value for value in values if value is not None])
        if None in values:
            matches |= table[column].isna()
        mask &= matches
    return mask


def _apply_change(table: pd.DataFrame, key: str, change: Change) -> pd.DataFrame:
    table = table.copy()
    mask = _rows(table, key, change)
    for column, factor in change.scale:
        values = table[column].astype("float64")
        table[column] = values.where(~mask, values * factor)
    for column, value in change.set_values:
        table.loc[mask, column] = value
    return table
