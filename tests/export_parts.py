"""Layers that tests export, and what a file holds when another program reads it."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyogrio
import shapely

from geodata.features.held import HeldSource
from geodata.features.source import ALL, Named, Origin, Wanted
from geodata.features.table import FeatureTable, Field, ShapeKind, Shapes
from supplychain.text import Text

OSM: Final = Origin(
    Text(en="Streets of a test", vi="Đường phố thử nghiệm"),
    "ODbL-1.0",
    "© OpenStreetMap contributors",
    "2026-03-04T05:06:07Z",
)
OPEN: Final = Origin(Text(en="Parks of a test", vi="Khu thử nghiệm"), "CC BY 4.0", "Sở Công Thương", "2026-01-02")


def _field(name: str, kind: str, unit: str = "") -> Field:
    return Field(name, kind, Text(en=f"What {name} says", vi=f"Ý nghĩa {name}"), unit)  # type: ignore[arg-type]


FIELDS: Final = (
    _field("park_id", "text"),
    _field("name", "text"),
    _field("workers", "integer"),
    _field("capacity_per_day", "number", "t/d"),
    _field("capacity_per_week", "number", "t/w"),
    _field("open", "boolean"),
    _field("since", "date"),
    _field("changed_at", "datetime"),
)
VALUES: Final[dict[str, list[Any]]] = {
    "park_id": ["a", "b", "c"],
    "name": ["Khu công nghiệp “Sóng Thần” 1, đường số 7", "=1+1", None],
    "workers": [1200, None, 3],
    "capacity_per_day": [1.5, None, 1 / 3],
    "capacity_per_week": [10.5, None, 7 / 3],
    "open": [True, False, None],
    "since": [dt.date(2026, 1, 2), None, dt.date(1999, 12, 31)],
    "changed_at": [dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC), None, None],
}
_TYPES: Final = {
    "workers": pa.int64(),
    "since": pa.date32(),
    "changed_at": pa.timestamp("ms", tz="UTC"),
    "open": pa.bool_(),
}
_RING: Final = shapely.Polygon(
    [(106.6, 11), (106.7, 11), (106.7, 11.1), (106.6, 11.1)], [[(106.62, 11.02), (106.62, 11.04), (106.64, 11.04)]]
)
PLACES: Final[dict[ShapeKind, tuple[Any, Any]]] = {
    "Point": (shapely.Point(106.6321475, 11.0123456), shapely.Point(106.9, 10.4)),
    "LineString": (
        shapely.LineString([(106.6, 11), (106.61, 11.02)]),
        shapely.LineString([(106.6, 11), (106.7, 11.02), (106.8, 10.99)]),
    ),
    "Polygon": (_RING, shapely.box(106.8, 11, 106.9, 11.1)),
    "MultiPolygon": (
        shapely.MultiPolygon([_RING, shapely.box(107, 11, 107.1, 11.1)]),
        shapely.MultiPolygon([shapely.box(106.8, 11, 106.9, 11.1)]),
    ),
}
"""Places of the first and the third feature; the second has none."""


def made(
    kind: ShapeKind, origin: Origin = OPEN, name: str = "parks", style: str = "", texts: list[Any] | None = None
) -> Named:
    """Return a layer of three features with every kind of value, empty ones among them; the names may be others."""
    first, last = PLACES[kind]
    shapes = Shapes.of(np.array([first, None, last], dtype=object), kind)
    columns = pa.table(
        {
            one: pa.array(cells, _TYPES.get(one))
            for one, cells in {**VALUES, **({} if texts is None else {"name": texts})}.items()
        }
    )
    table = FeatureTable(FIELDS, pa.array(VALUES["park_id"]), columns, shapes)
    return Named(name, Text(en="Parks", vi="Khu công nghiệp"), HeldSource(table, "v1", origin), style)


def of_places(*places: shapely.Geometry, kind: ShapeKind = "Point", name: str = "places") -> Named:
    """Return a layer of places that have an id and nothing else."""
    ids = [f"f{number}" for number in range(len(places))]
    shapes = Shapes.of(np.array(places, dtype=object), kind)
    table = FeatureTable((), pa.array(ids, pa.string()), pa.table({}), shapes)
    return Named(name, Text(en="Places", vi="Địa điểm"), HeldSource(table, "v1", OPEN))


class Breaking(HeldSource):
    """A layer whose reading fails after its first features."""

    def portions(self, wanted: Wanted = ALL, at_once: int = 10_000) -> Iterator[FeatureTable]:
        """Yield some features, and fail."""
        yield from super().portions(wanted, at_once)
        msg = "the disk is gone"
        raise OSError(msg)


def opened(path: Path, layer: str = "parks") -> gpd.GeoDataFrame:
    """Return what another program reads of a file, in the order of the ids where it has them."""
    if path.suffix == ".parquet":
        return gpd.read_parquet(path)
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            archive.extractall(path.with_suffix(""))
        found = next(one for one in path.with_suffix("").iterdir() if one.suffix in {".shp", ".gdb", ".tab", ".fgb"})
        return opened(found, layer)
    named = layer if path.suffix in {".gpkg", ".gdb"} else None
    options = {}
    if path.suffix == ".csv":
        options = {"X_POSSIBLE_NAMES": "longitude,x", "Y_POSSIBLE_NAMES": "latitude,y", "AUTODETECT_TYPE": "YES"}
    return pyogrio.read_dataframe(path, layer=named, **options)
