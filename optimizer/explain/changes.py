"""Changes to a problem that may serve a demand, applied in full or in part."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from optimizer.flow.problem import Problem

Kind = Literal["capacity", "penalty", "max_time_h", "max_length_km", "minimum_lot_t"]


@dataclass(frozen=True, slots=True)
class Step:
    """One number of a problem that is changed.

    Parameters
    ----------
    kind
        What is changed: a capacity, the penalty or a limit of the demand, the least lot of a link.
    index
        Index of the capacity or the link; of the demand for all else.
    before, after
        Its value as it is and with the change; units per day, money per tonne, h, km or t.
    """

    kind: Kind
    index: int
    before: float
    after: float

    @property
    def by(self) -> float:
        """By how much it changes, at least 0 (a least lot falls, all else rises)."""
        return abs(self.after - self.before)


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """Changes for one demand.

    Parameters
    ----------
    demand
        Index of the demand.
    room
        Units a day that are to be left of some capacities beyond what is left now, by index.
    penalty, max_time_h, max_length_km
        By how much these rise.
    lots
        By how much the least lots of some links fall, tonnes, by index.
    """

    demand: int
    room: Mapping[int, float] = field(default_factory=dict)
    penalty: float = 0.0
    max_time_h: float = 0.0
    max_length_km: float = 0.0
    lots: Mapping[int, float] = field(default_factory=dict)

    def steps(self, problem: Problem) -> tuple[Step, ...]:
        """Return the numbers that change."""
        after, d = self.applied(problem), self.demand
        found = [
            Step("capacity", one, float(problem.capacity_per_day[one]), float(after.capacity_per_day[one]))
            for one, more in self.room.items()
            if more > 0
        ]
        found += [
            Step("minimum_lot_t", one, float(problem.minimum_lot_t[one]), float(after.minimum_lot_t[one]))
            for one in self.lots
        ]
        for kind, column in _OF_DEMAND.items():
            if getattr(self, kind) > 0:
                found.append(Step(kind, d, float(getattr(problem, column)[d]), float(getattr(after, column)[d])))
        return tuple(found)

    def applied(self, problem: Problem, share: float = 1.0, preference: float = 0.0) -> Problem:
        """Return a problem with a share of the changes.

        Parameters
        ----------
        problem
            The problem as it is.
        share
            Share of every change, from 0 to 1. Of a capacity it is the share of what its size must grow by, which is
            more than the room it makes where others use more than there is.
        preference
            Added to the demand's penalty in any case, money per tonne: of several plans of one cost, the one that
            carries this demand is to be found.
        """
        d = self.demand
        new: dict[str, NDArray[np.float64]] = {}
        penalty = problem.penalty_per_t.copy()
        penalty[d] += share * self.penalty + preference
        new["penalty_per_t"] = penalty
        for kind in ("max_time_h", "max_length_km"):
            if (more := getattr(self, kind)) > 0:
                new[kind] = getattr(problem, kind).copy()
                new[kind][d] += share * more
        if self.room:
            new["capacity_per_day"] = problem.capacity_per_day.copy()
            for one, room in self.room.items():
                new["capacity_per_day"][one] += share * _growth(problem, one, room)
        if self.lots:
            new["minimum_lot_t"] = problem.minimum_lot_t.copy()
            for one, less in self.lots.items():
                new["minimum_lot_t"][one] -= share * less
        return replace(problem, **new)  # type: ignore[arg-type]


_OF_DEMAND: Final[dict[Kind, str]] = {
    "penalty": "penalty_per_t",
    "max_time_h": "max_time_h",
    "max_length_km": "max_length_km",
}


def _growth(problem: Problem, capacity: int, room: float) -> float:
    """Return by how much the size of a capacity must grow until so much more of it is left for the plan.

    What is left is the larger of size less background and the floor's share of the size; the first of the two that
    gives enough will do.
    """
    size, background = float(problem.capacity_per_day[capacity]), float(problem.background_per_day[capacity])
    floor = float(problem.floor_share[capacity])
    wanted = max(size - background, floor * size) + room
    growths = [wanted + background - size]
    if floor > 0:
        growths.append(wanted / floor - size)
    return max(min(growths), 0.0)


def alone(problem: Problem, demand: int, **fields: Any) -> Problem:  # noqa: ANN401 - arrays and ids alike
    """Return the problem of one demand where nothing is ever full, its class the only one.

    Parameters
    ----------
    problem
        The problem.
    demand
        Index of the demand.
    fields
        Fields to put in the place of those of the problem, of one class and one demand.
    """
    one, k = np.array([demand]), int(problem.demand_class[demand])
    by_class = ("allowed", "money_per_t", "time_cost_per_t", "emissions_kg_per_t", "time_h")
    by_demand = (
        "demand_origin",
        "demand_destination",
        "demand_t_per_day",
        "penalty_per_t",
        "max_time_h",
        "max_length_km",
    )
    new: dict[str, Any] = {name: getattr(problem, name)[k : k + 1] for name in by_class}
    new |= {name: getattr(problem, name)[one] for name in by_demand}
    new |= {
        "class_ids": (problem.class_ids[k],),
        "demand_ids": (problem.demand_ids[demand],),
        "demand_class": np.zeros(1, dtype=np.int32),
        "optional": np.zeros(1, dtype=np.bool_),
        "capacity_ids": (),
        "capacity_unit": (),
        "capacity_per_day": np.zeros(0),
        "background_per_day": np.zeros(0),
        "floor_share": np.zeros(0),
        "use_per_t": np.zeros((1, 0)),
    }
    new |= fields
    links = len(new.get("link_ids", problem.link_ids))
    return replace(problem, capacity_members=sparse.csr_array((0, links)), **new)
