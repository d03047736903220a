"""Many rows written at once: staged apart and then copied in short transactions, or by COPY on PostGIS.

On the embedded database the cells are made and staged in a temporary file first, while others may write; only then
the rows are copied by SQLite itself, a piece at a time (``copying``). On PostGIS nobody waits for the rows of others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import numpy as np
import shapely
from sqlalchemy import Engine, Table

from geodata.columns import Floats
from geodata.versions.rows import Rows
from supplychain.database import is_sqlite, trouble_with

Progress = Callable[[float], None]
"""Told the share done, 0 to 1; what it raises stops the work, and nothing is stored."""

STAGED_SHARE: Final = 0.7


@contextmanager
def driver_errors(engine: Engine) -> Iterator[None]:
    """Turn trouble the driver itself reports into one sentence; faults of ours stay what they are.

    Raises
    ------
    DatabaseTroubleError
        If the database cannot be reached, read or written, or the disk is full.
    """
    driver: Any = engine.dialect.dbapi
    try:
        yield
    except driver.DatabaseError as error:
        if type(error) is not driver.DatabaseError and not isinstance(error, driver.OperationalError):
            raise
        url = engine.url.database if is_sqlite(engine) else engine.url.render_as_string(hide_password=True)
        trouble = trouble_with(url, str(error))
        raise trouble from error


def columns_of(table: Table) -> list[str]:
    """Return the names of the columns that hold cells."""
    return [column.name for column in table.columns if column.name not in ("fid", "version")]


def stage(cursor: Any, parts: Sequence[Rows], progress: Progress) -> None:  # noqa: ANN401 - the driver's cursor
    """Fill temporary tables of a SQLite connection; the database itself is neither touched nor locked."""
    cursor.execute("ATTACH '' AS staged")
    cursor.execute("PRAGMA staged.journal_mode = OFF")
    total, done = sum(rows.count for rows in parts) or 1, 0
    for rows in parts:
        names = columns_of(rows.table)
        cursor.execute(f"CREATE TABLE staged.{rows.table.name} ({', '.join(names)})")
        marks = ", ".join("?" for _ in names)
        insert = f"INSERT INTO staged.{rows.table.name} VALUES ({marks})"  # noqa: S608 - our names
        boxes: list[Floats] = []
        for span in rows.spans():
            cursor.execute("BEGIN")
            cursor.executemany(insert, zip(*rows.cells(span), strict=True))
            cursor.execute("COMMIT")
            if rows.boxes is not None:
                boxes.append(rows.boxes(span))
            done += span.stop - span.start
            progress(STAGED_SHARE * done / total)
        if boxes:
            _stage_boxes(cursor, rows.table.name, np.concatenate(boxes))


def _stage_boxes(cursor: Any, name: str, boxes: Floats) -> None:  # noqa: ANN401 - the driver's cursor
    """Stage bounding boxes in the order of a Hilbert curve, so that neighbours share pages of the R*Tree."""
    import geopandas as gpd  # noqa: PLC0415 - whoever only reads does not wait for it

    centres = shapely.points((boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2)
    order = np.argsort(gpd.GeoSeries(centres).hilbert_distance().to_numpy(), kind="stable")
    cells = zip((order + 1).tolist(), *(boxes[order, side].tolist() for side in (0, 2, 1, 3)), strict=True)
    cursor.execute(f"CREATE TABLE staged.{name}_boxes (place, minx, maxx, miny, maxy)")
    cursor.execute("BEGIN")
    cursor.executemany(f"INSERT INTO staged.{name}_boxes VALUES (?, ?, ?, ?, ?)", cells)  # noqa: S608 - our names
    cursor.execute("COMMIT")


def copy_rows(cursor: Any, parts: Sequence[Rows], version: int, progress: Progress) -> None:  # noqa: ANN401 - psycopg's
    """Write rows to PostGIS by COPY, inside the caller's transaction; ``fid`` rises in their order."""
    total, done = sum(rows.count for rows in parts) or 1, 0
    for rows in parts:
        names = ", ".join(["version", *columns_of(rows.table)])
        if not rows.count:
            continue
        with cursor.copy(f"COPY {rows.table.name} ({names}) FROM STDIN") as copy:
            for span in rows.spans():
                for row in zip([version] * (span.stop - span.start), *rows.cells(span), strict=True):
                    copy.write_row(row)
                done += span.stop - span.start
                progress(STAGED_SHARE * done / total)


def refresh_catalogue(cursor: Any) -> None:  # noqa: ANN401 - the driver's cursor
    """Bring time of change and extent of the network's layers up to date in the GeoPackage catalogue."""
    changed = "last_change = strftime('%Y-%m-%dT%H:%M:%fZ','now')"
    cursor.execute(f"UPDATE gpkg_contents SET {changed} WHERE table_name LIKE 'network\\_%' ESCAPE '\\'")  # noqa: S608 - our words
    layers = "SELECT table_name FROM gpkg_geometry_columns WHERE table_name LIKE 'network\\_%' ESCAPE '\\'"
    for (name,) in cursor.execute(layers).fetchall():
        extent = f"SELECT min(minx), min(miny), max(maxx), max(maxy) FROM rtree_{name}_geometry"  # noqa: S608 - our names
        cursor.execute(
            "UPDATE gpkg_contents SET min_x = ?, min_y = ?, max_x = ?, max_y = ? WHERE table_name = ?",
            (*cursor.execute(extent).fetchone(), name),
        )
