"""Webhooks: who is told what, and every attempt to tell it. They are sent by workers, never from here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection, delete, func, insert, select, update

from api.access.caller import Caller
from api.access.guard import CallerParameter, allowed
from api.incidents.values import instant_text
from api.rest.webhook_models import (
    EventModel,
    NewWebhookModel,
    WebhookChanges,
    WebhookForm,
    WebhookId,
    WebhookModel,
    show_webhook,
)
from api.service.context import ServiceParameter
from api.service.etags import IF_MATCH, etag, require_match
from api.service.ids import new_id
from api.service.paging import Page, PageParameter
from api.service.problems import ServiceError, not_found
from api.service.writing import Answer, write
from api.webhooks.addresses import AddressError, read_destination
from api.webhooks.events import announce
from api.webhooks.signing import new_secret
from api.webhooks.tables import WEBHOOK_DELIVERIES, WEBHOOKS
from api.webhooks.targets import allowed_targets
from supplychain.registry.history import current_number
from supplychain.registry.writing import now
from supplychain.text import Text

ROUTER: Final = APIRouter(tags=["webhooks"])

PATH: Final = "/api/v1/webhooks"
MOST_OF_ACCOUNT: Final = 20
OLD_SECRET_HOURS: Final = 24

WEBHOOK: Final = Text(en="webhook", vi="webhook")
TOO_MANY: Final = Text(
    en="An account has at most {most} webhooks; delete one first.",
    vi="Mỗi tài khoản có tối đa {most} webhook; hãy xóa bớt.",
)
NOT_ACTIVE: Final = Text(
    en="This webhook is not active; set its state to active first.",
    vi="Webhook này không hoạt động; hãy đặt state là active.",
)


def _tag(row: Mapping[Any, Any]) -> str:
    return etag("webhook", row["webhook_id"], row["version"], row["state"])


def own_webhook(connection: Connection, caller: Caller, webhook_id: str, *, hold: bool = False) -> Mapping[Any, Any]:
    """Return a webhook of the caller.

    Raises
    ------
    ServiceError
        If there is none, or it is somebody else's: the same answer.
    """
    query = select(WEBHOOKS).where(WEBHOOKS.c.webhook_id == webhook_id, WEBHOOKS.c.account_id == caller.account_id)
    row = connection.execute(query.with_for_update() if hold else query).mappings().one_or_none()
    if row is None:
        raise not_found(WEBHOOK, webhook_id)
    return row


def _check_url(connection: Connection, url: str) -> None:
    """Refuse an address for how it is written; where its name leads is looked at by whoever sends."""
    try:
        read_destination(url, allowed_targets(connection))
    except AddressError as error:
        raise ServiceError(error.text, "invalid") from error


@ROUTER.get(
    "/webhooks",
    dependencies=[allowed("webhooks:manage")],
    response_model=Page[WebhookModel],
    operation_id="list_webhooks",
    summary="Webhook của tôi · My webhooks",
)
def list_webhooks(service: ServiceParameter, caller: CallerParameter, page: PageParameter) -> Page[WebhookModel]:
    """List the webhooks of the account."""
    query = select(WEBHOOKS).where(WEBHOOKS.c.account_id == caller.account_id).order_by(WEBHOOKS.c.fid)
    if page.after is not None:
        query = query.where(WEBHOOKS.c.fid > page.after[0])
    with service.engine.connect() as connection:
        rows = connection.execute(query.limit(page.fetch)).mappings().all()
    shown, following = page.cut(rows, lambda row: (row["fid"],))
    return Page(items=[show_webhook(row) for row in shown], next=following)


@ROUTER.post(
    "/webhooks",
    dependencies=[allowed("webhooks:manage")],
    status_code=201,
    response_model=NewWebhookModel,
    operation_id="create_webhook",
    summary="Tạo webhook; khóa ký chỉ hiện lần này · Make a webhook; its secret is shown this once",
)
def create_webhook(request: Request, service: ServiceParameter, caller: CallerParameter, form: WebhookForm) -> Response:
    """Make a webhook, told of what happens from now on."""

    def make(connection: Connection) -> Answer:
        _check_url(connection, form.url)
        mine = select(func.count()).select_from(WEBHOOKS).where(WEBHOOKS.c.account_id == caller.account_id)
        if (connection.scalar(mine) or 0) >= MOST_OF_ACCOUNT:
            raise ServiceError(TOO_MANY.format(most=MOST_OF_ACCOUNT), "conflict")
        row = {
            "webhook_id": new_id("wh"),
            "account_id": caller.account_id,
            "roles": json.dumps(sorted(caller.roles)),
            "name": form.name,
            "url": form.url,
            "events": json.dumps(list(dict.fromkeys(form.events))),
            "systems": json.dumps(list(dict.fromkeys(form.systems))),
            "state": "active",
            "secret": new_secret(),
            "failing_since": None,
            "change_number": current_number(connection),
            "version": 1,
            "created_at": now(),
        }
        connection.execute(insert(WEBHOOKS).values(row))
        return _with_secret(row, 201)

    return write(request, service, caller, "webhooks.create", make)


def _with_secret(row: Mapping[Any, Any], status: int) -> Answer:
    body = NewWebhookModel(**show_webhook(row).model_dump(), secret=row["secret"])
    headers = {"ETag": _tag(row), "Location": f"{PATH}/{row['webhook_id']}", "Cache-Control": "no-store"}
    return Answer(status, body, headers, subject=row["webhook_id"], is_kept=False)


@ROUTER.get(
    "/webhooks/{webhook_id}",
    dependencies=[allowed("webhooks:manage")],
    response_model=WebhookModel,
    operation_id="get_webhook",
    summary="Một webhook · One webhook",
)
def get_webhook(
    response: Response, service: ServiceParameter, caller: CallerParameter, webhook_id: WebhookId
) -> WebhookModel:
    """Show a webhook, without its secret."""
    with service.engine.connect() as connection:
        row = own_webhook(connection, caller, webhook_id)
    response.headers["ETag"] = _tag(row)
    return show_webhook(row)


@ROUTER.patch(
    "/webhooks/{webhook_id}",
    dependencies=[allowed("webhooks:manage")],
    response_model=WebhookModel,
    operation_id="change_webhook",
    summary="Sửa webhook · Change a webhook",
    openapi_extra=IF_MATCH,
)
def change_webhook(
    request: Request,
    service: ServiceParameter,
    caller: CallerParameter,
    webhook_id: WebhookId,
    changes: WebhookChanges,
) -> Response:
    """Change what is told or where to, pause it, or let it go on."""

    def make(connection: Connection) -> Answer:
        row = own_webhook(connection, caller, webhook_id, hold=True)
        require_match(request, _tag(row))
        values: dict[str, Any] = {"version": row["version"] + 1}
        for name in ("name", "url", "state"):
            if getattr(changes, name) is not None:
                values[name] = getattr(changes, name)
        for name in ("events", "systems"):
            if getattr(changes, name) is not None:
                values[name] = json.dumps(list(dict.fromkeys(getattr(changes, name))))
        if "url" in values:
            _check_url(connection, values["url"])
        if values.get("state") == "active" and row["state"] != "active":
            values["failing_since"] = None
        if "record.changed" in (changes.events or ()) and "record.changed" not in json.loads(row["events"]):
            values["change_number"] = current_number(connection)
        connection.execute(update(WEBHOOKS).where(WEBHOOKS.c.webhook_id == webhook_id).values(values))
        changed = {**row, **values}
        return Answer(200, show_webhook(changed), {"ETag": _tag(changed)}, subject=webhook_id)

    return write(request, service, caller, "webhooks.change", make)


@ROUTER.delete(
    "/webhooks/{webhook_id}",
    dependencies=[allowed("webhooks:manage")],
    status_code=204,
    operation_id="delete_webhook",
    summary="Xóa webhook và các lần gửi · Delete a webhook and its deliveries",
)
def delete_webhook(
    request: Request, service: ServiceParameter, caller: CallerParameter, webhook_id: WebhookId
) -> Response:
    """Delete a webhook; what waits to be sent is not sent."""

    def make(connection: Connection) -> Answer:
        own_webhook(connection, caller, webhook_id, hold=True)
        connection.execute(delete(WEBHOOK_DELIVERIES).where(WEBHOOK_DELIVERIES.c.webhook_id == webhook_id))
        connection.execute(delete(WEBHOOKS).where(WEBHOOKS.c.webhook_id == webhook_id))
        return Answer(204, subject=webhook_id)

    return write(request, service, caller, "webhooks.delete", make)


@ROUTER.post(
    "/webhooks/{webhook_id}/secret",
    dependencies=[allowed("webhooks:manage")],
    response_model=NewWebhookModel,
    operation_id="renew_webhook_secret",
    summary="Đổi khóa ký · A new secret",
)
def renew_secret(
    request: Request, service: ServiceParameter, caller: CallerParameter, webhook_id: WebhookId
) -> Response:
    """Give a new secret, shown this once; for a day both the old and the new one sign, so that nothing is missed."""

    def make(connection: Connection) -> Answer:
        row = own_webhook(connection, caller, webhook_id, hold=True)
        until = instant_text(datetime.now(UTC) + timedelta(hours=OLD_SECRET_HOURS))
        values = {"secret": new_secret(), "old_secret": row["secret"], "old_until": until}
        values["version"] = row["version"] + 1
        connection.execute(update(WEBHOOKS).where(WEBHOOKS.c.webhook_id == webhook_id).values(values))
        return _with_secret({**row, **values}, 200)

    return write(request, service, caller, "webhooks.secret", make)


@ROUTER.post(
    "/webhooks/{webhook_id}/test",
    dependencies=[allowed("webhooks:manage")],
    status_code=202,
    response_model=EventModel,
    operation_id="test_webhook",
    summary="Gửi thử · Send a test",
)
def test_webhook(
    request: Request, service: ServiceParameter, caller: CallerParameter, webhook_id: WebhookId
) -> Response:
    """Enter a test event; what came of sending it stands in the deliveries."""

    def make(connection: Connection) -> Answer:
        row = own_webhook(connection, caller, webhook_id)
        if row["state"] != "active":
            raise ServiceError(NOT_ACTIVE, "conflict")
        data = {"webhook_id": webhook_id}
        event_id = announce(connection, "webhook.test", webhook_id, data, account_id=caller.account_id)
        return Answer(202, EventModel(event_id=event_id), subject=webhook_id)

    return write(request, service, caller, "webhooks.test", make)
