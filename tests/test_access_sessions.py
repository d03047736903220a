"""Signing in with a password: sessions, their cookies, the token of writes, throttling, what nobody finds out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from statistics import median
from time import process_time

import httpx
import pytest
from access_parts import PASSWORD, account, bearer, cookie_of, key_of, several, sign_in, visitor
from service_parts import without_id
from sqlalchemy import Engine, func, insert, select, update

from api.access.accounts import change_account, require_account
from api.access.cookies import SESSION
from api.access.secrets import password_matches, token_hash
from api.access.tables import FAILURES, SESSIONS
from api.access.throttle import MOST_FOR_ADDRESS, MOST_FOR_PAIR, WINDOW_S, begin_attempt
from api.access.times import stamp
from api.service.problems import ServiceError
from api.service.tables import AUDIT
from supplychain.database import for_writing

ME = "/api/v1/session"


def test_who_signs_in_is_known_until_they_sign_out(registry_engine: Engine) -> None:
    lan = account(registry_engine, "lan", "planner", password=PASSWORD)
    with visitor(several(registry_engine)) as one:
        assert one.get(ME).json()["means"] == "anonymous"
        answer = one.post(ME, json={"name": "LAN", "password": PASSWORD})
        assert answer.json()["account_id"] == lan.account_id
        said = answer.headers["set-cookie"]
        assert "HttpOnly" in said
        assert "SameSite=Lax" in said
        assert "Path=/" in said
        assert "no-store" in answer.headers["cache-control"]
        token = answer.json()["csrf_token"]
        assert one.get(ME).json()["csrf_token"] == token
        old = cookie_of(one)
        assert one.delete(ME, headers={"x-csrf-token": token}).status_code == httpx.codes.NO_CONTENT
        assert one.get(ME).json()["means"] == "anonymous"
        one.cookies.set(SESSION, old)
        assert one.get("/api/v1/keys").status_code == httpx.codes.UNAUTHORIZED
    with registry_engine.connect() as connection:
        kept = connection.execute(select(AUDIT.c.action, AUDIT.c.author)).all()
        assert connection.scalar(select(func.count()).select_from(SESSIONS)) == 0
    assert [tuple(row) for row in kept] == [("sessions.begin", "lan"), ("sessions.end", "lan")]


def test_a_write_of_a_session_needs_its_token(sqlite_engine: Engine) -> None:
    account(sqlite_engine, "lan", "reader", password=PASSWORD)
    account(sqlite_engine, "hoa", "reader", password=PASSWORD)
    with visitor(several(sqlite_engine)) as one:
        sign_in(one, "hoa")
        token_of_another = one.get(ME).json()["csrf_token"]
        one.cookies.clear()
        token = sign_in(one, "lan")
        wish = {"title": "ETL"}
        for headers in ({}, {"x-csrf-token": ""}, {"x-csrf-token": token_of_another}, {"x-csrf-token": "é"}):
            raw = [(name.encode(), value.encode()) for name, value in headers.items()]
            answer = one.post("/api/v1/keys", json=wish, headers=raw)
            assert answer.status_code == httpx.codes.FORBIDDEN, headers
        foreign = {"x-csrf-token": token, "origin": "https://evil.example"}
        assert one.post("/api/v1/keys", json=wish, headers=foreign).status_code == httpx.codes.FORBIDDEN
        assert one.post("/api/v1/keys", json=wish, headers={"x-csrf-token": token}).status_code == httpx.codes.CREATED


def test_a_cookie_planted_before_is_not_the_session(sqlite_engine: Engine) -> None:
    """Session fixation: signing in always makes a new cookie, and ends the session the old one was of."""
    account(sqlite_engine, "lan", "reader", password=PASSWORD)
    account(sqlite_engine, "mallory", "reader", password=PASSWORD)
    with visitor(several(sqlite_engine)) as one:
        sign_in(one, "mallory")
        planted = cookie_of(one)
        sign_in(one, "lan")
        assert cookie_of(one) != planted
        one.cookies.clear()
        one.cookies.set(SESSION, planted)
        assert one.get("/api/v1/keys").status_code == httpx.codes.UNAUTHORIZED
        one.cookies.clear()
        one.cookies.set(SESSION, "made-up-by-mallory")
        answer = one.post(ME, json={"name": "lan", "password": PASSWORD})
        assert "made-up" not in answer.headers["set-cookie"]


def test_a_session_that_has_ended_says_so_and_takes_its_cookie_away(sqlite_engine: Engine) -> None:
    """A list is not silently shortened to what is public: the reader is told, and the next request is nobody's."""
    account(sqlite_engine, "lan", "steward", password=PASSWORD)
    with visitor(several(sqlite_engine)) as one:
        sign_in(one, "lan")
        token = cookie_of(one)
        _move(sqlite_engine, token, expires_at=stamp(datetime.now(UTC) - timedelta(seconds=1)))
        answer = one.get("/api/v1/organisations")
        assert answer.status_code == httpx.codes.UNAUTHORIZED
        assert "Your session has ended" in answer.json()["detail"]
        assert f'{SESSION}=""; ' in answer.headers["set-cookie"]
        assert "Max-Age=0" in answer.headers["set-cookie"]
        assert one.get("/api/v1/organisations").status_code == httpx.codes.OK


