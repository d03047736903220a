"""Compiled kernels of the search for least-price paths within limits of time and length.

Labels are set in the order of a lower bound on the price of what they can still become, and dropped when another label
of their node is at least as good in price, time and length (M. Desrochers, F. Soumis, A Generalized Permanent Labelling
Algorithm for the Shortest Path Problem with Time Windows, INFOR 26, 1988, doi:10.1080/03155986.1988.11732063), when
they cannot reach the destination within the limits, or when their bound is no better than a known path (L. Lozano, A.
Medaglia, On an Exact Method for the Constrained Shortest Path Problem, Computers & Operations Research 40, 2013,
doi:10.1016/j.cor.2012.07.008).
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.flow.search.kernels import compiled

DONE: Final = 0
MORE: Final = 1
FULL: Final = 2
"""Why extending labels ended."""

LABELS, WAITING, BEST, STEPS = 0, 1, 2, 3
"""Entries of the counts of a search."""

PRICE, TIME, LENGTH = 0, 1, 2
"""Columns of the values of a label."""


Sweep = tuple[NDArray[np.float64], NDArray[np.int32], NDArray[np.int32]]
"""Least weights to a node, the arcs they start with, and nodes in settled order."""


class Graph(NamedTuple):
    """Arcs in the order of the node they enter: arc ``a`` runs from ``tail[a]`` to ``head[a]``.

    ``enter[n]:enter[n + 1]`` are the arcs that enter node ``n``, ``leaving[leave[n]:leave[n + 1]]`` those that leave.
    """

    enter: NDArray[np.int64]
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    leave: NDArray[np.int64]
    leaving: NDArray[np.int32]


class Weights(NamedTuple):
    """Price (VND per tonne), hours and km of one pass of each arc, float64[M]."""

    price: NDArray[np.float64]
    time: NDArray[np.float64]
    length: NDArray[np.float64]


class ToGo(NamedTuple):
    """What lies between each node and the destination, float64[N]; inf where no path is left.

    ``combined`` is the least of price and priced time and length; ``price``, ``time`` and ``length`` are those of the
    path ``combined`` belongs to; ``least_time`` and ``least_length`` are least by themselves.
    """

    combined: NDArray[np.float64]
    price: NDArray[np.float64]
    time: NDArray[np.float64]
    length: NDArray[np.float64]
    least_time: NDArray[np.float64]
    least_length: NDArray[np.float64]


class Limits(NamedTuple):
    """Most hours and km of a path, the price of an hour and a km in ``ToGo.combined``, and what that may round off."""

    time: float
    length: float
    price_per_h: float
    price_per_km: float
    rounding: float


class Task(NamedTuple):
    """One search: the least-price path to the destination of ``to_go`` within the limits."""

    graph: Graph
    weights: Weights
    to_go: ToGo
    limits: Limits


class Labels(NamedTuple):
    """Labels of one search, each a path from the origin, and the heap of those not yet extended.

    ``value`` float64[C, 3] holds price, time and length; ``parent`` and ``arc`` say where a label came from; ``after``
    chains the labels of one node; ``heap_key`` and ``heap_label`` are a binary heap.
    """

    node: NDArray[np.int32]
    parent: NDArray[np.int32]
    arc: NDArray[np.int32]
    after: NDArray[np.int32]
    dropped: NDArray[np.bool_]
    value: NDArray[np.float64]
    heap_key: NDArray[np.float64]
    heap_label: NDArray[np.int32]


class State(NamedTuple):
    """Where a search stands: labels, first label of each node (int32[N]), counts and prices.

    ``counts`` int64[4] are the labels made, those waiting in the heap, the label of the best path (-1 for none) and the
    steps made (arcs followed and labels compared). ``best`` float64[2] is the price to beat, lowered by paths found,
    and the price that is good enough to stop at.
    """

    labels: Labels
    first: NDArray[np.int32]
    counts: NDArray[np.int64]
    best: NDArray[np.float64]


def empty_labels(capacity: int) -> Labels:
    """Return room for a number of labels."""
    return Labels(
        node=np.empty(capacity, dtype=np.int32),
        parent=np.empty(capacity, dtype=np.int32),
        arc=np.empty(capacity, dtype=np.int32),
        after=np.empty(capacity, dtype=np.int32),
        dropped=np.empty(capacity, dtype=np.bool_),
        value=np.empty((capacity, 3), dtype=np.float64),
        heap_key=np.empty(capacity, dtype=np.float64),
        heap_label=np.empty(capacity, dtype=np.int32),
    )


def grown_labels(labels: Labels, capacity: int) -> Labels:
    """Return the labels with room for more of them."""
    grown = empty_labels(capacity)
    for name in Labels._fields:
        getattr(grown, name)[: labels.node.size] = getattr(labels, name)
    return grown


def begin(labels: Labels, nodes: int, origin: int, to_beat: float, enough: float) -> State:
    """Return the state with one label, of no arcs, at the origin."""
    labels.node[0], labels.parent[0], labels.arc[0], labels.after[0] = origin, -1, -1, -1
    labels.dropped[0] = False
    labels.value[0] = 0.0
    labels.heap_key[0], labels.heap_label[0] = -np.inf, 0
    first = np.full(nodes, -1, dtype=np.int32)
    first[origin] = 0
    return State(labels, first, np.array([1, 1, -1, 0]), np.array([to_beat, enough]))


def arcs_of(state: State, label: int) -> list[np.int32]:
    """Return the arcs of a label in travel order."""
    arcs = []
    while state.labels.parent[label] >= 0:
        arcs.append(state.labels.arc[label])
        label = int(state.labels.parent[label])
    return arcs[::-1]


@compiled
def _push(keys: NDArray[np.float64], items: NDArray[np.int32], size: int, key: float, item: int) -> None:
    """Put an item into a binary heap of the given size; the caller counts it."""
    place = size
    while place > 0:
        above = (place - 1) >> 1
        if keys[above] <= key:
            break
        keys[place], items[place] = keys[above], items[above]
        place = above
    keys[place], items[place] = key, item


@compiled
def _pop(keys: NDArray[np.float64], items: NDArray[np.int32], size: int) -> tuple[float, int]:
    """Take the item of the least key out of a binary heap of the given size; the caller counts it."""
    key, item = keys[0], items[0]
    last = size - 1
    moved_key, moved_item = keys[last], items[last]
    place = 0
    while True:
        below = 2 * place + 1
        if below >= last:
            break
        if below + 1 < last and keys[below + 1] < keys[below]:
            below += 1
        if keys[below] >= moved_key:
            break
        keys[place], items[place] = keys[below], items[below]
        place = below
    keys[place], items[place] = moved_key, moved_item
    return key, item


@compiled
def sweep(graph: Graph, weight: NDArray[np.float64], root: int, cutoff: float) -> Sweep:
    """Return the least weight from every node to the root, the arc it starts with, and the nodes in settled order.

    Parameters
    ----------
    graph
        Arcs.
    weight
        Weight of each arc, at least 0, inf where it may not be used, float64[M].
    root
        Node all paths lead to (E. W. Dijkstra, A Note on Two Problems in Connexion with Graphs, Numerische Mathematik
        1, 1959, doi:10.1007/BF01386390).
    cutoff
        Paths of a greater weight are left out.

    Returns
    -------
    least, towards, order
        float64[N], inf where there is no path; int32[N], -1 there and at the root; int32[<= N].
    """
    nodes = graph.enter.size - 1
    least = np.full(nodes, np.inf)
    towards = np.full(nodes, -1, dtype=np.int32)
    order = np.empty(nodes, dtype=np.int32)
    keys = np.empty(weight.size + 1)
    items = np.empty(weight.size + 1, dtype=np.int32)
    least[root] = 0.0
    keys[0], items[0] = 0.0, root
    waiting, settled = 1, 0
    while waiting > 0:
        key, node = _pop(keys, items, waiting)
        waiting -= 1
        if key > least[node]:
            continue
        order[settled] = node
        settled += 1
        for arc in range(graph.enter[node], graph.enter[node + 1]):
            reached = key + weight[arc]
            tail = graph.tail[arc]
            if reached < least[tail] and reached <= cutoff:
                least[tail] = reached
                towards[tail] = arc
                _push(keys, items, waiting, reached, tail)
                waiting += 1
    return least, towards, order[:settled]


@compiled
def sum_along(
    graph: Graph, towards: NDArray[np.int32], order: NDArray[np.int32], values: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the sum of ``values`` (float64[M]) over the arcs of a sweep from every node to the root, else inf."""
    total = np.full(towards.size, np.inf)
    for node in order:
        arc = towards[node]
        total[node] = 0.0 if arc < 0 else values[arc] + total[graph.head[arc]]
    return total


