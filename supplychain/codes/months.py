"""Months as people write them, to the one form of the registry."""

from __future__ import annotations

import re
from typing import Final

from supplychain.codes.cleaning import plain, refuse
from supplychain.text import fold

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2100
MONTHS_OF_YEAR: Final = 12

_YEAR_FIRST: Final = re.compile(r"(?P<year>\d{4})[-/. ](?P<month>\d{1,2})")
_MONTH_FIRST: Final = re.compile(r"(?:(?:thang|month|t)\.? ?)?(?P<month>\d{1,2})(?:[-/. ]| nam )(?P<year>\d{4})")
_NAMED: Final = re.compile(r"(?P<name>[a-z]{3,9})\.?[-/ ,]{1,2}(?P<year>\d{4})")
_NAMES: Final = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)


def check_month(text: str) -> str:
    """Return a month as ``YYYY-MM``.

    Understood are ``2026-03``, ``2026/3``, ``03/2026``, ``3-2026``, ``tháng 3/2026``, ``tháng 3 năm 2026``, ``T3/2026``
    and ``Mar 2026``; a year is always four digits, so that no month can be taken for a year.

    Raises
    ------
    CodeError
        Where it is none of these.
    """
    written = fold(plain(text))
    for form in (_YEAR_FIRST, _MONTH_FIRST, _NAMED):
        found = form.fullmatch(written)
        if found:
            year, month = int(found["year"]), _month_number(found)
            if FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= MONTHS_OF_YEAR:
                return f"{year}-{month:02d}"
    raise refuse(
        en='"{value}" is no month: write it as YYYY-MM, such as 2026-03.',
        vi='"{value}" không phải là tháng: hãy ghi dạng NĂM-THÁNG, ví dụ 2026-03.',
        value=text,
    )


def _month_number(found: re.Match[str]) -> int:
    groups = found.groupdict()
    if "month" in groups:
        return int(groups["month"])
    matching = [number for number, name in enumerate(_NAMES, start=1) if name.startswith(groups["name"])]
    return matching[0] if len(matching) == 1 or groups["name"] in _NAMES else 0
