"""Codes of industries: VSIC 2018 and 2025 (Vietnam), ISIC Rev. 4 (worldwide)."""

from __future__ import annotations

from typing import Final, Literal

from supplychain.codes.cleaning import bare, is_digits, refuse

VsicVersion = Literal["2018", "2025"]

LAST_SECTION: Final = {"2018": "U", "2025": "V"}
VSIC_DIGITS: Final = (2, 3, 4, 5)
ISIC_DIGITS: Final = (2, 3, 4)


def check_vsic(text: str, version: str) -> str:
    """Return a VSIC code of one edition: a section letter, or 2, 3, 4 or 5 digits.

    Parameters
    ----------
    text
        The code as written; points and spaces are taken out, and a section letter before digits (``C2610``).
    version
        ``2018`` (Decision 27/2018/QD-TTg) or ``2025`` (Decision 36/2025/QD-TTg).

    Raises
    ------
    CodeError
        Where the form is wrong or there is no such edition.
    """
    if version not in LAST_SECTION:
        raise refuse(
            en='There is no VSIC edition "{value}": write 2018 or 2025.',
            vi='Không có phiên bản VSIC "{value}": hãy ghi 2018 hoặc 2025.',
            value=version,
        )
    code = _industry(text, LAST_SECTION[version], VSIC_DIGITS)
    if code is None:
        raise refuse(
            en='VSIC {version} code "{value}" must be a letter A to {last} or 2 to 5 digits; write leading zeros too.',
            vi='Mã VSIC {version} "{value}" phải là một chữ A đến {last} hoặc 2 đến 5 chữ số, kể cả số 0 ở đầu.',
            value=text,
            version=version,
            last=LAST_SECTION[version],
        )
    return code


def check_isic(text: str) -> str:
    """Return an ISIC Rev. 4 code: a section letter A to U, or 2, 3 or 4 digits.

    Raises
    ------
    CodeError
        Where the form is wrong.
    """
    code = _industry(text, "U", ISIC_DIGITS)
    if code is None:
        raise refuse(
            en='ISIC Rev. 4 code "{value}" must be a letter A to U or 2 to 4 digits; write leading zeros too.',
            vi='Mã ISIC Rev. 4 "{value}" phải là một chữ A đến U hoặc 2 đến 4 chữ số, kể cả số 0 ở đầu.',
            value=text,
        )
    return code


def _industry(text: str, last_section: str, lengths: tuple[int, ...]) -> str | None:
    code = bare(text)
    if len(code) == 1 and "A" <= code <= last_section:
        return code
    digits = code[1:] if code[:1] and "A" <= code[0] <= last_section else code
    return digits if is_digits(digits) and len(digits) in lengths and int(digits[:2]) >= 1 else None
