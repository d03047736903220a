"""Tables of idempotency keys, secrets, the audit trail. Not layers of the map: the GeoPackage catalogue lists none."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Index, Integer, LargeBinary, Table
from sqlalchemy import Text as SqlText

from supplychain.models.base import METADATA

SECRETS: Final = Table(
    "service_secrets",
    METADATA,
    Column("name", SqlText, primary_key=True),
    Column("value", LargeBinary, nullable=False),
    Column("made_at", SqlText, nullable=False),
)
"""Secrets that every web process of a database shares, such as what signs cursors."""

IDEMPOTENT_ANSWERS: Final = Table(
    "idempotent_answers",
    METADATA,
    Column("account_id", SqlText, primary_key=True),
    Column("idempotency_key", SqlText, primary_key=True),
    Column("fingerprint", SqlText, nullable=False),
    Column("status", Integer, nullable=False),
    Column("headers", SqlText, nullable=False),
    Column("body", SqlText, nullable=True),
    Column("is_kept", Integer, nullable=False),
    Column("made_at", SqlText, nullable=False, index=True),
)
"""Answers to writes by account and idempotency key; ``is_kept`` is 0 where the answer was to be shown only once."""

AUDIT: Final = Table(
    "audit_entries",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", SqlText, nullable=False),
    Column("account_id", SqlText, nullable=True),
    Column("author", SqlText, nullable=False),
    Column("means", SqlText, nullable=False),
    Column("action", SqlText, nullable=False),
    Column("subject", SqlText, nullable=False),
    Column("request_id", SqlText, nullable=False),
    sqlite_autoincrement=True,
)
"""Every write: who, when, what they did, to what, in which request. Rows are added and never changed."""

Index("ix_audit_entries_account_id_number", AUDIT.c.account_id, AUDIT.c.number)
Index("ix_audit_entries_subject_number", AUDIT.c.subject, AUDIT.c.number)
