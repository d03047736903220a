"""``hinterland network …`` as its users meet it: what each command leaves, tells and refuses."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from demo_run import environment, hinterland
from gis_infrastructures import crossroads
from osm_files import OsmFile, cross, place
from typer.testing import CliRunner

import api.cli
from geodata.gis.write import write_layers
from geodata.infrastructure.build import make_candidates
from geodata.versions.hashing import content_hash
from geodata.versions.read import read_version
from supplychain.errors import HinterlandError

INTERRUPTED = 130
HEAVY = {
    "pandas",
    "numpy",
    "sqlalchemy",
    "geopandas",
    "shapely",
    "rich",
    "osmium",
    "pyogrio",
    "pyproj",
    "numba",
    "scipy",
}


def told(*arguments: str, database: Path) -> str:
    """Return what a command that ends well prints in English, run in this process."""
    given = ["network", *arguments, "--lang", "en", "-d", str(database)]
    done = CliRunner().invoke(api.cli.app, given, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return str(done.stdout)


def answer(*arguments: str, database: Path) -> Any:  # noqa: ANN401 - JSON
    """Return the JSON answer of a command."""
    return json.loads(told(*arguments, "--json", database=database))


def refusal(*arguments: str, database: Path) -> str:
    """Return the sentence a command is refused with."""
    with pytest.raises(HinterlandError) as caught:
        told(*arguments, database=database)
    assert caught.value.sentence("vi") != caught.value.sentence("en")
    return caught.value.sentence("en")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "networks.gpkg"


@pytest.fixture
def osm(tmp_path: Path) -> Path:
    return cross().write(tmp_path / "cross.osm.pbf")


def longer_cross() -> OsmFile:
    """Return the newer extract: way 10 is split at a new side road, way 50 is gone."""
    file = cross()
    file.node(7, -250, 0)
    file.node(8, -250, 300)
    file.way(10, [2, 7, 1], {"highway": "secondary", "name": "Road 10"})
    file.way(60, [7, 8], {"highway": "residential"})
    del file.ways[50]
    file.version = 2
    return file


def test_group_explains_itself_and_loads_nothing_heavy() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "api.cli", "network", "--help"],
        capture_output=True,
        text=True,
        check=True,
        env=environment(),
    )
    assert "import-osm" in done.stdout
    loaded = {line.rsplit("|", 1)[1].strip().split(".")[0] for line in done.stderr.splitlines() if "|" in line}
    assert not HEAVY & loaded


@pytest.mark.parametrize(
    "command",
    [
        *("import-osm", "import-gis", "import-gmns", "import-pack", "list", "show", "export", "check", "join", "diff"),
        *("merge", "candidates", "delete"),
    ],
)
def test_each_command_explains_itself(command: str) -> None:
    done = CliRunner().invoke(api.cli.app, ["network", command, "--help"])
    assert done.exit_code == 0
    assert " · " in done.stdout
    assert "--lang" in done.stdout


def test_import_makes_the_database_and_a_version(osm: Path, database: Path) -> None:
    text = told("import-osm", str(osm), database=database)
    assert "Network cross (version 1) is stored: 5 links, 5 nodes" in text or "Network cross" in text
    (version,) = answer("list", database=database)["versions"]
    assert (version["name"], version["kind"], version["parent"]) == ("cross", "imported", None)
    assert version["sources"][0]["name"] == "cross.osm.pbf"
    again = answer("import-osm", str(osm), database=database)["version"]
    assert again["name"] == "cross_2"
    assert again["content_hash"] == version["content_hash"]


def test_dry_run_stores_nothing(osm: Path, database: Path) -> None:
    assert "Nothing was stored" in told("import-osm", str(osm), "--dry-run", database=database)
    assert not database.exists()


def test_list_of_nothing_says_how_to_begin(database: Path) -> None:
    CliRunner().invoke(api.cli.app, ["init", "-d", str(database)], catch_exceptions=False)
    assert "No network is stored yet" in told("list", database=database)
    assert refusal("show", database=database).startswith("The database holds no network yet")


def test_show_tells_lengths_sources_and_records(osm: Path, database: Path) -> None:
    told("import-osm", str(osm), database=database)
    text = told("show", database=database)
    assert "secondary" in text
    assert "© OpenStreetMap contributors" in text
    document = answer("show", "cross", "--records", database=database)
    assert document["lengths"][0]["mode"] == "road"
    assert sum(row["length_km"] for row in document["lengths"]) == pytest.approx(document["version"]["length_km"])
    assert "records" in document


def test_area_and_bounds_cut_out(osm: Path, database: Path, tmp_path: Path) -> None:
    west, south = place(-600, -50)
    east, north = place(50, 50)
    told("import-osm", str(osm), "--bounds", f"{west},{south},{east},{north}", database=database)
    box = gpd.GeoDataFrame(geometry=[shapely.box(west, south, east, north)], crs=4326)
    box.to_crs(9210).to_file(tmp_path / "area.gpkg")
    told("import-osm", str(osm), "--area", str(tmp_path / "area.gpkg"), database=database)
    first, second = answer("list", database=database)["versions"]
    assert first["links"] < 5
    assert second["links"] == first["links"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--bounds", "1,2,3"], "--bounds takes west,south,east,north"),
        (["--bounds", "3,2,1,4"], "--bounds takes west,south,east,north"),
        (["--bounds", "1,2,3,nan"], "--bounds takes west,south,east,north"),
        (["--bounds", "1,2,3,4"], "Nothing was found to store"),
        (["--mode", "sea"], "--mode must be one of road, rail, inland_waterway"),
        (["--class", "cart_track"], "--class must be one of"),
        (["--area", "none.gpkg"], "none.gpkg cannot be read"),
        (["--onto", "nowhere"], "There is no network version nowhere"),
        (["--name", "cross"], "There is a network version named cross already"),
        (["--name", "12"], "needs a name"),
    ],
)
def test_wrong_options_are_refused_and_nothing_is_stored(
    osm: Path, database: Path, options: list[str], sentence: str
) -> None:
    told("import-osm", str(osm), database=database)
    assert sentence in refusal("import-osm", str(osm), *options, database=database)
    assert len(answer("list", database=database)["versions"]) == 1


def test_area_without_polygon_or_crs_is_refused(osm: Path, database: Path, tmp_path: Path) -> None:
    points = tmp_path / "points.gpkg"
    gpd.GeoDataFrame(geometry=[shapely.Point(1, 2)], crs=4326).to_file(points)
    assert "holds no polygon" in refusal("import-osm", str(osm), "--area", str(points), database=database)
    nowhere = tmp_path / "nowhere.shp"
    gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.box(0, 0, 1, 1)], crs=4326).to_file(nowhere)
    nowhere.with_suffix(".prj").unlink()
    assert "states no coordinate reference" in refusal(
        "import-osm", str(osm), "--area", str(nowhere), database=database
    )


def test_area_that_may_be_another_is_refused(osm: Path, database: Path, tmp_path: Path) -> None:
    """Of two layers the first would be a guess; metres or damaged points would give nothing, or anything."""
    area = gpd.GeoDataFrame(geometry=[shapely.box(106, 10, 107, 11)], crs=4326)
    for name in ("one", "two"):
        area.to_file(tmp_path / "two.gpkg", layer=name)
    assert "several layers (one, two)" in refusal(
        "import-osm", str(osm), "--area", str(tmp_path / "two.gpkg"), database=database
    )
    metres = area.to_crs(3405).set_crs(4326, allow_override=True)
    metres.to_file(tmp_path / "metres.gpkg")
    ring = "[[NaN, 1], [2, 3], [3, 4], [NaN, 1]]"
    geometry = f'{{"type": "Polygon", "coordinates": [{ring}]}}'
    feature = f'{{"type": "Feature", "properties": {{}}, "geometry": {geometry}}}'
    (tmp_path / "nan.geojson").write_text(f'{{"type": "FeatureCollection", "features": [{feature}]}}')
    for name in ("metres.gpkg", "nan.geojson"):
        given = ["import-osm", str(osm), "--area", str(tmp_path / name)]
        assert "no longitude and latitude" in refusal(*given, database=database)


def test_file_named_twice_is_refused(osm: Path, database: Path) -> None:
    assert "named twice" in refusal("import-osm", str(osm), str(osm), database=database)


@pytest.mark.parametrize("content", [b"", b"no pbf at all", b"\x00\x00\x00\x0d\x0a\x09OSMHeader"])
def test_broken_files_are_refused_in_one_sentence(database: Path, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "broken.osm.pbf"
    file.write_bytes(content)
    assert str(file) in refusal("import-osm", str(file), database=database)
    assert not database.exists()


def test_refusal_is_one_sentence_and_a_status(database: Path, tmp_path: Path) -> None:
    done = hinterland("network", "import-osm", str(tmp_path / "none.pbf"), "-d", str(database), "--lang", "en")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1].startswith(str(tmp_path / "none.pbf"))


def _edit_speed(file: Path, speed: float) -> None:
    """Set the speed of way 10, as an edit in QGIS would."""
    connection = sqlite3.connect(file)
    for name in ("ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"):
        connection.create_function(name, 1, lambda _: 0)
    connection.execute("UPDATE network_links SET speed_kmh = ? WHERE row_id = '10'", (speed,))
    connection.commit()
    connection.close()


def _edited_rows(layers: Path, layer: str, edit: Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame]) -> None:
    edit(gpd.read_file(layers, layer=layer)).to_file(layers, layer=layer)


def test_edits_come_back_and_a_newer_extract_keeps_them(osm: Path, database: Path, tmp_path: Path) -> None:
    """Exported, unchanged: no version. Speed edited: a version and a diff. New extract: both pieces have the speed."""
    told("import-osm", str(osm), database=database)
    layers = tmp_path / "edit.gpkg"
    assert "© OpenStreetMap contributors" in told("export", "cross", str(layers), database=database)
    assert "holds exactly what version cross holds" in told(
        "import-gis", str(layers), "--onto", "cross", database=database
    )
    _edit_speed(layers, 33.0)
    assert "Say which version" in refusal("import-gis", str(layers), database=database)
    assert "Nothing was stored" in told("import-gis", str(layers), "--onto", "cross", "--dry-run", database=database)
    edited = answer("import-gis", str(layers), "--onto", "cross", database=database)
    assert edited["changes"] == {"links_changed": 1}
    assert (edited["version"]["name"], edited["version"]["parent"]) == ("cross_edited", 1)
    changes = answer("diff", "cross", "cross_edited", database=database)
    assert [(row["column"], row["after"]) for row in changes["rows"]] == [("speed_kmh", "33.0")]
    newer = longer_cross().write(tmp_path / "newer.osm.pbf")
    merged = answer("import-osm", str(newer), "--onto", "cross_edited", database=database)
    assert merged["version"]["kind"] == "merged"
    assert [note["kind"] for note in merged["conflicts"]] == ["edited_link_split"]
    found = read_version(str(database), "newer")
    speeds = dict(zip(found.links.row_id.tolist(), found.links.speed_kmh.tolist(), strict=True))
    assert speeds["10"] == 33
    assert "60" in speeds
    assert "50" not in speeds
    assert [stored["name"] for stored in answer("list", database=database)["versions"]] == [
        "cross", "cross_edited", "newer_import", "newer"
    ]  # fmt: skip
    again = answer("import-osm", str(newer), "--onto", "newer", "--name", "third", database=database)
    assert again["version"]["content_hash"] == answer("show", "newer", database=database)["version"]["content_hash"]


def test_what_was_put_right_in_edits_is_recorded(osm: Path, database: Path, tmp_path: Path) -> None:
    told("import-osm", str(osm), database=database)
    layers = tmp_path / "edit.gpkg"
    told("export", "cross", str(layers), database=database)
    _edited_rows(layers, "network_links", lambda rows: pd.concat([rows, rows.iloc[[0]]]))
    edited = answer("import-gis", str(layers), "--onto", "cross", database=database)
    assert [note["kind"] for note in edited["notes"]] == ["repeated_ids"]
    records = answer("show", "cross_edited", "--records", database=database)["records"]
    assert [record["kind"] for record in records] == ["repeated_ids"]


def test_edits_that_leave_no_link_are_refused(osm: Path, database: Path, tmp_path: Path) -> None:
    told("import-osm", str(osm), database=database)
    layers = tmp_path / "edit.gpkg"
    told("export", "cross", str(layers), database=database)
    _edited_rows(layers, "network_links", lambda rows: rows.iloc[:0])
    assert "holds no link any more" in refusal("import-gis", str(layers), "--onto", "cross", database=database)
    assert [stored["name"] for stored in answer("list", database=database)["versions"]] == ["cross"]


def test_what_cannot_be_stored_is_refused_before_anything_is_read(database: Path, tmp_path: Path) -> None:
    """Names and databases are looked at first: here the file to read is not even there."""
    missing = str(tmp_path / "missing.osm.pbf")
    assert "needs a name" in refusal("import-osm", missing, "--name", "12", database=database)
    assert "there is no folder" in refusal("import-osm", missing, database=tmp_path / "nowhere" / "x.gpkg")
    assert not database.exists()
    told("import-osm", str(cross().write(tmp_path / "cross.osm.pbf")), database=database)
    for command in ("import-osm", "import-gmns"):
        source = missing if command == "import-osm" else str(tmp_path)
        assert "named cross already" in refusal(command, source, "--name", "cross", database=database)
    (tmp_path / "text.gpkg").write_text("no database " * 100)
    assert "not a database" in refusal("import-osm", missing, database=tmp_path / "text.gpkg")


def test_free_name_taken_meanwhile_is_not_the_users_concern(
    osm: Path, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two programs find the same free name: the second takes the next one."""
    told("import-osm", str(osm), database=database)
    names = iter(["cross", "cross_2"])
    monkeypatch.setattr("api.network.stored.free_name", lambda _engine, _wanted: next(names))
    assert "Network cross_2 (version 2) is stored" in told("import-osm", str(osm), database=database)


