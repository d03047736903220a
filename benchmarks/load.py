"""The service under load: 200 clients, 100 requests a second together, with writes and runs going on."""

from __future__ import annotations

import asyncio
import os
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import numpy as np

from benchmarks.case import Case, details_table
from benchmarks.load_clients import API, Load, Outcome, drive
from benchmarks.service_processes import Process, database_server, free_port, hinterland, wait_for
from benchmarks.service_setup import make_keys, prepare

CLIENTS = 200
REQUESTS_PER_S = 100.0
SECONDS = 60.0
SETTLED_S = 10.0
FIRMS = 5000
STEWARDS = 20
MOST_P99_S = 1.0
MOST_GROWTH = 1.1
SEED = 7
WARMED_BY = 24
"""Connections that ask before the load begins: hardly ever do all of them fall to one of two processes."""


@dataclass(slots=True)
class Background:
    """Runs that are asked for one after another while the clients ask, and what came of them."""

    base_url: str
    key: str
    stop: threading.Event = field(default_factory=threading.Event)
    done: int = 0
    failed: int = 0

    def run(self) -> None:
        """Ask for a plan of the base and wait for it, again and again until told to stop."""
        headers = {"Authorization": f"Bearer {self.key}"}
        with httpx.Client(base_url=self.base_url + API, headers=headers, timeout=30.0, trust_env=False) as http:
            while not self.stop.is_set():
                asked = http.post("/runs", json={"scenario": "base"})
                asked.raise_for_status()
                job = asked.json()["job_id"]
                while not self.stop.is_set():
                    state = http.get(f"/jobs/{job}").json()["state"]
                    if state not in ("queued", "running"):
                        self.done += state == "done"
                        self.failed += state != "done"
                        break
                    self.stop.wait(0.5)


@dataclass(slots=True)
class Watch:
    """Memory of the web processes while the load is on."""

    processes: list[Process]
    began: float
    settled_mb: float = 0.0
    end_mb: float = 0.0

    def memory_mb(self) -> float:
        """Return their memory now, in MB."""
        return sum(one.memory_mb() for one in self.processes)

    def run(self) -> None:
        """Look once when things have settled."""
        time.sleep(max(0.0, self.began + SETTLED_S - time.monotonic()))
        self.settled_mb = self.memory_mb()


def illustrate(cases: Sequence[Case], _folder: Path) -> list[str]:
    """Return the lines of the page that say how quickly requests were answered."""
    names = ("requests", "errors", "p50_ms", "p99_ms", "most_ms", "written", "lost_updates_refused", "runs_done")
    return details_table(cases, (*names, "memory_after_10_s_mb", "memory_growth", "web_cpu_ms_per_request"))


def run() -> Iterator[Case]:
    """Yield the load on the embedded database and on PostgreSQL."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yield _case("embedded database", str(folder / "load.gpkg"), folder, web_processes=1, workers=1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with database_server(folder) as server:
            yield _case("PostgreSQL", server.url, folder, web_processes=2, workers=1)


@contextmanager
def serving(database: str, folder: Path, *, web_processes: int, workers: int) -> Iterator[tuple[str, list[Process]]]:
    """Give the address of a running service and its processes, the web first; they are stopped afterwards."""
    port = free_port()
    environment = {"HINTERLAND_DATABASE_URL": database, "HINTERLAND_CACHE": str(folder / "cache")}
    web = [*hinterland(), "serve", "--accounts", "--port", str(port), "--no-worker"]
    if web_processes > 1:
        web += ["--processes", str(web_processes)]
    command = [*hinterland(), "worker"]
    processes = [
        Process("web", web, folder / "web.log", environment),
        *(Process("worker", command, folder / f"worker{number}.log", environment) for number in range(workers)),
    ]
    base_url = f"http://127.0.0.1:{port}"
    try:
        for one in processes:
            one.start()
        wait_for(f"{base_url}/readyz")
        yield base_url, processes
    finally:
        for one in processes:
            one.stop()


def _case(case: str, database: str, folder: Path, *, web_processes: int, workers: int) -> Case:
    organisations = prepare(database, FIRMS)
    keys = make_keys(database, STEWARDS, ("steward", "planner"))
    with serving(database, folder, web_processes=web_processes, workers=workers) as (base_url, processes):
        _warm(base_url, keys[0])
        background = Background(base_url, keys[-1])
        web = processes[:1]
        before = sum(one.cpu_s() for one in web)
        watch = Watch(web, time.monotonic() + 0.5)
        load = Load(base_url, keys[:-1], CLIENTS, REQUESTS_PER_S, SECONDS, organisations, SEED)
        with ThreadPoolExecutor(2) as threads:
            runs, watching = threads.submit(background.run), threads.submit(watch.run)
            outcome = asyncio.run(drive(load, watch.began))
            watch.end_mb = watch.memory_mb()
            background.stop.set()
            runs.result()
            watching.result()
        cpu_s = sum(one.cpu_s() for one in web) - before
    return _to_case(case, outcome, watch, background, cpu_s)


def _warm(base_url: str, key: str) -> None:
    """Ask for what each web process makes at its first request: the search index above all.

    A connection belongs to one process, whichever; so many of them reach all.
    """
    for _connection in range(WARMED_BY):
        with httpx.Client(base_url=base_url + API, headers={"Authorization": f"Bearer {key}"}, timeout=120.0) as http:
            http.get("/search", params={"q": "thép"}).raise_for_status()


def _to_case(case: str, outcome: Outcome, watch: Watch, background: Background, cpu_s: float) -> Case:
    latency = np.array(outcome.latency_s)
    p50, p99 = (float(np.quantile(latency, share)) for share in (0.5, 0.99))
    growth = watch.end_mb / max(watch.settled_mb, 1e-9)
    errors = sum(outcome.errors.values()) + background.failed
    meets = errors == 0 and p99 <= MOST_P99_S and growth <= MOST_GROWTH and background.done > 0
    return Case(
        benchmark="load",
        case=case,
        ours_cpu_s=cpu_s,
        ours_peak_mb=watch.end_mb,
        peer="none: what is asked is an absolute figure",
        peer_cpu_s=0.0,
        relative_difference=0.0,
        target=f"{CLIENTS} clients, {REQUESTS_PER_S:.0f} requests a second for {SECONDS:.0f} s: no error, p99 at most "
        f"{MOST_P99_S:.0f} s, memory at the end at most {MOST_GROWTH} times that after {SETTLED_S:.0f} s",
        meets_target=meets,
        details={
            "requests": len(latency),
            "errors": errors,
            "first_errors": "; ".join(f"{count} × {what}" for what, count in outcome.errors.most_common(3)),
            "p50_ms": round(p50 * 1000, 1),
            "p99_ms": round(p99 * 1000, 1),
            "most_ms": round(float(latency.max()) * 1000, 1),
            "written": outcome.written,
            "lost_updates_refused": outcome.lost_updates_refused,
            "runs_done": background.done,
            "memory_after_10_s_mb": round(watch.settled_mb, 1),
            "memory_growth": round(growth, 3),
            "web_cpu_ms_per_request": round(1000 * cpu_s / len(latency), 2),
            "cores": os.cpu_count() or 0,
        },
    )
