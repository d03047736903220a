"""Records as they are now and as somebody sees them: the query, its rows read, what they refer to and must not tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, select

from supplychain.database import is_sqlite
from supplychain.models.registry import CHANGES, REVISIONS
from supplychain.registry.concealing import conceal
from supplychain.registry.states import decode_state, to_record, unrecorded_state
from supplychain.registry.tables import registry_table
from supplychain.registry.values import Record
from supplychain.registry.visibility import Viewer, owns, sees, without_personal

ROWS_AT_ONCE: Final = 2000
RECORD_ID: Final = "wanted_record_id"
"""Parameter of the query of one record, which is made once for all."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A record as somebody sees it.

    Parameters
    ----------
    record
        Without what is personal, unless it is theirs.
    is_own
        Whether they see all of it.
    """

    record: Record
    is_own: bool


def present_record(connection: Connection, name: str, viewer: Viewer, record_id: str) -> Record | None:
    """Return a record of the present as a viewer sees it; None where there is none or it is not shown."""
    # Whose partners count depends on the day; what all others see is one query for good.
    query = _one_query(name, viewer) if viewer.kind == "organisation" else _lasting_query(name, viewer)
    present = present_records(connection, name, query, {RECORD_ID: record_id}, is_streamed=False)
    return next((one.record for one in concealed(connection, name, viewer, present)), None)


def _one_query(name: str, viewer: Viewer) -> Select[Any]:
    """Return the query of the one record whose id is given, as a viewer sees it."""
    return present_query(name, viewer).where(registry_table(name).id_column == bindparam(RECORD_ID))


_lasting_query = cache(_one_query)


def concealed(connection: Connection, name: str, viewer: Viewer, some: Iterable[Shown]) -> list[Shown]:
    """Return some hundreds of records of a table; those of others name no record that the viewer may not see."""
    found = list(some)
    foreign = [one.record for one in found if not one.is_own]
    kept = iter(conceal(connection, name, viewer, foreign) if foreign else ())
    return [one if one.is_own else Shown(next(kept), is_own=False) for one in found]


def present_query(name: str, viewer: Viewer) -> Select[Any]:
    """Return the query of the records of a table that a viewer sees, to be narrowed and ordered."""
    table = registry_table(name)
    return (
        select(*table.sql.c, REVISIONS.c.content, REVISIONS.c.origins, owns(name, viewer).label("is_own"))
        .select_from(table.sql)
        .outerjoin(CHANGES, CHANGES.c.number == table.sql.c.change)
        .outerjoin(
            REVISIONS,
            and_(
                REVISIONS.c.table_name == name,
                REVISIONS.c.record_id == table.id_column,
                REVISIONS.c.change_id == CHANGES.c.fid,
            ),
        )
        .where(sees(name, viewer))
    )


def present_records(
    connection: Connection,
    name: str,
    query: Select[Any],
    given: Mapping[str, Any] = MappingProxyType({}),
    *,
    is_streamed: bool = True,
) -> Iterator[Shown]:
    """Yield the records that a query of ``present_query`` finds, as its viewer sees them.

    They are streamed, unless they are few: PostgreSQL streams through a cursor, with three more questions each time.
    """
    table = registry_table(name)
    options = {"yield_per": ROWS_AT_ONCE} if is_streamed else {}
    with connection.execute(query, given, execution_options=options) as rows:
        for row in rows.mappings():
            if row["content"] is None:
                state = unrecorded_state(connection, table, row)
            else:
                state = decode_state(
                    row["content"], row["origins"], in_pack=row["in_pack"], merged_into=None, number=row["change"]
                )
            record = to_record(table, row[table.key], state)
            if record is not None:
                is_own = bool(row["is_own"])
                yield Shown(record if is_own else without_personal(record), is_own=is_own)


def in_order(connection: Connection, column: ColumnElement[str]) -> ColumnElement[str]:
    """Return a column to order by that puts ids in the same order on every database: that of their bytes."""
    return column if is_sqlite(connection) else column.collate("C")
