"""The columns of nodes, links and capacities, declared once: name, type, default, unit and meaning."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geodata.models import LINK_CLASSES
from supplychain.vocabulary import FORMS, MODES

Ids = NDArray[np.object_]
Codes = NDArray[np.int8]
Indices = NDArray[np.int32]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

BOX_FORMS: Final = ("container", "reefer")
UNITS: Final = ("t", "TEU", "pcu")
CAPACITY_UNITS: Final = (*UNITS, "truck", "vehicle_h")
"""Units of what limits a plan: those of links, terminals and services, trucks at gates, and hours of fleets."""

NODE_KINDS: Final = ("junction", "place", "terminal", "market")
SIDES: Final = ("through", "departure", "arrival")
LINK_KINDS: Final = ("link", "connector", "transshipment", "service")
ROW_TABLES: Final = ("links", "transshipments", "terminals", "services", "parks", "zones", "network_links")
CAPACITY_KINDS: Final = ("link", "terminal", "service", "gate", "fleet")
NO_CODE: Final = -1
ALL_FORMS_MASK: Final = (1 << len(FORMS)) - 1
ARRIVAL_SUFFIX: Final = ":arrival"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a node, link or capacity table.

    Parameters
    ----------
    name
        Column name, with its unit where it has one.
    dtype
        numpy type of the array.
    default
        Value where a row says nothing.
    meaning
        What a value says.
    words
        The words an integer code stands for, empty for plain columns.
    """

    name: str
    dtype: Any
    default: Any
    meaning: str
    words: tuple[str, ...] = ()


NODE_COLUMNS: Final = (
    Column("node_id", np.object_, "", "Unique id; the arriving side of a place, terminal or market ends in :arrival"),
    Column("kind", np.int8, NO_CODE, "What the node stands for", NODE_KINDS),
    Column("mode", np.int8, NO_CODE, "Mode that uses it; none for markets", MODES),
    Column("side", np.int8, 0, "through for junctions; freight departs from or arrives at the others", SIDES),
    Column("subject_id", np.object_, "", "Row it came from: node, park, zone, terminal or market id"),
    Column("lon", np.float64, np.nan, "Longitude, WGS 84 degrees"),
    Column("lat", np.float64, np.nan, "Latitude, WGS 84 degrees"),
)

LINK_COLUMNS: Final = (
    Column("link_id", np.object_, "", "Unique id: the row's id, with > (as drawn) or < (against) on two-way rows"),
    Column("row_id", np.object_, "", "Id of the pack row, or of the link of a network version, it came from"),
    Column("row_table", np.int8, NO_CODE, "Table of that row; network_links are of a network version", ROW_TABLES),
    Column("kind", np.int8, NO_CODE, "What the link does", LINK_KINDS),
    Column("mode", np.int8, NO_CODE, "Mode; for a transshipment the mode it hands over to", MODES),
    Column("from_mode", np.int8, NO_CODE, "Mode freight comes by; differs from mode only in a transshipment", MODES),
    Column("link_class", np.int8, NO_CODE, "Class of a road, railway or waterway", LINK_CLASSES),
    Column("from_index", np.int32, NO_CODE, "Index of the node it leaves"),
    Column("to_index", np.int32, NO_CODE, "Index of the node it reaches"),
    Column("length_m", np.float64, 0.0, "Length of one pass, metres"),
    Column("time_h", np.float64, 0.0, "Running or handling time of one pass, hours"),
    Column(
        "wait_h", np.float64, 0.0, "Waiting: half a service's headway and its cut-off, or for a gate to open, hours"
    ),
    Column("toll_per_km", np.float64, 0.0, "Toll of a class-5 truck, pack money per km"),
    Column("max_vessel_t", np.float64, np.inf, "Largest cargo of one vessel, tonnes"),
    Column("max_weight_t", np.float64, np.inf, "Heaviest truck or wagon allowed, gross tonnes"),
    Column("banned_from_t", np.float64, np.inf, "Trucks of this gross mass or more are banned all working day, tonnes"),
    Column("depth_m", np.float64, np.inf, "Depth of water, metres"),
    Column("clearance_m", np.float64, np.inf, "Least height of bridges above the water, metres"),
    Column("forms", np.uint8, ALL_FORMS_MASK, "Bit mask of the cargo forms it takes (1 container, 2 reefer, 4 bulk)"),
    Column("commodity_set", np.int16, NO_CODE, "Index into Network.commodity_sets; -1 takes every commodity"),
    Column("vehicle", np.int16, NO_CODE, "Index into Network.vehicle_ids; -1 the usual vehicle of mode and form"),
    Column("price_per_teu", np.float64, np.nan, "Price of one pass, pack money per TEU"),
    Column("price_per_t", np.float64, np.nan, "Price of one pass, pack money per tonne"),
    Column("fee_per_teu", np.float64, 0.0, "Public fee of one pass, pack money per laden TEU"),
    Column("fee_per_t", np.float64, 0.0, "Public fee of one pass, pack money per tonne outside containers"),
    Column("resource_per_teu", np.float64, np.nan, "Resource cost of one pass, pack money per TEU"),
    Column("resource_per_t", np.float64, np.nan, "Resource cost of one pass, pack money per tonne"),
    Column("diesel_l_per_teu", np.float64, 0.0, "Diesel for handling, litres per TEU"),
    Column("diesel_l_per_t", np.float64, 0.0, "Diesel for handling, litres per tonne"),
    Column("kwh_per_teu", np.float64, 0.0, "Electricity for handling, kWh per TEU"),
    Column("kwh_per_t", np.float64, 0.0, "Electricity for handling, kWh per tonne"),
    Column("carrier_account", np.bool_, False, "The sea carrier pays: no price for the shipper"),  # noqa: FBT003
    Column("terminal_id", np.object_, "", "Terminal of a transshipment or of a service's regional end"),
    Column("geometry", np.int32, NO_CODE, "Index into Network.geometries; -1 has no line"),
    Column("reversed", np.bool_, False, "The line is drawn against the link's direction"),  # noqa: FBT003
)

