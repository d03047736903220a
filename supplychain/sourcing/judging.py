"""One candidate held against every limit: what it fails, by how much, and what has to be told of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Literal

from supplychain.sourcing.certificates import Scheme, holding
from supplychain.sourcing.fit import Fit
from supplychain.sourcing.industries import has_code, states_code
from supplychain.sourcing.quantities import MonthFree, free_in, tonnes_per_unit
from supplychain.sourcing.question import Question
from supplychain.sourcing.regions import Lies, lies_in
from supplychain.sourcing.values import Supply
from supplychain.text import Text

MINUTES_PER_DAY: Final = 1440.0
CLOSE: Final = 1e-9
"""Share by which quantities may differ and still count as the same, so that a limit moved to a value admits it."""

Raise = Literal["up", "down"]

OUTSIDE: Final[Mapping[Lies, str]] = {"out": "region", "unsure": "region_unsure", "unknown": "region_unknown"}
"""Reasons for not lying in a region."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One limit that a candidate does not keep.

    Parameters
    ----------
    limit
        The limit, as it can be relaxed: ``minutes``, ``km``, ``quantity``, ``certificate:IATF 16949``, …
    reason
        Why it fails, a key of ``reasons.REASONS``.
    detail
        What the reason names and is counted by: the scheme, the month, the place.
    gap
        By how much the limit must give way for the candidate to keep it, in the unit of the limit; None where it is
        not a matter of degree.
    direction
        Which way the limit must give way: ``up`` or ``down``.
    own
        What the candidate has instead, as a text: the day a certificate ends, the day of arrival; may be empty.
    """

    limit: str
    reason: str
    detail: str = ""
    gap: float | None = None
    direction: Raise = "up"
    own: str = ""


@dataclass(frozen=True, slots=True)
class Trip:
    """The way of one candidate.

    Parameters
    ----------
    minutes, km
        On the network; None where they are not known.
    toll
        As ``Trips.toll``.
    access_m
        As ``Trips.access_m``.
    reason
        Why there is no way; None where there is one or none was asked for.
    least_minutes, least_km
        What no way falls below; where the way itself was not looked for because that was more than the limit already.
    """

    minutes: float | None = None
    km: float | None = None
    toll: float = 0.0
    access_m: float = 0.0
    reason: Text | None = None
    least_minutes: float | None = None
    least_km: float | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """One pair of an offer and a question.

    Parameters
    ----------
    question, supply
        The pair.
    fit
        How well they fit.
    trip
        The way from the one to the other.
    """

    question: Question
    supply: Supply
    fit: Fit
    trip: Trip = Trip()

    def free(self) -> tuple[MonthFree, ...]:
        """Return what the offer can bring in each month asked; one entry without a month where none is."""
        goods = self.question.goods
        months = self.question.months or ("",)
        return tuple(free_in(self.supply, month, goods.unit, goods.unit_mass_kg) for month in months)

    def tonnes_in_unit(self) -> float | None:
        """Return the tonnes of one unit of the question: by its own mass, else by the offer's in the same unit."""
        own = self.question.tonnes_per_unit
        goods = self.supply.goods
        if own is not None or goods.unit != self.question.goods.unit:
            return own
        return tonnes_per_unit(goods.unit, goods.unit_mass_kg)


def failures(candidate: Candidate) -> tuple[Failure, ...]:
    """Return every limit a candidate does not keep, in the order in which reasons are counted."""
    return tuple(found for rule in RULES for found in rule(candidate))


def _who(candidate: Candidate) -> Iterator[Failure]:
    question, supply = candidate.question, candidate.supply
    if question.goods.kind and question.goods.kind != supply.goods.kind:
        yield Failure("kind", "other_kind", supply.goods.kind)
    if question.own_organisation_id and question.own_organisation_id == supply.party.organisation_id:
        yield Failure("own", "own_firm")
    if question.stage and question.stage != supply.party.stage:
        yield Failure("stage", "other_stage", own=supply.party.stage)


def _what(candidate: Candidate) -> Iterator[Failure]:
    question, supply, fit = candidate.question, candidate.supply, candidate.fit
    if fit.value < question.least_fit:
        yield Failure("fit", "fit", "", question.least_fit - fit.value, "down", fit.evidence)
    for asked in question.codes:
        if has_code(asked, supply.goods) is None:
            reason = "code" if states_code(asked, supply.goods) else "code_not_stated"
            yield Failure(f"code:{asked}", reason, asked)


def _where(candidate: Candidate) -> Iterator[Failure]:
    question, supply = candidate.question, candidate.supply
    party = question.buyer if question.seeks_buyer and question.buyer is not None else supply.party
    lies = lies_in(question.region, party.written, party.region_words)
    if lies != "in":
        yield Failure("region", OUTSIDE[lies], question.region)


