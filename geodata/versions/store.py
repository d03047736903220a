"""Versions saved, listed and deleted in the database."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, insert, inspect, select, text

from geodata.infrastructure.imported import Note
from geodata.infrastructure.infrastructure import Infrastructure, Source
from geodata.versions import bulk, unlisted
from geodata.versions.bulk import Progress, driver_errors
from geodata.versions.cache import forget, keep_infrastructure
from geodata.versions.copying import TURN_S, StagedCopy, in_turns
from geodata.versions.hashing import content_hash
from geodata.versions.rows import Rows, check_storable, rows_of
from geodata.versions.tables import KINDS, VERSIONS
from geodata.versions.version import (
    ALTERED,
    BAD_NAME,
    HASH_DIFFERS,
    IN_USE,
    LATEST,
    NAME_TAKEN,
    NO_VERSION,
    NO_VERSION_AT_ALL,
    RESERVED,
    NameTakenError,
    NoVersionError,
    StoredVersion,
    VersionError,
)
from supplychain.database import DatabaseTroubleError, clear_errors, for_writing, is_sqlite
from supplychain.text import Text

METRES_PER_KM: Final = 1000.0
MOST_KNOWN: Final = 8
"""Names told where one is not found."""

MOST_NAME: Final = 100
"""Signs of the longest name."""

SPARE: Final = 16
"""Signs of a free name kept for what is put before and behind."""

HASH: Final = re.compile("[0-9a-f]{64}")


def save_version(  # noqa: PLR0913 - each says another thing of the version
    engine: Engine,
    infrastructure: Infrastructure,
    *,
    name: str,
    kind: str,
    parent: int | None = None,
    note: str = "",
    records: Sequence[Note] = (),
    cache_folder: Path | None = None,
    progress: Progress | None = None,
    turn_s: float = TURN_S,
) -> int:
    """Store an infrastructure as a new version, all or nothing, and return its number.

    The embedded database is locked for writing for half a second at a time; whoever reads is never kept waiting. The
    version is listed in the last transaction: before that nobody is shown it. What a stop or a full disk leaves behind
    is removed at once; what a kill leaves behind, by a later save or deletion (see ``unlisted``).

    Parameters
    ----------
    engine
        Database, brought up to date (``hinterland init``).
    infrastructure
        What to store.
    name
        A name no other version has.
    kind
        How it came to be, one of ``KINDS``.
    parent
        Number of the version it was made from.
    note
        What there is to say of it.
    records
        What the import noted, the repair did or the merge could not settle; kept with the version.
    cache_folder
        Where to keep its arrays for quick reading; None for nowhere.
    progress
        Told the share done; what it raises stops the work.
    turn_s
        Seconds after which a transaction on the embedded database begins no further piece of work.

    Raises
    ------
    VersionError
        If the name is taken or is no name.
    NotStorableError
        If something in it cannot be kept without loss.
    DatabaseTroubleError
        If the database cannot be written.
    """
    if kind not in KINDS:
        msg = f"kind must be one of {', '.join(KINDS)}, got {kind!r}."
        raise ValueError(msg)
    tell = progress or _ignore
    check_storable(infrastructure)
    described: dict[str, Any] = {
        "name": name.strip(),
        "parent": parent,
        "kind": kind,
        "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "note": note,
        **_description(infrastructure),
        "records": len(records),
    }
    with clear_errors(engine), engine.connect() as connection:
        check_free_name(connection, described["name"])
    unlisted.clean(engine)
    parts = rows_of(infrastructure, records, embedded=is_sqlite(engine))
    with clear_errors(engine), driver_errors(engine), for_writing(engine).connect() as connection:
        try:
            if is_sqlite(engine):
                version = _save_embedded(connection, parts, described, tell, turn_s)
            else:
                version = _save_postgis(connection, parts, described, tell)
        finally:
            connection.invalidate()  # with it goes what was staged
    if cache_folder is not None:
        keep_infrastructure(cache_folder, described["content_hash"], infrastructure)
    tell(1.0)
    return version


def _ignore(_share: float) -> None:
    """Do nothing with the share done."""


def _description(infrastructure: Infrastructure) -> dict[str, Any]:
    counts = {
        table: len(getattr(infrastructure, table)) for table in ("nodes", "links", "conditions", "turns", "candidates")
    }
    told = StoredVersion(0, "", None, "", "", "", infrastructure.sources, "", **counts, records=0, length_km=0.0)
    return {
        **counts,
        "licence": told.licence,
        "attribution": told.attribution,
        "sources": json.dumps([asdict(source) for source in infrastructure.sources], ensure_ascii=False),
        "content_hash": content_hash(infrastructure),
        "length_km": float(infrastructure.links.length_m.sum()) / METRES_PER_KM,
    }


class _EmbeddedSave:
    """A save on the embedded database: rows in short transactions, and the version listed in the last of them."""

    def __init__(self, connection: Connection, copy: StagedCopy, described: Mapping[str, Any]) -> None:
        self._connection = connection
        self._copy = copy
        self._described = described
        self.version = 0

    def work(self, until: float) -> bool:
        """Do what fits into one transaction; return whether the version is listed."""
        if self.version:
            unlisted.beat(self._connection, self.version)
        else:
            check_free_name(self._connection, self._described["name"])
            self.version = unlisted.reserve(self._connection)
        if not self._copy.run(self.version, until):
            return False
        check_free_name(self._connection, self._described["name"])
        self._connection.execute(insert(VERSIONS).values(fid=self.version, **self._described))
        unlisted.settle(self._connection, self.version)
        bulk.refresh_catalogue(self._connection.connection.cursor())
        return True


def _save_embedded(
    connection: Connection, parts: Sequence[Rows], described: dict[str, Any], tell: Progress, turn_s: float
) -> int:
    cursor = connection.connection.cursor()
    bulk.stage(cursor, parts, tell)
    copy = StagedCopy(cursor, parts)
    save = _EmbeddedSave(connection, copy, described)

    def tell_copied() -> None:
        tell(bulk.STAGED_SHARE + (1.0 - bulk.STAGED_SHARE) * copy.share)

    try:
        in_turns(connection, save.work, tell_copied, turn_s)
    except BaseException:
        if save.version:
            # Where even removing fails, such as on a full disk, the next save or deletion removes what is left.
            with suppress(DatabaseTroubleError):
                unlisted.give_up(connection.engine, save.version)
                unlisted.clean(connection.engine)
        raise
    return save.version


def _save_postgis(connection: Connection, parts: Sequence[Rows], described: dict[str, Any], tell: Progress) -> int:
    with connection.begin():
        following = text("SELECT nextval(pg_get_serial_sequence('network_versions', 'fid'))")
        version = connection.scalars(following).one()
        while unlisted.is_unlisted(connection, version):  # restored from a copy that was made during a save
            version = connection.scalars(following).one()
        bulk.copy_rows(connection.connection.cursor(), parts, version, tell)
        # Names are given one at a time; whoever takes the same one meanwhile waits here and is told.
        connection.execute(text("LOCK TABLE network_versions IN SHARE ROW EXCLUSIVE MODE"))
        check_free_name(connection, described["name"])
        connection.execute(insert(VERSIONS).values(fid=version, **described))
    return int(version)


def check_new_name(engine: Engine, name: str | None) -> None:
    """Refuse a database that does not answer and a name that a new version cannot have, before anything long is begun.

    Raises
    ------
    VersionError
        If the name is taken or is no name.
    DatabaseTroubleError
        If the database cannot be read.
    """
    with clear_errors(engine), engine.connect() as connection:
        is_there = inspect(connection).has_table(VERSIONS.name)
        if name is not None and is_there:
            check_free_name(connection, name.strip())


def check_is_name(name: str) -> None:
    """Refuse a text that is no name of a version.

    Raises
    ------
    VersionError
        If it is none.
    """
    if not _is_name(name):
        raise VersionError(BAD_NAME.format(most=MOST_NAME, name=name[: MOST_NAME + 1]))


def check_free_name(connection: Connection, name: str) -> None:
    """Refuse a name that a new version cannot have.

    Raises
    ------
    VersionError
        If it is no name.
    NameTakenError
        If another version has it.
    """
    check_is_name(name)
    if connection.execute(select(VERSIONS.c.fid).where(VERSIONS.c.name == name)).first() is not None:
        raise NameTakenError(NAME_TAKEN.format(name=name))


def _is_name(name: str) -> bool:
    reserved = name.isdigit() or name.casefold() in RESERVED or name.startswith("-")
    return 0 < len(name) <= MOST_NAME and name.isprintable() and not reserved


def free_name(engine: Engine, wanted: str) -> str:
    """Return a name for a new version: the one wanted, or with a number behind where it is taken."""
    taken = {version.name for version in list_versions(engine)}
    wanted = "".join(sign for sign in wanted if sign.isprintable()).strip()[: MOST_NAME - SPARE]
    wanted = wanted if _is_name(wanted) else f"network_{wanted}"
    names = (wanted if number == 1 else f"{wanted}_{number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def list_versions(engine: Engine) -> tuple[StoredVersion, ...]:
    """Return every stored version, oldest first."""
    with clear_errors(engine), engine.connect() as connection:
        return versions_after(connection)


def versions_after(connection: Connection, after: int = 0, most: int | None = None) -> tuple[StoredVersion, ...]:
    """Return the stored versions with a number above one, oldest first, and no more than are wanted."""
    query = select(VERSIONS).where(VERSIONS.c.fid > after).order_by(VERSIONS.c.fid).limit(most)
    return tuple(_stored(row) for row in connection.execute(query).mappings())


def _stored(row: Any) -> StoredVersion:  # noqa: ANN401 - a row by column name
    """Return what a row tells, refused where it is not as it was written: files and folders are named by its hash."""
    names = ("name", "parent", "kind", "created_at", "note", "content_hash", "nodes", "links", "conditions", "turns")
    plain = {name: row[name] for name in (*names, "candidates", "records", "length_km")}
    try:
        sources = tuple(Source(**source) for source in json.loads(row["sources"]))
    except (ValueError, TypeError) as error:
        raise _altered(row["name"], Text(en="its sources cannot be read", vi="không đọc được nguồn dữ liệu")) from error
    if not HASH.fullmatch(row["content_hash"]):
        raise _altered(row["name"], HASH_DIFFERS)
    return StoredVersion(version_id=row["fid"], sources=sources, **plain)


def _altered(name: str, why: Text) -> VersionError:
    return VersionError(Text(en=ALTERED.en.format(name=name, why=why.en), vi=ALTERED.vi.format(name=name, why=why.vi)))


def find_version(engine: Engine, version: int | str = LATEST) -> StoredVersion:
    """Return a stored version by its number or name, or the latest.

    Raises
    ------
    VersionError
        If there is none such.
    """
    with clear_errors(engine), engine.connect() as connection:
        return find_version_of(connection, version)


def find_version_of(connection: Connection, version: int | str) -> StoredVersion:
    """Return a stored version as ``find_version`` does, read with the caller's connection.

    Raises
    ------
    VersionError
        If there is none such.
    """
    known = versions_after(connection)
    if not known:
        raise NoVersionError(NO_VERSION_AT_ALL)
    wanted = str(version).strip()
    if wanted.casefold() == LATEST:
        return known[-1]
    for stored in known:
        if wanted in (str(stored.version_id), stored.name):
            return stored
    names = ", ".join(stored.name for stored in known[-MOST_KNOWN:])
    raise NoVersionError(NO_VERSION.format(name=wanted, known=names))


def delete_version(engine: Engine, version: int | str, cache_folder: Path | None = None) -> StoredVersion:
    """Delete one version, its rows and its cached arrays; return what it was.

    Raises
    ------
    VersionError
        If there is none such, or a run used it.
    """
    stored = find_version(engine, version)
    with clear_errors(engine), for_writing(engine).begin() as connection:
        take_off(connection, stored)
        same = select(VERSIONS.c.fid).where(VERSIONS.c.content_hash == stored.content_hash)
        shared = connection.execute(same).first()
    unlisted.clean(engine)
    if cache_folder is not None and shared is None:
        forget(cache_folder, stored.content_hash)
    return stored


def take_off(connection: Connection, stored: StoredVersion) -> None:
    """Delete one version inside the caller's transaction; its rows, shown to nobody, go with ``unlisted.clean``.

    Raises
    ------
    VersionError
        If a run used it.
    """
    runs = connection.scalars(
        text("SELECT run_id FROM runs WHERE network_version = :version ORDER BY started_at"),
        {"version": stored.version_id},
    ).all()
    if runs:
        raise VersionError(IN_USE.format(name=stored.name, runs=len(runs), first=runs[0]))
    unlisted.unlist(connection, stored.version_id)
