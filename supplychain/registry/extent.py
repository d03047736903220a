"""The extent that the GeoPackage catalogue tells of a layer grows with what is written to it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from supplychain.database import is_sqlite
from supplychain.registry.drafts import Draft

Box = tuple[float, float, float, float]
"""West, south, east, north, WGS 84 degrees."""


def grow_extents(connection: Connection, drafts: Iterable[Draft]) -> None:
    """Note in the catalogue of an embedded database which tables changed, and how far their positions reach now."""
    if not is_sqlite(connection):
        return
    boxes: dict[str, Box | None] = {}
    for draft in drafts:
        lon, lat = draft.new.value("lon"), draft.new.value("lat")
        held = boxes.setdefault(draft.table, None)
        if lon is not None and lat is not None:
            box = held or (lon, lat, lon, lat)
            boxes[draft.table] = (min(box[0], lon), min(box[1], lat), max(box[2], lon), max(box[3], lat))
    for table, reach in boxes.items():
        note_extent(connection, table, reach)


def note_extent(connection: Connection, table: str, box: Box | None) -> None:
    """Note that a table changed, and that its positions reach at least as far as ``box``."""
    changed = "UPDATE gpkg_contents SET last_change = strftime('%Y-%m-%dT%H:%M:%fZ','now')"
    if box is None:
        connection.exec_driver_sql(f"{changed} WHERE table_name = ?", (table,))
        return
    west, south, east, north = box
    connection.exec_driver_sql(
        f"{changed}, min_x = min(coalesce(min_x, :west), :west), min_y = min(coalesce(min_y, :south), :south),"
        " max_x = max(coalesce(max_x, :east), :east), max_y = max(coalesce(max_y, :north), :north)"
        " WHERE table_name = :layer",
        {"west": west, "south": south, "east": east, "north": north, "layer": table},
    )
