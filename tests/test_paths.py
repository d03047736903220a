"""Shortest paths and skims: by hand, against networkx, and the laws of shortest paths."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_pack import FURNITURE, tiny_pack

from geodata.assembly.network import assemble, build_network
from geodata.assembly.pieces import Piece, link_rows, node_rows
from geodata.columns import Flags, Floats, Indices
from geodata.graph import to_networkx
from geodata.impedance.impedance import build_impedance
from geodata.network import Network
from geodata.paths import LinkEnds, PathTrees, path_trees, skim


def all_links(network: Network) -> Flags:
    return np.ones(len(network.links), dtype=np.bool_)


def names(network: Network, links: Indices) -> list[str]:
    return [str(network.links.link_id[link]) for link in links]


def test_the_cheapest_chain_of_the_tiny_pack() -> None:
    """By barge 62,500 and two handlings dearer than trucking on to the port: 70 km and 50 USD of 2020 a TEU.

    Truck: distance 12,000 × 70 × 1.5 / 16 = 78,750; hours 1.5 × 320,000 × 1.5 / 16 = 45,000; toll 3,750; fee
    10,000; handling 50 × 1.25 × 26,000 / 8 = 203,125; ship 2.6 M: 2,940,625, below the chain by barge (2,951,250).
    """
    pack = tiny_pack()
    network = build_network(pack)
    impedance = build_impedance(pack, network, [FURNITURE])
    trees = path_trees(
        LinkEnds.of_network(network), impedance.row("price", 0), [network.origin_index("park_a")], impedance.allowed[0]
    )
    target = network.destination_index("overseas")
    assert trees.impedance[0, target] == pytest.approx(2_940_625.0)
    path = names(network, trees.path(0, target))
    assert path == ["park_a~r1>", "road_1>", "road_2>", "port:road~r3<", "port~h_truck_ship", "mother>"]


def test_skims_between_places() -> None:
    """park_a to the river port is 20 km and 0.5 h, to the seaport 70 km and 1.5 h; nothing leads back from a ship."""
    network = build_network(tiny_pack())
    road = network.links.is_mode("road") & ~network.links.is_kind("transshipment")
    found = skim(
        network,
        network.links.time_h,
        road,
        (["park_a", "port:road"], ["river:road", "port:road", "overseas"]),
        {"length_m": network.links.length_m},
    )
    assert found.values["impedance"] == pytest.approx(np.array([[0.5, 1.5, np.inf], [1.0, 0.0, np.inf]]))
    assert found.values["length_m"][0] == pytest.approx([20_000.0, 70_000.0, np.inf])
    assert found.origin_ids == ("park_a", "port:road")


def test_of_parallel_links_the_lesser_is_taken() -> None:
    pack = tiny_pack()
    second = pack.table("links").iloc[0].to_dict() | {"link_id": "road_1b", "length_m": 15_000.0}
    network = build_network(tiny_pack(links=[second]))
    trees = path_trees(
        LinkEnds.of_network(network), network.links.length_m, [network.origin_index("park_a")], all_links(network)
    )
    assert names(network, trees.path(0, network.node_index("r2"))) == ["park_a~r1>", "road_1b>"]


def test_refusals() -> None:
    network = build_network(tiny_pack())
    trees = path_trees(
        LinkEnds.of_network(network), network.links.length_m, [network.node_index("r1")], all_links(network)
    )
    with pytest.raises(ValueError, match="No path leads from node"):
        trees.path(0, network.node_index("park_a"))
    wrong = network.links.length_m.copy()
    wrong[network.link_index("road_2>")] = np.nan
    with pytest.raises(ValueError, match="Impedance of link 'road_2>' must be at least 0, got nan"):
        path_trees(LinkEnds.of_network(network), wrong, [0], all_links(network))
    with pytest.raises(KeyError, match="no node 'atlantis'"):
        skim(network, network.links.length_m, all_links(network), (["atlantis"], ["park_a"]))
    assert path_trees(LinkEnds.of_network(network), network.links.length_m, [], all_links(network)).impedance.shape == (
        0,
        len(network.nodes),
    )


NODES = 8
ARCS = st.lists(
    st.tuples(st.integers(0, NODES - 1), st.integers(0, NODES - 1), st.integers(0, 20)), min_size=1, max_size=40
)


def network_of(arcs: list[tuple[int, int, int]]) -> Network:
    nodes = node_rows(node_id=[f"n{place}" for place in range(NODES)], kind="junction", mode="road", side="through")
    links = link_rows(
        link_id=[f"l{place}" for place in range(len(arcs))],
        row_table="links",
        kind="link",
        mode="road",
        from_mode="road",
        from_node=[f"n{start}" for start, _, _ in arcs],
        to_node=[f"n{end}" for _, end, _ in arcs],
        length_m=np.array([float(length) for *_, length in arcs]),
    )
    return assemble(Piece(nodes=nodes, links=links))


def trees_of(network: Network, impedance: Floats, allowed: Flags) -> PathTrees:
    return path_trees(LinkEnds.of_network(network), impedance, list(range(NODES)), allowed)


@settings(max_examples=60, deadline=None)
@given(ARCS)
def test_distances_are_those_of_networkx_and_paths_add_up_to_them(arcs: list[tuple[int, int, int]]) -> None:
    """Parallel links, loops and links of no length included."""
    network = network_of(arcs)
    graph = to_networkx(network)
    trees = trees_of(network, network.links.length_m, all_links(network))
    sums = trees.along(network.links.length_m)
    theirs = dict(nx.all_pairs_dijkstra_path_length(graph, weight="length_m"))
    for start in range(NODES):
        for end in range(NODES):
            expected = theirs[f"n{start}"].get(f"n{end}", np.inf)
            assert trees.impedance[start, end] == expected
            assert sums[start, end] == expected
            if np.isfinite(expected):
                path = trees.path(start, end)
                assert network.links.length_m[path].sum() == expected
                at = start
                for link in path:
                    assert network.links.from_index[link] == at
                    at = network.links.to_index[link]
                assert at == end


@settings(max_examples=60, deadline=None)
@given(ARCS)
def test_against_the_links_every_node_finds_the_path_a_forward_search_finds(arcs: list[tuple[int, int, int]]) -> None:
    """A backward search from an end costs what the forward searches to it cost, by paths in the order of travel."""
    network = network_of(arcs)
    ends, length_m = LinkEnds.of_network(network), network.links.length_m
    forward = trees_of(network, length_m, all_links(network))
    backward = path_trees(ends, length_m, list(range(NODES)), all_links(network), backward=True)
    assert (backward.impedance == forward.impedance.T).all()
    assert (backward.along(length_m) == forward.impedance.T).all()
    for start in range(NODES):
        for end in range(NODES):
            if not np.isfinite(backward.impedance[end, start]):
                with pytest.raises(ValueError, match=f"No path leads from node {start} to node {end}"):
                    backward.path(end, start)
                continue
            path = backward.path(end, start)
            assert length_m[path].sum() == forward.impedance[start, end]
            stops = [start, *(int(ends.to_index[link]) for link in path)]
            assert [int(ends.from_index[link]) for link in path] == stops[:-1]
            assert stops[-1] == end


@settings(max_examples=40, deadline=None)
@given(ARCS, st.integers(0, 39))
def test_closing_a_link_never_shortens_a_path(arcs: list[tuple[int, int, int]], closed: int) -> None:
    network = network_of(arcs)
    allowed = all_links(network)
    before = trees_of(network, network.links.length_m, allowed).impedance
    allowed[closed % len(arcs)] = False
    assert (trees_of(network, network.links.length_m, allowed).impedance >= before).all()


@settings(max_examples=40, deadline=None)
@given(ARCS)
def test_doubling_every_length_doubles_every_distance(arcs: list[tuple[int, int, int]]) -> None:
    network = network_of(arcs)
    once = trees_of(network, network.links.length_m, all_links(network)).impedance
    twice = trees_of(network, 2 * network.links.length_m, all_links(network)).impedance
    assert (twice == 2 * once).all()
