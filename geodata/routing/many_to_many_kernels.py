"""Compiled kernels that join searches to tables; for the rules of kernels see ``sweep_kernels``."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geodata.routing.sweep_kernels import compiled

NONE = -1


@compiled
def to_buckets(
    rank: NDArray[np.int32], place: NDArray[np.int32], label: NDArray[np.float64], ranks: int
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
    """Return entries by rank, in order within each: where each rank's begin, their places, numbers and labels."""
    start = np.zeros(ranks + 1, np.int64)
    for one in rank:
        start[one + 1] += 1
    start = np.cumsum(start)
    free = start[:-1].copy()
    places, entries, labels = np.empty(rank.size, np.int32), np.empty(rank.size, np.int32), np.empty(rank.size)
    for entry in range(rank.size):
        at = free[rank[entry]]
        places[at], entries[at], labels[at] = place[entry], entry, label[entry]
        free[rank[entry]] = at + 1
    return start, places, entries, labels


@compiled
def join(
    starts: tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]],
    buckets: tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]],
    limit: float,
    distance: NDArray[np.float64],
    joined: NDArray[np.int32],
) -> None:
    """Write the least impedance between starts and ends, and the entries at which the two searches met.

    Parameters
    ----------
    starts
        Where the entries of each start begin, their ranks and labels.
    buckets
        Entries of ends by rank: where each rank's begin, the ends, the entries and their labels.
    limit
        Impedances above it stay inf.
    distance, joined
        Written: float64[S, E] and int32[2, S, E]; NONE where there is no path.
    """
    start, rank, label = starts
    bucket, end, entry, rest = buckets
    distance[:], joined[:] = np.inf, NONE
    for one in range(start.size - 1):
        best, ahead, back = distance[one], joined[0, one], joined[1, one]
        for settled in range(start[one], start[one + 1]):
            so_far = label[settled]
            for place in range(bucket[rank[settled]], bucket[rank[settled] + 1]):
                found = so_far + rest[place]
                if found < best[end[place]] and found <= limit:
                    best[end[place]], ahead[end[place]], back[end[place]] = found, settled, entry[place]


@compiled
def sum_entries(
    before: NDArray[np.int32], by: NDArray[np.int32], seed_value: NDArray[np.float64], edge_value: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return a value summed along the way to each entry, from that of the seed on."""
    sums = np.empty(by.size)
    for entry in range(by.size):
        sums[entry] = seed_value[by[entry]] if before[entry] == NONE else sums[before[entry]] + edge_value[by[entry]]
    return sums
