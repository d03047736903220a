"""Layers of networks as files beside the cache of versions: opened without reading the network itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from geodata.features.index import PackedIndex
from geodata.features.network import LINK_FIELDS, NODE_FIELDS, links_table, modes_of, nodes_table
from geodata.features.table import ARROW_TYPES, FeatureTable, Field, Shapes
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.versions.arrays import Array, DamagedError, open_arrays, write_arrays

Layer = Literal["links", "nodes"]

FORMAT: Final = 1
"""Raised whenever what is kept, or what is computed for it, changes."""

FIELDS: Final[Mapping[Layer, tuple[Field, ...]]] = {"links": LINK_FIELDS, "nodes": NODE_FIELDS}
_OFFSETS: Final[Mapping[Layer, int]] = {"links": 1, "nodes": 0}
_IDS: Final[Mapping[Layer, str]] = {"links": "link_id", "nodes": "node_id"}
_BITS: Final = 8


@dataclass(frozen=True, slots=True, eq=False)
class NetworkLayer:
    """Links or nodes of a network with the tree of their boxes.

    Parameters
    ----------
    table
        The features, in the order of the network.
    index
        The tree over their boxes.
    modes
        uint8[N]; bit m is set where a feature belongs to the m-th of ``NETWORK_MODES``: a node to those of its links.
    """

    table: FeatureTable
    index: PackedIndex
    modes: NDArray[np.uint8]


def layer_of(infrastructure: Infrastructure, layer: Layer) -> NetworkLayer:
    """Return a layer of a network."""
    table = links_table(infrastructure) if layer == "links" else nodes_table(infrastructure)
    links, nodes = modes_of(infrastructure)
    return NetworkLayer(table, PackedIndex.of(table.shapes.boxes()), links if layer == "links" else nodes)


def layer_file(folder: Path, content_hash: str, layer: Layer) -> Path:
    """Return the file that keeps a layer: in the folder of its version, with which it is removed."""
    return folder / content_hash / f"features-{layer}.columns"


def write_layer(path: Path, layer: Layer, held: NetworkLayer) -> None:
    """Write a layer to one file of arrays; it appears only when it is whole."""
    shapes, index = held.table.shapes, held.index
    arrays: dict[str, Array] = {
        "coordinates": shapes.coordinates,
        "modes": held.modes,
        "boxes": index.boxes,
        "starts": index.starts,
        "rows": index.rows,
        **{f"offsets.{number}": offsets for number, offsets in enumerate(shapes.offsets)},
    }
    empty = []
    for field in FIELDS[layer]:
        column = held.table.columns[field.name].combine_chunks()
        if column.null_count == len(column):
            empty.append(field.name)
        else:
            arrays |= {f"{field.name}.{number}": part for number, part in _buffers(column)}
    write_arrays(path, arrays, {**_about(layer), "size": len(held.table), "empty": empty})


def open_layer_file(path: Path, layer: Layer) -> NetworkLayer:
    """Return the layer of a file that ``write_layer`` wrote, mapped into memory.

    Raises
    ------
    DamagedError
        If there is no such file, it is not whole, or another version of the program wrote it.
    """
    arrays, about = open_arrays(path)
    mine = _about(layer)
    if {key: about.get(key) for key in mine} != mine:
        msg = "another version of the program wrote it"
        raise DamagedError(msg)
    size = int(about["size"])
    columns = {
        field.name: pa.nulls(size, ARROW_TYPES[field.kind])
        if field.name in about["empty"]
        else _column(arrays, field, size)
        for field in FIELDS[layer]
    }
    offsets = tuple(arrays[f"offsets.{number}"] for number in range(_OFFSETS[layer]))
    shapes = Shapes("LineString" if layer == "links" else "Point", arrays["coordinates"], offsets)
    table = FeatureTable(FIELDS[layer], columns[_IDS[layer]], pa.table(columns), shapes)
    index = PackedIndex(arrays["boxes"], arrays["starts"], arrays["rows"], size)
    return NetworkLayer(table, index, arrays["modes"])


def _about(layer: Layer) -> dict[str, Any]:
    declared = [(field.name, field.kind) for field in FIELDS[layer]]
    return {"layer": layer, "format": FORMAT, "fields": hashlib.sha256(repr(declared).encode()).hexdigest()}


def _buffers(column: pa.Array) -> Iterator[tuple[int, Array]]:
    """Yield the buffers of a column, none of them with more than its values: validity, offsets, values."""
    if column.offset:
        column = pa.concat_arrays([column])
    for number, buffer in enumerate(column.buffers()):
        if buffer is not None:
            yield number, np.frombuffer(buffer, dtype=np.uint8)


def _column(arrays: Mapping[str, Array], field: Field, size: int) -> pa.Array:
    kind = ARROW_TYPES[field.kind]
    parts = 3 if kind == pa.string() else 2
    held = [arrays.get(f"{field.name}.{number}") for number in range(parts)]
    buffers = [None if part is None else pa.py_buffer(part) for part in held]
    return pa.Array.from_buffers(kind, size, buffers)
