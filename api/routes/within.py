"""A file of polygons that areas are cut to."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from geodata.gis.crs import WGS_84
from geodata.gis.moving import moved
from supplychain.errors import HinterlandError
from supplychain.text import Text

UNREAD: Final = Text(
    en="The polygons of {file} cannot be read: {why}.", vi="Không đọc được các vùng trong {file}: {why}."
)
NO_CRS: Final = Text(
    en="{file} does not say its coordinate reference system; save it with one (a Shapefile needs its .prj).",
    vi="{file} không ghi hệ tọa độ; hãy lưu kèm hệ tọa độ (Shapefile cần tệp .prj).",
)
NO_AREA: Final = Text(en="{file} holds no polygon.", vi="{file} không có vùng (polygon) nào.")


def read_within(path: Path) -> Any:  # noqa: ANN401 - a shapely polygon
    """Return all polygons of the first layer of a file as one valid shape in WGS 84 degrees.

    Raises
    ------
    HinterlandError
        If the file cannot be read, names no coordinate reference system, or holds no polygon.
    """
    if not path.exists():
        raise HinterlandError(UNREAD.format(file=path, why="no such file"))
    try:
        frame = pyogrio.read_dataframe(path, columns=[], force_2d=True)
    except (DataSourceError, DataLayerError, ValueError, RuntimeError) as error:
        why = str(error).splitlines()[0].rstrip(".")
        raise HinterlandError(UNREAD.format(file=path, why=why)) from error
    geometry = getattr(frame, "geometry", None)
    if geometry is None or not len(frame):
        raise HinterlandError(NO_AREA.format(file=path))
    if geometry.crs is None:
        raise HinterlandError(NO_CRS.format(file=path))
    shapes = shapely.make_valid(moved(geometry, WGS_84).to_numpy())
    parts = shapely.get_parts(shapes[~shapely.is_missing(shapes)])
    whole = shapely.union_all(parts[shapely.get_dimensions(parts) == 2])  # noqa: PLR2004 - areas
    if shapely.is_empty(whole) or not shapely.area(whole) > 0:
        raise HinterlandError(NO_AREA.format(file=path))
    return whole
