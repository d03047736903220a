"""Claims: a firm says which record is its own, with evidence, and a steward judges it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy import Connection, update

from api.access.caller import Caller
from api.access.claims import (
    Claim,
    ClaimStatus,
    Decision,
    NewClaim,
    judge_claim,
    list_claims,
    make_claim,
    require_claim,
    withdraw_claim,
)
from api.access.guard import CallerParameter, allowed
from api.files.answers import file_answer
from api.files.store import FILE, read_file
from api.files.tables import FILES
from api.rest.fields import Model, told
from api.rest.files import BINARY, FileId, own_file_of
from api.service.context import ServiceParameter
from api.service.paging import Page, PageParameter
from api.service.problems import not_found
from api.service.writing import Answer, write

ROUTER: Final = APIRouter(tags=["claims"])

ClaimId = Annotated[
    str, Path(max_length=80, description="Mã yêu cầu · Id of the claim", examples=["clm_a2b3c4d5e6f7a2b3c4d5"])
]


class ClaimModel(Model):
    """A claim to be an organisation."""

    claim_id: str = told("Id of the claim", "Mã yêu cầu", "clm_a2b3c4d5e6f7a2b3c4d5")
    account_id: str = told("Whose claim it is", "Tài khoản yêu cầu", "acc_a2b3c4d5e6f7a2b3c4d5")
    account_name: str = told("Name of that account", "Tên tài khoản", "cokhi.thuanan")
    organisation_id: str = told("Organisation that is claimed", "Tổ chức được yêu cầu", "mst_3700123456")
    evidence: str = told("What proves it", "Bằng chứng", "Giấy chứng nhận đăng ký doanh nghiệp số 3700123456")
    files: list[str] = told("Ids of files that prove it", "Mã các tệp bằng chứng", ["file_a2b3c4d5e6f7a2b3c4d5"])
    status: ClaimStatus = told("What became of it", "Trạng thái", "pending")
    made_at: str = told("When it was made, UTC", "Lúc yêu cầu, UTC", "2026-01-05T08:00:00.000000+00:00")
    judged_at: str | None = told("When it was judged, UTC", "Lúc xét, UTC", "2026-01-06T08:00:00.000000+00:00")
    judged_by: str | None = told("Who judged it", "Người xét", "hoa")
    note: str = told("Why", "Lý do", "Đã gọi lại theo số trong đăng ký")
    others: int | None = told(
        "Other accounts that have the organisation; for stewards",
        "Số tài khoản khác đang đại diện tổ chức này; chỉ người quản lý dữ liệu thấy",
        0,
    )


class NewClaimModel(Model):
    """What is claimed, and what proves it."""

    organisation_id: str = told("Organisation", "Tổ chức", "mst_3700123456", min_length=1, max_length=80)
    evidence: str = told(
        "What proves it: a number of registration, whom to call",
        "Bằng chứng: số đăng ký, người để gọi xác nhận",
        "Giấy chứng nhận đăng ký doanh nghiệp số 3700123456; gọi (0274) 3 822 822",
        min_length=10,
        max_length=5000,
    )
    files: list[str] = told(
        "Ids of uploaded files of the caller that prove it",
        "Mã các tệp đã tải lên làm bằng chứng",
        ["file_a2b3c4d5e6f7a2b3c4d5"],
        default=[],
        max_length=10,
    )


class JudgementModel(Model):
    """What a steward makes of a claim."""

    decision: Decision = told(
        "accepted or rejected; revoked takes back what was accepted",
        "accepted: chấp nhận, rejected: từ chối, revoked: thu hồi điều đã chấp nhận",
        "accepted",
    )
    note: str = told("Why", "Lý do", "Đã gọi lại theo số trong đăng ký", default="", max_length=2000)


def _show(claim: Claim, caller: Caller) -> ClaimModel:
    values = {**asdict(claim), "files": list(claim.files)}
    if not caller.may("claims:judge"):
        values["others"] = None
    return ClaimModel(**values)


def _whose(caller: Caller) -> str | None:
    """Return the account whose claims a caller may see; None for all."""
    return None if caller.may("claims:judge") else caller.account_id or ""


@ROUTER.get(
    "/claims", dependencies=[allowed("self")], summary="Yêu cầu xác nhận tổ chức · Claims", operation_id="list_claims"
)
def claims_list(
    service: ServiceParameter,
    caller: CallerParameter,
    page: PageParameter,
    status: Annotated[
        Literal["pending", "accepted", "rejected", "withdrawn", "revoked"] | None,
        Query(description="Chỉ trạng thái này · Only of this status", examples=["pending"]),
    ] = None,
) -> Page[ClaimModel]:
    """Return the caller's claims; to stewards, everybody's."""
    after = None if page.after is None else str(page.after[0])
    with service.engine.connect() as connection:
        rows = list_claims(connection, account_id=_whose(caller), status=status, after=after, fetch=page.fetch)
    shown, following = page.cut(rows, lambda claim: (claim.claim_id,))
    return Page[ClaimModel](items=[_show(claim, caller) for claim in shown], next=following)


@ROUTER.post(
    "/claims",
    operation_id="create_claim",
    dependencies=[allowed("claims:make")],
    status_code=201,
    response_model=ClaimModel,
    summary="Yêu cầu xác nhận tổ chức của tôi · Claim my organisation",
)
def claims_create(
    request: Request, service: ServiceParameter, caller: CallerParameter, wish: NewClaimModel
) -> Response:
    """Claim an organisation; the files stay until they are deleted."""

    def make(connection: Connection) -> Answer:
        for file_id in wish.files:
            own_file_of(connection, caller, file_id)
        claim = make_claim(connection, caller, NewClaim(wish.organisation_id, wish.evidence, tuple(wish.files)))
        if wish.files:
            connection.execute(update(FILES).where(FILES.c.file_id.in_(wish.files)).values(expires_at=None))
        headers = {"Location": f"/api/v1/claims/{claim.claim_id}"}
        return Answer(201, _show(claim, caller), headers, claim.claim_id)

    return write(request, service, caller, "claims.make", make)


@ROUTER.get(
    "/claims/{claim_id}", dependencies=[allowed("self")], summary="Một yêu cầu · One claim", operation_id="get_claim"
)
def claims_get(service: ServiceParameter, caller: CallerParameter, claim_id: ClaimId) -> ClaimModel:
    """Return a claim."""
    with service.engine.connect() as connection:
        return _show(require_claim(connection, claim_id, _whose(caller)), caller)


@ROUTER.delete(
    "/claims/{claim_id}",
    operation_id="withdraw_claim",
    dependencies=[allowed("self")],
    response_model=ClaimModel,
    summary="Rút yêu cầu · Give a claim up",
)
def claims_withdraw(
    request: Request, service: ServiceParameter, caller: CallerParameter, claim_id: ClaimId
) -> Response:
    """Give up a claim of one's own; with one that was accepted goes the organisation."""

    def make(connection: Connection) -> Answer:
        claim = require_claim(connection, claim_id, caller.account_id or "")
        return Answer(200, _show(withdraw_claim(connection, claim, caller), caller), subject=claim_id)

    return write(request, service, caller, "claims.withdraw", make)


