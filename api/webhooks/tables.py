"""Tables of webhooks: who wants to be told what, what happened, and every attempt to tell it."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text, UniqueConstraint

from supplychain.models.base import METADATA

WEBHOOKS: Final = Table(
    "webhooks",
    METADATA,
    Column("fid", Integer, primary_key=True),
    Column("webhook_id", Text, nullable=False, unique=True),
    Column("account_id", Text, nullable=False, index=True),
    Column("roles", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("events", Text, nullable=False),
    Column("systems", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("old_secret", Text),
    Column("old_until", Text),
    Column("failing_since", Text),
    Column("change_number", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", Text, nullable=False),
    sqlite_autoincrement=True,
)
"""Who is told: ``roles`` are those its owner had when it was made, ``events`` and ``systems``
too JSON lists; ``change_number`` is the last change of the registry told."""

WEBHOOK_EVENTS: Final = Table(
    "webhook_events",
    METADATA,
    Column("fid", Integer, primary_key=True),
    Column("event_id", Text, nullable=False, unique=True),
    Column("type", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("account_id", Text),
    Column("data", Text, nullable=False),
    Column("handed_out", Boolean, nullable=False),
    Index("ix_webhook_events_handed_out", "handed_out", "fid"),
    sqlite_autoincrement=True,
)
"""What happened, entered in the transaction in which it happened; a worker makes deliveries of it, once."""

WEBHOOK_DELIVERIES: Final = Table(
    "webhook_deliveries",
    METADATA,
    Column("fid", Integer, primary_key=True),
    Column("delivery_id", Text, nullable=False, unique=True),
    Column("webhook_id", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Text, nullable=False),
    Column("claim", Text),
    Column("created_at", Text, nullable=False),
    Column("sent_at", Text),
    Column("status", Integer),
    Column("told", Text),
    Column("took_ms", Integer),
    UniqueConstraint("webhook_id", "event_id"),
    Index("ix_webhook_deliveries_state", "state", "due_at"),
    Index("ix_webhook_deliveries_webhook_id", "webhook_id", "fid"),
    sqlite_autoincrement=True,
)
"""Each event for each webhook: the body that is signed, how often it was tried, and what came of the last time."""

WEBHOOK_TARGETS: Final = Table(
    "webhook_targets",
    METADATA,
    Column("fid", Integer, primary_key=True),
    Column("target", Text, nullable=False, unique=True),
    Column("note", Text, nullable=False),
    Column("added_at", Text, nullable=False),
    sqlite_autoincrement=True,
)
"""Internal addresses that the operator lets webhooks reach; every other address must be one of the public internet."""
