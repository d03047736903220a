"""The roads of the detail as a lorry may drive them: directed arcs, the part where every place reaches every other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from geodata.columns import Flags, Floats, Indices
from geodata.geodesy import ELLIPSOID
from geodata.infrastructure.columns import TRUCK_KINDS
from geodata.infrastructure.infrastructure import Infrastructure
from supplychain.vocabulary import NETWORK_MODES

Metres = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """A plane of metres about one place: distances across a province are true to about 0.1 %.

    Parameters
    ----------
    lon, lat
        Its centre, WGS 84 degrees.
    """

    lon: float
    lat: float

    @classmethod
    def about(cls, points: Floats) -> Self:
        """Return the plane about the middle of points, float64[n, 2]."""
        middle = (points.min(axis=0) + points.max(axis=0)) / 2 if len(points) else np.zeros(2)
        return cls(float(middle[0]), float(middle[1]))

    def metres(self, points: Floats) -> Metres:
        """Return points in metres east and north of the centre, float64[n, 2]."""
        _, _, east = ELLIPSOID.inv(self.lon, self.lat, self.lon + 0.1, self.lat)
        _, _, north = ELLIPSOID.inv(self.lon, self.lat, self.lon, self.lat + 0.1)
        found: Metres = (np.asarray(points, dtype=np.float64) - (self.lon, self.lat)) * (east * 10, north * 10)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class LorryGraph:
    """Directed arcs that lorries may drive, at any hour or at some.

    Parameters
    ----------
    link, along
        Link row of each arc and whether it is driven as drawn, int32[A] and bool[A].
    tail, head
        Node each arc leaves and reaches, int32[A].
    length_m
        float64[A].
    connected
        Which nodes lie in the largest part where every node reaches every other, bool[N].
    """

    link: Indices
    along: Flags
    tail: Indices
    head: Indices
    length_m: Floats
    connected: Flags

    @classmethod
    def of(cls, detail: Infrastructure, kinds: int = TRUCK_KINDS) -> Self:
        """Return the arcs of the roads that any of some vehicle kinds may drive without having business on them."""
        links = detail.links
        road = (links.mode == NETWORK_MODES.index("road")) & ((kinds & ~links.destination_only.astype(np.int64)) != 0)
        shut = (detail.nodes.closed & kinds) == kinds
        road &= ~shut[links.from_index] & ~shut[links.to_index]
        forward = np.flatnonzero(road & ((links.access_forward & kinds) > 0))
        backward = np.flatnonzero(road & ((links.access_backward & kinds) > 0))
        link = np.concatenate([forward, backward]).astype(np.int32)
        along = np.arange(len(link)) < len(forward)
        tail = np.where(along, links.from_index[link], links.to_index[link])
        head = np.where(along, links.to_index[link], links.from_index[link])
        connected = largest_strong_part(tail, head, len(detail.nodes))
        return cls(link, along, tail, head, links.length_m[link], connected)


def largest_strong_part(tail: Indices, head: Indices, count: int) -> Flags:
    """Return which nodes lie in the largest part where every node reaches every other, bool[count]."""
    if not len(tail):
        return np.zeros(count, dtype=np.bool_)
    graph = csr_array((np.ones(len(tail)), (tail, head)), shape=(count, count))
    _, part = connected_components(graph, directed=True, connection="strong")
    flags: Flags = part == np.argmax(np.bincount(part))
    return flags


@dataclass(frozen=True, slots=True, eq=False)
class Ends:
    """Places on arcs where a path may start or end.

    Parameters
    ----------
    place
        Which of the arcs of the search, int64[n].
    share
        How far along the arc, in the direction of travel, float64[n], 0 to 1.
    cost
        What it costs to start or end there, float64[n], at least 0.
    """

    place: NDArray[np.int64]
    share: Floats
    cost: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A path between two sets of places.

    Parameters
    ----------
    arcs
        Its arcs in the order of travel; the first and the last may be driven in part.
    first_share, last_share
        Share of the first and of the last arc that the path drives.
    length_m
        Its length.
    """

    arcs: Places
    first_share: float
    last_share: float
    length_m: float


def cheapest_path(arcs: Places, graph: LorryGraph, cost: Floats, start: Ends, goal: Ends) -> Found | None:
    """Return the cheapest path between two sets of places, over some arcs only; None where none leads.

    Parameters
    ----------
    arcs
        Arcs that may be used.
    graph
        The arcs.
    cost
        What a pass of each of ``arcs`` costs, float64[len(arcs)], above 0.
    start, goal
        Where it may start and end.
    """
    if not (len(start.place) and len(goal.place)):
        return None
    nodes, ends = np.unique(np.concatenate([graph.tail[arcs], graph.head[arcs]]), return_inverse=True)
    tail, head = ends[: len(arcs)], ends[len(arcs) :]
    source, target, count = len(nodes), len(nodes) + 1, len(nodes) + 2
    leave = start.cost + (1.0 - start.share) * cost[start.place]
    reach = goal.cost + goal.share * cost[goal.place]
    tails = np.concatenate([tail, np.full(len(leave), source), tail[goal.place]])
    heads = np.concatenate([head, head[start.place], np.full(len(reach), target)])
    order, keys = _cheapest_of_parallels(tails, heads, np.concatenate([cost, leave, reach]), count)
    # A cost of nothing would be no entry in a sparse matrix.
    costs = np.maximum(np.concatenate([cost, leave, reach])[order], 1e-6)
    matrix = csr_array((costs, (tails[order], heads[order])), shape=(count, count))
    least, before = dijkstra(matrix, indices=source, return_predecessors=True)
    within = _within_one_arc(arcs, graph, cost, start, goal)
    if within is not None and within[0] <= least[target]:
        return within[1]
    if not np.isfinite(least[target]):
        return None
    steps, node = [], target
    while node != source:
        steps.append(int(order[np.searchsorted(keys, int(before[node]) * count + node)]))
        node = int(before[node])
    first, last = steps[-1] - len(arcs), steps[0] - len(arcs) - len(leave)
    path = arcs[np.array([start.place[first], *steps[1:-1][::-1], goal.place[last]], dtype=np.int64)]
    shares = (1.0 - float(start.share[first]), float(goal.share[last]))
    lengths = graph.length_m[path]
    length = float(lengths[1:-1].sum() + shares[0] * lengths[0] + shares[1] * lengths[-1])
    return Found(path, shares[0], shares[1], length)


def _cheapest_of_parallels(
    tails: Indices, heads: Indices, costs: Floats, count: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    order = np.lexsort((costs, heads, tails))
    keys = tails[order].astype(np.int64) * count + heads[order]
    first = np.concatenate([[True], keys[1:] != keys[:-1]])
    return order[first], keys[first]


def _within_one_arc(
    arcs: Places, graph: LorryGraph, cost: Floats, start: Ends, goal: Ends
) -> tuple[float, Found] | None:
    """Return the cheapest path that starts and ends on one arc, and what it costs."""
    _, mine, theirs = np.intersect1d(start.place, goal.place, return_indices=True)
    between = goal.share[theirs] - start.share[mine]
    place = start.place[mine]
    total = np.where(between > 0, start.cost[mine] + goal.cost[theirs] + between * cost[place], np.inf)
    if not np.isfinite(total).any():
        return None
    best = int(np.argmin(total))
    arc, share = arcs[place[best : best + 1]], float(between[best])
    return float(total[best]), Found(arc, share, share, share * float(graph.length_m[arc[0]]))
