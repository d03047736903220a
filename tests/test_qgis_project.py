"""QGIS projects of the database and of the service: what QGIS makes of them, who sees what, and what is refused."""

from __future__ import annotations

import io
import shutil
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import httpx
import pytest
from demo_run import DemoRun, hinterland
from ogc_parts import COUNT, ROOT, World, served
from qgis_parts import in_qgis
from service_parts import CALLER_HEADER

from api.gis.qgis.layers import near_only
from api.gis.qgis.project import FILE, ProjectLayer, project_file
from api.styles import MODE_COLOURS, LayerStyle
from geodata.features.table import Box

QML = "<!DOCTYPE qgis>\n<qgis version='3.22.0' labelsEnabled='1'><renderer-v2 type='nullSymbol'/></qgis>"


def document(content: bytes) -> ET.Element:
    """Return the project in an archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == [FILE]
        return ET.fromstring(archive.read(FILE))  # noqa: S314 - made by ourselves


def is_drawn(colour: str, drawn: list[str]) -> bool:
    """Say whether a colour is in a picture, or one that differs by 4 of 255: the edges of thin lines are blended."""
    wanted = bytes.fromhex(colour[1:])
    return any(max(abs(a - b) for a, b in zip(wanted, bytes.fromhex(one[1:]), strict=True)) <= 4 for one in drawn)


def test_a_project_by_hand() -> None:
    """Two layers of one group, one of another; 180° of longitude are π times the radius of the earth: 20,037,508 m."""
    layers = [
        ProjectLayer(
            name,
            name.upper(),
            group,
            "ogr",
            f"./a.gpkg|layername={name}",
            "line",
            QML,
            is_shown=shown,
            attribution="© X",
        )
        for name, group, shown in (("a", "One & two", True), ("b", "Three", False), ("c", "One & two", True))
    ]
    root = document(project_file("Title <x>", layers, [Box(0.0, 0.0, 180.0, 10.0), None]))
    groups = root.findall("layer-tree-group/layer-tree-group")
    assert [(one.get("name"), [layer.get("id") for layer in one]) for one in groups] == [
        ("One & two", ["a", "c"]),
        ("Three", ["b"]),
    ]
    shown = [one.get("checked") for one in root.iter("layer-tree-layer")]
    assert shown == ["Qt::Checked", "Qt::Checked", "Qt::Unchecked"]
    assert [one.get("id") for one in root.findall("layerorder/layer")] == ["a", "b", "c"]
    assert root.findtext("title") == "Title <x>"
    assert root.findtext("mapcanvas/extent/xmax") == "20037508.343"
    held = root.find("projectlayers/maplayer")
    assert held is not None
    assert held.get("labelsEnabled") == "1"
    assert held.findtext("datasource") == "./a.gpkg|layername=a"
    assert held.find("renderer-v2") is not None
    assert held.findtext("attribution") == "© X"


@pytest.mark.parametrize(("count", "zoom"), [(20_000, 0), (20_001, 13), (None, 13)])
def test_a_large_layer_is_fetched_from_near_only(count: int | None, zoom: int) -> None:
    """By hand: above 20,000 features, and where nobody has counted them, from zoom 13 on."""
    style = LayerStyle("roads", "line", "", {}, {}, 0.5, other="#000000")
    assert near_only(style, count).from_zoom == zoom
    assert near_only(replace(style, from_zoom=15), count).from_zoom == 15


def test_equal_projects_are_equal_bytes() -> None:
    assert project_file("a", [], []) == project_file("a", [], [])


@pytest.mark.qgis
def test_qgis_opens_the_database(demo: DemoRun, tmp_path: Path) -> None:
    """Every layer is valid, styled and labelled, in groups, and the map is drawn in many colours."""
    shutil.copy(demo.folder / "hinterland.gpkg", tmp_path / "region.gpkg")
    done = hinterland("qgis-project", "region.qgz", "-d", "region.gpkg", "--lang", "en", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "also what is private" in done.stderr + done.stdout
    # 10 km around the middle of the region: from zoom 13 on links are labelled.
    box = ("11876000", "1222000", "11886000", "1230000")
    told = in_qgis("qgis_project.py", str(tmp_path / "region.qgz"), str(tmp_path / "near.png"), *box, folder=tmp_path)
    assert {"Network links", "Terminals"} <= set(told["drawn_labels"])
    told = in_qgis("qgis_project.py", str(tmp_path / "region.qgz"), str(tmp_path / "map.png"), folder=tmp_path)
    assert told["read"]
    assert told["crs"] == "EPSG:3857"
    assert told["groups"] == {
        "Places": ["Terminals", "Industrial parks", "Facilities", "Zones outside the parks"],
        "Network": ["Network nodes", "Network links"],
    }
    assert all(layer["valid"] and layer["count"] > 0 for layer in told["layers"].values())
    with closing(sqlite3.connect(tmp_path / "region.gpkg")) as connection:
        (there,) = connection.execute("select count(*) from links where status = 'open'").fetchone()
    assert told["layers"]["hinterland_network_links"]["count"] == there, (
        "what is planned is not drawn as if it were there"
    )
    assert "Length (m)" in told["layers"]["hinterland_network_links"]["aliases"]
    assert told["layers"]["hinterland_network_links"]["renderer"] == "categorizedSymbol"
    assert told["layers"]["hinterland_parks"]["labels"]
    assert {name for layer in told["layers"].values() for name in layer["unnamed"]} == {"fid", "in_pack", "change"}
    assert all(is_drawn(colour, told["colours"]) for colour in ("#b4532a", "#1f6fb2", "#2f7d4f"))


@pytest.mark.qgis
def test_qgis_opens_the_service(sqlite_template: Path, tmp_path: Path) -> None:
    """The project that the service gives reads the service's own layer."""
    path = tmp_path / "service.qgs"
    with served(sqlite_template, World(), tmp_path) as address:
        answer = httpx.get(f"{address}{ROOT}/qgis-project?lang=vi", timeout=150, trust_env=False)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/x-qgis-project"
        assert "hinterland.qgs" in answer.headers["content-disposition"]
        path.write_bytes(answer.content)
        told = in_qgis("qgis_project.py", str(path), str(tmp_path / "map.png"), folder=tmp_path)
    assert told["read"]
    renderers = {key: (one["valid"], one["count"], one["renderer"]) for key, one in told["layers"].items()}
    assert renderers == {
        "hinterland_network_links": (True, COUNT, "categorizedSymbol"),
        "hinterland_parks": (True, 1, "categorizedSymbol"),
        "hinterland_plan_flows": (True, COUNT, "categorizedSymbol"),
    }
    assert MODE_COLOURS["road"] in told["colours"]
    root = ET.fromstring(answer.content)  # noqa: S314 - ours
    held = {one.findtext("id"): one for one in root.iter("maplayer")}
    dashes = [
        one.get("value") for one in held["hinterland_plan_flows"].iter("Option") if one.get("name") == "expression"
    ]
    assert any("\"row_table\" = 'services'" in str(one) for one in dashes), "services are drawn dashed"


