"""Limits of queries: a question that takes the database too long is stopped, and its asker told.

PostgreSQL counts the seconds of a statement. The embedded database counts its own steps, so that the time in which a
slow reader takes nothing of a streamed answer does not count.
"""

from __future__ import annotations

import sqlite3
from typing import Any, Final

from sqlalchemy import Engine, event

from supplychain.database import is_sqlite

STEPS_AT_ONCE: Final = 200_000
STEPS_PER_SECOND: Final = 20_000_000
"""About what a slow core does; a fast one stops sooner."""


def limit_queries(engine: Engine, seconds: float) -> None:
    """Let no statement of an engine work longer than some seconds.

    Parameters
    ----------
    engine
        The engine of a web process; workers have their own, without limits.
    seconds
        Longest time of one statement.
    """
    if is_sqlite(engine):
        most = max(1, round(seconds * STEPS_PER_SECOND / STEPS_AT_ONCE))
        event.listen(engine, "connect", lambda connection, record: _count_steps(connection, record, most))
        event.listen(engine, "before_cursor_execute", _begin)
    else:
        event.listen(engine, "connect", lambda connection, _record: _limit_time(connection, seconds))


def _count_steps(connection: sqlite3.Connection, record: Any, most: int) -> None:  # noqa: ANN401 - pool record
    counted = record.info["steps"] = [0]

    def more() -> int:
        counted[0] += 1
        return int(counted[0] > most)

    connection.set_progress_handler(more, STEPS_AT_ONCE)


def _begin(connection: Any, *_statement: object) -> None:  # noqa: ANN401 - SQLAlchemy's connection
    counted = connection.info.get("steps")
    if counted is not None:
        counted[0] = 0


def _limit_time(connection: Any, seconds: float) -> None:  # noqa: ANN401 - the driver's connection
    with connection.cursor() as cursor:
        cursor.execute(f"SET statement_timeout = {round(seconds * 1000)}")
    connection.commit()