def test_database_closed_to_writing_says_what_to_do(osm: Path, database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told("import-osm", str(osm), database=database)

    def refuse(*_: object) -> None:
        why = "attempt to write a readonly database"
        raise sqlite3.OperationalError(why)

    monkeypatch.setattr("geodata.versions.copying.StagedCopy.run", refuse)
    assert "Copy it to a folder of your own" in refusal("import-osm", str(osm), database=database)


def test_edited_network_can_stand_on_its_own(database: Path, tmp_path: Path) -> None:
    write_layers(crossroads(), tmp_path / "own.gpkg")
    told("import-gis", str(tmp_path / "own.gpkg"), "--onto", "none", database=database)
    assert content_hash(read_version(str(database))) == content_hash(crossroads())


def test_difference_is_written_as_table_and_layer(osm: Path, database: Path, tmp_path: Path) -> None:
    told("import-osm", str(osm), database=database)
    told("import-osm", str(longer_cross().write(tmp_path / "newer.osm.pbf")), database=database)
    assert "links removed" in told("diff", "1", "2", "--out", str(tmp_path / "d.csv"), database=database)
    told("diff", "1", "2", "--out", str(tmp_path / "d.gpkg"), database=database)
    rows, layer = pd.read_csv(tmp_path / "d.csv"), gpd.read_file(tmp_path / "d.gpkg")
    assert len(rows) == len(layer) > 0
    assert layer.crs.to_epsg() == 4326
    assert "ends in .csv or .gpkg" in refusal("diff", "1", "2", "--out", "d.docx", database=database)
    assert "hold the same" in told("diff", "1", "cross", database=database)


@pytest.mark.parametrize("kind", ["flatgeobuf", "geojson", "shapefile", "gmns"])
def test_export_writes_every_format(osm: Path, database: Path, tmp_path: Path, kind: str) -> None:
    told("import-osm", str(osm), database=database)
    told("export", "latest", str(tmp_path / kind), "--format", kind, database=database)
    assert any((tmp_path / kind).iterdir())


def test_gmns_comes_back(osm: Path, database: Path, tmp_path: Path) -> None:
    told("import-osm", str(osm), database=database)
    told("export", "cross", str(tmp_path / "gmns"), "--format", "gmns", database=database)
    told("import-gmns", str(tmp_path / "gmns"), database=database)
    first, second = answer("list", database=database)["versions"]
    assert first["content_hash"] == second["content_hash"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["export", "cross", "x.shp"], "name a folder instead of x.shp, with --format shapefile"),
        (["export", "cross", "x.docx"], "Name a file that ends in .gpkg"),
        (["export", "nowhere", "x.gpkg"], "There is no network version nowhere"),
        (["export", "cross", "x.gpkg", "--crs", "EPSG:1"], "EPSG:1"),
        (["check", "cross", "--out", "x.csv"], "ends in .gpkg"),
        (["join", "cross", "nowhere"], "There is no network version nowhere"),
        (["join", "cross", "cross"], "Both networks have"),
        (["merge", "cross", "cross", "nowhere"], "There is no network version nowhere"),
        (["delete", "nowhere"], "There is no network version nowhere"),
        (["candidates", "cross", "--out", "x.txt"], "ends in .csv or .gpkg"),
    ],
)
def test_wrong_requests_are_refused(osm: Path, database: Path, arguments: list[str], sentence: str) -> None:
    told("import-osm", str(osm), database=database)
    assert sentence in refusal(*arguments, database=database)


