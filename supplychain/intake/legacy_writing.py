"""Text in the encoding a file came in, legacy Vietnamese ones included, wherever that encoding can hold it."""

from __future__ import annotations

import codecs
import unicodedata
from functools import cache
from typing import Final

from supplychain.intake.encodings import decode

PLAIN: Final = {
    "utf-8": "utf-8-sig",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
    "windows-1252": "cp1252",
    "iso-8859-1": "iso-8859-1",
}
MARKS: Final = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE, "utf-8": codecs.BOM_UTF8}
LEGACY: Final = ("windows-1258", "tcvn3", "vscii", "vni")
_LETTERS: Final = range(0x41, 0x7B)
_HIGH: Final = range(0x80, 0x100)


class NotHeldError(ValueError):
    """An encoding has no sign for a character."""


def encode(text: str, name: str) -> bytes:
    """Return a text in one of the encodings that files are read in, without a byte order mark.

    Parameters
    ----------
    text
        The text, in normal form C.
    name
        Name from ``supplychain.intake.encodings.ENCODINGS``.

    Raises
    ------
    NotHeldError
        If the encoding cannot hold the text, or is not written.
    """
    if name in LEGACY:
        signs = _signs(name)
        try:
            found = b"".join(signs[character] for character in text)
        except KeyError as error:
            msg = f"{name} has no sign for {error.args[0]!r}."
            raise NotHeldError(msg) from error
        if unicodedata.normalize("NFC", decode(found, name)) != text:
            msg = f"{name} would give the text back in another spelling."
            raise NotHeldError(msg)
        return found
    if name not in PLAIN:
        msg = f"{name} is not written."
        raise NotHeldError(msg)
    try:
        return text.encode(PLAIN[name].removesuffix("-sig"))
    except UnicodeEncodeError as error:
        msg = f"{name} has no sign for {error.object[error.start]!r}."
        raise NotHeldError(msg) from error


@cache
def _signs(name: str) -> dict[str, bytes]:
    """Return the bytes of every character that a legacy encoding has, found by decoding them all."""
    signs: dict[str, bytes] = {}
    pairs = [bytes((first, second)) for first in (*_LETTERS, *_HIGH) for second in _HIGH]
    for sign in [*(bytes((code,)) for code in (*_HIGH, *range(0x80))), *pairs]:
        try:
            character = unicodedata.normalize("NFC", decode(sign, name))
        except (UnicodeDecodeError, ValueError):
            continue
        if len(character) == 1 and (sign[0] >= _HIGH.start or len(sign) > 1 or character == sign.decode("ascii")):
            signs.setdefault(character, sign)
    return {**signs, **{chr(code): bytes((code,)) for code in range(0x80)}}
