"""API keys: shown once, narrowed, revoked at once, never wider than their account, cheap to check."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime, timedelta
from time import process_time

import httpx
import pytest
from access_parts import PASSWORD, account, bearer, key_of, several, sign_in, visitor
from hypothesis import given, settings
from hypothesis import strategies as st
from service_parts import without_id
from sqlalchemy import Engine, select, update
from starlette.requests import HTTPConnection

from api.access.accounts import change_account, require_account
from api.access.authenticate import authenticate
from api.access.caller import Caller
from api.access.known import caller_of_account, read_roles, write_roles
from api.access.passwords import is_easy, random_password
from api.access.rights import ROLE_NAMES
from api.access.secrets import key_id_of, new_key
from api.access.tables import ACCOUNTS, API_KEYS
from api.access.times import stamp
from api.service.problems import ServiceError
from api.service.tables import AUDIT, IDEMPOTENT_ANSWERS
from supplychain.database import for_writing
from supplychain.models.registry import REDIRECTS

KEYS = "/api/v1/keys"


def shown(*values: str, path: str = "/api/v1/keys") -> HTTPConnection:
    """Return a request with headers Authorization."""
    headers = [(b"authorization", value.encode("latin-1")) for value in values]
    return HTTPConnection({"type": "http", "method": "GET", "path": path, "headers": headers})


def test_a_key_is_shown_once_and_nothing_kept_gives_it_back(registry_engine: Engine) -> None:
    account(registry_engine, "lan", "planner", "analyst", password=PASSWORD)
    with visitor(several(registry_engine)) as one:
        token = sign_in(one, "lan")
        headers = {"x-csrf-token": token, "idempotency-key": "same"}
        wish = {"title": "ETL", "roles": ["analyst"], "days": 30}
        made = one.post(KEYS, json=wish, headers=headers)
        assert made.status_code == httpx.codes.CREATED, made.text
        key, about = made.json()["key"], made.json()["about"]
        assert re.fullmatch(r"hl_[a-z2-7]{16}_[a-z2-7]{52}", key)
        again = one.post(KEYS, json=wish, headers=headers)
        assert again.status_code == httpx.codes.CONFLICT
        assert key not in again.text
        listed = one.get(KEYS)
        assert listed.json()["items"] == [about]
        assert one.get(f"{KEYS}/{about['key_id']}").json() == about
        one.cookies.clear()
        who = one.get("/api/v1/session", headers=bearer(key)).json()
        assert (who["means"], who["name"], who["roles"], who["csrf_token"]) == ("key", "lan", ["analyst"], None)
    secret = key.rsplit("_", 1)[1]
    with registry_engine.connect() as connection:
        for table in (API_KEYS, AUDIT, IDEMPOTENT_ANSWERS):
            kept = repr([tuple(row) for row in connection.execute(select(table))])
            assert secret not in kept, table.name
        assert str(connection.scalar(select(API_KEYS.c.key_hash))).startswith("$argon2id$")


def test_revoked_expired_forged_and_disabled_keys_get_one_answer_at_once(sqlite_engine: Engine) -> None:
    lan, gone = account(sqlite_engine, "lan", "reader"), account(sqlite_engine, "gone", "reader")
    account(sqlite_engine, "root", "administrator")
    keys = {name: key_of(sqlite_engine, lan) for name in ("revoked", "expired", "right", "forged")}
    keys["disabled"] = key_of(sqlite_engine, gone)
    with visitor(several(sqlite_engine)) as one:
        for key in keys.values():
            assert one.get(KEYS, headers=bearer(key)).status_code == httpx.codes.OK
        ids = {name: key_id_of(key) for name, key in keys.items()}
        assert one.delete(f"{KEYS}/{ids['revoked']}", headers=bearer(keys["right"])).status_code == 204
        with for_writing(sqlite_engine).begin() as connection:
            past = stamp(datetime.now(UTC) - timedelta(seconds=1))
            connection.execute(update(API_KEYS).where(API_KEYS.c.key_id == ids["expired"]).values(expires_at=past))
            change_account(connection, require_account(connection, gone.account_id), {"status": "disabled"})
        keys["forged"] = keys["forged"][:-1] + ("a" if keys["forged"][-1] != "a" else "b")
        keys["unknown"] = new_key()[0]
        keys["swapped"] = f"hl_{ids['right']}_{keys['revoked'].rsplit('_', 1)[1]}"
        answers = {name: one.get(KEYS, headers=bearer(key)) for name, key in keys.items() if name != "right"}
        assert {answer.status_code for answer in answers.values()} == {httpx.codes.UNAUTHORIZED}
        first = without_id(answers["revoked"])
        assert all(without_id(answer) == first for answer in answers.values())
        assert answers["forged"].headers["www-authenticate"].startswith("Bearer")
        assert one.get(KEYS, headers=bearer(keys["right"])).status_code == httpx.codes.OK
        # Also where everybody may read: a wrong key is told, not taken for nobody.
        assert one.get("/api/v1/organisations", headers=bearer(keys["forged"])).status_code == 401


def test_enabling_an_account_brings_no_old_key_back(sqlite_engine: Engine) -> None:
    account(sqlite_engine, "root", "administrator")
    lan = account(sqlite_engine, "lan", "reader")
    key = key_of(sqlite_engine, lan)
    for status in ("disabled", "active"):
        with for_writing(sqlite_engine).begin() as connection:
            change_account(connection, require_account(connection, lan.account_id), {"status": status})
    with pytest.raises(ServiceError, match="not valid"):
        authenticate(shown(f"Bearer {key}"), several(sqlite_engine))


@pytest.mark.parametrize(
    "values",
    [
        ["Basic bGFuOmxhbg=="],
        ["Bearer"],
        ["Bearer "],
        ["bearer \xff"],
        ["Bearer hl_" + "a" * 16 + "_" + "a" * 51],
        ["Bearer HL_" + "A" * 16 + "_" + "A" * 52],
        ["Bearer hl_" + "a" * 16 + "_" + "a" * 52 + "\n"],
        ["Bearer " + "a" * 100_000],
        ["Bearer hl_' OR 1=1 --"],
        [f"Bearer {new_key()[0]}", f"Bearer {new_key()[0]}"],
        [""],
    ],
)
def test_what_is_no_key_is_refused(sqlite_engine: Engine, values: list[str]) -> None:
    with pytest.raises(ServiceError) as caught:
        authenticate(shown(*values), several(sqlite_engine))
    assert caught.value.code == "unauthenticated"


def test_programs_for_maps_read_with_a_key_as_password(sqlite_engine: Engine) -> None:
    key = key_of(sqlite_engine, account(sqlite_engine, "lan", "reader"))
    service = several(sqlite_engine)

    def basic(words: bytes, path: str = "/api/v1/ogc/collections", method: str = "GET") -> Caller:
        request = shown(f"Basic {base64.b64encode(words).decode()}", path=path)
        request.scope["method"] = method
        return authenticate(request, service)

    for name in ("lan", "", "ai cũng được"):
        assert basic(f"{name}:{key}".encode()).name == "lan"
    assert basic(f"lan:{key}".encode(), "/api/v1/ogc", "HEAD").means == "key"
    for words in (key.encode(), f"lan:{key}x".encode(), f"lan:{PASSWORD}".encode(), b"lan:\xff", b""):
        with pytest.raises(ServiceError, match=r"once|not valid") as caught:
            basic(words)
        assert caught.value.headers["WWW-Authenticate"].startswith("Bearer")  # no browser is to ask for a password
    for path, method in (("/api/v1/keys", "GET"), ("/api/v1/ogcx", "GET"), ("/api/v1/ogc/collections", "POST")):
        with pytest.raises(ServiceError, match="once"):
            basic(f"lan:{key}".encode(), path, method)


def test_a_key_never_does_more_than_its_account_nor_than_it_was_made_for(sqlite_engine: Engine) -> None:
    lan = account(sqlite_engine, "lan", "planner", "reader")
    account(sqlite_engine, "root", "administrator")
    service = several(sqlite_engine)
    wide, narrow = key_of(sqlite_engine, lan), key_of(sqlite_engine, lan, "reader")
    with pytest.raises(ServiceError, match="no more than its account"):
        key_of(sqlite_engine, lan, "administrator")

    def roles(key: str) -> set[str]:
        return set(authenticate(shown(f"Bearer {key}"), service).roles)

    assert (roles(wide), roles(narrow)) == ({"planner", "reader"}, {"reader"})
    _set_roles(sqlite_engine, lan.account_id, "administrator", "planner")
    assert (roles(wide), roles(narrow)) == ({"planner"}, set())
    with sqlite_engine.connect() as connection:
        rebuilt = caller_of_account(connection, lan.account_id, ["planner", "reader", "no role"])
        assert rebuilt is not None
        assert set(rebuilt.roles) == {"planner"}
        assert caller_of_account(connection, "acc_none") is None


def test_a_key_makes_no_key_and_sees_no_other_account(sqlite_engine: Engine) -> None:
    lan, hoa = account(sqlite_engine, "lan", "reader"), account(sqlite_engine, "hoa", "reader")
    root = account(sqlite_engine, "root", "administrator")
    key, others, admin = (key_of(sqlite_engine, one) for one in (lan, hoa, root))
    other_id = key_id_of(others)
    with visitor(several(sqlite_engine)) as one:
        refused = one.post(KEYS, json={"title": "more"}, headers=bearer(key))
        assert refused.status_code == httpx.codes.FORBIDDEN
        absent = new_key()[1]
        for method in ("GET", "DELETE"):
            hidden = one.request(method, f"{KEYS}/{other_id}", headers=bearer(key))
            missing = one.request(method, f"{KEYS}/{absent}", headers=bearer(key))
            assert hidden.status_code == missing.status_code == httpx.codes.NOT_FOUND
            assert hidden.json()["detail"].replace(str(other_id), absent) == missing.json()["detail"]
        hidden = one.get(f"{KEYS}?account_id={hoa.account_id}", headers=bearer(key))
        assert hidden.status_code == httpx.codes.NOT_FOUND
        seen = one.get(f"{KEYS}?account_id={hoa.account_id}", headers=bearer(admin)).json()["items"]
        assert [item["key_id"] for item in seen] == [other_id]


def test_merged_organisations_are_followed_and_a_split_brings_them_back(sqlite_engine: Engine) -> None:
    lan = account(sqlite_engine, "lan", "firm")
    key = key_of(sqlite_engine, lan)
    service = several(sqlite_engine)
    _set(sqlite_engine, lan.account_id, organisation_id="a")

    def organisation() -> str | None:
        return authenticate(shown(f"Bearer {key}"), service).organisation_id

    assert organisation() == "a"
    with sqlite_engine.begin() as connection:
        rows = [{"table_name": "organisations", "record_id": o, "into_id": i, "number": 1} for o, i in ("ab", "bc")]
        rows.append({"table_name": "facilities", "record_id": "a", "into_id": "x", "number": 1})
        connection.execute(REDIRECTS.insert(), rows)
    assert organisation() == "c"
    with sqlite_engine.begin() as connection:
        connection.execute(REDIRECTS.delete())
    assert organisation() == "a"


def test_a_known_key_costs_little(sqlite_engine: Engine) -> None:
    """Measured: under 1 ms; held here to 2 ms, for machines that do other work besides. argon2 alone takes 9 ms."""
    lan = account(sqlite_engine, "lan", "reader")
    key = key_of(sqlite_engine, lan)
    request = shown(f"Bearer {key}")
    service = several(sqlite_engine)
    assert authenticate(request, service).key_id == key_id_of(key)
    best = 1.0
    for _turn in range(5):
        began = process_time()
        for _one in range(20):
            authenticate(request, service)
        best = min(best, (process_time() - began) / 20)
    assert best < 0.002, f"{best * 1000:.2f} ms"


def test_in_single_user_mode_whoever_sits_there_may_do_everything(sqlite_engine: Engine) -> None:
    caller = authenticate(shown("Bearer forged"), several(sqlite_engine, mode="single"))
    assert (caller.means, set(caller.roles)) == ("operator", set(ROLE_NAMES))


@given(st.sets(st.sampled_from(sorted(ROLE_NAMES))))
@settings(max_examples=30, deadline=None)
def test_roles_are_kept_as_they_are(roles: set[str]) -> None:
    assert read_roles(write_roles(roles)) == roles  # type: ignore[arg-type]


@given(st.text(max_size=120))
@settings(max_examples=200, deadline=None)
def test_only_what_is_written_as_a_key_has_an_id(text: str) -> None:
    found = key_id_of(text)
    assert found is None or text.startswith(f"hl_{found}_")


@pytest.mark.parametrize(
    ("password", "is_weak"),
    [
        ("abcdefghijkl", True),
        ("111111111111", True),
        ("Password1234", True),
        ("MậtKhẩu-2026", True),
        ("passwordpassword", True),
        ("nguyen.lan2026", True),
        ("ba con trâu qua sông", False),
        ("k3vq5-7hnw2-x4tda-m6rsp", False),
    ],
)
def test_what_is_guessed_first_is_no_password(password: str, is_weak: bool) -> None:
    assert is_easy(password, "nguyen.lan") is is_weak


def test_passwords_that_are_given_are_never_easy() -> None:
    made = {random_password() for _one in range(50)}
    assert len(made) == 50
    assert not any(is_easy(one, "lan") for one in made)


def _set_roles(engine: Engine, account_id: str, *roles: str) -> None:
    _set(engine, account_id, roles=";".join(roles))


def _set(engine: Engine, account_id: str, **values: str) -> None:
    with engine.begin() as connection:
        connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.account_id == account_id).values(values))


def test_a_key_without_the_role_of_a_firm_sees_none_of_its_organisation(registry_engine: Engine) -> None:
    lan = account(registry_engine, "lan", "reader")
    before = key_of(registry_engine, lan)  # made before the claim was accepted
    with for_writing(registry_engine).begin() as connection:
        roles = frozenset(("reader", "firm"))
        lan = change_account(connection, lan, {"roles": roles, "organisation_id": "ours"})
    whole, narrow = key_of(registry_engine, lan), key_of(registry_engine, lan, "reader")
    service = several(registry_engine)
    seen = {key: authenticate(shown(f"Bearer {key}"), service).organisation_id for key in (before, whole, narrow)}
    assert seen == {before: None, whole: "ours", narrow: None}
    with registry_engine.connect() as connection:
        for roles_asked, organisation_id in ((None, "ours"), (("firm",), "ours"), (("reader",), None)):
            found = caller_of_account(connection, lan.account_id, roles_asked)
            assert found is not None
            assert found.organisation_id == organisation_id