def test_foreign_gis_file_needs_a_mapping_which_is_suggested(database: Path, tmp_path: Path) -> None:
    roads = gpd.GeoDataFrame(
        {"road_class": ["primary", "primary"], "name": ["A", "B"]},
        geometry=[
            shapely.LineString([(106.7, 10.8), (106.71, 10.8)]),
            shapely.LineString([(106.71, 10.8), (106.72, 10.8)]),
        ],
        crs=4326,
    )
    file, mapping = tmp_path / "roads.geojson", tmp_path / "map.yaml"
    roads.to_file(file)
    assert "--map MAP.yaml" in refusal("import-gis", str(file), database=database)
    assert "map.yaml" in told("import-gis", str(file), "--suggest", str(mapping), database=database)
    assert "is there already" in refusal("import-gis", str(file), "--suggest", str(mapping), database=database)
    told("import-gis", str(file), "--map", str(mapping), database=database)
    (version,) = answer("list", database=database)["versions"]
    assert (version["name"], version["links"]) == ("roads", 2)


def test_check_writes_issues_and_repair_makes_a_version(database: Path, tmp_path: Path) -> None:
    file = cross()
    file.node(9, 500.05, 0.0)
    file.node(10, 900, 0)
    file.way(70, [9, 10], {"highway": "secondary"})
    told("import-osm", str(file.write(tmp_path / "gap.osm.pbf")), database=database)
    out = tmp_path / "issues.gpkg"
    found = answer("check", "--out", str(out), database=database)
    assert found["version"] is None
    assert found["issues"]
    assert len(gpd.read_file(out, layer="network_issues")) == len(found["issues"])
    repaired = answer("check", "gap", "--repair", database=database)
    if repaired["version"] is not None:
        assert (repaired["version"]["kind"], repaired["version"]["parent"]) == ("repaired", 1)
        assert repaired["version"]["records"] == repaired["repairs"] > 0
    assert answer("show", "gap", database=database)["version"]["links"] == found["checked"]["links"]


