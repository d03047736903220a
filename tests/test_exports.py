"""Tables and layers: they come back as they were, and other programs read them."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
from demo_run import DemoRun
from pyproj import Transformer
from small_results import small_results

from api.exports.layers import build_layers, write_layers
from api.exports.tables import write_csv_tables, write_workbook
from api.labels import COLUMN_LABELS
from api.main_job import detail_tables, provenance_of, replaced_folder, result_tables
from api.results import Results

LAYERS = ["plan_links", "places", "terminals", "desire_lines", "bottlenecks", "nodes", "services"]
FRAME = pd.DataFrame(
    {
        "name": ["Đồ gỗ", "=1+1", 'a,b\n"c"', None],
        "t_per_day": [1 / 3, 1e-17, 123456789.125, np.nan],
        "count": pd.array([1, 2, None, 4], dtype="Int64"),
        "evaluated": [True, False, True, False],
    }
)


def test_csv_comes_back_digit_for_digit(tmp_path: Path) -> None:
    (path,) = write_csv_tables(tmp_path / "tables", {"goods": FRAME})
    assert path == tmp_path / "tables" / "goods.csv"
    back = pd.read_csv(path, dtype={"count": "Int64"})
    pd.testing.assert_frame_equal(back, FRAME, check_exact=True, check_dtype=False)
    assert b"\r" not in path.read_bytes()


def test_workbook_keeps_text_as_text_and_explains_its_columns(tmp_path: Path) -> None:
    write_workbook(tmp_path / "t.xlsx", {"goods": FRAME, "a_name_longer_than_a_sheet_name_may_be": FRAME})
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert book.sheetnames == ["goods", "a_name_longer_than_a_sheet_name_may_be"[:31], "columns"]
    sheet = book["goods"]
    assert [cell.value for cell in sheet[1]] == list(FRAME.columns)
    assert sheet.freeze_panes == "A2"
    assert sheet["A1"].font.bold
    assert (sheet["A3"].value, sheet["A3"].data_type) == ("=1+1", "s")
    assert (sheet["A2"].value, sheet["B2"].value, sheet["D2"].value) == ("Đồ gỗ", 1 / 3, True)
    assert [sheet["A5"].value, sheet["B5"].value, sheet["C4"].value] == [None, None, None]
    explained = {row[1]: row[2:] for row in book["columns"].iter_rows(values_only=True)}
    assert explained["t_per_day"] == ("tấn/ngày", "t/day")


def test_layers_hold_every_row_and_say_where_they_come_from(tmp_path: Path, small: Results) -> None:
    """The base sends 5 TEU (40 t) and the empties (20 t) each way as worked out in ``planner_pack``."""
    path = tmp_path / "layers.gpkg"
    write_layers(path, build_layers(small), provenance_of(small))
    assert [name for name, kind in pyogrio.list_layers(path) if kind is not None] == LAYERS
    links = pyogrio.read_dataframe(path, layer="plan_links").set_index("link_id")
    assert links.loc["road_2", ["t_per_day", "what_if_t_per_day", "what_if_difference_t_per_day"]].tolist() == (
        pytest.approx([40.0, 0.0, -40.0])
    )
    assert set(pyogrio.read_dataframe(path, layer="desire_lines")["gateway_id"]) == {"city", "port"}
    bottleneck = pyogrio.read_dataframe(path, layer="bottlenecks")
    assert bottleneck["row_id"].tolist() == ["city"]
    assert pyogrio.read_info(path, layer="places")["crs"] == "EPSG:4326"
    with closing(sqlite3.connect(path)) as connection:
        told = dict(connection.execute("select item, value from provenance"))
    assert told["inputs_sha256"] == small.base.document["inputs_sha256"]
    assert told["scenarios"] == "base;what_if"
    assert told["currency"] == "VND"


def test_services_carry_their_loads_and_those_of_overseas_markets_are_left_out(small: Results) -> None:
    """The pack's ships go overseas; the straight line of one would stretch the map over an ocean."""
    made = build_layers(small)
    markets = small.pack.table("markets").set_index("market_id")
    every = small.pack.table("services").set_index("service_id")
    overseas = every["market_id"].map(markets["kind"]) == "overseas"
    assert overseas.any()
    services = made["services"].set_index("service_id")
    assert list(services.index) == list(every.index[~overseas])
    links = small.base.indicators.links
    loads = links[links["row_table"] == "services"].groupby("row_id")["t_per_day"].sum()
    expected = loads.reindex(services.index, fill_value=0.0)
    assert expected.sum() > 0
    assert services["t_per_day"].tolist() == expected.tolist()
    west, south, east, north = made["plan_links"].total_bounds
    assert (services.total_bounds >= [west - 1, south - 1, west - 1, south - 1]).all()
    assert (services.total_bounds <= [east + 1, north + 1, east + 1, north + 1]).all()


def test_layers_say_what_the_planned_network_holds() -> None:
    """A road that is only planned is in the layer with no load and is not in the network."""
    made = build_layers(small_results({"links": {"road_2": {"status": "planned"}}}))
    links = made["plan_links"].set_index("link_id")
    assert links.loc["road_2", ["in_network", "status", "t_per_day"]].tolist() == [False, "planned", 0.0]
    assert links.loc["road_1", "in_network"]
    assert set(made["nodes"]["node_id"]) >= {"r1", "r2", "r3"}
    assert not made["nodes"].set_index("node_id").loc["r3", "in_network"]


