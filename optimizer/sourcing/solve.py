"""Choosing suppliers: a small mixed-integer programme, solved twice: most cover first, then least cost for it."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

from ortools.math_opt.python import mathopt

from optimizer.sourcing.allocate import allocate
from optimizer.sourcing.choice import Binding, Chosen, Limit, Together

if TYPE_CHECKING:
    from collections.abc import Collection

    from optimizer.sourcing.problem import CoverProblem

GAP: Final = 1e-7
"""Gap that counts as optimal."""
WHOLE: Final = 1.0 - 1e-7
"""Share of a need that counts as all of it."""
TIME_LIMIT_S: Final = 10.0

Orders = frozenset[tuple[int, int]]
"""Sources and months in which an order is placed."""


@dataclass(frozen=True, slots=True)
class _Model:
    model: Any
    amount: dict[tuple[int, int], Any]
    order: dict[tuple[int, int], Any]
    firm: dict[str, Any]
    unit: float


@dataclass(frozen=True, slots=True)
class _Solved:
    orders: Orders
    bound: float
    is_proven: bool


def choose_suppliers(problem: CoverProblem, *, time_limit_s: float = TIME_LIMIT_S) -> Chosen:
    """Return the set of sources that covers most of a need, and among those sets the cheapest.

    Parameters
    ----------
    problem
        The problem.
    time_limit_s
        Most seconds for each of the two solves; when it comes first the status says ``feasible``.

    Notes
    -----
    The amounts of the orders that the programme chooses are worked out once more exactly, so that they hold to the
    last digit and not only to the solver's tolerance.
    """
    need = math.fsum(problem.need)
    cover = _solve(problem, None, time_limit_s)
    amounts = allocate(problem, cover.orders)
    covered = math.fsum(value for row in amounts for value in row)
    if covered <= need * (1.0 - WHOLE):
        return _nothing(problem, cover.bound, time_limit_s)
    is_whole = covered >= need * WHOLE
    cheap = _solve(problem, need if is_whole else covered, time_limit_s)
    cheaper = allocate(problem, cheap.orders)
    if math.fsum(value for row in cheaper for value in row) >= covered * WHOLE:
        amounts = cheaper
    cost, extra = _costs(problem, amounts)
    bindings = () if is_whole else _bindings(problem, covered, time_limit_s)
    bound = min(cheap.bound, cost + extra)
    is_proven = cover.is_proven and cost + extra - bound <= GAP * max(cost + extra, 1e-9)
    return Chosen(
        status="optimal" if is_proven else "feasible",
        amounts=amounts,
        covered=_by_month(amounts, len(problem.months)),
        cost=cost,
        extra_cost=extra,
        bound=bound,
        most_covered=need if is_whole else max(cover.bound, covered),
        bindings=bindings,
        together=None if is_whole or bindings else _together(problem, covered, time_limit_s),
    )


def _nothing(problem: CoverProblem, most: float, time_limit_s: float) -> Chosen:
    none = tuple((0.0,) * len(problem.months) for _ in problem.sources)
    bindings = _bindings(problem, 0.0, time_limit_s)
    together = None if bindings else _together(problem, 0.0, time_limit_s)
    return Chosen("nothing", none, (0.0,) * len(problem.months), 0.0, 0.0, 0.0, max(0.0, most), bindings, together)


def _costs(problem: CoverProblem, amounts: tuple[tuple[float, ...], ...]) -> tuple[float, float]:
    rows = list(zip(problem.sources, amounts, strict=True))
    cost = math.fsum(source.unit_cost * value for source, row in rows for value in row)
    firms = {source.firm_id for source, row in rows if any(row)}
    return cost, problem.extra_firm_cost * max(0, len(firms) - 1)


def _by_month(amounts: tuple[tuple[float, ...], ...], count: int) -> tuple[float, ...]:
    return tuple(math.fsum(row[month] for row in amounts) for month in range(count))


def _solve(problem: CoverProblem, cover: float | None, time_limit_s: float) -> _Solved:
    """Return the orders of most cover (``cover`` None), or of least cost for a cover."""
    built = _build(problem)
    model, unit = built.model, built.unit
    covered = mathopt.fast_sum(built.amount.values())
    scale = 1.0
    if cover is None:
        model.maximize(covered)
    else:
        # The last digits of a cover that orders must reach are left to rounding: amounts are worked out exactly after.
        model.add_linear_constraint(covered >= cover / unit * (1.0 - 1e-9))
        costs = [source.unit_cost * unit for source in problem.sources]
        scale = max([*costs, problem.extra_firm_cost]) or 1.0
        goods = mathopt.fast_sum(value * (costs[at] / scale) for (at, _), value in built.amount.items())
        firms = mathopt.fast_sum(built.firm.values())
        model.minimize(goods + (problem.extra_firm_cost / scale) * (firms - 1.0))
    parameters = mathopt.SolveParameters(
        time_limit=timedelta(seconds=time_limit_s), threads=1, random_seed=1, relative_gap_tolerance=GAP / 10
    )
    result = mathopt.solve(model, mathopt.SolverType.GSCIP, params=parameters)
    bound = result.termination.objective_bounds.dual_bound
    if not result.has_primal_feasible_solution():
        return _Solved(frozenset(), math.fsum(problem.need) if cover is None else 0.0, is_proven=False)
    values = result.variable_values()
    orders = frozenset(key for key, order in built.order.items() if values[order] > 0.5)  # noqa: PLR2004 - half of 0 or 1
    proven = result.termination.reason == mathopt.TerminationReason.OPTIMAL
    return _Solved(orders, bound * unit if cover is None else max(0.0, bound * scale), proven)


def _build(problem: CoverProblem) -> _Model:
    """Return the programme: amounts in shares of the largest need, orders and firms as yes or no."""
    model = mathopt.Model(name="cover")
    unit = max(problem.need) or 1.0
    amount: dict[tuple[int, int], Any] = {}
    order: dict[tuple[int, int], Any] = {}
    firm: dict[str, Any] = {}
    of_firm: dict[tuple[str, int], list[Any]] = defaultdict(list)
    for at, source in enumerate(problem.sources):
        for month, capacity in enumerate(source.capacity):
            most = min(capacity, problem.need[month]) / unit
            least = source.minimum_order / unit
            if most <= 0 or least > most:
                continue
            amount[at, month] = value = model.add_variable(lb=0.0, ub=most)
            order[at, month] = placed = model.add_binary_variable()
            if source.firm_id not in firm:
                firm[source.firm_id] = model.add_binary_variable()
            model.add_linear_constraint(value <= most * placed)
            model.add_linear_constraint(value >= least * placed)
            model.add_linear_constraint(placed <= firm[source.firm_id])
            of_firm[source.firm_id, month].append(value)
    for month, need in enumerate(problem.need):
        model.add_linear_constraint(
            mathopt.fast_sum(value for (_, at), value in amount.items() if at == month) <= need / unit
        )
    if problem.most_share is not None:
        for (_, month), values in of_firm.items():
            model.add_linear_constraint(mathopt.fast_sum(values) <= problem.most_share * problem.need[month] / unit)
    if problem.most_firms is not None:
        model.add_linear_constraint(mathopt.fast_sum(firm.values()) <= problem.most_firms)
    return _Model(model, amount, order, firm, unit)


def _bindings(problem: CoverProblem, covered: float, time_limit_s: float) -> tuple[Binding, ...]:
    """Return the limits without any one of which more would be covered, and the months with too little capacity."""
    found: list[Binding] = []
    for limit in _LIMITS:
        without = _covered_without(problem, (limit,), time_limit_s)
        if without > covered + math.fsum(problem.need) * (1.0 - WHOLE):
            found.append(Binding(limit, without))
    for month, name in enumerate(problem.months):
        capacity = math.fsum(source.capacity[month] for source in problem.sources)
        if capacity < problem.need[month] * WHOLE:
            found.append(Binding("capacity", capacity, name))
    return tuple(found)


def _together(problem: CoverProblem, covered: float, time_limit_s: float) -> Together | None:
    """Return the fewest limits without all of which more would be covered, where no single one is enough."""
    for count in range(2, len(_LIMITS) + 1):
        for limits in combinations(_LIMITS, count):
            without = _covered_without(problem, limits, time_limit_s)
            if without > covered + math.fsum(problem.need) * (1.0 - WHOLE):
                return Together(limits, without)
    return None


def _covered_without(problem: CoverProblem, limits: Collection[Limit], time_limit_s: float) -> float:
    """Return the units that can be covered without some limits; 0 where the problem has none of them."""
    other = problem
    if "most_firms" in limits:
        other = replace(other, most_firms=None)
    if "most_share" in limits:
        other = replace(other, most_share=None)
    if "minimum_order" in limits:
        other = replace(other, sources=tuple(replace(source, minimum_order=0.0) for source in other.sources))
    if other == problem:
        return 0.0
    amounts = allocate(other, _solve(other, None, time_limit_s).orders)
    return math.fsum(value for row in amounts for value in row)


_LIMITS: Final[tuple[Limit, ...]] = ("most_firms", "most_share", "minimum_order")
"""Limits that can be lifted, as against the capacity of a month."""
