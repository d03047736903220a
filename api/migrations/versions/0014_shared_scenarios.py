"""Scenarios that people own, share and fork; whose recorded runs are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

SCENARIO_TEXTS = ("owner", "scenario_id", "name_vi", "name_en", "text")


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "owned_scenarios",
        sa.Column("scenario_key", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in SCENARIO_TEXTS),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("forked_from", sa.Text(), nullable=True),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("scenario_key", name=op.f("pk_owned_scenarios")),
        sa.UniqueConstraint("owner", "scenario_id", name=op.f("uq_owned_scenarios_owner_scenario_id")),
    )
    op.create_table(
        "owned_scenario_versions",
        sa.Column("scenario_key", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("text", "author", "made_at")),
        sa.PrimaryKeyConstraint("scenario_key", "version", name=op.f("pk_owned_scenario_versions")),
    )
    op.create_table(
        "planning_shares",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("subject", "holder_kind", "holder")),
        sa.PrimaryKeyConstraint("subject", "holder_kind", "holder", name=op.f("pk_planning_shares")),
    )
    op.create_index("ix_planning_shares_holder_kind_holder", "planning_shares", ["holder_kind", "holder"], unique=False)
    op.create_table(
        "run_owners",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("run_id", "owner", "job_id")),
        sa.Column("tables", sa.Text(), server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_run_owners")),
    )
    for column in ("owner", "job_id"):
        op.create_index(op.f(f"ix_run_owners_{column}"), "run_owners", [column], unique=False)


def downgrade() -> None:
    """Take the change back."""
    for name in ("run_owners", "planning_shares", "owned_scenario_versions", "owned_scenarios"):
        op.drop_table(name)
