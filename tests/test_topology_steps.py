"""Steps over infrastructures: cut, join, remove, add, components; by hand, as laws, and refused."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from topology_parts import draw, place, restrict

from geodata.infrastructure.build import make_conditions, make_links, make_nodes
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.network import Geometries
from geodata.topology.measure import lengths_m, nearest_on_lines
from geodata.topology.steps import (
    add_links,
    components,
    concatenate,
    cut_links,
    degrees,
    drop_isolated_nodes,
    join_nodes,
    largest_strong_component,
    remove_links,
    split_links,
)

TRUCK = 4


def tee() -> Infrastructure:
    """Return a road a-b-c of two links of 100 m, a road b-d of 100 m north, and a no-turn from ab to bd."""
    return draw(
        {"a": (0, 0), "b": (100, 0), "c": (200, 0), "d": (100, 100)},
        [("ab", "a", "b"), ("bc", "b", "c"), ("bd", "b", "d")],
        turns=restrict(("r1", [0, 2], [True, True]), ("r2", [2, 1, 1], [False, True, False])),
        conditions=make_conditions(link_index=np.array([0, 2], dtype=np.int32), directions=np.array([1, 2])),
    )


def test_a_link_is_cut_at_two_places() -> None:
    """Cut ab (100 m) at 30 m and 75 m: pieces of 30, 45 and 25 m; the turn now comes from the last piece."""
    cut = cut_links(tee(), [0, 0], [75.0, 30.0])
    links = cut.infrastructure.links
    assert links.link_id.tolist() == ["ab/1", "ab/2", "ab/3", "bc", "bd"]
    assert links.length_m[:3] == pytest.approx([30, 45, 25], abs=1e-6)
    assert cut.infrastructure.nodes.node_id.tolist() == ["a", "b", "c", "d", "ab@30.00", "ab@75.00"]
    assert cut.node.tolist() == [5, 4]
    assert cut.first.tolist() == [0, 3, 4]
    assert cut.pieces.tolist() == [3, 1, 1]
    assert links.from_index.tolist() == [0, 4, 5, 1, 1]
    assert links.to_index.tolist() == [4, 5, 1, 2, 3]
    assert cut.infrastructure.lines.points(1) == pytest.approx(np.array([place(30, 0), place(75, 0)]), abs=1e-9)
    assert cut.infrastructure.conditions.link_index.tolist() == [0, 1, 2, 4]
    assert cut.infrastructure.turns.links.tolist() == [2, 4, 4, 3, 3]


def test_turns_follow_the_pieces() -> None:
    """r1 drives ab then bd; r2 drives bd against its line, bc along, bc against: cut all three in two.

    r1: leaves the second piece of ab (place 1) for the first of bd (4). r2: comes from the first piece of bd (4), runs
    all of bc (2, 3), and goes to the far piece of bc driven against its line, which is its second (3).
    """
    cut = split_links(tee(), [0, 1, 2], [50.0, 50.0, 50.0])
    turns = cut.turns
    assert turns.offsets.tolist() == [0, 2, 6]
    assert turns.links.tolist() == [1, 4, 4, 2, 3, 3]
    assert turns.along.tolist() == [True, True, False, True, True, False]


def test_a_cut_at_a_point_of_the_line_takes_that_point() -> None:
    road = draw({"a": (0, 0), "b": (100, 0)}, [("ab", "a", "b")], via={"ab": [(40, 0)]})
    parts = split_links(road, [0], [lengths_m(Geometries(np.array([0, 2]), road.lines.coordinates[:2]))[0]])
    assert np.diff(parts.lines.offsets).tolist() == [2, 2]
    assert (parts.lines.points(0)[1] == road.lines.points(0)[1]).all()


def test_a_cut_at_an_end_is_that_end() -> None:
    cut = cut_links(tee(), [0, 0, 1], [0.004, 100.0, 0.0])
    assert len(cut.infrastructure.links) == 3
    assert cut.node.tolist() == [0, 1, 1]


def test_cuts_that_nearly_coincide_are_one() -> None:
    cut = cut_links(tee(), [0, 0, 0], [50.0, 50.005, 60.0])
    assert cut.node.tolist() == [4, 4, 5]
    assert cut.infrastructure.nodes.node_id[4:].tolist() == ["ab@50.00", "ab@60.00"]


def test_a_new_id_that_is_taken_gets_a_number() -> None:
    road = draw({"a": (0, 0), "x@50.00": (100, 0)}, [("x", "a", "x@50.00"), ("x/1", "a", "x@50.00")])
    parts = split_links(road, [0], [50.0])
    assert parts.links.link_id.tolist() == ["x/1~2", "x/2", "x/1"]
    assert parts.nodes.node_id.tolist() == ["a", "x@50.00", "x@50.00~2"]


@pytest.mark.parametrize(
    ("link", "position", "message"),
    [
        ([0], [100.02], "A place on link 'ab' must lie between 0 and 100.000 m"),
        ([0], [-1.0], "A place on link 'ab' must lie between"),
        ([0], [np.nan], "A place on link 'ab' must lie between"),
        ([3], [1.0], "link_indices must lie between 0 and 2, got 3 to 3"),
        ([0, 1], [1.0], "There must be one position a link"),
    ],
)
def test_places_off_the_line_are_refused(link: list[int], position: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        split_links(tee(), link, position)


def test_a_link_without_a_line_cannot_be_cut() -> None:
    road = draw({"a": (0, 0), "b": (100, 0)}, [("ab", "a", "b")])
    bare = Infrastructure(**(vars(road) | {"lines": Geometries(np.array([0, 0]), np.empty((0, 2)))}))
    with pytest.raises(ValueError, match="Link 'ab' has no line to cut"):
        split_links(bare, [0], [1.0])


def test_nodes_far_apart_are_joined_by_a_longer_line() -> None:
    """Node d stands 3 m east of c: cd's line gets one more point, c; 50 m become 53 m."""
    road = draw({"a": (0, 0), "c": (100, 0), "d": (103, 0), "e": (103, 50)}, [("ac", "a", "c"), ("ed", "e", "d")])
    joined = join_nodes(road, [(1, 2)])
    assert joined.nodes.node_id.tolist() == ["a", "c", "e"]
    assert joined.links.to_index.tolist() == [1, 1]
    assert joined.links.length_m[1] == pytest.approx(53.0, abs=1e-3)
    assert joined.lines.points(1) == pytest.approx(np.array([place(103, 50), place(103, 0), place(100, 0)]), abs=1e-9)


