"""What is asked of the index, checked when it is made, and what it answers."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from supplychain.codes import check_month
from supplychain.codes.errors import CodeError
from supplychain.search.codes import asked_codes
from supplychain.search.entries import TONNE, EntryKind
from supplychain.search.errors import SearchError
from supplychain.search.words import typed_words
from supplychain.text import Text
from supplychain.vocabulary import OFFER_KINDS, UNITS

Reading = Literal["every word", "nearly", "some words"]
"""How the words of a question were taken: every one found; every one found but for typing errors; half of them."""

MOST_LETTERS: Final = 1_000
MOST_HITS: Final = 10_000
HALF_GLOBE_KM: Final = 20_100.0

TOO_LONG: Final = Text(
    en="A search text may have {most:,} characters, this one has {got:,}; write the words that matter.",
    vi="Nội dung tìm tối đa {most:,} ký tự, đang có {got:,}; hãy chỉ ghi những từ quan trọng.",
)
NO_WORD: Final = Text(
    en="The search text holds no word: write letters or digits, or leave it empty to find everything.",
    vi="Nội dung tìm không có từ nào: hãy ghi chữ hoặc số, hoặc để trống để tìm tất cả.",
)
BAD_PLACE: Final = Text(
    en="The middle of the circle must be longitude,latitude in degrees such as 106.66,11.05; got {lon},{lat}.",
    vi="Tâm vòng tròn phải là kinh độ,vĩ độ theo độ, ví dụ 106.66,11.05; nhận được {lon},{lat}.",
)
BAD_RADIUS: Final = Text(
    en="The circle's radius must be more than 0 and at most {most:,.0f} km, got {got}.",
    vi="Bán kính phải lớn hơn 0 và không quá {most:,.0f} km, nhận được {got}.",
)
BAD_CAPACITY: Final = Text(
    en="The least capacity must be a number of 0 or more, got {got}.",
    vi="Công suất tối thiểu phải là số từ 0 trở lên, nhận được {got}.",
)
BAD_UNIT: Final = Text(
    en="There is no unit {got}; choose one of {known}.", vi="Không có đơn vị {got}; hãy chọn một trong {known}."
)
BAD_KIND: Final = Text(
    en="There is no kind of offer {got}; choose of {known}.", vi="Không có loại {got}; hãy chọn trong {known}."
)
NO_DAY: Final = Text(
    en="Say the day on which certificates must be held (on=).",
    vi="Hãy cho biết ngày chứng nhận phải còn hiệu lực (on=).",
)
BAD_LIMIT: Final = Text(
    en="The number of hits must be 1 to {most:,}, got {got}.", vi="Số kết quả phải từ 1 đến {most:,}, nhận được {got}."
)


@dataclass(frozen=True, slots=True)
class Audience:
    """Whose eyes the answer is for.

    Parameters
    ----------
    everything
        True for whoever runs the database.
    organisation_id
        The organisation that looks; empty for the public.
    partner_ids
        Organisations it is joined with by a partnership or a supply relation; it sees what they show to partners.
    """

    everything: bool = False
    organisation_id: str = ""
    partner_ids: frozenset[str] = frozenset()


PUBLIC_AUDIENCE: Final = Audience()


@dataclass(frozen=True, slots=True)
class Query:
    """One question.

    Parameters
    ----------
    text
        Words in Vietnamese or English, with marks or without; empty for any.
    codes
        ``hs:8534``, ``vsic:2610`` (both editions), ``vsic2018:``, ``vsic2025:`` or ``isic:``; one of them is enough,
        and a short code finds every longer one.
    near
        Longitude and latitude of the middle (WGS 84 degrees) and the radius in km along the ellipsoid.
    minimum_capacity
        Least capacity a month in ``unit``; with ``month``, least free capacity in that month.
    unit
        ``t`` or a unit of the registry.
    month
        ``YYYY-MM`` in which free capacity is known and above 0.
    certificates
        Schemes that must all be held on the day ``on`` for the goods found.
    on
        Day on which certificates and offers must hold; None takes offers of any time.
    audience
        Who asks.
    synthetic
        Whether made-up records count.
    purpose
        ``supply``: offers, facilities, organisations; ``need``: what is wanted.
    offer_kinds
        Kinds of offers or needs wanted; empty for all, and for organisations and facilities too.
    limit
        Most organisations answered.

    Raises
    ------
    SearchError, CodeError
        If anything asked cannot be.
    """

    text: str = ""
    codes: tuple[str, ...] = ()
    near: tuple[float, float, float] | None = None
    minimum_capacity: float | None = None
    unit: str = TONNE
    month: str = ""
    certificates: tuple[str, ...] = ()
    on: date | None = None
    audience: Audience = PUBLIC_AUDIENCE
    synthetic: bool = False
    purpose: Literal["supply", "need"] = "supply"
    offer_kinds: tuple[str, ...] = ()
    limit: int = 20

    def __post_init__(self) -> None:
        self._check_text()
        for code in self.codes:
            asked_codes(code)
        self._check_circle()
        if self.minimum_capacity is not None and not 0 <= self.minimum_capacity < math.inf:
            raise SearchError(BAD_CAPACITY.format(got=self.minimum_capacity))
        if self.unit not in UNITS:
            raise SearchError(BAD_UNIT.format(got=self.unit, known=", ".join(UNITS)))
        for kind in self.offer_kinds:
            if kind not in OFFER_KINDS:
                raise SearchError(BAD_KIND.format(got=kind, known=", ".join(OFFER_KINDS)))
        if self.month and check_month(self.month) != self.month:
            object.__setattr__(self, "month", check_month(self.month))
        if self.certificates and self.on is None:
            raise SearchError(NO_DAY)
        if not 1 <= self.limit <= MOST_HITS:
            raise SearchError(BAD_LIMIT.format(most=MOST_HITS, got=self.limit))

    def _check_text(self) -> None:
        if len(self.text) > MOST_LETTERS:
            raise SearchError(TOO_LONG.format(most=MOST_LETTERS, got=len(self.text)))
        if self.text.strip() and not typed_words(self.text):
            raise SearchError(NO_WORD)

    def _check_circle(self) -> None:
        if self.near is None:
            return
        lon, lat, km = self.near
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):  # noqa: PLR2004 - the globe
            raise SearchError(BAD_PLACE.format(lon=lon, lat=lat))
        if not 0 < km <= HALF_GLOBE_KM:
            raise SearchError(BAD_RADIUS.format(most=HALF_GLOBE_KM, got=km))


@dataclass(frozen=True, slots=True)
class Hit:
    """One organisation found, by its best entry.

    Parameters
    ----------
    organisation_id, facility_id, offer_id, need_id
        The records; an id is empty where the entry has none.
    kind
        Which of them was found.
    score
        Whole points; 0 where no words or codes were asked.
    parts
        The points by name (:mod:`supplychain.search.score`); they add up to the score.
    names, articles
        What the entry is called, and what is offered.
    distance_km
        Along the ellipsoid; None where no circle was asked.
    of_park
        True where the distance is to the park, the facility's own position being unknown.
    """

    organisation_id: str
    facility_id: str
    offer_id: str
    need_id: str
    kind: EntryKind
    score: int
    parts: dict[str, int]
    names: tuple[str, ...]
    articles: tuple[str, ...]
    distance_km: float | None
    of_park: bool


@dataclass(frozen=True, slots=True)
class Hits:
    """The answer to one question.

    Parameters
    ----------
    total
        Organisations that match, those beyond the limit too.
    hits
        The best by score, then in the order of organisation ids.
    reading
        How the words were taken.
    number
        Last change of the registry that the answer knows; -1 for an index without one.
    """

    total: int
    hits: tuple[Hit, ...]
    reading: Reading
    number: int = -1
    ignored: tuple[str, ...] = field(default=())
    """Words asked that were passed over: legal forms and words that only join others."""


__all__ = ["PUBLIC_AUDIENCE", "Audience", "CodeError", "Hit", "Hits", "Query", "Reading", "SearchError"]
