"""Repairs: what each does, that they do it once, and what they never lose."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_topology_check import RING, SQUARE, only, square
from test_topology_steps import reach
from topology_parts import Place, draw, hours, place, restrict

from geodata.infrastructure.build import make_conditions
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.network import Geometries
from geodata.osm.importing import import_osm
from geodata.topology.check import check_infrastructure
from geodata.topology.measure import lengths_m
from geodata.topology.options import CheckOptions
from geodata.topology.repair import Repaired, repair, repair_all
from geodata.topology.steps import largest_strong_component

LORRY = 4
EXTRACT = Path(__file__).parents[2] / "shared" / "data" / "osm" / "hcm_2018.osm.pbf"


def mended(net: Infrastructure, *, only_safe: bool = True) -> Repaired:
    """Return a network repaired, after seeing that repairing again changes nothing and that the issues are gone."""
    issues = check_infrastructure(net)
    once = repair(net, issues, only_safe=only_safe)
    again = repair(once.infrastructure, issues, only_safe=only_safe)
    assert again.records == ()
    assert again.infrastructure.links.link_id.tolist() == once.infrastructure.links.link_id.tolist()
    assert (again.infrastructure.lines.coordinates == once.infrastructure.lines.coordinates).all()
    repaired = {record.issue_id for record in once.records}
    assert not repaired & {row.issue_id for row in check_infrastructure(once.infrastructure).rows}
    return once


def test_a_dead_end_is_connected() -> None:
    """The road pq ends 0.4 m north of cd: cd is cut 60 m from its start, pq's end moved there; lorries get through."""
    net = square({"p": (40, 160), "q": (40, 100.4)}, [("pq", "p", "q")])
    done = mended(net)
    after = done.infrastructure
    assert after.links.link_id.tolist() == ["ab", "bc", "cd/1", "cd/2", "da", "pq"]
    assert after.links.length_m == pytest.approx([100, 100, 60, 40, 100, 60], abs=1e-3)
    assert after.nodes.node_id.tolist() == ["a", "b", "c", "d", "p", "cd@60.00"]
    assert ("p", "a") in reach(after, LORRY)
    record = done.records[0]
    assert (record.action, record.links, record.nodes) == ("connect", ("cd",), ("q",))
    assert (record.before, record.after) == ({"nodes": ["q"]}, {"node": "cd@60.00"})
    assert check_infrastructure(after).rows == ()


def test_an_unsafe_dead_end_is_connected_only_when_asked_for() -> None:
    """Pq ends 3 m north of cd: left alone; asked for, its line is led on to 60 m."""
    net = square({"p": (40, 160), "q": (40, 103)}, [("pq", "p", "q")])
    assert repair(net, check_infrastructure(net)).records == ()
    after = repair(net, [only(net, "dead_end")], only_safe=False).infrastructure
    assert after.links.length_m[-1] == pytest.approx(60, abs=1e-3)
    assert np.diff(after.lines.offsets)[-1] == 3


def test_nodes_are_made_one() -> None:
    net = square({"p": (160, 160), "q": (100.4, 100), "r": (160, 90)}, [("pq", "p", "q"), ("qr", "q", "r")])
    after = mended(net).infrastructure
    assert after.nodes.node_id.tolist() == ["a", "b", "c", "d", "p", "r"]
    assert check_infrastructure(after).rows == ()


def test_links_of_no_length_go() -> None:
    net = square({"e": (100, 100), "f": (150, 150)}, [("aa", "a", "a"), ("ce", "c", "e"), ("ef", "e", "f")])
    done = mended(net)
    assert done.infrastructure.links.link_id.tolist() == ["ab", "bc", "cd", "da", "ef"]
    assert done.infrastructure.nodes.node_id.tolist() == ["a", "b", "c", "d", "f"]
    assert [(record.action, record.links) for record in done.records] == [
        ("remove_link", ("aa",)),
        ("collapse", ("ce",)),
    ]
    assert check_infrastructure(done.infrastructure).rows == ()


def test_a_link_between_nodes_made_one_goes_with_its_length() -> None:
    """Nodes p and q, both 0.3 m from c and linked to each other by 0.4 m, are joined to c: their link is no more."""
    net = square(
        {"p": (100.3, 100), "q": (100, 100.3), "r": (160, 160), "s": (90, 170)},
        [("pq", "p", "q"), ("pr", "p", "r"), ("qs", "q", "s")],
    )
    after = mended(net).infrastructure
    assert after.links.link_id.tolist() == ["ab", "bc", "cd", "da", "pr", "qs"]
    assert after.nodes.node_id.tolist() == ["a", "b", "c", "d", "r", "s"]


