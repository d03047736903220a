"""The database: an embedded GeoPackage file or PostgreSQL with PostGIS, one engine for each."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, InvalidatePoolError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from supplychain.errors import HinterlandError
from supplychain.geopackage import register_functions
from supplychain.text import Text

BUSY_TIMEOUT_S: Final = 20.0
CONNECT_TIMEOUT_S: Final = 10
UNTRIED_S: Final = 1.0
"""Seconds after its use in which a connection to a server is used again without being tried."""

_BEGIN_OPTION: Final = "hinterland_begin"
_USED_AT: Final = "hinterland_used_at_s"

WRONG_URL: Final = Text(
    en="'{url}' names no database. Give a file such as hinterland.gpkg, or postgresql://user@host/name.",
    vi="'{url}' không chỉ cơ sở dữ liệu nào. Hãy ghi tên tệp như hinterland.gpkg, hoặc postgresql://user@host/name.",
)
NO_DRIVER: Final = Text(
    en="PostgreSQL needs its driver: install hinterland[postgres].",
    vi="Cần trình điều khiển PostgreSQL: hãy cài hinterland[postgres].",
)
NO_FILE: Final = Text(
    en="There is no database {path}. Make it with `hinterland init`.",
    vi="Không có cơ sở dữ liệu {path}. Hãy tạo bằng `hinterland init`.",
)
TROUBLE: Final = Text(
    en="The database {url} does not answer as it should: {reason}.",
    vi="Cơ sở dữ liệu {url} không dùng được: {reason}.",
)
LOCKED: Final = Text(
    en="The database {url} is being written by another program. Try again when it has finished.",
    vi="Cơ sở dữ liệu {url} đang được chương trình khác ghi. Hãy thử lại khi chương trình đó xong.",
)
READ_ONLY: Final = Text(
    en="The database {url} or its folder is closed to writing, and reading needs files beside it. Copy it to a folder "
    "of your own, or ask for the right to write.",
    vi="Cơ sở dữ liệu {url} hoặc thư mục chứa nó không cho ghi, mà khi đọc cũng cần tệp đi kèm. Hãy chép sang thư mục "
    "của bạn, hoặc xin quyền ghi.",
)


class DatabaseTroubleError(HinterlandError):
    """The database cannot be reached or used."""


def database_url(name: str) -> URL:
    """Return the URL of a database given as a file name or URL.

    Raises
    ------
    DatabaseTroubleError
        If the text is neither.
    """
    if not name.strip():
        raise DatabaseTroubleError(WRONG_URL.format(url=name))
    if "://" not in name:
        return URL.create("sqlite", database=name)
    try:
        url = make_url(name)
    except ArgumentError as error:
        raise DatabaseTroubleError(WRONG_URL.format(url=name)) from error
    backend = url.drivername.partition("+")[0]
    if backend == "sqlite" and url.database:
        return URL.create("sqlite", database=url.database)
    if backend in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    raise DatabaseTroubleError(WRONG_URL.format(url=url.render_as_string(hide_password=True)))


def make_engine(name: str, *, connections: int | None = None) -> Engine:
    """Return an engine; nothing is opened yet, and a SQLite file that is not there is made at first use.

    Parameters
    ----------
    name
        File name of the embedded database, or a PostgreSQL URL.
    connections
        Most connections at once, those to a server tried before use where they were idle: for a service that outlives
        its server's restarts. None for the few that a command needs.

    Raises
    ------
    DatabaseTroubleError
        If the name is neither or the PostgreSQL driver is not installed.
    """
    url = database_url(name)
    pool = {} if connections is None else {"pool_size": connections, "max_overflow": 0}
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_S}, **pool)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    try:
        arguments = {"connect_timeout": CONNECT_TIMEOUT_S, "client_encoding": "utf8"}
        engine = create_engine(url, connect_args=arguments, **pool)
    except ModuleNotFoundError as error:
        raise DatabaseTroubleError(NO_DRIVER) from error
    if connections is not None:
        _try_idle(engine)
    return engine


def _try_idle(engine: Engine) -> None:
    """Try connections that were idle before they are used again; where one fails, all are made anew."""

    def used(_connection: Any, record: ConnectionPoolEntry) -> None:  # noqa: ANN401 - the driver's connection
        record.info[_USED_AT] = time.monotonic()

    def tried(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:  # noqa: ANN401 - as above
        if time.monotonic() - record.info.get(_USED_AT, 0.0) < UNTRIED_S:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error

    event.listen(engine, "connect", used)
    event.listen(engine, "checkin", used)
    event.listen(engine, "checkout", tried)


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:  # noqa: ANN401 - pool record
    # The driver must not begin or commit by itself: DDL and savepoints belong to our transactions too.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = NORMAL")
    register_functions(connection)


def _begin_sqlite(connection: Connection) -> None:
    kind = connection.get_execution_options().get(_BEGIN_OPTION, "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {kind}")


def for_writing(engine: Engine) -> Engine:
    """Return the engine with transactions that take the write lock at once, so that none fails half-way for it."""
    return engine.execution_options(**{_BEGIN_OPTION: "IMMEDIATE"})


def begins_writing(connection: Connection) -> None:
    """Let the next transactions of a connection take the write lock at once, as ``for_writing`` does for an engine."""
    connection.execution_options(**{_BEGIN_OPTION: "IMMEDIATE"})


def reads_alone(connection: Connection) -> None:
    """Let each query of a connection stand by itself, so that PostgreSQL need not be told where a transaction ends.

    For a few questions whose answers are small; nothing may be streamed. The embedded database has no such way.
    """
    if not is_sqlite(connection):
        connection.execution_options(isolation_level="AUTOCOMMIT")


def open_database(name: str) -> Engine:
    """Return an engine of a database that is there.

    Raises
    ------
    DatabaseTroubleError
        If the file is not there, or the name is no database.
    """
    engine = make_engine(name)
    path = engine.url.database
    if is_sqlite(engine) and not (path and Path(path).is_file()):
        raise DatabaseTroubleError(NO_FILE.format(path=path))
    return engine


def is_sqlite(bind: Engine | Connection) -> bool:
    """Return whether the database is the embedded one."""
    return bind.dialect.name == "sqlite"


def use_write_ahead_log(engine: Engine) -> None:
    """Let readers of an embedded database read while it is written; the setting stays with the file."""
    raw = engine.raw_connection()
    try:
        raw.cursor().execute("PRAGMA journal_mode = WAL")
    finally:
        raw.close()


@contextmanager
def clear_errors(engine: Engine) -> Iterator[None]:
    """Turn trouble with the database itself into one sentence for the user; faults of ours stay what they are.

    Raises
    ------
    DatabaseTroubleError
        If the database cannot be reached, read or written.
    """
    try:
        yield
    except OperationalError as error:
        raise _trouble(engine, error) from error
    except DatabaseError as error:
        if type(error) is not DatabaseError:
            raise
        raise _trouble(engine, error) from error


def _trouble(engine: Engine, error: DatabaseError) -> DatabaseTroubleError:
    url = engine.url.database if is_sqlite(engine) else engine.url.render_as_string(hide_password=True)
    return trouble_with(url, str(error.orig))


def trouble_with(url: str | None, reason: str) -> DatabaseTroubleError:
    """Return the error of a database whose driver tells a reason."""
    reason = " ".join(reason.split()).rstrip(".")
    known = {"database is locked": LOCKED, "readonly database": READ_ONLY}
    told = next((text for words, text in known.items() if words in reason), TROUBLE)
    return DatabaseTroubleError(told.format(url=url, reason=reason))
