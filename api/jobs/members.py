"""Which workers are alive: each counts its beats in a table, and the others count how often they see no new one.

No clock is compared with another, and none with itself: a clock that jumps, a machine that sleeps and a worker that was
paused change nothing but how soon a dead worker is noticed.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from sqlalchemy import Engine, delete, insert, select, update

from api.jobs.place import is_gone
from api.jobs.tables import JOBS, WORKERS
from supplychain.database import DatabaseTroubleError, clear_errors, for_writing
from supplychain.registry.writing import now

LIVE: Final = "live"
GONE: Final = "gone"


class Members:
    """The workers of a database, as one of them sees them.

    Parameters
    ----------
    engine
        The database.
    worker_id, place, processes
        Of the worker that looks.
    stale_looks
        How many looks in a row without a new beat make a worker one that is gone.
    """

    def __init__(self, engine: Engine, worker_id: str, place: str, processes: int, stale_looks: int) -> None:
        self._engine = engine
        self._worker_id, self._place, self._processes = worker_id, place, processes
        self._stale_looks = stale_looks
        self._seen: dict[str, tuple[int, int]] = {}

    def beat(self) -> None:
        """Show that this worker is alive; one that others took for gone comes back."""
        mine = WORKERS.c.worker_id == self._worker_id
        with for_writing(self._engine).begin() as connection:
            values = {"beats": WORKERS.c.beats + 1, "state": LIVE, "seen_at": now()}
            if connection.execute(update(WORKERS).where(mine).values(values)).rowcount:
                return
            row = {
                "worker_id": self._worker_id,
                "place": self._place,
                "state": LIVE,
                "beats": 1,
                "processes": self._processes,
                "started_at": now(),
                "seen_at": now(),
            }
            connection.execute(insert(WORKERS).values(row))

    def leave(self) -> None:
        """Say that this worker runs nothing any more; where the database does not answer the others notice."""
        with (
            suppress(DatabaseTroubleError),
            clear_errors(self._engine),
            for_writing(self._engine).begin() as connection,
        ):
            mine = WORKERS.c.worker_id == self._worker_id
            connection.execute(update(WORKERS).where(mine).values(state=GONE, seen_at=now()))

    def look(self) -> tuple[str, ...]:
        """Return the workers that are gone, those that have just been found so included."""
        with self._engine.connect() as connection:
            others = WORKERS.c.worker_id != self._worker_id
            rows = connection.execute(select(WORKERS).where(others).order_by(WORKERS.c.fid)).mappings().all()
        live = {row["worker_id"]: row["beats"] for row in rows if row["state"] == LIVE}
        places = {row["worker_id"]: row["place"] for row in rows}
        for worker_id in self._stale(live, places):
            with for_writing(self._engine).begin() as connection:
                same = (WORKERS.c.worker_id == worker_id) & (WORKERS.c.beats == live[worker_id])
                connection.execute(update(WORKERS).where(same).values(state=GONE))
            del live[worker_id]
        return tuple(row["worker_id"] for row in rows if row["worker_id"] not in live)

    def _stale(self, live: Mapping[str, int], places: Mapping[str, str]) -> list[str]:
        """Count the looks at each worker that showed no new beat, and return those of whom there are too many."""
        self._seen = {
            worker_id: (beats, self._seen[worker_id][1] + 1 if self._seen.get(worker_id, (-1, 0))[0] == beats else 0)
            for worker_id, beats in live.items()
        }
        return [
            worker_id
            for worker_id, (_, looks) in self._seen.items()
            if looks >= self._stale_looks or is_gone(places[worker_id])
        ]

    def forget(self, worker_ids: tuple[str, ...]) -> None:
        """Remove workers that are gone and have no job any more; one that comes back enters itself again."""
        held = select(JOBS.c.worker_id).where(JOBS.c.worker_id.is_not(None))
        with for_writing(self._engine).begin() as connection:
            old = WORKERS.c.worker_id.in_(worker_ids) & (WORKERS.c.state == GONE) & WORKERS.c.worker_id.not_in(held)
            connection.execute(delete(WORKERS).where(old))

    def live(self) -> frozenset[str]:
        """Return the workers that count as alive, this one included."""
        with self._engine.connect() as connection:
            found = connection.scalars(select(WORKERS.c.worker_id).where(WORKERS.c.state == LIVE))
            return frozenset(found) | {self._worker_id}
