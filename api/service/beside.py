"""The worker that ``hinterland serve`` starts beside itself, and starts again should it die."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Final

from supplychain.settings import DATABASE_VARIABLE

LOG: Final = logging.getLogger("hinterland.service")
STOP_S: Final = 15.0
FIRST_PAUSE_S: Final = 1.0
LONGEST_PAUSE_S: Final = 30.0


class Beside:
    """A worker process that is kept alive.

    Parameters
    ----------
    command, environment
        What is started.
    """

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self._command = command
        self._environment = environment
        self._is_over = Event()
        self._process = self._start()
        self._thread = Thread(target=self._keep, name="worker beside", daemon=True)
        self._thread.start()

    @property
    def process_id(self) -> int:
        """The process that runs now."""
        return self._process.pid

    def _start(self) -> subprocess.Popen[bytes]:
        # A group of its own: Ctrl+C reaches the service, which then tells the worker, once.
        group = None if sys.platform == "win32" else 0
        return subprocess.Popen(  # noqa: S603 - our own program
            self._command, env=self._environment, stdin=subprocess.DEVNULL, process_group=group
        )

    def _keep(self) -> None:
        pause_s = FIRST_PAUSE_S
        while not self._is_over.wait(0.5):
            status = self._process.poll()
            if status is None:
                pause_s = FIRST_PAUSE_S
                continue
            LOG.warning("the worker ended with status %s and is started again", status)
            if self._is_over.wait(pause_s):
                return
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
            self._process = self._start()

    def stop(self) -> None:
        """Let the worker end what it can, and give its jobs back."""
        self._is_over.set()
        self._thread.join()
        self._process.terminate()
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@contextmanager
def worker_beside(database: str) -> Iterator[Beside]:
    """Keep a worker running while the block does.

    Parameters
    ----------
    database
        File name or URL of the database, brought up to date.
    """
    # The address of the database may hold a password: it goes by the environment, where no other user reads it.
    command = [sys.executable, "-m", "api.jobs.process", "--parent", str(os.getpid())]
    beside = Beside(command, {**os.environ, DATABASE_VARIABLE: database})
    try:
        yield beside
    finally:
        beside.stop()
