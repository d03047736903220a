"""Compiled kernels that take nodes out of a graph and keep what arcs stand for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.flow.search.kernels import DROPPED, UNPROVEN, Graph, Rows, compiled


@compiled
def group_by(near: NDArray[np.int32], nodes: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return where each node's entries begin and the entries in order of node (stable)."""
    start = np.zeros(nodes + 1, np.int64)
    for entry in range(near.size):
        start[near[entry] + 1] += 1
    for node in range(nodes):
        start[node + 1] += start[node]
    place = start[:-1].copy()
    order = np.empty(near.size, np.int32)
    for entry in range(near.size):
        node = near[entry]
        order[place[node]] = entry
        place[node] += 1
    return start, order


@compiled
def turn(graph: Graph) -> Graph:
    """Return the graph with every arc turned round."""
    start, order = group_by(graph.far, graph.start.size - 1)
    far = np.empty(order.size, np.int32)
    place = start[:-1].copy()
    for node in range(graph.start.size - 1):
        for arc in range(graph.start[node], graph.start[node + 1]):
            other = graph.far[arc]
            far[place[other]] = node
            place[other] += 1
    return Graph(start, far, graph.weight[order], graph.made[order])


@compiled
def first_graph(
    link_start: NDArray[np.int64],
    link_order: NDArray[np.int32],
    link_to: NDArray[np.int32],
    usable: NDArray[np.bool_],
    cost: NDArray[np.float64],
) -> Graph:
    """Return the graph of usable links without loops; of parallel links the cheapest, the first of equals."""
    nodes = link_start.size - 1
    count = usable.sum()
    start, seen = np.zeros(nodes + 1, np.int64), np.full(nodes, -1, np.int64)
    far, weight, made = np.empty(count, np.int32), np.empty(count, np.float64), np.empty(count, np.int32)
    top = 0
    for node in range(nodes):
        row = top
        for entry in range(link_start[node], link_start[node + 1]):
            link = link_order[entry]
            other = link_to[link]
            if not usable[link] or other == node:
                continue
            arc = seen[other]
            if arc < row:
                arc = top
                seen[other] = arc
                far[arc] = other
                weight[arc] = np.inf
                made[arc] = ~link
                top += 1
            if cost[link] < weight[arc]:
                weight[arc] = cost[link]
                made[arc] = ~link
        start[node + 1] = top
    return Graph(start, far[:top].copy(), weight[:top].copy(), made[:top].copy())


@compiled
def _by_priority(graph: Graph, kept: NDArray[np.bool_], most_pairs: int) -> NDArray[np.int32]:
    """Return the nodes that may go, those with the fewest pairs of an entering and a leaving arc first."""
    nodes = graph.start.size - 1
    entering = np.zeros(nodes, np.int64)
    for arc in range(graph.far.size):
        entering[graph.far[arc]] += 1
    pairs = np.empty(nodes, np.int32)
    for node in range(nodes):
        found = entering[node] * (graph.start[node + 1] - graph.start[node])
        pairs[node] = most_pairs + 1 if kept[node] or found > most_pairs else found
    start, order = group_by(pairs, most_pairs + 2)
    return order[: start[most_pairs + 1]]


@compiled
def choose_nodes(graph: Graph, kept: NDArray[np.bool_], most_pairs: int) -> NDArray[np.bool_]:
    """Return an independent set of nodes to take out: none kept, none with more pairs of arcs than ``most_pairs``."""
    nodes = graph.start.size - 1
    out, blocked = np.zeros(nodes, np.bool_), np.zeros(nodes, np.bool_)
    for node in _by_priority(graph, kept, most_pairs):
        free = not blocked[node]
        for arc in range(graph.start[node], graph.start[node + 1]):
            free = free and not out[graph.far[arc]]
        if free:
            out[node] = True
            for arc in range(graph.start[node], graph.start[node + 1]):
                blocked[graph.far[arc]] = True
    return out


@compiled
def _gather_row(
    graph: Graph,
    proven: NDArray[np.int8],
    out: NDArray[np.bool_],
    new_index: NDArray[np.int32],
    rows: Rows,
    node: int,
    top: int,
) -> int:
    """Write the arcs from a node after nodes are taken out, with parallel ones, from ``top`` on; return their end."""
    start, far, weight, _ = graph
    _, new_far, new_weight, first, second, status = rows
    for arc in range(start[node], start[node + 1]):
        near = far[arc]
        if not out[near]:
            new_far[top], new_weight[top], first[top], second[top] = new_index[near], weight[arc], arc, -1
            status[top] = proven[arc]
            top += 1
            continue
        for onward in range(start[near], start[near + 1]):
            if far[onward] != node:
                new_far[top], new_weight[top] = new_index[far[onward]], weight[arc] + weight[onward]
                first[top], second[top] = arc, onward
                status[top] = UNPROVEN
                top += 1
    return top


@compiled
def _merge_row(rows: Rows, seen: NDArray[np.int64], row: int, end: int) -> int:
    """Keep the least of parallel arcs in a row, of equals one that was there; return the new end."""
    _, far, weight, first, second, status = rows
    top = row
    for arc in range(row, end):
        at = seen[far[arc]]
        if at < row or at >= top or far[at] != far[arc]:
            at = top
            seen[far[arc]] = top
            top += 1
        elif weight[at] < weight[arc] or (weight[at] == weight[arc] and second[arc] >= 0):
            continue
        far[at], weight[at], first[at] = far[arc], weight[arc], first[arc]
        second[at], status[at] = second[arc], status[arc]
    return top


