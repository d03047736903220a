"""Turn restrictions by node and by way, for some vehicles and hours, and those that are no use."""

from __future__ import annotations

from pathlib import Path

import pytest
from osm_files import Member, OsmFile, Tags, cross, import_file, minute, no_turn, one_way

from geodata.infrastructure.columns import TURN_KINDS
from geodata.infrastructure.imported import Imported
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.osm.options import OsmOptions

CAR, GOODS, TRUCKS, ALL = 1, 2, 12, 15


def turns(found: Imported) -> list[tuple[str, str, int, list[str]]]:
    """Return id, kind, mask and the links driven, ``-`` before those driven against their line."""
    infrastructure, table = found.infrastructure, found.infrastructure.turns
    listed = []
    for turn in range(len(table)):
        span = slice(table.offsets[turn], table.offsets[turn + 1])
        driven = [
            ("" if along else "-") + str(infrastructure.links.link_id[link])
            for link, along in zip(table.links[span], table.along[span], strict=True)
        ]
        listed.append((str(table.turn_id[turn]), TURN_KINDS[table.kind[turn]], int(table.kinds[turn]), driven))
    return listed


def restricted(folder: Path, tags: Tags, members: list[Member] | None = None) -> Imported:
    plain, _ = no_turn(10, 1, 40)
    return import_file(cross({1: (members or plain, {"type": "restriction", **tags})}), folder)


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("no_right_turn", "no"),
        ("no_left_turn", "no"),
        ("no_straight_on", "no"),
        ("no_entry", "no"),
        ("no_exit", "no"),
        ("only_right_turn", "only"),
        ("only_left_turn", "only"),
        ("only_straight_on", "only"),
        ("only_u_turn", "only"),
    ],
)
def test_every_kind_of_turn(tmp_path: Path, word: str, kind: str) -> None:
    found = restricted(tmp_path, {"restriction": word})
    assert turns(found) == [("r1", kind, ALL, ["w10:2:1", "w40:1:5"])]
    assert found.notes == ()


@pytest.mark.parametrize(
    ("tags", "kinds"),
    [
        ({"restriction": "no_right_turn"}, [ALL]),
        ({"restriction:hgv": "no_right_turn"}, [TRUCKS]),
        ({"restriction:goods": "no_right_turn"}, [GOODS]),
        ({"restriction:motorcar": "no_right_turn"}, [CAR]),
        ({"restriction:hgv_articulated": "no_right_turn"}, [8]),
        ({"restriction": "no_right_turn", "except": "hgv"}, [ALL & ~TRUCKS]),
        ({"restriction": "no_right_turn", "except": "psv;bicycle;motorcar"}, [ALL & ~CAR]),
        ({"restriction": "no_right_turn", "except": "motor_vehicle"}, []),
        ({"restriction:bicycle": "no_right_turn"}, []),
        ({"restriction:bus": "no_right_turn", "restriction:hgv": "no_right_turn"}, [TRUCKS]),
        ({"type": "restriction:hgv", "restriction": "no_right_turn"}, [TRUCKS]),
    ],
)
def test_turns_for_some_vehicles(tmp_path: Path, tags: Tags, kinds: list[int]) -> None:
    found = restricted(tmp_path, tags)
    assert [mask for _, _, mask, _ in turns(found)] == kinds
    assert found.notes == ()


def test_two_tags_are_two_restrictions(tmp_path: Path) -> None:
    found = restricted(tmp_path, {"restriction:hgv": "no_right_turn", "restriction:goods": "only_right_turn"})
    assert [(one, kind, mask) for one, kind, mask, _ in turns(found)] == [("r1", "no", TRUCKS), ("r1#2", "only", GOODS)]


def test_turns_by_hour(tmp_path: Path) -> None:
    found = restricted(tmp_path, {"restriction:conditional": "no_right_turn @ (Mo-Fr 06:00-09:00 AND hgv)"})
    infrastructure = found.infrastructure
    assert turns(found) == [("r1", "no", TRUCKS, ["w10:2:1", "w40:1:5"])]
    schedule = int(infrastructure.turns.schedule[0])
    assert infrastructure.schedules.holds(schedule, minute(0, "08:59"))
    assert not infrastructure.schedules.holds(schedule, minute(0, "09:00"))
    assert found.notes == ()


