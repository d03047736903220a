"""Styles inside a GeoPackage, in the table where QGIS looks for those of each layer."""

from __future__ import annotations

import sqlite3
from typing import Final

TABLE: Final = "layer_styles"
_MADE: Final = """
create table layer_styles (id integer primary key autoincrement not null, f_table_catalog text(256),
  f_table_schema text(256), f_table_name text(256), f_geometry_column text(256), styleName text(30), styleQML text,
  styleSLD text, useAsDefault boolean, description text, owner text(30), ui text(30),
  update_time datetime default (strftime('%Y-%m-%dT%H:%M:%fZ','now')))
"""


def make_style_table(connection: sqlite3.Connection) -> None:
    """Make the table of styles in a GeoPackage that has none, and list it."""
    connection.execute(_MADE)
    list_attributes(connection, TABLE)


def write_style(connection: sqlite3.Connection, layer: str, qml: str, sld: str) -> None:
    """Write the style that a layer is opened with.

    Parameters
    ----------
    connection
        A GeoPackage with a table of styles.
    layer
        Table of the layer, whose geometry is ``geom``.
    qml, sld
        The style as QGIS and as OGC programs read it.
    """
    connection.execute(
        "insert into layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, "
        "styleName, styleQML, styleSLD, useAsDefault, description) "
        "values ('', '', ?, 'geom', 'hinterland', ?, ?, 1, 'Hinterland')",
        (layer, qml, sld),
    )


def list_attributes(connection: sqlite3.Connection, table: str) -> None:
    """List a table without geometry among the contents of a GeoPackage."""
    connection.execute(
        "insert into gpkg_contents (table_name, data_type, identifier) values (?, 'attributes', ?)", (table, table)
    )
