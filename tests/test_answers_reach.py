"""Skims, isochrones and catchments: by hand on straight roads, against networkx, laws, and refusals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np
import pytest
import shapely
from answer_networks import LORRY, PLANE, grid, roads, straight_road
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.answers.areas import area_km2
from geodata.answers.catchments import best_two, catchment_areas, sample_links
from geodata.answers.isochrones import Isochrones, isochrones, link_parts
from geodata.answers.places import Place
from geodata.answers.reach import ReachGraph
from geodata.answers.skims import NO_ORIGIN, REASONS, VALUES, skim_places, skim_prepared
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.routing.graph import RoutingGraph, build_graph
from geodata.routing.hierarchy import build_hierarchy
from geodata.routing.router import Router

OBJECTIVES = ("time", "distance", "cost", "co2e")


@dataclass(frozen=True)
class OnLink:
    """A position on the network."""

    link: int
    fraction: float
    distance_m: float = 0.0


def oracle(graph: RoutingGraph, objective: str, start: OnLink, end: OnLink) -> float:
    """Return the least value between two positions by networkx on arcs, written without a line of ours."""
    weight, turn = graph.weight(objective), graph.turn_weight(objective)
    world = nx.DiGraph()
    for arc in range(len(graph)):
        for place in range(int(graph.follow_start[arc]), int(graph.follow_start[arc + 1])):
            world.add_edge((arc, "out"), (int(graph.follow_arc[place]), "in"), weight=turn[place])
        world.add_edge((arc, "in"), (arc, "out"), weight=weight[arc])
    best = np.inf
    for against in (0, 1):
        first = int(graph.start_arc[2 * start.link + against])
        share = start.fraction if against else 1.0 - start.fraction
        if first >= 0:
            world.add_edge("start", (first, "out"), weight=share * weight[first])
        for last in graph.end_arcs(2 * end.link + against).tolist():
            part = 1.0 - end.fraction if against else end.fraction
            world.add_edge((last, "in"), "end", weight=part * weight[last])
        gap = (start.fraction - end.fraction) if against else (end.fraction - start.fraction)
        if start.link == end.link and first >= 0 and gap >= 0:
            best = min(best, gap * weight[first])
    if "start" in world and "end" in world and nx.has_path(world, "start", "end"):
        best = min(best, nx.dijkstra_path_length(world, "start", "end"))
    return float(best)


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("backward", [False, True])
def test_skims_equal_networkx(objective: str, backward: bool) -> None:
    """Every pair of random positions on grids with one-way links, swept from origins and swept to destinations."""
    rng = np.random.default_rng(7)
    for seed in range(3):
        infrastructure = grid(4, seed=seed)
        graph = build_graph(infrastructure, LORRY)
        count = len(infrastructure.links)
        origins = [OnLink(int(rng.integers(count)), float(rng.random())) for _ in range(3 + 2 * backward)]
        destinations = [OnLink(int(rng.integers(count)), float(rng.random())) for _ in range(4)]
        destinations[0] = OnLink(origins[0].link, float(rng.random()))
        found = skim_places(graph, objective, origins, destinations)
        name = {"time": "time_s", "distance": "length_m", "cost": "cost", "co2e": "co2e_kg"}[objective]
        for row, origin in enumerate(origins):
            for column, destination in enumerate(destinations):
                expected = oracle(graph, objective, origin, destination)
                assert found.amounts[name][row, column] == pytest.approx(expected, rel=1e-9, abs=1e-9)
                assert found.reached[row, column] == np.isfinite(expected)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 40), objective=st.sampled_from(OBJECTIVES))
def test_a_prepared_skim_is_the_same_skim(seed: int, objective: str) -> None:
    """Places anywhere on grids with one-way links, some of them on one link, some off the network."""
    infrastructure = grid(4, seed=seed)
    graph = build_graph(infrastructure, LORRY)
    rng = np.random.default_rng(seed)
    spots: list[OnLink | None] = [OnLink(int(rng.integers(8)), float(rng.random())) for _ in range(7)]
    spots[3] = None
    plain = skim_places(graph, objective, spots, spots[1:])
    hierarchy = build_hierarchy(graph.digraph(objective))
    prepared = skim_prepared(graph, objective, hierarchy, spots, spots[1:])
    assert (prepared.reason == plain.reason).all()
    for name, table in plain.amounts.items():
        assert prepared.amounts[name] == pytest.approx(table, rel=1e-9, abs=1e-6)


def test_a_skim_of_one_road_by_hand() -> None:
    """From 1 km to 7 km at 60 km/h: 6 km, 6 min = 360 s, 6 × 10,000 + 0.1 × 100,000 = 70,000 VND, 6 kg CO2e."""
    graph = build_graph(straight_road(), LORRY)
    found = skim_places(graph, "time", [OnLink(0, 0.1)], [OnLink(0, 0.7), OnLink(0, 0.1)])
    for name, expected in (("time_s", 360.0), ("length_m", 6000.0), ("cost", 70_000.0), ("co2e_kg", 6.0)):
        assert found.amounts[name][0, 0] == pytest.approx(expected, rel=1e-6)
        assert found.amounts[name][0, 1] == 0.0


def test_from_a_place_to_itself_is_nothing_whatever_links_it_is_tied_to() -> None:
    graph = build_graph(straight_road(), LORRY)
    places = [Place("a", 106.7, 10.9), Place("b", 106.8, 10.9), Place("far", 0.0, 0.0)]
    found = skim_places(graph, "time", [OnLink(0, 0.1), OnLink(0, 0.7), None], [OnLink(0, 0.2), OnLink(0, 0.7), None])
    assert found.amounts["length_m"][0, 0] > 0.0
    same = found.with_places(places, places)
    assert [same.amounts[name][0, 0] for name in VALUES] == [0.0] * 4
    assert same.amounts["length_m"][0, 1] == found.amounts["length_m"][0, 1]
    assert same.reason[2, 2] == NO_ORIGIN
    assert np.isinf(same.amounts["time_s"][2, 2])


def test_behind_on_a_oneway_ring_is_all_the_way_round() -> None:
    """A one-way ring of 4 × 1 km: from 0.75 to 0.25 of its first side is 3.5 km; the other way is 0.5 km."""
    corners = {"a": (0.0, 0.0), "b": (1000.0, 0.0), "c": (1000.0, 1000.0), "d": (0.0, 1000.0)}
    ring = roads(corners, [{"ends": ends, "oneway": True} for ends in ("ab", "bc", "cd", "da")])
    graph = build_graph(ring, LORRY)
    found = skim_places(graph, "distance", [OnLink(0, 0.75), OnLink(0, 0.25)], [OnLink(0, 0.25), OnLink(0, 0.75)])
    lengths = found.amounts["length_m"]
    assert lengths[0].tolist() == pytest.approx([3500.0, 0.0], rel=1e-3)
    assert lengths[1].tolist() == pytest.approx([0.0, 500.0], rel=1e-3)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_the_values_beside_the_objective_are_those_of_its_paths(objective: str) -> None:
    """Time is length over speed on every link, so each path's money is 10,000 VND a km and 100,000 VND an hour."""
    infrastructure = grid(4, seed=3)
    graph = build_graph(infrastructure, LORRY)
    places = [OnLink(link, 0.3) for link in range(0, len(infrastructure.links), 5)]
    for origins, destinations in ((places[:2], places), (places, places[:2])):
        found = skim_places(graph, objective, origins, destinations)
        known = found.reached
        assert known.any()
        values = {name: table[known] for name, table in found.amounts.items()}
        money = values["length_m"] * 10.0 + values["time_s"] * 100_000.0 / 3600.0
        assert values["cost"] == pytest.approx(money, rel=1e-9, abs=1e-9)
        assert values["co2e_kg"] == pytest.approx(values["length_m"] / 1000.0, rel=1e-9, abs=1e-9)


