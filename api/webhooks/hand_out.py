"""Events become deliveries: once for each webhook that asks for them and whose owner may know."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Engine, insert, select, update

from api.access.caller import Caller, operator
from api.access.known import caller_of_account
from api.incidents.values import PUBLISHED
from api.service.ids import new_id
from api.webhooks.events import EventType
from api.webhooks.tables import WEBHOOK_DELIVERIES, WEBHOOK_EVENTS, WEBHOOKS
from supplychain.database import for_writing
from supplychain.models.registry import CHANGES, REVISIONS
from supplychain.registry.history import current_number
from supplychain.registry.tables import is_in, registry_table
from supplychain.registry.values import REGISTRY_TABLES
from supplychain.registry.visibility import Viewer, sees
from supplychain.registry.writing import now

OPERATOR_ID: Final = "operator"
EVENTS_AT_ONCE: Final = 100
CHANGES_AT_ONCE: Final = 20
MOST_TOLD: Final = 500
"""Records of one change that are named; of a larger change it is told that there are more."""
PUBLIC_FIELDS: Final = (
    "incident_id",
    "state",
    "cause",
    "title",
    "starts_at",
    "ends_at",
    "share",
    "mode",
    "place",
    "network",
    "links",
    "version",
    "created_at",
    "updated_at",
)


@dataclass(frozen=True, slots=True)
class Webhook:
    """A webhook as the workers see it.

    Parameters
    ----------
    webhook_id, account_id
        Its id and its owner.
    roles
        Roles its owner had when it was made: none gained since counts.
    url
        Where it goes.
    events, systems
        What is told; tickets of which systems, all if empty.
    change_number
        Last change of the registry that was told.
    created_at
        Events before are not told.
    """

    webhook_id: str
    account_id: str
    roles: tuple[str, ...]
    url: str
    events: tuple[str, ...]
    systems: tuple[str, ...]
    change_number: int
    created_at: str


def active_webhooks(connection: Connection) -> list[Webhook]:
    """Return the webhooks that are told things, in the order in which they were made."""
    query = select(WEBHOOKS).where(WEBHOOKS.c.state == "active").order_by(WEBHOOKS.c.fid)
    return [webhook_of(row) for row in connection.execute(query).mappings()]


def webhook_of(row: Mapping[Any, Any]) -> Webhook:
    """Return the webhook that a row holds."""
    return Webhook(
        webhook_id=row["webhook_id"],
        account_id=row["account_id"],
        roles=tuple(json.loads(row["roles"])),
        url=row["url"],
        events=tuple(json.loads(row["events"])),
        systems=tuple(json.loads(row["systems"])),
        change_number=row["change_number"],
        created_at=row["created_at"],
    )


def owner_of(connection: Connection, webhook: Webhook) -> Caller | None:
    """Return who owns a webhook, with what they may do now; None where they may have none any more."""
    if webhook.account_id == OPERATOR_ID:
        return operator(OPERATOR_ID)
    found = caller_of_account(connection, webhook.account_id, webhook.roles)
    return found if found is not None and found.may("webhooks:manage") else None


def hand_out_events(engine: Engine) -> int:
    """Make deliveries of the events that wait, in turn; return how many events there were."""
    with engine.connect() as connection:
        query = select(WEBHOOK_EVENTS.c.fid).where(WEBHOOK_EVENTS.c.handed_out.is_(False))
        if connection.execute(query.limit(1)).first() is None:
            return 0
    with for_writing(engine).begin() as connection:
        waiting = select(WEBHOOK_EVENTS).where(WEBHOOK_EVENTS.c.handed_out.is_(False)).order_by(WEBHOOK_EVENTS.c.fid)
        events = connection.execute(waiting.limit(EVENTS_AT_ONCE).with_for_update(skip_locked=True)).mappings().all()
        owners = [(webhook, owner_of(connection, webhook)) for webhook in active_webhooks(connection)]
        rows = []
        for event in events:
            for webhook, owner in owners:
                data = None if owner is None else _data_for(event, webhook, owner)
                if data is not None:
                    rows.append(
                        delivery(webhook, event["event_id"], event["type"], event["at"], event["subject"], data)
                    )
        if rows:
            connection.execute(insert(WEBHOOK_DELIVERIES), rows)
        done = [event["fid"] for event in events]
        connection.execute(update(WEBHOOK_EVENTS).where(WEBHOOK_EVENTS.c.fid.in_(done)).values(handed_out=True))
    return len(events)


def delivery(
    webhook: Webhook, event_id: str, event: str, at: str, subject: str, data: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the row of a delivery: the body is written once and signed anew at each attempt."""
    body = json.dumps({"type": event, "timestamp": at, "data": data}, ensure_ascii=False, separators=(",", ":"))
    made = now()
    return {
        "delivery_id": new_id("dlv"),
        "webhook_id": webhook.webhook_id,
        "event_id": event_id,
        "type": event,
        "subject": subject,
        "body": body,
        "state": "waiting",
        "attempts": 0,
        "due_at": made,
        "created_at": made,
    }


