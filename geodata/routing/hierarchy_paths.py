"""Least paths between two places on a contraction hierarchy, a tenth of a millisecond each on a city's roads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geodata.columns import Floats, Indices
from geodata.routing.hierarchy import Hierarchy
from geodata.routing.sweep import Places

SEEDS: Final = 1_000
"""Vertices a place may stand on without working arrays made for it."""


@dataclass(frozen=True, slots=True, eq=False)
class LeastPath:
    """A least-impedance path between two places.

    Parameters
    ----------
    distance
        Its impedance, offsets included; inf where no path leads.
    vertices
        Vertices in travel order, from one the start stands on to one the end stands on; none where no path leads.
    edges
        Edges of the digraph between them, one fewer.
    start, end
        Which of the vertices of the start and of the end it runs between, counted from 0; -1 where no path leads.
    """

    distance: float
    vertices: Indices
    edges: Indices
    start: int
    end: int


class PathFinder:
    """Finds least paths on a hierarchy; may be asked from several threads at once.

    Parameters
    ----------
    hierarchy
        The hierarchy.
    """

    def __init__(self, hierarchy: Hierarchy) -> None:
        self.hierarchy = hierarchy
        self._halves = halves(hierarchy)
        self._made = hierarchy.up_made, hierarchy.down_made
        self._records = hierarchy.first, hierarchy.second
        self._idle: list[tuple[Any, Any]] = []

    def least_path(self, start: Places, end: Places) -> LeastPath:
        """Return the least-impedance path from one place to another.

        Where both stand on the same vertex and their offsets add up to less than 0, the end lies behind the start: then
        the path leaves the vertex and comes back to it.

        Parameters
        ----------
        start, end
            One place each. Offsets of the start must be at least 0; those of the end may be negative.

        Raises
        ------
        ValueError
            If there is not one place each, one stands on no vertex of the digraph, or an offset of the start is
            negative.
        """
        for places in (start, end):
            places.check_on(self.hierarchy.graph.vertex_count)
            if len(places) != 1:
                msg = f"A path leads between one start and one end, got {len(places)} places."
                raise ValueError(msg)
        check_starts(start)
        if not (start.vertex.size and end.vertex.size):
            return _no_path()
        vertex, offset = start.vertex, start.offset
        total = np.where(vertex[:, None] == end.vertex, offset[:, None] + end.offset, np.inf)
        behind = total < 0
        if not behind.any():
            found = self._search(vertex, offset, end)
            vertices = np.concatenate([vertex[found[1] : found[1] + 1], self.hierarchy.graph.head[found[3]]])
            return LeastPath(found[0], vertices, found[3], found[1], found[2]) if vertices.size else _no_path()
        path = self._leave_first(start, end, np.asarray(behind.any(axis=1)))
        total[behind] = np.inf
        one, other = np.unravel_index(total.argmin(), total.shape)
        if total[one, other] > path.distance or np.isinf(total[one, other]):
            return path
        return LeastPath(float(total[one, other]), vertex[one : one + 1], _no_path().edges, int(one), int(other))

    def _leave_first(self, start: Places, end: Places, leaves: NDArray[np.bool_]) -> LeastPath:
        """Return the least path where it must drive an edge from some of the vertices that the start stands on."""
        graph = self.hierarchy.graph
        stays = np.flatnonzero(~leaves)
        edges = [np.arange(graph.start[one], graph.start[one + 1]) for one in start.vertex[leaves]]
        of = np.concatenate([stays, np.repeat(np.flatnonzero(leaves), [len(one) for one in edges])])
        edge = np.concatenate([np.full(stays.size, -1), *edges])
        driven = edge >= 0
        vertex, offset = start.vertex[of].copy(), start.offset[of].copy()
        vertex[driven] = graph.head[edge[driven]]
        offset[driven] += graph.weight[edge[driven]]
        usable = np.flatnonzero(np.isfinite(offset))
        if not usable.size:
            return _no_path()
        distance, seed, at_end, rest = self._search(vertex[usable], offset[usable], end)
        if seed < 0:
            return _no_path()
        seed = int(usable[seed])
        path = np.concatenate([edge[seed : seed + 1][driven[seed : seed + 1]].astype(np.int32), rest])
        vertices = np.concatenate([start.vertex[of[seed] : of[seed] + 1], graph.head[path]])
        return LeastPath(distance, vertices, path, int(of[seed]), at_end)

    def _search(self, vertex: Indices, offset: Floats, end: Places) -> tuple[float, int, int, Indices]:
        from geodata.routing.hierarchy_search_kernels import least_path  # noqa: PLC0415 - numba loads only when used

        rank = self.hierarchy.rank
        seeds = rank[vertex], np.ascontiguousarray(offset), rank[end.vertex], end.offset
        try:
            searches = self._idle.pop()
        except IndexError:
            searches = new_search(self.hierarchy), new_search(self.hierarchy)
        if max(vertex.size, end.vertex.size) > SEEDS:
            searches = new_search(self.hierarchy, vertex.size), new_search(self.hierarchy, end.vertex.size)
        found = least_path(*self._halves, self._made, self._records, seeds, searches)
        self._idle.append(searches)
        return found


def halves(hierarchy: Hierarchy) -> tuple[tuple[Any, Any, Any], tuple[Any, Any, Any]]:
    """Return the edges up and the edges down as the kernels take them."""
    up = hierarchy.up_start, hierarchy.up_to, hierarchy.up_weight
    return up, (hierarchy.down_start, hierarchy.down_from, hierarchy.down_weight)


def new_search(hierarchy: Hierarchy, seeds: int = SEEDS) -> Any:  # noqa: ANN401 - the type is in a module of kernels
    """Return working arrays of a search with at most so many seeds."""
    from geodata.routing.hierarchy_search_kernels import Search  # noqa: PLC0415 - numba loads only when used

    count = hierarchy.graph.vertex_count
    room = max(hierarchy.up_to.size, hierarchy.down_from.size) + seeds
    by, before, seen, settled = np.empty((4, count), np.int32)
    key, item = np.empty(room), np.empty(room, np.int32)
    return Search(np.full(count, np.inf), by, before, key, item, seen, settled, np.zeros(3, np.int64))


def check_starts(starts: Places) -> None:
    """Raise ValueError where an offset of a start is negative."""
    if starts.offset.min(initial=0.0) < 0:
        msg = f"Offsets of starts must be at least 0, got {starts.offset.min()}."
        raise ValueError(msg)


def _no_path() -> LeastPath:
    none = np.empty(0, dtype=np.int32)
    return LeastPath(np.inf, none, none, -1, -1)
