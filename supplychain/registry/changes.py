"""Changes: made at once, or staged in chunks and committed together; every change that does anything has a number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Final

from sqlalchemy import Connection, Engine, delete, select, update

from supplychain.database import clear_errors, for_writing
from supplychain.errors import Finding
from supplychain.models.registry import CHANGES, REVISIONS
from supplychain.registry import staging
from supplychain.registry.ahead import committing
from supplychain.registry.committing import commit_staged
from supplychain.registry.drafts import Batch, Draft, Rules, draft_edits
from supplychain.registry.extent import grow_extents
from supplychain.registry.integrity import refuse
from supplychain.registry.origins import NEW_VALUES, check_sources
from supplychain.registry.values import Change, ChangeKind, Edit, Origin, Unfinished
from supplychain.registry.writing import (
    close_change,
    next_place,
    now,
    open_change,
    take_turn,
    write_drafts,
)
from supplychain.text import Text

NO_CHANGE: Final = Text(
    en="There is no change {number}. `hinterland registry changes` lists them.",
    vi="Không có thay đổi số {number}. Xem danh sách bằng `hinterland registry changes`.",
)

ABANDONED: Final = "abandoned"
"""Status of a change that was given up and of which something may still have to be cleared away."""

CLEARED_AT_ONCE: Final = 20_000
"""Revisions removed in one transaction, about a tenth of a second."""

Refuse = Callable[[Edit, Sequence[Finding]], None]
"""Told each edit that cannot be taken, with everything wrong with it."""

Also = Callable[[Connection, Change], None]
"""Given the transaction that commits a change, and what came of the change."""


def make_change(
    engine: Engine,
    edits: Iterable[Edit],
    *,
    kind: ChangeKind,
    author: str,
    source_id: str,
    note: str = "",
) -> Change:
    """Make some edits as one change, all or nothing, in one short transaction, and return what came of it.

    Parameters
    ----------
    engine
        Database, brought up to date.
    edits
        Some thousands at most; stage more (``begin_change``).
    kind, author, note
        What the change is, who makes it and why.
    source_id
        Row of ``sources`` the values come from where an edit names no other; the change itself may add it.

    Raises
    ------
    FindingsError
        With everything wrong with the edits.
    RegistryError
        If the registry has no such table or source.
    DatabaseTroubleError
        If the database cannot be written.
    """
    with clear_errors(engine), for_writing(engine).begin() as connection:
        take_turn(connection)
        described = {"kind": kind, "author": author, "source_id": source_id, "note": note}
        return apply_edits(connection, list(edits), described)


def apply_edits(
    connection: Connection,
    edits: Sequence[Edit],
    described: Mapping[str, Any],
    *,
    in_pack: bool = False,
    known_sources: AbstractSet[str] = frozenset(),
) -> Change:
    """Make edits as one change inside the caller's transaction, which has the turn (``writing.take_turn``).

    Parameters
    ----------
    connection, edits, described
        The transaction, what is edited, and columns of the change.
    in_pack
        Whether the edits are rows of the region pack.
    known_sources
        Sources that the caller found in the same transaction, and the edits leave there.

    Raises
    ------
    FindingsError
        With everything wrong with the edits.
    """
    rules = Rules(Origin(described["source_id"], now()), in_pack, described["kind"] in staging.GUARDED)
    batch = draft_edits(connection, edits, rules)
    refuse([finding for _edit, findings in batch.refused for finding in findings])
    return apply_drafts(connection, batch.drafts.values(), described, batch, known_sources)


def apply_drafts(
    connection: Connection,
    drafts: Iterable[Draft],
    described: Mapping[str, Any],
    batch: Batch | None = None,
    known_sources: AbstractSet[str] = frozenset(),
) -> Change:
    """Write drafts as one change inside the caller's transaction, which has the turn.

    Raises
    ------
    FindingsError
        If a reference would lead nowhere.
    RegistryError
        If a value comes from a source the registry has not.
    """
    told = batch or Batch()
    differing = [draft for draft in drafts if draft.operation is not None]
    if not differing:
        return Change(None, unchanged=told.unchanged, notes=tuple(told.notes))
    place = next_place(connection)
    change_id = open_change(connection, described)
    counts = write_drafts(connection, change_id, place.number, differing)
    if described["kind"] in NEW_VALUES:
        check_sources(connection, differing, known_sources)
    close_change(connection, change_id, place, {**counts, "unchanged": told.unchanged})
    grow_extents(connection, differing)
    return Change(place.number, **counts, unchanged=told.unchanged, notes=tuple(told.notes))


def begin_change(
    engine: Engine,
    *,
    kind: ChangeKind,
    author: str,
    source_id: str,
    note: str = "",
    file_name: str | None = None,
    file_sha256: str | None = None,
) -> int:
    """Begin a change whose edits are staged in chunks; return its id. Nobody sees any of it until it is committed.

    Raises
    ------
    DatabaseTroubleError
        If the database cannot be written.
    """
    described = {
        "kind": kind,
        "author": author,
        "source_id": source_id,
        "note": note,
        "file_name": file_name,
        "file_sha256": file_sha256,
    }
    with clear_errors(engine), for_writing(engine).begin() as connection:
        return start_change(connection, described)


def start_change(connection: Connection, described: Mapping[str, Any]) -> int:
    """Begin a change inside the caller's transaction, opened for writing; ``described`` names its columns."""
    staging.drop_leftovers(connection)
    return open_change(connection, described)


