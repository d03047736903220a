"""How far and how long to plan, and what is told on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

Pricing = Literal["auto", "full", "tables", "sweeps"]
"""How cheapest paths are searched. ``full``: on all links. ``tables`` and ``sweeps``: on a contracted network, with
distances between key nodes worked out once, or searched anew each round. ``auto``: the quickest by estimate."""


@dataclass(frozen=True, slots=True)
class SolveOptions:
    """How far and how long to plan.

    Parameters
    ----------
    gap_tolerance
        Relative gap at which the plan is called optimal, above 0.
    time_limit_s
        Wall seconds after which the best plan so far is returned as ``stopped``; None for no limit.
    max_rounds
        Most pricing rounds, at least 1.
    seed
        Seed of the linear programming solver, at least 0.
    pricing
        How cheapest paths are searched.
    threads
        Threads that search contracted networks, at least 1; the answer is the same for any number.
    """

    gap_tolerance: float = 1e-9
    time_limit_s: float | None = None
    max_rounds: int = 1_000
    seed: int = 0
    pricing: Pricing = "auto"
    threads: int = 1

    def __post_init__(self) -> None:
        if not 0 < self.gap_tolerance < 1:
            msg = f"gap_tolerance must be between 0 and 1, got {self.gap_tolerance}."
            raise ValueError(msg)
        if self.time_limit_s is not None and not self.time_limit_s >= 0:
            msg = f"time_limit_s must be at least 0 seconds or None, got {self.time_limit_s}."
            raise ValueError(msg)
        if self.max_rounds < 1 or self.threads < 1:
            msg = f"max_rounds and threads must be at least 1, got {self.max_rounds} and {self.threads}."
            raise ValueError(msg)
        if not 0 <= self.seed < 2**31:
            msg = f"seed must be from 0 to 2147483647, got {self.seed}."
            raise ValueError(msg)
        if self.pricing not in get_args(Pricing):
            msg = f"pricing must be one of {', '.join(get_args(Pricing))}, got {self.pricing!r}."
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the solver stands after a round: best bound and objective in VND per day, relative gap, known paths."""

    round: int
    bound: float
    objective: float
    gap: float
    columns: int


@dataclass(frozen=True, slots=True, eq=False)
class Effort:
    """How far a master is to go in one round.

    Parameters
    ----------
    seed
        Of the simplex.
    time_left
        Wall seconds left, None without a limit.
    interrupted
        Whether to stop now.
    bound
        What every plan costs at least, VND per day.
    tolerance
        Relative gap below which only the optimum will do.
    last_open
        How far the optimum over the known paths lay above the bound at last, VND per day.
    """

    seed: int
    time_left: Callable[[], float | None]
    interrupted: Callable[[], bool]
    bound: float
    tolerance: float
    last_open: float
