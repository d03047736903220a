"""How much of a plan on a detailed network runs over streets whose capacity nobody has stated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from geodata.columns import CAPACITY_KINDS, LINK_KINDS, ROW_TABLES
from optimizer.case import Case
from optimizer.flow.plan import Plan
from supplychain.vocabulary import MODES

METRES_PER_KM: Final = 1000.0


@dataclass(frozen=True, slots=True)
class StreetUse:
    """Freight on streets that are no corridor of the pack: nothing states a capacity, background or count of them.

    Parameters
    ----------
    share_tkm
        Their share of the tonne-kilometres by road, 0 to 1.
    most_t_per_day
        Tonnes a day on the busiest of them, one direction.
    busiest
        Id of that link's row; empty where none is used.
    name
        Name of that street, empty where the source gives none.
    """

    share_tkm: float
    most_t_per_day: float
    busiest: str
    name: str


def street_use(case: Case, plan: Plan) -> StreetUse | None:
    """Return what runs over streets without a stated capacity; None for plans on the pack's own corridors."""
    if case.infrastructure is None:
        return None
    links = case.network.links
    entry_t = plan.path_t_per_day[plan.path_of_link_entry()]
    flow_t = np.bincount(plan.path_links, weights=entry_t, minlength=len(links))
    roads = (links.mode == MODES.index("road")) & (links.kind == LINK_KINDS.index("link"))
    tkm = np.where(roads, flow_t * links.length_m / METRES_PER_KM, 0.0)
    free = roads & (links.row_table == ROW_TABLES.index("network_links"))
    capacities = case.network.capacities
    of_link = capacities.kind != CAPACITY_KINDS.index("fleet")
    free[capacities.member_links[np.repeat(of_link, np.diff(capacities.member_offsets))]] = False
    ground, places = case.infrastructure.links, case.infrastructure.link_places
    # The middle of a corridor counts for all of it.
    free[free] = ground.corridor[[places[row_id] for row_id in links.row_id[free]]] == ""
    busiest = int(np.argmax(np.where(free, flow_t, 0.0)))
    most = float(flow_t[busiest]) if free[busiest] else 0.0
    total = float(tkm.sum())
    row_id = str(links.row_id[busiest]) if most > 0 else ""
    return StreetUse(
        share_tkm=float(tkm[free].sum()) / total if total > 0 else 0.0,
        most_t_per_day=most,
        busiest=row_id,
        name=str(ground.name[places[row_id]]) if row_id else "",
    )
