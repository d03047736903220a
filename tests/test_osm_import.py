"""Files: cut at the edge, several at once, out of order, areas, places, and everything that can be wrong with one."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from osm_files import OsmFile, Tags, cross, import_file, link_of, no_turn, one_way, place, with_detour

from geodata.infrastructure.columns import CANDIDATE_KINDS, NODE_FEATURES
from geodata.infrastructure.imported import Imported, Note
from geodata.osm.errors import OsmFileError, OsmStoppedError
from geodata.osm.importing import import_osm
from geodata.osm.options import OsmOptions
from supplychain.errors import HinterlandError
from supplychain.text import Text

ROAD = {"highway": "secondary"}
EDGE = NODE_FEATURES.index("extract_edge")


def row_of_nodes(count: int, step_m: float = 100.0) -> OsmFile:
    """Return a file with nodes 1 to ``count`` in a row eastward."""
    file = OsmFile()
    for node_id in range(1, count + 1):
        file.node(node_id, step_m * (node_id - 1), 0)
    return file


def ids(found: Imported) -> list[str]:
    return sorted(found.infrastructure.links.link_id)


def edges(found: Imported) -> list[str]:
    nodes = found.infrastructure.nodes
    return sorted(nodes.node_id[nodes.feature == EDGE])


# Ways that miss nodes.


def test_a_way_is_split_into_the_stretches_that_have_nodes(tmp_path: Path) -> None:
    """Nodes 4 and 5 of 1 to 8 are missing: 1-3 and 6-8 are kept, 3 and 6 are edges of the data."""
    file = row_of_nodes(8)
    file.way(10, range(1, 9), ROAD)
    for node_id in (4, 5):
        del file.nodes[node_id]
    found = import_file(file, tmp_path)
    assert ids(found) == ["w10:1:3", "w10:6:8"]
    assert edges(found) == ["n3", "n6"]
    assert found.infrastructure.links.length_m.sum() == pytest.approx(400.0, rel=1e-3)
    (note,) = found.notes
    assert (note.kind, note.severity, note.subject) == ("missing_nodes", "warning", "way 10")
    assert "2 nodes are missing" in note.text.en


def test_a_lone_node_between_missing_ones_is_no_link(tmp_path: Path) -> None:
    file = row_of_nodes(5)
    file.way(10, range(1, 6), ROAD)
    for node_id in (2, 4):
        del file.nodes[node_id]
    found = import_file(file, tmp_path)
    assert ids(found) == []
    assert {note.kind for note in found.notes} == {"missing_nodes", "too_short"}


@pytest.mark.parametrize("nodes", [[], [1], [1, 1], [7, 8]])
def test_a_way_of_less_than_two_places_is_told(tmp_path: Path, nodes: list[int]) -> None:
    file = row_of_nodes(3)
    file.way(9, [2, 3], ROAD)
    file.way(10, nodes, ROAD)
    found = import_file(file, tmp_path)
    assert ids(found) == ["w9:2:3"]
    assert "too_short" in {note.kind for note in found.notes}


def test_a_node_named_twice_in_a_row_is_taken_once(tmp_path: Path) -> None:
    file = row_of_nodes(3)
    file.way(10, [1, 2, 2, 3], ROAD)
    found = import_file(file, tmp_path)
    assert ids(found) == ["w10:1:3"]
    assert [note.kind for note in found.notes] == ["repeated_node"]


def test_places_out_of_range_are_treated_as_missing(tmp_path: Path) -> None:
    file = row_of_nodes(4)
    file.nodes[2] = (106.7, 91.0, {})
    file.way(10, range(1, 5), ROAD)
    found = import_file(file, tmp_path)
    assert ids(found) == ["w10:3:4"]
    assert "out_of_range" in {note.kind for note in found.notes}


def test_nodes_after_ways_are_found(tmp_path: Path) -> None:
    file = with_detour(ROAD, node_tags={"barrier": "gate", "access": "no"})
    path = file.write(tmp_path / "unsorted.osm.pbf", ways_first=True)
    found = import_osm([path], OsmOptions(merge_chains=False))
    sorted_file = import_file(file, tmp_path, OsmOptions(merge_chains=False))
    assert ids(found) == ids(sorted_file)
    np.testing.assert_array_equal(found.infrastructure.lines.coordinates, sorted_file.infrastructure.lines.coordinates)
    assert [note.kind for note in found.notes] == ["unsorted_file"]


# Splitting.


def test_ways_are_split_where_ways_of_their_mode_meet(tmp_path: Path) -> None:
    """Way 10 over 1 to 5: road 11 starts at 2, railway 12 crosses at 3, footway 13 meets it at 4."""
    file = row_of_nodes(5)
    for node_id, east_m in ((12, 100), (13, 200), (14, 300), (23, 200)):
        file.node(node_id, east_m, 50)
    file.way(10, range(1, 6), ROAD)
    file.way(11, [2, 12], {"highway": "residential"})
    file.way(12, [13, 3, 23], {"railway": "rail", "usage": "main", "gauge": "1000"})
    file.way(13, [4, 14], {"highway": "footway"})
    found = import_file(file, tmp_path)
    assert ids(found) == ["w10:1:2", "w10:2:5", "w11:2:12", "w12:13:23"]


def test_a_way_that_crosses_itself_is_split_there(tmp_path: Path) -> None:
    file = row_of_nodes(3)
    file.node(4, 200, 100)
    file.node(5, 100, 100)
    file.way(10, [1, 2, 3, 4, 5, 2], ROAD)
    assert ids(import_file(file, tmp_path)) == ["w10:1:2", "w10:2:2"]


def test_a_way_that_runs_twice_between_two_nodes_has_numbered_links(tmp_path: Path) -> None:
    file = row_of_nodes(2)
    file.node(3, 50, 50)
    file.node(4, 50, -50)
    file.node(5, -100, 0)
    file.node(6, 200, 0)
    file.way(10, [1, 3, 2, 4, 1, 3], ROAD)
    file.way(11, [5, 1], {"highway": "residential"})
    file.way(12, [2, 6], {"highway": "residential"})
    found = import_file(file, tmp_path)
    assert ids(found) == ["w10:1:3", "w10:1:3#2", "w10:2:1", "w10:3:2", "w11:5:1", "w12:2:6"]


def test_two_ways_between_the_same_nodes_both_stay(tmp_path: Path) -> None:
    file = row_of_nodes(2)
    file.node(3, 50, 50)
    file.way(10, [1, 2], ROAD)
    file.way(11, [1, 3, 2], ROAD)
    found = import_file(file, tmp_path, OsmOptions(merge_chains=False))
    assert ids(found) == ["w10:1:2", "w11:1:2"]


# Areas.


def test_bounds_cut_at_the_first_node_beyond(tmp_path: Path) -> None:
    """Nodes 1 to 9 lie 100 m apart; bounds from 250 m to 550 m hold 4, 5, 6; 3 and 7 are kept as edges."""
    file = row_of_nodes(9)
    file.way(10, range(1, 10), ROAD)
    file.way(11, [8, 9], {"highway": "residential"})
    (west, south), (east, north) = place(250, -50), place(550, 50)
    found = import_file(file, tmp_path, OsmOptions(bounds=(west, south, east, north)))
    assert ids(found) == ["w10:3:7"]
    assert edges(found) == ["n3", "n7"]
    assert {note.kind for note in found.notes} == {"outside_area"}


def test_an_area_need_not_be_a_rectangle(tmp_path: Path) -> None:
    file = row_of_nodes(9)
    file.way(10, range(1, 10), ROAD)
    triangle = shapely.Polygon([place(-50, -50), place(350, 0), place(-50, 50)])
    found = import_file(file, tmp_path, OsmOptions(area=triangle))
    assert ids(found) == ["w10:1:5"]
    both = OsmOptions(area=triangle, bounds=(*place(150, -50), *place(800, 50)))
    assert ids(import_file(file, tmp_path, both)) == ["w10:2:5"]


def test_nothing_inside_is_an_empty_network(tmp_path: Path) -> None:
    found = import_file(cross(), tmp_path, OsmOptions(bounds=(0.0, 0.0, 1.0, 1.0)))
    assert (len(found.infrastructure.links), len(found.infrastructure.nodes)) == (0, 0)


def test_a_file_of_nodes_only_is_an_empty_network(tmp_path: Path) -> None:
    found = import_file(row_of_nodes(3), tmp_path)
    assert (len(found.infrastructure.links), len(found.infrastructure.nodes), found.notes) == (0, 0, ())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"modes": ()}, "modes must name some of"),
        ({"modes": ("air",)}, "got air"),
        ({"link_classes": ("path",)}, "got path"),
        ({"bounds": (107.0, 10.0, 106.0, 11.0)}, "bounds must be west < east"),
        ({"bounds": (106.0, 10.0, 107.0, 99.0)}, "bounds must be west < east"),
        ({"area": shapely.Polygon([(0, 0), (1, 1), (0, 1), (1, 0)])}, "area must be valid"),
        ({"area": shapely.Polygon()}, "area must be valid and not empty"),
    ],
)
def test_options_that_cannot_be_meant_are_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        OsmOptions(**changes)  # type: ignore[arg-type]


def test_an_area_must_be_an_area() -> None:
    with pytest.raises(TypeError, match="area must be a polygon"):
        OsmOptions(area=shapely.Point(1, 2))


# Several files.


def write_parts(folder: Path) -> tuple[Path, Path]:
    """Write two overlapping extracts: way 10 in both, each without the nodes of the other's side."""
    west, east = row_of_nodes(6), row_of_nodes(6)
    for file in (west, east):
        file.way(10, range(1, 7), {**ROAD, "name": "Both"})
    west.way(11, [1, 2], {"highway": "residential"})
    east.way(12, [5, 6], {"highway": "residential"})
    for node_id in (5, 6):
        del west.nodes[node_id]
    for node_id in (1, 2):
        del east.nodes[node_id]
    return west.write(folder / "west.osm.pbf"), east.write(folder / "east.osm.pbf")


