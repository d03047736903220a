"""A backup made a database again: checked whole before, compared after, all or nothing."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, Table, inspect, select, text

from api.database import create_database
from api.operations.backup import BackupError, Told, differing, differing_in, fill
from api.operations.contents import tables_of
from api.operations.manifest import NEWER, Manifest, ManifestError, read_manifest, remove_manifest
from api.readiness import known_revisions
from supplychain.database import clear_errors, database_url, is_sqlite, make_engine
from supplychain.models import METADATA
from supplychain.search.index import index_folder
from supplychain.text import Text

PART: Final = ".restoring"
BESIDE: Final = ("-wal", "-shm", "-journal")

THERE: Final = Text(
    en="{path} is there already. Name another database, or add --replace to put it aside as {path}.before-….",
    vi="Đã có {path}. Hãy chọn cơ sở dữ liệu khác, hoặc thêm --replace để cất bản cũ thành {path}.before-….",
)
IN_USE: Final = Text(
    en="{path} is in use. Stop the service and every program that has it open, then restore again.",
    vi="{path} đang được dùng. Hãy dừng dịch vụ và mọi chương trình đang mở tệp rồi khôi phục lại.",
)
NOT_EMPTY: Final = Text(
    en="{url} holds rows ({tables}). A backup is restored to a new, empty database; then point the service to it.",
    vi="{url} đã có dữ liệu ({tables}). Chỉ khôi phục vào cơ sở dữ liệu mới, trống; sau đó trỏ dịch vụ sang đó.",
)
NOT_WHOLE: Final = Text(
    en="{path} does not hold what it says ({tables}): it was damaged or changed. Nothing was restored.",
    vi="{path} không chứa đúng những gì đã ghi ({tables}): tệp bị hỏng hoặc bị sửa. Chưa khôi phục gì.",
)
NO_ROOM: Final = Text(
    en="{path} cannot be written: {reason}. Nothing was restored.",
    vi="Không ghi được {path}: {reason}. Chưa khôi phục gì.",
)
CHECKING: Final = Text(en="Checking the backup", vi="Kiểm tra bản sao lưu")
WRITING: Final = Text(en="Writing {table}", vi="Ghi {table}")


def restore_backup(path: Path, database: str, told: Told, *, replace: bool = False) -> Manifest:
    """Make a database of a backup and return what it held.

    Parameters
    ----------
    path
        A file that ``write_backup`` wrote; it stays as it is.
    database
        File name of the embedded database or a PostgreSQL URL, new or empty.
    told
        Told how far it is.
    replace
        Whether an embedded database that is there is put aside under another name.

    Raises
    ------
    ManifestError
        If the file is no backup, or of a newer program.
    BackupError
        If it is damaged, or the target is not free; nothing was changed.
    """
    manifest = read_manifest(path)
    if manifest.revision not in known_revisions():
        raise ManifestError(NEWER.format(path=path, program=manifest.program))
    url = database_url(database)
    if url.get_backend_name() == "sqlite":
        target = Path(url.database or "")
        require_free(target, replace=replace)
        with _checked_copy(path, target.with_name(target.name + PART), manifest, told) as copy:
            _take_place(copy, target)
        return manifest
    engine = make_engine(database)
    try:
        with clear_errors(engine):
            require_empty(engine)
        with _checked_copy(path, path.with_name(path.name + PART), manifest, told) as copy:
            create_database(database)
            _load(copy, engine, told)
    finally:
        engine.dispose()
    return manifest


@contextmanager
def _checked_copy(path: Path, copy: Path, manifest: Manifest, told: Told) -> Iterator[Path]:
    """Give a copy of a backup that was found whole, without what it says of itself and brought up to date."""
    told.detail(CHECKING)
    try:
        shutil.copyfile(path, copy)
        copy.chmod(0o600)
        different = differing_in(copy, manifest.tables, told)
        if different:
            raise BackupError(NOT_WHOLE.format(path=path, tables=", ".join(different)))
        remove_manifest(copy)
        create_database(str(copy))
        yield copy
    except (OSError, sqlite3.Error) as error:
        raise BackupError(NO_ROOM.format(path=copy, reason=getattr(error, "strerror", None) or error)) from error
    finally:
        for left in (copy, *(copy.with_name(copy.name + end) for end in BESIDE)):
            left.unlink(missing_ok=True)


def require_free(target: Path, *, replace: bool) -> None:
    """Raise unless an embedded database is not there, or may be put aside and nobody has it open.

    Raises
    ------
    BackupError
        If it is there or in use.
    """
    if not target.exists():
        return
    if not replace:
        raise BackupError(THERE.format(path=target))
    try:
        with closing(sqlite3.connect(target, timeout=0.2, isolation_level=None)) as connection:
            # Leaving the write-ahead log needs the file alone, and leaves one plain file behind.
            connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    except sqlite3.OperationalError as error:
        raise BackupError(IN_USE.format(path=target)) from error
    except sqlite3.DatabaseError:
        return  # A damaged file can be put aside as well.


def _take_place(copy: Path, target: Path) -> None:
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    with copy.open("rb") as file:
        os.fsync(file.fileno())
    if target.exists():
        aside = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        for name in (target.name, f"{target.name}.jobs.sqlite"):
            for end in ("", *BESIDE):
                old = target.with_name(name + end)
                if old.exists():
                    old.rename(target.with_name(f"{name}.before-{aside}{end}"))
    engine = make_engine(str(target))
    shutil.rmtree(index_folder(engine), ignore_errors=True)  # It belongs to the rows put aside, and is made again.
    engine.dispose()
    copy.replace(target)
    with closing(sqlite3.connect(target, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL").fetchone()


def require_empty(engine: Engine) -> None:
    """Raise unless none of our tables in a database holds a row.

    Raises
    ------
    BackupError
        If one does.
    """
    with engine.connect() as connection:
        present = set(inspect(connection).get_table_names())
        filled = [
            table.name
            for table in METADATA.sorted_tables
            if table.name in present and connection.execute(select(text("1")).select_from(table).limit(1)).first()
        ]
    if filled:
        shown = engine.url.render_as_string(hide_password=True)
        raise BackupError(NOT_EMPTY.format(url=shown, tables=", ".join(filled[:3])))


def _load(copy: Path, engine: Engine, told: Told) -> None:
    """Copy every row of an embedded database to an empty one on PostgreSQL, and compare, in one transaction."""
    source_engine = make_engine(str(copy))
    try:
        with source_engine.connect() as source, clear_errors(engine), engine.begin() as target:
            tables = tables_of(source)
            digests = {}
            with _open_tables(target, tables):
                for table in tables:
                    told.detail(WRITING.format(table=table.name))
                    digests[table.name] = fill(source, target, table)
                    _set_sequence(source, target, table)
            different = differing(target, digests, told)
            if different:
                raise BackupError(NOT_WHOLE.format(path=copy, tables=", ".join(different)))
    finally:
        source_engine.dispose()


@contextmanager
def _open_tables(target: Connection, tables: tuple[Table, ...]) -> Iterator[None]:
    """Let rows in as they are and in any order: no triggers of ours, no references; both are made again after."""
    names = [table.name for table in tables if table.name in METADATA.tables]
    query = text(
        "SELECT c.conrelid::regclass::text, c.conname, pg_get_constraintdef(c.oid) FROM pg_constraint c"
        " JOIN pg_class t ON t.oid = c.conrelid JOIN pg_namespace n ON n.oid = t.relnamespace"
        " WHERE c.contype = 'f' AND n.nspname = current_schema() AND t.relname = ANY(:names)"
    )
    references = list(target.execute(query, {"names": names}))
    for table, name, _definition in references:
        target.exec_driver_sql(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for table in names:
        target.exec_driver_sql(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
    yield
    for table in names:
        target.exec_driver_sql(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')
    for table, name, definition in references:
        target.exec_driver_sql(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')


def _set_sequence(source: Connection, target: Connection, table: Table) -> None:
    """Let the next key of a table be what it would have been: keys of rows that are gone are not given again."""
    key = next(iter(table.primary_key), None)
    if key is None or not hasattr(key.type, "python_type") or key.type.python_type is not int:
        return
    sequence = target.scalar(select(text("pg_get_serial_sequence(:t, :c)")).params(t=table.name, c=key.name))
    if sequence is None:
        return
    given = 0
    if is_sqlite(source) and inspect(source).has_table("sqlite_sequence"):
        query = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
        given = int(source.scalar(query, {"name": table.name}) or 0)
    last = max(given, int(source.scalar(select(text(f"coalesce(max({key.name}), 0)")).select_from(table)) or 0))
    if last:
        target.execute(text("SELECT setval(:s, :last)"), {"s": sequence, "last": last})
