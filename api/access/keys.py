"""API keys: made and shown once, listed, revoked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, func, insert, or_, select, update

from api.access.accounts import Account
from api.access.known import ACTIVE, read_roles, write_roles
from api.access.rights import ROLE_NAMES, Role
from api.access.secrets import hash_key, new_key
from api.access.tables import API_KEYS
from api.access.times import stamp
from api.service.problems import ServiceError, not_found
from supplychain.registry.writing import now
from supplychain.text import Text

MOST_KEYS: Final = 50
USUAL_DAYS: Final = 365
MOST_DAYS: Final = 5 * 365

KEY: Final = Text(en="key", vi="khóa")
TOO_MANY: Final = Text(
    en="The account has {most} keys that can be used. Revoke some first.",
    vi="Tài khoản đã có {most} khóa đang dùng được. Hãy thu hồi bớt trước.",
)
TOO_WIDE: Final = Text(
    en="A key can do no more than its account: {name} has not the role {roles}.",
    vi="Khóa không thể có quyền rộng hơn tài khoản: {name} không có vai trò {roles}.",
)
NOT_ACTIVE: Final = Text(
    en="The account {name} is disabled. Enable it first.", vi="Tài khoản {name} đang bị khóa. Hãy mở khóa trước."
)
NO_ROLE: Final = Text(
    en="The account {name} has no role, so a key could do nothing. Give it a role first.",
    vi="Tài khoản {name} chưa có vai trò nào nên khóa sẽ không làm được gì. Hãy cấp vai trò trước.",
)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key, without its secret.

    Parameters
    ----------
    key_id
        Public id; it stands within the key.
    account_id
        Whose it is.
    title
        What it is for.
    roles
        What it may use of the roles of its account.
    created_at, created_by
        When and by whom it was made.
    expires_at, revoked_at
        When it ends, and when it was revoked.
    """

    key_id: str
    account_id: str
    title: str
    roles: tuple[Role, ...]
    created_at: str
    created_by: str
    expires_at: str | None
    revoked_at: str | None


@dataclass(frozen=True, slots=True)
class NewKey:
    """What a new key is to be.

    Parameters
    ----------
    title
        What it is for.
    roles
        Roles it may use; None for all the account has now (a role gained later never counts).
    days
        Days until it ends.
    """

    title: str
    roles: frozenset[Role] | None = None
    days: int = USUAL_DAYS


def make_key(connection: Connection, account: Account, wish: NewKey, author: str) -> tuple[ApiKey, str]:
    """Make a key and return it with its text, which is never to be had again.

    Raises
    ------
    ServiceError
        If the account is disabled, has too many keys, or has not the roles.
    """
    if account.status != ACTIVE:
        raise ServiceError(NOT_ACTIVE.format(name=account.name), "conflict")
    owned = frozenset(account.roles)
    roles = owned if wish.roles is None else wish.roles
    if not roles:
        raise ServiceError(NO_ROLE.format(name=account.name), "invalid")
    if roles - owned:
        lacking = ", ".join(role for role in ROLE_NAMES if role in roles - owned)
        raise ServiceError(TOO_WIDE.format(name=account.name, roles=lacking), "invalid")
    usable = or_(API_KEYS.c.expires_at.is_(None), API_KEYS.c.expires_at > now())
    live = (API_KEYS.c.account_id == account.account_id) & API_KEYS.c.revoked_at.is_(None) & usable
    if (connection.scalar(select(func.count()).select_from(API_KEYS).where(live)) or 0) >= MOST_KEYS:
        raise ServiceError(TOO_MANY.format(most=MOST_KEYS), "conflict")
    key, key_id = new_key()
    row = {
        "key_id": key_id,
        "account_id": account.account_id,
        "title": wish.title,
        "key_hash": hash_key(key),
        "roles": write_roles(roles),
        "created_at": now(),
        "created_by": author,
        "expires_at": stamp(datetime.now(UTC) + timedelta(days=wish.days)),
    }
    connection.execute(insert(API_KEYS).values(row))
    return require_key(connection, key_id, account.account_id), key


def require_key(connection: Connection, key_id: str, account_id: str | None) -> ApiKey:
    """Return a key of an account; of any account where None.

    Raises
    ------
    ServiceError
        If the account has no such key.
    """
    query = select(API_KEYS).where(API_KEYS.c.key_id == key_id)
    if account_id is not None:
        query = query.where(API_KEYS.c.account_id == account_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise not_found(KEY, key_id)
    return _to_key(row)


def list_keys(connection: Connection, account_id: str, *, after: str | None, fetch: int) -> list[ApiKey]:
    """Return keys of an account in the order of their ids, those after one where it is given."""
    query = select(API_KEYS).where(API_KEYS.c.account_id == account_id).order_by(API_KEYS.c.key_id).limit(fetch)
    if after is not None:
        query = query.where(API_KEYS.c.key_id > after)
    return [_to_key(row) for row in connection.execute(query)]


def revoke_key(connection: Connection, key: ApiKey) -> None:
    """End a key for good; one that was revoked stays revoked since then."""
    live = (API_KEYS.c.key_id == key.key_id) & API_KEYS.c.revoked_at.is_(None)
    connection.execute(update(API_KEYS).where(live).values(revoked_at=now()))


def _to_key(row: Row[Any]) -> ApiKey:
    roles = read_roles(row.roles)
    return ApiKey(
        row.key_id,
        row.account_id,
        row.title,
        tuple(role for role in ROLE_NAMES if role in roles),
        row.created_at,
        row.created_by,
        row.expires_at,
        row.revoked_at,
    )
