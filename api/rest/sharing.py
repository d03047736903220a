"""Sharing of scenarios and runs: whom with, as the service shows and takes it."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, select

from api.access.tables import ACCOUNTS
from api.rest.scenario_models import SharesModel
from api.scenarios.store import STAFF, STAFF_ROLES, Holder, holders_of
from api.service.etags import etag
from api.service.problems import ServiceError
from supplychain.text import Text

NO_STAFF_ROLE: Final = Text(
    en="Scenarios and runs are shared with {known} only; {role} may not read them.",
    vi="Kịch bản và lần chạy chỉ chia sẻ với {known}; vai trò {role} không được đọc.",
)
NO_ACCOUNT: Final = Text(
    en="There is no account {account} that may read scenarios.", vi="Không có tài khoản {account} được đọc kịch bản."
)


def shares_of(connection: Connection, subject: str) -> SharesModel:
    """Return whom a scenario or run is shared with."""
    holders = holders_of(connection, subject)
    return SharesModel(
        staff=any(one.kind == STAFF for one in holders),
        roles=[role for role in STAFF_ROLES if Holder("role", role) in holders],
        accounts=sorted(one.name for one in holders if one.kind == "account"),
    )


def shares_tag(subject: str, shares: SharesModel) -> str:
    """Return the entity tag of whom something is shared with."""
    return etag("shares", subject, shares.staff, list(shares.roles), list(shares.accounts))


def holders_from(connection: Connection, shares: SharesModel) -> list[Holder]:
    """Return whom something is to be shared with.

    Raises
    ------
    ServiceError
        If a role or an account may not read scenarios, or there is no such account.
    """
    for role in shares.roles:
        if role not in STAFF_ROLES:
            raise ServiceError(NO_STAFF_ROLE.format(known=", ".join(STAFF_ROLES), role=role), "invalid")
    wanted = sorted(set(shares.accounts))
    query = select(ACCOUNTS.c.account_id, ACCOUNTS.c.roles).where(ACCOUNTS.c.account_id.in_(wanted))
    known = {row.account_id for row in connection.execute(query) if set(row.roles.split(";")) & set(STAFF_ROLES)}
    for account in wanted:
        if account not in known:
            raise ServiceError(NO_ACCOUNT.format(account=account), "invalid")
    staff = [Holder(STAFF, STAFF)] if shares.staff else []
    return [*staff, *(Holder("role", role) for role in shares.roles), *(Holder("account", one) for one in wanted)]
