"""Versions read back from the database: the same value to the last bit, or a refusal."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, Table, func, select, type_coerce
from sqlalchemy import LargeBinary as SqlBytes

from geodata.columns import Ids, encode
from geodata.infrastructure.columns import TURN_KINDS
from geodata.infrastructure.imported import Note
from geodata.infrastructure.infrastructure import (
    Candidates,
    Conditions,
    Infrastructure,
    InfrastructureLinks,
    InfrastructureNodes,
)
from geodata.infrastructure.turns import TurnRestrictions
from geodata.infrastructure.weekly import Schedules
from geodata.versions import shapes
from geodata.versions.bulk import driver_errors
from geodata.versions.cache import cached_infrastructure, keep_infrastructure
from geodata.versions.cells import MASK_BITS, Cell, mask_words
from geodata.versions.hashing import content_hash
from geodata.versions.store import find_version
from geodata.versions.tables import (
    CANDIDATE_CELLS,
    CANDIDATES,
    CONDITION_CELLS,
    CONDITIONS,
    LINK_CELLS,
    LINKS,
    NODE_CELLS,
    NODES,
    OUTLINES,
    RECORDS,
    SCHEDULES,
    TURN_MEMBERS,
    TURNS,
)
from geodata.versions.version import ALTERED, HASH_DIFFERS, LATEST, StoredVersion, VersionError
from supplychain.database import clear_errors, is_sqlite, open_database
from supplychain.text import Text

READ_ROWS: Final = 20_000
"""Rows turned into arrays at once."""

ALL_MASKS: Final = 1 << MASK_BITS


def read_version(
    database: Engine | str, version: int | str = LATEST, cache_folder: Path | None = None
) -> Infrastructure:
    """Return the infrastructure of a stored version, exactly as it was saved.

    Parameters
    ----------
    database
        An engine, a file name or a PostgreSQL URL.
    version
        Number or name of the version, or ``latest``.
    cache_folder
        Where arrays of stored networks are kept; None reads the database itself.

    Raises
    ------
    VersionError
        If there is no such version, or its rows were altered after they were stored.
    DatabaseTroubleError
        If the database cannot be read.
    """
    engine = open_database(database) if isinstance(database, str) else database
    try:
        stored = find_version(engine, version)
        return read_stored(engine, stored, cache_folder)
    finally:
        if isinstance(database, str):
            engine.dispose()


def read_stored(engine: Engine, stored: StoredVersion, cache_folder: Path | None = None) -> Infrastructure:
    """Return the infrastructure of a version that was found; see ``read_version``."""
    if cache_folder is not None:
        cached = cached_infrastructure(cache_folder, stored.content_hash)
        if cached is not None:
            return cached
    infrastructure = read_rows(engine, stored)
    if cache_folder is not None:
        keep_infrastructure(cache_folder, stored.content_hash, infrastructure)
    return infrastructure


def read_rows(engine: Engine, stored: StoredVersion) -> Infrastructure:
    """Return the infrastructure that the rows of a version hold, read from the database itself.

    Raises
    ------
    VersionError
        If the rows are not those that were stored.
    """
    try:
        with clear_errors(engine), driver_errors(engine), engine.connect() as connection:
            found = _infrastructure(connection, stored)
    except ValueError as error:
        why = str(error).rstrip(".")
        raise VersionError(ALTERED.format(name=stored.name, why=why)) from error
    if content_hash(found) != stored.content_hash:
        raise VersionError(
            Text(
                en=ALTERED.en.format(name=stored.name, why=HASH_DIFFERS.en),
                vi=ALTERED.vi.format(name=stored.name, why=HASH_DIFFERS.vi),
            )
        )
    return found


def read_records(engine: Engine, stored: StoredVersion) -> tuple[Note, ...]:
    """Return what an import noted, a repair did or a merge could not settle, in the order it was kept."""
    with clear_errors(engine), engine.connect() as connection:
        rows = connection.execute(select(RECORDS).where(RECORDS.c.version == stored.version_id).order_by(RECORDS.c.fid))
        return tuple(
            Note(
                kind=row.kind,
                severity=row.severity,
                subject=row.subject,
                lon=np.nan if row.geometry is None else row.geometry.x,
                lat=np.nan if row.geometry is None else row.geometry.y,
                text=Text(en=row.text_en, vi=row.text_vi),
                count=row.times,
            )
            for row in rows
        )


def _infrastructure(connection: Connection, stored: StoredVersion) -> Infrastructure:
    nodes, points = _table(connection, NODES, NODE_CELLS, stored)
    places = shapes.to_geometries(points).coordinates
    links, lines = _table(connection, LINKS, LINK_CELLS, stored)
    node_place = {node_id: place for place, node_id in enumerate(nodes["node_id"].tolist())}
    for name in ("from_index", "to_index"):
        links[name] = _places(links[name], node_place, name)
    conditions, _ = _table(connection, CONDITIONS, CONDITION_CELLS, stored)
    members = _columns(connection, TURN_MEMBERS, stored)
    link_place: dict[str, int] = {}
    if len(conditions["link_index"]) or members["link_id"]:
        link_place = {link_id: place for place, link_id in enumerate(links["link_id"].tolist())}
    conditions["link_index"] = _places(conditions["link_index"], link_place, "link_id")
    candidates, positions = _table(connection, CANDIDATES, CANDIDATE_CELLS, stored)
    positions_found = np.concatenate([np.empty(0, dtype=np.object_), *positions])
    rings = _shapes(connection, OUTLINES, stored)
    return Infrastructure(
        nodes=InfrastructureNodes(**nodes, lon=places[:, 0], lat=places[:, 1]),
        links=InfrastructureLinks(**links),
        lines=shapes.to_geometries(lines),
        conditions=Conditions(**conditions),
        schedules=_schedules(_columns(connection, SCHEDULES, stored)),
        turns=_turns(_columns(connection, TURNS, stored), members, link_place),
        candidates=Candidates(**candidates, **_lon_lat(positions_found)),
        outlines=shapes.to_geometries(rings),
        sources=stored.sources,
    )


def _parts(
    connection: Connection, table: Table, stored: StoredVersion, names: Sequence[str]
) -> Generator[list[Any], None, None]:
    """Yield the columns of a table, a part of the rows at a time; geometry as the database's bytes."""
    columns: list[Any] = []
    for name in names:
        column: Any = table.c[name]
        if name == "geometry":
            column = column if is_sqlite(connection) else func.ST_AsBinary(column)
            column = type_coerce(column, SqlBytes)
        columns.append(column)
    query = select(*columns).where(table.c.version == stored.version_id).order_by(table.c.fid)
    with connection.execution_options(stream_results=True, max_row_buffer=READ_ROWS).execute(query) as result:
        for rows in result.partitions(READ_ROWS):
            yield list(zip(*rows, strict=True))


