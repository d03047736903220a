"""Compiled kernels that search graphs: for witnesses, in sweeps, and over a table of distances."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.flow.search.kernels import DROPPED, PROVEN, UNPROVEN, Asked, Graph, Rows, compiled

HEAP_BITS = 2
"""Each node of a heap has four below it."""


class Search(NamedTuple):
    """State of a search: a heap of nodes by label, and how each node was reached.

    Parameters
    ----------
    heap, place
        Nodes by label, and where each node stands in the heap, -1 when it is not in it, int32[N].
    label
        Least label found of each node, inf before any, float64[N].
    by, before
        Arc and node by which each node was reached, int32[N].
    """

    heap: NDArray[np.int32]
    place: NDArray[np.int32]
    label: NDArray[np.float64]
    by: NDArray[np.int32]
    before: NDArray[np.int32]


@compiled
def _start_search(nodes: int) -> Search:
    """Return the state before a search."""
    heap, place = np.empty(nodes, np.int32), np.full(nodes, -1, np.int32)
    return Search(heap, place, np.full(nodes, np.inf), np.empty(nodes, np.int32), np.empty(nodes, np.int32))


@compiled
def _lift(heap: NDArray[np.int32], place: NDArray[np.int32], label: NDArray[np.float64], size: int, node: int) -> int:
    """Put a node into a heap of ``size``, or move it up after its label fell; return the new size."""
    at, key = place[node], label[node]
    if at < 0:
        at = size
        size += 1
    while at > 0:
        above = (at - 1) >> HEAP_BITS
        other = heap[above]
        if label[other] <= key:
            break
        heap[at] = other
        place[other] = at
        at = above
    heap[at] = node
    place[node] = at
    return int(size)


@compiled
def _take(heap: NDArray[np.int32], place: NDArray[np.int32], label: NDArray[np.float64], size: int) -> int:
    """Take the node of least label out of a heap of ``size`` and return it."""
    least, last = heap[0], heap[size - 1]
    place[least] = -1
    size -= 1
    if size == 0:
        return int(least)
    key = label[last]
    at = 0
    while True:
        below = (at << HEAP_BITS) + 1
        if below >= size:
            break
        best, best_key = below, label[heap[below]]
        for one in range(below + 1, min(below + (1 << HEAP_BITS), size)):
            one_key = label[heap[one]]
            if one_key < best_key:
                best, best_key = one, one_key
        if best_key >= key:
            break
        node = heap[best]
        heap[at] = node
        place[node] = at
        at = best
    heap[at] = last
    place[last] = at
    return int(least)


@compiled
def _search_witness(
    rows: Rows, state: Search, target: NDArray[np.int32], root: int, longest: float, most_nodes: int
) -> tuple[float, int]:
    """Search from a node and drop the arcs to its targets that are shown not to be needed.

    An arc is not needed when some other path is no longer, and made of arcs that are all shorter: then even all such
    arcs together may go, because what stands for one goes back to ever shorter ones.

    Returns
    -------
    tuple
        The label up to which nothing was overlooked, and how many nodes got a label (listed in ``state.before``).
    """
    heap, place, label, _, seen = state
    start, far, weight, status = rows.start, rows.far, rows.weight, rows.status
    label[root] = 0.0
    seen[0] = root
    seen_count = 1
    size = _lift(heap, place, label, 0, root)
    for _ in range(most_nodes + 1):
        if size == 0 or label[heap[0]] >= longest:
            break
        near = _take(heap, place, label, size)
        size -= 1
        key = label[near]
        for arc in range(start[near], start[near + 1]):
            there = key + weight[arc]
            if there > longest:
                break
            node = far[arc]
            aim = target[node]
            if aim >= 0 and there <= weight[aim] and max(key, weight[arc]) < weight[aim]:
                status[aim] = DROPPED
            if there < label[node]:
                if label[node] == np.inf:
                    seen[seen_count] = node
                    seen_count += 1
                label[node] = there
                size = _lift(heap, place, label, size, node)
    complete = np.inf if size == 0 else label[heap[0]]
    place[heap[:size]] = -1
    return complete, seen_count


@compiled
def drop_witnessed(rows: Rows, most_nodes: int) -> None:
    """Mark the unproven arcs that other paths make needless, and those that are proven to be shortest.

    One search from each node with such arcs settles at most ``most_nodes`` others.
    """
    nodes = rows.start.size - 1
    state = _start_search(nodes)
    target = np.full(nodes, -1, np.int32)
    start, far, weight, status = rows.start, rows.far, rows.weight, rows.status
    for node in range(nodes):
        longest = -1.0
        for arc in range(start[node], start[node + 1]):
            if status[arc] == UNPROVEN:
                longest = weight[arc]
                target[far[arc]] = arc
        if longest < 0:
            continue
        complete, seen_count = _search_witness(rows, state, target, node, longest, most_nodes)
        for arc in range(start[node], start[node + 1]):
            target[far[arc]] = -1
            if status[arc] == UNPROVEN and weight[arc] <= complete:
                status[arc] = PROVEN
        for one in range(seen_count):
            state.label[state.before[one]] = np.inf


class Extra(NamedTuple):
    """Arcs that are swept besides those of a graph: the graph of them at their prices, and their costs, float64[A]."""

    graph: Graph
    cost: NDArray[np.float64]


class Found(NamedTuple):
    """What sweeps answer.

    Parameters
    ----------
    least
        Label of each end asked about, inf beyond the limit, float64[E].
    length
        Legs of the path traced to each end, -1 where none was asked for, int64[E].
    legs
        Legs of all traced paths in travel order, int64.
    cost
        Cost of each traced path, float64[E].
    """

    least: NDArray[np.float64]
    length: NDArray[np.int64]
    legs: NDArray[np.int64]
    cost: NDArray[np.float64]


@compiled
def _sweep_from(graph: Graph, extra: Graph, state: Search, root: int, limit: float) -> None:
    """Label all nodes within the limit; extra arcs count on from those of the graph.

    A negative weight is harmless into a node that no arc leaves in the direction of the sweep: such a node may be
    reached again after it was taken, with nothing to be put right behind it.
    """
    heap, place, label, by, before = state
    start, far, weight, _ = graph
    extra_start, extra_far, extra_weight, _ = extra
    label[:] = np.inf
    label[root] = 0.0
    by[root] = -1
    size = _lift(heap, place, label, 0, root)
    while size > 0:
        near = _take(heap, place, label, size)
        size -= 1
        key = label[near]
        for arc in range(start[near], start[near + 1]):
            node, there = far[arc], key + weight[arc]
            if there < label[node] and there <= limit:
                label[node] = there
                by[node] = arc
                before[node] = near
                size = _lift(heap, place, label, size, node)
        for arc in range(extra_start[near], extra_start[near + 1]):
            node, there = extra_far[arc], key + extra_weight[arc]
            if there < label[node] and there <= limit:
                label[node] = there
                by[node] = far.size + arc
                before[node] = near
                size = _lift(heap, place, label, size, node)


@compiled
def _grown(legs: NDArray[np.int64], room: int) -> NDArray[np.int64]:
    """Return the array itself, or a longer copy with room for so many legs."""
    if legs.size >= room:
        return legs
    longer = np.empty(max(room, 2 * legs.size), np.int64)
    longer[: legs.size] = legs
    return longer


@compiled
def _steps(state: Search, end: int) -> int:
    """Return how many arcs lead to an end."""
    steps = 0
    while state.by[end] >= 0:
        steps += 1
        end = state.before[end]
    return steps


@compiled
def _trace(graph: Graph, extra: Extra, state: Search, end: int, legs: NDArray[np.int64]) -> float:
    """Write the legs of the path to an end, from the root on, and return its cost."""
    cost = 0.0
    for place in range(legs.size - 1, -1, -1):
        arc = state.by[end]
        if arc < graph.far.size:
            legs[place] = graph.made[arc]
            cost += graph.weight[arc]
        else:
            legs[place] = extra.graph.made[arc - graph.far.size]
            cost += extra.cost[arc - graph.far.size]
        end = state.before[end]
    return cost


@compiled
def sweep(graph: Graph, extra: Extra, asked: Asked) -> Found:
    """Sweep from each root, over the arcs of a graph and some extra ones, and trace the paths that beat a price.

    Legs are what the arcs stand for, in travel order.
    """
    nodes = graph.start.size - 1
    state = _start_search(nodes)
    ends = asked.end.size
    least, length, cost = np.empty(ends), np.full(ends, -1, np.int64), np.zeros(ends)
    legs = np.empty(ends, np.int64)
    top = 0
    for one in range(asked.root.size):
        _sweep_from(graph, extra.graph, state, asked.root[one], asked.limit[one])
        for entry in range(asked.end_start[one], asked.end_start[one + 1]):
            end = asked.end[entry]
            least[entry] = state.label[end]
            if not least[entry] < asked.beat[entry]:
                continue
            length[entry] = _steps(state, end)
            legs = _grown(legs, top + length[entry])
            traced = legs[top : top + length[entry]]
            cost[entry] = _trace(graph, extra, state, end, traced)
            if asked.backward:
                traced[:] = traced[::-1].copy()
            top += length[entry]
    return Found(least, length, legs[:top].copy(), cost)


class LinkTable(NamedTuple):
    """Links with prices, and the distances between them, their roots and their ends.

    Parameters
    ----------
    distance
        From rows to columns in the direction of the search, float64[rows, columns].
    row, column
        Row from which the search goes on after each link, and column at which it comes to it, int32[M].
    price
        Price of each link, float64[M].
    """

    distance: NDArray[np.float64]
    row: NDArray[np.int32]
    column: NDArray[np.int32]
    price: NDArray[np.float64]


@compiled
def _label_links(
    table: LinkTable, root: int, limit: float, label: NDArray[np.float64], before: NDArray[np.int32]
) -> None:
    """Give each link the least price of a path from a root over it, and the link before it, -1 for none."""
    links = table.price.size
    waits = np.ones(links, np.bool_)
    for link in range(links):
        label[link] = table.distance[root, table.column[link]] + table.price[link]
        before[link] = -1
    for _ in range(links):
        near, key = -1, np.inf
        for link in range(links):
            if waits[link] and label[link] < key:
                near, key = link, label[link]
        if near < 0 or key > limit:
            break
        waits[near] = False
        row = table.distance[table.row[near]]
        for link in range(links):
            there = key + row[table.column[link]] + table.price[link]
            if there < label[link]:
                label[link] = there
                before[link] = near


@compiled
def search_links(table: LinkTable, asked: Asked) -> Found:
    """Search over links with prices from each root (a row) and trace the paths to ends (columns) that beat a price.

    Legs are positions of links, in travel order; the cost is left 0.
    """
    ends, links = asked.end.size, table.price.size
    least, length, cost = np.empty(ends), np.full(ends, -1, np.int64), np.zeros(ends)
    legs = np.empty(ends, np.int64)
    label, before = np.empty(links), np.empty(links, np.int32)
    top = 0
    for one in range(asked.root.size):
        _label_links(table, asked.root[one], asked.limit[one], label, before)
        for entry in range(asked.end_start[one], asked.end_start[one + 1]):
            end = asked.end[entry]
            best, last = table.distance[asked.root[one], end], -1
            for link in range(links):
                there = label[link] + table.distance[table.row[link], end]
                if there < best:
                    best, last = there, link
            least[entry] = best
            if not best < asked.beat[entry]:
                continue
            first = top
            while last >= 0:
                legs = _grown(legs, top + 1)
                legs[top] = last
                top += 1
                last = before[last]
            length[entry] = top - first
            if not asked.backward:
                legs[first:top] = legs[first:top][::-1].copy()
    return Found(least, length, legs[:top].copy(), cost)
