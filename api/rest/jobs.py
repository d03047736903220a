"""Jobs over REST: lists, one, its events as they come, its result and files, cancelling, another try."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy import Connection, RowMapping, select, update
from starlette.concurrency import run_in_threadpool

from api.access.caller import Caller
from api.access.guard import CallerParameter, allowed
from api.files.answers import file_answer
from api.files.store import FILE, read_file
from api.jobs.answers import JOB, job_answer, job_entered, wait_of
from api.jobs.catalogue import JOB_KINDS
from api.jobs.models import JobModel, State, job_rows, read_events, read_files, read_job, read_result, show_job
from api.jobs.queue import ENDED_STATES, ask_to_cancel, submit
from api.jobs.tables import JOB_FILES, JOBS
from api.jobs.watching import watch_of
from api.service.answers import language_from
from api.service.context import Service, ServiceParameter
from api.service.paging import Page, PageParameter
from api.service.problems import ServiceError, not_found
from api.service.writing import Answer, write
from supplychain.text import Language, Text

ROUTER: Final = APIRouter(prefix="/jobs")

EVENTS_AT_ONCE: Final = 200
SILENCE_S: Final = 15.0
"""After so long without an event a comment is sent, so that nothing between here and there cuts the line."""

LINES: Final = 40
"""Stretches of waiting after which a stream ends; whoever listens comes back with ``Last-Event-ID``."""

STREAM: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "Sự kiện theo thứ tự · Events in order",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}
RESULT: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "Kết quả · What the job gave",
        "content": {"application/json": {"schema": {"type": "object"}}},
    }
}
CONTENTS: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "Nội dung tệp · Contents of the file",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}

NO_RESULT: Final = Text(
    en="The job is {state}, so there is no result (yet). Wait for its end, or ask for it again.",
    vi="Công việc đang ở trạng thái {state} nên (chưa) có kết quả. Hãy đợi xong, hoặc yêu cầu lại.",
)
HAS_ENDED: Final = Text(
    en="The job has ended already; there is nothing to cancel.",
    vi="Công việc đã kết thúc; không còn gì để hủy.",
)
NOT_ENDED: Final = Text(
    en="The job is {state}; only one that failed or was cancelled is tried again.",
    vi="Công việc đang ở trạng thái {state}; chỉ làm lại việc bị lỗi hoặc đã hủy.",
)
NOT_YOURS: Final = Text(
    en="Only the account that asked for a job may try it again.",
    vi="Chỉ tài khoản đã yêu cầu công việc mới được làm lại.",
)
IS_PART: Final = Text(
    en="This is a part of the job {job}. Ask for that one again.",
    vi="Đây là một phần của công việc {job}. Hãy yêu cầu lại công việc đó.",
)

NO_KIND: Final = Text(
    en="This version of the program has no jobs of kind {kind} any more. Ask for it in another way.",
    vi="Phiên bản này không còn loại công việc {kind}. Hãy yêu cầu theo cách khác.",
)

JobId = Annotated[
    str, Path(max_length=60, description="Mã công việc · Id of the job", examples=["job_a2b3c4d5e6f7a2b3c4d5"])
]


def sees_all(caller: Caller) -> bool:
    """Return whether somebody sees the jobs of every account."""
    return "administrator" in caller.roles


def seen_row(connection: Connection, caller: Caller, job_id: str) -> RowMapping:
    """Return the row of a job that a caller may see.

    Raises
    ------
    ServiceError
        If there is no such job, or it is somebody else's: nobody can tell which.
    """
    query = job_rows().add_columns(JOBS.c.request).where(JOBS.c.job_id == job_id)
    row = connection.execute(query).mappings().one_or_none()
    if row is None or not (sees_all(caller) or row["account_id"] == caller.account_id):
        raise not_found(JOB, job_id)
    return row


@ROUTER.get("", dependencies=[allowed("jobs:own")], summary="Các công việc · Jobs")
def list_jobs(  # noqa: PLR0913, PLR0917 - FastAPI reads every parameter from an argument
    request: Request,
    service: ServiceParameter,
    caller: CallerParameter,
    page: PageParameter,
    state: Annotated[State | None, Query(description="Ở trạng thái này · In this state", examples=["running"])] = None,
    kind: Annotated[
        str | None, Query(max_length=60, description="Thuộc loại này · Of this kind", examples=["plan"])
    ] = None,
    parent_id: Annotated[
        str | None,
        Query(max_length=60, description="Các phần của công việc này · Parts of this job", examples=["job_a2b3c4d5"]),
    ] = None,
    account_id: Annotated[
        str | None,
        Query(
            max_length=60,
            description="Của tài khoản này; * là của mọi tài khoản (chỉ quản trị viên) · "
            "Of this account; * for every account (administrators only)",
            examples=["acc_k3vq7a2mxn4pz6ts5bcd"],
        ),
    ] = None,
) -> Page[JobModel]:
    """Công việc của bạn, mới nhất trước · Your jobs, the latest first."""
    query = job_rows().order_by(JOBS.c.fid.desc()).limit(page.fetch)
    # Whoever may not see another account's jobs asks in vain, as if there were none.
    if not (account_id == "*" and sees_all(caller)):
        query = query.where(JOBS.c.account_id == (account_id or caller.account_id))
    if not sees_all(caller):
        query = query.where(JOBS.c.account_id == caller.account_id)
    for column, value in ((JOBS.c.state, state), (JOBS.c.kind, kind)):
        if value is not None:
            query = query.where(column == value)
    query = query.where(JOBS.c.parent_id.is_(None) if parent_id is None else JOBS.c.parent_id == parent_id)
    if page.after is not None:
        query = query.where(JOBS.c.fid < page.after[0])
    language = language_from(request.scope)
    with service.engine.connect() as connection:
        rows = connection.execute(query).mappings().all()
        shown, following = page.cut(rows, lambda row: (row["fid"],))
        items = [show_job(row, read_files(connection, row["job_id"]), language) for row in shown]
    return Page[JobModel](items=items, next=following)


@ROUTER.get(
    "/{job_id}",
    dependencies=[allowed("jobs:own")],
    summary="Một công việc · A job",
    response_model=JobModel,
)
def get_job(
    request: Request,
    service: ServiceParameter,
    caller: CallerParameter,
    job_id: JobId,
    prefer: Annotated[
        str | None,
        Header(
            max_length=200,
            description="wait=N: đợi tới N giây (tối đa 10) cho đến khi xong · "
            "wait=N: waits up to N seconds (10 at most) for its end",
            examples=["wait=10"],
        ),
    ] = None,
) -> Response:
    """Công việc như hiện tại · The job as it is now."""
    del prefer  # read from the request itself, and named here for the documentation
    with service.engine.connect() as connection:
        seen_row(connection, caller, job_id)
        job = read_job(connection, job_id, language_from(request.scope))
    if wait_of(request) is not None and job is not None and job.state not in ENDED_STATES:
        return job_answer(service, request, job_id)
    body = None if job is None else job.model_dump_json()
    return Response(body, headers={"Cache-Control": "no-store"}, media_type="application/json")


@ROUTER.get(
    "/{job_id}/result",
    dependencies=[allowed("jobs:own")],
    summary="Kết quả của công việc · What a job gave",
    responses=RESULT,
)
def get_job_result(service: ServiceParameter, caller: CallerParameter, job_id: JobId) -> Response:
    """Kết quả dạng JSON, khi công việc đã xong · The result as JSON, once the job is done."""
    with service.engine.connect() as connection:
        row = seen_row(connection, caller, job_id)
        result = read_result(connection, job_id)
    if result is None:
        raise ServiceError(NO_RESULT.format(state=row["state"]), "conflict")
    return Response(result, headers={"Cache-Control": "private, no-cache"}, media_type="application/json")


@ROUTER.get(
    "/{job_id}/files/{name}",
    dependencies=[allowed("jobs:own")],
    summary="Một tệp của công việc · A file of a job",
    response_class=Response,
    responses=CONTENTS,
)
def get_job_file(
    request: Request,
    service: ServiceParameter,
    caller: CallerParameter,
    job_id: JobId,
    name: Annotated[
        str, Path(max_length=255, description="Tên tệp của kết quả · Name of the file", examples=["plan.json"])
    ],
) -> Response:
    """Nội dung một tệp mà công việc đã tạo · The contents of a file that the job gave."""
    with service.engine.connect() as connection:
        seen_row(connection, caller, job_id)
        query = select(JOB_FILES.c.file_id).where(JOB_FILES.c.job_id == job_id, JOB_FILES.c.name == name)
        file_id = connection.scalar(query)
    if file_id is None:
        raise not_found(FILE, name)
    return file_answer(request, service.engine, read_file(service.engine, file_id))


@ROUTER.get(
    "/{job_id}/events",
    dependencies=[allowed("jobs:own")],
    summary="Tiến độ theo dòng sự kiện · Progress as server-sent events",
    response_class=StreamingResponse,
    responses=STREAM,
)
def stream_job_events(
    request: Request,
    service: ServiceParameter,
    caller: CallerParameter,
    job_id: JobId,
    last_event_id: Annotated[
        int,
        Header(
            ge=0,
            le=2**31 - 1,
            description="Chỉ gửi các sự kiện sau số này · Only events after this number",
            examples=[3],
        ),
    ] = 0,
) -> StreamingResponse:
    """Từng sự kiện khi xảy ra (text/event-stream), đến khi công việc kết thúc · Every event as it happens, to the end.

    Mỗi sự kiện có số (id), loại (queued, running, progress, done, failed, cancelled) và JSON. Khi đứt, gửi lại
    Last-Event-ID để nhận tiếp. · Each has a number (id), a kind and JSON; after a break, Last-Event-ID goes on.
    """
    with service.engine.connect() as connection:
        seen_row(connection, caller, job_id)
    stream = _events(request, service, job_id, last_event_id)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(stream, headers=headers, media_type="text/event-stream")


async def _events(request: Request, service: Service, job_id: str, after: int) -> AsyncIterator[str]:
    language, watch = language_from(request.scope), watch_of(request, service.engine)
    yield "retry: 1000\n\n"
    for _ in range(LINES):
        while rows := await run_in_threadpool(_read, service, job_id, after):
            for row in rows:
                yield event_text(row, language)
                if row["kind"] in ENDED_STATES:
                    return
            after = rows[-1]["number"]
        mark = await watch.wait(job_id, after, SILENCE_S)
        if mark is None or (mark.has_ended and mark.last_event <= after):
            return
        if mark.last_event <= after:
            yield ": still here\n\n"


def _read(service: Service, job_id: str, after: int) -> list[RowMapping]:
    with service.engine.connect() as connection:
        return read_events(connection, job_id, after, EVENTS_AT_ONCE)


def event_text(row: RowMapping, language: Language) -> str:
    """Return an event as a stream has it (the WHATWG's server-sent events)."""
    data = {"at": row["at"], "kind": row["kind"], "message": row[f"text_{language}"], "share": row["share"]}
    # No line of JSON holds a line break, so one data line is the whole of it.
    return f"id: {row['number']}\nevent: {row['kind']}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


@ROUTER.post(
    "/{job_id}/cancel",
    dependencies=[allowed("jobs:own")],
    summary="Hủy công việc · Cancel a job",
    status_code=202,
    response_model=JobModel,
)
def cancel_job(request: Request, service: ServiceParameter, caller: CallerParameter, job_id: JobId) -> Response:
    """Việc đang chờ được hủy ngay; việc đang chạy dừng trong vài giây · Waiting: at once; running: within seconds."""

    def make(connection: Connection) -> Answer:
        row = seen_row(connection, caller, job_id)
        if not ask_to_cancel(connection, job_id, caller.name) and row["state"] != "cancelled":
            raise ServiceError(HAS_ENDED, "conflict")
        body = read_job(connection, job_id, language_from(request.scope))
        return Answer(202, body, subject=job_id, after=(lambda: service.jobs.cancel(job_id),))

    return write(request, service, caller, "jobs.cancel", make)


@ROUTER.post(
    "/{job_id}/retry",
    dependencies=[allowed("jobs:own")],
    summary="Làm lại công việc · Try a job again",
    status_code=202,
    response_model=JobModel,
)
def retry_job(request: Request, service: ServiceParameter, caller: CallerParameter, job_id: JobId) -> Response:
    """Tạo công việc mới với cùng yêu cầu; công việc cũ giữ nguyên · A new job that is asked the same; the old stays."""

    def make(connection: Connection) -> Answer:
        row = seen_row(connection, caller, job_id)
        if row["account_id"] != caller.account_id:
            raise ServiceError(NOT_YOURS, "forbidden")
        if row["parent_id"] is not None:
            raise ServiceError(IS_PART.format(job=row["parent_id"]), "conflict")
        if row["state"] not in {"failed", "cancelled"}:
            raise ServiceError(NOT_ENDED.format(state=row["state"]), "conflict")
        if row["kind"] not in JOB_KINDS:
            raise ServiceError(NO_KIND.format(kind=row["kind"]), "gone")
        asked = json.loads(row["request"])
        made = submit(connection, row["kind"], asked, caller, priority=row["priority"], title=row["title"])
        connection.execute(update(JOBS).where(JOBS.c.job_id == made).values(retry_of=job_id))
        return job_entered(service, connection, made, language_from(request.scope))

    return write(request, service, caller, "jobs.retry", make)
