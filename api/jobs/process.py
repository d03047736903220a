"""The process of a worker: ``hinterland worker``, and what ``serve`` starts beside itself."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
from threading import Event
from types import FrameType
from typing import Final

from api.database import require_ready
from api.jobs.runner import die_with
from api.jobs.worker import CATALOGUE, Worker, WorkerOptions
from supplychain.database import clear_errors, open_database
from supplychain.errors import HinterlandError

EXIT_REFUSED: Final = 1


def run_worker(database: str, options: WorkerOptions) -> None:
    """Work until SIGTERM or SIGINT; a second one ends it at once, and others take its jobs over.

    Parameters
    ----------
    database
        File name or URL, brought up to date.
    options
        How to work.

    Raises
    ------
    HinterlandError
        If the database cannot be used.
    """
    engine = open_database(database)
    with clear_errors(engine):
        require_ready(engine)
    wish = Event()

    def hear(_number: int, _frame: FrameType | None) -> None:
        if wish.is_set():
            os._exit(EXIT_REFUSED)
        wish.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, hear)
    worker = Worker(database, engine, options)
    worker.start()
    wish.wait()
    worker.stop()
    engine.dispose()


def main() -> None:
    """Work as ``serve`` asks: ``python -m api.jobs.process DATABASE``."""
    parser = argparse.ArgumentParser(prog="hinterland worker")
    parser.add_argument("database")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--kinds", default=CATALOGUE)
    parser.add_argument("--parent", type=int)
    parser.add_argument("--stop-s", type=float, default=10.0)
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    if given.parent is not None:
        die_with(given.parent)
    try:
        run_worker(given.database, WorkerOptions(given.processes, given.kinds, stop_s=given.stop_s))
    except HinterlandError as error:
        sys.stderr.write(f"{error.text.vi}\n{error.text.en}\n")
        sys.exit(EXIT_REFUSED)


if __name__ == "__main__":
    main()
