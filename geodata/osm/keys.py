"""Tag keys that an import reads, and the grammar ``base[:vehicle][:direction][:conditional]``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from geodata.infrastructure.columns import BACKWARD, FORWARD, ROAD_KINDS, TRUCK_KINDS


def words(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


CAR: Final = 0b0001
GOODS: Final = 0b0010
HGV: Final = 0b0100
ARTICULATED: Final = 0b1000
BOTH: Final = FORWARD | BACKWARD

VEHICLE_MASKS: Final = {
    "vehicle": ROAD_KINDS,
    "motor_vehicle": ROAD_KINDS,
    "motorcar": CAR,
    "goods": GOODS,
    "hgv": TRUCK_KINDS,
    "hgv_articulated": ARTICULATED,
    "articulated": ARTICULATED,
}
"""Vehicle words of keys and conditions and the kinds they cover."""

OTHER_VEHICLES: Final = words(
    "foot bicycle motorcycle moped mofa horse bus psv minibus share_taxi taxi tourist_bus coach trailer caravan "
    "motorhome carriage cycle_rickshaw disabled emergency hazmat hov ski snowmobile agricultural atv trolleybus tram "
    "dog inline_skates electric_vehicle electric_bicycle speed_pedelec auto_rickshaw"
)
"""Vehicles that this program does not route: what is said of them is left aside without a word."""

ASIDE: Final = words("type source lanes variable advisory practical note physical signed reason description")
"""Suffixes that say something beside the value."""

ACCESS_CHAINS: Final = {
    CAR: ("access", "vehicle", "motor_vehicle", "motorcar"),
    GOODS: ("access", "vehicle", "motor_vehicle", "goods"),
    HGV: ("access", "vehicle", "motor_vehicle", "hgv"),
    ARTICULATED: ("access", "vehicle", "motor_vehicle", "hgv", "hgv_articulated"),
}
"""Access keys of each kind from the general to the particular; the most particular one present decides."""

ROAD_ACCESS: Final = ("access", "vehicle", "motor_vehicle", "motorcar", "goods", "hgv", "hgv_articulated")
LIMITS: Final = (
    "maxweight",
    "maxweightrating",
    "maxgcweight",
    "maxgcweightrating",
    "maxaxleload",
    "maxheight",
    "maxlength",
    "maxwidth",
)

WAY_KEYS: Final = ("highway", "railway", "waterway", "route", "aeroway", "landuse", "harbour", "industrial", "port")
"""A way or relation without any of these is not read (relations also with ``type``)."""

NODE_KEYS: Final = (
    "barrier",
    "highway",
    "railway",
    "waterway",
    "lock",
    "aeroway",
    "amenity",
    "harbour",
    "landuse",
    "industrial",
    "maxheight",
    "maxweight",
    "maxwidth",
)
"""A node without any of these is read for its place only."""

NODE_HIGHWAYS: Final = frozenset({"traffic_signals", "toll_gantry"})
NODE_AMENITIES: Final = frozenset({"ferry_terminal"})

_BASES: Final = frozenset(
    (
        *WAY_KEYS,
        *ROAD_ACCESS,
        *LIMITS,
        *("oneway", "junction", "lanes", "surface", "maxspeed", "toll", "bridge", "tunnel", "layer", "service"),
        *("expressway", "area", "ferry", "duration", "zone", "construction"),
        *("gauge", "usage", "electrified", "station", "barrier", "amenity", "lock", "bollard"),
        *("boat", "motorboat", "ship", "CEMT", "class", "maxdraught", "maxdraft", "draught", "intermittent"),
        *("aerodrome", "public_transport", "train", "restriction", "except", "type", "foot", "bicycle"),
    )
)
_ROADS_OWN: Final = frozenset((*ROAD_ACCESS, *LIMITS, "oneway", "maxspeed"))


@dataclass(frozen=True, slots=True)
class Key:
    """A tag key taken apart.

    Parameters
    ----------
    base
        First part, such as ``maxspeed``.
    kinds
        Mask of the vehicle kinds it is about; None: it names none.
    directions
        1 forward, 2 backward, 3 both; as the way is drawn.
    conditional
        Whether its value hangs on conditions.
    aside
        Whether it is about other vehicles, or beside the matter.
    understood
        False where a part of it is unknown.
    """

    base: str
    kinds: int | None = None
    directions: int = BOTH
    conditional: bool = False
    aside: bool = False
    understood: bool = True


@lru_cache(maxsize=4096)
def read_key(key: str) -> Key:
    """Return a key taken apart."""
    base, *suffixes = key.split(":")
    kinds: int | None = None
    directions, conditional, aside, understood = BOTH, False, False, True
    for suffix in suffixes:
        if suffix in ("forward", "backward"):
            directions = FORWARD if suffix == "forward" else BACKWARD
        elif suffix == "conditional":
            conditional = True
        elif suffix in VEHICLE_MASKS:
            kinds = VEHICLE_MASKS[suffix] & (ROAD_KINDS if kinds is None else kinds)
        elif suffix in OTHER_VEHICLES or suffix in ASIDE:
            aside = True
        else:
            understood = False
    return Key(base, kinds, directions, conditional, aside, understood)


def is_read(key: str) -> bool:
    """Return whether a way's tag of that key can matter."""
    base = key.split(":", 1)[0]
    if base not in _BASES:
        return key in ("maxspeed:type", "source:maxspeed", "zone:maxspeed", "waterway:class", "class:waterway")
    if base in _ROADS_OWN and ":" in key:
        return not read_key(key).aside or key in ("maxspeed:type", "maxheight:physical", "maxwidth:physical")
    return ":" not in key or base in ("lanes", "toll", "waterway", "class", "zone", "restriction")
