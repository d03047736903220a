"""What workers do for webhooks and incidents every few seconds: whatever is due, and no more.

Several workers may do it at once: every step is taken by one of them. A worker that dies while it sends leaves a
delivery that another takes up a minute later; a receiver tells by ``webhook-id`` what it has already.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Engine, and_, case, delete, func, select, update

from api.incidents.store import move_by_clock
from api.incidents.values import instant_text
from api.webhooks.addresses import Target
from api.webhooks.hand_out import hand_out_changes, hand_out_events, may_still_go, webhook_of
from api.webhooks.sending import Outcome, Sender
from api.webhooks.signing import signed_headers
from api.webhooks.tables import WEBHOOK_DELIVERIES, WEBHOOK_EVENTS, WEBHOOKS
from api.webhooks.targets import allowed_targets
from supplychain.database import for_writing
from supplychain.text import Text

BACKOFF_S: Final = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Waits between the attempts, as Standard Webhooks proposes: ten attempts in some three days and a half."""
JITTER: Final = 0.1
CLAIM_S: Final = 60
THREADS: Final = 4
OF_ONE_WEBHOOK: Final = 20
WEBHOOKS_AT_ONCE: Final = 40
GONE: Final = 410
DISABLE_AFTER: Final = timedelta(days=2, hours=12)
"""A webhook that has failed for so long when a delivery is given up is told nothing more until its owner says so."""
KEEP_EVENTS: Final = timedelta(days=7)
KEEP_DELIVERIES: Final = timedelta(days=30)
CLEANED_AT_ONCE: Final = 500

