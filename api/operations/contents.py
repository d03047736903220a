"""What a database holds, table by table, in a form that is the same on both databases: rows, and their digests."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, Table, inspect, select

import api.tables  # noqa: F401 - makes the tables of every room part of the one metadata
from supplychain.models import METADATA
from supplychain.registry.staging import PREFIX, whole_staged_table
from supplychain.registry.tables import registry_table

ROWS_AT_ONCE: Final = 2000


@dataclass(frozen=True, slots=True)
class TableDigest:
    """What a table holds, in short.

    Parameters
    ----------
    rows
        Number of rows.
    sha256
        Digest of every cell in the order of the key, 64 hexadecimal digits; the same on both databases.
    """

    rows: int
    sha256: str


def tables_of(connection: Connection) -> tuple[Table, ...]:
    """Return every table of ours that a database has, a table after those it refers to; staged changes come last."""
    present = set(inspect(connection).get_table_names())
    known = [table for table in METADATA.sorted_tables if table.name in present]
    staged = [staged_of(name) for name in sorted(present) if name.startswith(PREFIX)]
    return (*known, *staged)


def staged_of(name: str) -> Table:
    """Return the table in which a change stages rows, from its name."""
    change_id, _, table = name.removeprefix(PREFIX).partition("_")
    return whole_staged_table(int(change_id), registry_table(table))


def rows_of(connection: Connection, table: Table) -> Iterator[Sequence[Any]]:
    """Yield the rows of a table in the order of its key, as SQLAlchemy reads them."""
    key = next(iter(table.primary_key), None)
    query = select(table).order_by(table.c.staged_fid if key is None else key)
    with connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}) as rows:
        yield from rows


def digest(connection: Connection, table: Table) -> TableDigest:
    """Return how many rows a table has and the digest of all their cells."""
    taken = DigestMaker(table)
    for row in rows_of(connection, table):
        taken.add(row)
    return taken.digest()


class DigestMaker:
    """Takes the rows of a table one after another and gives their digest."""

    def __init__(self, table: Table) -> None:
        self._hash = hashlib.sha256("\0".join(column.name for column in table.columns).encode())
        self._rows = 0

    def add(self, row: Sequence[Any]) -> None:
        """Take one row."""
        self._rows += 1
        self._hash.update(json.dumps([_plain(cell) for cell in row], ensure_ascii=False).encode())

    def digest(self) -> TableDigest:
        """Return the digest of the rows taken."""
        return TableDigest(self._rows, self._hash.hexdigest())


def _plain(cell: Any) -> Any:  # noqa: ANN401 - any cell
    """Return a cell as JSON has it, numbers with all their digits."""
    if cell is None or isinstance(cell, bool | int | float | str):
        return cell
    if isinstance(cell, BaseGeometry):
        return {"wkb": cell.wkb_hex}
    if isinstance(cell, bytes | memoryview):
        return {"bytes": hashlib.sha256(cell).hexdigest()}
    return {"text": cell.isoformat()}
