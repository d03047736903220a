"""Trade by commodity, direction and market: the seed balanced to its controls, and in tonnes."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from supplychain.demand.balance import ACCEPTED_RELATIVE_DEVIATION, Control, ControlError, balance
from supplychain.demand.rows import row_finding
from supplychain.errors import Finding, FindingsError
from supplychain.pack import Pack
from supplychain.text import Text

USD_PER_MUSD: Final = 1e6

_PRICE_COLUMN: Final = {"export": "usd_per_t_export", "import": "usd_per_t_import"}


def build_trade(pack: Pack) -> pd.DataFrame:
    """Return the trade rows with their balanced amounts and tonnes, by ``trade_id``.

    Each direction is balanced on its own, by iterative proportional fitting of the seed to the controls: the
    direction's total, totals of commodities, of markets, or of one commodity and market. What a total leaves after
    the commodities (or markets) that have a control of their own belongs to all others together. Exports and
    imports are amounts of money (million USD of the base year) and become tonnes by ``usd_per_t_export`` or
    ``usd_per_t_import``; domestic flows are tonnes already.

    Returns
    -------
    pandas.DataFrame
        ``trade_id, commodity_id, direction, market_id, assumption_ids`` of the row; ``position`` of the row in its
        table; ``unit`` (``musd`` or ``t``);
        ``seed`` and ``amount`` (balanced) in that unit; ``usd_per_t`` (NaN for rows in tonnes);
        ``mass_t_per_year``.

    Raises
    ------
    FindingsError
        With every row whose amount or price is missing, negative or in another unit than its direction.
    ControlError
        When the controls contradict each other or the seed.
    """
    trade = _amounts(pack.table("trade"))
    controls = _amounts(pack.table("controls"))
    findings = _check_amounts("trade", trade) + _check_amounts("controls", controls)
    findings += _check_units(trade, controls) + _check_repeated(controls)
    trade["usd_per_t"] = _prices(pack, trade)
    findings += _check_prices(trade)
    if findings:
        raise FindingsError(
            Text(
                en=f"The trade tables cannot be used: {len(findings)} finding(s).",
                vi=f"Không dùng được các bảng thương mại: {len(findings)} lỗi.",
            ),
            findings,
        )
    trade = trade.sort_values("trade_id", ignore_index=True)
    trade["amount"] = trade["seed"]
    for direction in trade["direction"].unique():
        here = (trade["direction"] == direction).to_numpy()
        cells = trade.loc[here]
        fitted = balance(
            cells["seed"].to_numpy(dtype=np.float64),
            build_controls(cells, controls[controls["direction"] == direction]),
        )
        trade.loc[here, "amount"] = fitted
    _check_controls_used(trade, controls)
    in_money = trade["unit"] == "musd"
    trade["mass_t_per_year"] = trade["amount"].where(
        ~in_money, trade["amount"] * USD_PER_MUSD / trade["usd_per_t"].fillna(1.0)
    )
    return trade


def build_controls(cells: pd.DataFrame, controls: pd.DataFrame) -> list[Control]:
    """Return the controls of one direction over its trade rows, totals replaced by what the others leave.

    Parameters
    ----------
    cells
        Trade rows of the direction: ``commodity_id``, ``market_id``.
    controls
        Control rows of the direction: ``control_id``, ``commodity_id``, ``market_id`` (null for all), ``seed``.

    Raises
    ------
    ControlError
        When the parts add up to more than the total, or to another amount and nothing is left to take the rest.
    """
    families: dict[str, list[Control]] = {"total": [], "commodity": [], "market": [], "cell": []}
    columns = zip(
        controls["control_id"], controls["commodity_id"], controls["market_id"], controls["seed"], strict=True
    )
    for control_id, commodity_id, market_id, total in columns:
        member = np.ones(len(cells), dtype=np.bool_)
        family = "total"
        if not pd.isna(commodity_id):
            member &= (cells["commodity_id"] == commodity_id).to_numpy()
            family = "commodity"
        if not pd.isna(market_id):
            member &= (cells["market_id"] == market_id).to_numpy()
            family = "market" if family == "total" else "cell"
        families[family].append(Control(str(control_id), np.flatnonzero(member), float(total)))
    fitted = families["cell"]
    for total_control in families["total"]:
        rests = [_rest(total_control, families[name]) for name in ("commodity", "market") if families[name]]
        fitted = fitted + ([rest for rest in rests if rest is not None] if rests else [total_control])
    return fitted + families["market"] + families["commodity"]


def _rest(total: Control, parts: list[Control]) -> Control | None:
    """Return the control of all cells of the total that are in none of the parts; None where none is needed."""
    covered = np.concatenate([part.cells for part in parts])
    cells = np.setdiff1d(total.cells, covered)
    known = sum(part.total for part in parts)
    left = total.total - known
    close = abs(left) <= ACCEPTED_RELATIVE_DEVIATION * total.total
    if not close and (left < 0 or not len(cells)):
        raise ControlError(
            Text(
                en="Control {total} asks for {asked:g}, but {parts} add up to {known:g}. Change one of them.",
                vi="Tổng kiểm soát {total} yêu cầu {asked:g}, nhưng {parts} cộng lại bằng {known:g}. "
                "Hãy sửa một trong các tổng.",
            ).format(
                total=total.control_id,
                asked=total.total,
                parts=", ".join(f"{part.control_id} ({part.total:g})" for part in parts),
                known=known,
            )
        )
    if not len(cells):
        return None
    name = f"{total.control_id} − ({' + '.join(part.control_id for part in parts)})"
    return Control(name, cells, 0.0 if close else left)


def _amounts(table: pd.DataFrame) -> pd.DataFrame:
    """Return a copy with ``seed`` and ``unit`` (musd, t, or empty where not exactly one amount is given)."""
    table = table.reset_index(drop=True)
    table["position"] = table.index
    value = table["value_musd"].astype("float64")
    mass = table["mass_t_per_year"].astype("float64")
    table["seed"] = value.fillna(mass)
    table["unit"] = np.select([value.notna() & mass.isna(), mass.notna() & value.isna()], ["musd", "t"], "")
    return table


def _check_amounts(name: str, table: pd.DataFrame) -> list[Finding]:
    findings = []
    for position in np.flatnonzero((table["unit"] == "").to_numpy()):
        text = Text(
            en="exactly one of value_musd and mass_t_per_year must be given.",
            vi="phải cho đúng một trong hai cột value_musd và mass_t_per_year.",
        )
        findings.append(row_finding(name, int(position), "value_musd", text))
    seed = table["seed"].to_numpy(dtype=np.float64)
    for position in np.flatnonzero((seed < 0) | np.isinf(seed)):
        text = Text(en="the amount is {value}; it must be at least 0.", vi="số lượng là {value}; phải không âm.")
        column = "value_musd" if table["unit"].iloc[position] == "musd" else "mass_t_per_year"
        findings.append(row_finding(name, int(position), column, text.format(value=seed[position])))
    return findings


def _check_units(trade: pd.DataFrame, controls: pd.DataFrame) -> list[Finding]:
    findings = []
    unit_of = {direction: rows["unit"].iloc[0] for direction, rows in trade.groupby("direction", sort=False)}
    for name, table in (("trade", trade), ("controls", controls)):
        for position, (direction, unit) in enumerate(zip(table["direction"], table["unit"], strict=True)):
            expected = unit_of.get(direction, unit)
            if unit and expected and unit != expected:
                text = Text(
                    en="direction {direction} is counted in {expected}, but this row gives {unit}.",
                    vi="chiều {direction} tính bằng {expected}, nhưng dòng này cho {unit}.",
                ).format(direction=direction, expected=expected, unit=unit)
                findings.append(row_finding(name, position, None, text))
    return findings


def _check_repeated(controls: pd.DataFrame) -> list[Finding]:
    repeated = controls.duplicated(["direction", "commodity_id", "market_id"]).to_numpy()
    text = Text(
        en="another control stands for the same direction, commodity and market.",
        vi="đã có tổng kiểm soát khác cho cùng chiều, mặt hàng và thị trường.",
    )
    return [row_finding("controls", int(position), None, text) for position in np.flatnonzero(repeated)]


def _prices(pack: Pack, trade: pd.DataFrame) -> pd.Series:
    commodities = pack.table("commodities").set_index("commodity_id")
    prices = pd.Series(np.nan, index=trade.index, dtype="float64")
    for direction, column in _PRICE_COLUMN.items():
        here = (trade["direction"] == direction) & (trade["unit"] == "musd")
        prices.loc[here] = trade.loc[here, "commodity_id"].map(commodities[column]).astype("float64")
    return prices


def _check_prices(trade: pd.DataFrame) -> list[Finding]:
    needed = (trade["unit"] == "musd") & (trade["seed"] > 0)
    missing = needed & ~(trade["usd_per_t"] > 0)
    return [
        row_finding(
            "trade",
            int(position),
            "commodity_id",
            Text(
                en="commodity {commodity} has no USD per tonne above 0 for direction {direction} in commodities.csv.",
                vi="mặt hàng {commodity} không có đơn giá USD/tấn lớn hơn 0 cho chiều {direction} trong "
                "commodities.csv.",
            ).format(commodity=trade["commodity_id"].iloc[position], direction=trade["direction"].iloc[position]),
        )
        for position in np.flatnonzero(missing.to_numpy())
    ]


def _check_controls_used(trade: pd.DataFrame, controls: pd.DataFrame) -> None:
    """Raise when a control of a direction without any trade row asks for something."""
    lost = ~controls["direction"].isin(trade["direction"].unique()) & (controls["seed"] > 0)
    if lost.any():
        raise ControlError(
            Text(
                en="These controls have no trade row in their direction: {ids}.",
                vi="Các tổng kiểm soát sau không có dòng thương mại cùng chiều: {ids}.",
            ).format(ids=", ".join(controls.loc[lost, "control_id"]))
        )
