"""Signing in at an OpenID provider that runs in the test, and every lie of it that must not be believed.

Published rules: OpenID Connect Core 1.0, 3.1.3.7 (ID token validation); RFC 7636 (PKCE); RFC 9207 (issuer); RFC 8725
(algorithms).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from access_parts import account, several, visitor
from joserfc.jwk import RSAKey
from openid_provider import CLIENT_ID, CLIENT_SECRET, OpenIdProvider
from patience import PATIENCE_S, browser
from service_parts import listening
from sqlalchemy import Engine

from api.access.identities import link_identity
from api.access.openid import local_path
from api.access.providers import Provider, read_providers
from supplychain.database import for_writing
from supplychain.errors import HinterlandError

Claims = dict[str, Any]
HOME = "/api/v1/session"


@pytest.fixture(scope="module")
def rsa() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})


@pytest.fixture
def provider(rsa: RSAKey) -> Iterator[OpenIdProvider]:
    made = OpenIdProvider(rsa=rsa)
    with listening(made.app()) as address:
        made.issuer = address
        yield made


def known(provider: OpenIdProvider, **said: Any) -> Provider:  # noqa: ANN401 - fields of Provider
    return Provider("so-tttt", "Sở TTTT", provider.issuer, CLIENT_ID, CLIENT_SECRET, **said)


def go(one: httpx.Client, to: str = "/", path: str = f"{HOME}/providers/so-tttt/start") -> httpx.Response:
    """Walk as a browser does: to the provider, and back with what it says; returns our answer to that."""
    begun = one.get(path, params={"to": to})
    assert begun.status_code == httpx.codes.SEE_OTHER, begun.text
    back = httpx.get(begun.headers["location"], trust_env=False, timeout=PATIENCE_S)
    assert back.status_code == httpx.codes.SEE_OTHER, back.text
    return one.get(f"{HOME}/providers/so-tttt/callback?{urlsplit(back.headers['location']).query}")


def test_the_first_sign_in_makes_an_account_where_that_is_allowed(
    registry_engine: Engine, provider: OpenIdProvider
) -> None:
    """The name is theirs as far as it is free and plain; the account is found again by issuer and subject."""
    account(registry_engine, "lan.nguyen", "administrator")
    service = several(
        registry_engine, public_url="http://127.0.0.1", providers=(known(provider, creates_accounts=True),)
    )
    with visitor(service) as one:
        assert one.get(f"{HOME}/providers").json()["providers"][0]["title"] == "Sở TTTT"
        answer = go(one, "/maps?layer=1")
        assert answer.status_code == httpx.codes.SEE_OTHER, answer.text
        assert answer.headers["location"] == "/maps?layer=1"
        who = one.get(HOME).json()
        assert who["means"] == "session"
        assert who["name"].startswith("lan.nguyen-")
        assert who["roles"] == ["reader"]
        one.cookies.clear()
        go(one)
        assert one.get(HOME).json()["account_id"] == who["account_id"]


def test_a_name_or_address_of_somebody_is_no_way_into_their_account(
    sqlite_engine: Engine, provider: OpenIdProvider
) -> None:
    account(sqlite_engine, "lan@binhduong.example", "administrator")
    provider.claims = lambda said: {**said, "preferred_username": "lan@binhduong.example", "sub": "mallory"}
    service = several(sqlite_engine, public_url="http://127.0.0.1", providers=(known(provider),))
    with visitor(service) as one:
        answer = go(one)
        assert answer.status_code == httpx.codes.FORBIDDEN
        assert "no account here" in answer.json()["detail"]
        assert one.get(HOME).json()["means"] == "anonymous"


def test_a_linked_person_is_their_account_and_a_disabled_one_is_not(
    sqlite_engine: Engine, provider: OpenIdProvider
) -> None:
    lan = account(sqlite_engine, "lan", "planner")
    with for_writing(sqlite_engine).begin() as connection:
        link_identity(connection, lan, provider.issuer, "person-1")
    service = several(sqlite_engine, public_url="http://127.0.0.1", providers=(known(provider),))
    with visitor(service) as one:
        go(one)
        assert one.get(HOME).json()["account_id"] == lan.account_id
        one.cookies.clear()
        with sqlite_engine.begin() as connection:
            from sqlalchemy import update  # noqa: PLC0415

            from api.access.tables import ACCOUNTS  # noqa: PLC0415

            connection.execute(update(ACCOUNTS).values(status="disabled"))
        assert go(one).status_code == httpx.codes.FORBIDDEN


LIES: dict[str, Callable[[Claims], Claims]] = {
    "another issuer": lambda said: {**said, "iss": "https://evil.example"},
    "for another client": lambda said: {**said, "aud": "another"},
    "for several, asked by another": lambda said: {**said, "aud": [CLIENT_ID, "another"], "azp": "another"},
    "for several, asked by nobody": lambda said: {**said, "aud": [CLIENT_ID, "another"]},
    "of another sign-in": lambda said: {**said, "nonce": "another"},
    "of no sign-in": lambda said: {name: value for name, value in said.items() if name != "nonce"},
    "over": lambda said: {**said, "exp": said["iat"] - 120},
    "without an end": lambda said: {name: value for name, value in said.items() if name != "exp"},
    "not yet": lambda said: {**said, "nbf": said["iat"] + 600},
    "of nobody": lambda said: {**said, "sub": ""},
    "of a number": lambda said: {**said, "sub": 7},
    "of no token": lambda said: {**said, "at_hash": "AAAA"},
}


@pytest.fixture
def ready(sqlite_engine: Engine, provider: OpenIdProvider) -> Iterator[httpx.Client]:
    service = several(sqlite_engine, public_url="http://127.0.0.1", providers=(known(provider, creates_accounts=True),))
    with visitor(service) as one:
        yield one


def test_id_tokens_that_say_what_they_must_not_are_refused(ready: httpx.Client, provider: OpenIdProvider) -> None:
    for name, lie in LIES.items():
        provider.claims = lie
        answer = go(ready)
        assert answer.status_code == httpx.codes.FORBIDDEN, (name, answer.text)
        assert "session" not in answer.headers.get("set-cookie", "").split("signin")[0], name
        assert ready.get(HOME).json()["means"] == "anonymous", name


def test_id_tokens_signed_by_what_is_no_secret_are_refused(
    ready: httpx.Client, provider: OpenIdProvider, rsa: RSAKey
) -> None:
    """RFC 8725, 2.1: no signature; an HMAC with the public key as its secret; another key under the known id."""
    public = rsa.as_pem(private=False)
    stranger = RSAKey.generate_key(2048, {"kid": "one"})
    tried: tuple[tuple[str, RSAKey | None, bytes], ...] = (
        ("none", None, b""),
        ("HS256", None, public),
        ("HS256", None, CLIENT_SECRET.encode()),
        ("RS256", stranger, b""),
    )
    for alg, key, shared in tried:
        provider.alg, provider.key, provider.shared = alg, key, shared
        answer = go(ready)
        assert answer.status_code == httpx.codes.FORBIDDEN, (alg, answer.text)
        assert ready.get(HOME).json()["means"] == "anonymous", alg


def test_an_answer_that_was_not_asked_for_in_this_browser_is_refused(ready: httpx.Client) -> None:
    """Login CSRF: the attacker's own code and state, brought to a browser that began nothing, or something else."""
    begun = ready.get(f"{HOME}/providers/so-tttt/start")
    query = parse_qs(urlsplit(begun.headers["location"]).query)
    assert query["code_challenge_method"] == ["S256"]
    assert query["redirect_uri"] == ["http://127.0.0.1/api/v1/session/providers/so-tttt/callback"]
    assert {"state", "nonce", "code_challenge"} <= query.keys()
    back = httpx.get(begun.headers["location"], trust_env=False, timeout=PATIENCE_S).headers["location"]
    asked = f"{HOME}/providers/so-tttt/callback?{urlsplit(back).query}"
    cookie = dict(ready.cookies)
    ready.cookies.clear()
    assert ready.get(asked).status_code == httpx.codes.BAD_REQUEST
    ready.get(f"{HOME}/providers/so-tttt/start")
    assert ready.get(asked).status_code == httpx.codes.BAD_REQUEST
    forged = {name: value[:-1] + ("0" if value[-1] != "0" else "1") for name, value in cookie.items()}
    for tried in (forged, dict.fromkeys(cookie, "x.y"), dict.fromkeys(cookie, "é")):
        raw = "; ".join(f"{name}={value}" for name, value in tried.items())
        ready.cookies.clear()
        answer = ready.get(asked, headers=[(b"cookie", raw.encode())])
        assert answer.status_code == httpx.codes.BAD_REQUEST, raw
    raw = "; ".join(f"{name}={value}" for name, value in cookie.items())
    mixed = ready.get(f"{asked}&iss=https%3A%2F%2Fevil.example", headers={"cookie": raw})
    assert mixed.status_code == httpx.codes.FORBIDDEN
    assert ready.get(asked, headers={"cookie": raw}).status_code == httpx.codes.SEE_OTHER
    ready.cookies.clear()
    assert ready.get(asked, headers={"cookie": raw}).status_code == httpx.codes.FORBIDDEN, "a code is worth one sign-in"


