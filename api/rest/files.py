"""Files: uploaded as they are, kept for a time, fetched whole or in stretches."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy import Connection, Engine, func, select
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from api.access.caller import Caller
from api.access.guard import CallerParameter, allowed
from api.files.answers import file_answer
from api.files.names import clean_media_type
from api.files.store import (
    FILE,
    NOBODY,
    PART_BYTES,
    FileWriter,
    forget_file,
    read_file_of,
    remove_unused_content,
    stored_files,
    to_stored,
)
from api.files.stored import StoredFile
from api.files.tables import CONTENTS, FILES
from api.rest.fields import Model, told
from api.service.bodies import STREAMED
from api.service.context import Service, ServiceParameter
from api.service.etags import etag, not_modified
from api.service.paging import Page, PageParameter
from api.service.problems import ServiceError, not_found
from api.service.settings import MB
from api.service.turns import turn_of
from api.service.writing import Answer, write
from supplychain.text import Text

ROUTER: Final = APIRouter(tags=["files"])

KEPT_FOR: Final = timedelta(days=7)
MOST_UPLOADS: Final = 20
"""All files of one account together may be as large as so many of the largest uploads."""

BINARY: Final[dict[str, Any]] = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
UPLOAD: Final[dict[str, Any]] = {**STREAMED, "requestBody": {"required": True, "content": {**BINARY}}}

EMPTY: Final = Text(
    en="The body is empty. Send the bytes of the file as the body.",
    vi="Nội dung trống. Hãy gửi các byte của tệp làm nội dung.",
)
IS_FORM: Final = Text(
    en="Send the file itself as the body, not a form: with curl, --data-binary @FILE -H 'Content-Type: text/csv'.",
    vi="Hãy gửi chính tệp làm nội dung, không gửi biểu mẫu: với curl, --data-binary @TỆP -H 'Content-Type: text/csv'.",
)
BROKE_OFF: Final = Text(
    en="The connection broke before the whole file was here; nothing was kept.",
    vi="Kết nối bị ngắt khi chưa nhận đủ tệp; chưa lưu gì.",
)
TOO_MUCH: Final = Text(
    en="Your files take {held} MB, and may take {most} MB. Delete some of them first.",
    vi="Các tệp của bạn chiếm {held} MB, tối đa {most} MB. Hãy xóa bớt trước.",
)

FILE_ID: Final = re.compile(r"file_[a-z2-7]{20}", re.ASCII)


class FileModel(Model):
    """A stored file."""

    file_id: str = told("Id of the file", "Mã tệp", "file_a2b3c4d5e6f7a2b3c4d5")
    name: str = told("Its name, cleaned of folders and signs", "Tên tệp, đã bỏ thư mục và ký tự lạ", "doanh-nghiep.csv")
    media_type: str = told("Kind of its contents, as it was sent", "Kiểu nội dung, như khi gửi", "text/csv")
    size: int = told("Bytes", "Số byte", 20480)
    sha256: str = told(
        "SHA-256 of the contents, hexadecimal",
        "SHA-256 của nội dung, hệ 16",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    )
    created_at: str = told("When it was stored, UTC", "Lúc lưu, UTC", "2026-01-05T08:00:00.000000+00:00")
    expires_at: str | None = told(
        "When it goes away, UTC; null where it stays",
        "Lúc tự xóa, UTC; null nếu không tự xóa",
        "2026-01-12T08:00:00.000000+00:00",
        default=None,
    )


FileId = Annotated[str, Path(description="Mã tệp · Id of the file", examples=["file_a2b3c4d5e6f7a2b3c4d5"])]


def show_file(stored: StoredFile) -> FileModel:
    """Return a file as it is shown."""
    return FileModel(**{name: getattr(stored, name) for name in FileModel.model_fields})


def own_file(engine: Engine, caller: Caller, file_id: str) -> StoredFile:
    """Return a file that a caller may have: their own, and an administrator any.

    Raises
    ------
    ServiceError
        If there is none, or it is somebody else's: the same answer.
    """
    with engine.connect() as connection:
        return own_file_of(connection, caller, file_id)


def own_file_of(connection: Connection, caller: Caller, file_id: str) -> StoredFile:
    """Return a file that a caller may have, as ``own_file`` does, read with a connection."""
    if FILE_ID.fullmatch(file_id) is None:
        raise not_found(FILE, file_id)
    stored = read_file_of(connection, file_id)
    is_own = stored.owner is not None and stored.owner == caller.account_id
    if not is_own and "administrator" not in caller.roles:
        raise not_found(FILE, file_id)
    return stored


@ROUTER.post(
    "/files",
    dependencies=[allowed("files:own")],
    status_code=201,
    response_model=FileModel,
    openapi_extra=UPLOAD,
    operation_id="upload_file",
    summary="Tải tệp lên · Upload a file",
)
async def upload_file(
    request: Request,
    service: ServiceParameter,
    caller: CallerParameter,
    name: Annotated[
        str,
        Query(
            min_length=1,
            max_length=400,
            description="Tên tệp; thư mục và ký tự lạ bị bỏ · Name of the file; folders and odd signs are taken away",
            examples=["doanh-nghiep.csv"],
        ),
    ],
) -> Response:
    """Keep the body as a file of the caller for a week."""
    kind = clean_media_type(request.headers.get("content-type", ""))
    if kind == "multipart/form-data":
        raise ServiceError(IS_FORM, "unsupported_media_type")
    async with turn_of(request):
        writer = await run_in_threadpool(_begin, service, caller, name, kind)
    try:
        await _take(request, writer)
        if not writer.size:
            raise ServiceError(EMPTY, "invalid")

        def make(connection: Connection) -> Answer:
            _check_room(connection, service, caller, writer.size)
            stored = writer.seal(connection)
            body = show_file(stored)
            return Answer(201, body, {"Location": f"/api/v1/files/{stored.file_id}"}, stored.file_id)

        async with turn_of(request):
            return await run_in_threadpool(write, request, service, caller, "files.upload", make)
    except ClientDisconnect as error:
        raise ServiceError(BROKE_OFF, "bad_request") from error
    finally:
        await run_in_threadpool(writer.abandon)


def _begin(service: Service, caller: Caller, name: str, kind: str) -> FileWriter:
    with service.engine.connect() as connection:
        _check_room(connection, service, caller)
    expires_at = datetime.now(UTC) + KEPT_FOR
    return FileWriter(service.engine, name=name, media_type=kind, owner=caller.account_id, expires_at=expires_at)


async def _take(request: Request, writer: FileWriter) -> None:
    waiting = bytearray()
    async for piece in request.stream():
        waiting += piece
        if len(waiting) >= PART_BYTES:
            async with turn_of(request):
                await run_in_threadpool(writer.add, bytes(waiting))
            waiting.clear()
    async with turn_of(request):
        await run_in_threadpool(writer.add, bytes(waiting))


def _check_room(connection: Connection, service: Service, caller: Caller, more_bytes: int = 0) -> None:
    """Refuse a file where the files of the account take too much room already.

    Raises
    ------
    ServiceError
        If they do.
    """
    mine = CONTENTS.c.owner == (caller.account_id or NOBODY)
    held = int(connection.scalar(select(func.coalesce(func.sum(CONTENTS.c.size), 0)).where(mine)) or 0)
    most = MOST_UPLOADS * service.settings.limits.upload_bytes
    if held + more_bytes > most:
        raise ServiceError(TOO_MUCH.format(held=held // MB, most=most // MB), "too_large")


@ROUTER.get(
    "/files",
    dependencies=[allowed("files:own")],
    operation_id="list_files",
    summary="Các tệp của tôi · My files",
)
def list_files(service: ServiceParameter, caller: CallerParameter, page: PageParameter) -> Page[FileModel]:
    """Return the caller's files, the newest first."""
    query = stored_files().where(FILES.c.owner == (caller.account_id or NOBODY))
    if page.after is not None:
        query = query.where(FILES.c.fid < page.after[0])
    with service.engine.connect() as connection:
        rows = connection.execute(query.order_by(FILES.c.fid.desc()).limit(page.fetch)).mappings().all()
    shown, following = page.cut(rows, lambda row: (row["fid"],))
    return Page[FileModel](items=[show_file(to_stored(row)) for row in shown], next=following)


