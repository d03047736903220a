"""The embedded database as a GeoPackage: what GDAL sees, and an R*Tree that follows every change."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Point
from sqlalchemy import Engine, delete, func, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from api.regions import PACK_MODELS
from geodata.models import Link, Node
from supplychain.database import for_writing, make_engine
from supplychain.geometry import Geometry, blob_bounds, from_geopackage_blob, geometry, to_geopackage_blob
from supplychain.geopackage import APPLICATION_ID, register_functions
from supplychain.models import DataSource
from supplychain.pack import Pack, load_pack

coordinates = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


@pytest.fixture
def filled(sqlite_engine: Engine, region_pack: Pack) -> Path:
    with Session(for_writing(sqlite_engine)) as session, session.begin():
        load_pack(session, region_pack, PACK_MODELS)
    return Path(str(sqlite_engine.url.database))


def test_blob_of_a_point_by_hand() -> None:
    """Magic GP, version 0, flags 1 (little-endian, no envelope), CRS 4326 = 0x10E6; WKB: order 1, type 1, 1.0, 2.0."""
    expected = b"GP\x00\x01\xe6\x10\x00\x00" + bytes.fromhex("0101000000000000000000f03f0000000000000040")
    assert to_geopackage_blob(Point(1, 2), 4326) == expected


def test_envelope_of_a_line_by_hand() -> None:
    """Flags 3: little-endian and envelope code 1, whose order is min x, max x, min y, max y."""
    blob = to_geopackage_blob(LineString([(3, 7), (1, 9)]), 4326)
    assert blob[3] == 3
    assert blob[8:40] == bytes.fromhex("000000000000f03f00000000000008400000000000001c400000000000002240")
    assert blob_bounds(blob) == (1, 7, 3, 9)


@given(points=st.lists(coordinates, min_size=2, max_size=5))
def test_geometry_survives_both_databases_to_the_last_bit(points: list[tuple[float, float]]) -> None:
    line = LineString(points)
    kind = Geometry("LINESTRING", 4326)
    for dialect in (sqlite.dialect(), postgresql.dialect()):  # type: ignore[no-untyped-call]
        again = kind.process_result_value(kind.process_bind_param(line, dialect), dialect)
        assert again is not None
        assert shapely.get_coordinates(again).tolist() == shapely.get_coordinates(line).tolist()


@given(point=coordinates)
def test_bounds_of_a_point_come_from_the_point(point: tuple[float, float]) -> None:
    assert blob_bounds(to_geopackage_blob(Point(point), 4326)) == (*point, *point)


def test_big_endian_envelope_and_empty_geometry_are_read() -> None:
    wkb = shapely.to_wkb(LineString([(1, 2), (3, 4)]), byte_order=0)
    header = b"GP\x00\x02\x00\x00\x10\xe6" + b"".join(
        bytes.fromhex(number)
        for number in ("3ff0000000000000", "4008000000000000", "4000000000000000", "4010000000000000")
    )
    assert blob_bounds(header + wkb) == (1, 2, 3, 4)
    assert from_geopackage_blob(header + wkb) == LineString([(1, 2), (3, 4)])
    assert blob_bounds(to_geopackage_blob(LineString(), 4326)) is None


@pytest.mark.parametrize(
    ("blob", "match"),
    [(b"", "starts with 'GP'"), (b"XX\x00\x01\x00\x00\x00\x00", "starts with"), (b"GP\0\x0f\0\0\0\0", "envelope code")],
)
def test_foreign_bytes_are_refused(blob: bytes, match: str) -> None:
    with pytest.raises(ValueError, match=match):
        from_geopackage_blob(blob)


def test_wrong_kind_of_geometry_is_refused() -> None:
    column = geometry("POINT", 4326)
    with pytest.raises(ValueError, match="this column holds POINT, got LineString"):
        column.process_bind_param(LineString([(1, 2), (3, 4)]), sqlite.dialect())


def test_file_says_it_is_a_geopackage(filled: Path) -> None:
    with closing(sqlite3.connect(filled)) as connection, connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert connection.execute("PRAGMA user_version").fetchone() == (10300,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        types = {row[2] for row in connection.execute("SELECT * FROM pragma_table_info('terminals')").fetchall()}
        assert types == {"INTEGER", "TEXT", "DOUBLE", "POINT", "BOOLEAN"}
    connection.close()


def test_pyogrio_lists_every_table(filled: Path, region_pack: Pack) -> None:
    layers = {str(name): kind for name, kind in pyogrio.list_layers(filled)}
    assert set(region_pack.tables) <= set(layers)
    assert {name for name, kind in layers.items() if kind == "Point"} == {
        "nodes", "parks", "plots", "zones", "terminals", "markets", "facilities",
        "network_nodes", "network_candidates", "network_records",
    }  # fmt: skip
    assert layers["links"] == "LineString"
    assert "alembic_version" not in layers


def test_pyogrio_reads_what_was_loaded(filled: Path, region_pack: Pack) -> None:
    parks = region_pack.table("parks")
    layer = gpd.read_file(filled, layer="parks")
    assert layer.crs.to_epsg() == 4326
    assert layer["name_vi"].tolist() == parks["name_vi"].tolist()
    assert layer.geometry.x.tolist() == parks["lon"].tolist()
    assert layer.geometry.y.tolist() == parks["lat"].tolist()
    information = pyogrio.read_info(filled, layer="parks")
    extent = (parks["lon"].min(), parks["lat"].min(), parks["lon"].max(), parks["lat"].max())
    assert information["total_bounds"] == pytest.approx(extent, abs=1e-4)
    assert information["fid_column"] == "fid"


@pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="ogrinfo (gdal-bin) is not installed")
def test_ogrinfo_opens_it_without_a_warning(filled: Path, region_pack: Pack) -> None:
    answer = subprocess.run(
        ["ogrinfo", "-ro", "-so", "-al", str(filled)], capture_output=True, text=True, check=True, timeout=60
    )
    assert "Warning" not in answer.stderr + answer.stdout
    assert "ERROR" not in answer.stderr
    for name, frame in region_pack.tables.items():
        section = answer.stdout.split(f"Layer name: {name}\n")[1].split("Layer name:")[0]
        assert f"Feature Count: {len(frame)}\n" in section
        if ("lat" in frame.columns and frame["lat"].notna().any()) or name == "links":
            assert "Extent: (" in section
            optional = name in ("facilities", "plots")
            assert f"Geometry Column {'' if optional else 'NOT NULL '}= geometry" in section


@pytest.mark.skipif(shutil.which("ogr2ogr") is None, reason="ogr2ogr (gdal-bin) is not installed")
def test_ogr2ogr_finds_rows_by_extent(filled: Path, region_pack: Pack, tmp_path: Path) -> None:
    target = tmp_path / "nodes.geojson"
    box = (106.6, 10.7, 106.8, 10.95)
    command = ["ogr2ogr", "-f", "GeoJSON", str(target), str(filled), "nodes", "-spat", *map(str, box)]
    subprocess.run(command, check=True, timeout=60)
    nodes = region_pack.table("nodes")
    inside = nodes[nodes["lon"].between(box[0], box[2]) & nodes["lat"].between(box[1], box[3])]
    found = {feature["properties"]["node_id"] for feature in json.loads(target.read_text("utf-8"))["features"]}
    assert found == set(inside["node_id"])
    assert 0 < len(found) < len(nodes)


def test_gdal_can_add_a_row_and_the_index_follows(filled: Path) -> None:
    row = {
        "node_id": "added", "mode": "road", "position_accuracy_m": 1.0, "source": "own_estimate", "confidence": "high"
    }  # fmt: skip
    frame = gpd.GeoDataFrame([row], geometry=[Point(100, 1)], crs="EPSG:4326")
    pyogrio.write_dataframe(frame, filled, layer="nodes", append=True)
    engine = make_engine(str(filled))
    with Session(engine) as session:
        assert session.scalar(select(Node.geometry).where(Node.node_id == "added")) == Point(100, 1)
        box = session.execute(text("SELECT minx, miny FROM rtree_nodes_geometry WHERE maxx < 101")).one()
        assert tuple(box) == (100.0, 1.0)
    engine.dispose()


def _boxes(session: Session) -> dict[int, tuple[float, ...]]:
    rows = session.execute(text("SELECT id, minx, maxx, miny, maxy FROM rtree_links_geometry")).all()
    return {row[0]: tuple(row[1:]) for row in rows}


def test_index_follows_insert_move_renumbering_emptying_and_removal(sqlite_session: Session) -> None:
    session = sqlite_session
    session.add(DataSource(source_id="s", title="t", kind="press", reference="r"))
    base = {"mode": "road", "position_accuracy_m": 1.0, "source": "s", "confidence": "high"}
    session.add_all(Node(node_id=name, geometry=Point(1, 1), **base) for name in "ab")
    row = {
        "link_id": "l", "road": "QL13", "mode": "road", "from_node_id": "a", "to_node_id": "b", "link_class": "trunk",
        "oneway": False, "length_m": 1.0, "speed_kmh": 1.0, "status": "open", "source": "s", "confidence": "high",
    }  # fmt: skip
    session.execute(insert(Link), {**row, "geometry": LineString([(1, 2), (3, 5)])})
    assert _boxes(session) == {1: (1, 3, 2, 5)}
    session.execute(update(Link).values(geometry=LineString([(0, 0), (-2, 8)])))
    assert _boxes(session) == {1: (-2, 0, 0, 8)}
    session.execute(update(Link).values(fid=7))
    assert _boxes(session) == {7: (-2, 0, 0, 8)}
    session.execute(update(Link).values(geometry=LineString()))
    assert _boxes(session) == {}
    session.execute(update(Link).values(geometry=LineString([(1, 1), (2, 2)])))
    assert _boxes(session) == {7: (1, 2, 1, 2)}
    session.execute(delete(Link))
    assert _boxes(session) == {}


def test_index_holds_every_row_of_the_region(filled: Path, region_pack: Pack) -> None:
    engine = make_engine(str(filled))
    with Session(engine) as session:
        boxes = _boxes(session)
        links = session.execute(select(Link.fid, Link.geometry)).all()
        assert session.scalar(select(func.count()).select_from(Link)) == len(region_pack.table("links"))
    engine.dispose()
    assert set(boxes) == {fid for fid, _line in links}
    for fid, line in links:
        west, east, south, north = boxes[fid]
        assert west <= line.bounds[0] <= line.bounds[2] <= east
        assert south <= line.bounds[1] <= line.bounds[3] <= north


def test_functions_answer_null_for_null() -> None:
    connection = sqlite3.connect(":memory:")
    register_functions(connection)
    assert connection.execute("SELECT ST_MinX(NULL), ST_IsEmpty(NULL)").fetchone() == (None, None)
    empty = to_geopackage_blob(Point(), 4326)
    assert connection.execute("SELECT ST_MinX(?1), ST_IsEmpty(?1)", (empty,)).fetchone() == (None, 1)
    connection.close()
