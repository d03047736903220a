"""Routes with a time of departure: waiting or going round, speeds by hour, laws of earliest arrivals."""

from __future__ import annotations

import dataclasses
import datetime as dt
import heapq
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from routing_parts import DEGREE_M, place, profile, roads, schedules, turns

from geodata.infrastructure.infrastructure import Infrastructure
from geodata.routing.errors import NoRouteError
from geodata.routing.route import Route
from geodata.routing.router import Router
from geodata.routing.snapping import Snap

HGV = 4
MONDAY = dt.datetime(2026, 11, 23)  # noqa: DTZ001 - local times have no zone
MORNING = "Mo-Su 06:00-09:00"
WEEK = schedules({MORNING: [(1440 * day + 360, 1440 * day + 540) for day in range(7)]})


def at(clock: str, day: int = 0) -> dt.datetime:
    hours, minutes, *seconds = (int(part) for part in clock.split(":"))
    return MONDAY + dt.timedelta(days=day, hours=hours, minutes=minutes, seconds=seconds[0] if seconds else 0)


def ids(route: Route) -> list[str]:
    return [str(name) for name in route.infrastructure.links.link_id[route.links]]


def seconds(route: Route) -> float:
    assert route.depart is not None
    assert route.arrive is not None
    assert (route.arrive - route.depart).total_seconds() == pytest.approx(route.time_s, abs=1e-5)
    return route.time_s


def corridor(detour_m: float, **columns: Any) -> Router:  # noqa: ANN401 - what roads takes
    """Return 6 km + 6 km + 6 km straight east (10 min each at 36 km/h), the middle closed 6-9, and a detour round it.

    Links 0, 1, 2 lie in a row; link 3 goes round link 1 and is as long as told.
    """
    points = [(0, 0), (6000, 0), (12000, 0), (18000, 0)]
    ends = [(0, 1), (1, 2), (2, 3), (1, 2)]
    lengths = np.array([6000.0, 6000.0, 6000.0, detour_m])
    conditions = {"link_index": np.array([1]), "kinds": HGV, "schedule": 0}
    given_: dict[str, Any] = {"conditions": conditions, "week": WEEK, "length_m": lengths} | columns
    return Router(roads(points, ends, **given_), profile())


START, END = place(0, 0), place(18000, 0)


def test_before_and_after_the_ban_the_route_is_direct() -> None:
    router = corridor(60_000.0)
    for clock in ("05:00", "09:00", "12:00", "23:55"):
        route = router.route(START, END, depart=at(clock))
        assert ids(route) == ["l0", "l1", "l2"]
        assert seconds(route) == pytest.approx(1800.0)
        assert route.waits == ()


def test_waiting_is_sooner_than_a_long_way_round() -> None:
    """Leave 08:00, at the ban 08:10, wait till 09:00, arrive 09:20; round would take 100 + 20 min."""
    route = corridor(60_000.0).route(START, END, depart=at("08:00"))
    assert ids(route) == ["l0", "l1", "l2"]
    assert route.arrive == at("09:20")
    (wait,) = route.waits
    assert wait.start == at("08:10")
    assert wait.time_s == pytest.approx(3000.0)
    assert wait.link == 1
    assert (wait.lon, wait.lat) == pytest.approx(place(6000, 0))
    assert wait.text.en == f"l1 is closed to Test lorry ({MORNING})"
    assert wait.text.vi == f"l1 cấm Xe thử ({MORNING})"
    assert route.waiting_s == pytest.approx(3000.0)
    assert [leg.time_s for leg in route.itinerary] == pytest.approx([4800.0])


def test_going_round_is_sooner_than_a_long_wait() -> None:
    """Leave 06:00: round (25 km, 41 min 40 s) arrives 07:01:40; waiting would end at 09:20."""
    route = corridor(25_000.0).route(START, END, depart=at("06:00"))
    assert ids(route) == ["l0", "l3", "l2"]
    assert seconds(route) == pytest.approx(600.0 + 2500.0 + 600.0)
    assert route.waits == ()


