"""The real extract of Ho Chi Minh City: counts and distances made by others, and osmnx's graph of a part of it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import osmium
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from geodata.infrastructure.columns import CANDIDATE_KINDS
from geodata.infrastructure.imported import Imported
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.osm.importing import import_osm
from geodata.osm.options import Bounds, OsmOptions

CITY = Path(__file__).parents[2] / "shared" / "data" / "osm" / "hcm_2018.osm.pbf"
HELSINKI = CITY.with_name("helsinki.osm.pbf")
RADIUS_M = 6_371_008.8
DRIVABLE = (
    *("motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link"),
    *("tertiary", "tertiary_link", "unclassified", "residential", "living_street", "road"),
)
PLACES = {
    "VSIP I": (10.93184, 106.72571),
    "Cát Lái": (10.76571, 106.79566),
    "Tân Sơn Nhất": (10.8188, 106.652),
    "Hiệp Phước SPCT": (10.63806, 106.75989),
    "Sóng Thần 1": (10.89118, 106.75078),
    "Sóng Thần 2": (10.91844, 106.74403),
    "Biên Hòa 2": (10.92153, 106.87313),
}
TABLE = [
    ("VSIP I", "Cát Lái", 26.40, 26.61),
    ("VSIP I", "Tân Sơn Nhất", 18.05, 17.43),
    ("VSIP I", "Hiệp Phước SPCT", 42.36, 41.56),
    ("Sóng Thần 1", "Cát Lái", 19.98, 20.15),
    ("Sóng Thần 2", "Cát Lái", 24.22, 23.69),
    ("Biên Hòa 2", "Cát Lái", 26.29, 25.91),
]

pytestmark = pytest.mark.shared_data


def great_circle_m(one: NDArray[np.float64], two: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return great-circle distances of points (longitude, latitude) by the haversine formula."""
    lon_1, lat_1, lon_2, lat_2 = (np.radians(points) for points in (*one.T, *two.T))
    inner = np.sin((lat_2 - lat_1) / 2) ** 2 + np.cos(lat_1) * np.cos(lat_2) * np.sin((lon_2 - lon_1) / 2) ** 2
    return np.asarray(2 * RADIUS_M * np.arcsin(np.sqrt(inner)))


@dataclass(frozen=True, eq=False)
class Vertices:
    """Every point of every line as a vertex: directed steps between them, one-way as the column says."""

    places: NDArray[np.float64]
    tail: NDArray[np.int64]
    head: NDArray[np.int64]

    def matrix(self) -> csr_array:
        """Return the shortest step between each two vertices as a sparse matrix."""
        metres = np.maximum(great_circle_m(self.places[self.tail], self.places[self.head]), 1e-9)
        order = np.lexsort((metres, self.head, self.tail))
        first = np.ones(len(order), dtype=np.bool_)
        first[1:] = (np.diff(self.tail[order]) != 0) | (np.diff(self.head[order]) != 0)
        kept = order[first]
        size = len(self.places)
        return csr_array((metres[kept], (self.tail[kept], self.head[kept])), shape=(size, size))


def vertices(infrastructure: Infrastructure) -> Vertices:
    """Take the links apart into their points; interior points belong to one link only."""
    links, offsets = infrastructure.links, infrastructure.lines.offsets
    point = np.empty(offsets[-1], dtype=np.int64)
    inner = np.ones(offsets[-1], dtype=np.bool_)
    for at, node in ((offsets[:-1], links.from_index), (offsets[1:] - 1, links.to_index)):
        point[at] = node
        inner[at] = False
    count = len(infrastructure.nodes)
    point[inner] = count + np.arange(inner.sum())
    places = np.empty((count + int(inner.sum()), 2))
    places[point] = infrastructure.lines.coordinates
    step = np.ones(offsets[-1] - 1, dtype=np.bool_)
    step[offsets[1:-1] - 1] = False
    one, two = point[:-1][step], point[1:][step]
    two_way = ~np.repeat(links.oneway, np.diff(offsets) - 1)
    return Vertices(places, np.concatenate([one, two[two_way]]), np.concatenate([two, one[two_way]]))


