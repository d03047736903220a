"""What runs were made from: kept once for each content, and never changed while a run names it."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

from supplychain.database import is_sqlite
from supplychain.geopackage import Layer, add_layer, remove_layer

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

LAYER: Final = Layer("run_inputs", "Contents that runs were made from, compressed")
FROZEN: Final = "What a run was made from never changes. Run again: the new run keeps its own."
RUN_FROZEN: Final = "A run stays as it was recorded. Run again."
IN_USE: Final = "A run was made from this. It stays, so that the run can be replayed."


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "run_inputs",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_run_inputs")),
        sa.UniqueConstraint("sha256", name=op.f("uq_run_inputs_sha256")),
    )
    op.add_column("runs", sa.Column("record", sa.Text(), nullable=True))
    bind = op.get_bind()
    if is_sqlite(bind):
        add_layer(bind, LAYER)
        _freeze_sqlite()
        return
    _freeze_postgis()


def downgrade() -> None:
    """Take the change back."""
    bind = op.get_bind()
    if is_sqlite(bind):
        op.execute("DROP TRIGGER runs_no_update")
        remove_layer(bind, LAYER)
    else:
        op.execute("DROP TRIGGER runs_no_update ON runs")
    op.drop_table("run_inputs")
    if not is_sqlite(bind):
        for function in ("run_is_frozen", "run_input_is_frozen", "run_input_is_used"):
            op.execute(f"DROP FUNCTION {function}()")
    op.drop_column("runs", "record")


def _freeze_sqlite() -> None:
    op.execute(f"CREATE TRIGGER runs_no_update BEFORE UPDATE ON runs BEGIN SELECT RAISE(ABORT, '{RUN_FROZEN}'); END")
    op.execute(
        f"CREATE TRIGGER run_inputs_no_update BEFORE UPDATE ON run_inputs BEGIN SELECT RAISE(ABORT, '{FROZEN}'); END"
    )
    op.execute(
        "CREATE TRIGGER run_inputs_no_delete BEFORE DELETE ON run_inputs"  # noqa: S608 - our names
        " WHEN EXISTS (SELECT 1 FROM runs WHERE instr(record, OLD.sha256) > 0)"
        f" BEGIN SELECT RAISE(ABORT, '{IN_USE}'); END"
    )


def _freeze_postgis() -> None:
    for function, sentence in (("run_is_frozen", RUN_FROZEN), ("run_input_is_frozen", FROZEN)):
        op.execute(
            f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$"
            f" BEGIN RAISE EXCEPTION '{sentence}'; END $$"
        )
    op.execute(
        "CREATE FUNCTION run_input_is_used() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"  # noqa: S608 - our names
        " IF EXISTS (SELECT 1 FROM runs WHERE strpos(record, OLD.sha256) > 0)"
        f" THEN RAISE EXCEPTION '{IN_USE}'; END IF; RETURN OLD; END $$"
    )
    op.execute(
        "CREATE TRIGGER runs_no_update BEFORE UPDATE ON runs FOR EACH STATEMENT EXECUTE FUNCTION run_is_frozen()"
    )
    op.execute(
        "CREATE TRIGGER run_inputs_no_update BEFORE UPDATE OR TRUNCATE ON run_inputs"
        " FOR EACH STATEMENT EXECUTE FUNCTION run_input_is_frozen()"
    )
    op.execute(
        "CREATE TRIGGER run_inputs_no_delete BEFORE DELETE ON run_inputs"
        " FOR EACH ROW EXECUTE FUNCTION run_input_is_used()"
    )
