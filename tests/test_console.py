"""What the command line prints loses no column."""

from __future__ import annotations

import json

import pytest

from api.console import Talk
from api.totals import MANY_PLANS
from supplychain.text import Text


def test_a_table_that_goes_to_a_file_keeps_every_column(capsys: pytest.CaptureFixture[str]) -> None:
    headings = (Text(en="What if", vi="Kịch bản"), *(total.label for total in MANY_PLANS))
    figures = [f"{11.5 * (place + 1):.1f}" for place in range(len(MANY_PLANS))]
    row = ("Đường sắt Bàu Bàng – An Bình – Cái Mép", *figures)
    Talk("vi").table(Text(en="Base and what-ifs", vi="Các kịch bản"), headings, [row])
    printed = capsys.readouterr().out
    assert all(figure in printed for figure in figures)
    assert printed.count("┓") == 1


def test_a_program_reads_json_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    talk = Talk("en", as_json=True)
    talk.say(Text(en="words", vi="lời"))
    talk.table(Text(en="t", vi="t"), (Text(en="c", vi="c"),), [("1",)])
    talk.answer({"đường": 1.5})
    assert json.loads(capsys.readouterr().out) == {"đường": 1.5}


def test_a_number_that_is_none_is_refused_in_an_answer() -> None:
    with pytest.raises(ValueError, match="JSON"):
        Talk("en", as_json=True).answer({"x": float("nan")})
