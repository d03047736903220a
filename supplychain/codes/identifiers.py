"""Identifiers used worldwide: LEI of legal entities, GLN of places, UN/LOCODE of ports and towns."""

from __future__ import annotations

import re
from typing import Final

from supplychain.codes.cleaning import bare, is_digits, refuse
from supplychain.codes.countries import COUNTRIES

LEI_FORM: Final = re.compile(r"[0-9A-Z]{18}[0-9]{2}")
LOCODE_FORM: Final = re.compile(r"[A-Z]{2}[A-Z2-9]{3}")

GLN_DIGITS: Final = 13


def check_lei(text: str) -> str:
    """Return a legal entity identifier in capitals, without spaces.

    ISO 17442: twenty signs, the last two being check digits so that the number, with letters as 10 to 35, leaves 1
    when divided by 97 (ISO/IEC 7064 MOD 97-10).

    Raises
    ------
    CodeError
        Where the form or the check digits are wrong.
    """
    lei = bare(text)
    if not LEI_FORM.fullmatch(lei):
        raise refuse(
            en='LEI "{value}" must be 18 letters or digits and 2 check digits.',
            vi='Mã LEI "{value}" phải gồm 18 chữ cái hoặc chữ số và 2 chữ số kiểm tra.',
            value=text,
        )
    if int("".join(str(int(sign, 36)) for sign in lei)) % 97 != 1:
        raise refuse(
            en='The check digits of LEI "{value}" do not agree. Compare it with search.gleif.org.',
            vi='Chữ số kiểm tra của mã LEI "{value}" không khớp. Hãy đối chiếu tại search.gleif.org.',
            value=text,
        )
    return lei


def check_gln(text: str) -> str:
    """Return a global location number of 13 digits.

    GS1 General Specifications, 7.9: digits weighted 1, 3, 1, 3, … from the left give a multiple of ten.

    Raises
    ------
    CodeError
        Where the length or the check digit is wrong.
    """
    gln = bare(text)
    if not is_digits(gln) or len(gln) != GLN_DIGITS:
        raise refuse(
            en='GLN "{value}" must be 13 digits; write leading zeros too.',
            vi='Mã GLN "{value}" phải gồm 13 chữ số, kể cả số 0 ở đầu.',
            value=text,
        )
    if sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(gln)) % 10:
        raise refuse(
            en='The check digit of GLN "{value}" does not agree. Compare each digit with its certificate.',
            vi='Chữ số kiểm tra của mã GLN "{value}" không khớp. Hãy đối chiếu từng chữ số với giấy chứng nhận.',
            value=text,
        )
    return gln


def check_locode(text: str) -> str:
    """Return a UN/LOCODE as five signs: a country of ISO 3166-1 and three of A to Z or 2 to 9.

    Only the form and the country are checked, not whether the United Nations list the place.

    Raises
    ------
    CodeError
        Where the form is wrong or no country has the first two letters.
    """
    locode = bare(text)
    if not LOCODE_FORM.fullmatch(locode):
        raise refuse(
            en='UN/LOCODE "{value}" must be two letters of the country and three of A to Z or 2 to 9, such as VNCLI.',
            vi='Mã UN/LOCODE "{value}" phải gồm hai chữ của nước và ba ký tự A đến Z hoặc 2 đến 9, ví dụ VNCLI.',
            value=text,
        )
    if locode[:2] not in COUNTRIES and locode[:2] != "XZ":
        raise refuse(
            en='UN/LOCODE "{value}" begins with {country}, which is the code of no country.',
            vi='Mã UN/LOCODE "{value}" bắt đầu bằng {country}, không phải mã nước nào.',
            value=text,
            country=locode[:2],
        )
    return locode
