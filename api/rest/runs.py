"""Recorded runs: listed, shown, shared, made again, and the files their jobs left."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy import Connection, select

from api.access.caller import Caller
from api.access.guard import CallerParameter, allowed
from api.files.answers import file_answer
from api.files.store import read_file
from api.jobs.models import JobFileModel, JobModel
from api.jobs.tables import JOB_FILES
from api.rest.fields import Model, told
from api.rest.planning_asking import JOB_ANSWERS, ask
from api.rest.scenario_models import EXAMPLE_TIME, SharesModel
from api.rest.sharing import holders_from, shares_of, shares_tag
from api.scenarios.runs_seen import SeenRun, find_run_seen, seen_runs
from api.scenarios.store import sees_all, share
from api.service.context import ServiceParameter
from api.service.etags import IF_MATCH, require_match
from api.service.paging import Page, PageParameter
from api.service.problems import ServiceError, not_found
from api.service.writing import Answer, write
from optimizer.models import Run
from supplychain.text import Text

ROUTER: Final = APIRouter()

RUN: Final = Text(en="run", vi="lần chạy")
FILE: Final = Text(en="file", vi="tệp")
EXAMPLE_RUN: Final = "5f0c9d3e-2f5c-5d7e-8a43-0a6f6f1b2c3d"
NOT_YOURS: Final = Text(
    en="Run {name} is not yours; only its owner says whom it is shared with.",
    vi="Lần chạy {name} không phải của bạn; chỉ chủ sở hữu mới chia sẻ được.",
)
BINARY: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        "description": "Tệp, cả tệp hoặc một đoạn · The file, whole or a stretch",
    },
    206: {"description": "Một đoạn của tệp · A stretch of the file"},
}

RunId = Annotated[
    str,
    Path(description="Mã lần chạy · Id of the run", pattern=r"^[0-9a-f-]{36}$", max_length=36, examples=[EXAMPLE_RUN]),
]


class RunModel(Model):
    """A recorded run."""

    run_id: str = told("Its id", "Mã lần chạy", EXAMPLE_RUN)
    scenario_id: str = told("Scenario that was planned", "Kịch bản đã lập", "base")
    started_at: str = told("When planning began, UTC", "Lúc bắt đầu, UTC", EXAMPLE_TIME)
    status: str = told("optimal, feasible, stopped or no_flow_possible", "Trạng thái phương án", "optimal")
    gap: float | None = told("Proven relative gap, 0 to 1", "Sai lệch tương đối đã chứng minh, 0 đến 1", 1e-6)
    objective: float | None = told(
        "Objective of a working day, in the money of the region", "Hàm mục tiêu một ngày, theo tiền của vùng", 1.2e11
    )
    checked: bool = told(
        "Whether the independent check found the plan right", "Kiểm tra độc lập có đạt không", example=True
    )
    inputs_sha256: str = told(
        "SHA-256 of everything the plan follows from",
        "SHA-256 của toàn bộ đầu vào",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    )
    network_version: int | None = told(
        "Number of the stored network; null for the corridors of the region", "Số của mạng lưới đã lưu", None
    )
    can_be_replayed: bool = told("Whether it can be made again", "Có chạy lại được không", example=True)
    owner: str | None = told(
        "Account it belongs to; null for runs of the command line",
        "Tài khoản sở hữu; null nếu chạy từ dòng lệnh",
        "acc_lan",
    )
    job_id: str | None = told(
        "Job that made it, where it is yours", "Công việc đã tạo, nếu là của bạn", "job_a2b3c4d5e6f7a2b3c4d5"
    )


class RunDetails(RunModel):
    """A recorded run with what it was made from."""

    record: dict[str, Any] | None = told(
        "What it was made from: scenario, options, versions, network, runs before it; null for old runs",
        "Đầu vào: kịch bản, tùy chọn, phiên bản, mạng lưới, các lần chạy trước; null với lần chạy cũ",
        {"scenario": {"scenario_id": "base"}},
    )
    tables: list[str] = told("Tables of its plan, under /plans/{run_id}/tables", "Các bảng của phương án", ["by_mode"])


def show_run(caller: Caller, run: SeenRun) -> dict[str, Any]:
    """Return a run as a caller sees it."""
    shown = {name: getattr(run, name) for name in RunModel.model_fields if name not in {"can_be_replayed", "job_id"}}
    is_own = run.owner == caller.account_id or sees_all(caller)
    return shown | {"can_be_replayed": run.has_record, "job_id": run.job_id if is_own else None}


def found_run(connection: Connection, caller: Caller, run_id: str) -> SeenRun:
    """Return a run that a caller sees.

    Raises
    ------
    ServiceError
        If there is none, or the caller does not see it: the same answer.
    """
    found = find_run_seen(connection, caller, run_id)
    if found is None:
        raise not_found(RUN, run_id)
    return found


def _own_run(connection: Connection, caller: Caller, run_id: str) -> SeenRun:
    found = found_run(connection, caller, run_id)
    if found.owner is None or not (found.owner == caller.account_id or sees_all(caller)):
        raise ServiceError(NOT_YOURS.format(name=run_id), "forbidden")
    return found


@ROUTER.get(
    "/runs",
    dependencies=[allowed("plans:read")],
    response_model=Page[RunModel],
    operation_id="list_runs",
    summary="Liệt kê các lần chạy · List recorded runs",
)
def list_runs(
    service: ServiceParameter,
    caller: CallerParameter,
    page: PageParameter,
    scenario_id: Annotated[
        str | None,
        Query(
            description="Chỉ kịch bản này · Only of this scenario",
            pattern=r"^[a-z][a-z0-9_]*$",
            max_length=2000,
            examples=["base"],
        ),
    ] = None,
) -> Page[RunModel]:
    """List the recorded runs that you see, the latest first."""
    query = seen_runs(caller).order_by(Run.fid.desc()).limit(page.fetch)
    if scenario_id is not None:
        query = query.where(Run.scenario_id == scenario_id)
    if page.after is not None:
        query = query.where(Run.fid < int(page.after[0] or 0))
    with service.engine.connect() as connection:
        rows = [SeenRun(*row) for row in connection.execute(query)]
    shown, following = page.cut(rows, lambda run: (run.fid,))
    return Page(items=[RunModel(**show_run(caller, run)) for run in shown], next=following)


@ROUTER.get(
    "/runs/{run_id}",
    dependencies=[allowed("plans:read")],
    response_model=RunDetails,
    operation_id="get_run",
    summary="Một lần chạy và đầu vào của nó · One run and what it was made from",
)
def get_run(run_id: RunId, service: ServiceParameter, caller: CallerParameter) -> RunDetails:
    """Show a run with what it was made from."""
    from optimizer.runs.record import RunRecord  # noqa: PLC0415 - loads what reads records

    with service.engine.connect() as connection:
        run = found_run(connection, caller, run_id)
        text = connection.scalar(select(Run.record).where(Run.run_id == run_id))
    record = None
    if text is not None:
        found = asdict(RunRecord.from_text(text))
        record = {key: value for key, value in found.items() if key not in {"contents", "tables"}}
    return RunDetails(**show_run(caller, run), record=record, tables=sorted(run.table_files))


@ROUTER.post(
    "/runs/{run_id}/replays",
    dependencies=[allowed("plans:run")],
    status_code=202,
    response_model=JobModel,
    responses=JOB_ANSWERS,
    operation_id="replay_run",
    summary="Chạy lại từ bản ghi · Make a run again",
)
def replay_run(run_id: RunId, request: Request, service: ServiceParameter, caller: CallerParameter) -> Response:
    """Make a run again from its record alone and tell whether it comes out the same, as `hinterland runs replay`."""

    def make(connection: Connection) -> tuple[dict[str, Any], str]:
        run = found_run(connection, caller, run_id)
        return {"asked": {"run_id": run.run_id}}, run.run_id

    return ask(request, service, caller, "replay", make)


@ROUTER.get(
    "/runs/{run_id}/files",
    dependencies=[allowed("plans:read")],
    response_model=Page[JobFileModel],
    operation_id="list_run_files",
    summary="Các tệp của lần chạy · Files of a run",
)
def list_run_files(
    run_id: RunId, service: ServiceParameter, caller: CallerParameter, page: PageParameter
) -> Page[JobFileModel]:
    """List the reports, layers and tables that the job of a run left, by name."""
    with service.engine.connect() as connection:
        files = _files(connection, found_run(connection, caller, run_id))
    after = "" if page.after is None else str(page.after[0])
    rows = [file for file in files if file.name > after][: page.fetch]
    shown, following = page.cut(rows, lambda file: (file.name,))
    return Page(items=shown, next=following)


@ROUTER.get(
    "/runs/{run_id}/files/{name}",
    dependencies=[allowed("plans:read")],
    response_class=Response,
    responses=BINARY,
    operation_id="get_run_file",
    summary="Tải một tệp của lần chạy · One file of a run",
)
def get_run_file(
    run_id: RunId,
    name: Annotated[
        str,
        Path(
            description="Tên tệp · Name of the file",
            pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$",
            max_length=100,
            examples=["report.html"],
        ),
    ],
    request: Request,
    service: ServiceParameter,
    caller: CallerParameter,
) -> Response:
    """Give a file that the job of a run left to whoever sees the run."""
    with service.engine.connect() as connection:
        files = _files(connection, found_run(connection, caller, run_id))
    for file in files:
        if file.name == name:
            return file_answer(request, service.engine, read_file(service.engine, file.file_id))
    raise not_found(FILE, name)


def _files(connection: Connection, run: SeenRun) -> list[JobFileModel]:
    """Return the files of the job of a run, where the job made this run alone."""
    if run.job_id is None or not run.table_files:
        return []
    columns = [JOB_FILES.c[name] for name in JobFileModel.model_fields]
    rows = connection.execute(select(*columns).where(JOB_FILES.c.job_id == run.job_id)).mappings()
    return sorted((JobFileModel(**row) for row in rows), key=lambda file: file.name)


@ROUTER.get(
    "/runs/{run_id}/shares",
    dependencies=[allowed("plans:read")],
    response_model=SharesModel,
    operation_id="get_run_shares",
    summary="Lần chạy chia sẻ với ai · Whom a run is shared with",
)
def get_run_shares(
    run_id: RunId, response: Response, service: ServiceParameter, caller: CallerParameter
) -> SharesModel:
    """Show whom a run of yours is shared with."""
    with service.engine.connect() as connection:
        run = _own_run(connection, caller, run_id)
        shares = shares_of(connection, run.run_id)
    response.headers["ETag"] = shares_tag(run.run_id, shares)
    return shares


@ROUTER.put(
    "/runs/{run_id}/shares",
    dependencies=[allowed("plans:run")],
    response_model=SharesModel,
    operation_id="share_run",
    summary="Chia sẻ lần chạy · Share a run",
    openapi_extra=IF_MATCH,
)
def share_run(
    run_id: RunId, body: SharesModel, request: Request, service: ServiceParameter, caller: CallerParameter
) -> Response:
    """Share a run of yours with these and nobody else; needs If-Match with the ETag of the shares."""

    def make(connection: Connection) -> Answer:
        run = _own_run(connection, caller, run_id)
        require_match(request, shares_tag(run.run_id, shares_of(connection, run.run_id)))
        share(connection, run.run_id, holders_from(connection, body))
        shares = shares_of(connection, run.run_id)
        return Answer(200, shares, {"ETag": shares_tag(run.run_id, shares)}, subject=run.run_id)

    return write(request, service, caller, "runs.share", make)
