"""Compiled kernels of least-path sweeps, and how kernels of this package are compiled.

Kernels hold no lock of the interpreter while they run. Graph arrays are contiguous and closed to writing, working
arrays open, all of the types stated, so that each kernel is compiled once; the compiled code is kept beside its file,
or made anew where that cannot be written. A kernel calls only kernels of its own file, because kept code is thrown
away only when its own file changes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

P = ParamSpec("P")
R = TypeVar("R")

Rows = tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]
NONE = -1

SCANS = 4
"""How often the vertices may be scanned on average before a bucket sweep gives up."""


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Return the function compiled at its first call."""
    try:
        return numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # there is no place to keep compiled code
        return numba.njit(nogil=True)(function)


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
def _enter_seeds(
    seeds: tuple[NDArray[np.int32], NDArray[np.float64]],
    limit: float,
    per_bucket: float,
    label: NDArray[np.float64],
    work: tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]],
) -> int:
    """Label the seeds within the limit and put them into their buckets; return the number of entries."""
    first, vertex, after = work
    top = 0
    for seed in range(seeds[0].size):
        here, there = seeds[0][seed], seeds[1][seed]
        if there < label[here] and there <= limit:
            label[here] = there
            bucket = np.int64(there * per_bucket) & (first.size - 1)
            vertex[top], after[top], first[bucket] = here, first[bucket], top
            top += 1
    return top


@compiled
def bucket_sweep(
    graph: Rows,
    seeds: tuple[NDArray[np.int32], NDArray[np.float64]],
    limit: float,
    per_bucket: float,
    label: NDArray[np.float64],
    by: NDArray[np.int32],
    work: tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]],
) -> bool:
    """Label the vertices from the seeds with a queue of buckets of equal width; return whether it came to an end.

    Vertices wait in the bucket of their label, those of one bucket in no order: one whose label falls while its bucket
    is worked off is scanned again (U. Meyer, P. Sanders, doi:10.1016/S0196-6774(03)00076-2, one at a time). Labels are
    those of Dijkstra's algorithm to the last bit: the least over all paths of the sum from the seed on. It gives up
    when vertices are scanned too often or no room is left for waiting entries.

    Parameters
    ----------
    graph
        Where the edges of each vertex begin, int64[V + 1], their heads, int32[M], and weights, float64[M], at least 0.
    seeds
        At least one vertex, int32, and their first labels, float64, at least 0.
    limit
        Labels above it are not given.
    per_bucket
        One over the width of a bucket: all buckets together are wider than any weight, and than the seeds are apart,
        by two.
    label, by
        Written: least label of each vertex, inf where none; edge it was reached by, -1 at a seed or where none.
    work
        First entry of each bucket (a power of two of them), then the vertex and the next entry of each entry.
    """
    start, head, weight = graph
    first, vertex, after = work
    mask = first.size - 1
    label[:], by[:], first[:] = np.inf, NONE, NONE
    free, top = NONE, _enter_seeds(seeds, limit, per_bucket, label, work)
    waiting, left = top, SCANS * label.size + SCANS
    at = np.int64(seeds[1].min() * per_bucket)
    while waiting > 0:
        entry = first[at & mask]
        if entry == NONE:
            at += 1
            continue
        first[at & mask], after[entry], free = after[entry], free, entry
        waiting -= 1
        near = vertex[entry]
        key = label[near]
        if np.int64(key * per_bucket) != at:
            continue
        left -= 1
        if left < 0:
            return False
        for edge in range(start[near], start[near + 1]):
            far, there = head[edge], key + weight[edge]
            if there < label[far] and there <= limit:
                label[far], by[far] = there, edge
                if free == NONE:
                    if top == vertex.size:
                        return False
                    entry, top = top, top + 1
                else:
                    entry, free = free, after[free]
                bucket = np.int64(there * per_bucket) & mask
                vertex[entry], after[entry], first[bucket] = far, first[bucket], entry
                waiting += 1
    return True


@compiled
def heap_sweep(
    graph: Rows,
    seeds: tuple[NDArray[np.int32], NDArray[np.float64]],
    limit: float,
    label: NDArray[np.float64],
    by: NDArray[np.int32],
) -> None:
    """Label the vertices from the seeds with a heap (E. W. Dijkstra, doi:10.1007/BF01386390); as ``bucket_sweep``."""
    start, head, weight = graph
    label[:], by[:] = np.inf, NONE
    key, item = np.empty(head.size + seeds[0].size + 1), np.empty(head.size + seeds[0].size + 1, np.int32)
    size = 0
    for seed in range(seeds[0].size):
        if seeds[1][seed] < label[seeds[0][seed]] and seeds[1][seed] <= limit:
            label[seeds[0][seed]] = seeds[1][seed]
            size = _push(key, item, size, seeds[1][seed], seeds[0][seed])
    while size > 0:
        least, near = key[0], item[0]
        size = _drop_least(key, item, size)
        if least > label[near]:
            continue
        for edge in range(start[near], start[near + 1]):
            far, there = head[edge], least + weight[edge]
            if there < label[far] and there <= limit:
                label[far], by[far] = there, edge
                size = _push(key, item, size, there, far)


@compiled
def sum_along(
    tail: NDArray[np.int32], by: NDArray[np.int32], value: NDArray[np.float64], sums: NDArray[np.float64]
) -> None:
    """Write the sum of an edge value along the path to each vertex that an edge leads to, from what the first holds."""
    known = by < 0
    way = np.empty(by.size, np.int32)
    for vertex in range(by.size):
        here, steps = vertex, 0
        while not known[here]:
            way[steps] = here
            steps += 1
            here = tail[by[here]]
        for step in range(steps - 1, -1, -1):
            after = way[step]
            sums[after] = sums[here] + value[by[after]]
            known[after] = True
            here = after
