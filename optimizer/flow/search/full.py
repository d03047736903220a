"""Least-price paths on all links: one sweep per cost class and end of the smallest cover of its demands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from optimizer.flow.columns import IMPROVEMENT, Paths, build_paths
from optimizer.flow.problem import Problem
from optimizer.flow.search.cover import covered_by_origin
from optimizer.flow.search.path_search import CostClass, InterruptedSearchError, cost_classes, end_shift

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SWEEP_CELLS = 8_000_000
"""Most node labels held at once; bounds the memory of a block of sweeps."""


MOST_COVERS = 1_000
"""Kept answers to which ends are swept."""


@dataclass(frozen=True, slots=True, eq=False)
class _Arcs:
    """Links of one class as a CSR graph without loops, parallel links under one arc.

    Parameters
    ----------
    links
        Usable links sorted by (near, far) node.
    arc_start
        Position in ``links`` where each arc begins.
    key
        near * nodes + far of each arc, ascending.
    graph
        The arcs as a matrix, whose data every search sets anew.
    """

    links: NDArray[np.int32]
    arc_start: NDArray[np.int64]
    key: NDArray[np.int64]
    graph: sparse.csr_array

    def weighted(self, price: NDArray[np.float64]) -> sparse.csr_array:
        """Return the graph with the price of each arc, good until the next prices are asked for."""
        self.graph.data = self.weights(price)
        return self.graph

    def weights(self, price: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the price of the cheapest link of each arc, from the price of every link."""
        values = price[self.links]
        if self.key.size < self.links.size:
            values = np.minimum.reduceat(values, self.arc_start)
        return values

    def cheapest_link(self, price: NDArray[np.float64], arc: NDArray[np.int64]) -> NDArray[np.int32]:
        """Return the cheapest link of each given arc, the first of equals."""
        if self.key.size == self.links.size:
            return self.links[arc]
        values = price[self.links]
        arc_of_link = np.repeat(np.arange(self.key.size), np.diff(np.append(self.arc_start, self.links.size)))
        order = np.lexsort((values, arc_of_link))
        return self.links[order[self.arc_start[arc]]]


def _build_arcs(nodes: int, links: NDArray[np.int32], near: NDArray[np.int32], far: NDArray[np.int32]) -> _Arcs:
    """Return the graph of the given links from their near to their far ends."""
    key = near.astype(np.int64) * nodes + far
    order = np.argsort(key, kind="stable")
    unique, start = np.unique(key[order], return_index=True)
    row_start = np.searchsorted(unique, np.arange(nodes + 1, dtype=np.int64) * nodes)
    far = (unique % nodes).astype(np.int32)
    graph = sparse.csr_array((np.zeros(far.size), far, row_start.astype(np.int32)), shape=(nodes, nodes))
    return _Arcs(links[order], start, unique, graph)