@ROUTER.post(
    "/claims/{claim_id}/judgement",
    operation_id="judge_claim",
    dependencies=[allowed("claims:judge")],
    response_model=ClaimModel,
    summary="Xét yêu cầu · Judge a claim",
)
def claims_judge(
    request: Request, service: ServiceParameter, caller: CallerParameter, claim_id: ClaimId, wish: JudgementModel
) -> Response:
    """Accept or reject a claim, or take back what was accepted."""

    def make(connection: Connection) -> Answer:
        claim = require_claim(connection, claim_id, None)
        judged = judge_claim(connection, claim, wish.decision, wish.note, caller)
        return Answer(200, _show(judged, caller), subject=claim_id)

    return write(request, service, caller, f"claims.{wish.decision}", make)


@ROUTER.get(
    "/claims/{claim_id}/files/{file_id}",
    operation_id="get_claim_file",
    dependencies=[allowed("self")],
    response_class=StreamingResponse,
    responses={200: {"content": BINARY, "description": "Toàn bộ tệp · The whole file"}},
    summary="Tệp bằng chứng · A file that proves a claim",
)
def claims_file(
    request: Request, service: ServiceParameter, caller: CallerParameter, claim_id: ClaimId, file_id: FileId
) -> Response:
    """Return a file of a claim, to its owner and to those who judge."""
    with service.engine.connect() as connection:
        claim = require_claim(connection, claim_id, _whose(caller))
    if file_id not in claim.files:
        raise not_found(FILE, file_id)
    return file_answer(request, service.engine, read_file(service.engine, file_id))
