"""What a facility or a link takes away when it drops out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from supplychain.risk.graph import Floats, SupplyGraph


@dataclass(frozen=True, slots=True)
class LostRow:
    """What one customer loses of one item.

    Parameters
    ----------
    tier
        1 where the facility that dropped out supplied it, 2 where a facility hit in tier 1 did, and so on: the first
        tier in which it loses anything.
    customer_id
        Facility that loses.
    item
        What it loses.
    lost_t_per_month
        Stated mass it loses, t/month.
    lost_share
        Part of its stated supply of the item that is lost, 0 to 1; None where no mass is stated.
    unstated
        Lost relations without a stated mass.
    """

    tier: int
    customer_id: str
    item: str
    lost_t_per_month: float
    lost_share: float | None
    unstated: int


@dataclass(frozen=True, slots=True)
class Dropout:
    """What happens when facilities drop out.

    Parameters
    ----------
    facility_ids
        The facilities that drop out.
    rows
        Losses by tier, customer and item.
    output_left
        For each facility that loses something: the part of its output that is left if it can make no more than its
        scarcest input allows and finds no other supplier, 0 to 1.
    """

    facility_ids: tuple[str, ...]
    rows: tuple[LostRow, ...]
    output_left: dict[str, float]


def drop_facilities(graph: SupplyGraph, facility_ids: Collection[str], most_tiers: int = 20) -> Dropout:
    """Return what customers lose, tier by tier, when facilities deliver nothing any more.

    The worst case without substitutes: a facility's output falls to the least of its inputs' remaining parts (fixed
    proportions, Leontief 1936, doi:10.2307/1927837), and every customer of it gets that part of what it got. The
    remaining parts only ever fall, and are followed until nothing falls any more or for ``most_tiers`` tiers. Relations
    without a stated mass count only where a customer has no stated mass of the item at all: then all of its suppliers
    must be hit before it loses anything.

    Parameters
    ----------
    graph
        Who supplies whom.
    facility_ids
        Facilities that drop out.
    most_tiers
        Rounds followed, at least 1.

    Raises
    ------
    KeyError
        If a facility is not in the graph.
    """
    gone = np.array(sorted(graph.index(name) for name in facility_ids), dtype=np.int64)
    left = np.ones(len(graph.facility_ids))
    left[gone] = 0.0
    supplied, key, keys = _inputs(graph)
    tier_of: dict[int, int] = {}
    for tier in range(1, max(most_tiers, 1) + 1):
        part = _remaining(graph, left, supplied, key, len(keys))
        for one in np.flatnonzero(_hit(graph, left, key, len(keys))).tolist():
            tier_of.setdefault(one, tier)
        new = left.copy()
        np.minimum.at(new, keys[:, 0], part)
        new[gone] = 0.0
        if np.array_equal(new, left):
            break
        left = new
    return Dropout(
        tuple(graph.facility_ids[one] for one in gone.tolist()),
        _lost_rows(graph, left, (supplied, key, keys), tier_of, set(gone.tolist())),
        {graph.facility_ids[one]: float(left[one]) for one in np.flatnonzero(left < 1.0).tolist() if one not in gone},
    )


def _inputs(graph: SupplyGraph) -> tuple[Floats, np.ndarray, np.ndarray]:
    """Return the stated supply of each pair of customer and item, the pair of each flow, and the pairs, int64[K, 2]."""
    pairs = np.column_stack([graph.customer, graph.item])
    keys, key = np.unique(pairs, axis=0, return_inverse=True) if len(pairs) else (pairs, np.empty(0, dtype=np.int64))
    key = key.reshape(-1)
    supplied = np.bincount(key, weights=np.nan_to_num(graph.mass_t), minlength=len(keys)).astype(np.float64)
    return supplied, key, keys


def _remaining(graph: SupplyGraph, left: Floats, supplied: Floats, key: np.ndarray, count: int) -> Floats:
    kept = np.bincount(key, weights=np.nan_to_num(graph.mass_t) * left[graph.supplier], minlength=count)
    part = np.ones(count)
    np.divide(kept, supplied, out=part, where=supplied > 0)
    # Where no mass is stated, only the loss of every supplier is a loss for certain.
    best = np.zeros(count)
    np.maximum.at(best, key, left[graph.supplier])
    return np.where(supplied > 0, np.minimum(part, 1.0), best)


def _hit(graph: SupplyGraph, left: Floats, key: np.ndarray, count: int) -> np.ndarray:
    hit = np.zeros(count, dtype=bool)
    hit[key[left[graph.supplier] < 1.0]] = True
    return hit


def _lost_rows(
    graph: SupplyGraph,
    left: Floats,
    inputs: tuple[Floats, np.ndarray, np.ndarray],
    tier_of: dict[int, int],
    gone: set[int],
) -> tuple[LostRow, ...]:
    supplied, key, keys = inputs
    fallen = 1.0 - left[graph.supplier]
    lost = np.bincount(key, weights=np.nan_to_num(graph.mass_t) * fallen, minlength=len(keys))
    unstated = np.bincount(key, weights=~graph.stated & (fallen > 0), minlength=len(keys))
    rows = []
    for one, tier in tier_of.items():
        customer, item = keys[one].tolist()
        if customer in gone:
            continue
        share = float(min(lost[one] / supplied[one], 1.0)) if supplied[one] > 0 else None
        rows.append(
            LostRow(tier, graph.facility_ids[customer], graph.items[item], float(lost[one]), share, int(unstated[one]))
        )
    return tuple(sorted(rows, key=lambda row: (row.tier, -row.lost_t_per_month, row.customer_id, row.item)))


@dataclass(frozen=True, slots=True)
class DetourRow:
    """What a closed link means for one relation.

    Parameters
    ----------
    relation_id
        The relation.
    minutes_before, minutes_after
        Truck minutes from supplier to customer; infinite where no way leads.
    km_before, km_after
        Length of the quickest way, km.
    mass_t_per_month
        Stated mass, t/month; None where none is stated.
    """

    relation_id: str
    minutes_before: float
    minutes_after: float
    km_before: float
    km_after: float
    mass_t_per_month: float | None

    @property
    def is_cut(self) -> bool:
        """Whether a way led before and none does after."""
        return bool(np.isfinite(self.minutes_before) and not np.isfinite(self.minutes_after))

    @property
    def extra_minutes(self) -> float:
        """How much longer it takes, minutes; infinite where it is cut."""
        return self.minutes_after - self.minutes_before if np.isfinite(self.minutes_before) else 0.0


def detours(
    graph: SupplyGraph, before: tuple[Floats, Floats], after: tuple[Floats, Floats], flows: Sequence[int]
) -> tuple[DetourRow, ...]:
    """Return the relations that a closed link makes longer or cuts, the longest detour first.

    Parameters
    ----------
    graph
        Who supplies whom.
    before, after
        Minutes and km of each flow of ``flows``, float64[len(flows)] each; inf where no way leads.
    flows
        Indices of the flows whose both ends have a position.
    """
    rows = []
    for place, flow in enumerate(flows):
        mass = float(graph.mass_t[flow])
        row = DetourRow(
            graph.relation_ids[flow],
            float(before[0][place]),
            float(after[0][place]),
            float(before[1][place]),
            float(after[1][place]),
            None if np.isnan(mass) else mass,
        )
        if row.is_cut or row.extra_minutes > 1e-6:  # noqa: PLR2004 - rounding of sums
            rows.append(row)
    return tuple(sorted(rows, key=lambda row: (-row.extra_minutes, row.relation_id)))
