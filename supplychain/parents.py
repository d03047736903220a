"""Ids of which each names at most one other that stands above it: whether the way up ever comes round again."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

MOST_ON_THE_WAY: Final = 6
"""Ids of a circle that are told."""


def circles(above: Mapping[str, str | None], starts: Collection[str]) -> Iterator[tuple[str, ...]]:
    """Yield once each circle on which starts stand, from the least of those starts upwards.

    Every id is passed once, however long the way up is: time grows with the number of ids.

    Parameters
    ----------
    above
        By id, the one above it; None or no entry where there is none.
    starts
        Ids whose circles are asked for; a circle they only lead to is none of theirs.
    """
    wanted = frozenset(starts)
    passed: set[str] = set()
    for start in starts:
        way: dict[str, int] = {}
        one: str | None = start
        while one is not None and one not in passed:
            passed.add(one)
            way[one] = len(way)
            one = above.get(one)
        if one is None or one not in way:
            continue
        circle = tuple(way)[way[one] :]
        if not wanted.isdisjoint(circle):
            first = circle.index(min(wanted.intersection(circle)))
            yield circle[first:] + circle[:first]


def shown_circle(circle: Sequence[str]) -> str:
    """Return a circle as a finding shows it: back to where it began, without the middle of a long one."""
    middle = ("…",) if len(circle) > MOST_ON_THE_WAY else ()
    return " → ".join((*circle[:MOST_ON_THE_WAY], *middle, circle[0]))
