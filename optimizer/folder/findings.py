"""What is wrong with a folder, or doubtful, collected with its place; each column lists so many and counts the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from optimizer.folder import messages
from supplychain.errors import Finding, FindingsError
from supplychain.text import Text

MOST_PER_COLUMN: Final = 100
"""Findings of one column that are listed; the rest are counted."""

MOST_NOTES_PER_COLUMN: Final = 5
"""Notes about one column that are listed; the rest are counted."""


class FolderError(FindingsError, ValueError):
    """A folder that cannot be planned as it stands; holds every finding, and so does its message."""

    def __init__(self, text: Text, findings: Iterable[Finding]) -> None:
        super().__init__(text, findings)
        self.args = (self.sentence("en"),)


@dataclass(slots=True)
class Listing:
    """Findings by column, the first few listed and the rest counted."""

    most: int
    more: Text
    listed: list[Finding] = field(default_factory=list)
    count: int = 0
    _by_column: Counter[tuple[str, str | None]] = field(default_factory=Counter)

    def add(self, file: str, row: int | None, column: str | None, text: Text) -> None:
        """Add one finding; beyond the most of its column it is only counted."""
        if self.room(file, column):
            self.listed.append(Finding(file, row, column, text))
        self.skip(file, column, 1)

    def room(self, file: str, column: str | None) -> int:
        """Return how many more findings of the column will be listed."""
        return max(self.most - self._by_column[file, column], 0)

    def skip(self, file: str, column: str | None, count: int) -> None:
        """Count findings."""
        self._by_column[file, column] += count
        self.count += count

    def all(self, files: Iterable[str]) -> tuple[Finding, ...]:
        """Return what is listed, by file in the order given, then by row, and a line for what is only counted."""
        place = {file: index for index, file in enumerate(files)}
        counted = [
            (Finding(file, None, column, self.more.format(count=count - self.most)), True)
            for (file, column), count in self._by_column.items()
            if count > self.most
        ]
        ordered = sorted(
            [*((finding, False) for finding in self.listed), *counted],
            key=lambda pair: (place.get(pair[0].file, -1), pair[0].file, pair[1], pair[0].row or 0),
        )
        return tuple(finding for finding, _counted in ordered)


class FolderFindings:
    """Findings, which forbid planning, and notes, which do not."""

    def __init__(self) -> None:
        self.errors = Listing(MOST_PER_COLUMN, messages.MORE)
        self.notes = Listing(MOST_NOTES_PER_COLUMN, messages.MORE_NOTES)

    def raise_if_any(self, folder: Path, files: Iterable[str]) -> None:
        """Raise every finding, if there is one.

        Raises
        ------
        FolderError
            With the findings in the order of the files.
        """
        if self.errors.count:
            summary = messages.SUMMARY.format(count=self.errors.count, folder=folder)
            raise FolderError(summary, self.errors.all(files))


@dataclass(frozen=True, slots=True)
class RowFindings:
    """Makes findings about rows of one file, given by their position in the table.

    Parameters
    ----------
    findings
        Where they are collected.
    file
        File name.
    rows
        Row of the spreadsheet of each position, int64[N].
    broken
        Positions whose row was told already as a whole, bool[N]; nothing more is said of them.
    """

    findings: FolderFindings
    file: str
    rows: NDArray[np.int64]
    broken: NDArray[np.bool_]

    def tell(self, column: str | None, where: NDArray[np.bool_], sentence: Callable[[int], Text]) -> None:
        """Add a finding for each position where the mask holds; ``sentence`` is asked only for those listed."""
        self._add(self.findings.errors, column, where, sentence)

    def note(self, column: str | None, where: NDArray[np.bool_], sentence: Callable[[int], Text]) -> None:
        """Add a note for each position where the mask holds; ``sentence`` is asked only for those listed."""
        self._add(self.findings.notes, column, where, sentence)

    def _add(
        self, listing: Listing, column: str | None, where: NDArray[np.bool_], sentence: Callable[[int], Text]
    ) -> None:
        positions = np.flatnonzero(where & ~self.broken)
        listed = positions[: listing.room(self.file, column)]
        for position in listed.tolist():
            listing.add(self.file, int(self.rows[position]), column, sentence(position))
        listing.skip(self.file, column, len(positions) - len(listed))
