"""Scenarios and runs as tables."""

from __future__ import annotations

from typing import Final

from sqlalchemy import LargeBinary
from sqlalchemy import Text as SqlText
from sqlalchemy.orm import Mapped, mapped_column

from supplychain.columns import identifier
from supplychain.columns import text as text_column
from supplychain.models.base import Base
from supplychain.text import Text


class Scenario(Base):
    """A named change to the base case: the text of ``scenarios/<scenario_id>.yaml``."""

    __tablename__ = "scenarios"
    meaning = Text(en="Scenarios (scenarios/*.yaml)", vi="Kịch bản (scenarios/*.yaml)")
    storage = "yaml"

    scenario_id: Mapped[str] = identifier("Key of the scenario", "Mã kịch bản")
    name_vi: Mapped[str] = text_column("Name in Vietnamese", "Tên tiếng Việt")
    name_en: Mapped[str] = text_column("Name in English", "Tên tiếng Anh")
    text: Mapped[str] = text_column("The file itself (YAML)", "Nội dung tệp (YAML)")


class Run(Base):
    """One execution of the planner and its result.

    ``scenario_id`` is no foreign key: a run outlives a scenario that a later pack leaves out.
    """

    __tablename__ = "runs"
    meaning = Text(en="Runs of the planner", vi="Các lần chạy lập phương án")

    run_id: Mapped[str] = mapped_column(SqlText, unique=True)
    scenario_id: Mapped[str] = mapped_column(SqlText, index=True)
    started_at: Mapped[str] = mapped_column(SqlText)
    """ISO 8601 in UTC."""
    status: Mapped[str] = mapped_column(SqlText)
    gap: Mapped[float | None]
    objective: Mapped[float | None]
    checked: Mapped[bool]
    inputs_sha256: Mapped[str] = mapped_column(SqlText)
    plan: Mapped[str] = mapped_column(SqlText)
    """The content of ``plan.json``."""
    network_version: Mapped[int | None] = mapped_column(index=True)
    """Number of the stored network version it planned on (``network_versions.fid``); empty for the pack's own."""
    record: Mapped[str | None] = mapped_column(SqlText)
    """All it was made from, as JSON (``optimizer.runs.record``); empty for runs of before there were records."""


class RunInput(Base):
    """A content that runs were made from, kept once however many runs name it in their records."""

    __tablename__ = "run_inputs"
    meaning = Text(en="Contents that runs were made from, compressed", vi="Nội dung đầu vào của các lần chạy, đã nén")

    sha256: Mapped[str] = mapped_column(SqlText, unique=True)
    """Of the content before it is compressed, 64 hexadecimal digits."""
    size: Mapped[int]
    """Bytes before it is compressed."""
    content: Mapped[bytes] = mapped_column(LargeBinary)
    """The content, compressed with zlib."""


SCENARIO_MODELS: Final[tuple[type[Base], ...]] = (Scenario,)
"""Every table of a region pack that this package owns."""
