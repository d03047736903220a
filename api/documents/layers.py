"""Layers of answers in a few lines: loads, differences and places on the ground of a region, and their file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from api.documents.cells import KIND_TITLES, visible
from api.exports.layers import WGS84, write_layers
from api.exports.styles import styles_of
from geodata.layers import layers

if TYPE_CHECKING:
    from api.documents.model import Stand
    from optimizer.case import Case

SMALLEST_T: Final = 1e-6
"""Differences of tonnes a day up to this are rounding."""
HALF: Final = 0.5
GREAT_CLASSES: Final = ("motorway", "expressway", "trunk", "primary")
"""Classes of road of a stored network that maps draw whether or not they carry freight."""
Layer = Any  # geopandas.GeoDataFrame, which carries no types


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Where the rows of a case lie, in WGS 84.

    Parameters
    ----------
    lines
        Links and services, one row each: row_id, row_table (``links``, ``network_links`` or ``services``), mode,
        name_vi, name_en, is_ground (whether maps draw it where it carries nothing), geometry.
    places
        Parks, zones, terminals and markets: place_id, place_kind (``park``, ``zone``, kind of the terminal,
        ``market``), name_vi, name_en, geometry.
    """

    lines: Layer
    places: Layer

    @classmethod
    def of_case(cls, case: Case) -> Ground:
        """Return the ground of a region's case, on its corridors or on the stored network it was planned on."""
        mapped = layers(case.pack, case.network, case.infrastructure)
        table = "links" if case.infrastructure is None else "network_links"
        ground = [_line_rows(mapped["links"], table), _line_rows(_near_services(case, mapped["services"]), "services")]
        places = [
            _place_rows(mapped["zones"], "zone"),
            _place_rows(mapped["parks"], "park"),
            _place_rows(mapped["terminals"], ""),
            _markets(case),
        ]
        return cls(_joined(ground), _joined(places))


def line_layer(
    ground: Ground, t_per_day: Mapping[str, float], more: Mapping[str, Mapping[str, object]] | None = None
) -> Layer:
    """Return the links and services that carry something, by row, with their load (layer ``links``, ``routes``, ...).

    Parameters
    ----------
    ground
        Where rows lie.
    t_per_day
        Tonnes a day by row id, both directions together; rows that are not on the ground (handling, connectors) are
        left out, those with nothing too.
    more
        Further columns: value by row id, by column.
    """
    loads = ground.lines["row_id"].map(dict(t_per_day)).astype(float)
    layer = ground.lines.drop(columns="is_ground").assign(t_per_day=loads)[loads > 0].reset_index(drop=True)
    return _with_more(layer, "row_id", more)


def difference_layer(ground: Ground, before: Mapping[str, float], after: Mapping[str, float]) -> Layer:
    """Return the links and services whose load differs, by row (layer ``differences``).

    Columns besides those of the ground: t_per_day_before, t_per_day_after, difference_t_per_day (after minus before)
    and ``change``, a word of ``api.styles.CHANGE_NAMES``.

    Parameters
    ----------
    ground
        Where rows lie; take ``joined_ground`` where only one of the plans knows some of them.
    before, after
        Tonnes a day by row id, both directions together.
    """
    rows = ground.lines["row_id"]
    first = rows.map(dict(before)).astype(float).fillna(0.0)
    second = rows.map(dict(after)).astype(float).fillna(0.0)
    layer = ground.lines.drop(columns="is_ground").assign(
        t_per_day_before=first,
        t_per_day_after=second,
        difference_t_per_day=second - first,
        change=change_words(first, second),
    )
    return layer[(second - first).abs() > SMALLEST_T].reset_index(drop=True)


def place_layer(ground: Ground, columns: Mapping[str, Mapping[str, object]]) -> Layer:
    """Return the places that have a value in any column (layer ``places``, ``gains``).

    Parameters
    ----------
    ground
        Where places lie.
    columns
        Value by place id, by column.
    """
    known = {place for values in columns.values() for place in values}
    layer = ground.places[ground.places["place_id"].isin(known)].reset_index(drop=True)
    return _with_more(layer, "place_id", columns)


def path_layer(
    ground: Ground, paths: Mapping[str, tuple[str, ...]], columns: Mapping[str, Mapping[str, object]]
) -> Layer:
    """Return one line a path, along the rows it runs over in their order (layer ``alternatives``).

    Parameters
    ----------
    ground
        Where rows lie.
    paths
        Row ids in travel order by the id of the path; rows not on the ground are passed over.
    columns
        Value by path id, by column.
    """
    where = dict(zip(ground.lines["row_id"], ground.lines.geometry, strict=True))
    lines = [
        shapely.multilinestrings([where[row] for row in rows if row in where])
        if any(row in where for row in rows)
        else None
        for rows in paths.values()
    ]
    layer = gpd.GeoDataFrame({"path_id": list(paths)}, geometry=lines, crs=WGS84)
    return _with_more(layer[layer.geometry.notna()].reset_index(drop=True), "path_id", columns)


