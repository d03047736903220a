"""Pages of features as a client has them: asked of the running service, as GeoJSON, in the service's CPU time."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.service_processes import Process, free_port, hinterland, wait_for
from geodata.features.table import Box

ITEMS = "/api/v1/ogc/collections/facilities/items"


@dataclass(frozen=True, slots=True)
class Served:
    """What pages cost when they are asked for over HTTP.

    Parameters
    ----------
    first_ms, box_ms
        CPU milliseconds of the service for the first page, and for a page in a box, on the average.
    box_wall_ms
        Median milliseconds of a page in a box by the clock of the client.
    """

    first_ms: float
    box_ms: float
    box_wall_ms: float


def served(url: str, folder: Path, page: int, asked: Sequence[Box]) -> Served:
    """Return what pages of a database cost; the server's side of PostgreSQL is left out.

    Parameters
    ----------
    url
        Database of a million facilities.
    folder
        For the log of the service.
    page
        Features of a page.
    asked
        Boxes.
    """
    port = free_port()
    command = [*hinterland(), "serve", "--database", url, "--port", str(port), "--no-worker"]
    process = Process("web", command, folder / "served.log", {"HINTERLAND_CACHE": str(folder / "cache")})
    process.start()
    try:
        base_url = f"http://127.0.0.1:{port}"
        wait_for(f"{base_url}/readyz")
        with httpx.Client(base_url=base_url, timeout=60.0, trust_env=False) as http:
            first_ms, _wall_ms = _ask(process, http, [f"{ITEMS}?limit={page}"] * len(asked))
            boxes = [",".join(map(str, box)) for box in asked]
            box_ms, box_wall_ms = _ask(process, http, [f"{ITEMS}?limit={page}&bbox={box}" for box in boxes])
    finally:
        process.stop()
    return Served(first_ms, box_ms, box_wall_ms)


def _ask(process: Process, http: httpx.Client, addresses: Sequence[str]) -> tuple[float, float]:
    for address in addresses[:3]:
        http.get(address).raise_for_status()
    before, waited = process.cpu_s(), []
    for address in addresses:
        answer = http.get(address).raise_for_status()
        waited.append(answer.elapsed.total_seconds())
    return (process.cpu_s() - before) / len(addresses) * 1000.0, statistics.median(waited) * 1000.0
