"""Firms that together could cover a need: what each can bring month by month, and at what delivered cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from supplychain.sourcing.answer import MatchAnswer
from supplychain.sourcing.judging import Candidate
from supplychain.sourcing.matching import Means
from supplychain.sourcing.measuring import measure
from supplychain.sourcing.question import Question
from supplychain.sourcing.scoring import Measured

CostBy = Literal["delivered", "freight", "co2e"]


@dataclass(frozen=True, slots=True)
class CoverCandidate:
    """An offer that may be part of a set.

    Parameters
    ----------
    offer_id, organisation_id
        The offer, and the firm that makes it.
    candidate, measured
        The pair of offer and question, and what is known of it.
    unit_cost
        Cost of one unit of the question: money, or kg CO2e.
    amounts
        What it can bring in each month, in the unit of the question.
    minimum_order
        Least it takes an order for in a month, in the same unit; 0 for none.
    """

    offer_id: str
    organisation_id: str
    candidate: Candidate
    measured: Measured
    unit_cost: float
    amounts: tuple[float, ...]
    minimum_order: float


@dataclass(frozen=True, slots=True)
class CoverCandidates:
    """What a set is chosen from.

    Parameters
    ----------
    question
        The question.
    by
        What is made least: delivered cost, freight alone, or CO2e.
    candidates
        Offers with a known cost, by offer.
    without_cost
        Offers that could bring something but whose cost is not known: none of them is in a set.
    """

    question: Question
    by: CostBy
    candidates: tuple[CoverCandidate, ...]
    without_cost: tuple[Candidate, ...]


def cover_candidates(
    question: Question, answer: MatchAnswer, means: Means, by: CostBy = "delivered"
) -> CoverCandidates:
    """Return the offers that keep every limit but the quantity, with what each can bring.

    Parameters
    ----------
    question
        The question; it must ask a quantity.
    answer
        The answer to it.
    means
        What the answer was worked out with.
    by
        What a set shall have the least of.

    Raises
    ------
    ValueError
        If the question asks no quantity.
    """
    if question.quantity is None:
        msg = "A set of firms covers a quantity: the question must ask one."
        raise ValueError(msg)
    usable = [one.candidate for one in (*answer.ranked, *answer.apart)]
    usable += [one.candidate for one in answer.left_out if {failure.reason for failure in one.failures} == {"capacity"}]
    measured = measure(usable, means.freight, has_travel=means.travel is not None)
    found, without = [], []
    for candidate, values in zip(usable, measured, strict=True):
        amounts = tuple(month.amount or 0.0 for month in candidate.free())
        if not any(amounts):
            continue
        cost = _cost(candidate, values, by)
        if cost is None:
            without.append(candidate)
        else:
            found.append(_candidate(candidate, values, cost, amounts))
    return CoverCandidates(
        question,
        by,
        tuple(sorted(found, key=lambda one: one.offer_id)),
        tuple(sorted(without, key=lambda one: one.supply.offer_id)),
    )


def _candidate(candidate: Candidate, measured: Measured, cost: float, amounts: Sequence[float]) -> CoverCandidate:
    supply = candidate.supply
    factor = candidate.question.factor_of(supply)
    order = 0.0 if supply.minimum_order is None or factor is None else supply.minimum_order * factor
    return CoverCandidate(
        supply.offer_id, supply.party.organisation_id, candidate, measured, cost, tuple(amounts), order
    )


def _cost(candidate: Candidate, measured: Measured, by: CostBy) -> float | None:
    if by == "delivered":
        return measured.delivered
    if by == "freight":
        return measured.freight
    tonnes = candidate.tonnes_in_unit()
    return None if measured.co2e_kg_per_t is None or tonnes is None else measured.co2e_kg_per_t * tonnes
