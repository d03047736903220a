"""Which directed link may follow which: U-turns, closed nodes, turn restrictions over one node."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geodata.columns import Flags, Floats, Indices
from geodata.infrastructure.columns import NODE_FEATURES, TURN_KINDS
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.routing.vehicle import VehicleProfile

STRAIGHT_DEG = 45.0


class Arcs(NamedTuple):
    """Directed links a vehicle may use, ordered by the node they leave.

    Parameters
    ----------
    key
        2 × link, plus 1 against its line, int64[A].
    tail, head
        Node left and node reached, int32[A].
    node_start
        Arcs that leave node n are ``node_start[n]`` to ``node_start[n + 1]``, int64[N + 1].
    of_key
        Arc by key, int32[2 L]; -1 where the vehicle may not run.
    """

    key: NDArray[np.int64]
    tail: Indices
    head: Indices
    node_start: NDArray[np.int64]
    of_key: Indices


@dataclass(slots=True)
class Pairs:
    """What may follow what; ``closed`` names the hours a restriction closes a pair in.

    Parameters
    ----------
    start
        Pairs of arc a are ``start[a]`` to ``start[a + 1]``, int64[A + 1]; their second arcs are in the order of arcs.
    first, second
        Arcs, int32[P].
    allowed
        Whether the second may follow the first at any hour, bool[P].
    closed
        Schedules a pair is closed in, by pair.
    """

    start: NDArray[np.int64]
    first: Indices
    second: Indices
    allowed: Flags
    closed: dict[int, list[int]]


def make_arcs(infrastructure: Infrastructure, open_: Flags) -> Arcs:
    """Return the directed links that are open, bool[2, L]."""
    links = infrastructure.links
    count = len(infrastructure.nodes)
    key = np.flatnonzero(open_.T.reshape(-1))
    link, against = key >> 1, (key & 1).astype(np.bool_)
    tail = np.where(against, links.to_index[link], links.from_index[link]).astype(np.int32)
    head = np.where(against, links.from_index[link], links.to_index[link]).astype(np.int32)
    order = np.argsort(tail, kind="stable")
    key, tail, head = key[order], tail[order], head[order]
    node_start = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(tail, minlength=count), out=node_start[1:])
    of_key = np.full(2 * len(links), -1, dtype=np.int32)
    of_key[key] = np.arange(len(key), dtype=np.int32)
    return Arcs(key, tail, head, node_start, of_key)


def make_pairs(arcs: Arcs, shut: Flags) -> Pairs:
    """Return every pair of arcs that meet, allowed where their node is not shut, bool[N], but for U-turns."""
    degree = np.diff(arcs.node_start)
    counts = degree[arcs.head]
    start = np.zeros(len(arcs.key) + 1, dtype=np.int64)
    np.cumsum(counts, out=start[1:])
    first = np.repeat(np.arange(len(arcs.key), dtype=np.int32), counts)
    shift = np.repeat(arcs.node_start[arcs.head] - start[:-1], counts)
    second = (np.arange(start[-1]) + shift).astype(np.int32)
    allowed = ~shut[arcs.head[first]] & ~turns_round(arcs, first, second)
    return Pairs(start, first, second, allowed, {})


def turns_round(arcs: Arcs, first: Indices, second: Indices) -> Flags:
    """Return which pairs run back along the link they came by."""
    back: Flags = (arcs.key[first] ^ 1) == arcs.key[second]
    return back


class TurnLists(NamedTuple):
    """Turn restrictions that bind a vehicle.

    Parameters
    ----------
    short
        Turns over one node, int64[K].
    long
        Turns by way, int64[M].
    """

    short: NDArray[np.int64]
    long: NDArray[np.int64]


def binding_turns(infrastructure: Infrastructure, profile: VehicleProfile, considered: Flags) -> TurnLists:
    """Return the turn restrictions for the vehicle's kind whose schedule is considered, bool[S + 1]; last: always."""
    turns = infrastructure.turns
    bound = ((turns.kinds & profile.kind_bit) != 0) & considered[turns.schedule]
    length = np.diff(turns.offsets)
    return TurnLists(np.flatnonzero(bound & (length == 2)), np.flatnonzero(bound & (length > 2)))  # noqa: PLR2004


