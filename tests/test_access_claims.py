"""Accounts and claims over REST: who makes whom what, and nobody themselves."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Barrier, Thread

import httpx
import pytest
from access_parts import PASSWORD, account, bearer, key_of, several, visitor
from registry_parts import organisation, source, write
from service_parts import without_id
from sqlalchemy import Engine, select

from api.access.accounts import Account
from api.access.tables import ACCOUNTS
from api.files.tables import FILES
from api.service.tables import AUDIT

CLAIMS = "/api/v1/claims"
EVIDENCE = "Giấy chứng nhận đăng ký doanh nghiệp số 3700123456"


class House:
    """A service with some accounts and their keys."""

    def __init__(self, engine: Engine, one: httpx.Client) -> None:
        self.engine = engine
        self.one = one
        self.accounts: dict[str, Account] = {}
        self.keys: dict[str, str] = {}
        for name, roles in (
            ("root", ("administrator",)),
            ("steward", ("steward",)),
            ("both", ("steward", "reader")),
            ("firm", ("reader",)),
            ("rival", ("reader",)),
        ):
            self.accounts[name] = account(engine, name, *roles)
            self.keys[name] = key_of(engine, self.accounts[name])

    def ask(self, who: str, method: str, path: str, **said: object) -> httpx.Response:
        """Ask as somebody."""
        headers = {**bearer(self.keys[who]), **said.pop("headers", {})}  # type: ignore[dict-item]
        return self.one.request(method, path, headers=headers, **said)  # type: ignore[arg-type]

    def claim(self, who: str, organisation_id: str = "org", **said: object) -> httpx.Response:
        """Claim an organisation."""
        wish = {"organisation_id": organisation_id, "evidence": EVIDENCE, **said}
        return self.ask(who, "POST", CLAIMS, json=wish)

    def judge(self, who: str, claim_id: str, decision: str) -> httpx.Response:
        """Judge a claim."""
        return self.ask(who, "POST", f"{CLAIMS}/{claim_id}/judgement", json={"decision": decision, "note": "vì"})


@pytest.fixture
def house(registry_engine: Engine) -> Iterator[House]:
    write(registry_engine, source(), organisation("org"), organisation("secret", visibility="private"))
    with visitor(several(registry_engine)) as one:
        yield House(registry_engine, one)


def test_a_claim_that_is_accepted_makes_the_firm(house: House) -> None:
    made = house.claim("firm")
    assert made.status_code == httpx.codes.CREATED, made.text
    claim_id = made.json()["claim_id"]
    assert made.json()["others"] is None
    assert house.ask("firm", "GET", "/api/v1/session").json()["organisation_id"] is None
    judged = house.judge("steward", claim_id, "accepted")
    assert (judged.json()["status"], judged.json()["judged_by"], judged.json()["others"]) == ("accepted", "steward", 0)
    # The old key was made before the account was a firm: it neither sees the firm's own records nor writes them.
    who = house.ask("firm", "GET", "/api/v1/session").json()
    assert (who["organisation_id"], who["roles"]) == (None, ["reader"])
    with house.engine.connect() as connection:
        row = connection.execute(select(ACCOUNTS.c.roles).where(ACCOUNTS.c.name == "firm")).one()
        kept = connection.execute(select(AUDIT.c.author, AUDIT.c.action).where(AUDIT.c.subject == claim_id)).all()
    assert row.roles == "reader;firm"
    assert [tuple(one) for one in kept] == [("firm", "claims.make"), ("steward", "claims.accepted")]
    assert house.judge("steward", claim_id, "accepted").status_code == httpx.codes.CONFLICT
    assert house.claim("firm", "org").status_code == httpx.codes.CONFLICT
    assert house.judge("steward", claim_id, "revoked").json()["status"] == "revoked"
    assert house.ask("firm", "GET", "/api/v1/session").json()["organisation_id"] is None


def test_a_hidden_organisation_is_claimed_as_an_absent_one_is(house: House) -> None:
    hidden, absent = house.claim("firm", "secret"), house.claim("firm", "absent")
    assert hidden.status_code == absent.status_code == httpx.codes.NOT_FOUND
    assert hidden.json()["detail"].replace("secret", "absent") == absent.json()["detail"]


def test_nobody_judges_their_own_claim_nor_sees_those_of_others(house: House) -> None:
    own = house.claim("both").json()["claim_id"]
    assert house.judge("both", own, "accepted").status_code == httpx.codes.FORBIDDEN
    theirs = house.claim("firm").json()["claim_id"]
    for method, path in (("GET", ""), ("DELETE", ""), ("GET", "/files/file_aaaaaaaaaaaaaaaaaaaa")):
        hidden = house.ask("rival", method, f"{CLAIMS}/{theirs}{path}")
        absent = house.ask("rival", method, f"{CLAIMS}/clm_aaaaaaaaaaaaaaaaaaaa{path}")
        assert hidden.status_code == absent.status_code == httpx.codes.NOT_FOUND
        assert str(without_id(hidden)).replace(theirs, "X") == str(without_id(absent)).replace(
            "clm_aaaaaaaaaaaaaaaaaaaa", "X"
        )
    assert house.judge("rival", theirs, "accepted").status_code == httpx.codes.FORBIDDEN
    assert [one["claim_id"] for one in house.ask("firm", "GET", CLAIMS).json()["items"]] == [theirs]
    assert len(house.ask("steward", "GET", f"{CLAIMS}?status=pending").json()["items"]) == 2
    assert house.ask("firm", "DELETE", f"{CLAIMS}/{theirs}").json()["status"] == "withdrawn"
    assert house.judge("steward", theirs, "accepted").status_code == httpx.codes.CONFLICT


def test_two_stewards_who_judge_at_once_are_told_apart(house: House) -> None:
    claim_id = house.claim("firm").json()["claim_id"]
    house.keys["second"] = key_of(house.engine, account(house.engine, "second", "steward"))
    statuses: list[int] = []
    together = Barrier(2)

    def judge(who: str, decision: str) -> None:
        together.wait()
        statuses.append(house.judge(who, claim_id, decision).status_code)

    threads = [Thread(target=judge, args=args) for args in (("steward", "accepted"), ("second", "rejected"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [httpx.codes.OK, httpx.codes.CONFLICT]
    claim = house.ask("steward", "GET", f"{CLAIMS}/{claim_id}").json()
    with house.engine.connect() as connection:
        held = connection.scalar(select(ACCOUNTS.c.organisation_id).where(ACCOUNTS.c.name == "firm"))
    assert (claim["status"] == "accepted") == (held == "org")


def test_files_that_prove_a_claim_stay_and_are_shown_to_who_judges(house: House) -> None:
    headers = {"content-type": "application/pdf"}
    sent = house.ask("firm", "POST", "/api/v1/files?name=giay.pdf", content=b"%PDF-1.4", headers=headers)
    file_id = sent.json()["file_id"]
    assert house.claim("rival", files=[file_id]).status_code == httpx.codes.NOT_FOUND
    claim_id = house.claim("firm", files=[file_id]).json()["claim_id"]
    path = f"{CLAIMS}/{claim_id}/files/{file_id}"
    assert house.ask("steward", "GET", f"/api/v1/files/{file_id}").status_code == httpx.codes.NOT_FOUND
    assert house.ask("steward", "GET", path).content == b"%PDF-1.4"
    assert house.ask("rival", "GET", path).status_code == httpx.codes.NOT_FOUND
    with house.engine.connect() as connection:
        assert connection.scalar(select(FILES.c.expires_at).where(FILES.c.file_id == file_id)) is None


def test_accounts_are_made_changed_and_disabled(house: House) -> None:
    wish = {"name": "moi", "roles": ["planner"], "full_name": "Người mới"}
    made = house.ask("root", "POST", "/api/v1/accounts", json=wish, headers={"idempotency-key": "k"})
    assert made.status_code == httpx.codes.CREATED, made.text
    path, password = made.headers["location"], made.json()["password"]
    again = house.ask("root", "POST", "/api/v1/accounts", json=wish, headers={"idempotency-key": "k"})
    assert again.status_code == httpx.codes.CONFLICT
    assert password not in again.text
    assert house.ask("root", "POST", "/api/v1/accounts", json={**wish, "name": "MOI"}).status_code == 409
    tag = house.ask("root", "GET", path).headers["etag"]
    assert house.ask("root", "PATCH", path, json={"roles": ["analyst"]}).status_code == 428
    changed = house.ask("root", "PATCH", path, json={"roles": ["analyst"]}, headers={"if-match": tag})
    assert changed.json()["roles"] == ["analyst"]
    stale = house.ask("root", "PATCH", path, json={"roles": ["steward"]}, headers={"if-match": tag})
    assert stale.status_code == httpx.codes.PRECONDITION_FAILED
    signed = house.one.post("/api/v1/session", json={"name": "moi", "password": password, "new_password": PASSWORD})
    assert signed.status_code == httpx.codes.OK, signed.text
    tag = house.ask("root", "GET", path).headers["etag"]
    assert house.ask("root", "PATCH", path, json={"status": "disabled"}, headers={"if-match": tag}).is_success
    assert house.one.get("/api/v1/keys").status_code == httpx.codes.UNAUTHORIZED
    house.one.cookies.clear()


def test_the_last_administrator_stays(house: House) -> None:
    path = f"/api/v1/accounts/{house.accounts['root'].account_id}"
    for change in ({"roles": ["reader"]}, {"status": "disabled"}):
        tag = house.ask("root", "GET", path).headers["etag"]
        answer = house.ask("root", "PATCH", path, json=change, headers={"if-match": tag})
        assert answer.status_code == httpx.codes.CONFLICT
        assert "another administrator" in answer.json()["detail"]
    assert house.ask("root", "GET", path).json()["status"] == "active"


def test_names_that_could_be_taken_for_others_are_refused(house: House) -> None:
    for name in ("a", "operator", "ngọc", "a b", "../x", "lan\u200b", "l\u0430n", "x" * 101):
        answer = house.ask("root", "POST", "/api/v1/accounts", json={"name": name, "roles": []})
        assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY, name
