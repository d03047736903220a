"""Who a request comes from: an API key, the cookie of a session, the one user of this machine, or nobody."""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import bindparam
from starlette.requests import HTTPConnection

from api.access.caller import ANONYMOUS, Caller, name_of_user, operator
from api.access.cookies import clearing, session_cookie
from api.access.known import caller_from, caller_query, read_roles
from api.access.secrets import VERIFIED_KEYS, csrf_token, key_id_of, same, token_hash
from api.access.tables import ACCOUNTS, API_KEYS, SESSIONS
from api.access.times import stamp
from api.service.context import Service
from api.service.problems import ServiceError
from supplychain.database import clear_errors, reads_alone
from supplychain.text import Text

CSRF_HEADER: Final = "X-CSRF-Token"
SAFE_METHODS: Final = frozenset(("GET", "HEAD", "OPTIONS"))
API: Final = "/api/"
MAPS: Final = "/api/v1/ogc"
"""Where programs for maps read: many of them can send a name and a password, and nothing else."""

SESSION_PATH: Final = "/api/v1/session"
AHEAD: Final = timedelta(minutes=5)
"""A session from further in the future than this was begun while the clock was wrong, and does not count."""

BY_KEY: Final = (
    caller_query(API_KEYS.c.key_hash, API_KEYS.c.roles, API_KEYS.c.expires_at, API_KEYS.c.revoked_at)
    .join(API_KEYS, API_KEYS.c.account_id == ACCOUNTS.c.account_id)
    .where(API_KEYS.c.key_id == bindparam("key"))
)
"""The query of the key that is given and its account; made once, as every request of a program asks it."""

WRONG_HEADER: Final = Text(
    en="The header Authorization must be “Bearer ” and an API key, once. Programs for maps that read /api/v1/ogc may "
    "send the key as the password of “Basic”, with any name.",
    vi="Phần đầu Authorization phải là “Bearer ” và một khóa API, ghi một lần. Phần mềm bản đồ khi đọc /api/v1/ogc có "
    "thể gửi khóa làm mật khẩu kiểu “Basic”, với tên bất kỳ.",
)
WRONG_KEY: Final = Text(
    en="This API key is not valid: it is not one of ours, has expired or was revoked. Make a new one.",
    vi="Khóa API này không dùng được: không phải khóa của hệ thống, đã hết hạn hoặc đã bị thu hồi. Hãy tạo khóa mới.",
)
SESSION_ENDED: Final = Text(
    en="Your session has ended. Sign in again.", vi="Phiên làm việc đã kết thúc. Hãy đăng nhập lại."
)
NO_CSRF: Final = Text(
    en="This write of a session needs the header X-CSRF-Token, as GET /api/v1/session tells it.",
    vi="Thao tác ghi trong phiên này cần phần đầu X-CSRF-Token như GET /api/v1/session cho biết.",
)


def authenticate(request: HTTPConnection, service: Service, *, at: datetime | None = None) -> Caller:
    """Return who a request comes from. It reads the database: call it in a thread.

    A key or session is looked up each time, so that what was revoked, ended or disabled counts at once.

    Parameters
    ----------
    request
        Its method, path, headers and cookies are read, never its body.
    service
        The service it came to.
    at
        Time of the request; None for now.

    Raises
    ------
    ServiceError
        401 where a key is shown and is not valid, or a session has ended; 403 where a session writes without its token.
    DatabaseTroubleError
        If the database cannot be asked.
    """
    if service.settings.mode == "single":
        return operator(name_of_user())
    moment = at or datetime.now(UTC)
    shown = request.headers.getlist("authorization")
    if shown:
        return _by_key(_key_shown(request, shown), service, moment)
    token = session_cookie(request, service)
    return ANONYMOUS if token is None else _by_session(request, token, service, moment)


def _key_shown(request: HTTPConnection, shown: list[str]) -> str:
    """Return the key of the header Authorization."""
    scheme, _space, rest = shown[0].partition(" ")
    if len(shown) == 1 and scheme.lower() == "bearer":
        return rest.strip()
    # Browsers send what they know of Basic by themselves, so it never writes.
    path = str(request.scope["path"])
    is_map = path == MAPS or path.startswith(f"{MAPS}/")
    if len(shown) == 1 and scheme.lower() == "basic" and is_map and request.scope.get("method") in SAFE_METHODS:
        try:
            _name, colon, key = base64.b64decode(rest.strip(), validate=True).decode().partition(":")
        except (binascii.Error, ValueError):
            colon = key = ""
        if colon:
            return key.strip()
    raise refused(WRONG_HEADER)


def _by_key(key: str, service: Service, moment: datetime) -> Caller:
    key_id = key_id_of(key)
    if key_id is None:
        raise refused(WRONG_KEY)
    with clear_errors(service.engine), service.engine.connect() as connection:
        reads_alone(connection)
        row = connection.execute(BY_KEY, {"key": key_id}).one_or_none()
        caller = None if row is None else caller_from(connection, row, "key", read_roles(row.roles))
    if row is None or caller is None or row.revoked_at is not None:
        raise refused(WRONG_KEY)
    if row.expires_at is not None and row.expires_at <= stamp(moment):
        raise refused(WRONG_KEY)
    if not VERIFIED_KEYS.matches(key, row.key_hash):
        raise refused(WRONG_KEY)
    return replace(caller, key_id=key_id)


def _by_session(request: HTTPConnection, token: str, service: Service, moment: datetime) -> Caller:
    query = (
        caller_query(SESSIONS.c.created_at, SESSIONS.c.expires_at)
        .join(SESSIONS, SESSIONS.c.account_id == ACCOUNTS.c.account_id)
        .where(SESSIONS.c.session_hash == token_hash(token))
    )
    with clear_errors(service.engine), service.engine.connect() as connection:
        reads_alone(connection)
        row = connection.execute(query).one_or_none()
        caller = None if row is None else caller_from(connection, row, "session")
    stands = row is not None and stamp(moment) < row.expires_at and row.created_at <= stamp(moment + AHEAD)
    path = str(request.scope["path"])
    if caller is None or not stands:
        if path.startswith(API) and not _is_session(path):
            raise ServiceError(SESSION_ENDED, "unauthenticated", headers={"Set-Cookie": clearing(service)})
        return ANONYMOUS
    method = request.scope.get("method", "GET")
    # Signing in anew needs no token of the session that it ends.
    is_sign_in = method == "POST" and path == SESSION_PATH
    if method not in SAFE_METHODS and not is_sign_in:
        said = request.headers.get(CSRF_HEADER, "")
        if not same(said, csrf_token(service.secret, token)):
            raise ServiceError(NO_CSRF, "forbidden")
    return caller


def _is_session(path: str) -> bool:
    return path == SESSION_PATH or path.startswith(f"{SESSION_PATH}/")


def refused(text: Text) -> ServiceError:
    """Return the answer to a key that is not valid."""
    return ServiceError(text, "unauthenticated", headers={"WWW-Authenticate": 'Bearer realm="hinterland"'})
