"""Reading the registry: lists, counts, one record, its history, where its values come from."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy import Connection

from api.access.caller import Caller
from api.access.guard import CallerParameter, allowed
from api.registry.record_answers import json_value, seen_history
from api.rest.fields import Model, told
from api.rest.record_filters import filter_parameters, listing_of, only, read_as_of, read_fields, read_filters
from api.rest.record_forms import GEOJSON, JSON, LINES, feature, feature_collection, form_of, stream_lines, to_json
from api.rest.record_models import ANSWERS, Resource, json_values
from api.service.context import ServiceParameter
from api.service.etags import etag, not_modified
from api.service.paging import Page, PageParameter
from api.service.problems import ServiceError, not_found
from supplychain.columns import ColumnDeclaration
from supplychain.database import reads_alone
from supplychain.registry.history import read_record
from supplychain.registry.pages import Listing, count_by, count_records, is_own_record, read_page
from supplychain.registry.present import Shown
from supplychain.registry.provenance import field_origins
from supplychain.registry.values import Record, Revision
from supplychain.registry.visibility import Viewer, settled
from supplychain.rules import shown as quoted
from supplychain.text import Text

LONGEST_ID: Final = 80
MOST_COUNTED: Final = 1000
GROUPED: Final = ("vsic_code", "hs_code", "country", "ward_code", "former_ward_code", "scheme", "month", "unit")
"""Columns of free text whose values are few enough to be counted one by one."""

NO_GROUP: Final = Text(en="by is one of {columns}.", vi="by là một trong {columns}.")

RecordId = Annotated[
    str,
    Path(
        description="Mã hồ sơ; mã đã gộp dẫn tới hồ sơ thay nó · Id of a record; one merged away leads to its heir",
        examples=["mst_3700123456"],
        max_length=200,
    ),
]
Fields = Annotated[
    str | None,
    Query(
        description="Chỉ các cột này, cách nhau bằng dấu phẩy · Only these columns, commas between them",
        examples=["visibility"],
        max_length=2000,
    ),
]
AsOf = Annotated[
    str | None,
    Query(
        description="Như lúc đó: ngày (hết ngày, giờ Việt Nam), thời điểm, hoặc số thay đổi · "
        "As it was: a date (its end in Vietnam), a moment, or the number of a change",
        examples=["2026-06-30"],
        max_length=40,
    ),
]


class CountModel(Model):
    """How many records hold a value."""

    value: str | float | bool | None = told("The value; null where empty", "Giá trị; null nếu trống", "enterprise")
    records: int = told("Records", "Số hồ sơ", 12)


class CountsModel(Model):
    """How many records there are for the caller's eyes."""

    total: int = told("All records that the question finds", "Tổng số hồ sơ", 120)
    by: str | None = told("Column they are counted by", "Cột dùng để đếm", "kind", default=None)
    counts: list[CountModel] = told(
        "By value, the most frequent first, at most 1,000", "Theo giá trị, nhiều nhất trước, tối đa 1.000", []
    )


class OriginModel(Model):
    """Where one value comes from."""

    column: str = told("The field", "Trường", "name_vi")
    value: Any = told("Its value", "Giá trị", "Công ty Cơ khí Thuận An")
    source_id: str = told("Row of sources", "Mã nguồn", "tenant_list")
    title: str | None = told("Title of the source", "Tên nguồn", "Danh sách doanh nghiệp", default=None)
    publisher: str | None = told("Who published it", "Đơn vị công bố", "Sở Công Thương", default=None)
    licence: str | None = told("Licence of the value", "Giấy phép", "CC BY 4.0", default=None)
    at: str = told(
        "When the registry took it over, ISO 8601 UTC; empty where nobody recorded it",
        "Lúc ghi vào sổ, ISO 8601 UTC; trống nếu không rõ",
        "2026-06-30T02:00:00.000000+00:00",
    )


