"""Ends and nodes that nearly meet something and are not connected to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geodata.columns import Flags, Floats, Indices
from geodata.geodesy import geodesic_m
from geodata.models import LINK_CLASSES
from geodata.topology.check_links import metres, plain_nodes
from geodata.topology.issues import Issue
from geodata.topology.measure import nearest_on_lines
from geodata.topology.options import CheckOptions
from geodata.topology.plane import Shape, plane_per_metre, to_plane
from geodata.topology.rows import places_in_groups
from supplychain.vocabulary import NETWORK_MODES

Places = NDArray[np.int64]

AHEAD_COSINE: Final = 0.5
"""A dead end points at a place that lies within 60 degrees of its heading."""
SHORTEST_WAY_M: Final = 10.0
"""Places nearer than this by way of the network itself are connected well enough."""
MOTORWAYS: Final = ("motorway", "expressway")
DEAD_END_WAY: Final = 5.0
NODE_WAY: Final = 20.0
"""How many times the gap the way through the network must be longer: at acute forks things lie close by nature."""


class Ends(NamedTuple):
    """Pairs of a node and a link near it: indices, gap in metres, metres along the line, the place in degrees."""

    node: Places
    link: Places
    gap_m: Floats
    position_m: Floats
    point: Floats


class Incident(NamedTuple):
    """Links at each node: those at node n are ``link[start[n]:start[n + 1]]``."""

    start: Places
    link: Places


def incident(shape: Shape) -> Incident:
    """Return the links at each node."""
    links = shape.infrastructure.links
    ends = np.concatenate([links.from_index, links.to_index])
    owner = np.tile(np.arange(len(links)), 2)
    order = np.argsort(ends, kind="stable")
    counts = np.bincount(ends, minlength=len(shape.infrastructure.nodes))
    return Incident(np.concatenate([[0], np.cumsum(counts)]), owner[order])


def level_of(shape: Shape) -> Indices:
    """Return a number for mode, layer, bridge and tunnel of each link; links can only meet where it is the same."""
    links = shape.infrastructure.links
    level = links.layer.astype(np.int32) * 64 + links.bridge * 32 + links.tunnel * 16 + links.mode
    return np.asarray(level, dtype=np.int32)


class Joints:
    """What is known of the nodes of a network: the links at each, and which may be joined without a second look."""

    def __init__(self, shape: Shape) -> None:
        self.at = incident(shape)
        self.plain = plain_nodes(shape)
        names = [2 if name in MOTORWAYS else int(name.endswith("_link")) for name in LINK_CLASSES]
        self.grade = np.array([*names, 0])[shape.infrastructure.links.link_class]

    def links(self, node: int) -> Places:
        """Return the links at a node."""
        return self.at.link[self.at.start[node] : self.at.start[node + 1]]

    def free(self, nodes: Sequence[int], link: int | None = None) -> bool:
        """Return whether nodes hold nothing back and motorways would meet other roads by ramps only."""
        around = np.concatenate(
            [*(self.links(node) for node in nodes), np.array([] if link is None else [link], dtype=int)]
        )
        grades = self.grade[around]
        mixed = grades.min() == 0 and grades.max() == 2  # noqa: PLR2004 - a motorway
        return bool(self.plain[list(nodes)].all() and not mixed)


def _ferry(shape: Shape) -> Flags:
    flags: Flags = shape.infrastructure.links.link_class == LINK_CLASSES.index("ferry")
    return flags


def dead_ends(shape: Shape) -> NDArray[np.bool_]:
    """Return which nodes are the end of one link only, ferries and edges of an extract left out, bool[N]."""
    links = shape.infrastructure.links
    flags: NDArray[np.bool_] = (shape.degree == 1) & ~shape.edge
    ferry = np.flatnonzero(_ferry(shape))
    flags[links.from_index[ferry]] = False
    flags[links.to_index[ferry]] = False
    return flags


def near_ends(shape: Shape, options: CheckOptions) -> Iterator[Issue]:
    """Yield dead ends that point at a link nearby, and nodes that lie on a link they are not connected to."""
    dead = dead_ends(shape)
    joints = Joints(shape)
    at = joints.at
    pointing = _pointing(shape, options, at, np.flatnonzero(dead))
    told: set[tuple[int, int]] = set()
    for row in range(len(pointing.node)):
        yield from _tell(shape, options, "dead_end_near", pointing, row, joints, told)
    lying = _lying(shape, options, at, np.flatnonzero(~dead & (shape.degree > 0)))
    for row in range(len(lying.node)):
        yield from _tell(shape, options, "node_on_link", lying, row, joints, told)


def _pointing(shape: Shape, options: CheckOptions, at: Incident, nodes: Places) -> Ends:
    links = shape.infrastructure.links
    own = at.link[at.start[nodes]]
    water = links.mode[own] == NETWORK_MODES.index("inland_waterway")
    ends = _near_links(shape, nodes, np.where(water, options.dead_end_water_m, options.dead_end_m))
    mine = at.link[at.start[ends.node]]
    ends = _taken(ends, (links.mode[mine] == links.mode[ends.link]) & _same_level(shape, mine, ends.link))
    mine = at.link[at.start[ends.node]]
    ahead = _ahead(shape, ends, mine) | (ends.gap_m <= options.snap_m)
    ends = _taken(ends, ahead & _longer_way(shape, ends, mine, DEAD_END_WAY))
    order = np.lexsort((ends.gap_m, ends.node))
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = np.diff(ends.node[order]) != 0
    return _taken(ends, order[first])


def _same_level(shape: Shape, one: Places, other: Places) -> Flags:
    links = shape.infrastructure.links
    raised = links.bridge | links.tunnel
    flags: Flags = (links.layer[one] == links.layer[other]) & (raised[one] == raised[other])
    return flags


def _lying(shape: Shape, options: CheckOptions, at: Incident, nodes: Places) -> Ends:
    """Return nodes of roads and waterways on a link of the level all their links have. Tracks run close at switches."""
    level = level_of(shape)
    counts = np.diff(at.start)[nodes]
    entries = np.repeat(at.start[nodes], counts) + places_in_groups(counts)
    owner = np.repeat(np.arange(len(nodes)), counts)
    lowest, highest = np.full(len(nodes), np.iinfo(np.int32).max), np.full(len(nodes), np.iinfo(np.int32).min)
    np.minimum.at(lowest, owner, level[at.link[entries]])
    np.maximum.at(highest, owner, level[at.link[entries]])
    links = shape.infrastructure.links
    rail = links.mode[at.link[at.start[nodes]]] == NETWORK_MODES.index("rail")
    flat = ~rail & (lowest == highest)
    ends = _near_links(shape, nodes[flat], np.full(int(flat.sum()), options.snap_m))
    ends = _taken(ends, level[at.link[at.start[ends.node]]] == level[ends.link])
    length = shape.line_m[ends.link]
    inside = (ends.position_m > options.snap_m) & (ends.position_m < length - options.snap_m)
    ends = _taken(ends, inside & ~_ferry(shape)[ends.link])
    far = np.ones(len(ends.node), dtype=np.bool_)
    for row in range(len(ends.node)):
        mine = at.link[at.start[ends.node[row]] : at.start[ends.node[row] + 1]]
        alone = _taken(ends, np.full(len(mine), row))
        far[row] = _longer_way(shape, alone, mine, NODE_WAY).all()
    return _taken(ends, far)


def _near_links(shape: Shape, nodes: Places, within_m: Floats) -> Ends:
    """Return nodes with the links within reach that do not end there."""
    infrastructure = shape.infrastructure
    links, table = infrastructure.links, infrastructure.nodes
    reach = within_m * plane_per_metre(table.lat[nodes]) * 1.01
    row, link = shape.tree.query(shapely.points(shape.nodes[nodes]), predicate="dwithin", distance=reach)
    node = nodes[row]
    apart = (links.from_index[link] != node) & (links.to_index[link] != node) & shape.drawn[link]
    node, link, row = node[apart], link[apart], row[apart]
    place = np.column_stack([table.lon[node], table.lat[node]])
    found = nearest_on_lines(infrastructure.lines, link, place)
    gap = geodesic_m(place[:, 0], place[:, 1], found.point[:, 0], found.point[:, 1])
    return _taken(Ends(node, link, gap, found.position_m, found.point), gap <= within_m[row])


def _taken(ends: Ends, which: NDArray[Any]) -> Ends:
    return Ends(*(values[which] for values in ends))


def _ahead(shape: Shape, ends: Ends, own: Places) -> Flags:
    """Return which places lie within 60 degrees of the direction in which the node's link runs out."""
    lines, links = shape.infrastructure.lines, shape.infrastructure.links
    at_end = links.to_index[own] == ends.node
    last = np.where(at_end, lines.offsets[own + 1] - 1, lines.offsets[own])
    before = np.where(at_end, lines.offsets[own + 1] - 2, lines.offsets[own] + 1)
    before = np.clip(before, lines.offsets[own], np.maximum(lines.offsets[own + 1] - 1, lines.offsets[own]))
    most = len(shape.points) - 1
    heading = shape.points[np.minimum(last, most)] - shape.points[np.minimum(before, most)]
    course = to_plane(ends.point) - shape.nodes[ends.node]
    along = (heading * course).sum(axis=1)
    size = np.hypot(*heading.T) * np.hypot(*course.T)
    flags: Flags = along >= AHEAD_COSINE * size
    return flags


