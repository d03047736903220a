"""The check of an infrastructure: every kind of fault made by hand with the row expected, clean networks, bad input."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
import shapely
from topology_parts import METRES_PER_LON, draw, hours, place, restrict
from topology_parts import Place as Metres

from geodata.infrastructure.build import make_candidates, make_conditions
from geodata.infrastructure.columns import CANDIDATE_KINDS, NODE_FEATURES
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.models import LINK_CLASSES
from geodata.network import Geometries
from geodata.topology.check import check_infrastructure
from geodata.topology.check_places import Place
from geodata.topology.issues import Issue, Issues
from geodata.topology.layer import issue_lines_layer, issues_layer
from geodata.topology.options import CheckOptions
from geodata.topology.texts import KINDS, REASONS

EDGE = NODE_FEATURES.index("extract_edge")
SQUARE: Mapping[str, Metres] = {"a": (0, 0), "b": (100, 0), "c": (100, 100), "d": (0, 100)}
RING: tuple[tuple[str, str, str], ...] = (("ab", "a", "b"), ("bc", "b", "c"), ("cd", "c", "d"), ("da", "d", "a"))


def square(
    nodes: Mapping[str, Metres] | None = None,
    links: Sequence[Any] = (),
    **parts: Any,  # noqa: ANN401 - tables of several kinds
) -> Infrastructure:
    """Return a square of roads of 100 m, a-b-c-d, and what is put beside it."""
    return draw({**SQUARE, **(nodes or {})}, [*RING, *links], **parts)


def only(net: Infrastructure, *kinds: str, **options: Any) -> Issue:  # noqa: ANN401 - options of several types
    """Return the one issue a check finds; of some kinds only, where the fault cannot but show as another too."""
    found = check_infrastructure(net, CheckOptions(kinds=kinds or KINDS, **options))
    assert len(found) == 1, [(row.reason, row.links, row.nodes) for row in found.rows]
    return found.rows[0]


def at(issue: Issue) -> tuple[float, float]:
    """Return where an issue lies, metres east and north."""
    return (issue.lon - 106) * METRES_PER_LON, issue.lat * 110_574.2727


def told(net: Infrastructure, **options: Any) -> list[tuple[str, tuple[str, ...], tuple[str, ...], bool]]:  # noqa: ANN401
    """Return reason, links, nodes and safety of everything found."""
    rows = check_infrastructure(net, CheckOptions(**options)).rows
    return [(row.reason, row.links, row.nodes, row.safe) for row in rows]


def test_a_clean_network_gives_nothing() -> None:
    """A square, a dead end of 50 m out of it, a bridge over one side: nothing is wrong."""
    net = square(
        {"e": (150, 100), "p": (50, -40), "q": (50, 40)},
        [("ce", "c", "e"), ("ap", "a", "p"), ("pq", "p", "q", {"bridge": True, "layer": 1})],
        turns=restrict(("r", [0, 1], [True, True])),
        conditions=make_conditions(link_index=[0], kinds=[12], schedule=[0]),
        schedules=hours(["Mo 06:00-09:00"], [0, 1], [360], [540]),
    )
    issues = check_infrastructure(net)
    assert issues.rows == ()
    assert issues.counts["dead_ends"] == 2
    assert issues.counts["links_hgv"] == 7
    assert issues.summary() == {}


def test_a_dead_end_short_of_a_link() -> None:
    """The road pq comes from the north and ends 3 m short of cd, the square's side at y = 100, at x = 40.

    It is an island too (nothing else connects it), told of as such.
    """
    net = square({"p": (40, 160), "q": (40, 103)}, [("pq", "p", "q")])
    issue = only(net, "dead_end")
    assert issue.reason == "dead_end_near"
    assert issue.severity == "warning"
    assert (issue.links, issue.nodes) == (("cd",), ("q",))
    assert at(issue) == pytest.approx((40, 103), abs=1e-3)
    assert not issue.safe
    assert issue.repair is not None
    assert {name: issue.repair[name] for name in ("action", "node", "link")} == {
        "action": "connect",
        "node": "q",
        "link": "cd",
    }
    assert issue.repair["position_m"] == pytest.approx(60, abs=1e-3)
    assert issue.line == pytest.approx(np.array([place(40, 103), place(40, 100)]), abs=1e-9)
    assert issue.text.en == "Node q is a dead end 3.00 m from link cd and is not connected to it."
    assert issue.text.vi == "Nút q là đầu cụt, cách đoạn cd 3.00 m nhưng chưa nối."
    assert issue.issue_id == "dead_end_near:cd|q"
    assert told(net)[1][0] == "island"


@pytest.mark.parametrize(
    ("end", "columns", "found"),
    [
        ((40, 100.4), {}, [("dead_end_near", True)]),
        ((40, 99.7), {}, [("dead_end_near", True)]),
        ((40, 104.5), {}, []),
        ((40, 100.4), {"layer": 1}, []),
        ((40, 100.4), {"bridge": True}, []),
        ((40, 100.4), {"mode": 1, "link_class": 18, "access_forward": 16, "access_backward": 16}, []),
    ],
)
def test_which_dead_ends_are_undershoots(end: tuple[float, float], columns: dict[str, Any], found: list[Any]) -> None:
    """Within 4 m, on one level, of one mode; certain up to 0.5 m."""
    net = square({"p": (40, 160), "q": end}, [("pq", "p", "q", columns)])
    rows = check_infrastructure(net, CheckOptions(kinds=("dead_end",))).rows
    assert [(row.reason, row.safe) for row in rows] == found


def test_a_dead_end_that_runs_beside_a_link_is_none() -> None:
    """The lane q-p runs along cd, 3 m off: its end does not point at cd."""
    assert (
        told(square({"p": (90, 160), "q": (20, 103)}, [("pq", "p", "q")], via={"pq": [(90, 103)]}), kinds=("dead_end",))
        == []
    )


def test_a_stub_at_the_road_it_leaves_is_no_undershoot() -> None:
    """A stub of 3 m out of node c lies 3 m from the roads it leaves."""
    assert told(square({"p": (102, 102)}, [("cp", "c", "p")]), kinds=("dead_end", "near_nodes")) == []


def test_a_gate_at_a_dead_end_is_never_joined_by_itself() -> None:
    net = square(
        {"p": (40, 160), "q": (40, 100.2)},
        [("pq", "p", "q")],
        node_columns={"feature": [-1] * 5 + [NODE_FEATURES.index("gate")], "closed": [0] * 5 + [15]},
    )
    assert not only(net, "dead_end").safe


def test_a_road_at_a_motorway_is_never_joined_by_itself() -> None:
    """A motorway meets other roads by ramps only: what ends on one, untagged, may pass below."""
    net = draw(
        {"a": (0, 0), "b": (100, 0), "p": (40, 60), "q": (40, 0.2)},
        [("ab", "a", "b", {"link_class": 0}), ("pq", "p", "q")],
    )
    assert not only(net, "dead_end").safe
    ramp = draw(
        {"a": (0, 0), "b": (100, 0), "p": (40, 60), "q": (40, 0.2)},
        [("ab", "a", "b", {"link_class": 0}), ("pq", "p", "q", {"link_class": 1})],
    )
    assert only(ramp, "dead_end").safe


def test_two_dead_ends_that_face_each_other() -> None:
    """The road p-q-…-r-s misses 2 m between q and r; each is the end of a link, so the two are to become one."""
    net = draw({"p": (0, 0), "q": (50, 0), "r": (52, 0), "s": (90, 0)}, [("pq", "p", "q"), ("rs", "r", "s")])
    issue = only(net, "dead_end", "near_nodes")
    assert issue.nodes == ("q", "r")
    assert issue.repair == {"action": "join_nodes", "keep": "r", "drop": "q"}


def test_a_dead_end_at_the_edge_of_the_data_is_none() -> None:
    net = square(
        {"p": (40, 160), "q": (40, 103)}, [("pq", "p", "q")], node_columns={"feature": [-1] * 4 + [EDGE, EDGE]}
    )
    assert told(net) == [("island_edge", ("pq",), ("p", "q"), False)]


def test_a_junction_on_a_link_it_is_not_part_of() -> None:
    """The roads p-q and q-r meet at q, 0.3 m south of side ab."""
    net = square({"p": (40, -60), "q": (40, -0.3), "r": (90, -60)}, [("pq", "p", "q"), ("qr", "q", "r")])
    issue = only(net, "dead_end")
    assert (issue.reason, issue.links, issue.nodes, issue.safe) == ("node_on_link", ("ab",), ("q",), True)
    assert issue.text.vi == "Nút q cách đoạn ab 0.30 m, cùng mức, nhưng không nối với nó."


def test_nodes_that_lie_together() -> None:
    """Junction q, of two roads, lies 0.4 m east of c, of two roads; the earlier one stays."""
    net = square({"p": (160, 160), "q": (100.4, 100), "r": (160, 90)}, [("pq", "p", "q"), ("qr", "q", "r")])
    issue = only(net, "near_nodes")
    assert (issue.nodes, issue.safe) == (("c", "q"), True)
    assert issue.repair == {"action": "join_nodes", "keep": "c", "drop": "q"}
    assert issue.text.en == "Node c and q lie 0.40 m apart on the same level and are not connected."
    assert told(net, kinds=("near_nodes", "dead_end")) == [("near_nodes", (), ("c", "q"), True)]


def test_nodes_of_a_bridge_above_are_left_alone() -> None:
    net = square(
        {"p": (160, 160), "q": (100, 100), "r": (40, 40)},
        [("pq", "p", "q", {"bridge": True, "layer": 1}), ("qr", "q", "r", {"bridge": True, "layer": 1})],
    )
    assert told(net, kinds=("near_nodes", "dead_end", "crossing")) == []


def test_a_part_that_can_be_entered_and_not_left() -> None:
    """b->p and p->q run one way for road vehicles: two nodes, 100 m."""
    one_way = {"oneway": True, "access_backward": 0}
    net = square({"p": (150, 0), "q": (200, 0)}, [("bp", "b", "p", one_way), ("pq", "p", "q", one_way)])
    issue = only(net)
    assert (issue.reason, issue.links, issue.nodes) == ("trap_in", ("bp",), ("p", "q"))
    assert issue.text.en == "Road vehicles can enter 2 node(s) (0.1 km) by bp and cannot leave them again."
    assert issue.text.vi == "Xe đường bộ vào được 2 nút (0.1 km) qua bp nhưng không ra được."


def test_a_part_that_lorries_alone_can_leave_and_not_enter() -> None:
    """p-b is open both ways for cars and vans, and to lorries only from p to b."""
    net = square({"p": (150, 0)}, [("pb", "p", "b", {"access_backward": 3})])
    issue = only(net)
    assert (issue.reason, issue.links, issue.nodes) == ("trap_out", ("pb",), ("p",))
    assert issue.text.en.startswith("Lorries of any kind can leave 1 node(s) (0.05 km) by pb")


def test_a_one_way_road_cut_by_the_edge_is_no_trap() -> None:
    net = square(
        {"p": (150, 0)}, [("bp", "b", "p", {"access_backward": 0})], node_columns={"feature": [-1] * 4 + [EDGE]}
    )
    assert told(net) == []


def test_a_one_way_road_out_of_the_area_is_no_trap() -> None:
    net = square({"p": (150, 0)}, [("bp", "b", "p", {"access_backward": 0})])
    assert told(net, area=(105.9, -1.0, place(120, 0)[0], 1.0)) == []
    assert len(told(net, area=(105.9, -1.0, 106.1, 1.0))) == 1


def test_a_part_beyond_a_trap_is_told_of_once() -> None:
    """From x one gets to p, which is a trap; nobody gets to x."""
    net = square(
        {"p": (150, 0), "x": (200, 0)},
        [("bp", "b", "p", {"access_backward": 0}), ("xp", "x", "p", {"access_backward": 0})],
    )
    assert told(net) == [("trap_in", ("bp", "xp"), ("p",), False), ("trap_out", ("xp",), ("x",), False)]


def test_an_island_of_each_mode() -> None:
    """A road of 40 m lies 60 m from node c; of two railways the shorter is apart, 200 m away."""
    rail = {"mode": 1, "link_class": 18, "access_forward": 16, "access_backward": 16}
    net = square(
        {"p": (160, 100), "q": (200, 100), "t": (0, 300), "u": (500, 300), "v": (700, 300), "w": (800, 300)},
        [("pq", "p", "q"), ("tu", "t", "u", rail), ("vw", "v", "w", rail)],
    )
    found = check_infrastructure(net).rows
    assert [(row.reason, row.links, row.nodes) for row in found] == [
        ("island", ("pq",), ("p", "q")),
        ("island", ("vw",), ("v", "w")),
    ]
    assert found[0].text.en == "1 link(s) (0.04 km, road) hang together apart from the main network, 60 m from it."
    assert found[1].text.vi == "1 đoạn (0.1 km, đường sắt) tách rời mạng chính, cách mạng chính 200 m."
    assert at(found[1]) == pytest.approx((700, 300), abs=1e-3)


def test_links_of_no_length() -> None:
    """A loop at a is useless; a link between two nodes at one place stands for one node."""
    net = square({"e": (100, 100), "f": (150, 150)}, [("aa", "a", "a"), ("ce", "c", "e"), ("ef", "e", "f")])
    found = check_infrastructure(net).rows
    assert [(row.reason, row.links, row.nodes, row.safe) for row in found] == [
        ("zero_loop", ("aa",), ("a",), True),
        ("zero_length", ("ce",), ("c", "e"), True),
    ]
    assert found[0].repair == {"action": "remove_link", "link": "aa"}
    assert found[1].repair == {"action": "collapse", "link": "ce", "keep": "c", "drop": "e"}


@pytest.mark.parametrize("columns", [{"access_backward": 0}, {"max_weight_t": 10.0}, {"access_forward": 3}])
def test_a_link_of_no_length_that_holds_something_back_is_not_taken_out_by_itself(columns: dict[str, Any]) -> None:
    net = square({"e": (100, 100), "f": (150, 150)}, [("ce", "c", "e", columns), ("ef", "e", "f")])
    assert not only(net, "zero_length").safe


def test_a_link_without_a_line() -> None:
    net = square()
    bare = Geometries(np.array([0, 2, 4, 6, 6]), net.lines.coordinates[:6])
    issue = only(Infrastructure(**(vars(net) | {"lines": bare})))
    assert (issue.reason, issue.links, issue.severity) == ("no_line", ("da",), "error")


def test_the_same_link_twice() -> None:
    """The second ba runs backwards on ab's line and says the same; it may go."""
    issue = only(square({}, [("again", "b", "a")]))
    assert (issue.reason, issue.links, issue.safe) == ("duplicate", ("again", "ab"), True)
    assert issue.repair == {"action": "remove_link", "link": "again", "twin": "ab"}
    assert at(issue)[1] == pytest.approx(0, abs=1e-6)


