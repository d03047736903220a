"""Layers of a comparison: links with differences, places that gain or lose, gateways with more or less."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from api.documents.layers import Ground, Layer, difference_layer, place_layer

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.compare.comparison import Comparison, Difference

WAYS: Final = ("links", "network_links", "services")
PLACE_COLUMNS: Final = (
    "unit_cost_effect_per_day",
    "volume_effect_per_day",
    "effect_per_t",
    "base_t_per_day",
    "other_t_per_day",
    "difference_mean_time_h",
    "difference_emissions_kg_co2e_per_day",
)
GATEWAY_COLUMNS: Final = (
    "base_teu_per_day",
    "other_teu_per_day",
    "difference_teu_per_day",
    "difference_t_per_day",
    "difference_share_teu",
)
SAME: Final = "same"


def comparison_layers(found: Comparison, ground: Ground) -> dict[str, Layer]:
    """Return the layers of a comparison in WGS 84.

    Parameters
    ----------
    found
        The comparison.
    ground
        Where the rows of all plans lie.

    Returns
    -------
    dict
        For each plan after the first ``differences__PLAN`` (links and services whose load differs), ``gains__PLAN``
        (places that gain or lose by what a tonne costs them) and ``gains__PLAN_gateways`` (gateways with more or less).
        A layer without rows is left out.
    """
    made: dict[str, Layer] = {}
    for one in found.differences:
        name = layer_name(one.other_title)
        made[f"differences__{name}"] = differences_of(one, ground)
        made[f"gains__{name}"] = place_layer(ground, _place_columns(one.places))
        made[f"gains__{name}_gateways"] = place_layer(ground, _gateway_columns(one.gateways))
    return {name: layer for name, layer in made.items() if len(layer)}


def layer_name(title: str) -> str:
    """Return a plan's title as part of a layer's name: ASCII letters, digits and underscores."""
    return re.sub(r"[^a-z0-9]+", "_", title.casefold()).strip("_") or "plan"


def differences_of(one: Difference, ground: Ground) -> Layer:
    """Return the links and services whose load differs."""
    rows = one.links[one.links["row_table"].isin(WAYS)]
    sums = rows.groupby("row_id")[["base_t_per_day", "other_t_per_day"]].sum()
    return difference_layer(ground, sums["base_t_per_day"].to_dict(), sums["other_t_per_day"].to_dict())


def _place_columns(places: pd.DataFrame) -> dict[str, dict[str, Any]]:
    table = places.set_index("place_id")
    columns: dict[str, dict[str, Any]] = {"gain": table["verdict"].where(table["verdict"] != "", SAME).to_dict()}
    return columns | {name: table[name].to_dict() for name in PLACE_COLUMNS}


def _gateway_columns(gateways: pd.DataFrame) -> dict[str, dict[str, Any]]:
    table = gateways.set_index("gateway_id")
    change = table["difference_t_per_day"]
    words = change.map(lambda tonnes: "gains" if tonnes > 0 else "loses" if tonnes < 0 else SAME)
    columns: dict[str, dict[str, Any]] = {"gain": words.to_dict()}
    return columns | {name: table[name].to_dict() for name in GATEWAY_COLUMNS}