@pytest.mark.parametrize(
    ("hours", "inside", "outside"),
    [
        ({"hour_on": "6:00", "hour_off": "22:00"}, (6, "21:59"), (6, "22:00")),
        ({"hour_on": "17:00", "hour_off": "18:00", "except": "bicycle"}, (2, "17:00"), (2, "16:59")),
        ({"day_on": "Mo", "day_off": "Fr", "hour_on": "7", "hour_off": "18"}, (4, "17:59"), (5, "12:00")),
        ({"day_on": "Saturday", "day_off": "Sunday"}, (6, "23:59"), (0, "00:00")),
        ({"hour_on": "22:00", "hour_off": "06:00"}, (0, "05:59"), (0, "06:00")),
    ],
)
def test_hours_as_they_were_tagged_before(
    tmp_path: Path, hours: Tags, inside: tuple[int, str], outside: tuple[int, str]
) -> None:
    found = restricted(tmp_path, {"restriction": "no_right_turn", **hours})
    assert turns(found) == [("r1", "no", ALL, ["w10:2:1", "w40:1:5"])]
    schedule = int(found.infrastructure.turns.schedule[0])
    assert found.infrastructure.schedules.holds(schedule, minute(*inside))
    assert not found.infrastructure.schedules.holds(schedule, minute(*outside))
    assert found.notes == ()


@pytest.mark.parametrize(
    "hours",
    [
        {"hour_on": "dawn", "hour_off": "dusk"},
        {"hour_on": "7:00"},
        {"day_on": "PH", "day_off": "PH"},
        {"time": "7:00-9:00;15:00-18:00"},
    ],
)
def test_hours_that_are_not_understood_bind_always_and_are_told(tmp_path: Path, hours: Tags) -> None:
    found = restricted(tmp_path, {"restriction": "no_right_turn", **hours})
    assert found.infrastructure.turns.schedule.tolist() == [-1]
    (note,) = found.notes
    assert (note.kind, note.severity) == ("restriction_hours", "warning")
    assert all(f"{key}={value}" in note.text.en for key, value in hours.items())


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"restriction:conditional": "no_right_turn @ (sunset-sunrise)"}, "condition_not_understood"),
        ({"restriction:conditional": "no_right_turn @ (weight>10)"}, "condition_not_understood"),
        ({"restriction:conditional": "no_right_turn"}, "condition_not_understood"),
        ({"restriction:conditional": "no_right_turn @ (06:00-09:00; PH off)"}, "holidays_not_known"),
        ({"restriction": "give_way"}, "restriction_unknown"),
        ({"restriction": "no_fun"}, "restriction_unknown"),
        ({"restriction:zeppelin": "no_right_turn"}, "restriction_unknown"),
        ({}, "restriction_unknown"),
    ],
)
def test_restrictions_that_are_not_understood_are_told(tmp_path: Path, tags: Tags, kind: str) -> None:
    (note,) = restricted(tmp_path, tags).notes
    assert (note.kind, note.subject) == (kind, "relation 1")
    assert (note.lon, note.lat) == pytest.approx((106.7, 10.8))


FROM, VIA, TO = ("w", 10, "from"), ("n", 1, "via"), ("w", 40, "to")


@pytest.mark.parametrize(
    ("members", "kind", "what"),
    [
        ([], "restriction_members", "no from, via, to"),
        ([FROM, TO], "restriction_members", "no via"),
        ([VIA, TO], "restriction_members", "no from"),
        ([FROM, VIA], "restriction_members", "no to"),
        ([FROM, ("n", 1, "via"), ("n", 3, "via"), TO], "restriction_members", "several via nodes"),
        ([FROM, VIA, ("w", 30, "via"), TO], "restriction_members", "nodes and ways"),
        ([("w", 99, "from"), VIA, TO], "restriction_outside", "way 99"),
        ([FROM, ("w", 99, "via"), TO], "restriction_outside", "way 99"),
        ([FROM, ("n", 5, "via"), TO], "restriction_broken", "ways 10 and 40"),
        ([FROM, ("n", 99, "via"), TO], "restriction_broken", "ways 10 and 40"),
        ([FROM, ("w", 50, "via"), TO], "restriction_broken", "ways 10 and 40"),
        ([("r", 1, "from"), VIA, TO], "restriction_members", "no from"),
    ],
)
def test_restrictions_of_the_wrong_shape_are_told(tmp_path: Path, members: list[Member], kind: str, what: str) -> None:
    """The last one names itself as a member."""
    found = restricted(tmp_path, {"restriction": "no_right_turn"}, members or [("n", 1, "label")])
    assert turns(found) == []
    (note,) = found.notes
    assert note.kind == kind
    assert what in note.text.en


