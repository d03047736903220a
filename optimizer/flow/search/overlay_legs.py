"""Legs of paths on a contracted network: how they are numbered, and what links they stand for.

A leg below 0 is the link ``~leg``. Others belong to a class and are a record of its core, or the least-cost way over
ordinary links between two key nodes, of which all that is kept is the two nodes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from optimizer.flow.search import contraction_kernels
from optimizer.flow.search.overlay_network import OverlayNetwork

CLASS_BITS: Final = 44
"""A leg's class stands above these bits."""

FIRST_KEY_LEG: Final = 1 << 32
"""Numbers of legs of a class from here on are pairs of key nodes, those below are records."""


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
        return LinkLists(*contraction_kernels.gather(self.start, self.links, index))

    def merged(self, start: NDArray[np.int64]) -> LinkLists:
        """Return lists of lists: new list ``i`` is made of those from ``start[i]`` to ``start[i + 1]``."""
        return LinkLists(self.start[start], self.links)


def unfold_legs(
    network: OverlayNetwork, leg_start: NDArray[np.int64], legs: NDArray[np.int64] | NDArray[np.int32]
) -> LinkLists:
    """Return the links of paths from their legs, each distinct leg unfolded once."""
    distinct, place = np.unique(legs.astype(np.int64), return_inverse=True)
    first_own = int(np.searchsorted(distinct, 0))
    real, own = distinct[:first_own], distinct[first_own:]
    found = [LinkLists(np.arange(real.size + 1), (~real).astype(np.int32))]
    owner = own >> CLASS_BITS
    for k in np.unique(owner).tolist():
        codes, core = own[owner == k] - (k << CLASS_BITS), network.cores[k]
        first_key = int(np.searchsorted(codes, FIRST_KEY_LEG))
        found.append(LinkLists(*core.expand(codes[:first_key].astype(np.int32))))
        if first_key < codes.size:
            near, far = np.divmod(codes[first_key:] - FIRST_KEY_LEG, network.parts.nodes.size)
            start, steps = network.tables[k].ways(near, far)
            found.append(LinkLists(*core.expand(steps)).merged(start))
    return _joined(found).chosen(place).merged(leg_start)


def _joined(parts: list[LinkLists]) -> LinkLists:
    """Return all lists one after the other."""
    lengths = np.concatenate([np.diff(part.start) for part in parts])
    return LinkLists(np.concatenate([[0], np.cumsum(lengths)]), np.concatenate([part.links for part in parts]))