def test_a_pass_must_end_before_the_ban_begins() -> None:
    """The middle takes 10 min: entered at 05:50 it ends as the ban begins; entered a minute later it may not begin."""
    router = corridor(600_000.0)
    assert router.route(START, END, depart=at("05:40")).arrive == at("06:10")
    assert router.route(START, END, depart=at("05:41")).arrive == at("09:20")


def test_one_never_waits_on_a_closed_road() -> None:
    """Links 1 and 2 are both closed 6-9: entered at 05:50, link 1 would end at 06:00 before a closed link 2.

    Standing on link 1 during its ban is not allowed, so the vehicle waits before link 1: arrival 09:20, not 09:10.
    """
    both = {"link_index": np.array([1, 2]), "kinds": HGV, "schedule": 0}
    route = corridor(600_000.0, conditions=both).route(START, END, depart=at("05:40"))
    assert route.arrive == at("09:20")
    assert [wait.link for wait in route.waits] == [1]
    only_last = {"link_index": np.array([2]), "kinds": HGV, "schedule": 0}
    route = corridor(600_000.0, conditions=only_last).route(START, END, depart=at("05:40"))
    assert route.arrive == at("09:10")
    assert [wait.link for wait in route.waits] == [2]


def test_an_origin_on_a_closed_road_waits_there() -> None:
    route = corridor(600_000.0).route(place(9000, 0), END, depart=at("08:00"))
    assert ids(route) == ["l1", "l2"]
    assert route.arrive == at("09:15")
    assert route.waits[0].start == at("08:00")
    assert route.waits[0].time_s == pytest.approx(3600.0)


def test_a_destination_on_a_closed_road_needs_only_its_part() -> None:
    """2 km into the middle link, entered 05:55, takes till 05:58:20, though the whole link would end after 06:00."""
    router = corridor(600_000.0)
    route = router.route(START, place(8000, 0), depart=at("05:45"))
    assert seconds(route) == pytest.approx(600.0 + 200.0)
    assert router.route(START, place(8000, 0), depart=at("05:48")).arrive == at("09:03:20")


def test_start_and_end_on_one_closed_link() -> None:
    router = corridor(600_000.0)
    route = router.route(place(7000, 0), place(10_000, 0), depart=at("07:00"))
    assert route.arrive == at("09:05")
    assert route.length_m == pytest.approx(3000.0)
    assert ids(route) == ["l1"]


def test_other_days_and_other_vehicles_are_free() -> None:
    monday = schedules({"Mo 06:00-09:00": [(360, 540)]})
    router = corridor(600_000.0, week=monday)
    assert seconds(router.route(START, END, depart=at("07:00", day=1))) == pytest.approx(1800.0)
    assert router.route(START, END, depart=at("07:00")).arrive == at("09:20")
    van = Router(router.infrastructure, profile(kind="goods"))
    assert seconds(van.route(START, END, depart=at("07:00"))) == pytest.approx(1800.0)


def test_a_ban_over_sunday_midnight_is_one() -> None:
    """Closed Sunday 22:00 to Monday 04:00: who arrives Sunday 23:00 waits five hours into the next week."""
    night = schedules({"Su 22:00-04:00": [(0, 240), (6 * 1440 + 1320, 10080)]})
    route = corridor(600_000.0, week=night).route(START, END, depart=at("22:50", day=6))
    assert route.arrive == at("04:20", day=7)
    assert route.waits[0].time_s == pytest.approx(5 * 3600.0)


