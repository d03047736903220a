"""Candidates from the search index, for registries too large to be looked through offer by offer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from supplychain.search.question import Query
from supplychain.sourcing.finding import question_asked
from supplychain.sourcing.industries import ways_to_write
from supplychain.sourcing.read import Look, read_part
from supplychain.text import Text

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from supplychain.search.index import SearchIndex
    from supplychain.sourcing.build import Catalogue
    from supplychain.sourcing.question import Asked, Question

MOST_LOOKED_AT: Final = 5_000
MOST_NAMES: Final = 6
HEADING: Final = 4
"""Digits of an HS heading: what shares them is alike enough (``fit.HS_BY_DIGITS``)."""

BY_INDEX: Final = Text(
    en="{count} offers were looked at, found by words and codes; offers that share only some of the words were not.",
    vi="Đã xét {count} chào hàng tìm theo từ và mã; không xét chào hàng chỉ trùng một phần các từ.",
)
CUT: Final = Text(
    en="{found} offers match; the {most} that match the words best were looked at. Name it more closely to see others.",
    vi="Có {found} chào hàng khớp; chỉ xét {most} chào hàng khớp từ nhất. Hãy nêu rõ hơn để thấy nơi khác.",
)


@dataclass(frozen=True, slots=True)
class IndexedCandidates:
    """The part of a registry that a question is about, and what has to be told of how it was found."""

    catalogue: Catalogue
    notes: tuple[Text, ...]


def read_candidates(
    connection: Connection,
    index: SearchIndex,
    need: str,
    asked: Asked,
    look: Look,
    *,
    facility_ids: tuple[str, ...] = (),
    most: int = MOST_LOOKED_AT,
) -> IndexedCandidates:
    """Return the need, if it is one, and the offers that the index finds for it.

    Parameters
    ----------
    connection
        The database.
    index
        Its search index, which is brought up to date first.
    need, asked
        As of ``find_suppliers``.
    look
        Who looks, and when.
    facility_ids
        Facilities that are spoken of besides.
    most
        Most offers looked at: those that match the words best.

    Raises
    ------
    HinterlandError
        If nothing is asked, or the index cannot be used.
    """
    own = read_part(connection, look, need_ids=(need.strip(),))
    question = question_asked(own, need, replace(asked, minutes=None, km=None), look.day)
    best: dict[str, int] = {}
    for query in queries_of(question, synthetic=look.synthetic):
        found = index.candidates(query, look.viewer)
        for entry, score in zip(found.entries, found.score.tolist(), strict=True):
            if entry.kind == "offer":
                best[entry.record_id] = max(score, best.get(entry.record_id, 0))
    taken = sorted(best, key=lambda offer_id: (-best[offer_id], offer_id))[:most]
    notes = [BY_INDEX.format(count=len(taken))]
    if len(best) > len(taken):
        notes.append(CUT.format(found=len(best), most=len(taken)))
    part = read_part(connection, look, offer_ids=taken, need_ids=(need.strip(),), facility_ids=facility_ids)
    return IndexedCandidates(part, tuple(notes))


def queries_of(question: Question, *, synthetic: bool) -> tuple[Query, ...]:
    """Return what the index is asked: each name of the goods and their HS heading; codes where there is neither."""
    goods = question.goods
    kinds = (goods.kind,) if goods.kind else ()
    names = tuple(dict.fromkeys((*goods.names_vi[:MOST_NAMES], *goods.names_en[:MOST_NAMES])))
    found = [Query(text=name, synthetic=synthetic, offer_kinds=kinds) for name in names]
    if goods.hs_code:
        found.append(Query(codes=(f"hs:{goods.hs_code[:HEADING]}",), synthetic=synthetic, offer_kinds=kinds))
    if not found:
        ways = tuple(dict.fromkeys(way for code in question.codes for way in ways_to_write(code)))
        found = [Query(codes=ways, synthetic=synthetic, offer_kinds=kinds)]
    return tuple(found)
