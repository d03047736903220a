"""Where a row of a pack stands in its file, and what has been told about it already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from supplychain.errors import Finding
from supplychain.pack.pack import Pack
from supplychain.text import Text

FIRST_ROW_LINE = 2


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the rows of a pack come from.

    Parameters
    ----------
    lines
        For each table the line of its file on which each row starts; tables left out count from line 2.
    broken_tables
        Tables that could not be read at all.
    broken_cells
        (table, row from 0, column) of cells that were told already.
    """

    lines: Mapping[str, Sequence[int]]
    broken_tables: frozenset[str]
    broken_cells: frozenset[tuple[str, int, str]]


@dataclass(frozen=True, slots=True)
class Place:
    """Makes findings about cells of a pack."""

    pack: Pack
    origin: Origin

    def line(self, table: str, index: int) -> int:
        """Return the line of the file on which a row (from 0) starts."""
        lines = self.origin.lines.get(table, ())
        return lines[index] if index < len(lines) else index + FIRST_ROW_LINE

    def is_told(self, table: str, index: int, *columns: str) -> bool:
        """Return whether any of these cells was told already."""
        return any((table, index, column) in self.origin.broken_cells for column in columns)

    def row_name(self, table: str, index: int) -> str:
        """Return ``file:line`` of a row, or the file that holds it."""
        file, line = self._file_and_line(table, index)
        return file if line is None else f"{file}:{line}"

    def finding(self, table: str, index: int, column: str | None, text: Text) -> Finding:
        """Return a finding about one cell, or about a row where ``column`` is None."""
        file, line = self._file_and_line(table, index)
        return Finding(file, line, column, text)

    def _file_and_line(self, table: str, index: int) -> tuple[str, int | None]:
        declaration = self.pack.declarations[table]
        if declaration.storage == "yaml":
            return declaration.file_name(self.pack.tables[table][declaration.key].iloc[index]), None
        return declaration.file_name(), self.line(table, index)
