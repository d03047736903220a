"""The roads of Ho Chi Minh City that routes and tables are measured on, or a generated grid without the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from geodata.geodesy import geodesic_m
from geodata.infrastructure.build import make_candidates, make_conditions, make_links, make_nodes, no_lines
from geodata.infrastructure.columns import ROAD_KINDS
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.infrastructure.turns import TurnRestrictions
from geodata.infrastructure.weekly import Schedules
from geodata.models import LINK_CLASSES
from geodata.network import Geometries
from geodata.osm.importing import import_osm
from geodata.osm.options import OsmOptions
from geodata.routing.profiles import read_profiles
from geodata.routing.router import Router
from geodata.routing.sweep import Digraph
from supplychain.vocabulary import NETWORK_MODES

CITY_FILE = Path(__file__).resolve().parents[2] / "shared" / "data" / "osm" / "hcm_2018.osm.pbf"
PROFILE = "van"
GRID_SIDE = 60
SPACING_DEGREES = 0.001


def is_here(file: Path = CITY_FILE) -> bool:
    """Return whether the file of the city is on this machine: without it no target is met."""
    return file.exists()


def case_name(file: Path = CITY_FILE) -> str:
    """Return what is measured on."""
    if is_here(file):
        return "Ho Chi Minh City 2018, roads with turn restrictions, van, least time"
    return f"small generated grid, because {file.name} is not here and the target cannot be met without it"


def read_city(file: Path = CITY_FILE) -> Infrastructure:
    """Return the roads of the city, or of a small grid."""
    if is_here(file):
        return import_osm([file], OsmOptions(modes=("road",))).infrastructure
    return build_grid(GRID_SIDE)


def build_grid(side: int, seed: int = 0) -> Infrastructure:
    """Return a grid of streets with classes at random, one in six of one way; the same seed gives the same grid."""
    random = np.random.default_rng(seed)
    row, column = np.divmod(np.arange(side * side), side)
    bend = random.uniform(-0.3, 0.3, (2, side * side))
    lon, lat = 106.6 + SPACING_DEGREES * (column + bend[0]), 10.8 + SPACING_DEGREES * (row + bend[1])
    node = np.arange(side * side).reshape(side, side)
    one = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()])
    other = np.concatenate([node[:, 1:].ravel(), node[1:].ravel()])
    corners = np.column_stack([lon[one], lat[one], lon[other], lat[other]]).reshape(-1, 2)
    lines = Geometries(np.arange(0, 2 * one.size + 1, 2), corners)
    classes = np.array([LINK_CLASSES.index(name) for name in ("primary", "tertiary", "residential")], dtype=np.int8)
    oneway = random.random(one.size) < 1 / 6
    return Infrastructure(
        nodes=make_nodes(node_id=_ids("n", side * side), lon=lon, lat=lat),
        links=make_links(
            link_id=_ids("w", one.size),
            from_index=one.astype(np.int32),
            to_index=other.astype(np.int32),
            mode=np.int8(NETWORK_MODES.index("road")),
            link_class=random.choice(classes, one.size, p=(0.1, 0.3, 0.6)),
            length_m=geodesic_m(lon[one], lat[one], lon[other], lat[other]),
            oneway=oneway,
            access_forward=np.uint8(ROAD_KINDS),
            access_backward=np.where(oneway, 0, ROAD_KINDS).astype(np.uint8),
        ),
        lines=lines,
        conditions=make_conditions(),
        schedules=Schedules.none(),
        turns=TurnRestrictions.none(),
        candidates=make_candidates(),
        outlines=no_lines(),
    )


def _ids(letter: str, count: int) -> NDArray[np.object_]:
    return np.array([f"{letter}{one}" for one in range(count)], dtype=np.object_)


def city_router(file: Path = CITY_FILE) -> Router:
    """Return the router of a van on the city's roads, not yet prepared."""
    return Router(read_city(file), read_profiles()[PROFILE])


def to_matrix(graph: Digraph) -> csr_array:
    """Return a digraph without parallel edges as scipy takes it; edges of weight 0 stay edges."""
    count = graph.vertex_count
    return csr_array((graph.weight, graph.head, graph.start), shape=(count, count))


def node_matrix(router: Router) -> csr_array:
    """Return the same roads with their nodes as vertices, of parallel ones the fastest: turn restrictions are lost."""
    graph = router.graph
    count = len(router.infrastructure.nodes)
    order = np.lexsort((graph.time_s, graph.arc_head, graph.arc_tail))
    key = graph.arc_tail[order].astype(np.int64) * count + graph.arc_head[order]
    kept = order[np.diff(key, prepend=-1) != 0]
    ends = graph.arc_tail[kept], graph.arc_head[kept]
    return csr_array((graph.time_s[kept], ends), shape=(count, count))


def largest_difference(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Return the largest relative difference of two tables, inf where only one of them is finite."""
    finite = np.isfinite(other)
    if not np.array_equal(finite, np.isfinite(one)):
        return float("inf")
    apart = np.abs(one[finite] - other[finite]) / np.maximum(np.abs(other[finite]), 1e-12)
    return float(apart.max(initial=0.0))


def seconds(**values: float) -> dict[str, Any]:
    """Return seconds rounded for a line of results."""
    return {name: round(value, 3) for name, value in values.items()}
