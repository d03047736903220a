"""JSON as it arrives: UTF-8, not too deep, and no character or number that no database keeps."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from api.service.problems import ServiceError
from supplychain.text import Text

_STRING: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_ALL_BUT_BRACKETS: Final = bytes(code for code in range(256) if code not in b"[]{}")
_OPENING: Final = b"[{"
_SUSPICIOUS: Final = re.compile(rb"\\u0000|\\u[dD][89abAB]|\\u[dD][c-fC-F]|NaN|Infinity")

NOT_UTF8: Final = Text(
    en="The body is not UTF-8 (byte {place}). Save and send it as UTF-8.",
    vi="Nội dung không phải UTF-8 (byte thứ {place}). Hãy lưu và gửi dạng UTF-8.",
)
TOO_DEEP: Final = Text(
    en="The JSON is nested deeper than {depth} levels. Flatten it.",
    vi="JSON lồng sâu hơn {depth} mức. Hãy làm phẳng lại.",
)
NOT_JSON: Final = Text(en="The body is not JSON: {why}.", vi="Nội dung không phải JSON: {why}.")
NO_CHARACTER: Final = Text(
    en="The JSON holds NUL or half a character (a lone surrogate), which is no text.",
    vi="JSON chứa ký tự NUL hoặc nửa ký tự (surrogate lẻ), không phải văn bản hợp lệ.",
)
NO_NUMBER: Final = Text(
    en="The JSON holds {number}, which is no number of JSON. Leave it out or send null.",
    vi="JSON chứa {number}, không phải số hợp lệ. Hãy bỏ đi hoặc gửi null.",
)


def check_json(body: bytes, depth: int) -> None:
    """Refuse what is no JSON text that can be kept; the framework reads the rest.

    Parameters
    ----------
    body
        As it arrived.
    depth
        Deepest nesting.

    Raises
    ------
    ServiceError
        If it is not UTF-8, nested deeper, or holds NUL, lone surrogates, NaN or Infinity.
    """
    try:
        body.decode()
    except UnicodeDecodeError as error:
        raise ServiceError(NOT_UTF8.format(place=error.start + 1), "bad_request") from error
    if b"\0" in body:
        raise ServiceError(NO_CHARACTER, "bad_request")
    if body.count(b"[") + body.count(b"{") > depth and depth_of(body) > depth:
        raise ServiceError(TOO_DEEP.format(depth=depth), "bad_request")
    if _SUSPICIOUS.search(body):
        _check_values(body)


def depth_of(body: bytes) -> int:
    """Return how deep brackets are nested outside of strings."""
    brackets = _STRING.sub(b"", body).translate(None, _ALL_BUT_BRACKETS)
    level = deepest = 0
    for bracket in brackets:
        level += 1 if bracket in _OPENING else -1
        deepest = max(deepest, level)
    return deepest


def _check_values(body: bytes) -> None:
    def refuse(constant: str) -> None:
        raise ServiceError(NO_NUMBER.format(number=constant), "bad_request")

    try:
        found = json.loads(body, parse_constant=refuse)
    except ValueError as error:
        raise ServiceError(NOT_JSON.format(why=str(error).rstrip(".")), "bad_request") from error
    waiting: list[Any] = [found]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            _check_text(value)
        elif isinstance(value, dict):
            waiting += [*value.keys(), *value.values()]
        elif isinstance(value, list):
            waiting += value


def _check_text(value: str) -> None:
    if "\0" in value:
        raise ServiceError(NO_CHARACTER, "bad_request")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ServiceError(NO_CHARACTER, "bad_request") from error
