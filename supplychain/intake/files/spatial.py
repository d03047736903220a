"""Layers of GeoPackage and GeoJSON files, read by GDAL in batches; geometries become latitude and longitude WGS 84."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from supplychain.intake.files.archive import damaged
from supplychain.intake.files.cleaning import Cleaner
from supplychain.intake.files.columnar import BATCH_ROWS, batch_rows, named_columns
from supplychain.intake.files.values import EMPTY, Cell, Column, FileError, FileKind, Notebook, RawRow
from supplychain.intake.values.positions import VN_2000_TO_WGS_84
from supplychain.text import Text, fold

if TYPE_CHECKING:
    from pyproj import CRS

LARGEST_GEOJSON: Final = 512 << 20
"""Bytes of a GeoJSON file; GDAL keeps it in memory whole."""

MOST_LAYERS: Final = 200
_WARNED: Final = Text(
    en="GDAL says of the shapes: {reason}. Look at the positions.",
    vi="GDAL cảnh báo về hình dạng: {reason}. Hãy kiểm tra lại vị trí.",
)
_WGS_84: Final = 4326
_LIMIT_LAT: Final = 90.0
_LIMIT_LON: Final = 180.0


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer of a GIS file."""

    name: str
    columns: tuple[Column, ...]
    crs: str | None
    has_geometry: bool


def read_layers(path: Path, kind: FileKind) -> list[Layer]:
    """Return the layers of a GIS file; those with geometries have the columns ``lat`` and ``lon`` last.

    Raises
    ------
    FileError
        If GDAL cannot open the file, or a layer with geometries says no coordinate system.
    """
    import pyogrio  # noqa: PLC0415 - heavy, for GIS files alone

    if kind == "geojson" and path.stat().st_size > LARGEST_GEOJSON:
        raise FileError(_LARGE.format(file=path.name, limit=LARGEST_GEOJSON))
    try:
        listed = pyogrio.list_layers(_source(path, kind))[:MOST_LAYERS].tolist()
        infos = [(name, geometry, pyogrio.read_info(_source(path, kind), layer=name)) for name, geometry in listed]
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, OSError, ValueError) as error:
        raise damaged(path, str(error).strip().partition("\n")[0]) from error
    return [_layer(path, name, geometry is not None, info) for name, geometry, info in infos]


def _source(path: Path, kind: FileKind) -> str:
    """Return the file as GDAL is to open it: by one driver alone, so that no file can call for another or a server."""
    return f"GeoJSON:{path}" if kind == "geojson" else f"GPKG:{path}"


def _layer(path: Path, name: str, has_geometry: bool, info: dict[str, Any]) -> Layer:  # noqa: FBT001 - one of a layer's facts
    fields = [str(field) for field in info["fields"]]
    extra = ["lat", "lon"] if has_geometry else []
    if has_geometry and not info["crs"] and info.get("features"):
        raise FileError(_NO_CRS.format(file=path.name, layer=name))
    return Layer(name, named_columns(path, [*fields, *extra]), info["crs"], has_geometry)


class LayerReader:
    """Reads one layer; ``rows`` may be called again and reads anew."""

    def __init__(self, path: Path, kind: FileKind, layer: Layer, cleaner: Cleaner, notes: Notebook) -> None:
        self._path, self._kind, self._layer, self._cleaner, self._notes = path, kind, layer, cleaner, notes

    def rows(self) -> Iterator[RawRow]:
        """Yield every feature as a row; features count from 1.

        Raises
        ------
        FileError
            If the file is damaged, or its coordinate system is not known.
        """
        import pyarrow as pa  # noqa: PLC0415 - heavy, for GIS files alone
        import pyogrio  # noqa: PLC0415 - as above

        layer = self._layer
        self._notes.restart(layer.name)
        line = 0
        try:
            with pyogrio.open_arrow(
                _source(self._path, self._kind), layer=layer.name, batch_size=BATCH_ROWS, use_pyarrow=True
            ) as (meta, reader):
                geometry = meta["geometry_name"] or "wkb_geometry"
                for batch in self._batches(reader):
                    yield from self._rows(batch, geometry, line)
                    line += batch.num_rows
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pa.ArrowException, OSError) as error:
            raise damaged(self._path, str(error).strip().partition("\n")[0]) from error

    def _batches(self, reader: Any) -> Iterator[Any]:  # noqa: ANN401 - Arrow
        """Yield the batches of a reader; what GDAL warns of is told as a finding, not printed beside the answer."""
        batches = iter(reader)
        while True:
            with warnings.catch_warnings(record=True) as warned:
                warnings.simplefilter("always")
                batch = next(batches, None)
            for one in warned:
                reason = str(one.message).strip().partition("\n")[0].partition(". ")[0]
                self._notes.tell("shapes", _WARNED.format(reason=reason))
            if batch is None:
                return
            yield batch

    def _rows(self, batch: Any, geometry: str, before: int) -> Iterator[RawRow]:  # noqa: ANN401 - an Arrow batch
        layer = self._layer
        names = [name for name in batch.schema.names if name != geometry]
        plain = batch.select(names)
        if not layer.has_geometry:
            yield from batch_rows(plain, before, layer.name, self._cleaner)
            return
        places = self._places(batch.column(geometry).to_pylist(), before)
        empty = (EMPTY,) * len(names)
        rows = {row.line: row for row in batch_rows(plain, before, layer.name, self._cleaner)}
        for at in range(batch.num_rows):
            row = rows.get(before + at + 1, RawRow(before + at + 1, empty))
            lat, lon, problem = places[at]
            problems = row.problems if problem is None else (*row.problems, problem)
            if problems or lat is not EMPTY or row.cells is not empty:
                yield RawRow(row.line, (*row.cells, lat, lon), problems=problems)

    def _places(self, blobs: list[bytes | None], before: int) -> list[tuple[Cell, Cell, Text | None]]:
        import shapely  # noqa: PLC0415 - heavy, for GIS files alone

        shapes = shapely.from_wkb(np.array(blobs, dtype=object), on_invalid="ignore")
        points = np.full((len(blobs), 2), np.nan)
        problems: list[Text | None] = [None] * len(blobs)
        for at, (shape, blob) in enumerate(zip(shapes.tolist(), blobs, strict=True)):
            if shape is None or shape.is_empty:
                problems[at] = _BAD_SHAPE if blob is not None and shape is None else None
            elif shape.geom_type == "Point":
                points[at] = shape.x, shape.y
            elif shape.geom_type == "MultiPoint" and len(shape.geoms) == 1:
                points[at] = shape.geoms[0].x, shape.geoms[0].y
            elif shape.geom_type in {"Polygon", "MultiPolygon"} and shape.is_valid:
                inner = shape.point_on_surface()
                points[at] = inner.x, inner.y
                self._notes.tell_row("area_as_point", _AREA, self._layer.name, before + at + 1)
            else:
                problems[at] = _NO_POINT.format(kind=shape.geom_type)
        degrees = to_wgs84(points, self._layer.crs) if np.isfinite(points).any() else points
        return [_place(lon, lat, problem) for (lon, lat), problem in zip(degrees.tolist(), problems, strict=True)]


