"""Tiles of a layer, made the cheapest way that shows everything: from features at hand, near ones, or an overview."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Final, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from api.styles import LayerStyle
from geodata.columns import Floats
from geodata.features.held import HeldSource
from geodata.features.index_source import IndexedSource
from geodata.features.source import Source, Wanted
from geodata.features.table import FeatureTable, Shapes
from geodata.tiles.encode import EXTENT, MARGIN, encode_places, encode_tile
from geodata.tiles.grid import Tile, TileGrid
from geodata.tiles.overview import Drawing, Overview, make_overview
from supplychain.latest import Latest

AT_HAND: Final = 20_000
"""Features of a layer up to which all of them are kept at hand, and drawn at every zoom."""
OVERVIEW_ZOOM: Final = 11
"""Nearest zoom at which larger layers are drawn as overviews."""
DENSE_ZOOM: Final = 16
"""Nearest zoom of the overview of a layer whose nearer tiles hold too many features."""
MOST_FEATURES: Final = 60_000
ALL_PROPERTIES: Final = 1_000
"""Features of a tile up to which it holds all their properties, and not only those that are drawn or told."""
MOST_LAYERS: Final = 64
MOST_OVERVIEW_BYTES: Final = 400 * 2**20

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class AtHand:
    """All features of a layer.

    Parameters
    ----------
    table
        The features.
    places
        Their points on the grid, float64[P, 2].
    boxes
        Least and greatest x and y on the grid, float64[N, 4].
    """

    table: FeatureTable
    places: Floats
    boxes: Floats

    @property
    def size(self) -> int:
        """Bytes it takes, about."""
        return int(self.table.columns.nbytes + self.places.nbytes + self.boxes.nbytes)


class Prepared:
    """What tiles of layers are made from, the latest asked for, thread safe; each is made once.

    Parameters
    ----------
    most_bytes
        Bytes they may take together; the one asked for last always stays.
    """

    def __init__(self, most_bytes: int = MOST_OVERVIEW_BYTES) -> None:
        # What is kept stands with its bytes, which only whoever makes it can tell.
        self._latest: Latest[tuple[object, int]] = Latest(MOST_LAYERS, most_bytes=most_bytes, size=lambda kept: kept[1])
        self._making = tuple(Lock() for _ in range(16))

    def get(self, key: tuple[str, ...], make: Callable[[], T], size: Callable[[T], int]) -> T:
        """Return what is kept under a key, or make and keep it."""
        found = self._latest.get(key)
        if found is None:
            with self._making[hash(key) % len(self._making)]:
                found = self._latest.get_or_make(key, lambda: _weighed(make(), size))
        return found[0]  # type: ignore[return-value]  # a key holds one kind of thing


def _weighed(made: T, size: Callable[[T], int]) -> tuple[T, int]:
    return made, size(made)


PREPARED: Final = Prepared()


@dataclass(frozen=True, slots=True, eq=False)
class TileMaker:
    """Makes the tiles of one layer as one caller sees it.

    Parameters
    ----------
    name
        Name of the layer in its tiles.
    key
        Names the content: another for every other content.
    source
        The layer.
    style
        How it is drawn.
    grid
        The grid of tiles.
    prepared
        Where what tiles are made from is kept.
    most_features
        Features of one tile; where there are more, it is drawn as an overview.
    """

    name: str
    key: str
    source: Source
    style: LayerStyle
    grid: TileGrid
    prepared: Prepared = PREPARED
    most_features: int = MOST_FEATURES

    def make(self, tile: Tile) -> bytes:
        """Return a tile; empty where no feature meets it."""
        if tile.zoom < self.style.from_zoom:
            return b""
        if self._is_small():
            return self._of_at_hand(tile)
        if tile.zoom <= OVERVIEW_ZOOM:
            return self._overview(OVERVIEW_ZOOM).encode(self.name, tile)
        near = self._near(tile)
        if len(near) > self.most_features:
            return self._dense(tile).encode(self.name, tile)
        return encode_tile(self.name, near, self.grid, tile, self._names(len(near)))

    def _is_small(self) -> bool:
        if self.source.shape not in {"Point", "LineString"}:
            return True
        if isinstance(self.source, HeldSource):
            return len(self.source.table) <= AT_HAND

        def count() -> int:
            counted = self.source.count()
            return -1 if counted is None else counted

        found = self.prepared.get((self.key, "count"), count, lambda _: 0)
        return 0 <= found <= AT_HAND

    def _names(self, features: int) -> tuple[str, ...]:
        fields = tuple(field.name for field in self.source.fields)
        return fields if features <= ALL_PROPERTIES else tuple(one for one in self.style.columns if one in fields)

    def _of_at_hand(self, tile: Tile) -> bytes:
        from geodata.tiles.thinning_kernels import meeting  # noqa: PLC0415 - compiles

        held = self.prepared.get((self.key, self.grid.name), self._take_at_hand, lambda made: made.size)
        side, margin = 2.0**tile.zoom, MARGIN / EXTENT
        west, north = (tile.column - margin) / side, (tile.row - margin) / side
        east, south = (tile.column + 1 + margin) / side, (tile.row + 1 + margin) / side
        rows = meeting(held.boxes, west, north, east, south)
        if not len(rows):
            return b""
        whole = held.table.shapes
        table = held.table.select(self._names(len(rows))).take(rows)
        places = Shapes(whole.kind, held.places, whole.offsets).take(rows).coordinates
        return encode_places(self.name, table, places, tile, self._names(len(rows)))

    def _take_at_hand(self) -> AtHand:
        if isinstance(self.source, HeldSource):
            table = self.source.table
        else:
            tables = list(self.source.portions(at_once=AT_HAND))
            table = _joined(tables) if tables else self.source.read(Wanted(), None, 1).table
        places = self.grid.forward(table.shapes.coordinates)
        boxes = Shapes(table.shapes.kind, places, table.shapes.offsets).boxes()
        return AtHand(table, places, np.ascontiguousarray(boxes))

    def _near(self, tile: Tile) -> FeatureTable:
        """Return features that meet a tile and its margin; one more than there may be where there are more."""
        box, most = self.grid.box(tile, MARGIN / EXTENT), self.most_features + 1
        if not isinstance(self.source, IndexedSource):
            return self.source.read(Wanted(box), None, most).table
        # What only nearly meets the tile is cut away by the encoder: the tree alone is enough, and only few columns.
        rows, _ = self.source.index.search((box,))
        if self.source.members is not None:
            rows = rows[self.source.members[rows]]
        rows = rows[:most]
        return self.source.table.select(self._names(len(rows))).take(rows)

    def _overview(self, last_zoom: int) -> Overview:
        def make() -> Overview:
            tables = self.source.portions(at_once=100_000)
            return make_overview(tables, self.source.shape, self.grid, drawing_of(self.style), last_zoom)

        key = (self.key, self.grid.name, str(last_zoom))
        return self.prepared.get(key, make, lambda made: made.size)

    def _dense(self, tile: Tile) -> Overview:
        """Return an overview for a tile with too many features: of the layer, or far in only of what is near."""
        if tile.zoom <= DENSE_ZOOM:
            return self._overview(DENSE_ZOOM)
        tables = self.source.portions(Wanted(self.grid.box(tile, MARGIN / EXTENT)), at_once=100_000)
        return make_overview(tables, self.source.shape, self.grid, drawing_of(self.style), tile.zoom)


def drawing_of(style: LayerStyle) -> Drawing:
    """Return what of a layer an overview keeps, by its style."""
    width = "" if style.width is None else style.width.attribute
    if style.detail is None:
        return Drawing(_each(style.attribute, width))
    by, zooms = style.detail.attribute, tuple(style.detail.zooms.items())
    return Drawing(_each(style.attribute, width, by), by, zooms, style.detail.other)


def _each(*names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


def _joined(tables: list[FeatureTable]) -> FeatureTable:
    """Return features of several tables as one."""
    if len(tables) == 1:
        return tables[0]
    ids = pa.chunked_array([chunk for table in tables for chunk in _chunks(table.ids)], pa.string())
    columns = pa.concat_tables([table.columns for table in tables])
    levels = len(tables[0].shapes.offsets)
    offsets: list[NDArray[np.int64]] = []
    for level in range(levels):
        counts = np.concatenate([np.diff(table.shapes.offsets[level]) for table in tables])
        offsets.append(np.concatenate([[0], np.cumsum(counts)]).astype(np.int64))
    places = np.concatenate([table.shapes.coordinates for table in tables])
    shapes = Shapes(tables[0].shapes.kind, places, tuple(offsets))
    return FeatureTable(tables[0].fields, ids, columns, shapes)


def _chunks(ids: pa.ChunkedArray | pa.Array) -> list[pa.Array]:
    return list(ids.chunks) if isinstance(ids, pa.ChunkedArray) else [ids]