def test_two_first_sign_ins_at_once_make_one_account(registry_engine: Engine, provider: OpenIdProvider) -> None:
    service = several(
        registry_engine, public_url="http://127.0.0.1", providers=(known(provider, creates_accounts=True),)
    )
    found: list[str] = []
    with visitor(service) as first:

        def sign_in() -> None:
            with browser(str(first.base_url)) as one:
                go(one)
                found.append(one.get(HOME).json()["account_id"])

        threads = [threading.Thread(target=sign_in) for _one in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(found) == 2
    assert len(set(found)) == 1


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/x\r\nSet-Cookie: a=b",
        "evil.example",
        "",
        "/" + "x" * 600,
    ],
)
def test_no_redirect_leads_elsewhere(to: str) -> None:
    assert local_path(to) == "/"


def test_a_provider_that_speaks_for_another_is_not_asked(sqlite_engine: Engine, provider: OpenIdProvider) -> None:
    provider.say = lambda said: {**said, "issuer": "https://evil.example"}
    service = several(sqlite_engine, public_url="http://127.0.0.1", providers=(known(provider),))
    with visitor(service) as one:
        for _time in range(3):
            answer = one.get(f"{HOME}/providers/so-tttt/start")
            assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE
    assert provider.asked == ["metadata"], "who does not answer is not asked again at once"


