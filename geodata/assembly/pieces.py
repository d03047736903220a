"""A piece of a network under construction: rows in words and ids, not yet in codes and indices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geodata.columns import ARRIVAL_SUFFIX, CAPACITY_COLUMNS, LINK_COLUMNS, NODE_COLUMNS, Column, Ids
from geodata.tables import Table, joined

NO_LINES: NDArray[np.object_] = np.empty(0, dtype=np.object_)


def _empty() -> Table:
    return pd.DataFrame()


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Nodes, links, lines and capacities that one subject adds to the network.

    Parameters
    ----------
    nodes
        Rows with ``NODE_COLUMNS``, codes as words.
    links
        Rows with ``LINK_COLUMNS``, codes as words, ``from_node``/``to_node`` ids in place of indices,
        ``commodities`` and ``vehicle_id`` in place of indices, ``geometry`` counted within ``lines``.
    lines
        shapely lines.
    capacities
        Rows with ``CAPACITY_COLUMNS``, codes as words.
    members
        Rows ``capacity_id``, ``link_id``: which capacity limits which link; ``weight`` where a pass counts not 1.
    """

    nodes: Table = field(default_factory=_empty)
    links: Table = field(default_factory=_empty)
    lines: NDArray[np.object_] = field(default_factory=lambda: NO_LINES)
    capacities: Table = field(default_factory=_empty)
    members: Table = field(default_factory=_empty)


def join_pieces(pieces: Iterable[Piece]) -> Piece:
    """Return one piece with the rows of all."""
    parts = list(pieces)
    links, start = [], 0
    for part in parts:
        if len(part.links):
            shifted = part.links["geometry"].to_numpy()
            links.append(part.links.assign(geometry=np.where(shifted >= 0, shifted + start, -1)))
        start += len(part.lines)
    return Piece(
        nodes=joined(part.nodes for part in parts),
        links=joined(links),
        lines=np.concatenate([NO_LINES, *(part.lines for part in parts)]),
        capacities=joined(part.capacities for part in parts),
        members=joined(part.members for part in parts),
    )


def node_rows(**columns: object) -> Table:
    """Return node rows, columns not given at their defaults."""
    return _rows(NODE_COLUMNS, columns)


def link_rows(**columns: object) -> Table:
    """Return link rows, columns not given at their defaults; see ``Piece.links``."""
    extra = {"commodities": columns.pop("commodities", ""), "vehicle_id": columns.pop("vehicle_id", "")}
    ends = {name: np.asarray(columns.pop(name), dtype=np.object_) for name in ("from_node", "to_node")}
    declared = tuple(column for column in LINK_COLUMNS if column.name not in {"from_index", "to_index"})
    return _rows(declared, columns).assign(**ends, **extra)


def capacity_rows(**columns: object) -> Table:
    """Return capacity rows, columns not given at their defaults."""
    return _rows(CAPACITY_COLUMNS, columns)


def _rows(declared: Sequence[Column], columns: dict[str, Any]) -> Table:
    unknown = set(columns) - {column.name for column in declared}
    if unknown:
        msg = f"Unknown column {min(unknown)!r}."
        raise ValueError(msg)
    # Rows of a selection keep their labels; only their order counts here.
    columns = {name: value.to_numpy() if isinstance(value, pd.Series) else value for name, value in columns.items()}
    length = max(len(value) for value in columns.values() if isinstance(value, np.ndarray | list))
    filled = {column.name: columns.get(column.name, "" if column.words else column.default) for column in declared}
    return pd.DataFrame(filled, index=range(length))


def two_sides(table: Table) -> Table:
    """Return node rows with their arriving side below them; the given rows become the departing side."""
    departing = table.assign(side="departure")
    arriving = table.assign(side="arrival", node_id=table["node_id"] + ARRIVAL_SUFFIX)
    return pd.concat([departing, arriving], ignore_index=True)


def straight_lines(ends: NDArray[np.float64]) -> NDArray[np.object_]:
    """Return straight lines from float64[n, 2, 2] (line, end, longitude and latitude)."""
    found: NDArray[np.object_] = np.asarray(shapely.linestrings(ends), dtype=np.object_).reshape(-1)
    return found


def plus(ids: Ids, suffix: str) -> Ids:
    """Return every id with a suffix."""
    return np.array([f"{value}{suffix}" for value in ids], dtype=np.object_)
