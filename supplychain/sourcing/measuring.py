"""What is known of candidates: ways, capacity, delivered cost and CO2e, in the unit of the question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from types import MappingProxyType
from typing import Final

import numpy as np

from supplychain.sourcing.certificates import holding
from supplychain.sourcing.industries import has_code
from supplychain.sourcing.judging import Candidate
from supplychain.sourcing.scoring import Measured
from supplychain.sourcing.travel import Freight, Trips
from supplychain.text import Text

Load = tuple[float | None, float | None]
"""Money and kg CO2e of carrying a tonne to where it is wanted; None where they are not known."""

NOTHING_CARRIED: Final[Load] = (0.0, 0.0)

NO_FREE: Final = Text(
    en="free capacity not stated for {months}; its capacity is taken for what it can make",
    vi="chưa nêu công suất còn trống cho {months}; lấy công suất làm khả năng cung ứng",
)
NO_MONTHS: Final = Text(
    en="no months asked, so its capacity is taken and free capacity not looked at",
    vi="chưa nêu tháng nên lấy công suất, không xét phần còn trống",
)
NO_ORDER_CHECK: Final = Text(
    en="minimum order {order} {unit}, not held against a quantity",
    vi="lượng đặt tối thiểu {order} {unit}, chưa đối chiếu",
)
AT_PARK: Final = Text(
    en="stands at the {of} of its park: it has no position of its own",
    vi="đặt tại {of} khu công nghiệp vì cơ sở chưa có vị trí riêng",
)
PARK_WORDS: Final = {
    "gate": Text(en="gate", vi="cổng"),
    "park": Text(en="position", vi="vị trí"),
}


def measure(candidates: Sequence[Candidate], freight: Freight | None, *, has_travel: bool) -> tuple[Measured, ...]:
    """Return what is known of candidates, in their order.

    Parameters
    ----------
    candidates
        Candidates with their ways.
    freight
        The cost model; None where there is none: then money of other years and currencies is not known.
    has_travel
        Whether there is a network: without one prices are those at the gate.
    """
    loads = _loads(candidates, freight)
    return tuple(
        _measured(one, load, freight, has_travel=has_travel) for one, load in zip(candidates, loads, strict=True)
    )


def _loads(candidates: Sequence[Candidate], freight: Freight | None) -> list[Load]:
    """Return the freight of each candidate; those of one commodity are asked for together."""
    found: list[Load] = [(None, None)] * len(candidates)
    by_commodity: dict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(candidates):
        if not one.question.carries(one.supply):
            found[place] = NOTHING_CARRIED
        elif one.trip.minutes is not None and freight is not None:
            by_commodity[one.supply.goods.commodity_id or one.question.goods.commodity_id].append(place)
    for commodity_id, places in by_commodity.items():
        trips = _trips_of([candidates[place] for place in places])
        haulage = freight.haulage(commodity_id, trips) if freight is not None else None
        if haulage is not None:
            for row, place in enumerate(places):
                found[place] = (float(haulage.cost_per_t[row]), float(haulage.co2e_kg_per_t[row]))
    return found


def _trips_of(candidates: Sequence[Candidate]) -> Trips:
    def column(name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return np.array([getattr(one.trip, name) for one in candidates], dtype=np.float64)

    return Trips(column("minutes"), column("km"), column("toll"), (None,) * len(candidates), column("access_m"))


def _measured(candidate: Candidate, load: Load, freight: Freight | None, *, has_travel: bool) -> Measured:
    question, supply, trip = candidate.question, candidate.supply, candidate.trip
    missing: dict[str, str] = {}
    free = candidate.free()
    amounts = [month.amount for month in free if month.amount is not None]
    goes = has_travel and (question.destination is not None or question.seeks_buyer)
    if goes and trip.minutes is None:
        unplaced = supply.party.spot is None or question.destination is None
        missing["minutes"] = "position" if unplaced else "no_way"
        missing["co2e"] = "co2e"
    price = _price(candidate, freight, missing)
    haul = _freight_of(candidate, load, missing) if goes else 0.0
    if question.quantity is not None and not all(month.is_free for month in free):
        missing["free_capacity"] = "free_capacity"
    if supply.lead_time_days is None:
        missing["lead_time"] = "lead_time"
    return Measured(
        fit=candidate.fit.value,
        minutes=trip.minutes,
        km=trip.km,
        free=min(amounts) if len(amounts) == len(free) else None,
        quantity=question.quantity,
        free_is_stated=all(month.is_free for month in free),
        price=price,
        freight=haul if goes else None,
        delivered=None if price is None or haul is None else price + haul,
        co2e_kg_per_t=load[1],
        certificates_until=_until(candidate),
        lead_time_days=supply.lead_time_days,
        missing=MappingProxyType(missing),
    )


def _price(candidate: Candidate, freight: Freight | None, missing: dict[str, str]) -> float | None:
    supply = candidate.supply
    if supply.price_per_unit is None:
        missing["price"] = "price"
        return None
    money = None
    if freight is not None:
        money = freight.money(supply.price_per_unit, supply.currency, supply.price_year)
    if money is None:
        missing["price"] = "price_money"
        return None
    factor = candidate.question.factor_of(supply)
    if not factor:
        missing["price"] = "price_unit"
        return None
    return money / factor


def _freight_of(candidate: Candidate, load: Load, missing: dict[str, str]) -> float | None:
    if not candidate.question.carries(candidate.supply):
        return 0.0
    if load[0] is None:
        missing.setdefault("price", missing.get("minutes", "no_way"))
        return None
    tonnes = candidate.tonnes_in_unit()
    if tonnes is None:
        missing.setdefault("price", "unit_mass")
        return None
    return load[0] * tonnes


def _until(candidate: Candidate) -> date | None:
    question, supply = candidate.question, candidate.supply
    goods = (supply.goods, question.goods)
    found = [
        holding(scheme, supply.certificates, goods, question.day, question.period).until
        for scheme in question.certificates
    ]
    held = [day for day in found if day is not None]
    return min(held) if held and len(held) == len(found) else None


def steps_of(candidate: Candidate) -> list[Text]:
    """Return the steps between the editions of VSIC on which it rests that a candidate is what was asked."""
    question, supply = candidate.question, candidate.supply
    by_code = [has_code(asked, supply.goods) for asked in question.codes]
    told = [candidate.fit.told, *(taken.told for taken in by_code if taken is not None)]
    return list(dict.fromkeys(one for one in told if one is not None))


def notes_of(candidate: Candidate) -> tuple[Text, ...]:
    """Return what has to be told of a candidate beside its figures."""
    question, supply = candidate.question, candidate.supply
    notes = steps_of(candidate)
    spot = supply.party.spot
    if spot is not None and spot.of in PARK_WORDS:
        word = PARK_WORDS[spot.of]
        notes.append(Text(en=AT_PARK.en.format(of=word.en), vi=AT_PARK.vi.format(of=word.vi)))
    if question.quantity is not None:
        untold = [month.month for month in candidate.free() if not month.is_free]
        if untold:
            notes.append(NO_FREE.format(months=", ".join(untold)) if untold[0] else NO_MONTHS)
    elif supply.minimum_order:
        notes.append(NO_ORDER_CHECK.format(order=f"{supply.minimum_order:g}", unit=supply.goods.unit))
    return tuple(notes)