def test_without_an_address_of_our_own_nobody_is_sent_away(sqlite_engine: Engine, provider: OpenIdProvider) -> None:
    """The Host header is the visitor's to choose, so no address is made from it."""
    service = several(sqlite_engine, providers=(known(provider),))
    with visitor(service) as one:
        answer = one.get(f"{HOME}/providers/so-tttt/start")
    assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE
    assert "--public-url" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("said", "match"),
    [
        ("providers: 1", "list"),
        ("[]", "list"),
        ("providers: [{}]", "lacks"),
        ("providers: [{provider_id: a, title: A, issuer: http://id.example, client_id: x}]", "https"),
        ("providers: [{provider_id: A!, title: A, issuer: https://id.example, client_id: x}]", "small letters"),
        ("providers: [{provider_id: a, title: A, issuer: https://i.e, client_id: x, roles: [firm]}]", "role"),
        ("providers: [{provider_id: a, title: A, issuer: https://id.example, client_id: x, secret: y}]", "no field"),
        ("providers: [{provider_id: a, title: A, issuer: https://id.example, client_id: 7}]", "wrong kind"),
        ("providers: [{provider_id: a, title: A, issuer: https://i.e, client_id: x, client_secret_file: x}]", "No su"),
        ("{", "YAML"),
    ],
)  # fmt: skip
def test_files_of_providers_that_cannot_be_used(tmp_path: Path, said: str, match: str) -> None:
    path = tmp_path / "providers.yaml"
    path.write_text(said, encoding="utf-8")
    with pytest.raises(HinterlandError, match=match):
        read_providers(path)


def test_a_file_of_providers_is_read_with_its_secret(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("geheim\n", encoding="utf-8")
    path = tmp_path / "providers.yaml"
    path.write_text(
        "providers:\n- provider_id: so-tttt\n  title: Sở TTTT\n  issuer: https://id.example\n  client_id: hinterland\n"
        "  client_secret_file: secret\n  creates_accounts: true\n",
        encoding="utf-8",
    )
    (found,) = read_providers(path)
    assert found.client_secret == "geheim"  # noqa: S105 - of the test
    assert found.creates_accounts
