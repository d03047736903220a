"""Features as Arrow batches for a format: ids, properties as the format can hold them, and WKB in the wanted CRS."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from api.gis.exports.forms import Form
from api.gis.exports.kml_names import hide_marks
from api.gis.exports.shortening import cut_texts, short_names
from api.gis.exports.wkb import moved, to_wkb
from geodata.columns import Floats
from geodata.features.source import Named, Wanted
from geodata.features.table import ARROW_TYPES, FeatureTable, Field, FieldKind, Shapes
from geodata.gis.crs import Reprojection
from supplychain.errors import HinterlandError
from supplychain.text import Text

GEOMETRY: Final = "geometry"
ZERO: Final = "\0"
AT_ONCE: Final = 20_000
"""Features that are held at once while a file is written."""

ID: Final = Field("id", "text", Text(en="Id of the feature", vi="Mã đối tượng"))

OUTSIDE: Final = Text(
    en="Feature {feature} of {layer} lies where {crs} cannot be used. Choose another CRS, or a box around fewer.",
    vi="Đối tượng {feature} của lớp {layer} nằm ngoài phạm vi dùng được của {crs}. Hãy chọn hệ tọa độ khác hoặc khung "
    "nhỏ hơn.",
)
TOO_LARGE: Final = Text(
    en="Feature {feature} of {layer} has {points} points; a line of {form} holds {most}. Choose gpkg, or leave it out.",
    vi="Đối tượng {feature} của lớp {layer} có {points} điểm; {form} chỉ chứa {most} điểm mỗi đường. Hãy chọn gpkg, "
    "hoặc bỏ đối tượng này.",
)


@dataclass(slots=True)
class Tally:
    """What was counted while the features of a layer went by.

    Parameters
    ----------
    features
        Features written.
    without_place
        Of them, those without geometry.
    cut
        Texts that were cut, by the name of the field in the file.
    empty
        Empty numbers that the format cannot hold, by the name of the field in the file.
    spoiled
        Texts that lost signs which the format cannot hold, by the name of the field in the file.
    bounds
        Least and most coordinates in the CRS of the file: east, north, east, north; None before there is any.
    failure
        What stopped the reading, so that it is told rather than what the writer made of it.
    """

    features: int = 0
    without_place: int = 0
    cut: Counter[str] = field(default_factory=Counter)
    empty: Counter[str] = field(default_factory=Counter)
    spoiled: Counter[str] = field(default_factory=Counter)
    bounds: tuple[float, float, float, float] | None = None
    failure: BaseException | None = None

    def reach(self, coordinates: Floats) -> None:
        """Take coordinates, float64[n, 2], into the bounds; those that are not known count nothing."""
        if not len(coordinates):
            return
        # Two passes over each of two long columns are ten times as quick as one over many short rows.
        least, most = ([float(reach.reduce(side)) for side in coordinates.T] for reach in (np.fmin, np.fmax))
        if not np.isnan([*least, *most]).any():
            west, south, east, north = self.bounds or (np.inf, np.inf, -np.inf, -np.inf)
            self.bounds = (min(west, least[0]), min(south, least[1]), max(east, most[0]), max(north, most[1]))


@dataclass(frozen=True, slots=True)
class Layout:
    """How the features of a layer stand in a file.

    Parameters
    ----------
    layer
        The layer.
    form
        The format.
    fields
        Fields in the file, the id first where no property says the same.
    names
        Name in the file by name of the field.
    id_name
        Name of the field that holds the id.
    crs
        Name of the CRS.
    way
        To the CRS; None for WGS 84.
    """

    layer: Named
    form: Form
    fields: tuple[Field, ...]
    names: Mapping[str, str]
    id_name: str
    crs: str
    way: Reprojection | None

    @property
    def schema(self) -> pa.Schema:
        """Columns of the batches, the geometry last."""
        cells = [pa.field(self.names[one.name], column_type(self.form, one.kind)) for one in self.fields]
        return pa.schema([*cells, pa.field(GEOMETRY, pa.binary())])

    @property
    def shortened(self) -> Mapping[str, str]:
        """Name in the file by name of the field, where they differ."""
        return {name: given for name, given in self.names.items() if name != given}


def column_type(form: Form, kind: FieldKind) -> pa.DataType:
    """Return the type of a column of a kind in a format."""
    if kind == "integer" and form.name in {"gdb", "tab"}:
        return pa.float64()  # programs of before 2023 open no 64-bit integers there
    if kind == "datetime" and form.name in {"shp", "tab", "csv"}:
        return pa.string()
    if kind == "date" and form.name == "gdb":
        return pa.timestamp("ms", tz="UTC")
    return ARROW_TYPES[kind]


def layout_of(layer: Named, form: Form, first: FeatureTable | None, crs: str, way: Reprojection | None) -> Layout:
    """Return how a layer stands in a file.

    Parameters
    ----------
    layer, form, crs, way
        As of ``Layout``.
    first
        Some of its features; None where it has none.
    """
    fields = layer.source.fields
    if form.name == "dxf":
        named = (Field("Layer", "text", Text(en="Layer", vi="Lớp")),)
        return Layout(layer, form, named, {"Layer": "Layer"}, "Layer", crs, way)
    told = next((one.name for one in fields if first is not None and _says_id(first, one)), None)
    if told is None:
        told = ID.name
        fields = fields if any(one.name == told for one in fields) else (ID, *fields)
    names = short_names([one.name for one in fields], form.name_length)
    return Layout(layer, form, fields, names, told, crs, way)


def _says_id(table: FeatureTable, one: Field) -> bool:
    return one.kind == "text" and bool(table.columns[one.name].combine_chunks().equals(_plain(table.ids)))


def _plain(ids: Any) -> pa.Array:  # noqa: ANN401 - an array or a chunked one
    return ids.combine_chunks() if isinstance(ids, pa.ChunkedArray) else ids


def batches(
    layout: Layout, tables: Iterable[FeatureTable], tally: Tally, tell: Callable[[int], None]
) -> Iterator[pa.RecordBatch]:
    """Yield the features of a layer for its file; a failure is kept in the tally too.

    Raises
    ------
    HinterlandError
        If a feature cannot be held by the format or the CRS.
    """
    schema = layout.schema
    try:
        for table in tables:
            yield _batch(layout, schema, table, tally)
            tell(tally.features)
    except GeneratorExit:
        raise
    except BaseException as failure:
        tally.failure = failure
        # GDAL reads through a C interface that knows ordinary errors only.
        raise ValueError(str(failure)) from failure


def portions(layer: Named, wanted: Wanted) -> Iterator[FeatureTable]:
    """Yield the features of a layer that are wanted, some at a time."""
    return layer.source.portions(wanted, AT_ONCE)


def _batch(layout: Layout, schema: pa.Schema, table: FeatureTable, tally: Tally) -> pa.RecordBatch:
    shapes = moved(table.shapes, layout.way)
    _check(layout, table, shapes)
    missing = int(table.shapes.is_missing.sum())
    tally.without_place += missing
    tally.reach(shapes.coordinates)
    arrays = [_cells(layout, table, one, tally) for one in layout.fields]
    batch = pa.RecordBatch.from_arrays([*arrays, to_wkb(shapes)], schema=schema)
    if missing and layout.form.name == "dxf":
        batch = batch.filter(pc.is_valid(batch.column(GEOMETRY)))
    tally.features += batch.num_rows
    return batch


def _cells(layout: Layout, table: FeatureTable, one: Field, tally: Tally) -> pa.Array:
    if layout.form.name == "dxf":
        return pa.array([layout.layer.name] * len(table), pa.string())
    own = one.name in table.columns.column_names
    cells = table.columns[one.name].combine_chunks() if own else _plain(table.ids)
    if one.kind == "datetime" and column_type(layout.form, one.kind) == pa.string():
        cells = pc.strftime(cells, format="%Y-%m-%dT%H:%M:%SZ")
    if pa.types.is_string(cells.type):
        cells, spoiled = held_signs(layout.form, cells)
        if spoiled:
            tally.spoiled[layout.names[one.name]] += spoiled
    if layout.form.text_bytes and pa.types.is_string(cells.type):
        cells, cut = cut_texts(cells, layout.form.text_bytes)
        if cut:
            tally.cut[layout.names[one.name]] += cut
    if layout.form.name == "tab" and one.kind in {"integer", "number", "boolean"} and cells.null_count:
        tally.empty[layout.names[one.name]] += cells.null_count
    return cells.cast(column_type(layout.form, one.kind))


def held_signs(form: Form, cells: pa.Array) -> tuple[pa.Array, int]:
    """Return texts with the signs that a format holds, and how many texts lost others."""
    if form.name == "kml":
        return hide_marks(cells)
    if not form.driver:
        return cells, 0
    # GDAL takes a sign of number zero for the end of a text.
    ended = pc.sum(pc.match_substring(cells, ZERO)).as_py() or 0
    return (pc.replace_substring(cells, ZERO, ""), int(ended)) if ended else (cells, 0)


def _check(layout: Layout, table: FeatureTable, shapes: Shapes) -> None:
    """Refuse what the CRS or the format cannot hold."""
    starts = shapes.point_offsets
    if layout.way is not None and np.isinf(shapes.coordinates).any():
        wrong = np.isinf(shapes.coordinates).any(axis=1)
        row = int(np.searchsorted(starts, np.flatnonzero(wrong)[0], side="right")) - 1
        raise HinterlandError(OUTSIDE.format(feature=table.ids[row], layer=layout.layer.title, crs=layout.crs))
    most = layout.form.most_points
    if most and len(starts) > 1:
        counts = np.diff(starts)
        row = int(counts.argmax())
        if counts[row] > most:
            words = {"points": f"{counts[row]:,}", "most": f"{most:,}", "form": layout.form.title}
            raise HinterlandError(TOO_LARGE.format(feature=table.ids[row], layer=layout.layer.title, **words))
