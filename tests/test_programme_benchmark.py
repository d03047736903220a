"""The 50 scenarios of the benchmark are what its page says they are."""

from __future__ import annotations

from benchmarks.__main__ import NAMES
from benchmarks.programme import ACTIONS, NAME, PAIRS, THREES, stacks
from supplychain.pack import Pack


def test_fifty_different_stacks_of_actions(region_pack: Pack) -> None:
    """19 actions, two of which change nothing, so 17 have 16 pairs of neighbours and 15 threes."""
    found = stacks(region_pack)
    assert len(found) == len(set(found)) == ACTIONS == 19 + PAIRS + THREES
    assert [len(one) for one in found] == [1] * 19 + [2] * PAIRS + [3] * THREES
    assert NAME in NAMES
