"""Screenlines, and what was counted at them."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

from supplychain.database import is_sqlite
from supplychain.geometry import Geometry
from supplychain.geopackage import Layer, add_layer, remove_layer

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

LAYERS: Final = (
    Layer("screenlines", "Screenlines across which traffic is summed", "geometry", "LINESTRING", 4326),
    Layer("screenline_counts", "Traffic counted at screenlines"),
)


def _provenance(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    """Return the columns that say where a row comes from, and the keys of the table."""
    return (
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Text(), nullable=False),
        sa.Column("assumption_ids", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["source"],
            ["sources.source_id"],
            name=op.f(f"fk_{table}_source"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("fid", name=op.f(f"pk_{table}")),
    )


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "screenlines",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("screenline_id", sa.Text(), nullable=False),
        sa.Column("name_vi", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("left_vi", sa.Text(), nullable=False),
        sa.Column("left_en", sa.Text(), nullable=False),
        sa.Column("right_vi", sa.Text(), nullable=False),
        sa.Column("right_en", sa.Text(), nullable=False),
        sa.Column("modes", sa.Text(), nullable=False),
        sa.Column("geometry", Geometry("LINESTRING", 4326), nullable=False),
        *_provenance("screenlines"),
        sa.UniqueConstraint("screenline_id", name=op.f("uq_screenlines_screenline_id")),
    )
    op.create_table(
        "screenline_counts",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("count_id", sa.Text(), nullable=False),
        sa.Column("screenline_id", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("towards", sa.Text(), nullable=False),
        sa.Column("per_day", sa.Double(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("count_year", sa.Integer(), nullable=False),
        *_provenance("screenline_counts"),
        sa.ForeignKeyConstraint(
            ["screenline_id"],
            ["screenlines.screenline_id"],
            name=op.f("fk_screenline_counts_screenline_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.UniqueConstraint("count_id", name=op.f("uq_screenline_counts_count_id")),
    )
    bind = op.get_bind()
    if is_sqlite(bind):
        for layer in LAYERS:
            add_layer(bind, layer)
    else:
        op.create_index("ix_screenlines_geometry", "screenlines", ["geometry"], postgresql_using="gist")


def downgrade() -> None:
    """Take the change back."""
    bind = op.get_bind()
    for layer in reversed(LAYERS):
        if is_sqlite(bind):
            remove_layer(bind, layer)
        op.drop_table(layer.table)
