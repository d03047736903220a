"""The audit trail over REST: who did what, when, to what."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query
from sqlalchemy import RowMapping, select

from api.access.guard import allowed
from api.rest.fields import Model, told
from api.service.context import ServiceParameter
from api.service.paging import Page, PageParameter
from api.service.tables import AUDIT

ROUTER: Final = APIRouter(prefix="/audit")


class AuditEntry(Model):
    """One write, as the audit trail has it."""

    number: int = told("Number, which rises with time", "Số thứ tự, tăng theo thời gian", 812)
    at: str = told("When (UTC)", "Thời điểm (UTC)", "2026-03-02T08:15:30.123456+00:00")
    account_id: str | None = told("Account that did it", "Tài khoản thực hiện", "acc_k3vq7a2mxn4pz6ts5bcd")
    author: str = told("Its name at that time", "Tên lúc đó", "lan")
    means: Literal["anonymous", "key", "session", "operator"] = told(
        "How they showed who they were", "Cách xác thực", "session"
    )
    action: str = told("What was done", "Việc đã làm", "organisations.create")
    subject: str = told("Id of what it was done to", "Mã của đối tượng", "org_becamex")
    request_id: str = told("Request it came with", "Yêu cầu kèm theo", "req_a2b3c4d5e6f7a2b3c4d5")


def _filter(en: str, vi: str, example: str) -> Any:  # noqa: ANN401 - FastAPI's own type of a parameter
    return Query(max_length=200, description=f"{vi} · {en}", examples=[example])


@ROUTER.get("", dependencies=[allowed("audit:read")], summary="Nhật ký ghi · The audit trail")
def list_audit_entries(
    service: ServiceParameter,
    page: PageParameter,
    account_id: Annotated[
        str | None, _filter("Of this account", "Của tài khoản này", "acc_k3vq7a2mxn4pz6ts5bcd")
    ] = None,
    subject: Annotated[str | None, _filter("To this thing", "Đối với mục này", "org_becamex")] = None,
    action: Annotated[str | None, _filter("What was done", "Việc đã làm", "organisations.create")] = None,
    since: Annotated[str | None, _filter("From this time (UTC)", "Từ lúc này (UTC)", "2026-03-02T00:00:00")] = None,
) -> Page[AuditEntry]:
    """Mọi lần ghi, mới nhất trước: ai, lúc nào, việc gì, đối tượng nào · Every write, the latest first."""
    query = select(AUDIT).order_by(AUDIT.c.number.desc()).limit(page.fetch)
    for column, value in ((AUDIT.c.account_id, account_id), (AUDIT.c.subject, subject), (AUDIT.c.action, action)):
        if value is not None:
            query = query.where(column == value)
    if since is not None:
        query = query.where(AUDIT.c.at >= since)
    if page.after is not None:
        query = query.where(AUDIT.c.number < page.after[0])
    with service.engine.connect() as connection:
        rows = connection.execute(query).mappings().all()
    shown, following = page.cut(rows, lambda row: (row["number"],))
    return Page[AuditEntry](items=[_entry(row) for row in shown], next=following)


def _entry(row: RowMapping) -> AuditEntry:
    return AuditEntry(**row)