@dataclass(frozen=True, slots=True, eq=False)
class _Sweeps:
    """Demands of one cost class that are answered from the same side.

    Parameters
    ----------
    cost_class
        Cost class.
    backward
        Whether the sweeps start at destinations and run against the links.
    arcs
        Graph in sweep direction.
    roots
        Nodes the sweeps start at.
    demand, root_of_demand, end
        Demands, the position of their root, and the node at their other end.
    """

    cost_class: CostClass
    backward: bool
    arcs: _Arcs
    roots: NDArray[np.int32]
    demand: NDArray[np.int64]
    root_of_demand: NDArray[np.int64]
    end: NDArray[np.int32]

    def blocks(self, nodes: int) -> Iterator[tuple[NDArray[np.int32], NDArray[np.int64]]]:
        """Yield roots and positions of their demands, a bounded number of node labels at a time."""
        step = max(1, SWEEP_CELLS // max(nodes, 1))
        for first in range(0, self.roots.size, step):
            inside = (self.root_of_demand >= first) & (self.root_of_demand < first + step)
            yield self.roots[first : first + step], np.flatnonzero(inside)


class FullSearch:
    """Searches all links anew each time: the quickest way on networks of up to some tens of thousands of links."""

    def __init__(self, problem: Problem, covers: dict[bytes, NDArray[np.bool_]] | None = None) -> None:
        self._problem = problem
        self._covers = {} if covers is None or len(covers) > MOST_COVERS else covers
        self._nodes = len(problem.node_ids)
        self._cost = problem.cost_per_t()
        self._passes = sparse.csr_array(problem.capacity_members.T)
        self._sweeps = [sweeps for one in cost_classes(problem) for sweeps in self._plan(one)]

    def _plan(self, one: CostClass) -> Iterator[_Sweeps]:
        """Yield the forward and the backward sweeps of one cost class."""
        problem = self._problem
        links = np.flatnonzero(one.usable(problem) & (problem.link_from != problem.link_to)).astype(np.int32)
        origin, destination = problem.demand_origin[one.demand], problem.demand_destination[one.demand]
        from_origin = self._cover(origin, destination)
        for backward, chosen in ((False, from_origin), (True, ~from_origin)):
            if not chosen.any():
                continue
            ends = (problem.link_from[links], problem.link_to[links])
            near, far = ends[::-1] if backward else ends
            root, other = (destination, origin) if backward else (origin, destination)
            roots, root_of_demand = np.unique(root[chosen], return_inverse=True)
            arcs = _build_arcs(self._nodes, links, near, far)
            yield _Sweeps(one, backward, arcs, roots, one.demand[chosen], root_of_demand, other[chosen])

    def _cover(self, origin: NDArray[np.int32], destination: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Return which demands are answered from their origin; of pairs alike in an earlier problem, as there."""
        row, column = (np.unique(ends, return_inverse=True)[1] for ends in (origin, destination))
        pairs = row.tobytes() + column.tobytes()
        if pairs not in self._covers:
            self._covers[pairs] = covered_by_origin(origin, destination)
        return self._covers[pairs]

    def improve(
        self,
        capacity_price: NDArray[np.float64],
        known_price: NDArray[np.float64],
        *,
        bounded: bool = True,
        interrupted: Callable[[], bool] | None = None,
    ) -> tuple[NDArray[np.float64], Paths]:
        """Return the least prices and improving paths (see ``PathSearch``)."""
        least = np.full(len(self._problem.demand_ids), np.inf)
        found: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]] = []
        for sweeps in self._sweeps:
            price, shift = self._price(sweeps, capacity_price)
            graph = sweeps.arcs.weighted(price)
            root = sweeps.roots[sweeps.root_of_demand]
            shifted = np.where(sweeps.end != root, shift[sweeps.end] + shift[root], 0.0)
            to_beat = np.maximum(known_price[sweeps.demand] + shifted, 0.0)
            limit = to_beat.max() * (1 + IMPROVEMENT) if bounded else np.inf
            for roots, position in sweeps.blocks(self._nodes):
                if interrupted is not None and interrupted():
                    raise InterruptedSearchError
                distance, towards = csgraph.dijkstra(graph, indices=roots, limit=limit, return_predecessors=True)
                row = sweeps.root_of_demand[position] - np.searchsorted(sweeps.roots, roots[0])
                demand = sweeps.demand[position]
                reached = distance[row, sweeps.end[position]]
                least[demand] = reached - shifted[position]
                better = np.flatnonzero(reached < to_beat[position] * (1 - IMPROVEMENT))
                if better.size:
                    traced = self._trace(sweeps, price, towards, row[better], position[better])
                    found.append((demand[better], *traced))
        return least, self._join(found)

    def _price(
        self, sweeps: _Sweeps, capacity_price: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return cost plus capacity prices of each link, at least 0 by the shift at nodes, which is returned too."""
        problem, k = self._problem, sweeps.cost_class.class_index
        price = self._cost[k]
        per_unit = problem.use_per_t[k] * capacity_price
        if per_unit.any():
            price = price + self._passes @ per_unit
        shift = end_shift(problem, sweeps.arcs.links, price)
        if shift.any():
            price = np.maximum(price + shift[problem.link_from] + shift[problem.link_to], 0.0)
        return price, shift

    def rebound(self, problem: Problem) -> FullSearch:
        """Return a search for the problem, of whatever shape: only which ends are swept is dear enough to keep."""
        return FullSearch(problem, self._covers)

    def unfold(self, paths: Paths) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Return the links of paths (see ``PathSearch``): their legs are links."""
        return paths.leg_start, (~paths.legs).astype(np.int32)

    def _trace(
        self,
        sweeps: _Sweeps,
        price: NDArray[np.float64],
        towards: NDArray[np.int32],
        row: NDArray[np.int64],
        position: NDArray[np.int64],
    ) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Return lengths and links in travel order of the paths from the roots to the ends of the positions."""
        node = sweeps.end[position]
        alive = np.flatnonzero(towards[row, node] >= 0)
        paths, keys = [], []
        while alive.size:
            before = towards[row[alive], node[alive]]
            paths.append(alive)
            keys.append(before.astype(np.int64) * self._nodes + node[alive])
            node[alive] = before
            alive = alive[towards[row[alive], before] >= 0]
        if not paths:
            return np.zeros(position.size, dtype=np.int64), np.zeros(0, dtype=np.int32)
        if not sweeps.backward:
            paths.reverse()
            keys.reverse()
        path, key = np.concatenate(paths), np.concatenate(keys)
        arc = np.searchsorted(sweeps.arcs.key, key)
        order = np.argsort(path, kind="stable")
        links = sweeps.arcs.cheapest_link(price, arc[order])
        return np.bincount(path, minlength=position.size), links

    def _join(self, found: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]]) -> Paths:
        """Return everything that was traced as one set of paths."""
        demand, length, links = (
            np.concatenate([np.zeros(0, dtype=np.int64), *(part[column] for part in found)]) for column in range(3)
        )
        start = np.concatenate([[0], np.cumsum(length)])
        return build_paths(self._problem, demand.astype(np.int32), start, links.astype(np.int32))
