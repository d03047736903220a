"""Layers as files: what every format gives back, in every CRS; what it cannot hold is refused or told."""

from __future__ import annotations

import json
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import zipfile
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, get_args
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely
from export_parts import OSM, PLACES, VALUES, Breaking, made, of_places, opened
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from api.gis.exports.forms import FORMS, FormName
from api.gis.exports.kml_names import KML, name_places
from api.gis.exports.shortening import short_names
from api.gis.exports.wkb import to_wkb
from api.gis.exports.writing import packed_name, write_layers
from api.gis.exports.zones import proposed_zone
from geodata.features.source import Named, Wanted
from geodata.features.table import Box, ShapeKind, Shapes
from supplychain.errors import HinterlandError

KINDS: Final[tuple[ShapeKind, ...]] = get_args(ShapeKind)
ANY_CRS: Final = [name for name, form in FORMS.items() if not form.only_wgs84]
MILLIMETRE: Final = 1e-3
CENTIMETRE: Final = 1e-2
TENTH_OF_MILLIMETRE_DEGREES: Final = 1e-9

EPSG_6960: Final = (
    "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step +proj=push +v_3 +step +proj=cart +ellps=WGS84 "
    "+step +inv +proj=helmert +x=-191.90441429 +y=-39.30318279 +z=-111.45032835 +rx=-0.00928836 +ry=0.01975479 "
    "+rz=-0.00427372 +s=0.252906278 +convention=coordinate_frame +step +inv +proj=cart +ellps=WGS84 "
    "+step +proj=pop +v_3 +step +proj=tmerc +lat_0=0 +lon_0={meridian} +k=0.9999 +x_0=500000 +y_0=0 +ellps=WGS84"
)
"""WGS 84 degrees to a TM-3 zone of VN-2000 by the parameters of decision 05/2007/QĐ-BTNMT, as PROJ is told them."""


def written(form: str, folder: Path, *layers: Named, crs: str = "EPSG:4326", **more: Any) -> Path:  # noqa: ANN401 - as of write_layers
    """Write layers and return the file."""
    path = folder / packed_name(form, "out", len(layers))
    write_layers(layers, form, path, crs, **more)
    return path


def places_of(frame: gpd.GeoDataFrame) -> list[Any]:
    """Return the places of features, flat: a part of several is no other place than the part itself."""
    return [None if place is None or place.is_empty else shapely.force_2d(place) for place in frame.geometry]


def far(one: shapely.Geometry, other: shapely.Geometry) -> float:
    """Return the greatest distance between the outlines of two places, points in any order and direction."""
    return float(max(shapely.hausdorff_distance(one, other), shapely.hausdorff_distance(other, one)))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", FORMS)
def test_every_format_gives_the_features_back(form: str, kind: ShapeKind, tmp_path: Path) -> None:
    """Ids, places and values are those that went in; a drawing (DXF) has places alone, in parts."""
    frame = opened(written(form, tmp_path, made(kind)))
    expected = list(PLACES[kind])
    found = places_of(frame)
    if form == "dxf":
        parts = [part for place in expected for part in shapely.get_parts(place)]
        assert len(found) == len(parts)
        assert max(min(far(one, part) for one in found) for part in parts) < TENTH_OF_MILLIMETRE_DEGREES
        return
    rows = dict(zip(frame["park_id"], found, strict=True))
    assert set(rows) == {"a", "b", "c"}
    assert rows["b"] is None
    for key, place in (("a", expected[0]), ("c", expected[1])):
        assert far(rows[key], place) < (2e-8 if form == "tab" else TENTH_OF_MILLIMETRE_DEGREES)
        assert abs(rows[key].area - place.area) < 1e-8
    _check_values(form, frame.set_index("park_id"))


