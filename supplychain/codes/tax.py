"""Vietnamese tax codes: of enterprises (10 digits), their branches (13) and persons (12, since July 2025)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final, Literal

from supplychain.codes.cleaning import bare, is_digits, plain, refuse
from supplychain.text import Text

TaxKind = Literal["enterprise", "branch", "person"]

WEIGHTS: Final = (31, 29, 23, 19, 17, 13, 7, 5, 3)

ENTERPRISE_DIGITS: Final = 10
BRANCH_DIGITS: Final = 13
PERSON_DIGITS: Final = 12

_PROVINCES_OF_BIRTH: Final = """
001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033 034 035 036 037 038 040 042 044
045 046 048 049 051 052 054 056 058 060 062 064 066 067 068 070 072 074 075 077 079 080 082 083 084 086 087 089 091
092 093 094 095 096
"""

PERSON_PROVINCES: Final = frozenset(_PROVINCES_OF_BIRTH.split())
"""Codes of the 63 provinces before July 2025, where a birth was registered: they stay in personal numbers."""

_WRITTEN_AS_NUMBER: Final = re.compile(r"\d+\.0+")
_SCIENTIFIC: Final = re.compile(r"\d+([.,]\d+)?[eE]\+?\d+")


@dataclass(frozen=True, slots=True)
class TaxCode:
    """A tax code that was checked.

    Parameters
    ----------
    code
        Normal form: ten digits; ten digits, a hyphen and three for a branch; twelve for a person.
    kind
        Whose it is.
    note
        What was put right or could not be checked, to be told to the user; None where there is nothing to tell.
    """

    code: str
    kind: TaxKind
    note: Text | None = None

    @property
    def personal(self) -> bool:
        """Whether the code identifies a person and is treated as personal data."""
        return self.kind == "person"

    @property
    def enterprise(self) -> str | None:
        """The ten digits of the enterprise, for a branch those it belongs to; None for a person."""
        return None if self.kind == "person" else self.code[:ENTERPRISE_DIGITS]


def check_tax_code(text: str, *, today: date | None = None) -> TaxCode:
    """Return the tax code in its normal form.

    Ten and thirteen digits carry a check digit: 10 minus the sum of the first nine digits, weighted 31, 29, 23, 19,
    17, 13, 7, 5, 3, modulo 11 (Circular 86/2024/TT-BTC and those before it; as in python-stdnum ``vn.mst``). A
    leading zero that was lost in a numeric cell is put back where the check digit then agrees, and ``note`` says so.
    Of twelve digits (the personal identification number, used by sole traders and household businesses since July 2025)
    only the province, the sign of century and sex, and the year of birth can be checked.

    Parameters
    ----------
    text
        The code as written; spaces, points and hyphens between digits are allowed.
    today
        Day against which a year of birth is held; today if None.

    Raises
    ------
    CodeError
        Where it is none of these; the sentence says why and what to do.
    """
    digits = _digits(text)
    if len(digits) in (ENTERPRISE_DIGITS, BRANCH_DIGITS):
        return _enterprise(digits, text, None)
    if len(digits) == ENTERPRISE_DIGITS - 1:
        return _restored(digits, text)
    if len(digits) == PERSON_DIGITS:
        return _person(digits, text, today) if digits.startswith("0") else _restored(digits, text)
    if len(digits) == PERSON_DIGITS - 1:
        raise refuse(
            en='Tax code "{value}" has 11 digits: a personal number has 12 and begins with 0. If a spreadsheet cut the '
            "zero, store the cell as text and write it again.",
            vi='Mã số thuế "{value}" có 11 chữ số: mã số cá nhân có 12 chữ số và bắt đầu bằng số 0. Nếu bảng '
            "tính đã cắt "
            "số 0, hãy định dạng ô là văn bản và nhập lại.",
            value=text,
        )
    raise refuse(
        en='Tax code "{value}" has {count} digits: an enterprise has 10, a branch 13, a person 12. Write it in full.',
        vi='Mã số thuế "{value}" có {count} chữ số: doanh nghiệp có 10, chi nhánh có 13, cá nhân có 12. '
        "Hãy ghi đầy đủ.",
        value=text,
        count=len(digits),
    )


def tax_check_digit(first_nine: str) -> str | None:
    """Return the tenth digit that belongs to nine digits; None where no number of the kind is issued."""
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, first_nine, strict=True))
    check = 10 - total % 11
    return None if check == 10 else str(check)  # noqa: PLR2004 - two signs do not fit one place


def _digits(text: str) -> str:
    written = plain(text)
    if not written:
        raise refuse(en="The tax code is empty.", vi="Mã số thuế để trống.")
    if _SCIENTIFIC.fullmatch(written):
        raise refuse(
            en='Tax code "{value}" was rounded by a spreadsheet. Store the cell as text and write all digits again.',
            vi='Mã số thuế "{value}" đã bị bảng tính làm tròn. Hãy định dạng ô là văn bản và nhập lại đủ chữ số.',
            value=text,
        )
    if _WRITTEN_AS_NUMBER.fullmatch(written) and len(written.split(".", 1)[0]) >= ENTERPRISE_DIGITS - 1:
        written = written.split(".", 1)[0]
    digits = bare(written)
    if not is_digits(digits):
        raise refuse(
            en='Tax code "{value}" may hold digits only, with spaces, points or hyphens between them.',
            vi='Mã số thuế "{value}" chỉ được gồm chữ số, có thể cách bằng khoảng trắng, dấu chấm hoặc gạch nối.',
            value=text,
        )
    return digits


def _enterprise(digits: str, text: str, note: Text | None) -> TaxCode:
    first, branch = digits[:ENTERPRISE_DIGITS], digits[ENTERPRISE_DIGITS:]
    if tax_check_digit(first[:-1]) != first[-1]:
        raise refuse(
            en='The check digit of tax code "{value}" does not agree. Compare each digit with the tax certificate.',
            vi='Chữ số kiểm tra của mã số thuế "{value}" không khớp. Hãy đối chiếu từng chữ số với giấy chứng '
            "nhận thuế.",
            value=text,
        )
    if first[2:9] == "0000000" or branch == "000":
        raise refuse(
            en='Tax code "{value}" is a placeholder: numbers start at 1. Write the code of the tax certificate.',
            vi='Mã số thuế "{value}" không phải mã thật: số thứ tự bắt đầu từ 1. Hãy ghi theo giấy chứng nhận thuế.',
            value=text,
        )
    if branch:
        return TaxCode(f"{first}-{branch}", "branch", note)
    return TaxCode(first, "enterprise", note)


def _restored(digits: str, text: str) -> TaxCode:
    full = "0" + digits
    if tax_check_digit(full[:9]) != full[9]:
        raise refuse(
            en='Tax code "{value}" has {count} digits; with a leading zero put back its check digit does not agree. '
            "Store the cell as text and write the code again.",
            vi='Mã số thuế "{value}" có {count} chữ số; thêm số 0 ở đầu thì chữ số kiểm tra vẫn không khớp. '
            "Hãy định dạng ô là văn bản và nhập lại.",
            value=text,
            count=len(digits),
        )
    note = Text(
        en='The leading zero of tax code "{value}" had been lost; it was put back, and the check digit agrees.',
        vi='Số 0 ở đầu của mã số thuế "{value}" đã bị mất; đã thêm lại và chữ số kiểm tra khớp.',
    ).format(value=digits)
    return _enterprise(full, text, note)


def _person(digits: str, text: str, today: date | None) -> TaxCode:
    if digits[:3] not in PERSON_PROVINCES:
        raise refuse(
            en='Personal number "{value}" begins with {province}, which is the code of no province. Compare it '
            "with the "
            "identity card.",
            vi='Mã số cá nhân "{value}" bắt đầu bằng {province}, không phải mã tỉnh nào. Hãy đối chiếu với thẻ '
            "căn cước.",
            value=text,
            province=digits[:3],
        )
    born = 1900 + 100 * (int(digits[3]) // 2) + int(digits[4:6])
    if born > (today or datetime.now(tz=UTC).date()).year:
        raise refuse(
            en='Personal number "{value}" tells a year of birth of {born}, which is yet to come. Compare it with the '
            "identity card.",
            vi='Mã số cá nhân "{value}" cho năm sinh {born}, là năm chưa tới. Hãy đối chiếu với thẻ căn cước.',
            value=text,
            born=born,
        )
    note = Text(
        en="A personal number has no check digit: only its province, century and year of birth were checked.",
        vi="Mã số cá nhân không có chữ số kiểm tra: chỉ kiểm tra được mã tỉnh, thế kỷ và năm sinh.",
    )
    return TaxCode(digits, "person", note)
