"""The frozen value ``FeatureTable``: features of one layer as columns, with their shapes in longitude and latitude."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from geodata.columns import Floats
from supplychain.text import Text

ShapeKind = Literal["Point", "LineString", "Polygon", "MultiPolygon"]
FieldKind = Literal["text", "integer", "number", "boolean", "date", "datetime"]

ARROW_TYPES: Final[dict[FieldKind, pa.DataType]] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "datetime": pa.timestamp("ms", tz="UTC"),
}
"""Type of the column of each kind of field."""

_KINDS: Final[dict[ShapeKind, shapely.GeometryType]] = {
    "Point": shapely.GeometryType.POINT,
    "LineString": shapely.GeometryType.LINESTRING,
    "Polygon": shapely.GeometryType.POLYGON,
    "MultiPolygon": shapely.GeometryType.MULTIPOLYGON,
}
_LEVELS: Final[dict[ShapeKind, int]] = {"Point": 0, "LineString": 1, "Polygon": 2, "MultiPolygon": 3}


class Box(NamedTuple):
    """West, south, east and north in WGS 84 degrees; ``west`` greater than ``east`` crosses the date line."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True)
class Field:
    """One property of the features of a layer.

    Parameters
    ----------
    name
        Its name, as the column of the registry or of the network, with its unit where it has one.
    kind
        What its values are.
    meaning
        What it says, in both languages: the alias in GIS programs.
    unit
        Unit, empty where it has none.
    words
        What each value of a text is called, empty where values speak for themselves.
    """

    name: str
    kind: FieldKind
    meaning: Text
    unit: str = ""
    words: tuple[tuple[str, Text], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Shapes:
    """Geometries of one kind as flat arrays (the ragged arrays of shapely, the layout of GeoArrow).

    Parameters
    ----------
    kind
        What they are.
    coordinates
        float64[P, 2]; longitude and latitude, WGS 84 degrees.
    offsets
        int64 arrays from the points outwards: none for points (row i is point i, NaN where it has no place), one for
        lines (line i has the points ``offsets[0][i]:offsets[0][i + 1]``), two for polygons (points of rings, rings of
        polygons), three for multipolygons. A feature without a geometry has an empty one.
    """

    kind: ShapeKind
    coordinates: Floats
    offsets: tuple[NDArray[np.int64], ...] = ()

    def __post_init__(self) -> None:
        if len(self.offsets) != _LEVELS[self.kind]:
            msg = f"{self.kind} needs {_LEVELS[self.kind]} arrays of offsets, got {len(self.offsets)}."
            raise ValueError(msg)

    def __len__(self) -> int:
        return len(self.offsets[-1]) - 1 if self.offsets else len(self.coordinates)

    @classmethod
    def of(cls, geometries: NDArray[np.object_], kind: ShapeKind) -> Shapes:
        """Return the flat arrays of shapely geometries, of which those that are None become empty."""
        filled = np.where(shapely.is_missing(geometries), shapely.from_wkt(f"{kind.upper()} EMPTY"), geometries)
        if not len(filled):
            return cls(kind, np.empty((0, 2)), tuple(np.zeros(1, np.int64) for _ in range(_LEVELS[kind])))
        found, coordinates, offsets = shapely.to_ragged_array(filled, include_z=False)
        if found != _KINDS[kind]:
            msg = f"Geometries are {found.name}, not {kind}."
            raise ValueError(msg)
        return cls(kind, coordinates, tuple(one.astype(np.int64) for one in offsets))

    def to_shapely(self) -> NDArray[np.object_]:
        """Return the shapely geometries; None where a feature has none."""
        if not len(self):
            return np.empty(0, dtype=object)
        made: Any = shapely.from_ragged_array(_KINDS[self.kind], self.coordinates, self.offsets or None)
        return np.asarray(np.where(self.is_missing, None, made), dtype=object)

    @property
    def is_missing(self) -> NDArray[np.bool_]:
        """bool[N]; whether a feature has no geometry."""
        if not self.offsets:
            return np.asarray(np.isnan(self.coordinates).any(axis=1), dtype=bool)
        return np.asarray(np.diff(self.offsets[-1]) == 0, dtype=bool)

    @property
    def point_offsets(self) -> NDArray[np.int64]:
        """int64[N + 1]; the points of feature i are ``coordinates[point_offsets[i]:point_offsets[i + 1]]``."""
        if not self.offsets:
            return np.arange(len(self.coordinates) + 1, dtype=np.int64)
        found = self.offsets[-1]
        for inner in self.offsets[-2::-1]:
            found = inner[found]
        return found

    def boxes(self) -> Floats:
        """Return west, south, east and north of each feature, float64[N, 4]; NaN where it has no geometry."""
        if not self.offsets:
            return np.hstack([self.coordinates, self.coordinates])
        starts = self.point_offsets
        boxes = np.full((len(self), 4), np.nan)
        filled = np.flatnonzero(np.diff(starts) > 0)
        if filled.size:
            # Features without points share their start with the next: only the starts of the others cut the array.
            at = starts[filled]
            boxes[filled, :2] = np.minimum.reduceat(self.coordinates, at)
            boxes[filled, 2:] = np.maximum.reduceat(self.coordinates, at)
        return boxes

    def take(self, rows: NDArray[np.integer[Any]]) -> Shapes:
        """Return the shapes of some features, in the order asked for."""
        chosen = np.asarray(rows, dtype=np.int64)
        offsets: list[NDArray[np.int64]] = []
        for level in reversed(self.offsets):
            chosen, ends = _members(level, chosen)
            offsets.insert(0, ends)
        return Shapes(self.kind, self.coordinates[chosen], tuple(offsets))


def _members(offsets: NDArray[np.int64], rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return what some rows hold, one after another, and the offsets of it by row."""
    counts = offsets[rows + 1] - offsets[rows]
    ends = np.concatenate([[0], np.cumsum(counts)])
    members = np.arange(ends[-1]) + np.repeat(offsets[rows] - ends[:-1], counts)
    return members, ends


@dataclass(frozen=True, slots=True, eq=False)
class FeatureTable:
    """Features of one layer, in the layer's order.

    Parameters
    ----------
    fields
        Properties, in order.
    ids
        Arrow strings[N]; unique in the layer, and the same for the same thing as long as it exists.
    columns
        Arrow table with a column a field, typed by ``ARROW_TYPES``; what is not known is null.
    shapes
        Where each feature is.
    """

    fields: tuple[Field, ...]
    ids: pa.ChunkedArray | pa.Array
    columns: pa.Table
    shapes: Shapes

    def __post_init__(self) -> None:
        names = [field.name for field in self.fields]
        if self.columns.column_names != names:
            msg = f"Columns are {self.columns.column_names}, the fields {names}."
            raise ValueError(msg)
        lengths = {len(self.ids), len(self.shapes), *((self.columns.num_rows,) if names else ())}
        if len(lengths) > 1:
            msg = f"Ids, columns and shapes must be of one length, got {sorted(lengths)}."
            raise ValueError(msg)

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, rows: NDArray[np.integer[Any]]) -> FeatureTable:
        """Return some features, in the order asked for."""
        indices = pa.array(rows, type=pa.int64())
        return FeatureTable(self.fields, self.ids.take(indices), self.columns.take(indices), self.shapes.take(rows))

    def select(self, names: tuple[str, ...]) -> FeatureTable:
        """Return the features with some of their properties, in the layer's order."""
        kept = tuple(field for field in self.fields if field.name in names)
        return FeatureTable(kept, self.ids, self.columns.select([field.name for field in kept]), self.shapes)
