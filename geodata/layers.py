"""The network and its places as layers for GIS: GeoDataFrames in WGS 84, one row a thing, names as in the pack."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.infrastructure.infrastructure import Infrastructure
from geodata.network import Network
from geodata.tables import Table, lines, numbers, texts

if TYPE_CHECKING:
    from supplychain.pack import Pack

CRS: Final = "EPSG:4326"
GROUND_COLUMNS: Final = (
    "link_class",
    "oneway",
    "length_m",
    "lanes",
    "bridge",
    "tunnel",
    "corridor",
    "capacity_group",
)
Layer = Any  # geopandas.GeoDataFrame, which carries no types


def layers(pack: Pack, network: Network, infrastructure: Infrastructure | None = None) -> dict[str, Layer]:
    """Return every layer by name: nodes, links, parks, zones, terminals, services.

    Rows of every status are there; ``in_network`` tells which of them the network holds.

    Parameters
    ----------
    pack, network
        The pack and the network made from it.
    infrastructure
        What the network was made from beside the pack, if so: its links are the layer ``links`` then.
    """
    found = {name: make(pack, network) for name, make in LAYERS.items()}
    if infrastructure is not None:
        found["links"] = ground_layer(infrastructure, network)
    return found


def ground_layer(infrastructure: Infrastructure, network: Network) -> Layer:
    """Return the links of an infrastructure as lines; ``in_network`` is true where freight may use them.

    Columns: link_id, road (number), name_vi, mode, from_node_id, to_node_id, link_class, oneway, length_m, lanes,
    bridge, tunnel, corridor (row of the pack that rules it), capacity_group, in_network.
    """
    links, nodes = infrastructure.links, infrastructure.nodes
    words = links.to_columns()
    owner = np.repeat(np.arange(len(links)), np.diff(infrastructure.lines.offsets))
    frame = pd.DataFrame(
        {
            "link_id": links.link_id,
            "road": links.ref,
            "name_vi": links.name,
            "mode": words["mode"],
            "from_node_id": nodes.node_id[links.from_index],
            "to_node_id": nodes.node_id[links.to_index],
            **{name: words[name] for name in GROUND_COLUMNS},
        }
    )
    lines_of = shapely.linestrings(infrastructure.lines.coordinates, indices=owner)
    return gpd.GeoDataFrame(frame.assign(in_network=_of_network(frame, network)), geometry=lines_of, crs=CRS)


def nodes_layer(pack: Pack, network: Network) -> Layer:
    """Return the junctions as points; ``in_network`` is true where a link of the network touches one."""
    links = network.links
    touched = np.union1d(links.from_index, links.to_index)
    return _points(pack.table("nodes"), set(network.nodes.node_id[touched].tolist()))


def links_layer(pack: Pack, network: Network) -> Layer:
    """Return link rows as lines, one a row whichever ways it runs; ``in_network`` is true for open, passable ones."""
    table = pack.table("links")
    frame = table.drop(columns="geometry").assign(in_network=_of_network(table, network))
    return gpd.GeoDataFrame(frame, geometry=lines(table), crs=CRS)


def parks_layer(pack: Pack, network: Network) -> Layer:
    """Return industrial parks as points."""
    return _points(pack.table("parks"), set(network.nodes.subject_id.tolist()))


def zones_layer(pack: Pack, network: Network) -> Layer:
    """Return zones as points."""
    return _points(pack.table("zones"), set(network.nodes.subject_id.tolist()))


def terminals_layer(pack: Pack, network: Network) -> Layer:
    """Return terminals as points."""
    return _points(pack.table("terminals"), set(network.nodes.subject_id.tolist()))


def services_layer(pack: Pack, network: Network) -> Layer:
    """Return services as straight lines from where they start in the region to where they lead."""
    table = pack.table("services")
    points = pd.concat(
        [
            pack.table(name)[[key, "lon", "lat"]].rename(columns={key: "place_id"})
            for name, key in (("terminals", "terminal_id"), ("markets", "market_id"), ("nodes", "node_id"))
        ]
    ).set_index("place_id")
    near = points.reindex(texts(table, "from_terminal_id") + texts(table, "from_node_id"))
    far = points.reindex(texts(table, "to_terminal_id") + texts(table, "market_id"))
    ends = np.column_stack([near.to_numpy(dtype=float), far.to_numpy(dtype=float)]).reshape(-1, 2, 2)
    frame = table.assign(in_network=_of_network(table, network))
    return gpd.GeoDataFrame(frame, geometry=shapely.linestrings(ends), crs=CRS)


def _points(table: Table, in_network: set[str]) -> Layer:
    points = shapely.points(numbers(table, "lon"), numbers(table, "lat"))
    known = table[table.columns[0]].astype(object).isin(in_network)
    frame = table.drop(columns=["lon", "lat"]).assign(in_network=known)
    return gpd.GeoDataFrame(frame, geometry=points, crs=CRS)


def _of_network(table: Table, network: Network) -> Any:  # noqa: ANN401 - a pandas column
    return table[table.columns[0]].astype(object).isin(set(network.links.row_id.tolist()))


LAYERS: Final[dict[str, Callable[[Pack, Network], Layer]]] = {
    "nodes": nodes_layer,
    "links": links_layer,
    "parks": parks_layer,
    "zones": zones_layer,
    "terminals": terminals_layer,
    "services": services_layer,
}
