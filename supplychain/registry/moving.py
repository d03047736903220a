"""Staged rows moved into a typed table by the database itself, with the R*Tree kept right.

Row by row the triggers of the R*Tree would call Python; where many rows move they are put aside for the transaction,
and the index is filled from the staged coordinates at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection

from supplychain.database import is_sqlite
from supplychain.registry.extent import Box
from supplychain.registry.tables import GEOMETRY, RegistryTable, stored_columns

MANY: Final = 500
"""Positions from which on putting the triggers aside is quicker."""

_PUT_ASIDE: Final = ("insert", "update2", "update6", "update7")


def bulk_insert(connection: Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write many rows: in one statement on the embedded database, by COPY on PostgreSQL."""
    names = ", ".join(f'"{name}"' for name in columns)
    if is_sqlite(connection):
        marks = ", ".join("?" for _ in columns)
        held = rows if isinstance(rows, list) else list(rows)
        if held:
            connection.exec_driver_sql(f"INSERT INTO {table} ({names}) VALUES ({marks})", held)  # noqa: S608 - ours
        return
    cursor: Any = connection.connection.cursor()
    with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    cursor.close()


@dataclass(frozen=True, slots=True)
class Tally:
    """What a change has staged of one table.

    Parameters
    ----------
    added, changed, removed, same
        Records of each operation.
    moved
        How many positions are new.
    box
        Extent of the staged positions; None where there are none.
    """

    added: int
    changed: int
    removed: int
    same: int
    moved: int
    box: Box | None


def tally(connection: Connection, staged: str) -> Tally:
    """Return what is staged in a table, read once."""
    operations = ("added", "changed", "removed", "same")
    counts = ", ".join(f"count(CASE WHEN staged_operation = '{one}' THEN 1 END)" for one in operations)
    query = (
        f"SELECT {counts}, count(CASE WHEN staged_moved THEN 1 END),"  # noqa: S608 - our names
        f" min(staged_lon), min(staged_lat), max(staged_lon), max(staged_lat) FROM {staged}"
    )
    added, changed, removed, same, moved, *box = connection.exec_driver_sql(query).one()
    return Tally(added, changed, removed, same, moved, None if box[0] is None else (box[0], box[1], box[2], box[3]))


def move_rows(connection: Connection, table: RegistryTable, staged: str, number: int, counts: Tally) -> None:
    """Make a typed table what the staged rows say; the caller looks at references afterwards."""
    with _quick_index(connection, table, counts) as is_quick:
        if counts.removed:
            gone = f"SELECT {table.key} FROM {staged} WHERE staged_operation = 'removed'"  # noqa: S608 - our names
            connection.exec_driver_sql(f"DELETE FROM {table.name} WHERE {table.key} IN ({gone})")  # noqa: S608
        if counts.added:
            _add(connection, table, staged, number, is_quick=is_quick)
        if counts.changed:
            _change(connection, table, staged, number, is_quick=is_quick)


def _add(connection: Connection, table: RegistryTable, staged: str, number: int, *, is_quick: bool) -> None:
    names = ", ".join(f'"{name}"' for name in (*table.stored, "in_pack"))
    added = f"FROM {staged} WHERE staged_operation = 'added'"
    if not is_sqlite(connection):
        connection.exec_driver_sql(
            f"INSERT INTO {table.name} ({names}, change) SELECT {names}, {number} {added} ORDER BY staged_fid"
        )
        return
    first = connection.exec_driver_sql(f"SELECT coalesce(max(fid), 0) FROM {table.name}").scalar_one()  # noqa: S608
    connection.exec_driver_sql(
        f"INSERT INTO {table.name} (fid, {names}, change)"
        f" SELECT {first} + staged_fid, {names}, {number} {added} ORDER BY staged_fid"
    )
    if is_quick:
        connection.exec_driver_sql(
            f"INSERT INTO rtree_{table.name}_{GEOMETRY}"
            f" SELECT {first} + staged_fid, staged_lon, staged_lon, staged_lat, staged_lat {added}"
            " AND staged_lon IS NOT NULL"
        )


def _change(connection: Connection, table: RegistryTable, staged: str, number: int, *, is_quick: bool) -> None:
    touched = connection.exec_driver_sql(
        f"SELECT DISTINCT staged_touched FROM {staged} WHERE staged_operation = 'changed'"  # noqa: S608 - our names
    ).scalars()
    columns = stored_columns(sorted({name for names in touched for name in names.split(";") if name}))
    still = [name for name in columns if name != GEOMETRY]
    _update(connection, table, staged, number, (still, "NOT staged_moved"))
    if GEOMETRY not in columns:
        return
    _update(connection, table, staged, number, (columns, "staged_moved"))
    if is_quick:
        moved = f"FROM {staged} AS s JOIN {table.name} AS t ON t.{table.key} = s.{table.key} WHERE s.staged_moved"
        rtree = f"rtree_{table.name}_{GEOMETRY}"
        connection.exec_driver_sql(f"DELETE FROM {rtree} WHERE id IN (SELECT t.fid {moved})")  # noqa: S608 - ours
        connection.exec_driver_sql(
            f"INSERT INTO {rtree} SELECT t.fid, staged_lon, staged_lon, staged_lat, staged_lat {moved}"
            " AND staged_lon IS NOT NULL"
        )


def _update(
    connection: Connection,
    table: RegistryTable,
    staged: str,
    number: int,
    what: tuple[Sequence[str], str],
) -> None:
    columns, condition = what
    sets = ", ".join(f'"{name}" = s."{name}"' for name in (*columns, "in_pack"))
    connection.exec_driver_sql(
        f"UPDATE {table.name} SET {sets}, change = {number} FROM {staged} AS s"  # noqa: S608 - our names
        f" WHERE s.{table.key} = {table.name}.{table.key} AND s.staged_operation = 'changed' AND {condition}"
    )


@contextmanager
def _quick_index(connection: Connection, table: RegistryTable, counts: Tally) -> Iterator[bool]:
    """Put the triggers of a table's R*Tree aside where many positions move; tell whether that was done."""
    if not (table.has_position and is_sqlite(connection)) or counts.moved < MANY:
        yield False
        return
    names = [f"rtree_{table.name}_{GEOMETRY}_{name}" for name in _PUT_ASIDE]
    made = []
    for name in names:
        query = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = ?"
        made.append(connection.exec_driver_sql(query, (name,)).scalar_one())
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    yield True
    for statement in made:
        connection.exec_driver_sql(statement)
