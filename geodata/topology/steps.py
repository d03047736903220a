"""Steps that take an infrastructure and return a new one: nodes joined, links removed or added, two put together."""

from __future__ import annotations

import dataclasses
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from geodata.columns import Flags, Indices
from geodata.geodesy import geodesic_m
from geodata.infrastructure.build import select_lines
from geodata.infrastructure.infrastructure import (
    Candidates,
    Conditions,
    Infrastructure,
    InfrastructureLinks,
    InfrastructureNodes,
    Source,
)
from geodata.infrastructure.turns import TurnRestrictions
from geodata.infrastructure.weekly import Schedules
from geodata.network import Geometries
from geodata.topology.components import components, degrees, largest_strong_component
from geodata.topology.measure import lengths_m
from geodata.topology.rows import Places, changed_links, changed_nodes, taken_links, taken_nodes, with_links
from geodata.topology.split import Cut, cut_links, split_links

__all__ = [
    "Cut",
    "add_links",
    "components",
    "concatenate",
    "cut_links",
    "degrees",
    "drop_isolated_nodes",
    "join_nodes",
    "largest_strong_component",
    "raised",
    "remove_links",
    "schedules_below",
    "split_links",
]

EXTEND_ABOVE_M: Final = 0.5
"""A line end that must move farther than this is kept, and the line led on from it, metres."""


def join_nodes(
    infrastructure: Infrastructure, pairs: ArrayLike, *, extend_above_m: float = EXTEND_ABOVE_M
) -> Infrastructure:
    """Return the infrastructure with nodes made one.

    Of each pair the first node stays and the second goes; links of the second now end at the first. A line end that
    lies within ``extend_above_m`` is moved there, one farther off is led on by one more point; ``length_m`` changes by
    what the line's geodesic length changes. The node that stays takes the tighter of the limits, is closed to whom
    either was closed, and takes the other's feature where it has none. Links between two nodes made one stay, as loops.

    Parameters
    ----------
    infrastructure
        What to change.
    pairs
        int[n, 2]; the node that stays and the node that goes. Chains (a takes b, b takes c) are followed.
    extend_above_m
        Distance from which a line is led on rather than its end moved, metres.

    Raises
    ------
    ValueError
        If a node is not there, or a node would go into two different ones (say which one stays).
    """
    pair = np.asarray(pairs, dtype=np.int64).reshape(-1, 2)
    pair = np.unique(pair[pair[:, 0] != pair[:, 1]], axis=0)
    if len(pair) == 0:
        return infrastructure
    stays = _stays(infrastructure, pair)
    nodes = _merged_nodes(infrastructure.nodes, stays)
    moved = _with_moved_ends(dataclasses.replace(infrastructure, nodes=nodes), stays, extend_above_m)
    return _without_nodes(moved, stays == np.arange(len(stays)))


def _stays(infrastructure: Infrastructure, pair: Places) -> Places:
    """Return the node that each node becomes, int64[N]."""
    count = len(infrastructure.nodes)
    if not 0 <= pair.min() <= pair.max() < count:
        msg = f"Nodes to join must lie between 0 and {count - 1}, got {pair.min()} to {pair.max()}."
        raise ValueError(msg)
    going, times = np.unique(pair[:, 1], return_counts=True)
    if (times > 1).any():
        twice = infrastructure.nodes.node_id[going[times > 1][0]]
        msg = f"Node {twice!r} would go into two different nodes; join these to one another first."
        raise ValueError(msg)
    matrix = csr_array((np.ones(len(pair), dtype=np.int8), (pair[:, 0], pair[:, 1])), shape=(count, count))
    parts, label = connected_components(matrix, directed=False)
    is_going = np.zeros(count, dtype=np.bool_)
    is_going[going] = True
    root = np.full(parts, -1, dtype=np.int64)
    root[label[~is_going]] = np.flatnonzero(~is_going)
    lost = going[root[label[going]] < 0]
    if lost.size:
        msg = (
            f"Node {infrastructure.nodes.node_id[lost[0]]!r} would go into itself by way of others; leave one pair out."
        )
        raise ValueError(msg)
    stays: Places = root[label]
    return stays


def _merged_nodes(nodes: InfrastructureNodes, stays: Places) -> InfrastructureNodes:
    going = np.flatnonzero(stays != np.arange(len(stays)))
    closed = nodes.closed.copy()
    np.bitwise_or.at(closed, stays[going], nodes.closed[going])
    limits = {}
    for name in ("max_height_m", "max_weight_t", "max_width_m"):
        values = getattr(nodes, name).copy()
        np.fmin.at(values, stays[going], values[going])
        limits[name] = values
    feature = nodes.feature.copy()
    bare = going[::-1][(feature[stays[going]] < 0)[::-1]]
    feature[stays[bare]] = nodes.feature[bare]
    return changed_nodes(nodes, closed=closed, feature=feature, **limits)


