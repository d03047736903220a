"""Which search suits a problem."""

from __future__ import annotations

from optimizer.flow.options import Pricing
from optimizer.flow.problem import Problem
from optimizer.flow.search.full import FullSearch
from optimizer.flow.search.path_search import PathSearch


def choose_search(problem: Problem, pricing: Pricing, threads: int) -> PathSearch:
    """Return a search for the problem, the quickest by estimate unless one is asked for."""
    if pricing not in {"auto", "full"} or threads < 1:
        msg = f"pricing {pricing!r} with {threads} threads is not possible."
        raise ValueError(msg)
    return FullSearch(problem)
