"""Checks of where vehicles get: islands, one-way traps, motorways that end for lorries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from geodata.columns import Flags, Floats, Indices
from geodata.geodesy import nearest
from geodata.infrastructure.columns import ROAD_KINDS, TRUCK_KINDS, VEHICLE_KINDS
from geodata.models import LINK_CLASSES
from geodata.topology.check_links import MOST_SUBJECTS, metres
from geodata.topology.check_values import MODE_KINDS, shown
from geodata.topology.components import Arcs, arcs, components, link_ends, reached_from, usable
from geodata.topology.issues import Issue
from geodata.topology.options import CheckOptions
from geodata.topology.plane import Shape
from geodata.topology.texts import MODE_WORDS, capital, vehicles_text
from supplychain.vocabulary import NETWORK_MODES

Places = NDArray[np.int64]

MOTORWAYS: Final = tuple(LINK_CLASSES.index(name) for name in ("motorway", "motorway_link", "expressway"))
EARTH_M: Final = 2.1e7
KM: Final = 1000.0


@dataclass(frozen=True, slots=True)
class _Trap:
    """A part of the network that vehicles cannot leave, or cannot enter."""

    reason: str
    gates: tuple[int, ...]
    links: tuple[int, ...]
    nodes: tuple[int, ...]
    size: int


def one_way_traps(shape: Shape, options: CheckOptions) -> Iterator[Issue]:
    """Yield parts that vehicles can enter and not leave, or leave and not enter; not where the edge cuts them."""
    found: dict[_Trap, int] = {}
    for bit, kind in enumerate(VEHICLE_KINDS):
        if kind in options.vehicles:
            for trap in _traps(shape, 1 << bit):
                found[trap] = found.get(trap, 0) | 1 << bit
    links = shape.infrastructure.links
    for trap, kinds in found.items():
        gate = trap.gates[0] if trap.gates else trap.links[0]
        values = {
            "vehicles": capital(vehicles_text(kinds)),
            "count": trap.size,
            "km": shown(links.length_m[list(trap.links)].sum() / KM),
            "link": shape.link_id(gate),
        }
        yield Issue(
            trap.reason,
            *shape.middle(gate),
            tuple(shape.link_id(link) for link in trap.gates[:MOST_SUBJECTS]),
            tuple(shape.node_id(node) for node in trap.nodes[:MOST_SUBJECTS]),
            values,
            line=shape.infrastructure.lines.points(gate),
        )


def _traps(shape: Shape, kinds: int) -> Iterator[_Trap]:
    passes, count = arcs(shape.infrastructure, kinds)
    if len(passes.link) == 0:
        return
    forward = csr_array((np.ones(len(passes.tail), dtype=np.int8), (passes.tail, passes.head)), shape=(count, count))
    from_main, to_main, counted = _around_main(forward)
    start, end, _ = link_ends(shape.infrastructure, kinds)
    node_of = np.arange(count)
    node_of[start], node_of[end] = shape.infrastructure.links.from_index, shape.infrastructure.links.to_index
    edge = shape.edge[node_of]
    for reason, inside in (("trap_in", counted & from_main & ~to_main), ("trap_out", counted & ~from_main)):
        yield from _parts(reason, inside, passes, node_of, edge)


def _around_main(forward: csr_array) -> tuple[Flags, Flags, Flags]:
    """Return which vertices are reached from the main strong part of their weak part, reach it, and have one at all."""
    _, weak = connected_components(forward, directed=False)
    _, strong = connected_components(forward, directed=True, connection="strong")
    size = np.bincount(strong)
    first = np.unique(strong, return_index=True)[1]
    order = np.lexsort((first, -size, weak[first]))
    lead = np.ones(len(order), dtype=np.bool_)
    lead[1:] = np.diff(weak[first][order]) != 0
    main = order[lead]
    main = main[size[main] > 1]
    counted = np.isin(weak, weak[first[main]])
    seeds = first[main]
    return reached_from(forward, seeds), reached_from(csr_array(forward.T), seeds), counted


def _parts(reason: str, inside: Flags, passes: Arcs, node_of: Places, edge: Flags) -> Iterator[_Trap]:
    """Yield each connected part of the vertices inside, unless the edge of the data cuts it."""
    if not inside.any():
        return
    count = len(inside)
    tail, head = inside[passes.tail], inside[passes.head]
    within = tail & head
    matrix = csr_array(
        (np.ones(int(within.sum()), dtype=np.int8), (passes.tail[within], passes.head[within])), shape=(count, count)
    )
    _, label = connected_components(matrix, directed=False)
    cut = set(label[inside & edge].tolist())
    gate = (head & ~tail) if reason == "trap_in" else (tail & ~head)
    side = passes.head if reason == "trap_in" else passes.tail
    gates = _grouped(label[side[gate]], passes.link[gate])
    links = _grouped(label[passes.tail[within]], passes.link[within])
    vertices = np.flatnonzero(inside)
    for part, members in _grouped(label[vertices], vertices).items():
        if part in cut:
            continue
        ways = tuple(dict.fromkeys(gates.get(part, ())))
        own = tuple(dict.fromkeys((*ways, *links.get(part, ()))))
        nodes = tuple(dict.fromkeys(node_of[list(members)].tolist()))
        if own:
            yield _Trap(reason, ways, own, nodes, len(nodes))


def _grouped(keys: Indices, values: NDArray[np.integer]) -> dict[int, tuple[int, ...]]:
    """Return the values of each key, rising."""
    order = np.lexsort((values, keys))
    found, starts = np.unique(keys[order], return_index=True)
    groups = np.split(values[order], starts)[1:]
    return {key: tuple(group.tolist()) for key, group in zip(found.tolist(), groups, strict=True)}


def islands(shape: Shape, options: CheckOptions) -> Iterator[Issue]:
    """Yield parts of each mode that hang together apart from the largest by length."""
    del options
    infrastructure = shape.infrastructure
    links, nodes = infrastructure.links, infrastructure.nodes
    place = np.column_stack([nodes.lon, nodes.lat])
    for mode, kinds in enumerate(MODE_KINDS):
        label = components(infrastructure, kinds).link_label.copy()
        label[links.mode != mode] = -1
        used = np.flatnonzero(label >= 0)
        if len(used) == 0:
            continue
        length = np.bincount(label[used], links.length_m[used])
        main = int(np.argmax(length))
        ends = np.concatenate([links.from_index[used], links.to_index[used]])
        is_main = np.tile(label[used] == main, 2)
        core, apart = np.unique(ends[is_main]), np.unique(ends[~is_main])
        gap = np.zeros(len(nodes))
        gap[apart] = nearest(place[apart], place[core], 1, EARTH_M)[2]
        for part, members in _grouped(label[used], used).items():
            if part != main:
                yield _island(shape, mode, members, float(length[part]), gap)


def _island(shape: Shape, mode: int, members: tuple[int, ...], length_m: float, gap: Floats) -> Issue:
    links = shape.infrastructure.links
    rows = list(members)
    ends = np.unique(np.concatenate([links.from_index[rows], links.to_index[rows]]))
    at_edge = bool(shape.edge[ends].any())
    closest = int(ends[np.argmin(gap[ends])])
    values = {
        "count": len(members),
        "km": shown(length_m / KM),
        "mode": MODE_WORDS[NETWORK_MODES[mode]],
        "distance": metres(float(gap[closest])),
    }
    return Issue(
        "island_edge" if at_edge else "island",
        *shape.place(closest),
        tuple(shape.link_id(link) for link in members[:MOST_SUBJECTS]),
        tuple(shape.node_id(node) for node in ends[:MOST_SUBJECTS].tolist()),
        values,
        line=shape.infrastructure.lines.points(members[0]),
    )


def motorway_ends(shape: Shape, options: CheckOptions) -> Iterator[Issue]:
    """Yield motorway links that lead lorries to a node from which others go on and lorries do not."""
    del options
    links = shape.infrastructure.links
    others = _onward(shape, ROAD_KINDS & ~TRUCK_KINDS)
    stuck: dict[tuple[int, int], int] = {}
    for bit in range(len(VEHICLE_KINDS)):
        kind = 1 << bit
        if not kind & TRUCK_KINDS:
            continue
        onward = _onward(shape, kind)
        for side, (arrives, reached) in enumerate(
            ((links.access_forward, links.to_index), (links.access_backward, links.from_index))
        ):
            wrong = np.isin(links.link_class, MOTORWAYS) & ((arrives & kind) != 0) & ~onward[side] & others[side]
            wrong &= ~shape.edge[reached]
            for link in np.flatnonzero(wrong).tolist():
                subject = link, int(reached[link])
                stuck[subject] = stuck.get(subject, 0) | kind
    for (link, node), kinds in stuck.items():
        name, at = shape.link_id(link), shape.node_id(node)
        values = {
            "link": name,
            "link_class": LINK_CLASSES[links.link_class[link]],
            "vehicles": vehicles_text(kinds),
            "node": at,
        }
        line = shape.infrastructure.lines.points(link)
        yield Issue("motorway_end", *shape.place(node), (name,), (at,), values, line=line)


def _onward(shape: Shape, kinds: int) -> tuple[Flags, Flags]:
    """Return from which links, driven along and against their lines, some vehicles can go on to another link."""
    links, nodes = shape.infrastructure.links, shape.infrastructure.nodes
    ahead, back = usable(shape.infrastructure, kinds)
    leaving = np.bincount(links.from_index[ahead], minlength=len(nodes))
    leaving += np.bincount(links.to_index[back], minlength=len(nodes))
    loop = links.from_index == links.to_index
    at_end = leaving[links.to_index] - back - (ahead & loop)
    at_start = leaving[links.from_index] - ahead - (back & loop)
    open_end, open_start = ((nodes.closed[place] & kinds) != kinds for place in (links.to_index, links.from_index))
    return (at_end > 0) & open_end, (at_start > 0) & open_start
