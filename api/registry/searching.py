"""What ``hinterland search`` and ``hinterland registry index`` do and tell."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, select

from api.readiness import opened
from api.registry.reading import viewer_named
from geodata.answers.places import parse_point
from supplychain.errors import HinterlandError
from supplychain.models import METADATA
from supplychain.search.index import SearchIndex, open_index
from supplychain.search.question import Hit, Hits, Query
from supplychain.text import Text

if TYPE_CHECKING:
    from api.console import Talk
    from supplychain.registry.visibility import Viewer

NO_PLACE: Final = Text(
    en='"{place}" is no place: write latitude,longitude such as 11.05,106.66, or the id of a park or terminal.',
    vi='"{place}" không phải là một nơi: hãy viết vĩ độ,kinh độ, ví dụ 11.05,106.66, hoặc mã khu hay đầu mối.',
)
NO_DATE: Final = Text(
    en='"{day}" is no day: write it as 2026-03-31.', vi='"{day}" không phải là ngày: hãy viết dạng 2026-03-31.'
)
FOUND: Final = Text(en="{total:,} organisations match; {shown} shown.", vi="{total:,} tổ chức phù hợp; in ra {shown}.")
NOTHING: Final = Text(en="Nothing matches.", vi="Không tìm thấy gì phù hợp.")
READINGS: Final = {
    "nearly": Text(
        en="Nothing holds every word as written, so words with a typing error or two were taken too.",
        vi="Không có kết quả đúng mọi từ, nên đã tìm cả những từ gần giống (sai một, hai chữ).",
    ),
    "some words": Text(
        en="Nothing holds every word, so half of them were enough.",
        vi="Không có kết quả chứa mọi từ, nên chỉ cần một nửa số từ.",
    ),
}
IGNORED: Final = Text(en="Words passed over: {words}.", vi="Các từ được bỏ qua: {words}.")
NO_POSITION: Final = Text(
    en="{count:,} more match but for the circle: nobody has said where they stand.",
    vi="Còn {count:,} tổ chức phù hợp nhưng chưa rõ vị trí, nên không tính trong vòng tròn.",
)
NO_MONTH: Final = Text(
    en="{count:,} match without the month {month}; those left out say nothing of it or have too little free.",
    vi="Không xét tháng {month} thì có {count:,} tổ chức phù hợp; số bị loại chưa khai tháng này hoặc không đủ trống.",
)
TITLE: Final = Text(en="Found", vi="Kết quả")
HEADINGS: Final = (
    Text(en="Organisation", vi="Tổ chức"),
    Text(en="Offers", vi="Chào hàng"),
    Text(en="km", vi="km"),
    Text(en="Points", vi="Điểm"),
    Text(en="Id", vi="Mã"),
)
INDEXED: Final = Text(
    en="The search index holds {entries:,} entries, up to change {number}: {folder}.",
    vi="Chỉ mục tìm kiếm có {entries:,} mục, đến thay đổi số {number}: {folder}.",
)


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A search as the user gave it; see ``api.registry.search.search``."""

    text: str
    codes: tuple[str, ...]
    near: str
    km: float
    capacity: float | None
    unit: str
    month: str
    certificates: tuple[str, ...]
    on: str
    needs: bool
    limit: int
    viewer: str
    synthetic: bool
    offer_kinds: tuple[str, ...] = ()


def run_search(request: SearchRequest, database: str, talk: Talk) -> None:
    """Search and tell what was found."""
    with opened(database) as engine:
        with engine.connect() as connection:
            viewer = viewer_named(connection, request.viewer)
            query = query_of(connection, request)
        index = open_index(engine)
        hits = index.search(query, viewer)
        asides = asides_of(index, query, viewer, hits)
    talk.answer(search_document(hits, asides))
    _tell(hits, asides, query, talk)


