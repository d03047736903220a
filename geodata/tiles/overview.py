"""Dense layers seen from afar: at each low zoom what can be told apart, and what each thing is by its kind.

A kind is one combination of the values that choose how features are drawn. Points of a kind are one where they share
a cell, lines where they join the same two cells; a cell is a pixel of a tile drawn with 512. So nothing that could be
seen is missing, what is drawn lies within a pixel or two of where it would be, and the size of a tile is bounded by its
pixels, however many features there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geodata.columns import Floats
from geodata.features.table import ARROW_TYPES, FeatureTable, Field, ShapeKind, Shapes
from geodata.tiles.attributes import Tags, make_tags
from geodata.tiles.encode import EXTENT, MARGIN, Frame, cut_places, write_layer
from geodata.tiles.grid import Tile, TileGrid

CELLS: Final = 512
"""Cells of the side of a tile."""
ROUNDED_DIGITS: Final = 2
"""Digits that numbers keep in an overview, so that there are few kinds."""

MOST_COLUMNS: Final = 3
WORD_BITS: Final = 21
"""Bits of the number of a word of one property among those of all: three of them fill 63 bits."""
NO_BOXES: Final = np.empty((0, 4))


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """A layer as it is seen at one zoom.

    Parameters
    ----------
    places
        float64[P, 2]; points from the north-west corner, in widths of a tile of zoom 0.
    offsets
        int64[N + 1]; points of each line; None where the layer is of points.
    codes
        int64[N], ascending; kind of each.
    boxes
        float64[N, 4]; least and greatest x and y.
    """

    places: Floats
    offsets: NDArray[np.int64] | None
    codes: NDArray[np.int64]
    boxes: Floats

    @property
    def size(self) -> int:
        """Bytes it takes."""
        return int(self.places.nbytes + self.codes.nbytes + self.boxes.nbytes)


@dataclass(frozen=True, slots=True, eq=False)
class Overview:
    """A layer as it is seen at every zoom up to one.

    Parameters
    ----------
    levels
        By zoom, from 0.
    kinds
        What each kind is: one row a kind, with the values that choose how it is drawn.
    kind
        Kind of geometry.
    """

    levels: tuple[Level, ...]
    kinds: FeatureTable
    kind: ShapeKind

    @property
    def size(self) -> int:
        """Bytes it takes."""
        return sum(level.size for level in self.levels)

    def encode(self, name: str, tile: Tile) -> bytes:
        """Return a vector tile of one layer, one feature a kind; empty where nothing meets the tile.

        Raises
        ------
        ValueError
            If the overview does not reach to the zoom of the tile.
        """
        if tile.zoom >= len(self.levels):
            msg = f"The overview reaches to zoom {len(self.levels) - 1}, not to {tile.zoom}."
            raise ValueError(msg)
        from geodata.tiles.thinning_kernels import meeting  # noqa: PLC0415 - compiles

        level, side, margin = self.levels[tile.zoom], 2.0**tile.zoom, MARGIN / EXTENT
        west, east = (tile.column - margin) / side, (tile.column + 1 + margin) / side
        north, south = (tile.row - margin) / side, (tile.row + 1 + margin) / side
        rows = meeting(level.boxes, west, north, east, south)
        if not rows.size:
            return b""
        if level.offsets is None:
            cut = cut_places(level.places[rows], None, level.codes[rows], Frame.of(tile))
        else:
            shown = Shapes("LineString", level.places, (level.offsets,)).take(rows)
            cut = cut_places(shown.coordinates, shown.offsets[0], level.codes[rows], Frame.of(tile))
        if not len(cut.rows):
            return b""
        names = tuple(field.name for field in self.kinds.fields)
        everything = make_tags(self.kinds, names, with_ids=False)
        tags = Tags(everything.keys, everything.values, everything.tags[cut.rows])
        return write_layer(name, cut, tags, self.kind)


@dataclass(frozen=True, slots=True)
class Drawing:
    """What of a layer an overview keeps.

    Parameters
    ----------
    names
        Properties that choose how features are drawn.
    by
        Property that says from which zoom a feature appears; empty where all do from the first.
    zooms
        First zoom by value of that property.
    other
        First zoom of all other values.
    """

    names: tuple[str, ...]
    by: str = ""
    zooms: tuple[tuple[str, int], ...] = ()
    other: int = 0

    def first_zooms(self, kinds: FeatureTable) -> NDArray[np.int64]:
        """Return the first zoom of each kind, int64."""
        if self.by not in kinds.columns.column_names:
            return np.zeros(len(kinds), dtype=np.int64)
        known = dict(self.zooms)
        words = kinds.columns[self.by].to_pylist()
        return np.array([known.get(word, self.other) for word in words], dtype=np.int64)


def make_overview(
    tables: Iterable[FeatureTable], kind: ShapeKind, grid: TileGrid, drawing: Drawing, last_zoom: int
) -> Overview:
    """Return a layer as it is seen at the zooms up to one.

    Parameters
    ----------
    tables
        Its features, some at a time.
    kind
        Points or lines.
    grid
        The grid of tiles.
    drawing
        What is kept.
    last_zoom
        The nearest zoom.

    Raises
    ------
    ValueError
        If the layer is of areas.
    """
    if kind not in {"Point", "LineString"}:
        msg = f"Overviews are of points and lines, not of {kind}."
        raise ValueError(msg)
    kinds = _Kinds(drawing.names)
    parts: list[Level] = []
    for table in tables:
        codes = kinds.codes(table)
        first = drawing.first_zooms(kinds.table())[codes]
        rows = np.flatnonzero(first <= last_zoom)
        shapes = table.shapes if len(rows) == len(table) else table.shapes.take(rows)
        parts.append(_thinned(shapes, grid.forward(shapes.coordinates), codes[rows], last_zoom))
    found = kinds.table()
    first_zooms = drawing.first_zooms(found)
    nearest = _joined(parts, kind)
    levels: list[Level] = []
    # Each level is made from the nearest, not from the one before it: what is rounded once does not add up.
    for zoom in range(last_zoom + 1):
        rows = np.flatnonzero(first_zooms[nearest.codes] <= zoom) if len(found) else np.empty(0, np.int64)
        shapes = _shapes(nearest).take(rows)
        levels.append(_with_boxes(_thinned(shapes, shapes.coordinates, nearest.codes[rows], zoom)))
    return Overview(tuple(levels), found, kind)


class _Kinds:
    """Numbers the combinations of some values as they are met."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self.fields: tuple[Field, ...] = ()
        self.words: dict[str, dict[object, int]] = {}
        self.numbers: dict[int, int] = {}

    def codes(self, table: FeatureTable) -> NDArray[np.int64]:
        """Return the number of each feature's combination, int64."""
        chosen = table.select(self.names)
        self.fields = chosen.fields
        if len(self.fields) > MOST_COLUMNS:
            msg = f"An overview keeps at most {MOST_COLUMNS} properties, got {', '.join(self.names)}."
            raise ValueError(msg)
        flat = np.zeros(len(table), dtype=np.int64)
        for field in self.fields:
            flat = (flat << WORD_BITS) + self._words(chosen.columns[field.name], field)
        met, inverse = np.unique(flat, return_inverse=True)
        numbers = [self.numbers.setdefault(one, len(self.numbers)) for one in met.tolist()]
        return np.asarray(numbers, dtype=np.int64)[inverse.reshape(-1)]

    def _words(self, column: pa.ChunkedArray, field: Field) -> NDArray[np.int64]:
        encoded = pc.dictionary_encode(_rounded(column, field), null_encoding="encode").combine_chunks()
        known = self.words.setdefault(field.name, {})
        codes = [known.setdefault(word, len(known)) for word in encoded.dictionary.to_pylist()]
        if len(known) >= 1 << WORD_BITS:
            msg = f"Property {field.name} has too many values for an overview."
            raise ValueError(msg)
        numbers: NDArray[np.int64] = np.asarray(codes, dtype=np.int64)[np.asarray(encoded.indices)]
        return numbers

    def table(self) -> FeatureTable:
        """Return one row a combination, without shapes."""
        flat = np.array(list(self.numbers), dtype=np.int64)
        columns: dict[str, pa.Array] = {}
        for field in reversed(self.fields):
            words = list(self.words[field.name])
            codes = flat & ((1 << WORD_BITS) - 1)
            columns[field.name] = pa.array([words[code] for code in codes.tolist()], ARROW_TYPES[field.kind])
            flat = flat >> WORD_BITS
        made = pa.table({field.name: columns[field.name] for field in self.fields})
        ids = pa.array([str(row) for row in range(len(flat))], pa.string())
        return FeatureTable(self.fields, ids, made, Shapes("Point", np.full((len(flat), 2), np.nan)))


