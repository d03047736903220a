"""JSON of what may be large, written by the serialiser that the models of the service already come with."""

from __future__ import annotations

import json

from pydantic_core import to_json


def json_text(document: object) -> bytes:
    """Return a document of plain values as JSON in UTF-8, several times as fast as the standard library does.

    Raises
    ------
    ValueError
        If a number is none (NaN, infinite): JSON has no such numbers, and none stands for it.
    """
    text = to_json(document)
    if b"NaN" in text or b"Infinity" in text:
        # A word of a text, or a number that is none: the standard library tells them apart, and refuses the number.
        return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    return text
