"""Stored versions of the network: exact on both databases, never changed, all or nothing."""

from __future__ import annotations

import dataclasses
import multiprocessing
import os
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
from gis_infrastructures import assert_same, crossroads, infrastructures, lines_of
from hypothesis import HealthCheck, given, settings
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import DBAPIError

from api.database import migrate
from geodata.infrastructure.build import make_candidates, make_conditions, make_links, make_nodes, no_lines
from geodata.infrastructure.imported import Note
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.versions.hashing import NotStorableError, content_hash
from geodata.versions.read import read_records, read_rows, read_version
from geodata.versions.store import delete_version, find_version, free_name, list_versions, save_version
from geodata.versions.tables import ROW_TABLES
from geodata.versions.version import VersionError
from supplychain.database import DatabaseTroubleError, make_engine
from supplychain.models import METADATA
from supplychain.text import Text

RING = [(106.70, 10.901), (106.71, 10.901), (106.71, 10.91), (106.70, 10.901)]


@pytest.fixture(params=["sqlite_engine", pytest.param("postgis_engine", marks=pytest.mark.postgis)])
def engine(request: pytest.FixtureRequest) -> Engine:
    found: Engine = request.getfixturevalue(request.param)
    for stored in list_versions(found):
        with found.begin() as connection:
            connection.execute(text("DELETE FROM runs"))
        delete_version(found, stored.version_id)
    return found


def with_rings(infrastructure: Infrastructure) -> Infrastructure:
    """Return the infrastructure with rings for outlines, as databases want them."""
    rings = lines_of(*[RING] * len(infrastructure.outlines)) if len(infrastructure.outlines) else no_lines()
    return dataclasses.replace(infrastructure, outlines=rings)


def as_stored(infrastructure: Infrastructure) -> Infrastructure:
    """Return the infrastructure with 0.0 for every -0.0, as databases keep it."""
    tables: dict[str, Any] = {}
    for name in ("nodes", "links", "conditions", "candidates"):
        table = getattr(infrastructure, name)
        columns = table.to_columns(words=False)
        plain = {key: values + 0.0 if values.dtype == np.float64 else values for key, values in columns.items()}
        tables[name] = type(table)(**plain)
    return dataclasses.replace(infrastructure, **tables)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given_one=infrastructures())
def test_what_is_read_is_what_was_saved(engine: Engine, given_one: Infrastructure) -> None:
    saved = with_rings(given_one)
    version = save_version(engine, saved, name=free_name(engine, "any"), kind="imported")
    found = read_version(engine, version)
    assert_same(as_stored(found), as_stored(saved))
    assert content_hash(found) == content_hash(saved) == find_version(engine, version).content_hash


def test_coordinates_keep_every_bit(engine: Engine) -> None:
    """-0.0, the smallest number there is and 0.1 + 0.2 come back as they were, as bytes."""
    places = np.array([-0.0, 5e-324, 0.1 + 0.2, 1 / 3, 180.0])
    given_one = dataclasses.replace(
        crossroads(), nodes=make_nodes(node_id=np.array(list("abcde"), dtype=object), lon=places, lat=places / 2)
    )
    found = read_version(engine, save_version(engine, given_one, name="bits", kind="imported"))
    assert found.nodes.lon.tobytes() == places.tobytes()
    assert found.nodes.lat.tobytes() == (places / 2).tobytes()


def test_version_tells_what_it_is(engine: Engine) -> None:
    first = save_version(engine, crossroads(), name="hcm 2018", kind="imported", note="a test")
    second = save_version(engine, crossroads(), name="hcm sửa", kind="edited", parent=first)
    stored = find_version(engine, "hcm 2018")
    assert (stored.version_id, stored.parent, stored.kind, stored.note) == (first, None, "imported", "a test")
    assert (stored.nodes, stored.links, stored.conditions, stored.turns, stored.candidates) == (5, 4, 2, 1, 1)
    assert stored.licence == "ODbL 1.0"
    assert stored.attribution == "© OpenStreetMap contributors"
    assert stored.length_km == pytest.approx(crossroads().links.length_m.sum() / 1000)
    assert find_version(engine).version_id == second > first
    assert find_version(engine, str(first)) == stored
    assert [version.name for version in list_versions(engine)] == ["hcm 2018", "hcm sửa"]
    assert find_version(engine, second).parent == first