@compiled
def extend(task: Task, state: State, most: int) -> int:
    """Extend labels in the order of their bounds.

    Parameters
    ----------
    task
        What to search.
    state
        Where the search stands; changed in place.
    most
        Steps after which to pause.

    Returns
    -------
    outcome
        DONE when no cheaper path can be left, MORE after ``most`` steps, FULL when there is no room for more labels.
    """
    labels, counts = state.labels, state.counts
    pause = counts[STEPS] + most
    while counts[STEPS] < pause:
        if counts[WAITING] == 0 or state.best[0] <= state.best[1]:
            return DONE
        key, label = _pop(labels.heap_key, labels.heap_label, counts[WAITING])
        counts[WAITING] -= 1
        if key >= state.best[0]:
            return DONE
        if labels.dropped[label]:
            continue
        node = labels.node[label]
        first, last = task.graph.leave[node], task.graph.leave[node + 1]
        if labels.node.size - counts[LABELS] < last - first:
            _push(labels.heap_key, labels.heap_label, counts[WAITING], key, label)
            counts[WAITING] += 1
            return FULL
        for place in range(first, last):
            _extend_along(task, state, label, key, task.graph.leaving[place])
    return MORE


@compiled
def _extend_along(task: Task, state: State, label: int, key: float, arc: int) -> None:
    """Add the label that follows one arc, unless it is over a limit, too dear or dominated."""
    labels, to_go, limits = state.labels, task.to_go, task.limits
    state.counts[STEPS] += 1
    head = task.graph.head[arc]
    time = labels.value[label, TIME] + task.weights.time[arc]
    if time + to_go.least_time[head] > limits.time:
        return
    length = labels.value[label, LENGTH] + task.weights.length[arc]
    if length + to_go.least_length[head] > limits.length:
        return
    price = labels.value[label, PRICE] + task.weights.price[arc]
    spare = limits.price_per_h * (limits.time - time) + limits.price_per_km * (limits.length - length)
    key = max(key, price + to_go.combined[head] - spare - limits.rounding)
    if key >= state.best[0] or _is_dominated(state, head, (price, time, length)):
        return
    new = state.counts[LABELS]
    state.counts[LABELS] += 1
    labels.node[new], labels.parent[new], labels.arc[new] = head, label, arc
    labels.value[new, PRICE], labels.value[new, TIME], labels.value[new, LENGTH] = price, time, length
    labels.dropped[new] = False
    labels.after[new] = state.first[head]
    state.first[head] = new
    whole_price = price + to_go.price[head]
    within = time + to_go.time[head] <= limits.time and length + to_go.length[head] <= limits.length
    if within and whole_price < state.best[0]:
        state.best[0] = whole_price
        state.counts[BEST] = new
    _push(labels.heap_key, labels.heap_label, state.counts[WAITING], key, new)
    state.counts[WAITING] += 1


@compiled
def _is_dominated(state: State, node: int, value: tuple[float, float, float]) -> bool:
    """Return whether a label of the node is at least as good; drop the labels that the new one is as good as."""
    labels, first = state.labels, state.first
    price, time, length = value
    previous, other = -1, first[node]
    while other >= 0:
        state.counts[STEPS] += 1
        after = labels.after[other]
        other_price, other_time = labels.value[other, PRICE], labels.value[other, TIME]
        other_length = labels.value[other, LENGTH]
        if other_price <= price and other_time <= time and other_length <= length:
            return True
        if price <= other_price and time <= other_time and length <= other_length:
            labels.dropped[other] = True
            if previous < 0:
                first[node] = after
            else:
                labels.after[previous] = after
        else:
            previous = other
        other = after
    return False
