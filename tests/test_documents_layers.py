"""The document and layers of a plan on a region small enough to work out by hand, and how layers are drawn."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas as gpd
import pytest
from openpyxl import load_workbook
from planner_pack import BASE, planner_pack, scenario_of, set_change
from pyproj import CRS

import optimizer.folder
from api.documents.as_html import document_html
from api.documents.as_xlsx import document_xlsx
from api.documents.folder_ground import folder_ground
from api.documents.frames import bilingual, number_column
from api.documents.layers import (
    Ground,
    difference_layer,
    joined_ground,
    line_layer,
    path_layer,
    place_layer,
    provenance_of_stand,
    write_answer_layers,
)
from api.documents.map_picture import fitted, map_picture
from api.documents.maps import difference_map, flow_map
from api.documents.model import Amount, Map, MapLine
from api.documents.stand import stand_of_case, stand_of_planned, stand_of_subject
from api.exports.styles import ANSWER_STYLES, styles_of
from api.main_job import SilentReport, plan_scenario
from api.plan.document import plan_document
from api.plan.layers import plan_layers, row_loads
from api.results import Outcome
from api.styles import CHANGE_NAMES, to_qml, to_sld
from optimizer.check import check_plan
from optimizer.folder.build import build_folder_problem
from optimizer.folder.read import read_folder
from optimizer.planner import Planned
from optimizer.results.subject import subject_of_case
from optimizer.results.used_sources import used_sources
from supplychain.text import LANGUAGES, Text

EXAMPLES = Path(optimizer.folder.__file__).parent / "examples"
TITLE = Text(en="Map", vi="Bản đồ")


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    """Return the base of the planner's small region."""
    return plan_scenario(planner_pack(), BASE, SilentReport())


@pytest.fixture(scope="module")
def ground(outcome: Outcome) -> Ground:
    return Ground.of_case(outcome.case)


def test_the_document_of_a_plan_tells_its_totals(outcome: Outcome) -> None:
    """80 t of furniture and 20 t of empty boxes are moved; half of the laden boxes leave by each port."""
    document = plan_document(outcome, planner_pack())
    rows = document.every_table()[0].rows
    totals = {row[0].en: row[1].value for row in rows if isinstance(row[0], Text) and isinstance(row[1], Amount)}
    assert totals["Moved, t/day"] == pytest.approx(100.0)
    assert totals["Unserved, t/day"] == pytest.approx(0.0)
    assert totals["TEU by HCMC ports"] == pytest.approx(0.5)
    assert totals["TEU by Cái Mép"] == pytest.approx(0.5)
    for language in LANGUAGES:
        page = document_html(document, language)
        assert document.stand.inputs_sha256 in page
        book = load_workbook(BytesIO(document_xlsx(document, language)))
        assert len(book.sheetnames) == len(document.every_table()) + 2


def test_what_is_left_stands_with_its_reason() -> None:
    closed = scenario_of(set_change("links", "road_1", status="closed"))
    found = plan_scenario(planner_pack(), closed, SilentReport())
    document = plan_document(found, planner_pack())
    table = next(one for one in document.every_table() if one.title.en == "Unserved freight")
    left = [row[5] for row in table.rows]
    assert sum(float(str(amount)) for amount in left) == pytest.approx(found.indicators.totals["unserved_t_per_day"])
    assert all(isinstance(row[6], Text) and row[6].en and row[6].vi for row in table.rows)


def test_stands_say_the_same_of_one_plan_however_it_is_seen(outcome: Outcome) -> None:
    violations = tuple(check_plan(outcome.case.problem, outcome.plan))
    planned = stand_of_planned(Planned(outcome.case, outcome.plan, violations))
    subject = stand_of_subject(subject_of_case(outcome.case, outcome.plan), checked=True)
    for name in ("kind", "status", "gap", "inputs_sha256", "currency", "price_year", "versions", "checked"):
        assert getattr(planned, name) == getattr(subject, name)
    assert planned.status == "optimal"
    assert dict(planned.versions)["hinterland"]


