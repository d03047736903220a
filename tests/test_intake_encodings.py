"""Encodings and legacy fonts: the tables by hand, the decision on evidence, and the clear refusals."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intake_files import SENTENCE, texts, to_tcvn3, to_vni, to_windows_1258

from supplychain.intake.encodings import (
    ENCODINGS,
    EncodingError,
    decide_bytes,
    decide_scheme,
    decode,
    from_mojibake,
    looks_legacy,
)
from supplychain.intake.encodings_syllables import is_syllable
from supplychain.intake.encodings_tables import TCVN3, VNI, from_tcvn3, from_vni, from_vscii
from supplychain.intake.files import ReadOptions, open_table_file

TCVN3_BY_HAND = (
    "¡Ă ¢Â £Ê ¤Ô ¥Ơ ¦Ư §Đ ¨ă ©â ªê «ô ¬ơ ®đ µà ¶ả ·ã ¸á ¹ạ »ằ ¼ẳ ½ẵ ¾ắ Æặ Çầ Èẩ Éẫ Êấ Ëậ Ìè Îẻ Ïẽ Ðé Ñẹ Òề Óể Ôễ Õế Öệ "
    "×ì Øỉ Üĩ Ýí Þị ßò áỏ âõ ãó äọ åồ æổ çỗ èố éộ êờ ëở ìỡ íớ îợ ïù ñủ òũ óú ôụ õừ öử ÷ữ øứ ùự úỳ ûỷ üỹ ýý þỵ"
)
"""Letters of the ABC fonts (TCVN 5712:1993 part 3), each after its Western character; not the soft hyphen, ư."""

VNI_BY_HAND = (
    "aùá aøà aûả aõã aïạ aêă aéắ aèằ aúẳ aüẵ aëặ aââ aáấ aàầ aåẩ aãẫ aäậ eùé eøè eûẻ eõẽ eïẹ eâê eáế eàề eåể eãễ eäệ "
    "oùó oøò oûỏ oõõ oïọ oâô oáố oàồ oåổ oãỗ oäộ ôùớ ôøờ ôûở ôõỡ ôïợ uùú uøù uûủ uõũ uïụ öùứ öøừ öûử öõữ öïự "
    "yùý yøỳ yûỷ yõỹ"
)
"""Every two-character letter of VNI-Windows, then what it stands for."""


def test_every_letter_of_tcvn3() -> None:
    pairs = TCVN3_BY_HAND.split()
    assert len(pairs) == 73
    for pair in pairs:
        assert from_tcvn3(pair[0]) == pair[1]
    assert from_tcvn3("\u00ad") == "ư"
    capitals_of_part_1 = set(bytes.fromhex("AFBABFC0C1C2C3C4C5CDD9DADBE0F0FF"))
    marks = set(range(0xB0, 0xB5)) | {0xA0}
    assert {ord(pair[0]) for pair in pairs} | {0xAD} | capitals_of_part_1 | marks == set(TCVN3)


def test_every_letter_of_vni() -> None:
    for trio in VNI_BY_HAND.split():
        written, letter = trio[:2], trio[2:]
        assert from_vni(written) == letter
        assert from_vni(written.upper()) == letter.upper()
        assert from_vni(written[0].upper() + written[1]) == letter.upper()
    singles = {"ô": "ơ", "ö": "ư", "ñ": "đ", "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
    for written, letter in singles.items():
        assert from_vni(written) == letter
        assert from_vni(written.upper()) == letter.upper()
    assert {key.lower() for key in VNI} == {trio[:2] for trio in VNI_BY_HAND.split()} | set(singles)


def test_known_words_in_legacy_fonts() -> None:
    """Worked by hand: "Công ty", "Bình Dương", "Thuận" and a title in the capital font .VnTimeH."""
    assert from_tcvn3("C«ng ty B×nh D\u00ad¬ng ThuËn") == "Công ty Bình Dương Thuận"
    assert from_vni("Coâng ty Bình Döông Thuaän ÑÖÔØNG") == "Công ty Bình Dương Thuận ĐƯỜNG"
    assert from_tcvn3("C¤NG TY TR¸CH NHIÖM H÷U H¹N") == "CÔNG TY TRÁCH NHIỆM HỮU HẠN"
    assert from_vscii("D\x16 \x80\x82") == "DÝ ÀÃ"
    assert from_mojibake("CÃ´ng ty") == "Công ty"


def test_syllables() -> None:
    for word in (
        "nghiêng",
        "giếng",
        "gìn",
        "quýt",
        "khuya",
        "đường",
        "Thuỷ",
        "ươm",
        "yến",
        "oằn",
        "xoong",
        "quốc",
        "GÌ",
    ):
        assert is_syllable(word), word
    for word in ["Schröder", "société", "giÕng", "Coâng", "c«ng", "cát!", "mạtt", "bộk", "ắắ"]:
        assert not is_syllable(word), word
    assert is_syllable("mát")
    assert not is_syllable("màt")  # a stop takes sắc or nặng only


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("tcvn3", to_tcvn3(SENTENCE)),
        ("vni", to_vni(SENTENCE)),
        ("windows-1258", to_windows_1258(SENTENCE)),
    ],
)
def test_one_byte_encodings_are_told_apart(name: str, data: bytes, tmp_path: Path) -> None:
    decision = decide_bytes([data])
    assert decision.name == name
    assert decision.sure
    assert decode(data, name) == SENTENCE
    path = tmp_path / "a.csv"
    path.write_bytes(b"ten;ma\n" + data.replace(b";", b" ") + b";1\n")
    file = open_table_file(path)
    assert file.encoding == name
    assert [cell.text for row in file.sheets[0].rows() for cell in row.cells] == [SENTENCE, "1"]
    told = next(finding for finding in file.findings if finding.code == "encoding")
    assert "→" in told.text.vi or name == "windows-1258"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_in_every_form(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = "".join(f"{SENTENCE.replace(',', '')},{number}\n" for number in range(20))
    path.write_bytes(f"Tên công ty,MST\n{rows}".encode(encoding))
    assert texts(path)[19] == [SENTENCE.replace(",", ""), "19"]


def test_combining_marks_are_composed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"ten,ma\n{unicodedata.normalize('NFD', 'Bình Dương')},1\n", encoding="utf-8")
    assert texts(path) == [["Bình Dương", "1"]]


def test_wrongly_converted_utf8_is_mended_and_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("ten;ma\nCÃ´ng ty ThÆ°Æ¡ng;1\nViá»‡t;2\n", encoding="utf-8")
    file = open_table_file(path)
    assert file.encoding == "mojibake"
    assert texts(path) == [["Công ty Thương", "1"], ["Việt", "2"]]


def test_legacy_text_among_unicode_is_a_problem_of_its_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    legacy = ["ThuËn Giao", "nghiªng", "giÕng", "viÖt", "tr¸ch nhiÖm"]
    lines = [SENTENCE.replace(",", "")] * 20 + legacy
    path.write_text("ten,ma\n" + "".join(f"{line},1\n" for line in lines), encoding="utf-8")
    rows = list(open_table_file(path).sheets[0].rows())
    assert [row.line for row in rows if row.problems] == [22, 23, 24, 25, 26]
    assert "TCVN3" in rows[-1].problems[0].vi
    assert looks_legacy("ThuËn Giao", "tcvn3")


def test_a_line_in_another_encoding_is_a_problem_of_its_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    good = (f"{SENTENCE.replace(',', '')},1\n" * 10).encode()
    path.write_bytes(b"ten,ma\n" + good + to_windows_1258("Bình Dương") + b",2\n" + good)
    rows = list(open_table_file(path).sheets[0].rows())
    assert [row.line for row in rows if row.problems] == [12]
    assert "UTF-8" in rows[10].problems[0].en
    assert len(rows) == 21


def test_western_text_that_is_not_utf8_is_refused_clearly(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("name,city\nSchröder,São Paulo\nsociété,Nîmes\n".encode("latin-1"))
    with pytest.raises(EncodingError, match="name its encoding") as refused:
        open_table_file(path)
    assert "Hãy lưu lại" in refused.value.text.vi
    assert texts(path, ReadOptions(encoding="windows-1252"))[0] == ["Schröder", "São Paulo"]


def test_viqr_is_refused_clearly(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("te^n,ma\n" + "Co^ng ty TNHH Die^.n tu+?,1\n" * 5, encoding="ascii")
    with pytest.raises(EncodingError, match="VIQR"):
        open_table_file(path)


def test_an_unknown_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("ten,ma\nA,1\n", encoding="ascii")
    with pytest.raises(EncodingError, match="no encoding 'latin-9'"):
        open_table_file(path, ReadOptions(encoding="latin-9"))


def test_plain_text_needs_no_decision() -> None:
    decision = decide_scheme(["Cong ty TNHH", "Thuan Giao"])
    assert (decision.name, decision.words, decision.sure) == ("unicode", 0, True)


@given(st.binary(max_size=200), st.sampled_from([name for name in ENCODINGS if not name.startswith("utf")]))
@settings(max_examples=200, deadline=None)
def test_any_bytes_decode_or_fail_as_unicode_errors_do(data: bytes, name: str) -> None:
    try:
        text = decode(data, name)
    except UnicodeError:
        return
    assert isinstance(text, str)


WORDS = (
    "công",
    "ty",
    "gỗ",
    "việt",
    "đường",
    "thuận",
    "giao",
    "nghiêng",
    "giếng",
    "điện",
    "tử",
    "cơ",
    "khí",
    "xuất",
    "nhập",
)
VIETNAMESE = st.lists(st.sampled_from(WORDS), min_size=4, max_size=12).map(" ".join)


@given(VIETNAMESE)
@settings(max_examples=60, deadline=None)
def test_legacy_texts_read_back_the_same(text: str) -> None:
    assert decode(to_tcvn3(text), "tcvn3") == text
    assert decode(to_vni(text), "vni") == text
    assert decode(to_windows_1258(text), "windows-1258") == text
