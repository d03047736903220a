"""What matching asks of the network and of the cost model, as protocols: rooms to the right of this one answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from supplychain.sourcing.values import Spot
from supplychain.text import Text

Floats = NDArray[np.float64]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, eq=False)
class Trips:
    """Ways on the network, one a row.

    Parameters
    ----------
    minutes, km
        float64[N]; NaN where no way leads.
    toll
        Tolls of the truck on the way, without an empty run back, in the money of the freight model, float64[N].
    reasons
        Why no way leads, N texts; None where one does.
    access_m
        Metres between the two places and the network, in none of the other figures, float64[N].
    """

    minutes: Floats
    km: Floats
    toll: Floats
    reasons: tuple[Text | None, ...]
    access_m: Floats

    def __post_init__(self) -> None:
        for name in ("km", "toll", "access_m"):
            if getattr(self, name).shape != self.minutes.shape:
                msg = f"{name} must have the shape of minutes, {self.minutes.shape}."
                raise ValueError(msg)
        if len(self.reasons) != len(self.minutes):
            msg = f"reasons must have {len(self.minutes)} entries, got {len(self.reasons)}."
            raise ValueError(msg)

    def __len__(self) -> int:
        return len(self.minutes)


class Travel(Protocol):
    """Ways of one kind of truck on one network."""

    def trips(self, origins: Sequence[Spot], destinations: Sequence[Spot], progress: Progress | None = None) -> Trips:
        """Return the quickest way of each pair, row by row; ``progress`` is told sweeps done, of how many."""

    def at_least(self, origins: Sequence[Spot], destinations: Sequence[Spot]) -> tuple[Floats, Floats]:
        """Return minutes and km that no way on the network can fall below, from the crow-fly distance alone."""


@dataclass(frozen=True, slots=True, eq=False)
class Haulage:
    """Money and emissions of carrying a tonne along some ways.

    Parameters
    ----------
    cost_per_t
        float64[N]; NaN where no way leads.
    co2e_kg_per_t
        Well to wheel, float64[N].
    told
        What the figures rest on, for a person to read.
    """

    cost_per_t: Floats
    co2e_kg_per_t: Floats
    told: Text


class Freight(Protocol):
    """The cost model of a region: what carrying a tonne costs and emits, and other money in its money."""

    @property
    def currency(self) -> str:
        """Currency of every amount of the answer."""

    @property
    def price_year(self) -> int:
        """Year of its prices."""

    def haulage(self, commodity_id: str, trips: Trips) -> Haulage:
        """Return cost and CO2e of a tonne of a commodity (empty: not known) along ways."""

    def money(self, amount: float, currency: str, year: int) -> float | None:
        """Return an amount of other money in this one; None where a rate is missing."""
