"""What giving way in one limit would bring: how many more candidates and firms, and the least that brings the next."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from supplychain.sourcing.judging import Failure, Raise

STEPS: Final[dict[str, float]] = {
    "minutes": 1.0,
    "km": 1.0,
    "lead_time": 1.0,
    "arrive": 1.0,
    "vacant_from": 1.0,
    "fit": 0.01,
}
"""Steps in which limits give way; others, such as quantities, give way by just what is missing."""
MOST_STEPS: Final = 5


@dataclass(frozen=True, slots=True)
class Near:
    """A candidate that is left out, as relaxations see it.

    Parameters
    ----------
    candidate_id, firm_id
        Ids of the candidate and of its firm.
    failures
        Every limit it fails.
    quantity
        What it could bring a month, in the unit asked; None where that is not known.
    """

    candidate_id: str
    firm_id: str
    failures: tuple[Failure, ...]
    quantity: float | None = None


@dataclass(frozen=True, slots=True)
class Gain:
    """What a limit that gives way brings.

    Parameters
    ----------
    by
        How much the limit gives way, in its unit; None where it is given up.
    candidates, firms
        Candidates that then keep every limit, and firms that had none before.
    quantity
        What they could bring a month together, where known, in the unit asked.
    """

    by: float | None
    candidates: int
    firms: int
    quantity: float


@dataclass(frozen=True, slots=True)
class Relaxation:
    """What one limit keeps out, alone.

    Parameters
    ----------
    limit, direction
        The limit, and which way it gives way.
    whole
        What giving it up brings.
    steps
        What the least ways of giving way bring, growing; empty where it is not a matter of degree.
    """

    limit: str
    direction: Raise
    whole: Gain
    steps: tuple[Gain, ...] = ()


def relaxations(left_out: Iterable[Near], firms_in: frozenset[str]) -> tuple[Relaxation, ...]:
    """Return what giving way in each single limit brings, most firms first.

    Parameters
    ----------
    left_out
        Candidates that fail some limit. Those that fail two limits no single one brings back.
    firms_in
        Firms that have a candidate that keeps every limit.
    """
    alone: dict[tuple[str, Raise], list[Near]] = defaultdict(list)
    for one in left_out:
        if len({failure.limit for failure in one.failures}) == 1:
            # A limit can fail in both directions: too little capacity and a larger least order. No step mends both.
            alone[one.failures[0].limit, one.failures[0].direction].append(one)
    whole: dict[str, list[Near]] = defaultdict(list)
    for (limit, _), members in alone.items():
        whole[limit] += members
    found = [
        Relaxation(limit, direction, _gain(whole[limit], None, firms_in), _steps(limit, members, firms_in))
        for (limit, direction), members in alone.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.whole.firms, -one.whole.candidates, one.limit, one.direction)))


def _steps(limit: str, members: Sequence[Near], firms_in: frozenset[str]) -> tuple[Gain, ...]:
    gaps = {one.candidate_id: one.failures[0].gap for one in members if len(one.failures) == 1}
    wanted = sorted({rounded_up(gap, limit) for gap in gaps.values() if gap is not None})
    found = []
    for by in wanted[:MOST_STEPS]:
        brought = [one for one in members if (gap := gaps.get(one.candidate_id)) is not None and gap <= by]
        found.append(_gain(brought, by, firms_in))
    return tuple(found)


def rounded_up(gap: float, limit: str) -> float:
    """Return the least that a limit gives way to cover a gap: whole steps where it has steps, else the gap."""
    step = STEPS.get(limit)
    if step is None:
        return gap
    digits = max(0, -math.floor(math.log10(step)))
    found = round(math.ceil(round(gap / step, 9)) * step, digits)
    return found if found >= gap else round(found + step, digits)


def _gain(members: Sequence[Near], by: float | None, firms_in: frozenset[str]) -> Gain:
    firms = {one.firm_id for one in members} - firms_in
    quantity = math.fsum(one.quantity for one in members if one.quantity is not None)
    return Gain(by, len(members), len(firms), quantity)
