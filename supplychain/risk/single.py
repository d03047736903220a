"""Single sources: what a customer, or the whole registry, gets from one organisation alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from supplychain.risk.graph import SupplyGraph


@dataclass(frozen=True, slots=True)
class SourceRow:
    """How a customer's supply of one item is spread over organisations.

    Parameters
    ----------
    customer_id
        Facility that buys.
    item
        What it buys.
    suppliers
        Organisations that supply it, the largest first.
    mass_t_per_month
        Stated mass, t/month; 0 where none is stated.
    largest_share
        Part of the stated mass that the largest supplier delivers; None where no mass is stated.
    concentration
        Herfindahl–Hirschman index of the stated masses by organisation, 0 to 1; None where no mass is stated.
    unstated
        Relations without a stated mass.
    """

    customer_id: str
    item: str
    suppliers: tuple[str, ...]
    mass_t_per_month: float
    largest_share: float | None
    concentration: float | None
    unstated: int

    def is_single(self, threshold: float = 1.0) -> bool:
        """Return whether one organisation supplies all of it, or at least ``threshold`` of the stated mass."""
        if len(self.suppliers) == 1:
            return True
        return self.largest_share is not None and not self.unstated and self.largest_share >= threshold


def spread_of_sources(graph: SupplyGraph) -> tuple[SourceRow, ...]:
    """Return the spread of every customer's every item, in the order of customer and item.

    Facilities of one organisation count as one source: a fire may stop one of them, a strike or a bankruptcy all.
    """
    groups: dict[tuple[int, int], list[int]] = defaultdict(list)
    for flow, (customer, item) in enumerate(zip(graph.customer.tolist(), graph.item.tolist(), strict=True)):
        groups[customer, item].append(flow)
    rows = []
    for (customer, item), flows in groups.items():
        mass: dict[str, float] = defaultdict(float)
        unstated = 0
        for flow in flows:
            organisation = graph.organisation_ids[int(graph.supplier[flow])]
            amount = float(graph.mass_t[flow])
            unstated += int(np.isnan(amount))
            mass[organisation] += 0.0 if np.isnan(amount) else amount
        total = sum(mass.values())
        parts = [amount / total for amount in mass.values()] if total > 0 else []
        rows.append(
            SourceRow(
                customer_id=graph.facility_ids[customer],
                item=graph.items[item],
                suppliers=tuple(sorted(mass, key=lambda name: (-mass[name], name))),
                mass_t_per_month=total,
                largest_share=max(parts) if parts else None,
                concentration=sum(part * part for part in parts) if parts else None,
                unstated=unstated,
            )
        )
    return tuple(sorted(rows, key=lambda row: (row.customer_id, row.item)))


@dataclass(frozen=True, slots=True)
class ItemSources:
    """Who in the registry offers an item at all.

    Parameters
    ----------
    item
        Article, or commodity where no article is named.
    organisations
        Organisations that offer it, in the order of their ids.
    needs
        Number of needs that name it.
    """

    item: str
    organisations: tuple[str, ...]
    needs: int


def sources_of_items(offers: Iterable[tuple[str, str]], needs: Iterable[str]) -> tuple[ItemSources, ...]:
    """Return who offers each item that somebody offers or needs, the fewest sources first.

    Parameters
    ----------
    offers
        Item and organisation of each offer.
    needs
        Item of each need.
    """
    found: dict[str, set[str]] = defaultdict(set)
    wanted: dict[str, int] = defaultdict(int)
    for item, organisation in offers:
        found[item].add(organisation)
    for item in needs:
        wanted[item] += 1
    rows = [ItemSources(item, tuple(sorted(found.get(item, ()))), wanted.get(item, 0)) for item in {*found, *wanted}]
    return tuple(sorted(rows, key=lambda row: (len(row.organisations), -row.needs, row.item)))
