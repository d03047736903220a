"""Column generation over paths: from a problem to a plan with a proven gap.

The restricted master is a linear program over known paths; pricing finds, for the capacity prices of the master, the
cheapest path of every demand; the same sweeps give the Lagrangian bound that proves the gap (L. R. Ford, D. R.
Fulkerson, A Suggested Computation for Maximal Multi-Commodity Network Flows, Management Science 5, 1958,
doi:10.1287/mnsc.5.1.97; M. E. Lübbecke, J. Desrosiers, Selected Topics in Column Generation, Operations Research
53, 2005, doi:10.1287/opre.1050.0234).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.flow.assemble import Outcome, build_plan, relative_gap
from optimizer.flow.columns import PENALTY, build_null_paths
from optimizer.flow.master import MasterResult, RestrictedMaster, capacity_price
from optimizer.flow.plan import Plan, Reason, StartPaths
from optimizer.flow.pricing import InterruptedSearchError, PathSearch
from optimizer.flow.problem import Problem
from optimizer.flow.start import read_start_paths

if TYPE_CHECKING:
    from collections.abc import Callable


FIRST_CEILING, CEILING_GROWTH = 1.1, 1.2
"""How many times its least cost a demand may pay for not being carried, in the first round and more each round."""

NEARLY_CLOSED = 1e-3
"""Relative gap of the master with limited penalties at which the limit is lifted."""


@dataclass(frozen=True, slots=True)
class SolveOptions:
    """How far and how long to plan.

    Parameters
    ----------
    gap_tolerance
        Relative gap at which the plan is called optimal, above 0.
    time_limit_s
        Wall seconds after which the best plan so far is returned as ``stopped``; None for no limit.
    max_rounds
        Most pricing rounds, at least 1.
    seed
        Seed of the linear programming solver, at least 0.
    """

    gap_tolerance: float = 1e-9
    time_limit_s: float | None = None
    max_rounds: int = 1_000
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0 < self.gap_tolerance < 1:
            msg = f"gap_tolerance must be between 0 and 1, got {self.gap_tolerance}."
            raise ValueError(msg)
        if self.time_limit_s is not None and not self.time_limit_s >= 0:
            msg = f"time_limit_s must be at least 0 seconds or None, got {self.time_limit_s}."
            raise ValueError(msg)
        if self.max_rounds < 1:
            msg = f"max_rounds must be at least 1, got {self.max_rounds}."
            raise ValueError(msg)
        if not 0 <= self.seed < 2**31:
            msg = f"seed must be from 0 to 2147483647, got {self.seed}."
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the solver stands after a round: best bound and objective in VND per day, relative gap, known paths."""

    round: int
    bound: float
    objective: float
    gap: float
    columns: int


