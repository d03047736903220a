"""Issues as map layers."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import shapely

from geodata.layers import CRS
from geodata.topology.issues import Issues

Layer = Any  # geopandas.GeoDataFrame, which carries no types


def issues_layer(issues: Issues) -> Layer:
    """Return the issues as points, one row each, with the columns of ``Issues.to_columns``."""
    columns = issues.to_columns()
    points = shapely.points(columns.pop("lon"), columns.pop("lat"))
    return gpd.GeoDataFrame(columns, geometry=points, crs=CRS)


def issue_lines_layer(issues: Issues) -> Layer:
    """Return the issues that have a line, one row each, with the columns of ``Issues.to_columns``."""
    drawn = Issues(tuple(row for row in issues.rows if row.line is not None and len(row.line) > 1), issues.counts)
    columns = drawn.to_columns()
    del columns["lon"], columns["lat"]
    lines = [shapely.LineString(row.line) for row in drawn.rows]
    return gpd.GeoDataFrame(columns, geometry=lines, crs=CRS)
