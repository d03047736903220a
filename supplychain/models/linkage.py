"""What people said of pairs of records, kept for ever, and what was learned from it."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Double, Index, Integer, Table, Text

from supplychain.models.base import METADATA

JUDGEMENTS: Final = Table(
    "registry_judgements",
    METADATA,
    Column("fid", Integer, primary_key=True),
    Column("a_id", Text, nullable=False),
    Column("b_id", Text, nullable=False),
    Column("decision", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("judged_at", Text, nullable=False),
    Column("log_odds", Double),
    Column("change_number", Integer),
    Index("ix_registry_judgements_a_id_b_id", "a_id", "b_id"),
    sqlite_autoincrement=True,
)
"""Judgements of pairs of organisations, ids as they were; a later one of the same pair takes an earlier one back."""

CALIBRATIONS: Final = Table(
    "registry_calibrations",
    METADATA,
    Column("fid", Integer, primary_key=True),
    Column("slope", Double, nullable=False),
    Column("shift", Double, nullable=False),
    Column("judgements", Integer, nullable=False),
    Column("author", Text, nullable=False),
    Column("made_at", Text, nullable=False),
    sqlite_autoincrement=True,
)
"""What judgements taught the probabilities; the last row holds."""
