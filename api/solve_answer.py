"""What is told and written of a folder's plan: a document, a few figures on the terminal, and CSV files."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from api.numbers import number, percent
from api.tell import CAUTION, CHECK, PASSED, STATUS
from api.totals import status_text
from optimizer.folder.answer import summarise
from supplychain.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from api.console import Talk
    from optimizer.check import Violation
    from optimizer.flow.plan import Plan
    from optimizer.folder.case import FolderCase

FORM_VERSION: Final = 1
MOST_BOTTLENECKS: Final = 10
MOST_TOLD: Final = 5
NOTE: Final = Text(
    en="An optimum, not a forecast: the best use of what the folder describes under its costs.",
    vi="Đây là phương án tối ưu, không phải dự báo: cách dùng tốt nhất những gì thư mục mô tả theo chi phí đã cho.",
)
UNITS: Final = {
    "money": "currency, whole horizon",
    "t": "tonnes, whole horizon",
    "kg_co2e": "kg CO2e, whole horizon",
    "tkm": "tonne-kilometres, whole horizon",
    "shadow_price": "currency per unit of the capacity in its period",
}
REASON_NAMES: Final[Mapping[str, Text]] = {
    "no_path": Text(en="no way there", vi="không có đường đi"),
    "over_time_limit": Text(en="over the time limit", vi="quá giới hạn thời gian"),
    "over_length_limit": Text(en="over the distance limit", vi="quá giới hạn quãng đường"),
    "over_both_limits": Text(en="over the limits of time and distance together", vi="quá giới hạn thời gian và đường"),
    "below_lot": Text(en="below the least lot", vi="dưới lô tối thiểu"),
    "costs_more_than_penalty": Text(en="the penalty costs no more", vi="chịu phạt không đắt hơn"),
    "capacity_full": Text(en="capacities are full", vi="hết năng lực"),
    "plan_not_optimal": Text(en="the plan ended early", vi="phương án dừng sớm"),
}
KIND_NAMES: Final[Mapping[str, Text]] = {
    "link": Text(en="link", vi="tuyến"),
    "capacity": Text(en="capacity", vi="năng lực"),
    "storage": Text(en="storage", vi="kho"),
}


def solve_document(
    case: FolderCase, plan: Plan, tables: Mapping[str, pd.DataFrame], violations: Sequence[Violation]
) -> dict[str, Any]:
    """Return the plan as a document of plain JSON values, without NaN.

    Parameters
    ----------
    case, plan, tables
        The case, its plan and the tables of it.
    violations
        What the check could not prove; what it refused never comes here.
    """
    problem, settings = case.problem, case.tables.settings
    figures = summarise(case, plan)
    parts = {"money": plan.money, "value_of_time": plan.time_cost, "carbon": plan.carbon_cost}
    return {
        "form_version": FORM_VERSION,
        "note": {"vi": NOTE.vi, "en": NOTE.en},
        "status": plan.status,
        "reason": plan.reason,
        "gap": plan.gap,
        "gap_tolerance": plan.gap_tolerance,
        "checked": True,
        "bound_checked": not violations,
        "objective": {"total": plan.objective, **parts, "penalty": plan.penalty_cost, "bound": plan.bound},
        "currency": settings.currency,
        "price_year": settings.price_year,
        "days": figures["days"],
        "periods": list(case.period_ids),
        "units": dict(UNITS),
        **{name: figures[name] for name in ("wanted_t", "carried_t", "unserved_t", "tkm", "kg_co2e")},
        "plant_shortfall_t": figures["plant_shortfall_t"],
        "unserved_reasons": _reasons(tables["unserved"]),
        "bottlenecks": _records(_bottlenecks(tables["capacities"])[:MOST_BOTTLENECKS]),
        "problem": {
            "nodes": len(problem.node_ids),
            "links": len(problem.link_ids),
            "classes": len(problem.class_ids),
            "capacities": len(problem.capacity_ids),
            "demands": len(problem.demand_ids),
        },
        "notes": [{"vi": note.sentence("vi"), "en": note.sentence("en")} for note in case.notes],
        "rounds": plan.rounds,
        "columns": plan.columns,
        "seed": plan.seed,
        "versions": dict(plan.versions) | {"hinterland": version("hinterland"), "python": platform.python_version()},
    }


def write_document(path: Path, document: Mapping[str, Any]) -> None:
    """Write one JSON document in UTF-8; a NaN in it is an error."""
    path.write_text(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n", encoding="utf-8")


def tell_solved(name: str, case: FolderCase, plan: Plan, tables: Mapping[str, pd.DataFrame], talk: Talk) -> None:
    """Tell the plan's main figures, what stays and why, and what is short."""
    language, currency = talk.language, case.tables.settings.currency
    days = number(float(case.days.sum()), 0 if float(case.days.sum()).is_integer() else 2)
    headings = (CAUTION, Text(en=f"Horizon, days: {days.en}", vi=f"Số ngày: {days.vi}"))
    rows = [(STATUS, status_text(plan.status, plan.gap)), (CHECK, PASSED), *_figures(case, plan, currency)]
    talk.table(Text(en=name, vi=name), headings, [(label.of(language), text.of(language)) for label, text in rows])
    _tell_unserved(tables["unserved"], talk)
    _tell_bottlenecks(_bottlenecks(tables["capacities"])[:MOST_TOLD], currency, talk)