def test_sources_are_those_that_rows_in_use_name(outcome: Outcome) -> None:
    """A source that only an unused table names is not told; every title told is one of the pack's."""
    titles = set(outcome.case.pack.table("sources")["title"])
    assert set(used_sources(outcome.case, outcome.plan)) <= titles


def test_line_layer_holds_the_tonnes_of_the_plan(outcome: Outcome, ground: Ground) -> None:
    """All 100 t run over the first road: 80 t out, 20 t of empty boxes in."""
    loads = row_loads(outcome, "t_per_day")
    layer = line_layer(ground, loads).set_index("row_id")
    assert layer.loc["road_1", "t_per_day"] == pytest.approx(100.0)
    assert (layer["t_per_day"] > 0).all()
    assert set(layer.index) <= set(loads)


def test_differences_are_worded_by_how_much_changes(ground: Ground) -> None:
    """From 10: 10 is left out, 4 is much less (more than half is gone), 6 less, 14 more, 25 much more."""
    rows = list(ground.lines["row_id"])
    words = {}
    for after in (10.0, 4.0, 6.0, 14.0, 25.0, 0.0):
        layer = difference_layer(ground, {rows[0]: 10.0}, {rows[0]: after})
        words[after] = layer["change"].tolist()
    assert words == {
        10.0: [], 4.0: ["much_less"], 6.0: ["less"], 14.0: ["more"], 25.0: ["much_more"], 0.0: ["only_before"],
    }  # fmt: skip
    assert difference_layer(ground, {}, {rows[0]: 1.0})["change"].tolist() == ["only_after"]
    both = difference_layer(ground, {rows[0]: 10.0}, {rows[0]: 4.0})
    assert both["difference_t_per_day"].tolist() == [-6.0]
    assert {"much_less", "less", "more", "much_more", "only_before", "only_after"} <= set(CHANGE_NAMES)


def test_places_paths_and_joined_grounds(ground: Ground) -> None:
    places = place_layer(ground, {"gain": {"park_a": "gains"}, "difference": {"park_a": -3.0}})
    assert places[["place_id", "gain", "difference"]].to_numpy().tolist() == [["park_a", "gains", -3.0]]
    rows = list(ground.lines["row_id"])[:2]
    paths = path_layer(ground, {"p1": tuple(rows), "p2": ("no_such_row",)}, {"rank": {"p1": "best"}})
    assert paths["path_id"].tolist() == ["p1"]
    assert len(joined_ground(ground, ground).lines) == len(ground.lines)


@pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="ogrinfo (package gdal-bin) is not installed")
@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:9210", "EPSG:3405"])
def test_layers_of_a_plan_open_with_their_styles_in_any_crs(
    outcome: Outcome, ground: Ground, tmp_path: Path, crs: str
) -> None:
    made = plan_layers(outcome, ground)
    path = tmp_path / "plan.gpkg"
    write_answer_layers(path, made, stand_of_case(outcome.case, outcome.plan), crs)
    done = subprocess.run(["ogrinfo", "-al", "-so", path], capture_output=True, text=True, check=True)
    assert not done.stderr
    for name in made:
        assert f"Layer name: {name}" in done.stdout
    read = gpd.read_file(path, layer="links")
    assert CRS(read.crs) == CRS(crs)
    back = read.to_crs("EPSG:4326").total_bounds
    assert back == pytest.approx(made["links"].total_bounds, abs=1e-5)
    with closing(sqlite3.connect(path)) as connection:
        styled = {name for (name,) in connection.execute("select f_table_name from layer_styles where useAsDefault")}
        told = dict(connection.execute("select item, value from provenance").fetchall())
    assert styled == set(made)
    assert told["kind"] == "optimum"
    assert told["remark"] == "An optimum, not a forecast"
    assert told["inputs_sha256"] == outcome.document["inputs_sha256"]