def test_several_files_become_one_network(tmp_path: Path) -> None:
    """Each file lacks nodes of way 10 that the other holds: together it is whole, once."""
    found = import_osm(list(write_parts(tmp_path)), OsmOptions(merge_chains=False))
    assert ids(found) == ["w10:1:2", "w10:2:5", "w10:5:6", "w11:1:2", "w12:5:6"]
    assert found.notes == ()
    assert [source.name for source in found.infrastructure.sources] == ["west.osm.pbf", "east.osm.pbf"]
    assert set(found.infrastructure.links.source[found.infrastructure.links.row_id == "12"]) == {1}


def test_of_differing_versions_the_newest_is_kept(tmp_path: Path) -> None:
    old, new = one_way({**ROAD, "name": "Old"}), one_way({**ROAD, "name": "New"})
    new.version = 2
    new.relations[1] = no_turn(10, 1, 10, restriction="no_u_turn")
    old.relations[1] = no_turn(10, 1, 10, restriction="no_entry")
    paths = [new.write(tmp_path / "new.osm.pbf"), old.write(tmp_path / "old.osm.pbf")]
    for order in (paths, paths[::-1]):
        found = import_osm(order)
        assert found.infrastructure.links.name.tolist() == ["New"]
        assert {(note.kind, note.subject) for note in found.notes} >= {("differing_versions", "way 10")}
        assert len(found.infrastructure.turns) == 1


