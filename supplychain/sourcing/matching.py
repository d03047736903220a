"""Matching: candidates judged, measured, scored and ranked; all from values, nothing is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from supplychain.errors import HinterlandError
from supplychain.sourcing.answer import LeftOut, MatchAnswer, Ranked, count_reasons
from supplychain.sourcing.fit import Evidence, fit_of
from supplychain.sourcing.industries import has_code
from supplychain.sourcing.judging import (
    Candidate,
    Trip,
    fails_but_for_the_way,
    failures,
    lies_beyond,
)
from supplychain.sourcing.measuring import measure, notes_of
from supplychain.sourcing.question import Question
from supplychain.sourcing.regions import readings
from supplychain.sourcing.relaxing import Near, relaxations
from supplychain.sourcing.scoring import PARTS, Basis, Part, Weights, basis_of, score
from supplychain.sourcing.travel import Freight, Progress, Travel
from supplychain.sourcing.values import GOODS, Supply
from supplychain.sourcing.ways import trip_of
from supplychain.text import Text

Seek = Literal["suppliers", "buyers"]

NO_NETWORK: Final = Text(
    en="A limit of truck minutes or km needs a network: load a region, or store one with `hinterland network`.",
    vi="Giới hạn phút xe tải hoặc km cần một mạng lưới: hãy nạp vùng, hoặc lưu mạng lưới bằng `hinterland network`.",
)
NO_TRAVEL_NOTE: Final = Text(
    en="There is no place to come to (or no network), so minutes, freight and CO2e are left out and prices are those "
    "at the gate.",
    vi="Chưa có nơi đến (hoặc chưa có mạng lưới) nên không tính phút xe, cước và CO2e; giá là giá tại cổng.",
)
ACCESS_NOTE: Final = Text(
    en="Places lie up to {metres} m from the network; that way is in none of the figures.",
    vi="Các nơi cách mạng lưới tới {metres} m; đoạn này không nằm trong các con số.",
)
TOLD_ACCESS_M: Final = 500.0


@dataclass(frozen=True, slots=True)
class Means:
    """What an answer is worked out with.

    Parameters
    ----------
    weights
        Weights of the parts of the score.
    travel
        Ways on a network; None where there is no network.
    freight
        Cost model; None where there is none.
    """

    weights: Weights
    travel: Travel | None = None
    freight: Freight | None = None


def candidates_of(questions: Iterable[Question], supplies: Sequence[Supply]) -> list[Candidate]:
    """Return every pair with something in common; a question without name and code takes all offers."""
    found = []
    for question in questions:
        goods = question.goods
        by_nothing = not (goods.names_vi or goods.names_en or goods.article_id or goods.hs_code or goods.vsic_code)
        for supply in supplies:
            fit = fit_of(goods, supply.goods)
            if by_nothing and _has_codes(question, supply):
                fit = replace(fit, value=1.0, evidence=_kind_of_code(question) or fit.evidence)
            if fit.value > 0:
                found.append(Candidate(question, supply, fit))
    return found


def _kind_of_code(question: Question) -> Evidence:
    if not question.codes:
        return ""
    return "hs" if question.codes[0].startswith("hs:") else "vsic"


def _has_codes(question: Question, supply: Supply) -> bool:
    return all(has_code(one, supply.goods) is not None for one in question.codes)


def match(
    candidates: Sequence[Candidate], means: Means, seek: Seek = "suppliers", progress: Progress | None = None
) -> MatchAnswer:
    """Return who is ranked, who is left out and why, and what giving way would bring.

    Ways are looked for only where they can matter: not for candidates whose crow-fly distance alone is more than the
    limit and that fail another limit as well. What those fail is the same, told as a bound.

    Parameters
    ----------
    candidates
        Pairs of offers and questions, without ways yet.
    means
        Weights, network and cost model.
    seek
        Whose firms are counted: suppliers of needs, or buyers of an offer.
    progress
        Told how many sweeps of the network are done, of how many.

    Raises
    ------
    HinterlandError
        If minutes or km are limited and there is no network.
    """
    questions = {id(one.question): one.question for one in candidates}.values()
    if means.travel is None and any(one.minutes or one.km for one in questions):
        raise HinterlandError(NO_NETWORK)
    with_ways = _with_trips(candidates, means.travel, progress)
    failed = [failures(one) for one in with_ways]
    kept = [one for one, found in zip(with_ways, failed, strict=True) if not found]
    out = sorted(
        (LeftOut(one, found) for one, found in zip(with_ways, failed, strict=True) if found),
        key=lambda one: _ids(one.candidate),
    )
    left_out = tuple(one for one in out if not one.is_only_alike)
    measured = measure(kept, means.freight, has_travel=means.travel is not None)
    parts = parts_of(with_ways, has_travel=means.travel is not None)
    last_day = next((one.period[1] if one.period else one.day for one in questions), None)
    basis = basis_of(measured, parts, means.weights, last_day)
    ranked = [
        Ranked(one, values, score(values, basis), _apart(values.missing, basis), notes_of(one))
        for one, values in zip(kept, measured, strict=True)
    ]
    ranked.sort(key=_order)
    return MatchAnswer(
        ranked=tuple(one for one in ranked if not one.apart),
        apart=tuple(one for one in ranked if one.apart),
        left_out=left_out,
        alike=tuple(one for one in out if one.is_only_alike),
        counts=count_reasons(one.failures for one in left_out),
        relaxations=relaxations((_near(one, seek) for one in out), frozenset(firm_of(one, seek) for one in kept)),
        basis=basis,
        notes=_notes(with_ways, has_travel=means.travel is not None),
    )


def parts_of(candidates: Sequence[Candidate], *, has_travel: bool) -> tuple[Part, ...]:
    """Return the parts of the score that the questions have: what nobody asked for and nothing can tell is left out."""
    questions = list({id(one.question): one.question for one in candidates}.values())
    goes = has_travel and any(one.destination is not None for one in questions)
    has: dict[str, bool] = {
        "fit": True,
        "minutes": goes,
        "free_capacity": any(one.quantity is not None for one in questions),
        # Who looks for buyers of one offer compares no prices: they are all its own.
        "price": not any(one.seeks_buyer for one in questions),
        "co2e": goes and any(one.supply.goods.kind == GOODS for one in candidates),
        "certificates": any(one.certificates for one in questions),
        "lead_time": True,
    }
    return tuple(part for part in PARTS if has[part])


def _apart(missing: Mapping[str, str], basis: Basis) -> tuple[str, ...]:
    """Return why a candidate cannot stand in the one ranking: its price or its way is not known, and counts."""
    wanted = [part for part in ("price", "minutes") if part in basis.parts and basis.weights.of(part) > 0]
    return tuple(dict.fromkeys(missing[part] for part in wanted if part in missing))


def _order(one: Ranked) -> tuple[int | str, ...]:
    return (-one.score.points, *_ids(one.candidate))


def _ids(candidate: Candidate) -> tuple[str, str, str]:
    supply = candidate.supply
    return supply.party.organisation_id, supply.offer_id, candidate.question.need_id


def _near(one: LeftOut, seek: Seek) -> Near:
    candidate = one.candidate
    amounts = [month.amount for month in candidate.free()]
    known = [amount for amount in amounts if amount is not None]
    quantity = min(known) if len(known) == len(amounts) else None
    return Near("|".join(_ids(candidate)), firm_of(candidate, seek), one.failures, quantity)


def firm_of(candidate: Candidate, seek: Seek) -> str:
    """Return the organisation that an answer is about: the supplier, or the buyer where buyers are sought."""
    buyer = candidate.question.buyer
    if seek == "buyers" and buyer is not None:
        return buyer.organisation_id
    return candidate.supply.party.organisation_id


def _with_trips(candidates: Sequence[Candidate], travel: Travel | None, progress: Progress | None) -> list[Candidate]:
    """Return the candidates with their ways: the real one where it can matter, else the bound."""
    found = list(candidates)
    ends = [(one.supply.party.spot, one.question.destination) for one in found]
    pairs = [(place, start, end) for place, (start, end) in enumerate(ends) if start is not None and end is not None]
    if travel is None or not pairs:
        return found
    minutes, km = travel.at_least([start for _, start, _ in pairs], [end for _, _, end in pairs])
    real = []
    for row, pair in enumerate(pairs):
        one = found[pair[0]]
        if lies_beyond(one, minutes[row], km[row]) and fails_but_for_the_way(one):
            found[pair[0]] = replace(one, trip=Trip(least_minutes=float(minutes[row]), least_km=float(km[row])))
        else:
            real.append(pair)
    trips = travel.trips([start for _, start, _ in real], [end for _, _, end in real], progress)
    for row, pair in enumerate(real):
        found[pair[0]] = replace(found[pair[0]], trip=trip_of(trips, row))
    return found


def _readings(candidates: Sequence[Candidate]) -> list[Text]:
    """Return by which meanings of an ambiguous name candidates lie in the region asked for."""
    parties = {}
    for one in candidates:
        buyer = one.question.buyer
        party = buyer if one.question.seeks_buyer and buyer is not None else one.supply.party
        parties[party.facility_id] = party
    regions = dict.fromkeys(one.question.region for one in candidates if one.question.region)
    places = [(party.written, party.region_words) for party in parties.values()]
    return [note for region in regions for note in readings(region, places)]


def _notes(candidates: Sequence[Candidate], *, has_travel: bool) -> tuple[Text, ...]:
    notes = _readings(candidates)
    goes = has_travel and any(one.question.destination is not None for one in candidates)
    if candidates and not goes:
        notes.append(NO_TRAVEL_NOTE)
    farthest = max((one.trip.access_m for one in candidates if one.trip.minutes is not None), default=0.0)
    if farthest >= TOLD_ACCESS_M:
        notes.append(ACCESS_NOTE.format(metres=f"{farthest:,.0f}"))
    return tuple(notes)
