"""Writes: once for each idempotency key, with an author in the audit trail, all or nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi import APIRouter, Request, Response
from service_parts import client, somebody
from sqlalchemy import Connection, Engine, func, insert, select

from api.access.guard import CallerParameter, allowed
from api.rest.fields import Model, told
from api.service.context import ServiceParameter
from api.service.problems import ServiceError
from api.service.tables import AUDIT, SECRETS
from api.service.writing import Answer, write
from supplychain.text import Text

ROUTER = APIRouter()
LAN = somebody("steward", name="lan")
MINH = somebody("steward", name="minh")


class Note(Model):
    """A note of the tests."""

    name: str = told("Name", "Tên", "a")


@ROUTER.post("/notes", dependencies=[allowed("records:write")], status_code=201)
def add_note(note: Note, request: Request, service: ServiceParameter, caller: CallerParameter) -> Response:
    """Keep a note, where tests can count it."""

    def make(connection: Connection) -> Answer:
        if note.name == "refused":
            raise ServiceError(Text(en="Not this one.", vi="Không được."), "conflict")
        number = connection.scalar(select(func.count()).select_from(SECRETS)) or 0
        name = f"{note.name} {number}"
        connection.execute(insert(SECRETS).values(name=name, value=b"x", made_at="2026-01-01"))
        headers = {"ETag": f'"{number}"'}
        return Answer(201, Note(name=name), headers, subject=name, is_kept=note.name != "once")

    return write(request, service, caller, "notes.create", make)


def rows(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.scalar(select(func.count()).select_from(SECRETS)) or 0)


def test_the_same_request_under_the_same_key_is_written_once_and_answered_again(registry_engine: Engine) -> None:
    with client(registry_engine, LAN, routers=(ROUTER,)) as service:
        headers = {"idempotency-key": "k-1"}
        first = service.post("/api/v1/notes", json={"name": "a"}, headers=headers)
        again = service.post("/api/v1/notes", json={"name": "a"}, headers=headers)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json() == {"name": "a 0"}
    assert first.headers["etag"] == again.headers["etag"] == '"0"'
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert rows(registry_engine) == 1


def test_a_key_of_another_request_is_refused_and_one_of_another_account_is_its_own(registry_engine: Engine) -> None:
    with client(registry_engine, LAN, others={"minh": MINH}, routers=(ROUTER,)) as service:
        headers = {"idempotency-key": "k-1"}
        service.post("/api/v1/notes", json={"name": "a"}, headers=headers)
        other = service.post("/api/v1/notes", json={"name": "b"}, headers=headers)
        theirs = service.post("/api/v1/notes", json={"name": "a"}, headers={**headers, "x-test-caller": "minh"})
    assert other.status_code == 422
    assert "used for another request" in other.json()["detail"]
    assert theirs.json() == {"name": "a 1"}
    assert rows(registry_engine) == 2


def test_a_refused_write_keeps_nothing_and_frees_its_key(registry_engine: Engine) -> None:
    with client(registry_engine, LAN, routers=(ROUTER,)) as service:
        headers = {"idempotency-key": "k-1"}
        assert service.post("/api/v1/notes", json={"name": "refused"}, headers=headers).status_code == 409
        assert service.post("/api/v1/notes", json={"name": "a"}, headers=headers).status_code == 201
    with registry_engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(AUDIT)) == 1


def test_what_is_shown_once_is_not_kept_for_a_repeat(registry_engine: Engine) -> None:
    with client(registry_engine, LAN, routers=(ROUTER,)) as service:
        headers = {"idempotency-key": "k-1"}
        assert service.post("/api/v1/notes", json={"name": "once"}, headers=headers).status_code == 201
        again = service.post("/api/v1/notes", json={"name": "once"}, headers=headers)
    assert again.status_code == 409
    assert "shown only once" in again.json()["detail"]
    assert rows(registry_engine) == 1


def test_requests_under_one_key_at_the_same_time_write_once(registry_engine: Engine) -> None:
    with client(registry_engine, LAN, routers=(ROUTER,)) as service, ThreadPoolExecutor(8) as pool:
        asked = [
            pool.submit(service.post, "/api/v1/notes", json={"name": "a"}, headers={"idempotency-key": "k-1"})
            for _ in range(16)
        ]
        answers = [one.result() for one in asked]
    assert {answer.status_code for answer in answers} == {201}
    assert {answer.json()["name"] for answer in answers} == {"a 0"}
    assert sum("idempotency-replayed" in answer.headers for answer in answers) == 15
    assert rows(registry_engine) == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb"])
def test_a_key_that_is_none_is_refused(sqlite_engine: Engine, key: str) -> None:
    with client(sqlite_engine, LAN, routers=(ROUTER,)) as service:
        answer = service.post("/api/v1/notes", json={"name": "a"}, headers={"idempotency-key": key})
    assert answer.status_code == 400
    assert rows(sqlite_engine) == 0


def test_every_write_has_an_author(registry_engine: Engine) -> None:
    with client(registry_engine, LAN, routers=(ROUTER,)) as service:
        answer = service.post("/api/v1/notes", json={"name": "a"}, headers={"x-request-id": "req_of_a_test"})
        assert answer.headers["x-request-id"] == "req_of_a_test"
    with registry_engine.connect() as connection:
        entry = connection.execute(select(AUDIT)).mappings().one()
    told_of = ("acc_lan", "lan", "key", "notes.create", "a 0", "req_of_a_test")
    names = ("account_id", "author", "means", "action", "subject", "request_id")
    assert tuple(entry[name] for name in names) == told_of
