"""What the steps share: rows taken by place, and conditions and turns that follow their links."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geodata.columns import Ids, Indices
from geodata.infrastructure.build import make_conditions
from geodata.infrastructure.infrastructure import (
    Conditions,
    Infrastructure,
    InfrastructureLinks,
    InfrastructureNodes,
)
from geodata.infrastructure.turns import TurnRestrictions
from geodata.network import Geometries

Places = NDArray[np.int64]


def taken_nodes(
    nodes: InfrastructureNodes, rows: Places, changes: Mapping[str, Any] | None = None
) -> InfrastructureNodes:
    """Return nodes at some places, in that order, some columns replaced."""
    columns = {name: values[rows] for name, values in nodes.to_columns(words=False).items()}
    return InfrastructureNodes(**(columns | dict(changes or {})))


def taken_links(
    links: InfrastructureLinks, rows: Places, changes: Mapping[str, Any] | None = None
) -> InfrastructureLinks:
    """Return links at some places, in that order, some columns replaced."""
    columns = {name: values[rows] for name, values in links.to_columns(words=False).items()}
    return InfrastructureLinks(**(columns | dict(changes or {})))


def changed_links(links: InfrastructureLinks, **changes: Any) -> InfrastructureLinks:  # noqa: ANN401 - arrays
    """Return the links with some columns replaced; columns that stay are not copied."""
    return InfrastructureLinks(**(links.to_columns(words=False) | changes))


def changed_nodes(nodes: InfrastructureNodes, **changes: Any) -> InfrastructureNodes:  # noqa: ANN401 - arrays
    """Return the nodes with some columns replaced; columns that stay are not copied."""
    return InfrastructureNodes(**(nodes.to_columns(words=False) | changes))


def with_links(
    infrastructure: Infrastructure, pieces: Indices, links: InfrastructureLinks, lines: Geometries
) -> Infrastructure:
    """Return the infrastructure with other link rows, conditions and turns following.

    Parameters
    ----------
    infrastructure
        What the links come from; its nodes stay.
    pieces
        How many rows each link became, int[L]: 0 removed, 1 as it was, more: cut, in the order of its line.
    links, lines
        The rows, those of one link together and in the order of ``infrastructure.links``.
    """
    return dataclasses.replace(
        infrastructure,
        links=links,
        lines=lines,
        conditions=conditions_of_pieces(infrastructure.conditions, pieces),
        turns=turns_of_pieces(infrastructure.turns, pieces),
    )


def places_in_groups(counts: NDArray[np.integer[Any]]) -> Places:
    """Return 0, 1, … within each group, groups of ``counts`` entries one after another."""
    counts = counts.astype(np.int64)
    starts = np.cumsum(counts) - counts
    within: Places = np.arange(int(counts.sum()), dtype=np.int64) - np.repeat(starts, counts)
    return within


def conditions_of_pieces(conditions: Conditions, pieces: Indices) -> Conditions:
    """Return the conditions, each on every piece of its link; those of removed links are gone."""
    first = np.cumsum(pieces) - pieces
    counts = pieces[conditions.link_index]
    rows = np.repeat(np.arange(len(conditions)), counts)
    columns = {name: values[rows] for name, values in conditions.to_columns(words=False).items()}
    columns["link_index"] = first[columns["link_index"]] + places_in_groups(counts)
    return make_conditions(**columns)


def turns_of_pieces(turns: TurnRestrictions, pieces: Indices) -> TurnRestrictions:
    """Return the turns over the pieces of their links.

    The link come from becomes its piece that ends at the turn, the link gone to its piece that starts there, a link
    between all its pieces in the direction of travel. A turn over a removed link is gone.
    """
    first = np.cumsum(pieces) - pieces
    whole = np.repeat(np.arange(len(turns)), np.diff(turns.offsets))
    missing = np.bincount(whole[pieces[turns.links] == 0], minlength=len(turns)) > 0
    entries = np.flatnonzero(~missing[whole])
    is_first, is_last = np.zeros(len(turns.links), dtype=np.bool_), np.zeros(len(turns.links), dtype=np.bool_)
    is_first[turns.offsets[:-1]] = True
    is_last[turns.offsets[1:] - 1] = True
    counts = np.where(is_first | is_last, 1, pieces[turns.links])[entries]
    entry = np.repeat(entries, counts)
    link, along = turns.links[entry], turns.along[entry]
    step = np.where(is_first[entry], pieces[link] - 1, places_in_groups(counts))
    place = first[link] + np.where(along, step, pieces[link] - 1 - step)
    kept = np.flatnonzero(~missing)
    lengths = np.bincount(whole[entry], minlength=len(turns))[kept]
    return TurnRestrictions(
        turn_id=turns.turn_id[kept],
        kind=turns.kind[kept],
        kinds=turns.kinds[kept],
        schedule=turns.schedule[kept],
        offsets=np.concatenate([[0], np.cumsum(lengths)]),
        links=place,
        along=along,
    )


def turns_where(turns: TurnRestrictions, kept: NDArray[np.bool_]) -> TurnRestrictions:
    """Return some of the turns."""
    lengths = np.diff(turns.offsets)
    inside = np.repeat(kept, lengths)
    return TurnRestrictions(
        turn_id=turns.turn_id[kept],
        kind=turns.kind[kept],
        kinds=turns.kinds[kept],
        schedule=turns.schedule[kept],
        offsets=np.concatenate([[0], np.cumsum(lengths[kept])]),
        links=turns.links[inside],
        along=turns.along[inside],
    )


def fresh_ids(wanted: Ids, taken: Ids) -> Ids:
    """Return the wanted ids; one that is taken already gets ``~2``, ``~3``, … appended."""
    used = set(taken.tolist())
    fresh = []
    for value in wanted.tolist():
        name, count = value, 2
        while name in used:
            name, count = f"{value}~{count}", count + 1
        used.add(name)
        fresh.append(name)
    return np.array(fresh, dtype=np.object_)
