"""Why freight is not carried: a reason for every unserved tonne, and the least change that would carry it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.columns import UNITS
from geodata.paths import LinkEnds, path_trees
from optimizer.case import Case
from optimizer.flow.plan import Plan
from optimizer.flow.problem import Problem
from optimizer.results.flow_tables import is_full
from optimizer.results.itineraries import SUBJECT_COLUMNS, demand_columns
from optimizer.results.names import FORM_NAMES, figure, subject_names
from supplychain.text import LANGUAGES, Text

Code = Literal[
    "no_connector", "no_service", "no_mode_chain", "costs_more_than_penalty", "capacity_full", "plan_not_optimal"
]

SMALLEST_T_PER_DAY: Final = 1e-6
"""Unserved tonnes a day below this are rounding of the solver."""

EQUAL_COST: Final = 1e-9
"""Relative difference within which a cost counts as equal to the penalty."""

SENTENCES: Final[dict[Code, Text]] = {
    "no_connector": Text(
        en="{place} has no connector to the network of any open mode.",
        vi="{place} không có đường nối vào mạng lưới của phương thức nào đang mở.",
    ),
    "no_service": Text(
        en="No open service links {market} for {commodity} ({form}) in this direction.",
        vi="Không có dịch vụ nào đang mở nối {market} cho {commodity} ({form}) theo chiều này.",
    ),
    "no_mode_chain": Text(
        en="No chain of modes permitted for {commodity} ({form}) joins {origin} to {destination}.",
        vi="Không có chuỗi phương thức nào được phép cho {commodity} ({form}) nối {origin} với {destination}.",
    ),
    "costs_more_than_penalty": Text(
        en="With nothing congested it still costs {cost} {currency} a tonne; the penalty is {penalty}.",
        vi="Kể cả khi không nghẽn, chi phí {cost} {currency} mỗi tấn không thấp hơn mức phạt {penalty}.",
    ),
    "capacity_full": Text(
        en="Full on its best route: {capacities}.",
        vi="Tuyến tốt nhất đã hết năng lực tại: {capacities}.",
    ),
    "plan_not_optimal": Text(
        en="The plan ended before its optimum was proven; a route with free capacity is left.",
        vi="Phương án dừng trước khi chứng minh tối ưu; vẫn còn tuyến có năng lực trống.",
    ),
}
RELAXATIONS: Final[dict[Code, Text]] = {
    "no_connector": Text(en="Join {place} to an open link.", vi="Nối {place} với một tuyến đang mở."),
    "no_service": Text(
        en="Open a service to {market} that takes {commodity} ({form}).",
        vi="Mở một dịch vụ tới {market} nhận {commodity} ({form}).",
    ),
    "no_mode_chain": Text(
        en="Open a link or transshipment that joins its modes, or permit the commodity another mode.",
        vi="Mở một tuyến hoặc điểm chuyển tải nối các phương thức, hoặc cho phép hàng này đi phương thức khác.",
    ),
    "costs_more_than_penalty": Text(
        en="A route cheaper by {excess} {currency} a tonne, or a penalty higher by as much.",
        vi="Cần một tuyến rẻ hơn {excess} {currency} mỗi tấn, hoặc mức phạt cao hơn chừng ấy.",
    ),
    "capacity_full": Text(en="Raise {needs}.", vi="Tăng {needs}."),
    "plan_not_optimal": Text(en="Solve on without a time limit.", vi="Giải tiếp không giới hạn thời gian."),
}


@dataclass(frozen=True, slots=True, eq=False)
class Blockage:
    """Why one demand is not carried.

    Parameters
    ----------
    demand
        Index in the problem.
    code
        Kind of reason.
    capacities
        Indices of the full capacities on the route that needs the fewest of them enlarged.
    units_per_t
        Units of each of those capacities that one more tonne takes.
    """

    demand: int
    code: Code
    capacities: tuple[int, ...] = ()
    units_per_t: tuple[float, ...] = ()


def find_blockages(
    problem: Problem,
    plan: Plan,
    connector: NDArray[np.bool_],
    service: NDArray[np.bool_],
    place_is_origin: NDArray[np.bool_],
) -> tuple[Blockage, ...]:
    """Return the reason of every demand that is not carried in full.

    Parameters
    ----------
    connector, service
        Links that join a place to the network, and services, bool[L].
    place_is_origin
        Whether the place (not the market) is the origin of a demand, bool[D].
    """
    short = np.flatnonzero(plan.unserved_t_per_day > SMALLEST_T_PER_DAY)
    least = plan.least_cost_per_t[short]
    penalty = problem.penalty_per_t[short]
    unreachable = np.isinf(least)
    dear = ~unreachable & (least >= penalty * (1.0 - EQUAL_COST))
    found = [
        Blockage(int(demand), _unreachable_code(problem, int(demand), connector, service, place_is_origin))
        for demand in short[unreachable]
    ]
    found += [Blockage(int(demand), "costs_more_than_penalty") for demand in short[dear]]
    found += _full_capacities(problem, plan, short[~unreachable & ~dear])
    return tuple(sorted(found, key=lambda blockage: blockage.demand))


def _unreachable_code(
    problem: Problem,
    demand: int,
    connector: NDArray[np.bool_],
    service: NDArray[np.bool_],
    place_is_origin: NDArray[np.bool_],
) -> Code:
    """Return why no path exists: the place's connector, the market's service, or what lies between."""
    leaving = problem.link_from == problem.demand_origin[demand]
    reaching = problem.link_to == problem.demand_destination[demand]
    at_place, at_market = (leaving, reaching) if place_is_origin[demand] else (reaching, leaving)
    if not (at_place & connector).any():
        return "no_connector"
    if not (at_market & service & problem.allowed[problem.demand_class[demand]]).any():
        return "no_service"
    return "no_mode_chain"


def _full_capacities(problem: Problem, plan: Plan, demands: NDArray[np.int64]) -> list[Blockage]:
    """Return the full capacities on the route that needs the fewest enlarged and costs less than the penalty."""
    full = is_full(plan.capacity_used(problem), problem.residual_per_day())
    cost = problem.cost_per_t()
    members = problem.capacity_members
    ends = LinkEnds(problem.link_ids, problem.link_from, problem.link_to, len(problem.node_ids))
    found = []
    for cls in np.unique(problem.demand_class[demands]):
        takes = full & (problem.use_per_t[cls] > 0)
        of_class = demands[problem.demand_class[demands] == cls]
        full_passes = np.asarray(takes.astype(np.float64) @ members)
        highest = float(problem.penalty_per_t[of_class].max())
        origins = np.unique(problem.demand_origin[of_class])
        cheapest = path_trees(ends, cost[cls], origins, problem.allowed[cls])
        # A route within the penalty has a weight below the next whole number of full capacities.
        fewest = path_trees(ends, full_passes + cost[cls] / (10.0 * highest), origins, problem.allowed[cls])
        for demand in of_class:
            row = int(np.searchsorted(origins, problem.demand_origin[demand]))
            target = int(problem.demand_destination[demand])
            route = fewest.path(row, target)
            if cost[cls][route].sum() >= problem.penalty_per_t[demand]:
                route = cheapest.path(row, target)
            passes = np.asarray(members[:, route].sum(axis=1)).ravel() * problem.use_per_t[cls]
            which = np.flatnonzero(full & (passes > 0))
            code: Code = "capacity_full" if which.size else "plan_not_optimal"
            found.append(Blockage(int(demand), code, tuple(which.tolist()), tuple(passes[which].tolist())))
    return found


def unserved(case: Case, plan: Plan) -> pd.DataFrame:
    """Return one row per demand that is not carried in full, the largest first.

    Columns
    -------
    demand_id, direction, commodity_id, form, place_id, market_id, origin_id, destination_id
        What stays.
    demand_t_per_day, unserved_t_per_day, unserved_teu_per_day
        How much.
    reason
        ``no_connector``, ``no_service``, ``no_mode_chain`` (found before solving), ``costs_more_than_penalty``,
        ``capacity_full`` or ``plan_not_optimal``.
    reason_en, reason_vi, relaxation_en, relaxation_vi
        The reason and the least change that would carry it, as sentences.
    least_cost_per_t, penalty_per_t
        Cost of its cheapest route with nothing congested and the penalty, pack money per tonne.
    blocking_capacity_ids
        Full capacities on its best route, ``;`` between them.
    """
    demand = demand_columns(case)
    links = case.network.links
    outward = demand["outward"].to_numpy()
    blockages = find_blockages(case.problem, plan, links.is_kind("connector"), links.is_kind("service"), outward)
    rows = np.array([blockage.demand for blockage in blockages], dtype=np.int64)
    table = demand.iloc[rows][list(SUBJECT_COLUMNS)].reset_index(drop=True)
    left = plan.unserved_t_per_day[rows]
    table["demand_t_per_day"] = case.problem.demand_t_per_day[rows]
    table["unserved_t_per_day"] = left
    table["unserved_teu_per_day"] = left * demand["teu_per_t"].to_numpy()[rows]
    sentences = _Sentences(case, plan)
    reasons = [sentences.reason(blockage) for blockage in blockages]
    relaxations = [sentences.relaxation(blockage) for blockage in blockages]
    table["reason"] = _words(blockage.code for blockage in blockages)
    for language in LANGUAGES:
        table[f"reason_{language}"] = _words(text.of(language) for text in reasons)
        table[f"relaxation_{language}"] = _words(text.of(language) for text in relaxations)
    table["least_cost_per_t"] = plan.least_cost_per_t[rows]
    table["penalty_per_t"] = case.problem.penalty_per_t[rows]
    ids = case.problem.capacity_ids
    table["blocking_capacity_ids"] = _words(";".join(ids[one] for one in blockage.capacities) for blockage in blockages)
    return table.sort_values("unserved_t_per_day", ascending=False, kind="stable").reset_index(drop=True)


def _words(values: Iterable[str]) -> pd.Series:
    return pd.Series(list(values), dtype="str")


class _Sentences:
    """Writes reasons and relaxations with the names of the pack."""

    def __init__(self, case: Case, plan: Plan) -> None:
        self.case = case
        self.plan = plan
        self.names = subject_names(case.pack)

    def reason(self, blockage: Blockage) -> Text:
        """Return why the demand is not carried."""
        return self._fill(SENTENCES[blockage.code], blockage, self._capacities(blockage))

    def relaxation(self, blockage: Blockage) -> Text:
        """Return the least change that would carry it."""
        return self._fill(RELAXATIONS[blockage.code], blockage, self._needs(blockage))

    def _fill(self, template: Text, blockage: Blockage, listed: Text) -> Text:
        demand, problem = self.case.demand, self.case.problem
        index = blockage.demand
        cls = demand.classes[demand.class_index[index]]
        origin, destination = str(demand.origin_id[index]), str(demand.destination_id[index])
        place = str(demand.place_id[index])
        market = destination if place == origin else origin
        cost, penalty = float(self.plan.least_cost_per_t[index]), float(problem.penalty_per_t[index])
        ids = {"place": place, "market": market, "origin": origin, "destination": destination}
        named = {key: self._name(one) for key, one in ids.items()}
        named |= {"commodity": self._name(cls.commodity_id), "capacities": listed, "needs": listed}
        named |= {"cost": figure(cost), "penalty": figure(penalty), "excess": figure(cost - penalty)}
        named |= {"form": FORM_NAMES[cls.form]}
        plain = {"currency": self.case.pack.region.currency}
        return Text(
            en=template.en.format(**plain, **{key: text.en for key, text in named.items()}),
            vi=template.vi.format(**plain, **{key: text.vi for key, text in named.items()}),
        )

    def _name(self, row_id: str) -> Text:
        return self.names.get(row_id, Text(en=row_id, vi=row_id))

    def _capacities(self, blockage: Blockage) -> Text:
        table, currency = self.case.network.capacities, self.case.pack.region.currency
        parts = [
            (table.name_en[one], table.name_vi[one], figure(self.plan.shadow_price[one]), UNITS[table.unit[one]])
            for one in blockage.capacities
        ]
        return Text(
            en="; ".join(f"{en} (shadow price {price.en} {currency}/{unit})" for en, _, price, unit in parts),
            vi="; ".join(f"{vi} (giá bóng {price.vi} {currency}/{unit})" for _, vi, price, unit in parts),
        )

    def _needs(self, blockage: Blockage) -> Text:
        table = self.case.network.capacities
        left = float(self.plan.unserved_t_per_day[blockage.demand])
        parts = [
            (table.name_en[one], table.name_vi[one], figure(left * units, ",.1f"), UNITS[table.unit[one]])
            for one, units in zip(blockage.capacities, blockage.units_per_t, strict=True)
        ]
        return Text(
            en=" and ".join(f"{en} by {amount.en} {unit} a day" for en, _, amount, unit in parts),
            vi=" và ".join(f"{vi} thêm {amount.vi} {unit} mỗi ngày" for _, vi, amount, unit in parts),
        )
