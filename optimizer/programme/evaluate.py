"""Evaluate the actions of a programme against a base: each alone, then all together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from optimizer.programme.answer import (
    SMALLEST_CHANGE,
    SMALLEST_FALL,
    ActionResult,
    Effect,
    ProgrammeAnswer,
    ServedPlace,
    Verdict,
)
from optimizer.programme.figures import Figures, Passes, figures
from optimizer.programme.indicators import Measures
from optimizer.programme.use import changed_rows, use_of
from supplychain.assumptions import assumption_within
from supplychain.demand.build import DAYS_IN_A_YEAR, LARGEST_PEAK_FACTOR

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from optimizer.planner import Planned, Planner
    from optimizer.programme.actions import Action
    from optimizer.scenarios.scenario import Scenario
    from supplychain.pack import Pack


class Watcher(Protocol):
    """Hears of each scenario before and after it is planned."""

    def begin(self, scenario: Scenario) -> None:
        """Hear that a scenario is planned next."""

    def done(self, planned: Planned) -> None:
        """Hear of the plan; what is wanted of it is to be taken now, for it is not kept."""


def evaluate_programme(
    planner: Planner,
    base: Scenario,
    actions: Sequence[Action],
    scenarios: Mapping[str, Scenario],
    together: Scenario | None = None,
    *,
    watcher: Watcher | None = None,
) -> ProgrammeAnswer:
    """Return what each action changes against the base, what all change together, and what their indicators say.

    The base is planned first and every other plan begins from it, so the order of actions does not matter.

    Parameters
    ----------
    planner
        Plans the region; not used before, or the base would not come first.
    base
        What all is compared with.
    actions
        The actions.
    scenarios
        By action id, the base with that action; actions that are left out change nothing of the network.
    together
        The base with all of them.
    watcher
        Hears of each scenario before and after it is planned.

    Raises
    ------
    FindingsError
        When a scenario does not fit the region.
    MeasureError
        When an indicator is measured by what is not known.
    """

    def plan(scenario: Scenario) -> Planned:
        if watcher is not None:
            watcher.begin(scenario)
        planned = planner.plan(scenario)
        if watcher is not None:
            watcher.done(planned)
        return planned

    before = plan(base)
    found = figures(before.case, before.plan)
    days = _days_per_year(before.case.pack)
    ordered = sorted(actions, key=lambda one: one.action_id)
    measures = Measures.read(before, [one.action_id for one in ordered], days)
    results: list[ActionResult] = []
    own: dict[str, float] = {}
    for action in ordered:
        scenario = scenarios.get(action.action_id)
        planned = None if scenario is None else plan(scenario)
        own |= measures.of(planned, action.action_id)
        results.append(ActionResult(action, None if planned is None else effect_of(before, found, planned)))
    all_planned = None if together is None else plan(together)
    return ProgrammeAnswer(
        base=before,
        base_figures=found,
        results=tuple(results),
        together=None if all_planned is None else effect_of(before, found, all_planned),
        together_planned=all_planned,
        days_per_year=days,
        indicators=measures.table(measures.of(before), own, measures.of(all_planned)),
    )


def effect_of(before: Planned, base: Figures, planned: Planned) -> Effect:
    """Return what a planned scenario changes against the base.

    Parameters
    ----------
    before, base
        The base with its plan, and its figures.
    planned
        The scenario with its plan.
    """
    after = figures(planned.case, planned.plan)
    rows = changed_rows(before.case.pack, planned.case.pack)
    passes = Passes.of(planned.case, planned.plan)
    return Effect(
        figures=after,
        changes={name: value - base.totals[name] for name, value in after.totals.items()},
        verdict=_verdict(base.totals["generalised_cost_per_day"], after.totals["generalised_cost_per_day"]),
        use=use_of(planned.case, planned.plan, passes, rows),
        served=_served(before.case.pack, base, after),
        status=planned.plan.status,
        gap=planned.plan.gap,
    )


def _verdict(before: float, after: float) -> Verdict:
    if abs(after - before) <= SMALLEST_CHANGE * abs(before):
        return "same"
    return "saves" if after < before else "costs"


def _served(pack: Pack, base: Figures, after: Figures) -> tuple[ServedPlace, ...]:
    """Return the places whose freight becomes cheaper or quicker by more than a plan of equal cost could show."""
    places, kept = base.places, after.places
    common, ours, theirs = np.intersect1d(
        places.place_id.astype(str), kept.place_id.astype(str), assume_unique=True, return_indices=True
    )
    cost = places.generalised_cost[ours]
    fall = cost - kept.generalised_cost[theirs]
    hours = _mean(places.tonne_hours, places.served_t)[ours] - _mean(kept.tonne_hours, kept.served_t)[theirs]
    time = _mean(places.tonne_hours, places.served_t)[ours]
    carries_less = kept.served_t[theirs] < places.served_t[ours] * (1 - SMALLEST_FALL)
    served = (fall > SMALLEST_FALL * cost) | ((hours > SMALLEST_FALL * time) & ~carries_less)
    parks = set(pack.table("parks")["park_id"])
    found = [
        ServedPlace(
            place_id=str(common[one]),
            kind="park" if common[one] in parks else "zone",
            cost_fall=float(fall[one]),
            cost_fall_share=float(fall[one] / cost[one]) if cost[one] > 0 else 0.0,
            money_fall=float(places.money[ours[one]] - kept.money[theirs[one]]),
            hours_fall=float(hours[one]),
            kg_co2e_fall=float(places.emissions_kg[ours[one]] - kept.emissions_kg[theirs[one]]),
        )
        for one in np.flatnonzero(served)
    ]
    return tuple(sorted(found, key=lambda place: (-place.cost_fall, place.place_id)))


def _mean(total: NDArray[np.float64], tonnes: NDArray[np.float64]) -> NDArray[np.float64]:
    mean: NDArray[np.float64] = np.divide(total, tonnes, out=np.zeros_like(total), where=tonnes > 0)
    return mean


def _days_per_year(pack: Pack) -> float:
    """Return how many days like the planned one make a year: the planned day carries the peak factor."""
    days = assumption_within(pack, "working_days_per_year", 1.0, DAYS_IN_A_YEAR)
    return days / assumption_within(pack, "peak_factor", 1e-9, LARGEST_PEAK_FACTOR)
