"""Least-impedance sweeps from one place to all: ours against scipy and networkx on a generated road grid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csgraph, csr_array

from benchmarks.case import Case
from benchmarks.city import largest_difference, to_matrix
from benchmarks.measure import Measurement, measure
from benchmarks.road_grid import GridSize, build_road_grid
from geodata.routing.sweep import Digraph, Places, sweep

NAME = "sweep"
SWEEPS = 4
RUNS = 9
MOST_DIFFERENCE = 1e-9
LINKS = {"316k links": 316_000, "1 M links": 1_000_000}
TARGETS = {"scipy": 1 / 1.1, "networkx": 25.0}
"""Least CPU seconds of the peer per one of ours."""


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """What is swept: a digraph, where from, and both as scipy takes them."""

    graph: Digraph
    roots: NDArray[np.int64]
    matrix: csr_array
    network: nx.DiGraph | None


def run() -> Iterator[Case]:
    """Yield every case of this benchmark."""
    for name, links in LINKS.items():
        yield from compare(name, links)


def compare(name: str, links: int) -> Iterator[Case]:
    """Yield ours against both peers at one size."""
    ours = measure(prepare, sweep_ours, (links, False), runs=RUNS, warm_up=warm_up)
    peers = {
        "scipy": measure(prepare, sweep_scipy, (links, False), runs=RUNS),
        "networkx": measure(prepare, sweep_networkx, (links, True)),
    }
    for peer, found in peers.items():
        yield _to_case(f"{name}, {peer}", peer, ours, found)


def prepare(links: int, with_networkx: bool) -> Given:  # noqa: FBT001 - arguments are handed on by position
    """Return a road grid of about so many links with the money it costs to pass them."""
    problem = build_road_grid(GridSize(links, capacities=10, parks=3, ports=3))
    nodes = len(problem.node_ids)
    weight = problem.money_per_t[0] + problem.time_cost_per_t[0]
    graph, _ = Digraph.of_links(problem.link_from, problem.link_to, weight, nodes)
    network = None
    if with_networkx:
        network = nx.DiGraph()
        network.add_weighted_edges_from(
            zip(graph.tail.tolist(), graph.head.tolist(), graph.weight.tolist(), strict=True)
        )
    return Given(graph, np.linspace(0, nodes - 1, SWEEPS + 2).astype(np.int64)[1:-1], to_matrix(graph), network)


def warm_up() -> None:
    """Compile the kernels, or read them from the cache."""
    sweep(Digraph(np.array([0, 1, 1]), np.array([1]), np.ones(1)), Places.at([0]))


def sweep_ours(given: Given) -> NDArray[np.float64]:
    """Return the distances by our sweeps, which know the last link of each path too."""
    return sweep(given.graph, Places.at(given.roots)).distance


def sweep_scipy(given: Given) -> NDArray[np.float64]:
    """Return the distances by scipy, which is not asked for paths."""
    distances: NDArray[np.float64] = csgraph.dijkstra(given.matrix, indices=given.roots)
    return distances


def sweep_networkx(given: Given) -> NDArray[np.float64]:
    """Return the distances by networkx."""
    table = np.full((SWEEPS, given.graph.vertex_count), np.inf)
    for row, root in enumerate(given.roots.tolist()):
        found: dict[int, Any] = nx.single_source_dijkstra_path_length(given.network, root)
        table[row, list(found)] = list(found.values())
    return table


def _to_case(name: str, peer: str, ours: Measurement, found: Measurement) -> Case:
    difference = largest_difference(ours.answer, found.answer)
    words = "at most 1.1 times" if peer == "scipy" else "at most a 25th of"
    return Case(
        benchmark=NAME,
        case=name,
        ours_cpu_s=ours.cpu_s,
        ours_peak_mb=ours.peak_mb,
        peer=peer,
        peer_cpu_s=found.cpu_s,
        relative_difference=difference,
        target=f"{SWEEPS} sweeps take {words} the CPU time of {peer}; same distances to {MOST_DIFFERENCE:g}.",
        meets_target=difference <= MOST_DIFFERENCE and found.cpu_s >= TARGETS[peer] * ours.cpu_s,
        details={"compile_s": round(ours.compile_s, 2), "sweeps": SWEEPS, "peer_peak_mb": round(found.peak_mb, 1)},
    )
