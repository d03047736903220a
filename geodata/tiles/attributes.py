"""Properties of features as the keys, values and tags of an MVT layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geodata.features.table import FeatureTable, Field

ID: Final = "id"
"""Key of the id of a feature, where no property has this name."""
_NO_VALUE: Final = -1
_FIELD: Final = 0x22
_VALUE: Final = bytes((_FIELD,))


@dataclass(frozen=True, slots=True, eq=False)
class Tags:
    """Properties of some features.

    Parameters
    ----------
    keys
        Names.
    values
        The values, each once a key, as the repeated field 4 of a layer (MVT 2.1, 4.4).
    tags
        int64[N, K]; index of the value of each key, -1 where a feature has none.
    """

    keys: tuple[str, ...]
    values: bytes
    tags: NDArray[np.int64]


def make_tags(table: FeatureTable, names: Sequence[str], *, with_ids: bool) -> Tags:
    """Return some properties of features as tags; days and times are texts (ISO 8601), what is not known is left out.

    Parameters
    ----------
    table
        The features.
    names
        Which properties, of those the layer has.
    with_ids
        Whether the id of each feature goes with them, as ``id`` unless a property has that name.
    """
    fields = [field for field in table.fields if field.name in names]
    keys = [field.name for field in fields]
    columns = [_plain(table.columns[field.name], field) for field in fields]
    if with_ids and ID not in [field.name for field in table.fields]:
        keys.insert(0, ID)
        columns.insert(0, _whole(table.ids))
    tags = np.empty((len(table), len(keys)), dtype=np.int64)
    values: list[bytes] = []
    count = 0
    for place, column in enumerate(columns):
        encoded = pc.dictionary_encode(column)
        codes = pc.fill_null(encoded.indices, _NO_VALUE).to_numpy(zero_copy_only=False)
        tags[:, place] = np.where(codes < 0, _NO_VALUE, codes + count)
        values.append(_values(encoded.dictionary))
        count += len(encoded.dictionary)
    return Tags(tuple(keys), b"".join(values), tags)


def _whole(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _plain(column: pa.ChunkedArray | pa.Array, field: Field) -> pa.Array:
    whole = _whole(column)
    if pa.types.is_dictionary(whole.type):
        whole = whole.dictionary_decode()
    if field.kind == "number":
        return pc.if_else(pc.is_finite(whole), whole, pa.scalar(None, whole.type))
    if field.kind == "date":
        return pc.strftime(whole, format="%Y-%m-%d")
    if field.kind == "datetime":
        return pc.strftime(whole, format="%Y-%m-%dT%H:%M:%SZ")
    return whole


def _values(values: pa.Array) -> bytes:
    """Return values of one kind as the repeated field 4 of a layer."""
    if pa.types.is_string(values.type):
        return _texts(values)
    if pa.types.is_floating(values.type):
        written = np.empty((len(values), 11), dtype=np.uint8)
        written[:, :3] = (_FIELD, 9, 0x19)
        written[:, 3:] = values.to_numpy().astype("<f8").view(np.uint8).reshape(-1, 8)
        return written.tobytes()
    return b"".join(_VALUE + varint(len(one)) + one for one in map(_value, values.to_pylist()))


def _texts(texts: pa.Array) -> bytes:
    from geodata.tiles.kernels import write_texts  # noqa: PLC0415 - compiles

    if not len(texts):
        return b""
    _, offsets, data = texts.buffers()
    ends = np.frombuffer(offsets, dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)
    letters = np.frombuffer(data, dtype=np.uint8) if data is not None else np.empty(0, dtype=np.uint8)
    return bytes(write_texts(letters, ends).tobytes())


def _value(value: bool | int) -> bytes:  # noqa: FBT001 - a value, not a switch
    if isinstance(value, bool):
        return b"\x38\x01" if value else b"\x38\x00"
    return b"\x28" + varint(value) if value >= 0 else b"\x30" + varint((-value << 1) - 1)


def varint(value: int) -> bytes:
    """Return a number of 0 or more as Protocol Buffers write it."""
    found = bytearray()
    while value >= 128:  # noqa: PLR2004 - seven bits a byte
        found.append(value & 127 | 128)
        value >>= 7
    found.append(value)
    return bytes(found)
