"""Running `hinterland match`: read, match, choose a set, tell."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from api.registry import match_tell as tell
from api.registry.match_means import Ready, read_means
from api.registry.match_request import MatchRequest, check_kind, parse_code, parse_date
from api.registry.match_set import set_document
from api.registry.reading import open_registry, viewer_named
from api.routes.provenance import provenance, tell_sources
from geodata.answers.places import PlaceError, find_place, parse_point, registry_places
from supplychain.errors import HinterlandError
from supplychain.sourcing.document import answer_document, plots_document, question_document, texts
from supplychain.sourcing.finding import Found, find_buyers, find_suppliers
from supplychain.sourcing.matching import Means
from supplychain.sourcing.months import parse_months
from supplychain.sourcing.plots import PlotQuestion, match_plots
from supplychain.sourcing.question import Asked
from supplychain.sourcing.read import Look, count_offers, read_catalogue
from supplychain.sourcing.scoring import Weights
from supplychain.sourcing.values import Spot
from supplychain.text import Text

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from api.console import Steps, Talk
    from optimizer.sourcing.choice import Chosen
    from optimizer.sourcing.problem import CoverProblem
    from supplychain.registry.visibility import Viewer
    from supplychain.sourcing.build import Catalogue
    from supplychain.sourcing.covering import CoverCandidates

READING: Final = Text(en="Reading the registry", vi="Đọc sổ đăng ký")
MATCHING: Final = Text(en="Matching", vi="Đối chiếu cung và cầu")
CHOOSING: Final = Text(en="Choosing the cheapest set of firms", vi="Chọn nhóm doanh nghiệp rẻ nhất")
ORPHANS: Final = Text(
    en="{count} rows could not be used, because what they hang on is not there: {listed}.",
    vi="Không dùng được {count} dòng vì thiếu hồ sơ mà chúng thuộc về: {listed}.",
)
ONE_THING: Final = Text(
    en="Ask for one thing: a need or text, --offer, or --plots.",
    vi="Mỗi lần chỉ hỏi một thứ: một nhu cầu hoặc cụm từ, --offer, hoặc --plots.",
)
NOT_NEAR: Final = Text(
    en="--near is of no use with --offer: each buyer's own place counts. Use --region for where they lie.",
    vi="--near không dùng với --offer: nơi đến là nơi của từng bên mua. Hãy dùng --region để chọn khu vực.",
)
BY_FREIGHT: Final = Text(
    en="No candidate states a price, so the set is chosen by freight alone; prices may turn it round.",
    vi="Chưa nơi nào nêu giá nên nhóm được chọn chỉ theo cước vận chuyển; giá có thể làm thay đổi kết quả.",
)
WRONG_SET: Final = Text(
    en="The set does not stand up to its own check ({why}); please report it.",
    vi="Nhóm được chọn không qua được kiểm tra ({why}); xin báo lỗi.",
)
LISTED: Final = 5
MANY_OFFERS: Final = 20_000
"""Offers from which on candidates come from the search index."""
PERCENT: Final = 100.0


@dataclass(frozen=True, slots=True)
class ChosenSet:
    """A set of firms that together cover a need.

    Parameters
    ----------
    found
        What it was chosen from.
    problem, chosen
        The problem and its answer, which stood up to the check.
    notes
        What has to be told of it.
    """

    found: CoverCandidates
    problem: CoverProblem
    chosen: Chosen
    notes: tuple[Text, ...] = ()


def run_match(request: MatchRequest, talk: Talk, viewer: Viewer | None = None) -> None:
    """Match, tell and answer.

    Parameters
    ----------
    request, talk
        The question, and who is told.
    viewer
        Who looks, in place of the one the request names.
    """
    if sum((bool(request.need.strip() or request.codes), bool(request.offer), request.plots is not None)) > 1:
        raise HinterlandError(ONE_THING)
    Weights.parse(request.weights)
    asked_of(request, None)
    parse_months(request.months)
    with talk.steps(5) as steps:
        ready = read_means(request.means, steps)
        steps.begin(READING)
        with open_registry(request.means.database) as connection:
            eyes = viewer or viewer_named(connection, request.viewer)
            look = Look(eyes, request.day(), request.synthetic, ready.gates)
            catalogue, notes = _read(request, connection, look)
        steps.begin(MATCHING)
        if request.plots is not None:
            document = _plots(request, catalogue, ready, steps, talk)
        else:
            document = _offers(request, catalogue, replace(ready, notes=(*ready.notes, *notes)), steps, talk)
    told = provenance("match", ready.attribution, **ready.facts)
    tell_sources(ready.attribution, talk)
    talk.answer({**told, **document})


def _read(request: MatchRequest, connection: Connection, look: Look) -> tuple[Catalogue, tuple[Text, ...]]:
    """Return what is looked through, whole or, of a large registry, the part that its search index finds."""
    if request.offer or request.plots is not None or count_offers(connection) < MANY_OFFERS:
        return read_catalogue(connection, look), ()
    from supplychain.search.index import open_index  # noqa: PLC0415 - only for a large registry
    from supplychain.sourcing.indexed import read_candidates  # noqa: PLC0415

    asked = asked_of(request, None)
    index, near = open_index(connection.engine), request.near.strip()
    found = read_candidates(connection, index, request.need, asked, look, facility_ids=(near,) if near else ())
    return found.catalogue, found.notes


def _offers(request: MatchRequest, catalogue: Catalogue, ready: Ready, steps: Steps, talk: Talk) -> dict[str, Any]:
    means = Means(Weights.parse(request.weights), ready.travel, ready.freight)
    found = _found(request, catalogue, ready, means, steps)
    chosen = None
    if not request.offer:
        question = found.questions[0]
        if question.quantity is not None and (request.choice.wanted or not found.answer.ranked + found.answer.apart):
            steps.begin(CHOOSING)
            chosen = choose_set(request, found, means)
    notes = (*ready.notes, *found.notes, *found.answer.notes, *_orphans(catalogue))
    tell.tell_match(request, found, chosen, ready, notes, talk)
    questions = [question_document(one) for one in found.questions[:1]] if not request.offer else []
    return {
        "asked": questions[0] if questions else {"offer_id": request.offer, "needs": len(found.questions)},
        "currency": None if ready.freight is None else ready.freight.currency,
        "price_year": None if ready.freight is None else ready.freight.price_year,
        **answer_document(found.answer, found.questions[0].goods.unit if found.questions else "t"),
        "set": None if chosen is None else set_document(chosen),
        "notes": texts(notes),
    }


def _found(request: MatchRequest, catalogue: Catalogue, ready: Ready, means: Means, steps: Steps) -> Found:
    asked = asked_of(request, spot_of(request.near, catalogue, ready))

    def progress(done: int, of: int) -> None:
        steps.detail(Text(en=f"{MATCHING.en} {done}/{of}", vi=f"{MATCHING.vi} {done}/{of}"))

    if request.offer:
        if request.near:
            raise HinterlandError(NOT_NEAR)
        return find_buyers(catalogue, request.offer, asked, means, request.day(), progress=progress)
    return find_suppliers(catalogue, request.need, asked, means, request.day(), progress=progress)


def asked_of(request: MatchRequest, destination: Spot | None) -> Asked:
    """Return what the options ask, checked.

    Raises
    ------
    HinterlandError
        If a code, date, unit or kind is none.
    """
    check_kind(request.kind)
    quantity, unit = request.amount()
    return Asked(
        destination=destination,
        codes=tuple(parse_code(code) for code in request.codes),
        quantity=quantity,
        unit=unit,
        months=request.months,
        certificates=tuple(name.strip() for text in request.certificates for name in text.split(";") if name.strip()),
        minutes=request.minutes,
        km=request.km,
        lead_time_days=request.lead_time_days,
        arrive=parse_date(request.arrive),
        region=request.region,
        stage=request.stage,
        kind=request.kind,
        least_fit=request.least_fit,
    )


def spot_of(text: str, catalogue: Catalogue, ready: Ready) -> Spot | None:
    """Return the place a text names: latitude,longitude, a facility, or a park, zone or terminal of the region.

    Raises
    ------
    PlaceError
        If it names none, or a facility without a position.
    """
    if not text.strip():
        return None
    point = parse_point(text)
    if point is not None:
        return Spot(point.lon, point.lat, "point", point.place_id)
    party = catalogue.parties.get(text.strip())
    if party is not None and party.spot is not None:
        return Spot(party.spot.lon, party.spot.lat, party.spot.of, party.facility_name)
    if ready.pack is None:
        raise PlaceError(tell.NO_PLACE.format(name=text))
    tables = ("parks", "zones", "terminals")
    place = find_place(text, [one for table in tables for one in registry_places(ready.pack, table)])
    return Spot(place.lon, place.lat, "point", place.label)


def choose_set(request: MatchRequest, found: Found, means: Means) -> ChosenSet:
    """Return the cheapest set of firms that covers most of the need, checked.

    Raises
    ------
    HinterlandError
        If the choice does not stand up to its check.
    """
    from optimizer.sourcing.build import build_cover  # noqa: PLC0415 - loads OR-Tools only where a set is chosen
    from optimizer.sourcing.check import check_choice  # noqa: PLC0415
    from optimizer.sourcing.solve import choose_suppliers  # noqa: PLC0415
    from supplychain.sourcing.covering import cover_candidates  # noqa: PLC0415

    choice = request.choice
    notes: tuple[Text, ...] = ()
    candidates = cover_candidates(found.questions[0], found.answer, means, choice.by)
    if choice.by == "delivered" and not candidates.candidates and means.travel is not None:
        candidates = cover_candidates(found.questions[0], found.answer, means, "freight")
        notes = (BY_FREIGHT,) if candidates.candidates else ()
    share = None if choice.most_percent is None else choice.most_percent / PERCENT
    problem = build_cover(candidates, extra_firm_cost=choice.extra_cost, most_firms=choice.most_firms, most_share=share)
    chosen = choose_suppliers(problem)
    wrong = check_choice(problem, chosen)
    if wrong:
        raise HinterlandError(WRONG_SET.format(why=wrong[0].en))
    return ChosenSet(candidates, problem, chosen, notes)


def _plots(request: MatchRequest, catalogue: Catalogue, ready: Ready, steps: Steps, talk: Talk) -> dict[str, Any]:
    wanted = request.plots
    if wanted is None:
        raise HinterlandError(ONE_THING)
    question = PlotQuestion(
        day=request.day(),
        area_ha=wanted.area_ha,
        power_kva=wanted.power_kva,
        water_m3_per_day=wanted.water_m3_per_day,
        ready_built_m2=wanted.ready_built_m2,
        vsic_code=parse_code(f"vsic:{wanted.vsic}").partition(":")[2] if wanted.vsic else "",
        rent=wanted.rent,
        destination=spot_of(request.near, catalogue, ready),
        minutes=request.minutes,
        region=request.region,
    )
    answer = match_plots(
        question,
        catalogue.plots,
        ready.travel,
        ready.freight,
        lambda done, of: steps.detail(Text(en=f"{done}/{of}", vi=f"{done}/{of}")),
    )
    notes = (*ready.notes, *answer.notes, *_orphans(catalogue))
    tell.tell_plots(request, answer, ready, notes, talk)
    return {**plots_document(answer), "notes": texts(notes)}


def _orphans(catalogue: Catalogue) -> tuple[Text, ...]:
    if not catalogue.orphans:
        return ()
    listed = ", ".join(f"{one.table} {one.record_id}" for one in catalogue.orphans[:LISTED])
    return (ORPHANS.format(count=len(catalogue.orphans), listed=listed),)
