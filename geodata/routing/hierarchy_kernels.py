"""Compiled kernels that contract a digraph vertex by vertex; for the rules of kernels see ``sweep_kernels``."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geodata.routing.sweep_kernels import compiled

SCANS_PER_EDGE = 4
"""Vertices a witness search scans at most, for each edge at the vertex that is taken out."""

SLACK = 1.0
"""How far the priority of a vertex may lie above the next one's for it to be taken out without waiting again."""

MOST_PAIRS = 20_000
"""With more pairs of an entering and a leaving edge, a priority is estimated without witness searches."""

ESTIMATE = 3.0
"""Estimated effort for each pair, per edge: one shortcut made of two edges."""

NOT_ASKED, WITNESSED = -2.0, -1.0


class EdgeLists(NamedTuple):
    """Edges by vertex, each list by rising weight in a room of its own.

    Parameters
    ----------
    at, length, room
        Where the list of each vertex begins, how long it is and how long it may grow, int64[V], int32[V], int32[V].
    far, weight, made
        Other vertex and weight of each edge, and what it stands for: a record of two edges, or ``~edge``.
    top
        Where free room begins, int64[1].
    """

    at: NDArray[np.int64]
    length: NDArray[np.int32]
    room: NDArray[np.int32]
    far: NDArray[np.int32]
    weight: NDArray[np.float64]
    made: NDArray[np.int32]
    top: NDArray[np.int64]


class Records(NamedTuple):
    """What shortcuts stand for: two parts in travel order, records or ``~edge``, and how many edges in all, int32."""

    first: NDArray[np.int32]
    second: NDArray[np.int32]
    edges: NDArray[np.int32]


class Witnesses(NamedTuple):
    """Working arrays of witness searches: label and asked length of each vertex, float64[V], and those seen, int32."""

    label: NDArray[np.float64]
    asked: NDArray[np.float64]
    seen: NDArray[np.int32]


class Remaining(NamedTuple):
    """What is left of a digraph: edges between vertices left (of one taken out, those it had then), and records."""

    leaving: EdgeLists
    entering: EdgeLists
    records: Records


class Queue(NamedTuple):
    """In which order vertices are taken out.

    Parameters
    ----------
    key, item
        Heap of the vertices left by priority, float64[V], int32[V].
    level
        Of each vertex, one above the highest of its neighbours taken out, int32[V].
    order
        Vertices in the order they were taken out, int32[V].
    counts
        Vertices in the heap, vertices taken out, records, int64[3].
    """

    key: NDArray[np.float64]
    item: NDArray[np.int32]
    level: NDArray[np.int32]
    order: NDArray[np.int32]
    counts: NDArray[np.int64]


@compiled
def _push(key: NDArray[np.float64], item: NDArray[np.int32], size: int, new_key: float, new_item: int) -> int:
    """Put an item into a heap, four below each, and return the new size."""
    at = size
    while at > 0 and key[(at - 1) >> 2] > new_key:
        key[at], item[at] = key[(at - 1) >> 2], item[(at - 1) >> 2]
        at = (at - 1) >> 2
    key[at], item[at] = new_key, new_item
    return size + 1


@compiled
def _drop_least(key: NDArray[np.float64], item: NDArray[np.int32], size: int) -> int:
    """Take the item of least key out of a heap and return the new size."""
    size -= 1
    last = key[size]
    at = 0
    while 4 * at + 1 < size:
        best = 4 * at + 1
        for other in range(best + 1, min(best + 4, size)):
            if key[other] < key[best]:
                best = other
        if key[best] >= last:
            break
        key[at], item[at] = key[best], item[best]
        at = best
    key[at], item[at] = last, item[size]
    return size


@compiled
def _with_room(lists: EdgeLists, needed: int) -> EdgeLists:
    """Return the lists, moved to larger arrays unless there is free room for so many edges."""
    if lists.top[0] + needed <= lists.far.size:
        return lists
    room = lists.length + lists.length // 2 + 2
    at = (np.cumsum(room) - room).astype(np.int64)
    top = room.sum()
    size = 2 * top + needed
    far, weight, made = np.empty(size, np.int32), np.empty(size), np.empty(size, np.int32)
    for vertex in range(at.size):
        for one in range(lists.length[vertex]):
            new, old = at[vertex] + one, lists.at[vertex] + one
            far[new], weight[new], made[new] = lists.far[old], lists.weight[old], lists.made[old]
    return EdgeLists(at, lists.length, room.astype(np.int32), far, weight, made, np.full(1, top, np.int64))


