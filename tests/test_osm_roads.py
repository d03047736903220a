"""Every tag of a road, ferry, railway and waterway that an import reads, in files written here, with its columns."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from osm_files import OsmFile, Tags, Vehicle, import_file, link_of, links_of, minute, one_way, speed_limit

from geodata.infrastructure.columns import INFRASTRUCTURE_LINK_COLUMNS
from geodata.infrastructure.imported import Imported
from geodata.osm.options import OsmOptions
from geodata.osm.roads import PAVED, UNPAVED

CLASSES = [
    "motorway",
    "motorway_link",
    "trunk",
    "trunk_link",
    "primary",
    "primary_link",
    "secondary",
    "secondary_link",
    "tertiary",
    "tertiary_link",
    "unclassified",
    "residential",
    "living_street",
    "road",
    "service",
]
DEFAULTS = {column.name: column.default for column in INFRASTRUCTURE_LINK_COLUMNS}


def imported(folder: Path, tags: Tags) -> Imported:
    return import_file(one_way(tags), folder)


def columns(folder: Path, tags: Tags) -> dict[str, Any]:
    """Return the columns of the one link of way 10, words for codes."""
    infrastructure = imported(folder, tags).infrastructure
    link = link_of(infrastructure, 10)
    return {name: values[link] for name, values in infrastructure.links.to_columns().items()}


def kinds(found: Imported) -> set[str]:
    return {note.kind for note in found.notes}


def test_a_bare_road_has_defaults_everywhere_else(tmp_path: Path) -> None:
    row = columns(tmp_path, {"highway": "primary", "name": "Đại lộ Bình Dương", "ref": "QL13"})
    assert row["link_id"] == "w10:1:3"
    assert (row["mode"], row["link_class"], row["name"], row["ref"]) == ("road", "primary", "Đại lộ Bình Dương", "QL13")
    assert row["length_m"] == pytest.approx(1_000.0, rel=1e-3)
    assert (row["access_forward"], row["access_backward"], row["destination_only"], row["oneway"]) == (15, 15, 0, False)
    assert row["row_id"] == "10"
    told = {"link_id", "from_index", "to_index", "mode", "link_class", "name", "ref", "length_m", "row_id", "source"}
    for name, value in row.items():
        if name in told or name.startswith("access"):
            continue
        words = next(column.words for column in INFRASTRUCTURE_LINK_COLUMNS if column.name == name)
        default = "" if words else DEFAULTS[name]
        assert value == default or (isinstance(default, float) and math.isnan(value) and math.isnan(default)), name


@pytest.mark.parametrize("word", CLASSES)
def test_every_class_is_imported(tmp_path: Path, word: str) -> None:
    assert columns(tmp_path, {"highway": word})["link_class"] == word


def test_an_expressway_is_a_class_of_its_own(tmp_path: Path) -> None:
    assert columns(tmp_path, {"highway": "trunk", "expressway": "yes"})["link_class"] == "expressway"


def test_tracks_are_imported_when_asked_for(tmp_path: Path) -> None:
    file = one_way({"highway": "track"})
    without = import_file(file, tmp_path)
    assert len(without.infrastructure.links) == 0
    assert [(note.kind, note.subject) for note in without.notes] == [("class_not_asked", "way 10")]
    with_tracks = import_file(file, tmp_path, OsmOptions(link_classes=("track",)))
    assert len(with_tracks.infrastructure.links) == 1


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"highway": "construction", "construction": "trunk"}, "not_built"),
        ({"highway": "proposed"}, "not_built"),
        ({"highway": "moonway"}, "unknown_class"),
        ({"highway": "pedestrian", "motor_vehicle": "delivery"}, "not_a_road"),
        ({"highway": "path", "hgv": "yes"}, "not_a_road"),
        ({"railway": "abandoned"}, "not_built"),
        ({"railway": "subway"}, "not_for_freight_rail"),
        ({"railway": "maglev"}, "unknown_class"),
        ({"waterway": "canal", "tunnel": "culvert"}, "not_navigable"),
        ({"waterway": "river", "boat": "no"}, "not_navigable"),
        ({"waterway": "canal", "CEMT": "0"}, "not_navigable"),
        ({"waterway": "aqueduct"}, "unknown_class"),
        ({"route": "ferry", "motor_vehicle": "no"}, "ferry_without_vehicles"),
        ({"route": "ferry", "highway": "footway"}, "ferry_without_vehicles"),
    ],
)
def test_what_is_left_out_is_told(tmp_path: Path, tags: Tags, kind: str) -> None:
    found = imported(tmp_path, tags)
    assert len(found.infrastructure.links) == 0
    (note,) = (note for note in found.notes if note.kind == kind)
    assert note.subject == "way 10"
    assert (note.lon, note.lat) == pytest.approx((106.7, 10.8))
    assert note.text.en
    assert note.text.vi


@pytest.mark.parametrize("word", ["footway", "steps", "cycleway", "path", "pedestrian", "platform"])
def test_ways_not_for_vehicles_are_only_counted(tmp_path: Path, word: str) -> None:
    found = imported(tmp_path, {"highway": word})
    assert (len(found.infrastructure.links), found.notes, found.counts["ways_skipped"]) == (0, (), 1)


@pytest.mark.parametrize(
    ("tags", "oneway", "forward", "backward"),
    [
        ({"oneway": "yes"}, True, 15, 0),
        ({"oneway": "true"}, True, 15, 0),
        ({"oneway": "1"}, True, 15, 0),
        ({"oneway": "no"}, False, 15, 15),
        ({"junction": "roundabout"}, True, 15, 0),
        ({"junction": "circular"}, True, 15, 0),
        ({"junction": "circular", "oneway": "no"}, False, 15, 15),
        ({"highway": "motorway"}, True, 15, 0),
        ({"highway": "motorway", "oneway": "no"}, False, 15, 15),
        ({"highway": "motorway_link"}, False, 15, 15),
        ({"oneway": "yes", "oneway:bicycle": "no"}, True, 15, 0),
        ({"oneway:hgv": "yes"}, False, 15, 3),
        ({"oneway:motor_vehicle": "yes"}, False, 15, 0),
        ({"oneway": "yes", "oneway:goods": "no"}, True, 15, 2),
    ],
)
def test_directions(tmp_path: Path, tags: Tags, oneway: bool, forward: int, backward: int) -> None:
    found = imported(tmp_path, {"highway": "primary", **tags})
    links = found.infrastructure.links
    assert (links.oneway[0], links.access_forward[0], links.access_backward[0]) == (oneway, forward, backward)
    assert found.notes == ()


def test_a_way_against_traffic_is_turned_round(tmp_path: Path) -> None:
    """oneway=-1: the link runs from node 3 to node 1, what is said of backward is said of its forward."""
    tags = {"highway": "primary", "oneway": "-1", "maxspeed:backward": "40", "hgv:backward": "no", "lanes": "2"}
    found = imported(tmp_path, tags)
    infrastructure = found.infrastructure
    assert infrastructure.links.link_id[0] == "w10:3:1"
    assert infrastructure.nodes.node_id[infrastructure.links.from_index[0]] == "n3"
    assert infrastructure.lines.points(0)[0, 0] > infrastructure.lines.points(0)[-1, 0]
    assert (infrastructure.links.access_forward[0], infrastructure.links.access_backward[0]) == (3, 0)
    assert speed_limit(infrastructure, 0, Vehicle("car")) == 40.0
    assert found.notes == ()


@pytest.mark.parametrize("word", ["reversible", "alternating"])
def test_changing_directions_are_told(tmp_path: Path, word: str) -> None:
    found = imported(tmp_path, {"highway": "primary", "oneway": word})
    assert (found.infrastructure.links.access_forward[0], found.infrastructure.links.access_backward[0]) == (15, 15)
    assert [(note.kind, note.severity) for note in found.notes] == [("reversible", "warning")]


def test_a_roundabout_is_one_way_whatever_it_says(tmp_path: Path) -> None:
    found = imported(tmp_path, {"highway": "primary", "junction": "roundabout", "oneway": "no"})
    assert found.infrastructure.links.oneway[0]
    assert kinds(found) == {"two_way_roundabout"}


@pytest.mark.parametrize("word", ["yes;no", "-1;yes", "maybe", ""])
def test_a_direction_that_is_not_understood_is_told(tmp_path: Path, word: str) -> None:
    found = imported(tmp_path, {"highway": "primary", "oneway": word})
    assert not found.infrastructure.links.oneway[0]
    assert kinds(found) == {"tag_not_understood"}


@pytest.mark.parametrize(
    ("tags", "lanes"),
    [
        ({"lanes": "4"}, 4),
        ({"lanes": "1"}, 1),
        ({"lanes:forward": "2", "lanes:backward": "1"}, 3),
        ({"lanes": "5", "lanes:forward": "3", "lanes:backward": "2"}, 5),
        ({"lanes:forward": "2", "lanes:backward": "2", "lanes:both_ways": "1"}, 5),
        ({"lanes:forward": "2"}, -1),
        ({}, -1),
    ],
)
def test_lanes(tmp_path: Path, tags: Tags, lanes: int) -> None:
    found = imported(tmp_path, {"highway": "primary", **tags})
    assert found.infrastructure.links.lanes[0] == lanes
    assert found.notes == ()


@pytest.mark.parametrize("word", ["0", "two", "2;3", "1.5", "99", "-2"])
def test_absurd_lanes_are_told(tmp_path: Path, word: str) -> None:
    found = imported(tmp_path, {"highway": "primary", "lanes": word})
    assert found.infrastructure.links.lanes[0] == -1
    assert kinds(found) == {"tag_not_understood"}


@pytest.mark.parametrize(
    ("word", "surface"),
    [
        ("asphalt", "paved"),
        ("concrete:plates", "paved"),
        ("gravel", "unpaved"),
        ("compacted", "unpaved"),
        ("asphalt;dirt", "unpaved"),
    ],
)
def test_surfaces(tmp_path: Path, word: str, surface: str) -> None:
    assert columns(tmp_path, {"highway": "primary", "surface": word})["surface"] == surface


def test_no_surface_is_both_and_an_unknown_one_is_told(tmp_path: Path) -> None:
    assert not PAVED & UNPAVED
    found = imported(tmp_path, {"highway": "primary", "surface": "velvet"})
    assert found.infrastructure.links.surface[0] == -1
    assert kinds(found) == {"tag_not_understood"}


@pytest.mark.parametrize(
    ("tags", "car", "lorry"),
    [
        ({"maxspeed": "50"}, 50.0, 50.0),
        ({"maxspeed": "30 mph"}, 48.28032, 48.28032),
        ({"maxspeed": "80", "maxspeed:hgv": "60"}, 80.0, 60.0),
        ({"maxspeed": "VN:urban"}, 50.0, 50.0),
        ({"maxspeed": "VN:motorway"}, 120.0, 120.0),
        ({"maxspeed": "VN:rural", "maxspeed:hgv": "50"}, 80.0, 50.0),
        ({"maxspeed:type": "VN:urban"}, 50.0, 50.0),
        ({"maxspeed": "70", "source:maxspeed": "sign"}, 70.0, 70.0),
        ({"maxspeed": "none"}, math.nan, math.nan),
        ({"maxspeed": "walk"}, 7.0, 7.0),
        ({"maxspeed:forward": "60"}, 60.0, 60.0),
        ({"maxspeed": "80", "maxspeed:forward": "60"}, 60.0, 60.0),
        ({"maxspeed": "80", "maxspeed:hgv": "50", "maxspeed:forward": "60"}, 60.0, 50.0),
        ({"maxspeed": "80", "maxspeed:hgv:forward": "40"}, 80.0, 40.0),
        ({"maxspeed": "80", "maxspeed:bus": "40", "maxspeed:lanes": "80|60"}, 80.0, 80.0),
    ],
)
def test_speeds(tmp_path: Path, tags: Tags, car: float, lorry: float) -> None:
    found = imported(tmp_path, {"highway": "primary", **tags})
    for kind, speed in (("car", car), ("hgv", lorry), ("articulated", lorry)):
        assert speed_limit(found.infrastructure, 0, Vehicle(kind)) == pytest.approx(speed, nan_ok=True)
    assert kinds(found) <= {"implicit_speed"}


@pytest.mark.parametrize("key", ["maxspeed", "source:maxspeed", "maxspeed:type", "zone:maxspeed"])
def test_outside_built_up_areas_each_kind_has_its_limit(tmp_path: Path, key: str) -> None:
    """Two-way roads outside built-up areas in Vietnam: cars 80, lorries over 3.5 t 70, articulated lorries 60 km/h."""
    infrastructure = imported(tmp_path, {"highway": "primary", key: "VN:rural"}).infrastructure
    limits = [speed_limit(infrastructure, 0, Vehicle(kind)) for kind in ("car", "goods", "hgv", "articulated")]
    assert limits == [80.0, 80.0, 70.0, 60.0]


def test_speeds_by_direction(tmp_path: Path) -> None:
    found = imported(tmp_path, {"highway": "primary", "maxspeed:forward": "60", "maxspeed:backward": "40"})
    assert found.infrastructure.links.speed_kmh[0] == 40.0  # the lower, for who does not read conditions
    assert speed_limit(found.infrastructure, 0, Vehicle("car")) == 60.0
    assert speed_limit(found.infrastructure, 0, Vehicle("car"), backward=True) == 40.0


def test_speeds_by_hour_and_weight(tmp_path: Path) -> None:
    tags = {
        "highway": "primary",
        "maxspeed": "80",
        "maxspeed:conditional": "50 @ (22:00-06:00)",
        "maxspeed:hgv:conditional": "60 @ (weight>7.5); 40 @ (Mo-Fr 07:00-09:00)",
    }
    infrastructure = imported(tmp_path, tags).infrastructure
    noon, night, morning = minute(0, "12:00"), minute(6, "23:59"), minute(4, "08:59")
    assert speed_limit(infrastructure, 0, Vehicle("car"), noon) == 80.0
    assert speed_limit(infrastructure, 0, Vehicle("car"), night) == 50.0
    assert speed_limit(infrastructure, 0, Vehicle("hgv", weight_t=7.5), noon) == 80.0
    assert speed_limit(infrastructure, 0, Vehicle("hgv", weight_t=16.0), noon) == 60.0
    assert speed_limit(infrastructure, 0, Vehicle("hgv", weight_t=16.0), morning) == 40.0
    assert speed_limit(infrastructure, 0, Vehicle("hgv", weight_t=16.0)) == 60.0  # without hours


@pytest.mark.parametrize("word", ["fast", "0", "50;60", "XX:urban", "1000", "signals"])
def test_absurd_speeds_are_told(tmp_path: Path, word: str) -> None:
    found = imported(tmp_path, {"highway": "primary", "maxspeed": word})
    assert math.isnan(found.infrastructure.links.speed_kmh[0])
    assert kinds(found) == {"tag_not_understood"}


@pytest.mark.parametrize(
    ("tags", "toll"),
    [
        ({"toll": "yes"}, True),
        ({"toll": "no"}, False),
        ({"toll": "no", "toll:hgv": "yes"}, True),
        ({"toll:hgv": "no", "toll": "yes"}, False),
    ],
)
def test_tolls(tmp_path: Path, tags: Tags, toll: bool) -> None:
    assert columns(tmp_path, {"highway": "primary", **tags})["toll"] == toll


@pytest.mark.parametrize(
    ("tags", "bridge", "tunnel", "layer"),
    [
        ({"bridge": "yes", "layer": "1"}, True, False, 1),
        ({"bridge": "viaduct"}, True, False, 0),
        ({"bridge": "no"}, False, False, 0),
        ({"tunnel": "yes", "layer": "-2"}, False, True, -2),
        ({"tunnel": "building_passage"}, False, True, 0),
    ],
)
def test_bridges_and_tunnels(tmp_path: Path, tags: Tags, bridge: bool, tunnel: bool, layer: int) -> None:
    row = columns(tmp_path, {"highway": "primary", **tags})
    assert (row["bridge"], row["tunnel"], row["layer"]) == (bridge, tunnel, layer)


@pytest.mark.parametrize("word", ["1.5", "high", "1;2", "999"])
def test_absurd_layers_are_told(tmp_path: Path, word: str) -> None:
    found = imported(tmp_path, {"highway": "primary", "layer": word})
    assert found.infrastructure.links.layer[0] == 0
    assert kinds(found) == {"tag_not_understood"}


def test_an_area_of_road_and_a_road_on_rails_are_told(tmp_path: Path) -> None:
    assert kinds(imported(tmp_path, {"highway": "service", "area": "yes"})) == {"area_as_line"}
    assert kinds(imported(tmp_path, {"highway": "service", "railway": "rail"})) == {"rail_on_road"}


# Railways.


@pytest.mark.parametrize(
    ("tags", "link_class", "use"),
    [
        ({"usage": "main"}, "rail_main", "main"),
        ({"usage": "branch"}, "rail_branch", "branch"),
        ({"usage": "industrial"}, "rail_branch", "industrial"),
        ({"usage": "military"}, "rail_branch", ""),
        ({"service": "yard"}, "rail_yard", "yard"),
        ({"service": "siding", "usage": "main"}, "rail_yard", "siding"),
        ({"service": "spur"}, "rail_yard", "spur"),
        ({"service": "crossover"}, "rail_yard", "crossover"),
        ({}, "rail_main", ""),
    ],
)
def test_tracks_by_use(tmp_path: Path, tags: Tags, link_class: str, use: str) -> None:
    found = imported(tmp_path, {"railway": "rail", "gauge": "1000", **tags})
    row = {name: values[0] for name, values in found.infrastructure.links.to_columns().items()}
    assert (row["mode"], row["link_class"], row["track_use"], row["gauge_mm"]) == ("rail", link_class, use, 1_000)
    assert (row["access_forward"], row["access_backward"]) == (16, 16)
    assert kinds(found) == (set() if tags else {"track_use_unknown"})


@pytest.mark.parametrize(
    ("tags", "gauge", "electrified", "told"),
    [
        ({"gauge": "1435", "electrified": "contact_line"}, 1_435, True, set()),
        ({"gauge": "1000;1435", "electrified": "no"}, 1_000, False, {"dual_gauge"}),
        ({"electrified": "yes"}, 0, True, {"gauge_unknown"}),
        ({"gauge": "narrow"}, 0, False, {"tag_not_understood"}),
        ({"railway": "narrow_gauge", "gauge": "750"}, 750, False, set()),
    ],
)
def test_gauges(tmp_path: Path, tags: Tags, gauge: int, electrified: bool, told: set[str]) -> None:
    found = imported(tmp_path, {"railway": "rail", "usage": "main", **tags})
    assert (found.infrastructure.links.gauge_mm[0], found.infrastructure.links.electrified[0]) == (gauge, electrified)
    assert kinds(found) == told


def test_a_track_has_speed_axle_load_and_bridges(tmp_path: Path) -> None:
    tags = {"railway": "rail", "usage": "main", "gauge": "1000", "maxspeed": "80", "maxaxleload": "14", "bridge": "yes"}
    row = columns(tmp_path, tags)
    assert (row["speed_kmh"], row["max_axle_load_t"], row["bridge"]) == (80.0, 14.0, True)


def test_a_closed_track_lets_no_train_run(tmp_path: Path) -> None:
    row = columns(tmp_path, {"railway": "rail", "usage": "main", "gauge": "1000", "access": "no"})
    assert (row["access_forward"], row["access_backward"]) == (0, 0)


# Waterways.


@pytest.mark.parametrize(
    ("tags", "link_class", "vessel_t", "told"),
    [
        ({"waterway": "river"}, "waterway", math.nan, {"navigability_assumed"}),
        ({"waterway": "canal"}, "waterway", math.nan, {"navigability_assumed"}),
        ({"waterway": "fairway"}, "waterway", math.nan, {"navigability_assumed"}),
        ({"waterway": "river", "boat": "yes"}, "waterway", math.nan, set()),
        ({"waterway": "river", "motorboat": "yes"}, "waterway", math.nan, set()),
        ({"waterway": "stream", "motorboat": "yes"}, "waterway", math.nan, set()),
        ({"waterway": "river", "ship": "designated"}, "waterway", math.nan, set()),
        ({"waterway": "river", "CEMT": "Va"}, "waterway", 3_000.0, {"cemt_class"}),
        (
            {"waterway": "river", "CEMT": "IV", "maxweight": "1200"},
            "waterway",
            1_200.0,
            {"cemt_class"},
        ),
        ({"waterway": "river", "waterway:class": "II"}, "waterway_II", math.nan, set()),
        ({"waterway": "river", "waterway:class": "special"}, "waterway_special", math.nan, set()),
        ({"waterway": "river", "class:waterway": "VI"}, "waterway_VI", math.nan, set()),
        ({"waterway": "river", "waterway:class": "XII"}, "waterway", math.nan, {"tag_not_understood"}),
        ({"waterway": "river", "CEMT": "huge"}, "waterway", math.nan, {"tag_not_understood"}),
    ],
)
def test_waterways(tmp_path: Path, tags: Tags, link_class: str, vessel_t: float, told: set[str]) -> None:
    found = imported(tmp_path, tags)
    row = {name: values[0] for name, values in found.infrastructure.links.to_columns().items()}
    assert (row["mode"], row["link_class"]) == ("inland_waterway", link_class)
    assert (row["access_forward"], row["access_backward"]) == (32, 32)
    assert row["max_vessel_t"] == pytest.approx(vessel_t, nan_ok=True)
    assert kinds(found) == told


@pytest.mark.parametrize(
    ("tags", "column", "value"),
    [
        ({"maxdraught": "2.5"}, "max_draught_m", 2.5),
        ({"maxdraft": "8 ft"}, "max_draught_m", 2.4384),
        ({"draught": "3"}, "max_draught_m", 3.0),
        ({"maxheight": "6.5"}, "max_height_m", 6.5),
        ({"maxlength": "110"}, "max_length_m", 110.0),
        ({"maxwidth": "11.4"}, "max_width_m", 11.4),
        ({"maxspeed": "5 knots"}, "speed_kmh", 9.26),
        ({"maxspeed": "12"}, "speed_kmh", 12.0),
    ],
)
def test_limits_of_waterways(tmp_path: Path, tags: Tags, column: str, value: float) -> None:
    assert columns(tmp_path, {"waterway": "river", "boat": "yes", **tags})[column] == pytest.approx(value)


@pytest.mark.parametrize("word", ["stream", "ditch", "drain", "riverbank", "dam", "weir"])
def test_small_water_is_only_counted(tmp_path: Path, word: str) -> None:
    found = imported(tmp_path, {"waterway": word})
    assert (len(found.infrastructure.links), found.notes, found.counts["ways_skipped"]) == (0, (), 1)


# Ferries.


@pytest.mark.parametrize(
    ("tags", "mask", "told"),
    [
        ({"hgv": "yes", "motor_vehicle": "yes"}, 15, set()),
        ({"motor_vehicle": "yes"}, 15, set()),
        ({"hgv": "no", "motor_vehicle": "yes"}, 3, set()),
        ({"vehicle": "yes"}, 15, set()),
        ({"motorcar": "yes"}, 3, {"ferry_lorries_unknown"}),
        ({"motorcar": "yes", "hgv": "yes"}, 15, set()),
        ({}, 3, {"ferry_untagged"}),
        ({"foot": "yes", "bicycle": "yes"}, 3, {"ferry_untagged"}),
    ],
)
def test_ferries(tmp_path: Path, tags: Tags, mask: int, told: set[str]) -> None:
    found = imported(tmp_path, {"route": "ferry", **tags})
    row = {name: values[0] for name, values in found.infrastructure.links.to_columns().items()}
    assert (row["mode"], row["link_class"]) == ("road", "ferry")
    assert (row["access_forward"], row["access_backward"]) == (mask, mask)
    assert kinds(found) == told
    assert found.counts["ferry_ways"] == 1


def test_a_ferry_runs_as_fast_as_it_says(tmp_path: Path) -> None:
    """1 km in 20 minutes is 3 km/h; a landing in the middle does not change it."""
    file = one_way({"route": "ferry", "hgv": "yes", "motor_vehicle": "yes", "duration": "00:20", "maxweight": "25"})
    file.node(9, 500, 300)
    file.way(11, [2, 9], {"highway": "residential"})
    found = import_file(file, tmp_path)
    links = links_of(found.infrastructure, 10)
    assert len(links) == 2
    np.testing.assert_allclose(found.infrastructure.links.observed_kmh[links], 3.0, rtol=1e-3)
    np.testing.assert_array_equal(found.infrastructure.links.max_weight_t[links], 25.0)


def test_a_ferry_relation_gives_its_ways_what_they_lack(tmp_path: Path) -> None:
    """Way 10 has no tags, way 11 is a ferry that says nothing, way 12 speaks for itself: each takes what it lacks."""
    file = OsmFile()
    for node_id in range(1, 8):
        file.node(node_id, 100 * node_id, 0)
    file.way(10, [1, 2], {"source": "survey"})
    file.way(11, [2, 3], {"route": "ferry", "name": "Phà Cát Lái"})
    file.way(12, [3, 4], {"route": "ferry", "motor_vehicle": "yes", "hgv": "no"})
    file.way(13, [4, 5], {"highway": "residential"})
    members = [
        ("w", 10, ""),
        ("w", 11, ""),
        ("w", 12, ""),
        ("w", 13, ""),
        ("n", 7, "stop"),
        ("w", 99, ""),
        ("r", 5, ""),
    ]
    file.relation(5, members, {"type": "route", "route": "ferry", "name": "Phà Bình Khánh", "motor_vehicle": "yes"})
    found = import_file(file, tmp_path)
    links = found.infrastructure.links
    masks = {way: links.access_forward[link_of(found.infrastructure, way)] for way in (10, 11, 12, 13)}
    assert masks == {10: 15, 11: 15, 12: 3, 13: 15}
    assert links.name[link_of(found.infrastructure, 10)] == "Phà Bình Khánh"
    assert links.name[link_of(found.infrastructure, 11)] == "Phà Cát Lái"
    assert links.to_columns()["link_class"][link_of(found.infrastructure, 13)] == "residential"


def test_modes_are_filtered(tmp_path: Path) -> None:
    file = OsmFile()
    for node_id in range(1, 7):
        file.node(node_id, 100 * node_id, 0)
    file.way(10, [1, 2], {"highway": "primary"})
    file.way(11, [3, 4], {"railway": "rail", "usage": "main", "gauge": "1000"})
    file.way(12, [5, 6], {"waterway": "river", "boat": "yes"})
    for mode, way in (("road", 10), ("rail", 11), ("inland_waterway", 12)):
        found = import_file(file, tmp_path, OsmOptions(modes=(mode,)))
        assert found.infrastructure.links.row_id.tolist() == [str(way)]
        assert found.notes == ()
    assert len(import_file(file, tmp_path).infrastructure.links) == 3
