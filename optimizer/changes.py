"""Apply a scenario's changes to the tables of a pack."""

from __future__ import annotations

import pandas as pd
from supplychain.pack import Pack

from optimizer.scenario import Change, Scenario
from optimizer.scenario_fields import Value
from supplychain.errors import Finding, FindingsError
from supplychain.text import Text


def check_scenario(pack: Pack, scenario: Scenario) -> tuple[Finding, ...]:
    """Return everything in the scenario that does not fit the pack."""
    findings: list[Finding] = []
    for change in scenario.changes:
        findings += _check_change(pack, change, scenario.file)
    return tuple(findings)


def apply_changes(pack: Pack, scenario: Scenario) -> Pack:
    """Return the pack with the scenario's changes applied in order; the given pack stays as it is.

    Raises
    ------
    FindingsError
        With every finding, when a change names a table, column or id the pack does not have,
        or matches no row.
    """
    findings = check_scenario(pack, scenario)
    if findings:
        text = Text(
            en=f"Scenario {scenario.scenario_id} does not fit the pack: {len(findings)} finding(s).",
            vi=f"Kịch bản {scenario.scenario_id} không khớp gói dữ liệu: {len(findings)} lỗi.",
        )
        raise FindingsError(text, findings)
    changed: dict[str, pd.DataFrame] = {}
    for change in scenario.changes:
        table = changed.get(change.table, pack.table(change.table))
        changed[change.table] = _apply_change(table, change)
    return pack.with_tables(changed) if changed else pack


def _check_change(pack: Pack, change: Change, file: str) -> list[Finding]:
    def finding(column: str | None, en: str, vi: str) -> Finding:
        return Finding(file, change.line, column, Text(en=en, vi=vi))

    if change.table not in pack.table_names:
        return [
            finding(
                "table",
                f"the pack has no table {change.table!r}.",
                f"gói dữ liệu không có bảng {change.table!r}.",
            )
        ]
    table = pack.table(change.table)
    named = [column for column, _ in (*change.where, *change.set_values, *change.scale)]
    findings = [
        finding(
            column,
            f"table {change.table} has no column {column!r}.",
            f"bảng {change.table} không có cột {column!r}.",
        )
        for column in dict.fromkeys(named)
        if column not in table.columns
    ]
    known = set(table[table.columns[0]])
    findings += [
        finding(
            "ids",
            f"table {change.table} has no row {row_id!r}.",
            f"bảng {change.table} không có dòng {row_id!r}.",
        )
        for row_id in change.ids
        if row_id not in known
    ]
    findings += [
        finding(
            column,
            f"column {column} is not a number and cannot be scaled.",
            f"cột {column} không phải là số nên không nhân hệ số được.",
        )
        for column, _ in change.scale
        if column in table.columns and not _is_numeric(table[column])
    ]
    findings += [
        finding(
            column,
            f"column {column} holds numbers; {value!r} is not one.",
            f"cột {column} chứa số; {value!r} không phải là số.",
        )
        for column, value in change.set_values
        if column in table.columns and _is_numeric(table[column]) and not _fits_number(value)
    ]
    if not findings and not _rows(table, change).any():
        findings.append(finding("where", "matches no row.", "không khớp dòng nào."))
    return findings


def _is_numeric(column: pd.Series) -> bool:
    return bool(pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column))


def _fits_number(value: Value) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _rows(table: pd.DataFrame, change: Change) -> pd.Series:
    """Return the boolean mask of the rows a change means."""
    if change.ids:
        return table[table.columns[0]].isin(change.ids)
    mask = pd.Series(data=True, index=table.index)
    for column, values in change.where:
        matches = table[column].isin([value for value in values if value is not None])
        if None in values:
            matches |= table[column].isna()
        mask &= matches
    return mask


def _apply_change(table: pd.DataFrame, change: Change) -> pd.DataFrame:
    table = table.copy()
    mask = _rows(table, change)
    for column, factor in change.scale:
        table[column] = table[column].astype("float64").where(~mask, table[column].astype("float64") * factor)
    for column, value in change.set_values:
        table.loc[mask, column] = value
    return table