def test_a_window_over_sunday_midnight_is_one() -> None:
    """Open only Sunday 23:55 to Monday 00:30: a pass of 10 min from 23:56 fits."""
    only = schedules({"Su 23:55-00:30": [(0, 30), (6 * 1440 + 1435, 10080)]})
    rules = {"link_index": np.array([1]), "kinds": HGV, "schedule": 0, "is_open": True}
    shut = {"access_forward": np.array([15, 0, 15, 0]), "access_backward": np.array([15, 0, 15, 0])}
    router = corridor(600_000.0, week=only, conditions=rules, **shut)
    assert router.route(START, END, depart=at("23:46", day=6)).arrive == at("00:16", day=7)
    assert router.route(START, END, depart=at("00:11")).arrive == at("00:16", day=7) - dt.timedelta(minutes=1)


def test_what_is_open_at_no_time_is_told() -> None:
    short = schedules({"Mo 06:00-06:05": [(360, 365)]})
    rules = {"link_index": np.array([1]), "kinds": HGV, "schedule": 0, "is_open": True}
    shut = {"access_forward": np.array([15, 0, 15, 0]), "access_backward": np.array([15, 0, 15, 0])}
    router = corridor(600_000.0, week=short, conditions=rules, **shut)
    with pytest.raises(NoRouteError, match=r"within two weeks of 2026-11-23 05:00: hours of closing leave no way"):
        router.route(START, END, depart=at("05:00"))


def test_speed_changes_while_a_link_is_driven() -> None:
    """12 km at 10 m/s from 06:50: 6 km till 07:00, then 5 m/s: the other 6 km take 1,200 s."""
    factors = [1.0] * 168
    factors[7] = 0.5
    slow = profile(hour_factors={"arterial": tuple(factors)})
    line = roads([(0, 0), (12000, 0)], [(0, 1)])
    route = Router(line, slow).route(place(0, 0), place(12000, 0), depart=at("06:50"))
    assert seconds(route) == pytest.approx(600.0 + 1200.0, rel=1e-6)
    over = Router(line, slow).route(place(0, 0), place(12000, 0), depart=at("07:50"))
    assert seconds(over) == pytest.approx(600.0 + 900.0, rel=1e-6)


def test_a_limit_by_hours_slows_within_them_only() -> None:
    """18 km/h from 7 to 8 on a link of 36: leave 06:50, 6 km till 07:00, then 1,200 s for 6 km."""
    hours = schedules({"Mo 07:00-08:00": [(420, 480)]})
    rules = {"link_index": np.array([0]), "kinds": HGV, "schedule": 0, "speed_kmh": 18.0}
    line = roads([(0, 0), (12000, 0)], [(0, 1)], conditions=rules, week=hours)
    router = Router(line, profile())
    assert seconds(router.route(place(0, 0), place(12000, 0), depart=at("06:50"))) == pytest.approx(1800.0, rel=1e-6)
    assert seconds(router.route(place(0, 0), place(12000, 0), depart=at("07:50"))) == pytest.approx(1500.0, rel=1e-6)
    assert seconds(router.route(place(0, 0), place(12000, 0), depart=at("08:00"))) == pytest.approx(1200.0, rel=1e-6)


def test_a_turn_closed_by_hours_is_waited_for() -> None:
    """The turn from link 0 into link 1 is closed 6-9; the way round is endless."""
    rule = turns([("no", [(0, True), (1, True)])], schedule=0)
    route = corridor(6_000_000.0, conditions={}, turn_table=rule).route(START, END, depart=at("08:30"))
    assert route.arrive == at("09:20")
    assert route.waits[0].text.en == f"the turn onto l1 is closed (t0: {MORNING})"


def test_a_turn_by_way_closed_by_hours_binds_who_came_that_way() -> None:
    rule = turns([("no", [(0, True), (1, True), (2, True)])], schedule=0)
    router = corridor(6_000_000.0, conditions={}, turn_table=rule)
    assert router.route(START, END, depart=at("08:30")).arrive == at("09:10")
    assert router.route(START, END, depart=at("09:30")).arrive == at("10:00")
    assert router.route(place(6600, 0), END, depart=at("08:30")).arrive == at("08:49")


