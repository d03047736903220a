"""What a round of pricing asks of a contracted network, and its answers by sweeps and by tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from optimizer.flow.columns import IMPROVEMENT
from optimizer.flow.search import contraction_kernels, link_kernels, search_kernels
from optimizer.flow.search.estimate import EXPECTED_ROUNDS, table_ends
from optimizer.flow.search.kernels import Asked, Found, Graph
from optimizer.flow.search.overlay_legs import key_legs, record_legs
from optimizer.flow.search.overlay_network import SWEEP_NODES, OverlayNetwork, Table, Workers
from optimizer.flow.search.path_search import CostClass

SEARCH_PAIRS: Final = 100_000_000
"""Most pairs of special links looked at between two questions whether to stop: some 0.2 s."""


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Demands of one cost class that are answered from the same side, by root.

    Parameters
    ----------
    cost_class
        Cost class.
    backward
        Whether the roots are destinations.
    root
        Key nodes that searches start at, as positions, int32[S].
    start
        Demands of root ``s`` are those from ``start[s]`` to ``start[s + 1]``, int64[S + 1].
    end, demand
        Key node at the other end of each demand, int32, and its index in the problem, int64.
    """

    cost_class: CostClass
    backward: bool
    root: NDArray[np.int32]
    start: NDArray[np.int64]
    end: NDArray[np.int32]
    demand: NDArray[np.int64]

    def parts(self, most: int) -> Iterator[slice]:
        """Yield the roots in order, at most so many at a time."""
        for first in range(0, self.root.size, max(1, most)):
            yield slice(first, min(first + max(1, most), self.root.size))


