"""The tables of a folder as documentation, made from their declarations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from optimizer.folder.columns import TABLES
from optimizer.folder.declaration import FlowColumn, FlowTable

MARKER: Final = "<!-- The tables below are made from the declarations in the code: python -m api.flow_problem_page -->"
"""What parts the page written by hand from the tables made here."""


def flow_problem_page(page: str) -> str:
    """Return the page with its tables, which follow the marker, made anew.

    Raises
    ------
    ValueError
        If the page does not have the marker once.
    """
    if page.count(MARKER) != 1:
        msg = f"The page must hold this line once: {MARKER}"
        raise ValueError(msg)
    written, _made = page.split(MARKER)
    lines = [MARKER, "", *(line for table in TABLES.values() for line in _table_lines(table))]
    return written + "\n".join(lines)


def _table_lines(table: FlowTable) -> Iterator[str]:
    yield f"### `{table.file}`{' (required)' if table.required else ''}"
    yield ""
    yield f"{table.meaning.en} · {table.meaning.vi}"
    yield ""
    yield "| column | type | unit | allowed | empty means | meaning | ý nghĩa |"
    yield "|---|---|---|---|---|---|---|"
    for column in table.columns:
        cells = (
            f"`{column.name}`{'*' if column.required else ''}",
            _kind(column),
            column.unit or "",
            _allowed(column),
            _when_empty(column),
            column.meaning.en,
            column.meaning.vi,
        )
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
    yield ""
    if table.unique:
        names = ", ".join(f"`{name}`" for name in table.unique)
        yield f"- {names} together stand in one row only."
    for remark in table.remarks:
        yield f"- {remark.en} · {remark.vi}"
    if table.unique or table.remarks:
        yield ""


def _kind(column: FlowColumn) -> str:
    if column.kind == "boolean":
        return "yes/no"
    return "id" if column.references and column.kind == "text" else column.kind


def _allowed(column: FlowColumn) -> str:
    if column.references:
        return "in " + " or ".join(f"`{target}`" for target in column.references)
    if column.choices:
        return ", ".join(f"`{word}`" for word in column.choices)
    if column.minimum is None or column.maximum is None:
        return ""
    return f"{column.minimum:g} to {column.maximum:g}"


def _when_empty(column: FlowColumn) -> str:
    if column.when_empty.en:
        return column.when_empty.en
    if isinstance(column.default, bool):
        return "yes" if column.default else "no"
    if isinstance(column.default, float):
        return f"{column.default:g}"
    return column.default or ""
