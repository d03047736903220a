"""Imports: a file of the caller's is tried out, put right, and taken over into the registry, once."""

from __future__ import annotations

import json
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request, Response
from sqlalchemy import Connection, select

from api.access.caller import Caller
from api.access.guard import CallerParameter, allowed
from api.files.imports import (
    NOT_OPEN,
    clear_staged,
    enter_import,
    give_up,
    read_import,
    require_open,
    set_import,
    state_of,
)
from api.files.store import NOBODY
from api.files.tables import IMPORTS
from api.jobs.answers import JOBS_PATH, job_answer, job_entered
from api.jobs.models import JobModel
from api.jobs.queue import ask_to_cancel, submit
from api.rest.files import own_file_of
from api.rest.import_models import (
    EXAMPLE_ID,
    CommitModel,
    ImportModel,
    ImportOptionsModel,
    ImportReportModel,
    NewImportModel,
    show_import,
    show_report,
)
from api.service.answers import language_from
from api.service.context import Service, ServiceParameter
from api.service.etags import IF_MATCH, etag, not_modified, require_match
from api.service.paging import Page, PageParameter
from api.service.problems import ServiceError
from api.service.writing import REPLAYED_HEADER, Answer, write
from supplychain.text import Text

ROUTER: Final = APIRouter()

PATH: Final = "/api/v1/imports/"
RIGHT: Final = allowed("imports:run")

NO_REPORT: Final = Text(
    en="The import {import_id} has no report yet. Ask for a dry run and wait for its job.",
    vi="Lần nhập {import_id} chưa có báo cáo. Hãy yêu cầu chạy thử và đợi công việc xong.",
)

ImportId = Annotated[str, Path(description="Mã lần nhập · Id of the import", examples=[EXAMPLE_ID], max_length=80)]


def tag_of(model: ImportModel) -> str:
    """Return the entity tag of an import."""
    return etag(model.import_id, model.version, model.state, model.changed_at)


@ROUTER.post(
    "/imports",
    dependencies=[RIGHT],
    status_code=201,
    response_model=ImportModel,
    summary="Chuẩn bị nhập một tệp và chạy thử · Begin an import of a file, and try it out",
)
def create_import(
    asked: NewImportModel, request: Request, service: ServiceParameter, caller: CallerParameter
) -> Response:
    """Begin an import of an uploaded file; a dry run of it is entered as a job at once, nothing is written."""
    options = _said(asked)

    def make(connection: Connection) -> Answer:
        own_file_of(connection, caller, asked.file_id)
        row = enter_import(connection, caller, asked.file_id, options)
        job_id = submit(connection, "import_check", {"import_id": row["import_id"]}, caller, title=row["name"])
        set_import(connection, row["import_id"], check_job_id=job_id)
        body = show_import(connection, read_import(connection, caller, row["import_id"]))
        headers = {"Location": PATH + body.import_id, "ETag": tag_of(body)}
        return Answer(201, body, headers, body.import_id, after=(lambda: service.jobs.wake(job_id),))

    return write(request, service, caller, "imports.create", make)


def _said(asked: ImportOptionsModel) -> dict[str, Any]:
    """Return what was said about a file, as it is kept.

    Raises
    ------
    MappingError
        If the mapping is none.
    """
    said = asked.model_dump(mode="json", exclude={"file_id"}, exclude_defaults=True)
    if asked.mapping is not None:
        from supplychain.intake.mapping import parse_mapping  # noqa: PLC0415 - loads the tables' declarations

        parse_mapping(asked.mapping)
    return said


@ROUTER.get("/imports", dependencies=[RIGHT], summary="Các lần nhập của tôi · My imports")
def list_imports(service: ServiceParameter, caller: CallerParameter, page: PageParameter) -> Page[ImportModel]:
    """Return the caller's imports, the newest first; an administrator gets everybody's."""
    query = select(IMPORTS)
    if "administrator" not in caller.roles:
        query = query.where(IMPORTS.c.owner == (caller.account_id or NOBODY))
    if page.after is not None:
        query = query.where(IMPORTS.c.fid < page.after[0])
    with service.engine.connect() as connection:
        rows = connection.execute(query.order_by(IMPORTS.c.fid.desc()).limit(page.fetch)).mappings().all()
        shown, following = page.cut(rows, lambda row: (row["fid"],))
        return Page[ImportModel](items=[show_import(connection, row) for row in shown], next=following)


@ROUTER.get(
    "/imports/{import_id}", dependencies=[RIGHT], response_model=ImportModel, summary="Một lần nhập · An import"
)
def get_import(
    request: Request, response: Response, service: ServiceParameter, caller: CallerParameter, import_id: ImportId
) -> ImportModel | Response:
    """Return an import and how far it is."""
    with service.engine.connect() as connection:
        found = show_import(connection, read_import(connection, caller, import_id))
    response.headers["ETag"] = current = tag_of(found)
    return not_modified(request, current) or found


