"""Merging of chains: what must agree, what is kept, and the laws that hold on any network."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from osm_files import OsmFile, Tags, Vehicle, import_file, may_pass, minute, place
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geodata.columns import NO_CODE
from geodata.geodesy import geodesic_m
from geodata.infrastructure.build import make_candidates, make_conditions, make_links, make_nodes, no_lines
from geodata.infrastructure.chains import merge_chains
from geodata.infrastructure.columns import NODE_FEATURES
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.infrastructure.turns import TurnRestrictions
from geodata.infrastructure.weekly import Schedules
from geodata.network import Geometries
from geodata.osm.options import OsmOptions

ROAD = {"highway": "secondary"}


def chain_file(first: Tags, second: Tags, node_tags: Tags | None = None, *, turned: bool = False) -> OsmFile:
    """Return a file with way 10 (nodes 1, 2, 3) and way 11 on from node 3 by 4 to 5, or drawn from 5 to 3."""
    file = OsmFile()
    for node_id in range(1, 6):
        file.node(node_id, 100 * node_id, 10 * (node_id % 2), node_tags if node_id == 3 else None)
    file.way(10, [1, 2, 3], first)
    file.way(11, [5, 4, 3] if turned else [3, 4, 5], second)
    return file


def merged(folder: Path, file: OsmFile) -> Infrastructure:
    return import_file(file, folder).infrastructure


def test_two_ways_that_agree_become_one_link(tmp_path: Path) -> None:
    """Length is the sum, the line runs through all five nodes once, both ways are on record."""
    file = chain_file({**ROAD, "name": "A", "lanes": "2"}, {**ROAD, "name": "A", "lanes": "2"})
    whole = merged(tmp_path, file)
    pieces = import_file(file, tmp_path, OsmOptions(merge_chains=False)).infrastructure
    assert len(pieces.links) == 2
    assert whole.links.link_id.tolist() == ["w10:1:5"]
    assert whole.links.row_id.tolist() == ["10;11"]
    assert whole.nodes.node_id.tolist() == ["n1", "n5"]
    assert whole.links.length_m[0] == pytest.approx(pieces.links.length_m.sum(), rel=1e-15)
    np.testing.assert_allclose(whole.lines.points(0), [place(100 * n, 10 * (n % 2)) for n in range(1, 6)])
    assert (whole.links.name[0], whole.links.lanes[0]) == ("A", 2)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({}, {"bridge": "yes"}),
        ({}, {"tunnel": "yes"}),
        ({}, {"layer": "1"}),
        ({"name": "A"}, {"name": "B"}),
        ({"ref": "QL1"}, {}),
        ({"lanes": "2"}, {"lanes": "4"}),
        ({"lanes": "2"}, {}),
        ({"maxspeed": "50"}, {"maxspeed": "60"}),
        ({}, {"maxspeed:hgv": "40"}),
        ({"surface": "asphalt"}, {"surface": "gravel"}),
        ({}, {"hgv": "no"}),
        ({}, {"hgv": "destination"}),
        ({}, {"maxweight": "10"}),
        ({}, {"maxheight": "4"}),
        ({}, {"maxaxleload": "8"}),
        ({}, {"maxlength": "12"}),
        ({}, {"maxwidth": "2.5"}),
        ({}, {"toll": "yes"}),
        ({}, {"oneway": "yes"}),
        ({"oneway": "yes"}, {"oneway": "-1"}),
        ({}, {"highway": "primary"}),
        ({}, {"hgv:conditional": "no @ (06:00-09:00)"}),
        ({"hgv:conditional": "no @ (06:00-09:00)"}, {"hgv:conditional": "no @ (06:00-10:00)"}),
        ({"hgv:forward:conditional": "no @ (06:00-09:00)"}, {"hgv:backward:conditional": "no @ (06:00-09:00)"}),
        ({"maxspeed:forward": "50"}, {"maxspeed:forward": "60"}),
        ({"hgv:forward": "no"}, {"hgv:backward": "no"}),
    ],
)
def test_whatever_differs_keeps_links_apart(tmp_path: Path, first: Tags, second: Tags) -> None:
    assert len(merged(tmp_path, chain_file({**ROAD, **first}, {**ROAD, **second})).links) == 2
    assert len(merged(tmp_path, chain_file({**ROAD, **first}, {**ROAD, **first})).links) == (
        1 if first.get("oneway") != "-1" else 2
    )
    assert len(merged(tmp_path, chain_file({**ROAD, **second}, {**ROAD, **second})).links) == 1


@pytest.mark.parametrize(
    "tags",
    [{"barrier": "gate"}, {"barrier": "bollard", "access": "yes"}, {"maxheight": "4"}, {"highway": "traffic_signals"}],
)
def test_a_node_where_something_stands_stays(tmp_path: Path, tags: Tags) -> None:
    infrastructure = merged(tmp_path, chain_file(ROAD, ROAD, tags))
    assert "n3" in infrastructure.nodes.node_id
    assert len(infrastructure.links) == 2


def test_a_way_drawn_the_other_way_is_turned(tmp_path: Path) -> None:
    """What way 11 (drawn from 5 to 3) says of its backward is said of the chain's forward."""
    here = {**ROAD, "hgv:forward": "no", "maxspeed:forward": "40", "access:backward:conditional": "no @ (06:00-09:00)"}
    there = {
        **ROAD,
        "hgv:backward": "no",
        "maxspeed:backward": "40",
        "access:forward:conditional": "no @ (06:00-09:00)",
    }
    infrastructure = merged(tmp_path, chain_file(here, there, turned=True))
    assert infrastructure.links.link_id.tolist() == ["w10:1:5"]
    assert (infrastructure.links.access_forward[0], infrastructure.links.access_backward[0]) == (3, 15)
    car = Vehicle("car")
    assert may_pass(infrastructure, 0, car, minute(0, "07:00"))
    assert not may_pass(infrastructure, 0, car, minute(0, "07:00"), backward=True)
    assert not may_pass(infrastructure, 0, Vehicle("hgv"), minute(0, "12:00"))
    assert len(merged(tmp_path, chain_file(here, here, turned=True)).links) == 2


