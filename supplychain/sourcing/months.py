"""Months as ``YYYY-MM``: ranges, first and last days."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Final

from supplychain.codes.months import check_month
from supplychain.errors import HinterlandError
from supplychain.text import Text

MOST_MONTHS: Final = 60
MONTHS_PER_YEAR: Final = 12

BACKWARDS: Final = Text(
    en="{text}: the last month comes before the first.", vi="{text}: tháng cuối đứng trước tháng đầu."
)
TOO_MANY: Final = Text(
    en="{text} spans {count} months; at most {most} are looked at.",
    vi="{text} gồm {count} tháng; mỗi lần xét tối đa {most} tháng.",
)


def parse_months(text: str) -> tuple[str, ...]:
    """Return the months a text such as ``2027-03`` or ``2027-03..2027-05`` names, in order; none for an empty text.

    Raises
    ------
    CodeError
        If one of its ends is no month.
    HinterlandError
        If it ends before it begins, or spans more than ``MOST_MONTHS``.
    """
    if not text.strip():
        return ()
    first, dots, last = text.strip().partition("..")
    ends = [check_month(part) for part in (first, last if dots else first)]
    begin, end = (int(found[:4]) * MONTHS_PER_YEAR + int(found[5:]) - 1 for found in ends)
    if end < begin:
        raise HinterlandError(BACKWARDS.format(text=text))
    count = end - begin + 1
    if count > MOST_MONTHS:
        raise HinterlandError(TOO_MANY.format(text=text, count=count, most=MOST_MONTHS))
    return tuple(f"{place // MONTHS_PER_YEAR:04d}-{place % MONTHS_PER_YEAR + 1:02d}" for place in range(begin, end + 1))


def first_day(month: str) -> date:
    """Return the first day of a month."""
    return date(int(month[:4]), int(month[5:]), 1)


def last_day(month: str) -> date:
    """Return the last day of a month."""
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, monthrange(year, number)[1])
