"""Big networks are saved and deleted in short transactions: nobody waits long, nobody sees half a version."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from gis_infrastructures import assert_same, crossroads
from sqlalchemy import Engine, event, insert, text

from benchmarks.network_grid import build_grid
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.versions import bulk, unlisted
from geodata.versions.copying import StagedCopy
from geodata.versions.read import read_rows, read_version
from geodata.versions.rows import rows_of
from geodata.versions.store import (
    delete_version,
    find_version,
    free_name,
    list_versions,
    save_version,
    take_off,
)
from geodata.versions.tables import ROW_TABLES, UNLISTED, VERSIONS
from geodata.versions.unlisted import GivenUpError
from supplychain.database import for_writing, make_engine

MOST_S = 2.0
"""The promise: no transaction holds the embedded database longer."""

COPYING = 0.701
"""Share from which on rows are copied to the database itself."""


@pytest.fixture(scope="module")
def grid() -> Infrastructure:
    return build_grid(2_400)


class _StopHere(Exception):  # noqa: N818 - what a user's stop raises is no error either
    pass


def _scalar(engine: Engine, query: str) -> Any:  # noqa: ANN401 - whatever the query gives
    with engine.connect() as connection:
        return connection.scalar(text(query))


def _rows(engine: Engine, version: int) -> int:
    counts = (f"(SELECT count(*) FROM {table.name} WHERE version = {version})" for table in ROW_TABLES)  # noqa: S608 - our names
    return int(_scalar(engine, f"SELECT {' + '.join(counts)}"))


def _is_sound(engine: Engine) -> bool:
    """Return whether each R*Tree has the rows of its table, no more and no fewer, and every trigger is there."""
    for name in ("network_nodes", "network_links"):
        rows, boxes = (_scalar(engine, f"SELECT group_concat(i) FROM (SELECT {key} AS i FROM {table} ORDER BY 1)")  # noqa: S608
                       for key, table in (("fid", name), ("id", f"rtree_{name}_geometry")))  # fmt: skip
        if rows != boxes:
            return False
    triggers = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'rtree_network%insert'"
    return bool(_scalar(engine, triggers) == 5 and _scalar(engine, "PRAGMA integrity_check") == "ok")


class _Clock:
    """Notes how long each transaction of an engine that took the write lock lasted."""

    def __init__(self, engine: Engine) -> None:
        self.lasted: list[float] = []
        self._begun = 0.0
        event.listen(engine, "begin", self._begin)
        event.listen(engine, "commit", self._commit)

    def _begin(self, _connection: object) -> None:
        self._begun = time.monotonic()

    def _commit(self, _connection: object) -> None:
        self.lasted.append(time.monotonic() - self._begun)


@contextmanager
def _rival(path: str) -> Iterator[list[float]]:
    """Write all the time from a second connection; yield how long each write waited."""
    waited: list[float] = []
    ends = threading.Event()

    def write() -> None:
        connection = sqlite3.connect(path, timeout=30, isolation_level=None)
        while not ends.is_set():
            begun = time.monotonic()
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("COMMIT")
            waited.append(time.monotonic() - begun)
            time.sleep(0.01)
        connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield waited
    finally:
        ends.set()
        thread.join()


def test_no_transaction_is_long_and_others_write_in_between(sqlite_engine: Engine, grid: Infrastructure) -> None:
    clock = _Clock(sqlite_engine)
    with _rival(str(sqlite_engine.url.database)) as waited:
        version = save_version(sqlite_engine, grid, name="grid", kind="imported", turn_s=0.0)
        saved = len(clock.lasted)
        assert_same(read_rows(sqlite_engine, find_version(sqlite_engine, version)), grid)
        assert _is_sound(sqlite_engine)
        with for_writing(sqlite_engine).begin() as connection:
            take_off(connection, find_version(sqlite_engine, version))
        assert unlisted.clean(sqlite_engine, turn_s=0.0) == 1
    assert saved > len(grid.links) // 500
    assert len(clock.lasted) > saved + 8
    assert max(clock.lasted) < MOST_S
    assert max(waited) < MOST_S
    assert _rows(sqlite_engine, version) == 0
    assert _is_sound(sqlite_engine)
    assert _scalar(sqlite_engine, "SELECT count(*) FROM network_unlisted") == 0


def test_small_save_is_one_transaction(sqlite_engine: Engine) -> None:
    clock = _Clock(sqlite_engine)
    save_version(sqlite_engine, crossroads(), name="hcm", kind="imported")
    assert len(clock.lasted) == 1


def test_rows_stay_in_order_when_others_save_between_any_two_pieces(
    sqlite_engine: Engine, grid: Infrastructure
) -> None:
    """Law: what others store meanwhile changes nothing of what is read, nor of the spatial index."""
    parts = rows_of(grid, (), embedded=True)
    with for_writing(sqlite_engine).connect() as connection:
        cursor = connection.connection.cursor()
        bulk.stage(cursor, parts, lambda _share: None)
        copy = StagedCopy(cursor, parts)
        with connection.begin():
            version = unlisted.reserve(connection)
            done = copy.run(version, 0.0)
        others = []
        while not done:
            others.append(
                save_version(sqlite_engine, crossroads(), name=free_name(sqlite_engine, "x"), kind="imported")
            )
            with connection.begin():
                unlisted.beat(connection, version)
                done = copy.run(version, 0.0)
        save = save_version(sqlite_engine, grid, name="plain", kind="imported")
        with connection.begin():
            said = connection.execute(VERSIONS.select().where(VERSIONS.c.fid == save)).one()._asdict()
            connection.execute(insert(VERSIONS).values(**{**said, "fid": version, "name": "cut"}))
            unlisted.settle(connection, version)
        connection.invalidate()
    assert len(others) > 8
    assert version < others[0] < save
    assert_same(read_version(sqlite_engine, "cut"), grid)
    for other in others:
        assert_same(read_version(sqlite_engine, other), crossroads())
    assert _is_sound(sqlite_engine)
    inside = (
        "SELECT count(*) FROM rtree_network_links_geometry r JOIN network_links l ON l.fid = r.id WHERE version = {}"
    )
    assert _scalar(sqlite_engine, inside.format(version)) == len(grid.links)


def test_stopped_in_the_middle_leaves_nothing(sqlite_engine: Engine, grid: Infrastructure) -> None:
    save_version(sqlite_engine, crossroads(), name="before", kind="imported")

    def stop(share: float) -> None:
        if share > COPYING:
            assert _scalar(sqlite_engine, "SELECT count(*) FROM network_unlisted") == 1
            assert [stored.name for stored in list_versions(sqlite_engine)] == ["before"]
            raise _StopHere

    with pytest.raises(_StopHere):
        save_version(sqlite_engine, grid, name="stopped", kind="imported", progress=stop, turn_s=0.0)
    assert _scalar(sqlite_engine, "SELECT count(*) FROM network_unlisted") == 0
    assert _scalar(sqlite_engine, "SELECT max(version) FROM network_links") == 1
    assert _is_sound(sqlite_engine)
    assert save_version(sqlite_engine, crossroads(), name="stopped", kind="imported") == 3  # 2 is never given again


def _save_and_wait(path: str, ready: Any) -> None:  # noqa: ANN401 - an event of multiprocessing
    def wait(share: float) -> None:
        if share > COPYING:
            ready.set()
            time.sleep(60)

    save_version(make_engine(path), build_grid(2_400), name="killed", kind="imported", progress=wait, turn_s=0.0)


def test_killed_in_the_middle_is_seen_by_nobody_and_removed_when_silent(sqlite_engine: Engine) -> None:
    save_version(sqlite_engine, crossroads(), name="before", kind="imported")
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    process = context.Process(target=_save_and_wait, args=(str(sqlite_engine.url.database), ready))
    process.start()
    assert ready.wait(60)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert [stored.name for stored in list_versions(sqlite_engine)] == ["before"]
    assert _rows(sqlite_engine, 2) > 0
    save_version(sqlite_engine, crossroads(), name="soon", kind="imported")
    assert _rows(sqlite_engine, 2) > 0  # it may be alive still
    with sqlite_engine.begin() as connection:
        connection.execute(UNLISTED.update().values(beat_at="2026-01-01T00:00:00.000000+00:00"))
    save_version(sqlite_engine, crossroads(), name="later", kind="imported")
    assert _rows(sqlite_engine, 2) == 0
    assert _is_sound(sqlite_engine)
    assert [stored.version_id for stored in list_versions(sqlite_engine)] == [1, 3, 4]


def test_save_that_was_given_up_is_never_listed(sqlite_engine: Engine, grid: Infrastructure, tmp_path: Path) -> None:
    """A clock that jumps can make another program take a live save for dead: it is refused, and nothing is left."""
    other = make_engine(str(tmp_path / "hinterland.gpkg"))

    def take_for_dead(share: float) -> None:
        if share > COPYING:
            with other.begin() as connection:
                connection.execute(UNLISTED.update().values(beat_at="2026-01-01T00:00:00.000000+00:00"))
            unlisted.clean(other)

    with pytest.raises(GivenUpError, match="save it again") as caught:
        save_version(sqlite_engine, grid, name="grid", kind="imported", progress=take_for_dead, turn_s=0.0)
    assert "lưu lại" in caught.value.sentence("vi")
    other.dispose()
    assert list_versions(sqlite_engine) == ()
    assert _rows(sqlite_engine, 1) == 0
    assert _is_sound(sqlite_engine)


def test_number_of_a_version_that_is_to_go_is_not_given_again(registry_engine: Engine) -> None:
    """As in a database restored from a copy that was made during a save: the number was never listed there."""
    for stored in list_versions(registry_engine):
        delete_version(registry_engine, stored.version_id)
    first = save_version(registry_engine, crossroads(), name="first", kind="imported")
    with registry_engine.begin() as connection:
        connection.execute(UNLISTED.insert().values(version=first + 1, beat_at="9999-01-01T00:00:00.000000+00:00"))
    second = save_version(registry_engine, crossroads(), name="second", kind="imported")
    assert second == first + 2
    with registry_engine.begin() as connection:
        connection.execute(UNLISTED.delete())
    for version in (first, second):
        delete_version(registry_engine, version)


def test_deletion_broken_off_is_gone_on_with(registry_engine: Engine) -> None:
    for stored in list_versions(registry_engine):
        delete_version(registry_engine, stored.version_id)
    version = save_version(registry_engine, crossroads(), name="gone", kind="imported")
    with for_writing(registry_engine).begin() as connection:
        take_off(connection, find_version(registry_engine, version))
    assert list_versions(registry_engine) == ()
    assert _rows(registry_engine, version) > 0
    kept = save_version(registry_engine, crossroads(), name="gone", kind="imported")
    assert _rows(registry_engine, version) == 0
    assert kept > version
    assert _scalar(registry_engine, "SELECT count(*) FROM network_unlisted") == 0
    delete_version(registry_engine, kept)
