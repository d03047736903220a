"""Writing records over REST: nobody's change is written over, and nobody writes what is not theirs."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import httpx
import pytest
from registry_parts import SOURCE, facility, offer, organisation, partnership, source, write
from rest_registry import CALLERS, ask, tag
from service_parts import client, without_id
from sqlalchemy import Engine, event

from api.access.caller import ANONYMOUS
from supplychain.registry.changes import make_change
from supplychain.registry.history import history, read_record
from supplychain.registry.values import Edit

FIRM: Final = {"name_vi": "Công ty Mới", "kind": "enterprise", "confidence": "high"}
PLACE: Final = {"organisation_id": "ours", "name_vi": "Xưởng 2", "kind": "factory", "confidence": "medium"}


@pytest.fixture
def engine(registry_engine: Engine) -> Engine:
    """Return a database with two firms, one of which has something private."""
    write(
        registry_engine,
        source(),
        organisation("ours", tax_code="3700123456"),
        organisation("theirs"),
        organisation("hidden", visibility="private"),
        facility("ours_1", "ours"),
        facility("theirs_1", "theirs"),
        facility("theirs_hidden", "theirs", visibility="private"),
        offer("ours_offer", "ours_1"),
    )
    return registry_engine


@pytest.fixture
def service(engine: Engine) -> Iterator[httpx.Client]:
    """Yield a client of the service."""
    with client(engine, ANONYMOUS, others=CALLERS) as one:
        yield one


def test_a_record_is_created_read_changed_and_removed(service: httpx.Client, engine: Engine) -> None:
    """The whole life of a record, by hand: its tag changes with it, and its history keeps author and source."""
    made = ask(service, "steward", "POST", "organisations", json={"organisation_id": "org_new", **FIRM})
    assert made.status_code == 201, made.text
    assert made.headers["Location"] == "/api/v1/organisations/org_new"
    assert made.json()["source"] == "entered_by_stewards"
    assert made.json()["synthetic"] is False
    read = ask(service, "steward", "GET", "organisations/org_new")
    assert read.json() == made.json()
    assert read.headers["ETag"] == made.headers["ETag"]
    again = ask(service, "steward", "GET", "organisations/org_new", headers={"If-None-Match": read.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    changed = ask(
        service, "steward", "PATCH", "organisations/org_new?note=Sai%20t%C3%AAn", tag=read.headers["ETag"],
        json={"name_vi": "Công ty Khác", "former_name": "Công ty Mới"},
    )  # fmt: skip
    assert changed.status_code == 200, changed.text
    assert changed.headers["ETag"] != read.headers["ETag"]
    put = ask(
        service, "steward", "PUT", "organisations/org_new", tag=changed.headers["ETag"],
        json={**FIRM, "phone": "0274 123 4567"},
    )  # fmt: skip
    assert put.json()["former_name"] is None
    assert put.json()["phone"] == "0274 123 4567"
    gone = ask(service, "steward", "DELETE", "organisations/org_new", tag=put.headers["ETag"])
    assert (gone.status_code, gone.content) == (204, b"")
    assert ask(service, "steward", "GET", "organisations/org_new").status_code == 404
    with engine.connect() as connection:
        told = history(connection, "organisations", "org_new")
    assert [one.operation for one in told] == ["added", "changed", "changed", "removed"]
    assert {one.author for one in told} == {"sao"}
    assert told[1].note == "Sai tên"
    assert {one.source_id for one in told} == {"entered_by_stewards"}


def test_a_write_needs_the_tag_of_what_is_there_now(service: httpx.Client) -> None:
    """RFC 9110, 13.1.1 and RFC 6585, 3: 428 without If-Match, 412 with an old one, whose problem has the new tag."""
    old = tag(service, "steward", "organisations/ours")
    assert ask(service, "steward", "PATCH", "organisations/ours", json={"stage": "start_up"}).status_code == 428
    assert ask(service, "steward", "PUT", "organisations/ours", json=FIRM).status_code == 428
    assert ask(service, "steward", "DELETE", "organisations/ours").status_code == 428
    first = ask(service, "steward", "PATCH", "organisations/ours", json={"stage": "start_up"}, tag=old)
    assert first.status_code == 200
    late = ask(service, "ours", "PATCH", "organisations/ours", json={"stage": "established"}, tag=old)
    assert late.status_code == 412
    assert late.json()["etag"] == first.headers["ETag"] == late.headers["ETag"]
    again = ask(service, "ours", "PATCH", "organisations/ours", json={"stage": "established"}, tag=late.json()["etag"])
    assert again.status_code == 200, again.text


def test_no_update_is_lost_however_many_write_at_once(service: httpx.Client, engine: Engine) -> None:
    """Four threads add one to the same number as long as it takes: every success is in the sum, as in a counter."""
    path, rounds, writers = "offers/ours_offer", 2, 4

    def add(_writer: int) -> int:
        done = 0
        while done < rounds:
            read = ask(service, "ours", "GET", path)
            value = (read.json()["lead_time_days"] or 0.0) + 1.0
            wrote = ask(service, "ours", "PATCH", path, json={"lead_time_days": value}, tag=read.headers["ETag"])
            assert wrote.status_code in (200, 412, 503), wrote.text
            done += wrote.status_code == 200
        return done

    with ThreadPoolExecutor(writers) as pool:
        total = sum(pool.map(add, range(writers)))
    assert total == rounds * writers
    with engine.connect() as connection:
        record = read_record(connection, "offers", "ours_offer")
        told = history(connection, "offers", "ours_offer")
    assert record is not None
    assert record.values["lead_time_days"] == float(total)
    assert len(told) == total + 1


def test_of_many_who_create_one_id_at_once_one_does(service: httpx.Client) -> None:
    """A new id is taken once; the others are told so."""
    body = {"organisation_id": "org_race", **FIRM}
    with ThreadPoolExecutor(6) as pool:
        codes = list(
            pool.map(lambda _: ask(service, "steward", "POST", "organisations", json=body).status_code, range(6))
        )
    assert sorted(codes) == [201, 409, 409, 409, 409, 409]


def test_put_adds_only_where_nothing_is(service: httpx.Client) -> None:
    """If-None-Match: * adds (RFC 9110, 13.1.2), and refuses where a record is there."""
    new = {"If-None-Match": "*"}
    made = ask(service, "steward", "PUT", "organisations/org_put", json=FIRM, headers=new)
    assert made.status_code == 201, made.text
    assert ask(service, "steward", "PUT", "organisations/org_put", json=FIRM, headers=new).status_code == 412
    other = {**FIRM, "organisation_id": "org_other"}
    assert ask(service, "steward", "PUT", "organisations/org_put", json=other, tag="*").status_code == 422


def test_an_id_left_out_is_made(service: httpx.Client) -> None:
    """A steward's follows from what the record is, so that the same is not entered twice; a firm's is by chance."""
    first = ask(service, "steward", "POST", "organisations", json={**FIRM, "tax_code": "0300588569"})
    assert first.json()["organisation_id"] == "mst_0300588569"
    assert ask(service, "steward", "POST", "organisations", json={**FIRM, "tax_code": "0300588569"}).status_code == 409
    ids = {ask(service, "ours", "POST", "facilities", json=PLACE).json()["facility_id"] for _ in range(2)}
    assert len(ids) == 2


def test_everything_wrong_is_told_at_once(service: httpx.Client) -> None:
    """Values, rules between columns and references are told by the registry's own checks, each with its column."""
    body = {**PLACE, "organisation_id": "nobody", "lat": 10.9}
    answer = ask(service, "steward", "POST", "facilities", json={**body, "kind": "castle"})
    assert answer.status_code == 422
    assert {one["column"] for one in answer.json()["findings"]} >= {"kind", "lon"}
    nowhere = ask(service, "steward", "POST", "facilities", json={**PLACE, "organisation_id": "nobody"})
    assert [one["column"] for one in nowhere.json()["findings"]] == ["organisation_id"]
    assert ask(service, "steward", "POST", "facilities", json={**PLACE, "nonsense": 1}).status_code == 422
    assert ask(service, "steward", "POST", "facilities", json={**PLACE, "employees": "many"}).status_code == 422
    assert ask(service, "steward", "POST", "facilities?source_id=nowhere", json=PLACE).status_code == 422