class RevisionModel(Model):
    """What one change did to a record."""

    number: int = told("Number of the change", "Số của thay đổi", 12)
    kind: str = told("Kind of change", "Loại thay đổi", "edit")
    at: str = told("When, ISO 8601 UTC", "Lúc, ISO 8601 UTC", "2026-06-30T02:00:00.000000+00:00")
    operation: str = told("added, changed or removed", "Thêm (added), sửa (changed), xóa (removed)", "changed")
    touched: list[str] = told("Columns that got another value", "Các cột có giá trị khác", ["name_vi"])
    source_id: str = told("Source the values came from", "Nguồn của giá trị", "tenant_list")
    author: str | None = told("Who made it; for stewards", "Người sửa; chỉ quản lý dữ liệu thấy", "Lan", default=None)
    note: str | None = told("Why; for stewards", "Lý do; chỉ quản lý dữ liệu thấy", "", default=None)
    merged_into: str | None = told("Record it was merged into", "Hồ sơ đã gộp vào", None, default=None)
    values: dict[str, Any] | None = told(
        "The record afterwards; null where it was removed", "Hồ sơ sau thay đổi; null nếu đã xóa", {"name_vi": "…"}
    )


def read_shown(
    connection: Connection, resource: Resource, viewer: Viewer, record_id: str, number: int | None = None
) -> Shown:
    """Return a record as a viewer sees it, now or after a change.

    Raises
    ------
    ServiceError
        The same whether there is none or it is hidden.
    """
    record, viewer = None, settled(connection, viewer)
    if len(record_id) <= LONGEST_ID and record_id.isascii() and record_id.isprintable():
        record = read_record(connection, resource.table, record_id, as_of=number, viewer=viewer)
    if record is None:
        raise not_found(resource.one, quoted(record_id))
    if number is None and viewer.kind != "organisation":
        return Shown(record, is_own=viewer.kind == "everything")
    return Shown(record, is_own=is_own_record(connection, resource.table, viewer, record.record_id))


def tag_of(shown: Shown) -> str:
    """Return the entity tag of a record as somebody sees it; a change of it, seen or not, gives another."""
    return etag(shown.record.table, json_values(shown))


def add_reads(router: APIRouter, resource: Resource) -> None:
    """Add the endpoints that read a table."""
    _add_list(router, resource)
    _add_counts(router, resource)
    _add_record(router, resource)
    _add_story(router, resource)


def _add_list(router: APIRouter, resource: Resource) -> None:
    forms = (JSON, LINES, GEOJSON) if resource.registry.has_position else (JSON, LINES)
    page_model: Any = Page

    @router.get(
        f"/{resource.path}",
        operation_id=f"list_{resource.plural}",
        summary=f"Liệt kê {resource.many.vi} · List {resource.many.en}",
        dependencies=[allowed("records:read")],
        response_model=page_model[ANSWERS[resource.table]],
        responses={200: {"content": _other_forms(forms), "description": "Danh sách · The list"}},
        openapi_extra={"parameters": filter_parameters(resource)},
    )
    def list_records(
        request: Request,
        service: ServiceParameter,
        caller: CallerParameter,
        page: PageParameter,
        fields: Fields = None,
        as_of: AsOf = None,
    ) -> Response:
        """Trả lời theo trang, hoặc cả danh sách dạng JSON lines · In pages, or the whole list as JSON lines."""
        form = form_of(request, forms)
        narrowed, wanted = read_filters(request, resource), read_fields(fields, resource)
        after = None if page.after is None else str(page.after[0])
        with service.engine.connect() as connection:
            reads_alone(connection)
            listing = listing_of(connection, resource, caller.viewer, narrowed, as_of)
            if form == LINES:
                return stream_lines(service, listing, after, wanted)
            some = read_page(connection, listing, after, page.fetch)
        cut, following = page.cut(some, lambda one: (one.record.record_id,))
        headers = {"Link": page.response.headers["Link"]} if following is not None else {}
        if form == GEOJSON:
            return to_json(feature_collection(cut, wanted, following), GEOJSON, headers)
        return to_json({"items": [json_values(one, wanted) for one in cut], "next": following}, headers=headers)


