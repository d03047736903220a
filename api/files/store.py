"""Files kept in the database: written in parts by short transactions, read part by part, removed when they expire.

A file is there from the moment its last part is; before, nobody sees anything of it, and what a stopped program left
is cleared away (``api.files.clearing``). The same contents of the same owner are kept once. Nothing of a file ever
touches a folder of the server under a name that somebody gave.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, Engine, RowMapping, delete, func, insert, or_, select, update

from api.files.names import clean_media_type, clean_name
from api.files.stored import StoredFile
from api.files.tables import CONTENTS, FILES, PARTS
from api.service.ids import new_id
from api.service.problems import not_found
from supplychain.database import DatabaseTroubleError, clear_errors, for_writing
from supplychain.errors import HinterlandError
from supplychain.registry.writing import now
from supplychain.text import Text

PART_BYTES: Final = 1_000_000
FILE: Final = Text(en="file", vi="tệp")
NOBODY: Final = ""
"""Owner in the table where no account is."""

CLEARED: Final = Text(
    en="The file {name} took so long to arrive that what had come was cleared away. Send it again.",
    vi="Tệp {name} đến quá chậm nên phần đã nhận bị dọn đi. Hãy gửi lại.",
)
GONE: Final = Text(
    en="The file {file} was removed while it was read. Ask for it again.",
    vi="Tệp {file} bị xóa trong lúc đọc. Hãy yêu cầu lại.",
)


def store_file(
    engine: Engine,
    parts: Iterable[bytes],
    *,
    name: str,
    media_type: str,
    owner: str | None,
    expires_at: datetime | None = None,
) -> StoredFile:
    """Keep a file and return it; nothing of it stays if the parts cannot be had to their end.

    Parameters
    ----------
    engine
        Database, brought up to date.
    parts
        Contents, in pieces of any length, none larger than memory allows.
    name, media_type
        As somebody gave them; they are cleaned (``api.files.names``).
    owner
        Account whose file it is; None for nobody's.
    expires_at
        When it goes away; None keeps it until it is deleted.

    Raises
    ------
    DatabaseTroubleError
        If the database cannot be written.
    """
    writer = FileWriter(engine, name=name, media_type=media_type, owner=owner, expires_at=expires_at)
    try:
        for part in parts:
            writer.add(part)
        return writer.finish()
    except BaseException:
        writer.abandon()
        raise


class FileWriter:
    """A file on its way into the database.

    Parameters
    ----------
    engine, name, media_type, owner, expires_at
        As of ``store_file``.
    """

    def __init__(
        self, engine: Engine, *, name: str, media_type: str, owner: str | None, expires_at: datetime | None = None
    ) -> None:
        self._engine = engine
        self._name, self._media_type = clean_name(name), clean_media_type(media_type)
        self._owner = NOBODY if owner is None else owner
        self._expires_at = None if expires_at is None else _moment(expires_at)
        self._waiting = bytearray()
        self._digest = hashlib.sha256()
        self._parts = 0
        self.size = 0
        row = {"owner": self._owner, "size": 0, "touched_at": now()}
        with clear_errors(engine), for_writing(engine).begin() as connection:
            key = connection.execute(insert(CONTENTS).values(row)).inserted_primary_key
        assert key is not None  # noqa: S101 - the table has one
        self._content_fid = int(key[0])

    def add(self, piece: bytes) -> None:
        """Take the next bytes; whole parts are written at once, one short transaction each.

        Raises
        ------
        HinterlandError
            If what had arrived was cleared away meanwhile.
        DatabaseTroubleError
            If the database cannot be written.
        """
        self._digest.update(piece)
        self.size += len(piece)
        self._waiting += piece
        while len(self._waiting) >= PART_BYTES:
            part = bytes(self._waiting[:PART_BYTES])
            with clear_errors(self._engine), for_writing(self._engine).begin() as connection:
                self._write(connection, part)
            del self._waiting[:PART_BYTES]

    def finish(self) -> StoredFile:
        """Make the file seen, in a transaction of its own, and return it.

        Raises
        ------
        HinterlandError
            If what had arrived was cleared away meanwhile.
        """
        with clear_errors(self._engine), for_writing(self._engine).begin() as connection:
            stored = self.seal(connection)
        self.abandon()
        return stored

    def seal(self, connection: Connection) -> StoredFile:
        """Make the file seen with the caller's transaction (opened for writing) and return it.

        ``abandon`` is to be called after that transaction, however it ended: it takes back what is of no use.

        Raises
        ------
        HinterlandError
            If what had arrived was cleared away meanwhile.
        """
        if self._waiting:
            self._write(connection, bytes(self._waiting))
            self._waiting.clear()
        sha256 = self._digest.hexdigest()
        same = select(CONTENTS.c.fid).where(
            CONTENTS.c.owner == self._owner, CONTENTS.c.sha256 == sha256, CONTENTS.c.size == self.size
        )
        content_fid = connection.scalar(same.order_by(CONTENTS.c.fid).limit(1).with_for_update())
        if content_fid is None:
            self._touch(connection, sha256=sha256, size=self.size)
            content_fid = self._content_fid
        file_id = new_id("file")
        row: dict[str, Any] = {
            "file_id": file_id,
            "content_fid": content_fid,
            "owner": self._owner,
            "name": self._name,
            "media_type": self._media_type,
            "created_at": now(),
            "expires_at": self._expires_at,
        }
        connection.execute(insert(FILES).values(row))
        del row["content_fid"]
        return StoredFile(**{**row, "owner": self._owner or None, "size": self.size, "sha256": sha256})

    def abandon(self) -> None:
        """Take back what was written and no file holds; asking again, or after the end, does no harm.

        Where the database does not answer it is left to ``api.files.clearing``: what went wrong before is to be told.
        """
        with suppress(DatabaseTroubleError), clear_errors(self._engine):
            remove_unused_content(self._engine, self._content_fid)

    def _write(self, connection: Connection, part: bytes) -> None:
        self._touch(connection)
        row = {"content_fid": self._content_fid, "number": self._parts, "data": part}
        connection.execute(insert(PARTS).values(row))
        self._parts += 1

    def _touch(self, connection: Connection, **values: Any) -> None:  # noqa: ANN401 - columns of the table
        mine = CONTENTS.c.fid == self._content_fid
        if connection.execute(update(CONTENTS).where(mine).values(touched_at=now(), **values)).rowcount != 1:
            raise HinterlandError(CLEARED.format(name=self._name))


def read_file(engine: Engine, file_id: str) -> StoredFile:
    """Return what is known of a file.

    Raises
    ------
    ServiceError
        If there is no such file, or it has expired.
    """
    with clear_errors(engine), engine.connect() as connection:
        return read_file_of(connection, file_id)


def read_file_of(connection: Connection, file_id: str) -> StoredFile:
    """Return what is known of a file, read with the caller's connection.

    Raises
    ------
    ServiceError
        If there is no such file, or it has expired.
    """
    row = connection.execute(stored_files().where(FILES.c.file_id == file_id)).mappings().one_or_none()
    if row is None:
        raise not_found(FILE, file_id)
    return to_stored(row)


def stored_files() -> Any:  # noqa: ANN401 - a select of many columns has no short type
    """Return the query of all files that have not expired; each row is one for ``to_stored``."""
    columns = (FILES, CONTENTS.c.size, CONTENTS.c.sha256)
    alive = or_(FILES.c.expires_at.is_(None), FILES.c.expires_at > now())
    return select(*columns).join(CONTENTS, CONTENTS.c.fid == FILES.c.content_fid).where(alive)


def to_stored(row: RowMapping) -> StoredFile:
    """Return the file of a row of ``stored_files``."""
    names = ("file_id", "name", "media_type", "size", "sha256", "created_at", "expires_at")
    return StoredFile(**{name: row[name] for name in names}, owner=row["owner"] or None)


def file_parts(engine: Engine, file_id: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
    """Yield the bytes of a file from ``start`` up to, not including, ``end``; each part is read by itself.

    No connection is held while the caller does something with a part.

    Raises
    ------
    ServiceError
        If there is no such file, at once.
    HinterlandError
        If it is removed while it is read.
    """
    stored = read_file(engine, file_id)
    stop = stored.size if end is None else min(end, stored.size)
    return _parts_between(engine, file_id, max(start, 0), stop)


def _parts_between(engine: Engine, file_id: str, start: int, stop: int) -> Iterator[bytes]:
    of_file = select(FILES.c.content_fid).where(FILES.c.file_id == file_id).scalar_subquery()
    for number in range(start // PART_BYTES, -(-stop // PART_BYTES)):
        if start >= stop:
            return
        query = select(PARTS.c.data).where(PARTS.c.content_fid == of_file, PARTS.c.number == number)
        with clear_errors(engine), engine.connect() as connection:
            part = connection.scalar(query)
        if part is None:
            raise HinterlandError(GONE.format(file=file_id))
        began = number * PART_BYTES
        yield bytes(part)[max(start - began, 0) : stop - began]


def link_file(connection: Connection, file_id: str, expires_at: datetime | None = None) -> StoredFile:
    """Give a file a second id with the caller's transaction, so that it stays when the first is removed.

    Raises
    ------
    ServiceError
        If there is no such file, or it has expired.
    """
    stored = read_file_of(connection, file_id)
    row = connection.execute(select(FILES).where(FILES.c.file_id == file_id)).mappings().one()
    values: dict[str, Any] = {"file_id": new_id("file"), "created_at": now()}
    values["expires_at"] = None if expires_at is None else _moment(expires_at)
    kept = {name: row[name] for name in ("content_fid", "owner", "name", "media_type")}
    connection.execute(insert(FILES).values({**kept, **values}))
    return replace(stored, **values)


def let_file_expire(connection: Connection, file_id: str, at: datetime) -> None:
    """Let a file go away at a time, with the caller's transaction."""
    connection.execute(update(FILES).where(FILES.c.file_id == file_id).values(expires_at=_moment(at)))