def run_index(database: str, talk: Talk, *, rebuild: bool) -> None:
    """Bring the index up to date, or make it again, and tell what it holds."""
    with opened(database) as engine:
        index = open_index(engine)
        done = index.rebuild() if rebuild else index.refresh()
    talk.answer({"number": done.number, "entries": done.entries, "folder": str(index.folder)})
    talk.say(INDEXED.format(entries=done.entries, number=done.number, folder=index.folder))


def query_of(connection: Connection, request: SearchRequest) -> Query:
    """Return the question that a request asks.

    Raises
    ------
    HinterlandError
        If anything asked cannot be.
    """
    return Query(
        text=request.text,
        codes=request.codes,
        near=(*_middle(connection, request.near), request.km) if request.near else None,
        minimum_capacity=request.capacity,
        unit=request.unit,
        month=request.month,
        certificates=request.certificates,
        on=_day(request.on),
        synthetic=request.synthetic,
        purpose="need" if request.needs else "supply",
        offer_kinds=request.offer_kinds,
        limit=request.limit,
    )


def _day(text: str) -> date:
    if not text:
        return date.today()  # noqa: DTZ011 - the day on the user's calendar
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise HinterlandError(NO_DATE.format(day=text)) from error


def _middle(connection: Connection, place: str) -> tuple[float, float]:
    """Return longitude and latitude of a place given as latitude,longitude or as the id of a park or terminal."""
    found = parse_point(place)
    if found is not None:
        return found.lon, found.lat
    for table, key in (("parks", "park_id"), ("terminals", "terminal_id")):
        columns = METADATA.tables[table].c
        point = connection.scalar(select(columns.geometry).where(columns[key] == place))
        if point is not None:
            return point.x, point.y
    raise HinterlandError(NO_PLACE.format(place=place))


def asides_of(index: SearchIndex, query: Query, viewer: Viewer, hits: Hits, author: str = "") -> dict[str, int]:
    """Return how many organisations fall out for want of a position, and how many match without the month."""
    asides = {}
    if query.near is not None:
        asides["without_position"] = index.count_without_position(query, viewer, author)
    if query.month:
        asides["without_month"] = index.search(replace(query, month="", limit=1), viewer, author).total
        if asides["without_month"] == hits.total:
            del asides["without_month"]
    return asides


def search_document(hits: Hits, asides: dict[str, int]) -> dict[str, Any]:
    """Return an answer as a document."""
    return {
        "total": hits.total,
        "reading": hits.reading,
        "ignored": list(hits.ignored),
        "change": hits.number,
        **asides,
        "hits": [_hit(hit) for hit in hits.hits],
    }


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "organisation_id": hit.organisation_id,
        "facility_id": hit.facility_id or None,
        "offer_id": hit.offer_id or None,
        "need_id": hit.need_id or None,
        "names": list(hit.names),
        "articles": list(hit.articles),
        "score": hit.score,
        "parts": hit.parts,
        "distance_km": None if hit.distance_km is None else round(hit.distance_km, 3),
        "distance_to_park": hit.of_park,
    }


def _tell(hits: Hits, asides: dict[str, int], query: Query, talk: Talk) -> None:
    if hits.hits:
        talk.table(TITLE, HEADINGS, [_row(hit) for hit in hits.hits])
        talk.say(FOUND.format(total=hits.total, shown=len(hits.hits)))
    else:
        talk.say(NOTHING)
    if hits.reading in READINGS and hits.hits:
        talk.say(READINGS[hits.reading])
    if hits.ignored:
        talk.say(IGNORED.format(words=", ".join(hits.ignored)))
    if asides.get("without_position"):
        talk.say(NO_POSITION.format(count=asides["without_position"]))
    if "without_month" in asides:
        talk.say(NO_MONTH.format(count=asides["without_month"], month=query.month))


def _row(hit: Hit) -> tuple[str, ...]:
    distance = "" if hit.distance_km is None else f"{'~' if hit.of_park else ''}{hit.distance_km:,.1f}"
    name = hit.names[0] if hit.names else hit.organisation_id
    article = hit.articles[0] if hit.articles else ""
    return name, article, distance, str(hit.score), hit.organisation_id
