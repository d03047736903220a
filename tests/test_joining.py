"""Detail and corridors become one network: replaced, cut, tied, kept, and never the same road twice."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
import shapely
from answer_networks import grid
from hypothesis import given, settings
from hypothesis import strategies as st
from joining_roads import at, infrastructure, town

from geodata.columns import UNITS
from geodata.geodesy import geodesic_m
from geodata.infrastructure.build import make_conditions
from geodata.infrastructure.columns import TRUCK_KINDS
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.infrastructure.weekly import Schedules
from geodata.joining.cover import dense_cover
from geodata.joining.join import NothingToJoinError, join_corridors, join_pack
from geodata.joining.lorry_graph import largest_strong_part
from geodata.joining.names import road_call, same_road
from geodata.joining.options import JoinOptions
from geodata.joining.outcomes import OUTCOMES, REASONS, CorridorRow, Joined
from geodata.models import LINK_CLASSES
from supplychain.pack import Pack

COVER = shapely.box(*at(-300.0, -300.0), *at(6300.0, 2300.0))
OPTIONS = JoinOptions(accuracy_m=dict.fromkeys("abcdxyz", 400.0), cover=COVER)
HIGHWAY = {
    "link_class": "trunk",
    "ref": "QL13",
    "name": "Quốc lộ 13 (A – B)",
    "observed_kmh": 31.0,
    "toll": True,
    "toll_per_km": 3000.0,
    "currency": 0,
    "price_year": 2025,
    "capacity_per_day": 60000.0,
    "capacity_unit": UNITS.index("pcu"),
    "background_per_day": 50000.0,
}


def corridor(start: tuple[float, float], end: tuple[float, float], **columns: object) -> Infrastructure:
    """Return one corridor ``c`` from node a to node b."""
    return infrastructure({"a": start, "b": end}, [{"id": "c", "ends": ("a", "b"), **HIGHWAY, **columns}], "pack")


def only_row(joined: Joined) -> CorridorRow:
    """Return the one row there is."""
    (row,) = joined.rows
    return row


def links_of(joined: Joined) -> set[str]:
    """Return the links that name corridor c."""
    links = joined.infrastructure.links
    return set(links.link_id[links.corridor == "c"])


def test_a_corridor_drawn_beside_its_road_gives_way_to_it() -> None:
    """From (520, 1150) to (4480, 900): both ends some 150 m off; the highway between 500 m and 4500 m is 4 km."""
    joined = join_corridors(town(), corridor((520.0, 1150.0), (4480.0, 900.0), length_m=4100.0), OPTIONS)
    row = only_row(joined)
    assert (row.outcome, row.reason) == ("replaced", "same_road")
    assert links_of(joined) == {f"ql{column}" for column in range(1, 9)}
    assert row.forth_m == pytest.approx(3960.0, abs=60.0)
    assert row.kept_m == 0.0
    links = joined.infrastructure.links
    ruled = links.corridor == "c"
    assert set(links.observed_kmh[ruled]) == {31.0}
    assert set(links.toll_per_km[ruled]) == {3000.0}
    assert np.isnan(links.observed_kmh[~ruled]).all()
    assert "c" not in links.link_id


def test_a_lorry_along_the_corridor_is_counted_once() -> None:
    """One link of a two-way road, one of each carriageway of a divided one; the capacity is that of the corridor."""
    for divided, members in ((False, 1), (True, 2)):
        joined = join_corridors(town(divided=divided), corridor((520.0, 1000.0), (4480.0, 1000.0)), OPTIONS)
        links = joined.infrastructure.links
        counted = np.flatnonzero(links.capacity_group == "c")
        assert len(counted) == members
        assert set(links.capacity_per_day[counted]) == {60000.0}
        middles = [joined.infrastructure.lines.points(int(link)).mean(axis=0)[0] for link in counted]
        assert middles == pytest.approx([at(2500.0, 0.0)[0]] * members, abs=500.0 / 109_360.0)
        if divided:
            assert {str(links.link_id[link])[:4] for link in counted} == {"west", "east"}


def test_bans_are_taken_over_where_the_detail_states_none() -> None:
    """The corridor is shut to lorries from 6 to 22 on Mondays; one link of the highway has a rule of its own."""
    one = corridor((520.0, 1000.0), (4480.0, 1000.0))
    week = Schedules(
        np.array(["Mo 06:00-22:00"], dtype=np.object_), np.array([0, 1]), np.array([360]), np.array([1320])
    )
    bans = make_conditions(link_index=np.array([0], dtype=np.int32), kinds=TRUCK_KINDS, schedule=0)
    one = dataclasses.replace(one, conditions=bans, schedules=week)
    detail = town()
    own = detail.link_places["ql4"]
    detail = dataclasses.replace(
        detail, conditions=make_conditions(link_index=np.array([own], dtype=np.int32), kinds=TRUCK_KINDS)
    )
    joined = join_corridors(detail, one, OPTIONS).infrastructure
    ruled = np.flatnonzero(joined.links.corridor == "c")
    assert set(joined.conditions.link_index) == set(ruled)
    assert joined.conditions.schedule[joined.conditions.link_index == own].tolist() == [-1]
    other = joined.conditions.link_index != own
    assert {joined.schedules.text[one] for one in joined.conditions.schedule[other]} == {"Mo 06:00-22:00"}


def test_a_new_road_stays_and_is_tied_where_its_neighbour_gave_way() -> None:
    """A motorway from b over open land to the north-east: the town has only streets there."""
    nodes = {"a": (520.0, 1000.0), "b": (3020.0, 1030.0), "x": (5400.0, 1900.0)}
    rows: list[dict[str, Any]] = [
        {"id": "c", "ends": ("a", "b"), **HIGHWAY},
        {"id": "new", "ends": ("b", "x"), "link_class": "motorway", "ref": "CT99"},
    ]
    joined = join_corridors(town(), infrastructure(nodes, rows, "pack"), OPTIONS)
    old, new = joined.rows
    assert old.outcome == "replaced"
    assert (new.outcome, new.kept_m) == ("connected", new.length_m)
    assert new.reason in {"class", "course", "none"}
    assert joined.node_of_corridors["b"] == "s6_2"
    assert joined.node_of_corridors["x"] == "x"
    links = joined.infrastructure.links
    assert {"new", "tie:a", "tie:b"} <= set(links.link_id)
    tie = joined.infrastructure.link_places["tie:b"]
    assert LINK_CLASSES[links.link_class[tie]] == "road"
    assert links.length_m[tie] == pytest.approx(36.0, abs=2.0)


def test_a_corridor_that_leaves_the_town_is_cut_at_its_last_junction() -> None:
    """From 2.5 km to 16 km: 3.5 km are the town's highway, 10 km stay, from the town's eastern end."""
    joined = join_corridors(town(), corridor((2500.0, 1000.0), (16000.0, 1000.0)), OPTIONS)
    row = only_row(joined)
    assert row.outcome == "cut"
    assert row.kept_m == pytest.approx(10_000.0, rel=0.01)
    rest = joined.infrastructure.link_places["c"]
    links = joined.infrastructure.links
    assert links.length_m[rest] == pytest.approx(10_000.0, rel=0.01)
    assert joined.infrastructure.nodes.node_id[links.from_index[rest]] == "s12_2"
    assert joined.infrastructure.lines.points(rest)[0] == pytest.approx(at(6000.0, 1000.0), abs=1e-4)
    assert links_of(joined) - {"c"} == {f"ql{column}" for column in range(5, 12)}
    assert links.capacity_per_day[rest] == 60000.0


@pytest.mark.parametrize("length_m", [13_509.0, 16_000.0])
def test_what_stays_of_a_cut_corridor_is_no_shorter_than_the_straight_line(length_m: float) -> None:
    """Drawn half a kilometre aside of the town's highway: the rest runs from there, not beside it."""
    joined = join_corridors(town(), corridor((2500.0, 1000.0), (16000.0, 500.0), length_m=length_m), OPTIONS)
    row = only_row(joined)
    assert row.outcome == "cut"
    rest = joined.infrastructure.link_places["c"]
    points = joined.infrastructure.lines.points(rest)
    straight = float(geodesic_m(*points[:1].T, *points[-1:].T)[0])
    stays = joined.infrastructure.links.length_m[rest]
    assert stays == row.kept_m
    assert stays == pytest.approx(length_m / 13_509.0 * straight, rel=1e-3)


