"""Findings of network checks: which file and row, and the sentence in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from geodata.columns import Flags
from geodata.tables import Table, texts
from supplychain.errors import Finding
from supplychain.text import Text

FIRST_ROW: Final = 2
EMPTY: Final[Mapping[str, Any]] = MappingProxyType({})


def where(
    table: Table, name: str, wrong: Flags, column: str | None, text: Text, values: Mapping[str, Any] = EMPTY
) -> Iterator[Finding]:
    """Yield one finding for each wrong row.

    Parameters
    ----------
    table, name
        The rows, in the order of their file, and the table's name.
    wrong
        Which rows, bool[n].
    column
        Column the finding is about; None for the row.
    text
        Sentence; its fields are ``id`` and the names of ``values``.
    values
        What is put into the sentence by name: one value, or an array with one entry a row.
    """
    ids = texts(table, table.columns[0])
    for row in np.flatnonzero(wrong):
        fields = {key: _shown(value[row] if isinstance(value, np.ndarray) else value) for key, value in values.items()}
        yield Finding(f"{name}.csv", int(row) + FIRST_ROW, column, text.format(id=ids[row], **fields))


def _shown(value: object) -> object:
    return f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else value
