"""Contraction of a network to a core that keeps all distances between chosen nodes.

Nodes are taken out in rounds, each an independent set of those with the fewest pairs of an entering and a leaving
arc; the paths through them become arcs of their own, unless a short search finds another path that is no longer (R.
Geisberger, P. Sanders, D. Schultes, C. Vetter, Exact Routing in Large Road Networks Using Contraction Hierarchies,
Transportation Science 46, 2012, doi:10.1287/trsc.1110.0401). It stops where what the remaining sweeps would gain no
longer pays for another round.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from optimizer.flow.problem import Problem
from optimizer.flow.search import contraction_kernels, search_kernels
from optimizer.flow.search.estimate import sweep_ns
from optimizer.flow.search.kernels import Graph
from optimizer.flow.search.path_search import InterruptedSearchError

MOST_PAIRS: Final = 1_600
"""Most pairs of an entering and a leaving arc of a node that is taken out; bounds the arcs of a round."""

WITNESS_NODES: Final = (2, 8, 24, 24, 40, 40, 60, 60, 60, 100)
"""Most nodes a witness search settles in each round, the last for all that follow: worth more the smaller the graph."""

ROUND_NS, WITNESS_NS = 100.0, 3.0
"""Time that one round of contraction takes for each arc, and more for each node its searches settle, ns."""

ROUND_GAIN: Final = 0.2
"""Share of a sweep's time that a round is taken to save."""

LEAST_SHARE: Final = 0.02
"""Share of the nodes that a round must take out for another to follow."""


@dataclass(frozen=True, slots=True, eq=False)
class LinkRows:
    """Links by the node they leave, for all classes.

    Parameters
    ----------
    start, order
        Links that leave node ``v`` are ``order[start[v]:start[v + 1]]``, int64[N + 1], int32[L].
    link_to
        Node each link enters, int32[L].
    """

    start: NDArray[np.int64]
    order: NDArray[np.int32]
    link_to: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Core:
    """A small graph with the same distances between the nodes kept as the network of one class.

    Parameters
    ----------
    nodes
        Nodes of the problem that are left, ascending, int32[C].
    graph
        Arcs between positions in ``nodes``; each is a link or a record.
    first, second
        The two parts of each record in travel order: earlier records, or ``~link``, int32.
    depth
        Most records inside each other.
    """

    nodes: NDArray[np.int32]
    graph: Graph
    first: NDArray[np.int32]
    second: NDArray[np.int32]
    depth: int

    def expand(self, codes: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Return where the links of each code (a record or ``~link``) begin, and the links in travel order."""
        return contraction_kernels.expand(codes, self.first, self.second, self.depth)


def group_links(problem: Problem) -> LinkRows:
    """Return the links of a problem by the node they leave."""
    start, order = contraction_kernels.group_by(problem.link_from.copy(), len(problem.node_ids))
    return LinkRows(start, order, problem.link_to.copy())


def contract(
    rows: LinkRows,
    cost: NDArray[np.float64],
    kept: NDArray[np.bool_],
    sweeps: float,
    interrupted: Callable[[], bool] | None = None,
) -> Core:
    """Return a core that has all distances between the nodes kept.

    Parameters
    ----------
    rows
        Links of the network.
    cost
        Cost of each link, at least 0; inf where it may not be used, float64[L].
    kept
        Nodes that must stay, bool[N].
    sweeps
        How many sweeps the core is wanted for: the more, the smaller it is made.
    interrupted
        Asked before each step.

    Raises
    ------
    InterruptedSearchError
        When ``interrupted`` answers yes.
    """
    graph = contraction_kernels.first_graph(rows.start, rows.order, rows.link_to, np.isfinite(cost), cost)
    nodes = np.arange(kept.size, dtype=np.int32)
    status = np.zeros(graph.far.size, dtype=np.int8)
    firsts, seconds = [np.zeros(0, dtype=np.int32)], [np.zeros(0, dtype=np.int32)]
    records, taken = 0, kept.size
    while True:
        witness_nodes = WITNESS_NODES[min(len(firsts), len(WITNESS_NODES)) - 1]
        round_ns = (ROUND_NS + WITNESS_NS * witness_nodes) * graph.far.size
        saved_ns = sweeps * ROUND_GAIN * sweep_ns(nodes.size, graph.far.size)
        if taken < max(1.0, LEAST_SHARE * nodes.size) or (len(firsts) > 1 and saved_ns < round_ns):
            break
        _ask(interrupted)
        out = contraction_kernels.choose_nodes(graph, kept, MOST_PAIRS)
        taken = int(out.sum())
        joined = contraction_kernels.join_rows(graph, status, out, np.cumsum(~out, dtype=np.int32) - 1)
        made = graph.made
        del graph
        _ask(interrupted)
        search_kernels.drop_witnessed(joined, witness_nodes)
        graph, status, first, second = contraction_kernels.compact_rows(joined, made, records)
        nodes, kept = nodes[~out], kept[~out]
        records += first.size
        firsts.append(first)
        seconds.append(second)
    parts = np.concatenate(firsts), np.concatenate(seconds)
    made, first, second = contraction_kernels.keep_used(graph.made, *parts)
    return Core(nodes, graph._replace(made=made), first, second, len(firsts))


def _ask(interrupted: Callable[[], bool] | None) -> None:
    """Raise InterruptedSearchError when told to stop."""
    if interrupted is not None and interrupted():
        raise InterruptedSearchError
