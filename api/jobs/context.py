"""What a job has while it runs: the one ``JobContext`` there is, whose every write shows the attempt it belongs to."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final

from sqlalchemy import Engine, RowMapping, select

from api.access.caller import Caller
from api.files.store import FileWriter, delete_file
from api.jobs.attempts import (
    Attempt,
    JobCancelledError,
    JobLostError,
    enter_file,
    hold,
    keep_step,
    read_step,
    standing,
    tell,
)
from api.jobs.queue import encode, enter
from api.jobs.tables import JOBS, RESULTS
from supplychain.database import for_writing
from supplychain.errors import HinterlandError
from supplychain.text import Text

PIECE_BYTES: Final = 262_144
LEAST_PAUSE_S: Final = 0.5
PAUSE_SHARE: Final = 0.02
"""Progress is kept at most this often, as a share of the time the job has run: a long job has hundreds of events, not
thousands."""

LOOK_PAUSE_S: Final = 0.05
LONGEST_LOOK_PAUSE_S: Final = 0.5

PART_FAILED: Final = Text(en="Part “{part}” failed: {why}", vi="Phần “{part}” bị lỗi: {why}")
PART_CANCELLED: Final = Text(
    en="Part “{part}” was cancelled. Ask for the whole again.",
    vi="Phần “{part}” đã bị hủy. Hãy yêu cầu lại toàn bộ.",
)
PARTS_OF_PARTS: Final = "a part of a job cannot be spread again"


class WorkerContext:
    """The context of one attempt.

    Parameters
    ----------
    engine, database
        The database, and its name for functions that open it themselves.
    attempt
        The attempt.
    caller
        Who asked, as they are now.
    base
        Folder for files while jobs run.
    """

    def __init__(self, engine: Engine, database: str, attempt: Attempt, caller: Caller, base: Path) -> None:
        self._engine, self._database, self._attempt, self._caller = engine, database, attempt, caller
        self._base = base
        self._began_s = monotonic()
        self._told_s = float("-inf")

    @property
    def job_id(self) -> str:
        """The job."""
        return self._attempt.job_id

    @property
    def engine(self) -> Engine:
        """The database."""
        return self._engine

    @property
    def database(self) -> str:
        """File name or URL of the database, for functions that open it themselves."""
        return self._database

    @property
    def caller(self) -> Caller:
        """Who asked; the job may do and see no more than they."""
        return self._caller

    def tell(self, text: Text, share: float | None = None) -> None:
        """Tell how far the job is (0 to 1 where known); what comes too fast is left out.

        Raises
        ------
        JobCancelledError
            If somebody cancelled the job; no Exception, as nothing is to go on.
        JobLostError
            If another worker has the job.
        """
        at_s = monotonic()
        pause_s = max(LEAST_PAUSE_S, PAUSE_SHARE * (at_s - self._began_s))
        if at_s - self._told_s >= pause_s:
            self._told_s = at_s
            known = None if share is None else min(max(share, 0.0), 1.0)
            tell(self._engine, self._attempt, text, known)

    def step(self, name: str, make: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        """Return what a step gives (JSON), run once and kept; a job that begins again does not repeat it.

        Raises
        ------
        JobLostError
            If another worker has the job.
        """
        kept = read_step(self._engine, self._attempt, name)
        return keep_step(self._engine, self._attempt, name, make()) if kept is None else kept

    def spread(self, steps: Mapping[str, Mapping[str, Any]], kind: str) -> Mapping[str, Mapping[str, Any]]:
        """Return what jobs of another kind give for many requests, by name, spread over all workers.

        The answer is that of running them one after another: each depends on its request alone. Parts that were done
        when the job begins again are not run again.

        Raises
        ------
        HinterlandError
            If a part failed: the first in the order of ``steps``; the others are cancelled.
        ValueError
            If the job is itself a part: it would wait for a place that it holds.
        """
        if self._attempt.parent_id is not None:
            raise ValueError(PARTS_OF_PARTS)
        self._enter_parts(steps, kind)
        began_s, pause = monotonic(), LOOK_PAUSE_S
        while True:
            rows = self._parts()
            mine = [rows[_part(kind, name)] for name in steps]
            broken = next((row for row in mine if row.state in {"failed", "cancelled"}), None)
            if broken is not None:
                raise HinterlandError(_why(broken))
            if all(row.state == "done" for row in mine):
                return self._results(steps, kind)
            self._look()
            pause = min(max(pause, PAUSE_SHARE * (monotonic() - began_s)), LONGEST_LOOK_PAUSE_S)
            sleep(pause)

    def folder(self) -> AbstractContextManager[Path]:
        """Give a folder for files while the job runs; it is gone afterwards."""
        return self._folder()

    @contextmanager
    def _folder(self) -> Iterator[Path]:
        self._base.mkdir(parents=True, exist_ok=True)
        path = Path(tempfile.mkdtemp(prefix=f"{self.job_id}-", dir=self._base))
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)

    def keep_file(self, path: Path, media_type: str, name: str | None = None) -> str:
        """Keep a file as a result of the job and return its file id.

        A job that begins again puts the file in the place of the one it kept under the name.

        Raises
        ------
        JobLostError
            If another worker has the job.
        """
        with path.open("rb") as file:
            return self.keep_bytes(iter(lambda: file.read(PIECE_BYTES), b""), media_type, name or path.name)

    def keep_bytes(self, parts: Iterable[bytes], media_type: str, name: str) -> str:
        """Keep bytes as a result of the job and return the file id, as ``keep_file`` does.

        Raises
        ------
        JobLostError
            If another worker has the job.
        """
        owner = self._caller.account_id
        writer = FileWriter(self._engine, name=name, media_type=media_type, owner=owner)
        try:
            for part in parts:
                writer.add(part)
            with for_writing(self._engine).begin() as connection:
                hold(connection, self._attempt)
                stored = writer.seal(connection)
                row = {
                    "name": name,
                    "file_id": stored.file_id,
                    "media_type": stored.media_type,
                    "size": stored.size,
                    "sha256": stored.sha256,
                }
                old = enter_file(connection, self._attempt, row)
        finally:
            writer.abandon()
        if old is not None:
            delete_file(self._engine, old)
        return stored.file_id

    def _look(self) -> None:
        found = standing(self._engine, {self._attempt.job_id: self._attempt.number})
        if self._attempt.job_id not in found:
            raise JobLostError
        if found[self._attempt.job_id]:
            raise JobCancelledError

    def _enter_parts(self, steps: Mapping[str, Mapping[str, Any]], kind: str) -> None:
        with for_writing(self._engine).begin() as connection:
            hold(connection, self._attempt)
            known = set(connection.scalars(select(JOBS.c.part).where(JOBS.c.parent_id == self.job_id)))
            for name, request in steps.items():
                part = _part(kind, name)
                if part not in known:
                    enter(
                        connection,
                        kind,
                        encode(request),
                        self._caller,
                        priority=self._attempt.priority,
                        title=name,
                        parent_id=self.job_id,
                        part=part,
                    )

    def _parts(self) -> Mapping[str, RowMapping]:
        query = select(JOBS.c.part, JOBS.c.state, JOBS.c.title, JOBS.c.error).where(JOBS.c.parent_id == self.job_id)
        with self._engine.connect() as connection:
            return {row["part"]: row for row in connection.execute(query).mappings()}

    def _results(self, steps: Mapping[str, Mapping[str, Any]], kind: str) -> Mapping[str, Mapping[str, Any]]:
        query = select(JOBS.c.part, RESULTS.c.result).join(RESULTS, RESULTS.c.job_id == JOBS.c.job_id)
        with self._engine.connect() as connection:
            rows = connection.execute(query.where(JOBS.c.parent_id == self.job_id)).all()
        found = {row.part: json.loads(row.result) for row in rows}
        return {name: found[_part(kind, name)] for name in steps}


def _part(kind: str, name: str) -> str:
    return f"{kind}/{name}"


def _why(row: RowMapping) -> Text:
    if row["error"] is None:
        return PART_CANCELLED.format(part=row["title"])
    error = json.loads(row["error"])
    return PART_FAILED.format(part=row["title"], why=Text(en=error["en"], vi=error["vi"]))