def test_one_way_streets_merge_along_traffic(tmp_path: Path) -> None:
    """Way 10 from 1 to 3 and way 11, drawn from 5 to 3 but driven from 3 to 5."""
    file = chain_file({**ROAD, "oneway": "yes"}, {**ROAD, "oneway": "-1"}, turned=True)
    infrastructure = merged(tmp_path, file)
    assert infrastructure.links.link_id.tolist() == ["w10:1:5"]
    assert (infrastructure.links.access_forward[0], infrastructure.links.access_backward[0]) == (15, 0)
    assert infrastructure.links.oneway[0]


def test_a_ring_without_junction_becomes_one_link(tmp_path: Path) -> None:
    file = OsmFile()
    for node_id, (east_m, north_m) in {1: (0, 0), 2: (100, 0), 3: (100, 100), 4: (0, 100)}.items():
        file.node(node_id, east_m, north_m)
    for way, (one, two) in enumerate(pairwise([1, 2, 3, 4, 1])):
        file.way(10 + way, [one, two], {**ROAD, "oneway": "yes"})
    infrastructure = merged(tmp_path, file)
    assert infrastructure.links.link_id.tolist() == ["w10:1:1"]
    assert infrastructure.links.row_id.tolist() == ["10;11;12;13"]
    assert infrastructure.links.length_m[0] == pytest.approx(400.0, rel=1e-3)
    assert len(infrastructure.lines.points(0)) == 5


def test_ids_that_would_clash_are_numbered(tmp_path: Path) -> None:
    """Way 10 runs from 1 by 2 to 3 and, in one piece, from 3 back to 1 and again by 4 to 3: two links of one name."""
    file = OsmFile()
    places = {1: (0, 0), 2: (50, 50), 3: (100, 0), 4: (50, -50), 5: (-100, 0), 6: (200, 0)}
    for node_id, (east_m, north_m) in places.items():
        file.node(node_id, east_m, north_m)
    file.node(2, 50, 50, {"barrier": "gate"})
    file.way(10, [1, 2, 3, 1, 4, 3], ROAD)
    file.way(11, [5, 1], {"highway": "residential"})
    file.way(12, [3, 6], {"highway": "residential"})
    infrastructure = merged(tmp_path, file)
    assert len(set(infrastructure.links.link_id)) == len(infrastructure.links)


def test_nothing_to_merge_is_left_alone(tmp_path: Path) -> None:
    infrastructure = merged(tmp_path, chain_file(ROAD, {**ROAD, "name": "B"}))
    assert merge_chains(infrastructure) is infrastructure
    empty = merged(tmp_path, OsmFile(nodes={1: (106.7, 10.8, {})}))
    assert merge_chains(empty) is empty


# Laws on random networks.

Edge = tuple[int, int, int, bool]