def test_several_from_and_to(tmp_path: Path) -> None:
    several_from = [("w", 10, "from"), ("w", 20, "from"), VIA, TO]
    found = restricted(tmp_path, {"restriction": "no_entry"}, several_from)
    assert [(one, links) for one, _, _, links in turns(found)] == [
        ("r1", ["w10:2:1", "w40:1:5"]),
        ("r1#2", ["w20:3:1", "w40:1:5"]),
    ]
    several_to = [FROM, VIA, ("w", 40, "to"), ("w", 30, "to")]
    found = restricted(tmp_path, {"restriction": "no_exit"}, several_to)
    assert [links for _, _, _, links in turns(found)] == [["w10:2:1", "w40:1:5"], ["w10:2:1", "w30:1:4"]]
    found = restricted(tmp_path, {"restriction": "only_right_turn"}, several_to)
    assert turns(found) == []
    assert [note.kind for note in found.notes] == ["restriction_members"]


def test_ways_drawn_against_the_turn(tmp_path: Path) -> None:
    """From way 40 (drawn from node 1 to 5) back into way 10 (drawn from 2 to 1): both driven against their lines."""
    members = [("w", 40, "from"), VIA, ("w", 10, "to")]
    found = restricted(tmp_path, {"restriction": "no_left_turn"}, members)
    assert turns(found) == [("r1", "no", ALL, ["-w40:1:5", "-w10:2:1"])]


def test_a_one_way_street_decides_where_a_way_is_left(tmp_path: Path) -> None:
    """Way 10 runs through node 1 (2 to 1 to 4): only one-way traffic tells by which half the turn is reached."""
    file = cross({1: no_turn(10, 1, 40, restriction="no_right_turn")})
    del file.ways[30]
    file.way(10, [2, 1, 4], {"highway": "secondary"})
    found = import_file(file, tmp_path)
    assert (turns(found), [note.kind for note in found.notes]) == ([], ["restriction_broken"])
    file.way(10, [2, 1, 4], {"highway": "secondary", "oneway": "yes"})
    assert turns(import_file(file, tmp_path)) == [("r1", "no", ALL, ["w10:2:1", "w40:1:5"])]
    file.way(10, [2, 1, 4], {"highway": "secondary", "oneway": "-1"})
    assert turns(import_file(file, tmp_path)) == [("r1", "no", ALL, ["w10:4:1", "w40:1:5"])]


def test_turns_against_one_way_traffic_are_no_turns(tmp_path: Path) -> None:
    file = cross({1: no_turn(10, 1, 40, restriction="no_right_turn")})
    file.way(40, [5, 1], {"highway": "secondary", "oneway": "yes"})
    found = import_file(file, tmp_path)
    assert (turns(found), [note.kind for note in found.notes]) == ([], ["restriction_broken"])


def test_u_turns(tmp_path: Path) -> None:
    """At an end of the way one U-turn; at a node inside it both; the way is cut there."""
    members = [("w", 10, "from"), VIA, ("w", 10, "to")]
    found = restricted(tmp_path, {"restriction": "no_u_turn"}, members)
    assert turns(found) == [("r1", "no", ALL, ["w10:2:1", "-w10:2:1"])]
    file = one_way({"highway": "secondary"})
    file.relation(
        1, [("w", 10, "from"), ("n", 2, "via"), ("w", 10, "to")], {"type": "restriction", "restriction": "no_u_turn"}
    )
    found = import_file(file, tmp_path)
    assert [links for _, _, _, links in turns(found)] == [["w10:1:2", "-w10:1:2"], ["-w10:2:3", "w10:2:3"]]


def dual() -> OsmFile:
    """Return two one-way carriageways (10 eastward, 20 westward) tied by way 30 in two pieces of road, and 40 beyond.

    Nodes 1, 2, 3 lie on the eastward one, 6, 5, 4 on the westward one; way 30 runs from node 2 by 7 to 5; way 40 leaves
    node 7.
    """
    file = OsmFile()
    places = {
        1: (0, 0),
        2: (500, 0),
        3: (1_000, 0),
        4: (0, 40),
        5: (500, 40),
        6: (1_000, 40),
        7: (500, 20),
        8: (600, 20),
    }
    for node_id, (east_m, north_m) in places.items():
        file.node(node_id, east_m, north_m)
    for way_id, nodes in ((10, [1, 2]), (11, [2, 3]), (20, [6, 5]), (21, [5, 4])):
        file.way(way_id, nodes, {"highway": "primary", "oneway": "yes"})
    file.way(30, [2, 7, 5], {"highway": "primary_link"})
    file.way(40, [7, 8], {"highway": "service"})
    return file


