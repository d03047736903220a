"""Which rows an action changes, and whose freight passes over them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from optimizer.case import Case
    from optimizer.flow.plan import Plan
    from optimizer.programme.figures import Passes
    from supplychain.pack import Pack

TOUCHABLE: Final = {"links": "link_id", "terminals": "terminal_id", "services": "service_id"}
"""Tables whose rows have a place on the network, and their keys."""


@dataclass(frozen=True, slots=True)
class Use:
    """What passes the rows that an action changes, per working day.

    Parameters
    ----------
    rows
        Ids of the changed or added rows by table.
    t_per_day, teu_per_day
        Freight whose way leads over at least one of them; each tonne counts once.
    paths
        Number of ways that do.
    departs
        Terminals that changed services leave from.
    """

    rows: Mapping[str, tuple[str, ...]]
    t_per_day: float
    teu_per_day: float
    paths: int
    departs: tuple[str, ...] = ()

    @property
    def touches_the_network(self) -> bool:
        """Whether any row of links, terminals or services is another than in the base."""
        return any(self.rows.values())


def changed_rows(before: Pack, after: Pack) -> dict[str, tuple[str, ...]]:
    """Return the ids of links, terminals and services that are new or in which any cell is another, by table."""
    return {table: _changed(before.tables[table], after.tables[table], key) for table, key in TOUCHABLE.items()}


def _changed(before: pd.DataFrame, after: pd.DataFrame, key: str) -> tuple[str, ...]:
    if before is after:
        return ()
    known = after[key].isin(before[key])
    old = before.set_index(key).loc[after.loc[known, key]].reset_index()
    new = after[known].reset_index(drop=True)
    differs = np.zeros(len(new), dtype=np.bool_)
    for column in new.columns:
        ours, theirs = old[column], new[column]
        if not ours.equals(theirs):
            same = (ours == theirs).fillna(value=False) | (ours.isna() & theirs.isna())
            differs |= ~same.to_numpy(dtype=np.bool_)
    return tuple(sorted(str(one) for one in (*new.loc[differs, key], *after.loc[~known, key])))


def use_of(case: Case, plan: Plan, passes: Passes, rows: Mapping[str, tuple[str, ...]]) -> Use:
    """Return what passes the given rows in a plan."""
    over = links_of(case, rows)
    on_way = np.unique(passes.path[over[passes.link]])
    flow = plan.path_t_per_day[on_way]
    teu = passes.teu_per_t[plan.path_demand[on_way]] * flow
    services = case.pack.table("services")
    left = services.loc[services["service_id"].isin(rows.get("services", ())), "from_terminal_id"].dropna()
    return Use(rows, float(flow.sum()), float(teu.sum()), int(on_way.size), tuple(sorted(set(left))))


def links_of(case: Case, rows: Mapping[str, tuple[str, ...]]) -> NDArray[np.bool_]:
    """Return which links of the network stand for the given rows, bool[L]."""
    links = case.network.links
    network_rows = np.isin(links.row_id.astype(object), list(rows.get("links", ())))
    service = links.is_kind("service")
    over = network_rows & ~service
    over |= service & np.isin(links.row_id.astype(object), list(rows.get("services", ())))
    handled = links.is_kind("transshipment")
    over |= handled & np.isin(links.terminal_id.astype(object), list(rows.get("terminals", ())))
    return np.asarray(over)
