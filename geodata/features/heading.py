"""What a field is called in GIS programs, with its unit in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from geodata.features.table import Field
from supplychain.text import Language

UNTOLD: Final = frozenset(("year", "lanes"))
"""Units that the meaning of a field says already."""
WORDS: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {"d": "day", "capacity_unit": "unit"},
    "vi": {
        "capacity_unit": "đơn vị",
        "currency": "đơn vị tiền",
        "d": "ngày",
        "day": "ngày",
        "h of day": "giờ trong ngày",
        "month": "tháng",
        "people": "người",
        "share": "tỷ lệ 0–1",
        "trucks": "xe",
        "unit": "đơn vị",
        "vehicles": "lượt phương tiện",
        "year": "năm",
    },
}
"""Parts of units that are words, as they are written in each language; signs such as ``km`` stay."""


def unit_in(unit: str, language: Language) -> str:
    """Return a unit in one language; empty where the meaning of a field says it already."""
    words = WORDS[language]
    return "" if unit in UNTOLD else "/".join(words.get(part, part) for part in unit.split("/"))


def heading_of(field: Field, language: Language) -> str:
    """Return what a field is called in GIS programs: its meaning, then its unit in brackets."""
    meaning, unit = field.meaning.of(language), unit_in(field.unit, language)
    return f"{meaning} ({unit})" if unit else meaning
