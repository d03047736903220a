"""Which search suits a problem."""

from __future__ import annotations

from optimizer.flow.options import Pricing
from optimizer.flow.problem import Problem
from optimizer.flow.search.full import FullSearch
from optimizer.flow.search.path_search import PathSearch


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
    if pricing not in {"auto", "full"} or threads < 1:
        msg = f"pricing {pricing!r} with {threads} threads is not possible."
        raise ValueError(msg)
    return FullSearch(problem)
