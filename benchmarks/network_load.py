"""Loading a stored network of a million links in a fresh process: from our cache, and from the database by pyogrio."""

# ruff: noqa: PLC0415 - imports are part of what is measured
from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.case import Case
from benchmarks.measure import measure

if TYPE_CHECKING:
    from geodata.infrastructure.infrastructure import Infrastructure
    from geodata.network import Network

LINKS = 1_000_000
TARGET_S = 2.0
TARGET = "at most 2 CPU s in a fresh process, imports but numpy included"


def run() -> Iterator[Case]:
    """Yield loading the infrastructure and loading the network that the planner uses."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "networks.gpkg"
        made = measure(_folder, _store, (str(path),))
        save_s, facts = made.cpu_s, made.answer
        rows = measure(_folder, _read_rows, (str(path),))
        links = measure(_folder, _read_by_pyogrio, (str(path),))
        for case, work in (("infrastructure", _open_infrastructure), ("planner's network", _open_network)):
            ours = measure(_folder, work, (str(path),))
            same = ours.answer == facts[case]
            yield Case(
                benchmark="network_load",
                case=f"{case}, {facts['links']:,} links",
                ours_cpu_s=ours.cpu_s,
                ours_peak_mb=ours.peak_mb,
                peer="pyogrio, links of the GeoPackage",
                peer_cpu_s=links.cpu_s,
                relative_difference=0.0 if same and links.answer == facts["lengths"] else float("inf"),
                target=TARGET,
                meets_target=same and links.answer == facts["lengths"] and ours.cpu_s <= TARGET_S,
                details={
                    "save_cpu_s": round(save_s, 1),
                    "longest_transaction_s": round(facts["longest_transaction_s"], 2),
                    "read_database_cpu_s": round(rows.cpu_s, 1),
                    "cache_mb": round(facts["cache_mb"], 1),
                    "database_mb": round(facts["database_mb"], 1),
                    "peer_peak_mb": round(links.peak_mb, 1),
                },
            )


def _folder(path: str) -> Path:
    """Return the path; nothing is imported yet, so that imports are measured too."""
    return Path(path)


def _store(path: Path) -> dict[str, Any]:
    """Store a grid and the planner's network of half as many two-way rows; return what they hold."""
    import time

    from sqlalchemy import event

    from api.database import create_database
    from benchmarks.network_grid import build_grid, build_planner_network
    from geodata.versions.cache import cache_folder_of, write_network
    from geodata.versions.store import save_version
    from supplychain.database import make_engine

    grid = build_grid(LINKS)
    create_database(str(path))
    engine = make_engine(str(path))
    begun, lasted = [0.0], [0.0]

    def begin(_connection: object) -> None:
        begun[0] = time.monotonic()

    def commit(_connection: object) -> None:
        lasted.append(time.monotonic() - begun[0])

    folder = cache_folder_of(engine.url)
    event.listen(engine, "begin", begin)
    event.listen(engine, "commit", commit)
    save_version(engine, grid, name="grid", kind="imported", cache_folder=folder)
    engine.dispose()
    network = build_planner_network(build_grid(LINKS // 2))
    write_network(folder / "network.columns", network)
    return {
        "infrastructure": _infrastructure_facts(grid),
        "planner's network": _network_facts(network),
        "links": len(grid.links),
        "lengths": float(np.sum(grid.links.length_m)),
        "longest_transaction_s": max(lasted),
        "cache_mb": sum(file.stat().st_size for file in folder.rglob("*.columns")) / 1e6,
        "database_mb": path.stat().st_size / 1e6,
    }


def _infrastructure_facts(held: Infrastructure) -> tuple[Any, ...]:
    links = held.links
    return len(links), links.link_id[-1], float(links.length_m.sum()), float(held.lines.coordinates.sum())


def _network_facts(held: Network) -> tuple[Any, ...]:
    return len(held.links), held.links.link_id[-1], float(held.links.time_h.sum()), float(held.nodes.lon.sum())


def _open_infrastructure(path: Path) -> tuple[Any, ...]:
    from geodata.versions.cache import cache_folder_of
    from geodata.versions.read import read_stored
    from geodata.versions.store import find_version
    from supplychain.database import open_database

    engine = open_database(str(path))
    held = read_stored(engine, find_version(engine), cache_folder_of(engine.url))
    engine.dispose()
    return _infrastructure_facts(held)


def _open_network(path: Path) -> tuple[Any, ...]:
    from geodata.versions.cache import open_network

    return _network_facts(open_network(Path(f"{path}.cache") / "network.columns"))


def _read_rows(path: Path) -> int:
    from geodata.versions.read import read_version

    return len(read_version(str(path)).links)


def _read_by_pyogrio(path: Path) -> float:
    import pyogrio

    frame = pyogrio.read_dataframe(path, layer="network_links")
    return float(np.sum(frame["length_m"].to_numpy()))
