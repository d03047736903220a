"""Answers of endpoints whose work is a job: 202 and where to look, or the result itself for who prefers to wait."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, cast

from fastapi import Request, Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send

from api.access.caller import Caller
from api.jobs.models import JobModel, read_job
from api.jobs.queue import submit
from api.jobs.watching import watch_of
from api.service.answers import language_from, problem
from api.service.context import Service
from api.service.problems import ProblemCode, not_found
from api.service.writing import REPLAYED_HEADER, Answer, write
from supplychain.text import Language, Text

JOB: Final = Text(en="job", vi="công việc")
JOBS_PATH: Final = "/api/v1/jobs/"
LONGEST_WAIT_S: Final = 10
END_ONLY: Final = 2**31
_WAIT: Final = re.compile(r"(?:^|[,;\s])wait\s*=\s*\"?(\d{1,6})\"?\s*(?=$|[,;])", re.IGNORECASE)


def ask(
    request: Request,
    service: Service,
    caller: Caller,
    kind: str,
    asked: Mapping[str, Any],
    title: str = "",
    priority: int | None = None,
) -> Response:
    """Enter a job and answer as ``job_answer`` does: all that an endpoint needs whose work is a job.

    Parameters
    ----------
    kind, asked, title, priority
        As of ``api.jobs.queue.submit``.

    Raises
    ------
    ServiceError
        If the caller may not ask for it or has too many jobs, or the idempotency key belongs to another request.
    """

    def make(connection: Connection) -> Answer:
        job_id = submit(connection, kind, asked, caller, priority=priority, title=title)
        return job_entered(service, connection, job_id, language_from(request.scope))

    written = write(request, service, caller, f"jobs.{kind}", make)
    answered = job_answer(service, request, written.headers["location"].removeprefix(JOBS_PATH))
    if REPLAYED_HEADER in written.headers:
        answered.headers[REPLAYED_HEADER] = written.headers[REPLAYED_HEADER]
    return answered


def job_entered(service: Service, connection: Connection, job_id: str, language: Language) -> Answer:
    """Return the answer of a write that entered a job: 202, where it is, and the waking of a worker."""
    body = _found(read_job(connection, job_id, language), job_id)
    wake = (lambda: service.jobs.wake(job_id),)
    return Answer(202, body, {"Location": JOBS_PATH + job_id}, subject=job_id, after=wake)


def job_answer(service: Service, request: Request, job_id: str) -> Response:
    """Return 202 with the job and its address; where ``Prefer: wait=N`` was sent, the ended job (RFC 7240).

    A job that ends within the time is answered with 200 and its result, one that fails with its problem. No thread is
    held while a request waits.

    Parameters
    ----------
    service, request
        The service and the request.
    job_id
        A job of the caller, entered and kept.
    """
    wait_s = wait_of(request)
    if wait_s is None:
        with service.engine.connect() as connection:
            job = _found(read_job(connection, job_id, language_from(request.scope)), job_id)
        return _answer(job, 202)
    return _WaitingResponse(service, request, job_id, wait_s)


def wait_of(request: Request) -> int | None:
    """Return how many seconds a request prefers to wait, none more than we keep it; None where it says nothing."""
    for header in request.headers.getlist("prefer"):
        found = _WAIT.search(header)
        if found is not None:
            return min(int(found[1]), LONGEST_WAIT_S)
    return None


class _WaitingResponse(Response):
    """An answer that waits for a job before it begins."""

    def __init__(self, service: Service, request: Request, job_id: str, wait_s: int) -> None:
        super().__init__(status_code=202)
        self._service, self._request, self._job_id, self._wait_s = service, request, job_id, wait_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        watch = watch_of(self._request, self._service.engine)
        await watch.wait(self._job_id, END_ONLY, self._wait_s)
        answer = await run_in_threadpool(self._answer)
        answer.headers["Preference-Applied"] = f"wait={self._wait_s}"
        kept = {REPLAYED_HEADER: self.headers[REPLAYED_HEADER]} if REPLAYED_HEADER in self.headers else {}
        answer.headers.update(kept)
        await answer(scope, receive, send)

    def _answer(self) -> Response:
        with self._service.engine.connect() as connection:
            language = language_from(self._request.scope)
            job = _found(read_job(connection, self._job_id, language, with_result=True), self._job_id)
        if job.state != "failed" or job.error is None:
            return _answer(job, 200 if job.state in {"done", "cancelled"} else 202)
        extra: dict[str, Any] = {"job_id": job.job_id}
        if job.error.findings:
            extra["findings"] = [finding.model_dump() for finding in job.error.findings]
        detail = Text(en=job.error.detail, vi=job.error.detail)
        where = {"Location": JOBS_PATH + job.job_id}
        return problem(self._request.scope, cast("ProblemCode", job.error.code), detail, headers=where, extra=extra)


def _answer(job: JobModel, status: int) -> Response:
    where = {"Location": JOBS_PATH + job.job_id, "Cache-Control": "no-store"}
    return Response(job.model_dump_json(), status, where, "application/json")


def _found(job: JobModel | None, job_id: str) -> JobModel:
    if job is None:
        raise not_found(JOB, job_id)
    return job