def test_sound_network_has_nothing_to_repair(osm: Path, database: Path) -> None:
    told("import-osm", str(osm), database=database)
    assert "nothing that could be repaired safely" in told("check", "--repair", database=database)
    assert len(answer("list", database=database)["versions"]) == 1


def test_corridors_of_the_pack_become_a_version(database: Path) -> None:
    document = answer("import-pack", "binh_duong", database=database)
    assert document["version"]["name"] == "binh_duong_corridors"
    assert document["version"]["links"] > 400
    assert "holds no region" in refusal("import-pack", database=database)


def test_candidates_are_told_and_written(database: Path, tmp_path: Path) -> None:
    write_layers(crossroads(), tmp_path / "own.gpkg")
    told("import-gis", str(tmp_path / "own.gpkg"), "--onto", "none", database=database)
    assert "KCN VSIP" in told("candidates", database=database)
    told("candidates", "--out", str(tmp_path / "c.gpkg"), database=database)
    assert gpd.read_file(tmp_path / "c.gpkg")["name"].tolist() == ["KCN VSIP"]
    assert answer("candidates", database=database)["candidates"][0]["area_ha"] == 500


def test_candidates_are_compared_with_the_registry(database: Path, tmp_path: Path) -> None:
    """VSIP I of the pack lies at 106.726 E, 10.932 N: a park of that name there is suggested first, with reasons."""
    CliRunner().invoke(api.cli.app, ["init", "-d", str(database)], catch_exceptions=False)
    CliRunner().invoke(api.cli.app, ["load", "binh_duong", "-d", str(database)], catch_exceptions=False)
    base = crossroads()
    named = base.candidates.to_columns(words=False) | {
        "name": np.array(["KCN VSIP 1"], dtype=object),
        "lon": np.array([106.7257]),
        "lat": np.array([10.9318]),
    }
    write_layers(dataclasses.replace(base, candidates=make_candidates(**named)), tmp_path / "own.gpkg")
    told("import-gis", str(tmp_path / "own.gpkg"), "--onto", "none", database=database)
    document = answer("candidates", database=database)
    assert document["candidates"][0]["suggested_id"] == "vsip_1"
    assert document["suggestions"][0]["reasons"]["en"]
    checked = answer("check", "--bounds", "106.69,10.88,106.73,10.92", database=database)
    assert checked["counts"]["nodes"] == 5


