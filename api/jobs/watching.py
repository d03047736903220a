"""Waiting for jobs in the web process: however many requests wait, the table is read once for all of them."""

from __future__ import annotations

import asyncio
from asyncio import AbstractEventLoop, Future
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Final
from weakref import WeakKeyDictionary

from fastapi import Request
from sqlalchemy import Engine, select
from starlette.concurrency import run_in_threadpool

from api.jobs.queue import ENDED_STATES
from api.jobs.tables import JOBS

PAUSE_S: Final = 0.05
"""Between two looks at the table."""

LONGEST_PAUSE_S: Final = 0.4
AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a job is: its state and the number of its latest event."""

    state: str
    last_event: int

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in ENDED_STATES


Marks = Mapping[str, Mark | None]


class JobWatch:
    """Looks at the table of jobs for every request of one process that waits.

    Parameters
    ----------
    engine
        The database.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._watched: Counter[str] = Counter()
        self._look: Future[Marks] | None = None

    async def wait(self, job_id: str, seen: int, timeout_s: float) -> Mark | None:
        """Return where a job is, as soon as it has an event after ``seen`` or has ended, at the latest after a time.

        Parameters
        ----------
        job_id
            The job.
        seen
            Number of the latest event that is known; a large number waits for the end only.
        timeout_s
            Seconds.
        """
        end, pause = monotonic() + timeout_s, PAUSE_S
        self._watched[job_id] += 1
        try:
            while True:
                marks = await self._marks()
                if job_id in marks:
                    mark = marks[job_id]
                    left = end - monotonic()
                    if mark is None or mark.has_ended or mark.last_event > seen or left <= 0:
                        return mark
                    pause = min(pause * 1.2, LONGEST_PAUSE_S)
                    await asyncio.sleep(min(pause, left))
        finally:
            self._watched[job_id] -= 1
            if not self._watched[job_id]:
                del self._watched[job_id]

    async def _marks(self) -> Marks:
        if self._look is None or self._look.done():
            self._look = asyncio.ensure_future(run_in_threadpool(self._read, tuple(self._watched)))
        # Shielded: who began the look may go away while others wait for it.
        return await asyncio.shield(self._look)

    def _read(self, job_ids: tuple[str, ...]) -> Marks:
        found: dict[str, Mark | None] = dict.fromkeys(job_ids)
        columns = (JOBS.c.job_id, JOBS.c.state, JOBS.c.last_event)
        with self._engine.connect() as connection:
            for first in range(0, len(job_ids), AT_ONCE):
                query = select(*columns).where(JOBS.c.job_id.in_(job_ids[first : first + AT_ONCE]))
                found |= {row.job_id: Mark(row.state, row.last_event) for row in connection.execute(query)}
        return found


def watch_of(request: Request, engine: Engine) -> JobWatch:
    """Return the watch of the event loop that answers a request; call it there."""
    state = request.app.state
    if not hasattr(state, "job_watches"):
        watches: WeakKeyDictionary[AbstractEventLoop, JobWatch] = WeakKeyDictionary()
        state.job_watches = watches
    found: JobWatch | None = state.job_watches.get(asyncio.get_running_loop())
    if found is None:
        found = JobWatch(engine)
        state.job_watches[asyncio.get_running_loop()] = found
    return found