def test_only_by_hours_closes_the_other_ways() -> None:
    rule = turns([("only", [(0, True), (3, True)])], schedule=0)
    router = corridor(25_000.0, conditions={}, turn_table=rule)
    assert ids(router.route(START, END, depart=at("06:30"))) == ["l0", "l3", "l2"]
    assert ids(router.route(START, END, depart=at("10:30"))) == ["l0", "l1", "l2"]


def test_hours_do_not_count_without_a_departure_but_with_the_hour_of_the_router() -> None:
    router = corridor(25_000.0)
    assert ids(router.route(START, END)) == ["l0", "l1", "l2"]
    assert ids(Router(router.infrastructure, profile(), hour=7).route(START, END)) == ["l0", "l3", "l2"]


def test_what_hours_were_left_out_is_noted() -> None:
    route = corridor(25_000.0).route(START, END)
    (note,) = route.notes
    assert note.en == f"Without a time of departure, hours do not count: l1 ({MORNING})."
    assert corridor(25_000.0).route(START, END, depart=at("10:00")).notes == ()
    assert corridor(25_000.0).route(place(100, 0), place(3000, 0)).notes == ()


def test_waiting_costs_its_hours_once() -> None:
    """100 an hour, empty share 1: 30 min driven count twice, 50 min waited once."""
    router = corridor(60_000.0)
    lorry = Router(router.infrastructure, profile(cost_per_km=0.0, cost_per_hour=100.0, empty_share=1.0))
    route = lorry.route(START, END, depart=at("08:00"))
    assert route.cost == pytest.approx(2 * 50.0 + 50.0 / 60.0 * 100.0)


def test_the_latest_departure_by_hand() -> None:
    """To be there at 08:00 one must pass the middle before 06:00: leave 05:40. For 09:25 leave 08:55."""
    router = corridor(600_000.0)
    route = router.latest_departure(START, END, at("08:00"))
    assert route.depart == at("05:40")
    assert route.arrive == at("06:10")
    assert router.latest_departure(START, END, at("09:25")).depart == at("08:55")
    assert router.latest_departure(START, END, at("09:20")).depart == at("08:50")


def test_questions_that_cannot_be_answered_are_refused() -> None:
    router = corridor(25_000.0)
    with pytest.raises(ValueError, match="objective must be 'time', got 'cost'"):
        router.route(START, END, depart=at("08:00"), objective="cost")
    zoned = at("08:00").replace(tzinfo=dt.UTC)
    with pytest.raises(ValueError, match="local time without a zone"):
        router.route(START, END, depart=zoned)
    with pytest.raises(ValueError, match="local time without a zone"):
        router.latest_departure(START, END, zoned)
    with pytest.raises(ValueError, match="leave out the hour of the router"):
        Router(router.infrastructure, profile(), hour=7).route(START, END, depart=at("08:00"))


# --- against a second opinion, and laws --------------------------------------------------------------------------

LOOKED_MIN = 400

MINUTE_M = 600.0
"""What the test lorry drives in a minute."""


