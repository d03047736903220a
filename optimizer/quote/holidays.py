"""Days off in Vietnam: Sundays and the public holidays of the Labour Code, those of the lunar calendar worked out.

Labour Code 45/2019/QH14, article 112: New Year's Day (1 January), Tết (5 days), Victory Day (30 April), Labour Day
(1 May), National Day (2 days: 2 September and the day before or after), Hùng Kings (10th of the third lunar month).
Each year's decree may move days and add others; which five days Tết has, and which day beside 2 September is off, is
not known here: the eve and the first four days of the lunar year are taken, and 1 September is left a working day.

The lunar calendar is the astronomical one, for the meridian of 105° E (UTC+7): months begin on the day of a new moon,
and the month of the winter solstice is the eleventh. New moons and the sun's longitude after J. Meeus, Astronomical
Algorithms, 1998, chapters 25 and 49, in the short form that Hồ Ngọc Đức gives for the Vietnamese calendar.
"""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Final

from supplychain.text import Text

TIME_ZONE_H: Final = 7.0
SUNDAY: Final = 6
JULIAN_DAY_OF_ORDINAL_0: Final = 1721425
NEW_MOON_1900: Final = 2415020.75933
MEAN_MONTH: Final = 29.530588853
J2000: Final = 2451545.0
JULIAN_CENTURY: Final = 36525.0
DAYS_OF_12_MONTHS: Final = 365
WINTER_SOLSTICE: Final = 9
"""Twelfth of the sun's way that begins at the winter solstice."""
FIRST_YEAR: Final = 1901
LAST_YEAR: Final = 2099

TET: Final = Text(en="Tết", vi="Tết Nguyên đán")
FIXED: Final = (
    (1, 1, Text(en="New Year's Day", vi="Tết Dương lịch")),
    (4, 30, Text(en="Victory Day", vi="Ngày Chiến thắng")),
    (5, 1, Text(en="Labour Day", vi="Quốc tế lao động")),
    (9, 2, Text(en="National Day", vi="Quốc khánh")),
)
HUNG_KINGS: Final = Text(en="Hùng Kings' Day", vi="Giỗ Tổ Hùng Vương")
SUNDAY_NAME: Final = Text(en="a Sunday", vi="Chủ nhật")


def day_off(day: date) -> Text | None:
    """Return why a day is off: a public holiday by name, or a Sunday; None for a working day."""
    holiday = public_holidays(day.year).get(day)
    if holiday is not None:
        return holiday
    return SUNDAY_NAME if day.weekday() == SUNDAY else None


def next_working_day(day: date) -> date:
    """Return the day itself, or the first one after it that is no day off."""
    while day_off(day) is not None:
        day += timedelta(days=1)
    return day


def public_holidays(year: int) -> dict[date, Text]:
    """Return the public holidays of a year; those of the lunar calendar from 1901 to 2099 only."""
    found = {date(year, month, day): name for month, day, name in FIXED}
    if FIRST_YEAR <= year <= LAST_YEAR:
        first = lunar_new_year(year)
        found |= {first + timedelta(days=shift): TET for shift in range(-1, 4)}
        found[lunar_day(year, 3, 10)] = HUNG_KINGS
    return found


def lunar_new_year(year: int) -> date:
    """Return the first day of the lunar year that begins in a year."""
    return lunar_day(year, 1, 1)


def lunar_day(year: int, month: int, day: int) -> date:
    """Return the day of a lunar month of the lunar year that begins in a year; no leap month.

    Raises
    ------
    ValueError
        If the year is outside 1901 to 2099.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        msg = f"year must lie between {FIRST_YEAR} and {LAST_YEAR}, got {year}."
        raise ValueError(msg)
    before, after = _eleventh_month(year - 1), _eleventh_month(year)
    number = int((before - NEW_MOON_1900 + 0.5) / MEAN_MONTH + 0.5)
    # From the eleventh month of the year before: the first month is 2 later, the third 4 later.
    shift = month + 1
    if after - before > DAYS_OF_12_MONTHS and shift >= _leap_month(before):
        shift += 1
    return _as_date(_new_moon_day(number + shift) + day - 1)


def _as_date(julian_day: int) -> date:
    return date.fromordinal(julian_day - JULIAN_DAY_OF_ORDINAL_0)


def _new_moon_day(number: int) -> int:
    """Return the local Julian day of a new moon, counted from the first of 1900."""
    t = number / 1236.85
    mean = NEW_MOON_1900 + MEAN_MONTH * number + 0.0001178 * t**2 - 0.000000155 * t**3
    mean += 0.00033 * _sin(166.56 + 132.87 * t - 0.009173 * t**2)
    sun = 359.2242 + 29.10535608 * number - 0.0000333 * t**2 - 0.00000347 * t**3
    moon = 306.0253 + 385.81691806 * number + 0.0107306 * t**2 + 0.00001236 * t**3
    node = 21.2964 + 390.67050646 * number - 0.0016528 * t**2 - 0.00000239 * t**3
    terms = (
        (0.1734 - 0.000393 * t, sun),
        (0.0021, 2 * sun),
        (-0.4068, moon),
        (0.0161, 2 * moon),
        (-0.0004, 3 * moon),
        (0.0104, 2 * node),
        (-0.0051, sun + moon),
        (-0.0074, sun - moon),
        (0.0004, 2 * node + sun),
        (-0.0004, 2 * node - sun),
        (-0.0006, 2 * node + moon),
        (0.0010, 2 * node - moon),
        (0.0005, 2 * moon + sun),
    )
    corrected = mean + sum(amount * _sin(angle) for amount, angle in terms)
    lag = -0.000278 + 0.000265 * t + 0.000262 * t**2  # dynamical time less universal time, days
    return math.floor(corrected - lag + 0.5 + TIME_ZONE_H / 24.0)


def _sun_sector(julian_day: int) -> int:
    """Return in which twelfth of its way, from the spring equinox, the sun stands at local midnight."""
    t = (julian_day - 0.5 - TIME_ZONE_H / 24.0 - J2000) / JULIAN_CENTURY
    anomaly = 357.52910 + 35999.05030 * t - 0.0001559 * t**2 - 0.00000048 * t**3
    longitude = 280.46645 + 36000.76983 * t + 0.0003032 * t**2
    longitude += (1.914600 - 0.004817 * t - 0.000014 * t**2) * _sin(anomaly)
    longitude += (0.019993 - 0.000101 * t) * _sin(2 * anomaly) + 0.000290 * _sin(3 * anomaly)
    return int(longitude % 360.0 / 30.0)


def _sin(degrees: float) -> float:
    return math.sin(math.radians(degrees))


def _eleventh_month(year: int) -> int:
    """Return the local Julian day on which the eleventh lunar month of a year begins: that of the winter solstice."""
    end = date(year, 12, 31).toordinal() + JULIAN_DAY_OF_ORDINAL_0
    number = int((end - 2415021) / MEAN_MONTH)
    day = _new_moon_day(number)
    return _new_moon_day(number - 1) if _sun_sector(day) >= WINTER_SOLSTICE else day


def _leap_month(eleventh: int) -> int:
    """Return which month after the eleventh is the leap one: the first in which the sun enters no new sector."""
    number = int((eleventh - NEW_MOON_1900) / MEAN_MONTH + 0.5)
    sectors = [_sun_sector(_new_moon_day(number + shift)) for shift in range(1, 15)]
    return next(shift for shift in range(1, 14) if sectors[shift - 1] == sectors[shift])
