"""Requests and answers on changes of the registry."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, StrictBool, StrictFloat, StrictInt, StrictStr

from api.rest.fields import Model, told
from api.rest.table_names import TableName
from supplychain.registry.values import Change
from supplychain.text import Text

KindName = Literal["load", "import", "edit", "merge", "split", "undo", "erase"]

Value = StrictBool | StrictInt | StrictFloat | StrictStr | list[StrictStr] | None
MOST_EDITS: Final = 500
MOST_DROPPED: Final = 50
LONGEST_NOTE: Final = 1000

ID_PATTERN: Final = r"^[a-z0-9][a-z0-9_]{0,79}$"
"""What an id looks like; anything else is none, and is told so before a database sees it."""

NOTE_PATTERN: Final = r"^[^\x00-\x08\x0b-\x1f\x7f]*$"
"""A remark holds no control characters but tabs and new lines."""


class TextModel(Model):
    """A sentence in both languages."""

    vi: str = told("In Vietnamese", "Tiếng Việt", "Không có gì thay đổi.")
    en: str = told("In English", "Tiếng Anh", "Nothing was changed.")

    @classmethod
    def of(cls, text: Text) -> TextModel:
        """Return a text."""
        return cls(vi=text.vi, en=text.en)


class ChangeResult(Model):
    """What came of a change."""

    number: int | None = told(
        "Its number; null where nothing changed", "Số của thay đổi; null nếu không có gì đổi", 12, default=None
    )
    added: int = told("Records added", "Số hồ sơ thêm", 1, default=0)
    changed: int = told("Records changed", "Số hồ sơ sửa", 2, default=0)
    removed: int = told("Records removed", "Số hồ sơ xóa", 0, default=0)
    unchanged: int = told("Edits that changed nothing", "Số lần sửa không làm đổi gì", 0, default=0)
    notes: list[TextModel] = told("What else must be known", "Những điều cần biết thêm", [], default=[])


def result_of(change: Change) -> ChangeResult:
    """Return what came of a change."""
    return ChangeResult(
        number=change.number,
        added=change.added,
        changed=change.changed,
        removed=change.removed,
        unchanged=change.unchanged,
        notes=[TextModel.of(note) for note in change.notes],
    )


class ChangeModel(Model):
    """A change of the registry."""

    number: int = told("Its number", "Số của thay đổi", 12)
    kind: KindName = told("What it is", "Loại thay đổi", "edit")
    author: str = told("Who made it", "Người thực hiện", "Lan")
    source_id: str = told("Source of its values", "Nguồn của giá trị", "tenant_list")
    note: str = told("Why", "Lý do", "")
    file_name: str | None = told("File it came from", "Tệp nguồn", None, default=None)
    at: str = told("When, ISO 8601 UTC", "Lúc, ISO 8601 UTC", "2026-06-30T02:00:00.000000+00:00")
    undoes: int | None = told("Change it took back", "Thay đổi được hoàn tác", None, default=None)
    added: int = told("Records added", "Số hồ sơ thêm", 1)
    changed: int = told("Records changed", "Số hồ sơ sửa", 0)
    removed: int = told("Records removed", "Số hồ sơ xóa", 0)
    unchanged: int = told("Edits that changed nothing", "Số lần sửa không làm đổi gì", 0)


class ChangedRecordModel(Model):
    """A record that a change touched."""

    table: TableName = told("Its table", "Bảng", "organisations")
    record_id: str = told("Its id", "Mã hồ sơ", "mst_3700123456")
    operation: Literal["added", "changed", "removed"] = told("What was done", "Việc đã làm", "changed")


class EditModel(Model):
    """What one change says of one record."""

    table: TableName = told("Table of the record", "Bảng của hồ sơ", "facilities")
    record_id: str | None = told(
        "Its id; left out for a new record whose id is to be made",
        "Mã hồ sơ; bỏ trống để hệ thống đặt mã cho hồ sơ mới",
        "mst_3700123456_factory",
        default=None,
        pattern=ID_PATTERN,
    )
    change: int | None = told(
        "Number of the change the record had when it was read; left out for a new one",
        "Số thay đổi của hồ sơ khi đã đọc; bỏ trống nếu là hồ sơ mới",
        12,
        default=None,
        ge=0,
    )
    values: dict[str, Value] | None = told(
        "Columns to write, null empties; null in place of all removes the record",
        "Các cột cần ghi, null để xóa giá trị; null thay cho tất cả để xóa hồ sơ",
        {"name_vi": "Nhà máy 1"},
        max_length=100,
    )


class EditsModel(Model):
    """Edits that are made together, or not at all."""

    edits: list[EditModel] = told(
        "The edits, in order", "Các lần sửa, theo thứ tự", [], min_length=1, max_length=MOST_EDITS
    )
    note: str = told("Why", "Lý do", "Cập nhật quý 2", default="", max_length=LONGEST_NOTE, pattern=NOTE_PATTERN)
    source_id: str | None = told(
        "Source of the values; left out: whoever writes them",
        "Nguồn của giá trị; bỏ trống: do người ghi khai",
        "entered_by_stewards",
        default=None,
        pattern=ID_PATTERN,
    )


class NoteModel(Model):
    """Why something is done."""

    note: str = told("Why", "Lý do", "Nhập nhầm tệp", default="", max_length=LONGEST_NOTE, pattern=NOTE_PATTERN)


class MergeModel(Model):
    """Which records are one, and whose values are right."""

    table: TableName = told("Their table", "Bảng", "organisations")
    keep_id: str = told("Record to keep", "Hồ sơ giữ lại", "mst_3700123456", pattern=ID_PATTERN)
    drop_ids: list[Annotated[str, Field(pattern=ID_PATTERN)]] = told(
        "Records to merge into it", "Hồ sơ gộp vào", ["org_5"], min_length=1, max_length=MOST_DROPPED
    )
    choices: dict[str, str] = told(
        "By column, the record whose value is right where identifiers differ",
        "Theo cột, hồ sơ có giá trị đúng khi mã định danh khác nhau",
        {"tax_code": "mst_3700123456"},
        default={},
        max_length=100,
    )
    note: str = told("Why", "Lý do", "Cùng một công ty", default="", max_length=LONGEST_NOTE, pattern=NOTE_PATTERN)


class ErasureModel(Model):
    """What to erase of a person, and why."""

    table: TableName = told("Table of the record", "Bảng của hồ sơ", "organisations")
    record_id: str = told(
        "The record, also one that is no more", "Mã hồ sơ, kể cả đã xóa", "mst_3700123456", max_length=80
    )
    reason: str = told(
        "Why; it is kept", "Lý do; được lưu lại", "Yêu cầu của người liên hệ", min_length=1, max_length=LONGEST_NOTE
    )
    columns: list[str] | None = told(
        "Personal columns; left out for all",
        "Các cột cá nhân; bỏ trống là tất cả",
        ["contact_name"],
        default=None,
        max_length=20,
    )
