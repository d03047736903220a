"""The nearest known id to one that is not known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from supplychain.text import Text, fold

DID_YOU_MEAN: Final = Text(en=" (did you mean {name}?)", vi=" (có phải ý là {name}?)")
NO_HINT: Final = Text(en="", vi="")
LEAST_LIKE: Final = 55.0
"""Likeness in per cent below which nothing is suggested."""


def nearest(word: str, known: Mapping[str, str]) -> Text:
    """Return the nearest known id in brackets, for a sentence; empty where none is near.

    Parameters
    ----------
    word
        What was written: an id with a slip, or a name.
    known
        Ids and their names, one a line; all are compared, without case and Vietnamese marks.
    """
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - only a slip needs it

    wanted = fold(word[:80]).replace("_", " ")
    spellings: dict[str, str] = {}
    for known_id, name in known.items():
        spellings.setdefault(fold(known_id).replace("_", " "), known_id)
        for spelling in filter(None, name.split("\n")):
            spellings.setdefault(fold(spelling), known_id)
    found = process.extractOne(wanted, list(spellings), scorer=fuzz.ratio, score_cutoff=LEAST_LIKE)
    if found is None:
        found = process.extractOne(wanted, list(spellings), scorer=fuzz.WRatio, score_cutoff=LEAST_LIKE)
    return DID_YOU_MEAN.format(name=spellings[found[0]]) if found else NO_HINT
