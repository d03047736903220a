"""A graph made smaller without changing any least price between the nodes that matter, with numpy alone.

Nodes are taken out that have few links: dead ends, bends of a road, small junctions. For each pair of a link in and a
link out a link takes their place, of both prices together; at most twice as many as there were. It is exact with prices
below nothing, too, as long as no cycle is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_ROUNDS: Final = 60
LEAST_TAKEN: Final = 0.01
"""Rounds end where fewer than this share of the nodes left are taken out."""
MOST_MORE: Final = 2
"""Links that may take the place of one, at most."""
SMALL: Final = 5_000
"""Graphs of fewer links are left as they are."""


@dataclass(frozen=True, slots=True, eq=False)
class Arcs:
    """Links by their ends and prices: int64[L], int64[L], float64[L]."""

    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    price: NDArray[np.float64]


def reduced(arcs: Arcs, keep: NDArray[np.integer], nodes: int, small: int = SMALL) -> Arcs:
    """Return links of fewer nodes with the same least price between any two of the nodes to keep.

    Parameters
    ----------
    arcs
        All links; no cycle of theirs costs less than nothing.
    keep
        Nodes that must stay.
    nodes
        Number of nodes.
    small
        With fewer links than this they are returned as they are.
    """
    if arcs.tail.size < small:
        return arcs
    stays = np.zeros(nodes, dtype=np.bool_)
    stays[keep] = True
    # A fixed order in no relation to the numbering: neighbours rarely wait for one another.
    rank = np.random.default_rng(0).permutation(nodes)
    arcs = _cheapest(arcs, nodes)
    for _ in range(MOST_ROUNDS):
        out, into = np.bincount(arcs.tail, minlength=nodes), np.bincount(arcs.head, minlength=nodes)
        present = (out + into) > 0
        easy = present & ~stays & (out * into <= MOST_MORE * (out + into))
        easy &= ~_has_lower_neighbour(arcs, easy, rank)
        if easy.sum() <= LEAST_TAKEN * present.sum():
            break
        arcs = _without(arcs, easy, out, nodes)
    return arcs


def _cheapest(arcs: Arcs, nodes: int) -> Arcs:
    """Return one link for each pair of ends, the cheapest, and none from a node to itself; ordered by their ends."""
    key = arcs.tail * nodes + arcs.head
    # Most links stand in their order already: a stable sort merges the others in.
    order = np.argsort(key, kind="stable")
    order = order[arcs.tail[order] != arcs.head[order]]
    if not order.size:
        return Arcs(arcs.tail[order], arcs.head[order], arcs.price[order])
    ordered = key[order]
    first = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    kept = order[first]
    return Arcs(arcs.tail[kept], arcs.head[kept], np.minimum.reduceat(arcs.price[order], first))


def _has_lower_neighbour(arcs: Arcs, easy: NDArray[np.bool_], rank: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return the nodes with a neighbour that could go, too, and goes first."""
    both = easy[arcs.tail] & easy[arcs.head]
    tail, head = arcs.tail[both], arcs.head[both]
    waits = np.zeros(easy.size, dtype=np.bool_)
    waits[np.where(rank[tail] < rank[head], head, tail)] = True
    return waits


def _without(arcs: Arcs, gone: NDArray[np.bool_], out: NDArray[np.int64], nodes: int) -> Arcs:
    """Return the links without some nodes, no two of them neighbours; links are ordered by tail."""
    start = np.concatenate([[0], np.cumsum(out)])
    arriving = np.flatnonzero(gone[arcs.head])
    through = arcs.head[arriving]
    count = out[through]
    before = np.cumsum(count) - count
    leaving = np.repeat(start[through] - before, count) + np.arange(count.sum())
    first = np.repeat(arriving, count)
    stays = ~gone[arcs.tail] & ~gone[arcs.head]
    made = Arcs(
        np.concatenate([arcs.tail[stays], arcs.tail[first]]),
        np.concatenate([arcs.head[stays], arcs.head[leaving]]),
        np.concatenate([arcs.price[stays], arcs.price[first] + arcs.price[leaving]]),
    )
    return _cheapest(made, nodes)
