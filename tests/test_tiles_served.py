"""Tiles and styles over HTTP: what is asked for, what has not changed, who sees what, and what there is not."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

import httpx
import numpy as np
import pytest
import shapely
from qgis_parts import in_qgis
from service_parts import CALLER_HEADER, OPERATOR, FixedCallers, listening, make_service, somebody
from sqlalchemy import Engine
from tile_parts import LINK_CLASS, MODE, ORIGIN, WEB, features_of, in_tile, layer_of

from api.access.caller import ANONYMOUS
from api.gis.collections import Asking, Collection, Parameter
from api.gis.tiles.describing import CONFORMANCE, MVT
from api.service.app import create_app
from geodata.features.held import HeldSource
from geodata.features.source import Source
from geodata.features.table import FeatureTable
from geodata.tiles.grid import METRES_ROUND, Tile
from supplychain.text import Text

ROOT: Final = "/api/v1/ogc"
LINKS: Final = f"{ROOT}/collections/network_links"
TILE: Final = Tile(12, 1926, 3264)
HERE: Final = f"{LINKS}/tiles/WebMercatorQuad/12/1926/3264"
TITLE: Final = Text(en="Links", vi="Đoạn tuyến")
LINE: Final = "LineString"
MEANING: Final = Text(en="A stretch of road", vi="Một đoạn đường")


def links_of(*classes: str) -> FeatureTable:
    """Return links of some classes side by side in the tile."""
    lines = [
        shapely.LineString(in_tile(TILE, (100, 100 * row), (900, 100 * row))) for row in range(1, len(classes) + 1)
    ]
    return layer_of(lines, fields=(MODE, LINK_CLASS), mode=["road"] * len(classes), link_class=list(classes))


@dataclass
class World:
    """Layers that change: what each kind of caller sees of them, by whether they see everything."""

    everything: FeatureTable = field(default_factory=lambda: links_of("trunk", "residential"))
    public: FeatureTable = field(default_factory=lambda: links_of("trunk"))
    version: str = "1"
    opened: int = 0

    def open(self, asking: Asking, given: Mapping[str, str]) -> Source:
        """Return what a caller sees; ``mode=rail`` holds nothing."""
        self.opened += 1
        seen = self.everything if asking.caller.viewer.kind == "everything" else self.public
        if given.get("mode") == "rail":
            seen = links_of()
        return HeldSource(seen, self.version, ORIGIN)


def collections_of(world: World) -> dict[str, Collection]:
    mode = Parameter("mode", Text(en="Mode", vi="Phương thức"), "rail")
    links = Collection(
        "network_links", TITLE, MEANING, "LineString", "networks:read", "network_links", world.open, (mode,)
    )
    flows = replace(links, name="plan_flows", style="plan_flows", right="plans:read", parameters=())
    named = replace(flows, name="isochrones", style="isochrones", shape="Polygon", is_named_only=True)
    return {one.name: one for one in (links, flows, named)}


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def asking(sqlite_engine: Engine, world: World, tmp_path: Path) -> Iterator[httpx.Client]:
    callers = {"anonymous": ANONYMOUS, "steward": somebody("steward"), "firm": somebody("firm", organisation_id="o1")}
    app = create_app(make_service(sqlite_engine), authenticate=FixedCallers(OPERATOR, callers))
    app.state.collections = collections_of(world)
    app.state.cache_folder = tmp_path / "cache"
    with listening(app) as address, httpx.Client(base_url=address, timeout=60) as found:
        yield found


def test_a_tile_is_compressed_and_holds_its_features(asking: httpx.Client) -> None:
    answer = asking.get(HERE)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == MVT
    assert answer.headers["content-encoding"] == "gzip"
    found = features_of(answer.content, "network_links")
    assert {one["link_class"] for _, one in found.values()} == {"trunk", "residential"}
    plain = asking.get(HERE, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == answer.content


def test_a_tile_without_features_is_204(asking: httpx.Client) -> None:
    answer = asking.get(f"{LINKS}/tiles/WebMercatorQuad/12/1/1")
    assert (answer.status_code, answer.content) == (204, b"")
    assert asking.get(f"{HERE}?mode=rail").status_code == 204


def test_a_tile_that_has_not_changed_is_304_and_one_that_has_is_new_without_a_restart(
    asking: httpx.Client, world: World
) -> None:
    first = asking.get(HERE)
    known = {"If-None-Match": first.headers["etag"]}
    assert asking.get(HERE, headers=known).status_code == 304
    world.everything, world.version = links_of("trunk", "residential", "primary"), "2"
    second = asking.get(HERE, headers=known)
    assert second.status_code == 200
    assert second.headers["etag"] != first.headers["etag"]
    assert len(features_of(second.content, "network_links")) == 3


def test_tiles_of_one_caller_are_never_those_of_another(asking: httpx.Client) -> None:
    """Both ask for the same tile of the same version, in both orders: nobody gets what is kept for another."""
    tags = set()
    for name, count in (("steward", 2), ("anonymous", 1), ("firm", 1), ("steward", 2), ("anonymous", 1)):
        answer = asking.get(HERE, headers={CALLER_HEADER: name})
        assert len(features_of(answer.content, "network_links")) == count, name
        tags.add((name, answer.headers["etag"]))
        refused = asking.get(HERE, headers={CALLER_HEADER: "anonymous", "If-None-Match": answer.headers["etag"]})
        assert (refused.status_code == 304) == (name == "anonymous")
    assert len({tag for _, tag in tags}) == 3


def test_layers_a_caller_may_not_see_do_not_exist_for_them(asking: httpx.Client) -> None:
    for path in ("tiles/WebMercatorQuad/12/1926/3264", "tiles", "tiles/WebMercatorQuad/tilejson", "styles"):
        hidden = asking.get(f"{ROOT}/collections/plan_flows/{path}", headers={CALLER_HEADER: "anonymous"})
        absent = asking.get(f"{ROOT}/collections/no_such/{path}", headers={CALLER_HEADER: "anonymous"})
        assert (hidden.status_code, absent.status_code) == (404, 404)
        assert hidden.json()["detail"].replace("plan_flows", "no_such") == absent.json()["detail"]
    shown = asking.get(f"{ROOT}/map-style", headers={CALLER_HEADER: "anonymous"}).json()
    assert list(shown["sources"]) == ["network_links"]


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("WebMercatorQuad/30/0/0", 404, "There is no zoom 30; tiles of WebMercatorQuad have zooms 0 to 24."),
        (
            "WebMercatorQuad/3/8/0",
            404,
            "Tile 3/8/0 lies outside WebMercatorQuad; at this zoom the last is row 7",
        ),
        ("WebMercatorQuad/-1/0/0", 404, "There is no zoom -1"),
        ("WebMercatorQuad/99999999999999999999999/0/0", 404, "There is no zoom 99999999999999999999999"),
        ("NoSuchGrid/3/1/1", 404, "There is no grid of tiles NoSuchGrid here"),
        (
            "WebMercatorQuad/12/1926/3264?colour=red",
            400,
            "Collection network_links has no parameter colour",
        ),
        ("WebMercatorQuad/12/1926/3264?mode=road&mode=rail", 400, "Parameter mode is given twice"),
    ],
)
def test_what_there_is_not_is_told_in_a_sentence(asking: httpx.Client, path: str, status: int, told: str) -> None:
    answer = asking.get(f"{LINKS}/tiles/{path}", headers={"Accept-Language": "en"})
    assert answer.status_code == status
    assert told in answer.json()["detail"]


def test_words_instead_of_numbers_are_refused(asking: httpx.Client) -> None:
    assert asking.get(f"{LINKS}/tiles/WebMercatorQuad/twelve/0/0").status_code in {400, 422}


def test_conformance_grids_and_tilesets(asking: httpx.Client) -> None:
    """Each class that is declared: core, mvt, tileset, tilesets-list, geodata-tilesets, tms and its JSON."""
    assert len(CONFORMANCE) == len(set(CONFORMANCE)) == 7
    listed = asking.get(f"{ROOT}/tileMatrixSets").json()["tileMatrixSets"]
    assert [one["id"] for one in listed] == ["WebMercatorQuad", "WorldCRS84Quad"]
    grid = asking.get(listed[0]["links"][0]["href"]).json()
    matrix = grid["tileMatrices"][12]
    assert (matrix["id"], matrix["matrixWidth"], matrix["matrixHeight"]) == ("12", 4096, 4096)
    assert matrix["scaleDenominator"] == pytest.approx(136494.693366)
    assert matrix["cellSize"] == pytest.approx(38.2185141426)
    sets = asking.get(f"{LINKS}/tiles").json()["tilesets"]
    assert [one["dataType"] for one in sets] == ["vector", "vector"]
    told = asking.get(next(link["href"] for link in sets[0]["links"] if link["rel"] == "self")).json()
    assert told["layers"][0]["geometryDimension"] == 1
    assert told["layers"][0]["propertiesSchema"]["properties"]["mode"]["title"] == "Phương thức"
    limits = {one["tileMatrix"]: one for one in told["tileMatrixSetLimits"]}["12"]
    assert list(limits.values()) == ["12", 1926, 1926, 3264, 3264]
    item = next(link["href"] for link in told["links"] if link["rel"] == "item")
    address = item.replace("{tileMatrix}", "12").replace("{tileRow}", "1926").replace("{tileCol}", "3264")
    assert asking.get(address).status_code == 200


def test_the_other_grid_has_tiles_too(asking: httpx.Client) -> None:
    told = asking.get(f"{LINKS}/tiles/WorldCRS84Quad").json()
    limits = {one["tileMatrix"]: one for one in told["tileMatrixSetLimits"]}["11"]
    answer = asking.get(f"{LINKS}/tiles/WorldCRS84Quad/11/{limits['minTileRow']}/{limits['minTileCol']}")
    assert len(features_of(answer.content, "network_links")) == 2


def test_tilejson_leads_to_the_tiles_and_names_who_is_to_be_named(asking: httpx.Client) -> None:
    told = asking.get(f"{LINKS}/tiles/WebMercatorQuad/tilejson?lang=en").json()
    assert told["tilejson"] == "3.0.0"
    assert told["attribution"] == "© OpenStreetMap contributors"
    assert told["vector_layers"][0]["fields"]["link_class"] == "Class (String)"
    west, south, east, north = told["bounds"]
    (lon, lat), *_ = in_tile(TILE, (500, 150))
    assert west < lon < east
    assert south < lat < north
    address = told["tiles"][0].replace("{z}", "12").replace("{y}", "1926").replace("{x}", "3264")
    assert len(features_of(asking.get(address).content, "network_links")) == 2
    (row, _, column, _) = WEB.tiles_of(asking_box(told["bounds"]), 12)
    assert (row, column) == (TILE.row, TILE.column)


def asking_box(bounds: list[float]) -> Any:  # noqa: ANN401 - a Box
    from geodata.features.table import Box  # noqa: PLC0415

    return Box(*bounds)


def test_the_style_of_the_map_draws_layers_from_tiles_with_legends(asking: httpx.Client) -> None:
    style = asking.get(f"{ROOT}/map-style?lang=en").json()
    assert style["version"] == 8
    assert list(style["sources"]) == ["network_links", "plan_flows"]
    drawn = {layer["id"]: layer for layer in style["layers"]}
    assert drawn["network_links-line"]["source-layer"] == "network_links"
    told = style["metadata"]["hinterland:layers"]["network_links"]
    assert told["title"] == "Links"
    assert told["legend"][0]["label"] == "Road"
    address = style["sources"]["network_links"]["tiles"][0]
    assert asking.get(address.replace("{z}", "12").replace("{y}", "1926").replace("{x}", "3264")).status_code == 200
    assert asking.get(f"{ROOT}/map-style?layers=all").status_code == 400


def test_styles_come_in_each_form_and_language(asking: httpx.Client) -> None:
    listed = asking.get(f"{LINKS}/styles").json()
    assert listed["default"] == "network_links"
    links = {link["href"].rsplit("f=", 1)[1]: link for link in listed["styles"][0]["links"]}
    answers = {form: asking.get(link["href"]) for form, link in links.items()}
    assert {form: answer.headers["content-type"].split(";")[0] for form, answer in answers.items()} == {
        form: link["type"].split(";")[0] for form, link in links.items()
    }
    qml = ET.fromstring(answers["qml"].text)  # noqa: S314 - our own
    assert {one.get("field"): one.get("name") for one in qml.findall("aliases/alias")} == {
        "mode": "Phương thức / Mode",
        "link_class": "Cấp đường / Class",
    }
    assert ET.fromstring(answers["sld"].text).tag.endswith("StyledLayerDescriptor")  # noqa: S314 - our own
    assert json.loads(answers["maplibre"].text)["sources"]["network_links"]["attribution"] == ORIGIN.attribution
    legend = asking.get(f"{LINKS}/styles/network_links?f=legend&lang=vi").json()
    assert legend["legend"][0]["label"] == "Đường bộ"
    assert asking.get(f"{LINKS}/styles/other").status_code == 404
    assert asking.get(f"{LINKS}/styles/network_links?f=pdf").status_code in {400, 422}


def test_a_collection_that_is_only_listed_by_its_instances_has_no_tiles_of_its_own(asking: httpx.Client) -> None:
    assert asking.get(f"{ROOT}/collections/isochrones/tiles").status_code == 404


@pytest.mark.qgis
def test_qgis_draws_tiles_to_a_picture(asking: httpx.Client, tmp_path: Path) -> None:
    """Two lines of 800 of 4,096 units, drawn in a box of one tile on 256 pixels: 50 pixels each, about 4 wide."""
    box = WEB.box(TILE)
    corners = WEB.forward(np.array([[box.west, box.south], [box.east, box.north]])) - 0.5
    metres = [repr(value) for value in (corners * (METRES_ROUND, -METRES_ROUND)).reshape(-1).tolist()]
    template = f"{asking.base_url}{LINKS}/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}"
    picture = tmp_path / "map.png"
    told = in_qgis("qgis_tiles.py", template, "network_links", "#b4532a", str(picture), *metres, folder=tmp_path)
    assert told["valid"]
    assert 100 < told["drawn"] < 1000
    assert picture.read_bytes().startswith(b"\x89PNG")
