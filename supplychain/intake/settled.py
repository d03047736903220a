"""Cells that read the same alone as among all rows of their column.

``7.500`` is read by what the other cells of its column show. In a file of a few rows nothing may show it any more, so
such a number is written without the sign between thousands, or with one more digit behind the decimal sign; a date
whose day and month could be taken for each other is written year first.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from supplychain.columns import ColumnDeclaration
from supplychain.intake.files import Cell
from supplychain.intake.rows import SheetPlan
from supplychain.intake.targets import TARGETS
from supplychain.intake.values.dates import parse_date
from supplychain.intake.values.rows import SheetEvidence
from supplychain.intake.values.types import ValueOptions

_AMBIGUOUS: Final = re.compile(r"([+\-\u2212]?\s*[1-9]\d{0,2})([.,])(\d{3})(?![\d.,])")


class SettledCells:
    """The cells of a sheet, written so that each can be read without the others.

    Parameters
    ----------
    plan
        What the sheet holds; its rows are read once to see how its columns are written.
    """

    def __init__(self, plan: SheetPlan) -> None:
        evidence = SheetEvidence(plan.mapping, plan.sheet.columns)
        if evidence.is_needed:
            evidence.add_all(plan.sheet.rows())
        decided = evidence.decide().columns
        declared = {column.name: column for column in TARGETS[plan.target].columns}
        places = {column.name: column.index for column in plan.sheet.columns}
        self._columns: dict[int, tuple[ColumnDeclaration, ValueOptions]] = {
            places[one.column]: (declared[one.field], decided[one.column].options)
            for one in plan.mapping.columns
            if one.field in declared and one.column in decided
        }

    def cell(self, position: int, cell: Cell) -> Cell:
        """Return a cell as it can be read alone; one that cannot be read at all stays as it is."""
        found = self._columns.get(position)
        if found is None or cell.kind != "text":
            return cell
        declaration, options = found
        if declaration.kind in ("number", "integer"):
            return cell._replace(text=_settled_number(cell.text, options))
        if declaration.kind == "date":
            day = parse_date(cell, options)
            return cell._replace(text=day.isoformat()) if isinstance(day, dt.date) else cell
        return cell


def _settled_number(text: str, options: ValueOptions) -> str:
    found = _AMBIGUOUS.match(text)
    if found is None or options.decimal is None:
        return text
    whole, sign, rest = found.groups()
    number = f"{whole}{sign}{rest}0" if sign == options.decimal else f"{whole}{rest}"
    return number + text[found.end() :]
