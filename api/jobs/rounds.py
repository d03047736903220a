"""What workers do besides jobs, every so often: any number of workers may, each thing is done once."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event, Thread
from typing import Final

from sqlalchemy import Engine

from api.files.clearing import clear_files
from api.files.imports import clear_imports
from api.jobs import system
from api.jobs.cleaning import KeepingRule, SteadyClock, clean_jobs
from api.jobs.runner import TROUBLE, error_words
from api.webhooks.rounds import webhook_round

_LOG: Final = logging.getLogger(__name__)

IsStopping = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Round:
    """One thing to do.

    Parameters
    ----------
    name
        For the log.
    every_s
        Seconds between its end and its next beginning.
    run
        Does what is due, and begins nothing more when asked to stop.
    """

    name: str
    every_s: float
    run: Callable[[Engine, IsStopping], None]


class Rounds:
    """Does each round in a thread of its own, so that none waits for another.

    Parameters
    ----------
    engine
        The database.
    rounds
        What to do.
    """

    def __init__(self, engine: Engine, rounds: tuple[Round, ...] | None = None) -> None:
        self._engine = engine
        self._ended = Event()
        chosen = standard_rounds() if rounds is None else rounds
        self._threads = [Thread(target=self._go, args=(one,), name=one.name, daemon=True) for one in chosen]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self, patience_s: float) -> None:
        """Begin nothing more; what is under way has some seconds to end."""
        self._ended.set()
        for thread in self._threads:
            thread.join(patience_s)

    def _go(self, one: Round) -> None:
        # Not all workers at the same moment.
        while not self._ended.wait(one.every_s * random.uniform(0.8, 1.2)):  # noqa: S311 - nothing secret
            try:
                one.run(self._engine, self._ended.is_set)
            except TROUBLE as error:
                _LOG.warning("The database did not answer during %s: %s", one.name, error_words(error))
            except Exception:  # noqa: BLE001 - this round is not done here again, and jobs must not suffer from it
                _LOG.exception("A fault of the program in %s, which this worker does no more", one.name)
                return


def standard_rounds() -> tuple[Round, ...]:
    """Return what every worker does."""
    clock, rule = SteadyClock(), KeepingRule()

    def webhooks(engine: Engine, is_stopping: IsStopping) -> None:
        webhook_round(engine, is_stopping=is_stopping)

    def files(engine: Engine, _is_stopping: IsStopping) -> None:
        clear_imports(engine)
        clear_files(engine)

    def jobs(engine: Engine, _is_stopping: IsStopping) -> None:
        at = clock.now()
        if at is not None:
            clean_jobs(engine, at, rule, system.forget)

    return Round("webhooks", 2.0, webhooks), Round("files", 600.0, files), Round("jobs", 900.0, jobs)