def _data_for(event: Mapping[Any, Any], webhook: Webhook, owner: Caller) -> dict[str, Any] | None:
    """Return what a webhook is told of an event; None where it does not ask for it or its owner may not know."""
    kind: EventType = event["type"]
    if kind == "webhook.test":
        return dict(json.loads(event["data"])) if event["subject"] == webhook.webhook_id else None
    if kind not in webhook.events or event["at"] < webhook.created_at:
        return None
    if event["account_id"] is not None and event["account_id"] != webhook.account_id:
        return None
    data: dict[str, Any] = json.loads(event["data"])
    return _incident_for(data, webhook, owner) if kind == "incident.changed" else data


def _incident_for(data: Mapping[str, Any], webhook: Webhook, owner: Caller) -> dict[str, Any] | None:
    incident = data["incident"]
    if webhook.systems and incident["system"] not in webhook.systems:
        return None
    if owner.may("incidents:write"):
        return {"incident": incident, "state_before": data["state_before"]}
    if incident["state"] in PUBLISHED:
        return {"incident": {name: incident[name] for name in PUBLIC_FIELDS}}
    if data["was_published"]:  # it is withdrawn: that alone is told
        return {"incident": {"incident_id": incident["incident_id"], "state": incident["state"]}}
    return None


def hand_out_changes(engine: Engine) -> int:
    """Make deliveries of the changes of the registry that were not told yet; return how many there are of."""
    with engine.connect() as connection:
        last = current_number(connection)
        behind = [one for one in active_webhooks(connection) if one.change_number < last]
    return sum(_tell_changes(engine, webhook) for webhook in behind)


def _tell_changes(engine: Engine, webhook: Webhook) -> int:
    """Tell one webhook the next changes, as far as its owner sees the records; each is told once.

    What is seen is found out without holding anybody up; only who then moves the number on makes the deliveries.
    """
    first = webhook.change_number
    with engine.connect() as connection:
        last = current_number(connection)
        owner = owner_of(connection, webhook)
        rows = []
        if "record.changed" in webhook.events and owner is not None:
            last = min(last, first + CHANGES_AT_ONCE)
            for number in range(first + 1, last + 1):
                data = _seen(connection, owner.viewer, number)
                if data is not None:
                    event_id = f"evt_{number}_{webhook.webhook_id.removeprefix('wh_')}"
                    rows.append(delivery(webhook, event_id, "record.changed", now(), f"change-{number}", data))
    with for_writing(engine).begin() as connection:
        mine = (WEBHOOKS.c.webhook_id == webhook.webhook_id) & (WEBHOOKS.c.change_number == first)
        moved = connection.execute(update(WEBHOOKS).where(mine).values(change_number=last))
        if moved.rowcount and rows:
            connection.execute(insert(WEBHOOK_DELIVERIES), rows)
    return len(rows) if moved.rowcount else 0


def _seen(connection: Connection, viewer: Viewer, number: int) -> dict[str, Any] | None:
    """Return what a change did to the records that a viewer sees; None where they see none of them.

    A record that is no more is told only to whom nothing is hidden: nobody can ask any more who may see it.
    """
    seen: list[dict[str, str]] = []
    for table in REGISTRY_TABLES:
        query = (
            select(REVISIONS.c.record_id, REVISIONS.c.operation)
            .join(CHANGES, CHANGES.c.fid == REVISIONS.c.change_id)
            .where(CHANGES.c.number == number, REVISIONS.c.table_name == table)
        )
        if viewer.kind != "everything":
            found = registry_table(table)
            query = query.join(found.sql, found.id_column == REVISIONS.c.record_id).where(sees(table, viewer))
        rows = connection.execute(query.order_by(REVISIONS.c.fid).limit(MOST_TOLD + 1 - len(seen)))
        seen += [{"table": table, "record_id": record_id, "operation": operation} for record_id, operation in rows]
        if len(seen) > MOST_TOLD:
            break
    if not seen:
        return None
    return {"change": number, "records": seen[:MOST_TOLD], "has_more": len(seen) > MOST_TOLD}


def _are_seen(connection: Connection, viewer: Viewer, records: Sequence[Mapping[str, str]]) -> bool:
    """Return whether a viewer sees every one of some records."""
    if viewer.kind == "everything":
        return True
    by_table: dict[str, list[str]] = {}
    for one in records:
        by_table.setdefault(one["table"], []).append(one["record_id"])
    for table, ids in by_table.items():
        found = registry_table(table)
        query = select(found.id_column).where(is_in(connection, found.id_column, ids), sees(table, viewer))
        if set(ids) - set(connection.scalars(query)):
            return False
    return True


def may_still_go(connection: Connection, webhook: Webhook, row: Mapping[Any, Any]) -> bool:
    """Return whether what a delivery tells may still be told: rights and visibility as they are now."""
    owner = owner_of(connection, webhook)
    if owner is None:
        return False
    data = json.loads(row["body"])["data"]
    if row["type"] == "incident.changed":
        return "system" not in data["incident"] or owner.may("incidents:write")
    if row["type"] == "record.changed":
        return _are_seen(connection, owner.viewer, data["records"])
    return True
