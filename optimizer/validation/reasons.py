"""Why a figure of the base year comes out as it does: what the plan and its inputs show, in one sentence each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geodata.columns import BOX_FORMS
from geodata.impedance.impedance import PRICE_PARTS
from optimizer.results.calibrated import ALTERNATIVES, alternative_costs
from optimizer.results.flow_tables import bottleneck_table
from optimizer.results.indicators import FOREIGN_TRADE
from optimizer.results.itineraries import demand_columns, itinerary_paths
from optimizer.results.known_figures import PRICED_ROUTES, TEU_OF_40_FT, route_of_40_ft
from optimizer.results.names import GATEWAY_NAMES, figure
from supplychain.text import Text
from supplychain.vocabulary import MODES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from optimizer.case import Case
    from optimizer.flow.plan import Plan

PERCENT: Final = 100.0
MOST_NAMED: Final = 4
BARGE: Final = "inland_waterway"
NO_REASON: Final = Text(en="", vi="")

BARGE_QUANTITIES: Final = {"barge_share_hcmc_ports": "hcmc_ports", "barge_share_cai_mep": "cai_mep"}
GATEWAY_QUANTITIES: Final = {"share_hcmc_ports": "hcmc_ports", "share_cai_mep": "cai_mep", "share_other": "other"}
BOX_QUANTITIES: Final = {"laden_teu_out_per_year": "export", "laden_teu_in_per_year": "import"}

PRICE: Final = Text(
    en="Its parts on {km} km: {parts}.",
    vi="Các phần trên {km} km: {parts}.",
)
PART_NAMES: Final[Mapping[str, Text]] = {
    "distance": Text(en="by distance {amount}", vi="theo quãng đường {amount}"),
    "vehicle_hour": Text(en="by vehicle-hour {amount}", vi="theo giờ xe {amount}"),
    "toll": Text(en="toll {amount}", vi="phí đường bộ {amount}"),
    "handling": Text(en="by trip {amount}", vi="theo chuyến {amount}"),
    "fee": Text(en="port fee {amount}", vi="phí hạ tầng cảng {amount}"),
    "freight_rate": Text(en="freight rate {amount}", vi="cước {amount}"),
}
BARGE_SHARE: Final = Text(
    en="With nothing full, the barge chain is the cheaper one for {cheaper} % of the boxes that go through {gateway}; "
    "for the middle one of them it is {difference} VND/TEU {direction} than the truck. An optimum gives each flow "
    "wholly to its cheaper chain unless something is full; shippers do not. {full}",
    vi="Khi không nơi nào đầy, chuỗi sà lan rẻ hơn đối với {cheaper} % số công-ten-nơ qua {gateway}; với công-ten-nơ ở "
    "giữa, sà lan {direction} xe tải {difference} VND/TEU. Phương án tối ưu dồn cả luồng cho chuỗi rẻ hơn nếu không "
    "nơi nào đầy; chủ hàng thì không. {full}",
)
FULL: Final = Text(
    en="Full on the water, and with other freight that saves more there: {names}.",
    vi="Đã đầy ở phía đường thủy, phần chỗ dành cho hàng tiết kiệm được nhiều hơn: {names}.",
)
NOTHING_FULL: Final = Text(en="Nothing is full on the water.", vi="Phía đường thủy không nơi nào đầy.")
GATEWAY_SHARE: Final = Text(
    en="With nothing full, {gateway} is the cheapest gateway for {cheaper} % of all boxes.",
    vi="Khi không nơi nào đầy, {gateway} là cửa ngõ rẻ nhất đối với {cheaper} % số công-ten-nơ.",
)
DEARER: Final = Text(en="dearer", vi="đắt hơn")
CHEAPER: Final = Text(en="cheaper", vi="rẻ hơn")
USD_PER_TEU: Final = Text(
    en="The demand is worth {usd} USD a TEU on average (values from controls.csv, t/TEU and USD/t from "
    "commodities.csv).",
    vi="Giá trị bình quân của nhu cầu là {usd} USD/TEU (giá trị từ controls, t/TEU và USD/t từ commodities.csv).",
)
TONNES: Final = Text(
    en="{out} t/TEU out and {back} t/TEU in on average, plus {bulk} t a day outside boxes; a working day carries the "
    "peak factor {peak}.",
    vi="Bình quân {out} t/TEU chiều đi và {back} t/TEU chiều đến, cộng {bulk} t/ngày không đóng công-ten-nơ; ngày làm "
    "việc đã nhân hệ số cao điểm {peak}.",
)
PARKS: Final = Text(
    en="Parks that are open hold {share} % of the laden boxes in the model.",
    vi="Trong mô hình, các khu công nghiệp đang hoạt động chiếm {share} % số công-ten-nơ có hàng.",
)
FITTED: Final = Text(
    en="A control total: the trade table is fitted to it.", vi="Là tổng khống chế: bảng thương mại được khớp theo nó."
)
ROADS: Final = Text(
    en="The model drives trunk roads and straight access, by the shortest open links.",
    vi="Mô hình đi theo trục chính và đường vào thẳng, theo các tuyến mở ngắn nhất.",
)
EMPTIES: Final = Text(
    en="Out and in need different boxes: {out} TEU a day leave laden, {back} arrive laden.",
    vi="Chiều đi và chiều đến cần loại vỏ khác nhau: mỗi ngày {out} TEU có hàng đi, {back} TEU có hàng đến.",
)
ASSUMED: Final = Text(en="The model's own assumption.", vi="Là giả định của mô hình.")


@dataclass(frozen=True)
class Reasons:
    """Finds the reason of each known figure of one plan.

    Parameters
    ----------
    case, plan
        The two belong together.
    """

    case: Case
    plan: Plan

    def of(self, subject: str, quantity: str) -> Text:
        """Return what the plan shows of one figure of ``known_figures``; empty where it shows nothing."""
        if subject == "distance":
            return ROADS
        if quantity in PRICED_ROUTES:
            return self._price(quantity)
        if quantity in BARGE_QUANTITIES:
            return self._barge(BARGE_QUANTITIES[quantity])
        if quantity in GATEWAY_QUANTITIES:
            return self._gateway(GATEWAY_QUANTITIES[quantity])
        return self._volume(quantity)

    @cached_property
    def demand(self) -> pd.DataFrame:
        """Demand in words."""
        return demand_columns(self.case)

    @cached_property
    def _boxes(self) -> NDArray[np.int64]:
        table = self.demand
        return np.flatnonzero((table["direction"].isin(FOREIGN_TRADE) & table["form"].isin(BOX_FORMS)).to_numpy())

    @cached_property
    def _per_teu(self) -> NDArray[np.float64]:
        """Least cost of each alternative with nothing full, pack money per TEU, float64[N, A]."""
        teu_per_t = self.demand["teu_per_t"].to_numpy()[self._boxes]
        return np.asarray(alternative_costs(self.case, self._boxes) / teu_per_t[:, None])

    def _price(self, quantity: str) -> Text:
        cls, t_per_teu, route = route_of_40_ft(self.case, *PRICED_ROUTES[quantity])
        if route.size == 0:
            return NO_REASON
        parts = []
        for name in PRICE_PARTS:
            amount = float(self.case.impedance.row(name, cls)[route].sum()) * t_per_teu * TEU_OF_40_FT
            if amount > 0:
                parts.append(PART_NAMES[name].format(amount=figure(amount)))
        km = float(self.case.network.links.length_m[route].sum()) / 1000.0
        listed = Text(en="; ".join(one.en for one in parts), vi="; ".join(one.vi for one in parts))
        return PRICE.format(km=figure(km), parts=listed)

    def _barge(self, gateway: str) -> Text:
        """Return how the barge chain stands to the truck for the boxes that the plan sends through a gateway."""
        cost = self._per_teu
        difference = cost[:, ALTERNATIVES.index((gateway, BARGE))] - cost[:, ALTERNATIVES.index((gateway, "road"))]
        weight = self._teu_through(gateway)
        known = np.isfinite(difference) & (weight > 0)
        if not known.any():
            return NO_REASON
        middle = _weighted_median(difference[known], weight[known])
        return BARGE_SHARE.format(
            cheaper=figure(PERCENT * float(weight[known & (difference < 0)].sum() / weight.sum())),
            gateway=GATEWAY_NAMES[gateway],
            difference=figure(abs(middle)),
            direction=DEARER if middle > 0 else CHEAPER,
            full=self._full_on_water,
        )

    @cached_property
    def _full_on_water(self) -> Text:
        """Return which full capacities of barge links have a shadow price, dearest day first."""
        table = bottleneck_table(self.case, self.plan)
        links, problem = self.case.network.links, self.case.problem
        by_barge = links.is_mode(BARGE) | (links.from_mode == MODES.index(BARGE))
        place = pd.Index(problem.capacity_ids).get_indexer(pd.Index(table["capacity_id"]))
        on_water = np.asarray(problem.capacity_members[place][:, np.flatnonzero(by_barge)].sum(axis=1)).ravel() > 0
        named = table[on_water].head(MOST_NAMED)
        if named.empty:
            return NOTHING_FULL
        return FULL.format(names=Text(en="; ".join(named["name_en"]), vi="; ".join(named["name_vi"])))

    def _teu_through(self, gateway: str) -> NDArray[np.float64]:
        """Return the TEU of each demand of foreign boxes that the plan sends through a gateway."""
        paths = itinerary_paths(self.case, self.plan)
        chosen = paths[paths["gateway_group"] == gateway].groupby("demand_id")["teu_per_day"].sum()
        ids = self.demand["demand_id"].to_numpy()[self._boxes]
        return np.asarray(chosen.reindex(ids).fillna(0.0).to_numpy(), dtype=np.float64)

    def _gateway(self, gateway: str) -> Text:
        """Return for how many boxes a gateway is the cheapest."""
        weight = self.demand["teu_per_day"].to_numpy()[self._boxes]
        mine = np.array([group == gateway for group, _ in ALTERNATIVES])
        own, other = self._per_teu[:, mine].min(axis=1), self._per_teu[:, ~mine].min(axis=1)
        share = PERCENT * float(weight[own < other].sum() / weight.sum())
        return GATEWAY_SHARE.format(gateway=GATEWAY_NAMES[gateway], cheaper=figure(share))

    def _volume(self, quantity: str) -> Text:
        laden = self.demand.iloc[self._boxes]
        teu = laden.groupby("direction")["teu_per_day"].sum()
        if quantity in BOX_QUANTITIES:
            direction = BOX_QUANTITIES[quantity]
            goods = self.case.pack.table("commodities").set_index("commodity_id")[f"usd_per_t_{direction}"]
            mine = laden[laden["direction"] == direction]
            usd = float((mine["t_per_day"] * mine["commodity_id"].map(goods)).sum())
            return USD_PER_TEU.format(usd=figure(usd / teu[direction]))
        if quantity in ("freight_t_per_day", "bulk_t_per_year", "boxes_per_day"):
            tonnes = laden.groupby("direction")["t_per_day"].sum()
            bulk = float(self.demand.loc[self.demand["form"] == "bulk", "t_per_day"].sum())
            return TONNES.format(
                out=figure(tonnes["export"] / teu["export"], ",.1f"),
                back=figure(tonnes["import"] / teu["import"], ",.1f"),
                bulk=figure(bulk),
                peak=figure(self.case.pack.assumption("peak_factor"), ",.2f"),
            )
        if quantity == "net_empties_teu_per_year":
            return EMPTIES.format(out=figure(teu["export"]), back=figure(teu["import"]))
        if quantity == "teu_per_leased_ha_year":
            parks = self.case.pack.table("parks")
            in_parks = laden["place_id"].isin(parks.loc[parks["in_region"] & (parks["status"] == "open"), "park_id"])
            share = PERCENT * float(laden.loc[in_parks, "teu_per_day"].sum() / laden["teu_per_day"].sum())
            return PARKS.format(share=figure(share))
        return ASSUMED if quantity == "working_days_per_year" else FITTED


def _weighted_median(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """Return the value in the middle of the weight."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(reached, reached[-1] / 2.0)])
