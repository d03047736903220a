"""Frames of layers from one CRS to another, by the transformations that ``geodata.gis.crs`` names."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import shapely

from geodata.gis.crs import read_crs, reprojection


def moved(frame: Any, crs: str) -> Any:  # noqa: ANN401 - GeoDataFrames carry no types
    """Return a GeoDataFrame or GeoSeries in another CRS, by the way of ``reprojection``; its own CRS is known.

    Raises
    ------
    CrsError
        If there is no such CRS, or only a rough transformation of unknown accuracy.
    """
    there, back = reprojection(frame.crs.to_wkt()), reprojection(crs)
    geometry = shapely.transform(frame.geometry.to_numpy(), lambda points: back.from_wgs84(there.to_wgs84(points)))
    found = gpd.GeoSeries(geometry, index=frame.index, crs=read_crs(crs))
    return found if isinstance(frame, gpd.GeoSeries) else frame.set_geometry(found)
