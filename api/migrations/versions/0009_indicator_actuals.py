"""What indicators of programmes have reached, and the quantity of a plan that measures them."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLE: Final = "indicators"
ADDED: Final[dict[str, sa.types.TypeEngine[object]]] = {
    "actual": sa.Double(),
    "actual_year": sa.Integer(),
    "actual_source": sa.Text(),
    "measured_by": sa.Text(),
}


def upgrade() -> None:
    """Apply the change."""
    for name, kind in ADDED.items():
        op.add_column(TABLE, sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    """Take the change back."""
    for name in ADDED:
        op.drop_column(TABLE, name)
