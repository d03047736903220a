"""Which search suits a problem."""

from __future__ import annotations

from typing import Final

from optimizer.flow.options import Pricing
from optimizer.flow.problem import Problem
from optimizer.flow.search.estimate import estimate_seconds
from optimizer.flow.search.full import FullSearch
from optimizer.flow.search.path_search import PathSearch
from supplychain.errors import HinterlandError
from supplychain.text import Text

SMALL: Final = 20_000
"""Links up to which all are searched without an estimate: no contraction repays its preparation there."""

LIMITS_NEED_COMPILER: Final = Text(
    en="Limits of time and distance (max_time_h, max_length_km) need the compiled search, and numba, which compiles "
    "it, does not load here ({why}): install numba again or free some memory, or leave out these limits.",
    vi="Giới hạn thời gian và quãng đường (max_time_h, max_length_km) cần phần tìm đường được biên dịch, mà numba, thư "
    "viện biên dịch nó, không nạp được ở đây ({why}): hãy cài lại numba hoặc giải phóng bộ nhớ, hoặc bỏ các giới hạn "
    "này.",
)

PRICING_NEEDS_COMPILER: Final = Text(
    en="The way of pricing {pricing} needs the compiled search, and numba, which compiles it, does not load here "
    "({why}): install numba again or free some memory, or choose auto or full.",
    vi="Cách định giá {pricing} cần phần tìm đường được biên dịch, mà numba, thư viện biên dịch nó, không nạp được ở "
    "đây ({why}): hãy cài lại numba hoặc giải phóng bộ nhớ, hoặc chọn auto hay full.",
)


class CompilerMissingError(HinterlandError):
    """A search that must be compiled is needed, and the compiler does not load."""


def choose_search(problem: Problem, pricing: Pricing, threads: int) -> PathSearch:
    """Return a search for the problem, the quickest by estimate unless one is asked for.

    Compiled searches are imported only where they are used: small problems without limits do not wait for them.

    Raises
    ------
    CompilerMissingError
        When paths have limits, or tables or sweeps are asked for, and the compiler does not load.
    """
    search = _choose_unlimited(problem, pricing, threads)
    if not problem.has_limits:
        return search
    try:
        from optimizer.flow.search.limits import LimitedSearch  # noqa: PLC0415 (imports the compiler)
    except (ImportError, OSError) as error:
        raise CompilerMissingError(LIMITS_NEED_COMPILER.format(why=error)) from error
    return LimitedSearch(problem, search)


def _choose_unlimited(problem: Problem, pricing: Pricing, threads: int) -> PathSearch:
    """Return a search that knows no limits of time and distance."""
    way = _quickest(problem) if pricing == "auto" else pricing
    if way == "full":
        return FullSearch(problem)
    try:
        from optimizer.flow.search.overlay import OverlaySearch  # noqa: PLC0415 (imports the compiler)
    except (ImportError, OSError) as error:
        # The compiler does not load here (too little memory, no library): all links give the same answer, later.
        if pricing == "auto":
            return FullSearch(problem)
        raise CompilerMissingError(PRICING_NEEDS_COMPILER.format(pricing=pricing, why=error)) from error
    return OverlaySearch(problem, "tables" if way == "tables" else "sweeps", threads)


def _quickest(problem: Problem) -> Pricing:
    """Return the way of searching that takes least time by estimate."""
    if len(problem.link_ids) <= SMALL:
        return "full"
    seconds = estimate_seconds(problem)
    if seconds.full <= min(seconds.tables, seconds.sweeps):
        return "full"
    return "tables" if seconds.tables <= seconds.sweeps else "sweeps"