def _check_values(form: str, frame: pd.DataFrame) -> None:
    short = short_names(list(VALUES), FORMS[form].name_length)
    if form == "kml":
        assert frame.loc["a", "Name"] == VALUES["name"][0]
        assert float(frame.loc["a", "workers"]) == VALUES["workers"][0]
        return
    name = frame.loc["b", "name"]
    assert name == ("'=1+1" if form == "csv" else "=1+1")
    assert frame.loc["a", "name"] == VALUES["name"][0]
    assert frame.loc["a", "workers"] == VALUES["workers"][0]
    assert frame.loc["c", short["capacity_per_day"]] == pytest.approx(1 / 3, rel=1e-12)
    assert frame.loc["c", short["capacity_per_week"]] == pytest.approx(7 / 3, rel=1e-12)
    assert bool(frame.loc["a", "open"]) is True
    assert bool(frame.loc["b", "open"]) is False
    assert str(frame.loc["c", "since"])[:10].replace("/", "-") == "1999-12-31"
    changed = str(frame.loc["a", short["changed_at"]])
    assert changed.replace("T", " ")[:19] == "2026-01-02 03:04:05"
    if form != "tab":
        assert pd.isna(frame.loc["b", "workers"])
        assert pd.isna(frame.loc["b", short["capacity_per_day"]])
        assert pd.isna(frame.loc["b", "since"])


def test_places_of_kml_have_the_name_that_their_fields_tell(tmp_path: Path) -> None:
    """By hand: a name in Vietnamese before others, nothing twice, and what is nameless by its id."""
    path = tmp_path / "a.kml"
    cells = [{"park_id": "a", "name_en": "A Park", "name_vi": "KCN A & B"}, {"park_id": "b"}]
    places = "".join(
        "<Placemark><ExtendedData><SchemaData>"
        + "".join(f'<SimpleData name="{key}">{value.replace("&", "&amp;")}</SimpleData>' for key, value in one.items())
        + "</SchemaData></ExtendedData></Placemark>"
        for one in cells
    )
    path.write_text(f'<kml xmlns="{KML}"><Document>{places}</Document></kml>', encoding="utf-8")
    for _ in range(2):
        name_places(path)
    found = ET.parse(path).getroot()  # noqa: S314 - ours
    assert [[name.text for name in one.findall(f"{{{KML}}}name")] for one in found.iter(f"{{{KML}}}Placemark")] == [
        ["KCN A & B"],
        ["b"],
    ]
    assert "<Placemark><name>" in path.read_text(encoding="utf-8").replace("\n", "")


HOSTILE: Final = (
    "</name><script>alert(1)</script>",
    '<a]]></SimpleData><SimpleData name="workers">9',
    "<![CDATA[x]]>",
    "<![CDATA[",
    "]]>",
    "&amp;&#1;",
    "\ue0001 <",
    "\ue000",
    '=HYPERLINK("http://x","y")',
    '"; DROP TABLE parks; --',
    "%n%s %%",
    r"\P^J\U+0041 %%c",
    "\u202eabc\u200f",
    "  outer  ",
    '{"a":1}',
    "[1,2]",
    "null",
    "x" * 10_000,
)


@pytest.mark.parametrize("form", ["gpkg", "fgb", "parquet", "geojson", "geojsonl", "gdb", "kml"])
def test_hostile_names_come_back_to_the_letter(form: str, tmp_path: Path) -> None:
    """Marks of XML, JSON, formulas and drawings are letters of a name, and add nothing to the file."""
    for number in range(0, len(HOSTILE), 2):
        folder = tmp_path / str(number)
        folder.mkdir()
        path = written(form, folder, made("Point", texts=[*HOSTILE[number : number + 2], None]))
        if form.startswith("geojson"):
            text = path.read_text(encoding="utf-8")
            lines = [one for one in text.split("\n") if one]
            features = json.loads(text)["features"] if form == "geojson" else [json.loads(one) for one in lines]
            found = [one["properties"]["name"] for one in features]
        else:
            frame = opened(path)
            found = frame["Name" if form == "kml" else "name"].tolist()
            assert frame["workers"].iloc[0] in {1200, "1200"}
        assert found[:2] == list(HOSTILE[number : number + 2])


