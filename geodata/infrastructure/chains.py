"""Merging of chains: links that follow one another without a junction and agree in every column become one.

A node is passed over when exactly two link ends meet there, of two links that agree, read in one direction, in every
column but their ids, ends, lengths and rows of origin, and in their conditions; when nothing stands at the node; and
when no turn restriction names the step over it. So nothing a column says is lost: bridges, tunnels, names, lanes,
speeds and limits keep links of their own. Lengths are summed, lines joined, rows of origin listed in order.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geodata.columns import NO_CODE, Flags, Ids
from geodata.infrastructure.build import make_conditions
from geodata.infrastructure.columns import BACKWARD, CONDITION_COLUMNS, FORWARD, INFRASTRUCTURE_LINK_COLUMNS
from geodata.infrastructure.infrastructure import (
    Conditions,
    Infrastructure,
    InfrastructureLinks,
    InfrastructureNodes,
)
from geodata.infrastructure.turns import TurnRestrictions
from geodata.network import Geometries

Arcs = NDArray[np.int64]
"""Directed links: 2 x link along its line, 2 x link + 1 against it."""

_OWN: Final = frozenset(("link_id", "from_index", "to_index", "length_m", "row_id"))
_DIRECTED: Final = frozenset(("oneway", "access_forward", "access_backward"))
_SWAPPED: Final = np.array([0, BACKWARD, FORWARD, FORWARD | BACKWARD], dtype=np.uint8)
_WAY_ID: Final = re.compile(r"(w\d+):[^:]+:[^:]+")


@dataclass(frozen=True, slots=True, eq=False)
class _Chains:
    """Pieces of the new links, new link by new link in the order they are driven.

    Parameters
    ----------
    arcs
        int64[L]; every old link once, in the direction of its new link.
    owner
        int64[L]; new link of each.
    starts
        int64[M + 1]; first piece of each new link.
    """

    arcs: Arcs
    owner: NDArray[np.int64]
    starts: NDArray[np.int64]


def merge_chains(infrastructure: Infrastructure) -> Infrastructure:
    """Return the infrastructure with its chains merged.

    Total length, who can reach what, lines, conditions and turn restrictions stay as they are. A merged link bears the
    id of its first piece, with its own end nodes where the id is that of an OpenStreetMap way. A ring without any
    junction becomes one link that starts at its first link's first node.
    """
    links = infrastructure.links
    if not len(links):
        return infrastructure
    follow = _follow(infrastructure)
    if not (follow >= 0).any():
        return infrastructure
    chains = _chains(follow)
    first = chains.arcs[chains.starts[:-1]]
    last = chains.arcs[chains.starts[1:] - 1]
    tail, head = _tails(links)[first], _tails(links)[last ^ 1]
    kept = np.ones(len(infrastructure.nodes), dtype=np.bool_)
    inner = np.ones(len(links), dtype=np.bool_)
    inner[chains.starts[:-1]] = False
    kept[_tails(links)[chains.arcs[inner]]] = False
    place = np.cumsum(kept) - 1
    nodes = {name: values[kept] for name, values in infrastructure.nodes.to_columns(words=False).items()}
    columns = _columns(infrastructure, chains, first)
    columns["from_index"], columns["to_index"] = place[tail].astype(np.int32), place[head].astype(np.int32)
    columns["link_id"] = _ids(infrastructure, chains, (first, tail, head))
    return dataclasses.replace(
        infrastructure,
        nodes=InfrastructureNodes(**nodes),
        links=InfrastructureLinks(**columns),
        lines=_lines(infrastructure.lines, chains),
        conditions=_conditions(infrastructure.conditions, first, len(links)),
        turns=_turns(infrastructure.turns, chains, len(links)),
    )


def _tails(links: InfrastructureLinks) -> NDArray[np.int64]:
    """Return the node each arc leaves."""
    return np.column_stack([links.from_index, links.to_index]).astype(np.int64).reshape(-1)


def _follow(infrastructure: Infrastructure) -> Arcs:
    """Return for each arc the arc it merges with next, -1: none; rings are cut open."""
    links = infrastructure.links
    tails = _tails(links)
    free = _free_nodes(infrastructure, tails)
    order = np.argsort(tails, kind="stable")
    at = tails[order]
    # The two arcs that leave each free node: whoever comes in by the one goes out by the other.
    leaving = order[free[at]].reshape(-1, 2)
    one, two = leaving[:, 0], leaving[:, 1]
    agree = (one >> 1 != two >> 1) & _agree(infrastructure, one ^ 1, two)
    one, two = one[agree], two[agree]
    follow = np.full(2 * len(links), -1, dtype=np.int64)
    follow[one ^ 1] = two
    follow[two ^ 1] = one
    cut = _ring_starts(follow)
    if cut.size:
        before = follow[cut ^ 1] ^ 1
        follow[cut ^ 1] = -1
        follow[before] = -1
    return follow


def _free_nodes(infrastructure: Infrastructure, tails: NDArray[np.int64]) -> Flags:
    """Return the nodes at which exactly two link ends meet and nothing stands, and that no turn steps over."""
    nodes = infrastructure.nodes
    free: Flags = np.bincount(tails, minlength=len(nodes)) == 2  # noqa: PLR2004 - two link ends
    free &= (nodes.feature == NO_CODE) & (nodes.closed == 0)
    for limit in (nodes.max_height_m, nodes.max_weight_t, nodes.max_width_m):
        free &= np.isnan(limit)
    turns = infrastructure.turns
    if len(turns):
        inner = np.ones(len(turns.links), dtype=np.bool_)
        inner[turns.offsets[1:] - 1] = False
        arcs = 2 * turns.links[inner].astype(np.int64) + ~turns.along[inner]
        free[tails[arcs ^ 1]] = False
    return free


def _agree(infrastructure: Infrastructure, one: Arcs, two: Arcs) -> Flags:
    """Return where two arcs say the same in every column and condition."""
    links, lines = infrastructure.links, infrastructure.lines
    first, second = one >> 1, two >> 1
    along, other = (one & 1) == 0, (two & 1) == 0
    agree: Flags = np.ones(len(one), dtype=np.bool_)
    for column in INFRASTRUCTURE_LINK_COLUMNS:
        if column.name in _OWN | _DIRECTED:
            continue
        values = getattr(links, column.name)
        left, right = values[first], values[second]
        same = left == right
        if column.dtype is np.float64:
            same |= np.isnan(left) & np.isnan(right)
        agree &= same
    oneway = links.oneway[first]
    agree &= (oneway == links.oneway[second]) & (~oneway | (along == other))
    for ahead, back in (("access_forward", "access_backward"), ("access_backward", "access_forward")):
        left = np.where(along, getattr(links, ahead)[first], getattr(links, back)[first])
        right = np.where(other, getattr(links, ahead)[second], getattr(links, back)[second])
        agree &= left == right
    has_line = np.diff(lines.offsets) > 0
    agree &= has_line[first] == has_line[second]
    if len(infrastructure.conditions):
        keys = _condition_keys(infrastructure.conditions, len(links))
        agree &= keys[one] == keys[two]
    return agree


def _condition_keys(conditions: Conditions, link_count: int) -> NDArray[np.int64]:
    """Return a number for each arc that is the same where two arcs have the same conditions."""
    keys = np.zeros(2 * link_count, dtype=np.int64)
    names = [column.name for column in CONDITION_COLUMNS if column.name not in ("link_index", "directions")]
    # NaN is written as one bit pattern, so that equal rows are equal bytes.
    values = np.column_stack([np.nan_to_num(getattr(conditions, name).astype(np.float64), nan=-1.0) for name in names])
    directions = np.column_stack([conditions.directions, _SWAPPED[conditions.directions]])
    links, starts = np.unique(conditions.link_index, return_index=True)
    seen: dict[bytes, int] = {}
    for link, start, end in zip(links.tolist(), starts, [*starts[1:], len(conditions)], strict=True):
        rows = values[start:end].tobytes()
        for side in (0, 1):
            key = directions[start:end, side].tobytes() + rows
            keys[2 * link + side] = seen.setdefault(key, len(seen) + 1)
    return keys


def _ring_starts(follow: Arcs) -> Arcs:
    """Return one arc of each ring that has no end: its first link, along its line."""
    before = _before(follow)
    reached = np.where(before >= 0, before, np.arange(len(before)))
    least = np.arange(len(before))
    for _ in range(len(before).bit_length()):
        least = np.minimum(least, least[reached])
        reached = reached[reached]
    in_ring = before[reached] >= 0
    least = np.minimum(least, least[reached])
    links = np.unique(least[in_ring] >> 1)
    return 2 * links


def _before(follow: Arcs) -> Arcs:
    before = np.full(len(follow), -1, dtype=np.int64)
    has = follow >= 0
    before[follow[has]] = np.flatnonzero(has)
    return before


def _chains(follow: Arcs) -> _Chains:
    """Return the pieces of the new links: each chain in one of its two directions, in the order of first pieces.

    A chain runs the way most of its pieces are drawn; where as many are drawn either way, from the end with the lower
    link.
    """
    before = _before(follow)
    count = len(follow)
    head = np.where(before >= 0, before, np.arange(count))
    rank = (before >= 0).astype(np.int64)
    while True:
        further = head[head]
        if (further == head).all():
            break
        rank += rank[head]
        head = further
    size = np.bincount(head, minlength=count)
    along = np.bincount(head, weights=(np.arange(count) & 1) == 0, minlength=count)
    heads = np.flatnonzero(head == np.arange(count))
    last = np.empty(count, dtype=np.int64)
    ends = np.flatnonzero(follow < 0)
    last[head[ends]] = ends
    doubled = 2 * along[heads] - size[heads]
    chosen = heads[(doubled > 0) | ((doubled == 0) & (heads >> 1 < last[heads] >> 1))]
    is_chosen = np.zeros(count, dtype=np.bool_)
    is_chosen[chosen] = True
    arcs = np.flatnonzero(is_chosen[head])
    arcs = arcs[np.lexsort((rank[arcs], head[arcs]))]
    starts = np.concatenate([np.flatnonzero(rank[arcs] == 0), [len(arcs)]])
    owner = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    return _Chains(arcs, owner, starts)


def _columns(infrastructure: Infrastructure, chains: _Chains, first: Arcs) -> dict[str, NDArray[Any]]:
    links = infrastructure.links
    columns = {name: values[first >> 1] for name, values in links.to_columns(words=False).items()}
    turned = (first & 1) == 1
    ahead, back = columns["access_forward"], columns["access_backward"]
    columns["access_forward"], columns["access_backward"] = np.where(turned, back, ahead), np.where(turned, ahead, back)
    columns["length_m"] = np.add.reduceat(links.length_m[chains.arcs >> 1], chains.starts[:-1])
    rows = links.row_id[chains.arcs >> 1]
    changes = np.flatnonzero((rows[1:] != rows[:-1]) & (chains.owner[1:] == chains.owner[:-1]))
    for new in np.unique(chains.owner[changes]).tolist():
        pieces = rows[chains.starts[new] : chains.starts[new + 1]]
        listed = dict.fromkeys(row for piece in pieces for row in str(piece).split(";") if row)
        columns["row_id"][new] = ";".join(listed)
    return columns


def _ids(
    infrastructure: Infrastructure, chains: _Chains, ends: tuple[Arcs, NDArray[np.int64], NDArray[np.int64]]
) -> Ids:
    first, tail, head = ends
    ids: Ids = infrastructure.links.link_id[first >> 1]
    merged = np.flatnonzero(np.diff(chains.starts) > 1)
    taken = set(np.delete(ids, merged).tolist())
    node_ids = infrastructure.nodes.node_id
    for new in merged.tolist():
        way = _WAY_ID.match(ids[new])
        made = ids[new]
        if way:
            made = f"{way[1]}:{str(node_ids[tail[new]]).removeprefix('n')}:{str(node_ids[head[new]]).removeprefix('n')}"
        unique, number = made, 1
        while unique in taken:
            number += 1
            unique = f"{made}#{number}"
        taken.add(unique)
        ids[new] = unique
    return ids


def _lines(lines: Geometries, chains: _Chains) -> Geometries:
    """Return the joined lines; a point where two pieces meet is kept once."""
    link, against = chains.arcs >> 1, (chains.arcs & 1) == 1
    begin, end = lines.offsets[:-1][link], lines.offsets[1:][link] - 1
    start = np.where(against, end, begin)
    stop = np.where(against, begin, end)
    step = np.where(against, -1, 1)
    counts = end - begin + 1
    same = np.zeros(len(link), dtype=np.int64)
    meets = (chains.owner[1:] == chains.owner[:-1]) & (counts[1:] > 0) & (counts[:-1] > 0)
    before, after = stop[:-1][meets], start[1:][meets]
    same[1:][meets] = (lines.coordinates[before] == lines.coordinates[after]).all(axis=1)
    counts = counts - same
    piece_starts = np.concatenate([[0], np.cumsum(counts)])
    nth = np.arange(piece_starts[-1]) - np.repeat(piece_starts[:-1], counts)
    points = np.repeat(start + step * same, counts) + np.repeat(step, counts) * nth
    return Geometries(piece_starts[chains.starts], lines.coordinates[points])


def _conditions(conditions: Conditions, first: Arcs, link_count: int) -> Conditions:
    """Return the conditions of first pieces, as all pieces of a chain have the same."""
    if not len(conditions):
        return conditions
    new_link = np.full(link_count, -1, dtype=np.int32)
    new_link[first >> 1] = np.arange(len(first))
    turned = np.zeros(link_count, dtype=np.bool_)
    turned[first >> 1] = (first & 1) == 1
    columns = conditions.to_columns(words=False)
    old = columns["link_index"]
    columns["directions"] = np.where(turned[old], _SWAPPED[columns["directions"]], columns["directions"])
    columns["link_index"] = new_link[old]
    kept = columns["link_index"] >= 0
    return make_conditions(**{name: values[kept] for name, values in columns.items()})


def _turns(turns: TurnRestrictions, chains: _Chains, link_count: int) -> TurnRestrictions:
    if not len(turns):
        return turns
    owner = np.empty(link_count, dtype=np.int32)
    owner[chains.arcs >> 1] = chains.owner
    against = np.empty(link_count, dtype=np.bool_)
    against[chains.arcs >> 1] = (chains.arcs & 1) == 1
    return dataclasses.replace(turns, links=owner[turns.links], along=turns.along ^ against[turns.links])
