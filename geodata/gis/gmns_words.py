"""Words of GMNS 0.96 (General Modeling Network Specification, zephyr-data-specs/GMNS) and of ours beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from geodata.gis.layouts import CANDIDATES, CONDITIONS, OUTLINES, SCHEDULES, SOURCES, TURNS
from geodata.infrastructure.columns import ROAD_KINDS, TRAIN_KINDS, TRUCK_KINDS, VEHICLE_KINDS, VESSEL_KINDS

VERSION: Final = "0.96"
CLOSED: Final = "closed"
"""A use of no vehicle: what nobody may drive has this alone (an empty cell would mean "not said")."""
OWN_FILES: Final[Mapping[str, str]] = {
    name: f"hinterland_{name.removeprefix('network_')}.csv"
    for name in (CONDITIONS, TURNS, CANDIDATES, OUTLINES, SCHEDULES, SOURCES)
}
"""What GMNS has no table for, in files of our own beside its tables."""
OWN_ID: Final = "hinterland_link_id"
"""Column of link.csv that marks a network of ours: the id of the row, which two directed links may share."""

NODE_COLUMNS: Final = ("node_id", "name", "x_coord", "y_coord", "z_coord", "node_type", "ctrl_type", "zone_id")
LINK_COLUMNS: Final = (
    "link_id",
    "name",
    "from_node_id",
    "to_node_id",
    "directed",
    "geometry",
    "dir_flag",
    "length",
    "facility_type",
    "free_speed",
    "lanes",
    "allowed_uses",
    "toll",
)
SAME_AS_OURS: Final[Mapping[str, str]] = {
    "name": "name",
    "length": "length_m",
    "facility_type": "link_class",
    "free_speed": "speed_kmh",
}
"""GMNS columns of links that hold exactly a column of ours, which is then not written a second time."""

USES: Final[Mapping[str, tuple[str, str]]] = {
    "car": ("1", "Passenger car"),
    "goods": ("1", "Goods van up to 3.5 t"),
    "hgv": ("2.5", "Rigid lorry"),
    "articulated": ("4", "Articulated lorry"),
    "train": ("0", "Train"),
    "vessel": ("0", "Inland vessel"),
    CLOSED: ("0", "No vehicle"),
}
"""Uses, with passenger car equivalents of TCVN 4054:2005, table 2 (car 1, lorry of three axles 2.5, articulated 4)."""

MASK_OF_USE: Final[Mapping[str, int]] = {
    "car": 0b000001,
    "goods": 0b000010,
    "hgv": 0b000100,
    "articulated": 0b001000,
    "train": TRAIN_KINDS,
    "vessel": VESSEL_KINDS,
    CLOSED: 0,
    "all": ROAD_KINDS,
    "auto": ROAD_KINDS,
    "autos": ROAD_KINDS,
    "drive": ROAD_KINDS,
    "motor_vehicle": ROAD_KINDS,
    "vehicle": ROAD_KINDS,
    "sov": 0b000011,
    "hov": 0b000011,
    "hov2": 0b000011,
    "hov3": 0b000011,
    "truck": TRUCK_KINDS,
    "trucks": TRUCK_KINDS,
    "freight": TRUCK_KINDS,
    "hdv": TRUCK_KINDS,
    "rail": TRAIN_KINDS,
    "railway": TRAIN_KINDS,
    "ship": VESSEL_KINDS,
    "barge": VESSEL_KINDS,
    "water": VESSEL_KINDS,
    "bike": 0,
    "bicycle": 0,
    "walk": 0,
    "ped": 0,
    "pedestrian": 0,
    "bus": 0,
    "transit": 0,
    "aeroway": 0,
}
"""Vehicle kinds of uses that networks of others name."""
GENERAL_USES: Final = frozenset({"auto", "autos", "drive", "motor_vehicle", "vehicle"})
TRUCK_USES: Final = frozenset({"truck", "trucks", "freight", "hdv", "hgv"})


def uses(mask: int) -> str:
    """Return a mask of vehicle kinds as GMNS lists uses."""
    return ",".join(kind for place, kind in enumerate(VEHICLE_KINDS) if mask >> place & 1) or CLOSED


LENGTH_UNITS: Final[Mapping[str, float]] = {
    "m": 1.0, "meter": 1.0, "meters": 1.0, "metre": 1.0, "metres": 1.0, "km": 1000.0, "kilometer": 1000.0,
    "kilometers": 1000.0, "kilometre": 1000.0, "kilometres": 1000.0, "mi": 1609.344, "mile": 1609.344,
    "miles": 1609.344, "ft": 0.3048, "foot": 0.3048, "feet": 0.3048,
}  # fmt: skip
SPEED_UNITS: Final[Mapping[str, float]] = {
    "kph": 1.0, "km/h": 1.0, "kmh": 1.0, "km/hr": 1.0, "kmph": 1.0, "kilometers per hour": 1.0,
    "mph": 1.609344, "mi/h": 1.609344, "miles per hour": 1.609344, "m/s": 3.6,
}  # fmt: skip