def stage_edits(
    engine: Engine, change_id: int, edits: Iterable[Edit], *, marker: str = "", on_refused: Refuse | None = None
) -> int:
    """Stage edits, in short transactions of ``staging.CHUNK`` edits each, and return how many were taken.

    Staging the same edits again does no harm, so whoever was stopped begins again at the last chunk.

    Parameters
    ----------
    engine, change_id
        The change, begun and not committed.
    edits
        Taken one after another.
    marker
        Kept with the last of these edits in the same transaction, so that a stopped import knows where to go on
        (``find_unfinished``).
    on_refused
        Told each edit that cannot be taken, which is then left out; without it everything wrong is raised.

    Raises
    ------
    FindingsError
        With everything wrong in a chunk, where nobody is told otherwise; that chunk is not staged.
    RegistryError
        If there is no such change, or it is finished.
    """
    taken = 0
    for chunk, is_last in staging.chunks(edits):
        with clear_errors(engine), for_writing(engine).begin() as connection:
            batch = staging.stage_chunk(
                connection, change_id, chunk, marker if is_last else None, strict=on_refused is None
            )
        for edit, findings in batch.refused:
            if on_refused is not None:
                on_refused(edit, findings)
        taken += len(chunk) - len(batch.refused)
    return taken


def commit_change(engine: Engine, change_id: int, also: Also = lambda _connection, _change: None) -> Change:
    """Make a staged change visible, all at once.

    Records that others changed meanwhile are taken as they are now, and the edits are made on them: the result is
    what it would have been had this change begun after theirs. Values of theirs that this overwrites are told.

    Parameters
    ----------
    engine, change_id
        The change, begun and not committed.
    also
        Writes something beside it in the same transaction, or raises to take everything back.

    Raises
    ------
    FindingsError
        If an edit cannot be made any more, or a reference leads nowhere; the change stays staged.
    RegistryError
        If there is no such change, or it is finished.
    """
    with clear_errors(engine), committing(engine, change_id) as (connection, seen):
        change = commit_staged(connection, change_id, seen)
        also(connection, change)
    with clear_errors(engine), for_writing(engine).begin() as connection:
        staging.drop_leftovers(connection)
    return change


def abandon_change(engine: Engine, change_id: int) -> None:
    """Take back a change that was not committed, with all that was staged.

    Raises
    ------
    RegistryError
        If there is no such change, or it is finished.
    """
    with clear_errors(engine), for_writing(engine).begin() as connection:
        staging.require_staging(connection, change_id)
        connection.execute(update(CHANGES).where(CHANGES.c.fid == change_id).values(status=ABANDONED))
    clear_abandoned(engine)


def clear_abandoned(engine: Engine) -> None:
    """Remove what abandoned changes had staged, in short transactions; also what was left when that was interrupted.

    Raises
    ------
    DatabaseTroubleError
        If the database cannot be written.
    """
    abandoned = select(CHANGES.c.fid).where(CHANGES.c.status == ABANDONED)
    with clear_errors(engine), engine.connect() as connection:
        change_ids = connection.scalars(abandoned).all()
    for change_id in change_ids:
        some = select(REVISIONS.c.fid).where(REVISIONS.c.change_id == change_id).limit(CLEARED_AT_ONCE)
        is_left = True
        while is_left:
            with clear_errors(engine), for_writing(engine).begin() as connection:
                found = connection.execute(delete(REVISIONS).where(REVISIONS.c.fid.in_(some.scalar_subquery())))
                is_left = found.rowcount > 0
        with clear_errors(engine), for_writing(engine).begin() as connection:
            staging.drop_leftovers(connection)
            connection.execute(delete(CHANGES).where(CHANGES.c.fid == change_id))


def find_unfinished(engine: Engine, *, file_sha256: str | None = None) -> tuple[Unfinished, ...]:
    """Return the changes that were begun and neither committed nor abandoned, the oldest first.

    Parameters
    ----------
    engine
        Database.
    file_sha256
        Only those of this file.
    """
    names = [name for name in Unfinished.__dataclass_fields__ if name != "change_id"]
    query = select(CHANGES.c.fid, *(CHANGES.c[name] for name in names)).where(CHANGES.c.status == "staging")
    if file_sha256 is not None:
        query = query.where(CHANGES.c.file_sha256 == file_sha256)
    with clear_errors(engine), engine.connect() as connection:
        return tuple(Unfinished(*row) for row in connection.execute(query.order_by(CHANGES.c.fid)))