def junctions_or_ends(infrastructure: Infrastructure) -> int:
    """Count nodes that are no mere cut inside one way (at a barrier or the via of a turn restriction)."""
    links = infrastructure.links
    order = np.arange(len(links))
    new_way = np.ones(len(links), dtype=np.bool_)
    new_way[1:] = links.row_id[1:] != links.row_id[:-1]
    cuts = links.from_index[order[~new_way]]
    degree = np.bincount(np.concatenate([links.from_index, links.to_index]), minlength=len(infrastructure.nodes))
    way_ends = np.zeros(len(infrastructure.nodes), dtype=np.bool_)
    way_ends[links.from_index[new_way]] = True
    way_ends[links.to_index[np.append(new_way[1:], True)]] = True
    mere = [node for node in np.unique(cuts).tolist() if degree[node] == 2 and not way_ends[node]]
    return len(infrastructure.nodes) - len(mere)


def read_city(classes: tuple[str, ...] | None, *, merge: bool, bounds: Bounds | None = None) -> Imported:
    if not CITY.exists():
        pytest.skip("the OpenStreetMap extract of Ho Chi Minh City is not on this machine")
    modes = ("road", "rail", "inland_waterway") if classes is None else ("road",)
    return import_osm([CITY], OsmOptions(modes, link_classes=classes, merge_chains=merge, bounds=bounds))


@pytest.fixture(scope="module")
def with_service() -> Vertices:
    return vertices(read_city((*DRIVABLE, "service"), merge=True).infrastructure)


def test_counts_on_drivable_classes() -> None:
    """105,946 vertices, 34,285 junctions or ends, 213,406 directed steps, 93.91 % in the largest strong component."""
    found = read_city(DRIVABLE, merge=False)
    network = vertices(found.infrastructure)
    assert found.counts["vertices"] == len(network.places) == 105_946
    assert junctions_or_ends(found.infrastructure) == 34_285
    assert len(network.tail) == 213_406
    _, part = connected_components(network.matrix(), directed=True, connection="strong")
    assert round(100 * np.bincount(part).max() / len(part), 2) == 93.91


def test_merging_changes_no_count() -> None:
    found = read_city(DRIVABLE, merge=True)
    network = vertices(found.infrastructure)
    assert (len(network.places), len(network.tail)) == (105_946, 213_406)
    assert len(found.infrastructure.nodes) < junctions_or_ends(read_city(DRIVABLE, merge=False).infrastructure)


def test_counts_with_service_roads(with_service: Vertices) -> None:
    _, part = connected_components(with_service.matrix(), directed=True, connection="strong")
    assert len(with_service.places) == 142_237
    assert round(100 * np.bincount(part).max() / len(part), 2) == 95.19


def test_distances(with_service: Vertices) -> None:
    """Least great-circle length from the vertex of the largest strong component nearest to each place, to 0.1 %."""
    matrix = with_service.matrix()
    _, part = connected_components(matrix, directed=True, connection="strong")
    inside = np.flatnonzero(part == np.bincount(part).argmax())
    nearest = {}
    for name, (lat, lon) in PLACES.items():
        away = great_circle_m(with_service.places[inside], np.broadcast_to([lon, lat], (len(inside), 2)))
        nearest[name] = inside[away.argmin()]
    rows = {name: row for row, name in enumerate(nearest)}
    metres = dijkstra(matrix, indices=list(nearest.values()))
    for start, end, there_km, back_km in TABLE:
        assert metres[rows[start], nearest[end]] / 1e3 == pytest.approx(there_km, rel=1e-3), (start, end)
        assert metres[rows[end], nearest[start]] / 1e3 == pytest.approx(back_km, rel=1e-3), (end, start)


