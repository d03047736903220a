"""Compiled kernels that search graphs: for witnesses, in sweeps, and over a table of distances."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.flow.search.kernels import DROPPED, PROVEN, UNPROVEN, Asked, Found, Graph, Rows, compiled

HEAP_BITS = 2
"""Each node of a heap has four below it."""

MOST_TRIED = 256
"""Most arcs that a witness search tries from one node, the shortest first, lest hubs make it endless."""


class Search(NamedTuple):
    """State of a search: a heap of nodes by label, and how each node was reached.

    Parameters
    ----------
    heap, key, place
        Nodes in the heap and their labels, and where each node stands in it, -1 when it does not, int32[N],
        float64[N], int32[N].
    label
        Least label found of each node, inf before any, float64[N].
    by, before
        Arc and node by which each node was reached, int32[N].
    """

    heap: NDArray[np.int32]
    key: NDArray[np.float64]
    place: NDArray[np.int32]
    label: NDArray[np.float64]
    by: NDArray[np.int32]
    before: NDArray[np.int32]


@compiled
def _start_search(nodes: int) -> Search:
    """Return the state before a search."""
    heap, key, place = np.empty(nodes, np.int32), np.empty(nodes), np.full(nodes, -1, np.int32)
    return Search(heap, key, place, np.full(nodes, np.inf), np.empty(nodes, np.int32), np.empty(nodes, np.int32))


@compiled
def _lift(
    heap: NDArray[np.int32], key: NDArray[np.float64], place: NDArray[np.int32], size: int, node: int, label: float
) -> int:
    """Put a node into a heap of ``size``, or move it up to its new, lower label; return the new size."""
    at = place[node]
    if at < 0:
        at = size
        size += 1
    while at > 0:
        above = (at - 1) >> HEAP_BITS
        if key[above] <= label:
            break
        other = heap[above]
        heap[at] = other
        key[at] = key[above]
        place[other] = at
        at = above
    heap[at] = node
    key[at] = label
    place[node] = at
    return int(size)


@compiled
def _take(heap: NDArray[np.int32], key: NDArray[np.float64], place: NDArray[np.int32], size: int) -> int:
    """Take the node of least label out of a heap of ``size`` and return it."""
    least, last = heap[0], heap[size - 1]
    place[least] = -1
    size -= 1
    if size == 0:
        return int(least)
    label = key[size]
    at = 0
    while True:
        below = (at << HEAP_BITS) + 1
        if below >= size:
            break
        best, best_key = below, key[below]
        for one in range(below + 1, min(below + (1 << HEAP_BITS), size)):
            if key[one] < best_key:
                best, best_key = one, key[one]
        if best_key >= label:
            break
        node = heap[best]
        heap[at] = node
        key[at] = best_key
        place[node] = at
        at = best
    heap[at] = last
    key[at] = label
    place[last] = at
    return int(least)


@compiled
def _last_open(status: NDArray[np.int8], row: int, arc: int) -> int:
    """Return the last unproven arc of a row up to a given one, ``row - 1`` when there is none."""
    while arc >= row and status[arc] != UNPROVEN:
        arc -= 1
    return arc


@compiled
def _search_witness(
    rows: Rows, state: Search, target: NDArray[np.int32], root: int, last: int, most_nodes: int
) -> tuple[float, int]:
    """Search from a node and drop the arcs to its targets, the longest of them ``last``, that are not needed.

    An arc is not needed when some other path is no longer, and made of arcs that are all shorter: then even all such
    arcs together may go, because what stands for one goes back to ever shorter ones.

    Returns
    -------
    tuple
        The label up to which nothing was overlooked, and how many nodes got a label (listed in ``state.before``).
    """
    heap, heap_key, place, label, _, seen = state
    start, far, weight, status = rows.start, rows.far, rows.weight, rows.status
    label[root] = 0.0
    seen[0] = root
    seen_count = 1
    size = _lift(heap, heap_key, place, 0, root, 0.0)
    for _ in range(most_nodes + 1):
        last = _last_open(status, start[root], last)
        if size == 0 or last < start[root] or heap_key[0] >= weight[last]:
            break
        near = _take(heap, heap_key, place, size)
        size -= 1
        key = label[near]
        for arc in range(start[near], min(start[near + 1], start[near] + MOST_TRIED)):
            there = key + weight[arc]
            if there > weight[last]:
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
                # Nodes from which every arc leads beyond the longest target need no visit.
                if start[node] < start[node + 1] and there + weight[start[node]] <= weight[last]:
                    size = _lift(heap, heap_key, place, size, node, there)
    complete = np.inf if size == 0 else heap_key[0]
    for at in range(size):
        place[heap[at]] = -1
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
        last = -1
        for arc in range(start[node], start[node + 1]):
            if status[arc] == UNPROVEN:
                last = arc
                target[far[arc]] = arc
        if last < 0:
            continue
        complete, seen_count = _search_witness(rows, state, target, node, last, most_nodes)
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


@compiled
def _sweep_from(graph: Graph, extra: Graph, state: Search, root: int, limit: float) -> None:
    """Label all nodes within the limit; extra arcs count on from those of the graph.

    A negative weight is harmless into a node that no arc leaves in the direction of the sweep: such a node may be
    reached again after it was taken, with nothing to be put right behind it.
    """
    heap, heap_key, place, label, by, before = state
    start, far, weight, _ = graph
    extra_start, extra_far, extra_weight, _ = extra
    label[:] = np.inf
    label[root] = 0.0
    by[root] = -1
    size = _lift(heap, heap_key, place, 0, root, 0.0)
    while size > 0:
        near = _take(heap, heap_key, place, size)
        size -= 1
        key = label[near]
        for arc in range(start[near], start[near + 1]):
            node, there = far[arc], key + weight[arc]
            if there < label[node] and there <= limit:
                label[node] = there
                by[node] = arc
                before[node] = near
                size = _lift(heap, heap_key, place, size, node, there)
        for arc in range(extra_start[near], extra_start[near + 1]):
            node, there = extra_far[arc], key + extra_weight[arc]
            if there < label[node] and there <= limit:
                label[node] = there
                by[node] = far.size + arc
                before[node] = near
                size = _lift(heap, heap_key, place, size, node, there)


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


class Trees(NamedTuple):
    """What sweeps answer when the ways to their ends are kept.

    Parameters
    ----------
    least
        Label of each end asked about, inf beyond the limit, float64[E].
    at
        Where the way to each end stands in the trees, -1 for none, int32[E].
    before, made
        The step before each step in the trees, -1 at a root, and what its arc stands for, int32[T].
    """

    least: NDArray[np.float64]
    at: NDArray[np.int32]
    before: NDArray[np.int32]
    made: NDArray[np.int32]


@compiled
def _keep_way(graph: Graph, state: Search, mark: NDArray[np.int32], trees: Trees, end: int, top: int) -> int:
    """Write the steps to an end that are not in the tree of its root yet; return the new top."""
    step = -1
    while mark[end] < 0:
        mark[end] = top
        if step >= 0:
            trees.before[step] = top
        step = top
        trees.before[step] = -1
        top += 1
        if state.by[end] < 0:
            return top
        trees.made[step] = graph.made[state.by[end]]
        end = state.before[end]
    if step >= 0:
        trees.before[step] = mark[end]
    return top


@compiled
def sweep_trees(graph: Graph, no_arcs: Graph, asked: Asked) -> Trees:
    """Sweep from each root and keep the ways to the ends asked about; ``no_arcs`` is a graph of the same nodes.

    Steps are numbered by int32: the roots times the nodes of the graph must be below 2**31.
    """
    nodes, ends = graph.start.size - 1, asked.end.size
    state = _start_search(nodes)
    mark = np.full(nodes, -1, np.int32)
    room = 2 * nodes
    trees = Trees(np.empty(ends), np.full(ends, -1, np.int32), np.empty(room, np.int32), np.empty(room, np.int32))
    top = 0
    for one in range(asked.root.size):
        _sweep_from(graph, no_arcs, state, asked.root[one], asked.limit[one])
        if room < top + nodes:
            room = 2 * (top + nodes)
            before, made = np.empty(room, np.int32), np.empty(room, np.int32)
            before[:top], made[:top] = trees.before[:top], trees.made[:top]
            trees = Trees(trees.least, trees.at, before, made)
        for entry in range(asked.end_start[one], asked.end_start[one + 1]):
            end = asked.end[entry]
            trees.least[entry] = state.label[end]
            if trees.least[entry] < np.inf:
                top = _keep_way(graph, state, mark, trees, end, top)
                trees.at[entry] = mark[end]
        mark[:] = -1
    return Trees(trees.least, trees.at, trees.before[:top].copy(), trees.made[:top].copy())


@compiled
def walk(
    at: NDArray[np.int32], against: NDArray[np.bool_], before: NDArray[np.int32], made: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return where the steps of each way begin, and what they stand for in travel order.

    Parameters
    ----------
    at
        Where each way stands in the trees, int32[W].
    against
        Whether its tree was swept against the links, so that it leads from the end to the root, bool[W].
    before, made
        The trees.
    """
    start = np.zeros(at.size + 1, np.int64)
    for way in range(at.size):
        start[way + 1] = start[way]
        step = at[way]
        while before[step] >= 0:
            start[way + 1] += 1
            step = before[step]
    codes = np.empty(start[-1], np.int32)
    for way in range(at.size):
        step = at[way]
        place = start[way] if against[way] else start[way + 1] - 1
        while before[step] >= 0:
            codes[place] = made[step]
            place += 1 if against[way] else -1
            step = before[step]
    return start, codes