def test_of_two_places_of_a_node_that_of_the_newest_file_is_kept(tmp_path: Path) -> None:
    older, newer = one_way(ROAD), one_way(ROAD)
    newer.node(2, 500, 40)
    newer.way(11, [2, 3], {"highway": "residential"})
    date = "osmosis_replication_timestamp"
    paths = [
        newer.write(tmp_path / "newer.osm.pbf", header={date: "2024-05-01T00:00:00Z"}),
        older.write(tmp_path / "older.osm.pbf", header={date: "2020-01-01T00:00:00Z"}),
    ]
    for order in (paths, paths[::-1]):
        found = import_osm(order, OsmOptions(merge_chains=False))
        nodes = found.infrastructure.nodes
        position = found.infrastructure.node_places["n2"]
        assert (nodes.lon[position], nodes.lat[position]) == pytest.approx(place(500, 40))
        assert [(note.kind, note.subject) for note in found.notes] == [("moved_node", "node 2")]
    assert found.infrastructure.sources[0].date == "2020-01-01"


def test_the_same_import_twice_is_the_same(tmp_path: Path) -> None:
    paths = list(write_parts(tmp_path))
    first, second, turned = import_osm(paths), import_osm(paths), import_osm(paths[::-1])
    for name in ("link_id", "length_m", "row_id", "from_index", "access_forward"):
        for other in (second, turned):
            np.testing.assert_array_equal(
                getattr(first.infrastructure.links, name), getattr(other.infrastructure.links, name)
            )