@pytest.mark.parametrize("kind", ANSWER_STYLES)
def test_each_style_is_a_document_that_names_every_colour(kind: str) -> None:
    style = styles_of([f"{kind}__about"])[0]
    assert style.layer == f"{kind}__about"
    qml = ET.fromstring(to_qml(style).split("\n", 1)[1])  # noqa: S314 - our own text
    assert len(qml.findall(".//category")) == len(style.colours) + 1  # and all other values
    sld = ET.fromstring(to_sld(style))  # noqa: S314 - as above
    assert len(sld.findall(".//{http://www.opengis.net/sld}Rule")) == len(style.colours) + 1
    assert len(sld.findall(".//{http://www.opengis.net/sld}ElseFilter")) == 1
    assert set(style.names) <= set(style.colours) or set(style.colours) <= set(style.names)


def test_a_layer_without_a_style_is_an_error() -> None:
    with pytest.raises(KeyError, match="no style for layer 'mystery'"):
        styles_of(["mystery"])


def test_maps_show_loads_differences_and_what_is_highlighted(outcome: Outcome, ground: Ground) -> None:
    lines = line_layer(ground, row_loads(outcome, "t_per_day"))
    drawn = flow_map(TITLE, lines, ground, places={"park_a": 80.0}, marked=["road_1"])
    assert {line.kind for line in drawn.lines if line.weight > 0} == set(lines["mode"])
    assert [line.is_marked for line in drawn.lines].count(True) == 1
    assert [place.label.en for place in drawn.places] == [
        bilingual(row).en for row in ground.places.to_dict("records") if row["place_id"] == "park_a"
    ]  # fmt: skip
    picture = map_picture(drawn)
    assert picture is not None
    assert 0.4 < picture.height / picture.width < 0.9
    changed = difference_map(TITLE, difference_layer(ground, {}, {"road_1": 5.0}), ground)
    assert [line.kind for line in changed.lines if line.weight > 0] == ["only_after"]


def test_a_map_of_nothing_is_no_picture_and_one_of_a_single_spot_has_ground_around_it() -> None:
    nothing = Map(TITLE, (), (), {}, {})
    assert map_picture(nothing) is None
    spot = Map(TITLE, (MapLine(((106.7, 10.8), (106.7, 10.8)), "road", 1.0),), (), {"road": "#b4532a"}, {})
    shown = fitted(spot)
    assert shown is not None
    assert shown.km_per_unit * 900 == pytest.approx(4.0 * 1.08, rel=0.01)


def test_headings_are_parted_from_their_units() -> None:
    column = number_column("t_out_per_day")
    assert (column.label.en, column.unit.en, column.unit.vi) == ("Out", "t/day", "tấn/ngày")
    assert number_column("vehicle_km_per_day").heading.en == "vehicle-km/day"


def test_provenance_leaves_out_what_is_not_there(outcome: Outcome) -> None:
    told = provenance_of_stand(stand_of_case(outcome.case, outcome.plan))
    assert "network" not in told
    assert all(told.values())


def test_a_folder_lies_on_straight_lines_between_its_nodes() -> None:
    """Each link whose ends have different positions is one line; its tonnes are drawn as those of a region are."""
    case = build_folder_problem(read_folder(EXAMPLES / "two_routes"))
    ground = folder_ground(case)
    assert ground is not None
    nodes = case.tables.tables["nodes"]
    assert set(ground.places["place_id"]) == set(nodes.loc[nodes["lon"].notna(), "node_id"].astype(str))
    row = ground.lines["row_id"].iloc[0]
    layer = line_layer(ground, {row: 7.0})
    assert layer["t_per_day"].tolist() == [7.0]
    own = flow_map(TITLE, layer.assign(mode="cable car"), ground)
    assert own.names["cable car"] == Text(en="cable car", vi="cable car")
    assert own.colours["cable car"] not in {"", "#6b6b6b"}
    bare = case.tables.tables["nodes"].assign(lon=float("nan"))
    tables = replace(case.tables, tables={**case.tables.tables, "nodes": bare})
    assert folder_ground(replace(case, tables=tables)) is None
