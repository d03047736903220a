"""The sweeps that a key-node overlay needs, by scipy: the yardstick of the flow engine on large networks.

A path of a demand runs from its origin to its destination, or from its origin to the start of a capacitated link, from
the end of one capacitated link to the start of another, and from an end to its destination. The distances between
these key nodes avoiding capacitated links are all that the large network must be asked for; with them the Lagrangian
bound at any capacity prices follows on the key nodes alone (docs of the bound: ``optimizer.flow.engine``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from optimizer.flow.problem import Problem

SWEEP_CELLS = 8_000_000
"""Most node labels held at once (64 MB)."""


@dataclass(frozen=True, slots=True, eq=False)
class KeyDistances:
    """Distances between key nodes, and what else the bound takes of its problem.

    Parameters
    ----------
    distance
        VND per tonne from each entry node (origins and ends of capacitated links) to each exit node (destinations and
        starts of capacitated links) avoiding capacitated links, float64[K, entries, exits].
    origin, destination, demand_class, demand_t_per_day, penalty_per_t
        Of each demand; origin as a position among the entries, destination among the exits.
    link_exit, link_entry, link_cost_per_t, members, use_per_t
        Of each capacitated link: where it is reached and left, its cost for each class (inf where not allowed), how
        often it counts against each capacity (R x links), and the units of each capacity per tonne of a class.
    residual_per_day
        Units left of each capacity.
    sweeps
        Single-source shortest-path searches done.
    """

    distance: NDArray[np.float64]
    origin: NDArray[np.int64]
    destination: NDArray[np.int64]
    demand_class: NDArray[np.int32]
    demand_t_per_day: NDArray[np.float64]
    penalty_per_t: NDArray[np.float64]
    link_exit: NDArray[np.int64]
    link_entry: NDArray[np.int64]
    link_cost_per_t: NDArray[np.float64]
    members: sparse.csr_array
    use_per_t: NDArray[np.float64]
    residual_per_day: NDArray[np.float64]
    sweeps: int

    def lagrangian_bound(self, capacity_price: NDArray[np.float64]) -> float:
        """Return the bound in VND per day that capacity prices (VND per unit, at least 0, float64[R]) prove."""
        least = np.full(self.origin.size, np.inf)
        for k, distance in enumerate(self.distance):
            demand = np.flatnonzero(self.demand_class == k)
            price = self.link_cost_per_t[k] + self.members.T @ (self.use_per_t[k] * capacity_price)
            least[demand] = self._least_price(distance, price, demand)
        served = np.minimum(least, self.penalty_per_t)
        return float((self.demand_t_per_day * served).sum() - (self.residual_per_day * capacity_price).sum())

    def _least_price(
        self, distance: NDArray[np.float64], price: NDArray[np.float64], demand: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return the least price of the demands of one class on the graph of key nodes, entries before exits."""
        entries, exits = distance.shape
        entry, exit_ = np.nonzero(np.isfinite(distance))
        usable = np.flatnonzero(np.isfinite(price))
        # Searched backwards from the destinations: an arc's row is where it leads.
        row = np.concatenate([entries + exit_, self.link_entry[usable]])
        column = np.concatenate([entry, entries + self.link_exit[usable]])
        weight = np.concatenate([distance[entry, exit_], price[usable]])
        graph = _cheapest(row, column, weight, entries + exits)
        roots, root = np.unique(entries + self.destination[demand], return_inverse=True)
        table = csgraph.dijkstra(graph, indices=roots)
        return np.asarray(table[root, self.origin[demand]])


