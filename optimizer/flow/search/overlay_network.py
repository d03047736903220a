"""What searches on a contracted network share and keep from one problem to the next: cores and tables of distances."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from optimizer.flow.problem import Problem
from optimizer.flow.search import contraction_kernels, search_kernels
from optimizer.flow.search.contraction import Core, contract, group_links
from optimizer.flow.search.estimate import KeyParts, key_parts
from optimizer.flow.search.kernels import Asked, Graph
from optimizer.flow.search.path_search import InterruptedSearchError

SWEEP_NODES: Final = 1_000_000
"""Most nodes labelled between two questions whether to stop: some 0.2 s."""

MOST_STEPS: Final = 2**31 - 1
"""Most steps of the trees of a table: they are numbered by int32."""

Part = TypeVar("Part")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, eq=False)
class Workers:
    """How many threads work, and who is asked whether to stop."""

    threads: int
    interrupted: Callable[[], bool] | None

    def ask(self) -> None:
        """Raise InterruptedSearchError when told to stop."""
        if self.interrupted is not None and self.interrupted():
            raise InterruptedSearchError

    def run(self, work: Callable[[Part], Result], parts: Iterable[Part]) -> Iterator[Result]:
        """Yield the result of each part in order, asking before each."""
        if self.threads == 1:
            for part in parts:
                self.ask()
                yield work(part)
            return
        waiting: deque[Future[Result]] = deque()
        pool = ThreadPoolExecutor(self.threads)
        try:
            for part in parts:
                self.ask()
                waiting.append(pool.submit(work, part))
                if len(waiting) >= 2 * self.threads:
                    yield waiting.popleft().result()
            while waiting:
                self.ask()
                yield waiting.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Least costs over ordinary links between key nodes, for one class.

    Parameters
    ----------
    near, far
        Positions of the key nodes from which and to which, ascending, int32[S], int32[T].
    distance
        VND per tonne, inf where there is no path, float64[S, T].
    at, against
        Where each way stands in the trees, int32[S, T], and whether its tree was swept against the links.
    before, made
        The step before each step in the trees, -1 at a root, and what its arc stands for, int32.
    """

    near: NDArray[np.int32]
    far: NDArray[np.int32]
    distance: NDArray[np.float64]
    at: NDArray[np.int32]
    against: NDArray[np.bool_]
    before: NDArray[np.int32]
    made: NDArray[np.int32]

    def cells(self, near: NDArray[np.integer], far: NDArray[np.integer]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return row and column of ways between key nodes that the table holds."""
        return np.searchsorted(self.near, near), np.searchsorted(self.far, far)

    def grown(self, near: NDArray[np.int32], far: NDArray[np.int32]) -> Table:
        """Return the table with rows and columns for further key nodes, not swept yet."""
        place = np.ix_(np.searchsorted(near, self.near), np.searchsorted(far, self.far))
        shape = near.size, far.size
        distance, at, against = np.full(shape, np.inf), np.full(shape, -1, np.int32), np.zeros(shape, dtype=bool)
        distance[place], at[place], against[place] = self.distance, self.at, self.against
        return Table(near, far, distance, at, against, self.before, self.made)

    def ways(self, near: NDArray[np.int64], far: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Return where the steps of ways between key nodes begin, and what they stand for in travel order."""
        cells = self.cells(near, far)
        return search_kernels.walk(self.at[cells], self.against[cells], self.before, self.made)


def no_arcs(nodes: int) -> search_kernels.Extra:
    """Return no extra arcs."""
    nothing = np.zeros(0, dtype=np.int32)
    graph = Graph(np.zeros(nodes + 1, dtype=np.int64), nothing, np.zeros(0), nothing)
    return search_kernels.Extra(graph, np.zeros(0))


@dataclass(frozen=True, slots=True, eq=False)
class OverlayNetwork:
    """Cores of the classes of a problem, contracted when first needed.

    Parameters
    ----------
    problem
        The problem; of its costs only those of ordinary links matter.
    parts
        Special links and key nodes. In searches a key node is known by its position among them.
    cores, tables
        Core and table of each class that needed one so far.
    turned_graphs, turned_distances
        Graphs of cores with their arcs turned round, and transposed tables, where they were needed.
    """

    problem: Problem
    parts: KeyParts
    cores: dict[int, Core] = field(default_factory=dict)
    tables: dict[int, Table] = field(default_factory=dict)
    turned_graphs: dict[int, Graph] = field(default_factory=dict)
    turned_distances: dict[int, NDArray[np.float64]] = field(default_factory=dict)

    def special_ends(self, *, backward: bool) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return the positions of the ends of the special links, in the order a search passes them."""
        links = self.parts.links
        ends = self.position(self.problem.link_from[links]), self.position(self.problem.link_to[links])
        return ends[::-1] if backward else ends

    def graph(self, k: int, *, backward: bool) -> Graph:
        """Return the graph of the core of a class, which is there already."""
        if not backward:
            return self.cores[k].graph
        if k not in self.turned_graphs:
            self.turned_graphs[k] = contraction_kernels.turn(self.cores[k].graph)
        return self.turned_graphs[k]

    def distance(self, k: int, *, backward: bool) -> NDArray[np.float64]:
        """Return the distances in the table of a class, transposed for a search against the links."""
        if not backward:
            return self.tables[k].distance
        if k not in self.turned_distances:
            self.turned_distances[k] = np.ascontiguousarray(self.tables[k].distance.T)
        return self.turned_distances[k]

    def position(self, nodes: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return the positions of nodes of the problem among the key nodes."""
        return np.searchsorted(self.parts.nodes, nodes).astype(np.int32)

    def fits(self, problem: Problem) -> bool:
        """Return whether a problem has the same ordinary links at the same costs, and no further needs."""
        mine, needed = self.problem, key_parts(problem)
        if problem is mine:
            return True
        return (
            len(mine.node_ids) == len(problem.node_ids)
            and mine.allowed.shape == problem.allowed.shape
            and np.array_equal(mine.link_from, problem.link_from)
            and np.array_equal(mine.link_to, problem.link_to)
            and bool(np.isin(needed.links, self.parts.links).all())
            and bool(np.isin(needed.nodes, self.parts.nodes).all())
            and all(self._same_costs(problem, k) for k in range(len(mine.class_ids)))
        )

    def _same_costs(self, problem: Problem, k: int) -> bool:
        """Return whether all ordinary links cost a class the same and are open to it in both problems."""
        mine = self.problem
        names = ("allowed", "money_per_t", "time_cost_per_t", "emissions_kg_per_t")
        if mine.carbon_price_per_kg == problem.carbon_price_per_kg and all(
            np.array_equal(getattr(mine, name)[k], getattr(problem, name)[k]) for name in names
        ):
            return True
        return np.array_equal(self._ordinary_cost(mine, k), self._ordinary_cost(problem, k))

    def _ordinary_cost(self, problem: Problem, k: int) -> NDArray[np.float64]:
        """Return the cost of each link for a class, inf where special or not allowed, float64[L]."""
        cost = link_cost(problem, k)
        cost[~problem.allowed[k]] = np.inf
        cost[self.parts.links] = np.inf
        return cost

    def core(self, k: int, sweeps: float, workers: Workers) -> Core:
        """Return the core of a class, contracted for that many sweeps if it is not there yet."""
        if k not in self.cores:
            kept = np.zeros(len(self.problem.node_ids), dtype=bool)
            kept[self.parts.nodes] = True
            rows, cost = group_links(self.problem), self._ordinary_cost(self.problem, k)
            self.cores[k] = contract(rows, cost, kept, sweeps, workers.interrupted)
        return self.cores[k]

    def table(self, k: int, near: NDArray[np.int32], far: NDArray[np.int32], workers: Workers) -> Table:
        """Return a table of a class from and to at least the given positions, swept where it is not known yet."""
        known = self.tables.get(k)
        if known is None:
            nothing = np.zeros(0, dtype=np.int32)
            known = Table(
                nothing, nothing, np.zeros((0, 0)), np.zeros((0, 0), np.int32), np.zeros((0, 0), bool), nothing, nothing
            )
        new_near, new_far = np.setdiff1d(near, known.near), np.setdiff1d(far, known.far)
        if new_near.size or new_far.size:
            all_near, all_far = np.union1d(near, known.near), np.union1d(far, known.far)
            _, roots = min(
                (all_near.size, (all_near, all_far[:0])),
                (all_far.size, (all_near[:0], all_far)),
                (new_near.size + new_far.size, (new_near, new_far)),
                key=lambda choice: choice[0],
            )
            self.tables[k] = self._extended(k, known, (all_near, all_far), roots, workers)
            self.turned_distances.pop(k, None)
        return self.tables[k]

    def _extended(
        self,
        k: int,
        known: Table,
        ends: tuple[NDArray[np.int32], NDArray[np.int32]],
        roots: tuple[NDArray[np.int32], NDArray[np.int32]],
        workers: Workers,
    ) -> Table:
        """Return a table between the ends: what is known, with sweeps from and against the roots.

        Raises
        ------
        MemoryError
            When the trees would have more steps than can be numbered (they would take 16 GiB).
        """
        core = self.core(k, roots[0].size + roots[1].size, workers)
        table = known.grown(*ends)
        before, made = [known.before], [known.made]
        for backward in (False, True):
            mine, others = (roots[1], ends[0]) if backward else (roots[0], ends[1])
            graph = contraction_kernels.turn(core.graph) if backward and mine.size else core.graph
            row, trees = 0, self._sweep_all(core, graph, mine, others, workers)
            for found in trees:
                first = sum(part.size for part in before)
                if first + found.before.size > MOST_STEPS:
                    msg = f"The ways of a table of {ends[0].size} x {ends[1].size} distances have too many steps."
                    raise MemoryError(msg)
                count = found.least.size // others.size
                root = np.searchsorted(ends[1] if backward else ends[0], mine[row : row + count])
                cells = (slice(None), root) if backward else (root, slice(None))
                shaped = found.least.reshape(count, others.size), found.at.reshape(count, others.size)
                distance, at = (part.T for part in shaped) if backward else shaped
                table.distance[cells], table.against[cells] = distance, backward
                table.at[cells] = np.where(at < 0, at, at + first)
                before.append(np.where(found.before < 0, found.before, found.before + first).astype(np.int32))
                made.append(found.made)
                row += count
        return replace(table, before=np.concatenate(before), made=np.concatenate(made))

    def _sweep_all(
        self, core: Core, graph: Graph, roots: NDArray[np.int32], ends: NDArray[np.int32], workers: Workers
    ) -> Iterator[search_kernels.Trees]:
        """Yield the trees of sweeps from some roots after the other, each to all ends.

        Each part has at most as many steps as ``SWEEP_NODES`` or as the core has nodes.
        """
        nothing = no_arcs(core.nodes.size).graph
        root, end = self.in_core(core, roots), self.in_core(core, ends)

        def work(part: NDArray[np.int32]) -> search_kernels.Trees:
            count = part.size * end.size
            asked = Asked(
                part,
                np.full(part.size, np.inf),
                np.arange(part.size + 1, dtype=np.int64) * end.size,
                np.tile(end, part.size),
                np.zeros(count),
                backward=False,
            )
            return search_kernels.sweep_trees(graph, nothing, asked)

        step = max(1, SWEEP_NODES // max(1, core.nodes.size))
        return workers.run(work, (root[first : first + step].copy() for first in range(0, root.size, step)))

    def in_core(self, core: Core, positions: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return where key nodes stand in a core."""
        return np.searchsorted(core.nodes, self.parts.nodes[positions]).astype(np.int32)


def link_cost(problem: Problem, k: int) -> NDArray[np.float64]:
    """Return the generalised cost of one pass of each link for a class, VND per tonne, float64[L]."""
    cost = problem.money_per_t[k] + problem.time_cost_per_t[k]
    cost += problem.carbon_price_per_kg * problem.emissions_kg_per_t[k]
    return np.asarray(cost)