def test_lines_that_follow_each_other_are_led_on_each_to_its_own_node() -> None:
    """The end of ab goes to e, 5 m east of b; the start of cd, the next line, to f, 5 m west of c."""
    road = draw(
        {"a": (0, 0), "b": (50, 0), "c": (90, 0), "d": (150, 0), "e": (55, 0), "f": (85, 0)},
        [("ab", "a", "b"), ("cd", "c", "d")],
    )
    joined = join_nodes(road, [(4, 1), (5, 2)])
    assert joined.lines.points(0) == pytest.approx(np.array([place(x, 0) for x in (0, 50, 55)]), abs=1e-9)
    assert joined.lines.points(1) == pytest.approx(np.array([place(x, 0) for x in (85, 90, 150)]), abs=1e-9)
    assert joined.links.length_m == pytest.approx([55, 65], abs=1e-3)


def test_nodes_close_by_are_joined_by_moving_the_end() -> None:
    """Node d stands 0.4 m south of c: the line of 50 m from c northwards now starts at c, 49.6 m."""
    road = draw({"a": (0, 0), "c": (100, 0), "d": (100, -0.4), "e": (100, 49.6)}, [("ac", "a", "c"), ("de", "d", "e")])
    joined = join_nodes(road, [(1, 2)])
    assert joined.links.length_m[1] == pytest.approx(49.6, abs=1e-3)
    assert np.diff(joined.lines.offsets).tolist() == [2, 2]