def _way(candidate: Candidate) -> Iterator[Failure]:
    question, trip = candidate.question, candidate.trip
    asked = {"minutes": question.minutes, "km": question.km}
    if candidate.supply.party.spot is None or question.destination is None:
        for limit, most in asked.items():
            if most is not None:
                yield Failure(limit, "no_position")
        return
    least = {"minutes": trip.least_minutes, "km": trip.least_km}
    real = {"minutes": trip.minutes, "km": trip.km}
    for limit, most in asked.items():
        value, bound = real[limit], least[limit]
        if most is None:
            continue
        if value is not None:
            if value > most:
                yield Failure(limit, f"too_far_{limit}", gap=value - most)
        elif trip.reason is not None:
            yield Failure(limit, "no_way")
        elif bound is not None and bound > most:
            yield Failure(limit, f"too_far_{limit}")


def _certificates(candidate: Candidate) -> Iterator[Failure]:
    question, supply = candidate.question, candidate.supply
    for scheme in question.certificates:
        held = holding(scheme, supply.certificates, (supply.goods, question.goods), question.day, question.period)
        if held.fault:
            until = "" if held.until is None else held.until.isoformat()
            reason = "certificate" if held.fault == "missing" else f"certificate_{held.fault}"
            yield Failure(f"certificate:{Scheme.of(scheme).stem}", reason, scheme, own=until)


def _validity(candidate: Candidate) -> Iterator[Failure]:
    question, supply = candidate.question, candidate.supply
    first, last = question.period or (question.day, question.day)
    if (supply.valid_from is not None and supply.valid_from > first) or (
        supply.valid_to is not None and supply.valid_to < last
    ):
        yield Failure("validity", "offer_not_valid")


def _quantity(candidate: Candidate) -> Iterator[Failure]:
    question, supply = candidate.question, candidate.supply
    if question.quantity is None:
        return
    free = candidate.free()
    order, factor = supply.minimum_order, question.factor_of(supply)
    least = None if order is None or factor is None else order * factor
    if any(not month.comparable for month in free) or (order and factor is None):
        yield Failure("quantity", "unit", supply.goods.unit)
        return
    unknown = [month.month for month in free if month.amount is None]
    if unknown:
        yield Failure("quantity", "capacity_not_stated", unknown[0])
        return
    amounts = [month.amount or 0.0 for month in free]
    most = min(amounts)
    wanted = question.quantity * (1.0 - CLOSE)
    if most < wanted:
        short = next(month.month for month, amount in zip(free, amounts, strict=True) if amount < wanted)
        gap = question.quantity - most if most > 0 and (least is None or least <= most) else None
        yield Failure("quantity", "capacity", short, gap, "down")
    if least is not None and least * (1.0 - CLOSE) > question.quantity:
        gap = least - question.quantity if least <= most else None
        yield Failure("quantity", "minimum_order", "", gap, "up")


def arrival_of(question: Question, supply: Supply, trip: Trip) -> date | None:
    """Return the day an order of the question's day arrives: lead time, then the way; None without a lead time."""
    if supply.lead_time_days is None:
        return None
    days = supply.lead_time_days + (trip.minutes or trip.least_minutes or 0.0) / MINUTES_PER_DAY
    return (datetime.combine(question.day, time()) + timedelta(days=days)).date()


def _time(candidate: Candidate) -> Iterator[Failure]:
    question, supply = candidate.question, candidate.supply
    lead = supply.lead_time_days
    if question.lead_time_days is not None:
        if lead is None:
            yield Failure("lead_time", "lead_time_not_stated")
        elif lead > question.lead_time_days:
            yield Failure("lead_time", "lead_time", gap=lead - question.lead_time_days)
    if question.arrive is not None:
        day = arrival_of(question, supply, candidate.trip)
        if day is None:
            yield Failure("arrive", "lead_time_not_stated")
        elif day > question.arrive:
            yield Failure("arrive", "arrives_late", "", float((day - question.arrive).days), own=day.isoformat())


RULES: Final[tuple[Callable[[Candidate], Iterator[Failure]], ...]] = (
    _who,
    _what,
    _where,
    _way,
    _certificates,
    _validity,
    _quantity,
    _time,
)
"""The limits in the order in which reasons are counted."""


def fails_but_for_the_way(candidate: Candidate) -> bool:
    """Return whether a candidate fails a limit that its way has no part in."""
    return any(True for rule in RULES if rule not in (_way, _time) for _ in rule(candidate))


def lies_beyond(candidate: Candidate, least_minutes: float, least_km: float) -> bool:
    """Return whether the crow-fly distance alone is more than every limit of the way; there must be one.

    Every limit, so that a candidate whose way is not looked for is said to fail just what it would fail.
    """
    limits = ((candidate.question.minutes, least_minutes), (candidate.question.km, least_km))
    beyond = [least > most for most, least in limits if most is not None]
    return bool(beyond) and all(beyond)