def test_records_come_back_in_order(engine: Engine) -> None:
    notes = (
        Note("b", "warning", "way 1", 106.7, 10.9, Text(en="One", vi="Một"), 3),
        Note("a", "note", "way 2", np.nan, np.nan, Text(en="Two", vi="Hai")),
    )
    version = save_version(engine, crossroads(), name="noted", kind="imported", records=notes)
    found = read_records(engine, find_version(engine, version))
    assert [repr(note) for note in found] == [repr(note) for note in notes]


@pytest.mark.parametrize("name", ["", "  ", "12", "latest", "Latest", "a\nb", "none", "-5", "x" * 101])
def test_name_that_is_none_is_refused(engine: Engine, name: str) -> None:
    with pytest.raises(VersionError, match="needs a name"):
        save_version(engine, crossroads(), name=name, kind="imported")


def test_taken_name_is_refused_and_a_free_one_found(engine: Engine) -> None:
    save_version(engine, crossroads(), name="hcm", kind="imported")
    with pytest.raises(VersionError, match="named hcm already"):
        save_version(engine, crossroads(), name="hcm", kind="imported")
    assert free_name(engine, "hcm") == "hcm_2"
    assert free_name(engine, "2018") == "network_2018"
    assert free_name(engine, "none") == "network_none"
    assert free_name(engine, "--lang") == "network_--lang"
    long = save_version(engine, crossroads(), name=free_name(engine, "x" * 500), kind="imported")
    assert save_version(engine, crossroads(), name=free_name(engine, "x" * 500), kind="imported") == long + 1
    assert len(list_versions(engine)) == 3


def test_unknown_version_names_those_there_are(engine: Engine) -> None:
    with pytest.raises(VersionError, match="holds no network yet"):
        find_version(engine)
    save_version(engine, crossroads(), name="hcm", kind="imported")
    with pytest.raises(VersionError, match=r"no network version hanoi\. There are: hcm"):
        find_version(engine, "hanoi")


@pytest.mark.parametrize("table", [*(table.name for table in ROW_TABLES), "network_versions"])
def test_no_row_can_be_changed(engine: Engine, table: str) -> None:
    notes = [Note("a", "note", "x", 1.0, 2.0, Text(en="One", vi="Một"))]
    save_version(engine, crossroads(), name="hcm", kind="imported", records=notes)
    column = "note" if table == "network_versions" else "version"
    with pytest.raises(DBAPIError, match="never changes"), engine.begin() as connection:
        connection.execute(text(f"UPDATE {table} SET {column} = {column}"))  # noqa: S608 - our names


