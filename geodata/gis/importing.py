"""Import of GIS files: layers of any format and CRS, by a mapping, as an infrastructure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from geodata.gis.crs import WGS_84, Reprojection, crs_name, read_crs, reprojection
from geodata.gis.layers_of_file import pick_layer
from geodata.gis.mapping import MOST_SNAP_M, SPLITS, GisMapping
from geodata.gis.mapping_file import SUMMARY, check_mapping
from geodata.gis.network import Draft, build_draft
from geodata.gis.read import IS_UTF_8, ReadError, ReadTable, read_table
from geodata.gis.remarks import Remarks
from geodata.infrastructure.imported import Imported
from supplychain.errors import Finding, FindingsError
from supplychain.text import Text

NO_CRS: Final = Text(
    en="{path} does not say which coordinate reference system it is in (a Shapefile without .prj?). "
    "State it, such as EPSG:9210 for VN-2000 / TM-3 105-45 or EPSG:4326 for longitude and latitude.",
    vi="{path} không cho biết hệ tọa độ (Shapefile thiếu .prj?). "
    "Hãy nêu rõ, ví dụ EPSG:9210 cho VN-2000 / TM-3 105-45 hoặc EPSG:4326 cho kinh độ, vĩ độ.",
)
OTHER_CRS: Final = Text(
    en="{path} says it is in {file}, but {stated} was stated. Leave out the CRS, or add crs_overrides_file: yes.",
    vi="{path} ghi hệ tọa độ {file}, nhưng lại nêu {stated}. Hãy bỏ hệ đã nêu, hoặc thêm crs_overrides_file: yes.",
)
NO_LINES: Final = Text(
    en="Layer {layer} of {path} gave no line at all: {reasons}",
    vi="Lớp {layer} của {path} không cho đường nào: {reasons}",
)
EMPTY_LAYER: Final = Text(en="it has no rows.", vi="lớp không có dòng nào.")
UNMAPPED: Final = Text(
    en="Columns that the mapping does not name were left out: {columns}.",
    vi="Bỏ qua các cột mà tệp ánh xạ không nêu: {columns}.",
)
READER_SAYS: Final = Text(en="While reading: {words}.", vi="Khi đọc tệp: {words}.")
TRANSFORMED: Final = Text(
    en="Coordinates were brought from {crs} to WGS 84.", vi="Tọa độ đã được chuyển từ {crs} sang WGS 84."
)
FORMATS_WITH_DEFAULT_CRS: Final = (".geojson", ".json", ".geojsonl", ".geojsons")
"""Their CRS is WGS 84 unless the file says otherwise, so a stated one may hold."""


@dataclass(frozen=True, slots=True)
class GisOptions:
    """What overrides a mapping for one import.

    Parameters
    ----------
    snap_m, split, layer, crs, encoding
        As in the mapping; where given, these win.
    """

    snap_m: float | None = None
    split: str = ""
    layer: str = ""
    crs: str = ""
    encoding: str = ""

    def __post_init__(self) -> None:
        if self.snap_m is not None and not 0 <= self.snap_m <= MOST_SNAP_M:
            msg = f"snap_m must lie between 0 and {MOST_SNAP_M:g}, got {self.snap_m}."
            raise ValueError(msg)
        if self.split not in ("", *SPLITS):
            msg = f"split must be one of {', '.join(SPLITS)}, got {self.split!r}."
            raise ValueError(msg)


def import_gis(file: Path, mapping: GisMapping, options: GisOptions | None = None) -> Imported:
    """Return the network that a layer of a GIS file holds.

    Parameters
    ----------
    file
        GeoPackage, Shapefile (zipped too), GeoJSON, GeoJSONSeq, FlatGeobuf, FileGDB or whatever else GDAL reads.
    mapping
        What its columns mean.
    options
        What overrides the mapping; None: nothing.

    Returns
    -------
    Imported
        The infrastructure in WGS 84; notes on everything left out, assumed or changed, each with its rows.

    Raises
    ------
    ReadError
        If the file cannot be read, has several layers of lines and none is named, or states no CRS.
    CrsError
        If its CRS is unknown.
    FindingsError
        With everything found wrong in the mapping, or in the values that decide who may run where.
    """
    file, options = Path(file), options or GisOptions()
    _done(check_mapping(mapping, file.name))
    remarks = Remarks()
    layer = pick_layer(file, options.layer or mapping.layer)
    table = read_table(file, layer, encoding=options.encoding or mapping.encoding or None)
    for words in table.remarks:
        severity = "note" if words is IS_UTF_8 else "warning"
        remarks.add("reader", severity, READER_SAYS.format(words=words), file.name)
    _done(check_mapping(mapping, f"{file.name} {layer}", table.cells))
    _tell_unmapped(table, mapping, remarks)
    way = _way(file, table, mapping, options, remarks)
    source = replace(mapping.source, name=mapping.source.name or file.name, sha256=_sha256(file))
    snap_m = mapping.snap_m if options.snap_m is None else options.snap_m
    draft = Draft(table, mapping, snap_m, options.split or mapping.split, way, source)
    built = build_draft(draft, remarks)
    if len(built.links) == 0:
        reasons = [note.text for note in remarks.notes if note.severity == "warning"] or [EMPTY_LAYER]
        text = Text(en=" ".join(one.en for one in reasons), vi=" ".join(one.vi for one in reasons))
        raise ReadError(NO_LINES.format(layer=layer, path=file, reasons=text))
    counts = {"rows": len(table), "links": len(built.links), "nodes": len(built.nodes)}
    return Imported(built, tuple(remarks.notes), counts)


def _done(findings: list[Finding]) -> None:
    if findings:
        raise FindingsError(SUMMARY.format(count=len(findings)), findings)


def _tell_unmapped(table: ReadTable, mapping: GisMapping, remarks: Remarks) -> None:
    left = [name for name in table.cells if name not in mapping.columns and name not in mapping.ignored]
    if left:
        remarks.add("unmapped_columns", "note", UNMAPPED.format(columns=", ".join(left)), table.name)


def _way(file: Path, table: ReadTable, mapping: GisMapping, options: GisOptions, remarks: Remarks) -> Reprojection:
    stated = options.crs or mapping.crs
    if not table.crs and not stated:
        raise ReadError(NO_CRS.format(path=file))
    crs = stated or str(table.crs)
    assumed = table.crs == WGS_84 and file.suffix.lower() in FORMATS_WITH_DEFAULT_CRS
    overrides = assumed or mapping.crs_overrides_file or not table.crs
    if stated and not overrides and not read_crs(stated).equals(read_crs(str(table.crs)), ignore_axis_order=True):
        text = OTHER_CRS.format(path=file, file=crs_name(str(table.crs)), stated=crs_name(stated))
        raise ReadError(text)
    way = reprojection(crs)
    if way.steps:
        remarks.add("reprojected", "note", TRANSFORMED.format(crs=crs_name(crs)), table.name)
    return way


def _sha256(file: Path) -> str:
    if not file.is_file():
        return ""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
