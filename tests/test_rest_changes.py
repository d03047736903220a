"""Changes over REST: edits made together, taken back; records merged and parted; what names a person erased."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import httpx
import pytest
from registry_parts import organisation, set_values, write
from rest_registry import CALLERS, PERSON, PERSONAL_CODE, ask, fill, get, tag
from service_parts import client
from sqlalchemy import Engine

from api.access.caller import ANONYMOUS
from supplychain.database import is_sqlite

PLACE = {"organisation_id": "ours", "name_vi": "Xưởng 2", "kind": "factory", "confidence": "medium"}
MADE = {"confidence": "high", "synthetic": False}


@pytest.fixture
def engine(registry_engine: Engine) -> Engine:
    """Return a database with some firms."""
    fill(registry_engine)
    return registry_engine


@pytest.fixture
def service(engine: Engine) -> Iterator[httpx.Client]:
    """Yield a client of the service."""
    with client(engine, ANONYMOUS, others=CALLERS) as one:
        yield one


def test_edits_are_made_together_or_not_at_all(service: httpx.Client) -> None:
    """A new place, its offer and a change of an old one, as one change; one that cannot be takes all with it."""
    place = {"table": "facilities", "record_id": "ours_2", "values": PLACE}
    goods = {"table": "offers", "values": {"facility_id": "ours_2", "article_vi": "Ốc vít", "confidence": "high"}}
    old = {"table": "offers", "record_id": "ours_offer", "change": 1, "values": {"lead_time_days": 7}}
    wrong = {**old, "values": {"lead_time_days": -7}}
    refused = ask(service, "ours", "POST", "changes", json={"edits": [place, goods, wrong]})
    assert refused.status_code == 422
    assert service.get("/api/v1/facilities/ours_2").status_code == 404
    made = ask(service, "ours", "POST", "changes", json={"edits": [place, goods, old], "note": "Mở xưởng"})
    assert made.status_code == 200, made.text
    # The source of what firms declare is added with the first such change.
    assert {name: made.json()[name] for name in ("number", "added", "changed")} == {
        "number": 2,
        "added": 3,
        "changed": 1,
    }
    late = ask(service, "steward", "POST", "changes", json={"edits": [old]})
    assert late.status_code == 412
    blind = ask(service, "steward", "POST", "changes", json={"edits": [{**old, "change": None}]})
    assert blind.status_code == 428


def test_an_edit_of_what_is_hidden_is_one_of_nothing(service: httpx.Client) -> None:
    """Removing, changing and adding are refused in the same words for hidden and for absent ids."""
    for edit in ({"values": None}, {"values": {"name_vi": "X"}, "change": 1}, {"values": PLACE}):
        answers = []
        for name in ("theirs_hidden", "theirs_absent"):
            body = {"edits": [{"table": "facilities", "record_id": name, **edit}]}
            answer = ask(service, "ours", "POST", "changes", json=body)
            assert answer.status_code == 422
            answers.append(str({**answer.json(), "instance": ""}).replace(name, "ID"))
        assert answers[0] == answers[1]


def test_an_article_is_a_firms_own_once_it_offers_it(service: httpx.Client) -> None:
    """An article and the offer that names it come together; the article alone would be nobody's."""
    article = {"table": "articles", "record_id": "ours_bolt", "values": {"name_vi": "Ốc", "kind": "goods", **MADE}}
    goods = {"facility_id": "ours_1", "article_vi": "Ốc", "article_id": "ours_bolt", **MADE}
    alone = ask(service, "ours", "POST", "changes", json={"edits": [article]})
    assert alone.status_code == 403
    both = [article, {"table": "offers", "values": goods}]
    assert ask(service, "ours", "POST", "changes", json={"edits": both}).status_code == 200


def test_the_list_of_changes_is_for_stewards(service: httpx.Client, engine: Engine) -> None:
    """It names authors; newest first, in pages, with the records each touched."""
    write(engine, set_values("organisations", "ours", role="Cơ khí"), note="Thử")
    for who in ("ours", "planner", "reader"):
        assert ask(service, who, "GET", "changes").status_code == 403
    assert service.get("/api/v1/changes").status_code == 401
    first = get(service, "steward", "changes?limit=1")
    assert [(one["number"], one["author"], one["note"]) for one in first["items"]] == [(2, "Lan", "Thử")]
    second = get(service, "steward", first["next"].removeprefix("/api/v1/"))
    assert [one["number"] for one in second["items"]] == [1]
    assert get(service, "steward", "changes/2")["changed"] == 1
    touched = get(service, "steward", "changes/2/records")["items"]
    assert touched == [{"table": "organisations", "record_id": "ours", "operation": "changed"}]
    assert ask(service, "steward", "GET", "changes/9").status_code == 404
    assert ask(service, "steward", "GET", "changes/9/records").status_code == 404
    assert ask(service, "steward", "GET", "changes/2147483647").status_code == 422
    assert ask(service, "steward", "GET", "changes/2147483646").status_code == 404