@pytest.mark.parametrize(("ahead", "stands"), [(timedelta(minutes=4), True), (timedelta(minutes=6), False)])
def test_a_clock_that_jumped_makes_no_session_for_years(sqlite_engine: Engine, ahead: timedelta, stands: bool) -> None:
    """Begun while the clock was in 2036, a session would stand ten years once the clock is right again."""
    account(sqlite_engine, "lan", "reader", password=PASSWORD)
    with visitor(several(sqlite_engine)) as one:
        sign_in(one, "lan")
        moment = datetime.now(UTC) + ahead
        _move(sqlite_engine, cookie_of(one), created_at=stamp(moment), expires_at=stamp(moment + timedelta(hours=12)))
        assert (one.get("/api/v1/keys").status_code == httpx.codes.OK) is stands


def test_unknown_wrong_and_disabled_get_the_same_answer_in_the_same_time(sqlite_engine: Engine) -> None:
    account(sqlite_engine, "lan", "reader", password=PASSWORD)
    gone = account(sqlite_engine, "gone", "reader", password=PASSWORD)
    account(sqlite_engine, "program", "reader")
    with for_writing(sqlite_engine).begin() as connection:
        change_account(connection, require_account(connection, gone.account_id), {"status": "disabled"})
    with visitor(several(sqlite_engine)) as one:
        answers = [
            one.post(ME, json={"name": name, "password": password})
            for name, password in (
                ("nobody", PASSWORD),
                ("lan", "wrong"),
                ("gone", PASSWORD),
                ("program", PASSWORD),
                ("x" * 200, "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")),
            )
        ]
    assert {answer.status_code for answer in answers} == {httpx.codes.UNAUTHORIZED}
    assert all(without_id(answer) == without_id(answers[0]) for answer in answers)
    assert not any("set-cookie" in answer.headers for answer in answers)


def test_a_password_nobody_has_takes_as_long_as_a_wrong_one(sqlite_engine: Engine) -> None:
    lan = account(sqlite_engine, "lan", "reader", password=PASSWORD)
    with sqlite_engine.connect() as connection:
        from api.access.tables import ACCOUNTS  # noqa: PLC0415

        kept = connection.scalar(select(ACCOUNTS.c.password_hash).where(ACCOUNTS.c.account_id == lan.account_id))
    taken: dict[str | None, list[float]] = {kept: [], None: []}
    for _turn in range(3):
        for password_hash, times in taken.items():
            began = process_time()
            assert not password_matches("wrong", password_hash)
            times.append(process_time() - began)
    assert 0.5 < median(taken[kept]) / median(taken[None]) < 2.0


def test_whoever_guesses_is_slowed_down_and_the_owner_elsewhere_is_not(registry_engine: Engine) -> None:
    account(registry_engine, "lan", "reader", password=PASSWORD)
    service = several(registry_engine)
    for _guess in range(MOST_FOR_PAIR):
        begin_attempt(service, "lan", "203.0.113.9", 1000.0)
    for name in ("lan", "LAN"):
        with pytest.raises(ServiceError, match="Too many sign-ins failed") as caught:
            begin_attempt(service, name, "203.0.113.9", 1010.0)
        assert caught.value.headers["Retry-After"] == str(int(WINDOW_S) - 10)
    begin_attempt(service, "lan", "198.51.100.4", 1010.0)
    begin_attempt(service, "hoa", "203.0.113.9", 1010.0)
    begin_attempt(service, "lan", "203.0.113.9", 1000.0 + WINDOW_S + 1)


def test_one_address_cannot_try_many_names_nor_one_network_many_addresses(sqlite_engine: Engine) -> None:
    service = several(sqlite_engine)
    for number in range(MOST_FOR_ADDRESS):
        begin_attempt(service, f"name{number}", f"2001:db8:0:1::{number:x}", 1000.0)
    with pytest.raises(ServiceError, match="Too many sign-ins failed"):
        begin_attempt(service, "another", "2001:db8:0:1:ffff::1", 1001.0)
    begin_attempt(service, "another", "2001:db8:0:2::1", 1001.0)


def test_a_clock_that_jumped_back_locks_nobody_out(sqlite_engine: Engine) -> None:
    service = several(sqlite_engine)
    with for_writing(sqlite_engine).begin() as connection:
        ahead = 1000.0 + 10 * WINDOW_S
        connection.execute(insert(FAILURES), [{"subject": "x", "at_s": ahead}])
    for _guess in range(MOST_FOR_PAIR):
        begin_attempt(service, "lan", "203.0.113.9", 1000.0 + 10 * WINDOW_S)
    begin_attempt(service, "lan", "203.0.113.9", 1000.0)


