"""Rows of a sheet as values of fields, codes checked; nothing is looked up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from supplychain.exports.cells import MARK, restore
from supplychain.intake.code_checks import check_codes
from supplychain.intake.files import Cell, RawRow, Sheet
from supplychain.intake.mapping import SheetMapping
from supplychain.intake.planned import ParsedRow
from supplychain.intake.values.positions import Bounds
from supplychain.intake.values.rows import RowParser, SheetEvidence
from supplychain.text import Text


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """What a sheet holds.

    Parameters
    ----------
    sheet
        The sheet.
    target
        A table of the registry, or ``tenants``.
    mapping
        What its columns are.
    guarded
        Whether formulas were kept from being such by an apostrophe (delimited text).
    vsic_version
        Edition of VSIC codes where a row names none.
    """

    sheet: Sheet
    target: str
    mapping: SheetMapping
    guarded: bool = False
    vsic_version: str = "2025"

    def cell_of(self, field: str | None) -> tuple[int | None, str | None]:
        """Return position and heading of the cell that fills a field; the field's own name where no column does."""
        name = self.mapping.column_of(field) if field is not None else None
        for column in self.sheet.columns:
            if column.name == name:
                return column.index, column.name
        return None, field


class SheetRows:
    """The rows of one sheet as values.

    Parameters
    ----------
    plan
        What the sheet holds.
    bounds
        West, south, east, north (degrees) that its positions should lie in, for grids that nobody names; None if
        nothing is known.
    """

    def __init__(self, plan: SheetPlan, bounds: Bounds | None = None) -> None:
        self._plan = plan
        evidence = SheetEvidence(plan.mapping, plan.sheet.columns)
        if evidence.is_needed:
            evidence.add_all(plan.sheet.rows())
        form = evidence.decide(bounds)
        self.notes: Counter[Text] = Counter(form.notes)
        self._parser = RowParser(plan.mapping, plan.sheet.columns, form)

    def portions(self, size: int, count_other: Callable[[], None]) -> Iterator[list[ParsedRow]]:
        """Yield the rows that are records, some at a time.

        Parameters
        ----------
        size
            How many.
        count_other
            Called for each row of sums or headings, which is no record.
        """
        portion: list[ParsedRow] = []
        for raw in self._plan.sheet.rows():
            if raw.role != "data":
                count_other()
                continue
            portion.append(self.parse(raw))
            if len(portion) == size:
                yield portion
                portion = []
        if portion:
            yield portion

    def parse(self, raw: RawRow) -> ParsedRow:
        """Return a row's values and what is wrong with its cells."""
        plan = self._plan
        found = self._parser.parse(raw._replace(cells=self._restored(raw.cells)))
        row = ParsedRow(plan.sheet.name, raw.line, plan.target, found.values)
        row.faults.extend((field, text) for field, _column, text in found.problems)
        row.faults.extend(check_codes(row.values, plan.vsic_version, found.notes))
        self.notes.update(found.notes)
        return row

    def _restored(self, cells: Sequence[Cell]) -> tuple[Cell, ...]:
        """Return cells without the marks that an export put to texts."""
        if not any(cell.text.startswith(MARK) for cell in cells):
            return tuple(cells)
        return tuple(
            cell._replace(text=restore(cell.text, guarded=self._plan.guarded)[0])
            if cell.text.startswith(MARK)
            else cell
            for cell in cells
        )
