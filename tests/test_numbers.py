"""Numbers as people write them."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from api.numbers import format_number, number, percent, signed


def test_vietnamese_swaps_the_marks() -> None:
    """1234567.891 with two decimals: 1.234.567,89 in Vietnamese, 1,234,567.89 in English."""
    text = number(1234567.891, 2)
    assert text.vi == "1.234.567,89"
    assert text.en == "1,234,567.89"


def test_no_value_is_a_dash_not_a_zero() -> None:
    assert number(None).en == "–"
    assert number(math.nan).vi == "–"
    assert percent(None).vi == "–"
    assert signed(math.nan).en == "–"


def test_difference_carries_its_sign() -> None:
    assert signed(3.26, 1).vi == "+3,3"
    assert signed(-3.26, 1).en == "−3.3"
    assert signed(-0.04, 1).en == "0.0"


def test_share_is_a_percentage() -> None:
    assert percent(0.583).vi == "58,3\N{NO-BREAK SPACE}%"


@given(st.floats(-1e12, 1e12), st.integers(0, 4))
def test_english_number_reads_back(value: float, digits: int) -> None:
    plain = format_number(value, digits, "en").replace(",", "").replace("−", "-")
    assert math.isclose(float(plain), value, abs_tol=0.5001 * 10**-digits)
