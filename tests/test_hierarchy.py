"""Hierarchies give the least paths of plain sweeps, between places with offsets, singly and in tables."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_sweep import NO_EDGES, bellman_ford, digraphs, grid

from geodata.columns import Floats
from geodata.routing.hierarchy import Hierarchy, build_hierarchy
from geodata.routing.hierarchy_paths import PathFinder
from geodata.routing.many_to_many import Along, many_to_many
from geodata.routing.sweep import Digraph, Places, sweep


def distances(graph: Digraph) -> Floats:
    """Return the least weight from each vertex to each by at least one edge, float64[V, V]."""
    table = np.full((graph.vertex_count, graph.vertex_count), np.inf)
    for vertex in range(graph.vertex_count):
        first = np.full(graph.vertex_count, np.inf)
        edges = slice(graph.start[vertex], graph.start[vertex + 1])
        np.minimum.at(first, graph.head[edges], graph.weight[edges])
        table[vertex] = bellman_ford(graph, first)
    return table


def expected(starts: Places, ends: Places, driven: Floats) -> Floats:
    """Return the least impedance between places by trying all their vertices, float64[S, E]."""
    table = np.full((len(starts), len(ends)), np.inf)
    for one in range(starts.vertex.size):
        for other in range(ends.vertex.size):
            row, column = (np.searchsorted(side.start, at, "right") - 1 for side, at in ((starts, one), (ends, other)))
            offset = starts.offset[one] + ends.offset[other]
            way = driven[starts.vertex[one], ends.vertex[other]]
            if starts.vertex[one] == ends.vertex[other] and offset >= 0:
                way = 0.0
            table[row, column] = min(table[row, column], offset + way)
    return table


@st.composite
def places(draw: st.DrawFn, vertices: int, least_offset: float) -> Places:
    """Return up to five places on up to three vertices each."""
    seeds = st.tuples(st.integers(0, vertices - 1), st.floats(least_offset, 10))
    given = draw(st.lists(st.lists(seeds, max_size=3), max_size=5))
    start = np.cumsum([0, *(len(one) for one in given)])
    flat = [seed for one in given for seed in one]
    vertex, offset = np.array([one[0] for one in flat], dtype=np.int32), np.array([one[1] for one in flat])
    return Places(start, vertex, offset.astype(np.float64))


def part(some: Places, place: int) -> Places:
    """Return one of some places."""
    first, end = some.start[place], some.start[place + 1]
    return Places(np.array([0, end - first]), some.vertex[first:end], some.offset[first:end])


def near(one: Floats, other: Floats, scale: float = 0.0) -> bool:
    """Return whether two tables are equal to 1e-9, relative to a scale where terms of either sign cancel."""
    finite = np.isfinite(other)
    same = np.array_equal(finite, np.isfinite(one))
    return same and np.allclose(one[finite], other[finite], rtol=1e-9, atol=1e-9 * scale)


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_paths_and_tables_are_least(data: st.DataObject) -> None:
    graph = data.draw(digraphs())
    hierarchy = build_hierarchy(graph)
    starts = data.draw(places(graph.vertex_count, 0.0))
    ends = data.draw(places(graph.vertex_count, -10.0))
    want = expected(starts, ends, distances(graph))
    scale = 30.0 + float(graph.weight[np.isfinite(graph.weight)].sum())
    length = np.arange(1.0, graph.head.size + 1)
    along = {
        "length": Along(length),
        "weight": Along(np.where(np.isfinite(graph.weight), graph.weight, 0.0), starts.offset, ends.offset),
    }
    table = many_to_many(hierarchy, starts, ends, along=along)
    assert near(table.distance, want, scale)
    assert near(table.along["weight"], want, scale)
    finder = PathFinder(hierarchy)
    for row in range(len(starts)):
        for column in range(len(ends)):
            one, other = part(starts, row), part(ends, column)
            path = finder.least_path(one, other)
            assert near(np.array([path.distance]), want[row, column : column + 1], scale)
            if np.isfinite(path.distance):
                assert path.vertices[0] == one.vertex[path.start]
                assert path.vertices[-1] == other.vertex[path.end]
                assert np.array_equal(graph.tail[path.edges], path.vertices[:-1])
                assert np.array_equal(graph.head[path.edges], path.vertices[1:])
                total = graph.weight[path.edges].sum() + one.offset[path.start] + other.offset[path.end]
                assert near(np.array([total]), np.array([path.distance]), scale)
            else:
                assert (path.vertices.size, path.edges.size, path.start, path.end) == (0, 0, -1, -1)
            assert np.isfinite(table.along["length"][row, column]) == np.isfinite(path.distance)


def test_tables_sum_other_values_along_the_same_least_paths() -> None:
    """With random weights the least path is unique, so its length is that of the sweep's tree."""
    graph = grid(40, seed=4)
    hierarchy = build_hierarchy(graph)
    length = np.random.default_rng(1).uniform(1, 9, graph.head.size)
    starts, ends = np.arange(0, 1600, 97), np.arange(5, 1600, 31)
    swept = sweep(graph, Places.at(starts))
    one = many_to_many(hierarchy, Places.at(starts), Places.at(ends), along={"length_m": Along(length)})
    assert near(one.distance, swept.distance[:, ends])
    assert near(one.along["length_m"], np.array([swept.along(row, length)[ends] for row in range(len(starts))]))
    twice = Along(length, np.full(starts.size, 100.0), np.linspace(0.0, 1000.0, ends.size))
    other = many_to_many(hierarchy, Places.at(starts), Places.at(ends), along={"length_m": twice})
    added = other.along["length_m"] - one.along["length_m"]
    assert np.allclose(added, 100.0 + np.linspace(0.0, 1000.0, ends.size))


