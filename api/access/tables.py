"""Tables of accounts, keys, sessions, identities at other providers, claims of firms, and failed sign-ins.

None of them is a layer of the GeoPackage, and none holds a secret in clear: passwords and keys as argon2 hashes,
sessions as the hash of their cookie. Times are ISO 8601 UTC texts as everywhere (``supplychain.registry.writing.now``).
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, Column, Double, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, false

from supplychain.models.base import METADATA

ACCOUNTS: Final = Table(
    "access_accounts",
    METADATA,
    Column("account_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False, unique=True),
    Column("full_name", Text, nullable=False, server_default=""),
    Column("roles", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("password_hash", Text),
    Column("must_change", Boolean, nullable=False, server_default=false()),
    Column("organisation_id", Text, index=True),
    Column("created_at", Text, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
)
"""Who may sign in. ``name_key`` is the name folded for comparison; ``roles`` a list with ``;``; ``organisation_id`` as
it was when the claim was accepted (a merge is followed when it is read, so that a split brings it back)."""

API_KEYS: Final = Table(
    "access_keys",
    METADATA,
    Column("key_id", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("access_accounts.account_id"), nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("key_hash", Text, nullable=False),
    Column("roles", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("expires_at", Text),
    Column("revoked_at", Text),
)
"""Keys of programs. ``roles`` are those the key may use, of which only the ones the account still has count."""

SESSIONS: Final = Table(
    "access_sessions",
    METADATA,
    Column("session_hash", Text, primary_key=True),
    Column("session_id", Text, nullable=False, unique=True),
    Column("account_id", Text, ForeignKey("access_accounts.account_id"), nullable=False, index=True),
    Column("created_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False, index=True),
    Column("means", Text, nullable=False),
    Column("browser", Text, nullable=False, server_default=""),
)
"""People signed in. Only the hash of the cookie is kept; ``session_id`` names a session to its owner."""

IDENTITIES: Final = Table(
    "access_identities",
    METADATA,
    Column("fid", Integer, primary_key=True),
    Column("issuer", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("account_id", Text, ForeignKey("access_accounts.account_id"), nullable=False, index=True),
    Column("created_at", Text, nullable=False),
    UniqueConstraint("issuer", "subject"),
)
"""Who an account is at an OpenID provider; nothing but issuer and subject together names a person there."""

CLAIMS: Final = Table(
    "access_claims",
    METADATA,
    Column("claim_id", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("access_accounts.account_id"), nullable=False, index=True),
    Column("organisation_id", Text, nullable=False, index=True),
    Column("evidence", Text, nullable=False),
    Column("files", Text, nullable=False, server_default=""),
    Column("status", Text, nullable=False, index=True),
    Column("made_at", Text, nullable=False),
    Column("judged_at", Text),
    Column("judged_by", Text),
    Column("note", Text, nullable=False, server_default=""),
)
"""Claims of accounts to be an organisation, with the evidence, and what a steward made of each."""

FAILURES: Final = Table(
    "access_failures",
    METADATA,
    Column("fid", Integer, primary_key=True),
    Column("subject", Text, nullable=False),
    Column("at_s", Double, nullable=False),
    Index("ix_access_failures_subject_at_s", "subject", "at_s"),
)
"""Failed sign-ins of late, by a keyed hash of the name, the address, or both; what was typed is not kept."""