def _longer_way(shape: Shape, ends: Ends, own: Places, times: float) -> Flags:
    """Return where the way over the node's own link and along the other is much longer than the gap, or is none."""
    links = shape.infrastructure.links
    way = np.full(len(ends.node), np.inf)
    for far in (links.from_index[own], links.to_index[own]):
        for meets, along in (
            (links.from_index[ends.link], ends.position_m),
            (links.to_index[ends.link], shape.line_m[ends.link] - ends.position_m),
        ):
            over = np.where(far == ends.node, 0.0, shape.line_m[own])
            way = np.where((far == meets), np.minimum(way, over + along), way)
    flags: Flags = way > SHORTEST_WAY_M + times * ends.gap_m
    return flags


def _tell(
    shape: Shape, options: CheckOptions, reason: str, ends: Ends, row: int, joints: Joints, told: set[tuple[int, int]]
) -> Iterator[Issue]:
    links = shape.infrastructure.links
    node, link, position = int(ends.node[row]), int(ends.link[row]), float(ends.position_m[row])
    length = float(shape.line_m[link])
    meets = links.from_index[link] if position <= options.snap_m else -1
    meets = int(links.to_index[link] if position >= length - options.snap_m else meets)
    if meets >= 0:
        pair = (min(node, meets), max(node, meets))
        if pair in told or meets == node:
            return
        told.add(pair)
    name, other = shape.node_id(node), shape.link_id(link)
    repair: dict[str, Any] = {"action": "connect", "node": name, "link": other, "position_m": position}
    if meets >= 0:
        repair = {"action": "join_nodes", "keep": shape.node_id(meets), "drop": name}
    level = not (links.bridge[link] or links.tunnel[link])
    certain = level and ends.gap_m[row] <= options.snap_m
    certain = certain and joints.free([node] if meets < 0 else [node, meets], link)
    lon, lat = shape.place(node)
    yield Issue(
        reason,
        lon,
        lat,
        (other,),
        (name, shape.node_id(meets)) if meets >= 0 else (name,),
        {"node": name, "other": other, "distance": metres(float(ends.gap_m[row]))},
        bool(certain),
        repair,
        np.array([[lon, lat], ends.point[row]]),
    )