def _other_forms(forms: tuple[str, ...]) -> dict[str, Any]:
    told_of = {LINES: "A record a line · Mỗi dòng một hồ sơ", GEOJSON: "FeatureCollection (RFC 7946)"}
    schemas: dict[str, Any] = {LINES: {"type": "string"}, GEOJSON: {"type": "object"}}
    return {form: {"schema": {**schemas[form], "description": told_of[form]}} for form in forms if form in told_of}


def _can_be_counted_by(column: ColumnDeclaration) -> bool:
    if column.personal or column.kind in ("id", "list"):
        return False
    return bool(column.choices or column.references or column.kind == "boolean" or column.name in GROUPED)


def _add_counts(router: APIRouter, resource: Resource) -> None:
    columns = tuple(column.name for column in resource.registry.columns.values() if _can_be_counted_by(column))
    by_schema: dict[str, Any] = {"type": "string", "enum": list(columns), "examples": [columns[0]]}
    by_parameter = {
        "name": "by",
        "in": "query",
        "required": False,
        "description": "Cột dùng để đếm · Column to count by",
        "schema": by_schema,
        "example": columns[0],
    }

    @router.get(
        f"/counts/{resource.path}",
        operation_id=f"count_{resource.plural}",
        summary=f"Đếm {resource.many.vi} · Count {resource.many.en}",
        dependencies=[allowed("records:read")],
        response_model=CountsModel,
        openapi_extra={"parameters": [by_parameter, *filter_parameters(resource)]},
    )
    def count(request: Request, service: ServiceParameter, caller: CallerParameter) -> Response:
        """Chỉ tính những hồ sơ người gọi được xem · Only what the caller may see is counted."""
        by = request.query_params.get("by")
        if by is not None and by not in columns:
            raise ServiceError(NO_GROUP.format(columns=", ".join(columns)), "invalid")
        listing = Listing(resource.table, caller.viewer, read_filters(request, resource, ("by",)))
        with service.engine.connect() as connection:
            total = count_records(connection, listing)
            held = [] if by is None else count_by(connection, listing, by, MOST_COUNTED)
        counts = [{"value": json_value(value), "records": records} for value, records in held]
        return to_json({"total": total, "by": by, "counts": counts})


def _add_record(router: APIRouter, resource: Resource) -> None:
    forms = (JSON, GEOJSON) if resource.registry.has_position else (JSON,)

    @router.get(
        f"/{resource.path}/{{record_id}}",
        operation_id=f"get_{resource.singular}",
        summary=f"Xem {resource.one.vi} · Get a record: {resource.one.en}",
        dependencies=[allowed("records:read")],
        response_model=ANSWERS[resource.table],
        responses={200: {"content": _other_forms(forms), "description": "Hồ sơ, kèm ETag · The record, with its ETag"}},
    )
    def get(
        record_id: RecordId,
        request: Request,
        service: ServiceParameter,
        caller: CallerParameter,
        fields: Fields = None,
        as_of: AsOf = None,
    ) -> Response:
        """Hồ sơ vắng và hồ sơ bị ẩn trả lời như nhau · Absent and hidden are answered alike."""
        only(request, ("fields", "as_of"))
        form = form_of(request, forms)
        wanted = read_fields(fields, resource)
        with service.engine.connect() as connection:
            reads_alone(connection)
            found = read_shown(connection, resource, caller.viewer, record_id, read_as_of(connection, as_of))
        tag = tag_of(found) if form == JSON else etag(GEOJSON, tag_of(found))
        headers = {"ETag": tag}
        if found.record.record_id != record_id:
            headers["Content-Location"] = address_of(resource, found.record)
        known = not_modified(request, tag)
        if known is not None:
            return known
        document = json_values(found, wanted) if form == JSON else feature(found, wanted)
        return to_json(document, form, headers)


