"""Compiled kernels that search hierarchies and unfold paths; for the rules of kernels see ``sweep_kernels``."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geodata.routing.sweep_kernels import compiled

Half = tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]
"""Edges of one half of a hierarchy by the lower of their ends: where each row begins, ranks above, weights."""

NONE = -1
SEED = -1

BATCH = 24
"""Ranks that one side settles before the other side goes on."""


class Search(NamedTuple):
    """Working arrays of a search upwards in one half of a hierarchy.

    Parameters
    ----------
    label
        Least label found of each rank, inf before any, float64[V].
    by, before
        Edge and rank each was reached by (SEED and the seed's number where it was not reached), int32[V].
    key, item
        Heap of ranks by label.
    seen, settled
        Ranks with a label, and those whose label is final and not passed over, int32[V].
    counts
        Ranks in the heap, ranks seen, ranks settled, int64[3].
    """

    label: NDArray[np.float64]
    by: NDArray[np.int32]
    before: NDArray[np.int32]
    key: NDArray[np.float64]
    item: NDArray[np.int32]
    seen: NDArray[np.int32]
    settled: NDArray[np.int32]
    counts: NDArray[np.int64]


class Entries(NamedTuple):
    """What searches from several places settled.

    Parameters
    ----------
    rank, place, label
        Rank settled, place it was searched from and label, int32[E], int32[E], float64[E].
    before
        Entry it was reached from, NONE where the place stands, int32[E].
    by
        Edge it was reached by, or the place's own number of the vertex, int32[E].
    """

    rank: NDArray[np.int32]
    place: NDArray[np.int32]
    label: NDArray[np.float64]
    before: NDArray[np.int32]
    by: NDArray[np.int32]


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
def _begin(search: Search, rank: NDArray[np.int32], offset: NDArray[np.float64]) -> None:
    """Label the seeds of a search."""
    label, counts = search.label, search.counts
    for seed in range(rank.size):
        here, there = rank[seed], offset[seed]
        if there < label[here]:
            if label[here] == np.inf:
                search.seen[counts[1]] = here
                counts[1] += 1
            label[here], search.by[here], search.before[here] = there, SEED, seed
            counts[0] = _push(search.key, search.item, counts[0], there, here)


@compiled
def _end(search: Search) -> None:
    """Leave the working arrays as they were before the search."""
    for one in range(search.counts[1]):
        search.label[search.seen[one]] = np.inf
    search.counts[:] = 0


@compiled
def _advance(
    half: Half,
    other: Half,
    search: Search,
    theirs: NDArray[np.float64],
    found: tuple[float, Any],
    limits: tuple[float, Any],
) -> tuple[float, Any]:
    """Settle ranks upwards and return the least impedance to a rank the other search has labelled, and that rank.

    A rank that is reached by a shorter way from above is passed over: no least path turns there. It is one function
    since calls would take most of its time.

    Parameters
    ----------
    half, other
        Edges to search over, and those of the other half.
    search
        The search; it lists what it settles.
    theirs
        Labels of the other search.
    found
        Least impedance and rank so far; nothing that is not better is searched for.
    limits
        What the other search adds at least, and how many ranks to settle at most.
    """
    label, by, before, key, item, seen, settled, counts = search
    start, above, weight = half
    other_start, other_above, other_weight = other
    best, top = found
    size, seen_count, settled_count = counts
    until = settled_count + limits[1]
    while size > 0 and key[0] + limits[0] < best and settled_count < until:
        so_far, rank = key[0], item[0]
        size = _drop_least(key, item, size)
        stalled = so_far > label[rank]
        for edge in range(other_start[rank], other_start[rank + 1]):
            stalled |= label[other_above[edge]] + other_weight[edge] < so_far
        if stalled:
            continue
        settled[settled_count] = rank
        settled_count += 1
        if so_far + theirs[rank] < best:
            best, top = so_far + theirs[rank], rank
        for edge in range(start[rank], start[rank + 1]):
            to, there = above[edge], so_far + weight[edge]
            if there < label[to]:
                if label[to] == np.inf:
                    seen[seen_count] = to
                    seen_count += 1
                label[to], by[to], before[to] = there, edge, rank
                size = _push(key, item, size, there, to)
    counts[0], counts[1], counts[2] = size, seen_count, settled_count
    return best, top


@compiled
def _meet(up: Half, down: Half, forward: Search, backward: Search, floors: tuple[float, float]) -> tuple[float, Any]:
    """Search from both sides and return the least impedance and the rank where the least path turns down."""
    found, settled = (np.inf, np.int64(NONE)), -1
    while settled < forward.counts[2] + backward.counts[2]:
        settled = forward.counts[2] + backward.counts[2]
        found = _advance(up, down, forward, backward.label, found, (floors[1], np.int64(BATCH)))
        found = _advance(down, up, backward, forward.label, found, (floors[0], np.int64(BATCH)))
    return found


@compiled
def _codes(
    forward: Search, backward: Search, top: int, made: tuple[NDArray[np.int32], NDArray[np.int32]]
) -> tuple[NDArray[np.int32], int, int]:
    """Return what the edges of a path stand for, last first, and the seeds it starts and ends at."""
    steps, one, other = 0, top, top
    while forward.by[one] != SEED:
        steps, one = steps + 1, forward.before[one]
    ahead = steps
    while backward.by[other] != SEED:
        steps, other = steps + 1, backward.before[other]
    codes = np.empty(steps, np.int32)
    here = top
    for step in range(steps - ahead, steps):
        codes[step], here = made[0][forward.by[here]], forward.before[here]
    here = top
    for step in range(steps - ahead - 1, -1, -1):
        codes[step], here = made[1][backward.by[here]], backward.before[here]
    return codes, forward.before[one], backward.before[other]


@compiled
def _unfold(codes: NDArray[np.int32], records: tuple[NDArray[np.int32], NDArray[np.int32]]) -> NDArray[np.int32]:
    """Return the edges that codes, last first, stand for, in travel order."""
    first, second = records
    edges = np.empty(4 * codes.size + 64, np.int32)
    count = 0
    stack = list(codes)
    while len(stack) > 0:
        one = stack.pop()
        if one >= 0:
            stack.append(second[one])
            stack.append(first[one])
        else:
            if count == edges.size:
                edges = np.concatenate((edges, np.empty(edges.size, np.int32)))
            edges[count] = ~one
            count += 1
    return edges[:count]


@compiled
def least_path(
    up: Half,
    down: Half,
    made: tuple[NDArray[np.int32], NDArray[np.int32]],
    records: tuple[NDArray[np.int32], NDArray[np.int32]],
    seeds: tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.int32], NDArray[np.float64]],
    searches: tuple[Search, Search],
) -> tuple[float, int, int, NDArray[np.int32]]:
    """Return the least impedance between seeds, the seeds it starts and ends at, and the edges in travel order.

    Parameters
    ----------
    up, down
        Edges to higher ranks, and those from higher ranks.
    made, records
        What the edges of the two halves stand for, and the parts of records.
    seeds
        Ranks and offsets of the start, and of the end; at least one each.
    searches
        Working arrays, left as they were found.
    """
    forward, backward = searches
    _begin(forward, seeds[0], seeds[1])
    _begin(backward, seeds[2], seeds[3])
    best, top = _meet(up, down, forward, backward, (seeds[1].min(), seeds[3].min()))
    if top == NONE:
        codes, start, end = np.empty(0, np.int32), NONE, NONE
    else:
        codes, start, end = _codes(forward, backward, top, made)
    _end(forward)
    _end(backward)
    return best, start, end, _unfold(codes, records)


@compiled
def _with_room(entries: Entries, needed: int) -> Entries:
    """Return the entries, in longer arrays when they do not hold so many."""
    size = entries.rank.size
    if needed <= size:
        return entries
    spare, spare_label = np.empty(needed + size, np.int32), np.empty(needed + size)
    return Entries(
        np.concatenate((entries.rank, spare)),
        np.concatenate((entries.place, spare)),
        np.concatenate((entries.label, spare_label)),
        np.concatenate((entries.before, spare)),
        np.concatenate((entries.by, spare)),
    )


@compiled
def settle(
    half: Half,
    other: Half,
    places: tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]],
    limit: float,
    search: Search,
) -> tuple[Entries, NDArray[np.int64]]:
    """Return what searches upwards from places settle, and where the entries of each place begin.

    Ranks that are reached by a shorter way from above are left out: no least path turns there.

    Parameters
    ----------
    half, other
        Edges to search over, and those of the other half.
    places
        Where the ranks of each place begin, the ranks, and their offsets.
    limit
        Labels above it are left out.
    search
        Working arrays, left as they were found.
    """
    room = 64 * places[0].size
    empty = np.empty(room, np.int32)
    entries = Entries(empty, empty.copy(), np.empty(room), empty.copy(), empty.copy())
    start = np.zeros(places[0].size, np.int64)
    entry_of, idle = np.empty(search.label.size, np.int32), np.full(search.label.size, np.inf)
    just_above = np.nextafter(limit, np.inf)
    count = 0
    for place in range(places[0].size - 1):
        seeds = slice(places[0][place], places[0][place + 1])
        _begin(search, places[1][seeds], places[2][seeds])
        _advance(half, other, search, idle, (just_above, np.int64(NONE)), (0.0, np.int64(search.label.size)))
        entries = _with_room(entries, count + search.counts[2])
        for rank in search.settled[: search.counts[2]]:
            entry_of[rank] = count
            entries.rank[count], entries.place[count], entries.label[count] = rank, place, search.label[rank]
            entries.before[count], entries.by[count] = NONE, places[0][place] + search.before[rank]
            if search.by[rank] != SEED:
                entries.before[count], entries.by[count] = entry_of[search.before[rank]], search.by[rank]
            count += 1
        start[place + 1] = count
        _end(search)
    rank, place_of, label, before, by = entries
    return Entries(rank[:count], place_of[:count], label[:count], before[:count], by[:count]), start
