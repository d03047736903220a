"""Lists, records and histories over REST while the registry changes; what a page reads of a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from registry_parts import facility, organisation, set_values, source, write
from rest_registry import CALLERS, PERSON, fill, get, ids, walk
from service_parts import client
from sqlalchemy import Engine, event

from api.access.caller import ANONYMOUS
from supplychain.registry.pages import Listing, read_page
from supplychain.registry.visibility import Viewer


@pytest.fixture
def engine(registry_engine: Engine) -> Engine:
    """Return a database with some firms."""
    fill(registry_engine)
    return registry_engine


@pytest.fixture
def service(engine: Engine) -> Iterator[httpx.Client]:
    """Yield a client of the service; nobody is signed in unless a header says so."""
    with client(engine, ANONYMOUS, others=CALLERS) as one:
        yield one


def test_pages_hold_every_row_once(service: httpx.Client, engine: Engine) -> None:
    """Pages of one row each give the whole list, also while rows are added and removed before and behind."""
    whole = walk(service, "steward", "facilities")
    assert walk(service, "steward", "facilities?limit=1") == whole
    first = get(service, "steward", "facilities?limit=2")
    write(engine, facility("a_before", "ours"), facility("z_behind", "ours"))
    rest = walk(service, "steward", first["next"].removeprefix("/api/v1/"))
    assert ids(first, "facility_id") + [item["facility_id"] for item in rest] == [
        *(item["facility_id"] for item in whole),
        "z_behind",
    ]


def test_the_past_is_told_as_it_was_shown(service: httpx.Client, engine: Engine) -> None:
    """A list as of a change, in pages; what was private then, or is now, stays so."""
    write(engine, set_values("organisations", "ours", name_vi="Tên mới"))
    write(engine, set_values("facilities", "theirs_hidden", visibility="public"))
    assert get(service, None, "organisations/ours?as_of=1")["name_vi"] == "Công ty ours"
    assert get(service, None, "organisations/ours?as_of=2")["name_vi"] == "Tên mới"
    then = walk(service, None, "facilities?as_of=1&limit=1")
    assert [item["facility_id"] for item in then] == ["ours_1", "theirs_1"]
    now = walk(service, None, "facilities?as_of=3&limit=1")
    assert [item["facility_id"] for item in now] == ["ours_1", "theirs_1", "theirs_hidden"]
    assert service.get("/api/v1/facilities/theirs_hidden?as_of=1").status_code == 404
    assert get(service, None, "organisations?as_of=0")["items"] == []


def test_history_tells_others_neither_author_nor_what_is_personal(service: httpx.Client, engine: Engine) -> None:
    """A change of what is hidden alone is not in their history; the steward reads all of it, in pages."""
    write(engine, set_values("organisations", "theirs", contact_name="Người khác"))
    write(engine, set_values("organisations", "theirs", role="Đào tạo"))
    public = get(service, None, "organisations/theirs/history")["items"]
    assert [(one["number"], one["touched"] == ["role"], one["author"]) for one in public] == [
        (1, False, None),
        (3, True, None),
    ]
    assert PERSON not in str(public)
    told = walk(service, "steward", "organisations/theirs/history?limit=1")
    assert [(one["number"], one["author"]) for one in told] == [(1, "Lan"), (2, "Lan"), (3, "Lan")]
    assert told[0]["values"]["contact_name"] == PERSON


def test_no_page_reads_the_table(sqlite_engine: Engine) -> None:
    """SQLite's own plan: the index of ids is walked after the key, nothing is sorted, no table is gone through."""
    write(sqlite_engine, source(), *(organisation(f"o_{number:04}") for number in range(300)))
    plans: list[str] = []

    def listen(connection: Any, cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:  # noqa: ANN401
        if statement.startswith("SELECT organisations."):
            rows = connection.connection.dbapi_connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.append("\n".join(row[3] for row in rows))
        del cursor

    event.listen(sqlite_engine, "before_cursor_execute", listen)
    with sqlite_engine.connect() as connection:
        for viewer in (Viewer.everything(), Viewer.public(), Viewer.organisation("o_0001")):
            page = read_page(connection, Listing("organisations", viewer), "o_0100", 10)
            assert [one.record.record_id for one in page] == [f"o_{number:04}" for number in range(101, 111)]
    event.remove(sqlite_engine, "before_cursor_execute", listen)
    assert len(plans) == 6
    for plan in plans:
        assert "SCAN organisations" not in plan
    for walked, _looked_up in zip(plans[::2], plans[1::2], strict=True):
        assert "(organisation_id>?)" in walked
        assert "TEMP B-TREE FOR ORDER BY" not in walked
