"""The answer about a programme as plain JSON values."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from optimizer.results.plan_document import plain_records
from optimizer.runs.inputs import inputs_sha256

if TYPE_CHECKING:
    from optimizer.programme.answer import ActionResult, Effect, ProgrammeAnswer


def programme_to_dict(answer: ProgrammeAnswer) -> dict[str, Any]:
    """Return the answer: base, actions, all together, interaction, indicators; money per working day of the plan."""
    region = answer.base.case.pack.region
    return {
        "region_id": region.region_id,
        "currency": region.currency,
        "price_year": region.price_year,
        "base": {
            "scenario_id": answer.base.case.scenario.scenario_id,
            "status": answer.base.plan.status,
            "gap": answer.base.plan.gap,
            "inputs_sha256": inputs_sha256(answer.base.case),
            "totals": answer.base_figures.totals,
            "gateway_shares": answer.base_figures.gateway_shares,
            "mode_shares": answer.base_figures.mode_shares,
        },
        "days_per_year": answer.days_per_year,
        "actions": [_action(one, answer) for one in answer.results],
        "together": None if answer.together is None else _effect(answer.together, answer),
        "interaction": answer.interaction,
        "indicators": plain_records(answer.indicators.astype(object)),
    }


def _action(result: ActionResult, answer: ProgrammeAnswer) -> dict[str, Any]:
    found = asdict(result.action) | {"verdict": result.verdict}
    found["name"] = {"vi": result.action.name.vi, "en": result.action.name.en}
    return found | {"effect": None if result.effect is None else _effect(result.effect, answer)}


def _effect(effect: Effect, answer: ProgrammeAnswer) -> dict[str, Any]:
    return {
        "status": effect.status,
        "gap": effect.gap,
        "totals": effect.figures.totals,
        "changes": effect.changes,
        "yearly_saving": answer.yearly(effect.saving_per_day),
        "yearly_resource_saving": answer.yearly(effect.resource_saving_per_day),
        "gateway_shares": effect.figures.gateway_shares,
        "mode_shares": effect.figures.mode_shares,
        "use": {
            "rows": {table: list(ids) for table, ids in effect.use.rows.items()},
            "t_per_day": effect.use.t_per_day,
            "teu_per_day": effect.use.teu_per_day,
            "paths": effect.use.paths,
        },
        "served": [asdict(place) for place in effect.served],
    }