def _figures(case: FolderCase, plan: Plan, currency: str) -> list[tuple[Text, Text]]:
    """Return label and figure of what the terminal tells."""
    figures = summarise(case, plan)
    wanted = figures["wanted_t"]
    served = percent(figures["carried_t"] / wanted) if wanted > 0 else Text(en="–", vi="–")
    amount = _amount(figures["carried_t"])
    labels = {
        "unserved_t": Text(en="Unserved, t", vi="Không phục vụ được, tấn"),
        "plant_shortfall_t": Text(en="Plants short of their least, t", vi="Nhà máy hụt mức tối thiểu, tấn"),
        "objective": Text(en=f"Total cost, {currency}", vi=f"Tổng chi phí, {currency}"),
        "money": Text(en="  money", vi="  tiền"),
        "time_cost": Text(en="  value of time", vi="  giá trị thời gian"),
        "carbon_cost": Text(en="  carbon price", vi="  giá carbon"),
        "penalty_cost": Text(en="  penalties", vi="  tiền phạt"),
        "kg_co2e": Text(en="CO2e, kg", vi="CO2e, kg"),
        "tkm": Text(en="Tonne-km", vi="Tấn-km"),
    }
    if not len(case.tables.tables["plants"]):
        del labels["plant_shortfall_t"]
    return [
        (Text(en="Wanted, t", vi="Cần chở, tấn"), _amount(wanted)),
        (
            Text(en="Carried, t", vi="Chở được, tấn"),
            Text(en=f"{amount.en} ({served.en})", vi=f"{amount.vi} ({served.vi})"),
        ),
        *((label, _amount(figures[key])) for key, label in labels.items()),
    ]


def _amount(value: float) -> Text:
    """Return a number with as many decimals as its size asks for."""
    for least, digits in ((1_000, 0), (10, 1), (0.1, 3)):
        if abs(value) >= least:
            return number(value, digits)
    return number(value, 6 if value else 0)


def _tell_unserved(unserved: pd.DataFrame, talk: Talk) -> None:
    """Tell how much stays for each reason."""
    if unserved.empty:
        return
    headings = (
        Text(en="Unserved because", vi="Không phục vụ được vì"),
        Text(en="Demands", vi="Nhu cầu"),
        Text(en="Tonnes", vi="Tấn"),
    )
    rows = [
        tuple(
            text.of(talk.language)
            for text in (REASON_NAMES[code], number(told["demands"]), _amount(told["unserved_t"]))
        )
        for code, told in _reasons(unserved).items()
    ]
    talk.table(Text(en="What stays", vi="Phần không chở được"), headings, rows)


def _tell_bottlenecks(short: pd.DataFrame, currency: str, talk: Talk) -> None:
    """Tell what one more unit of the scarcest capacities would save."""
    if short.empty:
        return
    headings = (
        Text(en="Capacity", vi="Năng lực"),
        Text(en="Period", vi="Kỳ"),
        Text(en="Used", vi="Sử dụng"),
        Text(en="Unit", vi="Đơn vị"),
        Text(en=f"One more saves, {currency}", vi=f"Thêm một đơn vị lợi, {currency}"),
    )
    rows = [
        (
            f"{KIND_NAMES[str(row.kind)].of(talk.language)}: {row.id}",
            str(row.period_id),
            _amount(row.used).of(talk.language),
            str(row.unit),
            _amount(row.shadow_price).of(talk.language),
        )
        for row in short.itertuples()
    ]
    talk.table(Text(en="What is short", vi="Điểm nghẽn"), headings, rows)


def _bottlenecks(capacities: pd.DataFrame) -> pd.DataFrame:
    """Return the capacities with a shadow price, the one whose use is worth most first; balances are left out."""
    real = capacities[capacities["kind"].isin(("link", "capacity", "storage")) & (capacities["shadow_price"] > 0)]
    worth = -(real["shadow_price"] * real["residual"]).to_numpy()
    return real.iloc[np.lexsort((-real["shadow_price"].to_numpy(), worth))].reset_index(drop=True)


def _reasons(unserved: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Return demands and tonnes unserved by reason, most tonnes first."""
    sums = unserved.groupby("reason")["unserved_t"].agg(["count", "sum"]).sort_values("sum", ascending=False)
    return {
        str(row.Index): {"demands": int(row.count_), "unserved_t": float(row.total)}
        for row in sums.set_axis(["count_", "total"], axis=1).itertuples()
    }


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a table as records of plain JSON values; a missing or endless number is None."""
    return [
        {
            str(key): None if isinstance(value, float) and not np.isfinite(value) else value
            for key, value in record.items()
        }
        for record in table.to_dict("records")
    ]
