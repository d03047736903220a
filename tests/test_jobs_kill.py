"""Workers killed, paused, stopped, as real processes on both databases: no job is lost, every run ends once."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from pathlib import Path
from time import sleep

import psutil
import pytest
from job_parts import Yard, kill, yard
from patience import PATIENCE_S, wait_until
from registry_parts import emptied
from sqlalchemy import Engine, select

from api.jobs.attempts import Attempt, JobLostError, end_done, tell
from api.jobs.system import system_path
from api.jobs.tables import JOBS, WORKERS
from supplychain.database import is_sqlite, make_engine
from supplychain.text import Text

SEED = 20260105


@pytest.fixture(params=["sqlite", pytest.param("postgis", marks=pytest.mark.postgis)])
def place(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> Iterator[Yard]:
    """Yield each database in turn, without a worker."""
    if request.param == "sqlite":
        engine: Engine = make_engine(str(shutil.copy(sqlite_template, tmp_path / "hinterland.gpkg")))
    else:
        engine = request.getfixturevalue("postgis_engine")
    with nullcontext(engine) if is_sqlite(engine) else emptied(engine), yard(engine) as made:
        yield made
    if is_sqlite(engine):
        engine.dispose()


def signal_all(worker: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Send a signal to a worker and all it has started, as a machine that sleeps and wakes does."""
    parent = psutil.Process(worker.pid)
    # Itself first: what is asked for afterwards is all there is, since one that is paused starts nothing.
    parent.send_signal(number)
    for process in parent.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            process.send_signal(number)


def states(place: Yard) -> set[str]:
    """Return the states of the workers."""
    with place.engine.connect() as connection:
        return set(connection.scalars(select(WORKERS.c.state)))


def test_a_job_of_a_killed_worker_goes_on_where_it_was(place: Yard, tmp_path: Path) -> None:
    """Killed after some of 8 steps: the other worker runs the rest; one step at most is run twice."""
    log = tmp_path / "log"
    first = place.start()
    job_id = place.ask("steps", {"log": str(log), "steps": 8, "seconds": 0.3})
    wait_until(lambda: log.exists() and len(log.read_text().split()) >= 3, "three steps")
    kill(first)
    assert place.row(job_id)["state"] == "running"
    place.start()
    assert place.result(job_id) == {"found": list(range(8))}
    lines = log.read_text().split()
    assert sorted(set(lines)) == [str(number) for number in range(8)]
    assert len(lines) <= 9
    row = place.row(job_id)
    assert (row["attempt"], row["deaths"]) == (2, 1)
    assert place.ends(job_id) == 1


def test_a_worker_that_was_only_paused_ends_nothing_a_second_time(place: Yard, tmp_path: Path) -> None:
    """The paused one is taken for dead after 6 beats of the other, which then runs the job; back, it lets it be."""
    first = place.start()
    opened = tmp_path / "opened"
    job_id = place.ask("held", {"opened": str(opened)})
    place.wait(job_id, "running")
    held = place.row(job_id)
    # Its processes are paused with it, in the midst of the job.
    signal_all(first, signal.SIGSTOP)
    place.start()
    wait_until(lambda: place.row(job_id)["attempt"] == 2, "a second attempt")
    opened.touch()
    signal_all(first, signal.SIGCONT)
    result = place.result(job_id)
    sleep(1.0)
    row = place.row(job_id)
    assert row["state"] == "done"
    assert place.ends(job_id) == 1
    assert place.result(job_id) == result
    # Both live and work on.
    wait_until(lambda: states(place) == {"live"}, "both workers are alive")
    assert place.result(place.ask("empty", {})) == {"asked": {}}
    late = Attempt(job_id, "held", None, held["attempt"], 0, 5, {}, {})
    with pytest.raises(JobLostError):
        end_done(place.engine, late, {"second": True})
    with pytest.raises(JobLostError):
        tell(place.engine, late, Text(en="late", vi="muộn"), 0.5)


def test_a_worker_that_is_stopped_gives_its_jobs_back(place: Yard, tmp_path: Path) -> None:
    first = place.start("--stop-s", "0.3")
    opened = tmp_path / "opened"
    job_id = place.ask("held", {"opened": str(opened)})
    place.wait(job_id, "running")
    # A manager of services signals the worker and its processes together.
    signal_all(first, signal.SIGTERM)
    assert first.wait(PATIENCE_S) == 0
    row = place.row(job_id)
    assert (row["state"], row["deaths"]) == ("queued", 0)
    opened.touch()
    place.start()
    assert place.result(job_id)["process"] > 0
    assert place.row(job_id)["deaths"] == 0
    assert place.ends(job_id) == 1


def test_jobs_entered_while_no_worker_is_there_are_run(place: Yard) -> None:
    asked = [place.ask("empty", {"number": number}) for number in range(5)]
    place.start()
    assert [place.result(job_id) for job_id in asked] == [{"asked": {"number": number}} for number in range(5)]


def test_whoever_loses_the_file_of_the_queue_loses_no_job(tmp_path: Path, sqlite_template: Path) -> None:
    """As after a backup was brought back that holds the database alone."""
    engine = make_engine(str(shutil.copy(sqlite_template, tmp_path / "hinterland.gpkg")))
    with yard(engine) as place:
        first = place.start()
        opened = tmp_path / "opened"
        running = place.ask("held", {"opened": str(opened)})
        waiting = place.ask("empty", {})
        place.wait(running, "running")
        wait_until(lambda: place.row(waiting)["workflow_id"] is not None, "the second job is in the queue")
        kill(first)
        for suffix in ("", "-wal", "-shm"):
            path = system_path(Path(place.database))
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        opened.touch()
        place.start()
        assert place.result(waiting) == {"asked": {}}
        assert place.result(running)["process"] > 0
        assert (place.ends(running), place.ends(waiting)) == (1, 1)
    engine.dispose()


def test_every_run_ends_once_whatever_is_killed(place: Yard, tmp_path: Path) -> None:
    """Law: 9 jobs, two workers, 4 random kills and stops (seeded); each job ends once, with the right answer."""
    choose = random.Random(SEED)  # noqa: S311 - a seeded choice that can be run again, nothing secret
    workers = [place.start(), place.start()]
    asked: dict[str, object] = {}
    for number in range(3):
        asked[place.ask("empty", {"n": number})] = {"asked": {"n": number}}
        asked[place.ask("sweep", {"numbers": [number, 5], "seconds": 0.2})] = {
            "squares": {str(number): number**2, "5": 25}
        }
        log = tmp_path / f"log {number}"
        asked[place.ask("steps", {"log": str(log), "steps": 4, "seconds": 0.2})] = {"found": [0, 1, 2, 3]}
    place.wait_for_workers(2)
    for _ in range(4):
        sleep(choose.uniform(0.1, 1.2))
        number = choose.randrange(2)
        if choose.random() < 0.7:
            kill(workers[number])
        else:
            kill(workers[number], signal.SIGTERM)
            workers[number].wait()
        workers[number] = place.start()
    for job_id, expected in asked.items():
        assert place.result(job_id) == expected
        assert place.ends(job_id) == 1
    with place.engine.connect() as connection:
        assert set(connection.scalars(select(JOBS.c.state))) == {"done"}
