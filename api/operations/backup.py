"""A backup: everything a database holds at one moment, as one embedded database, taken while others write.

Of the embedded database and of PostgreSQL the backup is the same: a GeoPackage with the digest of every table beside
the rows, so that a backup of one can be restored to the other.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any, Final, Protocol

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, Table, event, insert

from api.database import create_database
from api.operations.contents import ROWS_AT_ONCE, DigestMaker, TableDigest, digest, rows_of, tables_of
from api.operations.manifest import Manifest, read_manifest, write_manifest
from api.readiness import opened
from supplychain.database import clear_errors, for_writing, is_sqlite, make_engine, open_database
from supplychain.errors import HinterlandError
from supplychain.geopackage import refresh_contents
from supplychain.models import METADATA
from supplychain.registry.staging import PREFIX, make_staged_table
from supplychain.registry.tables import registry_table
from supplychain.text import Text

PAGES_AT_ONCE: Final = 4096
PART: Final = ".part"

EXISTS: Final = Text(
    en="{path} is there already. Name another file for the backup.",
    vi="Đã có {path}. Hãy chọn tên tệp khác cho bản sao lưu.",
)
NO_FOLDER: Final = Text(
    en="{path} cannot be written: {reason}.",
    vi="Không ghi được {path}: {reason}.",
)
NOT_EQUAL: Final = Text(
    en="The backup differs from the database in {tables} and was thrown away. Please report this; check the disk.",
    vi="Bản sao lưu khác cơ sở dữ liệu ở {tables} nên đã bị bỏ. Xin báo lỗi; hãy kiểm tra ổ đĩa.",
)
DAMAGED: Final = Text(
    en="The embedded database is damaged ({reason}). Restore an earlier backup.",
    vi="Cơ sở dữ liệu nhúng bị hỏng ({reason}). Hãy khôi phục bản sao lưu trước đó.",
)
READING: Final = Text(en="Reading {table}", vi="Đọc {table}")
COPYING: Final = Text(en="Copying", vi="Sao chép")
COMPARING: Final = Text(en="Comparing {table}", vi="Đối chiếu {table}")


class Told(Protocol):
    """What progress is told to."""

    def detail(self, text: Text) -> None:
        """Say what is done just now."""


class BackupError(HinterlandError):
    """A backup or restore that was not made; what was there before is untouched."""


def write_backup(database: str, path: Path, told: Told) -> Manifest:
    """Write a backup of a database to a new file, verify that both hold the same, and return what it holds.

    Readers and writers go on meanwhile; what they write after the beginning is not in it.

    Parameters
    ----------
    database
        File name or URL.
    path
        New file.
    told
        Told how far it is.

    Raises
    ------
    BackupError
        If the file is there already, cannot be written, or does not hold what the database holds.
    HinterlandError
        If the database cannot be used.
    """
    if path.exists():
        raise BackupError(EXISTS.format(path=path))
    part = path.with_name(path.name + PART)
    with opened(database) as engine, _new_file(part):
        manifest = _copy(engine, part, told)
        _verify(part, told)
        _sync(part)
        part.replace(path)
    return manifest


@contextmanager
def _new_file(path: Path) -> Iterator[None]:
    """Make a file that only its owner reads, and remove it if what follows fails."""
    try:
        path.unlink(missing_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        yield
    except (OSError, sqlite3.Error) as error:
        raise BackupError(NO_FOLDER.format(path=path, reason=getattr(error, "strerror", None) or error)) from error
    finally:
        for left in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal"))):
            left.unlink(missing_ok=True)


def _copy(engine: Engine, part: Path, told: Told) -> Manifest:
    with clear_errors(engine), engine.connect() as connection:
        if is_sqlite(engine):
            with connection.begin():
                revision = _revision(connection)
                digests = {}
                for table in tables_of(connection):
                    told.detail(READING.format(table=table.name))
                    digests[table.name] = digest(connection, table)
                told.detail(COPYING)
                _copy_file(connection, part)
        else:
            snapshot = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with snapshot.begin():
                revision = _revision(snapshot)
                digests = _copy_rows(snapshot, part, told)
    manifest = Manifest(
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        program=version("hinterland"),
        revision=revision,
        origin="sqlite" if is_sqlite(engine) else "postgresql",
        tables=digests,
    )
    write_manifest(part, manifest)
    return manifest


def _revision(connection: Connection) -> str:
    return MigrationContext.configure(connection).get_current_revision() or ""


def _copy_file(connection: Connection, part: Path) -> None:
    """Copy the embedded database as the connection's transaction sees it, page by page, as one plain file."""
    source = connection.connection.driver_connection
    assert isinstance(source, sqlite3.Connection)  # noqa: S101 - the driver of the embedded database
    with closing(sqlite3.connect(part)) as copy:
        source.backup(copy, pages=PAGES_AT_ONCE)
        copy.execute("PRAGMA journal_mode = DELETE")
        found = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise BackupError(DAMAGED.format(reason=found))


