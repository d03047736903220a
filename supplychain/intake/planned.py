"""A row of a file on its way to the registry: as values, and as what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from supplychain.registry.values import Edit
from supplychain.text import Text


@dataclass(slots=True)
class ParsedRow:
    """One row of a sheet as values.

    Parameters
    ----------
    sheet, line
        Where it stands.
    target
        What the sheet holds.
    values
        Its values by field, empty ones left out; references as written.
    faults
        What is wrong already, each with its field (None: the whole row).
    """

    sheet: str
    line: int
    target: str
    values: dict[str, Any]
    faults: list[tuple[str | None, Text]] = field(default_factory=list)


@dataclass(slots=True)
class PlannedRow:
    """What becomes of a row: its edits, or its faults; neither where earlier rows and the registry said it all.

    Parameters
    ----------
    sheet, line
        Where it stands.
    edits
        What it changes in the registry.
    faults
        Why it is refused, each with its field.
    repeated
        Whether an earlier row of the file said all of it.
    """

    sheet: str
    line: int
    edits: list[Edit] = field(default_factory=list)
    faults: list[tuple[str | None, Text]] = field(default_factory=list)
    repeated: bool = False
