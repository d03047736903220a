"""Least-price paths on a contracted network: exact, and quick where only few links can change their price.

Only special links (with a capacity or a minimum lot) ever carry prices or close; everything between the key nodes,
their ends and the ends of demands, is contracted once for each class (``contraction``). Each round is then answered
by sweeps of the small cores, or by searches over the special links alone with the distances between them in a table.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from optimizer.flow.columns import Paths
from optimizer.flow.problem import Problem
from optimizer.flow.search.cover import covered_by_origin
from optimizer.flow.search.estimate import key_parts
from optimizer.flow.search.overlay_legs import unfold_legs
from optimizer.flow.search.overlay_network import OverlayNetwork, Workers, link_cost
from optimizer.flow.search.overlay_pricing import (
    Answer,
    Group,
    SpecialPrices,
    answer_by_sweeps,
    answer_by_tables,
    build_question,
)
from optimizer.flow.search.path_search import CostClass, cost_classes

Method = Literal["tables", "sweeps"]


class OverlaySearch:
    """Searches cores of the network, contracted at the first call of ``improve``; limits of paths are not its matter.

    Parameters
    ----------
    problem
        The problem.
    method
        ``tables`` or ``sweeps``.
    threads
        Threads that sweep, at least 1; the answer is the same for any number.

    Raises
    ------
    ValueError
        When the method or the number of threads is not possible.
    """

    def __init__(self, problem: Problem, method: Method, threads: int = 1) -> None:
        if method not in {"tables", "sweeps"}:
            msg = f"method must be tables or sweeps, got {method!r}."
            raise ValueError(msg)
        if threads < 1:
            msg = f"threads must be at least 1, got {threads}."
            raise ValueError(msg)
        self.method: Method = method
        self._threads = threads
        self._bind(OverlayNetwork(problem, key_parts(problem)))

    def _bind(self, network: OverlayNetwork) -> None:
        """Take over a network and prepare its problem's demands."""
        problem, special = network.problem, network.parts.links
        self._network, self._problem = network, problem
        self._members = problem.capacity_members[:, special].T.tocsr()
        entered = np.zeros(len(problem.node_ids), dtype=bool)
        entered[problem.link_to] = True
        leaves, enters = network.special_ends(backward=False)
        self._price_end = np.where(entered[problem.link_from[special]], enters, leaves)
        self._classes = cost_classes(problem)
        self._groups = [group for one in self._classes for group in _build_groups(network, one)]
        self._sweeps: dict[int, int] = {}
        for group in self._groups:
            k = group.cost_class.class_index
            self._sweeps[k] = self._sweeps.get(k, 0) + group.root.size
        self._special_cost = {k: link_cost(problem, k)[special] for k in self._sweeps}

    def fits(self, problem: Problem) -> bool:
        """Return whether all that was prepared holds for a problem: only special links, amounts and prices differ."""
        return self._network.fits(problem)

    def rebound(self, problem: Problem) -> OverlaySearch | None:
        """Return a search for another problem that shares what was prepared, None when that does not hold for it."""
        if not self.fits(problem):
            return None
        mine, search = self._network, object.__new__(OverlaySearch)
        search.method, search._threads = self.method, self._threads
        shared = mine.cores, mine.tables, mine.turned_graphs, mine.turned_distances
        search._bind(OverlayNetwork(problem, mine.parts, *shared))
        return search

    def improve(
        self,
        capacity_price: NDArray[np.float64],
        known_price: NDArray[np.float64],
        *,
        bounded: bool = True,
        interrupted: Callable[[], bool] | None = None,
    ) -> tuple[NDArray[np.float64], Paths]:
        """Return the least prices and improving paths (see ``PathSearch``)."""
        workers = Workers(self._threads, interrupted)
        least = np.full(len(self._problem.demand_ids), np.inf)
        found = [self._build_paths(0, np.zeros(0, dtype=np.int64), None)]
        for group in self._groups:
            k = group.cost_class.class_index
            prices = self._prices(group.cost_class, capacity_price)
            question = build_question(group, prices, known_price, bounded=bounded)
            if self.method == "tables":
                answer = answer_by_tables(self._network, question, workers)
            else:
                answer = answer_by_sweeps(self._network, question, self._sweeps[k], workers)
            least[group.demand] = answer.least
            if answer.better.size:
                found.append(self._build_paths(k, group.demand[answer.better], answer))
        return least, _joined(found)

    def unfold(self, paths: Paths) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Return the links of paths (see ``PathSearch``)."""
        lists = unfold_legs(self._network, paths.leg_start, paths.legs)
        return lists.start, lists.links

    def _prices(self, one: CostClass, capacity_price: NDArray[np.float64]) -> SpecialPrices:
        """Return the special links as a cost class sees them."""
        k, links, network = one.class_index, self._network.parts.links, self._network
        closed = ~self._problem.allowed[k, links] | (self._problem.minimum_lot_t[links] > one.lot_t)
        cost = np.where(closed, np.inf, self._special_cost[k])
        price = cost + self._members @ (self._problem.use_per_t[k] * capacity_price)
        shift = np.zeros(network.parts.nodes.size)
        below = np.flatnonzero(price < 0)
        np.maximum.at(shift, self._price_end[below], -price[below])
        return SpecialPrices(cost, price, shift)

    def _build_paths(self, k: int, demand: NDArray[np.int64], answer: Answer | None) -> Paths:
        """Return the better paths of one class with what they use of each capacity."""
        nothing = np.zeros(0, dtype=np.int64)
        length, legs, cost = (answer.length, answer.legs, answer.cost_per_t) if answer else (nothing, nothing, nothing)
        start, special = np.concatenate([[0], np.cumsum(length)]), self._network.parts.links
        path = np.repeat(np.arange(demand.size), length)
        at = np.searchsorted(special, ~legs)
        passed = (legs < 0) & (at < special.size)
        passed[passed] = special[at[passed]] == ~legs[passed]
        entries = np.ones(int(passed.sum())), (path[passed], at[passed])
        use = (sparse.csr_array(entries, shape=(demand.size, special.size)) @ self._members).tocsr()
        use.sort_indices()
        use.data = use.data * self._problem.use_per_t[k][use.indices] if use.nnz else use.data
        use.eliminate_zeros()
        return Paths(demand.astype(np.int32), start, legs, cost.astype(np.float64), use)


def _build_groups(network: OverlayNetwork, one: CostClass) -> list[Group]:
    """Return the demands of a cost class that are answered from their origins, and those from their destinations."""
    origin = network.position(network.problem.demand_origin[one.demand])
    destination = network.position(network.problem.demand_destination[one.demand])
    by_origin = covered_by_origin(origin, destination)
    groups = []
    for backward, chosen in ((False, by_origin), (True, ~by_origin)):
        if chosen.any():
            root, end = (destination, origin) if backward else (origin, destination)
            order = np.flatnonzero(chosen)[np.argsort(root[chosen], kind="stable")]
            roots, first = np.unique(root[order], return_index=True)
            start = np.append(first, order.size).astype(np.int64)
            groups.append(Group(one, backward, roots.astype(np.int32), start, end[order], one.demand[order]))
    return groups


def _joined(found: list[Paths]) -> Paths:
    """Return all paths one after the other."""
    lengths = np.concatenate([np.diff(paths.leg_start) for paths in found])
    return Paths(
        np.concatenate([paths.demand for paths in found]),
        np.concatenate([[0], np.cumsum(lengths)]),
        np.concatenate([paths.legs for paths in found]),
        np.concatenate([paths.cost_per_t for paths in found]),
        sparse.vstack([paths.use for paths in found], format="csr"),
    )