def turn_keys(infrastructure: Infrastructure) -> NDArray[np.int64]:
    """Return the key of each directed link that turn restrictions name: 2 × link, plus 1 against its line."""
    turns = infrastructure.turns
    keys: NDArray[np.int64] = 2 * turns.links.astype(np.int64) + ~turns.along
    return keys


def forbid_short_turns(
    infrastructure: Infrastructure, arcs: Arcs, pairs: Pairs, short: NDArray[np.int64], always: Flags
) -> Flags:
    """Forbid turns over one node; those of a schedule that does not hold always are noted in ``pairs.closed``.

    Of several ``only`` from one link with the same hours, any may be followed.

    Returns
    -------
    Flags
        Which pairs a restriction forbids at all hours, bool[P], U-turns included.
    """
    turns = infrastructure.turns
    banned = np.zeros(len(pairs.first), dtype=np.bool_)
    if not len(short) or not len(arcs.key):
        return banned
    keys = turn_keys(infrastructure)
    first = arcs.of_key[keys[turns.offsets[short]]]
    second = arcs.of_key[keys[turns.offsets[short] + 1]]
    only = turns.kind[short] == TURN_KINDS.index("only")
    holds = always[turns.schedule[short]]
    known = (first >= 0) & (second >= 0)
    meets = known & (arcs.head[first] == arcs.tail[second])
    pair = np.where(meets, pairs.start[first] + second - arcs.node_start[arcs.head[first]], -1)
    banned[pair[meets & ~only & holds]] = True
    bound, named = np.zeros(len(arcs.key), dtype=np.bool_), np.zeros(len(pairs.first), dtype=np.bool_)
    bound[first[only & holds & (first >= 0)]] = True
    named[pair[only & holds & meets]] = True
    banned |= bound[pairs.first] & ~named
    for row in np.flatnonzero(meets & ~only & ~holds):
        pairs.closed.setdefault(int(pair[row]), []).append(int(turns.schedule[short[row]]))
    _close_others(pairs, only & ~holds & (first >= 0), first, pair, turns.schedule[short])
    pairs.allowed &= ~banned
    return banned


def _close_others(pairs: Pairs, rows: Flags, first: Indices, pair: NDArray[np.int64], schedule: Indices) -> None:
    """Note, for ``only`` restrictions with hours, the hours in which all other ways on are closed."""
    named: dict[tuple[int, int], set[int]] = {}
    for row in np.flatnonzero(rows):
        named.setdefault((int(first[row]), int(schedule[row])), set()).add(int(pair[row]))
    for (arc, hours), kept in named.items():
        for other in range(int(pairs.start[arc]), int(pairs.start[arc + 1])):
            if other not in kept:
                pairs.closed.setdefault(other, []).append(hours)


class Layers(NamedTuple):
    """Vertices of the search: one an arc, and one more for each arc that is for its own destinations only.

    A route is a run over such arcs from its start, then free ones, then a run over such arcs to its end. The first
    copy of a destination arc stands for the run from the start, the second for the run to the end.

    Parameters
    ----------
    arc
        Arc of each vertex, int32[V]; the first A are the arcs themselves.
    first, second, pair
        Pairs of vertices, and the pair of arcs each comes from, by first vertex, int32[Q], int32[Q], int64[Q].
    """

    arc: Indices
    first: Indices
    second: Indices
    pair: NDArray[np.int64]


