"""Claims: an account says that it is an organisation, with evidence, and a steward accepts or rejects it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, cast

from sqlalchemy import Connection, Row, func, insert, select, update

from api.access.accounts import change_account, hold_accounts, require_account
from api.access.caller import Caller
from api.access.known import ACTIVE
from api.access.tables import ACCOUNTS, CLAIMS
from api.service.ids import new_id
from api.service.problems import ServiceError, not_found
from supplychain.models.organisations import Organisation
from supplychain.registry.visibility import sees
from supplychain.registry.writing import now
from supplychain.text import Text

ClaimStatus = Literal["pending", "accepted", "rejected", "withdrawn", "revoked"]
Decision = Literal["accepted", "rejected", "revoked"]

PENDING: Final[ClaimStatus] = "pending"
ACCEPTED: Final[ClaimStatus] = "accepted"
MOST_PENDING: Final = 5
LIST: Final = ";"

CLAIM: Final = Text(en="claim", vi="yêu cầu xác nhận")
ORGANISATION: Final = Text(en="organisation", vi="tổ chức")
HAS_ONE: Final = Text(
    en="The account has an organisation already ({organisation_id}). Give that claim up first.",
    vi="Tài khoản đã có tổ chức ({organisation_id}). Hãy rút yêu cầu đó trước.",
)
REPEATED: Final = Text(
    en="The account has claimed this organisation already; a steward will judge claim {claim_id}.",
    vi="Tài khoản đã yêu cầu xác nhận tổ chức này; người quản lý dữ liệu sẽ xét yêu cầu {claim_id}.",
)
TOO_MANY: Final = Text(
    en="The account has {most} claims that wait. Withdraw some, or wait until they are judged.",
    vi="Tài khoản có {most} yêu cầu đang chờ. Hãy rút bớt, hoặc đợi xét xong.",
)
NOT_OPEN: Final = Text(
    en="The claim {claim_id} is {status} and cannot become {wanted}.",
    vi="Yêu cầu {claim_id} đang ở trạng thái {status}, không thể chuyển thành {wanted}.",
)
OWN_CLAIM: Final = Text(
    en="Nobody judges a claim of their own. Ask another steward.",
    vi="Không ai tự xét yêu cầu của mình. Hãy nhờ người quản lý dữ liệu khác.",
)
NOT_ACTIVE: Final = Text(
    en="The account of this claim is disabled; the claim can only be rejected.",
    vi="Tài khoản của yêu cầu này đang bị khóa; chỉ có thể từ chối.",
)

FROM: Final[dict[Decision | Literal["withdrawn"], tuple[ClaimStatus, ...]]] = {
    "accepted": (PENDING,),
    "rejected": (PENDING,),
    "revoked": (ACCEPTED,),
    "withdrawn": (PENDING, ACCEPTED),
}
"""What a claim must be to become another."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim.

    Parameters
    ----------
    claim_id, account_id, account_name
        Which, and whose.
    organisation_id
        Organisation they say they are.
    evidence, files
        What proves it: in words, and ids of files.
    status
        What became of it.
    made_at, judged_at, judged_by, note
        When it was made, and when, by whom and why it was judged.
    others
        Accounts besides this one that have the organisation now.
    """

    claim_id: str
    account_id: str
    account_name: str
    organisation_id: str
    evidence: str
    files: tuple[str, ...]
    status: ClaimStatus
    made_at: str
    judged_at: str | None
    judged_by: str | None
    note: str
    others: int


@dataclass(frozen=True, slots=True)
class NewClaim:
    """What is claimed: see ``Claim``."""

    organisation_id: str
    evidence: str
    files: tuple[str, ...] = ()


def make_claim(connection: Connection, caller: Caller, wish: NewClaim) -> Claim:
    """Enter a claim of a caller's account.

    Raises
    ------
    ServiceError
        If there is no such organisation or the caller may not see it, or the account cannot claim (another).
    """
    hold_accounts(connection)
    account = require_account(connection, caller.account_id or "")
    organisations = Organisation.__table__
    found = select(organisations.c.organisation_id).where(
        organisations.c.organisation_id == wish.organisation_id, sees("organisations", caller.viewer)
    )
    if connection.scalar(found) is None:
        raise not_found(ORGANISATION, wish.organisation_id)
    if account.organisation_id is not None:
        raise ServiceError(HAS_ONE.format(organisation_id=account.organisation_id), "conflict")
    own = select(CLAIMS).where(CLAIMS.c.account_id == account.account_id, CLAIMS.c.status == PENDING)
    waiting = connection.execute(own).all()
    for row in waiting:
        if row.organisation_id == wish.organisation_id:
            raise ServiceError(REPEATED.format(claim_id=row.claim_id), "conflict")
    if len(waiting) >= MOST_PENDING:
        raise ServiceError(TOO_MANY.format(most=MOST_PENDING), "conflict")
    claim_id = new_id("clm")
    row_of_it = {
        "claim_id": claim_id,
        "account_id": account.account_id,
        "organisation_id": wish.organisation_id,
        "evidence": wish.evidence,
        "files": LIST.join(wish.files),
        "status": PENDING,
        "made_at": now(),
        "note": "",
    }
    connection.execute(insert(CLAIMS).values(row_of_it))
    return require_claim(connection, claim_id, account.account_id)


def require_claim(connection: Connection, claim_id: str, account_id: str | None) -> Claim:
    """Return a claim of an account; of any account where None.

    Raises
    ------
    ServiceError
        If the account made no such claim.
    """
    query = _claims().where(CLAIMS.c.claim_id == claim_id)
    if account_id is not None:
        query = query.where(CLAIMS.c.account_id == account_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise not_found(CLAIM, claim_id)
    return _to_claim(row)


def list_claims(
    connection: Connection, *, account_id: str | None, status: str | None, after: str | None, fetch: int
) -> list[Claim]:
    """Return claims of an account (of all where None) in the order of their ids, those after one where it is given."""
    query = _claims().order_by(CLAIMS.c.claim_id).limit(fetch)
    if account_id is not None:
        query = query.where(CLAIMS.c.account_id == account_id)
    if status is not None:
        query = query.where(CLAIMS.c.status == status)
    if after is not None:
        query = query.where(CLAIMS.c.claim_id > after)
    return [_to_claim(row) for row in connection.execute(query)]


def judge_claim(connection: Connection, claim: Claim, decision: Decision, note: str, caller: Caller) -> Claim:
    """Accept, reject or take back a claim: with it the account gets or loses the organisation and the role of a firm.

    Raises
    ------
    ServiceError
        If it is the caller's own, was judged otherwise meanwhile, or the account cannot have the organisation.
    """
    if claim.account_id == caller.account_id:
        raise ServiceError(OWN_CLAIM, "forbidden")
    hold_accounts(connection)
    account = require_account(connection, claim.account_id)
    if decision == ACCEPTED:
        if account.status != ACTIVE:
            raise ServiceError(NOT_ACTIVE, "conflict")
        if account.organisation_id is not None:
            raise ServiceError(HAS_ONE.format(organisation_id=account.organisation_id), "conflict")
        _require_organisation(connection, claim.organisation_id)
    _move(connection, claim, decision, caller.name, note)
    if decision == ACCEPTED:
        roles = frozenset(account.roles) | {"firm"}
        change_account(connection, account, {"organisation_id": claim.organisation_id, "roles": roles})
    elif decision == "revoked":
        _take_back(connection, claim)
    return require_claim(connection, claim.claim_id, None)


def withdraw_claim(connection: Connection, claim: Claim, caller: Caller) -> Claim:
    """Give up a claim; where it was accepted, the account loses the organisation.

    Raises
    ------
    ServiceError
        If it was rejected or given up before.
    """
    hold_accounts(connection)
    _move(connection, claim, "withdrawn", caller.name, "")
    if claim.status == ACCEPTED:
        _take_back(connection, claim)
    return require_claim(connection, claim.claim_id, None)


def _require_organisation(connection: Connection, organisation_id: str) -> None:
    organisations = Organisation.__table__
    query = select(organisations.c.organisation_id).where(organisations.c.organisation_id == organisation_id)
    if connection.scalar(query) is None:
        raise not_found(ORGANISATION, organisation_id)


def _move(
    connection: Connection, claim: Claim, wanted: Decision | Literal["withdrawn"], author: str, note: str
) -> None:
    """Change the status of a claim if it is still what it was: of two who judge at once, one is told."""
    its = (CLAIMS.c.claim_id == claim.claim_id) & (CLAIMS.c.status == claim.status)
    values = {"status": wanted, "judged_at": now(), "judged_by": author, "note": note}
    may = claim.status in FROM[wanted]
    if not may or not connection.execute(update(CLAIMS).where(its).values(values)).rowcount:
        told = NOT_OPEN.format(claim_id=claim.claim_id, status=claim.status, wanted=wanted)
        raise ServiceError(told, "conflict")


def _take_back(connection: Connection, claim: Claim) -> None:
    account = require_account(connection, claim.account_id)
    if account.organisation_id == claim.organisation_id:
        roles = frozenset(account.roles) - {"firm"} or frozenset(("reader",))
        change_account(connection, account, {"organisation_id": None, "roles": roles})


def _claims() -> Any:  # noqa: ANN401 - a select of many columns has no short type
    others = ACCOUNTS.alias()
    count = (
        select(func.count())
        .select_from(others)
        .where(
            others.c.organisation_id == CLAIMS.c.organisation_id,
            others.c.account_id != CLAIMS.c.account_id,
        )
        .scalar_subquery()
    )
    return select(*CLAIMS.c, ACCOUNTS.c.name.label("account_name"), count.label("others")).join(
        ACCOUNTS, ACCOUNTS.c.account_id == CLAIMS.c.account_id
    )


def _to_claim(row: Row[Any]) -> Claim:
    return Claim(
        row.claim_id,
        row.account_id,
        row.account_name,
        row.organisation_id,
        row.evidence,
        tuple(row.files.split(LIST)) if row.files else (),
        cast("ClaimStatus", row.status),
        row.made_at,
        row.judged_at,
        row.judged_by,
        row.note,
        row.others,
    )
