"""Exports of the registry as the caller sees it: whole, in any format, as a job; one table at once, as a stream."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy import Engine

from api.access.guard import CallerParameter, allowed
from api.files.answers import attachment
from api.jobs.answers import ask
from api.jobs.models import JobModel
from api.registry.record_answers import parse_as_of
from api.rest.fields import Model, told
from api.rest.table_names import TableName
from api.service.context import ServiceParameter
from supplychain.exports.cells import row_cells
from supplychain.registry.concealing import without_hidden
from supplychain.registry.conditions import Narrowed
from supplychain.registry.pages import Listing, read_page
from supplychain.registry.tables import registry_table

ROUTER: Final = APIRouter()
RIGHT: Final = allowed("exports:run")

RECORDS_AT_ONCE: Final = 1000
LINES: Final = "application/x-ndjson"


class ExportModel(Model):
    """What to export."""

    format: Literal["csv", "xlsx", "ods", "parquet", "gpkg", "geojson"] = told(
        "Format; csv, parquet and geojson come as an archive with a file for each table",
        "Định dạng; csv, parquet và geojson là tệp nén, mỗi bảng một tệp",
        "xlsx",
    )
    tables: list[TableName] = told(
        "Tables; none named: all", "Các bảng; không nêu: tất cả", ["organisations", "facilities"], default=[],
        max_length=20,
    )  # fmt: skip
    as_of: str | None = told(
        "Number of a change, or a day or moment; null for now",
        "Số thay đổi, hoặc ngày giờ; null là bây giờ",
        "2026-06-30",
        default=None,
        max_length=40,
    )
    synthetic: bool = told(
        "Whether made-up records are exported too", "Xuất cả hồ sơ tự đặt", example=False, default=False
    )


@ROUTER.post(
    "/exports",
    dependencies=[RIGHT],
    status_code=202,
    response_model=JobModel,
    summary="Xuất sổ đăng ký · Export the registry",
)
def create_export(asked: ExportModel, request: Request, service: ServiceParameter, caller: CallerParameter) -> Response:
    """Enter an export as a job; all its tables are of one moment, and hold what the caller may see."""
    parse_as_of(asked.as_of)
    return ask(request, service, caller, "export", asked.model_dump(mode="json"))


@ROUTER.get(
    "/exports/{table}",
    dependencies=[RIGHT],
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {}, LINES: {}}, "description": "Các hồ sơ · The records"}},
    summary="Tải một bảng · A table as a stream",
)
def stream_table(
    service: ServiceParameter,
    caller: CallerParameter,
    table: Annotated[TableName, Path(description="Bảng của sổ đăng ký · Table", examples=["organisations"])],
    form: Annotated[
        Literal["csv", "jsonl"],
        Query(alias="format", description="csv hoặc JSON từng dòng · csv, or JSON lines", examples=["csv"]),
    ] = "csv",
    *,
    synthetic: Annotated[
        bool, Query(description="Gồm cả hồ sơ tự đặt · Made-up records too", examples=[False])
    ] = False,
) -> Response:
    """Return every record of a table that the caller sees, in the order of the ids, read while it is sent."""
    made_up = "synthetic" in registry_table(table).columns and not synthetic
    listing = Listing(table, caller.viewer, Narrowed(made_up="without" if made_up else "with"))
    portions = _portions(service.engine, listing)
    name = f"{table}.{form}"
    if form == "csv":
        return StreamingResponse(_csv(table, portions), 200, attachment(name), "text/csv; charset=utf-8")
    return StreamingResponse(_lines(table, portions), 200, attachment(name), LINES)


def _portions(engine: Engine, listing: Listing) -> Iterator[list[Mapping[str, Any]]]:
    """Yield the values of records; no connection is held while they are sent."""
    after = None
    while True:
        with engine.connect() as connection:
            some = read_page(connection, listing, after, RECORDS_AT_ONCE)
            values = [one.record.values for one in some]
            rows = without_hidden(connection, listing.table, listing.viewer, values)
        if rows:
            yield rows
        if len(some) < RECORDS_AT_ONCE:
            return
        after = some[-1].record.record_id


def _csv(table: str, portions: Iterator[list[Mapping[str, Any]]]) -> Iterator[bytes]:
    columns = registry_table(table).declaration.columns
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([column.name for column in columns])
    # The mark at the beginning tells Excel that the text is UTF-8.
    yield "\ufeff".encode()
    yield _taken(buffer)
    for rows in portions:
        writer.writerows(row_cells(row, columns, guarded=True) for row in rows)
        yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def _lines(table: str, portions: Iterator[list[Mapping[str, Any]]]) -> Iterator[bytes]:
    names = registry_table(table).declaration.column_names
    for rows in portions:
        lines = (json.dumps({name: row.get(name) for name in names}, ensure_ascii=False, default=str) for row in rows)
        yield ("\n".join(lines) + "\n").encode()