def test_nearly_the_same_link_is_for_a_person_to_judge() -> None:
    issue = only(square({}, [("again", "a", "b", {"lanes": 4, "access_forward": 1})], via={"again": [(50, 0.3)]}))
    assert (issue.reason, issue.links, issue.safe) == ("near_duplicate", ("again", "ab"), False)
    assert issue.text.en == "Link again runs within 0.30 m of ab between the same nodes, for the same vehicles."
    assert issue.suggestion.en == "Keep the one whose columns are right; they differ in length_m, lanes, access."


def test_one_way_rows_on_one_line_are_no_duplicates() -> None:
    one_way: dict[str, Any] = {"oneway": True, "access_backward": 0}
    net = draw(SQUARE, [("there", "a", "b", one_way), ("back", "b", "a", one_way), *RING[1:]])
    assert told(net) == []


def test_a_dual_carriageway_is_no_duplicate() -> None:
    assert told(square({}, [("other", "a", "b")], via={"other": [(10, 8), (90, 8)]})) == []


def test_a_turn_over_a_duplicate_keeps_it_from_being_removed_by_itself() -> None:
    assert not only(square({}, [("again", "a", "b")], turns=restrict(("r", [0, 1], [True, True])))).safe


def test_links_that_share_a_stretch() -> None:
    """The road p-q runs along ab from x = 20 to x = 60, then off."""
    net = square({"p": (20, 0), "q": (60, -50)}, [("pq", "p", "q")], via={"pq": [(60, 0)]})
    issue = only(net, "duplicate", "crossing")
    assert (issue.reason, issue.links) == ("overlap", ("ab", "pq"))
    assert issue.text.en == "Link ab and pq run on the very same line for 40 m."


