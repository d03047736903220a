"""Jobs, their steps, results, files and events, workers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "jobs",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Text(), nullable=True),
        sa.Column("part", sa.Text(), nullable=True),
        sa.Column("retry_of", sa.Text(), nullable=True),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("started_at", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.Text(), nullable=True),
        sa.Column("share", sa.Double(), nullable=True),
        sa.Column("message_vi", sa.Text(), nullable=True),
        sa.Column("message_en", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("cancelled_by", sa.Text(), nullable=True),
        sa.Column("last_event", sa.Integer(), nullable=False),
        sa.Column("workflow_id", sa.Text(), nullable=True),
        sa.Column("workflows", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("deaths", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_jobs")),
        sa.UniqueConstraint("job_id", name=op.f("uq_jobs_job_id")),
        sa.UniqueConstraint("parent_id", "part", name=op.f("uq_jobs_parent_id_part")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_jobs_account_id_fid", "jobs", ["account_id", "fid"])
    op.create_index("ix_jobs_state_ended_at", "jobs", ["state", "ended_at"])
    op.create_index("ix_jobs_workflow_id_state", "jobs", ["workflow_id", "state"])
    _of_job("job_results", sa.Column("result", sa.Text(), nullable=False))
    _of_job(
        "job_steps",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        key="name",
    )
    _of_job(
        "job_files",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        key="name",
    )
    _of_job(
        "job_events",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text_vi", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("share", sa.Double(), nullable=True),
        key="number",
    )
    op.create_table(
        "job_workers",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("beats", sa.Integer(), nullable=False),
        sa.Column("processes", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_job_workers")),
        sa.UniqueConstraint("worker_id", name=op.f("uq_job_workers_worker_id")),
    )


def _of_job(table: str, *columns: sa.Column[object], key: str | None = None) -> None:
    """Make a table of rows that belong to a job and go with it."""
    keys = ["job_id"] if key is None else ["job_id", key]
    op.create_table(
        table,
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Text(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["job_id"], ["jobs.job_id"], name=op.f(f"fk_{table}_job_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("fid", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(*keys, name=op.f(f"uq_{table}_{'_'.join(keys)}")),
    )


def downgrade() -> None:
    """Take the change back."""
    for table in ("job_workers", "job_events", "job_files", "job_steps", "job_results", "jobs"):
        op.drop_table(table)
