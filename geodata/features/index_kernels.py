"""Compiled kernels of the packed tree of boxes (see ``index``)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geodata.routing.sweep_kernels import compiled

BRANCHES = 16
"""Boxes below each box of the tree."""

ORDER = 16
"""Bits of a coordinate on the curve."""

MEETS = 1
INSIDE = 2


@compiled
def curve_places(east: NDArray[np.float64], north: NDArray[np.float64]) -> NDArray[np.uint64]:
    """Return where points lie on Hilbert's curve.

    Parameters
    ----------
    east, north
        float64[N]; 0 to 1 from side to side of the square that the curve fills.

    Returns
    -------
    ndarray
        uint64[N]; points that are near on the curve are near in the plane (D. Hilbert 1891, doi:10.1007/BF01199431).
    """
    side = 1 << ORDER
    found = np.empty(len(east), dtype=np.uint64)
    for point in range(len(east)):
        x = min(int(east[point] * side), side - 1)
        y = min(int(north[point] * side), side - 1)
        place = 0
        half = side >> 1
        while half > 0:
            right = 1 if x & half else 0
            upper = 1 if y & half else 0
            place += half * half * ((3 * right) ^ upper)
            if upper == 0:
                if right == 1:
                    x = side - 1 - x
                    y = side - 1 - y
                x, y = y, x
            half >>= 1
        found[point] = place
    return found


@compiled
def mark_rows(
    boxes: NDArray[np.float64],
    starts: NDArray[np.int64],
    rows: NDArray[np.int64],
    asked: NDArray[np.float64],
    marks: NDArray[np.uint8],
) -> int:
    """Mark the rows whose box meets one that is asked for, and return how many were not marked before.

    Parameters
    ----------
    boxes
        float64[B, 4]; west, south, east, north of the boxes of the rows in the order of the tree, then of each level
        above.
    starts
        int64[levels + 1]; where each level begins in ``boxes``, and where the last ends; its one box holds all.
    rows
        int64[L]; the row of each of the lowest boxes.
    asked
        float64[4]; the box asked for, its sides among it.
    marks
        uint8[N], written to; ``INSIDE`` where the row's box lies in the one asked for, ``MEETS`` where it only meets.
    """
    levels = len(starts) - 1
    west, south, east, north = asked[0], asked[1], asked[2], asked[3]
    places = np.empty(levels * BRANCHES + 1, dtype=np.int64)
    heights = np.empty(levels * BRANCHES + 1, dtype=np.int64)
    places[0], heights[0] = 0, levels - 1
    held = 1
    found = 0
    while held > 0:
        held -= 1
        place, height = places[held], heights[held]
        box = boxes[starts[height] + place]
        if box[0] > east or box[2] < west or box[1] > north or box[3] < south:
            continue
        is_inside = box[0] >= west and box[2] <= east and box[1] >= south and box[3] <= north
        if height == 0 or is_inside:
            span = BRANCHES**height
            mark = INSIDE if is_inside else MEETS
            for item in range(place * span, min((place + 1) * span, len(rows))):
                row = rows[item]
                if marks[row] == 0:
                    found += 1
                marks[row] = max(marks[row], mark)
            continue
        last = min((place + 1) * BRANCHES, starts[height] - starts[height - 1])
        for below in range(place * BRANCHES, last):
            places[held], heights[held] = below, height - 1
            held += 1
    return found