def test_the_second_of_two_goes() -> None:
    """Three times the same link: two go; the duplicate that a turn names stays for a person to judge."""
    net = square({}, [("again", "b", "a"), ("third", "a", "b")])
    done = mended(net)
    assert done.infrastructure.links.link_id.tolist() == ["ab", "bc", "cd", "da"]
    assert done.records[0].before == {"from": "b", "to": "a", "length_m": pytest.approx(100, abs=1e-6)}
    turns = restrict(("r", [0, 1], [True, True]))
    assert mended(square({}, [("again", "b", "a")], turns=turns)).records == ()


def test_lines_are_led_to_their_nodes_and_turned_round() -> None:
    net = square()
    points = net.lines.coordinates.copy()
    points[6] = place(0.3, 100)
    points[2:4] = points[2:4][::-1]
    done = mended(Infrastructure(**(vars(net) | {"lines": Geometries(net.lines.offsets, points)})))
    assert (done.infrastructure.lines.coordinates == net.lines.coordinates).all()
    assert sorted(record.action for record in done.records) == ["move_end", "reverse_line"]
    assert done.infrastructure.links.access_forward.tolist() == net.links.access_forward.tolist()


def test_a_line_far_from_its_node_is_led_on() -> None:
    """The line of da stops 20 m short of a: 80 m long, as is the link; led on, both are 100 m."""
    net = square()
    points = net.lines.coordinates.copy()
    points[7] = place(0, 20)
    length = net.links.length_m.copy()
    length[3] = 80.0
    lines = Geometries(net.lines.offsets, points)
    links = type(net.links)(**(net.links.to_columns(words=False) | {"length_m": length}))
    done = mended(Infrastructure(**(vars(net) | {"lines": lines, "links": links})), only_safe=False)
    assert done.infrastructure.links.length_m[3] == pytest.approx(100, abs=1e-3)
    assert np.diff(done.infrastructure.lines.offsets)[3] == 3


def test_a_junction_is_made_where_lines_cross() -> None:
    net = square({"p": (30, -50), "q": (30, 150)}, [("pq", "p", "q")])
    assert repair(net, check_infrastructure(net)).records == ()
    done = mended(net, only_safe=False)
    after = done.infrastructure
    assert sorted(after.links.link_id.tolist()) == ["ab/1", "ab/2", "bc", "cd/1", "cd/2", "da", "pq/1", "pq/2", "pq/3"]
    assert len(after.nodes) == 8
    assert check_infrastructure(after).rows == ()


def test_lengths_and_values_are_set() -> None:
    """A length of 0 is certain to be the line's; 8,000 t are 8 t only if someone says so."""
    net = square({"e": (150, 150)}, [("ce", "c", "e", {"length_m": 0.0, "max_weight_t": 8000.0})])
    done = mended(net)
    assert done.infrastructure.links.length_m[4] == pytest.approx(math.hypot(50, 50), abs=0.3)
    assert done.infrastructure.links.max_weight_t[4] == 8000.0
    assert done.records[0].before == {"length_m": 0.0}
    all_of_it = mended(net, only_safe=False)
    assert all_of_it.infrastructure.links.max_weight_t[4] == 8.0
    columns = all_of_it.to_columns()
    assert columns["before"].tolist() == ['{"max_weight_t": 8000.0}', '{"length_m": 0.0}']
    assert columns["safe"].tolist() == [False, True]


def test_access_of_another_mode_is_taken_away() -> None:
    net = square({"e": (150, 150)}, [("ce", "c", "e", {"access_forward": 31})])
    done = mended(net, only_safe=False)
    assert done.infrastructure.links.access_forward[4] == 15
    assert done.records[0].before == {"access_forward": 31, "access_backward": 15}


def test_conditions_and_turns_that_say_nothing_go() -> None:
    net = square(
        conditions=make_conditions(
            link_index=[0, 0, 1], kinds=[0, 12, 12], schedule=[-1, -1, 1], is_open=[False, False, False]
        ),
        schedules=hours(["a", "b"], [0, 1, 1], [0], [60]),
        turns=restrict(("r1", [0, 1], [True, True]), ("r1", [0, 1], [True, True]), ("r2", [0, 2], [True, True])),
    )
    done = mended(net)
    assert done.infrastructure.conditions.link_index.tolist() == [0]
    assert done.infrastructure.conditions.kinds.tolist() == [12]
    assert done.infrastructure.turns.turn_id.tolist() == ["r1", "r2"]
    assert mended(net, only_safe=False).infrastructure.turns.turn_id.tolist() == ["r1"]


