"""Texts in two languages, and what is filled into them."""

from __future__ import annotations

from supplychain.text import Text


def test_a_text_within_a_text_is_worded_in_the_same_language() -> None:
    sentence = Text(en="Taken as {what}, {count} times.", vi="Hiểu là {what}, {count} lần.")
    found = sentence.format(what=Text(en="yes", vi="có"), count=2)
    assert found == Text(en="Taken as yes, 2 times.", vi="Hiểu là có, 2 lần.")
