"""Tables of 1,000 × 1,000 least times and lengths on a city's roads: a hierarchy against the sweeps of scipy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csgraph, csr_array

from benchmarks.case import Case
from benchmarks.city import case_name, city_router, is_here, largest_difference, node_matrix, seconds, to_matrix
from benchmarks.measure import Measurement, measure
from geodata.routing.hierarchy import Hierarchy, build_hierarchy
from geodata.routing.many_to_many import Along, many_to_many
from geodata.routing.sweep import Digraph, Places

NAME = "skim"
PLACES = 1_000
AT_A_TIME = 50
MOST_DIFFERENCE = 1e-9
LEAST_RATIO = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """A table that is asked for: hierarchy, places and the lengths to sum."""

    hierarchy: Hierarchy
    starts: Places
    ends: Places
    length: Along


@dataclass(frozen=True, slots=True, eq=False)
class GivenMatrix:
    """The same for scipy."""

    matrix: csr_array
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]


def run() -> Iterator[Case]:
    """Yield every case of this benchmark."""
    ours = measure(prepare, skim_ours, (), runs=5, warm_up=warm_up)
    building = measure(prepare_digraph, build, (), runs=3, warm_up=warm_up)
    peer = measure(prepare_peer, skim_scipy, ())
    nodes = measure(prepare_nodes, skim_scipy, ())
    yield _to_case(ours, building, peer, nodes)


def warm_up() -> None:
    """Compile the kernels, or read them from the cache."""
    tiny = build_hierarchy(Digraph(np.array([0, 1, 2]), np.array([1, 0]), np.ones(2)))
    many_to_many(tiny, Places.at([0]), Places.at([1]), along={"length_m": Along(np.ones(2))})


def prepare_digraph() -> Digraph:
    """Return the city's directed roads by what may follow them, weighed by time."""
    return city_router().graph.digraph("time")


def build(digraph: Digraph) -> float:
    """Return the size of the hierarchy of a digraph in MB."""
    return build_hierarchy(digraph).size_mb


def prepare() -> Given:
    """Return the question as we take it."""
    router = city_router()
    digraph = router.graph.digraph("time")
    ends = draw(digraph.vertex_count)
    length = Along(router.graph.length_m[digraph.head])
    return Given(build_hierarchy(digraph), Places.at(ends[0]), Places.at(ends[1]), length)


def draw(count: int) -> NDArray[np.int64]:
    """Return starts and ends among so many vertices, int64[2, 1000]; the same at each call."""
    return np.random.default_rng(0).integers(0, count, (2, PLACES))


def skim_ours(given: Given) -> NDArray[np.float64]:
    """Return the least times, lengths along the way summed beside them."""
    return many_to_many(given.hierarchy, given.starts, given.ends, along={"length_m": given.length}).distance


def prepare_peer() -> GivenMatrix:
    """Return the same question as scipy takes it."""
    digraph = prepare_digraph()
    return GivenMatrix(to_matrix(digraph), *draw(digraph.vertex_count))


def prepare_nodes() -> GivenMatrix:
    """Return a question as large on the roads' nodes: without turn restrictions and with fewer vertices."""
    matrix = node_matrix(city_router())
    return GivenMatrix(matrix, *draw(matrix.shape[0]))


def skim_scipy(given: GivenMatrix) -> NDArray[np.float64]:
    """Return the least times by a sweep from each start, nothing else summed."""
    parts = np.split(given.starts, range(AT_A_TIME, PLACES, AT_A_TIME))
    return np.concatenate([csgraph.dijkstra(given.matrix, indices=part)[:, given.ends] for part in parts])


def _to_case(ours: Measurement, building: Measurement, peer: Measurement, nodes: Measurement) -> Case:
    difference = largest_difference(ours.answer, peer.answer)
    per_row = (peer.cpu_s - ours.cpu_s) / PLACES
    return Case(
        benchmark=NAME,
        case=f"{PLACES} x {PLACES}, {case_name()}",
        ours_cpu_s=ours.cpu_s,
        ours_peak_mb=ours.peak_mb,
        peer=f"scipy dijkstra, {PLACES} sweeps on the same graph, times alone",
        peer_cpu_s=peer.cpu_s,
        relative_difference=difference,
        target=f"Times and lengths take at most a {LEAST_RATIO:g}th of the peer's CPU time, the hierarchy prepared "
        f"before; same times to {MOST_DIFFERENCE:g}.",
        meets_target=is_here() and difference <= MOST_DIFFERENCE and peer.cpu_s >= LEAST_RATIO * ours.cpu_s,
        details={
            "compile_s": round(ours.compile_s, 2),
            "hierarchy_mb": round(building.answer, 1),
            **seconds(preparation_cpu_s=building.cpu_s, with_preparation_cpu_s=ours.cpu_s + building.cpu_s),
            "preparation_pays_from_starts": int(np.ceil(building.cpu_s / per_row)) if per_row > 0 else -1,
            **seconds(peer_on_nodes_without_turns_cpu_s=nodes.cpu_s),
        },
    )
