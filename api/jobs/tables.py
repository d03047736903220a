"""Tables of jobs, their steps, results, files and events, and of the workers that run them.

``jobs`` is the one truth about a job. Whoever changes a running job shows the number of its attempt: a worker that was
paused, and whose job another one took over meanwhile, changes nothing any more.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Double, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from supplychain.models.base import METADATA


def _of_job() -> Column[str]:
    return Column("job_id", Text, ForeignKey("jobs.job_id", ondelete="CASCADE"), nullable=False)


JOBS: Final = Table(
    "jobs",
    METADATA,
    Column("fid", Integer, primary_key=True),
    Column("job_id", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("account_id", Text, nullable=False),
    Column("caller", Text, nullable=False),
    Column("request", Text, nullable=False),
    Column("parent_id", Text),
    Column("part", Text),
    Column("retry_of", Text),
    Column("created_at", Text, nullable=False),
    Column("started_at", Text),
    Column("ended_at", Text),
    Column("share", Double),
    Column("message_vi", Text),
    Column("message_en", Text),
    Column("error", Text),
    Column("cancelled_by", Text),
    Column("last_event", Integer, nullable=False),
    Column("workflow_id", Text),
    Column("workflows", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("deaths", Integer, nullable=False),
    Column("worker_id", Text),
    UniqueConstraint("parent_id", "part"),
    Index("ix_jobs_account_id_fid", "account_id", "fid"),
    Index("ix_jobs_state_ended_at", "state", "ended_at"),
    Index("ix_jobs_workflow_id_state", "workflow_id", "state"),
    sqlite_autoincrement=True,
)
"""Jobs. ``caller``, ``request`` and ``error`` are JSON; ``workflow_id`` is empty until a queue has it."""

RESULTS: Final = Table(
    "job_results",
    METADATA,
    Column("fid", Integer, primary_key=True),
    _of_job(),
    Column("result", Text, nullable=False),
    UniqueConstraint("job_id"),
)
"""What a job that is done gave, as JSON."""

STEPS: Final = Table(
    "job_steps",
    METADATA,
    Column("fid", Integer, primary_key=True),
    _of_job(),
    Column("name", Text, nullable=False),
    Column("result", Text, nullable=False),
    UniqueConstraint("job_id", "name"),
)
"""What steps of a job gave, as JSON, so that a job that begins again does not repeat them."""

JOB_FILES: Final = Table(
    "job_files",
    METADATA,
    Column("fid", Integer, primary_key=True),
    _of_job(),
    Column("name", Text, nullable=False),
    Column("file_id", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    UniqueConstraint("job_id", "name"),
)
"""Files that a job keeps as its results."""

EVENTS: Final = Table(
    "job_events",
    METADATA,
    Column("fid", Integer, primary_key=True),
    _of_job(),
    Column("number", Integer, nullable=False),
    Column("at", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("text_vi", Text, nullable=False),
    Column("text_en", Text, nullable=False),
    Column("share", Double),
    UniqueConstraint("job_id", "number"),
)
"""What happened to a job, numbered from 1."""

WORKERS: Final = Table(
    "job_workers",
    METADATA,
    Column("fid", Integer, primary_key=True),
    Column("worker_id", Text, nullable=False, unique=True),
    Column("place", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("beats", Integer, nullable=False),
    Column("processes", Integer, nullable=False),
    Column("started_at", Text, nullable=False),
    Column("seen_at", Text, nullable=False),
)
"""Workers and how often they have shown that they are alive; times are for people, nothing is decided by them."""
