"""What the evaluation of a programme says: frozen values, and the tables made from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.planner import Planned
    from optimizer.programme.actions import Action
    from optimizer.programme.figures import Figures
    from optimizer.programme.use import Use

Verdict = Literal["saves", "costs", "same", "not_modelled"]

SMALLEST_CHANGE: Final = 1e-7
"""Relative change of the generalised cost that is none: plans are proven to 1e-9 each."""
SMALLEST_FALL: Final = 1e-3
"""Relative fall of a place's cost or time from which it counts as served: less may be one of several equal plans."""


@dataclass(frozen=True, slots=True)
class ServedPlace:
    """A park or zone whose freight becomes cheaper or quicker by an action; per working day, falls above 0.

    Parameters
    ----------
    place_id
        Park or zone.
    kind
        ``park`` or ``zone``.
    cost_fall
        Fall of its generalised cost, penalty of what is left included, pack money.
    cost_fall_share
        The same as a share of the base, 0 to 1.
    money_fall
        Fall of the price paid, pack money.
    hours_fall
        Fall of the mean hours on the way of its carried tonnes.
    kg_co2e_fall
        Fall of its emissions, kg.
    """

    place_id: str
    kind: str
    cost_fall: float
    cost_fall_share: float
    money_fall: float
    hours_fall: float
    kg_co2e_fall: float


@dataclass(frozen=True, slots=True, eq=False)
class Effect:
    """What a scenario does against the base.

    Parameters
    ----------
    figures
        Of its plan.
    changes
        Totals less those of the base, by name.
    verdict
        Whether the generalised cost falls (``saves``), rises (``costs``) or stays (``same``).
    use
        What passes the rows it changes.
    served
        Places whose freight becomes cheaper or quicker, the largest fall of cost first.
    status, gap
        Of the plan.
    """

    figures: Figures
    changes: dict[str, float]
    verdict: Verdict
    use: Use
    served: tuple[ServedPlace, ...]
    status: str
    gap: float

    @property
    def saving_per_day(self) -> float:
        """Fall of the generalised cost, pack money per working day of the plan."""
        return -self.changes["generalised_cost_per_day"]

    @property
    def resource_saving_per_day(self) -> float:
        """Fall of the resource cost, pack money per working day of the plan."""
        return -self.changes["resource_cost_per_day"]


@dataclass(frozen=True, slots=True, eq=False)
class ActionResult:
    """One action and what it does by itself.

    Parameters
    ----------
    action
        The action.
    effect
        What it does; None where no scenario of it was planned.
    """

    action: Action
    effect: Effect | None

    @property
    def verdict(self) -> Verdict:
        """What becomes of the generalised cost; ``not_modelled`` where nothing of the network changes."""
        if self.effect is None or not self.effect.use.touches_the_network:
            return "not_modelled"
        return self.effect.verdict


@dataclass(frozen=True, slots=True, eq=False)
class ProgrammeAnswer:
    """A programme evaluated against a base, action by action and together.

    Plans of single actions are not kept: on the network of a city each takes hundreds of MB.

    Parameters
    ----------
    base
        The base with its plan.
    base_figures
        What it comes to.
    results
        Actions in the order of their ids.
    together, together_planned
        All actions at once; None where no action has a scenario.
    days_per_year
        Days of the plan that make a year: working days ÷ peak factor.
    indicators
        One row per indicator (``optimizer.programme.indicators.Measures.table``).
    """

    base: Planned
    base_figures: Figures
    results: tuple[ActionResult, ...]
    together: Effect | None
    together_planned: Planned | None
    days_per_year: float
    indicators: pd.DataFrame

    @property
    def modelled(self) -> tuple[ActionResult, ...]:
        """The actions with a scenario that was planned."""
        return tuple(one for one in self.results if one.effect is not None)

    def yearly(self, per_day: float) -> float:
        """Return an amount per day of the plan as one per year."""
        return per_day * self.days_per_year

    @property
    def interaction(self) -> dict[str, float]:
        """What all actions together change beyond the sum of what each changes alone, by total, per working day.

        Of costs, below 0 where actions help each other, above 0 where they save the same thing twice.
        """
        if self.together is None:
            return {}
        alone = [one.effect.changes for one in self.results if one.effect is not None]
        return {
            name: change - sum(changes[name] for changes in alone) for name, change in self.together.changes.items()
        }
