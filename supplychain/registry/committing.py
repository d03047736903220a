"""The commit of a staged change: what others changed meanwhile is taken in, then all rows move at once."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from sqlalchemy import Connection, delete, func, inspect, select
from sqlalchemy.engine.interfaces import ReflectedColumn
from sqlalchemy.exc import SAWarning

from supplychain.database import is_sqlite
from supplychain.errors import Finding
from supplychain.models import METADATA
from supplychain.models.registry import CHANGES, REDIRECTS
from supplychain.registry.drafts import Draft, Rules, draft_edits
from supplychain.registry.extent import note_extent
from supplychain.registry.integrity import MOST_TOLD, nowhere, refuse, same_twice, still_named
from supplychain.registry.moving import count_operations, move_rows
from supplychain.registry.origins import NEW_VALUES, refuse_unknown_sources
from supplychain.registry.staging import (
    GUARDED,
    Staging,
    drop_staged,
    read_staged,
    require_staging,
    staged_name,
    staged_notes,
    staged_table,
    unstage,
    write_staged,
)
from supplychain.registry.tables import RegistryTable, registry_table
from supplychain.registry.values import REGISTRY_TABLES, Change, Edit, Origin, RegistryError
from supplychain.registry.writing import close_change, next_number, now, take_turn
from supplychain.rules import shown
from supplychain.text import Text

STAGED_BEFORE: Final = Text(
    en="Change {change_id} was staged by an older version of the program. Abandon it and import the file again.",
    vi="Thay đổi {change_id} do phiên bản cũ của chương trình chuẩn bị. Hãy hủy và nhập lại tệp.",
)
OVERWRITTEN: Final = Text(
    en="{table} {record_id}: {column} was made '{theirs}' by change {number} while this change was under way; "
    "it is '{ours}' now.",
    vi="{table} {record_id}: {column} đã được thay đổi số {number} ghi là '{theirs}' trong lúc chuẩn bị thay đổi này; "
    "nay là '{ours}'.",
)


def commit_staged(connection: Connection, change_id: int) -> Change:
    """Commit a staged change inside the caller's transaction.

    Raises
    ------
    FindingsError
        If an edit cannot be made any more, or a reference leads nowhere.
    RegistryError
        If the change is not under way, or a source it names is none.
    """
    take_turn(connection)
    staging = require_staging(connection, change_id)
    _refuse_older(connection, staging)
    notes = staged_notes(connection, change_id)
    return finish(connection, _catch_up(connection, staging, notes), notes)


def _refuse_older(connection: Connection, staging: Staging) -> None:
    """Refuse what an older version of the program has staged: its rows lack columns.

    Raises
    ------
    RegistryError
        If a column is missing.
    """
    for name in staging.tables:
        columns = {column["name"] for column in _columns(connection, staged_name(staging.change_id, name))}
        if not columns.issuperset(registry_table(name).stored):
            raise RegistryError(STAGED_BEFORE.format(change_id=staging.change_id))


def _columns(connection: Connection, staged: str) -> list[ReflectedColumn]:
    with warnings.catch_warnings():
        # SQLAlchemy does not know the type of geometry columns; only the names are asked for.
        warnings.simplefilter("ignore", SAWarning)
        return inspect(connection).get_columns(staged)


def finish(connection: Connection, staging: Staging, notes: Sequence[Text]) -> Change:
    """Move what a change has staged, look at what must hold, and give the change its number.

    Raises
    ------
    FindingsError
        If a reference leads nowhere.
    RegistryError
        If a source the change names is none.
    """
    change_id = staging.change_id
    counts = {"added": 0, "changed": 0, "removed": 0, "same": 0}
    for name in staging.tables:
        for operation, count in count_operations(connection, staged_name(change_id, name)).items():
            counts[operation] += count
    unchanged = counts.pop("same")
    if not any(counts.values()):
        drop_staged(connection, change_id)
        connection.execute(delete(CHANGES).where(CHANGES.c.fid == change_id))
        return Change(None, unchanged=unchanged, notes=tuple(notes))
    number = next_number(connection)
    ordered = [registry_table(name) for name in REGISTRY_TABLES if name in staging.tables]
    for table in ordered:
        move_rows(connection, table, staged_name(change_id, table.name), number)
        _forget_redirects(connection, table, change_id)
    refuse(list(islice(_broken(connection, ordered, change_id), MOST_TOLD)))
    if staging.kind in NEW_VALUES:
        refuse_unknown_sources(connection, staging.sources)
    _grow_extents(connection, ordered, change_id)
    close_change(connection, change_id, number, {**counts, "unchanged": unchanged})
    return Change(number, **counts, unchanged=unchanged, notes=tuple(notes))


def _catch_up(connection: Connection, staging: Staging, notes: list[Text]) -> Staging:
    """Make the edits of records that others changed meanwhile on what those records are now.

    Raises
    ------
    FindingsError
        If one cannot be made any more.
    """
    drafts: list[Draft] = []
    for name in staging.tables:
        table = registry_table(name)
        stale = list(_stale(connection, table, staging.change_id))
        if stale:
            drafts.extend(read_staged(connection, staging, name, stale))
    if not drafts:
        return staging
    edits = [_edit_again(draft) for draft in drafts]
    unstage(connection, staging, [(draft.table, draft.record_id) for draft in drafts])
    rules = Rules(Origin(staging.source_id, now()), guarded=staging.kind in GUARDED)
    batch = draft_edits(connection, edits, rules)
    refuse([finding for _edit, findings in batch.refused for finding in findings])
    before = {(draft.table, draft.record_id): draft for draft in drafts}
    for draft in batch.drafts.values():
        if (draft.table, draft.record_id) in before:
            notes.extend(_overwritten(before[draft.table, draft.record_id], draft))
    notes.extend(batch.notes)
    return write_staged(connection, staging, list(batch.drafts.values()))


def _edit_again(draft: Draft) -> Edit:
    if not draft.new.exists:
        return Edit(draft.table, draft.record_id, None)
    origins = {name: draft.new.origins[name] for name in draft.named if name in draft.new.origins}
    return Edit(draft.table, draft.record_id, {name: draft.new.value(name) for name in draft.named}, origins)


def _overwritten(before: Draft, after: Draft) -> Iterator[Text]:
    """Yield what others changed meanwhile and this change gives another value."""
    for column in after.touched:
        theirs = after.base.value(column)
        if theirs != before.base.value(column):
            yield OVERWRITTEN.format(
                table=after.table,
                record_id=after.record_id,
                column=column,
                theirs=shown(theirs),
                ours=shown(after.new.value(column)),
                number=after.base.number,
            )


def _stale(connection: Connection, table: RegistryTable, change_id: int) -> Iterator[str]:
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


def _forget_redirects(connection: Connection, table: RegistryTable, change_id: int) -> None:
    """Let ids that have a record of their own again lead nowhere else."""
    is_any = select(func.count()).select_from(REDIRECTS).where(REDIRECTS.c.table_name == table.name)
    if not connection.scalar(is_any):
        return
    sql = staged_table(change_id, table)
    again = select(sql.c[table.key]).where(sql.c.staged_operation == "added")
    connection.execute(delete(REDIRECTS).where(REDIRECTS.c.table_name == table.name, REDIRECTS.c.record_id.in_(again)))


def _broken(connection: Connection, tables: Sequence[RegistryTable], change_id: int) -> Iterator[Finding]:
    for table in tables:
        sql = staged_table(change_id, table)
        key = sql.c[table.key]
        written = sql.c.staged_operation.in_(("added", "changed"))
        for column, (target, target_key) in table.references.items():
            there = METADATA.tables[target]
            missing = ~select(there.c[target_key]).where(there.c[target_key] == sql.c[column]).exists()
            query = select(key, sql.c[column]).where(written, sql.c[column].is_not(None), missing).limit(MOST_TOLD)
            for record_id, value in connection.execute(query):
                yield nowhere(table, record_id, column, value, target)
        removed = list(connection.scalars(select(key).where(sql.c.staged_operation == "removed")))
        yield from still_named(connection, table.name, removed)
        if any(type(rule).__name__ == "UniqueTogether" for rule in table.declaration.rules):
            yield from same_twice(connection, table, list(connection.scalars(select(key).where(written))))


def _grow_extents(connection: Connection, tables: Sequence[RegistryTable], change_id: int) -> None:
    if not is_sqlite(connection):
        return
    for table in tables:
        staged = staged_name(change_id, table.name)
        query = f"SELECT min(staged_lon), min(staged_lat), max(staged_lon), max(staged_lat) FROM {staged}"  # noqa: S608
        west, south, east, north = connection.exec_driver_sql(query).one()
        note_extent(connection, table.name, None if west is None else (west, south, east, north))
