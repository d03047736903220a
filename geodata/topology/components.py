"""Which nodes hang together, by vehicle kind: weak and strong components, degrees."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from geodata.columns import Flags, Indices
from geodata.infrastructure.infrastructure import Infrastructure

ALL_KINDS = 0b111111

Places = NDArray[np.int64]


class Arcs(NamedTuple):
    """Directed passes over links: link, whether along its line, vertices left and reached, all int or bool[A]."""

    link: Indices
    along: Flags
    tail: Indices
    head: Indices


class Components(NamedTuple):
    """Parts of an infrastructure.

    Parameters
    ----------
    label
        Part of each node, int32[N]; labels rise with the first node of a part.
    link_label
        Part of each link, int32[L]: that of its first end; -1 for links that no vehicle of the kinds may use.
    """

    label: Indices
    link_label: Indices


def usable(infrastructure: Infrastructure, kinds: int) -> tuple[Flags, Flags]:
    """Return which links any of the kinds may run along their line, and against it, bool[L] each.

    Conditions, which hold at some hours or for some vehicles, do not count.
    """
    links = infrastructure.links
    return (links.access_forward & kinds) != 0, (links.access_backward & kinds) != 0


def link_ends(infrastructure: Infrastructure, kinds: int) -> tuple[Indices, Indices, int]:
    """Return the vertex at each end of each link, and how many vertices there are.

    Vertices 0 to N-1 are the nodes. At a node that is closed to all of the kinds nothing passes through, so there each
    link end is a vertex of its own, N or more.
    """
    nodes, links = infrastructure.nodes, infrastructure.links
    shut = (nodes.closed & kinds) == kinds if kinds else np.zeros(len(nodes), dtype=np.bool_)
    ends = []
    count = len(nodes)
    for place in (links.from_index, links.to_index):
        here = shut[place] if len(nodes) else np.zeros(0, dtype=np.bool_)
        vertex = place.astype(np.int32).copy()
        vertex[here] = count + np.arange(int(here.sum()), dtype=np.int32)
        count += int(here.sum())
        ends.append(vertex)
    return ends[0], ends[1], count


def arcs(infrastructure: Infrastructure, kinds: int) -> tuple[Arcs, int]:
    """Return the directed passes that any of the kinds may make, and the number of vertices (see ``link_ends``)."""
    start, end, count = link_ends(infrastructure, kinds)
    forward, backward = (np.flatnonzero(flags).astype(np.int32) for flags in usable(infrastructure, kinds))
    link = np.concatenate([forward, backward])
    along = np.arange(len(link)) < len(forward)
    tail = np.concatenate([start[forward], end[backward]])
    head = np.concatenate([end[forward], start[backward]])
    return Arcs(link, along, tail, head), count


def degrees(infrastructure: Infrastructure, kinds: int = ALL_KINDS) -> Indices:
    """Return how many link ends touch each node, int32[N], of links that any of the kinds may use; a loop counts 2.

    With all kinds (the default) links that nobody may use count too.
    """
    links = infrastructure.links
    forward, backward = usable(infrastructure, kinds)
    counted = forward | backward if kinds != ALL_KINDS else np.ones(len(links), dtype=np.bool_)
    ends = np.concatenate([links.from_index[counted], links.to_index[counted]])
    return np.bincount(ends, minlength=len(infrastructure.nodes)).astype(np.int32)


def components(infrastructure: Infrastructure, kinds: int, *, strong: bool = False) -> Components:
    """Return the weak (or strong) components that vehicles of the kinds see.

    A link counts where any of the kinds may use it in some direction; a strong component is a set of nodes from each
    of which each other is reached. A node closed to all of the kinds parts what meets there. Turn restrictions and
    conditions do not count.
    """
    passes, count = arcs(infrastructure, kinds)
    nodes = len(infrastructure.nodes)
    matrix = csr_array((np.ones(len(passes.tail), dtype=np.int8), (passes.tail, passes.head)), shape=(count, count))
    if count == 0:
        return Components(np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32))
    _, found = connected_components(matrix, directed=True, connection="strong" if strong else "weak")
    label = _by_first(found)
    start, _, _ = link_ends(infrastructure, kinds)
    forward, backward = usable(infrastructure, kinds)
    link_label = np.where(forward | backward, label[start], -1).astype(np.int32)
    return Components(label[:nodes], link_label)


def largest_strong_component(infrastructure: Infrastructure, kinds: int) -> Flags:
    """Return which nodes lie in the largest strong component of some vehicle kinds, bool[N].

    Largest is meant by nodes; of equals the one with the earlier first node. Nodes that no link of the kinds touches
    never belong to it.
    """
    label = components(infrastructure, kinds, strong=True).label
    forward, backward = usable(infrastructure, kinds)
    used = np.flatnonzero(forward | backward)
    links = infrastructure.links
    touched = np.zeros(len(label), dtype=np.bool_)
    touched[links.from_index[used]] = True
    touched[links.to_index[used]] = True
    if not touched.any():
        return touched
    largest = int(np.argmax(np.bincount(label[touched])))
    flags: Flags = touched & (label == largest)
    return flags


def reached_from(matrix: csr_array, starts: Places) -> Flags:
    """Return which vertices of a graph are reached from any start, the starts themselves too, bool[V]."""
    count = matrix.shape[0]
    # A vertex of its own stands before all starts.
    pointers = np.append(matrix.indptr, matrix.indptr[-1] + len(starts))
    columns = np.concatenate([matrix.indices, starts])
    extended = csr_array((np.ones(len(columns), dtype=np.int8), columns, pointers), shape=(count + 1, count + 1))
    flags = np.zeros(count + 1, dtype=np.bool_)
    flags[breadth_first_order(extended, count, directed=True, return_predecessors=False)] = True
    return flags[:count]


def _by_first(labels: Indices) -> Indices:
    """Return labels renumbered so that they rise with the first vertex of each part."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int32)
    rank[np.argsort(first)] = np.arange(len(first), dtype=np.int32)
    renumbered: Indices = rank[inverse]
    return renumbered
