"""Layers of one plan: loads of links, places, terminals and the capacities that bind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import shapely

from api.documents.layers import Ground, Layer, line_layer
from api.exports.layers import WGS84

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.results import Outcome


def plan_layers(outcome: Outcome, ground: Ground | None = None) -> dict[str, Layer]:
    """Return the layers of a plan in WGS 84.

    Parameters
    ----------
    outcome
        The planned scenario.
    ground
        Where its rows lie, where it is at hand.

    Returns
    -------
    dict
        ``links`` (tonnes and TEU a day of links and services within the region, both directions together),
        ``places`` (parks and zones with what they send and receive), ``terminals`` (what they handle),
        ``binding_lines`` and ``binding_points`` (full capacities with their shadow price, on their links and at their
        terminals). A layer without rows is left out.
    """
    ground = ground or Ground.of_case(outcome.case)
    found = outcome.indicators
    made = {
        "links": line_layer(
            ground, row_loads(outcome, "t_per_day"), {"teu_per_day": row_loads(outcome, "teu_per_day")}
        ),
        "places": _with_figures(ground, found.by_park, "place_id"),
        "terminals": _with_figures(ground, found.by_terminal, "terminal_id"),
        **binding_layers(ground, found.bottlenecks),
    }
    return {name: layer for name, layer in made.items() if len(layer)}


def row_loads(outcome: Outcome, column: str) -> dict[str, float]:
    """Return an amount a day by row of the network, both directions together."""
    sums = outcome.indicators.links.groupby("row_id")[column].sum()
    return {str(row): float(amount) for row, amount in sums.items()}


def binding_layers(ground: Ground, bottlenecks: pd.DataFrame) -> dict[str, Layer]:
    """Return capacities that bind, those of links and services as lines, those of terminals as points.

    Parameters
    ----------
    ground
        Where rows lie.
    bottlenecks
        One row a capacity with row_id and kind (``Indicators.bottlenecks``).
    """
    lines = dict(zip(ground.lines["row_id"], ground.lines.geometry, strict=True))
    points = dict(zip(ground.places["place_id"], ground.places.geometry, strict=True))
    return {
        "binding_lines": _placed(bottlenecks, lines),
        "binding_points": _placed(bottlenecks, points),
    }


def _placed(table: pd.DataFrame, where: Mapping[str, shapely.Geometry]) -> Layer:
    rows = table[table["row_id"].isin(where)].reset_index(drop=True)
    return gpd.GeoDataFrame(rows, geometry=[where[row] for row in rows["row_id"]], crs=WGS84)


def _with_figures(ground: Ground, table: pd.DataFrame, key: str) -> Layer:
    """Return a table of places on their points."""
    where = dict(zip(ground.places["place_id"], ground.places.geometry, strict=True))
    return _placed(table.drop(columns=["lat", "lon"], errors="ignore").assign(row_id=table[key]), where)
