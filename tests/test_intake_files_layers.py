"""Parquet, GeoPackage and GeoJSON: typed columns in batches, positions in WGS 84 from any coordinate system."""

from __future__ import annotations

import datetime as dt
import json
import warnings
from pathlib import Path

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPoint, Point, Polygon

from supplychain.errors import HinterlandError
from supplychain.intake.files import FileError, open_table_file


def test_parquet_rows_keep_types_and_large_codes(tmp_path: Path) -> None:
    """An integer beyond 2^53 keeps its digits as text; NaN and null are empty; a day is a date."""
    table = pa.table(
        {
            "tên": ["Công ty A", None],
            "mst": [2**60, 300588569],
            "ngày": [dt.date(2024, 3, 5), None],
            "lúc": [dt.datetime(2024, 3, 5, 8, tzinfo=dt.UTC), None],
            "x": [1.5, float("nan")],
            "có": [True, None],
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    file = open_table_file(tmp_path / "a.parquet")
    assert file.kind == "parquet"
    rows = list(file.sheets[0].rows())
    assert [cell.text for cell in rows[0].cells] == [
        "Công ty A", str(2**60), "2024-03-05", "2024-03-05 08:00:00", "1.5", "TRUE",
    ]  # fmt: skip
    assert [cell.text for cell in rows[1].cells] == ["", "300588569", "", "", "", ""]


def test_parquet_is_read_in_batches(tmp_path: Path) -> None:
    pq.write_table(pa.table({"n": list(range(5_000))}), tmp_path / "a.parquet", row_group_size=700)
    rows = list(open_table_file(tmp_path / "a.parquet").sheets[0].rows())
    assert [row.line for row in rows] == list(range(1, 5_001))
    assert rows[-1].cells[0].value == 4_999.0


def test_layers_are_sheets_and_points_are_wgs84(tmp_path: Path) -> None:
    """(604000, 1220000) in TM-3 105°45′ is 11.0305387° N, 106.7035614° E by EPSG:6960 (PROJ)."""
    path = tmp_path / "a.gpkg"
    frame = gpd.GeoDataFrame({"tên": ["A"]}, geometry=[Point(604_000, 1_220_000)], crs=9210)
    frame.to_file(path, layer="nhà máy")
    gpd.GeoDataFrame({"tên": ["B"]}, geometry=[MultiPoint([(106.7, 11.0)])], crs=4326).to_file(path, layer="kho")
    file = open_table_file(path)
    assert [(sheet.name, sheet.crs) for sheet in file.sheets] == [("nhà máy", "EPSG:9210"), ("kho", "EPSG:4326")]
    cells = next(file.sheet("nhà máy").rows()).cells
    assert [column.name for column in file.sheet("nhà máy").columns] == ["tên", "lat", "lon"]
    assert cells[1].value == pytest.approx(11.0305387, abs=1e-7)
    assert cells[2].value == pytest.approx(106.7035614, abs=1e-7)
    assert [cell.value for cell in next(file.sheet("kho").rows()).cells[1:]] == [11.0, 106.7]


def test_areas_give_a_point_inside_and_lines_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    area = Polygon([(106.7, 11.0), (106.8, 11.0), (106.8, 11.1), (106.7, 11.1)])
    line = LineString([(106.7, 11.0), (106.8, 11.0)])
    gpd.GeoDataFrame({"n": [1, 2, 3]}, geometry=[area, line, None], crs=4326).to_file(path)
    file = open_table_file(path)
    rows = list(file.sheets[0].rows())
    assert 11.0 < float(rows[0].cells[1].text) < 11.1
    assert [bool(row.problems) for row in rows] == [False, True, False]
    assert "LineString" in rows[1].problems[0].en
    assert "area_as_point" in {finding.code for finding in file.findings}


def test_a_layer_without_a_coordinate_system_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    with pytest.warns(UserWarning, match="crs"):
        gpd.GeoDataFrame({"n": [1]}, geometry=[Point(1, 2)]).to_file(path, layer="x")
    with pytest.raises(FileError, match="coordinate system"):
        list(open_table_file(path).sheets[0].rows())


def test_a_point_off_the_map_is_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    feature = {
        "type": "Feature",
        "properties": {"n": 1},
        "geometry": {"type": "Point", "coordinates": [604000, 1220000]},
    }
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    row = next(open_table_file(path).sheets[0].rows())
    assert "off the map" in row.problems[0].en


@given(at=st.integers(0, 3_000), noise=st.binary(min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_a_damaged_parquet_file_gives_rows_or_a_sentence(
    at: int, noise: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("noise") / "a.parquet"
    pq.write_table(pa.table({"tên": ["a", "b"], "n": [1, 2]}), path)
    data = bytearray(path.read_bytes())
    data[at % len(data) : at % len(data) + len(noise)] = noise
    path.write_bytes(data)
    try:
        found: object = [row for sheet in open_table_file(path).sheets for row in sheet.rows()]
    except HinterlandError as error:
        found = error.text.vi
    assert found is not None


def test_what_gdal_warns_of_is_a_finding(tmp_path: Path) -> None:
    """A ring that does not close: nothing is printed beside the answer, and the row is there."""
    shape = '{"type":"Polygon","coordinates":[[[106.7,11.0],[106.8,11.0],[106.8,11.1]]]}'
    path = tmp_path / "a.geojson"
    path.write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name_vi":"A"},"geometry":'
        + shape
        + "}]}",
        encoding="utf-8",
    )
    file = open_table_file(path)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(list(file.sheets[0].rows())) == 1
    assert any("ring" in finding.text.en for finding in file.findings)
