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