def test_directed_links_with_turns_forbidden_and_priced_agree_with_sweeps() -> None:
    """Vertices are the links of a grid; one turn in ten is forbidden, U-turns but at the ends of nothing else too."""
    streets, random = grid(18, seed=5), np.random.default_rng(5)
    count = np.diff(streets.start)[streets.head]
    first = np.repeat(np.arange(streets.head.size, dtype=np.int32), count)
    second = np.concatenate([np.arange(streets.start[node], streets.start[node + 1]) for node in streets.head])
    back = streets.head[second] == streets.tail[first]
    kept = ~back & (random.random(first.size) > 0.1)
    weight = streets.weight[second] + random.choice([0.0, 5.0], first.size)
    turns = first[kept], second[kept].astype(np.int32), weight[kept], streets.head.size
    arcs = Digraph.of_links(*turns)[0]
    hierarchy, starts = build_hierarchy(arcs), Places.at(np.arange(0, arcs.vertex_count, 13))
    every = Places.at(np.arange(arcs.vertex_count))
    assert near(many_to_many(hierarchy, starts, every).distance, sweep(arcs, starts).distance)


def test_a_limit_leaves_what_is_further_at_inf() -> None:
    graph = grid(20)
    hierarchy, every = build_hierarchy(graph), Places.at(np.arange(0, 400, 7))
    ends = Places.at(every.vertex, np.full(len(every), -5.0))
    whole = many_to_many(hierarchy, every, ends)
    limit = float(np.median(whole.distance))
    within = many_to_many(hierarchy, every, ends, limit=limit, along={"w": Along(graph.weight)})
    assert np.array_equal(within.distance, np.where(whole.distance <= limit, whole.distance, np.inf))
    assert np.array_equal(np.isinf(within.along["w"]), np.isinf(within.distance))


