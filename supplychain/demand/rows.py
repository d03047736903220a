"""Small helpers for pack rows: ids of several cells together, and findings that point at a row."""

from __future__ import annotations

from supplychain.errors import Finding
from supplychain.pack import split_list
from supplychain.text import Text


def join_ids(*cells: object) -> str:
    """Return the words of all cells once, sorted, ``;`` between them."""
    return ";".join(sorted({word for cell in cells for word in split_list(cell)}))


def row_finding(table: str, position: int, column: str | None, text: Text) -> Finding:
    """Return a finding at the row of a pack table, counted from 0 after the header."""
    return Finding(file=f"{table}.csv", row=position + 2, column=column, text=text)
