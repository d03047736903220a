"""The name of what tables hold: never kept beyond a change, whoever made it, and not worked out again without one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from incident_parts import clear, module_engine, with_links
from sqlalchemy import Connection, Engine, create_engine, event, text

from supplychain.contents import content_of
from supplychain.database import for_writing, is_sqlite, make_engine
from supplychain.geopackage import register_functions

TABLES: Final = ("nodes", "links")
CHANGES: Final = {
    "faster": "UPDATE links SET speed_kmh = speed_kmh + 1 WHERE link_id = 'road_1'",
    "slower": "UPDATE links SET speed_kmh = speed_kmh - 1 WHERE link_id = 'road_1'",
    "the same again": "UPDATE links SET speed_kmh = speed_kmh",
    "another table": "UPDATE sources SET title = title || 'x'",
    "another node": "UPDATE nodes SET name = coalesce(name, '') || 'x'",
    "fewer": "DELETE FROM links WHERE link_id = (SELECT max(link_id) FROM links)",
}


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgis", marks=pytest.mark.postgis)])
def engine(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    with module_engine(request, sqlite_template, tmp_path_factory) as found:
        with_links(found)
        yield found
        clear(found)


def looked_at(engine: Engine) -> str:
    """Return every row of the tables, read now."""
    with engine.connect() as connection:
        queries = ("SELECT * FROM nodes ORDER BY fid", "SELECT * FROM links ORDER BY fid")
        rows = [tuple(row) for query in queries for row in connection.execute(text(query))]
    return hashlib.sha256(repr(rows).encode()).hexdigest()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(sorted(CHANGES)), st.sampled_from(["own", "other", "undone", "none"])), max_size=6
    )
)
def test_equal_names_are_equal_rows(engine: Engine, steps: list[tuple[str, str]]) -> None:
    """Law: by a connection that asked before, by another program, or rolled back; one name for a content, no other."""
    other = make_engine(engine.url.render_as_string(hide_password=False))
    names: dict[str, str] = {}
    for change, who in [("", "none"), *steps]:
        if who in ("own", "other"):
            with for_writing(engine if who == "own" else other).begin() as connection:
                connection.execute(text(CHANGES[change]))
        elif who == "undone":
            with for_writing(engine).connect() as connection:
                connection.execute(text(CHANGES[change]))
                connection.rollback()
        rows = looked_at(engine)
        for asked in (engine, other, engine):
            assert names.setdefault(rows, content_of(asked, TABLES)) == content_of(asked, TABLES)
    assert len(set(names.values())) == len(names)
    other.dispose()


def test_tables_are_read_again_only_after_a_change(engine: Engine) -> None:
    read: list[str] = []

    def note(_connection: Connection, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith("SELECT * FROM links"):
            read.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    first = content_of(engine, TABLES)
    for _ in range(3):
        assert content_of(engine, TABLES) == first
    assert len(read) <= 1
    with for_writing(engine).begin() as connection:
        connection.execute(text(CHANGES["another node"]))
    before = len(read)
    assert content_of(engine, TABLES) != first
    assert content_of(engine, TABLES) != first
    assert len(read) == before + 1
    event.remove(engine, "before_cursor_execute", note)


def test_two_connections_of_one_process_are_told_both(engine: Engine) -> None:
    """Each has a memory of its own on the embedded database: a change by one shows to the other and to itself."""
    with engine.connect() as held:
        held.execute(text("SELECT 1"))
        first = content_of(engine, TABLES)  # by a second connection, as the first is taken
        held.rollback()
        content_of(engine, TABLES)
        with for_writing(engine).begin() as connection:
            connection.execute(text(CHANGES["another node"]))
        second = content_of(engine, TABLES)
    assert second != first
    assert content_of(engine, TABLES) == second


def test_a_program_that_knows_nothing_of_us_is_noticed(engine: Engine) -> None:
    """A connection with the functions that GIS programs have too: nothing is noted anywhere but in the rows."""
    first = content_of(engine, TABLES)
    plain = create_engine(engine.url)
    if is_sqlite(plain):
        event.listen(plain, "connect", lambda driver, _record: register_functions(driver))
    with plain.begin() as connection:
        connection.execute(text(CHANGES["another node"]))
    plain.dispose()
    assert content_of(engine, TABLES) != first
