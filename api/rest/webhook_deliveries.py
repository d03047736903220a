"""Deliveries of a webhook: every event it was or is to be told, what came of it, and another attempt."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Connection, select, update

from api.access.guard import CallerParameter, allowed
from api.rest.webhook_models import DeliveryId, DeliveryModel, WebhookId, show_delivery
from api.rest.webhooks import NOT_ACTIVE, own_webhook
from api.service.answers import language_from
from api.service.context import ServiceParameter
from api.service.paging import Page, PageParameter
from api.service.problems import ServiceError, not_found
from api.service.writing import Answer, write
from api.webhooks.tables import WEBHOOK_DELIVERIES
from supplychain.registry.writing import now
from supplychain.text import Text

ROUTER: Final = APIRouter(tags=["webhooks"])

DELIVERY: Final = Text(en="delivery", vi="lần gửi")
STILL_WAITS: Final = Text(
    en="It is waiting to be sent, or was dropped because its owner may not know it any more.",
    vi="Lần gửi này đang chờ gửi, hoặc đã bỏ vì chủ webhook không còn được biết.",
)


@ROUTER.get(
    "/webhooks/{webhook_id}/deliveries",
    dependencies=[allowed("webhooks:manage")],
    response_model=Page[DeliveryModel],
    operation_id="list_webhook_deliveries",
    summary="Các lần gửi, mới nhất trước · Deliveries, the last entered first",
)
def list_deliveries(
    request: Request,
    service: ServiceParameter,
    caller: CallerParameter,
    page: PageParameter,
    webhook_id: WebhookId,
    state: Annotated[
        Literal["waiting", "accepted", "failed", "dropped"] | None,
        Query(description="Chỉ trạng thái này · Only of this state", examples=["failed"]),
    ] = None,
) -> Page[DeliveryModel]:
    """List every event the webhook was or is to be told in the last thirty days."""
    table = WEBHOOK_DELIVERIES.c
    query = select(WEBHOOK_DELIVERIES).where(table.webhook_id == webhook_id).order_by(table.fid.desc())
    if state is not None:
        query = query.where(table.state == state)
    if page.after is not None:
        query = query.where(table.fid < page.after[0])
    with service.engine.connect() as connection:
        own_webhook(connection, caller, webhook_id)
        rows = connection.execute(query.limit(page.fetch)).mappings().all()
    shown, following = page.cut(rows, lambda row: (row["fid"],))
    language = language_from(request.scope)
    return Page(items=[show_delivery(row, language) for row in shown], next=following)


@ROUTER.post(
    "/webhooks/{webhook_id}/deliveries/{delivery_id}/retry",
    dependencies=[allowed("webhooks:manage")],
    status_code=202,
    response_model=DeliveryModel,
    operation_id="retry_webhook_delivery",
    summary="Gửi lại · Send once more",
)
def retry_delivery(
    request: Request,
    service: ServiceParameter,
    caller: CallerParameter,
    webhook_id: WebhookId,
    delivery_id: DeliveryId,
) -> Response:
    """Send a delivery once more, under the same webhook-id."""

    def make(connection: Connection) -> Answer:
        webhook = own_webhook(connection, caller, webhook_id)
        table = WEBHOOK_DELIVERIES.c
        mine = (table.webhook_id == webhook_id) & (table.delivery_id == delivery_id)
        row = connection.execute(select(WEBHOOK_DELIVERIES).where(mine).with_for_update()).mappings().one_or_none()
        if row is None:
            raise not_found(DELIVERY, delivery_id)
        if webhook["state"] != "active":
            raise ServiceError(NOT_ACTIVE, "conflict")
        if row["state"] not in {"accepted", "failed"}:
            raise ServiceError(STILL_WAITS, "conflict")
        values = {"state": "waiting", "due_at": now()}
        connection.execute(update(WEBHOOK_DELIVERIES).where(mine).values(values))
        return Answer(202, show_delivery({**row, **values}, language_from(request.scope)), subject=delivery_id)

    return write(request, service, caller, "webhooks.retry", make)
