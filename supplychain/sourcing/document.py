"""Answers as plain documents, for programs: everything that is ranked, left out and counted, with its reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from supplychain.sourcing.answer import LeftOut, MatchAnswer, Ranked, ReasonCount
from supplychain.sourcing.judging import Candidate, Failure, Trip, arrival_of
from supplychain.sourcing.measuring import steps_of
from supplychain.sourcing.plots import LeftOutPlot, PlotAnswer, RankedPlot
from supplychain.sourcing.question import Question
from supplychain.sourcing.reasons import UNITS, limit_text, reason_text
from supplychain.sourcing.relaxing import Gain, Relaxation
from supplychain.sourcing.scoring import NOT_STATED
from supplychain.sourcing.values import Goods, Party
from supplychain.text import Text

Document = dict[str, Any]


def answer_document(answer: MatchAnswer, unit: str) -> Document:
    """Return an answer as a document.

    Parameters
    ----------
    answer
        The answer.
    unit
        Unit of the quantity asked.
    """
    return {
        "ranked": [ranked_document(one) for one in answer.ranked],
        "ranked_apart": [ranked_document(one) for one in answer.apart],
        "left_out": [left_out_document(one) for one in answer.left_out],
        "left_out_reasons": [count_document(one) for one in answer.counts],
        "alike_only": [left_out_document(one) for one in answer.alike],
        "relaxations": [relaxation_document(one, unit) for one in answer.relaxations],
        "weights": {part: answer.basis.weights.of(part) for part in answer.basis.parts},
        "notes": texts(answer.notes),
    }


def question_document(question: Question) -> Document:
    """Return a question with every limit that it sets."""
    spot = question.destination
    return {
        "need_id": question.need_id or None,
        "goods": goods_document(question.goods),
        "asked_on": question.day.isoformat(),
        "destination": None if spot is None else {"lat": spot.lat, "lon": spot.lon, "of": spot.of, "label": spot.label},
        "quantity_per_month": question.quantity,
        "unit": question.goods.unit,
        "months": list(question.months),
        "codes": list(question.codes),
        "certificates": list(question.certificates),
        "most_minutes": question.minutes,
        "most_km": question.km,
        "most_lead_time_days": question.lead_time_days,
        "latest_arrival": None if question.arrive is None else question.arrive.isoformat(),
        "region": question.region or None,
        "stage": question.stage or None,
        "least_fit": question.least_fit,
    }


def goods_document(goods: Goods) -> Document:
    """Return goods by their first names, ids and codes."""
    return {
        "name_vi": next(iter(goods.names_vi), None),
        "name_en": next(iter(goods.names_en), None),
        "kind": goods.kind or None,
        "article_id": goods.article_id or None,
        "commodity_id": goods.commodity_id or None,
        "hs_code": goods.hs_code or None,
        "vsic_code": goods.vsic_code or None,
    }


def party_document(party: Party) -> Document:
    """Return a facility with its organisation."""
    return {
        "organisation_id": party.organisation_id,
        "organisation": party.organisation_name,
        "organisation_kind": party.organisation_kind or None,
        "stage": party.stage or None,
        "facility_id": party.facility_id,
        "facility": party.facility_name,
        "park_id": party.park_id or None,
        "position_of": None if party.spot is None else party.spot.of,
    }


def _pair(candidate: Candidate) -> Document:
    buyer = candidate.question.buyer
    return {
        "offer_id": candidate.supply.offer_id,
        "need_id": candidate.question.need_id or None,
        "supplier": party_document(candidate.supply.party),
        "buyer": None if buyer is None else party_document(buyer),
        "goods": goods_document(candidate.supply.goods),
        "fit": candidate.fit.value,
        "fit_by": candidate.fit.evidence,
        "fit_steps": texts(steps_of(candidate)),
        **_trip(candidate.trip),
    }


def _trip(trip: Trip) -> Document:
    return {
        "minutes": trip.minutes,
        "km": trip.km,
        "at_least_minutes": trip.least_minutes,
        "at_least_km": trip.least_km,
        "no_way": text(trip.reason),
    }


def ranked_document(one: Ranked) -> Document:
    """Return a ranked candidate with its figures and the parts of its score."""
    measured, candidate = one.measured, one.candidate
    arrival = arrival_of(candidate.question, candidate.supply, candidate.trip)
    return {
        **_pair(candidate),
        "score": one.score.value,
        "parts": [
            {
                "part": part.part,
                "weight": part.weight,
                "value": part.value,
                "points": part.points / 100.0,
                "why": text(NOT_STATED.get(part.why)),
            }
            for part in one.score.parts
        ],
        "apart": [text(NOT_STATED[why]) for why in one.apart],
        "free_per_month": [
            {"month": month.month or None, "amount": month.amount, "is_free_capacity": month.is_free}
            for month in candidate.free()
        ],
        "price_at_gate_per_unit": measured.price,
        "freight_per_unit": measured.freight,
        "delivered_per_unit": measured.delivered,
        "co2e_kg_per_t": measured.co2e_kg_per_t,
        "lead_time_days": measured.lead_time_days,
        "arrives": None if arrival is None else arrival.isoformat(),
        "certificates_until": None if measured.certificates_until is None else measured.certificates_until.isoformat(),
        "notes": texts(one.notes),
    }


def left_out_document(one: LeftOut) -> Document:
    """Return a candidate that is left out with everything it fails; the first is the one it is counted by."""
    return {**_pair(one.candidate), "reasons": [failure_document(failure) for failure in one.failures]}


def failure_document(failure: Failure) -> Document:
    """Return a limit that is not kept, and by how much."""
    return {
        "limit": failure.limit,
        "reason": failure.reason,
        "detail": failure.detail or None,
        "by": failure.gap,
        "own": failure.own or None,
        "text": text(reason_text(failure.reason, failure.detail)),
    }


def count_document(count: ReasonCount) -> Document:
    """Return how many a reason leaves out: as the first reason, and at all."""
    return {
        "reason": count.reason,
        "detail": count.detail or None,
        "first": count.first,
        "any": count.any,
        "text": text(reason_text(count.reason, count.detail)),
    }


def relaxation_document(one: Relaxation, unit: str) -> Document:
    """Return what giving way in a limit brings."""
    return {
        "limit": one.limit,
        "text": text(limit_text(one.limit)),
        "direction": one.direction,
        "unit": UNITS.get(one.limit, unit if one.limit == "quantity" else None),
        "given_up": _gain(one.whole, unit),
        "steps": [_gain(step, unit) for step in one.steps],
    }


def _gain(gain: Gain, unit: str) -> Document:
    return {
        "by": gain.by,
        "candidates": gain.candidates,
        "firms": gain.firms,
        "quantity_per_month": gain.quantity,
        "quantity_unit": unit,
    }


def plots_document(answer: PlotAnswer) -> Document:
    """Return an answer on plots as a document."""
    return {
        "ranked": [_plot(one) for one in answer.ranked],
        "left_out": [_left_out_plot(one) for one in answer.left_out],
        "left_out_reasons": [count_document(one) for one in answer.counts],
        "relaxations": [relaxation_document(one, "ha") for one in answer.relaxations],
    }


def _plot(one: RankedPlot) -> Document:
    plot = one.plot
    return {
        "plot_id": plot.plot_id,
        "label": plot.label,
        "park_id": plot.park_id,
        "park": plot.park_name,
        "area_ha": plot.area_ha,
        "power_kva": plot.power_kva,
        "water_m3_per_day": plot.water_m3_per_day,
        "ready_built_m2": plot.ready_built_m2,
        "vacant_from": None if plot.vacant_from is None else plot.vacant_from.isoformat(),
        "rent_per_m2_year": one.rent,
        "position_of": None if plot.spot is None else plot.spot.of,
        **_trip(one.trip),
        "score": one.points / 100.0,
        "parts": [
            {"part": part.part, "weight": part.weight, "value": part.value, "points": part.points / 100.0}
            for part in one.parts
        ],
    }


def _left_out_plot(one: LeftOutPlot) -> Document:
    return {
        "plot_id": one.plot.plot_id,
        "park_id": one.plot.park_id,
        "reasons": [failure_document(failure) for failure in one.failures],
    }


def text(one: Text | None) -> Mapping[str, str] | None:
    """Return a text in both languages."""
    return None if one is None else {"vi": one.vi, "en": one.en}


def texts(some: Iterable[Text]) -> list[Mapping[str, str] | None]:
    """Return texts in both languages."""
    return [text(one) for one in some]