def test_a_change_is_taken_back(service: httpx.Client, engine: Engine) -> None:
    """Undone by a steward alone, once; what others built on is told."""
    write(engine, set_values("organisations", "ours", role="Cơ khí"))
    assert ask(service, "ours", "POST", "changes/2/undo", json={}).status_code == 403
    undone = ask(service, "steward", "POST", "changes/2/undo", json={"note": "Nhầm"})
    assert undone.json()["changed"] == 1, undone.text
    assert get(service, None, "organisations/ours")["role"] is None
    assert ask(service, "steward", "POST", "changes/2/undo", json={}).json()["number"] is None
    write(engine, set_values("organisations", "ours", role="A"))
    write(engine, set_values("organisations", "ours", role="B"))
    built_on = ask(service, "steward", "POST", "changes/4/undo", json={})
    assert built_on.status_code == 422
    assert built_on.json()["findings"][0]["column"] == "role"


def test_records_are_merged_and_parted(service: httpx.Client, engine: Engine) -> None:
    """The id that went leads to the record that stayed, until the merge is taken back."""
    write(engine, organisation("twin", short_name="T"))
    wanted = {"table": "organisations", "keep_id": "ours", "drop_ids": ["twin"], "note": "Một"}
    assert ask(service, "ours", "POST", "records/merges", json=wanted).status_code == 403
    merged = ask(service, "steward", "POST", "records/merges", json=wanted)
    assert merged.status_code == 200, merged.text
    assert get(service, None, "organisations/twin")["organisation_id"] == "ours"
    assert get(service, None, "organisations/ours")["short_name"] == "T"
    parted = ask(service, "steward", "POST", f"records/merges/{merged.json()['number']}/split", json={})
    assert parted.status_code == 200, parted.text
    assert get(service, None, "organisations/twin")["organisation_id"] == "twin"
    again = ask(service, "steward", "POST", f"records/merges/{merged.json()['number']}/split", json={})
    assert again.status_code == 422
    nobody = {**wanted, "drop_ids": ["nobody"]}
    assert ask(service, "steward", "POST", "records/merges", json=nobody).status_code == 422


def test_an_erasure_leaves_nothing_of_a_person(service: httpx.Client, engine: Engine) -> None:
    """Neither in the record, its history, nor the answers kept for repeats; on disk nothing of the words is left."""
    path = "organisations/theirs"
    key = {"Idempotency-Key": "k-erase"}
    before = tag(service, "steward", path)
    kept = ask(service, "steward", "PATCH", path, json={"role": "x"}, tag=before, headers=key)
    assert PERSON in kept.text
    wanted = {"table": "organisations", "record_id": "theirs", "reason": "Yêu cầu"}
    assert ask(service, "theirs", "POST", "records/erasures", json=wanted).status_code == 403
    erased = ask(service, "steward", "POST", "records/erasures", json=wanted)
    assert erased.status_code == 200, erased.text
    assert get(service, "steward", path)["contact_name"] is None
    assert PERSON not in str(get(service, "steward", f"{path}/history"))
    repeated = ask(service, "steward", "PATCH", path, json={"role": "x"}, tag=before, headers=key)
    assert repeated.status_code == 409
    assert PERSON not in repeated.text
    if is_sqlite(engine):
        engine.dispose()
        raw = sqlite3.connect(str(engine.url.database))
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        raw.close()
        with open(str(engine.url.database), "rb") as file:  # noqa: PTH123 - the bytes on disk are looked at
            held = file.read()
        assert PERSON.encode() not in held
        assert PERSONAL_CODE.encode() not in held


def test_an_erasure_needs_a_reason_and_something_personal(service: httpx.Client) -> None:
    """Nothing is erased in silence."""
    wanted = {"table": "organisations", "record_id": "theirs", "reason": "x", "columns": ["name_vi"]}
    assert ask(service, "steward", "POST", "records/erasures", json=wanted).status_code == 422
    assert ask(service, "steward", "POST", "records/erasures", json={**wanted, "reason": ""}).status_code == 422
