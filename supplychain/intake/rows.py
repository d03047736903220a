"""Rows of a sheet as values of fields, each cell read as its field says; nothing is looked up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from supplychain.columns import ColumnDeclaration
from supplychain.exports.cells import MARK, restore
from supplychain.intake.code_checks import check_codes
from supplychain.intake.files import Cell, RawRow, Sheet
from supplychain.intake.plan import ParsedRow
from supplychain.intake.values import CellProblem, ValueOptions, parse_value
from supplychain.text import Text


class FieldColumn(NamedTuple):
    """A column of a sheet that fills a field.

    Parameters
    ----------
    position
        Position of the cell, from 0.
    header
        What stands above it.
    declaration
        The field.
    options
        How its cells are written.
    """

    position: int
    header: str
    declaration: ColumnDeclaration
    options: ValueOptions


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """What a sheet holds.

    Parameters
    ----------
    sheet
        The sheet.
    target
        A table of the registry, or ``tenants``.
    columns
        The columns that fill fields.
    constants
        Values that every row has, by field.
    guarded
        Whether formulas were kept from being such by an apostrophe (delimited text).
    vsic_version
        Edition of VSIC codes where a row names none.
    """

    sheet: Sheet
    target: str
    columns: tuple[FieldColumn, ...]
    constants: Mapping[str, Any] = field(default_factory=dict)
    guarded: bool = False
    vsic_version: str = "2025"

    def cell_of(self, name: str | None) -> tuple[int | None, str | None]:
        """Return position and header of the cell that fills a field; the field's own name where no column does."""
        for column in self.columns:
            if column.declaration.name == name:
                return column.position, column.header
        return None, name


def read_row(plan: SheetPlan, raw: RawRow, notes: list[Text]) -> ParsedRow:
    """Return a row's values and what is wrong with its cells.

    Parameters
    ----------
    plan
        What the sheet holds.
    raw
        The row.
    notes
        Takes what was converted.
    """
    row = ParsedRow(
        plan.sheet.name, raw.line, plan.target, dict(plan.constants), [(None, text) for text in raw.problems]
    )
    for position, _header, declaration, options in plan.columns:
        cell = raw.cells[position]
        if cell.kind == "empty":
            continue
        value = _value(cell, declaration, options, notes, guarded=plan.guarded)
        if isinstance(value, CellProblem):
            row.faults.append((declaration.name, value.text))
        elif value is not None:
            row.values[declaration.name] = value
    row.faults.extend(check_codes(row.values, plan.vsic_version, notes))
    return row


def _value(
    cell: Cell, declaration: ColumnDeclaration, options: ValueOptions, notes: list[Text], *, guarded: bool
) -> Any:  # noqa: ANN401 - depends on the field
    if cell.text.startswith(MARK):
        text, literal = restore(cell.text, guarded=guarded)
        if literal:
            return text
        cell = cell._replace(text=text)
    return parse_value(cell, declaration, options, notes)


def data_rows(plan: SheetPlan) -> Iterator[RawRow]:
    """Yield the rows of a sheet that are records."""
    return (raw for raw in plan.sheet.rows() if raw.role == "data")


def chunks(rows: Iterator[RawRow], size: int) -> Iterator[Sequence[RawRow]]:
    """Yield rows in portions."""
    portion: list[RawRow] = []
    for row in rows:
        portion.append(row)
        if len(portion) == size:
            yield portion
            portion = []
    if portion:
        yield portion