def _copy_rows(source: Connection, part: Path, told: Told) -> dict[str, TableDigest]:
    """Copy every row to a new embedded database, and return the digests of what was read."""
    create_database(str(part))
    engine = filling_engine(str(part))
    digests: dict[str, TableDigest] = {}
    try:
        with for_writing(engine).begin() as target:
            triggers = take_triggers(target)
            for table in tables_of(source):
                told.detail(READING.format(table=table.name))
                digests[table.name] = fill(source, target, table)
            for statement in triggers:
                target.exec_driver_sql(statement)
            refresh_contents(target, METADATA.sorted_tables)
        with closing(engine.raw_connection()) as raw:
            raw.cursor().execute("PRAGMA journal_mode = DELETE")
    finally:
        engine.dispose()
    return digests


def filling_engine(file: str) -> Engine:
    """Return an engine of an embedded database that takes rows in any order: references are looked at afterwards."""
    engine = make_engine(file)
    event.listen(engine, "connect", _without_references)
    return engine


def _without_references(connection: sqlite3.Connection, _record: Any) -> None:  # noqa: ANN401 - pool record
    connection.execute("PRAGMA foreign_keys = OFF")


def take_triggers(connection: Connection) -> tuple[str, ...]:
    """Drop the triggers that keep history as it is, and return what makes them again; those of R*Trees stay."""
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name NOT LIKE 'rtree_%'"
    found = list(connection.exec_driver_sql(query))
    for name, _sql in found:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    return tuple(sql for _name, sql in found)


def fill(source: Connection, target: Connection, table: Table) -> TableDigest:
    """Copy the rows of one table, some thousands at a time, and return their digest."""
    if table.name.startswith(PREFIX):
        change_id, _, name = table.name.removeprefix(PREFIX).partition("_")
        make_staged_table(target, registry_table(name), int(change_id))
    taken = DigestMaker(table)
    names = [column.name for column in table.columns]
    rows = rows_of(source, table)
    while chunk := list(islice(rows, ROWS_AT_ONCE)):
        for row in chunk:
            taken.add(row)
        target.execute(insert(table), [dict(zip(names, row, strict=True)) for row in chunk])
    return taken.digest()


def _verify(part: Path, told: Told) -> None:
    """Read the backup again and compare every table with what was read of the database.

    Raises
    ------
    BackupError
        If a table differs.
    """
    different = differing_in(part, read_manifest(part).tables, told)
    if different:
        raise BackupError(NOT_EQUAL.format(tables=", ".join(different)))


def differing_in(path: Path, expected: Mapping[str, TableDigest], told: Told) -> list[str]:
    """Return the tables of an embedded database that do not hold what they should."""
    engine = open_database(str(path))
    try:
        with clear_errors(engine), engine.connect() as connection:
            return differing(connection, expected, told)
    finally:
        engine.dispose()


def differing(connection: Connection, expected: Mapping[str, TableDigest], told: Told) -> list[str]:
    """Return the tables that do not hold what they should."""
    found: dict[str, TableDigest] = {}
    for table in tables_of(connection):
        told.detail(COMPARING.format(table=table.name))
        found[table.name] = digest(connection, table)
    return sorted(name for name in {**expected, **found} if found.get(name) != expected.get(name))


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