def test_each_unreachable_pair_says_why() -> None:
    """A triangle with a dead end, one-way stubs into and out of it, a road that meets none of these, and no road."""
    nodes = {"a": (0.0, 0.0), "b": (5000.0, 0.0), "c": (0.0, 3000.0), "in": (0.0, -900.0), "out": (-900.0, 0.0)}
    nodes |= {"x": (20_000.0, 0.0), "y": (21_000.0, 0.0), "d": (0.0, 4000.0)}
    links: list[dict[str, Any]] = [
        {"ends": "ab"},
        {"ends": "bc"},
        {"ends": "ca"},
        {"ends": ("in", "a"), "oneway": True},
    ]
    links += [{"ends": ("a", "out"), "oneway": True}, {"ends": "xy"}, {"ends": "cd"}]
    graph = build_graph(roads(nodes, links), LORRY)
    main, stub_in, stub_out, island = OnLink(0, 0.5), OnLink(3, 0.5), OnLink(4, 0.5), OnLink(5, 0.5)
    found = skim_places(graph, "time", [main, stub_out, island, None], [main, stub_in, island, None, stub_out])
    told = [[REASONS[code].en for code in row] for row in found.reason.tolist()]
    none_from, none_to = REASONS[1].en, REASONS[2].en
    leave, enter, reached = REASONS[3].en, REASONS[4].en, ""
    assert told == [
        [reached, enter, enter, none_to, reached],
        [leave, enter, enter, none_to, reached],
        [leave, enter, reached, none_to, leave],
        [none_from] * 5,
    ]
    assert all(np.isinf(table[~found.reached]).all() for table in found.amounts.values())
    assert all(text.vi for text in REASONS[1:])


