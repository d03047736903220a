"""The layers of a run as one GeoPackage, with the styles inside it for QGIS and for OGC tools."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from api.exports.styles import WIDTH_BY_LOAD
from api.styles import (
    CAPACITY_COLOURS,
    CAPACITY_NAMES,
    GATEWAY_COLOURS,
    GATEWAY_NAMES,
    MODE_COLOURS,
    MODE_NAMES,
    PLACE_COLOURS,
    PLACE_NAMES,
    LayerStyle,
    to_qml,
    to_sld,
)
from api.styles.geopackage import list_attributes, make_style_table, write_style
from geodata.gis.crs import read_crs
from geodata.gis.moving import moved
from geodata.layers import layers
from supplychain.errors import HinterlandError
from supplychain.text import Text

if TYPE_CHECKING:
    from api.results import Results

WGS84: Final = "EPSG:4326"
READABLE: Final = {"VERSION": "1.3"}
"""GeoPackage version that the GDAL of older systems opens without a warning."""
LINK_TABLES: Final = ("links", "network_links")
"""Tables whose rows are roads, railways and waterways: those of the pack, and those of a network version."""
STYLES: Final = (
    LayerStyle("plan_links", "line", "mode", MODE_COLOURS, MODE_NAMES, 0.5, WIDTH_BY_LOAD),
    LayerStyle("places", "point", "place_kind", PLACE_COLOURS, PLACE_NAMES, 2.4),
    LayerStyle("terminals", "point", "kind", PLACE_COLOURS, PLACE_NAMES, 3.2),
    LayerStyle("desire_lines", "line", "gateway_group", GATEWAY_COLOURS, GATEWAY_NAMES, 0.4),
    LayerStyle("bottlenecks", "point", "kind", CAPACITY_COLOURS, CAPACITY_NAMES, 3.0),
    LayerStyle("nodes", "point", "mode", MODE_COLOURS, MODE_NAMES, 1.0),
    LayerStyle("services", "line", "mode", MODE_COLOURS, MODE_NAMES, 0.3, WIDTH_BY_LOAD),
)

NOT_GEOPACKAGE: Final = Text(
    en="Layers are written as a GeoPackage; name a file that ends in .gpkg instead of {file}.",
    vi="Các lớp được ghi thành GeoPackage; hãy đặt tên tệp có đuôi .gpkg thay cho {file}.",
)
Layers = Mapping[str, "gpd.GeoDataFrame"]


def build_layers(results: Results) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers of a run in WGS 84: those of the network, with what the plans put on them.

    Rows are as the base plan's scenario has them; ``in_network`` tells which links, terminals, nodes and services that
    plan could use.

    Returns
    -------
    dict
        ``plan_links`` (every link row with the tonnes and TEU a day of the base, the tonnes of each what-if and their
        difference), ``places`` (parks and zones with freight), ``terminals``, ``desire_lines`` (place to gateway of the
        base plan), ``bottlenecks`` (capacities that are full in the base plan), ``nodes`` (junctions) and ``services``
        (with the same loads as links). Services of overseas markets are left out: straight lines across the oceans
        would make the extent of the file the whole world. Their loads are in the tables by market and gateway.
    """
    case = results.base.case
    mapped = layers(case.pack, case.network, case.infrastructure)
    return {
        "plan_links": _with_loads(mapped["links"], "links", results),
        "places": _places(mapped, results),
        "terminals": _terminals(mapped, results),
        "desire_lines": _desire_lines(mapped, results),
        "bottlenecks": _bottlenecks(mapped, results),
        "nodes": mapped["nodes"],
        "services": _with_loads(_near_services(mapped, results), "services", results),
    }


def check_layer_file(path: Path, crs: str) -> None:
    """Raise unless layers can be written to such a file in such a coordinate reference system.

    Raises
    ------
    HinterlandError
        If the file is no GeoPackage by name, or the coordinate reference system is not known.
    """
    if path.suffix.lower() != ".gpkg":
        raise HinterlandError(NOT_GEOPACKAGE.format(file=path))
    read_crs(crs)


