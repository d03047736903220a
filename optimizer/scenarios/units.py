"""Quantities as a scenario file states them: a number with its unit."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from supplychain.text import Text

_QUANTITY: Final = re.compile(r"\s*([-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)\s*(\S.*?)?\s*")
_GROUPED: Final = re.compile(r"\s*[-+]?[0-9]{1,3}(?:(?:[ ,_\u00a0\u202f][0-9]{3})+|(?:\.[0-9]{3}){2,})(?:\s|$|[^0-9])")
_COMMA: Final = re.compile(r"\s*[-+]?[0-9]+,[0-9]+")
_HOURS: Final = re.compile(r"\s*([0-9]{1,2}):([0-9]{2})\s*[-–]\s*([0-9]{1,2}):([0-9]{2})\s*")
HOURS_A_DAY: Final = 24.0
MINUTES_AN_HOUR: Final = 60.0
LARGEST: Final = 1e15
"""No quantity of a region is larger in any of its units."""

NO_UNIT: Final = Text(en="{value} has no unit; write it as {example}.", vi="{value} thiếu đơn vị; hãy viết {example}.")
WRONG_UNIT: Final = Text(
    en="{unit} is not a unit of this; it takes {units}, such as {example}.",
    vi="{unit} không phải đơn vị ở đây; chỉ nhận {units}, ví dụ {example}.",
)
NO_NUMBER: Final = Text(
    en="{value} is no number with a unit; write it as {example}.",
    vi="{value} không phải số kèm đơn vị; hãy viết {example}.",
)
GROUPED: Final = Text(
    en="{value}: write a decimal point and nothing between thousands, as in {example}.",
    vi="{value}: hãy dùng dấu chấm thập phân và không ngăn cách hàng nghìn, như {example}.",
)
NEGATIVE: Final = Text(en="must be at least 0, got {value}.", vi="phải không âm, hiện là {value}.")
TOO_LARGE: Final = Text(
    en="must be at most 1e15, got {value}; check its digits.", vi="phải không quá 1e15, hiện là {value}; hãy xem lại."
)
NO_HOURS: Final = Text(
    en="{value} are no hours of a day; write them as 06:00-22:00.",
    vi="{value} không phải khung giờ; hãy viết như 06:00-22:00.",
)
SAME_HOURS: Final = Text(
    en="{value} begins and ends at one time; write 00:00-24:00 for the whole day.",
    vi="{value} bắt đầu và kết thúc cùng lúc; hãy viết 00:00-24:00 nếu là cả ngày.",
)


class UnitError(ValueError):
    """A text that is not the quantity its field holds."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit.

    Parameters
    ----------
    value
        At least 0, in ``unit``.
    unit
        As declared, such as ``TEU/week``.
    """

    value: float
    unit: str

    @property
    def per(self) -> str:
        """What stands behind the last slash: ``week`` of ``TEU/week``; empty without one."""
        return self.unit.rpartition("/")[2] if "/" in self.unit else ""

    @property
    def of(self) -> str:
        """What stands before the first slash: ``TEU`` of ``TEU/week``."""
        return self.unit.partition("/")[0]

    def __str__(self) -> str:
        return f"{self.value!r} {self.unit}"


def parse_quantity(value: object, units: Sequence[str]) -> Quantity:
    """Return a text such as ``60 km/h`` as a quantity in one of the units.

    Raises
    ------
    UnitError
        If it is no number with one of the units, or negative.
    """
    example = f"'{_SAMPLES.get(units[0], '10')} {units[0]}'"
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise UnitError(NO_NUMBER.format(value=shown(value), example=example))
    text = str(value)
    found = _QUANTITY.fullmatch(text)
    if _GROUPED.match(text) or _COMMA.match(text):
        raise UnitError(GROUPED.format(value=shown(value), example=example))
    if not found:
        raise UnitError(NO_NUMBER.format(value=shown(value), example=example))
    number, unit = float(found.group(1)), found.group(2)
    if not unit:
        raise UnitError(NO_UNIT.format(value=shown(value), example=example))
    known = {_plain(name): name for name in units}
    if _plain(unit) not in known:
        raise UnitError(WRONG_UNIT.format(unit=shown(unit), units=", ".join(units), example=example))
    if number < 0 or not math.isfinite(number):
        raise UnitError(NEGATIVE.format(value=shown(value)))
    if number > LARGEST:
        raise UnitError(TOO_LARGE.format(value=shown(value)))
    return Quantity(number + 0.0, known[_plain(unit)])


def parse_hours(value: object) -> tuple[float, float]:
    """Return hours of the day such as ``06:00-22:00`` as numbers from 0 to 24; they may run past midnight.

    Raises
    ------
    UnitError
        If it is no such text.
    """
    found = _HOURS.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise UnitError(NO_HOURS.format(value=shown(value)))
    first, first_minute, last, last_minute = (int(part) for part in found.groups())
    begin, end = first + first_minute / MINUTES_AN_HOUR, last + last_minute / MINUTES_AN_HOUR
    whole = max(first_minute, last_minute) < MINUTES_AN_HOUR
    if not whole or begin > HOURS_A_DAY or end > HOURS_A_DAY:
        raise UnitError(NO_HOURS.format(value=shown(value)))
    if begin == end:
        raise UnitError(SAME_HOURS.format(value=shown(value)))
    return begin, end


def shown(value: object) -> str:
    """Return a value as a finding quotes it."""
    text = repr(value) if not isinstance(value, str) else f"'{value}'"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


_SHOWN: Final = 60
_SAMPLES: Final = {
    "km/h": "60",
    "pcu/day": "20000",
    "TEU/week": "5000",
    "TEU/year": "250000",
    "h": "2",
    "t": "10",
    "t/day": "120",
    "%/year": "6",
    "VND/km": "2500",
    "VND/TEU": "250000",
    "USD/TEU": "700",
    "calls/week": "14",
    "VND/t": "30000000",
    "USD/t/h": "0.05",
    "vehicles": "120",
    "trucks/h": "90",
    "km": "12.5",
    "m": "3.5",
    "USD/t": "50",
}


def _plain(unit: str) -> str:
    return re.sub(r"\s*/\s*", "/", unit.strip()).replace("%/yr", "%/year").casefold()
