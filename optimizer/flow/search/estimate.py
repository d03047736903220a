"""How long the ways of searching take by estimate, without preparing any of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from optimizer.flow.problem import Problem
from optimizer.flow.search.cover import covered_by_origin
from optimizer.flow.search.path_search import cost_classes

NODE_NS, ARC_NS = 110.0, 3.5
"""Time that one sweep takes for each node and arc, ns, measured on road grids of 1 k to 1 M links."""

EXPECTED_ROUNDS: Final = 30
"""Rounds of pricing that a solve is taken to need."""

LINK_PAIR_NS: Final = 1.2
"""Time of a search over special links for each pair of them, ns."""

CONTRACTED, HALF = 115.0, 145.0
"""A contraction and ``q`` sweeps of its core take as long as ``CONTRACTED * q / (q + HALF)`` sweeps of all links: the
more sweeps are wanted, the smaller the core is made. Measured on road grids, the hardest networks for it."""

KEY_NODE_NS: Final = 200.0
"""Time that each node which must stay in the core adds to a sweep of it, ns."""

START_S: Final = 0.5
"""Time to load the compiled kernels, s."""

MOST_TABLE_BYTES: Final = 200_000_000
"""Memory that tables of distances may take, with the trees of the ways they stand for."""

CELL_BYTES: Final = 2 * 8 + 4 + 1 + 2 * 4
"""Memory for each cell of a table: its distance, kept both ways round, where its way stands and which way it was swept,
and one step of a tree; large tables have as many steps as cells, measured on road grids, small ones up to 30 times."""


def sweep_ns(nodes: float, arcs: float) -> float:
    """Return the time that one sweep of a graph takes, ns, by estimate."""
    return NODE_NS * nodes + ARC_NS * arcs


@dataclass(frozen=True, slots=True)
class SearchSeconds:
    """Time of all searches of a solve by estimate, s: on all links, with tables, with sweeps; inf where too large."""

    full: float
    tables: float
    sweeps: float


@dataclass(frozen=True, slots=True, eq=False)
class KeyParts:
    """What a contraction must keep: special links and key nodes, both ascending, int32."""

    links: NDArray[np.int32]
    nodes: NDArray[np.int32]


def key_parts(problem: Problem) -> KeyParts:
    """Return the links that may change price or close for some, and the nodes where paths start, end or meet them.

    Special are the links with a capacity or a minimum lot.
    """
    special = np.zeros(len(problem.link_ids), dtype=bool)
    special[problem.capacity_members.indices[problem.capacity_members.data != 0]] = True
    special |= problem.minimum_lot_t > 0
    links = np.flatnonzero(special).astype(np.int32)
    ends = (problem.link_from[links], problem.link_to[links], problem.demand_origin, problem.demand_destination)
    return KeyParts(links, np.unique(np.concatenate(ends)).astype(np.int32))


def table_ends(problem: Problem, parts: KeyParts, k: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the nodes from which and to which a class needs distances, both ascending, int32."""
    mine = (problem.demand_class == k) & (problem.demand_t_per_day > 0)
    links = parts.links[problem.allowed[k, parts.links]]
    near = np.concatenate([problem.demand_origin[mine], problem.link_to[links]])
    far = np.concatenate([problem.demand_destination[mine], problem.link_from[links]])
    return np.unique(near), np.unique(far)


def estimate_seconds(problem: Problem) -> SearchSeconds:
    """Return how long all searches of a solve take with each way of searching, by estimate."""
    parts = key_parts(problem)
    whole = sweep_ns(len(problem.node_ids), len(problem.link_ids))
    rounds = 1 + EXPECTED_ROUNDS
    roots_of: dict[int, int] = {}
    for one in cost_classes(problem):
        origin, destination = problem.demand_origin[one.demand], problem.demand_destination[one.demand]
        by_origin = covered_by_origin(origin, destination)
        roots = np.unique(origin[by_origin]).size + np.unique(destination[~by_origin]).size
        roots_of[one.class_index] = roots_of.get(one.class_index, 0) + roots

    def contracted(sweeps: int) -> float:
        return whole * CONTRACTED * sweeps / (sweeps + HALF) + sweeps * KEY_NODE_NS * parts.nodes.size

    full = whole * rounds * sum(roots_of.values())
    sweeps = sum(contracted(rounds * roots) for roots in roots_of.values())
    tables, cells = 0.0, 0
    for k, roots in roots_of.items():
        near, far = table_ends(problem, parts, k)
        cells += near.size * far.size
        links = int(problem.allowed[k, parts.links].sum())
        demands = int((problem.demand_class == k).sum())
        searched = LINK_PAIR_NS * links * (roots * links + demands)
        tables += contracted(min(near.size, far.size)) + rounds * searched
    if CELL_BYTES * cells > MOST_TABLE_BYTES:
        tables = np.inf
    return SearchSeconds(1e-9 * full, START_S + 1e-9 * tables, START_S + 1e-9 * sweeps)