@st.composite
def networks(draw: st.DrawFn) -> Infrastructure:
    """Return a network of few nodes, mostly of degree two, with one-way links, names, conditions, gates and turns."""
    count = draw(st.integers(2, 9))
    step: st.SearchStrategy[Edge] = st.tuples(
        st.integers(0, count - 1), st.integers(0, count - 1), st.integers(0, 1), st.booleans()
    )
    edges: list[Edge] = draw(st.lists(step, min_size=1, max_size=12))
    chain: list[bool] = draw(st.lists(st.booleans(), min_size=count - 1, max_size=count - 1))
    edges += [(n, n + 1, 0, False) if ahead else (n + 1, n, 0, False) for n, ahead in enumerate(chain)]
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    lon, lat = 106.7 + rng.random(count) / 10, 10.8 + rng.random(count) / 10
    feature = np.where(rng.random(count) < 0.1, NODE_FEATURES.index("gate"), NO_CODE)
    first, second = (np.array([edge[side] for edge in edges], dtype=np.int32) for side in (0, 1))
    middle = rng.random((len(edges), 2)) / 10 + [106.7, 10.8]
    points = np.stack(
        [np.column_stack([lon[first], lat[first]]), middle, np.column_stack([lon[second], lat[second]])], 1
    )
    legs = geodesic_m(
        points[:, :-1, 0].ravel(), points[:, :-1, 1].ravel(), points[:, 1:, 0].ravel(), points[:, 1:, 1].ravel()
    )
    oneway = np.array([edge[3] for edge in edges])
    with_condition = np.flatnonzero(rng.random(len(edges)) < 0.3)
    turns = TurnRestrictions.none()
    pairs = [(a, b) for a in range(len(edges)) for b in range(len(edges)) if a != b and second[a] == first[b]]
    restricted: bool = draw(st.booleans())
    if pairs and restricted:
        a, b = pairs[int(rng.integers(len(pairs)))]
        turns = TurnRestrictions(
            turn_id=np.array(["t"], dtype=np.object_),
            kind=np.zeros(1, dtype=np.int8),
            kinds=np.full(1, 15, dtype=np.uint8),
            schedule=np.full(1, -1, dtype=np.int32),
            offsets=np.array([0, 2]),
            links=np.array([a, b], dtype=np.int32),
            along=np.array([True, True]),
        )
    return Infrastructure(
        nodes=make_nodes(
            node_id=np.array([f"n{n}" for n in range(count)], dtype=np.object_), lon=lon, lat=lat, feature=feature
        ),
        links=make_links(
            link_id=np.array([f"e{e}" for e in range(len(edges))], dtype=np.object_),
            from_index=first,
            to_index=second,
            mode=0,
            link_class=0,
            length_m=legs.reshape(-1, 2).sum(axis=1),
            name=np.array(["ab"[edge[2]] for edge in edges], dtype=np.object_),
            oneway=oneway,
            access_forward=15,
            access_backward=np.where(oneway, 0, 15),
            row_id=np.array([f"{e}" for e in range(len(edges))], dtype=np.object_),
        ),
        lines=Geometries(3 * np.arange(len(edges) + 1), points.reshape(-1, 2)),
        conditions=make_conditions(
            link_index=with_condition.astype(np.int32),
            directions=rng.integers(1, 4, len(with_condition)).astype(np.uint8),
            above_weight_t=10.0,
        ),
        schedules=Schedules.none(),
        turns=turns,
        candidates=make_candidates(),
        outlines=no_lines(),
    )


