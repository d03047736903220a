"""Connections of a service to a server: tried where they were idle, made anew after a restart, and asked plainly."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from supplychain import database
from supplychain.database import make_engine, reads_alone

pytestmark = pytest.mark.postgis

OWN_ID = text("SELECT pg_backend_pid()")


@pytest.fixture
def pool(postgis_engine: Engine) -> Iterator[Engine]:
    """Yield an engine as a web process has it, of one connection."""
    engine = make_engine(postgis_engine.url.render_as_string(hide_password=False), connections=1)
    yield engine
    engine.dispose()


def own_id(engine: Engine) -> int:
    """Return the process of the server that answers."""
    with engine.connect() as connection:
        return int(connection.scalar(OWN_ID) or 0)


def end(postgis_engine: Engine, backend: int) -> None:
    """End a connection as a restart of the server does, and wait until it is gone."""
    with postgis_engine.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:backend, 5000)"), {"backend": backend})


def test_an_idle_connection_that_broke_is_made_anew(
    pool: Engine, postgis_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "UNTRIED_S", 0.0)
    first = own_id(pool)
    assert own_id(pool) == first
    end(postgis_engine, first)
    assert own_id(pool) not in (0, first)


def test_a_connection_just_used_is_not_tried(pool: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[object] = []
    usual = pool.dialect.do_ping

    def noted(connection: Any) -> bool:  # noqa: ANN401 - the driver's connection
        tried.append(connection)
        return usual(connection)

    monkeypatch.setattr(pool.dialect, "do_ping", noted)
    for _ in range(3):
        own_id(pool)
    assert tried == []
    monkeypatch.setattr(database, "UNTRIED_S", 0.0)
    own_id(pool)
    assert len(tried) == 1


def test_a_page_of_reads_asks_for_no_transaction(pool: Engine) -> None:
    with pool.connect() as connection:
        reads_alone(connection)
        first = connection.scalar(text("SELECT pg_current_xact_id()"))
        assert connection.scalar(text("SELECT pg_current_xact_id()")) != first
    with pool.begin() as connection:
        first = connection.scalar(text("SELECT pg_current_xact_id()"))
        assert connection.scalar(text("SELECT pg_current_xact_id()")) == first, "the next user has transactions again"


def test_the_embedded_database_keeps_its_transactions(sqlite_engine: Engine) -> None:
    begun: list[str] = []
    event.listen(sqlite_engine, "before_cursor_execute", lambda *told: begun.append(told[2]))
    with sqlite_engine.connect() as connection:
        reads_alone(connection)
        connection.execute(text("SELECT 1"))
    assert begun == ["BEGIN DEFERRED", "SELECT 1"]
