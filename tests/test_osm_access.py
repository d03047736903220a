"""Who may run where, and when: access tags, limits, conditions, barriers and gates in files written here."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from osm_files import OsmFile, Tags, Vehicle, import_file, link_of, links_of, may_pass, minute, one_way

from geodata.infrastructure.columns import NODE_FEATURES
from geodata.infrastructure.imported import Imported
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.osm.options import OsmOptions

CAR, GOODS, HGV, ARTICULATED, TRUCKS, ALL = 1, 2, 4, 8, 12, 15
UNMERGED = OsmOptions(merge_chains=False)


def imported(folder: Path, tags: Tags) -> Imported:
    return import_file(one_way({"highway": "secondary", **tags}), folder)


def kinds(found: Imported) -> set[str]:
    return {note.kind for note in found.notes}


@pytest.mark.parametrize(
    ("tags", "forward", "backward", "destination"),
    [
        ({"access": "no"}, 0, 0, 0),
        ({"access": "yes"}, ALL, ALL, 0),
        ({"access": "permissive"}, ALL, ALL, 0),
        ({"access": "private"}, ALL, ALL, ALL),
        ({"access": "destination"}, ALL, ALL, ALL),
        ({"access": "customers"}, ALL, ALL, ALL),
        ({"access": "delivery"}, ALL, ALL, ALL),
        ({"access": "agricultural;forestry"}, 0, 0, 0),
        ({"access": "unknown"}, ALL, ALL, 0),
        ({"vehicle": "no"}, 0, 0, 0),
        ({"motor_vehicle": "no"}, 0, 0, 0),
        ({"motor_vehicle": "destination"}, ALL, ALL, ALL),
        ({"hgv": "no"}, CAR | GOODS, CAR | GOODS, 0),
        ({"hgv": "destination"}, ALL, ALL, TRUCKS),
        ({"hgv": "delivery"}, ALL, ALL, TRUCKS),
        ({"hgv": "designated"}, ALL, ALL, 0),
        ({"hgv_articulated": "no"}, ALL & ~ARTICULATED, ALL & ~ARTICULATED, 0),
        ({"hgv": "no", "hgv_articulated": "yes"}, ALL & ~HGV, ALL & ~HGV, 0),
        ({"goods": "no"}, ALL & ~GOODS, ALL & ~GOODS, 0),
        ({"access": "no", "hgv": "yes"}, TRUCKS, TRUCKS, 0),
        ({"access": "no", "motor_vehicle": "yes"}, ALL, ALL, 0),
        ({"access": "private", "hgv": "designated"}, ALL, ALL, CAR | GOODS),
        ({"motor_vehicle": "no", "goods": "yes", "hgv": "destination"}, GOODS | TRUCKS, GOODS | TRUCKS, TRUCKS),
        ({"vehicle": "private", "motor_vehicle": "yes"}, ALL, ALL, 0),
        ({"hgv:forward": "no"}, CAR | GOODS, ALL, 0),
        ({"hgv:backward": "no"}, ALL, CAR | GOODS, 0),
        ({"motor_vehicle:backward": "no", "hgv:backward": "yes"}, ALL, TRUCKS, 0),
        ({"access:forward": "no"}, 0, ALL, 0),
        ({"vehicle:forward": "no", "vehicle": "yes"}, 0, ALL, 0),
        ({"oneway": "yes", "hgv": "no"}, CAR | GOODS, 0, 0),
        ({"bicycle": "no", "foot": "no", "bus": "no"}, ALL, ALL, 0),
        ({"motor_vehicle": "no", "bus": "yes"}, 0, 0, 0),
        ({"motorcar": "no", "goods": "yes", "hgv": "yes"}, ALL & ~CAR, ALL & ~CAR, 0),
    ],
)
def test_access(tmp_path: Path, tags: Tags, forward: int, backward: int, destination: int) -> None:
    found = imported(tmp_path, tags)
    links = found.infrastructure.links
    assert (links.access_forward[0], links.access_backward[0], links.destination_only[0]) == (
        forward,
        backward,
        destination,
    )
    assert found.notes == ()


def test_a_road_closed_to_cars_is_taken_as_closed_to_lorries(tmp_path: Path) -> None:
    found = imported(tmp_path, {"motorcar": "no"})
    assert found.infrastructure.links.access_forward[0] == 0
    assert kinds(found) == {"motorcar_closed"}


def test_a_direction_closed_to_cars_is_taken_as_closed_to_lorries_and_told(tmp_path: Path) -> None:
    found = imported(tmp_path, {"motorcar:backward": "no"})
    links = found.infrastructure.links
    assert (links.access_forward[0], links.access_backward[0]) == (ALL, 0)
    (note,) = found.notes
    assert (note.kind, note.text.en.split(" speaks")[0]) == ("motorcar_closed", "motorcar:backward=no")
    told = imported(tmp_path, {"motorcar:backward": "no", "goods": "yes", "hgv:backward": "yes"})
    assert told.infrastructure.links.access_backward[0] == ALL & ~CAR
    assert told.notes == ()


@pytest.mark.parametrize("tags", [{"access": "Đại học"}, {"hgv": "sometimes"}, {"access:moon": "no"}, {"access": ""}])
def test_access_that_is_not_understood_is_told(tmp_path: Path, tags: Tags) -> None:
    found = imported(tmp_path, tags)
    assert found.infrastructure.links.access_forward[0] == ALL
    assert [(note.kind, note.severity) for note in found.notes] == [("tag_not_understood", "warning")]


def test_an_emergency_access_is_closed(tmp_path: Path) -> None:
    found = import_file(one_way({"highway": "service", "service": "emergency_access"}), tmp_path)
    assert found.infrastructure.links.access_forward[0] == 0
    assert kinds(found) == {"emergency_access"}
    told = import_file(one_way({"highway": "service", "service": "emergency_access", "access": "yes"}), tmp_path)
    assert told.infrastructure.links.access_forward[0] == ALL


@pytest.mark.parametrize(
    ("tags", "column", "value"),
    [
        ({"maxweight": "10"}, "max_weight_t", 10.0),
        ({"maxweight": "7500 kg"}, "max_weight_t", 7.5),
        ({"maxweightrating": "3.5"}, "max_weight_t", 3.5),
        ({"maxweight": "10", "maxweightrating": "7.5"}, "max_weight_t", 7.5),
        ({"maxgcweight": "30"}, "max_weight_t", 30.0),
        ({"maxgcweightrating": "28"}, "max_weight_t", 28.0),
        ({"maxweight": "22000 lbs"}, "max_weight_t", 9.97903214),
        ({"maxaxleload": "8"}, "max_axle_load_t", 8.0),
        ({"maxheight": "4.2"}, "max_height_m", 4.2),
        ({"maxheight": "12'6\""}, "max_height_m", 3.81),
        ({"maxheight:physical": "4.4"}, "max_height_m", 4.4),
        ({"maxheight": "4.2", "maxheight:physical": "4.4"}, "max_height_m", 4.2),
        ({"maxheight": "default"}, "max_height_m", math.nan),
        ({"maxheight": "none"}, "max_height_m", math.nan),
        ({"maxlength": "12"}, "max_length_m", 12.0),
        ({"maxwidth": "2.5"}, "max_width_m", 2.5),
        ({"maxwidth:physical": "3"}, "max_width_m", 3.0),
        ({"maxweight:bus": "12", "maxlength:psv": "no"}, "max_weight_t", math.nan),
    ],
)
def test_limits(tmp_path: Path, tags: Tags, column: str, value: float) -> None:
    found = imported(tmp_path, tags)
    assert getattr(found.infrastructure.links, column)[0] == pytest.approx(value, nan_ok=True)
    assert found.notes == ()
    assert len(found.infrastructure.conditions) == 0


@pytest.mark.parametrize("key", ["maxweight", "maxaxleload", "maxheight", "maxlength", "maxwidth", "maxweightrating"])
@pytest.mark.parametrize("word", ["heavy", "0", "3.5;7.5", "below_default", "-1", "10 parsec"])
def test_absurd_limits_are_told(tmp_path: Path, key: str, word: str) -> None:
    found = imported(tmp_path, {key: word})
    (note,) = found.notes
    assert (note.kind, note.subject, note.text.en) == (
        "tag_not_understood",
        "way 10",
        f"{key}={word} is not understood; it was left aside as if it were not there.",
    )


@pytest.mark.parametrize(
    ("tags", "vehicle", "forward", "backward"),
    [
        ({"maxweight:hgv": "10"}, Vehicle("hgv", weight_t=11), False, False),
        ({"maxweight:hgv": "10"}, Vehicle("hgv", weight_t=10), True, True),
        ({"maxweight:hgv": "10"}, Vehicle("goods", weight_t=11), True, True),
        ({"maxheight:forward": "4"}, Vehicle(height_m=4.1), False, True),
        ({"maxheight:forward": "4"}, Vehicle(height_m=4.0), True, True),
        ({"maxweight:backward": "10"}, Vehicle(weight_t=12), True, False),
        ({"maxlength:forward": "12"}, Vehicle("articulated", length_m=16.5), False, True),
        ({"maxaxleload:backward": "8"}, Vehicle(axle_load_t=10), True, False),
        ({"maxlength:hgv": "12"}, Vehicle("articulated", length_m=16.5), False, False),
        ({"maxlength:hgv_articulated": "12"}, Vehicle("hgv", length_m=13), True, True),
        ({"maxaxleload:hgv": "8"}, Vehicle(axle_load_t=9), False, False),
        ({"maxheight:hgv": "4"}, Vehicle(height_m=4.3), False, False),
        ({"maxweightrating:hgv": "7.5"}, Vehicle(weight_t=16), False, False),
        ({"maxweight:hgv:forward": "10"}, Vehicle(weight_t=11), False, True),
    ],
)
def test_limits_of_one_direction_or_kind(
    tmp_path: Path, tags: Tags, vehicle: Vehicle, forward: bool, backward: bool
) -> None:
    found = imported(tmp_path, tags)
    assert may_pass(found.infrastructure, 0, vehicle) is forward
    assert may_pass(found.infrastructure, 0, vehicle, backward=True) is backward
    assert found.notes == ()


def test_a_width_of_one_direction_counts_for_both(tmp_path: Path) -> None:
    found = imported(tmp_path, {"maxwidth:forward": "2.3"})
    assert found.infrastructure.links.max_width_m[0] == 2.3
    assert kinds(found) == {"both_directions"}


LORRY, CAR_ALONE, VAN = Vehicle("hgv"), Vehicle("car"), Vehicle("goods")
MONDAY, FRIDAY, SATURDAY, SUNDAY = 0, 4, 5, 6
BAN = {"hgv:conditional": "no @ (Mo-Fr 06:00-09:00,16:00-20:00)"}
NIGHT = {"hgv": "no", "hgv:conditional": "yes @ (22:00-06:00)"}


@pytest.mark.parametrize(
    ("tags", "vehicle", "at", "passes"),
    [
        (BAN, LORRY, minute(MONDAY, "05:59"), True),
        (BAN, LORRY, minute(MONDAY, "06:00"), False),
        (BAN, LORRY, minute(MONDAY, "08:59"), False),
        (BAN, LORRY, minute(MONDAY, "09:00"), True),
        (BAN, LORRY, minute(FRIDAY, "19:59"), False),
        (BAN, LORRY, minute(SATURDAY, "07:00"), True),
        (BAN, CAR_ALONE, minute(MONDAY, "07:00"), True),
        (BAN, Vehicle("articulated"), minute(MONDAY, "07:00"), False),
        (BAN, LORRY, None, True),
        (NIGHT, LORRY, minute(MONDAY, "12:00"), False),
        (NIGHT, LORRY, minute(MONDAY, "22:00"), True),
        (NIGHT, LORRY, minute(MONDAY, "00:30"), True),
        (NIGHT, LORRY, minute(SUNDAY, "23:59"), True),
        (NIGHT, CAR_ALONE, minute(MONDAY, "12:00"), True),
        ({"access:conditional": "no @ (22:00-05:00)"}, CAR_ALONE, minute(SUNDAY, "23:00"), False),
        ({"access:conditional": "no @ (22:00-05:00)"}, CAR_ALONE, minute(MONDAY, "04:59"), False),
        ({"access:conditional": "no @ (22:00-05:00)"}, CAR_ALONE, minute(MONDAY, "05:00"), True),
        ({"access:conditional": "no @ (22:00-05:00)", "hgv": "yes"}, LORRY, minute(MONDAY, "23:00"), True),
        ({"access:conditional": "no @ (22:00-05:00)", "hgv": "yes"}, VAN, minute(MONDAY, "23:00"), False),
        ({"access:conditional": "no @ (22:00-05:00)", "access": "yes"}, VAN, minute(MONDAY, "23:00"), False),
        ({"motor_vehicle:conditional": "no @ (Sa-Su)"}, VAN, minute(SUNDAY, "12:00"), False),
        (
            {"vehicle:conditional": "no @ (Sa-Su)", "hgv:conditional": "yes @ (Su)"},
            LORRY,
            minute(SUNDAY, "12:00"),
            True,
        ),
        (
            {"vehicle:conditional": "no @ (Sa-Su)", "hgv:conditional": "yes @ (Su)"},
            LORRY,
            minute(SATURDAY, "12:00"),
            False,
        ),
        ({"goods:conditional": "no @ (06:00-22:00)"}, VAN, minute(SUNDAY, "12:00"), False),
        ({"goods:conditional": "no @ (06:00-22:00)"}, LORRY, minute(SUNDAY, "12:00"), True),
        ({"hgv_articulated:conditional": "no @ (06:00-22:00)"}, Vehicle("articulated"), minute(1, "12:00"), False),
        ({"hgv_articulated:conditional": "no @ (06:00-22:00)"}, LORRY, minute(1, "12:00"), True),
        ({"motorcar:conditional": "no @ (06:00-22:00)"}, CAR_ALONE, minute(1, "12:00"), False),
        ({"motorcar:conditional": "no @ (06:00-22:00)"}, LORRY, minute(1, "12:00"), True),
        ({"hgv:conditional": "no @ (weight>10)"}, Vehicle(weight_t=10), None, True),
        ({"hgv:conditional": "no @ (weight>10)"}, Vehicle(weight_t=10.1), None, False),
        ({"hgv:conditional": "no @ (weight>=10)"}, Vehicle(weight_t=10), None, False),
        ({"hgv:conditional": "no @ (length>12)"}, Vehicle(length_m=13), None, False),
        ({"hgv:conditional": "no @ (height>4)"}, Vehicle(height_m=4.2), None, False),
        ({"hgv:conditional": "no @ (axleload>8)"}, Vehicle(axle_load_t=9), None, False),
        ({"hgv:conditional": "no @ (Mo 06:00-09:00 AND weight>10)"}, Vehicle(weight_t=12), minute(0, "07:00"), False),
        ({"hgv:conditional": "no @ (Mo 06:00-09:00 AND weight>10)"}, Vehicle(weight_t=8), minute(0, "07:00"), True),
        ({"hgv:conditional": "no @ (Mo 06:00-09:00 AND weight>10)"}, Vehicle(weight_t=12), minute(0, "10:00"), True),
        ({"hgv": "no", "hgv:conditional": "yes @ (weight<5)"}, Vehicle(weight_t=4.9), None, True),
        ({"hgv": "no", "hgv:conditional": "yes @ (weight<5)"}, Vehicle(weight_t=5), None, False),
        (
            {"hgv": "no", "hgv:conditional": "yes @ (22:00-06:00 AND weight<=8)"},
            Vehicle(weight_t=8),
            minute(0, "23:00"),
            True,
        ),
        (
            {"hgv": "no", "hgv:conditional": "yes @ (22:00-06:00 AND weight<=8)"},
            Vehicle(weight_t=9),
            minute(0, "23:00"),
            False,
        ),
        (
            {"hgv:conditional": "no @ (06:00-22:00); yes @ (06:00-22:00 AND weight<8)"},
            Vehicle(weight_t=7),
            minute(0, "7:00"),
            True,
        ),
        (
            {"hgv:conditional": "no @ (06:00-22:00); yes @ (06:00-22:00 AND weight<8)"},
            Vehicle(weight_t=9),
            minute(0, "7:00"),
            False,
        ),
        (
            {"hgv:conditional": "no @ (06:00-22:00); yes @ (06:00-22:00 AND weight<8)"},
            Vehicle(weight_t=9),
            minute(0, "5:00"),
            True,
        ),
        ({"hgv:conditional": "no @ (06:00-22:00); yes @ (12:00-13:00)"}, LORRY, minute(0, "12:30"), True),
        ({"hgv:conditional": "no @ (06:00-22:00); yes @ (12:00-13:00)"}, LORRY, minute(0, "13:00"), False),
        ({"access:conditional": "no @ (hgv)"}, LORRY, None, False),
        ({"access:conditional": "no @ (hgv)"}, VAN, None, True),
        ({"maxweight:conditional": "5 @ (22:00-06:00)"}, Vehicle(weight_t=8), minute(0, "23:00"), False),
        ({"maxweight:conditional": "5 @ (22:00-06:00)"}, Vehicle(weight_t=8), minute(0, "12:00"), True),
        (
            {"maxweight": "10", "maxweight:conditional": "5 @ (22:00-06:00)"},
            Vehicle(weight_t=8),
            minute(0, "23:00"),
            False,
        ),
        (
            {"maxweight": "10", "maxweight:conditional": "5 @ (22:00-06:00)"},
            Vehicle(weight_t=12),
            minute(0, "12:00"),
            False,
        ),
        (
            {"maxweight": "5", "maxweight:conditional": "10 @ (22:00-06:00)"},
            Vehicle(weight_t=8),
            minute(0, "23:00"),
            True,
        ),
        (
            {"maxweight": "5", "maxweight:conditional": "10 @ (22:00-06:00)"},
            Vehicle(weight_t=11),
            minute(0, "23:00"),
            False,
        ),
        (
            {"maxweight": "5", "maxweight:conditional": "10 @ (22:00-06:00)"},
            Vehicle(weight_t=8),
            minute(0, "12:00"),
            False,
        ),
        ({"maxweight": "5", "maxweight:conditional": "10 @ (22:00-06:00)"}, Vehicle(weight_t=8), None, False),
        (
            {"maxweight": "5", "maxweight:conditional": "none @ (22:00-06:00)"},
            Vehicle(weight_t=40),
            minute(0, "23:00"),
            True,
        ),
        (
            {"maxweight": "10", "maxweight:conditional": "none @ (22:00-06:00); 15 @ (Sa)"},
            Vehicle(weight_t=12),
            minute(5, "12:00"),
            True,
        ),
        (
            {"maxweight": "10", "maxweight:conditional": "none @ (22:00-06:00); 15 @ (Sa)"},
            Vehicle(weight_t=16),
            minute(5, "12:00"),
            False,
        ),
        (
            {"maxweight": "10", "maxweight:conditional": "none @ (22:00-06:00); 15 @ (Sa)"},
            Vehicle(weight_t=12),
            minute(4, "12:00"),
            False,
        ),
        (
            {"maxweight": "10", "maxweight:conditional": "none @ (22:00-06:00); 15 @ (Sa)"},
            Vehicle(weight_t=16),
            minute(4, "23:00"),
            True,
        ),
        (
            {"maxlength:conditional": "12 @ (06:00-22:00)"},
            Vehicle("articulated", length_m=16),
            minute(0, "7:00"),
            False,
        ),
        ({"maxheight:hgv:conditional": "4 @ (06:00-22:00)"}, Vehicle(height_m=4.2), minute(0, "7:00"), False),
        ({"maxheight:hgv:conditional": "4 @ (06:00-22:00)"}, Vehicle("goods", height_m=4.2), minute(0, "7:00"), True),
        ({"maxaxleload:conditional": "7 @ (Mo-Su)"}, Vehicle(axle_load_t=8), minute(0, "7:00"), False),
        (
            {"maxweight": "5", "maxweight:conditional": "none @ (22:00-06:00)", **BAN, "access": "no"},
            Vehicle(weight_t=3),
            minute(0, "23:00"),
            False,
        ),
        (
            {"maxweight": "5", "maxweight:conditional": "none @ (05:00-07:00)", **BAN},
            Vehicle(weight_t=8),
            minute(MONDAY, "06:30"),
            False,
        ),
        (
            {"maxweight": "5", "maxweight:conditional": "none @ (05:00-07:00)", **BAN},
            Vehicle(weight_t=8),
            minute(MONDAY, "05:30"),
            True,
        ),
    ],
)
def test_conditions(tmp_path: Path, tags: Tags, vehicle: Vehicle, at: int | None, passes: bool) -> None:
    """Hours of the week count from Monday 00:00; without hours only what always holds applies."""
    found = imported(tmp_path, tags)
    assert may_pass(found.infrastructure, 0, vehicle, at) is passes
    assert may_pass(found.infrastructure, 0, vehicle, at, backward=True) is passes
    assert found.notes == ()


@pytest.mark.parametrize(
    ("tags", "at", "forward", "backward"),
    [
        ({"oneway:conditional": "yes @ (07:00-09:00)"}, minute(0, "08:00"), True, False),
        ({"oneway:conditional": "yes @ (07:00-09:00)"}, minute(0, "10:00"), True, True),
        ({"oneway": "yes", "oneway:conditional": "no @ (22:00-06:00)"}, minute(0, "23:00"), True, True),
        ({"oneway": "yes", "oneway:conditional": "no @ (22:00-06:00)"}, minute(0, "12:00"), True, False),
        ({"oneway:conditional": "yes @ (06:00-12:00); -1 @ (12:00-18:00)"}, minute(0, "08:00"), True, False),
        ({"oneway:conditional": "yes @ (06:00-12:00); -1 @ (12:00-18:00)"}, minute(0, "13:00"), False, True),
        ({"oneway:conditional": "yes @ (06:00-12:00); -1 @ (12:00-18:00)"}, minute(0, "19:00"), True, True),
        ({"oneway:hgv:conditional": "yes @ (06:00-12:00)"}, minute(0, "08:00"), True, False),
        ({"hgv:forward:conditional": "no @ (06:00-12:00)"}, minute(0, "08:00"), False, True),
        ({"hgv:backward:conditional": "no @ (06:00-12:00)"}, minute(0, "08:00"), True, False),
        ({"hgv:backward:conditional": "no @ (06:00-12:00)"}, minute(0, "13:00"), True, True),
        ({"maxweight:forward:conditional": "1 @ (06:00-12:00)"}, minute(0, "08:00"), False, True),
        ({"oneway": "yes", **NIGHT}, minute(0, "23:00"), True, False),
        ({"oneway": "yes", "oneway:conditional": "no @ (22:00-06:00)", "hgv": "no"}, minute(0, "23:00"), False, False),
    ],
)
def test_conditions_of_one_direction(tmp_path: Path, tags: Tags, at: int, forward: bool, backward: bool) -> None:
    found = imported(tmp_path, tags)
    lorry = Vehicle(weight_t=8)
    assert may_pass(found.infrastructure, 0, lorry, at) is forward
    assert may_pass(found.infrastructure, 0, lorry, at, backward=True) is backward
    assert found.notes == ()


def test_conditions_of_a_way_against_traffic_are_turned_round(tmp_path: Path) -> None:
    found = imported(tmp_path, {"oneway": "-1", "hgv:backward:conditional": "no @ (06:00-12:00)"})
    assert not may_pass(found.infrastructure, 0, LORRY, minute(0, "08:00"))
    assert may_pass(found.infrastructure, 0, LORRY, minute(0, "13:00"))
    assert not may_pass(found.infrastructure, 0, LORRY, minute(0, "13:00"), backward=True)


@pytest.mark.parametrize(
    ("tags", "kind", "severity"),
    [
        ({"hgv:conditional": "no @ (sunrise-sunset)"}, "condition_not_understood", "warning"),
        ({"hgv:conditional": "no @ (wet)"}, "condition_not_understood", "warning"),
        ({"hgv:conditional": "no"}, "condition_not_understood", "warning"),
        ({"hgv:conditional": "perhaps @ (06:00-07:00)"}, "condition_not_understood", "warning"),
        ({"maxweight:conditional": "heavy @ (06:00-07:00)"}, "condition_not_understood", "warning"),
        ({"maxwidth:conditional": "2 @ (06:00-07:00)"}, "condition_not_understood", "warning"),
        ({"maxspeed:conditional": "none @ (06:00-07:00)"}, "condition_not_understood", "warning"),
        ({"oneway:conditional": "reversible @ (06:00-07:00)"}, "condition_not_understood", "warning"),
        ({"toll:conditional": "no @ (22:00-05:00)"}, "condition_not_understood", "warning"),
        ({"access": "conditional=yes @ (Mo-Fr 08:00-20:00)"}, "tag_not_understood", "warning"),
        ({"hgv:conditional": "no @ (Mo-Fr 06:00-09:00; PH off)"}, "holidays_not_known", "note"),
        ({"hgv:conditional": "no @ (PH)"}, "holidays_not_known", "note"),
        ({"hgv:conditional": "delivery @ (06:00-09:00)"}, "delivery_hours", "warning"),
        ({"hgv": "no", "hgv:conditional": "delivery @ (06:00-09:00)"}, "delivery_opening", "note"),
    ],
)
def test_conditions_that_cannot_be_kept_are_told(tmp_path: Path, tags: Tags, kind: str, severity: str) -> None:
    (note,) = imported(tmp_path, tags).notes
    assert (note.kind, note.severity, note.subject) == (kind, severity, "way 10")
    assert next(iter(tags)).split(":", maxsplit=1)[0] in note.text.en


def test_other_vehicles_and_lanes_are_no_matter(tmp_path: Path) -> None:
    tags = {"bus:conditional": "no @ (06:00-09:00)", "hgv:lanes:conditional": "|yes @ (Mo-Fr 09:00-15:00)"}
    found = imported(tmp_path, tags)
    assert (found.notes, len(found.infrastructure.conditions)) == ((), 0)


def test_deliveries_at_some_hours_serve_places_on_the_road_only(tmp_path: Path) -> None:
    found = imported(tmp_path, {"hgv": "no", "hgv:conditional": "delivery @ (06:00-09:00)"})
    assert may_pass(found.infrastructure, 0, LORRY, minute(2, "07:00"))
    assert not may_pass(found.infrastructure, 0, LORRY, minute(2, "10:00"))
    assert found.infrastructure.links.destination_only[0] == TRUCKS


def test_equal_hours_are_one_schedule(tmp_path: Path) -> None:
    file = OsmFile()
    for node_id in range(1, 5):
        file.node(node_id, 100 * node_id, 0)
    for way in range(3):
        name = {"name": str(way)}
        file.way(
            10 + way, [1 + way, 2 + way], {"highway": "secondary", **name, "hgv:conditional": "no @ (06:00-09:00)"}
        )
    infrastructure = import_file(file, tmp_path).infrastructure
    assert (len(infrastructure.schedules), infrastructure.schedules.text[0]) == (1, "06:00-09:00")
    assert infrastructure.conditions.link_index.tolist() == [0, 1, 2]


# Barriers: way 10 is split at node 2.


def barrier(folder: Path, node_tags: Tags) -> tuple[Infrastructure, int, Imported]:
    found = import_file(one_way({"highway": "secondary"}, node_tags=node_tags), folder)
    infrastructure = found.infrastructure
    assert len(links_of(infrastructure, 10)) == 2
    return infrastructure, infrastructure.node_places["n2"], found


@pytest.mark.parametrize(
    ("tags", "feature", "closed"),
    [
        ({"barrier": "bollard"}, "barrier", ALL),
        ({"barrier": "block"}, "barrier", ALL),
        ({"barrier": "gate"}, "gate", 0),
        ({"barrier": "lift_gate"}, "gate", 0),
        ({"barrier": "toll_booth"}, "toll_booth", 0),
        ({"barrier": "height_restrictor", "maxheight": "2.5"}, "barrier", 0),
        ({"barrier": "border_control"}, "barrier", 0),
        ({"barrier": "cattle_grid"}, "barrier", 0),
        ({"barrier": "gate", "access": "no"}, "gate", ALL),
        ({"barrier": "gate", "motor_vehicle": "no"}, "gate", ALL),
        ({"barrier": "gate", "hgv": "no"}, "gate", TRUCKS),
        ({"barrier": "bollard", "motor_vehicle": "yes"}, "barrier", 0),
        ({"barrier": "bollard", "goods": "yes"}, "barrier", ALL & ~GOODS),
        ({"barrier": "lift_gate", "access": "no", "hgv": "yes"}, "gate", CAR | GOODS),
        ({"barrier": "yes", "access": "yes"}, "barrier", 0),
    ],
)
def test_barriers(tmp_path: Path, tags: Tags, feature: str, closed: int) -> None:
    infrastructure, node, found = barrier(tmp_path, tags)
    assert NODE_FEATURES[infrastructure.nodes.feature[node]] == feature
    assert infrastructure.nodes.closed[node] == closed
    assert found.notes == ()


@pytest.mark.parametrize(
    ("tags", "column", "value"),
    [
        ({"barrier": "height_restrictor", "maxheight": "2.5"}, "max_height_m", 2.5),
        ({"barrier": "height_restrictor", "maxheight": "8'2\""}, "max_height_m", 2.4892),
        ({"barrier": "bollard", "access": "yes", "maxwidth": "2.2"}, "max_width_m", 2.2),
        ({"barrier": "gate", "maxweight": "10"}, "max_weight_t", 10.0),
        ({"maxheight": "4.1"}, "max_height_m", 4.1),
    ],
)
def test_limits_of_nodes(tmp_path: Path, tags: Tags, column: str, value: float) -> None:
    infrastructure, node, found = barrier(tmp_path, tags)
    assert getattr(infrastructure.nodes, column)[node] == pytest.approx(value)
    assert found.notes == ()


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"barrier": "yes"}, "barrier_assumed"),
        ({"barrier": "dragon"}, "barrier_unknown"),
        ({"barrier": "gate", "maxheight": "low"}, "tag_not_understood"),
        ({"barrier": "gate", "access": "magic"}, "tag_not_understood"),
        ({"barrier": "gate", "access:conditional": "no @ (22:00-06:00)"}, "condition_not_understood"),
    ],
)
def test_what_is_assumed_of_a_barrier_is_told(tmp_path: Path, tags: Tags, kind: str) -> None:
    infrastructure, node, found = barrier(tmp_path, tags)
    assert [(note.kind, note.subject) for note in found.notes] == [(kind, "node 2")]
    assert infrastructure.nodes.closed[node] == (0 if tags["barrier"] == "gate" else ALL)


def test_no_barrier_is_none_and_signals_need_a_junction(tmp_path: Path) -> None:
    found = import_file(one_way({"highway": "secondary"}, node_tags={"barrier": "no"}), tmp_path)
    assert (len(found.infrastructure.links), found.notes) == (1, ())
    found = import_file(one_way({"highway": "secondary"}, node_tags={"highway": "traffic_signals"}), tmp_path)
    assert (len(found.infrastructure.links), kinds(found)) == (1, {"lone_feature"})
    file = one_way({"highway": "secondary"}, node_tags={"highway": "traffic_signals"})
    file.node(9, 500, 300)
    file.way(11, [2, 9], {"highway": "residential"})
    found = import_file(file, tmp_path)
    infrastructure = found.infrastructure
    assert NODE_FEATURES[infrastructure.nodes.feature[infrastructure.node_places["n2"]]] == "traffic_signals"
    assert found.notes == ()


def test_a_lock_splits_a_canal(tmp_path: Path) -> None:
    for tags in ({"waterway": "lock_gate"}, {"lock": "yes"}):
        infrastructure = import_file(
            one_way({"waterway": "canal", "boat": "yes"}, node_tags=tags), tmp_path
        ).infrastructure
        assert len(infrastructure.links) == 2
        assert NODE_FEATURES[infrastructure.nodes.feature[infrastructure.node_places["n2"]]] == "lock"


def port(gates: dict[int, Tags]) -> OsmFile:
    """Return a long public road (nodes 1 to 4) and a port behind nodes 2 and 3, where gates may stand.

    The port's roads: 21 (2 to 5), 22 (5 to 6), 23 (6 to 3), 24 (5 to 7, a dead end).
    """
    file = OsmFile()
    places = {1: (0, 0), 2: (1_000, 0), 3: (2_000, 0), 4: (3_000, 0)}
    places |= {5: (1_000, 200), 6: (2_000, 200), 7: (1_000, 400), 8: (1_000, 100), 9: (2_000, 100)}
    for node_id, (east_m, north_m) in places.items():
        file.node(node_id, east_m, north_m, gates.get(node_id))
    file.way(10, [1, 2, 3, 4], {"highway": "primary"})
    file.way(21, [2, 8, 5], {"highway": "service"})
    file.way(22, [5, 6], {"highway": "service"})
    file.way(23, [6, 9, 3], {"highway": "service"})
    file.way(24, [5, 7], {"highway": "service"})
    return file


def test_behind_private_gates_roads_serve_places_on_them(tmp_path: Path) -> None:
    private = {"barrier": "gate", "access": "private"}
    found = import_file(port({8: private, 9: private}), tmp_path, UNMERGED)
    infrastructure = found.infrastructure
    links = infrastructure.links
    only = {str(link_id): int(mask) for link_id, mask in zip(links.link_id, links.destination_only, strict=True)}
    assert only == {
        "w10:1:2": 0, "w10:2:3": 0, "w10:3:4": 0, "w21:2:8": 0, "w21:8:5": ALL, "w22:5:6": ALL,
        "w23:6:9": ALL, "w23:9:3": 0, "w24:5:7": ALL,
    }  # fmt: skip
    assert not infrastructure.nodes.closed.any()
    assert [(note.kind, note.count) for note in found.notes] == [("private_gate", 2)]


def test_a_private_gate_between_public_roads_is_closed_to_who_passes(tmp_path: Path) -> None:
    """With a gate at node 8 only, the port is public by its other side: nobody passes node 8, all is reached."""
    found = import_file(port({8: {"barrier": "gate", "hgv": "private"}}), tmp_path)
    infrastructure = found.infrastructure
    assert not infrastructure.links.destination_only.any()
    assert infrastructure.nodes.closed[infrastructure.node_places["n8"]] == TRUCKS
    assert kinds(found) == {"private_gate_through"}


def test_service_roads_of_a_port_are_imported_with_their_access(tmp_path: Path) -> None:
    file = port({})
    file.ways[22] = ([5, 6], {"highway": "service", "access": "private", "hgv": "designated"})
    infrastructure = import_file(file, tmp_path).infrastructure
    link = link_of(infrastructure, 22)
    assert infrastructure.links.to_columns()["link_class"][link] == "service"
    assert infrastructure.links.destination_only[link] == CAR | GOODS
    assert np.isfinite(infrastructure.links.length_m).all()
