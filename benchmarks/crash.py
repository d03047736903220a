"""60 random kills of web, worker and database during edits, imports and runs: nothing that was acknowledged is lost."""

from __future__ import annotations

import os
import secrets
import sqlite3
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from sqlalchemy import Connection, func, select

from api.jobs.tables import EVENTS, JOBS
from benchmarks.case import Case, details_table
from benchmarks.crash_clients import ENDED, IMPORT_ROWS, PATIENCE_S, CrashClient, Promises
from benchmarks.load import serving
from benchmarks.service_processes import DatabaseServer, Process, database_server, wait_for
from benchmarks.service_setup import make_keys, prepare
from supplychain.database import open_database
from supplychain.models import METADATA
from supplychain.models.registry import CHANGES

KILLS = 60
FIRMS = 200
EDITORS, IMPORTERS, PLANNERS = 3, 1, 1
LEAST_PAUSE_S, MEAN_PAUSE_S = 0.3, 1.5
SEED_VARIABLE = "HINTERLAND_CRASH_SEED"


@dataclass(slots=True)
class Killer:
    """Kills one process after another and starts each again, at times and in an order that a seed gives.

    Parameters
    ----------
    seed
        Of times and victims.
    processes
        Web and workers.
    server
        The database server, where there is one.
    base_url
        Address of the web.
    """

    seed: int
    processes: list[Process]
    server: DatabaseServer | None
    base_url: str
    killed: Counter[str] = field(default_factory=Counter)

    def run(self, kills: int) -> None:
        """Kill and start again so many times, each time when all of it works again; then everything runs."""
        random = Random(self.seed)  # noqa: S311 - times and victims, no secret
        victims: list[Process | DatabaseServer] = [*self.processes, *([self.server] if self.server else [])]
        for _number in range(kills):
            wait_for(f"{self.base_url}/readyz")
            time.sleep(LEAST_PAUSE_S + random.expovariate(1 / MEAN_PAUSE_S))
            victim = random.choice(victims)
            away_s = random.choice((0.0, 0.0, 0.5, 2.0))
            victim.kill()
            time.sleep(away_s)
            victim.start()
            self.killed["database" if isinstance(victim, DatabaseServer) else victim.name] += 1
        wait_for(f"{self.base_url}/readyz")


@dataclass(frozen=True, slots=True)
class Found:
    """What was found afterwards.

    Parameters
    ----------
    lost_writes
        Acknowledged writes that are not there.
    doubled_writes
        Writes that are there twice.
    half_imports
        Imports of which some rows are there and others not, or that were made twice or against what the job says.
    unended, ended_twice
        Jobs that did not end, or more than once.
    damage
        What the database itself complains about.
    ends
        Jobs by kind and state.
    """

    lost_writes: int
    doubled_writes: int
    half_imports: int
    unended: int
    ended_twice: int
    damage: int
    ends: Mapping[str, int]

    @property
    def is_right(self) -> bool:
        """Whether nothing is wrong."""
        wrong = (self.lost_writes, self.doubled_writes, self.half_imports, self.unended, self.ended_twice, self.damage)
        return not any(wrong)


def illustrate(cases: Sequence[Case], _folder: Path) -> list[str]:
    """Return the lines of the page that say what was killed and what was found afterwards."""
    names = (
        "seed",
        "killed",
        "writes_acknowledged",
        "lost_writes",
        "doubled_writes",
        "imports",
        "half_imports",
        "jobs",
    )
    return details_table(cases, (*names, "unended", "ended_twice", "damage", "unexpected_answers", "ends"))


def run() -> Iterator[Case]:
    """Yield the kills on the embedded database and on PostgreSQL; ``HINTERLAND_CRASH_SEED`` replays them."""
    seed = int(os.environ.get(SEED_VARIABLE) or secrets.randbelow(1_000_000))
    with tempfile.TemporaryDirectory() as name:
        yield _case("embedded database", str(Path(name) / "crash.gpkg"), Path(name), seed, None)
    with tempfile.TemporaryDirectory() as name, database_server(Path(name)) as server:
        yield _case("PostgreSQL", server.url, Path(name), seed, server)


def _case(case: str, database: str, folder: Path, seed: int, server: DatabaseServer | None) -> Case:
    prepare(database, FIRMS)
    key = make_keys(database, 1, ("steward", "planner"))[0]
    began, before = time.monotonic(), os.times()
    with serving(database, folder, web_processes=1, workers=2) as (base_url, processes):
        stop = threading.Event()
        clients = [CrashClient(number, base_url, key, stop) for number in range(EDITORS + IMPORTERS + PLANNERS)]
        killer = Killer(seed, processes, server, base_url)
        with ThreadPoolExecutor(len(clients)) as threads:
            working = [threads.submit(work) for work in _work(clients)]
            try:
                killer.run(KILLS)
            finally:
                stop.set()
            _finish(working)
        promises = _together(clients)
        waited_s = _wait_for_ends(database, promises)
    found = _look(database, promises)
    after = os.times()
    cpu_s = after.children_user + after.children_system - before.children_user - before.children_system
    return _to_case((case, seed, cpu_s), killer, promises, found, (time.monotonic() - began, waited_s))


