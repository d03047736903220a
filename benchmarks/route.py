"""A thousand routes between points of a city, snapped and with their lines: ours on a hierarchy, scipy by sweeps."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csgraph, csr_array

from benchmarks.case import Case
from benchmarks.city import case_name, city_router, is_here, largest_difference, seconds, to_matrix
from benchmarks.measure import Measurement, measure
from geodata.routing.ends import route_ends
from geodata.routing.errors import NoRouteError
from geodata.routing.hierarchy import build_hierarchy
from geodata.routing.hierarchy_paths import PathFinder
from geodata.routing.router import Router
from geodata.routing.snapping import Snap
from geodata.routing.sweep import Digraph, Places

NAME = "route"
PAIRS = 1_000
MOST_DIFFERENCE = 1e-9
MOST_MS = {50: 2.0, 95: 10.0}


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """A router, and pairs of longitudes and latitudes, float64[PAIRS, 2, 2]."""

    router: Router
    points: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class GivenMatrix:
    """A router and the pairs, snapped, for scipy: its graph has one vertex more, where each route sets out."""

    router: Router
    matrix: csr_array
    snaps: list[tuple[Snap, Snap]]


def run() -> Iterator[Case]:
    """Yield every case of this benchmark."""
    ours = measure(prepare, route_ours, (), runs=3, warm_up=warm_up)
    peer = measure(prepare_peer, route_scipy, ())
    building = measure(city_router, prepare_router, (), warm_up=warm_up)
    yield _to_case(ours, peer, building)


def warm_up() -> None:
    """Compile the kernels, or read them from the cache."""
    tiny = build_hierarchy(Digraph(np.array([0, 1, 2]), np.array([1, 0]), np.ones(2)))
    PathFinder(tiny).least_path(Places.at([0]), Places.at([1]))


def prepare_router(router: Router) -> None:
    """Prepare a router for least times."""
    router.prepare("time")


def prepare() -> Given:
    """Return the question as we take it, the hierarchy prepared."""
    router = city_router()
    router.prepare("time")
    points = draw(router)
    router.route(tuple(points[0, 0]), tuple(points[0, 1]))  # the first builds the index of places
    return Given(router, points)


def draw(router: Router) -> NDArray[np.float64]:
    """Return pairs of nodes with roads of their own, float64[PAIRS, 2, 2]; the same at each call."""
    random, nodes = np.random.default_rng(0), router.infrastructure.nodes
    pairs: list[NDArray[np.float64]] = []
    while len(pairs) < PAIRS:
        chosen = random.integers(0, len(nodes), 2)
        pair = np.column_stack([nodes.lon[chosen], nodes.lat[chosen]])
        start, end = snap(router, pair)
        if start.link != end.link:
            pairs.append(pair)
    return np.array(pairs)


def snap(router: Router, pair: NDArray[np.float64]) -> tuple[Snap, Snap]:
    """Return the points on the network of a pair of places."""
    (lon, lat), (end_lon, end_lat) = pair.tolist()
    return router.snap(lon, lat, role="origin"), router.snap(end_lon, end_lat, role="destination")


def route_ours(given: Given) -> dict[str, Any]:
    """Return the time of each route, and what each question took."""
    found, cpu, wall = np.full(PAIRS, np.inf), np.empty(PAIRS), np.empty(PAIRS)
    points = 0
    for pair, (start, end) in enumerate(given.points):
        before = time.process_time(), time.perf_counter()
        try:
            route = given.router.route((start[0], start[1]), (end[0], end[1]))
        except NoRouteError:
            pass
        else:
            points += len(route.geometry)
            found[pair] = route.time_s
        cpu[pair], wall[pair] = time.process_time() - before[0], time.perf_counter() - before[1]
    return {"time_s": found, "cpu_ms": 1e3 * cpu, "wall_ms": 1e3 * wall, "points": points}


def prepare_peer() -> GivenMatrix:
    """Return the same question as scipy takes it."""
    router = city_router()
    digraph = router.graph.digraph("time")
    count = digraph.vertex_count
    one_more = Digraph(
        np.append(digraph.start, digraph.head.size + 2),
        np.append(digraph.head, np.zeros(2, dtype=np.int32)),
        np.append(digraph.weight, np.full(2, np.inf)),
    )
    matrix = to_matrix(one_more)
    matrix.indices, matrix.data = matrix.indices.copy(), matrix.data.copy()
    snaps = [snap(router, pair) for pair in draw(router)]
    if matrix.shape != (count + 1, count + 1):
        msg = f"One vertex more than {count} was wanted, got {matrix.shape}."
        raise ValueError(msg)
    return GivenMatrix(router, matrix, snaps)


def route_scipy(given: GivenMatrix) -> NDArray[np.float64]:
    """Return the time between each pair by a sweep of scipy from its start, without the paths."""
    found = np.full(PAIRS, np.inf)
    weight = given.router.weights("time")[0]
    for pair, (start, end) in enumerate(given.snaps):
        ends = route_ends(given.router.graph, start, end)
        given.matrix.indices[-2:], given.matrix.data[-2:] = 0, np.inf
        given.matrix.indices[-ends.seeds.size :] = ends.seeds
        given.matrix.data[-ends.seeds.size :] = ends.seed_share * weight[ends.seeds]
        distance = csgraph.dijkstra(given.matrix, indices=given.matrix.shape[0] - 1)
        found[pair] = (distance[ends.ends] - ends.left_share * weight[ends.ends]).min()
    return found


def _to_case(ours: Measurement, peer: Measurement, building: Measurement) -> Case:
    difference = largest_difference(ours.answer["time_s"], peer.answer)
    took = {share: float(np.percentile(ours.answer["cpu_ms"], share)) for share in MOST_MS}
    within = all(took[share] <= most for share, most in MOST_MS.items())
    limits = " and ".join(f"p{share} at most {most:g} ms" for share, most in MOST_MS.items())
    return Case(
        benchmark=NAME,
        case=f"{PAIRS} routes, {case_name()}",
        ours_cpu_s=ours.cpu_s,
        ours_peak_mb=ours.peak_mb,
        peer="scipy dijkstra, one sweep a route on the same graph, snapped before and without paths",
        peer_cpu_s=peer.cpu_s,
        relative_difference=difference,
        target=f"Snapping, route and line: {limits} of CPU time; same times to {MOST_DIFFERENCE:g}.",
        meets_target=is_here() and within and difference <= MOST_DIFFERENCE,
        details={
            "compile_s": round(ours.compile_s, 2),
            **seconds(**{f"p{share}_ms": value for share, value in took.items()}),
            **seconds(
                **{f"wall_p{share}_ms": float(np.percentile(ours.answer["wall_ms"], share)) for share in MOST_MS}
            ),
            **seconds(preparation_cpu_s=building.cpu_s),
            "no_route": int(np.isinf(ours.answer["time_s"]).sum()),
            "points": ours.answer["points"],
        },
    )
