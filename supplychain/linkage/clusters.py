"""Groups of records that are one, and chains that are not: what was judged different is never joined by a third."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import combinations

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Clusters:
    """Records joined by pairs that are the same.

    Parameters
    ----------
    one
        Groups without a contradiction, ids in order.
    held_back
        Groups in which some pair is different, with those pairs: a person decides which tie is wrong.
    """

    one: tuple[tuple[str, ...], ...]
    held_back: tuple[tuple[tuple[str, ...], tuple[Pair, ...]], ...]


def pair_of(a_id: str, b_id: str) -> Pair:
    """Return two ids in order."""
    return (a_id, b_id) if a_id <= b_id else (b_id, a_id)


def join(same: Iterable[Pair], different: Collection[Pair]) -> Clusters:
    """Return the groups that pairs which are the same make, those apart in which two records are different.

    Parameters
    ----------
    same
        Pairs taken for the same.
    different
        Pairs judged different, or whose identifiers contradict each other; ids in order.
    """
    leader: dict[str, str] = {}

    def find(one: str) -> str:
        while leader.setdefault(one, one) != one:
            leader[one] = leader[leader[one]]
            one = leader[one]
        return one

    for a_id, b_id in same:
        first, second = sorted((find(a_id), find(b_id)))
        leader[second] = first
    groups: dict[str, list[str]] = defaultdict(list)
    for one in sorted(leader):
        groups[find(one)].append(one)
    apart: dict[str, list[Pair]] = defaultdict(list)
    for a_id, b_id in sorted(different):
        if a_id in leader and b_id in leader and find(a_id) == find(b_id):
            apart[find(a_id)].append((a_id, b_id))
    clean = tuple(tuple(group) for head, group in groups.items() if head not in apart)
    held_back = tuple((tuple(groups[head]), tuple(pairs)) for head, pairs in apart.items())
    return Clusters(clean, held_back)


def pairs_within(group: Iterable[str]) -> Iterable[Pair]:
    """Return every pair of a group, ids in order."""
    return combinations(sorted(group), 2)
