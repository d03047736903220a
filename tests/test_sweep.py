"""Sweeps give the distances of other implementations, to the last bit, and refuse what they cannot mean."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geodata.columns import Indices
from geodata.routing.sweep import Digraph, Places, Sweeps, sweep

NO_EDGES = Digraph(np.zeros(3, dtype=np.int64), np.zeros(0, dtype=np.int32), np.zeros(0))
WEIGHTS = st.one_of(st.just(0.0), st.just(1.0), st.just(np.inf), st.floats(0, 10), st.floats(0, 1e12))


@st.composite
def digraphs(draw: st.DrawFn, most_vertices: int = 12, most_edges: int = 40) -> Digraph:
    """Return any small digraph: parts apart, loops, parallel edges, weights of 0 and inf, one vertex alone."""
    vertices = draw(st.integers(1, most_vertices))
    ends = st.tuples(st.integers(0, vertices - 1), st.integers(0, vertices - 1), WEIGHTS)
    edges = draw(st.lists(ends, max_size=most_edges))
    tail, head = (np.array([edge[column] for edge in edges], dtype=np.int32) for column in (0, 1))
    weight = np.array([edge[2] for edge in edges], dtype=np.float64)
    return Digraph.of_links(tail, head, weight, vertices)[0]


def bellman_ford(graph: Digraph, label: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the least labels by going over all edges until nothing falls any more."""
    label = label.copy()
    while True:
        before = label.copy()
        np.minimum.at(label, graph.head, label[graph.tail] + graph.weight)
        if np.array_equal(before, label):
            return label


def edges_to(found: Sweeps, place: int, vertex: int) -> Indices:
    """Return the edges of the path from a place to a vertex it reaches, in the order of travel."""
    edges: list[int] = []
    while (edge := int(found.last_edge[place, vertex])) >= 0:
        edges.append(edge)
        vertex = int(found.graph.tail[edge])
    return np.array(edges[::-1], dtype=np.int32)


def grid(side: int, seed: int = 0) -> Digraph:
    """Return a grid of streets with random weights, both ways."""
    random = np.random.default_rng(seed)
    node = np.arange(side * side, dtype=np.int32).reshape(side, side)
    one = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()])
    other = np.concatenate([node[:, 1:].ravel(), node[1:].ravel()])
    tail, head = np.concatenate([one, other]), np.concatenate([other, one])
    return Digraph.of_links(tail, head, random.lognormal(3, 1, tail.size), side * side)[0]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_distances_are_the_least_to_the_last_bit(data: st.DataObject) -> None:
    graph = data.draw(digraphs())
    vertex = st.integers(0, graph.vertex_count - 1)
    seeds = data.draw(st.lists(st.tuples(vertex, st.floats(0, 1e6)), max_size=4))
    places = Places(
        np.array([0, 0, len(seeds)]), np.array([one[0] for one in seeds]), np.array([one[1] for one in seeds])
    )
    limit = data.draw(st.one_of(st.just(np.inf), st.floats(0, 20)))
    found = sweep(graph, places, limit=limit)
    first = np.full(graph.vertex_count, np.inf)
    np.minimum.at(first, places.vertex, places.offset)
    expected = bellman_ford(graph, first)
    assert np.array_equal(found.distance[1], np.where(expected <= limit, expected, np.inf))
    assert np.isinf(found.distance[0]).all()
    sums = found.along(1, graph.weight)
    assert np.array_equal(found.along(1, graph.weight, first), found.distance[1])
    for end in np.flatnonzero(np.isfinite(found.distance[1])):
        edges = edges_to(found, 1, int(end))
        here = int(graph.tail[edges[0]]) if edges.size else int(end)
        least = first[here]
        for edge in edges:
            assert graph.tail[edge] == here
            here, least = int(graph.head[edge]), least + graph.weight[edge]
        assert here == end
        assert least == found.distance[1, end]
        assert sums[end] == pytest.approx(graph.weight[edges].sum(), rel=1e-12)