@compiled
def _sort_row(rows: Rows, row: int, end: int) -> None:
    """Sort the arcs of a row by weight (D. L. Shell, 1959, doi:10.1145/368370.368387; short rows take one pass)."""
    _, far, weight, first, second, status = rows
    gap = 1
    while 9 * gap < end - row:
        gap = 3 * gap + 1
    while gap > 0:
        for arc in range(row + gap, end):
            key = weight[arc]
            if weight[arc - gap] <= key:
                continue
            moved = far[arc], first[arc], second[arc], status[arc]
            at = arc
            while at >= row + gap and weight[at - gap] > key:
                far[at], weight[at], first[at] = far[at - gap], weight[at - gap], first[at - gap]
                second[at], status[at] = second[at - gap], status[at - gap]
                at -= gap
            weight[at] = key
            far[at], first[at], second[at], status[at] = moved
        gap //= 3


@compiled
def join_rows(graph: Graph, proven: NDArray[np.int8], out: NDArray[np.bool_], new_index: NDArray[np.int32]) -> Rows:
    """Return the arcs left when nodes are taken out, with those that stand for paths through them."""
    start, far = graph.start, graph.far
    nodes = start.size - 1
    left, room = 0, 0
    for node in range(nodes):
        if not out[node]:
            left += 1
            for arc in range(start[node], start[node + 1]):
                room += start[far[arc] + 1] - start[far[arc]] if out[far[arc]] else 1
    rows = Rows(
        np.zeros(left + 1, np.int64),
        np.empty(room, np.int32),
        np.empty(room, np.float64),
        np.empty(room, np.int32),
        np.empty(room, np.int32),
        np.empty(room, np.int8),
    )
    seen = np.full(left, -1, np.int64)
    top = 0
    for node in range(nodes):
        if not out[node]:
            end = _gather_row(graph, proven, out, new_index, rows, node, top)
            end = _merge_row(rows, seen, top, end)
            _sort_row(rows, top, end)
            top = end
            rows.start[new_index[node] + 1] = top
    return Rows(rows.start, rows.far[:top], rows.weight[:top], rows.first[:top], rows.second[:top], rows.status[:top])


@compiled
def compact_rows(
    rows: Rows, made: NDArray[np.int32], records: int
) -> tuple[Graph, NDArray[np.int8], NDArray[np.int32], NDArray[np.int32]]:
    """Return the graph of the arcs not dropped, their status, and the two parts of each new record.

    Parameters
    ----------
    made
        What the arcs of the graph before stood for.
    records
        Records there are already.
    """
    nodes = rows.start.size - 1
    kept = np.flatnonzero(rows.status != DROPPED)
    start = np.zeros(nodes + 1, np.int64)
    stands_for = np.empty(kept.size, np.int32)
    new = (rows.second[kept] >= 0).sum()
    first, second = np.empty(new, np.int32), np.empty(new, np.int32)
    top, record = 0, 0
    for node in range(nodes):
        while top < kept.size and kept[top] < rows.start[node + 1]:
            arc = kept[top]
            stands_for[top] = made[rows.first[arc]]
            if rows.second[arc] >= 0:
                first[record] = made[rows.first[arc]]
                second[record] = made[rows.second[arc]]
                stands_for[top] = records + record
                record += 1
            top += 1
        start[node + 1] = top
    return Graph(start, rows.far[kept], rows.weight[kept], stands_for), rows.status[kept], first, second


@compiled
def keep_used(
    made: NDArray[np.int32], first: NDArray[np.int32], second: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Return what arcs are made of and the parts of records, without the records that no arc needs."""
    used = np.zeros(first.size, np.bool_)
    for one in made:
        if one >= 0:
            used[one] = True
    for record in range(first.size - 1, -1, -1):
        if used[record]:
            if first[record] >= 0:
                used[first[record]] = True
            if second[record] >= 0:
                used[second[record]] = True
    new = np.cumsum(used) - 1
    kept = np.flatnonzero(used)
    parts = (made.copy(), first[kept], second[kept])
    for part in parts:
        for one in range(part.size):
            if part[one] >= 0:
                part[one] = new[part[one]]
    return parts


@compiled
def expand(
    codes: NDArray[np.int32], first: NDArray[np.int32], second: NDArray[np.int32], depth: int
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return where the links of each code begin and the links in travel order.

    A code is a record or ``~link``; records are at most ``depth`` deep.
    """
    length = np.ones(first.size, np.int64)
    for record in range(first.size):
        one, other = first[record], second[record]
        length[record] = (length[one] if one >= 0 else 1) + (length[other] if other >= 0 else 1)
    start = np.zeros(codes.size + 1, np.int64)
    for entry in range(codes.size):
        start[entry + 1] = start[entry] + (length[codes[entry]] if codes[entry] >= 0 else 1)
    links = np.empty(start[-1], np.int32)
    stack = np.empty(depth + 2, np.int32)
    top = 0
    for code in codes:
        stack[0] = code
        waiting = 1
        while waiting > 0:
            one = stack[waiting - 1]
            if one < 0:
                links[top] = ~one
                top += 1
                waiting -= 1
            else:
                stack[waiting - 1] = second[one]
                stack[waiting] = first[one]
                waiting += 1
    return start, links


@compiled
def gather(
    start: NDArray[np.int64], links: NDArray[np.int32], chosen: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return the chosen ones of lists of links, in the given order: where each begins, and all links."""
    new_start = np.zeros(chosen.size + 1, np.int64)
    for place in range(chosen.size):
        one = chosen[place]
        new_start[place + 1] = new_start[place] + start[one + 1] - start[one]
    gathered = np.empty(new_start[-1], np.int32)
    for place in range(chosen.size):
        one = chosen[place]
        gathered[new_start[place] : new_start[place + 1]] = links[start[one] : start[one + 1]]
    return new_start, gathered
