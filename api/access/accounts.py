"""Accounts: made, found, listed and changed, each within the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import Connection, Row, delete, insert, select, text, update

from api.access.known import ACTIVE, DISABLED, read_roles, write_roles
from api.access.passwords import check_name, name_key
from api.access.rights import Role
from api.access.tables import ACCOUNTS, API_KEYS, SESSIONS
from api.service.ids import new_id
from api.service.problems import ServiceError, not_found
from supplychain.database import is_sqlite
from supplychain.registry.writing import now
from supplychain.text import Text

Status = Literal["active", "disabled"]

ACCOUNT: Final = Text(en="account", vi="tài khoản")
NAME_TAKEN: Final = Text(
    en="There is an account {name} already. Take another name.", vi="Đã có tài khoản {name}. Hãy chọn tên khác."
)
LAST_ADMINISTRATOR: Final = Text(
    en="This would leave nobody who can administer the service. Make another administrator first.",
    vi="Làm vậy thì không còn ai quản trị hệ thống. Hãy thêm một quản trị viên khác trước.",
)


@dataclass(frozen=True, slots=True)
class Account:
    """An account, without its secrets.

    Parameters
    ----------
    account_id, name, full_name
        Who it is.
    roles
        What it may do, in the order of the table of roles.
    status
        ``active`` or ``disabled``.
    has_password
        Whether it can sign in with a password.
    must_change
        Whether the password was given by somebody else and has to be changed when signing in.
    organisation_id
        Whose records are its own, as it was when the claim was accepted.
    created_at, created_by
        When and by whom it was made.
    version
        Rises with every change.
    """

    account_id: str
    name: str
    full_name: str
    roles: tuple[Role, ...]
    status: Status
    has_password: bool
    must_change: bool
    organisation_id: str | None
    created_at: str
    created_by: str
    version: int


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What a new account is to be.

    Parameters
    ----------
    name, full_name, roles
        As of ``Account``.
    password_hash
        Hash of its password; None where it signs in elsewhere.
    must_change
        Whether the password has to be changed when signing in.
    """

    name: str
    roles: frozenset[Role]
    full_name: str = ""
    password_hash: str | None = None
    must_change: bool = False


def to_account(row: Row[Any]) -> Account:
    """Return the account of a row of the table."""
    return Account(
        row.account_id,
        row.name,
        row.full_name,
        tuple(role for role in write_roles(read_roles(row.roles)).split(";") if role),  # type: ignore[misc] # known roles
        ACTIVE if row.status == ACTIVE else DISABLED,
        row.password_hash is not None,
        bool(row.must_change),
        row.organisation_id,
        row.created_at,
        row.created_by,
        row.version,
    )


def find_account(connection: Connection, *, account_id: str | None = None, name: str | None = None) -> Account | None:
    """Return the account with an id or a name; None where there is none."""
    wanted = ACCOUNTS.c.account_id == account_id if name is None else ACCOUNTS.c.name_key == name_key(name)
    row = connection.execute(select(ACCOUNTS).where(wanted)).one_or_none()
    return None if row is None else to_account(row)


def require_account(connection: Connection, account_id: str) -> Account:
    """Return the account with an id.

    Raises
    ------
    ServiceError
        If there is none.
    """
    found = find_account(connection, account_id=account_id)
    if found is None:
        raise not_found(ACCOUNT, account_id)
    return found


def list_accounts(connection: Connection, *, after: str | None, fetch: int, status: str | None = None) -> list[Account]:
    """Return accounts in the order of their ids, those after one where it is given."""
    query = select(ACCOUNTS).order_by(ACCOUNTS.c.account_id).limit(fetch)
    if after is not None:
        query = query.where(ACCOUNTS.c.account_id > after)
    if status is not None:
        query = query.where(ACCOUNTS.c.status == status)
    return [to_account(row) for row in connection.execute(query)]


def create_account(connection: Connection, wish: NewAccount, author: str) -> Account:
    """Make an account.

    Raises
    ------
    ServiceError
        If the name cannot be taken or is taken.
    """
    check_name(wish.name)
    hold_accounts(connection)
    if find_account(connection, name=wish.name) is not None:
        raise ServiceError(NAME_TAKEN.format(name=wish.name), "conflict")
    account_id = new_id("acc")
    row = {
        "account_id": account_id,
        "name": wish.name,
        "name_key": name_key(wish.name),
        "full_name": wish.full_name,
        "roles": write_roles(wish.roles),
        "status": ACTIVE,
        "password_hash": wish.password_hash,
        "must_change": wish.must_change,
        "created_at": now(),
        "created_by": author,
        "version": 1,
    }
    connection.execute(insert(ACCOUNTS).values(row))
    return require_account(connection, account_id)


def change_account(connection: Connection, account: Account, values: Mapping[str, Any]) -> Account:
    """Change an account and return it; one that is disabled loses its sessions and its keys.

    Parameters
    ----------
    connection
        The transaction, in which ``account`` was read.
    account
        The account as it is.
    values
        New values by column; ``roles`` as roles.

    Raises
    ------
    ServiceError
        If nobody would be left to administer the service.
    """
    hold_accounts(connection)
    was = _administrators(connection)
    row = dict(values)
    if "roles" in row:
        row["roles"] = write_roles(row["roles"])
    changed = update(ACCOUNTS).where(ACCOUNTS.c.account_id == account.account_id)
    connection.execute(changed.values(**row, version=ACCOUNTS.c.version + 1))
    if was and not _administrators(connection):
        raise ServiceError(LAST_ADMINISTRATOR, "conflict")
    if row.get("status") == DISABLED:
        end_sessions(connection, account.account_id)
        live = (API_KEYS.c.account_id == account.account_id) & API_KEYS.c.revoked_at.is_(None)
        connection.execute(update(API_KEYS).where(live).values(revoked_at=now()))
    return require_account(connection, account.account_id)


def set_password(connection: Connection, account: Account, password_hash: str, *, must_change: bool) -> Account:
    """Give an account a password; all its sessions end."""
    end_sessions(connection, account.account_id)
    return change_account(connection, account, {"password_hash": password_hash, "must_change": must_change})


def end_sessions(connection: Connection, account_id: str) -> None:
    """End every session of an account."""
    connection.execute(delete(SESSIONS).where(SESSIONS.c.account_id == account_id))


def hold_accounts(connection: Connection) -> None:
    """Wait until no other transaction changes accounts: who is the last administrator must not change meanwhile."""
    if not is_sqlite(connection):
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('hinterland accounts ' || current_schema()))"))


def _administrators(connection: Connection) -> int:
    query = select(ACCOUNTS.c.roles).where(ACCOUNTS.c.status == ACTIVE, ACCOUNTS.c.roles.contains("administrator"))
    return sum("administrator" in read_roles(roles) for roles in connection.scalars(query))


def join_roles(roles: Iterable[Role]) -> str:
    """Return roles for people, in the order of the table of roles."""
    return ", ".join(role for role in write_roles(roles).split(";") if role)
