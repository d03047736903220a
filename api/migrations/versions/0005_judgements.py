"""What people said of pairs of records, and what was learned from it: rows are added and never changed."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

from supplychain.database import is_sqlite
from supplychain.geopackage import Layer, add_layer, remove_layer

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

LAYERS: Final = (
    Layer("registry_judgements", "What people said of pairs of records"),
    Layer("registry_calibrations", "What judgements taught"),
)
FROZEN: Final = "A judgement stays as it was given. Give a later one."


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "registry_judgements",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("a_id", sa.Text(), nullable=False),
        sa.Column("b_id", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("judged_at", sa.Text(), nullable=False),
        sa.Column("log_odds", sa.Double(), nullable=True),
        sa.Column("change_number", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_registry_judgements")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_registry_judgements_a_id_b_id", "registry_judgements", ["a_id", "b_id"], unique=False)
    op.create_table(
        "registry_calibrations",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("slope", sa.Double(), nullable=False),
        sa.Column("shift", sa.Double(), nullable=False),
        sa.Column("judgements", sa.Integer(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_registry_calibrations")),
        sqlite_autoincrement=True,
    )
    bind = op.get_bind()
    if is_sqlite(bind):
        for layer in LAYERS:
            add_layer(bind, layer)
            for event in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {layer.table}_no_{event.lower()} BEFORE {event} ON {layer.table}"
                    f" BEGIN SELECT RAISE(ABORT, '{FROZEN}'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION judgement_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$"
        f" BEGIN RAISE EXCEPTION '{FROZEN}'; END $$"
    )
    for layer in LAYERS:
        op.execute(
            f"CREATE TRIGGER {layer.table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {layer.table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION judgement_is_frozen()"
        )


def downgrade() -> None:
    """Take the change back."""
    bind = op.get_bind()
    for layer in reversed(LAYERS):
        if is_sqlite(bind):
            remove_layer(bind, layer)
        op.drop_table(layer.table)
    if not is_sqlite(bind):
        op.execute("DROP FUNCTION judgement_is_frozen()")