def _with_moved_ends(infrastructure: Infrastructure, stays: Places, extend_above_m: float) -> Infrastructure:
    links, nodes, lines = infrastructure.links, infrastructure.nodes, infrastructure.lines
    touched = (stays[links.from_index] != links.from_index) | (stays[links.to_index] != links.to_index)
    which = np.flatnonzero(touched & (np.diff(lines.offsets) > 0))
    before = lengths_m(select_lines(lines, which))
    start_moved = (stays[links.from_index] != links.from_index)[which]
    end_moved = (stays[links.to_index] != links.to_index)[which]
    coordinates = lines.coordinates.copy()
    slots: list[NDArray[Any]] = []
    points: list[NDArray[Any]] = []
    # Ends stand before starts: where one line ends and the next one starts, both points go into the same slot.
    for moved, vertex, node, after in (
        (end_moved, lines.offsets[which + 1] - 1, stays[links.to_index[which]], 1),
        (start_moved, lines.offsets[which], stays[links.from_index[which]], 0),
    ):
        here, there = vertex[moved], node[moved]
        target = np.column_stack([nodes.lon[there], nodes.lat[there]])
        gap = geodesic_m(lines.coordinates[here, 0], lines.coordinates[here, 1], target[:, 0], target[:, 1])
        near = gap <= extend_above_m
        coordinates[here[near]] = target[near]
        slots.append(here[~near] + after)
        points.append(target[~near])
    slot = np.concatenate(slots)
    owner = np.searchsorted(lines.offsets, np.concatenate([slots[0] - 1, slots[1]]), side="right") - 1
    counts = np.diff(lines.offsets) + np.bincount(owner, minlength=len(lines))
    drawn = np.insert(coordinates, slot, np.concatenate(points), axis=0) if len(slot) else coordinates
    new_lines = Geometries(np.concatenate([[0], np.cumsum(counts)]), drawn)
    length = links.length_m.copy()
    length[which] = np.maximum(length[which] + lengths_m(select_lines(new_lines, which)) - before, 0.0)
    new_links = changed_links(
        links, from_index=stays[links.from_index], to_index=stays[links.to_index], length_m=length
    )
    return dataclasses.replace(infrastructure, links=new_links, lines=new_lines)


def remove_links(infrastructure: Infrastructure, remove: Flags) -> Infrastructure:
    """Return the infrastructure without some links, their conditions, and turns over them; all nodes stay.

    Parameters
    ----------
    infrastructure
        What to take from.
    remove
        Which links go, bool[L].

    Raises
    ------
    ValueError
        If ``remove`` has not one flag a link.
    """
    flags = np.asarray(remove)
    if flags.dtype != np.bool_ or flags.shape != (len(infrastructure.links),):
        msg = f"remove must be one flag a link ({len(infrastructure.links)}), got {flags.dtype} of shape {flags.shape}."
        raise ValueError(msg)
    if not flags.any():
        return infrastructure
    kept = np.flatnonzero(~flags)
    return with_links(
        infrastructure,
        (~flags).astype(np.int32),
        taken_links(infrastructure.links, kept),
        select_lines(infrastructure.lines, kept),
    )


def drop_isolated_nodes(infrastructure: Infrastructure) -> Infrastructure:
    """Return the infrastructure without the nodes that no link touches."""
    return _without_nodes(infrastructure, degrees(infrastructure) > 0)


def _without_nodes(infrastructure: Infrastructure, keep: Flags) -> Infrastructure:
    """Return the infrastructure with some of its nodes; no link may touch another."""
    if keep.all():
        return infrastructure
    place = (np.cumsum(keep) - 1).astype(np.int32)
    links = infrastructure.links
    return dataclasses.replace(
        infrastructure,
        nodes=taken_nodes(infrastructure.nodes, np.flatnonzero(keep)),
        links=changed_links(links, from_index=place[links.from_index], to_index=place[links.to_index]),
    )