def test_a_firm_writes_its_own_records_alone(service: httpx.Client) -> None:
    """Own ones may be added and changed; others' are refused, and nothing is handed over or taken."""
    made = ask(service, "ours", "POST", "facilities", json={"facility_id": "ours_2", **PLACE})
    assert made.status_code == 201, made.text
    assert made.json()["source"] == "declared_by_firms"
    theirs = tag(service, "ours", "facilities/theirs_1")
    assert ask(service, "ours", "PATCH", "facilities/theirs_1", json={"name_vi": "X"}, tag=theirs).status_code == 403
    assert ask(service, "ours", "DELETE", "facilities/theirs_1", tag=theirs).status_code == 403
    mine = tag(service, "ours", "facilities/ours_1")
    away = ask(service, "ours", "PATCH", "facilities/ours_1", json={"organisation_id": "theirs"}, tag=mine)
    assert away.status_code == 403
    assert tag(service, "ours", "facilities/ours_1") == mine
    theft = ask(service, "ours", "POST", "facilities", json={**PLACE, "organisation_id": "theirs"})
    assert theft.status_code == 403
    assert ask(service, "ours", "POST", "organisations", json=FIRM).status_code == 403
    own = tag(service, "ours", "organisations/ours")
    assert ask(service, "ours", "DELETE", "organisations/ours", tag=own).status_code == 403
    lost = tag(service, "lost", "facilities/ours_1")
    assert ask(service, "lost", "PATCH", "facilities/ours_1", json={"name_vi": "X"}, tag=lost).status_code == 403
    assert ask(service, "reader", "PATCH", "facilities/ours_1", json={"name_vi": "X"}, tag=lost).status_code == 403
    assert service.patch("/api/v1/facilities/ours_1", json={"name_vi": "X"}).status_code == 401


