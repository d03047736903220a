"""What requests and answers about webhooks hold."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import Path
from pydantic import Field

from api.rest.fields import Model, told
from api.rest.incident_models import LINE, SYSTEM
from api.webhooks.events import EventType
from supplychain.text import Language, Text

ToldEvent = Literal["job.ended", "import.done", "record.changed", "incident.changed"]
WebhookState = Literal["active", "paused", "disabled"]

WebhookId = Annotated[
    str,
    Path(
        description="Mã webhook · Id of the webhook", examples=["wh_a2b3c4d5e6f7a2b3c4d5"], pattern=r"^[a-z0-9_]{1,60}$"
    ),
]
DeliveryId = Annotated[
    str,
    Path(
        description="Mã lần gửi · Id of the delivery",
        examples=["dlv_a2b3c4d5e6f7a2b3c4d5"],
        pattern=r"^[a-z0-9_]{1,60}$",
    ),
]


class WebhookForm(Model):
    """A webhook to be made."""

    name: str = told("What it is for", "Dùng để làm gì", "Tổng đài 1022", max_length=100, pattern=LINE)
    url: str = told(
        "Where it goes: https, a host of the public internet, port 443 or 8443; internal ones as the operator allows",
        "Gửi tới đâu: https, máy chủ trên internet công cộng, cổng 443 hoặc 8443; nội bộ nếu người vận hành cho phép",
        "https://1022.example.vn/hinterland",
        max_length=2000,
    )
    events: list[ToldEvent] = told(
        "What is told", "Được báo những gì", ["incident.changed"], min_length=1, max_length=4
    )
    systems: list[Annotated[str, Field(pattern=SYSTEM, max_length=60)]] = told(
        "Of incidents, only tickets of these systems; empty: all",
        "Với sự cố: chỉ phiếu của các hệ thống này; trống: tất cả",
        ["1022"],
        default=[],
        max_length=20,
    )


class WebhookChanges(Model):
    """What is to be changed; what is left out stays."""

    name: str | None = told("What it is for", "Dùng để làm gì", "1022", default=None, max_length=100, pattern=LINE)
    url: str | None = told("Where it goes", "Gửi tới đâu", "https://1022.example.vn/h", default=None, max_length=2000)
    events: list[ToldEvent] | None = told(
        "What is told", "Được báo những gì", ["job.ended"], default=None, min_length=1, max_length=4
    )
    systems: list[Annotated[str, Field(pattern=SYSTEM, max_length=60)]] | None = told(
        "Only tickets of these systems", "Chỉ phiếu của các hệ thống này", ["1022"], default=None, max_length=20
    )
    state: Literal["active", "paused"] | None = told(
        "active: told again from now on; paused: what is due waits",
        "active: báo tiếp; paused: tạm dừng",
        "paused",
        default=None,
    )


class WebhookModel(Model):
    """A webhook."""

    webhook_id: str = told("Its id", "Mã webhook", "wh_a2b3c4d5e6f7a2b3c4d5")
    name: str = told("What it is for", "Dùng để làm gì", "Tổng đài 1022")
    url: str = told("Where it goes", "Gửi tới đâu", "https://1022.example.vn/hinterland")
    events: list[ToldEvent] = told("What is told", "Được báo những gì", ["incident.changed"])
    systems: list[str] = told("Tickets of these systems only", "Chỉ phiếu của các hệ thống này", [])
    state: WebhookState = told(
        "active, paused by its owner, or disabled after failing for days",
        "active, paused do chủ dừng, hoặc disabled vì lỗi nhiều ngày",
        "active",
    )
    failing_since: str | None = told("Since when it fails, UTC", "Lỗi từ lúc, UTC", None)
    created_at: str = told("When it was made, UTC", "Lúc tạo, UTC", "2026-03-01T00:00:00.000000+00:00")


class NewWebhookModel(WebhookModel):
    """A webhook just made, or with a new secret, which is shown this once."""

    secret: str = told(
        "Secret that signs (Standard Webhooks); shown this once, keep it safe",
        "Khóa ký (Standard Webhooks); chỉ hiện một lần, hãy cất giữ",
        "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDJ1j3PgJbVTc=",
    )


class DeliveryModel(Model):
    """One event for one webhook."""

    delivery_id: str = told("Its id", "Mã lần gửi", "dlv_a2b3c4d5e6f7a2b3c4d5")
    event_id: str = told("Id of the event, the header webhook-id", "Mã việc, tiêu đề webhook-id", "evt_1f2e")
    type: EventType = told("What happened", "Việc gì", "incident.changed")
    subject: str = told("To what", "Với gì", "inc_a2b3c4d5e6f7a2b3c4d5")
    state: Literal["waiting", "accepted", "failed", "dropped"] = told(
        "waiting for the first or next attempt; accepted; failed for good; dropped: its owner may not know any more",
        "waiting: chờ gửi; accepted: đã nhận; failed: thất bại; dropped: chủ không còn được biết",
        "accepted",
    )
    attempts: int = told("How often it was tried", "Số lần thử", 1)
    due_at: str | None = told("When it is tried next, UTC", "Lần thử tới, UTC", None)
    created_at: str = told("When it was entered, UTC", "Lúc tạo, UTC", "2026-03-01T00:00:00.000000+00:00")
    sent_at: str | None = told("When it was last tried, UTC", "Lần thử cuối, UTC", "2026-03-01T00:00:01.000000+00:00")
    status: int | None = told("HTTP status of the last answer", "Mã HTTP của câu trả lời cuối", 204)
    result: str | None = told("What came of it, in words", "Kết quả bằng lời", "đã nhận")
    took_ms: int | None = told("How long the last attempt took, ms", "Lần thử cuối mất bao lâu, ms", 85)


class EventModel(Model):
    """An event that was entered."""

    event_id: str = told("Its id; the header webhook-id when it is sent", "Mã việc; là webhook-id khi gửi", "evt_1f2e")


def show_webhook(row: Mapping[Any, Any]) -> WebhookModel:
    """Return a webhook as its owner sees it; never its secret."""
    lists = {name: json.loads(row[name]) for name in ("events", "systems")}
    plain = ("webhook_id", "name", "url", "state", "failing_since", "created_at")
    return WebhookModel(**{name: row[name] for name in plain}, **lists)


def show_delivery(row: Mapping[Any, Any], language: Language) -> DeliveryModel:
    """Return a delivery, its outcome in a language."""
    plain = [name for name in DeliveryModel.model_fields if name not in ("result", "due_at")]
    said = None if row["told"] is None else Text(**json.loads(row["told"])).of(language)
    due = row["due_at"] if row["state"] == "waiting" else None
    return DeliveryModel(**{name: row[name] for name in plain}, due_at=due, result=said)
