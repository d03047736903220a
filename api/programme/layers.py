"""Layers of a programme: what each action builds or changes, coloured by what it does to the cost; places served."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from api.documents.layers import Ground, joined_ground, place_layer
from api.exports.layers import WGS84

if TYPE_CHECKING:
    from optimizer.programme.answer import ActionResult, ProgrammeAnswer

Layer = Any  # geopandas.GeoDataFrame, which carries no types


def programme_layers(answer: ProgrammeAnswer) -> dict[str, Layer]:
    """Return the layers of a programme in WGS 84; one without rows is left out.

    Returns
    -------
    dict
        ``actions`` (links that an action opens or changes, one row each: action_id, name_vi, name_en, verdict,
        status, row_id, saving_per_day in pack money, t_per_day and teu_per_day that use the action),
        ``action_points`` (terminals, and the terminal a changed service leaves from, alike), ``gains`` (places that
        all actions together serve: cost_fall in pack money per day, hours_fall, kg_co2e_fall, gain).
    """
    ground = Ground.of_case(answer.base.case)
    if answer.together_planned is not None:
        ground = joined_ground(Ground.of_case(answer.together_planned.case), ground)
    made = {
        "actions": _joined([_lines(one, ground) for one in answer.modelled]),
        "action_points": _joined([_points(one, ground) for one in answer.modelled]),
    }
    if answer.together is not None and answer.together.served:
        served = answer.together.served
        made["gains"] = place_layer(
            ground,
            {
                "cost_fall": {place.place_id: place.cost_fall for place in served},
                "hours_fall": {place.place_id: place.hours_fall for place in served},
                "kg_co2e_fall": {place.place_id: place.kg_co2e_fall for place in served},
                "gain": {place.place_id: "gains" for place in served},
            },
        )
    return {name: layer for name, layer in made.items() if len(layer)}


def _about(result: ActionResult) -> dict[str, object]:
    action, effect = result.action, result.effect
    if effect is None:
        return {}
    return {
        "action_id": action.action_id,
        "action_vi": action.name.vi,
        "action_en": action.name.en,
        "status": action.status,
        "verdict": result.verdict,
        "saving_per_day": effect.saving_per_day,
        "use_t_per_day": effect.use.t_per_day,
        "use_teu_per_day": effect.use.teu_per_day,
    }


def _lines(result: ActionResult, ground: Ground) -> Layer:
    rows = () if result.effect is None else result.effect.use.rows["links"]
    lines = ground.lines[(ground.lines["row_table"] != "services") & ground.lines["row_id"].isin(rows)]
    return lines.drop(columns="is_ground").assign(**_about(result))


def _points(result: ActionResult, ground: Ground) -> Layer:
    at = () if result.effect is None else (*result.effect.use.rows["terminals"], *result.effect.use.departs)
    return ground.places[ground.places["place_id"].isin(at)].assign(**_about(result))


def _joined(layers: list[Layer]) -> Layer:
    found = [layer for layer in layers if len(layer)]
    if not found:
        return gpd.GeoDataFrame()
    return gpd.GeoDataFrame(pd.concat(found, ignore_index=True), geometry="geometry", crs=WGS84)
