"""The frozen result of choosing suppliers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal["optimal", "feasible", "nothing"]
"""``optimal``: no set covers more, and none that covers as much costs less, within the gap. ``feasible``: the time
limit came first; cover and cost are what they say, and the gaps are proven. ``nothing``: no source can bring anything.
"""

Limit = Literal["capacity", "minimum_order", "most_firms", "most_share"]


@dataclass(frozen=True, slots=True)
class Binding:
    """A limit that keeps a need from being covered.

    Parameters
    ----------
    limit
        The limit.
    covered
        Units that could be covered over all months without it; for ``capacity`` the units that all sources together
        can bring in the month.
    month
        The month whose capacities are too small, for ``capacity``; else empty.
    """

    limit: Limit
    covered: float
    month: str = ""


@dataclass(frozen=True, slots=True)
class Together:
    """Limits of which no single one, but all of them together, keep a need from being covered.

    Parameters
    ----------
    limits
        The fewest such limits.
    covered
        Units that could be covered over all months without them.
    """

    limits: tuple[Limit, ...]
    covered: float


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which sources bring how much in which month.

    Parameters
    ----------
    status
        How good it is proven to be.
    amounts
        Units by source and month, in the order of the problem.
    covered
        Units by month.
    cost
        Cost of the amounts, without that of extra firms.
    extra_cost
        Cost of the firms beyond the first.
    bound
        What no set that covers as much costs less than, extra firms included.
    most_covered
        What no set covers more than, units over all months.
    bindings
        What keeps the need from being covered; empty where it is covered.
    together
        Limits that only together keep it from being covered, where ``bindings`` names none; else None.
    """

    status: Status
    amounts: tuple[tuple[float, ...], ...]
    covered: tuple[float, ...]
    cost: float
    extra_cost: float
    bound: float
    most_covered: float
    bindings: tuple[Binding, ...] = ()
    together: Together | None = None

    @property
    def total_cost(self) -> float:
        """Cost with that of extra firms."""
        return self.cost + self.extra_cost

    @property
    def gap(self) -> float:
        """Share of the cost that a better set could save at most."""
        return 0.0 if self.total_cost <= 0 else max(0.0, self.total_cost - self.bound) / self.total_cost