def clockwork(seed: int) -> Infrastructure:
    """Return a grid whose links take whole minutes, some closed or opened by hours, with turns by hours."""
    rng = np.random.default_rng(seed)
    side = 4
    points = [(600.0 * x, 600.0 * y) for y in range(side) for x in range(side)]
    index = np.arange(side * side).reshape(side, side)
    across = np.column_stack([index[:, :-1].ravel(), index[:, 1:].ravel()])
    up = np.column_stack([index[:-1].ravel(), index[1:].ravel()])
    ends = [(int(a), int(b)) for a, b in np.concatenate([across, up])]
    count = len(ends)
    texts = {}
    for schedule in range(6):
        cuts = np.sort(rng.choice(np.arange(1, 240), size=6, replace=False)).tolist()
        texts[f"s{schedule}"] = [(cuts[0], cuts[1]), (cuts[2], cuts[3]), (cuts[4], cuts[5])]
    closed = np.sort(rng.choice(count, size=14, replace=False))
    rows: dict[str, Any] = {
        "link_index": closed,
        "kinds": HGV,
        "schedule": rng.integers(0, 6, size=14),
        "directions": rng.integers(1, 4, size=14),
        "is_open": rng.uniform(size=14) < 0.2,
    }
    masks = np.where(np.isin(np.arange(count), closed[rows["is_open"]]), 0, 15)
    rules: list[tuple[str, list[tuple[int, bool]]]] = []
    for link, (_, last) in enumerate(ends):
        onward = [other for other, (first, _) in enumerate(ends) if first == last]
        if onward and rng.uniform() < 0.3:
            rules.append(("no", [(link, True), (onward[0], True)]))
    return roads(
        points,
        ends,
        length_m=MINUTE_M * rng.integers(1, 20, size=count),
        conditions=rows,
        week=schedules(texts),
        turn_table=turns(rules, schedule=2),
        access_forward=masks,
        access_backward=masks,
    )


def is_open(router: Router, number: int, first: float, last: float) -> bool:
    """Return whether a set of hours (-1: always) is open from one minute to another."""
    hours = router.timed.open_hours
    return number < 0 or any(
        hours.from_s[window] / 60 + week <= first and last <= hours.to_s[window] / 60 + week
        for window in range(hours.start[number], hours.start[number + 1])
        for week in (-10080, 0, 10080)
    )


def minute_by_minute(router: Router, origin: Snap, destination: Snap, depart: int) -> float:
    """Return the earliest arrival, minutes of the week, by walking states (arc, minute) one minute at a time.

    A vehicle at the head of an arc stays a minute if the arc is open throughout it, or enters an arc that is open
    throughout its pass. It starts before the first node of its link and ends at the last node.
    """
    graph = router.timed
    goals = {int(arc) for arc in graph.end_arcs(2 * destination.link)}
    first = int(graph.start_arc[2 * origin.link])
    waiting = [(minute, -1) for minute in range(depart, depart + LOOKED_MIN)]
    seen: set[tuple[int, int]] = set()
    while waiting:
        minute, arc = heapq.heappop(waiting)
        if arc in goals:
            return minute
        if (minute, arc) in seen or minute > depart + LOOKED_MIN:
            continue
        seen.add((minute, arc))
        steps = [(first, -1)]
        if arc >= 0:
            span = range(int(graph.follow_start[arc]), int(graph.follow_start[arc + 1]))
            steps = [(int(graph.follow_arc[entry]), int(graph.follow_hours[entry])) for entry in span]
            if is_open(router, int(graph.arc_hours[arc]), minute, minute + 1):
                heapq.heappush(waiting, (minute + 1, arc))
        for other, turn in steps:
            done = minute + round(graph.length_m[other] / MINUTE_M)
            if is_open(router, turn, minute, minute + 1e-9) and is_open(router, graph.arc_hours[other], minute, done):
                heapq.heappush(waiting, (done, other))
    return np.inf


def test_earliest_arrivals_equal_a_walk_minute_by_minute() -> None:
    """96 departures on grids with bans, openings and turns by hours; links are driven whole, along their line."""
    rng = np.random.default_rng(5)
    waited = found = 0
    for seed in range(12):
        router = Router(clockwork(seed), profile())
        usable = np.flatnonzero(router.timed.start_arc[0::2] >= 0)
        for _ in range(8):
            first, last = (int(link) for link in rng.choice(usable, 2, replace=False))
            depart = int(rng.integers(0, 240))
            origin, destination = router.snapper.at_link(first, 0.0), router.snapper.at_link(last, 1.0)
            bound = one_way_ends(router, first, last)
            expected = minute_by_minute(bound, origin, destination, depart)
            try:
                route = bound.route(origin, destination, depart=MONDAY + dt.timedelta(minutes=depart))
            except NoRouteError:
                assert expected == np.inf
                continue
            if seconds(route) / 60 > LOOKED_MIN:
                assert expected == np.inf
                continue
            assert depart + seconds(route) / 60 == pytest.approx(expected, abs=1e-6)
            found += 1
            waited += bool(route.waits)
    assert found > 50
    assert waited > 15


