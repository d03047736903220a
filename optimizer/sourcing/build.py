"""A problem of covering a need, from the candidates that matching found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.sourcing.problem import CoverProblem, Source

if TYPE_CHECKING:
    from supplychain.sourcing.covering import CoverCandidates


def build_cover(
    found: CoverCandidates,
    *,
    extra_firm_cost: float = 0.0,
    most_firms: int | None = None,
    most_share: float | None = None,
) -> CoverProblem:
    """Return the problem of covering what a question asks, in each of its months, from the candidates.

    Parameters
    ----------
    found
        The candidates; their question asks a quantity.
    extra_firm_cost, most_firms, most_share
        As of ``CoverProblem``.
    """
    months = found.question.months or ("",)
    sources = tuple(
        Source(one.offer_id, one.organisation_id, one.unit_cost, one.amounts, one.minimum_order)
        for one in found.candidates
    )
    need = (float(found.question.quantity or 0.0),) * len(months)
    return CoverProblem(months, need, sources, extra_firm_cost, most_firms, most_share)
