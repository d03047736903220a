"""Cells of a CSV column as values, chunk by chunk; what does not fit is kept with its place."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from optimizer.folder import messages
from optimizer.folder.columns import ID_SEPARATOR
from optimizer.folder.declaration import FlowColumn
from optimizer.folder.findings import RowFindings
from supplychain.pack import messages as pack_messages
from supplychain.pack.cells import LIST_SEPARATOR, clean
from supplychain.pack.cells import shown as shown_on_one_line
from supplychain.text import Text

LONGEST_ID: Final = 200

_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", re.ASCII)
_GROUPED: Final = re.compile(r"[+-]?[0-9][0-9 .,\u00a0\u202f_']*")
_WITH_UNIT: Final = re.compile(r"[+-]?[0-9][0-9.,]*\s*[^\W\d_][\w/²³·.-]*|[+-]?[0-9][0-9.,]*\s*[%$€₫°]|[$€₫]\s*[0-9].*")
_UNSEEN: Final = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_PLAIN_ID: Final = re.compile(r"[A-Za-z0-9_.: -]{1,100}")
_YES_NO: Final = {"yes": True, "no": False}


def shown(value: object) -> str:
    """Return a value as it is quoted in a finding: on one line, not too long, unseen characters spelt out."""
    text = shown_on_one_line(str(value)[:1000])
    return "".join(one if unicodedata.category(one) not in _UNSEEN else f"<U+{ord(one):04X}>" for one in text)


class Cells(Protocol):
    """Collects the cells of one column."""

    def add(self, cells: Sequence[str]) -> None:
        """Take the cells of the next rows."""


class WordCells:
    """Cells of text, each different one kept once."""

    def __init__(self) -> None:
        self._index: dict[str, int] = {}
        self._codes: list[NDArray[np.int32]] = []

    def add(self, cells: Sequence[str]) -> None:
        """Take the cells of the next rows."""
        index = self._index
        codes = [index.setdefault(cell, len(index)) for cell in cells]
        self._codes.append(np.asarray(codes, np.int32))

    def words(self) -> list[str]:
        """Return the different cells, cleaned of outer spaces and in Unicode normal form C."""
        return [
            word.strip() if word.isascii() and word.isprintable() else clean(word)  # what most cells need, quicker
            for word in self._index
        ]

    def codes(self) -> NDArray[np.int32]:
        """Return the position of each cell in :meth:`words`, int32[N]."""
        return np.concatenate([*self._codes, np.empty(0, np.int32)])


class NumberCells:
    """Cells of numbers; what is no number is NaN and kept as it was written."""

    def __init__(self, default: float) -> None:
        self._default = default
        self._values: list[NDArray[np.float64]] = []
        self._empty: list[NDArray[np.int64]] = []
        self._count = 0
        self.bad: dict[int, str] = {}

    def add(self, cells: Sequence[str]) -> None:
        """Take the cells of the next rows."""
        is_number = _NUMBER.fullmatch
        values = [float(cell) if is_number(cell) else None for cell in cells]
        empty = []
        if None in values:
            for position, value in enumerate(values):
                if value is None:
                    cell = clean(cells[position])
                    values[position] = self._other(cell, self._count + position)
                    if not cell:
                        empty.append(self._count + position)
        self._values.append(np.asarray(values, np.float64) + 0.0)
        self._empty.append(np.asarray(empty, np.int64))
        self._count += len(cells)

    def _other(self, cell: str, position: int) -> float:
        """Return the value of a cell that is no bare number."""
        if not cell:
            return self._default
        if _NUMBER.fullmatch(cell):
            return float(cell)
        self.bad[position] = cell
        return math.nan

    def values(self) -> NDArray[np.float64]:
        """Return the numbers, float64[N]."""
        return np.concatenate([*self._values, np.empty(0)])

    def empty(self) -> NDArray[np.bool_]:
        """Return where a cell was empty, bool[N]."""
        mask = np.zeros(self._count, np.bool_)
        mask[np.concatenate([*self._empty, np.empty(0, np.int64)])] = True
        return mask


def check_number(
    column: FlowColumn, cells: NumberCells, rows: RowFindings, *, but: NDArray[np.bool_] | None = None
) -> None:
    """Tell every cell that is no number, or none that is believed, but for cells (bool[N]) that were told already."""
    values = cells.values()
    if but is not None:
        values = np.where(but, 0.0, values)
    unit = column.unit or ""
    bad = np.zeros(len(values), np.bool_)
    bad[list(cells.bad)] = True
    rows.tell(column.name, bad, lambda position: _not_a_number(cells.bad[position], unit))
    rows.tell(column.name, np.isinf(values), lambda position: _infinite(float(values[position])))
    low = -math.inf if column.minimum is None else column.minimum
    high = math.inf if column.maximum is None else column.maximum

    def fill(template: Text, limit: float) -> Callable[[int], Text]:
        return lambda position: template.format(value=plain(values[position]), limit=plain(limit), unit=unit)

    if column.above_zero:
        rows.tell(column.name, (values <= 0) & np.isfinite(values), fill(messages.NOT_ABOVE_ZERO, 0.0))
        rows.tell(column.name, (values > 0) & (values < low), fill(messages.TINY, low))
    else:
        rows.tell(column.name, (values < low) & np.isfinite(values), fill(messages.NEGATIVE, low))
    rows.tell(column.name, (values > high) & np.isfinite(values), fill(messages.ABSURD, high))


def plain(value: float) -> str:
    """Return a number as a person writes it."""
    return repr(float(value)).removesuffix(".0")


def _infinite(value: float) -> Text:
    return pack_messages.NOT_A_NUMBER.format(value=value)


def _not_a_number(cell: str, unit: str) -> Text:
    if _GROUPED.fullmatch(cell):
        return pack_messages.GROUPED_NUMBER.format(value=shown(cell))
    if _WITH_UNIT.fullmatch(cell):
        return messages.NUMBER_WITH_UNIT.format(value=shown(cell), unit=unit)
    return pack_messages.NOT_A_NUMBER.format(value=shown(cell))


def word_faults(column: FlowColumn, words: Sequence[str]) -> dict[int, Text]:
    """Return what is wrong with each of the cleaned cells that holds something amiss, by position."""
    if column.kind == "text" and column.references:
        return {}
    if column.kind == "id":
        words = ["" if _PLAIN_ID.fullmatch(word) else word for word in words]
    return {position: fault for position, word in enumerate(words) if word and (fault := word_fault(column, word))}


def word_fault(column: FlowColumn, word: str) -> Text | None:
    """Return what is wrong with a cleaned cell that holds something, None when nothing is."""
    if column.choices and word not in column.choices:
        return pack_messages.NOT_A_CHOICE.format(value=shown(word), choices=", ".join(column.choices))
    if column.kind == "boolean" and word not in _YES_NO:
        return pack_messages.NOT_YES_NO.format(value=shown(word))
    if column.kind == "id" and not is_id(word):
        return messages.BAD_ID.format(value=shown(word), limit=LONGEST_ID)
    if column.kind == "list" and not split_list(word):
        return pack_messages.BAD_LIST.format(value=shown(word))
    if column.kind == "text" and not column.references and any(_is_control(one) for one in word):
        return messages.CONTROL_CHARACTERS.format(value=shown(word))
    return None


def is_id(word: str) -> bool:
    """Return whether a text can name something in a folder."""
    if len(word) > LONGEST_ID or LIST_SEPARATOR in word or ID_SEPARATOR in word:
        return False
    return word.isprintable() if word.isascii() else all(unicodedata.category(one) not in _UNSEEN for one in word)


def split_list(word: str) -> tuple[str, ...]:
    """Return the parts of a list, () for an empty cell and for a list with an empty or repeated part."""
    if LIST_SEPARATOR not in word:
        return (word,)
    parts = tuple(part.strip() for part in word.split(LIST_SEPARATOR))
    return () if "" in parts or len(set(parts)) < len(parts) else parts


def yes_no(word: str, *, default: bool | None) -> bool | None:
    """Return the value of a yes/no cell; the default where it is empty or neither."""
    return _YES_NO.get(word, default)


def _is_control(one: str) -> bool:
    return unicodedata.category(one) == "Cc" and one not in "\n\t"
