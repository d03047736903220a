"""Least-weight routes of one class through a problem's links, for explaining and calibrating a plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from optimizer.flow.problem import Problem

SMALLEST_WEIGHT = 1e-9
"""Weight given to links that cost nothing, so that the sparse graph keeps them."""


@dataclass(frozen=True, slots=True, eq=False)
class Routes:
    """Least-weight routes from some source nodes to every node.

    Parameters
    ----------
    sources
        Node index of each row, int32[S].
    weight
        Weight from source s to node n, inf where there is no route, float64[S, N].
    before
        Node before n on the route from s, negative where there is none, int32[S, N].
    graph
        Searched graph, sparse N x N; ``link_of`` gives the link of each of its entries.
    link_of
        Link index of each stored entry of ``graph``, int64.
    backward
        Whether the search ran against the links, so that routes lead to the sources.
    """

    sources: NDArray[np.int32]
    weight: NDArray[np.float64]
    before: NDArray[np.int32]
    graph: Any
    link_of: NDArray[np.int64]
    backward: bool

    def links_to(self, row: int, node: int) -> NDArray[np.int64]:
        """Return the links of the route between source row ``row`` and ``node`` in travel order."""
        links: list[int] = []
        at = node
        while at != self.sources[row]:
            previous = int(self.before[row, at])
            if previous < 0:
                msg = f"there is no route between node {self.sources[row]} and node {node}."
                raise ValueError(msg)
            start, end = self.graph.indptr[previous], self.graph.indptr[previous + 1]
            entry = start + np.searchsorted(self.graph.indices[start:end], at)
            links.append(int(self.link_of[entry]))
            at = previous
        ordered = links if self.backward else links[::-1]
        return np.array(ordered, dtype=np.int64)


def search_routes(
    problem: Problem,
    usable: NDArray[np.bool_],
    weight_per_t: NDArray[np.float64],
    sources: NDArray[np.integer[Any]],
    *,
    backward: bool = False,
) -> Routes:
    """Return the least-weight routes from the sources (or, backward, to them) over the usable links.

    Parameters
    ----------
    problem
        Gives the ends of the links.
    usable
        Links that may be used, bool[L].
    weight_per_t
        Weight of each link, at least 0, float64[L]; of parallel links the lightest is taken.
    sources
        Node indices, int[S].
    """
    nodes = len(problem.node_ids)
    links = np.flatnonzero(usable)
    tail, head = problem.link_from[links], problem.link_to[links]
    if backward:
        tail, head = head, tail
    weight = np.maximum(weight_per_t[links], SMALLEST_WEIGHT)
    order = np.lexsort((weight, head, tail))
    tail, head, weight, links = tail[order], head[order], weight[order], links[order]
    first = np.ones(links.size, dtype=np.bool_)
    first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    tail, head, weight, links = tail[first], head[first], weight[first], links[first]
    start = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=nodes))])
    graph = sparse.csr_array((weight, head.astype(np.int64), start), shape=(nodes, nodes))
    found, before = csgraph.dijkstra(graph, indices=sources, return_predecessors=True)
    return Routes(
        np.asarray(sources, dtype=np.int32),
        np.atleast_2d(found),
        np.atleast_2d(before),
        graph,
        links,
        backward,
    )
