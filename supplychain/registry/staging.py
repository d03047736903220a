"""Changes that are staged in chunks: revisions and rows are written ahead, unseen, and moved in one short transaction.

Each table of a change has a table of its own to stage in, ``registry_staged_<change>_<table>``: the columns of the
typed table without its rules, and for each record what the edits named and which state they were made on.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Final

from sqlalchemy import Boolean, Column, Connection, Double, Integer, MetaData, Table, delete, inspect, select, update
from sqlalchemy import Text as SqlText

from supplychain.database import is_sqlite
from supplychain.models.registry import CHANGES, REVISIONS
from supplychain.registry.drafts import Batch, Draft, Rules, draft_edits
from supplychain.registry.integrity import refuse
from supplychain.registry.moving import bulk_insert
from supplychain.registry.origins import new_sources
from supplychain.registry.states import ABSENT, UNRECORDED, State, current_states, decode_state
from supplychain.registry.tables import RegistryTable, is_in, registry_table, row_maker
from supplychain.registry.values import Edit, Origin, RegistryError
from supplychain.registry.writing import LIST, now, revision_row
from supplychain.text import Text

CHUNK: Final = 5000
"""Edits staged in one transaction: others wait for it about a second at most."""

GUARDED: Final = ("load", "import")
"""Kinds of changes that never bring back what was erased on request."""

PREFIX: Final = "registry_staged_"
"""Beginning of the names of staging tables."""

NOT_STAGING: Final = Text(
    en="There is no change under way with the id {change_id}: it was committed or abandoned. Begin it again.",
    vi="Không có thay đổi nào đang dở mang mã {change_id}: đã ghi nhận hoặc đã hủy. Hãy bắt đầu lại.",
)

_OWN: Final = ("staged_base", "staged_operation", "staged_named", "staged_touched", "staged_moved", "staged_lon")
_REVISION: Final = tuple(column.name for column in REVISIONS.columns if column.name != "fid")


@dataclass(frozen=True, slots=True)
class Staging:
    """A change under way: what it is, the tables it has staged in, the sources it names."""

    change_id: int
    kind: str
    source_id: str
    tables: tuple[str, ...]
    sources: frozenset[str]


def chunks(edits: Iterable[Edit]) -> Iterator[tuple[list[Edit], bool]]:
    """Yield the edits in chunks, and whether a chunk is the last; one empty chunk where there are none."""
    rest = iter(edits)
    chunk = list(islice(rest, CHUNK))
    while True:
        following = list(islice(rest, CHUNK))
        yield chunk, not following
        if not following:
            return
        chunk = following


def staged_name(change_id: int, table: str) -> str:
    """Return the name of the table in which a change stages the rows of a table."""
    return f"{PREFIX}{change_id}_{table}"


def require_staging(connection: Connection, change_id: int) -> Staging:
    """Return a change that is under way; on PostgreSQL nobody else stages, commits or abandons it meanwhile.

    Raises
    ------
    RegistryError
        If there is none.
    """
    query = select(CHANGES.c.kind, CHANGES.c.source_id, CHANGES.c.detail).where(
        CHANGES.c.fid == change_id, CHANGES.c.status == "staging"
    )
    row = connection.execute(query.with_for_update()).one_or_none()
    if row is None:
        raise RegistryError(NOT_STAGING.format(change_id=change_id))
    detail = json.loads(row.detail)
    return Staging(
        change_id, row.kind, row.source_id, tuple(detail.get("tables", ())), frozenset(detail.get("sources", ()))
    )


def stage_chunk(
    connection: Connection, change_id: int, edits: Sequence[Edit], marker: str | None, *, strict: bool
) -> Batch:
    """Stage one chunk inside the caller's transaction and return what came of it.

    Raises
    ------
    FindingsError
        If anything is wrong with the edits and ``strict``.
    RegistryError
        If the change is not under way.
    """
    staging = require_staging(connection, change_id)
    rules = Rules(Origin(staging.source_id, now()), guarded=staging.kind in GUARDED)
    held = _staged_drafts(connection, staging, edits)
    batch = draft_edits(connection, edits, rules, held=held)
    if strict:
        refuse([finding for _edit, findings in batch.refused for finding in findings])
    staging = write_staged(connection, staging, list(batch.drafts.values()), replaced=held)
    detail = {"tables": staging.tables, "sources": sorted(staging.sources), "notes": _notes(connection, staging, batch)}
    values: dict[str, Any] = {"chunks": CHANGES.c.chunks + 1, "detail": json.dumps(detail, ensure_ascii=False)}
    if marker is not None:
        values["marker"] = marker
    connection.execute(update(CHANGES).where(CHANGES.c.fid == change_id).values(values))
    return batch


def _notes(connection: Connection, staging: Staging, batch: Batch) -> list[list[str]]:
    detail = connection.scalar(select(CHANGES.c.detail).where(CHANGES.c.fid == staging.change_id))
    told: list[list[str]] = json.loads(detail or "{}").get("notes", [])
    return [*told, *([note.en, note.vi] for note in batch.notes)]


def staged_notes(connection: Connection, change_id: int) -> list[Text]:
    """Return what was told while a change was staged."""
    detail = connection.scalar(select(CHANGES.c.detail).where(CHANGES.c.fid == change_id))
    return [Text(en=en, vi=vi) for en, vi in json.loads(detail or "{}").get("notes", [])]


def write_staged(
    connection: Connection,
    staging: Staging,
    drafts: Sequence[Draft],
    *,
    replaced: Iterable[tuple[str, str]] = (),
) -> Staging:
    """Write drafts to the staging tables, with their revisions, and return the change with what it stages in now."""
    unstage(connection, staging, replaced)
    by_table: dict[str, list[Draft]] = {}
    for draft in drafts:
        by_table.setdefault(draft.table, []).append(draft)
    sources: set[str] = set()
    for name, some in by_table.items():
        if name not in staging.tables:
            make_staged_table(connection, registry_table(name), staging.change_id)
        _write_table(connection, registry_table(name), staging.change_id, some)
        for draft in some:
            sources |= new_sources(draft)
    tables = tuple(dict.fromkeys((*staging.tables, *by_table)))
    return replace(staging, tables=tables, sources=staging.sources | sources)


def unstage(connection: Connection, staging: Staging, keys: Iterable[tuple[str, str]]) -> None:
    """Take records back out of the staging tables, with their revisions."""
    by_table: dict[str, list[str]] = {}
    for name, record_id in keys:
        by_table.setdefault(name, []).append(record_id)
    for name, ids in by_table.items():
        sql = staged_table(staging.change_id, registry_table(name))
        connection.execute(delete(sql).where(is_in(connection, sql.c[registry_table(name).key], ids)))
        connection.execute(
            delete(REVISIONS).where(
                REVISIONS.c.change_id == staging.change_id,
                REVISIONS.c.table_name == name,
                is_in(connection, REVISIONS.c.record_id, ids),
            )
        )


def make_staged_table(connection: Connection, table: RegistryTable, change_id: int) -> None:
    """Make the empty table in which a change stages rows of one table."""
    name = staged_name(change_id, table.name)
    stored = [*table.stored, "in_pack"]
    own = "staged_base INTEGER, staged_operation TEXT, staged_named TEXT, staged_touched TEXT, staged_moved BOOLEAN"
    places = "staged_lon DOUBLE PRECISION, staged_lat DOUBLE PRECISION"
    if is_sqlite(connection):
        columns = ", ".join(f'"{column}"' for column in stored)
        connection.exec_driver_sql(f"CREATE TABLE {name} (staged_fid INTEGER PRIMARY KEY, {own}, {places}, {columns})")
    else:
        columns = ", ".join(f'"{column}"' for column in stored)
        connection.exec_driver_sql(f"CREATE TABLE {name} AS SELECT {columns} FROM {table.name} WITH NO DATA")  # noqa: S608
        added = ", ".join(f"ADD COLUMN {column.strip()}" for column in f"staged_fid SERIAL, {own}, {places}".split(","))
        connection.exec_driver_sql(f"ALTER TABLE {name} {added}")
    connection.exec_driver_sql(f"CREATE UNIQUE INDEX ix_{name} ON {name} ({table.key})")


def staged_table(change_id: int, table: RegistryTable) -> Table:
    """Return the staging table of one table of a change, with its own columns and the id of the record."""
    return Table(
        staged_name(change_id, table.name),
        MetaData(),
        Column("staged_fid", Integer),
        Column("staged_base", Integer),
        Column("staged_operation", SqlText),
        Column("staged_named", SqlText),
        Column(table.key, SqlText),
        *(Column(name, SqlText) for name in table.references if name != table.key),
    )


def whole_staged_table(change_id: int, table: RegistryTable) -> Table:
    """Return the staging table of one table of a change with every column, as a backup reads and writes it."""
    return Table(
        staged_name(change_id, table.name),
        MetaData(),
        Column("staged_fid", Integer),
        Column("staged_base", Integer),
        *(Column(name, SqlText) for name in ("staged_operation", "staged_named", "staged_touched")),
        Column("staged_moved", Boolean),
        Column("staged_lon", Double),
        Column("staged_lat", Double),
        *(Column(name, table.sql.c[name].type) for name in table.stored),
        Column("in_pack", Boolean),
    )


def _write_table(connection: Connection, table: RegistryTable, change_id: int, drafts: Sequence[Draft]) -> None:
    embedded = is_sqlite(connection)
    make = row_maker(table, table.stored, embedded=embedded)
    revisions: list[tuple[Any, ...]] = []
    rows: list[tuple[Any, ...]] = []
    for draft in drafts:
        operation = draft.operation
        named = LIST.join(sorted(draft.named))
        values: dict[str, Any] = {table.key: draft.record_id}
        touched = ""
        if operation is not None:
            revision = revision_row(change_id, draft)
            revisions.append(tuple(revision[name] for name in _REVISION))
            touched = revision["touched"]
            values = dict(draft.new.values or values)
        lon, lat = values.get("lon"), values.get("lat")
        moved = lon is not None if operation == "added" else bool({"lon", "lat"} & set(touched.split(LIST)))
        own = (draft.base.number, operation or "same", named, touched, moved, lon, lat)
        rows.append((*own, *make(values), draft.new.in_pack))
    bulk_insert(connection, "registry_revisions", _REVISION, revisions)
    columns = (*_OWN, "staged_lat", *table.stored, "in_pack")
    bulk_insert(connection, staged_name(change_id, table.name), columns, rows)


def _staged_drafts(connection: Connection, staging: Staging, edits: Iterable[Edit]) -> dict[tuple[str, str], Draft]:
    """Return the drafts that earlier chunks staged of the records that edits are of."""
    by_table: dict[str, set[str]] = {}
    for edit in edits:
        if edit.table in staging.tables:
            by_table.setdefault(edit.table, set()).add(edit.record_id)
    found: dict[tuple[str, str], Draft] = {}
    for name, ids in by_table.items():
        for draft in read_staged(connection, staging, name, ids):
            found[name, draft.record_id] = draft
    return found


def read_staged(connection: Connection, staging: Staging, name: str, ids: Iterable[str]) -> list[Draft]:
    """Return what a change has staged of some records of one table."""
    table = registry_table(name)
    sql = staged_table(staging.change_id, table)
    key = sql.c[table.key]
    query = (
        select(key, sql.c.staged_base, sql.c.staged_operation, sql.c.staged_named)
        .where(is_in(connection, key, ids))
        .order_by(sql.c.staged_fid)
    )
    rows = list(connection.execute(query))
    bases = base_states(connection, name, [(row[0], row[1]) for row in rows])
    news = _own_states(connection, staging.change_id, name, [row[0] for row in rows if row[2] != "same"])
    found = []
    for record_id, number, operation, named in rows:
        base = bases.get(record_id, ABSENT)
        new = base if operation == "same" else news[record_id]
        # The number of a state is that of the change it was made on, so that the commit can tell what happened since.
        base, new = replace(base, number=number), replace(new, number=number)
        found.append(Draft(name, record_id, base, new, set(named.split(LIST)) if named else set()))
    return found


def _own_states(connection: Connection, change_id: int, name: str, ids: Iterable[str]) -> dict[str, State]:
    query = select(
        REVISIONS.c.record_id,
        REVISIONS.c.content,
        REVISIONS.c.origins,
        REVISIONS.c.in_pack,
        REVISIONS.c.merged_into,
    ).where(
        REVISIONS.c.change_id == change_id,
        REVISIONS.c.table_name == name,
        is_in(connection, REVISIONS.c.record_id, ids),
    )
    return {
        row.record_id: decode_state(
            row.content, row.origins, in_pack=row.in_pack, merged_into=row.merged_into, number=0
        )
        for row in connection.execute(query)
    }


def base_states(connection: Connection, name: str, wanted: Sequence[tuple[str, int]]) -> dict[str, State]:
    """Return the states that records had after the changes with these numbers; 0 for none."""
    found: dict[str, State] = {}
    by_number: dict[int, list[str]] = {}
    for record_id, number in wanted:
        by_number.setdefault(number, []).append(record_id)
    for number, ids in by_number.items():
        if number == UNRECORDED:
            found |= current_states(connection, name, ids)
        elif number > 0:
            change_id = connection.scalar(select(CHANGES.c.fid).where(CHANGES.c.number == number))
            found |= _own_states(connection, int(change_id or 0), name, ids)
    return found


def drop_staged(connection: Connection, change_id: int) -> None:
    """Drop the tables a change staged in."""
    for name in require_staging(connection, change_id).tables:
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {staged_name(change_id, name)}")


def drop_leftovers(connection: Connection) -> None:
    """Drop the tables that finished changes staged in: nobody waits for that while a change is committed."""
    under_way = {str(one) for one in connection.scalars(select(CHANGES.c.fid).where(CHANGES.c.status == "staging"))}
    for name in inspect(connection).get_table_names():
        if name.startswith(PREFIX) and name.removeprefix(PREFIX).partition("_")[0] not in under_way:
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")
