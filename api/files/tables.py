"""Tables of files and their parts, and of imports of files into the registry."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, UniqueConstraint

from supplychain.models.base import METADATA

CONTENTS: Final = Table(
    "stored_contents",
    METADATA,
    Column("fid", Integer, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("sha256", Text),
    Column("size", BigInteger, nullable=False),
    Column("touched_at", Text, nullable=False),
    Index("ix_stored_contents_owner_sha256", "owner", "sha256"),
    sqlite_autoincrement=True,
)
"""What files hold, once for each owner; without ``sha256`` it is still arriving."""

PARTS: Final = Table(
    "stored_parts",
    METADATA,
    Column("fid", Integer, primary_key=True),
    Column("content_fid", Integer, ForeignKey("stored_contents.fid"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
    UniqueConstraint("content_fid", "number"),
)
"""Contents in parts of ``store.PART_BYTES``, numbered from 0; only the last is shorter."""

FILES: Final = Table(
    "stored_files",
    METADATA,
    Column("fid", Integer, primary_key=True),
    Column("file_id", Text, nullable=False, unique=True),
    Column("content_fid", Integer, ForeignKey("stored_contents.fid"), nullable=False, index=True),
    Column("owner", Text, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("expires_at", Text, index=True),
)
"""Files by id: whose they are, what they are called, what they hold. ``owner`` is empty where nobody's account is."""

IMPORTS: Final = Table(
    "imports",
    METADATA,
    Column("fid", Integer, primary_key=True),
    Column("import_id", Text, nullable=False, unique=True),
    Column("owner", Text, nullable=False, index=True),
    Column("author", Text, nullable=False),
    Column("file_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("options", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("checked", Text),
    Column("report", Text),
    Column("check_job_id", Text),
    Column("import_job_id", Text),
    Column("number", Integer),
    Column("created_at", Text, nullable=False),
    Column("changed_at", Text, nullable=False),
)
"""Imports of files into the registry, from the upload to the change with the number they became.

``options``, ``checked`` (what a dry run found) and ``report`` (what the import did) are JSON; ``version`` counts the
times the options were changed.
"""