def test_a_firm_cannot_make_itself_a_partner(service: httpx.Client, engine: Engine) -> None:
    """A tie lets each side see more, so a side alone can end one, never make or change one."""
    tie = {"organisation_a_id": "ours", "organisation_b_id": "theirs", "kind": "đào tạo", "confidence": "high"}
    assert ask(service, "ours", "POST", "partnerships", json=tie).status_code == 403
    write(engine, partnership("tie", "ours", "theirs", until_year=2020))
    longer = ask(
        service,
        "ours",
        "PATCH",
        "partnerships/tie",
        json={"until_year": 2090},
        tag=tag(service, "ours", "partnerships/tie"),
    )
    assert longer.status_code == 403
    ended = ask(service, "ours", "DELETE", "partnerships/tie", tag=tag(service, "ours", "partnerships/tie"))
    assert ended.status_code == 204


def test_a_firm_says_nothing_of_how_far_it_can_be_trusted(service: httpx.Client) -> None:
    """Source and assumptions are for stewards; a PUT that leaves them out keeps them."""
    mine = tag(service, "ours", "facilities/ours_1")
    forged = ask(service, "ours", "PATCH", "facilities/ours_1", json={"source": "entered_by_stewards"}, tag=mine)
    assert forged.status_code == 422
    assert ask(service, "ours", "POST", "facilities", json={**PLACE, "source": "tenant_list"}).status_code == 422
    assert ask(service, "ours", "POST", "facilities?source_id=tenant_list", json=PLACE).status_code == 403
    put = ask(service, "ours", "PUT", "facilities/ours_1", json=PLACE, tag=mine)
    assert put.status_code == 200, put.text
    assert put.json()["source"] == "tenant_list"


def test_a_firm_may_not_change_an_article_that_others_name(service: httpx.Client, engine: Engine) -> None:
    """Naming a public article in an offer does not make it one's own to rename."""
    said = {"name_vi": "Ốc vít", "kind": "goods", "synthetic": False, "source": SOURCE, "confidence": "high"}
    write(engine, Edit("articles", "art_1", said), offer("theirs_offer", "theirs_1", article_id="art_1"))
    named = ask(
        service,
        "ours",
        "PATCH",
        "offers/ours_offer",
        json={"article_id": "art_1"},
        tag=tag(service, "ours", "offers/ours_offer"),
    )
    assert named.status_code == 200, named.text
    renamed = ask(
        service, "ours", "PATCH", "articles/art_1", json={"name_vi": "X"}, tag=tag(service, "ours", "articles/art_1")
    )
    assert renamed.status_code == 403


def test_what_is_hidden_is_answered_as_what_is_absent(service: httpx.Client) -> None:
    """Byte for byte, save the id of the request and the id asked for."""
    for method in ("PATCH", "PUT", "DELETE", "GET"):
        body = {} if method in ("GET", "DELETE") else {"json": PLACE}
        answers = []
        for name in ("theirs_hidden", "theirs_absent"):
            answer = ask(service, "ours", method, f"facilities/{name}", tag='"x"', **body)
            assert answer.status_code == 404
            answers.append(str(without_id(answer)).replace(name, "ID"))
        assert answers[0] == answers[1]