@ROUTER.get(
    "/files/{file_id}",
    dependencies=[allowed("files:own")],
    response_model=FileModel,
    operation_id="get_file",
    summary="Thông tin tệp · What is known of a file",
)
def get_file(
    request: Request, response: Response, service: ServiceParameter, caller: CallerParameter, file_id: FileId
) -> FileModel | Response:
    """Return what is known of a file."""
    stored = own_file(service.engine, caller, file_id)
    response.headers["ETag"] = current = etag(stored.file_id, stored.sha256, stored.expires_at)
    return not_modified(request, current) or show_file(stored)


@ROUTER.get(
    "/files/{file_id}/content",
    dependencies=[allowed("files:own")],
    response_class=StreamingResponse,
    responses={
        200: {"content": BINARY, "description": "Toàn bộ tệp · The whole file"},
        206: {"content": BINARY, "description": "Đoạn được yêu cầu · The stretch asked for"},
    },
    operation_id="get_file_content",
    summary="Tải nội dung tệp · Contents of a file",
)
def get_file_content(request: Request, service: ServiceParameter, caller: CallerParameter, file_id: FileId) -> Response:
    """Return the contents of a file, or the stretch that ``Range`` asks for."""
    return file_answer(request, service.engine, own_file(service.engine, caller, file_id))


@ROUTER.delete(
    "/files/{file_id}",
    dependencies=[allowed("files:own")],
    status_code=204,
    response_class=Response,
    operation_id="delete_file",
    summary="Xóa tệp · Delete a file",
)
def delete_file(request: Request, service: ServiceParameter, caller: CallerParameter, file_id: FileId) -> Response:
    """Delete a file; what was made from it stays."""
    removed: list[int] = []

    def make(connection: Connection) -> Answer:
        own_file_of(connection, caller, file_id)
        content_fid = forget_file(connection, file_id)
        if content_fid is not None:
            removed.append(content_fid)
        return Answer(204, subject=file_id, after=(clear,))

    def clear() -> None:
        for content_fid in removed:
            remove_unused_content(service.engine, content_fid)

    return write(request, service, caller, "files.delete", make)
