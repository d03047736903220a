"""Dates, months and years as people write them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from supplychain.intake.files.number_formats import serial_date
from supplychain.intake.files.values import Cell
from supplychain.intake.values import messages
from supplychain.intake.values.types import UNDECIDED, CellProblem, ValueOptions, add_note, shown
from supplychain.text import Text, fold

FIRST_YEAR: Final = 1850
LAST_YEAR: Final = 2100
FIRST_SERIAL: Final = 14_611
"""1 January 1940 in the 1900 system; smaller numbers are no dates of firms."""

LAST_SERIAL: Final = 73_415
"""31 December 2100."""

_TIME: Final = r"(?:[ t]+\d{1,2}[:h]\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:am|pm|sa|ch)?(?:z|[+-]\d{2}:?\d{2})?)?"
_ISO: Final = re.compile(rf"(?P<y>\d{{4}})(?P<sign>[-/. ])(?P<m>\d{{1,2}})(?P=sign)(?P<d>\d{{1,2}}){_TIME}")
_BASIC: Final = re.compile(r"(?P<y>(?:18|19|20|21)\d{2})(?P<m>\d{2})(?P<d>\d{2})")
_NUMBERS: Final = re.compile(
    rf"(?P<a>\d{{1,2}})\s*(?P<sign>[-/. ])\s*(?P<b>\d{{1,2}})\s*(?P=sign)\s*(?P<y>\d{{4}}|\d{{2}}){_TIME}"
)
_WORDS: Final = re.compile(
    r"(?:ngay\s*)?(?P<d>\d{1,2})\s*(?:thang|/)\s*(?P<m>\d{1,2})\s*,?\s*(?:nam|/)?\s*(?P<y>\d{4})"
)
_NAMED: Final = re.compile(r"(?P<d>\d{1,2})(?:st|nd|rd|th)?[-/ .]+(?P<name>[a-z]{3,9})\.?[-/ ,.]+(?P<y>\d{4})")
_NAMED_FIRST: Final = re.compile(r"(?P<name>[a-z]{3,9})\.?\s+(?P<d>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y>\d{4})")
_PLAIN_FORMS: Final = (_ISO, _WORDS, _BASIC, _NAMED, _NAMED_FIRST)
_MONTH: Final = re.compile(r"(?:thang|month|t)?\s*\.?\s*(?P<m>\d{1,2})\s*(?:[-/. ]|nam)\s*(?:nam)?\s*(?P<y>\d{4})")
_YEAR_MONTH: Final = re.compile(r"(?P<y>\d{4})[-/. ](?P<m>\d{1,2})")
_NAMED_MONTH: Final = re.compile(r"(?P<name>[a-z]{3,9})\.?[-/ ,.]+(?P<y>\d{4})")
_QUARTER: Final = re.compile(r"(?:q|quy|quarter)\s*\.?\s*(?P<q>[1-4]|iv|i{1,3})\s*(?:[-/. ]|nam)*\s*(?P<y>\d{4})")
_YEAR: Final = re.compile(r"(?:nam\s*)?(?P<y>\d{4})")
_MONTH_NAMES: Final = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_QUARTERS: Final = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_MONTHS: Final = 12


def parse_date(cell: Cell, options: ValueOptions = UNDECIDED, notes: list[Text] | None = None) -> dt.date | CellProblem:
    """Return a filled cell as a day.

    Understood are dates of a workbook, ISO, 05/03/2024 with / - . between, "ngày 5 tháng 3 năm 2024", "5 Mar 2024",
    "March 5, 2024", 20240305, and the day numbers of a spreadsheet. A date that may be read with the day or the month
    first is a problem unless the column tells.
    """
    if isinstance(cell.value, dt.date):
        return _day(cell.value, cell.text, notes)
    if isinstance(cell.value, float):
        return _from_number(cell, notes)
    text = " ".join(fold(cell.text).split())
    if found := _NUMBERS.fullmatch(text):
        return _from_numbers(found, cell.text, options)
    if found := next(filter(None, (form.fullmatch(text) for form in _PLAIN_FORMS)), None):
        month = found["m"] if "m" in found.groupdict() else str(_month_number(found["name"]))
        return _made(found["y"], month, found["d"], cell.text)
    if text.isdecimal() and FIRST_SERIAL <= int(text) <= LAST_SERIAL:
        return _from_number(Cell(cell.text, "number", float(text)), notes)
    return _no_date(text, cell.text)


def _no_date(text: str, written: str) -> CellProblem:
    only_month = any(form.fullmatch(text) for form in (_MONTH, _YEAR_MONTH, _QUARTER, _YEAR, _NAMED_MONTH))
    template = messages.ONLY_A_MONTH if only_month else messages.NOT_A_DATE
    return CellProblem(template.format(value=shown(written)))


def _day(moment: dt.date, written: str, notes: list[Text] | None) -> dt.date | CellProblem:
    day = moment
    if isinstance(moment, dt.datetime):
        day = moment.date()
        add_note(notes, messages.TIME_DROPPED)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return CellProblem(messages.FAR_YEAR.format(value=shown(written)))
    return day


def _from_number(cell: Cell, notes: list[Text] | None) -> dt.date | CellProblem:
    serial = cell.value if isinstance(cell.value, float) else -1.0
    if serial.is_integer() and (found := _BASIC.fullmatch(f"{serial:.0f}")):
        return _made(found["y"], found["m"], found["d"], cell.text)
    moment = serial_date(serial, from_1904=False) if FIRST_SERIAL <= serial <= LAST_SERIAL else None
    if moment is None:
        return _no_date(cell.text, cell.text)
    add_note(notes, messages.SERIAL_DATE)
    return _day(moment, cell.text, notes)


def _from_numbers(found: re.Match[str], written: str, options: ValueOptions) -> dt.date | CellProblem:
    if len(found["y"]) == 2:  # noqa: PLR2004 - digits of the year
        return CellProblem(messages.TWO_DIGIT_YEAR.format(value=shown(written)))
    day_first = _made(found["y"], found["b"], found["a"], written)
    month_first = _made(found["y"], found["a"], found["b"], written)
    if isinstance(day_first, CellProblem) or isinstance(month_first, CellProblem):
        certain, order = (month_first, False) if isinstance(day_first, CellProblem) else (day_first, True)
        if not isinstance(certain, CellProblem) and options.day_first is not None and options.day_first != order:
            return CellProblem(messages.NOT_A_DATE.format(value=shown(written)))
        return certain
    if day_first == month_first:
        return day_first
    if options.day_first is None:
        words = {"value": shown(written), "first": day_first.isoformat(), "second": month_first.isoformat()}
        return CellProblem(messages.AMBIGUOUS_DATE.format(**words))
    return day_first if options.day_first else month_first


def date_order(text: str) -> bool | None:
    """Return whether a text shows that the day is first (True) or the month (False); None if it shows neither."""
    found = _NUMBERS.fullmatch(" ".join(fold(text).split()))
    if found is None or len(found["y"]) == 2:  # noqa: PLR2004 - digits of the year
        return None
    first, second = int(found["a"]), int(found["b"])
    if first > _MONTHS >= second:
        return True
    return False if second > _MONTHS >= first else None


def _made(year: str, month: str, day: str, written: str) -> dt.date | CellProblem:
    try:
        made = dt.date(int(year), int(month), int(day))
    except ValueError:
        return CellProblem(messages.NOT_A_DATE.format(value=shown(written)))
    return _day(made, written, None)


def _month_number(name: str) -> int:
    matching = [number for number, full in enumerate(_MONTH_NAMES, start=1) if full.startswith(name)]
    return matching[0] if len(matching) == 1 or name in _MONTH_NAMES else (9 if name == "sept" else 0)


def parse_month(
    cell: Cell, field: str, options: ValueOptions = UNDECIDED, notes: list[Text] | None = None
) -> str | CellProblem:
    """Return a filled cell as a month, YYYY-MM.

    A quarter is its first month in a column of first months and its last in one of last months, else a problem.
    """
    text = " ".join(fold(cell.text).split())
    if isinstance(cell.value, dt.date):
        return _of_day(parse_date(cell, options, notes), notes)
    for form in (_YEAR_MONTH, _MONTH):
        if found := form.fullmatch(text):
            return _month(found["y"], int(found["m"]), cell.text)
    if (found := _NAMED_MONTH.fullmatch(text)) and (month := _month_number(found["name"])):
        return _month(found["y"], month, cell.text)
    if found := _QUARTER.fullmatch(text):
        quarter = _QUARTERS.get(found["q"]) or int(found["q"])
        return _quarter(int(found["y"]), quarter, field, cell.text, notes)
    day = parse_date(cell, options, notes)
    if isinstance(day, CellProblem):
        ambiguous = _NUMBERS.fullmatch(text) is not None
        return day if ambiguous else CellProblem(messages.NOT_A_MONTH.format(value=shown(cell.text)))
    return _of_day(day, notes)


def _of_day(day: dt.date | CellProblem, notes: list[Text] | None) -> str | CellProblem:
    if isinstance(day, CellProblem):
        return day
    if day.day != 1:
        add_note(notes, messages.DAY_DROPPED)
    return f"{day.year:04d}-{day.month:02d}"


def _month(year: str, month: int, written: str) -> str | CellProblem:
    if not 1 <= month <= _MONTHS:
        return CellProblem(messages.NOT_A_MONTH.format(value=shown(written)))
    if not FIRST_YEAR <= int(year) <= LAST_YEAR:
        return CellProblem(messages.FAR_YEAR.format(value=shown(written)))
    return f"{year}-{month:02d}"


def _quarter(year: int, quarter: int, field: str, written: str, notes: list[Text] | None) -> str | CellProblem:
    if field not in {"first_month", "last_month"}:
        return CellProblem(messages.A_QUARTER.format(value=shown(written)))
    first = field == "first_month"
    end, end_vi = ("first", "đầu") if first else ("last", "cuối")
    add_note(notes, messages.QUARTER_TAKEN.format(end=end, end_vi=end_vi))
    return _month(f"{year:04d}", 3 * quarter - (2 if first else 0), written)


def year_of(cell: Cell, notes: list[Text] | None = None) -> int | None:
    """Return the year that a cell of a column of years names as a date or in words, or None."""
    if isinstance(cell.value, dt.date):
        add_note(notes, messages.YEAR_KEPT)
        return cell.value.year
    if found := _YEAR.fullmatch(" ".join(fold(cell.text).split())):
        return int(found["y"])
    if isinstance(cell.value, float):
        return None
    day = parse_date(cell, ValueOptions(day_first=True))
    if isinstance(day, CellProblem):
        return None
    add_note(notes, messages.YEAR_KEPT)
    return day.year
