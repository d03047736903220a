"""Two infrastructures side by side: which rows of the one are rows of the other, and in what they differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.columns import Ids, decode
from geodata.infrastructure.build import select_lines
from geodata.infrastructure.columns import TURN_KINDS, VEHICLE_KINDS
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.network import Geometries
from geodata.versions.cells import DIRECTIONS, mask_words

TABLES: Final = ("nodes", "links", "turns", "candidates")
ID_COLUMNS: Final = {"nodes": "node_id", "links": "link_id", "turns": "turn_id", "candidates": "candidate_id"}
GEOMETRY: Final = "geometry"
"""Name under which a line, or an outline, is compared."""

SOURCE: Final = "source"
"""Column that names the source of a row, an imported file for instance."""

Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The rows of one table as values that can be compared between infrastructures.

    Parameters
    ----------
    ids
        Id of each row, unique.
    columns
        Values by column: codes as words, indices as ids, conditions and members as texts.
    lines
        Line or outline of each row; None for rows without.
    """

    ids: Ids
    columns: Mapping[str, NDArray[Any]]
    lines: Geometries | None = None


@dataclass(frozen=True, slots=True, eq=False)
class TableChanges:
    """How a table differs between two infrastructures.

    Parameters
    ----------
    added, removed
        Places of rows in the table after, and in the table before.
    before, after
        Places of the rows that both have, in step.
    changed
        By column (``geometry`` among them) which of the rows that both have differ in it, bool.
    """

    added: Places
    removed: Places
    before: Places
    after: Places
    changed: Mapping[str, NDArray[np.bool_]]

    @property
    def any_changed(self) -> NDArray[np.bool_]:
        """Which of the rows that both have differ in anything."""
        flags = np.zeros(len(self.before), dtype=np.bool_)
        for differs in self.changed.values():
            flags |= differs
        return flags


def rows_of_table(infrastructure: Infrastructure, table: str) -> Rows:
    """Return the rows of ``nodes``, ``links`` (with their conditions), ``turns`` or ``candidates``."""
    held = infrastructure
    if table == "turns":
        return _turn_rows(held)
    given = getattr(held, table)
    columns = dict(given.to_columns())
    ids = columns.pop(ID_COLUMNS[table])
    names = np.array([*(source.name for source in held.sources), ""], dtype=np.object_)
    columns[SOURCE] = names[given.source]
    for name, values in columns.items():
        if values.dtype == np.uint8:
            columns[name] = _all_masks(VEHICLE_KINDS)[values]
    if table == "links":
        for name, index in (("from_node_id", "from_index"), ("to_node_id", "to_index")):
            columns[name] = held.nodes.node_id[columns.pop(index)]
        columns["conditions"] = condition_texts(held)
        return Rows(ids, columns, held.lines)
    if table == "candidates":
        outline = columns.pop("outline")
        # An absent outline is an outline of no points.
        padded = Geometries(np.append(held.outlines.offsets, held.outlines.offsets[-1]), held.outlines.coordinates)
        return Rows(ids, columns, select_lines(padded, outline.astype(np.int64)))
    return Rows(ids, columns)


def _all_masks(words: Sequence[str]) -> Ids:
    return np.array([mask_words(mask, words) for mask in range(256)], dtype=np.object_)


def condition_texts(infrastructure: Infrastructure) -> Ids:
    """Return the conditions of each link as one text, in their order, ``;`` between columns and a line each."""
    texts: Ids = np.full(len(infrastructure.links), "", dtype=np.object_)
    conditions = infrastructure.conditions
    hours = schedule_texts(infrastructure)
    for place in range(len(conditions)):
        limits = [
            f"{name}={getattr(conditions, name)[place]}"
            for name in ("above_weight_t", "above_length_m", "above_axle_load_t", "above_height_m", "speed_kmh")
            if not np.isnan(getattr(conditions, name)[place])
        ]
        parts = [
            "open" if conditions.is_open[place] else "closed",
            mask_words(int(conditions.directions[place]), DIRECTIONS),
            mask_words(int(conditions.kinds[place])),
            *limits,
            hours[int(conditions.schedule[place])],
        ]
        link = conditions.link_index[place]
        texts[link] += ("\n" if texts[link] else "") + ", ".join(parts)
    return texts


def schedule_texts(infrastructure: Infrastructure) -> list[str]:
    """Return what each schedule says, minutes of the week included; the last, for -1, says always."""
    given = infrastructure.schedules
    texts = []
    for schedule in range(len(given)):
        span = slice(given.offsets[schedule], given.offsets[schedule + 1])
        pairs = zip(given.start_min[span].tolist(), given.end_min[span].tolist(), strict=True)
        texts.append(f"{given.text[schedule]} [{' '.join(f'{start}-{end}' for start, end in pairs)}]")
    return [*texts, "always"]


def _turn_rows(held: Infrastructure) -> Rows:
    turns = held.turns
    hours = schedule_texts(held)
    members = []
    for turn in range(len(turns)):
        span = slice(turns.offsets[turn], turns.offsets[turn + 1])
        links = held.links.link_id[turns.links[span]].tolist()
        along = turns.along[span].tolist()
        members.append(
            " > ".join(f"{link}{'' if way else ' (against)'}" for link, way in zip(links, along, strict=True))
        )
    columns = {
        "kind": decode(turns.kind, TURN_KINDS),
        "kinds": _all_masks(VEHICLE_KINDS)[turns.kinds],
        "hours": np.array([hours[schedule] for schedule in turns.schedule.tolist()], dtype=np.object_),
        "members": np.array(members, dtype=np.object_),
    }
    return Rows(_numbered(turns.turn_id), columns)


def _numbered(ids: Ids) -> Ids:
    """Return ids with a number behind those that stand more than once: nothing holds turn ids unique."""
    if len(set(ids)) == len(ids):
        return ids
    seen: Counter[str] = Counter()
    numbered = []
    for value in ids:
        seen[value] += 1
        numbered.append(value if seen[value] == 1 else f"{value}#{seen[value]}")
    return np.array(numbered, dtype=np.object_)


def compare_rows(before: Rows, after: Rows) -> TableChanges:
    """Return how the rows of one table differ; rows are the same row where their ids are equal."""
    place = pd.Index(before.ids).get_indexer(pd.Index(after.ids))
    both = np.flatnonzero(place >= 0)
    old = place[both]
    gone = np.ones(len(before.ids), dtype=np.bool_)
    gone[old] = False
    changed = {name: _differ(before.columns[name][old], after.columns[name][both]) for name in before.columns}
    if before.lines is not None and after.lines is not None:
        changed[GEOMETRY] = _lines_differ(select_lines(before.lines, old), select_lines(after.lines, both))
    return TableChanges(np.flatnonzero(place < 0), np.flatnonzero(gone), old, both, changed)


def _differ(before: NDArray[Any], after: NDArray[Any]) -> NDArray[np.bool_]:
    different: NDArray[np.bool_] = before != after
    if before.dtype == np.float64:
        different &= ~(np.isnan(before) & np.isnan(after))
    return different


def _lines_differ(before: Geometries, after: Geometries) -> NDArray[np.bool_]:
    counts = np.diff(before.offsets)
    different: NDArray[np.bool_] = counts != np.diff(after.offsets)
    same = np.flatnonzero(~different)
    left, right = select_lines(before, same), select_lines(after, same)
    owner = np.repeat(same, counts[same])
    different[owner[(left.coordinates != right.coordinates).any(axis=1)]] = True
    return different
