"""What can be found out about a staged change before its turn, so that others wait only while its rows move.

It counts only if the registry was not written between the look and the turn; otherwise all is looked at again inside
the transaction. Writes beside the registry (jobs, accounts, the audit trail) go on all the time and say nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Engine, and_, func, or_, select

from supplychain.database import begins_writing, is_sqlite
from supplychain.models import METADATA
from supplychain.models.registry import CHANGES, REDIRECTS
from supplychain.registry.moving import Tally, tally
from supplychain.registry.staging import Staging, require_staging, staged_name, staged_table
from supplychain.registry.tables import RegistryTable, registry_table

CACHE_KIB: Final = 131_072
"""Memory that the embedded database may take for the pages of one commit, KiB: ids come in no order, so the pages of
all indexes are touched again and again."""

WRITTEN: Final = ("added", "changed")
"""Operations after which there is a row: one staged as the same may stand for a record that was never there."""


Mark = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Ahead:
    """What was found out about a staged change.

    Parameters
    ----------
    mark
        State of the registry it was found out on: number of the last change, and of each table that the change writes
        or refers to how many rows it has and the last row's key, which tell also what was written past the history.
    chunks, change_id
        Chunks the change had staged, and its id.
    tallies
        What is staged, by table.
    is_current
        Whether every record is as it was when its edits were staged.
    is_sound
        Whether every reference will lead somewhere, and nothing is removed.
    """

    mark: Mark
    chunks: int
    change_id: int
    tallies: Mapping[str, Tally]
    is_current: bool
    is_sound: bool

    def holds(self, connection: Connection) -> bool:
        """Tell, on the same connection, whether nothing was written since and the edits can be made as staged."""
        now = (_mark(connection, self.tallies), _chunks(connection, self.change_id))
        return self.is_current and now == (self.mark, self.chunks)


def look_ahead(connection: Connection, change_id: int) -> Ahead:
    """Return what can be found out about a staged change before its turn; a transaction that only reads will do.

    Raises
    ------
    RegistryError
        If the change is not under way.
    """
    staging = require_staging(connection, change_id)
    mark, chunks = _mark(connection, staging.tables), _chunks(connection, change_id)
    tallies = tally_all(connection, staging)
    tables = [registry_table(name) for name in staging.tables]
    is_current = all(next(stale_records(connection, table, change_id), None) is None for table in tables)
    is_sound = (
        is_current
        and not any(one.removed for one in tallies.values())
        and not any(_is_dangling(connection, table, staging) for table in tables)
    )
    return Ahead(mark, chunks, change_id, tallies, is_current, is_sound)


@contextmanager
def committing(engine: Engine, change_id: int) -> Iterator[tuple[Connection, Ahead]]:
    """Open the transaction that commits a change; yield its connection, and what was found out before it began."""
    with engine.connect() as connection:
        with connection.begin():
            seen = look_ahead(connection, change_id)
        begins_writing(connection)
        with _roomy(connection, seen), connection.begin():
            yield connection, seen


@contextmanager
def _roomy(connection: Connection, seen: Ahead) -> Iterator[None]:
    """Give a connection to the embedded database room for many pages, until the transaction has ended.

    Where nothing is removed the database need not look every single reference up once more: the commit looks at all of
    them together, or did so before.
    """
    if not is_sqlite(connection):
        yield
        return
    wanted = {"cache_size": -CACHE_KIB}
    if seen.is_sound:
        wanted["foreign_keys"] = 0
    raw: Any = connection.connection.cursor()
    held = {name: raw.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted}
    try:
        for name, value in wanted.items():
            raw.execute(f"PRAGMA {name} = {value}")
        yield
    finally:
        for name, value in held.items():
            raw.execute(f"PRAGMA {name} = {value}")
        raw.close()


def tally_all(connection: Connection, staging: Staging) -> dict[str, Tally]:
    """Return what a change has staged, by table."""
    return {name: tally(connection, staged_name(staging.change_id, name)) for name in staging.tables}


def stale_records(connection: Connection, table: RegistryTable, change_id: int) -> Iterator[str]:
    """Yield the staged records that are not as they were, were merged away, or refer to what was."""
    staged = staged_name(change_id, table.name)
    key = table.key
    is_now = "CASE WHEN t.fid IS NULL THEN 0 ELSE coalesce(t.change, -1) END"
    query = (
        f"SELECT s.{key} FROM {staged} AS s LEFT JOIN {table.name} AS t ON t.{key} = s.{key}"  # noqa: S608 - our names
        f" WHERE {is_now} <> s.staged_base"
    )
    found = dict.fromkeys(connection.exec_driver_sql(query).scalars())
    merged = set(connection.scalars(select(REDIRECTS.c.table_name).distinct()))
    sql = staged_table(change_id, table)
    columns = {key: table.name, **{name: target for name, (target, _key) in table.references.items()}}
    for column, target in columns.items():
        if target in merged:
            away = select(REDIRECTS.c.record_id).where(REDIRECTS.c.table_name == target)
            query_away = select(sql.c[key]).where(sql.c[column].in_(away))
            if column == key:
                query_away = query_away.where(sql.c.staged_operation == "added")
            found |= dict.fromkeys(connection.scalars(query_away))
    yield from found


def _is_dangling(connection: Connection, table: RegistryTable, staging: Staging) -> bool:
    """Tell whether a staged record refers to what is neither there nor staged beside it."""
    sql = staged_table(staging.change_id, table)
    nowhere = []
    for column, (target, target_key) in table.references.items():
        there = METADATA.tables[target]
        missing = [~select(there.c[target_key]).where(there.c[target_key] == sql.c[column]).exists()]
        if target in staging.tables:
            beside = staged_table(staging.change_id, registry_table(target)).alias("beside")
            comes = and_(beside.c[target_key] == sql.c[column], beside.c.staged_operation.in_(WRITTEN))
            missing.append(~select(beside.c[target_key]).where(comes).exists())
        nowhere.append(and_(sql.c[column].is_not(None), *missing))
    if not nowhere:
        return False
    written = sql.c.staged_operation.in_(WRITTEN)
    return connection.execute(select(sql.c[table.key]).where(written, or_(*nowhere)).limit(1)).first() is not None


def _mark(connection: Connection, staged: Iterable[str]) -> Mark:
    """Return numbers that differ once somebody has written to the registry.

    On PostgreSQL the last change's says enough: what is written past the registry there is held by foreign keys.
    """
    last = int(connection.scalar(select(func.coalesce(func.max(CHANGES.c.number), 0))) or 0)
    if not is_sqlite(connection):
        return (last,)
    named = [registry_table(name) for name in staged]
    tables = {one.name for one in named} | {target for one in named for target, _key in one.references.values()}
    found = [last]
    for name in sorted(tables):
        rows = METADATA.tables[name]
        count, key = connection.execute(select(func.count(), func.coalesce(func.max(rows.c.fid), 0))).one()
        found += [int(count), int(key)]
    return tuple(found)


def _chunks(connection: Connection, change_id: int) -> int:
    return int(connection.scalar(select(CHANGES.c.chunks).where(CHANGES.c.fid == change_id)) or 0)
