"""Swings measured earlier and kept with the assumptions, beside those measured now."""

from __future__ import annotations

from typing import Final

import pandas as pd

from supplychain.pack import Pack

STORED_COLUMNS: Final = ("swing_cost_percent", "swing_gateway_points")
"""Columns of ``assumptions`` that hold what ``hinterland swing --write`` measured."""
PERCENT: Final = 100.0


def order_by_stored_swing(pack: Pack) -> tuple[str, ...]:
    """Return the assumptions in the order worth measuring: never measured first, then the larger swing of cost."""
    rows = pack.table("assumptions")
    ordered = rows.sort_values("swing_cost_percent", ascending=False, na_position="first", kind="stable")
    return tuple(str(assumption_id) for assumption_id in ordered["assumption_id"])


def add_stored_swings(swings: pd.DataFrame, pack: Pack, base_cost_per_day: float) -> pd.DataFrame:
    """Return a table of swings with the figures measured earlier where this run measured none.

    Parameters
    ----------
    swings
        Table of ``assumption_swings``.
    pack
        The region as loaded.
    base_cost_per_day
        Price paid a day in the base plan, pack money.

    Columns
    -------
    Those of ``assumption_swings``, and

    cost_swing_percent
        Larger change of the price paid, per cent of the base's; null where nobody has measured it.
    gateway_swing_points
        Larger change of a gateway's share, percentage points; null likewise.
    evaluated
        True where this run measured it, False where the figures are those kept with the pack.

    Rows stand in order of ``cost_swing_percent``, and ``rank`` counts them.
    """
    stored = pack.table("assumptions").set_index("assumption_id").loc[swings["assumption_id"].tolist()]
    table = swings.copy()
    measured = table["evaluated"].astype(bool)
    now_percent = (
        PERCENT * table["cost_swing"] / base_cost_per_day if base_cost_per_day > 0 else table["cost_swing"] * 0
    )
    now_points = table[["gateway_points_low", "gateway_points_high"]].abs().max(axis=1)
    table["cost_swing_percent"] = now_percent.where(measured, stored["swing_cost_percent"].to_numpy())
    table["gateway_swing_points"] = now_points.where(measured, stored["swing_gateway_points"].to_numpy())
    table = table.sort_values("cost_swing_percent", ascending=False, kind="stable", na_position="last")
    table = table.reset_index(drop=True)
    table["rank"] = (table.index + 1).where(table["cost_swing_percent"].notna()).astype("Int64")
    return table
