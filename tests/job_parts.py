"""Real workers for tests of jobs: started as processes on a database of either kind, killed, paused, asked to stop."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psutil
from job_kinds import KINDS
from patience import wait_until
from sqlalchemy import Engine, RowMapping, func, select, text

from api.access.caller import Caller, operator
from api.jobs.queue import ENDED_STATES, submit
from api.jobs.system import system_path, system_schema
from api.jobs.tables import EVENTS, JOBS, RESULTS, WORKERS
from supplychain.database import for_writing, is_sqlite
from supplychain.settings import DATABASE_VARIABLE

ROOT: Final = Path(__file__).parent.parent
LAN: Final = operator("Lan")
QUICK: Final = ("--beat-looks", "5", "--stale-beats", "6", "--right-looks", "20")
"""Beats twice a second and death after three seconds of silence, so that tests need not wait."""


@dataclass
class Yard:
    """A database and the workers on it."""

    engine: Engine
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def database(self) -> str:
        """File name or URL of the database."""
        if is_sqlite(self.engine):
            return str(self.engine.url.database)
        return self.engine.url.render_as_string(hide_password=False)

    def start(self, *options: str) -> subprocess.Popen[bytes]:
        """Start a worker; it is ready some seconds later."""
        paths = {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}", DATABASE_VARIABLE: self.database}
        command = [sys.executable, "-m", "api.jobs.process", "--kinds", "job_kinds:KINDS", "--parent", str(os.getpid())]
        worker = subprocess.Popen(
            [*command, *QUICK, *options], env={**os.environ, **paths}, start_new_session=True, stderr=subprocess.PIPE
        )
        self.workers.append(worker)
        return worker

    def wait_for_workers(self, number: int) -> None:
        """Wait until so many workers show that they are alive."""

        def are_there() -> bool:
            with self.engine.connect() as connection:
                live = select(func.count()).select_from(WORKERS).where(WORKERS.c.state == "live")
                return (connection.scalar(live) or 0) >= number

        wait_until(are_there, f"{number} live workers")

    def ask(self, kind: str, request: Mapping[str, Any], caller: Caller = LAN, **more: Any) -> str:  # noqa: ANN401
        """Enter a job and return its id."""
        with for_writing(self.engine).begin() as connection:
            return submit(connection, kind, request, caller, kinds=KINDS, **more)

    def row(self, job_id: str) -> RowMapping:
        """Return the row of a job."""
        with self.engine.connect() as connection:
            return connection.execute(select(JOBS).where(JOBS.c.job_id == job_id)).mappings().one()

    def wait(self, job_id: str, *states: str) -> RowMapping:
        """Wait until a job is in one of the states, ended by default, and return its row."""
        wanted = states or ENDED_STATES
        wait_until(lambda: self.row(job_id)["state"] in wanted, f"job {self.row(job_id)} is {wanted}")
        return self.row(job_id)

    def result(self, job_id: str) -> dict[str, Any]:
        """Wait for the end of a job and return what it gave."""
        row = self.wait(job_id)
        assert row["state"] == "done", row["error"]
        with self.engine.connect() as connection:
            kept = connection.scalars(select(RESULTS.c.result).where(RESULTS.c.job_id == job_id)).one()
        return dict(json.loads(kept))

    def events(self, job_id: str) -> list[RowMapping]:
        """Return the events of a job in order."""
        query = select(EVENTS).where(EVENTS.c.job_id == job_id).order_by(EVENTS.c.number)
        with self.engine.connect() as connection:
            return list(connection.execute(query).mappings())

    def ends(self, job_id: str) -> int:
        """Return how often a job was said to have ended."""
        return sum(event["kind"] in ENDED_STATES for event in self.events(job_id))

    def close(self) -> None:
        """Kill what is left of the workers, paused ones too."""
        for worker in self.workers:
            if worker.poll() is None:
                # One that was paused before it had begun could not see that its worker is gone.
                for process in psutil.Process(worker.pid).children(recursive=True):
                    with suppress(psutil.NoSuchProcess):
                        process.kill()
                worker.kill()
            worker.wait()
            assert worker.stderr is not None
            worker.stderr.close()


def kill(worker: subprocess.Popen[bytes], number: int = signal.SIGKILL) -> None:
    """Send a worker a signal; one that is killed is waited for."""
    worker.send_signal(number)
    if number == signal.SIGKILL:
        worker.wait()


@contextmanager
def yard(engine: Engine) -> Iterator[Yard]:
    """Give a database with workers, and leave nothing of them."""
    made = Yard(engine)
    try:
        yield made
    finally:
        made.close()
        if is_sqlite(engine):
            for suffix in ("", "-wal", "-shm"):
                path = system_path(Path(made.database))
                path.with_name(path.name + suffix).unlink(missing_ok=True)
        else:
            schema = system_schema(engine)
            with engine.begin() as connection:
                connection.execute(text(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE'))
