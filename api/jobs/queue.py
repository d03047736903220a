"""Jobs as they are entered, asked about and cancelled: rows of one table, written in the caller's own transaction.

A row without a workflow is waiting to be handed to the queue; every worker looks for such rows ten times a second, so
that a job is never lost between the transaction that entered it and the queue.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, func, insert, or_, select, update

from api.access.caller import Caller
from api.access.rights import NO_RIGHT, SIGN_IN
from api.jobs.catalogue import JOB_KINDS
from api.jobs.kinds import JobKind
from api.jobs.tables import EVENTS, JOBS
from api.service.ids import new_id
from api.service.problems import ServiceError
from api.webhooks.events import announce
from supplychain.registry.writing import now
from supplychain.text import Text

OPEN_STATES: Final = ("queued", "running")
ENDED_STATES: Final = ("done", "failed", "cancelled")
MOST_OPEN: Final = 500
"""Jobs of one account that may wait or run at once."""

REQUEST_CHARACTERS: Final = 4_000_000

QUEUED: Final = Text(en="Waiting for a worker", vi="Đang chờ máy xử lý")
CANCELLED: Final = Text(en="Cancelled", vi="Đã hủy")
STOPPING: Final = Text(en="Being stopped", vi="Đang dừng")
TOO_MANY: Final = Text(
    en="You have {number} jobs waiting or running, which is the most. Wait for some to end, or cancel some.",
    vi="Bạn đang có {number} công việc chờ hoặc chạy, là mức tối đa. Hãy đợi bớt việc xong, hoặc hủy bớt.",
)
REQUEST_TOO_LARGE: Final = Text(
    en="What this job is asked to do takes more than {number} characters. Ask in parts, or send a file.",
    vi="Nội dung yêu cầu dài quá {number} ký tự. Hãy chia nhỏ, hoặc gửi bằng tệp.",
)


def submit(
    connection: Connection,
    kind: str,
    request: Mapping[str, Any],
    caller: Caller,
    *,
    priority: int | None = None,
    title: str = "",
    kinds: Mapping[str, JobKind] = JOB_KINDS,
) -> str:
    """Enter a job with the caller's transaction and return its id; from its commit on a worker will run it.

    Parameters
    ----------
    connection
        A transaction that was opened for writing.
    kind
        Name of a kind of job.
    request
        What it is to do, checked, as JSON.
    caller
        Who asks; the job runs with the rights they have then, and never with more than they have now.
    priority
        1 is first, 9 last; that of the kind when left out.
    title
        What people call it.
    kinds
        The kinds there are.

    Raises
    ------
    ServiceError
        If the caller may not ask for it, or has too many jobs already.
    """
    known = kinds[kind]
    if caller.account_id is None:
        raise ServiceError(SIGN_IN, "unauthenticated")
    if not caller.may(known.right):
        raise ServiceError(NO_RIGHT.format(right=known.right), "forbidden")
    mine = select(func.count()).where(
        JOBS.c.account_id == caller.account_id, JOBS.c.parent_id.is_(None), JOBS.c.state.in_(OPEN_STATES)
    )
    if (connection.scalar(mine) or 0) >= MOST_OPEN:
        raise ServiceError(TOO_MANY.format(number=MOST_OPEN), "too_many_requests", headers={"Retry-After": "60"})
    return enter(connection, kind, encode(request), caller, priority=priority or known.priority, title=title)


def encode(document: Mapping[str, Any]) -> str:
    """Return a JSON object as it is kept; NaN and infinity are an error.

    Raises
    ------
    ServiceError
        If it is too long.
    """
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    if len(text) > REQUEST_CHARACTERS:
        raise ServiceError(REQUEST_TOO_LARGE.format(number=REQUEST_CHARACTERS), "too_large")
    return text


def enter(
    connection: Connection,
    kind: str,
    request: str,
    caller: Caller,
    *,
    priority: int,
    title: str,
    **more: Any,  # noqa: ANN401 - columns of the table
) -> str:
    """Enter the row of a job and its first event, and return its id."""
    job_id, at = new_id("job"), now()
    row = {
        "job_id": job_id,
        "kind": kind,
        "title": title,
        "state": "queued",
        "priority": priority,
        "account_id": caller.account_id,
        "caller": encode_caller(caller),
        "request": request,
        "created_at": at,
        "message_vi": QUEUED.vi,
        "message_en": QUEUED.en,
        "last_event": 1,
        "workflows": 0,
        "attempt": 0,
        "deaths": 0,
        **more,
    }
    connection.execute(insert(JOBS).values(row))
    event = {"job_id": job_id, "number": 1, "at": at, "kind": "queued", "text_vi": QUEUED.vi, "text_en": QUEUED.en}
    connection.execute(insert(EVENTS).values(event))
    return job_id


def encode_caller(caller: Caller) -> str:
    """Return who asked as it is kept beside a job."""
    described = {
        "account_id": caller.account_id,
        "name": caller.name,
        "roles": sorted(caller.roles),
        "organisation_id": caller.organisation_id,
        "means": caller.means,
    }
    return json.dumps(described, ensure_ascii=False)


def ask_to_cancel(connection: Connection, job_id: str, by: str) -> bool:
    """Cancel a job that waits, and ask whoever runs it, or its parts, to stop; return whether it had not ended.

    Parameters
    ----------
    connection
        A transaction that was opened for writing.
    job_id
        The job.
    by
        Name of who cancels.
    """
    these = or_(JOBS.c.job_id == job_id, JOBS.c.parent_id == job_id) & JOBS.c.state.in_(OPEN_STATES)
    query = select(JOBS.c.job_id, JOBS.c.state, JOBS.c.cancelled_by).where(these).order_by(JOBS.c.fid)
    rows = connection.execute(query.with_for_update()).all()
    for row in rows:
        if row.state == "queued":
            end_row(connection, row.job_id, "cancelled", CANCELLED, cancelled_by=by)
        elif row.cancelled_by is None:
            change_row(connection, row.job_id, "progress", STOPPING, cancelled_by=by)
    return any(row.job_id == job_id for row in rows)


def end_row(connection: Connection, job_id: str, state: str, text: Text, **values: Any) -> None:  # noqa: ANN401 - columns
    """Write the end of a job that the transaction has found open, with its event; its owner's webhooks are told."""
    change_row(connection, job_id, state, text, state=state, ended_at=now(), worker_id=None, **values)
    columns = (JOBS.c.kind, JOBS.c.title, JOBS.c.account_id, JOBS.c.parent_id)
    row = connection.execute(select(*columns).where(JOBS.c.job_id == job_id)).one()
    if row.parent_id is None:
        told = {"job_id": job_id, "kind": row.kind, "title": row.title, "state": state}
        announce(connection, "job.ended", job_id, told, account_id=row.account_id)


def change_row(
    connection: Connection,
    job_id: str,
    event: str,
    text: Text,
    *,
    told_share: float | None = None,
    **values: Any,  # noqa: ANN401 - columns of the table
) -> None:
    """Change a job that the transaction has found, and add the event that tells of it."""
    told = {"message_vi": text.vi, "message_en": text.en, "last_event": JOBS.c.last_event + 1}
    changed = update(JOBS).where(JOBS.c.job_id == job_id).values(**told, **values).returning(JOBS.c.last_event)
    number = connection.execute(changed).scalar_one()
    row = {"job_id": job_id, "number": number, "at": now(), "kind": event, "text_vi": text.vi, "text_en": text.en}
    connection.execute(insert(EVENTS).values(row | {"share": told_share}))
