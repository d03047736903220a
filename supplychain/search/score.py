"""The score of a record: whole points that add up, the same whatever else the registry holds.

No figure of the corpus enters (no word frequencies, no lengths), so that hidden records cannot show in the ranking and
anybody can work a score out by hand.
"""

from __future__ import annotations

from typing import Final

ARTICLE: Final = 6
"""A word asked stands among the names of the article, marks aside."""

ARTICLE_TYPED: Final = 2
"""... and exactly as typed, with its marks."""

ARTICLE_PAIR: Final = 4
"""Two neighbouring words asked stand side by side there."""

NAME: Final = 3
"""A word asked stands among the names of the organisation or facility, marks aside."""

NAME_TYPED: Final = 1
"""... and exactly as typed."""

NAME_PAIR: Final = 2
"""Two neighbouring words asked stand side by side there."""

OTHER: Final = 1
"""A word asked stands in the rest: address, role, park, tax code."""

ARTICLE_NEARLY: Final = 3
"""Where typing errors are allowed: a word among the names of the article differs by an error or not at all."""

NAME_NEARLY: Final = 1
"""The same among the names of the organisation or facility."""

CODE: Final = 2
"""A code asked is that of the goods themselves, not only that of the firm's industry."""

OTHER_NEARLY: Final = 1
"""The same in the rest."""

SHORTEST_NEARLY: Final = 4
"""Letters a word needs before a typing error is allowed in it."""

LONG_WORD: Final = 8
"""Letters from which two typing errors are allowed."""


def allowed_errors(key: str) -> int:
    """Return how many typing errors are allowed in a word; none in short ones and in those with digits.

    An error is one letter more, less or other, or two neighbours swapped.
    """
    if len(key) < SHORTEST_NEARLY or not key.isalpha():
        return 0
    return 2 if len(key) >= LONG_WORD else 1
