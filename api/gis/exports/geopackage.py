"""What a GeoPackage holds besides its features: styles, names of fields in Vietnamese or English, metadata records."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from api.gis.exports.iso import GMD
from api.gis.exports.placing import file_layer
from api.gis.exports.provenance import provenance_of
from api.gis.tiles.dressing import GEOMETRIES, fitted
from api.styles import STYLES, LayerStyle, to_qml, to_sld
from api.styles.geopackage import list_attributes, make_style_table, write_style
from geodata.features.heading import heading_of
from geodata.features.source import Named
from geodata.features.table import Field
from supplychain.text import Language

if TYPE_CHECKING:
    from api.gis.exports.writing import WrittenLayer

_TABLES: Final = """
create table provenance (fid integer primary key autoincrement not null, layer text not null, language text not null,
  item text not null, value text);
create table gpkg_data_columns (table_name text not null, column_name text not null, name text, title text,
  description text, mime_type text, constraint_name text, constraint pk_gdc primary key (table_name, column_name),
  constraint gdc_tn unique (table_name, name));
create table gpkg_data_column_constraints (constraint_name text not null, constraint_type text not null, value text,
  min numeric, min_is_inclusive boolean, max numeric, max_is_inclusive boolean, description text,
  constraint gdcc_ntv unique (constraint_name, constraint_type, value));
create table gpkg_metadata (id integer constraint m_pk primary key autoincrement not null, md_scope text not null
  default 'dataset', md_standard_uri text not null, mime_type text not null default 'text/xml', metadata text not null
  default '');
create table gpkg_metadata_reference (reference_scope text not null, table_name text, column_name text,
  row_id_value integer, timestamp datetime not null default (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  md_file_id integer not null, md_parent_id integer,
  constraint crmr_mfi_fk foreign key (md_file_id) references gpkg_metadata(id),
  constraint crmr_mpi_fk foreign key (md_parent_id) references gpkg_metadata(id));
create table if not exists gpkg_extensions (table_name text, column_name text, extension_name text not null,
  definition text not null, scope text not null, constraint ge_tce unique (table_name, column_name, extension_name));
"""
"""Tables of provenance and of the GeoPackage extensions for schema and metadata (OGC 12-128r19, F.9 and F.8)."""

_EXTENSIONS: Final = (
    ("gpkg_data_columns", "gpkg_schema", "http://www.geopackage.org/spec131/#extension_schema"),
    ("gpkg_data_column_constraints", "gpkg_schema", "http://www.geopackage.org/spec131/#extension_schema"),
    ("gpkg_metadata", "gpkg_metadata", "http://www.geopackage.org/spec131/#extension_metadata"),
    ("gpkg_metadata_reference", "gpkg_metadata", "http://www.geopackage.org/spec131/#extension_metadata"),
)


def complete_geopackage(
    path: Path, layers: Sequence[WrittenLayer], records: Sequence[str], language: Language, at: datetime
) -> None:
    """Write styles, names, provenance and records into a GeoPackage that holds the features.

    Parameters
    ----------
    path
        The file.
    layers
        Its layers.
    records
        Metadata record of each.
    language
        Of the names of fields; their descriptions are in both.
    at
        When the file was made.
    """
    moment = at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    with closing(sqlite3.connect(path)) as connection, connection:
        # GDAL has made some of them where it needed them.
        for statement in _TABLES.split(";"):
            connection.execute(statement.replace("create table g", "create table if not exists g"))
        connection.executemany(
            "insert or ignore into gpkg_extensions values (?, null, ?, ?, 'read-write')", _EXTENSIONS
        )
        make_style_table(connection)
        for one, record in zip(layers, records, strict=True):
            _write_layer(connection, one, record, language, moment)
        list_attributes(connection, "provenance")


def _write_layer(
    connection: sqlite3.Connection, one: WrittenLayer, record: str, language: Language, moment: str
) -> None:
    table, told = file_layer(one.layer.name), provenance_of(one.layer)
    style = style_of(one.layer)
    if style is not None:
        write_style(connection, table, to_qml(style, one.layout.fields, language), to_sld(style, language))
    for known in ("vi", "en"):
        rows = [(table, known, item, str(value)) for item, value in told.document(known).items()]
        connection.executemany("insert into provenance (layer, language, item, value) values (?, ?, ?, ?)", rows)
    _write_names(connection, table, one.layout.fields, language)
    connection.execute(
        "update gpkg_contents set identifier = ?, description = ?, last_change = ? where table_name = ?",
        (f"{table}: {one.layer.title.of(language)}", told.in_one_line, moment, table),
    )
    key = connection.execute(
        "insert into gpkg_metadata (md_scope, md_standard_uri, mime_type, metadata) "
        "values ('dataset', ?, 'text/xml', ?)",
        (GMD, record),
    ).lastrowid
    connection.execute(
        "insert into gpkg_metadata_reference (reference_scope, table_name, timestamp, md_file_id) "
        "values ('table', ?, ?, ?)",
        (table, moment, key),
    )


def _write_names(connection: sqlite3.Connection, table: str, fields: Sequence[Field], language: Language) -> None:
    used: set[str] = set()
    for field in fields:
        alias = heading_of(field, language)
        # A name stands once in a table; where two fields mean the same, the column tells them apart.
        alias = f"{alias} ({field.name})" if alias in used else alias
        used.add(alias)
        about = f"{heading_of(field, 'vi')} · {heading_of(field, 'en')}"
        connection.execute(
            "insert or replace into gpkg_data_columns (table_name, column_name, name, title, description) "
            "values (?, ?, ?, ?, ?)",
            (table, field.name, alias, alias, about),
        )


def style_of(layer: Named) -> LayerStyle | None:
    """Return the style of a layer under its name in files; None where it has none."""
    style = STYLES.get(layer.style or layer.name.split(".", 1)[0])
    if style is None:
        return None
    drawn = replace(style, layer=file_layer(layer.name), geometry=GEOMETRIES[layer.source.shape])
    return fitted(drawn, layer.source)
