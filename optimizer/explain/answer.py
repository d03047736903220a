"""The answer to why a plan is as it is: demands, what stays, what binds, whose tonnes pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from optimizer.explain.alternatives import Alternative, alternatives
from optimizer.explain.blockages import Blockage, find_blockages, unserved_demands
from optimizer.explain.capacities import Binding, MoreRoom, binding, binding_capacities, solve_with_more
from optimizer.explain.find import find_capacities, find_demands, find_links, find_nodes
from optimizer.explain.origin import Origin, origin_of
from optimizer.explain.question import MOST_PROVED
from optimizer.explain.relaxation import STRUCTURE, Relaxation, least_relaxation
from optimizer.explain.sentences import Sentences
from optimizer.explain.structure import Cut, Structural, cuts, least_opening
from optimizer.explain.trace import Traced, trace_capacity, trace_links, trace_nodes
from optimizer.explain.ways import Way, routes
from optimizer.explain.words import ends_of
from optimizer.flow.engine import FlowEngine

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.case import Case
    from optimizer.explain.question import Question
    from optimizer.planner import Planner
    from optimizer.subject import Subject
    from supplychain.text import Text

LARGEST_ROUTES: Final = 5
MOST_DEMANDS: Final = 20


@dataclass(frozen=True, slots=True, eq=False)
class DemandAnswer:
    """One demand explained.

    Parameters
    ----------
    demand
        Index of the demand.
    wanted_t, unserved_t
        Tonnes per day wanted, and of them what stays.
    dual_per_t, penalty_per_t, least_cost_per_t
        What one more tonne would cost, what a tonne that stays costs, and the cheapest way with nothing full; money
        per tonne, inf for no way.
    routes
        The ways of the plan, the largest first.
    alternatives
        The other ways by chain of modes, the least price first.
    blockage, reason
        Why tonnes stay; None where none do.
    cuts
        Links it may not use, with the rule, where there is no way.
    relaxation
        The least change of numbers that serves it; None where nothing stays or nobody asked.
    opening
        What to open or permit, where there is no way and the pack says what is shut.
    origin
        Rows and numbers it comes from, where the region says.
    """

    demand: int
    wanted_t: float
    unserved_t: float
    dual_per_t: float
    penalty_per_t: float
    least_cost_per_t: float
    routes: tuple[Way, ...]
    alternatives: tuple[Alternative, ...] = ()
    blockage: Blockage | None = None
    reason: Text | None = None
    cuts: tuple[Cut, ...] = ()
    relaxation: Relaxation | None = None
    opening: Structural | None = None
    origin: Origin | None = None


@dataclass(frozen=True, slots=True, eq=False)
class CapacityAnswer:
    """One capacity explained.

    Parameters
    ----------
    binding
        Its shadow price, parts and range.
    more
        What solving again with one more unit says, or with as much as its price holds for, if less.
    traced
        Whose tonnes use it.
    units_per_day
        Units each path of the table uses, float64[rows].
    """

    binding: Binding
    more: MoreRoom | None
    traced: Traced
    units_per_day: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """What was asked, answered.

    Parameters
    ----------
    subject
        The planned problem.
    question
        What was asked.
    demands
        Demands asked for; in a summary those with the largest routes.
    left_out
        Demands that were asked for too, but are not told, being too many.
    unserved
        Demands that stay, the most tonnes first, where that was asked.
    bindings
        Capacities that bind, where that was asked.
    capacities
        Capacities asked for.
    traced
        Whose tonnes pass the link or terminal asked for, by its id.
    """

    subject: Subject
    question: Question
    demands: tuple[DemandAnswer, ...] = ()
    left_out: int = 0
    unserved: tuple[DemandAnswer, ...] = ()
    bindings: tuple[Binding, ...] = ()
    capacities: tuple[CapacityAnswer, ...] = ()
    traced: tuple[tuple[str, Traced], ...] = ()


class Explainer:
    """Explains one planned problem.

    Parameters
    ----------
    subject
        The planned problem.
    engine
        One that has solved it is quicker.
    planner, case
        Of a region: with them, what a demand without a way needs is searched among the rows of the pack, and demands
        are told back to those rows.
    """

    def __init__(
        self,
        subject: Subject,
        engine: FlowEngine | None = None,
        planner: Planner | None = None,
        case: Case | None = None,
    ) -> None:
        self.subject, self.engine = subject, engine or FlowEngine()
        self.planner, self.case = planner, case
        self.sentences = Sentences(subject)

    def answer(self, question: Question) -> Explanation:
        """Return the answer to a question.

        Raises
        ------
        UnknownPartError
            When it names something the plan has not.
        """
        subject = self.subject
        demands, left_out = self._demands(question)
        unserved: tuple[DemandAnswer, ...] = ()
        if question.unserved or question.is_summary:
            unserved = self.unserved(question.prove)
        traced = []
        if question.link is not None:
            traced.append((question.link, trace_links(subject, find_links(subject, question.link))))
        if question.terminal is not None:
            traced.append((question.terminal, trace_nodes(subject, find_nodes(subject, question.terminal))))
        capacities: tuple[CapacityAnswer, ...] = ()
        if question.capacity is not None:
            capacities = tuple(self.capacity(int(one)) for one in find_capacities(subject, question.capacity))
        return Explanation(
            subject=subject,
            question=question,
            demands=demands,
            left_out=left_out,
            unserved=unserved,
            bindings=binding_capacities(subject) if question.is_summary else (),
            capacities=capacities,
            traced=tuple(traced),
        )

    def _demands(self, question: Question) -> tuple[tuple[DemandAnswer, ...], int]:
        if question.is_summary:
            return tuple(self.demand(int(one), deep=False) for one in self._largest()), 0
        if not question.asks_for_demands:
            return (), 0
        found = find_demands(self.subject, question.demand, question.place, question.market, question.commodity)
        order = np.argsort(-self.subject.problem.demand_t_per_day[found], kind="stable")
        chosen = found[order][:MOST_DEMANDS]
        proofs = question.prove
        answers = []
        for one in chosen.tolist():
            answers.append(self.demand(one, prove=proofs > 0, with_origin=found.size == 1))
            proofs -= answers[-1].relaxation is not None or answers[-1].opening is not None
        return tuple(answers), int(found.size - chosen.size)

    def _largest(self) -> NDArray[np.int64]:
        """Return the demands of the largest routes."""
        plan = self.subject.plan
        order = np.argsort(-plan.path_t_per_day, kind="stable")
        _, first = np.unique(plan.path_demand[order], return_index=True)
        return plan.path_demand[order][np.sort(first)[:LARGEST_ROUTES]].astype(np.int64)

    def demand(self, demand: int, *, deep: bool = True, prove: bool = True, with_origin: bool = False) -> DemandAnswer:
        """Return one demand explained.

        Parameters
        ----------
        demand
            Index of the demand.
        deep
            Whether alternatives are searched.
        prove
            Whether the least relaxation is searched and proved where tonnes stay.
        with_origin
            Whether it is told back to the rows of the region.
        """
        subject, problem, plan = self.subject, self.subject.problem, self.subject.plan
        own = routes(subject, demand)
        short = demand in set(unserved_demands(problem, plan).tolist())
        blockage = None
        if short:
            blockage = find_blockages(problem, plan, np.array([demand]), ends_of(subject))[demand]
        return self._told(demand, own, alternatives(subject, demand, own) if deep else (), blockage, prove, with_origin)

    def _told(
        self,
        demand: int,
        own: tuple[Way, ...],
        others: tuple[Alternative, ...],
        blockage: Blockage | None,
        prove: bool,  # noqa: FBT001
        with_origin: bool,  # noqa: FBT001
    ) -> DemandAnswer:
        problem, plan = self.subject.problem, self.subject.plan
        relaxation, opening = self._relaxed(demand, blockage) if blockage is not None and prove else (None, None)
        cut: tuple[Cut, ...] = ()
        if blockage is not None and blockage.code in STRUCTURE and self.case is not None:
            cut = cuts(self.subject, self.case, demand)
        return DemandAnswer(
            demand=demand,
            wanted_t=float(problem.demand_t_per_day[demand]),
            unserved_t=float(plan.unserved_t_per_day[demand]),
            dual_per_t=float(plan.demand_dual[demand]),
            penalty_per_t=float(problem.penalty_per_t[demand]),
            least_cost_per_t=float(plan.least_cost_per_t[demand]),
            routes=own,
            alternatives=others,
            blockage=blockage,
            reason=None if blockage is None else self.sentences.reason(demand, blockage),
            cuts=cut,
            relaxation=relaxation,
            opening=opening,
            origin=origin_of(self.case, demand) if with_origin and self.case is not None else None,
        )

    def _relaxed(self, demand: int, blockage: Blockage) -> tuple[Relaxation | None, Structural | None]:
        """Return the least change of numbers, or of what is open, that serves a demand."""
        if blockage.code not in STRUCTURE:
            return least_relaxation(self.subject.problem, self.subject.plan, demand, self.engine), None
        if self.planner is None or self.case is None:
            return least_relaxation(self.subject.problem, self.subject.plan, demand, self.engine), None
        return None, least_opening(self.planner, self.case, self.subject.plan, demand)

    def unserved(self, prove: int = MOST_PROVED) -> tuple[DemandAnswer, ...]:
        """Return every demand that stays with its reason, the most tonnes first.

        Parameters
        ----------
        prove
            Demands whose least relaxation is searched and proved.
        """
        problem, plan = self.subject.problem, self.subject.plan
        short = unserved_demands(problem, plan)
        found = find_blockages(problem, plan, short, ends_of(self.subject))
        return tuple(
            self._told(one, (), (), found[one], place < prove, with_origin=False)
            for place, one in enumerate(short.tolist())
        )

    def capacity(self, capacity: int) -> CapacityAnswer:
        """Return one capacity explained: price, parts, range, whose tonnes, and what solving again says."""
        subject = self.subject
        found = binding(subject, capacity)
        more = None
        if found.price > 0:
            units = min(1.0, found.holds_to - found.left) if found.holds_to > found.left else 1.0
            more = solve_with_more(subject.problem, subject.plan, capacity, units, self.engine)
        traced, units_per_day = trace_capacity(subject, capacity)
        return CapacityAnswer(found, more, traced, units_per_day)