@pytest.mark.parametrize(
    ("columns", "reason", "value"),
    [
        ({"speed_kmh": 0.0}, "speed_zero", None),
        ({"speed_kmh": 500.0}, "speed_high", None),
        ({"speed_kmh": 81.0}, "speed_high", None),
        ({"speed_kmh": 2.0}, "speed_low", None),
        ({"speed_hgv_kmh": 0.0}, "speed_zero", None),
        ({"observed_kmh": 60.0}, "speed_observed", None),
        ({"observed_kmh": 0.0}, "speed_zero", None),
    ],
)
def test_speeds_that_cannot_be(columns: dict[str, Any], reason: str, value: float | None) -> None:
    """On a residential road of 50 km/h: more than 80, less than 3, or 0 allowed; more than 55 observed."""
    issue = only(square({"e": (150, 150)}, [("ce", "c", "e", columns)]))
    column = next(iter(columns))
    assert (issue.reason, issue.links, issue.safe) == (reason, ("ce",), False)
    assert issue.repair == {"action": "set", "link": "ce", "column": column, "value": value}


def test_speeds_that_can_be() -> None:
    fine = {"speed_kmh": 120.0, "observed_kmh": 125.0, "link_class": LINK_CLASSES.index("motorway")}
    unknown = {"speed_kmh": math.nan, "observed_kmh": 70.0}
    assert told(square({"e": (150, 150), "f": (0, -9)}, [("ce", "c", "e", fine), ("af", "a", "f", unknown)])) == []


