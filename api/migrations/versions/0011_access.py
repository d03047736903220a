"""Accounts, roles, keys, sessions, claims."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TEXT: Final = sa.Text()
INDEXES: Final = {
    "access_accounts": (("organisation_id",),),
    "access_keys": (("account_id",),),
    "access_sessions": (("account_id",), ("expires_at",)),
    "access_identities": (("account_id",),),
    "access_claims": (("account_id",), ("organisation_id",), ("status",)),
    "access_failures": (("subject", "at_s"),),
}


def _needed(*names: str) -> tuple[sa.Column[str], ...]:
    return tuple(sa.Column(name, TEXT, nullable=False) for name in names)


def _optional(*names: str) -> tuple[sa.Column[str], ...]:
    return tuple(sa.Column(name, TEXT, nullable=True) for name in names)


def _empty(name: str) -> sa.Column[str]:
    return sa.Column(name, TEXT, nullable=False, server_default="")


def _of_account(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_account_id")
    return sa.ForeignKeyConstraint(["account_id"], ["access_accounts.account_id"], name=name)


def _key(table: str, column: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(column, name=op.f(f"pk_{table}"))


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "access_accounts",
        *_needed("account_id", "name", "name_key"),
        _empty("full_name"),
        *_needed("roles", "status"),
        *_optional("password_hash"),
        sa.Column("must_change", sa.Boolean(), nullable=False, server_default=sa.false()),
        *_optional("organisation_id"),
        *_needed("created_at", "created_by"),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        _key("access_accounts", "account_id"),
        _unique("access_accounts", "name_key"),
    )
    op.create_table(
        "access_keys",
        *_needed("key_id", "account_id", "title", "key_hash", "roles", "created_at", "created_by"),
        *_optional("expires_at", "revoked_at"),
        _key("access_keys", "key_id"),
        _of_account("access_keys"),
    )
    op.create_table(
        "access_sessions",
        *_needed("session_hash", "session_id", "account_id", "created_at", "expires_at", "means"),
        _empty("browser"),
        _key("access_sessions", "session_hash"),
        _of_account("access_sessions"),
        _unique("access_sessions", "session_id"),
    )
    op.create_table(
        "access_identities",
        sa.Column("fid", sa.Integer(), nullable=False),
        *_needed("issuer", "subject", "account_id", "created_at"),
        _key("access_identities", "fid"),
        _of_account("access_identities"),
        _unique("access_identities", "issuer", "subject"),
    )
    op.create_table(
        "access_claims",
        *_needed("claim_id", "account_id", "organisation_id", "evidence"),
        _empty("files"),
        *_needed("status", "made_at"),
        *_optional("judged_at", "judged_by"),
        _empty("note"),
        _key("access_claims", "claim_id"),
        _of_account("access_claims"),
    )
    op.create_table(
        "access_failures",
        sa.Column("fid", sa.Integer(), nullable=False),
        *_needed("subject"),
        sa.Column("at_s", sa.Double(), nullable=False),
        _key("access_failures", "fid"),
    )
    for table, indexes in INDEXES.items():
        for columns in indexes:
            op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def downgrade() -> None:
    """Take the change back."""
    for table in reversed(INDEXES):
        op.drop_table(table)