def joined_ground(one: Ground, other: Ground) -> Ground:
    """Return the ground of two cases: the rows of the first, and those that only the second has."""
    return Ground(
        _joined([one.lines, other.lines[~other.lines["row_id"].isin(one.lines["row_id"])]]),
        _joined([one.places, other.places[~other.places["place_id"].isin(one.places["place_id"])]]),
    )


def write_answer_layers(path: Path, made: Mapping[str, Layer], stand: Stand, crs: str = WGS84) -> None:
    """Write the layers of an answer with their styles, and its stand as the table ``provenance``.

    Raises
    ------
    KeyError
        If a layer's kind has no style.
    """
    styles = styles_of(made)
    write_layers(
        path, {name: _writable(layer) for name, layer in made.items()}, provenance_of_stand(stand), crs, styles
    )


def provenance_of_stand(stand: Stand) -> dict[str, str]:
    """Return a stand as plain texts by item, for the table ``provenance`` of a layer file."""
    found = {
        "kind": stand.kind,
        "remark": KIND_TITLES[stand.kind].en,
        "remark_vi": KIND_TITLES[stand.kind].vi,
        "scenario_vi": stand.scenario.vi,
        "scenario_en": stand.scenario.en,
        "status": stand.status or "",
        "gap": "" if stand.gap is None else str(stand.gap),
        "currency": stand.currency,
        "price_year": "" if stand.price_year is None else str(stand.price_year),
        "network": "" if stand.network is None else stand.network.en,
        "inputs_sha256": stand.inputs_sha256 or "; ".join(plan.inputs_sha256 for plan in stand.plans),
        "versions": json.dumps(dict(stand.versions), sort_keys=True),
        "sources": "; ".join(stand.sources),
        "remarks": " ".join(remark.en for remark in stand.remarks),
    }
    return {item: visible(value) for item, value in found.items() if value}


def _line_rows(layer: Layer, table: str) -> Layer:
    frame = layer.rename(columns={layer.columns[0]: "row_id"})
    vietnamese = _first_of(frame, ("name_vi", "road"))
    named = frame.assign(row_table=table, name_vi=vietnamese, name_en=_first_of(frame, ("name_en", "name_vi", "road")))
    great = (
        frame["link_class"].isin(GREAT_CLASSES) | (frame["corridor"] != "") if "corridor" in frame else table == "links"
    )
    return named.assign(is_ground=great)[["row_id", "row_table", "mode", "name_vi", "name_en", "is_ground", "geometry"]]


def _first_of(frame: pd.DataFrame, columns: tuple[str, ...]) -> pd.Series:
    """Return the first of some columns that says something, row by row; the id where none does."""
    found = frame["row_id"].astype(object)
    for column in reversed(columns):
        if column in frame.columns:
            words = frame[column].astype(object)
            found = words.where(words.notna() & (words != ""), found)
    return found


def _near_services(case: Case, services: Layer) -> Layer:
    """Return the services within the region: lines across the oceans would make every extent the whole world."""
    markets = case.pack.table("markets")
    overseas = markets.loc[markets["kind"] == "overseas", "market_id"]
    return services[~services["market_id"].isin(overseas)]


def _place_rows(layer: Layer, kind: str) -> Layer:
    frame = layer.rename(columns={layer.columns[0]: "place_id"})
    frame = frame.assign(place_kind=kind or frame["kind"])
    return frame[["place_id", "place_kind", "name_vi", "name_en", "geometry"]]


def _markets(case: Case) -> Layer:
    """Return the markets within the country."""
    table = case.pack.table("markets")
    near = table[table["kind"] != "overseas"].rename(columns={"market_id": "place_id"})
    points = gpd.points_from_xy(near["lon"], near["lat"])
    frame = near.assign(place_kind="market")[["place_id", "place_kind", "name_vi", "name_en"]]
    return gpd.GeoDataFrame(frame, geometry=points, crs=WGS84)


def _joined(parts: list[Layer]) -> Layer:
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), geometry="geometry", crs=WGS84)


def _with_more(layer: Layer, key: str, more: Mapping[str, Mapping[str, object]] | None) -> Layer:
    for column, values in (more or {}).items():
        layer = layer.assign(**{column: layer[key].map(dict(values))})
    return layer


def change_words(before: pd.Series, after: pd.Series) -> np.ndarray:
    """Return what becomes of each load, a word of ``CHANGE_NAMES``."""
    difference = after - before
    size = np.maximum(before, after)
    much = difference.abs() >= HALF * size
    chosen = [
        difference.abs() <= SMALLEST_T,
        before <= SMALLEST_T,
        after <= SMALLEST_T,
        (difference > 0) & much,
        difference > 0,
        much,
    ]
    return np.select(chosen, ["same", "only_after", "only_before", "much_more", "more", "much_less"], "less")


def _writable(layer: Layer) -> Layer:
    """Return a layer whose texts every reader can read."""
    texts = [name for name in layer.columns if name != layer.geometry.name and layer[name].dtype == object]
    return layer.assign(
        **{name: layer[name].map(lambda one: visible(one) if isinstance(one, str) else one) for name in texts}
    )
