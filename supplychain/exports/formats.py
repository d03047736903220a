"""Tables of records in each format that the registry is exported to; every writer streams."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from supplychain.columns import ColumnDeclaration
from supplychain.errors import HinterlandError
from supplychain.exports.cells import row_cells, text_cell, value_text
from supplychain.exports.sheets import SheetCell, SheetLayout, SheetWriter, finished
from supplychain.exports.writing import whole_file, whole_folder, write_layer
from supplychain.pack.declaration import TableDeclaration
from supplychain.text import Text

Rows = Iterable[Mapping[str, Any]]
Tables = Iterable[tuple[TableDeclaration, Rows]]

CHUNK_ROWS: Final = 20_000
POSITION: Final = frozenset({"lat", "lon"})

UNKNOWN_FORMAT: Final = Text(
    en="There is no format {format}. Choose one of: {known}.",
    vi="Không có định dạng {format}. Hãy chọn một trong: {known}.",
)


def write_tables(out: Path, file_format: str, tables: Tables, names: tuple[str, ...]) -> None:
    """Write tables to a file (xlsx, ods, gpkg), or to a folder with a file each (csv, parquet, geojson).

    Raises
    ------
    HinterlandError
        If there is no such format, or it cannot hold a row or text.
    """
    if file_format not in WRITERS:
        raise HinterlandError(UNKNOWN_FORMAT.format(format=file_format, known=", ".join(WRITERS)))
    WRITERS[file_format](out, tables, names)


def _write_csv(out: Path, tables: Tables, _names: tuple[str, ...]) -> None:
    with whole_folder(out) as folder:
        for declaration, rows in tables:
            path = folder / f"{declaration.name}.csv"
            # The mark at the beginning tells Excel that the file is UTF-8.
            with path.open("w", encoding="utf-8-sig", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(declaration.column_names)
                writer.writerows(row_cells(row, declaration.columns, guarded=True) for row in rows)


def _write_xlsx(out: Path, tables: Tables, _names: tuple[str, ...]) -> None:
    from supplychain.exports.xlsx import XlsxWriter  # noqa: PLC0415 - loads openpyxl

    with whole_file(out) as partial, finished(XlsxWriter(partial)) as writer:
        _write_sheets(writer, tables)


def _write_ods(out: Path, tables: Tables, names: tuple[str, ...]) -> None:
    from supplychain.exports.ods import OdsWriter  # noqa: PLC0415 - beside its sister

    layouts = [SheetLayout(name) for name in names]
    with whole_file(out) as partial, finished(OdsWriter(partial, layouts)) as writer:
        _write_sheets(writer, tables)


def _write_sheets(writer: SheetWriter, tables: Tables) -> None:
    for declaration, rows in tables:
        writer.begin_sheet(SheetLayout(declaration.name))
        writer.write_row(SheetCell(name, bold=True) for name in declaration.column_names)
        for row in rows:
            writer.write_row(SheetCell(_sheet_value(row.get(column.name), column)) for column in declaration.columns)


def _sheet_value(value: Any, column: ColumnDeclaration) -> str | float | None:  # noqa: ANN401 - a record's value
    if value is None:
        return None
    if isinstance(value, str):
        return text_cell(value, guarded=False)
    if column.kind in ("number", "integer") and not isinstance(value, bool):
        return value  # type: ignore[no-any-return] # a number
    return value_text(value, column)


def _write_geojson(out: Path, tables: Tables, _names: tuple[str, ...]) -> None:
    with whole_folder(out) as folder:
        for declaration, rows in tables:
            path = folder / f"{declaration.name}.geojson"
            with path.open("w", encoding="utf-8", newline="\n") as file:
                file.write(f'{{"type":"FeatureCollection","name":{json.dumps(declaration.name)},"features":[')
                for number, row in enumerate(rows):
                    file.write(",\n" if number else "\n")
                    json.dump(_feature(row, declaration), file, ensure_ascii=False, allow_nan=False)
                file.write("\n]}\n")


def _feature(row: Mapping[str, Any], declaration: TableDeclaration) -> dict[str, Any]:
    position = [row.get("lon"), row.get("lat")]
    point = {"type": "Point", "coordinates": position} if None not in position else None
    properties = {
        column.name: _plain(row.get(column.name), column)
        for column in declaration.columns
        if column.name not in POSITION
    }
    return {"type": "Feature", "geometry": point, "properties": properties}


def _plain(value: Any, column: ColumnDeclaration) -> Any:  # noqa: ANN401 - a record's value
    """Return a value as typed formats take it: texts marked where a reader would tidy them, dates as ISO texts."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return text_cell(value, guarded=False)
    return value if column.kind in ("number", "integer") else value_text(value, column)