@pytest.mark.parametrize("factor", [1.0, 1e-290, 1e290, 5e-324])
def test_a_grid_agrees_with_scipy_at_any_scale(factor: float) -> None:
    """Weights whose sum overflows, and ones too small to divide by, change nothing."""
    small = grid(30)
    graph = Digraph(small.start, small.head, small.weight * factor)
    matrix = csr_array((graph.weight, graph.head, graph.start), shape=(900, 900))
    found = sweep(graph, Places.at([0, 450]))
    assert np.array_equal(found.distance, dijkstra(matrix, indices=[0, 450]))
    assert (found.last_edge[0] >= 0).sum() == 899


def test_a_sweep_that_gives_up_buckets_ends_with_a_heap() -> None:
    """One edge is so much dearer that the rest lies in one bucket, where vertices are found ever better again."""
    count = 300
    tail, head = np.triu_indices(count, 1)
    weight = (head - tail) * 1.0 + (head - tail) ** 2 * 1e-3
    ends = np.append(tail, 0).astype(np.int32), np.append(head, count).astype(np.int32)
    graph = Digraph.of_links(*ends, np.append(weight, 1e15), count + 1)[0]
    found = sweep(graph, Places.at([0]))
    assert found.distance[0] == pytest.approx(np.append(1.001 * np.arange(count), 1e15), rel=1e-12)
    assert (found.last_edge[0] >= 0).sum() == count


def test_sums_begin_with_what_is_there_before() -> None:
    """0 → 1 weighs 2 and is 7 m long, the start is at 0 after 3 m: 3 m at 0, 10 m at 1; without an edge 3 m at 0."""
    graph = Digraph(np.array([0, 1, 1]), np.array([1]), np.array([2.0]))
    before = np.array([3.0, 99.0])
    assert sweep(graph, Places.at([0])).along(0, np.array([7.0]), before).tolist() == [3.0, 10.0]
    assert sweep(NO_EDGES, Places.at([0])).along(0, np.empty(0), before).tolist() == [3.0, np.inf]
    assert before.tolist() == [3.0, 99.0]


def test_turned_digraph_measures_to_places() -> None:
    """0 → 1 weighs 2, 1 → 2 weighs 3: to vertex 2 it is 5 from 0, and nothing leads back."""
    graph, _ = Digraph.of_links(
        np.array([1, 0], dtype=np.int32), np.array([2, 1], dtype=np.int32), np.array([3.0, 2.0]), 3
    )
    turned, edge = graph.turned()
    found = sweep(turned, Places.at([2]))
    assert found.distance.tolist() == [[5.0, 3.0, 0.0]]
    assert [graph.tail[edge[one]] for one in edges_to(found, 0, 0)[::-1]] == [0, 1]
    assert np.isinf(sweep(turned, Places.at([0])).distance[0, 1:]).all()


@pytest.mark.parametrize("wrong", [-1.0, np.nan, -np.inf])
def test_wrong_weights_are_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match="weight of edge 1 must be at least 0"):
        Digraph(np.array([0, 2]), np.array([0, 0]), np.array([1.0, wrong]))


def test_rows_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="head must lie between"):
        Digraph(np.array([0, 1]), np.array([1]), np.array([1.0]))
    with pytest.raises(ValueError, match="start must rise"):
        Digraph(np.array([0, 2, 1]), np.array([1]), np.array([1.0]))
    with pytest.raises(ValueError, match="one weight an edge"):
        Digraph(np.array([0, 1]), np.array([0]), np.array([1.0, 2.0]))


def test_wrong_places_are_refused() -> None:
    graph = grid(3)
    with pytest.raises(ValueError, match="vertices 0 to 8, got 9 to 9"):
        sweep(graph, Places.at([9]))
    with pytest.raises(ValueError, match=r"at least 0, got -1\.0"):
        sweep(graph, Places.at([0], np.array([-1.0])))
    with pytest.raises(ValueError, match=r"at least 0, got 0\.0 and nan"):
        sweep(graph, Places.at([0]), limit=np.nan)
    with pytest.raises(ValueError, match="finite offset"):
        Places.at([0], np.array([np.inf]))
