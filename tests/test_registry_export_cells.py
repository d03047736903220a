"""A cell stands for one text alone, and none begins a formula where a spreadsheet would run it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.exports.cells import is_formula, number_text, restore, text_cell

TRICKY = st.text(alphabet="'\"= +-@\t\r\nab0đ－_x\u200b\u0301 ")


@given(st.text() | TRICKY, st.booleans())
def test_every_text_comes_back(text: str, guarded: bool) -> None:
    cell = text_cell(text, guarded=guarded)
    assert restore(cell, guarded=guarded)[0] == text
    assert cell == cell.strip()
    assert cell


@given(st.text() | TRICKY)
def test_no_cell_of_csv_begins_a_formula(text: str) -> None:
    assert not is_formula(text_cell(text, guarded=True))


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ('=HYPERLINK("http://x")', '\'=HYPERLINK("http://x")'),
        ("+84 274 3822 600", "'+84 274 3822 600"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("  =1", '\'"  =1"'),
        ("\t=1", '\'"\\t=1"'),
        ("＝1+1", "'＝1+1"),
        ("", '\'""'),
        ("'=1", "''=1"),
        ("'s-Hertogenbosch", "'s-Hertogenbosch"),
        ("Công ty A\nNhà máy 2", "Công ty A\nNhà máy 2"),
        ("0300588569", "0300588569"),
    ],
)
def test_cells_of_csv(text: str, cell: str) -> None:
    assert text_cell(text, guarded=True) == cell


@pytest.mark.parametrize("cell", ["'", "'abc", "'\"abc", '\'"a" b', "'[1]", "''"])
def test_what_a_person_wrote_with_an_apostrophe_stays(cell: str) -> None:
    assert restore(cell, guarded=True) == (cell, False)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_digits_of_a_number_restore_it(value: float) -> None:
    text = number_text(value)
    assert float(text) == value
    assert "e" not in text.lower()


@pytest.mark.parametrize(
    ("value", "text"), [(1.234, "1.2340"), (-12.5, "-12.5"), (1e-7, "0.0000001"), (1e21, "1" + "0" * 21), (5.0, "5")]
)
def test_no_number_can_be_read_in_two_ways(value: float, text: str) -> None:
    assert number_text(value) == text