def _write_parquet(out: Path, tables: Tables, _names: tuple[str, ...]) -> None:
    import pyarrow.parquet as pq  # noqa: PLC0415 - only where it is written

    with whole_folder(out) as folder:
        for declaration, rows in tables:
            schema = _schema(declaration, declaration.columns)
            with pq.ParquetWriter(folder / f"{declaration.name}.parquet", schema) as writer:
                for batch in _batches(rows, declaration.columns, schema):
                    writer.write_batch(batch)


def _write_geopackage(out: Path, tables: Tables, _names: tuple[str, ...]) -> None:
    with whole_file(out) as partial:
        for declaration, rows in tables:
            _write_layer(partial, declaration, rows)


def _write_layer(path: Path, declaration: TableDeclaration, rows: Rows) -> None:
    import pyarrow as pa  # noqa: PLC0415 - only where it is written
    import shapely  # noqa: PLC0415

    columns = tuple(column for column in declaration.columns if column.name not in POSITION)
    schema = _schema(declaration, columns)
    shaped = declaration.has_position
    first = True
    iterator = iter(rows)
    while first or (chunk := list(islice(iterator, CHUNK_ROWS))):
        if first:
            chunk = list(islice(iterator, CHUNK_ROWS))
        arrays = [_array(chunk, column, schema) for column in columns]
        fields = list(schema)
        if shaped:
            points = [(row.get("lon"), row.get("lat")) for row in chunk]
            shapes = [None if None in point else shapely.to_wkb(shapely.Point(point)) for point in points]
            arrays.append(pa.array(shapes, pa.binary()))
            fields.append(pa.field("geometry", pa.binary()))
        write_layer(
            pa.table(arrays, schema=pa.schema(fields)),
            path,
            layer=declaration.name,
            append=not first or path.exists(),
            geometry_name="geometry" if shaped else None,
            geometry_type="Point" if shaped else None,
            crs="EPSG:4326" if shaped else None,
            dataset_options={"VERSION": "1.3"} if not path.exists() else None,
        )
        first = False


def _batches(rows: Rows, columns: tuple[ColumnDeclaration, ...], schema: Any) -> Iterator[Any]:  # noqa: ANN401 - pyarrow
    import pyarrow as pa  # noqa: PLC0415

    iterator = iter(rows)
    while chunk := list(islice(iterator, CHUNK_ROWS)):
        yield pa.record_batch([_array(chunk, column, schema) for column in columns], schema=schema)


def _array(chunk: list[Mapping[str, Any]], column: ColumnDeclaration, schema: Any) -> Any:  # noqa: ANN401 - pyarrow
    import pyarrow as pa  # noqa: PLC0415

    values = [_plain(row.get(column.name), column) for row in chunk]
    return pa.array(values, schema.field(column.name).type)


def _schema(declaration: TableDeclaration, columns: tuple[ColumnDeclaration, ...]) -> Any:  # noqa: ANN401 - pyarrow
    import pyarrow as pa  # noqa: PLC0415

    types = {"number": pa.float64(), "integer": pa.int64(), "boolean": pa.bool_()}
    fields = [pa.field(column.name, types.get(column.kind, pa.string())) for column in columns]
    return pa.schema(fields, metadata={"table": declaration.name})


WRITERS: Final[Mapping[str, Callable[[Path, Tables, tuple[str, ...]], None]]] = MappingProxyType(
    {
        "csv": _write_csv,
        "xlsx": _write_xlsx,
        "ods": _write_ods,
        "parquet": _write_parquet,
        "gpkg": _write_geopackage,
        "geojson": _write_geojson,
    }
)
"""Writer of each format by its name on the command line."""
