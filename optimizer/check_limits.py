"""Least prices of demands whose paths have a limit of time or length, exact, one demand after the other.

A best-first search over labels (price, hours, km) of nodes: a label is dropped when another of its node is as good in
all three, or when even the quickest or shortest way on would break a limit (P. Hansen, Bicriterion Path Problems, 1980,
doi:10.1007/978-3-642-48782-8_9). What is yet to pay is estimated from below by the least price of the way on, also with
some money for each hour and km that it takes beyond what is left (weak duality again), so that few labels are looked at
even where limits bind. Prices below nothing stand only at ends of paths and are part of the way on.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

import numpy as np

from optimizer.check_search import Graph, Group, distances

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.flow.problem import Problem

MOST_LABELS = 5_000_000
"""Labels looked at before the search gives up: less than a minute."""

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
            ahead = _Ahead(back, amounts, int(end))
            for place in todo[ends == end]:
                demand = group.demand[place]
                limits = (float(problem.max_time_h[demand]), float(problem.max_length_km[demand]))
                origin = int(problem.demand_origin[demand])
                least[place] = self._search(onward, ahead, origin, limits, float(enough[place]))

    def _search(self, links: _Links, ahead: _Ahead, origin: int, limits: tuple[float, float], enough: float) -> float:
        """Return the least price from ``origin`` to the end within limits, or ``enough`` if it is no less."""
        counts = (float(limits[0] < np.inf), float(limits[1] < np.inf))
        most = (limits[0] * (1 + LIMIT_SLACK), limits[1] * (1 + LIMIT_SLACK))
        kept: dict[int, list[tuple[float, float, float]]] = {}
        heap = [(ahead.least_price(origin, most), 0.0, 0.0, 0.0, origin)]
        while heap:
            through, *label, node = heapq.heappop(heap)
            price, hours, km = label
            if through >= enough:
                return enough
            if node == ahead.end:
                return price
            if not _is_new(kept.setdefault(node, []), (price, counts[0] * hours, counts[1] * km)):
                continue
            if not self._labels_left:
                raise LabelLimitError
            self._labels_left -= 1
            for head, more, more_hours, more_km in links.of(node):
                price_on, hours_on, km_on = price + more, hours + more_hours, km + more_km
                through = price_on + ahead.least_price(head, (most[0] - hours_on, most[1] - km_on))
                if through < enough:
                    heapq.heappush(heap, (through, price_on, hours_on, km_on, head))
        return enough


class _Ahead:
    """What is yet to pay from each node to ``end``, at least.

    Besides the price, hours and km of the cheapest, quickest and shortest way, it holds the least of price and priced
    hours and km together for some prices of an hour and a km around those of the cheapest ways.
    """

    def __init__(self, back: Graph, amounts: tuple[NDArray[np.float64], ...], end: int) -> None:
        self.end = end
        root = np.array([end], dtype=np.int32)
        left = [distances(back, each[back.order], root)[0] for each in amounts]
        per_h, per_km = (_typical_ratio(left[0], each) for each in left[1:])
        mixes = dict.fromkeys([(per_h, 0.0), (0.0, per_km), (per_h, per_km)])
        self._prices = [(scale * hour, scale * km) for hour, km in mixes if hour or km for scale in _SCALES]
        for hour, km in self._prices:
            together = amounts[0] + hour * amounts[1] + km * amounts[2]
            left.append(distances(back, together[back.order], root)[0])
        self._left = np.array(left).T
        self._known: dict[int, list[float]] = {}

    def least_price(self, node: int, room: tuple[float, float]) -> float:
        """Return what no way on with the given hours and km left can cost less than, inf where there is none."""
        left = self._known.get(node)
        if left is None:
            left = self._known[node] = self._left[node].tolist()
        if left[1] > room[0] or left[2] > room[1]:
            return np.inf
        most = left[0]
        for (hour, km), together in zip(self._prices, left[3:], strict=True):
            most = max(most, together - (hour * room[0] if hour else 0.0) - (km * room[1] if km else 0.0))
        return most


_SCALES = (0.1, 0.3, 1.0, 3.0, 10.0)
"""Prices of hours and km that are tried, as multiples of the price per hour and per km of cheapest ways."""


def _typical_ratio(price: NDArray[np.float64], amount: NDArray[np.float64]) -> float:
    """Return the median of price per amount over nodes from which there is a way, 0 where nothing is paid or taken."""
    some = np.isfinite(price) & (price > 0) & (amount > 0)
    return float(np.median(price[some] / amount[some])) if some.any() else 0.0


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


def _is_new(kept: list[tuple[float, float, float]], label: tuple[float, float, float]) -> bool:
    """Keep a label of a node unless another is as good in price, hours and km; return whether it was kept."""
    if any(other[0] <= label[0] and other[1] <= label[1] and other[2] <= label[2] for other in kept):
        return False
    kept.append(label)
    return True
