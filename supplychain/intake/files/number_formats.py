"""How a spreadsheet shows a number: which formats are dates, and which show a code with its leading zeros."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import Final

LARGEST_SERIAL: Final = 2_958_465
"""31 December 9999 in the 1900 system."""

_CODE: Final = re.compile(r"0(?:0|\\.|\"[^\"]*\"|[-/. ])*")
_GROUPED: Final = re.compile(r"[#0],|,[#0]")
_LITERAL: Final = re.compile(r'\\(.)|"([^"]*)"|(.)', re.DOTALL)
_LARGEST_EXACT: Final = 1e15
_DAY: Final = dt.timedelta(days=1)


@lru_cache(maxsize=4096)
def is_code_format(number_format: str) -> bool:
    """Tell whether a format shows a whole number as a code: zeros and signs between them, such as 0000000000."""
    return (
        number_format.count("0") > 1
        and _CODE.fullmatch(number_format) is not None
        and not _GROUPED.search(number_format)
        and re.search(r"0\.0", number_format) is None
    )


def number_text(value: float, number_format: str | None = None) -> str:
    """Return a number as text: shown as a code where its format says so, else its shortest exact decimals.

    A whole number has no decimal point, so that 312345678.0 is "312345678".
    """
    whole = -_LARGEST_EXACT < value < _LARGEST_EXACT and value.is_integer()
    if whole and number_format is not None and value >= 0 and is_code_format(number_format):
        return _code(str(int(value)), number_format)
    if whole:
        return str(int(value))
    return repr(value)


def _code(digits: str, number_format: str) -> str:
    pieces = [a or b or c for a, b, c in _LITERAL.findall(number_format)]
    marks = [c == "0" for _, _, c in _LITERAL.findall(number_format)]
    places = sum(marks)
    padded = digits.rjust(places, "0")
    shown, at = padded[: len(padded) - places], len(padded) - places
    for piece, mark in zip(pieces, marks, strict=True):
        shown += padded[at] if mark else piece
        at += mark
    return shown


def serial_date(serial: float, *, from_1904: bool) -> dt.date | dt.datetime | None:
    """Return the day (and time) that a serial number of a spreadsheet means, or None if it means none.

    In the 1900 system day 60 is 29 February 1900, which never was (ECMA-376 part 1, 18.17.4.1); it gives None.
    """
    if not 0 <= serial <= LARGEST_SERIAL:
        return None
    if not from_1904:
        if serial < 1 or int(serial) == 60:  # noqa: PLR2004 - the day that never was
            return None
        if serial < 60:  # noqa: PLR2004 - as above
            serial += 1
    start = dt.datetime(1904, 1, 1) if from_1904 else dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's dates have no zone
    try:
        moment = start + dt.timedelta(seconds=round(serial * _DAY.total_seconds()))
    except OverflowError:
        return None
    return moment.date() if moment.time() == dt.time() else moment


def date_text(moment: dt.date) -> str:
    """Return a day as ISO text, with its time if it has one."""
    return moment.isoformat(sep=" ") if isinstance(moment, dt.datetime) else moment.isoformat()
