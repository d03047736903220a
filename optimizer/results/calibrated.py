"""A simple calibrated split by gateway and access mode, to stand beside the optimum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.columns import BOX_FORMS, LINK_KINDS, decode
from geodata.paths import LinkEnds, path_trees
from optimizer.case import Case
from optimizer.flow.plan import Plan
from optimizer.results.indicators import FOREIGN_TRADE, foreign_boxes
from optimizer.results.itineraries import INLAND_MODES, demand_columns, itinerary_paths
from optimizer.results.logit import CalibratedLogit, Target, calibrate
from optimizer.results.names import GATEWAY_NAMES, MODE_NAMES
from supplychain.text import Text
from supplychain.vocabulary import MODES

GROUPS: Final = tuple(GATEWAY_NAMES)
ALTERNATIVES: Final = tuple((group, mode) for group in GROUPS for mode in INLAND_MODES)
SPREAD_ASSUMPTION: Final = "split_spread_vnd_per_teu"
"""Assumption that says how many VND per TEU make one unit of utility."""

REMARK: Final = Text(
    en="Calibrated to estimates, not observed; capacities are not considered.",
    vi="Hiệu chỉnh theo số ước tính, không phải số quan sát; không xét năng lực thông qua.",
)
NOT_REACHED: Final = Text(
    en="The estimated share cannot be reached with the services and links that are open.",
    vi="Không đạt được tỷ trọng ước tính với các dịch vụ và tuyến đang mở.",
)
GATEWAY_ESTIMATES: Final = {"hcmc_ports": "share_hcmc_ports", "cai_mep": "share_cai_mep", "other": "share_other"}
BARGE_ESTIMATES: Final = {"hcmc_ports": "barge_share_hcmc_ports", "cai_mep": "barge_share_cai_mep"}
"""Estimates of the share that reaches a gateway group by barge; one that the pack does not have is no target."""
BARGE: Final = "inland_waterway"
PERCENT: Final = 100.0
REACHED: Final = 1e-4


@dataclass(frozen=True, slots=True, eq=False)
class _Ends:
    """Pairs of a gateway's handling link and its service to or from a market, one entry a pair."""

    node: NDArray[np.int32]
    handling: NDArray[np.int64]
    service: NDArray[np.int64]
    alternative: NDArray[np.int64]
    market_node: NDArray[np.int32]


def calibrated_split(case: Case, plan: Plan) -> pd.DataFrame:
    """Return the plan's split of foreign-trade boxes beside a logit split calibrated to the estimates.

    The logit (McFadden 1974) chooses gateway group and access mode for every place, market and commodity on the
    least generalised cost of each alternative with nothing congested. Its constants are fitted so that the totals
    meet the pack's estimates: shares of the gateway groups and their barge shares. It is calibrated to
    estimates, not to observations, and knows no capacities.

    Columns
    -------
    measure
        ``gateway_share`` (of all boxes), ``access_share`` (gateway and access mode, of all boxes) or
        ``barge_share_hcmc_ports`` and ``barge_share_cai_mep`` (of the boxes of that group).
    gateway_group, access_mode, name_vi, name_en
        What is counted; access_mode is null for a gateway's row.
    plan_teu_per_day, plan_share, calibrated_teu_per_day, calibrated_share
        Laden TEU of foreign trade a day and shares 0–1; the plan's of what it carries.
    estimate_share
        What the calibration aimed at; null where there is no estimate.
    difference_points
        Plan minus calibrated, percentage points.
    constant_per_teu
        Cost per TEU, relative to the others, that the calibration had to add to the alternative: what the model does
        not know; pack money.
    remark_vi, remark_en
        ``Calibrated to estimates, not observed`` and, where so, that a share is out of reach.
    """
    demand = demand_columns(case)
    boxes = (demand["direction"].isin(FOREIGN_TRADE) & demand["form"].isin(BOX_FORMS)).to_numpy()
    cost = alternative_costs(case, np.flatnonzero(boxes))
    teu_per_t = demand["teu_per_t"].to_numpy()[boxes]
    weights = demand["teu_per_day"].to_numpy()[boxes]
    spread = case.pack.assumption(SPREAD_ASSUMPTION)
    utilities = -cost / teu_per_t[:, None] / spread
    estimates = case.pack.table("estimates").set_index("quantity")["central"] / PERCENT
    fitted = calibrate(utilities, weights, _targets(estimates))
    return _table(case, plan, fitted, weights @ fitted.probabilities, spread)


