"""Search: who offers or wants what, ranked and counted among what the caller may see."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal
from weakref import WeakKeyDictionary

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from sqlalchemy import Engine

from api.access.guard import CallerParameter, allowed
from api.rest.fields import Model, told
from api.rest.record_reads import CountModel
from api.service.context import Service, ServiceParameter
from api.service.paging import CURSOR_LENGTH, Key, Page, page_of
from api.service.problems import ServiceError
from supplychain.registry.conditions import Narrowed
from supplychain.registry.pages import Listing, count_by
from supplychain.registry.visibility import Viewer
from supplychain.vocabulary import OFFER_KINDS, UNITS

if TYPE_CHECKING:
    from api.registry.searching import SearchRequest
    from supplychain.search.index import SearchIndex
    from supplychain.search.question import Hits

ROUTER: Final = APIRouter(prefix="/search")

FACETS: Final = ("kind", "stage", "vsic_code", "ward_code", "country")
"""Columns of organisations by which what was found is counted."""
MOST_FACET_VALUES: Final = 50

MOST_LAG_S: Final = 1.0
"""Most seconds in which what others added or reworded may not be found yet; what was hidden is hidden at once."""

TEXT_PATTERN: Final = r"^[^\x00-\x1f\x7f]*$"

_INDEXES: WeakKeyDictionary[Engine, SearchIndex] = WeakKeyDictionary()
_INDEXES_LOCK: Final = threading.Lock()


class HitModel(Model):
    """One organisation found, by its best entry."""

    organisation_id: str = told("The organisation", "Tổ chức", "mst_3700123456")
    facility_id: str | None = told("Its facility", "Cơ sở", "mst_3700123456_factory", default=None)
    offer_id: str | None = told("The offer found", "Chào hàng", "off_1", default=None)
    need_id: str | None = told("The need found", "Nhu cầu", None, default=None)
    names: list[str] = told("What it is called", "Tên", ["Công ty Cơ khí Thuận An"])
    articles: list[str] = told("What is offered or wanted", "Mặt hàng", ["Bảng mạch in"])
    score: int = told("Points; the highest first", "Điểm, cao nhất trước", 12)
    parts: dict[str, int] = told("The points by what gave them", "Điểm theo từng phần", {"article": 12})
    distance_km: float | None = told("Distance from the middle, km", "Khoảng cách, km", 3.2, default=None)
    distance_to_park: bool = told(
        "Whether the distance is to its park", "Khoảng cách tính đến khu công nghiệp", example=False, default=False
    )


class FoundModel(Page[HitModel]):
    """A page of what was found."""

    total: int = told("Organisations that match", "Số tổ chức phù hợp", 42)
    reading: Literal["every word", "nearly", "some words"] = told(
        "How the words were taken: every one found, nearly, or half of them", "Cách hiểu các từ", "every word"
    )
    ignored: list[str] = told("Words passed over", "Các từ bỏ qua", ["công ty"])
    change: int = told("Last change of the registry that the answer knows", "Thay đổi mới nhất đã tính", 12)
    without_position: int | None = told(
        "More that match but for the circle: nobody has said where they stand",
        "Số tổ chức phù hợp nhưng chưa rõ vị trí",
        3,
        default=None,
    )
    without_month: int | None = told(
        "How many match without the month", "Số tổ chức phù hợp nếu không xét tháng", 9, default=None
    )
    facets: dict[str, list[CountModel]] | None = told(
        "Organisations found, by column; null where not asked for, or where more than 10,000 match",
        "Số tổ chức theo cột; null nếu không hỏi, hoặc có hơn 10.000 kết quả",
        {"kind": [{"value": "enterprise", "records": 40}]},
        default=None,
    )


Word = Annotated[str, Field(max_length=200, pattern=TEXT_PATTERN)]


class Question(Model):
    """What is asked, as parameters of the address."""

    q: str = told(
        "Words; empty for any",
        "Từ cần tìm; trống là mọi nội dung",
        "bảng mạch",
        default="",
        max_length=1000,
        pattern=TEXT_PATTERN,
    )
    code: list[Word] = told(
        "Codes such as hs:8534 or vsic:2610; one is enough",
        "Mã như hs:8534 hoặc vsic:2610",
        ["hs:8534"],
        default=[],
        max_length=20,
    )
    near: str = told(
        "latitude,longitude, or the id of a park or terminal",
        "Vĩ độ,kinh độ, hoặc mã khu hay đầu mối",
        "11.05,106.66",
        default="",
        max_length=200,
        pattern=TEXT_PATTERN,
    )
    km: float = told("Radius, km", "Bán kính, km", 20.0, default=20.0, gt=0, le=20_000)
    capacity: float | None = told("Least capacity a month", "Công suất tối thiểu mỗi tháng", 100.0, default=None, ge=0)
    unit: str = told(
        "Unit of the capacity", "Đơn vị của công suất", "t", default="t", json_schema_extra={"enum": list(UNITS)}
    )
    month: str = told(
        "Month with free capacity, YYYY-MM", "Tháng còn công suất trống, YYYY-MM", "2027-03", default="", max_length=7
    )
    certificate: list[Word] = told(
        "Schemes that must be held", "Chứng nhận phải có", ["ISO 9001"], default=[], max_length=20
    )
    on: str = told(
        "Day on which certificates and offers must hold; today where left out",
        "Ngày xét; bỏ trống là hôm nay",
        "2026-12-01",
        default="",
        max_length=10,
    )
    purpose: Literal["supply", "need"] = told(
        "What is offered, or what is wanted", "Tìm nơi cung hay nơi cần", "supply", default="supply"
    )
    offer_kind: list[Word] = told(
        f"Kinds of offers: {', '.join(OFFER_KINDS)}", "Loại chào hàng", ["goods"], default=[], max_length=6
    )
    synthetic: bool = told("Whether made-up records count", "Tính cả hồ sơ giả lập", example=False, default=False)
    facets: bool = told(
        "Whether what was found is counted by columns", "Có đếm theo cột không", example=False, default=False
    )
    limit: int = told("Most organisations of the page", "Số tổ chức tối đa của trang", 20, default=20, ge=1, le=1000)
    cursor: str | None = told(
        "Where the page begins, from next of the page before",
        "Trang bắt đầu sau đâu, lấy từ next",
        None,
        default=None,
        max_length=CURSOR_LENGTH,
    )


@ROUTER.get(
    "",
    operation_id="search",
    dependencies=[allowed("records:read")],
    summary="Tìm nơi cung hoặc nơi cần · Search for who offers or wants",
    response_model=FoundModel,
)
def search(
    question: Annotated[Question, Query()],
    request: Request,
    response: Response,
    service: ServiceParameter,
    caller: CallerParameter,
) -> FoundModel:
    """Xếp theo điểm; chỉ tính hồ sơ người gọi được xem · Ranked; only what the caller may see is found and counted."""
    from api.registry.searching import asides_of, query_of, search_document  # noqa: PLC0415 - loads the search engine
    from supplychain.search.lock import BusyError  # noqa: PLC0415
    from supplychain.search.question import MOST_HITS  # noqa: PLC0415

    page = page_of(request, response, service, caller, question.limit, question.cursor)
    seen, after = (0, None) if page.after is None else (int(page.after[0] or 0), page.after[1:])
    most = MOST_HITS if question.facets else min(seen + page.fetch, MOST_HITS)
    index, viewer = index_of(service.engine), caller.viewer
    with service.engine.connect() as connection:
        query = query_of(connection, _asked(question, most))
    try:
        hits = index.search(query, viewer, caller.name)
        asides = asides_of(index, query, viewer, hits, caller.name)
    except BusyError as error:
        raise ServiceError(error.text, "unavailable", headers={"Retry-After": "5"}) from error
    document = search_document(hits, asides)
    left = [hit for hit in document.pop("hits") if after is None or _stands_after(hit, after)]
    cut, following = page.cut(left, lambda hit: (seen + question.limit, hit["score"], hit["organisation_id"]))
    facets = _facets(service, viewer, hits) if question.facets else None
    return FoundModel.model_validate({"items": cut, "next": following, "facets": facets, **document})


def _stands_after(hit: dict[str, Any], after: Key) -> bool:
    score, organisation_id = after
    return (-hit["score"], hit["organisation_id"]) > (-int(score or 0), str(organisation_id))


def _asked(question: Question, most: int) -> SearchRequest:
    """Return what the command line would be asked."""
    from api.registry.searching import SearchRequest  # noqa: PLC0415 - loads the search engine

    return SearchRequest(
        text=question.q,
        codes=tuple(question.code),
        near=question.near,
        km=question.km,
        capacity=question.capacity,
        unit=question.unit,
        month=question.month,
        certificates=tuple(question.certificate),
        on=question.on,
        needs=question.purpose == "need",
        limit=most,
        viewer="",
        synthetic=question.synthetic,
        offer_kinds=tuple(question.offer_kind),
    )


def _facets(service: Service, viewer: Viewer, hits: Hits) -> dict[str, list[CountModel]] | None:
    """Return the organisations found by columns, as the viewer sees them; None where not all of them were fetched."""
    if hits.total > len(hits.hits):
        return None
    ids = frozenset(hit.organisation_id for hit in hits.hits)
    listing = Listing("organisations", viewer, Narrowed(ids=ids))
    with service.engine.connect() as connection:
        return {
            column: [
                CountModel(value=value, records=records)
                for value, records in count_by(connection, listing, column, MOST_FACET_VALUES)
            ]
            for column in FACETS
        }


def index_of(engine: Engine) -> SearchIndex:
    """Return the one search index that this process has of a database."""
    from supplychain.search.index import open_index  # noqa: PLC0415 - loads the search engine

    with _INDEXES_LOCK:
        if engine not in _INDEXES:
            _INDEXES[engine] = open_index(engine, lag_s=MOST_LAG_S)
        return _INDEXES[engine]
