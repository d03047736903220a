"""The layers of a validation: screenlines with what crosses them, and the links that carry it across."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from api.documents.layers import Ground, Layer, line_layer
from api.exports.layers import WGS84

if TYPE_CHECKING:
    from api.validation.answer import ValidationAnswer


def validation_layers(answer: ValidationAnswer) -> dict[str, Layer]:
    """Return the layers of a validation in WGS 84.

    Returns
    -------
    dict
        ``screenlines`` (each line with tonnes, TEU and laden vehicles a day each way, all its modes together, and
        ``agreement``: ``unknown`` where the pack has no count) and ``links`` (links that carry freight across).
    """
    case, found = answer.planned.case, answer.validation.screenlines
    table = case.pack.table("screenlines")
    if table.empty:
        return {}
    sums = found.flows.groupby(["screenline_id", "towards"])[
        ["t_per_day", "teu_per_day", "laden_vehicles_per_day"]
    ].sum()
    layer = gpd.GeoDataFrame(
        table[["screenline_id", "name_vi", "name_en", "left_vi", "left_en", "right_vi", "right_en"]],
        geometry=shapely.from_wkt(table["geometry"].to_numpy()),
        crs=WGS84,
    )
    for column in sums.columns:
        for towards in ("left", "right"):
            layer[f"{column}_{towards}"] = [
                float(sums[column].get((one, towards), np.nan)) for one in table["screenline_id"]
            ]
    layer["agreement"] = "unknown"
    loads = found.crossings.groupby("row_id")["t_per_day"].sum()
    links = line_layer(Ground.of_case(case), {str(row): float(t) for row, t in loads.items()})
    return {"screenlines": layer, **({"links": links} if len(links) else {})}
