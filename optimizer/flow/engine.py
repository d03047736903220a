"""The flow engine: column generation with a proven gap, and what it keeps to solve related problems sooner."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.flow.assemble import Outcome, build_plan, relative_gap
from optimizer.flow.carry import carry_paths, same_shape
from optimizer.flow.columns import Paths, build_null_paths
from optimizer.flow.master import RestrictedMaster
from optimizer.flow.master_result import BasisState, MasterResult
from optimizer.flow.options import Effort, Progress, SolveOptions
from optimizer.flow.plan import Plan, Reason, StartPaths
from optimizer.flow.problem import Problem
from optimizer.flow.related import Related, carry_related, relate
from optimizer.flow.search.choose import SMALL, choose_search
from optimizer.flow.search.full import FullSearch
from optimizer.flow.search.path_search import InterruptedSearchError, PathSearch
from optimizer.flow.start import read_start_paths
from supplychain.errors import HinterlandError
from supplychain.text import Text

FIRST_CEILING, CEILING_GROWTH = 1.1, 1.2
"""How many times its least cost a demand may pay for not being carried, in the first round and more each round."""

MOST_EXTRA = 10
"""Rounds after the gap has closed in which the last basis may still come to prove its own plan."""

PROBE_S = 60.0
"""Most seconds to find out whether anything could move where nothing is worth moving."""

NEARLY_CLOSED = 1e-3
"""Relative gap of the master with limited penalties at which the limit is lifted."""

EXACT_BELOW = 1e-6
"""Relative gap below which the master of very many demands is solved to its optimum every round."""


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """What stays after a solve: the problem, its search and its master with paths and basis.

    It does not change when other problems are solved from it, so that any number of engines may begin there.
    """

    problem: Problem
    options: SolveOptions
    search: PathSearch
    master: RestrictedMaster

    def searches_like(self, problem: Problem, options: SolveOptions) -> bool:
        """Return whether its search is of the kind that the problem and the options ask for."""
        same = (self.options.pricing, self.options.threads) == (options.pricing, options.threads)
        return same and self.problem.has_limits == problem.has_limits

    def can_search(self, problem: Problem) -> bool:
        """Return whether its search can be brought to any problem that is small."""
        return isinstance(self.search, FullSearch) and len(problem.link_ids) <= SMALL


class OutOfMemoryError(HinterlandError, MemoryError):
    """A flow problem that does not fit in the memory there is."""


def _memory_text(problem: Problem) -> Text:
    """Return what to say when memory does not suffice."""
    links, classes, demands = len(problem.link_ids), len(problem.class_ids), len(problem.demand_ids)
    return Text(
        en=f"There is not enough memory to plan {demands:,} demands of {classes} classes on {links:,} links. Use a "
        "machine with more memory, or a problem with fewer demands, classes or links.",
        vi=f"Không đủ bộ nhớ để lập phương án cho {demands:,} nhu cầu thuộc {classes} loại hàng trên {links:,} tuyến. "
        "Hãy dùng máy có nhiều bộ nhớ hơn, hoặc bớt nhu cầu, loại hàng hay tuyến.",
    )


def _at_no_cost(problem: Problem) -> Problem:
    """Return the problem in which whatever is wanted and can move is worth moving."""
    nothing = np.zeros(problem.allowed.shape)
    return replace(
        problem,
        money_per_t=nothing,
        time_cost_per_t=nothing,
        emissions_kg_per_t=nothing,
        penalty_per_t=np.where(problem.optional, 0.0, 1.0),
    )


class FlowEngine:
    """Solves flow problems and keeps the search, the paths and the basis for the next one.

    A problem with the same nodes, links, classes, demands and capacities as the last (other tonnes, penalties,
    capacities, costs, links opened or closed) starts from all that is kept; one with other links, capacities or demands
    from the paths that made the last plan, found again by names; one with few demands in common starts afresh.

    Parameters
    ----------
    kept
        What another engine kept, to begin from there.
    """

    def __init__(self, kept: Kept | None = None) -> None:
        self._kept = kept

    @property
    def kept(self) -> Kept | None:
        """What the last solve left to begin the next from; None before the first."""
        return self._kept

    def solve(
        self,
        problem: Problem,
        options: SolveOptions | None = None,
        *,
        start_paths: StartPaths | None = None,
        progress: Callable[[Progress], None] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> Plan:
        """Return the least-cost plan with a proven gap, or the best one found when told to stop.

        The same problems and options in the same order give the same plans, unless a time limit or ``stop`` cuts one
        short.

        Parameters
        ----------
        problem
            What is to be carried.
        options
            Tolerance, limits, seed and ways of searching.
        start_paths
            Paths of an earlier plan of a related problem; those that no longer exist here are passed over.
        progress
            Called after each round.
        stop
            Asked often; the best plan so far is returned as ``stopped`` when it answers yes.

        Raises
        ------
        OutOfMemoryError
            When the memory does not suffice; nothing of a plan is given then.
        """
        options = options or SolveOptions()
        run = _Run(problem, options, progress, stop)
        try:
            plan = run.solve(self._kept, start_paths)
            if plan.reason == "not_worth_moving":
                plan = run.tell_whether_it_can_move(plan)
        except MemoryError as error:
            self._kept = None
            raise OutOfMemoryError(_memory_text(problem)) from error
        if run.master is not None and run.search is not None:
            self._kept = Kept(problem, options, run.search, run.master)
        return plan


class _Run:
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
        self._left = problem.residual_per_day()
        self._least_cost = np.full(demands, np.inf)
        self._flow = np.zeros(0)
        self._bound = 0.0
        self._price = np.zeros(capacities)
        self._state: BasisState | None = None
        self._demand_dual = np.array(problem.penalty_per_t)
        self._open = np.inf
        self._real, self._proven, self._extra = True, False, 0
        self._rounds = 0
        self._lifted = False
        self.search: PathSearch | None = None
        self.master: RestrictedMaster | None = None

    def solve(self, kept: Kept | None, start_paths: StartPaths | None) -> Plan:
        """Return the plan."""
        try:
            self.search, self.master = self._start(kept, start_paths)
            while not self._halt:
                self._solve_round(self.master, self.search)
        except InterruptedSearchError:
            pass
        outcome = Outcome(
            reason=self._halt or "numerical_limit",
            bound=self._bound,
            gap_tolerance=self._options.gap_tolerance,
            least_cost_per_t=self._least_cost,
            price=self._price,
            state=self._state,
            settled=self._proven,
            demand_dual=self._demand_dual,
            rounds=self._rounds,
            seed=self._options.seed,
        )
        return build_plan(self._problem, self.search, self.master, self._flow, outcome)

    def tell_whether_it_can_move(self, plan: Plan) -> Plan:
        """Return the plan, in which nothing is worth moving, with its status put right if nothing could move at all.

        Nothing can if nothing would even at no cost: then capacities of nothing, plants that cannot work or empties
        without a way back are in the way. Out of time the plan stays as it is.
        """
        limit = min(PROBE_S, self._deadline - time.monotonic())
        if limit <= 0:
            return plan
        probe = _Run(_at_no_cost(self._problem), SolveOptions(time_limit_s=limit), None, self._stop)
        if probe.solve(None, None).reason == "not_worth_moving":
            return replace(plan, status="no_flow_possible", reason="zero_capacity")
        return plan

    def _interrupted(self) -> bool:
        """Return whether to stop now, and remember why."""
        if self._stop is not None and self._stop():
            self._halt = "stopped_by_caller"
        elif time.monotonic() >= self._deadline:
            self._halt = "time_limit"
        return self._halt is not None

    def _start(self, kept: Kept | None, start_paths: StartPaths | None) -> tuple[PathSearch, RestrictedMaster]:
        """Return a search and a master with every demand on its cheapest path, or on what is kept."""
        problem, options = self._problem, self._options
        alike = kept is not None and same_shape(kept.problem, problem)
        rebound = None
        if kept is not None and kept.searches_like(problem, options) and (alike or kept.can_search(problem)):
            rebound = kept.search.rebound(problem)
        search = rebound or choose_search(problem, options.pricing, options.threads)
        self.search = search
        free = np.zeros(len(problem.capacity_ids))
        # A search of all links is so quick that what carried paths lack is looked for at the prices they come with.
        ahead = rebound is not None and kept is not None and kept.can_search(problem)
        to_beat = np.zeros(len(problem.demand_ids)) if ahead else problem.penalty_per_t
        self._least_cost, cheapest = search.improve(free, to_beat, bounded=False, interrupted=self._interrupted)
        self._raise_bound(free, None, np.minimum(self._least_cost, problem.penalty_per_t), np.inf)
        if kept is not None and (resumed := self._resumed(kept, cheapest, alike=alike, rebound=rebound)) is not None:
            self._lifted = True
            if ahead:
                self._look_ahead(search, resumed)
            return search, resumed
        if ahead:
            _, cheapest = search.improve(free, problem.penalty_per_t, bounded=False, interrupted=self._interrupted)
        paths = build_null_paths(problem).joined(cheapest)
        base = np.arange(len(problem.demand_ids))
        base[cheapest.demand] = base.size + np.arange(cheapest.count)
        if start_paths is not None:
            earlier = read_start_paths(problem, start_paths, cheapest, search)
            base[earlier.demand] = paths.count + np.arange(earlier.count)
            paths = paths.joined(earlier)
        return search, RestrictedMaster(problem, paths, base)

    def _look_ahead(self, search: PathSearch, master: RestrictedMaster) -> None:
        """Take over the paths that beat the carried ones at the prices of the plan before; it saves rounds."""
        price = master.start_price
        known = master.paths.least_price_per_t(price, len(self._problem.demand_ids))
        least, better = search.improve(price, known, interrupted=self._interrupted)
        self._raise_bound(price, None, np.minimum(least, known), np.inf)
        master.add(better)
        master.enter(price)

    def _resumed(
        self, kept: Kept, cheapest: Paths, *, alike: bool, rebound: PathSearch | None
    ) -> RestrictedMaster | None:
        """Return a master that starts from what is kept; None where the problems have too little in common.

        Between problems of one shape and the same costs all paths are carried; into others those that made the plan and
        its prices, found again by the names of demands and links where the shape is another.
        """
        problem, master = self._problem, kept.master
        if alike:
            related = Related.by_place(problem)
            essential = None if rebound is None else master.essential()
            paths, place = carry_paths(kept.problem, problem, master.paths, kept.search, essential=essential)
        else:
            related = relate(kept.problem, problem)
            if not related.is_worth_carrying:
                return None
            paths, place = carry_related(problem, related, master.paths, master.essential(), kept.search)
        return master.resumed(problem, paths.joined(cheapest), place, related)

    def _time_left(self) -> float | None:
        """Return the wall seconds left, None without a limit."""
        return None if np.isinf(self._deadline) else max(self._deadline - time.monotonic(), 0.0)

    def _effort(self) -> Effort:
        """Return how far the master is to go."""
        tolerance = max(EXACT_BELOW, self._options.gap_tolerance)
        return Effort(self._options.seed, self._time_left, self._interrupted, self._bound, tolerance, self._open)

    def _solve_round(self, master: RestrictedMaster, search: PathSearch) -> None:
        """Solve the master, price all demands, prove the bound, and take over better paths."""
        if self._interrupted():
            return
        capped = master.cap_penalties(self._ceiling_per_t())
        result = master.solve(self._effort())
        if result is None:
            self._halt = "time_limit" if self._interrupted() else "numerical_limit"
            return
        self._flow = result.flow_t_per_day
        self._rounds += 1
        known = master.paths.least_price_per_t(result.price, len(self._problem.demand_ids))
        least, better = search.improve(result.price, known, interrupted=self._interrupted)
        objective = self._objective(master, result)
        self._raise_bound(result.price, result.state, np.minimum(least, known), objective)
        self._open = result.cost - self._bound
        gap = relative_gap(objective, self._bound)
        master.add(better)
        if self._progress is not None:
            columns = master.paths.count - len(self._problem.demand_ids)
            self._progress(Progress(self._rounds, self._bound, objective, gap, columns))
        entered = master.enter(result.price)
        if gap <= self._options.gap_tolerance and master.settled and self._real and self._is_settled():
            self._halt = "gap_reached"
        elif not entered and not capped:
            self._halt = "numerical_limit"
        elif self._rounds >= self._options.max_rounds:
            self._halt = "round_limit"
        nearly = max(NEARLY_CLOSED, self._options.gap_tolerance)
        self._lifted = self._lifted or not entered or relative_gap(result.cost, self._bound) <= nearly

    def _is_settled(self) -> bool:
        """Return whether this round's basis proves its own plan, or has failed to for long enough.

        The proof may come from the prices of an earlier round, whose basis gives another plan: then ranges of shadow
        prices cannot be told from it, and a few more rounds are worth their time.
        """
        self._extra += 1
        return self._proven or self._extra > MOST_EXTRA

    def _charges_less(self, state: BasisState | None) -> bool:
        """Return whether the basis of this round's master counts on penalties below the real ones."""
        if state is None or self.master is None:
            return False
        paths = np.concatenate([state.column_path, state.column_base])
        stays = paths[paths < self._problem.penalty_per_t.size]
        return bool((self.master.paths.cost_per_t[stays] < self._problem.penalty_per_t[stays]).any())

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
        flow, demands = result.flow_t_per_day, len(self._problem.demand_ids)
        carried = (master.paths.cost_per_t[demands:] * flow[demands:]).sum()
        return float(carried + (self._problem.penalty_per_t * flow[:demands]).sum())

    def _raise_bound(
        self,
        price: NDArray[np.float64],
        state: BasisState | None,
        demand_price: NDArray[np.float64],
        objective: float,
    ) -> None:
        """Keep the best Lagrangian bound and its prices: demands at their least price, less the capacities' worth."""
        bound = float((self._problem.demand_t_per_day * demand_price).sum() - (self._left * price).sum())
        # Of prices that prove enough, those of real penalties are kept: their ranges hold.
        real = not self._charges_less(state)
        self._proven = real and relative_gap(objective, bound) <= self._options.gap_tolerance
        if bound > self._bound or self._proven:
            self._bound, self._real = max(bound, 0.0), real
            self._price, self._state, self._demand_dual = price, state, demand_price
