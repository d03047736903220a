"""The paths of a folder's plan and the flow on its links, in the names of the folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.flow.plan import Plan
    from optimizer.folder.case import FolderCase

LIST_SEPARATOR: Final = ";"
STORE: Final = "storage:"
"""Beginning of what a path's list of links shows where goods wait, before the node."""


def path_table(case: FolderCase, plan: Plan) -> pd.DataFrame:
    """Return one row a path, plants' own activity left out.

    Columns
    -------
    kind
        ``demand``, ``supply`` (material to a plant), ``plant_out`` (a product to another plant) or ``empties``.
    demand_id
        What travels: the demand, or the names of the row behind it, ``/`` between them.
    class_id, path, t
        Class, number of the path within its demand (the one with most tonnes is 1), tonnes in the horizon.
    money_per_t, time_cost_per_t, carbon_cost_per_t, kg_co2e_per_t, time_h, length_km
        Of one tonne on the whole path; waiting counts.
    origin_id, destination_id
        Where it starts (a node or plant) and ends (a node).
    periods, nodes, links, modes
        In the order of travel, ``;`` between them; waiting is the link ``storage:NODE``.
    """
    problem = case.problem
    travels = ~case.demands.is_kind("plant_run", "plant_minimum")
    chosen = np.flatnonzero(travels[plan.path_demand])
    chosen = chosen[np.lexsort((-plan.path_t_per_day[chosen], plan.path_demand[chosen]))]
    demand = plan.path_demand[chosen]
    meaning = case.demands.at(demand)
    visits = _Visits(case, plan)
    emissions = visits.along(problem.emissions_kg_per_t)
    origin, destination = visits.ends()
    columns = {
        "money_per_t": visits.along(problem.money_per_t),
        "time_cost_per_t": visits.along(problem.time_cost_per_t),
        "carbon_cost_per_t": problem.carbon_price_per_kg * emissions,
        "kg_co2e_per_t": emissions,
        "time_h": visits.along(case.time_h),
        "length_km": visits.along(np.broadcast_to(case.length_km, case.time_h.shape)),
        "origin_id": origin,
        "destination_id": destination,
        "periods": visits.periods(),
        "nodes": visits.nodes(),
        "links": visits.links(),
        "modes": visits.modes(),
    }
    return pd.DataFrame(
        {
            "kind": meaning.kind_names(),
            "demand_id": case.subject_names(meaning),
            "class_id": np.array(problem.class_ids, dtype=object)[problem.demand_class[demand]],
            "path": pd.Series(demand).groupby(demand).cumcount().to_numpy() + 1,
            "t": plan.path_t_per_day[chosen],
            **{name: values[chosen] for name, values in columns.items()},
        }
    )


def link_table(case: FolderCase, plan: Plan) -> pd.DataFrame:
    """Return one row for every link, period and class with flow.

    Columns
    -------
    link_id, from_node_id, to_node_id, mode, period_id, class_id
        ``link_id`` ends in ``|back`` where goods go against the link.
    t
        Tonnes of the class in the period.
    capacity_unit, capacity_used, capacity_residual
        Of the link's own capacity in the period: what all classes take, both directions together, and what was there
        for them. Empty without a capacity.
    """
    problem = case.problem
    flow = plan.flow_by_class(problem) * case.links.is_kind("link", "back")
    k, link = np.nonzero(flow)
    meaning = case.links.at(link)
    is_back = meaning.is_kind("back")
    ends = [case.text("links", column, meaning.subject) for column in ("from_node_id", "to_node_id")]
    table = pd.DataFrame(
        {
            "link_id": case.subject_names(meaning),
            "from_node_id": np.where(is_back, ends[1], ends[0]),
            "to_node_id": np.where(is_back, ends[0], ends[1]),
            "mode": case.text("links", "mode", meaning.subject),
            "period_id": np.array(case.period_ids, dtype=object)[meaning.period],
            "class_id": np.array(problem.class_ids, dtype=object)[k],
            "t": flow[k, link],
        }
    )
    own = np.flatnonzero(case.capacities.is_kind("link"))
    known = pd.DataFrame(
        {
            "row": case.capacities.subject[own],
            "period": case.capacities.period[own],
            "capacity_unit": np.array(problem.capacity_unit, dtype=object)[own],
            "capacity_used": plan.capacity_used(problem)[own],
            "capacity_residual": problem.residual_per_day()[own],
        }
    )
    place = pd.DataFrame({"row": meaning.subject, "period": meaning.period})
    joined = place.merge(known, how="left", on=["row", "period"])
    table = pd.concat([table, joined.drop(columns=["row", "period"])], axis=1)
    order = np.lexsort((k, is_back, meaning.subject, meaning.period))
    return table.iloc[order].reset_index(drop=True)


