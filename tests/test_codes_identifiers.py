"""Identifiers: numbers worked by hand, published ones, laws of check digits, and refusals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import ean, lei
from stdnum.exceptions import ValidationError
from stdnum.vn import mst

from supplychain.codes import (
    CodeError,
    TaxCode,
    check_gln,
    check_hs,
    check_isic,
    check_lei,
    check_locode,
    check_month,
    check_tax_code,
    check_vsic,
)
from supplychain.codes.tax import tax_check_digit

TODAY = date(2025, 11, 22)
DIGITS = st.text("0123456789", min_size=0, max_size=15)


def test_tax_code_of_an_enterprise() -> None:
    """0100112437 (published, Vietcombank): 0·31+1·29+0+0+1·17+1·13+2·7+4·5+3·3 = 102, 102 mod 11 = 3, 10 − 3 = 7."""
    assert check_tax_code(" 01.001.12437 ") == TaxCode("0100112437", "enterprise")
    assert tax_check_digit("010011243") == "7"


def test_tax_code_of_a_branch() -> None:
    for written in ("0312687878-001", "0312687878001", "0312 687 878 - 001", "０３１２６８７８７８－００１"):
        assert check_tax_code(written) == TaxCode("0312687878-001", "branch")
    assert check_tax_code("0312687878-001").enterprise == "0312687878"


def test_tax_code_of_a_person_is_personal_and_says_what_was_not_checked() -> None:
    """074 Bình Dương, 0: man born in the 1900s, 85: 1985."""
    code = check_tax_code("074085012345", today=TODAY)
    assert (code.code, code.kind, code.personal, code.enterprise) == ("074085012345", "person", True, None)
    assert code.note is not None
    assert "no check digit" in code.note.en


@pytest.mark.parametrize(("written", "code"), [("100112437", "0100112437"), ("312687878001", "0312687878-001")])
def test_a_lost_leading_zero_is_put_back_and_told(written: str, code: str) -> None:
    found = check_tax_code(written)
    assert found.code == code
    assert found.note is not None
    assert "had been lost" in found.note.en
    assert written in found.note.vi


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", "is empty"),
        ("0100112438", "check digit"),
        ("100112438", "leading zero"),
        ("312687879001", "leading zero"),
        ("74085012345", "11 digits"),
        ("12345", "5 digits"),
        ("3.12687878E+8", "rounded by a spreadsheet"),
        ("03126A7878", "digits only"),
        ("٠١٠٠١١٢٤٣٧", "digits only"),
        ("0312687878-000", "placeholder"),
        ("003085012345", "no province"),
        ("074285012345", "2085, which is yet to come"),
        ("0100112437\n0100112437", "20 digits"),
    ],
)
def test_wrong_tax_codes_are_refused_in_both_languages(written: str, said: str) -> None:
    with pytest.raises(CodeError, match=said) as refusal:
        check_tax_code(written, today=TODAY)
    assert refusal.value.sentence("vi") != refusal.value.sentence("en")
    assert "{" not in refusal.value.sentence("vi")


def test_a_number_with_point_zero_is_read_as_the_spreadsheet_meant_it() -> None:
    """312687878.0 is 0312687878 with its zero lost, never 3126878780."""
    assert check_tax_code("312687878.0").code == "0312687878"


@given(DIGITS)
def test_tax_codes_agree_with_stdnum(digits: str) -> None:
    try:
        known = mst.validate(digits)
    except ValidationError:
        known = None
    try:
        ours = check_tax_code(digits, today=TODAY)
    except CodeError:
        ours = None
    if len(digits) in (10, 13):
        assert (known is None) == (ours is None)
    if known is not None:
        assert ours is not None
        assert ours.code == mst.format(known)


@given(st.text("0123456789", min_size=9, max_size=9), st.integers(0, 999))
def test_each_complete_tax_code_is_accepted_and_each_other_check_digit_refused(nine: str, branch: int) -> None:
    check = tax_check_digit(nine)
    for digit in "0123456789":
        accepted = digit == check and nine[2:] != "0000000"
        try:
            assert check_tax_code(nine + digit).code == nine + digit
        except CodeError:
            assert not accepted
        else:
            assert accepted
            written = f"{nine}{digit}{branch:03d}"
            assert branch == 0 or check_tax_code(written) == check_tax_code(f" {written[:10]} - {written[10:]} ")


@given(st.text(max_size=60))
def test_no_text_breaks_a_check(text: str) -> None:
    for check in (check_tax_code, check_lei, check_gln, check_locode, check_hs, check_isic, check_month):
        assert "\n" not in said_of(check, text)


def said_of(check: Callable[[str], object], text: str) -> str:
    """Return the result as text, or the sentence of the refusal."""
    try:
        return str(check(text))
    except CodeError as refusal:
        return refusal.sentence("vi")


def test_published_lei_and_gln() -> None:
    """The LEI of the GLEIF itself; the GLN worked in the GS1 General Specifications: 629104150021 → 3."""
    assert check_lei("5067 00ge1g29 325qx3 63") == "506700GE1G29325QX363"
    assert check_gln("6291041500213") == "6291041500213"


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=18, max_size=18))
def test_lei_check_digits(first: str) -> None:
    number = int("".join(str(int(sign, 36)) for sign in first + "00"))
    whole = first + f"{98 - number % 97:02d}"
    assert check_lei(whole.lower()) == lei.validate(whole)
    with pytest.raises(CodeError, match="check digits"):
        check_lei(first + f"{(98 - number % 97) % 97 + 1:02d}")


@given(st.text("0123456789", min_size=12, max_size=12))
def test_gln_check_digit(first: str) -> None:
    accepted = [digit for digit in "0123456789" if ean.is_valid(first + digit)]
    assert len(accepted) == 1
    assert check_gln(first + accepted[0]) == first + accepted[0]
    with pytest.raises(CodeError, match="check digit"):
        check_gln(first + str((int(accepted[0]) + 1) % 10))


@pytest.mark.parametrize(("written", "code"), [("vn cli", "VNCLI"), ("VN-SGN", "VNSGN"), ("USLAX", "USLAX")])
def test_locodes(written: str, code: str) -> None:
    assert check_locode(written) == code


@pytest.mark.parametrize(("written", "said"), [("VNCL", "two letters"), ("VNCL1", "two letters"), ("QQCLI", "country")])
def test_wrong_locodes_are_refused(written: str, said: str) -> None:
    with pytest.raises(CodeError, match=said):
        check_locode(written)


@pytest.mark.parametrize(("written", "code"), [("8542.31", "854231"), ("85", "85"), ("8542 31 00", "85423100")])
def test_hs_codes(written: str, code: str) -> None:
    assert check_hs(written) == code


@pytest.mark.parametrize(
    ("written", "said"),
    [("77", "without 77"), ("0000", "chapters 01"), ("9801", "national"), ("10121", "leading zero")],
)
def test_wrong_hs_codes_are_refused(written: str, said: str) -> None:
    with pytest.raises(CodeError, match=said):
        check_hs(written)


def test_industry_codes() -> None:
    assert check_vsic("C26.10", "2018") == "2610"
    assert check_vsic("v", "2025") == "V"
    assert check_vsic("01110", "2018") == "01110"
    assert check_isic("2610") == "2610"


@pytest.mark.parametrize(
    ("written", "version"), [("V", "2018"), ("W", "2025"), ("261000", "2018"), ("1", "2025"), ("00", "2018")]
)
def test_wrong_industry_codes_are_refused(written: str, version: str) -> None:
    with pytest.raises(CodeError, match="VSIC"):
        check_vsic(written, version)


def test_an_unknown_edition_and_a_fifth_digit_of_isic_are_refused() -> None:
    with pytest.raises(CodeError, match="no VSIC edition"):
        check_vsic("2610", "2007")
    with pytest.raises(CodeError, match="ISIC"):
        check_isic("26100")


@pytest.mark.parametrize(
    "written",
    [
        "2026-03",
        "2026/3",
        "03/2026",
        "3-2026",
        "tháng 3/2026",
        "Tháng 3 năm 2026",
        "T3/2026",
        "Mar 2026",
        "march, 2026",
    ],
)
def test_months(written: str) -> None:
    assert check_month(written) == "2026-03"


@pytest.mark.parametrize("written", ["2026", "03/26", "13/2026", "2026-00", "ma 2026", "01/03/2026", "0001-01"])
def test_what_is_no_month_is_refused(written: str) -> None:
    with pytest.raises(CodeError, match="YYYY-MM"):
        check_month(written)
