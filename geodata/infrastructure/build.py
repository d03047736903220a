"""Making infrastructures: tables with defaults filled in, parts taken out, columns replaced."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geodata.columns import Column, Flags, Indices
from geodata.infrastructure.columns import (
    CANDIDATE_COLUMNS,
    CONDITION_COLUMNS,
    INFRASTRUCTURE_LINK_COLUMNS,
    INFRASTRUCTURE_NODE_COLUMNS,
)
from geodata.infrastructure.infrastructure import (
    Candidates,
    Conditions,
    Infrastructure,
    InfrastructureLinks,
    InfrastructureNodes,
)
from geodata.infrastructure.turns import TurnRestrictions
from geodata.infrastructure.weekly import Schedules
from geodata.network import Geometries


def make_nodes(**columns: object) -> InfrastructureNodes:
    """Return node columns, those not given at their defaults; a single value stands for every row."""
    return InfrastructureNodes(**_filled(INFRASTRUCTURE_NODE_COLUMNS, columns, "node_id"))


def make_links(**columns: object) -> InfrastructureLinks:
    """Return link columns, those not given at their defaults; a single value stands for every row."""
    return InfrastructureLinks(**_filled(INFRASTRUCTURE_LINK_COLUMNS, columns, "link_id"))


def make_conditions(**columns: object) -> Conditions:
    """Return conditions ordered by link, columns not given at their defaults; without arguments none at all."""
    columns.setdefault("link_index", np.empty(0, dtype=np.int32))
    filled = _filled(CONDITION_COLUMNS, columns, "link_index")
    order = np.argsort(np.asarray(filled["link_index"]), kind="stable")
    return Conditions(**{name: np.asarray(values)[order] for name, values in filled.items()})


def make_candidates(**columns: object) -> Candidates:
    """Return candidates, columns not given at their defaults; without arguments none at all."""
    columns.setdefault("candidate_id", np.empty(0, dtype=np.object_))
    return Candidates(**_filled(CANDIDATE_COLUMNS, columns, "candidate_id"))


def make_schedules(texts: Sequence[str], intervals: Sequence[Sequence[tuple[int, int]]]) -> Schedules:
    """Return schedules of some texts and the intervals of each, minutes of the week."""
    offsets = np.concatenate([[0], np.cumsum([len(some) for some in intervals], dtype=np.int64)])
    flat = np.array([interval for some in intervals for interval in some], dtype=np.int32).reshape(-1, 2)
    return Schedules(np.array(texts, dtype=np.object_), offsets.astype(np.int64), flat[:, 0], flat[:, 1])


def no_lines() -> Geometries:
    """Return no line at all."""
    return Geometries(np.zeros(1, dtype=np.int64), np.empty((0, 2)))


def _filled(declared: tuple[Column, ...], given: Mapping[str, Any], key: str) -> dict[str, Any]:
    unknown = set(given) - {column.name for column in declared}
    if unknown:
        msg = f"Unknown column {min(unknown)!r}."
        raise ValueError(msg)
    count = len(given[key])
    filled = {}
    for column in declared:
        value = given.get(column.name, column.default)
        filled[column.name] = np.full(count, value, dtype=column.dtype) if np.ndim(value) == 0 else value
    return filled


def select_lines(lines: Geometries, which: NDArray[np.int64]) -> Geometries:
    """Return the lines at some positions, in that order."""
    counts = np.diff(lines.offsets)[which]
    offsets = np.concatenate([[0], np.cumsum(counts)])
    points = np.repeat(lines.offsets[:-1][which] - offsets[:-1], counts) + np.arange(offsets[-1])
    return Geometries(offsets, lines.coordinates[points])


def keep_links(infrastructure: Infrastructure, keep: Flags) -> Infrastructure:
    """Return the infrastructure with some of its links, and the nodes these touch.

    Conditions of the other links and turns over them are left out; candidates stay.

    Parameters
    ----------
    infrastructure
        What to take from.
    keep
        Which links stay, bool[L].
    """
    which = np.flatnonzero(keep)
    links = infrastructure.links
    touched = np.zeros(len(infrastructure.nodes), dtype=np.bool_)
    touched[links.from_index[which]] = True
    touched[links.to_index[which]] = True
    node_place = _places(touched)
    columns = {name: values[which] for name, values in links.to_columns(words=False).items()}
    columns["from_index"], columns["to_index"] = node_place[columns["from_index"]], node_place[columns["to_index"]]
    nodes = {name: values[touched] for name, values in infrastructure.nodes.to_columns(words=False).items()}
    link_place = _places(np.asarray(keep, dtype=np.bool_))
    return dataclasses.replace(
        infrastructure,
        nodes=InfrastructureNodes(**nodes),
        links=InfrastructureLinks(**columns),
        lines=select_lines(infrastructure.lines, which),
        conditions=_conditions_of(infrastructure.conditions, link_place),
        turns=_turns_of(infrastructure.turns, link_place),
    )


def _places(keep: Flags) -> Indices:
    return np.where(keep, np.cumsum(keep) - 1, -1).astype(np.int32)


def _conditions_of(conditions: Conditions, link_place: Indices) -> Conditions:
    columns = conditions.to_columns(words=False)
    columns["link_index"] = link_place[columns["link_index"]]
    kept = columns["link_index"] >= 0
    return make_conditions(**{name: values[kept] for name, values in columns.items()})


def _turns_of(turns: TurnRestrictions, link_place: Indices) -> TurnRestrictions:
    places = link_place[turns.links]
    lengths = np.diff(turns.offsets)
    owner = np.repeat(np.arange(len(turns)), lengths)
    kept = np.bincount(owner[places < 0], minlength=len(turns)) == 0
    inside = kept[owner]
    return TurnRestrictions(
        turn_id=turns.turn_id[kept],
        kind=turns.kind[kept],
        kinds=turns.kinds[kept],
        schedule=turns.schedule[kept],
        offsets=np.concatenate([[0], np.cumsum(lengths[kept])]),
        links=places[inside],
        along=turns.along[inside],
    )
