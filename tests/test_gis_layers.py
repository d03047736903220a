"""An infrastructure written as layers is the infrastructure read back."""

from __future__ import annotations

import dataclasses
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyogrio
import pytest
from gis_infrastructures import assert_same, crossroads, infrastructures
from hypothesis import HealthCheck, given, settings

from geodata.gis.as_layers import layer_tables
from geodata.gis.layers import read_layers
from geodata.gis.layouts import SHORT_NAMES
from geodata.gis.read import ReadError
from geodata.gis.write import WriteError, write_layers
from geodata.infrastructure.infrastructure import Infrastructure
from geodata.infrastructure.turns import TurnRestrictions
from supplychain.errors import FindingsError


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(infrastructures())
def test_a_geopackage_gives_back_exactly_what_was_written(tmp_path: Path, wanted: Infrastructure) -> None:
    file = tmp_path / "network.gpkg"
    assert write_layers(wanted, file, overwrite=True) == ()
    assert_same(read_layers(file), wanted)


@pytest.mark.parametrize("first", ["FlatGeobuf", "ESRI Shapefile"])
def test_layers_written_over_those_of_another_driver_are_the_ones_read(tmp_path: Path, first: str) -> None:
    """A style that somebody made for a layer stays; the layers of the first driver do not."""
    before = crossroads()
    wanted = dataclasses.replace(before, turns=TurnRestrictions.none())
    assert len(before.turns)
    write_layers(before, tmp_path / "out", driver=first)
    (tmp_path / "out" / "network_links.qml").touch()
    write_layers(wanted, tmp_path / "out", driver="GeoJSON", overwrite=True)
    assert len(read_layers(tmp_path / "out").turns) == 0
    left = {file.suffix for file in (tmp_path / "out").iterdir()}
    assert left == {".geojson", ".csv", ".qml"}


@pytest.mark.parametrize("driver", ["FlatGeobuf", "GeoJSON", "GeoJSONSeq", "ESRI Shapefile"])
def test_a_file_a_layer_gives_back_the_same(tmp_path: Path, driver: str) -> None:
    """Ids, names with marks, masks, hours and ends survive; lengths and places to less than a millimetre."""
    wanted = crossroads()
    assert write_layers(wanted, tmp_path / "out", driver=driver) == ()
    found = read_layers(tmp_path / "out")
    for column in ("link_id", "from_index", "to_index", "name", "access_forward", "access_backward", "lanes", "source"):
        np.testing.assert_array_equal(getattr(found.links, column), getattr(wanted.links, column), column)
    np.testing.assert_allclose(found.links.length_m, wanted.links.length_m, rtol=1e-9)
    np.testing.assert_allclose(found.lines.coordinates, wanted.lines.coordinates, atol=1e-7)
    assert found.conditions.schedule.tolist() == [0, 1]
    assert found.schedules.text.tolist() == wanted.schedules.text.tolist()
    assert found.turns.links.tolist() == [0, 3]
    assert found.sources == wanted.sources


@pytest.mark.parametrize("crs", ["EPSG:9210", "EPSG:3405", "EPSG:32648", "EPSG:3857"])
def test_a_network_written_in_another_crs_comes_back_within_a_billionth_of_a_degree(tmp_path: Path, crs: str) -> None:
    wanted = crossroads()
    write_layers(wanted, tmp_path / "network.gpkg", crs=crs)
    found = read_layers(tmp_path / "network.gpkg")
    np.testing.assert_allclose(found.lines.coordinates, wanted.lines.coordinates, atol=1e-9, rtol=0)
    np.testing.assert_allclose(found.nodes.lon, wanted.nodes.lon, atol=1e-9, rtol=0)


def test_people_read_words_not_codes(tmp_path: Path) -> None:
    write_layers(crossroads(), tmp_path / "network.gpkg")
    links = pyogrio.read_dataframe(tmp_path / "network.gpkg", layer="network_links")
    assert links["mode"].tolist() == ["road"] * 4
    assert links["link_class"].tolist() == ["trunk", "trunk", "primary", "residential"]
    assert links["access_forward"].tolist() == ["car;goods;hgv;articulated"] * 3 + ["car"]
    assert links["from_node_id"].tolist() == ["west", "middle", "south", "middle"]
    assert links["source"].tolist() == ["hcm.osm.pbf"] * 3 + ["survey"]
    conditions = pyogrio.read_dataframe(tmp_path / "network.gpkg", layer="network_conditions")
    assert conditions["hours"].tolist() == ["Mo-Fr 06:00-09:00", "22:00-06:00"]
    assert conditions["kinds"].tolist() == ["hgv;articulated"] * 2
    turns = pyogrio.read_dataframe(tmp_path / "network.gpkg", layer="network_turns")
    assert turns["links"].tolist() == ["w1:1:5>;w3%3Bodd%25id>"]


