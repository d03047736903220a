"""Attempts at a job: claimed, told about, ended; each change shows the number of its attempt and is refused without it.

A run ends once because its end is one statement: it changes the row of a job that is running under this very attempt,
or nothing. A worker that was paused while another took its job over finds that its number no longer stands there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Engine, delete, insert, select, update

from api.access.caller import Caller, operator
from api.access.known import caller_of_account
from api.jobs.queue import CANCELLED, OPEN_STATES, ask_to_cancel, change_row, end_row
from api.jobs.tables import JOB_FILES, JOBS, RESULTS, STEPS
from api.service.field_names import with_fields
from api.service.problems import ServiceError
from supplychain.database import for_writing
from supplychain.errors import FindingsError, HinterlandError
from supplychain.registry.writing import now
from supplychain.text import Text

MOST_FINDINGS: Final = 1000

BEGUN: Final = Text(en="Begun", vi="Đã bắt đầu")
DONE: Final = Text(en="Done", vi="Đã xong")
GIVEN_BACK: Final = Text(
    en="The worker is being stopped; another one goes on", vi="Máy xử lý đang dừng; máy khác sẽ làm tiếp"
)
NO_ACCOUNT: Final = Text(
    en="The account that asked for this job is closed. Ask for it with another account.",
    vi="Tài khoản yêu cầu công việc này đã đóng. Hãy yêu cầu lại bằng tài khoản khác.",
)
DIED: Final = Text(
    en="The job was given up after {times} attempts that were cut short: its process died, or the database did not "
    "answer. It may need more memory than there is.",
    vi="Công việc bị bỏ sau {times} lần bị ngắt giữa chừng: tiến trình chết, hoặc cơ sở dữ liệu không trả lời. "
    "Có thể việc này cần nhiều bộ nhớ hơn hiện có.",
)
FAULT: Final = Text(
    en="The program has a fault, and the job ended. Report the job id {job_id}.",
    vi="Chương trình có lỗi nên công việc đã dừng. Hãy báo mã công việc {job_id}.",
)


class JobLostError(BaseException):
    """Another worker has this job now: whatever runs it here stops. No Exception, so that nothing takes it for one."""


class JobCancelledError(BaseException):
    """Somebody cancelled the job: whatever runs it tidies up and stops. No Exception, so that nothing goes on."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at a job.

    Parameters
    ----------
    job_id, kind, parent_id
        The job.
    number
        Which attempt; only the latest may change the job.
    deaths
        How many attempts ended with the death of their worker.
    priority
        Of the job.
    request
        What it is to do, a JSON object.
    caller
        Who asked, as JSON.
    """

    job_id: str
    kind: str
    parent_id: str | None
    number: int
    deaths: int
    priority: int
    request: Mapping[str, Any]
    caller: Mapping[str, Any]


def claim(engine: Engine, job_id: str, worker_id: str) -> Attempt | None:
    """Take a job for a worker and return the attempt; None where it has ended or is gone.

    A job that is still running belongs to a worker that died: its attempt no longer counts from now on.
    """
    with for_writing(engine).begin() as connection:
        row = connection.execute(select(JOBS).where(JOBS.c.job_id == job_id).with_for_update()).mappings().one_or_none()
        if row is None or row["state"] not in OPEN_STATES:
            return None
        if row["cancelled_by"] is not None:
            end_row(connection, job_id, "cancelled", CANCELLED)
            return None
        number, deaths = row["attempt"] + 1, row["deaths"] + (row["state"] == "running")
        values = {"state": "running", "attempt": number, "deaths": deaths, "worker_id": worker_id}
        change_row(connection, job_id, "running", BEGUN, started_at=row["started_at"] or now(), **values)
        request, caller = json.loads(row["request"]), json.loads(row["caller"])
        return Attempt(job_id, row["kind"], row["parent_id"], number, deaths, row["priority"], request, caller)


def hold(connection: Connection, attempt: Attempt) -> None:
    """Make sure that an attempt still stands, until the transaction ends.

    Raises
    ------
    JobLostError
        If another worker has the job, or it has ended.
    """
    mine = (JOBS.c.job_id == attempt.job_id) & (JOBS.c.attempt == attempt.number) & (JOBS.c.state == "running")
    if connection.scalar(select(JOBS.c.fid).where(mine).with_for_update()) is None:
        raise JobLostError


def is_cancelled(connection: Connection, attempt: Attempt) -> bool:
    """Return whether somebody asked to cancel the job."""
    return connection.scalar(select(JOBS.c.cancelled_by).where(JOBS.c.job_id == attempt.job_id)) is not None


def tell(engine: Engine, attempt: Attempt, text: Text, share: float | None) -> None:
    """Tell how far a job is.

    Raises
    ------
    JobLostError
        If another worker has the job.
    JobCancelledError
        If somebody cancelled it.
    """
    with for_writing(engine).begin() as connection:
        hold(connection, attempt)
        if is_cancelled(connection, attempt):
            raise JobCancelledError
        change_row(connection, attempt.job_id, "progress", text, told_share=share, share=share)


def end_done(engine: Engine, attempt: Attempt, result: Mapping[str, Any]) -> None:
    """Keep what a job gave and say that it is done, in one transaction; a cancelled job ends as cancelled.

    Raises
    ------
    JobLostError
        If another worker has the job, or it has ended.
    """
    text = json.dumps(result, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    with for_writing(engine).begin() as connection:
        hold(connection, attempt)
        if is_cancelled(connection, attempt):
            end_row(connection, attempt.job_id, "cancelled", CANCELLED)
            return
        connection.execute(insert(RESULTS).values(job_id=attempt.job_id, result=text))
        end_row(connection, attempt.job_id, "done", DONE, told_share=1.0, share=1.0)
        connection.execute(delete(STEPS).where(STEPS.c.job_id == attempt.job_id))


def end_failed(engine: Engine, attempt: Attempt, error: Mapping[str, Any]) -> None:
    """Say that a job failed, and why; its parts are cancelled.

    Raises
    ------
    JobLostError
        If another worker has the job, or it has ended.
    """
    text = Text(en=error["en"], vi=error["vi"])
    with for_writing(engine).begin() as connection:
        hold(connection, attempt)
        if is_cancelled(connection, attempt):
            end_row(connection, attempt.job_id, "cancelled", CANCELLED)
            return
        end_row(connection, attempt.job_id, "failed", text, error=json.dumps(error, ensure_ascii=False))
        cancel_parts(connection, attempt.job_id)


def end_cancelled(engine: Engine, attempt: Attempt) -> None:
    """Say that a job was cancelled, after what ran it has stopped.

    Raises
    ------
    JobLostError
        If another worker has the job, or it has ended.
    """
    with for_writing(engine).begin() as connection:
        hold(connection, attempt)
        end_row(connection, attempt.job_id, "cancelled", CANCELLED)
        cancel_parts(connection, attempt.job_id)


def cancel_parts(connection: Connection, job_id: str) -> None:
    """Cancel the parts of a job that go on although it has ended."""
    parts = select(JOBS.c.job_id).where(JOBS.c.parent_id == job_id, JOBS.c.state.in_(OPEN_STATES))
    for part in connection.scalars(parts).all():
        ask_to_cancel(connection, part, "parent")


def give_back(engine: Engine, attempt: Attempt) -> None:
    """Let a job wait again, as its worker is being stopped; that is no death.

    Raises
    ------
    JobLostError
        If another worker has the job, or it has ended.
    """
    with for_writing(engine).begin() as connection:
        hold(connection, attempt)
        change_row(connection, attempt.job_id, "queued", GIVEN_BACK, state="queued", worker_id=None)


def standing(engine: Engine, attempts: Mapping[str, int]) -> Mapping[str, bool]:
    """Return of the attempts (number by job) that still stand whether the job is to be cancelled."""
    query = select(JOBS.c.job_id, JOBS.c.attempt, JOBS.c.cancelled_by)
    query = query.where(JOBS.c.job_id.in_(attempts), JOBS.c.state == "running")
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    return {row.job_id: row.cancelled_by is not None for row in rows if row.attempt == attempts[row.job_id]}


def caller_of(engine: Engine, described: Mapping[str, Any]) -> Caller:
    """Return who asked for a job as they are now: roles won since do not count, roles lost since are lost.

    Raises
    ------
    ServiceError
        If the account is closed.
    """
    if described["means"] == "operator":
        return operator(described["name"])
    with engine.connect() as connection:
        found = caller_of_account(connection, described["account_id"], described["roles"])
    if found is None:
        raise ServiceError(NO_ACCOUNT, "forbidden")
    return found


def described_error(error: HinterlandError) -> dict[str, Any]:
    """Return an error as it is kept with a job that failed."""
    code = error.code if isinstance(error, ServiceError) else "invalid"
    told = error.text if isinstance(error, ServiceError) else with_fields(error.text)
    described: dict[str, Any] = {"code": code, "en": told.en, "vi": told.vi}
    if isinstance(error, FindingsError):
        described["findings"] = [
            {
                "file": finding.file,
                "row": finding.row,
                "column": finding.column,
                "character": finding.character,
                "en": with_fields(finding.text).en,
                "vi": with_fields(finding.text).vi,
            }
            for finding in error.findings[:MOST_FINDINGS]
        ]
    return described


def program_fault(job_id: str) -> dict[str, Any]:
    """Return the error of a job that met a fault of the program."""
    text = FAULT.format(job_id=job_id)
    return {"code": "internal", "en": text.en, "vi": text.vi}


def too_many_deaths(deaths: int) -> dict[str, Any]:
    """Return the error of a job whose workers died again and again."""
    text = DIED.format(times=deaths)
    return {"code": "unavailable", "en": text.en, "vi": text.vi}


def read_step(engine: Engine, attempt: Attempt, name: str) -> Mapping[str, Any] | None:
    """Return what a step gave, or None where it has not ended."""
    query = select(STEPS.c.result).where(STEPS.c.job_id == attempt.job_id, STEPS.c.name == name)
    with engine.connect() as connection:
        text = connection.scalar(query)
    return None if text is None else dict(json.loads(text))


def keep_step(engine: Engine, attempt: Attempt, name: str, result: Mapping[str, Any]) -> Mapping[str, Any]:
    """Keep what a step gave, and return it as it is kept.

    Raises
    ------
    JobLostError
        If another worker has the job.
    """
    text = json.dumps(result, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    with for_writing(engine).begin() as connection:
        hold(connection, attempt)
        connection.execute(insert(STEPS).values(job_id=attempt.job_id, name=name, result=text))
    return dict(json.loads(text))


def enter_file(connection: Connection, attempt: Attempt, row: Mapping[str, Any]) -> str | None:
    """Enter a file as a result of the job, and return the id of the one that had its name before.

    Raises
    ------
    JobLostError
        If another worker has the job.
    """
    hold(connection, attempt)
    mine = (JOB_FILES.c.job_id == attempt.job_id) & (JOB_FILES.c.name == row["name"])
    old = connection.scalar(select(JOB_FILES.c.file_id).where(mine))
    if old is None:
        connection.execute(insert(JOB_FILES).values(job_id=attempt.job_id, **row))
    else:
        connection.execute(update(JOB_FILES).where(mine).values(**row))
    return old