def one_way_ends(router: Router, first: int, last: int) -> Router:
    """Return a router on whose first and last link one drives along the line only."""
    infrastructure = router.infrastructure
    table = {name: values.copy() for name, values in infrastructure.links.to_columns(words=False).items()}
    table["access_backward"][[first, last]] = 0
    conditions = infrastructure.conditions.to_columns(words=False)
    directions = conditions["directions"].copy()
    directions[np.isin(conditions["link_index"], [first, last])] = 1
    links = dataclasses.replace(infrastructure.links, access_backward=table["access_backward"])
    rows = dataclasses.replace(infrastructure.conditions, directions=directions)
    return Router(dataclasses.replace(infrastructure, links=links, conditions=rows), router.profile)


def rush_hours(seed: int) -> tuple[float, ...]:
    return tuple(np.random.default_rng(seed).uniform(0.1, 2.0, size=168).tolist())


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 30),
    st.integers(0, 23),
    st.integers(0, 23),
    st.floats(0.0, 1.0),
    st.floats(0.0, 6 * 3600.0),
    st.floats(0.0, 7200.0),
)
def test_who_leaves_later_never_arrives_earlier(
    seed: int, first: int, last: int, fraction: float, depart_s: float, later_s: float
) -> None:
    lorry = profile(hour_factors={"arterial": rush_hours(seed)})
    router = Router(clockwork(seed), lorry)
    origin, destination = router.snapper.at_link(first, fraction), router.snapper.at_link(last, 0.3)
    arrivals = []
    for start_s in (depart_s, depart_s + later_s):
        try:
            route = router.route(origin, destination, depart=MONDAY + dt.timedelta(seconds=start_s))
        except NoRouteError:
            return
        arrivals.append(start_s + route.time_s)
    assert arrivals[0] <= arrivals[1] + 1e-5


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 30), st.integers(0, 23), st.integers(0, 23), st.floats(0.0, 1.0), st.floats(0.0, 86_400.0))
def test_with_no_hours_the_earliest_arrival_is_the_static_time(
    seed: int, first: int, last: int, fraction: float, depart_s: float
) -> None:
    timeless = dataclasses.replace(
        clockwork(seed), turns=turns([]), conditions=roads([(0, 0), (1, 0)], [(0, 1)]).conditions
    )
    router = Router(timeless, profile(turn_left_s=3.0))
    origin, destination = router.snapper.at_link(first, fraction), router.snapper.at_link(last, 0.3)
    try:
        static = router.route(origin, destination).time_s
    except NoRouteError:
        return
    timed = router.route(origin, destination, depart=MONDAY + dt.timedelta(seconds=depart_s))
    assert timed.time_s == pytest.approx(static, rel=1e-9, abs=1e-6)


def test_splitting_a_link_changes_no_arrival_even_in_a_ban() -> None:
    from geodata.topology.steps import split_links  # noqa: PLC0415

    router = corridor(25_000.0)
    split = split_links(router.infrastructure, np.array([1]), np.array([2500.0]))
    halves = Router(split, profile())
    for minute in range(0, 720, 13):
        when = MONDAY + dt.timedelta(minutes=minute)
        one, two = router.route(START, END, depart=when), halves.route(START, END, depart=when)
        assert one.time_s == pytest.approx(two.time_s, abs=1e-4)


def test_the_length_of_a_degree_is_what_the_parts_say() -> None:
    assert place(DEGREE_M, 0.0)[0] == pytest.approx(107.0)
