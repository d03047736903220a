"""The plan as one JSON document: what it is, what it comes to, and what it was made from."""

from __future__ import annotations

import math
import platform
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any, Final, TypedDict

import pandas as pd

from optimizer.case import Case
from optimizer.check import Violation
from optimizer.flow.plan import Plan
from optimizer.results.indicators import Indicators, indicators
from optimizer.results.itineraries import INLAND_MODES
from optimizer.runs.inputs import inputs_sha256
from supplychain.text import Text

FORM_VERSION: Final = 1
OPTIMUM_NOT_FORECAST: Final = Text(
    en="An optimum, not a forecast: the best use of what is open under the stated costs, not what shippers will do.",
    vi="Đây là phương án tối ưu, không phải dự báo: cách dùng tốt nhất những gì đang mở theo chi phí đã nêu, không "
    "phải điều các chủ hàng sẽ làm.",
)


class Objective(TypedDict):
    """Objective and its parts, pack money per day."""

    total: float
    money: float
    value_of_time: float
    carbon: float
    penalty: float
    bound: float


class PlanDocument(TypedDict):
    """What ``plan.json`` holds; money is ``currency`` of ``price_year`` per working day, emissions well to wheel."""

    form_version: int
    region_id: str
    scenario: dict[str, object]
    note: dict[str, str]
    status: str
    reason: str
    gap: float
    gap_tolerance: float
    checked: bool
    violations: list[str]
    objective: Objective
    currency: str
    price_year: int
    base_year: int
    units: dict[str, str]
    demand_t_per_day: float
    t_per_day: float
    teu_per_day: float
    tkm_per_day: float
    cost_per_day: float
    resource_cost_per_day: float
    emissions_kg_co2e_per_day: float
    emissions_ttw_kg_co2e_per_day: float
    emissions_wtt_kg_co2e_per_day: float
    unserved_t_per_day: float
    totals: dict[str, float]
    shares_by_mode: dict[str, dict[str, float]]
    shares_by_gateway: dict[str, float]
    barge_share_cai_mep: float
    bottlenecks: list[dict[str, Any]]
    rounds: int
    columns: int
    seed: int
    inputs_sha256: str
    versions: dict[str, str]


UNITS: Final = {
    "t_per_day": "t per working day",
    "teu_per_day": "TEU per working day",
    "tkm_per_day": "tonne-kilometres per working day",
    "cost_per_day": "currency of price_year per working day, price paid",
    "resource_cost_per_day": "currency of price_year per working day, without margins, taxes and transfers",
    "emissions_kg_co2e_per_day": "kg CO2e per working day, well to wheel (ISO 14083)",
    "shares_by_mode": "0-1 of inland tonne-kilometres, and of tonnes by main inland mode",
    "shares_by_gateway": "0-1 of laden TEU of foreign trade",
}


def plan_document(
    case: Case, plan: Plan, violations: Sequence[Violation], found: Indicators | None = None
) -> PlanDocument:
    """Return the plan as a document of plain JSON values, without NaN.

    Parameters
    ----------
    case, plan
        The case and its plan.
    violations
        What the independent check found; none means the plan is valid.
    found
        Indicators of the plan, if they are at hand.
    """
    found = found or indicators(case, plan)
    totals, region = found.totals, case.pack.region
    return PlanDocument(
        form_version=FORM_VERSION,
        region_id=region.region_id,
        scenario=case.scenario.to_dict(),
        note={"vi": OPTIMUM_NOT_FORECAST.vi, "en": OPTIMUM_NOT_FORECAST.en},
        status=plan.status,
        reason=plan.reason,
        gap=plan.gap,
        gap_tolerance=plan.gap_tolerance,
        checked=not violations,
        violations=[str(violation.text.en) for violation in violations],
        objective=Objective(
            total=plan.objective,
            money=plan.money,
            value_of_time=plan.time_cost,
            carbon=plan.carbon_cost,
            penalty=plan.penalty_cost,
            bound=plan.bound,
        ),
        currency=region.currency,
        price_year=region.price_year,
        base_year=region.base_year,
        units=dict(UNITS),
        demand_t_per_day=totals["demand_t_per_day"],
        t_per_day=totals["t_per_day"],
        teu_per_day=totals["teu_per_day"],
        tkm_per_day=totals["tkm_per_day"],
        cost_per_day=totals["cost_per_day"],
        resource_cost_per_day=totals["resource_cost_per_day"],
        emissions_kg_co2e_per_day=totals["emissions_kg_co2e_per_day"],
        emissions_ttw_kg_co2e_per_day=totals["ttw_kg_co2e_per_day"],
        emissions_wtt_kg_co2e_per_day=totals["wtt_kg_co2e_per_day"],
        unserved_t_per_day=totals["unserved_t_per_day"],
        totals=dict(totals),
        shares_by_mode={
            "tkm": {mode: totals[f"mode_share_tkm_{mode}"] for mode in INLAND_MODES},
            "t": {mode: totals[f"mode_share_t_{mode}"] for mode in INLAND_MODES},
        },
        shares_by_gateway={
            name.removeprefix("gateway_share_"): value
            for name, value in totals.items()
            if name.startswith("gateway_share_")
        },
        barge_share_cai_mep=totals["barge_share_cai_mep"],
        bottlenecks=plain_records(found.bottlenecks),
        rounds=plan.rounds,
        columns=plan.columns,
        seed=plan.seed,
        inputs_sha256=inputs_sha256(case),
        versions=dict(plan.versions) | {"hinterland": version("hinterland"), "python": platform.python_version()},
    )


def plain_records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a table as records of plain JSON values; a missing number is None."""
    return [{str(key): _plain(value) for key, value in record.items()} for record in table.to_dict("records")]


def _plain(value: Any) -> Any:  # noqa: ANN401 - a cell of any kind
    if value is None or value is pd.NA or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return value.item() if hasattr(value, "item") else value
