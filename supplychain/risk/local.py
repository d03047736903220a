"""Local content: what part of supply comes from inside the region, between what is known and what may be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from supplychain.risk.graph import SupplyGraph

By = Literal["customer", "item", "all"]


@dataclass(frozen=True, slots=True)
class LocalRow:
    """Local content of one customer, item or the whole.

    Parameters
    ----------
    subject
        Facility or item; empty for the whole.
    local_t, other_t
        Stated mass from inside and outside the region, t/month.
    unplaced_t
        Stated mass from facilities that nobody has placed inside or outside.
    open_t
        Stated needs that no stated relation covers, t/month.
    unstated
        Relations without a stated mass.
    """

    subject: str
    local_t: float
    other_t: float
    unplaced_t: float
    open_t: float
    unstated: int

    @property
    def known_share(self) -> float | None:
        """Local part of the stated mass whose origin is known; None where there is none."""
        known = self.local_t + self.other_t
        return self.local_t / known if known > 0 else None

    @property
    def bounds(self) -> tuple[float, float] | None:
        """Least and most the local part can be, whatever the unplaced and the uncovered turn out to be."""
        total = self.local_t + self.other_t + self.unplaced_t + self.open_t
        if total <= 0:
            return None
        return self.local_t / total, (self.local_t + self.unplaced_t + self.open_t) / total


def local_content(
    graph: SupplyGraph,
    is_local: Mapping[str, bool],
    needed_t: Mapping[tuple[str, str], float],
    by: By = "all",
) -> tuple[LocalRow, ...]:
    """Return the local content by customer, by item or of the whole, in the order of subjects.

    Parameters
    ----------
    graph
        Who supplies whom.
    is_local
        Whether a facility stands in the region; a facility that is missing here counts as unplaced.
    needed_t
        Stated needs, t/month, by facility and item.
    by
        What a row is about.

    Notes
    -----
    A need and the relations that serve it are matched by facility and item: what the relations deliver of it is
    covered, the rest is open. More delivered than needed leaves nothing open.
    """
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0, 0.0, 0.0])
    covered: dict[tuple[str, str], float] = defaultdict(float)
    for supplier, customer, item, mass in zip(
        graph.supplier.tolist(), graph.customer.tolist(), graph.item.tolist(), graph.mass_t.tolist(), strict=True
    ):
        facility, name = graph.facility_ids[customer], graph.items[item]
        row = sums[_subject(by, facility, name)]
        if np.isnan(mass):
            row[4] += 1
            continue
        covered[facility, name] += mass
        placed = is_local.get(graph.facility_ids[supplier])
        row[2 if placed is None else 0 if placed else 1] += mass
    for (facility, name), mass in needed_t.items():
        sums[_subject(by, facility, name)][3] += max(mass - covered.get((facility, name), 0.0), 0.0)
    if by == "all" and not sums:
        sums[""] = [0.0] * 5
    return tuple(
        LocalRow(subject, local, other, unplaced, uncovered, int(unstated))
        for subject, (local, other, unplaced, uncovered, unstated) in sorted(sums.items())
    )


def _subject(by: By, facility: str, item: str) -> str:
    return {"customer": facility, "item": item, "all": ""}[by]
