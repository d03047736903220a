"""Whether the demand of a case adds up to the control totals it was fitted to."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from optimizer.case import Case
from optimizer.results.itineraries import demand_columns

EXACT: Final = 1e-9
"""Relative difference within which a control total counts as met."""

USD_PER_MUSD: Final = 1e6
VALUE: Final = "value_musd"
MASS: Final = "mass_t_per_year"
UNITS: Final = {VALUE: "MUSD/yr", MASS: "t/yr"}

COLUMNS: Final = (
    "control_id",
    "direction",
    "commodity_id",
    "market_id",
    "quantity",
    "unit",
    "control",
    "model",
    "relative_difference",
    "exact",
    "source",
    "confidence",
)


def check_controls(case: Case) -> pd.DataFrame:
    """Return every total of controls.csv beside the same sum over the demand of the case.

    Yearly sums are those of a normal year: demand a day times working days, the peak factor taken off.

    Columns
    -------
    control_id, direction, commodity_id, market_id
        Which total; empty text for all commodities or all markets.
    quantity, unit
        ``value_musd`` or ``mass_t_per_year``.
    control, model
        The total given and the sum over the demand.
    relative_difference
        (model - control) ÷ control.
    exact
        Whether that is at most 1e-9.
    source, confidence
        Of the control total.
    """
    demand = demand_columns(case)
    per_year = case.pack.assumption("working_days_per_year") / case.pack.assumption("peak_factor")
    worth = case.pack.table("commodities").set_index("commodity_id")
    rows: list[dict[str, Any]] = []
    for control in case.pack.table("controls").astype(object).itertuples():
        chosen = demand["direction"] == control.direction
        subject: dict[str, str] = {"control_id": str(control.control_id), "direction": str(control.direction)}
        for column in ("commodity_id", "market_id"):
            wanted = getattr(control, column)
            subject[column] = "" if pd.isna(wanted) else str(wanted)
            if subject[column]:
                chosen &= demand[column] == wanted
        of_control = demand[chosen]
        tonnes = of_control["t_per_day"] * per_year
        for quantity in (VALUE, MASS):
            given = getattr(control, quantity)
            if pd.isna(given):
                continue
            if quantity == VALUE:
                usd_per_t = of_control["commodity_id"].map(worth[f"usd_per_t_{control.direction}"])
                model = float((tonnes * usd_per_t).sum()) / USD_PER_MUSD
            else:
                model = float(tonnes.sum())
            off = (model - given) / given if given else float(model != given)
            rows.append(
                {
                    **subject,
                    "quantity": quantity,
                    "unit": UNITS[quantity],
                    "control": float(given),
                    "model": model,
                    "relative_difference": off,
                    "exact": abs(off) <= EXACT,
                    "source": control.source,
                    "confidence": control.confidence,
                }
            )
    return pd.DataFrame(rows, columns=list(COLUMNS))