def test_isolated_nodes_go_when_asked_for() -> None:
    assert mended(square({"e": (500, 500)})).records == ()
    done = mended(square({"e": (500, 500)}), only_safe=False)
    assert done.infrastructure.nodes.node_id.tolist() == ["a", "b", "c", "d"]
    assert done.records[0].before == pytest.approx({"lon": place(500, 0)[0], "lat": place(0, 500)[1]})


def test_nothing_is_repaired_in_nothing() -> None:
    nothing = draw({}, [])
    assert mended(nothing).records == ()
    assert repair_all(nothing).records == ()


def test_issues_of_another_network_repair_nothing() -> None:
    issues = check_infrastructure(square({"p": (40, 160), "q": (40, 100.4), "z": (9, 9)}, [("pq", "p", "q")]))
    assert repair(draw({"a": (0, 0), "b": (9, 0)}, [("ab", "a", "b")]), issues).records == ()


FAULTS = (
    "undershoot",
    "twin",
    "zero_loop",
    "double",
    "near_nodes",
    "isolated",
    "line_end",
    "reversed",
    "length",
    "stub",
)


@st.composite
def clean(draw_value: st.DrawFn) -> tuple[dict[str, tuple[float, float]], list[Any]]:
    """Return a random street grid: nodes on a raster of about 100 m, some streets left out, some for cars only."""
    columns, rows = draw_value(st.integers(2, 4)), draw_value(st.integers(2, 3))
    shift = st.floats(-15, 15)
    nodes = {
        f"n{x}_{y}": (100.0 * x + draw_value(shift), 100.0 * y + draw_value(shift))
        for x in range(columns)
        for y in range(rows)
    }
    mask = st.sampled_from([15, 15, 15, 3])
    links: list[Any] = []
    for x in range(columns):
        for y in range(rows):
            for far in ((x + 1, y), (x, y + 1)):
                name = f"n{far[0]}_{far[1]}"
                if name in nodes and (draw_value(st.booleans()) or not links or y == 0):
                    open_to = draw_value(mask)
                    columns_of = {"access_forward": open_to, "access_backward": open_to}
                    links.append((f"l{len(links)}", f"n{x}_{y}", name, columns_of))
    used = {end for link in links for end in link[1:3]}
    return {name: where for name, where in nodes.items() if name in used}, links


@settings(max_examples=60, deadline=None)
@given(clean())
def test_grids_drawn_well_give_no_false_alarm(parts: tuple[dict[str, tuple[float, float]], list[Any]]) -> None:
    found = check_infrastructure(draw(*parts))
    assert {row.kind for row in found.rows} <= {"island"}


@settings(max_examples=120, deadline=None)
@given(clean(), st.lists(st.sampled_from(FAULTS), min_size=1, max_size=4, unique=True), st.integers(0, 10_000))
def test_injected_faults_are_found_and_safely_repaired(
    parts: tuple[dict[str, tuple[float, float]], list[Any]], faults: list[str], seed: int
) -> None:
    """Each fault put into a clean grid is found as its kind; safe repairs lose no reach and no length but twins'."""
    grid = _Grid(*parts, seed)
    net = grid.drawn(faults)
    issues = check_infrastructure(net)
    found = {(row.kind, subject) for row in issues.rows for subject in row.links + row.nodes}
    assert grid.expected <= found
    done = mended(net)
    after = done.infrastructure
    slack = 0.5 * 2 * len(done.records)
    assert after.links.length_m.sum() >= net.links.length_m.sum() - grid.doubled_m - slack
    known = {name: name for name in after.nodes.node_id.tolist()}
    for record in done.records:
        if record.action in {"join_nodes", "collapse", "connect"}:
            known |= dict.fromkeys(record.before["nodes"], record.after["node"])
    for kinds in (1, LORRY):
        before = {(known[start], known[end]) for start, end in reach(net, kinds)}
        assert {pair for pair in before if pair[0] != pair[1]} <= reach(after, kinds)
    settled = repair_all(net).infrastructure
    assert [row for row in check_infrastructure(settled).rows if row.safe] == []
    told = np.array([not name.startswith("stub") for name in settled.links.link_id])
    assert lengths_m(settled.lines)[told] == pytest.approx(settled.links.length_m[told], rel=0.01, abs=1.0)