def test_joined_nodes_keep_the_tighter_limits() -> None:
    road = draw(
        {"a": (0, 0), "b": (0, 0), "c": (0, 0), "d": (9, 9)},
        [("ad", "a", "d"), ("bd", "b", "d"), ("cd", "c", "d")],
        node_columns={
            "closed": np.array([1, 4, 8, 0], dtype=np.uint8),
            "max_height_m": np.array([np.nan, 4.5, 4.0, np.nan]),
            "feature": np.array([-1, 2, 1, -1], dtype=np.int8),
        },
    )
    joined = join_nodes(road, [(0, 1), (1, 2)])
    assert joined.nodes.node_id.tolist() == ["a", "d"]
    assert joined.nodes.closed.tolist() == [13, 0]
    assert joined.nodes.max_height_m[0] == 4.0
    assert joined.nodes.feature.tolist() == [2, -1]


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        ([(0, 9)], "Nodes to join must lie between 0 and 3, got 0 to 9"),
        ([(0, 2), (1, 2)], "Node 'c' would go into two different nodes"),
        ([(0, 1), (1, 0)], "would go into itself"),
    ],
)
def test_pairs_that_cannot_be_joined_are_refused(pairs: list[tuple[int, int]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        join_nodes(tee(), pairs)


def test_removed_links_take_conditions_and_turns_along_and_leave_nodes() -> None:
    """Without bc the turn r2 is gone; bd is now place 1, as are its condition and the end of r1."""
    less = remove_links(tee(), np.array([False, True, False]))
    assert less.links.link_id.tolist() == ["ab", "bd"]
    assert less.conditions.link_index.tolist() == [0, 1]
    assert less.turns.turn_id.tolist() == ["r1"]
    assert less.turns.links.tolist() == [0, 1]
    assert len(less.nodes) == 4
    assert drop_isolated_nodes(less).nodes.node_id.tolist() == ["a", "b", "d"]


def test_remove_wants_one_flag_a_link() -> None:
    with pytest.raises(ValueError, match=r"one flag a link \(3\)"):
        remove_links(tee(), np.array([True]))


def test_links_are_added_below() -> None:
    more = add_links(
        tee(),
        make_links(link_id=np.array(["ce"], dtype=np.object_), from_index=[2], to_index=[4], length_m=[100.0]),
        Geometries(np.array([0, 2]), np.array([place(200, 0), place(300, 0)])),
        make_nodes(node_id=np.array(["e"], dtype=np.object_), lon=[place(300, 0)[0]], lat=[0.0]),
    )
    assert more.links.link_id.tolist() == ["ab", "bc", "bd", "ce"]
    assert degrees(more).tolist() == [1, 3, 2, 1, 1]
    with pytest.raises(ValueError, match="link_id must be unique, 'ab' stands twice"):
        add_links(more, more.links, more.lines)


def test_two_infrastructures_become_one() -> None:
    """The second's link 0 is now 2; its condition and turn follow; the equal source is kept once."""
    first = draw({"p": (0, 0), "q": (9, 0)}, [("pq", "p", "q"), ("qp", "q", "p")])
    both = concatenate(first, tee())
    assert both.links.link_id.tolist() == ["pq", "qp", "ab", "bc", "bd"]
    assert both.links.from_index.tolist() == [0, 1, 2, 3, 3]
    assert both.conditions.link_index.tolist() == [2, 4]
    assert both.turns.links.tolist() == [2, 4, 4, 3, 3]
    assert len(both.sources) == 1
    assert both.links.source.tolist() == [0] * 5
    assert (both.lines.points(4) == tee().lines.points(2)).all()
    with pytest.raises(ValueError, match="node_id must be unique"):
        concatenate(first, first)


def test_components_by_kind() -> None:
    """a->b->c->a is a ring one way for lorries; d hangs on by a link out only; e by a road for cars only."""
    one_way = {"access_backward": 0}
    net = draw(
        {"d": (9, 9), "a": (0, 0), "b": (5, 0), "c": (5, 5), "e": (0, 9)},
        [
            ("ab", "a", "b", one_way),
            ("bc", "b", "c", one_way),
            ("ca", "c", "a", one_way),
            ("cd", "c", "d", one_way),
            ("ae", "a", "e", {"access_forward": 1, "access_backward": 1}),
        ],
    )
    weak = components(net, TRUCK)
    assert weak.label.tolist() == [0, 0, 0, 0, 1]
    assert weak.link_label.tolist() == [0, 0, 0, 0, -1]
    assert components(net, TRUCK, strong=True).label.tolist() == [0, 1, 1, 1, 2]
    assert largest_strong_component(net, TRUCK).tolist() == [False, True, True, True, False]
    assert largest_strong_component(net, 1).tolist() == [False, True, True, True, True]
    assert not largest_strong_component(net, 32).any()
    assert degrees(net, TRUCK).tolist() == [1, 2, 2, 3, 0]


def test_a_closed_node_parts_what_meets_there() -> None:
    net = draw(
        {"a": (0, 0), "b": (5, 0), "c": (9, 0)},
        [("ab", "a", "b"), ("bc", "b", "c")],
        node_columns={"closed": np.array([0, TRUCK, 0], dtype=np.uint8)},
    )
    assert components(net, TRUCK).link_label.tolist() == [0, 2]
    assert components(net, 1).link_label.tolist() == [0, 0]


def test_the_nearest_place_on_a_line() -> None:
    """From (30, 40) the nearest place of a road along the x axis is 30 m from its start."""
    road = draw({"a": (0, 0), "b": (100, 0)}, [("ab", "a", "b")], via={"ab": [(50, 0), (50, 0)]})
    found = nearest_on_lines(road.lines, np.array([0, 0]), np.array([place(30, 40), place(-7, 1)]))
    assert found.position_m == pytest.approx([30, 0], abs=1e-6)
    assert found.point == pytest.approx(np.array([place(30, 0), place(0, 0)]), abs=1e-9)


@pytest.mark.parametrize("step", [drop_isolated_nodes, lambda net: remove_links(net, np.zeros(0, dtype=np.bool_))])
def test_steps_over_nothing_give_nothing(step: object) -> None:
    nothing = draw({}, [])
    assert callable(step)
    assert len(step(nothing).nodes) == 0
    assert len(split_links(nothing, [], []).links) == 0
    assert len(join_nodes(nothing, []).nodes) == 0
    assert len(concatenate(nothing, nothing).links) == 0
    assert components(nothing, TRUCK).label.tolist() == []
    assert largest_strong_component(nothing, TRUCK).tolist() == []


@st.composite
def networks(draw_value: st.DrawFn) -> Infrastructure:
    """Return a random network of up to 7 nodes on a 100 m raster and up to 12 links with random directions."""
    count = draw_value(st.integers(2, 7))
    nodes = {f"n{number}": (100.0 * (number % 3), 100.0 * (number // 3)) for number in range(count)}
    ends = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1))
    pairs = draw_value(st.lists(ends, min_size=1, max_size=12))
    masks = draw_value(st.lists(st.sampled_from([(15, 15), (15, 0), (0, 15), (3, 15)]), min_size=12, max_size=12))
    via = {f"l{number}": [(37.0 * number, 260.0)] for number in range(0, len(pairs), 2)}
    links = [
        (f"l{number}", f"n{start}", f"n{end}", {"access_forward": mask[0], "access_backward": mask[1]})
        for number, ((start, end), mask) in enumerate(zip(pairs, masks, strict=False))
    ]
    return draw(nodes, links, via=via)


def reach(net: Infrastructure, kinds: int) -> set[tuple[str, str]]:
    """Return the pairs of node ids of which the second is reached from the first."""
    graph = nx.DiGraph()
    graph.add_nodes_from(net.nodes.node_id)
    for row in range(len(net.links)):
        ends = net.nodes.node_id[net.links.from_index[row]], net.nodes.node_id[net.links.to_index[row]]
        if net.links.access_forward[row] & kinds:
            graph.add_edge(*ends)
        if net.links.access_backward[row] & kinds:
            graph.add_edge(*ends[::-1])
    return {(start, end) for start in graph for end in nx.descendants(graph, start)}


@settings(max_examples=60, deadline=None)
@given(networks(), st.lists(st.tuples(st.integers(0, 11), st.floats(0, 1)), max_size=6))
def test_cutting_keeps_length_lines_and_reach(net: Infrastructure, wanted: list[tuple[int, float]]) -> None:
    places = [(link, share) for link, share in wanted if link < len(net.links)]
    length = lengths_m(net.lines)
    cut = cut_links(net, [link for link, _ in places], [share * length[link] for link, share in places])
    after = cut.infrastructure
    owner = np.repeat(np.arange(len(net.links)), cut.pieces)
    assert np.bincount(owner, after.links.length_m, len(net.links)) == pytest.approx(net.links.length_m, abs=1e-9)
    assert lengths_m(after.lines) == pytest.approx(after.links.length_m, abs=1e-3)
    starts, ends = after.lines.offsets[:-1], after.lines.offsets[1:] - 1
    for vertex, node in ((starts, after.links.from_index), (ends, after.links.to_index)):
        assert (after.lines.coordinates[vertex, 0] == after.nodes.lon[node]).all()
        assert (after.lines.coordinates[vertex, 1] == after.nodes.lat[node]).all()
    known = set(net.nodes.node_id)
    found = {(start, end) for start, end in reach(after, TRUCK) if start in known and end in known}
    assert found == reach(net, TRUCK)


@settings(max_examples=60, deadline=None)
@given(networks(), st.integers(0, 6), st.integers(0, 6))
def test_joining_keeps_reach_and_ends_lines_on_nodes(net: Infrastructure, keep: int, drop: int) -> None:
    keep, drop = keep % len(net.nodes), drop % len(net.nodes)
    after = join_nodes(net, [(keep, drop)])
    name = dict.fromkeys([net.nodes.node_id[drop]], net.nodes.node_id[keep])
    before = {(name.get(start, start), name.get(end, end)) for start, end in reach(net, TRUCK)}
    assert {pair for pair in before if pair[0] != pair[1]} <= reach(after, TRUCK)
    assert after.links.length_m.sum() >= net.links.length_m.sum() - 1e-6
    assert lengths_m(after.lines) == pytest.approx(after.links.length_m, abs=1e-3)
    starts, ends = (
        after.lines.coordinates[after.lines.offsets[:-1]],
        after.lines.coordinates[after.lines.offsets[1:] - 1],
    )
    assert (starts[:, 0] == after.nodes.lon[after.links.from_index]).all()
    assert (ends[:, 0] == after.nodes.lon[after.links.to_index]).all()
    assert (ends[:, 1] == after.nodes.lat[after.links.to_index]).all()


@settings(max_examples=60, deadline=None)
@given(networks())
def test_components_are_networkx_components(net: Infrastructure) -> None:
    label = components(net, TRUCK, strong=True).label
    pairs = reach(net, TRUCK)
    ids = net.nodes.node_id
    for one in range(len(label)):
        for other in range(one):
            both = (ids[one], ids[other]) in pairs and (ids[other], ids[one]) in pairs
            assert (label[one] == label[other]) == both
