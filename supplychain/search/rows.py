"""Rows of the registry by organisation, read from the database: only columns that an index may hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, FromClause, Select, select

from supplychain.columns import ColumnDeclaration
from supplychain.models import METADATA
from supplychain.registry.present import in_order
from supplychain.registry.visibility import is_personal_tax_code

Row = Mapping[str, Any]

ROWS_AT_ONCE: Final = 2000

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "organisations": (
        "organisation_id",
        "name_vi",
        "name_en",
        "short_name",
        "former_name",
        "role",
        "tax_code",
        "lei",
        "address",
        "vsic_code",
        "vsic_version",
        "visibility",
        "synthetic",
    ),
    "facilities": (
        "facility_id",
        "organisation_id",
        "name_vi",
        "name_en",
        "short_name",
        "address",
        "park_id",
        "vsic_code",
        "vsic_version",
        "geometry",
        "visibility",
        "synthetic",
    ),
    "offers": (
        "offer_id",
        "facility_id",
        "kind",
        "article_id",
        "article_vi",
        "article_en",
        "hs_code",
        "vsic_code",
        "vsic_version",
        "unit",
        "unit_mass_kg",
        "capacity_t_per_month",
        "capacity_per_month",
        "valid_from",
        "valid_to",
        "visibility",
        "synthetic",
    ),
    "needs": (
        "need_id",
        "facility_id",
        "kind",
        "article_id",
        "article_vi",
        "article_en",
        "hs_code",
        "vsic_code",
        "vsic_version",
        "unit",
        "unit_mass_kg",
        "quantity_t_per_month",
        "quantity_per_month",
        "visibility",
        "synthetic",
    ),
    "offer_months": ("offer_month_id", "offer_id", "month", "free_capacity", "visibility", "synthetic"),
    "certificates": (
        "certificate_id",
        "facility_id",
        "scheme",
        "scope_codes",
        "valid_from",
        "valid_to",
        "withdrawn_on",
        "visibility",
        "synthetic",
    ),
    "articles": (
        "article_id",
        "name_vi",
        "name_en",
        "short_name",
        "synonyms",
        "hs_code",
        "vsic_code",
        "vsic_version",
        "isic_code",
        "unit_mass_kg",
        "unit",
        "visibility",
        "synthetic",
    ),
    "parks": ("park_id", "name_vi", "name_en", "geometry"),
}
"""What is read of each table. No column that is declared personal may stand here."""

_OF_FACILITY: Final = ("offers", "needs", "certificates")


@dataclass(frozen=True, slots=True)
class Firm:
    """The rows of one organisation.

    Parameters
    ----------
    organisation
        Its row.
    facilities, offers, needs, months, certificates
        Its rows of these tables, in the order of their ids.
    """

    organisation: Row
    facilities: Sequence[Row] = ()
    offers: Sequence[Row] = ()
    needs: Sequence[Row] = ()
    months: Sequence[Row] = ()
    certificates: Sequence[Row] = ()


@dataclass(slots=True)
class Shared:
    """Rows that many organisations speak of.

    Parameters
    ----------
    articles, parks
        Rows by id.
    """

    articles: dict[str, Row] = field(default_factory=dict)
    parks: dict[str, Row] = field(default_factory=dict)


def personal_columns() -> list[str]:
    """Return the columns read that are declared personal, as ``table.column``; there must be none."""
    return [
        f"{table}.{name}"
        for table, names in COLUMNS.items()
        for name in names
        if ColumnDeclaration.of(METADATA.tables[table].c[name]).personal
    ]


def read_shared(connection: Connection) -> Shared:
    """Return all articles and parks."""
    found = Shared()
    for name, key, rows in (("articles", "article_id", found.articles), ("parks", "park_id", found.parks)):
        for row in connection.execute(select(*_columns(name))).mappings():
            rows[row[key]] = dict(row)
    return found


def read_firms(connection: Connection, organisation_ids: Sequence[str] | None = None) -> Iterator[Firm]:
    """Yield organisations with all their rows in the order of ids, streamed.

    Parameters
    ----------
    connection
        Of the database.
    organisation_ids
        Those wanted, a few hundred at most; None for all.
    """
    streams = {
        name: _grouped(connection, name, organisation_ids)
        for name in ("facilities", "offers", "needs", "offer_months", "certificates")
    }
    waiting = {name: next(stream, None) for name, stream in streams.items()}
    for row in _rows(connection, "organisations", organisation_ids):
        organisation_id = row["organisation_id"]
        mine: dict[str, Sequence[Row]] = {}
        for name, stream in streams.items():
            one = waiting[name]
            if one is not None and one[0] == organisation_id:
                mine[name] = one[1]
                waiting[name] = next(stream, None)
        tax_code = None if is_personal_tax_code(row["tax_code"]) else row["tax_code"]
        yield Firm(
            {**row, "tax_code": tax_code},
            mine.get("facilities", ()),
            mine.get("offers", ()),
            mine.get("needs", ()),
            mine.get("offer_months", ()),
            mine.get("certificates", ()),
        )


def _grouped(
    connection: Connection, name: str, organisation_ids: Sequence[str] | None
) -> Iterator[tuple[str, list[Row]]]:
    for organisation_id, rows in groupby(_rows(connection, name, organisation_ids), key=lambda row: row["owner"]):
        yield organisation_id, list(rows)


def _rows(connection: Connection, name: str, organisation_ids: Sequence[str] | None) -> Iterator[Row]:
    query, owner, key = _query(name)
    if organisation_ids is not None:
        query = query.where(owner.in_(organisation_ids))
    ordered = query.order_by(in_order(connection, owner), in_order(connection, key))
    for row in connection.execute(ordered, execution_options={"yield_per": ROWS_AT_ONCE}).mappings():
        yield dict(row)


def _query(name: str) -> tuple[Select[Any], ColumnElement[str], ColumnElement[str]]:
    """Return the query of a table's rows with their owner, the owner's column, and the column of the key."""
    table = METADATA.tables[name]
    facilities = METADATA.tables["facilities"]
    joined: FromClause = table
    owner = facilities.c.organisation_id
    if name in _OF_FACILITY:
        joined = table.join(facilities, facilities.c.facility_id == table.c.facility_id)
    elif name == "offer_months":
        offers = METADATA.tables["offers"]
        joined = table.join(offers, offers.c.offer_id == table.c.offer_id)
        joined = joined.join(facilities, facilities.c.facility_id == offers.c.facility_id)
    elif name == "organisations":
        owner = table.c.organisation_id
    key = table.c[COLUMNS[name][0]]
    return select(*_columns(name), owner.label("owner")).select_from(joined), owner, key


def _columns(name: str) -> list[ColumnElement[Any]]:
    return [METADATA.tables[name].c[column] for column in COLUMNS[name]]
