"""Paths of an earlier plan, brought to a related problem by their ids."""

from __future__ import annotations

import numpy as np

from optimizer.flow.columns import Paths, build_paths
from optimizer.flow.plan import StartPaths
from optimizer.flow.problem import LIMIT_SLACK, Problem
from optimizer.flow.search.path_search import PathSearch


def read_start_paths(problem: Problem, start: StartPaths, known: Paths, search: PathSearch) -> Paths:
    """Return the start paths that still lead from origin to destination and are not among the known paths.

    Paths of demands or over links that this problem does not have, or that the demand may no longer use, are left out.

    Parameters
    ----------
    search
        The search that found the known paths.
    """
    demand_index = {one: index for index, one in enumerate(problem.demand_ids)}
    link_index = {one: index for index, one in enumerate(problem.link_ids)}
    link_start, known_links = search.unfold(known)
    seen = {
        (int(known.demand[path]), known_links[link_start[path] : link_start[path + 1]].tobytes())
        for path in range(known.count)
    }
    demands: list[int] = []
    kept: list[list[int]] = []
    for demand_id, link_ids in zip(start.demand_ids, start.link_ids, strict=True):
        demand = demand_index.get(demand_id)
        links = [link_index.get(one, -1) for one in link_ids]
        if demand is None or -1 in links or not _leads(problem, demand, links):
            continue
        key = (demand, np.array(links, dtype=np.int32).tobytes())
        if key not in seen:
            seen.add(key)
            demands.append(demand)
            kept.append(links)
    return build_paths(
        problem,
        np.array(demands, dtype=np.int32),
        np.concatenate([[0], np.cumsum([len(links) for links in kept])]).astype(np.int64),
        np.array([link for links in kept for link in links], dtype=np.int32),
    )


def _leads(problem: Problem, demand: int, links: list[int]) -> bool:
    """Return whether the links lead the demand from its origin to its destination and its class may use them."""
    if not problem.demand_t_per_day[demand] > 0:
        return False
    node = int(problem.demand_origin[demand])
    k = int(problem.demand_class[demand])
    for link in links:
        if problem.link_from[link] != node or not problem.allowed[k, link]:
            return False
        if problem.minimum_lot_t[link] > problem.demand_t_per_day[demand]:
            return False
        node = int(problem.link_to[link])
    hours, km = problem.time_h[k, links].sum(), problem.length_km[links].sum()
    within = hours <= problem.max_time_h[demand] * (1 + LIMIT_SLACK)
    within = within and km <= problem.max_length_km[demand] * (1 + LIMIT_SLACK)
    return bool(within and node == problem.demand_destination[demand])