def test_signs_that_a_format_cannot_hold_are_left_out_and_counted(tmp_path: Path) -> None:
    """No XML holds control signs or no-letters (XML 1.0, production 2), and GDAL ends a text at a sign of zero."""
    layer = made("Point", texts=["a\x01\x1b[31m\x0bb\ufffe\uffff", "a\0b", None])
    for form, expected, losses in (("kml", ["a[31mb", "ab"], 1), ("geojson", [None, "ab"], 1), ("parquet", [], 0)):
        path = tmp_path / f"out.{form}"
        done = write_layers([layer], form, path).layers[0]
        told = [one for one in done.losses if "control" in one.en]
        assert len(told) == losses
        if losses:
            assert f"{2 if form == 'kml' else 1} texts of name" in told[0].en
            found = opened(path)["Name" if form == "kml" else "name"].tolist()
            assert [one for one, wanted in zip(found, expected, strict=False) if wanted] == [
                one for one in expected if one
            ]
    assert opened(tmp_path / "out.parquet")["name"].tolist()[:2] == ["a\x01\x1b[31m\x0bb\ufffe\uffff", "a\0b"]


def test_an_older_gdal_reads_the_truths_of_a_kml(tmp_path: Path) -> None:
    """By hand: of the three parks the first is open, the second is not; ``true`` was 0 to GDAL 3.6."""
    path = written("kml", tmp_path, made("Point"))
    done = subprocess.run(["ogrinfo", "-ro", "-al", str(path)], capture_output=True, text=True, check=True)
    assert re.findall(r"open \(Integer\S*\) = (\d)", done.stdout) == ["1", "0"]
    assert done.stderr == ""
    assert opened(path)["open"].tolist()[:2] == [1, 0]


@pytest.mark.parametrize(("crs", "meridian"), [("EPSG:9210", 105.75), ("EPSG:5899", 107.75)])
@pytest.mark.parametrize("form", ANY_CRS)
def test_coordinates_of_vn_2000_are_those_of_proj_to_a_millimetre(
    form: str, crs: str, meridian: float, tmp_path: Path
) -> None:
    """The seven parameters and the projection are written out for PROJ here, so that no choice of its own counts."""
    lon, lat = np.meshgrid(np.linspace(105.8, 107.6, 7), np.linspace(10.3, 11.5, 5))
    points = shapely.points(lon.ravel(), lat.ravel())
    frame = opened(written(form, tmp_path, of_places(*points), crs=crs), "places")
    assert len(frame) == len(points)
    if form not in {"dxf", "csv"}:
        assert frame.crs is not None
    east, north = Transformer.from_pipeline(EPSG_6960.format(meridian=meridian)).transform(lon.ravel(), lat.ravel())
    found = shapely.get_coordinates(frame.geometry.to_numpy())
    order = np.arange(len(points)) if form == "dxf" else np.array([int(key[1:]) for key in frame["id"]])
    away = np.hypot(found[:, 0] - east[order], found[:, 1] - north[order])
    assert away.max() < MILLIMETRE


@pytest.mark.parametrize("others", [(), (shapely.Point(106.6, 11.1),), (shapely.Point(106.7, 11),)])
def test_a_mapinfo_file_holds_one_place_and_places_in_a_row_in_any_crs(
    others: tuple[shapely.Point, ...], tmp_path: Path
) -> None:
    """Their box has no area, from which the ground of the file was worked out; less than 1 cm off."""
    points = (shapely.Point(106.6, 11), *others)
    frame = opened(written("tab", tmp_path, of_places(*points), crs="EPSG:9210"), "places")
    way = Transformer.from_pipeline(EPSG_6960.format(meridian=105.75))
    east, north = way.transform([one.x for one in points], [one.y for one in points])
    found = shapely.get_coordinates(frame.geometry.to_numpy())
    assert np.abs(found - np.column_stack([east, north])).max() < CENTIMETRE


@pytest.mark.parametrize("crs", ["EPSG:4978", "EPSG:5703"])
def test_a_crs_without_a_plane_is_refused(crs: str, tmp_path: Path) -> None:
    """From the earth's centre, and heights: neither has an east and a north."""
    with pytest.raises(HinterlandError, match=f"{crs} has no two coordinates on the ground"):
        written("gpkg", tmp_path, made("Point"), crs=crs)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", ["gpkg", "fgb", "shp", "geojson", "geojsonl", "csv", "tab", "dxf", "kml", "gdb"])
