"""From the table of jobs to the queue, and what to do where the two do not agree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlalchemy import Engine, select, update

from api.jobs import system
from api.jobs.queue import OPEN_STATES
from api.jobs.tables import JOBS
from supplychain.database import for_writing

AT_ONCE: Final = 100


def hand_over(engine: Engine) -> int:
    """Hand jobs that no queue has to their queues and return how many; any number of workers may do so at once."""
    columns = (JOBS.c.job_id, JOBS.c.workflows, JOBS.c.priority, JOBS.c.parent_id)
    waiting = JOBS.c.workflow_id.is_(None) & JOBS.c.state.in_(OPEN_STATES)
    with engine.connect() as connection:
        rows = connection.execute(select(*columns).where(waiting).order_by(JOBS.c.fid).limit(AT_ONCE)).all()
    for row in rows:
        workflow_id = workflow_id_of(row.job_id, row.workflows)
        system.enqueue(row.job_id, workflow_id, system.queue_of(row.priority, row.parent_id), row.priority)
    if rows:
        with for_writing(engine).begin() as connection:
            for row in rows:
                same = (
                    (JOBS.c.job_id == row.job_id) & JOBS.c.workflow_id.is_(None) & (JOBS.c.workflows == row.workflows)
                )
                kept = {"workflow_id": workflow_id_of(row.job_id, row.workflows), "workflows": row.workflows + 1}
                connection.execute(update(JOBS).where(same).values(kept))
    return len(rows)


def workflow_id_of(job_id: str, workflows: int) -> str:
    """Return the id of the next workflow of a job that has had so many."""
    return f"{job_id}.{workflows + 1}"


def put_right(engine: Engine, live: Callable[[], frozenset[str]]) -> int:
    """Find jobs that have not ended but that no queue and no live worker has, queue them again, and return how many.

    That is so where what DBOS keeps was lost or is older than the database, after a backup was brought back for
    example, and where a workflow ended by a fault.
    """
    columns = (JOBS.c.job_id, JOBS.c.workflow_id, JOBS.c.attempt)
    held = JOBS.c.state.in_(OPEN_STATES) & JOBS.c.workflow_id.is_not(None)
    with engine.connect() as connection:
        rows = connection.execute(select(*columns).where(held)).all()
    known = system.workflow_states(row.workflow_id for row in rows)
    lost = [row for row in rows if row.workflow_id not in known or known[row.workflow_id].state == "ended"]
    running = {state.worker_id for state in known.values() if state.state == "running" and state.worker_id}
    # Asked only now: whoever runs one of these entered itself before.
    strangers = running - live()
    if lost:
        with for_writing(engine).begin() as connection:
            for row in lost:
                same = (JOBS.c.job_id == row.job_id) & (JOBS.c.workflow_id == row.workflow_id)
                same &= (JOBS.c.attempt == row.attempt) & JOBS.c.state.in_(OPEN_STATES)
                connection.execute(update(JOBS).where(same).values(workflow_id=None))
    return len(lost) + (system.recover(sorted(strangers)) if strangers else 0)
