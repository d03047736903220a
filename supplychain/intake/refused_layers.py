"""Refused rows of typed formats (Parquet, GeoPackage, GeoJSON): types and geometries as they were, reasons beside."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from supplychain.exports.writing import write_layer
from supplychain.intake.files import TableFile
from supplychain.intake.report import Fault, RefusedRow
from supplychain.intake.sheet_plans import ERROR_COLUMNS
from supplychain.text import Language, Text

LINE: Final = Text(en="line {line}", vi="dòng {line}")

Refused = Mapping[tuple[str, int], RefusedRow]


def reason(row: RefusedRow, language: Language) -> str:
    """Return why a row is refused, a line for each fault, each with its column."""
    place = LINE.of(language).format(line=row.line)
    return "\n".join(f"{place}{_column(fault)}: {fault.text.of(language)}" for fault in row.faults)


def _column(fault: Fault) -> str:
    return f", {' '.join(fault.column.split())}" if fault.column else ""


def reasons(row: RefusedRow) -> tuple[str, str]:
    """Return the cells of the columns ``lỗi`` and ``error``."""
    return reason(row, "vi"), reason(row, "en")


def _write_parquet(file: TableFile, rows: Refused, out: Path) -> list[Text]:
    import pyarrow.parquet as pq  # noqa: PLC0415 - only for this format

    writer = None
    line = 0
    with pq.ParquetFile(file.path, memory_map=False) as source:
        for batch in source.iter_batches(use_threads=False):
            marked = _marked(batch, file.sheets[0].name, rows, line)
            line += batch.num_rows
            if writer is None:
                writer = pq.ParquetWriter(out, marked.schema)
            writer.write_table(marked)
    if writer is not None:
        writer.close()
    return []


def _write_geopackage(file: TableFile, rows: Refused, out: Path) -> list[Text]:
    import pyogrio  # noqa: PLC0415 - only for this format

    names = {sheet for sheet, _line in rows}
    for sheet in file.sheets:
        if sheet.name not in names:
            continue
        with pyogrio.open_arrow(f"GPKG:{file.path}", layer=sheet.name, use_pyarrow=True) as (meta, reader):
            line = 0
            for batch in reader:
                marked = _marked(batch, sheet.name, rows, line)
                line += batch.num_rows
                if marked.num_rows:
                    _append_layer(out, sheet.name, marked, meta)
    return []


def _append_layer(out: Path, layer: str, marked: Any, meta: Mapping[str, Any]) -> None:  # noqa: ANN401 - pyarrow
    shaped = bool(meta["geometry_name"] or meta["geometry_type"])
    name = meta["geometry_name"] or "wkb_geometry"
    write_layer(
        marked,
        out,
        layer=layer,
        append=out.exists(),
        geometry_name=name if shaped else None,
        geometry_type=meta["geometry_type"] if shaped else None,
        crs=meta["crs"] if shaped else None,
    )


def _marked(batch: Any, sheet: str, rows: Refused, before: int) -> Any:  # noqa: ANN401 - pyarrow
    """Return the refused rows of an Arrow batch with their reasons, as a table."""
    import pyarrow as pa  # noqa: PLC0415 - only for these formats

    found = [(place, row) for place in range(batch.num_rows) if (row := rows.get((sheet, before + place + 1)))]
    table = pa.table(batch).take(pa.array([place for place, _row in found], pa.int64()))
    for position, name in enumerate(ERROR_COLUMNS):
        if name in table.column_names:  # the file was refused before
            table = table.drop_columns([name])
        table = table.append_column(name, pa.array([reasons(row)[position] for _place, row in found], pa.string()))
    return table


def _write_geojson(file: TableFile, rows: Refused, out: Path) -> list[Text]:
    content = json.loads(file.path.read_text(encoding="utf-8-sig"))
    features = content.get("features", [content])
    sheet = file.sheets[0].name
    marked = []
    for line, feature in enumerate(features, start=1):
        row = rows.get((sheet, line))
        if row is not None:
            properties = {**(feature.get("properties") or {}), **dict(zip(ERROR_COLUMNS, reasons(row), strict=True))}
            marked.append({**feature, "properties": properties})
    members = {name: value for name, value in content.items() if name in ("name", "crs")}
    whole = {"type": "FeatureCollection", **members, "features": marked}
    out.write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")
    return []


LAYER_WRITERS: Final[Mapping[str, Callable[[TableFile, Refused, Path], list[Text]]]] = MappingProxyType(
    {"parquet": _write_parquet, "geopackage": _write_geopackage, "geojson": _write_geojson}
)
