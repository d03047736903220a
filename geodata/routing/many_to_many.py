"""Tables of least impedance between many places, with other values summed along the same least paths.

One search up the hierarchy from each start, one from each end; where they settle the same vertex, two halves of a path
meet (S. Knopp, P. Sanders, D. Schultes, F. Schulz, D. Wagner, Computing Many-to-Many Shortest Paths Using Highway
Hierarchies, ALENEX 2007, doi:10.1137/1.9781611972870.4).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geodata.columns import Floats
from geodata.infrastructure.infrastructure import frozen
from geodata.routing.hierarchy import Hierarchy
from geodata.routing.hierarchy_paths import PathFinder, check_starts, halves, new_search
from geodata.routing.sweep import Places

ROWS: Final = 256
"""Starts that are joined with all ends at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Along:
    """A value to sum along least paths.

    Parameters
    ----------
    edges
        Its value on each edge of the digraph, float64[M].
    starts, ends
        What is added where a path starts or ends on each vertex of the places, in their order, float64[O]; 0 where None
        is given. As with offsets, that of an end is less the part of its link that is not driven.
    """

    edges: Floats
    starts: Floats | None = None
    ends: Floats | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Least impedance between starts and ends.

    Parameters
    ----------
    distance
        Offsets included, float64[S, E]; inf where no path leads within the limit.
    along
        Other values summed along the same paths, float64[S, E] each; inf where no path leads.
    """

    distance: Floats
    along: Mapping[str, Floats]


@dataclass(frozen=True, slots=True, eq=False)
class _Searched:
    """What the searches from places settled, and what they were asked: kernel values."""

    places: Places
    entries: Any
    start: NDArray[np.int64]


def many_to_many(
    hierarchy: Hierarchy,
    starts: Places,
    ends: Places,
    *,
    along: Mapping[str, Along] | None = None,
    limit: float = np.inf,
) -> Table:
    """Return the least impedance between all starts and all ends, as ``PathFinder`` finds each.

    Parameters
    ----------
    hierarchy
        The hierarchy.
    starts, ends
        Places; offsets of starts must be at least 0, those of ends may be negative.
    along
        Other values to sum, by name. Of paths of equal impedance, one is taken for all values of a pair.
    limit
        Pairs further apart stay at inf.

    Raises
    ------
    ValueError
        If places stand on no vertex of the digraph, an offset of a start is negative, the limit is undefined, or
        values do not fit the edges or places.
    """
    for places in (starts, ends):
        places.check_on(hierarchy.graph.vertex_count)
    check_starts(starts)
    if np.isnan(limit):
        msg = f"limit must be a number, got {limit}."
        raise ValueError(msg)
    values = {name: _checked(name, one, (starts, ends)) for name, one in (along or {}).items()}
    distance = np.full((len(starts), len(ends)), np.inf)
    table = Table(distance, {name: np.full(distance.shape, np.inf) for name in values})
    if not (starts.vertex.size and ends.vertex.size):
        return table
    up, down = halves(hierarchy)
    searched = (
        _search(hierarchy, (up, down), starts, limit - min(0.0, float(ends.offset.min()))),
        _search(hierarchy, (down, up), ends, limit),
    )
    sums = {name: _sum(hierarchy, searched, one) for name, one in values.items()}
    _join(searched, sums, table, limit)
    _go_round(hierarchy, (starts, ends), values, table, limit)
    return table


def _checked(name: str, along: Along, places: tuple[Places, Places]) -> tuple[Floats, Floats, Floats]:
    """Return the value of edges, starts and ends, and refuse starts or ends that do not fit."""
    parts = [frozen(along.edges, np.float64)]
    for given, place in zip((along.starts, along.ends), places, strict=True):
        part = frozen(np.zeros(place.vertex.size) if given is None else given, np.float64)
        if part.shape != place.vertex.shape:
            msg = f"{name} must have one value a vertex of the places ({place.vertex.size}), got {part.size}."
            raise ValueError(msg)
        parts.append(part)
    return parts[0], parts[1], parts[2]


def _search(hierarchy: Hierarchy, sides: tuple[Any, Any], places: Places, limit: float) -> _Searched:
    from geodata.routing.hierarchy_search_kernels import settle  # noqa: PLC0415 - numba loads only when used

    most = int(np.diff(places.start).max())
    seeds = places.start, hierarchy.rank[places.vertex], places.offset
    return _Searched(places, *settle(*sides, seeds, float(limit), new_search(hierarchy, most)))


def _sum(
    hierarchy: Hierarchy, searched: tuple[_Searched, _Searched], value: tuple[Floats, Floats, Floats]
) -> tuple[Floats, Floats]:
    """Return a value summed along the way to each entry of the starts and of the ends."""
    from geodata.routing.many_to_many_kernels import sum_entries  # noqa: PLC0415 - numba loads only when used

    parts = hierarchy.sum_parts(value[0])
    one, other = (
        sum_entries(side.entries.before, side.entries.by, seeds, part)
        for side, seeds, part in zip(searched, value[1:], parts, strict=True)
    )
    return one, other


def _join(
    searched: tuple[_Searched, _Searched],
    sums: Mapping[str, tuple[Floats, Floats]],
    table: Table,
    limit: float,
) -> None:
    """Fill the table from what was settled."""
    from geodata.routing.many_to_many_kernels import join, to_buckets  # noqa: PLC0415 - numba loads only when used

    starts, ends = searched
    vertices = int(max(side.entries.rank.max(initial=-1) for side in searched)) + 1
    buckets = to_buckets(ends.entries.rank, ends.entries.place, ends.entries.label, vertices)
    for first in range(0, len(starts.places), ROWS):
        rows = slice(first, min(first + ROWS, len(starts.places)))
        joined = np.empty((2, rows.stop - first, len(ends.places)), dtype=np.int32)
        of = starts.start[first : rows.stop + 1], starts.entries.rank, starts.entries.label
        join(of, buckets, float(limit), table.distance[rows], joined)
        met = joined[0] >= 0
        for name, (ahead, back) in sums.items():
            table.along[name][rows][met] = ahead[joined[0][met]] + back[joined[1][met]]


def _go_round(
    hierarchy: Hierarchy,
    places: tuple[Places, Places],
    values: Mapping[str, tuple[Floats, Floats, Floats]],
    table: Table,
    limit: float,
) -> None:
    """Put right the pairs whose end lies behind the start on the same vertex: their path leaves it and comes back."""
    starts, ends = places
    finder = PathFinder(hierarchy)
    for row, column in _behind(starts, ends):
        one, other = (
            Places(np.array([0, last - first]), side.vertex[first:last], side.offset[first:last])
            for side, first, last in (
                (starts, *starts.start[row : row + 2]),
                (ends, *ends.start[column : column + 2]),
            )
        )
        path = finder.least_path(one, other)
        reached = path.distance <= limit and np.isfinite(path.distance)
        table.distance[row, column] = path.distance if reached else np.inf
        for name, (edges, at_start, at_end) in values.items():
            seeds = at_start[starts.start[row] + path.start] + at_end[ends.start[column] + path.end]
            table.along[name][row, column] = edges[path.edges].sum() + seeds if reached else np.inf


def _behind(starts: Places, ends: Places) -> list[tuple[int, int]]:
    """Return the pairs of a start and an end with a vertex in common on which the end lies behind the start."""
    order = np.argsort(ends.vertex, kind="stable")
    first, last = (np.searchsorted(ends.vertex[order], starts.vertex, side=side) for side in ("left", "right"))
    one = np.repeat(np.arange(starts.vertex.size), last - first)
    within = np.arange(one.size) - np.repeat(np.cumsum(last - first) - (last - first), last - first)
    other = order[first[one] + within]
    wrong = starts.offset[one] + ends.offset[other] < 0
    rows, columns = (
        np.searchsorted(side.start, which[wrong], side="right") - 1 for side, which in ((starts, one), (ends, other))
    )
    return sorted(set(zip(rows.tolist(), columns.tolist(), strict=True)))
