"""The sources behind a plan: titles of the documents that the rows it used name."""

from __future__ import annotations

from typing import Final

import numpy as np

from geodata.columns import ROW_TABLES, decode
from optimizer.case import Case
from optimizer.flow.plan import Plan

WHOLE_TABLES: Final = (
    "assumptions",
    "commodities",
    "controls",
    "costs",
    "fuels",
    "industry_mixes",
    "parks",
    "rates",
    "trade",
    "vehicles",
    "zones",
)
"""Tables every plan is made from as a whole: what is moved, by what, and what it costs."""


def used_sources(case: Case, plan: Plan) -> tuple[str, ...]:
    """Return the titles of the sources that the plan's rows name, in the order of the pack's list.

    Counted are the links, terminals, services and transshipments that carry freight, the markets it goes to, and all
    rows of ``WHOLE_TABLES``; of a stored network its attributions stand after them.
    """
    links, tables = case.network.links, decode(case.network.links.row_table, ROW_TABLES)
    carrying = np.unique(plan.path_links)
    used: dict[str, set[str]] = {}
    for table, row in zip(tables[carrying], links.row_id[carrying], strict=True):
        used.setdefault(str(table), set()).add(str(row))
    used["terminals"] = {str(row) for row in links.terminal_id[carrying] if row}
    demands = np.unique(plan.path_demand)
    ends = np.concatenate([case.demand.origin_id[demands], case.demand.destination_id[demands]])
    used["markets"] = {str(row) for row in ends}
    named: set[str] = set()
    for name, frame in case.pack.tables.items():
        if "source" not in frame.columns:
            continue
        if name in WHOLE_TABLES:
            named |= {str(one) for one in frame["source"].dropna()}
        elif name in used:
            rows = frame[frame[frame.columns[0]].isin(used[name])]
            named |= {str(one) for one in rows["source"].dropna()}
    sources = case.pack.table("sources")
    titles = sources.loc[sources["source_id"].isin(named), "title"]
    of_network = () if case.infrastructure is None else case.infrastructure.sources
    attributions = (f"{one.attribution or one.name}, {one.licence}" for one in of_network)
    return tuple(dict.fromkeys([*(str(title) for title in titles), *attributions]))
