"""Pack tables as plain arrays: numbers, texts, money of the price year, lines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geodata.columns import Flags, Floats, Ids
from supplychain.errors import HinterlandError
from supplychain.prices import PriceBasis
from supplychain.text import Text

if TYPE_CHECKING:
    from supplychain.pack import Pack

Table = Any  # pandas.DataFrame, which carries no types

HOURS_PER_DAY: Final = 24.0
WEEKS_PER_YEAR: Final = 52.0


class MissingCurrencyError(HinterlandError):
    """A row holds money and does not say in which currency and price year."""


def numbers(table: Table, column: str, default: float = np.nan) -> Floats:
    """Return a numeric column as float64, nulls (or a column that is not there) as ``default``."""
    if column not in table.columns:
        return np.full(len(table), default)
    values: Floats = pd.to_numeric(table[column]).to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isnan(values), default, values)


def texts(table: Table, column: str) -> Ids:
    """Return a text column as str objects, nulls (or a column that is not there) as empty strings."""
    if column not in table.columns:
        return np.full(len(table), "", dtype=np.object_)
    filled: Ids = table[column].to_numpy(dtype=np.object_, na_value="", copy=True)
    return filled


def flags(table: Table, column: str) -> Flags:
    """Return a yes/no column as bool, nulls (or a column that is not there) as False."""
    if column not in table.columns:
        return np.zeros(len(table), dtype=np.bool_)
    values: Flags = table[column].astype(object).isin([True, "yes"]).to_numpy(dtype=np.bool_)
    return values


def open_rows(pack: Pack, name: str) -> Table:
    """Return the rows of a table that serve a plan: those with status ``open``."""
    table = pack.table(name)
    return table[table["status"] == "open"].reset_index(drop=True)


def lines(table: Table) -> NDArray[np.object_]:
    """Return the ``geometry`` column (WKT, longitude before latitude) as shapely lines."""
    found: NDArray[np.object_] = shapely.from_wkt(texts(table, "geometry"))
    return found


def in_pack_money(basis: PriceBasis, table: Table, column: str, id_column: str) -> Floats:
    """Return a money column in pack money, nulls as NaN.

    Raises
    ------
    MissingCurrencyError
        If a row with money has no currency or price year.
    MissingRateError
        If a deflator or exchange rate is missing.
    """
    values = numbers(table, column)
    currencies, years = texts(table, "currency"), numbers(table, "price_year")
    factors: dict[tuple[str, float], float] = {}
    result = np.full(len(table), np.nan)
    for row in np.flatnonzero(~np.isnan(values)):
        if values[row] == 0:
            result[row] = 0.0
            continue
        key = (str(currencies[row]), float(years[row]))
        if not key[0] or np.isnan(key[1]):
            raise MissingCurrencyError(
                Text(
                    en="{id} has a value in {column} and no currency or price_year; fill in both.",
                    vi="{id} có giá trị ở cột {column} nhưng thiếu currency hoặc price_year; hãy điền cả hai.",
                ).format(id=texts(table, id_column)[row], column=column)
            )
        if key not in factors:
            factors[key] = basis.to_pack_money(1.0, key[0], int(key[1]))
        result[row] = values[row] * factors[key]
    return result


def joined(parts: Iterable[Table]) -> Table:
    """Return tables below one another; an empty list gives an empty table."""
    kept = [part for part in parts if len(part)]
    return pd.concat(kept, ignore_index=True) if kept else pd.DataFrame()
