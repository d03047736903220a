"""Which search suits a problem."""

from __future__ import annotations

from typing import Final

from optimizer.flow.options import Pricing
from optimizer.flow.problem import Problem
from optimizer.flow.search.estimate import estimate_seconds
from optimizer.flow.search.full import FullSearch
from optimizer.flow.search.path_search import PathSearch

SMALL: Final = 20_000
"""Links up to which all are searched without an estimate: no contraction repays its preparation there."""


def choose_search(problem: Problem, pricing: Pricing, threads: int) -> PathSearch:
    """Return a search for the problem, the quickest by estimate unless one is asked for.

    Compiled searches are imported only where they are used: small problems do not wait for them.
    """
    search = _choose_unlimited(problem, pricing, threads)
    if not problem.has_limits:
        return search
    from optimizer.flow.search.limits import LimitedSearch  # noqa: PLC0415 (imports the compiler)

    return LimitedSearch(problem, search)


def _choose_unlimited(problem: Problem, pricing: Pricing, threads: int) -> PathSearch:
    """Return a search that knows no limits of time and distance."""
    way = _quickest(problem) if pricing == "auto" else pricing
    if way == "full":
        return FullSearch(problem)
    try:
        from optimizer.flow.search.overlay import OverlaySearch  # noqa: PLC0415 (imports the compiler)
    except (ImportError, OSError):
        # The compiler does not load here (too little memory, no library): all links give the same answer, later.
        if pricing == "auto":
            return FullSearch(problem)
        raise
    return OverlaySearch(problem, "tables" if way == "tables" else "sweeps", threads)


def _quickest(problem: Problem) -> Pricing:
    """Return the way of searching that takes least time by estimate."""
    if len(problem.link_ids) <= SMALL:
        return "full"
    seconds = estimate_seconds(problem)
    if seconds.full <= min(seconds.tables, seconds.sweeps):
        return "full"
    return "tables" if seconds.tables <= seconds.sweeps else "sweeps"
