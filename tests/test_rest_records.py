"""Reading the registry over REST: lists in pages, filters, counts, forms, the past; each for the caller's eyes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from itertools import product
from typing import Final

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from registry_parts import emptied
from rest_registry import CALLERS, PERSON, PERSONAL_CODE, UNTOLD, ask, fill, get, ids
from service_parts import client, tight, without_id
from sqlalchemy import Engine

from api.access.caller import ANONYMOUS
from api.rest.record_models import RESOURCES
from supplychain.database import make_engine
from supplychain.registry.history import read_table
from supplychain.registry.pages import Listing, read_page
from supplychain.registry.tables import registry_table
from supplychain.registry.visibility import Viewer

LINES: Final = {"Accept": "application/x-ndjson"}
GEOJSON: Final = {"Accept": "application/geo+json"}

CANNOT_BE: Final = (
    "nonsense=1",
    "kind.min=a",
    "kind.other=a",
    "employees=many",
    "employees.min=nan",
    "employees.min=1e999",
    "synthetic=true",
    "made_up=some",
    "bbox=1,2,3",
    "bbox=10,0,-10,0",
    "bbox=0,0,0,91",
    "park_id.empty=perhaps",
    "fields=nonsense",
    "as_of=yesterday",
    "as_of=" + "9" * 41,
    "bbox=1,2,3,4&bbox=1,2,3,4",
)
"""Questions that no list answers."""

OF_A_PERSON: Final = (
    f"contact_name={PERSON}",
    "contact_name.empty=false",
    f"tax_code={PERSONAL_CODE}",
    f"tax_code={PERSONAL_CODE}&tax_code=3700999999",
    "tax_code.empty=false&kind=school",
    f"as_of=1&contact_name={PERSON}",
    f"as_of=1&tax_code={PERSONAL_CODE}",
    "as_of=1&tax_code.empty=false&kind=school",
)
"""Filters on what a record says of a person."""


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgis", marks=pytest.mark.postgis)])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Yield each of the two databases in turn with some firms; tests only read it."""
    if request.param == "postgis":
        with emptied(request.getfixturevalue("postgis_engine")) as found:
            fill(found)
            yield found
        return
    template = request.getfixturevalue("sqlite_template")
    found = make_engine(str(shutil.copy(template, tmp_path_factory.mktemp("records") / "hinterland.gpkg")))
    fill(found)
    yield found
    found.dispose()


@pytest.fixture(scope="module")
def service(engine: Engine) -> Iterator[httpx.Client]:
    """Yield a client of the service; nobody is signed in unless a header says so."""
    limits = tight(requests_per_minute=100_000, anonymous_per_minute=100_000)
    with client(engine, ANONYMOUS, others=CALLERS, limits=limits) as one:
        yield one


def test_everybody_sees_what_is_theirs_to_see(service: httpx.Client) -> None:
    """By hand: the public sees three organisations, a steward all four, a firm what its partner shares."""
    assert ids(get(service, None, "organisations"), "organisation_id") == ["ours", "partner", "theirs"]
    assert ids(get(service, "steward", "organisations"), "organisation_id") == ["hidden", "ours", "partner", "theirs"]
    assert ids(get(service, "ours", "facilities"), "facility_id") == ["ours_1", "partner_1", "theirs_1"]
    assert ids(get(service, "planner", "facilities"), "facility_id") == ["ours_1", "theirs_1"]
    assert ids(get(service, "theirs", "facilities"), "facility_id") == ["ours_1", "theirs_1", "theirs_hidden"]


def test_a_cursor_is_of_use_to_its_own_list_alone(service: httpx.Client) -> None:
    """One of another table, of other filters or of another caller is refused."""
    following = get(service, "steward", "facilities?limit=1")["next"].removeprefix("/api/v1/")
    for path in (following.replace("facilities", "offers"), f"{following}&kind=factory"):
        assert ask(service, "steward", "GET", path).status_code == 400
    assert ask(service, "ours", "GET", following).status_code == 400
    assert service.get("/api/v1/facilities?cursor=abc").status_code == 400


