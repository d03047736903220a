"""Writing an infrastructure as layers for QGIS and other programs."""

from __future__ import annotations

import csv
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyogrio
import pyogrio.raw
import shapely

from geodata.gis.as_layers import LayerTable, layer_tables
from geodata.gis.crs import WGS_84, reprojection
from geodata.gis.layouts import GEOMETRY_TYPES, SHORT_NAMES
from geodata.gis.read import GDAL_ERRORS
from geodata.infrastructure.imported import Note
from geodata.infrastructure.infrastructure import Infrastructure
from supplychain.errors import HinterlandError
from supplychain.text import Text

GEOPACKAGE: Final = "GPKG"
SHAPEFILE: Final = "ESRI Shapefile"
SUFFIXES: Final = {"FlatGeobuf": ".fgb", "GeoJSON": ".geojson", "GeoJSONSeq": ".geojsonl", SHAPEFILE: ".shp"}
"""File name endings of the drivers that write a file a layer, into a folder."""
BESIDE_SHAPEFILE: Final = (".shx", ".dbf", ".prj", ".cpg", ".qix", ".sbn", ".sbx")
"""What stands beside a Shapefile, of GDAL, QGIS and ArcGIS."""
OPTIONS: Final[Mapping[str, Mapping[str, str]]] = {
    # Version 1.3 is what the GDAL of older systems opens without a warning.
    GEOPACKAGE: {"VERSION": "1.3"},
    # The spatial index would put the rows in another order.
    "FlatGeobuf": {"SPATIAL_INDEX": "NO"},
    "GeoJSON": {"SIGNIFICANT_FIGURES": "17", "AUTODETECT_JSON_STRINGS": "NO"},
    "GeoJSONSeq": {"SIGNIFICANT_FIGURES": "17"},
    SHAPEFILE: {},
}
SHAPEFILE_BYTES: Final = 254
SYNCHRONOUS: Final = "OGR_SQLITE_SYNCHRONOUS"

UNKNOWN_DRIVER: Final = Text(
    en="There is no driver {driver}. Name one of {drivers}.",
    vi="Không có trình điều khiển {driver}. Hãy chọn {drivers}.",
)
NAME_DRIVER: Final = Text(
    en="{path} does not end in .gpkg. Give a GeoPackage, or a folder and a driver: {drivers}.",
    vi="{path} không có đuôi .gpkg. Hãy nêu một tệp GeoPackage, hoặc một thư mục và trình điều khiển: {drivers}.",
)
FILE_THERE: Final = Text(
    en="{path} is there already and was left as it is. Choose another name or remove it first.",
    vi="{path} đã có và được giữ nguyên. Hãy chọn tên khác hoặc xóa tệp đó trước.",
)
NOT_WRITTEN: Final = Text(
    en="{path} could not be written: {reason}. Nothing was left behind.",
    vi="Không ghi được {path}: {reason}. Không để lại tệp dở dang nào.",
)
OUTSIDE_CRS: Final = Text(
    en="The network cannot be written in {crs}: some of its points have no coordinates there. Choose another CRS.",
    vi="Không thể ghi mạng lưới theo {crs}: một số điểm không có tọa độ trong hệ này. Hãy chọn hệ tọa độ khác.",
)
ONLY_GEOJSON_CRS: Final = Text(
    en="GeoJSONSeq holds longitude and latitude only. Leave out the CRS or choose another driver.",
    vi="GeoJSONSeq chỉ chứa kinh độ và vĩ độ. Hãy bỏ hệ tọa độ hoặc chọn trình điều khiển khác.",
)
CUT_TEXT: Final = Text(
    en="Shapefile holds {most} bytes of text a cell; {column} of {layer} was cut. A GeoPackage holds all of it.",
    vi="Shapefile chỉ chứa {most} byte chữ mỗi ô; cột {column} của {layer} bị cắt bớt. GeoPackage chứa được tất cả.",
)


class WriteError(HinterlandError):
    """Layers that could not be written."""


def write_layers(
    infrastructure: Infrastructure,
    path: Path,
    *,
    crs: str = WGS_84,
    driver: str | None = None,
    overwrite: bool = False,
) -> tuple[Note, ...]:
    """Write an infrastructure as layers that people read and edit in a GIS; return what a format could not hold.

    The layers are ``network_nodes``, ``network_links``, ``network_conditions``, ``network_turns``,
    ``network_candidates``, ``network_outlines`` and the tables ``network_schedules`` and ``network_sources``. In a
    GeoPackage in WGS 84 ``read_layers`` gives back exactly the same infrastructure.

    Parameters
    ----------
    infrastructure
        What to write.
    path
        A GeoPackage (``.gpkg``), or for another driver the folder that takes a file a layer.
    crs
        CRS of the coordinates; any that PROJ knows.
    driver
        ``GPKG``, ``FlatGeobuf``, ``GeoJSON``, ``GeoJSONSeq`` or ``ESRI Shapefile``; None: by the name of ``path``.
    overwrite
        Whether a file (or layers of these names in the folder, of any driver) may be replaced.

    Raises
    ------
    WriteError
        If the file is there already, the driver is unknown or the disk does not take it; what stood there stays.
    CrsError
        If the CRS is unknown.
    """
    path = Path(path)
    chosen = _driver(path, driver)
    if chosen == "GeoJSONSeq" and crs != WGS_84:
        raise WriteError(ONLY_GEOJSON_CRS)
    if path.exists() and not overwrite and (path.is_file() or any(path.iterdir())):
        raise WriteError(FILE_THERE.format(path=path))
    way = reprojection(crs)
    tables = layer_tables(infrastructure, way.from_wgs84)
    if not all(_is_finite(table) for table in tables.values()):
        raise WriteError(OUTSIDE_CRS.format(crs=crs))
    notes: list[Note] = []
    if chosen == SHAPEFILE:
        tables = {name: _for_shapefile(name, table, notes) for name, table in tables.items()}
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            _write(tables, path, chosen, crs)
    except (*GDAL_ERRORS, OSError, RuntimeError) as error:
        reason = str(error).strip().rstrip(".") or type(error).__name__
        raise WriteError(NOT_WRITTEN.format(path=path, reason=reason)) from error
    said = dict.fromkeys(str(one.message) for one in caught)
    notes.extend(Note("gdal", "warning", path.name, np.nan, np.nan, Text(en=words, vi=words)) for words in said)
    return tuple(notes)