class _Visits:
    """The links and nodes that every path of a plan passes, as lists in one text."""

    def __init__(self, case: FolderCase, plan: Plan) -> None:
        self.case, self.plan = case, plan
        self.count = plan.path_demand.size
        self.path = plan.path_of_link_entry()
        node = np.empty(plan.path_links.size + self.count, dtype=np.int64)
        node[np.arange(plan.path_links.size) + self.path] = case.problem.link_from[plan.path_links]
        node[plan.path_link_start[1:] + np.arange(self.count)] = case.problem.demand_destination[plan.path_demand]
        path = np.repeat(np.arange(self.count), np.diff(plan.path_link_start) + 1)
        real = case.nodes.is_kind("node")[node]
        self._node, self._node_path = case.nodes.at(node[real]), path[real]
        real = case.links.is_kind("link", "back", "storage")[plan.path_links]
        self._link, self._link_path = case.links.at(plan.path_links[real]), self.path[real]

    def along(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return a value of links by class (float64[K, L]) summed along each path."""
        k = self.case.problem.demand_class[self.plan.path_demand[self.path]]
        weights = values[k, self.plan.path_links]
        return np.bincount(self.path, weights=weights, minlength=self.count).astype(np.float64)

    def ends(self) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
        """Return the node or plant each path starts at and the node it ends at."""
        names = self.case.text("nodes", "node_id", self._node.subject)
        first = np.searchsorted(self._node_path, np.arange(self.count))
        last = np.searchsorted(self._node_path, np.arange(self.count), side="right") - 1
        found = first <= last
        origin, destination = (np.full(self.count, "", dtype=object) for _ in range(2))
        origin[found], destination[found] = names[first[found]], names[last[found]]
        entry = np.flatnonzero(self.case.links.is_kind("plant_out")[self.plan.path_links])
        flow = self.case.links.subject[self.plan.path_links[entry]]
        origin[self.path[entry]] = self.case.text("plant_flows", "plant_id", flow)
        return origin, destination

    def nodes(self) -> NDArray[np.object_]:
        """Return the nodes on the way, each once where goods wait there."""
        names = self.case.text("nodes", "node_id", self._node.subject)
        return self._listed(names, self._node_path, _changes(self._node.subject, self._node_path))

    def periods(self) -> NDArray[np.object_]:
        """Return the periods on the way."""
        names = np.array(self.case.period_ids, dtype=object)[self._node.period]
        return self._listed(names, self._node_path, _changes(self._node.period, self._node_path))

    def links(self) -> NDArray[np.object_]:
        """Return the links on the way, waiting as ``storage:NODE``."""
        names = self.case.subject_names(self._link)
        waits = np.flatnonzero(self._link.is_kind("storage"))
        names[waits] = STORE + self.case.text("storage", "node_id", self._link.subject[waits])
        return self._listed(names, self._link_path, np.ones(names.size, dtype=bool))

    def modes(self) -> NDArray[np.object_]:
        """Return the modes on the way, each once where it follows itself."""
        moves = np.flatnonzero(self._link.is_kind("link", "back"))
        names, path = self.case.text("links", "mode", self._link.subject[moves]), self._link_path[moves]
        return self._listed(names, path, _changes(pd.factorize(names)[0], path))

    def _listed(
        self, names: NDArray[np.object_], path: NDArray[np.int64], kept: NDArray[np.bool_]
    ) -> NDArray[np.object_]:
        """Return the kept names of each path in one text."""
        words, owner = names[kept], path[kept]
        start = np.searchsorted(owner, np.arange(self.count + 1)).tolist()
        texts = np.empty(self.count, dtype=object)
        texts[:] = [LIST_SEPARATOR.join(words[start[one] : start[one + 1]]) for one in range(self.count)]
        return texts


def _changes(values: NDArray[np.integer[Any]], path: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return where a value differs from the one before it on the same path."""
    changes = np.ones(values.size, dtype=bool)
    changes[1:] = (values[1:] != values[:-1]) | (path[1:] != path[:-1])
    return changes
