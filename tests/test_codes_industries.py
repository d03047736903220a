"""VSIC 2018 and 2025 with the step between them, ISIC Rev. 4, and the existence of HS codes."""

from __future__ import annotations

import csv
import json
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from supplychain.codes import CodeError, Step, Vsic
from supplychain.codes.goods_table import look_up_hs
from supplychain.codes.isic import is_isic, isic_classes
from supplychain.codes.vsic_table import EDITIONS, changed_codes

SHARED = Path(__file__).parent.parent.parent / "shared" / "data" / "codes"
here = pytest.mark.skipif(not SHARED.exists(), reason="../shared/data/codes is not there")
VSIC = Vsic()


def targets(code: str) -> set[str]:
    return {step.code for step in VSIC.to_2025(code)}


def kinds(code: str) -> set[str]:
    return {step.kind for step in VSIC.to_2025(code)}


@pytest.mark.parametrize(("version", "counts"), [("2018", (21, 88, 242, 464, 734)), ("2025", (22, 87, 259, 495, 743))])
def test_each_edition_has_the_number_of_codes_of_its_levels(version: str, counts: tuple[int, ...]) -> None:
    """The counts of Decision 36/2025 at all levels, and of Decision 27/2018 at all but the fourth.

    Decision 27/2018 says 486 codes of four digits; the 734 codes of five digits begin with 464 different ones.
    """
    assert tuple(Counter(len(code) for code in VSIC.entries(version))[length] for length in (1, 2, 3, 4, 5)) == counts


@pytest.mark.parametrize("version", EDITIONS)
def test_every_code_hangs_on_one_that_exists_and_every_code_but_a_last_one_is_divided(version: str) -> None:
    entries = VSIC.entries(version)
    divided = {industry.parent for industry in entries.values()}
    for code, industry in entries.items():
        assert industry.code == code
        assert code == unicodedata.normalize("NFC", code)
        assert industry.title.vi
        assert industry.title.vi == unicodedata.normalize("NFC", industry.title.vi).strip()
        assert (industry.parent in entries) if len(code) > 1 else not industry.parent
        assert code.startswith(industry.parent) or industry.parent.isalpha()
        assert (code in divided) == (len(code) < 5)


@pytest.mark.parametrize("version", EDITIONS)
def test_sections_and_divisions_have_english_titles_of_our_own(version: str) -> None:
    for code, industry in VSIC.entries(version).items():
        assert industry.translated == (len(code) < 3)
        assert industry.translated or industry.title.en == industry.title.vi


def test_every_code_of_2018_goes_to_codes_of_2025_of_the_same_level_and_every_code_of_2025_comes_from_some() -> None:
    reached: set[str] = set()
    for code in VSIC.entries("2018"):
        found = VSIC.to_2025(code)
        assert found
        assert len({step.code for step in found}) == len(found)
        assert {len(step.code) for step in found} == {len(code)}
        reached |= {step.code for step in found}
    assert reached == set(VSIC.entries("2025"))


@pytest.mark.parametrize("length", [2, 3, 4])
def test_a_code_goes_where_its_parts_go(length: int) -> None:
    """The official table has rows of every level; that they agree guards against a misread row."""
    entries = VSIC.entries("2018")
    for code in (code for code in entries if len(code) == length):
        parts = (child.code for child in VSIC.children(entries[code]))
        assert {target[:-1] for part in parts for target in targets(part)} == targets(code)


@pytest.mark.parametrize(
    ("code", "steps"),
    [
        ("0111", [("0111", "same")]),
        ("49312", [("49311", "moved")]),
        ("46622", [("46722", "moved")]),
        ("2610", [("2611", "split"), ("2619", "split")]),
        ("31001", [("31010", "moved")]),
        ("80100", [("80110", "merged")]),
        ("62010", [("62110", "split"), ("62190", "split")]),
        ("45120", [("47811", "moved")]),
        ("52292", [("52290", "mixed"), ("52310", "mixed"), ("52320", "mixed")]),
        ("T", [("U", "moved")]),
    ],
)
def test_the_step_follows_the_official_table(code: str, steps: list[tuple[str, str]]) -> None:
    assert VSIC.to_2025(code) == tuple(Step(target, kind) for target, kind in steps)  # type: ignore[arg-type]


def test_a_code_that_is_not_listed_as_changed_keeps_its_number() -> None:
    changed = changed_codes()
    for code in VSIC.entries("2018"):
        assert (targets(code) == {code}) == (code not in changed)


def test_the_step_back_is_the_step_forward_seen_from_the_other_side() -> None:
    for code in VSIC.entries("2025"):
        for step in VSIC.to_2018(code):
            assert code in targets(step.code)
    assert VSIC.to_2018("33190")[0].kind == "same"
    assert {step.code for step in VSIC.to_2018("80110")} == {"80100", "80300"}


def test_a_code_can_mean_something_else_in_the_other_edition() -> None:
    assert VSIC.editions("4661") == EDITIONS
    assert VSIC.title("4661", "2018").vi.startswith("Bán buôn nhiên liệu")
    assert VSIC.title("4661", "2025").vi == "Bán buôn ô tô và xe có động cơ khác"
    assert VSIC.title("C", "2025").en == "Manufacturing"


