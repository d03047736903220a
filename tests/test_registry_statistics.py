"""After a large change PostgreSQL plans by what there is, not by what it guesses until it counts by itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from registry_parts import emptied, organisation, source, write
from sqlalchemy import Engine, event, text

from supplychain.registry import committing
from supplychain.registry.changes import begin_change, commit_change, stage_edits


@pytest.fixture
def server(postgis_engine: Engine) -> Iterator[Engine]:
    """Yield a PostgreSQL database with one source."""
    with emptied(postgis_engine):
        write(postgis_engine, source())
        yield postgis_engine


def import_firms(engine: Engine, count: int) -> list[str]:
    """Import as many firms as one change and return the tables that were counted for it."""
    counted: list[str] = []

    def noted(*told: object) -> None:
        statement = str(told[2])
        if statement.startswith("ANALYZE "):
            counted.append(statement.removeprefix("ANALYZE "))

    event.listen(engine, "before_cursor_execute", noted)
    change = begin_change(engine, kind="import", author="Lan", source_id="tenant_list")
    stage_edits(engine, change, [organisation(f"org_{number}") for number in range(count)])
    commit_change(engine, change)
    event.remove(engine, "before_cursor_execute", noted)
    return counted


@pytest.mark.postgis
def test_a_large_change_is_counted_at_once(server: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(committing, "MANY", 40)
    assert import_firms(server, 39) == []
    with server.begin() as connection:
        connection.execute(text("DELETE FROM organisations"))
        connection.execute(text("ANALYZE organisations"))
    assert import_firms(server, 40) == ["organisations", "registry_revisions", "registry_changes"]
    with server.connect() as connection:
        told = connection.scalar(text("SELECT reltuples FROM pg_class WHERE oid = 'organisations'::regclass"))
    assert told == 40


def test_the_embedded_database_needs_no_counting(sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(committing, "MANY", 1)
    write(sqlite_engine, source())
    assert import_firms(sqlite_engine, 3) == []
