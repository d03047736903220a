"""Suppliers for a need or a text, and buyers for an offer: the calls that commands and programs make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from typing import Final

from supplychain.errors import HinterlandError
from supplychain.sourcing.answer import MatchAnswer
from supplychain.sourcing.build import Catalogue
from supplychain.sourcing.matching import Means, candidates_of, match
from supplychain.sourcing.question import Asked, Question, question_of_need, question_of_text
from supplychain.sourcing.regions import check_region
from supplychain.sourcing.travel import Progress
from supplychain.sourcing.values import Wanted
from supplychain.text import Text

NOTHING_ASKED: Final = Text(
    en="Say what is needed: the id of a need, a text such as 'ống thép', or --code hs:7306.",
    vi="Hãy nêu thứ cần tìm: mã nhu cầu, một cụm từ như 'ống thép', hoặc --code hs:7306.",
)
NO_OFFER: Final = Text(
    en="There is no offer {offer} that you may see; similar: {known}. Made-up offers need --synthetic.",
    vi="Không có chào hàng {offer} mà bạn được xem; gần giống: {known}. Chào hàng giả lập cần --synthetic.",
)
NO_NEED: Final = Text(
    en="There is no need {need} that you may see; similar: {known}. Made-up needs need --synthetic; a text to search "
    "for is written in words.",
    vi="Không có nhu cầu {need} mà bạn được xem; gần giống: {known}. Nhu cầu giả lập cần --synthetic; cụm từ cần tìm "
    "thì viết thành chữ.",
)
UNPLACED_LIMIT: Final = Text(
    en="The limit of {minutes} truck minutes of {need} was not held against anybody: {why}.",
    vi="Giới hạn {minutes} phút xe tải của {need} chưa được xét: {why}.",
)
NO_SPOT: Final = Text(en="its facility has no position", vi="cơ sở của nhu cầu chưa có vị trí")
NO_NETWORK: Final = Text(en="there is no network", vi="chưa có mạng lưới")
NO_MASS: Final = Text(
    en="The need states a quantity both in tonnes and in units; units were taken.",
    vi="Nhu cầu nêu lượng cả theo tấn và theo đơn vị; đã lấy theo đơn vị.",
)
NO_QUANTITY: Final = Text(
    en="No quantity is asked, so capacity keeps nobody out; --tonnes or --quantity asks one.",
    vi="Chưa nêu lượng cần nên không loại ai vì công suất; --tonnes hoặc --quantity nêu lượng.",
)
MORE_UNPLACED: Final = Text(en="Likewise for {count} more needs.", vi="Tương tự với {count} nhu cầu khác.")
MOST_TOLD: Final = 3


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to one command.

    Parameters
    ----------
    questions
        The questions asked: one, or one for each need where buyers are sought.
    answer
        The answer.
    notes
        What has to be told before it.
    """

    questions: tuple[Question, ...]
    answer: MatchAnswer
    notes: tuple[Text, ...] = ()


def find_suppliers(
    catalogue: Catalogue,
    need: str,
    asked: Asked,
    means: Means,
    day: date,
    *,
    progress: Progress | None = None,
) -> Found:
    """Return who can supply a need.

    Parameters
    ----------
    catalogue
        What there is, as far as the one who looks may see it.
    need
        Id of a need, or a text in either language, with or without marks.
    asked
        What the user sets beside or in place of what the need says.
    means
        Weights, network and cost model.
    day
        The day on which it is asked.
    progress
        Told how many sweeps of the network are done, of how many.

    Raises
    ------
    HinterlandError
        If nothing is asked, or a limit cannot be held: of minutes without a network or a place to come to.
    """
    question = question_asked(catalogue, need, asked, day)
    check_region(question.region, ((one.written, one.region_words) for one in catalogue.parties.values()))
    notes: list[Text] = []
    wanted = next((one for one in catalogue.wanted if one.need_id == question.need_id), None)
    if wanted is not None:
        question, notes = _placed(question, wanted, asked, means)
        if wanted.quantity_per_month is not None and wanted.quantity_t_per_month is not None and not asked.unit:
            notes.append(NO_MASS)
    if question.quantity is None:
        notes.append(NO_QUANTITY)
    answer = match(candidates_of([question], catalogue.supplies), means, "suppliers", progress)
    return Found((question,), answer, tuple(notes))


def question_asked(catalogue: Catalogue, need: str, asked: Asked, day: date) -> Question:
    """Return the question that the id of a need, or a text, and options ask.

    Raises
    ------
    HinterlandError
        If nothing is asked, there is no such need, or a limit is none.
    """
    name = need.strip()
    wanted = next((one for one in catalogue.wanted if one.need_id == name), None)
    if wanted is not None:
        return question_of_need(wanted, asked, day)
    if not name and not asked.codes:
        raise HinterlandError(NOTHING_ASKED)
    if "_" in name and " " not in name:
        ids = [one.need_id for one in catalogue.wanted]
        raise HinterlandError(NO_NEED.format(need=name, known=_near(name, ids)))
    return question_of_text(need, asked, day)


def _near(name: str, ids: Sequence[str]) -> str:
    return ", ".join(get_close_matches(name.strip(), ids, n=3, cutoff=0.5)) or "–"


def _placed(question: Question, wanted: Wanted, asked: Asked, means: Means) -> tuple[Question, list[Text]]:
    """Return the question without a limit of the need itself that cannot be held, and what is told of it."""
    if wanted.longest_minutes is None or asked.minutes is not None:
        return question, []
    if question.destination is not None and means.travel is not None:
        return question, []
    why = NO_SPOT if question.destination is None else NO_NETWORK
    told = Text(
        en=UNPLACED_LIMIT.en.format(minutes=f"{wanted.longest_minutes:g}", need=wanted.need_id, why=why.en),
        vi=UNPLACED_LIMIT.vi.format(minutes=f"{wanted.longest_minutes:g}", need=wanted.need_id, why=why.vi),
    )
    return replace(question, minutes=None), [told]


def find_buyers(
    catalogue: Catalogue,
    offer_id: str,
    asked: Asked,
    means: Means,
    day: date,
    *,
    progress: Progress | None = None,
) -> Found:
    """Return who needs what an offer brings, each by the limits of his own need and those the user sets.

    Parameters
    ----------
    catalogue, asked, means, day, progress
        As of ``find_suppliers``; the region is that of the buyers.
    offer_id
        The offer: of a firm, a start-up, a school or an institute.

    Raises
    ------
    HinterlandError
        If there is no such offer, or minutes are limited and there is no network.
    """
    supply = next((one for one in catalogue.supplies if one.offer_id == offer_id.strip()), None)
    if supply is None:
        ids = [one.offer_id for one in catalogue.supplies]
        raise HinterlandError(NO_OFFER.format(offer=offer_id, known=_near(offer_id, ids)))
    notes: list[Text] = []
    questions = []
    for wanted in catalogue.wanted:
        question = question_of_need(wanted, asked, day, seeks_buyer=True)
        question, told = _placed(question, wanted, asked, means)
        notes += told
        questions.append(question)
    if len(notes) > MOST_TOLD:
        notes = [*notes[:MOST_TOLD], MORE_UNPLACED.format(count=len(notes) - MOST_TOLD)]
    candidates = candidates_of(questions, [supply])
    return Found(tuple(questions), match(candidates, means, "buyers", progress), tuple(notes))
