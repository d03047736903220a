"""The score of a candidate: named parts, each a share of its weight, that add up to it exactly."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final, Literal

from supplychain.errors import HinterlandError
from supplychain.text import Text

Part = Literal["fit", "minutes", "free_capacity", "price", "co2e", "certificates", "lead_time"]

PARTS: Final[tuple[Part, ...]] = ("fit", "minutes", "free_capacity", "price", "co2e", "certificates", "lead_time")
DEFAULT_WEIGHTS: Final[Mapping[str, float]] = MappingProxyType(
    {
        "fit": 0.3,
        "minutes": 0.15,
        "free_capacity": 0.1,
        "price": 0.25,
        "co2e": 0.05,
        "certificates": 0.05,
        "lead_time": 0.1,
    }
)
OTHERS: Final = "others"
"""In weights as written: every part that is not named."""

POINTS: Final = 10_000
"""A score of 100.00, in the hundredths that scores are counted in."""

HALF_AT_MINUTES: Final = 60.0
HALF_AT_DAYS: Final = 30.0
WHOLE_AT_DAYS: Final = 365.0
"""Where the parts of way and lead time come to one half, and certificates that still hold so long to the whole."""

NO_WEIGHT: Final = Text(
    en="{text} is no weight: write part=number, with parts {known} (or others), such as price=0.3,minutes=0.4.",
    vi="{text} không phải trọng số: hãy ghi phần=số, với các phần {known} (hoặc others), ví dụ price=0.3,minutes=0.4.",
)
NO_WEIGHTS: Final = Text(en="At least one weight must be above 0.", vi="Phải có ít nhất một trọng số lớn hơn 0.")

NOT_STATED: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "price": Text(en="price not stated", vi="chưa nêu giá"),
        "price_money": Text(en="no rate for its money", vi="thiếu tỷ giá cho đồng tiền của giá"),
        "price_unit": Text(en="its price is for a unit that cannot be compared", vi="giá theo đơn vị không so được"),
        "unit_mass": Text(
            en="mass of a unit not stated, so freight unknown", vi="chưa nêu khối lượng đơn vị, không tính được cước"
        ),
        "position": Text(en="no position", vi="chưa có vị trí"),
        "no_way": Text(en="no way on the network", vi="không có đường đi trên mạng lưới"),
        "free_capacity": Text(en="free capacity not stated", vi="chưa nêu công suất còn trống"),
        "lead_time": Text(en="lead time not stated", vi="chưa nêu thời gian giao"),
        "co2e": Text(en="no way, so CO2e unknown", vi="không có đường đi, không tính được CO2e"),
    }
)
"""Why a part has no value."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part counts; only their proportions matter.

    Parameters
    ----------
    by_part
        Weight of each part, at least 0.
    """

    by_part: Mapping[str, float]

    def __post_init__(self) -> None:
        unknown = set(self.by_part) - set(PARTS)
        wrong = [name for name, value in self.by_part.items() if not (math.isfinite(value) and value >= 0)]
        if unknown or wrong:
            name = min(unknown or wrong)
            raise HinterlandError(NO_WEIGHT.format(text=f"{name}={self.by_part[name]}", known=", ".join(PARTS)))
        if not any(self.by_part.values()):
            raise HinterlandError(NO_WEIGHTS)

    @classmethod
    def default(cls) -> Weights:
        """Return the weights where a user sets none."""
        return cls(DEFAULT_WEIGHTS)

    @classmethod
    def parse(cls, text: str) -> Weights:
        """Return the weights a text such as ``price=0.3,minutes=0.4`` sets; parts not named keep their default.

        Raises
        ------
        HinterlandError
            If a part is not known, a weight is no number of at least 0, or all are 0.
        """
        given: dict[str, float] = {}
        for piece in text.split(","):
            name, _, value = (part.strip() for part in piece.partition("="))
            if not piece.strip():
                continue
            try:
                given[name] = float(value)
            except ValueError as error:
                raise HinterlandError(NO_WEIGHT.format(text=piece.strip(), known=", ".join(PARTS))) from error
        others = given.pop(OTHERS, None)
        plain: dict[str, float] = {part: DEFAULT_WEIGHTS[part] if others is None else others for part in PARTS}
        return cls(plain | given)

    def of(self, part: str) -> float:
        """Return the weight of a part."""
        return self.by_part.get(part, 0.0)


@dataclass(frozen=True, slots=True)
class Measured:
    """What is known of one candidate, in the units people speak of.

    Parameters
    ----------
    fit
        0 to 1.
    minutes, km
        Way on the network; None where it is not known.
    free, quantity
        Least of the months asked and what is wanted, in the unit of the question; None where not known, not asked.
    free_is_stated
        Whether free capacity is stated for every month asked.
    price, freight, delivered
        Money for one unit of the question at the gate, of the way, and both; None where not known.
    co2e_kg_per_t
        Well to wheel, for a tonne; 0 where nothing is carried, None where not known.
    certificates_until
        Day until which every certificate asked for holds.
    lead_time_days
        None where it is not stated.
    missing
        Parts without a value, and why, as keys of ``NOT_STATED``.
    """

    fit: float
    minutes: float | None = None
    km: float | None = None
    free: float | None = None
    quantity: float | None = None
    free_is_stated: bool = False
    price: float | None = None
    freight: float | None = None
    delivered: float | None = None
    co2e_kg_per_t: float | None = None
    certificates_until: date | None = None
    lead_time_days: float | None = None
    missing: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Basis:
    """What the parts of one answer are measured by.

    Parameters
    ----------
    parts
        The parts that this question has.
    weights
        Their weights.
    least_price, least_co2e_kg_per_t
        Least among the candidates that keep every limit; None where none has one.
    last_day
        Last day for which certificates are asked; what they hold beyond it counts.
    """

    parts: tuple[Part, ...]
    weights: Weights
    least_price: float | None = None
    least_co2e_kg_per_t: float | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class ScorePart:
    """One part of a score.

    Parameters
    ----------
    part
        Its name.
    weight
        Its weight among the parts of the question, 0 to 1.
    value
        0 to 1; None where it is not known, which counts 0.
    points
        What it brings, hundredths of a point; a score of 100 is ``POINTS``.
    why
        Why the value is not known; empty where it is.
    """

    part: Part
    weight: float
    value: float | None
    points: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """A score and the parts it is the sum of.

    Parameters
    ----------
    parts
        Every part the question has.
    """

    parts: tuple[ScorePart, ...]

    @property
    def points(self) -> int:
        """Sum of the points of the parts, hundredths; at most about ``POINTS``."""
        return sum(part.points for part in self.parts)

    @property
    def value(self) -> float:
        """The score, 0 to 100."""
        return self.points / 100.0


def score(measured: Measured, basis: Basis) -> Score:
    """Return the score of a candidate.

    Parts: the fit; 60 ÷ (60 + minutes); the share of the free capacity that is left after the order; least price ÷
    its price (delivered where there is a place to come to); least CO2e ÷ its CO2e; days that certificates hold beyond
    the last day asked, ÷ 365; 30 ÷ (30 + days of lead time). Points are rounded to hundredths part by part, so that the
    parts shown add up to the score shown.
    """
    total = sum(basis.weights.of(part) for part in basis.parts)
    parts = []
    for part in basis.parts:
        weight = basis.weights.of(part) / total if total else 0.0
        value = _VALUES[part](measured, basis)
        points = 0 if value is None else round(POINTS * weight * value)
        parts.append(ScorePart(part, weight, value, points, measured.missing.get(part, "") if value is None else ""))
    return Score(tuple(parts))


def basis_of(measured: Sequence[Measured], parts: tuple[Part, ...], weights: Weights, last_day: date | None) -> Basis:
    """Return what the parts of an answer are measured by, from the candidates that keep every limit."""
    prices = [one.delivered for one in measured if one.delivered is not None]
    emissions = [one.co2e_kg_per_t for one in measured if one.co2e_kg_per_t is not None]
    return Basis(parts, weights, min(prices, default=None), min(emissions, default=None), last_day)


def _fit(measured: Measured, _basis: Basis) -> float | None:
    return measured.fit


def _minutes(measured: Measured, _basis: Basis) -> float | None:
    return None if measured.minutes is None else HALF_AT_MINUTES / (HALF_AT_MINUTES + measured.minutes)


def _free_capacity(measured: Measured, _basis: Basis) -> float | None:
    if not measured.free_is_stated or measured.free is None or measured.quantity is None:
        return None
    return max(0.0, 1.0 - measured.quantity / measured.free) if measured.free > 0 else 0.0


def _price(measured: Measured, basis: Basis) -> float | None:
    return _least_over(basis.least_price, measured.delivered)


def _co2e(measured: Measured, basis: Basis) -> float | None:
    return _least_over(basis.least_co2e_kg_per_t, measured.co2e_kg_per_t)


def _certificates(measured: Measured, basis: Basis) -> float | None:
    if measured.certificates_until is None or basis.last_day is None:
        return None
    return min(1.0, max(0.0, (measured.certificates_until - basis.last_day).days / WHOLE_AT_DAYS))


def _lead_time(measured: Measured, _basis: Basis) -> float | None:
    days = measured.lead_time_days
    return None if days is None else HALF_AT_DAYS / (HALF_AT_DAYS + days)


def _least_over(least: float | None, own: float | None) -> float | None:
    if least is None or own is None:
        return None
    return 1.0 if own <= least else least / own


_VALUES: Final = {
    "fit": _fit,
    "minutes": _minutes,
    "free_capacity": _free_capacity,
    "price": _price,
    "co2e": _co2e,
    "certificates": _certificates,
    "lead_time": _lead_time,
}