def test_a_code_the_edition_does_not_have_is_refused_and_the_other_edition_named() -> None:
    with pytest.raises(CodeError) as refused:
        VSIC.get("2611", "2018")
    assert refused.value.sentence("en").startswith('VSIC 2018 has no code "2611"; VSIC 2025 has: ')
    assert refused.value.sentence("vi").startswith('VSIC 2018 không có mã "2611"; VSIC 2025 có: ')
    with pytest.raises(CodeError, match=r'^VSIC 2025 has no code "9999"\.$'):
        VSIC.title("9999", "2025")
    with pytest.raises(CodeError):
        VSIC.to_2025("V")


def test_the_entries_above_a_code_are_named_up_to_its_section() -> None:
    parents = [industry.code for industry in VSIC.parents(VSIC.get("C26100", "2018"))]
    assert parents == ["2610", "261", "26", "C"]


def test_a_list_of_the_user_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    file = tmp_path / "vsic.csv"
    file.write_text(
        "Mã ngành,Tên ngành,name_en\nC,CHẾ BIẾN,Making\n26,Điện tử,\n2699,Mới,New\n,,\n", encoding="utf-8-sig"
    )
    own = Vsic({"2025": file})
    assert own.title("2699", "2025").en == "New"
    assert own.title("26", "2025").en == "Điện tử"
    assert [above.code for above in own.parents(own.get("26", "2025"))] == ["C"]
    with pytest.raises(CodeError):
        own.get("2611", "2025")
    assert own.title("2610", "2018") == VSIC.title("2610", "2018")
    file.write_text("code,name\n26,Điện tử\n", encoding="utf-16")
    assert Vsic({"2025": file}).title("26", "2025").vi == "Điện tử"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"code,ten khac\n26,a\n", "needs columns code and name"),
        (b"code,name\n26,a\n26,b\n", 'Line 3 of vsic.csv: code "26" is there twice'),
        (b"code,name\n26,a\n1234567,b\n", "Line 3: VSIC 2025 code"),
        (b"code,name\n", "has no rows"),
        (b"", "needs columns code and name"),
        (b"code,name\n26,\xff\xfe\n", "is not UTF-8"),
        (b"code,name\n26," + b"x" * 200_000 + b"\n", "is not a CSV file"),
        (None, "cannot be read"),
    ],
)
def test_a_list_that_is_none_is_refused_with_the_place(tmp_path: Path, content: bytes | None, sentence: str) -> None:
    file = tmp_path / "vsic.csv"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CodeError, match=sentence) as refused:
        Vsic({"2025": file})
    assert refused.value.sentence("vi") != refused.value.sentence("en")


def test_isic_has_88_divisions_238_groups_and_419_classes() -> None:
    assert len(isic_classes()) == 419
    assert [len({code[:digits] for code in isic_classes()}) for digits in (2, 3)] == [88, 238]
    assert is_isic("2610")
    assert is_isic("261")
    assert is_isic("U")
    assert not is_isic("2611")
    assert not is_isic("V")


def test_vsic_classes_of_2018_are_read_as_isic_classes() -> None:
    """Rice is 0111 in VSIC and 0112 in ISIC: equal numbers need not mean equal things."""
    assert [(found.code, found.confidence) for found in VSIC.to_isic("26", "2018")] == [("26", "high")]
    assert [(found.code, found.confidence) for found in VSIC.to_isic("01110", "2018")] == [("0112", "medium")]
    assert [found.code for found in VSIC.to_isic("0721", "2018")] == ["0721"]
    assert [(found.code, found.confidence) for found in VSIC.to_isic("26110", "2025")] == [("2610", "low")]
    assert VSIC.to_isic("C", "2018") == ()
    for code in VSIC.entries("2018"):
        assert len(code) == 1 or VSIC.to_isic(code, "2018")


def test_hs_codes_are_held_against_the_list_of_hs_2022() -> None:
    """8524 (flat panel display modules) came with HS 2022; 8469 (typewriters) ended before."""
    assert look_up_hs("8524").exists
    assert look_up_hs("8542.31").exists
    assert look_up_hs("94").exists
    assert not look_up_hs("8469").exists
    assert not look_up_hs("854299").exists
    national = look_up_hs("85423190")
    assert (national.exists, national.compared) == (True, 6)
    assert national.chapter.vi == "Máy điện và thiết bị điện"


@here
@pytest.mark.shared_data
def test_the_shipped_hs_list_equals_the_shared_one() -> None:
    with (SHARED / "hs2022.csv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file))
    shared = {cell for row in rows for cell in row[:2] if cell.isascii() and cell.isdigit() and len(cell) in {4, 6}}
    ours = {code for code in shared if code[:2] != "99" and look_up_hs(code).exists}
    assert shared - ours <= {"9999", "999999"}


@here
@pytest.mark.shared_data
def test_the_shipped_isic_codes_equal_the_shared_ones() -> None:
    sections = json.loads((SHARED / "isic_rev4_en.json").read_text(encoding="utf-8"))["sections"]
    shared = {
        each["class"]
        for section in sections
        for division in section["divisions"]
        for group in division["groups"]
        for each in group["classes"]
    }
    assert set(isic_classes()) == shared
