"""Compiled kernels that search over links with prices, with the distances between them in a table."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.flow.search.kernels import Asked, Found, compiled


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
def _grown(legs: NDArray[np.int64], room: int) -> NDArray[np.int64]:
    """Return the array itself, or a longer copy with room for so many legs."""
    if legs.size >= room:
        return legs
    longer = np.empty(max(room, 2 * legs.size), np.int64)
    longer[: legs.size] = legs
    return longer


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
