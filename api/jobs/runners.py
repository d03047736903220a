"""The processes that run jobs for one worker: started ahead, kept warm, killed when a job must stop."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Final, Literal

import psutil

from api.jobs.attempts import Attempt
from api.jobs.runner import How
from supplychain.settings import DATABASE_VARIABLE

LOOK_S: Final = 0.1
TIDY_S: Final = 1.0
"""Seconds a job has to tidy up before its process is killed."""

LARGEST_MB: Final = 1500
"""A process that has grown beyond this is not kept for another job."""

IDLE_S: Final = 60.0
MB: Final = 1_000_000

Wish = Literal["cancel", "leave", "give back"]
"""Why a running job is to stop: somebody cancelled it; another worker has it; the worker is being stopped."""


class Running:
    """A job that runs here, and whether it is to stop.

    Parameters
    ----------
    attempt
        The attempt.
    """

    def __init__(self, attempt: Attempt) -> None:
        self.attempt = attempt
        self.wish: Wish | None = None

    def stop(self, wish: Wish) -> None:
        """Wish that it stops; the first wish counts."""
        if self.wish is None:
            self.wish = wish


class Runner:
    """One process.

    Parameters
    ----------
    database
        File name or URL.
    kinds
        ``module:NAME`` of the kinds of jobs.
    """

    def __init__(self, database: str, kinds: str) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            number = theirs.fileno()
            command = [sys.executable, "-m", "api.jobs.runner", "--channel", str(number), "--parent", str(os.getpid())]
            # A session of its own: Ctrl+C in the terminal is for the worker, which lets jobs tidy up.
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [*command, "--kinds", kinds],
                env={**os.environ, DATABASE_VARIABLE: database},
                pass_fds=(number,),
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._channel = ours
        self._waiting = b""
        self.ran: set[str] = set()
        self.is_spoilt = False

    def run(self, running: Running, base: Path) -> How | None:
        """Run an attempt to its end and return how it went; None where the process died or was killed."""
        order = {"attempt": asdict(running.attempt), "base": str(base)}
        self.ran.add(running.attempt.kind)
        try:
            self._channel.sendall(json.dumps(order).encode() + b"\n")
        except OSError:
            return None
        killed_at = None
        while True:
            said = self._said()
            if said is not None:
                return said[0] if said else None
            if running.wish is not None and killed_at is None:
                self.is_spoilt = True
                self._signal(signal.SIGTERM)
                killed_at = monotonic() + TIDY_S
            if killed_at is not None and monotonic() > killed_at:
                self.kill()

    def _said(self) -> tuple[How, ...] | None:
        """Return the answer, nothing in it where the process is gone; None where it has not come yet."""
        ready, _, _ = select.select([self._channel], [], [], LOOK_S)
        if not ready:
            return None
        try:
            piece = self._channel.recv(4096)
        except OSError:
            piece = b""
        if not piece:
            self.is_spoilt = True
            return ()
        self._waiting += piece
        line, newline, rest = self._waiting.partition(b"\n")
        if not newline:
            return None
        self._waiting = rest
        how: How = json.loads(line)["how"]
        return (how,)

    @property
    def is_fit(self) -> bool:
        """Whether it may run another job."""
        if self.is_spoilt or self._process.poll() is not None:
            return False
        try:
            return bool(psutil.Process(self._process.pid).memory_info().rss <= LARGEST_MB * MB)
        except psutil.NoSuchProcess:
            return False

    def _signal(self, number: signal.Signals) -> None:
        # The whole group: a job may have started processes of its own.
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def kill(self) -> None:
        """End the process, and all it has started, at once."""
        self.is_spoilt = True
        self._signal(signal.SIGKILL)
        self._process.wait()

    def close(self) -> None:
        """End the process; it runs no job."""
        self.kill()
        self._channel.close()


class RunnerPool:
    """Processes that wait for jobs.

    Parameters
    ----------
    database, kinds
        As of ``Runner``.
    kept
        How many that wait are kept for good; more are kept for a minute.
    """

    def __init__(self, database: str, kinds: str, kept: int) -> None:
        self._database, self._kinds, self._kept = database, kinds, kept
        self._lock = Lock()
        self._idle: list[tuple[Runner, float]] = []

    def warm(self) -> None:
        """Start a process ahead, so that the next job, a question perhaps, finds it ready; where none waits."""
        with self._lock:
            if self._idle:
                return
        self._give(self._make())

    def _make(self) -> Runner:
        return Runner(self._database, self._kinds)

    def _take(self, kind: str) -> Runner:
        """Return a process that waits, one that has run this kind of job where there is one, else a new one."""
        self.tidy()
        with self._lock:
            known = [entry for entry in self._idle if kind in entry[0].ran] or self._idle[-1:]
            if known:
                self._idle.remove(known[-1])
        found = known[-1][0] if known else None
        self.warm()
        return found or self._make()

    def _give(self, runner: Runner) -> None:
        if not runner.is_fit:
            runner.close()
            return
        with self._lock:
            self._idle.append((runner, monotonic()))

    def tidy(self) -> None:
        """End processes that died while they waited, and those beyond the number kept that waited for a minute."""
        with self._lock:
            before = monotonic() - IDLE_S
            spare = [entry for entry in self._idle if entry[1] < before][: max(0, len(self._idle) - self._kept)]
            ended = [entry for entry in self._idle if entry in spare or not entry[0].is_fit]
            self._idle = [entry for entry in self._idle if entry not in ended]
        for runner, _ in ended:
            runner.close()

    def run(self, running: Running, base: Path) -> How | None:
        """Run an attempt in one of the processes, as ``Runner.run`` does."""
        runner = self._take(running.attempt.kind)
        try:
            return runner.run(running, base)
        finally:
            self._give(runner)

    def close(self) -> None:
        """End the processes that wait."""
        with self._lock:
            idle, self._idle = self._idle, []
        for runner, _ in idle:
            runner.close()