@ROUTER.put(
    "/imports/{import_id}",
    dependencies=[RIGHT],
    response_model=ImportModel,
    summary="Sửa tùy chọn của lần nhập · Change the options of an import",
    openapi_extra=IF_MATCH,
)
def change_import(
    asked: ImportOptionsModel, request: Request, service: ServiceParameter, caller: CallerParameter, import_id: ImportId
) -> Response:
    """Say anew, and whole, what the file is; needs ``If-Match``. What was tried out before no longer counts."""
    options = _said(asked)

    def make(connection: Connection) -> Answer:
        row = read_import(connection, caller, import_id, to_change=True)
        require_match(request, tag_of(show_import(connection, row)))
        require_open(connection, row)
        values = {"options": json.dumps(options), "version": row["version"] + 1, "checked": None, "state": "open"}
        set_import(connection, import_id, **values)
        body = show_import(connection, read_import(connection, caller, import_id))
        return Answer(200, body, {"ETag": tag_of(body)}, import_id)

    return write(request, service, caller, "imports.change", make)


@ROUTER.post(
    "/imports/{import_id}/check",
    dependencies=[RIGHT],
    status_code=202,
    response_model=JobModel,
    summary="Chạy thử · Try an import out",
)
def check_import(request: Request, service: ServiceParameter, caller: CallerParameter, import_id: ImportId) -> Response:
    """Enter a dry run as a job: what would be added, changed, refused. Nothing is written."""

    def enter(connection: Connection) -> str:
        row = read_import(connection, caller, import_id, to_change=True)
        require_open(connection, row)
        job_id = submit(connection, "import_check", {"import_id": import_id}, caller, title=row["name"])
        set_import(connection, import_id, check_job_id=job_id)
        return job_id

    return _with_job(request, service, caller, "imports.check", enter)


@ROUTER.post(
    "/imports/{import_id}/commit",
    dependencies=[RIGHT],
    status_code=202,
    response_model=JobModel,
    summary="Nhập vào sổ đăng ký · Take the file over",
)
def commit_import(
    asked: CommitModel, request: Request, service: ServiceParameter, caller: CallerParameter, import_id: ImportId
) -> Response:
    """Enter the import as a job. Its records are all seen at one moment, or none; it goes on when a worker dies."""

    def enter(connection: Connection) -> str:
        row = read_import(connection, caller, import_id, to_change=True)
        require_open(connection, row)
        options = json.loads(row["options"]) | {"confirm_mapping": asked.confirm_mapping}
        job_id = submit(connection, "import", {"import_id": import_id}, caller, title=row["name"])
        set_import(connection, import_id, state="importing", import_job_id=job_id, options=json.dumps(options))
        return job_id

    return _with_job(request, service, caller, "imports.commit", enter)


def _with_job(request: Request, service: Service, caller: Caller, action: str, enter: Any) -> Response:  # noqa: ANN401 - a function of a connection
    def make(connection: Connection) -> Answer:
        return job_entered(service, connection, enter(connection), language_from(request.scope))

    written = write(request, service, caller, action, make)
    answered = job_answer(service, request, written.headers["location"].removeprefix(JOBS_PATH))
    if REPLAYED_HEADER in written.headers:
        answered.headers[REPLAYED_HEADER] = written.headers[REPLAYED_HEADER]
    return answered


@ROUTER.post(
    "/imports/{import_id}/abandon",
    dependencies=[RIGHT],
    response_model=ImportModel,
    summary="Hủy lần nhập · Give an import up",
)
def abandon_import(
    request: Request, service: ServiceParameter, caller: CallerParameter, import_id: ImportId
) -> Response:
    """Give an import up for good: nothing of it will ever be seen. One that is done is undone by its change number."""

    def make(connection: Connection) -> Answer:
        row = read_import(connection, caller, import_id, to_change=True)
        if row["state"] == "done":
            raise ServiceError(NOT_OPEN.format(import_id=import_id, state="done"), "conflict")
        jobs = [job_id for job_id in (row["check_job_id"], row["import_job_id"]) if job_id is not None]
        under_way = [job_id for job_id in jobs if ask_to_cancel(connection, job_id, caller.name)]
        give_up(connection, row)
        last = read_import(connection, caller, import_id)
        body = show_import(connection, last)
        cancels = [_cancel(service, job_id) for job_id in under_way]
        after = (*cancels, lambda: clear_staged(service.engine, last))
        return Answer(200, body, {"ETag": tag_of(body)}, import_id, after=after)

    return write(request, service, caller, "imports.abandon", make)


def _cancel(service: Service, job_id: str) -> Any:  # noqa: ANN401 - a function without arguments
    return lambda: service.jobs.cancel(job_id)


@ROUTER.get(
    "/imports/{import_id}/report",
    dependencies=[RIGHT],
    summary="Báo cáo lần nhập · Report of an import",
)
def get_import_report(
    request: Request, service: ServiceParameter, caller: CallerParameter, import_id: ImportId
) -> ImportReportModel:
    """Return what the import did, or, before, what the last dry run says it would do."""
    with service.engine.connect() as connection:
        row = read_import(connection, caller, import_id)
        is_done = state_of(connection, row) == "done"
    text = row["report"] if is_done else row["checked"]
    if text is None:
        raise ServiceError(NO_REPORT.format(import_id=import_id), "not_found")
    return show_report(json.loads(text), language_from(request.scope))
