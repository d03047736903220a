"""Units that people write beside numbers, and how each becomes the unit of a column."""

from __future__ import annotations

import re
from typing import Final

from supplychain.text import fold

_SIZES: Final[dict[str, dict[str, float]]] = {
    "area": {"m2": 1.0, "ha": 10_000.0, "km2": 1e6},
    "length": {"m": 1.0, "km": 1_000.0, "mm": 0.001, "cm": 0.01},
    "mass": {"kg": 1.0, "g": 0.001, "ta": 100.0, "t": 1_000.0, "kt": 1e6},
    "mass flow": {"t/month": 1.0, "kg/month": 0.001, "t/year": 1 / 12, "kg/year": 0.001 / 12},
    "power": {"kVA": 1.0, "MVA": 1_000.0},
    "water": {"m3/day": 1.0, "m3/h": 24.0, "m3/month": 12 / 365},
    "time": {"min": 1.0, "h": 60.0, "d": 1_440.0, "week": 10_080.0},
    "part": {"%": 1.0, "share": 100.0},
    "people": {"people": 1.0},
    "TEU": {"TEU/year": 1.0, "TEU/month": 12.0},
    "year": {"year": 1.0},
}
"""By dimension, the size of each unit in the smallest of them."""

_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "m2": ("m2", "m²", "sqm", "sq m", "sq.m", "mét vuông", "m vuông", "square metre", "square metres", "square meters"),
    "ha": ("ha", "hecta", "hécta", "héc ta", "hectare", "hectares"),
    "km2": ("km2", "km²", "kilomet vuông"),
    "m": ("m", "mét", "metre", "metres", "meter", "meters"),
    "km": ("km",),
    "mm": ("mm",),
    "cm": ("cm",),
    "kg": ("kg", "kilogram", "kí", "ký"),
    "g": ("g", "gram"),
    "ta": ("tạ",),
    "t": ("t", "tấn", "ton", "tons", "tonne", "tonnes", "mt"),
    "t/month": ("t/month", "tấn/tháng", "tấn/1 tháng", "tấn mỗi tháng", "tons/month", "ton/month", "tấn một tháng"),
    "kg/month": ("kg/month", "kg/tháng"),
    "t/year": ("t/year", "tấn/năm", "tấn mỗi năm", "tons/year", "ton/year", "t/y", "tpa"),
    "kg/year": ("kg/year", "kg/năm"),
    "kVA": ("kva",),
    "MVA": ("mva",),
    "m3/day": ("m3/day", "m³/day", "m3/ngày", "m³/ngày", "m3/ngày đêm", "m³/ngày đêm", "m3/nđ", "m3/d"),
    "m3/h": ("m3/h", "m³/h", "m3/giờ", "m³/giờ"),
    "m3/month": ("m3/month", "m3/tháng", "m³/tháng"),
    "min": ("min", "phút", "minute", "minutes", "mins"),
    "h": ("h", "giờ", "tiếng", "hour", "hours"),
    "d": ("d", "ngày", "day", "days"),
    "week": ("week", "weeks", "tuần"),
    "%": ("%", "phần trăm", "percent", "pct"),
    "share": ("share",),
    "people": ("people", "người", "lao động", "lđ", "công nhân", "nhân viên", "persons", "workers", "employees", "pax"),
    "TEU/year": ("teu/year", "teu/năm"),
    "TEU/month": ("teu/month", "teu/tháng"),
    "year": ("year", "năm"),
}  # fmt: skip

_COUNTED: Final = frozenset({"people", "year"})

_GAPS: Final = re.compile(r"\s*/\s*|\s+")


def _key(text: str) -> str:
    return _GAPS.sub(lambda gap: "/" if "/" in gap.group() else " ", fold(text)).strip(" .,;:()")


_NAMES: Final = {_key(word): unit for unit, words in _WORDS.items() for word in words}
_DIMENSIONS: Final = {unit: kind for kind, units in _SIZES.items() for unit in units}


def normal_unit(text: str) -> str:
    """Return the name of a unit that a text spells, the text itself if it is none, "" for an empty text."""
    key = _key(text)
    return _NAMES.get(key, key)


def factor_between(unit: str, target: str | None) -> float | None:
    """Return what a number in one unit is multiplied by to be in another, or None if that is not known."""
    if unit == target:
        return 1.0
    if target is None or _DIMENSIONS.get(unit) is None or _DIMENSIONS.get(unit) != _DIMENSIONS.get(target):
        return None
    sizes = _SIZES[_DIMENSIONS[unit]]
    return sizes[unit] / sizes[target]


def is_unit(text: str) -> bool:
    """Tell whether a text spells a unit known here."""
    return _key(text) in _NAMES


def is_count(unit: str | None) -> bool:
    """Tell whether numbers of a unit are counted, so that they have no fraction."""
    return unit in _COUNTED
