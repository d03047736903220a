"""A layer's features as one Mapbox Vector Tile (MVT 2.1): cut, simplified, rounded and written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.columns import Floats
from geodata.features.table import FeatureTable, ShapeKind, Shapes
from geodata.tiles.attributes import Tags, make_tags, varint
from geodata.tiles.grid import Tile, TileGrid

EXTENT: Final = 4096
"""Units of the side of a tile."""
MARGIN: Final = 128
"""Units beyond its sides that a tile holds, so that wide lines and circles meet those of its neighbours."""
DETAIL_ZOOM: Final = 14
"""From this zoom on only corners that rounding hides are left out."""
TOLERANCE: Final = 4.0
DETAIL_TOLERANCE: Final = 0.5
"""How far lines may lie from what they were, in units: half a pixel of a tile drawn with 512 pixels, and far less from
``DETAIL_ZOOM`` on."""
SMALLEST_AREA: Final = 64.0
"""Areas smaller than a pixel are left out at lower zooms, in square units."""
_TYPES: Final[dict[ShapeKind, int]] = {"Point": 1, "LineString": 2, "Polygon": 3, "MultiPolygon": 3}


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a tile's units lie on its grid."""

    scale: float
    corner_x: float
    corner_y: float
    tolerance: float

    @classmethod
    def of(cls, tile: Tile) -> Frame:
        """Return the frame of a tile."""
        tolerance = DETAIL_TOLERANCE if tile.zoom >= DETAIL_ZOOM else TOLERANCE
        return cls(EXTENT * 2.0**tile.zoom, float(tile.column * EXTENT), float(tile.row * EXTENT), tolerance)

    @property
    def numbers(self) -> Floats:
        """The frame as kernels take it, float64[5]."""
        return np.array([self.scale, self.corner_x, self.corner_y, EXTENT, MARGIN])


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """Shapes of a tile as commands.

    Parameters
    ----------
    commands
        uint32; as MVT writes them (4.3).
    starts
        int64[F + 1]; commands of each feature.
    rows
        int64[F]; which of the shapes, or which group of them, it is.
    """

    commands: NDArray[np.uint32]
    starts: NDArray[np.int64]
    rows: NDArray[np.int64]


def encode_tile(
    name: str, table: FeatureTable, grid: TileGrid, tile: Tile, names: tuple[str, ...], *, with_ids: bool = True
) -> bytes:
    """Return features as a vector tile of one layer; empty where none of them meets the tile.

    Parameters
    ----------
    name
        Name of the layer.
    table
        Features, at least those that meet the tile and its margin.
    grid, tile
        Which tile.
    names
        Properties that go with them.
    with_ids
        Whether their ids do, as the property ``id``.
    """
    return encode_places(name, table, grid.forward(table.shapes.coordinates), tile, names, with_ids=with_ids)


def encode_places(
    name: str, table: FeatureTable, places: Floats, tile: Tile, names: tuple[str, ...], *, with_ids: bool = True
) -> bytes:
    """Return what ``encode_tile`` does of features whose points are on the grid already (``TileGrid.forward``)."""
    shapes = table.shapes
    groups = np.arange(len(shapes), dtype=np.int64)
    frame = Frame.of(tile)
    if shapes.kind == "Point":
        cut = cut_places(places, None, groups, frame)
    elif shapes.kind == "LineString":
        cut = cut_places(places, shapes.offsets[0], groups, frame)
    else:
        cut = _cut_areas(shapes, places, frame)
    if not len(cut.rows):
        return b""
    tags = make_tags(table if len(cut.rows) == len(table) else table.take(cut.rows), names, with_ids=with_ids)
    return write_layer(name, cut, tags, shapes.kind)


def cut_places(places: Floats, offsets: NDArray[np.int64] | None, groups: NDArray[np.int64], frame: Frame) -> Cut:
    """Return points, or lines where there are offsets, as commands; one feature a group."""
    from geodata.tiles.kernels import cut_lines, cut_points  # noqa: PLC0415 - compiles

    if offsets is None:
        return Cut(*cut_points(np.ascontiguousarray(places), groups, frame.numbers))
    return Cut(*cut_lines(np.ascontiguousarray(places), offsets, groups, frame.numbers, frame.tolerance))


def write_layer(name: str, cut: Cut, tags: Tags, kind: ShapeKind) -> bytes:
    """Return a tile of one layer of features that are cut, row i of the tags being feature i."""
    from geodata.tiles.kernels import write_features  # noqa: PLC0415 - compiles

    features = write_features(cut.commands, cut.starts, tags.tags, _TYPES[kind]).tobytes()
    text = name.encode()
    keys = b"".join(b"\x1a" + varint(len(key)) + key for key in (one.encode() for one in tags.keys))
    layer = b"\x78\x02\x0a" + varint(len(text)) + text + features + keys + tags.values + b"\x28" + varint(EXTENT)
    return b"\x1a" + varint(len(layer)) + layer


def _cut_areas(shapes: Shapes, places: Floats, frame: Frame) -> Cut:
    """Return areas as commands: cut and rounded by GEOS, so that they stay valid."""
    from geodata.tiles.kernels import cut_rings  # noqa: PLC0415 - compiles

    units = places * frame.scale - (frame.corner_x, frame.corner_y)
    drawn = Shapes(shapes.kind, units, shapes.offsets).to_shapely()
    rows = np.flatnonzero(~shapely.is_missing(drawn)).astype(np.int64)
    drawn = drawn[rows]
    drawn = shapely.simplify(drawn, frame.tolerance)
    unsound = ~shapely.is_valid(drawn)
    drawn[unsound] = shapely.make_valid(drawn[unsound])
    ends = (-MARGIN, -MARGIN, EXTENT + MARGIN, EXTENT + MARGIN)
    drawn = shapely.set_precision(shapely.clip_by_rect(drawn, *ends), 1.0)
    smallest = 0.0 if frame.tolerance == DETAIL_TOLERANCE else SMALLEST_AREA
    parts, owners = shapely.get_parts(drawn, return_index=True)
    # Repairs may leave lines and points beside areas; they are no part of the layer. A collection is opened once more.
    parts, inner = shapely.get_parts(parts, return_index=True)
    owners = owners[inner]
    is_area = (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & (shapely.area(parts) > smallest)
    parts, owners = parts[is_area], owners[is_area]
    if not len(parts):
        return Cut(np.empty(0, np.uint32), np.zeros(1, np.int64), np.empty(0, np.int64))
    turned = shapely.orient_polygons(parts, exterior_cw=False)
    _, corners, (rings, polygons) = shapely.to_ragged_array(turned)
    found, first = np.unique(owners, return_index=True)
    features = np.append(polygons[first], polygons[-1]).astype(np.int64)
    commands, starts = cut_rings(np.rint(corners).astype(np.int64), rings.astype(np.int64), features)
    return Cut(commands, starts, rows[found])
