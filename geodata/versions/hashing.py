"""One hash of what an infrastructure holds, the same in memory, in either database and in the cache."""

from __future__ import annotations

import hashlib
import json
from dataclasses import astuple
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geodata.columns import Column
from geodata.infrastructure.columns import (
    CANDIDATE_COLUMNS,
    CONDITION_COLUMNS,
    INFRASTRUCTURE_LINK_COLUMNS,
    INFRASTRUCTURE_NODE_COLUMNS,
    TURN_KINDS,
)
from geodata.infrastructure.infrastructure import Infrastructure
from supplychain.errors import HinterlandError
from supplychain.text import Text

SEPARATOR: Final = "\0"

BAD_TEXT: Final = Text(
    en="A text in column {column} holds a character that no database keeps (NUL or half of a pair): {value!r}.",
    vi="Cột {column} có ký tự mà cơ sở dữ liệu không lưu được (NUL hoặc nửa cặp ký tự): {value!r}.",
)


class NotStorableError(HinterlandError):
    """The value cannot be kept without loss."""


def content_hash(infrastructure: Infrastructure) -> str:
    """Return the SHA-256 of everything an infrastructure holds, 64 hexadecimal digits.

    Columns are taken in declared order; a column whose every value is its default adds nothing, and codes count by
    their words, so that a later version of the program with more columns or words finds the same hash. -0.0 counts as
    0.0 and every NaN as one, as databases keep them.

    Raises
    ------
    NotStorableError
        If a text cannot be kept.
    """
    digest = hashlib.sha256(b"hinterland infrastructure 1\n")
    tables = (
        ("nodes", infrastructure.nodes, INFRASTRUCTURE_NODE_COLUMNS),
        ("links", infrastructure.links, INFRASTRUCTURE_LINK_COLUMNS),
        ("conditions", infrastructure.conditions, CONDITION_COLUMNS),
        ("candidates", infrastructure.candidates, CANDIDATE_COLUMNS),
    )
    for name, table, columns in tables:
        _add(digest, name, np.array([len(table)]))
        for column in columns:
            _add_column(digest, f"{name}.{column.name}", getattr(table, column.name), column)
    for name in ("text", "offsets", "start_min", "end_min"):
        _add(digest, f"schedules.{name}", getattr(infrastructure.schedules, name))
    kind = Column("kind", np.int8, -1, "", TURN_KINDS)
    _add_column(digest, "turns.kind", infrastructure.turns.kind, kind)
    for name in ("turn_id", "kinds", "schedule", "offsets", "links", "along"):
        _add(digest, f"turns.{name}", getattr(infrastructure.turns, name))
    for name in ("lines", "outlines"):
        shapes = getattr(infrastructure, name)
        _add(digest, f"{name}.offsets", shapes.offsets)
        _add(digest, f"{name}.coordinates", shapes.coordinates)
    sources = [astuple(source) for source in infrastructure.sources]
    digest.update(json.dumps(sources, ensure_ascii=True).encode())
    return digest.hexdigest()


def _add_column(digest: Any, name: str, values: NDArray[Any], column: Column) -> None:  # noqa: ANN401 - hashlib's
    if is_default(values, column.default):
        return
    if column.words:
        used = np.flatnonzero(np.bincount(values.astype(np.int64) + 1, minlength=len(column.words) + 1))
        by_word = sorted(used.tolist(), key=lambda place: column.words[place - 1] if place else "")
        rank = np.zeros(len(column.words) + 1, dtype=np.int64)
        rank[by_word] = np.arange(len(by_word))
        words = [column.words[place - 1] if place else "" for place in by_word]
        digest.update(json.dumps(words).encode())
        values = rank[values.astype(np.int64) + 1].astype(np.uint8)
    _add(digest, name, values)


def is_default(values: NDArray[Any], default: object) -> bool:
    """Return whether every value is the default."""
    if values.dtype == np.float64 and isinstance(default, float) and np.isnan(default):
        return bool(np.isnan(values).all())
    return bool((values == default).all())


def _add(digest: Any, name: str, values: NDArray[Any]) -> None:  # noqa: ANN401 - hashlib's
    digest.update(f"\n{name} {values.dtype.str.lstrip('<|>=')} {values.size}\n".encode())
    if values.dtype == np.object_:
        digest.update(to_utf8(values, name))
        return
    if values.dtype == np.float64:
        values = values + 0.0
        values[np.isnan(values)] = np.nan
    plain = np.ascontiguousarray(values, dtype=values.dtype.newbyteorder("<"))
    digest.update(plain.reshape(-1).view(np.uint8))


def to_utf8(values: NDArray[Any], name: str) -> bytes:
    """Return texts as UTF-8 with NUL between them.

    Raises
    ------
    NotStorableError
        If a text holds NUL or half of a surrogate pair.
    """
    try:
        found = SEPARATOR.join(values.tolist()).encode()
    except UnicodeEncodeError as error:
        raise NotStorableError(BAD_TEXT.format(column=name, value=error.object[error.start : error.end])) from error
    if found.count(0) != max(len(values) - 1, 0):
        wrong = next(value for value in values if SEPARATOR in value)
        raise NotStorableError(BAD_TEXT.format(column=name, value=wrong))
    return found
