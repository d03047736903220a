"""DBOS: the durable queue that hands jobs to workers. One process has one, so this module has functions, no class.

A workflow is one job: it has no steps in DBOS, as what a job has done is kept beside the job itself
(``api.jobs.attempts``), in the same database and the same transactions as the data it works on. DBOS keeps a file of
its own beside the embedded database, and a schema of its own in PostgreSQL. What it knows can be made anew from the
table of jobs: whoever loses that file loses no job.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from dbos import DBOS, DBOSConfig
from sqlalchemy import URL, Engine, create_engine, event, text

from supplychain.database import database_url, is_sqlite

WORKFLOW: Final = "run_job"
VERSION: Final = "1"
"""What a workflow is in DBOS has not changed since version 1: workers of different releases take each other's jobs."""

QueueName = Literal["quick", "jobs", "parts"]

QUICK_PRIORITY: Final = 2
"""Jobs of this priority and before it have a queue of their own, so that a question never waits behind a plan."""

BUSY_TIMEOUT_S: Final = 20
POOL_SIZE: Final = 8
AT_ONCE: Final = 500
FRACTIONS_SINCE: Final = (3, 42)
"""Version of SQLite that tells fractions of a second, which DBOS asks for from Python 3.12 on. Python uses the SQLite
of the system, which may be older and answers nothing to ``unixepoch('subsec')``: no worker would begin."""


class GivenBackError(BaseException):
    """A job goes back to its queue. No Exception: DBOS would take that for the end of the workflow."""


@dataclass(frozen=True, slots=True)
class QueueSizes:
    """How many jobs one worker runs at once, by queue, and how often it looks for them."""

    quick: int = 1
    jobs: int = 1
    parts: int = 1
    quick_poll_s: float = 0.1
    poll_s: float = 0.2


def queue_of(priority: int, parent_id: str | None) -> QueueName:
    """Return the queue of a job; parts have their own, so that no job waits for a place it holds itself."""
    if parent_id is not None:
        return "parts"
    return "quick" if priority <= QUICK_PRIORITY else "jobs"


def system_path(database: Path) -> Path:
    """Return the file that DBOS keeps beside an embedded database."""
    return database.with_name(f"{database.name}.jobs.sqlite")


def system_schema(engine: Engine) -> str:
    """Return the schema that DBOS has in PostgreSQL: its name is that of ours and ``_dbos``."""
    with engine.connect() as connection:
        return f"{connection.scalar(text('SELECT current_schema()'))}_dbos"


def launch(database: str, engine: Engine, worker_id: str, sizes: QueueSizes, run: Callable[[str], None]) -> None:
    """Begin to take jobs from the queues.

    Parameters
    ----------
    database, engine
        The database.
    worker_id
        Id that no other process has or had.
    sizes
        How many at once.
    run
        Runs a job to its end, given its id; raises ``GivenBackError`` to leave it to another worker.
    """
    config: DBOSConfig = {
        "name": "hinterland",
        "executor_id": worker_id,
        "application_version": VERSION,
        "log_level": "WARNING",
        "use_listen_notify": False,
        "sys_db_pool_size": POOL_SIZE,
    }
    if is_sqlite(engine):
        config["system_database_engine"] = system_engine(system_path(Path(str(engine.url.database))))
    else:
        config["system_database_url"] = database_url(database).render_as_string(hide_password=False)
        config["dbos_system_schema"] = system_schema(engine)
    made = DBOS(config=config)

    def run_job(job_id: str) -> None:
        run(job_id)

    DBOS.workflow(name=WORKFLOW, max_recovery_attempts=None)(run_job)
    for name, number, poll_s in (
        ("quick", sizes.quick, sizes.quick_poll_s),
        ("jobs", sizes.jobs, sizes.poll_s),
        ("parts", sizes.parts, sizes.poll_s),
    ):
        # A queue of the public kind has one size for all workers, that of whoever started last. These are of this
        # process alone, as the queue that DBOS has for itself.
        made._registry._register_internal_queue(name, worker_concurrency=number, polling_interval_sec=poll_s)  # noqa: SLF001
    DBOS.launch()


def system_engine(path: Path) -> Engine:
    """Return an engine of the file that DBOS keeps, whose connections are set as DBOS sets its own."""
    engine = create_engine(
        URL.create("sqlite", database=str(path)), connect_args={"timeout": BUSY_TIMEOUT_S}, pool_size=POOL_SIZE
    )
    event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    # As DBOS has it, so that writers wait for each other, and a log that lets readers read meanwhile.
    connection.isolation_level = "IMMEDIATE"
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    if sqlite3.sqlite_version_info < FRACTIONS_SINCE:
        connection.create_function("unixepoch", 1, epoch_s)


def epoch_s(told: str) -> float:
    """Return seconds since 1970 in whole milliseconds, as ``unixepoch('subsec')`` of SQLite 3.42 does.

    Raises
    ------
    ValueError
        If anything else is asked, which DBOS does not do.
    """
    if told != "subsec":
        msg = f"unixepoch({told!r}) is not what this stands in for."
        raise ValueError(msg)
    return round(time.time(), 3)


def enqueue(job_id: str, workflow_id: str, queue: QueueName, priority: int) -> None:
    """Hand a job to its queue; doing so again with the same workflow id does nothing."""
    DBOS.enqueue_workflow_with_options(
        {
            "workflow_name": WORKFLOW,
            "queue_name": queue,
            "workflow_id": workflow_id,
            "priority": priority,
            "app_version": VERSION,
        },
        job_id,
    )


def recover(worker_ids: Sequence[str]) -> int:
    """Put the jobs of workers that are gone back in their queues, and return how many."""
    # DBOS has no public name for this; recovery belongs to its paid console otherwise.
    return len(DBOS._recover_pending_workflows(list(worker_ids)))  # noqa: SLF001


@dataclass(frozen=True, slots=True)
class WorkflowState:
    """What DBOS knows of a workflow: whether it waits, runs or has ended, and whose it is."""

    state: Literal["waiting", "running", "ended"]
    worker_id: str | None


_STATES: Final[Mapping[str, Literal["waiting", "running"]]] = {
    "ENQUEUED": "waiting",
    "DELAYED": "waiting",
    "PENDING": "running",
}


def workflow_states(workflow_ids: Iterable[str]) -> Mapping[str, WorkflowState]:
    """Return what DBOS knows of workflows, by id; one it does not know is left out."""
    wanted, states = list(workflow_ids), {}
    for first in range(0, len(wanted), AT_ONCE):
        some = wanted[first : first + AT_ONCE]
        for one in DBOS.list_workflows(workflow_ids=some, load_input=False, load_output=False):
            states[one.workflow_id] = WorkflowState(_STATES.get(one.status, "ended"), one.executor_id)
    return states


def forget(workflow_ids: Sequence[str]) -> None:
    """Remove workflows that have ended from what DBOS keeps."""
    if workflow_ids:
        DBOS.delete_workflows(list(workflow_ids))


def stop() -> None:
    """Take no more jobs, and close what DBOS has open."""
    DBOS.destroy(destroy_registry=True)
