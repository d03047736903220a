"""What the points of a hit are made of, worked out from its words apart from the index."""

from __future__ import annotations

from rapidfuzz.distance import OSA

from supplychain.search import score
from supplychain.search.entries import Entry
from supplychain.search.question import Reading
from supplychain.search.wording import Asked
from supplychain.search.words import Words, words_of


def parts_of(entry: Entry, points: int, asked: Asked, reading: Reading) -> dict[str, int]:
    """Return the points of an entry by what they are given for; they add up to its points.

    Parameters
    ----------
    entry
        The entry found.
    points
        Its score.
    asked, reading
        The words of the question and how they were taken.

    Returns
    -------
    dict[str, int]
        ``article``, ``name``, ``other`` (words found there), ``marks`` (words as typed), ``pairs`` (neighbours),
        ``nearly`` (typing errors) and ``code``; parts of 0 are left out.
    """
    article, name, other = words_of(entry.articles), words_of(entry.names), words_of(entry.others)
    keys = [key for _, key in asked.words]
    typed = [word for word, _ in asked.words]
    parts = {
        "article": score.ARTICLE * _count(keys, article.keys),
        "name": score.NAME * _count(keys, name.keys),
        "other": score.OTHER * _count(keys, other.keys),
        "marks": score.ARTICLE_TYPED * _count(typed, article.typed) + score.NAME_TYPED * _count(typed, name.typed),
        "pairs": score.ARTICLE_PAIR * _count(asked.pairs, article.pairs)
        + score.NAME_PAIR * _count(asked.pairs, name.pairs),
    }
    if reading != "every word":
        parts["nearly"] = sum(
            score.ARTICLE_NEARLY * _nearly(key, article)
            + score.NAME_NEARLY * _nearly(key, name)
            + score.OTHER_NEARLY * _nearly(key, other)
            for key in keys
        )
    parts["code"] = points - sum(parts.values())
    return {part: value for part, value in parts.items() if value}


def _count(asked: list[str] | tuple[str, ...], there: tuple[str, ...]) -> int:
    return len(set(asked).intersection(there))


def _nearly(key: str, words: Words) -> bool:
    errors = score.allowed_errors(key)
    return errors > 0 and any(OSA.distance(key, word, score_cutoff=errors) <= errors for word in words.keys)