@pytest.mark.parametrize(
    ("length", "reason", "severity", "safe"),
    [
        (0.0, "length_zero", "error", True),
        (90.0, "length_impossible", "error", False),
        (105.0, "length_short", "warning", False),
        (300.0, "length_long", "warning", False),
    ],
)
def test_lengths_that_contradict_the_line(length: float, reason: str, severity: str, safe: bool) -> None:
    """A line over (50, 22.9) is 110 m long, its ends 100 m apart."""
    net = draw({"a": (0, 0), "b": (100, 0)}, [("ab", "a", "b", {"length_m": length})], via={"ab": [(50, 22.912878)]})
    issue = only(net, "length")
    assert (issue.reason, issue.severity, issue.safe) == (reason, severity, safe)
    assert issue.repair is not None
    assert issue.repair["value"] == pytest.approx(110, abs=0.01)


def test_lengths_stated_by_a_source_are_told_of_in_one_note() -> None:
    """Three lines of 100 m are said to be 105, 120 and 104 m long."""
    links = [(f"l{number}", "a", "b", {"length_m": length}) for number, length in enumerate((105.0, 120.0, 104.0))]
    issue = only(draw({"a": (0, 0), "b": (100, 0)}, links), "length")
    assert (issue.reason, issue.severity, issue.links) == ("length_stated", "note", ("l0", "l1", "l2"))
    assert issue.text.en.startswith("3 link(s) state a length 4 to 20 % longer than their line")


