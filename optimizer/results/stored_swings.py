"""Swings measured earlier and kept with the assumptions, beside those measured now."""

from __future__ import annotations

from typing import Final

import pandas as pd

from supplychain.pack import Pack

STORED_COLUMNS: Final = {
    "swing_cost_percent": "cost_swing_percent",
    "swing_emissions_percent": "emissions_swing_percent",
    "swing_gateway_points": "gateway_swing_points",
}
"""Columns of ``assumptions`` that keep what was measured, and the columns of the table of swings they keep."""
PERCENT: Final = 100.0


def order_by_stored_swing(pack: Pack) -> tuple[str, ...]:
    """Return the assumptions in the order worth measuring: never measured first, then the larger swing of cost."""
    rows = pack.table("assumptions")
    ordered = rows.sort_values("swing_cost_percent", ascending=False, na_position="first", kind="stable")
    return tuple(str(assumption_id) for assumption_id in ordered["assumption_id"])


def add_stored_swings(
    swings: pd.DataFrame, pack: Pack, base_cost_per_day: float, base_emissions_kg_per_day: float
) -> pd.DataFrame:
    """Return a table of swings with the figures measured earlier where this run measured none.

    Parameters
    ----------
    swings
        Table of ``assumption_swings``.
    pack
        The region as loaded.
    base_cost_per_day
        Price paid a day in the base plan, pack money.
    base_emissions_kg_per_day
        kg CO2e a day of the base plan.

    Columns
    -------
    Those of ``assumption_swings``, and

    cost_swing_percent
        Larger change of the price paid, per cent of the base's; null where nobody has measured it.
    emissions_swing_percent
        Larger change of CO2e, per cent of the base's; null likewise.
    gateway_swing_points
        Larger change of a gateway's share, percentage points; null likewise.
    evaluated
        True where this run measured it, False where the figures are those kept with the pack.

    Rows stand in order of ``cost_swing_percent``, and ``rank`` counts them.
    """
    stored = pack.table("assumptions").set_index("assumption_id").loc[swings["assumption_id"].tolist()]
    table = swings.copy()
    measured = table["evaluated"].astype(bool)
    now = {
        "cost_swing_percent": _percent(table[["cost_low", "cost_high"]], base_cost_per_day),
        "emissions_swing_percent": _percent(table[["emissions_low", "emissions_high"]], base_emissions_kg_per_day),
        "gateway_swing_points": _larger(table[["gateway_points_low", "gateway_points_high"]]),
    }
    for kept, column in STORED_COLUMNS.items():
        table[column] = now[column].where(measured, stored[kept].to_numpy())
    table = table.sort_values("cost_swing_percent", ascending=False, kind="stable", na_position="last")
    table = table.reset_index(drop=True)
    table["rank"] = (table.index + 1).where(table["cost_swing_percent"].notna()).astype("Int64")
    return table


def _larger(changes: pd.DataFrame) -> pd.Series:
    return changes.abs().max(axis=1)


def _percent(changes: pd.DataFrame, base: float) -> pd.Series:
    """Return the larger change in per cent of the base; 0 where the base itself is 0."""
    return _larger(changes) * (PERCENT / base if base > 0 else 0.0)
