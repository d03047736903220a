"""What a plan comes to, in the few figures that actions are compared by; quick enough for a programme of many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from geodata.columns import BOX_FORMS
from optimizer.results.legs import INLAND, SEGMENTS, SERVICE, leg_kind_of_links, segment_of_links
from optimizer.results.legs import LEG_KINDS as KINDS
from optimizer.results.names import GATEWAY_NAMES
from supplychain.vocabulary import MODES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.case import Case
    from optimizer.flow.plan import Plan

FOREIGN: Final = ("export", "import")
INLAND_MODES: Final = ("road", "rail", "inland_waterway")
TOTALS: Final = (
    "generalised_cost_per_day",
    "money_per_day",
    "resource_cost_per_day",
    "time_cost_per_day",
    "carbon_cost_per_day",
    "penalty_cost_per_day",
    "tonne_hours_per_day",
    "mean_time_h",
    "ttw_kg_co2e_per_day",
    "wtt_kg_co2e_per_day",
    "emissions_kg_co2e_per_day",
    "t_per_day",
    "teu_per_day",
    "unserved_t_per_day",
)


@dataclass(frozen=True, slots=True, eq=False)
class PlaceFigures:
    """What the freight of n places comes to, per working day; entry i is about ``place_id[i]``.

    Parameters
    ----------
    place_id
        Parks and zones, in the order of their ids.
    generalised_cost
        Money, time, carbon and penalty of all their freight, pack money, float64[n].
    money
        Price paid, pack money, float64[n].
    tonne_hours
        Tonnes times hours on the way, float64[n].
    emissions_kg
        kg CO2e well to wheel, float64[n].
    served_t, unserved_t
        Tonnes carried and left, float64[n].
    """

    place_id: NDArray[np.object_]
    generalised_cost: NDArray[np.float64]
    money: NDArray[np.float64]
    tonne_hours: NDArray[np.float64]
    emissions_kg: NDArray[np.float64]
    served_t: NDArray[np.float64]
    unserved_t: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """What one plan comes to, per working day.

    Parameters
    ----------
    totals
        By the names of ``TOTALS``; pack money, hours, kg CO2e, tonnes, TEU.
    gateway_shares
        Share of each gateway group in the laden TEU of foreign trade, 0 to 1.
    mode_shares
        Share of each inland mode in inland tonne-kilometres, 0 to 1.
    places
        By park and zone.
    """

    totals: dict[str, float]
    gateway_shares: dict[str, float]
    mode_shares: dict[str, float]
    places: PlaceFigures


@dataclass(frozen=True, slots=True, eq=False)
class Passes:
    """Every link a plan's paths pass, and what a path's tonnes are; E passes, P paths.

    Parameters
    ----------
    path, link, cls
        Path, link and class of each pass, int64[E].
    first
        Where the passes of each path with any begin, int64.
    teu_per_t
        TEU in a tonne of each demand, float64[D].
    """

    path: NDArray[np.int64]
    link: NDArray[np.int64]
    cls: NDArray[np.int64]
    teu_per_t: NDArray[np.float64]

    @classmethod
    def of(cls, case: Case, plan: Plan) -> Passes:
        """Return the passes of a plan."""
        path = plan.path_of_link_entry()
        demand = case.demand
        per_t = np.divide(demand.teu_per_day, demand.mass_t_per_day)
        classes = case.problem.demand_class[plan.path_demand[path]].astype(np.int64)
        return cls(path, plan.path_links.astype(np.int64), classes, per_t)

    def along(self, plan: Plan, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return a quantity per tonne summed along each path, float64[P]; ``values`` are float64[K, L] or [L]."""
        found = values[self.cls, self.link] if values.ndim > 1 else values[self.link]
        summed = np.bincount(self.path, weights=found, minlength=plan.path_demand.size)
        return np.asarray(summed, dtype=np.float64)