def near_nodes(shape: Shape, options: CheckOptions) -> Iterator[Issue]:
    """Yield nodes that lie together on one level and are not connected nearby."""
    nodes = shape.infrastructure.nodes
    used = np.flatnonzero(shape.degree > 0)
    if len(used) < 2:  # noqa: PLR2004 - a pair
        return
    reach = options.snap_m * float(plane_per_metre(nodes.lat[used]).max()) * 1.01
    pairs = used[cKDTree(shape.nodes[used]).query_pairs(reach, output_type="ndarray")].reshape(-1, 2)
    one, other = pairs[:, 0], pairs[:, 1]
    gap = geodesic_m(nodes.lon[one], nodes.lat[one], nodes.lon[other], nodes.lat[other])
    joints, level = Joints(shape), level_of(shape)
    order = np.lexsort((other, one))
    for row in order[(gap <= options.snap_m)[order]].tolist():
        first, second = int(one[row]), int(other[row])
        here, there = joints.links(first), joints.links(second)
        levels = set(level[here].tolist()), set(level[there].tolist())
        if (
            shape.edge[first]
            or shape.edge[second]
            or not levels[0] & levels[1]
            or _short_way(shape, here, there, (first, second), gap[row])
        ):
            continue
        raised = shape.infrastructure.links.bridge | shape.infrastructure.links.tunnel
        flat = len(levels[0] | levels[1]) == 1 and not bool(raised[here].any())
        keep, drop = (first, second) if len(here) >= len(there) else (second, first)
        names = shape.node_id(keep), shape.node_id(drop)
        yield Issue(
            "near_nodes",
            *shape.place(keep),
            (),
            names,
            {"node": names[0], "other": names[1], "distance": metres(float(gap[row]))},
            flat and joints.free([first, second]),
            {"action": "join_nodes", "keep": names[0], "drop": names[1]},
            np.array([shape.place(keep), shape.place(drop)]),
        )


def _short_way(shape: Shape, here: Places, there: Places, pair: tuple[int, int], gap_m: float) -> bool:
    """Return whether two nodes are connected by one link, or two, not much longer than the gap between them."""
    links = shape.infrastructure.links
    least = SHORTEST_WAY_M + NODE_WAY * gap_m
    ways: list[dict[int, float]] = []
    for node, around in zip(pair, (here, there), strict=True):
        reached = {node: 0.0}
        for link in around.tolist():
            far = int(links.to_index[link] if links.from_index[link] == node else links.from_index[link])
            reached[far] = min(reached.get(far, np.inf), float(shape.line_m[link]))
        ways.append(reached)
    return any(ways[0][node] + ways[1][node] <= least for node in ways[0].keys() & ways[1].keys())
