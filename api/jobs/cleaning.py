"""Old jobs are removed by rule: some time after their end, never the newest, and never on the word of a clock alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Final

from sqlalchemy import Connection, Engine, delete, or_, select

from api.files.store import forget_file, remove_unused_content
from api.jobs.outbox import workflow_id_of
from api.jobs.queue import ENDED_STATES
from api.jobs.tables import JOB_FILES, JOBS
from supplychain.database import for_writing

DRIFT_S: Final = 60.0
AT_ONCE: Final = 20


@dataclass(frozen=True, slots=True)
class KeepingRule:
    """Which ended jobs are kept.

    Parameters
    ----------
    days
        Days after the end.
    newest
        So many of the last jobs are kept, however old they are.
    """

    days: float = 30.0
    newest: int = 1000


class SteadyClock:
    """The time of day, trusted once it has gone as fast as the clock that nobody can set.

    Parameters
    ----------
    for_s
        Seconds for which it must have done so.
    read, count
        The two clocks.
    """

    def __init__(
        self,
        for_s: float = 3600.0,
        read: Callable[[], datetime] = lambda: datetime.now(UTC),
        count: Callable[[], float] = monotonic,
    ) -> None:
        self._for_s, self._read, self._count = for_s, read, count
        self._began, self._began_s = read(), count()

    def now(self) -> datetime | None:
        """Return the time of day, or None while it is not to be trusted; after a jump the waiting begins again."""
        at, passed_s = self._read(), self._count() - self._began_s
        if abs((at - self._began).total_seconds() - passed_s) > DRIFT_S:
            self._began, self._began_s = at, self._count()
            return None
        return at if passed_s >= self._for_s else None


def clean_jobs(engine: Engine, at: datetime, rule: KeepingRule, forget: Callable[[Sequence[str]], None]) -> int:
    """Remove jobs that ended long ago, with their parts, results, events and files; return how many.

    Parameters
    ----------
    engine
        The database.
    at
        The time of day.
    rule
        What is kept.
    forget
        Told the workflows of jobs that are no more.
    """
    before = (at.astimezone(UTC) - timedelta(days=rule.days)).isoformat(timespec="microseconds")
    ended = (JOBS.c.parent_id.is_(None)) & JOBS.c.state.in_(ENDED_STATES)
    newest = select(JOBS.c.fid).where(ended).order_by(JOBS.c.fid.desc()).offset(rule.newest).limit(1)
    removed = 0
    while True:
        with for_writing(engine).begin() as connection:
            last = connection.scalar(newest)
            old = select(JOBS.c.job_id).where(ended, JOBS.c.ended_at < before, JOBS.c.fid <= (last or 0))
            found = connection.scalars(old.order_by(JOBS.c.fid).limit(AT_ONCE)).all()
            workflows, contents = _remove(connection, found) if found else ([], [])
        for content_fid in contents:
            remove_unused_content(engine, content_fid)
        if not found:
            return removed
        forget(workflows)
        removed += len(found)


def _remove(connection: Connection, job_ids: Sequence[str]) -> tuple[list[str], list[int]]:
    """Remove jobs and their parts; return the ids of their workflows, and the contents that no job holds any more."""
    family = or_(JOBS.c.job_id.in_(job_ids), JOBS.c.parent_id.in_(job_ids))
    rows = connection.execute(select(JOBS.c.job_id, JOBS.c.workflows).where(family)).all()
    every = [row.job_id for row in rows]
    files = connection.scalars(select(JOB_FILES.c.file_id).where(JOB_FILES.c.job_id.in_(every))).all()
    contents = [forget_file(connection, file_id) for file_id in files]
    connection.execute(delete(JOBS).where(JOBS.c.job_id.in_(every)))
    workflows = [workflow_id_of(row.job_id, number) for row in rows for number in range(row.workflows)]
    return workflows, [one for one in contents if one is not None]
