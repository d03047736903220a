"""The web service over one finished run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pyogrio
import pytest
from demo_run import DemoRun, hinterland
from served import served

from api.service.results import NEEDED_FILES, ResultsMissingError, results_router

BOX = (106.6, 10.9, 106.8, 11.1)


@pytest.fixture(scope="module")
def client(demo: DemoRun) -> Iterator[httpx.Client]:
    """Yield a client of the service over the demo's results."""
    with served(demo.folder) as found:
        yield found


def test_the_page_names_report_plan_and_layers(client: httpx.Client) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    for link in ("report.html", "plan.json", "layers/plan_links.geojson", "layers/terminals.geojson"):
        assert f'href="{link}"' in page.text
    assert "http://" not in page.text.replace("http://www.w3.org/", "")
    assert "https://" not in page.text


def test_report_and_plan_come_as_the_run_left_them(client: httpx.Client, demo: DemoRun) -> None:
    assert client.get("/report.html").content == (demo.folder / "report.html").read_bytes()
    plan = client.get("/plan.json")
    assert plan.headers["content-type"] == "application/json"
    assert plan.json() == demo.document


def test_layers_are_listed_with_their_size(client: httpx.Client, demo: DemoRun) -> None:
    listed = {layer["name"]: layer for layer in client.get("/layers").json()}
    assert set(listed) == {"plan_links", "places", "terminals", "desire_lines", "bottlenecks", "nodes", "services"}
    info = pyogrio.read_info(demo.folder / "layers.gpkg", layer="terminals")
    assert listed["terminals"] == {"name": "terminals", "geometry": "Point", "features": info["features"]}


def test_a_layer_comes_as_geojson_whole_or_within_a_box(client: httpx.Client) -> None:
    answer = client.get("/layers/places.geojson")
    assert answer.headers["content-type"] == "application/geo+json"
    whole = answer.json()
    assert whole["type"] == "FeatureCollection"
    part = client.get("/layers/places.geojson", params={"bbox": ",".join(map(str, BOX))}).json()
    assert 0 < len(part["features"]) < len(whole["features"])
    west, south, east, north = BOX
    inside = [
        feature["properties"]["place_id"]
        for feature in whole["features"]
        if west <= feature["geometry"]["coordinates"][0] <= east
        and south <= feature["geometry"]["coordinates"][1] <= north
    ]
    assert [feature["properties"]["place_id"] for feature in part["features"]] == inside
    assert client.get("/layers/places.geojson", params={"bbox": "0,0,1,1"}).json()["features"] == []


@pytest.mark.parametrize(
    "bbox",
    ["1,2,3", "a,b,c,d", "", "3,2,1,4", "1,4,3,2", "nan,0,1,1", "0,0,inf,1", "1,2,3,4,5", "106.5;10.5;107.2;11.4"],
)
def test_a_box_that_is_none_is_refused_in_both_languages(client: httpx.Client, bbox: str) -> None:
    for language, sentence in (("en", "bbox must be"), ("vi", "bbox phải là")):
        headers = {"accept-language": language}
        answer = client.get("/layers/places.geojson", params={"bbox": bbox}, headers=headers)
        assert answer.status_code == 400
        assert sentence in answer.json()["detail"]


def test_a_layer_that_is_not_there_is_refused_with_those_there_are(client: httpx.Client) -> None:
    answer = client.get("/layers/rivers.geojson")
    assert answer.status_code == 404
    assert "rivers" in answer.json()["detail"]
    assert "plan_links" in answer.json()["detail"]


@pytest.mark.parametrize("path", ["/nothing", "/tables.xlsx", "/..%2F..%2Fetc%2Fpasswd", "/layers/../hinterland.gpkg"])
def test_nothing_else_is_served(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_pages_may_show_their_own_scripts_and_nothing_from_elsewhere(client: httpx.Client) -> None:
    policy = client.get("/report.html").headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "http" not in policy


def test_a_folder_without_results_is_refused_with_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text("<p>")
    with pytest.raises(ResultsMissingError, match=r"has no plan\.json, layers\.gpkg"):
        results_router(tmp_path)
    done = hinterland("serve", "--out", str(tmp_path), "--lang", "vi")
    assert done.returncode == 2
    assert "không có plan.json, layers.gpkg" in done.stderr


def test_a_results_folder_that_is_not_ours_is_refused_when_asked(tmp_path: Path) -> None:
    for name in NEEDED_FILES:
        (tmp_path / name).write_text("not what it says")
    with served(tmp_path) as client:
        answer = client.get("/layers")
    assert answer.status_code == 500
    assert "layers.gpkg" in answer.json()["detail"]