def _place(lon: float, lat: float, problem: Text | None) -> tuple[Cell, Cell, Text | None]:
    if problem is not None or lat != lat:  # noqa: PLR0124 - NaN alone differs from itself
        return EMPTY, EMPTY, problem
    if not (abs(lat) <= _LIMIT_LAT and abs(lon) <= _LIMIT_LON):
        return EMPTY, EMPTY, _OFF_MAP
    return Cell(repr(lat), "number", lat), Cell(repr(lon), "number", lon), None


def to_wgs84(points: np.ndarray[tuple[int, int], np.dtype[np.float64]], crs: str | None) -> Any:  # noqa: ANN401 - as given
    """Return points (n × 2, easting or longitude first) as longitude and latitude in WGS 84, degrees.

    A coordinate system on VN-2000 goes by EPSG:6960; any other by the best transformation PROJ knows.
    """
    from pyproj import CRS, Transformer  # noqa: PLC0415 - heavy, for GIS files alone
    from pyproj.exceptions import ProjError  # noqa: PLC0415 - as above

    try:
        own = CRS.from_user_input(crs)
        if own.equals(CRS.from_epsg(_WGS_84), ignore_axis_order=True):
            return points
        if not own.is_bound and _is_vn_2000(own):
            first, second = points[:, 0], points[:, 1]
            if not own.is_geographic:
                first, second = Transformer.from_crs(own, own.geodetic_crs, always_xy=True).transform(first, second)
            lat, lon = Transformer.from_pipeline(VN_2000_TO_WGS_84).transform(second, first)
            return np.column_stack((lon, lat))
        lon, lat = Transformer.from_crs(own, _WGS_84, always_xy=True, allow_ballpark=False).transform(*points.T)
    except ProjError as error:
        raise FileError(_BAD_CRS.format(crs=str(crs)[:80])) from error
    return np.column_stack((lon, lat))


def _is_vn_2000(crs: CRS) -> bool:
    name = fold(crs.geodetic_crs.name if crs.geodetic_crs is not None else "").replace("_", "-").replace(" ", "-")
    return "vn-2000" in name or "vietnam-2000" in name


_LARGE: Final = Text(
    en="{file} is larger than {limit:,} bytes. Save it as GeoPackage.",
    vi="{file} lớn hơn {limit:,} byte. Hãy lưu dạng GeoPackage.",
)
_NO_CRS: Final = Text(
    en="The layer '{layer}' of {file} says no coordinate system. Set it in your GIS and save the layer again.",
    vi="Lớp '{layer}' của tệp {file} không ghi hệ tọa độ. Hãy đặt hệ tọa độ trong phần mềm GIS rồi lưu lại.",
)
_BAD_CRS: Final = Text(
    en="The coordinate system {crs} cannot be converted to WGS 84. Save the layer in WGS 84 (EPSG:4326).",
    vi="Không đổi được hệ tọa độ {crs} sang WGS 84. Hãy lưu lớp theo WGS 84 (EPSG:4326).",
)
_BAD_SHAPE: Final = Text(en="The geometry is damaged.", vi="Hình học bị hỏng.")
_NO_POINT: Final = Text(
    en="The geometry is a {kind}, and a point or an area is needed.",
    vi="Hình học là {kind} trong khi cần điểm hoặc vùng.",
)
_AREA: Final = Text(en="Areas were taken as a point inside each.", vi="Các vùng được lấy một điểm nằm bên trong.")
_OFF_MAP: Final = Text(
    en="The position lies off the map. Check the coordinate system of the layer.",
    vi="Vị trí nằm ngoài bản đồ. Hãy kiểm tra hệ tọa độ của lớp.",
)
