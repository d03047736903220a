"""What the commands that change records do: undo, merge, split, erase, adopt."""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from api.readiness import opened
from api.registry.record_answers import SEVERAL
from supplychain.errors import HinterlandError
from supplychain.registry.erasure import erase_personal
from supplychain.registry.history import history, read_record
from supplychain.registry.merging import merge_records, split_records
from supplychain.registry.outside import record_outside_edits
from supplychain.registry.tables import registry_table
from supplychain.registry.undoing import undo_change
from supplychain.registry.values import REGISTRY_TABLES, Change
from supplychain.text import Text

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from api.console import Talk

Who = tuple[str | None, str]
"""Author asked for, and note."""

NO_RECORD: Final = Text(
    en="The registry has no record {record_id}. Look it up with `hinterland search`.",
    vi="Sổ đăng ký không có hồ sơ {record_id}. Hãy tra bằng `hinterland search`.",
)
BAD_CHOICE: Final = Text(
    en="--choose takes COLUMN=ID, such as tax_code=mst_0300588569; got {text}.",
    vi="--choose nhận CỘT=MÃ, ví dụ tax_code=mst_0300588569; nhận được {text}.",
)
DONE: Final = Text(
    en="Change {number}: {added} added, {changed} changed, {removed} removed. "
    "`hinterland registry undo {number}` takes it back.",
    vi="Thay đổi số {number}: thêm {added}, sửa {changed}, xóa {removed}. Hoàn tác bằng `hinterland registry undo "
    "{number}`.",
)
ERASED: Final = Text(
    en="Erased from the record and all its history (change {number}). It cannot be taken back.",
    vi="Đã xóa khỏi hồ sơ và toàn bộ lịch sử (thay đổi số {number}). Không thể hoàn tác.",
)
NOTHING: Final = Text(en="Nothing was changed: it is so already.", vi="Không có gì thay đổi: đã đúng như vậy.")


@dataclass(frozen=True, slots=True)
class MergeRequest:
    """Which records are one, and whose values are right.

    Parameters
    ----------
    keep, drop
        The record to keep and those to merge into it.
    choices
        ``column=record`` each.
    table
        Their table; None where only one has the id.
    """

    keep: str
    drop: tuple[str, ...]
    choices: tuple[str, ...]
    table: str | None


@dataclass(frozen=True, slots=True)
class EraseRequest:
    """What to erase, why, and who asks.

    Parameters
    ----------
    record_id, table
        The record; None for the table where only one has the id.
    reason
        Kept on record.
    columns
        Personal columns; none for all.
    author
        None for whoever is signed in.
    """

    record_id: str
    table: str | None
    reason: str
    columns: tuple[str, ...]
    author: str | None


def run_undo(database: str, number: int, who: Who, talk: Talk) -> None:
    """Take a change back."""
    with opened(database) as engine:
        _tell(undo_change(engine, number, author=_author(who[0]), note=who[1]), talk)


def run_split(database: str, number: int, who: Who, talk: Talk) -> None:
    """Part merged records again."""
    with opened(database) as engine:
        _tell(split_records(engine, number, author=_author(who[0]), note=who[1]), talk)


def run_merge(database: str, request: MergeRequest, who: Who, talk: Talk) -> None:
    """Merge records into one."""
    choices = {}
    for text in request.choices:
        column, sign, record_id = text.partition("=")
        if not (column and sign and record_id):
            raise HinterlandError(BAD_CHOICE.format(text=text))
        choices[column] = record_id
    with opened(database) as engine:
        table = _table_of(engine, request.keep, request.table)
        change = merge_records(
            engine, table, request.keep, request.drop, choices=choices, author=_author(who[0]), note=who[1]
        )
        _tell(change, talk)


def run_erase(database: str, request: EraseRequest, talk: Talk) -> None:
    """Erase personal data from all history."""
    with opened(database) as engine:
        change = erase_personal(
            engine,
            _table_of(engine, request.record_id, request.table),
            request.record_id,
            author=_author(request.author),
            reason=request.reason,
            columns=request.columns or None,
        )
        _tell(change, talk, ERASED)


def run_adopt(database: str, source_id: str, who: Who, talk: Talk) -> None:
    """Record rows that were written past the registry."""
    with opened(database) as engine:
        _tell(record_outside_edits(engine, author=_author(who[0]), source_id=source_id, note=who[1]), talk)


def _author(author: str | None) -> str:
    return (author or "").strip() or getpass.getuser()


def _table_of(engine: Engine, record_id: str, table: str | None) -> str:
    """Return the table that has, or once had, a record.

    Raises
    ------
    HinterlandError
        If none has, or several have.
    """
    if table is not None:
        return registry_table(table).name
    with engine.connect() as connection:
        found = [
            name
            for name in REGISTRY_TABLES
            if history(connection, name, record_id) or read_record(connection, name, record_id) is not None
        ]
    if not found:
        raise HinterlandError(NO_RECORD.format(record_id=record_id))
    if len(found) > 1:
        raise HinterlandError(SEVERAL.format(record_id=record_id, tables=", ".join(found)))
    return found[0]


def _tell(change: Change, talk: Talk, done: Text = DONE) -> None:
    for note in change.notes:
        talk.say(note)
    if change.number is None:
        if not change.notes:
            talk.say(NOTHING)
    else:
        talk.say(done.format(number=change.number, added=change.added, changed=change.changed, removed=change.removed))
    talk.answer(
        {
            "number": change.number,
            "added": change.added,
            "changed": change.changed,
            "removed": change.removed,
            "notes": [{"vi": note.vi, "en": note.en} for note in change.notes],
        }
    )
