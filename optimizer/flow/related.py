"""Where the parts of one problem stand in another, and which paths of the one still lead in the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.flow.columns import Paths, build_null_paths, build_paths, select_rows
from optimizer.flow.problem import LIMIT_SLACK, Problem
from optimizer.flow.search.path_search import PathSearch

WORTH_CARRYING = 0.5
"""Least share of the demands that two problems must have in common for the one to start from the other."""


@dataclass(frozen=True, slots=True, eq=False)
class Related:
    """Where the parts of an old problem stand in a new one; -1 for what is gone.

    Parameters
    ----------
    link, demand, capacity
        Places in the new problem, int64[L], int64[D], int64[R] of the old one.
    """

    link: NDArray[np.int64]
    demand: NDArray[np.int64]
    capacity: NDArray[np.int64]

    @classmethod
    def by_place(cls, problem: Problem) -> Related:
        """Return that everything stands where it stood."""
        counts = (len(problem.link_ids), len(problem.demand_ids), len(problem.capacity_ids))
        return cls(*(np.arange(count) for count in counts))

    @property
    def is_worth_carrying(self) -> bool:
        """Whether enough demands are the same."""
        return bool(self.demand.size and np.mean(self.demand >= 0) >= WORTH_CARRYING)


def relate(old: Problem, new: Problem) -> Related:
    """Return where links, demands and capacities of the old problem stand in the new one, by their names.

    A demand is the same when its name and its class are.
    """
    demand = _places(old.demand_ids, new.demand_ids)
    known = np.flatnonzero(demand >= 0)
    same = _places(old.class_ids, new.class_ids)[old.demand_class[known]] == new.demand_class[demand[known]]
    demand[known[~same]] = -1
    return Related(_places(old.link_ids, new.link_ids), demand, _places(old.capacity_ids, new.capacity_ids))


def _places(old: tuple[str, ...], new: tuple[str, ...]) -> NDArray[np.int64]:
    if old == new:
        return np.arange(len(old))
    index = {one: place for place, one in enumerate(new)}
    return np.array([index.get(one, -1) for one in old], dtype=np.int64)


def carry_related(
    new: Problem, related: Related, paths: Paths, chosen: NDArray[np.int64], search: PathSearch
) -> tuple[Paths, NDArray[np.int64]]:
    """Return the chosen paths as they are in a related problem, and where each old path stands among them, -1 if gone.

    Not being carried is path ``d`` of every demand ``d`` of the new problem.

    Parameters
    ----------
    new, related
        The new problem, and where the parts of the old one stand in it.
    paths, chosen
        Paths of the old problem, and those worth carrying.
    search
        The search that found the paths.
    """
    null = related.demand.size
    real = chosen[chosen >= null]
    start, links = search.unfold(paths.selected(real))
    demand = related.demand[paths.demand[real]]
    leads, start, links = _leading(new, demand, start, related.link[links])
    place = np.full(paths.count, -1)
    place[:null] = related.demand
    place[real[leads]] = len(new.demand_ids) + np.arange(leads.size)
    found = build_paths(new, demand[leads].astype(np.int32), start, links)
    return build_null_paths(new).joined(found), place


def _leading(
    problem: Problem, demand: NDArray[np.int64], start: NDArray[np.int64], links: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]:
    """Return which paths lead their demand from its origin to its destination, and their links alone.

    A demand or a link below 0 is not there.
    """
    path = np.repeat(np.arange(demand.size), np.diff(start))
    there = (demand >= 0) & (np.diff(start) > 0) & (np.bincount(path[links < 0], minlength=demand.size) == 0)
    kept = np.flatnonzero(there)
    kept_start, entry = select_rows(start, kept)
    of, over = demand[kept], links[entry].astype(np.int32)
    path = np.repeat(np.arange(kept.size), np.diff(kept_start))
    meets = (path[1:] != path[:-1]) | (problem.link_to[over[:-1]] == problem.link_from[over[1:]])
    leads = np.bincount(path[1:][~meets], minlength=kept.size) == 0
    leads &= problem.link_from[over[kept_start[:-1]]] == problem.demand_origin[of]
    leads &= problem.link_to[over[kept_start[1:] - 1]] == problem.demand_destination[of]
    leads &= problem.demand_t_per_day[of] > 0
    leads &= may_be_used(problem, of, kept_start, over)
    last = np.flatnonzero(leads)
    last_start, entry = select_rows(kept_start, last)
    return kept[last], last_start, over[entry]


def may_be_used(
    problem: Problem, demand: NDArray[np.integer], start: NDArray[np.int64], links: NDArray[np.int32]
) -> NDArray[np.bool_]:
    """Return which paths keep to allowed links, lots and limits."""
    path = np.repeat(np.arange(demand.size), np.diff(start))
    k = problem.demand_class[demand[path]]
    wrong = ~problem.allowed[k, links] | (problem.minimum_lot_t[links] > problem.demand_t_per_day[demand[path]])
    possible = np.bincount(path[wrong], minlength=demand.size) == 0
    for per_link, limit in (
        (problem.time_h[k, links], problem.max_time_h),
        (problem.length_km[links], problem.max_length_km),
    ):
        if np.isfinite(limit).any():
            total = np.bincount(path, weights=per_link, minlength=demand.size)
            possible &= total <= limit[demand] * (1 + LIMIT_SLACK)
    return np.asarray(possible)