def test_ids_that_stand_twice_in_a_file_are_told(tmp_path: Path) -> None:
    """Node 3 stands there twice with tags, way 10 twice: two notes of a kind; the newest of each is kept."""
    path = tmp_path / "twice.opl"
    nodes = "".join(f"n{i} v1 x106.{700 + i} y10.8\n" for i in range(1, 4)) + "n3 v2 Tbarrier=gate x106.703 y10.8\n"
    nodes += "n3 v1 Tbarrier=bollard x106.703 y10.8\n"
    ways = "w10 v1 Thighway=primary Nn1,n2\nw10 v2 Thighway=secondary Nn1,n2,n3\n"
    path.write_text(nodes + ways, encoding="utf-8")
    found = import_osm([path])
    assert found.infrastructure.links.to_columns()["link_class"].tolist() == ["secondary"]
    assert found.infrastructure.links.link_id.tolist() == ["w10:1:3"]
    assert [(note.subject, note.count) for note in found.notes if note.kind == "duplicate_id"] == [("node 3", 2)]


# Places.


def square(file: OsmFile, first: int, east_m: float, size_m: float) -> list[int]:
    """Add a square and return its closed ring."""
    corners = ((0, 0), (size_m, 0), (size_m, size_m), (0, size_m))
    for number, (x, y) in enumerate(corners):
        file.node(first + number, east_m + x, y)
    return [first, first + 1, first + 2, first + 3, first]


def candidates(found: Imported) -> dict[str, tuple[str, str]]:
    table = found.infrastructure.candidates
    return {
        str(one): (CANDIDATE_KINDS[kind], str(name))
        for one, kind, name in zip(table.candidate_id, table.kind, table.name, strict=True)
    }


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"landuse": "industrial", "name": "KCN Sóng Thần"}, "industrial_park"),
        ({"landuse": "industrial", "name": "ICD Sóng Thần"}, "dry_port"),
        ({"landuse": "industrial", "name": "Cảng Bình Dương"}, "seaport"),
        ({"landuse": "industrial", "name": "Cat Lai Container Terminal"}, "seaport"),
        ({"landuse": "industrial", "industrial": "port", "name": "Cảng Cát Lái"}, "seaport"),
        ({"landuse": "port", "name": "Cảng sông Phú Định"}, "river_port"),
        ({"landuse": "port"}, "seaport"),
        ({"harbour": "yes", "name": "Cảng Sài Gòn"}, "seaport"),
        ({"industrial": "container_terminal", "landuse": "industrial"}, "seaport"),
        ({"industrial": "warehouse", "landuse": "industrial"}, "warehouse"),
        ({"industrial": "logistics", "landuse": "industrial", "name": "Gemadept"}, "warehouse"),
        ({"railway": "station", "name": "Ga Sóng Thần"}, "rail_station"),
        ({"railway": "yard", "name": "Depot"}, "rail_yard"),
        ({"aeroway": "aerodrome", "name": "Tân Sơn Nhất"}, "airport"),
        ({"amenity": "ferry_terminal", "aeroway": "none"}, "ferry_terminal"),
    ],
)
def test_places_from_areas(tmp_path: Path, tags: Tags, kind: str) -> None:
    """A square of 1 km is 100 ha."""
    file = OsmFile()
    file.way(10, square(file, 1, 0, 1_000), tags)
    infrastructure = import_file(file, tmp_path).infrastructure
    table = infrastructure.candidates
    assert table.candidate_id.tolist() == ["w10"]
    assert CANDIDATE_KINDS[table.kind[0]] == kind
    assert table.area_ha[0] == pytest.approx(100.0, rel=1e-3)
    assert len(infrastructure.outlines.points(int(table.outline[0]))) == 5
    assert shapely.Polygon(infrastructure.outlines.points(0)).contains(shapely.Point(table.lon[0], table.lat[0]))
    assert len(infrastructure.links) == 0


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"railway": "halt", "name": "Dĩ An"}, "rail_station"),
        ({"amenity": "ferry_terminal"}, "ferry_terminal"),
        ({"harbour": "yes"}, "seaport"),
        ({"aeroway": "aerodrome"}, "airport"),
    ],
)
def test_places_from_nodes(tmp_path: Path, tags: Tags, kind: str) -> None:
    found = import_file(one_way(ROAD, node_tags=tags), tmp_path)
    assert candidates(found) == {"n2": (kind, tags.get("name", ""))}
    assert found.infrastructure.candidates.outline.tolist() == [-1]


@pytest.mark.parametrize(
    "tags", [{"landuse": "industrial"}, {"railway": "station", "station": "subway"}, {"harbour": "no"}]
)
def test_what_is_no_place(tmp_path: Path, tags: Tags) -> None:
    file = OsmFile()
    file.way(10, square(file, 1, 0, 100), tags)
    assert candidates(import_file(file, tmp_path)) == {}