NOT_ANY_MORE: Final = Text(
    en="not sent: the owner of the webhook may not know this any more",
    vi="không gửi: chủ webhook không còn được biết việc này",
)


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did.

    Parameters
    ----------
    moved
        Incidents that became live or ended by the clock.
    handed_out
        Events and changes made deliveries of.
    accepted, failed
        Attempts to send.
    """

    moved: int
    handed_out: int
    accepted: int
    failed: int


def _never() -> bool:
    return False


def webhook_round(
    engine: Engine,
    *,
    sender: Sender | None = None,
    at: datetime | None = None,
    is_stopping: Callable[[], bool] = _never,
) -> Round:
    """Do what is due: move incidents by the clock, make deliveries, send them, clear away what is old.

    Parameters
    ----------
    engine
        The database.
    sender
        Sends; one of its own where none is given.
    at
        The present moment; that of the clock where none is given.
    is_stopping
        Asked between deliveries: nothing more is begun then.
    """
    moment = at or datetime.now(UTC)
    moved = move_by_clock(engine, moment)
    handed_out = hand_out_events(engine) + hand_out_changes(engine)
    # What was handed out just now is due already: the moment is another by now.
    accepted, failed = _send_due(engine, sender or Sender(), at or datetime.now(UTC), is_stopping)
    _clean(engine, moment)
    return Round(moved, handed_out, accepted, failed)


def _send_due(engine: Engine, sender: Sender, at: datetime, is_stopping: Callable[[], bool]) -> tuple[int, int]:
    due = and_(WEBHOOK_DELIVERIES.c.state == "waiting", WEBHOOK_DELIVERIES.c.due_at <= instant_text(at))
    with engine.connect() as connection:
        query = (
            select(WEBHOOK_DELIVERIES.c.webhook_id)
            .join(WEBHOOKS, WEBHOOKS.c.webhook_id == WEBHOOK_DELIVERIES.c.webhook_id)
            .where(due, WEBHOOKS.c.state == "active")
            .group_by(WEBHOOK_DELIVERIES.c.webhook_id)
            .order_by(func.min(WEBHOOK_DELIVERIES.c.due_at))
        )
        waiting = list(connection.scalars(query.limit(WEBHOOKS_AT_ONCE)))
        targets = allowed_targets(connection) if waiting else []
    if not waiting:
        return 0, 0

    def send_all(webhook_id: str) -> tuple[int, int]:
        return _send_of(engine, sender, webhook_id, targets, at, is_stopping)

    if len(waiting) == 1:
        return send_all(waiting[0])
    with ThreadPoolExecutor(THREADS, thread_name_prefix="webhooks") as pool:
        counts = list(pool.map(send_all, waiting))
    return sum(one for one, _other in counts), sum(other for _one, other in counts)


def _send_of(
    engine: Engine,
    sender: Sender,
    webhook_id: str,
    targets: list[Target],
    at: datetime,
    is_stopping: Callable[[], bool],
) -> tuple[int, int]:
    """Send what is due of one webhook, in turn, until the receiver fails: it is asked again later."""
    accepted = 0
    for _ in range(OF_ONE_WEBHOOK):
        if is_stopping():
            break
        claimed = _claim(engine, webhook_id, at)
        if claimed is None:
            break
        if not claimed.may_go:
            continue
        headers = signed_headers(claimed.secrets, claimed.event_id, int(datetime.now(UTC).timestamp()), claimed.body)
        outcome = sender.send(claimed.url, headers, claimed.body, targets)
        _keep_outcome(engine, claimed, outcome, at)
        if not outcome.is_accepted:
            return accepted, 1
        accepted += 1
    return accepted, 0


@dataclass(frozen=True, slots=True)
class _Claimed:
    """A delivery that this worker has taken for one attempt."""

    fid: int
    claim: str
    webhook_id: str
    event_id: str
    url: str
    secrets: tuple[str, ...]
    body: bytes
    attempts: int
    may_go: bool


def _claim(engine: Engine, webhook_id: str, at: datetime) -> _Claimed | None:
    """Take the next delivery of a webhook that is due; None where there is none."""
    table = WEBHOOK_DELIVERIES.c
    with for_writing(engine).begin() as connection:
        found = connection.execute(select(WEBHOOKS).where(WEBHOOKS.c.webhook_id == webhook_id)).mappings().one_or_none()
        if found is None or found["state"] != "active":
            return None
        due = (
            select(WEBHOOK_DELIVERIES)
            .where(table.webhook_id == webhook_id, table.state == "waiting", table.due_at <= instant_text(at))
            .order_by(table.fid)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        row = connection.execute(due).mappings().one_or_none()
        if row is None:
            return None
        claim = secrets.token_hex(8)
        may_go = may_still_go(connection, webhook_of(found), row)
        if may_go:
            values = {"claim": claim, "attempts": row["attempts"] + 1}
            values["due_at"] = instant_text(at + timedelta(seconds=CLAIM_S))
        else:
            values = {"state": "dropped", "told": _text(NOT_ANY_MORE)}
        connection.execute(update(WEBHOOK_DELIVERIES).where(table.fid == row["fid"]).values(values))
        return _Claimed(
            fid=row["fid"],
            claim=claim,
            webhook_id=webhook_id,
            event_id=row["event_id"],
            url=found["url"],
            secrets=_secrets(found, at),
            body=row["body"].encode(),
            attempts=row["attempts"] + 1,
            may_go=may_go,
        )


def _secrets(webhook: Mapping[Any, Any], at: datetime) -> tuple[str, ...]:
    """Return the secrets that sign: the present one, and the one before it for a day."""
    old, until = webhook["old_secret"], webhook["old_until"]
    has_old = old is not None and until is not None and until > instant_text(at)
    return (webhook["secret"], old) if has_old else (webhook["secret"],)


def _text(text: Text) -> str:
    return json.dumps({"vi": text.vi, "en": text.en}, ensure_ascii=False)


def _keep_outcome(engine: Engine, claimed: _Claimed, outcome: Outcome, at: datetime) -> None:
    """Keep what came of an attempt, unless another worker has taken the delivery up meanwhile."""
    tried = claimed.attempts
    is_last = not outcome.is_accepted and (tried > len(BACKOFF_S) or outcome.status == GONE)
    values: dict[str, Any] = {
        "claim": None,
        "status": outcome.status,
        "told": _text(outcome.told),
        "took_ms": outcome.took_ms,
        "sent_at": instant_text(at),
    }
    if outcome.is_accepted or is_last:
        values["state"] = "accepted" if outcome.is_accepted else "failed"
    else:
        values["due_at"] = instant_text(at + timedelta(seconds=_wait_s(tried, outcome)))
    webhook: dict[str, Any] = {"failing_since": None}
    if not outcome.is_accepted:
        webhook["failing_since"] = func.coalesce(WEBHOOKS.c.failing_since, instant_text(at))
    if outcome.status == GONE:
        webhook["state"] = "disabled"
    elif is_last:
        long_since = WEBHOOKS.c.failing_since <= instant_text(at - DISABLE_AFTER)
        webhook["state"] = case((long_since, "disabled"), else_=WEBHOOKS.c.state)
    mine = and_(WEBHOOK_DELIVERIES.c.fid == claimed.fid, WEBHOOK_DELIVERIES.c.claim == claimed.claim)
    with for_writing(engine).begin() as connection:
        written = connection.execute(update(WEBHOOK_DELIVERIES).where(mine).values(values))
        if written.rowcount:
            connection.execute(update(WEBHOOKS).where(WEBHOOKS.c.webhook_id == claimed.webhook_id).values(webhook))


def _wait_s(tried: int, outcome: Outcome) -> float:
    """Return the seconds until the next attempt: as planned, with some chance in it, or as the receiver asks."""
    planned = BACKOFF_S[tried - 1] * (1.0 + JITTER * (2.0 * secrets.randbelow(1000) / 999 - 1.0))
    return max(planned, outcome.retry_after_s or 0.0)


def _clean(engine: Engine, at: datetime) -> None:
    """Clear away events that were handed out and deliveries that ended, when they are old."""
    events = and_(WEBHOOK_EVENTS.c.handed_out.is_(True), WEBHOOK_EVENTS.c.at < instant_text(at - KEEP_EVENTS))
    ended = WEBHOOK_DELIVERIES.c.created_at < instant_text(at - KEEP_DELIVERIES)
    for table, condition in ((WEBHOOK_EVENTS, events), (WEBHOOK_DELIVERIES, ended)):
        old = select(table.c.fid).where(condition).order_by(table.c.fid).limit(CLEANED_AT_ONCE)
        with engine.connect() as connection:
            fids = list(connection.scalars(old))
        if fids:
            with for_writing(engine).begin() as connection:
                connection.execute(delete(table).where(table.c.fid.in_(fids)))
