"""GMNS tables: what is written is what is read; tables of other programs are read with notes."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path

import numpy as np
import pytest
from gis_infrastructures import assert_same, crossroads, infrastructures
from hypothesis import HealthCheck, given, settings

from geodata.gis.gmns_read import read_gmns
from geodata.gis.gmns_write import write_gmns
from geodata.gis.read import ReadError
from geodata.gis.write import WriteError
from geodata.infrastructure.build import make_conditions
from geodata.infrastructure.columns import ROAD_KINDS, TRAIN_KINDS, TRUCK_KINDS
from geodata.infrastructure.imported import Imported
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.infrastructure.turns import TurnRestrictions
from supplychain.errors import FindingsError


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def write_csv(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(line.strip() for line in text.strip().splitlines()) + "\n", encoding="utf-8")


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(infrastructures())
def test_gmns_gives_back_exactly_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, wanted: Infrastructure
) -> None:
    folder = tmp_path_factory.mktemp("gmns") / "out"
    write_gmns(wanted, folder)
    found = read_gmns(folder)
    assert_same(found.infrastructure, wanted)
    assert found.notes == ()


def test_the_tables_say_what_gmns_can_say(tmp_path: Path) -> None:
    write_gmns(crossroads(), tmp_path / "out")
    (config,) = rows(tmp_path / "out" / "config.csv")
    assert (config["long_length"], config["speed"], config["crs"], config["version_number"]) == (
        "m",
        "kph",
        "EPSG:4326",
        "0.96",
    )
    links = rows(tmp_path / "out" / "link.csv")
    assert [link["link_id"] for link in links] == ["w1:1:5", "w1:5:2", "w2:3:5", "w3;odd%id"]
    assert [link["directed"] for link in links] == ["false", "false", "true", "false"]
    assert [link["allowed_uses"] for link in links] == ["car,goods,hgv,articulated"] * 3 + ["car"]
    assert [link["lanes"] for link in links] == ["3", "3", "2", ""]
    assert links[0]["geometry"] == "LINESTRING (106.7 10.9, 106.71 10.9)"
    assert links[0]["facility_type"] == "trunk"
    assert links[0]["free_speed"] == "60.0"
    (movement,) = rows(tmp_path / "out" / "movement.csv")
    assert movement["node_id"] == "middle"
    assert (movement["ib_link_id"], movement["ob_link_id"], movement["type"]) == ("w1:1:5", "w3;odd%id", "left")
    assert movement["allowed_uses"] == "closed"
    tod = rows(tmp_path / "out" / "link_tod.csv")
    assert {(row["link_id"], row["allowed_uses"]) for row in tod} == {("w1:1:5", "car,goods"), ("w1:5:2", "car,goods")}
    times = {row["timeday_id"]: row for row in rows(tmp_path / "out" / "time_set_definitions.csv")}
    assert (times["schedule_0_1"]["start_time"], times["schedule_0_1"]["end_time"]) == ("06:00", "09:00")
    assert [times["schedule_0_1"][day] for day in ("monday", "friday", "saturday")] == ["true", "true", "false"]
    night = {(times[f"schedule_1_{n}"]["start_time"], times[f"schedule_1_{n}"]["end_time"]) for n in (1, 2)}
    assert night == {("00:00", "06:00"), ("22:00", "23:59")}


def test_a_row_used_differently_each_way_becomes_two_directed_links(tmp_path: Path) -> None:
    """The trunk from the west takes all; back only cars."""
    network = crossroads()
    links = dataclasses.replace(network.links, access_backward=np.array([1, 15, 0, 1], dtype=np.uint8))
    wanted = dataclasses.replace(network, links=links)
    write_gmns(wanted, tmp_path / "out")
    first, second = rows(tmp_path / "out" / "link.csv")[:2]
    assert (first["link_id"], first["from_node_id"], first["dir_flag"], first["directed"]) == (
        "w1:1:5",
        "west",
        "1",
        "true",
    )
    assert (second["link_id"], second["from_node_id"], second["dir_flag"], second["allowed_uses"]) == (
        "w1:1:5<",
        "middle",
        "-1",
        "car",
    )
    assert_same(read_gmns(tmp_path / "out").infrastructure, wanted)


def test_only_restrictions_and_hours_of_restrictions_become_movements(tmp_path: Path) -> None:
    """From the west only straight on, in the night: left (north) and back (west) are forbidden then."""
    turns = TurnRestrictions(
        turn_id=np.array(["r1"], dtype=np.object_),
        kind=np.array([1]),
        kinds=np.array([TRUCK_KINDS]),
        schedule=np.array([1]),
        offsets=np.array([0, 2]),
        links=np.array([0, 1]),
        along=np.array([True, True]),
    )
    wanted = dataclasses.replace(crossroads(), turns=turns)
    write_gmns(wanted, tmp_path / "out")
    moves = rows(tmp_path / "out" / "movement.csv")
    assert {(move["ob_link_id"], move["type"]) for move in moves} == {("w1:1:5", "uturn"), ("w3;odd%id", "left")}
    assert {move["allowed_uses"] for move in moves} == {"car,goods,hgv,articulated"}
    by_hour = rows(tmp_path / "out" / "movement_tod.csv")
    assert {move["allowed_uses"] for move in by_hour} == {"car,goods"}
    assert {move["timeday_id"] for move in by_hour} == {"schedule_1_1", "schedule_1_2"}
    assert_same(read_gmns(tmp_path / "out").infrastructure, wanted)


def test_gmns_columns_changed_by_hand_are_taken_or_told(tmp_path: Path) -> None:
    """free_speed is ours too and is taken; allowed_uses is kept beside in columns of ours, so the change is told."""
    write_gmns(crossroads(), tmp_path / "out")
    file = tmp_path / "out" / "link.csv"
    text = file.read_text(encoding="utf-8").replace(",60.0,", ",70.0,", 1)
    file.write_text(text.replace('"car,goods,hgv,articulated"', "car", 1), encoding="utf-8")
    imported = read_gmns(tmp_path / "out")
    assert imported.infrastructure.links.speed_kmh[0] == 70
    (note,) = imported.warnings
    assert note.kind == "gmns_differs"
    assert "allowed_uses was changed" in note.text.en
    assert "rows 2" in note.text.en


@pytest.mark.parametrize(
    ("file", "before", "after", "match"),
    [
        ("config.csv", "hinterland,m,m,", "hinterland,mi,m,", "short_length is 'mi'"),
        ("config.csv", "EPSG:4326", "EPSG:9210", "crs is 'EPSG:9210'"),
        ("link.csv", ",access_forward,", ",who_may_run,", "The column access_forward is not there"),
    ],
)
def test_own_tables_in_other_units_or_without_a_column_are_refused(
    tmp_path: Path, file: str, before: str, after: str, match: str
) -> None:
    write_gmns(crossroads(), tmp_path / "out")
    table = tmp_path / "out" / file
    table.write_text(table.read_text(encoding="utf-8").replace(before, after, 1), encoding="utf-8")
    with pytest.raises(FindingsError) as caught:
        read_gmns(tmp_path / "out")
    assert match in caught.value.sentence("en")


@pytest.mark.parametrize(
    ("file", "column"),
    [
        ("link.csv", "directed"),
        ("link.csv", "dir_flag"),
        ("link.csv", "geometry"),
        ("hinterland_conditions.csv", "above_weight_t"),
        ("hinterland_outlines.csv", "geometry"),
    ],
)
def test_an_own_table_that_lacks_a_column_is_refused_by_the_columns_name(
    tmp_path: Path, file: str, column: str
) -> None:
    write_gmns(crossroads(), tmp_path / "out")
    table = tmp_path / "out" / file
    cells = [{name: cell for name, cell in row.items() if name != column} for row in rows(table)]
    with table.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(cells[0]))
        writer.writeheader()
        writer.writerows(cells)
    with pytest.raises(FindingsError) as caught:
        read_gmns(tmp_path / "out")
    assert [finding.column for finding in caught.value.findings] == [column]


def test_tables_written_over_those_of_another_network_hold_nothing_of_it(tmp_path: Path) -> None:
    """The second network has no turn restriction and no condition; the first had both, in files of their own."""
    before = crossroads()
    wanted = dataclasses.replace(before, turns=TurnRestrictions.none(), conditions=make_conditions())
    assert len(before.turns)
    assert len(before.conditions)
    write_gmns(before, tmp_path / "out")
    write_gmns(wanted, tmp_path / "out", overwrite=True)
    assert_same(read_gmns(tmp_path / "out").infrastructure, wanted)
    assert not (tmp_path / "out" / "movement.csv").exists()


def test_a_deleted_own_file_is_told_where_gmns_still_tells_of_it(tmp_path: Path) -> None:
    write_gmns(crossroads(), tmp_path / "out")
    (tmp_path / "out" / "hinterland_turns.csv").unlink()
    assert [note.subject for note in read_gmns(tmp_path / "out").warnings] == ["movement.csv"]


NODES = """node_id,name,x_coord,y_coord,osm_highway
    0,,106.70,10.90,
    1,,106.71,10.90,traffic_signals
    2,,106.72,10.90,"""


def foreign(folder: Path, links: str, *, config: str = "", nodes: str = NODES) -> Imported:
    write_csv(folder / "node.csv", nodes)
    write_csv(folder / "link.csv", links)
    if config:
        write_csv(folder / "config.csv", config)
    return read_gmns(folder)


def test_tables_of_an_osm_converter_are_read_with_notes(tmp_path: Path) -> None:
    """Metres, directed links both ways, auto for every motor vehicle, a footway that is none of ours."""
    imported = foreign(
        tmp_path,
        """name,link_id,osm_way_id,from_node_id,to_node_id,directed,geometry,dir_flag,length,facility_type,link_type,free_speed,lanes,allowed_uses,toll
        QL13,0,11,0,1,1,"LINESTRING (106.70 10.90, 106.71 10.90)",1,1092.9,trunk,2,60,2,auto;bike,
        QL13,1,11,1,0,1,"LINESTRING (106.71 10.90, 106.70 10.90)",1,1092.9,trunk,2,60,2,auto;bike,
        Hẻm,2,12,1,2,1,,1,1092.9,somewhere,9,,,auto,
        ,3,13,1,2,1,"LINESTRING (106.71 10.90, 106.72 10.90)",1,1092.9,footway,9,,,walk,""",
    )
    links = imported.infrastructure.links
    assert links.link_id.tolist() == ["0", "1", "2"]
    assert links.to_columns()["link_class"].tolist() == ["trunk", "trunk", "road"]
    assert links.access_forward.tolist() == [ROAD_KINDS] * 3
    assert links.access_backward.tolist() == [0, 0, 0]
    assert links.lanes.tolist() == [2, 2, -1]
    np.testing.assert_allclose(links.length_m, 1092.9)
    np.testing.assert_allclose(links.speed_kmh, [60, 60, np.nan])
    kinds = {note.kind for note in imported.notes}
    assert kinds == {
        "unit_assumed",
        "drawn_straight",
        "class_unknown",
        "general_use",
        "not_for_freight",
        "columns_left",
    }
    (left_out,) = [note for note in imported.notes if note.kind == "not_for_freight"]
    assert "rows 5" in left_out.text.en


def test_miles_undirected_links_trucks_and_geometry_tables(tmp_path: Path) -> None:
    """37.28 mph is 60 km/h; an undirected link of one lane each way has two; where trucks are named auto is cars."""
    write_csv(
        tmp_path / "geometry.csv",
        """geometry_id,geometry
        g1,"LINESTRING (106.71 10.90, 106.705 10.901, 106.70 10.90)"
        """,
    )
    imported = foreign(
        tmp_path,
        """link_id,from_node_id,to_node_id,directed,geometry_id,dir_flag,length,facility_type,free_speed,lanes,allowed_uses,toll
        a,0,1,false,g1,-1,0.7,Freeway,37.2823,1,"auto,truck",20000
        b,1,2,true,,0,0.679,rail,50,1,rail,
        c,1,2,true,,0,0.679,primary,50,1,auto,""",
        config="""dataset_name,short_length,long_length,speed,crs,currency
        demo,feet,miles,mph,4326,VND""",
    )
    links = imported.infrastructure.links
    assert links.oneway.tolist() == [False, True, True]
    assert links.lanes.tolist() == [2, 1, 1]
    assert links.access_forward.tolist() == [ROAD_KINDS, TRAIN_KINDS, 3]
    assert links.access_backward.tolist() == [ROAD_KINDS, 0, 0]
    np.testing.assert_allclose(links.speed_kmh[0], 60, atol=1e-3)
    np.testing.assert_allclose(links.length_m[0], 0.7 * 1609.344)
    np.testing.assert_allclose(links.toll_per_km[0], 20000 / (0.7 * 1.609344))
    assert imported.infrastructure.lines.points(0)[0].tolist() == [106.70, 10.90]
    assert imported.infrastructure.sources[0].name == "demo"


def test_a_toll_of_a_link_shorter_than_a_metre_is_kept_whole_and_one_without_a_currency_is_told(tmp_path: Path) -> None:
    links = """link_id,from_node_id,to_node_id,directed,length,facility_type,free_speed,allowed_uses,toll
        a,0,1,true,0.5,primary,50,"auto,truck",20000
        b,1,2,true,1000,primary,50,"auto,truck","""
    config = """long_length,speed,currency
        m,kph,"""
    told = foreign(tmp_path / "told", links, config=config + "VND")
    found = told.infrastructure.links
    assert found.toll_per_km[0] * found.length_m[0] / 1000 == pytest.approx(20000)
    assert "toll_left" not in {note.kind for note in told.warnings}
    untold = foreign(tmp_path / "untold", links, config=config)
    assert untold.infrastructure.links.toll.tolist() == [True, False]
    assert np.isnan(untold.infrastructure.links.toll_per_km).all()
    assert [(note.subject, note.count) for note in untold.warnings if note.kind == "toll_left"] == [("row 2", 1)]


def test_lengths_without_a_unit_take_the_one_that_fits_the_lines(tmp_path: Path) -> None:
    imported = foreign(
        tmp_path,
        """link_id,from_node_id,to_node_id,directed,length,facility_type
        a,0,1,true,1.093,primary
        b,1,2,true,1.093,primary""",
    )
    np.testing.assert_allclose(imported.infrastructure.links.length_m, 1093)
    (note,) = [note for note in imported.notes if note.kind == "unit_assumed"]
    assert "km was taken" in note.text.en


@pytest.mark.parametrize(
    ("links", "config", "nodes", "match"),
    [
        ("link_id,from_node_id,to_node_id\na,0,9", "", NODES, "no node '9'"),
        ("link_id,from_node_id,to_node_id\na,0,1\na,1,2", "", NODES, "'a' stands in more than one row"),
        ("link_id,from_node_id\na,0", "", NODES, "The column is not there"),
        ("link_id,from_node_id,to_node_id,free_speed\na,0,1,fast", "", NODES, "'fast' must be a number"),
        ("link_id,from_node_id,to_node_id,geometry\na,0,1,LINE(", "", NODES, "must be LINESTRING"),
        ("link_id,from_node_id,to_node_id\na,0,1", "speed\nfurlongs", NODES, "not understood"),
        (
            "link_id,from_node_id,to_node_id\na,0,1",
            "",
            "node_id,x_coord,y_coord\n0,587000,1205000\n1,1,1",
            "names no CRS",
        ),
        ("link_id,from_node_id,to_node_id\na,0,1", "", "node_id,x_coord,y_coord\n0,x,1\n1,1,1", "'x' must be a number"),
    ],
)
def test_what_cannot_be_understood_is_refused(tmp_path: Path, links: str, config: str, nodes: str, match: str) -> None:
    links += "\n" if "free_speed" in links else ""
    with pytest.raises(FindingsError) as caught:
        foreign(tmp_path, links, config=config, nodes=nodes)
    assert match in caught.value.sentence("en")


def test_folders_that_are_no_gmns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no folder with"):
        read_gmns(tmp_path)
    (tmp_path / "node.csv").write_text(NODES)
    (tmp_path / "link.csv").write_bytes(b"link_id,name\na,\xff\xfe\n")
    with pytest.raises(ReadError, match="encoding"):
        read_gmns(tmp_path)
    (tmp_path / "link.csv").write_text('link_id,name\na,"never closed\n')
    with pytest.raises(ReadError, match="cannot be read"):
        read_gmns(tmp_path)
    (tmp_path / "link.csv").write_text("link_id,name\na\n")
    with pytest.raises(ReadError, match="row 2 has 1 cells"):
        read_gmns(tmp_path)
    with pytest.raises(WriteError, match="is there already"):
        write_gmns(crossroads(), tmp_path)
