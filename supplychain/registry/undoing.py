"""Changes taken back: every field the change decided gets what it was before, if nobody has touched it since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection, Engine, func, select

from supplychain.columns import LARGEST_INTEGER
from supplychain.database import clear_errors, for_writing
from supplychain.errors import Finding, FindingsError
from supplychain.models.registry import CHANGES, REVISIONS
from supplychain.registry.changes import NO_CHANGE, apply_drafts
from supplychain.registry.checks import check_record, finding
from supplychain.registry.committing import finish
from supplychain.registry.drafts import Draft, touched_columns
from supplychain.registry.redirects import redirects
from supplychain.registry.staging import drop_leftovers, require_staging, write_staged
from supplychain.registry.states import ABSENT, State, current_states, decode_state
from supplychain.registry.tables import is_in, registry_table
from supplychain.registry.values import REGISTRY_TABLES, Change, ChangeKind, Origin, RegistryError
from supplychain.registry.writing import open_change, take_turn
from supplychain.text import Text

AT_ONCE: Final = 5000
"""Records up to which a change is taken back row by row; more are staged first."""

REFUSED: Final = Text(
    en="Change {number} cannot be taken back as others built on it; findings: {count}. Nothing was changed.",
    vi="Không thể hoàn tác thay đổi số {number} vì đã có thay đổi khác dựa vào: {count} lỗi. Chưa thay đổi gì.",
)
TOUCHED_SINCE: Final = Text(
    en="Change {later} gave it another value since. Undo change {later} first, or edit the field by hand.",
    vi="Thay đổi số {later} đã ghi giá trị khác. Hãy hoàn tác thay đổi số {later} trước, hoặc sửa ô bằng tay.",
)
REMOVED_SINCE: Final = Text(
    en="Change {later} removed it since. Undo change {later} first.",
    vi="Thay đổi số {later} đã xóa hồ sơ. Hãy hoàn tác thay đổi số {later} trước.",
)
ADDED_SINCE: Final = Text(
    en="Change {later} added a record of this id again. Undo change {later} first.",
    vi="Thay đổi số {later} đã thêm lại hồ sơ có mã này. Hãy hoàn tác thay đổi số {later} trước.",
)
NEVER_BACK: Final = {
    "erase": Text(
        en="Change {number} erased personal data on request; nothing of it is kept, so it cannot be taken back.",
        vi="Thay đổi số {number} đã xóa dữ liệu cá nhân theo yêu cầu; không còn lưu gì nên không thể hoàn tác.",
    ),
    "load": Text(
        en="Change {number} loaded a region pack, which holds more than the registry. Load the pack you want instead.",
        vi="Thay đổi số {number} là lần nạp gói dữ liệu vùng, gồm cả dữ liệu ngoài sổ đăng ký. Hãy nạp lại gói cần "
        "dùng.",
    ),
}
"""Kinds of changes that are never taken back, and why."""


def undo_change(engine: Engine, number: int, *, author: str, note: str = "") -> Change:
    """Take a change back, as a change of its own; what others changed elsewhere since stays.

    An undo can be undone like any change. Where the change is taken back already, nothing is done (number None).

    Raises
    ------
    FindingsError
        Naming each record and field that a later change touched.
    RegistryError
        If there is no such change, or it erased personal data or loaded a region pack.
    """
    with clear_errors(engine), for_writing(engine).begin() as connection:
        take_turn(connection)
        return take_back(connection, number, "undo", author=author, note=note)


def take_back(connection: Connection, number: int, kind: ChangeKind, *, author: str, note: str) -> Change:
    """Take a change back inside the caller's transaction, which has the turn.

    Raises
    ------
    FindingsError
        Naming each record and field that a later change touched.
    RegistryError
        If there is no such change, or it erased personal data or loaded a region pack.
    """
    if number > LARGEST_INTEGER:
        raise RegistryError(NO_CHANGE.format(number=number))
    row = connection.execute(select(CHANGES.c.fid, CHANGES.c.kind).where(CHANGES.c.number == number)).one_or_none()
    if row is None:
        raise RegistryError(NO_CHANGE.format(number=number))
    if row.kind in NEVER_BACK:
        raise RegistryError(NEVER_BACK[row.kind].format(number=number))
    described = {"kind": kind, "author": author, "source_id": "", "note": note, "undoes": number}
    count = connection.scalar(select(func.count()).where(REVISIONS.c.change_id == row.fid)) or 0
    chunks = _restored(connection, int(row.fid), number)
    if count <= AT_ONCE:
        drafts = [draft for chunk in chunks for draft in chunk]
        return apply_drafts(connection, drafts, described)
    change_id = open_change(connection, described)
    staging = require_staging(connection, change_id)
    for chunk in chunks:
        staging = write_staged(connection, staging, [draft for draft in chunk if draft.operation is not None])
    change = finish(connection, staging, ())
    drop_leftovers(connection)
    return change


def _restored(connection: Connection, change_id: int, number: int) -> Iterator[list[Draft]]:
    """Yield chunks of the records of a change as they are to be.

    Raises
    ------
    FindingsError
        Naming each record and field that a later change touched.
    """
    findings: list[Finding] = []
    for name in REGISTRY_TABLES:
        query = (
            select(REVISIONS.c.record_id)
            .where(REVISIONS.c.change_id == change_id, REVISIONS.c.table_name == name)
            .order_by(REVISIONS.c.fid)
        )
        ids = iter(connection.scalars(query).all())
        while some := list(islice(ids, AT_ONCE)):
            pasts = _pasts(connection, name, some, number)
            drafts = [_restore(name, record_id, pasts[record_id], findings) for record_id in some]
            found = [draft for draft in drafts if draft is not None]
            _follow(connection, change_id, found)
            yield found
    if findings:
        raise FindingsError(REFUSED.format(number=number, count=len(findings)), findings)


@dataclass(slots=True)
class _Past:
    """One record before the change, after it, and now; who gave each column its present value."""

    before: State = ABSENT
    after: State = ABSENT
    present: State = ABSENT
    by: dict[str, int] = field(default_factory=dict)


def _pasts(connection: Connection, name: str, ids: Sequence[str], number: int) -> dict[str, _Past]:
    found = {record_id: _Past() for record_id in ids}
    query = (
        select(
            REVISIONS.c.record_id,
            REVISIONS.c.content,
            REVISIONS.c.origins,
            REVISIONS.c.in_pack,
            REVISIONS.c.merged_into,
            CHANGES.c.number,
        )
        .join(CHANGES, CHANGES.c.fid == REVISIONS.c.change_id)
        .where(REVISIONS.c.table_name == name, is_in(connection, REVISIONS.c.record_id, ids), CHANGES.c.number > 0)
        .order_by(CHANGES.c.number)
    )
    for record_id, content, origins, in_pack, merged_into, at in connection.execute(query):
        state = decode_state(content, origins, in_pack=in_pack, merged_into=merged_into, number=at)
        past = found[record_id]
        if at < number:
            past.before = state
        elif at == number:
            past.after = state
        else:
            past.by.update(dict.fromkeys(touched_columns(past.present, state), at))
        past.present = state
    there = current_states(connection, name, ids)
    for record_id, past in found.items():
        past.present = there.get(record_id, past.present if not past.present.exists else ABSENT)
    return found


def _restore(name: str, record_id: str, past: _Past, findings: list[Finding]) -> Draft | None:
    before, after, present = past.before, past.after, past.present
    table = registry_table(name)

    def told(column: str | None, text: Text, later: int) -> None:
        findings.append(finding(table, record_id, column, text.format(later=later)))

    if _is_same(present, before):
        return None
    if not after.exists:
        if present.exists:
            told(None, ADDED_SINCE, present.number)
            return None
        new = before
    elif not present.exists:
        told(None, REMOVED_SINCE, present.number)
        return None
    elif not before.exists:
        touched = touched_columns(after, present)
        for column in touched:
            told(column, TOUCHED_SINCE, past.by.get(column, present.number))
        if touched:
            return None
        new = before
    else:
        new = _fields_back(past, lambda column: told(column, TOUCHED_SINCE, past.by.get(column, 0)))
    if new.exists:
        findings.extend(check_record(table, record_id, new.values or {}, ()))
    return Draft(name, record_id, present, new)


def _is_same(one: State, other: State) -> bool:
    return (one.values, one.in_pack, one.merged_into) == (other.values, other.in_pack, other.merged_into)


def _fields_back(past: _Past, tell: Any) -> State:  # noqa: ANN401 - a function of a column
    """Return the present record with the fields that the change decided as they were before."""
    values: dict[str, Any] = dict(past.present.values or {})
    origins: dict[str, Origin] = dict(past.present.origins)
    for column in touched_columns(past.before, past.after):
        was, made, now = (state.value(column) for state in (past.before, past.after, past.present))
        if now == was:
            continue
        if now != made:
            tell(column)
            continue
        _put(values, column, was)
        _put(origins, column, past.before.origins.get(column))
    in_pack = past.present.in_pack
    if past.before.in_pack != past.after.in_pack and in_pack == past.after.in_pack:
        in_pack = past.before.in_pack
    return State(values, origins, in_pack, None, past.present.number)


def _put(held: dict[str, Any], column: str, value: Any) -> None:  # noqa: ANN401 - any value
    if value is None:
        held.pop(column, None)
    else:
        held[column] = value


def _follow(connection: Connection, change_id: int, drafts: Sequence[Draft]) -> None:
    """Let references that come back lead to the record that stands now for what they named."""
    coming = list(_coming_back(drafts))
    wanted: dict[str, set[str]] = {}
    for _draft, _column, target, value in coming:
        wanted.setdefault(target, set()).add(value)
    into: dict[str, dict[str, str]] = {}
    for target, values in wanted.items():
        # What the change itself removed or merged away comes back with it.
        query = select(REVISIONS.c.record_id).where(
            REVISIONS.c.change_id == change_id, REVISIONS.c.table_name == target, REVISIONS.c.content.is_(None)
        )
        back = set(connection.scalars(query.where(is_in(connection, REVISIONS.c.record_id, values))))
        into[target] = redirects(connection, target, values - back)
    for draft, column, target, value in coming:
        if value in into[target]:
            new = draft.new
            values_now = {**(new.values or {}), column: into[target][value]}
            draft.new = State(values_now, new.origins, new.in_pack, None, new.number)


def _coming_back(drafts: Iterable[Draft]) -> Iterator[tuple[Draft, str, str, str]]:
    """Yield (draft, column, table named, id named) for each reference that a draft brings back."""
    for draft in drafts:
        for column, (target, _key) in registry_table(draft.table).references.items():
            value = draft.new.value(column)
            if target in REGISTRY_TABLES and value is not None and value != draft.base.value(column):
                yield draft, column, target, value
