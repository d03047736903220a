"""Contraction hierarchies: a digraph prepared so that least paths are found without a sweep.

Vertices are taken out one by one, the least important first, and paths through them that are least become shortcuts; a
least path then climbs to ever more important vertices and descends again, so a search from both ends looks at a few
hundred of them (R. Geisberger, P. Sanders, D. Schultes, C. Vetter, Exact Routing in Large Road Networks Using
Contraction Hierarchies, Transportation Science 46, 2012, doi:10.1287/trsc.1110.0401).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geodata.columns import Floats, Indices
from geodata.infrastructure.infrastructure import frozen
from geodata.routing.sweep import Digraph

STEP: Final = 20_000
"""Vertices taken out between two calls of ``progress``."""


@dataclass(frozen=True, slots=True, eq=False)
class Hierarchy:
    """A digraph and its contraction: exact for any start and end, as plain arrays that can be kept.

    Vertices are ranked by importance, the least first. What an edge stands for is a record (of two parts in travel
    order, each a record or ``~edge``) or ``~edge``, an edge of the digraph turned bit by bit.

    Parameters
    ----------
    graph
        The digraph.
    vertex, rank
        Vertex of each rank, and rank of each vertex, int32[V].
    up_start, up_to, up_weight, up_made
        Edges to a higher rank by the rank they leave, int64[V + 1], int32[U], float64[U], int32[U].
    down_start, down_from, down_weight, down_made
        Edges from a higher rank by the rank they reach, int64[V + 1], int32[D], float64[D], int32[D].
    first, second
        Parts of each record, earlier records or edges, int32[R].
    """

    graph: Digraph
    vertex: Indices
    rank: Indices
    up_start: NDArray[np.int64]
    up_to: Indices
    up_weight: Floats
    up_made: Indices
    down_start: NDArray[np.int64]
    down_from: Indices
    down_weight: Floats
    down_made: Indices
    first: Indices
    second: Indices

    def __post_init__(self) -> None:
        for name in _ARRAYS:
            dtype = np.int64 if name.endswith("start") else np.float64 if name.endswith("weight") else np.int32
            object.__setattr__(self, name, frozen(getattr(self, name), dtype))
        count = self.graph.vertex_count
        if not self.vertex.size == self.rank.size == self.up_start.size - 1 == self.down_start.size - 1 == count:
            msg = (
                f"The hierarchy must rank the {count} vertices of its digraph; it was made for another. Build it again."
            )
            raise ValueError(msg)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return all arrays by name, those of the digraph included, to be kept."""
        graph = {f"graph_{name}": getattr(self.graph, name) for name in ("start", "head", "weight")}
        return graph | {name: getattr(self, name) for name in _ARRAYS}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Hierarchy:
        """Return the hierarchy whose ``to_arrays`` these are."""
        graph = Digraph(*(arrays[f"graph_{name}"] for name in ("start", "head", "weight")))
        return cls(graph, **{name: arrays[name] for name in _ARRAYS})

    @property
    def size_mb(self) -> float:
        """Size of all arrays in MB (10^6 bytes)."""
        return sum(array.nbytes for array in self.to_arrays().values()) / 1e6

    def sum_parts(self, value: Floats) -> tuple[Floats, Floats]:
        """Return an edge value summed over what each edge up and each edge down stands for, float64[U], float64[D].

        Parameters
        ----------
        value
            float64[M]: a length, a time or a cost of each edge of the digraph.

        Raises
        ------
        ValueError
            If there is not one value an edge.
        """
        from geodata.routing.hierarchy_record_kernels import sum_records  # noqa: PLC0415 - numba loads only when used

        edges = frozen(value, np.float64)
        if edges.shape != self.graph.head.shape:
            msg = f"There must be one value an edge ({self.graph.head.size}), got {edges.size}."
            raise ValueError(msg)
        # Beside an edge's own place from the end, ~edge reads the value of the edge turned bit by bit.
        all_parts = np.concatenate([sum_records(self.first, self.second, edges), edges[::-1]])
        return all_parts[self.up_made], all_parts[self.down_made]


_ARRAYS: Final = tuple(field.name for field in fields(Hierarchy) if field.name != "graph")


