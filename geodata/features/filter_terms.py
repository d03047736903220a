"""The values that a filter compares: properties, literals, and what is worked out of them."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, Literal

import pyarrow as pa
import pyarrow.compute as pc

from geodata.features.cql2 import FilterError, Node
from geodata.features.filter_words import (
    BAD_DATE,
    BAD_LETTERS,
    BAD_NUMBER,
    BAD_VALUE,
    GEOMETRY_ALONE,
    NO_ARITHMETIC,
    NO_TEXT,
    NOT_COMPARABLE,
    NULL_VALUE,
    UNKNOWN_OPERATOR,
    UNKNOWN_PROPERTY,
)
from geodata.features.table import FeatureTable, Field
from supplychain.text import bare

Kind = Literal["text", "number", "boolean", "date", "datetime"]
Values = Any
"""An Arrow array of one value a feature, or a scalar that is the same for all."""
AsTruths = Callable[[FeatureTable], Values]
AsValues = Callable[[FeatureTable], Values]

MOST_SAID: Final = 80
INSTANT: Final = pa.timestamp("us", tz="UTC")
"""Finer than what layers hold, so that a moment between two of theirs equals neither."""
TIMES: Final = ("date", "datetime")

_COMPARED: Final[Mapping[str, Callable[[Values, Values], Values]]] = {
    "=": pc.equal,
    "<>": pc.not_equal,
    "<": pc.less,
    ">": pc.greater,
    "<=": pc.less_equal,
    ">=": pc.greater_equal,
}


@dataclass(frozen=True, slots=True)
class Term:
    """A value of each feature.

    Parameters
    ----------
    kind
        What it is.
    values
        Gives it.
    name
        What it is called in sentences.
    is_constant
        Whether it is the same for every feature.
    """

    kind: Kind
    values: AsValues
    name: str
    is_constant: bool = False


def constant(value: object, kind: pa.DataType | None = None) -> AsValues:
    """Return what gives the same value whatever features there are."""
    scalar = pa.scalar(value, kind)
    return lambda _table: scalar


def term(node: Node, fields: Mapping[str, Field]) -> Term:
    """Return the value that a node stands for.

    Raises
    ------
    FilterError
        If it stands for none.
    """
    if not isinstance(node, dict):
        return _literal(node)
    if "property" in node:
        return _property(node["property"], fields)
    if "date" in node or "timestamp" in node:
        return _time(node)
    if "op" in node and isinstance(node.get("args", []), list):
        operator = str(node["op"]).lower()
        inner = [term(one, fields) for one in node.get("args", [])]
        if operator in _TEXTS:
            return _changed_text(operator, inner)
        if operator in _RECKONED:
            return _reckoned(operator, inner)
        raise FilterError(UNKNOWN_OPERATOR.format(operator=operator.upper()))
    raise FilterError(BAD_VALUE.format(said=str(node)[:MOST_SAID]))


def kinds_match(one: Term, other: Term) -> bool:
    """Return whether two values can be compared."""
    return one.kind == other.kind or (one.kind in TIMES and other.kind in TIMES)


def comparison(operator: str, one: Term, other: Term) -> AsTruths:
    """Return the condition that two values stand to each other as an operator says.

    Raises
    ------
    FilterError
        If they cannot be compared so.
    """
    if not kinds_match(one, other) or (one.kind == "boolean" and operator not in ("=", "<>")):
        told = {"one": one.name, "one_kind": one.kind, "other": other.name, "other_kind": other.kind}
        raise FilterError(NOT_COMPARABLE.format(operator=operator, **told))
    compare = _COMPARED[operator]
    if one.kind == other.kind:
        return lambda table: compare(one.values(table), other.values(table))
    return lambda table: compare(pc.cast(one.values(table), INSTANT), pc.cast(other.values(table), INSTANT))


def _literal(value: object) -> Term:
    name = str(value)[:MOST_SAID]
    if value is None:
        raise FilterError(NULL_VALUE)
    if isinstance(value, bool):
        return Term("boolean", constant(value), name, is_constant=True)
    if isinstance(value, int | float):
        if not _is_finite(value):
            raise FilterError(BAD_NUMBER)
        return Term("number", constant(float(value), pa.float64()), name, is_constant=True)
    if isinstance(value, str):
        if any("\ud800" <= letter <= "\udfff" for letter in value):
            raise FilterError(BAD_LETTERS)
        return Term("text", constant(value, pa.string()), f"'{name}'", is_constant=True)
    raise FilterError(BAD_VALUE.format(said=name))


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(float(value))
    except OverflowError:
        return False


def _property(name: object, fields: Mapping[str, Field]) -> Term:
    if name == "geometry":
        raise FilterError(GEOMETRY_ALONE)
    field = fields.get(name) if isinstance(name, str) else None
    if field is None:
        known = ", ".join([*fields, "geometry"])
        raise FilterError(UNKNOWN_PROPERTY.format(name=str(name)[:MOST_SAID], known=known))
    kind: Kind = "number" if field.kind == "integer" else field.kind
    column = field.name
    return Term(kind, lambda table: table.columns[column], column)


def _time(node: Mapping[str, Any]) -> Term:
    said = node.get("date", node.get("timestamp"))
    try:
        if "date" in node:
            return Term("date", constant(date.fromisoformat(said), pa.date32()), said, is_constant=True)
        found = datetime.fromisoformat(said)
    except (ValueError, TypeError) as error:
        raise FilterError(BAD_DATE.format(said=str(said)[:MOST_SAID])) from error
    moment = found.replace(tzinfo=UTC) if found.tzinfo is None else found
    try:
        return Term("datetime", constant(moment, INSTANT), said, is_constant=True)
    except (OverflowError, pa.ArrowInvalid) as error:
        raise FilterError(BAD_DATE.format(said=said[:MOST_SAID])) from error


def _without_case(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


_TEXTS: Final[Mapping[str, Callable[[str], str]]] = {"casei": _without_case, "accenti": bare}


def _changed_text(operator: str, inner: list[Term]) -> Term:
    if len(inner) != 1 or inner[0].kind != "text":
        raise FilterError(NO_TEXT.format(operator=operator.upper()))
    change, text = _TEXTS[operator], inner[0]

    def values(table: FeatureTable) -> Values:
        held = text.values(table)
        if isinstance(held, pa.Scalar):
            return pa.scalar(change(held.as_py()), pa.string())
        if isinstance(held, pa.ChunkedArray):
            held = held.combine_chunks()
        words = held.dictionary_encode()  # each word is changed once
        changed = [None if word is None else change(word) for word in words.dictionary.to_pylist()]
        return pa.array(changed, pa.string()).take(words.indices)

    return Term("text", values, text.name, text.is_constant)


def _divided(one: Values, other: Values) -> Values:
    return pc.divide(one, pc.if_else(pc.equal(other, 0.0), pa.scalar(None, pa.float64()), other))


def _whole(one: Values, other: Values) -> Values:
    return pc.trunc(_divided(one, other))


def _rest(one: Values, other: Values) -> Values:
    return pc.subtract(one, pc.multiply(_whole(one, other), other))


_RECKONED: Final[Mapping[str, Callable[[Values, Values], Values]]] = {
    "+": pc.add,
    "-": pc.subtract,
    "*": pc.multiply,
    "/": _divided,
    "div": _whole,
    "%": _rest,
    "^": pc.power,
}


def _reckoned(operator: str, inner: list[Term]) -> Term:
    if operator in "+-" and len(inner) == 1:
        inner = [_literal(0), *inner]
    if len(inner) != 2 or any(one.kind != "number" for one in inner):  # noqa: PLR2004 - two numbers
        raise FilterError(NO_ARITHMETIC.format(operator=operator, kinds=", ".join(one.kind for one in inner)))
    reckon, (one, other) = _RECKONED[operator], inner

    def values(table: FeatureTable) -> Values:
        # In floats throughout: whole numbers would run over.
        return reckon(pc.cast(one.values(table), pa.float64()), pc.cast(other.values(table), pa.float64()))

    return Term("number", values, f"{one.name} {operator} {other.name}", one.is_constant and other.is_constant)
