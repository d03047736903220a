"""Places that may be rows of the registry: ports, stations, yards, airports, parks, warehouses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from geodata.osm.keys import words
from supplychain.text import fold

_PORT_USES: Final = words("port harbour container_terminal shipping")
_WAREHOUSE_USES: Final = words("warehouse distributor logistics depot storage")
_PASSENGER_STATIONS: Final = words("subway light_rail monorail funicular tram miniature")
_PORT_WORDS: Final = ("cang", "icd", "port", "dry port", "container terminal", "ben thuy")
_DRY_PORT_WORDS: Final = ("icd", "cang can", "dry port", "inland container depot")
_RIVER_PORT_WORDS: Final = ("cang song", "thuy noi dia", "river port", "ben thuy")


def place_kind(tags: Mapping[str, str], name: str) -> str:
    """Return the kind of candidate that tags describe; empty where they describe none.

    A park must have a name; one whose name says port (cảng, ICD, container terminal) is a port. A port is a seaport
    unless its name says river port or dry port (ICD): OpenStreetMap has no tag that tells them apart.
    """
    railway = tags.get("railway", "")
    kind = ""
    if tags.get("aeroway") == "aerodrome":
        kind = "airport"
    elif tags.get("amenity") == "ferry_terminal":
        kind = "ferry_terminal"
    elif railway in ("station", "halt") and tags.get("station", "") not in _PASSENGER_STATIONS:
        kind = "rail_station"
    elif railway in ("yard", "container_terminal"):
        kind = "rail_yard"
    elif _is_port(tags):
        kind = _port_kind(name)
    elif tags.get("industrial", "") in _WAREHOUSE_USES:
        kind = "warehouse"
    elif tags.get("landuse") == "industrial" and name:
        kind = _port_kind(name) if _says(name, _PORT_WORDS) else "industrial_park"
    return kind


def _is_port(tags: Mapping[str, str]) -> bool:
    if tags.get("landuse") in ("port", "harbour") or tags.get("industrial", "") in _PORT_USES:
        return True
    return tags.get("harbour", "no") != "no" or tags.get("port", "no") != "no"


def _port_kind(name: str) -> str:
    if _says(name, _DRY_PORT_WORDS):
        return "dry_port"
    return "river_port" if _says(name, _RIVER_PORT_WORDS) else "seaport"


def _says(name: str, wordings: tuple[str, ...]) -> bool:
    """Return whether a name holds one of some words, case and marks aside."""
    folded = f" {fold(name)} "
    return any(f" {wording} " in folded for wording in wordings)
