"""Personal data taken out of all history on request; everything else of the history stays.

Values of records stand in the typed tables, in revisions and in what changes under way have staged, and nowhere else in
the database. Where the same words also stand in a remark somebody wrote (``FREE_TEXT``) or in another field, that is
told: whether they mean the same person, only a person can say.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Connection, Engine, func, insert, inspect, or_, select, update
from sqlalchemy import column as sql_column
from sqlalchemy import table as table_clause

from supplychain.database import clear_errors, for_writing, is_sqlite
from supplychain.models.registry import CHANGES, ERASURES, REVISIONS
from supplychain.registry.changes import apply_drafts
from supplychain.registry.drafts import Draft
from supplychain.registry.redirects import redirects
from supplychain.registry.staging import drop_leftovers, staged_name
from supplychain.registry.states import State, current_states, decode_state, encode_origins, encode_values
from supplychain.registry.tables import RegistryTable, is_in, registry_table
from supplychain.registry.values import Change, RegistryError
from supplychain.registry.visibility import is_personal_tax_code
from supplychain.registry.writing import LIST, close_change, next_place, now, open_change, take_turn
from supplychain.rules import shown
from supplychain.text import Text

FREE_TEXT: Final = (("registry_changes", "note"), ("registry_changes", "file_name"), ("registry_judgements", "note"))
"""Remarks that people write beside records; a module that keeps more of them adds its table and column here."""

MOST_TOLD: Final = 20

SHORTEST: Final = 5
"""Signs from which on the same words elsewhere are told: shorter ones stand everywhere."""

NO_RECORD: Final = Text(
    en="The registry has never had a record {record_id} in {table}.",
    vi="Sổ đăng ký chưa từng có hồ sơ {record_id} trong bảng {table}.",
)
NOT_PERSONAL: Final = Text(
    en="{column} of {table} is not declared personal, so it stays in the history. Personal columns: {columns}.",
    vi="{column} của {table} không thuộc dữ liệu cá nhân nên vẫn được lưu. Các cột cá nhân: {columns}.",
)
NO_REASON: Final = Text(
    en="Say why it is erased (--reason): the erasure itself is kept on record.",
    vi="Hãy nêu lý do xóa (--reason): việc xóa được lưu lại.",
)
NOTHING_PERSONAL: Final = Text(
    en="{table} keeps nothing personal of {record_id}.",
    vi="Bảng {table} không lưu dữ liệu cá nhân nào của {record_id}.",
)
STILL_STANDS: Final = Text(
    en="The same words still stand in {places}. Look whether they mean the same person.",
    vi="Nội dung giống vậy vẫn còn ở {places}. Hãy xem có phải cùng một người không.",
)
ID_HOLDS_IT: Final = Text(
    en="The id {record_id} itself holds the number of a person. Merge the record into one with another id.",
    vi="Chính mã {record_id} chứa số định danh cá nhân. Hãy gộp hồ sơ vào một hồ sơ có mã khác.",
)

LOG_IN_USE: Final = Text(
    en="Another program is reading the database, so its write-ahead log may still hold what was erased. Close that "
    "program and run the same command again.",
    vi="Chương trình khác đang đọc cơ sở dữ liệu nên tệp nhật ký ghi trước (WAL) có thể còn nội dung đã xóa. Hãy đóng "
    "chương trình đó rồi chạy lại lệnh này.",
)


def erase_personal(
    engine: Engine,
    table: str,
    record_id: str,
    *,
    author: str,
    reason: str,
    columns: Sequence[str] | None = None,
) -> Change:
    """Erase what a record says of a person from the present and from all history, also of ids merged into it.

    Files imported later do not bring it back (they are told); an edit by hand can. It cannot be undone. On an embedded
    database the freed pages are overwritten and the write-ahead log is emptied (where somebody is reading it, that is
    told, and the same call later empties it); PostgreSQL frees them when it vacuums.

    Parameters
    ----------
    engine
        Database.
    table, record_id
        The record, also one that is no more.
    author, reason
        Who erases it and why; kept.
    columns
        Personal columns; None for all of them.

    Raises
    ------
    RegistryError
        If there never was such a record, a column is not personal, or there is no reason.
    """
    with clear_errors(engine), for_writing(engine).begin() as connection:
        take_turn(connection)
        change = erase_within(connection, (table, record_id), author=author, reason=reason, columns=columns)
    return change if empty_log(engine) else replace(change, notes=(*change.notes, LOG_IN_USE))


def erase_within(
    connection: Connection,
    record: tuple[str, str],
    *,
    author: str,
    reason: str,
    columns: Sequence[str] | None = None,
) -> Change:
    """Erase what a record says of a person inside the caller's transaction, which has the turn.

    All else as of ``erase_personal``; the caller empties the log of an embedded database afterwards (``empty_log``).

    Parameters
    ----------
    record
        Table and id.
    """
    if not reason.strip():
        raise RegistryError(NO_REASON)
    table, record_id = record
    with _overwriting(connection):
        return _erase(connection, registry_table(table), record_id, (author, reason.strip()), columns)


@contextmanager
def _overwriting(connection: Connection) -> Iterator[None]:
    """Let an embedded database overwrite what is deleted; it does so at once, not when the transaction ends."""
    if not is_sqlite(connection):
        yield
        return
    usual = int(connection.exec_driver_sql("PRAGMA secure_delete").scalar_one())
    connection.exec_driver_sql("PRAGMA secure_delete = ON")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA secure_delete = {usual}")


def empty_log(engine: Engine) -> bool:
    """Empty the write-ahead log of an embedded database; False where somebody is reading it."""
    if not is_sqlite(engine):
        return True
    with clear_errors(engine), engine.connect() as connection:
        driver: Any = connection.connection.dbapi_connection
        is_busy, _pages, _moved = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not is_busy


def _erase(
    connection: Connection,
    table: RegistryTable,
    record_id: str,
    who: tuple[str, str],
    columns: Sequence[str] | None,
) -> Change:
    family = _family(connection, table, record_id)
    pasts = _all_states(connection, table, family)
    present = current_states(connection, table.name, family)
    states = [*(state for _fid, _id, state in pasts), *present.values()]
    if not states:
        raise RegistryError(NO_RECORD.format(record_id=shown(record_id), table=table.name))
    chosen = _personal(table, states, columns)
    values = frozenset(str(state.value(name)) for state in states for name in chosen if state.value(name) is not None)
    if not values:
        return Change(None, notes=(NOTHING_PERSONAL.format(table=table.name, record_id=record_id),))
    author, reason = who
    described = {"kind": "erase", "author": author, "source_id": "", "note": reason}
    drafts = [
        Draft(table.name, one, state, _without(state, chosen))
        for one, state in present.items()
        if any(state.value(name) is not None for name in chosen)
    ]
    change = apply_drafts(connection, drafts, described)
    number = change.number
    if number is None:
        place = next_place(connection)
        close_change(connection, open_change(connection, described), place, {})
        number = place.number
    _rewrite(connection, table, family, pasts, (number, author, reason, chosen))
    drop_leftovers(connection)
    _clear_staged(connection, table, family, chosen)
    holds = [one for one in family if "tax_code" in chosen and any(value in one for value in values)]
    notes = [ID_HOLDS_IT.format(record_id=one) for one in holds]
    notes += [STILL_STANDS.format(places=places) for places in _elsewhere(connection, values)]
    return Change(number, changed=change.changed, notes=tuple(notes))


def _elsewhere(connection: Connection, values: Iterable[str]) -> list[str]:
    """Return where words that were erased still stand: other fields of records, and remarks."""
    words = [value for value in values if len(value) >= SHORTEST]
    if not words:
        return []
    in_revision = or_(
        *(REVISIONS.c.content.contains(json.dumps(word, ensure_ascii=False)[1:-1], autoescape=True) for word in words)
    )
    query = (
        select(REVISIONS.c.table_name, REVISIONS.c.record_id)
        .where(in_revision)
        .distinct()
        .order_by(REVISIONS.c.table_name, REVISIONS.c.record_id)
        .limit(MOST_TOLD)
    )
    places = [f"{row.table_name} {row.record_id}" for row in connection.execute(query)]
    there = set(inspect(connection).get_table_names())
    for name, column in FREE_TEXT:
        if name in there:
            held = table_clause(name, sql_column(column))
            said = or_(*(held.c[column].contains(word, autoescape=True) for word in words))
            if connection.scalar(select(func.count()).select_from(held).where(said)):
                places.append(f"{name}.{column}")
    return [", ".join(places)] if places else []


def _family(connection: Connection, table: RegistryTable, record_id: str) -> tuple[str, ...]:
    """Return a record, what it went into, and all that ever went into it."""
    found = {record_id, *redirects(connection, table.name, (record_id,)).values()}
    wanted = set(found)
    while wanted:
        query = (
            select(REVISIONS.c.record_id)
            .join(CHANGES, CHANGES.c.fid == REVISIONS.c.change_id)
            .where(
                REVISIONS.c.table_name == table.name,
                is_in(connection, REVISIONS.c.merged_into, wanted),
                CHANGES.c.number > 0,
            )
        )
        wanted = set(connection.scalars(query)) - found
        found |= wanted
    return tuple(sorted(found))


def _all_states(connection: Connection, table: RegistryTable, family: Iterable[str]) -> list[tuple[int, str, State]]:
    """Return (fid, record, state) of every revision of some records, also of changes under way."""
    query = select(
        REVISIONS.c.fid, REVISIONS.c.record_id, REVISIONS.c.content, REVISIONS.c.origins, REVISIONS.c.in_pack
    ).where(
        REVISIONS.c.table_name == table.name,
        is_in(connection, REVISIONS.c.record_id, family),
        REVISIONS.c.content.is_not(None),
    )
    return [
        (
            row.fid,
            row.record_id,
            decode_state(row.content, row.origins, in_pack=row.in_pack, merged_into=None, number=0),
        )
        for row in connection.execute(query)
    ]


def _personal(table: RegistryTable, states: Iterable[State], columns: Sequence[str] | None) -> tuple[str, ...]:
    """Return the columns to erase.

    Raises
    ------
    RegistryError
        If one asked for is not personal.
    """
    personal = [name for name, column in table.columns.items() if column.personal]
    if "tax_code" in table.columns and any(is_personal_tax_code(state.value("tax_code")) for state in states):
        personal.append("tax_code")
    for name in columns or ():
        if name not in personal:
            listed = ", ".join(personal) or "-"
            raise RegistryError(NOT_PERSONAL.format(column=shown(name), table=table.name, columns=listed))
    return tuple(columns) if columns else tuple(personal)


def _without(state: State, columns: Iterable[str]) -> State:
    gone = set(columns)
    values = {name: value for name, value in (state.values or {}).items() if name not in gone}
    origins = {name: origin for name, origin in state.origins.items() if name not in gone}
    return State(values, origins, state.in_pack, state.merged_into, state.number)


def _rewrite(
    connection: Connection,
    table: RegistryTable,
    family: Iterable[str],
    pasts: Iterable[tuple[int, str, State]],
    what: tuple[int, str, str, tuple[str, ...]],
) -> None:
    """Take columns out of every revision of some records; the erasure is noted, and opens and closes the history."""
    number, author, reason, columns = what
    change_id = connection.scalar(select(CHANGES.c.fid).where(CHANGES.c.number == number))
    rows: list[dict[str, Any]] = [
        {
            "change_id": change_id,
            "table_name": table.name,
            "record_id": record_id,
            "columns": LIST.join(columns),
            "reason": reason,
            "author": author,
            "erased_at": now(),
            "under_way": True,
        }
        for record_id in family
    ]
    connection.execute(insert(ERASURES), rows)
    for fid, _record_id, state in pasts:
        if any(name in state.origins or state.value(name) is not None for name in columns):
            rest = _without(state, columns)
            values = {"content": encode_values(rest.values), "origins": encode_origins(rest)}
            connection.execute(update(REVISIONS).where(REVISIONS.c.fid == fid).values(values))
    connection.execute(update(ERASURES).where(ERASURES.c.change_id == change_id).values(under_way=False))


def _clear_staged(connection: Connection, table: RegistryTable, family: Iterable[str], columns: Iterable[str]) -> None:
    """Empty the columns in what changes under way have staged."""
    query = select(CHANGES.c.fid, CHANGES.c.detail).where(CHANGES.c.status == "staging")
    listed = list(family)
    mark = "?" if is_sqlite(connection) else "%s"
    for change_id, detail in connection.execute(query).all():
        if table.name not in json.loads(detail).get("tables", ()):
            continue
        sets = ", ".join(f'"{name}" = NULL' for name in columns)
        statement = f"UPDATE {staged_name(change_id, table.name)} SET {sets} WHERE {table.key} = {mark}"  # noqa: S608
        connection.exec_driver_sql(statement, [(record_id,) for record_id in listed])