def test_gdal_opens_the_export_without_a_warning(tmp_path: Path) -> None:
    if shutil.which("ogrinfo") is None:
        pytest.skip("needs ogrinfo (gdal-bin)")
    write_layers(crossroads(), tmp_path / "network.gpkg", crs="EPSG:9210")
    ran = subprocess.run(
        ["ogrinfo", "-al", "-so", tmp_path / "network.gpkg"], capture_output=True, text=True, check=True, timeout=60
    )
    assert ran.stderr == ""
    assert "Layer name: network_links" in ran.stdout
    assert "VN-2000" in ran.stdout


def test_a_file_that_is_there_is_not_replaced_unasked(tmp_path: Path) -> None:
    file = tmp_path / "network.gpkg"
    file.write_text("mine")
    with pytest.raises(WriteError, match="is there already"):
        write_layers(crossroads(), file)
    assert file.read_text() == "mine"


@pytest.mark.parametrize(
    ("name", "options", "match"),
    [
        ("out", {}, r"does not end in \.gpkg"),
        ("out", {"driver": "DWG"}, "no driver DWG"),
        ("out.gpkg", {"crs": "EPSG:999999"}, "no coordinate reference system"),
        ("out", {"driver": "GeoJSONSeq", "crs": "EPSG:9210"}, "longitude and latitude only"),
    ],
)
def test_what_cannot_be_written_is_refused(tmp_path: Path, name: str, options: dict[str, str], match: str) -> None:
    with pytest.raises(Exception, match=match) as caught:
        write_layers(crossroads(), tmp_path / name, **options)  # type: ignore[arg-type] # the cases are texts
    assert type(caught.value).__name__ in {"WriteError", "CrsError"}
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_fills_leaves_nothing_behind(tmp_path: Path) -> None:
    """A process that may write files of 100 kB at most."""
    code = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000));"
        "from pathlib import Path; from gis_infrastructures import crossroads;"
        "from geodata.gis.write import WriteError, write_layers\n"
        "try: write_layers(crossroads(), Path('network.gpkg'))\n"
        "except WriteError as error: print('REFUSED', error)"
    )
    path = os.pathsep.join(str(Path(__file__).parent.parent / part) for part in (".", "tests"))
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert ran.stdout.startswith("REFUSED network.gpkg could not be written"), ran.stderr
    assert list(tmp_path.iterdir()) == []


def test_texts_too_long_for_shapefile_are_told(tmp_path: Path) -> None:
    wanted = crossroads()
    links = dataclasses.replace(wanted.links, name=np.array(["đ" * 200, "", "", ""], dtype=np.object_))
    (note,) = write_layers(dataclasses.replace(wanted, links=links), tmp_path / "out", driver="shapefile")
    assert note.kind == "text_cut"
    assert note.severity == "warning"
    assert read_layers(tmp_path / "out").links.name[0] == "đ" * 127


def test_a_missing_and_a_truncated_geopackage_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no file"):
        read_layers(tmp_path / "none.gpkg")
    (tmp_path / "empty.gpkg").write_bytes(b"")
    with pytest.raises(ReadError, match="empty"):
        read_layers(tmp_path / "empty.gpkg")
    write_layers(crossroads(), tmp_path / "network.gpkg")
    whole = (tmp_path / "network.gpkg").read_bytes()
    for share in (0.02, 0.3, 0.6, 0.9):
        (tmp_path / "cut.gpkg").write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises((ReadError, FindingsError)):
            read_layers(tmp_path / "cut.gpkg")


def test_every_cell_that_cannot_be_read_is_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "network.gpkg"
    write_layers(crossroads(), file)
    links = pyogrio.read_dataframe(file, layer="network_links")
    links.loc[0, "link_class"] = "freeway"
    links.loc[1, "access_forward"] = "hgv;tank"
    links.loc[2, "to_node_id"] = "nowhere"
    links.loc[3, "link_id"] = "w1:1:5"
    pyogrio.write_dataframe(links, file, layer="network_links", append=False)
    with pytest.raises(FindingsError) as caught:
        read_layers(file)
    told = caught.value.sentence("en")
    for words in ("freeway", "hgv;tank", "nowhere", "'w1:1:5' stands in more than one row"):
        assert words in told


def test_every_column_has_a_name_that_shapefile_holds() -> None:
    for name, table in layer_tables(crossroads(), lambda points: points).items():
        short = [SHORT_NAMES.get(column, column) for column in table.cells]
        assert [column for column in short if len(column) > 10 and table.shapes is not None] == [], name
        assert len(set(short)) == len(short)
