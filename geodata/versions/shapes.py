"""Points, lines and rings as what the two databases keep, many at once, and back to the last bit."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.columns import Floats
from geodata.network import Geometries

WGS84: Final = 4326
_POINT_HEADER: Final = b"GP" + struct.pack("<BBi", 0, 0x01, WGS84)
_HEADER: Final = b"GP" + struct.pack("<BBi", 0, 0x03, WGS84)
_HEADER_BYTES: Final = 8
_ENVELOPED_BYTES: Final = 40

Shapes = NDArray[Any]


def point_shapes(lon: Floats, lat: Floats) -> Shapes:
    """Return points; None where a coordinate is NaN."""
    shapes: Shapes = shapely.points(lon, lat)
    shapes[np.isnan(lon) | np.isnan(lat)] = None
    return shapes


def line_shapes(lines: Geometries, span: slice) -> Shapes:
    """Return some lines, in order, each of 2 points or more."""
    coordinates, owner = _points_of(lines, span)
    found: Shapes = shapely.linestrings(coordinates, indices=owner)
    return found


def ring_shapes(rings: Geometries, span: slice) -> Shapes:
    """Return some closed rings as polygons, in order."""
    coordinates, owner = _points_of(rings, span)
    if not len(coordinates):
        return np.empty(0, dtype=np.object_)
    found: Shapes = shapely.polygons(shapely.linearrings(coordinates, indices=owner))
    return found


def _points_of(lines: Geometries, span: slice) -> tuple[Floats, NDArray[np.int64]]:
    start, stop, _ = span.indices(len(lines))
    offsets = lines.offsets[start : stop + 1]
    coordinates = lines.coordinates[offsets[0] : offsets[-1]]
    return coordinates, np.repeat(np.arange(stop - start), np.diff(offsets))


def boxes(shapes: Shapes) -> Floats:
    """Return west, south, east and north of shapes, float64[n, 4]; NaN for None."""
    found: Floats = shapely.bounds(shapes)
    return found


def to_cells(shapes: Shapes, *, embedded: bool) -> list[Any]:
    """Return the geometry cells of shapes: GeoPackage binaries, or hexadecimal EWKB for PostGIS."""
    if not embedded:
        return list(shapely.to_wkb(shapely.set_srid(shapes, WGS84), hex=True, include_srid=True, byte_order=1).tolist())
    binaries = shapely.to_wkb(shapes, byte_order=1).tolist()
    if len(shapes) and np.isin(shapely.get_type_id(shapes), (0, -1)).all():
        return [None if binary is None else _POINT_HEADER + binary for binary in binaries]
    west, south, east, north = boxes(shapes).T
    envelopes = np.column_stack([west, east, south, north]).astype("<f8").tobytes()
    return [
        _HEADER + envelopes[place : place + 32] + binary
        for place, binary in zip(range(0, len(envelopes), 32), binaries, strict=True)
    ]


def from_cells(cells: Sequence[Any], *, embedded: bool) -> Shapes:
    """Return the shapes of geometry cells; None where a cell is empty.

    Raises
    ------
    ValueError
        If a cell is no geometry.
    """
    try:
        if embedded:
            binaries = [None if cell is None else cell[_start_of_shape(cell) :] for cell in cells]
            found: Shapes = shapely.from_wkb(np.array(binaries, dtype=np.object_))
        else:
            found = shapely.from_wkb(np.array(cells, dtype=np.object_))
    except (shapely.errors.GEOSException, TypeError, IndexError) as error:
        msg = f"a cell holds no geometry ({error})."
        raise ValueError(msg) from error
    return found


def _start_of_shape(cell: bytes) -> int:
    """Return where the geometry starts in a GeoPackage binary as this module writes them (another fails later)."""
    return _ENVELOPED_BYTES if cell[3] & 0x0E else _HEADER_BYTES


def to_geometries(parts: Sequence[Shapes]) -> Geometries:
    """Return the points of lines or outer rings, all parts one after another."""
    counts, coordinates = [np.empty(0, dtype=np.int64)], [np.empty((0, 2))]
    for shapes in parts:
        counts.append(shapely.get_num_coordinates(shapes))
        coordinates.append(shapely.get_coordinates(shapes))
    offsets = np.concatenate([[0], np.cumsum(np.concatenate(counts))])
    return Geometries(offsets, np.concatenate(coordinates))


def coordinates_of(points: Shapes) -> Floats:
    """Return the coordinates of shapes, one after another, float64[n, 2]."""
    found: Floats = shapely.get_coordinates(points)
    return found
