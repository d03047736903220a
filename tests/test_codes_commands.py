"""`hinterland registry code`: answers in both languages and as JSON, refusals, and how little is read for them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from api.console import Talk
from api.registry.code_answers import Identifier, tell_hs, tell_identifier, tell_isic, tell_tax, tell_vsic
from api.registry.codes import codes
from api.registry.unit_answers import tell_address, tell_units
from supplychain.codes import CodeError
from supplychain.text import Language

Tell = Callable[[Talk], None]


def told(tell: Tell, capsys: pytest.CaptureFixture[str], language: Language = "en") -> str:
    tell(Talk(language))
    return capsys.readouterr().out


def answered(tell: Tell, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    tell(Talk("vi", as_json=True))
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def command(*words: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "api.cli", "registry", "code", *words]
    return subprocess.run(line, capture_output=True, check=False, encoding="utf-8")


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "en",
            "0300588569: tax code of an enterprise. Its check digit agrees; whether it was issued is not checked.\n",
        ),
        (
            "vi",
            "0300588569: mã số thuế của doanh nghiệp. Chữ số kiểm tra đúng; không kiểm tra mã đã được cấp hay chưa.\n",
        ),
    ],
)
def test_a_tax_code_is_told_with_what_is_not_known(
    language: Language, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(lambda talk: tell_tax("0300588569", talk), capsys, language) == sentence


def test_a_zero_put_back_is_told_and_a_personal_number_is_marked(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(told(lambda talk: tell_tax("300588569", talk), capsys).splitlines()) == 2
    document = answered(lambda talk: tell_tax("300588569", talk), capsys)
    assert document["code"] == "0300588569"
    assert document["note"]["vi"] != document["note"]["en"]
    person = answered(lambda talk: tell_tax("079085012345", talk), capsys)
    assert (person["kind"], person["personal"], person["enterprise"]) == ("person", True, None)
    branch = told(lambda talk: tell_tax("0300588569-001", talk), capsys)
    assert branch.startswith("0300588569-001: tax code of a branch of 0300588569.")


@pytest.mark.parametrize(
    ("kind", "code", "normal"),
    [
        ("lei", "529900t8bm49aursdo55", "529900T8BM49AURSDO55"),
        ("gln", "4006381333931", "4006381333931"),
        ("locode", "vn cli", "VNCLI"),
        ("month", "11/2026", "2026-11"),
    ],
)
def test_an_identifier_is_told_in_its_normal_form(
    kind: Identifier, code: str, normal: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answered(lambda talk: tell_identifier(kind, code, talk), capsys) == {"code": normal, "kind": kind}
    assert told(lambda talk: tell_identifier(kind, code, talk), capsys).startswith(normal + ": ")


def test_an_industry_is_told_with_what_is_above_below_and_in_the_other_edition(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = told(lambda talk: tell_vsic("2610", "2018", None, talk), capsys).splitlines()
    assert lines[0] == "VSIC 2018 2610: Sản xuất linh kiện điện tử."
    assert "Within 26: Electronic, computer and optical products." in lines
    assert "Divided into: 26100." in lines
    assert "VSIC 2025: 2619 Sản xuất linh kiện điện tử khác (a part)." in lines
    assert lines[-1] == "ISIC Rev. 4: 2610 (read by us, fairly sure)."
    vietnamese = told(lambda talk: tell_vsic("2610", "2018", None, talk), capsys, "vi")
    assert "Thuộc C: CÔNG NGHIỆP CHẾ BIẾN, CHẾ TẠO." in vietnamese
    document = answered(lambda talk: tell_vsic("2619", "2025", None, talk), capsys)
    assert [(step["code"], step["kind"]) for step in document["vsic_2018"]] == [("2610", "merged")]
    assert document["isic_4"] == [{"code": "2610", "confidence": "low"}]
    assert document["title"]["vi"] == "Sản xuất linh kiện điện tử khác"
    assert document["translated"] is False


def test_an_industry_of_a_list_of_the_user_is_told_from_that_list(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "own.csv"
    table.write_text("code,name\n2699,Mới\n2619,Khác\n", encoding="utf-8")
    lines = told(lambda talk: tell_vsic("2699", "2025", table, talk), capsys, "vi").splitlines()
    assert lines == ["VSIC 2025 2699: Mới.", "Theo danh mục của bạn; bảng chuyển đổi theo danh mục kèm theo."]
    assert len(told(lambda talk: tell_vsic("2619", "2025", table, talk), capsys, "vi").splitlines()) > 2


def test_goods_and_isic_are_held_against_their_lists(capsys: pytest.CaptureFixture[str]) -> None:
    lines = told(lambda talk: tell_hs("8542.31.90", talk), capsys).splitlines()
    assert lines[0] == "85423190: in HS 2022. Chapter 85: Electrical machinery and equipment."
    assert lines[1].startswith("Digits seven and eight")
    assert answered(lambda talk: tell_hs("8542", talk), capsys)["digits_compared"] == 4
    with pytest.raises(CodeError) as absent:
        tell_hs("854299", Talk("vi"))
    assert absent.value.sentence("vi") == "HS 2022 không có mã 854299. Chương 85: Máy điện và thiết bị điện."
    assert answered(lambda talk: tell_isic("0112", talk), capsys) == {"code": "0112", "vsic_2018": ["0111"]}
    assert told(lambda talk: tell_isic("C", talk), capsys) == "C: in ISIC Rev. 4.\n"
    with pytest.raises(CodeError, match=r"^ISIC Rev\. 4 has no code 2611\.$"):
        tell_isic("2611", Talk("vi"))


def test_units_of_both_times_stand_side_by_side(capsys: pytest.CaptureFixture[str]) -> None:
    document = answered(lambda talk: tell_units("phường Bình Hòa", 20, talk), capsys)
    old, new = document["units"]
    assert (old["former"], new["former"]) == (True, False)
    assert old["became"][0]["code"] == new["code"] == "25987"
    assert {unit["title"]["vi"] for unit in new["came_from"]} == {"Phường Bình Hòa", "Phường Vĩnh Phú"}
    assert [parent["title"]["en"] for parent in old["parents"]] == ["Thuan An City", "Binh Duong Province"]
    table = told(lambda talk: tell_units("25987", 1, talk), capsys)
    assert "Binh Hoa Ward" in table
    assert table.splitlines()[-1] == "… and 1 more; --show 2 prints all."
    with pytest.raises(CodeError) as unknown:
        tell_units("phường Không Có", 20, Talk("vi"))
    assert "phường Không Có" in unknown.value.sentence("vi")


def test_an_address_is_told_part_by_part_with_the_ward_of_today(capsys: pytest.CaptureFixture[str]) -> None:
    text = "Lô A1, KCN VSIP 1, P. Bình Hòa, TP. Thuận An, Bình Dương"
    lines = told(lambda talk: tell_address(text, talk), capsys).splitlines()
    assert lines == [
        "House and street: Lô A1, KCN VSIP 1",
        "Ward: Binh Hoa Ward (25987)",
        "District: Thuan An City (725)",
        "Province: Binh Duong Province (74)",
        "Ward since July 2025: Binh Hoa Ward (25987)",
        "The ward is certain.",
    ]
    unclear = answered(lambda talk: tell_address("phường 5", talk), capsys)
    assert unclear["ward"] is None
    assert unclear["confidence"] == "low"
    assert unclear["reasons"][0]["vi"] != unclear["reasons"][0]["en"]


def test_every_command_answers_and_refuses_from_the_command_line() -> None:
    for words in (
        ("tax", "0300588569"),
        ("lei", "529900T8BM49AURSDO55"),
        ("gln", "4006381333931"),
        ("locode", "VNCLI"),
        ("month", "2026-11"),
        ("hs", "8542"),
        ("vsic", "26100", "--version", "2018"),
        ("isic", "2610"),
        ("unit", "Bình Dương"),
        ("address", "Thủ Dầu Một, Bình Dương"),
    ):
        done = CliRunner().invoke(codes, [*words, "--json", "--lang", "en"])
        assert done.exit_code == 0, done.output
        assert json.loads(done.stdout)
    refused = command("tax", "0300588560", "--lang", "vi")
    assert refused.returncode != 0
    assert "0300588560" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_checks_read_no_list() -> None:
    """An import checks a million cells: importing the package and checking must not read a list of codes."""
    script = (
        "import supplychain.codes as codes\n"
        "from supplychain.codes.vsic_table import shipped_list\n"
        "from supplychain.codes.units import unit_table\n"
        "codes.check_vsic('2610', '2018'); codes.check_tax_code('0300588569'); codes.check_hs('8542')\n"
        "assert not shipped_list.cache_info().currsize and not unit_table.cache_info().currsize\n"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
