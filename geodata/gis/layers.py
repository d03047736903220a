"""Reading back the layers that an infrastructure was written as."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import shapely

from geodata.gis.crs import WGS_84, reprojection
from geodata.gis.from_layers import build_infrastructure
from geodata.gis.layouts import LAYER_NAMES, SHORT_NAMES, TABLE_NAMES
from geodata.gis.read import NO_FILE, ReadError, ReadTable, layer_names, read_csv_table, read_table
from geodata.gis.write import SUFFIXES
from geodata.infrastructure.infrastructure import Infrastructure


def read_layers(path: Path) -> Infrastructure:
    """Return the infrastructure that ``write_layers`` wrote; from a GeoPackage in WGS 84 exactly the same.

    Parameters
    ----------
    path
        A GeoPackage, or a folder with a file a layer.

    Raises
    ------
    ReadError
        If a file is not there or cannot be read.
    FindingsError
        With every row that cannot be understood.
    """
    path = Path(path)
    return build_infrastructure(read_tables(path), path.name)


def read_tables(path: Path) -> dict[str, ReadTable]:
    """Return the layers of a network by name, in WGS 84, with full column names; layers of others are left out.

    Raises
    ------
    ReadError
        If a file is not there or cannot be read.
    """
    if not path.exists():
        raise ReadError(NO_FILE.format(path=path))
    if path.is_file() or path.suffix.lower() == ".gpkg":
        names = {name for name, _ in layer_names(path)}
        tables = {str(name): read_table(path, name) for name in LAYER_NAMES if name in names}
    else:
        tables = _of_folder(path)
    return {name: _in_degrees(_with_full_names(table)) for name, table in tables.items()}


def _of_folder(path: Path) -> dict[str, ReadTable]:
    tables: dict[str, ReadTable] = {}
    for name in LAYER_NAMES:
        if name in TABLE_NAMES:
            file = path / f"{name}.csv"
            if file.exists():
                tables[name] = read_csv_table(file)
            continue
        file = next((file for suffix in SUFFIXES.values() if (file := path / f"{name}{suffix}").exists()), path)
        if file != path:
            tables[name] = dataclasses.replace(read_table(file), name=name)
    return tables


def _with_full_names(table: ReadTable) -> ReadTable:
    full = {short: name for name, short in SHORT_NAMES.items()}
    return dataclasses.replace(table, cells={full.get(name, name): cells for name, cells in table.cells.items()})


def _in_degrees(table: ReadTable) -> ReadTable:
    if table.crs is None or table.crs == WGS_84:
        return table
    way = reprojection(table.crs)
    return dataclasses.replace(table, shapes=shapely.transform(table.shapes, way.to_wgs84)) if way.steps else table
