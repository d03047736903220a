"""The file that DBOS keeps beside an embedded database, on any SQLite that Python may have."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from sqlalchemy import text

from api.jobs.system import epoch_s, system_engine


def test_what_dbos_takes_for_the_time_is_known_also_to_an_older_sqlite(tmp_path: Path) -> None:
    """From Python 3.12 on its tables have this default, which SQLite before 3.42 answers with nothing."""
    engine = system_engine(tmp_path / "jobs.sqlite")
    before_ms = time.time() * 1000
    with engine.begin() as connection:
        connection.execute(
            text("CREATE TABLE t (id INTEGER, at INTEGER NOT NULL DEFAULT (unixepoch('subsec') * 1000))")
        )
        connection.execute(text("INSERT INTO t (id) VALUES (1)"))
        at_ms = connection.scalar(text("SELECT CAST(at AS INTEGER) FROM t"))
    engine.dispose()
    assert before_ms - 2 <= at_ms <= time.time() * 1000 + 2


def test_the_time_has_milliseconds_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: 1_763_900_000.123456)
    assert epoch_s("subsec") == 1_763_900_000.123
    assert epoch_s("subsec") * 1000 == 1_763_900_000_123


def test_another_question_about_time_is_refused_not_answered_wrongly() -> None:
    with pytest.raises(ValueError, match="stands in for"):
        epoch_s("2020-01-01")