def test_a_corridor_cut_at_its_very_end_keeps_a_line(region_pack: Pack) -> None:
    """A grid of streets laid over the pack happens to cut a corridor at its last point."""
    joined = join_pack(grid(8), region_pack)
    cut = [row for row in joined.rows if row.outcome == "cut"]
    lines = joined.infrastructure.lines
    assert cut
    assert np.diff(lines.offsets).min() >= 2
    for row in cut:
        place = joined.infrastructure.link_places[row.corridor_id]
        points = lines.points(place)
        straight = float(geodesic_m(*points[:1].T, *points[-1:].T)[0])
        assert joined.infrastructure.links.length_m[place] >= straight - 1e-6


def test_planned_roads_stay_closed_and_other_modes_are_the_corridors() -> None:
    nodes = {"a": (500.0, 1000.0), "b": (4500.0, 1000.0), "x": (0.0, 0.0), "y": (6000.0, 0.0)}
    rows: list[dict[str, Any]] = [
        {"id": "c", "ends": ("a", "b"), **HIGHWAY},
        {"id": "rail", "ends": ("x", "y"), "mode": "rail", "link_class": "rail_main"},
    ]
    nodes_of_town = town()
    options = dataclasses.replace(OPTIONS, planned=frozenset({"c"}))
    joined = join_corridors(nodes_of_town, infrastructure(nodes, rows, "pack"), options)
    assert [(row.outcome, row.reason) for row in joined.rows] == [("kept", "planned"), ("kept", "other_mode")]
    links = joined.infrastructure.links
    planned = joined.infrastructure.link_places["c"]
    assert links.access_forward[planned] == links.access_backward[planned] == 0
    assert links.corridor[planned] == "c"


