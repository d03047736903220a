"""What must hold between records when a change is done: no reference leads nowhere, no two rows are the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection, and_, func, select

from supplychain.errors import Finding, FindingsError
from supplychain.models import METADATA
from supplychain.models.base import UniqueTogether
from supplychain.parents import circles, shown_circle
from supplychain.registry.checks import finding
from supplychain.registry.drafts import Draft
from supplychain.registry.tables import RegistryTable, is_in, referring, registry_table
from supplychain.rules import shown
from supplychain.text import Text

MOST_TOLD: Final = 100

NOT_MADE: Final = Text(
    en="The change was not made; findings: {count}. The registry is as it was.",
    vi="Không thực hiện thay đổi: {count} lỗi. Sổ đăng ký vẫn như cũ.",
)
LEADS_NOWHERE: Final = Text(
    en="{column} names {value}, and there is no such row in {target}. Add it first, or empty the field.",
    vi="{column} ghi {value} nhưng bảng {target} không có dòng này. Hãy thêm trước, hoặc để trống ô.",
)
STILL_NAMED: Final = Text(
    en="It cannot be removed: {table} {record_id} names it in {column}. Change or remove that first.",
    vi="Không thể xóa: {table} {record_id} còn ghi nó ở {column}. Hãy sửa hoặc xóa dòng đó trước.",
)
SAME_TWICE: Final = Text(
    en="{columns} are the same as in {other}. Change one of the two.",
    vi="{columns} trùng với {other}. Hãy sửa một trong hai.",
)
GOES_ROUND: Final = Text(
    en="{column} leads round in a circle: {way}. An organisation cannot stand above itself.",
    vi="{column} tạo thành vòng: {way}. Một tổ chức không thể đứng trên chính nó.",
)
ABOVE: Final[Mapping[str, tuple[str, ...]]] = {"organisations": ("parent_id",)}
"""By table, the columns that name what a record belongs to; nothing belongs to itself, however far up."""


def refuse(findings: Sequence[Finding]) -> None:
    """Raise what was found, if anything.

    Raises
    ------
    FindingsError
        With the findings.
    """
    if findings:
        raise FindingsError(NOT_MADE.format(count=len(findings)), findings)


def refuse_broken(connection: Connection, drafts: Mapping[str, Sequence[Draft]]) -> None:
    """Look, after drafts were written, at every reference they made or took away.

    Raises
    ------
    FindingsError
        If one leads nowhere, or rows that must differ do not.
    """
    found = list(islice(_broken(connection, drafts), MOST_TOLD))
    refuse(found)


def _broken(connection: Connection, drafts: Mapping[str, Sequence[Draft]]) -> Iterator[Finding]:
    for name, some in drafts.items():
        table = registry_table(name)
        yield from _leading_nowhere(connection, table, some)
        yield from still_named(connection, name, [draft.record_id for draft in some if draft.operation == "removed"])
        present = [draft for draft in some if draft.new.exists]
        yield from same_twice(connection, table, [draft.record_id for draft in present])
        for column in ABOVE.get(name, ()):
            moved = [one.record_id for one in present if one.new.value(column) != one.base.value(column)]
            yield from going_round(connection, table, column, moved)


def _leading_nowhere(connection: Connection, table: RegistryTable, drafts: Sequence[Draft]) -> Iterator[Finding]:
    for column, (target, key) in table.references.items():
        wanted: dict[str, list[str]] = {}
        for draft in drafts:
            value = draft.new.value(column)
            if value is not None and value != draft.base.value(column):
                wanted.setdefault(value, []).append(draft.record_id)
        if not wanted:
            continue
        key_column = METADATA.tables[target].c[key]
        known = set(connection.scalars(select(key_column).where(is_in(connection, key_column, wanted))))
        for value in wanted.keys() - known:
            for record_id in wanted[value]:
                yield nowhere(table, record_id, column, value, target)


def nowhere(table: RegistryTable, record_id: str, column: str, value: Any, target: str) -> Finding:  # noqa: ANN401
    """Return the finding about a reference that leads nowhere."""
    text = LEADS_NOWHERE.format(column=column, value=shown(value), target=target)
    return finding(table, record_id, column, text)


def still_named(connection: Connection, name: str, removed: Iterable[str]) -> Iterator[Finding]:
    """Yield a finding for each row that refers to a record that is no more."""
    gone = list(removed)
    if not gone:
        return
    table = registry_table(name)
    for other, column in referring(name):
        sql = METADATA.tables[other]
        key = next(found for found in sql.columns if found.info.get("kind") == "id")
        query = select(sql.c[column], key).where(is_in(connection, sql.c[column], gone)).order_by(key).limit(MOST_TOLD)
        for record_id, by in connection.execute(query):
            yield finding(table, record_id, None, STILL_NAMED.format(table=other, record_id=by, column=column))


def same_twice(connection: Connection, table: RegistryTable, ids: Sequence[str]) -> Iterator[Finding]:
    """Yield a finding for each record that agrees with another one in columns that together must differ."""
    for rule in table.declaration.rules:
        if not isinstance(rule, UniqueTogether) or not ids:
            continue
        one, other = table.sql.alias("one"), table.sql.alias("other")
        same = and_(*(one.c[name] == other.c[name] for name in rule.columns))
        query = (
            select(one.c[table.key], func.min(other.c[table.key]))
            .join(other, and_(same, one.c[table.key] != other.c[table.key]))
            .where(is_in(connection, one.c[table.key], ids))
            .group_by(one.c[table.key])
            .limit(MOST_TOLD)
        )
        for record_id, by in connection.execute(query):
            text = SAME_TWICE.format(columns=", ".join(rule.columns), other=f"{table.name} {by}")
            yield finding(table, record_id, None, text)


def going_round(connection: Connection, table: RegistryTable, column: str, ids: Iterable[str]) -> Iterator[Finding]:
    """Yield a finding for each of some records that stands above itself by way of a column, level by level."""
    key, above = table.sql.c[table.key], table.sql.c[column]
    started = sorted(set(ids))
    parent: dict[str, str | None] = {}
    wanted = set(started)
    while wanted:
        query = select(key, above).where(is_in(connection, key, wanted))
        found: dict[str, str | None] = {record_id: by for record_id, by in connection.execute(query).all()}  # noqa: C416 - rows are no pairs to mypy
        parent.update({one: found.get(one) for one in wanted})
        wanted = {by for by in found.values() if by is not None and by not in parent}
    for circle in circles(parent, started):
        text = GOES_ROUND.format(column=column, way=shown_circle(circle))
        yield finding(table, circle[0], column, text)