@compiled
def _move(lists: EdgeLists, source: int, target: int) -> None:
    """Copy one edge to another place."""
    lists.far[target], lists.weight[target] = lists.far[source], lists.weight[source]
    lists.made[target] = lists.made[source]


@compiled
def _insert(lists: EdgeLists, vertex: int, far: int, weight: float, made: int) -> None:
    """Put an edge into a list unless one as good leads to the same vertex; a worse one makes place."""
    at, count = lists.at[vertex], lists.length[vertex]
    place = at
    while place < at + count and lists.far[place] != far:
        place += 1
    if place < at + count:
        if weight >= lists.weight[place]:
            return
    else:
        if count == lists.room[vertex]:
            at, lists.room[vertex] = lists.top[0], 2 * count + 2
            lists.top[0] += lists.room[vertex]
            for one in range(count):
                _move(lists, lists.at[vertex] + one, at + one)
            lists.at[vertex] = at
        place = at + count
        lists.length[vertex] = count + 1
    while place > at and lists.weight[place - 1] > weight:
        _move(lists, place - 1, place)
        place -= 1
    lists.far[place], lists.weight[place], lists.made[place] = far, weight, made


@compiled
def _remove(lists: EdgeLists, vertex: int, far: int) -> None:
    """Take the edge to a vertex out of a list."""
    place = lists.at[vertex]
    while lists.far[place] != far:
        place += 1
    lists.length[vertex] -= 1
    for one in range(place, lists.at[vertex] + lists.length[vertex]):
        _move(lists, one + 1, one)


@compiled
def _ask(leaving: EdgeLists, work: Witnesses, vertex: int, near: int, weight: float) -> tuple[float, int]:
    """Note the lengths of the paths through a vertex to all others; return the largest, and how many there are."""
    bound, asked = 0.0, 0
    for edge in range(leaving.at[vertex], leaving.at[vertex] + leaving.length[vertex]):
        if leaving.far[edge] != near:
            work.asked[leaving.far[edge]] = weight + leaving.weight[edge]
            bound = weight + leaving.weight[edge]
            asked += 1
    return bound, asked


@compiled
def _search(leaving: EdgeLists, work: Witnesses, vertex: int, near: int, bound: float, open_: int) -> bool:
    """Mark the ends of paths through a vertex that others make needless; return whether any is left.

    Vertices are scanned once each in the order they are seen, not by label: whatever path is found is one, and most
    searches end without a witness, however they are done. It is one function since calls would take most of its time.
    """
    at, length, edge_far, edge_weight = leaving.at, leaving.length, leaving.far, leaving.weight
    label, asked, seen = work.label, work.asked, work.seen
    most_scans = SCANS_PER_EDGE * (length[vertex] + length[near])
    label[near], seen[0] = 0.0, near
    scanned, found = 0, 1
    while scanned < found and scanned <= most_scans and open_ > 0:
        here = seen[scanned]
        key = label[here]
        if scanned == 1:  # what is still asked may be shorter than what was
            bound = asked[edge_far[at[vertex] : at[vertex] + length[vertex]]].max()
        scanned += 1
        for edge in range(at[here], at[here] + length[here]):
            far, there = edge_far[edge], key + edge_weight[edge]
            if there > bound:
                break
            if there < label[far] and far != vertex:
                if label[far] == np.inf:
                    seen[found] = far
                    found += 1
                label[far] = there
                if there <= asked[far]:
                    asked[far] = WITNESSED
                    open_ -= 1
    label[seen[:found]] = np.inf
    return open_ > 0


@compiled
def _simulate(left: Remaining, work: Witnesses, vertex: int, pairs: NDArray[np.int64]) -> int:
    """Write the pairs of an entering and a leaving edge that need a shortcut without the vertex; return how many."""
    leaving, entering = left.leaving, left.entering
    found = 0
    for first in range(entering.at[vertex], entering.at[vertex] + entering.length[vertex]):
        near = entering.far[first]
        bound, asked = _ask(leaving, work, vertex, near, entering.weight[first])
        needed = asked > 0 and _search(leaving, work, vertex, near, bound, asked)
        for second in range(leaving.at[vertex], leaving.at[vertex] + leaving.length[vertex]):
            far = leaving.far[second]
            if needed and far != near and work.asked[far] != WITNESSED:
                pairs[found, 0], pairs[found, 1] = first, second
                found += 1
            work.asked[far] = NOT_ASKED
    return found


@compiled
def _edges_of(records: Records, made: int) -> int:
    """Return how many edges of the digraph an edge stands for."""
    return 1 if made < 0 else int(records.edges[made])


