"""Least-impedance sweeps: from places to all vertices of a digraph, with limits and the trees they come by.

A digraph here is any: its vertices may be nodes and its edges links, or its vertices directed links and its edges what
may follow what, so that turn restrictions hold exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geodata.columns import Floats, Indices
from geodata.infrastructure.infrastructure import frozen

BUCKET_SHARE: Final = 0.05
"""Width of a bucket as a share of the mean weight."""

MOST_BUCKETS: Final = 1 << 16


@dataclass(frozen=True, eq=False)
class Digraph:
    """A digraph in compressed rows; parallel edges and loops are allowed.

    Parameters
    ----------
    start
        Edges of vertex v are ``start[v]`` to ``start[v + 1]``, int64[V + 1].
    head
        Vertex each edge leads to, int32[M].
    weight
        Impedance of each edge, at least 0; inf closes it, float64[M].

    Raises
    ------
    ValueError
        If the rows do not fit, a head is no vertex, or a weight is negative or undefined; the message names the edge.
    """

    start: NDArray[np.int64]
    head: Indices
    weight: Floats

    def __post_init__(self) -> None:
        for name, dtype in (("start", np.int64), ("head", np.int32), ("weight", np.float64)):
            object.__setattr__(self, name, frozen(getattr(self, name), dtype))
        edges = self.head.size
        if not self.start.size or self.start[0] != 0 or self.start[-1] != edges or (np.diff(self.start) < 0).any():
            msg = f"start must rise from 0 to the number of edges ({edges})."
            raise ValueError(msg)
        if self.weight.shape != self.head.shape:
            msg = f"There must be one weight an edge ({edges}), got {self.weight.size}."
            raise ValueError(msg)
        if edges and not 0 <= self.head.min() <= self.head.max() < self.vertex_count:
            msg = f"head must lie between 0 and {self.vertex_count - 1}, got {self.head.min()} to {self.head.max()}."
            raise ValueError(msg)
        if edges and not self.weight.min() >= 0:
            wrong = int(np.flatnonzero(~(self.weight >= 0))[0])
            msg = f"The weight of edge {wrong} must be at least 0, got {self.weight[wrong]}."
            raise ValueError(msg)

    @classmethod
    def of_links(cls, tail: Indices, head: Indices, weight: Floats, vertex_count: int) -> tuple[Digraph, Indices]:
        """Return the digraph of links given in any order, and the link of each of its edges, int32[M]."""
        order = np.argsort(tail, kind="stable").astype(np.int32)
        start = np.searchsorted(np.asarray(tail)[order], np.arange(vertex_count + 1))
        return cls(start, np.asarray(head)[order], np.asarray(weight)[order]), order

    @property
    def vertex_count(self) -> int:
        """How many vertices there are."""
        return self.start.size - 1

    @cached_property
    def tail(self) -> Indices:
        """Vertex each edge leaves, int32[M]."""
        return frozen(np.repeat(np.arange(self.vertex_count, dtype=np.int32), np.diff(self.start)), np.int32)

    def turned(self) -> tuple[Digraph, Indices]:
        """Return the digraph with each edge turned round, for sweeps to places, and the edge each of its stands for."""
        return Digraph.of_links(self.head, self.tail, self.weight, self.vertex_count)

    @cached_property
    def mean_and_most(self) -> tuple[float, float]:
        """Mean and largest of the weights that are finite; 0 where none is."""
        usable = self.weight[np.isfinite(self.weight)]
        return (float(usable.mean()), float(usable.max())) if usable.size else (0.0, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Where runs start or end: each place stands on some vertices, each at an offset.

    Place i stands on ``vertex[start[i]:start[i + 1]]``; one on no vertex is reached from nowhere. On a digraph of
    directed links a place halfway along a two-way street stands on two vertices. As the edges into a vertex weigh the
    whole of its link, the offset of a start is the impedance of the rest of the link, and that of an end is **less**
    the impedance of the part that is not driven.

    Parameters
    ----------
    start
        int64[P + 1].
    vertex
        int32[O].
    offset
        Impedance added where a run starts or ends there, float64[O]; it must be finite.

    Raises
    ------
    ValueError
        If the rows do not fit or an offset is undefined or infinite.
    """

    start: NDArray[np.int64]
    vertex: Indices
    offset: Floats

    def __post_init__(self) -> None:
        for name, dtype in (("start", np.int64), ("vertex", np.int32), ("offset", np.float64)):
            object.__setattr__(self, name, frozen(getattr(self, name), dtype))
        if (
            not self.start.size
            or self.start[0]
            or self.start[-1] != self.vertex.size
            or (np.diff(self.start) < 0).any()
        ):
            msg = f"start must rise from 0 to the number of vertices given ({self.vertex.size})."
            raise ValueError(msg)
        if self.offset.shape != self.vertex.shape or not np.isfinite(self.offset).all():
            msg = "There must be one finite offset a vertex given."
            raise ValueError(msg)

    @classmethod
    def at(cls, vertices: Sequence[int] | NDArray[np.integer[Any]], offsets: Floats | None = None) -> Places:
        """Return places on one vertex each, at its offset (0 where none are given)."""
        vertex = np.asarray(vertices, dtype=np.int32)
        offset = np.zeros(vertex.size) if offsets is None else offsets
        return cls(np.arange(vertex.size + 1), vertex, offset)

    def __len__(self) -> int:
        return self.start.size - 1

    def check_on(self, vertex_count: int) -> None:
        """Raise ValueError where a place stands on a vertex that is not there."""
        if self.vertex.size and not 0 <= self.vertex.min() <= self.vertex.max() < vertex_count:
            given = f"{self.vertex.min()} to {self.vertex.max()}"
            msg = f"Places must stand on vertices 0 to {vertex_count - 1}, got {given}."
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, eq=False)
class Sweeps:
    """What sweeps from some places found.

    Parameters
    ----------
    graph
        The digraph.
    distance
        Least impedance from each place to each vertex, float64[P, V]; inf where none within the limit.
    last_edge
        Edge by which each vertex is reached, int32[P, V]; -1 where the place stands or none leads.
    """

    graph: Digraph
    distance: Floats
    last_edge: Indices

    def before(self, place: int) -> Indices:
        """Return the vertex before each vertex on the path from a place, int32[V]; -1 where no edge leads to it."""
        last = self.last_edge[place]
        before = np.full(last.shape, -1, dtype=np.int32)
        before[last >= 0] = self.graph.tail[last[last >= 0]]
        return before

    def along(self, place: int, value: Floats, before: Floats | None = None) -> Floats:
        """Return the sum of an edge value along the path from a place to each vertex, float64[V]; inf where none.

        Parameters
        ----------
        place
            Position of the place.
        value
            float64[M]: a length, a time or a cost of each edge.
        before
            What is there already where a path starts on each vertex, float64[V]; 0 where None is given.
        """
        from geodata.routing.sweep_kernels import sum_along  # noqa: PLC0415 - numba loads only when used

        sums = np.zeros(self.graph.vertex_count) if before is None else before.copy()
        sum_along(self.graph.tail, self.last_edge[place].copy(), frozen(value, np.float64), sums)
        return np.where(np.isfinite(self.distance[place]), sums, np.inf)


