"""How a worker works; nothing heavy is imported here, so that the command line and ``serve`` may ask at once."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final

CATALOGUE: Final = "api.jobs.catalogue:JOB_KINDS"


def usual_processes() -> int:
    """Return how many jobs a worker runs at once where nobody says: half as many as there are cores."""
    return max(1, (os.cpu_count() or 1) // 2)


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """How a worker works.

    Parameters
    ----------
    processes
        Jobs run at once; besides them twice as many parts of larger jobs, and one quick question.
    kinds
        ``module:NAME`` of the kinds of jobs.
    look_s
        Seconds between two looks for jobs that no queue has.
    watch_looks, beat_looks, right_looks
        After how many such looks it asks who cancelled, shows that it is alive, and compares table and queue.
    stale_beats
        How many of its own beats without one of another worker make that one dead.
    stop_s
        Seconds that jobs have to end by themselves when the worker is stopped.
    """

    processes: int = 1
    kinds: str = CATALOGUE
    look_s: float = 0.1
    watch_looks: int = 4
    beat_looks: int = 20
    right_looks: int = 300
    stale_beats: int = 15
    stop_s: float = 10.0