class _Grid:
    """A street grid into which faults are put, and what a check is expected to say of them."""

    def __init__(self, nodes: dict[str, Place], links: list[Any], seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.nodes, self.links = dict(nodes), list(links)
        self.victim = links[int(rng.integers(len(links)))]
        self.start, self.end = nodes[self.victim[1]], nodes[self.victim[2]]
        self.expected: set[tuple[str, str]] = set()
        self.doubled_m = 0.0

    def put(self, kind: str, subject: str, nodes: dict[str, Place], *links: Any) -> None:  # noqa: ANN401 - link rows
        """Put nodes and links in, of which a check must tell."""
        self.nodes |= nodes
        self.links += links
        self.expected.add((kind, subject))

    def undershoot(self) -> None:
        """Put in a road that ends 0.4 m off the middle of another."""
        x, y = (self.start[0] + self.end[0]) / 2, (self.start[1] + self.end[1]) / 2
        self.put("dead_end", "u", {"u": (x + 0.3, y + 0.3), "v": (x + 30, y + 22)}, ("short", "v", "u", {}))

    def stub(self) -> None:
        """Put in a road that is said to be 1 m long."""
        self.put("length", "stub", {"w": (-60.0, -70.0)}, ("stub", self.victim[1], "w", {"length_m": 1.0}))

    def twin(self) -> None:
        """Put a road in a second time, the other way round."""
        self.doubled_m += math.dist(self.start, self.end) * 1.01
        self.put("duplicate", "twin", {}, ("twin", self.victim[2], self.victim[1], self.victim[3]))

    def zero_loop(self) -> None:
        """Put in a link of no length from a node to itself."""
        self.put("zero_length", "loop", {}, ("loop", self.victim[1], self.victim[1], {}))

    def double(self) -> None:
        """Put in a node at the place of another, and a link between them."""
        self.put("zero_length", "zero", {"z": self.end}, ("zero", self.victim[2], "z", {}))

    def near_nodes(self) -> None:
        """Put in a junction of two roads 0.2 m off another."""
        x, y = self.start
        nodes = {"x": (x + 0.2, y + 0.1), "y": (x - 70, y - 280), "q": (x, -370.0)}
        self.put("near_nodes", "x", nodes, ("near", "x", "y", {}), ("next", "x", "q", {}))

    def isolated(self) -> None:
        """Put in a node without a link."""
        self.put("isolated_node", "alone", {"alone": (2000.0, 2000.0)})

    def length(self) -> None:
        """Put in a road of length 0."""
        self.put("length", "zeroed", {"t": (-80.0, 40.0)}, ("zeroed", "t", self.victim[1], {"length_m": 0.0}))

    def drawn(self, faults: list[str]) -> Infrastructure:
        """Return the grid with these faults."""
        for fault in faults:
            if fault not in {"line_end", "reversed"}:
                getattr(self, fault)()
        net = draw(self.nodes, self.links)
        points = net.lines.coordinates.copy()
        if "line_end" in faults:
            points[0] += 2e-6
            self.expected.add(("line_end", self.links[0][0]))
        if "reversed" in faults and len(self.links) > 1 and self.links[1][0] != "loop":
            points[2:4] = points[2:4][::-1]
            self.expected.add(("line_end", self.links[1][0]))
        return Infrastructure(**(vars(net) | {"lines": Geometries(net.lines.offsets, points)}))


def test_the_square_is_clean() -> None:
    assert check_infrastructure(draw(SQUARE, RING)).rows == ()


@pytest.mark.shared_data
def test_a_real_extract_is_checked_and_repaired() -> None:
    """Roads drawn twice in the extract of 2018 are found, and safe repairs join parts that hang loose."""
    if not EXTRACT.exists():
        pytest.skip(f"{EXTRACT.name} is not on this machine")
    net = import_osm([EXTRACT]).infrastructure
    issues = check_infrastructure(net, CheckOptions(area=(106.50, 10.60, 106.95, 10.97)))
    ways = {tuple(sorted(link.split(":")[0] for link in row.links)) for row in issues.rows if row.reason == "duplicate"}
    assert {("w35114127", "w35115154"), ("w493174206", "w503304089"), ("w493157649", "w493157655")} <= ways
    summary = issues.summary()
    assert summary.get("line_end", 0) == summary.get("zero_length", 0) == summary.get("length", 0) == 0
    assert 50 < summary["dead_end"] < 400
    assert 50 < summary["crossing"] < 400
    done = repair_all(net)
    after = check_infrastructure(done.infrastructure)
    assert not [row for row in after.rows if row.safe]
    assert after.summary()["island"] < check_infrastructure(net, CheckOptions(kinds=("island",))).summary()["island"]
    for kinds in (1, LORRY):
        assert largest_strong_component(done.infrastructure, kinds).sum() > largest_strong_component(net, kinds).sum()
    removed = sum(record.before["length_m"] for record in done.records if record.action == "remove_link")
    assert done.infrastructure.links.length_m.sum() >= net.links.length_m.sum() - removed - 0.5 * len(done.records)
