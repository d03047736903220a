"""Lines of GIS files of every format and CRS become a network by a mapping."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyogrio.raw
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from geodata.geodesy import line_length_m
from geodata.gis.crs import CrsError, reprojection
from geodata.gis.ends import connect
from geodata.gis.importing import GisOptions, import_gis
from geodata.gis.mapping import GisMapping, Rule
from geodata.gis.read import ReadError
from geodata.infrastructure.columns import ROAD_KINDS, TRAIN_KINDS, TRUCK_KINDS
from geodata.infrastructure.imported import Imported
from geodata.network import Geometries
from geodata.topology.measure import lengths_m
from supplychain.errors import FindingsError

A, B, C, D = (106.70, 10.90), (106.71, 10.90), (106.72, 10.90), (106.71, 10.91)
ROADS = [[A, B, C], [B, D]]
"""QL13 from A over B to C, and a street from B to D: three links and four nodes where cut at B."""
CELLS: dict[str, list[Any]] = {
    "TEN": ["Quốc lộ 13", "Đường Lê Lợi"],
    "CAP": ["Quốc lộ", "Đường đô thị"],
    "TOC_DO": [60.0, 40.0],
    "CHIEU": ["2 chiều", "1 chiều"],
    "GHI_CHU": ["a", None],
}
MAPPING = GisMapping(
    attributes={
        "name": Rule("TEN"),
        "link_class": Rule("CAP", values={"quốc lộ": "trunk", "đường đô thị": "secondary"}),
        "speed_kmh": Rule("TOC_DO"),
        "direction": Rule("CHIEU", values={"1 chieu": "forward", "2 chieu": "both"}),
    }
)
DRIVERS = {
    "roads.gpkg": "GPKG",
    "roads.shp": "ESRI Shapefile",
    "roads.geojson": "GeoJSON",
    "roads.geojsonl": "GeoJSONSeq",
    "roads.fgb": "FlatGeobuf",
    "roads.gdb": "OpenFileGDB",
}


def write(
    path: Path,
    lines: list[Any] | None = None,
    cells: dict[str, list[Any]] | None = None,
    crs: str | None = "EPSG:4326",
    **options: Any,  # noqa: ANN401 - of pyogrio
) -> Path:
    """Write lines given in WGS 84 into a file in any CRS; shapes may be lists of points or geometries."""
    shapes = np.array(
        [
            one if one is None or isinstance(one, shapely.Geometry) else shapely.LineString(one)
            for one in lines or ROADS
        ],
        dtype=np.object_,
    )
    if crs not in (None, "EPSG:4326"):
        shapes = shapely.transform(shapes, reprojection(str(crs)).from_wgs84)
    given_cells = CELLS if cells is None else cells
    columns = [
        np.array(values, dtype=np.object_ if any(isinstance(v, str) or v is None for v in values) else None)
        for values in given_cells.values()
    ]
    options.setdefault("driver", DRIVERS.get(path.name, "GPKG"))
    options.setdefault("geometry_type", "LineString")
    if options["driver"] == "FlatGeobuf":
        options["SPATIAL_INDEX"] = "NO"  # it would put the rows in another order
    pyogrio.raw.write(
        path,
        shapely.to_wkb(shapes, include_srid=False),
        columns,
        list(given_cells),
        crs=crs,
        encoding="UTF-8",
        **options,
    )
    return path


def kinds_of(imported: Imported) -> set[str]:
    return {note.kind for note in imported.notes}


def assert_roads(imported: Imported) -> None:
    """Assert what the two roads give, cut at B: A-B and B-C of the trunk, B-D one-way."""
    network = imported.infrastructure
    columns = network.links.to_columns()
    assert columns["name"].tolist() == ["Quốc lộ 13", "Quốc lộ 13", "Đường Lê Lợi"]
    assert columns["link_class"].tolist() == ["trunk", "trunk", "secondary"]
    assert columns["mode"].tolist() == ["road"] * 3
    assert columns["speed_kmh"].tolist() == [60, 60, 40]
    assert columns["oneway"].tolist() == [False, False, True]
    assert columns["access_forward"].tolist() == [ROAD_KINDS] * 3
    assert columns["access_backward"].tolist() == [ROAD_KINDS, ROAD_KINDS, 0]
    places = np.column_stack((network.nodes.lon, network.nodes.lat))
    ends = np.stack([places[network.links.from_index], places[network.links.to_index]], axis=1)
    np.testing.assert_allclose(ends, [[A, B], [B, C], [B, D]], atol=1e-7)
    assert len(network.nodes) == 4
    lengths = line_length_m(np.array([shapely.LineString(line) for line in ([A, B], [B, C], [B, D])]))
    np.testing.assert_allclose(network.links.length_m, lengths, rtol=1e-6)


@pytest.mark.parametrize(
    ("name", "crs"),
    # GeoJSONSeq is in WGS 84 always.
    [
        (name, crs)
        for name in DRIVERS
        for crs in ("EPSG:4326", "EPSG:9210", "EPSG:32648")
        if "4326" in crs or "jsonl" not in name
    ],
)
def test_every_format_in_every_crs_gives_the_same_network(tmp_path: Path, name: str, crs: str) -> None:
    imported = import_gis(write(tmp_path / name, crs=crs), MAPPING)
    assert_roads(imported)
    assert {"unmapped_columns", "split", "all_kinds_assumed"} <= kinds_of(imported)
    (unmapped,) = [note for note in imported.notes if note.kind == "unmapped_columns"]
    assert "GHI_CHU" in unmapped.text.en
    assert imported.warnings == ()


def test_a_zipped_shapefile_is_read(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    write(tmp_path / "in" / "roads.shp", crs="EPSG:3405")
    shutil.make_archive(str(tmp_path / "roads"), "zip", tmp_path / "in")
    imported = import_gis(tmp_path / "roads.zip", MAPPING)
    assert_roads(imported)
    (source,) = imported.infrastructure.sources
    assert source.name == "roads.zip"
    assert len(source.sha256) == 64


def test_vn_2000_goes_by_the_named_transformation() -> None:
    """EPSG:6960 moves 10.9 N 106.7 E of VN-2000 by -0.0010184 and +0.0017870 degrees; the rough way not at all."""
    way = reprojection("EPSG:4756")
    ((lon, lat),) = way.to_wgs84(np.array([[106.7, 10.9]]))
    exact = Transformer.from_pipeline("urn:ogc:def:coordinateOperation:EPSG::6960").transform(10.9, 106.7)
    assert (lat, lon) == exact
    assert lat == pytest.approx(10.8989816, abs=1e-7)
    assert lon == pytest.approx(106.7017870, abs=1e-7)


@given(
    st.lists(st.tuples(st.floats(102.2, 109.5), st.floats(8.4, 23.4)), min_size=1, max_size=20),
    st.sampled_from(["EPSG:9210", "EPSG:3405", "EPSG:4756", "EPSG:32648", "EPSG:3857"]),
)
def test_reprojecting_there_and_back_changes_less_than_a_billionth_of_a_degree(
    points: list[tuple[float, float]], crs: str
) -> None:
    way = reprojection(crs)
    there = np.array(points)
    np.testing.assert_allclose(way.to_wgs84(way.from_wgs84(there)), there, atol=1e-9, rtol=0)


_GRID = st.tuples(st.integers(0, 5), st.integers(0, 5)).map(lambda cell: (106 + cell[0] / 100, 10 + cell[1] / 100))


@settings(deadline=None)
@given(st.lists(st.lists(_GRID, min_size=2, max_size=6), min_size=1, max_size=6), st.booleans())
def test_cutting_at_shared_points_keeps_the_length_of_every_line(
    lines: list[list[tuple[float, float]]], split: bool
) -> None:
    drawn = [[a for a, b in zip(line, [*line[1:], None], strict=True) if a != b] for line in lines]
    kept = [line for line in drawn if len(line) > 1]
    if not kept:
        return
    offsets = np.cumsum([0, *(len(line) for line in kept)])
    whole = Geometries(offsets, np.concatenate([np.array(line) for line in kept]))
    connected = connect(whole, np.zeros(len(kept), dtype=np.int64), 1.0, split=split)
    pieces = np.bincount(connected.parent, weights=lengths_m(connected.lines), minlength=len(kept))
    np.testing.assert_allclose(pieces, lengths_m(whole), rtol=1e-12)
    ends = connected.lines.coordinates[connected.lines.offsets[:-1]]
    np.testing.assert_array_equal(ends, connected.nodes[connected.from_node])
    if not split:
        assert len(connected.parent) == len(kept)


def test_ends_are_snapped_within_the_tolerance_only(tmp_path: Path) -> None:
    """A gap of 0.00001 degrees of longitude at 10.9 N is 1.09 m: closed at 2 m, left at 1 m."""
    near = (B[0] + 0.00001, B[1])
    file = write(tmp_path / "roads.gpkg", lines=[[A, B], [near, C]])
    closed = import_gis(file, MAPPING, GisOptions(snap_m=2.0))
    assert len(closed.infrastructure.nodes) == 3
    assert "ends_moved" in kinds_of(closed)
    assert len(import_gis(file, MAPPING, GisOptions(snap_m=1.0)).infrastructure.nodes) == 4


def test_lines_are_cut_at_crossings_of_one_level_only(tmp_path: Path) -> None:
    """A cross of two lines without a common point: cut into four, unless one of them is a bridge."""
    cross = [[(106.70, 10.90), (106.72, 10.92)], [(106.70, 10.92), (106.72, 10.90)]]
    cells = {**CELLS, "CAU": ["không", "có"]}
    file = write(tmp_path / "roads.gpkg", lines=cross, cells=cells)
    assert len(import_gis(file, MAPPING).infrastructure.links) == 2
    cut = import_gis(file, MAPPING, GisOptions(split="crossings")).infrastructure
    assert len(cut.links) == 4
    assert len(cut.nodes) == 5
    assert cut.links.row_id.tolist() == ["1", "1", "2", "2"]
    with_bridge = GisMapping(attributes={**MAPPING.attributes, "bridge": Rule("CAU")})
    assert len(import_gis(file, with_bridge, GisOptions(split="crossings")).infrastructure.links) == 2


def test_a_line_is_cut_where_another_ends_on_it(tmp_path: Path) -> None:
    file = write(tmp_path / "roads.gpkg", lines=[[A, C], [(106.705, 10.900003), D]])
    network = import_gis(file, MAPPING, GisOptions(split="crossings")).infrastructure
    assert len(network.links) == 3
    assert len(network.nodes) == 4
    assert len(import_gis(file, MAPPING).infrastructure.links) == 2


def test_node_ids_come_from_columns_where_the_mapping_names_them(tmp_path: Path) -> None:
    cells = {**CELLS, "DAU": ["n1", "n2"], "CUOI": ["n3", "n4"]}
    mapping = GisMapping(attributes={**MAPPING.attributes, "from_node_id": Rule("DAU"), "to_node_id": Rule("CUOI")})
    network = import_gis(write(tmp_path / "roads.gpkg", cells=cells), mapping).infrastructure
    assert network.nodes.node_id[network.links.from_index].tolist() == ["n1", "n2"]
    assert network.nodes.node_id[network.links.to_index].tolist() == ["n3", "n4"]
    missing = {**cells, "DAU": ["n1", None]}
    with pytest.raises(FindingsError, match="findings") as caught:
        import_gis(write(tmp_path / "other.gpkg", cells=missing), mapping)
    assert "have no node id in column DAU" in caught.value.sentence("en")


def test_traffic_against_the_digitised_direction_turns_the_line_round(tmp_path: Path) -> None:
    mapping = GisMapping(
        attributes={**MAPPING.attributes, "direction": Rule("CHIEU", values={"1 chiều": "backward", "2 chiều": "both"})}
    )
    network = import_gis(write(tmp_path / "roads.gpkg"), mapping).infrastructure
    street = network.lines.points(2)
    np.testing.assert_array_equal(street, [D, B])
    assert network.links.oneway.tolist() == [False, False, True]


def test_units_defaults_kinds_and_ban_hours(tmp_path: Path) -> None:
    """40 mph is 64.37 km/h, 15 ft 4.572 m, 13000 kg 13 t; an empty cell takes the default."""
    cells: dict[str, list[Any]] = {
        "CLASS": ["QL", "DT"],
        "MPH": [40, 0],
        "HEIGHT": ["15", "4,5 m"],
        "LOAD": [13000, 5000],
        "BAN": ["Mo-Fr 06:00-09:00", None],
        "WHO": ["hgv;articulated", None],
    }
    mapping = GisMapping(
        attributes={
            "link_class": Rule("CLASS", values={"QL": "trunk", "DT": "primary"}),
            "speed_kmh": Rule("MPH", unit="mph"),
            "max_height_m": Rule("HEIGHT", unit="ft"),
            "max_weight_t": Rule("LOAD", unit="kg"),
            "truck_ban_hours": Rule("BAN"),
            "kinds": Rule("WHO", default="car;goods"),
            "lanes": Rule(constant="4"),
        }
    )
    imported = import_gis(write(tmp_path / "roads.gpkg", cells=cells), mapping, GisOptions(split="none"))
    links = imported.infrastructure.links
    np.testing.assert_allclose(links.speed_kmh, [64.37376, np.nan])
    np.testing.assert_allclose(links.max_height_m, [4.572, 4.5])
    np.testing.assert_allclose(links.max_weight_t, [13, 5])
    assert links.lanes.tolist() == [4, 4]
    assert links.access_forward.tolist() == [TRUCK_KINDS, 3]
    assert imported.infrastructure.conditions.link_index.tolist() == [0]
    assert imported.infrastructure.conditions.kinds.tolist() == [TRUCK_KINDS]
    assert imported.infrastructure.schedules.text.tolist() == ["Mo-Fr 06:00-09:00"]
    (zero,) = [note for note in imported.notes if note.kind == "zero_not_known"]
    assert "rows 2" in zero.text.en


def test_absurd_and_ambiguous_numbers_are_left_out_and_told(tmp_path: Path) -> None:
    cells = {**CELLS, "TOC_DO": ["900", "1.500"]}
    imported = import_gis(write(tmp_path / "roads.gpkg", cells=cells), MAPPING)
    assert np.isnan(imported.infrastructure.links.speed_kmh).all()
    (note,) = imported.warnings
    assert note.kind == "value_left_out"
    assert note.count == 2
    assert "'900', '1.500'" in note.text.en


def test_rail_and_road_never_share_a_node(tmp_path: Path) -> None:
    cells = {**CELLS, "CAP": ["Đường sắt", "Đường đô thị"]}
    attributes = {
        **MAPPING.attributes,
        "link_class": Rule("CAP", values={"đường sắt": "rail_main", "đường đô thị": "secondary"}),
    }
    network = import_gis(write(tmp_path / "roads.gpkg", cells=cells), GisMapping(attributes=attributes)).infrastructure
    assert network.links.to_columns()["mode"].tolist() == ["rail", "road"]
    assert network.links.access_forward.tolist() == [TRAIN_KINDS, ROAD_KINDS]
    assert len(network.nodes) == 4


def test_every_oddity_of_geometry_is_told_with_its_rows(tmp_path: Path) -> None:
    """Rows 1 to 10: good, 3D, two parts, null, point, area, no length, self-crossing, repeat of row 1, outside."""
    shapes = [
        shapely.LineString([A, B]),
        shapely.LineString([(*B, 5.0), (*C, 6.0)]),
        shapely.MultiLineString([[(106.8, 10.8), (106.81, 10.8)], [(106.9, 10.8), (106.91, 10.8)]]),
        None,
        shapely.Point(A),
        shapely.Polygon([A, B, D]),
        shapely.LineString([A, A]),
        shapely.LineString([(106.60, 10.60), (106.62, 10.62), (106.62, 10.60), (106.60, 10.62)]),
        shapely.LineString([A, B]),
        shapely.LineString([(587000, 1205000), (588000, 1205000)]),
    ]
    cells = {name: [values[0]] * len(shapes) for name, values in CELLS.items()}
    imported = import_gis(write(tmp_path / "roads.gpkg", shapes, cells, geometry_type="Unknown"), MAPPING)
    rows = {
        note.kind: note.text.en.split(": ")[-1].rstrip(".")
        for note in imported.notes
        if note.subject.startswith("row ")
    }
    assert rows == {
        "no_geometry": "4",
        "heights_dropped": "Heights (Z) or measures (M) of 1 rows were dropped",
        "not_lines": "5, 6",
        "multi_part": "rows 3",
        "no_length": "rows 7",
        "self_crossing": "rows 8",
        "duplicate_rows": "9",
        "outside": "10",
    }
    assert imported.counts["rows"] == 10
    assert sorted(set(imported.infrastructure.links.row_id.tolist())) == ["1", "2", "3", "8"]
    lossy = {note.kind for note in imported.warnings}
    assert lossy == {"no_geometry", "not_lines", "no_length", "duplicate_rows", "outside"}


def test_parts_that_follow_one_another_become_one_line(tmp_path: Path) -> None:
    shapes = [shapely.MultiLineString([[A, B], [B, C]])]
    cells = {name: values[:1] for name, values in CELLS.items()}
    imported = import_gis(write(tmp_path / "roads.gpkg", shapes, cells, geometry_type="MultiLineString"), MAPPING)
    assert len(imported.infrastructure.links) == 1
    assert "multi_part" not in kinds_of(imported)


def test_a_shapefile_without_prj_is_refused_unless_the_crs_is_stated(tmp_path: Path) -> None:
    file = write(tmp_path / "roads.shp", crs="EPSG:9210")
    (tmp_path / "roads.prj").unlink()
    with pytest.raises(ReadError, match=r"does not say which coordinate reference system.*EPSG:9210"):
        import_gis(file, MAPPING)
    assert_roads(import_gis(file, MAPPING, GisOptions(crs="EPSG:9210")))


def test_a_stated_crs_that_differs_from_the_file_is_refused_unless_it_overrides(tmp_path: Path) -> None:
    file = write(tmp_path / "roads.gpkg", crs="EPSG:9210")
    with pytest.raises(ReadError, match="says it is in EPSG:9210, but EPSG:3405 was stated"):
        import_gis(file, MAPPING, GisOptions(crs="EPSG:3405"))
    with pytest.raises(CrsError, match="no coordinate reference system EPSG:1"):
        import_gis(file, MAPPING, GisOptions(crs="EPSG:1"))
    wrong = write(tmp_path / "wrong.gpkg", crs="EPSG:9210")
    mapping = GisMapping(MAPPING.attributes, crs="EPSG:9210", crs_overrides_file=True)
    assert_roads(import_gis(wrong, mapping))


def test_degrees_that_are_metres_are_refused(tmp_path: Path) -> None:
    lines = [[(587000.0, 1205000.0), (588000.0, 1205000.0)], [(588000.0, 1205000.0), (588000.0, 1206000.0)]]
    with pytest.raises(ReadError, match=r"gave no line at all.*is the CRS right"):
        import_gis(write(tmp_path / "roads.gpkg", lines), MAPPING)


def test_two_layers_and_none_named_are_refused(tmp_path: Path) -> None:
    file = write(tmp_path / "roads.gpkg", layer="duong_bo")
    write(file, layer="duong_sat", append=True)
    with pytest.raises(ReadError, match=r"several layers.*duong_bo, duong_sat"):
        import_gis(file, MAPPING)
    with pytest.raises(ReadError, match=r"no layer 'duong_bo1'.*duong_bo \(\?\)"):
        import_gis(file, MAPPING, GisOptions(layer="duong_bo1"))
    assert_roads(import_gis(file, MAPPING, GisOptions(layer="duong_bo")))


def test_columns_that_are_not_there_are_told_at_once_with_near_names(tmp_path: Path) -> None:
    attributes = {**MAPPING.attributes, "name": Rule("TENN"), "lanes": Rule("SO_LAN"), "speed_kmh": Rule("tocdo")}
    with pytest.raises(FindingsError) as caught:
        import_gis(write(tmp_path / "roads.gpkg"), GisMapping(attributes))
    told = caught.value.sentence("en")
    assert "no column 'TENN'" in told
    assert "Did you mean TEN?" in told
    assert "no column 'SO_LAN'" in told
    assert "Did you mean TOC_DO?" in told


def test_classes_that_are_not_translated_are_told_at_once_with_counts(tmp_path: Path) -> None:
    attributes = {**MAPPING.attributes, "link_class": Rule("CAP"), "direction": Rule("CHIEU")}
    with pytest.raises(FindingsError) as caught:
        import_gis(write(tmp_path / "roads.gpkg"), GisMapping(attributes))
    told = caught.value.sentence("vi")
    for value in ("Quốc lộ", "Đường đô thị", "2 chiều", "1 chiều"):
        assert f"Không hiểu '{value}'" in told


@pytest.mark.parametrize("name", ["roads.gpkg", "roads.shp", "roads.geojson", "roads.fgb"])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9])
def test_a_file_cut_off_is_refused_or_its_loss_told(tmp_path: Path, name: str, share: float) -> None:
    lines = [[(106 + i / 1000, 10.0), (106 + i / 1000, 10.1)] for i in range(300)]
    cells = {name: [values[0]] * 300 for name, values in CELLS.items()}
    file = write(tmp_path / name, lines, cells)
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * share)])
    try:
        imported = import_gis(file, MAPPING)
    except (ReadError, FindingsError):
        return
    assert len(imported.infrastructure.links) == 300 or imported.warnings


@pytest.mark.parametrize(
    "content", [b"\x00" * 4096, b"not a map", b'{"type": "FeatureCollection"', b"PK\x03\x04rubbish"]
)
@pytest.mark.parametrize("name", ["x.gpkg", "x.shp", "x.geojson", "x.fgb", "x.zip", "x.gdb"])
def test_files_of_another_kind_are_refused_in_a_sentence(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ReadError, match="cannot be read"):
        import_gis(tmp_path / name, MAPPING)


@pytest.mark.parametrize("name", ["roads.vrt", "roads.geojson", "roads.zip"])
def test_a_file_that_only_points_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    inner = b'<?xml version="1.0"?><OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/x</SrcDataSource>'
    if name.endswith(".zip"):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr("roads.vrt", inner)
    else:
        (tmp_path / name).write_bytes(inner)
    with pytest.raises(ReadError, match="names other files"):
        import_gis(tmp_path / name, MAPPING)


def rewrite_texts(file: Path, new: bytes, *, stated: str = "") -> None:
    """Put other bytes in the place of the name "Quốc lộ 13" of a Shapefile, and state another encoding or none."""
    table, old = file.with_suffix(".dbf"), "Quốc lộ 13".encode()
    table.write_bytes(table.read_bytes().replace(old, new.ljust(len(old))))
    file.with_suffix(".cpg").unlink()
    if stated:
        file.with_suffix(".cpg").write_text(stated)


def test_texts_that_are_not_in_the_encoding_stated_are_refused(tmp_path: Path) -> None:
    file = write(tmp_path / "roads.shp")
    rewrite_texts(file, "Đường số 1".encode("cp1258", "ignore"), stated="UTF-8")
    with pytest.raises(ReadError, match="Name the encoding"):
        import_gis(file, MAPPING)
    with pytest.raises(ReadError, match="Name the encoding"):
        import_gis(file, MAPPING, GisOptions(encoding="no-such"))


def test_texts_of_no_stated_encoding_are_utf_8_where_they_can_be_and_told_otherwise(tmp_path: Path) -> None:
    """The second file holds "Đường" in TCVN3 (ABC) bytes, which nothing can tell from Latin-1 for sure."""
    file = write(tmp_path / "roads.shp")
    rewrite_texts(file, "Quốc lộ 13".encode())
    imported = import_gis(file, MAPPING)
    assert_roads(imported)
    assert [note.severity for note in imported.notes if note.kind == "reader"] == ["note"]
    cells = {**CELLS, "CAP": ["QL", "DT"], "CHIEU": ["2", "1"], "TEN": ["Quốc lộ 13", "a"]}
    file = write(tmp_path / "old.shp", cells=cells, driver="ESRI Shapefile")
    rewrite_texts(file, b"\xa7\xad\xeang")
    mapping = GisMapping({"name": Rule("TEN"), "link_class": Rule("CAP", values={"QL": "trunk", "DT": "primary"})})
    (note,) = import_gis(file, mapping).warnings
    assert "does not state the encoding" in note.text.en
    assert "TCVN3" in note.text.en


def test_options_are_checked() -> None:
    with pytest.raises(ValueError, match="snap_m"):
        GisOptions(snap_m=-1)
    with pytest.raises(ValueError, match="split"):
        GisOptions(split="all")


def test_the_mapping_says_how_lines_are_joined_unless_options_do(tmp_path: Path) -> None:
    file = write(tmp_path / "roads.gpkg")
    whole = GisMapping(MAPPING.attributes, split="none", snap_m=2.0)
    assert len(import_gis(file, whole).infrastructure.links) == 2
    assert len(import_gis(file, whole, GisOptions(split="vertices")).infrastructure.links) == 3


@pytest.mark.parametrize(("cell", "kind"), [("0", "zero_not_known"), ("{rows", "value_left_out")])
def test_braces_in_names_and_cells_are_told_as_they_stand(tmp_path: Path, cell: str, kind: str) -> None:
    cells = {"tải {t}": [cell, "5"]}
    rules = {"link_class": Rule(constant="trunk"), "max_weight_t": Rule("tải {t}")}
    file = write(tmp_path / "roads.gpkg", cells=cells)
    (text,) = [note.text for note in import_gis(file, GisMapping(attributes=rules)).notes if note.kind == kind]
    assert "tải {t}" in text.en
    assert text.en.endswith("rows 1.")
