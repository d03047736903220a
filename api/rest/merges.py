"""Records that are one are merged and parted again; what names a person is erased from all history."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Path, Request, Response
from sqlalchemy import Connection, update

from api.access.guard import CallerParameter, allowed
from api.rest.change_models import ChangeResult, ErasureModel, MergeModel, NoteModel, result_of
from api.service.context import ServiceParameter
from api.service.tables import IDEMPOTENT_ANSWERS
from api.service.writing import Answer, write
from supplychain.columns import LARGEST_INTEGER
from supplychain.registry.erasure import empty_log, erase_within
from supplychain.registry.merging import MergeWanted, merge_within, split_within
from supplychain.registry.writing import take_turn

ROUTER: Final = APIRouter()


@ROUTER.post(
    "/records/merges",
    operation_id="merge_records",
    dependencies=[allowed("records:merge")],
    summary="Gộp các hồ sơ là một · Merge records that are one",
    response_model=ChangeResult,
)
def merge(body: MergeModel, request: Request, service: ServiceParameter, caller: CallerParameter) -> Response:
    """Mã của hồ sơ gộp từ nay dẫn tới hồ sơ giữ lại · The ids merged away lead to the record that is kept."""
    wanted = MergeWanted(body.table, body.keep_id, tuple(body.drop_ids), body.choices)

    def make(connection: Connection) -> Answer:
        take_turn(connection)
        found = merge_within(connection, wanted, author=caller.name, note=body.note)
        return Answer(200, result_of(found), subject=f"{body.table}/{body.keep_id}")

    return write(request, service, caller, "merges.make", make)


@ROUTER.post(
    "/records/merges/{number}/split",
    operation_id="split_records",
    dependencies=[allowed("records:merge")],
    summary="Tách hồ sơ đã gộp · Part merged records again",
    response_model=ChangeResult,
)
def split(
    number: Annotated[
        int,
        Path(ge=1, le=LARGEST_INTEGER, description="Số của lần gộp · Number of the merge", examples=[12]),
    ],
    body: NoteModel,
    request: Request,
    service: ServiceParameter,
    caller: CallerParameter,
) -> Response:
    """Mọi hồ sơ và liên hệ như trước khi gộp · Every record and reference as it was."""

    def make(connection: Connection) -> Answer:
        take_turn(connection)
        found = split_within(connection, number, author=caller.name, note=body.note)
        return Answer(200, result_of(found), subject=f"change/{number}")

    return write(request, service, caller, "merges.split", make)


@ROUTER.post(
    "/records/erasures",
    operation_id="erase_personal",
    dependencies=[allowed("records:merge")],
    summary="Xóa dữ liệu cá nhân khỏi mọi lịch sử · Erase personal data from all history",
    response_model=ChangeResult,
)
def erase(body: ErasureModel, request: Request, service: ServiceParameter, caller: CallerParameter) -> Response:
    """Không thể hoàn tác · It cannot be taken back."""

    def make(connection: Connection) -> Answer:
        take_turn(connection)
        record = (body.table, body.record_id)
        found = erase_within(connection, record, author=caller.name, reason=body.reason, columns=body.columns)
        _forget_answers(connection, body.record_id)
        subject = f"{body.table}/{body.record_id}"
        return Answer(200, result_of(found), subject=subject, after=(lambda: _empty(service),))

    return write(request, service, caller, "erasures.make", make)


def _forget_answers(connection: Connection, record_id: str) -> None:
    """Forget the answers kept for repeated requests that name a record: they hold its values."""
    named = IDEMPOTENT_ANSWERS.c.body.contains(f'"{record_id}"', autoescape=True)
    connection.execute(update(IDEMPOTENT_ANSWERS).where(named).values(body=None, is_kept=0))


def _empty(service: ServiceParameter) -> None:
    # Where somebody is reading just now, the database itself empties its log soon.
    empty_log(service.engine)
