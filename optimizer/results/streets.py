"""How much of a plan on a detailed network runs over streets whose capacity nobody has stated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from geodata.columns import LINK_KINDS, ROW_TABLES
from optimizer.case import Case
from optimizer.flow.plan import Plan
from supplychain.vocabulary import MODES

METRES_PER_KM: Final = 1000.0


@dataclass(frozen=True, slots=True)
class StreetUse:
    """Freight on streets that no row of the pack rules: they have no capacity, background or count.

    Parameters
    ----------
    share_tkm
        Their share of the tonne-kilometres by road, 0 to 1.
    most_t_per_day
        Tonnes a day on the busiest of them, one direction.
    busiest
        Id of that link's row; empty where none is used.
    """

    share_tkm: float
    most_t_per_day: float
    busiest: str


def street_use(case: Case, plan: Plan) -> StreetUse | None:
    """Return what runs over streets without a stated capacity; None for plans on the pack's own corridors."""
    if case.infrastructure is None:
        return None
    links = case.network.links
    entry_t = plan.path_t_per_day[plan.path_of_link_entry()]
    flow_t = np.bincount(plan.path_links, weights=entry_t, minlength=len(links))
    roads = (links.mode == MODES.index("road")) & (links.kind == LINK_KINDS.index("link"))
    tkm = np.where(roads, flow_t * links.length_m / METRES_PER_KM, 0.0)
    streets = roads & (links.row_table == ROW_TABLES.index("network_links"))
    limited = np.zeros(len(links), dtype=np.bool_)
    limited[case.network.capacities.member_links] = True
    free = streets & ~limited
    busiest = int(np.argmax(np.where(free, flow_t, 0.0)))
    most = float(flow_t[busiest]) if free[busiest] else 0.0
    total = float(tkm.sum())
    return StreetUse(
        share_tkm=float(tkm[free].sum()) / total if total > 0 else 0.0,
        most_t_per_day=most,
        busiest=str(links.row_id[busiest]) if most > 0 else "",
    )
