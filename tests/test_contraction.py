"""Contraction keeps all distances between the nodes kept, and its arcs unfold to links of the same cost."""

from __future__ import annotations

import itertools

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from optimizer.flow.search import contraction_kernels, search_kernels
from optimizer.flow.search.contraction import Core, LinkRows, contract
from optimizer.flow.search.kernels import Asked, Found, Graph
from optimizer.flow.search.overlay_network import no_arcs
from optimizer.flow.search.path_search import InterruptedSearchError

MANY = 1e9
"""So many sweeps that contraction goes on as long as it can."""


def _rows(nodes: int, ends: list[tuple[int, int]]) -> LinkRows:
    near, far = np.array(ends, dtype=np.int32).reshape(-1, 2).T.copy()
    return LinkRows(*contraction_kernels.group_by(near, nodes), far)


def _contract(
    nodes: int, ends: list[tuple[int, int]], cost: list[float], kept: list[int], sweeps: float = MANY
) -> Core:
    return contract(_rows(nodes, ends), np.array(cost), np.isin(np.arange(nodes), kept), sweeps)


def _sweep(core: Core, kept: list[int], *, backward: bool = False) -> Found:
    """Return all paths between the kept nodes, from each (or to each) to all in order."""
    at = np.searchsorted(core.nodes, kept).astype(np.int32)
    graph = contraction_kernels.turn(core.graph) if backward else core.graph
    asked = Asked(
        at,
        np.full(at.size, np.inf),
        np.arange(at.size + 1) * at.size,
        np.tile(at, at.size),
        np.full(at.size**2, np.inf),
        backward,
    )
    return search_kernels.sweep(graph, no_arcs(core.nodes.size), asked)


def test_a_diamond_becomes_the_cheaper_of_its_two_sides() -> None:
    """a→b→d costs 1 + 1, a→c→d costs 2 + 2: left is one arc a→d of 2 over links 0 and 1."""
    core = _contract(4, [(0, 1), (1, 3), (0, 2), (2, 3)], [1.0, 1.0, 2.0, 2.0], [0, 3])
    assert core.nodes.tolist() == [0, 3]
    assert core.graph.start.tolist() == [0, 1, 1]
    assert core.graph.weight.tolist() == [2.0]
    start, links = core.expand(core.graph.made)
    assert (start.tolist(), links.tolist()) == ([0, 2], [0, 1])


def test_of_parallel_links_the_cheapest_stays_and_loops_go() -> None:
    """Links 1 and 2 both cost 3, the first of them stays; link 0 costs 5; link 3 is a loop; link 4 is closed."""
    core = _contract(2, [(0, 1), (0, 1), (0, 1), (0, 0), (1, 0)], [5.0, 3.0, 3.0, 0.0, np.inf], [0, 1])
    assert core.graph.far.tolist() == [1]
    assert core.graph.made.tolist() == [~1]


def test_equal_ways_do_not_cancel_each_other() -> None:
    """Three ways of 2 between the kept corners of a grid of equal links: exactly one arc is left each way."""
    ends = [(0, 1), (1, 3), (0, 2), (2, 3), (0, 4), (4, 3)]
    ends += [(far, near) for near, far in ends]
    core = _contract(5, ends, [1.0] * 12, [0, 3])
    assert core.graph.weight.tolist() == [2.0, 2.0]


def test_links_of_no_cost_stay_connected() -> None:
    ends = [(near, far) for near in range(5) for far in range(5)]
    core = _contract(5, ends, [0.0] * 25, [0, 4])
    assert _sweep(core, [0, 4]).least.tolist() == [0.0] * 4


def test_few_sweeps_leave_a_larger_core_of_the_same_distances() -> None:
    side = 30
    node = np.arange(side * side).reshape(side, side)
    pairs = np.concatenate(
        [np.stack([node[:, :-1], node[:, 1:]], -1).reshape(-1, 2), np.stack([node[:-1], node[1:]], -1).reshape(-1, 2)]
    )
    ends = [tuple(pair) for pair in np.concatenate([pairs, pairs[:, ::-1]]).tolist()]
    cost = np.random.default_rng(0).uniform(1, 2, len(ends)).tolist()
    kept = [0, 17, 450, 899]
    few, many = (_contract(side * side, ends, cost, kept, sweeps) for sweeps in (1, MANY))
    assert many.nodes.size < few.nodes.size < side * side
    np.testing.assert_allclose(_sweep(few, kept).least, _sweep(many, kept).least, rtol=1e-14)


