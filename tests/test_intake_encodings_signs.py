"""Signs that stand in any text are no evidence for a legacy font; whole words of Vietnamese are."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.intake.encodings import EncodingError, decide_bytes, decide_scheme, looks_legacy
from supplychain.intake.files import open_table_file

SIGNS = (
    "½", "1½ inch", "inch½", "¼ inch", "3¾", "10 m²", "m³", "cm²", "phi²", "min²", "con³", "tan°", "25°C", "±5", "5×10",
    "a×", "10÷2", "10µm", "µg", "©2024 abc®", "an®", "ba©", "§ 5", "x²", "mm²", "«an»",
)  # fmt: skip
WRITTEN = ("C«ng ty tr¸ch nhiÖm h÷u h¹n", "S¶n xuÊt vµ th­¬ng m¹i", "B×nh D­¬ng", "Hµ Néi", "®iÖn tö")
READ = ("Công ty trách nhiệm hữu hạn", "Sản xuất và thương mại", "Bình Dương", "Hà Nội", "điện tử")


@given(st.lists(st.sampled_from(SIGNS), min_size=1, max_size=60))
def test_texts_of_signs_are_unicode_and_nothing_is_suspected(texts: list[str]) -> None:
    decision = decide_scheme(texts)
    assert (decision.name, decision.suspected) == ("unicode", None)
    assert not any(looks_legacy(text, "tcvn3") for text in texts)


@pytest.mark.parametrize("sign", SIGNS)
def test_signs_are_kept_as_they_are_written(sign: str, tmp_path: Path) -> None:
    path = tmp_path / "signs.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([("name", "size"), *((f"bolt {row}", sign) for row in range(12))])
    (sheet,) = open_table_file(path).sheets
    assert [row.cells[1].text for row in sheet.rows()] == [sign] * 12


@given(st.lists(st.sampled_from(SIGNS), max_size=8))
def test_tcvn3_is_recognised_with_signs_among_it(signs: list[str]) -> None:
    assert decide_scheme([*WRITTEN * 3, *signs]).name == "tcvn3"


def test_a_file_in_tcvn3_is_read(tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    path.write_text("name;code\n" + "".join(f"{text};{row}\n" for row, text in enumerate(WRITTEN)), encoding="cp1252")
    (sheet,) = open_table_file(path).sheets
    assert tuple(row.cells[0].text for row in sheet.rows()) == READ


@pytest.mark.parametrize("text", ["1½ inch", "10 m²", "5 °C"])
def test_bytes_of_signs_alone_are_not_guessed(text: str) -> None:
    with pytest.raises(EncodingError, match="name its encoding"):
        decide_bytes([text.encode("cp1252")] * 10)
