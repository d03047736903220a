"""The closed word lists that columns of several tables share."""

from __future__ import annotations

from typing import Final

MODES: Final = ("road", "rail", "inland_waterway", "sea", "air")

NETWORK_MODES: Final = ("road", "rail", "inland_waterway")

FORMS: Final = ("container", "reefer", "bulk")

CONFIDENCES: Final = ("high", "medium", "estimate", "assumption")

STATUSES: Final = ("open", "building", "planned", "closed")

CURRENCIES: Final = ("VND", "USD")

DIRECTIONS: Final = ("export", "import", "domestic_out", "domestic_in")

TERMINAL_KINDS: Final = ("seaport", "river_port", "dry_port", "icd", "rail_station", "airport")

VISIBILITIES: Final = ("public", "partners", "private")

VSIC_VERSIONS: Final = ("2018", "2025")

UNITS: Final = ("t", "piece", "set", "m", "m2", "m3", "litre", "hour", "day", "person", "ha")

OFFER_KINDS: Final = ("goods", "service", "laboratory", "training", "research", "technology")
"""What can be offered and needed: goods and services of firms; what schools, institutes and start-ups bring."""
