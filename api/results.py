"""What one run of the main job found, ready for the report, the tables and the layers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from supplychain.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.case import Case
    from optimizer.check import Violation
    from optimizer.compare.comparison import Difference
    from optimizer.flow.plan import Plan
    from optimizer.results.indicators import Indicators
    from supplychain.pack import Pack


@dataclass(frozen=True, slots=True)
class Outcome:
    """One scenario, planned, checked and summed up.

    Parameters
    ----------
    case
        Scenario with its demand, network and problem.
    plan
        Its plan.
    violations
        What the independent check found; empty when the plan holds.
    indicators
        Totals and tables.
    paths
        One row a path with its gateway, modes, time, money and CO2e.
    legs
        One row a leg of every path.
    unserved
        Every demand left unserved, with its reason.
    document
        The ``plan.json`` document.
    """

    case: Case
    plan: Plan
    violations: tuple[Violation, ...]
    indicators: Indicators
    paths: pd.DataFrame
    legs: pd.DataFrame
    unserved: pd.DataFrame
    document: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Results:
    """The base plan, the what-ifs and what stands beside them.

    Parameters
    ----------
    region_name
        Name of the region.
    pack
        The region pack as loaded, before any scenario.
    outcomes
        The base first, then the what-ifs.
    comparisons
        Comparison with the base by scenario id, without the base.
    calibrated
        The calibrated split beside the base plan.
    known
        The base run against known figures.
    swings
        Assumptions ranked by swing.
    """

    region_name: Text
    pack: Pack
    outcomes: tuple[Outcome, ...]
    comparisons: Mapping[str, Difference]
    calibrated: pd.DataFrame
    known: pd.DataFrame
    swings: pd.DataFrame

    @classmethod
    def of_one(cls, pack: Pack, outcome: Outcome) -> Self:
        """Return the results of a single scenario, nothing beside it."""
        import pandas as pd  # noqa: PLC0415 - this module itself stays light

        nothing = pd.DataFrame()
        return cls(pack.region.name, pack, (outcome,), {}, nothing, nothing, nothing)

    @property
    def base(self) -> Outcome:
        """The base outcome."""
        return self.outcomes[0]

    def outcome(self, scenario_id: str) -> Outcome:
        """Return the outcome of one scenario."""
        for outcome in self.outcomes:
            if outcome.case.scenario.scenario_id == scenario_id:
                return outcome
        msg = f"no outcome for scenario {scenario_id!r}."
        raise KeyError(msg)
