"""Changes of the registry: the list for stewards, edits made together, and what takes a change back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy import Connection, func, select

from api.access.guard import CallerParameter, allowed
from api.jobs.answers import ask
from api.registry.record_rules import Wanted, refuse_foreign_id
from api.registry.record_writing import Author, filled, is_taken, write_records
from api.rest.change_models import (
    ChangedRecordModel,
    ChangeModel,
    ChangeResult,
    EditModel,
    EditsModel,
    KindName,
    NoteModel,
    result_of,
)
from api.rest.record_models import RESOURCES
from api.rest.record_reads import LONGEST_ID
from api.rest.record_writes import TAKEN, WHAT, author_of
from api.service.context import ServiceParameter
from api.service.ids import new_id
from api.service.paging import Page, PageParameter
from api.service.problems import ServiceError, not_found
from api.service.writing import Answer, write
from supplychain.columns import LARGEST_INTEGER
from supplychain.errors import Finding
from supplychain.intake.ids import NATURAL_KEYS
from supplychain.models.registry import CHANGES, REVISIONS
from supplychain.registry.checks import finding
from supplychain.registry.history import list_changes, read_record
from supplychain.registry.integrity import refuse
from supplychain.registry.undoing import AT_ONCE, take_back
from supplychain.registry.values import ChangeLine, Record
from supplychain.registry.visibility import Viewer
from supplychain.registry.writing import take_turn
from supplychain.rules import shown, text_fault
from supplychain.text import Text

ROUTER: Final = APIRouter(prefix="/changes")

CHANGE: Final = Text(en="change", vi="thay đổi")
CHANGED_SINCE: Final = Text(
    en="{record_id} was changed meanwhile: it is at change {now}. Read it again and bring your edit in.",
    vi="{record_id} đã được sửa trong lúc đó: hiện ở thay đổi số {now}. Hãy đọc lại và nhập sửa đổi của bạn.",
)
SAY_CHANGE: Final = Text(
    en="{record_id} is there already. Say the number of its change (change), so that nobody's edit is written over.",
    vi="{record_id} đã có. Hãy ghi số thay đổi của hồ sơ (change) để không ghi đè sửa đổi của người khác.",
)
NO_VALUES: Final = Text(
    en="There is no such record to remove or change here.", vi="Không có hồ sơ này để xóa hoặc sửa."
)
TWICE: Final = Text(en="The record stands in these edits twice.", vi="Hồ sơ có hai lần trong các lần sửa này.")

Number = Annotated[
    int, Path(ge=1, lt=LARGEST_INTEGER, description="Số của thay đổi · Number of the change", examples=[12])
]


@ROUTER.get("", operation_id="list_changes", dependencies=[allowed("audit:read")], summary="Các thay đổi · The changes")
def changes(
    service: ServiceParameter,
    page: PageParameter,
    kind: Annotated[KindName | None, Query(description="Loại · Kind", examples=["edit"])] = None,
) -> Page[ChangeModel]:
    """Mới nhất trước; có tên người và tệp nên chỉ quản lý dữ liệu xem · The newest first, with authors and files."""
    before = None if page.after is None else int(page.after[0] or 0)
    with service.engine.connect() as connection:
        lines = list_changes(connection, kind=kind, limit=page.fetch, before=before)
    cut, following = page.cut(lines, lambda line: (line.number,))
    return Page[ChangeModel](items=[ChangeModel(**asdict(line)) for line in cut], next=following)


@ROUTER.get(
    "/{number}", operation_id="get_change", dependencies=[allowed("audit:read")], summary="Một thay đổi · A change"
)
def change(number: Number, service: ServiceParameter) -> ChangeModel:
    """Ai, lúc nào, vì sao, bao nhiêu hồ sơ · Who, when, why, how many records."""
    with service.engine.connect() as connection:
        return ChangeModel(**asdict(_line(connection, number)))


def _line(connection: Connection, number: int) -> ChangeLine:
    """Return a change.

    Raises
    ------
    ServiceError
        If there is none of that number.
    """
    lines = list_changes(connection, limit=1, before=number + 1)
    if not lines or lines[0].number != number:
        raise not_found(CHANGE, str(number))
    return lines[0]


@ROUTER.get(
    "/{number}/records",
    operation_id="list_change_records",
    dependencies=[allowed("audit:read")],
    summary="Hồ sơ của một thay đổi · Records that a change touched",
)
def records(number: Number, service: ServiceParameter, page: PageParameter) -> Page[ChangedRecordModel]:
    """Theo thứ tự đã ghi · In the order they were written."""
    query = (
        select(REVISIONS.c.fid, REVISIONS.c.table_name, REVISIONS.c.record_id, REVISIONS.c.operation)
        .join(CHANGES, CHANGES.c.fid == REVISIONS.c.change_id)
        .where(CHANGES.c.number == number)
        .order_by(REVISIONS.c.fid)
        .limit(page.fetch)
    )
    if page.after is not None:
        query = query.where(REVISIONS.c.fid > page.after[0])
    with service.engine.connect() as connection:
        _line(connection, number)
        rows = connection.execute(query).all()
    cut, following = page.cut(rows, lambda row: (row.fid,))
    items = [ChangedRecordModel(table=row.table_name, record_id=row.record_id, operation=row.operation) for row in cut]
    return Page[ChangedRecordModel](items=items, next=following)


@ROUTER.post(
    "",
    operation_id="create_change",
    dependencies=[allowed("records:write")],
    summary="Ghi nhiều hồ sơ cùng lúc · Write several records together",
    response_model=ChangeResult,
)
def make_change(body: EditsModel, request: Request, service: ServiceParameter, caller: CallerParameter) -> Response:
    """Tất cả hoặc không gì cả; hồ sơ đã có cần số thay đổi đã đọc · All or nothing, each against what was read."""
    author = author_of(caller, body.source_id, body.note)

    def make(connection: Connection) -> Answer:
        take_turn(connection)
        some = _wanted(connection, body.edits, author)
        found = write_records(connection, some, author, WHAT)
        return Answer(200, result_of(found), subject=f"change/{found.number or 0}")

    return write(request, service, caller, "changes.make", make)


def _wanted(connection: Connection, edits: list[EditModel], author: Author) -> list[Wanted]:
    """Return edits with the records as they are, which are as their author read them.

    Raises
    ------
    FindingsError
        With everything about the edits themselves that is wrong.
    ServiceError
        If a record was changed meanwhile, or an id is taken.
    """
    found, findings = [], list[Finding]()
    named: set[tuple[str, str]] = set()
    for edit in edits:
        one = _one(connection, edit, author, findings)
        if one is None:
            continue
        if (one.table, one.record_id) in named:
            findings.append(finding(RESOURCES[one.table].registry, shown(one.record_id), None, TWICE))
        named.add((one.table, one.record_id))
        found.append(one)
    refuse(findings)
    return found


def _one(connection: Connection, edit: EditModel, author: Author, findings: list[Finding]) -> Wanted | None:
    table = RESOURCES[edit.table].registry
    values = None if edit.values is None else dict(edit.values)
    before = _before(connection, edit, author.viewer)
    if before is not None:
        if edit.change is None:
            raise ServiceError(SAY_CHANGE.format(record_id=before.record_id), "precondition_required")
        if edit.change != before.number:
            text = CHANGED_SINCE.format(record_id=before.record_id, now=before.number)
            raise ServiceError(text, "precondition_failed")
        return Wanted(edit.table, before.record_id, values, before)
    chosen = edit.record_id or new_id(NATURAL_KEYS[edit.table].prefix)
    fault = text_fault(chosen, table.columns[table.key])
    if fault is not None or values is None or edit.change:
        findings.append(finding(table, shown(chosen), None if fault is None else table.key, fault or NO_VALUES))
        return None
    if edit.record_id is not None:
        refuse_foreign_id(author.viewer, edit.table, chosen)
    if is_taken(connection, edit.table, chosen):
        raise ServiceError(TAKEN.format(record_id=chosen), "conflict")
    return filled(Wanted(edit.table, chosen, values, None), author)


def _before(connection: Connection, edit: EditModel, viewer: Viewer) -> Record | None:
    """Return the record an edit names, if it is there for the author's eyes; not what it was merged into."""
    record_id = edit.record_id
    if record_id is None or len(record_id) > LONGEST_ID or not (record_id.isascii() and record_id.isprintable()):
        return None
    found = read_record(connection, edit.table, record_id, viewer=viewer)
    return found if found is not None and found.record_id == record_id else None


@ROUTER.post(
    "/{number}/undo",
    operation_id="undo_change",
    dependencies=[allowed("records:merge")],
    summary="Hoàn tác một thay đổi · Take a change back",
    response_model=ChangeResult,
    responses={202: {"description": "Thay đổi lớn: làm thành công việc · A large change: done as a job"}},
)
def undo(
    number: Number, body: NoteModel, request: Request, service: ServiceParameter, caller: CallerParameter
) -> Response:
    """Chỉ khi chưa ai sửa tiếp những gì nó đã ghi · Where nobody has since touched what it wrote."""
    with service.engine.connect() as connection:
        count = select(func.count()).select_from(REVISIONS).join(CHANGES, CHANGES.c.fid == REVISIONS.c.change_id)
        touched = connection.scalar(count.where(CHANGES.c.number == number)) or 0
    if touched > AT_ONCE:
        wanted: dict[str, Any] = {"number": number, "note": body.note}
        return ask(request, service, caller, "undo", wanted, title=f"undo {number}")

    def make(connection: Connection) -> Answer:
        take_turn(connection)
        found = take_back(connection, number, "undo", author=caller.name, note=body.note)
        return Answer(200, result_of(found), subject=f"change/{number}")

    return write(request, service, caller, "changes.undo", make)