@dataclass(frozen=True, slots=True, eq=False)
class SpecialPrices:
    """Special links as one cost class sees them at the capacity prices of a round.

    Parameters
    ----------
    cost, price
        Cost and price of one pass, VND per tonne, inf where closed, float64[M].
    shift
        How far a path may come below 0 on its first or last link, by the key node it has there, float64[nodes].
    """

    cost: NDArray[np.float64]
    price: NDArray[np.float64]
    shift: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """What one group is asked in a round: the price each demand has to beat and how far each root has to look."""

    group: Group
    prices: SpecialPrices
    beat: NDArray[np.float64]
    limit: NDArray[np.float64]

    def asked(self, part: slice, root: NDArray[np.int32], end: NDArray[np.int32]) -> Asked:
        """Return part of the question, with roots and ends named as a kernel needs them."""
        first, last = self.group.start[part.start], self.group.start[part.stop]
        return Asked(
            root[part].copy(),
            self.limit[part].copy(),
            self.group.start[part.start : part.stop + 1] - first,
            end[first:last].copy(),
            self.beat[first:last].copy(),
            self.group.backward,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """Answer to a question: least price of each demand of the group, and the paths that beat its price.

    Parameters
    ----------
    least
        VND per tonne, inf where nothing was found within the limit, float64.
    better
        Places in the group of the demands with a better path, int64[P].
    length, legs
        How many legs each path has, int64[P], and all their legs in travel order, int64.
    cost_per_t
        Cost of each path without capacity prices, float64[P].
    """

    least: NDArray[np.float64]
    better: NDArray[np.int64]
    length: NDArray[np.int64]
    legs: NDArray[np.int64]
    cost_per_t: NDArray[np.float64]


def build_question(group: Group, prices: SpecialPrices, known_price: NDArray[np.float64], *, bounded: bool) -> Question:
    """Return what a group is asked when its demands already have the known prices (float64[D])."""
    known = known_price[group.demand]
    root = np.repeat(group.root, np.diff(group.start))
    shift = np.where(group.end != root, prices.shift[group.end] + prices.shift[root], 0.0)
    beat = np.maximum(known + shift, 0.0) * (1 - IMPROVEMENT) - shift
    limit = np.full(group.root.size, np.inf)
    if bounded:
        # A label may still fall on the last link, by no more than the largest shift.
        most = np.maximum.reduceat(known, group.start[:-1])
        limit = most + prices.shift.max(initial=0.0) + IMPROVEMENT * np.abs(most)
    return Question(group, prices, beat, limit)


def answer_by_sweeps(network: OverlayNetwork, question: Question, sweeps: float, workers: Workers) -> Answer:
    """Return the answer by a sweep of the core from each root, special links at their prices."""
    group, prices = question.group, question.prices
    k = group.cost_class.class_index
    core = network.core(k, sweeps * (1 + EXPECTED_ROUNDS), workers)
    graph = network.graph(k, backward=group.backward)
    near, far = network.special_ends(backward=group.backward)
    start, order = contraction_kernels.group_by(network.in_core(core, near), core.nodes.size)
    made = ~network.parts.links[order]
    arcs = Graph(start, network.in_core(core, far)[order], prices.price[order], made)
    extra = search_kernels.Extra(arcs, prices.cost[order])
    root, end = network.in_core(core, group.root), network.in_core(core, group.end)

    def work(part: slice) -> Found:
        return search_kernels.sweep(graph, extra, question.asked(part, root, end))

    found = list(workers.run(work, group.parts(SWEEP_NODES // max(1, core.nodes.size))))
    least, length, legs, cost = (np.concatenate(column) for column in zip(*found, strict=True))
    better = np.flatnonzero(length >= 0)
    return Answer(least, better, length[better], record_legs(legs, k), cost[better])


def answer_by_tables(network: OverlayNetwork, question: Question, workers: Workers) -> Answer:
    """Return the answer by a search over special links, with the distances between them from a table."""
    group, prices = question.group, question.prices
    k = group.cost_class.class_index
    near, far = (network.position(nodes) for nodes in table_ends(network.problem, network.parts, k))
    table = network.table(k, near, far, workers)
    link = np.flatnonzero(np.isfinite(prices.price))
    leaves, enters = network.special_ends(backward=False)
    onward = np.searchsorted(table.near, enters[link]).astype(np.int32)
    until = np.searchsorted(table.far, leaves[link]).astype(np.int32)
    distance = network.distance(k, backward=group.backward)
    root_in, end_in = table.near, table.far
    if group.backward:
        onward, until, root_in, end_in = until, onward, end_in, root_in
    searched = link_kernels.LinkTable(distance, onward, until, prices.price[link])
    root = np.searchsorted(root_in, group.root).astype(np.int32)
    end = np.searchsorted(end_in, group.end).astype(np.int32)

    def work(part: slice) -> Found:
        return link_kernels.search_links(searched, question.asked(part, root, end))

    per_root = link.size * (link.size + group.end.size // max(1, group.root.size)) + 1
    found = list(workers.run(work, group.parts(SEARCH_PAIRS // per_root)))
    least, length, passed, _ = (np.concatenate(column) for column in zip(*found, strict=True))
    better = np.flatnonzero(length >= 0)
    root_of = np.repeat(group.root, np.diff(group.start))[better]
    ends = (group.end[better], root_of) if group.backward else (root_of, group.end[better])
    length, legs, cost = _join_legs(network, (table, prices), k, ends, (length[better], link[passed]))
    return Answer(least, better, length, legs, cost)


def _join_legs(
    network: OverlayNetwork,
    known: tuple[Table, SpecialPrices],
    k: int,
    ends: tuple[NDArray[np.int32], NDArray[np.int32]],
    passed: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return lengths, legs and costs of paths from what special links each passes on its way between its ends.

    A path is a way to its first special link, the link, a way to the next, ... , and a way to its end.
    """
    (table, prices), (origin, destination), (links_of, link) = known, ends, passed
    leaves, enters = network.special_ends(backward=False)
    paths = links_of.size
    path_of_way = np.repeat(np.arange(paths), links_of + 1)
    first = np.concatenate([[0], np.cumsum(links_of + 1)])
    is_last = np.zeros(path_of_way.size, dtype=bool)
    is_last[first[1:] - 1] = True
    is_first = np.zeros(path_of_way.size, dtype=bool)
    is_first[first[:-1]] = True
    near, far = np.empty(path_of_way.size, dtype=np.int32), np.empty(path_of_way.size, dtype=np.int32)
    near[is_first], near[~is_first] = origin, enters[link]
    far[is_last], far[~is_last] = destination, leaves[link]
    legs = np.empty(2 * path_of_way.size - paths, dtype=np.int64)
    path = np.empty(legs.size, dtype=np.int64)
    cost = np.empty(legs.size)
    at = 2 * np.arange(path_of_way.size) - path_of_way
    legs[at], path[at] = key_legs(near, far, k, network.parts.nodes.size), path_of_way
    cost[at] = table.distance[table.cells(near, far)]
    at_link = at[~is_last] + 1
    legs[at_link], path[at_link] = ~network.parts.links[link].astype(np.int64), path_of_way[~is_last]
    cost[at_link] = prices.cost[link]
    kept = np.ones(legs.size, dtype=bool)
    kept[at[near == far]] = False
    total = np.bincount(path, weights=cost, minlength=paths)
    return np.bincount(path[kept], minlength=paths), legs[kept], total.astype(np.float64)
