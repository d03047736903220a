"""What the quantities and tables of a comparison are called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from api.documents.model import Amount
from api.documents.units import CO2E_T_PER_DAY, HOURS, T_PER_DAY, TEU_PER_DAY, TKM_PER_DAY, money_unit
from optimizer.compare.comparable import per_period
from supplychain.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optimizer.compare.comparison import Comparison

VEHICLE_KM: Final = Text(en="vehicle-km/day", vi="xe·km/ngày")
BILLION: Final = 1e9
MILLION: Final = 1e6
POINTS: Final = 100.0

LABELS: Final[Mapping[str, Text]] = {
    "demand_t_per_day": Text(en="Wanted", vi="Nhu cầu"),
    "t_per_day": Text(en="Moved", vi="Được chuyên chở"),
    "unserved_t_per_day": Text(en="Unserved", vi="Không phục vụ được"),
    "demand_teu_per_day": Text(en="Containers wanted", vi="Nhu cầu container"),
    "teu_per_day": Text(en="Containers", vi="Container"),
    "tkm_per_day": Text(en="Tonne-km", vi="Tấn-km"),
    "inland_tkm_per_day": Text(en="Tonne-km inland", vi="Tấn-km nội địa"),
    "vehicle_km_per_day": Text(en="Vehicle-km", vi="Xe-km"),
    "inland_cost_per_day": Text(en="Inland price", vi="Giá nội địa"),
    "inland_resource_cost_per_day": Text(en="Inland resource cost", vi="Chi phí nguồn lực nội địa"),
    "cost_per_day": Text(en="Price, all the way", vi="Giá, toàn tuyến"),
    "resource_cost_per_day": Text(en="Resource cost, all the way", vi="Chi phí nguồn lực, toàn tuyến"),
    "time_cost_per_day": Text(en="Value of time", vi="Giá trị thời gian"),
    "carbon_cost_per_day": Text(en="Carbon price", vi="Giá carbon"),
    "penalty_cost_per_day": Text(en="Penalty of what is unserved", vi="Tiền phạt hàng không phục vụ được"),
    "generalised_cost_per_day": Text(en="Generalised cost (objective)", vi="Chi phí tổng quát (hàm mục tiêu)"),
    "inland_emissions_kg_co2e_per_day": Text(en="CO2e inland, well to wheel", vi="CO2e nội địa, từ nguồn đến bánh xe"),
    "emissions_kg_co2e_per_day": Text(en="CO2e, well to wheel", vi="CO2e, từ nguồn đến bánh xe"),
    "ttw_kg_co2e_per_day": Text(en="of which operation (TTW)", vi="trong đó vận hành (TTW)"),
    "wtt_kg_co2e_per_day": Text(en="of which energy provision (WTT)", vi="trong đó cung cấp năng lượng (WTT)"),
    "mean_time_h": Text(en="Mean time", vi="Thời gian trung bình"),
    "binding_capacities": Text(en="Capacities that bind", vi="Năng lực căng"),
}
"""Totals that people are told, in the order they are read; tables and files hold all."""

SHARES: Final = (
    ("gateway_share_", Text(en="TEU by {name}", vi="TEU qua {name}")),
    ("mode_share_tkm_", Text(en="{name}, share of tonne-km", vi="{name}, tỷ trọng tấn-km")),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One total of all plans, as it is written.

    Parameters
    ----------
    label
        What it is, with its unit.
    figures
        Of each plan.
    changes
        Difference of each plan after the first from the first.
    """

    label: Text
    figures: tuple[Amount, ...]
    changes: tuple[Amount, ...]


def rows_of(found: Comparison) -> tuple[Row, ...]:
    """Return the totals that people are told, in the order they are read; modes that nobody uses are left out."""
    records = found.totals.set_index("quantity")[["unit", *found.titles]].to_dict("index")
    shares = [name for beginning, _ in SHARES for name in records if name.startswith(beginning)]
    rows = []
    for quantity in (*(name for name in LABELS if name in records), *shares):
        record = records[quantity]
        values = [float(record[title]) for title in found.titles]
        if quantity in shares and not any(values):
            continue
        unit, scale, digits = unit_of(str(record["unit"]), found.currency, max(map(abs, values)), found.period)
        label = label_of(quantity, found.names)
        rows.append(
            Row(
                Text(en=f"{label.en}, {unit.en}", vi=f"{label.vi}, {unit.vi}") if unit.en else label,
                tuple(figure_of(value, quantity, scale, digits) for value in values),
                tuple(change_of(value - values[0], quantity, scale, digits) for value in values[1:]),
            )
        )
    return tuple(rows)


def label_of(quantity: str, names: Mapping[str, Text]) -> Text:
    """Return what a total is called."""
    for beginning, label in SHARES:
        if quantity.startswith(beginning):
            word = quantity.removeprefix(beginning)
            return label.format(name=names.get(word, Text(en=word, vi=word)))
    return LABELS[quantity]


def unit_of(unit: str, currency: str, largest: float, period: str) -> tuple[Text, float, int]:
    """Return the unit a total is written in, what it is divided by, and its decimals.

    Parameters
    ----------
    unit
        Unit of the total.
    currency
        Of money.
    largest
        Largest value of the total, by which money is scaled.
    period
        What amounts are per.
    """
    if unit == currency:
        scale = BILLION if largest >= BILLION else MILLION if largest >= MILLION else 1.0
        return per_period(money_unit(currency, scale), period), scale, 3 if scale > 1 else 0
    known = {
        "t": (per_period(T_PER_DAY, period), 1.0, 1),
        "TEU": (per_period(TEU_PER_DAY, period), 1.0, 1),
        "t·km": (per_period(TKM_PER_DAY, period), 1.0, 0),
        "kg CO2e": (per_period(CO2E_T_PER_DAY, period), 1e3, 2),
        "vehicle-km": (per_period(VEHICLE_KM, period), 1.0, 0),
        "h": (HOURS, 1.0, 1),
    }
    return known.get(unit, (Text(en="", vi=""), 1.0, 0))


def figure_of(value: float, quantity: str, scale: float, digits: int) -> Amount:
    """Return a total as it is written; shares in percent."""
    return Amount(value, 1, "share") if "_share_" in quantity else Amount(value / scale, digits)


def change_of(value: float, quantity: str, scale: float, digits: int) -> Amount:
    """Return a difference of a total as it is written, with its sign; shares in percentage points."""
    if "_share_" in quantity:
        return Amount(POINTS * value, 1, "signed")
    return Amount(value / scale, digits, "signed")
