"""Solving one flow problem."""

from __future__ import annotations

from collections.abc import Callable

from optimizer.flow.engine import FlowEngine
from optimizer.flow.options import Progress, SolveOptions
from optimizer.flow.plan import Plan, StartPaths
from optimizer.flow.problem import Problem


def solve(
    problem: Problem,
    options: SolveOptions | None = None,
    *,
    start_paths: StartPaths | None = None,
    progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Plan:
    """Return the least-cost plan with a proven gap, or the best one found when told to stop.

    The same problem, options and start give the same plan, unless a time limit or ``stop`` cuts it short.

    Parameters
    ----------
    problem, options, start_paths, progress, stop
        As in ``FlowEngine.solve``.
    """
    return FlowEngine().solve(problem, options, start_paths=start_paths, progress=progress, stop=stop)
