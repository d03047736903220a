"""What an import did, or would do: counts, changes field by field, what was refused and why, what was assumed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from supplychain.text import Text

if TYPE_CHECKING:
    from supplychain.linkage import Candidate

MOST_CHANGES_KEPT: Final = 1_000

MOST_COMPARED: Final = 20_000
"""New organisations that are compared for duplicates; of more, nothing is compared and that is told."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row is refused.

    Parameters
    ----------
    text
        What is wrong and how to put it right.
    cell
        Position of the faulty cell from 0; None for the whole row.
    column
        Header of the cell, or the name of the value that is missing.
    """

    text: Text
    cell: int | None = None
    column: str | None = None


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was not taken over.

    Parameters
    ----------
    sheet, line
        Where it stands: name of the sheet, line as an editor counts it.
    faults
        Everything wrong with it.
    """

    sheet: str
    line: int
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a record that the registry holds and the file gives another value for.

    Parameters
    ----------
    table, record_id, column
        The field.
    before, after
        Its value in the registry and in the file.
    sheet, line
        Row of the file.
    """

    table: str
    record_id: str
    column: str
    before: Any
    after: Any
    sheet: str
    line: int


@dataclass(slots=True)
class TableCounts:
    """Records of one table.

    Parameters
    ----------
    added, changed, unchanged
        Records that were not there; that get another value; that are as the file says already.
    """

    added: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass(slots=True)
class SheetCounts:
    """Rows of one sheet.

    Parameters
    ----------
    sheet, target
        Name of the sheet and what it holds; None for a sheet that was passed over.
    rows
        Rows with values, without sums and headings.
    taken, repeated, refused
        Of these: taken over, said already by an earlier row, refused.
    passed_over
        Rows of sums and headings.
    """

    sheet: str
    target: str | None
    rows: int = 0
    taken: int = 0
    repeated: int = 0
    refused: int = 0
    passed_over: int = 0


@dataclass(slots=True)
class ImportReport:
    """What an import did, or would do.

    Parameters
    ----------
    file, sha256
        The file and the SHA-256 of its content.
    dry_run
        Whether nothing was written.
    number
        Number of the change; None where nothing changed or nothing was written.
    tables
        Counts of records by table.
    sheets
        Counts of rows by sheet.
    refused
        Rows not taken over.
    changes
        Fields that change, the first ``MOST_CHANGES_KEPT``.
    change_count
        How many fields change in all.
    new_organisations
        Values of the organisations that were not there, by id, the first ``MOST_COMPARED`` and one more.
    duplicates
        Pairs of organisations that are probably the same.
    findings
        What was noticed, assumed or left out, one sentence each.
    commit_s
        Seconds on the clock until what was staged was visible.
    resumed_rows
        Rows that an earlier, interrupted import had staged already.
    source_id
        The source that the file became.
    columns
        What each column of each sheet was taken for; None where it was left out.
    """

    file: Path
    sha256: str
    dry_run: bool
    number: int | None = None
    tables: dict[str, TableCounts] = field(default_factory=dict)
    sheets: list[SheetCounts] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)
    changes: list[FieldChange] = field(default_factory=list)
    change_count: int = 0
    new_organisations: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    duplicates: list[Candidate] = field(default_factory=list)
    findings: list[Text] = field(default_factory=list)
    commit_s: float = 0.0
    resumed_rows: int = 0
    source_id: str = ""
    columns: dict[str, Mapping[str, str | None]] = field(default_factory=dict)

    @property
    def added(self) -> int:
        """Records that were not there before."""
        return sum(counts.added for counts in self.tables.values())

    @property
    def changed(self) -> int:
        """Records that get another value."""
        return sum(counts.changed for counts in self.tables.values())

    @property
    def unchanged(self) -> int:
        """Records that are as the file says already."""
        return sum(counts.unchanged for counts in self.tables.values())
