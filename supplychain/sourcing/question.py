"""What is asked for, and every limit that an answer must keep."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Final

from supplychain.errors import HinterlandError
from supplychain.sourcing.months import first_day, last_day, parse_months
from supplychain.sourcing.quantities import conversion, tonnes_per_unit
from supplychain.sourcing.values import GOODS, TONNE, Goods, Party, Spot, Supply, Wanted
from supplychain.text import Text

LEAST_FIT: Final = 0.7
"""Least fit unless told otherwise: the article, its HS heading or most of its name; the same industry is not enough."""

NOT_POSITIVE: Final = Text(
    en="{name} must be a number above 0, got {value}.", vi="{name} phải là số lớn hơn 0, nhận được {value}."
)
NO_DESTINATION: Final = Text(
    en="A limit of {what} needs a place to come to: add --near PLACE, or ask for a need whose facility has a position.",
    vi="Giới hạn {what} cần một nơi đến: hãy thêm --near NƠI, hoặc hỏi theo nhu cầu của cơ sở đã có vị trí.",
)
NO_FIT: Final = Text(
    en="The least fit must lie between 0 and 1, got {value}.",
    vi="Độ phù hợp tối thiểu phải từ 0 đến 1, đang là {value}.",
)


@dataclass(frozen=True, slots=True)
class Question:
    """What is wanted, where and when, and the limits; every limit is off where it is None or empty.

    Parameters
    ----------
    goods
        What is wanted; its unit is that of ``quantity``. An empty kind takes any.
    day
        The day on which it is asked: certificates must be held on it, and an order leaves on it.
    destination
        Where it must come to.
    own_organisation_id
        The organisation that asks; it does not supply itself.
    codes
        Codes the offer must have, as ``hs:8534`` or ``vsic:2610``.
    quantity
        How much a month, in the unit of the goods.
    months
        The months of delivery, ``YYYY-MM``, in order.
    certificates
        Schemes the supplier must hold.
    minutes, km
        Most truck minutes and kilometres on the network.
    lead_time_days
        Most days from order to delivery.
    arrive
        Last day of arrival.
    region
        Name or code of the place the supplier must lie in; the buyer, where buyers are sought.
    stage
        Stage the supplier must be at: ``start_up`` or ``established``.
    least_fit
        Least fit of an offer.
    seeks_buyer
        Whether buyers of an offer are sought, of which this question is one.
    need_id, buyer
        The stored need it comes from, and who needs it; empty and None for a text.
    """

    goods: Goods
    day: date
    destination: Spot | None = None
    own_organisation_id: str = ""
    codes: tuple[str, ...] = ()
    quantity: float | None = None
    months: tuple[str, ...] = ()
    certificates: tuple[str, ...] = ()
    minutes: float | None = None
    km: float | None = None
    lead_time_days: float | None = None
    arrive: date | None = None
    region: str = ""
    stage: str = ""
    least_fit: float = LEAST_FIT
    seeks_buyer: bool = False
    need_id: str = ""
    buyer: Party | None = None

    def __post_init__(self) -> None:
        for name in ("quantity", "minutes", "km", "lead_time_days"):
            value = getattr(self, name)
            if value is not None and not (math.isfinite(value) and value > 0):
                raise HinterlandError(NOT_POSITIVE.format(name=name, value=value))
        if not 0 <= self.least_fit <= 1:
            raise HinterlandError(NO_FIT.format(value=self.least_fit))
        for name in ("minutes", "km"):
            if getattr(self, name) is not None and self.destination is None and not self.seeks_buyer:
                raise HinterlandError(NO_DESTINATION.format(what=name))

    @property
    def period(self) -> tuple[date, date] | None:
        """First and last day of the months of delivery; None where none are asked."""
        return (first_day(self.months[0]), last_day(self.months[-1])) if self.months else None

    @property
    def tonnes_per_unit(self) -> float | None:
        """Tonnes of one unit of what is wanted; None where its mass is not stated."""
        return tonnes_per_unit(self.goods.unit, self.goods.unit_mass_kg)

    def factor_of(self, supply: Supply) -> float | None:
        """Return how many wanted units one unit of an offer is; None where they cannot be compared."""
        return conversion(supply.goods, self.goods.unit, self.goods.unit_mass_kg)

    def carries(self, supply: Supply) -> bool:
        """Return whether something has to be carried: goods, not services, laboratories, training or research."""
        return supply.goods.kind == GOODS


@dataclass(frozen=True, slots=True)
class Asked:
    """What a user sets beside, or in place of, a stored need; None and empty leave what the need says.

    Parameters are those of ``Question``; ``months`` is a text such as ``2027-03..2027-05``, and ``unit`` that of
    ``quantity``.
    """

    destination: Spot | None = None
    codes: tuple[str, ...] = ()
    quantity: float | None = None
    unit: str = ""
    months: str = ""
    certificates: tuple[str, ...] = ()
    minutes: float | None = None
    km: float | None = None
    lead_time_days: float | None = None
    arrive: date | None = None
    region: str = ""
    stage: str = ""
    kind: str = ""
    least_fit: float | None = None


def question_of_text(text: str, asked: Asked, day: date) -> Question:
    """Return the question that a text in either language asks."""
    names = (text.strip(),) if text.strip() else ()
    goods = Goods(names_vi=names, names_en=names, kind=asked.kind, unit=asked.unit or TONNE)
    return _with_asked(Question(goods, day, destination=asked.destination), asked)


def question_of_need(wanted: Wanted, asked: Asked, day: date, *, seeks_buyer: bool = False) -> Question:
    """Return the question that a stored need asks, with what the user sets in its place."""
    goods, quantity = wanted.goods, wanted.quantity_per_month
    if quantity is None:
        goods, quantity = _in_tonnes(goods), wanted.quantity_t_per_month
    months = ""
    if wanted.first_month or wanted.last_month:
        months = f"{wanted.first_month or wanted.last_month}..{wanted.last_month or wanted.first_month}"
    destination = asked.destination or wanted.party.spot
    question = Question(
        goods=goods,
        day=day,
        destination=destination,
        own_organisation_id=wanted.party.organisation_id,
        quantity=quantity or None,
        months=parse_months(months),
        certificates=wanted.certificates,
        minutes=wanted.longest_minutes if destination is not None else None,
        lead_time_days=wanted.lead_time_days or None,
        arrive=wanted.latest_arrival,
        seeks_buyer=seeks_buyer,
        need_id=wanted.need_id,
        buyer=wanted.party,
    )
    return _with_asked(question, asked)


def _in_tonnes(goods: Goods) -> Goods:
    return replace(goods, unit=TONNE, unit_mass_kg=None)


def _with_asked(question: Question, asked: Asked) -> Question:
    goods = question.goods
    if asked.kind:
        goods = replace(goods, kind=asked.kind)
    if asked.unit and asked.unit != goods.unit:
        goods = replace(goods, unit=asked.unit, unit_mass_kg=None)
        if asked.quantity is None:
            question = replace(question, quantity=None)
    if asked.months:
        question = replace(question, months=parse_months(asked.months))
    plain = {field.name for field in fields(Question)} - {"goods", "day", "months"}
    given = {
        field.name: getattr(asked, field.name)
        for field in fields(Asked)
        if field.name in plain and getattr(asked, field.name) not in (None, "", ())
    }
    return replace(question, goods=goods, **given)
