"""A record that is shown names none that is hidden: an id may be a tax code."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Final

import httpx
import pytest
from registry_parts import emptied, facility, offer, organisation, set_values, write
from rest_registry import CALLERS, fill, get, ids
from service_parts import CALLER_HEADER, client
from sqlalchemy import Engine

from api.access.caller import ANONYMOUS
from supplychain.database import make_engine
from supplychain.registry.values import Edit

HIDDEN_ID: Final = "0101248141_secret"
"""Id of what is hidden."""

_ARTICLE: Final = {
    "name_vi": "Linh kiện",
    "kind": "goods",
    "source": "tenant_list",
    "confidence": "high",
    "synthetic": False,
}


def _fill(engine: Engine) -> None:
    fill(engine)
    write(
        engine,
        organisation(HIDDEN_ID, visibility="private"),
        Edit("articles", HIDDEN_ID, {**_ARTICLE, "visibility": "private"}),
        Edit("articles", "shown", _ARTICLE),
        organisation("child", parent_id=HIDDEN_ID, group_id="partner"),
        facility("child_1", "child"),
        offer("child_offer", "child_1", article_id=HIDDEN_ID),
        offer("child_open", "child_1", article_id="shown"),
    )
    write(engine, set_values("organisations", "ours", parent_id=HIDDEN_ID))


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgis", marks=pytest.mark.postgis)])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Yield each of the two databases in turn; tests only read it."""
    if request.param == "postgis":
        with emptied(request.getfixturevalue("postgis_engine")) as found:
            _fill(found)
            yield found
        return
    template = request.getfixturevalue("sqlite_template")
    found = make_engine(str(shutil.copy(template, tmp_path_factory.mktemp("references") / "hinterland.gpkg")))
    _fill(found)
    yield found
    found.dispose()


@pytest.fixture(scope="module")
def service(engine: Engine) -> Iterator[httpx.Client]:
    with client(engine, ANONYMOUS, others=CALLERS, mode="accounts") as one:
        yield one


@pytest.mark.parametrize("who", [None, "reader", "planner", "theirs"])
def test_no_answer_holds_the_id_of_what_is_hidden(service: httpx.Client, who: str | None) -> None:
    paths = [
        "organisations",
        "organisations?as_of=2",
        "organisations/child",
        "organisations/child?as_of=2",
        "organisations/child/history",
        "organisations/child/origins",
        "organisations/ours",
        "organisations/ours/history",
        "counts/organisations?by=parent_id",
        "offers",
        "offers?as_of=2",
        "offers/child_offer",
        "offers/child_offer/history",
        "offers/child_offer/origins",
        "counts/offers?by=article_id",
    ]
    headers = {} if who is None else {CALLER_HEADER: who}
    for path in paths:
        answer = service.get(f"/api/v1/{path}", headers=headers)
        assert answer.status_code == 200, answer.text
        assert HIDDEN_ID not in answer.text, path
    lines = service.get("/api/v1/offers", headers={**headers, "Accept": "application/x-ndjson"})
    assert HIDDEN_ID not in lines.text
    assert "shown" in lines.text


@pytest.mark.parametrize("past", ["", "&as_of=3"])
def test_a_filter_finds_nobody_by_what_is_hidden(service: httpx.Client, past: str) -> None:
    said = f"organisations?parent_id={HIDDEN_ID}{past}"
    assert ids(get(service, "reader", said), "organisation_id") == []
    assert ids(get(service, "steward", said), "organisation_id") == ["child", "ours"]
    assert ids(get(service, "reader", f"organisations?parent_id.empty=false{past}"), "organisation_id") == []
    assert ids(get(service, "reader", f"offers?article_id={HIDDEN_ID}{past}"), "offer_id") == []
    assert ids(get(service, "reader", f"offers?article_id=shown{past}"), "offer_id") == ["child_open"]
    if not past:
        assert get(service, "reader", f"counts/organisations?parent_id={HIDDEN_ID}")["total"] == 0


def test_an_owner_and_stewards_see_what_their_record_names(service: httpx.Client) -> None:
    for who in ("ours", "steward"):
        assert get(service, who, "organisations/ours")["parent_id"] == HIDDEN_ID
        assert ids(get(service, who, f"organisations?parent_id={HIDDEN_ID}"), "organisation_id")[-1] == "ours"
        assert get(service, who, "organisations/ours/history")["items"][-1]["touched"] == ["parent_id"]


def test_a_change_of_a_hidden_reference_alone_is_no_line_of_history(service: httpx.Client) -> None:
    assert [one["number"] for one in get(service, "reader", "organisations/ours/history")["items"]] == [1]
