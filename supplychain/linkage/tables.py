"""The tables that normalisation reads: words of firm names, changed telephone prefixes, hosts of free mail."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, Literal

from supplychain.linkage.syllables import fold_word
from supplychain.text import Text

WordKind = Literal[
    "form",
    "tail_form",
    "unit",
    "lead_unit",
    "generic",
    "activity",
    "lead_activity",
    "place",
    "tail_place",
    "number",
    "stop",
]

FOLDER: Final = "tables"


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of a name that stand for one idea.

    Parameters
    ----------
    words
        As written, folded, spelt as :func:`~supplychain.linkage.syllables.fold_word` spells.
    kind
        ``form``: a legal form; ``unit``: a part of a firm; ``generic``: words that say little (production, trade);
        ``activity``: what it does; ``place``: where; ``number``; ``stop``: nothing. ``lead_*`` counts only ahead of
        the name proper, ``tail_*`` only after it: elsewhere the same syllables are part of a name.
    concept
        The idea, the same in both languages.
    """

    words: tuple[str, ...]
    kind: WordKind
    concept: str


def _rows(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a table of this package."""
    text = files(__package__).joinpath(FOLDER, name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


@cache
def phrases() -> Mapping[str, tuple[Phrase, ...]]:
    """Return the known phrases by their first word, longest first."""
    found: dict[str, list[Phrase]] = defaultdict(list)
    for row in _rows("words.csv"):
        words = tuple(fold_word(word) for word in row["written"].split())
        kind: WordKind = row["kind"]  # type: ignore[assignment] # a test holds the words of the file to the kinds
        found[words[0]].append(Phrase(words, kind, row["concept"]))
    return {first: tuple(sorted(some, key=lambda one: -len(one.words))) for first, some in found.items()}


@dataclass(frozen=True, slots=True)
class Reason:
    """What a level of a feature says.

    Parameters
    ----------
    score
        How far the two agree in it, 0 to 1.
    text
        The words for it; may hold the fields ``words``, ``a`` and ``b``.
    """

    score: float
    text: Text


@cache
def reasons() -> Mapping[tuple[str, str], Reason]:
    """Return what each level says, by feature and level."""
    return {
        (row["feature"], row["level"]): Reason(float(row["score"]), Text(en=row["en"], vi=row["vi"]))
        for row in _rows("reasons.csv")
    }


@cache
def phone_prefixes() -> Mapping[tuple[int, str], str]:
    """Return the prefix since the change by digits of a whole former number and former prefix."""
    return {(int(row["digits"]), row["former"]): row["since"] for row in _rows("phone_prefixes.csv")}


@cache
def free_mail() -> frozenset[str]:
    """Return the hosts whose mail addresses or pages say nothing of the firm."""
    return frozenset(row["domain"] for row in _rows("free_mail.csv"))
