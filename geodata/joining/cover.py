"""Where the detail knows every road."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import shapely

from geodata.columns import Floats

CELL_DEG: Final = 0.02
LEAST_NODES: Final = 3


def dense_cover(points: Floats) -> Any:  # noqa: ANN401 - a shapely polygon
    """Return the largest area in which nodes lie close together, as a polygon in WGS 84 degrees.

    Cells of ``CELL_DEG`` that hold at least ``LEAST_NODES`` nodes are joined; gaps of up to two cells (a river, fields)
    and holes belong to it. Without such a cell the polygon is empty.

    Parameters
    ----------
    points
        float64[n, 2]; longitude and latitude of the nodes.
    """
    cells, counts = np.unique(np.floor(points / CELL_DEG).astype(np.int64), axis=0, return_counts=True)
    low = cells[counts >= LEAST_NODES] * CELL_DEG
    boxes = shapely.box(low[:, 0], low[:, 1], low[:, 0] + CELL_DEG, low[:, 1] + CELL_DEG)
    joined = shapely.union_all(shapely.buffer(boxes, CELL_DEG, join_style="mitre"))
    parts = shapely.get_parts(shapely.buffer(joined, -CELL_DEG, join_style="mitre"))
    if not len(parts):
        return shapely.Polygon()
    largest = parts[np.argmax(shapely.area(parts))]
    return shapely.polygons(shapely.get_exterior_ring(largest))
