"""SQLite laid out as a GeoPackage (OGC 12-128r18, version 1.3): QGIS and GDAL open the database itself.

The R*Tree triggers call ``ST_MinX`` and its kin, which are Python functions here: a connection that writes must have
had ``register_functions``.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Table

from supplychain.geometry import Geometry, blob_bounds

APPLICATION_ID: Final = 0x47504B47
"""The letters GPKG."""

VERSION: Final = 10300

RTREE_DEFINITION: Final = "http://www.geopackage.org/spec120/#extension_rtree"

_WGS84_WKT: Final = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],'
    'AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],'
    'UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],'
    'AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]'
)

_SYSTEM_TABLES: Final = (
    """CREATE TABLE IF NOT EXISTS gpkg_spatial_ref_sys (
        srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
        organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT)""",
    """CREATE TABLE IF NOT EXISTS gpkg_contents (
        table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
        description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
        min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
        CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id))""",
    """CREATE TABLE IF NOT EXISTS gpkg_geometry_columns (
        table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
        srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
        CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
        CONSTRAINT uk_gc_table_name UNIQUE (table_name),
        CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
        CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id))""",
    """CREATE TABLE IF NOT EXISTS gpkg_extensions (
        table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
        scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name))""",
)

_REFERENCE_SYSTEMS: Final = (
    ("WGS 84 geodetic", 4326, "EPSG", 4326, _WGS84_WKT, "longitude/latitude in decimal degrees on WGS 84"),
    ("Undefined cartesian SRS", -1, "NONE", -1, "undefined", "undefined cartesian coordinate reference system"),
    ("Undefined geographic SRS", 0, "NONE", 0, "undefined", "undefined geographic coordinate reference system"),
)

_TRIGGERS: Final = {
    "insert": """AFTER INSERT ON {t} WHEN {new_filled}
        BEGIN INSERT OR REPLACE INTO {r} VALUES ({box}); END""",
    "update2": """AFTER UPDATE OF {c} ON {t} WHEN OLD.{i} = NEW.{i} AND NOT {new_filled}
        BEGIN DELETE FROM {r} WHERE id = OLD.{i}; END""",
    "update4": """AFTER UPDATE ON {t} WHEN OLD.{i} != NEW.{i} AND NOT {new_filled}
        BEGIN DELETE FROM {r} WHERE id IN (OLD.{i}, NEW.{i}); END""",
    "update5": """AFTER UPDATE ON {t} WHEN OLD.{i} != NEW.{i} AND {new_filled}
        BEGIN DELETE FROM {r} WHERE id = OLD.{i}; INSERT OR REPLACE INTO {r} VALUES ({box}); END""",
    "update6": """AFTER UPDATE OF {c} ON {t} WHEN OLD.{i} = NEW.{i} AND {new_filled} AND {old_filled}
        BEGIN UPDATE {r} SET minx = ST_MinX(NEW.{c}), maxx = ST_MaxX(NEW.{c}),
        miny = ST_MinY(NEW.{c}), maxy = ST_MaxY(NEW.{c}) WHERE id = NEW.{i}; END""",
    "update7": """AFTER UPDATE OF {c} ON {t} WHEN OLD.{i} = NEW.{i} AND {new_filled} AND NOT {old_filled}
        BEGIN INSERT INTO {r} VALUES ({box}); END""",
    "delete": """AFTER DELETE ON {t} WHEN OLD.{c} NOT NULL
        BEGIN DELETE FROM {r} WHERE id = OLD.{i}; END""",
}
"""The triggers of the R*Tree extension by name, as version 1.4 corrected them (update1 and update3 harm upserts)."""


@dataclass(frozen=True, slots=True)
class Layer:
    """What the GeoPackage catalogue says of a table.

    Parameters
    ----------
    table
        Table name.
    description
        What a row is.
    geometry_column, geometry_kind, srid
        Its geometry; None, None and 0 for a table without one.
    """

    table: str
    description: str
    geometry_column: str | None = None
    geometry_kind: str | None = None
    srid: int = 0

    @classmethod
    def of(cls, table: Table, description: str) -> Layer:
        """Return the layer of a table, its geometry found by column type."""
        for column in table.columns:
            if isinstance(column.type, Geometry):
                return cls(table.name, description, column.name, column.type.kind, column.type.srid)
        return cls(table.name, description)


def register_functions(connection: sqlite3.Connection) -> None:
    """Give a SQLite connection the functions that the R*Tree triggers call."""

    def bound(place: int) -> Callable[[bytes | None], float | None]:
        def of(blob: bytes | None) -> float | None:
            bounds = blob_bounds(blob) if blob is not None else None
            return bounds[place] if bounds is not None else None

        return of

    def is_empty(blob: bytes | None) -> int | None:
        return None if blob is None else int(blob_bounds(blob) is None)

    for place, name in enumerate(("ST_MinX", "ST_MinY", "ST_MaxX", "ST_MaxY")):
        connection.create_function(name, 1, bound(place), deterministic=True)
    connection.create_function("ST_IsEmpty", 1, is_empty, deterministic=True)


def lay_out(connection: Connection) -> None:
    """Make the GeoPackage catalogue in a SQLite database; what is there already stays."""
    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.exec_driver_sql(f"PRAGMA user_version = {VERSION}")
    for statement in _SYSTEM_TABLES:
        connection.exec_driver_sql(statement)
    for row in _REFERENCE_SYSTEMS:
        connection.exec_driver_sql("INSERT OR IGNORE INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", row)


def add_layer(connection: Connection, layer: Layer) -> None:
    """Enter a table in the catalogue and, where it has a geometry, give it an R*Tree with its triggers.

    A migration that makes a table anew (batch mode) loses the triggers and must call this again.
    """
    column = layer.geometry_column
    connection.exec_driver_sql(
        "INSERT OR REPLACE INTO gpkg_contents (table_name, data_type, identifier, description, srs_id)"
        " VALUES (?, ?, ?, ?, ?)",
        (layer.table, "attributes" if column is None else "features", layer.table, layer.description, layer.srid),
    )
    if column is None:
        return
    connection.exec_driver_sql(
        "INSERT OR REPLACE INTO gpkg_geometry_columns VALUES (?, ?, ?, ?, 0, 0)",
        (layer.table, column, layer.geometry_kind, layer.srid),
    )
    connection.exec_driver_sql(
        "INSERT OR REPLACE INTO gpkg_extensions VALUES (?, ?, 'gpkg_rtree_index', ?, 'write-only')",
        (layer.table, column, RTREE_DEFINITION),
    )
    rtree = f"rtree_{layer.table}_{column}"
    connection.exec_driver_sql(f'CREATE VIRTUAL TABLE IF NOT EXISTS "{rtree}" USING rtree(id, minx, maxx, miny, maxy)')
    names = {
        "t": f'"{layer.table}"',
        "c": f'"{column}"',
        "r": f'"{rtree}"',
        "i": '"fid"',
        "new_filled": f'(NEW."{column}" NOT NULL AND NOT ST_IsEmpty(NEW."{column}"))',
        "old_filled": f'(OLD."{column}" NOT NULL AND NOT ST_IsEmpty(OLD."{column}"))',
        "box": f'NEW."fid", ST_MinX(NEW."{column}"), ST_MaxX(NEW."{column}"), '
        f'ST_MinY(NEW."{column}"), ST_MaxY(NEW."{column}")',
    }
    for name, body in _TRIGGERS.items():
        connection.exec_driver_sql(f'CREATE TRIGGER IF NOT EXISTS "{rtree}_{name}" {body.format(**names)}')


def remove_layer(connection: Connection, layer: Layer) -> None:
    """Take a table out of the catalogue, with its R*Tree; the table itself stays."""
    if layer.geometry_column is not None:
        rtree = f"rtree_{layer.table}_{layer.geometry_column}"
        for name in _TRIGGERS:
            connection.exec_driver_sql(f'DROP TRIGGER IF EXISTS "{rtree}_{name}"')
        connection.exec_driver_sql(f'DROP TABLE IF EXISTS "{rtree}"')
    for table in ("gpkg_extensions", "gpkg_geometry_columns", "gpkg_contents"):
        connection.exec_driver_sql(f"DELETE FROM {table} WHERE table_name = ?", (layer.table,))  # noqa: S608 - our names


def refresh_contents(connection: Connection, tables: Iterable[Table]) -> None:
    """Bring extent and time of change of tables in the catalogue up to date."""
    for table in tables:
        layer = Layer.of(table, "")
        extent = (None, None, None, None)
        if layer.geometry_column is not None:
            rtree = f"rtree_{layer.table}_{layer.geometry_column}"
            query = f'SELECT min(minx), min(miny), max(maxx), max(maxy) FROM "{rtree}"'  # noqa: S608 - our names
            row = connection.exec_driver_sql(query).one()
            extent = (row[0], row[1], row[2], row[3])
        connection.exec_driver_sql(
            "UPDATE gpkg_contents SET last_change = strftime('%Y-%m-%dT%H:%M:%fZ','now'),"
            " min_x = ?, min_y = ?, max_x = ?, max_y = ? WHERE table_name = ?",
            (*extent, layer.table),
        )


def is_system_table(name: str) -> bool:
    """Return whether a table belongs to the GeoPackage layout and not to us."""
    return name.startswith(("gpkg_", "rtree_", "sqlite_"))