def _rounded(column: pa.ChunkedArray, field: Field) -> pa.ChunkedArray:
    if field.kind != "number":
        return column
    numbers = column.to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        size = np.floor(np.log10(np.abs(numbers)))
    step = 10.0 ** np.where(np.isfinite(size), size - (ROUNDED_DIGITS - 1), 0.0)
    return pa.chunked_array([pa.array(np.round(numbers / step) * step, pa.float64(), from_pandas=True)])


def _shapes(level: Level) -> Shapes:
    if level.offsets is None:
        return Shapes("Point", level.places)
    return Shapes("LineString", level.places, (level.offsets,))


def _thinned(shapes: Shapes, places: Floats, codes: NDArray[np.int64], zoom: int) -> Level:
    """Return what of some shapes is left at a zoom, in the order of their kinds, without boxes."""
    from geodata.tiles.thinning_kernels import thin_lines, thin_points  # noqa: PLC0415 - compiles

    cells, places = CELLS * 2.0**zoom, np.ascontiguousarray(places)
    if not shapes.offsets:
        rows = thin_points(places, codes, cells)
        rows = rows[np.argsort(codes[rows], kind="stable")]
        return Level(places[rows], None, codes[rows], NO_BOXES)
    kept, offsets, kinds = thin_lines(places, np.ascontiguousarray(shapes.offsets[0]), codes, cells)
    order = np.argsort(kinds, kind="stable")
    sorted_lines = Shapes("LineString", kept, (offsets,)).take(order)
    return Level(sorted_lines.coordinates, sorted_lines.offsets[0], kinds[order], NO_BOXES)


def _joined(parts: Sequence[Level], kind: ShapeKind) -> Level:
    if not parts:
        offsets = None if kind == "Point" else np.zeros(1, np.int64)
        return Level(np.empty((0, 2)), offsets, np.empty(0, np.int64), NO_BOXES)
    places = np.concatenate([part.places for part in parts])
    codes = np.concatenate([part.codes for part in parts])
    offsets = None
    if kind != "Point":
        counts = [np.diff(part.offsets) for part in parts if part.offsets is not None]
        offsets = np.concatenate([[0], np.cumsum(np.concatenate(counts))]).astype(np.int64)
    return Level(places, offsets, codes, NO_BOXES)


def _with_boxes(level: Level) -> Level:
    return Level(level.places, level.offsets, level.codes, np.ascontiguousarray(_shapes(level).boxes()))
