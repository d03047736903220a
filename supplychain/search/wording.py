"""The words of a question: which count, which are passed over, and how they may be found."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from supplychain.search.words import typed_words, word_key

MOST_ASKED: Final = 32
"""Words of a question that count; the ones after are told as passed over."""

JOINING: Final = frozenset({"và", "của", "cho", "với", "các", "and", "of", "for", "the", "with"})
"""Words that only join others, as typed: without its marks none of the Vietnamese ones is passed over."""

LEGAL_FORMS: Final = (
    ("trach", "nhiem", "huu", "han"),
    ("doanh", "nghiep", "tu", "nhan"),
    ("mot", "thanh", "vien"),
    ("co", "phan"),
    ("cong", "ty"),
    ("tnhh",),
    ("dntn",),
    ("mtv",),
    ("ltd",),
    ("jsc",),
    ("llc",),
    ("company", "limited"),
    ("co", "ltd"),
)
"""Keys of legal forms, longest first: they say nothing of what a firm makes."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The words of a question.

    Parameters
    ----------
    words
        Typed form and key of each word that counts, each key once, in order.
    pairs
        Keys of words side by side, ``_`` between them.
    ignored
        Words passed over.
    """

    words: tuple[tuple[str, str], ...]
    pairs: tuple[str, ...]
    ignored: tuple[str, ...]

    @property
    def least(self) -> int:
        """How many words must be found where only some have to be: half of them, one at least."""
        return (len(self.words) + 1) // 2


@lru_cache(maxsize=1024)
def asked_words(text: str) -> Asked:
    """Return the words of a question; where nothing but legal forms or joining words is asked, they count."""
    typed = typed_words(text)
    keys = [word_key(word) for word in typed]
    passed = _passed_over(typed, keys)
    if all(passed):
        passed = [False] * len(typed)
    kept = [position for position, out in enumerate(passed) if not out]
    ignored = [typed[position] for position, out in enumerate(passed) if out]
    ignored += [typed[position] for position in kept[MOST_ASKED:]]
    kept = kept[:MOST_ASKED]
    words: dict[str, str] = {}
    for position in kept:
        words.setdefault(keys[position], typed[position])
    pairs = [f"{keys[one]}_{keys[other]}" for one, other in pairwise(kept) if other == one + 1]
    return Asked(
        tuple((word, key) for key, word in words.items()), tuple(dict.fromkeys(pairs)), tuple(dict.fromkeys(ignored))
    )


def _passed_over(typed: list[str], keys: list[str]) -> list[bool]:
    passed = [word in JOINING for word in typed]
    for form in LEGAL_FORMS:
        for start in range(len(keys) - len(form) + 1):
            stop = start + len(form)
            if tuple(keys[start:stop]) == form:
                passed[start:stop] = [True] * len(form)
    return passed
