"""Shapes of layers as well-known binary in Arrow columns, in any coordinate reference system."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np
import pyarrow as pa
import shapely

from geodata.features.table import Shapes
from geodata.gis.crs import Reprojection

_POINT: Final = np.dtype([("order", "u1"), ("kind", "<u4"), ("x", "<f8"), ("y", "<f8")])
_LINE: Final = np.dtype([("order", "u1"), ("kind", "<u4"), ("points", "<u4")])
POINT_BYTES: Final = 16
LINE_STRING: Final = 2


def moved(shapes: Shapes, way: Reprojection | None) -> Shapes:
    """Return shapes in another CRS, first coordinate east; coordinates that cannot be are infinite.

    Parameters
    ----------
    shapes
        In WGS 84 degrees.
    way
        To the CRS; None leaves them as they are.
    """
    if way is None or not len(shapes.coordinates):
        return shapes
    return replace(shapes, coordinates=way.from_wgs84(shapes.coordinates))


def to_wkb(shapes: Shapes) -> pa.Array:
    """Return an Arrow binary[N] of little-endian ISO WKB; null where a feature has no geometry."""
    missing = shapes.is_missing
    if shapes.kind == "Point":
        return _points(shapes, missing)
    if shapes.kind == "LineString":
        return _lines(shapes, missing)
    return pa.array(shapely.to_wkb(shapes.to_shapely(), byte_order=1), pa.binary())


def _points(shapes: Shapes, missing: Any) -> pa.Array:  # noqa: ANN401 - bool[N]
    cells = np.zeros(len(shapes), dtype=_POINT)
    cells["order"], cells["kind"] = 1, 1
    cells["x"], cells["y"] = shapes.coordinates.T
    offsets = np.arange(len(shapes) + 1, dtype=np.int32) * _POINT.itemsize
    return _column(cells.tobytes(), offsets, missing)


def _lines(shapes: Shapes, missing: Any) -> pa.Array:  # noqa: ANN401 - bool[N]
    starts = shapes.offsets[0]
    first, last = int(starts[0]), int(starts[-1])
    ends = _LINE.itemsize * np.arange(len(starts), dtype=np.int64) + POINT_BYTES * (starts - first)
    if ends[-1] > np.iinfo(np.int32).max:
        msg = f"One portion of lines takes {ends[-1]} bytes; read fewer at once."
        raise ValueError(msg)
    heads = np.empty(len(shapes), dtype=_LINE)
    heads["order"], heads["kind"], heads["points"] = 1, LINE_STRING, np.diff(starts)
    found, of_points = np.empty(ends[-1], dtype=np.uint8), np.ones(ends[-1], dtype=bool)
    at = ends[:-1, None] + np.arange(_LINE.itemsize)
    found[at] = heads.view(np.uint8).reshape(-1, _LINE.itemsize)
    of_points[at] = False
    found[of_points] = np.ascontiguousarray(shapes.coordinates[first:last], dtype="<f8").view(np.uint8).reshape(-1)
    return _column(found, ends.astype(np.int32), missing)


def _column(data: Any, offsets: Any, missing: Any) -> pa.Array:  # noqa: ANN401 - buffers of numpy
    valid = None
    if missing.any():
        valid = pa.py_buffer(np.packbits(~missing, bitorder="little").tobytes())
    return pa.Array.from_buffers(
        pa.binary(), len(missing), [valid, pa.py_buffer(offsets), pa.py_buffer(data)], int(missing.sum())
    )