def delete_file(engine: Engine, file_id: str) -> None:
    """Remove a file; its contents go with the last file that holds them. An absent file is no error."""
    with clear_errors(engine):
        with for_writing(engine).begin() as connection:
            content_fid = forget_file(connection, file_id)
        if content_fid is not None:
            remove_unused_content(engine, content_fid)


def forget_file(connection: Connection, file_id: str) -> int | None:
    """Remove a file with the caller's transaction; its contents are then to be removed where nobody else holds them.

    Returns
    -------
    int or None
        What to hand to ``remove_unused_content`` after the transaction; None where there is no such file.
    """
    content_fid = connection.scalar(select(FILES.c.content_fid).where(FILES.c.file_id == file_id))
    connection.execute(delete(FILES).where(FILES.c.file_id == file_id))
    return content_fid


def remove_unused_content(engine: Engine, content_fid: int) -> None:
    """Remove contents that no file holds, some parts at a time, so that no transaction is long."""
    with for_writing(engine).begin() as connection:
        connection.execute(select(CONTENTS.c.fid).where(CONTENTS.c.fid == content_fid).with_for_update())
        held = connection.scalar(select(func.count()).where(FILES.c.content_fid == content_fid))
        if held:
            return
        # From here on nobody finds these contents to share them.
        connection.execute(update(CONTENTS).where(CONTENTS.c.fid == content_fid).values(sha256=None))
    while True:
        with for_writing(engine).begin() as connection:
            some = select(PARTS.c.fid).where(PARTS.c.content_fid == content_fid).limit(_PARTS_AT_ONCE)
            if connection.execute(delete(PARTS).where(PARTS.c.fid.in_(some.scalar_subquery()))).rowcount:
                continue
            connection.execute(delete(CONTENTS).where(CONTENTS.c.fid == content_fid))
            return


_PARTS_AT_ONCE: Final = 50


def _moment(at: datetime) -> str:
    if at.tzinfo is None:
        msg = f"expires_at must say its time zone, got {at.isoformat()}."
        raise ValueError(msg)
    return at.astimezone(UTC).isoformat(timespec="microseconds")
