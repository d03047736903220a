"""Tables of incidents: closures of roads and tickets of the hot line, and everything that was done to each."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Double, Index, Integer, Table, Text, UniqueConstraint

from supplychain.models.base import METADATA

INCIDENTS: Final = Table(
    "incidents",
    METADATA,
    Column("fid", Integer, primary_key=True),
    Column("incident_id", Text, nullable=False, unique=True),
    Column("system", Text, nullable=False),
    Column("ticket_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("source_state", Text),
    Column("cause", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("description", Text),
    Column("starts_at", Text),
    Column("ends_at", Text),
    Column("share", Double),
    Column("mode", Text, nullable=False),
    Column("place", Text),
    Column("tolerance_m", Double, nullable=False),
    Column("network", Integer),
    Column("link_ids", Text, nullable=False),
    Column("match", Text, nullable=False),
    Column("source_said", Text),
    Column("version", Integer, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("updated_at", Text, nullable=False),
    UniqueConstraint("system", "ticket_id"),
    Index("ix_incidents_state", "state", "starts_at"),
    Index("ix_incidents_updated_at", "updated_at"),
    sqlite_autoincrement=True,
)
"""Incidents as they stand. Times are ISO 8601 UTC; ``place`` is a GeoJSON geometry, ``link_ids`` a JSON list, ``match``
the JSON of how the links were found; ``network`` is the stored version they are of, empty for the links of the pack.
``source_said`` is the JSON of what the source system said last: what people changed since stays when it repeats it."""

INCIDENT_HISTORY: Final = Table(
    "incident_history",
    METADATA,
    Column("fid", Integer, primary_key=True),
    Column("incident_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("content", Text, nullable=False),
    UniqueConstraint("incident_id", "version"),
    sqlite_autoincrement=True,
)
"""Every version of every incident: when, by whom, in what state, and all that was said of it (JSON)."""
