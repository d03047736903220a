"""The search index of a database: opened, kept up with the registry's log of changes, asked."""

from __future__ import annotations

import hashlib
import math
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, TypeVar

import tantivy
from sqlalchemy import Connection, Engine, select

from supplychain.database import clear_errors, is_sqlite
from supplychain.models.registry import CHANGES
from supplychain.registry.history import changes_since
from supplychain.registry.visibility import Viewer, partners
from supplychain.search.affected import chunks, owners_of, touched_records
from supplychain.search.build import all_entries
from supplychain.search.folder import DamagedIndexError, as_damage, build, change, open_current
from supplychain.search.lag import pending
from supplychain.search.lock import writing
from supplychain.search.question import Audience, Hits, Query
from supplychain.search.reader import Candidates, Reader
from supplychain.search.rows import read_firms, read_shared
from supplychain.settings import user_cache_folder

WAIT_S: Final = 120.0
"""Seconds a question waits for another process that writes the index: an answer is never older than the registry."""

REBUILD_SHARE: Final = 0.3
"""Part of the entries beyond which a rebuild is quicker than to replace them."""

_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What bringing an index up to date did.

    Parameters
    ----------
    number
        Last change it holds now.
    organisations
        Organisations whose entries were made again; -1 for all.
    entries
        Entries it holds now.
    """

    number: int
    organisations: int
    entries: int


@dataclass(frozen=True, slots=True)
class _Position:
    """How far a registry has come: a change, and when it was committed.

    Two databases that have the same address one after the other differ in the time.
    """

    number: int
    at: str

    def state(self) -> dict[str, Any]:
        """Return what an index says of itself that holds everything up to here."""
        return {"number": self.number, "at": self.at}


def index_folder(engine: Engine, cache: str | Path | None = None) -> Path:
    """Return the folder of the search index of a database.

    Parameters
    ----------
    engine
        Of the database; its address names the folder, without the password.
    cache
        Folder for what can be made again; None for the user's own.
    """
    url = engine.url
    name = str(Path(url.database or "").resolve()) if is_sqlite(engine) else url.set(password=None).render_as_string()
    key = hashlib.sha256(name.encode()).hexdigest()[:16]
    return (user_cache_folder() if cache is None else Path(cache)) / "search" / key


def open_index(engine: Engine, folder: Path | None = None, *, lag_s: float = 0.0) -> SearchIndex:
    """Return the search index of a database; nothing is read or written before the first question.

    Parameters
    ----------
    engine
        Of the database.
    folder
        Where the index lies; None for ``index_folder``. It can be deleted at any time.
    lag_s
        Most seconds an answer may be behind the registry, see ``SearchIndex``.
    """
    return SearchIndex(engine, index_folder(engine) if folder is None else folder, lag_s=lag_s)


class SearchIndex:
    """Answers questions from an index that is brought up to date with the registry before each.

    Several processes, and several threads of one, may use one folder; one at a time writes. Where many write and many
    ask, taking in each change by itself costs more than the answers: with a lag, harmless changes are taken in together
    (``supplychain.search.lag``); what hides or removes anything, and what the asker wrote, is still taken in at once.

    Parameters
    ----------
    engine
        Of the database.
    folder
        Of the index.
    lag_s
        Most seconds that an answer may be behind the registry in what has been added or reworded; 0 for none.
    """

    def __init__(self, engine: Engine, folder: Path, *, lag_s: float = 0.0) -> None:
        self.engine = engine
        self.folder = folder
        self.lag_s = lag_s
        self._current_at_s = -math.inf
        self._lock = threading.RLock()
        self._generation = ""
        self._index: tantivy.Index | None = None
        self._reader: Reader | None = None

    def search(self, query: Query, viewer: Viewer | None = None, author: str = "") -> Hits:
        """Return the best organisations for a question, as of the last change of the registry (within the lag).

        Parameters
        ----------
        query
            The question.
        viewer
            Who asks, in place of the question's audience.
        author
            Their name in the history: an answer is never behind what they wrote themselves. Empty for none.

        Raises
        ------
        BusyError
            If another process has been writing the index for longer than ``WAIT_S``.
        """
        return self._asked(lambda reader, asked: reader.search(asked), query, viewer, author)

    def candidates(self, query: Query, viewer: Viewer | None = None) -> Candidates:
        """Return every entry that matches a question, for those who rank by more than words."""
        return self._asked(lambda reader, asked: reader.candidates(asked), query, viewer)

    def count_without_position(self, query: Query, viewer: Viewer | None = None, author: str = "") -> int:
        """Return how many organisations match all but the circle and stand nowhere that is known."""
        return self._asked(lambda reader, asked: reader.count_without_position(asked), query, viewer, author)

    def refresh(self) -> Refreshed:
        """Bring the index up to date with the registry, making it again where it is missing or damaged."""
        with self._connected() as connection:
            return self._refresh(connection)

    def rebuild(self) -> Refreshed:
        """Make the whole index again from the database."""
        with self._connected() as connection, writing(self.folder, WAIT_S):
            return self._build(connection)

    def _asked(
        self, answer: Callable[[Reader, Query], _Answer], query: Query, viewer: Viewer | None, author: str = ""
    ) -> _Answer:
        began_s = time.monotonic()  # before the transaction: what the registry had by now is seen in it
        with self._connected() as connection:
            if viewer is not None:
                query = replace(query, audience=audience_of(connection, viewer))
            reader = self._kept_up(connection, began_s, author)
            try:
                return self._answered(answer, reader, query)
            except DamagedIndexError:
                connection.rollback()
                with self._lock, writing(self.folder, WAIT_S):
                    self._build(connection)
                    reader = self._read()
                return self._answered(answer, reader, query)

    def _answered(self, answer: Callable[[Reader, Query], _Answer], reader: Reader, query: Query) -> _Answer:
        with as_damage(self.folder):
            return answer(reader, query)

    def _kept_up(self, connection: Connection, began_s: float, author: str) -> Reader:
        """Return a reader of what the registry holds, or lacks no more than the lag allows."""
        reader, age_s = self._reader, began_s - self._current_at_s
        if reader is not None and age_s <= self.lag_s:
            found = pending(connection, reader.state, author)
            if found == "nothing":
                self._current_at_s = max(self._current_at_s, began_s)
                return reader
            # Half-way through the lag one question takes the changes in, while the others go on without them.
            if found == "harmless" and (age_s <= self.lag_s / 2 or not self._lock.acquire(blocking=False)):
                return reader
            if found == "harmless":
                try:
                    return self._brought_up(connection, began_s)
                finally:
                    self._lock.release()
        return self._brought_up(connection, began_s)

    def _brought_up(self, connection: Connection, began_s: float) -> Reader:
        """Return a reader of what the registry held when the question began, or of a later state.

        Of questions that waited for one another the first brings the index up for all: what came while they waited is
        not theirs to take in, or a crowd would take in change after change, each making the next wait longer.
        """
        with self._lock:
            if self._current_at_s < began_s:
                connection.rollback()  # what the registry has is read as of now, not as of when this one came to wait
                looked_s = time.monotonic()
                self._refresh(connection)
                self._current_at_s = looked_s
            return self._read()

    def _read(self) -> Reader:
        if self._reader is None:
            msg = f"the search index in {self.folder} was made and cannot be read."
            raise RuntimeError(msg)
        return self._reader

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        with clear_errors(self.engine), self.engine.connect() as connection:
            yield connection

    def _refresh(self, connection: Connection) -> Refreshed:
        """Bring the index up to the registry's last change; what happens meanwhile is for the next time."""
        with self._lock:
            if self._is_at(_last(connection)):
                return self._now(0)
            connection.rollback()  # no transaction stays open while waiting, and the next one sees what is new
            with writing(self.folder, WAIT_S):
                last = _last(connection)
                if self._is_at(last):
                    return self._now(0)
                if self._reader is None or not self._can_follow(connection, last):
                    return self._build(connection)
                try:
                    with as_damage(self.folder):
                        return self._follow(connection, last)
                except DamagedIndexError:
                    return self._build(connection)

    def _is_at(self, last: _Position) -> bool:
        """Return whether the index, opened again where need be, holds everything up to a change of this database."""
        if self._holds(last) and (self.folder / self._generation / "meta.json").is_file():
            return True
        try:
            self._generation, self._index = open_current(self.folder)
            self._reader = Reader(self._index)
        except DamagedIndexError:
            self._generation, self._index, self._reader = "", None, None
        return self._holds(last)

    def _holds(self, last: _Position) -> bool:
        state: Mapping[str, Any] = {} if self._reader is None else self._reader.state
        return (state.get("number"), state.get("at")) == (last.number, last.at)

    def _can_follow(self, connection: Connection, last: _Position) -> bool:
        """Return whether the log leads on from what the index holds: the same database, and no step back."""
        state: Mapping[str, Any] = {} if self._reader is None else self._reader.state
        held = int(state.get("number", -1))
        return 0 < held < last.number and state.get("at") == _committed_at(connection, held)

    def _follow(self, connection: Connection, last: _Position) -> Refreshed:
        """Make the entries of all organisations again that changes since the index's state touch."""
        reader, index = self._reader, self._index
        if reader is None or index is None:
            return self._build(connection)
        touched = touched_records(one for one in changes_since(connection, reader.number) if one.number <= last.number)
        most = max(1000, int(reader.entry_count * REBUILD_SHARE))
        if sum(map(len, touched.values())) > most:
            return self._build(connection)
        owners = owners_of(connection, touched, reader.number)
        if len(owners) > most:
            return self._build(connection)
        shared = read_shared(connection)
        entries = (entry for some in chunks(owners) for entry in all_entries(read_firms(connection, some), shared))
        change(index, owners, entries, last.state())
        self._reader = Reader(index)
        return self._now(len(owners))

    def _build(self, connection: Connection) -> Refreshed:
        # The number is read first: rows that change while the index is made are made again at the next question.
        last = _last(connection)
        entries = all_entries(read_firms(connection), read_shared(connection))
        build(self.folder, entries, last.state())
        self._is_at(last)
        return self._now(-1)

    def _now(self, organisations: int) -> Refreshed:
        reader = self._read()
        return Refreshed(reader.number, organisations, reader.entry_count)


def audience_of(connection: Connection, viewer: Viewer) -> Audience:
    """Return whose eyes an answer is for, with the partners the registry knows on the viewer's day."""
    if viewer.kind == "everything":
        return Audience(everything=True)
    if viewer.kind == "public" or viewer.organisation_id is None:
        return Audience()
    return Audience(organisation_id=viewer.organisation_id, partner_ids=frozenset(connection.scalars(partners(viewer))))


def _last(connection: Connection) -> _Position:
    """Return the last change of a registry; number 0 before the first."""
    query = select(CHANGES.c.number, CHANGES.c.committed_at).where(CHANGES.c.number.is_not(None))
    row = connection.execute(query.order_by(CHANGES.c.number.desc()).limit(1)).one_or_none()
    return _Position(0, "") if row is None else _Position(row.number, row.committed_at or "")


def _committed_at(connection: Connection, number: int) -> str:
    return connection.scalar(select(CHANGES.c.committed_at).where(CHANGES.c.number == number)) or ""
