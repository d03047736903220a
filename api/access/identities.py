"""Who accounts are at OpenID providers: linked by an administrator, or by the first sign-in where that is allowed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from api.access import openid
from api.access.accounts import Account, NewAccount, create_account, find_account, hold_accounts, require_account
from api.access.known import ACTIVE
from api.access.passwords import LONGEST_NAME, NAME, NOT_NAMES, name_key
from api.access.providers import Provider
from api.access.secrets import random_letters
from api.access.tables import IDENTITIES
from api.service.problems import ServiceError, not_found
from supplychain.registry.writing import now
from supplychain.text import Text, fold

IDENTITY: Final = Text(en="linked identity", vi="liên kết tài khoản")
LINKED: Final = Text(
    en="This person of {issuer} is linked to an account already. Take that link away first.",
    vi="Người này của {issuer} đã được liên kết với một tài khoản. Hãy bỏ liên kết đó trước.",
)
NOT_LINKED: Final = Text(
    en="{title} knows you, but you have no account here. Ask an administrator to link one; you are “{subject}” there.",
    vi="{title} đã xác nhận bạn, nhưng bạn chưa có tài khoản ở đây. Hãy nhờ quản trị viên liên kết; mã của bạn là "
    "“{subject}”.",
)
DISABLED_ACCOUNT: Final = Text(
    en="Your account cannot be used. Ask an administrator.",
    vi="Tài khoản của bạn không dùng được. Hãy hỏi quản trị viên.",
)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who an account is at a provider.

    Parameters
    ----------
    identity_id
        Number of the link.
    issuer, subject
        Who they are there.
    created_at
        When it was linked.
    """

    identity_id: int
    issuer: str
    subject: str
    created_at: str


def list_identities(connection: Connection, account_id: str, *, after: int | None, fetch: int) -> list[Identity]:
    """Return who an account is elsewhere, in the order of the links."""
    query = select(IDENTITIES).where(IDENTITIES.c.account_id == account_id).order_by(IDENTITIES.c.fid).limit(fetch)
    if after is not None:
        query = query.where(IDENTITIES.c.fid > after)
    return [Identity(row.fid, row.issuer, row.subject, row.created_at) for row in connection.execute(query)]


def link_identity(connection: Connection, account: Account, issuer: str, subject: str) -> Identity:
    """Link a person of a provider to an account.

    Raises
    ------
    ServiceError
        If they are linked already.
    """
    hold_accounts(connection)
    if _account_id(connection, issuer, subject) is not None:
        raise ServiceError(LINKED.format(issuer=issuer), "conflict")
    row = {"issuer": issuer, "subject": subject, "account_id": account.account_id, "created_at": now()}
    key = connection.execute(insert(IDENTITIES).values(row)).inserted_primary_key
    assert key is not None  # noqa: S101 - the table has one
    return Identity(int(key[0]), issuer, subject, row["created_at"])


def unlink_identity(connection: Connection, account: Account, identity_id: int) -> None:
    """Take a link of an account away.

    Raises
    ------
    ServiceError
        If it has no such link.
    """
    own = (IDENTITIES.c.fid == identity_id) & (IDENTITIES.c.account_id == account.account_id)
    if not connection.execute(delete(IDENTITIES).where(own)).rowcount:
        raise not_found(IDENTITY, str(identity_id))


def account_of(connection: Connection, provider: Provider, person: openid.Identity) -> Account:
    """Return the account that a person of a provider signs in to, made now where the provider may make accounts.

    It is found by issuer and subject alone: whoever has the name or e-mail address of an account elsewhere is not for
    that the same person.

    Raises
    ------
    ServiceError
        403 if there is none, or it is disabled.
    """
    hold_accounts(connection)
    account_id = _account_id(connection, person.issuer, person.subject)
    if account_id is None:
        if not provider.creates_accounts:
            told = NOT_LINKED.format(title=provider.title, subject=person.subject)
            raise ServiceError(told, "forbidden")
        wish = NewAccount(_free_name(connection, provider, person.name), provider.roles, person.full_name[:200])
        account = create_account(connection, wish, provider.provider_id)
        link_identity(connection, account, person.issuer, person.subject)
        return account
    account = require_account(connection, account_id)
    if account.status != ACTIVE:
        raise ServiceError(DISABLED_ACCOUNT, "forbidden")
    return account


def _account_id(connection: Connection, issuer: str, subject: str) -> str | None:
    wanted = (IDENTITIES.c.issuer == issuer) & (IDENTITIES.c.subject == subject)
    return connection.scalar(select(IDENTITIES.c.account_id).where(wanted))


def _free_name(connection: Connection, provider: Provider, said: str) -> str:
    """Return a name that no account has, after the one somebody has elsewhere."""
    plain = re.sub(r"[^A-Za-z0-9._@+-]+", "-", fold(said)).strip("-._@+")[: LONGEST_NAME - 10]
    is_usable = NAME.fullmatch(plain) is not None and name_key(plain) not in NOT_NAMES
    base = plain if is_usable else provider.provider_id
    if is_usable and find_account(connection, name=base) is None:
        return base
    return f"{base}-{random_letters(40)}"
