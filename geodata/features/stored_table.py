"""Tables of the region whose rows stand at points: their fields, and rows of the database as features."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Final, cast

import numpy as np
import pyarrow as pa

from geodata.columns import Floats
from geodata.features.stored_words import words_of
from geodata.features.table import ARROW_TYPES, FeatureTable, Field, FieldKind, Shapes
from geodata.versions import shapes
from supplychain.columns import ColumnDeclaration
from supplychain.declaration import declare
from supplychain.models import METADATA, REGISTRY_MODELS
from supplychain.registry.tables import RegistryTable
from supplychain.registry.visibility import Viewer

COORDINATES: Final = ("lat", "lon")
KINDS: Final[dict[str, FieldKind]] = {
    "id": "text",
    "text": "text",
    "list": "text",
    "number": "number",
    "integer": "integer",
    "boolean": "boolean",
    "date": "date",
}
POINT_HEADERS: Final = (b"GP\x00\x01\xe6\x10\x00\x00\x01\x01\x00\x00\x00",)
"""How a point in WGS 84 without an envelope begins in a GeoPackage; its two coordinates follow."""
POINT_BYTES: Final = 29


@cache
def point_table(name: str) -> RegistryTable:
    """Return a table of the region whose rows stand at points: of the registry, or another such as ``zones``."""
    model = next(model for model in REGISTRY_MODELS if model.__tablename__ == name)
    declaration = declare([model])[name]
    sql = METADATA.tables[name]
    return RegistryTable(
        name=name,
        key=declaration.key,
        declaration=declaration,
        columns={column.name: column for column in declaration.columns},
        sql=sql,
        stored=tuple(column.name for column in sql.columns if "kind" in column.info),
        references={
            column.name: (key.column.table.name, key.column.name)
            for column in sql.columns
            for key in column.foreign_keys
        },
    )


def fields_of(table: RegistryTable, viewer: Viewer) -> tuple[Field, ...]:
    """Return the properties a viewer is told of: whoever owns no record is not told of what is personal."""
    return tuple(
        _field(column)
        for column in table.declaration.columns
        if column.name not in COORDINATES and not (column.personal and viewer.kind == "public")
    )


def _field(column: ColumnDeclaration) -> Field:
    return Field(column.name, KINDS[column.kind], column.meaning, column.unit or "", words_of(column.choices))


def to_table(fields: tuple[Field, ...], rows: Sequence[Sequence[Any]], *, embedded: bool) -> FeatureTable:
    """Return rows as features.

    Parameters
    ----------
    fields
        Properties.
    rows
        Of each the id, the place (a GeoPackage binary, or else longitude and latitude), and the properties.
    embedded
        Whether the rows are of the embedded database.
    """
    ahead = 2 if embedded else 3
    columns = list(zip(*rows, strict=True)) if rows else [()] * (len(fields) + ahead)
    arrays = {
        one.name: pa.array(values, ARROW_TYPES[one.kind]) for one, values in zip(fields, columns[ahead:], strict=True)
    }
    ids, places = pa.array(columns[0], pa.string()), places_of(columns[1:ahead])
    return FeatureTable(fields, ids, pa.table(arrays), Shapes("Point", places))


def places_of(cells: Sequence[Sequence[Any]]) -> Floats:
    """Return longitude and latitude, float64[N, 2]; NaN where a row has no place.

    Parameters
    ----------
    cells
        One sequence of GeoPackage binaries, or two of longitudes and latitudes; None where a row has no place.
    """
    if len(cells) > 1:
        return np.ascontiguousarray(np.array(cells, dtype=np.float64).T)
    blobs = cells[0]
    found = np.full((len(blobs), 2), np.nan)
    held = [row for row, blob in enumerate(blobs) if blob is not None]
    if all(len(blobs[row]) == POINT_BYTES and blobs[row].startswith(POINT_HEADERS) for row in held):
        if held:
            plain = np.frombuffer(b"".join([blobs[row] for row in held]), dtype=np.uint8).reshape(-1, POINT_BYTES)
            found[held] = np.ascontiguousarray(plain[:, -16:]).view("<f8")
        return found
    points = shapes.from_cells([blobs[row] for row in held], embedded=True)
    for row, point in zip(held, points, strict=True):
        if not point.is_empty:
            found[row] = point.x, point.y
    return found


def joined(fields: tuple[Field, ...], tables: Sequence[FeatureTable]) -> FeatureTable:
    """Return features at points, one table after another."""
    if len(tables) == 1:
        return tables[0]
    if not tables:
        return to_table(fields, (), embedded=True)
    ids = pa.chunked_array([cast("Any", chunk) for table in tables for chunk in _chunks(table.ids)], pa.string())
    places = np.concatenate([table.shapes.coordinates for table in tables])
    columns = pa.concat_tables([table.columns for table in tables])
    return FeatureTable(fields, ids, columns, Shapes("Point", places))


def _chunks(ids: pa.ChunkedArray | pa.Array) -> Sequence[pa.Array]:
    return ids.chunks if isinstance(ids, pa.ChunkedArray) else (ids,)
