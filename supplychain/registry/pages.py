"""Pages of a table of the registry: the records after a key, now or as they were, and how many there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, func, select

from supplychain.models.registry import REVISIONS
from supplychain.registry.conditions import EVERYTHING, Narrowed, as_seen, holds, in_sql
from supplychain.registry.history import past_records, states_then
from supplychain.registry.present import Shown, concealed, present_query, present_records
from supplychain.registry.tables import RegistryTable, is_in, registry_table
from supplychain.registry.visibility import Viewer, owns, sees, settled

LEAST_READ: Final = 200
"""Records of the past that are read at once, as it is known only then which of them are shown."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Which records of a table are wanted, and for whom.

    Parameters
    ----------
    table, viewer
        The table, and who looks.
    narrowed
        What the records must meet.
    number
        Number of the change after which they are told; None for now.
    """

    table: str
    viewer: Viewer
    narrowed: Narrowed = EVERYTHING
    number: int | None = None


def read_page(connection: Connection, listing: Listing, after: str | None, limit: int) -> list[Shown]:
    """Return the first records after an id, in the order in which the database keeps ids.

    No more of the table is read than the page needs: the order is that of the index of ids. What records of others
    refer to is left out where the viewer may not see it.

    Parameters
    ----------
    connection, listing
        Database, and what is wanted.
    after
        Id after which the page begins; None for the first page.
    limit
        Most records.
    """
    table = registry_table(listing.table)
    listing = replace(listing, viewer=settled(connection, listing.viewer))
    if listing.number is not None:
        return _past_page(connection, listing, after, limit)
    ids = list(connection.scalars(_ids(_shown(connection, listing), table, after, limit)))
    query = present_query(listing.table, listing.viewer).where(is_in(connection, table.id_column, ids))
    present = present_records(connection, listing.table, query.order_by(table.id_column), is_streamed=False)
    return concealed(connection, listing.table, listing.viewer, present)


def _ids(conditions: Sequence[ColumnElement[bool]], table: RegistryTable, after: str | None, limit: int) -> Select[Any]:
    """Return the query of the ids of a page: alone, so that the database walks along the index and stops."""
    query = select(table.id_column).where(*conditions).order_by(table.id_column).limit(limit)
    return query if after is None else query.where(table.id_column > after)


def _past_page(connection: Connection, listing: Listing, after: str | None, limit: int) -> list[Shown]:
    table, number = registry_table(listing.table), listing.number or 0
    found: list[Shown] = []
    at_once = max(limit, LEAST_READ)
    while True:
        ids = list(connection.scalars(_past_ids(listing, table, after).limit(at_once)))
        then = states_then(connection, listing.table, number, ids)
        states = [(record_id, then[record_id]) for record_id in ids if record_id in then]
        past = concealed(
            connection,
            listing.table,
            listing.viewer,
            past_records(connection, listing.table, listing.viewer, number, states),
        )
        found.extend(shown for shown in past if holds(table, shown.record, listing.narrowed))
        if len(found) >= limit or len(ids) < at_once:
            return found[:limit]
        after = ids[-1]


def _past_ids(listing: Listing, table: RegistryTable, after: str | None) -> Select[Any]:
    """Return the query of the ids that ever were, of records that the viewer is still shown."""
    record_id = REVISIONS.c.record_id
    query = select(record_id).where(REVISIONS.c.table_name == table.name).group_by(record_id).order_by(record_id)
    if listing.viewer.kind != "everything":
        still = select(1).where(table.id_column == record_id, sees(table.name, listing.viewer))
        query = query.where(still.exists())
    return query if after is None else query.where(record_id > after)


def stream(connection: Connection, listing: Listing, at_once: int) -> Iterator[Shown]:
    """Yield every record of a listing, a page at a time."""
    after = None
    while True:
        some = read_page(connection, listing, after, at_once)
        yield from some
        if len(some) < at_once:
            return
        after = some[-1].record.record_id


def count_records(connection: Connection, listing: Listing) -> int:
    """Return how many records of the present the viewer sees; the number of the listing is passed over."""
    return int(
        connection.scalar(
            select(func.count()).select_from(registry_table(listing.table).sql).where(*_shown(connection, listing))
        )
        or 0
    )


def count_by(connection: Connection, listing: Listing, column: str, most: int) -> list[tuple[Any, int]]:
    """Return how many records of the present hold each value of a column, the most frequent first.

    Parameters
    ----------
    connection, listing
        Database, and what is counted.
    column
        A declared column; a value hidden from the viewer counts as empty.
    most
        Most values told.
    """
    table = registry_table(listing.table)
    held: ColumnElement[Any] = as_seen(connection, table, listing.viewer, column).label("held")
    count = func.count().label("records")
    counted = select(held, count).select_from(table.sql).where(*_shown(connection, listing)).group_by(held).subquery()
    query = select(counted.c.held, counted.c.records).order_by(counted.c.records.desc(), counted.c.held).limit(most)
    return [(row.held, int(row.records)) for row in connection.execute(query)]


def _shown(connection: Connection, listing: Listing) -> list[ColumnElement[bool]]:
    table = registry_table(listing.table)
    return [sees(table.name, listing.viewer), *in_sql(connection, table, listing.viewer, listing.narrowed)]


def is_own_record(connection: Connection, table: str, viewer: Viewer, record_id: str) -> bool:
    """Return whether a record is a viewer's own."""
    found = registry_table(table)
    query = select(1).where(found.id_column == record_id, owns(table, viewer))
    return connection.execute(query).first() is not None
