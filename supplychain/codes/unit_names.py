"""How names of administrative units are compared: with and without marks, tone on either vowel, ``y`` as ``i``."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from supplychain.text import fold

_CONSONANTS: Final = frozenset("bcdghklmnpqrstvx")
_TONES: Final = frozenset("\u0300\u0301\u0303\u0309\u0323")
_WORD: Final = re.compile(r"\w+")


@lru_cache(maxsize=1 << 16)
def word_key(word: str) -> str:
    """Return one word for lookups: folded, a final ``y`` after a consonant as ``i``, a number without leading zeros."""
    key = fold(word).replace("'", "").replace("’", "")
    if key.isdigit():
        return key.lstrip("0") or "0"
    if key.endswith("y") and len(key) > 1 and (key[-2] in _CONSONANTS or key == "quy"):
        return key[:-1] + "i"
    return key


def name_key(name: str) -> str:
    """Return the lookup key of a whole name, its words' keys joined: ``Bà Rịa - Vũng Tàu`` is ``bariavungtau``."""
    return "".join(word_key(word) for word in _WORD.findall(name.replace("'", "").replace("’", "")))


def marked(name: str) -> str:
    """Return a name for exact comparison: lower case, marks kept, each tone at the end of its word.

    So ``Hoà`` and ``Hòa`` are the same and ``Hoá`` is another.
    """
    return "".join(_toned(word) for word in _WORD.findall(unicodedata.normalize("NFC", name.casefold())))


def has_marks(text: str) -> bool:
    """Tell whether a text was typed with any Vietnamese mark."""
    return fold(text) != unicodedata.normalize("NFC", text).casefold()


def latin(name: str) -> str:
    """Return a name without marks and with its capitals: ``Bình Hòa`` → ``Binh Hoa``."""
    decomposed = unicodedata.normalize("NFD", name)
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return bare.replace("đ", "d").replace("Đ", "D")


def _toned(word: str) -> str:
    decomposed = unicodedata.normalize("NFD", word)
    tones = "".join(character for character in decomposed if character in _TONES)
    return "".join(character for character in decomposed if character not in _TONES) + tones
