"""What of the registry somebody may change: an organisation its own records, whoever answers for the data all of them.

Nothing here tells of a record that the viewer may not see: an id that is hidden is refused in the words for one that is
not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, not_, select

from api.service.problems import ServiceError
from supplychain.errors import Finding
from supplychain.models import METADATA
from supplychain.registry.checks import finding
from supplychain.registry.integrity import ABOVE, nowhere, refuse
from supplychain.registry.redirects import redirects
from supplychain.registry.tables import RegistryTable, referring, registry_table
from supplychain.registry.values import REGISTRY_TABLES, Record
from supplychain.registry.visibility import Viewer, owns, sees
from supplychain.rules import LIST_SEPARATOR, shown
from supplychain.text import Text

ADDED_BY_FIRMS: Final = ("facilities", "plots", "articles", "offers", "offer_months", "needs", "certificates")
"""Tables to which an organisation may add: what hangs on what is its own."""

TIES: Final = ("supply_relations", "partnerships")
"""What makes partners, who see more of each other: one side alone can end a tie, never make or change one."""

HIDEABLE: Final = tuple(name for name in REGISTRY_TABLES if name != "sources")
"""Tables in which a record may be hidden; whether a source is there is no secret."""

KEPT_FOR_STEWARDS: Final = ("source", "synthetic", "assumption_ids")
"""Columns that say how far a record can be trusted: an organisation does not say that of itself."""

DECLARED: Final = "declared_by_firms"
"""Source of what organisations write of themselves."""

ENTERED: Final = "entered_by_stewards"
"""Source of what stewards write by hand and name no other source for."""

NO_ORGANISATION: Final = Text(
    en="Your account has no organisation yet, so no record is yours. Claim it first, at /api/v1/claims.",
    vi="Tài khoản của bạn chưa gắn với tổ chức nào nên chưa có hồ sơ nào là của bạn. Hãy gửi yêu cầu nhận hồ sơ tại "
    "/api/v1/claims.",
)
NOT_YOURS: Final = Text(
    en="{what} {record_id} is not yours to change. Its owner or a data steward can.",
    vi="Bạn không được sửa {what} {record_id}. Chủ hồ sơ hoặc quản lý dữ liệu sửa được.",
)
NOT_ADDED: Final = Text(
    en="An organisation cannot add to {table} itself. Ask a data steward.",
    vi="Tổ chức không tự thêm vào {table}. Hãy nhờ quản lý dữ liệu.",
)
NO_TIE: Final = Text(
    en="A tie shows each side more of the other, so one side alone can end it (DELETE) but not make or change it. Ask "
    "a data steward, who asks both.",
    vi="Quan hệ cho mỗi bên xem thêm của nhau, nên một bên chỉ có thể chấm dứt (DELETE), không tự lập hay sửa. Hãy nhờ "
    "quản lý dữ liệu hỏi cả hai bên.",
)
NOT_REMOVED: Final = Text(
    en="Your account hangs on this organisation, so it is removed by a data steward only.",
    vi="Tài khoản của bạn gắn với tổ chức này nên chỉ quản lý dữ liệu mới xóa được.",
)
STEWARDS_SAY: Final = Text(
    en="{column} is set by data stewards. Leave it as it is, or out.",
    vi="{column} do quản lý dữ liệu ghi. Hãy giữ nguyên, hoặc bỏ ra.",
)
WRONG_PREFIX: Final = Text(
    en="An id of your own begins with {prefix}; or leave it out, and one is made.",
    vi="Mã tự đặt phải bắt đầu bằng {prefix}; hoặc bỏ trống để hệ thống đặt.",
)
GOES_AWAY: Final = Text(
    en="After this it would not be yours any more. Only a data steward hands records over.",
    vi="Sau lần ghi này hồ sơ không còn là của bạn. Chỉ quản lý dữ liệu mới chuyển hồ sơ.",
)
NAMED_BY_OTHERS: Final = Text(
    en="Records of others name it, so it cannot be removed. Ask a data steward.",
    vi="Hồ sơ của nơi khác còn ghi nó nên không xóa được. Hãy nhờ quản lý dữ liệu.",
)
STANDS_ABOVE_ITSELF: Final = Text(
    en="{column} leads round in a circle: an organisation cannot stand above itself.",
    vi="{column} tạo thành vòng: một tổ chức không thể đứng trên chính nó.",
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One record as somebody wants it.

    Parameters
    ----------
    table, record_id
        The record.
    values
        Columns to write; None to remove it.
    before
        The record as it is; None for a new one.
    """

    table: str
    record_id: str
    values: Mapping[str, Any] | None
    before: Record | None


def may_change(connection: Connection, viewer: Viewer, table: str, record_id: str) -> bool:
    """Return whether a record is a viewer's to change; an article only where nobody else names it."""
    if viewer.kind == "everything":
        return True
    found = registry_table(table)
    conditions = [found.id_column == record_id, owns(table, viewer)]
    if table == "articles":
        for name in ("offers", "needs", "supply_relations"):
            rows = METADATA.tables[name].alias()
            others = select(1).where(rows.c.article_id == record_id, not_(owns(name, viewer, rows)))
            conditions.append(~others.exists())
    return connection.execute(select(1).where(*conditions)).first() is not None


