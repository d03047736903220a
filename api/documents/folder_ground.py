"""Where the rows of a stranger's folder lie: straight lines between nodes that have a position."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import shapely

from api.documents.layers import Ground
from api.exports.layers import WGS84

if TYPE_CHECKING:
    from optimizer.folder.case import FolderCase

NODE: Final = "node"
"""Kind of every place of a folder: it does not say what stands there."""


def folder_ground(case: FolderCase) -> Ground | None:
    """Return the ground of a folder: its links as straight lines, its nodes as places; None where no node has both.

    Links of which an end has no position, or which stay at one node, are not on the ground. Rows are named as in the
    folder: ``link_id`` and ``node_id``.
    """
    nodes, links = case.tables.tables["nodes"], case.tables.tables["links"]
    nodes = nodes[nodes["lon"].notna() & nodes["lat"].notna()]
    if nodes.empty:
        return None
    ids = nodes["node_id"].astype(str)
    name = nodes["name"].astype(str).where(nodes["name"].astype(str) != "", ids)
    places = gpd.GeoDataFrame(
        {"place_id": ids, "place_kind": NODE, "name_vi": name, "name_en": name},
        geometry=shapely.points(nodes["lon"].to_numpy(dtype=float), nodes["lat"].to_numpy(dtype=float)),
        crs=WGS84,
    )
    points = nodes.assign(node_id=ids).set_index("node_id")[["lon", "lat"]]
    near = points.reindex(links["from_node_id"].astype(str)).to_numpy(dtype=float)
    far = points.reindex(links["to_node_id"].astype(str)).to_numpy(dtype=float)
    placed = np.isfinite(near).all(axis=1) & np.isfinite(far).all(axis=1) & (near != far).any(axis=1)
    row = links["link_id"].astype(str).to_numpy()[placed]
    lines = gpd.GeoDataFrame(
        {
            "row_id": row,
            "row_table": "links",
            "mode": links["mode"].astype(str).to_numpy()[placed],
            "name_vi": row,
            "name_en": row,
            "is_ground": True,
        },
        geometry=shapely.linestrings(np.stack([near[placed], far[placed]], axis=1)),
        crs=WGS84,
    )
    return Ground(lines, places.reset_index(drop=True))
