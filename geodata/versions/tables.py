"""The tables that keep versions of infrastructures, made from the declarations of their columns.

Rows of a version stand in the order of the arrays: ``fid`` rises with it. Words stand for codes, and an empty cell for
a value that says nothing, so that the tables read in a GIS program as they are. Nothing but whole versions is ever
added or removed; triggers of the database hold that (``api/migrations``).
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, Double, Index, Integer, Table
from sqlalchemy import Column as SqlColumn
from sqlalchemy import Text as SqlText

from geodata.infrastructure.columns import (
    CANDIDATE_COLUMNS,
    CONDITION_COLUMNS,
    INFRASTRUCTURE_LINK_COLUMNS,
    INFRASTRUCTURE_NODE_COLUMNS,
)
from geodata.versions.cells import Cell, cells_of
from supplychain.geometry import GeometryKind, geometry
from supplychain.models.base import METADATA

WGS84: Final = 4326
KINDS: Final = ("imported", "edited", "repaired", "joined", "merged")
"""How a version came to be."""

NODE_CELLS: Final = cells_of(INFRASTRUCTURE_NODE_COLUMNS, without=("lon", "lat"), required=("node_id",))
LINK_CELLS: Final = cells_of(
    INFRASTRUCTURE_LINK_COLUMNS,
    renamed={"from_index": "from_node_id", "to_index": "to_node_id"},
    required=("link_id", "from_index", "to_index"),
)
CONDITION_CELLS: Final = cells_of(CONDITION_COLUMNS, renamed={"link_index": "link_id"}, required=("link_index",))
CANDIDATE_CELLS: Final = cells_of(CANDIDATE_COLUMNS, without=("lon", "lat"), required=("candidate_id",))


def _sql_column(cell: Cell) -> SqlColumn[object]:
    kinds = {"text": SqlText, "words": SqlText, "mask": SqlText, "flag": Boolean, "number": Double, "integer": Integer}
    return SqlColumn(cell.name, kinds[cell.kind], nullable=cell.is_nullable)


def _table(name: str, *columns: SqlColumn[object], shape: GeometryKind | None = None, nullable: bool = False) -> Table:
    geometries: list[SqlColumn[object]] = []
    if shape is not None:
        geometries.append(SqlColumn("geometry", geometry(shape, WGS84), nullable=nullable))
    table = Table(
        name,
        METADATA,
        SqlColumn("fid", Integer, primary_key=True),
        SqlColumn("version", Integer, nullable=False, index=True),
        *columns,
        *geometries,
    )
    for column in geometries:
        Index(f"ix_{name}_geometry", table.c[column.name], postgresql_using="gist").ddl_if(dialect="postgresql")
    return table


VERSIONS: Final = Table(
    "network_versions",
    METADATA,
    SqlColumn("fid", Integer, primary_key=True),
    SqlColumn("name", SqlText, nullable=False, unique=True),
    SqlColumn("parent", Integer),
    SqlColumn("kind", SqlText, nullable=False),
    SqlColumn("created_at", SqlText, nullable=False),
    SqlColumn("note", SqlText, nullable=False),
    SqlColumn("licence", SqlText, nullable=False),
    SqlColumn("attribution", SqlText, nullable=False),
    SqlColumn("sources", SqlText, nullable=False),
    SqlColumn("content_hash", SqlText, nullable=False, index=True),
    SqlColumn("nodes", Integer, nullable=False),
    SqlColumn("links", Integer, nullable=False),
    SqlColumn("conditions", Integer, nullable=False),
    SqlColumn("turns", Integer, nullable=False),
    SqlColumn("candidates", Integer, nullable=False),
    SqlColumn("records", Integer, nullable=False),
    SqlColumn("length_km", Double, nullable=False),
    sqlite_autoincrement=True,
)
UNLISTED: Final = Table(
    "network_unlisted",
    METADATA,
    SqlColumn("version", Integer, primary_key=True, autoincrement=False),
    SqlColumn("beat_at", SqlText, nullable=False),
)
"""Versions whose rows are being written, or have still to be removed: nobody is shown them. ``beat_at`` is when the
program that writes one was last at it (ISO 8601, UTC), and empty for one that is to go."""

NODES: Final = _table("network_nodes", *map(_sql_column, NODE_CELLS), shape="POINT")
LINKS: Final = _table("network_links", *map(_sql_column, LINK_CELLS), shape="LINESTRING")
CONDITIONS: Final = _table("network_conditions", *map(_sql_column, CONDITION_CELLS))
SCHEDULES: Final = _table(
    "network_schedules",
    SqlColumn("schedule", Integer, nullable=False),
    SqlColumn("hours", SqlText, nullable=False),
    SqlColumn("intervals_min", SqlText, nullable=False),
)
TURNS: Final = _table(
    "network_turns",
    SqlColumn("turn_id", SqlText, nullable=False),
    SqlColumn("kind", SqlText, nullable=False),
    SqlColumn("kinds", SqlText, nullable=False),
    SqlColumn("schedule", Integer),
)
TURN_MEMBERS: Final = _table(
    "network_turn_members",
    SqlColumn("turn", Integer, nullable=False),
    SqlColumn("link_id", SqlText, nullable=False),
    SqlColumn("along", Boolean, nullable=False),
)
CANDIDATES: Final = _table("network_candidates", *map(_sql_column, CANDIDATE_CELLS), shape="POINT", nullable=True)
OUTLINES: Final = _table("network_outlines", shape="POLYGON")
RECORDS: Final = _table(
    "network_records",
    SqlColumn("kind", SqlText, nullable=False),
    SqlColumn("severity", SqlText, nullable=False),
    SqlColumn("subject", SqlText, nullable=False),
    SqlColumn("times", Integer, nullable=False),
    SqlColumn("text_vi", SqlText, nullable=False),
    SqlColumn("text_en", SqlText, nullable=False),
    shape="POINT",
    nullable=True,
)

ROW_TABLES: Final = (
    NODES,
    LINKS,
    CONDITIONS,
    SCHEDULES,
    TURNS,
    TURN_MEMBERS,
    CANDIDATES,
    OUTLINES,
    RECORDS,
)
"""Every table that holds rows of versions."""