def add_links(
    infrastructure: Infrastructure,
    links: InfrastructureLinks,
    lines: Geometries,
    nodes: InfrastructureNodes | None = None,
    *,
    sources: tuple[Source, ...] = (),
) -> Infrastructure:
    """Return the infrastructure with more links, and nodes, at the end of its tables.

    Parameters
    ----------
    infrastructure
        What to add to.
    links, lines
        Links to add and their lines. ``from_index`` and ``to_index`` count the present nodes first, then ``nodes``;
        ``source`` counts the present sources first, then ``sources``.
    nodes
        Nodes to add.
    sources
        Sources to add.

    Raises
    ------
    ValueError
        If an id is there already, or an index points nowhere.
    """
    return dataclasses.replace(
        infrastructure,
        nodes=infrastructure.nodes if nodes is None else _below(infrastructure.nodes, nodes),
        links=_below(infrastructure.links, links),
        lines=_lines_below(infrastructure.lines, lines),
        sources=(*infrastructure.sources, *sources),
    )


def concatenate(first: Infrastructure, second: Infrastructure) -> Infrastructure:
    """Return two infrastructures as one, the second below the first; nothing is joined.

    Sources that are equal become one; schedules, turns, candidates and outlines are appended.

    Raises
    ------
    ValueError
        If an id stands in both.
    """
    sources = list(first.sources)
    place = np.full(len(second.sources) + 1, -1, dtype=np.int16)
    for row, source in enumerate(second.sources):
        if source not in sources:
            sources.append(source)
        place[row] = sources.index(source)
    shifted = _shifted(second, first, place)
    return Infrastructure(
        nodes=_below(first.nodes, shifted.nodes),
        links=_below(first.links, shifted.links),
        lines=_lines_below(first.lines, second.lines),
        conditions=_below(first.conditions, shifted.conditions),
        schedules=schedules_below(first.schedules, second.schedules),
        turns=_turns_below(first.turns, second.turns, len(first.links), len(first.schedules)),
        candidates=_below(first.candidates, shifted.candidates),
        outlines=_lines_below(first.outlines, second.outlines),
        sources=tuple(sources),
    )


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class _Tables:
    nodes: InfrastructureNodes
    links: InfrastructureLinks
    conditions: Conditions
    candidates: Candidates


def _shifted(infrastructure: Infrastructure, above: Infrastructure, source: NDArray[np.int16]) -> _Tables:
    """Return the tables with indices as they are below another infrastructure's rows."""
    nodes = infrastructure.nodes.to_columns(words=False)
    links = infrastructure.links.to_columns(words=False)
    conditions = infrastructure.conditions.to_columns(words=False)
    candidates = infrastructure.candidates.to_columns(words=False)
    for table in (nodes, links, candidates):
        table["source"] = source[table["source"]]
    for name in ("from_index", "to_index"):
        links[name] = links[name] + np.int32(len(above.nodes))
    conditions["link_index"] = conditions["link_index"] + np.int32(len(above.links))
    conditions["schedule"] = raised(conditions["schedule"], len(above.schedules))
    candidates["outline"] = raised(candidates["outline"], len(above.outlines))
    return _Tables(
        InfrastructureNodes(**nodes), InfrastructureLinks(**links), Conditions(**conditions), Candidates(**candidates)
    )


def raised(values: Indices, by: int) -> Indices:
    """Return indices raised by so many; those that point nowhere (-1) stay."""
    found: Indices = np.where(values >= 0, values + np.int32(by), values).astype(np.int32)
    return found


def _below(above: Any, below: Any) -> Any:  # noqa: ANN401 - two tables of one kind
    before, after = above.to_columns(words=False), below.to_columns(words=False)
    return type(above)(**{name: np.concatenate([before[name], after[name]]) for name in before})


def _lines_below(above: Geometries, below: Geometries) -> Geometries:
    offsets = np.concatenate([above.offsets, below.offsets[1:] + above.offsets[-1]])
    return Geometries(offsets, np.concatenate([above.coordinates, below.coordinates]))


def schedules_below(above: Schedules, below: Schedules) -> Schedules:
    """Return two tables of schedules as one, the second below the first."""
    return Schedules(
        text=np.concatenate([above.text, below.text]),
        offsets=np.concatenate([above.offsets, below.offsets[1:] + above.offsets[-1]]),
        start_min=np.concatenate([above.start_min, below.start_min]),
        end_min=np.concatenate([above.end_min, below.end_min]),
    )


def _turns_below(above: TurnRestrictions, below: TurnRestrictions, links: int, schedules: int) -> TurnRestrictions:
    return TurnRestrictions(
        turn_id=np.concatenate([above.turn_id, below.turn_id]),
        kind=np.concatenate([above.kind, below.kind]),
        kinds=np.concatenate([above.kinds, below.kinds]),
        schedule=np.concatenate([above.schedule, raised(below.schedule, schedules)]),
        offsets=np.concatenate([above.offsets, below.offsets[1:] + above.offsets[-1]]),
        links=np.concatenate([above.links, below.links + np.int32(links)]),
        along=np.concatenate([above.along, below.along]),
    )
