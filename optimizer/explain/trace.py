"""Whose tonnes a link, terminal, place or capacity carries, path by path, back to the demands they come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from optimizer.explain.words import chain_of, word_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.subject import Subject

KEYS: Final = ("place_id", "zone_id", "commodity_id", "class_id", "market_id", "direction", "form", "demand_id")
"""Columns tonnes are summed by, where the subject knows them."""


@dataclass(frozen=True, slots=True, eq=False)
class Traced:
    """Tonnes that pass something.

    Parameters
    ----------
    links
        Links meant, indices; empty where nodes are meant.
    table
        One row per path: ``path`` (index in the plan), the columns of ``subject.demands``, ``passes``, ``t_per_day``
        (flow times passes: what the links count), ``teu_per_day`` where TEU are known, ``mode_chain``.
    total_t_per_day
        Sum of the tonnes.
    """

    links: tuple[int, ...]
    table: pd.DataFrame
    total_t_per_day: float

    def by(self, key: str) -> pd.DataFrame:
        """Return tonnes a day by one column, the most first, with their share: ``key``, t_per_day, share."""
        sums = self.table.groupby(key, sort=True)["t_per_day"].sum().sort_values(ascending=False, kind="stable")
        found = sums.reset_index()
        total = float(found["t_per_day"].sum())
        found["share"] = found["t_per_day"] / total if total else 0.0
        return found

    @property
    def keys(self) -> tuple[str, ...]:
        """Columns that tonnes can be summed by."""
        return tuple(key for key in KEYS if key in self.table)


def trace_links(subject: Subject, links: NDArray[np.integer]) -> Traced:
    """Return whose tonnes some links carry; a path that passes several of them, or one again, counts each time.

    Parameters
    ----------
    subject
        The planned problem.
    links
        Indices of links, such as both directions of one row.
    """
    meant = np.zeros(len(subject.problem.link_ids))
    meant[links] = 1.0
    entries = meant[subject.plan.path_links]
    passes = np.bincount(subject.plan.path_of_link_entry(), weights=entries, minlength=subject.plan.path_demand.size)
    return _traced(subject, passes.astype(np.float64), tuple(int(one) for one in links))


def trace_nodes(subject: Subject, nodes: NDArray[np.integer]) -> Traced:
    """Return whose tonnes pass, start or end at some nodes, such as those of a terminal; a path counts once.

    Parameters
    ----------
    subject
        The planned problem.
    nodes
        Indices of nodes.
    """
    problem, plan = subject.problem, subject.plan
    meant = np.zeros(len(problem.node_ids), dtype=np.bool_)
    meant[nodes] = True
    touches = meant[problem.link_from[plan.path_links]] | meant[problem.link_to[plan.path_links]]
    count = np.bincount(plan.path_of_link_entry(), weights=touches, minlength=plan.path_demand.size)
    stays = np.diff(plan.path_link_start) == 0  # where a demand's origin is its destination
    count += stays & meant[problem.demand_origin[plan.path_demand]]
    return _traced(subject, np.minimum(count, 1.0), ())


def trace_capacity(subject: Subject, capacity: int) -> tuple[Traced, NDArray[np.float64]]:
    """Return whose tonnes use a capacity, and the units each path of the table uses a day.

    Parameters
    ----------
    subject
        The planned problem.
    capacity
        Index of the capacity.

    Returns
    -------
    tuple
        The paths, each counted once, and units per day, float64[rows]; they sum to what is used of the capacity.
    """
    problem, plan = subject.problem, subject.plan
    counts = problem.capacity_members[[capacity], :].toarray().ravel()
    passes = np.bincount(plan.path_of_link_entry(), weights=counts[plan.path_links], minlength=plan.path_demand.size)
    units = passes * problem.use_per_t[problem.demand_class[plan.path_demand], capacity] * plan.path_t_per_day
    traced = _traced(subject, (units != 0).astype(np.float64), tuple(np.flatnonzero(counts).tolist()))
    return traced, units[traced.table["path"].to_numpy()]


def _traced(subject: Subject, passes: NDArray[np.float64], links: tuple[int, ...]) -> Traced:
    plan = subject.plan
    paths = np.flatnonzero(passes)
    demands = subject.demands.iloc[plan.path_demand[paths]].reset_index(drop=True)
    tonnes = plan.path_t_per_day[paths] * passes[paths]
    table = demands.assign(path=paths, passes=passes[paths], t_per_day=tonnes)
    if "teu_per_t" in demands:
        table["teu_per_day"] = tonnes * demands["teu_per_t"].to_numpy(dtype=np.float64)
    table["mode_chain"] = [
        chain_of(subject, word_of(subject, plan.links_of_path(path).astype(np.int64))) for path in paths.tolist()
    ]
    table = table.sort_values("t_per_day", ascending=False, kind="stable").reset_index(drop=True)
    return Traced(links, table, float(tonnes.sum()))