@pytest.mark.parametrize("length", [109.0, 110.9])
def test_lengths_may_be_rounded(length: float) -> None:
    net = draw({"a": (0, 0), "b": (100, 0)}, [("ab", "a", "b", {"length_m": length})], via={"ab": [(50, 22.912878)]})
    assert told(net) == []


def test_a_line_that_stops_short_of_its_node() -> None:
    """The line of da starts 0.3 m, and ends 2 m, off its nodes."""
    net = square()
    points = net.lines.coordinates.copy()
    points[6], points[7] = place(0.3, 100), place(0, 2)
    moved = Infrastructure(**(vars(net) | {"lines": Geometries(net.lines.offsets, points)}))
    found = check_infrastructure(moved, CheckOptions(kinds=("line_end",))).rows
    assert [(row.reason, row.links, row.nodes, row.safe) for row in found] == [
        ("line_end", ("da",), ("d",), True),
        ("line_end", ("da",), ("a",), False),
    ]
    assert found[1].text.en == "The line of da ends 2.00 m from a, its node."
    assert found[1].repair == {"action": "move_end", "link": "da", "end": "last", "extend_above_m": 0.5}


def test_a_line_the_wrong_way_round() -> None:
    net = square()
    points = net.lines.coordinates.copy()
    points[2:4] = points[2:4][::-1]
    turned = Infrastructure(**(vars(net) | {"lines": Geometries(net.lines.offsets, points)}))
    assert told(turned) == [("line_reversed", ("bc",), (), True)]


def test_lines_that_cross_without_a_junction() -> None:
    """The road p-q crosses ab at x = 30 on the ground; from r to s it goes over cd on a bridge."""
    over = {"bridge": True, "layer": 1}
    net = square(
        {"p": (30, -50), "q": (30, 50), "r": (30, 150)},
        [("pq", "p", "q"), ("qr", "q", "r", over)],
    )
    issue = only(net, "crossing")
    assert (issue.reason, issue.links, issue.safe) == ("crossing", ("ab", "pq"), False)
    assert at(issue) == pytest.approx((30, 0), abs=1e-3)
    assert issue.repair is not None
    assert issue.repair["action"] == "junction"
    assert np.array(issue.repair["points"]) == pytest.approx(np.array([place(30, 0)]), abs=1e-9)


def test_a_road_and_a_railway_cross_on_the_level() -> None:
    """At x = 30 without a point of either line: told of. At x = 60 both lines have a point: a level crossing."""
    rail = {"mode": 1, "link_class": 18, "access_forward": 16, "access_backward": 16}
    nodes = {"a": (0, 0), "b": (100, 0), "p": (30, -50), "q": (30, 50), "r": (60, 50), "s": (60, -50)}
    links: list[Any] = [("ab", "a", "b"), ("pq", "p", "q", rail), ("rs", "r", "s", rail)]
    net = draw(nodes, links, via={"ab": [(60, 0)], "rs": [(60, 0)]})
    issue = only(net, "crossing")
    assert (issue.reason, issue.links, issue.repair) == ("crossing_rail", ("ab", "pq"), None)
    assert at(issue) == pytest.approx((30, 0), abs=1e-3)


