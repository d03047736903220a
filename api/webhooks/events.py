"""What happened: entered in the transaction in which it happened, so that neither is there without the other."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any, Final, Literal, get_args

from sqlalchemy import Connection, insert

from api.webhooks.tables import WEBHOOK_EVENTS
from supplychain.registry.writing import now
from supplychain.text import Text

EventType = Literal["job.ended", "import.done", "record.changed", "incident.changed", "webhook.test"]

EVENT_TYPES: Final[tuple[EventType, ...]] = get_args(EventType)

EVENT_NAMES: Final[Mapping[EventType, Text]] = {
    "job.ended": Text(en="a job of yours ended", vi="một tác vụ của bạn đã kết thúc"),
    "import.done": Text(en="an import of yours was taken over", vi="một lần nhập dữ liệu của bạn đã hoàn tất"),
    "record.changed": Text(en="records you may see changed", vi="hồ sơ bạn được xem đã thay đổi"),
    "incident.changed": Text(en="an incident changed", vi="một sự cố đã thay đổi"),
    "webhook.test": Text(en="a test that you asked for", vi="lần thử do bạn yêu cầu"),
}
"""What each type tells."""


def announce(
    connection: Connection, event: EventType, subject: str, data: Mapping[str, Any], *, account_id: str | None = None
) -> str:
    """Enter what happened, and return the id of the event; workers tell it to every webhook that asks for it.

    Parameters
    ----------
    connection
        The transaction in which it happens.
    event
        What kind of thing.
    subject
        Id of what it happened to: a job, an incident, a webhook.
    data
        What is told, JSON; never more than everybody may see to whom it goes.
    account_id
        Whose it is: only webhooks of this account are told. None where a rule of the event says who may know.
    """
    event_id = f"evt_{secrets.token_hex(12)}"
    connection.execute(
        insert(WEBHOOK_EVENTS).values(
            event_id=event_id,
            type=event,
            at=now(),
            subject=subject,
            account_id=account_id,
            data=json.dumps(dict(data), ensure_ascii=False, allow_nan=False),
            handed_out=False,
        )
    )
    return event_id
