"""Hours of the week in the notation of ``opening_hours``, as sets of minutes.

A set of minutes is an integer whose bit m says whether minute m of the week (Monday 00:00 is 0) belongs to it, so that
union, intersection and difference are ``|``, ``&`` and ``& ~``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from geodata.infrastructure.weekly import MINUTES_PER_DAY, MINUTES_PER_WEEK

WHOLE_WEEK: Final = (1 << MINUTES_PER_WEEK) - 1
DAYS: Final = ("mo", "tu", "we", "th", "fr", "sa", "su")
UNKNOWN_DAYS: Final = ("ph", "sh")

_DAY = rf"(?:{'|'.join((*DAYS, *UNKNOWN_DAYS))})"
_DAYS = re.compile(rf"{_DAY}(?:\s*-\s*{_DAY})?(?:\s*,\s*{_DAY}(?:\s*-\s*{_DAY})?)*\b")
_SPAN = r"[0-9]{1,2}[:.][0-9]{2}\s*[-–]\s*[0-9]{1,2}[:.][0-9]{2}"
_TIMES = re.compile(rf"{_SPAN}(?:\s*,\s*{_SPAN})*")
_CLOCK = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})")
_MORE_DAYS = re.compile(rf"(?<=[0-9]),\s*(?={_DAY}\b[^,;]*[0-9]{{1,2}}[:.])")


@dataclass(frozen=True, slots=True)
class Hours:
    """Minutes of the week, and the parts of the text that could not be placed in a week.

    Parameters
    ----------
    minutes
        Set of minutes, a bit each.
    unplaced
        Parts about public or school holidays, which no week holds.
    """

    minutes: int
    unplaced: tuple[str, ...] = ()


def read_hours(text: str) -> Hours | None:
    """Return the hours a text names, or None where any part of it is not understood.

    Days (``Mo-Fr``, ``Sa,Su``, ``Sa-Mo``), times (``06:00-09:00,16:00-20:00``, over midnight ``22:00-06:00``), ``24/7``
    and ``off`` are understood. Rules between ``;`` are taken together, save that ``off`` takes away from those before.
    Holidays (``PH``, ``SH``) are reported as unplaced; weeks, months, dates, sunrise and comments are not understood.
    """
    minutes = 0
    unplaced: list[str] = []
    rules = [rule.strip() for rule in _MORE_DAYS.sub(";", text.lower()).split(";")]
    if not any(rules):
        return None
    for rule in rules:
        if not rule:
            continue
        read = _read_rule(rule, unplaced)
        if read is None:
            return None
        held, opens = read
        minutes = minutes | held if opens else minutes & ~held
    return Hours(minutes, tuple(unplaced))


def intervals(minutes: int) -> list[tuple[int, int]]:
    """Return a set of minutes as rising intervals, each from its first minute until before its end."""
    bits = bin(minutes)[:1:-1]
    return [match.span() for match in re.finditer("1+", bits)]


def _read_rule(rule: str, unplaced: list[str]) -> tuple[int, bool] | None:
    opens = True
    for word in (" off", " closed"):
        if rule.endswith(word):
            rule, opens = rule.removesuffix(word).strip(), False
    if rule == "24/7":
        return WHOLE_WEEK, opens
    named = _DAYS.match(rule)
    rest = rule[named.end() :].strip(" :") if named else rule
    days = _read_days(named[0], unplaced) if named else set(range(7))
    if not rest and named:
        return _on_days(days, 0, MINUTES_PER_DAY), opens
    if not _TIMES.fullmatch(rest):
        return None
    held = 0
    for span in rest.split(","):
        (from_h, from_min), (to_h, to_min) = ((int(one), int(two)) for one, two in _CLOCK.findall(span))
        start, end = 60 * from_h + from_min, 60 * to_h + to_min
        if max(from_min, to_min) >= 60 or start > MINUTES_PER_DAY or end > 2 * MINUTES_PER_DAY:  # noqa: PLR2004
            return None
        held |= _on_days(days, start, end if end > start else end + MINUTES_PER_DAY)
    return held, opens


def _read_days(text: str, unplaced: list[str]) -> set[int]:
    days: set[int] = set()
    for part in text.split(","):
        ends = [end.strip() for end in part.split("-")]
        if any(end in UNKNOWN_DAYS for end in ends):
            unplaced.append(part.strip().upper())
            continue
        first, last = DAYS.index(ends[0]), DAYS.index(ends[-1])
        days.update(day % 7 for day in range(first, last + 1 + (7 if last < first else 0)))
    return days


def _on_days(days: set[int], start: int, end: int) -> int:
    """Return the minutes from ``start`` to ``end`` of each day; what passes Sunday midnight goes on on Monday."""
    held = 0
    span = (1 << (end - start)) - 1
    for day in days:
        shifted = span << (day * MINUTES_PER_DAY + start)
        held |= (shifted & WHOLE_WEEK) | (shifted >> MINUTES_PER_WEEK)
    return held
