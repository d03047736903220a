"""Ids that were merged away, and what an erasure took out for good."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, select

from supplychain.database import is_sqlite
from supplychain.models.registry import CHANGES, ERASURES, REDIRECTS, REVISIONS
from supplychain.registry.states import State, decode_state
from supplychain.registry.tables import given_ids, is_given, is_in


def redirects(connection: Connection, table: str, ids: Iterable[str]) -> dict[str, str]:
    """Return, for those of the ids that were merged away, the record that stands for each now."""
    into: dict[str, str] = {}
    asked = set(ids)
    wanted = asked
    while wanted:
        query = _redirects_query(embedded=is_sqlite(connection))
        rows: dict[str, str] = dict(connection.execute(query, {"table": table, **given_ids(connection, wanted)}).all())
        into |= rows
        wanted = set(rows.values()) - into.keys()
    found = {}
    for record_id in asked & into.keys():
        end = into[record_id]
        while end in into:
            end = into[end]
        found[record_id] = end
    return found


@cache
def _redirects_query(*, embedded: bool) -> Select[Any]:
    """Return the query of where some ids of a table lead, made once: every write and many reads ask it."""
    is_theirs = is_given(REDIRECTS.c.record_id, embedded=embedded)
    return select(REDIRECTS.c.record_id, REDIRECTS.c.into_id).where(
        REDIRECTS.c.table_name == bindparam("table"), is_theirs
    )


def last_own_state(connection: Connection, table: str, record_id: str) -> State | None:
    """Return what a record was before it was removed or merged away; None where it never was."""
    query = (
        select(REVISIONS.c.content, REVISIONS.c.origins, REVISIONS.c.in_pack, CHANGES.c.number)
        .join(CHANGES, CHANGES.c.fid == REVISIONS.c.change_id)
        .where(
            REVISIONS.c.table_name == table,
            REVISIONS.c.record_id == record_id,
            REVISIONS.c.content.is_not(None),
            CHANGES.c.number.is_not(None),
        )
        .order_by(CHANGES.c.number.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return decode_state(row.content, row.origins, in_pack=row.in_pack, merged_into=None, number=row.number)


def erased_columns(connection: Connection, table: str, ids: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return the columns whose values were erased from the history of each record, where any were."""
    query = select(ERASURES.c.record_id, ERASURES.c.columns).where(
        and_(ERASURES.c.table_name == table, is_in(connection, ERASURES.c.record_id, ids))
    )
    found: dict[str, frozenset[str]] = {}
    for record_id, columns in connection.execute(query):
        found[record_id] = found.get(record_id, frozenset()) | frozenset(columns.split(";"))
    return found
