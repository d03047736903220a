"""Drafts written at once: the row of the typed table, the revision, the ids that lead elsewhere. For short changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, delete, insert, select, text, update

from supplychain.database import is_sqlite
from supplychain.models.registry import CHANGES, REDIRECTS, REVISIONS
from supplychain.registry.drafts import Draft
from supplychain.registry.integrity import refuse_broken
from supplychain.registry.states import encode_origins, encode_values
from supplychain.registry.tables import RegistryTable, is_in, registry_table, row_maker, stored_columns
from supplychain.registry.values import REGISTRY_TABLES

LIST: Final = ";"


def now() -> str:
    """Return the present time as history keeps it: ISO 8601 UTC, texts in the order of time."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def take_turn(connection: Connection) -> None:
    """Wait until no other change is being numbered; the turn lasts until the transaction ends.

    The embedded database must have been opened for writing (``supplychain.database.for_writing``).
    """
    if not is_sqlite(connection):
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('hinterland registry ' || current_schema()))"))


class Place(NamedTuple):
    """Where a change stands in the log: its number, and when the one before it was committed (empty for none)."""

    number: int
    after: str


def next_place(connection: Connection) -> Place:
    """Return the place of the change that is being written; the caller has the turn."""
    last = select(CHANGES.c.number, CHANGES.c.committed_at).where(CHANGES.c.number.is_not(None))
    row = connection.execute(last.order_by(CHANGES.c.number.desc()).limit(1)).one_or_none()
    return Place(1, "") if row is None else Place(row.number + 1, row.committed_at or "")


def open_change(connection: Connection, described: Mapping[str, Any]) -> int:
    """Enter a change that has no number yet and return its id."""
    row = {"status": "staging", "note": "", "started_at": now(), **described}
    key = connection.execute(insert(CHANGES), row).inserted_primary_key
    assert key is not None  # noqa: S101 - the table has one
    return int(key[0])


def close_change(connection: Connection, change_id: int, place: Place, counts: Mapping[str, Any]) -> None:
    """Give a change its number: from the end of the transaction everybody sees it, and nobody changes it again."""
    values = {"number": place.number, "status": "committed", "committed_at": max(now(), place.after), **counts}
    connection.execute(update(CHANGES).where(CHANGES.c.fid == change_id).values(values))


def write_drafts(connection: Connection, change_id: int, number: int, drafts: Iterable[Draft]) -> dict[str, int]:
    """Write the records that differ, refuse what would dangle, and return how many were added, changed, removed.

    Raises
    ------
    FindingsError
        If a reference would lead nowhere or two rows would be the same.
    """
    counts = {"added": 0, "changed": 0, "removed": 0}
    by_table: dict[str, list[Draft]] = {}
    for draft in drafts:
        operation = draft.operation
        if operation is not None:
            counts[operation] += 1
            by_table.setdefault(draft.table, []).append(draft)
    for name in REGISTRY_TABLES:
        if name in by_table:
            write_revisions(connection, change_id, by_table[name])
            _write_rows(connection, registry_table(name), number, by_table[name])
            _write_redirects(connection, name, number, by_table[name])
    refuse_broken(connection, by_table)
    return counts


def revision_row(change_id: int, draft: Draft) -> dict[str, Any]:
    """Return the revision of a draft."""
    is_first = not draft.base.values
    return {
        "change_id": change_id,
        "table_name": draft.table,
        "record_id": draft.record_id,
        "operation": "added" if is_first and draft.new.exists else draft.operation,
        "touched": "" if is_first or not draft.new.exists else LIST.join(draft.touched),
        "content": encode_values(draft.new.values),
        "origins": encode_origins(draft.new),
        "in_pack": draft.new.in_pack,
        "merged_into": draft.new.merged_into,
    }


def write_revisions(connection: Connection, change_id: int, drafts: Sequence[Draft]) -> None:
    """Write the revision of each draft; nobody sees it before the change has its number."""
    rows = [revision_row(change_id, draft) for draft in drafts]
    connection.execute(insert(REVISIONS), rows if len(rows) > 1 else rows[0])


def _write_rows(connection: Connection, table: RegistryTable, number: int, drafts: Sequence[Draft]) -> None:
    removed = [draft.record_id for draft in drafts if draft.operation == "removed"]
    if removed:
        connection.execute(delete(table.sql).where(is_in(connection, table.id_column, removed)))
    added = [draft for draft in drafts if draft.operation == "added"]
    if added:
        _insert_rows(connection, table, number, added)
    groups: dict[tuple[str, ...], list[Draft]] = {}
    for draft in drafts:
        if draft.operation == "changed":
            groups.setdefault(stored_columns(sorted(draft.touched)), []).append(draft)
    for columns, group in groups.items():
        _update_rows(connection, table, number, columns, group)


def _mark(connection: Connection) -> str:
    return "?" if is_sqlite(connection) else "%s"


def _insert_rows(connection: Connection, table: RegistryTable, number: int, drafts: Sequence[Draft]) -> None:
    columns = table.stored
    make = row_maker(table, columns, embedded=is_sqlite(connection))
    names = ", ".join(f'"{name}"' for name in (*columns, "in_pack", "change"))
    marks = ", ".join([_mark(connection)] * (len(columns) + 2))
    statement = f"INSERT INTO {table.name} ({names}) VALUES ({marks})"  # noqa: S608 - our names
    rows = [(*make(draft.new.values or {}), draft.new.in_pack, number) for draft in drafts]
    connection.exec_driver_sql(statement, rows)


def _update_rows(
    connection: Connection, table: RegistryTable, number: int, columns: tuple[str, ...], drafts: Sequence[Draft]
) -> None:
    make = row_maker(table, columns, embedded=is_sqlite(connection))
    mark = _mark(connection)
    sets = ", ".join(f'"{name}" = {mark}' for name in (*columns, "in_pack", "change"))
    statement = f'UPDATE {table.name} SET {sets} WHERE "{table.key}" = {mark}'  # noqa: S608 - our names
    rows = [(*make(draft.new.values or {}), draft.new.in_pack, number, draft.record_id) for draft in drafts]
    connection.exec_driver_sql(statement, rows)


def _write_redirects(connection: Connection, table: str, number: int, drafts: Sequence[Draft]) -> None:
    # The id of a record that was there leads nowhere else, so there is nothing of it to take away.
    absent = [draft for draft in drafts if not draft.base.exists]
    gone = [draft.record_id for draft in absent if draft.new.exists or draft.new.merged_into is None]
    if gone:
        connection.execute(
            delete(REDIRECTS).where(REDIRECTS.c.table_name == table, is_in(connection, REDIRECTS.c.record_id, gone))
        )
    rows = [
        {"table_name": table, "record_id": draft.record_id, "into_id": draft.new.merged_into, "number": number}
        for draft in drafts
        if draft.new.merged_into is not None
    ]
    if rows:
        connection.execute(insert(REDIRECTS), rows)
