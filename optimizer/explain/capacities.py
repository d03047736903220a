"""Capacities that bind: what one more unit saves, of what, how far that holds, and what solving again says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from optimizer.explain.blockages import full_capacities
from optimizer.flow.engine import FlowEngine

if TYPE_CHECKING:
    from optimizer.flow.options import SolveOptions
    from optimizer.flow.plan import Plan
    from optimizer.flow.problem import Problem
    from optimizer.subject import Subject

SMALLEST: Final = 1e-9
"""Share of the largest shadow price below which a price is rounding."""


@dataclass(frozen=True, slots=True)
class Binding:
    """A capacity that is full and worth more.

    Parameters
    ----------
    capacity
        Index of the capacity.
    size, background, left, used
        Its size, what others use, what is left for this plan, and what the plan takes of that; units per day.
    price
        What one more unit would save, money per unit.
    money, time_cost, carbon_cost, penalty
        Parts of the price by what is saved; one may be below 0 where more is spent on it to save on another.
    emissions_kg
        kg CO2e saved per unit, from the carbon part; None without a carbon price, which leaves it unsaid.
    is_penalty_driven
        Whether more than half of the price is saved penalty: freight goes unserved here.
    holds_from, holds_to
        The price holds while what is left is between these, all else unchanged; units per day, inf for no end.
    """

    capacity: int
    size: float
    background: float
    left: float
    used: float
    price: float
    money: float
    time_cost: float
    carbon_cost: float
    penalty: float
    emissions_kg: float | None
    is_penalty_driven: bool
    holds_from: float
    holds_to: float

    @property
    def worth(self) -> float:
        """Shadow price times what is left, money per day: by this bindings are ranked."""
        return self.price * self.left


def binding_capacities(subject: Subject) -> tuple[Binding, ...]:
    """Return every capacity that is full and has a shadow price, by price times size, the most first."""
    problem, plan = subject.problem, subject.plan
    prices = plan.shadow_price
    full = full_capacities(problem, plan) & (prices > SMALLEST * prices.max(initial=0.0))
    used = plan.capacity_used(problem)
    found = [_binding(problem, plan, int(one), float(used[one])) for one in np.flatnonzero(full)]
    return tuple(sorted(found, key=lambda one: (-one.worth, -one.price, one.capacity)))


def binding(subject: Subject, capacity: int) -> Binding:
    """Return what there is to say of one capacity, whether it binds or not."""
    used = float(subject.plan.capacity_used(subject.problem)[capacity])
    return _binding(subject.problem, subject.plan, capacity, used)


def _binding(problem: Problem, plan: Plan, r: int, used: float) -> Binding:
    carbon, per_kg = float(plan.shadow_carbon[r]), problem.carbon_price_per_kg
    return Binding(
        capacity=r,
        size=float(problem.capacity_per_day[r]),
        background=float(problem.background_per_day[r]),
        left=float(problem.residual_per_day()[r]),
        used=used,
        price=float(plan.shadow_price[r]),
        money=float(plan.shadow_money[r]),
        time_cost=float(plan.shadow_time[r]),
        carbon_cost=carbon,
        penalty=float(plan.shadow_penalty[r]),
        emissions_kg=carbon / per_kg if per_kg > 0 else None,
        is_penalty_driven=bool(plan.penalty_driven()[r]),
        holds_from=float(plan.shadow_from[r]),
        holds_to=float(plan.shadow_to[r]),
    )


@dataclass(frozen=True, slots=True)
class MoreRoom:
    """What solving again with more left of one capacity says; all amounts are what is saved per day.

    Parameters
    ----------
    capacity
        Index of the capacity.
    units
        Units more that were left.
    objective, money, time_cost, carbon_cost, penalty
        Saved, money per day.
    emissions_kg, unserved_t
        Saved, kg CO2e and tonnes per day.
    status
        Of the plan.
    """

    capacity: int
    units: float
    objective: float
    money: float
    time_cost: float
    carbon_cost: float
    penalty: float
    emissions_kg: float
    unserved_t: float
    status: str


def solve_with_more(
    problem: Problem,
    plan: Plan,
    capacity: int,
    units: float = 1.0,
    engine: FlowEngine | None = None,
    options: SolveOptions | None = None,
) -> MoreRoom:
    """Return what is saved when so many units more are left of a capacity, found by solving again.

    Parameters
    ----------
    problem, plan
        The two belong together.
    capacity
        Index of the capacity.
    units
        Units per day more; below 0 for less.
    engine
        One that has solved the problem is quicker.
    options
        How far to solve.
    """
    other = with_left(problem, capacity, float(problem.residual_per_day()[capacity]) + units)
    new = (engine or FlowEngine()).solve(other, options)
    return MoreRoom(
        capacity=capacity,
        units=units,
        objective=plan.objective - new.objective,
        money=plan.money - new.money,
        time_cost=plan.time_cost - new.time_cost,
        carbon_cost=plan.carbon_cost - new.carbon_cost,
        penalty=plan.penalty_cost - new.penalty_cost,
        emissions_kg=plan.emissions_kg_per_day - new.emissions_kg_per_day,
        unserved_t=float(plan.unserved_t_per_day.sum() - new.unserved_t_per_day.sum()),
        status=new.status,
    )


def with_left(problem: Problem, capacity: int, left: float) -> Problem:
    """Return the problem with exactly so many units a day left of a capacity, whatever others use of it."""
    size, background = problem.capacity_per_day.copy(), problem.background_per_day.copy()
    floor = problem.floor_share.copy()
    size[capacity], background[capacity], floor[capacity] = max(left, 0.0), 0.0, 0.0
    return replace(problem, capacity_per_day=size, background_per_day=background, floor_share=floor)
