"""The frozen value ``Infrastructure``: nodes, two-way link rows with lines, conditions by hour, turn restrictions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geodata.columns import Codes, Column, Flags, Floats, Ids, Indices, check_unique, decode
from geodata.infrastructure.columns import (
    CANDIDATE_COLUMNS,
    CONDITION_COLUMNS,
    INFRASTRUCTURE_LINK_COLUMNS,
    INFRASTRUCTURE_NODE_COLUMNS,
)
from geodata.infrastructure.turns import TurnRestrictions
from geodata.infrastructure.weekly import Schedules
from geodata.network import Geometries

Masks = NDArray[np.uint8]


def frozen(values: object, dtype: Any) -> NDArray[Any]:  # noqa: ANN401 - a numpy type
    """Return a one-dimensional array closed to writing; one that is closed already (a memory map) is not copied."""
    array = np.ascontiguousarray(values, dtype=dtype)
    if array.ndim != 1:
        msg = f"A column must be one-dimensional, got shape {array.shape}."
        raise ValueError(msg)
    if array.flags.writeable:
        if array is values or array.base is not None:
            array = array.copy()
        array.setflags(write=False)
    return array


def _freeze(table: object, columns: tuple[Column, ...]) -> None:
    lengths = {}
    for column in columns:
        array = frozen(getattr(table, column.name), column.dtype)
        object.__setattr__(table, column.name, array)
        lengths[column.name] = len(array)
        if column.words and array.size and not -1 <= array.min() <= array.max() < len(column.words):
            msg = f"Column {column.name} holds a code outside -1…{len(column.words) - 1}."
            raise ValueError(msg)
    if len(set(lengths.values())) > 1:
        msg = f"All columns of {type(table).__name__} must have one length, got {lengths}."
        raise ValueError(msg)


def _check_index(values: NDArray[Any], least: int, count: int, name: str) -> None:
    if values.size and not least <= values.min() <= values.max() < count:
        msg = f"{name} must lie between {least} and {count - 1}, got {values.min()} to {values.max()}."
        raise ValueError(msg)


def _check_not_negative(table: object, names: tuple[str, ...], ids: Ids) -> None:
    for name in names:
        values = getattr(table, name)
        wrong = np.flatnonzero((values < 0) | np.isinf(values))
        if wrong.size:
            msg = f"{name} of {ids[wrong[0]]!r} must be at least 0 and finite, got {values[wrong[0]]}."
            raise ValueError(msg)


class _Columns:
    """What the tables share: columns by name."""

    __slots__ = ()
    columns: tuple[Column, ...] = ()

    def to_columns(self, *, words: bool = True) -> dict[str, NDArray[Any]]:
        """Return the columns by name, codes written out as words unless ``words`` is false."""
        return {
            column.name: decode(getattr(self, column.name), column.words)
            if words and column.words
            else getattr(self, column.name)
            for column in self.columns
        }


@dataclass(frozen=True, slots=True, eq=False)
class InfrastructureNodes(_Columns):
    """Node columns, one entry a node; see ``INFRASTRUCTURE_NODE_COLUMNS`` for meanings and units."""

    node_id: Ids
    lon: Floats
    lat: Floats
    feature: Codes
    closed: Masks
    max_height_m: Floats
    max_weight_t: Floats
    max_width_m: Floats
    source: NDArray[np.int16]

    columns = INFRASTRUCTURE_NODE_COLUMNS

    def __post_init__(self) -> None:
        _freeze(self, INFRASTRUCTURE_NODE_COLUMNS)
        check_unique(self.node_id, "node_id")
        wrong = np.flatnonzero(~((np.abs(self.lon) <= 180.0) & (np.abs(self.lat) <= 90.0)))  # noqa: PLR2004 - degrees
        if wrong.size:
            place = (self.lon[wrong[0]], self.lat[wrong[0]])
            msg = f"Node {self.node_id[wrong[0]]!r} must lie within ±180° and ±90°, got {place}."
            raise ValueError(msg)

    def __len__(self) -> int:
        return len(self.node_id)


@dataclass(frozen=True, slots=True, eq=False)
class InfrastructureLinks(_Columns):
    """Columns of link rows, one entry a stretch of both directions; see ``INFRASTRUCTURE_LINK_COLUMNS``."""

    link_id: Ids
    from_index: Indices
    to_index: Indices
    mode: Codes
    link_class: Codes
    name: Ids
    ref: Ids
    length_m: Floats
    oneway: Flags
    access_forward: Masks
    access_backward: Masks
    destination_only: Masks
    lanes: NDArray[np.int8]
    surface: Codes
    speed_kmh: Floats
    speed_hgv_kmh: Floats
    observed_kmh: Floats
    toll: Flags
    toll_per_km: Floats
    currency: Codes
    price_year: NDArray[np.int16]
    bridge: Flags
    tunnel: Flags
    layer: NDArray[np.int8]
    max_weight_t: Floats
    max_axle_load_t: Floats
    max_height_m: Floats
    max_length_m: Floats
    max_width_m: Floats
    max_draught_m: Floats
    max_vessel_t: Floats
    gauge_mm: NDArray[np.int16]
    track_use: Codes
    electrified: Flags
    capacity_per_day: Floats
    capacity_unit: Codes
    background_per_day: Floats
    capacity_group: Ids
    corridor: Ids
    row_id: Ids
    source: NDArray[np.int16]

    columns = INFRASTRUCTURE_LINK_COLUMNS

    def __post_init__(self) -> None:
        _freeze(self, INFRASTRUCTURE_LINK_COLUMNS)
        check_unique(self.link_id, "link_id")
        if np.isnan(self.length_m).any():
            msg = f"length_m of {self.link_id[np.isnan(self.length_m)][0]!r} must be a number, got nan."
            raise ValueError(msg)
        positive = ("length_m", "speed_kmh", "speed_hgv_kmh", "observed_kmh", "capacity_per_day", "background_per_day")
        _check_not_negative(self, positive, self.link_id)

    def __len__(self) -> int:
        return len(self.link_id)


@dataclass(frozen=True, slots=True, eq=False)
class Conditions(_Columns):
    """What holds on links at some hours or for some vehicles; of those that match, the last of a link decides.

    See ``CONDITION_COLUMNS`` for meanings and units. Rows are ordered by ``link_index``.
    """

    link_index: Indices
    directions: Masks
    kinds: Masks
    is_open: Flags
    above_weight_t: Floats
    above_length_m: Floats
    above_axle_load_t: Floats
    above_height_m: Floats
    speed_kmh: Floats
    schedule: Indices

    columns = CONDITION_COLUMNS

    def __post_init__(self) -> None:
        _freeze(self, CONDITION_COLUMNS)
        if (np.diff(self.link_index) < 0).any():
            msg = "Conditions must be ordered by link_index."
            raise ValueError(msg)

    def __len__(self) -> int:
        return len(self.link_index)


@dataclass(frozen=True, slots=True, eq=False)
class Candidates(_Columns):
    """Places found in a source that may be rows of the registry; see ``CANDIDATE_COLUMNS``."""

    candidate_id: Ids
    kind: Codes
    name: Ids
    lon: Floats
    lat: Floats
    area_ha: Floats
    outline: Indices
    source: NDArray[np.int16]

    columns = CANDIDATE_COLUMNS

    def __post_init__(self) -> None:
        _freeze(self, CANDIDATE_COLUMNS)
        check_unique(self.candidate_id, "candidate_id")

    def __len__(self) -> int:
        return len(self.candidate_id)


@dataclass(frozen=True, slots=True)
class Source:
    """Where rows came from.

    Parameters
    ----------
    name
        File name without folder, or the id of a region pack.
    licence
        Licence as the source states it; empty where it states none.
    attribution
        What must stand beside any copy, such as "© OpenStreetMap contributors".
    date
        ISO date of the data where known; empty otherwise.
    sha256
        Hash of the file's bytes; empty where there is no file.
    """

    name: str
    licence: str = ""
    attribution: str = ""
    date: str = ""
    sha256: str = ""


@dataclass(frozen=True, eq=False)
class Infrastructure:
    """Roads, railways and waterways as they stand, from any source.

    A link row holds both directions of a stretch; ``access_forward`` and ``access_backward`` tell who may run where.

    Parameters
    ----------
    nodes, links
        Columns of nodes and of link rows.
    lines
        Line of each link, in the order of the links, from its first node to its last.
    conditions
        Access and speed by hour or vehicle.
    schedules
        Hours of the week that conditions and turn restrictions name.
    turns
        Turn restrictions.
    candidates, outlines
        Places that may be terminals, parks or stations, and the outer rings of their areas.
    sources
        Where rows came from.
    """

    nodes: InfrastructureNodes
    links: InfrastructureLinks
    lines: Geometries
    conditions: Conditions
    schedules: Schedules
    turns: TurnRestrictions
    candidates: Candidates
    outlines: Geometries
    sources: tuple[Source, ...] = ()

    def __post_init__(self) -> None:
        for name in ("from_index", "to_index"):
            _check_index(getattr(self.links, name), 0, len(self.nodes), name)
        if len(self.lines) != len(self.links):
            msg = f"There must be one line a link ({len(self.links)}), got {len(self.lines)}."
            raise ValueError(msg)
        _check_index(self.conditions.link_index, 0, len(self.links), "link_index of conditions")
        _check_index(self.conditions.schedule, -1, len(self.schedules), "schedule of conditions")
        _check_index(self.turns.schedule, -1, len(self.schedules), "schedule of turns")
        _check_index(self.turns.links, 0, len(self.links), "links of turns")
        _check_index(self.candidates.outline, -1, len(self.outlines), "outline")
        for table in (self.nodes, self.links, self.candidates):
            _check_index(table.source, -1, len(self.sources), "source")

    @cached_property
    def node_places(self) -> dict[str, int]:
        """Index of each node by its id."""
        return {node_id: place for place, node_id in enumerate(self.nodes.node_id)}

    @cached_property
    def link_places(self) -> dict[str, int]:
        """Index of each link by its id."""
        return {link_id: place for place, link_id in enumerate(self.links.link_id)}

    def link_points(self, link: int, *, backward: bool = False) -> Floats:
        """Return the line of a link as float64[n, 2], longitude and latitude, in the direction of travel."""
        points = self.lines.points(link)
        return points[::-1] if backward else points
