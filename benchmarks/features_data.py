"""Made-up organisations and facilities written straight into a database: the same seed, the same rows."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from sqlalchemy import Engine, insert

from supplychain.database import for_writing, is_sqlite
from supplychain.geopackage import refresh_contents
from supplychain.models import METADATA

SOURCE: Final = "made_up"
SITES_OF_EACH: Final = 5
"""Facilities of an organisation."""
HIDDEN: Final = ((0.05, "private"), (0.1, "partners"))
"""Up to which part of the records has which visibility; the others are public."""
WEST, SOUTH, EAST, NORTH = 106.3, 10.3, 107.4, 11.6
KINDS: Final = ("factory", "warehouse", "office", "laboratory", "campus")
ORGANISATION: Final = ("organisation_id", "name_vi", "kind", "synthetic", "visibility", "source", "confidence")
FACILITY: Final = (
    *("facility_id", "organisation_id", "name_vi", "address", "kind", "vsic_code", "vsic_version", "floor_area_m2"),
    *("employees", "position_accuracy_m", "synthetic", "visibility", "source", "confidence", "geometry"),
)


def fill(engine: Engine, facilities: int, seed: int = 7) -> None:
    """Write a source, organisations and facilities past the registry, in one transaction."""
    with for_writing(engine).begin() as connection:
        embedded = is_sqlite(connection)
        source = {"source_id": SOURCE, "title": "Made up", "publisher": "Hinterland", "kind": "own_estimate"}
        sources = METADATA.tables["sources"]
        connection.execute(insert(sources).values(**source, licence="CC0-1.0", reference="none"))
        cursor: Any = connection.connection.cursor()
        for table, columns, rows in (
            ("organisations", ORGANISATION, _organisations(facilities, seed)),
            ("facilities", FACILITY, _facilities(facilities, seed, embedded=embedded)),
        ):
            if embedded:
                _insert(cursor, table, columns, rows)
            else:
                with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
        if embedded:
            refresh_contents(connection, [METADATA.tables["facilities"]])
            connection.exec_driver_sql("ANALYZE")
    if not is_sqlite(engine):
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def _insert(cursor: Any, table: str, columns: tuple[str, ...], rows: Iterator[tuple[Any, ...]]) -> None:  # noqa: ANN401
    """Insert rows into an embedded table and its tree of places, without the trigger that would do one at a time."""
    trigger = f"rtree_{table}_geometry_insert"
    found = cursor.execute("SELECT sql FROM sqlite_master WHERE name = ?", (trigger,)).fetchone()
    if found is not None:
        cursor.execute(f"DROP TRIGGER {trigger}")
    marks = ", ".join("?" * len(columns))
    cursor.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)  # noqa: S608 - our names
    if found is not None:
        places = cursor.connection.execute(f"SELECT fid, geometry FROM {table}")  # noqa: S608 - our names
        tree = f"INSERT INTO rtree_{table}_geometry VALUES (?, ?, ?, ?, ?)"  # noqa: S608 - our names
        cursor.executemany(tree, ((fid, *np.repeat(struct.unpack("<2d", place[-16:]), 2)) for fid, place in places))
        cursor.execute(found[0])


def _visibilities(random: np.random.Generator, count: int) -> list[str | None]:
    parts = random.random(count)
    return [next((word for most, word in HIDDEN if part < most), None) for part in parts.tolist()]


def _organisations(facilities: int, seed: int) -> Iterator[tuple[Any, ...]]:
    count = -(-facilities // SITES_OF_EACH)
    for number, visibility in enumerate(_visibilities(np.random.default_rng(seed), count)):
        yield f"org_{number:07}", f"Công ty số {number}", "enterprise", True, visibility, SOURCE, "assumption"


def _facilities(count: int, seed: int, *, embedded: bool) -> Iterator[tuple[Any, ...]]:
    """Yield facilities; their ids say nothing of where they stand or who runs them."""
    random = np.random.default_rng(seed + 1)
    lon, lat = random.uniform(WEST, EAST, count).tolist(), random.uniform(SOUTH, NORTH, count).tolist()
    owners = (random.permutation(count) // SITES_OF_EACH).tolist()
    visibilities = _visibilities(random, count)
    kinds, employees = random.integers(0, len(KINDS), count).tolist(), random.integers(1, 3000, count).tolist()
    for number in range(count):
        point = struct.pack("<2d", lon[number], lat[number])
        if embedded:
            place: Any = b"GP\x00\x01\xe6\x10\x00\x00\x01\x01\x00\x00\x00" + point
        else:
            place = "0101000020E6100000" + point.hex()
        yield (
            *(f"site_{number:07}", f"org_{owners[number]:07}", f"Cơ sở số {number}", f"Đường số {number % 997}"),
            *(KINDS[kinds[number]], "26100", "2018", float(employees[number] * 20), float(employees[number])),
            *(50.0, True, visibilities[number], SOURCE, "assumption", place),
        )
