"""Routes on OpenStreetMap files: every tag has the route it stands for; the Ho Chi Minh City extract as a whole."""

from __future__ import annotations

import dataclasses
import datetime as dt
from functools import cache
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from osm_files import OsmFile, cross, import_file, no_turn, place, with_detour

from geodata.graph import arcs_to_networkx
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.osm.importing import import_osm
from geodata.routing.errors import NoRouteError
from geodata.routing.profiles import read_profiles
from geodata.routing.route import Route
from geodata.routing.router import Router
from geodata.routing.snapping import SnapOptions

HCM = Path(__file__).parents[2] / "shared" / "data" / "osm" / "hcm_2018.osm.pbf"

VAN, RIGID, LONG = "van", "rigid_10t", "articulated_40"
ALL = frozenset({VAN, RIGID, LONG})
NONE: frozenset[str] = frozenset()
ROAD = {"highway": "primary"}
ANYWHERE = SnapOptions(not_onto=frozenset())


def ways(route: Route) -> list[str]:
    """Return the OSM ways of a route, each once in a row."""
    rows = [str(row) for row in route.infrastructure.links.row_id[route.links]]
    return [row for place_, row in enumerate(rows) if place_ == 0 or rows[place_ - 1] != row]


def passes(infrastructure: Infrastructure, name: str, *, back: bool = False, depart: dt.datetime | None = None) -> bool:
    """Return whether a vehicle goes straight over way 10 between the feeders, or else round by way 20."""
    router = Router(infrastructure, read_profiles()[name], options=ANYWHERE)
    ends = (place(1_400, 0), place(-400, 0)) if back else (place(-400, 0), place(1_400, 0))
    taken = {way for row in ways(router.route(*ends, depart=depart)) for way in row.split(";")}
    assert ("10" in taken) != ("20" in taken)
    return "10" in taken


@pytest.mark.parametrize(
    ("tags", "who"),
    [
        ({}, ALL),
        ({"access": "no"}, NONE),
        ({"hgv": "no"}, {VAN}),
        ({"goods": "no"}, {RIGID, LONG}),
        ({"motor_vehicle": "no"}, NONE),
        ({"vehicle": "no"}, NONE),
        ({"access": "no", "hgv": "yes"}, {RIGID, LONG}),
        ({"motor_vehicle": "no", "hgv": "designated"}, {RIGID, LONG}),
        ({"access": "private"}, NONE),
        ({"motor_vehicle": "destination"}, NONE),
        ({"hgv": "destination"}, {VAN}),
        ({"hgv": "delivery"}, {VAN}),
        ({"maxweight": "8"}, {VAN}),
        ({"maxweight": "10"}, {VAN, RIGID}),
        ({"maxweight": "3 t"}, NONE),
        ({"maxaxleload": "6"}, {VAN}),
        ({"maxaxleload": "8"}, {VAN, RIGID}),
        ({"maxheight": "3.5"}, {VAN, RIGID}),
        ({"maxheight": "4.35"}, ALL),
        ({"maxlength": "12"}, {VAN, RIGID}),
        ({"maxwidth": "2.2"}, {VAN}),
        ({"hgv:conditional": "no @ (weight>12)"}, {VAN, RIGID}),
        ({"access:conditional": "no @ (height>4)"}, {VAN, RIGID}),
        ({"hgv:conditional": "no @ (length>12)"}, {VAN, RIGID}),
        ({"highway": "footway"}, NONE),
        ({"route": "ferry", "highway": "", "hgv": "no"}, NONE),
    ],
)
def test_who_takes_the_way_that_bears_a_tag(tags: dict[str, str], who: frozenset[str], tmp_path: Path) -> None:
    given = {key: value for key, value in (ROAD | tags).items() if value}
    infrastructure = import_file(with_detour(given), tmp_path).infrastructure
    assert {name for name in ALL if passes(infrastructure, name)} == who