def test_a_line_that_crosses_itself() -> None:
    """From c east, round and back over itself at (130, 100)."""
    net = square({"e": (130, 60)}, [("ce", "c", "e")], via={"ce": [(160, 100), (160, 140), (130, 140)]})
    issue = only(net)
    assert (issue.reason, issue.links) == ("self_crossing", ("ce",))
    assert at(issue) == pytest.approx((130, 100), abs=1e-3)


def test_a_ring_does_not_cross_itself() -> None:
    assert told(square({}, [("cc", "c", "c")], via={"cc": [(150, 100), (150, 150)]})) == []


def test_an_isolated_node() -> None:
    issue = only(square({"e": (500, 500)}))
    assert (issue.reason, issue.severity, issue.nodes, issue.safe) == ("isolated_node", "note", ("e",), False)


def test_a_motorway_that_lorries_cannot_leave() -> None:
    """The motorway a->e is open to lorries; only a road that bans them goes on from e. It is a trap for them too."""
    motorway = {"link_class": 0, "oneway": True, "access_backward": 0}
    net = square(
        {"e": (-100, 0), "f": (-100, 100)},
        [("ae", "a", "e", motorway), ("ef", "e", "f", {"access_forward": 3, "access_backward": 3}), ("fd", "f", "d")],
    )
    issue = only(net, "motorway_end")
    assert (issue.reason, issue.links, issue.nodes) == ("motorway_end", ("ae",), ("e",))
    assert issue.text.en.startswith("Link ae (motorway) leads lorries of any kind to e, where only links closed")
    assert [row[0] for row in told(net)] == ["trap_in", "motorway_end"]


def test_turns_over_links_that_do_not_meet() -> None:
    """From ab one cannot go on to cd; from bc driven backwards one arrives at b and cannot go on to cd either."""
    net = square(
        turns=restrict(("r1", [0, 2], [True, True]), ("r2", [1, 2], [False, True]), ("r3", [1, 2], [True, True]))
    )
    found = check_infrastructure(net).rows
    assert [(row.reason, row.links, row.nodes, row.values["turn"]) for row in found] == [
        ("turn_apart", ("ab", "cd"), ("b",), "r1"),
        ("turn_apart", ("bc", "cd"), ("b",), "r2"),
    ]
    assert found[0].repair == {"action": "remove_turn", "turn": "r1"}
    assert found[0].issue_id == "turn_apart:ab|cd|b|r1"


def test_turns_that_contradict_each_other() -> None:
    net = square(turns=restrict(("no", [0, 1], [True, True])))
    both = restrict(("no", [0, 1], [True, True]), ("only", [0, 1], [True, True]))
    opposed = Infrastructure(**(vars(net) | {"turns": _with_kinds(both, [0, 1])}))
    issue = only(opposed)
    assert (issue.reason, issue.links, issue.values["turn"], issue.values["against"]) == (
        "turn_opposed",
        ("ab",),
        "only",
        "no",
    )
    twice = Infrastructure(**(vars(net) | {"turns": _with_kinds(both, [0, 0])}))
    assert told(twice) == [("turn_double", ("ab",), ("b",), True)]


def _with_kinds(turns: Any, kinds: list[int]) -> Any:  # noqa: ANN401 - turn restrictions
    columns = {name: getattr(turns, name) for name in type(turns).__slots__}
    return type(turns)(**(columns | {"kind": np.array(kinds, dtype=np.int8)}))


def test_turns_that_lead_nowhere_or_never_apply() -> None:
    """Nobody drives ab backwards; cd, on to which one must go from bc, is closed to lorries."""
    net = draw(
        SQUARE,
        [("ab", "a", "b", {"access_backward": 0}), RING[1], ("cd", "c", "d", {"access_forward": 3}), RING[3]],
        turns=_with_kinds(restrict(("r1", [1, 0], [False, False]), ("r2", [1, 2], [True, True])), [0, 1]),
    )
    found = check_infrastructure(net, CheckOptions(kinds=("turn",))).rows
    assert [(row.reason, row.values["turn"], row.links) for row in found] == [
        ("turn_blind", "r2", ("bc", "cd")),
        ("turn_idle", "r1", ("ab",)),
    ]
    assert "sends lorries of any kind from bc on to cd" in found[0].text.en


