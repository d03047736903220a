"""Tag values with units: masses, lengths, speeds, counts.

Every function returns ``None`` where a value is not understood or cannot be true, and NaN where it says that there is
no limit.
"""

from __future__ import annotations

import math
import re
from typing import Final

NO_LIMIT: Final = frozenset({"none", "no", "default", "unlimited", "unrestricted", "no_sign", "unsigned", "implicit"})

TONNES: Final = {
    "": 1.0, "t": 1.0, "to": 1.0, "ton": 1.0, "tons": 1.0, "tonne": 1.0, "tonnes": 1.0, "mt": 1.0,
    "kg": 1e-3, "lb": 0.45359237e-3, "lbs": 0.45359237e-3, "st": 0.90718474, "lt": 1.0160469088,
}  # fmt: skip
METRES: Final = {
    "": 1.0, "m": 1.0, "meter": 1.0, "meters": 1.0, "metre": 1.0, "metres": 1.0,
    "cm": 0.01, "mm": 1e-3, "km": 1e3, "ft": 0.3048, "feet": 0.3048, "foot": 0.3048, "in": 0.0254, "inch": 0.0254,
}  # fmt: skip
KMH: Final = {"": 1.0, "km/h": 1.0, "kmh": 1.0, "kph": 1.0, "kmph": 1.0, "mph": 1.609344, "knots": 1.852, "kn": 1.852}

WALKING_KMH: Final = 7.0
IMPLICIT_SPEEDS: Final = {
    "VN:urban": (50.0, math.nan, math.nan),
    "VN:rural": (80.0, 70.0, 60.0),
    "VN:motorway": (120.0, math.nan, math.nan),
}
"""Speeds of cars, lorries over 3.5 t and articulated lorries where the kind of place stands in for a number, km/h.

Circular 38/2024/TT-BGTVT of Vietnam: inside built-up areas 50 (60 on dual carriageways); outside on two-way roads 80,
70 and 60 (90, 80 and 70 on dual carriageways); motorways 120 at most. The lower figure is taken where the carriageway
decides.
"""

MOST_TONNES: Final = 1_000.0
MOST_VESSEL_TONNES: Final = 100_000.0
MOST_METRES: Final = 1_000.0
MOST_KMH: Final = 400.0
MOST_LANES: Final = 24
MOST_LAYER: Final = 20

_NUMBER = re.compile(r"([0-9]+(?:[.,][0-9]{1,3})?|\.[0-9]+)\s*([a-z/]*)")
_FEET = re.compile(
    r"([0-9]+(?:\.[0-9]+)?)\s*(?:'|′|ft|feet)\s*(?:([0-9]+(?:\.[0-9]+)?)\s*(?:\"|″|''|in(?:ch(?:es)?)?)?)?"
)
_INCHES = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(?:\"|″|'')")
_WHOLE = re.compile(r"[+-]?[0-9]+")


def parse_tonnes(text: str, most: float = MOST_TONNES) -> float | None:
    """Return a mass in tonnes, of at most so many; a number without unit is tonnes."""
    return _limit(text, TONNES, most)


def parse_metres(text: str) -> float | None:
    """Return a length in metres; a number without unit is metres, ``12'6"`` is feet and inches."""
    trimmed = text.strip().lower()
    feet = _FEET.fullmatch(trimmed)
    inches = _INCHES.fullmatch(trimmed)
    if feet:
        metres = float(feet[1]) * METRES["ft"] + float(feet[2] or 0) * METRES["in"]
    elif inches:
        metres = float(inches[1]) * METRES["in"]
    else:
        return _limit(text, METRES, MOST_METRES)
    return metres if 0 < metres <= MOST_METRES else None


def parse_kmh(text: str) -> float | None:
    """Return a speed in km/h; a number without unit is km/h."""
    if text.strip().lower() in ("walk", "walking"):
        return WALKING_KMH
    return _limit(text, KMH, MOST_KMH)


def parse_whole(text: str, least: int, most: int) -> int | None:
    """Return a whole number between two."""
    trimmed = text.strip()
    if not _WHOLE.fullmatch(trimmed) or len(trimmed) > 9:  # noqa: PLR2004 - longer numbers are never meant
        return None
    number = int(trimmed)
    return number if least <= number <= most else None


def parse_hours(text: str) -> float | None:
    """Return a duration in hours: ``20`` (minutes), ``00:20``, ``1:30:00`` or ``PT20M``."""
    iso = re.fullmatch(r"PT(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)S)?", text.strip())
    if iso and any(iso.groups()):
        hours, minutes, seconds = (float(part or 0) for part in iso.groups())
    else:
        clock = re.fullmatch(r"(?:([0-9]{1,3}):)?([0-9]{1,4})(?::([0-9]{2}))?", text.strip())
        if not clock:
            return None
        hours, minutes, seconds = (float(part or 0) for part in clock.groups())
    total = hours + minutes / 60 + seconds / 3600
    return total if total > 0 else None


def _limit(text: str, units: dict[str, float], most: float) -> float | None:
    trimmed = text.strip().lower()
    if trimmed in NO_LIMIT:
        return math.nan
    match = _NUMBER.fullmatch(trimmed)
    if not match or match[2] not in units:
        return None
    value = float(match[1].replace(",", ".")) * units[match[2]]
    return value if 0 < value <= most else None
