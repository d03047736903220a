"""Text as words: how names and articles are cut, folded and paired, the same for what is kept and what is asked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from supplychain.text import fold

LONGEST_WORD: Final = 48
"""Letters of a word that are kept; the rest of a longer one is cut off on both sides alike."""

MOST_WORDS: Final = 400
"""Words kept of one text."""

_WORD: Final = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")
_ES_AFTER: Final = ("x", "ch", "sh", "ss")
_SHORTEST_PLURAL: Final = 4


@dataclass(frozen=True, slots=True)
class Words:
    """The words of several texts, each kind once and sorted by nothing.

    Parameters
    ----------
    typed
        As written, in lower case, with marks.
    keys
        Folded: without marks, English plurals as singulars.
    pairs
        Keys of two words side by side in one text, ``_`` between them.
    """

    typed: tuple[str, ...]
    keys: tuple[str, ...]
    pairs: tuple[str, ...]


def typed_words(text: str) -> list[str]:
    """Return the words of a text in order, in lower case and composed form, marks kept."""
    plain = unicodedata.normalize("NFC", text).casefold()
    words = _WORD.findall(plain)
    if len(plain) <= LONGEST_WORD:
        return words
    return [word[:LONGEST_WORD] for word in words[:MOST_WORDS]]


@lru_cache(maxsize=1 << 17)
def word_key(word: str) -> str:
    """Return what two spellings of a word share: no marks, ``đ`` as ``d``, English plural as singular.

    No Vietnamese syllable ends in s, so the rule of plurals touches foreign words alone: ``-ies`` becomes ``-y``,
    ``-es`` after x, ch, sh and ss falls, any other single ``-s`` of a word of four letters or more falls.
    """
    key = fold(word)
    if len(key) < _SHORTEST_PLURAL or not key.endswith("s") or key.endswith("ss") or not key.isalpha():
        return key
    if key.endswith("ies"):
        return key[:-3] + "y"
    if key.endswith("es") and key[:-2].endswith(_ES_AFTER):
        return key[:-2]
    return key[:-1]


@lru_cache(maxsize=1 << 15)
def words_of_text(text: str) -> Words:
    """Return the words, keys and pairs of one text, each once."""
    typed = typed_words(text)
    keys = [word_key(word) for word in typed]
    pairs = [f"{one}_{other}" for one, other in pairwise(keys)]
    return Words(*(tuple(dict.fromkeys(part)) for part in (typed, keys, pairs)))


def words_of(texts: Iterable[str]) -> Words:
    """Return the words, keys and pairs of several texts, each once; no pair joins two texts."""
    parts = [words_of_text(text) for text in texts]
    if len(parts) == 1:
        return parts[0]
    return Words(
        tuple(dict.fromkeys(word for part in parts for word in part.typed)),
        tuple(dict.fromkeys(key for part in parts for key in part.keys)),
        tuple(dict.fromkeys(pair for part in parts for pair in part.pairs)),
    )
