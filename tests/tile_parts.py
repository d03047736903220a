"""What tests of tiles are made of: layers by hand, and tiles read back by another library."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import mapbox_vector_tile
import numpy as np
import pyarrow as pa
import shapely

from geodata.features.source import Origin
from geodata.features.table import ARROW_TYPES, FeatureTable, Field, Shapes
from geodata.tiles.grid import GRIDS, Tile
from supplychain.text import Text

WEB: Final = GRIDS["WebMercatorQuad"]
PLAIN: Final = GRIDS["WorldCRS84Quad"]
EXTENT: Final = 4096
MARGIN: Final = 128
ORIGIN: Final = Origin(Text(en="made by hand", vi="tự đặt"), "ODbL-1.0", "© OpenStreetMap contributors")
MODE: Final = Field("mode", "text", Text(en="Mode", vi="Phương thức"))
LINK_CLASS: Final = Field("link_class", "text", Text(en="Class", vi="Cấp đường"))
LANES: Final = Field("lanes", "integer", Text(en="Lanes", vi="Số làn"))
LENGTH: Final = Field("length_m", "number", Text(en="Length", vi="Chiều dài"), "m")
IS_TOLL: Final = Field("toll", "boolean", Text(en="Toll", vi="Thu phí"))
DAY: Final = Field("day", "date", Text(en="Day", vi="Ngày"))


def layer_of(
    geometries: Sequence[shapely.Geometry | None],
    kind: str = "LineString",
    fields: Sequence[Field] = (MODE,),
    **columns: Sequence[Any],
) -> FeatureTable:
    """Return features ``f0``, ``f1`` … with geometries and columns; a column that is not given is null."""
    count = len(geometries)
    made = {
        field.name: pa.array(list(columns.get(field.name, [None] * count)), ARROW_TYPES[field.kind]) for field in fields
    }
    shapes = Shapes.of(np.array(geometries, dtype=object), kind)  # type: ignore[arg-type]
    return FeatureTable(tuple(fields), pa.array([f"f{row}" for row in range(count)]), pa.table(made), shapes)


def in_tile(tile: Tile, *units: tuple[float, float]) -> list[tuple[float, float]]:
    """Return longitudes and latitudes of places given in units of a tile of the web map's grid."""
    places = np.array(units, dtype=float) / EXTENT + (tile.column, tile.row)
    return [(float(lon), float(lat)) for lon, lat in WEB.backward(places / 2.0**tile.zoom)]


def read_tile(tile: bytes) -> dict[str, list[dict[str, Any]]]:
    """Return the features of each layer as mapbox-vector-tile reads them, y counted downwards."""
    layers = mapbox_vector_tile.decode(tile, default_options={"y_coord_down": True})
    return {name: layer["features"] for name, layer in layers.items()}


def features_of(tile: bytes, name: str = "layer") -> dict[str, tuple[Any, dict[str, Any]]]:
    """Return the geometry and the properties of each feature by its id."""
    found = {}
    for feature in read_tile(tile).get(name, []) if tile else []:
        properties = dict(feature["properties"])
        found[properties.pop("id")] = (shapely.geometry.shape(feature["geometry"]), properties)
    return found
