"""Filters written in CQL2 (OGC 21-065r2), as text or as JSON, read into one tree that is bounded in every way.

The library that reads them goes down as deep as a text is nested and would bring the process down, so a text is looked
over before it is handed on.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final, Literal

import cql2

from supplychain.errors import HinterlandError
from supplychain.text import Text

Language = Literal["cql2-text", "cql2-json"]

LONGEST_TEXT: Final = 20_000
"""Letters of a filter."""
MOST_NESTED: Final = 32
"""Brackets, negations and signs one within another."""
MOST_PARTS: Final = 2_000
"""Operators, properties and values of a filter, without coordinates."""

TOO_LONG: Final = Text(
    en="The filter is longer than {most} letters; ask for less at once.",
    vi="Bộ lọc dài hơn {most} ký tự; hãy hỏi ngắn hơn.",
)
TOO_DEEP: Final = Text(
    en="The filter is nested deeper than {most} levels; write it flatter.",
    vi="Bộ lọc lồng sâu hơn {most} cấp; hãy viết phẳng hơn.",
)
TOO_MANY: Final = Text(
    en="The filter has more than {most} parts; ask for less at once.",
    vi="Bộ lọc có hơn {most} phần; hãy hỏi ít hơn.",
)
EMPTY: Final = Text(
    en="The filter is empty; leave it out, or write a condition such as mode = 'rail'.",
    vi="Bộ lọc trống; hãy bỏ đi, hoặc viết điều kiện như mode = 'rail'.",
)
NOT_READ: Final = Text(
    en="The filter is no CQL2 text, at letter {place}: “{near}”. Write it such as mode = 'rail' AND length_m > 100.",
    vi="Bộ lọc không đúng CQL2, ở ký tự {place}: “{near}”. Hãy viết như mode = 'rail' AND length_m > 100.",
)
NOT_JSON: Final = Text(
    en='The filter is no CQL2 JSON: {why}. Write it such as {{"op": "=", "args": [{{"property": "mode"}}, "rail"]}}.',
    vi='Bộ lọc không đúng CQL2 JSON: {why}. Hãy viết như {{"op": "=", "args": [{{"property": "mode"}}, "rail"]}}.',
)
NO_OBJECT: Final = Text(en="it is not an object with op and args", vi="không phải đối tượng có op và args")
NO_JSON: Final = Text(en="it is not JSON", vi="không phải JSON")
TOO_LARGE_NUMBER: Final = Text(en="a number is too large", vi="có số quá lớn")

_PLACE: Final = re.compile(r"(\d+):(\d+)")
_TOKENS: Final = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|\w[\w.]*|.", re.DOTALL)
_OPENING: Final = frozenset("([")
_CLOSING: Final = frozenset(")]")
_BINDING: Final = frozenset((*"+-*/^%=<>", "NOT", "DIV"))
"""What waits for a value to its right: a chain of these is read one within another."""
_ENDING: Final = frozenset(("AND", "OR", ","))

Node = Any
"""A node of the tree: the JSON of CQL2."""


class FilterError(HinterlandError):
    """A filter that cannot be read, or asks for what the layer does not have."""


def read_tree(text: str, language: Language) -> Node:
    """Return the tree of a filter, as the JSON of CQL2.

    Raises
    ------
    FilterError
        If it cannot be read, or is too long or too deep.
    """
    if len(text) > LONGEST_TEXT:
        raise FilterError(TOO_LONG.format(most=LONGEST_TEXT))
    if not text.strip():
        raise FilterError(EMPTY)
    tree = _from_text(text) if language == "cql2-text" else _from_json(text)
    if not isinstance(tree, dict | bool):
        raise FilterError(NOT_JSON.format(why=NO_OBJECT))
    _check_size(tree)
    return tree


def _from_text(text: str) -> Node:
    if _depth(text) > MOST_NESTED:
        raise FilterError(TOO_DEEP.format(most=MOST_NESTED))
    try:
        return cql2.parse_text(text).to_json()
    except (cql2.ParseError, cql2.ValidationError, ValueError, TypeError) as error:
        line, column = (int(part) for part in (_PLACE.search(str(error)) or _PLACE.search("1:1")).groups())  # type: ignore[union-attr]
        lines = text.split("\n")
        place = sum(len(one) + 1 for one in lines[: line - 1]) + column
        raise FilterError(NOT_READ.format(place=place, near=text[max(place - 1, 0) :][:40])) from error


def _depth(text: str) -> int:
    """Return how deep the reader may go: brackets that are open, with every operator that waits for its value."""
    deepest = waiting = 0
    waits: list[int] = []
    for found in _TOKENS.finditer(text):
        token = found.group().upper()
        if token in _OPENING:
            waits.append(waiting)
        elif token in _CLOSING:
            waiting = waits.pop() if waits else 0
        elif token in _BINDING:
            waiting += 1
        elif token in _ENDING:
            waiting = waits[-1] if waits else 0
        deepest = max(deepest, len(waits) + waiting)
    return deepest


def _from_json(text: str) -> Node:
    def no_number(_text: str) -> float:
        raise FilterError(NOT_JSON.format(why=TOO_LARGE_NUMBER))

    if _json_depth(text) > 2 * MOST_NESTED:
        raise FilterError(TOO_DEEP.format(most=MOST_NESTED))
    try:
        return json.loads(text, parse_constant=no_number)
    except ValueError as error:
        raise FilterError(NOT_JSON.format(why=NO_JSON)) from error


def _json_depth(text: str) -> int:
    deepest = opened = 0
    for found in re.finditer(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', text, re.DOTALL):
        sign = found.group()
        opened += (sign in ("[", "{")) - (sign in ("]", "}"))
        deepest = max(deepest, opened)
    return deepest


def _check_size(tree: Node) -> None:
    """Refuse a tree of too many parts; coordinates are counted where geometries are read."""
    waiting, parts = [(tree, 1)], 0
    while waiting:
        node, depth = waiting.pop()
        parts += 1
        if parts > MOST_PARTS:
            raise FilterError(TOO_MANY.format(most=MOST_PARTS))
        if depth > 2 * MOST_NESTED:
            raise FilterError(TOO_DEEP.format(most=MOST_NESTED))
        if isinstance(node, dict) and "coordinates" not in node:
            args = node.get("args", ())
            waiting.extend((one, depth + 1) for one in (args if isinstance(args, list) else (args,)))
        elif isinstance(node, list):
            waiting.extend((one, depth + 1) for one in node)
