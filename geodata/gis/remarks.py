"""Collecting what is to be said about an import, one note a kind, with the rows it is about."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from geodata.infrastructure.imported import Note
from supplychain.text import Text

SHOWN_ROWS: Final = 20


class Remarks:
    """Notes of an import in the order they came up."""

    def __init__(self) -> None:
        self.notes: list[Note] = []

    def add(self, kind: str, severity: str, text: Text, subject: str) -> None:
        """Add one note about the whole of something."""
        self.notes.append(Note(kind, severity, subject, math.nan, math.nan, text))

    def add_rows(self, kind: str, text: Text, rows: Sequence[int], *, loss: bool = False, **values: object) -> None:
        """Add one note about some rows of a file; nothing where there are none.

        Parameters
        ----------
        kind
            Short key.
        text
            What is the matter; ``{rows}`` stands for the row numbers, ``{count}`` for how many there are.
        rows
            Row numbers as the file counts.
        loss
            Whether something is lost.
        values
            What the other fields of the text stand for.
        """
        if not len(rows):
            return
        shown = ", ".join(str(int(row)) for row in rows[:SHOWN_ROWS])
        if len(rows) > SHOWN_ROWS:
            shown += f" … ({len(rows)})"
        severity = "warning" if loss else "note"
        filled = text.format(rows=shown, count=len(rows), **values)
        self.notes.append(Note(kind, severity, f"row {int(rows[0])}", math.nan, math.nan, filled, len(rows)))
