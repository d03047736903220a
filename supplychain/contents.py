"""What names the content of tables: the same text while every row is the same, worked out again only after changes.

No change is ever missed. The embedded database tells each connection whether another has committed anything since, and
how many rows it changed itself (https://www.sqlite.org/pragma.html#pragma_data_version). PostgreSQL tells for each row
where it lies and which transaction wrote it: a row that is changed is another row by another transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, Engine

from supplychain.database import is_sqlite
from supplychain.latest import Latest

_KEPT: Final = "hinterland_contents"
_CONTENTS: Final[Latest[str]] = Latest(16)


def content_of(engine: Engine, tables: Sequence[str]) -> str:
    """Return the name of what some tables hold (SHA-256).

    Parameters
    ----------
    engine
        The database; a connection of its own is taken, so that nothing counts that is not committed.
    tables
        Names of tables of ours, each of which has ``fid``.
    """
    with engine.connect() as connection:
        if is_sqlite(connection):
            state = _embedded_state(connection)
            kept: dict[tuple[str, ...], tuple[Any, str]] = connection.info.setdefault(_KEPT, {})
            known = kept.get(tuple(tables))
            if known is not None and known[0] == state:
                return known[1]
            found = _digest(connection, tables)
            kept[tuple(tables)] = (state, found)
            return found
        key = (engine.url.render_as_string(), tuple(tables), _server_state(connection, tables))
        return _CONTENTS.get_or_make(key, lambda: _digest(connection, tables))


def _embedded_state(connection: Connection) -> tuple[int, ...]:
    """Return what is another after each change of the database, to this connection alone."""
    told = [
        int(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()) for name in ("data_version", "schema_version")
    ]
    driver: Any = connection.connection.driver_connection
    return (*told, int(driver.total_changes))


def _server_state(connection: Connection, tables: Sequence[str]) -> tuple[Any, ...]:
    """Return what is another after each change of a row: where every row lies, and which transaction wrote it."""
    rows = "md5(coalesce(string_agg(ctid::text || xmin::text, ' ' ORDER BY ctid), ''))"
    asked = ", ".join(
        f"(SELECT {rows} FROM {name}), pg_relation_filenode('{name}'::regclass)"  # noqa: S608 - our names
        for name in tables
    )
    return tuple(connection.exec_driver_sql(f"SELECT pg_postmaster_start_time()::text, {asked}").one())


def _digest(connection: Connection, tables: Sequence[str]) -> str:
    digest = hashlib.sha256()
    for name in tables:
        for row in connection.exec_driver_sql(f"SELECT * FROM {name} ORDER BY fid"):  # noqa: S608 - our names
            digest.update(repr(tuple(row)).encode())
    return digest.hexdigest()
