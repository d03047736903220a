"""Hours of the week as time sets of GMNS: days and one span of clock time each, none over midnight."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from geodata.gis.hours import intervals_of
from geodata.infrastructure.weekly import MINUTES_PER_DAY, Schedules

DAY_COLUMNS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
COLUMNS: Final = ("timeday_id", *DAY_COLUMNS, "holiday", "start_time", "end_time")
LAST_MINUTE: Final = "23:59"
"""Stands for the end of the day, which is no time of the day in GMNS."""


class TimeSets:
    """The time sets of all schedules; those of one schedule are told apart by a number."""

    def __init__(self, schedules: Schedules) -> None:
        self._rows: list[Sequence[str]] = []
        self._of: dict[int, list[str]] = {}
        for schedule in range(len(schedules)):
            spans: dict[tuple[int, int], set[int]] = {}
            for start, end in intervals_of(schedules, schedule):
                for day in range(start // MINUTES_PER_DAY, (end - 1) // MINUTES_PER_DAY + 1):
                    midnight = day * MINUTES_PER_DAY
                    span = (max(start - midnight, 0), min(end - midnight, MINUTES_PER_DAY))
                    spans.setdefault(span, set()).add(day)
            self._add(schedule, spans)

    def _add(self, schedule: int, spans: dict[tuple[int, int], set[int]]) -> None:
        names = []
        for number, ((first, last), days) in enumerate(sorted(spans.items()), start=1):
            name = f"schedule_{schedule}_{number}"
            names.append(name)
            named = ["true" if day in days else "false" for day in range(7)]
            self._rows.append((name, *named, "false", _clock(first), _clock(last)))
        self._of[schedule] = names

    def of(self, schedule: int) -> list[str]:
        """Return the ids of the time sets of a schedule."""
        return self._of[schedule]

    def table(self) -> tuple[Sequence[str], list[Sequence[str]]]:
        """Return columns and rows of ``time_set_definitions.csv``."""
        return COLUMNS, self._rows


def _clock(minute: int) -> str:
    return LAST_MINUTE if minute == MINUTES_PER_DAY else f"{minute // 60:02d}:{minute % 60:02d}"
