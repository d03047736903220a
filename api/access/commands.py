"""What ``hinterland access`` does: the same functions as over REST, with a line in the audit trail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Final, TypeVar, cast

from sqlalchemy import Connection

from api.access.accounts import (
    ACCOUNT,
    Account,
    NewAccount,
    Status,
    change_account,
    create_account,
    find_account,
    hold_accounts,
    join_roles,
    list_accounts,
    set_password,
)
from api.access.caller import Caller, name_of_user, operator
from api.access.keys import NewKey, list_keys, make_key, require_key, revoke_key
from api.access.passwords import random_password
from api.access.rights import ROLE_NAMES, Role
from api.access.secrets import hash_password
from api.console import Talk
from api.readiness import opened
from api.service.audit import enter_audit
from api.service.problems import not_found
from supplychain.database import for_writing
from supplychain.errors import HinterlandError
from supplychain.text import Text

Made = TypeVar("Made")
AT_ONCE: Final = 500

NO_ROLE: Final = Text(
    en="There is no role {role}. The roles are: {roles}.", vi="Không có vai trò {role}. Các vai trò: {roles}."
)
MADE: Final = Text(
    en="Account {name} ({account_id}) was made, with the roles: {roles}.",
    vi="Đã tạo tài khoản {name} ({account_id}), vai trò: {roles}.",
)
PASSWORD: Final = Text(
    en="Its password, shown only now, to be changed when signing in: {password}",
    vi="Mật khẩu, chỉ hiện lần này, phải đổi khi đăng nhập: {password}",
)
CHANGED: Final = Text(
    en="Account {name} is {status}, with the roles: {roles}.",
    vi="Tài khoản {name}: {status}, vai trò: {roles}.",
)
KEY_MADE: Final = Text(
    en="Key {key_id} of {name} ends {expires_at} and may use the roles: {roles}. It is shown only now:",
    vi="Khóa {key_id} của {name} hết hạn {expires_at}, được dùng vai trò: {roles}. Khóa chỉ hiện lần này:",
)
REVOKED: Final = Text(en="Key {key_id} is revoked.", vi="Đã thu hồi khóa {key_id}.")
NOTHING: Final = Text(en="none", vi="không có")
ACCOUNTS: Final = Text(en="Accounts", vi="Các tài khoản")
KEYS: Final = Text(en="API keys of {name}", vi="Khóa API của {name}")
COLUMNS: Final = (
    Text(en="name", vi="tên"),
    Text(en="id", vi="mã"),
    Text(en="roles", vi="vai trò"),
    Text(en="state", vi="trạng thái"),
    Text(en="organisation", vi="tổ chức"),
)
KEY_COLUMNS: Final = (
    Text(en="id", vi="mã"),
    Text(en="what for", vi="dùng để"),
    Text(en="roles", vi="vai trò"),
    Text(en="ends", vi="hết hạn"),
    Text(en="revoked", vi="thu hồi"),
)
STATES: Final = {"active": Text(en="active", vi="đang dùng"), "disabled": Text(en="disabled", vi="bị khóa")}


@dataclass(frozen=True, slots=True)
class AccountWish:
    """An account to make.

    Parameters
    ----------
    name, roles, full_name
        As of ``NewAccount``; roles as they were written.
    with_password
        Whether it gets a password.
    """

    name: str
    roles: tuple[str, ...]
    full_name: str
    with_password: bool


@dataclass(frozen=True, slots=True)
class KeyWish:
    """A key to make.

    Parameters
    ----------
    name
        Account.
    title, roles, days
        As of ``NewKey``; roles as they were written.
    """

    name: str
    title: str
    roles: tuple[str, ...] | None
    days: int


def make_account(wish: AccountWish, url: str, talk: Talk) -> None:
    """Make an account and print its password once."""
    roles = _roles(wish.roles)
    password = random_password() if wish.with_password else None
    password_hash = None if password is None else hash_password(password)
    new = NewAccount(wish.name, roles, wish.full_name, password_hash, must_change=password is not None)
    made = _write(url, "accounts.create", lambda connection, who: _with_id(create_account(connection, new, who.name)))
    talk.say(MADE.format(name=made.name, account_id=made.account_id, roles=_shown_roles(made.roles)))
    if password is not None:
        talk.say(PASSWORD.format(password=password))
    talk.answer({"account": _document(made), "password": password})


def show_accounts(url: str, talk: Talk) -> None:
    """Print the accounts."""
    found: list[Account] = []
    with _transaction(url, writing=False) as connection:
        after = None
        while page := list_accounts(connection, after=after, fetch=AT_ONCE):
            found += page
            after = page[-1].account_id
    found.sort(key=lambda account: account.name.lower())
    rows = [
        (
            one.name,
            one.account_id,
            join_roles(one.roles),
            STATES[one.status].of(talk.language),
            one.organisation_id or "",
        )
        for one in found
    ]
    talk.table(ACCOUNTS, COLUMNS, rows)
    talk.answer({"accounts": [_document(account) for account in found]})


def renew_password(name: str, url: str, talk: Talk) -> None:
    """Give an account a new password and print it once; its sessions end."""
    password = random_password()
    password_hash = hash_password(password)

    def make(connection: Connection, _who: Caller) -> tuple[Account, str]:
        return _with_id(set_password(connection, _named(connection, name), password_hash, must_change=True))

    account = _write(url, "accounts.password", make)
    talk.say(PASSWORD.format(password=password))
    talk.answer({"account": _document(account), "password": password})


def set_status(name: str, status: Status, url: str, talk: Talk) -> None:
    """Disable or enable an account."""

    def make(connection: Connection, _who: Caller) -> tuple[Account, str]:
        return _with_id(change_account(connection, _named(connection, name), {"status": status}))

    _tell(_write(url, "accounts.change", make), talk)


def change_roles(name: str, *, given: tuple[str, ...], taken: tuple[str, ...], url: str, talk: Talk) -> None:
    """Give roles to an account, or take them away."""
    more, fewer = _roles(given), _roles(taken)

    def make(connection: Connection, _who: Caller) -> tuple[Account, str]:
        account = _named(connection, name)
        return _with_id(change_account(connection, account, {"roles": (frozenset(account.roles) | more) - fewer}))

    _tell(_write(url, "accounts.change", make), talk)


def make_api_key(wish: KeyWish, url: str, talk: Talk) -> None:
    """Make a key of an account and print it once."""
    roles = None if wish.roles is None else _roles(wish.roles)

    def make(connection: Connection, who: Caller) -> tuple[tuple[dict[str, object], str], str]:
        kept, key = make_key(connection, _named(connection, wish.name), NewKey(wish.title, roles, wish.days), who.name)
        return (asdict(kept), key), kept.key_id

    kept, key = _write(url, "keys.create", make)
    shown = {**kept, "name": wish.name, "roles": _shown_roles(cast("tuple[Role, ...]", kept["roles"]))}
    talk.say(KEY_MADE.format(**shown))
    talk.say(Text(en=key, vi=key))
    talk.answer({"key": key, "about": kept})


def show_keys(name: str, url: str, talk: Talk) -> None:
    """Print the keys of an account, without their secrets."""
    found = []
    with _transaction(url, writing=False) as connection:
        account = _named(connection, name)
        after = None
        while page := list_keys(connection, account.account_id, after=after, fetch=AT_ONCE):
            found += page
            after = page[-1].key_id
    rows = [(one.key_id, one.title, join_roles(one.roles), one.expires_at or "", one.revoked_at or "") for one in found]
    talk.table(KEYS.format(name=account.name), KEY_COLUMNS, rows)
    talk.answer({"keys": [asdict(key) for key in found]})


def end_key(key_id: str, url: str, talk: Talk) -> None:
    """Revoke a key."""

    def make(connection: Connection, _who: Caller) -> tuple[None, str]:
        revoke_key(connection, require_key(connection, key_id, None))
        return None, key_id

    _write(url, "keys.revoke", make)
    talk.say(REVOKED.format(key_id=key_id))


def _write(url: str, action: str, make: Callable[[Connection, Caller], tuple[Made, str]]) -> Made:
    """Do something in one transaction with a line in the audit trail, by whoever is signed in at this machine."""
    with _transaction(url, writing=True) as connection:
        who = operator(name_of_user())
        hold_accounts(connection)
        made, subject = make(connection, who)
        enter_audit(connection, who, action, subject, "hinterland access")
    return made


@contextmanager
def _transaction(url: str, *, writing: bool) -> Iterator[Connection]:
    with opened(url) as engine, (for_writing(engine) if writing else engine).begin() as connection:
        yield connection


def _named(connection: Connection, name: str) -> Account:
    found = find_account(connection, name=name) or find_account(connection, account_id=name)
    if found is None:
        raise not_found(ACCOUNT, name)
    return found


def _roles(words: tuple[str, ...]) -> frozenset[Role]:
    for word in words:
        if word not in ROLE_NAMES:
            raise HinterlandError(NO_ROLE.format(role=word, roles=", ".join(ROLE_NAMES)))
    return frozenset(cast("tuple[Role, ...]", words))


def _with_id(account: Account) -> tuple[Account, str]:
    return account, account.account_id


def _document(account: Account) -> dict[str, object]:
    return {**asdict(account), "roles": list(account.roles)}


def _shown_roles(roles: tuple[Role, ...]) -> object:
    return join_roles(roles) or NOTHING


def _tell(account: Account, talk: Talk) -> None:
    roles = _shown_roles(account.roles)
    talk.say(CHANGED.format(name=account.name, status=STATES[account.status], roles=roles))
