"""The frozen result of planning a problem: flows on paths, their cost, and a proven distance from the best."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.flow.problem import Problem

Status = Literal["optimal", "feasible", "stopped", "no_flow_possible"]
"""``optimal``: flow moves and the gap is within the tolerance. ``feasible``: a valid plan, its gap proven but
larger, or nothing is worth moving. ``stopped``: a valid plan cut short by the time limit or by the caller.
``no_flow_possible``: nothing is wanted or nothing can move."""

Reason = Literal[
    "gap_reached",
    "not_worth_moving",
    "zero_demand",
    "unreachable",
    "zero_capacity",
    "time_limit",
    "stopped_by_caller",
    "round_limit",
    "numerical_limit",
]
"""Why the solver ended with its status. ``not_worth_moving``: every penalty is below the cost of carrying."""


class PathFlows:
    """Tonnes a day on paths, whoever worked them out: what follows from them on the links of a problem.

    P paths; ``path_demand`` int32[P], ``path_link_start`` int64[P + 1], ``path_links`` int32 and ``path_t_per_day``
    float64[P] are those of ``Plan``, shadow prices too.
    """

    __slots__ = ()

    path_demand: NDArray[np.int32]
    path_link_start: NDArray[np.int64]
    path_links: NDArray[np.int32]
    path_t_per_day: NDArray[np.float64]
    shadow_price: NDArray[np.float64]
    shadow_money: NDArray[np.float64]
    shadow_time: NDArray[np.float64]
    shadow_carbon: NDArray[np.float64]
    shadow_penalty: NDArray[np.float64]
    shadow_from: NDArray[np.float64]
    shadow_to: NDArray[np.float64]

    def links_of_path(self, path: int) -> NDArray[np.int32]:
        """Return the link indices of one path in travel order."""
        return self.path_links[self.path_link_start[path] : self.path_link_start[path + 1]]

    def path_of_link_entry(self) -> NDArray[np.int64]:
        """Return the path index of every entry of ``path_links``."""
        return np.repeat(np.arange(self.path_demand.size), np.diff(self.path_link_start))

    def flow_by_class(self, problem: Problem) -> NDArray[np.float64]:
        """Return the flow in tonnes per day, float64[K, L]."""
        classes, links = problem.allowed.shape
        path = self.path_of_link_entry()
        cell = problem.demand_class[self.path_demand[path]].astype(np.int64) * links + self.path_links
        flow = np.bincount(cell, weights=self.path_t_per_day[path], minlength=classes * links)
        return np.asarray(flow, dtype=np.float64).reshape(classes, links)

    def capacity_used(self, problem: Problem) -> NDArray[np.float64]:
        """Return the units of each capacity the plan takes per day, float64[R]."""
        used = np.zeros(len(problem.capacity_ids))
        path = self.path_of_link_entry()
        class_of_entry = problem.demand_class[self.path_demand[path]]
        # One class at a time: on large networks a flow of all classes would take more memory than the plan.
        for k in np.unique(class_of_entry):
            mine = class_of_entry == k
            weights = self.path_t_per_day[path[mine]]
            flow = np.bincount(self.path_links[mine], weights=weights, minlength=len(problem.link_ids))
            used += problem.use_per_t[k] * (problem.capacity_members @ flow)
        return used

    def penalty_driven(self) -> NDArray[np.bool_]:
        """Return where more than half of a shadow price is saved penalty, bool[R]."""
        return self.shadow_penalty > 0.5 * self.shadow_price


@dataclass(frozen=True, slots=True, eq=False)
class Plan(PathFlows):
    """Tonnes per day on paths, with costs, a proven bound and shadow prices.

    P paths; D demands, R capacities in the order of the problem; VND per day unless said. Read-only arrays.

    Parameters
    ----------
    status, reason
        How the plan ended and why.
    objective
        Money + time + carbon + penalty of this plan, VND per day.
    bound
        No plan of this problem can cost less than this, VND per day.
    gap
        (objective - bound) / objective, at least 0; 0 when the objective is 0.
    gap_tolerance
        Gap up to which the plan may be called optimal.
    money, time_cost, carbon_cost, penalty_cost
        Parts of the objective.
    emissions_kg_per_day
        kg CO2e per day of the carried flow.
    path_demand
        Demand index of each path, int32[P].
    path_link_start, path_links
        Links of path ``p`` are ``path_links[path_link_start[p]:path_link_start[p + 1]]``, in travel order;
        int64[P + 1], int32. A demand whose origin is its destination has a path of no links.
    path_t_per_day
        Flow of each path, more than 0, float64[P].
    unserved_t_per_day
        Demand that is not carried, float64[D].
    least_cost_per_t
        Cost of the cheapest path if no capacity were short, VND per tonne; inf without a path or tonnes, float64[D].
    shadow_price
        What one more unit of a capacity would save, VND per unit per day, at least 0, float64[R].
    shadow_money, shadow_time, shadow_carbon, shadow_penalty
        Parts of the shadow price by what is saved; they sum to it, a part may be negative, float64[R]. Where a plan of
        very many demands was cut short the parts are not known, and all of the price stands under penalty.
    shadow_from, shadow_to
        The shadow price holds while what is left of the capacity for this plan is between these, all else unchanged;
        units per day, ``shadow_to`` may be inf, float64[R]. Without a proven optimum both are what is left.
    demand_dual
        Cost of one more tonne of a demand, VND per tonne, float64[D].
    rounds, columns
        Pricing rounds and paths considered.
    seed
        Seed the solver was given.
    versions
        (library, version) of what computed the plan.
    """

    status: Status
    reason: Reason
    objective: float
    bound: float
    gap: float
    gap_tolerance: float
    money: float
    time_cost: float
    carbon_cost: float
    penalty_cost: float
    emissions_kg_per_day: float
    path_demand: NDArray[np.int32]
    path_link_start: NDArray[np.int64]
    path_links: NDArray[np.int32]
    path_t_per_day: NDArray[np.float64]
    unserved_t_per_day: NDArray[np.float64]
    least_cost_per_t: NDArray[np.float64]
    shadow_price: NDArray[np.float64]
    shadow_money: NDArray[np.float64]
    shadow_time: NDArray[np.float64]
    shadow_carbon: NDArray[np.float64]
    shadow_penalty: NDArray[np.float64]
    shadow_from: NDArray[np.float64]
    shadow_to: NDArray[np.float64]
    demand_dual: NDArray[np.float64]
    rounds: int
    columns: int
    seed: int
    versions: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        entries = self.path_demand.size + 1
        if self.path_link_start.shape != (entries,):
            msg = f"path_link_start must have {entries} entries, got {self.path_link_start.shape}."
            raise ValueError(msg)
        for name in self.__slots__:
            value = getattr(self, name)
            if isinstance(value, np.ndarray):
                value.setflags(write=False)


@dataclass(frozen=True, slots=True)
class StartPaths:
    """Paths of an earlier plan by their ids, to start a related problem from.

    Parameters
    ----------
    demand_ids
        Demand of each path.
    link_ids
        Links of each path in travel order.
    """

    demand_ids: tuple[str, ...]
    link_ids: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        if len(self.demand_ids) != len(self.link_ids):
            msg = f"demand_ids names {len(self.demand_ids)} paths, but link_ids {len(self.link_ids)}."
            raise ValueError(msg)

    @classmethod
    def from_plan(cls, problem: Problem, plan: Plan) -> StartPaths:
        """Return the paths of a plan of ``problem``."""
        links = tuple(
            tuple(problem.link_ids[link] for link in plan.links_of_path(path)) for path in range(plan.path_demand.size)
        )
        return cls(tuple(problem.demand_ids[demand] for demand in plan.path_demand), links)