def test_a_turn_by_way_runs_over_all_its_links(tmp_path: Path) -> None:
    """No U-turn from 10 over 30 into 21; way 30 is cut at node 7, so the sequence has four links."""
    file = dual()
    file.relation(
        1, [("w", 10, "from"), ("w", 30, "via"), ("w", 21, "to")], {"type": "restriction", "restriction": "no_u_turn"}
    )
    found = import_file(file, tmp_path)
    assert turns(found) == [("r1", "no", ALL, ["w10:1:2", "w30:2:7", "w30:7:5", "w21:5:4"])]


def test_a_turn_by_several_ways_in_any_order(tmp_path: Path) -> None:
    file = dual()
    file.way(30, [2, 7], {"highway": "primary_link"})
    file.way(31, [5, 7], {"highway": "primary_link"})
    members = [("w", 10, "from"), ("w", 31, "via"), ("w", 30, "via"), ("w", 21, "to")]
    file.relation(1, members, {"type": "restriction", "restriction": "only_u_turn"})
    found = import_file(file, tmp_path)
    assert turns(found) == [("r1", "only", ALL, ["w10:1:2", "w30:2:7", "-w31:5:7", "w21:5:4"])]
    assert found.notes == ()


def test_a_turn_round_a_roundabout_way(tmp_path: Path) -> None:
    """From way 10 over the one-way ring 50 into way 20: there is one way round in its direction."""
    file = OsmFile()
    places = {1: (-500, 0), 2: (-20, 0), 3: (0, -20), 4: (20, 0), 5: (0, 20), 6: (500, 0)}
    for node_id, (east_m, north_m) in places.items():
        file.node(node_id, east_m, north_m)
    file.way(10, [1, 2], {"highway": "secondary"})
    file.way(20, [4, 6], {"highway": "secondary"})
    file.way(50, [2, 3, 4, 5, 2], {"highway": "secondary", "junction": "roundabout"})
    members = [("w", 10, "from"), ("w", 50, "via"), ("w", 20, "to")]
    file.relation(1, members, {"type": "restriction", "restriction": "no_straight_on"})
    assert turns(import_file(file, tmp_path)) == [("r1", "no", ALL, ["w10:1:2", "w50:2:4", "w20:4:6"])]


def test_turns_keep_their_nodes_and_follow_merged_links(tmp_path: Path) -> None:
    """Way 10 goes on as way 11 (alike, merged); the turn at node 1 between two roads only keeps node 1."""
    file = OsmFile()
    for node_id, (east_m, north_m) in {1: (0, 0), 2: (-500, 0), 3: (-900, 0), 4: (500, 0)}.items():
        file.node(node_id, east_m, north_m)
    file.way(10, [2, 1], {"highway": "secondary"})
    file.way(11, [2, 3], {"highway": "secondary"})
    file.way(12, [1, 4], {"highway": "secondary"})
    file.relation(
        1,
        [("w", 10, "from"), ("n", 1, "via"), ("w", 12, "to")],
        {"type": "restriction", "restriction": "no_straight_on"},
    )
    found = import_file(file, tmp_path)
    infrastructure: Infrastructure = found.infrastructure
    assert sorted(infrastructure.links.row_id) == ["10;11", "12"]
    ((_, _, _, driven),) = turns(found)
    assert "n1" in infrastructure.nodes.node_id
    assert "n2" not in infrastructure.nodes.node_id
    assert [one.removeprefix("-") for one in driven] == [
        infrastructure.links.link_id[infrastructure.links.row_id == row][0] for row in ("10;11", "12")
    ]
    # The first link is driven towards node 1, the second away from it.
    table, links = infrastructure.turns, infrastructure.links
    node = infrastructure.node_places["n1"]
    assert (links.to_index if table.along[0] else links.from_index)[table.links[0]] == node
    assert (links.from_index if table.along[1] else links.to_index)[table.links[1]] == node


def test_a_restriction_on_ways_that_were_not_asked_for_is_told(tmp_path: Path) -> None:
    file = cross({1: no_turn(10, 1, 40, restriction="no_right_turn")})
    file.way(40, [1, 5], {"highway": "track"})
    found = import_file(file, tmp_path, OsmOptions(merge_chains=False))
    assert turns(found) == []
    assert {note.kind for note in found.notes} == {"class_not_asked", "restriction_outside"}
