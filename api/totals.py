"""The figures a plan is told by, in the order they are read: the same on the terminal and in the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from api.numbers import number, percent, scientific, signed
from supplychain.text import Text

POINTS: Final = 100.0
STATUS_NAMES: Final[Mapping[str, Text]] = {
    "optimal": Text(en="optimal", vi="tối ưu"),
    "feasible": Text(en="feasible, not proven optimal", vi="khả thi, chưa chứng minh tối ưu"),
    "stopped": Text(en="stopped early", vi="dừng sớm"),
    "no_flow_possible": Text(en="no flow possible", vi="không thể chuyên chở"),
}


def status_text(status: str, gap: float) -> Text:
    """Return how a plan ended and its proven gap."""
    name, proven = STATUS_NAMES[status], scientific(gap)
    return Text(en=f"{name.en} (gap {proven.en})", vi=f"{name.vi} (sai lệch {proven.vi})")


@dataclass(frozen=True, slots=True)
class Total:
    """One figure of ``Indicators.totals`` and how it is written.

    Parameters
    ----------
    key
        Its name in the totals.
    label
        What it is, with its unit.
    divisor
        What it is divided by before it is written.
    digits
        Decimals.
    is_share
        True for a share (0 to 1), written in percent; its changes are percentage points.
    """

    key: str
    label: Text
    divisor: float = 1.0
    digits: int = 0
    is_share: bool = False

    def figure(self, totals: Mapping[str, float]) -> Text:
        """Return the figure as it is written."""
        value = totals[self.key]
        return percent(value) if self.is_share else number(value / self.divisor, self.digits)

    def change(self, base: Mapping[str, float], other: Mapping[str, float]) -> Text:
        """Return what changes from the base, with its sign; shares in percentage points."""
        change = other[self.key] - base[self.key]
        return signed(POINTS * change, 1) if self.is_share else signed(change / self.divisor, self.digits)


MOVED: Final = Total("t_per_day", Text(en="Moved, t/day", vi="Được chuyên chở, tấn/ngày"))
BOXES: Final = Total("teu_per_day", Text(en="Containers, TEU/day", vi="Container, TEU/ngày"))
UNSERVED: Final = Total("unserved_t_per_day", Text(en="Unserved, t/day", vi="Không phục vụ được, tấn/ngày"), digits=1)
INLAND_PRICE: Final = Total(
    "inland_cost_per_day", Text(en="Inland price, bn VND/day", vi="Giá nội địa, tỷ đồng/ngày"), 1e9, 2
)
INLAND_RESOURCE_COST: Final = Total(
    "inland_resource_cost_per_day",
    Text(en="Inland resource cost, bn VND/day", vi="Chi phí nguồn lực nội địa, tỷ đồng/ngày"),
    1e9,
    2,
)
PRICE: Final = Total(
    "cost_per_day", Text(en="Price to market, bn VND/day", vi="Giá đến thị trường, tỷ đồng/ngày"), 1e9, 2
)
GENERALISED_COST: Final = Total(
    "generalised_cost_per_day",
    Text(en="Generalised cost to market, bn VND/day", vi="Chi phí tổng quát đến thị trường, tỷ đồng/ngày"),
    1e9,
    2,
)
INLAND_EMISSIONS: Final = Total(
    "inland_emissions_kg_co2e_per_day", Text(en="Inland CO2e, t/day", vi="CO2e nội địa, tấn/ngày"), 1e3, 1
)
EMISSIONS: Final = Total(
    "emissions_kg_co2e_per_day", Text(en="CO2e to market, t/day", vi="CO2e đến thị trường, tấn/ngày"), 1e3
)
HCMC_PORTS: Final = Total(
    "gateway_share_hcmc_ports", Text(en="TEU by HCMC ports", vi="TEU qua cảng TP.HCM"), is_share=True
)
CAI_MEP: Final = Total("gateway_share_cai_mep", Text(en="TEU by Cái Mép", vi="TEU qua Cái Mép"), is_share=True)
OTHER: Final = Total("gateway_share_other", Text(en="TEU by other gateways", vi="TEU qua cửa ngõ khác"), is_share=True)
BARGE: Final = Total(
    "barge_share_cai_mep", Text(en="Cái Mép boxes by barge", vi="Container Cái Mép bằng sà lan"), is_share=True
)
ROAD: Final = Total(
    "mode_share_tkm_road", Text(en="Road share of inland t·km", vi="Đường bộ trong tấn·km nội địa"), is_share=True
)
RAIL: Final = Total(
    "mode_share_tkm_rail", Text(en="Rail share of inland t·km", vi="Đường sắt trong tấn·km nội địa"), is_share=True
)
WATERWAY: Final = Total(
    "mode_share_tkm_inland_waterway",
    Text(en="Waterway share of inland t·km", vi="Đường thủy trong tấn·km nội địa"),
    is_share=True,
)
ONE_PLAN: Final = (MOVED, BOXES, UNSERVED, INLAND_PRICE, PRICE, INLAND_EMISSIONS, HCMC_PORTS, CAI_MEP, BARGE)
"""What the terminal tells of one plan."""

COMPARED: Final = (
    MOVED,
    UNSERVED,
    INLAND_PRICE,
    INLAND_RESOURCE_COST,
    GENERALISED_COST,
    INLAND_EMISSIONS,
    HCMC_PORTS,
    CAI_MEP,
    OTHER,
    BARGE,
    ROAD,
    RAIL,
    WATERWAY,
)
"""What two plans are compared by."""

MANY_PLANS: Final = (INLAND_PRICE, INLAND_EMISSIONS, UNSERVED, HCMC_PORTS, CAI_MEP)
"""What the terminal tells of the base and its what-ifs."""
