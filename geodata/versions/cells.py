"""Arrays as cells of a database table, and back without the loss of a bit."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from geodata.columns import Column
from geodata.infrastructure.columns import VEHICLE_KINDS

CellKind = Literal["text", "words", "mask", "flag", "number", "integer"]

DIRECTIONS: Final = ("forward", "backward")
SEPARATOR: Final = ";"
MASK_BITS: Final = 8


@dataclass(frozen=True, slots=True)
class Cell:
    """One column of a stored table.

    Parameters
    ----------
    name
        Its name in the database.
    column
        The array it keeps.
    kind
        ``words`` for codes, ``mask`` for words of a bit mask with ``;`` between them.
    is_nullable
        Whether a value that says nothing is an empty cell.
    """

    name: str
    column: Column
    kind: CellKind
    is_nullable: bool

    def to_cells(self, values: NDArray[Any]) -> list[Any]:
        """Return the cells of an array; -0.0 becomes 0.0 and every NaN an empty cell, as databases keep them."""
        if self.kind == "number":
            cells = (values + 0.0).astype(np.object_)
            cells[np.isnan(values)] = None
            return list(cells.tolist())
        if self.kind == "words":
            return list(np.array([*self.column.words, None], dtype=np.object_)[values].tolist())
        if self.kind == "mask":
            return list(_mask_words(self.column.name)[values].tolist())
        if not self.is_nullable or self.kind == "flag":
            return list(values.tolist())
        silent = self.column.default
        return [None if value == silent else value for value in values.tolist()]

    def to_array(self, cells: Sequence[Any]) -> NDArray[Any]:
        """Return the array of cells.

        Raises
        ------
        ValueError
            If a cell holds what this column cannot.
        """
        if self.kind == "number":
            return np.array(cells, dtype=np.float64)
        if self.kind in ("words", "mask"):
            return self._coded(cells)
        if self.kind == "flag":
            return np.array(cells, dtype=np.bool_)
        if self.is_nullable:
            silent = self.column.default
            cells = [silent if value is None else value for value in cells]
        if self.kind == "integer":
            return np.array(cells, dtype=self.column.dtype)
        texts: NDArray[Any] = np.empty(len(cells), dtype=np.object_)
        texts[:] = cells
        return texts

    def _coded(self, cells: Sequence[Any]) -> NDArray[Any]:
        codes = self._codes()
        try:
            return np.fromiter(map(codes.__getitem__, cells), dtype=self.column.dtype, count=len(cells))
        except KeyError as error:
            msg = f"{self.name} holds {error.args[0]!r}."
            raise ValueError(msg) from error

    def _codes(self) -> dict[Any, int]:
        if self.kind == "mask":
            return {words: mask for mask, words in enumerate(_mask_words(self.column.name))}
        return {word: code for code, word in enumerate(self.column.words)} | {None: -1}


def cells_of(
    columns: Sequence[Column],
    *,
    without: Collection[str] = (),
    renamed: Mapping[str, str] = MappingProxyType({}),
    required: Collection[str] = (),
) -> tuple[Cell, ...]:
    """Return the cells of declared columns.

    Parameters
    ----------
    columns
        Declarations.
    without
        Columns kept otherwise (as geometry).
    renamed
        Index columns that are kept as the id of the row they point to, under another name.
    required
        Columns that are never empty.
    """
    return tuple(
        Cell(
            renamed.get(column.name, column.name),
            column,
            "text" if column.name in renamed else _kind(column),
            column.name not in required and _kind(column) not in ("mask", "flag"),
        )
        for column in columns
        if column.name not in without
    )


def _kind(column: Column) -> CellKind:
    if column.words:
        return "words"
    if column.dtype is np.uint8:
        return "mask"
    kinds: dict[Any, CellKind] = {np.object_: "text", np.bool_: "flag", np.float64: "number"}
    return kinds.get(column.dtype, "integer")


def mask_words(mask: int, words: Sequence[str] = VEHICLE_KINDS) -> str:
    """Return the words of a bit mask, lowest bit first, with ``;`` between them; nothing for 0.

    A bit that has no word (yet) is told by its number, such as ``bit6``.
    """
    named = [*words, *(f"bit{bit}" for bit in range(len(words), MASK_BITS))]
    return SEPARATOR.join(word for bit, word in enumerate(named) if mask >> bit & 1)


def _mask_words(name: str) -> NDArray[np.object_]:
    """Return the words of every mask a column can hold, at the place of the mask."""
    words = DIRECTIONS if name == "directions" else VEHICLE_KINDS
    return np.array([mask_words(mask, words) for mask in range(1 << MASK_BITS)], dtype=np.object_)
