"""The simplest kind of job: a sign of life of the workers, to look at and to measure."""

from __future__ import annotations

from collections.abc import Mapping
from time import sleep
from typing import Any, Final

from api.jobs.kinds import JobContext, JobKind
from supplychain.text import Text

LONGEST_S: Final = 600.0
PAUSE_S: Final = 0.2

WAITING: Final = Text(en="Still here", vi="Vẫn đang chạy")

PING: Final = JobKind(
    "ping",
    Text(en="Sign of life of the workers", vi="Kiểm tra máy xử lý"),
    "jobs:own",
    "api.jobs.ping:ping",
    priority=2,
)


def ping(context: JobContext, request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Wait ``wait_s`` seconds (0 by default), telling how far it is, and answer with the caller's name."""
    wait_s = min(max(float(request.get("wait_s", 0)), 0.0), LONGEST_S)
    rounds = int(wait_s / PAUSE_S)
    for number in range(rounds):
        context.tell(WAITING, number / rounds)
        sleep(PAUSE_S)
    return {"caller": context.caller.name}
