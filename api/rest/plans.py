"""Plans of recorded runs: the document, and its tables in pages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request, Response
from sqlalchemy import Engine, select

from api.access.guard import CallerParameter, allowed
from api.files.store import file_parts
from api.rest.fields import Model, told
from api.rest.runs import EXAMPLE_RUN, RunId, found_run
from api.service.context import ServiceParameter
from api.service.etags import etag, not_modified
from api.service.paging import Page, PageParameter
from api.service.problems import ServiceError, not_found
from optimizer.models import Run
from supplychain.text import Text

ROUTER: Final = APIRouter()
TABLE: Final = Text(en="table", vi="bảng")
CLEANED: Final = Text(
    en="The tables of this plan were cleaned away with its job; make the run again to have them.",
    vi="Các bảng của phương án này đã được dọn cùng công việc; hãy chạy lại để có.",
)


class PlanModel(Model):
    """The plan of a run."""

    run_id: str = told("Id of the run", "Mã lần chạy", EXAMPLE_RUN)
    plan: dict[str, Any] = told(
        "The plan as `hinterland plan --json` prints it (docs/planning/plan.md)",
        "Phương án như `hinterland plan --json` in ra (docs/planning/plan.md)",
        {"scenario_id": "base", "status": "optimal"},
    )


class PlanTable(Model):
    """A table of a plan."""

    name: str = told("Its name", "Tên bảng", "by_mode")
    columns: list[str] = told("Its columns, in order", "Các cột, theo thứ tự", ["mode", "t_per_day"])
    rows: int = told("How many rows it has", "Số dòng", 4)


class TableRow(Model):
    """A row of a table of a plan."""

    number: int = told("Its number, the first is 1", "Số thứ tự, bắt đầu từ 1", 1)
    values: dict[str, Any] = told(
        "Its cells by column; null where empty",
        "Giá trị theo cột; null nếu trống",
        {"mode": "road", "t_per_day": 120.5},
    )


@ROUTER.get(
    "/plans/{run_id}",
    dependencies=[allowed("plans:read")],
    response_model=PlanModel,
    operation_id="get_plan",
    summary="Phương án của lần chạy · The plan of a run",
)
def get_plan(run_id: RunId, request: Request, service: ServiceParameter, caller: CallerParameter) -> Response:
    """Give the plan of a run; it never changes."""
    with service.engine.connect() as connection:
        run = found_run(connection, caller, run_id)
        current = etag("plan", run.run_id)
        unchanged = not_modified(request, current)
        if unchanged is not None:
            return unchanged
        text = connection.scalar(select(Run.plan).where(Run.run_id == run_id))
    body = f'{{"run_id": {json.dumps(run.run_id)}, "plan": {text}}}'
    return Response(body, headers={"ETag": current}, media_type="application/json")


@ROUTER.get(
    "/plans/{run_id}/tables",
    dependencies=[allowed("plans:read")],
    response_model=Page[PlanTable],
    operation_id="list_plan_tables",
    summary="Các bảng của phương án · Tables of a plan",
)
def list_plan_tables(
    run_id: RunId, service: ServiceParameter, caller: CallerParameter, page: PageParameter
) -> Page[PlanTable]:
    """List the tables of a plan by name; a plan of the command line has none here."""
    with service.engine.connect() as connection:
        files = found_run(connection, caller, run_id).table_files
    after = "" if page.after is None else str(page.after[0])
    tables = [
        PlanTable(name=name, columns=files[name]["columns"], rows=files[name]["rows"])
        for name in sorted(files)
        if name > after
    ]
    shown, following = page.cut(tables[: page.fetch], lambda table: (table.name,))
    return Page(items=shown, next=following)


@ROUTER.get(
    "/plans/{run_id}/tables/{name}",
    dependencies=[allowed("plans:read")],
    response_model=Page[TableRow],
    operation_id="get_plan_table",
    summary="Một bảng của phương án · One table of a plan",
)
def get_plan_table(
    run_id: RunId,
    name: Annotated[
        str,
        Path(
            description="Tên bảng · Name of the table",
            pattern=r"^[a-z][a-z0-9_]*$",
            max_length=60,
            examples=["by_mode"],
        ),
    ],
    service: ServiceParameter,
    caller: CallerParameter,
    page: PageParameter,
) -> Page[TableRow]:
    """Give the rows of a table in their order."""
    with service.engine.connect() as connection:
        files = found_run(connection, caller, run_id).table_files
    if name not in files:
        raise not_found(TABLE, name)
    number, start = (0, 0) if page.after is None else (int(page.after[0] or 0), int(page.after[1] or 0))
    rows: list[tuple[TableRow, int]] = []
    for line in _lines(_parts(service.engine, files[name]["file_id"], start)):
        number, start = number + 1, start + len(line) + 1
        rows.append((TableRow(number=number, values=json.loads(line)), start))
        if len(rows) == page.fetch:
            break
    shown, following = page.cut(rows, lambda row: (row[0].number, row[1]))
    return Page(items=[row for row, _ in shown], next=following)


def _parts(engine: Engine, file_id: str, start: int) -> Iterator[bytes]:
    try:
        return file_parts(engine, file_id, start)
    except ServiceError as error:
        if error.code != "not_found":
            raise
        raise ServiceError(CLEANED, "gone") from error


def _lines(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the lines of some bytes, without their ends."""
    waiting = b""
    for part in parts:
        *lines, waiting = (waiting + part).split(b"\n")
        yield from lines