def _table(
    connection: Connection, table: Table, cells: Sequence[Cell], stored: StoredVersion
) -> tuple[dict[str, Any], list[shapes.Shapes]]:
    """Return the columns of a table as arrays by name, and its geometries part by part."""
    has_shapes = "geometry" in table.c
    names = [cell.name for cell in cells] + (["geometry"] if has_shapes else [])
    parts: dict[str, list[NDArray[Any]]] = {cell.column.name: [] for cell in cells}
    found: list[shapes.Shapes] = []
    with closing(_parts(connection, table, stored, names)) as read:
        for columns in read:
            for cell, values in zip(cells, columns, strict=False):
                parts[cell.column.name].append(cell.to_array(values))
            if has_shapes:
                found.append(shapes.from_cells(columns[-1], embedded=is_sqlite(connection)))
    empty = {cell.column.name: np.empty(0, dtype=_dtype(cell)) for cell in cells}
    return {name: np.concatenate([empty[name], *arrays]) for name, arrays in parts.items()}, found


def _dtype(cell: Cell) -> Any:  # noqa: ANN401 - a numpy type
    return np.object_ if cell.kind == "text" else cell.column.dtype


def _columns(connection: Connection, table: Table, stored: StoredVersion) -> dict[str, list[Any]]:
    names = [column.name for column in table.columns if column.name not in ("fid", "version")]
    found: dict[str, list[Any]] = {name: [] for name in names}
    with closing(_parts(connection, table, stored, names)) as read:
        for columns in read:
            for name, values in zip(names, columns, strict=True):
                found[name].extend(values)
    return found


def _shapes(connection: Connection, table: Table, stored: StoredVersion) -> list[shapes.Shapes]:
    with closing(_parts(connection, table, stored, ["geometry"])) as read:
        return [shapes.from_cells(columns[0], embedded=is_sqlite(connection)) for columns in read]


def _places(ids: Ids, places: dict[str, int], name: str) -> NDArray[np.int32]:
    try:
        return np.fromiter(map(places.__getitem__, ids.tolist()), dtype=np.int32, count=len(ids))
    except KeyError as error:
        msg = f"{name} names {error.args[0]!r}, which is not there."
        raise ValueError(msg) from error


def _lon_lat(points: shapes.Shapes) -> dict[str, Any]:
    filled = np.array([point is not None for point in points], dtype=np.bool_)
    places = np.full((len(points), 2), np.nan)
    places[filled] = shapes.coordinates_of(points[filled])
    return {"lon": places[:, 0], "lat": places[:, 1]}


def _schedules(columns: dict[str, list[Any]]) -> Schedules:
    pairs = [[pair.split("-") for pair in text.split(";") if pair] for text in columns["intervals_min"]]
    offsets = np.concatenate([[0], np.cumsum([len(intervals) for intervals in pairs], dtype=np.int64)])
    minutes = np.array([pair for intervals in pairs for pair in intervals], dtype=np.int32).reshape(-1, 2)
    return Schedules(_object_array(columns["hours"]), offsets, minutes[:, 0], minutes[:, 1])


def _turns(
    columns: dict[str, list[Any]], members: dict[str, list[Any]], link_place: dict[str, int]
) -> TurnRestrictions:
    masks: Callable[[str], int] = {mask_words(mask): mask for mask in range(ALL_MASKS)}.__getitem__
    try:
        kinds = [masks(words) for words in columns["kinds"]]
    except KeyError as error:
        msg = f"kinds holds {error.args[0]!r}."
        raise ValueError(msg) from error
    lengths = np.bincount(np.array(members["turn"], dtype=np.int64), minlength=len(kinds))
    return TurnRestrictions(
        turn_id=_object_array(columns["turn_id"]),
        kind=encode(columns["kind"], TURN_KINDS, "kind"),
        kinds=np.array(kinds, dtype=np.uint8),
        schedule=np.array([-1 if value is None else value for value in columns["schedule"]], dtype=np.int32),
        offsets=np.concatenate([[0], np.cumsum(lengths)]),
        links=_places(_object_array(members["link_id"]), link_place, "link_id"),
        along=np.array(members["along"], dtype=np.bool_),
    )


def _object_array(values: Sequence[Any]) -> Ids:
    array: Ids = np.empty(len(values), dtype=np.object_)
    array[:] = list(values)
    return array
