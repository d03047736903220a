"""Which column of a GIS file says what about links: the mapping, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import numpy as np

from geodata.columns import Column
from geodata.infrastructure.columns import INFRASTRUCTURE_LINK_COLUMNS, VEHICLE_KINDS
from geodata.infrastructure.infrastructure import Source

SPEED_UNITS: Final = {"km/h": 1.0, "kmh": 1.0, "kph": 1.0, "mph": 1.609344, "m/s": 3.6, "kn": 1.852, "knots": 1.852}
LENGTH_UNITS: Final = {"m": 1.0, "km": 1000.0, "cm": 0.01, "mm": 0.001, "ft": 0.3048, "in": 0.0254, "mi": 1609.344}
WEIGHT_UNITS: Final = {"t": 1.0, "tấn": 1.0, "tan": 1.0, "kg": 0.001, "lb": 0.00045359237}
GAUGE_UNITS: Final = {"mm": 1.0, "cm": 10.0, "m": 1000.0}

SPLITS: Final = ("none", "vertices", "crossings")
MOST_SNAP_M: Final = 1000.0
DIRECTIONS: Final = ("forward", "backward", "both", "closed")
"""Where traffic runs, as seen along the digitised line."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """One thing a mapping can say about links.

    Parameters
    ----------
    name
        Name in the mapping; that of the infrastructure's column where there is one.
    kind
        ``text``, ``word``, ``kinds`` (of vehicles), ``flag``, ``number``, ``whole`` or ``hours``.
    words
        What a word may be.
    units
        Unit to factor into the attribute's own unit; empty for pure numbers.
    least, most
        Values outside are not believed: they are left out and noted.
    """

    name: str
    kind: str
    words: tuple[str, ...] = ()
    units: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    least: float = -np.inf
    most: float = np.inf


_LIMITS: Final[Mapping[str, tuple[float, float]]] = {
    "length_m": (0.0, 2e6),
    "lanes": (1, 24),
    "speed_kmh": (1, 350),
    "speed_hgv_kmh": (1, 350),
    "observed_kmh": (0.5, 350),
    "toll_per_km": (0, 1e7),
    "price_year": (1990, 2100),
    "layer": (-20, 20),
    "max_weight_t": (0.2, 1000),
    "max_axle_load_t": (0.2, 100),
    "max_height_m": (0.5, 100),
    "max_length_m": (1, 1000),
    "max_width_m": (0.5, 200),
    "max_draught_m": (0.1, 30),
    "max_vessel_t": (0.1, 1e6),
    "gauge_mm": (300, 2000),
    "capacity_per_day": (0, 1e9),
    "background_per_day": (0, 1e9),
}
_DERIVED: Final = {"from_index", "to_index", "oneway", "access_forward", "access_backward", "row_id", "source"}


def _attribute(column: Column) -> Attribute:
    least, most = _LIMITS.get(column.name, (-np.inf, np.inf))
    if column.words:
        return Attribute(column.name, "word", column.words)
    if column.name == "destination_only":
        return Attribute(column.name, "kinds", VEHICLE_KINDS)
    if column.dtype is np.object_:
        return Attribute(column.name, "text")
    if column.dtype is np.bool_:
        return Attribute(column.name, "flag")
    kind = "number" if column.dtype is np.float64 else "whole"
    return Attribute(column.name, kind, units=_units(column.name), least=least, most=most)


def _units(name: str) -> Mapping[str, float]:
    if name == "gauge_mm":
        return GAUGE_UNITS
    by_ending = {"_kmh": SPEED_UNITS, "_m": LENGTH_UNITS, "_t": WEIGHT_UNITS}
    return next((units for ending, units in by_ending.items() if name.endswith(ending)), MappingProxyType({}))


ATTRIBUTES: Final[Mapping[str, Attribute]] = {
    attribute.name: attribute
    for attribute in (
        *(_attribute(column) for column in INFRASTRUCTURE_LINK_COLUMNS if column.name not in _DERIVED),
        Attribute("from_node_id", "text"),
        Attribute("to_node_id", "text"),
        Attribute("direction", "word", DIRECTIONS),
        Attribute("kinds", "kinds", VEHICLE_KINDS),
        Attribute("truck_ban_hours", "hours"),
    )
}
"""All attributes a mapping may name: the columns of links, the ids of their end nodes, ``direction`` (of traffic along
the digitised line), ``kinds`` (vehicles that may run there; none given: all of the mode) and ``truck_ban_hours``."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Where one attribute comes from.

    Parameters
    ----------
    column
        Column of the file; empty where a constant holds for all rows.
    constant
        Value of all rows, as it would be written in a cell.
    values
        Translation of cells, compared without case and Vietnamese marks where not found exactly.
    unit
        Unit of the numbers; empty: the attribute's own.
    default
        Value where the cell is empty, or is not understood.
    """

    column: str = ""
    constant: str = ""
    values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    unit: str = ""
    default: str = ""


@dataclass(frozen=True, slots=True)
class GisMapping:
    """What the columns of one layer mean.

    Parameters
    ----------
    attributes
        Attribute name to rule.
    layer
        Layer of the file; empty where it has one with lines.
    crs
        CRS of the coordinates where the file states none; empty: as the file states.
    crs_overrides_file
        Whether ``crs`` holds although the file states another.
    encoding
        Encoding of texts where the file does not state it.
    source
        Licence, attribution and date of the data; an empty name stands for the file's.
    ignored
        Columns that are meant to be left out.
    snap_m
        Ends of lines nearer to each other than this share a node, metres.
    split
        ``none``: lines stay whole; ``vertices``: they are cut at points they share and at ends that lie at their
        points; ``crossings``: also where lines of one level cross, or end within ``snap_m`` of a line.
    """

    attributes: Mapping[str, Rule]
    layer: str = ""
    crs: str = ""
    crs_overrides_file: bool = False
    encoding: str = ""
    source: Source = field(default_factory=lambda: Source(""))
    ignored: tuple[str, ...] = ()
    snap_m: float = 1.0
    split: str = "vertices"

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the file that it reads."""
        return tuple(dict.fromkeys(rule.column for rule in self.attributes.values() if rule.column))
