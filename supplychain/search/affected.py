"""Which organisations' entries a changed record touches: those it belonged to, and those it belongs to now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from sqlalchemy import Connection, Select, select

from supplychain.models import METADATA
from supplychain.registry.history import state_at
from supplychain.registry.values import ChangedRecord

AT_ONCE: Final = 500
"""Ids in one query."""

_OWN_KEY: Final[Mapping[str, str]] = {
    "organisations": "organisation_id",
    "facilities": "facility_id",
    "offers": "offer_id",
    "needs": "need_id",
    "offer_months": "offer_month_id",
    "certificates": "certificate_id",
    "articles": "article_id",
    "parks": "park_id",
}
"""Tables whose records show in the index, and their keys."""


_PARENT: Final[Mapping[str, tuple[str, str]]] = {
    "facilities": ("organisation_id", "organisations"),
    "offers": ("facility_id", "facilities"),
    "needs": ("facility_id", "facilities"),
    "certificates": ("facility_id", "facilities"),
    "offer_months": ("offer_id", "offers"),
}
"""By table, the column and table of the record that a record hangs on."""


def touched_records(changes: Iterable[ChangedRecord]) -> dict[str, list[str]]:
    """Return the ids of changed records by table, each once; tables that never show in the index are left out."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for change in changes:
        if change.table in _OWN_KEY:
            found[change.table][change.record_id] = None
    return {table: list(ids) for table, ids in found.items()}


def owners_of(connection: Connection, touched: Mapping[str, Sequence[str]], number: int) -> list[str]:
    """Return the organisations that records belong to now, belonged to after a change, or that speak of them.

    Parameters
    ----------
    connection
        Of the database.
    touched
        Ids of records by table.
    number
        The change up to which an index knows the records.
    """
    owners = set(touched.get("organisations", ()))
    former: dict[str, list[str]] = defaultdict(list)
    for table, (column, parent) in _PARENT.items():
        for record_id in touched.get(table, ()):
            state = state_at(connection, table, record_id, number)
            if state is not None and state.values is not None:
                former[parent].append(state.value(column))
    owners.update(former.pop("organisations", ()))
    # Where the record it hung on has changed too, that one is touched itself and brings its own former owner.
    return sorted(owners | present_owners(connection, touched) | present_owners(connection, former))


def present_owners(connection: Connection, touched: Mapping[str, Sequence[str]]) -> set[str]:
    """Return the organisations that the records belong to now, or that speak of them."""
    owners = set[str]()
    for table, ids in touched.items():
        for some in chunks(ids):
            for query in _owner_queries(table, some):
                owners.update(connection.scalars(query))
    return owners


def _owner_queries(table: str, ids: Sequence[str]) -> list[Select[tuple[str]]]:
    facilities = METADATA.tables["facilities"]
    owner = facilities.c.organisation_id
    if table == "organisations":
        organisations = METADATA.tables["organisations"]
        return [select(organisations.c.organisation_id).where(organisations.c.organisation_id.in_(ids))]
    if table in ("facilities", "parks"):
        return [select(owner).where(facilities.c[_OWN_KEY[table]].in_(ids))]
    if table == "articles":
        return [_of_facility(name, "article_id", ids) for name in ("offers", "needs")]
    if table == "offer_months":
        offers, months = METADATA.tables["offers"], METADATA.tables["offer_months"]
        joined = facilities.join(offers, offers.c.facility_id == facilities.c.facility_id)
        joined = joined.join(months, months.c.offer_id == offers.c.offer_id)
        return [select(owner).select_from(joined).where(months.c.offer_month_id.in_(ids))]
    return [_of_facility(table, _OWN_KEY[table], ids)]


def _of_facility(table: str, key: str, ids: Sequence[str]) -> Select[tuple[str]]:
    rows, facilities = METADATA.tables[table], METADATA.tables["facilities"]
    joined = facilities.join(rows, rows.c.facility_id == facilities.c.facility_id)
    return select(facilities.c.organisation_id).select_from(joined).where(rows.c[key].in_(ids))


def chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    """Yield the ids in lists that fit one query."""
    rest = iter(ids)
    while some := list(islice(rest, AT_ONCE)):
        yield some
