"""The statement: emissions by element, chain and total, with transport activity, intensity, allocation and sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import numpy as np
import pandas as pd

from optimizer.emissions.elements import ENERGY_PREFIX, HUB, PER_DAY_COLUMNS, LegLinks, build_elements
from optimizer.emissions.factors import factor_table
from optimizer.emissions.shared_runs import EMPTY, SHARED_COLUMNS, shared_runs
from optimizer.explain.find import WHAT, unknown
from optimizer.results.itineraries import SUBJECT_COLUMNS, demand_columns, path_ids
from optimizer.results.legs import build_legs
from supplychain.errors import HinterlandError
from supplychain.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.case import Case
    from optimizer.flow.plan import Plan

Basis = Literal["shortest_feasible", "great_circle"]
BASES: Final[tuple[Basis, ...]] = get_args(Basis)
BASIS_COLUMNS: Final = {"shortest_feasible": "shortest_km", "great_circle": "great_circle_km"}
GRAMS_PER_KG: Final = 1000.0
SUMMED: Final = ("tkm", "actual_tkm", *PER_DAY_COLUMNS, "emissions_kg_co2e")

NOTHING: Final = Text(
    en="The plan carries no freight that {what}; there is nothing to state.",
    vi="Phương án không chở hàng nào {what}; không có gì để kê khai.",
)
BASIS_NAMES: Final = {
    "shortest_feasible": Text(en="shortest feasible distance", vi="khoảng cách ngắn nhất khả thi"),
    "great_circle": Text(en="great-circle distance", vi="khoảng cách vòng tròn lớn"),
}
LEFT_OUT: Final = (
    Text(
        en="Leakage of refrigerants from reefers, reefer trucks and yards (within the standard, no data in the pack).",
        vi="Rò rỉ môi chất lạnh của công-ten-nơ lạnh, xe lạnh và bãi (thuộc phạm vi tiêu chuẩn, gói chưa có số liệu).",
    ),
    Text(
        en="Packing and unpacking of boxes, warehousing, and hub operations before the place's own gate.",
        vi="Đóng gói, rút hàng, lưu kho và hoạt động trước cổng của khu, nhà máy.",
    ),
    Text(
        en="Empty boxes are freight of their own in a plan; a statement of one shipment holds none of them.",
        vi="Vỏ công-ten-nơ rỗng là luồng hàng riêng trong phương án; bản kê của một lô hàng không gồm vỏ rỗng.",
    ),
    Text(
        en="Making, maintaining and scrapping vehicles, roads and ports; offices; black carbon; offsets (the standard "
        "counts none of them).",
        vi="Sản xuất, bảo dưỡng, thải bỏ phương tiện, đường, cảng; văn phòng; các-bon đen; bù trừ (tiêu chuẩn không "
        "tính).",
    ),
)
"""What no statement holds, and why."""


@dataclass(frozen=True, slots=True, eq=False)
class EmissionStatement:
    """Emissions of some freight, element by element; per day for a plan, of the shipment for a shipment.

    Parameters
    ----------
    elements
        One row per transport chain element: ``chain_id`` and the columns of ``build_elements``, with ``tkm`` (activity
        on the basis), ``actual_tkm``, ``emissions_kg_co2e``, ``g_per_tkm`` (NaN at hubs), ``kg_per_t``, and whatever is
        known of the freight (``demand_id``, ``commodity_id``, ``place_id`` …).
    basis
        Distance of the transport activity.
    factors
        Rows the figures rest on, see ``factor_table``.
    shared
        Truck runs counted twice between net empties and laden boxes, see ``shared_runs``; empty for a part of a plan.
    per_day
        Whether tonnes and emissions are of a working day.
    whole_plan
        Whether it holds all that a plan carries.
    """

    elements: pd.DataFrame
    basis: Basis
    factors: pd.DataFrame
    shared: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(SHARED_COLUMNS)))
    per_day: bool = False
    whole_plan: bool = False

    @property
    def ttw_kg(self) -> float:
        """Emissions of operation (tank to wheel), kg CO2e."""
        return float(self.elements["ttw_kg_co2e"].sum())

    @property
    def wtt_kg(self) -> float:
        """Emissions of energy provision (well to tank), kg CO2e."""
        return float(self.elements["wtt_kg_co2e"].sum())

    @property
    def total_kg(self) -> float:
        """Emissions well to wheel, kg CO2e: the sum of the elements."""
        return self.ttw_kg + self.wtt_kg

    @property
    def counted_twice_kg(self) -> float:
        """Part of the total that is one truck run counted with a net empty and with the laden box it serves."""
        return float(self.shared["ttw_kg_co2e"].sum() + self.shared["wtt_kg_co2e"].sum())

    @property
    def once_kg(self) -> float:
        """Emissions with every empty run counted once, kg CO2e."""
        return self.total_kg - self.counted_twice_kg

    @property
    def tkm(self) -> float:
        """Transport activity on the basis, tkm."""
        return float(self.elements["tkm"].sum())

    @property
    def actual_tkm(self) -> float:
        """Tonne-kilometres really travelled."""
        return float(self.elements["actual_tkm"].sum())

    @property
    def distance_adjustment(self) -> float:
        """Distance adjustment factor: tonne-km really travelled ÷ transport activity; NaN without activity."""
        return self.actual_tkm / self.tkm if self.tkm > 0 else float("nan")

    @property
    def g_per_tkm(self) -> float:
        """Intensity of all chains together, hubs included, g CO2e per tkm of activity; NaN without activity."""
        return self.total_kg * GRAMS_PER_KG / self.tkm if self.tkm > 0 else float("nan")

    def by(self, *columns: str) -> pd.DataFrame:
        """Return sums by some columns, with intensity: the columns, ``t``-free sums of ``SUMMED``, then ratios.

        Columns
        -------
        tkm, actual_tkm, vehicle_km, empty_vehicle_km, ttw_kg_co2e, …, emissions_kg_co2e
            Sums.
        energy_<fuel_id>
            Units of each fuel.
        g_per_tkm, share
            Intensity (NaN without activity) and share of the total.
        """
        energy = [name for name in self.elements.columns if name.startswith(ENERGY_PREFIX)]
        table = self.elements.groupby(list(columns), sort=False)[[*SUMMED, *energy]].sum().reset_index()
        table["g_per_tkm"] = _ratio(table["emissions_kg_co2e"] * GRAMS_PER_KG, table["tkm"])
        table["share"] = _ratio(table["emissions_kg_co2e"], np.full(len(table), self.total_kg))
        return table.sort_values("emissions_kg_co2e", ascending=False, kind="stable", ignore_index=True)

    def chains(self) -> pd.DataFrame:
        """Return one row per transport chain: ``chain_id``, ``t``, the sums and ratios of ``by``, and ``kg_per_t``."""
        table = self.by("chain_id")
        table["t"] = table["chain_id"].map(self.elements.groupby("chain_id")["t"].first())
        table["kg_per_t"] = _ratio(table["emissions_kg_co2e"], table["t"])
        return table


def _ratio(above: pd.Series | NDArray[np.float64], below: pd.Series | NDArray[np.float64]) -> NDArray[np.float64]:
    top, bottom = np.asarray(above, dtype=np.float64), np.asarray(below, dtype=np.float64)
    found: NDArray[np.float64] = np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom > 0)
    return found


def with_activity(elements: pd.DataFrame, basis: Basis) -> pd.DataFrame:
    """Return elements with ``tkm``, ``actual_tkm``, ``emissions_kg_co2e``, ``g_per_tkm`` and ``kg_per_t``.

    Raises
    ------
    ValueError
        If the basis is unknown.
    """
    if basis not in BASES:
        msg = f"basis must be one of {', '.join(BASES)}, got {basis!r}."
        raise ValueError(msg)
    tkm = elements["t"] * elements[BASIS_COLUMNS[basis]]
    emitted = elements["ttw_kg_co2e"] + elements["wtt_kg_co2e"]
    return elements.assign(
        tkm=tkm,
        actual_tkm=elements["t"] * elements["distance_km"],
        emissions_kg_co2e=emitted,
        g_per_tkm=_ratio(emitted * GRAMS_PER_KG, tkm.where(elements["element_kind"] != HUB, 0.0)),
        kg_per_t=_ratio(emitted, elements["t"]),
    )


def plan_elements(case: Case, plan: Plan) -> pd.DataFrame:
    """Return one row per transport chain element of a plan, of a working day.

    Columns are those of ``build_elements`` and ``chain_id``, ``element`` (from 1), ``demand_id``, ``direction``,
    ``commodity_id``, ``form``, ``place_id``, ``market_id``, ``origin_id``, ``destination_id``, ``outward`` and
    ``segment``.
    """
    legs = build_legs(case, plan)
    start = np.append(legs["first_entry"].to_numpy(dtype=np.int64), len(plan.path_links))
    classes = legs["class_index"].to_numpy(dtype=np.int32)
    runs = LegLinks(start, plan.path_links, classes, legs["t_per_day"].to_numpy(dtype=np.float64))
    about = demand_columns(case).iloc[legs["demand"].to_numpy()].reset_index(drop=True)
    front: dict[str, Any] = {"chain_id": path_ids(legs["path"].to_numpy()), "element": legs["leg"].to_numpy() + 1}
    front |= {column: about[column] for column in (*SUBJECT_COLUMNS, "outward")}
    elements = build_elements(case.network, case.impedance, runs)
    return pd.concat([pd.DataFrame(front), elements], axis=1).assign(segment=legs["segment"].to_numpy())


def plan_statement(
    case: Case,
    plan: Plan,
    basis: Basis = "shortest_feasible",
    *,
    demand_ids: Sequence[str] = (),
    place_id: str = "",
    market_id: str = "",
) -> EmissionStatement:
    """Return the statement of a plan, or of the part of it that some demands, a place or a market has.

    The total of a whole plan is ``plan.emissions_kg_per_day``.

    Parameters
    ----------
    case, plan
        The two belong together.
    basis
        Distance of the transport activity.
    demand_ids, place_id, market_id
        What to keep; all that is given must hold. Nothing given: the whole plan.

    Raises
    ------
    HinterlandError
        If there is no demand of an id (with the nearest), or the plan carries nothing of what is asked.
    """
    known = set(case.demand.demand_id)
    for demand_id in (one for one in demand_ids if one not in known):
        raise unknown(WHAT["demand"], demand_id, case.demand.demand_id)
    every = plan_elements(case, plan)
    wanted = np.ones(len(every), dtype=np.bool_)
    for column, values in (("demand_id", demand_ids), ("place_id", [place_id]), ("market_id", [market_id])):
        some = [value for value in values if value]
        if some:
            wanted &= every[column].isin(some).to_numpy()
    kept = with_activity(every[wanted].reset_index(drop=True), basis)
    if kept.empty:
        told = "; ".join(value for value in (*demand_ids, place_id, market_id) if value) or case.scenario.scenario_id
        named = Text(en=f"belongs to {told}", vi=f"thuộc {told}")
        raise HinterlandError(NOTHING.format(what=named))
    shared = shared_runs(case, every) if wanted.all() and (every["direction"] == EMPTY).any() else None
    more = {} if shared is None else {"shared": shared}
    return EmissionStatement(
        kept, basis, factor_table(case.pack, kept), per_day=True, whole_plan=bool(wanted.all()), **more
    )
