"""The multimodal network: frozen columns of nodes, directed links, their lines and shared capacities."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from geodata.columns import (
    ARRIVAL_SUFFIX,
    CAPACITY_COLUMNS,
    LINK_COLUMNS,
    LINK_KINDS,
    NODE_COLUMNS,
    Codes,
    Column,
    Flags,
    Floats,
    Ids,
    Indices,
    as_column,
    check_unique,
    decode,
)
from supplychain.vocabulary import MODES


def _freeze(table: object, columns: tuple[Column, ...]) -> None:
    lengths = set()
    for column in columns:
        array = as_column(getattr(table, column.name), column)
        object.__setattr__(table, column.name, array)
        lengths.add(len(array))
        codes_out_of_range = column.words and array.size and not -1 <= array.min() <= array.max() < len(column.words)
        if codes_out_of_range:
            msg = f"Column {column.name} holds a code outside -1…{len(column.words) - 1}."
            raise ValueError(msg)
    if len(lengths) != 1:
        msg = f"All columns of {type(table).__name__} must have one length, got {sorted(lengths)}."
        raise ValueError(msg)


def _decoded(table: object, columns: tuple[Column, ...]) -> dict[str, NDArray[Any]]:
    return {
        column.name: decode(getattr(table, column.name), column.words) if column.words else getattr(table, column.name)
        for column in columns
    }


@dataclass(frozen=True, slots=True, eq=False)
class Nodes:
    """Node columns, one entry a node; see ``NODE_COLUMNS`` for meanings and units."""

    node_id: Ids
    kind: Codes
    mode: Codes
    side: Codes
    subject_id: Ids
    lon: Floats
    lat: Floats

    def __post_init__(self) -> None:
        _freeze(self, NODE_COLUMNS)
        check_unique(self.node_id, "node_id")

    def __len__(self) -> int:
        return len(self.node_id)

    def to_columns(self) -> dict[str, NDArray[Any]]:
        """Return the columns by name, codes written out as words."""
        return _decoded(self, NODE_COLUMNS)


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """Columns of directed links, one entry a link; see ``LINK_COLUMNS`` for meanings and units."""

    link_id: Ids
    row_id: Ids
    row_table: Codes
    kind: Codes
    mode: Codes
    from_mode: Codes
    link_class: Codes
    from_index: Indices
    to_index: Indices
    length_m: Floats
    time_h: Floats
    wait_h: Floats
    toll_per_km: Floats
    max_vessel_t: Floats
    max_weight_t: Floats
    banned_from_t: Floats
    depth_m: Floats
    clearance_m: Floats
    forms: NDArray[np.uint8]
    commodity_set: NDArray[np.int16]
    vehicle: NDArray[np.int16]
    price_per_teu: Floats
    price_per_t: Floats
    fee_per_teu: Floats
    fee_per_t: Floats
    resource_per_teu: Floats
    resource_per_t: Floats
    diesel_l_per_teu: Floats
    diesel_l_per_t: Floats
    kwh_per_teu: Floats
    kwh_per_t: Floats
    carrier_account: Flags
    terminal_id: Ids
    geometry: Indices
    reversed: Flags

    def __post_init__(self) -> None:
        _freeze(self, LINK_COLUMNS)
        check_unique(self.link_id, "link_id")
        for name in ("length_m", "time_h", "wait_h", "toll_per_km"):
            values = getattr(self, name)
            wrong = np.flatnonzero(~(np.isfinite(values) & (values >= 0)))
            if wrong.size:
                msg = f"{name} of link {self.link_id[wrong[0]]!r} must be at least 0, got {values[wrong[0]]}."
                raise ValueError(msg)

    def __len__(self) -> int:
        return len(self.link_id)

    def is_kind(self, kind: str) -> Flags:
        """Return which links are of one kind (link, connector, transshipment, service)."""
        flags: Flags = self.kind == LINK_KINDS.index(kind)
        return flags

    def is_mode(self, mode: str) -> Flags:
        """Return which links are of one mode (for a transshipment: hand over to it)."""
        flags: Flags = self.mode == MODES.index(mode)
        return flags

    def to_columns(self) -> dict[str, NDArray[Any]]:
        """Return the columns by name, codes written out as words."""
        return _decoded(self, LINK_COLUMNS)


@dataclass(frozen=True, slots=True, eq=False)
class Geometries:
    """Lines shared by the links of a row.

    Parameters
    ----------
    offsets
        int64[G+1]; line g has the points ``coordinates[offsets[g]:offsets[g+1]]``.
    coordinates
        float64[P, 2]; longitude and latitude, WGS 84 degrees.
    """

    offsets: NDArray[np.int64]
    coordinates: Floats

    def __post_init__(self) -> None:
        offsets = np.array(self.offsets, dtype=np.int64)
        coordinates = np.array(self.coordinates, dtype=np.float64).reshape(-1, 2)
        if offsets.size == 0 or offsets[0] != 0 or offsets[-1] != len(coordinates) or (np.diff(offsets) < 0).any():
            msg = f"offsets must rise from 0 to the number of points ({len(coordinates)})."
            raise ValueError(msg)
        for array, name in ((offsets, "offsets"), (coordinates, "coordinates")):
            array.setflags(write=False)
            object.__setattr__(self, name, array)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def points(self, geometry: int) -> Floats:
        """Return the points of one line as float64[n, 2], longitude and latitude."""
        return self.coordinates[self.offsets[geometry] : self.offsets[geometry + 1]]


@dataclass(frozen=True, slots=True, eq=False)
class CapacityTable:
    """Shared capacities; see ``CAPACITY_COLUMNS`` for meanings and units.

    Parameters
    ----------
    member_offsets
        int64[R+1]; capacity r limits the links ``member_links[member_offsets[r]:member_offsets[r+1]]``.
    member_links
        int32; link indices. Both directions of a two-way row share one capacity.
    member_weight
        float64; what one pass of each of those links counts: 1, or its hours where a fleet's hours are limited.
    """

    capacity_id: Ids
    kind: Codes
    row_id: Ids
    name_vi: Ids
    name_en: Ids
    unit: Codes
    forms: NDArray[np.uint8]
    mode: Codes
    capacity_per_day: Floats
    background_per_day: Floats
    floor_share: Floats
    from_gross_t: Floats
    member_offsets: NDArray[np.int64]
    member_links: Indices
    member_weight: Floats

    def __post_init__(self) -> None:
        _freeze(self, CAPACITY_COLUMNS)
        check_unique(self.capacity_id, "capacity_id")
        for name in ("capacity_per_day", "background_per_day"):
            values = getattr(self, name)
            wrong = np.flatnonzero(~(values >= 0))
            if wrong.size:
                msg = f"{name} of {self.capacity_id[wrong[0]]!r} must be at least 0, got {values[wrong[0]]}."
                raise ValueError(msg)
        object.__setattr__(self, "member_offsets", as_column(self.member_offsets, Column("", np.int64, 0, "")))
        object.__setattr__(self, "member_links", as_column(self.member_links, Column("", np.int32, 0, "")))
        object.__setattr__(self, "member_weight", as_column(self.member_weight, Column("", np.float64, 0, "")))
        if len(self.member_weight) != len(self.member_links):
            msg = "member_weight must have one entry for each of member_links."
            raise ValueError(msg)
        if len(self.member_offsets) != len(self) + 1 or self.member_offsets[-1] != len(self.member_links):
            msg = "member_offsets must have one entry more than there are capacities and end at len(member_links)."
            raise ValueError(msg)

    def __len__(self) -> int:
        return len(self.capacity_id)

    @property
    def residual_per_day(self) -> Floats:
        """What others leave: capacity less background, at least the floor, float64[R]."""
        return np.maximum(self.capacity_per_day - self.background_per_day, self.floor_share * self.capacity_per_day)

    @property
    def floored(self) -> Flags:
        """Where others would leave less than the floor, so that the residual was raised to it."""
        flags: Flags = self.background_per_day > (1.0 - self.floor_share) * self.capacity_per_day
        return flags

    def members(self, capacity: int) -> Indices:
        """Return the link indices one capacity limits."""
        return self.member_links[self.member_offsets[capacity] : self.member_offsets[capacity + 1]]

    def to_matrix(self, link_count: int) -> csr_array:
        """Return what one pass of each link counts as a sparse matrix, capacities × links."""
        return csr_array((self.member_weight, self.member_links, self.member_offsets), shape=(len(self), link_count))

    def to_columns(self) -> dict[str, NDArray[Any]]:
        """Return the columns and the residual by name, codes written out as words."""
        columns = _decoded(self, CAPACITY_COLUMNS)
        columns["forms"] = self.forms
        return columns | {"residual_per_day": self.residual_per_day, "floored": self.floored}


@dataclass(frozen=True, eq=False)
class Network:
    """A multimodal network whose paths never pass through a place, a terminal or a market unhandled.

    Places, terminal sides and markets are split in two: freight departs from the node that bears the plain id
    and arrives at the one whose id ends in ``:arrival``. Only a transshipment joins an arrival to a departure.

    Parameters
    ----------
    nodes
        Node columns.
    links
        Directed link columns.
    geometries
        Lines of the links.
    capacities
        Shared capacities.
    commodity_sets
        Sets of commodity ids that ``links.commodity_set`` points to.
    vehicle_ids
        Vehicle ids that ``links.vehicle`` points to.
    """

    nodes: Nodes
    links: Links
    geometries: Geometries
    capacities: CapacityTable
    commodity_sets: tuple[frozenset[str], ...] = ()
    vehicle_ids: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("from_index", "to_index"):
            _check_range(getattr(self.links, name), 0, len(self.nodes), name)
        _check_range(self.links.geometry, -1, len(self.geometries), "geometry")
        _check_range(self.links.commodity_set, -1, len(self.commodity_sets), "commodity_set")
        _check_range(self.links.vehicle, -1, len(self.vehicle_ids), "vehicle")
        _check_range(self.capacities.member_links, 0, len(self.links), "member_links")

    @cached_property
    def _node_places(self) -> dict[str, int]:
        return {node_id: place for place, node_id in enumerate(self.nodes.node_id)}

    @cached_property
    def _link_places(self) -> dict[str, int]:
        return {link_id: place for place, link_id in enumerate(self.links.link_id)}

    def node_index(self, node_id: str) -> int:
        """Return the index of a node.

        Raises
        ------
        KeyError
            If there is no such node.
        """
        return _look_up(self._node_places, node_id, "node")

    def link_index(self, link_id: str) -> int:
        """Return the index of a directed link.

        Raises
        ------
        KeyError
            If there is no such link.
        """
        return _look_up(self._link_places, link_id, "link")

    def has_node(self, node_id: str) -> bool:
        """Return whether a node of that id exists."""
        return node_id in self._node_places

    def origin_index(self, subject_id: str) -> int:
        """Return the node freight leaves a place, market, terminal side or junction from."""
        return self.node_index(subject_id)

    def destination_index(self, subject_id: str) -> int:
        """Return the node freight reaches a place, market, terminal side or junction at."""
        arrival = subject_id + ARRIVAL_SUFFIX
        return self.node_index(arrival if self.has_node(arrival) else subject_id)

    def link_points(self, link: int) -> Floats:
        """Return the line of a link in its own direction, float64[n, 2]; empty if it has none."""
        geometry = int(self.links.geometry[link])
        if geometry < 0:
            return np.empty((0, 2))
        points = self.geometries.points(geometry)
        return points[::-1] if self.links.reversed[link] else points


def _check_range(values: NDArray[Any], low: int, high: int, name: str) -> None:
    if values.size and not low <= values.min() <= values.max() < high:
        msg = f"{name} must lie between {low} and {high - 1}, got {values.min()} to {values.max()}."
        raise ValueError(msg)


def _look_up(places: dict[str, int], key: str, what: str) -> int:
    try:
        return places[key]
    except KeyError:
        msg = f"There is no {what} {key!r} in the network."
        raise KeyError(msg) from None


def select_links(links: Links, keep: Iterable[bool] | Flags) -> Links:
    """Return the links where ``keep`` is true, in the same order."""
    flags = np.asarray(keep, dtype=bool)
    return Links(**{column.name: getattr(links, column.name)[flags] for column in LINK_COLUMNS})
