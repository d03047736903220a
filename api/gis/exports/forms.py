"""The formats in which layers are shared, and what each can hold."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

from supplychain.errors import HinterlandError
from supplychain.text import Text

FormName = Literal["gpkg", "fgb", "shp", "parquet", "geojson", "geojsonl", "csv", "gdb", "tab", "dxf", "kml"]

WGS_84: Final = "EPSG:4326"

UNKNOWN_FORM: Final = Text(
    en="Layers cannot be written as {form}; the formats are: {known}.",
    vi="Không ghi được lớp ở định dạng {form}; các định dạng gồm: {known}.",
)
ONLY_WGS_84: Final = Text(
    en="{form} holds longitude and latitude of WGS 84 only, not {crs}. Leave --crs out, or choose gpkg.",
    vi="{form} chỉ chứa kinh độ, vĩ độ WGS 84, không chứa {crs}. Hãy bỏ --crs, hoặc chọn gpkg.",
)
CANNOT_WRITE: Final = Text(
    en="{form} could not be written: {why} Choose another format, or a place with room.",
    vi="Không ghi được {form}: {why} Hãy chọn định dạng khác, hoặc nơi còn dung lượng.",
)
TOLD_LENGTH: Final = 300
NO_PLANE: Final = Text(
    en="{crs} has no two coordinates on the ground, such as east and north. Choose a projected or geographic CRS, such "
    "as EPSG:9210.",
    vi="{crs} không có hai tọa độ trên mặt đất, như đông và bắc. Hãy chọn hệ tọa độ phẳng hoặc địa lý, ví dụ "
    "EPSG:9210.",
)
TOO_MANY: Final = Text(
    en="{form} is held in memory whole by the programs that open it: at most {most} features, not {count} of {layer}. "
    "Choose fewer by a filter or a box, or choose gpkg.",
    vi="Chương trình mở {form} phải đọc cả tệp vào bộ nhớ: tối đa {most} đối tượng, lớp {layer} có {count}. "
    "Hãy lọc bớt, hoặc chọn gpkg.",
)


@dataclass(frozen=True, slots=True)
class Form:
    """One format.

    Parameters
    ----------
    name
        As people choose it.
    title
        What it is called.
    suffix
        Ending of its file; of formats of several files, that of the one that is opened.
    media_type
        Of what is handed out.
    driver
        GDAL's name; empty where we write it ourselves.
    holds_many
        Whether one file holds several layers.
    has_parts
        Whether it is several files, or a folder, so that it comes as an archive.
    only_wgs84
        Whether its standard knows no other CRS.
    name_length
        Longest name of a field in bytes, 0 for any.
    text_bytes
        Longest text of a field in bytes, 0 for any.
    most_features
        Features that programs can open, 0 for any number.
    most_points
        Points of one geometry, 0 for any number.
    """

    name: FormName
    title: str
    suffix: str
    media_type: str
    driver: str = ""
    holds_many: bool = False
    has_parts: bool = False
    only_wgs84: bool = False
    name_length: int = 0
    text_bytes: int = 0
    most_features: int = 0
    most_points: int = 0


ZIP: Final = "application/zip"

FORMS: Final[Mapping[str, Form]] = MappingProxyType(
    {
        form.name: form
        for form in (
            Form("gpkg", "GeoPackage", ".gpkg", "application/geopackage+sqlite3", "GPKG", holds_many=True),
            Form("fgb", "FlatGeobuf", ".fgb", "application/flatgeobuf", "FlatGeobuf"),
            Form("shp", "Shapefile", ".shp", ZIP, "ESRI Shapefile", holds_many=True, has_parts=True, name_length=10,
                 text_bytes=254),
            Form("parquet", "GeoParquet", ".parquet", "application/vnd.apache.parquet"),
            Form("geojson", "GeoJSON", ".geojson", "application/geo+json", "GeoJSON", only_wgs84=True),
            Form("geojsonl", "GeoJSONSeq", ".geojsonl", "application/geo+json-seq", "GeoJSONSeq", only_wgs84=True),
            Form("csv", "CSV", ".csv", "text/csv"),
            Form("gdb", "File Geodatabase", ".gdb", ZIP, "OpenFileGDB", holds_many=True, has_parts=True,
                 name_length=64),
            Form("tab", "MapInfo TAB", ".tab", ZIP, "MapInfo File", holds_many=True, has_parts=True, name_length=31,
                 text_bytes=254),
            # AutoCAD keeps the number of points of a polyline in 15 bits.
            Form("dxf", "DXF", ".dxf", "image/vnd.dxf", "DXF", holds_many=True, most_points=32_767),
            Form("kml", "KML", ".kml", "application/vnd.google-earth.kml+xml", "LIBKML", only_wgs84=True,
                 most_features=100_000),
        )
    }
)  # fmt: skip
"""Format by name."""


class CannotWriteError(HinterlandError):
    """A file that its library or the disk refused."""

    @classmethod
    def of(cls, form: Form, error: Exception, folder: Path) -> CannotWriteError:
        """Return what is told of an error; where on this machine the file was to be is not."""
        said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        why = " ".join(said.replace(f"{folder}{os.sep}", "").split())[:TOLD_LENGTH].rstrip(".") + "."
        return cls(CANNOT_WRITE.format(form=form.title, why=why))


def form_named(name: str) -> Form:
    """Return a format.

    Raises
    ------
    HinterlandError
        If there is no such format.
    """
    found = FORMS.get(name.lower())
    if found is None:
        raise HinterlandError(UNKNOWN_FORM.format(form=name[:40], known=", ".join(FORMS)))
    return found


def file_name(form: Form, name: str, layers: int) -> str:
    """Return what a file of some layers is called: an archive where the format alone would be several files."""
    packed = form.has_parts or (layers > 1 and not form.holds_many)
    return f"{name}.{form.name}.zip" if packed else f"{name}{form.suffix}"
