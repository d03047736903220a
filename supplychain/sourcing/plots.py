"""Firms matched to vacant plots of industrial parks, by the same limits, parts and relaxations."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Final

from supplychain.errors import HinterlandError
from supplychain.sourcing.answer import ReasonCount, count_reasons
from supplychain.sourcing.industries import ways_to_write
from supplychain.sourcing.judging import CLOSE, OUTSIDE, Failure, Trip
from supplychain.sourcing.regions import lies_in, readings
from supplychain.sourcing.relaxing import Near, Relaxation, relaxations
from supplychain.sourcing.scoring import HALF_AT_MINUTES, POINTS
from supplychain.sourcing.travel import Freight, Progress, Travel
from supplychain.sourcing.values import NOWHERE, Spot, Written
from supplychain.sourcing.ways import trips_of
from supplychain.text import Text

PlotParts = Mapping[str, float]

PLOT_WEIGHTS: Final[Mapping[str, float]] = {"area": 0.35, "minutes": 0.25, "rent": 0.3, "power": 0.1}

NOT_POSITIVE: Final = Text(
    en="{name} must be a number above 0, got {value}.", vi="{name} phải là số lớn hơn 0, nhận được {value}."
)
NO_PLACE: Final = Text(
    en="A limit of truck minutes to a plot needs a place to come to: add --near PLACE.",
    vi="Giới hạn phút xe tải tới lô đất cần một nơi đến: hãy thêm --near NƠI.",
)


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot of a park.

    Parameters
    ----------
    plot_id, park_id, park_name, label
        The plot, and the park it is part of.
    area_ha, power_kva, water_m3_per_day, ready_built_m2
        What it offers; None where it is not stated.
    state, vacant_from
        ``vacant``, ``reserved`` or ``leased``; first day it can be had, None for at once.
    industries
        VSIC 2025 codes admitted; empty for all.
    rent_per_m2_year, currency, price_year
        Rent; None where it is not stated.
    spot
        Where it lies, or its park.
    region_words, written
        As of ``Party``.
    """

    plot_id: str
    park_id: str
    park_name: str
    label: str
    area_ha: float
    state: str = "vacant"
    vacant_from: date | None = None
    power_kva: float | None = None
    water_m3_per_day: float | None = None
    ready_built_m2: float | None = None
    industries: tuple[str, ...] = ()
    rent_per_m2_year: float | None = None
    currency: str = ""
    price_year: int = 0
    spot: Spot | None = None
    region_words: tuple[str, ...] = ()
    written: Written = NOWHERE


@dataclass(frozen=True, slots=True)
class PlotQuestion:
    """What a firm looks for; every limit is off where it is None or empty.

    Parameters
    ----------
    day
        Day on which it must be had.
    area_ha, power_kva, water_m3_per_day, ready_built_m2
        Least it must offer.
    vsic_code
        VSIC 2025 code of what the firm does.
    rent
        Most rent a m² and year, in the money of the cost model.
    destination, minutes
        Place it must be near to, and most truck minutes to it.
    region
        Name or code of the place it must lie in.
    """

    day: date
    area_ha: float | None = None
    power_kva: float | None = None
    water_m3_per_day: float | None = None
    ready_built_m2: float | None = None
    vsic_code: str = ""
    rent: float | None = None
    destination: Spot | None = None
    minutes: float | None = None
    region: str = ""

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(value, float) and not (math.isfinite(value) and value > 0):
                raise HinterlandError(NOT_POSITIVE.format(name=one.name, value=value))
        if self.minutes is not None and self.destination is None:
            raise HinterlandError(NO_PLACE)


@dataclass(frozen=True, slots=True)
class PlotPart:
    """One part of a plot's score: its weight, its value (None: not known, counts 0) and its points."""

    part: str
    weight: float
    value: float | None
    points: int


@dataclass(frozen=True, slots=True)
class RankedPlot:
    """A plot that keeps every limit.

    Parameters
    ----------
    plot, trip, rent
        The plot, the way to it, and its rent a m² and year in the money of the cost model.
    parts
        Parts of its score, which add up to it.
    """

    plot: Plot
    trip: Trip
    rent: float | None
    parts: tuple[PlotPart, ...]

    @property
    def points(self) -> int:
        """Sum of the points of the parts, hundredths."""
        return sum(part.points for part in self.parts)


@dataclass(frozen=True, slots=True)
class LeftOutPlot:
    """A plot that does not keep every limit, and all that it fails."""

    plot: Plot
    failures: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class PlotAnswer:
    """Which plots a firm could take: ranked, left out with counted reasons, and what giving way would bring."""

    ranked: tuple[RankedPlot, ...]
    left_out: tuple[LeftOutPlot, ...]
    counts: tuple[ReasonCount, ...]
    relaxations: tuple[Relaxation, ...]
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class _Seen:
    plot: Plot
    trip: Trip
    rent: float | None


