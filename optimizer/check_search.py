"""Least prices of demands at given prices of links, with numpy alone.

Rounds of Bellman and Ford (R. Bellman, On a Routing Problem, Quarterly of Applied Mathematics 16, 1958,
doi:10.1090/qam/102435) that look again only at nodes whose price fell. They bear prices below nothing, as links that
give to a capacity have; no cycle runs through such a link, so the rounds end. Limits of time
and length are left aside here; ``check_limits`` works them out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.check_reduce import SMALL, Arcs, reduced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from optimizer.flow.problem import Problem

BLOCK_STATES = 8_000_000
"""Prices (roots times nodes) held at once."""

STEP_PRICES = 8.0
"""Step of a round in median prices of a link; any step gives the same prices, this one the fewest looks."""

SMALL_STEP_PRICES = 128.0
"""The same on graphs of few links, where rounds cost more than looks."""


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """Links sorted by the node they leave: those of ``node`` are ``start[node]`` to ``start[node + 1]``.

    ``order`` names the entry of the given links that each one is.
    """

    start: NDArray[np.int64]
    head: NDArray[np.integer]
    order: NDArray[np.int64]

    @classmethod
    def from_links(cls, tail: NDArray[np.integer], head: NDArray[np.integer], nodes: int) -> Graph:
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
    tail: NDArray[np.integer] = problem.link_from[group.links]
    head: NDArray[np.integer] = problem.link_to[group.links]
    root: NDArray[np.integer]
    end: NDArray[np.integer]
    root, end = problem.demand_origin[group.demand], problem.demand_destination[group.demand]
    if np.unique(end).size < np.unique(root).size:
        tail, head, root, end = head, tail, end, root
    arcs = Arcs(tail.astype(np.int64), head.astype(np.int64), group.price)
    arcs = reduced(arcs, np.union1d(root, end), len(problem.node_ids))
    left = np.unique(np.concatenate([arcs.tail, arcs.head, root, end]))
    tail, head, root, end = (np.searchsorted(left, of) for of in (arcs.tail, arcs.head, root, end))
    nodes = left.size
    graph = Graph.from_links(tail, head, nodes)
    price = arcs.price[graph.order]
    least = np.full(group.demand.size, np.inf)
    roots = np.unique(root)
    step = max(BLOCK_STATES // nodes, 1)
    for first in range(0, roots.size, step):
        some = roots[first : first + step]
        distance = distances(graph, price, some)
        mine = np.flatnonzero((root >= some[0]) & (root <= some[-1]))
        least[mine] = distance[np.searchsorted(some, root[mine]), end[mine]]
    return least


def distances(graph: Graph, price: NDArray[np.float64], roots: NDArray[np.integer]) -> NDArray[np.float64]:
    """Return the least price from every root to every node, float64[roots, nodes]; ``price`` as the graph orders.

    A round looks again only at those nodes whose price fell that are among the cheapest, within a step of the cheapest
    of all (U. Meyer, P. Sanders, Δ-stepping: a parallelizable shortest path algorithm, Journal of Algorithms 49, 2003,
    doi:10.1016/S0196-6774(03)00076-2).
    """
    nodes = graph.start.size - 1
    least = np.full(roots.size * nodes, np.inf)
    fell = np.zeros(least.size, dtype=np.bool_)
    sources = np.arange(roots.size) * nodes + roots
    least[sources], fell[sources] = 0.0, True
    prices = SMALL_STEP_PRICES if price.size < SMALL else STEP_PRICES
    step = prices * float(np.median(price[price > 0])) if (price > 0).any() else np.inf
    while (changed := np.flatnonzero(fell)).size:
        at = least[changed]
        changed = changed[at <= at.min() + step]
        fell[changed] = False
        node = changed % nodes
        first, count = graph.start[node], graph.start[node + 1] - graph.start[node]
        before = np.cumsum(count) - count
        link = np.repeat(first - before, count) + np.arange(count.sum())
        reached = np.repeat(changed - node, count) + graph.head[link]
        offer = np.repeat(least[changed], count) + price[link]
        lower = offer < least[reached]
        reached = reached[lower]
        np.minimum.at(least, reached, offer[lower])
        fell[reached] = True
    return least.reshape(roots.size, nodes)