def test_deleting_tells_what_was_made_from_it(osm: Path, database: Path, tmp_path: Path) -> None:
    told("import-osm", str(osm), database=database)
    layers = tmp_path / "edit.gpkg"
    told("export", "cross", str(layers), database=database)
    _edit_speed(layers, 33.0)
    told("import-gis", str(layers), "--onto", "cross", database=database)
    assert "Made from cross: cross_edited" in told("delete", "cross", database=database)
    assert "It is not known which import" in refusal(
        "import-osm", str(osm), "--onto", "cross_edited", database=database
    )
    told("delete", "cross_edited", database=database)
    assert answer("list", database=database)["versions"] == []
    assert not list(Path(f"{database}.cache").iterdir())


def test_merge_of_three_named_versions(osm: Path, database: Path, tmp_path: Path) -> None:
    told("import-osm", str(osm), database=database)
    told("import-osm", str(longer_cross().write(tmp_path / "newer.osm.pbf")), database=database)
    document = answer("merge", "cross", "cross", "newer", "--name", "same", database=database)
    found = answer("show", "newer", database=database)["version"]
    assert document["version"]["content_hash"] == found["content_hash"]


def test_versions_that_have_nothing_in_common_are_not_merged(osm: Path, database: Path, tmp_path: Path) -> None:
    told("import-osm", str(osm), database=database)
    write_layers(crossroads(), tmp_path / "own.gpkg")
    told("import-gis", str(tmp_path / "own.gpkg"), "--onto", "none", "--name", "other", database=database)
    assert "no link in common" in refusal("merge", "cross", "other", "cross", database=database)


