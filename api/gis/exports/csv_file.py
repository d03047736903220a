"""CSV with the place in columns: longitude and latitude (or x and y) of points, WKT of other shapes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import shapely

from api.gis.exports.batches import GEOMETRY, Layout, Tally, batches
from api.gis.exports.forms import CannotWriteError
from api.gis.exports.placing import Place, file_layer
from geodata.features.table import FeatureTable
from supplychain.exports.cells import text_cell

MARK: Final = "\ufeff".encode()
"""What tells Excel that the text is UTF-8."""
WKT: Final = "WKT"
"""Name by which GDAL and QGIS know a column of geometries."""
SUSPECT: Final = r"^'|^\s|\s$|[\x00-\x1f\x7f-\x9f\x{feff}]|_x[0-9A-Fa-f]{4}_|^[^0-9A-Za-zÀ-ỹ(\"]"
"""Texts that may have to be marked; others are written as they are."""


def write_csv(
    layout: Layout, place: Place, tables: Callable[[], Iterator[FeatureTable]], tell: Callable[[int], None]
) -> Tally:
    """Write the features of a layer and return what was counted.

    Texts that a spreadsheet would take for a formula are marked with an apostrophe, as in exports of the registry.

    Raises
    ------
    HinterlandError
        If the CRS cannot hold a feature, or the file cannot be written.
    """
    tally = Tally()
    try:
        with place.data(file_layer(layout.layer.name)).open("wb") as file:
            file.writelines(csv_parts(layout, tables(), tally, tell))
    except OSError as error:
        if error is tally.failure:
            raise
        raise CannotWriteError.of(layout.form, error, place.folder) from error
    return tally


def csv_parts(
    layout: Layout, tables: Iterable[FeatureTable], tally: Tally, tell: Callable[[int], None] = lambda _count: None
) -> Iterator[bytes]:
    """Yield the features of a layer as CSV, some at a time.

    Raises
    ------
    HinterlandError
        If the CRS cannot hold a feature.
    """
    schema, held = _schema(layout), BytesIO()
    held.write(MARK)
    with pa_csv.CSVWriter(held, schema) as writer:
        try:
            for batch in batches(layout, tables, tally, tell):
                writer.write_batch(_told(batch, schema))
                yield held.getvalue()
                held.seek(0)
                held.truncate()
        except ValueError as error:
            raise tally.failure or error from None
    if held.getvalue():
        yield held.getvalue()


def place_columns(layout: Layout) -> tuple[str, ...]:
    """Return the columns of the place."""
    if layout.layer.source.shape != "Point":
        return (WKT,)
    return ("longitude", "latitude") if layout.way is None else ("x", "y")


def _schema(layout: Layout) -> pa.Schema:
    kind = pa.string() if layout.layer.source.shape != "Point" else pa.float64()
    plain = [one for one in layout.schema if one.name != GEOMETRY]
    return pa.schema([*plain, *(pa.field(name, kind) for name in place_columns(layout))])


def _told(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    cells = [_guarded(batch.column(one.name)) for one in batch.schema if one.name != GEOMETRY]
    shapes = shapely.from_wkb(batch.column(GEOMETRY).to_numpy(zero_copy_only=False))
    if len(schema) == batch.num_columns:
        places = [pa.array(shapely.to_wkt(shapes, rounding_precision=-1), pa.string())]
    else:
        east, north = shapely.get_x(shapes), shapely.get_y(shapes)
        places = [pa.array(one, pa.float64(), mask=np.isnan(one)) for one in (east, north)]
    return pa.RecordBatch.from_arrays([*cells, *places], schema=schema)


def _guarded(cells: pa.Array) -> pa.Array:
    if not pa.types.is_string(cells.type):
        return cells
    suspect = pc.fill_null(pc.match_substring_regex(cells, SUSPECT), fill_value=False)
    if not pc.any(suspect).as_py():
        return cells
    return pa.array([text_cell(text, guarded=True) if text else text for text in cells.to_pylist()])
