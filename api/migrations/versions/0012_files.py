"""Files that people upload and that jobs leave; imports of files into the registry."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    _make_contents()
    _make_files()
    _make_imports()


def _make_contents() -> None:
    op.create_table(
        "stored_contents",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("touched_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_stored_contents")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_stored_contents_owner_sha256"), "stored_contents", ["owner", "sha256"], unique=False)
    op.create_table(
        "stored_parts",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("content_fid", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["content_fid"], ["stored_contents.fid"], name=op.f("fk_stored_parts_content_fid")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_stored_parts")),
        sa.UniqueConstraint("content_fid", "number", name=op.f("uq_stored_parts_content_fid_number")),
    )


def _make_files() -> None:
    op.create_table(
        "stored_files",
        sa.Column("fid", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("content_fid", sa.Integer(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["content_fid"], ["stored_contents.fid"], name=op.f("fk_stored_files_content_fid")),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_stored_files")),
        sa.UniqueConstraint("file_id", name=op.f("uq_stored_files_file_id")),
    )
    for column in ("content_fid", "owner", "expires_at"):
        op.create_index(op.f(f"ix_stored_files_{column}"), "stored_files", [column], unique=False)


def _make_imports() -> None:
    texts = ("import_id", "owner", "author", "file_id", "name", "sha256", "options", "state")
    op.create_table(
        "imports",
        sa.Column("fid", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in texts),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("checked", sa.Text(), nullable=True),
        sa.Column("report", sa.Text(), nullable=True),
        sa.Column("check_job_id", sa.Text(), nullable=True),
        sa.Column("import_job_id", sa.Text(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("fid", name=op.f("pk_imports")),
        sa.UniqueConstraint("import_id", name=op.f("uq_imports_import_id")),
    )
    op.create_index(op.f("ix_imports_owner"), "imports", ["owner"], unique=False)


def downgrade() -> None:
    """Take the change back."""
    for table in ("imports", "stored_files", "stored_parts", "stored_contents"):
        op.drop_table(table)
