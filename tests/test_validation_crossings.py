"""Which links cross a line on the map, and to which side."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from optimizer.validation.crossings import net_crossings

NORTH = np.array([[0.0, -1.0], [0.0, 1.0]])
"""A line drawn from south to north: its right is the east."""

Points = NDArray[np.float64]


def points(*pairs: tuple[float, float]) -> Points:
    """Return points as an array."""
    return np.array(pairs, dtype=np.float64)


def test_a_path_to_the_east_crosses_to_the_right() -> None:
    """West to east is +1, east to west -1, along the line or beside it 0."""
    assert net_crossings(points((-1, 0), (1, 0)), NORTH) == 1
    assert net_crossings(points((1, 0), (-1, 0)), NORTH) == -1
    assert net_crossings(points((1, 0), (2, 5)), NORTH) == 0
    assert net_crossings(points((-1, 2), (1, 2)), NORTH) == 0


def test_there_and_back_is_no_crossing_and_a_vertex_on_the_line_counts_once() -> None:
    """A bend over the line that returns nets 0; a point exactly on the line is left of it."""
    assert net_crossings(points((-1, 0), (1, 0.1), (-1, 0.2)), NORTH) == 0
    assert net_crossings(points((-1, 0), (0, 0), (1, 0)), NORTH) == 1
    assert net_crossings(points((-1, 0), (0, 0), (-1, 0.5)), NORTH) == 0


def test_a_vertex_of_the_line_on_the_path_counts_once() -> None:
    """The line bends exactly where the road passes: (0, 0) is in both of its segments."""
    bent = points((0, -1), (0, 0), (0.2, 1))
    assert net_crossings(points((-1, 0), (1, 0)), bent) == 1


coordinates = st.floats(-3, 3, allow_nan=False).map(lambda value: round(value, 2))
pairs = st.tuples(coordinates, coordinates)


@given(st.lists(pairs, min_size=2, max_size=6), st.lists(pairs, min_size=2, max_size=5), st.integers(0, 4))
def test_splitting_a_path_changes_nothing(
    path: list[tuple[float, float]], line: list[tuple[float, float]], at: int
) -> None:
    """Law: a path crosses as often as its two parts together, wherever it is cut at a vertex."""
    cut = 1 + at % (len(path) - 1)
    whole, drawn = points(*path), points(*line)
    parts = net_crossings(whole[: cut + 1], drawn) + (net_crossings(whole[cut:], drawn) if cut < len(path) - 1 else 0)
    assert net_crossings(whole, drawn) == parts


@given(pairs, pairs)
def test_an_endless_line_is_crossed_where_the_side_changes(
    start: tuple[float, float], end: tuple[float, float]
) -> None:
    """Law: over a line far longer than the path, the net is the change of side."""
    endless = points((0.005, -1000), (0.005, 1000))
    expected = int(end[0] > 0.005) - int(start[0] > 0.005)
    assert net_crossings(points(start, end), endless) == expected
    assert net_crossings(points(end, start), endless) == -expected