CAPACITY_COLUMNS: Final = (
    Column("capacity_id", np.object_, "", "Unique id: kind, row and unit"),
    Column("kind", np.int8, NO_CODE, "What is limited", CAPACITY_KINDS),
    Column("row_id", np.object_, "", "Link, terminal, service or vehicle row it came from"),
    Column("name_vi", np.object_, "", "Vietnamese name"),
    Column("name_en", np.object_, "", "English name"),
    Column("unit", np.int8, NO_CODE, "Unit of the capacity", CAPACITY_UNITS),
    Column("forms", np.uint8, ALL_FORMS_MASK, "Bit mask of the cargo forms that use it"),
    Column("mode", np.int8, NO_CODE, "Mode of its links, where they share one", MODES),
    Column("capacity_per_day", np.float64, np.nan, "Most units a working day"),
    Column("background_per_day", np.float64, 0.0, "Units a working day used by others"),
    Column("floor_share", np.float64, 0.0, "Least share left for the plan however much others use, 0 to 1"),
    Column("from_gross_t", np.float64, 0.0, "Only vehicles of this gross mass or more count, tonnes"),
)


def encode(values: Iterable[object], words: tuple[str, ...], what: str) -> Codes:
    """Return the place of each value in ``words`` as int8; an empty value is -1.

    Raises
    ------
    ValueError
        If a value is not one of the words.
    """
    places = {word: place for place, word in enumerate(words)} | {"": NO_CODE}
    try:
        return np.array([places[value] for value in map(str, values)], dtype=np.int8)
    except KeyError as error:
        msg = f"{what} must be one of {', '.join(words)}, got {error.args[0]!r}."
        raise ValueError(msg) from error


def decode(codes: NDArray[Any], words: tuple[str, ...]) -> Ids:
    """Return the words of integer codes; -1 becomes an empty string."""
    found: Ids = np.array([*words, ""], dtype=np.object_)[codes]
    return found


def forms_mask(forms: Iterable[str]) -> int:
    """Return the bit mask of cargo forms.

    Raises
    ------
    ValueError
        If a form is unknown.
    """
    mask = 0
    for form in forms:
        if form not in FORMS:
            msg = f"A cargo form must be one of {', '.join(FORMS)}, got {form!r}."
            raise ValueError(msg)
        mask |= 1 << FORMS.index(form)
    return mask


def check_unique(ids: Ids, what: str) -> None:
    """Raise unless no id stands twice.

    Raises
    ------
    ValueError
        If one does.
    """
    # Ids with different hashes differ; sorting hashes takes a quarter of the time of putting a million ids in a set.
    hashes = np.fromiter(map(hash, ids), dtype=np.int64, count=len(ids))
    hashes.sort()
    if not (hashes[1:] == hashes[:-1]).any():
        return
    seen: set[str] = set()
    for value in ids:
        if value in seen:
            msg = f"{what} must be unique, {value!r} stands twice."
            raise ValueError(msg)
        seen.add(value)


def as_column(values: object, column: Column) -> NDArray[Any]:
    """Return ``values`` as a contiguous array of the column's type, closed to writing."""
    array = np.ascontiguousarray(values, dtype=column.dtype)
    if array.ndim != 1:
        msg = f"Column {column.name} must be one-dimensional, got shape {array.shape}."
        raise ValueError(msg)
    if array is values or array.base is not None:
        array = array.copy()
    array.setflags(write=False)
    return array
