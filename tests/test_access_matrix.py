"""Who may do what: every role at every endpoint of the whole application, as its OpenAPI document lists them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import httpx
import pytest
from access_operations import Operation, operations_of, rules_of, without_rule
from fastapi import APIRouter
from fastapi.routing import iter_route_contexts
from service_parts import CALLER_HEADER, FixedCallers, client, make_service, somebody
from sqlalchemy import Engine

from api.access.caller import ANONYMOUS, Caller
from api.access.guard import allowed
from api.access.rights import ANONYMOUS_RIGHTS, RIGHTS, ROLE_NAMES, Role
from api.service.app import create_app
from api.service.settings import Limits
from supplychain.database import make_engine

READER, FIRM, PLANNER, ANALYST, STEWARD, ADMINISTRATOR = "RFPASX"
ROLE_OF: Final[dict[str, Role]] = {
    READER: "reader",
    FIRM: "firm",
    PLANNER: "planner",
    ANALYST: "analyst",
    STEWARD: "steward",
    ADMINISTRATOR: "administrator",
}

MEANT: Final = {
    "public": "*RFPASX",
    "self": "RFPASX",
    "records:read": "*RFPASX",
    "records:write": "FSX",
    "records:merge": "SX",
    "matching:ask": "FPASX",
    "imports:run": "SX",
    "exports:run": "RFPASX",
    "networks:read": "*RFPASX",
    "networks:write": "AX",
    "routes:ask": "RFPASX",
    "scenarios:read": "PASX",
    "scenarios:write": "PX",
    "plans:read": "PASX",
    "plans:run": "PX",
    "quotes:ask": "FPASX",
    "jobs:own": "RFPASX",
    "files:own": "RFPASX",
    "incidents:read": "*RFPASX",
    "incidents:write": "PSX",
    "webhooks:manage": "PASX",
    "claims:make": "RF",
    "claims:judge": "SX",
    "accounts:manage": "X",
    "audit:read": "SX",
    "operations": "X",
}
"""Who is meant to have each right, written a second time by hand: ``*`` is somebody without an account."""

OPEN_WRITES: Final = {"POST /api/v1/session", "DELETE /api/v1/session"}
"""What somebody without an account may do besides reading: sign in, and sign out of nothing."""

HELD: Final = (
    ("/api/v1/accounts", "*", {"accounts:manage"}),
    ("/api/v1/audit", "*", {"audit:read"}),
    ("/metrics", "*", {"operations"}),
    ("/api/v1/claims/{claim_id}/judgement", "*", {"claims:judge"}),
    ("/api/v1/keys", "*", {"self"}),
    ("/api/v1/sessions", "*", {"self"}),
    ("/api/v1/files", "*", {"files:own"}),
    ("/api/v1/imports", "*", {"imports:run"}),
    ("/api/v1/webhooks", "*", {"webhooks:manage"}),
    ("/api/v1/organisations", "write", {"records:write", "records:merge"}),
    ("/api/v1/facilities", "write", {"records:write", "records:merge"}),
    ("/api/v1/offers", "write", {"records:write", "records:merge"}),
    ("/api/v1/needs", "write", {"records:write", "records:merge"}),
)
"""Paths whose right no later hand may widen unseen: prefix, which methods, the rights that may stand there."""


@pytest.fixture(scope="module")
def operations() -> list[Operation]:
    app = create_app(make_service(make_engine("unused.gpkg")), authenticate=FixedCallers(ANONYMOUS))
    return operations_of(app)


def test_every_route_has_exactly_one_rule() -> None:
    """Also those outside the document, such as the document itself and what is mounted."""
    app = create_app(make_service(make_engine("unused.gpkg")), authenticate=FixedCallers(ANONYMOUS))
    assert list(without_rule(app)) == []
    listed = [rules_of(route) for route in iter_route_contexts(app.routes)]
    assert len(listed) > 80


def test_a_route_without_a_rule_is_found() -> None:
    router = APIRouter()

    @router.get("/forgotten")
    def forgotten() -> str:
        return "open to all"

    @router.get("/twice", dependencies=[allowed("public"), allowed("operations")])
    def twice() -> str:
        return "which?"

    app = create_app(make_service(make_engine("unused.gpkg")), routers=(router,))
    assert list(without_rule(app)) == ["GET /api/v1/forgotten", "GET /api/v1/twice"]


def test_the_table_of_rights_is_what_is_meant() -> None:
    has = {right: {ROLE_OF[sign] for sign in signs if sign != "*"} for right, signs in MEANT.items()}
    assert {right: set(roles) for right, roles in RIGHTS.items()} == has
    assert {right for right, signs in MEANT.items() if "*" in signs} == ANONYMOUS_RIGHTS
    assert set(ROLE_OF.values()) == set(ROLE_NAMES)


def test_nobody_writes_without_an_account(operations: list[Operation]) -> None:
    open_writes = {one.name for one in operations if one.method != "get" and one.right in ANONYMOUS_RIGHTS}
    assert open_writes <= OPEN_WRITES


def test_what_must_stay_narrow_is_narrow(operations: list[Operation]) -> None:
    for prefix, methods, rights in HELD:
        for one in operations:
            is_there = one.path == prefix or one.path.startswith(f"{prefix}/")
            if not is_there or (methods == "write" and one.method == "get"):
                continue
            expected = rights | ({"claims:judge"} if one.path.endswith("/judgement") else set())
            assert one.right in expected, f"{one.name} asks for {one.right}"


def test_the_document_tells_the_rule(operations: list[Operation]) -> None:
    for one in operations:
        signs = MEANT[one.right]
        roles = [ROLE_OF[sign] for sign in signs if sign != "*"]
        assert one.said["x-roles"] == ["anonymous"] * ("*" in signs) + sorted(roles), one.name
        assert ({} in one.said["security"]) == ("*" in signs), one.name


EVERYBODY: Final[dict[str, Caller]] = {
    "*": ANONYMOUS,
    **{sign: somebody(role, name=role) for sign, role in ROLE_OF.items()},
    "none": somebody(name="norole"),
}


@pytest.fixture
def asking(sqlite_engine: Engine) -> Iterator[httpx.Client]:
    plenty = Limits(requests_per_minute=1_000_000, anonymous_per_minute=1_000_000)
    with client(sqlite_engine, ANONYMOUS, others=EVERYBODY, limits=plenty, mode="accounts") as one:
        yield one


def test_every_role_at_every_endpoint(asking: httpx.Client, operations: list[Operation]) -> None:
    """The rule comes before anything else of a request: its ids, its parameters and its body are wrong here."""
    wrong = []
    for one in operations:
        for sign, caller in EVERYBODY.items():
            answer = asking.request(
                one.method.upper(),
                one.address(),
                headers={CALLER_HEADER: sign, "accept-language": "en"},
                params={"limit": "wrong", "cursor": "wrong"},
            )
            if not _is_as_meant(one, sign, caller, answer):
                said = f"{answer.status_code} {answer.text[:200]}"
                wrong.append(f"{one.name} ({one.right}) asked by {caller.name}: {said}")
    assert wrong == []


def _is_as_meant(one: Operation, sign: str, caller: Caller, answer: httpx.Response) -> bool:
    if answer.status_code in {500, 501, 502}:
        return False
    if sign in MEANT[one.right] or "*" in MEANT[one.right]:
        return not _is_refused(answer, one)
    if caller.is_anonymous:
        return answer.status_code == httpx.codes.UNAUTHORIZED and answer.json()["type"].endswith(":unauthenticated")
    return answer.status_code == httpx.codes.FORBIDDEN and f"(right {one.right})" in answer.json()["detail"]


def _is_refused(answer: httpx.Response, one: Operation) -> bool:
    """Return whether it was refused for want of the right: an endpoint may refuse for reasons of its own."""
    if answer.status_code == httpx.codes.UNAUTHORIZED:
        return "/session" not in one.path
    return answer.status_code == httpx.codes.FORBIDDEN and f"(right {one.right})" in answer.text


@pytest.mark.parametrize("body", [b"[]", b"null", b'{"name": 1}', b'{"unknown": {}}'])
def test_the_rule_comes_before_the_fields(asking: httpx.Client, body: bytes) -> None:
    """Somebody without the right learns nothing of what a body should be."""
    for path in ("/api/v1/accounts", "/api/v1/organisations", "/api/v1/claims"):
        headers = {CALLER_HEADER: "*", "content-type": "application/json"}
        answer = asking.post(path, content=body, headers=headers)
        assert answer.status_code == httpx.codes.UNAUTHORIZED, (path, answer.text)
