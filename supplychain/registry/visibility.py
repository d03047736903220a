"""Who sees what: conditions for queries, so that counts, facets and reasons obey them as the rows do.

A record is public, for partners of its owner, or private (``visibility``; empty is public), and never more visible
than the record it hangs on: a month's capacity no more than its offer, an offer no more than its facility, a facility
no more than its organisation, a tie no more than either end. Sources, parks and terminals are public. What says
something of a person is shown to the owner of the record alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, false, or_, select, true, union_all

from supplychain.models import METADATA
from supplychain.registry.tables import RegistryTable, registry_table
from supplychain.registry.values import Record

PERSONAL_TAX_CODE_DIGITS: Final = 12

HANGS_ON: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "facilities": (("organisation_id", "organisations"),),
    "offers": (("facility_id", "facilities"),),
    "needs": (("facility_id", "facilities"),),
    "certificates": (("facility_id", "facilities"),),
    "offer_months": (("offer_id", "offers"),),
    "supply_relations": (("supplier_facility_id", "facilities"), ("customer_facility_id", "facilities")),
    "partnerships": (("organisation_a_id", "organisations"), ("organisation_b_id", "organisations")),
}
"""By table, the column and table of each record that a record hangs on."""

Orgs = Select[tuple[str]]
"""A query of ids of organisations."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who looks at the registry. Make one with ``public``, ``organisation`` or ``everything``.

    Parameters
    ----------
    kind
        ``public``: anybody; ``organisation``: one that signed in; ``everything``: the operator of the database.
    organisation_id
        The organisation, for that kind.
    on
        Day on which ties must stand to make partners; None for today.
    partner_ids
        Its partners, where they were looked up already (``settled``); None where each query is to look itself.
    """

    kind: Literal["public", "organisation", "everything"]
    organisation_id: str | None = None
    on: date | None = None
    partner_ids: frozenset[str] | None = None

    @classmethod
    def public(cls) -> Viewer:
        """Return whoever comes along: sees public records without what is personal."""
        return cls("public")

    @classmethod
    def organisation(cls, organisation_id: str, *, on: date | None = None) -> Viewer:
        """Return an organisation: sees public records, its own whole, and those its partners share."""
        return cls("organisation", organisation_id, on)

    @classmethod
    def everything(cls) -> Viewer:
        """Return the operator of the database, from whom nothing is hidden."""
        return cls("everything")

    @classmethod
    def named(cls, who: str) -> Viewer:
        """Return the viewer that ``public``, ``everything`` or the id of an organisation names."""
        if who == "public":
            return cls.public()
        return cls.everything() if who == "everything" else cls.organisation(who)

    @property
    def day(self) -> date:
        """Day on which ties must stand."""
        return self.on or datetime.now(UTC).date()


def sees(table: str, viewer: Viewer, of: FromClause | None = None) -> ColumnElement[bool]:
    """Return the condition that a viewer sees a row of a table of the registry.

    Parameters
    ----------
    table
        One of ``REGISTRY_TABLES``.
    viewer
        Who looks.
    of
        The table or the alias of it that the query reads; None for the table itself.
    """
    rows = METADATA.tables[table] if of is None else of
    if viewer.kind == "everything" or "visibility" not in rows.c:
        return true()
    # Not as coalesce(…): a database cannot tell how many rows that holds for, and then reads whole tables for a page.
    is_public = or_(rows.c.visibility.is_(None), rows.c.visibility == "public")
    if viewer.kind == "public":
        own = is_public
    else:
        shared = and_(rows.c.visibility == "partners", _belongs(table, rows, partners(viewer), every_end=True))
        own = or_(is_public, owns(table, viewer, rows), shared)
    above = []
    for column, parent in HANGS_ON.get(table, ()):
        held = METADATA.tables[parent].alias()
        key = registry_table(parent).key
        above.append(select(1).where(held.c[key] == rows.c[column], sees(parent, viewer, held)).exists())
    return and_(own, *above)


def owns(table: str, viewer: Viewer, of: FromClause | None = None) -> ColumnElement[bool]:
    """Return the condition that a row belongs to a viewer, who then sees also what is personal in it."""
    rows = METADATA.tables[table] if of is None else of
    if viewer.kind == "everything":
        return true()
    if viewer.kind == "public":
        return false()
    organisations = METADATA.tables["organisations"].alias()
    one = select(organisations.c.organisation_id).where(organisations.c.organisation_id == viewer.organisation_id)
    return _belongs(table, rows, one, every_end=False)


def _belongs(table: str, rows: FromClause, orgs: Orgs, *, every_end: bool) -> ColumnElement[bool]:
    """Return the condition that a row belongs to one of some organisations; a tie with one end or with every end."""
    if table in ("organisations", "facilities"):
        return rows.c.organisation_id.in_(orgs)
    if table == "plots":
        parks = METADATA.tables["parks"].alias()
        return rows.c.park_id.in_(select(parks.c.park_id).where(parks.c.developer_id.in_(orgs)))
    if table == "articles":
        return or_(*(rows.c.article_id.in_(_articles_of(name, orgs)) for name in ("offers", "needs")))
    ends = []
    for column, parent in HANGS_ON.get(table, ()):
        held = METADATA.tables[parent].alias()
        key = held.c[registry_table(parent).key]
        ends.append(rows.c[column].in_(select(key).where(_belongs(parent, held, orgs, every_end=every_end))))
    if not ends:
        return false()
    return and_(*ends) if every_end else or_(*ends)


def _articles_of(table: str, orgs: Orgs) -> Select[tuple[str]]:
    """Return the articles that organisations offer or need: nobody else has a say in an article."""
    rows = METADATA.tables[table].alias()
    named = rows.c.article_id.is_not(None)
    return select(rows.c.article_id).where(named, _belongs(table, rows, orgs, every_end=False))


def partners(viewer: Viewer) -> Orgs:
    """Return the query of the organisations that a partnership or supply relation joins with a viewer on the day.

    A tie made up for demonstration makes partners only of made-up organisations.
    """
    if viewer.partner_ids is not None:
        known = METADATA.tables["organisations"].alias()
        return select(known.c.organisation_id).where(known.c.organisation_id.in_(sorted(viewer.partner_ids)))
    us = viewer.organisation_id
    ties = METADATA.tables["partnerships"].alias()
    year = viewer.day.year
    stands = and_(
        or_(ties.c.until_year.is_(None), ties.c.until_year >= year),
        or_(ties.c.since_year.is_(None), ties.c.since_year <= year),
    )
    queries: list[Select[Any]] = []
    for mine, theirs in (("organisation_a_id", "organisation_b_id"), ("organisation_b_id", "organisation_a_id")):
        query = select(ties.c[theirs].label("partner_id"), ties.c.synthetic.label("made_up"))
        queries.append(query.where(ties.c[mine] == us, stands))
    queries += [_trade(viewer, *ends) for ends in (("supplier", "customer"), ("customer", "supplier"))]
    found = union_all(*queries).subquery()
    organisations = METADATA.tables["organisations"].alias()
    real = or_(found.c.made_up.is_(False), organisations.c.synthetic.is_(True))
    return (
        select(organisations.c.organisation_id)
        .join(found, found.c.partner_id == organisations.c.organisation_id)
        .where(real)
    )


def settled(connection: Connection, viewer: Viewer) -> Viewer:
    """Return a viewer whose partners are looked up once, for the queries of one answer: a plan of each is quicker."""
    if viewer.kind != "organisation" or viewer.partner_ids is not None:
        return viewer
    return replace(viewer, partner_ids=frozenset(connection.scalars(partners(viewer))))


def _trade(viewer: Viewer, mine: str, theirs: str) -> Select[tuple[str, bool]]:
    ties = METADATA.tables["supply_relations"].alias()
    ours, others = METADATA.tables["facilities"].alias(), METADATA.tables["facilities"].alias()
    day = viewer.day
    return (
        select(others.c.organisation_id.label("partner_id"), ties.c.synthetic.label("made_up"))
        .join(ours, ours.c.facility_id == ties.c[f"{mine}_facility_id"])
        .join(others, others.c.facility_id == ties.c[f"{theirs}_facility_id"])
        .where(
            ours.c.organisation_id == viewer.organisation_id,
            or_(ties.c.until.is_(None), ties.c.until >= day),
            or_(ties.c.since.is_(None), ties.c.since <= day),
        )
    )


def is_shown(table: str, *, synthetic: bool, of: FromClause | None = None) -> ColumnElement[bool]:
    """Return the condition that a row is real, or that made-up ones are wanted."""
    rows = METADATA.tables[table] if of is None else of
    if synthetic or "synthetic" not in rows.c:
        return true()
    return rows.c.synthetic.is_(False)


def is_personal(table: RegistryTable, column: str, value: Any) -> bool:  # noqa: ANN401 - any value
    """Return whether a value says something of a person: a declared column, or the tax code of a person."""
    if table.columns[column].personal:
        return True
    return column == "tax_code" and is_personal_tax_code(value)


def is_personal_tax_code(value: Any) -> bool:  # noqa: ANN401 - any value
    """Return whether a tax code is the number of a person (12 digits)."""
    return isinstance(value, str) and sum(sign.isdigit() for sign in value) == PERSONAL_TAX_CODE_DIGITS


def without_personal(record: Record) -> Record:
    """Return a record as one sees it who does not own it."""
    table = registry_table(record.table)
    hidden = [name for name, value in record.values.items() if is_personal(table, name, value)]
    values = {**record.values, **dict.fromkeys(hidden)}
    origins = {name: origin for name, origin in record.origins.items() if name not in hidden}
    return Record(record.table, record.record_id, values, origins, record.number)