@pytest.mark.parametrize(
    ("tags", "there", "back"),
    [
        ({"oneway": "yes"}, True, False),
        ({"oneway": "-1"}, False, True),
        ({"oneway": "no"}, True, True),
        ({"junction": "roundabout"}, True, False),
        ({"hgv:backward": "no"}, True, False),
        ({"access:forward": "no"}, False, True),
    ],
)
def test_which_way_a_road_is_driven(tags: dict[str, str], there: bool, back: bool, tmp_path: Path) -> None:
    infrastructure = import_file(with_detour(ROAD | tags), tmp_path).infrastructure
    assert passes(infrastructure, RIGID) is there
    assert passes(infrastructure, RIGID, back=True) is back


@pytest.mark.parametrize(
    ("tags", "who"),
    [
        ({"barrier": "bollard"}, NONE),
        ({"barrier": "gate", "access": "no"}, NONE),
        ({"barrier": "gate", "access": "yes"}, ALL),
        ({"barrier": "height_restrictor", "maxheight": "3"}, {VAN}),
        ({"barrier": "lift_gate", "hgv": "no", "motor_vehicle": "yes"}, {VAN}),
        ({"barrier": "toll_booth"}, ALL),
    ],
)
def test_who_passes_a_barrier(tags: dict[str, str], who: frozenset[str], tmp_path: Path) -> None:
    infrastructure = import_file(with_detour(ROAD, node_tags=tags), tmp_path).infrastructure
    assert {name for name in ALL if passes(infrastructure, name)} == who


MORNING, NOON = dt.datetime(2026, 11, 23, 7), dt.datetime(2026, 11, 23, 12)  # noqa: DTZ001 - local times have no zone


@pytest.mark.parametrize(
    ("tags", "at_seven", "at_noon"),
    [
        ({"hgv:conditional": "no @ (Mo-Fr 06:00-09:00)"}, {VAN}, ALL),
        ({"hgv": "no", "hgv:conditional": "yes @ (10:00-14:00)"}, {VAN}, ALL),
        ({"hgv:conditional": "no @ (06:00-09:00 AND weight>12)"}, {VAN, RIGID}, ALL),
        ({"motor_vehicle:conditional": "no @ (Sa,Su)"}, ALL, ALL),
        ({"maxspeed:conditional": "5 @ (06:00-09:00)"}, NONE, ALL),
    ],
)
def test_conditions_by_hour_decide_with_a_departure(
    tags: dict[str, str], at_seven: frozenset[str], at_noon: frozenset[str], tmp_path: Path
) -> None:
    infrastructure = import_file(with_detour(ROAD | tags), tmp_path).infrastructure
    for depart, who in ((MORNING, at_seven), (NOON, at_noon)):
        assert {name for name in ALL if passes(infrastructure, name, depart=depart)} == who


def test_a_ferry_that_carries_lorries_is_taken_where_there_is_no_bridge(tmp_path: Path) -> None:
    file = OsmFile()
    for node_id, east_m in ((1, 0), (2, 500), (3, 1_000), (4, 1_500)):
        file.node(node_id, east_m, 0)
    file.way(1, [1, 2], ROAD)
    file.way(2, [2, 3], {"route": "ferry", "motor_vehicle": "yes", "name": "Phà Cát Lái", "hgv": "yes"})
    file.way(3, [3, 4], ROAD)
    infrastructure = import_file(file, tmp_path).infrastructure
    route = Router(infrastructure, read_profiles()[RIGID], options=ANYWHERE).route(place(100, 0), place(1_400, 0))
    assert ways(route) == ["1", "2", "3"]
    assert route.itinerary[1].instruction.vi == "Qua phà Phà Cát Lái"


def over_cross(folder: Path, relations: dict[int, object], name: str = RIGID, **ends: tuple[float, float]) -> list[str]:
    infrastructure = import_file(cross(relations), folder).infrastructure  # type: ignore[arg-type]
    router = Router(infrastructure, read_profiles()[name], options=ANYWHERE)
    return ways(router.route(ends.get("start", place(-400, 0)), ends.get("end", place(0, -400))))


