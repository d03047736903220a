"""The caller that an account makes, as the database has it at this moment."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Literal, cast

from sqlalchemy import Connection, Row, Select, and_, select

from api.access.caller import Caller
from api.access.rights import ROLE_NAMES, Role
from api.access.tables import ACCOUNTS
from supplychain.models.registry import REDIRECTS
from supplychain.registry.redirects import redirects

LIST: Final = ";"
ACTIVE: Final = "active"
DISABLED: Final = "disabled"
FIRM: Final = "firm"

ACCOUNT_COLUMNS: Final = (
    ACCOUNTS.c.account_id,
    ACCOUNTS.c.name,
    ACCOUNTS.c.roles.label("account_roles"),
    ACCOUNTS.c.status,
    ACCOUNTS.c.organisation_id,
    REDIRECTS.c.into_id,
)
"""What a caller is made of; the query must join ``WITH_REDIRECT``."""

WITH_REDIRECT: Final = and_(
    REDIRECTS.c.table_name == "organisations", REDIRECTS.c.record_id == ACCOUNTS.c.organisation_id
)


def read_roles(text: str) -> frozenset[Role]:
    """Return the roles of a list as it is kept; words that are no role any more count for nothing."""
    return frozenset(cast("Role", word) for word in text.split(LIST) if word in ROLE_NAMES)


def write_roles(roles: Iterable[Role]) -> str:
    """Return roles as a list is kept, in the order of the table of roles."""
    wanted = frozenset(roles)
    return LIST.join(role for role in ROLE_NAMES if role in wanted)


def caller_query(*more: Any) -> Select[Any]:  # noqa: ANN401 - columns of SQLAlchemy
    """Return the query of accounts with what a caller is made of, and more columns."""
    return select(*ACCOUNT_COLUMNS, *more).select_from(ACCOUNTS.outerjoin(REDIRECTS, WITH_REDIRECT))


def caller_from(
    connection: Connection,
    row: Row[Any],
    means: Literal["key", "session"],
    narrowed: frozenset[Role] | None = None,
) -> Caller | None:
    """Return the caller of a row of ``caller_query``; None where the account is disabled.

    Parameters
    ----------
    connection, row
        The database and the row.
    means
        How they showed who they are.
    narrowed
        Roles of the key; those the account has not (any more) do not count. None for all of the account. Without the
        role of a firm that the account has, the organisation is not theirs.
    """
    if row.status != ACTIVE:
        return None
    owned = read_roles(row.account_roles)
    roles = owned if narrowed is None else owned & narrowed
    # A key made for less than a firm sees nothing of the firm's own records either.
    organisation_id = None if FIRM in owned - roles else row.organisation_id
    if organisation_id is not None and row.into_id is not None:
        # Merges may stand one behind another; the first was read with the account.
        organisation_id = redirects(connection, "organisations", [row.into_id]).get(row.into_id, row.into_id)
    return Caller(row.account_id, row.name, roles, organisation_id, means)


def caller_of_account(connection: Connection, account_id: str, narrowed: Iterable[str] | None = None) -> Caller | None:
    """Return who an account is now, for work that goes on without a request; None where it may do nothing any more.

    Parameters
    ----------
    connection
        The database.
    account_id
        The account.
    narrowed
        Roles the request had; those gained since do not count. None for all of the account.
    """
    row = connection.execute(caller_query().where(ACCOUNTS.c.account_id == account_id)).one_or_none()
    if row is None:
        return None
    kept = None if narrowed is None else frozenset(cast("Role", role) for role in narrowed if role in ROLE_NAMES)
    return caller_from(connection, row, "session", kept)
