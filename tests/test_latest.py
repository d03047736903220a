"""What is kept of the values used latest: by number, by bytes, and when several threads ask."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from supplychain.latest import Latest


def test_the_one_used_longest_ago_goes_first() -> None:
    kept: Latest[int] = Latest(2)
    kept.put("a", 1)
    kept.put("b", 2)
    assert kept.get("a") == 1
    kept.put("c", 3)
    assert [kept.get(key) for key in "abc"] == [1, None, 3]
    kept.clear()
    assert len(kept) == 0


def test_bytes_are_bounded_but_the_last_one_always_stays() -> None:
    """Room for 10: of 4, 5 and 3 the first goes; then one of 50 stays alone."""
    kept: Latest[bytes] = Latest(most_bytes=10, size=len)
    for key, size in (("a", 4), ("b", 5), ("c", 3)):
        kept.put(key, bytes(size))
    assert [kept.get(key) is not None for key in "abc"] == [False, True, True]
    kept.put("d", bytes(50))
    assert [kept.get(key) is not None for key in "bcd"] == [False, False, True]


def test_nothing_is_an_answer_that_is_kept_too() -> None:
    made: list[str] = []
    kept: Latest[str | None] = Latest(2)
    for _ in range(3):
        assert kept.get_or_make("none", lambda: made.append("made")) is None
    assert made == ["made"]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 20)), max_size=60))
def test_room_is_never_passed_by_more_than_the_last(puts: list[tuple[int, int]]) -> None:
    kept: Latest[int] = Latest(5, most_bytes=30, size=int)
    for key, size in puts:
        kept.put(key, size)
        assert kept.get(key) == size
        held = [found for one in range(10) if (found := kept.get(one)) is not None]
        assert len(held) <= 5
        assert sum(held) <= 30 or len(held) == 1


def test_threads_get_what_was_put() -> None:
    kept: Latest[int] = Latest(3)
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda number: kept.get_or_make(number % 5, lambda: number % 5), range(2000)))
    assert found == [number % 5 for number in range(2000)]
    assert len(kept) <= 3