@compiled
def _effort(left: Remaining, vertex: int, pairs: NDArray[np.int64], found: int) -> float:
    """Return the shortcuts made per edge removed, counted singly and, added to that, by what they stand for."""
    leaving, entering, records = left.leaving, left.entering, left.records
    removed, added = 0, 0
    for edge in range(entering.at[vertex], entering.at[vertex] + entering.length[vertex]):
        removed += _edges_of(records, entering.made[edge])
    for edge in range(leaving.at[vertex], leaving.at[vertex] + leaving.length[vertex]):
        removed += _edges_of(records, leaving.made[edge])
    for pair in range(found):
        added += _edges_of(records, entering.made[pairs[pair, 0]]) + _edges_of(records, leaving.made[pairs[pair, 1]])
    return float(found / max(leaving.length[vertex] + entering.length[vertex], 1) + added / max(removed, 1))


@compiled
def _record(left: Remaining, pairs: NDArray[np.int64], found: int, count: int) -> Records:
    """Return the records, with one more for each pair of edges after the first ``count``."""
    records, leaving, entering = left.records, left.leaving, left.entering
    if count + found > records.first.size:
        spare = np.empty(records.first.size + found, np.int32)
        records = Records(
            np.concatenate((records.first, spare)),
            np.concatenate((records.second, spare)),
            np.concatenate((records.edges, spare)),
        )
    for pair in range(found):
        first, second = entering.made[pairs[pair, 0]], leaving.made[pairs[pair, 1]]
        records.first[count + pair], records.second[count + pair] = first, second
        records.edges[count + pair] = _edges_of(records, first) + _edges_of(records, second)
    return records


@compiled
def _take_out(left: Remaining, queue: Queue, vertex: int, pairs: NDArray[np.int64], found: int) -> Remaining:
    """Return what is left when a vertex is taken out, with a shortcut for each of the pairs found."""
    leaving, entering, made = left.leaving, left.entering, queue.counts[2]
    near, far, weight = np.empty(found, np.int32), np.empty(found, np.int32), np.empty(found)
    for pair in range(found):
        first, second = pairs[pair]
        near[pair], far[pair] = entering.far[first], leaving.far[second]
        weight[pair] = entering.weight[first] + leaving.weight[second]
    records = _record(left, pairs, found, made)
    queue.counts[2] += found
    needed = 0
    for lists, others in ((leaving, entering), (entering, leaving)):
        for edge in range(others.at[vertex], others.at[vertex] + others.length[vertex]):
            neighbour = others.far[edge]
            _remove(lists, neighbour, vertex)
            queue.level[neighbour] = max(queue.level[neighbour], queue.level[vertex] + 1)
            # A list that grows is moved to twice its room, perhaps several times over.
            needed += 4 * (lists.length[neighbour] + found) + 4
    leaving, entering = _with_room(leaving, needed), _with_room(entering, needed)
    for pair in range(found):
        _insert(leaving, near[pair], far[pair], weight[pair], made + pair)
        _insert(entering, far[pair], near[pair], weight[pair], made + pair)
    queue.order[queue.counts[1]] = vertex
    queue.counts[1] += 1
    return Remaining(leaving, entering, records)


@compiled
def contract(left: Remaining, queue: Queue, work: Witnesses, count: int) -> Remaining:
    """Return what is left after so many more vertices, or all, are taken out, those of least priority first."""
    pairs = np.empty((MOST_PAIRS, 2), np.int64)
    until = min(queue.counts[1] + count, queue.order.size)
    while queue.counts[1] < until:
        vertex = queue.item[0]
        size = _drop_least(queue.key, queue.item, queue.counts[0])
        entering, leaving = int(left.entering.length[vertex]), int(left.leaving.length[vertex])
        found, priority = 0, float(queue.level[vertex])
        if entering * leaving <= MOST_PAIRS:
            found = _simulate(left, work, vertex, pairs)
            priority += _effort(left, vertex, pairs, found)
        else:
            priority += ESTIMATE * entering * leaving / (entering + leaving)
        if size > 0 and priority > queue.key[0] + SLACK:
            queue.counts[0] = _push(queue.key, queue.item, size, priority, vertex)
            continue
        queue.counts[0] = size
        if entering * leaving > MOST_PAIRS:
            pairs = np.empty((entering * leaving, 2), np.int64)
            found = _simulate(left, work, vertex, pairs)
        left = _take_out(left, queue, vertex, pairs, found)
    return left