def test_filters_narrow_by_column(service: httpx.Client) -> None:
    """Words, several words, limits, emptiness and a box, by hand."""
    assert ids(get(service, None, "organisations?kind=school"), "organisation_id") == ["theirs"]
    both = get(service, None, "organisations?kind=school&kind=enterprise")
    assert ids(both, "organisation_id") == ["ours", "partner", "theirs"]
    assert ids(get(service, None, "organisations?founded_year.empty=false"), "organisation_id") == []
    assert ids(get(service, None, "facilities?organisation_id=theirs"), "facility_id") == ["theirs_1"]
    assert ids(get(service, None, "facilities?bbox=106.65,10.9,106.75,11"), "facility_id") == ["ours_1"]
    assert ids(get(service, None, "facilities?position_accuracy_m.max=4.9"), "facility_id") == []
    assert ids(get(service, None, "facilities?position_accuracy_m.min=5"), "facility_id") == ["ours_1", "theirs_1"]


def test_a_question_that_cannot_be_is_told_so(service: httpx.Client) -> None:
    """Each is refused with the name of the parameter, and no filter is passed over in silence."""
    for query in CANNOT_BE:
        answer = service.get(f"/api/v1/facilities?{query}")
        assert answer.status_code == 422, answer.text
        told = answer.json()
        named = [one["column"] for one in told.get("findings", ())] or ["as_of"]
        assert named[0] == query.partition("=")[0]
    assert service.get("/api/v1/facilities?name_vi=%00").status_code == 400


def test_an_id_that_is_none_breaks_nothing(service: httpx.Client) -> None:
    """Whatever stands in its place."""
    for wild in ("%00", "a%00b", "%F0%9F%9A%9A", "x" * 300, "..%2f..%2fetc", "Ours", "ours%20", "%ff"):
        assert service.get(f"/api/v1/organisations/{wild}").status_code in (400, 404, 422)


def test_a_record_comes_with_its_tag(service: httpx.Client) -> None:
    """The tag is another one for who sees more, and for GeoJSON; If-None-Match is honoured."""
    one = service.get("/api/v1/facilities/theirs_1")
    own = ask(service, "theirs", "GET", "facilities/theirs_1")
    placed = service.get("/api/v1/facilities/theirs_1", headers=GEOJSON)
    assert len({one.headers["ETag"], own.headers["ETag"], placed.headers["ETag"]}) == 3
    same = service.get("/api/v1/facilities/theirs_1", headers={"If-None-Match": f'"x", {one.headers["ETag"]}'})
    assert (same.status_code, same.content) == (304, b"")
    few = get(service, None, "facilities/theirs_1?fields=kind,name_vi")
    assert few == {"facility_id": "theirs_1", "name_vi": "Nhà máy theirs_1", "kind": "factory", "change": 1}


def test_records_stand_on_the_map(service: httpx.Client) -> None:
    """RFC 7946: longitude before latitude; a page links to the next; tables without positions have no GeoJSON."""
    page = get(service, None, "facilities?limit=1", headers=GEOJSON)
    assert page["type"] == "FeatureCollection"
    assert page["features"][0]["geometry"] == {"type": "Point", "coordinates": [106.7, 10.95]}
    assert page["features"][0]["id"] == "ours_1"
    assert page["links"][0]["rel"] == "next"
    assert service.get("/api/v1/offers", headers=GEOJSON).status_code == 406
    assert service.get("/api/v1/offers", headers={"Accept": "text/html;q=0.9, application/json;q=0"}).status_code == 406
    liked = service.get("/api/v1/facilities", headers={"Accept": "application/json;q=0.5, application/geo+json"})
    assert liked.headers["content-type"].startswith("application/geo+json")


def test_a_whole_list_is_streamed_as_lines(service: httpx.Client) -> None:
    """A line a record, all of them, whatever the page size; what is hidden is not among them."""
    answer = service.get("/api/v1/facilities?limit=1", headers=LINES)
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert [line["facility_id"] for line in lines] == ["ours_1", "theirs_1"]
    assert answer.headers["content-type"] == "application/x-ndjson"


def test_counts_are_exact_for_who_asks(service: httpx.Client) -> None:
    """Totals and values, by hand, under what the caller sees."""
    assert get(service, None, "counts/organisations?by=kind") == {
        "total": 3,
        "by": "kind",
        "counts": [{"value": "enterprise", "records": 2}, {"value": "school", "records": 1}],
    }
    assert get(service, "steward", "counts/organisations")["total"] == 4
    assert get(service, "ours", "counts/facilities?by=organisation_id&organisation_id=partner")["total"] == 1
    assert service.get("/api/v1/counts/organisations?by=contact_name").status_code == 422
    assert service.get("/api/v1/counts/organisations?by=tax_code").status_code == 422


