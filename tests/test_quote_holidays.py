"""Days off in Vietnam against published calendars, and laws of the lunar year."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.quote.holidays import day_off, lunar_day, lunar_new_year, next_working_day, public_holidays
from optimizer.quote.timetable import Window, clock


@pytest.mark.parametrize(
    "day",
    [
        *("2007-02-17", "2019-02-05", "2020-01-25", "2021-02-12", "2022-02-01", "2023-01-22", "2024-02-10"),
        *("2025-01-29", "2026-02-17", "2027-02-06", "2028-01-26", "2029-02-13", "2030-02-02"),
    ],
)
def test_tet_falls_where_the_vietnamese_calendar_has_it(day: str) -> None:
    """First days of the lunar year as published in Vietnam; in 2007 and 2030 a day before the Chinese new year."""
    wanted = date.fromisoformat(day)
    assert lunar_new_year(wanted.year) == wanted


@pytest.mark.parametrize("day", ["2020-04-02", "2021-04-21", "2022-04-10", "2023-04-29", "2024-04-18", "2025-04-07"])
def test_hung_kings_day_falls_where_it_was(day: str) -> None:
    """10th of the third lunar month as it was kept; 2020 and 2023 have leap months before or after it."""
    wanted = date.fromisoformat(day)
    assert lunar_day(wanted.year, 3, 10) == wanted
    assert public_holidays(wanted.year)[wanted].en == "Hùng Kings' Day"


@given(st.integers(1901, 2099))
def test_a_lunar_year_has_twelve_or_thirteen_months_and_begins_in_january_or_february(year: int) -> None:
    first = lunar_new_year(year)
    assert date(year, 1, 20) <= first <= date(year, 2, 21)
    if year < 2099:
        assert (lunar_new_year(year + 1) - first).days in (353, 354, 355, 383, 384, 385)
    assert 88 <= (lunar_day(year, 3, 10) - first).days - 9 + 30 <= 120


@given(st.dates(date(2000, 1, 1), date(2060, 12, 31)))
def test_the_next_working_day_is_one_and_close(day: date) -> None:
    found = next_working_day(day)
    assert day_off(found) is None
    assert day <= found <= day + timedelta(days=8)
    assert found == day or day_off(day) is not None


def test_days_off_by_name() -> None:
    assert day_off(date(2026, 9, 2)) is not None
    assert str(day_off(date(2026, 11, 22))) == "a Sunday"
    assert str(day_off(date(2026, 2, 16))) == "Tết"
    assert day_off(date(2026, 11, 24)) is None
    assert public_holidays(2150)[date(2150, 1, 1)].vi == "Tết Dương lịch"
    with pytest.raises(ValueError, match="year must lie between 1901 and 2099, got 1800"):
        lunar_new_year(1800)


@given(st.floats(0, 23.99), st.floats(0, 24), st.floats(0, 24))
def test_waiting_for_a_window_ends_outside_it(hour: float, start: float, end: float) -> None:
    window = Window(start, end)
    wait = window.wait_h(hour)
    assert 0 <= wait <= 24
    assert Window(22, 6).wait_h(23) == 7
    assert Window(22, 6).wait_h(5) == 1
    assert Window(22, 6).wait_h(6) == 0
    assert Window(6, 22).wait_h(6) == 16


def test_hours_read_like_a_clock() -> None:
    assert [clock(hour) for hour in (0.0, 6.5, 23.99)] == ["00:00", "06:30", "23:59"]
