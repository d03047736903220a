"""The history of the registry: numbered changes, the record after each, ids merged away, erasures.

The typed tables hold the present; these hold how it came about. Triggers of the database (``api/migrations``) keep a
revision as it is once its change has a number; only an erasure of personal data may rewrite it.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, false

from supplychain.models.base import METADATA
from supplychain.models.organisations import (
    Article,
    Certificate,
    Facility,
    Need,
    Offer,
    OfferMonth,
    Organisation,
    Partnership,
    Plot,
    SupplyRelation,
)
from supplychain.models.places import IndustrialPark, Terminal

CHANGES: Final = Table(
    "registry_changes",
    METADATA,
    Column("fid", Integer, primary_key=True),
    Column("number", Integer, unique=True),
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("source_id", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("file_name", Text),
    Column("file_sha256", Text, index=True),
    Column("started_at", Text, nullable=False),
    Column("committed_at", Text),
    Column("undoes", Integer),
    Column("added", Integer, nullable=False, server_default="0"),
    Column("changed", Integer, nullable=False, server_default="0"),
    Column("removed", Integer, nullable=False, server_default="0"),
    Column("unchanged", Integer, nullable=False, server_default="0"),
    Column("chunks", Integer, nullable=False, server_default="0"),
    Column("marker", Text, nullable=False, server_default=""),
    Column("detail", Text, nullable=False, server_default="{}"),
    sqlite_autoincrement=True,
)
"""Every change; ``number`` is given when it is committed, without gaps, and orders what people see."""

REVISIONS: Final = Table(
    "registry_revisions",
    METADATA,
    Column("fid", Integer, primary_key=True),
    Column("change_id", Integer, ForeignKey("registry_changes.fid"), nullable=False, index=True),
    Column("table_name", Text, nullable=False),
    Column("record_id", Text, nullable=False),
    Column("operation", Text, nullable=False),
    Column("touched", Text, nullable=False),
    Column("content", Text),
    Column("origins", Text),
    Column("in_pack", Boolean, nullable=False, server_default=false()),
    Column("merged_into", Text),
    UniqueConstraint("table_name", "record_id", "change_id"),
)
"""The whole record after each change (``content`` null: it was removed), with the origin of each field."""

REDIRECTS: Final = Table(
    "registry_redirects",
    METADATA,
    Column("fid", Integer, primary_key=True),
    Column("table_name", Text, nullable=False),
    Column("record_id", Text, nullable=False),
    Column("into_id", Text, nullable=False),
    Column("number", Integer, nullable=False),
    UniqueConstraint("table_name", "record_id"),
    Index("ix_registry_redirects_table_name_into_id", "table_name", "into_id"),
)
"""Ids that were merged away, and the record that stands for each now."""

ERASURES: Final = Table(
    "registry_erasures",
    METADATA,
    Column("fid", Integer, primary_key=True),
    Column("change_id", Integer, ForeignKey("registry_changes.fid"), nullable=False),
    Column("table_name", Text, nullable=False),
    Column("record_id", Text, nullable=False),
    Column("columns", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("erased_at", Text, nullable=False),
    Column("under_way", Boolean, nullable=False),
)
"""What was erased from history, by whom and why; revisions can be rewritten only while one is under way."""

HISTORY_TABLES: Final = (CHANGES, REVISIONS, REDIRECTS, ERASURES)

_REFERRING: Final = (
    (Organisation, ("parent_id", "group_id", "tax_code")),
    (IndustrialPark, ("developer_id",)),
    (Terminal, ("operator_id",)),
    (Plot, ("park_id",)),
    (Facility, ("organisation_id", "park_id", "plot_id")),
    (Article, ("commodity_id",)),
    (Offer, ("facility_id", "article_id", "commodity_id")),
    (OfferMonth, ("offer_id",)),
    (Need, ("facility_id", "article_id", "commodity_id")),
    (Certificate, ("facility_id",)),
    (SupplyRelation, ("supplier_facility_id", "customer_facility_id", "article_id", "commodity_id")),
    (Partnership, ("organisation_a_id", "organisation_b_id")),
)


def _filled_index(table: Table, name: str) -> Index:
    """Return an index of the rows in which a column has a value: the many that have none cost nothing."""
    column = table.c[name]
    condition = column.is_not(None) if column.nullable else None
    return Index(f"ix_{table.name}_{name}", column, sqlite_where=condition, postgresql_where=condition)


REFERENCE_INDEXES: Final = tuple(
    _filled_index(METADATA.tables[model.__tablename__], name) for model, names in _REFERRING for name in names
)
"""Who refers to whom must be found at once: for removals, merges, visibility, and the database's own checks."""
