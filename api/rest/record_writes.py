"""Writing the registry: create, put, patch and remove a record, never over what somebody else wrote meanwhile."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Connection

from api.access.caller import Caller
from api.access.guard import CallerParameter, allowed
from api.registry.record_rules import DECLARED, Wanted, refuse_foreign_id
from api.registry.record_writing import Author, filled, is_taken, write_records
from api.rest.change_models import ID_PATTERN
from api.rest.fields import Model
from api.rest.record_models import ANSWERS, PATCHES, RESOURCES, WHOLES, Resource, answer_of
from api.rest.record_reads import RecordId, read_shown, tag_of
from api.service.context import ServiceParameter
from api.service.etags import IF_MATCH, MISSING, require_match, state_headers
from api.service.ids import new_id
from api.service.problems import ServiceError
from api.service.writing import Answer, write
from supplychain.intake.ids import NATURAL_KEYS, record_id
from supplychain.registry.checks import finding
from supplychain.registry.integrity import refuse
from supplychain.registry.visibility import Viewer
from supplychain.registry.writing import take_turn
from supplychain.rules import shown as quoted
from supplychain.rules import text_fault
from supplychain.text import Text

WHAT: Final = {table: resource.one for table, resource in RESOURCES.items()}

TAKEN: Final = Text(
    en="The id {record_id} is taken already. Change that record, or choose another id.",
    vi="Mã {record_id} đã có. Hãy sửa hồ sơ đó, hoặc chọn mã khác.",
)
MERGED: Final = Text(
    en="{record_id} was merged into {into_id}. Change that record.",
    vi="{record_id} đã được gộp vào {into_id}. Hãy sửa hồ sơ đó.",
)
OTHER_SOURCE: Final = Text(
    en="What an organisation writes of itself comes from {source}. Leave source_id out.",
    vi="Nội dung tổ chức tự ghi có nguồn là {source}. Hãy bỏ source_id.",
)

SourceId = Annotated[
    str | None,
    Query(
        description="Nguồn của giá trị (bảng sources); bỏ trống: do chính người ghi khai · "
        "Source of the values (a row of sources); left out: whoever writes them",
        examples=["entered_by_stewards"],
        pattern=ID_PATTERN,
    ),
]
Note = Annotated[
    str,
    Query(
        description="Lý do, ghi vào lịch sử; không ghi dữ liệu cá nhân · Why, kept in the history; nothing personal",
        examples=["Cập nhật theo công văn"],
        max_length=1000,
    ),
]


def author_of(caller: Caller, source_id: str | None, note: str) -> Author:
    """Return who writes.

    Raises
    ------
    ServiceError
        If they may not name another source.
    """
    viewer = caller.viewer
    if source_id and viewer.kind != "everything" and source_id != DECLARED:
        raise ServiceError(OTHER_SOURCE.format(source=DECLARED), "forbidden")
    return Author(caller.name, viewer, source_id or "", _clean(note))


def _clean(note: str) -> str:
    return "".join(sign for sign in note if sign.isprintable() or sign == "\n").strip()


def add_writes(router: APIRouter, resource: Resource) -> None:
    """Add the endpoints that write a table."""
    _add_create(router, resource)
    _add_put(router, resource)
    _add_patch(router, resource)
    _add_remove(router, resource)


def _add_create(router: APIRouter, resource: Resource) -> None:
    def create(
        request: Request,
        service: ServiceParameter,
        caller: CallerParameter,
        values: Any,  # noqa: ANN401 - the model of the table, set below
        source_id: SourceId = None,
        note: Note = "",
    ) -> Response:
        """Mã do người gửi đặt, hoặc bỏ trống để hệ thống đặt · The client gives the id, or leaves it out."""
        author = author_of(caller, source_id, note)
        given = given_values(values)
        chosen = _new_id(resource, caller.viewer, given)

        def make(connection: Connection) -> Answer:
            take_turn(connection)
            return _create(connection, resource, chosen, given, author)

        return write(request, service, caller, f"{resource.table}.create", make)

    create.__annotations__["values"] = WHOLES[resource.table]
    router.post(
        f"/{resource.path}",
        operation_id=f"create_{resource.singular}",
        summary=f"Thêm {resource.one.vi} · Create a record: {resource.one.en}",
        dependencies=[allowed("records:write")],
        status_code=201,
        response_model=ANSWERS[resource.table],
    )(create)


def _create(connection: Connection, resource: Resource, chosen: str, given: dict[str, Any], author: Author) -> Answer:
    if is_taken(connection, resource.table, chosen):
        raise ServiceError(TAKEN.format(record_id=chosen), "conflict")
    write_records(connection, [filled(Wanted(resource.table, chosen, given, None), author)], author, WHAT)
    return _written(connection, resource, author.viewer, chosen, 201)


def _new_id(resource: Resource, viewer: Viewer, given: dict[str, Any]) -> str:
    """Return the id of a new record: the one given, or what is made from what the record is.

    An organisation's is made by chance: one that follows from the values would tell whether others have the same.

    Raises
    ------
    FindingsError
        If the id given is none, or not one that an organisation may choose.
    """
    table = resource.registry
    chosen = given.pop(table.key, None)
    if chosen is not None:
        fault = text_fault(chosen, table.columns[table.key])
        refuse([] if fault is None else [finding(table, quoted(chosen), table.key, fault)])
        refuse_foreign_id(viewer, resource.table, chosen)
        return str(chosen)
    if viewer.kind == "everything":
        return record_id(resource.table, given)
    return new_id(NATURAL_KEYS[resource.table].prefix)


def _add_put(router: APIRouter, resource: Resource) -> None:
    def put(
        record_id: RecordId,
        request: Request,
        service: ServiceParameter,
        caller: CallerParameter,
        values: Any,  # noqa: ANN401 - the model of the table, set below
        source_id: SourceId = None,
        note: Note = "",
    ) -> Response:
        """Ghi cả hồ sơ: If-Match để thay, If-None-Match: * để thêm mới · The whole record, to replace or to add."""
        author = author_of(caller, source_id, note)
        given = given_values(values)
        given.setdefault(resource.registry.key, record_id)
        is_new = request.headers.get("if-none-match", "").strip() == "*"
        if not is_new and "if-match" not in request.headers:
            raise ServiceError(MISSING, "precondition_required")
        chosen = _new_id(resource, caller.viewer, dict(given)) if is_new else record_id

        def make(connection: Connection) -> Answer:
            take_turn(connection)
            if is_new:
                if is_taken(connection, resource.table, chosen):
                    raise ServiceError(TAKEN.format(record_id=chosen), "precondition_failed")
                return _create(connection, resource, chosen, given, author)
            one = wanted_of(connection, request, resource, author, (record_id, given))
            empty = dict.fromkeys(name for name in resource.registry.columns if name != resource.registry.key)
            whole = filled(Wanted(one.table, one.record_id, {**empty, **given}, one.before), author)
            write_records(connection, [whole], author, WHAT)
            return _written(connection, resource, author.viewer, record_id, 200)

        return write(request, service, caller, f"{resource.table}.put", make)

    put.__annotations__["values"] = WHOLES[resource.table]
    router.put(
        f"/{resource.path}/{{record_id}}",
        operation_id=f"put_{resource.singular}",
        summary=f"Ghi {resource.one.vi} · Put a record: {resource.one.en}",
        dependencies=[allowed("records:write")],
        response_model=ANSWERS[resource.table],
        responses={201: {"model": ANSWERS[resource.table], "description": "Đã thêm · Added"}},
        openapi_extra=state_headers("If-Match", "If-None-Match"),
    )(put)


def _add_patch(router: APIRouter, resource: Resource) -> None:
    def patch(
        record_id: RecordId,
        request: Request,
        service: ServiceParameter,
        caller: CallerParameter,
        values: Any,  # noqa: ANN401 - the model of the table, set below
        source_id: SourceId = None,
        note: Note = "",
    ) -> Response:
        """Chỉ các cột được nêu; null để xóa giá trị · Only the columns named; null empties."""
        author = author_of(caller, source_id, note)
        given = given_values(values)

        def make(connection: Connection) -> Answer:
            take_turn(connection)
            one = wanted_of(connection, request, resource, author, (record_id, given))
            write_records(connection, [one], author, WHAT)
            return _written(connection, resource, author.viewer, record_id, 200)

        return write(request, service, caller, f"{resource.table}.patch", make)

    patch.__annotations__["values"] = PATCHES[resource.table]
    router.patch(
        f"/{resource.path}/{{record_id}}",
        operation_id=f"patch_{resource.singular}",
        summary=f"Sửa {resource.one.vi} · Patch a record: {resource.one.en}",
        dependencies=[allowed("records:write")],
        response_model=ANSWERS[resource.table],
        openapi_extra=IF_MATCH,
    )(patch)


def _add_remove(router: APIRouter, resource: Resource) -> None:
    @router.delete(
        f"/{resource.path}/{{record_id}}",
        operation_id=f"delete_{resource.singular}",
        summary=f"Xóa {resource.one.vi} · Remove a record: {resource.one.en}",
        dependencies=[allowed("records:write")],
        status_code=204,
        openapi_extra=IF_MATCH,
    )
    def remove(
        record_id: RecordId, request: Request, service: ServiceParameter, caller: CallerParameter, note: Note = ""
    ) -> Response:
        """Lịch sử vẫn còn, và có thể hoàn tác · Its history stays, and it can be undone."""
        author = author_of(caller, None, note)

        def make(connection: Connection) -> Answer:
            take_turn(connection)
            one = wanted_of(connection, request, resource, author, (record_id, None))
            write_records(connection, [one], author, WHAT)
            return Answer(204, subject=f"{resource.table}/{record_id}")

        return write(request, service, caller, f"{resource.table}.remove", make)


def wanted_of(
    connection: Connection,
    request: Request,
    resource: Resource,
    author: Author,
    asked: tuple[str, dict[str, Any] | None],
) -> Wanted:
    """Return an edit of a record that is there and is as the request last saw it.

    Raises
    ------
    ServiceError
        If there is none for the author's eyes, it was merged away, or somebody changed it meanwhile.
    """
    asked_id, values = asked
    found = read_shown(connection, resource, author.viewer, asked_id)
    if found.record.record_id != asked_id:
        raise ServiceError(MERGED.format(record_id=asked_id, into_id=found.record.record_id), "conflict")
    require_match(request, tag_of(found))
    return Wanted(resource.table, asked_id, values, found.record)


def _written(connection: Connection, resource: Resource, viewer: Viewer, chosen: str, status: int) -> Answer:
    found = read_shown(connection, resource, viewer, chosen)
    headers = {"ETag": tag_of(found)}
    if status == 201:  # noqa: PLR2004 - created
        headers["Location"] = f"/api/v1/{resource.path}/{chosen}"
    return Answer(status, answer_of(found), headers, subject=f"{resource.table}/{chosen}")


def given_values(values: Model) -> dict[str, Any]:
    """Return the columns that a request names, with their values."""
    return {name: getattr(values, name) for name in values.model_fields_set}