def build_hierarchy(graph: Digraph, progress: Callable[[float], None] | None = None) -> Hierarchy:
    """Return the contraction hierarchy of a digraph.

    Parameters
    ----------
    graph
        The digraph, such as directed links by what may follow them, weighed by what entering each adds. Edges of
        infinite weight and loops are never part of a least path between two vertices and are left out.
    progress
        Told the share of vertices taken out, now and then; what it raises ends the preparation.
    """
    from geodata.routing import hierarchy_kernels as kernels  # noqa: PLC0415 - numba loads only when used
    from geodata.routing.hierarchy_record_kernels import mark_used, to_rows  # noqa: PLC0415 - as above

    count = graph.vertex_count
    left = _start(graph)
    effort = kernels.ESTIMATE * _share(left.leaving.length, left.entering.length)
    item = np.argsort(effort, kind="stable").astype(np.int32)  # a sorted list is a heap
    counts = np.array([count, 0, 0], dtype=np.int64)
    queue = kernels.Queue(effort[item], item, np.zeros(count, np.int32), np.empty(count, np.int32), counts)
    work = kernels.Witnesses(np.full(count, np.inf), np.full(count, kernels.NOT_ASKED), np.empty(count, np.int32))
    while counts[1] < count:
        left = kernels.contract(left, queue, work, STEP)
        if progress is not None:
            progress(counts[1] / count)
    rank = np.empty(count, dtype=np.int32)
    rank[queue.order] = np.arange(count, dtype=np.int32)
    up, down = (
        to_rows(lists.at, lists.length, lists[3:6], queue.order, rank) for lists in (left.leaving, left.entering)
    )
    first, second = left.records.first[: counts[2]], left.records.second[: counts[2]]
    used = mark_used(up[3], down[3], first, second)
    new = np.cumsum(used, dtype=np.int32) - 1
    first, second = first[used], second[used]
    for made in (up[3], down[3], first, second):
        made[made >= 0] = new[made[made >= 0]]
    return Hierarchy(graph, queue.order, rank, *up, *down, first, second)


def _share(leaving: Indices, entering: Indices) -> Floats:
    """Return the pairs of edges at each vertex per edge."""
    pairs = leaving.astype(np.float64) * entering
    return pairs / np.maximum(leaving.astype(np.float64) + entering, 1)


def _start(graph: Digraph) -> Any:  # noqa: ANN401 - the type is in a module that loads numba
    """Return what is left before any vertex is taken out: usable edges, of parallel ones the least."""
    from geodata.routing import hierarchy_kernels as kernels  # noqa: PLC0415 - numba loads only when used

    usable = np.flatnonzero(np.isfinite(graph.weight) & (graph.head != graph.tail)).astype(np.int32)
    tail, head, weight = graph.tail[usable], graph.head[usable], graph.weight[usable]
    order = np.lexsort((usable, weight, head, tail))
    same = (np.diff(tail[order], prepend=-1) == 0) & (np.diff(head[order], prepend=-1) == 0)
    usable = usable[order[~same]]
    ends = graph.tail[usable], graph.head[usable]
    weight = graph.weight[usable]
    leaving, entering = (_lists(near, far, weight, usable, graph.vertex_count) for near, far in (ends, ends[::-1]))
    none = np.empty(usable.size, dtype=np.int32)
    return kernels.Remaining(leaving, entering, kernels.Records(none, none.copy(), none.copy()))


def _lists(near: Indices, far: Indices, weight: Floats, edge: Indices, vertices: int) -> Any:  # noqa: ANN401 - as above
    """Return the edges in a list a near vertex, each by rising weight and with room to grow."""
    from geodata.routing import hierarchy_kernels as kernels  # noqa: PLC0415 - numba loads only when used

    length = np.bincount(near, minlength=vertices).astype(np.int32)
    room = (length + length // 2 + 2).astype(np.int32)
    at = np.cumsum(room, dtype=np.int64) - room
    top = int(room.sum(dtype=np.int64))
    place = np.arange(near.size) + np.repeat(at - (np.cumsum(length) - length), length)
    order = np.lexsort((edge, weight, near))
    edge_far, made, edge_weight = np.empty(2 * top, np.int32), np.empty(2 * top, np.int32), np.empty(2 * top)
    edge_far[place], edge_weight[place], made[place] = far[order], weight[order], ~edge[order]
    return kernels.EdgeLists(at, length, room, edge_far, edge_weight, made, np.array([top], dtype=np.int64))
