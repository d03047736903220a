"""Shortest paths on the network's links in compressed rows: trees, distances, unfolded paths and skims.

Dijkstra's algorithm as scipy's compiled kernel runs it (E. W. Dijkstra, doi:10.1007/BF01386390).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geodata.columns import Flags, Floats, Indices
from geodata.network import Network

NO_LINK = -1


@dataclass(frozen=True, slots=True, eq=False)
class PathTrees:
    """Least-impedance paths from some origins to every node.

    Parameters
    ----------
    origins
        Node index of each origin, int32[S].
    impedance
        Least impedance from each origin to each node, float64[S, N]; inf where no path leads.
    last_link
        Link by which that path reaches the node, int32[S, N]; -1 at the origin and where no path leads.
    from_index
        Node each link leaves, int32[L].
    """

    origins: Indices
    impedance: Floats
    last_link: Indices
    from_index: Indices

    def path(self, origin: int, node: int) -> Indices:
        """Return the links of the path from one origin to a node, in the order of travel.

        Parameters
        ----------
        origin
            Position among ``origins``.
        node
            Node index.

        Raises
        ------
        ValueError
            If no path leads there.
        """
        if not np.isfinite(self.impedance[origin, node]):
            msg = f"No path leads from node {int(self.origins[origin])} to node {node}."
            raise ValueError(msg)
        links: list[int] = []
        last = self.last_link[origin]
        while (link := int(last[node])) != NO_LINK:
            links.append(link)
            node = int(self.from_index[link])
        return np.array(links[::-1], dtype=np.int32)

    def along(self, values: Floats) -> Floats:
        """Return the sum of a link value along each path, float64[S, N]; inf where no path leads.

        Steps double: after k rounds a node knows the sum of its last 2^k links, so depth costs only a logarithm.

        Parameters
        ----------
        values
            float64[L]; a length, a time or a cost of each link.
        """
        reached = self.last_link != NO_LINK
        sums = np.where(reached, values[self.last_link], 0.0)
        nodes = np.arange(self.last_link.shape[1], dtype=np.int32)
        before = np.where(reached, self.from_index[self.last_link], nodes)
        while (before != nodes).any():
            further = np.take_along_axis(before, before, axis=1)
            sums = sums + np.take_along_axis(sums, before, axis=1)
            if np.array_equal(further, before):
                break
            before = further
        return np.where(np.isfinite(self.impedance), sums, np.inf)


def path_trees(network: Network, impedance: Floats, origins: Sequence[int] | Indices, allowed: Flags) -> PathTrees:
    """Return least-impedance paths from some origins to every node.

    Parameters
    ----------
    network
        The network.
    impedance
        What a path minimises, float64[L], at least 0.
    origins
        Node indices.
    allowed
        Which links may be used, bool[L].

    Raises
    ------
    ValueError
        If an allowed link has a negative or undefined impedance; the message names the link.
    """
    starts = np.asarray(origins, dtype=np.int32)
    wrong = np.flatnonzero(allowed & ~(impedance >= 0))
    if wrong.size:
        msg = f"Impedance of link {network.links.link_id[wrong[0]]!r} must be at least 0, got {impedance[wrong[0]]}."
        raise ValueError(msg)
    graph, link_of, keys = _graph(network, impedance, allowed)
    shape = (len(starts), len(network.nodes))
    if not starts.size:
        empty = np.empty(shape, dtype=np.int32)
        return PathTrees(starts, np.empty(shape), empty, network.links.from_index)
    least, before = dijkstra(graph, indices=starts, return_predecessors=True)
    last_link = np.full(shape, NO_LINK, dtype=np.int32)
    row, node = np.nonzero(before >= 0)
    wanted = before[row, node].astype(np.int64) * len(network.nodes) + node
    last_link[row, node] = link_of[np.searchsorted(keys, wanted)]
    return PathTrees(starts, least, last_link, network.links.from_index)


def _graph(
    network: Network, impedance: Floats, allowed: Flags
) -> tuple[csr_array, NDArray[np.int64], NDArray[np.int64]]:
    """Return the graph in compressed rows with the least of parallel links, its links and its from × N + to keys."""
    count = len(network.nodes)
    links = np.flatnonzero(allowed & np.isfinite(impedance))
    keys = network.links.from_index[links].astype(np.int64) * count + network.links.to_index[links]
    order = np.lexsort((links, impedance[links], keys))
    keys, links = keys[order], links[order]
    first = np.ones(len(keys), dtype=np.bool_)
    first[1:] = keys[1:] != keys[:-1]
    keys, links = keys[first], links[first]
    offsets = np.searchsorted(keys, np.arange(count + 1, dtype=np.int64) * count)
    graph = csr_array((impedance[links], keys % max(count, 1), offsets), shape=(count, count))
    return graph, links, keys


@dataclass(frozen=True, slots=True, eq=False)
class Skim:
    """Values along least-impedance paths between places.

    Parameters
    ----------
    origin_ids, destination_ids
        Ids of the rows and columns.
    values
        float64[origins, destinations] by name; inf where no path leads. ``impedance`` is always there.
    """

    origin_ids: tuple[str, ...]
    destination_ids: tuple[str, ...]
    values: Mapping[str, Floats]


def skim(
    network: Network,
    impedance: Floats,
    allowed: Flags,
    ends: tuple[Sequence[str], Sequence[str]],
    along: Mapping[str, Floats] | None = None,
) -> Skim:
    """Return link values summed along the least-impedance paths between places, terminal sides, markets or nodes.

    Parameters
    ----------
    network
        The network.
    impedance
        What a path minimises, float64[L].
    allowed
        Which links may be used, bool[L].
    ends
        Origin ids and destination ids.
    along
        Link values to sum, float64[L] by name, such as ``length_m``.

    Raises
    ------
    KeyError
        If an id is not in the network.
    """
    origins = [network.origin_index(node_id) for node_id in ends[0]]
    targets = np.array([network.destination_index(node_id) for node_id in ends[1]], dtype=np.int64)
    trees = path_trees(network, impedance, origins, allowed)
    values = {"impedance": trees.impedance[:, targets]}
    for name, link_values in (along or {}).items():
        values[name] = trees.along(link_values)[:, targets]
    return Skim(tuple(ends[0]), tuple(ends[1]), values)
