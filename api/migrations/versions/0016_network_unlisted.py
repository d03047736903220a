"""Network versions whose rows are being written or removed: nobody is shown them, and no transaction is long."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "network_unlisted",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("beat_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_network_unlisted")),
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("network_unlisted")
