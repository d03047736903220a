"""A folder's problem together with what each of its nodes, links, capacities and demands stands for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.flow.problem import Problem
    from optimizer.folder.tables import FlowTables
    from supplychain.errors import Finding

KINDS: Final = (
    "node",
    "virtual",
    "link",
    "back",
    "storage",
    "source",
    "sink",
    "capacity",
    "demand",
    "supply",
    "plant_in",
    "plant_out",
    "plant_run",
    "plant_minimum",
    "empties",
)
"""What a part of a problem may stand for.

``node``: a node in one period. ``virtual``: a node made to join a set. ``link``, ``back``: a row of links.csv in one
period, along and against its direction. ``storage``: waiting at a node into the next period. ``source``, ``sink``:
choosing one of several origins or destinations. ``capacity``, ``demand``, ``supply``: a row of that file.
``plant_in``, ``plant_out``: a row of plant_flows.csv. ``plant_run``, ``plant_minimum``: a plant's activity, above and
up to its minimum. ``empties``: what laden cargo leaves behind.
"""

SUBJECT_TABLE: Final = {
    "node": "nodes",
    "link": "links",
    "back": "links",
    "storage": "storage",
    "source": "nodes",
    "sink": "nodes",
    "capacity": "capacities",
    "demand": "demands",
    "supply": "supplies",
    "plant_in": "plant_flows",
    "plant_out": "plant_flows",
    "plant_run": "plants",
    "plant_minimum": "plants",
    "empties": "empties",
}
"""Table whose row a part names, by kind."""

NONE: Final = -1


@dataclass(frozen=True, slots=True, eq=False)
class Meaning:
    """What each of n parts of a problem stands for.

    Parameters
    ----------
    kind
        Index in ``KINDS``, int8[n].
    subject
        Row of the table that ``SUBJECT_TABLE`` names for the kind, counted from 0; -1 for none, int32[n].
    period
        Row of periods.csv, counted from 0; -1 for none, int32[n].
    node
        Row of nodes.csv of the place where empties arise; -1 for all else, int32[n].
    """

    kind: NDArray[np.int8]
    subject: NDArray[np.int32]
    period: NDArray[np.int32]
    node: NDArray[np.int32]

    def is_kind(self, *kinds: str) -> NDArray[np.bool_]:
        """Return where a part is of one of the kinds, bool[n]."""
        return np.isin(self.kind, [KINDS.index(kind) for kind in kinds])

    def kind_names(self) -> NDArray[np.object_]:
        """Return the kind of each part as a word."""
        return np.asarray(np.array(KINDS, dtype=object)[self.kind], dtype=object)

    def at(self, parts: NDArray[np.integer[Any]]) -> Meaning:
        """Return the meaning of the chosen parts in the given order."""
        return Meaning(self.kind[parts], self.subject[parts], self.period[parts], self.node[parts])


@dataclass(frozen=True, slots=True, eq=False)
class FolderCase:
    """A folder's flow problem and the way back from it to the tables.

    Parameters
    ----------
    tables
        The tables as read.
    problem
        The flow problem. Its amounts are those of the whole horizon, whatever its fields call a day.
    nodes, links, capacities, demands
        What the parts of the problem stand for, in its order.
    time_h
        Hours of one pass of each link of the problem, waiting included, float64[K, L].
    length_km
        Length of each link of the problem, float64[L].
    period_ids
        Name of each period; one of one day, where the folder has none.
    days
        Length of each period in days, float64.
    notes
        What is doubtful, though it can be planned.
    """

    tables: FlowTables
    problem: Problem
    nodes: Meaning
    links: Meaning
    capacities: Meaning
    demands: Meaning
    time_h: NDArray[np.float64]
    length_km: NDArray[np.float64]
    period_ids: tuple[str, ...]
    days: NDArray[np.float64]
    notes: tuple[Finding, ...]

    def text(self, table: str, column: str, rows: NDArray[np.integer[Any]]) -> NDArray[np.object_]:
        """Return a column of texts of a table at the given rows, empty text where the row is -1."""
        values = np.append(self.tables.tables[table][column].astype(object).to_numpy(), "")
        return np.asarray(values[rows], dtype=object)

    def numbers(self, table: str, column: str, rows: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
        """Return a column of numbers of a table at the given rows, NaN where the row is -1."""
        values = np.append(self.tables.tables[table][column].to_numpy(dtype=np.float64), np.nan)
        return np.asarray(values[rows])

    def subject_names(self, meaning: Meaning) -> NDArray[np.object_]:
        """Return the id each part stands for as the user wrote it, empty text for none."""
        names = np.full(meaning.kind.size, "", dtype=object)
        for index, kind in enumerate(KINDS):
            of_kind = np.flatnonzero(meaning.kind == index)
            if of_kind.size and kind in SUBJECT_TABLE:
                names[of_kind] = self._names(kind)[meaning.subject[of_kind]]
        return names

    def _names(self, kind: str) -> NDArray[np.object_]:
        """Return the name of every row of the table of a kind, and of none."""
        table = self.tables.tables[SUBJECT_TABLE[kind]]
        parts = [table[column].astype(str) for column in _NAME_COLUMNS[SUBJECT_TABLE[kind]]]
        names: pd.Series = parts[0]
        for part in parts[1:]:
            names = names + np.where(part == "", "", "/" + part)
        if kind == "back":
            names = names + BACK
        return np.append(names.astype(object).to_numpy(), "")


BACK: Final = "|back"
"""Ending of the id of a link run against its direction."""

_NAME_COLUMNS: Final = {
    "nodes": ("node_id",),
    "links": ("link_id",),
    "storage": ("node_id", "class_id"),
    "capacities": ("capacity_id",),
    "demands": ("demand_id",),
    "supplies": ("node_id", "class_id"),
    "plant_flows": ("plant_id", "class_id"),
    "plants": ("plant_id",),
    "empties": ("class_id", "empty_class_id"),
}
