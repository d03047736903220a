"""What ``hinterland webhook`` does: which internal systems webhooks may reach is said here and nowhere else."""

from __future__ import annotations

from typing import Final

from api.console import Talk
from api.readiness import opened
from api.webhooks.targets import allow_target, forbid_target, list_targets
from supplychain.text import Text

ALLOWED: Final = Text(
    en="Webhooks may now reach {target}, if its name or address leads there.",
    vi="Từ nay webhook được gửi tới {target}, nếu tên hoặc địa chỉ dẫn tới đó.",
)
FORBIDDEN: Final = Text(en="Webhooks may no longer reach {target}.", vi="Webhook không còn được gửi tới {target}.")
NONE: Final = Text(
    en="No internal target is allowed: webhooks reach the public internet alone.",
    vi="Chưa cho phép đích nội bộ nào: webhook chỉ gửi ra internet công cộng.",
)
LINE: Final = Text(en="{target}  {note}", vi="{target}  {note}")


def allow(target: str, note: str, database: str, talk: Talk) -> None:
    """Allow a target."""
    with opened(database) as engine:
        allowed = allow_target(engine, target, note)
    talk.say(ALLOWED.format(target=allowed.text))
    talk.answer({"target": allowed.text})


def forbid(target: str, database: str, talk: Talk) -> None:
    """Take a target off the list."""
    with opened(database) as engine:
        forbidden = forbid_target(engine, target)
    talk.say(FORBIDDEN.format(target=forbidden.text))
    talk.answer({"target": forbidden.text})


def tell_allowed(database: str, talk: Talk) -> None:
    """Tell which targets are allowed."""
    with opened(database) as engine:
        targets = list_targets(engine)
    for one in targets:
        talk.say(LINE.format(target=one["target"], note=one["note"]))
    if not targets:
        talk.say(NONE)
    talk.answer({"targets": [dict(one) for one in targets]})
