"""Features as GeoJSON (RFC 7946), in any coordinate reference system of OGC API Features Part 2."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from api.gis.ogc.crs import NamedCrs, check_inside
from api.service.json_text import json_text
from geodata.features.table import FeatureTable, FieldKind, Shapes

Document = dict[str, Any]
RECORD: Final = b"\x1e"
"""Begins every text of a sequence (RFC 8142)."""


def features_of(table: FeatureTable, crs: NamedCrs) -> list[Document]:
    """Return features as GeoJSON objects.

    Parameters
    ----------
    table
        Features.
    crs
        CRS of the coordinates.

    Raises
    ------
    ServiceError
        If the CRS cannot be used where a feature lies.
    """
    names = [one.name for one in table.fields]
    columns = [plain(table.columns.column(one.name), one.kind).to_pylist() for one in table.fields]
    rows: Iterable[tuple[Any, ...]] = zip(*columns, strict=True) if columns else ((),) * len(table)
    return [
        {"type": "Feature", "id": feature_id, "geometry": place, "properties": dict(zip(names, row, strict=True))}
        for feature_id, place, row in zip(table.ids.to_pylist(), _places(table, crs), rows, strict=True)
    ]


def plain(cells: pa.ChunkedArray, kind: FieldKind) -> pa.ChunkedArray:
    """Return values as JSON has them: times as texts, numbers that are none as null."""
    if kind == "number":
        return pc.if_else(pc.is_finite(cells), cells, pa.scalar(None, cells.type))
    if kind == "date":
        return cells.cast(pa.string())
    return pc.strftime(cells, format="%Y-%m-%dT%H:%M:%SZ") if kind == "datetime" else cells


def _places(table: FeatureTable, crs: NamedCrs) -> list[Document | None]:
    shapes = table.shapes
    told = crs.told(shapes.coordinates)
    check_inside(shapes, told, table.ids, crs)
    coordinates: list[Any] = told.tolist()
    for level in shapes.offsets:
        coordinates = _grouped(coordinates, level)
    return [
        None if is_missing else {"type": shapes.kind, "coordinates": one}
        for is_missing, one in zip(shapes.is_missing.tolist(), _of_rows(coordinates, shapes), strict=True)
    ]


def _grouped(members: Sequence[Any], offsets: NDArray[Any]) -> list[Any]:
    return [members[start:stop] for start, stop in pairwise(offsets.tolist())]


def _of_rows(coordinates: list[Any], shapes: Shapes) -> list[Any]:
    return coordinates[: len(shapes)]


def sequence(tables: Iterable[FeatureTable], crs: NamedCrs) -> Iterator[bytes]:
    """Yield features as a sequence of GeoJSON texts (RFC 8142), some at a time."""
    for table in tables:
        yield b"".join(b"%s%s\n" % (RECORD, json_text(one)) for one in features_of(table, crs))
