"""How kernels are compiled, and the plain arrays they work on.

Kernels hold no lock of the interpreter while they run. Arrays must be contiguous, writable and of the types stated, so
that each kernel is compiled once; the compiled code is kept beside its file, or made anew where that cannot be written.
A kernel calls only kernels of its own file, because kept code is thrown away only when its own file changes. The named
tuples that kernels take keep their names for good, because kept code of an earlier version is read by them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, ParamSpec, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

P = ParamSpec("P")
R = TypeVar("R")

UNPROVEN, PROVEN, DROPPED = 0, 1, 2
"""Whether an arc is not yet known to be a shortest path between its ends, known to be one, or known to be needless."""


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Return the function compiled at its first call."""
    try:
        return numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # there is no place to keep compiled code
        return numba.njit(nogil=True)(function)


class Graph(NamedTuple):
    """Arcs by near node: those of node ``v`` are ``start[v]`` to ``start[v + 1]``.

    Parameters
    ----------
    start
        int64[N + 1].
    far, weight
        Far node and weight of each arc, int32[A], float64[A].
    made
        What the arc stands for: a record of two arcs, or ``~link``, int32[A].
    """

    start: NDArray[np.int64]
    far: NDArray[np.int32]
    weight: NDArray[np.float64]
    made: NDArray[np.int32]


class Rows(NamedTuple):
    """Arcs of the graph after a round of contraction, each row by rising weight.

    Parameters
    ----------
    start, far, weight
        As in ``Graph``.
    first, second
        Arcs of the graph before, in travel order; ``second`` is -1 for an arc that was there already, int32[A].
    status
        UNPROVEN, PROVEN or DROPPED, int8[A].
    """

    start: NDArray[np.int64]
    far: NDArray[np.int32]
    weight: NDArray[np.float64]
    first: NDArray[np.int32]
    second: NDArray[np.int32]
    status: NDArray[np.int8]


class Asked(NamedTuple):
    """What sweeps are to answer.

    Parameters
    ----------
    root
        Node each sweep starts at, int32[S].
    limit
        Labels above it are of no interest, float64[S].
    end_start, end
        Nodes asked about in sweep ``s`` are ``end[end_start[s]:end_start[s + 1]]``, int64[S + 1], int32[E].
    beat
        A path is traced to each end whose label is below it, float64[E].
    backward
        Whether paths lead from the ends to the roots, over links that have been turned round.
    """

    root: NDArray[np.int32]
    limit: NDArray[np.float64]
    end_start: NDArray[np.int64]
    end: NDArray[np.int32]
    beat: NDArray[np.float64]
    backward: bool


class Found(NamedTuple):
    """What sweeps answer.

    Parameters
    ----------
    least
        Label of each end asked about, inf beyond the limit, float64[E].
    length
        Legs of the path traced to each end, -1 where none was asked for, int64[E].
    legs
        Legs of all traced paths in travel order, int64.
    cost
        Cost of each traced path, float64[E].
    """

    least: NDArray[np.float64]
    length: NDArray[np.int64]
    legs: NDArray[np.int64]
    cost: NDArray[np.float64]
