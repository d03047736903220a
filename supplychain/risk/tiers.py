"""Tier by tier: whose goods are in what a facility buys, and where what it sells ends up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from supplychain.risk.graph import Floats, SupplyGraph

Direction = Literal["up", "down"]

SMALLEST_SHARE: Final = 1e-12
"""Shares below it are rounding of products of shares, not supply."""


@dataclass(frozen=True, slots=True)
class TierRow:
    """One facility in one tier.

    Parameters
    ----------
    tier
        1 for direct suppliers (or customers), 2 for theirs, and so on.
    facility_id
        The facility.
    share
        Part of the root's stated mass, followed tier by tier in proportion to mass, that passes through it, 0 to 1;
        None where only relations without a stated mass lead here.
    in_earlier_tier
        Whether it stands in an earlier tier too, or is the root itself: goods go round, or by ways of several lengths.
    """

    tier: int
    facility_id: str
    share: float | None
    in_earlier_tier: bool


@dataclass(frozen=True, slots=True)
class Trace:
    """What stands behind (or after) one facility.

    Parameters
    ----------
    facility_id
        The root.
    direction
        up for suppliers, down for customers.
    rows
        Facilities by tier, the largest share first.
    followed
        For each tier the part of the root's stated mass that could be followed that far: the rest comes from (or ends
        at) facilities of which no further relation with a stated mass is known.
    unstated
        Relations met that have no stated mass; they carry no share.
    has_cycle
        Whether the root stands among its own tiers.
    """

    facility_id: str
    direction: Direction
    rows: tuple[TierRow, ...]
    followed: tuple[float, ...]
    unstated: tuple[str, ...]
    has_cycle: bool


def trace(graph: SupplyGraph, facility_id: str, direction: Direction, most_tiers: int = 5) -> Trace:
    """Return the tiers behind (up) or after (down) a facility, with the share of each facility in each tier.

    The share in tier k is the sum over all ways of k relations of the product of the shares along them; shares are
    taken within all stated inputs (or outputs) of a facility. This is the proportional rule of input-output analysis
    (Leontief 1936, doi:10.2307/1927837; supply-driven: Ghosh 1958, doi:10.2307/2550694).

    Parameters
    ----------
    graph
        Who supplies whom.
    facility_id
        The root.
    direction
        up for suppliers, down for customers.
    most_tiers
        Tiers followed, at least 1.

    Raises
    ------
    KeyError
        If the facility is not in the graph.
    ValueError
        If ``most_tiers`` is below 1.
    """
    if most_tiers < 1:
        msg = f"most_tiers must be 1 or more, got {most_tiers}."
        raise ValueError(msg)
    root = graph.index(facility_id)
    back = graph.shares(upstream=direction == "up").T.tocsr()
    near, far = (graph.customer, graph.supplier) if direction == "up" else (graph.supplier, graph.customer)
    share: Floats = np.zeros(len(graph.facility_ids))
    share[root] = 1.0
    reached = share > 0
    seen = reached.copy()
    rows: list[TierRow] = []
    followed: list[float] = []
    unstated: set[int] = set()
    has_cycle = False
    for tier in range(1, most_tiers + 1):
        here = reached[near]
        unstated.update(np.flatnonzero(here & ~graph.stated).tolist())
        reached = np.zeros(len(reached), dtype=bool)
        reached[far[here]] = True
        share = np.asarray(back @ share)
        share[share < SMALLEST_SHARE] = 0.0
        members = np.flatnonzero(reached)
        if not len(members):
            break
        has_cycle = has_cycle or bool(reached[root])
        order = members[np.lexsort((members, -share[members]))]
        rows += [
            TierRow(tier, graph.facility_ids[one], float(share[one]) or None, bool(seen[one])) for one in order.tolist()
        ]
        followed.append(float(share.sum()))
        seen |= reached
    return Trace(
        facility_id,
        direction,
        tuple(rows),
        tuple(followed),
        tuple(graph.relation_ids[one] for one in sorted(unstated)),
        has_cycle,
    )
