"""What is told of records: their values with source and licence, their history, the list of changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Final, get_args

from api.registry.reading import open_registry, viewer_named
from supplychain.errors import HinterlandError
from supplychain.registry.history import history, list_changes, read_record
from supplychain.registry.provenance import field_origins
from supplychain.registry.tables import registry_table
from supplychain.registry.values import REGISTRY_TABLES, ChangeKind, Record, Revision
from supplychain.registry.visibility import Viewer
from supplychain.rules import shown
from supplychain.text import Text

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from api.console import Talk

VIETNAM: Final = timezone(timedelta(hours=7))

KINDS: Final = get_args(ChangeKind)

NOT_SHOWN: Final = Text(
    en="There is no record {record_id} that {viewer} may see. Look it up with `hinterland search`.",
    vi="Không có hồ sơ {record_id} mà {viewer} được xem. Hãy tra bằng `hinterland search`.",
)
SEVERAL: Final = Text(
    en="The id {record_id} stands in {tables}. Say which with --table.",
    vi="Mã {record_id} có ở các bảng {tables}. Hãy chọn bằng --table.",
)
BAD_TIME: Final = Text(
    en="{text} is neither a date such as 2026-06-30 nor the number of a change.",
    vi="{text} không phải ngày như 2026-06-30, cũng không phải số của thay đổi.",
)
BAD_KIND: Final = Text(en="--kind is one of {kinds}; got {kind}.", vi="--kind là một trong {kinds}; nhận được {kind}.")
MERGED: Final = Text(
    en="{record_id} was merged into {into_id}, which is shown.", vi="{record_id} đã gộp vào {into_id}, xem dưới đây."
)
NO_CHANGES: Final = Text(en="There is no such change yet.", vi="Chưa có thay đổi nào như vậy.")
WHAT: Final = {
    "added": Text(en="added", vi="thêm"),
    "changed": Text(en="changed", vi="sửa"),
    "removed": Text(en="removed", vi="xóa"),
}


@dataclass(frozen=True, slots=True)
class RecordRequest:
    """Which record, as who and when.

    Parameters
    ----------
    record_id, table
        The record; None for the table where only one has the id.
    viewer
        ``public``, ``everything`` or an organisation.
    as_of
        Date or number of a change; None for now.
    """

    record_id: str
    table: str | None
    viewer: str
    as_of: str | None = None


def parse_as_of(text: str | None) -> int | datetime | None:
    """Return the number of a change, or the end of a day in Vietnam, or a moment.

    Raises
    ------
    HinterlandError
        If the text is none of them.
    """
    if text is None:
        return None
    try:
        if text.isascii() and text.isdigit():
            return int(text)
        if len(text) == len("2026-01-01"):
            day = date.fromisoformat(text)
            return datetime(day.year, day.month, day.day, 23, 59, 59, 999999, tzinfo=VIETNAM)
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise HinterlandError(BAD_TIME.format(text=shown(text))) from error
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=VIETNAM)


def find_record(connection: Connection, request: RecordRequest, viewer: Viewer, as_of: int | datetime | None) -> Record:
    """Return the one record of an id that a viewer may see.

    Raises
    ------
    HinterlandError
        If there is none, or several tables have the id.
    """
    tables = REGISTRY_TABLES if request.table is None else (registry_table(request.table).name,)
    found = [
        record
        for record in (
            read_record(connection, table, request.record_id, as_of=as_of, viewer=viewer) for table in tables
        )
        if record is not None
    ]
    if not found:
        raise HinterlandError(NOT_SHOWN.format(record_id=request.record_id, viewer=request.viewer))
    if len(found) > 1:
        raise HinterlandError(
            SEVERAL.format(record_id=request.record_id, tables=", ".join(record.table for record in found))
        )
    return found[0]


def run_show(database: str, request: RecordRequest, talk: Talk) -> None:
    """Tell a record, each value with source, licence and time."""
    as_of = parse_as_of(request.as_of)
    with open_registry(database) as connection:
        viewer = viewer_named(connection, request.viewer)
        record = find_record(connection, request, viewer, as_of)
        origins = field_origins(connection, record)
    if record.record_id != request.record_id:
        talk.say(MERGED.format(record_id=request.record_id, into_id=record.record_id))
    columns = registry_table(record.table).columns
    headings = (
        Text(en="Field", vi="Trường"),
        Text(en="Value", vi="Giá trị"),
        Text(en="Source", vi="Nguồn"),
        Text(en="Licence", vi="Giấy phép"),
        Text(en="Recorded", vi="Lúc ghi"),
    )
    rows = [
        (one.column, plain(one.value), one.source_id, one.licence or "-", short_time(one.at, talk)) for one in origins
    ]
    title = Text(en=f"{record.table} {record.record_id}", vi=f"{record.table} {record.record_id}")
    talk.table(title, headings, rows)
    talk.answer(
        {
            "table": record.table,
            "record_id": record.record_id,
            "number": record.number,
            "values": {name: json_value(record.values[name]) for name in columns},
            "origins": [{**asdict(one), "value": json_value(one.value)} for one in origins],
        }
    )


def plain(value: Any) -> str:  # noqa: ANN401 - any value
    """Return a value as a table of the terminal shows it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def json_value(value: Any) -> Any:  # noqa: ANN401 - any value
    """Return a value as JSON holds it: dates as ISO text."""
    return value.isoformat() if isinstance(value, date) else value


