"""Pictures as PNG, for readers of Word files that do not know SVG: lines, marks and boxes, without words."""

from __future__ import annotations

import struct
import zlib
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from api.documents.shapes import Box, Disc, Picture, Stroke

if TYPE_CHECKING:
    from collections.abc import Iterable

SCALE: Final = 1.6
"""Pixels in a unit of the picture."""

Canvas = NDArray[np.float32]


def to_png(picture: Picture, scale: float = SCALE) -> bytes:
    """Return a picture as PNG with smooth edges; words are left out.

    A pixel's share of a shape follows from its distance to the shape's edge (distance-field anti-aliasing).
    """
    width, height = round(picture.width * scale), round(picture.height * scale)
    canvas = np.empty((height, width, 3), dtype=np.float32)
    canvas[:] = _rgb(picture.background)
    for shape in picture.shapes:
        if isinstance(shape, Stroke):
            _segments(canvas, np.asarray(shape.points) * scale, max(shape.width * scale, 1.0), shape.colour)
        elif isinstance(shape, Disc):
            centre = np.asarray([(shape.x, shape.y)]) * scale
            _segments(canvas, np.repeat(centre, 2, axis=0), 2 * (shape.radius + 1) * scale, shape.rim)
            _segments(canvas, np.repeat(centre, 2, axis=0), 2 * shape.radius * scale, shape.colour)
        elif isinstance(shape, Box):
            left, top = round(shape.x * scale), round(shape.y * scale)
            right, bottom = round((shape.x + shape.width) * scale), round((shape.y + shape.height) * scale)
            canvas[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)] = _rgb(shape.colour)
    return _png(np.clip(np.rint(canvas), 0, 255).astype(np.uint8))


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _segments(canvas: Canvas, points: NDArray[np.float64], width: float, colour: str) -> None:
    """Draw a line with round ends, each of its segments within its own rectangle."""
    height, across = canvas.shape[:2]
    reach = width / 2 + 1
    low, high = points.min(axis=0) - reach, points.max(axis=0) + reach
    left, top = max(int(low[0]), 0), max(int(low[1]), 0)
    right, bottom = min(int(high[0]) + 2, across), min(int(high[1]) + 2, height)
    if left >= right or top >= bottom:
        return
    cover = np.zeros((bottom - top, right - left), dtype=np.float32)
    for start, end in pairwise(points):
        box = _box_of(start, end, reach, (left, top, right, bottom))
        if box is None:
            continue
        x0, y0, x1, y1 = box
        y, x = np.mgrid[y0:y1, x0:x1].astype(np.float32) + np.float32(0.5)
        part = np.clip(width / 2 + 0.5 - _distance(x, y, start, end), 0.0, 1.0)
        view = cover[y0 - top : y1 - top, x0 - left : x1 - left]
        np.maximum(view, part, out=view)
    area = canvas[top:bottom, left:right]
    area += cover[:, :, None] * (np.asarray(_rgb(colour), dtype=np.float32) - area)


def _box_of(
    start: NDArray[np.float64], end: NDArray[np.float64], reach: float, bounds: tuple[int, int, int, int]
) -> tuple[int, int, int, int] | None:
    low, high = np.minimum(start, end) - reach, np.maximum(start, end) + reach
    left, top = max(int(low[0]), bounds[0]), max(int(low[1]), bounds[1])
    right, bottom = min(int(high[0]) + 2, bounds[2]), min(int(high[1]) + 2, bounds[3])
    return (left, top, right, bottom) if left < right and top < bottom else None


def _distance(
    x: NDArray[np.float32], y: NDArray[np.float32], start: NDArray[np.float64], end: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Return the distance of points to a segment."""
    way = end - start
    length = float(way @ way)
    along = ((x - start[0]) * way[0] + (y - start[1]) * way[1]) / length if length > 0 else np.zeros_like(x)
    along = np.clip(along, 0.0, 1.0)
    return np.asarray(np.hypot(x - start[0] - along * way[0], y - start[1] - along * way[1]), dtype=np.float32)


def _png(pixels: NDArray[np.uint8]) -> bytes:
    """Return pixels (height, width, 3) as PNG; each row is written as its difference from the row above."""
    height, width = pixels.shape[:2]
    flat = pixels.reshape(height, -1)
    above = np.vstack([np.zeros((1, flat.shape[1]), dtype=np.uint8), flat[:-1]])
    rows = np.hstack([np.full((height, 1), 2, dtype=np.uint8), flat - above])
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows.tobytes(), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunks(chunks))


def _chunks(chunks: Iterable[tuple[bytes, bytes]]) -> Iterable[bytes]:
    for kind, data in chunks:
        yield struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
