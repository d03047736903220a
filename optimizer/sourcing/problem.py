"""A need to be covered by several suppliers, as plain checked values."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """One offer.

    Parameters
    ----------
    source_id, firm_id
        The offer, and the firm that makes it: limits on firms count a firm once.
    unit_cost
        Cost of one unit, at least 0.
    capacity
        Most units it can bring in each month, at least 0.
    minimum_order
        Least units of an order of one month, at least 0; an order is nothing or at least that.
    """

    source_id: str
    firm_id: str
    unit_cost: float
    capacity: tuple[float, ...]
    minimum_order: float = 0.0

    def __post_init__(self) -> None:
        values = (self.unit_cost, self.minimum_order, *self.capacity)
        if not all(math.isfinite(value) and value >= 0 for value in values):
            msg = f"{self.source_id}: cost, capacity and minimum order must be numbers of at least 0, got {values}."
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class CoverProblem:
    """Which sources cover a need at the least cost.

    Parameters
    ----------
    months
        Names of the months.
    need
        Units wanted in each month, at least 0.
    sources
        The offers.
    extra_firm_cost
        Cost of each firm beyond the first, at least 0.
    most_firms
        Most firms; None for any number.
    most_share
        Most of the need of each month that one firm may bring, above 0 to 1; None for all of it.
    """

    months: tuple[str, ...]
    need: tuple[float, ...]
    sources: tuple[Source, ...]
    extra_firm_cost: float = 0.0
    most_firms: int | None = None
    most_share: float | None = None

    def __post_init__(self) -> None:
        count = len(self.months)
        if count == 0 or len(self.need) != count:
            msg = f"need must have one value for each of at least one month, got {len(self.need)} for {count}."
            raise ValueError(msg)
        for value in (*self.need, self.extra_firm_cost):
            if not (math.isfinite(value) and value >= 0):
                msg = f"need and extra_firm_cost must be numbers of at least 0, got {value}."
                raise ValueError(msg)
        ids = [source.source_id for source in self.sources]
        if len(set(ids)) != len(ids):
            msg = "source_id must name each source once."
            raise ValueError(msg)
        for source in self.sources:
            if len(source.capacity) != count:
                msg = f"{source.source_id}: capacity must have {count} values, got {len(source.capacity)}."
                raise ValueError(msg)
        if self.most_firms is not None and self.most_firms < 1:
            msg = f"most_firms must be at least 1, got {self.most_firms}."
            raise ValueError(msg)
        if self.most_share is not None and not 0 < self.most_share <= 1:
            msg = f"most_share must be above 0 and at most 1, got {self.most_share}."
            raise ValueError(msg)

    @property
    def firms(self) -> tuple[str, ...]:
        """Ids of the firms, in the order of their first source."""
        return tuple(dict.fromkeys(source.firm_id for source in self.sources))
