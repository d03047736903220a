"""The least change that serves a demand, proved by solving with it and with 99 % of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from optimizer.explain.blockages import Blockage, find_blockages
from optimizer.explain.changes import Changes, Step
from optimizer.explain.limits import least_raise
from optimizer.explain.trials import SERVED, GivenUpError, Trial, Trials
from optimizer.flow.engine import FlowEngine
from optimizer.flow.options import SolveOptions
from supplychain.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optimizer.flow.plan import Plan
    from optimizer.flow.problem import Problem

LESS: Final = 0.99
"""Share of a relaxation that must not serve."""

ROUNDING: Final = 1e-9
"""Share by which room is taken larger than a line says, for the rounding of sums."""

MOST_STAGES: Final = 12
"""Reasons that are put right one after another."""

LARGEST_PENALTY: Final = 1e3
"""Times the dearest cost or penalty at which a demand goes before all others."""

GROWTH: Final = (2, 4, 8, 16)
"""Times what stays that are tried as room before room that nothing can fill: much room brings many new ways."""

ANYTHING: Final = 4.0
"""Times all tonnes wanted: room through a capacity that nothing can fill."""

CLOSE: Final = 0.95
"""Share from which on only 99 % is left to be asked."""

STRUCTURE: Final = ("no_connector", "no_service", "no_mode_chain", "no_path")
"""Reasons that no number of the problem puts right."""

TIE: Final = Text(
    en="It stays only because another of the same cost goes in its place; nothing has to change.",
    vi="Hàng ở lại chỉ vì hàng khác cùng chi phí được chọn thay; không cần thay đổi gì.",
)
NO_WAY: Final = Text(
    en="No number of the plan serves it: there is no way; a link, service or mode must be opened.",
    vi="Không số liệu nào phục vụ được vì không có đường đi; phải mở tuyến, dịch vụ hoặc phương thức.",
)
NOT_OPTIMAL: Final = Text(
    en="A plan ended before its optimum was proven; solve without a time limit.",
    vi="Có phương án dừng trước khi chứng minh tối ưu; hãy giải không giới hạn thời gian.",
)
NOT_FOUND: Final = Text(
    en="No change of capacities, penalty or limits was found that serves it.",
    vi="Không tìm được thay đổi nào về năng lực, mức phạt hay giới hạn để phục vụ.",
)
LESS_SERVES: Final = Text(
    en="What is told serves, but 99 % of it serves too: the change is too small beside the rounding of the solver.",
    vi="Mức nêu ra phục vụ được, nhưng 99 % mức đó cũng vậy: thay đổi quá nhỏ so với sai số của bộ giải.",
)


@dataclass(frozen=True, slots=True, eq=False)
class Relaxation:
    """The least change that serves a demand.

    Parameters
    ----------
    demand
        Index of the demand.
    changes
        What changes.
    steps
        The same as numbers before and after.
    before, at_100, at_99
        The problem solved without, with all and with 99 % of the changes; None where it was not solved.
    proved
        Whether all of it serves and 99 % does not.
    preference_per_t
        Added to the demand's penalty in all solves, so that of several plans of one cost the one that carries it is
        found; money per tonne.
    solves
        Problems solved.
    note
        Why nothing was found or proved; None where it was.
    """

    demand: int
    changes: Changes
    steps: tuple[Step, ...]
    before: Trial
    at_100: Trial | None
    at_99: Trial | None
    proved: bool
    preference_per_t: float
    solves: int
    note: Text | None = None


def least_relaxation(
    problem: Problem, plan: Plan, demand: int, engine: FlowEngine | None = None, options: SolveOptions | None = None
) -> Relaxation:
    """Return the least change of capacities, penalty, limits or lots that serves a demand in full, with its proof.

    What is in the way is put right in the order in which it stands there: limits and lots, the penalty, then
    capacities. Of capacities those on the way that needs the fewest of them are enlarged, each by no more than is
    used of it, all by the same share; others may take of the new room first, where the plan gains more by them. The
    optimum at a larger capacity that leaves some of it idle is the optimum without the idle part too (linear
    programming), which is how the search closes in.

    Parameters
    ----------
    problem, plan
        The two belong together.
    demand
        Index of a demand that is not carried in full.
    engine
        One that has solved the problem or one like it is quicker; it stays as it is.
    options
        How far each solve goes.
    """
    own = FlowEngine(None if engine is None else engine.kept)
    return _Relaxer(problem, plan, demand, Trials(problem, plan, demand, own, options or SolveOptions())).run()


class _Relaxer:
    """State of one search."""

    def __init__(self, problem: Problem, plan: Plan, demand: int, trials: Trials) -> None:
        self.problem, self.d, self.trials = problem, demand, trials
        self.best: tuple[Changes, Plan] | None = None
        self.before = trials.told(1.0, plan)

    def run(self) -> Relaxation:
        """Return the relaxation."""
        changes, note = Changes(self.d), None
        try:
            for _ in range(MOST_STAGES):
                now = self.trials.solve(changes)
                if self.trials.serves(now):
                    return self._proved(changes, now)
                changes = self._next(changes, now)
            note = NOT_FOUND
        except GivenUpError as error:
            note = error.note
        if self.best is not None:
            return self._relaxation(self.best[0], self.trials.told(1.0, self.best[1]), None, note)
        return self._relaxation(changes, None, None, note)

    def _next(self, changes: Changes, now: Plan) -> Changes:
        """Return the changes with what stands in the way next put right."""
        relaxed = changes.applied(self.problem, preference=self.trials.preference)
        blockage = find_blockages(relaxed, now, np.array([self.d]))[self.d]
        if blockage.code in STRUCTURE:
            raise GivenUpError(NO_WAY)
        if blockage.code == "plan_not_optimal" or now.status == "stopped":
            raise GivenUpError(NOT_OPTIMAL)
        if blockage.code == "costs_more_than_penalty":
            return self._raise_penalty(changes, now)
        if blockage.code == "capacity_full":
            return self._enlarge(changes, now, blockage)
        return least_raise(self.problem, changes, blockage)

    def _raise_penalty(self, changes: Changes, now: Plan) -> Changes:
        """Return the changes with the least penalty at which the demand goes.

        The cost of its last tonne when it goes before all others is what it must pay.
        """
        least = float(now.least_cost_per_t[self.d])
        penalty = float(self.problem.penalty_per_t[self.d])
        dearest = max(float(self.problem.penalty_per_t.max()), least)
        first = replace(changes, penalty=max(least - penalty, 0.0))
        if self.trials.serves(self.trials.solve(first)):
            return first
        most = replace(changes, penalty=LARGEST_PENALTY * dearest - penalty)
        plan = self.trials.solve(most)
        if not self.trials.serves(plan):
            return first
        low, high = first.penalty, most.penalty
        guess = max(float(plan.demand_dual[self.d]) - penalty, low)
        if self.trials.serves(self.trials.solve(replace(changes, penalty=guess))):
            high = guess
        else:
            low = guess
        while True:
            tried = LESS * high
            if tried <= low or not self.trials.serves(self.trials.solve(replace(changes, penalty=tried))):
                return replace(changes, penalty=high)
            high = tried
            middle = 0.5 * (low + high)
            if self.trials.serves(self.trials.solve(replace(changes, penalty=middle))):
                high = middle
            else:
                low = middle

    def _enlarge(self, changes: Changes, now: Plan, blockage: Blockage) -> Changes:
        """Return the changes with the least room on the way that needs the fewest capacities enlarged."""
        units = dict(zip(blockage.capacities, blockage.units_per_t, strict=True))
        low = float(now.unserved_t_per_day[self.d])
        first = self._with_room(changes, {one: low * per_t for one, per_t in units.items()})
        plan = self.trials.solve(first)
        if self.trials.serves(plan):
            return self._shrink(first, plan, 0.0)
        for times in GROWTH:
            left = float(plan.unserved_t_per_day[self.d])
            wide = self._scaled(first, float(times), None)
            plan = self.trials.solve(wide)
            if self.trials.serves(plan):
                return self._shrink(wide, plan, 1.0 / GROWTH[0], left)
        # All there is to carry cannot fill this.
        most = ANYTHING * float(self.problem.demand_t_per_day.sum()) + low
        vast = self._with_room(
            changes,
            {one: most * max(float(self.problem.use_per_t[:, one].max()), per_t) for one, per_t in units.items()},
        )
        plan = self.trials.solve(vast)
        if not self.trials.serves(plan):
            return vast
        trimmed = self._trimmed(vast, plan)
        floor = min(first.room[one] / more for one, more in trimmed.room.items() if more > 0)
        return self._shrink(trimmed, plan, min(floor, 1.0))

    def _shrink(self, changes: Changes, plan: Plan, low: float, left: float = 0.0) -> Changes:
        """Return the least room: none of it can be less by itself, let alone all together.

        ``changes`` serve with ``plan``; with the share ``low`` of all their room ``left`` tonnes stay.
        """
        high = self._trimmed(changes, plan)
        self.best = high, plan
        low = min(low * _shrunk(changes, high, None), 1.0)
        high = self._least_share(high, low, left, None)
        if len(high.room) > 1:
            for one in tuple(high.room):
                if one in high.room:
                    high = self._least_share(high, 0.0, 0.0, one)
        return high

    def _least_share(self, high: Changes, low: float, left: float, only: int | None) -> Changes:
        """Return the least share of the room in ``high``, or of that of one capacity; all of it serves.

        Where nothing is known to stay with less (``left`` is 0), 99 % is asked first: it mostly settles it.
        """
        asks_nothing, by_line, on_line = only is not None, False, False
        share = self._line(high, low, left) if left > 0 else LESS
        if share < LESS:
            by_line = on_line = True
        else:
            share = 0.5 * (low + 1.0) if low < CLOSE and left > 0 else LESS
        while True:
            tried = self._scaled(high, share, only)
            plan = self.trials.solve(tried)
            serves = self.trials.serves(plan)
            if serves:
                trimmed = self._trimmed(tried, plan)
                self.best = trimmed, plan
                if only is not None and only not in trimmed.room:
                    return trimmed
                low = min(low * _shrunk(high, trimmed, only), 1.0)
                high = trimmed
            elif share >= LESS:
                return self._polished(high, self._line(high, share, float(plan.unserved_t_per_day[self.d])), only)
            else:
                low, left = share, float(plan.unserved_t_per_day[self.d])
            if low >= CLOSE or (serves and on_line):  # the line mostly ends at the least there is
                share, by_line, on_line = LESS, True, False
            elif asks_nothing:
                share, asks_nothing = 0.0, False
            else:
                by_line = on_line = not by_line and left > 0
                share = min(self._line(high, low, left) if by_line else 0.5 * (low + 1.0), LESS)

    def _polished(self, high: Changes, share: float, only: int | None) -> Changes:
        """Return a share above 99 % that serves too, where the line through the last answer finds one."""
        if share >= 1.0 - SERVED:
            return high
        tried = self._scaled(high, share, only)
        plan = self.trials.solve(tried)
        if not self.trials.serves(plan):
            return high
        trimmed = self._trimmed(tried, plan)
        self.best = trimmed, plan
        return trimmed

    def _line(self, high: Changes, low: float, left: float) -> float:
        """Return the share at which nothing would stay if each tonne of room carried one tonne of this demand."""
        k = self.problem.demand_class[self.d]
        one, room = max(high.room.items(), key=lambda item: item[1])
        per_t = float(self.problem.use_per_t[k, one])
        return low + left * per_t / room * (1.0 + ROUNDING) if room > 0 and per_t > 0 else LESS

    def _with_room(self, changes: Changes, room: Mapping[int, float]) -> Changes:
        together = dict(changes.room)
        for one, more in room.items():
            together[one] = together.get(one, 0.0) + more
        return replace(changes, room=together)

    @staticmethod
    def _scaled(changes: Changes, share: float, only: int | None) -> Changes:
        room = {one: (share if only in (None, one) else 1.0) * more for one, more in changes.room.items()}
        return replace(changes, room={one: more for one, more in room.items() if more > 0})

    def _trimmed(self, changes: Changes, plan: Plan) -> Changes:
        """Return the changes without the room that the plan leaves idle: the plan is the optimum there too."""
        used, left = plan.capacity_used(self.problem), self.problem.residual_per_day()
        room = {one: min(more, max(float(used[one] - left[one]), 0.0)) for one, more in changes.room.items()}
        return replace(changes, room={one: more for one, more in room.items() if more > 0})

    def _proved(self, changes: Changes, plan: Plan) -> Relaxation:
        """Return the relaxation, solved once more with 99 % of it."""
        served = self.trials.told(1.0, plan)
        if not changes.steps(self.problem):
            return self._relaxation(changes, served, None, TIE)
        less = self.trials.solve(changes, LESS)
        fails = not self.trials.serves(less)
        optimal = served.status != "stopped" and less.status != "stopped"
        note = None if fails and optimal else (NOT_OPTIMAL if fails else LESS_SERVES)
        return self._relaxation(changes, served, self.trials.told(LESS, less), note)

    def _relaxation(
        self, changes: Changes, all_of_it: Trial | None, less: Trial | None, note: Text | None
    ) -> Relaxation:
        return Relaxation(
            demand=self.d,
            changes=changes,
            steps=changes.steps(self.problem) if all_of_it is not None else (),
            before=self.before,
            at_100=all_of_it,
            at_99=less,
            proved=less is not None and note is None,
            preference_per_t=self.trials.preference,
            solves=self.trials.solves,
            note=note,
        )


def _shrunk(old: Changes, new: Changes, only: int | None) -> float:
    """Return how many times larger the room was before it was trimmed."""
    return max((old.room[one] / more for one, more in new.room.items() if only in (None, one)), default=1.0)
