"""Search, duplicates and matching over REST: ranked, counted and explained among what the caller may see."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from registry_parts import offer, organisation, set_values, write
from rest_registry import CALLERS, UNTOLD, ask, fill, get
from service_parts import client
from sqlalchemy import Engine

from api.access.caller import ANONYMOUS, Caller
from api.registry import registry_jobs
from api.rest.search import MOST_LAG_S
from supplychain.database import is_sqlite
from supplychain.text import Text


@dataclass(frozen=True)
class FakeContext:
    """A job that runs here and now."""

    engine: Engine
    caller: Caller
    job_id: str = "job_1"

    @property
    def database(self) -> str:
        """Name of the database."""
        if is_sqlite(self.engine):
            return str(self.engine.url.database)
        return self.engine.url.render_as_string(hide_password=False)

    def tell(self, text: Text, share: float | None = None) -> None:
        """Pass over how far it is."""

    def step(self, name: str, make: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        """Return what a step gives."""
        del name
        return make()

    def spread(self, steps: Mapping[str, Mapping[str, Any]], kind: str) -> Mapping[str, Mapping[str, Any]]:
        """Spread nothing."""
        raise NotImplementedError

    def folder(self) -> AbstractContextManager[Path]:
        """Give no folder."""
        raise NotImplementedError

    def keep_file(self, path: Path, media_type: str, name: str | None = None) -> str:
        """Keep nothing."""
        raise NotImplementedError

    def keep_bytes(self, parts: Iterable[bytes], media_type: str, name: str) -> str:
        """Keep nothing."""
        raise NotImplementedError


@pytest.fixture
def engine(registry_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Return a database with some firms, and a folder of its own for the search index."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    fill(registry_engine)
    return registry_engine


@pytest.fixture
def service(engine: Engine) -> Iterator[httpx.Client]:
    """Yield a client of the service."""
    with client(engine, ANONYMOUS, others=CALLERS) as one:
        yield one


def found(page: Any) -> list[str]:  # noqa: ANN401 - JSON
    """Return the organisations of a page."""
    return [hit["organisation_id"] for hit in page["items"]]


def test_a_search_finds_and_counts_what_is_seen(service: httpx.Client) -> None:
    """By hand: two firms offer circuit boards in the open, one of them more than others may know."""
    page = get(service, None, "search?q=bang+mach&facets=true")
    assert found(page) == ["ours", "theirs"]
    assert page["total"] == 2
    assert page["facets"]["kind"] == [
        {"value": "enterprise", "records": 1},
        {"value": "school", "records": 1},
    ]
    assert get(service, None, "search?code=hs:8534")["total"] == 0
    assert found(get(service, "theirs", "search?code=hs:8534")) == ["theirs"]
    assert found(get(service, "steward", "search?code=hs:8534")) == ["theirs"]
    for who in (None, "planner", "ours"):
        page = get(service, who, "search?q=bi+mat+thuong+mai&facets=true")
        assert (page["total"], page["items"]) == ((0, []) if who != "ours" else (1, page["items"]))
    assert found(get(service, "ours", "search?q=bi+mat+thuong+mai")) == ["partner"]


def test_what_others_add_is_found_within_the_lag_and_what_they_hide_is_hidden_at_once(
    service: httpx.Client, engine: Engine
) -> None:
    assert found(get(service, None, "search?q=tuabin")) == []
    write(engine, organisation("late"), offer("late_offer", "ours_1", article_vi="Tuabin"))
    time.sleep(MOST_LAG_S)
    assert found(get(service, None, "search?q=tuabin")) == ["ours"]
    write(engine, set_values("offers", "late_offer", visibility="private"))
    assert found(get(service, None, "search?q=tuabin")) == []


def test_whoever_adds_something_over_the_network_finds_it_at_once(service: httpx.Client) -> None:
    assert found(get(service, "steward", "search?q=tuabin")) == []
    values = {"facility_id": "ours_1", "article_vi": "Tuabin", "synthetic": False, "confidence": "high"}
    added = ask(service, "steward", "POST", "offers", json=values)
    assert added.status_code == 201, added.text
    assert found(get(service, "steward", "search?q=tuabin")) == ["ours"]


def test_a_search_comes_in_pages(service: httpx.Client) -> None:
    """One after another they give all, in the order of points, then ids."""
    whole = get(service, None, "search")
    first = get(service, None, "search?limit=2")
    rest = get(service, None, first["next"].removeprefix("/api/v1/"))
    assert found(first) + found(rest) == found(whole) == ["ours", "partner", "theirs"]
    assert rest["next"] is None
    assert first["total"] == rest["total"] == 3


def test_a_search_that_cannot_be_is_told_so(service: httpx.Client) -> None:
    """Unknown parameters, codes, places and days are refused."""
    for query in (
        "nonsense=1",
        "code=xx:1",
        "near=nowhere",
        "on=never",
        "capacity=-1",
        "unit=stone",
        "limit=0",
        "q=%21",
    ):
        answer = service.get(f"/api/v1/search?{query}")
        assert answer.status_code == 422, (query, answer.text)
    assert service.get("/api/v1/search?cursor=abc").status_code == 400


def test_duplicates_are_found_explained_and_judged(service: httpx.Client, engine: Engine) -> None:
    """A queue with reasons for stewards alone; a judgement is kept, and one that they are the same merges them."""
    write(
        engine,
        organisation("dup_a", name_vi="Công ty TNHH Cơ khí Sao Mai", tax_code="0300588569"),
        organisation("dup_b", name_vi="CÔNG TY TNHH CƠ KHÍ SAO MAI", tax_code="0300588569"),
    )
    asked = ask(service, "steward", "POST", "duplicates", json={})
    assert asked.status_code == 202, asked.text
    assert ask(service, "ours", "POST", "duplicates", json={}).status_code == 403
    queue = registry_jobs.duplicates(FakeContext(engine, CALLERS["steward"]), {"synthetic": False, "show": 10})
    assert {(one["a"], one["b"]) for one in queue["pairs"]} == {("dup_a", "dup_b")}
    told = get(service, "steward", "duplicates/comparison?a=dup_a&b=dup_b")
    assert told["decision"] == "same"
    assert told["features"][0]["reason"].keys() == {"vi", "en"}
    assert ask(service, "ours", "GET", "duplicates/comparison?a=dup_a&b=dup_b").status_code == 403
    assert ask(service, "steward", "GET", "duplicates/comparison?a=dup_a&b=nobody").status_code == 404
    two = {"a_id": "dup_a", "b_id": "dup_b", "decision": "different", "note": "Hai nơi"}
    first = ask(service, "steward", "POST", "duplicates/judgements", json=two)
    assert first.status_code == 201, first.text
    one = ask(service, "steward", "POST", "duplicates/judgements", json={**two, "decision": "same"})
    assert one.status_code == 201, one.text
    assert one.json()["change_number"] == 3
    assert get(service, None, "organisations/dup_b")["organisation_id"] == "dup_a"
    page = get(service, "steward", "duplicates/judgements?limit=1")
    assert [each["decision"] for each in page["items"]] == ["same"]
    assert page["next"] is not None
    again = ask(service, "steward", "POST", "duplicates/judgements", json={**two, "decision": "same"})
    assert again.status_code == 422


def test_matching_is_a_job_with_the_eyes_of_who_asks(service: httpx.Client, engine: Engine) -> None:
    """Ranked and explained as the command does; what is hidden is in no answer, rank, count or reason."""
    asked = {"need": "bảng mạch", "network": "none", "on": "2026-12-01"}
    entered = ask(service, "ours", "POST", "matching", json=asked)
    assert entered.status_code == 202, entered.text
    assert ask(service, "reader", "POST", "matching", json=asked).status_code == 403
    assert service.post("/api/v1/matching", json=asked).status_code == 401
    for wrong in ({}, {"need": "a", "offer": "b"}, {"need": "a", "tonnes": -1}, {"need": "a", "viewer": "everything"}):
        assert ask(service, "ours", "POST", "matching", json=wrong).status_code == 422
    answer = registry_jobs.match(FakeContext(engine, CALLERS["planner"]), asked)
    assert {one["offer_id"] for one in answer["ranked_apart"]} == {"ours_offer", "theirs_offer"}
    assert UNTOLD not in str(answer)
    assert "theirs_secret" not in str(answer)
    untold = {**asked, "need": UNTOLD}
    assert registry_jobs.match(FakeContext(engine, CALLERS["planner"]), untold)["ranked_apart"] == []
    whole = registry_jobs.match(FakeContext(engine, CALLERS["steward"]), untold)
    assert {one["offer_id"] for one in whole["ranked_apart"]} == {"theirs_secret"}


def test_a_question_over_the_network_names_no_file(engine: Engine) -> None:
    """A path of this machine is not opened for somebody far away."""
    asked = {"need": "bảng mạch", "network": "/etc/passwd.gpkg"}
    with pytest.raises(Exception, match="no stored network"):
        registry_jobs.match(FakeContext(engine, CALLERS["planner"]), asked)


def test_an_organisation_named_everything_sees_no_more_than_its_own(engine: Engine) -> None:
    """What somebody sees follows from who they are, never from how their organisation is called."""
    write(engine, organisation("everything"))
    caller = Caller("acc_x", "x", frozenset(["firm"]), "everything", "key")
    answer = registry_jobs.match(FakeContext(engine, caller), {"need": UNTOLD, "network": "none"})
    assert "theirs_secret" not in str(answer)


def test_a_large_change_is_taken_back_once(engine: Engine) -> None:
    """The job may begin again: what is taken back already is left alone."""
    write(engine, organisation("extra"))
    context = FakeContext(engine, CALLERS["steward"])
    assert registry_jobs.undo(context, {"number": 2, "note": ""})["removed"] == 1
    assert registry_jobs.undo(context, {"number": 2, "note": ""})["number"] is None
