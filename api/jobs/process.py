"""The process of a worker: ``hinterland worker``, and what ``serve`` starts beside itself."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
from collections.abc import Callable
from time import monotonic, sleep
from types import FrameType
from typing import Final

from api.jobs.options import CATALOGUE, WorkerOptions, usual_processes
from api.jobs.runner import die_with
from api.jobs.worker import Worker
from api.readiness import opened
from api.service.logs import JsonLines
from api.stop import PATIENCE_S
from supplychain.errors import HinterlandError
from supplychain.settings import Settings

EXIT_REFUSED: Final = 1
SPARING_S: Final = 60.0
KEY_LETTERS: Final = 60
MOST_KEYS: Final = 1000
LOOK_S: Final = 0.1
"""How often it is looked for a signal that came."""

QUIET: Final = ("alembic", "httpx", "httpcore")


class Sparing(logging.Filter):
    """Lets a warning pass only once a minute: a database that is away for long must not fill the disk with logs."""

    def __init__(self) -> None:
        super().__init__()
        self._passed: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether a record is written; faults and plain news always are."""
        if record.levelno != logging.WARNING:
            return True
        key, at_s = f"{record.name} {record.getMessage()[:KEY_LETTERS]}", monotonic()
        if at_s - self._passed.get(key, float("-inf")) < SPARING_S:
            return False
        if len(self._passed) > MOST_KEYS:
            self._passed.clear()
        self._passed[key] = at_s
        return True


def start_logs() -> None:
    """Let a worker and its libraries write their logs to standard error, one JSON object a line."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    handler.addFilter(Sparing())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    library = logging.getLogger("dbos")
    library.handlers, library.propagate = [handler], False


def run_worker(database: str, options: WorkerOptions, tell: Callable[[], None] = lambda: None) -> None:
    """Work until SIGTERM or SIGINT; Ctrl+C once more ends it at once, and others take its jobs over.

    Parameters
    ----------
    database
        File name or URL, brought up to date.
    options
        How to work.
    tell
        Called when it has begun.

    Raises
    ------
    HinterlandError
        If the database cannot be used.
    """
    with opened(database) as engine:
        _work_until_told(Worker(database, engine, options), tell)
        # The last to close an embedded database takes the log beside it back into the file, which GIS programs read.
    # A thread of a library that hangs must not keep a worker that has ended.
    sys.stderr.flush()
    os._exit(0)


def _work_until_told(worker: Worker, tell: Callable[[], None]) -> None:
    heard: list[float] = []

    def hear(number: int, _frame: FrameType | None) -> None:
        # Some programs send the same wish twice at once, and who sends SIGTERM sends SIGKILL when it will not wait.
        if heard and number == signal.SIGINT and monotonic() - heard[0] > PATIENCE_S:
            os._exit(EXIT_REFUSED)
        heard.append(monotonic())

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, hear)
    worker.start()
    tell()
    # No lock is waited for: a signal that comes just before would not end the wait.
    while not heard:
        sleep(LOOK_S)
    worker.stop()


def main() -> None:
    """Work as ``serve`` asks: ``python -m api.jobs.process``.

    The database is that of the settings: its address may hold a password, and arguments are read by everybody on the
    machine.
    """
    parser = argparse.ArgumentParser(prog="hinterland worker")
    parser.add_argument("--processes", type=int, default=usual_processes())
    parser.add_argument("--kinds", default=CATALOGUE)
    parser.add_argument("--parent", type=int)
    usual = WorkerOptions()
    parser.add_argument("--stop-s", type=float, default=usual.stop_s)
    parser.add_argument("--beat-looks", type=int, default=usual.beat_looks)
    parser.add_argument("--stale-beats", type=int, default=usual.stale_beats)
    parser.add_argument("--right-looks", type=int, default=usual.right_looks)
    given = parser.parse_args()
    start_logs()
    if given.parent is not None:
        die_with(given.parent)
    try:
        options = WorkerOptions(
            given.processes,
            given.kinds,
            beat_looks=given.beat_looks,
            right_looks=given.right_looks,
            stale_beats=given.stale_beats,
            stop_s=given.stop_s,
        )
        run_worker(Settings.from_environment().database_url, options)
    except HinterlandError as error:
        sys.stderr.write(f"{error.text.vi}\n{error.text.en}\n")
        sys.exit(EXIT_REFUSED)


if __name__ == "__main__":
    main()