def sweep(graph: Digraph, places: Places, *, limit: float = np.inf) -> Sweeps:
    """Return the least impedance from each place to every vertex, and the trees of these paths.

    The distances are those of Dijkstra's algorithm to the last bit. To sweep to places, sweep ``graph.turned()``.

    Parameters
    ----------
    graph
        The digraph.
    places
        Where to start; offsets must be at least 0.
    limit
        What lies further stays at inf (an isochrone's budget).

    Raises
    ------
    ValueError
        If a place stands on no vertex of the digraph, an offset is negative or the limit is undefined.
    """
    from geodata.routing.sweep_kernels import bucket_sweep, heap_sweep  # noqa: PLC0415 - numba loads only when used

    places.check_on(graph.vertex_count)
    if np.isnan(limit) or (places.offset < 0).any():
        msg = f"Offsets of starts and the limit must be at least 0, got {places.offset.min(initial=0.0)} and {limit}."
        raise ValueError(msg)
    rows = graph.start, graph.head, graph.weight
    distance = np.full((len(places), graph.vertex_count), np.inf)
    last_edge = np.full(distance.shape, -1, dtype=np.int32)
    width, buckets = _buckets(graph, places)
    room = graph.head.size + places.vertex.size + 1
    work = np.empty(buckets, np.int32), np.empty(room, np.int32), np.empty(room, np.int32)
    for place, (first, end) in enumerate(zip(places.start[:-1], places.start[1:], strict=True)):
        if first == end:
            continue
        seeds = places.vertex[first:end], places.offset[first:end]
        label, by = distance[place], last_edge[place]
        if not bucket_sweep(rows, seeds, float(limit), 1.0 / width, label, by, work):
            heap_sweep(rows, seeds, float(limit), label, by)
    return Sweeps(graph, distance, last_edge)


def _buckets(graph: Digraph, places: Places) -> tuple[float, int]:
    """Return the width of the buckets of a sweep and how many are needed, a power of two.

    Any width gives the same answer: the last two bounds keep the numbers of buckets exact and their inverse finite.
    """
    mean, most = graph.mean_and_most
    widest = max(most, float(places.offset.max(initial=0.0)))
    width = max(BUCKET_SHARE * mean, widest / (MOST_BUCKETS // 2), 1e-300)
    if not np.isfinite(width):
        width = np.finfo(np.float64).max / MOST_BUCKETS
    return width, 1 << int(np.ceil(np.log2(widest / width + 3)))
