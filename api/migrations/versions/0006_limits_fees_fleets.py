"""Limits of vehicles, links and goods; gates, fees and fleets: columns that may stay empty."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NUMBER: Final[Any] = sa.Double()
TEXT: Final[Any] = sa.Text()
WHOLE: Final[Any] = sa.Integer()

ADDED: Final[dict[str, dict[str, Any]]] = {
    "links": {"ban_above_t": NUMBER, "max_weight_t": NUMBER, "clearance_m": NUMBER, "depth_m": NUMBER},
    "vehicles": {
        "gross_t": NUMBER,
        "draft_m": NUMBER,
        "air_draft_m": NUMBER,
        "fleet": NUMBER,
        "fleet_hours_per_day": NUMBER,
    },
    "terminals": {
        "gate_trucks_per_h": NUMBER,
        "fee_per_teu": NUMBER,
        "fee_per_t": NUMBER,
        "fee_share_waterway": NUMBER,
        "currency": TEXT,
        "price_year": WHOLE,
    },
    "commodities": {
        "vehicles": TEXT,
        "max_time_h": NUMBER,
        "max_distance_km": NUMBER,
        "unmet_penalty_vnd_per_t": NUMBER,
    },
}


def upgrade() -> None:
    """Apply the change."""
    for table, columns in ADDED.items():
        for name, kind in columns.items():
            op.add_column(table, sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    """Take the change back."""
    for table, columns in ADDED.items():
        for name in columns:
            op.drop_column(table, name)
