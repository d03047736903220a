"""Compiled kernels on what edges of hierarchies stand for; for the rules of kernels see ``sweep_kernels``."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geodata.routing.sweep_kernels import compiled


@compiled
def to_rows(
    at: NDArray[np.int64],
    count: NDArray[np.int32],
    columns: tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.int32]],
    order: NDArray[np.int32],
    rank: NDArray[np.int32],
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64], NDArray[np.int32]]:
    """Return lists of edges in compressed rows by rank: where each begins, far ranks, weights, what edges stand for."""
    start = np.zeros(order.size + 1, np.int64)
    for here in range(order.size):
        start[here + 1] = start[here] + count[order[here]]
    far, weight, made = np.empty(start[-1], np.int32), np.empty(start[-1]), np.empty(start[-1], np.int32)
    for here in range(order.size):
        new = slice(start[here], start[here + 1])
        old = slice(at[order[here]], at[order[here]] + count[order[here]])
        far[new], weight[new], made[new] = rank[columns[0][old]], columns[1][old], columns[2][old]
    return start, far, weight, made


@compiled
def keep_used(
    up_made: NDArray[np.int32], down_made: NDArray[np.int32], first: NDArray[np.int32], second: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the parts of the records that edges need, in the order they were made, and rename them in the edges."""
    used = np.zeros(first.size, np.bool_)
    for made in (up_made, down_made):
        used[made[made >= 0]] = True
    for record in range(first.size - 1, -1, -1):
        for part in (first[record], second[record]):
            if used[record] and part >= 0:
                used[part] = True
    new = np.cumsum(used) - 1
    parts = first[used], second[used]
    for made in (up_made, down_made, parts[0], parts[1]):
        for place in np.flatnonzero(made >= 0):
            made[place] = new[made[place]]
    return parts


@compiled
def sum_records(
    first: NDArray[np.int32], second: NDArray[np.int32], edge_value: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return a value of edges summed over what each record stands for."""
    sums = np.empty(first.size)
    for record in range(first.size):
        one, other = first[record], second[record]
        sums[record] = (sums[one] if one >= 0 else edge_value[~one]) + (
            sums[other] if other >= 0 else edge_value[~other]
        )
    return sums
