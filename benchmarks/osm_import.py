"""Importing OpenStreetMap: the city beside pyrosm and osmnx, and a file of about 100 MB beside the city as often.

Everything is imported by us (roads, railways, waterways, ferries, places, barriers, conditions, turn restrictions), the
roads alone by the peers.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import osmium
from numpy.typing import NDArray

from benchmarks.case import Case
from benchmarks.city import CITY_FILE, is_here
from benchmarks.measure import Measurement, measure
from geodata.osm.importing import import_osm

NAME = "osm_import"
COPIES = 27
SHIFT_IDS = 10_000_000_000
SHIFT_DEGREES = 0.5
MOST_DIFFERENCE = 2e-3
MOST_CPU_S = 300.0
MOST_MB = 4_000.0
MOST_GROWTH = 1.25


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked of a comparison.

    Parameters
    ----------
    least_ratio
        Peer's CPU seconds per one of ours.
    runs
        How often each is measured.
    """

    least_ratio: float
    runs: int = 3


@dataclass(frozen=True, eq=False)
class Roads:
    """Way ids and their lengths in metres, as far as imported."""

    way_id: NDArray[np.int64]
    length_m: NDArray[np.float64]
    counts: dict[str, int]


def run() -> Iterator[Case]:
    """Yield every case of this benchmark; none without the file of the city.

    Raises
    ------
    FileNotFoundError
        If the file is not on this machine: a peer cannot be met without it.
    """
    if not is_here():
        msg = f"{CITY_FILE} is not on this machine; the benchmark {NAME} reads it."
        raise FileNotFoundError(msg)
    yield compare_with_pyrosm(CITY_FILE, Target(3.0))
    yield compare_with_osmnx(CITY_FILE, Target(40.0, runs=1))
    yield compare_with_copies(CITY_FILE, COPIES)


def compare_with_pyrosm(file: Path, target: Target) -> Case:
    """Return the import beside pyrosm's reading of the roads as a graph whose nodes are junctions."""
    ours = measure(Path, import_ours, (str(file),), target.runs)
    graph = measure(Path, graph_of_pyrosm, (str(file),), target.runs)
    table = measure(Path, read_with_pyrosm, (str(file),), target.runs)
    roads = roads_of(*ours.answer)
    difference = _difference(roads, table.answer)
    asked = f"at least {target.least_ratio:g} x pyrosm's roads as a graph, lengths of ways in both alike to 0.2 %"
    details = {
        **roads.counts,
        "ways_in_both": len(np.intersect1d(roads.way_id, table.answer.way_id)),
        "peer_links": graph.answer,
        "peer_rows_only_cpu_s": round(table.cpu_s, 3),
        "ratio_to_rows_only": round(table.cpu_s / ours.cpu_s, 2),
    }
    return _case(file.name, ours, ("pyrosm get_graph (driving+service)", graph), (difference, asked, target), details)


def compare_with_osmnx(file: Path, target: Target) -> Case:
    """Return the import beside osmnx's graph as it makes it without being told more, from the same data as XML."""
    with tempfile.TemporaryDirectory() as folder:
        xml = write_xml(file, Path(folder) / "city.osm")
        ours = measure(Path, import_ours, (str(file),), 3)
        peer = measure(Path, read_with_osmnx, (str(xml),), target.runs)
    roads = roads_of(*ours.answer)
    difference = _difference(roads, peer.answer)
    asked = f"at least {target.least_ratio:g} x osmnx, lengths of ways in both alike to 0.2 %"
    details = {
        "links": roads.counts["links"],
        "ways_in_both": len(np.intersect1d(roads.way_id, peer.answer.way_id)),
        "peer_links": peer.answer.counts["links"],
        "peer_peak_mb": round(peer.peak_mb, 1),
    }
    return _case(file.name, ours, ("osmnx graph_from_xml", peer), (difference, asked, target), details)


def compare_with_copies(file: Path, copies: int) -> Case:
    """Return the import of a file of shifted copies beside that of one copy, as often."""
    with tempfile.TemporaryDirectory() as folder:
        large = write_copies(file, Path(folder) / "copies.osm.pbf", copies)
        megabytes = large.stat().st_size / 1e6
        ours = measure(Path, count_ours, (str(large),))
    one = measure(Path, count_ours, (str(file),), 3)
    (length_m, many), (length_of_one_m, counts) = ours.answer, one.answer
    exact = all(many[name] == copies * count for name, count in counts.items())
    difference = abs(length_m / (copies * length_of_one_m) - 1) if exact else float("inf")
    growth = ours.cpu_s / (copies * one.cpu_s)
    meets = difference <= 1e-9 and ours.cpu_s <= MOST_CPU_S and ours.peak_mb <= MOST_MB and growth <= MOST_GROWTH
    return Case(
        benchmark=NAME,
        case=f"{copies} shifted copies, {megabytes:.0f} MB",
        ours_cpu_s=ours.cpu_s,
        ours_peak_mb=ours.peak_mb,
        peer=f"ours on one copy, {copies} times",
        peer_cpu_s=copies * one.cpu_s,
        relative_difference=difference,
        target=f"at most {MOST_CPU_S:g} CPU s, {MOST_MB:g} MB and {MOST_GROWTH:g} x linear; counts exactly as often",
        meets_target=meets,
        details={"links": many["links"], "cpu_s_per_mb": round(ours.cpu_s / megabytes, 3), "growth": round(growth, 3)},
    )


def import_ours(file: Path) -> tuple[NDArray[np.object_], NDArray[np.float64], dict[str, int]]:
    """Import everything, and tell the rows of origin and lengths of the links, and the counts."""
    found = import_osm([file])
    return found.infrastructure.links.row_id, found.infrastructure.links.length_m, dict(found.counts)