def test_ogrinfo_opens_every_format(form: str, tmp_path: Path) -> None:
    path = written(form, tmp_path, made("LineString"), language="en")
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            archive.extractall(tmp_path)
        path = next(one for one in tmp_path.iterdir() if one.suffix == FORMS[form].suffix)
    done = subprocess.run(["ogrinfo", "-ro", "-al", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"Feature Count: {2 if form == 'dxf' else 3}" in done.stdout
    assert "ERROR" not in done.stderr


@pytest.mark.parametrize("form", FORMS)
def test_a_layer_without_features_is_a_file_that_opens(form: str, tmp_path: Path) -> None:
    """A sequence of no features is a file of no bytes, which only we can know to be one."""
    path = written(form, tmp_path, made("LineString"), wanted=Wanted(ids=frozenset()))
    if form == "geojsonl":
        assert path.read_bytes() == b""
    else:
        assert len(opened(path)) == 0


def test_a_box_leaves_the_others_out(tmp_path: Path) -> None:
    frame = opened(written("fgb", tmp_path, made("Point"), wanted=Wanted(box=Box(106.8, 10.3, 107, 10.5))))
    assert frame["park_id"].tolist() == ["c"]


def test_several_layers_stand_in_one_geopackage_with_styles_names_and_records(tmp_path: Path) -> None:
    layers = (made("Point", style="parks"), made("LineString", OSM, "network_links.3.rail", "network_links"))
    path = written("gpkg", tmp_path, *layers, language="vi")
    with closing(sqlite3.connect(path)) as connection:

        def rows(query: str) -> list[tuple[Any, ...]]:
            return connection.execute(query).fetchall()

        styles = dict(rows("select f_table_name, styleQML from layer_styles"))
        sld = rows("select styleSLD from layer_styles where useAsDefault = 1")
        names = dict(rows("select column_name, name from gpkg_data_columns where table_name = 'parks'"))
        about = rows("select description from gpkg_data_columns where column_name = 'capacity_per_day'")[0][0]
        told = dict(rows("select item, value from provenance where layer = 'network_links_3_rail' and language = 'en'"))
        records = dict(
            rows("select table_name, metadata from gpkg_metadata_reference join gpkg_metadata on id = md_file_id")
        )
        extensions = {row[0] for row in rows("select extension_name from gpkg_extensions")}
        assert rows("pragma integrity_check") == [("ok",)]
        assert rows("pragma foreign_key_check") == []
    assert set(styles) == set(records) == {"parks", "network_links_3_rail"}
    assert all("StyledLayerDescriptor" in text for (text,) in sld)
    assert "Ý nghĩa capacity_per_day" in styles["parks"]
    assert names["capacity_per_day"] == "Ý nghĩa capacity_per_day (t/ngày)"
    assert "What capacity_per_day says" in about
    assert told["licence"] == "ODbL-1.0"
    assert {"gpkg_schema", "gpkg_metadata", "gpkg_rtree_index"} <= extensions
    assert "Đường phố thử nghiệm" in records["network_links_3_rail"]
    assert {one.name for one in tmp_path.iterdir()} == {
        "out.gpkg",
        "out.gpkg.parks.xml",
        "out.gpkg.network_links_3_rail.xml",
    }


def test_a_shapefile_says_which_names_it_shortened_and_in_which_letters_it_is(tmp_path: Path) -> None:
    layer = made("Point")
    found = write_layers([layer], "shp", tmp_path / "parks.shp.zip")
    losses = " ".join(loss.en for loss in found.layers[0].losses)
    assert "capacity_per_day → ca_per_day" in losses
    with zipfile.ZipFile(tmp_path / "parks.shp.zip") as archive:
        assert archive.read("parks.cpg").decode().strip() == "UTF-8"
        note = archive.read("README.txt").decode("utf-8-sig")
        assert "parks.shp.xml" in archive.namelist()
    assert "capacity_per_day → ca_per_day" in note
    assert "ca_per_day: Ý nghĩa capacity_per_day (t/ngày)" in note
    assert "CC BY 4.0" in note


def test_texts_that_are_too_long_are_cut_between_letters_and_counted(tmp_path: Path) -> None:
    """Each ớ is three bytes: 84 of them are 252 bytes, and half a letter is none."""
    layer = made("Point", texts=["ớ" * 200, "x" * 254, None])
    found = write_layers([layer], "shp", tmp_path / "parks.shp")
    assert any("1 texts of name were cut" in loss.en for loss in found.layers[0].losses)
    names = opened(tmp_path / "parks.shp").set_index("park_id")["name"]
    assert (names["a"], names["b"]) == ("ớ" * 84, "x" * 254)


def test_a_geoparquet_says_its_crs_bounds_and_licence(tmp_path: Path) -> None:
    path = written("parquet", tmp_path, made("LineString", OSM), crs="EPSG:9210")
    metadata = pq.read_metadata(path).metadata
    geo = json.loads(metadata[b"geo"])
    column = geo["columns"]["geometry"]
    assert (geo["version"], column["encoding"], column["geometry_types"]) == ("1.1.0", "WKB", ["LineString"])
    assert column["crs"]["id"] == {"authority": "EPSG", "code": 9210}
    assert column["bbox"] == pytest.approx(gpd.read_parquet(path).total_bounds.tolist())
    assert json.loads(metadata[b"hinterland"])["vi"]["is_share_alike"] is True


def test_formats_of_one_layer_come_as_an_archive_of_several(tmp_path: Path) -> None:
    layers = made("Point"), of_places(shapely.Point(106, 11))
    assert packed_name("fgb", "out", 2) == "out.fgb.zip"
    with zipfile.ZipFile(written("fgb", tmp_path, *layers)) as archive:
        assert {"parks.fgb", "places.fgb", "parks.fgb.xml", "places.fgb.xml", "README.txt"} == set(archive.namelist())
    with pytest.raises(HinterlandError, match=r"name a file that ends in \.zip"):
        write_layers(layers, "fgb", tmp_path / "both.fgb")


@pytest.mark.parametrize(
    ("form", "crs", "layer", "match"),
    [
        ("geojson", "EPSG:9210", made("Point"), "WGS 84 only"),
        ("kml", "EPSG:9210", made("Point"), "WGS 84 only"),
        ("docx", "EPSG:4326", made("Point"), "the formats are: gpkg, fgb"),
        ("gpkg", "EPSG:1", made("Point"), "There is no coordinate reference system EPSG:1"),
        ("gpkg", "EPSG:9210", of_places(shapely.Point(-164.25, 0)), r"Feature f0 of Places lies where EPSG:9210"),
        (
            "dxf",
            "EPSG:4326",
            of_places(shapely.LineString(np.column_stack([np.linspace(106, 107, 32_768)] * 2)), kind="LineString"),
            "Feature f0 of Places has 32,768 points; a line of DXF holds 32,767",
        ),
    ],
)
def test_what_a_format_cannot_hold_is_refused(form: str, crs: str, layer: Named, match: str, tmp_path: Path) -> None:
    with pytest.raises(HinterlandError, match=match):
        write_layers([layer], form, tmp_path / f"out.{form}", crs)
    assert list(tmp_path.iterdir()) == []


def test_more_features_than_programs_open_are_refused_before_anything_is_read(tmp_path: Path) -> None:
    many = of_places(*shapely.points(np.zeros((100_001, 2))))
    with pytest.raises(HinterlandError, match="at most 100,000 features, not 100,001 of Places"):
        write_layers([many], "kml", tmp_path / "out.kml")


def test_no_layer_and_a_layer_named_twice_are_refused(tmp_path: Path) -> None:
    with pytest.raises(HinterlandError, match="at least one layer"):
        write_layers([], "gpkg", tmp_path / "out.gpkg")
    with pytest.raises(HinterlandError, match="parks is named twice"):
        write_layers([made("Point"), made("Point")], "gpkg", tmp_path / "out.gpkg")


@pytest.mark.parametrize("form", FORMS)
def test_a_layer_that_breaks_off_leaves_the_old_file_as_it_was(form: FormName, tmp_path: Path) -> None:
    layer = made("Point")
    held: Any = layer.source
    broken = Named("parks", layer.title, Breaking(held.table, "v2", held.origin))
    path = tmp_path / packed_name(form, "out", 1)
    path.write_text("old", encoding="utf-8")
    with pytest.raises(OSError, match="the disk is gone"):
        write_layers([broken], form, path)
    assert [one.name for one in tmp_path.iterdir()] == [path.name]
    assert path.read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize("form", FORMS)
def test_a_full_disk_is_told_and_leaves_the_old_file_as_it_was(form: FormName, tmp_path: Path) -> None:
    """The system refuses files of more than 10 kB, as a full disk does; no path of the machine is told."""
    places = of_places(*shapely.points(np.linspace(106, 107, 3_000), np.linspace(10, 11, 3_000)))
    path = tmp_path / packed_name(form, "out", 1)
    path.write_text("old", encoding="utf-8")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))
        with pytest.raises(HinterlandError, match=r"could not be written: .* a place with room") as caught:
            write_layers([places], form, path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert str(tmp_path) not in caught.value.text.en
    assert [one.name for one in tmp_path.iterdir()] == [path.name]
    assert path.read_text(encoding="utf-8") == "old"


def test_a_file_is_replaced_whole_also_a_folder_of_a_geodatabase(tmp_path: Path) -> None:
    path = tmp_path / "parks.gdb"
    for layer in (made("LineString"), made("Point")):
        write_layers([layer], "gdb", path)
    assert set(opened(path).geom_type.dropna()) == {"Point"}
    shutil.rmtree(path)


@pytest.mark.parametrize(
    ("box", "crs", "provinces"),
    [
        (Box(106.62, 10.95, 106.68, 11.0), "EPSG:9210", "Bình Dương"),
        (Box(106.40, 10.53, 106.42, 10.55), "EPSG:9210", "Long An"),
        (Box(106.69, 10.77, 106.71, 10.79), "EPSG:9210", "TP. Hồ Chí Minh"),
        (Box(106.82, 10.94, 106.84, 10.96), "EPSG:5899", "Đồng Nai"),
        (Box(107.07, 10.34, 107.09, 10.36), "EPSG:5899", "Bà Rịa – Vũng Tàu"),
        (Box(107.30, 11.00, 107.30, 11.00), "EPSG:5899", "Đồng Nai"),
        (Box(105.7, 10.3, 107.6, 11.4), "EPSG:9210", "Bình Dương, Long An, TP. Hồ Chí Minh"),
    ],
)
def test_the_zone_of_a_place_is_that_of_its_province(box: Box, crs: str, provinces: str) -> None:
    zone = proposed_zone(box)
    assert zone is not None
    assert (zone.crs, zone.provinces) == (crs, provinces)


def test_places_far_from_the_region_get_no_zone() -> None:
    assert proposed_zone(Box(105.7, 20.9, 105.9, 21.1)) is None
    assert proposed_zone(Box(179, 10, -179, 11)) is None
    assert proposed_zone(None) is None


NAMES = st.lists(st.text("abcdefgh_éđ1", min_size=1, max_size=40), unique_by=str.lower, max_size=30)


@given(NAMES)
def test_short_names_are_short_and_no_two_are_equal(names: list[str]) -> None:
    found = short_names(names, 10)
    assert list(found) == names
    assert all(len(given.encode()) <= 10 for given in found.values())
    assert len({given.lower() for given in found.values()}) == len(names)
    assert all(found[name] == name for name in names if len(name.encode()) <= 10)
    assert short_names(names, 0) == {name: name for name in names}


@given(st.lists(st.lists(st.tuples(*[st.floats(-180, 180)] * 2), max_size=6), max_size=6))
def test_lines_are_the_well_known_binary_of_shapely(lines: list[list[tuple[float, float]]]) -> None:
    """A line of one point is none and counts as missing."""
    counts = [len(line) if len(line) > 1 else 0 for line in lines]
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    points = [point for line, count in zip(lines, counts, strict=True) if count for point in line]
    shapes = Shapes("LineString", np.array(points, dtype=float).reshape(-1, 2), (offsets,))
    expected = [
        shapely.to_wkb(shapely.LineString(points[first:last]), byte_order=1) if last > first else None
        for first, last in pairwise(offsets.tolist())
    ]
    assert to_wkb(shapes).to_pylist() == expected
