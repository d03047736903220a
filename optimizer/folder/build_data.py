"""The tables of a folder as arrays and indices, ready to be compiled."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal, SupportsIndex

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.folder.tables import FlowTables

Reference = Literal["node", "link", "class", "plant", "mode", "period", "capacity"]

_KEYS: Final = {
    "node": ("nodes", "node_id"),
    "link": ("links", "link_id"),
    "class": ("classes", "class_id"),
    "plant": ("plants", "plant_id"),
    "mode": ("modes", "mode"),
    "period": ("periods", "period_id"),
    "capacity": ("capacities", "capacity_id"),
}

SEPARATOR: Final = "|"
"""Stands between the words of the ids the program makes; no id of a user holds it."""


@dataclass(frozen=True)
class FolderData:
    """The tables with quick ways to find rows.

    Parameters
    ----------
    tables
        The tables as read.
    """

    tables: FlowTables

    def table(self, name: str) -> pd.DataFrame:
        """Return a table."""
        return self.tables.tables[name]

    def numbers(self, table: str, column: str) -> NDArray[np.float64]:
        """Return a column of numbers, NaN for no value."""
        return np.asarray(self.table(table)[column].to_numpy(), dtype=np.float64)

    def line(self, table: str, row: SupportsIndex) -> int:
        """Return the line of the file that a row stands on, counted as a spreadsheet does."""
        return int(self.table(table).index[int(row)])

    def rows(self, reference: Reference, values: object) -> NDArray[np.int64]:
        """Return the row that each name stands for, -1 for none."""
        return np.asarray(self._indices[reference].get_indexer(np.asarray(values, dtype=object)), dtype=np.int64)

    def column_rows(self, table: str, column: str, reference: Reference) -> NDArray[np.int64]:
        """Return the rows that a column of names refers to, -1 for none."""
        return self.rows(reference, self.table(table)[column].astype(object).to_numpy())

    def ids(self, reference: Reference) -> list[str]:
        """Return all names of a kind."""
        name, column = _KEYS[reference]
        return [str(one) for one in self.table(name)[column]]

    @cached_property
    def _indices(self) -> dict[str, pd.Index]:
        return {
            reference: pd.Index(self.table(name)[column].astype(object)) for reference, (name, column) in _KEYS.items()
        }

    @cached_property
    def class_ids(self) -> list[str]:
        """Names of the classes."""
        return self.ids("class")

    @cached_property
    def period_ids(self) -> list[str]:
        """Names of the periods."""
        return self.ids("period")

    @cached_property
    def days(self) -> NDArray[np.float64]:
        """Length of each period in days."""
        return self.numbers("periods", "days")

    @property
    def periods(self) -> int:
        """Number of periods."""
        return len(self.period_ids)

    @cached_property
    def endings(self) -> list[str]:
        """What the ids of a period's copies end in: nothing where there is one period only."""
        return [SEPARATOR + one for one in self.period_ids] if self.periods > 1 else [""]

    def tonnes_per_vehicle(self) -> NDArray[np.float64]:
        """Return the tonnes of a class in a vehicle of a mode, NaN where nobody says, float64[K, modes]."""
        of_class, of_mode = self.numbers("classes", "t_per_vehicle"), self.numbers("modes", "t_per_vehicle")
        return np.where(np.isnan(of_class)[:, None], of_mode[None, :], of_class[:, None])


def flatten(lists: object) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """Return where each of some lists starts in the list of all their members, int64[n + 1], and that list."""
    given = list(lists)  # type: ignore[call-overload] # any column of tuples
    start = np.concatenate([[0], np.cumsum([len(one) for one in given], dtype=np.int64)])
    members = np.empty(int(start[-1]), dtype=object)
    members[:] = [member for one in given for member in one]
    return start, members


def spread(start: NDArray[np.int64], chosen: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return, for chosen lists, every member's place in all members and the position in ``chosen`` it belongs to."""
    length = np.diff(start)[chosen]
    owner = np.repeat(np.arange(chosen.size), length)
    before = np.concatenate([[0], np.cumsum(length)])[:-1]
    return np.arange(int(length.sum())) + np.repeat(start[chosen] - before, length), owner
