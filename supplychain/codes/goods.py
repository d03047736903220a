"""HS 2022 codes of goods: form and chapter; whether a heading exists is told by ``supplychain.codes.goods_table``."""

from __future__ import annotations

from typing import Final

from supplychain.codes.cleaning import bare, is_digits, refuse

HS_LENGTHS: Final = (2, 4, 6, 8)

LAST_CHAPTER: Final = 97
RESERVED_CHAPTER: Final = 77


def check_hs(text: str) -> str:
    """Return an HS 2022 code as 2, 4 or 6 digits, or 8 for a code of the ASEAN nomenclature (AHTN), without points.

    Raises
    ------
    CodeError
        Where the form is wrong or the chapter is not one of 01 to 76 and 78 to 97.
    """
    code = bare(text)
    if not is_digits(code) or len(code) not in HS_LENGTHS:
        raise refuse(
            en='HS code "{value}" must have 2, 4, 6 or 8 digits; if a spreadsheet cut a leading zero, write it again.',
            vi='Mã HS "{value}" phải có 2, 4, 6 hoặc 8 chữ số; nếu bảng tính đã cắt số 0 ở đầu, hãy nhập lại.',
            value=text,
        )
    chapter = int(code[:2])
    if chapter == RESERVED_CHAPTER or not 1 <= chapter <= LAST_CHAPTER:
        raise refuse(
            en='HS code "{value}" begins with {chapter}; HS 2022 has chapters 01 to 97 without 77 (98 and 99 are of '
            "national tariffs).",
            vi='Mã HS "{value}" bắt đầu bằng {chapter}; HS 2022 có các chương 01 đến 97, trừ 77 (98 và 99 thuộc biểu '
            "thuế quốc gia).",
            value=text,
            chapter=code[:2],
        )
    return code
