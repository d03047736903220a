"""Shortest paths on the network's links in compressed rows: trees, distances, unfolded paths and skims.

Dijkstra's algorithm as scipy's compiled kernel runs it (E. W. Dijkstra, doi:10.1007/BF01386390).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geodata.columns import Flags, Floats, Ids, Indices
from geodata.network import Network

NO_LINK = -1


@dataclass(frozen=True, slots=True, eq=False)
class LinkEnds:
    """The ends of directed links, all that a search needs of a network or of a flow problem.

    Parameters
    ----------
    link_ids
        Names of the links, in the order of the next two.
    from_index, to_index
        Node index of the two ends of each link, int32[L]. Parallel links and loops are allowed.
    node_count
        Number of nodes.
    """

    link_ids: Sequence[str] | Ids
    from_index: Indices
    to_index: Indices
    node_count: int

    @classmethod
    def of_network(cls, network: Network) -> Self:
        """Return the ends of a network's links."""
        links = network.links
        return cls(links.link_id, links.from_index, links.to_index, len(network.nodes))


@dataclass(frozen=True, slots=True, eq=False)
class PathTrees:
    """Least-impedance paths from some roots to every node, or from every node to the roots.

    Parameters
    ----------
    roots
        Node index of each root, int32[S].
    impedance
        Least impedance between each root and each node, float64[S, N]; inf where no path leads.
    last_link
        Link of that path that touches the node, int32[S, N]; -1 at the root and where no path leads.
    near_index
        Node of each link that is nearer the root, int32[L]: the one it leaves or, backward, the one it reaches.
    backward
        Whether paths lead to the roots.
    """

    roots: Indices
    impedance: Floats
    last_link: Indices
    near_index: Indices
    backward: bool = False

    def path(self, root: int, node: int) -> Indices:
        """Return the links of the path between one root and a node, in the order of travel.

        Parameters
        ----------
        root
            Position among ``roots``.
        node
            Node index.

        Raises
        ------
        ValueError
            If no path leads there.
        """
        if not np.isfinite(self.impedance[root, node]):
            ends = (node, int(self.roots[root])) if self.backward else (int(self.roots[root]), node)
            msg = f"No path leads from node {ends[0]} to node {ends[1]}."
            raise ValueError(msg)
        links: list[int] = []
        last = self.last_link[root]
        while (link := int(last[node])) != NO_LINK:
            links.append(link)
            node = int(self.near_index[link])
        return np.array(links if self.backward else links[::-1], dtype=np.int32)

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
        before = np.where(reached, self.near_index[self.last_link], nodes)
        while (before != nodes).any():
            further = np.take_along_axis(before, before, axis=1)
            sums = sums + np.take_along_axis(sums, before, axis=1)
            if np.array_equal(further, before):
                break
            before = further
        return np.where(np.isfinite(self.impedance), sums, np.inf)


def path_trees(
    ends: LinkEnds,
    impedance: Floats,
    roots: Sequence[int] | NDArray[np.integer[Any]],
    allowed: Flags,
    *,
    backward: bool = False,
) -> PathTrees:
    """Return least-impedance paths from some roots to every node or, backward, from every node to the roots.

    Parameters
    ----------
    ends
        The ends of the links.
    impedance
        What a path minimises, float64[L], at least 0; of parallel links the least is taken.
    roots
        Node indices.
    allowed
        Which links may be used, bool[L].
    backward
        Whether to search against the links.

    Raises
    ------
    ValueError
        If an allowed link has a negative or undefined impedance; the message names the link.
    """
    starts = np.asarray(roots, dtype=np.int32)
    wrong = np.flatnonzero(allowed & ~(impedance >= 0))
    if wrong.size:
        msg = f"Impedance of link {ends.link_ids[wrong[0]]!r} must be at least 0, got {impedance[wrong[0]]}."
        raise ValueError(msg)
    near, far = (ends.to_index, ends.from_index) if backward else (ends.from_index, ends.to_index)
    shape = (len(starts), ends.node_count)
    if not starts.size:
        return PathTrees(starts, np.empty(shape), np.empty(shape, dtype=np.int32), near, backward)
    links = np.flatnonzero(allowed & np.isfinite(impedance))
    graph, links, keys = _graph(near[links], far[links], impedance[links], links, ends.node_count)
    least, before = dijkstra(graph, indices=starts, return_predecessors=True)
    last_link = np.full(shape, NO_LINK, dtype=np.int32)
    row, node = np.nonzero(before >= 0)
    wanted = before[row, node].astype(np.int64) * ends.node_count + node
    last_link[row, node] = links[np.searchsorted(keys, wanted)]
    return PathTrees(starts, least, last_link, near, backward)


def _graph(
    near: Indices, far: Indices, impedance: Floats, links: NDArray[np.int64], count: int
) -> tuple[csr_array, NDArray[np.int64], NDArray[np.int64]]:
    """Return the graph in compressed rows with the least of parallel links, its links and its near × N + far keys."""
    keys = near.astype(np.int64) * count + far
    order = np.lexsort((links, impedance, keys))
    keys, links, impedance = keys[order], links[order], impedance[order]
    first = np.ones(len(keys), dtype=np.bool_)
    first[1:] = keys[1:] != keys[:-1]
    keys, links, impedance = keys[first], links[first], impedance[first]
    offsets = np.searchsorted(keys, np.arange(count + 1, dtype=np.int64) * count)
    graph = csr_array((impedance, keys % max(count, 1), offsets), shape=(count, count))
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
    trees = path_trees(LinkEnds.of_network(network), impedance, origins, allowed)
    values = {"impedance": trees.impedance[:, targets]}
    for name, link_values in (along or {}).items():
        values[name] = trees.along(link_values)[:, targets]
    return Skim(tuple(ends[0]), tuple(ends[1]), values)
