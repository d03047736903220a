"""Where an interrupted import goes on: the marker that is kept with the staged rows, and whose they are.

A process that stages a file puts its name into the marker. Another one takes over only what nobody works on any more:
the process is gone from this computer, or nothing came of it for a while. Where whoever runs imports sees to it that
each has one worker at a time, an import has a name of its own (``ImportOptions.run``) instead: whichever process goes
on with it takes over what bears that name, and nobody else does.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, update

from supplychain.database import clear_errors, for_writing
from supplychain.models.registry import CHANGES
from supplychain.registry.changes import find_unfinished, start_change
from supplychain.registry.values import Unfinished

SILENT_S: Final = 600.0
"""After so many seconds without a staged row, a process on another computer counts as gone."""


@dataclass(frozen=True, slots=True)
class Marker:
    """What is kept with the staged rows of a file.

    Parameters
    ----------
    plan
        Digest of everything the edits depend on beside the file: options, mapping, and the registry's last change.
    portion
        How many portions of the file are dealt with.
    rows
        How many rows those had, refused ones among them.
    process
        Who stages them: computer, process id and when that began.
    at
        When, ISO 8601 UTC.
    run
        Name of the import whose rows these are, whichever process stages them; empty where the process counts.
    """

    plan: str
    portion: int
    rows: int
    process: str
    at: str
    run: str = ""

    def to_text(self) -> str:
        """Return the marker as it is kept."""
        return json.dumps(asdict(self))

    def moved(self, portion: int, rows: int) -> Marker:
        """Return the marker after more rows."""
        return replace(self, portion=portion, rows=rows, at=_now())


def own_marker(plan: str, run: str = "") -> Marker:
    """Return the marker with which this process begins."""
    return Marker(plan, 0, 0, _process(os.getpid()), _now(), run)


def take_over(engine: Engine, file_sha256: str, plan: str, run: str = "") -> tuple[Unfinished, Marker] | None:
    """Return the staged rows of a file that nobody works on any more, claimed for this process; None if there are none.

    Parameters
    ----------
    engine
        Database.
    file_sha256
        The file.
    plan
        Digest of what the edits depend on; rows staged on another one are of no use.
    run
        Name of the import, where it has one.
    """
    for unfinished in find_unfinished(engine, file_sha256=file_sha256):
        marker = _read(unfinished.marker)
        if unfinished.kind != "import" or marker is None or marker.plan != plan or not _is_ours(marker, run):
            continue
        mine = replace(marker, process=_process(os.getpid()), at=_now())
        if _claim(engine, unfinished, mine):
            return unfinished, mine
    return None


def left_behind(engine: Engine, file_sha256: str, plan: str | None, run: str = "") -> list[int]:
    """Return the changes of a file that nobody works on and that no import can go on with; without a plan, all."""
    found = []
    for unfinished in find_unfinished(engine, file_sha256=file_sha256):
        marker = _read(unfinished.marker)
        if unfinished.kind == "import" and marker is not None and marker.plan != plan and _is_ours(marker, run):
            found.append(unfinished.change_id)
    return found


def begin(engine: Engine, described: Mapping[str, Any], marker: Marker) -> int:
    """Begin a change that bears a marker from the first moment, and return its id."""
    with clear_errors(engine), for_writing(engine).begin() as connection:
        return start_change(connection, {**described, "marker": marker.to_text()})


def rows_staged(unfinished: Unfinished) -> int | None:
    """Return how many rows of its file a change under way has dealt with; None where it does not say."""
    marker = _read(unfinished.marker)
    return None if marker is None else marker.rows


def is_worked_on(unfinished: Unfinished) -> bool:
    """Tell whether a process seems to be staging a change at this moment."""
    marker = _read(unfinished.marker)
    return marker is not None and not _is_free(marker)


def run_of(unfinished: Unfinished) -> str:
    """Return the name of the import that staged a change; empty where it has none."""
    marker = _read(unfinished.marker)
    return "" if marker is None else marker.run


def _is_ours(marker: Marker, run: str) -> bool:
    return marker.run == run and (bool(run) or _is_free(marker))


def _claim(engine: Engine, unfinished: Unfinished, mine: Marker) -> bool:
    """Put this process in the marker's place; False where another one was quicker."""
    change = update(CHANGES).where(
        CHANGES.c.fid == unfinished.change_id, CHANGES.c.marker == unfinished.marker, CHANGES.c.status == "staging"
    )
    with clear_errors(engine), for_writing(engine).begin() as connection:
        return connection.execute(change.values(marker=mine.to_text())).rowcount == 1


def _read(text: str) -> Marker | None:
    try:
        return Marker(**json.loads(text))
    except (ValueError, TypeError):
        return None


def _is_free(marker: Marker) -> bool:
    computer, _, rest = marker.process.partition(":")
    number = rest.partition(":")[0]
    if computer == platform.node() and number.isdigit():
        return _process(int(number)) != marker.process
    return datetime.fromisoformat(marker.at) < datetime.now(UTC) - timedelta(seconds=SILENT_S)


def _process(number: int) -> str:
    """Return the name of a process that no other one bears: a number alone comes again."""
    try:
        stat = Path(f"/proc/{number}/stat").read_text(encoding="utf-8", errors="replace")
        began = stat.rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        began = "running" if _runs(number) else "gone"
    return f"{platform.node()}:{number}:{began}"


def _runs(number: int) -> bool:
    if os.name == "nt":
        return number == os.getpid()
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
