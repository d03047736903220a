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
        old = at[order[here]] - start[here]
        for edge in range(start[here], start[here + 1]):
            far[edge], weight[edge] = rank[columns[0][old + edge]], columns[1][old + edge]
            made[edge] = columns[2][old + edge]
    return start, far, weight, made


@compiled
def mark_used(
    up_made: NDArray[np.int32], down_made: NDArray[np.int32], first: NDArray[np.int32], second: NDArray[np.int32]
) -> NDArray[np.bool_]:
    """Return which records some edge stands for, itself or by way of other records."""
    used = np.zeros(first.size, np.bool_)
    for made in (up_made, down_made):
        for one in made:
            if one >= 0:
                used[one] = True
    for record in range(first.size - 1, -1, -1):
        for part in (first[record], second[record]):
            if part >= 0 and used[record]:
                used[part] = True
    return used


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
