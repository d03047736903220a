"""The functions that workers run for questions about the registry that take long, and large changes taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from api.jobs.kinds import JobKind
from supplychain.text import Text

if TYPE_CHECKING:
    from api.jobs.kinds import JobContext

HERE: Final = "api.registry.registry_jobs"

COMPARING: Final = Text(en="Comparing organisations", vi="So các tổ chức với nhau")
TAKING_BACK: Final = Text(en="Taking the change back", vi="Hoàn tác thay đổi")

REGISTRY_KINDS: Final[tuple[JobKind, ...]] = (
    JobKind("match", Text(en="Matching", vi="Đối chiếu cung và cầu"), "matching:ask", f"{HERE}:match", 3),
    JobKind("duplicates", Text(en="Duplicates", vi="Tìm hồ sơ trùng"), "records:merge", f"{HERE}:duplicates"),
    JobKind("undo", Text(en="Undo", vi="Hoàn tác"), "records:merge", f"{HERE}:undo"),
)
"""Each with the right it needs and the function that a worker runs."""


def match(context: JobContext, request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Match as ``hinterland match`` does, with the eyes of whoever asks."""
    from api.planning.telling import JobTalk  # noqa: PLC0415 - loads what matches
    from api.registry.match_asked import request_from  # noqa: PLC0415
    from api.registry.match_run import run_match  # noqa: PLC0415

    talk = JobTalk("vi", as_json=True, context=context)
    run_match(request_from(request, context.database), talk, context.caller.viewer)
    return talk.heard


def duplicates(context: JobContext, request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Look for organisations that may be one, as ``hinterland registry duplicates`` does."""
    from api.registry.duplicates_run import queue_document  # noqa: PLC0415 - loads what compares
    from supplychain.linkage.queue import read_queue  # noqa: PLC0415

    context.tell(COMPARING)
    with context.engine.connect() as connection:
        queue = read_queue(connection, context.caller.viewer, synthetic=bool(request["synthetic"]))
    return queue_document(queue, int(request["show"]), lambda text: {"vi": text.vi, "en": text.en})


def undo(context: JobContext, request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Take a large change back; where it is taken back already nothing is done."""
    from supplychain.registry.undoing import undo_change  # noqa: PLC0415

    context.tell(TAKING_BACK)
    number = int(request["number"])
    change = undo_change(context.engine, number, author=context.caller.name, note=str(request["note"]))
    notes = [{"vi": note.vi, "en": note.en} for note in change.notes]
    names = ("number", "added", "changed", "removed", "unchanged")
    return {**{name: getattr(change, name) for name in names}, "notes": notes}
