"""Paths and basis of a solved problem, brought to a problem that differs in amounts, costs or what is open."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from optimizer.flow.columns import Paths, build_null_paths, build_paths, select_rows
from optimizer.flow.problem import Problem
from optimizer.flow.related import may_be_used
from optimizer.flow.search.path_search import PathSearch

FEW_LINKS: Final = 20_000
"""Links up to which finding a path again costs less than carrying the ones of no use through every program."""


def same_shape(old: Problem, new: Problem) -> bool:
    """Return whether two problems have the same links, classes, demands and capacities, whatever their numbers."""
    return (
        old.class_ids == new.class_ids
        and len(old.node_ids) == len(new.node_ids)
        and len(old.capacity_ids) == len(new.capacity_ids)
        and all(
            np.array_equal(getattr(old, name), getattr(new, name))
            for name in ("link_from", "link_to", "demand_origin", "demand_destination", "demand_class", "use_per_t")
        )
        and _same_members(old.capacity_members, new.capacity_members)
    )


def _same_members(old: sparse.csr_array, new: sparse.csr_array) -> bool:
    return all(np.array_equal(getattr(old, name), getattr(new, name)) for name in ("indptr", "indices", "data"))


def carry_paths(
    old: Problem, new: Problem, paths: Paths, search: PathSearch, *, essential: NDArray[np.int64] | None
) -> tuple[Paths, NDArray[np.int64]]:
    """Return the paths as they are in the new problem, and where each old path stands among them, -1 if it is gone.

    Both problems have the same shape. Not being carried stays path ``d`` of every demand ``d``. Where costs or rules
    differ, or the network is small, only the essential paths come over: most others would be worth nothing.

    Parameters
    ----------
    search
        The search that found the paths.
    essential
        Paths that made the plan and its prices; None where the search of the new problem does not know the legs of that
        one, and the paths come as real links.
    """
    demands = len(new.demand_ids)
    if essential is not None and _same_rules(old, new):
        few = len(new.link_ids) <= FEW_LINKS
        taken = np.union1d(np.arange(demands), essential) if few else np.arange(paths.count)
        some = paths.selected(taken) if few else paths
        cost = some.cost_per_t.copy()
        cost[:demands] = new.penalty_per_t
        place = np.full(paths.count, -1)
        place[taken] = np.arange(taken.size)
        return Paths(some.demand, some.leg_start, some.legs, cost, some.use), place
    taken = np.arange(paths.count) if essential is None else essential
    taken = taken[taken >= demands]
    real = paths.selected(taken)
    start, links = search.unfold(real)
    kept = np.flatnonzero(may_be_used(new, real.demand, start, links))
    place = np.full(paths.count, -1)
    place[:demands] = np.arange(demands)
    place[taken[kept]] = demands + np.arange(kept.size)
    kept_start, entry = select_rows(start, kept)
    found = build_paths(new, real.demand[kept], kept_start, links[entry])
    return build_null_paths(new).joined(found), place


def _same_rules(old: Problem, new: Problem) -> bool:
    """Return whether every path costs the same and is allowed in both problems."""
    names = ["allowed", "money_per_t", "time_cost_per_t", "max_time_h", "max_length_km", "minimum_lot_t"]
    if old.carbon_price_per_kg or new.carbon_price_per_kg:
        names.append("emissions_kg_per_t")
    if new.minimum_lot_t.any():
        names.append("demand_t_per_day")
    if np.isfinite(new.max_time_h).any():
        names.append("time_h")
    if np.isfinite(new.max_length_km).any():
        names.append("length_km")
    return old.carbon_price_per_kg == new.carbon_price_per_kg and all(
        np.array_equal(getattr(old, name), getattr(new, name)) for name in names
    )