def test_what_is_personal_is_for_its_owner(service: httpx.Client) -> None:
    """Columns that name a person are left out for others; so is the tax code of a person."""
    public = get(service, None, "organisations/theirs")
    assert "contact_name" not in public
    assert public["tax_code"] is None
    for who in ("theirs", "steward"):
        own = get(service, who, "organisations/theirs")
        assert (own["contact_name"], own["tax_code"]) == (PERSON, PERSONAL_CODE)


def test_a_filter_tells_nothing_of_a_value_that_is_hidden(service: httpx.Client) -> None:
    """Nobody but its owner and the stewards finds a record by what it says of a person."""
    for query in OF_A_PERSON:
        for who in (None, "ours", "planner"):
            assert ids(get(service, who, f"organisations?{query}"), "organisation_id") == [], query
        for who in ("theirs", "steward"):
            assert ids(get(service, who, f"organisations?{query}"), "organisation_id") == ["theirs"], query


def test_a_value_that_is_hidden_counts_as_empty(service: httpx.Client) -> None:
    """So the filter for empty ones does not betray it either."""
    for query in ("contact_name.empty=true", "tax_code.empty=true"):
        assert "theirs" in ids(get(service, None, f"organisations?{query}"), "organisation_id")


def test_each_value_names_its_source(service: httpx.Client) -> None:
    """Source, publisher and licence; nothing of a column that is hidden."""
    told = {one["column"]: one for one in get(service, None, "organisations/theirs/origins")}
    assert told["name_vi"]["licence"] == "CC BY 4.0"
    assert "contact_name" not in told
    assert "tax_code" not in told


def test_hidden_and_absent_are_answered_alike(service: httpx.Client) -> None:
    """Byte for byte, save the id of the request and the id asked for."""
    endings = ("", "/history", "/origins", "?as_of=1", "?fields=kind")
    for who, ending in product((None, "ours", "planner"), endings):
        answers = []
        for name in ("theirs_hidden", "theirs_absent"):
            path = f"facilities/{name}{ending}"
            answer = service.get(f"/api/v1/{path}") if who is None else ask(service, who, "GET", path)
            assert answer.status_code == 404
            answers.append((str(without_id(answer)).replace(name, "ID"), sorted(answer.headers)))
        assert answers[0] == answers[1]


def test_no_list_of_any_table_holds_what_is_hidden(service: httpx.Client) -> None:
    """Every table, form, count and history, for whoever may not see it."""
    for resource in RESOURCES.values():
        for who in (None, "lost"):
            for path in (resource.path, f"{resource.path}?as_of=1", f"counts/{resource.path}"):
                for headers in ({}, LINES) if not path.startswith("counts") else ({},):
                    answer = (
                        service.get(f"/api/v1/{path}", headers=headers)
                        if who is None
                        else ask(service, who, "GET", path, headers=headers)
                    )
                    assert answer.status_code == 200, answer.text
                    for word in (UNTOLD, PERSON, PERSONAL_CODE, "theirs_secret", "theirs_month", "hidden"):
                        assert word not in answer.text, (path, who, word)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    limit=st.integers(1, 4),
    who=st.sampled_from(
        [Viewer.everything(), Viewer.public(), Viewer.organisation("ours"), Viewer.organisation("theirs")]
    ),
    name=st.sampled_from(["organisations", "facilities", "offers", "offer_months", "partnerships"]),
    as_of=st.sampled_from([None, 1]),
)
def test_pages_are_the_table(engine: Engine, limit: int, who: Viewer, name: str, as_of: int | None) -> None:
    """A law: pages one after another are what the registry gives as a whole, now and then, for every viewer."""
    found, after = [], None
    with engine.connect() as connection:
        while some := read_page(connection, Listing(name, who, number=as_of), after, limit):
            found += [one.record for one in some]
            after = some[-1].record.record_id
        whole = list(read_table(connection, name, as_of=as_of, viewer=who, synthetic=True))
    key = registry_table(name).key
    assert sorted(found, key=lambda one: str(one.values[key])) == sorted(whole, key=lambda one: str(one.values[key]))