def test_conditions_that_bind_nobody_or_change_nothing() -> None:
    """Of link 0: 1 names no vehicle; 2 opens what is open; 3 closes lorries, 4 opens them again at night: both hold."""
    net = square(
        conditions=make_conditions(
            link_index=[0, 0, 0, 0, 1, 1],
            kinds=[0, 1, 12, 12, 16, 3],
            is_open=[False, True, False, True, False, False],
            schedule=[-1, -1, -1, 0, -1, 1],
        ),
        schedules=hours(["night", "never"], [0, 1, 1], [0], [360]),
    )
    found = check_infrastructure(net).rows
    assert [(row.reason, row.links, row.values["condition"], row.safe) for row in found] == [
        ("condition_empty", ("ab",), 1, True),
        ("condition_empty", ("bc",), 2, True),
        ("condition_idle", ("ab",), 2, False),
        ("condition_idle", ("bc",), 1, False),
    ]
    assert found[0].text.en == "Condition 1 of ab binds nobody: it names no vehicle."
    assert found[1].text.vi == "Điều kiện 2 của bc không áp dụng cho ai: thiếu giờ."
    assert found[3].text.en == "Condition 1 of bc changes nothing: trains may not use it that way."


def test_access_that_cannot_be() -> None:
    net = square(
        {"e": (150, 150), "f": (200, 150)},
        [
            ("ce", "c", "e", {"access_forward": 31}),
            ("ef", "e", "f", {"access_forward": 0, "access_backward": 0}),
            ("fc", "f", "c", {"oneway": True, "access_forward": 0}),
        ],
    )
    found = check_infrastructure(net, CheckOptions(kinds=("access",))).rows
    assert [(row.reason, row.severity, row.links) for row in found] == [
        ("wrong_mode", "error", ("ce",)),
        ("oneway_closed", "warning", ("fc",)),
        ("closed_link", "note", ("ef",)),
    ]
    assert found[0].text.vi == "Đoạn ce thuộc phương thức đường bộ nhưng mở cho tàu hỏa vốn chạy trên mạng khác."


@pytest.mark.parametrize(
    ("column", "value", "reason", "better"),
    [
        ("max_height_m", 1.2, "limit_low", None),
        ("max_height_m", 450.0, "limit_high", 4.5),
        ("max_weight_t", 8000.0, "limit_high", 8.0),
        ("max_weight_t", 0.0, "limit_zero", None),
        ("max_axle_load_t", -3.0, "limit_zero", None),
        ("max_weight_t", 1e9, "limit_high", None),
    ],
)
def test_limits_that_cannot_be(column: str, value: float, reason: str, better: float | None) -> None:
    """450 m of height are 4.5 m in centimetres, 8,000 t are 8 t in kilograms; a million tonnes are nothing at all."""
    issue = only(square({"e": (150, 150)}, [("ce", "c", "e", {column: value})]))
    assert (issue.reason, issue.links, issue.safe) == (reason, ("ce",), False)
    assert issue.repair == {"action": "set", "link": "ce", "column": column, "value": better}


def test_a_limit_of_a_node() -> None:
    net = square(node_columns={"max_height_m": [1.0, math.nan, 4.5, math.nan]})
    issue = only(net)
    assert (issue.reason, issue.nodes, issue.links) == ("limit_low", ("a",), ())
    assert issue.repair == {"action": "set", "node": "a", "column": "max_height_m", "value": None}


def test_terminals_off_the_network() -> None:
    """A dry port 600 m from the roads; a seaport beside a road that is cut off from the square; a yard by the track."""
    rail = {"mode": 1, "link_class": 18, "access_forward": 16, "access_backward": 16}
    east = {"p": (3000, 0), "q": (3100, 0), "t": (0, 300), "u": (500, 300)}
    candidates = make_candidates(
        candidate_id=np.array(["dry", "sea", "yard", "near"], dtype=object),
        kind=[CANDIDATE_KINDS.index(kind) for kind in ("dry_port", "seaport", "rail_yard", "warehouse")],
        name=np.array(["ICD Xa", "", "", ""], dtype=object),
        lon=[place(x, 0)[0] for x in (700, 3050, 250, 400)],
        lat=[place(0, y)[1] for y in (50, 20, 280, 0)],
    )
    net = square(east, [("pq", "p", "q"), ("tu", "t", "u", rail)], candidates=candidates)
    found = check_infrastructure(net, CheckOptions(kinds=("terminal",))).rows
    assert [(row.reason, row.links, row.values["place"]) for row in found] == [
        ("terminal_far", ("bc",), "dry:road"),
        ("terminal_cut_off", ("pq",), "sea:road"),
    ]
    assert found[0].text.en == "ICD Xa (dry port) lies 600 m from the nearest road link that lorries may use."
    assert found[0].text.vi == "ICD Xa (cảng cạn) cách đoạn đường bộ gần nhất mà xe tải được đi 600 m."
    assert "are 2,950 m away" in found[1].text.en
    placed = check_infrastructure(
        net, CheckOptions(kinds=("terminal",)), places=[Place("x", "rail_station", *place(0, 900))]
    )
    assert [row.issue_id for row in placed.rows][1] == "terminal_far:tu|x:rail"


