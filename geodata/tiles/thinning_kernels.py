"""Compiled kernels that thin dense layers: what falls on cells that are drawn already is left out.

For the rules of kernels see ``geodata.routing.sweep_kernels``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geodata.routing.sweep_kernels import compiled

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@compiled
def _mixed(value: np.uint64) -> np.uint64:
    """Return the bits of a number, well mixed (the last steps of splitmix64)."""
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


@compiled
def _cell_key(x: int, y: int) -> np.uint64:
    return _mixed((np.uint64(x) << np.uint64(32)) ^ np.uint64(y & 0xFFFFFFFF))


@compiled
def _is_new(seen: NDArray[np.uint64], key: np.uint64) -> bool:
    """Return whether a key was not seen before, and see it; the table has room for twice as many."""
    if key == np.uint64(0):
        key = np.uint64(1)
    mask = np.uint64(seen.size - 1)
    at = key & mask
    while seen[at] != np.uint64(0):
        if seen[at] == key:
            return False
        at = (at + np.uint64(1)) & mask
    seen[at] = key
    return True


@compiled
def _table(entries: int) -> NDArray[np.uint64]:
    size = 16
    while size < 2 * entries:
        size *= 2
    return np.zeros(size, np.uint64)


@compiled
def thin_lines(places: Floats, offsets: Ints, codes: Ints, cells: float) -> tuple[Floats, Ints, Ints]:
    """Return lines without the stretches between cells that a line of the same kind joined already.

    In every cell that a corner lies in, something of its kind is left.

    Parameters
    ----------
    places, offsets
        float64[P, 2] points, and int64[N + 1] the points of each line.
    codes
        int64[N]; kind of each line.
    cells
        Cells in a unit of the places. Of the points that follow one another within a cell the first is kept.

    Returns
    -------
    places, offsets, codes
        The stretches left, in the order of their lines. Two different stretches are taken for one with a probability
        of about one in 10^19 for each pair.
    """
    seen = _table(4 * places.shape[0])
    kept, ends = np.empty((2 * places.shape[0], 2)), np.empty(places.shape[0] + 1, np.int64)
    kinds = np.empty(places.shape[0], np.int64)
    size = lines = 0
    ends[0] = 0
    for line in range(offsets.size - 1):
        mark = _mixed(np.uint64(codes[line]) + np.uint64(0x9E3779B97F4A7C15))
        is_drawing = False
        last_x = last_y = 0
        last_i = -1
        for i in range(offsets[line], offsets[line + 1]):
            x, y = int(np.floor(places[i, 0] * cells)), int(np.floor(places[i, 1] * cells))
            if last_i >= 0:
                if x == last_x and y == last_y:
                    continue
                one, other = _cell_key(last_x, last_y), _cell_key(x, y)
                _is_new(seen, one ^ mark)
                _is_new(seen, other ^ mark)
                if _is_new(seen, _mixed((one ^ other) + mark) ^ (one + other)):
                    if not is_drawing:
                        kept[size] = places[last_i]
                        size += 1
                        is_drawing = True
                    kept[size] = places[i]
                    size += 1
                elif is_drawing:
                    lines, is_drawing = lines + 1, False
                    ends[lines], kinds[lines - 1] = size, codes[line]
            last_x, last_y, last_i = x, y, i
        if last_i == offsets[line] and _is_new(seen, _cell_key(last_x, last_y) ^ mark):
            # All of it lies within a cell in which nothing of its kind is drawn: its ends stand for it.
            kept[size], kept[size + 1] = places[last_i], places[offsets[line + 1] - 1]
            size += 2
            is_drawing = True
        if is_drawing:
            lines += 1
            ends[lines], kinds[lines - 1] = size, codes[line]
    return kept[:size].copy(), ends[: lines + 1].copy(), kinds[:lines].copy()


@compiled
def thin_points(places: Floats, codes: Ints, cells: float) -> Ints:
    """Return the rows of points that are the first of their kind in their cell, int64; parameters as ``thin_lines``."""
    seen = _table(places.shape[0])
    rows = np.empty(places.shape[0], np.int64)
    size = 0
    for i in range(places.shape[0]):
        if np.isnan(places[i, 0]):
            continue
        key = _cell_key(int(np.floor(places[i, 0] * cells)), int(np.floor(places[i, 1] * cells)))
        if _is_new(seen, key ^ _mixed(np.uint64(codes[i]) + np.uint64(0x9E3779B97F4A7C15))):
            rows[size] = i
            size += 1
    return rows[:size].copy()


@compiled
def meeting(boxes: Floats, west: float, north: float, east: float, south: float) -> Ints:
    """Return the rows whose box meets another, int64; boxes are least and greatest x and y, float64[N, 4]."""
    rows = np.empty(boxes.shape[0], np.int64)
    size = 0
    for i in range(boxes.shape[0]):
        if boxes[i, 0] <= east and boxes[i, 2] >= west and boxes[i, 1] <= south and boxes[i, 3] >= north:
            rows[size] = i
            size += 1
    return rows[:size]
