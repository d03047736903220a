"""A job as the service shows it, with texts in the caller's language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, Literal

from sqlalchemy import Connection, RowMapping, Select, select

from api.jobs.catalogue import JOB_KINDS
from api.jobs.tables import EVENTS, JOB_FILES, JOBS, RESULTS
from api.rest.fields import Model, told
from api.service.answers import FindingModel
from supplychain.text import Language

State = Literal["queued", "running", "done", "failed", "cancelled"]


class JobFileModel(Model):
    """A file that a job gave."""

    name: str = told("Name of the file", "Tên tệp", "plan.json")
    file_id: str = told("Its id, to fetch it under /files", "Mã tệp, để tải ở /files", "file_a2b3c4d5e6f7a2b3c4d5")
    media_type: str = told("Kind of its contents", "Kiểu nội dung", "application/json")
    size: int = told("Bytes", "Số byte", 20480)
    sha256: str = told("SHA-256 of the contents", "SHA-256 của nội dung", "9f86d081884c7d659a2feaa0c55ad015")


class JobErrorModel(Model):
    """Why a job failed."""

    code: str = told("Kind of problem, as problems of requests have it", "Loại lỗi, như lỗi của yêu cầu", "invalid")
    detail: str = told("What went wrong and what to do", "Sai ở đâu và cách xử lý", "Tệp không có dòng nào.")
    findings: list[FindingModel] = told("Everything found wrong, with places", "Mọi chỗ sai, có vị trí", [], default=[])


class JobModel(Model):
    """A job."""

    job_id: str = told("Id of the job", "Mã công việc", "job_a2b3c4d5e6f7a2b3c4d5")
    kind: str = told("Kind of job", "Loại công việc", "plan")
    title: str = told("What people call it", "Tên gọi", "Lập phương án")
    state: State = told(
        "queued, running, and then for good done, failed or cancelled",
        "queued (đang chờ), running (đang chạy), rồi kết thúc hẳn: done (xong), failed (lỗi) hoặc cancelled (đã hủy)",
        "running",
    )
    priority: int = told("1 is first, 9 last", "1 là trước nhất, 9 là sau cùng", 5)
    created_at: str = told("When it was asked for, UTC", "Thời điểm yêu cầu, UTC", "2026-01-05T08:00:00.000000+00:00")
    started_at: str | None = told(
        "When a worker first took it", "Lúc máy xử lý bắt đầu", "2026-01-05T08:00:01.000000+00:00", default=None
    )
    ended_at: str | None = told("When it ended", "Lúc kết thúc", "2026-01-05T08:01:00.000000+00:00", default=None)
    share: float | None = told(
        "How much is done, 0 to 1, where known", "Phần đã xong, 0 đến 1, nếu biết", 0.4, default=None
    )
    message: str = told("What it is at", "Đang làm gì", "Lập phương án: vòng 3")
    attempt: int = told(
        "How often it was begun; more than once where a worker stopped", "Số lần bắt đầu; hơn một nếu máy dừng", 1
    )
    cancelled_by: str | None = told("Who asked to cancel it", "Ai yêu cầu hủy", "Lan", default=None)
    parent_id: str | None = told("The job it is a part of", "Công việc mà nó là một phần", None, default=None)
    part: str | None = told("Name of the part", "Tên phần", None, default=None)
    retry_of: str | None = told("The job it is another try of", "Công việc được làm lại", None, default=None)
    last_event: int = told("Number of the latest event", "Số của sự kiện mới nhất", 3)
    error: JobErrorModel | None = told("Why it failed", "Vì sao lỗi", None, default=None)
    files: list[JobFileModel] = told("Files it gave so far", "Các tệp đã có", [], default=[])
    result: dict[str, Any] | None = told(
        "What it gave, in answers that waited for it; else under /jobs/{job_id}/result",
        "Kết quả, nếu câu trả lời đã chờ; nếu không, lấy ở /jobs/{job_id}/result",
        None,
        default=None,
    )


ROW: Final = (
    JOBS.c.job_id,
    JOBS.c.kind,
    JOBS.c.title,
    JOBS.c.state,
    JOBS.c.priority,
    JOBS.c.created_at,
    JOBS.c.started_at,
    JOBS.c.ended_at,
    JOBS.c.share,
    JOBS.c.message_vi,
    JOBS.c.message_en,
    JOBS.c.attempt,
    JOBS.c.cancelled_by,
    JOBS.c.parent_id,
    JOBS.c.part,
    JOBS.c.retry_of,
    JOBS.c.last_event,
    JOBS.c.error,
    JOBS.c.account_id,
    JOBS.c.fid,
)


def job_rows() -> Select[Any]:
    """Return the query of jobs with what is shown of them."""
    return select(*ROW)


def show_job(row: RowMapping, files: list[JobFileModel], language: Language, result: str | None = None) -> JobModel:
    """Return a job as it is shown.

    Parameters
    ----------
    row
        Of ``job_rows``.
    files
        What it gave.
    language
        Of the texts.
    result
        What it gave, as JSON, to be shown with it.
    """
    names = [
        column.name for column in ROW if column.name in JobModel.model_fields and column.name not in {"title", "error"}
    ]
    error = None if row["error"] is None else show_error(json.loads(row["error"]), language)
    kind = JOB_KINDS.get(row["kind"])
    title = row["title"] or (kind.title.of(language) if kind is not None else row["kind"])
    return JobModel(
        **{name: row[name] for name in names},
        title=title,
        message=row[f"message_{language}"] or "",
        error=error,
        files=files,
        result=None if result is None else json.loads(result),
    )


def show_error(error: Mapping[str, Any], language: Language) -> JobErrorModel:
    """Return why a job failed, in one language."""
    findings = [
        FindingModel(
            file=finding["file"],
            row=finding["row"],
            column=finding["column"],
            character=finding["character"],
            detail=finding[language],
        )
        for finding in error.get("findings", ())
    ]
    return JobErrorModel(code=error["code"], detail=error[language], findings=findings)


def read_job(connection: Connection, job_id: str, language: Language, *, with_result: bool = False) -> JobModel | None:
    """Return a job as it is shown, or None where there is none."""
    row = connection.execute(job_rows().where(JOBS.c.job_id == job_id)).mappings().one_or_none()
    if row is None:
        return None
    result = read_result(connection, job_id) if with_result else None
    return show_job(row, read_files(connection, job_id), language, result)


def read_files(connection: Connection, job_id: str) -> list[JobFileModel]:
    """Return the files a job gave, by name."""
    columns = (JOB_FILES.c.name, JOB_FILES.c.file_id, JOB_FILES.c.media_type, JOB_FILES.c.size, JOB_FILES.c.sha256)
    rows = connection.execute(select(*columns).where(JOB_FILES.c.job_id == job_id).order_by(JOB_FILES.c.name))
    return [JobFileModel(**row) for row in rows.mappings()]


def read_result(connection: Connection, job_id: str) -> str | None:
    """Return what a job gave, as JSON text; None where it is not done."""
    return connection.scalar(select(RESULTS.c.result).where(RESULTS.c.job_id == job_id))


def read_events(connection: Connection, job_id: str, after: int, most: int) -> list[RowMapping]:
    """Return the events of a job after a number, in order."""
    query = select(EVENTS).where(EVENTS.c.job_id == job_id, EVENTS.c.number > after)
    return list(connection.execute(query.order_by(EVENTS.c.number).limit(most)).mappings())