def test_a_multipolygon_has_the_rings_of_its_members(tmp_path: Path) -> None:
    """Outer ring of 1 km in two untagged halves; a second park misses a member and stays a point."""
    file = OsmFile()
    ring = square(file, 1, 0, 1_000)
    file.way(10, ring[:3], {})
    file.way(11, ring[2:], {})
    park = {"type": "multipolygon", "landuse": "industrial", "name": "VSIP"}
    file.relation(1, [("w", 10, "outer"), ("w", 11, "outer"), ("n", 1, "label")], park)
    file.relation(2, [("w", 10, "outer"), ("w", 99, "outer"), ("r", 2, "outer")], {**park, "name": "Half"})
    file.relation(3, [("w", 98, "outer")], {**park, "name": "Nowhere"})
    found = import_file(file, tmp_path)
    table = found.infrastructure.candidates
    assert candidates(found) == {"r1": ("industrial_park", "VSIP"), "r2": ("industrial_park", "Half")}
    assert table.area_ha[0] == pytest.approx(100.0, rel=1e-3)
    assert np.isnan(table.area_ha[1])
    assert table.outline.tolist() == [0, -1]
    assert {(note.kind, note.subject) for note in found.notes} == {
        ("outline_incomplete", "relation 2"),
        ("relation_member", "relation 2"),
        ("place_without_point", "relation 3"),
    }


def test_places_outside_the_area_are_left_out(tmp_path: Path) -> None:
    file = OsmFile()
    file.way(10, square(file, 1, 0, 100), {"landuse": "industrial", "name": "Near"})
    file.way(11, square(file, 11, 5_000, 100), {"landuse": "industrial", "name": "Far"})
    found = import_file(file, tmp_path, OsmOptions(bounds=(*place(-100, -100), *place(200, 200))))
    assert candidates(found) == {"w10": ("industrial_park", "Near")}


# Bad input.


def test_the_source_is_on_record(tmp_path: Path) -> None:
    path = cross().write(tmp_path / "x.osm.pbf", header={"osmosis_replication_timestamp": "2018-01-01T00:00:00Z"})
    (source,) = import_osm([path]).infrastructure.sources
    assert (source.name, source.licence, source.date) == ("x.osm.pbf", "ODbL-1.0", "2018-01-01")
    assert source.attribution == "© OpenStreetMap contributors"
    assert source.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("suffix", [".osm", ".osm.bz2", ".osm.gz", ".opl"])
def test_other_formats_give_the_same_network(tmp_path: Path, suffix: str) -> None:
    file = with_detour({"highway": "primary", "hgv": "no"})
    other = import_osm([file.write(tmp_path / f"x{suffix}")])
    assert ids(other) == ids(import_file(file, tmp_path))


def sentence_of(path: Path) -> Text:
    with pytest.raises(OsmFileError) as caught:
        import_osm([path])
    assert isinstance(caught.value, HinterlandError)
    assert str(path) in caught.value.sentence("en")
    assert str(path) in caught.value.sentence("vi")
    assert "\n" not in caught.value.text.en.strip()
    return caught.value.text


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    assert "there is no such file" in sentence_of(tmp_path / "none.osm.pbf").en
    assert "there is no such file" in sentence_of(tmp_path / "none.osm").en


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert "cannot be read" in sentence_of(tmp_path).en


@pytest.mark.parametrize("suffix", [".osm.pbf", ".osm", ".osm.bz2", ".opl", ""])
def test_an_empty_file_is_told(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"empty{suffix}"
    path.touch()
    assert "is empty or no OpenStreetMap file" in sentence_of(path).en


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.osm.pbf", b"PK\x03\x04 not a map at all" * 10),
        ("a.osm.pbf", b"\x00\x00\x00\x0d\x0a\x07OSMData\x18\x00"),
        ("a.osm.pbf", bytes(100)),
        ("a.osm", b"<html><body>Not found</body></html>"),
        ("a.osm", b"<osm version='0.6'><node id='1'"),
        ("a.osm.bz2", b"not compressed"),
        ("a.opl", b"hello world\n"),
        ("a.txt", b"highway,from,to\n1,2,3\n"),
    ],
)
def test_what_is_no_map_is_told(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert "OpenStreetMap file" in sentence_of(path).en


def long_file(folder: Path) -> Path:
    """Write a file of several blobs."""
    file = row_of_nodes(20_000, step_m=5.0)
    for way in range(4_000):
        file.way(10 + way, range(5 * way + 1, 5 * way + 6), {"highway": "residential", "name": f"Đường số {way}"})
    return file.write(folder / "long.osm.pbf")


def test_a_file_that_is_cut_short_is_told_wherever_it_is_cut(tmp_path: Path) -> None:
    whole = long_file(tmp_path).read_bytes()
    path = tmp_path / "cut.osm.pbf"
    for share in (0.001, 0.01, 0.2, 0.5, 0.9, 0.999):
        path.write_bytes(whole[: int(len(whole) * share)])
        assert "Download it again" in sentence_of(path).en or share < 0.01
    path.write_bytes(whole[:-1])
    assert "ends in the middle of a block" in sentence_of(path).en


def test_a_file_with_garbage_behind_is_told(tmp_path: Path) -> None:
    path = cross().write(tmp_path / "more.osm.pbf")
    path.write_bytes(path.read_bytes() + b"\xff" * 50)
    sentence_of(path)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(places=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), min_size=1, max_size=5))
