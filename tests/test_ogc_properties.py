"""Properties as parameters of a request (OGC API Features Part 3, queryables as query parameters)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from ogc_parts import COUNT, ITEMS, LINKS, ROOT, World, all_pages, link_of, row_of, served
from registry_parts import facility, write
from rest_registry import CALLERS, OURS, fill
from service_parts import CALLER_HEADER, application, listening, make_service
from service_parts import FixedCallers as Callers
from sqlalchemy import Engine

from api.access.caller import ANONYMOUS
from api.gis.catalogue import COLLECTIONS
from api.gis.ogc.asked import COMMON
from api.gis.ogc.items import PARAMETERS
from geodata.features.network import LINK_FIELDS, NODE_FIELDS
from geodata.features.stored_table import fields_of, point_table
from supplychain.registry.visibility import Viewer

NUMBERS: Final = range(COUNT)


@pytest.fixture(scope="module")
def one(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with (
        served(sqlite_template, World(), tmp_path_factory.mktemp("ogc")) as address,
        httpx.Client(base_url=address, timeout=60, headers={"Accept-Language": "en"}) as found,
    ):
        yield found


def ids(one: httpx.Client, address: str = ITEMS, **given: str) -> list[str]:
    answer = one.get(address, params={"limit": "1000", **given})
    assert answer.status_code == 200, answer.text
    return [feature["id"] for feature in answer.json()["features"]]


def named(numbers: Any) -> list[str]:  # noqa: ANN401 - whole numbers
    return [f"l{number:03}" for number in numbers]


def test_every_queryable_with_a_simple_value_is_a_parameter(one: httpx.Client) -> None:
    """Requirement /req/queryables-query-parameters/parameters: only features that hold the value are answered."""
    feature = one.get(f"{ITEMS}/l004").json()
    schema = one.get(f"{LINKS}/queryables").json()["properties"]
    simple = [name for name, said in schema.items() if said.get("type") in ("string", "integer", "number", "boolean")]
    assert sorted(simple) == sorted(feature["properties"])
    for name in simple:
        value = feature["properties"][name]
        given = value if isinstance(value, str) else json.dumps(value)
        found = one.get(ITEMS, params={name: given, "limit": "1000"}).json()
        wanted = [number for number in NUMBERS if row_of(number)[name] == row_of(4)[name]]
        assert [one["id"] for one in found["features"]] == named(wanted), name
        assert found["numberMatched"] == len(wanted)


def test_parameters_filter_and_box_are_met_all_and_kept_from_page_to_page(one: httpx.Client) -> None:
    given = {"oneway": "true", "lanes": "3", "filter": "length_m > 120", "bbox": "106.4,10.8,106.7,11", "limit": "2"}
    wanted = [n for n in NUMBERS if n % 2 == 0 and row_of(n)["lanes"] == 3 and n > 19 and n <= 200]
    found = all_pages(one, f"{ITEMS}?{httpx.QueryParams(given)}")
    assert [feature["id"] for feature in found] == named(wanted)
    following = str(link_of(one.get(ITEMS, params=given).json(), "next"))
    assert "lanes=3" in following
    wrong = one.get(following.replace("lanes=3", "lanes=2"))
    assert wrong.status_code == 400
    assert "cursor does not belong" in wrong.json()["detail"]
    csv = one.get(ITEMS, params={"f": "csv", "lanes": "3", "mode": "rail"})
    rows = [number for number in NUMBERS if row_of(number)["lanes"] == 3 and row_of(number)["mode"] == "rail"]
    assert len(csv.text.splitlines()) == len(rows) + 1


def test_answers_of_other_values_have_other_tags(one: httpx.Client) -> None:
    first = one.get(ITEMS, params={"lanes": "1"})
    known = {"If-None-Match": first.headers["etag"]}
    assert one.get(ITEMS, params={"lanes": "1"}, headers=known).status_code == 304
    assert one.get(ITEMS, params={"lanes": "2"}, headers=known).status_code == 200


def test_a_name_of_a_property_and_of_the_collection_means_both(one: httpx.Client) -> None:
    """``mode`` opens the links of one mode; beside a key of another mode no link is of both."""
    rail = [number for number in NUMBERS if row_of(number)["mode"] == "rail"]
    assert ids(one, mode="rail") == named(rail)
    assert ids(one, f"{ROOT}/collections/network_links.rail/items", mode="rail") == named(rail)
    assert ids(one, f"{ROOT}/collections/network_links.rail/items", mode="road") == []
    other = one.get(f"{ROOT}/collections/network_links.rail/queryables", params={"mode": "road"})
    assert other.status_code == 400
    assert other.json()["detail"].startswith("mode is rail by the name of the collection and road by the parameter")


def test_links_of_a_page_lead_somewhere(one: httpx.Client) -> None:
    """Only the pages themselves take properties: the collection and its features do not."""
    for form in ("json", "html"):
        answer = one.get(ITEMS, params={"lanes": "3", "mode": "rail", "f": form, "limit": "2"})
        assert answer.status_code == 200
    for link in one.get(ITEMS, params={"lanes": "3", "mode": "rail", "limit": "2"}).json()["links"]:
        assert one.get(link["href"]).status_code == 200, link
    for path in ("", "/queryables", "/items/l000"):
        assert one.get(f"{LINKS}{path}", params={"lanes": "3"}).status_code == 400, path


REFUSED: Final = {
    "lanes is a whole number": ("lanes", ("", "3.0", "three", "1,2", "0x3", "٣", " 3", "3\n")),
    "length_m is a number": ("length_m", ("", "nan", "inf", "1_000", "1,5", "1e99999")),
    "oneway is true or false": ("oneway", ("", "yes", "TRUE", "2")),
    "built is a day": ("built", ("", "2020", "20200131", "2020-W05-5", "2020-01-31T00:00:00Z")),
    "seen is a moment": ("seen", ("", "2026-01-01", "2026-01-01T08:30:00", "2026-01-01T08:30:00.1234Z")),
    "is no date": ("built", ("2020-02-30",)),
    "too large": ("lanes", ("9" * 310,)),
    "larger": ("length_m", ("1e999", "-1e999")),
}


@pytest.mark.parametrize("said", REFUSED)
def test_a_value_of_another_kind_is_refused(one: httpx.Client, said: str) -> None:
    name, values = REFUSED[said]
    for value in values:
        answer = one.get(ITEMS, params={name: value})
        assert answer.status_code == 400, value
        detail = answer.json()["detail"]
        assert said.replace("larger", "too large") in detail or detail.startswith(f"{name} is"), detail
        vietnamese = one.get(ITEMS, params={name: value}, headers={"Accept-Language": "vi"}).json()["detail"]
        assert vietnamese != detail


def test_what_there_is_not_is_refused_and_what_there_is_is_named(one: httpx.Client) -> None:
    for name in ("secret", "geometry", "Lanes", "lanes "):
        detail = one.get(ITEMS, params={name: "1"}).json()["detail"]
        assert detail.startswith(f"There is no parameter {name} here")
        assert "lanes, lang, length_m, limit" in detail
    assert one.get(f"{ITEMS}?lanes=1&lanes=2").status_code == 400
    assert ids(one, name="") == []
    assert ids(one, name="Đường số 7'; --") == []
    assert ids(one, name="Đường số 7") == ["l007"]
    assert (
        ids(one, seen="2026-01-01T15:30:00+07:00") == ids(one, seen="2026-01-01T08:30:00Z") == named(range(0, 250, 28))
    )


def test_the_openapi_document_lists_them_by_collection(one: httpx.Client) -> None:
    """With the schema of the queryable; each name once, each reference leads to a parameter."""
    document = one.get(f"{ROOT}/api").json()
    assert "/collections/plan_flows/items" in document["paths"]
    hidden = one.get(f"{ROOT}/api", headers={CALLER_HEADER: "anonymous"}).json()
    assert "/collections/plan_flows/items" not in hidden["paths"]
    operation = document["paths"]["/collections/network_links/items"]["get"]
    found = [
        document["components"]["parameters"][one["$ref"].rpartition("/")[2]] if "$ref" in one else one
        for one in operation["parameters"]
    ]
    names = [parameter["name"] for parameter in found]
    assert len(set(names)) == len(names)
    assert {*PARAMETERS, *COMMON, "lanes", "name", "mode"} <= set(names)
    assert "version" not in names
    lanes = found[names.index("lanes")]
    schema = one.get(f"{LINKS}/queryables", params={"lang": "vi"}).json()["properties"]["lanes"]
    told = one.get(f"{ROOT}/api", params={"lang": "vi"}).json()["paths"]["/collections/network_links/items"]["get"]
    assert next(one for one in told["parameters"] if one.get("name") == "lanes")["schema"] == schema
    assert (lanes["in"], lanes["style"], lanes["explode"]) == ("query", "form", False)
    operations = [said["get"]["operationId"] for said in document["paths"].values()]
    assert len(set(operations)) == len(operations)


def test_no_property_is_called_as_a_parameter_of_the_address() -> None:
    """Such a property could not be asked for."""
    own = {*PARAMETERS, *COMMON}
    tables = [
        fields_of(point_table(name), Viewer.everything()) for name in ("parks", "facilities", "terminals", "zones")
    ]
    for field in (*LINK_FIELDS, *NODE_FIELDS, *(field for table in tables for field in table)):
        assert field.name not in own
    for collection in COLLECTIONS.values():
        assert not own & {parameter.name for parameter in collection.parameters}


def test_hidden_properties_and_hidden_values_are_as_what_there_is_not(registry_engine: Engine, tmp_path: Path) -> None:
    """The name of a person is an unknown parameter to anybody, and meets nothing of another firm."""
    fill(registry_engine)
    write(
        registry_engine,
        facility("ours_2", "ours", contact_name="Lê Thị B", park_id=None, lat=11.0, lon=106.7, position_accuracy_m=5.0),
    )
    app = application(make_service(registry_engine), Callers(OURS, {**CALLERS, "anonymous": ANONYMOUS}))
    app.state.cache_folder = tmp_path
    items = f"{ROOT}/collections/facilities/items"
    with listening(app) as address, httpx.Client(base_url=address, timeout=60) as asking:

        def seen(who: str, **given: str) -> list[str]:
            return (
                ids(asking, items, **given)
                if who == "ours"
                else [
                    feature["id"]
                    for feature in asking.get(items, params=given, headers={CALLER_HEADER: who}).json()["features"]
                ]
            )

        answers = [
            asking.get(items, params={name: "Lê Thị B"}, headers={CALLER_HEADER: "anonymous"})
            for name in ("contact_name", "no_such_name")
        ]
        assert [answer.status_code for answer in answers] == [400, 400]
        first, second = (answer.json()["detail"] for answer in answers)
        assert first.replace("contact_name", "no_such_name") == second
        assert seen("ours", contact_name="Lê Thị B") == ["ours_2"]
        assert seen("theirs", contact_name="Lê Thị B") == []
        assert seen("ours", organisation_id="ours", kind="factory") == ["ours_1", "ours_2"]
        assert seen("ours", organisation_id="ours", bbox="106.69,10.9,106.71,10.96") == ["ours_1"]
        assert seen("anonymous", facility_id="theirs_hidden") == []
        assert seen("theirs", facility_id="theirs_hidden") == ["theirs_hidden"]
        following = asking.get(items, params={"organisation_id": "ours", "limit": "1"}).json()
        assert [one["id"] for one in all_pages(asking, str(link_of(following, "next")))] == ["ours_2"]
        document = asking.get(f"{ROOT}/api", headers={CALLER_HEADER: "anonymous"}).text
        assert "contact_name" not in document
