"""Every conformance class that the OGC API declares, asked of the live service."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import jsonschema
import pyogrio
import pyproj
import pytest
import shapely
from ogc_parts import COUNT, ITEMS, LINKS, ROOT, World, all_pages, line_of, link_of, row_of, served
from service_parts import CALLER_HEADER, without_id

from api.gis.ogc.documents import CONFORMANCE
from api.gis.tiles.describing import CONFORMANCE as TILES

CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG: Final = "http://www.opengis.net/def/crs/EPSG/0/"
GEOJSON: Final = "application/geo+json"

Asking = Callable[..., httpx.Response]


@pytest.fixture(scope="module")
def world() -> World:
    """Return the layers of all tests here; one test gives them another version."""
    return World()


@pytest.fixture(scope="module")
def one(sqlite_template: Path, world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with (
        served(sqlite_template, world, tmp_path_factory.mktemp("ogc")) as address,
        httpx.Client(base_url=address, timeout=60, headers={"Accept-Language": "en"}) as found,
    ):
        yield found


def ids_of(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [feature["id"] for feature in answer.json()["features"]]


def numbers_where(meets: Callable[[dict[str, Any]], bool | None]) -> list[str]:
    """Return the ids of the links that meet a condition, tried one by one in Python."""
    return [f"l{number:03}" for number in range(COUNT) if meets(row_of(number))]


def filtered(one: httpx.Client, condition: str, **more: str) -> list[str]:
    return ids_of(one.get(ITEMS, params={"filter": condition, "limit": "1000", **more}))


def test_the_landing_page_leads_everywhere(one: httpx.Client) -> None:
    """Common core, Features core: every link of the landing page answers with the media type it names."""
    answer = one.get(ROOT)
    assert answer.headers["content-type"].startswith("application/json")
    document = answer.json()
    assert {"self", "service-desc", "service-doc", "conformance", "data"} <= {link["rel"] for link in document["links"]}
    for link in document["links"]:
        found = one.get(link["href"], follow_redirects=True)
        assert found.status_code == 200, link
        if "type" in link:
            assert found.headers["content-type"].split(";")[0] == link["type"].split(";")[0], link
    assert one.get(f"{ROOT}/", follow_redirects=True).status_code == 200


def test_declared_classes_are_those_that_are_tested_here(one: httpx.Client) -> None:
    """A class that is declared anew fails this test until one of this module asks it."""
    declared = one.get(f"{ROOT}/conformance").json()["conformsTo"]
    assert sorted(declared) == sorted(CONFORMANCE)
    tested = {
        "ogcapi-common-1/1.0/conf/core",
        "ogcapi-common-1/1.0/conf/json",
        "ogcapi-common-1/1.0/conf/html",
        "ogcapi-common-1/1.0/conf/oas30",
        "ogcapi-common-2/1.0/conf/collections",
        "ogcapi-features-1/1.0/conf/core",
        "ogcapi-features-1/1.0/conf/oas30",
        "ogcapi-features-1/1.0/conf/html",
        "ogcapi-features-1/1.0/conf/geojson",
        "ogcapi-features-2/1.0/conf/crs",
        "ogcapi-features-3/1.0/conf/queryables",
        "ogcapi-features-3/1.0/conf/queryables-query-parameters",  # asked in test_ogc_properties
        "ogcapi-features-3/1.0/conf/filter",
        "ogcapi-features-3/1.0/conf/features-filter",
        "cql2/1.0/conf/cql2-text",
        "cql2/1.0/conf/cql2-json",
        "cql2/1.0/conf/basic-cql2",
        "cql2/1.0/conf/advanced-comparison-operators",
        "cql2/1.0/conf/case-insensitive-comparison",
        "cql2/1.0/conf/accent-insensitive-comparison",
        "cql2/1.0/conf/basic-spatial-functions",
        "cql2/1.0/conf/spatial-functions",
        "cql2/1.0/conf/property-property",
        "cql2/1.0/conf/arithmetic",
    }
    assert {one.removeprefix("http://www.opengis.net/spec/") for one in declared if one not in TILES} == tested


def test_collections_are_listed_as_they_describe_themselves(one: httpx.Client) -> None:
    """Features core, Common part 2: id, links, extent; a collection among all says what it says alone."""
    listed = {found["id"]: found for found in one.get(f"{ROOT}/collections").json()["collections"]}
    assert list(listed) == ["network_links", "network_links.rail", "parks", "plan_flows"]
    for collection_id, found in listed.items():
        alone = one.get(str(link_of(found, "self"))).json()
        assert (alone["id"], alone["title"], alone["crs"]) == (collection_id, found["title"], found["crs"])
        assert alone["storageCrs"] == CRS84
        assert {CRS84, f"{EPSG}9210", f"{EPSG}5899", f"{EPSG}3405", f"{EPSG}4756"} <= set(alone["crs"])
        assert alone["itemType"] == "feature"
        for link in alone["links"]:
            assert one.get(link["href"]).status_code == 200, link
    assert listed["parks"]["extent"]["spatial"]["bbox"] == [[106.7, 11.0, 106.7, 11.0]]
    vietnamese = one.get(f"{ROOT}/collections", params={"lang": "vi"}).json()["collections"]
    assert vietnamese[0]["title"] == "Đoạn tuyến"
    hidden = one.get(f"{ROOT}/collections", headers={CALLER_HEADER: "anonymous"}).json()["collections"]
    assert [found["id"] for found in hidden] == ["network_links", "network_links.rail", "parks"]


def test_what_is_hidden_is_as_what_is_absent(one: httpx.Client) -> None:
    for path in ("", "/items", "/items/l000", "/queryables", "/schema"):
        answers = [
            one.get(f"{ROOT}/collections/{name}{path}", headers={CALLER_HEADER: "anonymous"})
            for name in ("plan_flows", "no_such")
        ]
        assert [answer.status_code for answer in answers] == [404, 404]
        told = [json.dumps(without_id(answer)).replace("plan_flows", "no_such") for answer in answers]
        assert told[0] == told[1]


def test_a_feature_is_what_the_page_says(one: httpx.Client) -> None:
    """Features core, GeoJSON: one feature, its links, its media type; one that there is not."""
    page = one.get(ITEMS, params={"limit": "3"})
    assert page.headers["content-type"].split(";")[0] == GEOJSON
    for feature in page.json()["features"]:
        answer = one.get(f"{ITEMS}/{feature['id']}")
        assert answer.headers["content-type"].split(";")[0] == GEOJSON
        alone = answer.json()
        assert {name: alone[name] for name in feature} == feature
        assert {"self", "alternate", "collection"} <= {link["rel"] for link in alone["links"]}
    assert alone["properties"]["name"] == "Đường số 2"
    assert alone["properties"]["built"] == "2002-01-31"
    assert datetime.fromisoformat(alone["properties"]["seen"]) == row_of(2)["seen"]
    assert one.get(f"{ITEMS}/none").status_code == 404
    nowhere = one.get(f"{ITEMS}/l{COUNT - 1:03}").json()
    assert nowhere["geometry"] is None
    odd = one.get(f"{ROOT}/collections/parks/items").json()["features"][0]
    assert one.get(f"{ROOT}/collections/parks/items/park%2F1%20%C3%A9").json()["id"] == odd["id"]


@pytest.mark.parametrize("limit", [1, 7, 249, 250, 251, 9999])
def test_pages_hold_every_feature_once(one: httpx.Client, limit: int) -> None:
    """Features core: numberMatched, numberReturned and next, for any size of page."""
    first = one.get(ITEMS, params={"limit": str(limit)}).json()
    assert first["numberMatched"] == COUNT
    assert first["numberReturned"] == len(first["features"]) == min(limit, COUNT)
    if limit > 1:
        assert [found["id"] for found in all_pages(one, f"{ITEMS}?limit={limit}")] == numbers_where(lambda _: True)


def test_pages_of_a_filter_in_another_crs_keep_all_that_was_asked(one: httpx.Client) -> None:
    asked = httpx.QueryParams(
        {"limit": "9", "filter": "mode = 'rail'", "crs": f"{EPSG}9210", "properties": "lanes", "lang": "vi"}
    )
    found = all_pages(one, f"{ITEMS}?{asked}")
    assert [feature["id"] for feature in found] == numbers_where(lambda row: row["mode"] == "rail")
    assert all(list(feature["properties"]) == ["lanes"] for feature in found)
    assert all(feature["geometry"]["coordinates"][0][0] > 500_000 for feature in found if feature["geometry"])


def test_a_box_is_met_by_geometries_not_by_their_boxes(one: httpx.Client) -> None:
    """Features core: the lines go up to the right, so the lower right corner of the box of one is not met."""
    near = ids_of(one.get(ITEMS, params={"bbox": "106.4999,10.8999,106.5001,10.9001"}))
    assert near == ["l000"]
    assert ids_of(one.get(ITEMS, params={"bbox": "106.50045,10.9,106.5005,10.9001"})) == []
    with_heights = one.get(ITEMS, params={"bbox": "106.4999,10.8999,-5,106.5001,10.9001,5"})
    assert ids_of(with_heights) == ["l000"]
    around = ids_of(one.get(ITEMS, params={"bbox": "106.7,10,-170,12", "limit": "1000"}))
    assert around == [f"l{number:03}" for number in range(200, COUNT - 1)]


def test_a_time_is_read_and_refused(one: httpx.Client) -> None:
    """Features core: features of this layer are of all times, so any time that can be read meets them all."""
    for moment in (
        "2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00Z/..",
        "../2026-01-01T00:00:00Z",
        "2026-01-01/2026-02-01",
    ):
        assert one.get(ITEMS, params={"datetime": moment}).json()["numberMatched"] == COUNT
    for wrong in ("yesterday", "2026-02-01/2026-01-01", "2026-01-01T00:00:00Z/2026-01-02T00:00:00Z/..", ""):
        assert one.get(ITEMS, params={"datetime": wrong}).status_code == 400, wrong


REFUSED: Final[dict[str, dict[str, str]]] = {
    "a parameter that there is not": {"foo": "1"},
    "no number": {"limit": "many"},
    "none": {"limit": "0"},
    "less than none": {"limit": "-1"},
    "three sides": {"bbox": "1,2,3"},
    "no numbers": {"bbox": "a,b,c,d"},
    "upside down": {"bbox": "106,12,107,10"},
    "infinite": {"bbox": "106,10,1e999,12"},
    "not a number": {"bbox": "106,10,nan,12"},
    "an unknown crs": {"crs": f"{EPSG}99999"},
    "a crs that is not offered": {"crs": f"{EPSG}27700"},
    "an unknown bbox-crs": {"bbox": "1,2,3,4", "bbox-crs": "mars"},
    "an unknown filter-crs": {"filter": "lanes = 1", "filter-crs": "mars"},
    "an unknown filter-lang": {"filter": "lanes = 1", "filter-lang": "sql"},
    "no filter": {"filter": "lanes = "},
    "a hidden property": {"filter": "secret = 1"},
    "a property that there is not": {"properties": "secret"},
    "JSON told to be text": {"filter": '{"op":"=","args":[{"property":"lanes"},1]}'},
    "a nested filter": {"filter": "(" * 4000 + "lanes = 1" + ")" * 4000},
    "negations": {"filter": "NOT " * 2000 + "oneway"},
    "a form that there is not": {"f": "pdf"},
    "a cursor of nobody": {"cursor": "WyIxIiwwXQ.AAAAAAAAAAAAAAAAAAAAAA"},
    "a language that there is not": {"lang": "fr"},
    "letters that are none": {"filter": "name = '\x00'", "crs": "x"},
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_asked_is_told_in_one_sentence(one: httpx.Client, case: str) -> None:
    answer = one.get(ITEMS, params=REFUSED[case])
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["detail"].strip().endswith((".", ")", "]", "}"))
    assert "Traceback" not in answer.text


def test_parameters_are_given_once_everywhere(one: httpx.Client) -> None:
    for path in ("", "/conformance", "/collections", "/collections/parks", "/collections/parks/queryables"):
        assert one.get(f"{ROOT}{path}?foo=1").status_code == 400, path
        assert one.get(f"{ROOT}{path}?f=json&f=json").status_code == 400, path
    assert one.get(f"{ITEMS}?limit=1&limit=2").status_code == 400


def test_pages_for_people_are_whole_safe_and_in_their_language(one: httpx.Client) -> None:
    """HTML: every address has a page without scripts; names from the data are escaped."""
    paths = ["", "/conformance", "/collections", "/collections/parks", "/collections/parks/items"]
    paths += ["/collections/parks/queryables", "/collections/parks/items/park%2F1%20%C3%A9"]
    for path in paths:
        for language in ("vi", "en"):
            answer = one.get(f"{ROOT}{path}", params={"lang": language}, headers={"Accept": "text/html"})
            assert answer.headers["content-type"].startswith("text/html"), path
            assert f'lang="{language}"' in answer.text
            assert "<script>alert" not in answer.text
            policy = answer.headers["content-security-policy"]
            assert "unsafe-inline" not in policy.split("style-src")[0]
        assert "Accept" in one.get(f"{ROOT}{path}").headers.get("vary", ""), path
    assert "&lt;script&gt;" in one.get(f"{ROOT}/collections/parks/items", params={"f": "html"}).text
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert one.get(ITEMS, headers={"Accept": browser}).headers["content-type"].startswith("text/html")


def test_the_openapi_document_is_of_version_3_0_and_names_what_is_asked(one: httpx.Client) -> None:
    """oas30: the document that programs read, with the parameters of items and their bounds."""
    answer = one.get(f"{ROOT}/api")
    assert answer.headers["content-type"].replace(" ", "") == "application/vnd.oai.openapi+json;version=3.0"
    document = answer.json()
    assert document["openapi"].startswith("3.0")
    items = document["paths"]["/collections/{collection_id}/items"]["get"]
    named = {parameter.get("name", parameter.get("$ref", "").rpartition("/")[2]) for parameter in items["parameters"]}
    asked = {"limit", "bbox", "bbox-crs", "crs", "datetime", "filter", "filter-lang", "filter-crs", "properties", "f"}
    assert asked <= named
    limit = document["components"]["parameters"]["limit"]
    assert limit["schema"]["minimum"] == 1
    assert limit["schema"]["maximum"] >= 1000


def test_coordinates_are_those_of_proj_in_the_order_of_the_crs(one: httpx.Client) -> None:
    """Part 2: crs, Content-Crs; VN-2000 by EPSG:6960, equal to PROJ to 1 mm; latitude first where the CRS has it so."""
    line = line_of(5)
    assert line is not None
    back = pyproj.Transformer.from_pipeline("urn:ogc:def:coordinateOperation:EPSG::6960")
    for code, is_north_first in (
        (9210, False),
        (5899, False),
        (3405, False),
        (4756, True),
        (4326, True),
        (3857, False),
    ):
        answer = one.get(f"{ITEMS}/l005", params={"crs": f"{EPSG}{code}"})
        assert answer.headers["content-crs"] == f"<{EPSG}{code}>"
        told = answer.json()["geometry"]["coordinates"]
        for (first, second), (lon, lat) in zip(told, line.coords, strict=True):
            east, north = (second, first) if is_north_first else (first, second)
            if code in (4326, 3857):
                expected = pyproj.Transformer.from_crs("OGC:CRS84", f"EPSG:{code}", always_xy=True).transform(lon, lat)
                assert (east, north) == pytest.approx(expected, abs=1e-3)
                continue
            if code != 4756:
                datum = pyproj.Transformer.from_crs(f"EPSG:{code}", "EPSG:4756")
                north, east = datum.transform(east, north)
            found_lat, found_lon = back.transform(north, east)
            assert (found_lon, found_lat) == pytest.approx((lon, lat), abs=1e-8)
    plain = one.get(ITEMS, params={"limit": "1"})
    assert plain.headers["content-crs"] == f"<{CRS84}>"
    assert one.get(ITEMS, params={"limit": "1", "crs": CRS84}).json()["features"] == plain.json()["features"]


def test_a_box_in_another_crs_finds_the_same(one: httpx.Client) -> None:
    """Part 2: bbox-crs, with latitude first where the CRS has it so."""
    wanted = ids_of(one.get(ITEMS, params={"bbox": "106.5999,10.8,106.6104,11"}))
    assert wanted
    north_first = {"bbox": "10.8,106.5999,11,106.6104", "bbox-crs": f"{EPSG}4326"}
    assert ids_of(one.get(ITEMS, params=north_first)) == wanted
    to = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True)
    west, south = to.transform(106.5999, 10.8)
    east, north = to.transform(106.6104, 11)
    metres = {"bbox": f"{west},{south},{east},{north}", "bbox-crs": f"{EPSG}3857"}
    assert ids_of(one.get(ITEMS, params=metres)) == wanted


def test_queryables_are_a_schema_of_what_may_be_asked(one: httpx.Client) -> None:
    """Part 3 queryables: a JSON Schema; a filter on each of its properties is read."""
    answer = one.get(f"{LINKS}/queryables")
    assert answer.headers["content-type"].split(";")[0] == "application/schema+json"
    schema = answer.json()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["type"] == "object"
    for name in schema["properties"]:
        assert one.get(ITEMS, params={"filter": f"{name} IS NULL"}).status_code == 200, name
    described = one.get(f"{LINKS}/schema").json()
    feature = one.get(f"{ITEMS}/l000").json()
    properties = {name: value for name, value in feature["properties"].items() if value is not None}
    jsonschema.Draft202012Validator(described).validate(properties)


CONDITIONS: Final[dict[str, Callable[[dict[str, Any]], bool | None]]] = {
    "mode = 'rail'": lambda row: row["mode"] == "rail",
    "lanes <> 3": lambda row: row["lanes"] is not None and row["lanes"] != 3,
    "NOT (lanes = 3)": lambda row: row["lanes"] is not None and row["lanes"] != 3,
    "lanes IS NULL OR name IS NULL": lambda row: row["lanes"] is None or row["name"] is None,
    "oneway = TRUE AND length_m >= 300": lambda row: row["oneway"] and row["length_m"] >= 300,
    "built > DATE('2020-01-31')": lambda row: row["built"].year > 2020,
    "seen < TIMESTAMP('2026-01-03T00:00:00Z')": lambda row: row["seen"].day < 3,
    "name LIKE '%số 1_'": lambda row: row["name"] is not None and 10 <= int(row["name"].split()[-1]) <= 19,
    "lanes BETWEEN 1 AND 2": lambda row: row["lanes"] in (1, 2),
    "mode IN ('rail', 'inland_waterway')": lambda row: row["mode"] != "road",
    "CASEI(name) = CASEI('ĐƯỜNG SỐ 7')": lambda row: row["name"] == "Đường số 7",
    "ACCENTI(name) = ACCENTI('Duong so 7')": lambda row: row["name"] == "Đường số 7",
    "length_m > lanes * 100": lambda row: row["lanes"] is not None and row["length_m"] > row["lanes"] * 100,
    "lanes = lanes": lambda row: row["lanes"] is not None,
    "length_m - 100.5 = 12": lambda row: row["length_m"] == 112.5,
}


@pytest.mark.parametrize("condition", CONDITIONS)
def test_filters_find_what_python_finds(one: httpx.Client, condition: str) -> None:
    """Part 3 filter, CQL2: text, and the JSON that the reading library makes of it."""
    import cql2  # noqa: PLC0415 - for its own JSON

    wanted = numbers_where(CONDITIONS[condition])
    assert wanted
    assert filtered(one, condition) == wanted
    as_json = json.dumps(cql2.parse_text(condition).to_json())
    assert filtered(one, as_json, **{"filter-lang": "cql2-json"}) == wanted


SPATIAL: Final = {
    "S_INTERSECTS(geometry, BBOX(106.5, 10.9, 106.5101, 10.91))": shapely.intersects,
    "S_WITHIN(geometry, POLYGON((106.5 10.9, 106.5101 10.9, 106.5101 10.91, 106.5 10.91, 106.5 10.9)))": shapely.within,
    "S_DISJOINT(geometry, BBOX(106.5, 10.9, 106.5101, 10.91))": shapely.disjoint,
    "S_TOUCHES(geometry, BBOX(106.5, 10.9, 106.5101, 10.91))": shapely.touches,
    "S_CROSSES(geometry, BBOX(106.5, 10.9, 106.5101, 10.91))": shapely.crosses,
}


@pytest.mark.parametrize("condition", SPATIAL)
def test_spatial_functions_find_what_shapely_finds(one: httpx.Client, condition: str) -> None:
    """CQL2 spatial functions; a feature without geometry meets none of them, not even S_DISJOINT."""
    ground = shapely.box(106.5, 10.9, 106.5101, 10.91)
    wanted = [f"l{n:03}" for n in range(COUNT) if (line := line_of(n)) is not None and SPATIAL[condition](line, ground)]
    assert filtered(one, condition) == wanted


def test_places_of_a_filter_may_be_of_another_crs(one: httpx.Client) -> None:
    """Part 3 filter-crs: the same box in degrees, latitude first, and in VN-2000."""
    wanted = filtered(one, "S_INTERSECTS(geometry, POINT(106.5 10.9))")
    assert wanted == ["l000"]
    assert filtered(one, "S_INTERSECTS(geometry, POINT(10.9 106.5))", **{"filter-crs": f"{EPSG}4326"}) == wanted
    place = one.get(f"{ITEMS}/l000", params={"crs": f"{EPSG}9210"}).json()["geometry"]["coordinates"][0]
    west, south = place[0] - 1, place[1] - 1
    box = f"S_INTERSECTS(geometry, BBOX({west}, {south}, {west + 2}, {south + 2}))"
    assert filtered(one, box, **{"filter-crs": f"{EPSG}9210"}) == wanted
    across = "S_INTERSECTS(geometry, BBOX(10, 106.7, 12, -170))"
    assert filtered(one, across, **{"filter-crs": f"{EPSG}4326"}) == [
        f"l{number:03}" for number in range(200, COUNT - 1)
    ]
    wrong = f"S_INTERSECTS(geometry, BBOX({west + 2}, {south}, {west}, {south + 2}))"
    refused = one.get(ITEMS, params={"filter": wrong, "filter-crs": f"{EPSG}9210"})
    assert refused.status_code == 400
    assert "does not go around the earth" in refused.json()["detail"]


def test_a_filter_and_a_box_are_met_both(one: httpx.Client) -> None:
    found = one.get(ITEMS, params={"filter": "mode = 'road'", "bbox": "106.5,10.8,106.5101,11", "limit": "2"}).json()
    assert found["numberMatched"] == 4
    assert [feature["id"] for feature in found["features"]] == ["l000", "l003"]


def test_answers_that_have_not_changed_are_304(one: httpx.Client, world: World) -> None:
    first = one.get(ITEMS, params={"limit": "2"})
    known = {"If-None-Match": first.headers["etag"]}
    assert one.get(ITEMS, params={"limit": "2"}, headers=known).status_code == 304
    whatever = {"If-None-Match": "*"}
    answers = [one.get(f"{ITEMS}/{feature}", headers=whatever).status_code for feature in ("l000", "nothing")]
    assert answers == [304, 404]
    assert one.get(ITEMS, params={"limit": "3"}, headers=known).status_code == 200
    assert one.get(ITEMS, params={"limit": "2", "f": "html"}, headers=known).status_code == 200
    world.version = "2"
    assert one.get(ITEMS, params={"limit": "2"}, headers=known).status_code == 200


@pytest.mark.parametrize("form", ["geojsonl", "csv", "gpkg", "fgb", "parquet"])
def test_files_hold_what_pages_hold(one: httpx.Client, form: str, tmp_path: Path) -> None:
    """The same filter and CRS, the whole layer instead of a page."""
    asked = {"f": form, "filter": "mode = 'rail'", "crs": f"{EPSG}9210"}
    answer = one.get(ITEMS, params=asked)
    assert answer.status_code == 200, answer.text
    wanted = numbers_where(lambda row: row["mode"] == "rail")
    pages = all_pages(one, f"{ITEMS}?{httpx.QueryParams({**asked, 'f': 'json', 'limit': '1000'})}")
    first = pages[0]["geometry"]["coordinates"][0]
    if form == "geojsonl":
        rows = [json.loads(line) for line in answer.text.replace("\x1e", "").splitlines()]
        assert [row["id"] for row in rows] == wanted
        assert rows[0]["geometry"]["coordinates"][0] == pytest.approx(first, abs=1e-3)
    elif form == "csv":
        read = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert len(read) == len(wanted)
        assert {row["mode"] for row in read} == {"rail"}
    elif form == "parquet":
        import geopandas  # noqa: PLC0415 - for one form only

        frame = geopandas.read_parquet(io.BytesIO(answer.content))
        assert len(frame) == len(wanted)
        assert frame.crs.to_epsg() == 9210
        assert frame.geometry.iloc[0].coords[0] == pytest.approx(first, abs=1e-3)
    else:
        path = tmp_path / f"links.{form}"
        path.write_bytes(answer.content)
        frame = pyogrio.read_dataframe(path, layer="network_links")
        assert len(frame) == len(wanted)
        assert frame.crs.to_epsg() == 9210
        found = min(line.coords[0] for line in frame.geometry if line is not None)
        assert found == pytest.approx(first, abs=1e-3)


def test_links_keep_the_address_that_people_use(one: httpx.Client) -> None:
    for path in ("", "/collections", "/collections/network_links/items?limit=1"):
        for link in one.get(f"{ROOT}{path}").json()["links"]:
            assert urlsplit(link["href"]).netloc == one.base_url.netloc.decode()