def short_time(at: str, talk: Talk) -> str:
    """Return a moment in Vietnam to the minute."""
    if not at:
        return Text(en="not recorded", vi="không rõ").of(talk.language)
    return datetime.fromisoformat(at).astimezone(VIETNAM).strftime("%Y-%m-%d %H:%M")


def run_history(database: str, request: RecordRequest, talk: Talk) -> None:
    """Tell what each change did to a record, as far as the viewer may see it."""
    with open_registry(database) as connection:
        viewer = viewer_named(connection, request.viewer)
        table = request.table or _table_with_history(connection, request, viewer)
        revisions = list(seen_history(connection, table, request.record_id, viewer))
    if not revisions:
        raise HinterlandError(NOT_SHOWN.format(record_id=request.record_id, viewer=request.viewer))
    headings = (
        Text(en="Change", vi="Thay đổi"),
        Text(en="When", vi="Lúc"),
        Text(en="What", vi="Việc"),
        Text(en="Fields", vi="Trường"),
        Text(en="By", vi="Người"),
        Text(en="Note", vi="Ghi chú"),
    )
    rows = []
    for one in revisions:
        what = WHAT[one.operation].of(talk.language)
        fields = f"→ {one.merged_into}" if one.merged_into else _fields(one)
        rows.append((str(one.number), short_time(one.at, talk), f"{one.kind}: {what}", fields, one.author, one.note))
    title = f"{table} {request.record_id}"
    talk.table(Text(en=title, vi=title), headings, rows)
    talk.answer(
        {"table": table, "record_id": request.record_id, "revisions": [_revision_document(one) for one in revisions]}
    )


def _fields(revision: Revision) -> str:
    if revision.operation != "changed" or revision.record is None:
        return ""
    return "; ".join(f"{name} = {plain(revision.record.values[name])}" for name in revision.touched)


def _revision_document(revision: Revision) -> dict[str, Any]:
    values = None if revision.record is None else revision.record.values
    return {
        "number": revision.number,
        "kind": revision.kind,
        "at": revision.at,
        "author": revision.author,
        "source_id": revision.source_id,
        "note": revision.note,
        "operation": revision.operation,
        "touched": list(revision.touched),
        "merged_into": revision.merged_into,
        "values": None if values is None else {name: json_value(value) for name, value in values.items()},
    }


def _table_with_history(connection: Connection, request: RecordRequest, viewer: Viewer) -> str:
    found = [table for table in REGISTRY_TABLES if any(seen_history(connection, table, request.record_id, viewer))]
    if len(found) > 1:
        raise HinterlandError(SEVERAL.format(record_id=request.record_id, tables=", ".join(found)))
    return found[0] if found else REGISTRY_TABLES[0]


def seen_history(
    connection: Connection, table: str, record_id: str, viewer: Viewer, after: int = 0
) -> Iterator[Revision]:
    """Yield the revisions after a change that a viewer may see, with what it may see; the operator sees all."""
    for one in history(connection, table, record_id):
        if one.number <= after:
            continue
        if viewer.kind == "everything":
            yield one
            continue
        if one.record is None:
            continue
        record = read_record(connection, table, record_id, as_of=one.number, viewer=viewer)
        if record is not None and record.record_id == record_id:
            hidden = {name for name, value in one.record.values.items() if value != record.values[name]}
            personal = {name for name, column in registry_table(table).columns.items() if column.personal}
            hidden |= set() if record.origins.keys() & personal else personal
            touched = tuple(name for name in one.touched if name not in hidden)
            # Who made a change, from which file and why is the operator's to know.
            yield Revision(
                one.number, one.kind, "", one.source_id, "", one.at, one.operation, touched, record, one.merged_into
            )


def run_changes(database: str, kind: str | None, limit: int, talk: Talk) -> None:
    """Tell the last changes, for the operator."""
    if kind is not None and kind not in KINDS:
        raise HinterlandError(BAD_KIND.format(kinds=", ".join(KINDS), kind=kind))
    with open_registry(database) as connection:
        lines = list_changes(connection, kind=kind, limit=limit)
    if not lines:
        talk.say(NO_CHANGES)
    else:
        headings = (
            Text(en="Change", vi="Thay đổi"),
            Text(en="When", vi="Lúc"),
            Text(en="Kind", vi="Loại"),
            Text(en="Added", vi="Thêm"),
            Text(en="Changed", vi="Sửa"),
            Text(en="Removed", vi="Xóa"),
            Text(en="By", vi="Người"),
            Text(en="Note", vi="Ghi chú"),
        )
        rows = [
            (
                str(line.number),
                short_time(line.at, talk),
                line.kind if line.undoes is None else f"{line.kind} {line.undoes}",
                f"{line.added:,}",
                f"{line.changed:,}",
                f"{line.removed:,}",
                line.author,
                line.note or line.file_name or "",
            )
            for line in lines
        ]
        talk.table(Text(en="Changes", vi="Các thay đổi"), headings, rows)
    talk.answer({"changes": [asdict(line) for line in lines]})
