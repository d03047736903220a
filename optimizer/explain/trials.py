"""Solving with changes to see whether a demand is served then, each problem once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from optimizer.explain.changes import Changes
from supplychain.text import Text

if TYPE_CHECKING:
    from optimizer.flow.engine import FlowEngine
    from optimizer.flow.options import SolveOptions
    from optimizer.flow.plan import Plan
    from optimizer.flow.problem import Problem

SERVED: Final = 1e-6
"""Share of the tonnes that stayed at first up to which those that still stay are rounding."""

SMALLEST_SHARE: Final = 1e-9
"""Share of a demand below which tonnes are rounding in any case."""

PREFERENCE: Final = 1e-6
"""Share of its penalty by which a demand is preferred to others of the same cost."""

MOST_SOLVES: Final = 60
"""Problems solved for one relaxation at most."""

LARGEST_PREFERENCE: Final = 1e-3
"""The same where the rounding of large plans needs more."""

MOST_REMEMBERED: Final = 6
"""Plans kept, so that the last questions of a search are not solved again for the proof."""

TOO_MANY: Final = Text(
    en="The search was given up after {solves} solves; what is told serves, but less may do.",
    vi="Dừng tìm sau {solves} lần giải; mức nêu ra phục vụ được, nhưng có thể còn mức thấp hơn.",
)


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """One solve with a share of the changes.

    Parameters
    ----------
    share
        Share of every change.
    objective
        Objective of the plan, money per day.
    left_t
        Tonnes of the demand that stay, per day.
    others_left_t
        Tonnes of all other demands that stay.
    status
        Of the plan.
    gap
        Its proven gap.
    """

    share: float
    objective: float
    left_t: float
    others_left_t: float
    status: str
    gap: float


class GivenUpError(Exception):
    """The search ends without a proof."""

    def __init__(self, note: Text) -> None:
        super().__init__(note.en)
        self.note = note


class Trials:
    """What was solved of one search.

    Parameters
    ----------
    problem, plan, demand
        The plan of the problem, and the index of the demand to be served.
    engine, options
        What solves, and how far.
    """

    def __init__(self, problem: Problem, plan: Plan, demand: int, engine: FlowEngine, options: SolveOptions) -> None:
        self.problem, self.plan, self.d = problem, plan, demand
        self.engine, self.options = engine, options
        left = float(plan.unserved_t_per_day[demand])
        self.enough = max(SERVED * left, SMALLEST_SHARE * float(problem.demand_t_per_day[demand]))
        rounding = 10.0 * options.gap_tolerance * plan.objective / left if left else 0.0
        least = float(plan.least_cost_per_t[demand])
        scale = max(float(problem.penalty_per_t[demand]), least if np.isfinite(least) else 0.0)
        scale = scale or float(problem.penalty_per_t.max()) or 1.0
        self.preference = max(PREFERENCE * scale, min(rounding, LARGEST_PREFERENCE * scale))
        self.solves = 0
        self.solved: dict[tuple[object, ...], Plan] = {}

    def solve(self, changes: Changes, share: float = 1.0) -> Plan:
        """Return the plan with a share of some changes.

        Raises
        ------
        GivenUpError
            If too many problems were solved already.
        """
        if self.solves >= MOST_SOLVES:
            raise GivenUpError(TOO_MANY.format(solves=self.solves))
        tried = changes.applied(self.problem, share, self.preference)
        key = self._key(changes, tried)
        if key not in self.solved:
            self.solves += 1
            while len(self.solved) >= MOST_REMEMBERED:
                del self.solved[next(iter(self.solved))]
            self.solved[key] = self.engine.solve(tried, self.options)
        return self.solved[key]

    def serves(self, plan: Plan) -> bool:
        """Return whether a plan serves the demand, all but rounding."""
        return bool(plan.unserved_t_per_day[self.d] <= self.enough)

    def told(self, share: float, plan: Plan) -> Trial:
        """Return what is told of a plan with a share of the changes."""
        left = plan.unserved_t_per_day
        must: Any = ~self.problem.optional
        mine = float(left[self.d])
        return Trial(share, plan.objective, mine, float(left[must].sum()) - mine, plan.status, plan.gap)

    def _key(self, changes: Changes, tried: Problem) -> tuple[object, ...]:
        """Return the numbers by which a problem differs from that as it is."""
        sizes = tuple((one, float(tried.capacity_per_day[one])) for one in sorted(changes.room))
        lots = tuple((one, float(tried.minimum_lot_t[one])) for one in sorted(changes.lots))
        mine = (tried.penalty_per_t[self.d], tried.max_time_h[self.d], tried.max_length_km[self.d])
        return (sizes, lots, *map(float, mine))