def test_everything_in_the_city() -> None:
    """69 turn restrictions, 10 ferries, 71 named industrial polygons; what is not kept is told one by one."""
    found = read_city(None, merge=True)
    infrastructure = found.infrastructure
    assert (found.counts["turn_restriction_relations"], found.counts["ferry_ways"]) == (69, 10)
    told = sum(note.count for note in found.notes if note.kind.startswith("restriction_"))
    assert found.counts["turn_restrictions"] + told >= 69
    assert len({one.split("#")[0] for one in infrastructure.turns.turn_id}) + told == 69
    ferries = sum(note.count for note in found.notes if note.kind == "ferry_without_vehicles")
    rows = infrastructure.links.to_columns()
    assert len(set(rows["row_id"][rows["link_class"] == "ferry"])) + ferries == 10
    kinds = np.array([CANDIDATE_KINDS[kind] for kind in infrastructure.candidates.kind])
    named = set()
    areas: Iterable[Any] = osmium.FileProcessor(str(CITY)).with_filter(osmium.filter.KeyFilter("landuse"))
    for one in areas:
        if not one.is_node() and one.tags["landuse"] == "industrial" and "name" in one.tags:
            named.add(f"{'w' if one.is_way() else 'r'}{one.id}")
    assert len(named) == 71
    assert named <= set(infrastructure.candidates.candidate_id)
    # Tân Sơn Nhất covers some 6 to 9 km2, as its bounds are drawn.
    airport = np.flatnonzero(kinds == "airport")[0]
    assert 600 < infrastructure.candidates.area_ha[airport] < 900
    assert set(infrastructure.links.mode) == {0, 1, 2}
    assert len(infrastructure.sources) == 1


def test_tags_of_helsinki() -> None:
    """Numbers of tagged ways by a plain loop over the file: our columns tell the same of the roads imported."""
    if not HELSINKI.exists():
        pytest.skip("the OpenStreetMap extract of Helsinki is not on this machine")
    found = import_osm([HELSINKI], OsmOptions(modes=("road",), merge_chains=False))
    rows = found.infrastructure.links.to_columns()
    ways = {str(one): link for link, one in enumerate(rows["row_id"])}
    checked = 0
    ways_of_file: Iterable[Any] = osmium.FileProcessor(str(HELSINKI), osmium.osm.WAY)
    for way in ways_of_file:
        for key, column in (
            ("maxlength", "max_length_m"),
            ("maxaxleload", "max_axle_load_t"),
            ("maxheight", "max_height_m"),
        ):
            value = way.tags.get(key, "")
            if str(way.id) in ways and value.replace(".", "").isdigit():
                assert rows[column][ways[str(way.id)]] == float(value)
                checked += 1
    assert checked >= 30


# osmnx on a part of the city.

PART = (106.69, 10.765, 106.715, 10.785)
"""About 2.7 km by 2.2 km in District 1."""


