"""Columns of an infrastructure as cells that people read in a GIS, and back."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geodata.columns import NO_CODE, Column, Flags, Ids, decode
from geodata.infrastructure.columns import VEHICLE_KINDS

DIRECTIONS: Final = ("forward", "backward")
MASK_WORDS: Final = {
    "closed": VEHICLE_KINDS,
    "access_forward": VEHICLE_KINDS,
    "access_backward": VEHICLE_KINDS,
    "destination_only": VEHICLE_KINDS,
    "kinds": VEHICLE_KINDS,
    "directions": DIRECTIONS,
}
"""Columns whose bits are written as words, such as ``hgv;articulated``."""

NOTHING: Final = "none"
"""A mask without a bit, where an empty cell would mean the column's default."""

YES: Final = frozenset({"1", "true", "t", "yes", "y", "có", "co"})
NO: Final = frozenset({"0", "false", "f", "no", "n", "không", "khong", ""})
_SEPARATORS: Final = re.compile(r"[;,]")


class CellError(ValueError):
    """Values of one column that cannot be read, by row.

    Parameters
    ----------
    rows
        Positions of the rows.
    values
        The values found there.
    wanted
        What may stand there.
    """

    def __init__(self, rows: Sequence[int], values: Sequence[object], wanted: str) -> None:
        super().__init__(f"must be {wanted}, got {values[0]!r}")
        self.rows = tuple(rows)
        self.values = tuple(values)
        self.wanted = wanted


def to_cells(values: NDArray[Any], column: Column) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Return a column as cells and which of these are null: words for codes and masks, null for "not known"."""
    if column.name in MASK_WORDS and not column.words:
        cells = mask_texts(values, MASK_WORDS[column.name])
        if column.default:
            cells = np.where(values == 0, NOTHING, cells)
        return cells, cells == ""
    if column.words:
        cells = decode(values, column.words)
        return cells, values == NO_CODE
    if column.dtype is np.object_:
        return np.asarray(values), values == ""
    if column.dtype is np.float64:
        return np.asarray(values), np.isnan(values)
    wide = values if column.dtype is np.bool_ else values.astype(np.int32)
    has_none = column.dtype is not np.bool_ and column.name != "layer"
    return wide, (values == column.default) if has_none else np.zeros(len(values), dtype=np.bool_)


def mask_texts(masks: NDArray[np.uint8], words: Sequence[str]) -> Ids:
    """Return bit masks as words with ``;`` between; bits without a word as one number at the end."""
    known = (1 << len(words)) - 1

    def text(mask: int) -> str:
        parts = [word for place, word in enumerate(words) if mask >> place & 1]
        return ";".join([*parts, str(mask & ~known)] if mask & ~known else parts)

    texts = np.array([text(mask) for mask in range(256)], dtype=np.object_)
    found: Ids = texts[masks]
    return found


def read_mask(text: str, words: Sequence[str]) -> int:
    """Return the bit mask of words with ``;`` or ``,`` between.

    Raises
    ------
    ValueError
        If a word is not one of ``words``.
    """
    mask = 0
    for part in _SEPARATORS.split(text):
        word = part.strip().lower()
        if word in words:
            mask |= 1 << list(words).index(word)
        elif word.isdigit() and int(word) < 256:  # noqa: PLR2004 - bits of one byte
            mask |= int(word)
        elif word and word != NOTHING:
            msg = f"must be of {', '.join(words)} with ; between, got {text!r}."
            raise ValueError(msg)
    return mask


def from_cells(cells: NDArray[Any], column: Column) -> NDArray[Any]:
    """Return cells of a GIS layer as a column; null is its default.

    Raises
    ------
    CellError
        With every value that is not one the column may hold.
    """
    if column.name in MASK_WORDS and not column.words:
        words = MASK_WORDS[column.name]
        return _each_text(cells, column, lambda text: read_mask(text, words), f"of {', '.join(words)} with ; between")
    if column.words:
        places = {word.lower(): place for place, word in enumerate(column.words)}
        return _each_text(cells, column, lambda text: places[text.strip().lower()], f"one of {', '.join(column.words)}")
    if column.dtype is np.object_:
        return texts_of(cells)
    if column.dtype is np.bool_:
        return _flags(cells, column)
    return _numbers(cells, column)


def texts_of(cells: NDArray[Any]) -> Ids:
    """Return cells as texts: null as an empty one, whole numbers without a point."""
    if cells.dtype.kind in "iu":
        return np.array([str(value) for value in cells.tolist()], dtype=np.object_)
    if cells.dtype.kind == "f":
        return np.array([_number_text(value) for value in cells.tolist()], dtype=np.object_)
    return np.array(["" if _is_none(value) else str(value) for value in cells], dtype=np.object_)


def _number_text(value: float) -> str:
    if math.isnan(value):
        return ""
    return str(int(value)) if value.is_integer() else repr(value)


def is_null(cells: NDArray[Any]) -> Flags:
    """Return which cells hold nothing: null, NaN or blank text."""
    if cells.dtype.kind == "f":
        return np.asarray(np.isnan(cells), dtype=np.bool_)
    if cells.dtype.kind != "O":
        return np.zeros(len(cells), dtype=np.bool_)
    return np.array([_is_none(value) or not str(value).strip() for value in cells], dtype=np.bool_)


def _is_none(value: object) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _each_text(cells: NDArray[Any], column: Column, read: Any, wanted: str) -> NDArray[Any]:  # noqa: ANN401 - a function
    texts = texts_of(cells)
    found: dict[str, Any] = {}
    wrong: set[str] = set()
    for text in set(texts.tolist()):
        if not text.strip():
            found[text] = column.default
            continue
        try:
            found[text] = read(text)
        except (ValueError, KeyError):
            wrong.add(text)
    if wrong:
        rows = [row for row, text in enumerate(texts) if text in wrong]
        raise CellError(rows, [texts[row] for row in rows], wanted)
    return np.array([found[text] for text in texts], dtype=column.dtype)


def _flags(cells: NDArray[Any], column: Column) -> NDArray[Any]:
    if cells.dtype.kind == "b":
        return cells
    words = dict.fromkeys(YES, True) | dict.fromkeys(NO, False)
    return _each_text(cells, column, lambda text: words[text.strip().lower()], "yes or no")


def _numbers(cells: NDArray[Any], column: Column) -> NDArray[Any]:
    if cells.dtype.kind in "iuf":
        values = cells.astype(np.float64)
    else:
        as_float = Column(column.name, np.float64, np.nan, column.meaning)
        values = _each_text(cells, as_float, lambda text: float(text.replace(",", ".")), "a number")
    if column.dtype is np.float64:
        return values
    filled = np.where(np.isnan(values), float(column.default), values)
    limits = np.iinfo(column.dtype)
    wrong = np.flatnonzero((filled != np.rint(filled)) | (filled < limits.min) | (filled > limits.max))
    if wrong.size:
        wanted = f"a whole number between {limits.min} and {limits.max}"
        raise CellError(wrong.tolist(), values[wrong].tolist(), wanted)
    return filled.astype(column.dtype)