def minutes_of(
    infrastructure: Infrastructure, position: OnLink, limits: list[float], *, to: bool = False
) -> Isochrones:
    graph = ReachGraph(build_graph(infrastructure, LORRY))
    return isochrones(
        graph.reach(position, to=to, limit=60.0 * max(limits)), infrastructure, [60.0 * one for one in limits]
    )


def test_an_isochrone_of_one_road_by_hand() -> None:
    """From the middle of 10 km at 60 km/h: 3 min are 3 km each way, 9 min the whole road; 300 m wide, round ends."""
    found = minutes_of(straight_road(), OnLink(0, 0.5), [9.0, 3.0])
    assert found.limits.tolist() == [180.0, 540.0]
    assert found.reached_m.tolist() == pytest.approx([6000.0, 10_000.0], rel=1e-6)
    caps = 8 * np.sin(np.pi / 8) * 0.15**2
    assert found.area_km2.tolist() == pytest.approx([6.0 * 0.3 + caps, 10.0 * 0.3 + caps], rel=1e-4)
    spans = sorted(zip(found.parts.start, found.parts.end, found.parts.band, strict=True))
    assert np.array(spans) == pytest.approx(np.array([(0.0, 0.2, 1), (0.2, 0.8, 0), (0.8, 1.0, 1)]), abs=1e-6)
    lengths = [PLANE.to_plane(line).length for line in found.lines]
    assert sorted(lengths) == pytest.approx([2000.0, 2000.0, 6000.0], rel=1e-5)


def test_a_oneway_road_is_reached_ahead_and_reaches_from_behind() -> None:
    road = straight_road(oneway=True)
    ahead, behind = minutes_of(road, OnLink(0, 0.5), [3.0]), minutes_of(road, OnLink(0, 0.5), [3.0], to=True)
    assert (*ahead.parts.start, *ahead.parts.end) == pytest.approx((0.5, 0.8))
    assert (*behind.parts.start, *behind.parts.end) == pytest.approx((0.2, 0.5))