def address_of(resource: Resource, record: Record) -> str:
    """Return the address of a record."""
    return f"/api/v1/{resource.path}/{record.record_id}"


def _add_story(router: APIRouter, resource: Resource) -> None:

    @router.get(
        f"/{resource.path}/{{record_id}}/history",
        operation_id=f"list_{resource.singular}_history",
        summary=f"Lịch sử của {resource.one.vi} · History of a record: {resource.one.en}",
        dependencies=[allowed("records:read")],
        response_model=Page[RevisionModel],
    )
    def history(
        record_id: RecordId, request: Request, service: ServiceParameter, caller: CallerParameter, page: PageParameter
    ) -> Response:
        """Mỗi thay đổi đã làm gì, cũ nhất trước · What each change did, the oldest first."""
        only(request, ("limit", "cursor"))
        with service.engine.connect() as connection:
            some = _revisions(connection, resource, caller, record_id, (page.fetch, page.after))
        if not some and page.after is None:
            raise not_found(resource.one, quoted(record_id))
        cut, following = page.cut(some, lambda one: (one["number"],))
        headers = {"Link": page.response.headers["Link"]} if following is not None else {}
        return to_json({"items": cut, "next": following}, headers=headers)

    @router.get(
        f"/{resource.path}/{{record_id}}/origins",
        operation_id=f"list_{resource.singular}_origins",
        summary=f"Nguồn từng giá trị của {resource.one.vi} · Origins of values: {resource.one.en}",
        dependencies=[allowed("records:read")],
        response_model=list[OriginModel],
    )
    def origins(
        record_id: RecordId,
        request: Request,
        service: ServiceParameter,
        caller: CallerParameter,
        as_of: AsOf = None,
    ) -> Response:
        """Nguồn, đơn vị công bố, giấy phép, lúc ghi · Source, publisher, licence and time of each value."""
        only(request, ("as_of",))
        with service.engine.connect() as connection:
            found = read_shown(connection, resource, caller.viewer, record_id, read_as_of(connection, as_of))
            told_of = field_origins(connection, found.record)
        return to_json([_origin(one) for one in told_of])


def _origin(one: Any) -> dict[str, Any]:  # noqa: ANN401 - a field's origin
    names = ("column", "source_id", "title", "publisher", "licence", "at")
    return {**{name: getattr(one, name) for name in names}, "value": json_value(one.value)}


def _revisions(
    connection: Connection, resource: Resource, caller: Caller, record_id: str, page: tuple[int, Any]
) -> list[dict[str, Any]]:
    """Return the revisions of a page; those that touched only what is hidden are passed over."""
    if len(record_id) > LONGEST_ID or not (record_id.isascii() and record_id.isprintable()):
        return []
    viewer, (most, after) = caller.viewer, page
    is_own = is_own_record(connection, resource.table, viewer, record_id)
    found = []
    for one in seen_history(connection, resource.table, record_id, viewer, 0 if after is None else int(after[0])):
        if one.operation == "changed" and not one.touched and not is_own:
            continue
        found.append(_revision(one, caller, is_own=is_own))
        if len(found) >= most:
            break
    return found


def _revision(one: Revision, caller: Caller, *, is_own: bool) -> dict[str, Any]:
    sees_all = caller.viewer.kind == "everything"
    return {
        "number": one.number,
        "kind": one.kind,
        "at": one.at,
        "operation": one.operation,
        "touched": list(one.touched),
        "source_id": one.source_id,
        "author": one.author if sees_all else None,
        "note": one.note if sees_all else None,
        "merged_into": one.merged_into,
        "values": None if one.record is None else json_values(Shown(one.record, is_own=is_own or sees_all)),
    }