def alternative_costs(case: Case, demands: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the least generalised cost of each alternative with nothing congested, float64[N, A] per tonne.

    Parameters
    ----------
    demands
        Indices of N demands of foreign trade. Alternatives are in the order of ``ALTERNATIVES``; inf where a
        demand does not have one.
    """
    problem, link_ends = case.problem, LinkEnds.of_network(case.network)
    costs = np.full((demands.size, len(ALTERNATIVES)), np.inf)
    per_t = problem.cost_per_t()
    export = (case.demand.direction == "export")[demands]
    cls = problem.demand_class[demands]
    for outward in (True, False):
        ends = _gateway_ends(case, outward=outward)
        for one in np.unique(cls[export == outward]):
            rows = np.flatnonzero((export == outward) & (cls == one))
            usable = problem.allowed[one]
            open_ends = np.flatnonzero(usable[ends.handling] & usable[ends.service])
            if open_ends.size == 0:
                continue
            nodes, row_of = np.unique(ends.node[open_ends], return_inverse=True)
            trees = path_trees(link_ends, per_t[one], nodes, usable, backward=outward)
            gateway_cost = per_t[one][ends.handling[open_ends]] + per_t[one][ends.service[open_ends]]
            place, market = problem.demand_origin[demands[rows]], problem.demand_destination[demands[rows]]
            if not outward:
                place, market = market, place
            total = trees.impedance[row_of][:, place] + gateway_cost[:, None]
            total = np.where(ends.market_node[open_ends][:, None] == market[None, :], total, np.inf)
            for alternative in range(len(ALTERNATIVES)):
                of_alternative = total[ends.alternative[open_ends] == alternative]
                if len(of_alternative):
                    costs[rows, alternative] = of_alternative.min(axis=0)
    return costs


def _gateway_ends(case: Case, *, outward: bool) -> _Ends:
    """Return how gateways hand over to services of markets: handling link × service link."""
    links = case.network.links
    markets = set(case.pack.table("markets")["market_id"])
    subject = case.network.nodes.subject_id
    near, far = (links.from_index, links.to_index) if outward else (links.to_index, links.from_index)
    at_market = np.fromiter((one in markets for one in subject), dtype=np.bool_)
    services = np.flatnonzero((links.kind == LINK_KINDS.index("service")) & at_market[far])
    handling = np.flatnonzero(links.kind == LINK_KINDS.index("transshipment"))
    pairs = pd.DataFrame({"gate": near[services], "service": services}).merge(
        pd.DataFrame({"gate": far[handling], "handling": handling}), on="gate"
    )
    handled, served = pairs["handling"].to_numpy(), pairs["service"].to_numpy()
    access = decode((links.from_mode if outward else links.mode)[handled], MODES)
    group_of = case.pack.table("terminals").set_index("terminal_id")["gateway_group"].to_dict()
    places = {alternative: place for place, alternative in enumerate(ALTERNATIVES)}
    alternative = np.array(
        [
            places.get((group_of.get(terminal, ""), mode), -1)
            for terminal, mode in zip(links.terminal_id[served], access, strict=True)
        ],
        dtype=np.int64,
    )
    known = alternative >= 0
    return _Ends(
        node=near_node(links, handled, outward=outward)[known],
        handling=handled[known],
        service=served[known],
        alternative=alternative[known],
        market_node=far[served][known],
    )


def near_node(links: Any, handling: NDArray[np.int64], *, outward: bool) -> NDArray[np.int32]:  # noqa: ANN401
    """Return the node on the land side of handling links."""
    nodes: NDArray[np.int32] = (links.from_index if outward else links.to_index)[handling]
    return nodes


def _targets(estimates: pd.Series) -> tuple[Target, ...]:
    every = np.ones(len(ALTERNATIVES), dtype=np.bool_)
    groups = np.array([group for group, _ in ALTERNATIVES])
    modes = np.array([mode for _, mode in ALTERNATIVES])
    shares = [
        Target(groups == group, every, float(estimates[GATEWAY_ESTIMATES[group]]))
        for group in ("hcmc_ports", "cai_mep")
    ]
    by_barge = [
        Target((groups == group) & (modes == BARGE), groups == group, float(estimates[quantity]))
        for group, quantity in BARGE_ESTIMATES.items()
        if quantity in estimates.index
    ]
    return (*shares, *by_barge)


def _table(
    case: Case, plan: Plan, fitted: CalibratedLogit, calibrated: NDArray[np.float64], spread: float
) -> pd.DataFrame:
    paths = foreign_boxes(itinerary_paths(case, plan))
    planned = paths.groupby(["gateway_group", "access_mode"])["teu_per_day"].sum()
    planned_teu = np.array([float(planned.get(alternative, 0.0)) for alternative in ALTERNATIVES])
    estimates = case.pack.table("estimates").set_index("quantity")["central"] / PERCENT
    constants = -(fitted.constants - np.average(fitted.constants, weights=np.maximum(calibrated, 1e-12))) * spread
    groups = np.array([group for group, _ in ALTERNATIVES])
    rows = []
    for group in GROUPS:
        of_group = groups == group
        rows.append(
            {"measure": "gateway_share", "gateway_group": group, "access_mode": None, "of": np.ones_like(of_group)}
            | _amounts(of_group, planned_teu, calibrated)
            | {"estimate_share": float(estimates[GATEWAY_ESTIMATES[group]]), "constant_per_teu": None}
        )
    for place, (group, mode) in enumerate(ALTERNATIVES):
        chosen = np.arange(len(ALTERNATIVES)) == place
        if planned_teu[place] > 0 or calibrated[place] > 0:
            rows.append(
                {"measure": "access_share", "gateway_group": group, "access_mode": mode, "of": np.ones_like(chosen)}
                | _amounts(chosen, planned_teu, calibrated)
                | {"estimate_share": None, "constant_per_teu": float(constants[place])}
            )
    for group, quantity in BARGE_ESTIMATES.items():
        if quantity in estimates.index:
            barge = np.array([alternative == (group, BARGE) for alternative in ALTERNATIVES])
            rows.append(
                {"measure": quantity, "gateway_group": group, "access_mode": BARGE, "of": groups == group}
                | _amounts(barge, planned_teu, calibrated)
                | {"estimate_share": float(estimates[quantity]), "constant_per_teu": None}
            )
    return _finish(rows, planned_teu, calibrated)


def _amounts(
    chosen: NDArray[np.bool_], planned: NDArray[np.float64], calibrated: NDArray[np.float64]
) -> dict[str, Any]:
    return {
        "plan_teu_per_day": float(planned[chosen].sum()),
        "calibrated_teu_per_day": float(calibrated[chosen].sum()),
    }


def _finish(rows: list[dict[str, Any]], planned: NDArray[np.float64], calibrated: NDArray[np.float64]) -> pd.DataFrame:
    """Return the rows as a table with shares, differences, names and remarks."""
    for row in rows:
        among = row.pop("of")
        for name, amounts in (("plan", planned), ("calibrated", calibrated)):
            total = float(amounts[among].sum())
            row[f"{name}_share"] = row[f"{name}_teu_per_day"] / total if total > 0 else 0.0
        row["difference_points"] = (row["plan_share"] - row["calibrated_share"]) * PERCENT
        wanted = row["estimate_share"]
        missed = wanted is not None and abs(row["calibrated_share"] - wanted) > REACHED
        gateway, mode = GATEWAY_NAMES[row["gateway_group"]], MODE_NAMES.get(row["access_mode"])
        for language in ("vi", "en"):
            label = gateway.of(language)
            row[f"name_{language}"] = label if mode is None else f"{label}, {mode.of(language)}"
            remark = REMARK.of(language)
            row[f"remark_{language}"] = f"{remark} {NOT_REACHED.of(language)}" if missed else remark
    columns = (
        "measure gateway_group access_mode name_vi name_en plan_teu_per_day plan_share calibrated_teu_per_day "
        "calibrated_share estimate_share difference_points constant_per_teu remark_vi remark_en"
    )
    return pd.DataFrame(rows)[columns.split()]
