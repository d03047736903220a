"""Small offers, questions, a straight-line network and a plain cost model, for tests of matching."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from supplychain.sourcing.matching import Means
from supplychain.sourcing.question import Question
from supplychain.sourcing.scoring import Weights
from supplychain.sourcing.travel import Floats, Haulage, Progress, Trips
from supplychain.sourcing.values import Goods, Held, Party, Spot, Supply, Wanted
from supplychain.text import Text

DAY = date(2026, 11, 23)
KM_PER_DEGREE = 100.0
"""On the plane of these tests a degree of longitude is 100 km."""
HERE = Spot(106.0, 11.0, "facility", "here")
PIPES = Goods(("Ống thép",), ("Steel pipes",), hs_code="730630", commodity_id="steel")


class PlainTravel:
    """Roads straight east and west at 60 km/h: a minute a kilometre; east of 120 degrees there are none."""

    def __init__(self) -> None:
        self.asked = 0

    def trips(self, origins: Sequence[Spot], destinations: Sequence[Spot], progress: Progress | None = None) -> Trips:
        """Return straight ways; those with an end in the sea have none."""
        self.asked += len(origins)
        km = np.array([abs(a.lon - b.lon) * KM_PER_DEGREE for a, b in zip(origins, destinations, strict=True)])
        sea = [a.lon > 120 or b.lon > 120 for a, b in zip(origins, destinations, strict=True)]
        km = np.where(sea, np.nan, km)
        reasons = tuple(Text(en="no road over the sea", vi="không có đường qua biển") if wet else None for wet in sea)
        if progress is not None:
            progress(1, 1)
        return Trips(km.copy(), km, np.zeros(len(km)), reasons, np.full(len(km), 5.0))

    def at_least(self, origins: Sequence[Spot], destinations: Sequence[Spot]) -> tuple[Floats, Floats]:
        """Return half of the way, as a network with speeds of 120 km/h would."""
        km = np.array([abs(a.lon - b.lon) * KM_PER_DEGREE for a, b in zip(origins, destinations, strict=True)])
        return km / 2, km


class PlainFreight:
    """1,000 VND and 0.1 kg CO2e for each tonne and kilometre; a dollar of 2025 is 26,000 VND, other years unknown."""

    currency = "VND"
    price_year = 2025

    def haulage(self, commodity_id: str, trips: Trips) -> Haulage:
        """Return cost and CO2e by distance alone."""
        return Haulage(trips.km * 1000.0, trips.km * 0.1, Text(en=commodity_id, vi=commodity_id))

    def money(self, amount: float, currency: str, year: int) -> float | None:
        """Return VND; None for other years than 2025."""
        if year != 2025:
            return None
        return amount * (26_000.0 if currency == "USD" else 1.0)


MEANS = Means(Weights.default(), PlainTravel(), PlainFreight())


def party(name: str, km: float | None = 10.0, **values: object) -> Any:  # noqa: ANN401 - a Party, made of given columns
    """Return a firm with one facility so many km east of ``HERE``; without a position for None."""
    spot = None if km is None else Spot(HERE.lon + km / KM_PER_DEGREE, 11.0, "facility", name)
    plain = Party(f"org_{name}", f"Firm {name}", f"fac_{name}", f"Factory {name}", spot=spot)
    return changed(plain, values)


def supply(name: str, km: float | None = 10.0, **values: object) -> Supply:
    """Return an offer of steel pipes: 100 t a month at 10 M VND/t in ten days, unless told otherwise."""
    given: dict[str, Any] = {
        "goods": PIPES,
        "capacity_t_per_month": 100.0,
        "lead_time_days": 10.0,
        "price_per_unit": 10_000_000.0,
        "currency": "VND",
        "price_year": 2025,
    }
    given["party"] = party(name, km)
    return Supply(f"off_{name}", **(given | values))


def question(**values: object) -> Question:
    """Return a question for 40 t of steel pipes a month, delivered here."""
    given: dict[str, Any] = {"goods": PIPES, "day": DAY, "destination": HERE, "quantity": 40.0}
    return Question(**(given | values))


def held(scheme: str, first: str = "2026-01-01", last: str = "2028-12-31", codes: tuple[str, ...] = ()) -> Held:
    """Return a certificate."""
    return Held(f"cert_{scheme}_{first}", scheme, date.fromisoformat(first), date.fromisoformat(last), codes)


def wanted(name: str, km: float | None = 0.0, **values: object) -> Wanted:
    """Return a need for steel pipes, 40 t a month."""
    given: dict[str, Any] = {"goods": PIPES, "quantity_t_per_month": 40.0}
    return Wanted(f"need_{name}", party(f"buyer_{name}", km), **(given | values))


def goods(**values: object) -> Any:  # noqa: ANN401 - Goods, made of given columns
    """Return steel pipes, changed."""
    return changed(PIPES, values)


def changed(value: Any, columns: Mapping[str, object]) -> Any:  # noqa: ANN401 - any frozen value
    """Return a frozen value with some columns changed."""
    return replace(value, **columns)
