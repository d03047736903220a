"""Routes without hours: by hand, against networkx, laws, snapping, refusals."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from routing_parts import place, profile, roads, turns

from geodata.geodesy import geodesic_m
from geodata.graph import arcs_to_networkx, infrastructure_to_networkx
from geodata.infrastructure.columns import ROAD_KINDS
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.models import LINK_CLASSES
from geodata.routing.errors import NoRouteError, OffNetworkError
from geodata.routing.graph import OBJECTIVES, RoutingGraph, build_graph
from geodata.routing.profiles import read_profiles
from geodata.routing.route import Route
from geodata.routing.router import Router
from geodata.routing.snapping import Snap, SnapOptions

HGV = 4
SQUARE = [(0, 0), (1000, 0), (1000, 1000), (0, 1000)]
SIDES = [(0, 1), (1, 2), (2, 3), (3, 0)]
"""A square of 1 km a side, links counter-clockwise from the south-west."""


def square(**columns: Any) -> Infrastructure:  # noqa: ANN401 - what roads takes
    return roads(SQUARE, SIDES, **columns)


def ids(route: Route) -> list[str]:
    """Return the links of a route with > along their line and < against it."""
    names = route.infrastructure.links.link_id[route.links]
    return [f"{name}{'>' if along else '<'}" for name, along in zip(names, route.along, strict=True)]


def test_a_route_by_hand() -> None:
    """From 200 m east on the south side to 600 m north on the east side: 800 + 600 m at 10 m/s; 1 a km, 1 kg a km."""
    router = Router(square(), profile(cost_per_hour=36.0))
    route = router.route(place(200, -30), place(1040, 600))
    assert ids(route) == ["l0>", "l1>"]
    assert route.length_m == pytest.approx(1400.0, rel=3e-3)
    assert route.time_s == pytest.approx(140.0, rel=3e-3)
    assert route.cost == pytest.approx(1.4 + 1.4, rel=3e-3)
    assert (route.co2e_ttw_kg, route.co2e_wtt_kg) == pytest.approx((1.12, 0.28), rel=3e-3)
    assert route.origin.distance_m == pytest.approx(30.0, rel=1e-2)
    assert route.destination.distance_m == pytest.approx(40.0, rel=1e-2)
    assert route.geometry == pytest.approx(np.array([place(200, 0), place(1000, 0), place(1000, 600)]), abs=2e-5)
    assert route.waits == ()
    assert route.depart is None
    assert route.arrive is None


def test_both_ways_from_both_ends_are_considered() -> None:
    """From 200 m on the south side to 300 m from the corner on the west side: back west, then north."""
    route = Router(square(), profile()).route(place(200, 0), place(0, 300))
    assert ids(route) == ["l0<", "l3<"]
    assert route.length_m == pytest.approx(500.0, rel=3e-3)
    assert route.geometry == pytest.approx(np.array([place(200, 0), place(0, 0), place(0, 300)]), abs=2e-5)


def test_start_and_end_on_one_link() -> None:
    router = Router(square(), profile())
    for start, end, link in ((200, 700, "l0>"), (700, 200, "l0<")):
        route = router.route(place(start, 0), place(end, 0))
        assert ids(route) == [link]
        assert route.length_m == pytest.approx(500.0, rel=3e-3)
        assert route.geometry == pytest.approx(np.array([place(start, 0), place(end, 0)]), abs=2e-5)
    there = router.route(place(300, 0), place(300, 0))
    assert there.length_m == 0.0
    assert there.time_s == 0.0
    assert len(there.geometry) == 2


def test_an_end_behind_the_start_on_a_one_way_link_is_reached_round_the_block() -> None:
    """One way round the square: 700 → 200 m on the south side takes 300 + 3,000 + 200 m."""
    router = Router(square(access_backward=0, oneway=True), profile())
    for prepared in (False, True):
        if prepared:
            router.prepare("time")
        route = router.route(place(700, 0), place(200, 0))
        assert ids(route) == ["l0>", "l1>", "l2>", "l3>", "l0>"]
        assert route.length_m == pytest.approx(3500.0, rel=3e-3)


def test_objectives_choose_differently() -> None:
    """Two ways from node 0 to node 1: 1 km tolled and fast, or 600 m slow and free."""
    points = [(0, 0), (600, 0), (300, 400), (-500, 0), (1100, 0)]
    ends = [(0, 2), (2, 1), (0, 1), (3, 0), (1, 4)]
    two = roads(
        points,
        ends,
        observed_kmh=np.array([72.0, 72.0, 36.0, 36.0, 36.0]),
        toll=np.array([True, True, False, False, False]),
        toll_per_km=np.array([100.0, 100.0, np.nan, np.nan, np.nan]),
    )
    router = Router(two, profile(max_speed_kmh=100.0, toll_factor=1.0))
    ends_ = place(-250, 0), place(850, 0)
    assert ids(router.route(*ends_, objective="time")) == ["l3>", "l0>", "l1>", "l4>"]
    for objective in ("distance", "cost", "co2e"):
        route = router.route(*ends_, objective=objective)
        assert ids(route) == ["l3>", "l2>", "l4>"]
        assert route.objective == objective


def test_the_itinerary_has_one_row_a_road() -> None:
    """South side and east side are one road, the north side another; ends at 500 m."""
    named = square(
        name=np.array(["Ring", "Ring", "North", ""], dtype=object), ref=np.array(["R1", "R1", "", ""], dtype=object)
    )
    route = Router(named, profile()).route(place(500, 0), place(600, 1000))
    assert ids(route) == ["l0>", "l1>", "l2>"]
    first, second = route.itinerary
    assert (first.name, first.ref, first.link_class, first.first, first.last) == ("Ring", "R1", "primary", 0, 1)
    assert first.length_m == pytest.approx(1500.0, rel=3e-3)
    assert first.instruction.en == "Set out on R1 – Ring"
    assert first.instruction.vi == "Khởi hành trên R1 – Ring"
    assert second.instruction.en == "Turn left onto North"
    assert second.instruction.vi == "Rẽ trái vào North"
    assert (second.lon, second.lat) == pytest.approx(place(1000, 1000), abs=1e-9)
    assert first.time_s + second.time_s == pytest.approx(route.time_s)
    assert first.length_m + second.length_m == pytest.approx(route.length_m)


def test_instructions_tell_right_straight_round_and_ferries() -> None:
    """East, straight on over a ferry, right to the south, into a dead end and back is never the best; so 3 rows."""
    points = [(0, 0), (1000, 0), (2000, 0), (2000, -1000)]
    classes = np.array([LINK_CLASSES.index(name) for name in ("primary", "ferry", "residential")])
    line = roads(points, [(0, 1), (1, 2), (2, 3)], link_class=classes)
    legs = Router(line, profile()).route(place(500, 0), place(2000, -500)).itinerary
    assert legs[2].instruction.vi == "Rẽ phải vào đường không tên"
    assert [leg.instruction.en for leg in legs] == [
        "Set out on an unnamed road",
        "Take the ferry",
        "Turn right onto an unnamed road",
    ]


def test_the_time_of_turns_counts() -> None:
    lorry = profile(turn_left_s=10.0)
    route = Router(square(), lorry).route(place(500, 0), place(1000, 500))
    assert route.time_s == pytest.approx(110.0, rel=3e-3)
    assert route.turn_s.tolist() == [0.0, 10.0]


def test_a_turn_by_way_sends_the_vehicle_round() -> None:
    """A street 0-1-2 with a block above it; 0 → 1 → right side is forbidden by way, so it goes round the left side."""
    points = [(0, 0), (100, 0), (200, 0), (100, 100), (200, 100), (300, 100)]
    ends = [(0, 1), (1, 2), (1, 3), (2, 4), (3, 4), (4, 5)]
    free = Router(roads(points, ends), profile()).route(place(50, 0), place(250, 100))
    assert ids(free) in (["l0>", "l1>", "l3>", "l5>"], ["l0>", "l2>", "l4>", "l5>"])
    rule = turns([("no", [(0, True), (1, True), (3, True)])])
    bound = Router(roads(points, ends, turn_table=rule), profile()).route(place(50, 0), place(250, 100))
    assert ids(bound) == ["l0>", "l2>", "l4>", "l5>"]


def test_roads_for_destinations_end_and_start_routes_but_are_not_passed() -> None:
    """The south side is for destinations: from the west to the east side by the north, but to a place on it direct."""
    closed = square(destination_only=np.array([HGV, 0, 0, 0]))
    router = Router(closed, profile())
    for prepared in (False, True):
        if prepared:
            router.prepare("time")
        assert ids(router.route(place(0, 100), place(1000, 100))) == ["l3<", "l2<", "l1<"] or ids(
            router.route(place(0, 100), place(1000, 100))
        ) == ["l3<", "l2<", "l1>"]
        assert ids(router.route(place(0, 100), place(300, 0))) == ["l3>", "l0>"]
        assert ids(router.route(place(300, 0), place(1000, 100))) == ["l0>", "l1>"]
        assert ids(router.route(place(300, 0), place(600, 0))) == ["l0>"]


# --- against networkx ---------------------------------------------------------------------------------------------


def tangle(seed: int, *, side: int = 9) -> Infrastructure:
    """Return a bent grid with one-way streets, limits, roads for destinations, shut nodes and turn restrictions."""
    rng = np.random.default_rng(seed)
    points = [
        (200.0 * x + rng.uniform(-60, 60), 200.0 * y + rng.uniform(-60, 60)) for y in range(side) for x in range(side)
    ]
    index = np.arange(side * side).reshape(side, side)
    across = np.column_stack([index[:, :-1].ravel(), index[:, 1:].ravel()])
    up = np.column_stack([index[:-1].ravel(), index[1:].ravel()])
    ends = np.concatenate([across, up])
    count = len(ends)
    pairs = [(int(a), int(b)) for a, b in ends]
    rules: list[tuple[str, list[tuple[int, bool]]]] = []
    leaving: dict[int, list[tuple[int, bool]]] = {}
    for link, (first, last) in enumerate(pairs):
        leaving.setdefault(first, []).append((link, True))
        leaving.setdefault(last, []).append((link, False))
    for _ in range(40):
        link, along = int(rng.integers(count)), bool(rng.integers(2))
        sequence = [(link, along)]
        for _ in range(int(rng.integers(1, 4))):
            at = pairs[sequence[-1][0]][1 if sequence[-1][1] else 0]
            onward = [step for step in leaving[at] if step[0] != sequence[-1][0]]
            sequence.append(onward[int(rng.integers(len(onward)))])
        rules.append(("no" if rng.uniform() < 0.8 else "only", sequence))
    return roads(
        points,
        pairs,
        node_columns={"closed": np.where(rng.uniform(size=side * side) < 0.02, HGV, 0)},
        access_backward=np.where(rng.uniform(size=count) < 0.3, 0, ROAD_KINDS),
        destination_only=np.where(rng.uniform(size=count) < 0.08, HGV, 0),
        max_weight_t=np.where(rng.uniform(size=count) < 0.03, 5.0, np.nan),
        observed_kmh=rng.uniform(10.0, 60.0, size=count),
        turn_table=turns(rules),
    )


def plain(infrastructure: Infrastructure, **columns: Any) -> Infrastructure:  # noqa: ANN401 - columns of links
    """Return an infrastructure without turns, shut nodes, roads for destinations and limits."""
    count = len(infrastructure.links)
    free = {"destination_only": np.zeros(count, dtype=np.uint8), "max_weight_t": np.full(count, np.nan)} | columns
    nodes = dataclasses.replace(infrastructure.nodes, closed=np.zeros(len(infrastructure.nodes), dtype=np.uint8))
    links = dataclasses.replace(infrastructure.links, **free)
    return dataclasses.replace(infrastructure, nodes=nodes, links=links, turns=turns([]))


def second_opinion(graph: RoutingGraph, objective: str, origin: Snap, destination: Snap) -> float:
    """Return the least cost between two points by networkx on the arcs, the ends joined as nodes of their own."""
    arcs = arcs_to_networkx(graph)
    weight = graph.weight(objective)
    best = np.inf
    for way in (0, 1):
        rest = origin.fraction if way else 1.0 - origin.fraction
        done = 1.0 - destination.fraction if way else destination.fraction
        first = int(graph.start_arc[2 * origin.link + way])
        if first >= 0:
            arcs.add_edge("start", ("first", first))
            if origin.link == destination.link and done >= 1.0 - rest:
                best = min(best, (done - (1.0 - rest)) * weight[first])
            for follower, values in list(arcs[first].items()):
                arcs.add_edge(("first", first), follower, **{objective: rest * weight[first] + values[objective]})
            arcs.edges["start", ("first", first)][objective] = 0.0
        for last in graph.end_arcs(2 * destination.link + way).tolist():
            for before, _, values in list(arcs.in_edges(last, data=True)):
                arcs.add_edge(before, "end", **{objective: values[objective] - (1.0 - done) * weight[last]})
    if "start" in arcs and "end" in arcs and nx.has_path(arcs, "start", "end"):
        best = min(best, nx.dijkstra_path_length(arcs, "start", "end", weight=objective))
    return best


def value(route: Route, objective: str) -> float:
    values = {"time": route.time_s, "distance": route.length_m, "cost": route.cost, "co2e": route.co2e_kg}
    return values[objective]


@pytest.mark.parametrize("prepared", [False, True])
def test_five_hundred_routes_equal_networkx(prepared: bool) -> None:
    """Random points on tangled networks, all objectives, relative 1e-9; ways are valid; none where there is none."""
    rng = np.random.default_rng(7)
    lorry = profile(cost_per_hour=20.0, turn_left_s=5.0, turn_u_s=30.0, empty_share=0.4)
    found = 0
    for seed in range(5):
        router = Router(tangle(seed), lorry)
        usable = np.flatnonzero((router.graph.start_arc[0::2] >= 0) | (router.graph.start_arc[1::2] >= 0))
        for objective in OBJECTIVES if prepared else ("time",):
            if prepared:
                router.prepare(objective)
        for case in range(50):
            objective = OBJECTIVES[case % 4]
            links = rng.choice(usable, 2)
            start, end = (router.snapper.at_link(int(link), float(rng.uniform())) for link in links)
            expected = second_opinion(router.graph, objective, start, end)
            if np.isfinite(expected):
                route = router.route(start, end, objective=objective)
                assert value(route, objective) == pytest.approx(expected, rel=1e-9, abs=1e-9)
                check_valid(route)
                found += 1
            else:
                with pytest.raises(NoRouteError):
                    router.route(start, end, objective=objective)
    assert found > 200


def check_valid(route: Route) -> None:
    """Check that a route is driven in the graph, and that its line joins its ends and is as long as the route."""
    graph = route.graph
    for before, after in zip(route.arcs[:-1], route.arcs[1:], strict=True):
        assert after in graph.follow_arc[graph.follow_start[before] : graph.follow_start[before + 1]]
    line = route.geometry
    assert line[0] == pytest.approx((route.origin.lon, route.origin.lat), abs=1e-9)
    assert line[-1] == pytest.approx((route.destination.lon, route.destination.lat), abs=1e-9)
    assert geodesic_m(line[:-1, 0], line[:-1, 1], line[1:, 0], line[1:, 1]).sum() == pytest.approx(
        route.length_m, rel=1e-4, abs=1e-2
    )


def test_networkx_of_an_infrastructure_has_the_same_least_distances_where_no_turn_is_bound() -> None:
    free = plain(tangle(3), access_backward=np.full(144, ROAD_KINDS, dtype=np.uint8))
    graph = infrastructure_to_networkx(free, profile())
    assert isinstance(graph, nx.MultiDiGraph)
    assert graph.number_of_edges() == len(build_graph(free, profile()))
    least = nx.single_source_dijkstra_path_length(graph, "n0", weight="length_m")
    router = Router(free, profile())
    start = router.snapper.at_link(int(np.flatnonzero(free.links.from_index == 0)[0]), 0.0)
    for node in (20, 47, 80):
        link = int(np.flatnonzero(free.links.to_index == node)[0])
        found = router.route(start, router.snapper.at_link(link, 1.0), objective="distance").length_m
        assert found == pytest.approx(least[f"n{node}"], rel=1e-9)


def test_networkx_of_an_infrastructure_lists_turns() -> None:
    rule = turns([("no", [(0, True), (1, True)]), ("only", [(0, True), (3, True)])], kinds=8)
    graph = infrastructure_to_networkx(square(turn_table=rule), profile(kind="articulated"))
    first, second = graph.graph["turns"]
    assert first == {"turn_id": "t0", "kind": "no", "hours": "", "edges": [("n0", "n1", "l0>"), ("n1", "n2", "l1>")]}
    assert second["kind"] == "only"
    assert graph.edges["n1", "n0", "l0<"]["coordinates"][0] == pytest.approx(place(1000, 0))
    assert infrastructure_to_networkx(square(turn_table=rule), profile()).graph["turns"] == []


# --- laws ---------------------------------------------------------------------------------------------------------


def u_turns(router: Router) -> set[tuple[int, int]]:
    graph = router.graph
    first, second = graph.follow_from, graph.follow_arc
    back = graph.arc_link[first] == graph.arc_link[second]
    return set(zip(graph.arc_key[first[back]].tolist(), graph.arc_key[second[back]].tolist(), strict=True))


def least_time(router: Router, ends: tuple[Snap, Snap]) -> float:
    try:
        return router.route(*ends).time_s
    except NoRouteError:
        return np.inf


FRACTION = st.floats(0.0, 1.0)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 50), st.integers(0, 143), st.integers(0, 143), FRACTION, FRACTION, st.integers(0, 143))
def test_more_restrictions_never_shorten(seed: int, first: int, last: int, f: float, g: float, limited: int) -> None:
    """A weight limit more; where it makes a dead end it also allows turning round there, and such cases are left."""
    before = tangle(seed)
    limits = before.links.max_weight_t.copy()
    limits[limited] = 1.0
    after = dataclasses.replace(before, links=dataclasses.replace(before.links, max_weight_t=limits))
    routers = Router(before, profile()), Router(after, profile())
    if not u_turns(routers[1]) <= u_turns(routers[0]):
        return
    ends = routers[0].snapper.at_link(first, f), routers[0].snapper.at_link(last, g)
    assert least_time(routers[1], ends) >= least_time(routers[0], ends) - 1e-9


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 50), st.integers(0, 143), st.integers(0, 143), FRACTION, FRACTION)
def test_a_heavier_vehicle_is_never_faster(seed: int, first: int, last: int, f: float, g: float) -> None:
    """Limits of 5 t here and there: the van passes, no lorry does; new dead ends to turn round at are left."""
    before = tangle(seed)
    infrastructure = plain(before, max_weight_t=before.links.max_weight_t)
    shipped = read_profiles()
    routers = [Router(infrastructure, shipped[name]) for name in ("van", "rigid_10t", "articulated_40")]
    if not u_turns(routers[1]) <= u_turns(routers[0]):
        return
    ends = routers[0].snapper.at_link(first, f), routers[0].snapper.at_link(last, g)
    times = [least_time(router, ends) for router in routers]
    assert times == sorted(times)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 50), st.lists(st.integers(0, 143), min_size=3, max_size=3), FRACTION)
def test_the_triangle(seed: int, links: list[int], f: float) -> None:
    """Going by a third point never is shorter, without turn costs and roads for destinations."""
    router = Router(plain(tangle(seed)), profile())
    a, b, c = (router.snapper.at_link(link, f) for link in links)
    direct, by_way = least_time(router, (a, c)), least_time(router, (a, b)) + least_time(router, (b, c))
    # The route by the third point may turn round there, which a drive past it may not.
    graph = router.graph
    ends = router.route(a, b).arcs[-1:] if np.isfinite(least_time(router, (a, b))) else np.empty(0, dtype=np.int32)
    begins = router.route(b, c).arcs[:1] if np.isfinite(least_time(router, (b, c))) else np.empty(0, dtype=np.int32)
    if ends.size and begins.size and graph.arc_key[ends[0]] == graph.arc_key[begins[0]]:
        assert direct <= by_way + 1e-9


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 50), st.integers(0, 143), st.integers(0, 143), FRACTION, FRACTION, st.floats(0.05, 0.95))
def test_splitting_a_link_changes_nothing(seed: int, first: int, last: int, f: float, g: float, cut: float) -> None:
    from geodata.topology.steps import split_links  # noqa: PLC0415

    before = dataclasses.replace(tangle(seed), turns=turns([]))
    middle = (first + last) // 2
    if middle in (first, last):
        return
    after = split_links(before, np.array([middle]), np.array([cut * before.links.length_m[middle]]))
    old, new = Router(before, profile()), Router(after, profile())
    ends = old.snapper.at_link(first, f), old.snapper.at_link(last, g)
    names = [str(before.links.link_id[snap.link]) for snap in ends]
    moved = tuple(
        dataclasses.replace(snap, link=after.link_places[name]) for snap, name in zip(ends, names, strict=True)
    )
    assert least_time(new, (moved[0], moved[1])) == pytest.approx(least_time(old, ends), rel=1e-9, abs=1e-9)


# --- snapping -----------------------------------------------------------------------------------------------------


def test_snapping_measures_metres_not_degrees() -> None:
    """At 60° N a degree of longitude is half one of latitude: 80 m east is nearer than 100 m north."""
    lon, lat = 10.0, 60.0
    east, north = 80.0 / 55_800.0, 100.0 / 111_400.0
    base = roads([(0, 0)] * 4, [(0, 1), (2, 3)], length_m=100.0)
    spots = np.array(
        [[lon + east, lat - 0.01], [lon + east, lat + 0.01], [lon - 0.01, lat + north], [lon + 0.01, lat + north]]
    )
    nodes = dataclasses.replace(base.nodes, lon=spots[:, 0], lat=spots[:, 1])
    lines = type(base.lines)(base.lines.offsets, spots)
    snap = Router(dataclasses.replace(base, nodes=nodes, lines=lines), profile()).snap(lon, lat)
    assert snap.link == 0
    assert snap.distance_m == pytest.approx(80.0, rel=1e-2)
    assert snap.fraction == pytest.approx(0.5, abs=1e-3)


def test_facilities_are_not_tied_to_motorways_unless_asked() -> None:
    classes = np.array([LINK_CLASSES.index(name) for name in ("motorway", "primary", "primary", "primary")])
    infrastructure = square(link_class=classes)
    assert Router(infrastructure, profile()).snap(*place(500, 10)).link != 0
    anywhere = Router(infrastructure, profile(), options=SnapOptions(not_onto=frozenset()))
    assert anywhere.snap(*place(500, 10)).link == 0


def test_a_piece_that_is_cut_off_is_passed_over_and_told() -> None:
    """A yard road 40 m from the place is not connected; the main network is 80 m away."""
    points = [*SQUARE, (400, -120), (600, -120)]
    ends = [*SIDES, (4, 5), (0, 2)]
    snap = Router(roads(points, ends), profile()).snap(*place(500, -80))
    assert snap.link == 0
    assert snap.distance_m == pytest.approx(80.0, rel=1e-2)
    assert snap.skipped_m == pytest.approx(40.0, rel=1e-2)
    strict = Router(roads(points, ends), profile(), options=SnapOptions(island_tolerance_m=10.0))
    assert strict.snap(*place(500, -80)).link == 4


def test_from_a_place_to_itself_is_nothing() -> None:
    """A blind one-way alley nearby can only be left: to leave it is the nearest, to arrive it is not."""
    points = [*SQUARE, (500, -100)]
    backward = np.array([ROAD_KINDS] * 5 + [0])
    router = Router(roads(points, [*SIDES, (0, 2), (4, 0)], access_backward=backward), profile())
    here = place(500, -95)
    assert router.snap(*here, role="origin").link != router.snap(*here, role="destination").link
    assert router.route(here, here).length_m == 0.0
    monday = datetime.fromisoformat("2026-11-23T07:00")
    assert router.route(here, here, depart=monday).length_m == 0.0


def test_swapped_coordinates_are_guessed_in_the_refusal() -> None:
    town, west = square(), 81.0
    nodes = dataclasses.replace(town.nodes, lon=town.nodes.lon - west)
    lines = dataclasses.replace(town.lines, coordinates=town.lines.coordinates - (west, 0.0))
    router = Router(dataclasses.replace(town, nodes=nodes, lines=lines), profile())
    lon, lat = place(500, 10)[0] - west, place(500, 10)[1]
    with pytest.raises(OffNetworkError, match="Latitude and longitude may be swapped"):
        router.snap(lat, lon)


def test_a_place_off_the_network_is_refused_with_its_distance() -> None:
    router = Router(square(), profile())
    with pytest.raises(
        OffNetworkError, match=r"is 5,\d\d\d m from the nearest link .* only 2,000 m are allowed"
    ) as caught:
        router.route(place(500, -5100), place(500, 0))
    assert caught.value.nearest_m == pytest.approx(5100.0, rel=2e-2)
    assert "cách đoạn đường gần nhất" in caught.value.sentence("vi")
    with pytest.raises(OffNetworkError, match="holds no link that Test lorry may use"):
        Router(square(access_forward=0, access_backward=0), profile()).snap(*place(0, 0))


def test_bad_places_and_questions_are_refused() -> None:
    router = Router(square(), profile())
    for lon, lat in ((200.0, 0.0), (0.0, -91.0), (np.nan, 0.0)):
        with pytest.raises(ValueError, match="must lie within"):
            router.snap(lon, lat)
    with pytest.raises(ValueError, match="reach_m must be at least 0"):
        router.snap(106.0, 0.0, -1.0)
    with pytest.raises(ValueError, match="objective must be one of"):
        router.route(place(0, 0), place(500, 0), objective="beauty")
    with pytest.raises(ValueError, match="fraction 0 … 1"):
        router.snapper.at_link(0, 1.5)
    with pytest.raises(ValueError, match="link must be 0"):
        router.snapper.at_link(4, 0.5)
    with pytest.raises(ValueError, match="not a link class"):
        SnapOptions(not_onto=frozenset({"path"}))
    with pytest.raises(ValueError, match="at least 0 m"):
        SnapOptions(reach_m=-1.0)
    other = Router(square(), profile(max_speed_kmh=10.0))
    other.prepare("time")
    with pytest.raises(ValueError, match="made for another graph"):
        router.use("time", other._finders["time"].hierarchy)  # noqa: SLF001 - the way to a hierarchy of another graph


# --- why not ------------------------------------------------------------------------------------------------------

LINE = [(0, 0), (1000, 0), (2000, 0), (3000, 0)]
STRETCHES = [(0, 1), (1, 2), (2, 3)]


def why(infrastructure: Infrastructure, vehicle: Any = None) -> str:  # noqa: ANN401 - a profile
    router = Router(infrastructure, vehicle or profile(), options=SnapOptions(not_onto=frozenset()))
    with pytest.raises(NoRouteError) as caught:
        router.route(place(500, 0), place(2500, 0))
    assert caught.value.sentence("vi")
    return caught.value.sentence("en")


def line(**columns: Any) -> Infrastructure:  # noqa: ANN401 - what roads takes
    return roads(LINE, STRETCHES, **columns)


def test_what_is_in_the_way_is_named() -> None:
    names = np.array(["", "Cầu Bình Lợi", ""], dtype=object)
    told = why(line(max_weight_t=np.array([np.nan, 8.0, np.nan]), name=names))
    assert told == "No route for Test lorry; in its way: Cầu Bình Lợi (max 8 t, vehicle 10 t)."
    told = why(line(access_forward=np.array([15, 1, 15]), access_backward=np.array([15, 1, 15]), name=names))
    assert told == "No route for Test lorry; in its way: Cầu Bình Lợi (closed to kind hgv)."
    told = why(line(max_height_m=np.array([np.nan, 2.0, np.nan]), max_axle_load_t=np.array([np.nan, 2.0, np.nan])))
    assert told.endswith("l1 (max 2 t an axle, vehicle 6 t, max height 2 m, vehicle 3 m).")


def test_shut_nodes_are_named() -> None:
    barrier = {"closed": np.array([0, HGV, 0, 0]), "feature": np.array([-1, 1, -1, -1])}
    assert why(line(node_columns=barrier)) == "No route for Test lorry; in its way: gate n1 (closed to kind hgv)."
    low = {"max_height_m": np.array([np.nan, np.nan, 2.5, np.nan])}
    assert "node n2 (max height 2.5 m, vehicle 3 m)" in why(line(node_columns=low))


def test_of_two_ways_the_one_with_fewer_things_in_the_way_is_told() -> None:
    points = [*LINE, (1500, 900)]
    limits = np.array([np.nan, 8.0, np.nan, 5.0, 5.0])
    told = why(roads(points, [*STRETCHES, (1, 4), (4, 2)], max_weight_t=limits))
    assert told.endswith("in its way: l1 (max 8 t, vehicle 10 t).")


def test_a_network_that_is_not_connected_is_told_so() -> None:
    told = why(roads([(0, 0), (1000, 0), (2000, 0), (3000, 0)], [(0, 1), (2, 3)]))
    assert "no vehicle of its mode gets from link l0 to link l1; the network is not connected there" in told
    one_way = why(line(access_forward=np.array([15, 0, 15])))
    assert "one way only" in one_way


def test_rules_that_leave_no_way_are_told() -> None:
    assert "turn restrictions leave no way" in why(line(turn_table=turns([("no", [(0, True), (1, True)])])))
    told = why(line(destination_only=np.array([0, HGV, 0])))
    assert "roads for their own destinations only" in told


def test_trains_and_barges_are_told_of_gauge_and_class() -> None:
    rail = {"mode": 1, "link_class": LINK_CLASSES.index("rail_main"), "access_forward": 16, "access_backward": 16}
    train = profile(kind="train", speeds_kmh={"rail_main": 50.0}, gauge_mm=1000)
    assert "l1 (gauge 1435 mm)" in why(line(gauge_mm=np.array([1000, 1435, 0]), **rail), train)
    river = {"mode": 2, "access_forward": 32, "access_backward": 32}
    classes = np.array([LINK_CLASSES.index(name) for name in ("waterway_I", "waterway_IV", "waterway_I")])
    speeds = {"waterway_I": 10.0, "waterway_IV": 8.0}
    barge = profile(kind="vessel", speeds_kmh=speeds, waterway_class="waterway_II", vessel_t=600.0)
    assert "l1 (class of waterway too small)" in why(line(link_class=classes, **river), barge)
