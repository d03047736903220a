"""Two tables laid side by side by their keys, with only the rows that differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

FREIGHT: Final = (
    "demand_t_per_day",
    "t_per_day",
    "unserved_t_per_day",
    "demand_teu_per_day",
    "teu_per_day",
)
"""Sums of freight that somebody wants moved; the others are of all a plan does."""

ROUNDING: Final = 1e-9
"""Share of the largest amount of a column up to which a difference is rounding of the solver."""

BASE, OTHER, DIFFERENCE = "base_", "other_", "difference_"


def side_by_side(
    base: pd.DataFrame,
    other: pd.DataFrame,
    amounts: Sequence[str],
    *,
    about: Sequence[str] = (),
    missing: float = 0.0,
) -> pd.DataFrame:
    """Return the rows of two tables that differ, base and other and the other less the base, by key.

    Parameters
    ----------
    base, other
        Tables with one row a key (their index, of the same names).
    amounts
        Columns of numbers to compare.
    about
        Columns of words to keep: those of the other where both have the row.
    missing
        What a table without the row counts for; NaN where that is not nothing but unknown.

    Returns
    -------
    pandas.DataFrame
        The key, ``about``, then ``base_x``, ``other_x``, ``difference_x`` of every amount x; largest difference of the
        first amount first, then by key.
    """
    keys = base.index.union(other.index, sort=True)
    table = pd.DataFrame(index=keys)
    for column in about:
        table[column] = other[column].reindex(keys).where(keys.isin(other.index), base[column].reindex(keys))
    differs = np.zeros(len(keys), dtype=np.bool_)
    for name in amounts:
        sides = [frame[name].astype(np.float64).reindex(keys, fill_value=missing) for frame in (base, other)]
        table[BASE + name], table[OTHER + name] = sides
        table[DIFFERENCE + name] = rounded_difference(sides[0].to_numpy(), sides[1].to_numpy())
        differs |= (table[DIFFERENCE + name] != 0).to_numpy() & table[DIFFERENCE + name].notna().to_numpy()
        differs |= (sides[0].isna() != sides[1].isna()).to_numpy()
    found = table[differs].reset_index()
    largest = found[DIFFERENCE + amounts[0]].abs().fillna(0.0).sort_values(ascending=False, kind="stable").index
    return found.loc[largest].reset_index(drop=True)


def rounded_difference(base: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return other less base, 0 where the two differ by rounding of the solver only, NaN where one is unknown."""
    known = np.concatenate([base[np.isfinite(base)], other[np.isfinite(other)], [0.0]])
    difference = other - base
    # A difference of a billionth of the largest amount of its column says nothing of either plan.
    difference[np.abs(difference) <= ROUNDING * np.abs(known).max()] = 0.0
    return difference


def share(amounts: pd.Series) -> pd.Series:
    """Return each amount's share of all, 0 where there is nothing."""
    total = float(amounts.sum())
    return amounts / total if total > 0 else amounts * 0.0


def ratio(part: pd.Series, whole: pd.Series) -> pd.Series:
    """Return part ÷ whole, null where the whole is 0."""
    return part / whole.where(whole > 0)
