"""Layers written by GDAL, as a stream of Arrow batches."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

import numpy as np
import pyarrow as pa
from pyogrio.errors import DataLayerError, DataSourceError, FieldError
from pyogrio.raw import write, write_arrow

from api.gis.exports.batches import GEOMETRY, ID, Layout, Tally, batches
from api.gis.exports.forms import CannotWriteError
from api.gis.exports.kml_names import name_places
from api.gis.exports.placing import Place, file_layer
from api.gis.exports.provenance import provenance_of
from geodata.features.source import Wanted
from geodata.features.table import Box, FeatureTable

AS_TEXT: Final = {"AUTODETECT_JSON_STRINGS": "NO"}
"""Texts that look like JSON, such as ``{"a": 1}`` or ``[1]``, stay texts."""
EDGE_SHARE: Final = 0.01
"""How much larger than its features the ground of a MapInfo file is."""
LATTICE: Final = 21
"""Places along each side of a ground that are looked at, as its sides are curves in another CRS."""

Tables = Callable[[], Iterator[FeatureTable]]


def write_gdal(layout: Layout, place: Place, tables: Tables, wanted: Wanted, tell: Callable[[int], None]) -> Tally:
    """Write the features of a layer and return what was counted.

    Raises
    ------
    HinterlandError
        If the format or the CRS cannot hold a feature, or the file cannot be written.
    """
    path, options = place.data(file_layer(layout.layer.name)), _layer_options(layout, wanted)
    try:
        tally = _write_once(layout, path, tables(), options, tell)
    except _UnindexedError:
        # Only a FlatGeobuf without an index holds features without geometry.
        path.unlink(missing_ok=True)
        return _write_once(layout, path, tables(), {**options, "SPATIAL_INDEX": "NO"}, tell)
    if layout.form.name == "kml":
        try:
            name_places(path)
        except ET.ParseError as error:  # the library of KML tells nobody that the disk is full
            raise CannotWriteError.of(layout.form, EOFError("the file is not whole"), path.parent) from error
    return tally


class _UnindexedError(Exception):
    """A feature without geometry met an index that holds none."""


def _write_once(
    layout: Layout, path: Path, tables: Iterator[FeatureTable], options: dict[str, str], tell: Callable[[int], None]
) -> Tally:
    tally = Tally()
    try:
        _write_arrow(layout, path, batches(layout, tables, tally, tell), options, appends=path.exists())
    except (DataLayerError, DataSourceError, FieldError, pa.ArrowException, RuntimeError, ValueError) as error:
        if tally.failure is not None:
            raise tally.failure from None
        if layout.form.name == "fgb" and tally.without_place and "SPATIAL_INDEX" not in options:
            raise _UnindexedError from error
        raise CannotWriteError.of(layout.form, error, path.parent) from error
    return tally


def _write_arrow(
    layout: Layout, path: Path, found: Iterator[pa.RecordBatch], options: dict[str, str], *, appends: bool
) -> None:
    kind = {"geometry_type": layout.layer.source.shape, "crs": layout.crs}
    dataset = {"VERSION": "1.3"} if layout.form.name == "gpkg" and not appends else {}
    with warnings.catch_warnings():
        # What GDAL warns of (names and texts cut) has been done, and is told, by ourselves.
        warnings.simplefilter("ignore", RuntimeWarning)
        write_arrow(
            pa.RecordBatchReader.from_batches(layout.schema, found),
            path,
            layer=file_layer(layout.layer.name),
            driver=layout.form.driver,
            geometry_name=GEOMETRY,
            encoding="UTF-8",
            append=appends,
            dataset_options=dataset,
            layer_options=options,
            **kind,
        )


def _layer_options(layout: Layout, wanted: Wanted) -> dict[str, str]:
    title = layout.layer.title
    match layout.form.name:
        case "gpkg":
            found = {
                "GEOMETRY_NAME": "geom",
                "FID": "fid",
                "SPATIAL_INDEX": "YES",
                "IDENTIFIER": file_layer(layout.layer.name),
            }
        case "fgb":
            told = provenance_of(layout.layer).in_one_line
            found = {"TITLE": f"{title.vi} · {title.en}", "DESCRIPTION": told}
        case "shp":
            found = {"SPATIAL_INDEX": "NO", "2GB_LIMIT": "YES"}
        case "geojson":
            found = {"RFC7946": "YES", "COORDINATE_PRECISION": "9", **AS_TEXT, **_identified(layout)}
        case "geojsonl":
            found = {"RS": "NO", "COORDINATE_PRECISION": "9", **AS_TEXT, **_identified(layout)}
        case "tab":
            found = {"FORMAT": "TAB", **_ground(layout, wanted)}
        case _:
            found = {}
    return found


def _identified(layout: Layout) -> dict[str, str]:
    """Return the id as that of the feature, where it is no property that the layer has besides."""
    return {"ID_FIELD": ID.name} if layout.id_name == ID.name else {}


def _ground(layout: Layout, wanted: Wanted) -> dict[str, str]:
    """Return the ground of a MapInfo file: it keeps coordinates as parts of it, finely only where it is small."""
    box = layout.layer.source.bounds()
    if box is None or (wanted.box is not None and wanted.box.west > wanted.box.east):
        return {}
    moved = _moved(box, layout)
    if moved is None:
        return {}
    west, south, east, north = moved
    edge = EDGE_SHARE * max(east - west, north - south) + (1e-3 if layout.way is None else 100.0)
    ground = (west - edge, south - edge, east + edge, north + edge)
    return {"BOUNDS": ",".join(f"{number:.9g}" for number in ground)}


def _moved(box: Box, layout: Layout) -> Box | None:
    """Return the ground of a box in the CRS of a file; None where it cannot be used there."""
    if layout.way is None:
        return box
    # The box of one place, or of places in a row, has no area; a lattice over it has corners all the same.
    lon, lat = np.linspace(box.west, box.east, LATTICE), np.linspace(box.south, box.north, LATTICE)
    found = layout.way.from_wgs84(np.column_stack([one.ravel() for one in np.meshgrid(lon, lat)]))
    found = found[np.isfinite(found).all(axis=1)]
    if not len(found):
        return None
    return Box(*found.min(axis=0).tolist(), *found.max(axis=0).tolist())


def write_drawing(layouts: Sequence[tuple[Layout, Tables]], place: Place, tell: Callable[[int], None]) -> list[Tally]:
    """Write layers as one DXF drawing, each on its own layer of the drawing, and return what was counted of each.

    Raises
    ------
    HinterlandError
        If the format or the CRS cannot hold a feature, or the file cannot be written.
    """
    # GDAL writes drawings feature by feature, and all layers at once.
    shapes: list[Any] = []
    names: list[str] = []
    tallies = []
    for layout, tables in layouts:
        tally = Tally()
        try:
            for batch in batches(layout, tables(), tally, tell):
                shapes.extend(batch.column(GEOMETRY).to_pylist())
                names.extend([file_layer(layout.layer.name)] * batch.num_rows)
        except ValueError as error:
            raise tally.failure or error from None
        tallies.append(tally)
    layout = layouts[0][0]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            write(
                place.data(file_layer(layout.layer.name)),
                np.array(shapes, dtype=object),
                [np.array(names, dtype=object)],
                ["Layer"],
                driver="DXF",
                geometry_type="Unknown",
                crs=layout.crs,
            )
    except (DataLayerError, DataSourceError, FieldError, RuntimeError) as error:
        raise CannotWriteError.of(layout.form, error, place.folder) from error
    return tallies