def test_a_terminal_is_as_near_as_its_area() -> None:
    outline = [place(700, 0), place(700, 50), place(300, 50), place(300, 0), place(700, 0)]
    area = Place("x", "warehouse", *place(650, 20), outline=shapely.Polygon(outline))
    options = CheckOptions(kinds=("terminal",))
    assert len(check_infrastructure(square(), options, places=[area])) == 0
    assert len(check_infrastructure(square(), options, places=[Place("x", "warehouse", *place(650, 20))])) == 1


def test_a_mode_closed_to_the_vehicles_a_terminal_needs() -> None:
    net = draw(SQUARE, [("ab", "a", "b", {"access_forward": 1, "access_backward": 1})])
    found = check_infrastructure(net, CheckOptions(kinds=("terminal",)), places=[Place("x", "warehouse", *place(0, 0))])
    assert [row.reason for row in found.rows] == ["terminal_none"]


def test_an_unknown_kind_of_place_is_refused() -> None:
    with pytest.raises(ValueError, match="kind of place 'x' must be one of seaport"):
        Place("x", "harbour", 106.0, 10.0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"kinds": ("speeds",)}, "Unknown kinds 'speeds'; known: dead_end"),
        ({"vehicles": ("bus",)}, "Unknown vehicles 'bus'"),
        ({"snap_m": -1.0}, "snap_m must be at least 0 and finite, got -1.0"),
        ({"terminal_m": math.nan}, "terminal_m must be at least 0"),
        ({"area": (107.0, 10.0, 106.0, 11.0)}, "area must be west, south, east, north"),
        ({"most_kmh": {"path": 5.0}}, "Unknown link class 'path' in most_kmh"),
    ],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        CheckOptions(**options)


@pytest.mark.parametrize(
    "net",
    [
        draw({}, []),
        draw({"a": (0, 0)}, []),
        draw({"a": (0, 0)}, [("aa", "a", "a", {"mode": -1, "link_class": -1, "access_forward": 0})]),
        draw({"a": (0, 9_900_000)}, [("aa", "a", "a", {"speed_kmh": math.nan, "length_m": 5.0})]),
    ],
)
def test_odd_networks_are_checked_without_a_traceback(net: Infrastructure) -> None:
    for row in check_infrastructure(net).rows:
        assert row.text.en
        assert row.suggestion.vi


def test_every_reason_has_sentences_in_both_languages() -> None:
    for key, reason in REASONS.items():
        assert reason.kind in KINDS
        for text in (reason.text, reason.suggestion):
            assert text.en, key
            assert text.vi, key
            assert text.en != text.vi, key


def test_issues_as_columns_and_layers() -> None:
    net = square({"e": (500, 500), "f": (150, 150)}, [("cf", "c", "f", {"speed_kmh": 0.0})])
    issues = check_infrastructure(net)
    columns = issues.to_columns()
    assert columns["issue_id"].tolist() == ["speed_zero:cf", "isolated_node:e"]
    assert columns["repair"][0] == '{"action": "set", "link": "cf", "column": "speed_kmh", "value": null}'
    assert issues.summary() == {"speed": 1, "isolated_node": 1}
    assert issues.severities() == {"error": 1, "warning": 0, "note": 1}
    assert [row.kind for row in issues.select(safe=False).rows] == ["speed", "isolated_node"]
    assert len(issues.select(kinds=("speed",), severities=("note",))) == 0
    layer = issues_layer(issues)
    assert layer.crs.to_epsg() == 4326
    assert layer.geometry.geom_type.tolist() == ["Point", "Point"]
    assert issue_lines_layer(issues)["links"].tolist() == ["cf"]
    assert len(issues_layer(Issues(()))) == 0
    assert len(issue_lines_layer(Issues(()))) == 0
