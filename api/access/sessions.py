"""Sessions: begun by a password or at another provider, always with a new cookie, ended by their owner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, insert, select

from api.access.accounts import Account, to_account
from api.access.known import ACTIVE
from api.access.passwords import name_key
from api.access.secrets import new_session_token, password_matches, token_hash
from api.access.tables import ACCOUNTS, SESSIONS
from api.access.throttle import Attempt, begin_attempt
from api.access.times import stamp
from api.service.context import Service
from api.service.ids import new_id
from api.service.problems import ServiceError, not_found
from supplychain.database import clear_errors
from supplychain.text import Text

LASTS: Final = timedelta(hours=12)
MOST_SESSIONS: Final = 50
BROWSER_SIGNS: Final = 200

SESSION: Final = Text(en="session", vi="phiên làm việc")
WRONG: Final = Text(
    en="The name or the password is wrong, or the account cannot be used.",
    vi="Tên hoặc mật khẩu sai, hoặc tài khoản không dùng được.",
)


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in.

    Parameters
    ----------
    session_id
        Names it to its owner; of no use to anybody else.
    account_id
        Who.
    created_at, expires_at
        From when until when.
    means
        ``password`` or the id of the provider.
    browser
        What the browser calls itself.
    is_current
        Whether the request that asks came with it.
    """

    session_id: str
    account_id: str
    created_at: str
    expires_at: str
    means: str
    browser: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request comes from.

    Parameters
    ----------
    address
        Network address.
    browser
        What the browser calls itself.
    """

    address: str
    browser: str


def check_sign_in(service: Service, name: str, password: str, place: Place) -> tuple[Account, Attempt]:
    """Return the account of a name and password, and the attempt to be forgotten when the session has begun.

    It takes the same time and gives the same answer whether there is no such account, the password is wrong, or the
    account is disabled.

    Raises
    ------
    ServiceError
        401 if it is not right; 429 if too many attempts failed.
    """
    attempt = begin_attempt(service, name, place.address, datetime.now(UTC).timestamp())
    with clear_errors(service.engine), service.engine.connect() as connection:
        row = connection.execute(select(ACCOUNTS).where(ACCOUNTS.c.name_key == name_key(name))).one_or_none()
    is_right = password_matches(password, None if row is None else row.password_hash)
    if row is None or not is_right or row.status != ACTIVE:
        raise ServiceError(WRONG, "unauthenticated")
    return to_account(row), attempt


def begin_session(connection: Connection, account: Account, means: str, place: Place, old: str | None) -> str:
    """Begin a session and return what its cookie must hold.

    Parameters
    ----------
    connection
        The transaction.
    account
        Who, as found when they showed who they are; what changed since then counts.
    means
        How.
    place
        Where from.
    old
        Cookie the request came with, whose session ends: nobody stays in a session that somebody else began.

    Raises
    ------
    ServiceError
        401 if the account was changed meanwhile: disabled, or its password is another.
    """
    query = select(ACCOUNTS.c.status, ACCOUNTS.c.version).where(ACCOUNTS.c.account_id == account.account_id)
    row = connection.execute(query.with_for_update()).one_or_none()
    if row is None or row.status != ACTIVE or row.version != account.version:
        raise ServiceError(WRONG, "unauthenticated")
    if old is not None:
        connection.execute(delete(SESSIONS).where(SESSIONS.c.session_hash == token_hash(old)))
    moment = datetime.now(UTC)
    connection.execute(delete(SESSIONS).where(SESSIONS.c.expires_at < stamp(moment)))
    _make_room(connection, account.account_id)
    token = new_session_token()
    row_of_it = {
        "session_hash": token_hash(token),
        "session_id": new_id("ses"),
        "account_id": account.account_id,
        "created_at": stamp(moment),
        "expires_at": stamp(moment + LASTS),
        "means": means,
        "browser": place.browser[:BROWSER_SIGNS],
    }
    connection.execute(insert(SESSIONS).values(row_of_it))
    return token


def list_sessions(
    connection: Connection, account_id: str, current: str | None, *, after: str | None, fetch: int
) -> list[Session]:
    """Return the sessions of an account in the order of their ids, those after one where it is given."""
    query = select(SESSIONS).where(SESSIONS.c.account_id == account_id).order_by(SESSIONS.c.session_id).limit(fetch)
    if after is not None:
        query = query.where(SESSIONS.c.session_id > after)
    return [_to_session(row, current) for row in connection.execute(query)]


def end_session(connection: Connection, account_id: str, session_id: str) -> None:
    """End a session of an account.

    Raises
    ------
    ServiceError
        If the account has no such session.
    """
    own = (SESSIONS.c.account_id == account_id) & (SESSIONS.c.session_id == session_id)
    if not connection.execute(delete(SESSIONS).where(own)).rowcount:
        raise not_found(SESSION, session_id)


def end_by_cookie(connection: Connection, token: str) -> str | None:
    """End the session of a cookie and return its id; None where there is none."""
    its = SESSIONS.c.session_hash == token_hash(token)
    session_id = connection.scalar(select(SESSIONS.c.session_id).where(its))
    connection.execute(delete(SESSIONS).where(its))
    return session_id


def _make_room(connection: Connection, account_id: str) -> None:
    """End the oldest sessions of an account that has as many as it may."""
    own = select(SESSIONS.c.session_hash).where(SESSIONS.c.account_id == account_id)
    newest = own.order_by(SESSIONS.c.created_at.desc()).limit(MOST_SESSIONS - 1)
    kept = list(connection.scalars(newest))
    if len(kept) == MOST_SESSIONS - 1:
        others = (SESSIONS.c.account_id == account_id) & SESSIONS.c.session_hash.not_in(kept)
        connection.execute(delete(SESSIONS).where(others))


def _to_session(row: Row[Any], current: str | None) -> Session:
    is_current = current is not None and row.session_hash == token_hash(current)
    return Session(row.session_id, row.account_id, row.created_at, row.expires_at, row.means, row.browser, is_current)