def test_a_link_reached_from_both_ends_keeps_its_middle_out() -> None:
    """A triangle of 1, 4 and 4 km about: from its short side the far corner is 4.5 km away both ways.

    At 1 km/min and 3 min from the middle of the short side, 2.5 km of each long side are reached, then all of them.
    """
    nodes = {"a": (0.0, 0.0), "b": (1000.0, 0.0)}
    loop = roads(nodes, [{"ends": "ab"}, {"ends": "ba", "via": [(1000.0, 3500.0), (0.0, 3500.0)]}])
    found = minutes_of(loop, OnLink(0, 0.5), [3.0, 4.5])
    long_side = found.parts.link == 1
    spans = sorted(
        zip(found.parts.start[long_side], found.parts.end[long_side], found.parts.band[long_side], strict=True)
    )
    assert np.array(spans) == pytest.approx(
        np.array([(0, 2.5 / 8, 0), (2.5 / 8, 5.5 / 8, 1), (5.5 / 8, 1, 0)]), abs=1e-4
    )
    assert found.reached_m.tolist() == pytest.approx([6000.0, 9000.0], rel=1e-3)


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 20),
    link=st.integers(0, 20),
    fraction=st.floats(0.0, 1.0),
    to=st.booleans(),
    limits=st.lists(st.integers(1, 12), min_size=1, max_size=3),
)
def test_parts_are_exactly_what_points_say(seed: int, link: int, fraction: float, to: bool, limits: list[int]) -> None:
    """At 37 points of every link: inside a part of a band where, and only where, the point's own value is within it.

    Parts of different bands do not overlap, and larger limits reach more length and hold the smaller areas.
    """
    infrastructure = grid(4, seed=seed)
    graph = ReachGraph(build_graph(infrastructure, LORRY))
    rising = np.unique(np.array(limits) * 60.0)
    reach = graph.reach(OnLink(link, fraction), to=to, limit=float(rising[-1]))
    parts = link_parts(reach, rising)
    shares = (np.arange(37) + 0.5) / 37
    links = np.repeat(np.arange(len(infrastructure.links)), 37)
    spots = np.tile(shares, len(infrastructure.links))
    values = reach.value_at(links, spots)
    assert (parts.end > parts.start).all()
    for band, limit in enumerate(rising):
        inside = np.zeros(len(links), dtype=np.int64)
        rows = parts.band <= band
        for own, start, end in zip(parts.link[rows], parts.start[rows], parts.end[rows], strict=True):
            inside += (links == own) & (spots > start) & (spots < end)
        clear = np.abs(values - limit) > 1e-6
        assert (inside[clear] == (values[clear] < limit)).all()
    found = isochrones(reach, infrastructure, rising.tolist())
    assert (np.diff(found.reached_m) >= 0).all()
    assert (np.diff(found.area_km2) >= -1e-9).all()
    for small, large in zip(found.areas[:-1], found.areas[1:], strict=True):
        assert shapely.difference(PLANE.to_plane(small), PLANE.to_plane(large).buffer(0.01)).area < 1.0
    assert all(shapely.is_valid(area) for area in found.areas)
    total = (parts.end - parts.start) @ infrastructure.links.length_m[parts.link]
    assert found.reached_m[-1] == pytest.approx(total)


@pytest.mark.parametrize("limits", [[], [0.0], [5.0, -1.0], [float("nan")], [float("inf")]])
def test_limits_that_are_none_are_refused(limits: list[float]) -> None:
    road = straight_road()
    reach = ReachGraph(build_graph(road, LORRY)).reach(OnLink(0, 0.5))
    with pytest.raises(ValueError, match="Limits must be numbers above 0"):
        isochrones(reach, road, limits)


def test_two_gateways_share_a_road_where_they_are_equally_far() -> None:
    """Gateways at 1 km and 7 km of 10: equal at 4 km; the margin there is 0, at 0 km it is 6 km, or 6 min."""
    road = straight_road()
    graph = build_graph(road, LORRY)
    links, spots = np.zeros(4, dtype=np.int64), np.array([0.0, 0.39, 0.41, 1.0])
    gateways = [OnLink(0, 0.1), None, OnLink(0, 0.7)]
    found = best_two(graph, "time", gateways, (links, spots))
    assert found.best.tolist() == [0, 0, 2, 2]
    assert found.second.tolist() == [2, 2, 0, 0]
    assert found.best_value.tolist() == pytest.approx([60.0, 174.0, 174.0, 180.0], rel=1e-4)
    assert found.margin.tolist() == pytest.approx([360.0, 12.0, 12.0, 360.0], rel=1e-3)


def test_a_point_no_gateway_reaches_belongs_to_nobody() -> None:
    road = straight_road(oneway=True)
    found = best_two(
        build_graph(road, LORRY), "time", [OnLink(0, 0.5)], (np.zeros(2, dtype=np.int64), np.array([0.2, 0.8]))
    )
    assert found.best.tolist() == [0, -1]
    assert found.second.tolist() == [-1, -1]
    assert np.isinf(found.margin[0])
    assert np.isnan(found.margin[1])


