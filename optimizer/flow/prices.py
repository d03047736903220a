"""What a shadow price is made of, and how far it reaches, from the basis behind it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import linalg

from optimizer.flow.linear_program import BASIC
from optimizer.flow.master_result import BasisState

AT_ONCE = 64
"""Capacities whose ranges are worked out together; bounds the memory."""

SMALLEST_CHANGE = 1e-11
"""Changes per unit below this share of the largest are rounding."""


def split_price(state: BasisState, parts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what one more unit of each capacity saves of each part of the cost, VND per unit.

    With B the basic columns of the tight rows, the duals of a part solve ``B.T y = part_B``; being linear in the costs
    they sum to the duals.

    Parameters
    ----------
    state
        The basis.
    parts
        Parts of the cost of each basic column's path less that of its base, VND per tonne, float64[C, B].

    Returns
    -------
    NDArray
        float64[C, R].
    """
    capacities = state.capacity_scale.size
    price = np.zeros((parts.shape[0], capacities))
    basic, tight = basic_columns(state), _tight_rows(state)
    if not tight.size:
        return price
    factor = _factor(state)
    dual = np.zeros((parts.shape[0], state.program.row_upper.size))
    moved = parts * state.mass_t_per_day[basic]
    dual[:, tight] = [factor.solve(part, trans="T") for part in moved]
    return np.asarray(-dual[:, :capacities] / state.capacity_scale)


def price_range(state: BasisState, priced: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return by how much each capacity may fall and rise while its shadow price stays as it is.

    The prices stay while the same basis gives shares that are possible, all other capacities left as they are
    (right-hand-side ranging; V. Chvátal, Linear Programming, 1983, chapter 10). With degenerate plans the price may
    hold beyond the range; it always holds within.

    Parameters
    ----------
    state
        The basis.
    priced
        Indices of capacities with a price above 0.

    Returns
    -------
    tuple
        Units by which each may fall and rise, at least 0, float64[len(priced)] each; rise may be inf.
    """
    basic, tight = basic_columns(state), _tight_rows(state)
    factor = _factor(state)
    program, share = state.program, state.share
    loose = np.flatnonzero(state.basis.row_status == BASIC)
    room_above = np.concatenate([program.upper[basic] - share[basic], np.full(loose.size, np.inf)])
    room_below = np.concatenate([share[basic], np.maximum(program.row_upper[loose] - program.matrix[loose] @ share, 0)])
    loose_rows = program.matrix[loose][:, basic]
    fall, rise = np.zeros(priced.size), np.zeros(priced.size)
    for first in range(0, priced.size, AT_ONCE):
        chosen = priced[first : first + AT_ONCE]
        unit = np.zeros((tight.size, chosen.size))
        unit[np.searchsorted(tight, chosen), np.arange(chosen.size)] = 1.0
        change = factor.solve(unit)
        change = np.concatenate([change, -(loose_rows @ change)])
        scale = state.capacity_scale[chosen]
        rise[first : first + AT_ONCE] = scale * _steps(change, room_above, room_below)
        fall[first : first + AT_ONCE] = scale * _steps(-change, room_above, room_below)
    return fall, rise


def basic_columns(state: BasisState) -> NDArray[np.int64]:
    """Return the columns of the basis, int64[B]."""
    return np.flatnonzero(state.basis.column_status == BASIC)


def _tight_rows(state: BasisState) -> NDArray[np.int64]:
    """Return the rows held tight."""
    return np.flatnonzero(state.basis.row_status != BASIC)


def _factor(state: BasisState) -> linalg.SuperLU:
    """Return the factors of the basic columns in the tight rows."""
    return linalg.splu(sparse.csc_array(state.program.matrix[_tight_rows(state)][:, basic_columns(state)]))


def _steps(
    change: NDArray[np.float64], room_above: NDArray[np.float64], room_below: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return how far each column of changes may go until some value leaves its room."""
    small = SMALLEST_CHANGE * np.abs(change).max(axis=0, initial=0.0)
    steps = np.full(change.shape, np.inf)
    np.divide(np.maximum(room_above, 0.0)[:, None], change, out=steps, where=change > small)
    np.divide(np.maximum(room_below, 0.0)[:, None], -change, out=steps, where=change < -small)
    return np.asarray(steps.min(axis=0, initial=np.inf))
