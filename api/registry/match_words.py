"""Figures of matching in few digits."""

from __future__ import annotations

import math

from api.numbers import format_number
from supplychain.text import Language

DIGITS = 4
MONEY_DIGITS = 5


def short(value: float, language: Language) -> str:
    """Return a number of at least 0 in four digits, taken up so that what it promises holds."""
    if value <= 0:
        return format_number(0.0, 0, language)
    digits = max(0, DIGITS - 1 - math.floor(math.log10(value)))
    scale = 10.0**digits
    up = math.ceil(round(value * scale, 6)) / scale
    while digits and round(up, digits - 1) == up:
        digits -= 1
    return format_number(up, digits, language)


def money(value: float) -> float:
    """Return an amount to five digits: no price or freight is known more closely."""
    if value == 0 or abs(value) < 10.0**MONEY_DIGITS:
        return value
    return round(value, MONEY_DIGITS - 1 - math.floor(math.log10(abs(value))))