def distances(infrastructure: Infrastructure, node_ids: list[str]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return least lengths between nodes over links whose access lets cars pass, in the directions it does."""
    links, count = infrastructure.links, len(infrastructure.nodes)
    ahead, back = links.access_forward > 0, links.access_backward > 0
    tail = np.concatenate([links.from_index[ahead], links.to_index[back]])
    head = np.concatenate([links.to_index[ahead], links.from_index[back]])
    metres = np.concatenate([links.length_m[ahead], links.length_m[back]])
    order = np.lexsort((metres, head, tail))
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (np.diff(tail[order]) != 0) | (np.diff(head[order]) != 0)
    order = order[first]
    matrix = csr_array((metres[order], (tail[order], head[order])), shape=(count, count))
    rows = [infrastructure.node_places[one] for one in node_ids]
    return np.asarray(dijkstra(matrix, indices=rows)[:, rows])


@settings(max_examples=150)
@given(networks())
def test_length_and_reachability_stay_as_they_are(before: Infrastructure) -> None:
    after = merge_chains(before)
    assert after.links.length_m.sum() == pytest.approx(before.links.length_m.sum(), rel=1e-12)
    kept = list(after.nodes.node_id)
    assert set(kept) <= set(before.nodes.node_id)
    np.testing.assert_allclose(distances(after, kept), distances(before, kept), rtol=1e-12)
    rows = sorted(row for one in after.links.row_id for row in str(one).split(";"))
    assert rows == sorted(before.links.row_id)


@settings(max_examples=100)
@given(networks())
def test_lines_run_from_first_node_to_last_and_measure_their_length(before: Infrastructure) -> None:
    after = merge_chains(before)
    nodes, links = after.nodes, after.links
    for link in range(len(links)):
        points = after.link_points(link)
        np.testing.assert_array_equal(points[0], [nodes.lon[links.from_index[link]], nodes.lat[links.from_index[link]]])
        np.testing.assert_array_equal(points[-1], [nodes.lon[links.to_index[link]], nodes.lat[links.to_index[link]]])
        legs = geodesic_m(points[:-1, 0], points[:-1, 1], points[1:, 0], points[1:, 1])
        assert legs.sum() == pytest.approx(links.length_m[link], rel=1e-12)


@settings(max_examples=100)
@given(networks())
def test_merging_leaves_nothing_to_merge_and_loses_no_rule(before: Infrastructure) -> None:
    """Conditions stand on as many kilometres as before, turns lead over the same nodes."""
    after = merge_chains(before)
    assert merge_chains(after) is after
    for one, other in ((before, after), (after, before)):
        metres = [part.links.length_m[part.conditions.link_index].sum() for part in (one, other)]
        assert metres[0] == pytest.approx(metres[1], rel=1e-12)
    for infrastructure in (before, after):
        turns, links = infrastructure.turns, infrastructure.links
        for turn in range(len(turns)):
            one, two = turns.links[turns.offsets[turn] : turns.offsets[turn + 1]]
            along = turns.along[turns.offsets[turn] : turns.offsets[turn + 1]]
            met = links.to_index[one] if along[0] else links.from_index[one]
            left = links.from_index[two] if along[1] else links.to_index[two]
            assert met == left
    assert len(after.turns) == len(before.turns)


def test_a_long_chain_merges_quickly() -> None:
    """20,000 pieces in a row, each drawn one way or the other, are one link of 2,000 km."""
    count = 20_000
    rng = np.random.default_rng(0)
    lon = 100.0 + np.arange(count + 1) / 1_000
    ahead = rng.random(count) < 0.6
    first = np.where(ahead, np.arange(count), np.arange(1, count + 1)).astype(np.int32)
    second = np.where(ahead, np.arange(1, count + 1), np.arange(count)).astype(np.int32)
    metres = geodesic_m(lon[:-1], np.zeros(count), lon[1:], np.zeros(count))
    infrastructure = Infrastructure(
        nodes=make_nodes(
            node_id=np.array([f"n{n}" for n in range(count + 1)], dtype=np.object_), lon=lon, lat=np.zeros(count + 1)
        ),
        links=make_links(
            link_id=np.array([f"w1:{a}:{b}" for a, b in zip(first, second, strict=True)], dtype=np.object_),
            from_index=first,
            to_index=second,
            mode=0,
            link_class=0,
            length_m=metres,
            access_forward=15,
            access_backward=15,
            row_id=np.full(count, "1", dtype=np.object_),
        ),
        lines=Geometries(
            2 * np.arange(count + 1),
            np.column_stack([lon[np.column_stack([first, second]).ravel()], np.zeros(2 * count)]),
        ),
        conditions=make_conditions(),
        schedules=Schedules.none(),
        turns=TurnRestrictions.none(),
        candidates=make_candidates(),
        outlines=no_lines(),
    )
    after = merge_chains(infrastructure)
    assert after.links.link_id.tolist() == ["w1:0:20000"]
    assert after.links.length_m[0] == pytest.approx(metres.sum(), rel=1e-12)
    assert len(after.lines.points(0)) == count + 1


def test_rings_tied_by_a_link_become_loops() -> None:
    """Two rings of three one-way links, tied by one: two loops and the tie are left."""
    ring = [(0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3), (0, 3)]
    count = len(ring)
    lon, lat = 106.7 + np.arange(6) / 100, 10.8 + (np.arange(6) % 2) / 100
    first, second = (np.array([edge[side] for edge in ring], dtype=np.int32) for side in (0, 1))
    points = np.stack([np.column_stack([lon[first], lat[first]]), np.column_stack([lon[second], lat[second]])], 1)
    infrastructure = Infrastructure(
        nodes=make_nodes(node_id=np.array([f"n{n}" for n in range(6)], dtype=np.object_), lon=lon, lat=lat),
        links=make_links(
            link_id=np.array([f"e{e}" for e in range(count)], dtype=np.object_),
            from_index=first,
            to_index=second,
            mode=0,
            link_class=0,
            length_m=geodesic_m(*points[:, 0].T, *points[:, 1].T),
            access_forward=15,
            access_backward=0,
            oneway=True,
        ),
        lines=Geometries(2 * np.arange(count + 1), points.reshape(-1, 2)),
        conditions=make_conditions(),
        schedules=Schedules.none(),
        turns=TurnRestrictions.none(),
        candidates=make_candidates(),
        outlines=no_lines(),
    )
    after = merge_chains(infrastructure)
    graph = nx.MultiDiGraph(list(zip(after.links.from_index.tolist(), after.links.to_index.tolist(), strict=True)))
    assert sorted(after.nodes.node_id) == ["n0", "n3"]
    assert sorted(graph.edges()) == [(0, 0), (0, 1), (1, 1)]
