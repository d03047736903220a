"""Circles among ids of which each names at most one above it."""

from __future__ import annotations

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from supplychain.parents import circles, shown_circle

IDS = st.sampled_from("abcdefgh")


def test_each_circle_is_told_once_from_its_least_start() -> None:
    """D → b → c → d is a circle that a leads to; e stands above itself; f leads to nothing."""
    above = {"a": "b", "b": "c", "c": "d", "d": "b", "e": "e", "f": "g"}
    assert list(circles(above, list(above))) == [("b", "c", "d"), ("e",)]
    assert list(circles(above, ["d", "c"])) == [("c", "d", "b")]
    assert list(circles(above, ["a", "f"])) == []


@given(st.dictionaries(IDS, st.none() | IDS), st.lists(IDS, unique=True))
def test_the_circles_are_those_that_networkx_finds(above: dict[str, str | None], starts: list[str]) -> None:
    graph = nx.DiGraph([(one, by) for one, by in above.items() if by is not None])
    expected = {frozenset(circle) for circle in nx.simple_cycles(graph) if not set(starts).isdisjoint(circle)}
    found = list(circles(above, starts))
    assert {frozenset(circle) for circle in found} == expected
    assert len(found) == len(expected)
    for circle in found:
        assert circle[0] == min(set(starts) & set(circle))
        assert [above[one] for one in circle] == [*circle[1:], circle[0]]


def test_a_long_way_up_is_gone_once() -> None:
    """Going up anew from each of 200,000 ids would be 20,000,000,000 steps."""
    ids = [f"org_{number:06}" for number in range(200_000)]
    above = dict(zip(ids, [*ids[1:], ids[-1]], strict=True))
    assert list(circles(above, ids)) == [(ids[-1],)]


def test_the_middle_of_a_long_circle_is_left_out() -> None:
    assert shown_circle("abcdef") == "a → b → c → d → e → f → a"
    assert shown_circle("abcdefg") == "a → b → c → d → e → f → … → a"