def sweep_keys(problem: Problem) -> KeyDistances:
    """Return the distances between key nodes: for each class one sweep from each key node of the cheaper side."""
    members = problem.capacity_members.tocsc()
    capacitated = np.flatnonzero(np.diff(members.indptr))
    heads, tails = problem.link_to[capacitated], problem.link_from[capacitated]
    entries = np.union1d(problem.demand_origin, heads)
    exits = np.union1d(problem.demand_destination, tails)
    backwards = exits.size <= entries.size
    roots, others = (exits, entries) if backwards else (entries, exits)
    ends = (problem.link_to, problem.link_from) if backwards else (problem.link_from, problem.link_to)
    nodes = len(problem.node_ids)
    open_link = np.ones(len(problem.link_ids), dtype=bool)
    open_link[capacitated] = False
    distance = np.empty((len(problem.class_ids), entries.size, exits.size))
    for k, allowed in enumerate(problem.allowed):
        links = np.flatnonzero(allowed & open_link)
        graph = _cheapest(ends[0][links], ends[1][links], _cost_per_t(problem, k, links), nodes)
        for first in range(0, roots.size, max(1, SWEEP_CELLS // nodes)):
            block = slice(first, first + max(1, SWEEP_CELLS // nodes))
            table = csgraph.dijkstra(graph, indices=roots[block])[:, others]
            if backwards:
                distance[k, :, block] = table.T
            else:
                distance[k, block] = table
    cost = [_cost_per_t(problem, k, capacitated) for k in range(len(distance))]
    return KeyDistances(
        distance=distance,
        origin=np.searchsorted(entries, problem.demand_origin),
        destination=np.searchsorted(exits, problem.demand_destination),
        demand_class=problem.demand_class,
        demand_t_per_day=problem.demand_t_per_day,
        penalty_per_t=problem.penalty_per_t,
        link_exit=np.searchsorted(exits, tails),
        link_entry=np.searchsorted(entries, heads),
        link_cost_per_t=np.where(problem.allowed[:, capacitated], cost, np.inf),
        members=sparse.csr_array(members[:, capacitated]),
        use_per_t=problem.use_per_t,
        residual_per_day=problem.residual_per_day(),
        sweeps=roots.size * len(distance),
    )


def sweep_demands(problem: Problem) -> NDArray[np.float64]:
    """Return the least cost of each demand in VND per tonne as if nothing were short, float64[D].

    One sweep for each class and each destination (or origin, whichever are fewer): no method does with less.
    """
    backwards = np.unique(problem.demand_destination).size <= np.unique(problem.demand_origin).size
    near, far = (problem.link_to, problem.link_from) if backwards else (problem.link_from, problem.link_to)
    root, other = problem.demand_destination, problem.demand_origin
    if not backwards:
        root, other = other, root
    nodes = len(problem.node_ids)
    least = np.full(root.size, np.inf)
    for k, allowed in enumerate(problem.allowed):
        demand = np.flatnonzero(problem.demand_class == k)
        links = np.flatnonzero(allowed)
        graph = _cheapest(near[links], far[links], _cost_per_t(problem, k, links), nodes)
        roots, row = np.unique(root[demand], return_inverse=True)
        least[demand] = csgraph.dijkstra(graph, indices=roots)[row, other[demand]]
    return least


def _cost_per_t(problem: Problem, k: int, links: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the generalised cost of some links for one class in VND per tonne."""
    cost = problem.money_per_t[k, links] + problem.time_cost_per_t[k, links]
    return np.asarray(cost + problem.carbon_price_per_kg * problem.emissions_kg_per_t[k, links])


def _cheapest(
    row: NDArray[np.integer], column: NDArray[np.integer], weight: NDArray[np.float64], nodes: int
) -> sparse.csr_array:
    """Return the graph of the arcs, the cheapest of parallel ones."""
    graph = sparse.csr_array((weight, (row, column)), shape=(nodes, nodes))
    if graph.nnz < weight.size:
        # The constructor above adds parallel arcs up: they are thinned first.
        order = np.lexsort((weight, column, row))
        key = row[order].astype(np.int64) * nodes + column[order]
        kept = order[np.flatnonzero(np.diff(key, prepend=-1))]
        graph = sparse.csr_array((weight[kept], (row[kept], column[kept])), shape=(nodes, nodes))
    return graph
