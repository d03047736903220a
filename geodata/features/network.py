"""Nodes and links of an infrastructure as layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from geodata.columns import NO_CODE, Ids
from geodata.features.network_words import SOURCE, field_of
from geodata.features.table import ARROW_TYPES, FeatureTable, Field, Shapes
from geodata.infrastructure.columns import INFRASTRUCTURE_LINK_COLUMNS, INFRASTRUCTURE_NODE_COLUMNS, VEHICLE_KINDS
from geodata.infrastructure.infrastructure import Infrastructure, Source
from geodata.versions.cells import MASK_BITS, Cell, cells_of, mask_words

NODE_CELLS: Final = cells_of(INFRASTRUCTURE_NODE_COLUMNS, without=("lon", "lat", "source"), required=("node_id",))
LINK_CELLS: Final = cells_of(
    INFRASTRUCTURE_LINK_COLUMNS,
    without=("source",),
    renamed={"from_index": "from_node_id", "to_index": "to_node_id"},
    required=("link_id", "from_index", "to_index"),
)
NODE_FIELDS: Final[tuple[Field, ...]] = (*map(field_of, NODE_CELLS), SOURCE)
LINK_FIELDS: Final[tuple[Field, ...]] = (*map(field_of, LINK_CELLS), SOURCE)


def nodes_table(infrastructure: Infrastructure) -> FeatureTable:
    """Return the nodes as points, in their order."""
    nodes = infrastructure.nodes
    columns = {cell.name: _column(cell, getattr(nodes, cell.column.name)) for cell in NODE_CELLS}
    columns[SOURCE.name] = _sources(infrastructure.sources, nodes.source)
    places = np.column_stack([nodes.lon, nodes.lat])
    return FeatureTable(NODE_FIELDS, columns["node_id"], pa.table(columns), Shapes("Point", places))


def links_table(infrastructure: Infrastructure) -> FeatureTable:
    """Return the links as lines, from their first node to their last, in their order."""
    links = infrastructure.links
    columns: dict[str, pa.Array] = {}
    for cell in LINK_CELLS:
        values = getattr(links, cell.column.name)
        if cell.name.endswith("_node_id"):
            columns[cell.name] = _texts(infrastructure.nodes.node_id).take(pa.array(values))
        else:
            columns[cell.name] = _column(cell, values)
    columns[SOURCE.name] = _sources(infrastructure.sources, links.source)
    return FeatureTable(LINK_FIELDS, columns["link_id"], pa.table(columns), _lines(infrastructure))


def _lines(infrastructure: Infrastructure) -> Shapes:
    """Return the lines of the links; a single point is no line."""
    offsets, coordinates = infrastructure.lines.offsets, infrastructure.lines.coordinates
    counts = np.diff(offsets)
    if (counts == 1).any():
        coordinates = coordinates[np.repeat(counts, counts) != 1]
        offsets = np.concatenate([[0], np.cumsum(np.where(counts == 1, 0, counts))])
    return Shapes("LineString", coordinates, (offsets,))


def modes_of(infrastructure: Infrastructure) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return the modes of links and nodes as masks, whose bit m stands for the m-th of ``NETWORK_MODES``.

    Returns
    -------
    tuple
        uint8[links], with the bit of its mode; uint8[nodes], with those of the links that touch it.
    """
    links = infrastructure.links
    bits = np.where(links.mode >= 0, np.left_shift(1, np.maximum(links.mode, 0)), 0).astype(np.uint8)
    masks = np.zeros(len(infrastructure.nodes), dtype=np.uint8)
    for ends in (links.from_index, links.to_index):
        np.bitwise_or.at(masks, ends, bits)
    return bits, masks


def _column(cell: Cell, values: NDArray[Any]) -> pa.Array:
    """Return a column as layers hold it: words for codes, null for what says nothing."""
    kind = ARROW_TYPES[field_of(cell).kind]
    if cell.kind == "words":
        return _words(cell.column.words, values)
    if cell.kind == "mask":
        return _words(tuple(mask_words(mask, VEHICLE_KINDS) for mask in range(1 << MASK_BITS)), values)
    if cell.kind == "text":
        return _texts(values) if not cell.is_nullable else _texts(values, values == "")
    if cell.kind == "number":
        return pa.array(values, kind, from_pandas=True)
    if cell.kind == "integer" and cell.is_nullable and cell.name != "layer":
        return pa.array(values, mask=values == cell.column.default).cast(kind)
    return pa.array(values).cast(kind)


def _texts(values: Ids, missing: NDArray[np.bool_] | None = None) -> pa.Array:
    return pa.array(values, pa.string(), mask=missing)


def _words(words: Sequence[str], codes: NDArray[Any]) -> pa.Array:
    """Return the word of each code; null where there is none, or an empty one."""
    named = pa.array([word or None for word in words], pa.string())
    places = codes.astype(np.int32)
    return named.take(pa.array(places, mask=places == NO_CODE))


def _sources(sources: Sequence[Source], places: NDArray[np.int16]) -> pa.Array:
    return _words([source.name for source in sources], places)
