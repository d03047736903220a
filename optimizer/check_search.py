"""Least prices of demands at given prices of links, with numpy alone.

Rounds of Bellman and Ford (R. Bellman, On a Routing Problem, Quarterly of Applied Mathematics 16, 1958,
doi:10.1090/qam/102435) that look again only at nodes whose price fell in the round before. They bear prices below
nothing, as links that give to a capacity have; no cycle runs through such a link, so the rounds end. Limits of time
and length are left aside here; ``check_limits`` works them out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from optimizer.flow.problem import Problem

BLOCK_STATES = 8_000_000
"""Prices (roots times nodes) held at once."""


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """Links sorted by the node they leave: those of ``node`` are ``start[node]`` to ``start[node + 1]``.

    ``order`` names the entry of the given links that each one is.
    """

    start: NDArray[np.int64]
    head: NDArray[np.int32]
    order: NDArray[np.int64]

    @classmethod
    def from_links(cls, tail: NDArray[np.int32], head: NDArray[np.int32], nodes: int) -> Graph:
        """Return the graph of the links from ``tail`` to ``head``."""
        order = np.argsort(tail, kind="stable")
        start = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=nodes))])
        return cls(start, head[order], order)


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Demands that see the same links at the same prices: one class, and the same lots within reach.

    ``demand`` are their indices; ``links`` the links they may use, of finite price, and ``price`` what a tonne pays on
    each.
    """

    k: int
    demand: NDArray[np.int64]
    links: NDArray[np.int64]
    price: NDArray[np.float64]


def groups(problem: Problem, price_of_class: Callable[[int], NDArray[np.float64]]) -> Iterator[Group]:
    """Yield the groups of all demands of more than 0 t; ``price_of_class`` gives float64[L], inf to close a link."""
    lots = np.unique(problem.minimum_lot_t)
    reach = np.searchsorted(lots, problem.demand_t_per_day, side="right")
    for k in range(len(problem.class_ids)):
        wanted = (problem.demand_class == k) & (problem.demand_t_per_day > 0)
        if not wanted.any():
            continue
        price = price_of_class(k)
        usable = problem.allowed[k] & np.isfinite(price)
        for tier in np.unique(reach[wanted]):
            within = usable & (problem.minimum_lot_t <= lots[tier - 1]) if tier else np.zeros_like(usable)
            links = np.flatnonzero(within)
            yield Group(k, np.flatnonzero(wanted & (reach == tier)), links, price[links])


def least_price_per_t(problem: Problem, group: Group) -> NDArray[np.float64]:
    """Return the price of each demand's cheapest path whatever its limits, inf where there is none."""
    tail, head = problem.link_from[group.links], problem.link_to[group.links]
    root, end = problem.demand_origin[group.demand], problem.demand_destination[group.demand]
    if np.unique(end).size < np.unique(root).size:
        tail, head, root, end = head, tail, end, root
    nodes = len(problem.node_ids)
    graph = Graph.from_links(tail, head, nodes)
    price = group.price[graph.order]
    least = np.full(group.demand.size, np.inf)
    roots = np.unique(root)
    step = max(BLOCK_STATES // nodes, 1)
    for first in range(0, roots.size, step):
        some = roots[first : first + step]
        distance = distances(graph, price, some)
        mine = np.flatnonzero((root >= some[0]) & (root <= some[-1]))
        least[mine] = distance[np.searchsorted(some, root[mine]), end[mine]]
    return least


def distances(graph: Graph, price: NDArray[np.float64], roots: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return the least price from every root to every node, float64[roots, nodes]; ``price`` as the graph orders."""
    nodes = graph.start.size - 1
    least = np.full(roots.size * nodes, np.inf)
    changed = np.arange(roots.size) * nodes + roots
    least[changed] = 0.0
    for _ in range(nodes):
        if not changed.size:
            break
        node = changed % nodes
        first, count = graph.start[node], graph.start[node + 1] - graph.start[node]
        before = np.cumsum(count) - count
        link = np.repeat(first - before, count) + np.arange(count.sum())
        reached = np.repeat(changed - node, count) + graph.head[link]
        offer = np.repeat(least[changed], count) + price[link]
        lower = offer < least[reached]
        reached = reached[lower]
        np.minimum.at(least, reached, offer[lower])
        changed = np.unique(reached)
    return least.reshape(roots.size, nodes)
