"""A worker: takes jobs from queues, runs them in processes of its own, and looks after those of dead workers."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Event, Lock, Thread
from time import monotonic, sleep
from typing import Final, TypeVar

from sqlalchemy import Engine

from api.jobs import system
from api.jobs.attempts import (
    Attempt,
    JobLostError,
    claim,
    end_cancelled,
    end_failed,
    give_back,
    standing,
    too_many_deaths,
)
from api.jobs.members import Members
from api.jobs.options import WorkerOptions
from api.jobs.outbox import hand_over, put_right
from api.jobs.place import place_of
from api.jobs.rounds import Rounds
from api.jobs.runner import TROUBLE, How, error_words, read_kinds
from api.jobs.runners import RunnerPool, Running
from api.service.ids import new_id

FOLDERS: Final = "hinterland-jobs-"
TRIED_EVERY_S: Final = 1.0

SIGNALLED_S: Final = 0.5
LAST_WAIT_S: Final = 10.0
EXIT_FAULT: Final = 70

Result = TypeVar("Result")

_LOG: Final = logging.getLogger(__name__)


class Worker:
    """The one worker of this process.

    Parameters
    ----------
    database
        File name or URL.
    engine
        The database, brought up to date.
    options
        How it works.
    """

    def __init__(self, database: str, engine: Engine, options: WorkerOptions) -> None:
        self.worker_id: Final = new_id("worker")
        self._database, self._engine, self._options = database, engine, options
        self._kinds = read_kinds(options.kinds)
        self._pool = RunnerPool(database, options.kinds, kept=options.processes + 1)
        self._members = Members(engine, self.worker_id, place_of(os.getpid()), options.processes, options.stale_beats)
        self._base = Path(tempfile.gettempdir()) / f"{FOLDERS}{self.worker_id}"
        self._lock = Lock()
        self._running: dict[str, Running] = {}
        self._active: set[str] = set()
        self._stopping = Event()
        self._ended = Event()
        self._rounds = Rounds(engine)
        self._looks = Thread(target=self._look_on, name="looks", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._members.beat()
        self._pool.warm()
        number = self._options.processes
        sizes = system.QueueSizes(quick=1, jobs=number, parts=2 * number)
        system.launch(self._database, self._engine, self.worker_id, sizes, self._workflow)
        self._looks.start()
        self._rounds.start()
        _LOG.info("Worker %s works", self.worker_id)

    def stop(self) -> None:
        """Take no more jobs, let those that run end for a while, give the others back, and be gone."""
        self._stopping.set()
        end = monotonic() + self._options.stop_s
        while self._active and monotonic() < end:
            sleep(0.05)
        end = monotonic() + LAST_WAIT_S
        while self._active and monotonic() < end:
            # Again and again: one may just have been claimed.
            with self._lock:
                for running in self._running.values():
                    running.stop("give back")
            sleep(0.05)
        self._ended.set()
        self._looks.join(LAST_WAIT_S)
        self._rounds.stop(LAST_WAIT_S)
        system.stop()
        self._pool.close()
        self._members.leave()
        shutil.rmtree(self._base, ignore_errors=True)
        _LOG.info("Worker %s has ended", self.worker_id)

    def _workflow(self, job_id: str) -> None:
        """Run a job to its end, and be counted from before it is claimed: a worker that is stopped waits for it."""
        self._active.add(job_id)
        try:
            self._run_to_end(job_id)
        finally:
            self._active.discard(job_id)

    def _run_to_end(self, job_id: str) -> None:
        """Run a job to its end, whatever happens to the processes that run it."""
        while True:
            if self._stopping.is_set():
                raise system.GivenBackError
            attempt = self._surely(lambda: claim(self._engine, job_id, self.worker_id))
            if attempt is None:
                return
            kind = self._kinds.get(attempt.kind)
            if attempt.deaths > (0 if kind is None else kind.retries):
                self._end(partial(end_failed, self._engine, attempt, too_many_deaths(attempt.deaths)))
                return
            if self._run(attempt):
                return

    def _run(self, attempt: Attempt) -> bool:
        """Run an attempt; return whether the job needs no other one from here."""
        running = Running(attempt)
        with self._lock:
            self._running[attempt.job_id] = running
        try:
            how = self._pool.run(running, self._base)
            return self._settle(running, how)
        finally:
            for left in self._base.glob(f"{attempt.job_id}-*"):
                shutil.rmtree(left, ignore_errors=True)
            with self._lock:
                del self._running[attempt.job_id]

    def _settle(self, running: Running, how: How | None) -> bool:
        """Write the end of a job that did not write it itself."""
        attempt = running.attempt
        if how in {"ended", "lost"} or running.wish == "leave":
            return True
        if running.wish == "cancel":
            self._end(lambda: end_cancelled(self._engine, attempt))
            return True
        if running.wish == "give back":
            self._end(lambda: give_back(self._engine, attempt))
            raise system.GivenBackError
        # It stopped without our asking: it was cancelled, or died, or a service manager signals every process at once.
        if how == "stopped" and self._surely(lambda: self._is_cancelled(attempt)):
            self._end(lambda: end_cancelled(self._engine, attempt))
            return True
        if self._stopping.wait(SIGNALLED_S):
            self._end(lambda: give_back(self._engine, attempt))
            raise system.GivenBackError
        _LOG.warning("The process that ran %s died", attempt.job_id)
        return False

    def _is_cancelled(self, attempt: Attempt) -> bool:
        return standing(self._engine, {attempt.job_id: attempt.number}).get(attempt.job_id, False)

    def _end(self, write: Callable[[], None]) -> None:
        try:
            self._surely(write)
        except JobLostError:
            _LOG.info("Another worker has the job")

    def _surely(self, ask: Callable[[], Result]) -> Result:
        """Return what the database answers, asked until it does; a worker that is being stopped does not wait."""
        while True:
            try:
                return ask()
            except TROUBLE as error:
                if self._stopping.is_set():
                    raise system.GivenBackError from None
                _LOG.warning("The database does not answer: %s", error_words(error))
                self._stopping.wait(TRIED_EVERY_S)

    def _look_on(self) -> None:
        looks = 0
        while not self._ended.wait(self._options.look_s):
            looks += 1
            try:
                self._look(looks)
            except TROUBLE as error:
                _LOG.warning("The database does not answer: %s", error_words(error))
                self._ended.wait(TRIED_EVERY_S)
            except BaseException:  # noqa: BLE001 - nothing goes on: the process ends
                # Without these looks a worker would seem alive and do harm: it is better gone.
                _LOG.exception("A fault of the program: the worker ends")
                os._exit(EXIT_FAULT)

    def _look(self, looks: int) -> None:
        options = self._options
        if looks % options.watch_looks == 0:
            self._watch()
        if looks % options.beat_looks == 0:
            self._pool.tidy()
            self._members.beat()
            gone = self._members.look()
            if gone:
                recovered = system.recover(gone)
                _LOG.warning("Workers %s are gone; %d of their jobs are queued again", ", ".join(gone), recovered)
                self._members.forget(gone)
        if looks % options.right_looks == 0:
            put_right(self._engine, self._members.live)
        if not self._stopping.is_set():
            hand_over(self._engine)

    def _watch(self) -> None:
        """Stop what was cancelled, and what another worker has meanwhile."""
        with self._lock:
            running = dict(self._running)
        if not running:
            return
        found = standing(self._engine, {job_id: one.attempt.number for job_id, one in running.items()})
        for job_id, one in running.items():
            if job_id not in found:
                one.stop("leave")
            elif found[job_id]:
                one.stop("cancel")
