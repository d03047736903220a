"""Organisations that may be one: the queue with reasons, a pair explained, what people decide."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Connection, select

from api.access.guard import CallerParameter, allowed
from api.jobs.answers import ask
from api.jobs.models import JobModel
from api.rest.change_models import ID_PATTERN, LONGEST_NOTE, NOTE_PATTERN, TextModel
from api.rest.fields import Model, told
from api.rest.record_forms import to_json
from api.service.context import ServiceParameter
from api.service.paging import Page, PageParameter
from api.service.problems import not_found
from api.service.writing import Answer, write
from supplychain.models.linkage import JUDGEMENTS
from supplychain.registry.writing import take_turn
from supplychain.text import Text

ROUTER: Final = APIRouter(prefix="/duplicates")

ORGANISATION: Final = Text(en="organisation", vi="tổ chức")
MOST_SHOWN: Final = 1000

Id = Annotated[str, Query(pattern=ID_PATTERN, description="Mã tổ chức · Id of an organisation", examples=["org_1"])]


class QueueModel(Model):
    """How the queue is made."""

    synthetic: bool = told(
        "Whether made-up organisations are looked at", "Có xét tổ chức giả lập không", example=False, default=False
    )
    show: int = told("Most pairs told, the likeliest first", "Số cặp tối đa", 100, default=100, ge=1, le=MOST_SHOWN)


class FeatureModel(Model):
    """One thing that speaks for or against."""

    name: str = told("What was compared", "Nội dung so sánh", "tax_code")
    score: float = told("How far the two agree in it, 0 to 1", "Mức giống nhau, 0 đến 1", 1.0)
    weight: float = told("Weight in log-odds; negative speaks against", "Trọng số (log-odds); âm là khác nhau", 4.2)
    reason: TextModel = told("Why", "Lý do", {"vi": "Cùng mã số thuế", "en": "Same tax code"})


class PairModel(Model):
    """A pair, compared."""

    a: str = told("One organisation", "Tổ chức thứ nhất", "org_1")
    a_name: str = told("Its name", "Tên", "Công ty Một")
    b: str = told("The other", "Tổ chức thứ hai", "org_2")
    b_name: str = told("Its name", "Tên", "Công ty Một (CN)")
    probability: float = told("That the two are one, 0 to 1", "Xác suất là một, 0 đến 1", 0.97)
    decision: Literal["same", "review", "different"] = told("What follows", "Đề nghị", "review")
    caution: TextModel | None = told(
        "Why a person is asked all the same", "Vì sao vẫn cần người xét", None, default=None
    )
    base_log_odds: float = told("Log-odds of any pair", "Log-odds ban đầu", -6.0)
    log_odds: float = told("Log-odds of this pair", "Log-odds của cặp", 3.4)
    features: list[FeatureModel] = told("What speaks for and against", "Các căn cứ", [])


class JudgeModel(Model):
    """What somebody decides about a pair."""

    a_id: str = told("One organisation; kept where they are the same", "Tổ chức giữ lại", "org_1", pattern=ID_PATTERN)
    b_id: str = told("The other; merged into the first", "Tổ chức gộp vào", "org_2", pattern=ID_PATTERN)
    decision: Literal["same", "different", "undecided"] = told(
        "same merges them, different is never asked again, undecided takes a judgement back",
        "same: gộp; different: không hỏi lại; undecided: rút lại quyết định",
        "different",
    )
    note: str = told("Why", "Lý do", "Hai pháp nhân", default="", max_length=LONGEST_NOTE, pattern=NOTE_PATTERN)
    choices: dict[str, str] = told(
        "By column, the record whose identifier is right where they differ",
        "Theo cột, tổ chức có mã định danh đúng khi khác nhau",
        {"tax_code": "org_1"},
        default={},
        max_length=20,
    )


class JudgementModel(Model):
    """What somebody decided about a pair."""

    number: int = told("Its number", "Số thứ tự", 7)
    a_id: str = told("One organisation", "Tổ chức thứ nhất", "org_1")
    b_id: str = told("The other", "Tổ chức thứ hai", "org_2")
    decision: str = told("What was decided", "Quyết định", "different")
    author: str = told("Who decided", "Người quyết định", "Lan")
    note: str = told("Why", "Lý do", "Hai pháp nhân")
    judged_at: str = told("When, ISO 8601 UTC", "Lúc, ISO 8601 UTC", "2026-06-30T02:00:00.000000+00:00")
    log_odds: float | None = told("What the model said before", "Mô hình đánh giá trước đó", 3.4, default=None)
    change_number: int | None = told("Change that merged them", "Thay đổi đã gộp", None, default=None)


@ROUTER.post(
    "",
    operation_id="find_duplicates",
    dependencies=[allowed("records:merge")],
    summary="Lập danh sách cặp có thể trùng · Make the queue of pairs that may be one",
    status_code=202,
    response_model=JobModel,
)
def find(body: QueueModel, request: Request, service: ServiceParameter, caller: CallerParameter) -> Response:
    """Là công việc; gửi Prefer: wait=10 để chờ · A job; send Prefer: wait=10 to wait for it."""
    return ask(request, service, caller, "duplicates", body.model_dump())


@ROUTER.get(
    "/comparison",
    operation_id="compare_organisations",
    dependencies=[allowed("records:merge")],
    summary="So hai tổ chức · Compare two organisations",
    response_model=PairModel,
)
def comparison(a: Id, b: Id, service: ServiceParameter) -> Response:
    """Xác suất là một và từng căn cứ · The probability that they are one, and each reason."""
    from api.registry.duplicates_run import pair_document  # noqa: PLC0415 - loads what compares
    from supplychain.linkage.comparing import compare  # noqa: PLC0415
    from supplychain.linkage.duplicates import Candidate  # noqa: PLC0415
    from supplychain.linkage.parties import read_party  # noqa: PLC0415
    from supplychain.linkage.recalibration import read_calibration  # noqa: PLC0415

    with service.engine.connect() as connection:
        one, other = read_party(connection, a), read_party(connection, b)
        calibration = read_calibration(connection)
    for name, party in ((a, one), (b, other)):
        if party is None:
            raise not_found(ORGANISATION, name)
    assert one is not None and other is not None  # noqa: S101, PT018 - refused above
    candidate = Candidate(one, other, compare(one, other, calibration=calibration))
    return to_json(pair_document(candidate, lambda text: {"vi": text.vi, "en": text.en}))


@ROUTER.post(
    "/judgements",
    operation_id="judge_pair",
    dependencies=[allowed("records:merge")],
    summary="Quyết định về một cặp · Decide about a pair",
    status_code=201,
    response_model=JudgementModel,
)
def judge(body: JudgeModel, request: Request, service: ServiceParameter, caller: CallerParameter) -> Response:
    """Nếu là một, tổ chức thứ hai được gộp vào thứ nhất · The same: the second is merged into the first."""
    from supplychain.linkage.judgements import judge_within  # noqa: PLC0415 - loads what compares

    def make(connection: Connection) -> Answer:
        take_turn(connection)
        judge_within(
            connection, (body.a_id, body.b_id), body.decision, caller.name, body.note, choices=body.choices or None
        )
        row = connection.execute(select(JUDGEMENTS).order_by(JUDGEMENTS.c.fid.desc()).limit(1)).mappings().one()
        return Answer(201, _judgement(row), subject=f"organisations/{body.a_id}")

    return write(request, service, caller, "duplicates.judge", make)


@ROUTER.get(
    "/judgements",
    operation_id="list_judgements",
    dependencies=[allowed("records:merge")],
    summary="Các quyết định · What was decided",
)
def judgements(service: ServiceParameter, page: PageParameter) -> Page[JudgementModel]:
    """Mới nhất trước; quyết định sau thay quyết định trước · The newest first; a later one takes the place."""
    query = select(JUDGEMENTS).order_by(JUDGEMENTS.c.fid.desc()).limit(page.fetch)
    if page.after is not None:
        query = query.where(JUDGEMENTS.c.fid < page.after[0])
    with service.engine.connect() as connection:
        rows = connection.execute(query).mappings().all()
    cut, following = page.cut(rows, lambda row: (row["fid"],))
    return Page[JudgementModel](items=[_judgement(row) for row in cut], next=following)


def _judgement(row: Any) -> JudgementModel:  # noqa: ANN401 - a row mapping
    return JudgementModel(number=row["fid"], **{name: value for name, value in row.items() if name != "fid"})