def test_threads_give_the_same_answer() -> None:
    graph = grid(25, seed=2)
    hierarchy, every = build_hierarchy(graph), Places.at(np.arange(625))
    alone = many_to_many(hierarchy, every, every)
    finder, found = PathFinder(hierarchy), np.zeros((2, 625))

    def ask(row: int) -> None:
        for end in range(625):
            found[row, end] = finder.least_path(Places.at([row]), Places.at([end])).distance

    runs = [threading.Thread(target=ask, args=(row,)) for row in (0, 1)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert np.allclose(found, alone.distance[:2], rtol=1e-12)


def test_an_end_behind_the_start_on_the_same_vertex_is_reached_by_going_round() -> None:
    """A ring of three one-way streets of 10 each: from 70 % along the first to 20 % along it, 0.3 × 10 + 20 + 0.2 × 10.

    The offset of the start is the rest of its street, 3; that of the end less the part not driven, -8. From 20 % to
    70 % the way is 5 on the street itself.
    """
    ring = Digraph(np.array([0, 1, 2, 3]), np.array([1, 2, 0]), np.full(3, 10.0))
    hierarchy = build_hierarchy(ring)
    path = PathFinder(hierarchy).least_path(Places.at([0], np.array([3.0])), Places.at([0], np.array([-8.0])))
    assert path.distance == pytest.approx(25.0)
    assert path.vertices.tolist() == [0, 1, 2, 0]
    assert path.edges.tolist() == [0, 1, 2]
    path = PathFinder(hierarchy).least_path(Places.at([0], np.array([8.0])), Places.at([0], np.array([-3.0])))
    assert path.distance == pytest.approx(5.0)
    assert path.vertices.tolist() == [0]
    table = many_to_many(
        hierarchy,
        Places.at([0, 0], np.array([3.0, 8.0])),
        Places.at([0, 0], np.array([-8.0, -3.0])),
        along={"streets": Along(np.ones(3))},
    )
    assert table.distance == pytest.approx(np.array([[25.0, 0.0], [0.0, 5.0]]))
    assert table.along["streets"].tolist() == [[3.0, 0.0], [0.0, 0.0]]
    twice = Places(np.array([0, 2]), np.array([0, 0]), np.array([-8.0, -2.0]))
    path = PathFinder(hierarchy).least_path(Places.at([0], np.array([3.0])), twice)
    assert (path.distance, path.end, path.edges.size) == (1.0, 1, 0)
    dead_end = build_hierarchy(Digraph(np.zeros(2, dtype=np.int64), NO_EDGES.head, NO_EDGES.weight))
    behind = PathFinder(dead_end).least_path(Places.at([0], np.array([3.0])), Places.at([0], np.array([-8.0])))
    assert np.isinf(behind.distance)


@pytest.mark.parametrize("hub", [200])
def test_a_hub_of_many_streets_is_ranked_above_them(hub: int) -> None:
    """With 200 streets in and out, the hub has more pairs than are tried before its neighbours are taken out."""
    ring = np.arange(1, hub + 1, dtype=np.int32)
    middle = np.zeros(hub, dtype=np.int32)
    tail, head = np.concatenate([ring, middle]), np.concatenate([middle, ring])
    graph = Digraph.of_links(tail, head, np.arange(1.0, 2 * hub + 1), hub + 1)[0]
    hierarchy = build_hierarchy(graph)
    assert hierarchy.vertex[-2:].tolist().count(0) == 1
    assert hierarchy.first.size == 0
    every = Places.at(np.arange(hub + 1))
    assert near(many_to_many(hierarchy, every, every).distance, sweep(graph, every).distance)


def test_a_dense_digraph_is_exact() -> None:
    """Every vertex has more pairs than are tried at first."""
    count = 160
    random = np.random.default_rng(3)
    tail, head = (ends.ravel().astype(np.int32) for ends in np.meshgrid(np.arange(count), np.arange(count)))
    graph = Digraph.of_links(tail, head, random.uniform(1, 2, tail.size) ** 8, count)[0]
    every = Places.at(np.arange(count))
    assert near(many_to_many(build_hierarchy(graph), every, every).distance, sweep(graph, every).distance)


def test_a_hierarchy_can_be_kept_as_arrays() -> None:
    graph = grid(12)
    hierarchy = build_hierarchy(graph)
    arrays = hierarchy.to_arrays()
    again = Hierarchy.from_arrays(arrays)
    assert all(not array.flags.writeable for array in arrays.values())
    every = Places.at(np.arange(144))
    assert np.array_equal(many_to_many(hierarchy, every, every).distance, many_to_many(again, every, every).distance)
    assert again.size_mb == sum(array.nbytes for array in arrays.values()) / 1e6
    other = build_hierarchy(grid(5)).to_arrays()
    with pytest.raises(ValueError, match="made for another"):
        Hierarchy.from_arrays(arrays | {name: other[name] for name in other if name.startswith("graph")})


def test_preparation_tells_its_progress_and_can_be_ended() -> None:
    told: list[float] = []
    build_hierarchy(grid(10), told.append)
    assert told == [1.0]

    def stop(_share: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        build_hierarchy(grid(10), stop)


def test_no_vertices_and_no_edges_are_fine() -> None:
    nothing = build_hierarchy(Digraph(np.zeros(1, dtype=np.int64), NO_EDGES.head, NO_EDGES.weight))
    assert many_to_many(nothing, Places.at([]), Places.at([])).distance.shape == (0, 0)
    alone = build_hierarchy(NO_EDGES)
    assert many_to_many(alone, Places.at([0, 1]), Places.at([0])).distance.tolist() == [[0.0], [np.inf]]


def test_what_cannot_be_meant_is_refused() -> None:
    hierarchy = build_hierarchy(grid(3))
    finder, here = PathFinder(hierarchy), Places.at([0])
    with pytest.raises(ValueError, match="vertices 0 to 8, got 9 to 9"):
        finder.least_path(here, Places.at([9]))
    with pytest.raises(ValueError, match="one start and one end, got 2"):
        finder.least_path(here, Places.at([1, 2]))
    minus = Places.at([0], np.array([-1.0]))
    for ask in (finder.least_path, lambda one, other: many_to_many(hierarchy, one, other)):
        with pytest.raises(ValueError, match="Offsets of starts must be at least 0, got -1"):
            ask(minus, here)
    with pytest.raises(ValueError, match="limit must be a number"):
        many_to_many(hierarchy, here, here, limit=np.nan)
    with pytest.raises(ValueError, match="one value an edge"):
        many_to_many(hierarchy, here, here, along={"x": Along(np.ones(3))})
    with pytest.raises(ValueError, match="x must have one value a vertex of the places"):
        many_to_many(hierarchy, here, here, along={"x": Along(np.ones(24), np.ones(2))})
