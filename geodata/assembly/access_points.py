"""Where parks, zones and terminals may join the roads of an infrastructure, and how far it is from there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geodata.assembly.ground_rules import Rules
from geodata.columns import Flags, Floats, Ids, Indices
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.joining.lorry_graph import largest_strong_part
from geodata.joining.ties import TIE_PREFIX
from geodata.models import LINK_CLASSES
from geodata.tables import Table
from supplychain.vocabulary import NETWORK_MODES

NOT_JOINED: Final = tuple(
    LINK_CLASSES.index(word) for word in ("motorway", "motorway_link", "expressway", "trunk_link", "ferry")
)
"""Classes of road that no access road may lead onto."""

LIVING: Final = tuple(LINK_CLASSES.index(word) for word in ("residential", "living_street"))
LIVING_M: Final = 200.0
"""A street where people live counts as farther by this much: a gate on another road is rather taken."""

FAREST_PRIVATE_M: Final = 5000.0


@dataclass(frozen=True, slots=True, eq=False)
class AccessPoints:
    """Nodes a place may be joined at.

    Parameters
    ----------
    table
        Rows node_id (the public node reached), node (its index among the infrastructure's), lon, lat (where the place
        joins), extra_m (private road between the two), aside_m (what the place counts it farther by), is_corridor
        (no road of the detail touches it but a tie).
    graph
        Lengths of the roads between the infrastructure's nodes, either way, metres.
    node_ids, lon, lat
        Ids and positions of the infrastructure's nodes.
    """

    table: Table
    graph: csr_array
    node_ids: Ids
    lon: Floats
    lat: Floats

    def road_m(self, node_ids: Ids, limit_m: float) -> Floats:
        """Return how far it is by road from some nodes to every node, metres, float64[n, N]; inf beyond a limit.

        Parameters
        ----------
        node_ids
            Nodes; one that is not there is far from everything.
        limit_m
            Where to stop.
        """
        start = pd.Index(self.node_ids).get_indexer(node_ids)
        found: Floats = np.full((len(start), self.graph.shape[0]), np.inf)
        known = np.flatnonzero(start >= 0)
        if known.size:
            found[known] = dijkstra(self.graph, directed=False, indices=start[known], limit=limit_m)
        return found


def strong_part(infrastructure: Infrastructure, through: Flags) -> Flags:
    """Return which nodes lie in the largest part of the roads where every node reaches every other, bool[N]."""
    links, count = infrastructure.links, len(infrastructure.nodes)
    road = links.mode == NETWORK_MODES.index("road")
    forward, backward = np.flatnonzero(through[0] & road), np.flatnonzero(through[1] & road)
    tail = np.concatenate([links.from_index[forward], links.to_index[backward]])
    head = np.concatenate([links.to_index[forward], links.from_index[backward]])
    return largest_strong_part(tail, head, count)


def access_points(infrastructure: Infrastructure, rules: Rules, connected: Flags) -> AccessPoints:
    """Return the nodes where an access road may join: none on a motorway, a slip road, a bridge or in a tunnel.

    A node on a road open only to those who have business there (``destination_only``) stands for the nearest public
    node, with the private road between as extra length: so ports and parks are reached over their own roads, and
    nobody else is.

    Parameters
    ----------
    infrastructure, rules
        The links and what holds on them.
    connected
        Nodes where every place reaches every other, bool[N].
    """
    links, nodes = infrastructure.links, infrastructure.nodes
    joinable = rules.through.any(axis=0) & (links.mode == NETWORK_MODES.index("road"))
    joinable &= ~np.isin(links.link_class, NOT_JOINED) & ~links.bridge & ~links.tunnel
    fits = _touched(infrastructure, joinable) & connected
    living = fits & ~_touched(infrastructure, joinable & ~np.isin(links.link_class, LIVING))
    public, extra_m = _private(infrastructure, rules, fits)
    reached = np.flatnonzero(public >= 0)
    target = public[reached]
    ties = np.array([link_id.startswith(TIE_PREFIX) for link_id in links.link_id], dtype=np.bool_)
    corridor = _touched(infrastructure, ((links.corridor != "") & (links.corridor == links.link_id)) | ties)
    corridor &= ~_touched(infrastructure, (links.corridor != links.link_id) & ~ties)
    return AccessPoints(
        pd.DataFrame(
            {
                "node_id": nodes.node_id[target],
                "node": target,
                "lon": nodes.lon[reached],
                "lat": nodes.lat[reached],
                "extra_m": extra_m[reached],
                "aside_m": extra_m[reached] + np.where(living[reached], LIVING_M, 0.0),
                "is_corridor": corridor[reached],
            }
        ),
        _shortest(infrastructure, rules.through.any(axis=0) & (links.mode == NETWORK_MODES.index("road"))),
        nodes.node_id,
        nodes.lon,
        nodes.lat,
    )


def _shortest(infrastructure: Infrastructure, which: Flags) -> csr_array:
    """Return the length of the shortest of some links between each two nodes, metres."""
    links, count = infrastructure.links, len(infrastructure.nodes)
    ends = np.sort(np.stack([links.from_index[which], links.to_index[which]]).astype(np.int64), axis=0)
    length = np.maximum(links.length_m[which], 0.1)
    key = ends[0] * count + ends[1]
    order = np.lexsort((length, key))
    first = np.ones(order.size, dtype=np.bool_)
    first[1:] = key[order][1:] != key[order][:-1]
    kept = order[first]
    # A sparse matrix adds what stands twice: only the shortest of parallel links may be there.
    return csr_array((length[kept], (ends[0][kept], ends[1][kept])), shape=(count, count))


def _touched(infrastructure: Infrastructure, which: Flags) -> Flags:
    touched = np.zeros(len(infrastructure.nodes), dtype=np.bool_)
    touched[infrastructure.links.from_index[which]] = True
    touched[infrastructure.links.to_index[which]] = True
    return touched


def _private(infrastructure: Infrastructure, rules: Rules, fits: Flags) -> tuple[Indices, Floats]:
    """Return the public node each node stands for, -1 for none, and the private road between, metres.

    A private road is taken to lead both ways.
    """
    links, count = infrastructure.links, len(infrastructure.nodes)
    public = np.where(fits, np.arange(count), -1).astype(np.int32)
    extra = np.zeros(count)
    private = np.flatnonzero(rules.usable.any(axis=0) & ~rules.through.any(axis=0))
    if not private.size or not fits.any():
        return public, extra
    ends = (links.from_index[private], links.to_index[private])
    touched = np.unique(np.concatenate(ends))
    start = touched[fits[touched]]
    if not start.size:
        return public, extra
    which = np.zeros(len(links), dtype=np.bool_)
    which[private] = True
    whole = _shortest(infrastructure, which)
    graph = whole[touched][:, touched]
    away, _, source = dijkstra(
        graph, directed=False, indices=np.searchsorted(touched, start), return_predecessors=True, min_only=True
    )
    found = np.flatnonzero((away > 0) & (away <= FAREST_PRIVATE_M) & ~fits[touched])
    public[touched[found]] = touched[source[found]]
    extra[touched[found]] = away[found]
    return public, extra
