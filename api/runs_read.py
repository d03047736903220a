"""Recorded runs as they are found, listed and shown."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, func, select

from api.readiness import opened
from optimizer.models import Run, RunInput
from optimizer.runs.contents import DAMAGED, RecordError
from optimizer.runs.record import RunRecord
from supplychain.database import clear_errors
from supplychain.errors import HinterlandError
from supplychain.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LATEST: Final = "latest"
SHORT: Final = 8
"""Signs of a run's id that are shown where there is little room; enough to name it by."""

NO_RUN: Final = Text(en="There is no run {name}. {nearest}", vi="Không có lần chạy {name}. {nearest}")
NEAREST: Final = Text(en="The nearest: {list}.", vi="Gần giống nhất: {list}.")
LIST_THEM: Final = Text(
    en="`hinterland runs list` shows those there are.", vi="`hinterland runs list` cho biết hiện có lần chạy nào."
)
NO_RUNS: Final = Text(
    en="No run is recorded yet. `hinterland plan` records one.",
    vi="Chưa có lần chạy nào. `hinterland plan` sẽ ghi lại một lần chạy.",
)
SEVERAL: Final = Text(
    en="{name} is the beginning of several runs: {list}. Write more of it.",
    vi="{name} là phần đầu của nhiều lần chạy: {list}. Hãy ghi thêm vài ký tự.",
)
NO_RECORD: Final = Text(
    en="Run {name} was made by an older version of the program that did not keep what it was made from. It can be "
    "shown but not replayed.",
    vi="Lần chạy {name} do phiên bản cũ hơn của chương trình tạo ra, không lưu đầu vào. Chỉ xem được, không chạy lại "
    "được.",
)
CONTENT: Final = Text(en="an input", vi="một đầu vào")


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """A run as the database holds it.

    Parameters
    ----------
    run_id, scenario_id, started_at, status, gap, objective, checked, inputs_sha256
        As in the table ``runs``.
    plan
        The content of its ``plan.json``.
    record
        What it was made from, as text; None for runs of older versions.
    """

    run_id: str
    scenario_id: str
    started_at: str
    status: str
    gap: float | None
    objective: float | None
    checked: bool
    inputs_sha256: str
    plan: str
    record: str | None

    def read_record(self) -> RunRecord:
        """Return what it was made from.

        Raises
        ------
        RecordError
            If that was not kept, is damaged, or of a newer form.
        """
        if self.record is None:
            raise RecordError(NO_RECORD.format(name=self.run_id))
        return RunRecord.from_text(self.record)


def list_runs(database: str, scenario_id: str | None = None) -> tuple[RecordedRun, ...]:
    """Return the recorded runs, the latest first; those of one scenario where one is named."""
    query = select(Run).order_by(Run.started_at.desc(), Run.fid.desc())
    if scenario_id is not None:
        query = query.where(Run.scenario_id == scenario_id)
    with opened(database) as engine, clear_errors(engine), engine.connect() as connection:
        return tuple(_run(row._mapping) for row in connection.execute(query))  # noqa: SLF001 - SQLAlchemy's public name


def find_run(database: str, name: str) -> RecordedRun:
    """Return a run by its id, the beginning of its id, or ``latest``.

    Raises
    ------
    HinterlandError
        If there is none such; the nearest are named.
    """
    with opened(database) as engine, clear_errors(engine), engine.connect() as connection:
        ids = connection.scalars(select(Run.run_id).order_by(Run.started_at, Run.fid)).all()
        chosen = _choose(name.strip(), ids)
        row = connection.execute(select(Run).where(Run.run_id == chosen)).one()
        return _run(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name


def _choose(name: str, ids: Sequence[str]) -> str:
    if not ids:
        raise HinterlandError(NO_RUNS)
    if name.casefold() == LATEST:
        return ids[-1]
    begin_so = [run_id for run_id in ids if name and run_id.startswith(name.casefold())]
    if len(begin_so) == 1 or name.casefold() in begin_so:
        return name.casefold() if name.casefold() in begin_so else begin_so[0]
    if begin_so:
        raise HinterlandError(SEVERAL.format(name=name, list=", ".join(begin_so[:5])))
    near = get_close_matches(name, [run_id[: max(len(name), SHORT)] for run_id in ids], n=3, cutoff=0.6)
    nearest = NEAREST.format(list=", ".join(dict.fromkeys(near))) if near else LIST_THEM
    raise HinterlandError(NO_RUN.format(name=name, nearest=nearest))


def read_contents(database: str, record: RunRecord) -> dict[str, bytes]:
    """Return the contents a record names, by their hashes; those the database lacks are left out.

    Raises
    ------
    RecordError
        If a content cannot be unpacked.
    """
    with opened(database) as engine, clear_errors(engine), engine.connect() as connection:
        return unpacked_contents(connection, record)


def unpacked_contents(connection: Connection, record: RunRecord) -> dict[str, bytes]:
    """Return the contents a record names, by their hashes; those the database lacks are left out.

    Raises
    ------
    RecordError
        If a content cannot be unpacked.
    """
    named = {record.region, *record.tables.values(), record.flow} | ({record.start_flow} - {None})
    query = select(RunInput.sha256, RunInput.content).where(RunInput.sha256.in_(sorted(map(str, named))))
    packed = {str(sha256): bytes(content) for sha256, content in connection.execute(query)}
    try:
        return {sha256: zlib.decompress(content) for sha256, content in packed.items()}
    except zlib.error as error:
        raise RecordError(DAMAGED.format(what=CONTENT)) from error


def content_sizes(database: str, record: RunRecord) -> Mapping[str, tuple[int, int]]:
    """Return the bytes of each content a record names, as it is and as it is kept, by its hash."""
    named = sorted({record.region, *record.tables.values(), record.flow})
    query = select(RunInput.sha256, RunInput.size, func.length(RunInput.content)).where(RunInput.sha256.in_(named))
    with opened(database) as engine, clear_errors(engine), engine.connect() as connection:
        return {str(sha256): (int(size), int(kept)) for sha256, size, kept in connection.execute(query)}


def _run(row: Any) -> RecordedRun:  # noqa: ANN401 - a row by column name
    names = RecordedRun.__slots__
    return RecordedRun(**{name: row[name] for name in names})
