"""Least prices of demands whose paths have a limit of time or length, exact, one demand after the other.

A best-first search over labels (price, hours, km) of nodes: a label is dropped when another of its node is better in
all three, or when even the quickest or shortest way on would break the limit (P. Hansen, Bicriterion Path Problems,
1980, doi:10.1007/978-3-642-48782-8_9). The way on is priced by the least price without limits, so that few labels
are looked at unless limits bind hard. Prices below nothing stand only at ends of paths and are part of the way on.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

import numpy as np

from optimizer.check_search import Graph, Group, distances

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.flow.problem import Problem

MOST_LABELS = 1_000_000
"""Labels looked at before the search gives up: some ten seconds."""

LIMIT_SLACK = 2e-9
"""Share by which a path may miss its limit here: a little more than in a plan, so that no path of one is left out."""


class LabelLimitError(Exception):
    """More labels than the search may look at."""


class LimitedSearch:
    """Searches in one problem; ``most_labels`` is for all of them together."""

    def __init__(self, problem: Problem, most_labels: int = MOST_LABELS) -> None:
        self._problem = problem
        self._labels_left = most_labels

    def has_limit(self, demand: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which demands have a limit at all."""
        problem = self._problem
        return np.isfinite(problem.max_time_h[demand]) | np.isfinite(problem.max_length_km[demand])

    def improve(self, group: Group, least: NDArray[np.float64], enough: NDArray[np.float64]) -> None:
        """Raise the least prices of the group's demands to those within limits, or to ``enough`` where that is less.

        Raises
        ------
        LabelLimitError
            When it gives up; what it has raised so far is right.
        """
        problem = self._problem
        todo = np.flatnonzero(self.has_limit(group.demand) & (least < enough))
        if not todo.size:
            return
        tail, head = problem.link_from[group.links], problem.link_to[group.links]
        nodes = len(problem.node_ids)
        amounts = (group.price, problem.time_h[group.k, group.links], problem.length_km[group.links])
        onward = _Links(Graph.from_links(tail, head, nodes), amounts)
        back = Graph.from_links(head, tail, nodes)
        ends = problem.demand_destination[group.demand[todo]]
        for end in np.unique(ends):
            left = tuple(distances(back, each[back.order], np.array([end]))[0] for each in amounts)
            for place in todo[ends == end]:
                demand = group.demand[place]
                limits = (problem.max_time_h[demand], problem.max_length_km[demand])
                origin = int(problem.demand_origin[demand])
                least[place] = self._search(onward, left, (origin, int(end)), limits, float(enough[place]))

    def _search(
        self,
        links: _Links,
        left: tuple[NDArray[np.float64], ...],
        ends: tuple[int, int],
        limits: tuple[float, float],
        enough: float,
    ) -> float:
        """Return the least price from ``ends[0]`` to ``ends[1]`` within limits, or ``enough`` if it is no less.

        ``left`` holds the least price, hours and km from each node to the end.
        """
        price_left, hours_left, km_left = left
        most_hours, most_km = (limit * (1 + LIMIT_SLACK) for limit in limits)
        looked_at: dict[int, list[tuple[float, float]]] = {}
        heap = [(float(price_left[ends[0]]), 0.0, 0.0, 0.0, ends[0])]
        if hours_left[ends[0]] > most_hours or km_left[ends[0]] > most_km:
            return enough
        while heap:
            through, price, hours, km, node = heapq.heappop(heap)
            if through >= enough:
                return enough
            if node == ends[1]:
                return price
            if not _is_new(looked_at.setdefault(node, []), hours, km, limits):
                continue
            if not self._labels_left:
                raise LabelLimitError
            self._labels_left -= 1
            for head, more, more_hours, more_km in links.of(node):
                price_on, hours_on, km_on = price + more, hours + more_hours, km + more_km
                if hours_on + hours_left[head] <= most_hours and km_on + km_left[head] <= most_km:
                    heapq.heappush(heap, (price_on + float(price_left[head]), price_on, hours_on, km_on, head))
        return enough


class _Links:
    """Links by the node they leave, with price, hours and km as plain numbers, read when first asked for."""

    def __init__(self, graph: Graph, amounts: tuple[NDArray[np.float64], ...]) -> None:
        self._graph = graph
        self._amounts = amounts
        self._known: dict[int, list[tuple[int, float, float, float]]] = {}

    def of(self, node: int) -> list[tuple[int, float, float, float]]:
        """Return (head, price, hours, km) of the links that leave a node."""
        if node not in self._known:
            some = slice(self._graph.start[node], self._graph.start[node + 1])
            order = self._graph.order[some]
            head = self._graph.head[some].tolist()
            price, hours, km = (each[order].tolist() for each in self._amounts)
            self._known[node] = list(zip(head, price, hours, km, strict=True))
        return self._known[node]


def _is_new(kept: list[tuple[float, float]], hours: float, km: float, limits: tuple[float, float]) -> bool:
    """Keep the hours and km of a label unless a label of the same node, no dearer, needs no more; return whether kept.

    What has no limit does not count.
    """
    this = (hours if limits[0] < np.inf else 0.0, km if limits[1] < np.inf else 0.0)
    if any(other[0] <= this[0] and other[1] <= this[1] for other in kept):
        return False
    kept.append(this)
    return True
