"""Versions that nobody is shown: those whose rows are being written, and those whose rows have still to be removed.

A version exists once it is listed in ``network_versions``. On the embedded database its rows come before, in many
short transactions; until then, and again from the moment it is deleted, it stands in ``network_unlisted``. A save says
in each transaction that it is at it (``beat``). One that said nothing for long is given up by whoever comes next: its
rows go, and should it wake, its next beat is refused, so that nothing half-removed is ever listed.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, Delete, Engine, delete, func, insert, or_, select, text, update

from geodata.versions import bulk
from geodata.versions.copying import TURN_S, in_turns
from geodata.versions.tables import ROW_TABLES, UNLISTED, VERSIONS
from geodata.versions.version import VersionError
from supplychain.database import clear_errors, for_writing, is_sqlite
from supplychain.text import Text

SILENT_S: Final = 600.0
"""Seconds without a beat after which a save is given up."""

GOES: Final = ""
"""Beat of a version that is to go."""

PIECE_ROWS: Final = 500

GIVEN_UP: Final = Text(
    en="Saving the network was given up by another program after {seconds:.0f} s without a sign of life; "
    "save it again.",
    vi="Việc lưu mạng lưới đã bị chương trình khác hủy sau {seconds:.0f} giây không có tín hiệu. Hãy lưu lại.",
)


class GivenUpError(VersionError):
    """Another program took a save for dead."""


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")


def reserve(connection: Connection) -> int:
    """Return a number no version has or had, for a save on the embedded database that begins."""
    listed = connection.scalar(text("SELECT max(seq) FROM sqlite_sequence WHERE name = 'network_versions'"))
    # A database restored from a copy that was made during a save knows of more numbers than were ever listed.
    version = max(int(listed or 0), connection.scalar(select(func.max(UNLISTED.c.version))) or 0) + 1
    raised = text("UPDATE sqlite_sequence SET seq = :version WHERE name = 'network_versions'")
    if not connection.execute(raised, {"version": version}).rowcount:
        first = text("INSERT INTO sqlite_sequence (name, seq) VALUES ('network_versions', :version)")
        connection.execute(first, {"version": version})
    connection.execute(insert(UNLISTED).values(version=version, beat_at=_now()))
    return version


def is_unlisted(connection: Connection, version: int) -> bool:
    """Return whether rows of a version may be there that nobody is shown."""
    return connection.execute(select(UNLISTED.c.version).where(UNLISTED.c.version == version)).first() is not None


def beat(connection: Connection, version: int) -> None:
    """Say that a save is still at it.

    Raises
    ------
    GivenUpError
        If another program gave it up.
    """
    mine = (UNLISTED.c.version == version, UNLISTED.c.beat_at != GOES)
    if not connection.execute(update(UNLISTED).where(*mine).values(beat_at=_now())).rowcount:
        raise GivenUpError(GIVEN_UP.format(seconds=SILENT_S))


def settle(connection: Connection, version: int) -> None:
    """Say that nothing is left to do for a version: it is listed, or its rows are gone."""
    connection.execute(delete(UNLISTED).where(UNLISTED.c.version == version))


def unlist(connection: Connection, version: int) -> None:
    """Take a version off the list inside the caller's transaction; ``clean`` removes its rows."""
    connection.execute(delete(VERSIONS).where(VERSIONS.c.fid == version))
    connection.execute(insert(UNLISTED).values(version=version, beat_at=GOES))


def give_up(engine: Engine, version: int) -> None:
    """Say that the rows of a save that failed are to go."""
    with clear_errors(engine), for_writing(engine).begin() as connection:
        connection.execute(update(UNLISTED).where(UNLISTED.c.version == version).values(beat_at=GOES))


def clean(engine: Engine, turn_s: float = TURN_S) -> int:
    """Remove the rows of versions that were deleted or never finished, and return of how many.

    On the embedded database each transaction is short; a clean that is broken off is gone on with by the next.

    Parameters
    ----------
    engine
        Database.
    turn_s
        Seconds after which a transaction begins no further piece of work.

    Raises
    ------
    DatabaseTroubleError
        If the database cannot be written.
    """
    silent = (datetime.now(UTC) - timedelta(seconds=SILENT_S)).isoformat(timespec="microseconds")
    gone = or_(UNLISTED.c.beat_at == GOES, UNLISTED.c.beat_at < silent)
    with clear_errors(engine), engine.connect() as connection:
        wanted = connection.scalars(select(UNLISTED.c.version).where(gone)).all()
    if not wanted:
        return 0
    with clear_errors(engine), for_writing(engine).connect() as connection:
        with connection.begin():
            mine = (UNLISTED.c.version.in_(wanted), gone)
            connection.execute(update(UNLISTED).where(*mine).values(beat_at=GOES))
            found = connection.scalars(
                select(UNLISTED.c.version).where(UNLISTED.c.version.in_(wanted), UNLISTED.c.beat_at == GOES)
            ).all()
        for version in found:
            _remove(connection, version, turn_s)
    return len(found)


def _remove(connection: Connection, version: int, turn_s: float) -> None:
    """Remove the rows of one version, in short transactions."""
    pieces = _pieces(connection, version)

    def work(until: float) -> bool:
        for piece in pieces:
            connection.execute(piece)
            if time.monotonic() >= until:
                return False
        settle(connection, version)
        if is_sqlite(connection):
            bulk.refresh_catalogue(connection.connection.cursor())
        return True

    in_turns(connection, work, lambda: None, turn_s)


def _pieces(connection: Connection, version: int) -> Iterator[Delete]:
    """Yield statements that together remove the rows of a version; few rows each on the embedded database."""
    for table in ROW_TABLES:
        mine, fid = table.c.version == version, table.c.fid
        if not is_sqlite(connection):
            yield delete(table).where(mine)
            continue
        first, last = connection.execute(select(func.min(fid), func.max(fid)).where(mine)).one()
        starts = () if first is None else range(first, last + 1, PIECE_ROWS)
        for start in starts:
            yield delete(table).where(mine, fid >= start, fid < start + PIECE_ROWS)
