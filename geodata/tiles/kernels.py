"""Compiled kernels of tiles: lines and points cut to commands, features written as bytes, dense layers thinned.

For the rules of kernels see ``geodata.routing.sweep_kernels``; a kernel calls only kernels of its own file.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geodata.routing.sweep_kernels import compiled

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bytes = NDArray[np.uint8]

_MOVE_TO = 1
_LINE_TO = 2
_CLOSE_PATH = 7
_LEAST_POINTS = 2
"""Of a line."""
_LEAST_CORNERS = 3
_SEVEN_BITS = 128


@compiled
def _zigzag(value: int) -> int:
    return (value << 1) ^ (value >> 63)


@compiled
def _far_points(points: Ints, count: int, tolerance: float, keep: NDArray[np.bool_], stack: Ints) -> None:
    """Mark the points of a line that lie farther than a tolerance from it without them (Douglas and Peucker, 1973)."""
    keep[:count] = False
    keep[0] = keep[count - 1] = True
    stack[0], stack[1], top = 0, count - 1, 2
    limit = tolerance * tolerance
    while top:
        top -= 2
        first, last = stack[top], stack[top + 1]
        x, y = float(points[first, 0]), float(points[first, 1])
        along_x, along_y = points[last, 0] - x, points[last, 1] - y
        length = along_x * along_x + along_y * along_y
        farthest, at = limit, -1
        for i in range(first + 1, last):
            dx, dy = points[i, 0] - x, points[i, 1] - y
            if length > 0.0:
                share = min(max((dx * along_x + dy * along_y) / length, 0.0), 1.0)
                dx, dy = dx - share * along_x, dy - share * along_y
            away = dx * dx + dy * dy
            if away > farthest:
                farthest, at = away, i
        if at >= 0:
            keep[at] = True
            stack[top], stack[top + 1], stack[top + 2], stack[top + 3] = first, at, at, last
            top += 4


@compiled
def _enters(start: float, step: float, low: float, high: float, near: float, far: float) -> tuple[float, float]:
    """Return the shares of a segment between two parallel sides (Liang and Barsky, 1984); near > far: none."""
    if step == 0.0:
        return (near, far) if low <= start <= high else (1.0, 0.0)
    one, other = (low - start) / step, (high - start) / step
    if one > other:
        one, other = other, one
    return max(near, one), min(far, other)


@compiled
def _round_line(places: Floats, first: int, last: int, grid: Floats, points: Ints) -> int:
    """Round the points of a line to units and return how many differ from the one before."""
    scale, corner_x, corner_y = grid[0], int(grid[1]), int(grid[2])
    count = 0
    for i in range(first, last):
        x, y = round(places[i, 0] * scale) - corner_x, round(places[i, 1] * scale) - corner_y
        if count == 0 or x != points[count - 1, 0] or y != points[count - 1, 1]:
            points[count, 0], points[count, 1] = x, y
            count += 1
    return count


@compiled
def _simplify(points: Ints, count: int, tolerance: float, keep: NDArray[np.bool_], stack: Ints) -> int:
    """Leave the points that ``_far_points`` marks, and return how many they are."""
    if count <= _LEAST_POINTS or tolerance <= 0.0:
        return count
    _far_points(points, count, tolerance, keep, stack)
    kept = 0
    for i in range(count):
        if keep[i]:
            points[kept, 0], points[kept, 1] = points[i, 0], points[i, 1]
            kept += 1
    return kept


@compiled
def _put_line(
    points: Ints, count: int, low: float, high: float, commands: NDArray[np.uint32], size: int, cursor: Ints
) -> int:
    """Write what of a line lies between two limits both ways, and return the new size of the commands."""
    line_at, drawn = -1, 0
    for i in range(count - 1):
        x, y = float(points[i, 0]), float(points[i, 1])
        step_x, step_y = points[i + 1, 0] - x, points[i + 1, 1] - y
        near, far = _enters(x, step_x, low, high, 0.0, 1.0)
        near, far = _enters(y, step_y, low, high, near, far)
        from_x, from_y = round(x + near * step_x), round(y + near * step_y)
        to_x, to_y = round(x + far * step_x), round(y + far * step_y)
        if near > far or (from_x == to_x and from_y == to_y):
            continue
        if line_at < 0 or from_x != cursor[0] or from_y != cursor[1]:
            commands[size] = (1 << 3) | _MOVE_TO
            commands[size + 1], commands[size + 2] = _zigzag(from_x - cursor[0]), _zigzag(from_y - cursor[1])
            cursor[0], cursor[1] = from_x, from_y
            line_at, drawn = size + 3, 0
            size += 4
        drawn += 1
        commands[line_at] = (drawn << 3) | _LINE_TO
        commands[size], commands[size + 1] = _zigzag(to_x - cursor[0]), _zigzag(to_y - cursor[1])
        cursor[0], cursor[1] = to_x, to_y
        size += 2
    return size


@compiled
def cut_lines(
    places: Floats, offsets: Ints, groups: Ints, grid: Floats, tolerance: float
) -> tuple[NDArray[np.uint32], Ints, Ints]:
    """Return the MVT commands of lines within a tile and its margin.

    Parameters
    ----------
    places
        float64[P, 2]; points from the north-west corner, in widths of a tile of zoom 0.
    offsets
        int64[N + 1]; points of each line.
    groups
        int64[N], ascending; lines of one group make one feature.
    grid
        Units in a tile of zoom 0, first and second coordinate of the tile's corner in units, units of its side, margin.
    tolerance
        How far lines may lie from what they were, in units; 0 keeps every corner.

    Returns
    -------
    commands, starts, found
        uint32 commands; int64 starts of the features in them, with their end; the group of each feature. Lines are
        rounded to units and simplified whole before they are cut, so that neighbouring tiles fit.
    """
    low, high = -grid[4], grid[3] + grid[4]
    longest = _LEAST_POINTS
    for line in range(offsets.size - 1):
        longest = max(longest, offsets[line + 1] - offsets[line])
    points, keep = np.empty((longest, 2), np.int64), np.empty(longest, np.bool_)
    stack, cursor = np.empty(4 * longest + 4, np.int64), np.zeros(2, np.int64)
    commands = np.empty(6 * places.shape[0] + 6, np.uint32)
    starts, found = np.empty(offsets.size, np.int64), np.empty(offsets.size - 1, np.int64)
    size = features = 0
    last_group = -1
    for line in range(offsets.size - 1):
        count = _round_line(places, offsets[line], offsets[line + 1], grid, points)
        count = _simplify(points, count, tolerance, keep, stack)
        if groups[line] != last_group:
            cursor[:] = 0
        begun = size
        size = _put_line(points, count, low, high, commands, size, cursor)
        if size > begun and groups[line] != last_group:
            starts[features], found[features] = begun, groups[line]
            features += 1
            last_group = groups[line]
    starts[features] = size
    return commands[:size], starts[: features + 1], found[:features]


@compiled
def cut_points(places: Floats, groups: Ints, grid: Floats) -> tuple[NDArray[np.uint32], Ints, Ints]:
    """Return the MVT commands of points within a tile and its margin; parameters and result as of ``cut_lines``."""
    scale, corner_x, corner_y, side, margin = grid[0], int(grid[1]), int(grid[2]), grid[3], grid[4]
    low, high = -margin, side + margin
    commands = np.empty(2 * places.shape[0] + places.shape[0] + 1, np.uint32)
    starts, found = np.empty(places.shape[0] + 1, np.int64), np.empty(places.shape[0], np.int64)
    size = features = 0
    last_group = -1
    cursor_x = cursor_y = head = 0
    for i in range(places.shape[0]):
        if np.isnan(places[i, 0]):
            continue
        x, y = round(places[i, 0] * scale) - corner_x, round(places[i, 1] * scale) - corner_y
        if x < low or x > high or y < low or y > high:
            continue
        if groups[i] != last_group:
            starts[features], found[features] = size, groups[i]
            features += 1
            last_group = groups[i]
            cursor_x = cursor_y = 0
            head = size
            commands[head] = _MOVE_TO
            size += 1
        commands[head] += 1 << 3
        commands[size], commands[size + 1] = _zigzag(x - cursor_x), _zigzag(y - cursor_y)
        cursor_x, cursor_y = x, y
        size += 2
    starts[features] = size
    return commands[:size], starts[: features + 1], found[:features]


@compiled
def cut_rings(places: Ints, rings: Ints, features: Ints) -> tuple[NDArray[np.uint32], Ints]:
    """Return the MVT commands of areas that are cut already: closed rings, turned as MVT wants them.

    Parameters
    ----------
    places
        int64[P, 2]; corners in units of the tile, the first of a ring again at its end.
    rings, features
        int64 offsets of the corners of each ring, and of the rings of each feature.

    Returns
    -------
    commands, starts
        uint32 commands, and int64 starts of the features in them, with their end.
    """
    commands = np.empty(2 * places.shape[0] + 3 * rings.size, np.uint32)
    starts = np.empty(features.size, np.int64)
    size = 0
    for feature in range(features.size - 1):
        starts[feature] = size
        cursor_x = cursor_y = 0
        for ring in range(features[feature], features[feature + 1]):
            first, last = rings[ring], rings[ring + 1] - 1
            if last - first < _LEAST_CORNERS:
                continue
            for i in range(first, last):
                if i == first:
                    commands[size] = (1 << 3) | _MOVE_TO
                    size += 1
                elif i == first + 1:
                    commands[size] = ((last - first - 1) << 3) | _LINE_TO
                    size += 1
                commands[size] = _zigzag(places[i, 0] - cursor_x)
                commands[size + 1] = _zigzag(places[i, 1] - cursor_y)
                cursor_x, cursor_y = places[i, 0], places[i, 1]
                size += 2
            commands[size] = (1 << 3) | _CLOSE_PATH
            size += 1
    starts[features.size - 1] = size
    return commands[:size], starts


@compiled
def _varint_size(value: int) -> int:
    size = 1
    while value >= _SEVEN_BITS:
        value >>= 7
        size += 1
    return size


@compiled
def _put_varint(target: Bytes, at: int, value: int) -> int:
    while value >= _SEVEN_BITS:
        target[at] = (value & 127) | 128
        value >>= 7
        at += 1
    target[at] = value
    return at + 1


@compiled
def write_texts(letters: Bytes, ends: Ints) -> Bytes:
    """Return texts as the repeated field 4 of a layer (MVT 2.1, 4.4).

    Parameters
    ----------
    letters
        Their bytes, one text after another.
    ends
        int64[N + 1]; where each begins, and the last ends.
    """
    total = 0
    for text in range(ends.size - 1):
        size = ends[text + 1] - ends[text]
        inner = 1 + _varint_size(size) + size
        total += 1 + _varint_size(inner) + inner
    target = np.empty(total, np.uint8)
    at = 0
    for text in range(ends.size - 1):
        size = ends[text + 1] - ends[text]
        target[at] = 0x22
        at = _put_varint(target, at + 1, 1 + _varint_size(size) + size)
        target[at] = 0x0A
        at = _put_varint(target, at + 1, size)
        for i in range(ends[text], ends[text + 1]):
            target[at] = letters[i]
            at += 1
    return target


@compiled
def _sizes(commands: NDArray[np.uint32], starts: Ints, tags: Ints) -> Ints:
    """Return the bytes of the tags, of the commands and of the whole of each feature, int64[N, 3]."""
    sizes = np.zeros((starts.size - 1, 3), np.int64)
    for feature in range(starts.size - 1):
        for key in range(tags.shape[1]):
            if tags[feature, key] >= 0:
                sizes[feature, 0] += _varint_size(key) + _varint_size(tags[feature, key])
        for i in range(starts[feature], starts[feature + 1]):
            sizes[feature, 1] += _varint_size(int(commands[i]))
        sizes[feature, 2] = 2 + 1 + _varint_size(sizes[feature, 1]) + sizes[feature, 1]
        if sizes[feature, 0]:
            sizes[feature, 2] += 1 + _varint_size(sizes[feature, 0]) + sizes[feature, 0]
    return sizes


@compiled
def write_features(commands: NDArray[np.uint32], starts: Ints, tags: Ints, geometry_type: int) -> Bytes:
    """Return features as the repeated field 2 of a layer (MVT 2.1, 4.1).

    Parameters
    ----------
    commands, starts
        As of ``cut_lines``.
    tags
        int64[N, K]; index of the value of each key, -1 where a feature has none.
    geometry_type
        1 points, 2 lines, 3 areas.
    """
    sizes = _sizes(commands, starts, tags)
    total = 0
    for feature in range(starts.size - 1):
        total += 1 + _varint_size(sizes[feature, 2]) + sizes[feature, 2]
    target = np.empty(total, np.uint8)
    at = 0
    for feature in range(starts.size - 1):
        target[at] = 0x12
        at = _put_varint(target, at + 1, sizes[feature, 2])
        if sizes[feature, 0]:
            target[at] = 0x12
            at = _put_varint(target, at + 1, sizes[feature, 0])
            for key in range(tags.shape[1]):
                if tags[feature, key] >= 0:
                    at = _put_varint(target, at, key)
                    at = _put_varint(target, at, tags[feature, key])
        target[at], target[at + 1], target[at + 2] = 0x18, geometry_type, 0x22
        at = _put_varint(target, at + 3, sizes[feature, 1])
        for i in range(starts[feature], starts[feature + 1]):
            at = _put_varint(target, at, int(commands[i]))
    return target
