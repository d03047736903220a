"""Planner: one region, planned again and again under different scenarios, keeping what one plan can give the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from geodata.assembly.builder import NetworkBuilder
from geodata.infrastructure.infrastructure import Infrastructure
from optimizer.case import Case, NetworkMaker, build_case
from optimizer.check import Violation, check_plan
from optimizer.flow.engine import FlowEngine, Kept
from optimizer.flow.options import Progress, SolveOptions
from optimizer.flow.plan import Plan
from optimizer.scenarios.scenario import Scenario
from supplychain.demand import build_demand
from supplychain.pack import Pack, TableMemo

MOST_NETWORKS: Final = 2
"""Networks kept whole; those of a city are large."""


@dataclass(frozen=True, slots=True, eq=False)
class Planned:
    """A scenario with its plan and what the independent check says of it.

    Parameters
    ----------
    case, plan
        The two belong together.
    violations
        What the check found; empty when the plan holds.
    """

    case: Case
    plan: Plan
    violations: tuple[Violation, ...]


class Planner:
    """Plans scenarios of one region; each plan costs the same as one made afresh, only sooner.

    Demand and network are made anew only where a table they are made from changes
    (:class:`supplychain.pack.memo.TableMemo`), and every plan begins from the paths and prices of the first one: so a
    scenario's plan depends on which was planned first, not on what else was planned in between.

    Parameters
    ----------
    pack
        The region as loaded.
    infrastructure
        A detailed network joined with the pack's corridors, to plan on in place of these alone.
    make_network
        Makes the network of a changed pack; one that keeps its pieces where not given.
    options
        How far and how long to plan.
    """

    def __init__(
        self,
        pack: Pack,
        infrastructure: Infrastructure | None = None,
        *,
        make_network: NetworkMaker | None = None,
        options: SolveOptions | None = None,
    ) -> None:
        self.pack = pack
        self.infrastructure = infrastructure
        self.options = options or SolveOptions()
        self._make_network = TableMemo(make_network or NetworkBuilder(), MOST_NETWORKS)
        self._make_demand = TableMemo(build_demand)
        self._first: Kept | None = None

    @property
    def kept(self) -> Kept | None:
        """What the first plan left for later ones, so that related problems are solved sooner; None before it."""
        return self._first

    def build(self, scenario: Scenario) -> Case:
        """Return the case of a scenario.

        Raises
        ------
        FindingsError
            When the scenario does not fit the pack.
        """
        return build_case(
            self.pack,
            scenario,
            self.infrastructure,
            make_network=self._make_network,
            make_demand=self._make_demand,
        )

    def plan(
        self,
        scenario: Scenario,
        *,
        progress: Callable[[Progress], None] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> Planned:
        """Return a scenario planned and checked from its problem alone.

        Raises
        ------
        FindingsError
            When the scenario does not fit the pack.
        """
        return self.solve(self.build(scenario), progress=progress, stop=stop)

    def solve(
        self,
        case: Case,
        *,
        progress: Callable[[Progress], None] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> Planned:
        """Return the checked plan of a case; where the first plan ended, all later ones begin."""
        engine = FlowEngine(self._first)
        plan = engine.solve(case.problem, self.options, progress=progress, stop=stop)
        if self._first is None:
            self._first = engine.kept
        return Planned(case, plan, tuple(check_plan(case.problem, plan)))
