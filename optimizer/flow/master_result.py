"""What the restricted master answers: flows on known paths, prices of capacities and the basis behind them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.flow.linear_program import Basis, LinearProgram


@dataclass(frozen=True, slots=True, eq=False)
class BasisState:
    """An optimal basis with the program it solves: what prices and their ranges are worked out from.

    Parameters
    ----------
    program, basis
        The program over alternatives and its optimal basis.
    column_path, column_base
        Path of each column and the base path of its demand, int64[N].
    mass_t_per_day
        Tonnes that a column moves at share 1, float64[N].
    share
        Optimal share of each column, float64[N].
    capacity_scale
        Units of each capacity per unit of its row, float64[R].
    cost_scale
        VND per day per unit of the program's cost.
    """

    program: LinearProgram
    basis: Basis
    column_path: NDArray[np.int64]
    column_base: NDArray[np.int64]
    mass_t_per_day: NDArray[np.float64]
    share: NDArray[np.float64]
    capacity_scale: NDArray[np.float64]
    cost_scale: float


@dataclass(frozen=True, slots=True, eq=False)
class MasterResult:
    """Optimum over the known paths.

    Parameters
    ----------
    flow_t_per_day
        Flow of every known path, float64[P]; what is not carried flows on the null paths.
    cost
        VND per day at the penalties the master was given.
    price
        What one more unit of each capacity saves, VND per unit, at least 0, float64[R].
    state
        The basis behind it; None when no capacity matters.
    """

    flow_t_per_day: NDArray[np.float64]
    cost: float
    price: NDArray[np.float64]
    state: BasisState | None