def _driver(path: Path, driver: str | None) -> str:
    drivers = ", ".join([GEOPACKAGE, *SUFFIXES])
    if driver is None:
        if path.suffix.lower() != ".gpkg":
            raise WriteError(NAME_DRIVER.format(path=path, drivers=drivers))
        return GEOPACKAGE
    known = {name.lower(): name for name in (GEOPACKAGE, *SUFFIXES)} | {
        "geopackage": GEOPACKAGE,
        "shapefile": SHAPEFILE,
    }
    if driver.lower() not in known:
        raise WriteError(UNKNOWN_DRIVER.format(driver=driver, drivers=drivers))
    return known[driver.lower()]


def _is_finite(table: LayerTable) -> bool:
    return table.shapes is None or bool(np.isfinite(shapely.get_coordinates(table.shapes)).all())


def _write(tables: Mapping[str, LayerTable], path: Path, driver: str, crs: str) -> None:
    """Write beside the place wanted and move at the end, so that a failure leaves what stood there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".writing-", dir=path.parent))
    try:
        if driver == GEOPACKAGE:
            with _without_waiting():
                for name, table in tables.items():
                    _write_layer(work / "network.gpkg", name, table, driver, crs)
            with (work / "network.gpkg").open("rb+") as stream:
                os.fsync(stream.fileno())
            (work / "network.gpkg").replace(path)
            return
        for name, table in tables.items():
            if table.shapes is None:
                _write_csv(work / f"{name}.csv", table)
            else:
                _write_layer(work / f"{name}{SUFFIXES[driver]}", name, table, driver, crs)
        path.mkdir(exist_ok=True)
        for name in tables:
            for suffix in (*SUFFIXES.values(), *BESIDE_SHAPEFILE):
                (path / f"{name}{suffix}").unlink(missing_ok=True)
        for file in sorted(work.iterdir()):
            file.replace(path / file.name)
    finally:
        shutil.rmtree(work, ignore_errors=True)


@contextmanager
def _without_waiting() -> Iterator[None]:
    """Let SQLite not wait for the disk after every layer: the whole file is brought to disk once, at the end."""
    before = pyogrio.get_gdal_config_option(SYNCHRONOUS)
    pyogrio.set_gdal_config_options({SYNCHRONOUS: "OFF"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({SYNCHRONOUS: before})


def _write_layer(file: Path, name: str, table: LayerTable, driver: str, crs: str) -> None:
    shapes = None if table.shapes is None else shapely.to_wkb(table.shapes)
    options: dict[str, Any] = dict(OPTIONS[driver])
    if driver == GEOPACKAGE and file.exists():
        options = {"append": True}
    pyogrio.raw.write(
        file,
        shapes,
        list(table.cells.values()),
        list(table.cells),
        field_mask=list(table.nulls.values()),
        layer=name,
        driver=driver,
        geometry_type=GEOMETRY_TYPES.get(name),
        crs=None if shapes is None else crs,
        encoding="UTF-8",
        **options,
    )


def _write_csv(file: Path, table: LayerTable) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(table.cells)
        for row in zip(*table.cells.values(), strict=True):
            writer.writerow(row)


def _for_shapefile(layer: str, table: LayerTable, notes: list[Note]) -> LayerTable:
    if table.shapes is None:
        return table
    cells: dict[str, Any] = {}
    for name, values in table.cells.items():
        cells[SHORT_NAMES.get(name, name)] = _cut(layer, name, values, notes)
    return LayerTable(cells, {SHORT_NAMES.get(name, name): nulls for name, nulls in table.nulls.items()}, table.shapes)


def _cut(layer: str, column: str, values: Any, notes: list[Note]) -> Any:  # noqa: ANN401 - an array of any type
    if values.dtype != np.object_:
        return values
    long = [row for row, value in enumerate(values) if len(value.encode()) > SHAPEFILE_BYTES]
    if not long:
        return values
    cut = values.copy()
    for row in long:
        cut[row] = values[row].encode()[:SHAPEFILE_BYTES].decode(errors="ignore")
    text = CUT_TEXT.format(most=SHAPEFILE_BYTES, column=column, layer=layer)
    notes.append(Note("text_cut", "warning", f"{layer} {column}", np.nan, np.nan, text, len(long)))
    return cut