def solve(
    problem: Problem,
    options: SolveOptions | None = None,
    *,
    start_paths: StartPaths | None = None,
    progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Plan:
    """Return the least-cost plan with a proven gap, or the best one found when told to stop.

    The same problem, options and start give the same plan, unless a time limit or ``stop`` cuts it short.

    Parameters
    ----------
    problem
        What is to be carried.
    options
        Tolerance, limits and seed.
    start_paths
        Paths of an earlier plan of a related problem; those that no longer exist here are passed over.
    progress
        Called after each round.
    stop
        Asked often; the best plan so far is returned as ``stopped`` when it answers yes.
    """
    return _Solver(problem, options or SolveOptions(), progress, stop).run(start_paths)


class _Solver:
    """State of one solve."""

    def __init__(
        self,
        problem: Problem,
        options: SolveOptions,
        progress: Callable[[Progress], None] | None,
        stop: Callable[[], bool] | None,
    ) -> None:
        self._problem = problem
        self._options = options
        self._progress = progress
        self._stop = stop
        self._deadline = np.inf if options.time_limit_s is None else time.monotonic() + options.time_limit_s
        self._halt: Reason | None = None
        demands, capacities = len(problem.demand_ids), len(problem.capacity_ids)
        self._least_cost = np.full(demands, np.inf)
        self._flow = np.zeros(0)
        self._bound = 0.0
        self._price_parts = np.zeros((4, capacities))
        self._demand_dual = np.array(problem.penalty_per_t)
        self._rounds = 0
        self._lifted = False
        self._master: RestrictedMaster | None = None

    def run(self, start_paths: StartPaths | None) -> Plan:
        """Return the plan."""
        search = PathSearch(self._problem)
        try:
            self._master = self._first_master(search, start_paths)
            while not self._halt:
                self._solve_round(self._master, search)
        except InterruptedSearchError:
            pass
        paths = self._master.paths if self._master else None
        return build_plan(
            self._problem,
            paths,
            self._flow,
            Outcome(
                reason=self._halt or "numerical_limit",
                bound=self._bound,
                gap_tolerance=self._options.gap_tolerance,
                least_cost_per_t=self._least_cost,
                price_parts=self._price_parts,
                demand_dual=self._demand_dual,
                rounds=self._rounds,
                seed=self._options.seed,
            ),
        )

    def _interrupted(self) -> bool:
        """Return whether to stop now, and remember why."""
        if self._stop is not None and self._stop():
            self._halt = "stopped_by_caller"
        elif time.monotonic() >= self._deadline:
            self._halt = "time_limit"
        return self._halt is not None

    def _first_master(self, search: PathSearch, start_paths: StartPaths | None) -> RestrictedMaster:
        """Return a master with every demand on its cheapest path, or on its path of the earlier plan."""
        problem = self._problem
        free = np.zeros(len(problem.capacity_ids))
        self._least_cost, cheapest = search.improve(
            free, problem.penalty_per_t, bounded=False, interrupted=self._interrupted
        )
        nothing = np.zeros((4, free.size))
        self._raise_bound(nothing, np.minimum(self._least_cost, problem.penalty_per_t))
        paths = build_null_paths(problem).joined(cheapest)
        base = np.arange(len(problem.demand_ids))
        base[cheapest.demand] = base.size + np.arange(cheapest.count)
        if start_paths is not None:
            earlier = read_start_paths(problem, start_paths, cheapest)
            base[earlier.demand] = paths.count + np.arange(earlier.count)
            paths = paths.joined(earlier)
        return RestrictedMaster(problem, paths, base)

    def _time_left(self) -> float | None:
        """Return the wall seconds left, None without a limit."""
        return None if np.isinf(self._deadline) else max(self._deadline - time.monotonic(), 0.0)

    def _solve_round(self, master: RestrictedMaster, search: PathSearch) -> None:
        """Solve the master, price all demands, prove the bound, and take over better paths."""
        if self._interrupted():
            return
        capped = master.cap_penalties(self._ceiling_per_t())
        result = master.solve(self._options.seed, self._time_left())
        if result is None:
            self._halt = "time_limit" if self._interrupted() else "numerical_limit"
            return
        self._flow = result.flow_t_per_day
        self._rounds += 1
        price = capacity_price(result.price_parts)
        known = np.full(len(self._problem.demand_ids), np.inf)
        np.minimum.at(known, master.paths.demand, master.paths.price_per_t(price))
        least, better = search.improve(price, known, interrupted=self._interrupted)
        self._raise_bound(result.price_parts, np.minimum(least, known))
        objective = self._objective(master, result)
        gap = relative_gap(objective, self._bound)
        master.add(better)
        if self._progress is not None:
            columns = master.paths.count - len(self._problem.demand_ids)
            self._progress(Progress(self._rounds, self._bound, objective, gap, columns))
        entered = master.enter(price)
        if gap <= self._options.gap_tolerance:
            self._halt = "gap_reached"
        elif not entered and not capped:
            self._halt = "numerical_limit"
        elif self._rounds >= self._options.max_rounds:
            self._halt = "round_limit"
        self._lifted = self._lifted or not entered or relative_gap(result.cost, self._bound) < NEARLY_CLOSED

    def _ceiling_per_t(self) -> NDArray[np.float64]:
        """Return what not being carried may cost in this round's master, VND per tonne, float64[D].

        With the full penalty from the start, the first capacity prices are as high as penalties and lure the search
        to paths that no plan keeps (the boxes of O. du Merle, D. Villeneuve, J. Desrosiers and P. Hansen,
        Stabilized Column Generation, Discrete Mathematics 194, 1999, kept to their upper side).
        """
        known = np.isfinite(self._least_cost)
        if self._lifted or not known.any():
            return np.full(known.size, np.inf)
        typical = float(np.median(self._least_cost[known]))
        factor = FIRST_CEILING * CEILING_GROWTH**self._rounds
        return np.where(known, factor * self._least_cost + (factor - 1) * typical, np.inf)

    def _objective(self, master: RestrictedMaster, result: MasterResult) -> float:
        """Return the cost of the master's flow at the full penalties, VND per day."""
        flow = result.flow_t_per_day
        carried = (master.paths.cost_parts[:PENALTY].sum(axis=0) * flow).sum()
        return float(carried + (self._problem.penalty_per_t * flow[: len(self._problem.demand_ids)]).sum())

    def _raise_bound(self, price_parts: NDArray[np.float64], demand_price: NDArray[np.float64]) -> None:
        """Keep the best Lagrangian bound and its prices: demands at their least price, less the capacities' worth."""
        worth = (self._problem.residual_per_day() * capacity_price(price_parts)).sum()
        bound = float((self._problem.demand_t_per_day * demand_price).sum() - worth)
        if bound > self._bound:
            self._bound, self._price_parts, self._demand_dual = bound, price_parts, demand_price