def test_railways_of_the_detail_are_left_out_and_counted() -> None:
    detail = infrastructure(
        {"p": (0.0, 0.0), "q": (1000.0, 0.0), "r": (1000.0, 1000.0)},
        [
            {"id": "street", "ends": ("p", "q")},
            {"id": "track", "ends": ("q", "r"), "mode": "rail", "link_class": "rail_main"},
        ],
    )
    joined = join_corridors(detail, corridor((20_000.0, 0.0), (30_000.0, 0.0)), OPTIONS)
    assert joined.left_out == {"rail": 1}
    assert "track" not in joined.infrastructure.links.link_id
    assert only_row(joined).reason == "outside"


@settings(max_examples=12, deadline=None)
@given(
    ends=st.tuples(*[st.floats(-280.0, 280.0)] * 4),
    divided=st.booleans(),
)
def test_whatever_the_error_within_its_accuracy_a_corridor_is_found(
    ends: tuple[float, float, float, float], divided: bool
) -> None:
    """Law: ends off by up to 400 m leave one highway, and every node of the town and of the corridors is connected."""
    start, end = (1000.0 + ends[0], 1000.0 + ends[1]), (5000.0 + ends[2], 1000.0 + ends[3])
    joined = join_corridors(town(divided=divided), corridor(start, end, length_m=4000.0), OPTIONS)
    assert only_row(joined).outcome == "replaced"
    links = joined.infrastructure.links
    forward, backward = np.flatnonzero(links.access_forward), np.flatnonzero(links.access_backward)
    tail = np.concatenate([links.from_index[forward], links.to_index[backward]])
    head = np.concatenate([links.to_index[forward], links.from_index[backward]])
    assert largest_strong_part(tail, head, len(joined.infrastructure.nodes)).all()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("QL13", "13", True),
        ("QL13", "Quốc lộ 13 (Bình Triệu – Bình Phước)", True),
        ("QL1", "1A", True),
        ("QL1K", "QL1", False),
        ("ĐT743A", "ĐT.743", True),
        ("ĐT743A", "ĐT.743B", False),
        ("ĐT743A", "TL 743A", True),
        ("QL13", "ĐT13", False),
        ("Đại lộ Bình Dương (VSIP I)", "Đại lộ Bình Dương", True),
        ("Đường Võ Chí Công", "Võ Chí Công", True),
        ("D1", "D2", False),
        ("", "", False),
    ],
)
def test_roads_are_told_by_number_and_name(one: str, other: str, same: bool) -> None:
    assert same_road(road_call(one), road_call(other)) is same


