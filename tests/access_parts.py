"""The service with its real authentication, and accounts made without waiting for the hash of a password."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import httpx
from patience import browser
from service_parts import application, listening, make_service
from sqlalchemy import Engine

from api.access.accounts import Account, NewAccount, create_account
from api.access.authenticate import authenticate
from api.access.cookies import SESSION
from api.access.keys import NewKey, make_key
from api.access.rights import Role
from api.access.secrets import hash_password
from api.service.context import Service
from supplychain.database import for_writing

PASSWORD: Final = "ba con trâu qua sông"  # noqa: S105 - of the tests


def several(engine: Engine, **settings: Any) -> Service:  # noqa: ANN401 - settings of the service
    """Return a service with accounts."""
    return make_service(engine, **{"mode": "accounts", **settings})


@contextmanager
def visitor(service: Service, *, language: str = "en") -> Iterator[httpx.Client]:
    """Give a browser, so to say: it keeps cookies; who it is the service itself finds out."""
    headers = {"accept-language": language}
    with (
        listening(application(service, authenticate)) as address,
        browser(address, headers=headers) as one,
    ):
        yield one


def account(engine: Engine, name: str, *roles: Role, password: str | None = None) -> Account:
    """Make an account."""
    password_hash = None if password is None else hash_password(password)
    with for_writing(engine).begin() as connection:
        return create_account(connection, NewAccount(name, frozenset(roles), password_hash=password_hash), "test")


def key_of(engine: Engine, owner: Account, *roles: Role, days: int = 1) -> str:
    """Make a key of an account and return it."""
    with for_writing(engine).begin() as connection:
        return make_key(connection, owner, NewKey("test", frozenset(roles) or None, days), "test")[1]


def bearer(key: str) -> dict[str, str]:
    """Return the header that shows a key."""
    return {"authorization": f"Bearer {key}"}


def sign_in(one: httpx.Client, name: str, password: str = PASSWORD) -> str:
    """Sign in and return the token that writes must send; the client keeps the cookie."""
    answer = one.post("/api/v1/session", json={"name": name, "password": password})
    assert answer.status_code == httpx.codes.OK, answer.text
    return str(answer.json()["csrf_token"])


def cookie_of(one: httpx.Client) -> str:
    """Return what the cookie of the session holds."""
    return str(one.cookies[SESSION])
