"""The one way a request writes: once for each idempotency key, with an author, answered only when it is kept.

A write, its line in the audit trail and its answer under the idempotency key are one transaction: after a crash either
all of them are there or none. A request that is refused keeps nothing, so that the key may be used again.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from fastapi import Request, Response
from pydantic import BaseModel
from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from api.access.caller import Caller
from api.service.audit import enter_audit
from api.service.context import Service
from api.service.logs import LOG
from api.service.problems import ServiceError
from api.service.tables import IDEMPOTENT_ANSWERS
from api.service.turns import end_turn
from supplychain.database import DatabaseTroubleError, for_writing, is_sqlite
from supplychain.registry.writing import now
from supplychain.text import Text

KEY_HEADER: Final = "idempotency-key"
REPLAYED_HEADER: Final = "Idempotency-Replayed"
LONGEST_KEY: Final = 255
KEY_FORM: Final = re.compile(rf"[!-~]{{1,{LONGEST_KEY}}}")
KEPT_FOR: Final = timedelta(hours=24)
CLEANED_AT_ONCE: Final = 200
UNFINISHED: Final = 0

WRONG_KEY: Final = Text(
    en="Idempotency-Key must be 1 to 255 visible ASCII characters, such as a UUID.",
    vi="Idempotency-Key phải gồm 1 đến 255 ký tự ASCII nhìn thấy được, ví dụ một UUID.",
)
OTHER_REQUEST: Final = Text(
    en="This Idempotency-Key was used for another request. Send a new key with a new request.",
    vi="Idempotency-Key này đã dùng cho một yêu cầu khác. Hãy gửi khóa mới cho yêu cầu mới.",
)
SHOWN_ONCE: Final = Text(
    en="This was done already, and what it showed is shown only once. Make a new one if it was lost.",
    vi="Việc này đã làm xong, và nội dung chỉ hiện một lần. Nếu bị mất, hãy tạo cái mới.",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a write answers.

    Parameters
    ----------
    status
        HTTP status code.
    body
        The answer; None for one without a body.
    headers
        Such as ``ETag`` and ``Location``.
    subject
        Id of what was written, for the audit trail.
    after
        Called when the write is kept, in turn: to wake a worker, for example. Nothing may depend on them.
    is_kept
        False where the body holds a secret that is shown once: it is not kept for a repeat under the same key.
    """

    status: int
    body: BaseModel | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    subject: str = ""
    after: tuple[Callable[[], None], ...] = ()
    is_kept: bool = True


@dataclass(frozen=True, slots=True)
class _Ask:
    """A request under an idempotency key."""

    account_id: str
    key: str
    fingerprint: str


def write(
    request: Request, service: Service, caller: Caller, action: str, make: Callable[[Connection], Answer]
) -> Response:
    """Write in one transaction and return the answer; the same request under the same key is answered again.

    Parameters
    ----------
    action
        What is done, for the audit trail, such as ``organisations.create``.
    make
        Does it on the connection, which holds the write lock of the embedded database; it may raise to refuse.

    Raises
    ------
    ServiceError
        If the idempotency key is none or belongs to another request, or ``make`` refuses.
    """
    ask = _asked(request, caller)
    with for_writing(service.engine).begin() as connection:
        if ask is not None:
            known = _claim(connection, ask)
            if known is not None:
                return known
        answer = make(connection)
        body = None if answer.body is None else answer.body.model_dump_json(by_alias=True)
        enter_audit(connection, caller, action, answer.subject, request.state.request_id)
        if ask is not None:
            _keep(connection, ask, answer, body)
    end_turn(request)
    _follow(answer.after)
    return _response(answer.status, body, answer.headers)


def _follow(calls: tuple[Callable[[], None], ...]) -> None:
    """Do what follows a write that is kept: trouble with it is no trouble of the write, which is answered as it is."""
    for call in calls:
        try:
            call()
        except (DBAPIError, PoolTimeoutError, DatabaseTroubleError) as error:
            LOG.warning(
                "what follows a write was left undone, as the database did not answer: %s", type(error).__name__
            )


def _response(status: int, body: str | None, headers: Mapping[str, str]) -> Response:
    kind = None if body is None else "application/json"
    return Response(content=body, status_code=status, headers=dict(headers), media_type=kind)


def _asked(request: Request, caller: Caller) -> _Ask | None:
    key = request.headers.get(KEY_HEADER)
    if key is None or caller.account_id is None:
        return None
    if not KEY_FORM.fullmatch(key):
        raise ServiceError(WRONG_KEY, "bad_request")
    described = [request.method, request.url.path, request.url.query, request.headers.get("if-match"), sent(request)]
    # What somebody may see no more, as their claim was taken back or the key is a narrower one, is not answered again.
    described += [*sorted(caller.roles), repr(caller.viewer)]
    fingerprint = hashlib.sha256(json.dumps(described).encode()).hexdigest()
    return _Ask(caller.account_id, key, fingerprint)


def sent(request: Request) -> str:
    """Return the SHA-256 of the body as it arrived, in hexadecimal digits; the body has been read."""
    arrived: Any = getattr(request.state, "body_hash", None)
    return "" if arrived is None else str(arrived.hexdigest())


def _claim(connection: Connection, ask: _Ask) -> Response | None:
    """Take a key for this request, or return the answer of the one that had it; waits for one that is under way."""
    insert = insert_sqlite if is_sqlite(connection) else insert_postgresql
    old = select(IDEMPOTENT_ANSWERS.c.account_id, IDEMPOTENT_ANSWERS.c.idempotency_key)
    old = old.where(IDEMPOTENT_ANSWERS.c.made_at < (datetime.now(UTC) - KEPT_FOR).isoformat(timespec="microseconds"))
    for account_id, key in connection.execute(old.limit(CLEANED_AT_ONCE).with_for_update(skip_locked=True)).all():
        connection.execute(delete(IDEMPOTENT_ANSWERS).where(_is_key(account_id, key)))
    row = {
        "account_id": ask.account_id,
        "idempotency_key": ask.key,
        "fingerprint": ask.fingerprint,
        "status": UNFINISHED,
        "headers": "{}",
        "body": None,
        "is_kept": 1,
        "made_at": now(),
    }
    entered = insert(IDEMPOTENT_ANSWERS).values(row).on_conflict_do_nothing()
    if connection.scalar(entered.returning(IDEMPOTENT_ANSWERS.c.account_id)) is not None:
        return None
    kept = connection.execute(select(IDEMPOTENT_ANSWERS).where(_is_key(ask.account_id, ask.key))).mappings().one()
    if kept["fingerprint"] != ask.fingerprint:
        raise ServiceError(OTHER_REQUEST, "invalid")
    if not kept["is_kept"]:
        raise ServiceError(SHOWN_ONCE, "conflict")
    return _response(kept["status"], kept["body"], {**json.loads(kept["headers"]), REPLAYED_HEADER: "true"})


def _keep(connection: Connection, ask: _Ask, answer: Answer, body: str | None) -> None:
    values = {
        "status": answer.status,
        "headers": json.dumps(dict(answer.headers)),
        "body": body if answer.is_kept else None,
        "is_kept": int(answer.is_kept),
    }
    connection.execute(update(IDEMPOTENT_ANSWERS).where(_is_key(ask.account_id, ask.key)).values(values))


def _is_key(account_id: str, key: str) -> Any:  # noqa: ANN401 - SQLAlchemy's own type of a condition
    return (IDEMPOTENT_ANSWERS.c.account_id == account_id) & (IDEMPOTENT_ANSWERS.c.idempotency_key == key)