def make_layers(arcs: Arcs, pairs: Pairs, banned: Flags, destination: Flags) -> Layers:
    """Return the vertices and what follows what, U-turns where nothing else leads on.

    Parameters
    ----------
    arcs, pairs
        Arcs and pairs of arcs.
    banned
        Pairs that a restriction forbids, bool[P].
    destination
        Arcs that may be used only to reach a place on them, bool[A].
    """
    count = len(arcs.key)
    pair = np.flatnonzero(pairs.allowed)
    first, second = pairs.first[pair], pairs.second[pair]
    from_dest, to_dest = destination[first], destination[second]
    leads_on = np.zeros(count, dtype=np.bool_)  # a free or starting run goes on from here
    leads_on[first[~to_dest | from_dest]] = True
    reaches_on = np.zeros(count, dtype=np.bool_)  # an ending run goes on from here
    reaches_on[first[to_dest]] = True
    back = np.flatnonzero(turns_round(arcs, pairs.first, pairs.second) & ~banned)
    copy = np.full(count, -1, dtype=np.int32)
    places = np.flatnonzero(destination)
    copy[places] = count + np.arange(len(places), dtype=np.int32)
    start_back = back[~leads_on[pairs.first[back]]]
    end_back = back[destination[pairs.first[back]] & ~reaches_on[pairs.first[back]]]
    inner = pair[from_dest | ~to_dest]  # within a start run, out of it, or among free arcs
    into = pair[~from_dest & to_dest]
    ending = np.concatenate([pair[from_dest & to_dest], end_back])
    plain = np.concatenate([inner, start_back])
    all_pairs = np.concatenate([plain, into, ending])
    vertex_first = np.concatenate([pairs.first[plain], pairs.first[into], copy[pairs.first[ending]]])
    vertex_second = np.concatenate([pairs.second[plain], copy[pairs.second[into]], copy[pairs.second[ending]]])
    order = np.lexsort((vertex_second, vertex_first))
    arc = np.concatenate([np.arange(count, dtype=np.int32), places.astype(np.int32)])
    return Layers(arc, vertex_first[order], vertex_second[order], all_pairs[order])


def turn_time_s(
    infrastructure: Infrastructure, profile: VehicleProfile, arcs: Arcs, first: Indices, second: Indices
) -> Floats:
    """Return the time lost between arcs, s: turning left or right, turning round, at traffic signals."""
    lost = np.zeros(len(first))
    if profile.signals_s:
        signals = infrastructure.nodes.feature == NODE_FEATURES.index("traffic_signals")
        lost += np.where(signals[arcs.head[first]], profile.signals_s, 0.0)
    if profile.turn_left_s or profile.turn_right_s:
        leaving, reaching = headings_deg(infrastructure, arcs.key)
        turn = (leaving[second] - reaching[first] + 180.0) % 360.0 - 180.0
        lost += np.where(turn < -STRAIGHT_DEG, profile.turn_left_s, 0.0)
        lost += np.where(turn > STRAIGHT_DEG, profile.turn_right_s, 0.0)
    return np.where(turns_round(arcs, first, second), profile.turn_u_s, lost)


def headings_deg(infrastructure: Infrastructure, keys: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Return the bearing at the start and at the end of directed links, degrees clockwise from north."""
    lines = infrastructure.lines
    link, against = keys >> 1, (keys & 1).astype(np.bool_)
    low, high = lines.offsets[link], lines.offsets[link + 1] - 1
    points = lines.coordinates
    inner_low, inner_high = np.minimum(low + 1, high), np.maximum(high - 1, low)
    outward = _bearing(points[low], points[inner_low])
    inward = _bearing(points[inner_high], points[high])
    leaving = np.where(against, inward + 180.0, outward)
    reaching = np.where(against, outward + 180.0, inward)
    return leaving % 360.0, reaching % 360.0


def _bearing(start: Floats, end: Floats) -> Floats:
    scale = np.cos(np.radians((start[:, 1] + end[:, 1]) / 2.0))
    east, north = (end[:, 0] - start[:, 0]) * scale, end[:, 1] - start[:, 1]
    return np.degrees(np.arctan2(east, north))
