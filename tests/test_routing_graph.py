"""What may follow what: access, limits, conditions, turn restrictions, destinations, U-turns. Worked by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from routing_parts import profile, roads, schedules, turns

from geodata.infrastructure.columns import ROAD_KINDS
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.models import LINK_CLASSES
from geodata.routing.graph import RoutingGraph, build_graph, build_timed_graph
from geodata.routing.vehicle import VehicleProfile
from supplychain.vocabulary import CURRENCIES, NETWORK_MODES

HGV, ARTICULATED = 4, 8

CROSS = [(0, 0), (-500, 0), (0, 500), (500, 0), (0, -500)]
ARMS = [(1, 0), (2, 0), (0, 3), (0, 4)]
"""Four roads that meet at node 0: link 0 from the west, 1 from the north, 2 to the east, 3 to the south."""


def cross(**columns: Any) -> Infrastructure:  # noqa: ANN401 - what roads takes
    return roads(CROSS, ARMS, **columns)


def followers(graph: RoutingGraph, link: int, *, along: bool = True) -> set[tuple[int, bool]]:
    """Return what may follow the first copy of a directed link, as (link, along)."""
    arc = int(graph.start_arc[2 * link + (not along)])
    span = slice(graph.follow_start[arc], graph.follow_start[arc + 1])
    return {(int(graph.arc_link[other]), bool(graph.arc_along[other])) for other in graph.follow_arc[span]}


def may_run(infrastructure: Infrastructure, vehicle: VehicleProfile, hour: int | None = None) -> list[bool]:
    """Return whether a vehicle may run on each link along its line."""
    starts = build_graph(infrastructure, vehicle, hour=hour).start_arc
    return [bool(arc >= 0) for arc in starts[0::2]]


def test_all_other_roads_follow_and_u_turns_only_at_dead_ends() -> None:
    graph = build_graph(cross(), profile())
    assert len(graph) == 8
    assert followers(graph, 0) == {(1, False), (2, True), (3, True)}
    assert followers(graph, 0, along=False) == {(0, True)}


def test_values_of_an_arc_by_hand() -> None:
    """500 m at 36 km/h: 50 s; 1 a km, 36 an hour, 10 a km of toll × 0.5; empty share 0.5; 1 kg a km."""
    lorry = profile(cost_per_hour=36.0, toll_factor=0.5, empty_share=0.5)
    tolled = cross(toll=True, toll_per_km=10.0, currency=CURRENCIES.index("VND"), price_year=2025)
    graph = build_graph(tolled, lorry)
    assert graph.length_m == pytest.approx(np.full(8, 500.0), rel=1e-2)
    km = graph.length_m / 1000.0
    assert graph.time_s == pytest.approx(km * 100.0)
    assert graph.toll == pytest.approx(km * 5.0)
    assert graph.cost == pytest.approx(1.5 * km * (1.0 + 1.0 + 5.0))
    assert graph.co2e_kg == pytest.approx(km)


def test_an_unknown_toll_is_taken_at_the_rate_of_the_profile() -> None:
    graph = build_graph(cross(toll=True), profile(toll_factor=0.5, toll_per_km_unknown=4.0))
    assert graph.toll == pytest.approx(graph.length_m / 1000.0 * 2.0)


def test_a_toll_in_another_currency_is_refused() -> None:
    foreign = cross(toll=True, toll_per_km=1.0, currency=CURRENCIES.index("USD"), price_year=2025)
    with pytest.raises(ValueError, match=r"toll of link 'l0' is in USD, .* in VND; give both in one currency"):
        build_graph(foreign, profile())


@pytest.mark.parametrize(
    ("column", "figure", "limit"),
    [
        ("max_weight_t", "gross_weight_t", 9.9),
        ("max_axle_load_t", "axle_load_t", 5.9),
        ("max_height_m", "height_m", 2.9),
        ("max_length_m", "length_m", 7.9),
        ("max_width_m", "width_m", 2.3),
    ],
)
def test_limits_close_a_link_to_larger_vehicles_only(column: str, figure: str, limit: float) -> None:
    values = np.array([limit, np.nan, 1000.0, limit])
    limited = cross(**{column: values})
    assert may_run(limited, profile()) == [False, True, True, False]
    assert may_run(limited, profile(**{figure: limit})) == [True] * 4


def test_masks_decide_by_kind_and_way() -> None:
    forward = np.array([ROAD_KINDS, ROAD_KINDS & ~HGV, ROAD_KINDS, ROAD_KINDS & ~ARTICULATED])
    roads_ = cross(access_forward=forward, access_backward=0)
    assert may_run(roads_, profile()) == [True, False, True, True]
    assert may_run(roads_, profile(kind="articulated")) == [True, True, True, False]
    assert not (build_graph(roads_, profile()).start_arc[1::2] >= 0).any()


def test_classes_without_a_speed_and_other_modes_are_left_out() -> None:
    classes = np.array([LINK_CLASSES.index(name) for name in ("primary", "track", "rail_main", "residential")])
    modes = np.array([NETWORK_MODES.index(name) for name in ("road", "road", "rail", "road")])
    kinds = np.full(4, 0xFF, dtype=np.uint8)
    mixed = cross(link_class=classes, mode=modes, access_forward=kinds)
    assert may_run(mixed, profile()) == [True, False, False, True]
    train = profile(kind="train", speeds_kmh={"rail_main": 50.0}, gauge_mm=1000)
    assert may_run(mixed, train) == [False, False, True, False]
    standard = cross(link_class=classes, mode=modes, access_forward=kinds, gauge_mm=np.array([0, 0, 1435, 0]))
    assert may_run(standard, train) == [False] * 4


def test_a_barge_keeps_to_waterways_of_its_class_unless_a_link_says_how_large() -> None:
    classes = np.array([LINK_CLASSES.index(f"waterway{name}") for name in ("_I", "_III", "_III", "")])
    largest = np.array([np.nan, np.nan, 1000.0, np.nan])
    river = cross(
        link_class=classes,
        mode=NETWORK_MODES.index("inland_waterway"),
        access_forward=32,
        access_backward=32,
        max_vessel_t=largest,
        max_draught_m=np.array([np.nan, np.nan, np.nan, 1.0]),
    )
    speeds = dict.fromkeys(("waterway_I", "waterway_III", "waterway"), 10.0)
    barge = profile(kind="vessel", speeds_kmh=speeds, waterway_class="waterway_II", vessel_t=600.0, draught_m=2.0)
    assert may_run(river, barge) == [True, False, True, False]


def test_speed_is_the_least_of_class_observation_limit_and_vehicle() -> None:
    """Class 36; observed 18; limit 27, 20 for lorries; top 30 km/h: 100 m take 360 / km/h seconds."""
    infrastructure = cross(
        observed_kmh=np.array([np.nan, 18.0, np.nan, 50.0]), speed_kmh=np.array([27.0, np.nan, 60.0, np.nan])
    )
    graph = build_graph(infrastructure, profile(max_speed_kmh=30.0))
    at = graph.length_m[graph.start_arc[0::2]] * 3.6 / graph.time_s[graph.start_arc[0::2]]
    assert at == pytest.approx([27.0, 18.0, 30.0, 30.0])
    lorries = cross(speed_kmh=60.0, speed_hgv_kmh=20.0)
    assert build_graph(lorries, profile()).time_s == pytest.approx(build_graph(cross(), profile()).time_s * 36 / 20)
    van = build_graph(lorries, profile(kind="goods"))
    assert van.time_s == pytest.approx(build_graph(cross(), profile()).time_s)


WEEK = schedules({"Mo 06:00-09:00": [(360, 540)]})


def conditions(**columns: Any) -> dict[str, Any]:  # noqa: ANN401 - columns of conditions
    return {"link_index": np.array([0]), "kinds": HGV} | columns


def test_a_condition_without_hours_holds_for_the_vehicles_it_is_about() -> None:
    heavy = cross(conditions=conditions(above_weight_t=9.0))
    assert may_run(heavy, profile())[0] is False
    assert may_run(heavy, profile(gross_weight_t=9.0))[0] is True
    assert may_run(heavy, profile(kind="goods"))[0] is True


def test_of_conditions_that_match_the_last_decides() -> None:
    rows = {"link_index": np.array([0, 0]), "kinds": HGV, "is_open": np.array([False, True])}
    assert may_run(cross(conditions=rows), profile())[0] is True
    rows["is_open"] = np.array([True, False])
    assert may_run(cross(conditions=rows), profile())[0] is False


def test_a_condition_holds_on_its_own_way_only() -> None:
    graph = build_graph(cross(conditions=conditions(directions=2)), profile())
    assert graph.start_arc[0] >= 0
    assert graph.start_arc[1] == -1


def test_conditions_by_hour_hold_in_the_graph_of_that_hour_only() -> None:
    banned = cross(conditions=conditions(schedule=0), week=WEEK)
    assert may_run(banned, profile())[0] is True
    assert [may_run(banned, profile(), hour)[0] for hour in (5, 6, 8, 9, 24 + 7)] == [True, False, False, True, True]


def test_hours_may_open_what_is_closed() -> None:
    opened = cross(access_forward=0, conditions=conditions(schedule=0, is_open=True), week=WEEK)
    assert may_run(opened, profile())[0] is False
    assert may_run(opened, profile(), 7)[0] is True
    timed = build_timed_graph(opened, profile())
    assert timed.open_hours.from_s.tolist() == [6 * 3600.0]
    assert timed.open_hours.to_s.tolist() == [9 * 3600.0]
    assert timed.start_arc[0::2].tolist() == [int(timed.start_arc[0]), -1, -1, -1]


def test_a_speed_by_condition_takes_the_place_of_the_limit() -> None:
    slow = cross(speed_kmh=30.0, conditions=conditions(speed_kmh=18.0))
    graph = build_graph(slow, profile())
    assert graph.time_s[graph.start_arc[0]] == pytest.approx(graph.length_m[graph.start_arc[0]] / 5.0)
    hourly = cross(conditions=conditions(speed_kmh=18.0, schedule=0), week=WEEK)
    assert build_graph(hourly, profile(), hour=7).time_s.max() == pytest.approx(100.0, rel=1e-2)
    assert build_graph(hourly, profile()).time_s.max() == pytest.approx(50.0, rel=1e-2)


def test_factors_of_the_hour_slow_a_pass_but_never_above_the_limit() -> None:
    factors = [1.0] * 168
    factors[7], factors[2] = 0.5, 2.0
    lorry = profile(hour_factors={"arterial": tuple(factors)}, max_speed_kmh=45.0)
    times = [build_graph(cross(), lorry, hour=hour).time_s[0] for hour in (3, 7, 2)]
    assert times[1] == pytest.approx(2.0 * times[0])
    assert times[2] == pytest.approx(times[0] * 36.0 / 45.0)


def test_an_hour_outside_the_week_is_refused() -> None:
    with pytest.raises(ValueError, match="hour must be an hour of the week"):
        build_graph(cross(), profile(), hour=168)


def test_no_turn_forbids_and_only_leaves_one_way() -> None:
    banned = cross(turn_table=turns([("no", [(0, True), (2, True)])]))
    assert followers(build_graph(banned, profile()), 0) == {(1, False), (3, True)}
    assert followers(build_graph(banned, profile()), 1) == {(0, False), (2, True), (3, True)}
    only = cross(turn_table=turns([("only", [(0, True), (2, True)])]))
    assert followers(build_graph(only, profile()), 0) == {(2, True)}
    both = cross(turn_table=turns([("only", [(0, True), (2, True)]), ("only", [(0, True), (3, True)])]))
    assert followers(build_graph(both, profile()), 0) == {(2, True), (3, True)}


def test_turns_bind_only_the_kinds_they_name() -> None:
    banned = cross(turn_table=turns([("no", [(0, True), (2, True)])], kinds=ARTICULATED))
    assert (2, True) in followers(build_graph(banned, profile()), 0)
    assert (2, True) not in followers(build_graph(banned, profile(kind="articulated")), 0)


def test_where_restrictions_leave_nothing_the_vehicle_turns_round() -> None:
    all_banned = [("no", [(0, True), (2, True)]), ("no", [(0, True), (3, True)]), ("no", [(0, True), (1, False)])]
    graph = build_graph(cross(turn_table=turns(all_banned)), profile())
    assert followers(graph, 0) == {(0, False)}
    none = build_graph(cross(turn_table=turns([*all_banned, ("no", [(0, True), (0, False)])])), profile())
    assert followers(none, 0) == set()


def test_turns_by_hour_hold_in_the_graph_of_that_hour() -> None:
    banned = cross(turn_table=turns([("no", [(0, True), (2, True)])], schedule=0), week=WEEK)
    assert (2, True) in followers(build_graph(banned, profile()), 0)
    assert (2, True) not in followers(build_graph(banned, profile(), hour=7), 0)
    assert (2, True) in followers(build_timed_graph(banned, profile()), 0)


def test_a_shut_node_is_reached_but_not_passed() -> None:
    closed = np.array([HGV, 0, 0, 0, 0])
    graph = build_graph(cross(node_columns={"closed": closed}), profile())
    assert followers(graph, 0) == {(0, False)}
    assert len(followers(build_graph(cross(node_columns={"closed": closed}), profile(kind="goods")), 0)) == 3
    low = cross(node_columns={"max_height_m": np.array([2.5, np.nan, np.nan, np.nan, np.nan])})
    assert followers(build_graph(low, profile()), 0) == {(0, False)}


STREET = [(0, 0), (100, 0), (200, 0), (300, 0), (100, 100), (200, 100)]
BLOCKS = [(0, 1), (1, 2), (2, 3), (1, 4), (2, 5)]
"""A street of links 0, 1, 2 with side roads 3 (at the first corner) and 4 (at the second)."""


def driven(graph: RoutingGraph, *steps: tuple[int, bool]) -> bool:
    """Return whether a sequence of (link, along) can be driven from its first link on."""
    reached = {int(graph.start_arc[2 * steps[0][0] + (not steps[0][1])])}
    for link, along in steps[1:]:
        after = {
            int(other)
            for arc in reached
            for other in graph.follow_arc[graph.follow_start[arc] : graph.follow_start[arc + 1]]
        }
        reached = {arc for arc in after if graph.arc_link[arc] == link and graph.arc_along[arc] == along}
    return bool(reached)


def test_a_turn_by_way_is_forbidden_to_who_came_that_way_only() -> None:
    """0 → 1 → 4 is forbidden; 3 → 1 → 4 and 0 → 1 → 2 are not."""
    street = roads(STREET, BLOCKS, turn_table=turns([("no", [(0, True), (1, True), (4, True)])]))
    for graph in (build_graph(street, profile()), build_timed_graph(street, profile())):
        assert not driven(graph, (0, True), (1, True), (4, True))
        assert driven(graph, (3, False), (1, True), (4, True))
        assert driven(graph, (0, True), (1, True), (2, True))
        assert len(graph) == 11  # one copy: link 1, having come from link 0


def test_only_by_way_demands_the_end_of_who_drove_the_rest() -> None:
    street = roads(STREET, BLOCKS, turn_table=turns([("only", [(0, True), (1, True), (4, True)])]))
    graph = build_graph(street, profile())
    assert driven(graph, (0, True), (1, True), (4, True))
    assert not driven(graph, (0, True), (1, True), (2, True))
    assert driven(graph, (3, False), (1, True), (2, True))
    assert driven(graph, (0, True), (3, True))


def test_sequences_that_overlap_are_each_remembered() -> None:
    """0-1-2-3 in a row; 0→1→2 leads into 1→2→3, which is forbidden, and so is 0→1→2→4."""
    points = [(0, 0), (100, 0), (200, 0), (300, 0), (400, 0), (300, 100)]
    ends = [(0, 1), (1, 2), (2, 3), (3, 4), (3, 5)]
    rules = [
        ("no", [(1, True), (2, True), (3, True)]),
        ("no", [(0, True), (1, True), (2, True), (4, True)]),
    ]
    graph = build_graph(roads(points, ends, turn_table=turns(rules)), profile())
    assert not driven(graph, (0, True), (1, True), (2, True), (3, True))
    assert not driven(graph, (0, True), (1, True), (2, True), (4, True))
    assert driven(graph, (0, True), (1, True), (2, True), (2, False))  # nothing else is left
    assert driven(graph, (1, True), (2, True), (4, True))
    assert driven(graph, (2, True), (3, True))


def test_roads_for_destinations_are_used_at_the_ends_only() -> None:
    """Links 1 and 4 are for destinations: 0 → 1 → 2 passes through, 0 → 1 → 4 ends there, 4 → 1 → 0 starts there."""
    only = np.array([0, HGV, 0, 0, HGV])
    graph = build_graph(roads(STREET, BLOCKS, destination_only=only), profile())
    assert not driven(graph, (0, True), (1, True), (2, True))
    assert driven(graph, (0, True), (1, True), (4, True))
    assert driven(graph, (4, False), (1, False), (0, False))
    assert driven(graph, (1, True), (2, True))
    assert driven(graph, (1, True), (4, True), (4, False), (2, True))
    assert driven(
        build_graph(roads(STREET, BLOCKS, destination_only=only), profile(kind="goods")),
        (0, True),
        (1, True),
        (2, True),
    )


def test_before_a_road_for_destinations_only_one_may_turn_round() -> None:
    only = np.array([0, HGV, HGV, HGV, HGV])
    graph = build_graph(roads(STREET, BLOCKS, destination_only=only), profile())
    assert (0, False) in followers(graph, 0)
    assert (1, True) in followers(graph, 0)


def test_turns_by_way_hold_within_runs_for_destinations() -> None:
    rules = turns([("no", [(0, True), (1, True), (4, True)])])
    only = np.array([0, HGV, HGV, HGV, HGV])
    graph = build_graph(roads(STREET, BLOCKS, destination_only=only, turn_table=rules), profile())
    assert not driven(graph, (0, True), (1, True), (4, True))
    assert driven(graph, (0, True), (1, True), (2, True))
    assert driven(graph, (3, False), (1, True), (4, True))


def test_time_of_turns_by_hand() -> None:
    """From the west: left to the north 7 s, right to the south 5 s, straight on 0; signals 3 s more; back 60 s."""
    signals = np.full(5, -1)
    signals[0] = 5
    lorry = profile(turn_left_s=7.0, turn_right_s=5.0, turn_u_s=60.0, signals_s=3.0)
    graph = build_graph(cross(node_columns={"feature": signals}), lorry)
    arc = int(graph.start_arc[0])
    span = slice(int(graph.follow_start[arc]), int(graph.follow_start[arc + 1]))
    lost = dict(zip(graph.arc_link[graph.follow_arc[span]].tolist(), graph.follow_time_s[span].tolist(), strict=True))
    assert lost == {1: 10.0, 2: 3.0, 3: 8.0}
    back = int(graph.start_arc[1])
    assert graph.follow_time_s[graph.follow_start[back]] == 60.0


def test_a_network_without_a_usable_link_gives_an_empty_graph() -> None:
    rules = turns([("no", [(0, True), (2, True)]), ("only", [(0, True), (2, True), (2, False)])])
    for graph in (
        build_graph(cross(access_forward=0, access_backward=0, turn_table=rules), profile()),
        build_timed_graph(cross(access_forward=0, access_backward=0, turn_table=rules), profile()),
    ):
        assert len(graph) == 0
        assert (graph.start_arc == -1).all()


def test_an_unknown_objective_is_refused() -> None:
    with pytest.raises(ValueError, match="objective must be one of time, distance, cost, co2e, got 'beauty'"):
        build_graph(cross(), profile()).weight("beauty")
