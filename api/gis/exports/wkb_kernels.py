"""Lines as well-known binary (OGC 06-103r4, 8.2), compiled."""

from __future__ import annotations

import numba as nb
import numpy as np
from numpy.typing import NDArray

from geodata.columns import Floats

HEADER_BYTES = 9
POINT_BYTES = 16


@nb.njit(cache=True, nogil=True)
def write_lines(points: NDArray[np.uint8], offsets: NDArray[np.int64], out: NDArray[np.uint8]) -> None:
    """Write lines one after another.

    Parameters
    ----------
    points
        uint8[16 * P]; the bytes of the coordinates, little-endian.
    offsets
        int64[N + 1]; points of line i.
    out
        uint8[9 * N + 16 * P]; filled.
    """
    at = 0
    for row in range(len(offsets) - 1):
        count = offsets[row + 1] - offsets[row]
        out[at] = 1
        out[at + 1] = 2
        out[at + 2] = 0
        out[at + 3] = 0
        out[at + 4] = 0
        out[at + 5] = count & 0xFF
        out[at + 6] = (count >> 8) & 0xFF
        out[at + 7] = (count >> 16) & 0xFF
        out[at + 8] = (count >> 24) & 0xFF
        at += 9
        first = 16 * offsets[row]
        for byte in range(16 * count):
            out[at + byte] = points[first + byte]
        at += 16 * count


def lines_wkb(coordinates: Floats, offsets: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Return the bytes of lines, one after another; line i is 9 bytes and 16 a point long."""
    points = np.ascontiguousarray(coordinates, dtype="<f8").view(np.uint8).reshape(-1)
    out = np.empty(HEADER_BYTES * (len(offsets) - 1) + POINT_BYTES * int(offsets[-1]), dtype=np.uint8)
    write_lines(points, offsets, out)
    return out
