"""A process that runs jobs, one after another, for a worker: ``python -m api.jobs.runner``; never started by people.

It keeps what jobs of a kind have read, so that the next is quick, and it can be killed at any moment: what it writes is
whole transactions of an attempt. It dies with its worker.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Any, Final, Literal

from sqlalchemy import Engine
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from api.access.caller import Caller
from api.jobs.attempts import (
    Attempt,
    JobCancelledError,
    JobLostError,
    caller_of,
    described_error,
    end_done,
    end_failed,
    program_fault,
)
from api.jobs.context import WorkerContext
from api.jobs.kinds import JobFunction, JobKind
from api.service.logs import JsonLines
from api.service.problems import ServiceError
from api.stop import STOP, StoppedError
from supplychain.database import DatabaseTroubleError, make_engine
from supplychain.errors import HinterlandError
from supplychain.settings import Settings
from supplychain.text import Text

How = Literal["ended", "lost", "stopped", "trouble"]
"""How an attempt went: it ended the job; another worker has it; it was stopped; the database did not answer."""

TROUBLE: Final = (OperationalError, InterfaceError, PoolTimeoutError, DatabaseTroubleError)
PATIENCE_S: Final = 300.0
"""How long an end is tried to be written while the database does not answer."""

MOST_WORDS: Final = 300

PR_SET_PDEATHSIG: Final = 1

NO_RIGHT_NOW: Final = Text(
    en="Your account may not do this any more (right {right}). Ask an administrator for a role that has it.",
    vi="Tài khoản của bạn không còn quyền này ({right}). Hãy nhờ quản trị viên cấp vai trò phù hợp.",
)
NO_MEMORY: Final = Text(
    en="There is not enough memory for this job. Ask for less, or run it on a larger machine.",
    vi="Không đủ bộ nhớ cho công việc này. Hãy giảm quy mô, hoặc chạy trên máy lớn hơn.",
)

NICENESS: Final = 10

_LOG: Final = logging.getLogger(__name__)


def run_attempt(engine: Engine, database: str, attempt: Attempt, kinds: Mapping[str, JobKind], base: Path) -> How:
    """Run an attempt and write the end of the job.

    Parameters
    ----------
    engine, database
        The database, and its name.
    attempt
        The attempt, claimed.
    kinds
        The kinds of jobs there are.
    base
        Folder for files while the job runs.
    """
    try:
        error = _run(engine, database, attempt, kinds, base)
        if error is not None:
            surely(lambda: end_failed(engine, attempt, error))
    except JobLostError:
        return "lost"
    except (JobCancelledError, StoppedError):
        return "stopped"
    except TROUBLE as error:
        _LOG.warning("The database did not answer while %s ran: %s", attempt.job_id, error_words(error))
        return "trouble"
    return "ended"


def _run(
    engine: Engine, database: str, attempt: Attempt, kinds: Mapping[str, JobKind], base: Path
) -> dict[str, Any] | None:
    """Run a job and write its result; return the error where it failed."""
    try:
        kind = kinds[attempt.kind]
        caller = _caller(engine, attempt, kind)
        result = _called(kind)(WorkerContext(engine, database, attempt, caller, base), attempt.request)
        surely(lambda: end_done(engine, attempt, result))
    except TROUBLE:
        raise
    except HinterlandError as error:
        return described_error(error)
    except MemoryError:
        return {"code": "unavailable", "en": NO_MEMORY.en, "vi": NO_MEMORY.vi}
    except Exception:  # noqa: BLE001 - the job ends here: its fault is logged and told, and the next job is run
        _LOG.exception("A fault of the program in %s (%s)", attempt.job_id, attempt.kind)
        return program_fault(attempt.job_id)
    return None


def _caller(engine: Engine, attempt: Attempt, kind: JobKind) -> Caller:
    caller = caller_of(engine, attempt.caller)
    if not caller.may(kind.right):
        raise ServiceError(NO_RIGHT_NOW.format(right=kind.right), "forbidden")
    return caller


def _called(kind: JobKind) -> JobFunction:
    module, _, name = kind.run.partition(":")
    function: JobFunction = getattr(import_module(module), name)
    return function


def error_words(error: Exception) -> str:
    """Return what a driver said, in one line and without the statement."""
    return " ".join(str(getattr(error, "orig", None) or error).split())[:MOST_WORDS]


def surely(write: Callable[[], None]) -> None:
    """Write an end, again and again while the database does not answer.

    A write that was kept although its answer got lost is refused the second time as that of a lost attempt: no harm.

    Raises
    ------
    JobLostError
        If the attempt no longer stands.
    """
    end = monotonic() + PATIENCE_S
    while True:
        try:
            write()
        except TROUBLE:
            if monotonic() > end:
                raise
            sleep(1.0)
        else:
            return


def read_kinds(name: str) -> Mapping[str, JobKind]:
    """Return the kinds of jobs that ``module:NAME`` holds."""
    module, _, attribute = name.partition(":")
    found: Mapping[str, JobKind] = getattr(import_module(module), attribute)
    return found


def die_with(parent: int, *, at_once: bool = False) -> None:
    """Let this process end when the one that started it does, however that ends.

    Parameters
    ----------
    parent
        The process that started it.
    at_once
        Let the system kill it, which no library can hold up; the thread that started it must live as long as it.
    """
    if at_once and sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)

    def look() -> None:
        while os.getppid() == parent:
            sleep(1.0)
        os._exit(1)

    if os.getppid() != parent:
        os._exit(1)
    Thread(target=look, daemon=True).start()


def _handler() -> logging.Handler:
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    return handler


def give_way() -> None:
    """Let people's requests go before long work on the same machine, where the system knows of priorities."""
    if sys.platform == "win32":
        return
    os.nice(NICENESS)
    # Linux weighs sessions against each other first, and a process only within its own (sched(7), autogroup).
    if os.getsid(0) == os.getpid():
        with suppress(OSError):
            Path("/proc/self/autogroup").write_text(str(NICENESS), encoding="ascii")


def main() -> None:
    """Run the jobs that come over a channel until it closes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--channel", type=int, required=True)
    parser.add_argument("--parent", type=int, required=True)
    parser.add_argument("--kinds", required=True)
    given = parser.parse_args()
    die_with(given.parent, at_once=True)
    give_way()
    logging.basicConfig(level=logging.WARNING, handlers=[_handler()])
    STOP.listen()
    # Not an argument: the address may hold a password, and arguments are read by everybody on the machine.
    database = Settings.from_environment().database_url
    engine = make_engine(database)
    kinds = read_kinds(given.kinds)
    with socket.socket(fileno=given.channel) as channel, channel.makefile("rw", encoding="utf-8") as lines:
        try:
            _serve(lines, engine, database, kinds)
        except StoppedError:
            return


def _serve(lines: Any, engine: Engine, database: str, kinds: Mapping[str, JobKind]) -> None:  # noqa: ANN401 - a text stream
    for line in lines:
        order = json.loads(line)
        how = run_attempt(engine, database, Attempt(**order["attempt"]), kinds, Path(order["base"]))
        lines.write(json.dumps({"how": how}) + "\n")
        lines.flush()


if __name__ == "__main__":
    main()