@pytest.fixture(scope="module")
def part_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the drivable ways that lie wholly in the part as XML, with their nodes and no more."""
    if not CITY.exists():
        pytest.skip("the OpenStreetMap extract of Ho Chi Minh City is not on this machine")
    west, south, east, north = PART
    wanted = frozenset((*DRIVABLE, "service"))
    ways = {}
    nodes: dict[int, tuple[float, float]] = {}
    processor: Iterable[Any] = (
        osmium.FileProcessor(str(CITY)).with_locations().with_filter(osmium.filter.KeyFilter("highway"))
    )
    for way in processor:
        if not way.is_way() or way.tags["highway"] not in wanted:
            continue
        places = {node.ref: (node.lon, node.lat) for node in way.nodes}
        if all(west <= lon <= east and south <= lat <= north for lon, lat in places.values()):
            ways[way.id] = ([node.ref for node in way.nodes], {tag.k: tag.v for tag in way.tags})
            nodes |= places
    path = tmp_path_factory.mktemp("part") / "part.osm"
    with osmium.SimpleWriter(str(path)) as writer:
        for node_id in sorted(nodes):
            writer.add_node(osmium.osm.mutable.Node(id=node_id, version=1, location=nodes[node_id]))
        for way_id, (refs, tags) in ways.items():
            writer.add_way(osmium.osm.mutable.Way(id=way_id, version=1, nodes=refs, tags=tags))
    return path


@pytest.fixture(scope="module")
def osmnx_graph(part_file: Path) -> nx.MultiDiGraph:
    osmnx = pytest.importorskip("osmnx")
    graph: nx.MultiDiGraph = osmnx.graph_from_xml(part_file, retain_all=True, simplify=False)
    return graph


def test_osmnx_finds_the_same_steps(part_file: Path, osmnx_graph: nx.MultiDiGraph) -> None:
    """Vertices and directed steps equal one by one; lengths to 1e-5 (osmnx: sphere of 6,371,009 m).

    osmnx knows two-way values of ``oneway`` that we note as not understood the same way, and leaves out the steps from
    a node to itself.
    """
    found = import_osm([part_file], OsmOptions(modes=("road",), merge_chains=False))
    network = vertices(found.infrastructure)
    assert len(network.places) == osmnx_graph.number_of_nodes()
    ours = sorted(
        (*np.round(network.places[a], 7), *np.round(network.places[b], 7))
        for a, b in zip(network.tail, network.head, strict=True)
    )
    at = {node: (data["x"], data["y"]) for node, data in osmnx_graph.nodes(data=True)}
    theirs = sorted((*np.round(at[a], 7), *np.round(at[b], 7)) for a, b, _ in osmnx_graph.edges)
    assert len(ours) == len(theirs)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-9)
    metres = great_circle_m(network.places[network.tail], network.places[network.head])
    total = sum(data["length"] for _, _, data in osmnx_graph.edges(data=True))
    assert metres.sum() == pytest.approx(total, rel=1e-5)


def test_osmnx_finds_the_same_routes(part_file: Path, osmnx_graph: nx.MultiDiGraph) -> None:
    """200 pairs: our links with great-circle lengths against networkx on osmnx's graph, to 1e-6 (radius 6,371,009)."""
    found = import_osm([part_file], OsmOptions(modes=("road",)))
    infrastructure = found.infrastructure
    network = vertices(infrastructure)
    matrix = network.matrix()
    nodes = [int(one.removeprefix("n")) for one in infrastructure.nodes.node_id]
    rng = np.random.default_rng(4)
    starts = rng.choice(len(nodes), 20, replace=False)
    metres = dijkstra(matrix, indices=starts)
    compared = 0
    for row, start in enumerate(starts.tolist()):
        theirs = nx.single_source_dijkstra_path_length(osmnx_graph, nodes[start], weight="length")
        for end in rng.choice(len(nodes), 10, replace=False).tolist():
            expected = theirs.get(nodes[end], math.inf)
            assert metres[row, end] == pytest.approx(expected, rel=1e-6)
            compared += 1
    assert compared == 200


def test_osmnx_simplifies_to_the_same_length(part_file: Path, osmnx_graph: nx.MultiDiGraph) -> None:
    """The simplified graph of osmnx and our merged links: the same length; counts differ for reasons told.

    osmnx keeps a node where fewer than two neighbours meet or where one-way and two-way meet; we keep one also where
    any column differs. So its nodes are fewer, never others: all but rings, which it starts anywhere.
    """
    osmnx = pytest.importorskip("osmnx")
    simple = osmnx.simplify_graph(osmnx_graph.copy())
    infrastructure = import_osm([part_file], OsmOptions(modes=("road",))).infrastructure
    ours = {int(one.removeprefix("n")) for one in infrastructure.nodes.node_id}
    others = set(simple.nodes) - ours
    two_way = np.where(infrastructure.links.oneway, 1.0, 2.0)
    total = sum(data["length"] for _, _, data in simple.edges(data=True))
    assert (infrastructure.links.length_m * two_way).sum() == pytest.approx(total, rel=5e-3)
    assert len(simple) <= len(ours) + len(others)
    assert len(others) <= 0.01 * len(simple)
    differing = ours - set(simple.nodes)
    assert len(differing) < 0.25 * len(ours)