def test_what_was_typed_as_a_name_is_not_kept(sqlite_engine: Engine) -> None:
    """People type their password there."""
    begin_attempt(several(sqlite_engine), "my-password", "203.0.113.9", 1000.0)
    with sqlite_engine.connect() as connection:
        kept = connection.scalars(select(FAILURES.c.subject)).all()
    assert kept
    assert not any("password" in subject for subject in kept)


def test_a_right_password_after_wrong_ones_clears_them_but_not_those_of_other_names(sqlite_engine: Engine) -> None:
    account(sqlite_engine, "lan", "reader", password=PASSWORD)
    with visitor(several(sqlite_engine)) as one:
        for name in ("hoa", "lan", "lan"):
            one.post(ME, json={"name": name, "password": "wrong"})
        sign_in(one, "lan")
    with sqlite_engine.connect() as connection:
        counted = connection.execute(select(FAILURES.c.subject, func.count()).group_by(FAILURES.c.subject)).all()
    assert sorted(row[1] for row in counted) == [1, 1, 2, 3]


def test_a_password_somebody_else_gave_has_to_be_changed(sqlite_engine: Engine) -> None:
    lan = account(sqlite_engine, "lan", "reader", password=PASSWORD)
    with for_writing(sqlite_engine).begin() as connection:
        change_account(connection, require_account(connection, lan.account_id), {"must_change": True})
    with visitor(several(sqlite_engine)) as one:
        said = {"name": "lan", "password": PASSWORD}
        answer = one.post(ME, json=said)
        assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
        assert "set-cookie" not in answer.headers
        for weak in ("short", "aaaaaaaaaaaaaaaa", "matkhau12345678", PASSWORD):
            refused = one.post(ME, json={**said, "new_password": weak})
            assert refused.status_code == httpx.codes.UNPROCESSABLE_ENTITY, weak
        new = "bốn con trâu về làng"
        assert one.post(ME, json={**said, "new_password": new}).status_code == httpx.codes.OK
        one.cookies.clear()
        sign_in(one, "lan", new)


def test_changing_the_password_ends_every_other_session_and_a_key_cannot(sqlite_engine: Engine) -> None:
    lan = account(sqlite_engine, "lan", "reader", password=PASSWORD)
    key = key_of(sqlite_engine, lan)
    with visitor(several(sqlite_engine)) as one:
        sign_in(one, "lan")
        stolen = cookie_of(one)
        one.cookies.clear()
        token = sign_in(one, "lan")
        wish = {"password": PASSWORD, "new_password": "bốn con trâu về làng"}
        answer = httpx.put(f"{one.base_url}{ME}/password", json=wish, headers=bearer(key), trust_env=False)
        assert answer.status_code == httpx.codes.FORBIDDEN
        wrong = one.put(f"{ME}/password", json={**wish, "password": "wrong"}, headers={"x-csrf-token": token})
        assert wrong.status_code == httpx.codes.UNAUTHORIZED
        answer = one.put(f"{ME}/password", json=wish, headers={"x-csrf-token": token})
        assert answer.status_code == httpx.codes.OK, answer.text
        assert answer.json()["csrf_token"] != token
        assert len(one.get("/api/v1/sessions").json()["items"]) == 1
        one.cookies.clear()
        one.cookies.set(SESSION, stolen)
        assert one.get("/api/v1/keys").status_code == httpx.codes.UNAUTHORIZED


def test_an_idempotency_key_gives_no_cookie_away_again(sqlite_engine: Engine) -> None:
    account(sqlite_engine, "lan", "reader", password=PASSWORD)
    with visitor(several(sqlite_engine)) as one:
        said = {"name": "lan", "password": PASSWORD}
        first = one.post(ME, json=said, headers={"idempotency-key": "same"})
        again = one.post(ME, json=said, headers={"idempotency-key": "same"})
    assert first.status_code == httpx.codes.OK
    assert again.status_code == httpx.codes.CONFLICT
    assert "set-cookie" not in again.headers


def test_behind_https_the_cookie_is_secure_and_of_this_host_alone(sqlite_engine: Engine) -> None:
    account(sqlite_engine, "lan", "reader", password=PASSWORD)
    with visitor(several(sqlite_engine, public_url="https://hinterland.example")) as one:
        answer = one.post(ME, json={"name": "lan", "password": PASSWORD})
    said = answer.headers["set-cookie"]
    assert said.startswith(f"__Host-{SESSION}=")
    assert "Secure" in said
    assert "Domain" not in said


def _move(engine: Engine, token: str, **times: str) -> None:
    with engine.begin() as connection:
        connection.execute(update(SESSIONS).where(SESSIONS.c.session_hash == token_hash(token)).values(times))
