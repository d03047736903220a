"""What `hinterland registry unfinished` does: tell which changes were begun and never finished, and clear one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from api.readiness import opened
from api.registry.record_answers import short_time
from supplychain.errors import HinterlandError
from supplychain.intake.staged import is_worked_on, rows_staged
from supplychain.registry.changes import abandon_change, find_unfinished
from supplychain.text import Text

if TYPE_CHECKING:
    from api.console import Talk

NONE_LEFT: Final = Text(en="Nothing is left unfinished.", vi="Không có gì dở dang.")
ADVICE: Final = Text(
    en="Import the same file again to go on, or clear one with `hinterland registry unfinished --abandon ID`. "
    "Nobody sees its rows.",
    vi="Nhập lại đúng tệp đó để làm tiếp, hoặc xóa bằng `hinterland registry unfinished --abandon MÃ`. "
    "Không ai thấy các dòng này.",
)
UNKNOWN: Final = Text(
    en="No unfinished change has the id {change_id}. `hinterland registry unfinished` lists them.",
    vi="Không có thay đổi dở dang nào mang mã {change_id}. Xem danh sách bằng `hinterland registry unfinished`.",
)
RUNNING: Final = Text(
    en="Change {change_id} ({file}) seems to be running. Wait for it, or give --force if you know it is not.",
    vi="Thay đổi {change_id} ({file}) có vẻ đang chạy. Hãy đợi, hoặc thêm --force nếu chắc chắn không phải.",
)
ABANDONED: Final = Text(
    en="Change {change_id} ({file}) was given up and its rows were cleared. The registry is as it was.",
    vi="Đã bỏ thay đổi {change_id} ({file}) và xóa các dòng đã chuẩn bị. Sổ đăng ký vẫn như cũ.",
)
TITLE: Final = Text(en="Begun and never finished", vi="Bắt đầu mà chưa xong")
HEADINGS: Final = (
    Text(en="Id", vi="Mã"),
    Text(en="File", vi="Tệp"),
    Text(en="Begun", vi="Bắt đầu"),
    Text(en="Rows dealt with", vi="Số dòng đã xử lý"),
    Text(en="By", vi="Người"),
    Text(en="Running", vi="Đang chạy"),
)
YES: Final = Text(en="yes", vi="có")
NO: Final = Text(en="no", vi="không")


def run_unfinished(database: str, talk: Talk) -> None:
    """Tell the changes that were begun and neither committed nor given up, the oldest first."""
    with opened(database) as engine:
        found = find_unfinished(engine)
    told = [
        {
            "change_id": one.change_id,
            "kind": one.kind,
            "file_name": one.file_name,
            "started_at": one.started_at,
            "rows": rows_staged(one),
            "author": one.author,
            "running": is_worked_on(one),
        }
        for one in found
    ]
    if not told:
        talk.say(NONE_LEFT)
    else:
        rows = [
            (
                str(one["change_id"]),
                str(one["file_name"] or one["kind"]),
                short_time(str(one["started_at"]), talk),
                "" if one["rows"] is None else f"{one['rows']:,}",
                str(one["author"]),
                (YES if one["running"] else NO).of(talk.language),
            )
            for one in told
        ]
        talk.table(TITLE, HEADINGS, rows)
        talk.say(ADVICE)
    talk.answer({"unfinished": told})


def run_abandon(database: str, change_id: int, talk: Talk, *, force: bool) -> None:
    """Take back what an unfinished change has staged.

    Raises
    ------
    HinterlandError
        If there is no such change, or somebody seems to be working on it and ``force`` is not given.
    """
    with opened(database) as engine:
        found = next((one for one in find_unfinished(engine) if one.change_id == change_id), None)
        if found is None:
            raise HinterlandError(UNKNOWN.format(change_id=change_id))
        file = found.file_name or found.kind
        if is_worked_on(found) and not force:
            raise HinterlandError(RUNNING.format(change_id=change_id, file=file))
        abandon_change(engine, change_id)
    talk.say(ABANDONED.format(change_id=change_id, file=file))
    talk.answer({"abandoned": change_id, "file_name": found.file_name})
