"""Hours of the week as text, such as ``Mo-Fr 06:00-09:00,16:00-20:00; Sa 22:00-06:00``, and back."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from geodata.infrastructure.weekly import MINUTES_PER_DAY, MINUTES_PER_WEEK, Schedules

Interval = tuple[int, int]

DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
ALWAYS: Final = "24/7"
NEVER: Final = "off"

_VIETNAMESE_DAYS: Final = {"t2": 0, "t3": 1, "t4": 2, "t5": 3, "t6": 4, "t7": 5, "cn": 6}
_DAY_PLACES: Final = {day.lower(): place for place, day in enumerate(DAYS)} | _VIETNAMESE_DAYS
_TIME: Final = re.compile(r"(\d{1,2})(?:[:hH](\d{2})?)?")
_RULE: Final = re.compile(r"(?:(?P<days>[^\d\s][^\s]*)\s+)?(?P<spans>\d[\d:hH,\s-]*)")


def joined_intervals(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """Return intervals of the week in rising order, those that touch or overlap made one."""
    joined: list[list[int]] = []
    for start, end in sorted(intervals):
        if joined and start <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], end)
        else:
            joined.append([start, end])
    return tuple((start, end) for start, end in joined)


def format_hours(intervals: Iterable[Interval]) -> str:
    """Return intervals of the week, minutes from Monday 00:00, as text; ``parse_hours`` reads it back."""
    week = joined_intervals(intervals)
    if not week:
        return NEVER
    if week == ((0, MINUTES_PER_WEEK),):
        return ALWAYS
    spans: dict[int, list[str]] = {}
    for start, end in _around_sunday_midnight(week):
        for day, first, last in _pieces(start, end):
            spans.setdefault(day % 7, []).append(f"{_clock(first)}-{_clock(last)}")
    days_of: dict[str, list[int]] = {}
    for day in sorted(spans):
        days_of.setdefault(",".join(sorted(spans[day])), []).append(day)
    rules = (f"{_days(days)} {text}" for text, days in days_of.items())
    return "; ".join(rules).replace("Mo-Su ", "")


def _around_sunday_midnight(week: tuple[Interval, ...]) -> list[Interval]:
    whole = list(week)
    if len(whole) > 1 and whole[0][0] == 0 and whole[-1][1] == MINUTES_PER_WEEK:
        morning, evening = whole.pop(0), whole.pop()
        whole.append((evening[0], MINUTES_PER_WEEK + morning[1]))
    return whole


def _pieces(start: int, end: int) -> Iterable[tuple[int, int, int]]:
    """Yield (day, first minute, last minute): one piece up to 24 hours over midnight, else a piece a day."""
    day, minute = divmod(start, MINUTES_PER_DAY)
    if end - start < MINUTES_PER_DAY:
        length = minute + end - start
        yield day, minute, length if length <= MINUTES_PER_DAY else length - MINUTES_PER_DAY
        return
    while start < end:
        day, minute = divmod(start, MINUTES_PER_DAY)
        last = min(MINUTES_PER_DAY, minute + end - start)
        yield day, minute, last
        start += last - minute


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _days(days: list[int]) -> str:
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    names = (DAYS[run[0]] if len(run) == 1 else f"{DAYS[run[0]]}-{DAYS[run[-1]]}" for run in runs)
    return ",".join(names)


def parse_hours(text: str) -> tuple[Interval, ...]:
    """Return the intervals of the week a text names, minutes from Monday 00:00.

    It understands rules parted by ``;``, each of days (``Mo-Fr,Su``, or in Vietnamese ``T2-T6,CN``; none: every day)
    and spans of clock time (``06:00-09:00``, ``6h-9h``; over midnight where the end is earlier), ``24/7`` and ``off``.

    Raises
    ------
    ValueError
        If the text says anything else, such as public holidays.
    """
    stripped = text.strip()
    if stripped.lower() == NEVER:
        return ()
    if stripped == ALWAYS:
        return ((0, MINUTES_PER_WEEK),)
    found: list[Interval] = []
    for rule in stripped.split(";"):
        match = _RULE.fullmatch(rule.strip())
        if match is None:
            msg = f"Hours must read like Mo-Fr 06:00-09:00; Sa 22:00-06:00, got {text!r}."
            raise ValueError(msg)
        for day in _days_of(match["days"], text):
            for span in match["spans"].split(","):
                found.extend(_span(day, span, text))
    return joined_intervals(found)


def _days_of(days: str | None, text: str) -> list[int]:
    if days is None:
        return list(range(7))
    found: list[int] = []
    for part in days.lower().split(","):
        first, _, last = part.partition("-")
        if first not in _DAY_PLACES or (last and last not in _DAY_PLACES):
            msg = f"Days must be of {', '.join(DAYS)} (or T2 to T7, CN), got {part!r} in {text!r}."
            raise ValueError(msg)
        start = _DAY_PLACES[first]
        count = (_DAY_PLACES[last or first] - start) % 7
        found.extend((start + day) % 7 for day in range(count + 1))
    return found


def _span(day: int, span: str, text: str) -> list[Interval]:
    times = [_TIME.fullmatch(part.strip()) for part in span.split("-")]
    if len(times) != 2 or times[0] is None or times[1] is None:  # noqa: PLR2004 - from and to
        msg = f"A span must read like 06:00-09:00, got {span.strip()!r} in {text!r}."
        raise ValueError(msg)
    first, last = (int(time[1]) * 60 + int(time[2] or 0) for time in times if time is not None)
    if first >= MINUTES_PER_DAY or last > MINUTES_PER_DAY or first == last:
        msg = f"A span must lie between 00:00 and 24:00 and not be empty, got {span.strip()!r} in {text!r}."
        raise ValueError(msg)
    start = day * MINUTES_PER_DAY + first
    end = day * MINUTES_PER_DAY + last + (MINUTES_PER_DAY if last < first else 0)
    if end <= MINUTES_PER_WEEK:
        return [(start, end)]
    return [(start, MINUTES_PER_WEEK), (0, end - MINUTES_PER_WEEK)]


def intervals_of(schedules: Schedules, schedule: int) -> tuple[Interval, ...]:
    """Return the intervals of one schedule, as they are kept."""
    span = slice(schedules.offsets[schedule], schedules.offsets[schedule + 1])
    return tuple(zip(schedules.start_min[span].tolist(), schedules.end_min[span].tolist(), strict=True))