def figures(case: Case, plan: Plan) -> Figures:
    """Return the figures of a plan; totals and shares are those of ``optimizer.results.indicators``."""
    passes = Passes.of(case, plan)
    flow = plan.path_t_per_day
    impedance = case.impedance
    hours = passes.along(plan, impedance.moving_time_h + impedance.waiting_time_h)
    money = passes.along(plan, case.problem.money_per_t)
    ttw, wtt = (passes.along(plan, values) for values in (impedance.ttw_kg, impedance.wtt_kg))
    time_cost = passes.along(plan, case.problem.time_cost_per_t)
    generalised = money + time_cost + case.carbon_price_per_kg * (ttw + wtt)
    totals = {
        "generalised_cost_per_day": plan.objective,
        "money_per_day": float((money * flow).sum()),
        "resource_cost_per_day": float((passes.along(plan, impedance.resource_cost) * flow).sum()),
        "time_cost_per_day": plan.time_cost,
        "carbon_cost_per_day": plan.carbon_cost,
        "penalty_cost_per_day": plan.penalty_cost,
        "tonne_hours_per_day": float((hours * flow).sum()),
        "ttw_kg_co2e_per_day": float((ttw * flow).sum()),
        "wtt_kg_co2e_per_day": float((wtt * flow).sum()),
        "t_per_day": float(flow.sum()),
        "teu_per_day": float((passes.teu_per_t[plan.path_demand] * flow).sum()),
        "unserved_t_per_day": float(plan.unserved_t_per_day.sum()),
    }
    totals["emissions_kg_co2e_per_day"] = totals["ttw_kg_co2e_per_day"] + totals["wtt_kg_co2e_per_day"]
    served = totals["t_per_day"]
    totals["mean_time_h"] = totals["tonne_hours_per_day"] / served if served else 0.0
    per_t = {"generalised": generalised, "money": money, "hours": hours, "kg": ttw + wtt}
    return Figures(
        totals={name: totals[name] for name in TOTALS},
        gateway_shares=_gateway_shares(case, plan, passes),
        mode_shares=_mode_shares(case, plan, passes),
        places=_by_place(case, plan, per_t),
    )


def _by_place(case: Case, plan: Plan, per_t: dict[str, NDArray[np.float64]]) -> PlaceFigures:
    place_id, place = np.unique(case.demand.place_id.astype(object), return_inverse=True)
    of_path, flow = place[plan.path_demand], plan.path_t_per_day

    def summed(values: NDArray[np.float64], of: NDArray[np.int64]) -> NDArray[np.float64]:
        return np.bincount(of, weights=values, minlength=place_id.size).astype(np.float64)

    penalty = summed(plan.unserved_t_per_day * case.problem.penalty_per_t, place)
    return PlaceFigures(
        place_id=place_id,
        generalised_cost=summed(per_t["generalised"] * flow, of_path) + penalty,
        money=summed(per_t["money"] * flow, of_path),
        tonne_hours=summed(per_t["hours"] * flow, of_path),
        emissions_kg=summed(per_t["kg"] * flow, of_path),
        served_t=summed(flow, of_path),
        unserved_t=summed(plan.unserved_t_per_day, place),
    )


def _gateway_shares(case: Case, plan: Plan, passes: Passes) -> dict[str, float]:
    """Return the share of each gateway group in the laden boxes of foreign trade."""
    demand = case.demand
    boxed = np.array([one.form in BOX_FORMS for one in demand.classes], dtype=np.bool_)[demand.class_index]
    counts = (np.isin(demand.direction, FOREIGN) & boxed)[plan.path_demand]
    teu = np.where(counts, passes.teu_per_t[plan.path_demand] * plan.path_t_per_day, 0.0)
    beyond = segment_of_links(case) != SEGMENTS.index(INLAND)
    gate = (leg_kind_of_links(case) == KINDS.index(SERVICE)) & beyond
    main = np.flatnonzero(gate[passes.link])
    path, first = np.unique(passes.path[main], return_index=True)
    terminal = case.network.links.terminal_id[passes.link[main[first]]]
    table = case.pack.table("terminals")
    group_of = dict(zip(table["terminal_id"], table["gateway_group"], strict=True))
    groups = np.array([group_of.get(one, "") for one in terminal], dtype=object)
    sums = {group: float(teu[path[groups == group]].sum()) for group in GATEWAY_NAMES}
    total = sum(sums.values())
    return {group: amount / total if total > 0 else 0.0 for group, amount in sums.items()}


def _mode_shares(case: Case, plan: Plan, passes: Passes) -> dict[str, float]:
    """Return the share of each mode in inland tonne-kilometres, handling left out."""
    links = case.network.links
    haul = (leg_kind_of_links(case) != KINDS.index("handling")) & (segment_of_links(case) == SEGMENTS.index(INLAND))
    km = np.where(haul, links.length_m / 1000.0, 0.0)
    tkm = plan.path_t_per_day[passes.path] * km[passes.link]
    by_mode = np.bincount(links.mode[passes.link], weights=tkm, minlength=len(MODES))
    total = float(by_mode.sum())
    return {mode: float(by_mode[MODES.index(mode)]) / total if total > 0 else 0.0 for mode in INLAND_MODES}