def test_catchment_areas_by_hand() -> None:
    """The road above within 1 km of it: split at 4 km across; the cut through sample squares is true to 250 m."""
    road = straight_road()
    graph = build_graph(road, LORRY)
    samples = sample_links(road, graph, 100.0)
    assert len(samples.link) == 100
    assert samples.share.sum() == pytest.approx(1.0)
    assert PLANE.to_plane(shapely.points(samples.points))[10].x == pytest.approx(1050.0, abs=0.5)
    owner = best_two(graph, "time", [OnLink(0, 0.1), OnLink(0, 0.7)], (samples.link, samples.fraction)).best
    frame = PLANE.to_degrees(shapely.box(-1000, -1000, 11_000, 1000))
    west, east = catchment_areas(samples, owner, 2, frame)
    assert area_km2(west) == pytest.approx(2.0 * 5.0, rel=1e-3)
    assert area_km2(east) == pytest.approx(2.0 * 7.0, rel=1e-3)
    near = catchment_areas(samples, owner, 2)
    assert sum(area_km2(area) for area in near) == pytest.approx(2.0 * 10.0 + 3.1, rel=0.05)


def test_land_of_roads_nobody_serves_is_nobodys() -> None:
    road = roads(
        {"a": (0.0, 0.0), "b": (4000.0, 0.0), "c": (0.0, 1000.0), "d": (4000.0, 1000.0)},
        [{"ends": "ab"}, {"ends": "cd"}],
    )
    graph = build_graph(road, LORRY)
    samples = sample_links(road, graph)
    owner = best_two(graph, "time", [OnLink(0, 0.5)], (samples.link, samples.fraction)).best
    frame = PLANE.to_degrees(shapely.box(0, -500, 4000, 1500))
    (area,) = catchment_areas(samples, owner, 1, frame)
    assert area_km2(area) == pytest.approx(4.0, rel=1e-3)
    with pytest.raises(ValueError, match="spacing_m must be above 0"):
        sample_links(road, graph, 0.0)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 30), objective=st.sampled_from(OBJECTIVES), to=st.booleans())
def test_the_best_two_are_the_two_least_of_the_skim(seed: int, objective: str, to: bool) -> None:
    infrastructure = grid(4, seed=seed)
    graph = build_graph(infrastructure, LORRY)
    rng = np.random.default_rng(seed)
    gateways = [OnLink(int(rng.integers(len(infrastructure.links))), float(rng.random())) for _ in range(4)]
    points = [OnLink(int(rng.integers(len(infrastructure.links))), float(rng.random())) for _ in range(6)]
    ends = (points, gateways) if to else (gateways, points)
    name = {"time": "time_s", "distance": "length_m", "cost": "cost", "co2e": "co2e_kg"}[objective]
    table = skim_places(graph, objective, *ends).amounts[name]
    table = np.sort(table if to else table.T, axis=1)
    links = np.array([point.link for point in points]), np.array([point.fraction for point in points])
    found = best_two(graph, objective, gateways, links, to=to)
    assert found.best_value == pytest.approx(table[:, 0], rel=1e-9)
    assert found.second_value == pytest.approx(table[:, 1], rel=1e-9)


def test_a_router_takes_a_graph_that_was_built_before() -> None:
    infrastructure = grid(4)
    graph = build_graph(infrastructure, LORRY)
    places = OnLink(0, 0.2), OnLink(9, 0.7)
    router = Router(infrastructure, LORRY, graph=graph)
    assert router.graph is graph
    found = router.route(*(router.snapper.at_link(place.link, place.fraction) for place in places))
    assert found.time_s == pytest.approx(skim_places(graph, "time", places[:1], places[1:]).amounts["time_s"][0, 0])
    with pytest.raises(ValueError, match="build it anew"):
        Router(infrastructure, LORRY, hour=7, graph=graph)
    with pytest.raises(ValueError, match="build it anew"):
        Router(straight_road(), LORRY, graph=graph)
