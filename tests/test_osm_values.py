"""Tag values: units, hours of the week, conditional values."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.infrastructure.weekly import MINUTES_PER_WEEK
from geodata.osm.conditional import read_conditional
from geodata.osm.hours import WHOLE_WEEK, intervals, read_hours
from geodata.osm.values import parse_hours, parse_kmh, parse_metres, parse_tonnes, parse_whole


@pytest.mark.parametrize(
    ("text", "tonnes"),
    [
        ("3.5", 3.5),
        ("3.5 t", 3.5),
        ("3,5t", 3.5),
        ("10 tonnes", 10.0),
        ("7500 kg", 7.5),
        ("22000 lbs", 9.97903214),  # 22,000 x 0.45359237 kg
        ("10 st", 9.0718474),  # short tons
        (" 25 ", 25.0),
    ],
)
def test_masses(text: str, tonnes: float) -> None:
    assert parse_tonnes(text) == pytest.approx(tonnes, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "metres"),
    [
        ("4.2", 4.2),
        ("4.2 m", 4.2),
        ("4,25", 4.25),
        ("420 cm", 4.2),
        ("12'6\"", 3.81),  # 12 x 0.3048 + 6 x 0.0254
        ("12' 6\"", 3.81),
        ("12'", 3.6576),
        ("12 ft 6 in", 3.81),
        ("13 ft", 3.9624),
        ('96"', 2.4384),
        ("6′7″", 2.0066),
    ],
)
def test_lengths(text: str, metres: float) -> None:
    assert parse_metres(text) == pytest.approx(metres, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "kmh"),
    [("50", 50.0), ("50 km/h", 50.0), ("50 kmh", 50.0), ("30 mph", 48.28032), ("10 knots", 18.52), ("walk", 7.0)],
)
def test_speeds(text: str, kmh: float) -> None:
    assert parse_kmh(text) == pytest.approx(kmh, rel=1e-12)


@pytest.mark.parametrize("text", ["none", "default", "unlimited", "no"])
def test_no_limit_is_not_a_number(text: str) -> None:
    for parse in (parse_tonnes, parse_metres, parse_kmh):
        value = parse(text)
        assert value is not None
        assert math.isnan(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "heavy",
        "0",
        "-3",
        "3.5;7.5",
        "1e9",
        "9999999",
        "5 parsecs",
        "nan",
        "inf",
        "١٢",
        "12'6\" or so",
        "below_default",
    ],
)
def test_absurd_values_are_not_understood(text: str) -> None:
    for parse in (parse_tonnes, parse_metres, parse_kmh):
        assert parse(text) is None


@pytest.mark.parametrize(
    ("text", "hours"),
    [("20", 1 / 3), ("00:20", 1 / 3), ("1:30", 1.5), ("1:30:00", 1.5), ("PT20M", 1 / 3), ("PT1H30M", 1.5)],
)
def test_durations(text: str, hours: float) -> None:
    assert parse_hours(text) == pytest.approx(hours)


@pytest.mark.parametrize("text", ["", "soon", "0", "P1D", "PT", "-20", "1:2:3:4"])
def test_absurd_durations_are_not_understood(text: str) -> None:
    assert parse_hours(text) is None


@given(st.text(max_size=30))
def test_no_value_breaks_the_reader(text: str) -> None:
    for parse in (parse_tonnes, parse_metres, parse_kmh, parse_hours):
        value = parse(text)
        assert value is None or math.isnan(value) or value > 0
    assert parse_whole(text, 0, 9) in (None, *range(10))
    hours = read_hours(text)
    assert hours is None or 0 <= hours.minutes <= WHOLE_WEEK
    read_conditional(text)


MONDAY, SUNDAY = 0, 6 * 1440


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("Mo 06:00-09:00", [(360, 540)]),
        ("Mo 06:00-09:00,16:00-20:00", [(360, 540), (960, 1200)]),
        ("Mo,We 06:00-07:00", [(360, 420), (3240, 3300)]),
        ("Mo-We 06:00-07:00", [(360, 420), (1800, 1860), (3240, 3300)]),
        ("Sa-Mo", [(0, 1440), (7200, 10080)]),
        ("Mo 22:00-06:00", [(1320, 1800)]),
        ("Mo 22:00-30:00", [(1320, 1800)]),
        ("Su 22:00-06:00", [(0, 360), (9960, 10080)]),  # over the end of the week
        ("Mo 00:00-24:00", [(0, 1440)]),
        ("24/7", [(0, 10080)]),
        ("Mo-Su", [(0, 10080)]),
        ("Mo 07:00-09:00, Sa 10:00-12:00", [(420, 540), (7800, 7920)]),
        ("Mo 07:00-09:00; Sa 10:00-12:00", [(420, 540), (7800, 7920)]),
        ("Mo-Tu 07:00-09:00; Tu off", [(420, 540)]),
    ],
)
def test_hours_of_the_week(text: str, spans: list[tuple[int, int]]) -> None:
    """Minutes from Monday 00:00; Tuesday starts at 1,440, Wednesday at 2,880, Saturday at 7,200, Sunday at 8,640."""
    hours = read_hours(text)
    assert hours is not None
    assert intervals(hours.minutes) == spans
    assert hours.unplaced == ()


@pytest.mark.parametrize(
    "text", ["Mo-Fr 06:00-09:00; PH off", "Mo-Fr,PH 06:00-09:00", "Mo-Fr 06:00-09:00; SH 07:00-08:00"]
)
def test_holidays_are_left_unplaced(text: str) -> None:
    hours = read_hours(text)
    assert hours is not None
    assert hours.unplaced in (("PH",), ("SH",))
    plain = read_hours("Mo-Fr 06:00-09:00")
    assert plain is not None
    assert hours.minutes == plain.minutes


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sunrise-sunset",
        "Apr-Oct",
        "Mo-Fr 06:00+",
        "06:00",
        "25:61-26:00",
        "49:00-50:00",
        "week 1-10 Mo",
        "Mo-Xx",
        "2024",
    ],
)
def test_other_notations_are_not_understood(text: str) -> None:
    assert read_hours(text) is None


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 1439), st.integers(1, 1440)), min_size=1, max_size=6))
def test_hours_are_exactly_the_minutes_written(parts: list[tuple[int, int, int]]) -> None:
    """Every rule ``Dd HH:MM-HH:MM`` holds the minutes from its start for its length, the week being a ring."""
    days = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
    expected: set[int] = set()
    rules = []
    for day, start, length in parts:
        end = start + length
        rules.append(f"{days[day]} {start // 60:02d}:{start % 60:02d}-{end // 60:02d}:{end % 60:02d}")
        expected.update((day * 1440 + start + minute) % MINUTES_PER_WEEK for minute in range(length))
    hours = read_hours("; ".join(rules))
    assert hours is not None
    assert {m for start, end in intervals(hours.minutes) for m in range(start, end)} == expected


def test_a_conditional_value_is_taken_apart() -> None:
    read = read_conditional("no @ (Mo-Fr 06:00-09:00 AND weight>7.5); delivery @ (weight<=3.5); yes @ (hgv)")
    assert read.not_understood == ()
    first, second, third = read.clauses
    assert (first.value, first.above, first.below) == ("no", {"above_weight_t": 7.5}, {})
    assert first.minutes is not None
    assert intervals(first.minutes)[0] == (360, 540)
    assert (second.value, second.minutes, second.below) == ("delivery", None, {"above_weight_t": 3.5})
    assert (third.value, third.kinds) == ("yes", 0b1100)


def test_at_least_and_more_than_differ() -> None:
    """A vehicle of exactly 10 t exceeds ``>=10`` but not ``>10``; one of 12 m is not shorter than 12 m."""
    at_least, more, shorter = (
        read_conditional(f"no @ ({text})").clauses[0] for text in ("weight>=10", "weight>10", "length<12")
    )
    assert at_least.above["above_weight_t"] < 10.0
    assert more.above["above_weight_t"] == 10.0
    assert shorter.below["above_length_m"] < 12.0


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "@ (06:00-07:00)",
        "no @",
        "no @ ()",
        "no @ (wet)",
        "no @ (06:00-07:00 AND snow)",
        "no @ (axles>2)",
        "no @ (weight>x)",
    ],
)
def test_what_is_not_understood_is_handed_back(text: str) -> None:
    read = read_conditional(text)
    assert read.clauses == ()
    assert read.not_understood == (text,)