def refuse_not_yours(connection: Connection, viewer: Viewer, some: Sequence[Wanted], what: Mapping[str, Text]) -> None:
    """Refuse edits of what is not a viewer's, before they are made.

    Parameters
    ----------
    connection, viewer, some
        The edits, and who makes them.
    what
        What a record is called, by table.

    Raises
    ------
    ServiceError
        If a record, a table or an id is not theirs.
    FindingsError
        With every value that they may not write.
    """
    if viewer.kind == "everything":
        return
    for one in some:
        if viewer.kind == "public":
            raise ServiceError(NO_ORGANISATION, "forbidden")
        if one.table in TIES and one.values is not None:
            raise ServiceError(NO_TIE, "forbidden")
        if one.before is None and one.table not in ADDED_BY_FIRMS:
            raise ServiceError(NOT_ADDED.format(table=one.table), "forbidden")
        if one.before is not None and not may_change(connection, viewer, one.table, one.record_id):
            raise ServiceError(NOT_YOURS.format(what=what[one.table], record_id=one.record_id), "forbidden")
        if one.table == "organisations" and one.values is None:
            raise ServiceError(NOT_REMOVED, "forbidden")
    refuse([fault for one in some for fault in _faults(connection, viewer, one, some)])


def refuse_given_away(connection: Connection, viewer: Viewer, some: Iterable[Wanted], what: Mapping[str, Text]) -> None:
    """Refuse edits after which a record is not the viewer's any more, or never became it.

    Raises
    ------
    ServiceError
        If there is one; the caller's transaction is to be rolled back.
    """
    for one in some:
        if one.values is None or may_change(connection, viewer, one.table, one.record_id):
            continue
        if one.before is None:
            raise ServiceError(NOT_YOURS.format(what=what[one.table], record_id=one.record_id), "forbidden")
        raise ServiceError(GOES_AWAY, "forbidden")


def _faults(connection: Connection, viewer: Viewer, one: Wanted, some: Sequence[Wanted]) -> Iterator[Finding]:
    table = registry_table(one.table)
    if one.values is None:
        if _is_named_by_others(connection, viewer, table, one.record_id):
            yield finding(table, one.record_id, None, NAMED_BY_OTHERS)
        return
    for column in KEPT_FOR_STEWARDS:
        if column in one.values and not _may_say(one, column):
            yield finding(table, one.record_id, column, STEWARDS_SAY.format(column=column))
    yield from _hidden_references(connection, viewer, one, some)
    if one.table in ABOVE:
        yield from _circles(connection, table, one)


def _may_say(one: Wanted, column: str) -> bool:
    value = (one.values or {}).get(column)
    if isinstance(value, list):
        value = LIST_SEPARATOR.join(value) or None
    if one.before is not None:
        return bool(value == one.before.values.get(column))
    return column == "synthetic" or value == (DECLARED if column == "source" else None)


def _hidden_references(
    connection: Connection, viewer: Viewer, one: Wanted, some: Sequence[Wanted]
) -> Iterator[Finding]:
    """Yield, for each reference to what is absent or hidden, the finding for what is absent."""
    table = registry_table(one.table)
    added = {(other.table, other.record_id) for other in some if other.before is None and other.values is not None}
    for column, (target, _key) in table.references.items():
        value = (one.values or {}).get(column)
        is_old = one.before is not None and one.before.values.get(column) == value
        if target not in HIDEABLE or not isinstance(value, str) or is_old or (target, value) in added:
            continue
        wanted = redirects(connection, target, (value,)).get(value, value)
        known = registry_table(target)
        query = select(1).where(known.id_column == wanted, sees(target, viewer))
        if connection.execute(query).first() is None:
            yield nowhere(table, one.record_id, column, value, target)


def _circles(connection: Connection, table: RegistryTable, one: Wanted) -> Iterator[Finding]:
    """Yield a finding where a record would stand above itself; who stands between is not told."""
    for column in ABOVE[table.name]:
        above = (one.values or {}).get(column)
        passed: set[str] = set()
        while isinstance(above, str) and above not in passed:
            if above == one.record_id:
                yield finding(table, one.record_id, column, STANDS_ABOVE_ITSELF.format(column=column))
                break
            passed.add(above)
            above = connection.scalar(select(table.sql.c[column]).where(table.id_column == above))


def _is_named_by_others(connection: Connection, viewer: Viewer, table: RegistryTable, record_id: str) -> bool:
    """Return whether a row that the viewer may not see names a record."""
    for name, column in referring(table.name):
        rows = METADATA.tables[name]
        hidden = not_(sees(name, viewer)) if name in REGISTRY_TABLES else None
        if hidden is None:
            continue
        query = select(1).where(rows.c[column] == record_id, hidden)
        if connection.execute(query).first() is not None:
            return True
    return False


def own_prefix(viewer: Viewer) -> str:
    """Return what the ids that an organisation chooses begin with: they can meet no record of others."""
    return f"{viewer.organisation_id}_"


def refuse_foreign_id(viewer: Viewer, table: str, record_id: str) -> None:
    """Refuse an id that an organisation may not choose, whether or not a record has it.

    Raises
    ------
    FindingsError
        If it does not begin as it must.
    """
    if viewer.kind == "organisation" and not record_id.startswith(own_prefix(viewer)):
        text = WRONG_PREFIX.format(prefix=own_prefix(viewer))
        found = registry_table(table)
        refuse([finding(found, shown(record_id), found.key, text)])
