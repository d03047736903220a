"""The answer about a programme as data frames, for files and for documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from optimizer.results.names import place_table

if TYPE_CHECKING:
    from optimizer.programme.answer import ActionResult, Effect, ProgrammeAnswer

TOGETHER: Final = "together"
SHOWN_CHANGES: Final = (
    "generalised_cost_per_day",
    "money_per_day",
    "resource_cost_per_day",
    "mean_time_h",
    "emissions_kg_co2e_per_day",
    "ttw_kg_co2e_per_day",
    "wtt_kg_co2e_per_day",
    "unserved_t_per_day",
)


def action_frame(answer: ProgrammeAnswer) -> pd.DataFrame:
    """Return one row per action, and one for all together where any was planned.

    Columns: action_id, programme_id, name_vi, name_en, domain, status, start_year, end_year, verdict,
    ``<total>_change`` for each of ``SHOWN_CHANGES`` (against the base, per working day of the plan), use_t_per_day,
    use_teu_per_day, parks_served, zones_served, share_<gateway>, share_<mode>, investment (pack money),
    yearly_saving, yearly_resource_saving, yearly_saving_share (of the investment), plan_status, gap. Nothing stands in
    the figures of actions that were not planned.
    """
    rows = [_row(one, answer) for one in answer.results]
    if answer.together is not None:
        invested = [one.action.investment for one in answer.modelled if one.action.investment is not None]
        rows.append(
            {"action_id": TOGETHER, "name_vi": "Mọi hành động cùng lúc", "name_en": "All actions together"}
            | {"verdict": answer.together.verdict}
            | _effect(answer.together, answer, sum(invested) if invested else None, all_known=False)
        )
    return pd.DataFrame(rows)


def _row(result: ActionResult, answer: ProgrammeAnswer) -> dict[str, Any]:
    action = result.action
    row: dict[str, Any] = {
        "action_id": action.action_id,
        "name_vi": action.name.vi,
        "name_en": action.name.en,
        "programme_id": action.programme_id,
        "domain": action.domain,
        "status": action.status,
        "start_year": action.start_year,
        "end_year": action.end_year,
        "verdict": result.verdict,
    }
    if result.effect is None:
        return row | {"investment": action.investment}
    return row | _effect(result.effect, answer, action.investment)


def _effect(
    effect: Effect, answer: ProgrammeAnswer, investment: float | None, *, all_known: bool = True
) -> dict[str, Any]:
    """Return the figures of an effect; of a sum in which some investment is not known, no ratio."""
    saving = answer.yearly(effect.saving_per_day)
    row: dict[str, Any] = {f"{name}_change": effect.changes[name] for name in SHOWN_CHANGES}
    row |= {
        "use_t_per_day": effect.use.t_per_day,
        "use_teu_per_day": effect.use.teu_per_day,
        "parks_served": sum(place.kind == "park" for place in effect.served),
        "zones_served": sum(place.kind == "zone" for place in effect.served),
    }
    row |= {f"share_{name}": share for name, share in effect.figures.gateway_shares.items()}
    row |= {f"share_{name}": share for name, share in effect.figures.mode_shares.items()}
    return row | {
        "investment": investment,
        "yearly_saving": saving,
        "yearly_resource_saving": answer.yearly(effect.resource_saving_per_day),
        "yearly_saving_share": saving / investment if investment and all_known else None,
        "plan_status": effect.status,
        "gap": effect.gap,
    }


def place_frame(answer: ProgrammeAnswer) -> pd.DataFrame:
    """Return one row per action and place it serves, the largest fall first.

    Columns: action_id (``together`` for all), place_id, name_vi, name_en, kind, cost_fall (pack money per day),
    cost_fall_share, money_fall, hours_fall, kg_co2e_fall.
    """
    names = place_table(answer.base.case.pack).set_index("place_id")
    effects = [(one.action.action_id, one.effect) for one in answer.modelled]
    rows = [
        {
            "action_id": action_id,
            "place_id": place.place_id,
            "name_vi": names.loc[place.place_id, "name_vi"],
            "name_en": names.loc[place.place_id, "name_en"],
            "kind": place.kind,
            "cost_fall": place.cost_fall,
            "cost_fall_share": place.cost_fall_share,
            "money_fall": place.money_fall,
            "hours_fall": place.hours_fall,
            "kg_co2e_fall": place.kg_co2e_fall,
        }
        for action_id, effect in [*effects, (TOGETHER, answer.together)]
        if effect is not None
        for place in effect.served
    ]
    columns = ["action_id", "place_id", "name_vi", "name_en", "kind", "cost_fall", "cost_fall_share"]
    return pd.DataFrame(rows, columns=[*columns, "money_fall", "hours_fall", "kg_co2e_fall"])