def match_plots(
    question: PlotQuestion,
    plots: Sequence[Plot],
    travel: Travel | None,
    freight: Freight | None,
    progress: Progress | None = None,
) -> PlotAnswer:
    """Return the plots that keep every limit, best first, and what keeps the others out.

    The score: how little of the area is more than asked (asked ÷ its own), 60 ÷ (60 + minutes), least rent ÷ its own,
    how little power is more than asked; each times its share of ``PLOT_WEIGHTS`` among the parts asked.
    """
    trips = trips_of([plot.spot for plot in plots], [question.destination] * len(plots), travel, progress)
    seen = [_Seen(plot, trip, _rent(plot, freight)) for plot, trip in zip(plots, trips, strict=True)]
    failed = [tuple(_failures(question, one)) for one in seen]
    kept = [one for one, found in zip(seen, failed, strict=True) if not found]
    out = [LeftOutPlot(one.plot, found) for one, found in zip(seen, failed, strict=True) if found]
    least = min((one.rent for one in kept if one.rent is not None), default=None)
    ranked = [RankedPlot(one.plot, one.trip, one.rent, _score(question, one, least)) for one in kept]
    near = (Near(one.plot.plot_id, one.plot.park_id, one.failures, one.plot.area_ha) for one in out)
    return PlotAnswer(
        tuple(sorted(ranked, key=lambda one: (-one.points, one.plot.plot_id))),
        tuple(sorted(out, key=lambda one: one.plot.plot_id)),
        count_reasons(one.failures for one in out),
        relaxations(near, frozenset(one.plot.park_id for one in kept)),
        readings(question.region, ((one.written, one.region_words) for one in plots)),
    )


def _rent(plot: Plot, freight: Freight | None) -> float | None:
    if plot.rent_per_m2_year is None or freight is None:
        return None
    return freight.money(plot.rent_per_m2_year, plot.currency, plot.price_year)


def _failures(question: PlotQuestion, seen: _Seen) -> Iterator[Failure]:
    plot = seen.plot
    if plot.state != "vacant":
        yield Failure("state", "state", plot.state)
    if plot.vacant_from is not None and plot.vacant_from > question.day:
        yield Failure("vacant_from", "vacant_later", gap=float((plot.vacant_from - question.day).days))
    lies = lies_in(question.region, plot.written, plot.region_words)
    if lies != "in":
        yield Failure("region", OUTSIDE[lies], question.region)
    code = question.vsic_code
    if code and plot.industries and not admits(plot.industries, code):
        yield Failure("industry", "industry", code)
    amounts = {
        "area": (question.area_ha, plot.area_ha),
        "power": (question.power_kva, plot.power_kva),
        "water": (question.water_m3_per_day, plot.water_m3_per_day),
        "ready_built": (question.ready_built_m2, plot.ready_built_m2),
    }
    for limit, (asked, own) in amounts.items():
        if asked is not None and own is None:
            yield Failure(limit, "not_stated", limit)
        elif asked is not None and own is not None and own < asked * (1.0 - CLOSE):
            yield Failure(limit, "too_small", limit, asked - own if own > 0 else None, "down")
    yield from _way(question, seen)
    yield from _dear(question, seen)


def admits(industries: Sequence[str], code: str) -> bool:
    """Return whether a park admits an industry, by its code or by what that stands for in the other edition of VSIC."""
    wanted = {code} | {way.removeprefix("vsic:") for way in ways_to_write(f"vsic:{code}")}
    return any(own.startswith(one) for own in wanted for one in industries)


def _way(question: PlotQuestion, seen: _Seen) -> Iterator[Failure]:
    if question.minutes is None:
        return
    if seen.plot.spot is None:
        yield Failure("minutes", "no_position")
    elif seen.trip.minutes is None:
        yield Failure("minutes", "no_way")
    elif seen.trip.minutes > question.minutes:
        yield Failure("minutes", "too_far_minutes", gap=seen.trip.minutes - question.minutes)


def _dear(question: PlotQuestion, seen: _Seen) -> Iterator[Failure]:
    if question.rent is None:
        return
    if seen.plot.rent_per_m2_year is None:
        yield Failure("rent", "not_stated", "rent")
    elif seen.rent is None:
        yield Failure("rent", "rent_money")
    elif seen.rent > question.rent * (1.0 + CLOSE):
        yield Failure("rent", "too_dear", gap=seen.rent - question.rent)


def _score(question: PlotQuestion, seen: _Seen, least_rent: float | None) -> tuple[PlotPart, ...]:
    plot, minutes = seen.plot, seen.trip.minutes
    values: dict[str, float | None] = {"rent": None if not least_rent or not seen.rent else least_rent / seen.rent}
    if question.area_ha is not None:
        values["area"] = min(1.0, question.area_ha / plot.area_ha)
    if question.destination is not None:
        values["minutes"] = None if minutes is None else HALF_AT_MINUTES / (HALF_AT_MINUTES + minutes)
    if question.power_kva is not None:
        values["power"] = min(1.0, question.power_kva / plot.power_kva) if plot.power_kva else None
    total = sum(PLOT_WEIGHTS[part] for part in values)
    found = []
    for part, value in sorted(values.items()):
        weight = PLOT_WEIGHTS[part] / total
        found.append(PlotPart(part, weight, value, 0 if value is None else round(POINTS * weight * value)))
    return tuple(found)
