"""Programs that people use, against the live OGC API: GDAL's ogrinfo and ogr2ogr, pyogrio, OWSLib."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyogrio
import pytest
from ogc_parts import COUNT, ROOT, World, line_of, row_of, served
from owslib.ogcapi.features import Features

from geodata.gis.crs import reprojection

GDAL: Final = pytest.mark.skipif(shutil.which("ogr2ogr") is None, reason="GDAL's programs are not on this machine")


@pytest.fixture(scope="module")
def address(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(sqlite_template, World(), tmp_path_factory.mktemp("ogc")) as found:
        yield f"{found}{ROOT}"


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "ERROR" not in done.stderr
    return done.stdout


@GDAL
def test_ogrinfo_lists_the_layers_and_counts_the_features(address: str) -> None:
    assert "network_links" in run("ogrinfo", "-ro", f"OAPIF:{address}")
    told = run("ogrinfo", "-ro", "-so", f"OAPIF:{address}", "network_links")
    assert f"Feature Count: {COUNT}" in told
    assert "(106.5" in told
    assert "length_m: Real" in told
    assert "lanes: Integer" in told


@GDAL
def test_ogr2ogr_copies_every_feature_page_by_page(address: str, tmp_path: Path) -> None:
    """17 features a page: 15 pages, none lost, none twice."""
    path = tmp_path / "links.gpkg"
    run("ogr2ogr", "-f", "GPKG", str(path), f"OAPIF:{address}", "network_links", "-oo", "PAGE_SIZE=17")
    frame = pyogrio.read_dataframe(path)
    assert sorted(frame["length_m"]) == [row_of(number)["length_m"] for number in range(COUNT)]
    assert frame.loc[frame["length_m"] == 107.5, "name"].item() == "Đường số 7"
    assert frame.geometry.isna().sum() == 1


@GDAL
def test_ogr2ogr_asks_for_a_box_and_a_condition(address: str, tmp_path: Path) -> None:
    path = tmp_path / "links.gpkg"
    box = ("-spat", "106.4999", "10.8", "106.5101", "11")
    run("ogr2ogr", "-f", "GPKG", str(path), f"OAPIF:{address}", "network_links", *box, "-where", "mode = 'road'")
    assert sorted(pyogrio.read_dataframe(path)["name"].dropna()) == [f"Đường số {n}" for n in (0, 3, 6)]


@GDAL
def test_ogrinfo_asks_the_service_for_values_of_properties(address: str) -> None:
    """GDAL takes the parameters of the items of a collection from the OpenAPI document; truths it writes as 1 and 0."""
    where = "mode = 'rail' AND lanes = 3 AND oneway = 1"
    asked = ("ogrinfo", "-ro", "-so", "--debug", "OAPIF", f"OAPIF:{address}", "network_links", "-where", where)
    done = subprocess.run(asked, capture_output=True, text=True, timeout=120, check=True)
    rows = [row_of(number) for number in range(COUNT)]
    wanted = [row for row in rows if row["mode"] == "rail" and row["lanes"] == 3 and row["oneway"]]
    assert f"Feature Count: {len(wanted)}" in done.stdout
    assert "on client side" not in done.stderr


READING: Final = """
import json, sys, pyogrio
path, layer, options = sys.argv[1], sys.argv[2] or None, json.loads(sys.argv[3])
if "bbox" in options:
    options["bbox"] = tuple(options["bbox"])
frame = pyogrio.read_dataframe(path, layer=layer, **options)
rows = [
    {"row": row, "place": None if line is None else list(line.coords)}
    for row, line in zip(frame[["name", "mode", "length_m"]].to_dict("records"), frame.geometry)
]
print(json.dumps({"layers": pyogrio.list_layers(path)[:, 0].tolist(), "crs": frame.crs.to_epsg(), "rows": rows}))
"""
"""Pyogrio keeps Python's lock while it waits for the service, which answers in this process: it reads in another."""


def read(path: str, layer: str = "", **options: object) -> dict[str, Any]:
    """Return what pyogrio reads."""
    found: dict[str, Any] = json.loads(run(sys.executable, "-c", READING, path, layer, json.dumps(options)))
    return found


def test_pyogrio_reads_layers_in_any_crs(address: str) -> None:
    """VN-2000 as the service answers it is what the line is in VN-2000 by EPSG:6960."""
    found = read(f"OAPIF:{address}", "network_links")
    assert "network_links" in found["layers"]
    assert len(found["rows"]) == COUNT
    line = line_of(0)
    assert line is not None
    place = next(one["place"] for one in found["rows"] if one["row"]["length_m"] == 100.5)
    assert place[0] == pytest.approx(line.coords[0], abs=1e-7)
    assert len(read(f"OAPIF:{address}", "network_links", bbox=(106.4999, 10.8, 106.5001, 11))["rows"]) == 1
    moved = read(f"OAPIF:{address}", "network_links", CRS="EPSG:9210")
    assert moved["crs"] == 9210
    place = next(one["place"] for one in moved["rows"] if one["row"]["length_m"] == 100.5)
    expected = reprojection("EPSG:9210").from_wgs84(np.array(line.coords))
    assert place[0] == pytest.approx(expected[0].tolist(), abs=1e-3)


def test_pyogrio_reads_one_collection_by_its_address(address: str) -> None:
    found = read(f"OAPIF:{address}/collections/network_links.rail")
    assert {one["row"]["mode"] for one in found["rows"]} == {"rail"}


def test_owslib_finds_collections_and_features(address: str) -> None:
    service = Features(f"{address}/")
    assert "network_links" in service.feature_collections()
    assert any("ogcapi-features-1/1.0/conf/core" in one for one in service.conformance()["conformsTo"])
    assert service.api()["openapi"].startswith("3.0")
    assert "lanes" in service.collection_queryables("network_links")["properties"]
    page = service.collection_items("network_links", limit=5, bbox=[106.4, 10.8, 106.52, 11])
    assert (page["numberReturned"], page["numberMatched"]) == (5, 21)
    found = service.collection_items("network_links", filter="lanes = 3 AND mode = 'rail'", limit=1000)
    wanted = [n for n in range(COUNT) if row_of(n)["lanes"] == 3 and row_of(n)["mode"] == "rail"]
    assert [feature["id"] for feature in found["features"]] == [f"l{number:03}" for number in wanted]
    assert service.collection_item("network_links", "l007")["properties"]["name"] == "Đường số 7"
