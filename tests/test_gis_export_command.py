"""`hinterland export` as its users meet it: layers, filters, boxes, zones, the whole database, refusals."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pyogrio
import pytest
from demo_run import DemoRun
from sqlalchemy import Engine
from typer.testing import CliRunner

import api.cli
from api.gis.catalogue import COLLECTIONS
from api.gis.exports.forms import FORMS
from api.gis.exports.register import ENDINGS
from api.gis.exports.whole import copy_database
from supplychain.errors import HinterlandError

Run = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def database(demo: DemoRun, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the database that the demo left."""
    return Path(shutil.copy(demo.folder / "hinterland.gpkg", tmp_path_factory.mktemp("database")))


@pytest.fixture
def run(database: Path) -> Run:
    """Return what a command answers a program."""

    def answer(*arguments: object, as_json: bool = True) -> dict[str, Any]:
        said = ["export", *map(str, arguments), "--database", str(database), *(["--json"] if as_json else [])]
        done = CliRunner().invoke(api.cli.app, said, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        found: dict[str, Any] = json.loads(done.stdout) if as_json else {"text": done.stdout}
        return found

    return answer


def test_endings_are_those_of_the_formats() -> None:
    assert set(ENDINGS) == {form.suffix for form in FORMS.values()}


def test_without_layers_the_command_lists_them_and_the_formats(run: Run) -> None:
    found = run()
    assert found == {"layers": list(COLLECTIONS), "formats": list(FORMS)}
    text = run("--lang", "en", as_json=False)["text"]
    assert "Industrial parks" in text
    assert "gpkg, fgb, shp" in text


def test_a_filter_and_a_box_choose_features_and_stand_in_the_record(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "roads.fgb"
    found = run("network_links.pack", "--filter", "mode = 'road' AND length_m > 20000", "--out", out, "--lang", "en")
    frame = pyogrio.read_dataframe(out)
    assert len(frame) == found["layers"][0]["features"] > 0
    assert set(frame["mode"]) == {"road"}
    assert frame["length_m"].min() > 20_000
    assert "length_m &gt; 20000" in (tmp_path / "roads.fgb.xml").read_text(encoding="utf-8")
    everything = run("network_links.pack", "--out", tmp_path / "all.fgb")["layers"][0]["features"]
    near = run("network_links.pack", "--bbox", "106.6,10.9,106.8,11.1", "--out", tmp_path / "near.csv")
    assert 0 < near["layers"][0]["features"] < everything


def test_each_layer_is_filtered_by_its_own_columns(run: Run, tmp_path: Path) -> None:
    """A condition in JSON: both layers have names, beginning otherwise."""
    condition = {"op": "like", "args": [{"property": "name_vi"}, "%Sóng Thần%"]}
    found = run("parks", "terminals", "--filter", json.dumps(condition), "--out", tmp_path / "both.gpkg")
    assert [layer["layer"] for layer in found["layers"]] == ["parks", "terminals"]
    for layer in found["layers"]:
        names = pyogrio.read_dataframe(tmp_path / "both.gpkg", layer=layer["layer"])["name_vi"]
        assert len(names) == layer["features"] > 0
        assert names.str.contains("Sóng Thần").all()


def test_layers_of_plans_are_exported_with_their_style_in_the_zone_of_the_place(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "plan.gpkg"
    found = run("plan_flows", "plan_capacities", "parks", "--crs", "vn-2000", "--out", out, "--lang", "vi")
    assert found["crs"] == found["proposed_crs"] == "EPSG:9210"
    assert {row[0] for row in pyogrio.list_layers(out)} >= {"plan_flows", "plan_capacities", "parks"}
    frame = pyogrio.read_dataframe(out, layer="plan_flows")
    assert frame["t_per_day"].max() > 1000
    with closing(sqlite3.connect(out)) as connection:
        styled = {row[0] for row in connection.execute("select f_table_name from layer_styles")}
    assert styled == {"plan_flows", "plan_capacities", "parks"}


def test_parameters_of_a_collection_are_written_as_in_an_address(run: Run, tmp_path: Path) -> None:
    found = run("network_links?version=pack&mode=rail", "--out", tmp_path / "rail.geojson")
    frame = pyogrio.read_dataframe(tmp_path / "rail.geojson")
    assert set(frame["mode"]) == {"rail"}
    assert found["layers"][0]["layer"] == "network_links"


def test_the_public_view_is_the_default_and_everything_has_to_be_asked_for(run: Run, tmp_path: Path) -> None:
    public, whole = (
        run("facilities", "--viewer", who, "--out", tmp_path / f"{who}.csv")["layers"][0]["features"]
        for who in ("public", "everything")
    )
    assert run("facilities", "--out", tmp_path / "usual.csv")["layers"][0]["features"] == public
    assert 0 < public <= whole


def test_the_whole_database_is_copied_for_its_owner_alone(run: Run, database: Path, tmp_path: Path) -> None:
    out = tmp_path / "copy.gpkg"
    found = run("database", "--out", out)
    assert found == {"out": str(out), "bytes": out.stat().st_size}
    assert out.stat().st_mode & 0o777 == 0o600
    contents = []
    for path in (database, out):
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
            names = [row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")]
            plain = sorted(name for name in names if not name.startswith(("rtree_", "sqlite_")))
            count = 'select count(*) from "{}"'
            contents.append({name: connection.execute(count.format(name)).fetchone()[0] for name in plain})
    assert contents[0] == contents[1]
    with pytest.raises(HinterlandError, match="is there already"):
        copy_database(str(database), out)


@pytest.mark.postgis
def test_a_database_on_a_server_is_not_copied_as_a_file(postgis_engine: Engine, tmp_path: Path) -> None:
    address = postgis_engine.url.render_as_string(hide_password=False)
    with pytest.raises(HinterlandError, match="hinterland backup FILE"):
        copy_database(address, tmp_path / "copy.gpkg")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        (("nowhere",), "nowhere"),
        (("parks", "--format", "docx"), "the formats are: gpkg"),
        (("parks", "--out", "parks.docx"), "Say in which format parks.docx is to be"),
        (("parks", "--crs", "EPSG:1"), "EPSG:1"),
        (("parks", "--format", "geojson", "--crs", "EPSG:9210"), "WGS 84 only"),
        (("parks", "--bbox", "106,11,107"), "west, south, east, north"),
        (("parks", "--bbox", "a,b,c,d"), "got a,b,c,d"),
        (("parks", "--bbox", "106,12,107,11"), "got 106,12,107,11"),
        (("parks", "--filter", "colour = 'red'"), "colour"),
        (("parks", "--filter", "status = "), "filter"),
        (("parks", "--filter", "(" * 5000), "filter"),
        (("parks", "database"), "copied alone"),
        (("parks", "--viewer", "org_nobody"), "org_nobody"),
    ],
)
def test_what_cannot_be_exported_is_refused_in_a_sentence(
    database: Path, tmp_path: Path, arguments: tuple[str, ...], match: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(HinterlandError) as caught:
        CliRunner().invoke(
            api.cli.app,
            ["export", *arguments, "--database", str(database), "--lang", "en"],
            catch_exceptions=False,
        )
    assert match in caught.value.sentence("en")
    assert caught.value.sentence("vi") != caught.value.sentence("en")
    assert list(tmp_path.iterdir()) == []