@pytest.mark.parametrize("table", [table.name for table in ROW_TABLES])
def test_no_row_can_be_taken_or_slipped_in(engine: Engine, table: str) -> None:
    notes = [Note("a", "note", "x", 1.0, 2.0, Text(en="One", vi="Một"))]
    save_version(engine, crossroads(), name="hcm", kind="imported", records=notes)
    with pytest.raises(DBAPIError, match="never changes"), engine.begin() as connection:
        connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - our names
    columns = ", ".join(column.name for column in METADATA.tables[table].columns if column.name != "fid")
    with pytest.raises(DBAPIError, match="never changes"), engine.begin() as connection:
        connection.execute(text(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table}"))  # noqa: S608 - our names


def test_version_is_deleted_whole(engine: Engine) -> None:
    kept = save_version(engine, crossroads(), name="kept", kind="imported")
    gone = save_version(engine, crossroads(), name="gone", kind="imported")
    assert delete_version(engine, "gone").version_id == gone
    assert [stored.version_id for stored in list_versions(engine)] == [kept]
    with engine.connect() as connection:
        for table in ROW_TABLES:
            assert set(connection.scalars(text(f"SELECT version FROM {table.name}"))) <= {kept}  # noqa: S608 - our names
    assert_same(read_version(engine, kept), crossroads())
    later = save_version(engine, crossroads(), name="later", kind="imported")
    assert later > gone  # numbers are not given twice


def _run_on(version: int) -> str:
    return (
        "INSERT INTO runs (run_id, scenario_id, started_at, status, checked, inputs_sha256, plan, network_version)"  # noqa: S608 - our names
        f" VALUES ('run-1', 'base', '2026-01-01', 'optimal', true, '', '{{}}', {version})"
    )


def test_version_a_run_used_stays(engine: Engine) -> None:
    version = save_version(engine, crossroads(), name="used", kind="imported")
    with engine.begin() as connection:
        connection.execute(text(_run_on(version)))
    with pytest.raises(VersionError, match=r"used by 1 runs \(run-1\)"):
        delete_version(engine, "used")
    with pytest.raises(DBAPIError, match="A run used"), engine.begin() as connection:
        connection.execute(text(f"DELETE FROM network_versions WHERE fid = {version}"))  # noqa: S608 - our names
    assert_same(read_version(engine, version), crossroads())


def _unguarded(engine: Engine, statement: str) -> None:
    """Run a statement past the triggers, as somebody with a hex editor would."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            names = connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
            for name in names:
                connection.execute(text(f'DROP TRIGGER "{name}"'))
        connection.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "match"),
    [
        ("UPDATE network_links SET speed_kmh = 61 WHERE speed_kmh = 60", "content hash differs"),
        ("UPDATE network_links SET access_forward = 'bicycle'", "access_forward holds 'bicycle'"),
        ("UPDATE network_links SET from_node_id = 'nowhere'", "'nowhere', which is not there"),
        ("DELETE FROM network_links", "altered"),
        ("DELETE FROM network_turn_members", "altered"),
        ("UPDATE network_schedules SET intervals_min = 'x'", "altered"),
        ("UPDATE network_links SET link_class = 'cart_track'", "link_class holds 'cart_track'"),
    ],
)
def test_altered_rows_are_refused(engine: Engine, statement: str, match: str) -> None:
    version = save_version(engine, crossroads(), name="hcm", kind="imported")
    _unguarded(engine, statement)
    with pytest.raises(VersionError, match=match) as caught:
        read_version(engine, version)
    assert "đã bị sửa" in caught.value.sentence("vi")


@pytest.mark.parametrize(
    ("statement", "match"),
    [
        ("UPDATE network_versions SET sources = '{'", "sources cannot be read"),
        ("UPDATE network_versions SET content_hash = '../../mine'", "content hash differs"),
    ],
)
def test_altered_description_is_refused(sqlite_engine: Engine, tmp_path: Path, statement: str, match: str) -> None:
    """The hash names the folder of the cache: one that is no hash must never lead a deletion elsewhere."""
    (tmp_path / "mine").mkdir()
    save_version(sqlite_engine, crossroads(), name="hcm", kind="imported")
    _unguarded(sqlite_engine, statement)
    with pytest.raises(VersionError, match=match):
        list_versions(sqlite_engine)
    with pytest.raises(VersionError, match=match):
        delete_version(sqlite_engine, "hcm", tmp_path / "database.cache" / "cache")
    assert (tmp_path / "mine").exists()


def test_cell_that_is_no_geometry_is_refused(sqlite_engine: Engine) -> None:
    version = save_version(sqlite_engine, crossroads(), name="hcm", kind="imported")
    _unguarded(sqlite_engine, "UPDATE network_links SET geometry = x'00'")
    with pytest.raises(VersionError, match="holds no geometry"):
        read_version(sqlite_engine, version)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"lines": lines_of([(1, 2)], *[[(1.0, 2.0), (3.0, 4.0)]] * 3)}, "w1:1:5 has fewer than 2 points"),
        ({"lines": lines_of([(1, 2), (np.nan, 4)], *[[(1.0, 2.0), (3.0, 4.0)]] * 3)}, "is no number"),
        ({"outlines": lines_of([(1, 2), (3, 4)])}, "Outline 0 is not a closed ring"),
    ],
)
def test_what_cannot_be_kept_is_refused(sqlite_engine: Engine, change: dict[str, Any], match: str) -> None:
    with pytest.raises(NotStorableError, match=match):
        save_version(sqlite_engine, dataclasses.replace(crossroads(), **change), name="bad", kind="imported")
    assert list_versions(sqlite_engine) == ()


@pytest.mark.parametrize("name", ["a\0b", "a\ud800"])
def test_text_no_database_keeps_is_refused(sqlite_engine: Engine, name: str) -> None:
    bad = make_candidates(candidate_id=np.array([name], dtype=object), outline=0)
    with pytest.raises(NotStorableError, match="no database keeps"):
        save_version(sqlite_engine, dataclasses.replace(crossroads(), candidates=bad), name="bad", kind="imported")


def test_candidate_with_half_a_place_is_refused(sqlite_engine: Engine) -> None:
    bad = make_candidates(candidate_id=np.array(["c"], dtype=object), lon=1.0)
    with pytest.raises(NotStorableError, match="only one of longitude"):
        save_version(sqlite_engine, dataclasses.replace(crossroads(), candidates=bad), name="bad", kind="imported")


def fixed() -> Infrastructure:
    """Return the crossroads with lengths that no library computed."""
    columns = crossroads().links.to_columns(words=False) | {"length_m": np.array([1000.0, 1001.5, 1200.25, 0.0])}
    return dataclasses.replace(crossroads(), links=make_links(**columns))


def test_hash_stays_for_good() -> None:
    """Frozen value: a later program with more columns or words must find it too, or stored versions are refused."""
    assert content_hash(fixed()) == "0a54b5bca76db61971d9caee09a6b91bd6e2b07b5940c12088ca6005ce5241d3"


def test_hash_tells_apart() -> None:
    """One cell of each table changed changes the hash; -0.0 for 0.0 does not."""
    one = fixed()
    columns = one.links.to_columns(words=False)
    same = {"length_m": np.array([1000.0, 1001.5, 1200.25, -0.0])}
    assert content_hash(dataclasses.replace(one, links=make_links(**(columns | same)))) == content_hash(one)
    other = [
        dataclasses.replace(one, links=make_links(**(columns | {"lanes": np.array([6, 6, 2, 1])}))),
        dataclasses.replace(one, links=make_links(**(columns | {"link_class": columns["link_class"][::-1]}))),
        dataclasses.replace(one, sources=one.sources[::-1]),
        dataclasses.replace(one, turns=type(one.turns).none()),
        dataclasses.replace(one, conditions=make_conditions()),
        dataclasses.replace(one, outlines=lines_of(RING)),
    ]
    assert len({content_hash(each) for each in [one, *other]}) == len(other) + 1


class _StopHere(Exception):  # noqa: N818 - what a user's stop raises is no error either
    pass


def test_stopped_save_leaves_nothing(engine: Engine) -> None:
    save_version(engine, crossroads(), name="before", kind="imported")

    def stop(_share: float) -> None:
        raise _StopHere

    with pytest.raises(_StopHere):
        save_version(engine, crossroads(), name="stopped", kind="imported", progress=stop)
    assert [stored.name for stored in list_versions(engine)] == ["before"]
    with engine.connect() as connection:
        for table in ROW_TABLES:
            assert len(set(connection.scalars(text(f"SELECT version FROM {table.name}")))) <= 1  # noqa: S608 - our names
    save_version(engine, crossroads(), name="stopped", kind="imported")


def _save_until_killed(path: str, ready: Any) -> None:  # noqa: ANN401 - an event of multiprocessing
    engine = make_engine(path)
    ready.set()
    while True:
        save_version(engine, crossroads(), name=free_name(engine, "killed"), kind="imported")


def test_killed_save_leaves_whole_versions_only(tmp_path: Path) -> None:
    path = str(tmp_path / "killed.gpkg")
    engine = make_engine(path)
    migrate(engine)
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    process = context.Process(target=_save_until_killed, args=(path, ready))
    process.start()
    assert ready.wait(60)
    time.sleep(1.0)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    versions = list_versions(engine)
    for stored in versions[-2:]:
        assert_same(read_rows(engine, stored), crossroads())
    with engine.connect() as connection:
        rows = set(connection.scalars(text("SELECT version FROM network_links")))
    assert rows == {stored.version_id for stored in versions}
    assert sorted(file.name.removeprefix("killed.gpkg") for file in tmp_path.iterdir()) in ([""], ["", "-shm", "-wal"])
    save_version(engine, crossroads(), name="after", kind="imported")
    engine.dispose()


def test_full_disk_is_told_and_leaves_nothing(sqlite_engine: Engine) -> None:
    """A database that may not grow answers as a full disk does."""
    save_version(sqlite_engine, crossroads(), name="before", kind="imported")
    sqlite_engine.dispose()
    with closing(sqlite3.connect(str(sqlite_engine.url.database))) as connection, connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.close()
    engine = _engine_that_may_not_grow(str(sqlite_engine.url.database), pages)
    with pytest.raises(DatabaseTroubleError, match="full"):
        _save_many(engine)
    for stored in list_versions(engine):
        assert_same(read_rows(engine, stored), crossroads())
    engine.dispose()


def _save_many(engine: Engine) -> None:
    for number in range(200):
        save_version(engine, crossroads(), name=f"more_{number}", kind="imported")


def _engine_that_may_not_grow(path: str, pages: int) -> Engine:
    engine = make_engine(path)

    def limit(connection: sqlite3.Connection, _record: Any) -> None:  # noqa: ANN401 - pool record
        connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(engine, "connect", limit)
    return engine


def test_locked_database_says_so(sqlite_engine: Engine) -> None:
    holder = sqlite3.connect(str(sqlite_engine.url.database), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    engine = make_engine(str(sqlite_engine.url.database))
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout = 10"))
    with pytest.raises(DatabaseTroubleError, match="written by another program"):
        save_version(engine, crossroads(), name="waits", kind="imported")
    holder.close()
    engine.dispose()


def test_gis_programs_read_the_tables(sqlite_engine: Engine) -> None:
    save_version(sqlite_engine, crossroads(), name="hcm", kind="imported")
    path = str(sqlite_engine.url.database)
    links = pyogrio.read_dataframe(path, layer="network_links")
    assert links["mode"].tolist() == ["road"] * 4
    assert links["access_forward"].tolist()[-1] == "car"
    assert links["from_node_id"].tolist() == ["west", "middle", "south", "middle"]
    assert links.crs.to_epsg() == 4326
    inside = pyogrio.read_dataframe(path, layer="network_links", bbox=(106.715, 10.8995, 106.719, 10.9005))
    assert inside["link_id"].tolist() == ["w1:5:2"]
    bounds = pyogrio.read_info(path, layer="network_links")["total_bounds"]
    assert bounds == pytest.approx((106.70, 10.89, 106.72, 10.91), abs=1e-5)


def test_version_with_no_links_is_kept(engine: Engine) -> None:
    empty = dataclasses.replace(
        crossroads(),
        links=type(crossroads().links)(
            **{name: values[:0] for name, values in crossroads().links.to_columns(words=False).items()}
        ),
        lines=no_lines(),
        conditions=type(crossroads().conditions)(
            **{name: values[:0] for name, values in crossroads().conditions.to_columns(words=False).items()}
        ),
        turns=type(crossroads().turns).none(),
    )
    assert_same(read_version(engine, save_version(engine, empty, name="empty", kind="imported")), empty)


def test_wrong_kind_is_an_argument_error(sqlite_engine: Engine) -> None:
    with pytest.raises(ValueError, match="kind must be one of"):
        save_version(sqlite_engine, crossroads(), name="x", kind="guessed")