def count_ours(file: Path) -> tuple[float, dict[str, int]]:
    """Import everything, and tell the length of all links and the counts."""
    found = import_osm([file])
    return float(found.infrastructure.links.length_m.sum()), dict(found.counts)


def roads_of(row_id: NDArray[np.object_], length_m: NDArray[np.float64], counts: dict[str, int]) -> Roads:
    """Return the ways that no merged link has a part of, and their lengths."""
    rows = [row.split(";") for row in row_id.tolist()]
    merged = {way for row in rows if len(row) > 1 for way in row}
    alone = [place for place, row in enumerate(rows) if row[0] not in merged]
    ways = np.array([int(rows[place][0]) for place in alone], dtype=np.int64)
    return _by_way(ways, length_m[alone], counts)


def read_with_pyrosm(file: Path) -> Roads:
    """Read the roads with pyrosm as rows, a line and a length each."""
    import pyrosm  # noqa: PLC0415 - a peer, installed by an extra

    rows = pyrosm.OSM(str(file)).get_network(network_type="driving+service")
    return _by_way(np.asarray(rows["id"]), np.asarray(rows["length"], dtype=np.float64), {"links": len(rows)})


def graph_of_pyrosm(file: Path) -> int:
    """Read the roads with pyrosm as a graph split at junctions, and return its number of edges."""
    import pyrosm  # noqa: PLC0415 - a peer, installed by an extra

    graph = pyrosm.OSM(str(file)).get_graph("driving+service", graph_type="networkx", retain_all=True)
    return int(graph.number_of_edges())


def read_with_osmnx(file: Path) -> Roads:
    """Read the roads with osmnx as a simplified graph."""
    import osmnx  # noqa: PLC0415 - a peer, installed by an extra

    graph = osmnx.graph_from_xml(file)
    edges = [(data["osmid"], data["length"], data.get("reversed")) for _, _, data in graph.edges(data=True)]
    merged = {one for way, _, _ in edges if isinstance(way, list) for one in way}
    plain = [(way, metres) for way, metres, turned in edges if not isinstance(way, list) and turned is False]
    plain = [(way, metres) for way, metres in plain if way not in merged]
    ways = np.array([way for way, _ in plain], dtype=np.int64)
    return _by_way(ways, np.array([metres for _, metres in plain]), {"links": len(edges)})


def write_xml(file: Path, path: Path) -> Path:
    """Write a file as XML, the only format osmnx reads."""
    with osmium.SimpleWriter(str(path)) as writer:
        objects: Iterable[Any] = osmium.FileProcessor(str(file))
        for one in objects:
            writer.add(one)
    return path


def write_copies(file: Path, path: Path, copies: int) -> Path:
    """Write a file several times into one, ids shifted by 10^10 a copy and places eastward by half a degree."""
    header = osmium.io.Header()
    header.set("sorting", "Type_then_ID")
    with osmium.SimpleWriter(str(path), header=header) as writer:
        for kind, shift in (
            (osmium.osm.NODE, _shift_node),
            (osmium.osm.WAY, _shift_way),
            (osmium.osm.RELATION, _shift_relation),
        ):
            for copy in range(copies):
                objects: Iterable[Any] = osmium.FileProcessor(str(file), kind)
                for one in objects:
                    writer.add(shift(one, copy))
    return path


def _shift_node(node: Any, copy: int) -> Any:  # noqa: ANN401 - pyosmium's objects
    place = (node.lon + copy * SHIFT_DEGREES, node.lat)
    return node.replace(id=node.id + copy * SHIFT_IDS, location=place)


def _shift_way(way: Any, copy: int) -> Any:  # noqa: ANN401
    shift = copy * SHIFT_IDS
    return way.replace(id=way.id + shift, nodes=[node.ref + shift for node in way.nodes])


def _shift_relation(relation: Any, copy: int) -> Any:  # noqa: ANN401
    shift = copy * SHIFT_IDS
    members = [(one.type, one.ref + shift, one.role) for one in relation.members]
    return relation.replace(id=relation.id + shift, members=members)


def _by_way(ways: NDArray[np.int64], metres: NDArray[np.float64], counts: dict[str, int]) -> Roads:
    way_id, place = np.unique(ways, return_inverse=True)
    total = np.bincount(place, weights=metres, minlength=len(way_id)).astype(np.float64)
    return Roads(way_id, total, counts)


def _difference(ours: Roads, theirs: Roads) -> float:
    """Return how much the total length of the ways in both differs; infinite where they share none."""
    _, one, two = np.intersect1d(ours.way_id, theirs.way_id, return_indices=True)
    if not len(one):
        return float("inf")
    return float(abs(theirs.length_m[two].sum() / ours.length_m[one].sum() - 1))


def _case(
    name: str,
    ours: Measurement,
    peer: tuple[str, Measurement],
    judged: tuple[float, str, Target],
    details: dict[str, float | int | str],
) -> Case:
    difference, asked, target = judged
    ratio = peer[1].cpu_s / ours.cpu_s
    return Case(
        benchmark=NAME,
        case=f"{name}, beside {peer[0].split()[0]}",
        ours_cpu_s=ours.cpu_s,
        ours_peak_mb=ours.peak_mb,
        peer=peer[0],
        peer_cpu_s=peer[1].cpu_s,
        relative_difference=difference,
        target=asked,
        meets_target=ratio >= target.least_ratio and difference <= MOST_DIFFERENCE,
        details=details,
    )