def test_a_damaged_file_is_told_or_read(tmp_path: Path, places: list[tuple[float, int]]) -> None:
    """Bytes are changed anywhere: either the damage is told in a sentence, or what was read is a valid network."""
    data = bytearray(with_detour({"highway": "primary"}).write(tmp_path / "good.osm.pbf").read_bytes())
    for where, change in places:
        data[int(where * len(data))] ^= change
    path = tmp_path / "bad.osm.pbf"
    path.write_bytes(data)
    try:
        import_osm([path])
    except HinterlandError as error:
        assert error.sentence("vi")  # noqa: PT017 - either way is right


def test_a_history_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "all.osh.opl"
    path.write_text("n1 v1 dV x106.7 y10.8\nn1 v2 dD\n", encoding="utf-8")
    history = tmp_path / "all.osh.pbf"
    import osmium  # noqa: PLC0415 - only this test writes a history

    with osmium.SimpleWriter(str(history)) as writer:
        for one in osmium.FileProcessor(str(path)):
            writer.add(one)
    assert "holds the history" in sentence_of(history).en


def test_no_file_and_the_same_file_twice_are_refused(tmp_path: Path) -> None:
    path = cross().write(tmp_path / "x.osm.pbf")
    for files in ([], [path, path], [path, tmp_path / "." / "x.osm.pbf"]):
        with pytest.raises(ValueError, match="at least one file and none twice"):
            import_osm(files)


def test_relations_that_name_themselves_do_not_loop(tmp_path: Path) -> None:
    file = cross()
    for kind in ({"type": "restriction", "restriction": "no_u_turn"}, {"type": "route", "route": "ferry"}):
        number = len(file.relations) + 1
        file.relation(number, [("r", number, "from"), ("r", 3 - number, "via"), ("w", 10, "to")], kind)
    found = import_file(file, tmp_path)
    assert len(found.infrastructure.links) == 5


def test_an_import_can_be_stopped_and_tells_how_far_it_is(tmp_path: Path) -> None:
    path = long_file(tmp_path)
    told: list[tuple[str, float]] = []
    asked: list[int] = []

    def stop_after(count: int) -> bool:
        asked.append(1)
        return len(asked) > count

    found = import_osm([path], progress=lambda step, share: told.append((step, share)), stop=lambda: stop_after(10**9))
    assert len(found.infrastructure.links) > 0
    assert [step for step, _ in told][-1] == "merge"
    assert [share for _, share in told] == sorted(share for _, share in told)
    assert told[-1][1] == 1.0
    asks = len(asked)
    assert asks >= 5
    for count in (0, 1, asks // 2, asks - 1):
        asked.clear()
        with pytest.raises(OsmStoppedError, match="nothing of it was kept"):
            import_osm([path], stop=lambda count=count: stop_after(count))  # type: ignore[misc]


def test_notes_are_checked() -> None:
    text = Text(en="x", vi="y")
    note = Note("kind", "note", "way 1", float("nan"), float("nan"), text)
    assert not note.has_place
    for changes in ({"severity": "fatal"}, {"count": 0}):
        with pytest.raises(ValueError, match="must be"):
            Note(**{"kind": "a", "severity": "note", "subject": "", "lon": 0.0, "lat": 0.0, "text": text, **changes})  # type: ignore[arg-type]


def test_warnings_are_the_notes_that_tell_of_a_loss(tmp_path: Path) -> None:
    found = import_file(one_way({**ROAD, "lanes": "many", "area": "yes"}), tmp_path)
    assert [note.kind for note in found.warnings] == ["tag_not_understood"]
    assert link_of(found.infrastructure, 10) == 0