def test_the_cover_closes_gaps_and_leaves_out_lone_nodes() -> None:
    """Nodes every 200 m over 10 × 10 km with a river of 1.5 km through them, and one node 50 km away."""
    grid = np.array([at(east, north) for east in range(0, 10_001, 200) for north in range(0, 10_001, 200)])
    river = (grid[:, 0] > at(4200.0, 0.0)[0]) & (grid[:, 0] < at(5700.0, 0.0)[0])
    cover = dense_cover(np.vstack([grid[~river], [at(60_000.0, 5000.0)]]))
    assert shapely.contains_xy(cover, *at(5000.0, 5000.0))
    assert not shapely.contains_xy(cover, *at(60_000.0, 5000.0))
    assert dense_cover(np.empty((0, 2))).is_empty


def test_every_outcome_and_reason_has_a_sentence_in_both_languages() -> None:
    for outcome in OUTCOMES:
        for reason in REASONS:
            text = CorridorRow("c", "QL13", "road", outcome, reason, 1000.0).text
            assert text.en.startswith("c (QL13): ")
            assert text.vi.endswith(".")
            assert text.vi != text.en


def test_the_report_is_a_table_with_a_row_for_each_corridor() -> None:
    joined = join_corridors(town(), corridor((520.0, 1000.0), (4480.0, 1000.0)), OPTIONS)
    frame = joined.to_frame()
    assert frame["corridor_id"].tolist() == ["c"]
    assert frame["links"].item().split(";") == [f"ql{column}" for column in range(1, 9)]
    assert joined.counts() == {"replaced": 1, "cut": 0, "connected": 0, "kept": 0}


def test_networks_that_cannot_be_joined_are_refused() -> None:
    one = corridor((500.0, 1000.0), (4500.0, 1000.0))
    with pytest.raises(NothingToJoinError, match="Both networks have a link c; join"):
        join_corridors(one, one, OPTIONS)
    track = infrastructure(
        {"p": (0.0, 0.0), "q": (900.0, 0.0)},
        [{"id": "t", "ends": ("p", "q"), "mode": "rail", "link_class": "rail_main"}],
    )
    with pytest.raises(NothingToJoinError, match="no road that lorries may use"):
        join_corridors(track, one, OPTIONS)


@pytest.mark.parametrize(
    ("settings_", "match"),
    [
        ({"length_tolerance": 1.5}, "length_tolerance must lie between 0 and 1"),
        ({"course_share": -0.1}, "course_share must lie between 0 and 1"),
        ({"tie_detour": 0.9}, "tie_detour must be at least 1"),
    ],
)
def test_impossible_settings_are_refused(settings_: dict[str, Any], match: str) -> None:
    with pytest.raises(ValueError, match=match):
        JoinOptions(**settings_)