def test_edits_in_a_wrong_crs_are_refused(osm: Path, database: Path, tmp_path: Path) -> None:
    """Degrees said to be metres lie at the equator: nobody moved all nodes there."""
    told("import-osm", str(osm), database=database)
    layers = tmp_path / "edit.gpkg"
    told("export", "cross", str(layers), database=database)
    for layer in ("network_nodes", "network_links"):
        _edited_rows(layers, layer, lambda rows: rows.set_crs(3405, allow_override=True))
    assert "more than 10 km from where version cross" in refusal(
        "import-gis", str(layers), "--onto", "cross", database=database
    )


def streets(side: int) -> OsmFile:
    """Return a grid of streets with ``side`` junctions a side."""
    file = OsmFile()
    for row in range(side):
        for column in range(side):
            file.node(1 + row * side + column, column * 100, row * 100)
    for row in range(side):
        file.way(1 + row, [1 + row * side + column for column in range(side)], {"highway": "residential"})
        file.way(1001 + row, [1 + column * side + row for column in range(side)], {"highway": "residential"})
    return file


def test_interrupted_import_leaves_the_stored_networks(database: Path, tmp_path: Path) -> None:
    """Ctrl+C while a large file is saved: status 130, one sentence, the version before is all there is."""
    told("import-osm", str(cross().write(tmp_path / "small.osm.pbf")), database=database)
    big = streets(150).write(tmp_path / "big.osm.pbf")
    process = subprocess.Popen(
        [sys.executable, "-m", "api.cli", "network", "import-osm", str(big), "-d", str(database), "--lang", "en"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "Saving" in line:
            break
    time.sleep(0.3)
    os.kill(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    names = [stored["name"] for stored in answer("list", database=database)["versions"]]
    if process.returncode == INTERRUPTED:
        assert "Stopped; nothing was left half-written." in errors
        assert names == ["small"]
    else:  # it was quicker than the signal
        assert names == ["small", "big"]
    assert "Traceback" not in errors


def test_full_disk_is_one_sentence_and_leaves_the_stored_networks(osm: Path, database: Path, tmp_path: Path) -> None:
    """A file that may not grow beyond a limit answers as a full disk does."""
    told("import-osm", str(osm), database=database)
    limit_kib = database.stat().st_size // 1024 + 16
    big = streets(60).write(tmp_path / "big.osm.pbf")
    command = f'ulimit -f {limit_kib}; trap "" XFSZ; exec "$@"'
    started = [sys.executable, "-m", "api.cli", "network", "import-osm", str(big), "-d", str(database), "--lang", "en"]
    done = subprocess.run(
        ["bash", "-c", command, "limited", *started],
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
        timeout=120,
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert str(database) in done.stderr
    (stored,) = answer("list", database=database)["versions"]
    assert len(read_version(str(database), stored["version_id"]).links) == stored["links"]
