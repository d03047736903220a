"""Legs of paths on a contracted network: how they are numbered, and what links they stand for.

A leg below 0 is the link ``~leg``. Others belong to a class and are a record of its core, or the least-cost way over
ordinary links between two key nodes, of which all that is kept is the two nodes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from optimizer.flow.search import contraction_kernels, search_kernels
from optimizer.flow.search.kernels import Asked
from optimizer.flow.search.overlay_network import OverlayNetwork, Workers, no_arcs

CLASS_BITS: Final = 44
"""A leg's class stands above these bits."""

FIRST_KEY_LEG: Final = 1 << 32
"""Numbers of legs of a class from here on are pairs of key nodes, those below are records."""

MOST_KEPT_LINKS: Final = 4_000_000
"""Links of unfolded ways that are kept for the next time."""


def record_legs(codes: NDArray[np.int64], k: int) -> NDArray[np.int64]:
    """Return the legs that stand for records of the core of a class, or for links (``~link``)."""
    return np.where(codes < 0, codes, codes + (k << CLASS_BITS))


def key_legs(near: NDArray[np.int32], far: NDArray[np.int32], k: int, key_nodes: int) -> NDArray[np.int64]:
    """Return the legs that stand for the way of a class between key nodes (positions)."""
    return (k << CLASS_BITS) + FIRST_KEY_LEG + near.astype(np.int64) * key_nodes + far


@dataclass(frozen=True, slots=True, eq=False)
class LinkLists:
    """Lists of links: list ``i`` is ``links[start[i]:start[i + 1]]``, int64[N + 1], int32."""

    start: NDArray[np.int64]
    links: NDArray[np.int32]

    def chosen(self, index: NDArray[np.int64]) -> LinkLists:
        """Return the lists of the given numbers, in their order."""
        length = np.diff(self.start)[index]
        start = np.concatenate([[0], np.cumsum(length)])
        entry = np.arange(start[-1]) + np.repeat(self.start[index] - start[:-1], length)
        return LinkLists(start, self.links[entry])

    def merged(self, start: NDArray[np.int64]) -> LinkLists:
        """Return lists of lists: new list ``i`` is made of those from ``start[i]`` to ``start[i + 1]``."""
        return LinkLists(self.start[start], self.links)


@dataclass(frozen=True, slots=True, eq=False)
class Unfolder:
    """Turns legs into links; the network keeps what is found for ways between key nodes."""

    network: OverlayNetwork
    workers: Workers

    def unfold(self, leg_start: NDArray[np.int64], legs: NDArray[np.int64]) -> LinkLists:
        """Return the links of paths from their legs, each distinct leg unfolded once."""
        distinct, place = np.unique(legs, return_inverse=True)
        first_own = int(np.searchsorted(distinct, 0))
        real = distinct[:first_own]
        found = [LinkLists(np.arange(real.size + 1), (~real).astype(np.int32))]
        owner = distinct[first_own:] >> CLASS_BITS
        for k in np.unique(owner).tolist():
            codes = distinct[first_own:][owner == k] - (k << CLASS_BITS)
            first_key = int(np.searchsorted(codes, FIRST_KEY_LEG))
            core = self.network.core(k, 1, self.workers)
            found.append(LinkLists(*core.expand(codes[:first_key].astype(np.int32))))
            found.append(self._unfold_ways(k, codes[first_key:] - FIRST_KEY_LEG))
        return _joined(found).chosen(place).merged(leg_start)

    def _unfold_ways(self, k: int, pairs: NDArray[np.int64]) -> LinkLists:
        """Return the links of ways of a class between key nodes."""
        named, known = (k << CLASS_BITS) + pairs, self.network.ways
        missing = np.array([leg not in known for leg in named.tolist()], dtype=bool)
        if missing.any():
            if sum(links.size for links in known.values()) > MOST_KEPT_LINKS:
                known.clear()
                missing[:] = True
            ways = self._search_ways(k, pairs[missing])
            for at, leg in enumerate(named[missing].tolist()):
                known[leg] = ways.links[ways.start[at] : ways.start[at + 1]].copy()
        lists = [known[leg] for leg in named.tolist()]
        start = np.cumsum([0, *(links.size for links in lists)])
        return LinkLists(start, np.concatenate([np.zeros(0, dtype=np.int32), *lists]))

    def _search_ways(self, k: int, pairs: NDArray[np.int64]) -> LinkLists:
        """Return the links of ways between key nodes, searched from the side with fewer of them."""
        network = self.network
        core = network.core(k, 1, self.workers)
        near, far = np.divmod(pairs, network.parts.nodes.size)
        backward = np.unique(far).size < np.unique(near).size
        root, end = (far, near) if backward else (near, far)
        order = np.argsort(root, kind="stable")
        roots, first = np.unique(root[order], return_index=True)
        cost = network.way_cost(k, near, far)[order]
        asked = Asked(
            network.in_core(core, roots),
            np.maximum.reduceat(cost, first) * (1 + 1e-9),
            np.append(first, pairs.size).astype(np.int64),
            network.in_core(core, end[order]),
            np.full(pairs.size, np.inf),
            bool(backward),
        )
        graph = contraction_kernels.turn(core.graph) if backward else core.graph
        found = search_kernels.sweep(graph, no_arcs(core.nodes.size), asked)
        arcs = LinkLists(*core.expand(found.legs.astype(np.int32)))
        ways = arcs.merged(np.concatenate([[0], np.cumsum(found.length)]))
        back = np.empty(pairs.size, dtype=np.int64)
        back[order] = np.arange(pairs.size)
        return ways.chosen(back)


def _joined(parts: list[LinkLists]) -> LinkLists:
    """Return all lists one after the other."""
    lengths = np.concatenate([np.diff(part.start) for part in parts])
    return LinkLists(np.concatenate([[0], np.cumsum(lengths)]), np.concatenate([part.links for part in parts]))
