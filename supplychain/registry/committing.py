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
from supplychain.models.base import UniqueTogether
from supplychain.models.registry import CHANGES, REDIRECTS, REVISIONS
from supplychain.registry.ahead import WRITTEN, Ahead, stale_records, tally_all
from supplychain.registry.drafts import Draft, Rules, draft_edits
from supplychain.registry.extent import note_extent
from supplychain.registry.integrity import (
    ABOVE,
    MOST_TOLD,
    going_round,
    nowhere,
    refuse,
    same_twice,
    still_named,
)
from supplychain.registry.moving import move_rows
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
from supplychain.registry.writing import close_change, next_place, now, take_turn
from supplychain.rules import shown
from supplychain.text import Text

MANY: Final = 1000
"""Records from which on a change alters how a database had best look for anything."""

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


def commit_staged(connection: Connection, change_id: int, seen: Ahead | None = None) -> Change:
    """Commit a staged change inside the caller's transaction.

    Parameters
    ----------
    connection, change_id
        The change.
    seen
        What was found out about it before the turn on the same connection; it counts only if nothing was written since.

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
    if seen is not None and seen.holds(connection):
        return finish(connection, staging, notes, seen)
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


def finish(connection: Connection, staging: Staging, notes: Sequence[Text], seen: Ahead | None = None) -> Change:
    """Move what a change has staged, look at what must hold, and give the change its number.

    Parameters
    ----------
    connection, staging
        The change, whose edits are made on what the records are now.
    notes
        What was told while it was staged.
    seen
        What was found out before, where it still holds: it is not looked at again.

    Raises
    ------
    FindingsError
        If a reference leads nowhere.
    RegistryError
        If a source the change names is none.
    """
    change_id = staging.change_id
    tallies = seen.tallies if seen is not None else tally_all(connection, staging)
    counts = {name: sum(getattr(one, name) for one in tallies.values()) for name in ("added", "changed", "removed")}
    unchanged = sum(one.same for one in tallies.values())
    if not any(counts.values()):
        drop_staged(connection, change_id)
        connection.execute(delete(CHANGES).where(CHANGES.c.fid == change_id))
        return Change(None, unchanged=unchanged, notes=tuple(notes))
    place = next_place(connection)
    ordered = [registry_table(name) for name in REGISTRY_TABLES if name in staging.tables]
    for table in ordered:
        move_rows(connection, table, staged_name(change_id, table.name), place.number, tallies[table.name])
        _forget_redirects(connection, table, change_id)
    refuse(list(islice(_broken(connection, ordered, change_id, seen), MOST_TOLD)))
    if staging.kind in NEW_VALUES:
        refuse_unknown_sources(connection, staging.sources)
    if is_sqlite(connection):
        for table in ordered:
            note_extent(connection, table.name, tallies[table.name].box)
    close_change(connection, change_id, place, {**counts, "unchanged": unchanged})
    if sum(counts.values()) >= MANY and not is_sqlite(connection):
        _count_anew(connection, ordered)
    return Change(place.number, **counts, unchanged=unchanged, notes=tuple(notes))


def _count_anew(connection: Connection, tables: Sequence[RegistryTable]) -> None:
    """Let PostgreSQL know at once how much there is now: what it plans until it counts by itself reads whole tables."""
    for table in (*(one.sql for one in tables), REVISIONS, CHANGES):
        connection.exec_driver_sql(f"ANALYZE {connection.dialect.identifier_preparer.format_table(table)}")


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
        stale = list(stale_records(connection, table, staging.change_id))
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


def _forget_redirects(connection: Connection, table: RegistryTable, change_id: int) -> None:
    """Let ids that have a record of their own again lead nowhere else."""
    is_any = select(func.count()).select_from(REDIRECTS).where(REDIRECTS.c.table_name == table.name)
    if not connection.scalar(is_any):
        return
    sql = staged_table(change_id, table)
    again = select(sql.c[table.key]).where(sql.c.staged_operation == "added")
    connection.execute(delete(REDIRECTS).where(REDIRECTS.c.table_name == table.name, REDIRECTS.c.record_id.in_(again)))


def _broken(
    connection: Connection, tables: Sequence[RegistryTable], change_id: int, seen: Ahead | None
) -> Iterator[Finding]:
    for table in tables:
        sql = staged_table(change_id, table)
        key = sql.c[table.key]
        written = sql.c.staged_operation.in_(WRITTEN)
        if seen is None or not seen.is_sound:
            for column, (target, target_key) in table.references.items():
                there = METADATA.tables[target]
                missing = ~select(there.c[target_key]).where(there.c[target_key] == sql.c[column]).exists()
                query = select(key, sql.c[column]).where(written, sql.c[column].is_not(None), missing).limit(MOST_TOLD)
                for record_id, value in connection.execute(query):
                    yield nowhere(table, record_id, column, value, target)
        if seen is None or seen.tallies[table.name].removed:
            removed = list(connection.scalars(select(key).where(sql.c.staged_operation == "removed")))
            yield from still_named(connection, table.name, removed)
        if any(isinstance(rule, UniqueTogether) for rule in table.declaration.rules):
            yield from same_twice(connection, table, list(connection.scalars(select(key).where(written))))
        for column in ABOVE.get(table.name, ()):
            below = connection.scalars(select(key).where(written, sql.c[column].is_not(None)))
            yield from going_round(connection, table, column, list(below))