def test_every_layer_carries_a_style_that_is_well_formed_and_names_its_column(tmp_path: Path, small: Results) -> None:
    path = tmp_path / "layers.gpkg"
    write_layers(path, build_layers(small), provenance_of(small))
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("select f_table_name, styleQML, styleSLD, useAsDefault from layer_styles").fetchall()
    assert [row[0] for row in rows] == LAYERS
    for layer, qml, sld, is_default in rows:
        assert is_default == 1
        renderer = ET.fromstring(qml).find("renderer-v2")  # noqa: S314 - we wrote it
        assert renderer is not None
        assert renderer.get("attr") in pyogrio.read_info(path, layer=layer)["fields"]
        assert ET.fromstring(sld).tag.endswith("StyledLayerDescriptor")  # noqa: S314 - we wrote it


def test_layers_in_vn_2000_stand_where_pyproj_puts_them(tmp_path: Path, small: Results) -> None:
    """EPSG:9210 is VN-2000 / TM-3 105°45'; the operation EPSG:6960 leads there, another would be 0.8 m off."""
    path = tmp_path / "vn2000.gpkg"
    write_layers(path, build_layers(small), provenance_of(small), "EPSG:9210")
    there = pyogrio.read_dataframe(path, layer="terminals").set_index("terminal_id")
    assert there.crs.to_epsg() == 9210
    pack = small.pack.table("terminals").set_index("terminal_id")
    named = Transformer.from_pipeline("urn:ogc:def:coordinateOperation:EPSG::6960")
    to_grid = Transformer.from_crs("EPSG:4756", "EPSG:9210", always_xy=True)
    for terminal_id, point in there.geometry.items():
        place = pack.loc[terminal_id]
        lat, lon = named.transform(place["lat"], place["lon"], direction="INVERSE")
        east, north = to_grid.transform(lon, lat)
        assert (point.x, point.y) == pytest.approx((east, north), abs=1e-3)
        assert 500_000 < point.x < 700_000
        assert 1_100_000 < point.y < 1_300_000


@pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="ogrinfo (package gdal-bin) is not installed")
@pytest.mark.parametrize("name", ["layers.gpkg", "hinterland.gpkg"])
def test_ogrinfo_opens_what_the_demo_leaves(demo: DemoRun, tmp_path: Path, name: str) -> None:
    copied = Path(shutil.copy(demo.folder / name, tmp_path))
    done = subprocess.run(["ogrinfo", "-al", "-so", copied], capture_output=True, text=True, check=True)
    assert not done.stderr
    assert "Feature Count: 0" not in done.stdout.split("Layer name: terminals")[1].split("Layer name:")[0]
    assert 'ID["EPSG",4326]' in done.stdout


def test_layers_of_the_demo_hold_the_tonnes_of_its_tables(demo: DemoRun) -> None:
    links = pyogrio.read_dataframe(demo.folder / "layers.gpkg", layer="plan_links").set_index("link_id")
    table = pd.read_csv(demo.folder / "tables" / "links.csv")
    loads = table[table["row_table"] == "links"].groupby("row_id")["t_per_day"].sum()
    assert len(links) >= 200
    np.testing.assert_allclose(links.loc[loads.index, "t_per_day"], loads, rtol=1e-12)
    assert links.geometry.is_valid.all()
    assert links["river_first_difference_t_per_day"].abs().max() > 100.0


def test_tables_of_the_demo_are_the_same_as_csv_and_in_the_workbook(demo: DemoRun) -> None:
    book = openpyxl.load_workbook(demo.folder / "tables.xlsx", read_only=True)
    for name in book.sheetnames:
        if name == "columns":
            continue
        (path,) = [one for one in (demo.folder / "tables").glob("*.csv") if one.stem[:31] == name]
        rows = list(book[name].iter_rows(values_only=True))
        frame = pd.read_csv(path)
        assert list(rows[0]) == list(frame.columns)
        assert len(rows) - 1 == len(frame)
    book.close()


def test_every_column_of_every_table_is_explained_in_both_languages(small: Results) -> None:
    tables = {**result_tables(small), **detail_tables(small)}
    assert {"by_mode", "by_gateway", "by_park", "bottlenecks", "unserved_base", "compare_what_if"} <= set(tables)
    nameless = {column for frame in tables.values() for column in frame.columns if column not in COLUMN_LABELS}
    assert not nameless
    for column, label in COLUMN_LABELS.items():
        assert label.en, column
        assert label.vi, column


def test_a_folder_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    (folder / "plans").mkdir(parents=True)
    (folder / "plans" / "old.json").write_text("old")
    (folder / "kept.gpkg").write_text("kept")
    with pytest.raises(FileNotFoundError), replaced_folder(folder) as partial:
        (partial / "no_such_folder" / "plan.json").write_text("new")
    assert (folder / "plans" / "old.json").read_text() == "old"
    with replaced_folder(folder) as partial:
        (partial / "plans").mkdir()
        (partial / "plans" / "new.json").write_text("new")
    assert sorted(path.name for path in folder.rglob("*") if path.is_file()) == ["kept.gpkg", "new.json"]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