@pytest.mark.parametrize(
    ("relations", "expected"),
    [
        ({}, ["10", "40"]),
        ({1: no_turn(10, 1, 40, restriction="no_right_turn")}, ["10", "30", "50", "40"]),
        ({1: no_turn(10, 1, 30, restriction="only_straight_on")}, ["10", "30", "50", "40"]),
        ({1: no_turn(10, 1, 40, **{"restriction:hgv": "no_right_turn"})}, ["10", "30", "50", "40"]),
        ({1: no_turn(10, 1, 40, restriction="no_right_turn", **{"except": "hgv"})}, ["10", "40"]),
    ],
)
def test_turn_restrictions_of_lorries(relations: dict[int, object], expected: list[str], tmp_path: Path) -> None:
    assert over_cross(tmp_path, relations) == expected


def test_a_turn_restriction_of_lorries_does_not_bind_vans(tmp_path: Path) -> None:
    relations: dict[int, object] = {1: no_turn(10, 1, 40, **{"restriction:hgv": "no_right_turn"})}
    assert over_cross(tmp_path, relations, VAN) == ["10", "40"]


def test_a_turn_restriction_by_way(tmp_path: Path) -> None:
    """From 10 by 30 into 50 is forbidden: who comes from the west to way 50 turns south first."""
    members = [("w", 10, "from"), ("w", 30, "via"), ("w", 50, "to")]
    tags = {"type": "restriction", "restriction": "no_right_turn"}
    end = place(500, -200)
    assert over_cross(tmp_path, {}, end=end) == ["10", "30", "50"]
    assert over_cross(tmp_path, {1: (members, tags)}, end=end) == ["10", "40", "50"]
    assert over_cross(tmp_path, {1: (members, tags)}, start=place(0, 400), end=end) == ["20", "30", "50"]


def test_a_turn_restriction_by_hour(tmp_path: Path) -> None:
    relations = {1: no_turn(10, 1, 40, **{"restriction:conditional": "no_right_turn @ (Mo-Fr 06:00-09:00)"})}
    infrastructure = import_file(cross(relations), tmp_path).infrastructure
    router = Router(infrastructure, read_profiles()[RIGID], options=ANYWHERE)
    ends = place(-400, 0), place(0, -400)
    assert ways(router.route(*ends, depart=MORNING)) == ["10", "30", "50", "40"]
    assert ways(router.route(*ends, depart=NOON)) == ["10", "40"]
    assert [note.en for note in router.route(*ends).notes] == [
        "Without a time of departure, hours do not count: r1 (Mo-Fr 06:00-09:00)."
    ]


# --- the extract of Ho Chi Minh City ------------------------------------------------------------------------------

shared = pytest.mark.skipif(not HCM.exists(), reason="../shared/data/osm/hcm_2018.osm.pbf is not there")


@cache
def hcm() -> Infrastructure:
    return import_osm([HCM]).infrastructure


PLACES = {
    "VSIP I": (10.93184, 106.72571),
    "Cát Lái": (10.76571, 106.79566),
    "Tân Sơn Nhất": (10.8188, 106.652),
    "Hiệp Phước SPCT": (10.63806, 106.75989),
    "Sóng Thần 1": (10.89118, 106.75078),
    "Sóng Thần 2": (10.91844, 106.74403),
    "Biên Hòa 2": (10.92153, 106.87313),
}