def test_a_project_names_the_configuration_that_signs_in_and_no_key(sqlite_template: Path, tmp_path: Path) -> None:
    with served(sqlite_template, World(), tmp_path) as address, httpx.Client(timeout=150, trust_env=False) as client:
        answer = client.get(f"{address}{ROOT}/qgis-project", params={"authcfg": "hinter1"})
        sources = [one.text or "" for one in ET.fromstring(answer.content).iter("datasource")]  # noqa: S314 - ours
        refused = client.get(f"{address}{ROOT}/qgis-project", params={"authcfg": "' url='x"})
        unknown = client.get(f"{address}{ROOT}/qgis-project", params={"other": "x"})
    assert sources
    assert all(one.endswith(" authcfg=hinter1") for one in sources)
    assert refused.status_code == 422
    assert unknown.status_code == 400


def test_a_project_holds_only_what_its_caller_may_see(sqlite_template: Path, tmp_path: Path) -> None:
    with served(sqlite_template, World(), tmp_path) as address:
        seen = {}
        for name in ("anonymous", "steward"):
            answer = httpx.get(
                f"{address}{ROOT}/qgis-project", headers={CALLER_HEADER: name}, timeout=150, trust_env=False
            )
            seen[name] = {layer.findtext("id") for layer in ET.fromstring(answer.content).iter("maplayer")}  # noqa: S314 - ours
    assert seen["anonymous"] == {"hinterland_network_links", "hinterland_parks"}
    assert seen["steward"] == {*seen["anonymous"], "hinterland_plan_flows"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("a.qgs", "-d", "b.gpkg"), "ends in .qgz"),
        (("a.qgz", "-d", "nowhere.gpkg"), "nowhere.gpkg"),
    ],
)
def test_what_cannot_be_a_project_is_told(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    done = hinterland("qgis-project", *arguments, "--lang", "en", folder=tmp_path)
    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert not (tmp_path / "a.qgz").exists()
