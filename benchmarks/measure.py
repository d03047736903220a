"""One measured piece of work in a process of its own: CPU seconds of all threads and children, and peak memory."""

from __future__ import annotations

import multiprocessing
import resource
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any


@dataclass(frozen=True, slots=True)
class Measurement:
    """What a piece of work answered and took.

    Parameters
    ----------
    answer
        What it returned.
    cpu_s
        Median CPU seconds of its runs, user and system, all threads and children; imports and input apart.
    peak_mb
        Largest resident memory of the process in MB (10^6 bytes), imports, compiling and input included.
    compile_s
        CPU seconds of the warm-up, in which kernels are compiled or read from the cache; 0 without one.
    """

    answer: Any
    cpu_s: float
    peak_mb: float
    compile_s: float = 0.0


def measure(
    prepare: Callable[..., Any],
    work: Callable[[Any], Any],
    arguments: tuple[Any, ...],
    runs: int = 1,
    warm_up: Callable[[], object] | None = None,
) -> Measurement:
    """Return the measurement of ``work(prepare(*arguments))`` in a fresh process; only ``work`` is timed.

    Parameters
    ----------
    prepare, arguments
        What makes the input, and from what.
    work
        What is measured, given the input.
    runs
        How often; the seconds are their median.
    warm_up
        Called once before, measured apart: it compiles what ``work`` will run.

    Raises
    ------
    RuntimeError
        When the process ends without an answer; its traceback is on stderr.
    """
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(sender, prepare, work, arguments, runs, warm_up))
    process.start()
    sender.close()
    try:
        measurement = receiver.recv()
    except EOFError as error:
        msg = f"The measured process for {work.__name__}{arguments} ended without an answer."
        raise RuntimeError(msg) from error
    finally:
        process.join()
    if not isinstance(measurement, Measurement):
        msg = f"The measured process answered {measurement!r}."
        raise TypeError(msg)
    return measurement


def _run(
    sender: Connection,
    prepare: Callable[..., Any],
    work: Callable[[Any], Any],
    arguments: tuple[Any, ...],
    runs: int,
    warm_up: Callable[[], object] | None,
) -> None:
    """Do the work in this process and send its measurement."""
    before = cpu_s()
    if warm_up is not None:
        warm_up()
    compile_s = cpu_s() - before
    given = prepare(*arguments)
    seconds = []
    answer = None
    for _ in range(runs):
        before = cpu_s()
        answer = work(given)
        seconds.append(cpu_s() - before)
    # ru_maxrss counts bytes on macOS and units of 1,024 bytes elsewhere.
    unit = 1 if sys.platform == "darwin" else 1024
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
    sender.send(Measurement(answer, statistics.median(seconds), peak_mb, compile_s))
    sender.close()


def cpu_s() -> float:
    """Return the CPU seconds of this process and its finished children."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)
