"""From which ends to sweep so that the fewest sweeps answer all pairs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph


def covered_by_origin(origin: NDArray[np.int32], destination: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Return which pairs are answered from their origin when the fewest ends in all are swept.

    The swept ends are a minimum vertex cover, from a maximum matching by Kőnig's theorem.
    """
    origins, row = np.unique(origin, return_inverse=True)
    destinations, column = np.unique(destination, return_inverse=True)
    shape = (origins.size, destinations.size)
    pairs = sparse.csr_array((np.ones(row.size), (row, column)), shape=shape)
    matched_column = csgraph.maximum_bipartite_matching(pairs, perm_type="column")
    matched_row = np.full(destinations.size, -1)
    matched_row[matched_column[matched_column >= 0]] = np.flatnonzero(matched_column >= 0)
    seen = matched_column < 0
    frontier = np.flatnonzero(seen)
    seen_column = np.zeros(destinations.size, dtype=bool)
    while frontier.size:
        reached = np.unique(pairs[frontier].indices)
        reached = reached[~seen_column[reached]]
        seen_column[reached] = True
        frontier = matched_row[reached]
        frontier = frontier[(frontier >= 0) & ~seen[frontier]]
        seen[frontier] = True
    return np.asarray(~seen[row])