@shared
@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("first", "last", "km", "back_km"),
    [
        ("VSIP I", "Cát Lái", 26.40, 26.61),
        ("VSIP I", "Tân Sơn Nhất", 18.05, 17.43),
        ("VSIP I", "Hiệp Phước SPCT", 42.36, 41.56),
        ("Sóng Thần 1", "Cát Lái", 19.98, 20.15),
        ("Sóng Thần 2", "Cát Lái", 24.22, 23.69),
        ("Biên Hòa 2", "Cát Lái", 26.29, 25.91),
    ],
)
def test_shortest_ways_are_close_to_the_reference(first: str, last: str, km: float, back_km: float) -> None:
    """Reference answers by vertices without access rules or turns; here by links, a van, with both: within 3 %."""
    router = _van()
    ends = [PLACES[name][::-1] for name in (first, last)]
    for (start, end), reference in (((0, 1), km), ((1, 0), back_km)):
        route = router.route(ends[start], ends[end], objective="distance")
        assert route.length_m / 1000.0 == pytest.approx(reference, rel=0.03)


@cache
def _van() -> Router:
    return Router(hcm(), read_profiles()[VAN], options=SnapOptions(not_onto=frozenset()))


@shared
@pytest.mark.shared_data
def test_five_hundred_routes_on_the_extract_equal_networkx() -> None:
    """10 origins × 50 destinations, whole links, by networkx on the arcs: relative 1e-9, by hierarchy and without."""
    router = Router(hcm(), read_profiles()[LONG])
    graph = router.graph
    arcs = arcs_to_networkx(graph)
    rng = np.random.default_rng(11)
    links = np.flatnonzero((graph.start_arc[0::2] >= 0) & (graph.start_arc[1::2] < 0))
    origins, destinations = rng.choice(links, 10, replace=False), rng.choice(links, 50, replace=False)
    prepared = Router(hcm(), read_profiles()[LONG])
    prepared.prepare("time")
    compared = 0
    for origin in origins.tolist():
        first = int(graph.start_arc[2 * origin])
        least = nx.single_source_dijkstra_path_length(arcs, first, weight="time")
        start = router.snapper.at_link(origin, 0.0)
        for place_, destination in enumerate(destinations.tolist()):
            reached = [least[arc] for arc in graph.end_arcs(2 * destination).tolist() if arc in least]
            end = router.snapper.at_link(destination, 1.0)
            if not reached:
                if place_ == 0:
                    with pytest.raises(NoRouteError):
                        router.route(start, end)
                continue
            expected = min(reached) + graph.time_s[first]
            assert prepared.route(start, end).time_s == pytest.approx(expected, rel=1e-9)
            if place_ < 8:
                assert router.route(start, end).time_s == pytest.approx(expected, rel=1e-9)
            compared += 1
    assert compared > 400


@shared
@pytest.mark.shared_data
def test_a_ban_in_the_city_only_delays_or_diverts_lorries() -> None:
    """Heavy lorries off one-way streets 6-22: never earlier than without; a van does not mind."""
    city = hcm()
    always = dataclasses.replace(city.turns, schedule=np.full(len(city.turns), -1, dtype=np.int32))
    free = dataclasses.replace(city, turns=always)
    banned = np.flatnonzero(free.links.oneway)[::3].astype(np.int32)
    from routing_parts import schedules  # noqa: PLC0415

    from geodata.infrastructure.build import make_conditions  # noqa: PLC0415

    week = schedules({"06:00-22:00": [(1440 * day + 360, 1440 * day + 1320) for day in range(7)]})
    rules = make_conditions(link_index=banned, kinds=0b1100, schedule=0)
    bound = dataclasses.replace(free, conditions=rules, schedules=week)
    start, end = PLACES["VSIP I"][::-1], PLACES["Hiệp Phước SPCT"][::-1]
    times = {}
    for name in (VAN, LONG):
        for infrastructure in (free, bound):
            route = Router(infrastructure, read_profiles()[name]).route(start, end, depart=NOON)
            times[name, infrastructure is bound] = route.time_s
            assert not np.isin(route.links, banned).any() or name == VAN or infrastructure is free or route.waits
    assert times[VAN, True] == times[VAN, False]
    assert times[LONG, True] > times[LONG, False]
