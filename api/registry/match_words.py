"""Figures of matching in few digits."""

from __future__ import annotations

import math


def short(value: float) -> str:
    """Return a number in four digits, taken up so that what it promises holds."""
    if value == 0:
        return "0"
    digits = 3 - math.floor(math.log10(abs(value)))
    scale = 10.0 ** max(0, digits)
    return f"{math.ceil(round(value * scale, 6)) / scale:,.12g}"