def _work(clients: list[CrashClient]) -> list[Callable[[], None]]:
    editors, rest = clients[:EDITORS], clients[EDITORS:]
    importers, planners = rest[:IMPORTERS], rest[IMPORTERS:]
    return [
        *(one.edit for one in editors),
        *(one.bring_in for one in importers),
        *(one.plan for one in planners),
    ]


def _finish(working: list[Future[None]]) -> None:
    for one in working:
        one.result(timeout=PATIENCE_S)


def _together(clients: list[CrashClient]) -> Promises:
    whole = Promises()
    for one in clients:
        mine = one.promises
        whole.added += mine.added
        whole.tried += mine.tried
        whole.edited |= mine.edited
        whole.jobs |= mine.jobs
        whole.imports |= mine.imports
        whole.refused += mine.refused
    return whole


def _wait_for_ends(database: str, promises: Promises) -> float:
    """Wait until every accepted job has ended, and return how long that took after the last kill."""
    began = time.monotonic()
    engine = open_database(database)
    try:
        while time.monotonic() - began < PATIENCE_S:
            with engine.connect() as connection:
                if not _unended(connection, promises):
                    break
            time.sleep(0.5)
    finally:
        engine.dispose()
    return time.monotonic() - began


def _unended(connection: Connection, promises: Promises) -> int:
    states = dict(connection.execute(select(JOBS.c.job_id, JOBS.c.state)).tuples().all())
    return sum(states.get(job) not in ENDED for job in promises.jobs)


def _look(database: str, promises: Promises) -> Found:
    organisations = METADATA.tables["organisations"]
    engine = open_database(database)
    try:
        with engine.connect() as connection:
            names = Counter(connection.scalars(select(organisations.c.name_vi)))
            roles = dict(
                connection.execute(select(organisations.c.organisation_id, organisations.c.role)).tuples().all()
            )
            states = dict(connection.execute(select(JOBS.c.job_id, JOBS.c.state)).tuples().all())
            kinds = dict(connection.execute(select(JOBS.c.job_id, JOBS.c.kind)).tuples().all())
            ends = select(EVENTS.c.job_id, func.count()).where(EVENTS.c.kind.in_(ENDED)).group_by(EVENTS.c.job_id)
            ended: dict[str, int] = dict(connection.execute(ends).tuples().all())
            committed = Counter(connection.scalars(select(CHANGES.c.file_name).where(CHANGES.c.number.is_not(None))))
            unended = _unended(connection, promises)
    finally:
        engine.dispose()
    lost = sum(name not in names for name in promises.added)
    for one, (acknowledged, tried) in promises.edited.items():
        lost += not acknowledged <= int(roles.get(one) or 0) <= tried
    half = 0
    for job, prefix in promises.imports.items():
        rows = sum(name.startswith(f"Công ty {prefix}") for name in names)
        half += rows != (IMPORT_ROWS if states.get(job) == "done" else 0) or committed[f"{prefix}.csv"] > 1
    return Found(
        lost_writes=lost,
        doubled_writes=sum(count > 1 for count in names.values()),
        half_imports=half,
        unended=unended,
        ended_twice=sum(ended.get(job, 0) > 1 for job in promises.jobs),
        damage=_damage(database),
        ends=Counter(f"{kinds[job]} {states[job]}" for job in promises.jobs if job in states),
    )


def _damage(database: str) -> int:
    """Return how many complaints an embedded database has about itself."""
    if "://" in database:
        return 0
    with closing(sqlite3.connect(database)) as connection:
        whole = [row[0] for row in connection.execute("PRAGMA integrity_check")]
        return (whole != ["ok"]) + len(connection.execute("PRAGMA foreign_key_check").fetchall())


def _to_case(
    measured: tuple[str, int, float], killer: Killer, promises: Promises, found: Found, seconds: tuple[float, float]
) -> Case:
    """Return the case; its CPU seconds are those of web and workers, without the processes that solve."""
    case, seed, cpu_s = measured
    return Case(
        benchmark="crash",
        case=case,
        ours_cpu_s=cpu_s,
        ours_peak_mb=0.0,
        peer="none: what is asked is that nothing is lost",
        peer_cpu_s=0.0,
        relative_difference=0.0,
        target=f"{KILLS} kills: no acknowledged write lost, no half import, every run ends once",
        meets_target=found.is_right and not promises.refused and sum(killer.killed.values()) == KILLS,
        details={
            "seed": seed,
            "replay": f"{SEED_VARIABLE}={seed} python -m benchmarks crash",
            "killed": ", ".join(f"{count} × {name}" for name, count in sorted(killer.killed.items())),
            "writes_acknowledged": len(promises.added) + sum(count for count, _tried in promises.edited.values()),
            "lost_writes": found.lost_writes,
            "doubled_writes": found.doubled_writes,
            "imports": len(promises.imports),
            "half_imports": found.half_imports,
            "jobs": len(promises.jobs),
            "unended": found.unended,
            "ended_twice": found.ended_twice,
            "damage": found.damage,
            "ends": ", ".join(f"{count} × {what}" for what, count in sorted(found.ends.items())),
            "unexpected_answers": len(promises.refused),
            "first_unexpected": "; ".join(promises.refused[:3]),
            "seconds": round(seconds[0], 1),
            "seconds_until_all_ended": round(seconds[1], 1),
        },
    )
