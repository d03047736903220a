"""Backups hold what the database held at one moment, on both databases and from one to the other, or are refused."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import stat
import threading
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from region_files import RegionFiles, region_copy
from registry_parts import facility, offer, organisation, set_values, source, write
from sqlalchemy import Engine, create_engine, text

from api.database import create_database, migrate
from api.operations.backup import BackupError, write_backup
from api.operations.contents import TableDigest, digest, tables_of
from api.operations.manifest import Manifest, ManifestError, read_manifest, write_manifest
from api.operations.restore import restore_backup
from supplychain.database import DatabaseTroubleError, make_engine
from supplychain.errors import HinterlandError
from supplychain.registry.changes import begin_change, commit_change, find_unfinished, stage_edits
from supplychain.registry.history import history, read_record
from supplychain.text import Text


class Silence:
    """Somebody who does not mind how far a backup is."""

    def detail(self, text: Text) -> None:
        """Hear it."""


QUIET = Silence()


@pytest.fixture
def other_postgis(postgis_url: str) -> Iterator[str]:
    """Yield the URL of a second, empty schema on the same server."""
    schema = f"test_{uuid.uuid4().hex[:12]}"
    bare = postgis_url.partition("options=")[0].rstrip("?&")
    admin = create_engine(bare)
    with admin.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    yield f"{bare}{'&' if '?' in bare else '?'}options=-csearch_path%3D{schema},public"
    with admin.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    admin.dispose()


def fill(engine: Engine) -> int:
    """Make a history: a firm added, changed and removed in part, and an import that is still under way."""
    write(engine, source(), organisation("a"), facility("a1", "a", lat=11.0, lon=106.5, position_accuracy_m=50.0))
    write(engine, set_values("organisations", "a", name_vi="Công ty Ánh Dương", representative="Bà Lê Thị Hoa"))
    write(engine, offer("o1", "a1", capacity_t_per_month=12.5))
    change_id = begin_change(engine, kind="import", author="Lan", source_id="tenant_list", note="nửa chừng")
    stage_edits(
        engine, change_id, [organisation("b"), facility("b1", "b", lat=10.9, lon=106.7)], marker="1", on_refused=print
    )
    return change_id


def digests(url: str) -> dict[str, TableDigest]:
    engine = make_engine(url)
    with engine.connect() as connection:
        found = {table.name: digest(connection, table) for table in tables_of(connection)}
    engine.dispose()
    return found


def url_of(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def check_restored(url: str, change_id: int) -> None:
    """Every record, its history and its past are there; the import goes on where it stood; writing goes on."""
    engine = make_engine(url)
    with engine.connect() as connection:
        record = read_record(connection, "organisations", "a")
        assert record is not None
        assert record.values["name_vi"] == "Công ty Ánh Dương"
        assert [one.number for one in history(connection, "organisations", "a")] == [1, 2]
        before = read_record(connection, "organisations", "a", as_of=1)
        assert before is not None
        assert before.values["name_vi"] == "Công ty a"
    assert [one.change_id for one in find_unfinished(engine)] == [change_id]
    assert commit_change(engine, change_id).number == 4
    assert write(engine, organisation("c")).number == 5
    engine.dispose()


def test_a_backup_of_either_database_is_restored_to_the_embedded_one(registry_engine: Engine, tmp_path: Path) -> None:
    change_id = fill(registry_engine)
    manifest = write_backup(url_of(registry_engine), tmp_path / "b.gpkg", QUIET)
    held = digests(url_of(registry_engine))
    assert dict(manifest.tables) == held
    assert stat.S_IMODE((tmp_path / "b.gpkg").stat().st_mode) == 0o600
    restored = str(tmp_path / "new.gpkg")
    restore_backup(tmp_path / "b.gpkg", restored, QUIET)
    assert digests(restored) == held
    check_restored(restored, change_id)
    assert sorted(one.name for one in tmp_path.glob("*.part")) == []


@pytest.mark.postgis
def test_a_backup_of_either_database_is_restored_to_postgis(
    registry_engine: Engine, other_postgis: str, tmp_path: Path
) -> None:
    change_id = fill(registry_engine)
    write_backup(url_of(registry_engine), tmp_path / "b.gpkg", QUIET)
    restore_backup(tmp_path / "b.gpkg", other_postgis, QUIET)
    assert digests(other_postgis) == digests(url_of(registry_engine))
    check_restored(other_postgis, change_id)
    engine = make_engine(other_postgis)
    with engine.begin() as connection, pytest.raises(Exception, match="never changes"):
        connection.execute(text("DELETE FROM registry_revisions"))
    engine.dispose()
    with pytest.raises(BackupError, match="holds rows"):
        restore_backup(tmp_path / "b.gpkg", other_postgis, QUIET)


def test_a_region_with_all_its_layers_comes_back_equal(tmp_path: Path, region_files: RegionFiles) -> None:
    database = str(region_copy(region_files.whole, tmp_path, "a.gpkg"))
    write_backup(database, tmp_path / "b.gpkg", QUIET)
    restore_backup(tmp_path / "b.gpkg", str(tmp_path / "c.gpkg"), QUIET)
    assert digests(str(tmp_path / "c.gpkg")) == digests(database)
    with closing(sqlite3.connect(tmp_path / "c.gpkg")) as connection, connection:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("SELECT count(*) FROM rtree_parks_geometry").fetchone()[0] > 0
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    connection.close()
    assert "hinterland_backup" not in names


def test_a_backup_is_of_one_moment_while_others_write(registry_engine: Engine, tmp_path: Path) -> None:
    """Every change of the writer adds an organisation with its facility: a backup holds as many of each."""
    write(registry_engine, source())
    stop = threading.Event()
    made: list[int] = []

    def writing() -> None:
        while not stop.is_set():
            number = len(made)
            write(registry_engine, organisation(f"x{number:04}"), facility(f"f{number:04}", f"x{number:04}"))
            made.append(number)

    writer = threading.Thread(target=writing)
    writer.start()
    try:
        counts = []
        for number in range(3):
            path = tmp_path / f"b{number}.gpkg"
            tables = write_backup(url_of(registry_engine), path, QUIET).tables
            assert tables["organisations"].rows == tables["facilities"].rows
            assert tables["registry_changes"].rows == tables["organisations"].rows + 1
            counts.append(tables["organisations"].rows)
    finally:
        stop.set()
        writer.join()
    assert counts == sorted(counts)
    assert len(made) > counts[0]


def test_an_older_backup_is_brought_up_to_date(tmp_path: Path) -> None:
    old = tmp_path / "old.gpkg"
    engine = make_engine(str(old))
    migrate(engine, "0009")
    engine.dispose()
    with closing(sqlite3.connect(old)) as connection, connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()
    write_manifest(old, Manifest("2026-01-01T00:00:00+00:00", "0.1.0", "0009", "sqlite", digests(str(old))))
    restore_backup(old, str(tmp_path / "new.gpkg"), QUIET)
    write_backup(str(tmp_path / "new.gpkg"), tmp_path / "again.gpkg", QUIET)
    assert read_manifest(tmp_path / "again.gpkg").revision > "0009"


def test_what_is_no_whole_backup_is_refused_and_changes_nothing(sqlite_engine: Engine, tmp_path: Path) -> None:
    write(sqlite_engine, source(), organisation("a"))
    good = tmp_path / "good.gpkg"
    manifest = write_backup(url_of(sqlite_engine), good, QUIET)
    new = str(tmp_path / "new.gpkg")
    with pytest.raises(BackupError, match="is there already"):
        write_backup(url_of(sqlite_engine), good, QUIET)
    with pytest.raises(BackupError, match="cannot be written"):
        write_backup(url_of(sqlite_engine), tmp_path / "no" / "folder.gpkg", QUIET)
    with pytest.raises(HinterlandError, match="no database"):
        write_backup(str(tmp_path / "absent.gpkg"), tmp_path / "x.gpkg", QUIET)
    for name, content in (("text.gpkg", b"not a database"), ("empty.gpkg", b"")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ManifestError, match="is no backup"):
            restore_backup(tmp_path / name, new, QUIET)
    with pytest.raises(ManifestError, match="no file"):
        restore_backup(tmp_path / "absent.gpkg", new, QUIET)
    foreign = tmp_path / "foreign.gpkg"
    shutil.copy(good, foreign)
    with closing(sqlite3.connect(foreign)) as connection, connection:
        connection.execute("UPDATE organisations SET name_vi = 'Khác'")
    connection.close()
    with pytest.raises(BackupError, match=r"does not hold what it says \(organisations\)"):
        restore_backup(foreign, new, QUIET)
    newer = tmp_path / "newer.gpkg"
    shutil.copy(good, newer)
    write_manifest(newer, Manifest(manifest.made_at, "9.0", "9999", "sqlite", manifest.tables))
    with pytest.raises(ManifestError, match=r"newer Hinterland \(9.0\)"):
        restore_backup(newer, new, QUIET)
    cut = tmp_path / "cut.gpkg"
    cut.write_bytes(good.read_bytes()[: good.stat().st_size // 2])
    with pytest.raises((BackupError, ManifestError, DatabaseTroubleError)):
        restore_backup(cut, new, QUIET)
    assert not Path(new).exists()
    assert not list(tmp_path.glob("*.restoring*"))


def test_a_database_that_is_there_is_put_aside_only_on_request_and_not_in_use(
    sqlite_engine: Engine, tmp_path: Path
) -> None:
    write(sqlite_engine, source(), organisation("a"))
    target = Path(url_of(sqlite_engine).removeprefix("sqlite:///"))
    good = tmp_path / "good.gpkg"
    write_backup(str(target), good, QUIET)
    write(sqlite_engine, organisation("b"))
    with pytest.raises(BackupError, match="--replace"):
        restore_backup(good, str(target), QUIET)
    with sqlite_engine.connect() as reader:
        reader.execute(text("SELECT 1 FROM organisations"))
        with pytest.raises(BackupError, match="is in use"):
            restore_backup(good, str(target), QUIET, replace=True)
    sqlite_engine.dispose()
    restore_backup(good, str(target), QUIET, replace=True)
    assert digests(str(target))["organisations"] == read_manifest(good).tables["organisations"]
    aside = [one for one in tmp_path.iterdir() if ".before-" in one.name]
    assert len(aside) == 1
    with closing(sqlite3.connect(aside[0])) as connection, connection:
        assert connection.execute("SELECT count(*) FROM organisations").fetchone()[0] == 2
    connection.close()


@pytest.mark.postgis
def test_many_processes_bring_one_database_up_to_date_once(other_postgis: str) -> None:
    """Eight start at once on an empty database: none fails, so every revision ran once (none can run twice)."""
    failures: list[BaseException] = []

    def start() -> None:
        try:
            create_database(other_postgis)
        except HinterlandError as error:
            failures.append(error)

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_full_disk_leaves_no_half_backup(sqlite_engine: Engine, tmp_path: Path) -> None:
    """/dev/full answers every write with “no space left on device”: a limit on the size of files does the same here."""
    resource = pytest.importorskip("resource")
    write(sqlite_engine, source(), organisation("a"))
    pid = os.fork()
    if pid == 0:  # pragma: no cover - the child's end is looked at
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        try:
            write_backup(url_of(sqlite_engine), tmp_path / "b.gpkg", QUIET)
        except HinterlandError:
            os._exit(7)
        except BaseException:  # noqa: BLE001 - the child must end here
            os._exit(9)
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 7
    assert not list(tmp_path.glob("b.gpkg*"))