def write_layers(
    path: Path,
    exported: Layers,
    provenance: Mapping[str, str],
    crs: str = WGS84,
    styles: Sequence[LayerStyle] = STYLES,
) -> None:
    """Write the layers, their styles and where they come from to a new GeoPackage.

    Parameters
    ----------
    path
        File to make; an older one is replaced.
    exported
        Layer by name, in WGS 84.
    provenance
        What the run was made from; becomes the table ``provenance``.
    crs
        Coordinate reference system of the file, such as ``EPSG:9210`` (VN-2000 / TM-3 105°45').
    styles
        How layers are drawn; those of layers that are not there are left out.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    for name, layer in exported.items():
        moved(layer, crs).to_file(path, layer=name, driver="GPKG", engine="pyogrio", dataset_options=READABLE)
    present = [style for style in styles if style.layer in exported]
    with closing(sqlite3.connect(path)) as connection, connection:
        make_style_table(connection)
        for style in present:
            write_style(connection, style.layer, to_qml(style), to_sld(style))
        _write_provenance(connection, provenance)


def _with_loads(layer: gpd.GeoDataFrame, table: str, results: Results) -> gpd.GeoDataFrame:
    """Return links or services with their tonnes and TEU a day of the base and the tonnes of each what-if."""
    row_ids = layer.iloc[:, 0]
    base = _loads(results.base.indicators.links, table)
    loads = {name: row_ids.map(base[name]).fillna(0.0) for name in ("t_per_day", "teu_per_day")}
    for outcome in results.outcomes[1:]:
        name = outcome.case.scenario.scenario_id
        t_per_day = row_ids.map(_loads(outcome.indicators.links, table)["t_per_day"]).fillna(0.0)
        loads[f"{name}_t_per_day"] = t_per_day
        loads[f"{name}_difference_t_per_day"] = t_per_day - loads["t_per_day"]
    return layer.assign(**loads)


def _loads(links: pd.DataFrame, table: str) -> pd.DataFrame:
    tables = LINK_TABLES if table == "links" else (table,)
    rows = links[links["row_table"].isin(tables)]
    return rows.groupby("row_id")[["t_per_day", "teu_per_day"]].sum()


def _near_services(mapped: Layers, results: Results) -> gpd.GeoDataFrame:
    markets = results.pack.table("markets")
    overseas = markets.loc[markets["kind"] == "overseas", "market_id"]
    services = mapped["services"]
    return services[~services["market_id"].isin(overseas)].reset_index(drop=True)


def _every_place(mapped: Layers) -> gpd.GeoDataFrame:
    columns = ["place_id", "position_accuracy_m", "source", "confidence", "geometry"]
    parks = mapped["parks"].rename(columns={"park_id": "place_id"})
    zones = mapped["zones"].rename(columns={"zone_id": "place_id"})
    return pd.concat([parks[columns], zones[columns]])


def _places(mapped: Layers, results: Results) -> gpd.GeoDataFrame:
    found = results.base.indicators.by_park.drop(columns=["lat", "lon"])
    frame = found.merge(_every_place(mapped), on="place_id", how="left", validate="one_to_one")
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=WGS84)


def _terminals(mapped: Layers, results: Results) -> gpd.GeoDataFrame:
    layer = mapped["terminals"]
    known = set(layer.columns) - {"terminal_id"}
    found = results.base.indicators.by_terminal
    loads = found[[column for column in found.columns if column not in known]]
    return layer.merge(loads, on="terminal_id", how="left", validate="one_to_one")


def _desire_lines(mapped: Layers, results: Results) -> gpd.GeoDataFrame:
    paths = results.base.paths
    paths = paths[paths["gateway_id"].notna() & (paths["gateway_id"] != "")]
    keys = ["place_id", "gateway_id", "gateway_group", "direction"]
    sums = paths.groupby(keys, as_index=False)[["t_per_day", "teu_per_day"]].sum()
    places = _every_place(mapped).set_index("place_id").geometry
    gateways = mapped["terminals"].set_index("terminal_id").geometry
    starts = shapely.get_coordinates(places.loc[sums["place_id"]].to_numpy())
    ends = shapely.get_coordinates(gateways.loc[sums["gateway_id"]].to_numpy())
    lines = shapely.linestrings(np.stack([starts, ends], axis=1))
    return gpd.GeoDataFrame(sums, geometry=lines, crs=WGS84)


def _bottlenecks(mapped: Layers, results: Results) -> gpd.GeoDataFrame:
    frame = results.base.indicators.bottlenecks
    frame = frame[frame["shadow_price"] > 0].reset_index(drop=True)
    links = _counted_links(mapped["links"])
    terminals = mapped["terminals"].set_index("terminal_id").geometry
    services = mapped["services"].set_index("service_id")["from_terminal_id"]

    def place(record: dict[str, Any]) -> shapely.Point | None:
        row = str(record["row_id"])
        if record["kind"] == "link":
            return shapely.line_interpolate_point(links[row], 0.5, normalized=True)
        return terminals.get(services.get(row) if record["kind"] == "service" else row)

    points = [place(record) for record in frame.to_dict("records")]
    return gpd.GeoDataFrame(frame, geometry=points, crs=WGS84)


def _counted_links(layer: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Return the line of each link, and the first of each group of links that share a capacity, by id."""
    lines = layer.set_index("link_id").geometry
    if "capacity_group" not in layer.columns:
        return lines
    grouped = layer[layer["capacity_group"] != ""].drop_duplicates("capacity_group").set_index("capacity_group")
    return pd.concat([lines, grouped.geometry[~grouped.index.isin(lines.index)]])


def _write_provenance(connection: sqlite3.Connection, provenance: Mapping[str, str]) -> None:
    connection.execute(
        "create table provenance (fid integer primary key autoincrement not null, item text not null, value text)"
    )
    connection.executemany("insert into provenance (item, value) values (?, ?)", list(provenance.items()))
    list_attributes(connection, "provenance")