@st.composite
def _networks(draw: st.DrawFn) -> tuple[int, list[tuple[int, int]], list[float], list[int]]:
    """Draw nodes, links (with loops and parallels), costs (many equal, some 0, some inf) and nodes to keep."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    nodes = draw(st.integers(1, 40))
    links = draw(st.integers(0, 160))
    cost = random.integers(0, 6, links).astype(float) if draw(st.booleans()) else random.random(links)
    cost[random.random(links) < 0.1] = np.inf
    kept = random.choice(nodes, min(nodes, draw(st.integers(1, 6))), replace=False)
    return (
        nodes,
        [tuple(pair) for pair in random.integers(0, nodes, (links, 2)).tolist()],
        cost.tolist(),
        sorted(kept.tolist()),
    )


@settings(deadline=None)
@given(network=_networks(), sweeps=st.sampled_from([1, MANY]), backward=st.booleans())
def test_distances_and_links_are_those_of_the_network(
    network: tuple[int, list[tuple[int, int]], list[float], list[int]], sweeps: float, backward: bool
) -> None:
    nodes, ends, cost, kept = network
    core = _contract(nodes, ends, cost, kept, sweeps)
    found = _sweep(core, kept, backward=backward)
    least: NDArray[np.float64] = found.least.reshape(len(kept), len(kept))
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(nodes))
    graph.add_edges_from((*pair, {"cost": one}) for pair, one in zip(ends, cost, strict=True) if np.isfinite(one))
    for root, row in zip(kept, least.T if backward else least, strict=True):
        known = nx.single_source_dijkstra_path_length(graph, root, weight="cost")
        np.testing.assert_allclose(row, [known.get(end, np.inf) for end in kept], rtol=1e-14)
    start, links = core.expand(found.legs.astype(np.int32))
    leg_start = np.concatenate([[0], np.cumsum(np.maximum(found.length, 0))])
    for place, (swept, other) in enumerate(itertools.product(kept, kept)):
        if np.isinf(found.least[place]):
            continue
        at, end = (other, swept) if backward else (swept, other)
        total = 0.0
        for link in links[start[leg_start[place]] : start[leg_start[place + 1]]]:
            assert ends[link][0] == at
            at = ends[link][1]
            total += cost[link]
        assert at == end
        assert total == pytest.approx(found.cost[place], rel=1e-14)


@pytest.mark.parametrize("hub_kept", [True, False])
def test_hubs_are_contracted_around_exactly(hub_kept: bool) -> None:
    """A wheel of 600 spokes: its hub has more arcs than a witness search tries."""
    random, rim = np.random.default_rng(3), np.arange(1, 601)
    pairs = np.concatenate([np.stack([rim, np.roll(rim, 1)], -1), np.stack([rim, np.zeros(600, dtype=int)], -1)])
    ends = [tuple(pair) for pair in np.concatenate([pairs, pairs[:, ::-1]]).tolist()]
    cost = np.concatenate([random.random(600), 40 * random.random(600)] * 2).tolist()
    kept = [0, 7, 300, 301, 590] if hub_kept else [7, 300, 301, 590]
    core = _contract(601, ends, cost, kept)
    assert core.nodes.size <= len(kept) + 1
    graph = nx.DiGraph()
    graph.add_weighted_edges_from((*pair, one) for pair, one in zip(ends, cost, strict=True))
    for root, row in zip(kept, _sweep(core, kept).least.reshape(len(kept), -1), strict=True):
        known = nx.single_source_dijkstra_path_length(graph, root)
        np.testing.assert_allclose(row, [known[end] for end in kept], rtol=1e-14)


def test_a_network_of_no_nodes_contracts_to_nothing() -> None:
    assert _contract(0, [], [], []).nodes.size == 0


def test_contraction_stops_when_told_to() -> None:
    with pytest.raises(InterruptedSearchError):
        contract(_rows(2, [(0, 1)]), np.ones(1), np.zeros(2, dtype=bool), MANY, lambda: True)


def test_every_kernel_is_compiled_for_one_kind_of_arrays_only() -> None:
    """More kinds would each cost seconds of compiling."""
    _sweep(_contract(4, [(0, 1), (1, 3), (0, 2), (2, 3)], [1.0, 1.0, 2.0, 2.0], [0, 3]), [0, 3])
    for module in (contraction_kernels, search_kernels):
        for name, value in vars(module).items():
            assert name.startswith("_") or len(getattr(value, "signatures", ())) <= 1, name


def test_a_graph_turned_twice_is_itself() -> None:
    graph = _contract(4, [(0, 1), (1, 0), (1, 2), (3, 1)], [1.0, 2.0, 3.0, 4.0], [0, 1, 2, 3]).graph
    for mine, twice in zip(graph, contraction_kernels.turn(contraction_kernels.turn(graph)), strict=True):
        np.testing.assert_array_equal(mine, twice)
    assert isinstance(graph, Graph)
