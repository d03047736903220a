"""How well an offer fits what is wanted: by article, by code, by name; each with the evidence for it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from rapidfuzz.distance import OSA

from supplychain.sourcing.industries import counterparts
from supplychain.sourcing.values import Goods
from supplychain.text import Text, fold

Evidence = Literal["", "article", "hs", "vsic", "name", "commodity"]

SAME_ARTICLE: Final = 1.0
SAME_COMMODITY: Final = 0.3
HS_BY_DIGITS: Final = {8: 0.95, 6: 0.9, 4: 0.75, 2: 0.3}
"""Fit of two HS codes by the digits they share."""
VSIC_BY_DIGITS: Final = {5: 0.65, 4: 0.6, 3: 0.4, 2: 0.2}
"""Fit of two VSIC codes by the digits they share: who does it, not what it is."""
WHOLE_NAME: Final = 0.1
"""Part of a name's fit that is for the offer's name holding no other words."""
OTHER_MARKS: Final = 0.85
"""Fit of a word typed with marks and another word that only looks like it without them: thép and thẹp."""
LEAST_LIKENESS: Final = 0.66
LEAST_LETTERS: Final = 4
SHORT_WORD: Final = 5
"""Words of fewer than four letters must agree exactly, those of up to five in their first letter: Vietnamese syllables
are short, and most others are one letter away."""
JOINING_WORDS: Final = frozenset({"va", "cac", "cho", "cua", "bang", "and", "for", "of", "the", "with"})

_WORD: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Fit:
    """How well an offer fits.

    Parameters
    ----------
    value
        0 (nothing in common) to 1 (the same article, or the same name).
    evidence
        What it rests on.
    told
        The step between the editions of VSIC that the evidence took; None where it took none.
    """

    value: float = 0.0
    evidence: Evidence = ""
    told: Text | None = None


def fit_of(wanted: Goods, offered: Goods) -> Fit:
    """Return the best evidence that an offer is what is wanted.

    The same article counts 1; names count by the share of the wanted words that the offer's name holds, typing errors
    and missing marks allowed; HS and VSIC codes by the digits they share; the same commodity alone ``SAME_COMMODITY``.
    """
    if wanted.article_id and wanted.article_id == offered.article_id:
        return Fit(SAME_ARTICLE, "article")
    found = [
        Fit(_by_digits(wanted.hs_code, offered.hs_code, HS_BY_DIGITS), "hs"),
        _vsic(wanted, offered),
        Fit(_names(wanted, offered), "name"),
        Fit(SAME_COMMODITY if wanted.commodity_id and wanted.commodity_id == offered.commodity_id else 0, "commodity"),
    ]
    best = max(found, key=lambda one: one.value)
    return best if best.value > 0 else Fit()


@lru_cache(maxsize=65_536)
def name_fit(query: str, name: str) -> float:
    """Return how well a name answers a query, 0 to 1.

    Each word of the query counts by its letters and is found in one word of the name, which is then taken;
    ``WHOLE_NAME`` of the fit is for the name holding nothing else, so that only the same words give 1. Words in other
    marks than were typed count less than those in the same.
    """
    asked, there = _words(query), _words(name)
    if not asked or not there:
        return 0.0
    found = _paired(asked, there)
    share = sum(len(asked[one].plain) * value for (one, _), value in found.items()) / _letters(asked)
    whole = _letters([there[other] for _, other in found]) / _letters(there)
    return share * (1.0 - WHOLE_NAME + WHOLE_NAME * whole)


def _paired(asked: Sequence[_Word], there: Sequence[_Word]) -> dict[tuple[int, int], float]:
    """Return which word of a query is found in which of a name, and how alike they are: the most alike first."""
    pairs = [
        (value, one, other)
        for one, word in enumerate(asked)
        for other, own in enumerate(there)
        if (value := _likeness(word, own)) > 0
    ]
    found: dict[tuple[int, int], float] = {}
    left, free = set(range(len(asked))), set(range(len(there)))
    for value, one, other in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if one in left and other in free:
            found[one, other] = value
            left.remove(one)
            free.remove(other)
    return found


def _letters(words: Sequence[_Word]) -> int:
    return sum(len(word.plain) for word in words)


@dataclass(frozen=True, slots=True)
class _Word:
    typed: str
    plain: str

    @property
    def has_marks(self) -> bool:
        return self.typed != self.plain


@lru_cache(maxsize=65_536)
def _words(text: str) -> tuple[_Word, ...]:
    typed = _WORD.findall(unicodedata.normalize("NFC", text).casefold())
    words = tuple(_Word(word, fold(word)) for word in typed)
    telling = tuple(word for word in words if word.plain not in JOINING_WORDS)
    return telling or words


def _likeness(asked: _Word, there: _Word) -> float:
    if asked.plain == there.plain:
        return OTHER_MARKS if asked.has_marks and asked.typed != there.typed else 1.0
    letters = max(len(asked.plain), len(there.plain))
    is_other = letters <= SHORT_WORD and asked.plain[0] != there.plain[0]
    if letters < LEAST_LETTERS or is_other or asked.plain.isdigit():
        return 0.0
    likeness = OSA.normalized_similarity(asked.plain, there.plain, score_cutoff=LEAST_LIKENESS)
    return float(likeness) * float(likeness)


def _names(wanted: Goods, offered: Goods) -> float:
    return max(_best(wanted.names_vi, offered.names_vi), _best(wanted.names_en, offered.names_en))


def _best(queries: Sequence[str], names: Sequence[str]) -> float:
    return max((name_fit(query, name) for query in queries for name in names), default=0.0)


def _vsic(wanted: Goods, offered: Goods) -> Fit:
    if not wanted.vsic_code or not offered.vsic_code:
        return Fit()
    if not wanted.vsic_version or not offered.vsic_version or wanted.vsic_version == offered.vsic_version:
        return Fit(_by_digits(wanted.vsic_code, offered.vsic_code, VSIC_BY_DIGITS), "vsic")
    found = [
        Fit(_by_digits(one.code, offered.vsic_code, VSIC_BY_DIGITS), "vsic", one.told)
        for one in counterparts(wanted.vsic_code, wanted.vsic_version)
    ]
    return max(found, key=lambda one: one.value, default=Fit())


def _by_digits(one: str, other: str, values: dict[int, float]) -> float:
    first, second = one.replace(".", ""), other.replace(".", "")
    for digits, value in values.items():
        if len(first) >= digits and len(second) >= digits and first[:digits] == second[:digits]:
            return value
    return 0.0
