"""GeoParquet 1.1.0 (https://geoparquet.org/releases/v1.1.0/), written portion by portion."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq

from api.gis.exports.batches import GEOMETRY, Layout, Tally, batches
from api.gis.exports.forms import CannotWriteError
from api.gis.exports.placing import Place, file_layer
from api.gis.exports.provenance import provenance_of
from geodata.features.table import FeatureTable
from geodata.gis.crs import read_crs

VERSION: Final = "1.1.0"


def write_parquet(
    layout: Layout, place: Place, tables: Callable[[], Iterator[FeatureTable]], tell: Callable[[int], None]
) -> Tally:
    """Write the features of a layer and return what was counted; row groups are the portions that were read.

    Raises
    ------
    HinterlandError
        If the CRS cannot hold a feature, or the file cannot be written.
    """
    tally = Tally()
    try:
        _write(layout, place.data(file_layer(layout.layer.name)), tables, tally, tell)
    except OSError as error:
        if error is tally.failure:
            raise
        raise CannotWriteError.of(layout.form, error, place.folder) from error
    return tally


def _write(
    layout: Layout, path: Path, tables: Callable[[], Iterator[FeatureTable]], tally: Tally, tell: Callable[[int], None]
) -> None:
    with pq.ParquetWriter(path, layout.schema, compression="snappy", store_schema=True) as writer:
        try:
            for batch in batches(layout, tables(), tally, tell):
                writer.write_batch(batch)
        except ValueError as error:
            raise tally.failure or error from None
        provenance = {language: dict(provenance_of(layout.layer).document(language)) for language in ("vi", "en")}
        writer.add_key_value_metadata(
            {"geo": json.dumps(_geo(layout, tally)), "hinterland": json.dumps(provenance, ensure_ascii=False)}
        )


def _geo(layout: Layout, tally: Tally) -> dict[str, Any]:
    column: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": [layout.layer.source.shape],
        "crs": read_crs(layout.crs).to_json_dict() if layout.way is not None else _longitude_first(),
    }
    if tally.bounds is not None:
        column["bbox"] = list(tally.bounds)
    return {"version": VERSION, "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}


def _longitude_first() -> dict[str, Any]:
    found: dict[str, Any] = read_crs("OGC:CRS84").to_json_dict()
    return found
