"""Whether rows and freight are right once all changes are made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geodata.check.limits import check_limits
from geodata.check.links import check_links
from geodata.check.services import check_services
from optimizer.scenarios.asked import Operation
from optimizer.scenarios.changes import Working
from optimizer.scenarios.document import ScenarioFindings
from optimizer.scenarios.nearest import nearest
from optimizer.scenarios.scenario import AddedRow, Change
from supplychain.assumptions import apply_assumptions
from supplychain.columns import ColumnDeclaration
from supplychain.declaration import TableDeclaration
from supplychain.demand.build import build_flows, days_factor
from supplychain.demand.changes import DemandChange, change_flows
from supplychain.errors import Finding, FindingsError, HinterlandError
from supplychain.models.base import UniqueTogether
from supplychain.pack import split_list
from supplychain.pack.check_rows import is_empty
from supplychain.pack.findings import FIRST_ROW_LINE
from supplychain.rules import number_fault, row_faults, text_fault
from supplychain.text import Text

if TYPE_CHECKING:
    from supplychain.pack import Pack

ROW: Final = Text(en="{row}: {text}", vi="{row}: {text}")
UNKNOWN_REFERENCE: Final = Text(
    en="'{value}' does not stand in {targets}{hint}.", vi="'{value}' không có trong {targets}{hint}."
)
NOT_UNIQUE: Final = Text(en="{columns} are the same as in row {other}.", vi="{columns} trùng với dòng {other}.")
RANGE: Final = frozenset({"low", "mid", "high"})
"""The range of an estimate: it binds nobody who asks what if the value were another."""
NETWORK_TABLES: Final = frozenset(
    {"links", "nodes", "terminals", "transshipments", "services", "vehicles", "commodities"}
)


@dataclass(frozen=True, slots=True)
class _Touched:
    """Which change last touched each cell of a row; the key "" stands for the row."""

    by_row: dict[tuple[str, str], dict[str, Change | AddedRow]]

    @classmethod
    def of(cls, operations: Iterable[Operation], tables: Working) -> _Touched:
        """Return the rows that operations touch."""
        by_row: dict[tuple[str, str], dict[str, Change | AddedRow]] = {}
        for operation in operations:
            if isinstance(operation, AddedRow):
                row = operation.row_id(tables.key(operation.table))
                columns = dict.fromkeys(tables.declarations[operation.table].column_names, operation)
                by_row[operation.table, row] = {**columns, "": operation}
            elif isinstance(operation, Change):
                cells = dict.fromkeys([name for name, _ in (*operation.set_values, *operation.scale)], operation)
                for row in operation.ids:
                    by_row.setdefault((operation.table, row), {}).update({**cells, "": operation})
        return cls(by_row)

    def columns(self, table: str, row: str) -> frozenset[str]:
        """Return the columns of a row that a change touched."""
        return frozenset(self.by_row.get((table, row), ()))

    def finding(self, table: str, row: str, column: str | None, text: Text) -> Finding:
        """Return a finding about a row at the change that touched it last."""
        touched = self.by_row[table, row]
        operation = touched.get(column or "") or touched[""]
        named = ROW.format(row=row, text=text)
        return Finding(operation.file, operation.line, column, named, operation.character)


def check_results(pack: Pack, tables: Working, operations: Sequence[Operation], findings: ScenarioFindings) -> None:
    """Collect what is wrong with changed rows and freight, at the change that made it so.

    Parameters
    ----------
    pack
        The region as loaded.
    tables
        Its tables with all changes.
    operations
        The changes.
    findings
        Where findings go.
    """
    touched = _Touched.of(operations, tables)
    found = list(_row_findings(tables, touched))
    if not found and tables.changed:
        found = list(_network_findings(pack, tables, touched))
    if not found:
        demand = [one for one in operations if isinstance(one, DemandChange)]
        found = _demand_findings(pack.with_tables(tables.changed), demand) if demand else []
    findings.findings += found


def _row_findings(tables: Working, touched: _Touched) -> Iterator[Finding]:
    by_table: dict[str, list[str]] = {}
    for table, row in touched.by_row:
        by_table.setdefault(table, []).append(row)
    for table, rows in by_table.items():
        declaration = tables.declarations[table]
        frame = tables.table(table)
        records = frame[frame[declaration.key].isin(rows)].to_dict("records")
        for record in records:
            filled = {str(name): None if is_empty(value) else value for name, value in record.items()}
            row = str(filled[declaration.key])
            told = set()
            for column, text in _cell_faults(declaration, filled, touched.columns(table, row), tables):
                told.add(column)
                yield touched.finding(table, row, column, text)
            for broken, text in _rule_faults(declaration, filled, touched.columns(table, row), frame):
                if broken not in told:
                    yield touched.finding(table, row, broken, text)


def _cell_faults(
    declaration: TableDeclaration, row: dict[str, Any], changed: frozenset[str], tables: Working
) -> Iterator[tuple[str, Text]]:
    for column in declaration.columns:
        value = row[column.name]
        if column.name not in changed or value is None:
            continue
        if column.kind in ("number", "integer"):
            text = number_fault(float(value), column)
        elif column.kind in ("boolean", "line") or not isinstance(value, str):
            text = None
        else:
            text = text_fault(value, column) or _reference_fault(column, value, tables)
        if text is not None:
            yield column.name, text


def _reference_fault(column: ColumnDeclaration, value: str, tables: Working) -> Text | None:
    targets = [target.split(".") for target in column.references if target.split(".")[0] in tables.declarations]
    if not targets:
        return None
    known = {str(one): "" for table, name in targets for one in tables.table(table)[name].dropna()}
    for word in split_list(value) if column.kind == "list" else (value,):
        if word not in known:
            where = ", ".join(column.references)
            return UNKNOWN_REFERENCE.format(value=word, targets=where, hint=nearest(word, known))
    return None


def _rule_faults(
    declaration: TableDeclaration, row: dict[str, Any], changed: frozenset[str], frame: pd.DataFrame
) -> Iterator[tuple[str | None, Text]]:
    for rule in declaration.rules:
        columns = {*rule.columns, *getattr(rule, "needed", ())}
        if not columns & changed or (columns == RANGE and columns & changed == {"mid"}):
            continue
        if not isinstance(rule, UniqueTogether):
            yield from row_faults(rule, row)
            continue
        same = pd.Series(data=True, index=frame.index)
        for column in rule.columns:
            same &= frame[column].isna() if row[column] is None else frame[column] == row[column]
        others = [one for one in frame.loc[same, declaration.key] if one != row[declaration.key]]
        if others:
            yield None, NOT_UNIQUE.format(columns=", ".join(rule.columns), other=others[0])


def _network_findings(pack: Pack, tables: Working, touched: _Touched) -> Iterator[Finding]:
    """Yield what the checks of networks find in rows that a change touched and did not find before."""
    if not {table for table, _row in touched.by_row} & NETWORK_TABLES:
        return
    after = {name: tables.table(name) for name in pack.declarations}
    found = [one for one in _checked(_only_touched(pack, after, touched)) if one[:2] in touched.by_row]
    known = set(_checked(_only_touched(pack, pack.tables, touched))) if found else set()
    for table, row, column, text in found:
        if (table, row, column, text) not in known:
            yield touched.finding(table, row, column, text)


def _only_touched(pack: Pack, tables: Mapping[str, pd.DataFrame], touched: _Touched) -> Pack:
    """Return a pack with these tables, of whose large ones only the rows are left that a change touched.

    All links stay where one was added: it may be there already.
    """
    rows: dict[str, set[str]] = {}
    for table, row in touched.by_row:
        rows.setdefault(table, set()).add(row)
    added = any(isinstance(cells[""], AddedRow) for (table, _row), cells in touched.by_row.items() if table == "links")
    narrowed = {"trade", "transshipments"} if "trade" in rows else {"trade", "transshipments", "services"}
    small = dict(tables)
    for name in narrowed if added else {*narrowed, "links"}:
        frame = small[name]
        small[name] = frame[frame[pack.declarations[name].key].isin(rows.get(name, ()))].reset_index(drop=True)
    return replace(pack, tables=MappingProxyType(small))


def _checked(pack: Pack) -> list[tuple[str, str, str | None, Text]]:
    findings = [*check_links(pack), *check_services(pack), *check_limits(pack)]
    rows = []
    for finding in findings:
        table = finding.file.removesuffix(".csv")
        if finding.row is not None and table in pack.declarations:
            row = pack.table(table)[pack.declarations[table].key].iloc[finding.row - FIRST_ROW_LINE]
            rows.append((table, str(row), finding.column, finding.text))
    return rows


def _demand_findings(pack: Pack, changes: Sequence[DemandChange]) -> list[Finding]:
    try:
        ready = apply_assumptions(pack)
        change_flows(build_flows(ready), ready, changes, days_factor(ready))
    except FindingsError as error:
        return list(error.findings)
    except HinterlandError as error:
        return [Finding(changes[0].file, changes[0].line, None, error.text, changes[0].character)]
    return []