def test_a_reference_to_what_is_hidden_is_one_to_nothing(service: httpx.Client) -> None:
    """A firm cannot find out ids by naming them."""
    answers = []
    for value in ("hidden", "absent"):
        tagged = tag(service, "ours", "organisations/ours")
        answer = ask(service, "ours", "PATCH", "organisations/ours", json={"parent_id": value}, tag=tagged)
        assert answer.status_code == 422, answer.text
        answers.append(str(without_id(answer)).replace(value, "ID"))
    assert answers[0] == answers[1]


def test_an_id_of_others_cannot_be_tried_out(service: httpx.Client) -> None:
    """An id a firm chooses must begin with its own, whether or not a record has it."""
    answers = []
    for chosen in ("theirs_hidden", "theirs_absent"):
        answer = ask(service, "ours", "POST", "facilities", json={"facility_id": chosen, **PLACE})
        assert answer.status_code == 422
        answers.append(str(without_id(answer)).replace(chosen, "ID"))
    assert answers[0] == answers[1]


def test_a_merged_id_is_not_written_to(service: httpx.Client, engine: Engine) -> None:
    """Reading follows a merge and says so; a write names the record it is of."""
    make_change(engine, [organisation("twin")], kind="edit", author="Lan", source_id="tenant_list")
    merged = ask(
        service,
        "steward",
        "POST",
        "records/merges",
        json={"table": "organisations", "keep_id": "ours", "drop_ids": ["twin"]},
    )
    assert merged.status_code == 200, merged.text
    read = ask(service, "steward", "GET", "organisations/twin")
    assert read.headers["Content-Location"] == "/api/v1/organisations/ours"
    wrote = ask(service, "steward", "PATCH", "organisations/twin", json={"role": "x"}, tag=read.headers["ETag"])
    assert wrote.status_code == 409
    again = ask(service, "steward", "POST", "organisations", json={"organisation_id": "twin", **FIRM})
    assert again.status_code == 409


def test_the_same_request_under_one_key_writes_once(service: httpx.Client, engine: Engine) -> None:
    """A repeat is answered as the first time, tag and all."""
    key = {"Idempotency-Key": "k-1"}
    first = ask(service, "ours", "POST", "facilities", json=PLACE, headers=key)
    second = ask(service, "ours", "POST", "facilities", json=PLACE, headers=key)
    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    assert second.headers["ETag"] == first.headers["ETag"]
    with engine.connect() as connection:
        assert len(history(connection, "facilities", first.json()["facility_id"])) == 1


def test_a_refused_write_leaves_nothing(service: httpx.Client, engine: Engine) -> None:
    """Neither record nor number of a change nor source is left of what was refused."""
    assert ask(service, "ours", "POST", "facilities", json={**PLACE, "organisation_id": "theirs"}).status_code == 403
    with engine.connect() as connection:
        assert read_record(connection, "sources", "declared_by_firms") is None


def test_a_write_asks_few_questions_while_others_wait_for_the_turn(service: httpx.Client, engine: Engine) -> None:
    """Counted by hand: eleven for a change, four more for what is added.

    The turn (the embedded database notes the layer in its catalogue instead), the record, its source, its state, the
    place in the log; change, revision, row, number; the answer, the audit. For what is added: whether the id is free,
    where it and its source lead, the old redirect to take away, the source it refers to.
    """
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith("BEGIN"):
            asked.append(" ".join(statement.split()))

    state = tag(service, "steward", "organisations/theirs")
    ask(service, "steward", "PATCH", "organisations/theirs", tag=state, json={"role": "đầu tiên"})
    state = tag(service, "steward", "organisations/theirs")
    event.listen(engine, "before_cursor_execute", note)
    try:
        changed = ask(service, "steward", "PATCH", "organisations/theirs", tag=state, json={"role": "chế xuất"})
        assert changed.status_code == 200, changed.text
        of_the_change = len(asked)
        asked.clear()
        added = ask(service, "steward", "POST", "organisations", json=FIRM)
        assert added.status_code == 201, added.text
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert of_the_change <= 11, of_the_change
    assert len(asked) <= 15, asked
